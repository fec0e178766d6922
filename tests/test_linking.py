"""Names of bodies and places linked by the document that they stand in."""

from __future__ import annotations

import datetime as dt
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnplan import analyze, read
from vnplan.errors import UsageError
from vnplan.evaluation.links import difference, score_links
from vnplan.linking.bodies import Linker, link_bodies, linker_of
from vnplan.linking.lookup import describe, lookup
from vnplan.records import Deadline, Entity, Evidence, Plan, PlanResult, Responsibility

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "raw"
EVIDENCE = Evidence("x", 0, 1)
DISTRICT = Plan(
    issuing_body="Ủy ban nhân dân huyện Trà Cú", parent_body=None, place="Trà Cú", issue_date=dt.date(2023, 2, 9)
)
PROVINCE = Plan(issuing_body="Ủy ban nhân dân tỉnh Trà Vinh", issue_date=dt.date(2024, 2, 9))
DEPARTMENT = Plan(issuing_body="Sở Y tế", parent_body="Ủy ban nhân dân tỉnh Lạng Sơn", issue_date=dt.date(2024, 2, 9))
COMMUNE = Plan(issuing_body="Ủy ban nhân dân xã Long Hiệp", parent_body="Huyện Trà Cú", issue_date=dt.date(2024, 2, 9))
NEW_COMMUNE = Plan(issuing_body="Ủy ban nhân dân xã Long Hiệp", place="Vĩnh Long", issue_date=dt.date(2025, 9, 9))
CITY = Plan(issuing_body="Ủy ban nhân dân thành phố Hồ Chí Minh", issue_date=dt.date(2020, 2, 9))
MINISTRY = Plan(issuing_body="Bộ Y tế", place="Hà Nội", issue_date=dt.date(2024, 2, 9))
WARD = Plan(
    issuing_body="Đảng ủy phường Phố Hòa", parent_body="Đảng bộ thị xã Đức Phố", issue_date=dt.date(2023, 9, 20)
)
SCHOOL = Plan(
    issuing_body="Trường THCS Nguyễn Trãi",
    parent_body="Phòng Giáo dục và Đào tạo huyện Trà Cú",
    issue_date=dt.date(2023, 9, 20),
)


def result(plan: Plan, *names: str, text: str = "") -> PlanResult:
    facts = tuple(Responsibility(EVIDENCE, name, "lead") for name in names)
    return PlanResult("d", "s", "h", "text", text, plan, responsibilities=facts)


def linked(plan: Plan, name: str) -> str | None:
    return link_bodies(result(plan, name)).responsibilities[0].body_id


D = "district-849-2024"
P = "province-84-2024"


