"""Confidence that means something: what share of facts read by the same rule was right on labelled documents.

A rule says how sure it is of a reading against others of its own kind; how often facts of the rule are right is counted
(`knowledge/confidence.csv`, made by `make calibrate`). Few cases say little: a rule's share is drawn to that of the
rules it belongs to (`order.behind` to `order`), and theirs to the share of the whole kind of fact. Facts of one
document are right or wrong together, so many of them weigh as few (`together`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import TypeVar

from ..copying import changed, copier
from ..knowledge import table
from ..records import Citation, Deadline, Evidence, Plan, Target, Task

# All by the least log loss on labels made before rules were written, a document left out at a time.
_DRAW = 50.0  # so many cases of its own weigh as much as the share of the wider group
_SEEN = 0.1  # weight of a case from documents that rules were written on: there they look better than they are
_ALIKE = 0.5  # correlation of the facts of one document
_START, _START_WEIGHT = 0.9, 4.0  # of a kind without any case
_KINDS = {Citation: "citations", Target: "targets", Deadline: "deadlines"}
_F = TypeVar("_F")
Key = tuple[str, ...]


def groups(kind: str, rule: str, given: float) -> Iterator[Key]:
    """The groups of cases that a fact belongs to, the widest first: its kind, its rule's parts, and what it claims."""
    yield (kind,)
    parts = [part for part in rule.split(".") if part]
    if parts[:1] == [kind]:
        parts = parts[1:]
    for end in range(1, len(parts) + 1):
        yield (kind, ".".join(parts[:end]))
    yield (kind, ".".join(parts), f"{given:.2f}")


def together(count: int) -> float:
    """As how many independent cases so many facts of one document count (Kish's design effect)."""
    return count / (1 + (count - 1) * _ALIKE)


def row_of(key: Key) -> tuple[str, str, str]:
    """A group as the table names it: kind, rule and claim, empty where it is of all of them."""
    kind, rule, given = (*key, "", "")[:3]
    return kind, rule, given


@cache
def _cases() -> Mapping[tuple[str, str, str], tuple[float, float]]:
    """Weight of the right cases and of all, by group."""
    return {
        (row["kind"], row["rule"], row["given"]): (
            float(row["right"]) + _SEEN * float(row["seen_right"]),
            float(row["count"]) + _SEEN * float(row["seen_count"]),
        )
        for row in table("confidence")
    }


@lru_cache(maxsize=4096)
def share_right(kind: str, rule: str, given: float) -> float:
    """The share of facts that can be expected to be right, 0 to 1; what was given where nothing is known of the kind.

    Args:
        kind: Name of the table.
        rule: Name of the rule.
        given: How sure the rule says it is, 0 to 1.
    """
    cases = _cases()
    whole = row_of((kind,))
    if whole not in cases:
        return given
    share, weight = _START, _START_WEIGHT
    for key in groups(kind, rule, given):
        right, count = cases.get(row_of(key), (0.0, 0.0))
        share, weight = (right + weight * share) / (count + weight), _DRAW
    known = cases[whole][1]
    return round(min(share, (known + 1) / (known + 2)), 3)  # no surer than so many cases without a fault would be


def confident(facts: Iterable[_F]) -> list[_F]:
    """The facts with the confidence that their rules have earned; facts of kinds without cases as they are."""
    return [_confident(fact) for fact in facts]


def confident_plan(plan: Plan) -> Plan:
    """The plan with such a confidence for every field."""
    return changed(plan, evidence={name: _earned(read, "fields", name) for name, read in plan.evidence.items()})


def _confident(fact: _F) -> _F:
    if isinstance(fact, Task):
        charges, further = (
            tuple(changed(one, evidence=_earned(one.evidence, "responsibilities")) for one in charged)
            for charged in (fact.charges, fact.further)
        )
        return changed(fact, evidence=_earned(fact.evidence, "tasks"), charges=charges, further=further)
    kind = _KINDS.get(type(fact))
    return fact if kind is None else changed(fact, evidence=_earned(fact.evidence, kind))  # type: ignore[attr-defined]


def _earned(evidence: Evidence, kind: str, rule: str = "") -> Evidence:
    share = share_right(kind, evidence.rule or rule or kind, evidence.confidence)
    return copier(Evidence, "confidence")(evidence, share)  # type: ignore[no-any-return]
