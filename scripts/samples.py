"""Makes the samples in data/raw/dinh-dang: born-digital and scanned PDF, Word old and new, rich text,
a workbook, TIFF, ZIP, a web page.

The files are the same, byte for byte, each time they are made with the same versions of the packages: dates and seeds
are fixed. Needs the packages of the extra `dev` and the Debian package fonts-croscore (Tinos, which has the widths of
Times New Roman); pages are drawn with what the tests of recognition draw theirs with.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import random
import re
import sys
import zipfile
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageFont

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

import ocr_paper  # noqa: E402
import office_files  # noqa: E402
import sample_texts as texts  # noqa: E402
from sample_texts import Table, Text  # noqa: E402

from vnplan.review.page_image import has_letters  # noqa: E402

OUT = ROOT / "data" / "raw" / "dinh-dang"
WHEN = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
WIDE, HIGH = 595.0, 842.0
LEFT, RIGHT, TOP, FOOT = 85.0, 539.0, 62.0, 790.0
SIZE = 13.0
VOWELS = "aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ đ"
LETTERS = "".join(sorted({*VOWELS.replace(" ", ""), *VOWELS.replace(" ", "").upper()}))


class Sheets(Protocol):
    """Pages that text is set on; positions and sizes in points from the top left, `y` the baseline."""

    def text(self, x: float, y: float, text: str, size: float, face: str, anchor: str = "ls") -> float:
        """Sets a line; returns its right edge. Anchor `ls` for its left end at x, `ms` for its middle."""

    def width(self, text: str, size: float, face: str) -> float:
        """The width of a line."""

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draws a thin line."""

    def hand(self, x: float, y: float, digits: str) -> float:
        """Digits written by hand (printed where there is no hand); returns the right edge."""

    def sign(self, x: float, y: float) -> None:
        """What stands between the position and the name."""

    def next(self) -> None:
        """Begins the next page."""


class Drawn:
    """Pages as images."""

    def __init__(self, dpi: int, by_hand: bool = False, sealed: bool = False) -> None:
        self.dpi, self.by_hand, self.sealed = dpi, by_hand, sealed
        self.papers = [ocr_paper.Paper(dpi)]

    def text(self, x: float, y: float, text: str, size: float, face: str, anchor: str = "ls") -> float:
        """See `Sheets`."""
        return self.papers[-1].text(x, y, text, size, face, anchor)

    def width(self, text: str, size: float, face: str) -> float:
        """See `Sheets`."""
        return ocr_paper.font(face, 200).getlength(text) * size / 200

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """See `Sheets`."""
        self.papers[-1].rule(x0, y0, x1, y1)

    def hand(self, x: float, y: float, digits: str) -> float:
        """See `Sheets`."""
        if not self.by_hand:
            return self.text(x, y, digits, SIZE, "serif")
        return ocr_paper.scribble(self.papers[-1], x + 2, y, digits, random.Random(11), "#14148c", 11.0) + 2

    def sign(self, x: float, y: float) -> None:
        """See `Sheets`."""
        if self.sealed:
            ocr_paper.autograph(self.papers[-1], x - 40, y, random.Random(5))
            ocr_paper.seal(self.papers[-1], x - 45, y - 4, 46, letters="ỦY BAN NHÂN DÂN THỊ XÃ SÔNG CẦU")

    def next(self) -> None:
        """See `Sheets`."""
        self.papers.append(ocr_paper.Paper(self.dpi))


