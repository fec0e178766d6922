"""Tables whose cells stand one below the other, between lines that hold nothing but a bar.

    |                       A web page's table as converters to Markdown print it: every row begins and ends with a
    STT                     bar, cells are parted by one, and two bars on end close a row and open the next one, or
    |                       hold an empty cell between them. How many cells a row has is told by its first row and by
    Nhiệm vụ                most of the others; rows with fewer cells have merged ones.
    |
    |
    1
    |
    Tập huấn …
    |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from .columns import opens_annex

_MOST_COLUMNS = 24
_SHORT_ROW = 10
"""What a row with fewer cells than the table costs, next to `_EMPTY_CELL` for an empty one."""
_EMPTY_CELL = 1

Row = tuple[tuple[int, int], ...]
"""Cells as half-open indices of physical lines; an empty cell is (n, n)."""


class Stack(NamedTuple):
    """A table in a column: its rows, and the index of the physical line after it."""

    rows: tuple[Row, ...]
    stop: int


def read_stack(composed: str, lines: Sequence[tuple[int, int, str]], first: int) -> Stack | None:
    """The table that begins with the bar on line `first`; None where the bars make no table of two columns and rows.

    Args:
        composed: The text.
        lines: Start, end and stripped words of its lines that are not blank.
        first: Index of a line that holds a bar alone.
    """
    bars, stop = _bars(composed, lines, first)
    slots = [(low + 1, high) for low, high in zip(bars, bars[1:], strict=False)]
    width = _width(slots)
    if width < 2 or len(slots) < 2 * width:
        return None
    rows = _rows(slots, width)
    return Stack(tuple(rows), stop) if len(rows) > 1 else None


def _bars(composed: str, lines: Sequence[tuple[int, int, str]], first: int) -> tuple[list[int], int]:
    """Lines with the bars of one table, and the line after it: a blank line or an annex behind a bar ends the table."""
    bars = [first]
    stop = at = first + 1
    while at < len(lines):
        start, end, text = lines[at]
        if text == "|":
            bars.append(at)
            stop = at + 1
        elif opens_annex(text) or (bars[-1] == at - 1 and _is_apart(composed, lines[at - 1][1], start, text)):
            break
        elif text[0] == "|" or text[-1] == "|":
            break
        at += 1
    return bars, stop


def _is_apart(composed: str, bar: int, start: int, text: str) -> bool:
    """Whether what follows a bar is no cell: a blank line, or one with nothing but residue, stands before it."""
    return composed.count("\n", bar, start) > 1 or not any(map(str.isalnum, text))


def _width(slots: Sequence[tuple[int, int]]) -> int:
    """Cells of a row: of the first one, unless most of the others have another number."""
    runs: list[int] = []
    run = 0
    for low, high in slots:
        if low < high:
            run += 1
        elif run:
            runs.append(run)
            run = 0
    if run:
        runs.append(run)
    if not runs:
        return 0
    common, count = Counter(runs).most_common(1)[0]
    width = common if common > runs[0] and count > 1 else runs[0]
    return min(width, _MOST_COLUMNS)


def _rows(slots: Sequence[tuple[int, int]], width: int) -> list[Row]:
    """The slots parted into rows at the least cost: a row has `width` cells, or fewer, and an empty slot behind it."""
    size = len(slots)
    best: list[tuple[int, int]] = [(0, size)] * (size + 1)  # cost from a slot on, and where its row ends
    empty = [low == high for low, high in slots]
    for at in range(size - 1, -1, -1):
        found: tuple[int, int] | None = None
        blank = 0
        for count in range(1, min(width, size - at) + 1):
            end = at + count
            blank += empty[end - 1]
            if end < size and not empty[end]:
                continue
            cost = best[min(end + 1, size)][0] + blank * _EMPTY_CELL + (_SHORT_ROW if count < width else 0)
            if found is None or cost <= found[0]:
                found = cost, end
        best[at] = found or (_SHORT_ROW * (size - at), min(at + width, size))
    rows: list[Row] = []
    at = 0
    while at < size:
        end = best[at][1]
        row = tuple(slots[at:end])
        if any(low < high for low, high in row):
            rows.append(row)
        at = end + 1 if end < size and empty[end] else end
    return rows
