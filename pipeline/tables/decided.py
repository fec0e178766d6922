"""Values that people give: how they are written, and what they mean."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_args

from ..errors import UsageError
from ..linking.lookup import lookup
from ..records import Direction, Role
from .corrections import NAMES, Key

_DAY = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](\d{4})\s*")
_NUMBER = r"\d[\d.]*(?:,\d+)?"
_FIGURE = re.compile(rf"\s*({_NUMBER})\s*(?:[-–]\s*({_NUMBER}))?\s*%?\s*")
_TARGET = re.compile(rf"([a-z_]+): *(?:({_NUMBER}(?:\s*[-–]\s*{_NUMBER})?)\s*(%|/?[^\W\d].*|/\d.*)?)?")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DUE = "due"


def day_of(text: str) -> dt.date:
    """A day as people write it: `2025-03-12`, `12/3/2025`.

    Raises:
        UsageError: It is none, or no calendar has it.
    """
    found = _DAY.fullmatch(text)
    try:
        if found:
            day, month, year = map(int, found.groups())
            return dt.date(year, month, day)
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{text!r} is no day: write 2025-03-12 or 12/3/2025") from None


def checked(key: Key, value: str | None) -> str | None:
    """A value as it is kept.

    Raises:
        UsageError: The field or fact cannot have it.
    """
    if value is None:
        return None
    value = " ".join(value.split())
    if not value:
        raise UsageError("the value is empty")
    if key.kind == "deadlines" or key.words == "issue_date" and key.kind == "fields":
        return day_of(value).isoformat()
    if key.kind == "targets":
        found = target_of(value)
        return str(found) if found else "–".join(map(figure_text, dict.fromkeys(figures_of(value))))
    if key.kind == "responsibilities":
        charges = charges_of(value)
        if charges.due is not None or len(charges.bodies) != 1:
            raise UsageError("write a role and a body, such as lead: Công an xã")
    if key.kind == "tasks":
        return str(charges_of(value))
    return value


def listed(value: str | None) -> list[str]:
    """The parts of a value of several: `Công an xã; Lưu: VT`."""
    return [part for part in map(str.strip, (value or "").split(";")) if part]


# -- Figures ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TargetValue:
    """What a person says of a target: `reduce: 10–15 %`."""

    direction: str
    low: float | None = None
    high: float | None = None
    unit: str | None = None

    def __str__(self) -> str:
        figures = "–".join(figure_text(one) for one in dict.fromkeys((self.low, self.high)) if one is not None)
        unit = {"percent": "%", "count": None}.get(self.unit or "", self.unit)
        return f"{self.direction}: {' '.join(filter(None, (figures, unit)))}".strip()


def target_of(value: str) -> TargetValue | None:
    """A target with its direction; None for a figure alone.

    Raises:
        UsageError: The direction is not known, or its figure is missing.
    """
    found = _TARGET.fullmatch(value)
    if found is None:
        return None
    direction, figure, unit = found.groups()
    if direction not in get_args(Direction):
        raise UsageError(f"{direction!r} is no direction: choose from {', '.join(get_args(Direction))}")
    if figure is None:
        if direction not in ("zero", "keep", "increase", "reduce"):
            raise UsageError(f"{direction} needs a figure, such as {direction}: 10 %")
        return TargetValue(direction)
    low, high = figures_of(figure)
    return TargetValue(direction, low, high, "percent" if unit == "%" else unit or "count")


def figures_of(text: str) -> tuple[float, float]:
    """The bounds that a figure gives, equal for a single one: `10`, `2,5`, `5–10 %`.

    Raises:
        UsageError: It is none.
    """
    found = _FIGURE.fullmatch(text)
    if not found:
        raise UsageError(f"{text!r} is no figure: write 10, 2,5 or 5–10")
    low, high = (_number(group) if group else None for group in found.groups())
    assert low is not None
    return low, low if high is None else high


def figure_text(value: float) -> str:
    """A figure in all its digits, as `figures_of` reads it: `1234567`, `2.5`, but `0,125`, which `0.125` is not."""
    text = format(Decimal(repr(value)), "f").removesuffix(".0")
    return text.replace(".", ",") if _GROUPED.fullmatch(text) else text


def _number(text: str) -> float:
    """A figure as it is written in Vietnamese (`1.000`, `2,5`) or by programs (`2.5`)."""
    if _GROUPED.fullmatch(text) or "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{text!r} is no figure: write 10, 2,5 or 5–10") from None


# -- Bodies ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Charges:
    """Who is charged with a task, and until when: `lead: Công an xã; coordinate: Đoàn xã; due: 2025-06-30`.

    Attributes:
        bodies: Role and body of each.
        due: The day, None where none is given.
    """

    bodies: tuple[tuple[str, str], ...]
    due: dt.date | None = None

    def __str__(self) -> str:
        parts = [f"{role}: {body}" for role, body in self.bodies]
        return "; ".join(parts + ([f"{_DUE}: {self.due.isoformat()}"] if self.due else []))


def charges_of(value: str) -> Charges:
    """What a value says of the bodies of a task.

    Raises:
        UsageError: A part is no role with a body, or no body is charged.
    """
    bodies: list[tuple[str, str]] = []
    due = None
    for part in filter(None, map(str.strip, value.split(";"))):
        role, mark, body = (piece.strip() for piece in part.partition(":"))
        if role == _DUE and mark:
            due = day_of(body)
        elif role in get_args(Role) and body:
            bodies.append((role, body))
        else:
            raise UsageError("write a role and a body, such as lead: Công an xã")
    if not bodies:
        raise UsageError("write a role and a body, such as lead: Công an xã")
    return Charges(tuple(bodies), due)


def linked(name: str | None, plan: dict[str, Any]) -> tuple[str | None, list[str]]:
    """The canonical id of a body that a person named in a plan, or the ids that it may have.

    Args:
        name: The body.
        plan: The plan's row: the body is looked for in the unit of its issuer, then in its province.
    """
    if not name:
        return None, []
    candidates: list[str] = []
    for within in (plan["issuing_body"], plan["province"], None):
        try:
            found = lookup(name, within, plan["issue_date"]) if within is None or within.strip() else []
        except UsageError:
            continue
        ids = [one.id for one in found if one.kind != "place" and one.id]
        # Without a place, only a name that fits one body of the country is sure.
        if ids and len(ids) == len(found) and (within is not None or not any(one.candidates for one in found)):
            return "+".join(ids), []
        candidates = candidates or [one for meaning in found for one, _ in meaning.candidates]
    return None, list(dict.fromkeys(candidates))


def names_key(body: str) -> Key:
    """The key of a decision that a body is called otherwise in all plans.

    Args:
        body: Its name as it was read.
    """
    return Key(NAMES, "names", body)
