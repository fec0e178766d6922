"""Names vote, rules decide: what the letterhead and the signature say is compared with the names that an engine found.

A fact keeps its value. Where no name stands on its words, its confidence is lower and the plan carries a warning: what
was read in two ways is worth a look. Bodies with tasks have no vote: their grammar is that of the names too, and on
plans with gold no vote set one of them right.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from ..records import Entity, EntityLabel, Evidence, Plan, PlanResult

DOUBT = 0.8
"""What the confidence of a fact is multiplied by where no name bears it out."""
_FIELDS: tuple[tuple[str, EntityLabel], ...] = (("issuing_body", "ORG"), ("parent_body", "ORG"), ("signer", "PER"))


class Names:
    """The names of one kind in a document, by place.

    Args:
        entities: Of the document, none over another of its kind.
        label: The kind.
    """

    def __init__(self, entities: Sequence[Entity], label: EntityLabel) -> None:
        chosen = sorted((one for one in entities if one.label == label), key=lambda one: one.evidence.start)
        self._all = chosen
        self._starts = [one.evidence.start for one in chosen]
        self._ends = [one.evidence.end for one in chosen]

    def over(self, start: int, end: int) -> Sequence[Entity]:
        """Those that have a character in common with a raw span."""
        return self._all[bisect_right(self._ends, start) : bisect_left(self._starts, end)]


def vote(result: PlanResult) -> PlanResult:
    """The facts of a document with the votes of its names: doubts in the confidence and as warnings of the plan.

    Args:
        result: The facts, with the entities that an engine found; without any, nothing changes.
    """
    if not result.entities:
        return result
    names = {label: Names(result.entities, label) for label in ("ORG", "PER")}
    evidence, warnings = dict(result.plan.evidence), list(result.plan.warnings)
    for name, label in _FIELDS:
        read = evidence.get(name)
        if read is not None and not names[label].over(read.start, read.end):
            evidence[name] = _doubted(read)
            warnings.append(f"{name}: no name was found in {' '.join(read.text.split())!r}")
    return replace(result, plan=_with(result.plan, evidence, warnings))


def _doubted(evidence: Evidence) -> Evidence:
    return replace(evidence, confidence=round(evidence.confidence * DOUBT, 2))


def _with(plan: Plan, evidence: dict[str, Evidence], warnings: list[str]) -> Plan:
    return replace(plan, evidence=evidence, warnings=tuple(warnings)) if len(warnings) > len(plan.warnings) else plan
