"""Traits of files from public bug reports against comparable tools, each with its address; files are made here."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import docx
import paper
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from vnplan.extraction import extract
from vnplan.ingestion.docx import read_docx
from vnplan.ingestion.email import attachments, read_email
from vnplan.ingestion.html import read_html
from vnplan.ingestion.images import read_image
from vnplan.ingestion.odt import read_odt
from vnplan.ingestion.rtf import read_rtf
from vnplan.ingestion.xlsx import read_xlsx

W = nsdecls("w")


# -- Word ---------------------------------------------------------------------------------------------------------------


def word(xml: str) -> str:
    document = docx.Document()
    document._body._element.insert(0, parse_xml(xml))
    out = io.BytesIO()
    document.save(out)
    return read_docx(out.getvalue(), "a.docx").text.rstrip("\n")


def text(words: str) -> str:
    return f"<w:r><w:t>{words}</w:t></w:r>"


def control(inner: str) -> str:
    return f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def test_cell_in_a_content_control() -> None:
    """https://github.com/docling-project/docling/issues/3946, https://github.com/jgm/pandoc/issues/4190"""
    cells = [f"<w:tc><w:p>{text(words)}</w:p></w:tc>" for words in ("một", "hai", "ba")]
    row = f"<w:tr>{cells[0]}{control(cells[1])}{cells[2]}</w:tr>"
    table = f"<w:tbl {W}><w:tblPr><w:tblStyle w:val='TableGrid'/></w:tblPr>{row}{control(row)}</w:tbl>"
    assert word(table) == "| một | hai | ba |\n| một | hai | ba |"


def test_numbered_lists_in_cells() -> None:
    """https://github.com/hrbrmstr/docxtractr/issues/33"""
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.paragraphs[0].text = "Rà soát"
    cell.paragraphs[0].style = document.styles["List Number"]
    cell.add_paragraph("Báo cáo", style="List Number")
    out = io.BytesIO()
    document.save(out)
    assert read_docx(out.getvalue(), "a.docx").text.split("\n")[:2] == ["1. Rà soát", "2. Báo cáo"]


def test_signs_that_are_written_as_entities() -> None:
    """https://github.com/xberg-io/xberg/issues/1242"""
    assert word(f"<w:p {W}>{text('Chi &lt; 5 tỷ &amp; &gt; 3 tỷ')}</w:p>") == "Chi < 5 tỷ & > 3 tỷ"


def test_a_table_of_a_page_stands_there_once() -> None:
    """https://github.com/xberg-io/xberg/issues/1428"""
    page = "<body><p>Trước</p><table><tr><td>Một</td><td>Hai</td></tr></table><p>Sau</p></body>"
    assert read_html(page.encode(), "a.html").text.strip() == "Trước\n| Một | Hai |\nSau"


def test_control_that_holds_a_picture_and_text() -> None:
    """https://github.com/docling-project/docling/issues/3950"""
    picture = "<w:p><w:r><w:drawing/></w:r></w:p>"
    title = f"<w:p>{text('KẾ HOẠCH')}</w:p>"
    assert word(control(picture + title).replace("<w:sdt>", f"<w:sdt {W}>", 1)).strip() == "KẾ HOẠCH"


@pytest.mark.parametrize("inside", ["sdt", "smartTag", "nested"])
def test_words_in_controls_and_smart_tags(inside: str) -> None:
    """https://github.com/docling-project/docling/issues/3923, https://github.com/python-openxml/python-docx/issues/1390,
    https://github.com/KevM/tikaondotnet/issues/163"""
    held = {"sdt": control(text("0,5 m")), "smartTag": f'<w:smartTag w:element="x">{text("0,5 m")}</w:smartTag>',
            "nested": control(control(text("0,5 m")))}[inside]  # fmt: skip
    assert word(f"<w:p {W}>{text('rộng ')}{held}{text(' mỗi bên')}</w:p>") == "rộng 0,5 m mỗi bên"


# -- RTF ----------------------------------------------------------------------------------------------------------------


def rtf(body: bytes) -> str:
    return read_rtf(b"{\\rtf1\\ansi " + body + b"}", "a.rtf").text.rstrip("\n")


def test_bytes_are_read_in_the_code_page_that_the_file_names() -> None:
    """https://github.com/xberg-io/xberg/issues/934, https://github.com/joshy/striprtf/pull/19"""
    assert rtf(rb"\ansicpg1251 \'cf\'f0\'e8\'e2\'e5\'f2") == "Привет"
    assert rtf(rb"\ansicpg1250 \'b3\'f3d\'9f") == "łódź"


def test_fallback_of_a_unicode_letter_is_passed_over() -> None:
    """https://github.com/henck/rtf-html-php/issues/20, https://github.com/sgolivernet/nrtftree/issues/6"""
    assert rtf(rb"r\u233\'e9sistant") == "résistant"
    assert rtf(rb"\uc1\u1042?\u1086?") == "Во"


def test_letters_without_fallback_lose_nothing_behind_them() -> None:
    """https://github.com/cryptomator/cryptomator/pull/3898"""
    assert rtf(rb"\uc0 K\u7871 ho\u7841 ch") == "Kếhoạch"


