"""PDF: which pages are believed, in which order they are read, what is recorded, and what hostile files do."""

from __future__ import annotations

import io
import json
import resource
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import paper
import pytest

from vnplan.document import Document
from vnplan.errors import (
    DamagedError,
    EncryptedError,
    ImageTooLargeError,
    MissingDependencyError,
    TooManyPagesError,
    VnplanError,
)
from vnplan.extraction import documents, extract
from vnplan.ingestion.formats import detect
from vnplan.ingestion.layer import judge
from vnplan.ingestion.pages import PageText, WordBox, build
from vnplan.ingestion.pdf import read_pdf
from vnplan.settings import Settings

if TYPE_CHECKING:
    from PIL.Image import Image


class Eyes:
    """Recognition that sees a given text on every page, and remembers what it was shown."""

    def __init__(self, text: str = "KẾ HOẠCH\nBảo đảm trật tự an toàn giao thông năm 2024") -> None:
        self.text = text
        self.seen: list[tuple[tuple[int, int], int]] = []

    def __call__(self, image: Image, dpi: float) -> PageText:
        from vnplan.ingestion.pages import LineText

        self.seen.append((image.size, round(dpi)))
        lines = []
        for k, line in enumerate(self.text.split("\n")):
            words = [
                WordBox(w, 72 + 40 * j, 72 + 20 * k, 110 + 40 * j, 84 + 20 * k, 90.0)
                for j, w in enumerate(line.split())
            ]
            lines.append(LineText(tuple(words)))
        width, height = image.width * 72 / dpi, image.height * 72 / dpi
        return PageText(1, width, height, "ocr", "", 0, 90.0, tuple(lines))


def scan(pages: int = 1, size: tuple[int, int] = (827, 1169), dpi: int = 100) -> bytes:
    """A PDF whose pages are one image each."""
    from PIL import Image, ImageDraw

    images = []
    for _ in range(pages):
        image = Image.new("L", size, 255)
        ImageDraw.Draw(image).text((100, 100), "scan", fill=0)
        images.append(image)
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:], resolution=dpi)
    return out.getvalue()


def text(data: bytes, **settings: Any) -> str:
    return build(read_pdf(data, "a.pdf", Settings(**settings)).pages).text


# -- Born digital -----------------------------------------------------------------------------------------------------


def test_letterhead_and_closing_are_read_column_by_column() -> None:
    assert (
        text(paper.plan_pdf()).replace("\n", " ").split("|")[0].startswith("UBND HUYỆN AN BÌNH PHÒNG KINH TẾ Số: 15/KH")
    )
    lines = text(paper.plan_pdf()).split("\n")
    assert [line for line in lines if line and "|" not in line] == paper.TEXT.split("\n")


def test_ruled_table_is_read_row_by_row() -> None:
    lines = text(paper.plan_pdf()).split("\n")
    assert [line for line in lines if "|" in line] == [f"| {' | '.join(row)} |" for row in paper.ROWS]


def test_cell_of_several_lines_stays_one_cell() -> None:
    sheet = paper.Paper()
    sheet.table(60, 100, [["Nhiệm vụ", "Thời hạn"], ["", ""]], wide=200, step=60)
    sheet.lines(66, 175, ["Kiểm tra, xử lý xe chở quá", "tải trên các tuyến đường"], step=14)
    sheet.write(270, 175, "Quý II")
    assert "| Kiểm tra, xử lý xe chở quá tải trên các tuyến đường | Quý II |" in text(sheet.bytes())


