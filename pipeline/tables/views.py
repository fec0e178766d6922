"""The tables as one file: a workbook for people, all tables in a workbook, a DuckDB database; all made from Parquet."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MissingDependencyError
from .cells import LIST_SEPARATOR
from .corpus import REGISTER_TABLES
from .labels import About
from .schema import TABLES, Column, Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Limits of a worksheet and of a cell. Source: Microsoft, "Excel specifications and limits".
_SHEET_ROWS, _CELL_CHARACTERS = 1_048_576, 32_767
_CUT = "… (cut: too long for a cell; whole in the other formats)"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PACKAGES = {"duckdb": ("duckdb", "duckdb"), "xlsx": ("xlsxwriter", "xlsx"), "xlsx-full": ("xlsxwriter", "xlsx")}
_FILES = {"duckdb": "tables.duckdb", "xlsx": "plans.xlsx", "xlsx-full": "tables.xlsx"}


def check_views(formats: Sequence[str]) -> None:
    """See whether what the formats need is installed.

    Raises:
        MissingDependencyError: A package is not.
    """
    for name in formats:
        package, extra = _PACKAGES.get(name, ("", ""))
        if package and importlib.util.find_spec(package) is None:
            raise MissingDependencyError(
                f"the format {name} needs the package {package}; run: pip install 'vnplan[{extra}]'"
            )


def write_view(format_: str, folder: Path, about: About | None = None) -> list[str]:
    """Make a view from the Parquet tables of a folder, beside them.

    Args:
        format_: `duckdb`, `xlsx` or `xlsx-full`.
        folder: Holds all tables as Parquet.
        about: For the workbook: its language, and where the files are.

    Returns:
        What the user should know of it.
    """
    return VIEWS[format_](folder, about or About())


def view_file(format_: str) -> str:
    """The name of a view's file."""
    return _FILES[format_]


def _workbook(folder: Path, about: About) -> list[str]:
    """`plans.xlsx`: what the tables hold, for people."""
    from .workbook import write_workbook

    return write_workbook(folder, folder / _FILES["xlsx"], about)


def _there(folder: Path) -> list[Table]:
    """The tables that are there: the register's may not be."""
    return [table for table in (*TABLES, *REGISTER_TABLES) if (folder / f"{table.name}.parquet").exists()]


def _duckdb(folder: Path, about: About) -> list[str]:
    """`tables.duckdb`: a table of the database for each table, with comments."""
    import duckdb

    path = folder / "tables.duckdb"
    with duckdb.connect(str(path)) as database:
        for table in _there(folder):
            source = str(folder / f"{table.name}.parquet").replace("'", "''")
            database.execute(f"CREATE TABLE {table.name} AS SELECT * FROM read_parquet('{source}')")
            database.execute(f"COMMENT ON TABLE {table.name} IS {_quoted(table.description)}")
            for column in table.columns:
                comment = _quoted(column.description)
                database.execute(f'COMMENT ON COLUMN {table.name}."{column.name}" IS {comment}')
        database.execute(_OBLIGATIONS)
    return []


