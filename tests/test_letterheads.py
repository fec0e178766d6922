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
    text = "Quyết định phê duyệt đề án trồng cau\n\nCăn cứ Luật Lâm nghiệp ngày 15 tháng 11 năm 2017;\n\nQuyết định:\n\nĐiều 1. Phê duyệt đề án.\n\nĐiều 2. Sở Tài chính cấp vốn.\n"
    plan = next(iter(extract(text.encode(), "qd.txt").plans)).plan
    assert (plan.doc_type, plan.title) == ("QĐ", "phê duyệt đề án trồng cau")


ITEMS = "\nUBND huyện yêu cầu các phòng thực hiện:\n\n1. Đào hố.\n2. Trồng cây.\n3. Tưới cây.\n"


@pytest.mark.parametrize(
    ("head", "doc_type", "title"),
    [
        # The type alone on the first line, the title on the next.
        ("Kế hoạch\nTrồng cây bên đường năm 2025\n", "KH", "Trồng cây bên đường năm 2025"),
        ("Kế hoạch hành động\nThực hiện Nghị quyết về trồng cây\n", "KH", "Thực hiện Nghị quyết về trồng cây"),
        # Type and title on the first line, which ends them.
        ("Chỉ thị về việc giữ đường sạch\nChủ tịch UBND huyện\n", "CT", "về việc giữ đường sạch"),
        ("Chỉ thị về việc .\n", None, None),
        # A portal's heading above a letter.
        (f"Hướng dẫn về việc giữ đường sạch\n{OFFICE}Số: 12/SYT-NV\n{MOTTO}{DAY}Kính gửi: Các xã.\n", "CV", None),
    ],
)
def test_first_line_that_begins_with_a_type_in_small_letters(head: str, doc_type: str, title: str | None) -> None:
    plan = analyze(read(f"{head}{ITEMS}".encode(), "x.txt"), Settings(ner="none")).plan
    assert (plan.doc_type, plan.title) == (doc_type, title)


@pytest.mark.parametrize("mark", [".", ":", " -"])
def test_articles_of_a_decision_in_one_sentence(mark: str) -> None:
    text = (
        f"Quyết định phê duyệt đề án trồng cau\n\nĐiều 1{mark} Phê duyệt đề án.\n\nĐiều 2{mark} Sở Tài chính cấp vốn.\n"
    )
    plan = next(iter(extract(text.encode(), "qd.txt").plans)).plan
    assert (plan.doc_type, plan.title) == ("QĐ", "phê duyệt đề án trồng cau")


@pytest.mark.parametrize(
    "news",
    [
        "Kế hoạch về cây xanh đã xong\n\n1. Đào hố.\n2. Trồng cây.\n3. Tưới cây.\n\nÔng An cho biết:\n\nCây lớn nhanh.\n",
        "Quyết định về cây xanh đã xong\n\nNgười dân đọc trước hết:\n\nĐiều 2. Cấm chặt cây.\n",
        "Kế hoạch phát triển của công ty sữa năm nay\n\nCông ty cho biết sẽ mở thêm ba nhà máy:\n\n1. Nhà máy ở Lâm Hà.\n",
        "Quyết định về giá xăng được người dân chờ đợi\n\nNgười dân cho rằng giá còn cao. Nhiều người đi xe buýt.\n",
        "Chỉ thị về chợ đêm đã có hiệu quả?\n\nBáo ghi nhận các ý kiến:\n\n1. Tốt.\n2. Chưa tốt.\n3. Cần thêm thời gian.\n",
    ],
)
def test_news_that_begin_with_the_name_of_a_type_are_none(news: str) -> None:
    plan = next(iter(extract(news.encode(), "n.txt").plans)).plan
    assert plan.doc_type is None


LETTER = "\nThực hiện quy chế, Sở Y tế đề nghị các đơn vị trồng cây bên đường trước ngày 5/4/2025./.\n"


def letter_of(head: str, closing: str = RECIPIENTS + ONE) -> Plan:
    return analyze(read(f"{head}{LETTER}{closing}".encode(), "x.txt"), Settings(ner="none")).plan


