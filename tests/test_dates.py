"""Dates: every form, ranges, impossible ones, and what is no date."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnplan.document import Document, OffsetMap
from vnplan.extractors.dates import extract
from vnplan.grammar.dates import find_dates, make_iso, match_date
from vnplan.segmentation.model import Paragraph, Segments


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("ngày 09 tháng 02 năm 2021", "2021-02-09", "day"),
        ("ngày 5 tháng 11 năm 2023", "2023-11-05", "day"),
        ("ngày12 tháng 10 năm 2020", "2020-10-12", "day"),
        ("ngày 26 tháng 0 6 năm 2018", "2018-06-26", "day"),
        ("NGÀY 01 THÁNG 7 NĂM 2013", "2013-07-01", "day"),
        ("ngay 05 thang 4 nam 2022", "2022-04-05", "day"),
        ("ngày 05/4/2022", "2022-04-05", "day"),
        ("05/04/2022", "2022-04-05", "day"),
        ("15-7-2019", "2019-07-15", "day"),
        ("07.6.2011", "2011-06-07", "day"),
        ("05 / 4 / 2022", "2022-04-05", "day"),
        ("ngày 5/12 năm 2023", "2023-12-05", "day"),
        ("ngày 15 tháng 4", None, "day_month"),
        ("ngày 20/8", None, "day_month"),
        ("ngày 20-8", None, "day_month"),
        ("tháng 11/2022", "2022-11", "month"),
        ("tháng 12 năm 2013", "2013-12", "month"),
        ("ngày tháng 3 năm 2024", "2024-03", "month"),
        ("ngày … tháng … năm 2020", "2020", "year"),
        ("quý III năm 2024", "2024", "quarter"),
        ("Quý 2/2024", "2024", "quarter"),
        ("năm 2025", "2025", "year"),
        ("năm học 2022", "2022", "year"),
    ],
)
def test_one_date(text: str, iso: str | None, precision: str) -> None:
    (found,) = find_dates(f"Hoàn thành {text}, báo cáo.")
    assert (found.iso, found.precision) == (iso, precision)
    assert found.start == 11 and found.end == 11 + len(text)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("từ ngày 01/9 đến ngày 30/9/2024", ["2024-09-01", "2024-09-30"]),
        ("Từ ngày 5/9 đến ngày 5/12 năm 2023", ["2023-09-05", "2023-12-05"]),
        ("từ 01/9 đến 30/9/2024", ["2024-09-01", "2024-09-30"]),
        ("từ ngày 15 tháng 5 đến ngày 15 tháng 6 năm 2024", ["2024-05-15", "2024-06-15"]),
        ("từ ngày 30/12 đến ngày 05/01/2025", ["2024-12-30", "2025-01-05"]),
        ("các ngày 12, 13 và 14/5/2020", ["2020-05-12", "2020-05-13", "2020-05-14"]),
        ("ngày 01-05/9/2024", ["2024-09-01", "2024-09-05"]),
        ("giai đoạn 2021-2025", ["2021", "2025"]),
        ("giai đoạn 2021 - 2025", ["2021", "2025"]),
        ("giai đoạn 20212025", ["2021", "2025"]),
        ("NHIỆM KỲ 2020-2025", ["2020", "2025"]),
        ("ngày 05/4/2022; 15-7-2019", ["2022-04-05", "2019-07-15"]),
    ],
)
def test_several_dates(text: str, dates: list[str]) -> None:
    assert [found.iso for found in find_dates(text)] == dates


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("ngày 31/14/2023", "impossible"),
        ("ngày 30/02/2023", "impossible"),
        ("tháng 14/6/2022", "repaired"),
        ("ngày 05/4/22", "short_year"),
        ("ngày l5 tháng 4 năm 2022", "repaired"),
        ("ngày l5/4/2022", "repaired"),
        ("ngày 1 5/4/2O22", "repaired"),
    ],
)
def test_odd_dates_are_flagged(text: str, flag: str) -> None:
    (found,) = find_dates(text)
    assert found.flag == flag
    assert (found.iso is None) == (flag == "impossible")


@pytest.mark.parametrize(
    "text",
    [
        "Luật số 36/2024/QH15",
        "giảm 52/48 vụ, đạt 1/2 chỉ tiêu",
        "điện thoại 0912.345.678",
        "từ 1/2 đến 2/3 số hộ",
        "trước ngày 25 hàng tháng",
        "trong 3 ngày, sau 6 tháng, 5 năm",
        "Quyết định 10/2020/QĐ-UBND",
        "24/7, 1.2.3, 10/12/14/2020",
    ],
)
def test_no_date(text: str) -> None:
    assert find_dates(text) == []


def test_bounds_are_kept_and_offsets_count_from_the_start() -> None:
    text = "ngày 01/01/2020 và ngày 02/02/2021 và ngày 03/03/2022"
    (found,) = find_dates(text, 16, 36)
    assert text[found.start : found.end] == "ngày 02/02/2021"


@pytest.mark.parametrize("text", ["ngày 05/4/2022", "05/4/2022", "năm 2022", "tháng 4/2022", "quý I/2022"])
def test_match_date_reads_at_a_place_only(text: str) -> None:
    assert match_date(f"x {text}", 2) is not None
    assert match_date(f"x {text}", 0) is None


def test_iso_of_parts() -> None:
    assert [make_iso(2024, 2, 29), make_iso(2023, 2, 29), make_iso(2023, 2, None), make_iso(2023, None, None)] == [
        "2024-02-29",
        None,
        "2023-02",
        "2023",
    ]
    assert make_iso(None, 2, 1) is None


@given(st.dates(dt.date(1945, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(["/", "-", "."]))
def test_every_day_is_read(day: dt.date, mark: str) -> None:
    (short,) = find_dates(f"ngày {day.day}{mark}{day.month:02d}{mark}{day.year}")
    (long,) = find_dates(f"ngày {day.day:02d} tháng {day.month} năm {day.year}")
    assert short.iso == long.iso == day.isoformat()


def test_dates_table_has_no_open_or_impossible_ones() -> None:
    text = "Trước ngày 20/8; ngày 31/14/2023; ngày 05/4/2022."
    document = Document("d", "d.txt", "", "text", text, text, OffsetMap.identity(len(text)))
    paragraph = Paragraph(0, len(text), 0, "", "", 0, "body")
    found = extract(Segments(document, (paragraph,), (), (("body", 0, len(text)),)))
    assert [(d.date, d.role, d.evidence.text) for d in found] == [("2022-04-05", "other", "ngày 05/4/2022")]


@pytest.mark.parametrize(
    "piece", ["ngày 1/", "ngày ", "1/", "1.1.2", "tháng ", "ngày 1, ", "1 ", "từ 1/1 ", "ngày 1-2-3-4-5-6-7-8-9-"]
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    begin = time.process_time()
    find_dates(text)
    assert time.process_time() - begin < 60
