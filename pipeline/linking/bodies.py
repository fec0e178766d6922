"""Which body, and which unit, a name in a document means: the ids in the tables.

Ids are made of a kind and of where it stands:

    ubnd@district-849-2024                          the People's Committee of a district of the order until 30 June 2025
    ubnd@district-849-2024/communes                 those of all its communes (UBND các xã, thị trấn)
    ubnd@province-84-2024/units                     those of any of its levels (UBND các cấp)
    huyen-uy@district-849-2024#thuong-truc          a position, or an organ, of a body stands after `#`
    bo-xay-dung                                     a central body has no unit
    truong-thcs.nguyen-trai@district-849-2024       a body of no list: kind, own name, and where it stands
    hdnd@vn/provinces+ubnd@vn/provinces             several bodies in one name

A name that several units fit is left open, with the ids of all of them as candidates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, TypeVar

from rapidfuzz import fuzz, process

from ..copying import changed
from ..records import Charge, Citation, Deadline, Entity, PlanResult, Responsibility, Task
from ..text.normalise import UPPER, skeleton
from ..text.patterns import Pattern
from . import naming
from .context import Context, Mentions, context_of, find, named_exactly
from .naming import Body, Kind, Name, Place
from .places import COUNTRY, LEVELS, Level, Unit, by_id, key, units

_MOST_CANDIDATES = 12
_MOST_REPAIRS = 200
"""Names of a document that are compared with all known ones: a text of a thousand unknown bodies must not take long."""
_ALIKE = 88.0
_ALIKE_HEAD = 50.0  # percent; `Ban Tư pháp` is no misread `Bộ Tư pháp`
_CLEARLY = 4.0
_SHORTEST, _SHORTEST_GUESS = 5, 8
"""Characters: of a name that may have lost its marks, and of one that may have a wrong letter."""
_PLURALS: dict[str, str] = {
    "unit": "các cấp",
    "province": "các tỉnh, thành phố",
    "district": "các huyện, quận, thị xã, thành phố",
    "commune": "các xã, phường, thị trấn",
}


@dataclass(frozen=True, slots=True)
class Link:
    """What a name means.

    Attributes:
        id: Canonical id; None if the name is left open.
        name: Canonical name.
        candidates: Ids that it may mean, where it is left open.
    """

    id: str | None = None
    name: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Where a body stands.

    Attributes:
        unit: An administrative unit, or the country.
        many: All units of that level within it are meant; `unit` for those of any level.
        body, body_name: Id and name of the body that it stands in instead of a unit.
    """

    unit: Unit = COUNTRY
    many: Level | Literal["unit"] | None = None
    body: str = ""
    body_name: str = ""

    @property
    def id(self) -> str:
        """The part of an id after `@`."""
        if self.body:
            return self.body
        return f"{self.unit.id}/{self.many}s" if self.many else self.unit.id


OPEN = Link()
_LIST_HEAD = Pattern(r"(?:[Cc]ác|[Ll]iên) (Bộ|Sở|Phòng|Ban|Cục)\b[^.;\n]*$")
_BEFORE = 120
_HOUSE = Pattern(r"\b[Ss]ố (?:nhà )?\d{1,4}[A-Za-z]?(?:/\d{1,4})?,? $")
_NEWLY_NAMED = Pattern(r"(?:tên gọi|lấy tên)(?: mới)? là[\s*_“\"]*$")
_TYPE_WORDS = r"(?:[Tt]ỉnh|[Tt]hành phố|[Tt]hị xã|[Tt]hị trấn|[Hh]uyện|[Qq]uận|[Pp]hường|[Xx]ã|[Đđ]ặc khu)"
_HOLDER = Pattern(rf"\s*(?:[,(]|thuộc|của)\s*(?:thuộc |của )?({_TYPE_WORDS} [^,;:.()\n]{{2,40}})")
_TYPE_BEFORE = Pattern(rf"(?<!\w)({_TYPE_WORDS})\n$")
_LIST_TYPE = Pattern(rf"{_TYPE_WORDS} (?=[{UPPER}])")
_CENTRAL_NAME = Pattern(r"(?:^|-)(?:quoc-gia|trung-uong)(?:$|-)")
_NAMED_BY_UNIT = frozenset(("school", "hospital"))
_CENTRAL_PARTS = frozenset(("cuc", "tong-cuc", "vu"))
_T = TypeVar("_T")


