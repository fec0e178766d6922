"""Whether `confidence` means what it says: of the facts that are given 0.9, about nine in ten should be right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .judging import ASSIGNMENTS, BY_HAND, CITED_FULLY, DUE, TASKS, Judged, Judgement

BINS = 10
_Z = 1.645
_SHORT = 0.01
FIELDS = "fields"
# Kinds whose rows are judged one by one, by the name of the kind in the table of confidences.
GRADED = {
    CITED_FULLY: "citations",
    "targets": "targets",
    TASKS: "tasks",
    ASSIGNMENTS: "responsibilities",
    "deadlines": "deadlines",
    "sections": "sections",
}


@dataclass(frozen=True, slots=True)
class Grade:
    """A row of a table that is known to be right or wrong.

    Attributes:
        kind: Name of its table, `fields` for the fields of `plans`.
        rule: The rule that read it.
        confidence: What the row claims, 0 to 1.
        right: What the gold says.
        scanned: Whether its words were recognised from an image.
        document: The document.
    """

    kind: str
    rule: str
    confidence: float
    right: bool
    scanned: bool
    document: str


@dataclass(frozen=True, slots=True)
class Bin:
    """Facts of about the same confidence: how many, what they claim on average, and the share that is right."""

    count: int
    claimed: float
    right: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which confidence on so many facts are right, and how many of the right ones are kept."""

    confidence: float
    precision: float
    recall: float
    count: int


def graded_kind(one: Judgement, judged: Judged) -> str:
    """The table whose rows a judgement is about, '' for figures that are of no rows."""
    is_field = judged.kinds[one.kind] == "field" and one.kind != DUE and not one.kind.endswith(BY_HAND)
    return GRADED.get(one.kind, FIELDS if is_field else "")


def grades(judged: Judged) -> list[Grade]:
    """Every row that is right or wrong; rows about which the gold says nothing are left out.

    A mention of a document is right if the document is cited there; a task if it is one; a row of responsibilities if
    body, role and task are right.
    """
    found = []
    for one in judged.judgements:
        kind = graded_kind(one, judged)
        if not kind or one.verdict == "missed":
            continue
        for row in one.rows:
            if kind == FIELDS and row.get("value") is None:
                continue
            scanned = row.get("ocr_confidence") is not None
            rule = str(row.get("rule") or kind)
            found.append(Grade(kind, rule, float(row["confidence"]), one.verdict == "right", scanned, one.document))
    return found


def reliability(rows: Iterable[Grade]) -> list[Bin]:
    """The facts in ten bins of confidence, empty ones left out, the least sure first."""
    bins: dict[int, list[Grade]] = {}
    for row in rows:
        bins.setdefault(min(BINS - 1, int(row.confidence * BINS)), []).append(row)
    return [
        Bin(len(part), sum(row.confidence for row in part) / len(part), sum(row.right for row in part) / len(part))
        for _, part in sorted(bins.items())
    ]


def calibration_error(rows: Sequence[Grade]) -> float | None:
    """Expected calibration error: how far claim and truth of a bin lie apart, averaged over facts; None for none."""
    if not rows:
        return None
    return sum(part.count * abs(part.claimed - part.right) for part in reliability(rows)) / len(rows)


def at_least(right: int, count: int) -> float:
    """What the share of right ones is at least, so many having been counted (Wilson, one-sided 95 %)."""
    share, spread = right / count, _Z * _Z / count
    deviation = math.sqrt(share * (1 - share) / count + spread / 4 / count)
    return (share + spread / 2 - _Z * deviation) / (1 + spread)


def by_documents(rows: Sequence[Grade]) -> float:
    """What the share of right ones is at least, documents having been drawn (ratio estimator, one-sided 95 %)."""
    counted: dict[str, list[int]] = {}
    for row in rows:
        part = counted.setdefault(row.document, [0, 0])
        part[0] += row.right
        part[1] += 1
    share = sum(row.right for row in rows) / len(rows)
    if len(counted) < 2:
        return share
    spread = sum((right - share * count) ** 2 for right, count in counted.values())
    return share - _Z * math.sqrt(spread * len(counted) / (len(counted) - 1)) / len(rows)


def threshold(rows: Sequence[Grade], precision: float = 0.99, missed: int = 0) -> Threshold | None:
    """The lowest confidence from which on so many of the facts are right; None if there is none.

    Few facts prove little, and few documents no more, whose facts are right or wrong together: the share must be
    `precision`, and by `at_least` and `by_documents` no more than one hundredth below it.

    Args:
        rows: Facts that are right or wrong.
        precision: The share of right ones asked for.
        missed: Facts of the gold that no row gives: recall counts them too.
    """
    ordered = sorted(rows, key=lambda row: -row.confidence)
    every = sum(row.right for row in rows) + missed
    best, right = None, 0
    for count, row in enumerate(ordered, 1):
        right += row.right
        last = count == len(ordered) or ordered[count].confidence < row.confidence
        if not (last and right >= precision * count and at_least(right, count) >= precision - _SHORT):
            continue
        if by_documents(ordered[:count]) >= precision - _SHORT:
            best = Threshold(row.confidence, right / count, right / every if every else 1.0, count)
    return best
