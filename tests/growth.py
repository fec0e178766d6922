"""Texts that make a careless rule slow: 80 patterns, each of which can be repeated without end, and five places of a
plan to put them in."""

from __future__ import annotations

HEAD = """ỦY BAN NHÂN DÂN
HUYỆN ĐỒNG PHÚ
Số: 27/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Đồng Phú, ngày 14 tháng 3 năm 2023

"""
TITLE = "KẾ HOẠCH\nPhòng cháy ở các chợ năm 2023"
BODY = """
Thực hiện Kế hoạch số 08/KH-UBND ngày 05/01/2023 của Ủy ban nhân dân tỉnh, Ủy ban nhân dân huyện ban hành kế hoạch:
I. MỤC TIÊU
1. Giảm từ 5% đến 10% số vụ cháy so với năm 2022.
"""
TASKS = "II. TỔ CHỨC THỰC HIỆN\n1. Phòng Văn hóa và Thông tin chủ trì, phối hợp với Công an huyện; báo cáo trước 15/12/2023.\n"
CLOSING = """
Nơi nhận:
- UBND tỉnh;
- Lưu: VT.
CHỦ TỊCH

Nguyễn Văn An
"""

PATTERNS = (
    # white space and signs
    " ", "\t", "\n", "a\t", "a   ", "\u00a0", ".", "..", "…", ",", ";", ":", "-", "- ", "_", "/", "(", ")", "[", "*", "#",
    "|", "| a ", "| a |\n", '"', "“", "%", "\u0301", "\u200b", "\ufeff", "\\", "<", "&",
    # numbers and dates
    "1", "1.", "1.1.", "1) ", "I. ", "a) ", "2023 ", "2023-2024 ", "2023, ", "năm 2023 ", "ngày 1/1/2023 ", "ngày 1 tháng 1 ",
    "01/01/2023 ", "quý I/2023 ", "10% ", "giảm 5% ", "giảm từ 5% đến 10% ", "1.000.000 đồng ", "số ", "Số: ",
    # citations
    "Nghị định số 1/2023/NĐ-CP ", "Nghị định ", "/QĐ-UBND ", "1/KH-UBND, ", "Căn cứ Luật ", "ngày 05/01/2023 của ", "Quyết định số ",
    # bodies and tasks
    "Ủy ban nhân dân ", "UBND ", "Sở ", "Phòng A, ", "các sở, ban, ngành ", "chủ trì, ", "phối hợp với ", "chịu trách nhiệm ",
    "trước ngày ", "báo cáo ", "xã An Bình, ", "- Sở Y tế - Sở Tài chính - Công an tỉnh ",
    # letters
    "A", "ê", "KẾ HOẠCH ", "và ",
    # circumstances, labels and persons
    "theo quy định, ", "Thời gian: ", "đồng chí Nguyễn Văn An, ", "≤ 3; ",
)  # fmt: skip
PLACES = ("head", "title", "body", "closing", "tasks")


def text(pattern: str, place: str, size: int, mark: str = "") -> str:
    """A plan with a pattern repeated to about so many bytes of UTF-8, in the head, title, body, closing or a task; `mark` before them."""
    long = mark + pattern * max(1, size // len(pattern.encode()))
    head, title, body, closing = HEAD, TITLE, BODY + TASKS, CLOSING
    if place == "head":
        head = head.replace("\nSố: 27", f" {long}\nSố: 27")
    elif place == "title":
        title += f" {long}"
    elif place == "body":
        body = f"{BODY}2. {long}\n{TASKS}"
    elif place == "tasks":
        body += f"2. Phòng Nội vụ:\n- {long}\n"
    else:
        closing = closing.replace("- UBND tỉnh;", f"- UBND tỉnh; {long}")
    return head + title + body + closing
