"""Pages of our own through the real Tesseract: text, reading order, handwriting, seals, tables, skew, dirt."""

from __future__ import annotations

import random
import re

import numpy as np
import ocr_paper as paper
import pytest
from PIL import Image, ImageDraw
from rapidfuzz.distance import Levenshtein

from vnplan.errors import DamagedError, ImageTooLargeError
from vnplan.ingestion.pages import INK, PageText, build
from vnplan.ocr import OcrSettings, recognise
from vnplan.ocr.prepare import prepare
from vnplan.ocr.tesseract import languages

pytestmark = pytest.mark.skipif("vie" not in languages(), reason="needs Tesseract with Vietnamese")


def cer(page: PageText, expected: list[str]) -> float:
    """Character error rate of the text in reading order."""
    want, got = " ".join(expected), " ".join(page.text.split())
    want, got = re.sub(r"\s?([/…-])\s?", r"\1", want), re.sub(r"\s?([/…-])\s?", r"\1", got)
    return Levenshtein.distance(want, got) / len(want)


def slot_texts(page: PageText) -> tuple[str | None, str | None]:
    """What stands for the number and for the day in the text."""
    number = re.search(r"^[Ss]\S{1,2} ?(.*?) ?[/-]", page.text, re.M)
    day = re.search(r"ngày ?(.*?) ?tháng", page.text)
    return number and number[1], day and day[1]


CLEAN = paper.letter()


