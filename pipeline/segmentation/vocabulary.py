"""The word lists of segmentation, compiled once from `vnplan.knowledge`."""

from __future__ import annotations

import re
from functools import cache

from ..knowledge import rows
from ..text.normalise import strip_marks
from ..text.patterns import Pattern


@cache
def words(table: str, kind: str) -> tuple[str, ...]:
    """The words of a kind in a rule table, longest first."""
    found = [word for row in rows(table) if row.get("kind") == kind for word in row["words"]]
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def alternation(table: str, kind: str) -> str:
    """The words of a kind as a regular expression's alternatives, longest first."""
    return "|".join(map(re.escape, words(table, kind)))


@cache
def bare_alternation(table: str, kind: str) -> str:
    """The same without diacritics, for capitals that recognition has robbed of their marks (`CHU TỊCH`)."""
    return "|".join(dict.fromkeys(re.escape(strip_marks(word)) for word in words(table, kind)))


@cache
def starts_with(table: str, kind: str, ignore_case: bool = False) -> Pattern:
    """A pattern that matches a text that begins with a word of a kind (as a whole word)."""
    return Pattern(rf"(?:{alternation(table, kind)})(?!\w)", re.IGNORECASE if ignore_case else 0)


@cache
def bare_head(kind: str) -> Pattern:
    """Words of the letterhead at the start of a line in capitals without diacritics."""
    return Pattern(rf"(?:{bare_alternation('letterhead', kind)})(?!\w)")


@cache
def marked(kind: str) -> dict[str, str]:
    """Words of the letterhead by their look without diacritics."""
    return {strip_marks(word): word for word in reversed(words("letterhead", kind))}


@cache
def type_lines() -> tuple[tuple[str, str], ...]:
    """Type words as they stand alone above a title, in capitals, each with the type's abbreviation."""
    own = [
        (word.upper(), row["code"])
        for row in rows("doc_types")
        for word in row["words"]
        if word not in row.get("not_above", ())
    ]
    return (*own, *((row["name"], row["code"]) for row in rows("type_lines")))


@cache
def type_codes() -> dict[str, str]:
    """Type word in capitals, without spaces, to the type's abbreviation; also as it looks without diacritics."""
    exact = {name.replace(" ", ""): code for name, code in reversed(type_lines())}
    return {strip_marks(name): code for name, code in exact.items()} | exact


@cache
def type_pattern() -> Pattern:
    """A line that begins with a type word in capitals."""
    names = sorted((name for name, _ in type_lines()), key=len, reverse=True)
    return Pattern("|".join(re.escape(name) for name in names))


@cache
def bare_type_pattern() -> Pattern:
    """The same for a line without diacritics, robbed of its marks by recognition or given others (`QUYET: DINH …`)."""
    names = sorted({strip_marks(name) for name, _ in type_lines()}, key=lambda name: (-len(name), name))
    return Pattern(rf"(?:{'|'.join(re.escape(name).replace(chr(92) + ' ', '[:.,]? ') for name in names)})(?!\w)")
