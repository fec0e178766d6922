"""Capitals whose marks recognition got wrong, mended by how the same text writes the same words in small letters.

    CỤC HÓA CHÁT … Cục Hóa chất có ý kiến … quản lý hóa chất     CỤC HÓA CHẤT

Marks over capitals are small and lie close to the line above, so recognition errs on them most, and letterhead and
title are set in capitals. A word is mended only where its neighbour is right, where the text never writes it so itself,
and where it writes the pair in one other way, at least twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from .normalise import UPPER, strip_marks
from .patterns import Pattern
from .syllables import is_syllable

_HEAD = 2500  # characters from the start in which letterhead and title stand
_FEWEST = 2
_MOST_PLACES = 500
_WORDY = Pattern(r"\w")
_WORD = Pattern(r"\S+")
_RUN = Pattern(rf"[{UPPER}]{{2,7}}(?: [{UPPER}]{{2,7}})+")


def mend_capitals(text: str) -> str:
    """The text with misread words in capitals mended in its head; of the same length.

    Args:
        text: Clean text.
    """
    head = text[:_HEAD]
    running = ""
    letters: list[str] | None = None
    written: dict[tuple[str, int], Counter[str]] = {}  # of pairs that were looked for
    for run in _RUN.finditer(head):
        if not running:
            running = text.lower()
            if len(running) != len(text):
                return text
        words = list(_WORD.finditer(run.group()))
        for number, word in enumerate(words):
            if _knows(text, word.group()):
                continue
            for other in (number - 1, number + 1):
                if not 0 <= other < len(words):
                    continue
                first, last = sorted((number, other))
                low, high = run.start() + words[first].start(), run.start() + words[last].end()
                pair, position = running[low:high], number - first
                if (pair, position) not in written:
                    written[pair, position] = _written(pair, text, running, position)
                better = _echo(pair, written[pair, position], position)
                if better is not None:
                    letters = letters or list(text)
                    letters[low:high] = better.upper()
                    break
    return "".join(letters) if letters is not None else text


@lru_cache(maxsize=256)
def _knows(text: str, word: str) -> bool:
    """Whether the text writes a word in capitals elsewhere in small letters, too."""
    small = word.lower()
    return small in text or small.capitalize() in text


@lru_cache(maxsize=1)
def _bare(running: str) -> str:
    """A text in small letters without its marks, as long as the text."""
    bare = strip_marks(running)
    # Some signs vanish with their marks, others (Korean syllables) come apart.
    return bare if len(bare) == len(running) else "".join((strip_marks(char) or char)[0] for char in running)


def _may_echo(pair: str, running: str, position: int) -> bool:
    """Whether the text has the sure word of a pair with such a neighbour often enough: most have not.

    Looked for before the whole text is stripped of its marks; yes for a word that stands everywhere.
    """
    words, bare, times = pair.split(" "), strip_marks(pair), 0
    ahead = len(words[0]) + 1 if position == 0 else 0  # characters of the pair before the sure word
    at = -1
    for _ in range(_MOST_PLACES):
        at = running.find(words[1 - position], at + 1)
        if at < 0:
            return False
        times += at >= ahead and strip_marks(running[at - ahead : at - ahead + len(pair)]) == bare
        if times >= _FEWEST:
            return True
    return True


def _written(pair: str, text: str, running: str, position: int) -> Counter[str]:
    """How often the text writes a pair in which way, but for capitals; the word at `position` is doubtful."""
    if not _may_echo(pair, running, position):
        return Counter()
    bare = strip_marks(pair)
    return Counter(running[a:b] for a, b in _places(bare, _bare(running)) if not text[a:b].isupper())


def _echo(pair: str, seen: Counter[str], position: int) -> str | None:
    """How the text writes a pair whose word at `position` is doubtful; None where it does not, or in several ways."""
    if len(seen) != 1:
        return None
    (better, times), sure = seen.most_common(1)[0], 1 - position
    words = better.split(" ")
    if times < _FEWEST or words[sure] != pair.split(" ")[sure] or not is_syllable(words[position]):
        return None
    return better


def _places(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a text, not within longer ones. (A plain `find` is many times faster than a pattern.)"""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not _WORDY.match(text, start - 1, start) and not _WORDY.match(text, end):
            yield start, end
        start = text.find(words, start + 1)
