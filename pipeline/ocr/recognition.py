"""A page image to its text with boxes: preparation, Tesseract, reading order, handwriting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..ingestion.pages import INK, InkMark, LineText, PageText, WordBox
from ..records import Box
from . import engine
from .engine import Word
from .handwriting import Handwriting, read_slots
from .layout import Layout, Line, arrange
from .lost_lines import with_lost_lines
from .marks import Grey, PixelBox
from .numerals import counted
from .prepare import Prepared, prepare
from .second_look import look_again, names_without_specks, split_tall
from .settings import OcrSettings
from .signers import with_signers

if TYPE_CHECKING:
    from PIL import Image

    from .cache import OcrCache

_POINTS_AN_INCH = 72.0
_DOUBTFUL = 62.0


def recognise(
    image: Image.Image | NDArray[Any],
    dpi: float,
    settings: OcrSettings | None = None,
    cache: OcrCache | None = None,
    *,
    page: int = 1,
    reason: str = "",
) -> PageText:
    """The text of a page image, in reading order.

    Args:
        image: The page: a Pillow image, or an array of shape (height, width) grey or (height, width, 3) RGB.
        dpi: Its resolution in dots per inch.
        settings: How to recognise it.
        cache: Where results are kept; None for no cache.
        page: 1-based number that the page's record carries.
        reason: Why the page is recognised.

    Raises:
        DamagedError, ImageTooLargeError: The image cannot be decoded, or is too large.
        OcrMissingError, OcrFailedError, OcrTimeoutError, OcrOutputError: Tesseract is not there, or fails.
    """
    settings = settings or OcrSettings()
    version = engine.check(settings)
    key = cache.key(image, dpi, settings, version) if cache else ""
    if cache and (known := cache.get(key, page, reason)) is not None:
        return known
    ready, words = _read(image, dpi, settings)
    words = split_tall(ready, words, settings)
    layout = arrange(words, (ready.text.shape[0], ready.text.shape[1]), ready.letters, ready.marks, ready.grids)
    looked = look_again(ready, layout.lines, layout.rubbish, settings)
    layout = replace(layout, lines=tuple(names_without_specks(counted(ready.text, looked))))
    layout = with_lost_lines(ready, layout, settings)
    layout = with_signers(ready, layout, settings)
    lines, written = read_slots(ready, layout.lines, settings)
    size = (image.shape[1], image.shape[0]) if isinstance(image, np.ndarray) else image.size
    found = _page_text(ready, replace(layout, lines=tuple(lines)), written, size, dpi, page, reason)
    if cache:
        cache.put(key, found)
    return found


def _read(image: Image.Image | NDArray[Any], dpi: float, settings: OcrSettings) -> tuple[Prepared, list[Word]]:
    """The prepared page and its words, turned upright."""
    ready = prepare(image, dpi, settings)
    if not ready.letters:  # nothing on the page has the size of a letter
        return ready, []
    if ready.rotation and _upside_down(ready, settings):
        ready = prepare(image, dpi, settings, (ready.rotation + 180) % 360)
        return ready, engine.words(ready.text, ready.dpi, settings)
    words = engine.words(ready.text, ready.dpi, settings)
    if not ready.rotation and _confidence(words) < _DOUBTFUL and _upside_down(ready, settings):
        ready = prepare(image, dpi, settings, 180)
        words = engine.words(ready.text, ready.dpi, settings)
    return ready, words


def _confidence(words: list[Word]) -> float:
    """Mean confidence over the letters, 0 where there are none."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def _upside_down(ready: Prepared, settings: OcrSettings) -> bool:
    """Whether the page reads better the other way up, tried on the strip with most ink."""
    dark = (ready.text < 128).sum(axis=1)
    high = max(1, min(len(dark), round(ready.dpi * 1.2)))
    sums = np.convolve(dark, np.ones(high), "valid")
    if not sums.any():
        return False
    top = int(np.argmax(sums))
    strip = np.ascontiguousarray(ready.text[top : top + high])
    as_is = engine.words(strip, ready.dpi, settings, segmentation=6)
    turned: Grey = np.asarray(cv2.rotate(strip, cv2.ROTATE_180), dtype=np.uint8)
    other = engine.words(turned, ready.dpi, settings, segmentation=6)
    return _confidence(other) > _confidence(as_is) + 12


class _Places:
    """From pixels of the prepared image to points on the given page."""

    def __init__(self, ready: Prepared, size: tuple[int, int], dpi: float) -> None:
        self._matrix = ready.to_given
        self._scale = _POINTS_AN_INCH / dpi
        self.width, self.height = size[0] * self._scale, size[1] * self._scale

    def __call__(self, box: PixelBox) -> tuple[float, float, float, float]:
        x0, y0, x1, y1 = box
        corners = self._matrix @ np.array([[x0, x1, x0, x1], [y0, y0, y1, y1], [1, 1, 1, 1]], dtype=np.float64)
        xs = np.clip(corners[0] * self._scale, 0.0, self.width)
        ys = np.clip(corners[1] * self._scale, 0.0, self.height)
        return (
            round(float(xs.min()), 2),
            round(float(ys.min()), 2),
            round(float(xs.max()), 2),
            round(float(ys.max()), 2),
        )


def _page_text(
    ready: Prepared,
    layout: Layout,
    written: list[Handwriting],
    size: tuple[int, int],
    dpi: float,
    page: int,
    reason: str,
) -> PageText:
    place = _Places(ready, size, dpi)
    marks = [InkMark(mark.kind, Box(page, *place(mark.box))) for mark in ready.marks]
    marks += [InkMark("handwritten", Box(page, *place(ink.box)), ink.reading, ink.candidates) for ink in written]
    for stamp in layout.stamps:
        around = (
            min(w.x0 for w in stamp), min(w.y0 for w in stamp), max(w.x1 for w in stamp), max(w.y1 for w in stamp)
        )  # fmt: skip
        marks.append(InkMark("stamp", Box(page, *place(around)), " ".join(word.text for word in stamp)))
    lines = tuple(_line_text(line, place) for line in layout.lines if line.words)
    marked = [word for line in layout.lines for word in line.words if word.text != INK]
    confidence = round(_confidence(marked), 2) if marked else None
    return PageText(
        page,
        round(place.width, 2),
        round(place.height, 2),
        "ocr",
        reason,
        ready.rotation,
        confidence,
        lines,
        tuple(marks),
    )


def _line_text(line: Line, place: _Places) -> LineText:
    words = tuple(
        WordBox(word.text, *place((word.x0, word.y0, word.x1, word.y1)), round(word.confidence, 1))
        for word in line.words
    )
    return LineText(words, line.block, line.column, line.cell, line.down)