@pytest.mark.parametrize(
    ("plan", "name", "body_id"),
    [
        (DISTRICT, "Công an huyện", f"cong-an@{D}"),
        (DISTRICT, "Ban ATGT tỉnh", f"ban-an-toan-giao-thong@{P}"),
        (DISTRICT, "Sở Y tế", f"so-y-te@{P}"),
        (DISTRICT, "UBND các xã, thị trấn", f"ubnd@{D}/communes"),
        (DISTRICT, "UBND xã", f"ubnd@{D}/communes"),
        (DISTRICT, "Công an các xã", f"cong-an@{D}/communes"),
        (DISTRICT, "TTHU", f"huyen-uy@{D}#thuong-truc"),
        (DISTRICT, "TT. HĐND huyện", f"hdnd@{D}#thuong-truc"),
        (DISTRICT, "TTHU, TT HĐND huyện", f"huyen-uy@{D}#thuong-truc+hdnd@{D}#thuong-truc"),
        (DISTRICT, "CT các PCT UBND huyện", f"ubnd@{D}#chu-tich+pho-chu-tich"),
        (DISTRICT, "BTV Tỉnh ủy", f"tinh-uy@{P}#ban-thuong-vu"),
        (DISTRICT, "Phòng LĐ-TB&XH", f"phong-lao-dong-thuong-binh-va-xa-hoi@{D}"),
        (DISTRICT, "Phòng Lao động, Thương binh và Xã hội huyện", f"phong-lao-dong-thuong-binh-va-xa-hoi@{D}"),
        (DISTRICT, "Trưởng phòng Nội vụ", f"phong-noi-vu@{D}#truong"),
        (DISTRICT, "UBND", f"ubnd@{D}"),
        (DISTRICT, "UBND xã Long Hiệp", "ubnd@commune-29506-2024"),
        (DISTRICT, "UBND huyện Cầu Kè", "ubnd@district-845-2024"),
        (DISTRICT, "Công an tỉnh Kiên Giang", "cong-an@province-91-2024"),
        (DISTRICT, "Thủ tướng Chính phủ", "thu-tuong-chinh-phu"),
        (DISTRICT, "Bộ GTVT", "bo-giao-thong-van-tai"),
        (DISTRICT, "Trường THCS Nguyễn Trãi", f"truong-thcs.nguyen-trai@{D}"),
        (DISTRICT, "Ủy ban nhân dân các cấp", f"ubnd@{D}/units"),
        (PROVINCE, "Phòng CSGT Công an tỉnh", f"phong-canh-sat-giao-thong@{P}"),
        (PROVINCE, "UBND các huyện, thị xã, thành phố", f"ubnd@{P}/districts"),
        (PROVINCE, "UBND cấp huyện", f"ubnd@{P}/districts"),
        (PROVINCE, "Giám đốc Sở GD&ĐT", f"so-giao-duc-va-dao-tao@{P}#giam-doc"),
        (PROVINCE, "VP HĐND và UBND huyện Trà Cú", f"van-phong-hdnd-ubnd@{D}"),
        (PROVINCE, "Thành ủy Trà Vinh", "thanh-uy@district-842-2024"),
        (PROVINCE, "Thành ủy", f"thanh-uy@{P}/districts"),
        (PROVINCE, "Tỉnh ủy Trà Vinh", f"tinh-uy@{P}"),
        (PROVINCE, "Sở VH,TT&DL", f"so-van-hoa-the-thao-va-du-lich@{P}"),
        (PROVINCE, "Kho bạc Nhà nước khu vực XVIII", "kho-bac-nha-nuoc.khu-vuc-xviii"),
        (PROVINCE, "Bộ Tư lệnh Quân khu 9", "bo-tu-lenh.quan-khu-9"),
        (PROVINCE, "Ban Dân tộc", f"ban-dan-toc@{P}"),
        (PROVINCE, "Ban Dân tộc - Tôn giáo tỉnh", f"ban.dan-toc-ton-giao@{P}"),
        (PROVINCE, "Ban Dân tộc và Tôn giáo tỉnh", f"ban.dan-toc-va-ton-giao@{P}"),
        (PROVINCE, "Ban Dân tộc HĐND tỉnh", f"ban-dan-toc-hdnd@{P}"),
        (PROVINCE, "Ban Quản lý Khu kinh tế Định An", f"ban-quan-ly-khu-kinh-te@{P}"),
        (PROVINCE, "Công ty CP Đầu tư và Xây dựng", f"cong-ty-co-phan.dau-tu-va-xay-dung@{P}"),
        (PROVINCE, "SỞ TƯ PHÁP", f"so-tu-phap@{P}"),
        (PROVINCE, "Hội đồng Thi đua TƯ", "hoi-dong.thi-dua-trung-uong"),
        (PROVINCE, "Ban Tư pháp", f"ban.tu-phap@{P}"),
        (PROVINCE, "Cục Hải quan tỉnh", f"co-quan-hai-quan@{P}"),
        (PROVINCE, "Cục Quản lý dược", "cuc.quan-ly-duoc"),
        (PROVINCE, "Viện Kiểm sát NDTC", "vien-kiem-sat-nhan-dan-toi-cao"),
        (PROVINCE, "Ban Chỉ đạo Quốc gia", "ban-chi-dao.quoc-gia"),
        (PROVINCE, "Báo Trà Vinh", f"bao@{P}"),
        (PROVINCE, "Báo Tuổi Trẻ", f"bao.tuoi-tre@{P}"),
        (PROVINCE, "Cổng TT-ÐT tỉnh", f"cong-thong-tin-dien-tu@{P}"),
        (PROVINCE, "Trường Mầm non thị trấn Trà Cú", "truong-mam-non@commune-29461-2024"),
        (PROVINCE, "Trường Mầm non thị trần Trà Cú", "truong-mam-non@commune-29461-2024"),
        (DEPARTMENT, "Phòng Kế hoạch - Tài chính", "phong-tai-chinh-ke-hoach@so-y-te@province-20-2024"),
        (DEPARTMENT, "Phòng Nội vụ", "phong-noi-vu@province-20-2024/districts"),
        (MINISTRY, "Ủy ban Thường vụ Quốc hội nước Cộng hòa xã hội chủ nghĩa Việt Nam", "uy-ban-thuong-vu-quoc-hoi"),
        (CITY, "Thành ủy", "thanh-uy@province-79-2024"),
        (DEPARTMENT, "Giám đốc Sở", "so-y-te@province-20-2024#giam-doc"),
        (DEPARTMENT, "Văn phòng Sở", "van-phong@so-y-te@province-20-2024"),
        (COMMUNE, "Đảng ủy", "dang-uy@commune-29506-2024"),
        (COMMUNE, "Công an huyện", f"cong-an@{D}"),
        (NEW_COMMUNE, "Công an xã", "cong-an@commune-29506-2025"),
        (NEW_COMMUNE, "UBND tỉnh", "ubnd@province-86-2025"),
        (NEW_COMMUNE, "Công an huyện", None),
        (CITY, "UBND thành phố", "ubnd@province-79-2024"),
        (CITY, "UBND các quận, huyện", "ubnd@province-79-2024/districts"),
        (MINISTRY, "HĐND, UBND các tỉnh, TP trực thuộc TW", "hdnd@vn/provinces+ubnd@vn/provinces"),
        (MINISTRY, "Sở Y tế", "so-y-te@vn/provinces"),
        (MINISTRY, "Vụ Pháp chế", "vu.phap-che@bo-y-te"),
        (MINISTRY, "liên Bộ Nội vụ, Tài chính", "bo-noi-vu+bo-tai-chinh"),
        (MINISTRY, "Cục Kiểm tra VBQPPL (Bộ Tư pháp)", "cuc-kiem-tra-van-ban-quy-pham-phap-luat"),
        (WARD, "Thị ủy", "thi-uy@district-534-2024"),
        (WARD, "UBND phường", "ubnd@commune-21469-2024"),
        (SCHOOL, "Công an huyện", f"cong-an@{D}"),
    ],
)
def test_a_name_is_linked_by_its_document(plan: Plan, name: str, body_id: str | None) -> None:
    assert linked(plan, name) == body_id


