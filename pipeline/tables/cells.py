"""Values as CSV cells that a spreadsheet reads as data, never as a formula."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .schema import Column, Kind

# Excel, LibreOffice and Google Sheets take a cell that begins so for a formula, also after spaces; the wide forms in
# East Asian settings. Source: OWASP, "CSV Injection". An apostrophe before it makes it text. Plans are full of such
# cells that are no attack: "- Ban ATGT huyện" would become an error value.
_SPACE = "[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*"
_SIGN = "[=+\\-@\t\r\n＝＋－＠]"
FORMULA = f"'*{_SPACE}{_SIGN}"
"""A pattern, for whatever kind of regular expressions, of how cells begin that are guarded."""
_FORMULA = re.compile(FORMULA)
_GUARDED = re.compile(f"'+{_SPACE}{_SIGN}")

LIST_SEPARATOR = "; "


def guard(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return "'" + text if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """The text as it was before `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def _strings(texts: Sequence[str | None]) -> list[str | None]:
    # Most cells begin with a letter or digit: to ask that is quicker than to try the pattern.
    guarded = [text if not text or text[0].isalnum() else guard(text) for text in texts]
    return [text.replace("\0", "\ufffd") if text and "\0" in text else text for text in guarded]


def _lists(values: Sequence[Sequence[str]]) -> list[str | None]:
    # A semicolon inside an item would split it when read back; Parquet and JSON Lines keep it.
    return _strings([LIST_SEPARATOR.join(item.replace(";", ",") for item in items) for items in values])


def _structs(values: Sequence[Sequence[Any]]) -> list[str]:
    return [json.dumps(found, ensure_ascii=False) if found else "" for found in values]


def _booleans(values: Sequence[bool | None]) -> list[str]:
    return ["" if value is None else "true" if value else "false" for value in values]


# Numbers and dates are never guarded: a negative number is a number. The csv module writes them as they should be.
_CELLS: dict[Kind, Callable[[Sequence[Any]], Sequence[Any]]] = {
    "string": _strings,
    "strings": _lists,
    "boxes": _structs,
    "candidates": _structs,
    "boolean": _booleans,
}


def cells(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Iterable[tuple[Any, ...]]:
    """The rows with every value as the csv module should write it; null is None."""
    if not rows:
        return ()
    values = zip(*rows, strict=True)
    return zip(
        *(_CELLS[c.kind](v) if c.kind in _CELLS else v for c, v in zip(columns, values, strict=True)), strict=True
    )
