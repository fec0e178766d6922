"""Signs of symbol fonts (Symbol, Wingdings): the file holds a code, and only the font says which sign it is.

The codes stand in the text as themselves or in the private use area (U+F020 to U+F0FF), as Word and PDF write them.
Sources: Adobe's Symbol encoding; the tables of Wingdings in Unicode 7.0 (ISO/IEC 10646 amendment 1, WG2 N4384).
"""

from __future__ import annotations

import re
from functools import cache

from ..knowledge import table

_PRIVATE = re.compile("[\uf020-\uf0ff]")
_FONT = re.compile(r"^(?:[A-Z]{6}\+)?(symbol|wingdings ?[23]?)", re.I)


def from_symbol_font(text: str, font: str) -> str:
    """The text in Unicode; a text in any other font as it is, but for signs of the private use area.

    Args:
        text: As stored.
        font: Name of its font, '' where it is not known: then signs of the private use area are taken for Symbol's.
    """
    name = _FONT.match(font)
    if name is None:
        return _PRIVATE.sub(lambda sign: _sign("symbol", sign[0]), text) if _PRIVATE.search(text) else text
    key = name[1].lower()
    key = f"{key[:-1].strip()} {key[-1]}" if key[-1].isdigit() else key.strip()
    return "".join(_sign(key, char) for char in text)


def _sign(font: str, char: str) -> str:
    """The sign of a code; of an unknown one a dash, since these fonts are used for the bullets of lists."""
    code = ord(char) - 0xF000 if "\uf000" <= char <= "\uf0ff" else ord(char)
    known = _signs().get((font, code))
    if known is not None:
        return known
    if char.isspace() or code < 0x80 and font == "symbol":
        return chr(code) if code >= 0x20 else char
    return "-" if code != ord(char) or font != "symbol" else char


@cache
def _signs() -> dict[tuple[str, int], str]:
    return {(row["font"], int(row["code"], 16)): row["to"] for row in table("symbol_fonts")}
