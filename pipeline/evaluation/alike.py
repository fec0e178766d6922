"""When two values of a gold file and a table are the same: how words, numbers of documents and times are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from rapidfuzz import fuzz

from ..knowledge import rows

Fact = Mapping[str, Any]
_DASHES = re.compile(r"[‐-―−]")
_NOT_WORDS = re.compile(r"[^\w]+")
_TONES = "\u0300\u0301\u0309\u0303\u0323"
# `oà` and `òa` are two spellings of one syllable, and so on for oe and uy: the second way is kept.
_PLACED = tuple(
    (unicodedata.normalize("NFC", first + second + tone), unicodedata.normalize("NFC", first + tone + second))
    for first, second in (("o", "a"), ("o", "e"), ("u", "y"))
    for tone in _TONES
)


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(next(row["pattern"] for row in rows("scoring_words") if row["kind"] == kind), re.IGNORECASE)


@cache
def _abbreviations() -> dict[str, str]:
    return {row["abbreviation"]: row["long"] for row in rows("scoring_words") if row["kind"] == "abbreviation"}


@lru_cache(maxsize=100_000)
def _folded(text: str) -> str:
    text = unicodedata.normalize("NFC", text).lower()
    text = _pattern("subject_mark").sub(" ", text.strip())
    for old, new in _PLACED:
        text = text.replace(old, new)
    long = _abbreviations()
    return " ".join(long.get(word, word) for word in _NOT_WORDS.sub(" ", text).split())


def fold(text: object) -> str:
    """The words with case, spaces, punctuation, placement of tone marks and common abbreviations evened out."""
    return _folded(str(text or ""))


def number_key(number: object) -> str | None:
    """A document's number with spaces, dashes and case evened out and leading zeros off; None for none."""
    if not number or isinstance(number, float):
        return None
    text = unicodedata.normalize("NFC", str(number)).upper()
    return re.sub(r"^0+(?=\d)", "", _DASHES.sub("-", re.sub(r"\s+", "", text)))


def number_symbol(number: str) -> str:
    """What is printed after the number itself: `16/CT-UBND` is `CT-UBND`, `09/2009/CT-UBND` too."""
    return re.sub(r"^\d+[a-zđ]?\s*[/-]\s*((19|20)\d\d\s*/\s*)?", "", number)


def similar(one: object, other: object, limit: float = 88) -> bool:
    """Whether two texts are the same but for a letter or two: at least `limit` percent alike, and neither empty."""
    a, b = fold(one), fold(other)
    return bool(a and b) and (a == b or fuzz.ratio(a, b) >= limit)


def present(value: object) -> bool:
    """Whether there is a value: neither None, NaN nor an empty string."""
    return not (value is None or value == "" or value != value)


def same_time(one: object, other: object) -> bool:
    """Whether two times are the same: days exactly, words with a small tolerance."""
    a, b = str(one), str(other)
    if re.match(r"\d{4}-\d\d-\d\d", a) or re.match(r"\d{4}-\d\d-\d\d", b):
        return a[:10] == b[:10]
    return similar(a, b, 80)


def only_years(time: object) -> bool:
    """Whether a time is a year or a span of years: readers differ on whether that is a deadline, so none is judged."""
    return bool(present(time) and _pattern("only_years").match(str(time).strip()))


def overlap(one: object, other: object) -> float:
    """Share of the words that two texts have in common, 0 to 1 (Dice coefficient over their distinct words)."""
    a, b = set(fold(one).split()), set(fold(other).split())
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
