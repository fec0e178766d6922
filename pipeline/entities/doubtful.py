"""What of a text the trained model reads: the words among which the rules may be wrong.

The rules read sound text as well as the model does, forty times as fast; the model wins where letters were misread,
in capitals, in text without diacritics, and in sentences that are broken over lines. Where these are is told by the
letters alone. What a recogniser has read is read whole: a misread word may be a word again.
"""

from __future__ import annotations

from functools import cache, lru_cache

from ..text.normalise import LOWER, UPPER
from ..text.patterns import Pattern
from ..text.syllables import may_be_syllable
from . import rules

Span = tuple[int, int]

_WORD = Pattern(r"[^\W\d_]{2,}")
_VOWEL = Pattern("[aeiouyăâêôơưà-ỹ]")
_INNER_CAPITAL = Pattern(f"[{LOWER}][{UPPER}]")
# What is rare stands first in these two, and then what must stand before it: so a search skips all else at once.
_CAPITALS = Pattern(rf"[{UPPER}](?<![{UPPER}].)[{UPPER}]+ [{UPPER}]{{2,}}")
_BROKEN = Pattern(rf"\n(?<=[^\W\d_,]\n)(?=[{LOWER}]{{2,}}[ ,;.])")
_SHORT_TEXT = 600
"""Characters; of a few sentences without more around them the rules know less than the model, and it is soon done."""
_STOPS = (". ", "; ", ": ")
_LONG_LINE = 40
_FEWEST_MARKS = 0.08
"""Bytes in UTF-8 beyond one a character; Vietnamese has 0.3 and more, without its diacritics none."""


def doubtful(text: str) -> list[Span]:
    """The stretches of a text that the model is to read, in order: lines, and clauses around misread words.

    Args:
        text: Clean text, a paragraph a line.
    """
    if len(text) <= _SHORT_TEXT:
        return [(0, len(text))] if text else []
    found = [_line(text, match.start()) for match in _CAPITALS.finditer(text)]
    for match in _BROKEN.finditer(text):
        found += [_line(text, match.start()), _line(text, match.end())]
    for word in {word for word in set(_WORD.findall(text)) if _is_odd(word)}:
        found += [_clause(text, at) for at in _places(text, word)]
    found += _bare_lines(text)
    return _joined(found)


def _joined(found: list[Span]) -> list[Span]:
    """Stretches in order, those as one that overlap or stand side by side."""
    joined: list[Span] = []
    for start, end in sorted(found):
        if joined and joined[-1][1] + 1 >= start:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _line(text: str, at: int) -> Span:
    """The line that holds an offset."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _clause(text: str, at: int) -> Span:
    """The clause that holds an offset: up to the next stop, semicolon, colon or end of the line on both sides."""
    start, end = _line(text, at)
    for mark in _STOPS:
        before, behind = text.rfind(mark, start, at), text.find(mark, at, end)
        start = max(start, before + len(mark)) if before >= 0 else start
        end = behind + 1 if behind >= 0 else end
    return start, end


def _places(text: str, word: str) -> list[int]:
    """Where a word stands alone."""
    found, at = [], text.find(word)
    while at >= 0:
        end = at + len(word)
        if not text[at - 1 : at].isalpha() and not text[end : end + 1].isalpha():
            found.append(at)
        at = text.find(word, end)
    return found


def _bare_lines(text: str) -> list[Span]:
    """The lines that are long enough to have diacritics, and have none."""
    found, start = [], 0
    for line in text.split("\n"):
        size = len(line)
        if size >= _LONG_LINE and len(line.encode(errors="surrogatepass")) - size < _FEWEST_MARKS * size:
            found.append((start, start + size))
        start += size + 1
    return found


@lru_cache(maxsize=16384)
def _is_odd(word: str) -> bool:
    """Whether a word is none that Vietnamese has: no syllable, no abbreviation, no part of the name of a unit."""
    small = word.lower()
    if word.isupper() or may_be_syllable(word) or _INNER_CAPITAL.search(word) or small in _words_of_units():
        return False
    return _VOWEL.search(small) is not None


@cache
def _words_of_units() -> frozenset[str]:
    """The words of the names of provinces, districts and communes, in small letters."""
    return frozenset(_WORD.findall("\n".join(rules.unit_names()).lower()))
