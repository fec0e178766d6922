"""Office files as offices have them: merged cells, lists by style, chunks, notes, old fonts, sheets, slides, RTF."""

from __future__ import annotations

import datetime as dt
import io
import random
import time
import zipfile
from collections.abc import Iterable
from typing import Any

import docx
import office_files
import paper
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from vnplan.document import Document
from vnplan.errors import DamagedError, EmptyFileError, UnsafeContentError
from vnplan.extraction import documents, extract
from vnplan.ingestion.docx import read_docx
from vnplan.ingestion.flow import Cell, spread
from vnplan.ingestion.formats import detect
from vnplan.ingestion.html import read_html
from vnplan.ingestion.legacy import Run, converted, joined
from vnplan.ingestion.odt import read_odt
from vnplan.ingestion.pages import MERGED, PageText
from vnplan.ingestion.ppt import read_ppt
from vnplan.ingestion.pptx import read_pptx
from vnplan.ingestion.rtf import read_rtf
from vnplan.ingestion.sheets import shown_number
from vnplan.ingestion.symbols import from_symbol_font
from vnplan.ingestion.xls import read_xls
from vnplan.ingestion.xlsx import read_xlsx
from vnplan.text import lines

W = nsdecls("w")


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(data: bytes, names: dict[str, str]) -> bytes:
    """A package with parts renamed, and words in all XML parts replaced accordingly."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename.endswith((".xml", ".rels")):
                text = content.decode()
                for before, after in names.items():
                    text = text.replace(before.rpartition("/")[2], after.rpartition("/")[2])
                content = text.encode()
            new.writestr(names.get(info.filename, info.filename), content)
    return out.getvalue()


def only(data: bytes, name: str) -> Document:
    found = list(documents(data, name))
    assert len(found) == 1 and isinstance(found[0], Document), found
    return found[0]


def table_words(document: Document) -> list[list[str]]:
    return [[document.text[a:b] for a, b in row] for row in document.tables[0]]


# -- Merged cells -------------------------------------------------------------------------------------------------------

HEAD = ("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn")
TASKS = (
    ("1", "Mở lớp tập huấn cho lái xe", "Phòng Kinh tế", "30/6/2024"),
    ("2", "Kiểm tra bến xe", "Phòng Kinh tế", "15/9/2024"),
    ("3", "Sơn lại vạch đường", "Công an huyện", "30/10/2024"),
)
MERGED_ROWS = [list(HEAD), list(TASKS[0]), [*TASKS[1][:2], MERGED, TASKS[1][3]], list(TASKS[2])]


def html_table(merged: bool) -> str:
    rows = f"<tr>{''.join(f'<th>{cell}</th>' for cell in HEAD)}</tr>"
    for number, row in enumerate(TASKS):
        cells = [f"<td>{cell}</td>" for cell in row]
        if merged and number == 0:
            cells[2] = f'<td rowspan="2">{row[2]}</td>'
        if merged and number == 1:
            del cells[2]
        rows += f"<tr>{''.join(cells)}</tr>"
    return f"<table border=1>{rows}</table>"


def html_plan(merged: bool) -> bytes:
    lines = [*paper.LEFT, *paper.RIGHT, *paper.TITLE, *paper.BODY]
    end = [*paper.CLOSING_LEFT, *filter(None, paper.CLOSING_RIGHT)]
    parts = "".join(f"<p>{line}</p>" for line in lines), html_table(merged), "".join(f"<p>{line}</p>" for line in end)
    return f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body>{''.join(parts)}</body></html>".encode()


def facts(data: bytes, name: str) -> tuple[object, ...]:
    result = extract(data, name)
    (plan,) = result.plans
    return (
        plan.plan.number,
        plan.plan.signer,
        [fact.evidence.text for fact in plan.responsibilities],
        sorted(due.date or "" for due in plan.deadlines),
    )


def test_merged_cell_of_a_web_page_gives_its_value_in_every_row() -> None:
    assert facts(html_plan(True), "a.html") == facts(html_plan(False), "a.html")
    document = only(html_plan(True), "a.html")
    assert table_words(document) == [list(HEAD), *map(list, TASKS)]
    assert document.raw.count("| Phòng Kinh tế |") == 1
    assert document.tables[0][1][2] == document.tables[0][2][2]


def test_spans_of_web_tables() -> None:
    grid = spread([[Cell("a", 2, 2), Cell("b")], [Cell("c")], [Cell("d", 0), Cell("e", 1, 9)]])
    assert grid == [["a", "", "b"], [MERGED, "", "c"], ["d", "e", *[""] * 8]]
    assert spread([[Cell("a", 9)], [], []]) == [["a"], [MERGED], [MERGED]]
    hostile = spread([[Cell("x", 65000, 65000)]] + [[Cell("y", 65000, 65000)]] * 200)
    assert max(map(len, hostile)) <= 64
    assert read_html(b"<table border=1><tr><td rowspan=x>a<td>b<tr><td>c<td>d</table>", "a").text.count("|") == 6


def test_merged_cell_of_word() -> None:
    document = docx.Document()
    table = document.add_table(len(TASKS) + 1, 4, style="Table Grid")
    for cells, row in zip(table.rows, (HEAD, *TASKS), strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    table.cell(2, 2).text = ""
    table.cell(1, 2).merge(table.cell(2, 2))
    table.cell(1, 2).text = TASKS[0][2]
    found = only(saved(document), "a.docx")
    assert table_words(found) == [list(HEAD), *map(list, TASKS)]
    assert found.raw.count("Phòng Kinh tế") == 1


def test_merged_cell_of_an_empty_one_is_empty() -> None:
    document = docx.Document()
    table = document.add_table(3, 3, style="Table Grid")
    for i in range(3):
        for j in range(2):
            table.cell(i, j).text = f"ô {i}{j}"
    table.cell(0, 2).merge(table.cell(2, 2))
    assert MERGED not in read_docx(saved(document), "a").text


def test_merged_cell_of_opendocument() -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    rows = ""
    for number, row in enumerate((HEAD, *TASKS)):
        cells = [cell.format("", text) for text in row]
        if number == 1:
            cells[2] = cell.format(' table:number-rows-spanned="2"', row[2])
        if number == 2:
            cells[2] = "<table:covered-table-cell/>"
        rows += f"<table:table-row>{''.join(cells)}</table:table-row>"
    names = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text", "table", "style")
    )
    content = f"<office:document-content {names}><office:body><office:text><table:table>{rows}</table:table></office:text></office:body></office:document-content>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", content)
    assert read_odt(out.getvalue(), "a.odt").text == "".join(f"| {' | '.join(row)} |\n" for row in MERGED_ROWS)


def test_both_rooms_write_merged_cells_alike() -> None:
    assert lines.MERGED == MERGED


def test_merged_cells_of_markdown_and_none_above() -> None:
    text = "| a b | c d |\n|---|---|\n| một | hai |\n| ^^ | ba |\n"
    document = only(text.encode(), "a.md")
    assert table_words(document) == [["a b", "c d"], ["một", "hai"], ["một", "ba"]]
    assert "^" not in document.text
    only(b"| ^^ | b |\n| ^^ | c |\n| x y | z |\n", "a.md")


# -- Word ---------------------------------------------------------------------------------------------------------------


def test_parts_are_found_by_relationship() -> None:
    document = docx.Document()
    document.add_paragraph("mục", style="List Number")
    names = {
        "word/document.xml": "word/document7.xml", "word/numbering.xml": "word/numbering7.xml", "word/styles.xml": "word/styles7.xml",
        "word/_rels/document.xml.rels": "word/_rels/document7.xml.rels",
    }  # fmt: skip
    assert read_docx(repacked(saved(document), names), "a.docx").text == "1. mục\n"


def list_document(levels: str, styles: str = "", more: str = "") -> Any:
    document = docx.Document()
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {W} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    if more:
        root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="91">{more}</w:abstractNum>'))
        root.append(parse_xml(f'<w:num {W} w:numId="91"><w:abstractNumId w:val="91"/></w:num>'))
    if styles:
        document.styles.element.append(parse_xml(styles))
    return document


def add(document: Any, text: str, level: int = 0, number: int = 90) -> None:
    paragraph = document.add_paragraph(text)._p.get_or_add_pPr()
    paragraph.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'))


def level(form: str, text: str, place: str, more: str = "") -> str:
    return f'<w:lvl{place}><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def test_levels_without_their_number() -> None:
    document = list_document(level("upperRoman", "%1.", "") + level("decimal", "%2.", ""))
    for place in (0, 1, 1, 0):
        add(document, "mục", place)
    assert read_docx(saved(document), "a").text == "I. mục\n1. mục\n2. mục\nII. mục\n"


def test_legal_numbers_are_arabic_throughout() -> None:
    levels = level("upperRoman", "%1.", ' w:ilvl="0"') + level("lowerLetter", "%1.%2.", ' w:ilvl="1"', "<w:isLgl/>")
    document = list_document(levels)
    for place in (0, 1, 1):
        add(document, "mục", place)
    assert read_docx(saved(document), "a").text == "I. mục\n1.1. mục\n1.2. mục\n"


def test_list_by_style_link() -> None:
    style = f'<w:style {W} w:type="numbering" w:styleId="KieuSo"><w:name w:val="KieuSo"/><w:pPr><w:numPr><w:numId w:val="91"/></w:numPr></w:pPr></w:style>'
    document = list_document(
        '<w:numStyleLink w:val="KieuSo"/>',
        style,
        '<w:styleLink w:val="KieuSo"/>' + level("upperRoman", "%1.", ' w:ilvl="0"'),
    )
    add(document, "mục")
    assert read_docx(saved(document), "a").text == "I. mục\n"


def test_level_that_a_paragraph_style_stands_for() -> None:
    style = f'<w:style {W} w:type="paragraph" w:styleId="Muc2"><w:name w:val="Muc2"/><w:pPr><w:numPr><w:numId w:val="90"/></w:numPr></w:pPr></w:style>'
    levels = level("upperRoman", "%1.", ' w:ilvl="0"') + level(
        "decimal", "%2)", ' w:ilvl="1"', '<w:pStyle w:val="Muc2"/>'
    )
    document = list_document(levels, style)
    document.add_paragraph("mục")._p.get_or_add_pPr().append(parse_xml(f'<w:pStyle {W} w:val="Muc2"/>'))
    assert read_docx(saved(document), "a").text == "1) mục\n"


def with_part(document: Any, name: str, kind: str, content: bytes, xml: str) -> bytes:
    """A document with one more part, and an element at the end of its body that refers to it by `rIdX`."""
    document._body._element.insert(len(document._body._element) - 1, parse_xml(xml))
    out = io.BytesIO()
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(io.BytesIO(saved(document))) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "word/_rels/document.xml.rels":
                row = f'<Relationship Id="rIdX" Type="{office}/{kind}" Target="{name}"/></Relationships>'
                data = data.replace(b"</Relationships>", row.encode())
            new.writestr(info, data)
        new.writestr(f"word/{name}", content)
    return out.getvalue()


CHUNK = f'<w:altChunk {W} {nsdecls("r")} r:id="rIdX"/>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.htm", "<html><body><p>II. NHIỆM VỤ</p></body></html>".encode()),
        ("a.rtf", rb"{\rtf1 II. NHI\u7878?M V\u7908?}"),
    ],
)
def test_chunk_of_another_kind_is_read_in_its_place(name: str, content: bytes) -> None:
    document = docx.Document()
    document.add_paragraph("I. MỤC TIÊU")
    assert read_docx(with_part(document, name, "aFChunk", content, CHUNK), "a").text == "I. MỤC TIÊU\nII. NHIỆM VỤ\n"


def test_chunk_that_cannot_be_read_is_named() -> None:
    document = docx.Document()
    document.add_paragraph("I. MỤC TIÊU")
    found = read_docx(with_part(document, "a.bin", "aFChunk", b"\x00\x01\x02" * 99, CHUNK), "a")
    assert found.text == "I. MỤC TIÊU\n" and "word/a.bin" in found.warnings[0]


def test_chunks_in_chunks_come_to_an_end() -> None:
    data = saved(docx.Document())
    for _ in range(8):
        document = docx.Document()
        document.add_paragraph("tầng")
        data = with_part(document, "a.docx", "aFChunk", data, CHUNK)
    assert 2 <= read_docx(data, "a").text.count("tầng") <= 4


NOTES = f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>Quyết định số 12/QĐ-UBND ngày 03/01/2024 của UBND huyện.</w:t></w:r></w:p></w:footnote></w:footnotes>'
REFERENCE = f'<w:p {W}><w:r><w:t>Theo quy định</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'


def test_footnotes_are_analysed_and_part_of_no_closing() -> None:
    document = docx.Document()
    for line in paper.TEXT.split("\n"):
        document.add_paragraph(line)
    data = with_part(document, "footnotes.xml", "footnotes", NOTES.encode(), REFERENCE)
    (plan,) = extract(data, "a.docx").plans
    assert plan.text.rstrip().endswith("\n[^1]: Quyết định số 12/QĐ-UBND ngày 03/01/2024 của UBND huyện.")
    assert "12/QĐ-UBND" in [citation.number for citation in plan.citations]
    assert plan.plan.recipients[-1] == "Lưu: VT"


def run_xml(inner: str, face: str = "") -> str:
    fonts = f'<w:rFonts w:ascii="{face}" w:hAnsi="{face}"/>' if face else ""
    return f"<w:r><w:rPr>{fonts}</w:rPr>{inner}</w:r>"


def paragraph_text(*runs: str) -> str:
    document = docx.Document()
    document._body._element.insert(0, parse_xml(f"<w:p {W}>{''.join(runs)}</w:p>"))
    return read_docx(saved(document), "a").text.rstrip("\n")


def test_soft_hyphen_is_a_letter_in_old_fonts_alone() -> None:
    inner = "<w:t>Th«ng t</w:t><w:softHyphen/>"
    assert paragraph_text(run_xml(inner, ".VnTime")) == "Thông tư"
    assert paragraph_text(run_xml("<w:t>Thông</w:t><w:softHyphen/><w:t>báo</w:t>")) == "Thôngbáo"


def test_letter_and_mark_in_runs_of_their_own() -> None:
    pieces = (
        run_xml("<w:t>Ke</w:t>", "VNI-Times"),
        run_xml("<w:t>á hoaï</w:t>", "VNI-Times"),
        run_xml("<w:t>ch</w:t>", "VNI-Times"),
    )
    assert paragraph_text(*pieces) == "Kế hoạch"


def test_signs_of_symbol_fonts() -> None:
    signs = '<w:sym w:font="Symbol" w:char="F0B3"/><w:t>95%</w:t><w:sym w:font="Wingdings" w:char="F0FC"/>'
    assert paragraph_text(run_xml(signs)) == "≥95%✓"
    assert from_symbol_font("\uf0b7 a", "") == "• a"
    assert from_symbol_font("\xa3", "Symbol") == "≤"
    assert from_symbol_font("\xa3", "Times") == "£"


def test_unicode_typed_in_an_old_font_stays() -> None:
    legacy: set[str] = set()
    assert joined([Run("trình", "tcvn3")], legacy) == "trình"
    assert joined([Run("Điều 5 của Luật", "vni")], legacy) == "Điều 5 của Luật"
    assert not legacy
    assert joined([Run("Ghi chó", "tcvn3")], legacy) == "Ghi chú"


def test_two_old_encodings_in_one_text() -> None:
    tcvn3 = "Uû ban nh©n d©n huyÖn thùc hiÖn kÕ ho¹ch n¨m nay cña tØnh"
    vni = "Uyû ban nhaân daân huyeän thöïc hieän keá hoaïch naêm nay cuûa tænh"
    same = "Uỷ ban nhân dân huyện thực hiện kế hoạch năm nay của tỉnh"
    text, _ = converted("\n".join([tcvn3, vni, tcvn3]))
    assert text.replace("Uỷ", "Ủy").split("\n") == [same.replace("Uỷ", "Ủy")] * 3


# -- Pictures of pages ---------------------------------------------------------------------------------------------------


def picture(size: tuple[int, int] = (600, 850)) -> io.BytesIO:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", size, 255).save(out, "PNG")
    out.seek(0)
    return out


def eyes(text: str) -> Any:
    from test_pdf import Eyes

    return Eyes(text)


def test_page_pictures_are_recognised_in_their_place() -> None:
    document = docx.Document()
    document.add_picture(picture(), width=6_000_000)
    document.add_paragraph("II. NHIỆM VỤ")
    found = read_docx(saved(document), "a", None, eyes("I. MỤC TIÊU"))
    assert found.text.split() == "I. MỤC TIÊU II. NHIỆM VỤ".split()
    without = read_docx(saved(document), "a")
    assert without.text.strip() == "II. NHIỆM VỤ" and "1 pictures of pages are not read" in without.warnings[0]


def test_small_pictures_are_none_of_a_page() -> None:
    document = docx.Document()
    document.add_picture(picture(), width=1_000_000)
    document.add_paragraph("II. NHIỆM VỤ")
    assert read_docx(saved(document), "a", None, eyes("I. MỤC TIÊU")).text == "II. NHIỆM VỤ\n"


def test_word_file_of_page_pictures_has_pages() -> None:
    document = docx.Document()
    for _ in range(2):
        document.add_picture(picture(), width=6_000_000)
    found = read_docx(saved(document), "a", None, eyes("KẾ HOẠCH"))
    assert (found.kind, [page.page for page in found.pages]) == ("paged", [1, 2])


def test_enclosed_plan_as_pictures_is_a_document_of_its_own() -> None:
    document = docx.Document()
    document.add_paragraph("Kính gửi các phòng kế hoạch kèm theo.")
    document.add_picture(picture(), width=6_000_000)
    found = read_docx(saved(document), "a", None, eyes("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nKẾ HOẠCH"))
    assert found.text == "Kính gửi các phòng kế hoạch kèm theo.\n"
    ((name, part),) = found.parts
    assert name == "pictures-1" and isinstance(part.pages[0], PageText)


# -- RTF ----------------------------------------------------------------------------------------------------------------


def rtf_text(
    body: str, fonts: str = r"{\f0 Times;}{\f1\fcharset0 .VnTime;}{\f2\fcharset163 Arial;}{\f3\fcharset2 Symbol;}"
) -> str:
    data = rf"{{\rtf1\ansi\ansicpg1252\deff0{{\fonttbl{fonts}}}{body}}}".encode("latin-1")
    assert detect(data) == "rtf"
    return read_rtf(data, "a.rtf").text.rstrip("\n")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"K\u7871?  ho\u7841?ch\par I. M\u7908?C TI\u202?U\par", "Kế  hoạch\nI. MỤC TIÊU"),
        (r"K\u7871  ho\u7841\'3fch", "Kếhoạch"),
        (r"\uc2 \u7871\'41\'42x\uc0 \u7871 y", "ếxếy"),
        (r"{\upr{mat}{\*\ud{m\u7845?t}}}", "mất"),
        (r"\f1 Th\'abng t\'ad", "Thông tư"),
        (r"{\f1 Th\'abng t\-}", "Thông tư"),
        (r"{\f2 Ki\'ea\'f2m}", "Kiê\u0323m"),
        (r"{\f3\'b3}95%", "≥95%"),
        (r"a\emdash b\~c\_d\{\}\\", "a—b\xa0c-d{}\\"),
        (r"{\*\unknown x}{\*\bkmkstart b}a{\v an}{\deleted b}{\pict\bin4 }}}}0a0b}c", "ac"),
        (r"{\field{\*\fldinst{HYPERLINK x}}{\fldrslt{trang}}}", "trang"),
        (r"{\listtext 1.\tab}M\u7909?c", "1.\tMục"),
        (r"{\footer chân}{\header \u272?}a", "Đ\na"),
        (r"a{\footnote b}c\par d", "ac\nd\n[^1]: b"),
        (r"{\caps vi\u7879?t}", "VIỆT"),
        (r"\u-10179?\u-8704?", "\U0001f600"),
        (r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt h\u7897?p\par}}}a", "hộp\na"),
    ],
)  # fmt: skip
def test_rich_text(body: str, text: str) -> None:
    assert rtf_text(body) == text


def rtf_row(cells: Iterable[tuple[str, str, int]]) -> str:
    cells = list(cells)
    forms = "".join(rf"{form}\cellx{edge}" for _, form, edge in cells)
    return rf"\trowd{forms}\pard\intbl " + "".join(rf"{text}\cell " for text, _, _ in cells) + r"\row\pard "


def test_rich_text_tables_with_merged_cells() -> None:
    border = r"\clbrdrt\brdrs"
    rows = [
        [("TT", border, 1000), ("Viec", border, 3000), ("Chu tri", border, 5000)],
        [("1", border, 1000), ("mot", border, 3000), ("So A", border + r"\clvmgf", 5000)],
        [("2", border, 1010), ("hai", border, 3000), ("", border + r"\clvmrg", 5000)],
        [("chung", border, 3000), ("So B", border, 5000)],
    ]
    text = rtf_text("a\\par " + "".join(map(rtf_row, rows)) + "b\\par")
    assert text.split("\n") == [
        "a", "| TT | Viec | Chu tri |", "| 1 | mot | So A |", "| 2 | hai | ^^ |", "| chung |  | So B |", "b",
    ]  # fmt: skip


def test_hostile_rich_text_stays_bounded() -> None:
    with pytest.raises(DamagedError, match="too deep"):
        read_rtf(b"{\\rtf1" + b"{" * 100_000, "a")
    for body in (rb"\u99999999 ", rb"\bin2147483647 x", rb"\cell\row\trowd\cellx1\cell\row", rb"}}}}", b"\\", rb"\'z"):
        assert read_rtf(b"{\\rtf1 abc " + body, "a").text.startswith("abc")
    with pytest.raises(EmptyFileError):
        read_rtf(rb"{\rtf1{\info{\title x}}}", "a")


def test_rich_text_is_linear() -> None:
    def seconds(count: int) -> float:
        start = time.perf_counter()
        read_rtf(b"{\\rtf1 " + rb"{\b a\'ea\par}\trowd\cellx9\intbl x\cell\row\pard " * count + b"}", "a")
        return time.perf_counter() - start

    assert seconds(8000) < 10 * max(seconds(2000), 0.02)


# -- Sheets and slides ---------------------------------------------------------------------------------------------------


def workbook(merged: bool, hidden: bool = False) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Phụ lục")
        percent, day = book.add_format({"num_format": "0%"}), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.merge_range("A1:B1", "UBND HUYỆN AN BÌNH")
        sheet.merge_range("C1:E1", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        sheet.write("A2", "Số: 15/KH-UBND")
        sheet.write("C2", "Độc lập - Tự do - Hạnh phúc")
        sheet.merge_range("A3:E3", "KẾ HOẠCH PHÂN CÔNG NHIỆM VỤ")
        sheet.write("A4", "Ủy ban nhân dân huyện phân công nhiệm vụ như sau:")
        for column, text in enumerate((*HEAD, "Tỷ lệ")):
            sheet.write(4, column, text)
        for number, row in enumerate(TASKS):
            for column, text in enumerate(row[:3]):
                sheet.write(5 + number, column, text)
            sheet.write_datetime(5 + number, 3, dt.datetime(2024, 6, 30), day)
            sheet.write_number(5 + number, 4, 0.95, percent)
        if merged:
            sheet.merge_range("C6:C7", TASKS[0][2])
        sheet.write("A10", "Nơi nhận:")
        sheet.write("D10", "CHỦ TỊCH")
        if hidden:
            book.add_worksheet("Nháp").write("A1", "bí mật")
            book.get_worksheet_by_name("Nháp").hide()
        second = book.add_worksheet("Hai")
        second.write("A1", "trang hai")
    return out.getvalue()


def test_sheets_of_a_workbook() -> None:
    data = workbook(True, hidden=True)
    assert detect(data) == "xlsx"
    found = read_xlsx(data, "a.xlsx")
    first, second = found.text.split("\f")
    assert second.strip() == "trang hai"
    assert "bí mật" not in found.text and "'Nháp' is hidden" in found.warnings[0]
    assert first.strip().split("\n") == [
        "UBND HUYỆN AN BÌNH", "Số: 15/KH-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        "KẾ HOẠCH PHÂN CÔNG NHIỆM VỤ",
        "Ủy ban nhân dân huyện phân công nhiệm vụ như sau:", "| TT | Nhiệm vụ | Chủ trì | Thời hạn | Tỷ lệ |",
        "| 1 | Mở lớp tập huấn cho lái xe | Phòng Kinh tế | 30/06/2024 | 95% |", "| 2 | Kiểm tra bến xe | ^^ | 30/06/2024 | 95% |",
        "| 3 | Sơn lại vạch đường | Công an huyện | 30/06/2024 | 95% |", "Nơi nhận:", "CHỦ TỊCH",
    ]  # fmt: skip


def test_workbook_gives_its_facts() -> None:
    (merged,), (plain,) = extract(workbook(True), "a.xlsx").plans, extract(workbook(False), "a.xlsx").plans
    assert merged.plan.number == "15/KH-UBND"
    assert len(merged.responsibilities) == len(plain.responsibilities) > 0


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.95, "0%", "95%"), (0.955, "0.0%", "95,5%"), (45473, "dd/mm/yyyy", "30/06/2024"), (1250.0, "#,##0", "1250"),
        (2.5, "General", "2,5"), (45473, '"ngày" dd', "30/06/2024"), (12, "0", "12"), (1e300, "m/d/yy", "1e+300"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_shown(value: float, form: str, shown: str) -> None:
    assert shown_number(value, form) == shown


def test_old_workbook() -> None:
    cells: dict[tuple[int, int], str | float] = {(0, k): text for k, text in enumerate(HEAD)}
    cells |= {(1 + i, k): text for i, row in enumerate(TASKS) for k, text in enumerate(row)}
    del cells[2, 2]
    cells[3, 3] = 0.95
    data = office_files.excel_xls(cells, [(1, 2, 2, 2)])
    assert detect(data) == "xls"
    assert read_xls(data, "a.xls").text.split("\n")[:4] == [
        f"| {' | '.join(row)} |" for row in (*MERGED_ROWS[:3], [*TASKS[2][:3], "95%"])
    ]
    old = office_files.excel_xls({(0, 0): "Sè huyÖn", (1, 0): "kÕ ho¹ch"}, font=".VnTime")
    assert read_xls(old, "a.xls").text == "Số huyện\nkế hoạch\n"


def test_slides_of_a_presentation() -> None:
    text = "<p:sp><p:txBody><a:p><a:r><a:t>I. MỤC TIÊU</a:t></a:r></a:p></p:txBody></p:sp>"
    cells = '<a:tr><a:tc rowSpan="2"><a:p><a:r><a:t>Sở A</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>việc</a:t></a:r></a:p></a:tc></a:tr>'
    table = f'<a:tbl>{cells}<a:tr><a:tc vMerge="1"/><a:tc><a:p><a:r><a:t>hai</a:t></a:r></a:p></a:tc></a:tr></a:tbl>'
    data = office_files.powerpoint_pptx(text, table)
    assert detect(data) == "pptx"
    assert read_pptx(data, "a.pptx").text == "I. MỤC TIÊU\n\f\n| Sở A | việc |\n| ^^ | hai |\n"
    old = office_files.powerpoint_ppt([["I. MỤC TIÊU"], ["việc", "hai"]])
    assert detect(old) == "ppt"
    assert read_ppt(old, "a.ppt").text == "I. MỤC TIÊU\n\f\nviệc\nhai\n"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_entities_in_workbooks_are_refused(part: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(False))) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == part:
                data = data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1)
            new.writestr(info, data)
    with pytest.raises(UnsafeContentError):
        read_xlsx(out.getvalue(), "a")


@pytest.mark.parametrize("kind", ["doc", "xls", "ppt", "xlsx", "rtf"])
def test_cut_and_overwritten_office_files_never_crash(kind: str) -> None:
    whole = {
        "doc": office_files.word_doc(paper.TEXT), "xls": office_files.excel_xls({(0, 0): "a", (1, 1): 2.0}, [(0, 3, 0, 0)]),
        "ppt": office_files.powerpoint_ppt([["một"]]), "xlsx": workbook(True), "rtf": rb"{\rtf1{\fonttbl{\f0 A;}}\trowd\cellx5 a\cell\row}",
    }[kind]  # fmt: skip
    drawn = random.Random(7)
    for _ in range(30):
        data = bytearray(whole)
        for _ in range(drawn.choice((1, 5, 40))):
            data[drawn.randrange(8, len(data))] = drawn.randrange(256)
        cut = bytes(data[: drawn.randrange(16, len(data)) if drawn.random() < 0.3 else len(data)])
        result = extract(cut, f"a.{kind}")
        assert not [error for error in result.errors if error.code == "internal"], result.errors
