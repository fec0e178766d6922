"""Names printed in capitals, as running text has them (`BAN AN TOÀN GIAO THÔNG` → `Ban An toàn giao thông`)."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from ..knowledge import rows
from .normalise import strip_marks
from .patterns import Pattern
from .wording import worded

_MOST_SEEN = 50
_VOWEL = Pattern("[aeiouy]", re.IGNORECASE)
_FIRST = Pattern(r"^(?:\w{1,3}\.|\w/\w{1,2}(?!\w)|tm(?!\w))?(?: ?\w)?", re.IGNORECASE)
"""The first letter, and that of the body for which somebody signs (`TM. Ban Thường vụ`)."""
_LEVEL_INSIDE = worded("level_in_place")


@cache
def _words(kind: str) -> tuple[str, ...]:
    return tuple(word for row in rows("casing") if row["kind"] == kind for word in row["words"])


@cache
def _phrases() -> Pattern:
    ordered = sorted(_words("phrase"), key=len, reverse=True)
    return Pattern(r"(?<!\w)(?:" + "|".join(re.escape(phrase.lower()) for phrase in ordered) + r")(?!\w)")


@cache
def _by_lower(kind: str) -> dict[str, str]:
    return {word.lower(): word for word in _words(kind)}


@cache
def _levels() -> Pattern:
    ordered = sorted(_words("level"), key=len, reverse=True)
    return Pattern(r"(?<!\w)(?P<level>" + "|".join(map(re.escape, ordered)) + r")(?!\w)(?P<place>[^,;()]*)")


def proper_case(text: str) -> str:
    """A name in capitals in its proper case; text with lower-case letters is returned as it is."""
    if not text.isupper():
        return text
    lower = text.lower()
    lower = _phrases().sub(lambda match: _by_lower("phrase")[match.group()], lower)
    lower = _levels().sub(_place, lower)
    abbreviations = _by_lower("abbreviation")
    words = [abbreviations.get(word.strip(".,;()").lower(), "") or _letters_alone(word) for word in lower.split(" ")]
    parts = [
        part.replace(part.strip(".,;()"), known) if known else part
        for part, known in zip(lower.split(" "), words, strict=True)
    ]
    # The symbol of a number in a name keeps its letters (`theo Quyết định số 205/QĐ-SCT`).
    joined = " ".join(w if "/" in w else part for part, w in zip(parts, text.split(" "), strict=True))
    return _FIRST.sub(lambda match: match.group().upper(), joined)


def _letters_alone(word: str) -> str:
    """An abbreviation that no table knows, in capitals: letters without a vowel (`QLCN`); else nothing."""
    bare = word.strip(".,;()")
    return bare.upper() if len(bare) > 1 and bare.isalpha() and not _VOWEL.search(strip_marks(bare)) else ""


def _place(match: re.Match[str]) -> str:
    """A level word and the place name behind it, up to the next level word."""
    levels, small = set(_words("level")), ("-", *_words("small"))
    words = match["place"].split(" ")
    named = [word if word in levels or word in small else word[:1].upper() + word[1:] for word in words]
    # "thành phố" and "thị xã" are two words: mend them where they stand inside the place ("xã X, thành phố Y").
    place = _LEVEL_INSIDE.sub(lambda m: m.group().lower(), " ".join(named))
    return f"{match['level']}{place}"


def as_written(text: str, name: str) -> str:
    """A name in capitals as the text around it writes it (`CỤC HÓA CHẤT` → `Cục Hóa chất`), else in its proper case.

    Of several ways to write it the most frequent one counts; one with no capital but the first says nothing.
    """
    proper = proper_case(name)
    if not name.isupper() or name.count(" ") == 0:
        return proper
    found: Counter[str] = Counter()
    lower, wanted = text.lower(), name.lower()
    if len(lower) != len(text):
        return proper
    at = lower.find(wanted)
    while at >= 0 and found.total() < _MOST_SEEN:
        stop = at + len(wanted)
        words = text[at:stop]
        whole = not text[at - 1 : at].isalnum() and not text[stop : stop + 1].isalnum()
        if whole and words[0].isupper() and not words.isupper() and any(map(str.isupper, words[1:])):
            found[words] += 1
        at = lower.find(wanted, stop)
    return max(found, key=lambda words: (found[words], words)) if found else proper
