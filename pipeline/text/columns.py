"""Columns side by side: the letterhead and the closing as converters print them, left and right on one line.

Only these two places are looked at; elsewhere a run of spaces is just a run of spaces.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ..knowledge import rows
from .patterns import Pattern
from .wording import worded

Span = tuple[int, int]

# A gap between columns: three spaces or a tab. The blank for a number written by hand is none (Số:      /KH-UBND).
# Nor is the one between the words of a line whose letters stand apart (K Ế   H O Ạ C H).
_GAP = Pattern(r"(?<=\S)(?:(?<! \S) {3,}| {3,}(?!\S )| *\t[ \t]*)(?=\S)")
_BLANK_BEFORE = worded("blank_before", ignore_case=True)
_BLANK_AFTER = worded("blank_behind", ignore_case=True)
_BODY = worded("text_begins")
_CLOSING = worded("closing_label")
_ANNEX = worded("annex_begins")
_ANNEX_HEADING = worded("bold_annex_heading")
_HEAD_LINES = 40
_CLOSING_LINES = 60
_SIGNER_LINES = 15


@cache
def landmark() -> Pattern:
    """Where a line of a document begins that was written without any line break; nothing is matched itself."""
    patterns = [row["pattern"] for row in rows("line_joining") if row["kind"] == "landmark"]
    return Pattern(rf" ?(?={'|'.join(patterns)})")


def has_letterhead(row: str) -> bool:
    """Whether one line holds a whole letterhead."""
    return all(word in row for word in _words_of_letterhead())


@cache
def _words_of_letterhead() -> tuple[str, ...]:
    return tuple(word for row in rows("line_joining") if row["kind"] == "whole_letterhead" for word in row["words"])


@dataclass(frozen=True, slots=True)
class Columns:
    """A block of lines in two columns: parts in reading order, as (side, span); `stop` is the line after the block."""

    parts: tuple[tuple[int, Span], ...]
    stop: int


def opens_annex(text: str) -> bool:
    """Whether a line, perhaps set in bold type, is the heading of an annex."""
    return _ANNEX_HEADING.match(text) is not None


def split_columns(composed: str, lines: Sequence[tuple[int, int, str]]) -> dict[int, Columns]:
    """The blocks in two columns, keyed by the index of their first line.

    Args:
        composed: The text.
        lines: Start, end and stripped words of its lines.
    """
    if "   " not in composed and "\t" not in composed:
        return {}
    spans = [line[:2] for line in lines]
    blocks: dict[int, Columns] = {}
    head_end = _head_end(composed, spans)
    _add_block(composed, spans, 0, head_end, blocks)
    closing = _CLOSING.search(composed, spans[head_end][0]) if head_end < len(spans) else None
    found = bisect_right([start for start, _ in spans], closing.start()) - 1 if closing else len(spans)
    for index in range(found, len(spans)):
        if _CLOSING.search(composed, *spans[index]):
            stop = index + 1
            while stop < min(len(spans), index + _CLOSING_LINES):
                if _ANNEX.match(composed[slice(*spans[stop])].strip()):
                    break
                stop += 1
            _add_block(composed, spans, index, stop, blocks)
            break
    else:  # no recipients: two signers may stand side by side at the very end
        first = max(head_end, len(spans) - _SIGNER_LINES)
        while first < len(spans) and not _is_short_pair(composed, spans[first]):
            first += 1
        _add_block(composed, spans, first, len(spans), blocks)
    return blocks


def _is_short_pair(composed: str, span: Span) -> bool:
    """Two short pieces in capitals side by side: offices of two signers."""
    gap = _gap(composed, span[0], span[0] + len(composed[slice(*span)].rstrip()))
    return gap is not None and composed[slice(*span)].isupper() and span[1] - span[0] < 160


def _head_end(composed: str, spans: list[Span]) -> int:
    for index, (start, end) in enumerate(spans[:_HEAD_LINES]):
        text = composed[start:end].strip(" \t*#_")
        if _BODY.match(text) and not _GAP.search(text):
            return index
    return min(len(spans), _HEAD_LINES)


def _gap(composed: str, start: int, end: int) -> Span | None:
    """The widest gap of a line that separates columns; none in a row of a table."""
    if composed[start:end].lstrip()[:1] == "|":
        return None
    widest: Span | None = None
    for match in _GAP.finditer(composed, start, end):
        before = composed[max(start, match.start() - 10) : match.start()]
        if _BLANK_BEFORE.search(before):
            continue
        if _BLANK_AFTER.match(composed, match.end(), end) and "\t" not in match.group():
            continue
        if widest is None or match.end() - match.start() > widest[1] - widest[0]:
            widest = match.span()
    return widest


def _add_block(composed: str, spans: list[Span], first: int, last: int, blocks: dict[int, Columns]) -> None:
    """Add the block of lines in two columns between line indexes `first` and `last`, if there is one."""
    gaps: dict[int, Span] = {}
    for index in range(first, last):
        start, end = spans[index]
        trimmed = start + len(composed[start:end].rstrip(" \t"))
        gap = _gap(composed, start, trimmed) if trimmed > start else None
        if gap is not None:
            gaps[index] = gap
    if not gaps:
        return
    begin, stop = min(gaps), max(gaps) + 1
    border = min(gap[1] - spans[index][0] for index, gap in gaps.items()) - 4
    closing = bool(_CLOSING.search(composed, spans[begin][0], spans[stop - 1][1]))
    if closing and border > 8:  # either column may go on below the last line that holds both
        right_lines = [i for i in range(stop, last) if _indent(composed, spans[i]) >= border]
        stop = max([stop, *(i + 1 for i in right_lines)])
        while stop < last and (
            composed[slice(*spans[stop])].lstrip()[:1] in "-+*"
            or _is_open(composed, spans[stop - 1], spans[stop], border)
        ):
            stop += 1
    left: list[tuple[int, Span]] = []
    right: list[tuple[int, Span]] = []
    for index in range(begin, stop):
        start, end = spans[index]
        if index in gaps:
            left.append((0, (start, gaps[index][0])))
            right.append((1, (gaps[index][1], end)))
        elif _indent(composed, spans[index]) >= border:
            right.append((1, spans[index]))
        else:
            left.append((0, spans[index]))
    blocks[begin] = Columns(tuple(left + right), stop)


def _is_open(composed: str, above: Span, span: Span, border: int) -> bool:
    """Whether a line goes on with an item of the left column that the line above left open."""
    before = composed[slice(*above)].rstrip(" \t\\")
    return bool(before) and before[-1] not in ".;:" and len(composed[slice(*span)].rstrip()) < border


def _indent(composed: str, span: Span) -> int:
    text = composed[slice(*span)]
    return len(text) - len(text.lstrip(" \t"))
