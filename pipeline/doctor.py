"""Is everything here that vnplan needs? What is missing, what it is for, and how to get it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from .entities.model import REMEDY, model_folder, model_version
from .entities.model import check as check_model
from .errors import ModelError
from .ingestion import libreoffice
from .ingestion.programs import output_of
from .ocr import library, tesseract

State = Literal["ok", "missing", "optional"]
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked for.

    Attributes:
        state: `missing` for what the main job cannot do without, `optional` for what only some documents need.
        name: What it is.
        found: Version or size, or what its absence means.
        remedy: How to get it; '' where nothing is to be done.
    """

    state: State
    name: str
    found: str
    remedy: str = ""


def examine(model: str | None = None) -> Iterator[Check]:
    """All checks, in order.

    Args:
        model: Folder of another model for names than the one that comes with vnplan.
    """
    yield _python()
    yield from _packages()
    yield _model(Path(model) if model else model_folder())
    yield from _programs()
    yield _fonts()
    yield from _machine()


def _python() -> Check:
    # An older one could not have installed vnplan, and would not have come as far as this.
    return Check("ok", "Python", ".".join(map(str, sys.version_info[:3])))


def _packages() -> Iterator[Check]:
    """The packages that vnplan itself declares as required."""
    try:
        required = metadata.requires("vnplan") or []
    except metadata.PackageNotFoundError:
        yield Check("missing", "vnplan", "runs from a folder, not installed", "run: pip install . (or: make run)")
        return
    for requirement in sorted(required, key=str.lower):
        match = re.match(r"([\w.-]+)(?:\[[^\]]*\])?\s*\(?(?:>=\s*([\d.]+))?", requirement)
        if match is None or "extra ==" in requirement:
            continue
        name, least = match.groups()
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Check("missing", name, "is not installed", f"run: pip install '{name}'")
            continue
        if least and _numbers(found) < _numbers(least):
            yield Check("missing", name, f"{found}, needs {least}", f"run: pip install --upgrade '{name}'")
        else:
            yield Check("ok", name, found)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def _model(folder: Path) -> Check:
    """The model for names, without loading it."""
    name = "Model for names"
    try:
        check_model(folder)
    except ModelError as error:
        return Check("missing", name, str(error).removesuffix(f": {REMEDY}"), REMEDY)
    return Check("ok", name, model_version(folder) or "")


def _programs() -> Iterator[Check]:
    version, own = tesseract.version(), library.version()
    if own is not None:
        yield Check("ok", "Tesseract's library", own)
    if version is None:
        found = "not found; scans need it" if own is None else "not found; scans are read by its library"
        yield Check("optional", "Tesseract", found, "run: apt-get install tesseract-ocr")
    else:
        yield Check("ok", "Tesseract", version)
    if (folder := tesseract.data_folder("vie")) is not None:
        yield Check("ok", "Tesseract vie", f"Vietnamese language data in {folder}")
    else:
        remedy = "run: apt-get install tesseract-ocr-vie"
        yield Check("optional", "Tesseract vie", "no Vietnamese language data; scans need it", remedy)
    office = libreoffice.version()
    if office is None:
        remedy = "run: apt-get install libreoffice-writer"
        yield Check(
            "optional", "LibreOffice", "not found; a second reader for damaged Word files of before 2007 (.doc)", remedy
        )
    else:
        yield Check("ok", "LibreOffice", office)


def _fonts() -> Check:
    families = {line for line in (output_of("fc-list", [":lang=vi", "family"]) or "").splitlines() if line.strip()}
    if families:
        return Check("ok", "Fonts", f"{len(families)} families with Vietnamese letters")
    return Check(
        "optional",
        "Fonts",
        "none with Vietnamese letters; drawing pages needs one",
        "run: apt-get install fonts-dejavu",
    )


def _machine() -> Iterator[Check]:
    memory = _memory()
    if memory is not None:
        enough = memory >= _GIB
        remedy = "" if enough else "close other programs, or work with --jobs 1"
        yield Check("ok" if enough else "optional", "Memory", f"{memory / _GIB:.1f} GiB free", remedy)
    for name, folder in (("Disk here", "."), ("Disk for temporary files", tempfile.gettempdir())):
        free = shutil.disk_usage(folder).free
        enough = free >= _GIB
        yield Check(
            "ok" if enough else "optional", name, f"{free / _GIB:.1f} GiB free", "" if enough else "free some space"
        )


def _memory() -> int | None:
    """Free memory in bytes, None where the system does not say."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