@pytest.mark.parametrize(
    ("plan", "name"),
    [
        (DISTRICT, "các sở, ban, ngành"),
        (DISTRICT, "các cơ quan, đơn vị liên quan"),
        (DISTRICT, "các phòng chuyên môn"),
        (DISTRICT, "nhà trường"),
        (DISTRICT, "Trưởng thôn"),
        (DISTRICT, "phòng họp"),
        (DISTRICT, "Lưu: VT"),
        (DISTRICT, ""),
        (DISTRICT, "Xyz"),
        (MINISTRY, "các Bộ, cơ quan ngang Bộ"),
        (Plan(), "Công an huyện"),
        (Plan(), "UBND tỉnh"),
    ],
)
def test_what_names_nothing_stays_open(plan: Plan, name: str) -> None:
    assert linked(plan, name) is None


@pytest.mark.parametrize(
    ("name", "body_id"),
    [
        ("Cống an huyện", f"cong-an@{D}"),
        ("Ban An toàn giao thống huyện", f"ban-an-toan-giao-thong@{D}"),
        ("Sở Giao thông vân tải", f"so-giao-thong-van-tai@{P}"),
        ("Uỷ ban nhân dan huyện Trà Cũ", f"ubnd@{D}"),
        ("UBND huyện Cầu Kẻ", "ubnd@district-845-2024"),
        ("Cong an huyen Tra Cu", f"cong-an@{D}"),
        ("Công an huyệnTrà Cú", f"cong-an@{D}"),
    ],
)
def test_misread_names_are_forgiven(name: str, body_id: str) -> None:
    assert linked(DISTRICT, name) == body_id


