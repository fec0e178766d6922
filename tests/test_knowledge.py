"""Every row of every rule table shows by an example of its own what it matches, and what it must not match.

A row says what it looks for under one of the keys below; its examples are texts as the rules see them (clean text).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from pipeline import knowledge
from pipeline.text.normalise import place_tones, skeleton

# A regular expression to search for; or words, of which one must occur as words, case aside.
PATTERN_KEYS = ("pattern", "patterns")
WORD_KEYS = ("phrase", "phrases", "word", "words", "name", "names", "form", "forms", "abbreviation", "symbol", "code")


def texts(value: object) -> list[str]:
    """A string or a list of strings, as a list; anything else is a fault of the table."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    assert all(isinstance(v, str) and v.strip() for v in values), f"not a text, or an empty one: {value!r}"
    return values


def clean(text: str) -> str:
    """The text as the rules see it."""
    return place_tones(unicodedata.normalize("NFC", text))


def finders(row: Mapping[str, Any]) -> list[re.Pattern[str]]:
    """What the row looks for: its patterns, or else the words under the first key for words that it has."""
    if patterns := [p for key in PATTERN_KEYS for p in texts(row.get(key))]:
        return [re.compile(pattern) for pattern in patterns]
    words = next((texts(row[key]) for key in WORD_KEYS if key in row), [])
    return [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE) for word in words]


def faults(row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a row; nothing for a good one."""
    try:
        wanted = finders(row)
    except re.error as error:
        yield f"the pattern does not compile: {error}"
        return
    if not wanted:
        yield f"none of the keys {', '.join(PATTERN_KEYS + WORD_KEYS)}"
        return
    examples = texts(row.get("example"))
    if not examples:
        yield "no example"
    for example in examples:
        if not any(finder.search(clean(example)) for finder in wanted):
            yield f"does not match its example {example!r}"
    for example in texts(row.get("not_example")):
        if any(finder.search(clean(example)) for finder in wanted):
            yield f"matches {example!r}, which it must not"


def all_rows() -> list[Any]:
    """One parameter a row, named by its table, place and first words."""
    rows = []
    for table in knowledge.rule_tables():
        for place, row in enumerate(knowledge.rows(table), start=1):
            words = next((str(row[key]) for key in PATTERN_KEYS + WORD_KEYS if row.get(key)), "")
            label = re.sub(r"[^\w]+", "-", skeleton(words)).strip("-")[:40]
            rows.append(pytest.param(row, id=f"{table}-{place}-{label}"))
    return rows


@pytest.mark.parametrize("row", all_rows())
def test_row_matches_its_examples_only(row: Mapping[str, Any]) -> None:
    assert list(faults(row)) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"pattern": r"số \d+", "example": "số 12"}, None),
        ({"pattern": "ủy ban", "example": "uỷ ban"}, None),
        ({"phrase": "phối hợp với", "example": "Phối hợp với Công an xã", "not_example": ["phối hợp"]}, None),
        ({"words": ["KT.", "TM."], "example": "TM. ỦY BAN NHÂN DÂN"}, None),
        ({"pattern": r"số \d+"}, "no example"),
        ({"pattern": r"số \d+", "example": "số mười hai"}, "does not match its example"),
        ({"pattern": r"số \d+", "example": "số 12", "not_example": "số 12"}, "which it must not"),
        ({"pattern": r"(số \d+", "example": "số 12"}, "does not compile"),
        ({"pattern": "uỷ ban", "example": "uỷ ban"}, "does not match its example"),
        ({"phrase": "và", "example": "huy chương vàng"}, "does not match its example"),
        ({"phrase": "chủ trì", "example": "chủ trì", "not_example": "không chủ trì"}, "which it must not"),
        ({"role": "lead", "example": "chủ trì"}, "none of the keys"),
    ],
)
def test_a_wrong_row_is_found_out(row: Mapping[str, Any], fault: str | None) -> None:
    found = list(faults(row))
    assert len(found) == (fault is not None)
    assert fault is None or fault in found[0]


def test_there_are_rule_tables() -> None:
    assert knowledge.rule_tables()
