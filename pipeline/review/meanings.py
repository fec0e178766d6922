"""What `vnplan lookup` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from ..linking.lookup import Meaning, UnitFacts

_SHOWN = 12


def lines(meanings: Sequence[Meaning]) -> Iterator[str]:
    """The meanings for a terminal, a blank line between two."""
    for count, meaning in enumerate(meanings):
        if count:
            yield ""
        yield from _lines(meaning)


def _lines(meaning: Meaning) -> Iterator[str]:
    if not meaning.id and not meaning.candidates:
        yield f"{meaning.name}: of which unit, the name does not say; say where it was read, with --in PLACE"
        yield from _kind(meaning)
        return
    if not meaning.id:
        yield f"{meaning.name}: left open, since several are possible; say where it was read, with --in PLACE"
        yield from (f"  {one}  {name}" for one, name in meaning.candidates)
        return
    yield meaning.name
    yield f"  id        {meaning.id}"
    every = f" (all of them in {meaning.unit.name})" if meaning.all_of and meaning.unit else ""
    yield f"  level     {meaning.level}{every}"
    yield from _kind(meaning)
    if meaning.unit is not None:
        yield f"  unit      {_unit(meaning.unit)}"
        others = [unit for unit in meaning.now if unit.id != meaning.unit.id]
        yield from _several("now", others)
        yield from _several("before", meaning.before)
    yield from (f"  or        {name}  {one}" for one, name in meaning.candidates[:_SHOWN])


def _kind(meaning: Meaning) -> Iterator[str]:
    """The kind of body, and how its name changed."""
    yield f"  kind      {meaning.kind}"
    if meaning.code:
        yield f"  code      {meaning.code}"
    if meaning.since or meaning.until:
        yield f"  name      from {meaning.since or '…'} to {meaning.until or 'today'}"
    yield from (f"  became    {name}  {kind}" for kind, name in meaning.became)
    yield from (f"  was       {name}  {kind}" for kind, name in meaning.came_from)


def _several(label: str, several: Sequence[UnitFacts]) -> Iterator[str]:
    for unit in several[:_SHOWN]:
        yield f"  {label:9} {_unit(unit)}"
    if len(several) > _SHOWN:
        yield f"  {label:9} and {len(several) - _SHOWN} more: see --json"


def _unit(unit: UnitFacts) -> str:
    within = f", {', '.join(unit.within)}" if unit.within else ""
    return f"{unit.name}{within}  code {unit.code}, {unit.order}"


def as_json(meanings: Sequence[Meaning]) -> str:
    """The meanings as a JSON list."""
    return json.dumps([asdict(meaning) for meaning in meanings], ensure_ascii=False, indent=2, default=str)
