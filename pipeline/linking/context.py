"""Where a document stands: its order of units, the unit of its issuing body and those above it.

A plan says `Công an huyện` and means its own district, which its letterhead names.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..records import Plan
from ..text.normalise import place_tones
from ..text.patterns import Pattern
from . import naming
from .naming import Name, Place
from .places import (
    COUNTRY,
    LEVELS,
    REFORM,
    Level,
    Unit,
    Vintage,
    alike,
    closest,
    in_force,
    key,
    narrow,
    predecessors,
    regions,
    units,
)

_MENTIONED = Pattern(r"(?:[Tt]ỉnh|TỈNH|[Tt]hành phố|THÀNH PHỐ) ([^\W\d_]+(?:[ -]{1,3}[^\W\d_]+){0,4})")
_TURNING = dt.date(2025, 3, 1)
_HEAD = 3000
_SEEN = 30_000


class Mentions:
    """How often a text names units: what tells apart those of one name in several provinces.

    Args:
        text: The document's text, of which the first pages count.
    """

    def __init__(self, text: str = "") -> None:
        self._text = unicodedata.normalize("NFC", text[:_SEEN])
        self._low: str | None = None
        self._counts: dict[Unit, int] = {}

    def likeliest(self, found: Sequence[Unit]) -> Sequence[Unit]:
        """The one unit whose province, or district, the text names and those of the others not; else all of them."""
        if len(found) < 2 or not self._text:
            return found
        scores = [sum(self._count(holder) for holder in _holders(unit)) for unit in found]
        best = max(scores)
        return [found[scores.index(best)]] if best and scores.count(0) == len(found) - 1 else found

    def _count(self, unit: Unit) -> int:
        known = self._counts.get(unit)
        if known is None:
            if self._low is None:
                self._low = " ".join(place_tones(self._text.lower()).split())
            known = self._counts[unit] = self._low.count(place_tones(unit.name.lower()))
        return known


def _holders(unit: Unit) -> list[Unit]:
    """The units above a unit."""
    known = units(unit.vintage)
    return [above for level in LEVELS[1:] if (above := known.above(unit, level)) is not None and above != unit]


@dataclass(frozen=True)
class Context:
    """What a document lets its names leave out.

    Attributes:
        vintage: The order of units that it speaks of.
        anchors: The units that hold its issuing body, by level.
        level: That of the issuing body; None if it is not known.
        issuer: Kind of the issuing body.
        issuer_id, issuer_name: Its id and canonical name, once it is linked.
        turning: It is of the months in which the units of 2025 were made, and may speak of both orders.
        doubts: Units of the same name, of which the issuing body's may be any.
        titled: The one province that the title of a central document names.
        scope: The provinces of that title, with those that went into them.
        mentions: The units that its text speaks of.
    """

    vintage: Vintage = "2024"
    anchors: Mapping[Level, Unit] = field(default_factory=dict)
    level: Level | None = None
    issuer: str = ""
    issuer_id: str = ""
    issuer_name: str = ""
    turning: bool = False
    doubts: tuple[Unit, ...] = ()
    titled: Unit | None = None
    scope: frozenset[Unit] = frozenset()
    mentions: Mentions = field(default_factory=Mentions)

    def likeliest(self, found: Sequence[Unit], place: Place) -> Sequence[Unit]:
        """The units of a name that the document rather means: those in its scope, then the one whose province it names.

        Args:
            found: The units that are called so.
            place: The name; a unit in the scope spelt a little otherwise (`Quí`, `Quý`) comes before one elsewhere.
        """
        if self.scope and found and found[0].level != "province":
            inside = [unit for unit in found if units(unit.vintage).above(unit, "province") in self.scope]
            found = inside or self._spelt_otherwise(found[0], place) or found
        return self.mentions.likeliest(found)

    def _spelt_otherwise(self, found: Unit, place: Place) -> list[Unit]:
        within = [unit for unit in self.scope if unit.vintage == found.vintage]
        near = (unit for holder in within for name in place.names for unit in alike(name, holder, found.level))
        return list(near) if len(place.names) == 1 else []


def context_of(plan: Plan, text: str = "") -> Context:
    """The context that a document gives.

    Args:
        plan: Its facts; used are issuing body, parent body, place and date.
        text: Its text, asked only where a name fits several units or the letterhead names none.
    """
    built = [_Builder(vintage, plan, text) for vintage in _vintages(plan)]
    return max(built, key=lambda one: one.fit).context  # of equals the first


def _vintages(plan: Plan) -> tuple[Vintage, ...]:
    if plan.issue_date is not None or plan.issue_year is None:
        return in_force(plan.issue_date)
    if plan.issue_year == 2025:
        return in_force(dt.date(2025, plan.issue_month, 1) if plan.issue_month else None)
    return in_force(dt.date(plan.issue_year, 1, 1))


def find(place: Place, vintage: Vintage, anchors: Mapping[Level, Unit], turning: bool = False) -> list[list[Unit]]:
    """For each name of a place the units that it may mean, those within the anchors alone where there are any.

    Args:
        place: The words for the units.
        vintage: The order in which they are looked for first.
        anchors: The units that hold the document.
        turning: A unit of the other order with the same type comes before one of this order with another type.
    """
    word = place.types[0] if len(place.types) == 1 else ""
    if turning and word:
        exact = [_typed(name, word, place.levels, vintage) for name in place.names]
        if any(exact):
            return [
                (_within(one, anchors) or one) or _find(name, word, place.levels, vintage, anchors)
                for one, name in zip(exact, place.names, strict=True)
            ]
    return [_find(name, word, place.levels, vintage, anchors) for name in place.names]


def _typed(name: str, word: str, levels: Sequence[Level], vintage: Vintage) -> list[Unit]:
    """The units of exactly this name and type, of the other order if this one has none."""
    for order in (vintage, _other(vintage)):
        found = [unit for level in levels for unit in units(order).named(name, level) if unit.type == word]
        if found:
            return found
    return []


def _find(name: str, word: str, levels: Sequence[Level], vintage: Vintage, anchors: Mapping[Level, Unit]) -> list[Unit]:
    if name in regions():
        return []
    if not word:
        own = [unit for level in levels if (unit := anchors.get(level)) is not None and key(unit.bare) == name]
        if own:
            return own[-1:]
    for order in (vintage, _other(vintage)):
        known = units(order)
        # Without a type the highest unit of the name is meant: `Công an Hà Tĩnh` is the province's, not the city's.
        steps = [levels] if word else [(level,) for level in levels]
        for step in steps:
            found = narrow((unit for level in step for unit in known.named(name, level)), word)
            if found:
                return (_within(found, anchors) if order == vintage else []) or found
    for level in levels:
        around = _around(level, vintage, anchors)
        near = closest(name, around, level, vintage) if around is not None else []
        if near:
            return near
    return []


def named_exactly(name: str, levels: Sequence[Level], context: Context) -> list[Unit]:
    """The units of exactly this name: of the document's order first, then of the highest level, then near it."""
    for order in (context.vintage, _other(context.vintage)):
        for level in levels:
            found = units(order).named(name, level)
            if found:
                return (_within(found, context.anchors) if order == context.vintage else []) or found
    return []