def test_ambiguity_is_left_open_with_its_candidates() -> None:
    plan = Plan(issuing_body="Ủy ban nhân dân huyện Tam Nông", issue_date=dt.date(2023, 1, 5))
    found = link_bodies(result(plan, "Công an huyện"))
    assert found.plan.issuing_body_id is None
    assert set(found.plan.issuing_body_candidates) == {"ubnd@district-236-2024", "ubnd@district-871-2024"}
    assert set(found.responsibilities[0].body_candidates) == {"cong-an@district-236-2024", "cong-an@district-871-2024"}


@pytest.mark.parametrize(
    "more",
    [
        {"parent_body": "Tỉnh Đồng Tháp"},
        {"place": "Đồng Tháp"},
        {"text": "Thực hiện Kế hoạch của Ủy ban nhân dân tỉnh Đồng Tháp; Ban ATGT tỉnh Đồng Tháp"},
    ],
)
def test_the_document_tells_units_of_one_name_apart(more: dict[str, str]) -> None:
    plan = Plan(issuing_body="Ủy ban nhân dân huyện Tam Nông", issue_date=dt.date(2023, 1, 5))
    text = more.pop("text", "")
    assert linker_of(result(replace(plan, **more), text=text)).body("Công an huyện").id == "cong-an@district-871-2024"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "year", "month", "unit"),
    [
        (None, None, None, "province-91-2024"),
        (None, 2023, None, "province-91-2024"),
        (None, 2026, None, None),
        (None, 2025, 3, "province-91-2024"),
        (dt.date(2025, 6, 30), 2025, 6, "province-91-2024"),
    ],
)
def test_the_day_decides_between_the_orders(
    day: dt.date | None, year: int | None, month: int | None, unit: str | None
) -> None:
    plan = Plan(issuing_body="UBND tỉnh Kiên Giang", issue_date=day, issue_year=year, issue_month=month)
    found = linked(plan, "Sở Y tế")
    assert found is not None
    assert found == f"so-y-te@{unit or 'province-91-2024'}"


def test_a_day_that_is_not_known_takes_the_order_in_which_all_names_fit() -> None:
    plan = Plan(issuing_body="Ủy ban nhân dân phường Nguyệt Hóa", parent_body="Tỉnh Vĩnh Long")
    context = linker_of(result(plan)).context
    assert context.vintage == "2025"
    assert context.anchors["province"].id == "province-86-2025"


