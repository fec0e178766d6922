"""The phrases with which a text charges bodies (`knowledge/role_phrases.toml`), as patterns."""

from __future__ import annotations

import re
from functools import cache

from ..knowledge import rows
from .opening_words import WordRule

END = r"(?![^\W_])"
"""End of a word."""


@cache
def phrases(kind: str, role: str | None = None) -> tuple[str, ...]:
    """The patterns of a kind of row (of one role), longest first.

    Raises:
        ValueError: The table has no such row.
    """
    found = [
        pattern
        for row in rows("role_phrases")
        if row["kind"] == kind and (role is None or row.get("role") == role)
        for pattern in [*row.get("patterns", []), *map(re.escape, row.get("words", []))]
    ]
    if not found:
        raise ValueError(f"role_phrases has no row of the kind {kind!r}" + (f" and role {role!r}" if role else ""))
    return tuple(sorted(found, key=lambda pattern: (-len(pattern), pattern)))


@cache
def pattern(kind: str, role: str | None = None, ignore_case: bool = False) -> re.Pattern[str]:
    """All patterns of a kind as one regular expression."""
    return re.compile("(?i:" * ignore_case + "(?:" * (not ignore_case) + "|".join(phrases(kind, role)) + ")")


@cache
def word_rule(kind: str, role: str | None = None, ignore_case: bool = False) -> WordRule:
    """All patterns of a kind, tried at a place by its first word."""
    return WordRule((one.replace("\\ ", " ") for one in phrases(kind, role)), ignore_case)


def past(text: str, at: int, end: int, marks: str = " ,") -> int:
    """The first offset from `at` on that holds none of the marks."""
    while at < end and text[at] in marks:
        at += 1
    return at
