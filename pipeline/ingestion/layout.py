"""From the words of a page to lines in reading order.

Printed lines are read from left to right, but for two places of every Vietnamese administrative document: the
letterhead and the closing stand in two columns (NĐ 30/2020, Annex I, part 4), which are read one after the other.
Tables with ruled cells are read row by row and cell by cell.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import itemgetter

from ..knowledge import rows
from .pages import LineText, WordBox

Box = tuple[float, float, float, float]
_EVERYWHERE = (0.0, float("inf"))


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: its box, the box of each cell by (row, column), and of merged cells how many rows they take."""

    box: Box
    cells: dict[tuple[int, int], Box]
    down: dict[tuple[int, int], int] = field(default_factory=dict)


def rows_taken(cells: Mapping[tuple[int, int], Sequence[float]], slack: float = 3.0) -> dict[tuple[int, int], int]:
    """How many rows the cells of a table take that take more than one; a cell counts where it begins.

    Args:
        cells: Left, top, right and bottom by (row, column).
        slack: By how much edges of one rule may differ.
    """
    tops: dict[int, float] = {}
    for (row, _), box in cells.items():
        tops[row] = min(tops.get(row, box[1]), box[1])
    below = sorted(tops.items())
    down: dict[tuple[int, int], int] = {}
    for place, box in cells.items():
        covered = [row for row, top in below if row > place[0] and top < box[3] - slack]
        if covered:
            down[place] = covered[-1] - place[0] + 1
    return down


@dataclass(slots=True)
class _Row:
    """Words that stand on one height, from left to right."""

    words: list[WordBox]
    height: float
    top: float
    bottom: float

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    def gap_around(self, low: float, high: float) -> tuple[float, float] | None:
        """The space without words around the middle of `[low, high]`; None if a word stands there."""
        middle = (low + high) / 2
        left, right = _EVERYWHERE
        for word in self.words:
            if word.x1 <= middle:
                left = max(left, word.x1)
            elif word.x0 >= middle:
                right = min(right, word.x0)
            else:
                return None
        return left, right

    def widest_gap(self) -> tuple[float, float] | None:
        """The widest space between two words."""
        gaps = [(b.x0 - a.x1, a.x1, b.x0) for a, b in zip(self.words, self.words[1:], strict=False)]
        return max(gaps)[1:] if gaps else None


def _fold_table() -> dict[int, str | None]:
    """Characters to their plain small letter; what is neither letter nor digit goes."""
    marks = (*range(0x21), 0xA0, *range(0x300, 0x370), *range(0x2010, 0x2070))
    table: dict[int, str | None] = dict.fromkeys(marks)
    table |= {ord(char): None for char in string.punctuation}
    for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)):
        char = chr(code)
        if char.isalpha():
            plain = unicodedata.normalize("NFD", char.lower().replace("đ", "d"))[0]
            if plain != char:
                table[code] = plain
    return table


_FOLDED = _fold_table()


def folded(text: str) -> str:
    """Letters and digits alone, in lower case and without diacritics: what survives bad recognition."""
    return text.translate(_FOLDED)


@cache
def anchors(kind: str) -> tuple[str, ...]:
    """The folded words of a kind in `page_layout.toml`, the longest first."""
    words = (folded(phrase) for row in rows("page_layout") if row["kind"] == kind for phrase in row["phrases"])
    return tuple(sorted(words, key=len, reverse=True))


@cache
def _initials() -> tuple[str, ...]:
    """The first letters of the words that begin the two places in columns."""
    phrases = (p for row in rows("page_layout") if row["kind"] in ("motto", "closing") for p in row["phrases"])
    return tuple({"".join(word[0].upper() for word in phrase.split()[:6]) for phrase in phrases})


def _begin_a_block(letters: str) -> bool:
    """Whether the first letters of words are those of the words that begin a place in columns."""
    letters = letters.upper()
    return any(initials in letters for initials in _initials())