def _other(vintage: Vintage) -> Vintage:
    return "2025" if vintage == "2024" else "2024"


def _within(found: Sequence[Unit], anchors: Mapping[Level, Unit]) -> list[Unit]:
    """The units that lie in the innermost anchor that holds any of them."""
    for level in reversed(LEVELS):
        anchor = anchors.get(level)
        if anchor is None or level == "country":
            continue
        known = units(anchor.vintage)
        inside = [unit for unit in found if unit.vintage == anchor.vintage and known.above(unit, level) == anchor]
        if inside:
            return inside
    return []


def _around(level: Level, vintage: Vintage, anchors: Mapping[Level, Unit]) -> Unit | None:
    """Where a misread name is looked for: near the document, or, for provinces and districts, anywhere."""
    for above in reversed(LEVELS[1 : LEVELS.index(level)]):
        anchor = anchors.get(above)
        if anchor is not None and anchor.vintage == vintage:
            return anchor
    return None if level == "commune" else COUNTRY


class _Builder:
    """Makes the context of a document for one order of units."""

    def __init__(self, vintage: Vintage, plan: Plan, text: str) -> None:
        self.vintage = vintage
        self.text = text
        self.anchors: dict[Level, Unit] = {}
        self.doubts: list[Unit] = []
        self.fit = 0
        own = naming.parse(plan.issuing_body or "")[:1]
        self.own = own[0] if own else None
        above = naming.parse(plan.parent_body or "")
        self.central = self.own is not None and self._is_central(self.own)
        if not self.central:
            places = [place for name in above for place in _places(name)] or naming.places_of(plan.parent_body or "")
            self._from_names([*_places(self.own), *places])
            self._from_place(plan.place or "")
            if not self.anchors and not self.doubts:
                self._from_text()
        level = self._level()
        turning = plan.issue_date is not None and _TURNING <= plan.issue_date < REFORM
        titled = _titled(plan.title or "", vintage) if self.central else []
        self.context = Context(
            vintage,
            self.anchors,
            level,
            self.own.bodies[0].kind.id if self.own else "",
            turning=turning,
            doubts=tuple(self.doubts),
            titled=titled[0] if len(titled) == 1 else None,
            scope=_scope(titled, turning),
        )

    @staticmethod
    def _is_central(name: Name) -> bool:
        kind = name.bodies[0].kind
        if any(place.central for place in name.places):
            return True
        if kind.open_kind:
            return name.above is not None and _Builder._is_central(name.above)
        return kind.levels == ("central",) and not name.places

    def _from_names(self, places: Sequence[Place]) -> None:
        """Anchors from units that are named in the letterhead, the outermost first."""
        named = [place for place in places if place.names]
        for place in sorted(named, key=lambda place: LEVELS.index(place.levels[0])):
            found = find(place, self.vintage, self.anchors)[0]
            self._take(found)

    def _take(self, found: Sequence[Unit]) -> None:
        if len(found) > 1:
            found = self._mentioned(found)
        if len(found) == 1:
            unit = found[0]
            self.fit += 2 if unit.vintage == self.vintage else 0
            for level in LEVELS[1:]:
                holder = units(unit.vintage).above(unit, level)
                if holder is not None:
                    self.fit -= 2 if self.anchors.get(level, holder) != holder else 0  # it lies elsewhere
                    self.anchors[level] = holder
        elif found:
            self.doubts = list(found)

    def _mentioned(self, found: Sequence[Unit]) -> Sequence[Unit]:
        """The unit whose province and communes the text speaks of, if one stands out."""
        seen = unicodedata.normalize("NFC", self.text[:_SEEN])
        scores: Counter[Unit] = Counter()
        for unit in found:
            known = units(unit.vintage)
            province = known.above(unit, "province")
            scores[unit] = 3 * seen.count(province.bare) if province is not None and province != unit else 0
            scores[unit] += sum(child.bare in seen for child in known.children(unit) if len(child.bare) > 3)
        ranked = scores.most_common(2)
        return [ranked[0][0]] if ranked and ranked[0][1] > ranked[-1][1] + 1 else found

    def _from_place(self, words: str) -> None:
        """Anchors from the place of issue, where the names leave the unit open."""
        if not words or (self.anchors and not self.doubts):
            return
        name = _bare(words)
        if self.doubts:
            provinces = units(self.vintage).named(name, "province")
            near = [unit for unit in self.doubts if units(unit.vintage).above(unit, "province") in provinces]
            if len(near) == 1:
                self.doubts = []
                self._take(near)
            return
        wanted = self._wanted()
        for level in (*wanted, *(level for level in LEVELS[1:] if level not in wanted)):
            found = units(self.vintage).named(name, level)
            if found:
                self._take(found)
                return

    def _wanted(self) -> tuple[Level, ...]:
        """The levels at which the issuing body may stand."""
        if self.own is None:
            return ()
        typed = [level for place in self.own.places for level in place.levels]
        return tuple(dict.fromkeys(typed)) or tuple(
            level for level in LEVELS[1:] if level in self.own.bodies[0].kind.levels
        )

    def _from_text(self) -> None:
        """The province that the first page names, where the letterhead names nothing."""
        counts: Counter[str] = Counter()
        known = units(self.vintage)
        for match in _MENTIONED.finditer(unicodedata.normalize("NFC", self.text[:_HEAD])):
            words = match[1].split()
            for count in range(len(words), 0, -1):
                found = known.named(" ".join(words[:count]), "province")
                if found:
                    counts[found[0].code] += 1
                    break
        if counts:
            self.anchors["province"] = known.unit(counts.most_common(1)[0][0])

    def _level(self) -> Level | None:
        if self.central:
            return "country"
        if self.own is not None and not self.own.bodies[0].kind.open_kind:
            wanted = self._wanted()
            inmost = next((level for level in reversed(LEVELS) if level in self.anchors), None)
            if inmost is None:
                return wanted[0] if len(wanted) == 1 else None
            fitting = [level for level in reversed(LEVELS) if level in wanted and level in self.anchors]
            return fitting[0] if fitting else inmost
        return next((level for level in reversed(LEVELS) if level in self.anchors), None)


