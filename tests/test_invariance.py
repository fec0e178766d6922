"""The facts of a document do not change with its encoding form, its line breaks, its dashes or its tone placement.

What is compared are the facts themselves: own fields, cited documents, targets, bodies with their roles, deadlines, sections.
Free text that a fact quotes (a task, a subject) may end a sentence earlier or later where a wrapped line leaves open
whether a paragraph ends, so it is left out for wrapped texts, and compared for all other changes.
"""

from __future__ import annotations

import dataclasses
import re
import textwrap
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnplan import analyze, read
from vnplan.records import PlanResult

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "raw"
NAMES = [
    "huyen/ke-hoach-cao-diem-atgt-ven-kenh-2024.txt",
    "so-nganh/57_KH-STTTT_to-cong-nghe-so-cong-dong.txt",
    "dang/41-KH-DU-tuyen-pho-van-minh.txt",
    "doan-the/ngay-chu-nhat-xanh-huyen-doan.txt",
    "xa/58_KH-UBND_xa-Dai-Phuc_ATGT-4-thang-cuoi-nam-2025.txt",
    "truong-hoc/Kế hoạch ATGT THCS Đồng Trung.txt",
]
FREE_TEXT = {
    "task",
    "subject",
    "title",
    "relation",
    "via",
    "resolved_from",
    "candidates",
    "indicator_text",
    "text",
    "body_id",
    "report_to",
}
OLD_TONES = {
    "òa": "oà",
    "óa": "oá",
    "ỏa": "oả",
    "ọa": "oạ",
    "ủy": "uỷ",
    "úy": "uý",
    "ùy": "uỳ",
    "Ủy": "Uỷ",
    "Hòa": "Hoà",
}


def canonical(name: str) -> str:
    """A sample's clean text: one paragraph a line."""
    path = SAMPLES / name
    return read(path.read_bytes(), path.name).text


TEXTS = {name: canonical(name) for name in NAMES}


def facts(raw: str, free_text: bool) -> dict[str, Any]:
    """All facts of a text, without offsets."""
    result: PlanResult = analyze(read(raw.encode(), "plan.txt"))
    found: dict[str, Any] = {
        field.name: getattr(result.plan, field.name)
        for field in dataclasses.fields(result.plan)
        if field.name not in ("evidence", "warnings")
    }
    for table in ("citations", "targets", "responsibilities", "deadlines", "sections", "dates"):
        rows = []
        for record in getattr(result, table):
            values = {
                field.name: getattr(record, field.name)
                for field in dataclasses.fields(record)
                if field.name not in ("evidence", "resolved_from", "task_id")
                and (free_text or field.name not in FREE_TEXT)
            }
            rows.append(repr(sorted(values.items())))
        found[table] = Counter(rows)
    return found


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: (one[key], other[key]) for key in one if one[key] != other[key]}


BASE = {(name, free): facts(text, free) for name, text in TEXTS.items() for free in (True, False)}


def old_tones(text: str) -> str:
    for new, old in OLD_TONES.items():
        before = "(?<![qQ])" if new.endswith("y") else ""
        text = re.sub(rf"{before}{new}(?![^\W\d_])", old, text)
    return text


def wrapped(text: str, width: int, blank: bool) -> str:
    lines = [
        line
        for paragraph in text.split("\n")
        for line in textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False) or [""]
    ]
    return ("\n\n" if blank else "\n").join(lines)


CHANGES = {
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "trailing spaces": lambda text: text.replace("\n", "  \n"),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "en dashes": lambda text: text.replace("-", "–"),
    "old tone placement": old_tones,
    "soft hyphens": lambda text: text.replace("nh", "n\u00adh"),
    "form feeds": lambda text: text.replace("\n", "\n\f", 5),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", CHANGES)
def test_facts_do_not_depend_on_the_form_of_the_text(name: str, change: str) -> None:
    assert differences(BASE[name, True], facts(CHANGES[change](TEXTS[name]), True)) == {}


@pytest.mark.parametrize("name", NAMES)
@given(width=st.integers(min_value=45, max_value=160), blank=st.booleans())
def test_facts_do_not_depend_on_line_breaks(name: str, width: int, blank: bool) -> None:
    assert differences(BASE[name, False], facts(wrapped(TEXTS[name], width, blank), False)) == {}


@given(st.sampled_from(NAMES), st.integers(50, 140), st.sampled_from(sorted(CHANGES)))
def test_changes_together(name: str, width: int, change: str) -> None:
    text = CHANGES[change](wrapped(TEXTS[name], width, False))
    assert differences(BASE[name, False], facts(text, False)) == {}
