"""Ruled tables of a page: cells from the lines that are drawn around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from .layout import Box, Grid, rows_taken

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
    cells = finder.intersections_to_cells(finder.edges_to_intersections(edges, _SNAP, _SNAP))
    grids = [_grid(group) for group in finder.cells_to_tables(cells)]
    return [grid for grid in grids if grid is not None]


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
    numbered = {(_step(tops, cell[1]), _step(lefts, cell[0])): cell for cell in cells}
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