def _titled(title: str, vintage: Vintage) -> list[Unit]:
    """The provinces that a title names, each once."""
    found: list[Unit] = []
    for match in _MENTIONED.finditer(unicodedata.normalize("NFC", title)):
        words = match[1].split()
        names = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
        for order in (vintage, _other(vintage)):
            known = next((named for name in names if (named := units(order).named(name, "province"))), [])
            if known:
                found.extend(unit for unit in known if unit not in found)
                break
    return found


def _scope(titled: Sequence[Unit], turning: bool) -> frozenset[Unit]:
    """The provinces of a title; while the new ones were made, the new ones of their names and what went into them."""
    if not turning:
        return frozenset(titled)
    new = [unit for one in titled for unit in units("2025").named(one.bare, "province")]
    return frozenset([*titled, *new, *(old for unit in new for old in predecessors(unit))])


def _bare(words: str) -> str:
    """The name of a place of issue without its type (`TP. Hồ Chí Minh`)."""
    parts = naming.words_of(words)
    typed = naming.type_at(parts, 0)
    return " ".join(word.text for word in parts[typed[1] if typed else 0 :])


def _places(name: Name | None) -> list[Place]:
    """All units that a name and the bodies above it name."""
    if name is None:
        return []
    return [*name.places, *_places(name.above)]
