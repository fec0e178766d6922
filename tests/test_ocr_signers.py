"""The second look at the columns of signatures: names in stamp ink, offices and labels that were misread."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

import numpy as np
import ocr_paper as paper
import pytest

from vnplan.ocr import recognise, signers
from vnplan.ocr.engine import Word
from vnplan.ocr.layout import Layout, Line, recipients_label
from vnplan.ocr.prepare import Grid, Prepared
from vnplan.ocr.second_look import split_tall
from vnplan.ocr.settings import OcrSettings
from vnplan.ocr.signers import _best, _is_end_of, _is_ink, _labelled, _mended, _names, _office, _surname, with_signers
from vnplan.ocr.tesseract import languages

reads = pytest.mark.skipif("vie" not in languages(), reason="needs Tesseract with Vietnamese")
BLUE, RED = "#1b2fb0", "#c81e28"
NAMES = ("Hoàng Văn Thuấn", "Đặng Xuân Trường", "Lê Minh Nghĩa")


def closing(ink: str, name: str, office: str = "GIÁM ĐỐC", across: bool = False) -> paper.Paper:
    """The foot of a page: a name in the ink of a stamp beside the recipients."""
    sheet = paper.Paper()
    for k in range(6):
        sheet.text(85, 60 + 15 * k, "Các cơ quan, đơn vị nghiêm túc triển khai thực hiện Kế hoạch này.", 13, "serif")
    sheet.text(85, 170, "Nơi nhận:", 12, "serif-italic")
    sheet.text(85, 185, "- Như trên;", 11, "serif")
    sheet.text(85, 199, "- Các phòng chuyên môn của Sở, các trạm y tế xã;" if across else "- Các phòng;", 11, "serif")
    sheet.text(85, 213, "- Lưu: VT.", 11, "serif")
    sheet.text(430, 170, office, 12.5, "serif-bold", "ms")
    paper.autograph(sheet, 400, 215, random.Random(name))
    sheet.text(430, 262, name, 13, "serif-bold", "ms", ink)
    return sheet


def read(sheet: paper.Paper) -> list[str]:
    return recognise(sheet.image.crop((0, 0, sheet.image.width, sheet.px(330))), 300).text.split("\n")


@reads
@pytest.mark.parametrize("ink", [BLUE, RED])
@pytest.mark.parametrize("name", NAMES)
def test_name_in_stamp_ink(ink: str, name: str) -> None:
    lines = read(closing(ink, name))
    assert name in lines
    assert lines.index("GIÁM ĐỐC") < lines.index(name)
    assert "- Lưu: VT." in lines[: lines.index("GIÁM ĐỐC")]


@reads
def test_recipients_that_reach_into_the_column_stay() -> None:
    lines = read(closing(BLUE, NAMES[0], across=True))
    assert NAMES[0] in lines
    assert "- Các phòng chuyên môn của Sở, các trạm y tế xã;" in lines


@reads
def test_two_names_in_stamp_ink_above_the_recipients() -> None:
    sheet = paper.Paper()
    for k in range(6):
        sheet.text(85, 60 + 15 * k, "Các cơ quan, đơn vị nghiêm túc triển khai thực hiện Kế hoạch này.", 13, "serif")
    for x, office, name in ((170, "CHỦ TỊCH", NAMES[0]), (430, "GIÁM ĐỐC", NAMES[2])):
        sheet.text(x, 170, office, 12.5, "serif-bold", "ms")
        sheet.text(x, 240, name, 13, "serif-bold", "ms", BLUE)
    sheet.text(85, 280, "Nơi nhận:", 12, "serif-italic")
    sheet.text(85, 295, "- Như trên;", 11, "serif")
    sheet.text(85, 309, "- Lưu: VT.", 11, "serif")
    lines = read(sheet)
    assert {NAMES[0], NAMES[2]} <= set(lines)
    assert max(map(lines.index, (NAMES[0], NAMES[2]))) < lines.index("Nơi nhận:")


def line_of(text: str, confidence: float = 80.0, y: int = 100, column: int = 0) -> Line:
    words = []
    x = 100
    for part in text.split():
        words.append(Word(part, x, y, x + 20 * len(part), y + 30, confidence, (1, 1, y)))
        x += 20 * len(part) + 12
    return Line(tuple(words), 0, column)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Mới nhận:", "Nơi nhận:"),
        ("ơi nhận:", "Nơi nhận:"),
        ("MNới nhận: ¬", "Nơi nhận:"),
        ("Nơi nhận:", "Nơi nhận:"),
        ("NƠI NHẬN:", "NƠI NHẬN:"),
        ("Mới nhận: VT", "Nơi nhận: VT"),
        ("Mới nhận: TRƯỞNG PHÒNG", "Nơi nhận: TRƯỞNG PHÒNG"),
        ("Mỗi nhân viên", "Mỗi nhân viên"),
        ("Người nhận:", "Người nhận:"),
        ("Người nhận hồ sơ:", "Người nhận hồ sơ:"),
        ("Nơi nhận hồ sơ là bộ phận một cửa", "Nơi nhận hồ sơ là bộ phận một cửa"),
    ],
)
def test_label_of_recipients_is_put_right(text: str, meant: str) -> None:
    assert _labelled(line_of(text)).text == meant
    assert (recipients_label(line_of(text).words) is not None) == meant.lower().startswith("nơi nhận")


@pytest.mark.parametrize(
    ("text", "confidence", "meant"),
    [
        ("LÁM ĐÓC", 82, "GIÁM ĐỐC"),
        ("GIÁM ĐÓC", 96, "GIÁM ĐỐC"),
        ("TL. GIÁM ĐÓC", 90, "TL. GIÁM ĐỐC"),
        ("CHÁNH VĂN PHÒ", 70, "CHÁNH VĂN PHÒNG"),
        ("H THANH TRA", 60, "CHÁNH THANH TRA"),
        # Read with certainty, it is an office that no list knows; likewise where two offices are as near.
        ("CHÁNH VĂN PHÒ", 96, "CHÁNH VĂN PHÒ"),
        ("THANH TRA", 60, "THANH TRA"),
        # Spelt well, it is an office of its own, however unsure.
        ("TRƯỞNG BẢN", 96, "TRƯỞNG BẢN"),
        ("THỦ TRƯỞNG", 96, "THỦ TRƯỞNG"),
        ("PHÓ CHI CỤC", 60, "PHÓ CHI CỤC"),
        ("NHÓM TRƯỞNG", 60, "NHÓM TRƯỞNG"),
        ("TRƯỞNG TRUNG TÂM", 60, "TRƯỞNG TRUNG TÂM"),
        ("KẾ TOÁN TRƯỞNG", 60, "KẾ TOÁN TRƯỞNG"),
        ("VĂN PHÒNG", 60, "VĂN PHÒNG"),
        ("SỞ Y TẾ", 60, "SỞ Y TẾ"),
        ("PHÊ DUYỆT GIÁM ĐÓC SỞ Y TẾ", 60, "PHÊ DUYỆT GIÁM ĐÓC SỞ Y TẾ"),
    ],
)
def test_offices_are_put_right(text: str, confidence: float, meant: str) -> None:
    assert _mended(line_of(text, confidence)).text == meant


@pytest.mark.parametrize(
    ("text", "confidence", "is_ink"),
    [
        ("(Đã ký)", 90, False),
        ("(ký)", 40, False),
        ("TUQ.", 50, False),
        ("Số 5", 85, False),
        ("THƯỜNG TRỰC", 70, False),
        ("~ fz |", 90, True),
        ("_ý", 80, True),
        ("ZALLX tuyge", 40, True),
    ],
)
def test_ink_above_a_name(text: str, confidence: float, is_ink: bool) -> None:
    name = line_of("Lê Hoàng Ân", 90, y=200).words
    assert _is_ink(line_of(text, confidence), name) == is_ink
    assert not _is_ink(line_of(text, confidence, y=300), name)
    assert not _is_ink(line_of(text, confidence, y=210), name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lê Hoàng Ân", "Lê Hoàng Ân"),
        ("“Lê Hoàng Ân .", "Lê Hoàng Ân"),
        ("Nưuyễ: Trúc Lam", "Nguyễn Trúc Lam"),
        ("ê Hoàng Ân", "Lê Hoàng Ân"),
        ("1ê Hoàng Ân", "Lê Hoàng Ân"),
        ("BS. Phạm Minh Huệ", "Phạm Minh Huệ"),
        ("Lê Hoàng Ân I", "Lê Hoàng Ân"),
        # A part of a name is none, nor is one among other words.
        ("Hà Văn", None),
        ("tuàng Ân", None),
        ("liên hệ Bùi Công Luận", None),
        ("Lê Hoàng Ân và đồng sự", None),
        ("GIÁM ĐỐC", None),
    ],
)
def test_names_among_words(text: str, name: str | None) -> None:
    found = list(_names([line_of(text).words], 40))
    assert [" ".join(word.text for word in words) for words in found] == ([name] if name else [])


@pytest.mark.parametrize(
    ("word", "surname"),
    [
        ("Trần", "Trần"),
        ("Nưuyễ", "Nguyễn"),
        ("rần", "Trần"),
        ("Khúc", "Khúc"),
        ("Chung", None),
        ("Anh", None),
        ("xyz", None),
    ],
)
def test_surnames(word: str, surname: str | None) -> None:
    assert _surname(word) == surname


def test_best_of_several_readings() -> None:
    whole, torn = line_of("Lê Hoàng Ân", 60), line_of("Hoàng Ân", 70)
    readings = [list(words) for line in (torn, whole) for words in _names([line.words], 40)]
    assert [word.text for word in _best(readings)] == ["Lê", "Hoàng", "Ân"]
    assert _best([]) == []


def test_a_second_look_that_lost_a_part_of_the_name_changes_nothing() -> None:
    assert _is_end_of(line_of("Văn Thuần").words, line_of("Hoàng Văn Thuân").words)
    assert not _is_end_of(line_of("Hoàng Văn Thuân").words, line_of("Văn Thuần").words)
    assert not _is_end_of(line_of("Văn Minh").words, line_of("Hoàng Văn Thuân").words)


def test_offices_among_words() -> None:
    assert [w.text for w in _office(line_of("~ KT. GIÁM ĐÓC").words)] == ["KT.", "GIÁM", "ĐÓC"]
    assert [w.text for w in _office(line_of("GIÁM ĐỐG").words)] == ["GIÁM", "ĐỐG"]
    assert _office(line_of("Giám đốc Sở").words) == []


def test_line_that_is_split_says_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line taken for a tall one holds a part of the next, which stands in a line of its own as well."""
    from vnplan.ocr import engine
    from vnplan.ocr.prepare import prepare

    sheet = paper.letter(dpi=200)
    ready = prepare(sheet.image, 200, OcrSettings())
    tall = [Word("xqz", 300, 400, 520, 480, 20.0, (1, 1, 1))]
    own = [Word("trên;", 330, 450, 420, 480, 96.0, (2, 1, 1))]
    again = [Word("Nơi", 30, 10, 90, 40, 96.0, (1, 1, 1)), Word("trên;", 50, 70, 120, 95, 96.0, (1, 1, 2))]
    monkeypatch.setattr(engine, "words", lambda *_args, **_kwargs: again)
    assert [word.text for word in split_tall(ready, [*tall, *own], OcrSettings())] == ["Nơi", "trên;"]


