"""Word, OpenDocument, web pages, images, archives, e-mail: what is read of them, and what bad ones do."""

from __future__ import annotations

import io
import stat
import time
import zipfile
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import office_files
import paper
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from vnplan.errors import (
    ConversionError,
    DamagedError,
    EmptyFileError,
    EncryptedError,
    ImageTooLargeError,
    UnsafeContentError,
    VnplanError,
)
from vnplan.extraction import extract
from vnplan.ingestion import office
from vnplan.ingestion.archives import unpack
from vnplan.ingestion.doc import read_doc
from vnplan.ingestion.docx import read_docx
from vnplan.ingestion.email import attachments, read_email
from vnplan.ingestion.flow import is_layout, numeral, table_text
from vnplan.ingestion.formats import detect
from vnplan.ingestion.html import read_html
from vnplan.ingestion.images import read_image
from vnplan.ingestion.legacy import converted, font_encoding, guess, is_capital_font, to_unicode
from vnplan.ingestion.odt import read_odt
from vnplan.ingestion.pages import LineText, PageText, WordBox
from vnplan.settings import Settings

PLAN_TEXT = paper.TEXT.replace("TRƯỞNG PHÒNG\n", "TRƯỞNG PHÒNG\n\n")


# -- Word -------------------------------------------------------------------------------------------------------------


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_text(document: Any) -> str:
    return read_docx(saved(document), "a.docx").text.rstrip("\n")


