"""Plans that never were, with every body, person and place in them known.

A plan is put together from the lines of `phrases.toml`, by parts: letterhead, title, legal basis, tasks, prose,
recipients, signature. Its bodies are heads with a level and a unit of the gazetteers, departments by the names that the
grammar knows, schools, companies; the issuer and its unit run through the whole plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from random import Random

from ..knowledge import records, rows
from ..records import EntityLabel
from . import phrases
from .samples import Label, Sample

_SLOT = re.compile(r"\{(\w+)\}")
_TYPES = ("Thành phố", "Thị xã", "Thị trấn", "Đặc khu", "Tỉnh", "Quận", "Huyện", "Phường", "Xã")
_TYPE = re.compile(rf"({'|'.join(_TYPES)}) ")
_FIXED: dict[str, tuple[str, EntityLabel]] = {
    "vietnam": ("Việt Nam", "LOC"),
    "country_vn": ("Việt Nam", "LOC"),
    "government": ("Chính phủ", "ORG"),
    "party_name": ("Đảng Cộng sản Việt Nam", "ORG"),
    "hcm_name": ("Hồ Chí Minh", "PER"),
}
_BODIES = (
    "central department portal press court bank company school hospital office_short standing board short mttq "
    "committee party more"
).split()
_DRAWN = (
    "central central department department school company bank hospital court press board short short party mttq "
    "committee more more"
).split()
_LABELS: dict[str, EntityLabel] = {**dict.fromkeys(_BODIES, "ORG"), "road": "LOC", "country": "LOC", "region": "LOC"}
_OFFICES = (
    "Giám đốc", "Chủ tịch", "Trưởng", "Phó Giám đốc", "Thủ trưởng", "Cục trưởng", "Chánh Thanh tra", "Hiệu trưởng",
)  # fmt: skip
_PARTS = (
    ("letterhead", 1, 1), ("title", 1, 2), ("basis", 1, 4), ("task", 3, 9), ("prose", 2, 8), ("place", 1, 4),
    ("person", 1, 3), ("plain", 1, 5), ("closing", 0, 3),
)  # fmt: skip
_ENDS = (("recipients", 1, 1), ("signature", 1, 1))
_LEVEL_OF_DIGITS = {2: 0, 3: 1, 5: 2}
_LEVEL_WEIGHTS = (3, 4, 5)
_LEVELS = ("tỉnh", "huyện", "xã", "phường", "thành phố", "thị xã", "thị trấn", "quận", "đặc khu")
_PLURALS = (
    "các xã, thị trấn", "các xã, phường", "các huyện, thành phố", "các huyện, thị xã, thành phố", "cấp xã", "cấp huyện",
    "cấp tỉnh", "các cấp", "các tỉnh, thành phố trực thuộc Trung ương", "các quận, huyện", "các xã, phường, thị trấn",
)  # fmt: skip
_SHOUTED = {"việt_nam": "vietnam", "own": "own_name"}


@cache
def units() -> tuple[tuple[tuple[str, str], ...], ...]:
    """Type in small letters and name of every unit of both orders: of provinces, of districts, of communes."""
    found: tuple[list[tuple[str, str]], ...] = ([], [], [])
    for table in ("units_2024", "units_2025", "communes_2024", "communes_2025"):
        for line in records(table).splitlines():
            code, name = line.split("\t")[:2]
            match = _TYPE.match(name)
            if match is not None:
                found[_LEVEL_OF_DIGITS[len(code)]].append((match[1].lower(), name[match.end() :]))
    return tuple(map(tuple, found))


@cache
def _department_names() -> tuple[str, ...]:
    return tuple(word for row in rows("bodies") if row["kind"] == "name" for word in row["forms"])


@cache
def _short_names() -> tuple[str, ...]:
    return tuple(word for row in rows("entities") if row["kind"] == "list_name" for word in row["words"])


@cache
def _surnames() -> tuple[str, ...]:
    found = tuple(word for row in rows("entities") if row["kind"] == "surname" for word in row["words"])
    # The commonest carry most of the population.
    return found + found[:12] * 12


class Writer:
    """Writes one plan.

    Args:
        rng: Draws everything; the same state writes the same plan.
    """

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.type, self.unit = self._drawn()
        self.own = self._issuer()
        self._out: list[str] = []
        self._labels: list[Label] = []
        self._length = 0

    def plan(self) -> list[Sample]:
        """The parts of a plan, each some lines with their labels."""
        found = []
        for part, least, most in (*_PARTS, *_ENDS):
            for _ in range(self.rng.randint(least, most)):
                found.append(self.line(self.rng.choice(phrases.lines(part))))
        return found

    def line(self, template: str) -> Sample:
        """A line filled in."""
        self._out, self._labels, self._length = [], [], 0
        self._fill(template)
        return Sample("".join(self._out), tuple(self._labels))

    # -- writing -------------------------------------------------------------------------------------------------------

    def _put(self, words: str, label: EntityLabel | None = None) -> None:
        if label is not None:
            self._labels.append((self._length, self._length + len(words), label))
        self._out.append(words)
        self._length += len(words)

    def _fill(self, template: str) -> None:
        at = 0
        for slot in _SLOT.finditer(template):
            self._put(template[at : slot.start()])
            self._slot(slot[1])
            at = slot.end()
        self._put(template[at:])

    def _slot(self, name: str) -> None:
        """Fill one slot; a name in capitals is filled in capitals, one with a capital begins with one."""
        low = name.lower()
        low = _SHOUTED.get(low, low) if name.isupper() else low
        first, before = len(self._out), self._length
        self._fill_slot(low)
        if not name[0].isupper() or low == "hcm_name":
            return
        words = "".join(self._out[first:])
        words = words.upper() if name.isupper() else words[:1].upper() + words[1:]
        self._out[first:] = [words]
        assert len(words) == self._length - before

    def _fill_slot(self, name: str) -> None:
        special: dict[str, Callable[[], None]] = {
            "org": lambda: self._put(self._body(), "ORG"),
            "orgs": self._bodies,
            "own": lambda: self._put(self._own_short(), "ORG"),
            "own_name": lambda: self._put(self.own, "ORG"),
            "above": lambda: self._put(self._above(), "ORG"),
            "per": lambda: self._put(self._person(), "PER"),
            "loc": lambda: self._put(self._place(), "LOC"),
            "locs": self._places,
            "seat": lambda: self._put(self.unit if not self.unit.isdigit() else "Hà Nội", "LOC"),
            "street": lambda: self._put(
                self.rng.choice(("đường ", "phố ", "")) + self.rng.choice(phrases.words("hero")), "LOC"
            ),
            "holder": self._holder,
            "office_body": lambda: self._put(f"Văn phòng {self._committee()}", "ORG"),
            "listed": lambda: self._listed(""),
            "listed_first": lambda: self._listed(self.rng.choice(("Sở ", "Phòng ", "Bộ "))),
            "bare": lambda: self._put(self._named_unit(), "LOC"),
            "unit": lambda: self._put(self._unit_name()),
        }
        numbers = {
            "n": lambda: str(self.rng.randint(1, 99)),
            "year": lambda: str(self.rng.randint(2008, 2027)),
            "day": lambda: f"{self.rng.randint(1, 28):02d}",
            "month": lambda: f"{self.rng.randint(1, 12):02d}",
            "percent": lambda: f"{self.rng.randint(3, 20)}%",
            "date": self._date,
        }
        if name in special:
            special[name]()
        elif name in numbers:
            self._put(numbers[name]())
        elif name in _FIXED:
            self._put(*_FIXED[name])
        elif name in _LABELS:
            self._put(self._plain(self.rng.choice(phrases.words(name))), _LABELS[name])
        else:
            self._fill(self.rng.choice(phrases.words(name)))

    def _plain(self, template: str) -> str:
        """A piece whose slots hold no label of their own."""
        fillings: dict[str, Callable[[], str]] = {
            "unit": self._unit_name,
            "bare": self._named_unit,
            "unitname": self._typed,
            "hero": lambda: self.rng.choice(phrases.words("hero")),
            "name": lambda: self._person() if self.rng.random() < 0.3 else self.rng.choice(phrases.words("hero")),
            "brand": lambda: self.rng.choice(phrases.words("brand")),
            "lv": lambda: self._level(0.2).strip(),
            "n": lambda: str(self.rng.randint(1, 30)),
        }
        return " ".join(_SLOT.sub(lambda slot: fillings[slot[1]](), template).split())

    def _date(self) -> str:
        day, month, year = self.rng.randint(1, 28), self.rng.randint(1, 12), self.rng.randint(2008, 2027)
        if self.rng.random() < 0.5:
            return f"{day:02d}/{month}/{year}"
        return f"{day} tháng {month:02d} năm {year}"

    # -- bodies --------------------------------------------------------------------------------------------------------

    def _issuer(self) -> str:
        head = self.rng.choice(("Ủy ban nhân dân", "Ủy ban nhân dân", "UBND", "Ban An toàn giao thông", "Công an", ""))
        if head:
            return f"{head} {self.type} {self.unit}"
        return self._department() if self.rng.random() < 0.5 else self._plain(self.rng.choice(phrases.words("central")))

    def _own_short(self) -> str:
        if self.rng.random() < 0.4:
            return self.own
        return f"{self.rng.choice(('UBND', 'Ủy ban nhân dân'))} {self.type}" + self._maybe(f" {self.unit}", 0.3)

    def _above(self) -> str:
        if self.rng.random() < 0.6:
            return f"{self._committee()} {self.type} {self.unit}"
        return self._plain(self.rng.choice(phrases.words("central")))

    def _committee(self) -> str:
        return self.rng.choice(("UBND", "Ủy ban nhân dân", "HĐND và UBND", "Hội đồng nhân dân và Ủy ban nhân dân"))

    def _maybe(self, words: str, chance: float) -> str:
        return words if self.rng.random() < chance else ""

    def _body(self) -> str:
        drawn = self.rng.random()
        if drawn < 0.35:
            return self._local()
        if drawn < 0.6:
            return self._department()
        kind = self.rng.choice(_DRAWN)
        return self._plain(self.rng.choice(phrases.words(kind)))

    def _local(self) -> str:
        head = self._plain(self.rng.choice(phrases.words("local_head")))
        return head + self._level(0.12)

    def _level(self, bare: float) -> str:
        """What says of which unit a body is: nothing, a level, a group, a unit by name."""
        drawn = self.rng.random()
        if drawn < bare:
            return ""
        if drawn < 0.45:
            return f" {self.rng.choice((self.type, *_LEVELS[:4]))}"
        if drawn < 0.6:
            return f" {self.rng.choice(_PLURALS)}"
        return f" {self._typed()}"

    def _department(self) -> str:
        head = self.rng.choice(
            ("Sở", "Sở", "Sở", "Phòng", "Phòng", "phòng", "Ban", "Trung tâm", "Chi cục", "Đội", "Tổ", "Cục", "Vụ", "Bộ")
        )
        return f"{head} {self.rng.choice(_department_names())}" + self._level(0.55)

    def _bodies(self) -> None:
        count = self.rng.randint(2, 5)
        for number in range(count):
            if number:
                self._put(" và " if number == count - 1 and self.rng.random() < 0.4 else ", ")
            self._put(self._body(), "ORG")

    def _listed(self, head: str) -> None:
        """Departments in a list whose head stands once, in the first or before it, at times abbreviated."""
        short = not head and self.rng.random() < 0.3
        names = _short_names() if short else _department_names()[:60]
        for number in range(self.rng.randint(2, 5)):
            if number:
                self._put(", ")
            self._put((head if not number else "") + self.rng.choice(names), "ORG")

    def _holder(self) -> None:
        """An office holder: the body in the office alone is a name."""
        office = self.rng.choice(_OFFICES)
        if office == "Chủ tịch":
            body = self.rng.choice(("UBND", "Ủy ban nhân dân", "HĐND", "Hội đồng nhân dân")) + self._level(0.1)
        elif office == "Hiệu trưởng":
            body = self._plain(self.rng.choice(phrases.words("school")))
        else:
            body = self._department()
        self._put(office + " ")
        self._put(body, "ORG")

    # -- persons and places --------------------------------------------------------------------------------------------

    def _person(self) -> str:
        if self.rng.random() < 0.12:
            return self.rng.choice(phrases.words("minority"))
        given = self.rng.choice(phrases.words("given"))
        middle = self.rng.choice((*phrases.words("middle"), "", "")) + self._maybe(
            " " + self.rng.choice(phrases.words("given")), 0.15
        )
        return " ".join(f"{self.rng.choice(_surnames())} {middle} {given}".split())

    def _drawn(self) -> tuple[str, str]:
        """A unit; its level is drawn first, since there are ten thousand communes and not a hundred provinces."""
        return self.rng.choice(self.rng.choices(units(), _LEVEL_WEIGHTS)[0])

    def _unit_name(self) -> str:
        return self._drawn()[1]

    def _named_unit(self) -> str:
        """The name of a unit that is not called by a number."""
        while (name := self._unit_name()).isdigit():
            pass
        return name

    def _typed(self) -> str:
        kind, name = (self.type, self.unit) if self.rng.random() < 0.3 else self._drawn()
        short = {"thành phố": ("TP.", "TP", "Thành phố"), "thị xã": ("TX.",), "xã": ("Xã",), "phường": ("Phường",)}
        if kind in short and self.rng.random() < 0.2:
            kind = self.rng.choice(short[kind])
        return f"{kind} {name}"

    def _place(self) -> str:
        drawn = self.rng.random()
        if drawn < 0.75:
            return self._typed()
        if drawn < 0.85:
            return f"{self.rng.choice(('thôn', 'ấp', 'khóm', 'buôn', 'bản', 'làng', 'khu phố'))} {self._unit_name()}"
        return self.rng.choice((self.rng.choice(units()[0])[1], "Việt Nam", "Hà Nội"))

    def _places(self) -> None:
        """`xã A, xã B và C`: the later ones need no type after `các`."""
        kind, name = self._drawn()
        several = self.rng.random() < 0.6
        if several:
            self._put("các ")
        self._put(f"{kind} {name}", "LOC")
        count = self.rng.randint(1, 4)
        for number in range(count):
            self._put(" và " if number == count - 1 and self.rng.random() < 0.7 else ", ")
            bare = self._unit_name()
            self._put(bare if several else f"{kind} {bare}", "LOC")


def write(rng: Random, plans: int) -> Iterator[Sample]:
    """Parts of many plans.

    Args:
        rng: Draws everything.
        plans: How many plans are written.
    """
    for _ in range(plans):
        yield from Writer(rng).plan()
