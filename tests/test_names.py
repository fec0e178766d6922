"""The grammar of names of bodies, by example: `tests/data/bodies.toml` and, for headings and cells, `body_cells.toml`."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnplan.grammar import name_lists, name_words, tokens
from vnplan.grammar.lexicon import typed
from vnplan.grammar.name_cells import names_of_cell
from vnplan.grammar.name_lists import find_bodies, opening, parse_body_list
from vnplan.grammar.names import match_body, match_listed_name, match_place, match_unit
from vnplan.grammar.opening_words import WordRule, beginnings

DATA = Path(__file__).parent / "data"
CASES = tomllib.loads((DATA / "bodies.toml").read_text(encoding="utf-8"))["case"]
CELLS = tomllib.loads((DATA / "body_cells.toml").read_text(encoding="utf-8"))["case"]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 180


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50])
def test_list(case: dict[str, Any]) -> None:
    text = case["text"]
    bodies, stop = parse_body_list(text, 0)
    assert [body.name for body in bodies] == case["bodies"]
    assert text[stop:] == case["rest"]


@pytest.mark.parametrize("case", [case for case in CASES if case["bodies"]], ids=lambda case: case["text"][:50])
def test_list_in_the_middle_of_a_text(case: dict[str, Any]) -> None:
    before = "Nội dung: "
    text = before + case["text"]
    bodies, _ = parse_body_list(text, len(before))
    assert [body.name for body in bodies] == case["bodies"]
    for body in bodies:
        assert len(before) <= body.start < body.end <= len(text)


BEHIND = (" và Sở Y tế", ", Công an", "; các xã", " tỉnh An Bình", " (nếu có)", "", " huyện", ": Nội vụ", " các cấp")
"""What may stand behind the end that is read to, and is not looked at."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50])
def test_nothing_is_read_behind_the_end(case: dict[str, Any]) -> None:
    text = case["text"]
    for behind in BEHIND:
        bodies, stop = parse_body_list(text + behind, 0, len(text))
        assert [body.name for body in bodies] == case["bodies"]
        assert text[stop:] == case["rest"]


@pytest.mark.parametrize("case", CELLS, ids=lambda case: case["text"][:50])
def test_cell(case: dict[str, Any]) -> None:
    bodies = names_of_cell(case["text"], 0, len(case["text"]))
    assert [body.name for body in bodies] == case["bodies"]
    if "unknown" in case:
        assert [body.name for body in bodies if body.rule == "unknown"] == case["unknown"]


# -- every row of knowledge counts -------------------------------------------------------------------------------------


def rows() -> Iterator[tuple[str, int, str]]:
    for table, row_type in (("bodies", name_words.BodyRow), ("body_words", name_words.WordRow)):
        for number, row in enumerate(typed(table, row_type)):
            yield table, number, row.kind


def forget() -> None:
    """Forget what was made of the tables."""
    for known in (
        name_words.lexicon, name_words.bits, name_words.forms, name_words.plain,
        name_lists._small_firsts, name_words.opening, name_words.may_begin_with, tokens._lines,
    ):  # fmt: skip
        known.cache_clear()


RUNNING = "Nay giao công an huyện và các phòng làm; phòng Nội vụ giúp."


