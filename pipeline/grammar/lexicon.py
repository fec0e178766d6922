"""Rows of knowledge as typed values, and their forms as a tree of words in which the longest one at a place is found.

A form is written as the words that it matches:

    (Ủy ban nhân dân|UBND)                    alternatives
    Ban Chỉ huy [Quân sự]                     words that may be missing
    Văn hóa, Thể thao và Du lịch              a comma or `và` that may be missing; `&` is `và`; dashes are not looked at
    Thuế cơ sở {number}                       a number or a roman numeral
    nơi có …                                  open: what follows belongs to it, up to the end of the name

Case counts where a row says so: a form that begins with a capital then wants one in the text.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar

from ..knowledge import rows
from .tokens import Tokens

_T = TypeVar("_T")
_MARK = re.compile(r"([()\[\]|])")
_COMMAS = frozenset((", ", ","))
_DASHES = frozenset((" ", "-", " - ", "- ", " -", "/", " / ", " / "))
_AMPERSANDS = frozenset((" & ", "&", " &", "& "))
NUMBER = "{number}"
OPEN = "…"


class KnowledgeError(ValueError):
    """A row of a table of knowledge that is not as its table says."""


# -- typed rows --------------------------------------------------------------------------------------------------------


def typed(table: str, row_type: type[_T]) -> tuple[_T, ...]:
    """The rows of a table as values of a dataclass.

    Args:
        table: Name of the table.
        row_type: A dataclass with a field a key; keys that it does not have, wrong types and words that its `Literal` does not
            list are faults.

    Raises:
        KnowledgeError: A row does not hold what the dataclass says; the message names table and row.
    """
    hints = typing.get_type_hints(row_type)
    known = {field.name: field for field in fields(row_type)}  # type: ignore[arg-type]
    found: list[_T] = []
    for number, row in enumerate(rows(table), start=1):
        place = f"{table}.toml, row {number}"
        if unknown := sorted(set(row) - set(known)):
            raise KnowledgeError(f"{place}: no such key: {', '.join(unknown)}")
        missing = [
            name
            for name, field in known.items()
            if name not in row and field.default is MISSING and field.default_factory is MISSING
        ]
        if missing:
            raise KnowledgeError(f"{place}: missing: {', '.join(missing)}")
        found.append(row_type(**{key: _value(value, hints[key], f"{place}, {key}") for key, value in row.items()}))
    return tuple(found)


def _value(value: Any, hint: Any, place: str) -> Any:
    """A value of a row, if it is of its type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        values = value if isinstance(value, list) else [value]
        return tuple(_value(one, arguments[0], place) for one in values)
    if origin is typing.Literal:
        if value not in arguments:
            raise KnowledgeError(f"{place}: {value!r} is none of {', '.join(map(str, arguments))}")
    elif not isinstance(value, hint):
        raise KnowledgeError(f"{place}: {value!r} is no {hint.__name__}")
    return value


# -- forms -------------------------------------------------------------------------------------------------------------


def expand(form: str) -> list[str]:
    """All the words that a form matches, without brackets.

    Raises:
        KnowledgeError: A bracket does not close.
    """
    parts = [part for part in _MARK.split(form) if part]
    found, at = _alternatives(parts, 0, form)
    if at < len(parts):
        raise KnowledgeError(f"{form!r}: a bracket closes that did not open")
    return sorted({" ".join(text.replace(" ,", ",").split()) for text in found})


def _alternatives(parts: list[str], at: int, form: str) -> tuple[list[str], int]:
    found: list[str] = []
    sequence = [""]
    while at < len(parts) and parts[at] not in ")]":
        part = parts[at]
        at += 1
        if part == "|":
            found += sequence
            sequence = [""]
        elif part in "([":
            inner, at = _alternatives(parts, at, form)
            if at >= len(parts) or parts[at] != (")" if part == "(" else "]"):
                raise KnowledgeError(f"{form!r}: a bracket does not close")
            at += 1
            inner = [*inner, ""] if part == "[" else inner
            sequence = [left + right for left in sequence for right in inner]
        else:
            sequence = [left + part for left in sequence]
    return found + sequence, at


def _keys(words: str) -> list[list[str]]:
    """The keys that lead through the tree for words without brackets: one list a way to leave out `và` and commas."""
    ways: list[list[str]] = [[]]
    comma = False
    for raw in words.replace(" - ", " ").replace("-", " ").replace("/", " ").lower().split():
        word = raw.rstrip(",")
        if word == "và":
            ways += [[*way, "và"] for way in ways]
        elif word:
            key = "," + word
            ways = [[*way, word] for way in ways] + ([[*way, key] for way in ways] if comma else [])
        comma = raw.endswith(",")
    return ways