def entity(text: str, words: str, label: str) -> Entity:
    start = text.index(words)
    return Entity(Evidence(words, start, start + len(words)), label)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words", "label", "expected", "name"),
    [
        ("tại tỉnh Trà Vinh", "tỉnh Trà Vinh", "LOC", P, "tỉnh Trà Vinh"),
        ("Trà Cú, ngày 3", "Trà Cú", "LOC", D, "huyện Trà Cú"),
        ("các xã Long Hiệp, Đại An và Tập Sơn", "Đại An", "LOC", "commune-29491-2024", "xã Đại An"),
        ("ở Việt Nam", "Việt Nam", "LOC", "vn", "Việt Nam"),
        ("xã Hưng Đạo (huyện Bảo Lạc)", "xã Hưng Đạo", "LOC", "commune-01351-2024", "xã Hưng Đạo"),
        ("gửi các Sở: Y tế, Nội vụ", "Nội vụ", "ORG", f"so-noi-vu@{P}", "Sở Nội vụ tỉnh Trà Vinh"),
        ("Quốc lộ 1A", "Quốc lộ 1A", "LOC", None, None),
        ("tỉnh lộ 914", "tỉnh lộ 914", "LOC", None, None),
        ("số 60 Trần Phú", "Trần Phú", "LOC", None, None),
        ("tại xã\nLong Hiệp", "Long Hiệp", "LOC", "commune-29506-2024", "xã Long Hiệp"),
        ("các tỉnh Tây Nguyên", "Tây Nguyên", "LOC", None, None),
        ("ông Trần Phú", "Trần Phú", "PER", None, None),
    ],
)
def test_entities_get_canonical_names(
    text: str, words: str, label: str, expected: str | None, name: str | None
) -> None:
    found = link_bodies(replace(result(DISTRICT, text=text), entities=(entity(text, words, label),))).entities[0]
    assert (found.canonical_id, found.canonical) == (expected, name)


RESOLUTION = Plan(
    issuing_body="Ủy ban Thường vụ Quốc hội",
    title="Sắp xếp các đơn vị hành chính cấp xã của tỉnh Vĩnh Long năm 2025",
    issue_date=dt.date(2025, 6, 16),
)


@pytest.mark.parametrize(
    ("text", "words", "label", "expected"),
    [
        # Vĩnh Long of 2025 holds what was Trà Vinh and Bến Tre; there are communes of these names elsewhere.
        ("dân số của xã Long Hiệp", "xã Long Hiệp", "LOC", "commune-29506-2024"),
        ("thành xã mới có tên gọi là xã Long Hiệp", "xã Long Hiệp", "LOC", "commune-29506-2025"),
        ("lấy tên là **xã Long Hiệp**", "xã Long Hiệp", "LOC", "commune-29506-2025"),
        ("Hội đồng nhân dân, Ủy ban nhân dân tỉnh", "Hội đồng nhân dân", "ORG", "hdnd@province-86-2024"),
        ("Ủy ban nhân dân các tỉnh", "Ủy ban nhân dân các tỉnh", "ORG", "ubnd@vn/provinces"),
    ],
)
def test_the_title_of_a_central_document_says_where_its_units_lie(
    text: str, words: str, label: str, expected: str | None
) -> None:
    found = link_bodies(replace(result(RESOLUTION, text=text), entities=(entity(text, words, label),))).entities[0]
    assert found.canonical_id == expected


def test_deadlines_recipients_and_the_issuer_are_linked_too() -> None:
    plan = replace(DISTRICT, recipients=("TTHU", "Lưu: VT"))
    given_result = replace(result(plan), deadlines=(Deadline(EVIDENCE, None, body="Công an huyện"),))
    found = link_bodies(given_result)
    assert found.deadlines[0].body_id == f"cong-an@{D}"
    assert found.plan.recipient_ids == (f"huyen-uy@{D}#thuong-truc", "")
    assert found.plan.issuing_body_id == f"ubnd@{D}"


NAMES = ["Công an huyện", "Sở Y tế tỉnh Trà Vinh", "UBND các xã, thị trấn", "Huyện ủy", "Hội Chữ thập đỏ huyện Trà Cú"]


