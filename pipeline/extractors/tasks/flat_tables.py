"""Tables of tasks whose cells a converter put below each other as paragraphs.

    Nhiệm vụ ⏎ Cơ quan chủ trì ⏎ Phối hợp ⏎ Thời gian ⏎ Lập hồ sơ các bến ⏎ Sở Xây dựng ⏎ Công an tỉnh ⏎ Quý I/2024 ⏎ …

The header is a run of short paragraphs that name columns; what follows is read in order: words with a body behind them
begin a row, and each cell takes the next column that may hold it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from ...segmentation.model import Paragraph, Span
from .tables import BODY_ROLES, ColumnRole, TaskTable, column_of, is_bodies, is_number, is_time

_HEADER_CELL = 45
_FEWEST_COLUMNS, _COLUMNS = 3, 12
_CELLS = 3000


def flat_tables(text: str, paragraphs: Sequence[Paragraph]) -> list[TaskTable]:
    """The tables of tasks among paragraphs, in order.

    Args:
        text: Clean text.
        paragraphs: Those of the body and annexes, in order.
    """
    found: list[TaskTable] = []
    at = 0
    while at < len(paragraphs):
        columns = _header(text, paragraphs, at)
        if columns is None:
            at += 1
            continue
        rows, stop = _rows(text, paragraphs, at + len(columns), columns)
        if rows:
            found.append(TaskTable(paragraphs[at].start, paragraphs[stop - 1].end, columns, tuple(rows)))
        at = max(stop, at + 1)
    return found


def _header(text: str, paragraphs: Sequence[Paragraph], at: int) -> tuple[ColumnRole | None, ...] | None:
    """The columns that the paragraphs from `at` on name; None where they are no header of a table of tasks."""
    short: list[str] = []
    for one in paragraphs[at : at + _COLUMNS]:
        if one.depth or one.end - one.start > _HEADER_CELL or text[one.end - 1] in ".;:,":
            break
        short.append(text[one.start : one.end])
    if len(short) < _FEWEST_COLUMNS:
        return None
    columns = list(takewhile(lambda role: role is not None, map(column_of, short)))
    held = set(columns)
    return tuple(columns) if "task" in held and held & set(BODY_ROLES) and len(columns) >= _FEWEST_COLUMNS else None


def _rows(
    text: str, paragraphs: Sequence[Paragraph], at: int, columns: Sequence[ColumnRole | None]
) -> tuple[list[tuple[Span, ...]], int]:
    """The rows below a header, and the index of the paragraph behind them."""
    task = columns.index("task")
    rows: list[list[Span]] = []
    place = len(columns)
    first = at
    while at < len(paragraphs) and at - first < _CELLS:
        paragraph = paragraphs[at]
        if 0 < paragraph.depth <= 5:
            break
        cell = (paragraph.content, paragraph.end)
        at += 1
        if is_number(text, cell):
            place = len(columns)
            continue
        column = task if _begins_row(text, paragraphs, at, cell) else _next_column(text, columns, place, cell)
        if column is None:
            if not rows or place < len(columns) - 1:
                return _kept(rows, task), at - 1
            continue
        if column == task:
            rows.append([(cell[0], cell[0])] * len(columns))
        if rows:
            rows[-1][column] = cell
            place = column + 1
    return _kept(rows, task), at


def _kept(rows: list[list[Span]], task: int) -> list[tuple[Span, ...]]:
    """The rows that have more than their task."""
    return [tuple(row) for row in rows if any(low < high for place, (low, high) in enumerate(row) if place != task)]


def _begins_row(text: str, paragraphs: Sequence[Paragraph], following: int, cell: Span) -> bool:
    """Whether a cell is the task of a new row: words, and a body in the next paragraph."""
    if is_bodies(text, cell) or is_time(text, cell) or following >= len(paragraphs):
        return False
    after = paragraphs[following]
    return is_bodies(text, (after.content, after.end))


def _next_column(text: str, columns: Sequence[ColumnRole | None], place: int, cell: Span) -> int | None:
    """The next column from `place` on that may hold a cell."""
    bodies, time = is_bodies(text, cell), is_time(text, cell)
    for number in range(place, len(columns)):
        role = columns[number]
        if (role in BODY_ROLES and bodies) or (role == "time" and time):
            return number
        if role in ("output", "resources", "other") and not bodies and not time:
            return number
    return None
