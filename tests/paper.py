"""Plans of our own writing as PDF pages, drawn by code; hostile files come from the tests themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)
LEFT = ["UBND HUYỆN AN BÌNH", "PHÒNG KINH TẾ", "Số: 15/KH-PKT"]
RIGHT = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "An Bình, ngày 05 tháng 3 năm 2024"]
TITLE = ["KẾ HOẠCH", "Bảo đảm trật tự an toàn giao thông năm 2024"]
BODY = [
    "Thực hiện Kế hoạch số 27/KH-UBND ngày 12/01/2024 của Ủy ban nhân dân huyện về bảo đảm",
    "trật tự an toàn giao thông, Phòng Kinh tế xây dựng kế hoạch như sau:",
    "I. MỤC TIÊU",
    "Giảm ít nhất 5% số vụ tai nạn giao thông so với năm 2023.",
    "II. NHIỆM VỤ",
    "1. Tổ chức tuyên truyền tại các xã, thị trấn trước ngày 30/6/2024.",
    "2. Kiểm tra các bến xe khách trên địa bàn huyện.",
]
CLOSING_LEFT = ["Nơi nhận:", "- UBND huyện;", "- Các xã, thị trấn;", "- Lưu: VT."]
CLOSING_RIGHT = ["TRƯỞNG PHÒNG", "", "", "Nguyễn Văn Bình"]
TEXT = "\n".join([*LEFT, *RIGHT, *TITLE, *BODY, *CLOSING_LEFT, *(line for line in CLOSING_RIGHT if line)])
ROWS = [
    ["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"],
    ["1", "Mở lớp tập huấn cho lái xe", "Phòng Kinh tế", "30/6/2024"],
    ["2", "Kiểm tra bến xe", "Công an huyện", "15/9/2024"],
]


def font() -> str:
    """Path of a font with Vietnamese letters; skips the test where there is none."""
    for path in FONTS:
        if Path(path).is_file():
            return path
    pytest.skip("needs a font with Vietnamese letters (fonts-dejavu-core)")


class Paper:
    """A PDF in the making: A4, in points, y from the top."""

    def __init__(self, size: tuple[float, float] = (595.0, 842.0)) -> None:
        from fpdf import FPDF

        self.pdf = FPDF(unit="pt", format=size)
        self.pdf.set_auto_page_break(False)
        self.pdf.add_font("serif", fname=font())
        self.pdf.add_page()

    def write(self, x: float, y: float, text: str, size: float = 10.5, centred: bool = False) -> None:
        """One line of text with its baseline at `y`."""
        self.pdf.set_font("serif", size=size)
        self.pdf.text(x - self.pdf.get_string_width(text) / 2 if centred else x, y, text)

    def width(self, text: str, size: float) -> float:
        """Width of a text in points."""
        self.pdf.set_font("serif", size=size)
        return float(self.pdf.get_string_width(text))

    def lines(self, x: float, y: float, texts: Sequence[str], step: float = 16.0, centred: bool = False) -> float:
        """Lines one below the other; returns the next baseline."""
        for text in texts:
            self.write(x, y, text, centred=centred)
            y += step
        return y

    def plan(self, left: Sequence[str] = LEFT, body: Sequence[str] = BODY, rows: Sequence[Sequence[str]] = ()) -> None:
        """A whole plan on the page, as offices set it."""
        self.lines(160, 60, left, centred=True)
        self.lines(420, 60, RIGHT, centred=True)
        self.lines(297, 130, TITLE, centred=True)
        y = self.lines(60, 180, body)
        if rows:
            y = self.table(60, y, rows)
        self.lines(60, y + 10, CLOSING_LEFT, step=14)
        self.lines(430, y + 10, CLOSING_RIGHT, centred=True)

    def table(
        self, x: float, y: float, rows: Sequence[Sequence[str]], wide: float = 118.0, step: float = 20.0
    ) -> float:
        """A ruled table; returns the baseline below it."""
        width = wide * len(rows[0])
        for k in range(len(rows) + 1):
            self.pdf.line(x, y + k * step, x + width, y + k * step)
        for k in range(len(rows[0]) + 1):
            self.pdf.line(x + k * wide, y, x + k * wide, y + len(rows) * step)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                self.write(x + j * wide + 4, y + i * step + 14, cell, 8.5)
        return y + len(rows) * step + 20

    def page(self) -> None:
        """Begin the next page."""
        self.pdf.add_page()

    def bytes(self) -> bytes:
        """The finished file."""
        return bytes(self.pdf.output())


def plan_pdf(pages: int = 1) -> bytes:
    """A plan of so many pages; from the second on there is running text and a page number."""
    paper = Paper()
    paper.plan(rows=ROWS)
    for number in range(2, pages + 1):
        paper.page()
        paper.write(297, 40, str(number), centred=True)
        paper.lines(60, 70, [*BODY] * 5)
    return paper.bytes()