@pytest.mark.parametrize(
    ("how", "most"),
    [
        ({}, 0.01),
        ({"to": 200, "blur": 0.6, "noise": 8, "jpeg": 50}, 0.015),
        ({"to": 150, "blur": 0.5, "noise": 6, "jpeg": 60, "skew": -1.0}, 0.02),
        ({"to": 100, "jpeg": 80}, 0.03),
        ({"to": 200, "fax": True}, 0.02),
        ({"to": 200, "skew": 4.5}, 0.02),
        ({"to": 200, "shade": 0.55, "grey": True, "noise": 4}, 0.02),
        ({"to": 200, "specks": 0.004, "grey": True}, 0.03),
        ({"to": 600}, 0.01),
    ],
)
def test_dirty_scans(how: dict[str, float], most: float) -> None:
    image = paper.scan(CLEAN.image, **how)  # type: ignore[arg-type]
    page = recognise(image, how.get("to", 300))
    assert cer(page, CLEAN.lines) <= most
    assert page.method == "ocr" and page.rotation == 0
    assert page.ocr_confidence is not None and page.ocr_confidence > 80
    assert abs(page.width - 595) < 1.5 and abs(page.height - 842) < 1.5


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages(turn: int) -> None:
    image = paper.scan(CLEAN.image, to=200).rotate(turn, expand=True)  # counter-clockwise
    page = recognise(image, 200)
    assert page.rotation == turn
    assert cer(page, CLEAN.lines) <= 0.02
    word = next(w for line in page.lines for w in line.words if w.text == "HOẠCH")
    middle = ((word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2)
    upright = (310.0, 150.0)
    expected = {
        90: (upright[1], 595 - upright[0]),
        180: (595 - upright[0], 842 - upright[1]),
        270: (842 - upright[1], upright[0]),
    }
    assert middle == pytest.approx(expected[turn], abs=16)


def test_boxes_lie_on_the_words() -> None:
    page = recognise(paper.scan(CLEAN.image, to=200, skew=3.0), 200)
    image = np.asarray(paper.scan(CLEAN.image, to=200, skew=3.0).convert("L"))
    words = [word for line in page.lines for word in line.words if len(word.text) > 3]
    inked = 0
    for word in words:
        cut = image[
            round(word.y0 * 200 / 72) : round(word.y1 * 200 / 72), round(word.x0 * 200 / 72) : round(word.x1 * 200 / 72)
        ]
        inked += bool((cut < 128).mean() > 0.06)
    assert inked >= 0.98 * len(words)


@pytest.mark.parametrize("ink", ["black", "#1030b0"])
@pytest.mark.parametrize("seed", range(2))
def test_handwritten_number_and_day_never_become_digits(seed: int, ink: str) -> None:
    chance = random.Random(seed)
    number, day = str(chance.randint(1, 1999)), f"{chance.randint(1, 31):02}"
    written = paper.letter(number, day, hand=chance, ink=ink)
    top = written.image.crop((0, 0, written.image.width, written.px(330)))
    page = recognise(paper.scan(top, to=200, blur=0.5, noise=4, jpeg=70, seed=seed), 200)
    assert slot_texts(page) == (INK, INK)
    marks = [mark for mark in page.marks if mark.kind == "handwritten"]
    assert len(marks) == 2 and all(85 < mark.box.y0 < mark.box.y1 < 130 for mark in marks)
    raw = build([page])
    assert [raw.text[ink.start : ink.end] for ink in raw.handwritten] == [INK, INK]
    assert "tháng 02 năm 2024" in page.text and "KH-BATGT" in page.text


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("how", [{}, {"to": 200, "blur": 0.6, "noise": 6, "jpeg": 60}, {"to": 150, "skew": 1.5}])
def test_printed_number_and_day_are_read(seed: int, how: dict[str, float]) -> None:
    chance = random.Random(seed)
    number, day = str(chance.randint(1, 1999)), f"{chance.randint(1, 31):02}"
    printed = paper.letter(number, day, f"{chance.randint(1, 12)}")
    top = printed.image.crop((0, 0, printed.image.width, printed.px(330)))
    page = recognise(paper.scan(top, **how), how.get("to", 300))  # type: ignore[arg-type]
    assert slot_texts(page) == (number, day)
    assert not [mark for mark in page.marks if mark.kind == "handwritten"]


def test_blank_number_and_day_stay_blank() -> None:
    blank = paper.letter("", "")
    page = recognise(blank.image.crop((0, 0, blank.image.width, blank.px(330))), 300)
    assert slot_texts(page) == ("", "")
    assert not page.marks


def test_seal_and_signature_are_kept_out_and_recorded() -> None:
    sealed = paper.letter(sealed=True)
    page = recognise(paper.scan(sealed.image, to=200, jpeg=80), 200)
    assert cer(page, sealed.lines) <= 0.02
    kinds = {mark.kind for mark in page.marks}
    assert kinds == {"seal", "signature"}
    box = next(mark.box for mark in page.marks if mark.kind == "seal")
    assert 85 < box.x1 - box.x0 < 115 and 85 < box.y1 - box.y0 < 115


def test_ruled_table() -> None:
    sheet = paper.Paper()
    sheet.block(120, "Phân công nhiệm vụ cho các cơ quan, đơn vị trong năm 2024 như sau, đề nghị các đơn vị thực hiện:")
    xs, ys = (85, 110, 330, 440, 540), (160, 185, 230, 275)
    for x in xs:
        sheet.rule(x, ys[0], x, ys[-1])
    for y in ys:
        sheet.rule(xs[0], y, xs[-1], y)
    rows = (
        ("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"),
        ("1", "Rà soát các điểm đen|trên quốc lộ", "Công an huyện", "30/6/2024"),
        ("2", "Tuyên truyền cho học sinh", "Phòng Giáo dục|và Đào tạo", "Quý II"),
    )
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            for k, text in enumerate(cell.split("|")):
                sheet.text(xs[c] + 4, ys[r] + 16 + 16 * k, text, 12, "serif-bold" if r == 0 else "serif")
    page = recognise(paper.scan(sheet.image, to=200, skew=0.8), 200)
    cells: dict[tuple[int, int], str] = {}
    for line in page.lines:
        if line.cell:
            key = line.cell[1:]
            cells[key] = f"{cells[key]} {line.text}" if key in cells else line.text
    right = sum(
        cells.get((r, c), "") == cell.replace("|", " ") for r, row in enumerate(rows) for c, cell in enumerate(row)
    )
    assert right >= 10, cells
    assert "| Rà soát các điểm đen trên quốc lộ | Công an huyện | 30/6/2024 |" in build([page]).text


def test_blank_page() -> None:
    page = recognise(Image.new("L", (1654, 2339), 250), 200)
    assert page.lines == () and page.marks == () and page.ocr_confidence is None


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
def test_slivers(size: tuple[int, int]) -> None:
    assert recognise(Image.new("RGB", size, "white"), 200).lines == ()


def test_picture_that_is_no_page() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (900, 700, 3), dtype=np.uint8)
    page = recognise(noise, 150)
    assert sum(len(line.text) for line in page.lines) < 60


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_kinds_of_images(mode: str) -> None:
    grey = paper.scan(CLEAN.image, to=150, grey=True)
    image = (
        Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
        if mode == "I;16"
        else grey.convert("RGB").convert(mode)
    )
    ready = prepare(image, 150, OcrSettings())
    assert 0.01 < (ready.text < 128).mean() < 0.2


def test_transparent_paper_is_white() -> None:
    rgba = Image.new("RGBA", (600, 400), (0, 0, 0, 0))
    assert prepare(rgba, 100, OcrSettings()).text.min() > 200
    assert prepare(np.asarray(rgba), 100, OcrSettings()).text.min() > 200


def test_too_large() -> None:
    with pytest.raises(ImageTooLargeError, match="144 megapixels"):
        recognise(np.broadcast_to(np.uint8(255), (12_000, 12_000)), 300)


@pytest.mark.parametrize(
    "bad", [np.zeros((0, 5), np.uint8), np.zeros((5, 5), np.float64), np.zeros((2, 5, 5, 3), np.uint8)]
)
def test_no_image(bad: np.ndarray) -> None:
    with pytest.raises(DamagedError):
        recognise(bad, 300)


def test_broken_file() -> None:
    import io

    buffer = io.BytesIO()
    CLEAN.image.save(buffer, "PNG")
    image = Image.open(io.BytesIO(buffer.getvalue()[:20_000]))
    with pytest.raises(DamagedError):
        recognise(image, 300)


