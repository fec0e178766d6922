"""LibreOffice, which reads Word files of before 2007: is it there?"""

from __future__ import annotations

import re

from .programs import output_of


def version() -> str | None:
    """Version of LibreOffice (`7.4.7.2`), None if it is not installed."""
    for program in ("soffice", "libreoffice"):
        found = re.search(r"LibreOffice\s+([\d.]+)", output_of(program, ["--version"]) or "")
        if found:
            return found[1]
    return None