@given(
    st.sampled_from(NAMES),
    st.sampled_from([str.lower, str.upper, str]),
    st.sampled_from(["NFC", "NFD"]),
    st.sampled_from([" ", "  ", "\n", "\u00a0"]),
)
def test_case_spacing_and_unicode_form_do_not_matter(name: str, case: object, form: str, space: str) -> None:
    written = unicodedata.normalize(form, case(name)).replace(" ", space)  # type: ignore[operator, arg-type]
    assert linked(DISTRICT, written) == linked(DISTRICT, name) is not None


@given(st.sampled_from(["huỷ", "hoà"]), st.sampled_from(["Uỷ ban nhân dân", "Ủy ban nhân dân"]))
def test_tone_placement_does_not_matter(_: str, name: str) -> None:
    assert (
        linked(DISTRICT, f"{name} tỉnh Hoà Bình")
        == linked(DISTRICT, f"{name} tỉnh Hòa Bình")
        == "ubnd@province-17-2024"
    )


PIECES = ["các", "TT", "CT", "UBND", "HĐND", "Sở", "Bộ", "Phòng", "Y tế", "xã", "huyện", "tỉnh", "thành phố", "Trà Cú", "và", ",",
          "-", "(", "của", "thuộc", "cấp", "Trung ương", "Công an", "Ban Chỉ đạo", "138", "thôn", "Hội", "phòng", "\u0301", "đ/c"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from([DISTRICT, MINISTRY, NEW_COMMUNE, Plan()]))
def test_linking_never_raises_and_is_idempotent(pieces: list[str], plan: Plan) -> None:
    name = " ".join(pieces)
    once = link_bodies(result(replace(plan, recipients=(name,)), name))
    assert link_bodies(once) == once
    body_id = once.responsibilities[0].body_id
    for one in (body_id or "").split("+"):
        if one and "#" not in (body_id or ""):
            assert describe(one).name


@given(st.text(max_size=60))
def test_no_text_makes_linking_or_lookup_fail(text: str) -> None:
    link_bodies(result(replace(DISTRICT, issuing_body=text, parent_body=text, place=text), text, text=text))
    lookup(text)


def seconds(given_result: PlanResult) -> float:
    started = time.perf_counter()
    link_bodies(given_result)
    return time.perf_counter() - started


def test_huge_names_and_many_names_take_no_time() -> None:
    seconds(result(DISTRICT, "Công an huyện", "UBND xã Long Hiệp"))
    assert (
        seconds(result(replace(DISTRICT, issuing_body="UBND " + "huyện " * 170_000), "Công an " + "a " * 500_000)) < 1
    )
    assert seconds(result(DISTRICT, *(["Công an huyện"] * 20_000))) < 2
    names = [f"Phòng Xq{number} Yw{number}" for number in range(1000)]
    few, many = seconds(result(DISTRICT, *names[:100])), seconds(result(DISTRICT, *names))
    assert many < 10 + 40 * few


def test_samples_are_linked_end_to_end() -> None:
    path = SAMPLES / "huyen" / "ke-hoach-cao-diem-atgt-ven-kenh-2024.txt"
    found = analyze(read(path.read_bytes(), path.name))
    assert found.plan.issuing_body_id is not None
    ids = [fact.body_id for fact in found.responsibilities]
    assert sum(one is not None for one in ids) > len(ids) / 2
    assert link_bodies(found) == found


# -- lookup ------------------------------------------------------------------------------------------------------------


def test_lookup_tells_name_codes_and_successors() -> None:
    (meaning,) = lookup("TTHU Trà Cú")
    assert meaning.name == "Thường trực Huyện ủy Trà Cú"
    assert (meaning.kind, meaning.level) == ("huyen-uy", "district")
    assert meaning.unit is not None and (meaning.unit.code, meaning.unit.within) == ("849", ("tỉnh Trà Vinh",))
    assert "xã Trà Cú" in {unit.name for unit in meaning.now}
    assert {unit.within for unit in meaning.now} == {("tỉnh Vĩnh Long",)}


