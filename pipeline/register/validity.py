"""Whether one document can replace another, and since when it does."""

from __future__ import annotations

import re
from functools import cache

from .. import knowledge
from ..grammar.dates import find_dates
from ..grammar.numbers import parse
from ..text.normalise import fold
from .folding import composed

_WINDOW = 120  # characters after the words in which the day stands
_PERIOD = re.compile(r"\d+$")


@cache
def _ranks() -> dict[str, int]:
    return {row["phrase"].upper(): row["rank"] for row in knowledge.rows("legal_ranks")}


def rank(doc_type: str | None, number: str | None) -> int | None:
    """Rank of a document among those that bind, 1 for the highest; None for a type that has none."""
    if doc_type is None:
        return None
    bodies = parsed.bodies if number and (parsed := parse(number)) else ()
    body = _PERIOD.sub("", bodies[0]).upper() if bodies else ""
    ranks = _ranks()
    return ranks.get(f"{doc_type}-{body}".upper(), ranks.get(doc_type.upper()))


def can_replace(new: tuple[str | None, str | None], old: tuple[str | None, str | None]) -> bool:
    """Whether a document, by type and number, can replace another: none of a lower rank than the other can."""
    high, low = rank(*new), rank(*old)
    if low is None:
        return True
    return high is not None and high <= low


@cache
def _phrases(kind: str) -> re.Pattern[str]:
    words = [row["phrase"] for row in knowledge.rows("register_phrases") if row["kind"] == kind]
    return re.compile("|".join(map(re.escape, words)))


def in_force_since(text: str, day: str | None) -> str | None:
    """The ISO day from which a document holds, in its own words; None if they do not say it.

    Args:
        text: Its text.
        day: The day of its signature.
    """
    words = fold(composed(text))
    for match in _phrases("in_force").finditer(words):
        after = words[match.start() : match.end() + _WINDOW]
        after = after.split(". ")[0]
        found = next((date.iso for date in find_dates(after) if date.precision == "day" and date.iso), None)
        if found:
            return found
        if day and _phrases("signing").search(after):
            return day
    return None


_BEFORE = 80  # characters before a document in which it may stand that a part of it is meant
_BREAK = re.compile("[;:.]")


def is_part(text: str, words: str, start: int) -> bool:
    """Whether a mention names a part of a document (`bãi bỏ chương III Nghị định số …`).

    Args:
        text: Of the document that mentions it.
        words: Of the mention.
        start: Where it begins.
    """
    text = composed(text)
    at = text.rfind(composed(words), 0, start + len(words) + 1)
    if at < 0:
        return False
    before = fold(_BREAK.split(text[max(0, at - _BEFORE) : at])[-1])
    found = set(before.split())
    return any(phrase in found if " " not in phrase else phrase in before for phrase in _parts())


@cache
def _parts() -> frozenset[str]:
    return frozenset(fold(row["phrase"]) for row in knowledge.rows("register_phrases") if row["kind"] == "part")
