"""What a document says of itself where the head alone does not tell: issuer and period."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from vnplan import analyze, read
from vnplan.document import Handwriting
from vnplan.extractors.identity import _candidates, _issue_date, _readings
from vnplan.grammar.issuers import is_body_head
from vnplan.records import Box

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
BODY = "\nI. MỤC ĐÍCH\n1. Yêu cầu\nBảo đảm kịp thời, hiệu quả.\n"


def plan_of(head: str, title: str, preamble: str = "Căn cứ tình hình thực tế, các đơn vị thực hiện như sau:"):
    text = f"{head}\n{STATE}Số: 8/KH-UBND\nYên Bái, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\n{title}\n{preamble}{BODY}"
    return analyze(read(text.encode(), "x.txt")).plan


ISSUERS = [
    # The letterhead has lost the line with the level: the preamble has it.
    (
        "ỦY BAN NHÂN DÂN",
        "Căn cứ nhu cầu; Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:",
        "Ủy ban nhân dân tỉnh Yên Bái",
    ),
    ("ỦY BAN NHÂN DÂN", "Căn cứ nhu cầu, các xã làm như sau:", "Ủy ban nhân dân"),
    # Another body in the preamble is not the issuer.
    ("ỦY BAN NHÂN DÂN", "Căn cứ nhu cầu; Sở Y tế xây dựng Kế hoạch như sau:", "Ủy ban nhân dân"),
    ("SỞ Y TẾ", "Căn cứ nhu cầu; Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:", "Sở Y tế"),
]


@pytest.mark.parametrize(("head", "preamble", "issuer"), ISSUERS)
def test_issuer(head: str, preamble: str, issuer: str) -> None:
    assert plan_of(head, "Trồng cây bên đường", preamble).issuing_body == issuer


PERIODS = [
    ("Trồng cây bên đường năm 2020", (2020, 2020)),
    ("Trồng cây bên đường giai đoạn 2021 -2025", (2021, 2025)),
    ("Trồng cây bên đường từ năm 2020 đến hết năm 2022", (2020, 2022)),
    ("Trồng cây bên đường, giai đoạn 2021-2025, tầm nhìn đến năm 2030", (2021, 2025)),
    ("Khắc phục tồn tại của việc trồng cây từ năm 2009 đến hết năm 2018", None),  # gone by when the plan was issued
    ("Trồng cây chào mừng Đại hội, nhiệm kỳ 2020 - 2025", None),
    ("Thực hiện Chương trình nghị sự 2030 vì sự phát triển bền vững", None),
    ("Trồng cây bên đường", None),
    ("Trồng cây 06 tháng cuối năm 2020 và năm 2021", (2020, 2021)),
    ("Trồng cây các năm 2020, 2021, 2022", (2020, 2022)),
    ("Trồng cây bên đường quý IV/2020", (2020, 2020)),
    ("Hoạt động phổ biến, giáo dục pháp luật tỉnh Yên Bái năm 2020", (2020, 2020)),
    ("Triển khai thi hành Luật Lâm nghiệp trên địa bàn tỉnh năm 2020", (2020, 2020)),
    ("Triển khai thi hành Luật Lâm nghiệp năm 2020", None),  # the year of the law
    ("Trồng cây bên đường (giai đoạn 2021 - 2025)", (2021, 2025)),
    (f"Trồng cây {'bên đường, ven sông và quanh chợ nổi, ' * 20}năm 2020", (2020, 2020)),  # a long title is one still
    ("Kiểm tra bếp ăn năm 2025 (Kèm theo Quyết định số 12/QĐ-UBND năm 2024)", (2025, 2025)),
]


@pytest.mark.parametrize(("title", "period"), PERIODS)
def test_period(title: str, period: tuple[int, int] | None) -> None:
    plan = plan_of("ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI", title)
    assert (plan.period_start, plan.period_end) == (period or (None, None))


_MORE = "Cây mua ở vườn ươm của xã, mỗi hộ nhận hai cây để trồng trước cổng nhà. "
IN_BODY = [  # title | what the body says | years
    ("", "II. THỜI GIAN THỰC HIỆN\nTừ ngày 01/10/2020 đến ngày 31/3/2021.", (2020, 2021)),
    (
        "",
        "II. ĐỐI TƯỢNG VÀ THỜI GIAN THI ĐUA\n1. Đối tượng: các xã.\n2. Thời gian: từ năm 2021 đến năm 2025.",
        (2021, 2025),
    ),
    ("", "II. THỜI GIAN THỰC HIỆN\nTừ nay đến năm 2025.", None),
    # Of a section on time and an item in it that says so too, the item tells.
    (
        "",
        "II. THỜI GIAN THỰC HIỆN\n1. Trồng thử: từ năm 2021 đến năm 2023.\n2. Thời gian: từ năm 2021 đến năm 2025.",
        (2021, 2025),
    ),
    (
        "",
        "II. ĐỐI TƯỢNG VÀ THỜI GIAN THI ĐUA\n1. Đối tượng: trẻ sinh từ năm 2010 đến năm 2014.\n2. Thời gian: từ năm 2021 đến năm 2025.",
        (2021, 2025),
    ),
    # A section on time may go on with a few sentences; one that goes on and on tells of more than the time.
    ("", f"II. THỜI GIAN THỰC HIỆN\nTừ tháng 01/2021 đến tháng 12/2022. {_MORE * 9}", (2021, 2022)),
    ("", f"II. THỜI GIAN THỰC HIỆN\nTừ tháng 01/2021 đến tháng 12/2022. {_MORE * 30}", None),
    # The times of two tasks are not that of the plan.
    (
        "",
        "1. Trồng cây\na) Thời gian: từ tháng 5/2020 đến tháng 3/2021.\n2. Tưới cây\na) Thời gian: từ tháng 5/2020 đến tháng 5/2021.",
        None,
    ),
    (" đến năm 2030", "II. LỘ TRÌNH\n1. Giai đoạn 2021 - 2025\nTrồng.\n2. Giai đoạn 2026 - 2030\nTưới.", (2021, 2030)),
    (" đến năm 2030", "II. LỘ TRÌNH\n1. Giai đoạn 2021 - 2025\nTrồng cây.", None),
    (" đến năm 2030", "II. LỘ TRÌNH\n1. Giai đoạn 2021 - 2023\nTrồng.\n2. Giai đoạn 2026 - 2030\nTưới.", None),
]


@pytest.mark.parametrize(("title", "body", "period"), IN_BODY)
def test_period_in_the_body(title: str, body: str, period: tuple[int, int] | None) -> None:
    preamble = f"Các đơn vị thực hiện như sau:\nI. MỤC ĐÍCH\nTrồng cây.\n{body}\nIII. TỔ CHỨC\nCác xã thực hiện."
    plan = plan_of("ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI", f"Trồng cây bên đường{title}", preamble)
    assert (plan.period_start, plan.period_end) == (period or (None, None))


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((2021, 2, 28, "found"), (dt.date(2021, 2, 28), "found")),
        ((2021, 2, 31, "found"), (None, "uncertain")),
        ((2021, 2, None, "found"), (None, "found")),
        ((2021, None, 5, "found"), (None, "found")),
        ((None, 2, 5, "found"), (None, "found")),
        ((2021, 2, 5, "handwritten"), (None, "handwritten")),
    ],
)
def test_a_date_is_whole_or_none(given: tuple[Any, ...], wanted: tuple[dt.date | None, str]) -> None:
    assert _issue_date(*given) == wanted


BOX = Box(1, 0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("ink", "words"),
    [
        (None, ()),
        (Handwriting(0, 2, BOX), ("day is written by hand",)),
        (Handwriting(0, 2, BOX, reading="12"), ("day is written by hand; it may be 12",)),
        (
            Handwriting(0, 2, BOX, reading="12", candidates=("12", "17")),
            ("day is written by hand; it may be 12 or 17",),
        ),
    ],
)
def test_what_was_read_of_ink_is_told(ink: Handwriting | None, words: tuple[str, ...]) -> None:
    assert _readings("day", ink) == words


@pytest.mark.parametrize(
    ("value", "ink", "wanted"),
    [
        ("12", Handwriting(0, 2, BOX, reading="17"), [("12", "letterhead", 1.0)]),
        (None, None, []),
        (None, Handwriting(0, 2, BOX), []),
        (None, Handwriting(0, 2, BOX, reading="17"), [("17", "recognition", 0.5)]),
        (
            None,
            Handwriting(0, 2, BOX, reading="17", candidates=("12", "17")),
            [("12", "recognition", 0.5), ("17", "recognition", 0.25)],
        ),
    ],
)
def test_what_ink_may_stand_for(
    value: str | None, ink: Handwriting | None, wanted: list[tuple[str, str, float]]
) -> None:
    assert [(one.value, one.source, one.score) for one in _candidates(value, ink)] == wanted


@pytest.mark.parametrize(
    ("words", "begins"),
    [("Sở Y tế", True), ("sở Y tế", False), ("liên bộ", True), ("Ngày hội", False), ("Cầu treo", False)],
)
def test_where_the_name_of_a_body_may_begin(words: str, begins: bool) -> None:
    assert is_body_head(words, 0) == begins