def test_lookup_tells_mergers_of_bodies() -> None:
    (before,) = lookup("Bộ GTVT")
    assert before.until == dt.date(2025, 2, 28) and before.became == (("bo-xay-dung", "Bộ Xây dựng"),)
    (after,) = lookup("Bộ Xây dựng")
    assert ("bo-giao-thong-van-tai", "Bộ Giao thông vận tải") in after.came_from


@pytest.mark.parametrize(
    ("words", "within", "date", "found"),
    [
        ("Công an huyện", "huyện Trà Cú", None, [f"cong-an@{D}"]),
        ("Công an huyện", "UBND huyện Trà Cú", None, [f"cong-an@{D}"]),
        ("UBND huyện Châu Thành", "tỉnh Trà Vinh", None, ["ubnd@district-847-2024"]),
        ("An Giang", None, None, ["province-91-2025"]),
        ("An Giang", None, dt.date(2024, 1, 1), ["province-89-2024"]),
        ("An Giang", None, dt.date(2026, 1, 1), ["province-91-2025"]),
        ("xã Lưu Nghiệp Anh", None, dt.date(2026, 1, 1), ["commune-29476-2025"]),
        (D, None, None, [D]),
        (f"cong-an@{D}/communes", None, None, [f"cong-an@{D}/communes"]),
        ("Công an huyện", None, None, [""]),
        ("UBND huyện Tam Nông", None, None, [""]),
        ("abc xyz", None, None, []),
        ("", None, None, []),
    ],
)
def test_lookup_with_its_context(words: str, within: str | None, date: dt.date | None, found: list[str]) -> None:
    assert [meaning.id for meaning in lookup(words, within, date)] == found


def test_lookup_in_an_unknown_place_says_so() -> None:
    with pytest.raises(UsageError, match="no place or body"):
        lookup("Công an huyện", "nơi nào đó")


def test_the_linker_answers_one_name_once() -> None:
    linker = Linker(linker_of(result(DISTRICT)).context)
    assert linker.body("Công an huyện") is linker.body("Công an huyện")


# -- names linked by hand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link_id", "expected", "wrong"),
    [
        (f"ubnd@{D}", {"kind": "ubnd", "level": "district", "unit": "849"}, ""),
        (f"hdnd@{D}#thuong-truc", {"kind": "hdnd", "level": "district", "unit": "849"}, ""),
        (f"ubnd@{D}/communes", {"kind": "ubnd", "level": "commune", "unit": "849", "plural": True}, ""),
        ("so-y-te@vn/provinces", {"kind": "so-y-te", "level": "province", "unit": None}, ""),
        ("bo-y-te", {"kind": "bo-y-te", "level": "central", "unit": None}, ""),
        (P, {"kind": "place", "level": "province", "unit": "84"}, ""),
        ("vn", {"kind": "place", "level": None, "unit": None}, ""),
        (P, {"kind": "place", "level": None, "unit": None}, f"{P} for what is no unit"),
        (f"ubnd@{P}", {"kind": "ubnd", "level": "district", "unit": "849"}, "level province, unit 84"),
        (f"hdnd@{D}", {"kind": "ubnd", "level": "district", "unit": "849"}, "kind hdnd"),
        (f"ubnd@{D}", {"kind": "ubnd", "level": "district", "unit": "849", "plural": True}, "one, not all"),
    ],
)
def test_a_link_is_compared_with_the_label(link_id: str, expected: dict[str, object], wrong: str) -> None:
    assert difference(link_id, expected) == wrong


def test_missing_labels_or_documents_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        score_links(tmp_path / "none.jsonl", tmp_path, "dev")
    labels = tmp_path / "labels.jsonl"
    labels.write_text("")
    with pytest.raises(UsageError, match="no names"):
        score_links(labels, tmp_path, "dev")
    labels.write_text('{"part": "dev", "file": "gone.txt"}\n')
    with pytest.raises(UsageError, match="missing"):
        score_links(labels, tmp_path, "dev")