def test_words_have_boxes_in_reading_order() -> None:
    raw = build(read_pdf(paper.plan_pdf(2), "a.pdf").pages)
    for start, end, box in zip(raw.words.start, raw.words.end, raw.words.boxes, strict=True):
        assert raw.text[start:end].strip()
        assert 0 <= box.x0 < box.x1 <= 595
        assert 0 <= box.y0 < box.y1 <= 842
    at = raw.text.index("27/KH-UBND")
    box = raw.words.boxes[raw.words.start.index(at)]
    assert box.page == 1
    assert box.y0 < 180 < box.y1 + 3  # its baseline is drawn at 180
    assert raw.text.count("\f") == 1
    assert raw.text.split("\f")[1].startswith("2\n")
    assert [page.method for page in raw.pages] == ["text_layer"] * 2


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_rotated_page_reads_the_same(turn: int) -> None:
    from pikepdf import Pdf

    with Pdf.open(io.BytesIO(paper.plan_pdf())) as pdf:
        pdf.pages[0].rotate(turn, relative=False)
        out = io.BytesIO()
        pdf.save(out)
    page = read_pdf(out.getvalue(), "a.pdf").pages[0]
    assert sorted(page.text.split()) == sorted(read_pdf(paper.plan_pdf(), "a.pdf").pages[0].text.split())
    assert page.rotation == turn
    for line in page.lines:
        for word in line.words:
            assert 0 <= word.x0 < word.x1 <= page.width
            assert 0 <= word.y0 < word.y1 <= page.height


def test_sideways_text_is_read_in_order() -> None:
    sheet = paper.Paper()
    with sheet.pdf.rotation(90, 300, 400):
        sheet.lines(60, 300, paper.BODY)
    assert [line for line in text(sheet.bytes()).split("\n") if line] == paper.BODY


def test_facts_carry_page_and_boxes() -> None:
    result = extract(paper.plan_pdf(), "a.pdf").plans[0]
    assert (result.plan.number, result.plan.signer) == ("15/KH-PKT", "Nguyễn Văn Bình")
    assert result.format == "pdf"
    cited = next(citation for citation in result.citations if citation.number == "27/KH-UBND")
    assert cited.evidence.page == 1
    assert cited.evidence.boxes
    assert cited.evidence.ocr_confidence is None
    assert result.pages[0].reason == "text layer believed"
    assert {due.date for due in result.deadlines} >= {"2024-06-30", "2024-09-15"}


# -- Is the text layer believed? ---------------------------------------------------------------------------------------