# -- where -------------------------------------------------------------------------------------------------------------


def _level_alone(place: Place, context: Context) -> list[Where]:
    """`huyện`, `các xã`, `cấp tỉnh`: the unit of the document at that level, or all of that level within it."""
    levels = place.levels
    if place.types == ("thành phố",) * len(place.types):
        levels = (_city_level(place, context),)
    return [where for level in levels if (where := _at_level(level, place.plural, context)) is not None]


def _city_level(place: Place, context: Context) -> Level:
    """The level of a `thành phố` without a name."""
    district, province = context.anchors.get("district"), context.anchors.get("province")
    if not place.plural and district is not None and district.type == "thành phố":
        return "district"
    if (not place.plural and province is not None and province.type == "thành phố") or context.level == "country":
        return "province"
    return "province" if context.vintage == "2025" else "district"


def _at_level(level: Level, plural: bool, context: Context) -> Where | None:
    anchor = context.anchors.get(level)
    if level == "province" and context.level == "country":
        anchor = context.titled
    if anchor is not None and not plural:
        return Where(anchor)
    if level == "district" and context.vintage == "2025":
        return None  # there are none
    for above in reversed(LEVELS[: LEVELS.index(level)]):
        holder = context.anchors.get(above)
        if holder is not None:
            return Where(holder, level)
    if level == "province" or context.level == "country":
        return Where(COUNTRY, level) if plural or context.level == "country" else None
    return None


def _not_said(kind: Kind, plural: bool, context: Context) -> list[Where]:
    """Where a body stands whose name does not say: at the level of the document, else above it, else below."""
    if context.level is None:
        return [Where()] if kind.levels == ("central",) else []
    possible = [level for level in LEVELS if level in kind.levels or (level == "country" and "central" in kind.levels)]
    depth = LEVELS.index(context.level)
    if context.titled is not None and "province" in possible and "country" not in possible and not plural:
        return [Where(context.titled)]
    if not plural:
        if context.level in possible:
            anchor = COUNTRY if context.level == "country" else context.anchors.get(context.level)
            return [Where(anchor)] if anchor is not None else []
        for level in reversed(possible):
            if LEVELS.index(level) < depth:
                anchor = COUNTRY if level == "country" else context.anchors.get(level)
                return [Where(anchor)] if anchor is not None else []
    below = [level for level in possible if LEVELS.index(level) > depth]
    if len(below) > 1 and context.level == "country" and not plural:
        return [Where(COUNTRY, "unit")]  # of a central document: none in particular
    if len(below) != 1:
        return []
    found = _at_level(below[0], True, context)
    return [found] if found is not None else []


def _named(places: Sequence[Place], context: Context) -> tuple[list[Where], list[Unit]]:
    """The units that a name names, and, where one of them is in doubt, all that it may be.

    Args:
        places: From the inmost outwards.
        context: Of the document; the outer units of the name come before its own.
    """
    anchors = dict(context.anchors)
    where: list[Where] = []
    for place in reversed(places):
        if not place.names:
            here = changed(context, anchors=anchors, level=_inmost(anchors) or context.level)
            where = _level_alone(place, here if len(places) > 1 else context)
            continue
        where = []
        for found in find(place, context.vintage, anchors, context.turning):
            meant = context.likeliest(found, place)
            if len(meant) != 1:
                return [], list(meant)
            where.append(Where(meant[0]))
        if len(where) == 1:
            anchors = _chain(where[0].unit)
    return where, []


