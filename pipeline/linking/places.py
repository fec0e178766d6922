"""Administrative units before and since 1 July 2025: found by name, and followed from old to new and back.

On that day the provinces became 34 and the districts ended (National Assembly resolution 202/2025/QH15 and the
resolutions of its standing committee on communes). Codes of former units were given to new ones, so the id of a unit
tells its level, its code and its vintage: `district-849-2024` is a unit of the order in force until 30 June 2025,
`commune-29461-2025` one of the order since.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from ..knowledge import records, rows
from ..text.normalise import fold, place_tones, skeleton
from ..text.patterns import Pattern

Level = Literal["country", "province", "district", "commune"]
Vintage = Literal["2024", "2025"]
LEVELS: tuple[Level, ...] = ("country", "province", "district", "commune")
REFORM = dt.date(2025, 7, 1)
"""The first day of the new units."""

_LEVEL_BY_DIGITS: dict[int, Level] = {2: "province", 3: "district", 5: "commune"}
_TYPES = ("thành phố", "thị xã", "thị trấn", "đặc khu", "tỉnh", "quận", "huyện", "phường", "xã")
_TYPE = Pattern(rf"(?:{'|'.join(_TYPES)}) ")
# A line of a table: code, name without its type, code of the unit that it lies in, codes of what it became.
_ROW = Pattern(rf"^(\d+)\t(?:{_TYPE.pattern})?([^\t\n]*)(?:\t([^\t\n]*))?(?:\t([^\t\n]*))?$", re.MULTILINE)
_WORD = Pattern(r"[^\W_]+")
_ALIKE = 82.0  # percent; below it, another name
_CLEARLY = 6.0  # percent that the best one must be ahead of the second
_LONGEST = 60  # characters; no unit has a longer name


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit.

    Attributes:
        code: Official code: two digits a province, three a district, five a commune; `VN` for the country.
        name: With its type, as within a sentence (`huyện Trà Cú`).
        level: What it is.
        vintage: The order it belongs to: `2024` until 30 June 2025, `2025` since.
        parent: Code of the unit above, '' for a province.
    """

    code: str
    name: str
    level: Level
    vintage: Vintage
    parent: str = ""

    @property
    def id(self) -> str:
        """`district-845-2024`; `vn` for the country."""
        return f"{self.level}-{self.code}-{self.vintage}" if self.level != "country" else "vn"

    @property
    def bare(self) -> str:
        """The name without its type (`Trà Cú`)."""
        match = _TYPE.match(self.name)
        return self.name[match.end() :] if match else self.name

    @property
    def type(self) -> str:
        """The type alone (`huyện`)."""
        match = _TYPE.match(self.name)
        return match.group()[:-1] if match else ""


COUNTRY = Unit("VN", "Việt Nam", "country", "2025")


@lru_cache(maxsize=20_000)
def key(name: str) -> str:
    """A name for look-up: its words in small letters with one tone placement, numbers without leading zeros."""
    return " ".join(word.lstrip("0") or word for word in _WORD.findall(fold(name)))


@lru_cache(maxsize=20_000)
def loose_key(name: str) -> str:
    """The same without diacritics and with i for y, for lost marks and doubtful spellings (`Quới`, `Mỹ Quí`)."""
    return skeleton(key(name)).replace("y", "i")