def words(text: str) -> list[WordBox]:
    return [
        WordBox(w, 50 + 40 * (k % 12), 50 + 14 * (k // 12), 88 + 40 * (k % 12), 62 + 14 * (k // 12))
        for k, w in enumerate(text.split())
    ]


GOOD = " ".join(paper.BODY) * 3
TORN = "ĐIỀ U KHO ẢN thi hà nh: Chủ tị ch Ủy ban nhâ n dâ n huyệ n, Thủ trưở ng cá c phò ng, ban chị u trá ch nhiệ m thi hà nh Kế hoạ ch nà y kể từ ngà y ký. "
LOST = "Thuc hien Ke hoach so 27 cua Uy ban nhan dan huyen ve bao dam trat tu an toan giao thong, phong xay dung ke hoach nhu sau voi cac noi dung can tap trung"
ENGLISH = "The committee will review the annual report of the province and publish its findings on the website before the end of the month together with every annex"


@pytest.mark.parametrize(
    ("layer", "share", "believed", "reason"),
    [
        (GOOD, 0.0, True, "text layer believed"),
        (GOOD, 1.0, True, "of a scan believed"),
        (TORN * 3, 0.0, False, "torn"),
        (LOST, 0.0, False, "diacritics"),
        (ENGLISH, 0.0, True, "believed"),
        (unicodedata.normalize("NFD", GOOD), 1.0, True, "of a scan believed"),
        ("\ufffd\ufffd ban nh\ufffdn d\ufffdn " * 10, 0.0, False, "no Unicode"),
        ("Ký bởi: Sở Nội vụ", 1.0, False, "covers only"),
        (GOOD.replace("ả", "å").replace("ạ", "q").replace("ế", "ë").replace("ộ", "ö"), 1.0, False, "poor"),
        ("Uv han nhàn dàn hưyện vê bào dám trạt tư gịao thòng" * 6, 1.0, False, ""),
    ],
)
def test_verdict_on_a_text_layer(layer: str, share: float, believed: bool, reason: str) -> None:
    verdict = judge(words(layer), 595 * 842, share)
    assert verdict.believed is believed
    assert reason in verdict.reason


def test_font_without_unicode_sends_the_page_to_recognition() -> None:
    sheet = paper.Paper()
    sheet.plan()
    broken = sheet.bytes()
    from pikepdf import Dictionary, Pdf

    with Pdf.open(io.BytesIO(broken)) as pdf:
        for item in pdf.objects:
            if isinstance(item, Dictionary) and "/ToUnicode" in item:
                del item["/ToUnicode"]
        out = io.BytesIO()
        pdf.save(out)
    eyes = Eyes(paper.TEXT)
    page = read_pdf(out.getvalue(), "a.pdf", None, eyes).pages[0]
    assert page.method == "ocr"
    assert eyes.seen


# -- Scans ------------------------------------------------------------------------------------------------------------


def test_scan_is_recognised_at_its_own_resolution() -> None:
    eyes = Eyes()
    page = read_pdf(scan(), "a.pdf", None, eyes).pages[0]
    assert eyes.seen == [((827, 1169), 100)]
    assert (page.method, page.ocr_confidence) == ("ocr", 90.0)
    assert page.reason == "no text layer; the scan's own image recognised at 100 dpi"
    word = page.lines[0].words[0]
    assert (round(word.x0), round(word.y0)) == (72, 72)


def test_layer_that_holds_only_a_stamp_is_not_believed() -> None:
    from pikepdf import Page, Pdf

    sheet = paper.Paper((595.44, 841.68))
    sheet.lines(380, 30, ["Ký bởi: Sở Nội vụ", "Cơ quan: Tỉnh An Bình", "Thời gian ký: 07/01/2025 10:09:57"], step=11)
    with Pdf.open(io.BytesIO(scan())) as below, Pdf.open(io.BytesIO(sheet.bytes())) as above:
        below.pages[0].add_overlay(Page(above.pages[0].obj))
        out = io.BytesIO()
        below.save(out)
    eyes = Eyes()
    page = read_pdf(out.getvalue(), "a.pdf", None, eyes).pages[0]
    assert page.method == "ocr"
    assert "stamp" in page.reason
    assert next(mark.text for mark in page.marks if mark.kind == "signature").startswith("Ký bởi: Sở Nội vụ")
    assert "Ký bởi" not in page.text


def test_stamp_over_text_is_recorded_and_left_out() -> None:
    sheet = paper.Paper()
    sheet.lines(380, 20, ["Người ký: Sở Nội vụ", "Thời gian ký: 07.01.2025 10:09:57 +07:00"], step=12)
    sheet.plan()
    page = read_pdf(sheet.bytes(), "a.pdf").pages[0]
    assert [line for line in page.text.split("\n") if line] == paper.TEXT.split("\n")
    assert page.marks[0].text == "Người ký: Sở Nội vụ Thời gian ký: 07.01.2025 10:09:57 +07:00"


def test_drawn_page_without_text_is_rendered() -> None:
    sheet = paper.Paper()
    sheet.pdf.ellipse(100, 100, 200, 200, style="F")
    eyes = Eyes()
    read_pdf(sheet.bytes(), "a.pdf", None, eyes)
    assert eyes.seen == [((2480, 3509), 300)]


def test_blank_page_is_recorded() -> None:
    sheet = paper.Paper()
    sheet.plan()
    sheet.page()
    pages = read_pdf(sheet.bytes(), "a.pdf").pages
    assert [(page.method, page.role) for page in pages] == [("text_layer", "content"), ("none", "blank")]


def test_without_recognition_a_scan_is_an_error() -> None:
    with pytest.raises(MissingDependencyError):
        read_pdf(scan(), "a.pdf")


def test_error_on_one_page_leaves_the_others() -> None:
    calls = 0

    def clumsy(image: Image, dpi: float) -> PageText:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise VnplanError("slipped")
        return Eyes()(image, dpi)

    found = read_pdf(scan(3), "a.pdf", None, clumsy)
    assert [page.page for page in found.pages] == [1, 3]
    assert [(error.message, error.page) for error in found.errors] == [("slipped", 2)]


# -- Legacy fonts -----------------------------------------------------------------------------------------------------


def test_text_of_old_fonts_is_converted() -> None:
    sheet = paper.Paper()
    from vnplan.ingestion.legacy import to_unicode

    lines = [
        "Céng hoµ x· héi chñ nghÜa ViÖt Nam",
        "§éc lËp - Tù do - H¹nh phóc",
        "Uû ban nh©n d©n huyÖn lËp kÕ ho¹ch kiÓm tra",
    ]
    sheet.lines(60, 100, lines)
    found = read_pdf(sheet.bytes(), "a.pdf")
    assert found.pages[0].text == "\n".join(to_unicode(line, "tcvn3") for line in lines)
    assert found.warnings == ("text of TCVN3 (ABC) fonts, read as Unicode",)


# -- Bad input --------------------------------------------------------------------------------------------------------


def encrypted(password: str) -> bytes:
    from pikepdf import Encryption, Pdf

    with Pdf.open(io.BytesIO(paper.plan_pdf())) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=Encryption(user=password, owner="owner"))
    return out.getvalue()


def test_encrypted() -> None:
    data = encrypted("bí mật")
    with pytest.raises(EncryptedError, match="protected by a password"):
        read_pdf(data, "a.pdf")
    with pytest.raises(EncryptedError, match="none of the passwords"):
        read_pdf(data, "a.pdf", Settings(passwords=("sai",)))
    assert "15/KH-PKT" in text(data, passwords=("sai", "bí mật"))
    assert "15/KH-PKT" in text(encrypted(""))


def test_password_is_no_part_of_the_results() -> None:
    settings = Settings(passwords=("bí mật",))
    assert settings.fingerprint() == Settings().fingerprint()
    assert "bí mật" not in repr(settings)
    assert "passwords" not in settings.public()


@pytest.mark.parametrize("cut", [20, 300, 2000, -200])
def test_truncated(cut: int) -> None:
    data = paper.plan_pdf()[:cut]
    result = extract(data, "a.pdf")
    assert result.plans or [error.code for error in result.errors] == ["damaged"]


def test_no_pages() -> None:
    data = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    with pytest.raises(DamagedError):
        read_pdf(data, "a.pdf")


def many_pages(count: int) -> bytes:
    from pikepdf import Pdf

    with Pdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_ten_thousand_pages() -> None:
    data = many_pages(10_000)
    start = time.monotonic()
    found = read_pdf(data, "a.pdf", Settings(max_pages=50))
    assert time.monotonic() - start < 90
    assert len(found.pages) == 50
    assert isinstance(found.errors[0], TooManyPagesError)
    assert found.errors[0].page == 51


def one_page(width: float, height: float, content: bytes, extra: bytes = b"", resources: bytes = b"") -> bytes:
    """A PDF written by hand."""
    return (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R%s>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Resources<<%s>>>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF"
        % (extra, width, height, resources, len(content), content)
    )


def test_page_of_two_hundred_inches() -> None:
    eyes = Eyes()
    read_pdf(one_page(14400, 14400, b"0 g 1000 1000 5000 5000 re f"), "a.pdf", None, eyes)
    ((size, dpi),) = eyes.seen
    assert size[0] * size[1] <= 41_000_000
    assert dpi < 300


def test_image_bomb() -> None:
    import zlib

    pixels = zlib.compress(bytes(50_000_000), 9)
    image = (
        b"5 0 obj<</Type/XObject/Subtype/Image/Width 50000/Height 50000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n"
        % (len(pixels), pixels)
    )
    data = one_page(595, 842, b"595 0 0 842 0 0 cm /I Do", resources=b"/XObject<</I 5 0 R>>").replace(
        b"trailer", image + b"trailer"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ImageTooLargeError, match="2500 million"):
        read_pdf(data, "a.pdf", None, Eyes())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_scripts_and_attachments_are_ignored() -> None:
    from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf

    with Pdf.open(io.BytesIO(paper.plan_pdf())) as pdf:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert('x'); this.submitForm('http://x')")
        pdf.attachments["evil.exe"] = AttachedFileSpec(pdf, b"MZ" * 1000)
        pdf.Root.AA = Dictionary(WC=Dictionary(S=Name.Launch, F="cmd.exe"))
        pdf.Root.Names.Extra = Array([])
        out = io.BytesIO()
        pdf.save(out)
    result = extract(out.getvalue(), "a.pdf")
    assert not result.errors
    assert [plan.source for plan in result.plans] == ["a.pdf"]
    assert "MZ" not in result.plans[0].text


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """A PDF after something was done to it with pikepdf."""
    from pikepdf import Pdf

    with Pdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_attached_documents_are_members() -> None:
    from pikepdf import AttachedFileSpec

    def attach(pdf: Any) -> None:
        pdf.attachments["ke-hoach.pdf"] = AttachedFileSpec(pdf, paper.plan_pdf())
        pdf.attachments["so-lieu.bin"] = AttachedFileSpec(pdf, bytes(range(256)) * 9)

    letter = paper.Paper()
    letter.lines(60, 60, ["Kính gửi các phòng", "Kế hoạch kèm theo văn bản này."])
    result = extract(edited(letter.bytes(), attach), "thu.pdf")
    assert [plan.source for plan in result.plans] == ["thu.pdf", "thu.pdf!ke-hoach.pdf"]
    assert result.plans[1].plan.number == "15/KH-PKT"
    assert any("so-lieu.bin" in warning for warning in result.plans[0].plan.warnings)


def test_cover_of_a_portfolio_is_no_document() -> None:
    from pikepdf import AttachedFileSpec, Dictionary

    def attach(pdf: Any) -> None:
        pdf.attachments["a.pdf"] = AttachedFileSpec(pdf, paper.plan_pdf())
        pdf.Root.Collection = Dictionary()

    cover = paper.Paper()
    cover.write(60, 60, "Open this portfolio with another program.")
    result = extract(edited(cover.bytes(), attach), "p.pdf")
    assert [plan.source for plan in result.plans] == ["p.pdf!a.pdf"]


def test_pdf_in_pdf_in_pdf_comes_to_an_end() -> None:
    from pikepdf import AttachedFileSpec

    data = paper.plan_pdf()
    for _ in range(6):
        inner = data

        def attach(pdf: Any, inner: bytes = inner) -> None:
            pdf.attachments["a.pdf"] = AttachedFileSpec(pdf, inner)

        data = edited(paper.plan_pdf(), attach)
    result = extract(data, "x.pdf")
    assert len(result.plans) == 4 and [error.code for error in result.errors] == ["archive_depth"]


def test_only_what_the_page_shows_is_read() -> None:
    def crop(pdf: Any) -> None:
        pdf.pages[0].CropBox = [0, 0, 595, 842]

    page = paper.Paper(size=(1195, 842))
    page.plan()
    beside = paper.Paper(size=(1195, 842))
    beside.plan()
    beside.lines(700, 60, ["KHÔNG THUỘC TRANG NÀY", "Số: 99/KH-UBND"])
    assert facts_of(edited(beside.bytes(), crop)) == facts_of(edited(page.bytes(), crop))


def facts_of(data: bytes) -> tuple[object, ...]:
    (plan,) = extract(data, "a.pdf").plans
    return plan.text, plan.plan.number, plan.plan.signer, plan.plan.recipients


@pytest.mark.parametrize("shift", [0.3, 0.8])
def test_words_drawn_twice_are_read_once(shift: float) -> None:
    page, twice = paper.Paper(), paper.Paper()
    page.plan()
    twice.plan()
    for text, x, y in (("KẾ HOẠCH", 297, 130), *((line, 60, 180 + 16 * k) for k, line in enumerate(paper.BODY))):
        twice.write(x + shift, y, text, centred=x == 297)
    assert facts_of(twice.bytes()) == facts_of(page.bytes())


def test_page_drawn_twice_is_read_once() -> None:
    page, twice = paper.Paper(), paper.Paper()
    page.plan()
    twice.plan()
    twice.lines(161, 60.3, paper.LEFT, centred=True)
    twice.lines(421, 60.3, paper.RIGHT, centred=True)
    twice.lines(298, 130.3, paper.TITLE, centred=True)
    for k, line in enumerate(paper.BODY):
        twice.write(60, 180 + 16 * k, line, size=10.9)
    assert facts_of(twice.bytes())[1:] == facts_of(page.bytes())[1:]
    assert "trật tự tự" not in facts_of(twice.bytes())[0]  # type: ignore[operator]


def test_value_of_a_form_without_appearance() -> None:
    from pikepdf import Array, Dictionary, Name, String

    def fill(pdf: Any) -> None:
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("so"), V=String("57"), Rect=[120, 742, 150, 756]
        )
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))
        pdf.pages[0].Annots = Array([pdf.Root.AcroForm.Fields[0]])

    blank = paper.Paper()
    blank.plan(left=[*paper.LEFT[:2], "Số:               /KH-PKT"])
    assert extract(edited(blank.bytes(), fill), "a.pdf").plans[0].plan.number == "57/KH-PKT"