# -- The second look, with what Tesseract gives played ----------------------------------------------------------------

EM_LETTERS = 16.0  # of which an em is some 30 pixels
BODY = ("Các đơn vị thực hiện Kế hoạch này trên địa bàn huyện và báo cáo", 100, 400)
LABEL, LAST = ("Nơi nhận:", 100, 500), ("- Lưu: VT.", 100, 540)
OFFICE, NAME = ("GIÁM ĐỐC", 900, 500), ("Lê Hoàng Ân", 900, 700)
NAMELESS = (BODY, LABEL, LAST, OFFICE)
"""Lines of a page: text, left edge and top, confidence (95 unless told)."""


def at(text: str, x: int, y: int, confidence: float = 95.0, *more: float) -> list[Word]:
    """A line of words; `more` are the confidences of the words behind the first."""
    words = [replace(w, x0=w.x0 + x - 100, x1=w.x1 + x - 100) for w in line_of(text, confidence, y).words]
    return [replace(w, confidence=c) for w, c in zip_longest(words, (confidence, *more), fillvalue=confidence)]


class Played:
    """Tesseract as it is played: what it gives for one picture after another, and the pictures that it got."""

    def __init__(self, *readings: list[tuple[Any, ...]], strips: list[tuple[Any, ...]] | None = None) -> None:
        self.readings, self.strips = list(readings), strips or []
        self.pictures: list[np.ndarray[Any, Any]] = []

    def words(self, image: np.ndarray[Any, Any], *_: object, **__: object) -> list[Word]:
        self.pictures.append(image)
        return [word for line in (self.readings.pop(0) if self.readings else []) for word in at(*line)]

    def lines(self, _images: object, *_: object) -> list[list[Word]]:
        return [
            [replace(w, x0=2 * w.x0, x1=2 * w.x1, y0=2 * w.y0, y1=2 * w.y1) for w in at(*line)] for line in self.strips
        ]


