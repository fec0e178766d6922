"""One file, several documents: where the next one begins, and which pages are none."""

from __future__ import annotations

import paper
import pytest

from vnplan.extraction import extract
from vnplan.ingestion.bundles import has_letterhead, split
from vnplan.ingestion.pages import INK, InkMark, LineText, PageText, WordBox, build
from vnplan.records import Box

HEAD = [
    "UBND HUYỆN AN BÌNH",
    "Số: {}/KH-UBND",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "An Bình, ngày {} tháng 3 năm 2024",
]
BODY = ["KẾ HOẠCH", "Bảo đảm trật tự an toàn giao thông năm 2024", *paper.BODY * 3]


def page(number: int, *lines: str, marks: tuple[InkMark, ...] = (), confidence: float | None = None) -> PageText:
    """A page of lines 15 points apart."""
    made = []
    for k, line in enumerate(lines):
        y = 50.0 + 15 * k
        made.append(
            LineText(
                tuple(WordBox(w, 60 + 45 * j, y, 100 + 45 * j, y + 11, confidence) for j, w in enumerate(line.split()))
            )
        )
    return PageText(number, 595, 842, "text_layer", lines=tuple(made), marks=marks)


def head(number: str, day: str) -> list[str]:
    return [HEAD[0], HEAD[1].format(number), HEAD[2], HEAD[3].format(day)]


def numbers(groups: list[tuple[PageText, ...]]) -> list[list[int]]:
    return [[page.page for page in group] for group in groups]


def first(number: int, digits: str = "15", day: str = "05") -> PageText:
    return page(number, *head(digits, day), *BODY)


def more(number: int) -> PageText:
    return page(number, str(number), *paper.BODY * 3)


def test_one_document_stays_one() -> None:
    assert numbers(split([first(1), more(2), more(3)])) == [[1, 2, 3]]
    assert numbers(split([more(1), more(2)])) == [[1, 2]]
    assert split([]) == []


def test_second_letterhead_begins_a_document() -> None:
    assert numbers(split([first(1), more(2), first(3, "16"), more(4), first(5, "17")])) == [[1, 2], [3, 4], [5]]


def test_draft_that_is_enclosed_is_no_document() -> None:
    assert numbers(split([first(1), first(2, "", "")])) == [[1, 2]]
    assert numbers(split([first(1), first(2, "......", "...")])) == [[1, 2]]
    assert numbers(split([first(1), first(2, "/2025", "")])) == [[1, 2]]
    assert numbers(split([first(1), first(2, "3/2025", "")])) == [[1], [2]]


def test_drafts_among_themselves_are_documents() -> None:
    assert numbers(split([first(1, "", ""), more(2), first(3, "", "")])) == [[1, 2], [3]]


def test_number_written_by_hand_begins_a_document() -> None:
    ink = InkMark("handwritten", Box(2, 104, 63, 146, 78))
    lines = [HEAD[0], f"Số: {INK} /KH-UBND", HEAD[2], "An Bình, ngày tháng 3 năm 2024", *BODY]
    assert numbers(split([first(1), page(2, *lines, marks=(ink,))])) == [[1], [2]]
    assert numbers(split([first(1), page(2, *lines)])) == [[1, 2]]


def test_party_letterhead_and_bad_recognition() -> None:
    party = page(
        2, "HUYỆN ỦY AN BÌNH", "Số 15-KH/HU", "ĐẢNG CỘNG SẢN VIỆT NAM", "An Bình, ngày 05 tháng 3 năm 2024", *BODY
    )
    worn = page(3, "UBND HUYEN AN BINH", "Sô: 15/KH-UBND", "CỌNG HOA XÃ HỘI CHÚ NGHIA VIET NAM", *BODY)
    assert has_letterhead(party)
    assert has_letterhead(worn)
    assert numbers(split([first(1), party, worn])) == [[1], [2], [3]]


