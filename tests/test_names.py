"""The grammar of names of bodies, by example: `tests/data/bodies.toml`."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest

from pipeline.grammar.name_lists import find_bodies, parse_body_list
from pipeline.grammar.names import match_body
from pipeline.grammar.opening_words import WordRule, beginnings

CASES = tomllib.loads((Path(__file__).parent / "data" / "bodies.toml").read_text(encoding="utf-8"))["case"]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 80


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50])
def test_list(case: dict[str, object]) -> None:
    text = str(case["text"])
    bodies, stop = parse_body_list(text, 0)
    assert [body.name for body in bodies] == case["bodies"]
    assert text[stop:] == case["rest"]


@pytest.mark.parametrize("case", [case for case in CASES if case["bodies"]], ids=lambda case: case["text"][:50])
def test_list_in_the_middle_of_a_text(case: dict[str, object]) -> None:
    before = "Nội dung: "
    text = before + str(case["text"])
    bodies, _ = parse_body_list(text, len(before))
    assert [body.name for body in bodies] == case["bodies"]
    for body in bodies:
        assert len(before) <= body.start < body.end <= len(text)


def test_spans_are_the_words_of_the_text() -> None:
    text = "Giao Sở Y tế, Công an tỉnh và các đơn vị có liên quan thực hiện."
    assert [text[body.start : body.end] for body in find_bodies(text)] == [
        "Sở Y tế", "Công an tỉnh", "các đơn vị có liên quan",
    ]  # fmt: skip


def test_shared_head_keeps_the_words_of_each_name() -> None:
    text = "Giám đốc các Sở: Y tế, Nội vụ"
    bodies, _ = parse_body_list(text, 0)
    assert [text[body.start : body.end] for body in bodies] == ["Giám đốc các Sở: Y tế", "Nội vụ"]
    assert [body.kind for body in bodies] == ["person", "person"]


def test_kinds() -> None:
    kinds = {text: match_body(text, 0) for text in ("Sở Y tế", "Chủ tịch UBND xã", "các sở, ngành")}
    assert [body.kind for body in kinds.values() if body] == ["body", "person", "group"]


def test_find_bodies_keeps_to_its_bounds() -> None:
    text = "Sở Y tế; Công an tỉnh; Sở Nội vụ"
    assert [body.name for body in find_bodies(text, 9, 21)] == ["Công an tỉnh"]


def test_text_without_bodies() -> None:
    assert find_bodies("The ministry said on Monday that prices rose by 3.5% in May.") == []
    assert find_bodies("a;b;c\n1;2;3\nU0dWc2JHOGdWMjl5YkdRPQ==") == []
    assert parse_body_list("", 0) == ([], 0)
    assert match_body("", 0) is None


def test_beginnings_of_a_pattern() -> None:
    assert beginnings("(?:Phó )?[Gg]iám đốc") == {"phó giám", "giám đốc"}
    assert beginnings("Công an") == {"công an"}
    assert beginnings("UBND") == {"ubnd"}
    assert beginnings("Trưởng(?! ban)") == {"trưởng"}
    with pytest.raises(ValueError):
        beginnings("[^a]x")


def test_word_rule_tries_only_what_may_match() -> None:
    rule = WordRule(["Sở Y tế", "Công an"])
    text = "Sở Y tế và Công an"
    assert rule.match(text, 0, len(text)) is not None
    assert rule.match(text, 11, len(text)) is not None
    assert rule.match(text, 3, len(text)) is None
    assert rule.match("Công anh", 0, 8) is None


ADVERSARIAL = {
    "so": "Sở ", "sở y tế": "Sở Y tế, ", "cac": "các ", "list": "a, ", "brackets": "((((", "ubnd": "UBND các xã, ",
    "capitals": "Sở Aa Bb Cc Dd ", "levels": "xã, phường, ", "office": "Giám đốc các Sở: ", "digits": "12 34 ",
    "one word": "ạ", "steering": "Ban Chỉ đạo phòng, chống ", "above": "Văn phòng Đảng ủy Công an ", "group": "cơ quan, đơn vị, ",
}  # fmt: skip


@pytest.mark.parametrize("piece", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_time_grows_with_length_only(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    find_bodies(text)
    assert time.process_time() - start < 60
