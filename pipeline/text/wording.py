"""Short wordings of letterhead, title, dates and closing, as sources of patterns (`knowledge/wording.toml`)."""

from __future__ import annotations

import re
from functools import cache

from ..knowledge import rows
from .patterns import Pattern


@cache
def _sources() -> dict[str, str]:
    return {row["kind"]: row["pattern"] for row in rows("wording")}


def wording(kind: str) -> str:
    """The source of the pattern of a kind, to be put into a longer one.

    Raises:
        KeyError: The table has no such row.
    """
    return f"(?:{_sources()[kind]})"


def worded(kind: str, ignore_case: bool = False) -> Pattern:
    """The pattern of a kind, compiled."""
    return Pattern(_sources()[kind], re.IGNORECASE if ignore_case else 0)