def _inmost(anchors: Mapping[Level, Unit]) -> Level | None:
    return next((level for level in reversed(LEVELS) if level in anchors), None)


def _chain(unit: Unit) -> dict[Level, Unit]:
    """A unit and those above it, by level."""
    known = units(unit.vintage)
    found: dict[Level, Unit] = {}
    for level in LEVELS[1:]:
        holder = known.above(unit, level)
        if holder is not None:
            found[level] = holder
    return found


# -- one name ----------------------------------------------------------------------------------------------------------


def _resolve(name: Name, context: Context) -> list[Link]:
    """The bodies of a name."""
    links: list[Link] = []
    for body in name.bodies:
        links.extend(_resolve_body(body, name, context))
    if not name.positions:
        return links
    return [_with_positions(link, name.positions) for link in links]


def _resolve_body(body: Body, name: Name, context: Context) -> list[Link]:
    kind = body.kind
    if name.vague:
        return [OPEN]
    if name.every and not kind.open_kind:
        inmost = _inmost(context.anchors)
        everywhere = Where(context.anchors[inmost] if inmost else COUNTRY, "unit")
        return [Link(_id(body, everywhere), title(body, everywhere))]
    if kind.open_kind == "self" and not body.own:
        return [_self(kind, name, context)]
    if kind.open_kind and not body.own and not _is_the_one(kind, name):
        return [_bare_part(kind, name, context)]
    if kind.at == "country":
        return [Link(_id(body, Where()), title(body, Where()))]
    if kind.levels == ("central",) and not any(place.names for place in name.places):
        return [Link(kind.id, kind.name)]
    where, doubts = _where(body, name, context)
    if doubts:
        candidates = (_id(body, Where(unit)) for unit in doubts[:_MOST_CANDIDATES])
        return [Link(None, None, tuple(candidates))]
    if not where and kind.open_kind and not name.places and name.above is None:
        return [OPEN]
    return [Link(_id(body, one), title(body, one)) for one in where] or [OPEN]


def _where(body: Body, name: Name, context: Context) -> tuple[list[Where], list[Unit]]:
    """Where a body stands, or the units that it may be in."""
    kind = body.kind
    if name.above is not None and name.above.bodies:
        return _under(body, name.above, context)
    if any(place.central for place in name.places):
        return [Where()], []
    if name.places:
        where, doubts = _named([_with_type(place, kind) for place in name.places], context)
        if where or doubts or name.places[0].plural or name.places[0].names:
            return where, doubts
        # The unit of the document itself is in doubt.
        return [], [unit for unit in context.doubts if unit.level in name.places[0].levels]
    if not kind.open_kind:
        if _is_part_of_issuer(kind, name, context):
            return [Where(body=context.issuer_id.partition("#")[0])], []
        if _type_of(kind) == "thành phố":
            found = _level_alone(Place(("thành phố",), ("province", "district"), (), name.plural), context)
        else:
            found = _not_said(kind, name.plural, context)
        return found, [] if found else list(context.doubts)
    if _CENTRAL_NAME.search(body.own) or (kind.id in _CENTRAL_PARTS and context.level != "country"):
        return [Where()], []
    of_issuer = kind.at == "issuer" and not _is_authority(context.issuer)
    if context.level == "country":
        if of_issuer and context.issuer.startswith("bo-"):
            return [Where(body=context.issuer)], []
        return ([Where()] if kind.open_kind != "part" or kind.id in _CENTRAL_PARTS else []), []
    if of_issuer and context.issuer_id:
        return [Where(body=context.issuer_id.partition("#")[0])], []
    level = _inmost(context.anchors)
    return ([Where(context.anchors[level])] if level else []), []


def _is_part_of_issuer(kind: Kind, name: Name, context: Context) -> bool:
    """Whether an office is one of the issuing department: `Phòng Kế hoạch - Tài chính` in a plan of a `Sở`."""
    return kind.at == "department" and context.issuer.startswith("so-") and bool(context.issuer_id) and not name.plural


