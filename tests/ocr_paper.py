"""Pages of our own for the OCR tests: drawn with known text, then spoiled the way scanners spoil them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from vnplan.evaluation import marks
from vnplan.evaluation.ladder import spoil

FOLDERS = ("/usr/share/fonts/truetype/croscore", "/usr/share/fonts/truetype/dejavu")
# Fonts that know Vietnamese; the first ones have the widths of Times New Roman and Arial (package fonts-croscore).
FACES = {
    "serif": ("Tinos-Regular.ttf", "DejaVuSerif.ttf"),
    "serif-bold": ("Tinos-Bold.ttf", "DejaVuSerif-Bold.ttf"),
    "serif-italic": ("Tinos-Italic.ttf", "DejaVuSerif-Italic.ttf", "DejaVuSerif.ttf"),
    "sans": ("Arimo-Regular.ttf", "DejaVuSans.ttf"),
    "sans-bold": ("Arimo-Bold.ttf", "DejaVuSans-Bold.ttf"),
}


@cache
def font_file(face: str) -> str | None:
    """The first installed font of a face, None if there is none."""
    for name in FACES[face]:
        for folder in FOLDERS:
            if (Path(folder) / name).is_file():
                return str(Path(folder) / name)
    return None


@cache
def font(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(face) or "DejaVuSerif.ttf", pixels)


@dataclass
class Paper:
    """A page that is drawn on in points, at `dpi`; `lines` is what a reader reads, in order."""

    dpi: int = 300
    width: float = 595.0
    height: float = 842.0
    image: Image.Image = field(init=False)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.px(self.width), self.px(self.height)), "white")

    def px(self, points: float) -> int:
        return round(points * self.dpi / 72)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 13,
        face: str = "serif",
        anchor: str = "ls",
        ink: str = "black",
    ) -> float:
        """Draws a line with its baseline at y; returns its right edge in points."""
        draw = ImageDraw.Draw(self.image)
        type_ = font(face, self.px(size))
        draw.text((self.px(x), self.px(y)), text, font=type_, fill=ink, anchor=anchor)
        width = draw.textlength(text, font=type_) * 72 / self.dpi
        return x + {"l": width, "m": width / 2, "r": 0.0}[anchor[0]]

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.7) -> None:
        ImageDraw.Draw(self.image).line(
            [self.px(x0), self.px(y0), self.px(x1), self.px(y1)], fill="black", width=max(1, self.px(width))
        )

    def block(
        self,
        y: float,
        text: str,
        size: float = 13,
        face: str = "serif",
        x0: float = 85,
        x1: float = 539,
        indent: float = 28,
    ) -> float:
        """A justified paragraph from baseline y; returns the next baseline."""
        draw = ImageDraw.Draw(self.image)
        type_ = font(face, self.px(size))
        space = draw.textlength(" ", font=type_)
        rows: list[tuple[float, list[str]]] = [(x0 + indent, [])]
        for word in text.split():
            left, row = rows[-1]
            need = draw.textlength(" ".join([*row, word]), font=type_)
            if row and need > self.px(x1 - left):
                rows.append((x0, [word]))
            else:
                row.append(word)
        for k, (left, row) in enumerate(rows):
            widths = [draw.textlength(word, font=type_) for word in row]
            gap = space
            if k < len(rows) - 1 and len(row) > 1:
                gap = (self.px(x1 - left) - sum(widths)) / (len(row) - 1)
            x = float(self.px(left))
            for word, width in zip(row, widths, strict=True):
                draw.text((x, self.px(y)), word, font=type_, fill="black", anchor="ls")
                x += width + gap
            self.lines.append(" ".join(row))
            y += size * 1.3
        return y


def scribble(
    paper: Paper, x: float, y: float, digits: str, chance: random.Random, ink: str = "black", size: float = 9.0
) -> float:
    """Writes digits by hand from x with the foot of the line at y (points); returns the right edge."""
    return marks.scribble(paper.image, paper.dpi, x, y, digits, chance, ink, size)


def seal(
    paper: Paper, x: float, y: float, radius: float = 50.0, ink: tuple[int, int, int] = (225, 40, 40),
    letters: str = "ỦY BAN NHÂN DÂN TỈNH BÌNH SƠN ★",
) -> None:  # fmt: skip
    """A round seal over whatever is there."""
    paper.image = marks.seal(paper.image, paper.dpi, x, y, radius, letters, font("sans-bold", paper.px(9)), ink)


def autograph(paper: Paper, x: float, y: float, chance: random.Random, ink: str = "#1020a0") -> None:
    """A signature: a running curve and a long tail."""
    marks.autograph(paper.image, paper.dpi, x, y, chance, ink)


BODY = (
    "Thực hiện Nghị quyết số 48/NQ-CP ngày 05 tháng 4 năm 2022 của Chính phủ về tăng cường bảo đảm trật tự, an toàn giao thông; "
    "căn cứ Kế hoạch số 127/KH-UBND ngày 16/3/2023 của Ủy ban nhân dân tỉnh, Ban An toàn giao thông huyện Bình Sơn ban hành kế hoạch như sau:",
    "1. Tổ chức tuyên truyền rộng rãi đến từng thôn, tổ dân phố về quy định nồng độ cồn, đội mũ bảo hiểm và tốc độ; phấn đấu giảm từ 5% đến 10% "
    "số vụ tai nạn giao thông so với năm 2023 trên cả ba tiêu chí.",
    "2. Giao Công an huyện chủ trì, phối hợp với Phòng Kinh tế và Hạ tầng rà soát các điểm đen, hoàn thành trước ngày 30/6/2024; "
    "Phòng Giáo dục và Đào tạo chỉ đạo các trường học ký cam kết với phụ huynh học sinh trong quý II năm 2024.",
    "3. Ủy ban nhân dân các xã, thị trấn bố trí lực lượng, kinh phí thực hiện; định kỳ trước ngày 20 hằng tháng báo cáo kết quả về "
    "Thường trực Ban An toàn giao thông huyện để tổng hợp, theo dõi.",
    "Yêu cầu các cơ quan, đơn vị nghiêm túc triển khai thực hiện Kế hoạch này; quá trình thực hiện có khó khăn, vướng mắc kịp thời phản ánh "
    "về Phòng Kinh tế và Hạ tầng (điện thoại 0255.3851.629) để được hướng dẫn, giải quyết./.",
)
RECIPIENTS = (
    "- Thường trực Huyện ủy;",
    "- Thường trực HĐND huyện;",
    "- Các thành viên Ban ATGT huyện;",
    "- UBND các xã, thị trấn;",
    "- Lưu: VT, KTHT.",
)


def letter(
    number: str = "37", day: str = "12", month: str = "02", *, hand: random.Random | None = None, dpi: int = 300, ink: str = "black",
    sealed: bool = False, code: str = "/KH-BATGT", face: str = "serif", page_number: str = "",
) -> Paper:  # fmt: skip
    """A one-page plan: letterhead in two columns, title, body, closing in two columns.

    With `hand`, number and day are written by hand and stand as `…` in the expected lines; empty ones are left blank.
    """
    paper = Paper(dpi)
    if page_number:
        paper.text(297, 45, page_number, 13, face, "ms")
    paper.text(165, 70, "UBND HUYỆN BÌNH SƠN", 12.5, face, "ms")
    paper.text(165, 87, "BAN AN TOÀN GIAO THÔNG", 12.5, f"{face}-bold", "ms")
    paper.rule(135, 92, 195, 92)
    paper.text(405, 70, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, f"{face}-bold", "ms")
    paper.text(405, 87, "Độc lập - Tự do - Hạnh phúc", 13, f"{face}-bold", "ms")
    paper.rule(325, 92, 485, 92)
    shown = "…" if hand and number else number
    x = paper.text(110, 118, "Số: ", 13, face)
    x = (scribble(paper, x, 118, number, hand, ink) if hand and number else paper.text(x, 118, number, 13, face)) + 1
    paper.text(x if number else x + 25, 118, code, 13, face)
    slope = "serif-italic" if face == "serif" else face
    x = paper.text(300, 118, "Bình Sơn, ngày ", 13, slope)
    x = scribble(paper, x, 118, day, hand, ink) + 2 if hand and day else paper.text(x, 118, day, 13, slope)
    shown_day = "…" if hand and day else day
    paper.text(x if day else x + 18, 118, f" tháng {month} năm 2024", 13, slope)
    paper.lines += ["UBND HUYỆN BÌNH SƠN", "BAN AN TOÀN GIAO THÔNG", f"Số: {shown}{code}"]
    paper.lines += ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    paper.lines += [" ".join(f"Bình Sơn, ngày {shown_day} tháng {month} năm 2024".split())]
    paper.text(297, 155, "KẾ HOẠCH", 14, f"{face}-bold", "ms")
    paper.text(297, 173, "Bảo đảm trật tự, an toàn giao thông năm 2024", 14, f"{face}-bold", "ms")
    paper.rule(250, 180, 345, 180)
    paper.lines += ["KẾ HOẠCH", "Bảo đảm trật tự, an toàn giao thông năm 2024"]
    y = 210.0
    for text in BODY:
        y = paper.block(y, text, 13, face) + 5
    y += 12
    paper.text(85, y, "Nơi nhận:", 12, "serif-italic" if face == "serif" else face)
    paper.text(420, y, "TM. BAN AN TOÀN GIAO THÔNG", 12.5, f"{face}-bold", "ms")
    paper.text(420, y + 16, "KT. TRƯỞNG BAN", 12.5, f"{face}-bold", "ms")
    paper.text(420, y + 32, "PHÓ TRƯỞNG BAN", 12.5, f"{face}-bold", "ms")
    for k, recipient in enumerate(RECIPIENTS):
        paper.text(85, y + 15 + 13 * k, recipient, 11, face)
    if sealed:
        autograph(paper, 400, y + 75, random.Random(4))
        seal(paper, 385, y + 62, 48)
    paper.text(420, y + 118, "Nguyễn Đức Thắng", 13.5, f"{face}-bold", "ms")
    paper.lines += ["Nơi nhận:", *RECIPIENTS]
    paper.lines += ["TM. BAN AN TOÀN GIAO THÔNG", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "Nguyễn Đức Thắng"]
    return paper


def scan(image: Image.Image, dpi: int = 300, to: int = 300, **how: Any) -> Image.Image:
    """The page, drawn at `dpi`, as a scanner at `to` dpi gives it; `how` as in `vnplan.evaluation.ladder.spoil`."""
    return spoil(image, dpi, to, **how)