def test_motto_in_the_text_is_no_letterhead() -> None:
    low = page(2, *paper.BODY * 3, *head("15", "05"))
    sentence = page(2, "Nước Cộng hòa xã hội chủ nghĩa Việt Nam là một nước độc lập, có chủ quyền", *paper.BODY * 2)
    assert not has_letterhead(low)
    assert not has_letterhead(sentence)


def test_blank_pages_and_covers() -> None:
    blank, number = page(2), page(2, "2")
    specks = page(2, "' . : ~ f", confidence=12.0)
    for empty in (blank, number, specks):
        groups = split([first(1), empty, first(3, "16")])
        assert numbers(groups) == [[1, 2], [3]]
        assert groups[0][1].role == "blank"
    cover = page(1, "UBND HUYỆN AN BÌNH", "HỒ SƠ TRÌNH KÝ", "Năm 2024")
    slip = page(3, "PHIẾU TRÌNH", "Kính trình đồng chí Chủ tịch", "Văn bản: Kế hoạch")
    groups = split([cover, first(2), slip, first(4, "16")])
    assert numbers(groups) == [[1, 2], [3, 4]]
    assert [[p.role for p in group] for group in groups] == [["cover", "content"], ["cover", "content"]]
    raw = build(groups[0])
    assert raw.text.startswith("\f" + HEAD[0]) or raw.text.startswith(HEAD[0])
    assert raw.pages[0].reason == "cover page"
    assert raw.pages[0].characters == 0


def test_a_file_of_covers_alone_is_read() -> None:
    groups = split([page(1, "THÔNG BÁO", "Họp giao ban ngày 05/3/2024")])
    assert numbers(groups) == [[1]]
    assert groups[0][0].role == "content"
    assert split([page(1), page(2)])[0][0].role == "blank"


def test_forms_are_recognised() -> None:
    form = page(3, "MẪU BÁO CÁO", *["Số vụ: ..............."] * 12)
    groups = split([first(1), more(2), form])
    assert numbers(groups) == [[1, 2, 3]]
    assert groups[0][2].role == "form"


@pytest.mark.parametrize("heading", ["Mẫu số 07. Giấy phép sử dụng nước", "Phụ lục II", "Biểu số 3"])
def test_a_form_of_an_annex_is_no_document(heading: str) -> None:
    form = [heading, *head("...", "..."), *BODY]
    assert numbers(split([first(1), more(2), page(3, *form), more(4)])) == [[1, 2, 3, 4]]
    assert numbers(split([page(1, *head("...", "..."), *BODY), page(2, *form)])) == [[1, 2]]
    assert numbers(split([page(1, *head("...", "..."), *BODY), page(2, *form[1:])])) == [[1], [2]]


def test_bundle_gives_one_plan_a_document() -> None:
    sheet = paper.Paper()
    sheet.plan()
    sheet.page()
    sheet.plan(left=["UBND HUYỆN AN BÌNH", "VĂN PHÒNG", "Số: 16/KH-VP"])
    result = extract(sheet.bytes(), "bundle.pdf")
    assert [(plan.source, plan.plan.number) for plan in result.plans] == [
        ("bundle.pdf", "15/KH-PKT"),
        ("bundle.pdf#2", "16/KH-VP"),
    ]
    assert [[page.page for page in plan.pages] for plan in result.plans] == [[1], [2]]
    assert {citation.evidence.page for citation in result.plans[1].citations} == {2}
    assert len({plan.document_id for plan in result.plans}) == 2


def test_no_text_at_all() -> None:
    sheet = paper.Paper()
    assert [error.code for error in extract(sheet.bytes(), "a.pdf").errors] == ["empty"]


@pytest.mark.parametrize("count", [2000])
def test_many_pages_are_told_apart_fast(count: int) -> None:
    pages = [first(k) if k % 3 == 0 else more(k) for k in range(count)]
    assert len(split(pages)) == (count + 2) // 3
