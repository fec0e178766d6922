"""Every row of every rule table shows by an example of its own what it matches, and what it must not match.

A row says what it looks for under one of the keys below; its examples are texts as the rules see them (clean text).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from vnplan import knowledge
from vnplan.grammar.lexicon import Lexicon, expand
from vnplan.grammar.tokens import Tokens
from vnplan.text.normalise import place_tones, skeleton

Row = Mapping[str, Any]

# A regular expression to search for; or words, of which one must occur as words, case aside.
PATTERN_KEYS = ("pattern", "patterns")
WORD_KEYS = ("phrase", "phrases", "word", "words", "name", "names", "form", "abbreviation", "symbol", "code")
# Forms with alternatives (`(a|b)`), of which one must stand in the text.
FORM_KEY = "forms"
# What the clean text never holds: dashes and spaces of other kinds, which no rule may wait for.
UNCLEAN = re.compile("[\u2010-\u2015\u2212\u00a0\u2000-\u200b\ufeff\t\n]|  ")


def texts(value: object) -> list[str]:
    """A string or a list of strings, as a list; anything else is a fault of the table."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(text, str) and text.strip() for text in values):
        raise ValueError(f"not a text, or an empty one: {value!r}")
    return values


def clean(text: str) -> str:
    """The text as the rules see it."""
    return place_tones(unicodedata.normalize("NFC", text))


def word_pattern(word: str) -> str:
    """Finds the word where it is no part of a longer one."""
    return (r"(?<!\w)" if word[0].isalnum() else "") + re.escape(word) + (r"(?!\w)" if word[-1].isalnum() else "")


def words_of(row: Row) -> list[str]:
    """The words under the first key for words that the row has."""
    if FORM_KEY in row:
        return [words.rstrip("…") for form in texts(row[FORM_KEY]) for words in expand(form)]
    return next((texts(row[key]) for key in WORD_KEYS if key in row), [])


def form_finder(forms: list[str]) -> Callable[[str], bool]:
    """Says whether one of the forms stands in a text."""
    lexicon = Lexicon(("row", form, False, "") for form in forms)

    def found(text: str) -> bool:
        tokens = Tokens(text)
        return any(lexicon.at(tokens, index) for index in range(len(tokens)))

    return found


def finder(row: Row) -> Callable[[str], bool]:
    """Says whether a text holds what the row looks for."""
    if FORM_KEY in row:
        return form_finder(texts(row[FORM_KEY]))
    patterns = [re.compile(pattern) for key in PATTERN_KEYS for pattern in texts(row.get(key))]
    if not patterns:
        patterns = [re.compile(word_pattern(word), re.IGNORECASE) for word in words_of(row)]
    if not patterns:
        raise ValueError(f"none of the keys {', '.join((*PATTERN_KEYS, *WORD_KEYS, FORM_KEY))}")
    return lambda text: any(pattern.search(text) for pattern in patterns)


def faults(row: Row) -> Iterator[str]:
    """What is wrong with a row; nothing for a good one."""
    try:
        matches, words = finder(row), words_of(row)
        examples = [clean(text) for text in texts(row.get("example"))]
        others = [clean(text) for text in texts(row.get("not_example"))]
    except (ValueError, re.error) as error:
        yield str(error)
        return
    if not examples:
        yield "no example"
    yield from (f"does not match its example {text!r}" for text in examples if not matches(text))
    yield from (f"matches {text!r}, which it must not" for text in others if matches(text))
    yield from (
        f"{word!r} never stands so in clean text" for word in words if UNCLEAN.search(word) or clean(word) != word
    )
    if len(set(words)) < len(words):
        yield f"holds words twice: {sorted({word for word in words if words.count(word) > 1})}"


def all_rows() -> list[Any]:
    """One parameter a row, named by its table, place and first words."""
    rows = []
    for table in knowledge.rule_tables():
        for place, row in enumerate(knowledge.rows(table), start=1):
            words = next((str(row[key]) for key in (*PATTERN_KEYS, *WORD_KEYS, FORM_KEY) if row.get(key)), "")
            label = re.sub(r"[^\w]+", "-", skeleton(words)).strip("-")[:40]
            rows.append(pytest.param(row, id=f"{table}-{place}-{label}"))
    return rows


@pytest.mark.parametrize("row", all_rows())
def test_row_matches_its_examples_only(row: Row) -> None:
    assert list(faults(row)) == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"pattern": r"số \d+", "example": "số 12"}, None),
        ({"pattern": "ủy ban", "example": "uỷ ban"}, None),
        ({"phrase": "phối hợp với", "example": "Phối hợp với Công an xã", "not_example": ["phối hợp"]}, None),
        ({"words": ["KT.", "TM."], "example": "TM. ỦY BAN NHÂN DÂN"}, None),
        ({"pattern": r"số \d+"}, "no example"),
        ({"pattern": r"số \d+", "example": ""}, "an empty one"),
        ({"pattern": r"số \d+", "example": "số mười hai"}, "does not match its example"),
        ({"pattern": r"số \d+", "example": "số 12", "not_example": "số 12"}, "which it must not"),
        ({"pattern": r"(số \d+", "example": "số 12"}, "unterminated subpattern"),
        ({"pattern": "uỷ ban", "example": "uỷ ban"}, "does not match its example"),
        ({"phrase": "và", "example": "huy chương vàng"}, "does not match its example"),
        ({"phrase": "chủ trì", "example": "chủ trì", "not_example": "không chủ trì"}, "which it must not"),
        ({"words": ["ủy ban", "thuỷ lợi"], "example": "ủy ban"}, "never stands so in clean text"),
        ({"words": ["2021 - 2025", "2021 – 2025"], "example": "2021 - 2025"}, "never stands so in clean text"),
        ({"words": ["và", "và"], "example": "và"}, "holds words twice"),
        ({"role": "lead", "example": "chủ trì"}, "none of the keys"),
        ({"forms": ["Ban [Chỉ huy] (Quân sự|CHQS)"], "example": "Ban CHQS xã", "not_example": "Ban Chỉ huy"}, None),
        ({"forms": ["khu vực {number}"], "example": "Thuế khu vực II"}, None),
        ({"forms": ["khu vực {number}"], "example": "khu vực biên giới"}, "does not match its example"),
        ({"forms": ["Ban (Quân sự"], "example": "Ban Quân sự"}, "does not close"),
    ],
)
def test_a_wrong_row_is_found_out(row: Row, fault: str | None) -> None:
    found = list(faults(row))
    assert len(found) == (fault is not None), found
    assert fault is None or fault in found[0]


def test_there_are_rule_tables() -> None:
    assert knowledge.rule_tables()
