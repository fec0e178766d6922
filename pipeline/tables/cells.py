"""Values as CSV cells that a spreadsheet reads as data, never as a formula."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from .schema import Column, Kind

# Excel, LibreOffice and Google Sheets take a cell that begins so for a formula, also after spaces; the wide forms in
# East Asian settings. Source: OWASP, "CSV Injection". An apostrophe before it makes it text. Plans are full of such
# cells that are no attack: "- Ban ATGT huyện" would become an error value.
_FORMULA = re.compile(r"'*[\s\u00a0\ufeff]*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[\s\u00a0\ufeff]*[=+\-@\t\r\n＝＋－＠]")
# `;` too: where it is the spreadsheet's separator, an unquoted list would fall apart, and its parts be read as cells.
_QUOTED = re.compile(r'[",;\r\n\t\f\v]|^[\s\']|\s$')

LIST_SEPARATOR = "; "


def guard(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return "'" + text if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """The text as it was before `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def quote(text: str) -> str:
    """The cell as it stands in a CSV file (RFC 4180)."""
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _string(value: str) -> str:
    return quote(guard(value.replace("\0", "\ufffd")))


def _strings(values: tuple[str, ...] | list[str]) -> str:
    # A semicolon inside an item would split it when read back; Parquet and JSON Lines keep it.
    return _string(LIST_SEPARATOR.join(value.replace(";", ",") for value in values))


def _boxes(boxes: tuple[Any, ...]) -> str:
    return quote(json.dumps([asdict(box) for box in boxes])) if boxes else ""


# Numbers, dates and booleans are never guarded: a negative number is a number.
_CELLS: dict[Kind, Callable[[Any], str]] = {
    "string": _string,
    "integer": str,
    "number": repr,
    "boolean": lambda value: "true" if value else "false",
    "date": str,
    "strings": _strings,
    "boxes": _boxes,
}


def csv_line(columns: tuple[Column, ...]) -> Callable[[tuple[Any, ...]], str]:
    """A function from a row of these columns to its line; null is an empty cell."""
    makers = [_CELLS[column.kind] for column in columns]

    def line(row: tuple[Any, ...]) -> str:
        cells = ["" if value is None else make(value) for make, value in zip(makers, row, strict=True)]
        return ",".join(cells) + "\r\n"

    return line