def plan_docx() -> bytes:
    document = docx.Document()
    head = document.add_table(1, 2)
    for cell, lines in zip(head.rows[0].cells, (paper.LEFT, paper.RIGHT), strict=True):
        cell.text = "\n".join(lines)
    for line in (*paper.TITLE, *paper.BODY):
        document.add_paragraph(line)
    table = document.add_table(len(paper.ROWS), 4, style="Table Grid")
    for cells, row in zip(table.rows, paper.ROWS, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    document.add_paragraph()
    closing = document.add_table(1, 2)
    for cell, lines in zip(closing.rows[0].cells, (paper.CLOSING_LEFT, paper.CLOSING_RIGHT), strict=True):
        cell.text = "\n".join(lines)
    return saved(document)


def test_word_plan_gives_the_facts_of_the_text() -> None:
    result = extract(plan_docx(), "a.docx").plans[0]
    assert (result.format, result.pages) == ("docx", ())
    assert (result.plan.number, str(result.plan.issue_date)) == ("15/KH-PKT", "2024-03-05")
    assert (result.plan.signer, result.plan.recipients) == (
        "Nguyễn Văn Bình",
        ("UBND huyện", "Các xã, thị trấn", "Lưu: VT"),
    )
    assert {due.date for due in result.deadlines} >= {"2024-06-30", "2024-09-15"}


def test_word_lists_show_their_numbers() -> None:
    document = docx.Document()
    for style in ("List Number", "List Number", "List Bullet"):
        document.add_paragraph("mục", style=style)
    assert word_text(document) == "1. mục\n2. mục\n- mục"


def numbered(levels: Iterable[tuple[str, str]]) -> Any:
    """A document with one list of the given levels: (form, text)."""
    document = docx.Document()
    root = document.part.numbering_part.element
    xml = "".join(
        f'<w:lvl w:ilvl="{k}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for k, (form, text) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{xml}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    return document


def add_item(document: Any, text: str, level: int, number: int = 90) -> None:
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )


def test_word_lists_of_several_levels() -> None:
    document = numbered([("upperRoman", "%1."), ("decimal", "%2."), ("decimal", "%2.%3."), ("lowerLetter", "%4)")])
    for text, level in [
        ("Mục tiêu", 0),
        ("Chung", 1),
        ("Cụ thể", 1),
        ("a", 2),
        ("b", 2),
        ("c", 3),
        ("Nhiệm vụ", 0),
        ("d", 1),
    ]:
        add_item(document, text, level)
    assert word_text(document).split("\n") == [
        "I. Mục tiêu", "1. Chung", "2. Cụ thể", "2.1. a", "2.2. b", "a) c", "II. Nhiệm vụ", "1. d",
    ]  # fmt: skip


def test_word_changes_are_accepted() -> None:
    document = docx.Document()
    w = nsdecls("w")
    document._body._element.insert(
        0,
        parse_xml(
            f"<w:p {w}><w:r><w:t>Giảm </w:t></w:r><w:del><w:r><w:delText>5%</w:delText></w:r></w:del>"
            f"<w:ins><w:r><w:t>10%</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t> ẩn</w:t></w:r></w:p>"
        ),
    )
    assert word_text(document) == "Giảm 10%"


def test_word_capitals_fields_breaks_and_hyphens() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("kế hoạch").font.all_caps = True
    paragraph.add_run(" năm\t2024")
    paragraph.runs[-1].add_break()
    paragraph.add_run("dòng hai")
    paragraph._p.append(
        parse_xml(f"<w:r {nsdecls('w')}><w:noBreakHyphen/><w:instrText>PAGE</w:instrText><w:t>ba</w:t></w:r>")
    )
    assert word_text(document) == "KẾ HOẠCH năm\t2024\ndòng hai-ba"


def test_word_text_box_is_read_once() -> None:
    document = docx.Document()
    w = nsdecls("w")
    box = "<w:txbxContent><w:p><w:r><w:t>Số: 15/KH-PKT</w:t></w:r></w:p></w:txbxContent>"
    document._body._element.insert(
        0,
        parse_xml(
            f'<w:p {w} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
            f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
            "<w:r><w:t>Kính gửi</w:t></w:r></w:p>"
        ),
    )
    assert word_text(document) == "Số: 15/KH-PKT\nKính gửi"


def test_word_header_is_read_once_and_page_numbers_are_not() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "UBND HUYỆN AN BÌNH"
    document.sections[0].first_page_header.paragraphs[0].text = "- 2 -"
    document.sections[0].different_first_page_header_footer = True
    document.add_paragraph("KẾ HOẠCH")
    assert word_text(document) == "UBND HUYỆN AN BÌNH\nKẾ HOẠCH"
    document.add_paragraph("Ubnd huyện An Bình")
    assert word_text(document) == "KẾ HOẠCH\nUbnd huyện An Bình"


def test_word_merged_cells_keep_their_columns() -> None:
    document = docx.Document()
    table = document.add_table(3, 3, style="Table Grid")
    for i in range(3):
        for j in range(3):
            table.cell(i, j).text = f"{i}{j}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "chung"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "dọc"
    assert word_text(document) == "| chung |  | 02 |\n| 10 | 11 | dọc |\n| 20 | 21 | ^^ |"


def test_word_old_fonts() -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run("Uû ban nh©n d©n huyÖn")
    run.font.name = ".VnTime"
    run = document.add_paragraph().add_run("kÕ ho¹ch")
    run.font.name = ".VnTimeH"
    run = document.add_paragraph().add_run("Uûy ban nhaân daân")
    run.font.name = "VNI-Times"
    document.add_paragraph("Ủy ban nhân dân")
    found = read_docx(saved(document), "a.docx")
    assert found.text == "Uỷ ban nhân dân huyện\nKẾ HOẠCH\nUủy ban nhân dân\nỦy ban nhân dân\n".replace("Uủy", "Ủy")
    assert len(found.warnings) == 2


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def test_word_external_entities_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOP")
    attack = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><w:document '.encode()

    def change(name: str, part: bytes) -> bytes:
        return (
            part.replace(b"<w:document ", attack, 1).replace(b"KH-PKT", b"&e;") if name == "word/document.xml" else part
        )

    data = repacked(plan_docx(), change)
    with pytest.raises(UnsafeContentError):
        read_docx(data, "a.docx")
    result = extract(data, "a.docx")
    assert [error.code for error in result.errors] == ["unsafe_content"]


def test_word_bomb() -> None:
    def change(name: str, part: bytes) -> bytes:
        return b"<?xml version='1.0'?>" + b" " * 400_000_000 if name == "word/document.xml" else part

    start = time.monotonic()
    result = extract(repacked(plan_docx(), change), "a.docx")
    assert [error.code for error in result.errors] == ["archive_bomb"]
    assert time.monotonic() - start < 90


def test_word_nested_without_end() -> None:
    def change(name: str, part: bytes) -> bytes:
        if name != "word/document.xml":
            return part
        return part.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 5000 + b"</w:sdt>" * 5000, 1)

    assert extract(repacked(plan_docx(), change), "a.docx").plans


@pytest.mark.parametrize("cut", [4, 500, 5000, -30])
def test_word_cut_short(cut: int) -> None:
    result = extract(plan_docx()[:cut], "a.docx")
    assert [error.code for error in result.errors] == ["damaged"]


