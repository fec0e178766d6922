"""Vietnamese syllables: is this Vietnamese, and which letters were torn from their syllable?

`knowledge/syllables.txt` lists the syllables of public regulations, of the names of administrative units and of
everyday words, in lower case, tone on the first vowel. Of syllables without a consonant before the vowel it has few:
such a piece is more often one torn off (`H ình`) than a word.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from .. import knowledge
from .normalise import place_tones
from .patterns import Pattern

_WORD = Pattern(r"[^\W\d_]+")
# A consonant or two that stand alone: the sign of torn letters ("N guyễn", "H à N ội"). The letter comes first in the
# pattern, and then what must not stand before it: so a search skips all other letters at once.
_TORN = Pattern(r"[bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX](?<![\w/.&-].)(?:[hrg]h?|[HRG])?(?![\w/.&:-])")
_BEGINNING = Pattern(r"ngh|ch|gh|gi(?=[^\W\d_])|kh|ng|nh|ph|qu|th|tr|[bcdđghklmnpqrstvx]")
_BEGINNING_AND_RIME = Pattern(rf"^((?:{_BEGINNING.pattern})?)(.*)$", re.MULTILINE)
_SHORT = 120  # characters of a line in which two capitals that stand alone are an abbreviation
_CONSONANTS = frozenset("bcdđghklmnpqrstvx")
_PIECE = Pattern(r" ([^\W\d_]{1,6})(?![\w])")
_PIECE_BEFORE = Pattern(r"(?<!\w)([^\W\d_]{1,6}) $")
_LOOSE_MARK = Pattern(r" ([;:,.)])|(?<=\() ")
_ODD_TONED = Pattern(r"(?<![\w])[^\W\d_]{1,3}(?![\w])")


@cache
def syllables() -> frozenset[str]:
    """All known syllables, lower case."""
    text = knowledge.read("syllables.txt")
    return frozenset(text.split())


def is_syllable(word: str) -> bool:
    """Whether a word is a known Vietnamese syllable, in any case and tone placement (NFC)."""
    lower = word.lower()
    known = syllables()
    return lower in known or place_tones(lower) in known


@cache
def _parts() -> tuple[frozenset[str], frozenset[str]]:
    """The beginnings and the rimes, with their tones, of all known syllables."""
    split = _BEGINNING_AND_RIME.findall("\n".join(syllables()))
    return frozenset(beginning for beginning, _ in split), frozenset(rime for _, rime in split)


def _split(word: str) -> tuple[str, str]:
    """A syllable in small letters as its beginning and its rime."""
    beginning = _BEGINNING.match(word)
    at = beginning.end() if beginning is not None else 0
    return word[:at], word[at:]


@lru_cache(maxsize=16384)
def may_be_syllable(word: str) -> bool:
    """Whether a word is a syllable or could be one: its beginning and its rime stand in known ones."""
    if is_syllable(word):
        return True
    beginning, rime = _split(place_tones(word.lower()))
    beginnings, rimes = _parts()
    return beginning in beginnings and rime in rimes


def share_of_syllables(text: str, sample: int = 4000) -> float:
    """The share 0..1 of words that are Vietnamese syllables, over about `sample` characters spread over the text."""
    if len(text) > sample:
        step = len(text) // 4
        text = " ".join(text[i : i + sample // 4] for i in range(0, len(text), max(1, step)))
    found = _WORD.findall(text)
    if not found:
        return 0.0
    known = syllables()
    small = list(map(str.lower, found))
    unknown = [word for word in small if word not in known]
    return (len(small) - sum(place_tones(word) not in known for word in unknown)) / len(small)


def torn_lines(text: str) -> set[int]:
    """Offsets of the lines that hold a consonant alone which makes a syllable with the piece beside it (`N guyễn`)."""
    found: set[int] = set()
    for match in _TORN.finditer(text):
        if _is_torn(text, match):
            found.add(text.rfind("\n", 0, match.start()) + 1)
    return found


def _is_torn(text: str, match: re.Match[str]) -> bool:
    known, letters = syllables(), match.group()
    behind = _PIECE.match(text, match.end())
    if behind is not None and not _is_word(behind[1]):
        if place_tones((letters + behind[1]).lower()) in known or _are_apart(letters, behind[1], text, match.start()):
            return True
    before = _PIECE_BEFORE.search(text, max(0, match.start() - 8), match.start())
    return before is not None and not _is_word(before[1]) and place_tones((before[1] + letters).lower()) in known


def _are_apart(letter: str, following: str, text: str, at: int) -> bool:
    """Whether two single letters belong together: consonants (`ươ n g`), capitals in a short line (`T W`)."""
    if len(letter) != 1 or len(following) != 1:
        return False
    if letter.isupper():
        end = text.find("\n", at)
        return following.isupper() and (len(text) if end < 0 else end) - text.rfind("\n", 0, at) - 1 <= _SHORT
    return following in _CONSONANTS


def _is_word(piece: str) -> bool:
    """Whether a piece stands for itself: a syllable of two letters or more (`và`), not one torn off (`uyễn`, `à`)."""
    return len(piece) > 1 and is_syllable(piece)


def close_up(text: str) -> str:
    """The text with torn letters put back (`H à N ội` → `Hà Nội`); text without any is returned as it is.

    Only neighbours one space apart are joined, and only where the pieces are no syllables and the whole is one.
    """
    if not _TORN.search(text) and not _has_torn_vowel(text):
        return text
    tokens = text.split(" ")
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(tokens) + 1):
        options = []
        for start in range(max(0, end - 6), end):
            cost = _cost(tokens[start:end])
            options.append((best[start][0] + cost, start))
        best.append(min(options))
    out: list[str] = []
    end = len(tokens)
    while end:
        start = best[end][1]
        out.append("".join(tokens[start:end]))
        end = start
    joined = " ".join(reversed(out))
    return _LOOSE_MARK.sub(lambda m: m.group(1) or "", joined) if joined != text else text


def _has_torn_vowel(text: str) -> bool:
    """Whether a piece of a syllable with a tone mark stands alone (`ễn`, `ả`)."""
    return any(
        not piece.isascii() and not piece.isupper() and not is_syllable(piece) for piece in _ODD_TONED.findall(text)
    )


# Single letters that are words of their own.
_LETTER_WORDS = frozenset("ở ý ô ổ ố ủ à y ồ ừ ợ".split())


def _cost(tokens: list[str]) -> float:
    """How unlikely it is that these pieces make one word."""
    pieces = len(tokens)
    core = "".join(tokens).strip(".,;:()“”\"'/-")
    if not core:
        return 0.0 if pieces == 1 else 3.0
    glue = 0.12 * (pieces - 1)
    lower = place_tones(core.lower())
    if pieces > 1 and not core.isalpha():
        return 5.0 * pieces
    if pieces > 1 and core.isupper() and all(len(token) == 1 for token in tokens[:-1]) and lower not in syllables():
        return glue + 0.5  # an abbreviation with its letters apart (V T)
    if len(core) == 1 and core.isalpha():
        return glue + (0.3 if lower in _LETTER_WORDS else 1.0)
    if lower in syllables():
        mixed = pieces > 1 and not (core.islower() or core.isupper() or core.istitle())
        return glue + (4.0 if mixed else 0.0)
    if pieces > 1:
        return 5.0 * pieces
    return 0.4 if core.isupper() or not core.isalpha() else 0.9
