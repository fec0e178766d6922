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

import typing
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from functools import cache
from itertools import count as numbers
from typing import Any, TypeVar

from ..copying import quick
from ..knowledge import rows
from ..text.patterns import Pattern
from .tokens import Tokens, first_parts

_T = TypeVar("_T")
_MARK = Pattern(r"([()\[\]|])")
_COMMAS = frozenset((", ", ","))
_DASHES = frozenset((" ", "-", " - ", "- ", " -", "/", " / ", " / "))
_AMPERSANDS = frozenset((" & ", "&", " &", "& "))
_FIRST_WORD = Pattern(r"(?!và )([^\W\d_]+)(?= |$)")  # where it is the only one
_NO_WORDS: frozenset[str] = frozenset()
NUMBER = "{number}"
OPEN = "…"


class KnowledgeError(ValueError):
    """A row of a table of knowledge that is not as its table says."""


# -- typed rows --------------------------------------------------------------------------------------------------------


def typed(table: str, row_type: type[_T]) -> tuple[_T, ...]:
    """The rows of a table as values of a dataclass.

    Args:
        table: Name of the table.
        row_type: A dataclass with a field a key; keys that it does not have, wrong types and words that its `Literal`
        does not list are faults.

    Raises:
        KnowledgeError: A row does not hold what the dataclass says; the message names table and row.
    """
    as_key: Any = row_type
    found: tuple[_T, ...] = _typed(table, as_key)
    return found


@cache
def _typed(table: str, row_type: Any) -> tuple[Any, ...]:
    hints = typing.get_type_hints(row_type)
    known = {field.name: field for field in fields(row_type)}
    found: list[Any] = []
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
    if _MARK.search(form) is None:
        return [" ".join(form.replace(" ,", ",").split())]
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
    plain = words.replace(" - ", " ").replace("-", " ").replace("/", " ").lower().split()
    if "và" not in plain and "," not in words:
        return [plain]
    ways: list[list[str]] = [[]]
    comma = False
    for raw in plain:
        word = raw.rstrip(",")
        if word == "và":
            ways += [[*way, "và"] for way in ways]
        elif word:
            key = "," + word
            ways = [[*way, word] for way in ways] + ([[*way, key] for way in ways] if comma else [])
        comma = raw.endswith(",")
    return ways


def _first_words(form: str) -> set[str]:
    """The first keys of what a form matches."""
    match = _FIRST_WORD.match(form)
    if match is not None:
        return {match[1].lower()}
    return {keys[0] for words in expand(_head(form)) for keys in _keys(words.removesuffix(OPEN).rstrip()) if keys}


def _head(form: str) -> str:
    """The beginning of a form up to its first word that may not be missing: what follows would multiply its ways."""
    depth, end, is_sure = 0, len(form), False
    for at, char in enumerate(form):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
            is_sure = is_sure or (depth == 0 and char == ")")
        elif depth == 0:
            if char == "|":
                return form
            if char == " " and is_sure:
                end = min(end, at)
            is_sure = is_sure or char.isalnum()
    return form if "và" in form[:end] else form[:end]  # which may be missing, too


@quick
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


class Found(dict[str, tuple[tuple[int, Entry], ...]]):
    """The entries that begin at a token: a kind to how many tokens it takes and the entry, the longest first.

    Attributes:
        bits: The kinds, as `Lexicon.bits` has them.
    """

    __slots__ = ("bits",)

    def __init__(self, ends: Iterable[tuple[int, dict[str, Entry], int]] = ()) -> None:
        super().__init__()
        self.bits = 0
        for count, entries, bits in ends:
            self.bits |= bits
            for kind, entry in entries.items():
                self[kind] = (*self.get(kind, ()), (count, entry))


_NOTHING = Found()


class _Node(dict[str, "_Node"]):
    """Words to the nodes after them.

    Attributes:
        capital: The entries that end here, where the text has a capital.
        small: Those that need none.
        below: The kinds of the entries that end here or behind it, a bit each.
    """

    __slots__ = ("below", "bits", "capital", "number", "small", "small_bits")

    def __init__(self, number: int) -> None:
        self.number = number
        self.capital = self.small = _NO_ENTRIES
        self.below = self.bits = self.small_bits = 0

    def add(self, entry: Entry, bit: int) -> None:
        """Add an entry; of two of a kind the open one counts, else the first."""
        self.capital = _with_entry(self.capital, entry)
        self.bits |= bit
        if not entry.capital:
            self.small = _with_entry(self.small, entry)
            self.small_bits |= bit


_NO_ENTRIES: dict[str, Entry] = {}
"""Of the many nodes within a form; never changed."""


def _with_entry(entries: dict[str, Entry], entry: Entry) -> dict[str, Entry]:
    if entries is _NO_ENTRIES:
        return {entry.kind: entry}
    if entry.open or entry.kind not in entries:
        entries[entry.kind] = entry
    return entries