def test_white_boxes_are_no_rules() -> None:
    def boxed(colour: int) -> bytes:
        page = paper.Paper()
        page.pdf.set_fill_color(colour)
        for k in range(6):
            for j in range(4):
                page.pdf.rect(60 + 110 * j, 178 + 16 * k - 12, 110, 16, style="F")
        page.pdf.set_fill_color(0)
        page.plan()
        return page.bytes()

    plain = paper.Paper()
    plain.plan()
    assert facts_of(boxed(255)) == facts_of(plain.bytes())
    assert "|" in str(facts_of(boxed(180))[0])


def test_merged_cells_of_a_ruled_table() -> None:
    page = paper.Paper()
    page.plan()
    rows = [paper.ROWS[0], paper.ROWS[1], ["2", "Kiểm tra bến xe", "", "15/9/2024"]]
    x, y, wide, step = 60, 450, 118, 20
    for k in range(4):
        for j in range(4):
            if not (k == 2 and j == 2):
                page.pdf.line(x + j * wide, y + k * step, x + (j + 1) * wide, y + k * step)
    for j in range(5):
        page.pdf.line(x + j * wide, y, x + j * wide, y + 3 * step)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            page.write(x + j * wide + 4, y + i * step + 14, cell, 8.5)
    found = next(iter(documents(page.bytes(), "a.pdf")))
    assert isinstance(found, Document)
    assert "| 2 | Kiểm tra bến xe | ^^ | 15/9/2024 |" in found.raw
    assert [found.text[a:b] for a, b in found.tables[0][2]] == ["2", "Kiểm tra bến xe", "Phòng Kinh tế", "15/9/2024"]