class Set:
    """Pages of a born-digital PDF."""

    def __init__(self, title: str) -> None:
        from fpdf import FPDF

        self.pdf = FPDF(unit="pt", format=(WIDE, HIGH))
        self.pdf.set_creation_date(WHEN)
        self.pdf.set_title(title)
        self.pdf.set_auto_page_break(False)
        for face in ("serif", "serif-bold", "serif-italic"):
            self.pdf.add_font(face, fname=ocr_paper.font_file(face))
        self.pdf.add_page()

    def text(self, x: float, y: float, text: str, size: float, face: str, anchor: str = "ls") -> float:
        """See `Sheets`."""
        wide = self.width(text, size, face)
        left = x - wide / 2 if anchor == "ms" else x
        self.pdf.text(left, y, text)
        return left + wide

    def width(self, text: str, size: float, face: str) -> float:
        """See `Sheets`."""
        self.pdf.set_font(face, size=size)
        return float(self.pdf.get_string_width(text))

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """See `Sheets`."""
        self.pdf.set_line_width(0.7)
        self.pdf.line(x0, y0, x1, y1)

    def hand(self, x: float, y: float, digits: str) -> float:
        """See `Sheets`."""
        return self.text(x, y, digits, SIZE, "serif")

    def sign(self, x: float, y: float) -> None:
        """See `Sheets`."""

    def next(self) -> None:
        """See `Sheets`."""
        self.pdf.add_page()


# -- Setting a plan on pages -----------------------------------------------------------------------------------------


def compose(text: Text, on: Sheets) -> None:
    """Sets a whole plan, page after page, numbered from the second on."""
    party = "ĐẢNG" in text.right[0]
    for k, line in enumerate(text.left[:-1]):
        face = "serif-bold" if k and line != "*" else "serif"
        _line(on, 165, TOP + 17 * k, line, face)
    for k, line in enumerate(text.right[:-1]):
        _line(on, 408, TOP + 17 * k, line, "serif-bold", SIZE if party else 12.0)
    under = TOP + 17 * (len(text.left) - 2) + 5
    if not party:
        on.rule(140, under, 190, under)
        on.rule(335, TOP + 22, 481, TOP + 22)
    y = under + 21
    _line(on, 165, y, text.left[-1], "serif")
    _line(on, 408, y, text.right[-1], "serif-italic")
    y += 36
    for k, line in enumerate(text.title):
        on.text(WIDE / 2, y + 18 * k, line, 14, "serif-bold", "ms")
    y += 18 * len(text.title) + 14
    page = 1
    for paragraph in text.body:
        lines = len(_wrap(on, paragraph)) if isinstance(paragraph, str) else 9
        if y + lines * 17 > FOOT:
            page, y = page + 1, 80.0
            on.next()
            on.text(WIDE / 2, 45, str(page), SIZE, "serif", "ms")
        y = _paragraph(on, y, paragraph)
    if y + 150 > HIGH:
        page, y = page + 1, 80.0
        on.next()
        on.text(WIDE / 2, 45, str(page), SIZE, "serif", "ms")
    _close(on, y + 14, text)


def _line(on: Sheets, middle: float, y: float, line: str, face: str, size: float = SIZE) -> None:
    """A centred line, with what is written by hand in its place."""
    parts = re.split(r"\{(\d+)\}", line)
    x = middle - on.width("".join(parts), size, face) / 2
    for k, part in enumerate(parts):
        x = on.hand(x, y, part) if k % 2 else on.text(x, y, part, size, face)


def _wrap(on: Sheets, paragraph: str, face: str = "serif") -> list[list[str]]:
    rows: list[list[str]] = [[]]
    for word in paragraph.split():
        indent = 28 if len(rows) == 1 else 0
        if rows[-1] and on.width(" ".join([*rows[-1], word]), SIZE, face) > RIGHT - LEFT - indent:
            rows.append([])
        rows[-1].append(word)
    return rows


