"""What `vnplan show` prints: panels as wide as the terminal, whatever that is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.cells import cell_len

from vnplan import extract
from vnplan.records import PlanResult
from vnplan.review.terminal import PipeConsole, show
from vnplan.settings import Settings

PLAN = "bo-nganh/KH phong chong SXH 2023.txt"


@pytest.fixture(scope="module")
def result(root: Path) -> PlanResult:
    return extract((root / "data" / "raw" / PLAN).read_bytes(), "日本 KH.txt", Settings(ner="none")).plans[0]


def shown(result: PlanResult, width: int, **of_console: object) -> str:
    written = io.StringIO()
    show(result, PipeConsole(width=width, highlight=False, markup=False, emoji=False, file=written, **of_console))
    return written.getvalue()


@pytest.mark.parametrize("width", [40, 64, 80, 120, 200])
def test_every_line_is_as_wide_as_the_terminal(result: PlanResult, width: int) -> None:
    lines = shown(result, width).splitlines()
    assert {cell_len(line) for line in lines} == {width}
    assert {line[0] for line in lines} == set("╭│╰") and {line[-1] for line in lines} == set("╮│╯")


def test_a_fact_stands_beside_its_words_line_and_place(result: PlanResult) -> None:
    lines = shown(result, 120).splitlines()
    assert lines[0].startswith("╭─ 日本 KH.txt ──")
    heads = next(line for line in lines if line.startswith("│ field"))
    number = next(line for line in lines if line.startswith("│ number "))
    for head, value in (("value", "0684/KH-BYT"), ("words in the document", "0684/KH-BYT")):
        assert number[heads.index(head) :].startswith(value)
    assert number.endswith(" 7       84–95 │") and heads.endswith(" line  characters │")


def test_long_words_are_wrapped_in_their_column(result: PlanResult) -> None:
    lines = shown(result, 80).splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("│ title"))
    column = lines[at].index("Phòng")
    wrapped = [line[column:].split("  ")[0] for line in lines[at : at + 6]]
    assert " ".join(wrapped).startswith("Phòng, chống dịch bệnh sốt xuất huyết Dengue và bệnh do vi rút Zika năm 2023")


def test_words_of_the_document_are_set_in_italics_on_a_terminal(result: PlanResult) -> None:
    coloured = shown(result, 120, force_terminal=True, color_system="truecolor")
    assert "\x1b[3m0684/KH-BYT" in coloured and "\x1b[2mfield" in coloured and "\x1b[1m 日本 KH.txt \x1b[0m" in coloured
