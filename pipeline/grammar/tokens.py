"""Words and what stands between them, read once a text.

    UBND H. Lục Yên, VP HĐND - UBND        UBND | H. | Lục | Yên |, VP | HĐND |- UBND

`Tokens` holds the words of a line in columns, since a text has many; `Tokens.token` gives one of them as a value.
Abbreviations
(`knowledge/name_abbreviations.toml`) are written out where a reader asks for it, and keep their span: the norm of
`H.` is `huyện`.
A line of a text, which is a paragraph or a line of a cell, is read when the first reader asks for it, and once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from ..knowledge import rows
from ..text.patterns import Pattern

Shape = Literal["capitals", "capital", "small", "number"]

# A word: letters and digits, also with an apostrophe inside (`R'Lấp`).
_SPLIT = Pattern(r"([^\W_]+(?:['’ʼ][^\W_]+)*)")
_SPLIT_PLAIN = Pattern(r"([^\W_]+)")
_LONGEST_ABBREVIATION = 5
_LINES_KEPT = 1000
_ROMAN = Pattern(r"[IVXL]{1,5}\Z")
NO_WORD = ""


class Token(NamedTuple):
    """A word of a text.

    Attributes:
        start, end: Half-open offsets, without the full stop of an abbreviation.
        norm: In small letters, abbreviations of one word written out (`ủy ban nhân dân`).
        shape: How it is written.
        separator: What stands between it and the word before (`' '`, `', '`, `' - '`, `': '`).
    """

    start: int
    end: int
    norm: str
    shape: Shape
    separator: str


class Expansion(NamedTuple):
    """The words that an abbreviation stands for.

    Attributes:
        words: In small letters, without `và`.
        end: Index of the token after it.
    """

    words: tuple[str, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _Abbreviation:
    words: tuple[str, ...]
    only: str
    capitals: bool


@cache
def _abbreviations() -> dict[str, _Abbreviation]:
    """Forms without `và` and signs (`nnptnt`), also with spaces where one has small letters, to what they mean."""
    found: dict[str, _Abbreviation] = {}
    for row in rows("name_abbreviations"):
        full = tuple(row["full"].split())
        for form in row["words"]:
            parts = [part for part in _SPLIT.findall(form) if part != "và"]
            entry = _Abbreviation(full, row.get("only", ""), form[0].isupper())
            key = ("" if form.isupper() or len(parts) == 1 else " ").join(parts).lower()
            found.setdefault(key, entry)
            found.setdefault(" ".join(parts).lower(), entry)
    return found


@cache
def first_parts() -> frozenset[str]:
    """Words in small letters with which an abbreviation may begin."""
    found: set[str] = set()
    for key in _abbreviations():
        first = key.split(" ")[0]
        found.add(first)
        found |= {first[:length] for length in range(2, len(first))} if " " not in key else set()
    return frozenset(found)


def begins_abbreviation(word: str) -> bool:
    """Whether an abbreviation may begin with a word in small letters."""
    return word in first_parts()


@cache
def _small_forms() -> frozenset[str]:
    """First words of abbreviations that are written in small letters."""
    return frozenset(key.split(" ")[0] for key, entry in _abbreviations().items() if not entry.capitals)


@cache
def _long_forms() -> frozenset[str]:
    """First words of abbreviations that go on in small letters (`TT Y tế`)."""
    return frozenset(
        key.split(" ")[0]
        for row in rows("name_abbreviations")
        for key in row["words"]
        if " " in key and not key.isupper()
        for key in [key.lower()]
    )


@cache
def _full_stops() -> frozenset[str]:
    return frozenset(word for row in rows("full_stops") if row["kind"] == "before_name" for word in row["words"])


class Tokens:
    """The words of a line of a text, in columns of one length; offsets are those of the text.

    Args:
        text: The text.
        start, end: Half-open offsets of the line.

    Attributes:
        text: The text.
        written: The words as they stand.
        norms: The words in small letters.
        starts, ends: Their half-open offsets.
        separators: What stands before each word, without the full stop of an abbreviation that ends there.
        memo: What the lexicon found at an index.
        bodies: What body was read at an index, up to another.
        lists: What list of bodies was read at an index, up to another.
    """

    __slots__ = ("_expanded", "bodies", "ends", "lists", "memo", "norms", "separators", "starts", "text", "written")

    def __init__(self, text: str, start: int = 0, end: int | None = None) -> None:
        line = text if end is None else text[start:end]
        quoted = "'" in line or "’" in line or "ʼ" in line
        parts = (_SPLIT if quoted else _SPLIT_PLAIN).split(line)
        self.text = text
        self.written = parts[1::2]
        self.norms = list(map(str.lower, self.written))
        ends = list(accumulate(map(len, parts), initial=start))
        self.starts, self.ends = ends[1:-1:2], ends[2::2]
        self.separators = parts[0::2]
        self.memo: dict[int, Any] = {}
        self.bodies: dict[tuple[int, int], Any] = {}
        self.lists: dict[tuple[int, int], Any] = {}
        self._expanded: dict[int, list[Expansion]] = {}
        self._drop_full_stops()
        self._part_letters()

    def __len__(self) -> int:
        return len(self.written)

    def _drop_full_stops(self) -> None:
        """`TP. Huế`, `P.1`: the full stop belongs to the word."""
        words, separators, stops = self.written, self.separators, _full_stops()
        if stops.isdisjoint(words):
            return
        for index, word in enumerate(words):
            if word in stops and separators[index + 1][:1] == "." and index + 1 < len(words):
                separators[index + 1] = separators[index + 1][1:] or " "

    def _part_letters(self) -> None:
        """Two letters with a slash between them are words like any others (`Đ/c Giám đốc`)."""
        words, separators = self.written, self.separators
        if "/" not in separators:
            return
        for index in range(1, len(words)):
            if separators[index] == "/" and len(words[index]) == len(words[index - 1]) == 1:
                separators[index] = " "

    def index(self, offset: int) -> int:
        """Index of the first word that begins at or after an offset."""
        return bisect_left(self.starts, offset)

    def end_index(self, offset: int) -> int:
        """Index after the last word that ends at or before an offset."""
        return bisect_left(self.ends, offset + 1)

    def token(self, index: int) -> Token:
        """The word at an index."""
        expansion = next((found for found in self.expansions(index) if found.end == index + 1), None)
        norm = " ".join(expansion.words) if expansion is not None else self.norms[index]
        return Token(self.starts[index], self.ends[index], norm, self.shape(index), self.separators[index])

    def shape(self, index: int) -> Shape:
        """How the word at an index is written."""
        word = self.written[index]
        if word[0].isdigit():
            return "number"
        if word.isupper() and len(word) > 1:
            return "capitals"
        return "capital" if word[0].isupper() else "small"

    def is_capital(self, index: int) -> bool:
        """Whether a word begins with a capital or is a number."""
        first = self.written[index][0]
        return first.isupper() or first.isdigit()

    def is_number(self, index: int) -> bool:
        """Whether a word is a short number or a roman numeral."""
        word = self.written[index]
        first = word[0]
        if first in "IVXL":
            return _ROMAN.match(word) is not None
        return first.isdigit() and len(word) < 4 and word.isdigit()

    def after_full_stop(self, index: int) -> bool:
        """Whether a full stop stands right behind the word."""
        return self.text.startswith(".", self.ends[index])

    def may_expand(self, index: int) -> bool:
        """Whether an abbreviation may begin at an index, by its first word."""
        if self.norms[index] not in first_parts():
            return False
        return self.written[index][0].isupper() or self.norms[index] in _small_forms()

    def expansions(self, index: int) -> list[Expansion]:
        """What the abbreviations that begin at an index stand for, the longest one first."""
        if not self.may_expand(index):
            return _NOTHING
        known = self._expanded.get(index)
        if known is None:
            known = self._expanded[index] = self._expand(index)
        return known

    def _expand(self, index: int) -> list[Expansion]:
        word = self.norms[index]
        known, found = _abbreviations(), list[Expansion]()
        if not self._goes_on(index):
            entry = known.get(word)
            alone = entry is not None and self._holds(entry, index, self.written[index].isupper())
            return [Expansion(entry.words, index + 1)] if entry is not None and alone else found
        parts = [word]
        ends = [index + 1]
        at = index + 1
        while len(parts) < _LONGEST_ABBREVIATION and at < len(self.norms):
            separator = self.separators[at]
            if separator not in _RUN:
                break
            if self.norms[at] != "và":
                parts.append(self.norms[at])
                ends.append(at + 1)
            elif separator != " ":
                break
            at += 1
        for count in range(len(parts), 0, -1):
            run = self.written[index : ends[count - 1]]
            capitals = all(part.isupper() or part.isdigit() for part in run if part != "và")
            entry = known.get(" ".join(parts[:count])) or (known.get("".join(parts[:count])) if capitals else None)
            if entry is not None and self._holds(entry, index, capitals):
                found.append(Expansion(entry.words, ends[count - 1]))
        return found

    def _goes_on(self, index: int) -> bool:
        """Whether an abbreviation that begins at an index may have more than one word."""
        if index + 1 >= len(self.norms):
            return False
        if self.written[index + 1].isupper() or self.norms[index] in _small_forms():
            return True
        return self.written[index].isupper() and (self.norms[index + 1] == "và" or self.norms[index] in _long_forms())

    def _holds(self, entry: _Abbreviation, index: int, capitals: bool) -> bool:
        """Whether an abbreviation is one where it stands (see the table)."""
        if entry.capitals and not self.written[index][0].isupper():
            return False
        if entry.only == "full stop":
            return self.after_full_stop(index)
        if entry.only == "capitals":
            return capitals
        if entry.only == "among small letters":
            around = self.written[max(0, index - 2) : index] + self.written[index + 1 : index + 3]
            return capitals and not all(word.isupper() for word in around)
        return True


_NOTHING: list[Expansion] = []
_RUN = frozenset((" ", "&", " & ", "-", " - ", "- ", " -"))


class _Lines:
    """Where the lines of a text begin, and the last ones that have been read, by this offset."""

    __slots__ = ("read", "starts")

    def __init__(self, text: str) -> None:
        self.starts = [0]
        at = text.find("\n") + 1
        while at:
            self.starts.append(at)
            at = text.find("\n", at) + 1
        self.read: dict[int, Tokens] = {}


_lines = lru_cache(maxsize=16)(_Lines)
"""Kept for the last few texts."""


def tokens_of(text: str, at: int = 0) -> Tokens:
    """The words of the line of a text that holds an offset. A line is read once, whoever asks."""
    lines = _lines(text)
    following = bisect_right(lines.starts, at)
    start = lines.starts[following - 1]
    tokens = lines.read.get(start)
    if tokens is None:
        if len(lines.read) >= _LINES_KEPT:
            lines.read.clear()
        end = lines.starts[following] - 1 if following < len(lines.starts) else len(text)
        tokens = lines.read[start] = Tokens(text, start, end)
    return tokens


def lines_of(text: str, start: int, end: int) -> Iterator[Tokens]:
    """The words of every line that a stretch of a text touches, in order."""
    at = start
    while at < end:
        yield tokens_of(text, at)
        stop = text.find("\n", at, end)
        if stop < 0:
            return
        at = stop + 1
