"""Tables of tasks: known by a header with a column of work and one of bodies.

    | TT | Nhiệm vụ | Chủ trì | Phối hợp | Thời hạn | Sản phẩm |

A header may take two rows and come again on the next page; a table that goes on behind an annex heading or a page has
none. Rows in which a converter left cells out are read by what their cells hold. Tables of figures, lists of members
and forms have no column of work with one of bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from ...grammar.name_lists import parse_body_list
from ...grammar.phrases import past, phrases
from ...records import Role
from ...segmentation.model import Span
from ...text.patterns import Pattern
from .lines import charges
from .readings import Charged, Reading

ColumnRole = Literal[
    "lead", "coordinate", "direct", "implement", "supervise", "time", "task", "output", "resources", "other"
]
Row = Sequence[Span]

BODY_ROLES: tuple[Role, ...] = ("lead", "direct", "implement", "coordinate", "supervise")
_ORDER: tuple[ColumnRole, ...] = (
    "other", "lead", "coordinate", "direct", "supervise", "implement", "time", "output", "resources", "task",
)  # fmt: skip
_HEADER_CELL = 90
_HEADER_ROWS = 6
_TIME_CELL = 90
_NUMBER = Pattern(r"[\s*]*(?:\d{1,3}(?:\.\d{1,3}){0,3}|[IVX]{1,5}|[A-Za-zĐđ]|\(?\d{1,2}\)?)[.)]?\s*")
_LETTERS = Pattern(r"[^\W\d_]")


@cache
def _columns() -> tuple[tuple[ColumnRole, Pattern], ...]:
    return tuple((role, Pattern("(?i:" + "|".join(phrases("column", role)) + ")")) for role in _ORDER)


@cache
def _members() -> Pattern:
    return Pattern("(?i:" + "|".join(phrases("member_column")) + ")")


@cache
def _time_cell() -> Pattern:
    return Pattern("|".join(phrases("time_cell")))


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A table of tasks.

    Attributes:
        start, end: Half-open clean offsets of the whole table.
        columns: What each column holds.
        rows: The rows below the header.
    """

    start: int
    end: int
    columns: tuple[ColumnRole | None, ...]
    rows: tuple[Row, ...]


def task_tables(text: str, tables: Sequence[Sequence[Row]]) -> list[TaskTable]:
    """The tables of tasks among the tables of a document, in order.

    Args:
        text: Clean text.
        tables: Rows of cells, each a clean span.
    """
    found: list[TaskTable] = []
    last: TaskTable | None = None
    for table in tables:
        filled = [cell for row in table for cell in row if cell[1] > cell[0]]
        if not filled:
            continue
        low, high = min(cell[0] for cell in filled), max(cell[1] for cell in filled)
        header = _find_header(text, table)
        if header is not None:
            last = TaskTable(low, high, header[0], tuple(table[header[1] :]))
        elif last is not None and len(table[0]) == len(last.columns) and _goes_on(text, last, table):
            last = TaskTable(low, high, last.columns, tuple(table))
        else:
            last = None
            continue
        found.append(last)
    return found


def _find_header(text: str, table: Sequence[Row]) -> tuple[tuple[ColumnRole | None, ...], int] | None:
    """What the columns hold, and the first row below the header; None where the table is none of tasks."""
    for number, row in enumerate(table[:_HEADER_ROWS]):
        columns = _read_header(text, row)
        if columns is None:
            continue
        after = number + 1
        if after < len(table) and (below := _second_row(text, columns, table[after])) is not None:
            columns, after = below, after + 1
        return (columns, after) if _is_of_tasks(columns) else None
    return None


def _read_header(text: str, row: Row) -> tuple[ColumnRole | None, ...] | None:
    """What the cells of a row name; None where they are no header with a column of bodies."""
    words = [" ".join(text[start:end].split()) for start, end in row]
    if any(len(one) > _HEADER_CELL for one in words) or any(_members().search(one) for one in words):
        return None
    columns = tuple(column_of(one) for one in words)
    held = {one for one in columns if one is not None and one != "other"}
    return columns if held & set(BODY_ROLES) and len(held) > 1 else None


def column_of(words: str) -> ColumnRole | None:
    """What a column holds, by the words of its header; None where they name nothing that is known."""
    return next((role for role, pattern in _columns() if words and pattern.search(words)), None)


