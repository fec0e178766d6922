"""A plan's targets beside those of the plan that it carries out: met, lower, or missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .reading import Tables
from .store import Store

Verdict = Literal["met", "lower", "missing", "open"]
_COLUMNS = ("document_id", "indicator", "indicator_text", "direction", "low", "high", "unit", "period", "text")
_MORE = frozenset({"increase", "reach", "at_least", "reduce", "keep"})


@dataclass(frozen=True, slots=True)
class Target:
    """A target as a table has it."""

    indicator: str
    indicator_text: str
    direction: str
    low: float | None
    high: float | None
    unit: str | None
    period: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A target of the plan above, and what the plan below makes of it.

    Attributes:
        above: Id of the plan above.
        target: Its target.
        own: The target below for the same indicator, None if there is none.
        verdict: `met`: as much or more; `lower`; `missing`; `open` where the figures cannot be compared.
    """

    above: str
    target: Target
    own: Target | None
    verdict: Verdict


def beside(out: Path, store: Store, node: str) -> Iterator[Beside]:
    """The targets of the plans that a plan carries out or rests on, where their texts are here, each with its own.

    Args:
        out: The folder with the tables.
        store: Its register.
        node: Id of the plan.
    """
    query = (
        "SELECT DISTINCT m.document_id, e.target FROM edges e JOIN mentions m ON m.node = e.target AND m.flags & 1 "
        "WHERE e.source = ? AND e.relation IN ('implements', 'basis') ORDER BY e.target, m.document_id"
    )
    above = dict(store.database.execute(query, (node,)).fetchall())
    own = [
        row[0]
        for row in store.database.execute("SELECT document_id FROM mentions WHERE node = ? AND flags & 1", (node,))
    ]
    if not above or not own:
        return
    wanted = {*above, own[0]}
    found: dict[str, list[Target]] = {}
    for document_id, *values in Tables(out).rows("targets", _COLUMNS, wanted.__contains__):
        found.setdefault(document_id, []).append(Target(*values))
    seen: set[tuple[str, Target]] = set()
    for document_id, plan in above.items():
        for target in found.get(document_id, []):
            if (plan, target) not in seen:
                seen.add((plan, target))
                yield _compared(plan, target, found.get(own[0], []))


def _compared(plan: str, target: Target, own: list[Target]) -> Beside:
    same = [one for one in own if one.indicator == target.indicator and one.direction == target.direction]
    same = [one for one in same if one.period == target.period] or same
    if not same:
        return Beside(plan, target, None, "missing")
    return Beside(plan, target, same[0], _verdict(target, same[0]))


def _verdict(target: Target, own: Target) -> Verdict:
    if target.direction == "zero" or target.low is None and target.high is None:
        return "met"
    if target.unit != own.unit or own.low is None:
        return "open"
    if target.direction == "at_most":
        return "met" if (own.high or own.low) <= (target.high or own.low) else "lower"
    return "met" if target.direction in _MORE and own.low >= (target.low or 0.0) else "lower"