def _type_of(kind: Kind) -> str:
    """The type of unit that the name of a kind speaks of: `Thành ủy` that of a `thành phố`; '' for none or any."""
    words = kind.name.lower().split()
    return "thành phố" if len(words) > 1 and words[-2] == "thành" else ""


def _with_type(place: Place, kind: Kind) -> Place:
    """A bare name with the type that the kind speaks of (`Thành ủy Quảng Ngãi`)."""
    word = _type_of(kind)
    return changed(place, types=(word,)) if word and place.names and not place.types else place


def _under(body: Body, above: Name, context: Context) -> tuple[list[Where], list[Unit]]:
    """A body that belongs to another stands where that stands, or in it."""
    link = _resolve(above, context)[0]
    if link.id is None:
        return [], _units_of(link.candidates)
    if "@" not in link.id and "central" in body.kind.levels:
        return [Where()], []
    if body.kind.open_kind or "@" not in link.id:
        return [Where(body=link.id.partition("#")[0], body_name=link.name or "")], []
    return [where_of(link.id)], []


def _units_of(candidates: Iterable[str]) -> list[Unit]:
    return [by_id(one.rpartition("@")[2]) for one in candidates if "@" in one]


def where_of(body_id: str) -> Where:
    """The unit, or units, in the id of a body.

    Raises:
        KeyError: There is none.
    """
    unit_id, _, many = body_id.partition("#")[0].rpartition("@")[2].partition("/")
    if many == "units":
        return Where(by_id(unit_id), "unit")
    return Where(by_id(unit_id), next((level for level in LEVELS if many == f"{level}s"), None))


def _is_authority(kind_id: str) -> bool:
    """Whether a body's offices are those of its unit: `Phòng Nội vụ` in a plan of the UBND."""
    return kind_id in ("ubnd", "hdnd", "ban-an-toan-giao-thong", "huyen-uy", "tinh-uy", "")


def _self(kind: Kind, name: Name, context: Context) -> Link:
    """`Giám đốc Sở`: the issuing body in a word."""
    said_more = name.plural or name.places or name.rest
    if said_more or not context.issuer_id or not context.issuer.startswith(f"{kind.id}-"):
        return OPEN
    return Link(context.issuer_id, context.issuer_name)


def _is_the_one(kind: Kind, name: Name) -> bool:
    """Whether a unit is name enough: `Trường Mầm non thị trấn Mộ Đức`."""
    return kind.open_kind in _NAMED_BY_UNIT and not name.plural and bool(name.places) and bool(name.places[0].names)


def _bare_part(kind: Kind, name: Name, context: Context) -> Link:
    """`Văn phòng Bộ`: a part that needs no name of its own where the body above it is said."""
    if name.above is None or name.plural or kind.id not in ("van-phong", "thanh-tra"):
        return OPEN
    owner = _resolve(name.above, context)[0]
    if owner.id is None:
        return OPEN
    return Link(f"{kind.id}@{owner.id.partition('#')[0]}", f"{kind.name} {owner.name or ''}".strip())


def _id(body: Body, where: Where) -> str:
    kind = f"{body.kind.id}.{body.own}" if body.own else body.kind.id
    return kind if where == Where() else f"{kind}@{where.id}"


def title(body: Body, where: Where) -> str:
    """The canonical name of a body."""
    words = f"{body.kind.name} {body.written}".strip()
    if where.body:
        return f"{words}, {where.body_name}" if where.body_name else words
    if where == Where():
        return words
    if where.many:
        within = "" if where.unit == COUNTRY else f" thuộc {where.unit.name}"
        return f"{words} {_PLURALS[where.many]}{within}"
    return f"{words} {where.unit.bare if _names_level(body.kind.name) else where.unit.name}"