def test_word_empty() -> None:
    with pytest.raises(EmptyFileError):
        read_docx(saved(docx.Document()), "a.docx")


# -- OpenDocument ------------------------------------------------------------------------------------------------------


def odt(body: str, styles: str = "") -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style", "drawing")
    ).replace("xmlns:drawing", "xmlns:draw")
    content = (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {names}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", content)
    return out.getvalue()


def test_odt() -> None:
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/><text:list-level-style-bullet text:level="2" text:bullet-char="•"/></text:list-style>'
    )
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(text) for text in row)}</table:table-row>" for row in paper.ROWS
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>xóa</text:p></text:deletion></text:changed-region>"
        '</text:tracked-changes><text:p>Kế<text:s text:c="2"/>hoạch<text:line-break/>năm <text:span>2024</text:span>'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>chú thích</text:p></text:note-body></text:note></text:p>"
        '<text:list text:style-name="L"><text:list-item><text:p>một</text:p><text:list><text:list-item><text:p>con</text:p>'
        "</text:list-item></text:list></text:list-item><text:list-item><text:p>hai</text:p></text:list-item></text:list>"
        f"<table:table>{rows}</table:table>"
    )
    data = odt(body, styles)
    assert detect(data) == "odt"
    assert read_odt(data, "a.odt").text.split("\n") == [
        "Kế  hoạch", "năm 2024", "1. một", "• con", "2. hai", *(f"| {' | '.join(row)} |" for row in paper.ROWS), "[^1]: chú thích", "",
    ]  # fmt: skip


def test_odt_entities_are_refused() -> None:
    data = odt("<text:p>x</text:p>")
    bomb = repacked(data, lambda name, part: part.replace(b"<office:", b'<!DOCTYPE a [<!ENTITY b "c">]><office:', 1))
    assert [error.code for error in extract(bomb, "a.odt").errors] == ["unsafe_content"]


# -- Old Word and rich text --------------------------------------------------------------------------------------------

DOC = office_files.word_doc("UBND HUYỆN AN BÌNH\nKẾ HOẠCH\nI. MỤC TIÊU")


def broken_doc() -> bytes:
    """A DOC whose table of pieces lies beyond its end."""
    at = DOC.index(b"\xec\xa5") + 154 + 33 * 8
    return DOC[:at] + b"\xff\xff\xff\x7f" + DOC[at + 4 :]


def test_doc_needs_no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find", lambda *names: None)
    assert detect(DOC) == "doc"
    assert read_doc(DOC, "a.doc").text == "UBND HUYỆN AN BÌNH\nKẾ HOẠCH\nI. MỤC TIÊU\n"
    with pytest.raises(DamagedError, match="or install LibreOffice"):
        read_doc(broken_doc(), "a.doc")


def test_protected_doc() -> None:
    with pytest.raises(EncryptedError, match="--password"):
        read_doc(office_files.word_doc("KẾ HOẠCH", flags=0x0100), "a.doc")


def fake_office(folder: Path, script: str) -> str:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_office_hangs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = fake_office(tmp_path, "sleep 300 & sleep 300")
    monkeypatch.setattr(office, "find", lambda *names: program)
    start = time.monotonic()
    with pytest.raises(ConversionError, match="more than 1 s"):
        read_doc(broken_doc(), "a.doc", Settings(office_seconds=1))
    assert time.monotonic() - start < 90


@pytest.mark.parametrize("script", ["exit 77", "kill -SEGV $$", "echo rubbish", "yes | head -c 100000"])
def test_office_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    program = fake_office(tmp_path, script)
    monkeypatch.setattr(office, "find", lambda *names: program)
    with pytest.raises(ConversionError, match="could not be converted"):
        read_doc(broken_doc(), "a.doc")


