"""Clean text to segments: letterhead, title, legal basis, section tree, closing, annexes.

`segment` is the one verb of this room.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from ..document import Document
from ..text.joining import is_capitals
from ..text.markers import MARKER, marker_pattern
from ..text.normalise import UPPER, strip_marks
from ..text.syllables import share_of_syllables
from .closing import Tail, enclosed_lists, read_tail
from .fields import is_place_line, motto_spans, with_date
from .letterhead import Head, announced, read_head
from .model import Paragraph, RegionKind, SectionNode, Segments, Span
from .sections import build_sections, read_marker
from .vocabulary import starts_with, type_codes, type_pattern, words

__all__ = ["Paragraph", "SectionNode", "Segments", "segment"]

_NOTE = re.compile(r"\[\^\d{1,4}\]: ")
# Types whose text opens with a legal basis that runs up to the first heading or article.
_WITH_BASIS = frozenset("KH QĐ NQ NĐ TT TTLT CTr PA ĐA QC QyĐ L BL PL HD NQLT VBHN".split())
# A letterhead takes at most so many lines above the type word.
_LETTERHEAD_LINES = 10
_HEADING_LINES = 6  # the heading of what is enclosed, with the note below it, in paragraphs
# The words that end a document take at most so many paragraphs.
_CLOSING_PARAGRAPHS = 6
_ENACTING_COLON = re.compile(rf"[{UPPER} ]{{6,24}}:?")
# Below this share of Vietnamese syllables a text is no Vietnamese text (English news have 0.1, tables of figures 0.3).
_VIETNAMESE = 0.45
_COLUMNS = 3


def segment(document: Document) -> Segments:
    """The segments of a document.

    Args:
        document: With clean text (`vnplan.text.clean`).
    """
    text = document.text
    spans = _paragraph_spans(text)
    if not spans or share_of_syllables(text) < _VIETNAMESE:
        regions: tuple[tuple[RegionKind, int, int], ...] = (("body", 0, len(text)),) if text else ()
        plain = tuple(Paragraph(a, b, a, "", "", 0, "body") for a, b in spans)
        return Segments(document, plain, (), regions, is_administrative=False, is_vietnamese=False)
    head = read_head(text, spans)
    if head.doc_type is None and not _is_administrative(head):
        head = announced(text, spans, head)
    tail = read_tail(text, spans, max(head.after, 1), joint=head.doc_type in words("signature", "joint_type"))
    head = _dated_at_end(text, spans, head, tail)
    kinds = _regions(text, spans, head, tail, _first_table(document, spans, head.after))
    in_table = _in_table(document, spans)
    paragraphs, nodes = build_sections(text, spans, kinds, in_table)
    paragraphs = _mark_closing(text, paragraphs)
    return Segments(
        document,
        tuple(paragraphs),
        tuple(nodes),
        _merge(text, spans, kinds),
        head.letterhead,
        tail.closing,
        head.doc_type,
        head.type_span,
        head.title,
        head.title_span,
        _is_truncated(text, spans, kinds, tail),
        _is_administrative(head),
    )


def _paragraph_spans(text: str) -> list[Span]:
    spans: list[Span] = []
    at = 0
    find = text.find
    size = len(text)
    while at < size:
        end = find("\n", at)
        if end < 0:
            end = size
        if end > at:
            spans.append((at, end))
        at = end + 1
    return spans


def _is_administrative(head: Head) -> bool:
    """Whether anything of an administrative document's head was found."""
    letterhead = head.letterhead
    return (
        head.doc_type is not None
        or head.type_index is not None
        or letterhead.number_status != "absent"
        or (letterhead.date_status != "absent" and bool(letterhead.bodies))
    )


def _dated_at_end(text: str, spans: list[Span], head: Head, tail: Tail) -> Head:
    """The head with place and date from above the signature, where the letterhead has neither."""
    if head.letterhead.date_status != "absent":
        return head
    for span in spans[max(head.after, tail.first - 2) : min(len(spans), tail.after)]:
        if is_place_line(text, span):
            return replace(head, letterhead=with_date(text, head.letterhead, span))
    return head


