"""The one repair of words: torn letters, words with wrong marks, words that ran together.

    H à N ội, N guyễn            letters torn from their syllable            Hà Nội, Nguyễn
    phôi hợp, thị trân           marks that recognition of a scan got wrong  phối hợp, thị trấn
    Vềviệc                       words of a fixed phrase without their space Về việc

Every room above reads the repaired text, and none repairs again. What is repaired is certain: pieces that are no words
and make a syllable; two words that, compared without their diacritics with the wording of bodies and roles, can only be
one known pair. Text without signs of tearing or of recognition comes back as it is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

from ..document import OffsetMap
from ..knowledge import rows
from .echoes import mend_capitals
from .normalise import strip_marks
from .patterns import Pattern
from .syllables import close_up, torn_lines

_SIGNS: dict[str, list[str]] = {}
"""What only recognition writes, by its first word."""
for _row in rows("role_phrases"):
    for _sign in _row["words"] if _row["kind"] == "misread_sign" else ():
        _SIGNS.setdefault(_sign.partition(" ")[0], []).append(_sign)
_LINKS = frozenset(word for row in rows("role_phrases") if row["kind"] == "misread_link" for word in row["words"])
_ALIKE_OFFICE = 87  # one letter of eight
_FEWEST_SIGNS = 2  # a single one may be a slip of the pen
_LONGEST_OFFICE = 30  # characters
_OTHER_TABLES = ("doc_types", "law_names", "citation_phrases", "organisations", "line_joining", "preamble", "signature")
_WORD = Pattern(r"[^\W\d_]+")
# A slanted bold `t` comes out as a bracket: `Viện (rưởng`. No syllable of the pattern's is written without the `t`.
_BRACKET_T = Pattern(r"\((?=rưởng|rình |rực |rách nhiệm|rung |rong |rên |rước |riển khai|rật tự|rường )")
_PLAIN_WORDS = Pattern(r"(?<![^\W\d_\]])[^\W\d_]{2,}(?: [^\W\d_]{2,})+")


@lru_cache(maxsize=8192)
def _bare(word: str) -> str:
    """A word in small letters without its diacritics; as long as the word."""
    decomposed = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def _known_pairs() -> dict[str, str]:
    """Two bare words to the two words that alone are meant by them, in small letters."""
    pairs: dict[str, str | None] = {}
    for table in ("bodies", "role_phrases"):
        for row in rows(table):
            if row["kind"] in ("misread_sign", "name_stop"):
                continue
            for phrase in (*row.get("words", []), *row.get("patterns", []), *row.get("forms", [])):
                for run in _PLAIN_WORDS.findall(phrase.lower()):
                    words = run.split(" ")
                    for first, second in zip(words, words[1:], strict=False):
                        if row["kind"] != "known_words" and (first in _LINKS or second in _LINKS):
                            continue
                        bare = f"{_bare(first)} {_bare(second)}"
                        known = pairs.setdefault(bare, f"{first} {second}")
                        if known != f"{first} {second}":
                            pairs[bare] = None
    for bare, pair in _other_pairs():
        if pairs.get(bare, pair) != pair:
            pairs[bare] = None  # `công văn` is no misread `công vận`
    return {bare: pair for bare, pair in pairs.items() if pair is not None and len(pair) == len(bare)}


def _other_pairs() -> Iterator[tuple[str, str]]:
    """Two words in a row, bare and as they are, of what other tables know: these words are not misread."""
    for table in _OTHER_TABLES:
        for row in rows(table):
            for phrases in (row.get("words"), row.get("name"), row.get("names"), row.get("forms")):
                for phrase in [phrases] if isinstance(phrases, str) else phrases or ():
                    for run in _PLAIN_WORDS.findall(phrase.lower()):
                        words = run.split(" ")
                        for first, second in zip(words, words[1:], strict=False):
                            yield f"{_bare(first)} {_bare(second)}", f"{first} {second}"


def _differs_once(pair: str, read: str) -> bool:
    """Whether just one of two words was read otherwise: if both were, it is another pair (`từ đủ`, no `tư dự`)."""
    (first, second), (one, other) = pair.split(" "), read.lower().split(" ")
    return (first == one) != (second == other)


def is_misread(text: str) -> bool:
    """Whether a text shows words that only recognition writes so."""
    # The first word is looked for first: it is rare, and counting a phrase takes longer.
    return sum(text.count(sign) for first, signs in _SIGNS.items() if first in text for sign in signs) >= _FEWEST_SIGNS


def mend(text: str) -> str:
    """The text with the marks of known pairs of words restored, of the same length.

    Args:
        text: Clean text. One without a sign of recognition comes back as it is.
    """
    if not is_misread(text):
        return text
    text = _BRACKET_T.sub("t", text)
    known, letters = _known_pairs(), list(text)
    before, before_bare, before_end = 0, "", -2
    for word in _WORD.finditer(text):
        bare = _bare(word.group())
        if word.start() == before_end + 1 and text[before_end] == " ":
            pair = known.get(f"{before_bare} {bare}")
            if pair is not None and _differs_once(pair, text[before : word.end()]):
                for offset, char in enumerate(pair, start=before):
                    letters[offset] = char.upper() if text[offset].isupper() else char
        before, before_bare, before_end = word.start(), bare, word.end()
    return "".join(letters)


def repair(text: str) -> tuple[str, OffsetMap | None]:
    """The text with its words repaired, and the map back to what was given.

    Args:
        text: Clean text, one paragraph a line.

    Returns:
        The map is None where no letter has moved.
    """
    text = mend_capitals(mend(text))
    torn = torn_lines(text)
    if not torn:
        return text, None
    pieces: list[tuple[str, list[tuple[int, int]]]] = []
    moved, begin = False, 0
    for line in text.split("\n"):
        kept = _closed(line) if begin in torn else None
        pieces.append((line, kept or [(0, len(line))]))
        moved = moved or kept is not None
        begin += len(line) + 1
    if not moved:
        return text, None
    parts: list[str] = []
    clean: list[int] = []
    low: list[int] = []
    high: list[int] = []
    at = length = 0
    for number, (line, kept) in enumerate(pieces):
        if number:
            parts.append("\n")
            clean.append(length)
            low.append(at - 1)
            high.append(at)
            length += 1
        for start, end in kept:
            if end > start:
                parts.append(line[start:end])
                clean.append(length)
                low.append(at + start)
                high.append(at + end)
                length += end - start
        at += len(line) + 1
    return "".join(parts), OffsetMap((*clean, length), tuple(low), tuple(high))


def _closed(line: str) -> list[tuple[int, int]] | None:
    """The parts of a line that stay when its torn letters are put back; None where none are torn."""
    closed = close_up(line)
    if closed == line:
        return None
    kept: list[tuple[int, int]] = []
    at = 0
    for char in closed:
        while line[at] != char:  # only spaces are taken out
            at += 1
        if kept and kept[-1][1] == at:
            kept[-1] = (kept[-1][0], at + 1)
        else:
            kept.append((at, at + 1))
        at += 1
    return kept


@cache
def _openings() -> tuple[Pattern, dict[str, str]]:
    meant = {word: row["meant"] for row in rows("title_openings") for word in row["words"]}
    ordered = "|".join(sorted(map(re.escape, meant), key=len, reverse=True))
    return Pattern(rf"(?:{ordered})(?!\w)"), meant


def mend_opening(title: str) -> str:
    """A title whose first words recognition got wrong (`Vềviệc`, `và tăng cường …`), as they were meant."""
    pattern, meant = _openings()
    return pattern.sub(lambda match: meant[match.group()], title, count=1) if pattern.match(title) else title


@cache
def _offices() -> dict[str, str]:
    """Offices by their look without diacritics; '' where two look alike (`THỨ TRƯỞNG`, `THỦ TRƯỞNG`)."""
    words = _office_words()
    looks = Counter(map(strip_marks, words))
    return {look: word if looks[look] == 1 else "" for word in words for look in (strip_marks(word),)}


@cache
def _office_words() -> frozenset[str]:
    return frozenset(word for row in rows("signature") if row["kind"] == "office" for word in row["words"])


def mend_office(office: str) -> str:
    """An office in capitals that recognition spoilt (`PHÓ CHỦ TỊC`), as the known one that it looks like.

    One that is known, or that looks like several or none, comes back as it is.
    """
    bare, known = strip_marks(office), _offices()
    if office in _office_words() or not 6 <= len(bare) <= _LONGEST_OFFICE:
        return office
    found = extract(bare, {key: key for key in known}, scorer=ratio, limit=2, score_cutoff=_ALIKE_OFFICE)
    if not found or (len(found) > 1 and found[1][1] == found[0][1]) or len(found[0][2].split()) != len(bare.split()):
        return office
    return known[found[0][2]] or office


def moved(offsets: OffsetMap, at: int) -> int:
    """Where a character of the text given to `repair` stands in the repaired one (the next one, if it is gone)."""
    run = bisect_left(offsets.raw_end, at + 1)
    if run == len(offsets.raw_end):
        return offsets.length
    return offsets.clean[run] + max(0, at - offsets.raw_start[run])