@pytest.mark.parametrize(
    "head",
    [
        # The addressee stands lower on the left than the motto on the right: readers print it before the right column.
        f"{OFFICE}Số: 12/SYT-NV\nV/v trồng cây bên đường\nKính gửi:\n{MOTTO}{DAY}- Các xã, phường;\n- Trường Mầm non An.",
        f"{OFFICE}Số: 12/SYT-NV\nV/v trồng cây\nbên đường\nKính gửi:\n{MOTTO}{DAY}- Các xã, phường.",
        # A stamp stands on the line of the addressee, misread or not.
        f"{OFFICE}Số: 12/SYT-NV\nV/v trồng cây bên đường\n{MOTTO}{DAY}HỎA TỐC Kính gửi: Các xã, phường.",
        f"{OFFICE}Số: 12/SYT-NV\nV/v trồng cây bên đường\n{MOTTO}{DAY}HÓA TÓC I Kính gửi: Các xã, phường.",
    ],
)
def test_where_a_letter_is_addressed(head: str) -> None:
    plan = letter_of(head)
    assert (plan.doc_type, plan.number, plan.title) == ("CV", "12/SYT-NV", "V/v trồng cây bên đường")
    assert (plan.issuing_body, plan.place, str(plan.issue_date)) == ("Sở Y tế", "Lâm Hà", "2025-03-05")


WORK = "Sở Y tế trồng cây bên đường."


@pytest.mark.parametrize(
    "letter",
    [
        # An addressee in a sentence, place and day at the end of a short letter, the national name in a sentence.
        f"{OFFICE}Số: 12/SYT-NV\n{MOTTO}{DAY}Đầu năm nay:\n1. {WORK}\nSở Y tế Kính gửi các xã kế hoạch này.\n",
        f"{MOTTO}{OFFICE}Số: 12/SYT-NV\nKính gửi: Các xã.\n1. {WORK}\n{DAY}{ONE}",
        f"{OFFICE}Số: 12/SYT-NV\n{DAY}Kính gửi: Các xã.\n1. {WORK}\n2. Các xã treo cờ nước CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT "
        "NAM ở các cổng chào của xã và của thôn.\n",
    ],
)
def test_what_ends_no_letterhead(letter: str) -> None:
    found = next(iter(extract(letter.encode(), "cv.txt").plans))
    assert next(section.title for section in found.sections) == "Sở Y tế trồng cây bên đường"


def test_subject_behind_a_colon() -> None:
    head = f"{OFFICE}Số: 12/SYT –KT&NV\nVề: trồng cây bên đường.\n{MOTTO}{DAY}Kính gửi: Các xã, phường."
    plan = letter_of(head)
    assert (plan.doc_type, plan.number, plan.title) == ("CV", "12/SYT-KT&NV", "Về: trồng cây bên đường")


@pytest.mark.parametrize(
    ("number", "heading", "doc_type", "title"),
    [
        ("Số: 12/SYT-NV\n", "HƯỚNG DẪN TRỒNG CÂY BÊN ĐƯỜNG CỦA XÃ", "CV", "V/v: Trồng cây bên đường"),
        # The type word alone on its line, and a symbol that names the type.
        ("Số: 12/SYT-NV\n", "KẾ HOẠCH\nTrồng cây năm 2025", "KH", "Trồng cây năm 2025"),
        ("Số: 12/QĐ-SYT\n", "QUYẾT ĐỊNH VỀ VIỆC TRỒNG CÂY", "QĐ", "VỀ VIỆC TRỒNG CÂY"),
        # No symbol, and one without the unit that drew up a letter.
        ("", "QUYẾT ĐỊNH VỀ VIỆC TRỒNG CÂY", "QĐ", "VỀ VIỆC TRỒNG CÂY"),
        ("Số: 12/SYT\n", "KẾ HOẠCH TRỒNG CÂY NĂM 2025", "KH", "TRỒNG CÂY NĂM 2025"),
        ("Số: 12/UBND\n", "THÔNG BÁO LỊCH TRỒNG CÂY", "TB", "LỊCH TRỒNG CÂY"),
    ],
)
def test_heading_below_the_subject_of_a_letter(number: str, heading: str, doc_type: str, title: str) -> None:
    plan = letter_of(f"{OFFICE}{number}V/v: Trồng cây bên đường\n{MOTTO}{DAY}{heading}\n")
    assert (plan.doc_type, plan.title) == (doc_type, title)


