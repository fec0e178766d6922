"""Tells handwriting from print in the slots of a letterhead, by its ink.

Print has the shapes of a typeface, all digits of one height on one line; whatever in a slot does not, is taken to be
written by hand and never becomes digits: a number that is wrong is worse than one that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ..ingestion.pages import INK
from . import engine
from .digits import Shape, shape
from .engine import Word
from .layout import Line
from .marks import Grey, PixelBox
from .prepare import Prepared
from .settings import OcrSettings
from .slots import Slot, clear_number, cut_line, slots, with_capital

Verdict = Literal["blank", "printed", "handwritten"]

_DARK = 165
# Measured on scans of Times New Roman from 100 to 300 dpi: printed digits match their face with 0.9 and more, the worst
# of them with 0.8; two handwritten digits in a row have never both reached 0.85 (and were of unequal height).
_LIKE_PRINT, _LEAST_LIKE_PRINT = 0.80, 0.70
_SURE_SHAPE = 0.86
_SURE_YEAR = 85.0
_SURE_NUMBER = 75.0
_YEAR = re.compile(r"(?:19|20)\d\d\W?")
_RIM = ".,;:_-–—'\"“”"
_DOTS = re.compile(r"[.…_·•]+")


@dataclass(frozen=True, slots=True)
class Stroke:
    """Ink of one character in a slot: its box in pixels of the page, and how it compares with printed digits."""

    box: PixelBox
    shape: Shape

    @property
    def height(self) -> int:
        """In pixels."""
        return self.box[3] - self.box[1]


def strokes(ink: Grey, slot: Slot) -> list[Stroke]:
    """The characters in a slot from left to right; specks and dots are left out.

    Args:
        ink: Grey image of the page with all its ink.
        slot: Where to look.
    """
    x0, y0, x1, y1 = slot.box
    if not slot.exact:
        x1 = _separator(ink, slot)
    crop = ink[y0 : min(y1, ink.shape[0]), max(0, x0) : min(x1, ink.shape[1])]
    if crop.size == 0 or min(crop.shape) < 3:
        return []
    level, _ = cv2.threshold(crop, 0, 255, cv2.THRESH_OTSU)
    dark = (crop < min(_DARK, max(90.0, level))).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    boxes = [
        (int(x), int(y), int(x + w), int(y + h))
        for x, y, w, h, area in stats[1:]
        if h >= 0.28 * slot.em
        and area >= 0.02 * slot.em**2
        and not _is_neighbour(int(x), int(y), int(w), int(h), crop, slot)
    ]
    found: list[Stroke] = []
    for box in _joined(boxes, slot.em):
        for a, b, c, d in _pitched(box, slot.em):
            cut = _tight(crop[b:d, a:c], dark[b:d, a:c])
            if cut is None:
                continue
            (u, v, w, h), picture = cut
            left, top = max(0, x0) + a + u, y0 + b + v
            found.append(Stroke((left, top, left + w, top + h), shape(picture)))
    return found


def _separator(ink: Grey, slot: Slot) -> int:
    """Left edge of the sign before the code (`/KH-UBND`, `-KH/HU`), sought around the place computed for it."""
    x0, y0, x1, y1 = slot.box
    em = slot.em
    left, right = max(0, round(x1 - 0.7 * em)), min(ink.shape[1], round(x1 + 0.9 * em))
    crop = ink[y0 : min(y1, ink.shape[0]), left:right]
    if crop.size == 0:
        return x1
    dark = (crop < _DARK).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    foot = slot.baseline - y0
    found: list[int] = []
    for k, (x, y, w, h, area) in enumerate(stats[1:].tolist(), 1):
        if x == 0 or left + x <= x0:
            continue
        dash = h < 0.16 * em and 0.18 * em < w < 0.5 * em and 0.12 * em < foot - (y + h / 2) < 0.42 * em
        stroke = h > 0.55 * em and 0.12 * em < w < 0.45 * em and area < 0.5 * w * h and _leans(labels == k)
        if dash or stroke or (h > 0.55 * em and w >= 0.45 * em and _left_side_leans(labels == k, 0.12 * em)):
            found.append(left + x)
    return max(found, default=x1)  # a `1` by hand leans like the stroke, which is the last of them


def _leans(mask: NDArray[np.bool_]) -> bool:
    """Whether ink is a straight stroke from the lower left to the upper right."""
    ys, xs = np.nonzero(mask)
    return len(ys) > 4 and float(np.corrcoef(xs, ys)[0, 1]) < -0.85


def _left_side_leans(mask: NDArray[np.bool_], least: float) -> bool:
    """Whether the left rim of ink is such a stroke: it touches the letter behind it (`/K`); `least` pixels wide."""
    rows = np.flatnonzero(mask.any(axis=1))
    rim = mask[rows].argmax(axis=1)
    return len(rows) > 4 and float(rim[0] - rim[-1]) >= least and float(np.corrcoef(rows, rim)[0, 1]) < -0.9


def _is_neighbour(x: int, y: int, w: int, h: int, crop: Grey, slot: Slot) -> bool:
    """Whether ink is only the rim of a word beside the slot, or of a line above or below it."""
    _high, wide = crop.shape
    at_side = (x == 0 or x + w == wide) and w < 0.14 * slot.em
    foot = slot.baseline - slot.box[1]
    return at_side or y + h < foot - 0.75 * slot.em or y > foot + 0.1 * slot.em


def _joined(boxes: list[PixelBox], em: float) -> list[PixelBox]:
    """Boxes of characters: parts above each other belong to one."""
    out: list[PixelBox] = []
    for box in sorted(boxes):
        if out:
            last = out[-1]
            shared = min(last[2], box[2]) - max(last[0], box[0])
            if shared > 0.5 * min(last[2] - last[0], box[2] - box[0]):
                out[-1] = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
                continue
        out.append(box)
    return out


def _pitched(box: PixelBox, em: float) -> list[PixelBox]:
    """A box too wide for a digit, cut at the pitch of printed digits (half an em): they may touch."""
    x0, y0, x1, y1 = box
    count = round((x1 - x0) / (0.5 * em))
    if x1 - x0 < 0.72 * em or count < 2:
        return [box]
    width = (x1 - x0) / count
    return [(round(x0 + k * width), y0, round(x0 + (k + 1) * width), y1) for k in range(count)]


def _tight(crop: Grey, dark: Grey) -> tuple[PixelBox, Grey] | None:
    ys, xs = np.nonzero(dark)
    if not len(ys):
        return None
    u, v, w, h = int(xs.min()), int(ys.min()), int(xs.max() - xs.min() + 1), int(ys.max() - ys.min() + 1)
    return (u, v, w, h), crop[v : v + h, u : u + w]


@dataclass(frozen=True, slots=True)
class Handwriting:
    """Ink written by hand in a slot.

    Attributes:
        box: Around the ink, in pixels of the prepared page.
        reading: What Tesseract made of it among the printed words.
        candidates: Other readings, best first.
    """

    box: PixelBox
    reading: str = ""
    candidates: tuple[str, ...] = ()


def read_slots(ready: Prepared, lines: Sequence[Line], settings: OcrSettings) -> tuple[list[Line], list[Handwriting]]:
    """The lines with `…` for what is written by hand in the letterhead, and where that stands.

    Digits that are printed are checked against their shapes, and put right where Tesseract took them for others.

    Raises:
        OcrMissingError, OcrFailedError, OcrTimeoutError, OcrOutputError: Tesseract fails on the ink.
    """
    mended = list(lines)
    written: list[tuple[Slot, PixelBox]] = []
    for slot in slots(lines, ready.letters, ready.text.shape[0]):
        if slot.role == "number":
            mended[slot.line] = with_capital(mended[slot.line])
        found = strokes(ready.ink, slot)
        verdict = judge(found, slot)
        if verdict == "blank" and slot.role != "year" and any(c.isalnum() for c in slot.read):
            verdict = "handwritten"  # something was read there, though its ink could not be told from its neighbours'
        if slot.role == "year" and slot.sure >= _SURE_YEAR and _YEAR.fullmatch(slot.read):
            continue  # a year is printed with its form; one filled in by hand is not read that surely
        if verdict == "handwritten":
            box = _around(found) if found else slot.box
            mended[slot.line] = cut_line(mended[slot.line], slot, Word(INK, *box, 0.0, (0, 0, 0)))
            written.append((slot, box))
        elif verdict == "blank":
            if not _DOTS.fullmatch(slot.read):
                mended[slot.line] = cut_line(mended[slot.line], slot, None)
        elif slot.role != "year":
            digits = "".join(str(stroke.shape.digit) for stroke in found)
            if digits != slot.read and len(digits) == len(slot.read.strip(_RIM)):
                word = Word(digits, *_around(found), 60.0, (0, 0, 0))
                mended[slot.line] = cut_line(mended[slot.line], slot, word)
        if slot.role == "number":
            mended[slot.line], box_left = clear_number(mended[slot.line], verdict == "printed")
            if box_left and verdict != "handwritten":
                written.append((slot, box_left))
    candidates = _candidates(ready, [box for _, box in written], settings)
    return mended, [
        Handwriting(box, slot.read, tuple(c for c in (candidate,) if c))
        for (slot, box), candidate in zip(written, candidates, strict=True)
    ]


def judge(found: Sequence[Stroke], slot: Slot) -> Verdict:
    """Whether the ink in a slot is print: digits of a typeface, of one height, on one line."""
    if not found:
        return "blank"
    em = slot.em
    slack = max(2.0, 0.09 * em)
    heights = [stroke.height for stroke in found]
    feet = [stroke.box[3] for stroke in found]
    level = max(heights) - min(heights) <= slack and max(feet) - min(feet) <= slack
    sized = 0.48 * em <= min(heights) and max(heights) <= 0.80 * em + 1
    placed = all(-0.3 * em <= foot - slot.baseline <= 0.10 * em + 1 for foot in feet)
    likeness = [stroke.shape.best for stroke in found]
    alike = sum(likeness) / len(likeness) >= _LIKE_PRINT and min(likeness) >= _LEAST_LIKE_PRINT
    digits = "".join(str(stroke.shape.digit) for stroke in found)
    read = slot.read.strip(_RIM)
    agreed = digits == read or (len(digits) == len(read) and min(likeness) >= _SURE_SHAPE)
    if not slot.exact and min(likeness) >= _SURE_SHAPE and slot.sure >= _SURE_NUMBER:
        # The last digit may touch the stroke behind it; the others vouch for it.
        agreed = agreed or (read.isdigit() and read[:-1] == digits)
    return "printed" if level and sized and placed and alike and agreed else "handwritten"


def _around(found: Sequence[Stroke]) -> PixelBox:
    boxes = [stroke.box for stroke in found]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _candidates(ready: Prepared, boxes: Sequence[PixelBox], settings: OcrSettings) -> list[str]:
    """What Tesseract reads in each box when it may read digits only; all boxes in one call, under each other."""
    if not boxes:
        return []
    gap = max(8, round(ready.dpi / 10))
    wide = max(x1 - x0 for x0, _, x1, _ in boxes) + 2 * gap
    high = sum(y1 - y0 + 2 * gap for _, y0, _, y1 in boxes)
    sheet = np.full((high, wide), 255, np.uint8)
    tops: list[tuple[int, int]] = []
    at = 0
    for x0, y0, x1, y1 in boxes:
        cut = ready.ink[y0:y1, x0:x1]
        sheet[at + gap : at + gap + cut.shape[0], gap : gap + cut.shape[1]] = cut
        tops.append((at, at + (y1 - y0) + 2 * gap))
        at = tops[-1][1]
    words = engine.words(sheet, ready.dpi, settings, segmentation=6, characters="0123456789")
    return [
        "".join(w.text for w in sorted(words, key=lambda w: w.x0) if low <= (w.y0 + w.y1) / 2 < foot)
        for low, foot in tops
    ]
