"""What is left in a number line when its slot has been dealt with: no Tesseract in these tests."""

from __future__ import annotations

import pytest

from vnplan.ocr.engine import Word
from vnplan.ocr.layout import Line
from vnplan.ocr.slots import clear_number, slots


def line(text: str, x: int = 200, y: int = 300, em: int = 36) -> Line:
    words = []
    for part in text.split():
        wide = round(
            sum(0.5 if c.isdigit() else 0.69 if c.isupper() else 0.3 if c in "/-:." else 0.47 for c in part) * em
        )
        words.append(Word(part, x, y, x + wide, y + 26, 90.0, (1, 1, 1)))
        x += wide + 10
    return Line(tuple(words))


@pytest.mark.parametrize(
    ("read", "printed", "left"),
    [
        ("Số: … /KH-UBND", False, "Số: … /KH-UBND"),
        ("Số: /KH-UBND", False, "Số: /KH-UBND"),
        ("Số: 15/KH-UBND", True, "Số: 15/KH-UBND"),
        ("Số: 5#/QĐ-UBND", False, "Số: … /QĐ-UBND"),
        ("Số:5#/QĐ-UBND", False, "Số: … /QĐ-UBND"),
        ("Số: … ƒ'KH-UBND", False, "Số: … /KH-UBND"),
        ("Số: … KH-UBND", False, "Số: … /KH-UBND"),
        ("Số: … KH/HU", False, "Số: … -KH/HU"),
        ("Số: … 2 -KH/HU", False, "Số: … -KH/HU"),
        ("Số: ...... /KH-UBND", False, "Số: ...... /KH-UBND"),
        ("Số: 12 /2025/NQ-HĐND", True, "Số: 12 /2025/NQ-HĐND"),
        ("Số: 1Z /2025/NQ-HĐND", False, "Số: … /2025/NQ-HĐND"),
    ],
)
def test_nothing_unproven_stays_before_the_code(read: str, printed: bool, left: str) -> None:
    assert clear_number(line(read), printed)[0].text == left


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Số: 37 /KH-BATGT", ["number"]),
        ("Số:37/KH-BATGT", ["number"]),
        ("Bình Sơn, ngày 12 tháng 02 năm 2024", ["day", "month", "year"]),
        ("Bình Sơn, ngày12tháng 02 năm 2024", ["day", "month", "year"]),
        ("ban hành kèm theo Nghị định số 08/2022/NĐ-CP ngày 10 tháng 01 năm 2022 của Chính phủ", []),
        ("số 45/QĐ-UBND;", []),
        ("Sở Giao thông vận tải", []),
        ("trước ngày 15 hằng tháng", []),
    ],
)
def test_slots_are_those_of_a_letterhead(text: str, roles: list[str]) -> None:
    assert [slot.role for slot in slots([line(text)], 19.0, 2339)] == roles


def test_slots_lie_between_the_printed_words() -> None:
    date = line("Bình Sơn, ngày 12 tháng 02 năm 2024")
    day = slots([date], 19.0, 2339)[0]
    before, middle, after = date.words[2:5]
    assert before.x1 <= day.box[0] <= middle.x0 and middle.x1 <= day.box[2] <= after.x0
    assert day.read == "12"