def test_page_with_a_small_picture_is_drawn_finely() -> None:
    from PIL import Image

    page = paper.Paper()
    page.pdf.image(Image.new("L", (200, 200), 90), 300, 600, 96, 96)
    page.pdf.set_line_width(2)
    page.pdf.line(60, 60, 500, 60)
    eyes = Eyes()
    read_pdf(page.bytes(), "a.pdf", None, eyes)
    assert [dpi for _, dpi in eyes.seen] == [300]


@pytest.mark.parametrize("seed", range(40))
def test_damaged_bytes_never_raise(seed: int) -> None:
    import random

    chance = random.Random(seed)
    data = bytearray(paper.plan_pdf())
    for _ in range(60):
        data[chance.randrange(len(data))] = chance.randrange(256)
    result = extract(bytes(data), "a.pdf")
    assert all(error.code != "internal" for error in result.errors)


def test_header_after_rubbish() -> None:
    assert detect(b"\r\n\0\xef" * 20 + paper.plan_pdf()) == "pdf"
    assert detect(b"%PDF- is how a PDF begins") == "pdf"
    assert detect("Tệp bắt đầu bằng %PDF-1.7".encode()) is None


# -- Real scans -------------------------------------------------------------------------------------------------------


def real(shared: Path) -> list[Path]:
    return sorted((shared / "corpus" / "scans").glob("*.pdf"))


