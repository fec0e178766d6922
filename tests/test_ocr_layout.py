"""Reading order from boxes alone: no Tesseract in these tests."""

from __future__ import annotations

import random

import pytest

from vnplan.ocr.engine import Word
from vnplan.ocr.layout import Layout, arrange
from vnplan.ocr.prepare import Grid, Mark

LETTERS = 19.0  # 13 points at 200 dpi
EM = 36
SIZE = (2339, 1654)


class Sheet:
    """Words put on a page by hand; `line` numbers them the way Tesseract does."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self._line = 0

    def put(self, x: int, y: int, text: str, *, same_line: bool = False, confidence: float = 95, em: int = EM) -> None:
        self._line += not same_line
        for part in text.split():
            width = round(len(part) * 0.48 * em)
            self.words.append(Word(part, x, y, x + width, y + round(0.7 * em), confidence, (1, 1, self._line)))
            x += width + round(0.27 * em)

    def arrange(self, **more: object) -> Layout:
        return arrange(self.words, SIZE, LETTERS, **more)  # type: ignore[arg-type]

    def lines(self, **more: object) -> list[str]:
        return [line.text for line in self.arrange(**more).lines]


def letterhead(sheet: Sheet, y: int = 200, joined: bool = True) -> None:
    sheet.put(250, y, "UBND HUYỆN BÌNH SƠN")
    sheet.put(830, y, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", same_line=joined)
    sheet.put(300, y + 50, "BAN AN TOÀN GIAO THÔNG")
    sheet.put(950, y + 50, "Độc lập - Tự do - Hạnh phúc", same_line=joined)
    sheet.put(330, y + 130, "Số: 37/KH-BATGT")
    sheet.put(870, y + 130 + (0 if joined else 16), "Bình Sơn, ngày 12 tháng 02 năm 2024", same_line=joined)


BLOCK_LEFT = ["UBND HUYỆN BÌNH SƠN", "BAN AN TOÀN GIAO THÔNG", "Số: 37/KH-BATGT"]
BLOCK_RIGHT = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Bình Sơn, ngày 12 tháng 02 năm 2024",
]


@pytest.mark.parametrize("joined", [True, False])
def test_letterhead_left_block_first(joined: bool) -> None:
    sheet = Sheet()
    letterhead(sheet, joined=joined)
    sheet.put(720, 450, "KẾ HOẠCH")
    sheet.put(300, 500, "Bảo đảm trật tự, an toàn giao thông trên địa bàn huyện năm 2024")
    sheet.put(240, 580, "Thực hiện Nghị quyết số 48/NQ-CP ngày 05 tháng 4 năm 2022 của Chính phủ")
    lines = sheet.lines()
    assert lines[:6] == BLOCK_LEFT + BLOCK_RIGHT
    assert lines[6:8] == ["KẾ HOẠCH", "Bảo đảm trật tự, an toàn giao thông trên địa bàn huyện năm 2024"]


def test_subject_under_the_number_stays_with_the_left_block() -> None:
    sheet = Sheet()
    letterhead(sheet)
    sheet.put(280, 375, "V/v tăng cường kiểm tra")
    sheet.put(280, 420, "nồng độ cồn dịp Tết")
    sheet.put(500, 540, "Kính gửi: Chủ tịch UBND các xã, thị trấn")
    assert sheet.lines() == [
        *BLOCK_LEFT, "V/v tăng cường kiểm tra", "nồng độ cồn dịp Tết", *BLOCK_RIGHT, "Kính gửi: Chủ tịch UBND các xã, thị trấn",
    ]  # fmt: skip


@pytest.mark.parametrize("recipients", [2, 9])
def test_closing_recipients_before_the_signature(recipients: int) -> None:
    sheet = Sheet()
    sheet.put(240, 700, "Yêu cầu các cơ quan, đơn vị nghiêm túc triển khai thực hiện Kế hoạch này trên địa bàn")
    sheet.put(240, 745, "huyện và báo cáo kết quả./.")
    sheet.put(240, 850, "Nơi nhận:")
    sheet.put(1020, 838, "TM. BAN AN TOÀN GIAO THÔNG")
    sheet.put(1100, 885, "KT. TRƯỞNG BAN")
    items = [f"- Đơn vị thứ {k};" for k in range(recipients)]
    for k, item in enumerate(items):
        sheet.put(240, 885 + 38 * k, item, em=30)
    sheet.put(1080, 1110, "Nguyễn Đức Thắng")
    assert sheet.lines()[2:] == [
        "Nơi nhận:",
        *items,
        "TM. BAN AN TOÀN GIAO THÔNG",
        "KT. TRƯỞNG BAN",
        "Nguyễn Đức Thắng",
    ]


def test_justified_text_with_wide_gaps_is_one_column() -> None:
    sheet = Sheet()
    chance = random.Random(1)
    for k in range(12):
        x = 240
        for n, part in enumerate(
            "tăng cường tuyên truyền phổ biến pháp luật về giao thông đường bộ cho nhân dân".split()
        ):
            width = round(len(part) * 0.48 * EM)
            sheet.words.append(Word(part, x, 300 + 47 * k, x + width, 325 + 47 * k, 95, (1, 1, k + 1)))
            x += width + chance.randint(10, 42) + (n % 3)
    assert len(sheet.arrange().lines) == 12
    assert {line.column for line in sheet.arrange().lines} == {0}


@pytest.mark.parametrize(
    ("text", "y", "taken"), [("2", 120, True), ("- 3 -", 2250, True), ("2024", 120, False), ("2", 900, False)]
)
def test_page_number(text: str, y: int, taken: bool) -> None:
    sheet = Sheet()
    sheet.put(815, y, text)
    sheet.put(240, 300, "phương tiện giao thông cơ giới đường bộ và người điều khiển phương tiện")
    layout = sheet.arrange()
    assert (layout.page_number is not None) == taken
    assert (text in [line.text for line in layout.lines]) != taken


def test_stamp_of_a_digital_signature_is_kept_out_and_recorded() -> None:
    sheet = Sheet()
    sheet.put(1200, 40, "Ký bởi: Ủy ban nhân dân huyện", em=17)
    sheet.put(1200, 62, "Email: ubnd@binhson.gov.vn", em=17)
    sheet.put(1200, 84, "Thời gian ký: 12/02/2024 08:15:21", em=17)
    sheet.put(1200, 106, "+07:00", em=17)
    letterhead(sheet)
    sheet.put(240, 580, "Thời gian ký cam kết: trước ngày 12/02/2024")
    layout = sheet.arrange()
    assert [line.text for line in layout.lines] == [
        *BLOCK_LEFT,
        *BLOCK_RIGHT,
        "Thời gian ký cam kết: trước ngày 12/02/2024",
    ]
    assert len(layout.stamps) == 1
    text = " ".join(word.text for word in layout.stamps[0])
    assert text.startswith("Ký bởi: Ủy ban") and text.endswith("08:15:21 +07:00")


def test_ruled_table_cell_by_cell() -> None:
    sheet = Sheet()
    sheet.put(240, 200, "Phân công nhiệm vụ như sau:")
    xs, ys = (240, 700, 1100, 1500), (260, 320, 440)
    cells = tuple((r, c, (xs[c], ys[r], xs[c + 1], ys[r + 1])) for r in range(2) for c in range(3))
    sheet.put(260, 275, "Nhiệm vụ")
    sheet.put(720, 275, "Chủ trì", same_line=True)
    sheet.put(1120, 275, "Thời hạn", same_line=True)
    sheet.put(260, 335, "Rà soát điểm đen")
    sheet.put(720, 335, "Công an huyện", same_line=True)
    sheet.put(1120, 335, "30/6/2024", same_line=True)
    sheet.put(260, 380, "trên quốc lộ")
    sheet.put(240, 500, "Các đơn vị báo cáo kết quả.")
    layout = sheet.arrange(grids=(Grid((240, 260, 1500, 440), cells),))
    assert [(line.text, line.cell) for line in layout.lines] == [
        ("Phân công nhiệm vụ như sau:", None),
        ("Nhiệm vụ", (0, 0, 0)), ("Chủ trì", (0, 0, 1)), ("Thời hạn", (0, 0, 2)),
        ("Rà soát điểm đen", (0, 1, 0)), ("trên quốc lộ", (0, 1, 0)), ("Công an huyện", (0, 1, 1)), ("30/6/2024", (0, 1, 2)),
        ("Các đơn vị báo cáo kết quả.", None),
    ]  # fmt: skip


def test_rubbish_in_a_seal_goes_print_under_it_stays() -> None:
    sheet = Sheet()
    sheet.put(300, 900, "Nơi nhận: các đơn vị trong huyện")
    sheet.put(1000, 1000, "PHÓ TRƯỞNG BAN", confidence=82)
    sheet.put(1050, 1060, "(¿§ ĐÃ", confidence=20)
    lines = sheet.lines(marks=(Mark("seal", (980, 980, 1280, 1280)),))
    assert lines == ["Nơi nhận: các đơn vị trong huyện", "PHÓ TRƯỞNG BAN"]


def test_split_number_is_joined() -> None:
    sheet = Sheet()
    sheet.words += [
        Word("số", 240, 300, 270, 325, 95, (1, 1, 1)),
        Word("2", 280, 300, 296, 325, 95, (1, 1, 1)),
        Word("7/2023/QH15", 299, 300, 480, 325, 95, (1, 1, 1)),
        Word("của", 490, 300, 540, 325, 95, (1, 1, 1)),
    ]
    assert sheet.lines() == ["số 27/2023/QH15 của"]


def test_nothing_is_lost_or_doubled_and_time_is_bounded() -> None:
    chance = random.Random(5)
    sheet = Sheet()
    for _ in range(1500):
        sheet.put(
            chance.randint(0, 1500), chance.randint(0, 2200), chance.choice(["xe", "đường bộ", "an toàn giao thông"])
        )
    layout = sheet.arrange()
    told = [word for line in layout.lines for word in line.words] + list(layout.rubbish)
    assert len(told) == len(sheet.words)


def test_no_words() -> None:
    assert arrange([], SIZE, 0.0).lines == ()


@pytest.mark.parametrize("label", ["Nơi nhận:", "Mới nhận:"])
def test_closing_whose_columns_run_into_each_other(label: str) -> None:
    sheet = Sheet()
    for k in range(4):
        sheet.put(
            200,
            300 + 50 * k,
            "Các phòng, ban, đơn vị của huyện và Ủy ban nhân dân các xã tổ chức thực hiện Kế hoạch này",
        )
    sheet.put(200, 800, label)
    sheet.put(1000, 800, "KT. CHỦ TỊCH")
    sheet.put(200, 840, "- Thường trực Huyện ủy;")
    sheet.put(820, 846, "PHÓ CHỦ TỊCH THƯỜNG TRỰC")
    sheet.put(200, 880, "- Văn phòng Hội đồng nhân dân, Phòng Tài chính, Phòng")
    sheet.put(200, 920, "Nội vụ, Phòng Kinh tế;")
    sheet.put(200, 960, "- Công an huyện; -")
    sheet.put(1100, 964, "l")
    sheet.put(200, 1000, "- Lưu: VT.")
    sheet.put(950, 1100, "Nguyễn Văn Bình")
    assert sheet.lines()[4:] == [
        label, "- Thường trực Huyện ủy;", "- Văn phòng Hội đồng nhân dân, Phòng Tài chính, Phòng", "Nội vụ, Phòng Kinh tế;",
        "- Công an huyện;", "- Lưu: VT.", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH THƯỜNG TRỰC", "Nguyễn Văn Bình",
    ]  # fmt: skip


def test_lines_of_merged_cells_say_how_many_rows_they_take() -> None:
    sheet = Sheet()
    sheet.put(260, 300, "Sở")
    sheet.put(900, 280, "một")
    sheet.put(900, 380, "hai")
    cells = ((0, 0, (240, 260, 800, 440)), (0, 1, (800, 260, 1500, 350)), (1, 1, (800, 350, 1500, 440)))
    layout = sheet.arrange(grids=(Grid((240, 260, 1500, 440), cells),))
    assert [(line.text, line.down) for line in layout.lines] == [("Sở", 2), ("một", 1), ("hai", 1)]


@pytest.mark.parametrize(
    ("read", "column", "right"),
    [("Hoàng Văn: Thuấn", 1, "Hoàng Văn Thuấn"), ("Lê Thị. Thu", 1, "Lê Thị Thu"), ("KT. CHỦ TỊCH", 1, "KT. CHỦ TỊCH"),
     ("Ths. Trần Văn Nam", 1, "Ths. Trần Văn Nam"), ("Nơi Nhận:", 0, "Nơi Nhận:")],
)  # fmt: skip
def test_specks_of_ink_in_a_name(read: str, column: int, right: str) -> None:
    from vnplan.ocr.layout import Line
    from vnplan.ocr.second_look import names_without_specks

    sheet = Sheet()
    sheet.put(100, 100, read)
    (line,) = names_without_specks([Line(tuple(sheet.words), 0, column)])
    assert line.text == right