@lru_cache(maxsize=4096)
def _holds(text: str, kind: str) -> bool:
    return any(anchor in text for anchor in anchors(kind))


def reading_order(words: Sequence[WordBox], width: float, grids: Sequence[Grid] = ()) -> tuple[LineText, ...]:
    """The lines of a page.

    Args:
        words: In any order.
        width: Of the page, in points.
        grids: Its ruled tables.
    """
    free, inside = _outside(words, grids)
    found = _rows(free)
    out: list[LineText] = []
    block = 0
    at = 0
    tables = sorted(range(len(grids)), key=lambda k: grids[k].box[1])
    blocks = _column_blocks(found, width)
    while at < len(found) or tables:
        if tables and (at >= len(found) or _middle(grids[tables[0]].box) <= (found[at].top + found[at].bottom) / 2):
            table = tables.pop(0)
            out.extend(_table(grids[table], inside[table], table, block))
            block += 1
            continue
        stop_and_gutter = blocks.get(at)
        if stop_and_gutter is None:
            out.append(LineText(tuple(found[at].words), block))
            at += 1
            continue
        stop, gutter = stop_and_gutter
        block += 1
        out.extend(_columns(found[at:stop], gutter, block))
        block += 1
        at = stop
    return tuple(out)


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _outside(words: Iterable[WordBox], grids: Sequence[Grid]) -> tuple[list[WordBox], list[list[WordBox]]]:
    """The words outside all tables, and those of each table."""
    inside: list[list[WordBox]] = [[] for _ in grids]
    if not grids:
        return list(words), inside
    free: list[WordBox] = []
    for word in words:
        x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        for k, grid in enumerate(grids):
            x0, y0, x1, y1 = grid.box
            if x0 <= x <= x1 and y0 <= y <= y1:
                inside[k].append(word)
                break
        else:
            free.append(word)
    return free, inside


def _table(grid: Grid, words: list[WordBox], table: int, block: int) -> list[LineText]:
    """The lines of a table's cells, row by row."""
    held: dict[tuple[int, int], list[WordBox]] = {}
    cells = list(grid.cells.items())
    for word in words:
        x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
        place = next((place for place, (x0, y0, x1, y1) in cells if x0 <= x <= x1 and y0 <= y <= y1), None)
        if place is None:  # a word that runs over a rule belongs to the cell nearest to its middle
            place = min(grid.cells, key=lambda key: _distance(grid.cells[key], x, y))
        held.setdefault(place, []).append(word)
    return [
        LineText(tuple(row.words), block, 0, (table, place[0], place[1]), grid.down.get(place, 1))
        for place in sorted(held)
        for row in _rows(held[place])
    ]


def _distance(box: Box, x: float, y: float) -> float:
    return max(box[0] - x, x - box[2], 0.0) + max(box[1] - y, y - box[3], 0.0)