def test_real_pages_are_told_apart(shared: Path) -> None:
    born = {"qng-11-tb-2025", "qng-507-cv-2025", "qng-542-tb-2024"}
    for path in real(shared):
        methods = {page.method for page in read_pdf(path.read_bytes(), path.name, None, Eyes()).pages}
        assert methods == ({"text_layer"} if path.stem in born else {"ocr"}), path.name


def with_annotation(data: bytes, text: str, x: float, y: float) -> bytes:
    """The PDF with a free-text annotation on its first page, its foot at `y` points from the top."""
    import pikepdf

    pdf = pikepdf.open(io.BytesIO(data))
    wide, high = 40, 16
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name("/Times-Roman"))
    look = pdf.make_stream(f"BT /F 10.5 Tf 2 4 Td ({text}) Tj ET".encode())
    look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, wide, high]
    look.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[x, 842 - y - 4, x + wide, 842 - y + 12], F=4,
        AP=pikepdf.Dictionary(N=look),
    )  # fmt: skip
    pdf.pages[0].Annots = pdf.make_indirect([note])
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def number_put_in() -> bytes:
    """A plan whose number stands in an annotation, as programs put it in when the document is signed."""
    sheet = paper.Paper()
    sheet.plan(left=[*paper.LEFT[:2], "Số:          /KH-PKT"])
    return with_annotation(sheet.bytes(), "27", 138, 92)


