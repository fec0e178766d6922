"""The workbook for people: sheets with filters, widths, links and a register, made from the Parquet tables."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .labels import About, label, note
from .sheets import SHEETS, Sheet, SheetColumn, Source, located, shown

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Rows, characters of a cell, links of a sheet, length of a link. Source: Microsoft, "Excel specifications and limits".
_ROWS, _CHARACTERS, _LINKS, _LINK = 1_048_575, 32_767, 65_530, 2_079
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
# Marks that turn the direction of writing: a cell of a table has one direction.
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CUT = "…"
_LINE, _HIGHEST = 15, 409  # points
_TABLE = "Table Style Light 9"
_DAYS = {"vi": "dd/mm/yyyy", "en": "yyyy-mm-dd"}


def write_workbook(folder: Path, path: Path, about: About) -> list[str]:
    """Write the workbook.

    Args:
        folder: Holds the tables as Parquet.
        path: The workbook.
        about: Its language, and where the files are.

    Returns:
        What the user should know of it.
    """
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "tmpdir": str(folder),
        "max_url_length": _LINK,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        made = _Book(book, Source(folder), about)
        made.fill()
    return made.notes


@dataclass
class _Book:
    """The workbook while it is filled."""

    book: Workbook
    source: Source
    about: About
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    splits: list[str] = field(default_factory=list)

    def fill(self) -> None:
        """Write all sheets."""
        self._formats()
        readme = self.book.add_worksheet(self.name("readme"))
        for sheet in SHEETS:
            self._sheet(sheet)
        self._dictionary()
        self._readme(readme)

    def name(self, key: str, number: int = 1) -> str:
        """The name of a sheet; of the parts of one that is too long."""
        return label("sheet", key, self.about.lang) + (f" {number}" if number > 1 else "")

    def column(self, key: str) -> str:
        """The heading of a column."""
        return label("column", key, self.about.lang)

    def text(self, key: str, **values: object) -> str:
        """A sentence."""
        return label("text", key, self.about.lang).format(**values)

    def _formats(self) -> None:
        shared = {"valign": "top", "text_wrap": True}
        self.plain: Format = self.book.add_format(shared)
        # What stands there stays text also when somebody edits the cell.
        self.quoted: Format = self.book.add_format({**shared, "quote_prefix": True})
        self.day: Format = self.book.add_format({**shared, "num_format": _DAYS[self.about.lang], "align": "left"})
        self.link: Format = self.book.add_format({**shared, "font_color": "#0b57a4", "underline": 1})
        head = {"bold": True, "valign": "vcenter", "bg_color": "#1f4e79", "font_color": "#ffffff"}
        self.head: Format = self.book.add_format({**shared, **head})
        self.title: Format = self.book.add_format({"bold": True, "font_size": 16})

    # -- Sheets of rows ----------------------------------------------------------------------------------------------

    def _sheet(self, sheet: Sheet) -> None:
        rows = iter(sheet.rows(self.source))
        counted = number = 0
        while True:
            part = list(islice(rows, _ROWS))
            if not part and number:
                break
            number += 1
            if number > 1:
                self.splits.append(f"{self.name(sheet.key)}: " + self.text("split", sheet=self.name(sheet.key, number)))
            counted += sum(not row.get("duplicate") for row in part)
            self._part(sheet, number, part)
            if len(part) < _ROWS:
                break
        self.counts[sheet.key] = counted
        if number > 1:
            name = self.name(sheet.key)
            self.notes.append(
                f"plans.xlsx: {name} has more rows than a sheet holds; it goes on in sheets 2 to {number}"
            )

    def _part(self, sheet: Sheet, number: int, rows: list[dict[str, Any]]) -> None:
        page = self.book.add_worksheet(self.name(sheet.key, number))
        last = len(sheet.columns) - 1
        for at, column in enumerate(sheet.columns):
            options = {"hidden": True, "level": 1} if column.hidden else {}
            page.set_column(at, at, column.width, None, options)
        headings = [{"header": self.column(column.key), "header_format": self.head} for column in sheet.columns]
        page.add_table(0, 0, max(1, len(rows)), last, {"columns": headings, "style": _TABLE})
        cells = _Cells(self, page, sheet)
        for at, row in enumerate(rows, 1):
            cells.write(at, row)
        if cells.cut:
            self.notes.append(f"plans.xlsx: {cells.cut} cells are cut, since a cell holds {_CHARACTERS} characters")
        page.set_row(0, 2 * _LINE)
        page.freeze_panes(1, sheet.frozen)
        page.print_area(0, 0, max(1, len(rows)), sheet.printed - 1)
        _for_paper(page)

    # -- Sheets of words ---------------------------------------------------------------------------------------------

    def _readme(self, page: Worksheet) -> None:
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 80)
        page.write_string(0, 0, self.text("report_title"), self.title)
        now = dt.datetime.now().astimezone()
        when = now.strftime("%d/%m/%Y %H:%M" if self.about.lang == "vi" else "%Y-%m-%d %H:%M")
        lines = [
            self.text("made", when=when, version=self.about.version),
            *map(self.text, ("what", "empty_cells", "hidden")),
        ]
        at = 1
        for line in [*lines, *self.splits]:
            page.merge_range(at, 0, at, 1, "", self.plain)
            page.write_string(at, 0, line, self.plain)
            page.set_row(at, 32 if len(line) > 100 else 18)
            at += 1
        at += 1
        page.write_string(at, 0, self.column("sheet"), self.head)
        page.write_string(at, 1, self.text("sum"), self.head)
        for sheet in SHEETS:
            at += 1
            name = self.name(sheet.key)
            page.write_url(at, 0, f"internal:'{name}'!A1", self.link, name)
            page.write_string(
                at, 1, f"{self.counts[sheet.key]}  {note('sheet', sheet.key, self.about.lang)}", self.plain
            )
        at += 1
        duplicates = sum(map(self.source.is_duplicate, self.source.plans))
        page.write_string(at, 0, self.text("duplicates"), self.plain)
        page.write_string(at, 1, str(duplicates), self.plain)
        _for_paper(page)

    def _dictionary(self) -> None:
        page = self.book.add_worksheet(self.name("dictionary"))
        rows = [
            (self.name(sheet.key), self.column(column.key), note("column", column.key, self.about.lang))
            for sheet in SHEETS
            for column in sheet.columns
        ]
        for at, width in enumerate((20, 28, 90)):
            page.set_column(at, at, width)
        headings = [{"header": self.column(key), "header_format": self.head} for key in ("sheet", "column", "meaning")]
        page.add_table(0, 0, len(rows), 2, {"columns": headings, "style": _TABLE})
        for at, row in enumerate(rows, 1):
            for number, text in enumerate(row):
                page.write_string(at, number, text, self.plain)
        page.freeze_panes(1, 0)
        _for_paper(page)


class _Cells:
    """Writes the cells of one sheet."""

    def __init__(self, made: _Book, page: Worksheet, sheet: Sheet) -> None:
        self._made = made
        self._page = page
        self._columns = sheet.columns
        self._printed = sheet.printed
        self._places = {key: at for at, key in enumerate(made.source.plans)}
        self._is_plans = sheet.key == "plans"
        self._links = 0
        self.cut = 0

    def write(self, at: int, row: dict[str, Any]) -> None:
        """Write one row, as high as the longest of its printed cells needs."""
        lines = 1
        for number, column in enumerate(self._columns):
            value = shown(column, row.get(column.key), self._made.about.lang)
            if value is not None:
                self._cell(at, number, column, value, row)
                if number < self._printed and isinstance(value, str):
                    lines = max(lines, -(-len(value) // max(1, column.width - 2)))
        self._page.set_row(at, min(lines * _LINE, _HIGHEST))

    def _cell(self, at: int, number: int, column: SheetColumn, value: Any, row: dict[str, Any]) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float, dt.date)):
            text = self._fitting(str(value))
            if not self._linked(at, number, column, text, row):
                formats = self._made.plain if text[:1].isalnum() else self._made.quoted
                self._page.write_string(at, number, text, formats)
        elif isinstance(value, dt.date):
            # Excel counts days from 1900.
            if value.year >= 1900:
                self._page.write_datetime(at, number, value, self._made.day)
            else:
                self._page.write_string(at, number, value.isoformat(), self._made.plain)
        else:
            self._page.write_number(at, number, value, self._made.plain)

    def _linked(self, at: int, number: int, column: SheetColumn, text: str, row: dict[str, Any]) -> bool:
        """Write a link, where there is something to link to and room for it."""
        url = self._url(column, row) if self._links < _LINKS else None
        if url is None or len(url) > _LINK:
            return False
        self._links += 1
        return bool(self._page.write_url(at, number, url, self._made.link, text) == 0)

    def _url(self, column: SheetColumn, row: dict[str, Any]) -> str | None:
        if column.kind == "plan" and not self._is_plans:
            part, place = divmod(self._places[row["document_id"]], _ROWS)
            return f"internal:'{self._made.name('plans', part + 1)}'!A{place + 2}"
        if column.kind in ("plan", "file"):
            found = located(row["source"], self._made.about.inputs)
            # In capitals, which means the same: what begins with `file:` xlsxwriter takes for a path of Windows.
            return found.as_uri().replace("file:", "FILE:", 1) if found else None
        return None

    def _fitting(self, text: str) -> str:
        text = _TURNING.sub("\ufffd", _CONTROL.sub("\ufffd", text))
        if len(text.encode("utf-16-le")) // 2 <= _CHARACTERS:
            return text
        self.cut += 1
        return text.encode("utf-16-le")[: 2 * (_CHARACTERS - 1)].decode("utf-16-le", "ignore") + _CUT


def _for_paper(page: Worksheet) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(0.4, 0.4, 0.5, 0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L&A&R&P / &N")