def _second_row(text: str, columns: tuple[ColumnRole | None, ...], row: Row) -> tuple[ColumnRole | None, ...] | None:
    """The columns as the second row of a header has them (`Đơn vị thực hiện` over `Chủ trì`, `Phối hợp`)."""
    words = [" ".join(text[start:end].split()) for start, end in row]
    if any(len(one) > _HEADER_CELL // 2 or ":" in one for one in words) or len(words) != len(columns):
        return None
    below = [column_of(one) for one in words]
    if not {"lead", "coordinate"} & set(below) or any(parse_body_list(text, *cell)[0] for cell in row):
        return None
    return tuple(new or old for new, old in zip(below, columns, strict=True))


def _is_of_tasks(columns: Sequence[ColumnRole | None]) -> bool:
    return "task" in columns and any(role in columns for role in BODY_ROLES)


def _goes_on(text: str, table: TaskTable, rows: Sequence[Row]) -> bool:
    """Whether rows without a header have bodies where the table before them has."""
    places = [number for number, role in enumerate(table.columns) if role in BODY_ROLES]
    named = sum(bool(parse_body_list(text, *row[place])[0]) for row in rows for place in places if _filled(row, place))
    return named >= max(1, len(rows) // 2)


def _filled(row: Row, place: int) -> bool:
    return place < len(row) and row[place][1] > row[place][0]


# -- rows --------------------------------------------------------------------------------------------------------------


def table_readings(text: str, table: TaskTable) -> Iterator[Reading]:
    """The tasks of a table, row by row."""
    above: dict[int, Span] = {}
    for row in table.rows:
        cells = _aligned(text, table.columns, row)
        if cells is None:
            above = {}
            continue
        for place, role in enumerate(table.columns):
            if role in BODY_ROLES and place not in cells and place in above and place > max(cells):
                cells[place] = above[place]
        above = cells
        reading = _read_row(text, table.columns, cells)
        if reading is not None:
            yield reading


def _is_short(row: Row) -> bool:
    """Whether cells at the end of a row are missing, as where a converter left merged ones out."""
    return row[-1][1] <= row[-1][0]


def _aligned(text: str, columns: Sequence[ColumnRole | None], row: Row) -> dict[int, Span] | None:
    """The filled cells of a row by column; None for a row that holds no task (a group, a header again, numbers)."""
    filled = [place for place in range(min(len(row), len(columns))) if _filled(row, place)]
    if _read_header(text, row) is not None or not any(_LETTERS.search(text, *row[place]) for place in filled):
        return None
    task = columns.index("task")
    if not any(_filled(row, place) for place, role in enumerate(columns) if role not in (None, "other", "task")):
        return None
    cells = {place: row[place] for place in filled}
    fits = all(_fits(text, columns[place], cells[place]) for place in filled)
    if fits or not _is_short(row):
        return cells if task in cells else None
    return _by_kind(text, columns, [row[place] for place in filled])


def _fits(text: str, role: ColumnRole | None, cell: Span) -> bool:
    if role == "task":
        return not is_number(text, cell)
    if role in BODY_ROLES:
        return not is_number(text, cell) and not is_time(text, cell)
    return True


def _by_kind(text: str, columns: Sequence[ColumnRole | None], cells: Sequence[Span]) -> dict[int, Span] | None:
    """Cells whose columns are not known, put where they fit: each to the next column that may hold it."""
    found: dict[int, Span] = {}
    place = 0
    for cell in cells:
        for number in range(place, len(columns)):
            if _may_hold(text, columns[number], cell):
                found[number] = cell
                place = number + 1
                break
    return found if columns.index("task") in found else None


def is_number(text: str, cell: Span) -> bool:
    """Whether a cell holds the number of a row or nothing else."""
    return _NUMBER.fullmatch(text, *cell) is not None


def is_time(text: str, cell: Span) -> bool:
    """Whether a cell holds a time and nothing else."""
    return cell[1] - cell[0] <= _TIME_CELL and _time_cell().fullmatch(text, *cell) is not None


def is_bodies(text: str, cell: Span) -> bool:
    """Whether a cell holds bodies and nothing else."""
    bodies, stop = parse_body_list(text, *cell)
    return bool(bodies) and past(text, stop, cell[1], " .;,…\n") >= cell[1]


def _may_hold(text: str, role: ColumnRole | None, cell: Span) -> bool:
    number, time, named = is_number(text, cell), is_time(text, cell), is_bodies(text, cell)
    if role in (None, "other"):
        return number
    if role == "task":
        return not number and not time and not named
    if role == "time":
        return time
    return named if role in BODY_ROLES else not (number or time or named)


def _read_row(text: str, columns: Sequence[ColumnRole | None], cells: dict[int, Span]) -> Reading | None:
    of: dict[ColumnRole, list[Span]] = {}
    for place, cell in cells.items():
        role = columns[place]
        if role is not None:
            of.setdefault(role, []).append(cell)
    charged: list[Charged] = []
    for role in BODY_ROLES:
        for cell in of.get(role, []):
            charged += charges(text, cell, role)
    kept: dict[str, Charged] = {}
    for one in charged:
        kept.setdefault(one.body.name, one)
    if not kept or not of.get("task"):
        return None
    start, end = of["task"][-1] if len(of["task"]) > 1 and len(of["task"][0]) < 3 else of["task"][0]
    start = past(text, start, end, " -+•.\n")
    if start >= end:
        return None
    reading = Reading((start, end), (start, end), tuple(kept.values()), "table", "table.row", 0.95)
    return replace(
        reading,
        time=next(iter(of.get("time", [])), None),
        output=next(iter(of.get("output", [])), None),
        resources=next(iter(of.get("resources", [])), None),
    )