@pytest.mark.parametrize(
    ("head", "symbol", "parent", "issuer"),
    [
        ("BỘ Y TẾ\nBỘ CÔNG AN\nBỘ TÀI CHÍNH\n", "QCPH-YT-CA-TC", None, "Bộ Y tế - Bộ Công an - Bộ Tài chính"),
        ("SỞ Y TẾ\nSỞ TÀI CHÍNH\n", "SYT-STC/KHLT", None, "Sở Y tế - Sở Tài chính"),
        ("UBND TỈNH LÂM HÀ\nSỞ Y TẾ\nSỞ TÀI CHÍNH\n", "KHLN-SYT-STC", "UBND tỉnh Lâm Hà", "Sở Y tế - Sở Tài chính"),
        # The superior of several bodies that a mark joins is none of the issuers.
        (
            "UBND TỈNH LÂM HÀ\nCÔNG AN TỈNH -\nSỞ Y TẾ\n",
            "KHPH-UBND-CA-YT",
            "UBND tỉnh Lâm Hà",
            "Công an tỉnh - Sở Y tế",
        ),
        ("UBND TỈNH LÂM HÀ\nCÔNG AN TỈNH - SỞ Y TẾ\n", "KHPH-CAT-SYT", "UBND tỉnh Lâm Hà", "Công an tỉnh - Sở Y tế"),
        ("• SỞ Y TẾ\n", "KH-SYT", None, "Sở Y tế"),
        (
            "SỞ Y TẾ\nBỆNH VIỆN ĐA KHOA\n-\nCÔNG AN TỈNH\nPHÒNG HẬU CẦN\n",
            "KHPH-BV-PHC",
            "Sở Y tế - Công an tỉnh",
            "Bệnh viện đa khoa - Phòng hậu cần",
        ),
        (
            "ỦY BAN MTTQ VIỆT NAM\nXÃ AN BÌNH\nBAN THƯỜNG TRỰC\n",
            "KH-MTTQ-BTT",
            "Ủy ban MTTQ Việt Nam xã An Bình",
            "Ban Thường trực Ủy ban MTTQ Việt Nam xã An Bình",
        ),
        ("THƯỜNG TRỰC\nHĐND - UBND TỈNH LÂM HÀ\n", "KH-TT", None, "Thường trực HĐND - UBND tỉnh Lâm Hà"),
        # The committee above is none of the issuers, though the symbol names more of them than the letterhead.
        ("UBND TỈNH LÂM HÀ\nSỞ Y TẾ\n", "KHPH-SYT-NVY", "UBND tỉnh Lâm Hà", "Sở Y tế"),
        ("UBND TỈNH LÂM HÀ\nSỞ Y TẾ\n", "QCPH-CAT-SYT", "UBND tỉnh Lâm Hà", "Sở Y tế"),
        ("UBND TỈNH LÂM HÀ\nTỈNH ĐOÀN\n", "KHPH-ĐTN-SYT", "UBND tỉnh Lâm Hà", "Tỉnh đoàn"),
        (
            "UBND TỈNH LÂM HÀ\nSỞ Y TẾ\nSỞ TÀI CHÍNH\n",
            "KHLN-SYT-STC-BHXH",
            "UBND tỉnh Lâm Hà",
            "Sở Y tế - Sở Tài chính",
        ),
        ("UBND XÃ AN BÌNH\nUBND XÃ AN THẠNH\n", "KHLN-UBND-UBND", None, "UBND xã An Bình - UBND xã An Thạnh"),
        # Nor is another superior, which the symbol does not name.
        ("BỘ Y TẾ\nCỤC QUẢN LÝ DƯỢC\n", "QCPH-CQLD-BVBM", "Bộ Y tế", "Cục quản lý dược"),
        ("UBND TỈNH LÂM HÀ\nSỞ Y TẾ\nCHI CỤC DÂN SỐ\n", "KHPH-CCDS-HPN", "Sở Y tế", "Chi cục dân số"),
        ("SỞ Y TẾ\nPHÒNG KẾ HOẠCH\n", "KHPH-SYT-BHXH-LĐLĐ", "Sở Y tế", "Phòng kế hoạch"),
        (
            "BỘ CÔNG AN\nCÔNG AN TỈNH LÂM HÀ\nSỞ Y TẾ\n",
            "KHPH-CA-SYT",
            "Bộ Công an",
            "Công an tỉnh Lâm Hà - Sở Y tế",
        ),
        # A mark tells what the symbol does not.
        ("SỞ Y TẾ\n-\nTỈNH ĐOÀN\n", "KHPH-SYT-ĐTN-LĐLĐ", None, "Sở Y tế - Tỉnh đoàn"),
        # The first issuer that the symbol calls by other letters is no superior; the order may be another.
        ("TỈNH ĐOÀN\nHỘI CỰU CHIẾN BINH\n", "KHLT-ĐTN-HCCB", None, "Tỉnh đoàn - Hội Cựu chiến binh"),
        ("SỞ TÀI CHÍNH\nSỞ Y TẾ\n", "KHLN-SYT-STC", None, "Sở Tài chính - Sở Y tế"),
        # One body has one superior, whatever units its symbol names.
        ("BỘ TÀI CHÍNH\nTỔNG CỤC THUẾ\n", "KH-TCT-TVQT", "Bộ Tài chính", "Tổng cục Thuế"),
    ],
)
def test_joint_issuers_of_a_symbol(head: str, symbol: str, parent: str | None, issuer: str) -> None:
    text = f"{head}Số: 12/{symbol}\n{MOTTO}{DAY}KẾ HOẠCH\nTrồng cây bên đường{BODY}{ONE}"
    plan = analyze(read(text.encode(), "x.txt"), Settings(ner="none")).plan
    assert (plan.parent_body, plan.issuing_body) == (parent, issuer)


