"""What can go wrong with the OCR engine, each with what to do about it."""

from __future__ import annotations

from ..errors import MissingDependencyError, VnplanError


class OcrMissingError(MissingDependencyError):
    """Tesseract is not installed, too old, or does not know the language."""

    stage = "ocr"


class OcrFailedError(VnplanError):
    """Tesseract crashed or refused the page."""

    code = "ocr_failed"
    stage = "ocr"
    retryable = True


class OcrTimeoutError(VnplanError):
    """Tesseract took longer than allowed on one page and was stopped."""

    code = "ocr_timeout"
    stage = "ocr"
    retryable = True


class OcrOutputError(VnplanError):
    """Tesseract printed something that is no table of words."""

    code = "ocr_output"
    stage = "ocr"