def looked(
    monkeypatch: pytest.MonkeyPatch, page: Sequence[tuple[Any, ...]], played: Played, **images: Any
) -> list[str]:
    """The lines of a page after the second look."""
    blank = np.full((1400, 1700), 255, dtype=np.uint8)
    grids: tuple[Grid, ...] = ()
    ready = Prepared(
        images.get("text", blank),
        images.get("ink", blank),
        blank * 0,
        300,
        ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        0,
        0,
        (),
        grids,
        EM_LETTERS,
    )
    lines = tuple(Line(tuple(at(*line)), 0, int(line[1] > 600)) for line in page)
    monkeypatch.setattr(signers.engine, "words", played.words)
    monkeypatch.setattr(signers.engine, "lines", played.lines)
    monkeypatch.setattr(signers, "_moved", lambda words, _box: list(words))  # given on the page already
    return [line.text for line in with_signers(ready, Layout(lines), OcrSettings()).lines]


def texts(*lines: tuple[Any, ...]) -> list[str]:
    return [line[0] for line in lines]


@pytest.mark.parametrize("picture", range(5))
def test_a_name_that_only_one_of_the_pictures_shows(monkeypatch: pytest.MonkeyPatch, picture: int) -> None:
    played = Played(*([[]] * picture), [NAME])
    assert looked(monkeypatch, NAMELESS, played) == texts(*NAMELESS, NAME)
    assert len(played.pictures) == picture + 1


