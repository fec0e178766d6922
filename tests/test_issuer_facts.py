"""Plan columns that tell who issues a document: level, province before and after the mergers, party, draft."""

from __future__ import annotations

import pytest

from vnplan import analyze, read
from vnplan.records import Plan

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM\n"


def plan_of(bodies: str, place: str, symbol: str, year: int = 2024, line: str = STATE) -> Plan:
    text = (
        f"{bodies}\nSố: 8/{symbol}\n{line}{place}, ngày 3 tháng 4 năm {year}\nKẾ HOẠCH\nTrồng cây bên đường\n"
        "Căn cứ tình hình thực tế, các đơn vị thực hiện như sau:\nI. MỤC ĐÍCH\n1. Yêu cầu\nBảo đảm kịp thời.\n"
    )
    return analyze(read(text.encode(), "x.txt")).plan


ISSUERS = [
    ("ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI", "Yên Bái", "KH-UBND", 2024, ("province", "Yên Bái", "Lào Cai")),
    ("ỦY BAN NHÂN DÂN\nTỈNH LÀO CAI", "Lào Cai", "KH-UBND", 2026, ("province", "Lào Cai", "Lào Cai")),
    ("UBND TỈNH YÊN BÁI\nSỞ Y TẾ", "Yên Bái", "KH-SYT", 2024, ("province", "Yên Bái", "Lào Cai")),
    ("ỦY BAN NHÂN DÂN\nHUYỆN TRẠM TẤU", "Trạm Tấu", "KH-UBND", 2024, ("district", "Yên Bái", "Lào Cai")),
    ("BỘ Y TẾ", "Hà Nội", "KH-BYT", 2024, ("central", None, None)),
    ("PHÒNG GD&ĐT TRẠM TẤU\nTRƯỜNG THCS BẢN MÙ", "Bản Mù", "KH-THCS", 2024, ("school", None, None)),
    ("CÔNG TY CỔ PHẦN CẤP NƯỚC SÔNG XANH", "Sông Xanh", "KH-CTCN", 2024, ("enterprise", None, None)),
]


@pytest.mark.parametrize(("bodies", "place", "symbol", "year", "expected"), ISSUERS)
def test_level_and_province(
    bodies: str, place: str, symbol: str, year: int, expected: tuple[str | None, str | None, str | None]
) -> None:
    plan = plan_of(bodies, place, symbol, year)
    found = (plan.level, plan.province, plan.province_2025)
    assert found[0] == expected[0]
    if expected[0] not in ("school", "enterprise"):
        assert found[1:] == expected[1:]
        assert (plan.province_id is None) == (expected[1] is None)


def test_party() -> None:
    assert plan_of("HUYỆN ỦY TRẠM TẤU\n*", "Trạm Tấu", "KH/HU", line=PARTY).is_party
    assert plan_of("ĐẢNG ỦY XÃ BẢN MÙ", "Bản Mù", "KH/ĐU").is_party  # by its name
    assert not plan_of("LIÊN ĐỘI TRƯỜNG TIỂU HỌC BẢN MÙ", "Bản Mù", "KH/LĐ").is_party


def test_draft() -> None:
    assert plan_of("SỞ Y TẾ\n(DỰ THẢO)", "Huế", "KH-SYT").is_draft
    assert not plan_of("SỞ Y TẾ", "Huế", "KH-SYT").is_draft


def test_candidates_of_what_is_printed() -> None:
    plan = plan_of("SỞ Y TẾ", "Huế", "KH-SYT")
    assert [(c.value, c.source, c.score) for c in plan.number_candidates] == [("8/KH-SYT", "letterhead", 1.0)]
    assert [c.value for c in plan.date_candidates] == ["2024-04-03"]


@pytest.mark.parametrize(
    ("bodies", "said", "expected"),
    [
        ("BỘ Y TẾ\nCỤC DƯỢC PHẨM", "Cục Dược phẩm có ý kiến. Cục Dược phẩm trả lời.", "Cục Dược phẩm"),
        ("SỞ Y TẾ\nPHÒNG NVDP", "Phòng nhận được đơn.", "Phòng NVDP"),
        ("UBND TỈNH YÊN BÁI\nVĂN PHÒNG", "Văn phòng thông báo.", "Văn phòng UBND tỉnh Yên Bái"),
        ("CÔNG TY TNHH SÔNG XANH", "Công ty TNHH Sông Xanh xây dựng phương án.", "Công ty TNHH Sông Xanh"),
        ("BỘ Y TẾ\nCỤC DƯỢC PHẨM", "Cục dược phẩm có ý kiến.", "Cục dược phẩm"),
    ],
)
def test_the_name_as_the_text_writes_it(bodies: str, said: str, expected: str) -> None:
    text = f"{bodies}\nSố: 8/KH-X\n{STATE}Huế, ngày 3 tháng 4 năm 2024\nKẾ HOẠCH\nTrồng cây\nI. CHUNG\n1. {said}\n"
    assert analyze(read(text.encode(), "x.txt")).plan.issuing_body == expected
