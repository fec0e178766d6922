"""Capitals whose marks recognition got wrong, mended by how the same text writes the same words in small letters.

    CỤC HÓA CHÁT … Cục Hóa chất có ý kiến … quản lý hóa chất     CỤC HÓA CHẤT

Marks over capitals are small and lie close to the line above, so recognition errs on them most, and letterhead and
title are set in capitals. A word is mended only where its neighbour is right, where the text never writes it so itself,
and where it writes the pair in one other way, at least twice.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from .normalise import LOWER, UPPER, strip_marks
from .syllables import is_syllable

_HEAD = 2500  # characters from the start in which letterhead and title stand
_FEWEST = 2
_RUN = re.compile(rf"[{UPPER}]{{2,7}}(?: [{UPPER}]{{2,7}})+")
_FAMILIES: dict[str, str] = {}
for _char in LOWER.replace("a-z", "abcdefghijklmnopqrstuvwxyz"):
    _key = strip_marks(_char).lower()
    _FAMILIES[_key] = _FAMILIES.get(_key, "") + _char


@lru_cache(maxsize=1024)
def _alike(pair: str) -> re.Pattern[str]:
    """A pair of words with any marks."""
    letters = "".join(f"[{_FAMILIES[char]}]" if char in _FAMILIES else re.escape(char) for char in strip_marks(pair))
    return re.compile(rf"(?<!\w){letters}(?!\w)")


def mend_capitals(text: str) -> str:
    """The text with misread words in capitals mended in its head; of the same length.

    Args:
        text: Clean text.
    """
    head = text[:_HEAD]
    running = ""
    letters: list[str] | None = None
    for run in _RUN.finditer(head):
        if not running:
            running = text.lower()
            if len(running) != len(text):
                return text
        words = list(re.finditer(r"\S+", run.group()))
        for number, word in enumerate(words):
            small = word.group().lower()
            if small in text or small.capitalize() in text:
                continue  # the text knows the word
            for other in (number - 1, number + 1):
                if not 0 <= other < len(words):
                    continue
                first, last = sorted((number, other))
                low, high = run.start() + words[first].start(), run.start() + words[last].end()
                better = _echo(running[low:high], text, running, position=number - first)
                if better is not None:
                    letters = letters or list(text)
                    letters[low:high] = better.upper()
                    break
    return "".join(letters) if letters is not None else text


def _echo(pair: str, text: str, running: str, position: int) -> str | None:
    """How the text writes a pair whose word at `position` is doubtful; None where it does not, or in several ways."""
    found = _alike(pair).finditer(running)
    seen = Counter(match.group() for match in found if not text[slice(*match.span())].isupper())
    if len(seen) != 1:
        return None
    (better, times), sure = seen.most_common(1)[0], 1 - position
    words = better.split(" ")
    if times < _FEWEST or words[sure] != pair.split(" ")[sure] or not is_syllable(words[position]):
        return None
    return better