@pytest.mark.parametrize(
    ("page", "readings", "lines", "pictures"),
    [
        pytest.param([*NAMELESS, NAME], [], [*NAMELESS, NAME], 0, id="nothing to look for"),
        pytest.param([BODY, ("Mới nhận:", 100, 500), LAST, OFFICE, NAME], [], [*NAMELESS, NAME], 0, id="label"),
        pytest.param(
            [BODY, LABEL, LAST, ("LÁM ĐÓC", 900, 500, 80), NAME], [], [*NAMELESS, NAME], 0, id="office misread"
        ),
        pytest.param(
            [BODY, LABEL, LAST, NAME], [[], [("GIÁM ĐÓC", 900, 500, 90)]], [*NAMELESS, NAME], 2, id="office found"
        ),
        pytest.param([BODY, LABEL, LAST], [[NAME]], [BODY, LABEL, LAST, NAME], 1, id="behind the last recipient"),
        pytest.param([*NAMELESS, ("fz", 920, 600), NAME], [], [*NAMELESS, NAME], 0, id="ink"),
        pytest.param(
            [*NAMELESS, ("(Đã ký)", 920, 600), NAME], [], [*NAMELESS, ("(Đã ký)",), NAME], 0, id="mark of a signature"
        ),
        pytest.param([*NAMELESS, ("“Lê Hoàng Ân .", 900, 700)], [], [*NAMELESS, NAME], 0, id="specks at a name"),
        pytest.param(
            [*NAMELESS, ("Hoàng Văn Tuấn", 900, 700, 50)],
            [[("Văn Tuấn", 1032, 700, 98)]],
            [*NAMELESS, ("Hoàng Văn Tuấn",)],
            1,
            id="the end of a name",
        ),
        pytest.param(
            [*NAMELESS, ("Lê Hoàng Ấn", 900, 700, 92, 50, 30)],
            [[("Lê Hoàng Ân", 900, 700, 40, 70, 95)], [("Lê Hoàng Ấn", 900, 700, 95, 95, 40)]],
            [*NAMELESS, NAME],
            2,
            id="words of several readings",
        ),
        pytest.param([BODY, OFFICE], [[NAME]], [BODY, OFFICE], 0, id="an office without recipients or a second one"),
        pytest.param(
            [BODY, ("CHỦ TỊCH", 200, 500), OFFICE],
            [[("Hà Văn Thọ", 200, 700)], [NAME]],
            [BODY, ("CHỦ TỊCH",), ("Hà Văn Thọ",), OFFICE, NAME],
            2,
            id="two offices side by side",
        ),
        pytest.param(
            [("Nơi nhận:", 100, 60), ("- Lưu: TH.", 160, 100), BODY, ("Nơi nhận:", 100, 800), ("- Lưu: VT.", 100, 840)],
            [[("Lê Hoàng Ân", 900, 1000)]],
            [LABEL, ("- Lưu: TH.",), BODY, LABEL, LAST, NAME],
            1,
            id="the last recipients of a page",
        ),
        pytest.param([("Nơi nhận:", 100, 500)], [[NAME]], [LABEL], 0, id="no room for a signature"),
        pytest.param(
            [BODY, NAME, LABEL, LAST],
            [[OFFICE]],
            [BODY, LABEL, LAST, OFFICE, NAME],
            1,
            id="signature before recipients",
        ),
        pytest.param(
            [BODY, LABEL, LAST, ("KT. GIÁM ĐỐC", 900, 500)],
            [[OFFICE, NAME]],
            [BODY, LABEL, LAST, ("KT. GIÁM ĐỐC",), NAME],
            1,
            id="an office that is there stays",
        ),
        pytest.param(
            [BODY, LABEL, LAST],
            [[("KT. GIÁM ĐỐC", 900, 500)], [OFFICE, NAME]],
            [BODY, LABEL, LAST, ("KT. GIÁM ĐỐC",), NAME],
            2,
            id="an office of two readings",
        ),
        pytest.param(
            [BODY, LABEL, LAST],
            [[NAME, ("GIÁM ĐỐC", 900, 800)]],
            [BODY, LABEL, LAST, NAME],
            1,
            id="office below a name",
        ),
        pytest.param(
            [BODY, LABEL, LAST, ("UBND", 900, 460), OFFICE, NAME],
            [],
            [BODY, LABEL, LAST, ("UBND",), OFFICE, NAME],
            0,
            id="above the office is no ink",
        ),
        pytest.param(
            [BODY, LABEL, LAST, ("KT. GIÁM ĐỐC", 900, 500), ("PHÓ GIÁM ĐỐC", 900, 540, 40), NAME],
            [],
            [BODY, LABEL, LAST, ("KT. GIÁM ĐỐC",), ("PHÓ GIÁM ĐỐC",), NAME],
            0,
            id="an office is no ink",
        ),
        pytest.param(NAMELESS, [[("Lê Hoàng Ân", 900, 700, 40)]], NAMELESS, 5, id="a name that is hardly read"),
        pytest.param(NAMELESS, [[("Lê Hoqng Ân", 900, 700, 80)]], NAMELESS, 5, id="a name that is no syllables"),
        pytest.param(
            [("Hà Văn Thọ", 900, 100), *NAMELESS],
            [[NAME]],
            [("Hà Văn Thọ",), *NAMELESS, NAME],
            1,
            id="a name far above",
        ),
        pytest.param(
            [BODY, LABEL, LAST, ("Phụ lục một", 100, 900)],
            [[NAME]],
            [BODY, LABEL, LAST, NAME, ("Phụ lục một",)],
            1,
            id="what stands far below the recipients",
        ),
        pytest.param(
            [BODY, LABEL, LAST, ("Trang 2", 300, 600)],
            [[NAME]],
            [BODY, LABEL, LAST, NAME, ("Trang 2",)],
            1,
            id="what stands beside the recipients",
        ),
        pytest.param(
            [("CHỦ TỊCH", 200, 500), ("Hà Thọ", 280, 700), ("GIÁM ĐỐC", 450, 500)],
            [],
            [("CHỦ TỊCH",), ("Hà Thọ",), OFFICE],
            5,
            id="the name of the office on the left",
        ),
        pytest.param(
            [("CHỦ TỊCH", 200, 500), ("GIÁM ĐỐC", 450, 500), ("Lê An", 470, 700)],
            [],
            [("CHỦ TỊCH",), OFFICE, ("Lê An",)],
            5,
            id="the name of the office on the right",
        ),
    ],
)
def test_what_a_second_look_changes(
    monkeypatch: pytest.MonkeyPatch,
    page: list[tuple[Any, ...]],
    readings: list[list[tuple[Any, ...]]],
    lines: list[tuple[Any, ...]],
    pictures: int,
) -> None:
    played = Played(*readings)
    assert looked(monkeypatch, page, played) == texts(*lines)
    assert len(played.pictures) == pictures