def _names_level(words: str) -> bool:
    """Whether the name of a kind names the level already (`Huyện ủy`, `Thanh tra tỉnh`)."""
    last = words.lower().split()[-2:]
    return last[-1] in ("tỉnh", "huyện") or (len(last) == 2 and last[1] in ("ủy", "đoàn") and last[0] != "đảng")


def _with_positions(link: Link, positions: tuple[str, ...]) -> Link:
    tail = "#" + "+".join(positions)
    words = ", ".join(naming.position_names()[position] for position in positions)
    return Link(
        None if link.id is None else link.id.partition("#")[0] + tail,
        None if link.name is None else f"{words} {link.name}",
        tuple(one + tail for one in link.candidates),
    )


# -- names of a document -----------------------------------------------------------------------------------------------


class Linker:
    """Links the names of one document; equal names are linked once.

    Args:
        context: Of the document.
        text: Its text, asked where a name fits units of several provinces.
    """

    def __init__(self, context: Context, text: str = "") -> None:
        self.context = changed(context, mentions=Mentions(text))
        self._bodies: dict[tuple[str, bool], Link] = {}
        self._places: dict[str, Link] = {}
        self._repairs = 0

    def body(self, words: str | None, named: bool = False) -> Link:
        """The body that a name means; an open link where it names none that is known, or more than one may be meant.

        Args:
            words: The name.
            named: It is known to be the name of a body, and no commonplace noun.
        """
        if not words or len(words) > naming.MAX_LENGTH:
            return OPEN
        known = self._bodies.get((words, named))
        if known is None:
            known = self._bodies[words, named] = self._link(words, named)
        return known

    def _link(self, words: str, named: bool) -> Link:
        names = naming.parse(words, named)
        if not names or _is_guess(names[0]):
            names = self._repaired(words) or names
        links = [link for name in names for link in _resolve(name, self.context)]
        return _joined(links)

    def _repaired(self, words: str) -> tuple[Name, ...]:
        """A misread name, read as the known one that it is closest to."""
        if self._repairs >= _MOST_REPAIRS:
            return ()
        self._repairs += 1
        return _repair(words)

    def listed(self, words: str, before: str) -> Link:
        """The body that a member of a list means whose head stands once before it (`các Bộ: Tài chính, Nội vụ`).

        Args:
            words: The member.
            before: The text before it.
        """
        head = _LIST_HEAD.search(unicodedata.normalize("NFC", " ".join(before.split())))
        if head is None or len(words) > naming.MAX_LENGTH:
            return OPEN
        whole = f"{head[1]} {words}"
        names = naming.parse(whole)
        return self.body(whole) if names and not names[0].bodies[0].kind.open_kind else OPEN

    def place_in_text(self, words: str, before: str, after: str) -> Link:
        """The unit that the name of a place means where it stands.

        Args:
            words: The name.
            before, after: The text around it: the type that a list names once (`các xã A, B và C`), and the units that
                hold it (`xã A (huyện B)`).
        """
        before = unicodedata.normalize("NFC", before)
        if not _has_type(words):
            if _HOUSE.search(before):
                return OPEN  # a street
            typed = _TYPE_BEFORE.search(before)
            words = f"{typed[1].lower() if typed is not None else _list_type(before)} {words}".strip()
        elif self.context.turning and _NEWLY_NAMED.search(before):
            return _link_place(words, changed(self.context, vintage="2025", anchors={}))
        holder = _HOLDER.match(unicodedata.normalize("NFC", after))
        if holder is not None:
            link = self.place(f"{words}, {holder[1]}")
            if link.id is not None and "+" not in link.id:
                return link
        return self.place(words)

    def place(self, words: str | None) -> Link:
        """The unit that the name of a place means."""
        if not words or len(words) > naming.MAX_LENGTH:
            return OPEN
        known = self._places.get(words)
        if known is None:
            known = self._places[words] = _link_place(words, self.context)
        return known