def test_fonts_with_a_vietnamese_charset_among_many() -> None:
    """https://github.com/joshy/striprtf/issues/11"""
    fonts = rb"{\fonttbl{\f0\fcharset0 Times;}{\fbiminor\f31586\fbidi \froman\fcharset163\fprq2 Times New Roman (Vietnamese);}}"
    assert rtf(fonts + rb"\f31586 \'f0\'f2") == "đ\u0323"


# -- PDF ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_few_words_off_a_page_are_not_read_however_it_is_turned(turn: int) -> None:
    """https://github.com/firecrawl/pdf-inspector/issues/318"""
    from pikepdf import Pdf

    page = paper.Paper(size=(1195, 842))
    page.plan()
    page.write(800, 400, "MẬT")
    with Pdf.open(io.BytesIO(page.bytes())) as pdf:
        pdf.pages[0].CropBox = [0, 0, 595, 842]
        pdf.pages[0].Rotate = turn
        out = io.BytesIO()
        pdf.save(out)
    (plan,) = extract(out.getvalue(), "a.pdf").plans
    assert "MẬT" not in plan.text and plan.plan.number == "15/KH-PKT"


# -- E-mail -------------------------------------------------------------------------------------------------------------


def test_letter_in_a_letter_without_a_name() -> None:
    """https://github.com/inflex/ripMIME/issues/26, https://github.com/nodemailer/mailparser/issues/371"""
    data = (
        b"From: a@x\nMessage-ID: <1@x>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\n"
        b"kem theo\n--B\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\nFrom: c@x\nMessage-ID: <2@x>\n\n"
        + "KẾ HOẠCH".encode()
        + b"\n--B--\n"
    )
    ((name, content),) = attachments(data)
    assert name.endswith(".eml") and "KẾ HOẠCH".encode() in content


@pytest.mark.parametrize(
    "field",
    [
        b"Content-Disposition: attachment; filename*0=ke-hoach-dai; filename*1=.txt",
        b"Content-Disposition: attachment; filename*=utf-8''ke-hoach-dai.txt",
        b'Content-Disposition: attachment; filename="=?utf-8?B?a2UtaG9hY2gtZGFpLnR4dA==?="',
    ],
)
def test_names_of_attachments(field: bytes) -> None:
    """https://github.com/cry-inc/dmarc-report-viewer/issues/28, https://github.com/hypermail-project/hypermail/issues/50,
    https://github.com/sunholo-data/ailang/issues/678"""
    head = b"From: a@x\nMessage-ID: <1@x>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\n"
    ((name, _),) = attachments(head + b"Content-Type: text/plain\n" + field + b"\n\nx\n--B--\n")
    assert name == "ke-hoach-dai.txt"


def test_text_with_a_name_alone_is_an_attachment() -> None:
    """https://github.com/super-productivity/super-productivity/pull/8999"""
    message = EmailMessage()
    message["From"], message["Message-ID"] = "a@x", "<1@x>"
    message.set_content("thư")
    message.make_mixed()
    part = EmailMessage()
    part.set_content("ghi chú")
    part.replace_header("Content-Type", 'text/plain; charset="utf-8"; name="notes.txt"')
    message.attach(part)
    assert read_email(message.as_bytes(), "a").text == "thư\n"
    assert [name for name, _ in attachments(message.as_bytes())] == ["notes.txt"]


# -- Excel --------------------------------------------------------------------------------------------------------------


def workbook(strings: str, cells: str) -> bytes:
    sheet, office = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{sheet}" xmlns:r="{office}"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/s.xml"/>'
            f'<Relationship Id="r2" Type="{office}/sharedStrings" Target="strings.xml"/></Relationships>',
        )
        archive.writestr("xl/strings.xml", f'<sst xmlns="{sheet}">{strings}</sst>')
        archive.writestr(
            "xl/worksheets/s.xml",
            f'<worksheet xmlns="{sheet}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>',
        )
    return out.getvalue()


def test_rich_strings_keep_their_numbers_and_their_readings_out() -> None:
    """https://github.com/exceljs/exceljs/issues/1431, https://github.com/tafia/calamine/issues/9,
    https://github.com/use-agent-os/agent-os/pull/2054"""
    strings = "<si><r><t>Sở </t></r><r><t>Y tế</t></r><rPh sb='0' eb='1'><t>đọc</t></rPh></si><si><t>hai</t></si>"
    cells = "".join(f'<c t="s"><v>{k}</v></c>' for k in (0, 1, 0))
    assert read_xlsx(workbook(strings, cells), "a").text == "| Sở Y tế | hai | Sở Y tế |\n"


def test_all_runs_of_a_string_in_its_cell() -> None:
    """https://github.com/sebastian-software/xlsx-format/issues/92, https://github.com/radzenhq/radzen-blazor/pull/2710"""
    cell = '<c t="inlineStr"><is><r><t>Sở </t></r><r><t>Y tế</t></r></is></c>'
    assert read_xlsx(workbook("", cell), "a").text == "Sở Y tế\n"