def test_a_line_that_begins_like_a_name_is_read_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played([("Lê Văn", 900, 700)], strips=[("Lê Văn Thọ", 900, 700)])
    assert looked(monkeypatch, NAMELESS, played) == texts(*NAMELESS, ("Lê Văn Thọ",))


def test_many_offices_side_by_side_are_not_all_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    page = [("CHỦ TỊCH", 60 + 270 * k, 500) for k in range(6)]
    played = Played()
    looked(monkeypatch, page, played)
    assert len(played.pictures) == 4 * 5


def test_pictures_of_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    """All ink twice, without seals twice, then the print; never a recipient that reaches into the column."""
    recipient = ("- Các phòng chuyên môn của Sở;", 100, 540)
    ink = np.full((1400, 1700), 255, dtype=np.uint8)
    text = ink.copy()
    ink[600:800, 900:1100] = 0  # a seal
    ink[820:823, 900:1110] = ink[580:640, 1300:1303] = 0  # strokes of a signature
    ink[900:910, 1000:1010] = 50  # a letter in stamp ink
    ink[899, 1000:1010] = 200  # its soft edge
    text[900:910, 1200:1210] = 20  # a letter of print
    for word in at(*recipient):
        ink[word.y0 : word.y1, word.x0 : word.x1] = text[word.y0 : word.y1, word.x0 : word.x1] = 100
    played = Played()
    looked(monkeypatch, [BODY, LABEL, recipient, OFFICE], played, ink=ink, text=text)
    shades = [set(np.unique(picture)) - {255} for picture in played.pictures]
    assert shades == [{0, 50, 200}, {0, 50, 200}, {50, 200}, {50, 200}, {20}]
