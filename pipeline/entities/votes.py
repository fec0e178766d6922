"""Names vote, rules decide: what the extractors read is compared with the names that an engine found.

The extractors read a body by the grammar of bodies, which stops at the first word that it does not know (`Vụ Tiết kiệm
năng lượng và Phát`). Where a name goes on from there, the body is the whole name. Where no name stands at all, or
another one, the fact stays, with less confidence: what was read in two ways is worth a look.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from ..grammar.roles import read_task
from ..records import Box, Entity, EntityLabel, Evidence, Plan, PlanResult, Responsibility

DOUBT = 0.8
"""What the confidence of a fact is multiplied by where no name bears it out."""
_LONGEST = 80  # characters that a name may go on for
_PARTS = re.compile(r"[;:\n]\s*[-+•*\d]|;|\. ")
_SAME_LINE = 0.5  # share of the lower height that two boxes on one line have in common
_TITLED = re.compile(r"[^\W\d_]")


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
    """The facts of a document with the votes of its names: bodies that were cut short whole, doubts in the confidence.

    Args:
        result: The facts, with the entities that an engine found; without any, nothing changes.
    """
    if not result.entities:
        return result
    bodies, persons = Names(result.entities, "ORG"), Names(result.entities, "PER")
    begins = sorted({fact.evidence.start for fact in result.responsibilities})
    return replace(
        result,
        plan=_plan(result.plan, bodies, persons),
        responsibilities=tuple(_responsibility(fact, bodies, begins, result.text) for fact in result.responsibilities),
    )


def _plan(plan: Plan, bodies: Names, persons: Names) -> Plan:
    """The plan with less confidence in an issuer or signer that is no name to the engine."""
    evidence = dict(plan.evidence)
    for name, names in (("issuing_body", bodies), ("parent_body", bodies), ("signer", persons)):
        read = evidence.get(name)
        if read is not None and not names.over(read.start, read.end):
            evidence[name] = _doubted(read)
    return replace(plan, evidence=evidence)


def _doubted(evidence: Evidence) -> Evidence:
    return replace(evidence, confidence=round(evidence.confidence * DOUBT, 2))


def _responsibility(fact: Responsibility, bodies: Names, begins: Sequence[int], text: str) -> Responsibility:
    start, end = fact.evidence.start, fact.evidence.end
    over = bodies.over(start, end)
    if not over:
        return replace(fact, evidence=_doubted(fact.evidence)) if fact.body_id is not None else fact
    last = over[-1].evidence
    if last.end <= end or last.start < start:
        return fact
    more = text[end : last.end]
    another = bisect_right(begins, end - 1) < bisect_left(begins, last.end)
    if another or len(more) > _LONGEST or _PARTS.search(more) or not _TITLED.search(more):
        return fact
    words = " ".join(unicodedata.normalize("NFC", more).replace("*", " ").split())
    body = fact.body + ("" if not more[0].isspace() else " ") + words
    longer = replace(fact, evidence=_joined(fact.evidence, last, text), body=body)
    taken = words.lstrip(" ,")
    if fact.task is None or not fact.task.startswith(taken):
        return longer
    task = fact.task[len(taken) :].strip(" ,:;-")
    role = read_task(task, 0, len(task)).roles[0] if task and fact.role == "implement" else fact.role
    return replace(longer, task=task or None, role=role)


def _joined(first: Evidence, second: Evidence, text: str) -> Evidence:
    """The evidence of two overlapping spans as one."""
    boxes = list(first.boxes)
    for box in second.boxes:
        at = next((k for k, other in enumerate(boxes) if _on_one_line(box, other)), None)
        if at is None:
            boxes.append(box)
        else:
            other = boxes[at]
            boxes[at] = Box(
                box.page,
                min(box.x0, other.x0),
                min(box.y0, other.y0),
                max(box.x1, other.x1),
                max(box.y1, other.y1),
            )
    marks = [one.ocr_confidence for one in (first, second) if one.ocr_confidence is not None]
    return replace(
        first,
        text=text[first.start : second.end],
        end=second.end,
        boxes=tuple(boxes),
        ocr_confidence=min(marks) if marks else None,
    )


def _on_one_line(one: Box, other: Box) -> bool:
    common = min(one.y1, other.y1) - max(one.y0, other.y0)
    return one.page == other.page and common > _SAME_LINE * min(one.y1 - one.y0, other.y1 - other.y0)
