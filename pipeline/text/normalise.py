"""Folding Vietnamese for comparison: case, tone placement, diacritics.

Vietnamese syllables in `oa`, `oe`, `uy` carry their tone mark on either vowel (`hoà` or `hòa`); both spellings are one
word. The clean text holds one of them only (the tone on the first vowel: `hòa`), so rules need not care.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from .patterns import Pattern

LOWER = "a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
"""Vietnamese letters in lower case, for use inside a character class."""
UPPER = LOWER.upper()
"""The same in capitals (`À-Ỹ` would hold both cases: the code points alternate)."""

_FIRST = {"o": "òóỏõọ", "u": "ùúủũụ"}
_SECOND = {"a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}


def _tone_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for first, second in (("o", "a"), ("o", "e"), ("u", "y")):
        for tone in range(5):
            old, new = first + _SECOND[second][tone], _FIRST[first][tone] + second
            for spell in (str.lower, str.upper, str.title):
                table[spell(old)] = spell(new)
            table[old[0] + old[1].upper()] = new[0] + new[1].upper()
    return table


TONES = _tone_table()
"""Open syllables with the tone on the second vowel (`oà`), and on the first (`òa`)."""
# Starts from the marked letter, which is rare, and looks back: a search for o and u would stop at every second word.
_TONE_PATTERN = Pattern(r"(?:[àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ](?<=[oO].)|[ỳýỷỹỵỲÝỶỸỴ](?<=[uU].)(?<![qQ]..))(?![^\W\d_])")
_MARKS = Pattern("[\u0300-\u036f]+")


def place_tones(text: str) -> str:
    """The text with every open `oa/oe/uy` syllable's tone on the first vowel (`hoà` → `hòa`); the length is kept.

    Closed syllables (`hoàn`, `toàn`) and `quy` (`quý`) are left alone. The text must be NFC.
    """
    parts: list[str] = []
    at = 0
    for match in _TONE_PATTERN.finditer(text):
        end = match.end()
        parts.append(text[at : end - 2])
        parts.append(TONES[text[end - 2 : end]])
        at = end
    if not parts:
        return text
    parts.append(text[at:])
    return "".join(parts)


def fold(text: str) -> str:
    """For comparison: NFC, lower case, one tone placement, plain spaces."""
    return _fold_name(text) if len(text) <= _NAME else _fold(text)


def _fold(text: str) -> str:
    return " ".join(place_tones(unicodedata.normalize("NFC", text).lower()).split())


_NAME = 80
"""Characters of what is folded again and again: the names of bodies."""
_fold_name = lru_cache(maxsize=4096)(_fold)


class _Bare(dict[int, str]):
    """Characters without their marks, each worked out when it is first met; those of other scripts every time."""

    def __missing__(self, code: int) -> str:
        bare = _MARKS.sub("", unicodedata.normalize("NFD", chr(code)))
        if code < _OTHER_SCRIPTS:
            self[code] = bare
        return bare


_OTHER_SCRIPTS = 0x3000
_BARE = _Bare({ord("đ"): "d", ord("Đ"): "D"})


def strip_marks(text: str) -> str:
    """The text without diacritics and with d for đ (`Sở Y tế` → `So Y te`); NFC length is kept for NFC input."""
    return text.translate(_BARE)


def skeleton(text: str) -> str:
    """For loose comparison: lower case, no diacritics, one space between words."""
    return " ".join(strip_marks(text).lower().split())
