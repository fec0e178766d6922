"""Citations: texts and what is cited in them (`data/citations.toml`), resolution, chain, regions, bad text, speed."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnplan.document import Document, OffsetMap
from vnplan.extractors import citations, mentions
from vnplan.grammar import citing, issuers, laws
from vnplan.linking.citations import link_citations
from vnplan.records import Citation
from vnplan.segmentation.model import Letterhead, Paragraph, RegionKind, Segments

CASES = tomllib.loads((Path(__file__).parent / "data" / "citations.toml").read_text(encoding="utf-8"))["case"]
MARKS = {(True, True): "~", (True, False): "?", (False, False): ""}


def segments(text: str, letterhead: Letterhead | None = None, regions: str = "") -> Segments:
    """A document of one paragraph a line; `regions` names the region of each line by its first letter (default body)."""
    names: dict[str, RegionKind] = {"h": "header", "t": "title", "b": "basis", "c": "chrome", "a": "annex"}
    document = Document("d", "d.txt", "", "text", text, text, OffsetMap.identity(len(text)))
    paragraphs, spans, at = [], [], 0
    for k, line in enumerate(text.split("\n")):
        region = names.get(regions[k : k + 1], "body")
        paragraphs.append(Paragraph(at, at + len(line), at, "", "", 0, region))
        spans.append((region, at, at + len(line) + 1))
        at += len(line) + 1
    return Segments(document, tuple(paragraphs), (), tuple(spans), letterhead or Letterhead(), doc_type="KH")


def cite(text: str, letterhead: Letterhead | None = None, regions: str = "") -> list[Citation]:
    found = segments(text, letterhead, regions)
    return link_citations(citations.extract(found), found)


def line(citation: Citation) -> str:
    """A citation in the notation of the data file."""
    mark = "=" if citation.is_self else MARKS[citation.is_short_form, citation.resolved_from is not None]
    named = citation.number or (f"[{citation.name}]" if citation.name else "-")
    fields = (citation.doc_type, named, citation.date, citation.issuer, citation.relation)
    via = f" < {citation.via}" if citation.via else ""
    return mark + " | ".join(field or "-" for field in fields) + via


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:50] for case in CASES])
def test_citations_of_a_text(case: dict[str, object]) -> None:
    assert [line(c) for c in cite(str(case["text"]))] == case["cites"]


def test_there_are_many_cases_and_none_twice() -> None:
    texts = [case["text"] for case in CASES]
    assert len(texts) == len(set(texts)) >= 120


def test_a_law_that_is_named_where_the_title_begins_is_the_document_itself() -> None:
    text = "LUẬT ĐƯỜNG SÔNG\nCăn cứ Hiến pháp;\nTheo Luật Đường sông số 36/2024/QH15 và Luật Giá ngày 19/6/2023."
    assert cite(text, regions="tbb")[0].is_self
    assert not any(found.is_self for found in cite(text, regions="bbb"))
    guide = "NGHỊ QUYẾT\nThi hành Luật Đường sông\nCăn cứ Luật Đường sông số 36/2024/QH15."
    assert not any(found.is_self for found in cite(guide, regions="ttb"))


# -- resolution ---------------------------------------------------------------

FULL = "Thực hiện Chỉ thị số 07-CT/HU ngày 12/4/2022 của Ban Thường vụ Huyện ủy về phòng cháy."


def test_short_form_takes_the_values_of_its_full_form_and_points_to_it() -> None:
    full, short = cite(FULL + "\nSau hai năm thực hiện Chỉ thị số 07, các xã đã chuyển biến.")
    assert short.is_short_form and not full.is_short_form
    assert short.resolved_from == full.evidence.start
    assert (short.number, short.date, short.issuer) == (full.number, full.date, full.issuer)
    assert short.canonical_id == full.canonical_id == "CT:7-CT/HU"


def test_short_form_with_two_candidates_stays_open_and_lists_them() -> None:
    text = FULL + "\nCăn cứ Chỉ thị số 07/CT-UBND ngày 05/5/2022.\nTổ chức thực hiện Chỉ thị số 07."
    short = cite(text)[-1]
    assert short.number == "07" and short.resolved_from is None
    assert short.candidates == ("CT:7-CT/HU", "CT:7/CT-UBND")


def test_issuer_of_a_short_form_tells_candidates_apart() -> None:
    text = (
        FULL
        + "\nCăn cứ Chỉ thị số 07/CT-UBND ngày 05/5/2022 của UBND tỉnh.\nTheo Chỉ thị số 07 của Ủy ban nhân dân tỉnh."
    )
    assert cite(text)[-1].number == "07/CT-UBND"


def test_short_form_of_another_type_or_date_is_not_resolved() -> None:
    assert cite(FULL + "\nTheo Quyết định số 07 của Huyện ủy.")[-1].resolved_from is None
    assert cite(FULL + "\nTheo Chỉ thị số 07 ngày 01/01/2019.")[-1].resolved_from is None


def test_short_form_before_its_full_form_is_resolved_too() -> None:
    short, full = cite("Sơ kết Chỉ thị số 07.\n" + FULL)
    assert short.resolved_from == full.evidence.start


def test_full_number_without_date_is_the_same_document() -> None:
    full, again = cite(FULL + "\nTiếp tục quán triệt Chỉ thị 07-CT/HU.")
    assert again.date == full.date and again.resolved_from == full.evidence.start


def test_one_number_with_two_literal_dates_keeps_both() -> None:
    found = cite(
        "Quyết định số 14/QĐ-UBND ngày 09/4/2012.\nQuyết định số 14/QĐ-UBND ngày 04/9/2012.\nQuyết định số 14/QĐ-UBND."
    )
    assert [c.date for c in found] == ["2012-04-09", "2012-09-04", None]
    assert len({c.canonical_id for c in found}) == 1


def test_law_by_name_is_the_numbered_law() -> None:
    numbered, named = cite("Căn cứ Luật Thanh niên số 57/2020/QH14 ngày 16/6/2020;\nTuyên truyền Luật Thanh niên.")
    assert named.number == numbered.number == "57/2020/QH14"


def test_abbreviated_law_is_the_law_that_the_text_names_in_full() -> None:
    full, short = cite("Căn cứ Luật Ngân sách nhà nước ngày 25/6/2015;\nChi theo Luật NSNN và Luật Ngân sách.")[:2]
    assert short.canonical_id == full.canonical_id


def test_undated_law_with_two_dated_versions_stays_open() -> None:
    found = cite("Luật Đất đai năm 2013; Luật Đất đai năm 2024.\nThi hành Luật Đất đai.")
    assert found[-1].date is None and len(found[-1].candidates) == 2


def test_chain_leads_to_the_resolved_document() -> None:
    text = FULL + "\nKế hoạch số 3/KH-UBND ngày 04/5/2022 của UBND xã triển khai Chỉ thị số 07 của Huyện ủy."
    assert [(c.number, c.via) for c in cite(text)] == [
        ("07-CT/HU", None),
        ("3/KH-UBND", None),
        ("07-CT/HU", "KH:3/KH-UBND"),
    ]


def test_what_the_title_carries_out_is_carried_out_by_the_document() -> None:
    own = Letterhead(number="12/KH-UBND", number_status="found")
    (found,) = cite("Thực hiện Chỉ thị số 8/CT-UBND ngày 02/02/2022 của UBND tỉnh", own, "t")
    assert found.via == "KH:12/KH-UBND"


# -- the document itself, and where citations are not looked for ---------------------------------------------------------

OWN = Letterhead(number="45/KH-UBND", number_status="found", date=(2024, 3, 5))


@pytest.mark.parametrize(
    ("text", "is_self"),
    [
        ("(Kèm theo Kế hoạch số 45/KH-UBND ngày 05/3/2024 của UBND huyện)", True),
        ("Kế hoạch số 045/KH-UBND của UBND huyện", True),
        ("Kế hoạch 45/KH-UBND năm 2024 về trồng rừng do huyện An Bình ban hành", True),
        ("Kế hoạch 45/KH-UBND năm 2023 về trồng rừng", False),
        ("Căn cứ Kế hoạch số 45/KH-UBND ngày 10/01/2024 của UBND tỉnh", False),
        ("Các xã tổ chức thực hiện Kế hoạch này.", True),
        ("Trên cơ sở kế hoạch này, các thôn triển khai.", True),
    ],
)
def test_own_number_is_no_other_document(text: str, is_self: bool) -> None:
    (found,) = cite(text, OWN)
    assert found.is_self is is_self
    assert found.number == "45/KH-UBND" or not is_self


def test_own_number_line_and_chrome_are_no_citations() -> None:
    text = "Số: 45/KH-UBND\nXem thêm: Quyết định số 8/QĐ-UBND ngày 01/01/2020\nSố: 99/QĐ-UBND"
    assert cite(text, Letterhead(number="45/KH-UBND", number_status="found", number_span=(4, 14)), "hcb") == []


def test_subject_line_of_a_letter_is_read() -> None:
    (found,) = cite("V/v triển khai Chỉ thị số 8/CT-UBND ngày 02/02/2022", None, "h")
    assert found.number == "8/CT-UBND"


def test_evidence_is_the_words_of_the_citation() -> None:
    (found,) = cite("Căn cứ các Quyết định số 14/QĐ-UBND, ngày 09/4/2012 của UBND tỉnh về phí;")
    assert found.evidence.text == "Quyết định số 14/QĐ-UBND, ngày 09/4/2012 của UBND tỉnh"
    assert found.subject == "về phí"


def test_subject_ends_before_the_next_document_of_a_list() -> None:
    text = "Nghị quyết số 8/NQ-HĐND ngày 01/7/2022 của HĐND xã về thu, chi và Nghị quyết số 9/NQ-HĐND ngày 01/7/2022."
    assert cite(text)[0].subject == "về thu, chi"


def test_repaired_number_is_less_certain() -> None:
    printed, repaired = cite("Nghị định số 31/2021/NĐ-CP và Nghị định số 32/2021/ND-CP.")
    assert printed.evidence.confidence > repaired.evidence.confidence
    assert repaired.number == "32/2021/NĐ-CP"


@pytest.mark.parametrize(
    "text", ["Luật Đát đai năm 2024", "Quyết định số 8/QĐ-TT& ngày 5/5/2021", "Luật Giá ngày l6/4/2021"]
)
def test_what_was_put_right_is_less_certain_and_its_words_stay_as_read(text: str) -> None:
    (found,) = cite(text)
    assert found.evidence.confidence < 1
    assert found.evidence.text == text


def test_text_that_is_no_administrative_document_has_no_citations() -> None:
    plain = segments("Decision No. 12/QĐ-UBND was cited in the news.")
    object.__setattr__(plain, "is_administrative", False)
    assert citations.extract(plain) == []
    assert citations.extract(segments("")) == []


@pytest.mark.parametrize(
    "text",
    [
        "The council adopted resolution 12/2020 on 3/4/2020; see file A-12/B and case no. 18.",
        "id;name;value\n1;A/B-C;2020-01-01\n2;KH-UBND;12/24",
        "dGhpcyBpcyBub3QgYSBkb2N1bWVudA==/12/KH+3/QA==",
        "số điện thoại 0912.345.678/8, số nhà 12/3 Lê Lợi, biển số 74A-123.45, giá 12.000/kg",
    ],
)
def test_other_text_has_no_citations(text: str) -> None:
    assert cite(text) == []


PIECES = [
    "Thực hiện", "Căn cứ", "Kế hoạch số 12/KH-UBND", "số 3,", "Luật", "Luật Giá", "sửa đổi, bổ sung", "ngày 05/3/2023", "của",
    "UBND tỉnh", "Chỉ thị số 8", "và", ";", "(", ")", "về việc", "Nghị quyết 9-NQ/TU", "này", "các", ":", "\n", "12/", "-", "1.2.3",
    "Bộ luật", "Hiến pháp", "QĐ - U B ND", "Liên Bộ: A, B", "năm 2020", "tại", "đã ban hành", "KH", "…/2024/QĐ-X", "Số", "TP.",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_order_of_words_is_read_without_error(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = cite(text)
    starts = [c.evidence.start for c in found]
    assert starts == sorted(starts)
    for citation in found:
        assert text[citation.evidence.start : citation.evidence.end] == citation.evidence.text != ""
        assert citation.is_self or citation.number or citation.name


# -- tables and speed ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ hướng dẫn", "Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ"),
        ("Sở Văn hóa, Thể thao và Du lịch về lễ hội", "Sở Văn hóa, Thể thao và Du lịch"),
        ("Liên Bộ: Nội vụ, Tài chính, Y tế về phụ cấp", "Liên Bộ: Nội vụ, Tài chính, Y tế"),
        ("Ban Bí thư Trung ương Đảng (khóa XI) về", "Ban Bí thư Trung ương Đảng (khóa XI)"),
        ("Ban Bí thư khóa XI", "Ban Bí thư khóa XI"),
        ("Bộ Công an và Bộ Quốc phòng quy định", "Bộ Công an và Bộ Quốc phòng"),
        ("UBND huyện Đông Hòa và Kế hoạch số 2", "UBND huyện Đông Hòa"),
        ("Chính phủ có hiệu lực", "Chính phủ"),
        ("BỘ XÂY DỰNG VỀ NHÀ Ở", "BỘ XÂY DỰNG"),
        ("UBND TP. Huế về việc", "UBND TP. Huế"),
        ("Ban quản lý dự án huyện ban hành", "Ban quản lý dự án huyện"),
        ("các đơn vị", ""),
    ],
)
def test_issuer_ends(text: str, end: str) -> None:
    assert text[: issuers.issuer_end(text, 0, len(text))] == end


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Luật Phòng, chống tác hại của rượu, bia và", "Luật Phòng, chống tác hại của rượu, bia"),
        ("Luật Khởi nghiệp cộng đồng được Quốc hội", "Luật Khởi nghiệp cộng đồng"),
        ("Luật khởi nghiệp cộng đồng được Quốc hội", None),
        ("Luật khởi nghiệp cộng đồng năm 2031", "Luật khởi nghiệp cộng đồng"),
        ("Luật sửa đổi, bổ sung một số điều của Luật Giá và Luật Phí và lệ phí năm 2030",
         "Luật sửa đổi, bổ sung một số điều của Luật Giá và Luật Phí và lệ phí"),
        ("Luật sửa đổi, bổ sung một số điều của luật hiện hành", None),
        ("Luật gia", None),
        ("Luật này", None),
        ("Luật Bảo vệ môl trường về", "Luật Bảo vệ môl trường"),
    ],
)  # fmt: skip
def test_name_of_a_law(text: str, name: str | None) -> None:
    found = laws.read_law(text, 0, len(text))
    assert (found and text[: found.end]) == name


def test_short_name_is_not_taken_for_another() -> None:
    assert cite("Luật Gia đình năm 2030")[0].name == "Luật Gia đình"


HOSTILE = [
    "số ",
    "ngày 1/",
    "a, ",
    "((((",
    "Sở ",
    "0",
    "12/",
    "1/KH-",
    "Luật ",
    "Luật sửa đổi, ",
    "Luật Tô chúc chinh ",
    "Luật sửa đôi, bô sung của Luật Giá số 1/2023/QH15 và ",
    "số l",
    "của Bộ ",
    "và số 1, ",
    "này ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    begin = time.process_time()
    cite(text)
    assert time.process_time() - begin < 60


def test_time_grows_with_the_length_only() -> None:
    text = "Căn cứ Quyết định số 14/QĐ-UBND ngày 09/4/2012 của UBND tỉnh về phí; Luật Giá; Kế hoạch này. "

    def seconds(count: int) -> float:
        begin = time.process_time()
        mentions.MentionReader(segments("\n".join([text] * count))).read()
        return time.process_time() - begin

    seconds(50)
    assert seconds(4000) < 40 * max(seconds(400), 0.005)


def test_scan_finds_what_the_reader_needs() -> None:
    kinds = [
        m.lastgroup for m in citing.scan_pattern().finditer("số 5/QĐ-X, Chỉ thị số 8, Nghị quyết 9, Luật, Kế hoạch này")
    ]
    assert kinds == ["docno", "so", "plain", "law", "this"]