def _paragraph(on: Sheets, y: float, paragraph: str | Table) -> float:
    """A justified paragraph; bold where it is a heading in capitals."""
    assert isinstance(paragraph, str), "tables are set in Word alone"
    head = re.match(r"[IVX]+[.-] ", paragraph) is not None
    face = "serif-bold" if head else "serif"
    rows = _wrap(on, paragraph, face)
    for k, row in enumerate(rows):
        x = LEFT + (0 if k else 28)
        widths = [on.width(word, SIZE, face) for word in row]
        gap = on.width(" ", SIZE, face)
        if k < len(rows) - 1 and len(row) > 1:
            gap = (RIGHT - x - sum(widths)) / (len(row) - 1)
        for word, wide in zip(row, widths, strict=True):
            on.text(x, y, word, SIZE, face)
            x += wide + gap
        y += 17
    return y + 4


def _close(on: Sheets, y: float, text: Text) -> None:
    on.text(LEFT, y, "Nơi nhận:", 12, "serif-italic")
    for k, line in enumerate(text.recipients):
        on.text(LEFT, y + 15 + 13.5 * k, line, 11, "serif")
    for k, line in enumerate(text.closing):
        on.text(420, y + 16 * k, line, SIZE, "serif-bold", "ms")
    below = y + 16 * len(text.closing)
    on.sign(420, below + 24)
    on.text(420, below + 68, text.signer, SIZE, "serif-bold", "ms")


# -- Formats ---------------------------------------------------------------------------------------------------------


def born_digital(text: Text) -> bytes:
    """A PDF with a text layer."""
    pages = Set(" ".join(text.title))
    compose(text, pages)
    return bytes(pages.pdf.output())


def scan_pdf(images: list[Image.Image], dpi: int, quality: int | None = None) -> bytes:
    """A PDF of images alone: black and white ones as fax (Group 4), others as JPEG."""
    out = io.BytesIO()
    stamp = WHEN.timetuple()
    first, *rest = images
    jpeg = {} if quality is None else {"quality": quality}
    about = {"creationDate": stamp, "modDate": stamp, "producer": "scanner"}
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=dpi, **about, **jpeg)
    return out.getvalue()


def clean_scan(text: Text) -> bytes:
    """300 dpi, black and white, straight."""
    pages = Drawn(300)
    compose(text, pages)
    return scan_pdf([ocr_paper.scan(paper.image, fax=True) for paper in pages.papers], 300)


def dirty_scan(text: Text) -> bytes:
    """200 dpi, askew, noisy, unevenly lit, a red seal over the signature, number and day written by hand."""
    pages = Drawn(300, by_hand=True, sealed=True)
    compose(text, pages)
    spoiled = [
        ocr_paper.scan(paper.image, 300, 200, skew=1.5, blur=0.5, noise=5.0, shade=0.28, seed=7)
        for paper in pages.papers
    ]
    return scan_pdf(spoiled, 200, 42)


def tiff(text: Text) -> bytes:
    """Pages of a fax machine, 200 dpi."""
    pages = Drawn(200)
    compose(text, pages)
    first, *rest = [ocr_paper.scan(paper.image, 200, 200, fax=True) for paper in pages.papers]
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=rest, compression="group4", dpi=(200, 200))
    return out.getvalue()


