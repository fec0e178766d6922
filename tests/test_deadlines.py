"""Deadlines, by example: `tests/data/deadlines.toml`."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from vnplan.document import Document
from vnplan.extractors.deadlines import deadline_of, extract, report_to, title_years
from vnplan.grammar.times import due_in
from vnplan.records import Deadline
from vnplan.segmentation import segment
from vnplan.segmentation.model import Segments
from vnplan.text.clean import clean

LETTERHEAD = """ỦY BAN NHÂN DÂN
HUYỆN AN BÌNH
Số: {number}/{symbol}
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
An Bình, ngày {issued}
{kind}
{title}
"""
PLAN = LETTERHEAD.format(
    number=12, symbol="KH-UBND", issued="15 tháng 01 năm 2024", kind="KẾ HOẠCH",
    title="Bảo đảm trật tự, an toàn giao thông năm 2024",
)  # fmt: skip
CASES = tomllib.loads((Path(__file__).parent / "data" / "deadlines.toml").read_text(encoding="utf-8"))["case"]


DECISION = LETTERHEAD.format(
    number=12, symbol="QĐ-UBND", issued="15 tháng 01 năm 2024", kind="QUYẾT ĐỊNH",
    title="Ban hành Quy chế phối hợp bảo đảm trật tự, an toàn giao thông",
)  # fmt: skip
YEARS = LETTERHEAD.format(
    number=12, symbol="KH-UBND", issued="15 tháng 01 năm 2021", kind="KẾ HOẠCH",
    title="Bảo đảm trật tự, an toàn giao thông giai đoạn 2021-2025",
)  # fmt: skip
REGULATION = LETTERHEAD.format(
    number=12, symbol="2024/TT-BNV", issued="15 tháng 01 năm 2024", kind="THÔNG TƯ",
    title="Quy định về bảo đảm trật tự, an toàn giao thông",
)  # fmt: skip
LETTERHEADS = {"plan": PLAN, "regulation": REGULATION, "decision": DECISION, "years": YEARS}


def segments_of(text: str, letterhead: str = "plan") -> Segments:
    """A text under one of the letterheads."""
    raw = LETTERHEADS.get(letterhead, letterhead) + text
    cleaned = clean(raw)
    document = Document("d", "plan.md", "", "markdown", raw, cleaned.text, cleaned.offsets, tables=cleaned.tables)
    return segment(document)


def read(text: str, letterhead: str = "plan") -> list[Deadline]:
    return extract(segments_of(text, letterhead))


def words(found: list[Deadline]) -> list[str]:
    return [row.date or row.recurrence or "" for row in found]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][3:55])
def test_case(case: dict[str, object]) -> None:
    found = read(str(case["text"]), str(case.get("letterhead", "plan")))
    assert words(found) == case["deadlines"]
    if "kinds" in case:
        assert [row.kind for row in found] == case["kinds"]
    if "report_to" in case:
        assert [row.report_to or "" for row in found] == case["report_to"]


def test_evidence_is_the_words_that_set_the_time() -> None:
    (found,) = read("1. Công an huyện báo cáo về Sở Xây dựng trước ngày 20/6/2024.")
    assert found.evidence.text == "trước ngày 20/6/2024"
    assert found.evidence.section == "1"
    assert found.body == "Công an huyện"
    assert found.task == "Công an huyện báo cáo về Sở Xây dựng"


@pytest.mark.parametrize(
    ("time", "sure"), [("trước ngày 20/6/2024", 0.95), ("trước ngày 20 hằng tháng", 0.95), ("trong quý II/2024", 0.75)]
)
def test_words_that_are_no_day_are_less_sure(time: str, sure: float) -> None:
    (found,) = read(f"1. Công an huyện báo cáo về Sở Xây dựng {time}.")
    assert found.evidence.confidence == sure


def test_body_of_the_heading_above() -> None:
    found = read("1. Phòng Nội vụ:\n- Tổng hợp báo cáo trước ngày 20/6/2024.")
    assert [row.body for row in found] == ["Phòng Nội vụ"]


def test_day_without_a_year_in_a_plan_of_several_years_stays_words() -> None:
    found = read("1. Các xã báo cáo trước ngày 10/12.", "years")
    assert [(row.date, row.recurrence) for row in found] == [(None, "trước ngày 10/12")]


def test_day_without_a_year_after_the_turn_of_the_year() -> None:
    letterhead = LETTERHEAD.format(
        number=980, symbol="CT-UBND", issued="20 tháng 12 năm 2023", kind="CHỈ THỊ",
        title="Về bảo đảm trật tự, an toàn giao thông dịp Tết Nguyên đán",
    )  # fmt: skip
    assert words(read("1. Các xã báo cáo trước ngày 15/01.", letterhead)) == ["2024-01-15"]


def test_deadline_shortly_before_the_issue_is_kept() -> None:
    assert words(read("1. Thời gian hoàn tất: trước ngày 10 tháng 01 năm 2024.")) == ["2024-01-10"]


def test_text_that_is_no_plan() -> None:
    news = "The minister said the road must be finished before 20/6/2024, at the latest on 30/6/2024.\n"
    assert read(news * 5, letterhead="") == []


ADVERSARIAL: dict[str, Callable[[int], str]] = {
    "days": lambda n: "ngày 1/" * (n // 7),
    "before": lambda n: "trước " * (n // 6),
    "before days": lambda n: "trước ngày 1/2, " * (n // 16),
    "at the latest": lambda n: "chậm nhất là ngày " * (n // 18),
    "labels": lambda n: "Thời gian: " * (n // 11),
    "ranges": lambda n: "từ ngày 1/2 đến ngày 3/4 " * (n // 25),
    "quarters": lambda n: "trong quý I, " * (n // 13),
    "digits": lambda n: "1/2/2024 " * (n // 9),
    "brackets": lambda n: "((((" * (n // 4),
    "due": lambda n: "báo cáo trước ngày 20/6/2024; " * (n // 30),
}


@pytest.mark.parametrize("make", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_time_grows_with_length_only(make: Callable[[int], str]) -> None:
    def seconds(length: int) -> float:
        segments = segments_of(make(length))
        start = time.process_time()
        extract(segments)
        return time.process_time() - start

    one, two = min(seconds(15_000) for _ in range(2)), min(seconds(30_000) for _ in range(2))
    assert two < 3 * one + 0.05


def test_who_is_reported_to() -> None:
    text = "Định kỳ báo cáo kết quả thực hiện về Sở Nội vụ để tổng hợp."
    found = report_to(text, 0, len(text))
    assert found is not None and text[slice(*found)] == "Sở Nội vụ"
    assert report_to("Các xã tổ chức tuyên truyền.", 0, 28) is None


def test_deadlines_of_a_task() -> None:
    segments = segments_of("1. Phòng Y tế báo cáo Ủy ban nhân dân huyện trong quý II/2024.")
    paragraph = segments.paragraph_at(segments.text.index("quý II"))
    (due,) = due_in(segments.text, paragraph.content, paragraph.end, issued=(2024, 1, 15), years=title_years(segments))
    record = deadline_of(segments, due, paragraph.content, paragraph.end)
    assert (record.date, record.recurrence) == (None, "quý II/2024")
    assert (str(record.due_from), str(record.due_to)) == ("2024-04-01", "2024-06-30")
    assert (record.body, record.report_to, record.kind) == ("Phòng Y tế", "Ủy ban nhân dân huyện", "report")
    assert record.evidence.rule == "within"
