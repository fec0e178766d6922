"""Lines of the list of recipients that the reading of the page left out are read by themselves.

The analysis of a page's layout may drop a line that stands beside larger print of the signature. Such a line leaves a
gap with ink in it between two lines of the list: the gap is cut out and read once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import fmean, median

import numpy as np

from . import engine
from .engine import Word
from .layout import Layout, Line, recipients_label
from .marks import PixelBox
from .prepare import Prepared
from .settings import OcrSettings

_BLOCK = 6  # how Tesseract reads a block of lines
_RIM = 8
_GAP = 1.5  # em between two lines of a list, from which a line is missing
_MARKS = 0.1  # em that the marks of capitals stand above them
_MARGIN = 4.0  # em that the beginnings of lines may differ
_INK = 128  # grey below which a pixel is ink
_LEAST_INK = 0.5  # square em
_SURE = 75.0  # confidence of a line
_MIDDLE = 0.35  # of the way from the margin of the recipients to that of the page


def with_lost_lines(ready: Prepared, layout: Layout, settings: OcrSettings) -> Layout:
    """The layout with the lines of the last list of recipients that were left out.

    Args:
        ready: The prepared page.
        layout: Its lines in reading order.
        settings: As for the page.

    Raises:
        OcrMissingError, OcrFailedError, OcrTimeoutError, OcrOutputError: Tesseract fails.
    """
    em = max(6.0, 1.9 * ready.letters)
    lines = list(layout.lines)
    for above, box in reversed(_gaps(lines, em)):
        x0, y0, x1, y1 = box
        picture = ready.text[y0:y1, x0:x1]
        if (picture < _INK).sum() < _LEAST_INK * em * em:
            continue
        image = np.asarray(np.pad(picture, _RIM, constant_values=255), dtype=np.uint8)
        words = engine.words(image, ready.dpi, settings, segmentation=_BLOCK)
        found = [_moved(line, box) for _, line in groupby(words, key=lambda word: word.line)]
        found = [line for line in found if _is_line(line, lines[above].words[0].x0, em)]
        if found:
            new = [Line(tuple(line), lines[above].block, lines[above].column) for line in found]
            rest = [line for line in lines[above + 1 :] if not _is_inside(line, box)]
            lines = [*lines[: above + 1], *new, *rest]
    return replace(layout, lines=tuple(lines))


def _gaps(lines: Sequence[Line], em: float) -> list[tuple[int, PixelBox]]:
    """The gaps in the last list of recipients: the line above each, and its box."""
    label = next((k for k in reversed(range(len(lines))) if _is_label(lines[k])), None)
    if label is None:
        return []
    margin = lines[label].words[0].x0
    listed = [label]
    for k in range(label + 1, len(lines)):
        line = lines[k]
        if line.cell is None and line.words[0].y0 > lines[listed[-1]].words[0].y0:
            if abs(line.words[0].x0 - margin) <= _MARGIN * em:
                listed.append(k)
    far = max(line.words[-1].x1 for line in lines)
    foot = lines[listed[-1]].words[0].y1
    beside = [
        line.words[0].x0
        for line in lines
        if line.words[0].x0 > margin + _MIDDLE * (far - margin) and lines[label].words[0].y0 <= line.words[0].y1 <= foot
    ]
    widest = max(lines[k].words[-1].x1 for k in listed)
    right = round(min([widest + em, *(x - 0.5 * em for x in beside)]))
    found = []
    for above, below in pairwise(listed):
        low, high = round(_foot(lines[above])), round(_head(lines[below]) - _MARKS * em)
        if high - low > _GAP * em and right - margin > _MARGIN * em:
            found.append((above, (max(0, round(margin - 0.5 * em)), low + 1, right, high)))
    return found


def _head(line: Line) -> float:
    """Where the letters of a line begin; a single word's box may reach into the line above."""
    return median([word.y0 for word in line.words if any(map(str.isalpha, word.text))] or [line.words[0].y0])


def _foot(line: Line) -> float:
    return median(word.y1 for word in line.words)


def _is_label(line: Line) -> bool:
    return line.cell is None and recipients_label(line.words) is not None


def _moved(words: Iterable[Word], box: PixelBox) -> list[Word]:
    """Words of the picture of a box, on the page."""
    x, y = box[0] - _RIM, box[1] - _RIM
    return [replace(w, x0=w.x0 + x, y0=w.y0 + y, x1=w.x1 + x, y1=w.y1 + y) for w in words]


def _is_line(words: Sequence[Word], margin: int, em: float) -> bool:
    """Whether words are a line of the list, read well: at its margin, of the height of print."""
    letters = sum(char.isalpha() for word in words for char in word.text)
    return (
        letters > 2
        and abs(words[0].x0 - margin) <= _MARGIN * em
        and fmean(word.confidence for word in words) >= _SURE
        and max(word.y1 - word.y0 for word in words) < 2 * em
    )


def _is_inside(line: Line, box: PixelBox) -> bool:
    """Whether a line stands in a box: what was read of the ink in it."""
    first, last = line.words[0], line.words[-1]
    return (
        line.cell is None and box[0] <= first.x0 and last.x1 <= box[2] and box[1] <= (first.y0 + first.y1) / 2 <= box[3]
    )
