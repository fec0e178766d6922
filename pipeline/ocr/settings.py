"""What changes the words that OCR gives; part of the cache's key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import UsageError


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """How a page image is recognised.

    Attributes:
        language: Tesseract's name of the language data, several joined by `+` (`vie`, `vie+eng`).
        segmentation: Tesseract's page segmentation mode (`--psm`), 3 to 13; 3 finds the blocks by itself.
        seconds: Time limit of one call of Tesseract, for one page.
        dpi: Resolution that a page is brought to before it is recognised, in dots per inch. The words hardly change
            between 200 and 400; the time grows with it.
        max_megapixels: Larger images are refused.
        engine: The way to Tesseract: `tesserocr` (its library), `pytesseract` (its program), or `auto`.

    Raises:
        UsageError: A value is out of range.
    """

    language: str = "vie"
    segmentation: int = 3
    seconds: float = 120.0
    dpi: int = 200
    max_megapixels: float = 120.0
    engine: str = "auto"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\w+(\+\w+)*", self.language, re.ASCII):
            raise UsageError(f"language {self.language!r} is not of the form `vie` or `vie+eng`")
        if not 3 <= self.segmentation <= 13:
            raise UsageError(f"segmentation must lie between 3 and 13, not {self.segmentation}")
        if self.engine not in ("auto", "tesserocr", "pytesseract"):
            raise UsageError(f"engine must be auto, tesserocr or pytesseract, not {self.engine!r}")
        if not self.seconds > 0:
            raise UsageError(f"seconds must be positive, not {self.seconds}")
        if not 100 <= self.dpi <= 600:
            raise UsageError(f"dpi must lie between 100 and 600, not {self.dpi}")
        if not self.max_megapixels > 0:
            raise UsageError(f"max_megapixels must be positive, not {self.max_megapixels}")
