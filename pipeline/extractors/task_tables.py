"""Tables of tasks: `Nhiệm vụ | Chủ trì | Phối hợp | Thời hạn`, known by the words of their header row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..knowledge import rows
from ..segmentation.model import Segments, Span

ColumnRole = Literal["lead", "coordinate", "direct", "implement", "supervise", "time", "task"]

_BODY_ROLES = frozenset(("lead", "coordinate", "direct", "implement", "supervise"))


def _columns_of(role: str) -> re.Pattern[str]:
    patterns = [
        p for row in rows("role_phrases") if row["kind"] == "column" and row["role"] == role for p in row["patterns"]
    ]
    return re.compile("(?i:" + "|".join(patterns) + ")")


_ORDER: tuple[ColumnRole, ...] = ("lead", "coordinate", "direct", "supervise", "implement", "time", "task")
_COLUMNS = tuple((role, _columns_of(role)) for role in _ORDER)


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A table of tasks.

    Attributes:
        start, end: Half-open clean offsets of the whole table.
        columns: What each column holds, by its number.
        rows: The rows under the header, each a cell a column.
    """

    start: int
    end: int
    columns: dict[int, ColumnRole]
    rows: tuple[tuple[Span, ...], ...]

    def cells(self, row: tuple[Span, ...], role: ColumnRole) -> Iterator[Span]:
        """The cells of a row that hold something of one kind."""
        for number, held in self.columns.items():
            if held == role and number < len(row) and row[number][1] > row[number][0]:
                yield row[number]


def task_tables(segments: Segments) -> list[TaskTable]:
    """The tables of tasks of a document; other tables are left out."""
    found: list[TaskTable] = []
    for table in segments.document.tables:
        filled = [cell for row in table for cell in row if cell[1] > cell[0]]
        for number, row in enumerate(table[:3]):
            columns = _read_header(segments.text, row)
            if columns:
                found.append(TaskTable(filled[0][0], filled[-1][1], columns, tuple(table[number + 1 :])))
                break
    return found


def _read_header(text: str, row: tuple[Span, ...]) -> dict[int, ColumnRole]:
    """Column number to what it holds; empty unless the row is the header of a table of tasks."""
    columns: dict[int, ColumnRole] = {}
    for number, (start, end) in enumerate(row):
        if not 0 < end - start <= 80:
            continue
        words = text[start:end]
        for role, pattern in _COLUMNS:
            if pattern.search(words):
                columns[number] = role
                break
    held = set(columns.values())
    return columns if held & _BODY_ROLES and len(held) > 1 else {}
