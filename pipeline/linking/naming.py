"""What the words of a body's name say: who, of what, where.

    CT các PCT UBND huyện Trà Cú  =  positions (Chủ tịch, Phó Chủ tịch)  +  kind (ubnd)  +  unit (huyện, Trà Cú)

Abbreviations are written out first (`knowledge/name_abbreviations.toml`), then the longest forms of
`knowledge/positions.toml`, `organisations.toml` and `organisation_heads.toml` are taken word by word. Nothing here
looks at a document: what a name leaves open (`Công an huyện`: of which district?) is left open.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from ..copying import quick
from ..knowledge import rows
from ..text.normalise import LOWER, UPPER, place_tones, skeleton, strip_marks
from ..text.patterns import Pattern
from .places import LEVELS, Level, key, units

MAX_LENGTH = 400
"""Characters; what is longer is no name."""

_T = TypeVar("_T")
_WORD = Pattern(r"[^\W_]+")
_RUN_ON = Pattern(f"(?<=[{LOWER}])(?=[{UPPER}])")
_NOT_SLUG = Pattern(r"[^a-z0-9]+")
_LEADS = frozenset("các những mỗi từng toàn thể tất cả đồng chí đ c ông bà liên".split())
_PLURAL = frozenset("các những mỗi từng".split())
_LINKS = frozenset("của thuộc trực tại ở trên địa bàn cấp các những mỗi từng toàn cho là".split())
_AFTER_TYPE = frozenset("hội ủy đoàn đội viên học luận lộ".split())
_TYPES: dict[str, Level | None] = {
    "tỉnh": "province",
    "thành phố": None,
    "huyện": "district",
    "quận": "district",
    "thị xã": "district",
    "xã": "commune",
    "phường": "commune",
    "thị trấn": "commune",
    "đặc khu": "commune",
}
_UNMARKED = {strip_marks(word): word for word in _TYPES if word not in ("quận", "phường")}
_UNMARKED_PAIRS = {bare: word for bare, word in _UNMARKED.items() if " " in bare}
"""Misread types; `quan` and `phuong` are rather `quan`, `phương`."""
_BELOW = frozenset(("thôn", "ấp", "khóm", "xóm", "bản", "buôn", "làng", "khu phố", "tổ dân", "khu dân"))
_SHARED = frozenset(("bộ", "sở", "phòng"))
_EVERY = frozenset(("các cấp", "cùng cấp", "cấp trên", "cấp dưới"))
_NAME_WORDS = 6
_OWN_WORDS = 40


@quick
@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name.

    Attributes:
        text: In small letters, with one tone placement.
        capital: It stands in the name with a capital or as a number.
        joined: A `và` stands before it.
        apart: What parts it from the word before: `,` (also `và`, `;`, `&`), `-` (also `/` and brackets) or ''.
    """

    text: str
    capital: bool
    apart: str = ""
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of body: a row of `organisations.toml` or, with `open_kind`, of `organisation_heads.toml`."""

    id: str
    name: str
    levels: tuple[str, ...] = ()
    of: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    into: tuple[str, ...] = ()
    open_kind: str = ""
    at: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Place:
    """The words for the units of a body.

    Attributes:
        types: Words for levels (`huyện`, `xã`), in order; empty for a bare name.
        levels: The levels that they mean; for `thành phố` alone, and for a bare name, those that are possible.
        names: Names of units without types, as `key` gives them; empty for `huyện` alone.
        plural: `các xã`, `cấp xã`.
        central: `Trung ương`, `Việt Nam`.
    """

    types: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    names: tuple[str, ...] = ()
    plural: bool = False
    central: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A kind with its own name (for open kinds: `nguyễn trãi` of a school) as written in words."""

    kind: Kind
    own: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart.

    Attributes:
        positions: Ids of the positions before the body.
        bodies: One, or several that share the rest (`HĐND, UBND các tỉnh`).
        places: Units from the inmost outwards.
        above: The body that it belongs to.
        plural: `các` stands before it.
        vague: It speaks of something below all units (`thôn`).
        every: It means such bodies of any level (`các cấp`).
        rest: How many words were not understood.
    """

    positions: tuple[str, ...] = ()
    bodies: tuple[Body, ...] = ()
    places: tuple[Place, ...] = ()
    above: Name | None = None
    plural: bool = False
    vague: bool = False
    rest: int = 0
    every: bool = False


def slug(text: str) -> str:
    """`Ban An toàn giao thông` → `ban-an-toan-giao-thong`."""
    return _NOT_SLUG.sub("-", skeleton(text)).strip("-")


# -- words -------------------------------------------------------------------------------------------------------------


def _raw_words(text: str) -> list[Word]:
    """The words of a text, `và` left out."""
    low = place_tones(text.lower())
    if len(low) != len(text):  # a letter whose small form is two characters
        text = low
    found: list[Word] = []
    at, apart, joined = 0, "", False
    for match in _WORD.finditer(low):
        between = low[at : match.start()]
        at = match.end()
        if between != " ":
            if any(mark in between for mark in ",;&+"):
                apart = ","
            elif any(mark in between for mark in "-/()[]–—:") and not apart:
                apart = "-"
        if match.group() == "và":
            apart, joined = ",", True
            continue
        first = text[match.start()]
        found.append(Word(match.group(), first.isupper() or first.isdigit(), apart, joined))
        apart, joined = "", False
    return found


@cache
def _abbreviations() -> dict[str, tuple[tuple[str, ...], str]]:
    """Words of an abbreviation, run on and with spaces, to its full words and where it is one (see the table)."""
    found: dict[str, tuple[tuple[str, ...], str]] = {}
    for row in rows("name_abbreviations"):
        full = tuple(row["full"].split())
        for word in row["words"]:
            parts = [part.text for part in _raw_words(word)]
            found.setdefault(" ".join(parts), (full, row.get("only", "")))
    return found


@cache
def _abbreviation_beginnings() -> frozenset[str]:
    """The first words of all abbreviations."""
    return frozenset(words.split(" ")[0] for words in _abbreviations())


_LONGEST_ABBREVIATION = 5


def _abbreviated(raw: Sequence[Word], at: int, text: Sequence[str]) -> tuple[tuple[str, ...], int] | None:
    """The full words of the abbreviation at a word, and how many words it takes."""
    known = _abbreviations()
    if raw[at].text not in _abbreviation_beginnings() and not (text[at].isupper() or text[at].isdigit()):
        return None
    shouted = len(text) > 1 and all(word.isupper() or not word.isalpha() for word in text)
    for count in range(min(_LONGEST_ABBREVIATION, len(raw) - at), 0, -1):
        run = [word.text for word in raw[at : at + count]]
        hit = known.get(" ".join(run))
        capitals = all(part.isupper() or part.isdigit() for part in text[at : at + count])
        if hit is None and count > 1 and capitals and not all(word in known for word in run):  # `UBND H. Lục Yên`
            hit = known.get("".join(run))
        if hit is not None and (not hit[1] or (capitals and not (hit[1] == "among small letters" and shouted))):
            return hit[0], count
    return None


def words_of(text: str) -> list[Word]:
    """The words of a name with abbreviations written out."""
    # `xãPhú Hòa`: a lost space; Eth is what recognition often reads for Đ.
    text = _RUN_ON.sub(" ", unicodedata.normalize("NFC", text).replace("Ð", "Đ"))
    raw = _raw_words(text)
    as_written = [word for word in _WORD.findall(text) if word.lower() != "và"]
    found: list[Word] = []
    at = 0
    while at < len(raw):
        hit = _abbreviated(raw, at, as_written) if len(as_written) == len(raw) else None
        if hit is None:
            found.append(raw[at])
            at += 1
            continue
        full, count = hit
        found.append(Word(full[0], True, raw[at].apart, raw[at].joined))
        found.extend(Word(word, False) for word in full[1:])
        at += count
    return found


# -- tables ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _parts_of(form: str) -> tuple[str, ...]:
    """A form in words."""
    return tuple(word.text for word in words_of(form))


class Forms(Generic[_T]):
    """Forms in words, of which the longest one at a place is found."""

    def __init__(self, forms: Iterable[tuple[str, _T]]) -> None:
        self._by_parts: dict[tuple[str, ...], _T] = {}
        lengths: dict[str, set[int]] = {}
        for form, value in forms:
            parts = _parts_of(form)
            if parts:
                self._by_parts.setdefault(parts, value)
                lengths.setdefault(parts[0], set()).add(len(parts))
        self._lengths = {first: sorted(counts, reverse=True) for first, counts in lengths.items()}

    def match(self, words: Sequence[Word], at: int) -> tuple[_T, int] | None:
        """The value of the longest form at a word, and how many words it has."""
        if at >= len(words):
            return None
        lengths = self._lengths.get(words[at].text)
        if lengths is None:
            return None
        behind = tuple([word.text for word in words[at : at + lengths[0]]])
        for count in lengths:
            if count <= len(behind) and (parts := behind[:count]) in self._by_parts:
                return self._by_parts[parts], count
        return None


def _kind(row: dict[str, Any]) -> Kind:
    name = row["words"][0]
    return Kind(
        row.get("id") or slug(name),
        name,
        tuple(row.get("levels", ())),
        row.get("of", ""),
        row.get("since"),
        row.get("until"),
        tuple(row.get("into", ())),
        row.get("kind", ""),
        row.get("at", ""),
    )


@cache
def open_kinds() -> dict[str, Kind]:
    """The kinds of bodies that have names of their own, by id."""
    return {kind.id: kind for kind in reversed([_kind(row) for row in rows("organisation_heads")])}


@cache
def position_names() -> dict[str, str]:
    """Ids of positions to their first forms."""
    found: dict[str, str] = {}
    for row in rows("positions"):
        found.setdefault(row.get("id") or slug(row["words"][0]), row["words"][0])
    return found


@cache
def kinds() -> dict[str, Kind]:
    """All known kinds of bodies by id."""
    return {kind.id: kind for kind in (_kind(row) for row in rows("organisations"))}


@cache
def _known() -> Forms[Kind]:
    return Forms((form, _kind(row)) for row in rows("organisations") for form in row["words"])


@cache
def _heads() -> Forms[Kind]:
    return Forms((form, _kind(row)) for row in rows("organisation_heads") for form in row["words"])


@cache
def _positions() -> Forms[str]:
    return Forms((form, row.get("id") or slug(row["words"][0])) for row in rows("positions") for form in row["words"])


@cache
def _task_heads() -> frozenset[str]:
    """First words of boards that are named after their whole task."""
    return frozenset(word for row in rows("bodies") if row["kind"] == "free_head" for word in row["forms"])


@cache
def _tasks() -> Forms[bool]:
    return Forms((word, True) for row in rows("bodies") if row["kind"] == "free_name" for word in row["forms"])


@cache
def known_forms() -> dict[str, Kind]:
    """Forms of the known kinds in words, for comparison with misread ones."""
    found: dict[str, Kind] = {}
    for row in rows("organisations"):
        kind = _kind(row)
        for form in row["words"]:
            found.setdefault(" ".join(_parts_of(form)), kind)
    return found


# -- units -------------------------------------------------------------------------------------------------------------


def type_at(words: Sequence[Word], at: int, unmarked: bool = False) -> tuple[str, int] | None:
    """The word for a level at a word, and how many words it has.

    Args:
        words: Of a name.
        at: Where to look.
        unmarked: Take `tinh` for `tỉnh`, where only a unit can follow.
    """
    for count in (2, 1):
        run = _as_type(" ".join([word.text for word in words[at : at + count]]), unmarked)
        if run in _TYPES and at + count <= len(words):
            after = words[at + count] if at + count < len(words) else None
            if after is not None and after.text in _AFTER_TYPE and not (after.capital and after.text == "hội"):
                return None
            return run, count
    return None


@lru_cache(maxsize=4096)
def _as_type(run: str, unmarked: bool) -> str:
    """Words as the word for a level that they are without their marks; else as they stand."""
    return run if run in _TYPES else (_UNMARKED if unmarked else _UNMARKED_PAIRS).get(strip_marks(run), run)


def level_of(type_word: str) -> Level | None:
    """The level that the word for one means, None for `thành phố`, which may be two."""
    return _TYPES[type_word]


def headless(words: str) -> list[Kind]:
    """The kinds of bodies whose names go on so behind a head that is left out: `KT&HT` of `Phòng KT&HT`."""
    names = [name for head in sorted(_SHARED) for name in parse(f"{head.title()} {words}") if not name.rest]
    return [body.kind for name in names for body in name.bodies if not body.kind.open_kind]


@lru_cache(maxsize=4096)
def _is_place(name: str, levels: tuple[Level, ...]) -> bool:
    return any(units(vintage).named(name, level) for vintage in ("2024", "2025") for level in levels)


def _name_at(words: Sequence[Word], at: int, levels: tuple[Level, ...], typed: bool) -> int:
    """How many words the name of a unit at a word has: the longest known one, else, after a type, the capitals."""
    end = at
    while end < len(words) and end - at < _NAME_WORDS and (end == at or words[end].apart != ","):
        if end > at and (type_at(words, end) or _known().match(words, end)):
            break
        end += 1
    for stop in range(end, at, -1):
        if _is_place(" ".join(word.text for word in words[at:stop]), levels):
            return stop - at
    if not typed or not words[at].capital or _known().match(words, at) or _heads().match(words, at):
        return 0
    stop = at
    while stop < end and words[stop].capital and stop - at < 4:
        stop += 1
    return stop - at


def _levels_of(types: Sequence[str]) -> tuple[Level, ...]:
    """The levels that a run of types means; `thành phố` beside others is on theirs."""
    sure = {level for word in types if (level := _TYPES[word]) is not None}
    if not sure:
        return ("province", "district")
    return tuple(level for level in LEVELS if level in sure)


def place_at(words: Sequence[Word], at: int, levels: tuple[Level, ...]) -> tuple[Place, int] | None:
    """The unit or units named at a word, and how many words that takes.

    Args:
        words: Of the name.
        at: Where to look.
        levels: Those that a bare name may have.
    """
    start, plural = at, False
    while at < len(words) and words[at].text in _LINKS and not type_at(words, at, unmarked=True):
        plural = plural or words[at].text in _PLURAL or words[at].text == "cấp"
        at += 1
    types: list[str] = []
    while at < len(words) and (found := type_at(words, at, unmarked=True)) is not None:
        types.append(found[0])
        at += found[1]
        if at < len(words) and words[at].text in ("cấp", "các") and type_at(words, at + 1):
            at += 1
    if not types:
        central = _central(words, at)
        if central:
            return Place(central=True, levels=("country",)), at + central - start
        if at >= len(words) or not words[at].capital:
            return None
        count = _name_at(words, at, levels, typed=False)
        name = " ".join(word.text for word in words[at : at + count])
        return (Place((), levels, (name,)), at + count - start) if count else None
    if at + 3 < len(words) and [word.text for word in words[at : at + 4]] == ["trực", "thuộc", "trung", "ương"]:
        return Place(tuple(types), ("province",), (), True), at + 4 - start
    names, at = _names(words, at, _levels_of(types), plural)
    return Place(tuple(types), _levels_of(types), names, plural or len(types) > 1), at - start


def _names(words: Sequence[Word], at: int, levels: tuple[Level, ...], plural: bool) -> tuple[tuple[str, ...], int]:
    """The names after a type, several after `các`, and the place behind them."""
    names: list[str] = []
    while at < len(words) and (not names or (plural and words[at].apart == ",")):
        count = _name_at(words, at, levels, typed=True)
        if not count:
            break
        names.append(key(" ".join(word.text for word in words[at : at + count])))
        at += count
    return tuple(names), at


def _central(words: Sequence[Word], at: int) -> int:
    """How many words say that a central body is meant."""
    pair = [word.text for word in words[at : at + 2]]
    return 2 if pair in (["trung", "ương"], ["việt", "nam"], ["quốc", "gia"]) else 0


# -- names -------------------------------------------------------------------------------------------------------------


@dataclass
class _Reader:
    """Reads one name from left to right."""

    words: list[Word]
    named: bool = False
    at: int = 0
    plural: bool = False
    vague: bool = False
    every: bool = False
    positions: list[str] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    above: Name | None = None

    def read(self) -> Name:
        self.start()
        begin = self.at
        self._read_bodies()
        if self.bodies:
            self._read_tail()
        if self._is_cut(begin):
            self._read_longer(begin)
        rest = len(self.words) - self.at
        return Name(
            tuple(dict.fromkeys(self.positions)),
            tuple(self.bodies),
            tuple(self.places),
            self.above,
            self.plural,
            self.vague,
            rest,
            self.every,
        )

    def start(self) -> None:
        """Read what comes before the body."""
        self._leads()
        self._read_positions()

    def _leads(self) -> None:
        while self._is_lead(self.at):
            self.plural = self.plural or self.words[self.at].text in _PLURAL
            self.at += 1

    def _read_positions(self) -> None:
        while (position := _positions().match(self.words, self.at)) is not None:
            body = _known().match(self.words, self.at)
            if body is not None and body[1] > position[1]:
                return
            self.positions.append(position[0])
            self.at += position[1]
            self._leads()

    def _read_bodies(self) -> None:
        while (known := _known().match(self.words, self.at)) is not None:
            head = _heads().match(self.words, self.at)
            if head is not None and head[1] > known[1]:
                break
            self.bodies.append(Body(known[0]))
            self.at += known[1]
            self._read_shared()
            after = self._after_links(self.at)
            if after >= len(self.words) or not self._goes_on(after):
                return
            self.at = after
        if not self.bodies:
            self._read_open()

    def _is_cut(self, begin: int) -> bool:
        """Whether the known body at a word but begins another name: `Ban Dân tộc` in `Ban Dân tộc và Tôn giáo`."""
        if len(self.bodies) != 1 or self.places or self.above is not None or self.at >= len(self.words):
            return False
        word = self.words[self.at]
        head = _heads().match(self.words, begin)
        if self.bodies[0].kind.open_kind or head is None or head[0].open_kind == "self" or self.vague or self.every:
            return False
        if (
            word.text in _LINKS
            or word.text == "nước"
            or _heads().match(self.words, self.at)
            or _known().match(self.words, self.at)
        ):
            return False
        if word.capital:
            return word.joined or word.apart == "-" or (not word.apart and begin + head[1] == self.at)
        return self.named and not word.apart

    def _read_longer(self, begin: int) -> None:
        """Read a known body anew, as one with a name of its own."""
        self.at, self.bodies = begin, []
        self._read_open()
        if self.bodies:
            self._read_tail()

    def _read_shared(self) -> None:
        """Bodies that lean on the first word of the one before: `liên Bộ Nội vụ, Tài chính`."""
        first = words_of(self.bodies[-1].kind.name)[0]
        while self.at < len(self.words) and self.words[self.at].apart and not _known().match(self.words, self.at):
            known = _known().match([first, *self.words[self.at : self.at + _NAME_WORDS * 2]], 0)
            if known is None or known[1] < 2 or first.text not in _SHARED:
                return
            self.bodies.append(Body(known[0]))
            self.at += known[1] - 1

    def _goes_on(self, at: int) -> bool:
        """Whether the list of bodies goes on at a word: after a comma, or between ministries after a dash."""
        known = _known().match(self.words, at)
        if known is None or not self.words[self.at].apart or self._belongs(at):
            return False
        before = self.bodies[-1].kind
        alike = known[0].levels == before.levels == ("central",) or known[0].name[:3] == before.name[:3]
        return self.words[self.at].apart == "," or alike

    def _after_links(self, at: int) -> int:
        while self._is_lead(at):
            at += 1
        return at

    def _is_lead(self, at: int) -> bool:
        if at >= len(self.words) or self.words[at].text not in _LEADS:
            return False
        return not (_known().match(self.words, at) or _heads().match(self.words, at))

    def _read_open(self) -> None:
        """A body whose name is in no list: its head, and its own words up to a unit or another body."""
        head = _heads().match(self.words, self.at)
        if head is None:
            return
        start = self.at + head[1]
        end = start
        while end < len(self.words) and end - start < _OWN_WORDS and not self._ends_own(start, end):
            end += 1
        if end > start and self.words[start].apart:
            end = start  # a list: `các phòng: Nội vụ, Tư pháp`
        elif end > start and not (self.named or self.words[start].capital or self._is_task(head[0], start)):
            return  # a commonplace noun: `các phòng chức năng`
        own = self.words[start:end]
        written = _written(own)
        self.bodies.append(Body(head[0], slug(written), written))
        self.at = end

    def _is_task(self, head: Kind, at: int) -> bool:
        """Whether the words at a place are the task after which a board is named (`Hội đồng thẩm định …`)."""
        return not self.plural and head.name in _task_heads() and _tasks().match(self.words, at) is not None

    def _ends_own(self, start: int, at: int) -> bool:
        word = self.words[at]
        if word.text in ("thuộc", "của", "tại") or type_at(self.words, at):
            return True
        if at == start:
            head = _heads().match(self.words, at)
            return word.text == "các" or (head is not None and head[0].open_kind == "self")
        known = _known().match(self.words, at)
        if word.apart:
            return known is not None or _heads().match(self.words, at) is not None
        return word.capital and known is not None and known[1] > 1

    def _read_tail(self) -> None:
        """Units and the body above, from the inmost outwards."""
        possible = self._possible()
        while self.at < len(self.words):
            pair = " ".join(word.text for word in self.words[self.at : self.at + 2])
            if pair in _EVERY:
                self.every = True
                self.at += 2
                return
            if pair in _BELOW or pair.split(" ")[0] in _BELOW:
                self.vague = True
                return
            if pair == "khu vực":
                self._read_region()
                return
            place = place_at(self.words, self.at, possible)
            if place is not None:
                if self.places and not self.places[-1].types and not place[0].types:
                    return
                self.places.append(place[0])
                self.at += place[1]
                continue
            start = self.at
            while start < len(self.words) and self.words[start].text in _LINKS:
                start += 1
            if _known().match(self.words, start) or _heads().match(self.words, start):
                if self.words[self.at].apart == "," and not self._belongs(start):
                    return
                above = _Reader(self.words[start:]).read()
                if above.bodies:
                    self.above = above
                    self.at = len(self.words) - above.rest
            return

    def _read_region(self) -> None:
        """`khu vực XIV`: a branch that stands in no unit, and is named by its number."""
        end = self.at + 2
        while end < len(self.words) and self.words[end].capital and not type_at(self.words, end):
            end += 1
        if end == self.at + 2:
            self.vague = True
            return
        region = _written(self.words[self.at : end])
        self.bodies = [
            Body(body.kind, slug(f"{body.own} {region}"), f"{body.written} {region}".strip()) for body in self.bodies
        ]
        self.places = [Place(central=True, levels=("country",))]
        self.at = end

    def _belongs(self, at: int) -> bool:
        """Whether the body at a word is the one that the kind is known to belong to."""
        known = _known().match(self.words, at)
        return known is not None and known[0].id == self.bodies[-1].kind.of

    def _possible(self) -> tuple[Level, ...]:
        """The levels that a bare name after this body may have."""
        levels = {level for body in self.bodies for level in body.kind.levels}
        if not levels:
            return ("province", "district")
        return tuple(level for level in LEVELS if level in levels)


def _written(words: Sequence[Word]) -> str:
    """Words as a name of its own is written."""
    parts: list[str] = []
    for word in words:
        if word.joined and parts:
            parts.append("và")
        parts.append(word.text[0].upper() + word.text[1:] if word.capital else word.text)
    return " ".join(parts)


@lru_cache(maxsize=8192)
def places_of(text: str) -> tuple[Place, ...]:
    """The units that a text names from its beginning (`huyện Trà Cú, tỉnh Trà Vinh`), inmost first."""
    words = words_of(text) if len(text) <= MAX_LENGTH else []
    found: list[Place] = []
    at = 0
    while at < len(words) and (place := place_at(words, at, ("province", "district", "commune"))) is not None:
        found.append(place[0])
        at += place[1]
    return tuple(found)


def after_positions(words: list[Word]) -> int:
    """How many words of a name come before its body: `các`, `đồng chí`, positions."""
    reader = _Reader(words)
    reader.start()
    return reader.at


@lru_cache(maxsize=8192)
def parse(text: str, named: bool = False) -> tuple[Name, ...]:
    """The names that a text consists of, taken apart: one, or several in a list (`TTHU, TT HĐND huyện`).

    Args:
        text: The words of the name; what is longer than `MAX_LENGTH` is no name.
        named: It is known to be a name, and no commonplace noun (`Quỹ quốc gia …`).

    Returns:
        Those that name a body, in order; none if there is none.
    """
    if len(text) > MAX_LENGTH:
        return ()
    found: list[Name] = []
    words = words_of(text)
    while words:
        name = _Reader(words, named).read()
        if not name.bodies:
            break
        found.append(name)
        words = words[len(words) - name.rest :]
        if not words or words[0].apart != ",":
            break
    return tuple(found)
