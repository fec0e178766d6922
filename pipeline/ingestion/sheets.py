"""Sheets of a workbook as text: titles and closing as lines, the table between them as rows `| a | b |`.

Annexes of plans, with their tables of tasks and targets, come as Excel files. What a sheet shows counts: a share of
0.95 in a cell of the form `0%` is read as 95%, a day as dd/mm/yyyy. Formulas are never computed: their last results are
read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import EmptyFileError
from .flow import Cell, spread, table_text
from .layout import anchors, folded
from .legacy import converted
from .pages import MERGED, Source

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 20_000, 64, 200
_TABLE_FROM = 3  # filled cells of a row that begins a table
_DATE_FORM = re.compile(r"[dy]|mm", re.I)
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)


@dataclass
class Sheet:
    """A sheet while it is read: text by (row, column), and merged areas (first row, first column, rows, columns)."""

    name: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def put(self, row: int, column: int, text: str) -> None:
        """The text of a cell; both 0-based. What lies beyond the limits is left out."""
        text = text.strip()
        if text and row < MOST_ROWS and column < MOST_COLUMNS:
            self.cells[row, column] = text

    def rows(self) -> list[list[str]]:
        """The grid; a cell that goes on from above holds `MERGED`."""
        spans = {(row, column): (down, across) for row, column, down, across in self.merged}
        covered = {
            (row, column + k)
            for row, column, _, across in self.merged[:MOST_ROWS]
            for k in range(1, min(across, MOST_COLUMNS))
        }
        by_row: dict[int, dict[int, str]] = {}
        for (row, column), text in self.cells.items():
            by_row.setdefault(row, {})[column] = text
        last = max(by_row, default=-1)
        grid: list[list[Cell]] = []
        held: dict[int, int] = {}  # column: first row below an area that covers it
        for row in range(last + 1):
            cells: list[Cell] = []
            texts = by_row.get(row, {})
            width = max(texts, default=-1) + 1
            for column in range(width):
                if held.get(column, 0) > row or (row, column) in covered:
                    continue
                down, across = spans.get((row, column), (1, 1))
                if down > 1:
                    for k in range(min(across, MOST_COLUMNS)):
                        held[column + k] = row + down
                cells.append(Cell(texts.get(column, ""), down, across))
            grid.append(cells)
        return spread(grid)


def shown_number(value: float, form: str, since_1904: bool = False) -> str:
    """A number as a cell of a form shows it: a date, a share in percent, else without needless decimals.

    Args:
        value: As stored.
        form: The cell's number format, such as `0.0%` or `dd/mm/yyyy`.
        since_1904: Days are counted from 1904.
    """
    plain = _LITERAL.sub("", form.split(";")[0])
    if plain != "General" and "%" not in plain and "#" not in plain and "0" not in plain and _DATE_FORM.search(plain):
        return shown_date(value, since_1904)
    if "%" in plain:
        decimals = len(re.findall(r"[0#?]", plain.partition(".")[2]))
        return f"{value * 100:.{min(decimals, 6)}f}%".replace(".", ",")
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}".replace(".", ",")


def shown_date(value: float, since_1904: bool = False) -> str:
    """A day by its number, as dd/mm/yyyy."""
    try:
        day = (_EPOCH_1904 if since_1904 else _EPOCH) + dt.timedelta(days=value)
    except (OverflowError, ValueError):
        return str(value)
    return day.strftime("%d/%m/%Y") if value >= 1 else day.strftime("%H:%M")


def as_source(kind: str, sheets: Sequence[Sheet], warnings: Sequence[str], legacy: set[str]) -> Source:
    """The sheets as one text, a form feed between them.

    Raises:
        EmptyFileError: There is no text in any of them.
    """
    texts = [text for sheet in sheets if (text := _text(sheet.rows())).strip()]
    if not texts:
        raise EmptyFileError("is a workbook without text")
    text, found = converted("\n\f\n".join(texts))
    names = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}
    notes = [f"text of {names[name]} fonts, read as Unicode" for name in sorted({*legacy, *filter(None, (found,))})]
    return Source(kind, "flow", text.replace("\xad", "") + "\n", warnings=(*warnings, *notes))


def _text(rows: list[list[str]]) -> str:
    """A sheet's text: what stands above its table, the table, and what stands below."""
    counts = [sum(bool(cell) and cell != MERGED for cell in row) for row in rows]
    wide = [
        k for k, row in enumerate(rows) if sum(bool(cell) for cell in row) >= _TABLE_FROM and not _is_frame(row)
    ]  # fmt: skip
    if not wide:
        return _lines(rows)
    first, last = wide[0], wide[-1]
    for k in range(last + 1, len(rows)):
        if counts[k] == 0 or _is_frame(rows[k]):
            break
        if counts[k] >= 2:
            last = k
    table = _compact(rows[first : last + 1])
    parts = [_lines(rows[:first]), table_text(table, bordered=True), _lines(rows[last + 1 :])]
    return "\n".join(part for part in parts if part)


def _is_frame(row: Sequence[str]) -> bool:
    """Whether a row belongs to a letterhead or closing."""
    text = folded("".join(row))
    return any(anchor in text for kind in ("motto", "closing") for anchor in anchors(kind))


def _lines(rows: Sequence[Sequence[str]]) -> str:
    """Rows outside the table: those in columns column by column, others line by line."""
    out: list[str] = []
    held: list[list[str]] = []
    for row in [*rows, []]:
        filled = [cell for cell in row if cell and cell != MERGED]
        if len(filled) >= 2:
            held.append(list(row))
            continue
        if held and len(filled) == 1 and not _is_title(filled[0]) and row.index(filled[0]) > 0:
            held.append(list(row))  # one side alone goes on
            continue
        if held:
            out.append(_side_by_side(held))
            held = []
        out.extend(filled)
    return "\n".join(out)


def _is_title(text: str) -> bool:
    return text.isupper() and len(text.split()) <= 12 and not any(a in folded(text) for a in anchors("closing"))


def _side_by_side(rows: list[list[str]]) -> str:
    """Text in columns: the left one first, cut where most rows have their second part."""
    starts = [[k for k, cell in enumerate(row) if cell and cell != MERGED] for row in rows]
    seconds = [places[1] for places in starts if len(places) > 1]
    cut = min(seconds)
    left = [cell for row in rows for cell in row[:cut] if cell and cell != MERGED]
    right = [cell for row in rows for cell in row[cut:] if cell and cell != MERGED]
    return "\n".join([*left, *right])


def _compact(rows: list[list[str]]) -> list[list[str]]:
    """The rows without columns that are empty throughout."""
    width = max(map(len, rows), default=0)
    kept = [k for k in range(width) if any(k < len(row) and row[k] and row[k] != MERGED for row in rows)]
    return [[row[k] if k < len(row) else "" for k in kept] for row in rows]