def all_right() -> bool:
    """Whether every case above still holds."""
    for case in CASES:
        bodies, stop = parse_body_list(case["text"], 0)
        if [body.name for body in bodies] != case["bodies"] or case["text"][stop:] != case["rest"]:
            return False
    for case in CELLS:
        if [body.name for body in names_of_cell(case["text"], 0, len(case["text"]))] != case["bodies"]:
            return False
    return [body.name for body in find_bodies(RUNNING)] == ["công an huyện", "các phòng", "phòng Nội vụ"]


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: f"{row[0]}-{row[1] + 1}-{row[2]}")
def test_a_row_taken_out_is_missed(row: tuple[str, int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def without(table: str, row_type: type[Any]) -> tuple[Any, ...]:
        return tuple(one for number, one in enumerate(typed(table, row_type)) if (table, number) != row[:2])

    monkeypatch.setattr(name_words, "typed", without)
    forget()
    try:
        assert not all_right()
    finally:
        monkeypatch.undo()
        forget()


def test_all_rows_together_are_right() -> None:
    assert all_right()


# -- values ------------------------------------------------------------------------------------------------------------


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


def test_a_tree_says_what_the_words_are() -> None:
    body = match_body("Giám đốc Trung tâm Y tế huyện Hòa An, tỉnh Sông Bé chỉ đạo", 0)
    assert body is not None
    assert (body.position, body.head, body.level) == ("Giám đốc", "trung tâm y tế", "huyện")
    assert body.places == (("huyện", "Hòa An"), ("tỉnh", "Sông Bé"))
    assert body.above is not None and body.above.name == "Trung tâm Y tế huyện Hòa An, tỉnh Sông Bé"
    office = match_body("Ban Tuyên giáo Huyện ủy", 0)
    assert office is not None and office.above is not None
    assert (office.rule, office.above.head) == ("name", "huyện ủy")


def test_rules_say_how_a_body_was_read() -> None:
    rules = {
        "Sở Y tế": "name", "UBND xã": "head", "Thuế tỉnh": "place", "Chính phủ": "fixed", "các sở": "group",
        "Ban Chỉ đạo xây dựng nông thôn mới": "task", "Giám đốc Sở Y tế": "office",
        "Mặt trận Tổ quốc và các tổ chức chính trị - xã hội": "merged",
    }  # fmt: skip
    assert {text: body.rule for text in rules if (body := match_body(text, 0))} == rules


def test_find_bodies_keeps_to_its_bounds() -> None:
    text = "Sở Y tế; Công an tỉnh; Sở Nội vụ"
    assert [body.name for body in find_bodies(text, 9, 21)] == ["Công an tỉnh"]
    assert [body.name for body in find_bodies("xã Trường Hà, NĐ-CP, Trường Hà")] == ["Trường Hà"]


def test_text_without_bodies() -> None:
    assert find_bodies("The ministry said on Monday that prices rose by 3.5% in May.") == []
    assert find_bodies("a;b;c\n1;2;3\nU0dWc2JHOGdWMjl5YkdRPQ==") == []
    assert parse_body_list("", 0) == ([], 0)
    assert match_body("", 0) is None
    assert names_of_cell("", 0, 0) == []


def test_parts_of_names() -> None:
    text = "Giám đốc Sở Y tế Bà Rịa - Vũng Tàu"
    assert match_unit(text, 0, len(text)) is None
    assert match_unit(text, 9, len(text)) == len(text)
    assert match_place(text, 17, len(text)) == len(text)
    assert match_listed_name(text, 12, len(text)) == 16


def test_opening() -> None:
    text = "các Sở; kiểm tra nhé; 09 huyện; 09 việc"
    assert opening(text, 0, len(text)) == ("các", True)
    assert opening(text, 8, len(text))[1] is False
    assert opening(text, text.index("09"), len(text))[1] is True
    assert opening(text, text.rindex("09"), len(text))[1] is False
    assert opening(text, 7, len(text)) == ("", False)


@given(
    st.lists(st.sampled_from(["Sở ", "Y tế", ", ", " và ", "các ", "xã", "UBND ", "TP. ", ": ", "\n", "(a) ", "phòng "]), max_size=12),
    st.integers(0, 40), st.integers(0, 60),
)  # fmt: skip
def test_offsets_hold(pieces: list[str], start: int, end: int) -> None:
    text = "".join(pieces)
    start, end = min(start, len(text)), min(max(start, end), len(text))
    bodies, stop = parse_body_list(text, start, end)
    assert start <= stop <= max(end, start)
    for body in [*bodies, *find_bodies(text, start, end), *names_of_cell(text, start, end)]:
        assert start <= body.start < body.end <= end
        assert "\n" not in text[body.start : body.end]


# -- rules by their first word -----------------------------------------------------------------------------------------


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


# -- time --------------------------------------------------------------------------------------------------------------


ADVERSARIAL = {
    "so": "Sở ", "sở y tế": "Sở Y tế, ", "cac": "các ", "list": "a, ", "brackets": "((((", "ubnd": "UBND các xã, ",
    "capitals": "Sở Aa Bb Cc Dd ", "levels": "xã, phường, ", "office": "Giám đốc các Sở: ", "digits": "12 34 ",
    "one word": "ạ", "steering": "Ban Chỉ đạo phòng, chống ", "above": "Văn phòng Đảng ủy Công an ", "group": "cơ quan, đơn vị, ",
    "open tails": "các cơ quan liên quan đến việc và ", "short": "VP HĐND - UBND & ", "inner": "Văn phòng Ban Chỉ đạo ",
    "offices": "Giám đốc, Thủ trưởng, ", "lines": "Sở Y tế\n", "tasks": "Hội đồng thẩm định ",
    "nested": "các đơn vị thuộc ", "nested heads": "Chi bộ các ", "persons": "Ủy viên kiêm ",
}  # fmt: skip


@pytest.mark.parametrize("piece", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        find_bodies(text)
        names_of_cell(text, 0, len(text))
        return time.process_time() - start

    seconds(1_000)
    assert seconds(100_000) < 3 * seconds(50_000) + 0.5
