"""Tesseract behind one thin wrapper: images in, words with boxes and confidence out.

There are two ways to it: its library (`library`, the faster one), and its program (`program`). Both are held to one
thread (its threads gain little and cost the other pages their core), to a time limit and to an amount of output, and
give the same table, which is checked here.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from . import library, program, tesseract
from .errors import OcrMissingError, OcrOutputError
from .settings import OcrSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Way = Literal["tesserocr", "pytesseract"]
_OLDEST = (4, 0)
_HEADER = "level page_num block_num par_num line_num word_num left top width height conf text".split()
_WORD_LEVEL = "5"
_ONE_LINE = 7
_SIGNS = {0x2044: "/", 0x2215: "/"}  # signs of fractions and of division, printed as a stroke


@dataclass(frozen=True, slots=True)
class Word:
    """A word that Tesseract found; the box in pixels of the image that it was given.

    `line` is (block, paragraph, line), by which Tesseract groups the words of a line.
    """

    text: str
    x0: int
    y0: int
    x1: int
    y1: int
    confidence: float
    line: tuple[int, int, int]


def way_to(settings: OcrSettings) -> Way:
    """How Tesseract is reached: as the settings say, else by the library if it and the language data are there."""
    if settings.engine == "auto":
        there = library.version() is not None and tesseract.data_folder(settings.language) is not None
        return "tesserocr" if there else "pytesseract"
    return "tesserocr" if settings.engine == "tesserocr" else "pytesseract"


def version(settings: OcrSettings | None = None) -> str | None:
    """Way and version of Tesseract (`tesserocr 5.5.4`), None if it is not installed."""
    way = way_to(settings or OcrSettings())
    found = library.version() if way == "tesserocr" else tesseract.version()
    return f"{way} {found}" if found else None


def check(settings: OcrSettings | None = None) -> str:
    """Way and version of Tesseract, after making sure that it can recognise the language.

    Raises:
        OcrMissingError: The library or program, a recent version of it, or the language data is not there.
    """
    settings = settings or OcrSettings()
    if way_to(settings) == "tesserocr":
        found = library.version()
        if found is None:
            raise OcrMissingError("Tesseract's library is not installed: pip install tesserocr")
        if tesseract.data_folder(settings.language) is None:
            raise _lacks(settings.language)
        return f"tesserocr {found}"
    path = shutil.which("tesseract")
    if path is None:
        raise OcrMissingError(
            "scanned pages need Tesseract, which is not installed: apt-get install tesseract-ocr tesseract-ocr-vie"
        )
    changed = Path(path).stat().st_mtime_ns
    return f"pytesseract {_check(path, changed, os.environ.get('TESSDATA_PREFIX', ''), settings.language)}"


@lru_cache(maxsize=32)
def _check(path: str, changed: int, data: str, language: str) -> str:
    """The program's version, looked at once for each state of the installation."""
    found = tesseract.version()
    if found is None:
        raise OcrMissingError(
            f"{path} does not say its version (`tesseract --version` fails): apt-get install --reinstall tesseract-ocr"
        )
    numbers = tuple(int(part) for part in re.findall(r"\d+", found)[:2])
    if numbers < _OLDEST:
        raise OcrMissingError(f"Tesseract {found} is too old: version 4.0 or newer is needed")
    known = tesseract.languages()
    for name in language.split("+"):
        if name not in known:
            raise _lacks(name)
    return found


def _lacks(name: str) -> OcrMissingError:
    return OcrMissingError(
        f"Tesseract lacks the language data {name!r}: apt-get install tesseract-ocr-{name.replace('_', '-')} "
        "(or put the .traineddata file where TESSDATA_PREFIX points)"
    )


def words(
    image: NDArray[np.uint8],
    dpi: float,
    settings: OcrSettings,
    *,
    segmentation: int | None = None,
    characters: str = "",
) -> list[Word]:
    """The words on an image.

    Args:
        image: Grey, shape (height, width).
        dpi: Its resolution.
        settings: Language, page segmentation and time limit.
        segmentation: Page segmentation mode in place of the settings' one (7 for a single line).
        characters: The only characters that may be read, '' for all.

    Raises:
        OcrMissingError: Tesseract or its language data is not there.
        OcrFailedError: It crashed.
        OcrTimeoutError: It took longer than `settings.seconds`.
        OcrOutputError: It printed rubbish.
    """
    check(settings)
    if not all(image.shape):
        return []
    return _read([image], dpi, settings, segmentation or settings.segmentation, characters)[0]


def lines(images: Sequence[NDArray[np.uint8]], dpi: float, settings: OcrSettings) -> list[list[Word]]:
    """The words on images of single lines, recognised in one call.

    Args:
        images: Grey, each of shape (height, width).
        dpi: Their resolution.
        settings: Language and time limit.

    Raises:
        OcrMissingError, OcrFailedError, OcrTimeoutError, OcrOutputError: As `words`.
    """
    check(settings)
    return _read(images, dpi, settings, _ONE_LINE, "") if images else []


def _read(
    images: Sequence[NDArray[np.uint8]], dpi: float, settings: OcrSettings, segmentation: int, characters: str
) -> list[list[Word]]:
    table = library.table if way_to(settings) == "tesserocr" else program.table
    stated = round(max(70.0, min(dpi, 2400.0)))
    printed = table(images, stated, settings.language, segmentation, characters, settings.seconds)
    return parse(printed, [(image.shape[1], image.shape[0]) for image in images])


def parse(printed: bytes, sizes: Sequence[tuple[int, int]]) -> list[list[Word]]:
    """Tesseract's table of words (TSV), checked: the words of each image; boxes are kept within it.

    Args:
        printed: What Tesseract printed.
        sizes: Width and height of each image that it was given.

    Raises:
        OcrOutputError: It is no such table.
    """
    try:
        rows = printed.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise _rubbish("bytes that are no text") from None
    if not rows or rows[0].split("\t") != _HEADER:
        raise _rubbish("no table of words" if rows else "nothing")
    found: list[list[Word]] = [[] for _ in sizes]
    for row in rows[1:]:
        cells = row.split("\t", 11)
        if len(cells) != 12 or not cells[0].isdigit():
            raise _rubbish(f"the row {row[:60]!r}")
        text = " ".join(cells[11].translate(_SIGNS).split())
        if cells[0] != _WORD_LEVEL or not text:
            continue
        try:
            page, block, paragraph, line, _, left, top, wide, high = (int(cell) for cell in cells[1:10])
            width, height = sizes[page - 1]
            confidence = float(cells[10])
        except (ValueError, IndexError):
            raise _rubbish(f"the row {row[:60]!r}") from None
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(width, left + wide), min(height, top + high)
        if x0 >= x1 or y0 >= y1 or not -1 <= confidence <= 100:
            raise _rubbish(f"a box or confidence that cannot be: {row[:60]!r}")
        found[page - 1].append(Word(text, x0, y0, x1, y1, max(0.0, confidence), (block, paragraph, line)))
    return found


def _rubbish(what: str) -> OcrOutputError:
    return OcrOutputError(
        f"Tesseract printed {what} where words were expected: check the installed program and try again"
    )
