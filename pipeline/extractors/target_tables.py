"""Targets in tables: a column of indicators (`Chỉ tiêu`) and columns of figures (`Năm 2024 | Năm 2025`).

A table of targets has a head row with a column named after targets and at least one for a year or a plan's figure.
Columns of what was achieved hold no targets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..records import Bound, Direction, Target
from ..segmentation.model import Segments, Span
from . import target_language as say
from .quantities import Quantity, find_quantities
from .target_places import Place, places

_Row = tuple[Span, ...]

_UNIT_IN_NAME = re.compile(r" ?\((%|[^\W\d][^()]{0,20})\)$")
_YEARS = re.compile(r"(?:19|20)\d\d(?: ?- ?(?:19|20)\d\d)?")
_LEVEL = {"≥": "at_least", ">": "at_least", "≤": "at_most", "<": "at_most"}


@dataclass(frozen=True, slots=True)
class _Head:
    """What the columns of a table hold.

    Attributes:
        name: Column of the indicators.
        unit: Column of the units, None without one.
        values: Columns of figures to reach, with the year or years of each (or None).
    """

    name: int
    unit: int | None
    values: tuple[tuple[int, str | None], ...]


def table_targets(segments: Segments) -> Iterator[Target]:
    """The targets in a document's tables, row by row."""
    starts = [paragraph.start for paragraph in segments.paragraphs] if segments.document.tables else []
    spots: list[Place | None] = []
    for table in segments.document.tables:
        if len(table) < 2 or not table[0] or not starts:
            continue
        head, rows = _headed(segments.text, table)
        if head is None:
            continue
        spots = spots or places(segments)
        spot = spots[max(0, bisect_right(starts, table[0][0][0]) - 1)]
        if spot is None or spot.climate in ("past", "cost"):
            continue
        milestone: str | None = None
        for row in rows:
            milestone = _milestone(segments.text, head, row) or milestone
            yield from _row_targets(segments, head, row, milestone)


def _headed(text: str, table: Sequence[_Row]) -> tuple[_Head | None, Sequence[_Row]]:
    """The head of a table, which may take two rows (`Mục tiêu` above `Năm 2025 | Năm 2030`), and the rows below it."""
    first = [text[start:end].lower() for start, end in table[0]]
    second = [text[start:end].lower() for start, end in table[1]]
    if len(first) == len(second) and len(table) > 2 and _is_below(first, second):
        both = [f"{above} {below}" if above != below else above for above, below in zip(first, second, strict=True)]
        return _head(both), table[2:]
    return _head(first) or _goals(text, first, table), table[1:]


def _milestone(text: str, head: _Head, row: _Row) -> str | None:
    """The year that a row of its own sets for those below it (`Đến năm 2030`)."""
    if len(row) <= head.name or any(low < high for low, high in row[head.name + 1 :]):
        return None
    found = say.TABLE_MILESTONE.search(text[slice(*row[head.name])].lower())
    return found["year"] if found else None


def _is_below(first: list[str], second: list[str]) -> bool:
    """Whether a row goes on with the head above it: it names years, and nothing where the head names no figures."""
    named = [below for above, below in zip(first, second, strict=True) if below and below != above]
    return bool(named) and all(_YEARS.search(below) or say.TABLE_VALUE.search(below) for below in named)


def _head(cells: list[str]) -> _Head | None:
    """The columns of a table of targets, None for any other table; `cells` are those of its head, in lower case."""
    names = [place for place, cell in enumerate(cells) if say.TABLE_NAME.search(cell) and not _YEARS.search(cell)]
    set_as = [place for place, cell in enumerate(cells) if say.TABLE_NAME.search(cell)]
    items = [place for place, cell in enumerate(cells) if say.TABLE_ITEM.search(cell)]
    dated = [place for place, cell in enumerate(cells) if _YEARS.fullmatch(cell.strip(" *"))]
    if not names and cells[0].strip(" *") in say.TABLE_YEARS and len(dated) > 1:  # `Năm | 2025 | 2026 - 2030`
        return _Head(0, None, tuple((place, cells[place].strip(" *").replace(" ", "")) for place in dated))
    if not names and not (set_as and items and items[0] < set_as[0]):
        return None
    name = names[0] if names else items[0]  # `Nội dung | Chỉ tiêu năm 2026`
    units = [place for place, cell in enumerate(cells) if place != name and say.TABLE_UNIT.search(cell)]
    values = []
    for place, cell in enumerate(cells):
        if place == name or place in units or say.TABLE_PAST.search(cell) or not say.TABLE_VALUE.search(cell):
            continue
        years = _YEARS.search(cell)
        values.append((place, years.group().replace(" ", "") if years else None))
    return _Head(name, units[0] if units else None, tuple(values)) if values else None


