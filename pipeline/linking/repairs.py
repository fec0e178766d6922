"""Names that recognition misread: the issuing body and the place of a scan, held against the gazetteer.

A name is repaired when only one body or place fits it, and only by letters and marks: no word is added. One that
nothing bears out stays, with a warning. What was read stands in the evidence.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import get_args

from rapidfuzz import fuzz

from ..grammar.names import match_body
from ..records import Plan, PlanResult
from ..text.normalise import fold, skeleton
from ..text.patterns import Pattern
from .bodies import linker_of
from .places import Level, Vintage, loose_key, units

_ALIKE = 60.0  # percent, of a word
_FEWEST_WORDS = 4  # of a name whose last word may be noise
_MOST_NOISE = 3  # words
_ABOVE_COMMUNES: tuple[Level, ...] = ("province", "district")
_NO_NAME = Pattern(r"[^\w\s,.&()/–-]|\d[A-Za-z]|[A-Za-z]\d")


def repaired(result: PlanResult) -> PlanResult:
    """The result with the names of its head repaired, if its first page was recognised.

    Args:
        result: Before its bodies are linked.
    """
    if not result.pages or result.pages[0].method != "ocr":
        return result
    plan = _with_place(result.plan)
    return replace(result, plan=_with_issuer(replace(result, plan=plan)))


def _with_place(plan: Plan) -> Plan:
    place = plan.place
    if place is None or len(place.split()) > 6:
        return plan
    known = _places()
    found = known.get(loose_key(place), set())
    if len(found) != 1 or place in found or fold(place) in {fold(name) for name in found}:
        return plan
    (name,) = found
    return replace(plan, place=name, warnings=(*plan.warnings, f"place repaired: {place!r} was read"))


@cache
def _places() -> dict[str, set[str]]:
    """Names of provinces and districts without type, by their letters without marks."""
    names: dict[str, set[str]] = {}
    for vintage in get_args(Vintage):
        for level in _ABOVE_COMMUNES:
            for unit in units(vintage).all(level):
                names.setdefault(loose_key(unit.bare), set()).add(unit.bare)
    return names


def _with_issuer(result: PlanResult) -> Plan:
    plan = result.plan
    name = plan.issuing_body
    if name is None:
        return plan
    read, name = name, _with_own_place(name, result)
    link = linker_of(result).body(name)
    words = name.split()
    shorter = " ".join(words[:-1])
    if link.name is None and not link.candidates and len(words) > _FEWEST_WORDS:
        cut = linker_of(result).body(shorter)  # `Công an tỉnh Lâm Đỏng Tội`: the last word is no part of the name
        link = cut if cut.name is not None and _ends_in_place(cut.name.split()) else link
    if link.name is None:
        if name != read:
            return _with_body(plan, name, read)
        if link.candidates or not _NO_NAME.search(name):
            return plan
        return replace(plan, warnings=(*plan.warnings, "issuing body may be misread: nothing known bears it out"))
    better = _in_words_of(name, link.name)
    better = name if better is None or _letters(better) == _letters(name) else better
    return plan if better == read else _with_body(plan, better, read)


def _with_body(plan: Plan, name: str, read: str) -> Plan:
    return replace(plan, issuing_body=name, warnings=(*plan.warnings, f"issuing body repaired: {read!r} was read"))


def _with_own_place(name: str, result: PlanResult) -> str:
    """A name with the place at its end in the right marks, if only one fits (`Hội Chữ thập đỏ tỉnh Lâm Đông`).

    Behind a word for its level any province or district of that level may be meant; a bare name (`Trường Đại học Càn
    Thơ`) is put right only to that of a province where the document is of that place, or has the name so elsewhere.
    """
    words = name.split()
    for size in range(min(4, len(words) - 1), 1, -1):
        place, before = " ".join(words[-size:]), fold(" ".join(words[:-size]))
        level = next((level for level in _ABOVE_COMMUNES if before.endswith(_types_of(level))), None)
        found = _names_of(level or "province").get(loose_key(place), set())
        if len(found) != 1 or not place.istitle():
            continue
        (right,) = found
        better = f"{name[: -len(place)]}{right}"
        if fold(better) == fold(name):
            return name
        if level or loose_key(result.plan.place or "") == loose_key(right) or fold(better) in fold(result.text):
            return better
    return name


@cache
def _types_of(level: Level) -> tuple[str, ...]:
    """The words for a level, each behind a space (` tỉnh`)."""
    return tuple({f" {fold(unit.type)}" for vintage in get_args(Vintage) for unit in units(vintage).all(level)})


@cache
def _names_of(level: Level) -> dict[str, set[str]]:
    """Names of the units of a level, without type, by their letters without marks."""
    names: dict[str, set[str]] = {}
    for vintage in get_args(Vintage):
        for unit in units(vintage).all(level):
            names.setdefault(loose_key(unit.bare), set()).add(unit.bare)
    return names


def _letters(name: str) -> str:
    return "".join(char for char in fold(name) if char.isalnum())


def _in_words_of(name: str, known: str) -> str | None:
    """A name in the spelling of a known one, as far as both have the same words; None if they are not alike."""
    read, right = name.split(), known.split()
    count = 0
    while count < min(len(read), len(right)):
        if fuzz.ratio(skeleton(read[count]), skeleton(right[count])) < _ALIKE:
            break
        count += 1
    rest = " ".join(read[count:])
    noise = _NO_NAME.search(rest) or (
        _ends_in_place(right) and len(read) - count <= _MOST_NOISE and not _begins_body(rest)
    )
    if count == len(read) or (count == len(right) and noise):
        better = " ".join(right[:count])
        return better[:1].upper() + better[1:]
    return None


def _ends_in_place(words: list[str]) -> bool:
    """Whether a name is whole: it ends in a province or district."""
    return any(loose_key(" ".join(words[-size:])) in _places() for size in range(1, min(4, len(words) - 1) + 1))


def _begins_body(words: str) -> bool:
    """Whether another body's name follows."""
    return match_body(words, 0, len(words)) is not None