@pytest.mark.parametrize("office", ["CHỦ TỊCH", "CHÚ TỊCH"])
def test_office_that_completes_the_issuer(office: str) -> None:
    text = (
        f"ỦY BAN NHÂN DÂN | {MOTTO.splitlines()[0]} |\nSố: 12/QĐ-UBND | Lâm Hà, ngày 5 tháng 3 năm 2025 |\n"
        f"QUYẾT ĐỊNH\nVề việc trồng cây bên đường\n{office} ỦY BAN NHÂN DÂN HUYỆN LÂM HÀ\n"
        "Căn cứ Luật Lâm nghiệp năm 2017;\nQUYẾT ĐỊNH:\nĐiều 1. Trồng cây bên đường.\n"
    )
    plan = analyze(read(text.encode(), "x.txt"), Settings(ner="none")).plan
    assert plan.issuing_body == "Ủy ban nhân dân huyện Lâm Hà"
    assert plan.title == "Về việc trồng cây bên đường"


def test_office_that_calls_others_completes_nothing() -> None:
    title = "CÔNG ĐIỆN\nVề việc trồng cây bên đường\nCHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH LÂM HÀ ĐIỆN:"
    assert plan_of("ỦY BAN NHÂN DÂN\nTỈNH LÂM HÀ\n", title).issuing_body == "Ủy ban nhân dân tỉnh Lâm Hà"


def test_office_of_a_decision_that_was_misread() -> None:
    title = "QUYẾT ĐỊNH\nVề việc trồng cây bên đường\nGIÁM ĐÓC BỆNH VIỆN ĐA KHOA TỈNH LÂM HÀ"
    assert plan_of("SỞ Y TẾ\nBỆNH VIỆN ĐA KHOA\n", title).title == "Về việc trồng cây bên đường"