def _goals(text: str, cells: list[str], table: Sequence[_Row]) -> _Head | None:
    """The columns of `Chỉ tiêu | Đơn vị | Kết quả`: the last holds what is to be reached, if rows say by when.

    Without a milestone it may as well hold what was achieved.
    """
    names = [place for place, cell in enumerate(cells) if say.TABLE_NAME.search(cell)]
    units = [place for place, cell in enumerate(cells) if say.TABLE_UNIT.fullmatch(cell.strip(" *()"))]
    goals = [place for place, cell in enumerate(cells) if say.TABLE_GOAL.fullmatch(cell.strip(" *"))]
    if not (len(names) == len(units) == len(goals) == 1):
        return None
    head = _Head(names[0], units[0], ((goals[0], None),))
    return head if any(_milestone(text, head, row) for row in table[1:]) else None


def _row_targets(segments: Segments, head: _Head, row: _Row, milestone: str | None) -> Iterator[Target]:
    """A target for every figure of a row; `milestone` is the year that a row above it sets."""
    if len(row) <= max(head.name, *(place for place, _ in head.values)):
        return
    name = " ".join(segments.text[slice(*row[head.name])].split()).strip(" -+.:;")
    given = segments.text[slice(*row[head.unit])].strip() if head.unit is not None and head.unit < len(row) else ""
    if in_name := _UNIT_IN_NAME.search(name):
        given, name = given or in_name[1], name[: in_name.start()]
    if len(name.split()) < 2:
        return
    for place, period in head.values:
        start, end = row[place]
        if start >= end or (found := _figure(segments.text[start:end].lower())) is None:
            continue
        quantity, bound = found
        direction, whole = _direction(name, bound)
        compared = say.COMPARED.search(whole, 1)
        thing = whole[: compared.start()] if compared else whole
        yield Target(
            evidence=segments.evidence(start, end, 0.8, "targets.table"),
            direction=direction,
            indicator=say.indicator_code(thing.lower(), thing.lower(), direction) or thing,
            indicator_text=thing,
            low=quantity.low,
            high=quantity.high,
            unit="percent" if quantity.kind == "percent" or given == "%" else given.lower() or quantity.unit or "count",
            baseline=say.baseline(whole[len(thing) :].lower(), direction),
            period=period or milestone,
            bound="at_least" if bound == "at_least" else "at_most" if direction == "at_most" else _bound(quantity),
        )


def _bound(quantity: Quantity) -> Bound:
    """The bound of a figure without a word for it."""
    return "range" if quantity.low < quantity.high else "exact"


def _figure(cell: str) -> tuple[Quantity, str] | None:
    """The figure that a cell holds and its bound, None for a cell of text or an empty one."""
    quantities = find_quantities(cell)
    if len(quantities) != 1 or len(cell) > 40:
        return None
    before, after = cell[: quantities[0].start].strip(), cell[quantities[0].end :]
    kind = say.TAGS.get(before, _LEVEL.get(before[-1:], ""))
    if before and not kind:
        return None
    if say.AFTER.match(after) or say.AFTER.match(" " + after.strip()):
        kind = "at_least"
    return quantities[0], kind


def _direction(name: str, bound: str) -> tuple[Direction, str]:
    """The direction of a row and the name of its indicator without a leading verb (`Giảm số vụ …`)."""
    verb = say.VERB.match(name.lower())
    if verb and verb["verb"] in say.REDUCE | say.INCREASE and not bound:
        return ("reduce" if verb["verb"] in say.REDUCE else "increase"), name[verb.end() :].strip()
    if bound == "at_least":
        return "at_least", name
    return ("at_most" if bound in ("at_most", "to_low") else "reach"), name
