"""What segmentation gives to the extractors: regions, paragraphs, the section tree, the closing.

All spans are half-open clean offsets (`Document.text`).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from ..document import Document
from ..records import Evidence, FieldStatus

Span = tuple[int, int]
RegionKind = Literal["chrome", "header", "title", "basis", "body", "recipients", "signature", "annex", "notes"]


class Paragraph(NamedTuple):
    """A paragraph of the clean text.

    Attributes:
        start: The first character, that of the marker if there is one.
        end: After the last character, without the closing newline.
        content: Where the words begin, after the marker and its space (`start` where there is no marker).
        marker: `I.`, `1.1.`, `a)`, `-`, `+`, `Điều 3.`; '' for plain text.
        path: Path of the section it stands in (its own path, for a heading or numbered item).
        depth: 0 plain text, 1.. for markers: depth of the section, dashes deeper than letters.
        region: The region it belongs to.
        node: Index in `Segments.sections` of the innermost section it stands in or opens; -1 where there is none.
        closing: It belongs to the words that end the main document (`Trên đây là Kế hoạch …`), above the signature.
    """

    start: int
    end: int
    content: int
    marker: str
    path: str
    depth: int
    region: RegionKind
    node: int = -1
    closing: bool = False


class SectionNode(NamedTuple):
    """A heading or numbered item; `start..heading_end` is its heading, `start..end` all that stands under it.

    Attributes:
        kind: part, upper (`A.` above `I.`), roman, division, inner (`A.` inside of a section), article, item, decimal,
            letter, bracket (`(1)`), annex; subitem for a count inside of an item.
        up: Index in `Segments.sections` of the section it stands in; -1 at the top.
    """

    path: str
    parent: str | None
    level: int
    label: str
    title: str
    start: int
    heading_end: int
    end: int
    numbered: bool = True
    kind: str = "item"
    up: int = -1


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The fields of the letterhead; spans are None where the part is missing.

    Attributes:
        number: Own number in canonical form (`03/KH-BATGT`), None unless `number_status` is `found`.
        number_symbol: What is printed after the number itself (`KH-BATGT`, `KH/ĐU`).
        date: (year, month, day), each None where not given.
        bodies: Lines of the issuer block, superior first, in the case in which they are printed.
        draft: A mark of a draft stands in the letterhead.
    """

    number: str | None = None
    number_symbol: str | None = None
    number_status: FieldStatus = "absent"
    number_span: Span | None = None
    date: tuple[int | None, int | None, int | None] = (None, None, None)
    date_status: FieldStatus = "absent"
    date_span: Span | None = None
    place: str | None = None
    place_span: Span | None = None
    bodies: tuple[str, ...] = ()
    body_spans: tuple[Span, ...] = ()
    party: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """Recipients and signature block.

    Attributes:
        recipients: Span of each item, without dash, final mark and purpose.
        purposes: The purpose in brackets of each item, or None.
        capacity: Spans of the capacity lines (`KT. CHỦ TỊCH`).
        positions: Spans of the positions (`PHÓ CHỦ TỊCH`).
        signer: Span of the name.
        others: Spans of the names of those who sign beside that one.
    """

    recipients: tuple[Span, ...] = ()
    purposes: tuple[str | None, ...] = ()
    capacity: tuple[Span, ...] = ()
    positions: tuple[Span, ...] = ()
    signer: Span | None = None
    others: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Segments:
    """A segmented document: what every extractor gets.

    Attributes:
        document: The document (`document.text` is the clean text).
        paragraphs: All paragraphs, in order.
        sections: Headings and items, in order of their start.
        regions: (kind, start, end) in order of start, covering the whole clean text without gaps.
        doc_type: Abbreviation of the document's own type (`KH`, `QĐ`, `CV`), None if unknown.
        type_span: Where the type word stands.
        title: The subject on one line, None if there is none.
        title_span: Where it stands.
        truncated: The text stops in the middle.
        is_administrative: False for text that is no administrative document at all (news, CSV, base64).
        is_vietnamese: False for text in another language, or none (base64, tables of figures): no facts are looked for.
    """

    document: Document
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[SectionNode, ...]
    regions: tuple[tuple[RegionKind, int, int], ...]
    letterhead: Letterhead = field(default_factory=Letterhead)
    closing: Closing = field(default_factory=Closing)
    doc_type: str | None = None
    type_span: Span | None = None
    title: str | None = None
    title_span: Span | None = None
    truncated: bool = False
    is_administrative: bool = True
    is_vietnamese: bool = True

    @property
    def text(self) -> str:
        """The clean text."""
        return self.document.text

    @cached_property
    def _region_starts(self) -> list[int]:
        return [start for _, start, _ in self.regions]

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [paragraph.start for paragraph in self.paragraphs]

    def region_at(self, offset: int) -> RegionKind:
        """The region at a clean offset."""
        if not self.regions:
            return "body"
        return self.regions[max(0, bisect_right(self._region_starts, offset) - 1)][0]

    def region(self, kind: RegionKind) -> list[Span]:
        """Spans of all regions of a kind."""
        return [(start, end) for k, start, end in self.regions if k == kind]

    def paragraph_at(self, offset: int) -> Paragraph:
        """The paragraph that holds a clean offset.

        Raises:
            IndexError: The document has no paragraph.
        """
        return self.paragraphs[max(0, bisect_right(self._paragraph_starts, offset) - 1)]

    def section_at(self, offset: int) -> str:
        """The value of the evidence column `section` at a clean offset."""
        region = self.region_at(offset)
        if region in ("body", "annex"):
            path = self.paragraph_at(offset).path if self.paragraphs else ""
            return path or ("annex" if region == "annex" else "")
        return "" if region == "chrome" else region

    def evidence(self, start: int, end: int, confidence: float = 1.0, rule: str = "") -> Evidence:
        """Evidence for a clean span, with its section, read by a rule of that name."""
        return self.document.evidence(start, end, self.section_at(start), confidence, rule)