def test_number_in_an_annotation_is_part_of_the_line() -> None:
    result = extract(number_put_in(), "a.pdf").plans[0]
    assert result.plan.number == "27/KH-PKT"
    assert result.plan.number_status == "found"


def test_words_of_annotations_are_told_from_the_page_s_own() -> None:
    from vnplan.ingestion.pdfium import Sheet, open_pdf

    sheet = Sheet(open_pdf(number_put_in()), 0)
    plain = sheet.words()
    sheet.flatten()
    sheet._characters = "text in another order"  # as if pdfium had put the annotation's words between the others
    assert [word.text for word in sheet.added(plain)] == ["27"]


def test_number_put_in_by_the_signing_program_is_text(shared: Path) -> None:
    for stem in ("qng-11-tb-2025", "qng-507-cv-2025", "qng-542-tb-2024"):
        gold = json.loads((shared / "gold" / "scans" / f"{stem}.json").read_text(encoding="utf-8"))
        plan = extract((shared / "corpus" / "scans" / f"{stem}.pdf").read_bytes(), f"{stem}.pdf").plans[0].plan
        assert (plan.number, str(plan.issue_date)) == (gold["number"], gold["issue_date"])


def facts(data: bytes, name: str) -> dict[str, object]:
    """What a document says, without where it says it."""
    result = extract(data, name).plans[0]
    plan = result.plan
    return {
        "plan": (plan.doc_type, plan.number, plan.issue_date, plan.place, plan.issuing_body, plan.title, plan.signer),
        "recipients": plan.recipients,
        "citations": {(c.doc_type, c.number, c.name, c.date, c.relation) for c in result.citations},
        "targets": {(t.direction, t.indicator, t.low, t.high) for t in result.targets},
        "responsibilities": {(r.body, r.role) for r in result.responsibilities},
        "deadlines": {(d.date, d.recurrence, d.kind) for d in result.deadlines},
    }


def as_pages(text: str) -> bytes:
    """A text on pages, its long lines wrapped."""
    sheet = paper.Paper()
    y = 50.0
    for line in text.split("\n"):
        rest = line.split()
        while rest:
            count = len(rest)
            while count > 1 and sheet.width(" ".join(rest[:count]), 9) > 480:
                count -= 1
            if y > 800:
                sheet.page()
                y = 50
            sheet.write(55, y, " ".join(rest[:count]), 9)
            rest = rest[count:]
            y += 12
        y += 0 if line.strip() else 6
    return sheet.bytes()


def as_word(text: str) -> bytes:
    import docx

    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("number", range(5))
def test_seeds_as_pdf_and_word_give_the_same_facts(shared: Path, number: int) -> None:
    path = sorted((shared / "seeds").glob("*.txt"))[number]
    wanted = facts(path.read_bytes(), path.name)
    text = extract(path.read_bytes(), path.name).plans[0].text
    assert facts(as_word(text), "a.docx") == wanted
    assert facts(as_pages(text), "a.pdf") == wanted


