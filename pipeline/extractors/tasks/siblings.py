"""What items that stand beside each other are, taken together: headings of bodies, names, cells of a table."""

from __future__ import annotations

from collections.abc import Sequence

from ...grammar.name_lists import parse_body_list
from ...grammar.phrases import past, pattern
from ...grammar.roles import works_at
from ...text.patterns import Pattern
from .headings import read_heading, read_open_run_in
from .outline import Unit

_SENTENCE = 60
"""Characters; an item as long as this says something, whatever it begins with."""
_NAME_LIMIT = 160
_FIGURE = Pattern(r"[\d.,/%x -]{1,16}")


def are_names(text: str, units: Sequence[Unit]) -> bool:
    """Whether items are a list of places or papers: several short ones, without work and marks at the end."""
    return len(units) > 1 and not any(
        one.children or one.end - one.start >= _SENTENCE or text[one.end - 1] in ".;:" or one.depth
        or works_at(text, one.start, one.end)
        for one in units
    )  # fmt: skip


def are_cells(text: str, units: Sequence[Unit]) -> bool:
    """Whether items are the cells of a table of figures, one a line: one in five a number alone (none of a page)."""
    figures = [one for one in units if not one.depth and _FIGURE.fullmatch(text, one.start, one.end)]
    if len(figures) < 2 or len(figures) * 5 < len(units):
        return False
    return any(not text[one.start : one.end].isdigit() for one in figures)


def are_headings(text: str, units: Sequence[Unit]) -> bool:
    """Whether most of the siblings with something below them are headings of known bodies."""
    numbered = [unit for unit in units if unit.depth and unit.children]
    known = sum(read_heading(text, unit.start, unit.end) is not None for unit in numbered)
    return known * 2 >= len(numbered) > 0


def name_bodies(text: str, units: Sequence[Unit], surely: bool) -> bool:
    """Whether most of the siblings begin with bodies that are charged there: two at least, and a half of all.

    With `surely` three at least, and two thirds.
    """
    items = [unit for unit in units if unit.depth]
    if len(items) < 2 or not any(
        text.find(":", one.start, min(one.end, one.start + _NAME_LIMIT)) >= 0 for one in items
    ):
        return False  # no name that ends in a colon to be read by it
    known = sum(_begins_with_body(text, unit) for unit in items)
    return known > 2 and known * 3 >= len(items) * 2 if surely else known > 1 and known * 2 >= len(items)


def _begins_with_body(text: str, unit: Unit) -> bool:
    if read_heading(text, unit.start, unit.end) is not None:
        return True
    if pattern("body_noun").match(text, unit.start, unit.end) and read_open_run_in(text, unit.start, unit.end):
        return True
    bodies, stop = parse_body_list(text, unit.start, unit.end)
    return bool(bodies) and works_at(text, past(text, stop, unit.end), unit.end)
