"""Letterheads and closings of several issuers, stamps over them, and titles with a table right below."""

from __future__ import annotations

import pytest

from vnplan import analyze, extract, read
from vnplan.records import Plan
from vnplan.settings import Settings

MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
DAY = "Lâm Hà, ngày 5 tháng 3 năm 2025\n"
BODY = "\nThực hiện quy chế, hai đơn vị ban hành Kế hoạch như sau:\n1. Giữ gìn vệ sinh.\n2. Báo cáo kết quả./.\n"
ONE = "GIÁM ĐỐC\nTrần Văn An\n"
TWO = "SỞ Y TẾ - CÔNG AN TỈNH\n"
RECIPIENTS = "Nơi nhận:\n- Như trên;\n- Lưu: VT.\n"


def plan_of(head: str, title: str = "KẾ HOẠCH\nTrồng cây bên đường", closing: str = ONE) -> Plan:
    text = f"{head}Số: 12/KH-SYT\n{MOTTO}{DAY}{title}{BODY}{closing}"
    return analyze(read(text.encode(), "x.txt"), Settings(ner="none")).plan


@pytest.mark.parametrize(
    ("head", "parent", "issuer"),
    [
        (
            "SỞ Y TẾ TỈNH LÂM HÀ\nBỆNH VIỆN ĐA KHOA\n-\nCÔNG AN TỈNH LÂM HÀ\nPHÒNG CẢNH SÁT GIAO THÔNG\n",
            "Sở Y tế tỉnh Lâm Hà - Công an tỉnh Lâm Hà",
            "Bệnh viện đa khoa - Phòng Cảnh sát giao thông",
        ),
        (
            "SỞ Y TẾ TỈNH LÂM HÀ\nBỆNH VIỆN ĐA KHOA -\nCÔNG AN TỈNH LÂM HÀ\nPHÒNG CẢNH SÁT GIAO THÔNG\n",
            "Sở Y tế tỉnh Lâm Hà - Công an tỉnh Lâm Hà",
            "Bệnh viện đa khoa - Phòng Cảnh sát giao thông",
        ),
        ("SỞ Y TẾ\n-\nCÔNG AN TỈNH LÂM HÀ\n", None, "Sở Y tế - Công an tỉnh Lâm Hà"),
        ("UBND TỈNH LÂM HÀ\nSỞ Y TẾ -\nSỞ TÀI CHÍNH\n", "UBND tỉnh Lâm Hà", "Sở Y tế - Sở Tài chính"),
        ("BỘ Y TẾ - BỘ CÔNG AN - BỘ TÀI CHÍNH\n", None, "Bộ Y tế - Bộ Công an - Bộ Tài chính"),
        # A rule or a speck between a committee and its own office joins nobody.
        ("UBND TỈNH LÂM HÀ\n-\nSỞ Y TẾ\n", "UBND tỉnh Lâm Hà", "Sở Y tế"),
        ("UBND TỈNH LÂM HÀ\n- SỞ Y TẾ\n", "UBND tỉnh Lâm Hà", "Sở Y tế"),
        ("SỞ LAO ĐỘNG -\nTHƯƠNG BINH VÀ XÃ HỘI\n", None, "Sở Lao động - Thương binh và Xã hội"),
        # What is left of a number whose digits are lost.
        (
            "CÔNG AN TỈNH LÂM HÀ\nPHÒNG CẢNH SÁT GIAO THÔNG\n'/CV-PHC\n",
            "Công an tỉnh Lâm Hà",
            "Phòng Cảnh sát giao thông",
        ),
    ],
)
def test_issuers(head: str, parent: str | None, issuer: str) -> None:
    plan = plan_of(head)
    assert (plan.parent_body, plan.issuing_body) == (parent, issuer)