# The frame of `joins.obligations(…, geo=True)` for those who ask in SQL.
_OBLIGATIONS = """
CREATE VIEW obligations AS
SELECT r.document_id, p.source, p.doc_type AS plan_type, p.number AS plan_number, p.issue_date AS plan_date,
    p.issue_year AS plan_year, p.place AS plan_place, p.issuing_body AS plan_issuer,
    p.issuing_body_id AS plan_issuer_id, p.title AS plan_title, p.level AS plan_level, p.province AS plan_province,
    p.province_id AS plan_province_id, p.province_2025 AS plan_province_2025, r.body, r.body_id, r.role, r.task,
    t.due_from, t.due_to, r.deadline, t.recurs, t.output, t.report_to, r.section, r.page, r.confidence, r.task_id,
    r.fact_id
FROM responsibilities r
LEFT JOIN plans p USING (document_id)
LEFT JOIN tasks t ON t.task_id = r.task_id AND t.document_id = r.document_id;
COMMENT ON VIEW obligations IS 'Who must do what by when: a row for each body that a task charges.'
"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _full(folder: Path, about: About) -> list[str]:
    """`tables.xlsx`: a sheet a table, without the texts; one that is too long for a sheet goes on in another."""
    import xlsxwriter

    notes = []
    # No string becomes a formula, a number or a link; rows go to the disk as they come.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "tmpdir": str(folder),
    }
    with xlsxwriter.Workbook(str(folder / "tables.xlsx"), options) as book:
        for table in _there(folder):
            if "csv" in table.formats:
                notes += _Sheets(book, table).fill(folder / f"{table.name}.parquet")
    return notes


class _Sheets:
    """The sheets of one table."""

    def __init__(self, book: Workbook, table: Table) -> None:
        self._book = book
        self._table = table
        self._bold: Format = book.add_format({"bold": True})
        self._day: Format = book.add_format({"num_format": "yyyy-mm-dd"})
        # What stands there stays text also when somebody edits the cell.
        self._text: Format = book.add_format({"quote_prefix": True})
        self._count = 0
        self._row = _SHEET_ROWS
        self._sheet: Worksheet | None = None

    def fill(self, path: Path) -> list[str]:
        """Write all rows; returns what the user should know."""
        cut = 0
        self._next_sheet()
        for row in _rows(path):
            if self._row >= _SHEET_ROWS:
                self._next_sheet()
            cut += self._write(row)
        notes = []
        if self._count > 1:
            notes.append(
                f"tables.xlsx: {self._table.name} has more rows than a sheet holds ({_SHEET_ROWS}); "
                f"it goes on in the sheets {self._table.name} 2 to {self._count}"
            )
        if cut:
            notes.append(
                f"tables.xlsx: {cut} cells of {self._table.name} are cut at {_CELL_CHARACTERS} characters, which is "
                "all that a cell holds; they are whole in the other formats"
            )
        return notes

    def _next_sheet(self) -> None:
        self._count += 1
        sheet = self._book.add_worksheet(self._table.name + (f" {self._count}" if self._count > 1 else ""))
        sheet.freeze_panes(1, 0)
        for number, name in enumerate(self._table.names):
            sheet.write_string(0, number, name, self._bold)
        self._sheet, self._row = sheet, 1

    def _write(self, row: Sequence[Any]) -> int:
        """Write one row; returns how many of its cells were cut."""
        assert self._sheet is not None
        cut = 0
        for number, (column, value) in enumerate(zip(self._table.columns, row, strict=True)):
            if value is None:
                continue
            if column.kind == "boolean":
                self._sheet.write_boolean(self._row, number, value)
            elif column.kind in ("integer", "number"):
                self._sheet.write_number(self._row, number, value)
            elif column.kind == "date":
                self._sheet.write_datetime(self._row, number, value, self._day)
            else:
                text = _CONTROL.sub("\ufffd", _as_text(column, value))
                if len(text) > _CELL_CHARACTERS:
                    text = text[: _CELL_CHARACTERS - len(_CUT)] + _CUT
                    cut += 1
                self._sheet.write_string(self._row, number, text, self._text if _needs_quote(text) else None)
        self._row += 1
        return cut


def _as_text(column: Column, value: Any) -> str:
    if column.kind in ("boxes", "candidates"):
        return json.dumps(value) if value else ""
    return LIST_SEPARATOR.join(value) if column.kind == "strings" else str(value)


def _needs_quote(text: str) -> bool:
    return bool(text) and not text[0].isalpha()


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=5_000):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


VIEWS: dict[str, Callable[[Path, About], list[str]]] = {"duckdb": _duckdb, "xlsx": _workbook, "xlsx-full": _full}
"""What makes each of the views."""
