"""Roman numerals of headings, counted by their strokes: recognition takes `III.` for `II.`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .engine import Word
from .layout import Line
from .marks import Grey

_STROKES = re.compile(r"(I{1,3})([.,]?)")
_DARK = 140
_STEM, _LOW = 0.8, 0.45


def counted(image: Grey, lines: Sequence[Line]) -> list[Line]:
    """The lines; a numeral of strokes alone at the head of one has as many as stand on the page.

    Args:
        image: Grey page that the words' boxes are on.
        lines: In reading order.
    """
    out = []
    for line in lines:
        first = line.words[0] if line.words else None
        if first is not None and len(line.words) > 1 and (match := _STROKES.fullmatch(first.text)):
            number = _strokes(image, first)
            if number is not None and number != len(match[1]):
                line = replace(line, words=(replace(first, text="I" * number + match[2]), *line.words[1:]))
        out.append(line)
    return out


def _strokes(image: Grey, word: Word) -> int | None:
    """The number of upright strokes of a word; None if it is not made of one to three like ones."""
    dark = image[word.y0 : word.y1, word.x0 : word.x1] < _DARK
    rows = np.flatnonzero(dark.any(axis=1))
    if len(rows) < 8:
        return None
    dark = dark[rows[0] : rows[-1] + 1]
    high = dark.shape[0]
    filled = dark.mean(axis=0)
    stems = _runs(filled >= _STEM)
    if not 1 <= len(stems) <= 3 or max(stop - start for start, stop in stems) > 0.4 * high:
        return None
    widths = [stop - start for start, stop in stems]
    if max(widths) > 2 * min(widths) + 1:
        return None
    # beside the strokes there are serifs and a full stop at most, and these are low
    edges = [0, *(edge for stem in stems for edge in stem), len(filled)]
    rest = [filled[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return len(stems) if all(not part.size or part.mean() <= _LOW for part in rest) else None


def _runs(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Start and end of the runs of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
