"""Names in the head of a scan that recognition misread: repaired to the only body or place that fits, else marked."""

from __future__ import annotations

import pytest

from vnplan.linking.repairs import repaired
from vnplan.records import Page, Plan, PlanResult

_PAGE = Page(1, 595.0, 842.0, "ocr", 90.0, 0, 100, "")


def result(issuer: str | None, place: str | None, page: Page = _PAGE) -> PlanResult:
    plan = Plan(issuing_body=issuer, place=place)
    return PlanResult(document_id="d", source="a.pdf", sha256="0", format="pdf", text="", plan=plan, pages=(page,))


@pytest.mark.parametrize(
    ("read", "place", "right"),
    [
        ("Sở Y té", "Lâm Đồng", "Sở Y tế"),
        ("Ủy ban nhân dân tỉnh Lâm Đòng", "Lâm Đồng", "Ủy ban nhân dân tỉnh Lâm Đồng"),
        ("Ủy ban ân dân tỉnh Lâm Đông", None, "Ủy ban nhân dân tỉnh Lâm Đồng"),
        ("Bộ Công an © 1}bca-c04", "Hà Nội", "Bộ Công an"),
        ("Công an tỉnh Lâm Đỏng Tội", "Lâm Đồng", "Công an tỉnh Lâm Đồng"),
        ("Ủy ban nhân dân tỉnh Lâm Đồng dự thảo 2", "Lâm Đồng", "Ủy ban nhân dân tỉnh Lâm Đồng"),
        # Bodies that nothing bears out, at a place that is known.
        ("Ban Thường vụ Hội LHPN tỉnh Lâm Đông", "Lâm Đồng", "Ban Thường vụ Hội LHPN tỉnh Lâm Đồng"),
        ("Câu lạc bộ Ươm mầm huyện Mỏ Cầy Nam", None, "Câu lạc bộ Ươm mầm huyện Mỏ Cày Nam"),
        ("Trường Đại học Càn Thơ", "Cần Thơ", "Trường Đại học Cần Thơ"),
    ],
)
def test_issuing_body_is_repaired(read: str, place: str | None, right: str) -> None:
    plan = repaired(result(read, place)).plan
    assert plan.issuing_body == right
    assert any(read in warning for warning in plan.warnings)


@pytest.mark.parametrize(
    "name",
    [
        "Sở Y tế",
        "Ủy ban nhân dân huyện Mỏ Cày Nam",
        "Ban Chỉ đạo 138",
        "Trung tâm Ươm mầm Xanh",
        "Hội đồng thẩm định, đánh giá",
        "Sở Y tế tỉnh Lâm Đồng Phòng Nghiệp vụ Y",
        "Công ty Cổ phần Xi măng Lâm Đồng Xanh",
        "Trường Trung học phổ thông Thanh Hoa",
        "Câu lạc bộ Ươm mầm huyện Thạnh Hóa",
        "Trường Tiểu học Đông Tháp",
    ],
)
def test_sound_names_stay(name: str) -> None:
    plan = repaired(result(name, "Lâm Đồng")).plan
    assert (plan.issuing_body, plan.warnings) == (name, ())


def test_place_is_repaired_only_where_one_fits() -> None:
    assert repaired(result(None, "Lâm Đòng")).plan.place == "Lâm Đồng"
    assert repaired(result(None, "Lâm Đồng")).plan.warnings == ()
    assert repaired(result(None, "Bình Son")).plan.place in ("Bình Sơn", "Bình Son")
    assert repaired(result(None, "An Hoa")).plan.place == "An Hoa"


def test_text_that_was_not_recognised_is_never_repaired() -> None:
    page = Page(1, 595.0, 842.0, "text_layer", None, 0, 100, "")
    assert repaired(result("Sở Y té", "Lâm Đòng", page)).plan.issuing_body == "Sở Y té"


def test_name_that_nothing_bears_out_is_marked() -> None:
    plan = repaired(result("Phòng }} xk1z Tội", "Lâm Đồng")).plan
    assert any("may be misread" in warning for warning in plan.warnings)
