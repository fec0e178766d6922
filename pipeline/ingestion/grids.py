"""Ruled tables of a page: cells from the lines that are drawn around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from .layout import Box, Grid, rows_taken

_Point = tuple[float, float]
_Crossings = Mapping[_Point, Mapping[str, Sequence[dict[str, Any]]]]
_SNAP = 3.0
_MOST_RULES = 4000


def find_grids(rules: Sequence[tuple[float, float, float, float]]) -> list[Grid]:
    """The tables that rules form; underlines and frames around a page form none.

    Args:
        rules: Straight lines along the page's edges, in points from the top left.
    """
    upright = [rule for rule in rules if rule[3] - rule[1] > max(6.0, rule[2] - rule[0])]
    if len(upright) < 3 or len(rules) - len(upright) < 2 or len(rules) > _MOST_RULES:
        return []
    if len({round(rule[0] / _SNAP) for rule in upright}) < 3:
        return []
    # pdfplumber's table finder works on plain edges too: it need not read the page again
    from pdfplumber import table as finder

    edges = finder.merge_edges([_edge(rule) for rule in rules], _SNAP, _SNAP, _SNAP, _SNAP)
    edges = [edge for edge in edges if edge["x1"] - edge["x0"] + edge["bottom"] - edge["top"] > 4]
    cells = _cells(finder.edges_to_intersections(edges, _SNAP, _SNAP))
    grids = [_grid(group) for group in finder.cells_to_tables(cells)]
    return [grid for grid in grids if grid is not None]


def _cells(crossings: _Crossings) -> list[Box]:
    """The smallest cell to the right of and below each crossing, where there is one.

    The same cells as `intersections_to_cells` of pdfplumber gives, in the same order. It compares every crossing with
    every other one, and takes twenty times as long for a table that fills a page.

    Args:
        crossings: By (x, y): the upright rules (`v`) and the level ones (`h`) that meet there.
    """
    upright, level = _boxes_of_rules(crossings, "v"), _boxes_of_rules(crossings, "h")
    columns: dict[float, list[_Point]] = defaultdict(list)
    rows: dict[float, list[_Point]] = defaultdict(list)
    points = sorted(crossings)
    place: dict[_Point, tuple[int, int]] = {}
    for point in points:
        column, row = columns[point[0]], rows[point[1]]
        place[point] = len(column) + 1, len(row) + 1
        column.append(point)
        row.append(point)

    def cell(point: _Point) -> Box | None:
        of_column, of_row = place[point]
        for foot in islice(columns[point[0]], of_column, None):
            if upright[point].isdisjoint(upright[foot]):
                continue
            for side in islice(rows[point[1]], of_row, None):
                if level[point].isdisjoint(level[side]):
                    continue
                corner = side[0], foot[1]
                if corner in crossings and not (
                    upright[corner].isdisjoint(upright[side]) or level[corner].isdisjoint(level[foot])
                ):
                    return (*point, *corner)
        return None

    return [found for point in points if (found := cell(point)) is not None]


def _boxes_of_rules(crossings: _Crossings, kind: str) -> dict[_Point, frozenset[Box]]:
    """The boxes of the rules of one kind that meet at each crossing; equal sets are held once."""
    held: dict[frozenset[Box], frozenset[Box]] = {}
    found: dict[_Point, frozenset[Box]] = {}
    for point, edges in crossings.items():
        boxes = frozenset([(edge["x0"], edge["top"], edge["x1"], edge["bottom"]) for edge in edges[kind]])
        found[point] = held.setdefault(boxes, boxes)
    return found


def _edge(rule: tuple[float, float, float, float]) -> dict[str, Any]:
    x0, top, x1, bottom = rule
    flat = x1 - x0 >= bottom - top
    if flat:
        top = bottom = (top + bottom) / 2
    else:
        x0 = x1 = (x0 + x1) / 2
    return {
        "x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top,
        "orientation": "h" if flat else "v", "object_type": "line",
    }  # fmt: skip


def _grid(cells: Sequence[Box]) -> Grid | None:
    """Cells with their row and column: a cell that spans several counts where it begins."""
    lefts, tops = _steps(cell[0] for cell in cells), _steps(cell[1] for cell in cells)
    if len(lefts) < 2 or len(cells) < 3:
        return None
    column_of = {left: _step(lefts, left) for left in {cell[0] for cell in cells}}
    row_of = {top: _step(tops, top) for top in {cell[1] for cell in cells}}
    numbered = {(row_of[cell[1]], column_of[cell[0]]): cell for cell in cells}
    rows: dict[int, int] = defaultdict(int)
    for row, _ in numbered:
        rows[row] += 1
    if max(rows.values()) < 2:
        return None
    box = (
        min(c[0] for c in cells), min(c[1] for c in cells), max(c[2] for c in cells), max(c[3] for c in cells),
    )  # fmt: skip
    return Grid(box, numbered, rows_taken(numbered))


def _steps(values: Any) -> list[float]:
    steps: list[float] = []
    for value in sorted(values):
        if not steps or value - steps[-1] > _SNAP:
            steps.append(value)
    return steps


def _step(steps: list[float], value: float) -> int:
    return min(range(len(steps)), key=lambda k: abs(steps[k] - value))
