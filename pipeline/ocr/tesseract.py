"""Tesseract, which recognises the text of scans: is it there, and does it know Vietnamese?"""

from __future__ import annotations

import re

from ..ingestion.programs import output_of


def version() -> str | None:
    """Version of Tesseract (`5.3.0`), None if it is not installed."""
    found = re.search(r"tesseract\s+v?([\d.]+\S*)", output_of("tesseract", ["--version"]) or "")
    return found[1] if found else None


def languages() -> tuple[str, ...]:
    """Language data that is installed (`eng`, `vie`), sorted."""
    listing = (output_of("tesseract", ["--list-langs"]) or "").splitlines()
    return tuple(sorted(line.strip() for line in listing if re.fullmatch(r"\s*[\w/-]+\s*", line)))
