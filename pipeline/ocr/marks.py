"""Coloured ink on a page: seals, stamps and signatures, and what is print in spite of its colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..ingestion.pages import MarkKind

Grey = NDArray[np.uint8]
PixelBox = tuple[int, int, int, int]
MM_AN_INCH = 25.4
RED, BLUE = 1, 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A seal, stamp or signature; `box` (x0, y0, x1, y1) in pixels of the prepared image."""

    kind: MarkKind
    box: PixelBox


def coloured_marks(colour: Grey, dpi: float) -> list[Mark]:
    """Seals, stamps and signatures: patches of coloured ink, joined over gaps of a few millimetres."""
    marks: list[Mark] = []
    unit = dpi / MM_AN_INCH
    for hue in (RED, BLUE):
        mask = (colour == hue).astype(np.uint8)
        if np.count_nonzero(mask) < 8 * unit:
            continue
        step = max(1, round(unit))  # one pixel a millimetre is enough to join
        high, wide = mask.shape[0] // step, mask.shape[1] // step
        small = (cv2.resize(mask * 255, (wide, high), interpolation=cv2.INTER_AREA) > 25).astype(np.uint8)
        joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
        count, _labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        for k in range(1, count):
            x, y, w, h, _area = (int(v) for v in stats[k])
            if max(w, h) < 6 or np.count_nonzero(small[y : y + h, x : x + w]) < 12:
                continue
            for a, b, c, d in _line_below(small[y : y + h, x : x + w]) if hue == RED else [(0, 0, w, h)]:
                round_ = min(c - a, d - b) >= 15 and max(c - a, d - b) < 1.5 * min(c - a, d - b)
                kind: MarkKind = ("seal" if round_ else "stamp") if hue == RED else "signature"
                marks.append(Mark(kind, ((x + a) * step, (y + b) * step, (x + c) * step, (y + d) * step)))
    return marks


def _line_below(patch: Grey) -> list[PixelBox]:
    """The boxes of a patch of red ink, one pixel a millimetre: a line of print below a seal is for itself."""
    high, wide = patch.shape
    rows = np.asarray(patch.any(axis=1))
    for gap in range(high - 2, high // 2, -1):  # the last white row
        if not rows[gap]:
            below = np.flatnonzero(patch[gap + 1 :].any(axis=0))
            above = np.flatnonzero(patch[:gap].any(axis=0))
            top = gap
            while top and not rows[top - 1]:
                top -= 1
            if len(below) and len(above) and high - gap - 1 <= 9:
                return [
                    (int(above[0]), 0, int(above[-1]) + 1, top),
                    (int(below[0]), gap + 1, int(below[-1]) + 1, high),
                ]
            break
    return [(0, 0, wide, high)]


def printed_in_red(marks: Sequence[Mark], dpi: float) -> list[Mark]:
    """The red stamps that are a signer's name: a low, wide patch beside or below the lower half of a seal.

    Framed stamps (`HỎA TỐC`, those of incoming mail) are higher, and stand elsewhere.

    Args:
        marks: Those of a page.
        dpi: Its resolution.
    """
    unit = dpi / MM_AN_INCH
    seals = [mark.box for mark in marks if mark.kind == "seal"]
    found = []
    for mark in marks:
        x0, y0, x1, y1 = mark.box
        if mark.kind != "stamp" or not (2 * unit <= y1 - y0 <= 9 * unit and x1 - x0 >= 3 * (y1 - y0)):
            continue
        for left, top, right, bottom in seals:
            wide, high = right - left, bottom - top
            beside = left - wide < (x0 + x1) / 2 < right + wide
            if beside and (top + bottom) / 2 < y0 < bottom + high:
                found.append(mark)
                break
    return found
