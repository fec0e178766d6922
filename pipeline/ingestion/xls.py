"""Excel workbooks of before 2007 (XLS, MS-XLS), read with xlrd: no macros, no links, formulas by their last results."""

from __future__ import annotations

import io
from typing import Any

from ..errors import DamagedError, EncryptedError
from ..settings import Settings
from .legacy import Run, font_encoding, is_capital_font, joined
from .pages import Source
from .sheets import MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, Sheet, as_source, shown_date, shown_number

_TEXT, _NUMBER, _DATE = 1, 2, 3  # types of cells in xlrd


def read_xls(data: bytes, name: str, settings: Settings | None = None) -> Source:
    """The text of a workbook's sheets.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: Not used; every reader takes them.

    Raises:
        EncryptedError: It is protected by a password.
        DamagedError: It cannot be read.
        EmptyFileError: There is no text in it.
    """
    import xlrd

    legacy: set[str] = set()
    warnings: list[str] = []
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )
        sheets: list[Sheet] = []
        for number in range(min(book.nsheets, MOST_SHEETS)):
            sheet = book.sheet_by_index(number)
            if sheet.visibility:
                warnings.append(f"the sheet {sheet.name[:60]!r} is hidden and not read")
            else:
                sheets.append(_read_sheet(book, sheet, legacy))
            book.unload_sheet(number)
    except MemoryError:
        raise
    except Exception as error:  # xlrd meets damage of all kinds
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise EncryptedError("is a workbook protected by a password; save it without") from error
        raise DamagedError(
            f"is a damaged Excel file ({type(error).__name__}); open it in Excel and save it as XLSX"
        ) from error
    return as_source("xls", sheets, warnings, legacy)


def _read_sheet(book: Any, sheet: Any, legacy: set[str]) -> Sheet:
    found = Sheet(sheet.name)
    for top, bottom, left, right in sheet.merged_cells[:MOST_ROWS]:
        found.merged.append((top, left, bottom - top, right - left))
    for row in range(min(sheet.nrows, MOST_ROWS)):
        info = sheet.rowinfo_map.get(row)
        if info is not None and info.hidden:
            continue
        for column in range(min(sheet.row_len(row), MOST_COLUMNS)):
            cell = sheet.cell(row, column)
            if cell.ctype in (_TEXT, _NUMBER, _DATE):
                found.put(row, column, _text(book, sheet, row, column, cell, legacy))
    return found


def _text(book: Any, sheet: Any, row: int, column: int, cell: Any, legacy: set[str]) -> str:
    """What a cell shows."""
    if cell.ctype == _DATE:
        return shown_date(cell.value, bool(book.datemode))
    form = book.xf_list[cell.xf_index]
    if cell.ctype == _NUMBER:
        shape = book.format_map.get(form.format_key)
        return shown_number(cell.value, shape.format_str if shape is not None else "General")
    runs = [(0, form.font_index), *sheet.rich_text_runlist_map.get((row, column), ())]
    stops = [start for start, _ in runs[1:]] + [len(cell.value)]
    pieces = []
    for (start, font), stop in zip(runs, stops, strict=True):
        face = book.font_list[font].name if font < len(book.font_list) else ""
        pieces.append(Run(cell.value[start:stop], font_encoding(face), is_capital_font(face)))
    return joined((piece for piece in pieces if piece.text), legacy)