@lru_cache(maxsize=8192)
def _has_type(words: str) -> bool:
    """Whether a name of a place begins with its type."""
    return naming.type_at(naming.words_of(words), 0) is not None


def _list_type(before: str) -> str:
    """The type of the list of names that a text ends with; '' if it ends otherwise."""
    found = list(_LIST_TYPE.finditer(before))
    if not found:
        return ""
    listed = before[found[-1].end() :]
    if not listed.rstrip().endswith((",", " và")) or any(mark in listed for mark in ".;:"):
        return ""
    names = [word for word in naming.words_of(listed) if not word.capital]
    return "" if names else found[-1].group().strip().lower()


def _is_guess(name: Name) -> bool:
    """Whether a name was read as a part or a body of no list, so that a known one may hide behind a misread letter."""
    return name.bodies[0].kind.open_kind in ("part", "body") or (
        name.bodies[0].kind.open_kind == "self" and bool(name.bodies[0].own)
    )


def _joined(links: Sequence[Link]) -> Link:
    """Several bodies of one name as one link; open if one of them is."""
    if not links:
        return OPEN
    if len(links) == 1:
        return links[0]
    ids = list(dict.fromkeys(link.id for link in links if link.id))
    if len(ids) < len({link.id for link in links}):
        return Link(None, None, tuple(dict.fromkeys([*ids, *(one for link in links for one in link.candidates)])))
    names = dict.fromkeys(link.name for link in links if link.name)
    return Link("+".join(ids), "; ".join(names) or None)


@cache
def _loose_forms() -> tuple[list[str], list[tuple[str, Kind]]]:
    """The forms of all known kinds without marks, and beside them the forms and the kinds."""
    forms = [(form, kind) for form, kind in naming.known_forms().items() if len(form) >= _SHORTEST]
    return [skeleton(form) for form, _ in forms], forms


def _repair(text: str) -> tuple[Name, ...]:
    words = naming.words_of(text)
    start = naming.after_positions(words)
    end = start
    while end < len(words) and end - start < 12 and naming.type_at(words, end, unmarked=True) is None:
        end += 1
    head = " ".join(word.text for word in words[start:end])
    if not _SHORTEST <= len(head) <= 80:
        return ()
    loose, forms = _loose_forms()
    alike = _ALIKE if len(head) >= _SHORTEST_GUESS else 100.0
    best = process.extract(skeleton(head), loose, scorer=fuzz.ratio, score_cutoff=alike, limit=8)
    if not best:
        return ()
    ranked = sorted(((score + fuzz.ratio(head, forms[at][0]), at) for _, score, at in best), reverse=True)
    # Recognition changes letters, seldom the number of words.
    first = skeleton(words[start].text)
    ranked = [
        (score, at)
        for score, at in ranked
        if len(forms[at][0].split()) == end - start
        and fuzz.ratio(first, skeleton(forms[at][0].split(" ")[0])) >= _ALIKE_HEAD
    ]
    if not ranked:
        return ()
    form, kind = forms[ranked[0][1]]
    rival = next((score for score, at in ranked if forms[at][1].id != kind.id), 0.0)
    if ranked[0][0] - rival < _CLEARLY:
        return ()
    before = " ".join(word.text for word in words[:start])
    after = " ".join(word.text.title() if word.capital else word.text for word in words[end:])
    return naming.parse(f"{before} {form} {after}".strip())


def _link_place(words: str, context: Context) -> Link:
    read = naming.places_of(words)
    if not read or any(place.central for place in read):
        return Link("vn", COUNTRY.name) if read and naming.slug(words) == "viet-nam" else OPEN
    bare = len(read) == 1 and not read[0].types
    if bare:
        return _bare_place(read[0], context)
    where, doubts = _named(read, context)
    if doubts or not where:
        return Link(None, None, tuple(unit.id for unit in doubts[:_MOST_CANDIDATES]))
    return _joined([Link(one.id, one.unit.name if not one.many else _title_many(one)) for one in where])


