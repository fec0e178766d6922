"""Roads with a number (quốc lộ, đường tỉnh), with a table of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vnplan.records import Evidence
from vnplan.segmentation.model import Segments

_ROAD = re.compile(r"\b(Quốc lộ|Đường tỉnh|Tỉnh lộ) (\d{1,3}[A-Z]?)\b")
_KINDS = {"Quốc lộ": "national", "Đường tỉnh": "provincial", "Tỉnh lộ": "provincial"}


@dataclass(frozen=True, slots=True)
class Road:
    """A road that the plan names.

    Attributes:
        evidence: Where it was read.
        kind: Whose road it is: `national` or `provincial`.
        number: Its number, `53` or `1A`.
        length_km: Its length in kilometres, where the words after it say so.
    """

    evidence: Evidence
    kind: str
    number: str
    length_km: float | None = None


def extract(segments: Segments) -> Iterator[Road]:
    """Roads named in the body of the document."""
    for match in _ROAD.finditer(segments.text):
        if segments.region_at(match.start()) == "body":
            evidence = segments.evidence(match.start(), match.end(), 0.95, "roads.number")
            after = re.match(r" dài (\d{1,4}(?:,\d{1,2})?) ?km", segments.text[match.end() : match.end() + 30])
            length = float(after[1].replace(",", ".")) if after else None
            yield Road(evidence, _KINDS[match[1]], match[2], length)