class Gazetteer:
    """The units of one order, by code and by name.

    Provinces and districts are read at once, communes when they are first asked for.

    Args:
        vintage: `2024` or `2025`.
    """

    def __init__(self, vintage: Vintage) -> None:
        self.vintage = vintage
        self._units: dict[str, Unit] = {}
        self._names: dict[Level, dict[str, list[str]]] = {"province": {}, "district": {}, "commune": {}}
        self._children: dict[str, list[str]] = {}
        self._successors: dict[str, str] = {}  # codes with a space between them
        self._lines: dict[str, str] = {}
        self._has_communes = False
        self._read(f"units_{vintage}")
        self._add_other_names()

    def _read(self, table: str) -> None:
        """Take up a table. What is there is replaced, never changed: other threads may be reading it."""
        text = records(table)
        by_digits: dict[int, dict[str, list[str]]] = {}
        children: dict[str, list[str]] = {}
        found = _ROW.findall(place_tones(text.lower()))
        lines = dict(zip([row[0] for row in found], text.splitlines(), strict=True))
        for code, name, parent, _ in found:
            if "-" in name or "'" in name or "." in name or "’" in name:
                name = key(name)
            names = by_digits.get(len(code))
            if names is None:
                names = by_digits[len(code)] = {}
            if name in names:
                names[name].append(code)
            else:
                names[name] = [code]
            if parent in children:
                children[parent].append(code)
            elif parent:
                children[parent] = [code]
        self._lines = {**self._lines, **lines}
        self._names = {**self._names, **{_LEVEL_BY_DIGITS[digits]: names for digits, names in by_digits.items()}}
        self._children = {**self._children, **children}
        self._successors = {**self._successors, **{code: into for code, _, _, into in found if into}}

    def _add_other_names(self) -> None:
        for row in rows("unit_names"):
            for code in row["units"]:
                if code not in self._lines or (self.vintage == "2025" and row["kind"] == "former"):
                    continue
                names = self._names[_LEVEL_BY_DIGITS[len(code)]]
                # Codes were given to other units in 2025: a short name goes with the name, not with the code.
                if self.vintage == "2025" and self.unit(code).bare != units("2024").unit(code).bare:
                    continue
                for word in row["words"]:
                    names.setdefault(key(word), []).append(code)

    def unit(self, code: str) -> Unit:
        """The unit of that code.

        Raises:
            KeyError: There is none.
        """
        known = self._units.get(code)
        if known is None:
            if len(code) == 5:
                self._need("commune")
            fields = self._lines[code].split("\t")
            name = fields[1][0].lower() + fields[1][1:]
            parent = fields[2] if len(fields) > 2 else ""
            known = Unit(code, name, _LEVEL_BY_DIGITS[len(code)], self.vintage, parent)
            self._units[code] = known
        return known

    def all(self, level: Level) -> list[Unit]:
        """All units of a level, in order of their codes."""
        self._need(level)
        return [self.unit(code) for code in self._lines if _LEVEL_BY_DIGITS[len(code)] == level]

    def _need(self, level: Level) -> None:
        """Read the table of a level, if it is not read yet."""
        if level == "commune" and not self._has_communes:
            self._read(f"communes_{self.vintage}")
            self._has_communes = True

    def named(self, name: str, level: Level) -> list[Unit]:
        """The units of a level that have exactly this name (case, tone placement and punctuation aside)."""
        self._need(level)
        return [self.unit(code) for code in dict.fromkeys(self._names[level].get(key(name), ()))]

    def names(self, level: Level) -> Iterator[tuple[str, list[Unit]]]:
        """Every name of a level, short and former ones too, as `key` gives it, with the units that have it."""
        self._need(level)
        for name, codes in self._names[level].items():
            yield name, [self.unit(code) for code in dict.fromkeys(codes)]

    def children(self, unit: Unit) -> list[Unit]:
        """The units one level below."""
        if unit.level == "country":
            return self.all("province")
        if unit.level == "district" or self.vintage == "2025":
            self._need("commune")
        return [self.unit(code) for code in self._children.get(unit.code, ())]

    def below(self, unit: Unit, level: Level) -> list[Unit]:
        """All units of a level within a unit."""
        found = [unit]
        while found and found[0].level != level:
            found = [child for parent in found for child in self.children(parent)]
        return found

    def above(self, unit: Unit, level: Level) -> Unit | None:
        """The unit of a level that holds this one (itself at its own level); None if there is none."""
        while unit.level != level:
            if not unit.parent:
                return COUNTRY if level == "country" else None
            unit = self.unit(unit.parent)
        return unit

    def successor_codes(self, unit: Unit) -> tuple[str, ...]:
        """Codes of the units of 2025 into which a unit of 2024 went."""
        stored = self._successors.get(unit.code, "")
        if stored or unit.level != "district":
            return tuple(stored.split())
        codes = (code for child in self.children(unit) for code in self.successor_codes(child))
        return tuple(dict.fromkeys(codes))

    @cached_property
    def predecessor_codes(self) -> dict[str, list[str]]:
        """Code of a unit of 2025 to the codes of the units of 2024 that went into it; of the order of 2024 only."""
        self._need("commune")
        found: dict[str, list[str]] = {}
        for code, into in self._successors.items():
            for new in into.split():
                found.setdefault(new, []).append(code)
        return found


