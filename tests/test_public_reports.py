"""Traits of files that users of comparable tools reported: each is read as Word, Excel or a viewer shows it.

The addresses are those of the reports; the files are made here.
"""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from vnplan import read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = (
    f'<w:document xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>'
)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner: str) -> str:
    return f"<w:p>{''.join(inner)}</w:p>"


def box(inner: str) -> str:
    drawn = f"<w:txbxContent>{inner}</w:txbxContent>"
    return (
        f'<w:r><w:drawing><wp:anchor><a:graphic><a:graphicData uri="x"><wps:wsp><wps:txbx>{drawn}</wps:txbx></wps:wsp>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>"
    )


def word(*paragraphs: str) -> str:
    """The raw text of a Word file with these paragraphs."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
            'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", HEAD + "".join(paragraphs) + "</w:body></w:document>")
    return read(data.getvalue(), "x.docx").text


VML = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{paragraph(run('Số: 12/KH-SYT'))}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
CHOICE = (
    f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{box(paragraph(run("Số: 12/KH-SYT")))}</mc:Choice>'
    f"<mc:Fallback>{VML}</mc:Fallback></mc:AlternateContent></w:r>"
)
TABLE = "<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>"

KEPT = {
    # github.com/docling-project/docling/issues/1529, github.com/superdoc/docx-editor/issues/3956
    "a text box": paragraph(run("KẾ HOẠCH "), box(paragraph(run("Số: 12/KH-SYT")))),
    # github.com/bokuweb/docx-rs/issues/688, github.com/CenterForOpenScience/pydocx/issues/98
    "a text box of old Word": paragraph(run("KẾ HOẠCH "), VML),
    # github.com/yfedoseev/office_oxide/issues/140
    "a text box with its fallback, once": paragraph(run("KẾ HOẠCH "), CHOICE),
    # github.com/yfedoseev/office_oxide/issues/357
    "a control in a text box": paragraph(
        box(f"<w:sdt><w:sdtContent>{paragraph(run('Số: 12/KH-SYT'))}</w:sdtContent></w:sdt>")
    ),
    # github.com/developer0hye/office2pdf/issues/583
    "an insertion": paragraph(run("Số: 12"), f'<w:ins w:id="1">{run("/KH-SYT")}</w:ins>'),
    # github.com/python-openxml/python-docx/pull/1538
    "words moved here": paragraph(run("Số: 12"), f'<w:moveTo w:id="1">{run("/KH-SYT")}</w:moveTo>'),
    # github.com/python-openxml/python-docx/issues/825, /328, /225, /339
    "a smart tag": paragraph(run("Số: 12"), f"<w:smartTag>{run('/KH-SYT')}</w:smartTag>"),
    # github.com/toxicphreAK/python-docx-ng/pull/135
    "custom markup around paragraphs": f"<w:customXml>{paragraph(run('Số: 12/KH-SYT'))}</w:customXml>",
    # github.com/python-openxml/python-docx/pull/302
    "a link": paragraph(run("Số: 12"), f"<w:hyperlink>{run('/KH-SYT')}</w:hyperlink>"),
    # github.com/CasualOffice/docs/pull/360
    "a field in a link": paragraph(
        f'<w:hyperlink><w:fldSimple w:instr="REF x">{run("Số: 12/KH-SYT")}</w:fldSimple></w:hyperlink>'
    ),
    # github.com/docling-project/docling/issues/494
    "a table in a table": TABLE.format(
        paragraph(run("Sở Y tế"))
        + TABLE.format(paragraph(run("Số: 12/KH-SYT")), paragraph(run("ngày 3")))
        + paragraph(),
        paragraph(run("Huế")),
    ),
}

GONE = {
    # github.com/nissl-lab/npoi/issues/302, github.com/ui-insight/vandalizer/issues/822
    "a deletion": paragraph(run("Số: 12/KH-SYT"), '<w:del w:id="1"><w:r><w:delText>BỎ ĐI</w:delText></w:r></w:del>'),
    # github.com/python-openxml/python-docx/pull/1538
    "words moved away": paragraph(run("Số: 12/KH-SYT"), f'<w:moveFrom w:id="1">{run("BỎ ĐI")}</w:moveFrom>'),
}


@pytest.mark.parametrize("name", KEPT)
def test_words_that_others_lose(name: str) -> None:
    assert word(KEPT[name]).replace(" ", "").count("Số:12/KH-SYT") == 1


@pytest.mark.parametrize("name", GONE)
def test_words_that_others_keep(name: str) -> None:
    text = word(GONE[name])
    assert "12/KH-SYT" in text
    assert "BỎ ĐI" not in text


def sheet(rows: str, merged: str = "") -> str:
    """The raw text of a workbook of one sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
            'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
            'sheet.main+xml"/></Types>',
        )
        relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relations}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relations}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{merged}</worksheet>',
        )
    return read(data.getvalue(), "x.xlsx").text


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_a_merged_cell_counts_for_every_row() -> None:
    # github.com/wireservice/csvkit/issues/293, github.com/doy/spreadsheet-parsexlsx/issues/16
    rows = (
        f'<row r="1">{cell("A1", "Nhiệm vụ")}{cell("B1", "Chủ trì")}</row>'
        f'<row r="2">{cell("A2", "Khám mắt")}{cell("B2", "Sở Y tế")}</row><row r="3">{cell("A3", "Khám tai")}</row>'
    )
    text = sheet(rows, '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>')
    assert text.index("Sở Y tế") < text.index("Khám tai")


def test_cached_values_of_shared_formulas() -> None:
    # github.com/tealeg/xlsx/issues/163
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:B1" si="6">1+1</f><v>46.5</v></c>'
        '<c r="B1"><f t="shared" si="6"/><v>40.3</v></c></row>'
    )
    text = sheet(rows)
    assert "46,5" in text.replace(".", ",")
    assert "40,3" in text.replace(".", ",")


def test_a_merged_cell_without_value() -> None:
    # github.com/exceljs/exceljs/issues/740
    rows = f'<row r="1">{cell("A1", "Khám mắt")}<c r="B1"/></row>'
    assert "Khám mắt" in sheet(rows, '<mergeCells count="1"><mergeCell ref="B1:C4"/></mergeCells>')
