"""Units by a name as people type it: without diacritics, shortened, misspelt.

Documents are linked by `bodies` and `places`, which leave open what is not certain. Here somebody asks: the likeliest
unit comes first, and what else may be meant stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ..knowledge import rows
from ..text.normalise import fold, strip_marks
from ..text.patterns import Pattern
from . import naming
from .places import LEVELS, Level, Unit, Vintage, key, loose_key, predecessors, successors, units

_ALIKE = 0.74  # share of letters that agree; below it, another name
_SURE, _CLEARLY = 0.82, 0.05  # for an answer without asking: so alike, and so far ahead of the second
_SHORTEST = 4  # letters; in shorter names one wrong letter makes another name,
_ALIKE_IN_PLACE, _SHORTEST_IN_PLACE = 0.66, 3  # but one may ask where type or holder leave few
_LONGEST = 60
_MOST = 40
_HOLDERS = Pattern(r"[,;()]")
_FIGURES = Pattern(r"\d+")
_FIRST = {1: Pattern(r"((?:[^\W\d_]\.?){1,6})(?:[. ]\s*|(?=\d))"), 2: Pattern(r"([^\W\d_]{2,5} [^\W\d_]{2,4}) ")}
Near = Callable[[str, Level, Vintage, bool], "list[tuple[str, float]]"]


@dataclass(frozen=True, slots=True)
class Guess:
    """A unit that a name may mean.

    Attributes:
        unit: The unit, of today's order where it has its name and level there.
        alike: 0..1, share of letters that agree; 1 where only diacritics and spaces differ.
        marked: 0..1, the same with diacritics; 1 for a name without any.
        of_type: The name says no type, or that of the unit.
    """

    unit: Unit
    alike: float
    marked: float
    of_type: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the unit that is meant, None where one must ask, and the others, the likeliest first."""

    unit: Unit | None
    others: tuple[Unit, ...]


def search(words: str, orders: Sequence[Vintage] = ("2025", "2024"), typos: bool = True) -> Found:
    """The unit that a typed name means.

    Args:
        words: `Tra Cu`, `H. Tra Cu`, `xa Luu Nghiep Anh, Tra Vinh`: units that hold it may follow after a comma.
        orders: The orders of units to look in, the preferred one first.
        typos: Take misspelt names too.
    """
    head, *holders = [part.strip() for part in _HOLDERS.split(words[: 4 * _LONGEST]) if part.strip()] or [""]
    ranked = _ranked(head, holders, orders, _exactly)
    if not ranked and typos:
        ranked = _ranked(head, holders, orders, _nearly)
    if not ranked:
        return Found(None, ())
    first = ranked[0]
    is_bare = not holders and len(_readings(head)) == 1
    if typos and is_bare and first.alike == 1.0 and all(guess.unit.level == "commune" for guess in ranked):
        # `Son a` is a commune, and a province with a letter lost.
        near = _ranked(head, (), orders, _nearly)
        ranked += [guess for guess in near if guess.unit.level == "province"]
    others = tuple(guess.unit for guess in ranked[:_MOST])
    if first.alike < _SURE or any(_rivals(guess, first) for guess in ranked[1:]):
        return Found(None, others)
    return Found(first.unit, others[1:])


def is_place(words: str, orders: Sequence[Vintage]) -> bool:
    """Whether the words say that they name a unit, by its type or by one that holds it, and there are such units.

    Args:
        words, orders: As for `search`.
    """
    head, *holders = [part.strip() for part in _HOLDERS.split(words[: 4 * _LONGEST]) if part.strip()] or [""]
    said = holders or any(type_ for type_, _ in _readings(head))
    return bool(said) and any(
        guess.of_type and guess.alike == 1.0 for guess in _ranked(head, holders, orders, _exactly)
    )


def is_named(words: str, unit: Unit) -> bool:
    """Whether all of the words name a unit, a letter or two aside: `Bo a` and `Bo, Hà Nội` are not Bo in Hòa Bình."""
    head, *holders = [part.strip() for part in _HOLDERS.split(words[: 4 * _LONGEST]) if part.strip()] or [""]
    run = _run(unit.bare)
    alike = any(OSA.normalized_similarity(_run(name), run) >= _ALIKE for _, name in _readings(head))
    return alike and all(_is_within(unit, holder) for holder in holders)


def _ranked(head: str, holders: Sequence[str], orders: Sequence[Vintage], near: Near) -> list[Guess]:
    """What the words may mean, the likeliest first."""
    in_place = bool(holders)
    guesses = [guess for type_, name in _readings(head) for guess in _matching(type_, name, orders, near, in_place)]
    if holders:
        guesses = [guess for guess in guesses if all(_is_within(guess.unit, holder) for holder in holders)]
    return sorted(_once(guesses, orders), key=lambda guess: _rank(guess, orders), reverse=True)


def _rank(guess: Guess, orders: Sequence[Vintage]) -> tuple[float, bool, float, int, bool]:
    level = -LEVELS.index(guess.unit.level)
    return guess.alike, guess.of_type, guess.marked, level, guess.unit.vintage == orders[0]