def test_office_writes_rubbish(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = fake_office(tmp_path, "for last; do :; done; mkdir -p out; echo rubbish > out/document.docx")
    monkeypatch.setattr(office, "find", lambda *names: program)
    with pytest.raises(DamagedError):
        read_doc(broken_doc(), "a.doc")


# -- Web pages ---------------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Cổng thông tin</title><script>var a = "x";</script></head>
<body><nav><a href="/">Trang chủ</a><a href="/vb">Văn bản</a></nav><div id="menu">Đăng nhập</div>
<div class="content"><table border="0"><tr><td><p>UBND HUYỆN AN BÌNH<br/>Số: 15/KH-UBND</p></td>
<td><p>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p><p>An Bình, ngày 05 tháng 3 năm 2024</p></td></tr></table>
<p><b>KẾ HOẠCH</b></p><p>Bảo đảm trật tự&nbsp;an toàn
giao thông &amp; vận tải năm 2024</p><ol><li>Tuyên truyền</li><li>Kiểm tra</li></ol>
<table><tr><th>Nhiệm vụ</th><th>Thời hạn</th></tr><tr><td>Báo cáo | tổng hợp</td><td>30/6</td></tr></table>
<p style="display:none">ẩn</p></div><div class="related-news"><a href="/1">Tin khác: họp giao ban</a></div>
<footer>Bản quyền thuộc UBND</footer></body></html>"""


def test_web_page_without_the_site() -> None:
    assert read_html(PAGE.encode(), "a.html").text.split("\n") == [
        "UBND HUYỆN AN BÌNH", "Số: 15/KH-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "An Bình, ngày 05 tháng 3 năm 2024",
        "KẾ HOẠCH", "Bảo đảm trật tự an toàn giao thông & vận tải năm 2024", "1. Tuyên truyền", "2. Kiểm tra",
        "| Nhiệm vụ | Thời hạn |", "| Báo cáo \\| tổng hợp | 30/6 |", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\xff\xfe" + "<html><body>Kế hoạch".encode("utf-16-le"), "Kế hoạch"),
        (b"\xef\xbb\xbf" + "<html><meta charset=iso-8859-1><body>Kế hoạch".encode(), "Kế hoạch"),
        ("<html><meta charset=windows-1258><body>B\xe1o c\xe1o".encode("latin-1"), "Báo cáo"),
        (
            b"<html><meta charset=iso-8859-1><body>" + "Uû ban nh©n d©n huyÖn lËp kÕ ho¹ch kiÓm tra".encode("latin-1"),
            "Uỷ ban nhân dân huyện lập kế hoạch kiểm tra",
        ),
    ],
)
def test_web_page_encodings(data: bytes, found: str) -> None:
    assert read_html(data, "a.html").text.strip() == found


def test_web_page_bad() -> None:
    for data in (b"<html></html>", b"<!doctype html><script>x</script>"):
        with pytest.raises(EmptyFileError):
            read_html(data, "a.html")
    deep = b"<html><body>" + b"<div>" * 30_000 + "Kế hoạch".encode() + b"</div>" * 30_000
    start = time.monotonic()
    extract(deep, "a.html")
    extract(b"<html><body>" + b"<table><tr><td>" * 3000 + b"x", "a.html")
    extract(b"<html><body>" + b"<p class=menu>a" * 50_000, "a.html")
    assert time.monotonic() - start < 90


# -- Images ------------------------------------------------------------------------------------------------------------


def see(image: Any, dpi: float) -> PageText:
    word = WordBox(f"{image.size[0]}x{image.size[1]}@{dpi:.0f}", 10, 10, 60, 22, 95.0)
    return PageText(1, image.width * 72 / dpi, image.height * 72 / dpi, "ocr", "", 0, 95.0, (LineText((word,)),))


def picture(kind: str, size: tuple[int, int] = (400, 600), mode: str = "RGB", **options: Any) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new(mode, size, 255 if mode in ("1", "L", "I;16") else "white").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "tiff"])
def test_images_are_recognised(kind: str) -> None:
    data = picture(kind)
    assert detect(data) == kind
    page = read_image(data, "a", kind, None, see).pages[0]
    assert page.text == "400x600@50"
    assert page.reason == "image recognised at 50 dpi"


def test_image_resolution_and_orientation() -> None:
    from PIL import Image

    assert (
        read_image(picture("png", (2480, 3508), dpi=(300, 300)), "a", "png", None, see).pages[0].text == "2480x3508@300"
    )
    exif = Image.Exif()
    exif[274] = 6
    assert read_image(picture("jpeg", (600, 400), exif=exif), "a", "jpeg", None, see).pages[0].text == "400x600@50"
    for mode in ("1", "L", "LA", "RGBA", "P"):
        assert read_image(picture("png", mode=mode), "a", "png", None, see).pages


def tiff(pages: int) -> bytes:
    from PIL import Image

    images = [Image.new("L", (300, 400), 200 + k) for k in range(pages)]
    out = io.BytesIO()
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:], compression="tiff_lzw", dpi=(100, 100))
    return out.getvalue()


def test_tiff_of_several_pages() -> None:
    found = read_image(tiff(4), "a.tif", "tiff", None, see)
    assert [page.page for page in found.pages] == [1, 2, 3, 4]
    assert not found.errors


def test_tiff_with_a_broken_page_in_the_middle() -> None:
    from PIL import Image

    data = bytearray(tiff(4))
    with Image.open(io.BytesIO(bytes(data))) as image:
        image.seek(2)
        offset, size = image.tag_v2[273][0], image.tag_v2[279][0]
    data[offset : offset + size] = b"\xff" * size
    found = read_image(bytes(data), "a.tif", "tiff", None, see)
    assert [page.page for page in found.pages] == [1, 2, 4]
    assert [(error.code, error.page) for error in found.errors] == [("damaged", 3)]


def test_tiff_cut_short() -> None:
    data = tiff(3)
    for cut in (9, 200, len(data) // 2, len(data) - 10):
        result = extract(data[:cut], "a.tif")
        assert all(
            error.code in ("damaged", "empty", "missing_dependency") or error.stage == "ocr" for error in result.errors
        )


def test_image_bomb() -> None:
    data = picture("png", (20_000, 20_000), "1")
    assert len(data) < 200_000
    with pytest.raises(ImageTooLargeError):
        read_image(data, "a.png", "png", None, see)


# -- Archives ----------------------------------------------------------------------------------------------------------


def packed(members: dict[str, bytes], **options: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(data: bytes, **settings: Any) -> list[tuple[str, str]]:
    return [(m.source, m.error.code if m.error else "ok") for m in unpack(data, "a.zip", Settings(**settings))]


TEXT = paper.TEXT.encode()


def test_archive_members_are_documents() -> None:
    inner = packed({"Kế hoạch.docx": plan_docx()})
    data = packed(
        {
            "thư mục/plan.txt": TEXT,
            "inner.zip": inner,
            "__MACOSX/._a": b"x",
            ".hidden": b"x",
            "b.bin": b"7z\xbc\xaf\x27\x1c",
        }
    )
    result = extract(data, "dir/a.zip")
    assert [plan.source for plan in result.plans] == ["dir/a.zip!thư mục/plan.txt", "dir/a.zip!inner.zip!Kế hoạch.docx"]
    assert {plan.plan.number for plan in result.plans} == {"15/KH-PKT"}
    assert [(error.source, error.code) for error in result.errors] == [("dir/a.zip!b.bin", "unsupported_format")]
    assert len({plan.document_id for plan in result.plans}) == 2


def test_archive_depth() -> None:
    data = TEXT
    for k in range(5):
        data = packed({f"{k}.zip" if k else "plan.txt": data})
    assert unpacked(data) == [("a.zip!4.zip!3.zip!2.zip", "archive_depth")]
    assert unpacked(data, archive_depth=5) == [("a.zip!4.zip!3.zip!2.zip!1.zip!plan.txt", "ok")]


def test_archive_names_that_lead_outside() -> None:
    data = packed({"../../etc/x.txt": TEXT, "/abs.txt": TEXT, "C:\\x.txt": TEXT, "ok.txt": TEXT, "a/../../b.txt": TEXT})
    assert [code for _, code in unpacked(data)] == ["unsafe_name"] * 3 + ["ok", "unsafe_name"]


def test_archive_link_is_not_followed() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert unpacked(out.getvalue()) == [("a.zip!link.txt", "unsafe_name")]


def test_archive_bombs() -> None:
    start = time.monotonic()
    big = packed({"zeros.txt": bytes(300_000_000), "plan.txt": TEXT})
    assert unpacked(big) == [("a.zip!zeros.txt", "archive_bomb"), ("a.zip!plan.txt", "ok")]
    assert unpacked(packed({f"{k}.txt": b"x" for k in range(50)}), max_members=20) == [("a.zip", "archive_bomb")]
    assert unpacked(packed({f"{k}.txt": TEXT for k in range(9)}), max_unpacked=3 * len(TEXT))[-1] == (
        "a.zip",
        "archive_bomb",
    )
    nested = packed({f"{k}.zip": packed({f"{j}.txt": b"x" for j in range(9)}) for k in range(9)})
    assert unpacked(nested, max_members=30)[-1][1] == "archive_bomb"
    assert time.monotonic() - start < 90


def test_archive_that_lies_about_sizes() -> None:
    data = bytearray(packed({"zeros.txt": bytes(50_000_000)}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        where = data.index(mark) + at
        data[where : where + 4] = (1000).to_bytes(4, "little")
    assert unpacked(bytes(data))[0][1] in ("archive_bomb", "damaged", "ok")
    assert all(len(member.data) <= 5_000_000 for member in unpack(bytes(data), "a.zip", Settings()))


@pytest.mark.parametrize("cut", [4, 40, -25])
def test_archive_cut_short(cut: int) -> None:
    assert [code for _, code in unpacked(packed({"plan.txt": TEXT})[:cut])] == ["damaged"]


def test_archive_with_password_and_without_files() -> None:
    assert unpacked(packed({})) == [("a.zip", "empty")]
    data = bytearray(packed({"plan.txt": TEXT}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert [code for _, code in unpacked(bytes(data))] == ["encrypted"]


# -- E-mail ------------------------------------------------------------------------------------------------------------


def mail(
    body: str = "Kính gửi các đồng chí văn bản kèm theo.", attach: dict[str, bytes] | None = None, html: bool = False
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.vn", "c@d.vn", "Gửi kế hoạch"
    message["Message-ID"] = "<1@b.vn>"
    message.set_content(body, subtype="html" if html else "plain")
    for name, data in (attach or {}).items():
        message.add_attachment(data, "application", "octet-stream", filename=name)
    return message.as_bytes()


def test_mail_and_its_attachments() -> None:
    data = mail(attach={"Kế hoạch.docx": plan_docx(), "a.zip": packed({"plan.txt": TEXT})})
    assert detect(data) == "eml"
    result = extract(data, "mail.eml")
    assert [plan.source for plan in result.plans] == ["mail.eml", "mail.eml!Kế hoạch.docx", "mail.eml!a.zip!plan.txt"]
    assert [plan.plan.number for plan in result.plans] == [None, "15/KH-PKT", "15/KH-PKT"]


def test_mail_bodies() -> None:
    assert read_email(mail(PAGE, html=True), "a.eml").text.startswith("UBND HUYỆN AN BÌNH\nSố: 15/KH-UBND")
    assert read_email(mail("Kính gửi"), "a.eml").text == "Kính gửi\n"
    with pytest.raises(EmptyFileError):
        read_email(mail(""), "a.eml")
    assert [plan.source for plan in extract(mail("", {"a.txt": TEXT}), "m.eml").plans] == ["m.eml!a.txt"]
    assert not extract(mail("", {"a.txt": TEXT}), "m.eml").errors


def test_mail_in_a_mail() -> None:
    message = EmailMessage()
    message["From"], message["Date"], message["MIME-Version"] = "a@b.vn", "Mon, 4 Mar 2024 08:00:00 +0700", "1.0"
    message.set_content("Chuyển tiếp")
    import email

    message.add_attachment(email.message_from_bytes(mail(attach={"plan.txt": TEXT})))
    assert [name for name, _ in attachments(message.as_bytes())] == ["message-2.eml"]
    sources = [plan.source for plan in extract(message.as_bytes(), "m.eml").plans]
    assert sources == ["m.eml", "m.eml!message-2.eml", "m.eml!message-2.eml!plan.txt"]


def test_text_with_colons_is_no_mail() -> None:
    assert detect("Kính gửi: UBND huyện\nSố: 15\nNgày: 3\n\nnội dung".encode()) is None
    assert detect(b"Subject: x\nDate: y\n\ntext") is None


# -- Small parts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (4, "I", "IV"),
        (9, "i", "ix"),
        (3, "1", "3"),
        (3, "01", "03"),
        (2, "a", "b"),
        (28, "a", "bb"),
        (1, "A", "A"),
        (0, "I", ""),
    ],
)
def test_numerals(number: int, form: str, text: str) -> None:
    assert numeral(number, form) == text


def test_layout_tables() -> None:
    assert is_layout([["UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]], bordered=True)
    assert is_layout([["GIÁM ĐỐC\nA", "KẾ TOÁN\nB"]], bordered=False)
    assert not is_layout(paper.ROWS, bordered=False)
    assert table_text([["a", "b|c"], ["", ""], ["d\ne", ""]], bordered=True) == "| a | b\\|c |\n| d <br> e |  |"


@pytest.mark.parametrize(
    ("text", "encoding", "unicode"),
    [
        ("Uû ban nh©n d©n huyÖn lËp kÕ ho¹ch", "tcvn3", "Uỷ ban nhân dân huyện lập kế hoạch"),
        ("UÛy ban nhaân daân huyeän laäp keá hoaïch", "vni", "Ủy ban nhân dân huyện lập kế hoạch"),
        ("Ủy ban nhân dân huyện lập kế hoạch", None, None),
        ("Le café est fermé à Genève déjà", None, None),
        ("plain ASCII", None, None),
    ],
)
def test_legacy_encodings(text: str, encoding: str | None, unicode: str | None) -> None:
    assert guess(text) == encoding
    assert converted(text) == (unicode or text, encoding)


def test_text_taken_for_unicode_at_a_glance_has_no_legacy_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """The short way says no more than the long one: of words of both kinds, in all shares, with signs about them."""
    from vnplan.ingestion import legacy

    unicode = "Ủy ban nhân dân huyện thực hiện nhiệm vụ, kế hoạch, trật tự đô thị".split()
    others = [
        *"Uû ban nh©n d©n huyÖn thùc hiÖn nhiÖm vô kÕ ho¹ch b¶o ®¶m an toµn giao th«ng".split(),
        "ö,ß,§",
        "é" * 30,
    ]
    short = legacy._is_surely_unicode
    seen = set()
    for share in range(0, 101, 5):
        words = [(unicode if k * 37 % 100 < share else others)[k % 13] for k in range(60)]
        text = " ".join(words)
        seen.add(short(text))
        monkeypatch.setattr(legacy, "_is_surely_unicode", lambda _: False)
        assert guess(text) is None or not short(text)
        monkeypatch.setattr(legacy, "_is_surely_unicode", short)
    assert seen == {True, False}


def test_legacy_fonts() -> None:
    assert [font_encoding(name) for name in (".VnTime", "ABCDEF+.VnArialH", "VNI-Times", "Times New Roman")] == [
        "tcvn3", "tcvn3", "vni", None,
    ]  # fmt: skip
    assert [is_capital_font(name) for name in (".VnTimeH", ".VnTime", ".VnHelvetInsH", "Helvetica")] == [
        True,
        False,
        True,
        False,
    ]
    assert to_unicode("kÕ ho¹ch", "tcvn3", capitals=True) == "KẾ HOẠCH"


def test_mixed_paragraphs_are_converted_one_by_one() -> None:
    good = "Ủy ban nhân dân huyện xây dựng kế hoạch bảo đảm trật tự an toàn giao thông trên địa bàn. " * 3
    old = "Uû ban nh©n d©n huyÖn lËp kÕ ho¹ch kiÓm tra c¸c bÕn xe kh¸ch"
    text, encoding = converted(f"{good}\n{old}")
    assert encoding == "tcvn3"
    assert text == f"{good}\n{to_unicode(old, 'tcvn3')}"


def test_errors_can_be_pickled() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(DamagedError("x", page=3)))
    assert isinstance(error, VnplanError)
    assert (error.code, error.page) == ("damaged", 3)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("<p>KẾ HOẠCH</p><p>Căn cứ Luật Cầu đường;</p>", "html"),
        ('<div class="content"><table><tr><td>SỞ Y TẾ</td></tr></table></div>', "html"),
        ("<p>KẾ HOẠCH", None),  # plain text with a stray tag
        ("<5% số vụ</p></p> là chữ", None),
        ("KẾ HOẠCH</p></p>", None),
    ],
)
def test_pieces_of_a_page(data: str, kind: str | None) -> None:
    assert detect(data.encode()) == kind


def test_paragraphs_of_a_piece_of_a_page_stay_apart() -> None:
    piece = "<p><b>KẾ HOẠCH</b></p><p>TRỒNG CÂY</p><p>Căn cứ nhu cầu;</p><p>1. Đến năm 2030 giảm 50% số hộ.</p>"
    assert read_html(piece.encode(), "a").text.rstrip("\n").split("\n") == [
        "KẾ HOẠCH", "TRỒNG CÂY", "Căn cứ nhu cầu;", "1. Đến năm 2030 giảm 50% số hộ.",
    ]  # fmt: skip