@dataclass(frozen=True, slots=True)
class Entry:
    """A form of a row.

    Attributes:
        kind: Kind of the row.
        form: Its words.
        capital: It matches only where the text has a capital.
        key: What the row says of itself (an id).
        open: Further words belong to it.
    """

    kind: str
    form: str
    capital: bool
    key: str
    open: bool = False


class Hit(typing.NamedTuple):
    """An entry that was found.

    Attributes:
        end: Index of the token after it.
        entry: The entry.
    """

    end: int
    entry: Entry


class _Node(dict[str, "_Node"]):
    """Words to the nodes after them, and the entries that end here."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []


class Lexicon:
    """Entries of many kinds, of which the longest at a token is found in one walk.

    Args:
        rows: Kind, form, whether its case counts, key.
    """

    def __init__(self, entries: Iterable[tuple[str, str, bool, str]]) -> None:
        self._root = _Node()
        self.kinds: set[str] = set()
        seen: set[tuple[str, bool, tuple[str, ...]]] = set()
        for kind, form, cased, key in entries:
            self.kinds.add(kind)
            for words in expand(form):
                plain = words.removesuffix(OPEN).rstrip()
                entry = Entry(kind, plain, cased and words[:1].isupper(), key, plain != words)
                for keys in _keys(plain):
                    if (kind, entry.capital, tuple(keys)) not in seen:
                        seen.add((kind, entry.capital, tuple(keys)))
                        self._add(keys, entry)

    def _add(self, keys: list[str], entry: Entry) -> None:
        node = self._root
        for key in keys:
            node = node.setdefault(key, _Node())
        node.entries.append(entry)

    def first_words(self, kinds: frozenset[str]) -> dict[str, frozenset[str] | None]:
        """First words of entries of some kinds to the words that come second; None where the first may stand alone."""
        found: dict[str, frozenset[str] | None] = {}
        for word, node in self._root.items():
            seconds = {key.lstrip(",") for key, child in node.items() if _holds(child, kinds)}
            if any(entry.kind in kinds for entry in node.entries):
                found[word] = None
            elif seconds:
                found[word] = frozenset(seconds)
        return found

    def begins(self, word: str) -> bool:
        """Whether an entry begins with a word in small letters."""
        return word in self._root

    def at(self, tokens: Tokens, index: int) -> dict[str, list[Hit]]:
        """The entries that begin at a token, a list a kind, the longest first. Looked for once a text."""
        known = tokens.memo.get((id(self), index))
        if known is None:
            known = tokens.memo[id(self), index] = self._find(tokens, index)
        return known  # type: ignore[return-value]

    def _find(self, tokens: Tokens, index: int) -> dict[str, list[Hit]]:
        found: dict[str, list[Hit]] = {}
        if index >= len(tokens):
            return found
        capital = tokens.written[index][0].isupper()
        ends: dict[int, list[Entry]] = {}
        for end, node in self._walk(tokens, index):
            if node.entries:
                ends.setdefault(end, []).extend(node.entries)
        for end in sorted(ends, reverse=True):
            for entry in ends[end]:
                if capital or not entry.capital:
                    found.setdefault(entry.kind, []).append(Hit(end, entry))
        return found

    def _walk(self, tokens: Tokens, index: int) -> Iterator[tuple[int, _Node]]:
        """The nodes that the words from an index on lead to."""
        stack = [(self._root, index, True)]
        while stack:
            node, at, first = stack.pop()
            if not first:
                yield at, node
            if at >= len(tokens):
                continue
            entered, prefix = (node, "") if first else _enter(node, tokens.separators[at])
            if entered is not None:
                stack += _steps(entered, prefix, tokens, at)
            if not first and node is not entered and tokens.separators[at] in _AMPERSANDS:
                stack += _steps(node, "", tokens, at)


def _holds(node: _Node, kinds: frozenset[str]) -> bool:
    return any(entry.kind in kinds for entry in node.entries) or any(_holds(child, kinds) for child in node.values())


def _enter(node: _Node, separator: str) -> tuple[_Node | None, str]:
    """The node at which the next word is looked up, and what is written before its key."""
    if separator in _DASHES:
        return node, ""
    if separator in _COMMAS:
        return node, ","
    if separator in _AMPERSANDS:
        return node.get("và"), ""
    return None, ""


def _steps(node: _Node, prefix: str, tokens: Tokens, at: int) -> list[tuple[_Node, int, bool]]:
    """The nodes behind the word at an index, also as the abbreviation that it is."""
    found: list[tuple[_Node, int, bool]] = []
    child = node.get(prefix + tokens.norms[at])
    if child is not None:
        found.append((child, at + 1, False))
    for words, end in tokens.expansions(at):
        behind: _Node | None = node.get(prefix + words[0])
        for word in words[1:]:
            behind = behind.get(word) if behind is not None else None
        if behind is not None:
            found.append((behind, end, False))
    if NUMBER in node and not prefix and tokens.is_number(at):
        found.append((node[NUMBER], at + 1, False))
    return found