@pytest.mark.parametrize(
    ("closing", "signer", "positions", "capacity"),
    [
        (
            RECIPIENTS + "CÔNG AN TỈNH\nGIÁM ĐỐC\nĐại tá Cao Xuân Trấn\nSỞ Y TẾ\nGIÁM ĐỐC\nLữ Thị Hiền\n",
            "Cao Xuân Trấn; Lữ Thị Hiền",
            ("Giám đốc", "Giám đốc"),
            None,
        ),
        (
            RECIPIENTS + "KT. GIÁM ĐỐC                    KT. GIÁM ĐỐC\nCÔNG AN TỈNH                    SỞ Y TẾ\n"
            "PHÓ GIÁM ĐỐC                    PHÓ GIÁM ĐỐC\n\nĐại tá Cao Xuân Trấn                    Lữ Thị Hiền\n",
            "Cao Xuân Trấn; Lữ Thị Hiền",
            ("Phó Giám đốc", "Phó Giám đốc"),
            "KT. Giám đốc Công an tỉnh; KT. Giám đốc",
        ),
        (
            "CÔNG AN TỈNH | SỞ Y TẾ\nKT. GIÁM ĐỐC | GIÁM ĐỐC\nPHÓ GIÁM ĐỐC |\nThượng tá Cao Xuân Trấn | Lữ Thị Hiền\n"
            + RECIPIENTS,
            "Cao Xuân Trấn; Lữ Thị Hiền",
            ("Giám đốc", "Phó Giám đốc"),
            "KT. Giám đốc",
        ),
        (
            "SỞ Y TẾ\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nLữ Thị Hiền\nCÔNG AN TỈNH\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nCao Xuân Trấn\n"
            + RECIPIENTS,
            "Lữ Thị Hiền; Cao Xuân Trấn",
            ("Phó Giám đốc", "Phó Giám đốc"),
            "KT. Giám đốc; KT. Giám đốc",
        ),
        # The office stands above the recipients, the name below them.
        ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n" + RECIPIENTS + "Lữ Thị Hiền\n", "Lữ Thị Hiền", ("Phó Giám đốc",), "KT. Giám đốc"),
        ("TM. BAN GIÁM ĐỐC\nGIÁM ĐỐC\nLữ Thị Hiền\n", "Lữ Thị Hiền", ("Giám đốc",), "TM. Ban Giám đốc"),
        # One letter of a short office is misread; a speck stands before one; an office is misread behind its mark.
        (RECIPIENTS + "CHỒ TỊCH\nLê Trung An\n", "Lê Trung An", ("Chủ tịch",), None),
        (RECIPIENTS + "'GIÁM ĐỐC\nLê Trung An\n", "Lê Trung An", ("Giám đốc",), None),
        (RECIPIENTS + "KT. GIÁM ĐÓC\nPHÓ GIÁM ĐỐC\nLê Trung An\n", "Lê Trung An", ("Phó Giám đốc",), "KT. Giám đốc"),
        # Ink below an office.
        (RECIPIENTS + "CHỦ TỊCH\nOAAAƯƯNNR =-\nLê Trung An\n", "Lê Trung An", ("Chủ tịch",), None),
        # Ink joins the file copy and the capacity beside it.
        ("Nơi nhận:\n- Như trên;\n- Lưu: VT.-TL.CHỦ TỊCH\nCHÁNH VĂN PHÒNG\nLê Thị An\n", "Lê Thị An", ("Chánh Văn phòng",), "TL.Chủ tịch"),
    ],
)  # fmt: skip
def test_signers(closing: str, signer: str, positions: tuple[str, ...], capacity: str | None) -> None:
    plan = plan_of(TWO, closing=closing)
    assert (plan.signer, plan.signer_positions, plan.signer_capacity) == (signer, positions, capacity)
    if "Nơi nhận" in closing:
        assert plan.recipients == ("Như trên", "Lưu: VT")


def test_one_name_of_four_words_below_two_offices() -> None:
    plan = plan_of(TWO, closing=RECIPIENTS + "PHÓ CHỦ TỊCH\nPHÓ GIÁM ĐỐC QUỸ\nPhan Thị Vi Vân\n")
    assert plan.signer == "Phan Thị Vi Vân"


def test_ink_beside_the_heading_is_no_recipient() -> None:
    plan = plan_of(TWO, closing='Nơi nhận: "\n~ Như trên;\n- Lưu: VT.\nGIÁM ĐỐC\nLê An\n')
    assert plan.recipients == ("Như trên", "Lưu: VT")


def test_ink_between_recipients_ends_no_list() -> None:
    closing = "Nơi nhận:\n- Như trên;\nvà KIẾ+\n- Sở Y tế;\n- Lưu: VT.\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nGIÁO\nLê An\n"
    plan = plan_of(TWO, closing=closing)
    assert plan.recipients == ("Như trên", "Sở Y tế", "Lưu: VT")
    assert plan.signer == "Lê An"


