"""Words for search: with marks as they are written, and without, `đ` included.

FTS5's `remove_diacritics` and DuckDB's `strip_accents` leave `đ` alone, since no mark makes it of `d` in Unicode. Here
one character becomes one character, so that places in the folded text are places in the text.
"""

from __future__ import annotations

import unicodedata

from ..text.normalise import place_tones


def _table() -> dict[int, str]:
    table = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base.lower()
    table |= {ord(letter): "d" for letter in "đĐðÐ"}
    table |= {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
    return table


_FOLD = _table()


def composed(text: str) -> str:
    """The text in composed form (NFC), in which a letter with its marks is one character."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Small letters without marks, as many as the text has; the text must be `composed`."""
    return text.translate(_FOLD)


def marked(text: str) -> str:
    """Small letters with their marks, tones placed in one way (`hoà` as `hòa`); the text must be `composed`."""
    return place_tones(text.lower())
