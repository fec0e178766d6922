"""Tesseract's program, started by pytesseract for every page: for machines on which its library cannot be used."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import OcrFailedError, OcrMissingError, OcrOutputError, OcrTimeoutError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def table(
    images: Sequence[NDArray[np.uint8]], dpi: int, language: str, segmentation: int, characters: str, seconds: float
) -> bytes:
    """Tesseract's table of words (TSV) for grey images of shape (height, width).

    Args:
        images: The images; each is a page of the table.
        dpi: Their resolution.
        language: Name of the language data.
        segmentation: Page segmentation mode.
        characters: The only characters that may be read, '' for all.
        seconds: Time limit.

    Raises:
        OcrMissingError, OcrFailedError, OcrTimeoutError, OcrOutputError: As it went.
    """
    import pytesseract
    from PIL import Image

    config = f"--dpi {dpi} --psm {segmentation}"
    if characters:
        config += f" -c tessedit_char_whitelist={characters}"
    first, *rest = (Image.fromarray(image) for image in images)
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # threads of Tesseract gain little and cost other pages their core
    with tempfile.TemporaryDirectory(prefix="vnplan-ocr-") as folder:
        book = Path(folder) / "page.tiff"
        first.save(book, "TIFF", save_all=True, append_images=rest)
        try:
            printed = pytesseract.pytesseract.run_and_get_output(
                str(book), extension="tsv", lang=language, config=f"{config} tsv", timeout=seconds
            )
        except pytesseract.TesseractNotFoundError:
            raise OcrMissingError("Tesseract has vanished: apt-get install tesseract-ocr tesseract-ocr-vie") from None
        except pytesseract.TesseractError as error:
            raise OcrFailedError(_why(int(error.status), str(error.message))) from None
        except RuntimeError:
            raise OcrTimeoutError(
                f"Tesseract did not finish the page in {seconds:g} s and was stopped: raise the time limit"
            ) from None
        except (UnicodeDecodeError, FileNotFoundError):
            raise OcrOutputError(
                "Tesseract printed nothing that is a table of words: check the installed program and try again"
            ) from None
        except OSError as fault:
            raise OcrFailedError(f"Tesseract cannot be started ({fault.strerror}): reinstall tesseract-ocr") from None
    return printed.encode() if isinstance(printed, str) else bytes(printed)


def _why(status: int, complaint: str) -> str:
    """What a failed call means for the user."""
    said = complaint.strip().splitlines()
    last = f" ({said[-1][:200]})" if said and said[-1].strip() else ""
    if status < 0:
        name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
        more = (
            ": the machine may be short of memory" if name == "SIGKILL" else ": reinstall tesseract-ocr, or report it"
        )
        return f"Tesseract was ended by {name}{last}{more}"
    return f"Tesseract failed with status {status}{last}: try `tesseract --list-langs`, then the page on its own"