def _rows(words: list[WordBox]) -> list[_Row]:
    """Words grouped by height: a word belongs to a row if they share half of the lower one's height."""
    pieces: list[list[WordBox]] = []  # words of one baseline that follow each other in the file belong together
    level = float("nan")
    for word in words:
        if -0.02 < word[4] - level < 0.02:
            pieces[-1].append(word)
        else:
            pieces.append([word])
            level = word[4]
    found: list[_Row] = []
    for piece in sorted(pieces, key=lambda piece: (piece[0].y1, piece[0].x0)):
        like = piece[len(piece) // 2]
        top, bottom = like.y0, like.y1
        height = bottom - top
        for row in reversed(found[-4:]):
            lower = min(height, row.height)
            level = abs(bottom - row.bottom)
            if (level <= 0.45 * lower or abs(top + bottom - row.top - row.bottom) <= 0.5 * lower) and (
                min(bottom, row.bottom) - max(top, row.top) >= 0.5 * lower
            ):
                row.words += piece
                break
        else:
            found.append(_Row(piece, height, top, bottom))
    for row in found:
        row.words.sort(key=_LEFT)
    found.sort(key=lambda row: row.top + row.bottom)
    return found


_LEFT = itemgetter(1)
"""The left edge of a word."""


# -- Two columns ------------------------------------------------------------------------------------------------------


def _column_blocks(found: list[_Row], width: float) -> dict[int, tuple[int, float]]:
    """Blocks in two columns: first row -> (row after the last, x of the border between the columns)."""
    blocks: dict[int, tuple[int, float]] = {}
    begun = ["".join([word[0][0] for word in row.words]) for row in found]
    some = _begin_a_block("\n".join(begun))  # else no row of the page can hold any of the words
    at = 0
    while at < len(found):
        block = None
        text = ""
        if some and _begin_a_block(begun[at]):
            text = folded("".join([word.text for word in found[at].words]))
        if text and _holds(text, "motto"):
            block = _letterhead(found, at, width)
        elif text and _holds(text, "closing") and len(text) < 60:
            block = _closing(found, at, width)
        elif _is_split(found[at], width) and at + 1 < len(found) and _is_split(found[at + 1], width):
            block = _pair(found, at, width)
        if block is None:
            at += 1
            continue
        first, stop, border = block
        first = max(first, max((other[0] for other in blocks.values()), default=0))
        blocks[first] = (stop, border)
        at = stop
    return blocks


def _letterhead(found: list[_Row], anchor: int, width: float) -> tuple[int, int, float] | None:
    """The letterhead around the national motto or the Party's name: from the top down to number, place and date."""
    row = found[anchor]
    start = next((w.x0 for w in row.words if folded(w.text)[:4] in ("cong", "dang")), row.x0)
    gap = row.gap_around(start - 1.0, start - 1.0) if start > row.x0 else (0.0, start)
    if gap is None or start < 0.25 * width:
        return None
    gutter = (max(gap[0], 0.1 * width), gap[1])
    first, dated = anchor, False
    while first > 0 and anchor - first < 6 and (tried := _narrowed(found[first - 1], gutter)):
        if _is_centred(found[first - 1], width) and not _parts_at(found[first - 1], tried):
            break
        gutter, first = tried, first - 1
    stop = anchor + 1
    while stop < len(found) and stop - anchor < 16:
        row = found[stop]
        one_side = row.x1 <= gutter[0] + 1 or row.x0 >= gutter[1] - 1
        tried = _narrowed(row, gutter)
        if tried is None or (_is_centred(row, width) and (one_side or not _parts_at(row, tried))):
            break
        if dated and row.x0 > gutter[0]:
            break  # below the date, only the left column goes on (V/v …)
        if dated and not one_side:
            break
        dated = dated or _has_date(row)
        gutter, stop = tried, stop + 1
    return first, stop, sum(gutter) / 2


def _narrowed(row: _Row, gutter: tuple[float, float]) -> tuple[float, float] | None:
    """What of the border strip stays free with this row too; None if too little."""
    if row.x1 < gutter[1] and row.x1 - gutter[0] < 0.5 * (gutter[1] - gutter[0]):
        gap: tuple[float, float] | None = (row.x1, float("inf"))
    elif row.x0 > gutter[0] and gutter[1] - row.x0 < 0.5 * (gutter[1] - gutter[0]):
        gap = (0.0, row.x0)
    else:
        gap = row.gap_around(*gutter)
        if gap is None and (widest := row.widest_gap()):
            gap = widest
        if gap is not None and gap[1] - gap[0] < 0.55 * row.height:
            return None
    if gap is None:
        return None
    low, high = max(gutter[0], gap[0]), min(gutter[1], gap[1])
    return (low, high) if high - low >= 0.3 * row.height else None


def _parts_at(row: _Row, gutter: tuple[float, float]) -> bool:
    """Whether a row has words on both sides of a wide space at the border strip."""
    gap = row.gap_around(*gutter)
    return gap is not None and gap[0] > 0 and gap[1] < float("inf") and gap[1] - gap[0] > row.height


def _is_centred(row: _Row, width: float) -> bool:
    """Whether the row stands in the middle of the page, with room on both sides."""
    return abs((row.x0 + row.x1) / 2 - width / 2) < 0.07 * width and row.x0 > 0.2 * width


def _has_date(row: _Row) -> bool:
    text = folded("".join(word.text for word in row.words))
    return "ngay" in text and ("thang" in text or "nam" in text)


def _closing(found: list[_Row], anchor: int, width: float) -> tuple[int, int, float] | None:
    """The closing: recipients on the left, from "Nơi nhận" down; capacity, position and signer on the right."""
    row = found[anchor]
    if row.x0 > 0.4 * width:
        return None
    gap = row.widest_gap()
    if gap is not None and gap[1] - gap[0] < 1.2 * row.height:
        gap = None
    gutter = gap or (min(row.x1, 0.4 * width), width)
    first = anchor
    while first > 0 and anchor - first < 4 and found[first - 1].x0 > max(0.4 * width, row.x1):
        if found[first - 1].bottom < found[first].top - 1.5 * row.height or found[first - 1].words[0].text.isdigit():
            break
        first -= 1
        gutter = (gutter[0], min(gutter[1], found[first].x0))
    right_edge = max(r.x1 for r in found)
    stop = anchor + 1
    while stop < len(found):
        row = found[stop]
        tried = _closing_gutter(row, gutter, right_edge, width)
        if tried is None:
            break
        gutter, stop = tried, stop + 1
    if gutter[1] >= width:
        return None  # nothing at the right: one column
    return first, stop, sum(gutter) / 2


def _closing_gutter(
    row: _Row, gutter: tuple[float, float], right_edge: float, width: float
) -> tuple[float, float] | None:
    low, high = gutter
    if row.x0 >= high - 1 or row.x0 > max(low + 2, 0.42 * width):
        return (low, min(high, row.x0))  # the right column alone
    if row.x1 <= high - 1 and row.x0 < 0.35 * width:
        return (max(low, row.x1) if row.x1 < high - 4 else low, high)  # the left column alone
    wide = row.widest_gap()
    if wide is not None and wide[1] - wide[0] >= 0.55 * row.height and wide[1] > 0.3 * width:
        around = row.gap_around(low, high) if high < width else wide
        inner = around if around and around[1] - around[0] >= 0.55 * row.height else wide
        tried = (max(low, inner[0]), min(high, inner[1]))
        if tried[1] - tried[0] > 1:
            return tried
        if wide[1] - wide[0] >= 1.5 * row.height:
            return wide
    return None


def _is_split(row: _Row, width: float) -> bool:
    """Whether a row has two parts and a wide space between them, as two signatures side by side have."""
    if len(row.words) > 14 or len(row.words) < 2:
        return False
    least = 3 * row.height
    wide: tuple[float, float] | None = None
    before = float("inf")
    for _, x0, _, x1, _, _ in row.words:
        if x0 - before >= least:
            if wide is not None:
                return False
            wide = before, x0
        before = x1
    return wide is not None and wide[1] > 0.4 * width and wide[0] < 0.6 * width


def _pair(found: list[_Row], at: int, width: float) -> tuple[int, int, float] | None:
    """Rows in two parts, one below the other."""
    gutter = found[at].widest_gap()
    stop = at + 1
    while gutter is not None and stop < len(found) and (tried := _narrowed(found[stop], gutter)):
        if tried[1] - tried[0] < 2 * found[stop].height or _is_centred(found[stop], width):
            break
        gutter, stop = tried, stop + 1
    return (at, stop, sum(gutter) / 2) if gutter and stop - at >= 2 else None


def _columns(found: list[_Row], border: float, block: int) -> list[LineText]:
    """The lines of the left column, then those of the right one."""
    out: list[LineText] = []
    for column in (0, 1):
        for row in found:
            words = tuple(w for w in row.words if ((w.x0 + w.x1) / 2 > border) == bool(column))
            if words:
                out.append(LineText(words, block, column))
    return out