def test_rules_right_below_a_letterhead_without_a_number() -> None:
    head = "ỦY BAN NHÂN DÂN\nXÃ AN BÌNH\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập -\nTự do - Hạnh phúc\n"
    note = "(Ban hành kèm theo Quyết định số 5/QĐ-UBND ngày 3/2/2025 của Ủy ban nhân dân xã)\n"
    rest = f"{note}Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi\nQuy chế này quy định việc trồng cây.\n"
    plan = analyze(read(f"{head}QUY CHẾ TRỒNG CÂY CỦA XÃ AN BÌNH\n{rest}".encode(), "x.txt"), Settings(ner="none")).plan
    assert (plan.doc_type, plan.issuing_body) == ("QC", "Ủy ban nhân dân xã An Bình")
    assert plan.title == "TRỒNG CÂY CỦA XÃ AN BÌNH"
    number = "Số: 12/TT-BYT\nHà Nội, ngày 5 tháng 3 năm 2025\n"
    numbered = f"BỘ Y TẾ\n{MOTTO}{number}QUY CHẾ TRỒNG CÂY Ở TRẠM\nCăn cứ Luật Lâm nghiệp;\nĐiều 1. Trồng cây.\n"
    assert analyze(read(numbered.encode(), "x.txt"), Settings(ner="none")).plan.doc_type == "TT"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Kế hoạch trồng cây bên đường của tỉnh Lâm Hà năm 2025", "trồng cây bên đường của tỉnh Lâm Hà năm 2025"),
        ("Kế hoạch năm 2025", None),
        ("Kế hoạch trồng cây bên đường đã xong.", None),
    ],
)
def test_title_in_small_letters_above_the_preamble(line: str, title: str | None) -> None:
    text = (
        f"Văn bản điều hành\n\n{line}\n\n"
        "Thực hiện Công văn số 12/BYT-KH ngày 3/2/2025 của Bộ Y tế, Sở Y tế xây dựng Kế hoạch trồng cây năm 2025 với các "
        "nội dung sau:\n\nI. MỤC ĐÍCH\n\n1. Đường xá có cây xanh.\n"
    )
    plan = analyze(read(text.encode(), "x.txt"), Settings(ner="none")).plan
    assert (plan.doc_type, plan.title) == ("KH", title)


@pytest.mark.parametrize(
    ("closing", "signer", "positions"),
    [
        (RECIPIENTS + "s\nYT\n+\nx\nPHÓ GIÁM ĐỐC\nTrần Văn An\n", "Trần Văn An", ("Phó Giám đốc",)),
        (RECIPIENTS + "M ĐỐN GT\nSở\nKm\nTrần Văn An\n", "Trần Văn An", ()),
        (RECIPIENTS + "GIÁM ĐỐC\nÁ H\nTrần Văn An\n", "Trần Văn An", ("Giám đốc",)),
        (RECIPIENTS + "Phụ trách chung\nbên đường; Trần Văn\nAn và các xã.\n", None, ()),
        (RECIPIENTS + "Á H\nTrần Văn An\n", "Trần Văn An", ()),
        # Words above a name are no ink, and no name is what is none of a person or misread.
        (RECIPIENTS + "Bảng phân công\nTrần Hưng Đạo\n", None, ()),
        (RECIPIENTS + "Danh sách giám sát\nHồ Hoàn Kiếm\n", None, ()),
        (RECIPIENTS + "Bảng phân công ATGT\nTrần Hưng Đạo\n", None, ()),
        (RECIPIENTS + "TUYẾN PHỐ VĂN MINH ĐƯỢC TRỒNG CÂY\nTrần Hưng Đạo\n", None, ()),
        (RECIPIENTS + "s\nNúi Bà Đen\n", None, ()),
        (RECIPIENTS + "s\nHà Ôn Xk\n", None, ()),
        (RECIPIENTS + "s\nHà Nội\n", None, ()),
        (RECIPIENTS + "s\nHồ chứa nước Lâm Hà\n", None, ()),
    ],
)
def test_name_below_ink(closing: str, signer: str | None, positions: tuple[str, ...]) -> None:
    plan = plan_of(OFFICE, closing=closing)
    assert (plan.signer, plan.signer_positions) == (signer, positions)
    assert plan.recipients == ("Như trên", "Lưu: VT")


def test_recipients_without_label_above_ink() -> None:
    closing = "- Sở Nội vụ;\n- Các xã, phường;\n- Lưu: VT.\nSƠ\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nTrần Văn An\n"
    plan = plan_of(OFFICE, closing=closing)
    assert plan.recipients == ("Sở Nội vụ", "Các xã, phường", "Lưu: VT")
    assert plan.signer == "Trần Văn An"


