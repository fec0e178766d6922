"""The phrases with which a text charges bodies (`knowledge/role_phrases.toml`), as patterns."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from .lexicon import typed
from .opening_words import WordRule

Kind = Literal[
    "address",
    "alone",
    "and_orders",
    "annex_title",
    "announces",
    "announces_document",
    "area",
    "aside",
    "aside_end",
    "assign",
    "before_help",
    "blank",
    "body_noun",
    "before_subject",
    "charge_done",
    "charge_lead",
    "charge_of_content",
    "charge_time",
    "closing",
    "column",
    "conditions",
    "consists",
    "content_label",
    "council_of_level",
    "defines",
    "directed",
    "directing_verb",
    "duty",
    "duty_word",
    "enclosed_title",
    "execution_duty",
    "form_title",
    "generic",
    "governs",
    "heading_tail",
    "heading_work",
    "inner_order",
    "inspection",
    "known_words",
    "label",
    "lead_in",
    "leads",
    "leads_with",
    "lead_if_first",
    "lead_of_another",
    "level_word",
    "loose_assign",
    "meeting_led",
    "member_column",
    "misread_link",
    "misread_sign",
    "names_bodies",
    "no_task_heading",
    "no_work",
    "not_heading",
    "not_in_name",
    "not_told",
    "not_verb",
    "offers",
    "opener",
    "ordinal",
    "other_label",
    "order",
    "organising",
    "output_label",
    "own_voice",
    "partner",
    "partnership",
    "procedure_list",
    "purpose",
    "report_label",
    "requirement",
    "resource_label",
    "role",
    "skip",
    "task_heading",
    "time_cell",
    "told_by_work",
    "told_duty",
    "issues_plan",
    "beside_watching",
    "between_days",
    "execution",
    "item_is_task",
    "proposes",
    "report_type",
    "watching",
    "says_no_work",
    "toward",
    "activity",
    "placed",
    "no_verb",
    "due_line",
    "takes_part",
    "then",
    "verb",
]
"""What a row is for; the head of the table says it of each."""


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """A row of `role_phrases.toml`.

    Attributes:
        kind: What it is for.
        patterns: Regular expressions.
        words: Words as they stand.
        role: The role that it gives, or what a label or column holds.
        example, not_example: Texts that it must match, and must not.
    """

    kind: Kind
    example: str
    patterns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    role: str = ""
    not_example: tuple[str, ...] = ()


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
        for row in typed("role_phrases", PhraseRow)
        if row.kind == kind and (role is None or row.role == role)
        for pattern in [*row.patterns, *map(re.escape, row.words)]
    ]
    if not found:
        raise ValueError(f"role_phrases has no row of the kind {kind!r}" + (f" and role {role!r}" if role else ""))
    return tuple(sorted(found, key=lambda pattern: (-len(pattern), pattern)))


@cache
def pattern(kind: str, role: str | None = None, ignore_case: bool = False) -> re.Pattern[str]:
    """All patterns of a kind as one regular expression."""
    return re.compile("(?i:" * ignore_case + "(?:" * (not ignore_case) + "|".join(phrases(kind, role)) + ")")


@cache
def plain_words(kind: str, role: str | None = None) -> tuple[str, ...]:
    """The patterns of a kind, which are plain words, as these words.

    Raises:
        ValueError: One is more than words.
    """
    words = tuple(one.replace("\\ ", " ") for one in phrases(kind, role))
    if odd := [one for one in words if re.escape(one).replace("\\ ", " ") != one]:
        raise ValueError(f"role_phrases, {kind}: no plain words: {odd}")
    return words


@lru_cache(maxsize=16)
def _places(text: str, kind: str) -> list[int]:
    """Where the words of a kind begin in a text, in order: it is searched once, not once a clause."""
    found: list[int] = []
    for word in plain_words(kind):
        at = text.find(word)
        while at >= 0:
            found.append(at)
            at = text.find(word, at + 1)
    return sorted(found)


def begins_within(kind: str, text: str, start: int, end: int) -> bool:
    """Whether one of the words of a kind, all of them plain ones, begins in `text[start:end]`."""
    places = _places(text, kind)
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


@cache
def word_rule(kind: str, role: str | None = None, ignore_case: bool = False) -> WordRule:
    """All patterns of a kind, tried at a place by its first word."""
    return WordRule((one.replace("\\ ", " ") for one in phrases(kind, role)), ignore_case)


def past(text: str, at: int, end: int, marks: str = " ,") -> int:
    """The first offset from `at` on that holds none of the marks."""
    while at < end and text[at] in marks:
        at += 1
    return at
