"""Draws docs/images/ladder.svg: what each kind of fact keeps on each rung of the scan-degradation ladder.

Called by scripts/figures.py with the figures of benchmarks/ladder.py. A panel a kind of fact, a bar a rung.
"""

from __future__ import annotations

import html
from collections.abc import Mapping

_COLUMNS, _WIDE, _HIGH = 4, 205, 16
_NAMES, _TOP, _GAP = 130, 24, 18
_LEAST = 0.5
"""Where the bars begin: below half nothing is of use."""


def drawn(figures: Mapping[str, Mapping[str, float]]) -> str:
    """The picture as SVG; its colours serve light and dark pages."""
    rungs, kinds = list(figures), list(next(iter(figures.values())))
    rows = -(-len(kinds) // _COLUMNS)
    panel = _TOP + _HIGH * len(rungs) + _GAP
    width, height = _NAMES + _COLUMNS * _WIDE, rows * panel + 4
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="11">',
        f"<title>{html.escape('Agreement (F1) of facts from a scan with those of its text')}</title>",
    ]
    for number, kind in enumerate(kinds):
        left, top = _NAMES + number % _COLUMNS * _WIDE, number // _COLUMNS * panel
        out.append(f'<text x="{left}" y="{top + 15}" fill="#777" font-weight="bold">{html.escape(kind)}</text>')
        for k, rung in enumerate(rungs):
            y, value = top + _TOP + k * _HIGH, figures[rung][kind]
            long = max(0.0, (value - _LEAST) / (1 - _LEAST)) * (_WIDE - 55)
            if number % _COLUMNS == 0:
                out.append(
                    f'<text x="{_NAMES - 8}" y="{y + 11}" fill="#777" text-anchor="end">{html.escape(rung)}</text>'
                )
            colour = "#2a7f62" if value >= 0.95 else "#c98a1b" if value >= 0.85 else "#c0392b"
            out.append(f'<rect x="{left}" y="{y + 2}" width="{long:.1f}" height="{_HIGH - 5}" fill="{colour}"/>')
            out.append(f'<text x="{left + long + 4:.1f}" y="{y + 11}" fill="#777">{value:.2f}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"