def _rivals(guess: Guess, first: Guess) -> bool:
    """Whether the first guess is not clearly ahead of another."""
    if guess.of_type < first.of_type or first.alike - guess.alike >= _CLEARLY:
        return False
    if _run(guess.unit.bare) == _run(first.unit.bare):
        # A bare name that a province has means it. Of other levels none is likelier, marks aside.
        if guess.unit.level != first.unit.level:
            return first.unit.level != "province" and guess.marked == first.marked
        return guess.marked == first.marked
    return first.alike < 1.0


def _readings(head: str) -> list[tuple[str, str]]:
    """The type and the name that words may be: a first word such as `Quan` is a type or a part of the name."""
    readings = []
    plain = strip_marks(fold(head))
    known = _types()
    for count in (2, 1):
        match = _FIRST[count].match(plain)
        if match is None or len(plain) != len(fold(head)):
            continue
        type_ = known.get(" ".join(match[1].split()).replace(".", ""))
        if type_ is not None:
            readings.append((type_, fold(head)[match.end() :]))
            if (
                len(match[1].rstrip(".")) < 3
                and match.end() - match.end(1) + match[1].count(".") > 0
                and "." in match[0]
            ):
                return readings  # `T. Hai Duong` is no `Thai Duong`
    return [*readings, ("", head)]


@cache
def _types() -> dict[str, str]:
    return {word: row["type"] for row in rows("typed_types") for word in row["words"]}


@cache
def _names(level: Level, vintage: Vintage) -> dict[str, tuple[Unit, ...]]:
    """The units of a level by their names in small letters without marks and spaces."""
    known = units(vintage)
    found: dict[str, list[Unit]] = {}
    for name, several in known.names(level):
        found.setdefault(_run(name), []).extend(several)
    return {name: tuple(dict.fromkeys(several)) for name, several in found.items()}


@cache
def _letters(level: Level, vintage: Vintage) -> dict[str, dict[str, str]]:
    """Such names without the figures in them, by these figures."""
    found: dict[str, dict[str, str]] = {}
    for name in _names(level, vintage):
        found.setdefault("".join(_FIGURES.findall(name)), {})[name] = _FIGURES.sub("", name)
    return found


def _run(name: str) -> str:
    return loose_key(name).replace(" ", "")


def _levels(type_: str) -> tuple[Level, ...]:
    if not type_:
        return ("province", "district", "commune")
    level = naming.level_of(type_)
    return (level,) if level is not None else ("province", "district")


def _matching(type_: str, name: str, orders: Sequence[Vintage], near: Near, in_place: bool) -> Iterable[Guess]:
    """The units that a reading may mean; `in_place`: a unit that holds it is said."""
    run = _run(name)
    if not run or len(name) > _LONGEST:
        return
    plain = strip_marks(fold(name)) == fold(name)
    for level in _levels(type_):
        for vintage in orders:
            for other, score in near(run, level, vintage, in_place or bool(type_)):
                for unit in _names(level, vintage)[other]:
                    marked = 1.0 if plain else fuzz.ratio(key(name), key(unit.bare)) / 100
                    yield Guess(unit, score, marked, not type_ or unit.type == type_)


def _exactly(run: str, level: Level, vintage: Vintage, in_place: bool) -> list[tuple[str, float]]:
    return [(run, 1.0)] if run in _names(level, vintage) else []


def _nearly(run: str, level: Level, vintage: Vintage, in_place: bool) -> list[tuple[str, float]]:
    """The names that are not far from one: a letter wrong, missing, doubled, or two that changed places.

    Figures are never wrong letters: `A Luoi 2` is not `A Luoi 3`.
    """
    letters, figures = _FIGURES.sub("", run), "".join(_FIGURES.findall(run))
    if len(letters) < (_SHORTEST_IN_PLACE if in_place else _SHORTEST):
        return []
    scored = process.extract(
        letters,
        _letters(level, vintage).get(figures, {}),
        scorer=OSA.normalized_similarity,
        score_cutoff=_ALIKE_IN_PLACE if in_place else _ALIKE,
        limit=None if in_place else 12,
    )
    return [(other, score) for _, score, other in scored]


def _once(guesses: Iterable[Guess], orders: Sequence[Vintage]) -> list[Guess]:
    """Each unit once, with its best guess; one of the earlier order that has its heir beside it gives way to it."""
    best: dict[str, Guess] = {}
    for guess in guesses:
        known = best.get(guess.unit.id)
        if known is None or _rank(guess, orders) > _rank(known, orders):
            best[guess.unit.id] = guess
    if "2025" not in orders or orders[0] != "2025":
        return list(best.values())
    return [
        guess
        for guess in best.values()
        if guess.unit.vintage == "2025"
        or not any(
            heir.id in best and heir.level == guess.unit.level and _run(heir.bare) == _run(guess.unit.bare)
            for heir in successors(guess.unit)
        )
    ]


def _is_within(unit: Unit, holder: str) -> bool:
    """Whether a unit lies in one of that name, or what it was made of did until 30 June 2025."""
    names = {_run(name) for _, name in _readings(holder)}
    above = {one for part in (unit, *predecessors(unit)) for one in _above(part)}
    return any(OSA.normalized_similarity(name, _run(one.bare)) >= _SURE for name in names for one in above)


def _above(unit: Unit) -> Iterable[Unit]:
    known = units(unit.vintage)
    while unit.parent:
        unit = known.unit(unit.parent)
        yield unit