def test_high_resolution_is_brought_down() -> None:
    ready = prepare(Image.new("L", (4960, 7016), 255), 600, OcrSettings())
    assert ready.text.shape == (2339, 1653) and round(ready.dpi) == 200


def test_roman_numerals_are_counted_by_their_strokes() -> None:
    from PIL import ImageDraw

    from vnplan.ocr.engine import Word
    from vnplan.ocr.layout import Line
    from vnplan.ocr.numerals import counted

    for bold in ("serif", "serif-bold"):
        for number in (1, 2, 3):
            sheet = Image.new("L", (300, 80), 255)
            face = paper.font(bold, 36)
            ImageDraw.Draw(sheet).text((10, 20), "I" * number + ".", font=face, fill=0)
            x0, y0, x1, y1 = ImageDraw.Draw(sheet).textbbox((10, 20), "I" * number + ".", font=face)
            box = (int(x0), int(y0), int(x1) + 1, int(y1) + 1)
            for read in ("II.", "III.", "I."):
                words = (Word(read, *box, 90.0, (1, 1, 1)), Word("TỔ", 200, 20, 240, 56, 90.0, (1, 1, 1)))
                (line,) = counted(np.asarray(sheet), [Line(words)])
                assert line.words[0].text == "I" * number + ".", (bold, number, read)
    (line,) = counted(np.asarray(sheet), [Line((Word("IV.", *box, 90.0, (1, 1, 1)), words[1]))])
    assert line.words[0].text == "IV."


@pytest.mark.parametrize("place", ["below the seal", "at the head"])
def test_name_in_red_print_stays_and_a_red_stamp_does_not(place: str) -> None:
    from PIL import ImageDraw

    page = paper.letter(dpi=200)
    image = page.image.convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((1000, 1700, 1300, 2000), outline=(205, 30, 45), width=6)
    draw.text((1060, 1820), "SỞ Y TẾ", font=paper.font("serif-bold", 40), fill=(205, 30, 45))
    at = (1040, 2040) if place == "below the seal" else (1040, 20)
    draw.text(at, "Lê Hoàng Ân", font=paper.font("serif-bold", 40), fill=(205, 30, 45))
    ready = prepare(image, 200, OcrSettings())
    box = ready.text[at[1] : at[1] + 50, at[0] : at[0] + 240]
    assert ((box < 128).mean() > 0.05) == (place == "below the seal")
    assert any(mark.kind == "seal" for mark in ready.marks)


NAMES = ("Hoàng Văn Thuấn", "Đặng Xuân Trường", "Võ Thị Mỹ Hạnh", "Bùi Hữu Nghĩa")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("opaque", [True, False])
def test_name_under_a_seal(name: str, opaque: bool) -> None:
    """A seal that was pasted into the file covers print, one on paper does not: the name is read under both."""
    sheet = paper.Paper()
    for k in range(5):
        sheet.text(85, 60 + 15 * k, "Các cơ quan, đơn vị nghiêm túc triển khai thực hiện Kế hoạch này.", 13, "serif")
    sheet.text(85, 160, "Nơi nhận:", 12, "serif-italic")
    sheet.text(85, 175, "- Như trên;", 11, "serif")
    sheet.text(420, 160, "KT. GIÁM ĐỐC", 12.5, "serif-bold", "ms")
    sheet.text(420, 176, "PHÓ GIÁM ĐỐC", 12.5, "serif-bold", "ms")
    sheet.text(420, 252, name, 13.5, "serif-bold", "ms")
    chance = random.Random(name)
    x, y = 420 - chance.uniform(5, 45), 252 - chance.uniform(28, 50)
    if opaque:
        draw = ImageDraw.Draw(sheet.image)
        for radius, wide in ((46.0, 1.6), (31.0, 0.8)):
            box = [sheet.px(x - radius), sheet.px(y - radius), sheet.px(x + radius), sheet.px(y + radius)]
            draw.ellipse(box, outline=(200, 30, 40), width=sheet.px(wide))
    else:
        paper.seal(sheet, x, y, 46)
    page = recognise(sheet.image.crop((0, 0, sheet.image.width, sheet.px(330))), 300)
    assert name in page.text.split("\n")


def test_seal_with_more_ink_than_the_print_beside_it() -> None:
    """The closing alone on the last page."""
    sheet = paper.Paper()
    sheet.text(420, 60, "KT. GIÁM ĐỐC", 12.5, "serif-bold", "ms")
    sheet.text(420, 76, "PHÓ GIÁM ĐỐC", 12.5, "serif-bold", "ms")
    sheet.text(420, 152, "Lê Đức Thịnh", 13.5, "serif-bold", "ms")
    paper.seal(sheet, 385, 110, 46)
    page = recognise(sheet.image.crop((0, 0, sheet.image.width, sheet.px(200))), 300)
    assert page.text.split("\n")[-3:] == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Lê Đức Thịnh"]