def word(text: Text) -> bytes:
    """A Word document: letterhead and closing as tables without borders, tasks as a ruled table."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    made = Document()
    style = made.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    about = made.core_properties
    about.author, about.title, about.created, about.modified = "vnplan", " ".join(text.title), WHEN, WHEN

    def lines(cell: object, content: tuple[str, ...], bold: bool = False, centred: bool = True) -> None:
        for k, line in enumerate(content):
            paragraph = cell.paragraphs[0] if k == 0 else cell.add_paragraph()  # type: ignore[attr-defined]
            paragraph.add_run(line).bold = bold
            if centred:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    head = made.add_table(1, 2).rows[0].cells
    lines(head[0], text.left)
    lines(head[1], text.right)
    for line in ("", *text.title):
        paragraph = made.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(line).bold = True
    for part in text.body:
        if isinstance(part, str):
            made.add_paragraph().add_run(part).bold = part.isupper()
            continue
        table = made.add_table(len(part), len(part[0]), "Table Grid")
        for row, cells in zip(part, table.rows, strict=True):
            for value, cell in zip(row, cells.cells, strict=True):
                lines(cell, (value,), bold=row is part[0], centred=False)
    made.add_paragraph()
    foot = made.add_table(1, 2).rows[0].cells
    lines(foot[0], ("Nơi nhận:", *text.recipients), centred=False)
    lines(foot[1], (*text.closing, "", "", text.signer), bold=True)
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as package:
        left_out = ("docProps/thumbnail.jpeg",)
        members = {name: package.read(name) for name in package.namelist() if name not in left_out}
    relations = members["_rels/.rels"].decode()
    members["_rels/.rels"] = re.sub(r"<Relationship [^>]*thumbnail[^>]*/>", "", relations).encode()
    return packed(members)


def _lines_of(text: Text) -> list[str | Table]:
    """A plan as paragraphs from top to bottom, the left column of head and foot before the right one."""
    head: list[str | Table] = [*text.left, *text.right, *text.title]
    return [*head, *text.body, "Nơi nhận:", *text.recipients, *text.closing, text.signer]


def old_word(text: Text) -> bytes:
    """A document of Word 97 to 2003, of plain paragraphs."""
    return office_files.word_doc("\n".join(part for part in _lines_of(text) if isinstance(part, str)))


def rich(text: Text) -> bytes:
    """Rich text in Windows-1258, as old programs write it; tables by cells."""

    def escaped(words: str) -> str:
        return "".join(char if char < "\x7f" and char not in "\\{}" else f"\\u{ord(char)}?" for char in words)

    parts = [r"{\rtf1\ansi\ansicpg1258\deff0{\fonttbl{\f0\froman Times New Roman;}}\f0\fs26"]
    for part in _lines_of(text):
        if isinstance(part, str):
            parts.append(rf"\pard {escaped(part)}\par")
            continue
        for row in part:
            edges = "".join(rf"\cellx{2000 * (k + 1)}" for k in range(len(row)))
            cells = "".join(rf"\pard\intbl {escaped(value)}\cell" for value in row)
            parts.append(rf"\trowd{edges}{cells}\row")
    return ("\n".join(parts) + "}").encode("ascii")


def workbook(text: Text) -> bytes:
    """A workbook of one sheet: a line of the plan a row, its table in columns of their own."""
    rows: list[tuple[str, ...]] = []
    for part in _lines_of(text):
        rows.extend([(part,)] if isinstance(part, str) else part)
    data = "".join(
        f'<row r="{k}">'
        + "".join(
            f'<c r="{chr(65 + j)}{k}" t="inlineStr"><is><t>{html.escape(value, quote=False)}</t></is></c>'
            for j, value in enumerate(row)
        )
        + "</row>"
        for k, row in enumerate(rows, 1)
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{relation}officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'{relation}worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Kế hoạch" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>',
    }
    return packed({name: content.encode() for name, content in members.items()})


def packed(members: dict[str, bytes]) -> bytes:
    """A ZIP archive with fixed dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            about = zipfile.ZipInfo(name, WHEN.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            about.flag_bits |= 0x800
            archive.writestr(about, data, compresslevel=9)
    return out.getvalue()


def web(text: Text) -> bytes:
    """A page of an office's site: menu, path, tools, related news and footer around the plan."""

    def block(lines: tuple[str, ...]) -> str:
        return "<br/>\n".join(html.escape(line, quote=False) for line in lines)

    body = "\n".join(f"<p>{html.escape(part, quote=False)}</p>" for part in text.body if isinstance(part, str))
    site = "Trang thông tin điện tử thành phố Sa Pa"
    menu = "".join(
        f'<li><a href="#">{x}</a></li>' for x in ("Trang chủ", "Giới thiệu", "Tin tức", "Văn bản", "Liên hệ")
    )
    news = "".join(
        f'<li><a href="#">{x}</a> <span class="date">{d}</span></li>'
        for x, d in (
            ("Lịch tiếp công dân tháng 5", "02/05/2024"),
            ("Thông báo tạm ngừng cấp điện", "30/04/2024"),
            ("Kế hoạch số 80/KH-UBND về phòng cháy rừng", "22/04/2024"),
        )
    )
    return f"""<!DOCTYPE html>
<html lang="vi">
<head><meta charset="utf-8"/><title>{html.escape(" ".join(text.title[1:]))} - {site}</title>
<style>body {{ font-family: serif }} nav li {{ display: inline }}</style>
<script>var visits = 120345; document.title += " (" + visits + ")";</script></head>
<body>
<header><a href="/">{site}</a><form><input type="text" placeholder="Tìm kiếm"/><button>Tìm</button></form></header>
<nav><ul>{menu}</ul></nav>
<div class="breadcrumb">Trang chủ &raquo; Văn bản &raquo; Kế hoạch</div>
<main><article>
<div class="tools"><a href="#">In trang</a> <a href="#">Gửi email</a> <a href="#">Cỡ chữ</a></div>
<table class="head"><tr><td align="center">{block(text.left)}</td>
<td align="center">{block(text.right)}</td></tr></table>
<p align="center"><b>{block(text.title)}</b></p>
{body}
<table class="foot"><tr><td><i>Nơi nhận:</i><br/>
{block(text.recipients)}</td><td align="center"><b>{block(text.closing)}</b><br/><br/><br/>
<b>{html.escape(text.signer)}</b></td></tr></table>
</article></main>
<aside class="related"><h3>Tin liên quan</h3><ul>{news}</ul></aside>
<div class="comments"><h3>Bình luận</h3><p>Chưa có bình luận nào. Mời bạn gửi ý kiến.</p></div>
<footer>Bản quyền thuộc UBND thành phố Sa Pa. Điện thoại: 0214 3871 000. Lượt truy cập: 120.345</footer>
</body></html>
""".encode()


def samples() -> dict[str, bytes]:
    """All samples by name."""
    return {
        "KH-112-cong-truong-Ba-Vi.pdf": born_digital(texts.BORN_DIGITAL),
        "scan-sach_ATTP-Hai-Hau.pdf": clean_scan(texts.CLEAN_SCAN),
        "scan-ban_rac-thai-nhua-Song-Cau.pdf": dirty_scan(texts.DIRTY_SCAN),
        "KH-45-han-man-Dong-Thap.docx": word(texts.WORD),
        "fax-tuyen-truyen-bau-cu-Cho-Don.tif": tiff(texts.FAX),
        "ho-so.zip": packed({
            "day-boi-Tan-Loc-2.docx": word(texts.PACKED_WORD),
            "cap-nuoc-Tam-Ky.pdf": born_digital(texts.PACKED_PDF),
        }),
        "trang-web-du-lich-Sa-Pa.html": web(texts.WEB),
        "doc-sach-Mai-Chau.doc": old_word(texts.OLD_WORD),
        "tran-dau-Song-Cau.rtf": rich(texts.RICH),
        "ven-bien-Ninh-Thuan.xlsx": workbook(texts.SHEET),
    }  # fmt: skip


def main() -> None:
    """Writes the samples and prints their sizes."""
    for face in ("serif", "serif-bold", "serif-italic"):
        path = ocr_paper.font_file(face)
        if path is None or "Tinos" not in path or not has_letters(path, LETTERS):
            sys.exit("The samples are set in Tinos: apt-get install fonts-croscore")
        assert ImageFont.truetype(path, 12)
    OUT.mkdir(parents=True, exist_ok=True)
    total = 0
    for name, data in samples().items():
        (OUT / name).write_bytes(data)
        total += len(data)
        print(f"{len(data):9,}  {name}")
    print(f"{total:9,}  together")


if __name__ == "__main__":
    main()