def _regions(text: str, spans: list[Span], head: Head, tail: Tail, table: int) -> list[RegionKind]:
    """The region of every paragraph; `table` is the first one of a table of several columns, which is no preamble."""
    kinds: list[RegionKind] = ["body"] * len(spans)
    title_from = head.type_index if head.type_index is not None else head.after
    for index in range(head.first):
        kinds[index] = "chrome"
    for index in range(head.first, title_from):
        kinds[index] = "header"
    for index in range(title_from, head.after):
        kinds[index] = "title"
    for index in range(*tail.recipients):
        kinds[index] = "recipients"
    for index in range(*tail.signature):
        kinds[index] = "signature"
    stop = _mark_annex(text, spans, kinds, tail)
    for index in range(head.after, _basis_end(text, spans, head, min(stop, tail.first, table))):
        kinds[index] = "basis"
    _mark_notes(text, spans, kinds)
    return kinds


def _mark_notes(text: str, spans: list[Span], kinds: list[RegionKind]) -> None:
    """Mark footnotes, which readers of files put behind the text (`[^2]: Quyết định …`): no part of the closing."""
    for index in range(len(spans) - 1, -1, -1):
        if not _NOTE.match(text, spans[index][0]):
            break
        kinds[index] = "notes"


def _mark_annex(text: str, spans: list[Span], kinds: list[RegionKind], tail: Tail) -> int:
    """Mark annexes and what a web site prints below; the index where the main document ends."""
    size = len(spans)
    first = tail.after
    if tail.first == size:  # no closing: the first annex heading in capitals ends the body
        first = next(
            (
                i
                for i in range(size)
                if kinds[i] == "body" and starts_with("section_markers", "annex_word").match(text, *spans[i])
            ),
            size,
        )
    tail_words = words("chrome", "tail")
    end = next(
        (i for i in range(first, size) if spans[i][1] - spans[i][0] < 60 and text[slice(*spans[i])] in tail_words), size
    )
    annex = next((i for i in range(first, end) if _opens_annex(text, spans[i])), end)
    annex = _enclosed_heading(text, spans, first, annex)
    if first < annex < end and annex - first <= _LETTERHEAD_LINES and _has_motto(text, spans[first:annex]):
        annex = first  # an enclosed draft with a letterhead of its own
    for index in range(first, annex):
        if kinds[index] == "body":
            kinds[index] = "chrome"
    kinds[annex:end] = ["annex"] * (end - annex)
    for begin, stop in enclosed_lists(text, spans, annex, end):
        kinds[begin:stop] = ["recipients"] * (stop - begin)
    for index in range(end, size):
        kinds[index] = "chrome"
    return first


def _opens_annex(text: str, span: Span) -> bool:
    if starts_with("section_markers", "enclosed").match(text, *span):
        return True
    heading = marker_pattern("annex").match(text, *span)
    if heading is not None:
        behind = text[heading.end() : span[1]].lstrip()
        if heading["word"].isupper() or not behind or behind[0] in ":." or behind[0].isupper():
            return True
    line = text[slice(*span)]
    if not is_capitals(line):
        return False
    match = type_pattern().match(text, *span)
    if match is not None:
        return span[1] - match.end() < 300
    return len(line) <= 40 and strip_marks(line.replace(" ", "")) in type_codes()  # recognition lost its marks


def _enclosed_heading(text: str, spans: list[Span], first: int, end: int) -> int:
    """The heading above the first `(Kèm theo Kế hoạch số …)`, whatever it calls what is enclosed; `end` without any."""
    note = starts_with("section_markers", "enclosing")
    below = next((i for i in range(first + 1, end) if note.match(text, *spans[i])), end)
    if below == end:
        return end
    above = below - 1
    while above > max(first, below - _HEADING_LINES) and is_capitals(text[slice(*spans[above - 1])]):
        above -= 1
    return above


