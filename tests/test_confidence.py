"""Confidence: what a rule says of itself becomes what its facts have earned on labelled documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fakes import full_result, words

from vnplan import analyze, knowledge
from vnplan.document import Document
from vnplan.extraction import read
from vnplan.linking import confidence
from vnplan.linking.confidence import confident, confident_plan, groups, row_of, share_right, together
from vnplan.records import Entity
from vnplan.settings import Settings

CASES = (
    ("targets", "zero", "0.90", 40, 40, 0, 0),
    ("targets", "bare", "0.70", 5, 40, 0, 0),
    ("tasks", "order", "0.95", 90, 100, 0, 0),
    ("tasks", "order.behind", "0.85", 0, 1, 0, 0),
    ("responsibilities", "heading", "0.90", 0, 0, 100, 100),
)
COLUMNS = ("kind", "rule", "given", "right", "count", "seen_right", "seen_count")


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A small table in place of that of the package."""
    counts: dict[tuple[str, str, str], list[int]] = {}
    for kind, rule, given, *numbers in CASES:
        for key in groups(kind, rule, float(given)):
            known = counts.get(row_of(key), [0, 0, 0, 0])
            counts[row_of(key)] = [a + b for a, b in zip(known, numbers, strict=True)]
    table = tuple(dict(zip(COLUMNS, map(str, (*key, *row)), strict=True)) for key, row in counts.items())
    monkeypatch.setattr(confidence, "table", lambda name: table)
    for cached in (confidence._cases, confidence.share_right):
        cached.cache_clear()
    yield
    for cached in (confidence._cases, confidence.share_right):
        cached.cache_clear()


def test_groups_go_from_wide_to_narrow() -> None:
    assert list(groups("tasks", "order.behind", 0.85)) == [
        ("tasks",), ("tasks", "order"), ("tasks", "order.behind"), ("tasks", "order.behind", "0.85"),
    ]  # fmt: skip
    assert list(groups("targets", "targets.zero", 0.9))[1] == ("targets", "zero")


@pytest.mark.usefixtures("cases")
def test_a_rule_that_is_often_wrong_is_less_sure() -> None:
    assert share_right("targets", "targets.zero", 0.9) > 0.8
    assert share_right("targets", "targets.bare", 0.7) < 0.4


@pytest.mark.usefixtures("cases")
def test_few_cases_say_little() -> None:
    assert 0.8 < share_right("tasks", "order.behind", 0.85) < share_right("tasks", "order", 0.95)
    assert share_right("tasks", "order.new", 0.95) == pytest.approx(0.9, abs=0.01)  # as its family


@pytest.mark.usefixtures("cases")
def test_documents_that_rules_were_written_on_count_for_less() -> None:
    # A hundred right ones count as ten, and nothing is surer than ten cases without a fault make it.
    assert share_right("responsibilities", "heading", 0.9) == pytest.approx(11 / 12, abs=0.001)


def test_facts_of_one_document_count_as_few() -> None:
    assert together(1) == 1.0
    assert together(3) == 1.5
    assert 1.9 < together(100) < 2.0


def test_every_group_of_the_table_has_the_wider_ones() -> None:
    rows = {(row["kind"], row["rule"], row["given"]) for row in knowledge.table("confidence")}
    for kind, rule, given in rows:
        for key in groups(kind, rule, float(given)) if given else ():
            assert row_of(key) in rows, (kind, rule, given)


@pytest.mark.usefixtures("cases")
def test_what_nothing_is_known_of_keeps_what_was_given() -> None:
    assert share_right("dates", "dates", 0.77) == 0.77
    name = Entity(words("Công an huyện", "Công an huyện"), "ORG", engine="rules")
    assert confident([name]) == [name]


@pytest.mark.usefixtures("cases")
def test_only_confidence_changes() -> None:
    result = full_result()
    (task,) = result.tasks
    (earned,) = confident([task])
    assert earned != task
    keep = [replace(one, evidence=replace(one.evidence, confidence=0.0)) for one in earned.charges]
    assert keep == [replace(one, evidence=replace(one.evidence, confidence=0.0)) for one in task.charges]
    assert replace(earned, evidence=task.evidence, charges=task.charges) == task
    assert confident_plan(result.plan) == result.plan  # no cases for fields in this table


def test_every_row_of_the_table_counts() -> None:
    rows = knowledge.table("confidence")
    assert {row["kind"] for row in rows} >= {"citations", "targets", "tasks", "responsibilities", "deadlines", "fields"}
    for row in rows:
        assert 0 <= float(row["right"]) <= float(row["count"])
        assert 0 <= float(row["seen_right"]) <= float(row["seen_count"])
        assert float(row["count"]) + float(row["seen_count"]) > 0
        assert 0 < share_right(row["kind"], row["rule"], float(row["given"] or 0.9)) < 1
    keys = [(row["kind"], row["rule"], row["given"]) for row in rows]
    assert len(set(keys)) == len(keys)


TEXT = """ỦY BAN NHÂN DÂN
HUYỆN ĐỒNG PHÚ

KẾ HOẠCH
Phòng cháy năm 2023

1. Giao Công an huyện chủ trì kiểm tra các chợ trước ngày 15/12/2023.
2. Phấn đấu không để xảy ra cháy lớn.
"""


def document() -> Document:
    return read(TEXT.encode(), "a.txt")


def test_facts_of_a_document_carry_it_and_the_least_confidence_is_of_it() -> None:
    result = analyze(document(), Settings(ner="none"))
    (task,) = result.tasks
    rule = task.evidence.rule
    earned = {share_right("tasks", rule, given) for given in (0.85, 0.9, 0.95)}
    assert task.evidence.confidence in earned
    above = Settings(ner="none", min_confidence=min(task.evidence.confidence + 0.001, 1.0))
    assert not analyze(document(), above).tasks
    assert analyze(document(), Settings(ner="none", min_confidence=task.evidence.confidence)).tasks