class Lexicon:
    """Entries of many kinds, of which the longest at a token is found in one walk.

    Args:
        entries: Kind, form, whether its case counts, key.
    """

    def __init__(self, entries: Iterable[tuple[str, str, bool, str]]) -> None:
        self._root, self._numbers = _Node(0), numbers(1)
        self._bits: dict[str, int] = {}
        self._found: dict[tuple[object, ...], Found] = {}
        self._seconds: dict[tuple[str, int], frozenset[str] | None] = {}
        # By their first word, until a text has that word: a text has few of them.
        self._unread: dict[str, list[tuple[str, str, bool, str]]] = {}
        for entry in entries:
            self._bits.setdefault(entry[0], 1 << len(self._bits))
            for word in _first_words(entry[1]):
                self._unread.setdefault(word, []).append(entry)

    def _branch(self, first: str) -> _Node | None:
        """The node behind a first word. It is put in its place as a whole, since several threads may ask for it."""
        unread = self._unread.get(first)
        if unread is None:
            return self._root.get(first)
        branch = _Node(next(self._numbers))
        for kind, form, cased, key in unread:
            bit = self._bits[kind]
            for words in expand(form):
                plain = words.removesuffix(OPEN).rstrip()
                ways = [keys for keys in _keys(plain) if keys[:1] == [first]]
                if ways:
                    entry = Entry(kind, plain, cased and words[:1].isupper(), key, plain != words)
                for keys in ways:
                    self._add(branch, keys, entry, bit)
        self._root[first] = branch
        self._unread.pop(first, None)
        return branch

    def _add(self, branch: _Node, keys: list[str], entry: Entry, bit: int) -> None:
        """Add an entry to the branch of its first word."""
        node = branch
        node.below |= bit
        for step in keys[1:]:
            following = node.get(step)
            if following is None:
                following = node[step] = _Node(next(self._numbers))
            node = following
            node.below |= bit
        node.add(entry, bit)

    def bits(self, kinds: Iterable[str]) -> int:
        """Kinds as one number, a bit a kind."""
        return sum(self._bits.get(kind, 0) for kind in kinds)

    def begins(self, first: str, kinds: int) -> bool:
        """Whether an entry of some kinds, as `bits` has them, begins with a word."""
        branch = self._branch(first)
        return branch is not None and bool(branch.below & kinds)

    def seconds(self, first: str, kinds: int) -> frozenset[str] | None:
        """The words that come second in entries that begin with a word; None where it may stand alone.

        Args:
            first: The word, in small letters.
            kinds: Of the entries, as `bits` has them.
        """
        branch = self._branch(first)
        if branch is None:
            return _NO_WORDS
        asked = first, kinds
        if asked not in self._seconds:
            found = frozenset(key.lstrip(",") for key, child in branch.items() if child.below & kinds)
            self._seconds[asked] = None if branch.bits & kinds else found
        return self._seconds[asked]

    def at(self, tokens: Tokens, index: int) -> Found:
        """The entries that begin at a token. Looked for once a text."""
        known = tokens.memo.get(index)
        if known is None:
            known = tokens.memo[index] = self._find(tokens, index)
        return known

    def hits(self, tokens: Tokens, index: int, end: int, kind: str) -> list[Hit]:
        """The entries of a kind at a token that end at or before another, the longest first."""
        found = self.at(tokens, index).get(kind, ())
        return [Hit(index + count, entry) for count, entry in found if index + count <= end]

    def _find(self, tokens: Tokens, index: int) -> Found:
        if index >= len(tokens.norms):
            return _NOTHING
        word = tokens.norms[index]
        known = self._branch(word) is not None
        for words, _ in tokens.expansions(index):
            known = self._branch(words[0]) is not None or known
        if tokens.is_number(index):
            known = self._branch(NUMBER) is not None or known
        if not known:
            return _NOTHING
        capital = tokens.written[index][0].isupper()
        nodes: list[tuple[int, int, _Node]] = []
        todo = [(self._root, index, "")]
        while todo:
            self._walk(*todo.pop(), tokens, index, nodes, todo)
        if not nodes:
            return _NOTHING
        key = capital, *[part for node in nodes for part in node[:2]]
        found = self._found.get(key)
        if found is None:
            nodes.sort(key=lambda one: -one[0])
            found = self._found[key] = Found(
                (count, node.capital if capital else node.small, node.bits if capital else node.small_bits)
                for count, _, node in nodes
            )
        return found

    def _walk(
        self, node: _Node, at: int, prefix: str, tokens: Tokens, index: int,
        nodes: list[tuple[int, int, _Node]], todo: list[tuple[_Node, int, str]],
    ) -> None:  # fmt: skip
        """Follow the words from a token on; what else they may be read as is added to what there is to do."""
        norms, separators, firsts = tokens.norms, tokens.separators, first_parts()
        while True:
            if norms[at] in firsts:
                for words, end in tokens.expansions(at):
                    self._enter(_behind(node, prefix + words[0], words), end, tokens, index, nodes, todo)
            if NUMBER in node and not prefix and tokens.is_number(at):
                self._enter(node[NUMBER], at + 1, tokens, index, nodes, todo)
            child = node.get(prefix + norms[at] if prefix else norms[at])
            if child is None:
                return
            at += 1
            if child.bits:
                nodes.append((at - index, child.number, child))
            if at >= len(norms) or not child:
                return
            separator = separators[at]
            if separator in _DASHES:
                prefix = ""
            elif separator in _COMMAS:
                prefix = ","
            elif separator in _AMPERSANDS:
                prefix = ""
                if "và" in child:
                    todo.append((child["và"], at, ""))
            else:
                return
            node = child

    def _enter(
        self, node: _Node | None, at: int, tokens: Tokens, index: int,
        nodes: list[tuple[int, int, _Node]], todo: list[tuple[_Node, int, str]],
    ) -> None:  # fmt: skip
        """Go on behind a node that more or less than one word led to."""
        if node is None:
            return
        if node.bits:
            nodes.append((at - index, node.number, node))
        if at < len(tokens.norms) and node:
            separator = tokens.separators[at]
            if separator in _DASHES or separator in _AMPERSANDS:
                todo.append((node, at, ""))
            elif separator in _COMMAS:
                todo.append((node, at, ","))


def _behind(node: _Node, first: str, words: tuple[str, ...]) -> _Node | None:
    """The node that the words of an abbreviation lead to."""
    behind: _Node | None = node.get(first)
    for word in words[1:]:
        behind = behind.get(word) if behind is not None else None
    return behind