def _has_motto(text: str, spans: list[Span]) -> bool:
    return any(span[1] - span[0] < 160 and motto_spans(text, span) for span in spans)


def _basis_end(text: str, spans: list[Span], head: Head, stop: int) -> int:
    """Index of the first paragraph behind legal basis and preamble."""
    opener = starts_with("preamble", "opener")
    index = head.after
    if head.doc_type in _WITH_BASIS:
        for candidate in range(head.after, min(stop, head.after + 80)):
            start, end = spans[candidate]
            enacting = end - start < 30 and starts_with("preamble", "enacting").match(text, start, end)
            if enacting and _ENACTING_COLON.fullmatch(text, start, end):
                return candidate + 1
            marker = MARKER.match(text, start, end)
            if marker is None and text[start] in "IHLTl|" and read_marker(text, start, end, []) is not None:
                return candidate
            if marker and text[start] not in "-+•" and not opener.match(text, start, end):
                return candidate
    while index < stop and opener.match(text, *spans[index]):
        if head.doc_type not in _WITH_BASIS and text[spans[index][1] - 1] not in ";,":
            break
        index += 1
    return index


def _mark_closing(text: str, paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The paragraphs with those marked that end the main document: from `Trên đây là …` to where its body ends."""
    opener = starts_with("issuing", "closing")
    body = [index for index, paragraph in enumerate(paragraphs) if paragraph.region == "body"]
    first = next(
        (
            at
            for at in range(len(body) - 1, max(-1, len(body) - 1 - _CLOSING_PARAGRAPHS), -1)
            if opener.match(text, paragraphs[body[at]].content)
        ),
        None,
    )
    if first is not None:
        for index in body[first:]:
            paragraphs[index] = paragraphs[index]._replace(closing=True)
    return paragraphs


def _first_table(document: Document, spans: list[Span], first: int) -> int:
    """Index of the first paragraph from `first` on that opens a table of columns, not one that only lays out a page."""
    low = spans[first][0] if first < len(spans) else len(document.text)
    opened = [
        min(cell[0] for row in table for cell in row if cell[1] > cell[0])
        for table in document.tables
        if max(map(len, table), default=0) >= _COLUMNS and any(cell[1] > cell[0] for row in table for cell in row)
    ]
    start = min((at for at in opened if at >= low), default=None)
    return len(spans) if start is None else bisect_right(spans, (start, len(document.text))) - 1


def _in_table(document: Document, spans: list[Span]) -> list[bool]:
    """Whether each paragraph lies in a cell of a table."""
    cells = sorted(cell for table in document.tables for row in table for cell in row if cell[1] > cell[0])
    if not cells:
        return [False] * len(spans)
    starts = [cell[0] for cell in cells]
    out: list[bool] = []
    for start, _ in spans:
        at = bisect_right(starts, start) - 1
        out.append(at >= 0 and start < cells[at][1])
    return out


def _merge(text: str, spans: list[Span], kinds: list[RegionKind]) -> tuple[tuple[RegionKind, int, int], ...]:
    """Runs of paragraphs of one kind, covering the whole text."""
    out: list[tuple[RegionKind, int, int]] = []
    for (start, _), kind in zip(spans, kinds, strict=True):
        if not out or out[-1][0] != kind:
            if out:
                out[-1] = (out[-1][0], out[-1][1], start)
            out.append((kind, start if out else 0, len(text)))
    return tuple(out)


def _is_truncated(text: str, spans: list[Span], kinds: list[RegionKind], tail: Tail) -> bool:
    """Whether the text stops in the middle: no closing, and the last words end no sentence."""
    if tail.first < len(spans) or not spans:
        return False
    last = next((i for i in range(len(spans) - 1, -1, -1) if kinds[i] in ("body", "basis", "annex", "title")), None)
    if last is None:
        return False
    line = text[slice(*spans[last])].rstrip()
    return line[-1] not in '.!?/”")…' and not is_capitals(line)
