"""The one repair of words: what is torn, misread or glued, and what is left as it is."""

from __future__ import annotations

import pytest

from vnplan.text.clean import clean
from vnplan.text.echoes import mend_capitals
from vnplan.text.repair import mend, mend_office, mend_opening, moved, repair


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("N guyễn Văn H à", "Nguyễn Văn Hà"),
        ("H ỏi đáp v ề nước\nTổ trư ởng", "Hỏi đáp về nước\nTổ trư ởng"),
        ("K Ế H O Ạ C H", "KẾ HOẠCH"),
        ("điểm c khoản 2 và điểm đ khoản 5", "điểm c khoản 2 và điểm đ khoản 5"),
        ("nhóm B và nhóm C", "nhóm B và nhóm C"),
        ("ngân sách trung ươ n g", "ngân sách trung ương"),
        ("Lưu: VT, P. KT", "Lưu: VT, P. KT"),
    ],
)
def test_torn_letters(torn: str, whole: str) -> None:
    assert repair(torn)[0] == whole


@pytest.mark.parametrize(
    ("misread", "meant"),
    [
        ("Giám đôc tô chức phôi hợp", "Giám đốc tổ chức phối hợp"),
        ("Giám đôc nghỉ phép", "Giám đôc nghỉ phép"),  # one slip alone
        ("Giám đôc kiêm tra, từ đủ 20 năm", "Giám đốc kiểm tra, từ đủ 20 năm"),  # no misread `đầu tư dự án`
        ("kiêm tra Công văn số 5 của Giám đôc", "kiểm tra Công văn số 5 của Giám đốc"),  # no misread `công vận`
        ("phôi thai", "phôi thai"),  # no sign of recognition
    ],
)
def test_misread_words(misread: str, meant: str) -> None:
    assert mend(misread) == meant


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("PHÓ CHỦ TỊC", "PHÓ CHỦ TỊCH"),
        ("GIÁM ĐỘC", "GIÁM ĐỐC"),
        ("THỨ TRƯỞNG", "THỨ TRƯỞNG"),
        ("THÚ TRƯỞNG", "THÚ TRƯỞNG"),  # of two offices
        ("PHÓ GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        ("TRƯỞNG PHÒNG KINH TẾ", "TRƯỞNG PHÒNG KINH TẾ"),
        ("QUẢN LÝ KHO", "QUẢN LÝ KHO"),
    ],
)
def test_offices(read: str, meant: str) -> None:
    assert mend_office(read) == meant


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Vềviệc trồng rừng", "Về việc trồng rừng"),
        ("và tăng cường tuần tra", "Về tăng cường tuần tra"),
        ("Vàng mã trong lễ hội", "Vàng mã trong lễ hội"),
        ("Bảo vệ và trồng rừng", "Bảo vệ và trồng rừng"),
    ],
)
def test_openings_of_titles(read: str, meant: str) -> None:
    assert mend_opening(read) == meant


def test_the_map_leads_back() -> None:
    text = "Một dòng.\nN guyễn Văn H à ký;\nHết."
    repaired, offsets = repair(text)
    assert offsets is not None
    for at, char in enumerate(repaired):
        low, high = offsets.to_raw(at, at + 1)
        assert text[low:high] == char
    assert repaired[moved(offsets, text.index("Văn")) :].startswith("Văn")
    assert repaired[moved(offsets, text.index("Hết")) :] == "Hết."
    assert moved(offsets, len(text)) == len(repaired)


def test_cells_move_with_the_letters() -> None:
    cleaned = clean("| S ở Y tế | Tổ |\n|---|---|\n| N guyễn Văn An | H à |")
    assert [[cleaned.text[slice(*cell)] for cell in row] for row in cleaned.tables[0]] == [
        ["Sở Y tế", "Tổ"],
        ["Nguyễn Văn An", "Hà"],
    ]


def test_nothing_to_repair_needs_no_map() -> None:
    assert repair("Sở Y tế\n- Lưu: VT.") == ("Sở Y tế\n- Lưu: VT.", None)


ECHO = "\nCục Dược phẩm cho ý kiến về quản lý dược phẩm trên địa bàn tỉnh." * 3


@pytest.mark.parametrize(
    ("head", "meant"),
    [
        ("CỤC DƯỢC PHẢM", "CỤC DƯỢC PHẨM"),
        ("CẤP PHÉP DƯỢC PHÁM NĂM 2024", "CẤP PHÉP DƯỢC PHẨM NĂM 2024"),
        ("CỤC DƯỢC PHẨM", "CỤC DƯỢC PHẨM"),
        ("CỤC THỰC PHẢM", "CỤC THỰC PHẢM"),  # the text says nothing of it
        ("SỐ TDTL", "SỐ TDTL"),
    ],
)
def test_capitals_as_the_text_writes_them(head: str, meant: str) -> None:
    assert mend_capitals(head + ECHO) == meant + ECHO


def test_a_word_that_the_text_knows_is_not_mended() -> None:
    text = "CỤC DƯỢC PHẢM" + ECHO + "\nloài phảm ở núi và phảm ở biển"
    assert mend_capitals(text) == text
    assert mend_capitals("CỤC DƯỢC PHẢM\nquản lý dược phẩm") == "CỤC DƯỢC PHẢM\nquản lý dược phẩm"  # once is a chance


def test_the_plan_of_a_scan_has_the_mended_name() -> None:
    text = "BỘ Y TẾ\nCỤC DƯỢC PHẢM\nSố: 5/DP-TH\nV/v thuốc" + ECHO
    assert clean(text).text.split("\n")[1] == "CỤC DƯỢC PHẨM"


def test_signs_of_other_scripts_move_no_echo() -> None:
    rest = "ngày mai.\n" + "Các đội bàn kế hoạch trồng cây.\n" * 3
    assert mend_capitals(f"KỄ HOẠCH TRỒNG CÂY\n{rest}").startswith("KẾ HOẠCH")
    shifted = f"KỄ HOẠCH TRỒNG CÂY\n가{rest}\n\u0301"
    assert mend_capitals(shifted) == shifted  # one sign comes apart, another vanishes: nothing stands in its place
    assert mend_capitals(shifted.rstrip("\u0301")).startswith("KẾ HOẠCH")
