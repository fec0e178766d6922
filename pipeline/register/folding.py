"""Words for search: with marks as they are written, and without, `đ` included.

FTS5's `remove_diacritics` and DuckDB's `strip_accents` leave `đ` alone, since no mark makes it of `d` in Unicode. Here
one character becomes one character, so that places in the folded text are places in the text.
"""

from __future__ import annotations

import re
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


LETTERS = _table()
"""What each letter that is folded becomes, by its code."""


def composed(text: str) -> str:
    """The text in composed form (NFC), in which a letter with its marks is one character."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Small letters without marks, as many as the text has; the text must be `composed`."""
    return text.translate(LETTERS)


def marked(text: str) -> str:
    """Small letters with their marks, tones placed in one way (`hoà` as `hòa`); the text must be `composed`."""
    return place_tones(text.lower())


_WORD = re.compile(r"[^\W_]+")
_NEW_TONE = re.compile("([ou])([\u0300\u0301\u0303\u0309\u0323])([aey])$")
JOINT = "_"
"""Between the words of a pair."""


def words_of(text: str) -> list[str]:
    """The words of a `composed` text, as `marked`."""
    return _WORD.findall(marked(text))


def spellings(word: str) -> tuple[str, ...]:
    """A word as `marked`, and as it is written with the tone in the other place (`hòa`, `hoà`)."""
    old = _NEW_TONE.sub(r"\1\3\2", unicodedata.normalize("NFD", word))
    return tuple(dict.fromkeys((word, composed(old))))


def tokens_of(text: str) -> set[str]:
    """What a text is found by: its words with marks and without, and its pairs of words without.

    A syllable of Vietnamese stands in nearly every document, a pair of them in few: a phrase is found by its pairs.
    Pairs with marks would make the index half as large again, and tell little more than the words with marks do.
    """
    words = words_of(text)
    bare = folded("\n".join(words)).split("\n") if words else []
    tokens = {*words, *bare}
    tokens.update(map(JOINT.join, zip(bare, bare[1:], strict=False)))
    return tokens