def test_a_pdf_is_opened_anew_after_some_recognised_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """pdfium keeps the images that it has shown until the document is closed; the pages are the same."""
    from vnplan.ingestion import pdf

    opened = []
    original = pdf.open_pdf

    def counted(data: bytes, passwords: Any) -> Any:
        opened.append(len(data))
        return original(data, passwords)

    monkeypatch.setattr(pdf, "_MOST_IMAGES", 2)
    monkeypatch.setattr(pdf, "open_pdf", counted)
    eyes = Eyes()
    pages = list(pdf.iter_pages(scan(5), Settings(), eyes))
    assert [getattr(page, "page", None) for page in pages] == [1, 2, 3, 4, 5]
    assert len(eyes.seen) == 5 and len(opened) == 3


# -- Short ways that must read the same -----------------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_of_words_are_those_of_their_first_and_last_characters(turn: int) -> None:
    """More words than are asked for at once; each box as pdfium gives it to one who asks for it alone."""
    import ctypes

    import pypdfium2.raw as raw

    from vnplan.ingestion.pdfium import _WORD, Sheet, _characters, open_pdf

    page = paper.Paper()
    page.lines(20, 30, ["mười hai chữ một dòng, và nhiều dòng trên một trang " * 2] * 60, step=13)
    sheet = Sheet(open_pdf(edited(page.bytes(), lambda pdf: pdf.pages[0].rotate(turn, relative=False))), 0)
    words = sheet.words()
    assert len(words) > 1200
    handle = raw.FPDFText_LoadPage(sheet.page.raw)
    wanted = []
    for match in _WORD.finditer(_characters(handle)):
        first, last = raw.FS_RECTF(), raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(handle, match.start(), ctypes.byref(first))
        raw.FPDFText_GetLooseCharBox(handle, match.end() - 1, ctypes.byref(last))
        box = sheet._box(
            min(first.left, last.left), min(first.bottom, last.bottom),
            max(first.right, last.right), max(first.top, last.top),
        )  # fmt: skip
        wanted.append(WordBox(match[0], *box))
    raw.FPDFText_ClosePage(handle)
    assert words == wanted


def test_cells_of_rules_are_those_that_pdfplumber_finds() -> None:
    import random

    from pdfplumber import table as finder

    from vnplan.ingestion.grids import _cells, _edge

    chance, count = random.Random(7), 0
    for _ in range(150):
        rules = []
        for _ in range(chance.randint(2, 60)):
            x, y = chance.choice([0, 10, 20, 30, 40, 41, 60]), chance.choice([0, 10, 20, 21, 30, 50, 70])
            long = chance.choice([8, 10, 20, 30, 60])
            rules.append((x, y, x + long, y + 0.5) if chance.random() < 0.5 else (x, y, x + 0.4, y + long))
        edges = finder.merge_edges([_edge(rule) for rule in rules], 3, 3, 3, 3)
        crossings = finder.edges_to_intersections(edges, 3, 3)
        cells = _cells(crossings)
        assert cells == finder.intersections_to_cells(crossings)
        count += len(cells)
    assert count > 300


def test_a_page_full_of_rules_is_read_in_time() -> None:
    from vnplan.ingestion.grids import find_grids

    level = [(0.0, 10.0 * k, 1200.0, 10.0 * k) for k in range(120)]
    upright = [(10.0 * k, 0.0, 10.0 * k, 1200.0) for k in range(120)]
    start = time.process_time()
    (grid,) = find_grids(level + upright)
    assert len(grid.cells) == 119 * 119
    assert time.process_time() - start < 20


def test_word_over_a_rule_goes_to_the_nearest_cell() -> None:
    from vnplan.ingestion.layout import Grid, reading_order

    grid = Grid((0, 0, 100, 40), {(0, 0): (0, 0, 40, 20), (0, 1): (60, 0, 100, 20), (1, 0): (0, 20, 100, 40)})
    words = [WordBox("giữa", 40, 5, 50, 15), WordBox("phải", 70, 5, 90, 15), WordBox("dưới", 30, 22, 50, 35)]
    # on the edge that two cells share, the first of them is taken
    words.append(WordBox("cạnh", 10, 15, 30, 25))
    lines = reading_order(words, 100, [grid])
    assert [(line.text, line.cell) for line in lines] == [
        ("giữa", (0, 0, 0)), ("cạnh", (0, 0, 0)), ("phải", (0, 0, 1)), ("dưới", (0, 1, 0)),
    ]  # fmt: skip
