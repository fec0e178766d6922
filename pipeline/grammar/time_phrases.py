"""The phrases that set times, from `knowledge/deadline_phrases.toml`, typed: an unknown kind or key raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..knowledge import rows
from ..text.patterns import Pattern

KINDS = frozenset(
    """
    setter count label label_time from_before hour_before hour form day_of_months part tail head to open link
    opening after_opening finish run past counted counted_from holds until until_verb until_after event meeting
    held finding cited report submit finished complete plan_end one_year report_to time_column events title_years
    standing_law receipt in_bracket this_year and_on onward milestone
    """.split()
)
EVERY = frozenset(("day", "week", "month", "quarter", "quarter_end", "quarter_start", "half", "year", "next_year"))
STRENGTHS = frozenset(("strong", "within", "weak", "span", "until", "relative"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A row of the table.

    Attributes:
        kind, name: What it is for, and the name of the rule.
        pattern: Over clean text.
        key: A piece of what it matches, by which it is found.
        strength: Of a setter.
        spoken: Whether the words of a setter belong to those of the time (`trước ngày 5/6`, but not `trong`).
        every: What a `tail` or `head` makes a time recur by.
        months: Of a form that means these months of a year.
        weekday: RFC 5545 name of the day that a form means.
        first, last: Days of the month that a `part` means.
    """

    kind: str
    name: str
    pattern: Pattern
    examples: tuple[str, ...]
    key: str = ""
    strength: str = ""
    every: str = ""
    months: tuple[int, ...] = ()
    first: int = 1
    last: int = 31
    words: tuple[str, ...] = ()
    spoken: bool = True
    weekday: str = ""

    def __post_init__(self) -> None:
        """Checks the row."""
        if self.kind not in KINDS or (self.kind == "setter") != (self.strength in STRENGTHS):
            raise ValueError(f"not a kind of phrase: {self.kind} {self.strength}")
        if (self.kind in ("tail", "head")) != (self.every in EVERY):
            raise ValueError(f"recurs by nothing: {self.name} {self.every!r}")


def leads(phrase: Phrase) -> tuple[int, ...]:
    """How many characters before its key a match of a phrase begins, in each of its examples.

    Raises:
        ValueError: It does not match its example, or not with its key.
    """
    found = set()
    for example in phrase.examples:
        match = phrase.pattern.search(example)
        at = example.find(phrase.key, match.start()) if match else -1
        if match is None or at < 0:
            raise ValueError(f"does not match its example, or not with its key: {example!r}")
        found.add(at - match.start())
    return tuple(sorted(found, reverse=True))


def _phrase(row: dict[str, Any]) -> Phrase:
    values = dict(row)
    values["pattern"] = Pattern(values.get("pattern") or "|".join(map(re.escape, values["words"])))
    values.pop("not_example", None)
    example = values.pop("example")
    values["examples"] = (example,) if isinstance(example, str) else tuple(example)
    for key in ("months", "words"):
        values[key] = tuple(values.get(key, ()))
    return Phrase(**values)


@cache
def phrases(kind: str) -> tuple[Phrase, ...]:
    """The rows of a kind, in the order of the table."""
    if kind not in KINDS:
        raise ValueError(f"not a kind of phrase: {kind}")
    return tuple(found for found in _table() if found.kind == kind)


@cache
def _table() -> tuple[Phrase, ...]:
    """All rows, each looked at once."""
    return tuple(map(_phrase, rows("deadline_phrases")))


def pattern(kind: str, name: str = "") -> Pattern:
    """One pattern for all rows of a kind, or for those of one name."""
    found = [row.pattern.pattern for row in phrases(kind) if not name or row.name == name]
    return Pattern("|".join(f"(?:{each})" for each in found) if len(found) > 1 else found[0])


def setters() -> tuple[Phrase, ...]:
    """The words before a time."""
    return phrases("setter")


def labels() -> tuple[Phrase, ...]:
    """The labels whose answer is a time."""
    return phrases("label")


FORMS = phrases("form")
PARTS = phrases("part")
TAILS = phrases("tail")
HEADS = phrases("head")
HOUR = pattern("hour")
