"""Rules that are looked up by the first words of what they match.

A rule of many alternatives (`Công an|Sở|Ủy ban nhân dân|UBND …`) is slow where almost nothing matches. `WordRule` sorts
the alternatives by the first word that each can begin with, so that at a place in a text only those that may match are
tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

_END = r"(?![^\W_])"
_FIRST = re.compile(r"[^\W_]+")
_SPECIAL = frozenset("\\()[]|?{}*+.^$")
TWO_WORDS = re.compile(r"([^\W_]+)(?:\.?,? ?([^\W_]+))?")


class _Expander:
    """The beginnings of all strings that a plain pattern matches, up to two words.

    Understood are letters, escaped signs, classes of letters, groups, alternatives, `?` and look-aheads (which are
    passed over); anything else ends the beginning where it stands.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def alternatives(self) -> set[str]:
        found = self._sequence()
        while self.at < len(self.pattern) and self.pattern[self.at] == "|":
            self.at += 1
            found |= self._sequence()
        return found

    def _sequence(self) -> set[str]:
        found = {""}
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            atom = self._atom()
            if self.at < len(self.pattern) and self.pattern[self.at] == "?":
                self.at += 2 if self.pattern[self.at : self.at + 2] == "??" else 1
                atom = atom | {""}
            found = {_cut(a + b) if not a.endswith("\0") else a for a, b in product(found, atom)}
        return found

    def _atom(self) -> set[str]:
        char = self.pattern[self.at]
        if char == "(":
            return self._group()
        if char == "[":
            close = self.pattern.index("]", self.at + 1)
            members, self.at = self.pattern[self.at + 1 : close], close + 1
            return {"\0"} if members[0] in "^\\" else set(members)
        if char == "\\":
            self.at += 2
            escaped = self.pattern[self.at - 1]
            return {"\0"} if escaped.isalnum() else {escaped}
        self.at += 1
        return {"\0"} if char in "{*+.^$" else {char}

    def _group(self) -> set[str]:
        ahead = self.pattern[self.at : self.at + 3] in ("(?=", "(?!") or self.pattern.startswith("(?<", self.at)
        self.at = self.pattern.index(":", self.at) + 1 if not ahead else self.at + 3
        if self.pattern[self.at - 3 : self.at] in ("(?<",):
            self.at += 1
        found = self.alternatives()
        self.at += 1
        return {""} if ahead else found


def _cut(beginning: str) -> str:
    """A beginning cut after two words; a closing NUL marks that nothing more is to be added."""
    if beginning.count(" ") > 1:
        return " ".join(beginning.split(" ")[:2]) + "\0"
    return beginning


def beginnings(pattern: str) -> set[str]:
    """First words, or first two, of what a pattern matches, in small letters.

    Raises:
        ValueError: The pattern may begin with something that is no plain word.
    """
    if _SPECIAL.isdisjoint(pattern):  # plain words: most patterns are
        first = TWO_WORDS.match(pattern.lower())
        if first is not None:
            return {f"{first[1]} {first[2]}" if first[2] else first[1]}
    found = set()
    for beginning in _Expander(pattern).alternatives():
        match = TWO_WORDS.match(beginning.replace("\0", "").lower())
        if match is None:
            raise ValueError(f"no plain first word in {pattern!r}")
        whole = beginning.endswith("\0") or " " not in beginning.strip()
        found.add(match[1] if match[2] is None or not whole and "\0" in beginning else f"{match[1]} {match[2]}")
    return found


class WordRule:
    """Alternatives, tried at a place by its first word.

    Args:
        patterns: Regular expressions of the plain kind that `beginnings` understands.
        ignore_case: Whether capitals and small letters are alike.

    Attributes:
        beginnings: First words, or first two, of what it matches, in small letters.
        words: The first words alone.
    """

    def __init__(self, patterns: Iterable[str], ignore_case: bool = False) -> None:
        by_word: dict[str, list[str]] = {}
        self.beginnings: set[str] = set()
        for pattern in patterns:
            starts = beginnings(pattern)
            self.beginnings |= starts
            for word in {start.split(" ")[0] for start in starts}:
                by_word.setdefault(word, []).append(pattern)
        flag = "(?i:" if ignore_case else "(?:"
        self._written = {word: flag + "|".join(found) + ")" + _END for word, found in by_word.items()}
        self.words = frozenset(self._written)
        self._by_word: dict[str, re.Pattern[str]] = {}  # compiled when a word is met: most texts hold few of them

    def match(self, text: str, at: int, end: int, word: str | None = None) -> re.Match[str] | None:
        """The match at `at`; `word` is the first word there in small letters, if the caller knows it."""
        if word is None:
            word = first_word(text, at, end)
        pattern = self._by_word.get(word)
        if pattern is None:
            written = self._written.get(word)
            if written is None:
                return None
            pattern = self._by_word[word] = re.compile(written)
        return pattern.match(text, at, end)


@lru_cache(maxsize=256)
def first_word(text: str, at: int, end: int) -> str:
    """The word at `at` in small letters, '' where none stands."""
    match = _FIRST.match(text, at, end)
    return match.group().lower() if match is not None else ""


def two_words(text: str, at: int, end: int) -> tuple[str, str]:
    """The two words at `at` in small letters, each '' where none stands."""
    match = TWO_WORDS.match(text, at, end)
    if match is None:
        return "", ""
    return match[1].lower(), (match[2] or "").lower()
