"""Where targets (chỉ tiêu) may stand: which documents set any, and under which headings of a document.

A plan, programme or directive sets targets. A statute (nghị định, thông tư, luật, a normative decision) does not: its
figures are thresholds, entitlements and limits. In a plan, figures under "tình hình", "kết quả" are statistics of the
past, and those under "kinh phí", "khen thưởng" are shares of money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..segmentation.model import Paragraph, Segments
from ..text.patterns import Pattern
from .target_language import pattern, phrases

Regime = Literal["plan", "report", "statute", "none"]
Climate = Literal["objective", "neutral", "past", "cost"]

# Types that set targets by their nature; a decision or resolution does where it issues a plan.
_DECISIONS = ("QĐ", "NQ")
_REPORTS = ("BC", "TTr", "BB", "TB", "PA", "GP", "GCN", "GXN", "PTr", "GM", "HĐ")
_READ = ("body", "annex")
_TITLE_LENGTH = 160  # a longer "heading" is an item of text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paragraph stands.

    Attributes:
        climate: What the nearest heading or lead-in says of the figures under it.
        heading: The words of that heading, in lower case ('' without one): they may give the period.
    """

    climate: Climate = "neutral"
    heading: str = ""


_HEADINGS: tuple[tuple[Climate, Pattern], ...] = (
    ("past", Pattern(pattern("past_heading"))),
    ("objective", Pattern(pattern("objective_heading"))),
    ("cost", Pattern(pattern("cost_heading"))),
)
_YEAR = Pattern(pattern("year_heading"))
_STATUTES = frozenset(phrases("statute"))
_NORMATIVE, _PLAN_TITLE = Pattern(pattern("normative_number")), Pattern(pattern("plan_title"))


def regime(segments: Segments) -> Regime:
    """How strictly a document's figures are taken: by its type, its number and its title."""
    if not segments.is_administrative:
        return "none"
    kind = segments.doc_type
    if kind in _STATUTES or _NORMATIVE.search(segments.letterhead.number or ""):
        return "statute"
    if kind in _DECISIONS and not _PLAN_TITLE.search(segments.title or ""):
        articles = sum(node.path.startswith("Đ") for node in segments.sections)
        return "statute" if kind == "QĐ" or articles > 1 else "plan"
    return "report" if kind in _REPORTS or kind is None else "plan"


def places(segments: Segments) -> list[Place | None]:
    """The place of every paragraph, in order; None where no target can stand (letterhead, recipients …)."""
    made: dict[str, Place] = {}  # by path; a path that occurs twice (parts of a document) holds from where it stands
    waiting = iter(segments.sections)
    node = next(waiting, None)
    found: list[Place | None] = []
    lead: tuple[int, Place] | None = None
    for paragraph in segments.paragraphs:
        speaks = False
        while node is not None and node.start < paragraph.end:
            inherited = made.get(node.parent or "", Place())
            made[node.path] = _judge(node.title, inherited)
            speaks |= node.start == paragraph.start and made[node.path] is not inherited
            node = next(waiting, None)
        if paragraph.region not in _READ:
            found.append(None)
            lead = None
            continue
        if lead is not None and (paragraph.depth <= lead[0] or speaks):
            lead = None
        own = lead[1] if lead is not None else made.get(paragraph.path, Place())
        found.append(own)
        opening = _lead_in(segments, paragraph, own)
        if opening is not None:
            lead = (paragraph.depth, opening)
    return found


def _judge(title: str, inherited: Place) -> Place:
    """The place under a heading."""
    head = title.split(":", 1)[0].lower()
    if not head or len(head) > _TITLE_LENGTH or ";" in head or "%" in head:
        return inherited
    for climate, words in _HEADINGS:
        if words.search(head):
            return Place(climate, head)
    if inherited.climate == "neutral" and _YEAR.search(head):
        return Place("objective", head)
    return inherited


def _lead_in(segments: Segments, paragraph: Paragraph, own: Place) -> Place | None:
    """The place that a paragraph makes of the items under it: one in capitals, or one that ends in a colon.

    `MỤC TIÊU` on a line of its own; `Phấn đấu đạt các chỉ tiêu sau:`.
    """
    length = paragraph.end - paragraph.content
    if length > 3 * _TITLE_LENGTH:
        return None
    text = segments.text
    colon = text[paragraph.end - 1] == ":" if length else False
    if not colon and not (5 < length < 90 and text[paragraph.content : paragraph.end].isupper()):
        return None
    words = text[max(paragraph.content, paragraph.end - _TITLE_LENGTH) : paragraph.end - colon].lower()
    place = _judge(words, own)
    return place if place is not own else None