STAMP = "ĐẾN Số: 4707\nNgày: 13/03/2025\nChuyển: .....\n"
OFFICE = "UBND TỈNH LÂM HÀ\nSỞ Y TẾ\n"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (f"VP.UBND TỈNH LÂM HÀ\nĐẾN\nSố: 4707\nNgày: 13/03/2025\nSố và ký hiệu HS: .....\n{OFFICE}", None),
        ("ĐẾN Số:...4707... UBND TỈNH LÂM HÀ\nNgày:13/03/2025 SỞ Y TẾ\n", None),
        (f"CÔNG VĂN ĐẾN\nGiờ: 8h30 Ngày 13 tháng 3 năm 2025\nSố: 4707\n{OFFICE}", None),
        (OFFICE, f"{STAMP}KẾ HOẠCH\nTrồng cây bên đường"),
        (OFFICE, f"KẾ HOẠCH\n{STAMP}Trồng cây bên đường"),
        (OFFICE, "KẾ HOẠCH ĐẾN Số: 4707 Ngày: 13/03/2025\nTrồng cây bên đường"),
        (OFFICE, "KẾ HOẠCH\nTrồng cây bên đường\nCÔNG VĂN ĐẾN\nSố: 4707\nNgày 13/3/2025"),
    ],
)
def test_stamp_for_incoming_mail(head: str, title: str | None) -> None:
    plan = plan_of(head, *([title] if title else []))
    assert (plan.parent_body, plan.issuing_body) == ("UBND tỉnh Lâm Hà", "Sở Y tế")
    assert (plan.number, str(plan.issue_date), plan.title) == ("12/KH-SYT", "2025-03-05", "Trồng cây bên đường")


@pytest.mark.parametrize(
    "table",
    [
        "| TT | Nội dung | Chủ trì |\n| 1 | Đào hố | Phòng Quản lý |",
        "STT\nNội dung công việc\nChủ trì\n1\nĐào hố\nPhòng Quản lý",
        "ĐVT: cây\nTT\nXã\nSố lượng\n1\nAn Bình\n20",
    ],
)
def test_title_above_a_table(table: str) -> None:
    assert plan_of(OFFICE, f"KẾ HOẠCH\nTrồng cây bên đường\n{table}").title == "Trồng cây bên đường"


def test_subject_in_brackets_below_the_issuer() -> None:
    title = "NGHỊ QUYẾT CỦA HỘI ĐỒNG QUẢN LÝ QUỸ\nKHUYẾN HỌC TỈNH LÂM HÀ\n(Về việc trồng cây bên đường)"
    assert plan_of(OFFICE, title).title == "Về việc trồng cây bên đường"


SENTENCE = """Chỉ thị về việc tăng cường quản lý chợ đêm trên địa bàn huyện

Thời gian qua, nhiều chợ đêm họp dưới lòng đường. Ủy ban nhân dân huyện yêu cầu các phòng, ban thực hiện các việc sau:

1. Phòng Kinh tế sắp xếp lại các quầy hàng.
2. Công an huyện cấm xe vào chợ từ 18 giờ.
3. Phòng Tài chính thu phí theo quy định.
"""


def test_type_and_title_in_one_sentence_without_letterhead() -> None:
    found = next(iter(extract(SENTENCE.encode(), "ct.txt").plans))
    plan = found.plan
    assert (plan.doc_type, plan.title) == ("CT", "về việc tăng cường quản lý chợ đêm trên địa bàn huyện")
    assert [task.task for task in found.tasks][:1] == ["sắp xếp lại các quầy hàng"]


def test_a_decision_in_one_sentence_is_known_by_its_articles() -> None:
    text = "Quyết định phê duyệt đề án trồng cau\n\nCăn cứ Luật Lâm nghiệp;\n\nĐiều 1. Phê duyệt đề án.\n\nĐiều 2. Sở Tài chính cấp vốn.\n"
    plan = next(iter(extract(text.encode(), "qd.txt").plans)).plan
    assert (plan.doc_type, plan.title) == ("QĐ", "phê duyệt đề án trồng cau")


@pytest.mark.parametrize(
    "news",
    [
        "Kế hoạch phát triển của công ty sữa năm nay\n\nCông ty cho biết sẽ mở thêm ba nhà máy:\n\n1. Nhà máy ở Lâm Hà.\n",
        "Quyết định về giá xăng được người dân chờ đợi\n\nNgười dân cho rằng giá còn cao. Nhiều người đi xe buýt.\n",
        "Chỉ thị về chợ đêm đã có hiệu quả?\n\nBáo ghi nhận các ý kiến:\n\n1. Tốt.\n2. Chưa tốt.\n3. Cần thêm thời gian.\n",
    ],
)
def test_news_that_begin_with_the_name_of_a_type_are_none(news: str) -> None:
    plan = next(iter(extract(news.encode(), "n.txt").plans)).plan
    assert plan.doc_type is None
