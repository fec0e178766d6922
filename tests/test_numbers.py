"""Document numbers: canonical form, type, repairs, the letterhead's number line, and what is no number."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnplan import knowledge
from vnplan.grammar.citing import type_at_end
from vnplan.grammar.numbers import (
    canonical,
    find_numbers,
    meant,
    parse,
    parse_number_line,
    symbol_type,
    with_strokes,
)


@pytest.mark.parametrize(
    ("text", "number", "symbol", "type_code", "form"),
    [
        ("47/KH-UBND", "47/KH-UBND", "KH-UBND", "KH", "state"),
        ("0231/KH-UBND", "0231/KH-UBND", "KH-UBND", "KH", "state"),
        ("30/2020/NĐ-CP", "30/2020/NĐ-CP", "NĐ-CP", "NĐ", "state"),
        ("30a/2008/NQ-CP", "30a/2008/NQ-CP", "NQ-CP", "NQ", "state"),
        ("66.13/2026/NQ-CP", "66.13/2026/NQ-CP", "NQ-CP", "NQ", "state"),
        ("63-KH/ĐU", "63-KH/ĐU", "KH/ĐU", "KH", "party"),
        ("310-KH/TWĐTN-VP", "310-KH/TWĐTN-VP", "KH/TWĐTN-VP", "KH", "party"),
        ("05-QĐi/TU", "05-QĐi/TU", "QĐi/TU", "QĐ", "party"),
        ("36/2024/QH15", "36/2024/QH15", "QH15", None, "assembly"),
        ("01/2022/UBTVQH15", "01/2022/UBTVQH15", "UBTVQH15", None, "assembly"),
        ("04/2012/UBTVQH 13", "04/2012/UBTVQH13", "UBTVQH13", None, "assembly"),
        ("26/2005/PL-UBTVQH11", "26/2005/PL-UBTVQH11", "PL-UBTVQH11", "PL", "assembly"),
        ("1313/NQ-UBTVQH15", "1313/NQ-UBTVQH15", "NQ-UBTVQH15", "NQ", "assembly"),
        ("36-NQ/2026/QH16", "36-NQ/2026/QH16", "NQ/2026/QH16", "NQ", "assembly"),
        ("21/2013/TTLT-BGTVT-BCA", "21/2013/TTLT-BGTVT-BCA", "TTLT-BGTVT-BCA", "TTLT", "state"),
        ("21/2013/TTLT-BGTVT - BCA", "21/2013/TTLT-BGTVT-BCA", "TTLT-BGTVT-BCA", "TTLT", "state"),
        ("1234/BGDĐT-VP", "1234/BGDĐT-VP", "BGDĐT-VP", None, "letter"),
        ("1688/TTg-KTN", "1688/TTg-KTN", "TTg-KTN", None, "letter"),
        ("4236/SXD-QLN&CS", "4236/SXD-QLN&CS", "SXD-QLN&CS", None, "letter"),
        ("412/PV11(CS)", "412/PV11(CS)", "PV11(CS)", None, "partial"),
        ("08/TU", "08/TU", "TU", None, "partial"),
        ("96/2008/QĐ", "96/2008/QĐ", "QĐ", "QĐ", "partial"),
        ("55/VBHN-VPQH", "55/VBHN-VPQH", "VBHN-VPQH", "VBHN", "state"),
        # spaces, dashes and case
        ("773 /QĐ-TTg", "773/QĐ-TTg", "QĐ-TTg", "QĐ", "state"),
        ("63 -KH/ĐU", "63-KH/ĐU", "KH/ĐU", "KH", "party"),
        ("614 / QĐ – BYT", "614/QĐ-BYT", "QĐ-BYT", "QĐ", "state"),
        ("12/KH-PGD ĐT", "12/KH-PGDĐT", "KH-PGDĐT", "KH", "state"),
        ("415/QĐ - U B ND", "415/QĐ-UBND", "QĐ-UBND", "QĐ", "state"),
        ("22/2013/QĐ-TTG", "22/2013/QĐ-TTg", "QĐ-TTg", "QĐ", "state"),
        ("35-CTR/TU", "35-CTr/TU", "CTr/TU", "CTr", "party"),
        ("03/KH-THCS.HN", "03/KH-THCS.HN", "KH-THCS.HN", "KH", "state"),
    ],
)
def test_number(text: str, number: str, symbol: str, type_code: str | None, form: str) -> None:
    found = parse(text)
    assert found is not None
    assert (found.number, found.symbol, found.type_code, found.form) == (number, symbol, type_code, form)
    assert found.repairs == ()


@pytest.mark.parametrize(
    ("text", "number", "repair"),
    [
        ("100/2019/ND-CP", "100/2019/NĐ-CP", "ND read as NĐ"),
        ("12/QĐUBND", "12/QĐ-UBND", "hyphen put into QĐUBND"),
        ("12/Q4-UBND", "12/QĐ-UBND", "Q4 read as QĐ"),
        ("01-KH/DU", "01-KH/ĐU", "DU read as ĐU"),
        ("14/KH-BATG1", "14/KH-BATGT", "BATG1 read as BATGT"),
        ("402 KH/TWĐTN", "402-KH/TWĐTN", "- put before KH"),
        ("3 21/QĐ-UBND", "321/QĐ-UBND", "3 21 read as 321"),
        ("l2/KH-UBND", "12/KH-UBND", "l2 read as 12"),
        ("1O2/2O24/NĐ-CP", "102/2024/NĐ-CP", "2O24 read as 2024"),
        ("12/2021/QĐ-TT&", "12/2021/QĐ-TTg", "TT& read as TTg"),
        ("32/2024/0HI5", "32/2024/QH15", "0HI5 read as QH15"),
        ("35/2024/OHI5", "35/2024/QH15", "OHI5 read as QH15"),
        ("35/2024/QHl5", "35/2024/QH15", "QHl5 read as QH15"),
        ("72/2025/OH1S", "72/2025/QH15", "OH1S read as QH15"),
        ("1674/NQ-UBTVOH15", "1674/NQ-UBTVQH15", "UBTVOH15 read as UBTVQH15"),
        ("1674/NQ-UBTVQHI5", "1674/NQ-UBTVQH15", "UBTVQHI5 read as UBTVQH15"),
        ("77/QĐĐ-UBND", "77/QĐ-UBND", "QĐĐ read as QĐ"),
    ],
)
def test_what_is_repaired_is_said(text: str, number: str, repair: str) -> None:
    found = parse(text)
    assert found is not None and found.number == number and repair in found.repairs


def test_a_term_that_is_printed_well_is_not_repaired() -> None:
    for text in ("36/2024/QH15", "1674/NQ-UBTVQH15"):
        found = parse(text)
        assert found is not None and (found.number, found.repairs) == (text, ())


@pytest.mark.parametrize("text", ["1/A", "2021-Luật", "3-Nội dung", "52/48 vụ", "12/3/2020", "KH-UBND", "", "24/7"])
def test_no_number(text: str) -> None:
    assert parse(text) is None


def test_stroke_too_many_was_printed_so_and_does_not_hide_the_document() -> None:
    found = parse("76/NQ-HĐNĐ")
    assert found is not None and (found.number, found.repairs) == ("76/NQ-HĐNĐ", ())
    assert meant("76/NQ-HĐNĐ") == "76/NQ-HĐND" and meant("3/QĐ-ĐQX") == "3/QĐ-ĐQX"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("của Hội đồng thẩm định huyện", "5/TTr-HĐTĐ"),
        ("của Hội đồng tuyển dụng", "5/TTr-HĐTD"),
        ("của Hội đồng thẩm định, Hội đồng tuyển dụng", None),  # two readings
        ("hội đồng thẩm định", None),
        ("của Sở Nội vụ", None),
    ],
)
def test_lost_strokes_come_back_from_the_name_of_the_body(words: str, number: str | None) -> None:
    assert with_strokes("5/TTr-HDTD", words) == number


def test_letters_are_no_digits_in_a_number_line() -> None:
    assert parse_number_line("Số: lO2/KH-UBND")[0] is None


def test_canonical_of_what_does_not_parse_only_loses_spaces() -> None:
    assert canonical(" 12 – x / y ") == "12-x/y"


@pytest.mark.parametrize(
    ("number", "type_code"),
    [("48/NQ-CP", "NQ"), ("1234/BGDĐT-VP", "CV"), ("36/2024/QH15", None), ("37-QĐ/TW", "QĐ"), ("x", None)],
)
def test_type_of_the_symbol(number: str, type_code: str | None) -> None:
    assert symbol_type(number) == type_code


@pytest.mark.parametrize(
    ("line", "number", "symbol", "status", "words"),
    [
        ("Số: 47/KH-UBND", "47/KH-UBND", "KH-UBND", "found", "47/KH-UBND"),
        ("Số: /KH-UBND", None, "KH-UBND", "blank", "/KH-UBND"),
        ("Số……/KH-THCS", None, "KH-THCS", "blank", "……/KH-THCS"),
        ("Số -KH/ĐU", None, "KH/ĐU", "blank", "-KH/ĐU"),
        ("Số: KH/LĐ", None, "KH/LĐ", "blank", "KH/LĐ"),
        ("Số: /KH- XYZ", None, "KH-XYZ", "blank", "/KH- XYZ"),
        ("Số: …… /2024/QĐ-UBND", None, "QĐ-UBND", "blank", "…… /2024/QĐ-UBND"),
        ("Số: /QĐ-UBND Tam Kỳ, ngày tháng năm 2020", None, "QĐ-UBND", "blank", "/QĐ-UBND"),
        ("Số:", None, None, "blank", None),
        ("Số 63 -KH/ĐU", "63-KH/ĐU", "KH/ĐU", "found", "63 -KH/ĐU"),
        ("SỐ 07 /KH-LĐ", "07/KH-LĐ", "KH-LĐ", "found", "07 /KH-LĐ"),
        ("Số: 117./KH-UBND", "117/KH-UBND", "KH-UBND", "found", "117./KH-UBND"),
        ("Số; 12/KH-UBND", "12/KH-UBND", "KH-UBND", "found", "12/KH-UBND"),
        ("số245/KH-UBND", "245/KH-UBND", "KH-UBND", "found", "245/KH-UBND"),
        ("SỐ SỐ 16-NQ/TW", "16-NQ/TW", "NQ/TW", "found", "16-NQ/TW"),
        ("Nghị quyết số: 95/2025/UBTVQH15", "95/2025/UBTVQH15", "UBTVQH15", "found", "95/2025/UBTVQH15"),
        ("Luật số: 35/2024/QH15", "35/2024/QH15", "QH15", "found", "35/2024/QH15"),
        ("Số: 52/KH-MNAB Mỹ Hòa, ngày 12 tháng 3 năm 2022", "52/KH-MNAB", "KH-MNAB", "found", "52/KH-MNAB"),
        ("Số: 2403/TTg-KGVX V/v Điều chỉnh", "2403/TTg-KGVX", "TTg-KGVX", "found", "2403/TTg-KGVX"),
        ("03/ KH LĐ - THCSAB", "03/KHLĐ-THCSAB", "KHLĐ-THCSAB", "found", "03/ KH LĐ - THCSAB"),
        ("Số: 78 /202 5 /TT-BCA", "78/2025/TT-BCA", "TT-BCA", "found", "78 /202 5 /TT-BCA"),
        ("47/KH-UBND", "47/KH-UBND", "KH-UBND", "found", "47/KH-UBND"),
        ("Số điện thoại: 0912 345 678", None, None, "absent", None),
        ("Số vụ tai nạn giảm 5%", None, None, "absent", None),
        ("KẾ HOẠCH", None, None, "absent", None),
    ],
)
def test_number_line(line: str, number: str | None, symbol: str | None, status: str, words: str | None) -> None:
    *found, span = parse_number_line(line)
    assert found == [number, symbol, status]
    assert (line[slice(*span)] if span else None) == words


def test_numbers_of_a_text_are_found_with_their_places() -> None:
    text = "Quyết định số 14/QĐ-UBND, Chỉ thị 07-CT/HU (Công văn số 88/SNV-TCCB); mẫu 1/A, ngày 12/3/2020, đạt 5/7."
    assert [text[n.start : n.end] for n in find_numbers(text)] == ["14/QĐ-UBND", "07-CT/HU", "88/SNV-TCCB"]


@given(
    st.integers(1, 99999),
    st.sampled_from(["KH", "QĐ", "CT", "NQ", "TB", "BC", "TTr", "CTr"]),
    st.sampled_from(["UBND", "HĐND", "BATGT", "SGDĐT", "THCSLTT"]),
    st.sampled_from(["", " "]),
    st.sampled_from(["-", "–", " - ", " -"]),
)
def test_spaces_and_dashes_do_not_change_a_number(digits: int, kind: str, body: str, gap: str, dash: str) -> None:
    assert canonical(f"{digits}{gap}/{gap}{kind}{dash}{body}") == f"{digits}/{kind}-{body}"


@pytest.mark.parametrize("row", knowledge.rows("doc_types"), ids=lambda row: row["code"])
def test_example_of_a_type_shows_its_type(row: dict[str, object]) -> None:
    example = str(row["example"])
    words = example.split(" số ")[0] if " số " in example else example[: len(str(row["words"][0]))]  # type: ignore[index]
    found = type_at_end(words)
    assert found is not None and found[0] == row["code"]
    numbers = find_numbers(example)
    assert not numbers or numbers[0].type_code in (row["code"], None) or row["code"] == "CV"


@pytest.mark.parametrize("piece", ["số 1", "1/", "1/KH-", "12/KH -U ", "KH-UBND/", "số 1 2 3 ", "A-B/C&"])
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    begin = time.process_time()
    find_numbers(text)
    assert time.process_time() - begin < 60