def test_purpose_in_short() -> None:
    plan = plan_of(OFFICE, closing="Nơi nhận:\n- Như Điều 3 (Th/h);\n- Lưu: VT.\n" + ONE)
    assert (plan.recipients, plan.recipient_purposes[0]) == (("Như Điều 3", "Lưu: VT"), "Th/h")


RIGHT = f"{MOTTO}{DAY}Kính gửi: Sở Nội vụ\n"
LEFT = "UBND TỈNH LÂM HÀ\nSỞ Y TẾ\nSố: 12/SYT-NV\n"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        # The marker of a subject is misread.
        (f"{LEFT}V% cử người trồng cây\nbên đường làng\n{RIGHT}", "V/v cử người trồng cây bên đường làng"),
        (f"{LEFT}-\\/v- bàn giao cây giống\n{RIGHT}", "V/v bàn giao cây giống"),
        # A long line of the left column, above the right one.
        (
            f"{LEFT}V/v tham mưu ban hành\nNghị quyết về nguyên tắc, tiêu chí và định mức phân bổ cây giống cho các thôn, "
            f"bản trồng dọc đường làng năm 2025\n{RIGHT}",
            "V/v tham mưu ban hành Nghị quyết về nguyên tắc, tiêu chí và định mức phân bổ cây giống cho các thôn, "
            "bản trồng dọc đường làng năm 2025",
        ),
        # The line with the addressee is lost.
        (f"{LEFT}V/v tổng kết trồng cây\n{MOTTO}{DAY}- Các phòng, ban;\n", "V/v tổng kết trồng cây"),
    ],
)
def test_subject_of_a_recognised_letter(head: str, title: str) -> None:
    text = f"{head}Sở Y tế đề nghị các đơn vị báo cáo kết quả trồng cây.\nGIÁM ĐỐC\nLê Văn An\n"
    plan = analyze(read(text.encode(), "x.txt"), Settings(ner="none")).plan
    assert (plan.doc_type, plan.title) == ("CV", title)


def test_a_percentage_opens_no_subject() -> None:
    text = f"{LEFT}V 5% tăng thêm\n{RIGHT}Sở Y tế báo cáo.\nGIÁM ĐỐC\nLê Văn An\n"
    assert analyze(read(text.encode(), "x.txt"), Settings(ner="none")).plan.title is None


def test_a_word_of_ink_behind_the_number_is_no_part_of_the_issuer() -> None:
    text = f"BỘ CÔNG THƯƠNG\nSố: 12/GP-BCT\nNÊN\n{MOTTO}{DAY}GIẤY PHÉP\nVận chuyển cây giống\n1. Cho phép.\n"
    assert analyze(read(text.encode(), "x.txt"), Settings(ner="none")).plan.issuing_body == "Bộ Công Thương"


@pytest.mark.parametrize(
    "title",
    [
        "NGHỊ QUYẾT\nVề việc trồng cây bên đường\nBAN CHẤP HÀNH HỘI LÀM VƯỜN TỈNH LÂM HÀ KHÓA I,\nNHIỆM KỲ 2021-2026\nCăn cứ Điều lệ Hội;",
        "QUYẾT ĐỊNH\nTẰ ÔV^ . À tài ^ x\nVề việc trồng cây bên đường\nCăn cứ Điều lệ Hội;",
    ],
)
def test_title_without_ink_and_without_who_decides(title: str) -> None:
    head = "UBND TỈNH LÂM HÀ\nHỘI LÀM VƯỜN\n"
    assert plan_of(head, title).title == "Về việc trồng cây bên đường"


def test_a_name_in_capitals_that_completes_a_title_stays() -> None:
    title = "QUYẾT ĐỊNH\nVề việc công nhận cây di sản của\nHỘI SINH VẬT CẢNH PHỐ NÚI\nCăn cứ Điều lệ Hội;"
    assert plan_of(OFFICE, title).title == "Về việc công nhận cây di sản của HỘI SINH VẬT CẢNH PHỐ NÚI"


