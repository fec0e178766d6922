"""Tables whose bars stand alone on their lines, as saved pages of legal sites have them.

    |                  the bar that opens a row
    Sở Y tế            a cell, on as many lines as its source had
    |
    Quý II/2026
    |                  closes the row
    |                  opens the next one; an empty cell looks the same

Blank lines stand above and below the table. The number of columns is that of the first row. Which bars close a row and
which stand around an empty cell is settled by the reading of the whole table that breaks the fewest rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ..knowledge import rows
from .columns import opens_annex
from .normalise import skeleton

Span = tuple[int, int]
Cell = list[Span]
"""The spans of a cell's physical lines."""

_EMPTY_CELL = re.compile(r"([*_]{1,3})\s+\1")
_OPEN_BAR = re.compile(r"(?<!\S)\|(?!\S)")
_OPEN_BARS = 2
_MOST_COLUMNS = 14
_MOST_LINES = 60  # in one cell: a stray bar is no table
_SHORT_ROW = 1.0
_EMPTY_ROW = 2.0
_UNCLOSED_ROW = 5.0


def read_bar_table(composed: str, lines: Sequence[tuple[int, int, str]], index: int) -> tuple[list[list[Cell]], int]:
    """The rows of the table that opens with the bar at `lines[index]`, and the index of the first line behind it.

    Args:
        composed: The text.
        lines: Start, end and stripped words of its lines that are not blank.
        index: Of a line that is a bar alone.

    Returns:
        No rows where what was looked through is no table of two columns or more.
    """
    above = lines[index - 1][1] if index else 0
    if index and composed.count("\n", above, lines[index][0]) < 2 and not _opens_numbers(lines, index + 1):
        return [], index + 1
    cells, stop = _cells(composed, lines, index)
    width = next((at for at, cell in enumerate(cells) if not cell), len(cells))
    return (_rows(cells, width), stop) if 2 <= width <= _MOST_COLUMNS else ([], stop)


def open_rows(lines: Sequence[tuple[int, int, str]], index: int) -> int:
    """Index after the rows `STT | Nhiệm vụ | Chủ trì`, whose bars stand between cells alone; `index` where none begin.

    Programs that take the text out of files write them so, often with blank lines between. The first row must head a
    column of numbers: a bar may part anything else.

    Args:
        lines: Start, end and stripped words of the lines that are not blank.
        index: Of the first row.
    """
    words = lines[index][2]
    bars = len(_OPEN_BAR.findall(words))
    if bars < _OPEN_BARS or skeleton(words.split("|", 1)[0]).strip(" *_.") not in _numbers():
        return index
    stop = index + 1
    while stop < len(lines) and len(_OPEN_BAR.findall(lines[stop][2])) == bars:
        stop += 1
    return stop if stop > index + 1 else index


def _opens_numbers(lines: Sequence[tuple[int, int, str]], index: int) -> bool:
    """Whether a line heads a column of numbers (`STT`): right below a line of words, bars may be anything else."""
    return index < len(lines) and skeleton(lines[index][2]).strip(" *_.") in _numbers()


@cache
def _numbers() -> frozenset[str]:
    return frozenset(
        skeleton(word) for row in rows("line_joining") if row["kind"] == "number_column" for word in row["words"]
    )


def _cells(composed: str, lines: Sequence[tuple[int, int, str]], index: int) -> tuple[list[Cell], int]:
    """What stands between the bars, up to a bar with a blank line below."""
    cells: list[Cell] = []
    cell: Cell = []
    last = index
    at = index + 1
    while at < len(lines):
        start, end, text = lines[at]
        if text == "|":
            cells.append(cell)
            cell, last = [], at
            following = lines[at + 1][0] if at + 1 < len(lines) else len(composed)
            if at + 1 == len(lines) or composed.count("\n", end, following) > 1:
                return cells, at + 1
        elif _EMPTY_CELL.fullmatch(text):
            cell.append((start, end))  # bold blanks: a cell without words, which a bar alone does not tell
        elif not cell and (opens_annex(text) or not text.strip(" *_")):
            return cells, at
        elif text.strip(" *_"):
            if "|" in text or len(cell) >= _MOST_LINES:
                return [], at
            cell.append((start, end))
        at += 1
    return cells, last + 1  # what stands behind the last bar belongs to no cell


def _rows(cells: list[Cell], width: int) -> list[list[Cell]]:
    """The cells in rows of at most `width`."""
    impossible = float("inf")
    costs = [0.0] + [impossible] * width  # by the number of cells in the row that is open
    choices: list[list[tuple[int, bool]]] = []  # for each cell and state: the state before, and whether a row ended
    for cell in cells:
        following = [impossible] * (width + 1)
        chosen = [(0, False)] * (width + 1)
        for count, cost in enumerate(costs):
            if cost == impossible:
                continue
            options = [(count + 1, cost, False)] if count < width else []
            if not cell:
                price = 0.0 if count == width else _SHORT_ROW if count else _EMPTY_ROW
                options.append((0, cost + price, True))
            elif count == width:
                options.append((1, cost + _UNCLOSED_ROW, True))
            for state, total, ended in options:
                if total < following[state]:
                    following[state], chosen[state] = total, (count, ended)
        costs = following
        choices.append(chosen)
    state = min(range(width + 1), key=lambda count: (costs[count] + (_SHORT_ROW if count < width else 0.0), -count))
    rows: list[list[Cell]] = [[]]
    for cell, chosen in zip(reversed(cells), reversed(choices), strict=True):
        before, ended = chosen[state]
        if not ended or state == 1:
            rows[-1].append(cell)
        if ended:
            rows.append([])
        state = before
    return [row[::-1] for row in reversed(rows) if any(row)]