@cache
def units(vintage: Vintage) -> Gazetteer:
    """The units of an order, read once a process."""
    return Gazetteer(vintage)


def by_id(unit_id: str) -> Unit:
    """The unit of an id such as `district-845-2024`.

    Raises:
        KeyError: There is none.
    """
    if unit_id == COUNTRY.id:
        return COUNTRY
    level, _, rest = unit_id.partition("-")
    code, _, vintage = rest.partition("-")
    if vintage not in ("2024", "2025"):
        raise KeyError(unit_id)
    unit = units("2024" if vintage == "2024" else "2025").unit(code)
    if unit.level != level:
        raise KeyError(unit_id)
    return unit


def successors(unit: Unit) -> tuple[Unit, ...]:
    """The units since 1 July 2025 into which a unit went; a unit of that order is its own.

    A district went into communes: those into which its communes went.
    """
    if unit.vintage == "2025":
        return (unit,)
    new = units("2025")
    return tuple(new.unit(code) for code in units("2024").successor_codes(unit))


def predecessors(unit: Unit) -> tuple[Unit, ...]:
    """The units until 30 June 2025 out of which a unit was made, in whole or in part; none for a unit of that order."""
    if unit.vintage == "2024" or unit.level == "country":
        return ()
    old = units("2024")
    # A district stands among the predecessors of a commune only where it had no communes of its own (islands).
    return tuple(old.unit(code) for code in old.predecessor_codes.get(unit.code, ()))


@cache
def regions() -> frozenset[str]:
    """Names, as `key` gives them, that are no unit's, though they look like a misread one (`Tây Nguyên`)."""
    return frozenset(key(word) for row in rows("unit_names") if row["kind"] == "region" for word in row["words"])


def in_force(date: dt.date | None) -> tuple[Vintage, ...]:
    """The orders that a document of a day may speak of, the likelier first; both where the day is not known."""
    if date is None:
        return ("2024", "2025")
    return ("2025",) if date >= REFORM else ("2024",)


@cache
def _pool(unit: Unit, level: Level, vintage: Vintage) -> tuple[list[Unit], list[str]]:
    """The units of a level within a unit, and their names without marks."""
    among = units(vintage).below(unit, level)
    return among, [loose_key(one.bare) for one in among]


def alike(name: str, within: Unit, level: Level) -> list[Unit]:
    """The units of a level within a unit whose names differ from a name in marks and spelling alone."""
    loose = loose_key(name)
    among, names = _pool(within, level, within.vintage)
    return [unit for unit, other in zip(among, names, strict=True) if other == loose]


def closest(name: str, within: Unit, level: Level, vintage: Vintage) -> list[Unit]:
    """The units whose name is meant by a misread or unmarked one: one if it is clearly best, else all that tie.

    Args:
        name: Without its type.
        within: Where to look: the country for provinces and districts, at most a province for communes.
        level: Of the units looked for.
        vintage: The order that they, and `within`, belong to.
    """
    among, names = _pool(within, level, vintage)
    if not name or len(name) > _LONGEST or not among:
        return []
    loose = loose_key(name)
    same = [unit for unit, other in zip(among, names, strict=True) if other == loose]
    if same or len(loose) < 4 or any(char.isdigit() for char in loose):
        return same
    # Marks count, but half as much as letters.
    marked = key(name)
    scored = process.extract(loose, names, scorer=fuzz.ratio, limit=4)
    ranked = sorted(
        (((score + fuzz.ratio(marked, key(among[place].bare))) / 2, place) for _, score, place in scored), reverse=True
    )
    best = ranked[0][0]
    if best < _ALIKE:
        return []
    return [among[place] for score, place in ranked if score > best - _CLEARLY]


def narrow(found: Iterable[Unit], type_word: str) -> list[Unit]:
    """Those of a type where there are any, else all: towns change their type, and keep name and level."""
    found = list(found)
    return [unit for unit in found if unit.type == type_word] or found