# -- OpenDocument -------------------------------------------------------------------------------------------------------


def odt(body: str, header: str = "") -> str:
    names = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{m}:1.0"'
        for n, m in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("style", "style"),
            ("draw", "drawing"),
        )
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:text>{body}</office:text></office:body></office:document-content>",
        )
        if header:
            package.writestr(
                "styles.xml",
                f"<office:document-styles {names}><office:master-styles><style:master-page><style:header>{header}</style:header></style:master-page></office:master-styles></office:document-styles>",
            )
    return read_odt(out.getvalue(), "a.odt").text.rstrip("\n")


def test_text_behind_a_space_in_a_span() -> None:
    """https://github.com/docling-project/docling/issues/3847"""
    assert odt("<text:p>a<text:span><text:s/>nối liền</text:span></text:p>") == "a nối liền"


def test_list_and_heading_in_a_cell() -> None:
    """https://github.com/jgm/pandoc/issues/8892"""
    cell = "<table:table-cell><text:list><text:list-item><text:h>Phòng Nội vụ</text:h></text:list-item></text:list></table:table-cell>"
    row = f"<table:table-row>{cell}<table:table-cell><text:p>việc</text:p></table:table-cell></table:table-row>"
    assert odt(f"<table:table>{row}</table:table>") == "| Phòng Nội vụ | việc |"


def test_text_boxes_side_by_side() -> None:
    """https://github.com/GitHubNewbie0/odf-kit/issues/94, https://github.com/GitHubNewbie0/odf-kit/issues/97"""
    box = "<draw:frame><draw:text-box><text:p>{}</text:p><text:p>{}</text:p></draw:text-box></draw:frame>"
    assert odt(f"<text:p>Neo.{box.format('một', 'hai')}{box.format('ba', 'bốn')}</text:p>") == "một\nhai\nba\nbốn\nNeo."


def test_header_of_opendocument() -> None:
    """https://github.com/dbashford/textract/issues/192"""
    assert (
        odt("<text:p>I. MỤC TIÊU</text:p>", "<text:p>UBND HUYỆN AN BÌNH</text:p>") == "UBND HUYỆN AN BÌNH\nI. MỤC TIÊU"
    )


# -- Web pages ----------------------------------------------------------------------------------------------------------


def test_caption_columns_and_foot_of_a_table() -> None:
    """https://github.com/microsoft/markitdown/issues/2536"""
    page = (
        "<table border=1><caption>Phân công</caption><colgroup><col><col></colgroup><tfoot><tr><td>Cộng</td><td>2</td></tr></tfoot>"
        "<thead><tr><th>Việc</th><th>Số</th></tr></thead><tbody><tr><td>a</td><td>1</td></tr></tbody></table>"
    )
    found = read_html(page.encode(), "a.html").text.rstrip("\n")
    assert found == "Phân công\n| Việc | Số |\n| a | 1 |\n| Cộng | 2 |"


def test_table_in_the_first_row_of_a_table() -> None:
    """https://github.com/QwenLM/qwen-code/pull/12039"""
    page = "<table border=1><tr><th>Cột</th><th><table border=1><tr><td>n1</td><td>n2</td></tr></table></th></tr><tr><td>x</td><td>y</td></tr></table>"
    rows = read_html(page.encode(), "a.html").text.rstrip("\n").split("\n")
    assert len(rows) == 2 and rows[1] == "| x | y |" and "n1" in rows[0]


# -- Images -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("white", [0, 1])
def test_black_and_white_pages_are_not_inverted(white: int) -> None:
    """https://github.com/ocrmypdf/OCRmyPDF/issues/419, https://github.com/tesseract-ocr/tesseract/issues/2771"""
    from PIL import Image
    from test_pdf import Eyes

    seen = []

    class Looks(Eyes):
        def __call__(self, image: Image.Image, dpi: float):  # type: ignore[no-untyped-def]
            seen.append(image.convert("L").getpixel((50, 50)))
            return super().__call__(image, dpi)

    out = io.BytesIO()
    page = Image.new("1", (100, 100), 1)
    page.save(out, "TIFF", tiffinfo={262: white}) if white else page.save(out, "TIFF", compression="group4")
    read_image(out.getvalue(), "a", "tiff", None, Looks())
    assert seen == [255]


def test_member_without_a_name() -> None:
    """A central directory with an empty name, met while files were mutated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "x")
        archive.writestr("plan.txt", paper.TEXT)
    data = out.getvalue()
    at = data.index(b"PK\x01\x02")
    cut = data[:at] + data[at : at + 28] + b"\0\0" + data[at + 30 : at + 46] + data[at + 47 :]
    end = cut.index(b"PK\x05\x06")
    size = int.from_bytes(cut[end + 12 : end + 16], "little") - 1
    cut = cut[: end + 12] + size.to_bytes(4, "little") + cut[end + 16 :]
    result = extract(cut, "a.zip")
    assert not [error for error in result.errors if error.code == "internal"]
    assert [plan.source for plan in result.plans] == ["a.zip!plan.txt"]