@pytest.mark.parametrize(
    ("closing", "signer"),
    [
        (RECIPIENTS + "CHỦ TỊCH\nThiều Tướng Cao Xuân Trấn\n", "Cao Xuân Trấn"),
        (RECIPIENTS + "CHỦ TỊCH\nĐai tá Cao Xuân Trấn\n", "Cao Xuân Trấn"),
        (RECIPIENTS + "CHỦ TỊCH\nThiều Văn Trấn\n", "Thiều Văn Trấn"),
        (RECIPIENTS + "CHỦ TỊCH\nCAO XUÂN TRẤN\n", "Cao Xuân Trấn"),
        (RECIPIENTS + "CHỦ TỊCH\nY THÔNG\n", "Y Thông"),
        # Names of peoples without surnames, the mark of their first letter misread.
        (RECIPIENTS + "CHỦ TỊCH\nH'Len ÊNuôl\n", "H'Len ÊNuôl"),
        (RECIPIENTS + "CHỦ TỊCH\nHˆLen ÊNuôl\n", "HˆLen ÊNuôl"),
        # The rest of an office under a seal.
        (RECIPIENTS + "CHỦ TỊCH\nƯỞNG THƯỜNG\n", None),
    ],
)
def test_ranks_and_names_as_recognised(closing: str, signer: str | None) -> None:
    plan = plan_of(TWO, closing=closing)
    assert (plan.signer, plan.recipients) == (signer, ("Như trên", "Lưu: VT"))


@pytest.mark.parametrize(
    ("closing", "recipients"),
    [
        ("Nơi nhậm —\n- Như trên;\n- Lưu: VT.\nGIÁM ĐỐC\nLê Văn An\n", ("Như trên", "Lưu: VT")),
        # Purposes that no list has, or that are misread.
        ("Nơi nhận:\n- TK5 (để b/e đ/c Thứ trưởng);\n- Sở Y tế (để ph//hợp);\n- Lưu: VT.\nGIÁM ĐỐC\nLê Văn An\n", ("TK5", "Sở Y tế", "Lưu: VT")),
        ("Nơi nhận:\n- Ban soạn thảo (đề án trồng cây);\n- Lưu: VT.\nGIÁM ĐỐC\nLê Văn An\n", ("Ban soạn thảo (đề án trồng cây)", "Lưu: VT")),
        # The list goes on below the signature beside it.
        ("Nơi nhận:\n- Như trên;\nGIÁM ĐỐC\nLê Văn An\n- Sở Nội vụ;\n- Lưu: VT.\n", ("Như trên", "Sở Nội vụ", "Lưu: VT")),
        # A dash is lost, in a list whose lines are full.
        ("Nơi nhận:\n- Như trên;\n- Các khoa, phòng ban có liên quan;\nTrang web của Trường;\n- Lưu: VT.\nGIÁM ĐỐC\nLê Văn An\n", ("Như trên", "Các khoa, phòng ban có liên quan", "Trang web của Trường", "Lưu: VT")),
    ],
)  # fmt: skip
def test_recipients_as_recognised(closing: str, recipients: tuple[str, ...]) -> None:
    plan = plan_of(TWO, closing=closing)
    assert (plan.recipients, plan.signer) == (recipients, "Lê Văn An")


def test_columns_of_a_closing_mixed_below_a_lost_label() -> None:
    closing = (
        "\u02c6UBQQ (để báo cáo)\n- Bộ Công an, Bộ Y tế (để báo cáo);\n- UBND tỉnh (để b/c); =-\nTRƯỜNG THƯỜN\nPHÓ GIÁM ĐỐC\n"
        "- Các phòng (để th);\n- Các xã;\n- Lưu: VT.\nCỤC KIỂM LÂM VÙNG\n1V\nĐại tá Bùi Duy An\n"
    )
    plan = plan_of(TWO, closing=closing)
    assert plan.recipients == ("Bộ Công an, Bộ Y tế", "UBND tỉnh", "Các phòng", "Các xã", "Lưu: VT")
    assert (plan.signer, plan.signer_positions) == ("Bùi Duy An", ("Phó Giám đốc",))
