"""Tesseract, which recognises the text of scans: is it there, and where is its Vietnamese language data?"""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from pathlib import Path

from ..ingestion.programs import output_of

# Where packages of systems, of Python environments and of people put language data.
_PLACES = (
    "/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tesseract-ocr/tessdata", "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata", "/opt/homebrew/share/tessdata", "/opt/local/share/tessdata",
)  # fmt: skip


def version() -> str | None:
    """Version of the program (`5.3.0`), None if it is not installed."""
    import pytesseract

    try:
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, SystemExit, OSError, ValueError):
        return None
    except Exception:  # it ends with an error: pytesseract hands on what the system says
        return None


def languages() -> tuple[str, ...]:
    """Language data that the program finds (`eng`, `vie`), sorted."""
    import pytesseract

    try:
        return tuple(sorted(pytesseract.get_languages()))
    except (pytesseract.TesseractNotFoundError, OSError, ValueError):
        return ()


def data_folder(language: str) -> Path | None:
    """The folder that holds the data of a language (or of several, joined by `+`), wherever it was installed."""
    return _folder(language, os.environ.get("TESSDATA_PREFIX", ""), os.environ.get("PATH", ""))


@lru_cache(maxsize=32)
def _folder(language: str, prefix: str, path: str) -> Path | None:
    files = [f"{name}.traineddata" for name in language.split("+")]
    return next((place for place in _places(prefix) if all((place / name).is_file() for name in files)), None)


def _places(prefix: str) -> list[Path]:
    places = [Path(prefix), Path(prefix) / "tessdata"] if prefix else []
    places.append(Path(sys.prefix) / "share" / "tessdata")
    for pattern in _PLACES:
        places += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    said = re.search(r'"([^"]+)"', (output_of("tesseract", ["--list-langs"]) or "").partition("\n")[0])
    return [*places, Path(said[1])] if said else places
