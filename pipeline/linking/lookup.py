"""What a name, or an id in the tables, means: the verb behind `vnplan lookup`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..errors import UsageError
from ..records import Plan
from . import naming
from .bodies import Link, Linker, title, where_of
from .codes import official_code
from .context import Context, context_of
from .naming import Body, Kind
from .places import COUNTRY, REFORM, Unit, Vintage, by_id, in_force, predecessors, successors, units
from .search import Found, is_named, is_place, search

_MOST_UNITS = 40


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """An administrative unit for a reader.

    Attributes:
        id, code, name, level: Of the unit.
        order: `until 2025-06-30` or `since 2025-07-01`.
        within: Names of the units that hold it, inmost first.
    """

    id: str
    code: str
    name: str
    level: str
    order: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one name means.

    Attributes:
        id: Its id; '' if it is left open.
        name: Canonical name.
        kind: Kind of the body, `place` for a unit.
        level: Level of its unit; `central` for a central body.
        positions: Positions in the body that the name says.
        unit: The unit that it stands in, or is.
        all_of: A level, where all such units within `unit` are meant.
        now: The units that took the place of the unit on 1 July 2025 (itself, if it is of that order).
        before: The units that it was made of then.
        since, until: First and last day of a body's name, where it changed.
        became: Kinds that took over its work, with their names.
        came_from: Kinds whose work it took over, with their names.
        candidates: Ids and names that it may also mean, the likeliest first.
        code: Official code of the body (decision 20/2020/QĐ-TTg), where public data gives it.
    """

    id: str
    name: str
    kind: str = ""
    level: str = ""
    positions: tuple[str, ...] = ()
    unit: UnitFacts | None = None
    all_of: str = ""
    now: tuple[UnitFacts, ...] = ()
    before: tuple[UnitFacts, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    became: tuple[tuple[str, str], ...] = ()
    came_from: tuple[tuple[str, str], ...] = ()
    candidates: tuple[tuple[str, str], ...] = ()
    code: str | None = None


def lookup(words: str, within: str | None = None, date: dt.date | None = None) -> list[Meaning]:
    """What a name of a body or a place, or an id of the tables, means.

    Args:
        words: As it stands in a document (`TTHU Trà Cú`), as people type it (`h. tra cu`, `Tra Vihn`), or an id
            (`district-849-2024`).
        within: Where it was read: a place (`tỉnh Trà Vinh`) or a body (`UBND huyện Trà Cú`).
        date: Day of the document; decides between the units before and since 1 July 2025. Without it today's unit is
            meant where there is one of that name, and the earlier ones stand in `before`.

    Returns:
        A meaning for each body that the words name, the likeliest; what else they may mean stands in `candidates`. A
        name that fits several units alike has no id, but candidates; one that says a kind of body, and not of which
        unit, has its kind alone. None if nothing is known of it.

    Raises:
        UsageError: `within` names no place or body that is known.
    """
    words = " ".join(words.split())
    known = _by_id(words)
    if known:
        return known
    orders: tuple[Vintage, ...] = in_force(date) if date is not None else ("2025", "2024")
    if within is None and not _names_body(words):
        # A name that is no unit's, but nearly one's, may still be that of a body.
        likely = _place(words, search(words, orders, typos=len(words.split()) <= _PLACE_WORDS))
        if likely and (likely[0].id or is_place(words, orders) or _with_known_place(words, orders) == words):
            return likely
    found: list[Link] = []
    for text in dict.fromkeys((words, _with_known_place(words, orders))):
        exact = _exactly(text, _contexts(within, date), found)
        if exact and not (within is None and _leaves_words(words, exact)):
            return exact
    if within is None:
        place = _place(words, search(words, orders))
        if place:
            return place
    candidates = tuple(dict.fromkeys(one for link in found for one in link.candidates))
    if candidates:
        return [Meaning("", words, candidates=tuple((one, _full_name(describe(one))) for one in candidates))]
    kinds = [body.kind for name in naming.parse(words) for body in name.bodies if not body.kind.open_kind]
    return [_of_kind(kind, "") for kind in dict.fromkeys(kinds or naming.headless(words))]


def _exactly(words: str, contexts: Iterable[Context], found: list[Link]) -> list[Meaning]:
    """What the words mean as documents write them; links that stay open are added to `found`."""
    for context in contexts:
        linker = Linker(context)
        for link in (linker.body(words), linker.place(words)):
            if link.id:
                return [describe(one) for one in link.id.split("+")]
            found.append(link)
    return []


def _leaves_words(words: str, found: list[Meaning]) -> bool:
    """Whether the words are more than the name that was found: documents go on behind a name, people do not."""
    unit = by_id(found[0].id) if len(found) == 1 and found[0].kind == "place" and found[0].id != COUNTRY.id else None
    return unit is not None and not is_named(words, unit)


def _names_body(words: str) -> bool:
    """Whether the words name a kind of body that is known."""
    return any(not body.kind.open_kind for name in naming.parse(words) for body in name.bodies)


def _place(words: str, found: Found) -> list[Meaning]:
    """The answer for a place; empty if nothing was found."""
    others = tuple((unit.id, _full_name(_of_unit(unit))) for unit in found.others)
    if found.unit is not None:
        return [replace(_of_unit(found.unit), candidates=others)]
    return [Meaning("", words, candidates=others)] if others else []


_PLACE_WORDS = 6  # with its type; a longer name is no unit's
_WORDS = 12  # of the name of a body; longer ones are none that somebody types


def _with_known_place(words: str, orders: tuple[Vintage, ...]) -> str:
    """The name of a body with that of its unit as the tables write it: `ubnd h. tra cu` becomes `ubnd huyện Trà Cú`."""
    parts = words.split()
    if len(parts) > _WORDS:
        return words
    for at in range(1, len(parts)):
        found = search(" ".join(parts[at:]), orders, typos=False).unit
        if found is not None and (found.level != "commune" or len(parts) - at > 2):
            return f"{' '.join(parts[:at])} {found.name}"
    return words


def _full_name(meaning: Meaning) -> str:
    """The name with the units that hold its own: what tells candidates apart."""
    within = meaning.unit.within if meaning.unit is not None else ()
    return ", ".join((meaning.name, *within))


def describe(any_id: str) -> Meaning:
    """What an id of the tables means.

    Raises:
        KeyError: There is no such unit or kind of body.
    """
    if any_id == COUNTRY.id or ("@" not in any_id and any_id.rpartition("-")[2] in ("2024", "2025")):
        return _of_unit(by_id(any_id))
    rest, _, positions = any_id.partition("#")
    head, _, place = rest.partition("@")
    body = _body(head)
    said = tuple(naming.position_names()[one] for one in positions.split("+") if one)
    meaning = replace(_of_kind(body.kind, any_id), positions=said)
    return _placed(meaning, body, place)


def _of_kind(kind: Kind, any_id: str) -> Meaning:
    return Meaning(
        any_id,
        kind.name,
        kind.id,
        "central" if any_id else "",
        since=kind.since,
        until=kind.until,
        became=tuple((one, naming.kinds()[one].name) for one in kind.into),
        came_from=tuple((one.id, one.name) for one in naming.kinds().values() if kind.id in one.into),
        code=official_code(any_id),
    )


def _placed(meaning: Meaning, body: Body, place: str) -> Meaning:
    """The meaning with the unit, or the body, that stands behind `@`."""
    name = f"{body.kind.name} {body.written}".strip()
    unit: Unit | None = None
    if place:
        try:
            where = where_of(f"@{place}")
        except KeyError:
            owner = describe(place)
            where, name = None, f"{name}, {owner.name}"
        if where is not None:
            unit, name = where.unit, title(body, where)
            level = where.many or where.unit.level
            meaning = replace(meaning, level="" if level == "unit" else level, all_of=where.many or "")
    if meaning.positions:
        name = f"{', '.join(meaning.positions)} {name}"
    meaning = replace(meaning, name=name)
    return _with_unit(meaning, unit) if unit is not None and unit.level != "country" else meaning


def _body(head: str) -> Body:
    """The kind, and own name, before `@`."""
    kind_id, _, own = head.partition(".")
    kind = naming.kinds().get(kind_id) or naming.open_kinds()[kind_id]
    return Body(kind, own, own.replace("-", " ").title())


def _by_id(words: str) -> list[Meaning]:
    if " " in words:
        return []
    try:
        return [describe(one) for one in words.split("+")]
    except (KeyError, ValueError):
        return []


def _contexts(within: str | None, date: dt.date | None) -> list[Context]:
    """The contexts to try, the likelier first."""
    days = [date] if date is not None else [REFORM, dt.date(2024, 12, 31)]
    if within is None:
        return [context_of(Plan(issue_date=day)) for day in days]
    body = within if naming.parse(within) else f"Ủy ban nhân dân {within}"
    made = [context_of(Plan(issue_date=day, issuing_body=body)) for day in days]
    known = [context for context in made if context.level is not None]
    if not known:
        several = sorted({f"{unit.name} ({_within(unit)})" for context in made for unit in context.doubts})
        more = f"; it may be {', '.join(several)}" if several else ""
        raise UsageError(f"no place or body is known by the name {within!r}{more}")
    issuers = [(context, Linker(context).body(body)) for context in known]
    return [replace(context, issuer_id=link.id or "", issuer_name=link.name or "") for context, link in issuers]


def _within(unit: Unit) -> str:
    return ", ".join(_holders(unit))


def _holders(unit: Unit) -> tuple[str, ...]:
    known = units(unit.vintage)
    held: list[str] = []
    while unit.parent:
        unit = known.unit(unit.parent)
        held.append(unit.name)
    return tuple(held)


def _facts(unit: Unit) -> UnitFacts:
    order = "until 2025-06-30" if unit.vintage == "2024" else "since 2025-07-01"
    return UnitFacts(unit.id, unit.code, unit.name, unit.level, order, _holders(unit))


def _all_facts(several: Iterable[Unit]) -> tuple[UnitFacts, ...]:
    return tuple(_facts(unit) for unit in several)[:_MOST_UNITS]


def _of_unit(unit: Unit) -> Meaning:
    return _with_unit(Meaning(unit.id, unit.name, "place", unit.level), unit)


def _with_unit(meaning: Meaning, unit: Unit) -> Meaning:
    now = () if unit.level == "country" else _all_facts(successors(unit))
    return replace(meaning, unit=_facts(unit), now=now, before=_all_facts(predecessors(unit)))
