"""What the `plans` table says of a document beyond its own fields: short lists drawn from the fact tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..linking.codes import official_code, province_code, province_code_2025
from ..records import Box, Deadline, Evidence, Plan, PlanResult, Role, Signature, Target, Task

_VERBS = {
    "reduce": "reduce",
    "increase": "increase",
    "reach": "reach",
    "zero": "no",
    "at_most": "at most",
    "at_least": "at least",
    "keep": "keep",
}
_BASELINES = {"annual": "a year", "previous_year": "vs the previous year"}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a plan: its value as text, and where it was read."""

    field: str
    value: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A deadline with its day as a date."""

    deadline: Deadline

    @property
    def evidence(self) -> Evidence:
        """Where it was read."""
        return self.deadline.evidence

    @property
    def day(self) -> dt.date | None:
        """The day, None where the deadline has none."""
        return _day(self.deadline.date)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with its bodies by role."""

    task: Task

    @property
    def evidence(self) -> Evidence:
        """The item that states it."""
        return self.task.evidence

    @property
    def lead(self) -> tuple[str, ...]:
        """Bodies that lead it."""
        return self._bodies("lead")

    @property
    def coordinate(self) -> tuple[str, ...]:
        """Bodies that take part."""
        return self._bodies("coordinate")

    @property
    def implement(self) -> tuple[str, ...]:
        """Bodies that carry it out."""
        return self._bodies("implement")

    @property
    def direct(self) -> tuple[str, ...]:
        """Bodies that direct it."""
        return self._bodies("direct")

    @property
    def supervise(self) -> tuple[str, ...]:
        """Bodies that supervise it."""
        return self._bodies("supervise")

    def _bodies(self, role: Role) -> tuple[str, ...]:
        return tuple(dict.fromkeys(charge.body for charge in self.task.charges if charge.role == role))


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A digital signature with its time as text and its stamp's place as boxes."""

    signature: Signature

    @property
    def signed_at(self) -> str | None:
        """ISO date and time with the zone."""
        when = self.signature.signed_at
        return when.isoformat(timespec="seconds") if when else None

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Rectangle of the visible stamp, if there is one."""
        return (self.signature.box,) if self.signature.box else ()


@dataclass(frozen=True)
class PlanRow:
    """The row of the `plans` table: a result with the columns that are drawn from its facts."""

    result: PlanResult

    @property
    def plan(self) -> Plan:
        """The document's own fields."""
        return self.result.plan

    @property
    def issuing_body_code(self) -> str | None:
        """Official code of the issuing body."""
        return official_code(self.plan.issuing_body_id)

    @property
    def province_code(self) -> str | None:
        """Official code of the province of the issuing body, as it was then."""
        return province_code(self.plan.province_id)

    @property
    def province_2025_code(self) -> str | None:
        """Official code of that province since the mergers of 1 July 2025."""
        return province_code_2025(self.plan.province_id)

    @property
    def pages(self) -> int | None:
        """Number of pages, None for a format without pages."""
        return len(self.result.pages) or None

    @property
    def ocr_pages(self) -> int:
        """Number of pages whose text was recognised from the image."""
        return sum(page.method == "ocr" for page in self.result.pages)

    @property
    def cited_numbers(self) -> list[str]:
        """Numbers of the documents cited, each once, in order of the first mention."""
        return _distinct(c.number for c in self.result.citations if c.number and not c.is_self)

    @property
    def target_summary(self) -> list[str]:
        """The targets in a few words each."""
        return _distinct(map(describe, self.result.targets))

    @property
    def lead_bodies(self) -> list[str]:
        """Bodies that lead (chủ trì) a task, each once."""
        return _distinct(r.body for r in self.result.responsibilities if r.role == "lead")

    @property
    def deadline_dates(self) -> list[str]:
        """Days on which something is due, ascending."""
        return sorted({day.isoformat() for d in self.result.deadlines if (day := _day(d.date))})

    @property
    def mean_ocr_confidence(self) -> float | None:
        """Mean confidence of the recognised pages, weighted by their characters."""
        marks = [(p.ocr_confidence, p.characters) for p in self.result.pages if p.ocr_confidence is not None]
        weight = sum(characters for _, characters in marks)
        return sum(mark * characters for mark, characters in marks) / weight if weight else None

    @property
    def characters(self) -> int:
        """Length of the stored text."""
        return len(self.result.text)

    @property
    def recipient_purposes(self) -> list[str]:
        """The purpose of each recipient, '' where none is given; empty where none has one."""
        purposes = [purpose or "" for purpose in self.plan.recipient_purposes]
        return purposes if any(purposes) else []

    @property
    def duplicate_of(self) -> None:
        """Nothing: only who has all documents together can tell (see `vnplan.batch.publishing`)."""
        return None

    @cached_property
    def fields(self) -> list[FieldRow]:
        """Each field of the plan that has evidence."""
        return [FieldRow(name, _as_text(getattr(self.plan, name, None)), e) for name, e in self.plan.evidence.items()]


def describe(target: Target) -> str:
    """A target in a few words: `reduce crashes 5–10 % vs 2022`, `no deaths`, `at most 100 crashes (2025)`."""
    what = target.indicator.replace("_", " ") if target.indicator.isascii() else target.indicator
    what = what if len(what) <= 80 else what[:79].rstrip() + "…"
    figure = _figure(target) if target.direction != "zero" else ""
    words = [what, figure] if target.direction in ("reduce", "increase", "keep") else [figure, what]
    words = [_VERBS[target.direction], *filter(None, words)]
    if target.baseline:
        words.append(_BASELINES.get(target.baseline, f"vs {target.baseline}"))
    if target.period:
        words.append(f"({target.period})")
    return " ".join(words)


def _figure(target: Target) -> str:
    bounds = [_plain(value) for value in (target.low, target.high) if value is not None]
    if not bounds:
        return ""
    unit = {"percent": " %", "count": "", None: ""}.get(target.unit, f" {target.unit}")
    return "–".join(_distinct(bounds)) + unit


def _plain(value: float) -> str:
    """A number without exponent and without needless zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:  # a day that no calendar has: one bad date must not cost the document its row
        return None


def _as_text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return "; ".join(map(str, value)) or None
    return str(value)


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
