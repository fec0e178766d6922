"""Tables of tasks: `Nhiệm vụ | Chủ trì | Phối hợp | Thời hạn`, known by the words of their header row.

A converter may have flattened a table to one cell a line. Its header is then a run of short lines, and what follows is
read in order: words that are no bodies and no time begin a row, the bodies after them fill the columns of bodies.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..grammar.name_lists import parse_body_list
from ..grammar.roles import past
from ..knowledge import rows
from ..segmentation.model import Paragraph, Segments, Span

ColumnRole = Literal["lead", "coordinate", "direct", "implement", "supervise", "time", "task", "other"]

_BODY_ROLES = frozenset(("lead", "coordinate", "direct", "implement", "supervise"))
_HEADER_CELL = 80
_HEADER_ROWS = 3
_FLAT_HEADER_CELL = 45
_FLAT_COLUMNS = 12
_FLAT_CELLS = 3000
_HEADER_KEYS = ("hủ trì", "HỦ TRÌ", "ực hiện", "ỰC HIỆN", "ân công", "ách nhiệm")


def _columns_of(role: str) -> re.Pattern[str]:
    found = [row for row in rows("role_phrases") if row["kind"] == "column" and row["role"] == role]
    return re.compile("(?i:" + "|".join(pattern for row in found for pattern in row["patterns"]) + ")")


_ORDER: tuple[ColumnRole, ...] = ("lead", "coordinate", "direct", "supervise", "implement", "time", "task", "other")
_COLUMNS = tuple((role, _columns_of(role)) for role in _ORDER)
_TIME_CELL = re.compile(
    "|".join(pattern for row in rows("role_phrases") if row["kind"] == "time_cell" for pattern in row["patterns"])
)


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
    """The tables of tasks of a document, in order; other tables are left out. They are looked for once a document."""
    known = segments.notes.get("task_tables")
    if not isinstance(known, list):
        known = segments.notes["task_tables"] = _find_tables(segments)
    return known


def _find_tables(segments: Segments) -> list[TaskTable]:
    found: list[TaskTable] = []
    for table in segments.document.tables:
        filled = [cell for row in table for cell in row if cell[1] > cell[0]]
        for number, row in enumerate(table[:_HEADER_ROWS]):
            columns = _read_header(segments.text, row)
            if columns:
                found.append(TaskTable(filled[0][0], filled[-1][1], columns, tuple(table[number + 1 :])))
                break
    found += _flat_tables(segments, found)
    return sorted(found, key=lambda table: table.start)


def _column(words: str) -> ColumnRole | None:
    return next((role for role, pattern in _COLUMNS if pattern.search(words)), None)


def _read_header(text: str, row: tuple[Span, ...]) -> dict[int, ColumnRole]:
    """Column number to what it holds; empty unless the row is the header of a table of tasks."""
    columns: dict[int, ColumnRole] = {}
    for number, (start, end) in enumerate(row):
        role = _column(text[start:end]) if 0 < end - start <= _HEADER_CELL else None
        if role is not None:
            columns[number] = role
    held = set(columns.values()) - {"other"}
    return columns if held & _BODY_ROLES and len(held) > 1 else {}


# -- flattened tables --------------------------------------------------------------------------------------------------


def _flat_tables(segments: Segments, known: list[TaskTable]) -> Iterator[TaskTable]:
    """The tables that stand as one cell a paragraph."""
    read_to = 0
    for place in _header_places(segments):
        if place < read_to or any(table.start <= segments.paragraphs[place].start < table.end for table in known):
            continue
        while place > read_to and _header_role(segments, place - 1) is not None:
            place -= 1
        header = _flat_header(segments, place)
        if header is None:
            continue
        table, read_to = _flat_rows(segments, segments.paragraphs[place].start, *header)
        if table is not None:
            yield table


def _header_places(segments: Segments) -> list[int]:
    """Indices of the short paragraphs that may be the header of a column of bodies."""
    text, starts, found = segments.text, [p.start for p in segments.paragraphs], set[int]()
    for key in _HEADER_KEYS:
        at = text.find(key)
        while at >= 0:
            index = bisect_right(starts, at) - 1
            if index >= 0 and _may_be_header(text, segments.paragraphs[index]):
                found.add(index)
            at = text.find(key, at + 1)
    return sorted(found)


def _header_role(segments: Segments, index: int) -> ColumnRole | None:
    paragraph = segments.paragraphs[index]
    if not _may_be_header(segments.text, paragraph):
        return None
    return _column(segments.text[paragraph.start : paragraph.end])


def _may_be_header(text: str, paragraph: Paragraph) -> bool:
    if paragraph.depth or paragraph.end - paragraph.start > _FLAT_HEADER_CELL:
        return False
    return paragraph.region in ("body", "annex") and text[paragraph.end - 1] not in ".;:,"


def _flat_header(segments: Segments, index: int) -> tuple[list[ColumnRole], int] | None:
    """The roles of the header cells from `index` on, and the index after them; None if it is no header of tasks."""
    roles: list[ColumnRole] = []
    while index < len(segments.paragraphs) and len(roles) < _FLAT_COLUMNS:
        role = _header_role(segments, index)
        if role is None:
            break
        roles.append(role)
        index += 1
    held = set(roles)
    if len(roles) < 3 or not held & {"lead", "implement"} or len(held - {"other"}) < 2:
        return None
    return roles, index


def _flat_rows(segments: Segments, start: int, roles: list[ColumnRole], index: int) -> tuple[TaskTable | None, int]:
    """The rows below a flattened header, read in order, and the index after them."""
    bodies = [role for role in roles if role in _BODY_ROLES]
    columns: dict[int, ColumnRole] = {0: "task", **dict(enumerate(bodies, start=1)), len(bodies) + 1: "time"}
    found: list[list[Span]] = []
    end, filled, closed, first = start, 0, True, index
    while index < len(segments.paragraphs) and index - first < _FLAT_CELLS:
        paragraph = segments.paragraphs[index]
        if 0 < paragraph.depth <= 5 or paragraph.region not in ("body", "annex"):
            break
        kind = _flat_kind(segments.text, paragraph)
        cell = (paragraph.content, paragraph.end)
        index, end = index + 1, paragraph.end
        if kind == "task":
            if closed or filled:
                found.append([cell] + [(cell[0], cell[0])] * (len(bodies) + 1))
            else:
                found[-1][0] = cell
            filled, closed = 0, False
        elif not found or closed:
            continue
        elif kind == "time":
            found[-1][-1], closed = cell, True
        elif kind == "body" and filled < len(bodies):
            filled += 1
            found[-1][filled] = cell
    kept = tuple(tuple(row) for row in found if any(low < high for low, high in row[1:]))
    return (TaskTable(start, end, columns, kept) if kept else None), index


def _flat_kind(text: str, paragraph: Paragraph) -> str:
    """`number`, `time`, `body` or `task`: what a cell of a flattened table holds."""
    start, end = paragraph.content, paragraph.end
    if end - start <= 4 and text[start:end].strip(".) ").isalnum() and not text[start:end].islower():
        return "number"
    if end - start <= 70 and _TIME_CELL.fullmatch(text, start, end):
        return "time"
    bodies, stop = parse_body_list(text, start, end)
    return "body" if bodies and past(text, stop, end, " .;,…") >= end else "task"
