"""Clauses of a stretch of text: what stands between full stops and semicolons.

    Công an TP. Huế báo cáo (UBND xã; Công an xã). Sở Y tế tổng hợp; đôn đốc.
    [                                            ] [              ] [      ]

The one splitter of the house. A full stop ends a clause where a capital, a quotation or the mark of an item follows,
and no shortened word stands before it (`knowledge/full_stops.toml`); what brackets or quotation marks close in is not
parted.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ..knowledge import rows
from ..text.normalise import LOWER, UPPER
from ..text.patterns import Pattern

_BRACKET_LIMIT = 400
"""Characters; a bracket that closes later than this has lost its partner."""
_MARK = Pattern(rf"[;.!?](?:/ ?\.?)?(?:[ \n]+|(?<=[{LOWER}]\.)(?=[{UPPER}][{LOWER}]))")
_ITEM_MARK = Pattern(rf"(?:[-+•*]+ ?|[a-zđ]\) |\d{{1,2}}\) |\) )?(?=[“\"‘']?[{UPPER}\d])")
_LEADING_MARKS = Pattern(r"(?:[ \n\-+•*]+)?(?:(?:[a-zđ]|\d{1,2}|[^\w\s])\) )?")
_PAIR = Pattern(r"[()“”]")
_LAST_WORD = Pattern(r"[^\s(“\"]{1,8}\Z")
_CLOSING_MARKS = " \n.;/…"


class Clause(NamedTuple):
    """A clause of a text.

    Attributes:
        start, end: Half-open offsets, without the dash or letter of an item before it and the mark behind it.
        mark: What stands before it: `.`, `;`, `!` or `?`; '' for the first one of a stretch.
    """

    start: int
    end: int
    mark: str


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(word for row in rows("full_stops") if row["kind"] == "before_name" for word in row["words"])


def is_shortened(word: str) -> bool:
    """Whether the full stop behind a word shortens it (`TP`, `Đ/c`)."""
    return word in _abbreviations()


def ends_sentence(text: str, stop: int, end: int | None = None) -> bool:
    """Whether the full stop at `stop` ends a sentence.

    Args:
        text: Clean text.
        stop: Offset of the full stop.
        end: Where the text to look at ends.
    """
    end = len(text) if end is None else end
    after = stop + 1
    while after < end and text[after] in " \n/.":
        after += 1
    return after >= end or _begins(text, stop, after, end)


def _begins(text: str, stop: int, after: int, end: int) -> bool:
    """Whether a sentence begins at `after`, behind the full stop at `stop`."""
    opened = _ITEM_MARK.match(text, after, end)
    if opened is None:
        return False
    if text[opened.end()].isdigit() and opened.end() == after:
        return False
    word = _LAST_WORD.search(text, max(0, stop - 8), stop)
    return word is None or not is_shortened(word.group())


def _closed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches between brackets or quotation marks that close, in order, the outermost ones only."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _PAIR.finditer(text, start, end):
        at = match.start()
        if match.group() in "(“":
            opened.append(at)
        elif opened:
            begin = opened.pop()
            if text[begin] != ("(" if match.group() == ")" else "“") or at - begin > _BRACKET_LIMIT:
                continue
            while found and found[-1][0] > begin:
                found.pop()
            found.append((begin, at))
    return found


def clauses(text: str, start: int = 0, end: int | None = None) -> list[Clause]:
    """The clauses of `text[start:end]`, in order; at least one, which is empty where nothing but marks stands.

    Time is linear in the length of the stretch.

    Args:
        text: Clean text.
        start, end: Half-open offsets of a paragraph, an item or a cell.
    """
    end = len(text) if end is None else end
    found: list[Clause] = []
    closed: list[tuple[int, int]] | None = None
    number, mark = 0, ""
    for match in _MARK.finditer(text, start, end):
        stop, after = match.span()
        if after >= end or (text[stop] != ";" and not _begins(text, stop, after, end)):
            continue
        if closed is None:
            closed = _closed(text, start, end)
        while number < len(closed) and closed[number][1] < stop:
            number += 1
        if number < len(closed) and closed[number][0] < stop:
            continue
        _add(found, text, start, stop, mark)
        start, mark = after, text[stop]
    _add(found, text, start, end, mark)
    return found or [Clause(start, start, "")]


def _add(found: list[Clause], text: str, start: int, end: int, mark: str) -> None:
    """Add a clause without the marks at its ends, if anything is left of it."""
    opened = _LEADING_MARKS.match(text, start, end)
    if opened is not None:
        start = opened.end()
    while end > start and text[end - 1] in _CLOSING_MARKS:
        end -= 1
    if end > start:
        found.append(Clause(start, end, mark if found else ""))
