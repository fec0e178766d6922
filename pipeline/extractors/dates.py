"""Every date of a document, for the `dates` table."""

from __future__ import annotations

from ..grammar.dates import find_dates
from ..records import DateMention
from ..segmentation.model import Segments


def extract(segments: Segments) -> list[DateMention]:
    """All dates of the document with role `other`; impossible ones and those without a year are left out."""
    if not segments.is_administrative:
        return []
    return [
        DateMention(segments.evidence(date.start, date.end, 0.7 if date.flag else 1.0), date.iso)
        for date in find_dates(segments.text)
        if date.iso is not None and segments.region_at(date.start) != "chrome"
    ]