def _title_many(where: Where) -> str:
    assert where.many is not None
    within = "" if where.unit == COUNTRY else f" thuộc {where.unit.name}"
    return _PLURALS[where.many] + within


def _bare_place(place: Place, context: Context) -> Link:
    """A name without a type: a unit of the document, one in them, else the highest unit of that name."""
    for unit in context.anchors.values():
        if key(unit.bare) == place.names[0]:
            return Link(unit.id, unit.name)
    found = list(context.likeliest(named_exactly(place.names[0], place.levels, context), place))
    if len(found) == 1:
        return Link(found[0].id, found[0].name)
    return Link(None, None, tuple(unit.id for unit in found[:_MOST_CANDIDATES]))


# -- documents ---------------------------------------------------------------------------------------------------------


def linker_of(result: PlanResult) -> Linker:
    """The linker of a document: its context, with the issuing body linked."""
    context = context_of(result.plan, result.text)
    issuer = Linker(context).body(result.plan.issuing_body)
    return Linker(changed(context, issuer_id=issuer.id or "", issuer_name=issuer.name or ""), result.text)


def link_bodies(result: PlanResult) -> PlanResult:
    """The result with the ids of its bodies and places set.

    Args:
        result: The facts of a document. Ids that stand in it are set anew.

    Returns:
        The same facts in the same order; only ids, canonical names and candidates differ.
    """
    linker = linker_of(result)
    plan = result.plan
    issuer = linker.body(plan.issuing_body)
    recipients = tuple(linker.body(recipient).id or "" for recipient in plan.recipients)
    return changed(
        result,
        plan=changed(
            plan,
            issuing_body_id=issuer.id,
            issuing_body_candidates=issuer.candidates,
            recipient_ids=recipients if any(recipients) else (),
        ),
        citations=_each(result.citations, lambda one: _citation(one, linker)),
        tasks=_each(result.tasks, lambda one: _task(one, linker)),
        responsibilities=_each(result.responsibilities, lambda one: _responsibility(one, linker)),
        deadlines=_each(result.deadlines, lambda one: _deadline(one, linker)),
        entities=_each(result.entities, lambda one: _entity(one, linker, result.text)),
    )


def _each(facts: Iterable[_T], link: Callable[[_T], _T]) -> tuple[_T, ...]:
    return tuple(link(fact) for fact in facts)


def _citation(citation: Citation, linker: Linker) -> Citation:
    return changed(citation, issuer_id=linker.body(citation.issuer).id)


def _responsibility(fact: Responsibility, linker: Linker) -> Responsibility:
    link = linker.body(fact.body)
    return changed(fact, body_id=link.id, body_candidates=link.candidates)


def _task(task: Task, linker: Linker) -> Task:
    charges = tuple(_charge(charge, linker) for charge in task.charges)
    further = tuple(_charge(charge, linker) for charge in task.further)
    return changed(task, charges=charges, further=further, report_to_id=linker.body(task.report_to).id)


def _charge(charge: Charge, linker: Linker) -> Charge:
    link = linker.body(charge.body)
    return changed(charge, body_id=link.id, body_candidates=link.candidates)


def _deadline(deadline: Deadline, linker: Linker) -> Deadline:
    return changed(deadline, body_id=linker.body(deadline.body).id)


def _entity(entity: Entity, linker: Linker, text: str) -> Entity:
    if entity.label == "PER":
        return entity
    words = " ".join(entity.evidence.text.split())
    before = text[max(0, entity.evidence.start - _BEFORE) : entity.evidence.start]
    if entity.label == "ORG":
        link = linker.body(words, named=True)
        if link.id is None and not link.candidates:
            link = linker.listed(words, before)
    else:
        link = linker.place_in_text(words, before, text[entity.evidence.end : entity.evidence.end + _BEFORE])
    return changed(entity, canonical=link.name, canonical_id=link.id, candidates=link.candidates)
