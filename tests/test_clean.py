"""Clean text: what becomes of odd characters, markup, wrapped lines and furniture, and that every character leads back."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnplan.document import OffsetMap
from vnplan.text.clean import clean
from vnplan.text.compose import compose
from vnplan.text.joining import joins, wrap_limit
from vnplan.text.normalise import fold, place_tones, skeleton
from vnplan.text.syllables import close_up, is_syllable, share_of_syllables

# A page whose paragraphs are set apart by blank lines, and whose lines are wrapped by the width of its source.
_PARAGRAPH = "Các đơn vị tuyên truyền cho học\nsinh về nước sạch và giữ vệ sinh\nchung quanh trường.\n\n"
_BLOCKS = _PARAGRAPH * 8


@pytest.mark.parametrize(
    ("block", "joined"),
    [
        ("III. MỤC\nĐÍCH, YÊU CẦU", "III. MỤC ĐÍCH, YÊU CẦU"),
        ("Tổ chức\n300 lượt tập huấn.", "Tổ chức 300 lượt tập huấn."),
        ("**4.**\n**Sở Y tế**", "4. Sở Y tế"),
        ("Thực hiện xong.\nBáo cáo kết quả\nvề Sở.", "Thực hiện xong. Báo cáo kết quả về Sở."),
        ("- Công ty Nước\n- Môi trường", "- Công ty Nước - Môi trường"),
        ("- Tuần tra;\n- Báo cáo.", "- Tuần tra;\n- Báo cáo."),
        ("- Hạ tầng số\n\nSở Y tế", "- Hạ tầng số\nSở Y tế"),
    ],
)
def test_blocks(block: str, joined: str) -> None:
    found = clean(f"{_BLOCKS}{block}\n\n{_PARAGRAPH}").text.split("trường.\n")[-1]
    assert found.rpartition("\nCác đơn vị")[0] == joined


def test_a_table_whose_bars_stand_alone() -> None:
    raw = (
        "Bảng phân công\n\n|\n**TT**\n|\nViệc\n|\nChủ trì\n|\n|\nI\n|\nTUYÊN TRUYỀN\n|\n|\n1\n|\nPhát tờ\nrơi\n|\nSở Y tế\n|\n"
        "|\n2\n|\nTreo pa nô\n|\n|\n|\n3\n|\nHọp dân\n|\nCông an xã\nSở Nội vụ\n|\n\nHết."
    )
    found = clean(raw)
    rows = [[found.text[slice(*cell)] for cell in row] for row in found.tables[0]]
    assert rows == [
        ["TT", "Việc", "Chủ trì"],
        ["I", "TUYÊN TRUYỀN", ""],
        ["1", "Phát tờ rơi", "Sở Y tế"],
        ["2", "Treo pa nô", ""],
        ["3", "Họp dân", "Công an xã\nSở Nội vụ"],
    ]
    below_words = raw.replace("\n\n|\n**TT**", "\n|\n**TT**")
    assert len(clean(below_words).tables) == 1  # its first column tells that it is a table
    assert not clean(below_words.replace("**TT**", "Nhóm")).tables


def test_rows_without_outer_bars_are_a_table_where_the_first_heads_numbers() -> None:
    raw = "PHỤ LỤC\n\nSTT | Việc | Chủ trì\n\n1 | Trồng cây ven kênh | Sở Y tế\n\n2 | Họp dân |\n\n3 | Treo pa nô | Công an xã\n\nHết."
    found = clean(raw)
    rows = [[found.text[slice(*cell)] for cell in row] for row in found.tables[0]]
    assert rows == [
        ["STT", "Việc", "Chủ trì"],
        ["1", "Trồng cây ven kênh", "Sở Y tế"],
        ["2", "Họp dân", ""],
        ["3", "Treo pa nô", "Công an xã"],
    ]
    assert not clean(raw.replace("STT", "Nhóm")).tables


def test_bold_blanks_are_a_cell_of_a_table_whose_bars_stand_alone() -> None:
    raw = "Phụ lục\n\n|\n**STT**\n|\nViệc\n|\nChủ trì\n|\n|\n**I**\n|\nRỪNG\n|\n** **\n|\n|\n1\n|\nTrồng cây\n|\nSở Y tế\n|\n\nHết."
    found = clean(raw)
    rows = [[found.text[slice(*cell)] for cell in row] for row in found.tables[0]]
    assert rows == [["STT", "Việc", "Chủ trì"], ["I", "RỪNG", ""], ["1", "Trồng cây", "Sở Y tế"]]


def test_a_letterhead_whose_bars_stand_alone_is_read_by_columns() -> None:
    raw = "|\n**SỞ Y TẾ**\n-------\n|\n**CỘNG HÒA XÃ HỘI\nCHỦ NGHĨA VIỆT NAM**\n|\n|\nSố: 5/KH-SYT\n|\nHuế, ngày 3\ntháng 4\n|\n\nKẾ HOẠCH"
    assert clean(raw).text == (
        "SỞ Y TẾ\nSố: 5/KH-SYT\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHuế, ngày 3 tháng 4\nKẾ HOẠCH"
    )


CLEANED = [
    # one Unicode form, one kind of dash and space
    (unicodedata.normalize("NFD", "Số: 15/KH-UBND ngày"), "Số: 15/KH-UBND ngày"),
    ("giai đoạn 2021 – 2025", "giai đoạn 2021 - 2025"),
    ("Ủy\u00a0ban  nhân\u200b dân", "Ủy ban nhân dân"),
    ("Ðội Cảnh sát", "Đội Cảnh sát"),
    ("Uỷ ban, hoà giải, thuỷ lợi, quý III", "Ủy ban, hòa giải, thủy lợi, quý III"),
    # markup
    ("**KẾ HOẠCH**  \n**Ra quân năm 2024**", "KẾ HOẠCH\nRa quân năm 2024"),
    ("hạn nộp *12/3/2024* tại Sở", "hạn nộp 12/3/2024 tại Sở"),
    ("\\- Phòng Y tế;\\\n\\- Công an xã.", "- Phòng Y tế;\n- Công an xã."),
    ("_(Ban hành kèm theo)_", "(Ban hành kèm theo)"),
    ("Tham&nbsp;mưu &amp; đề xuất<br>kịp thời", "Tham mưu & đề xuất kịp thời"),
    ("-------\n*****\n* * *\nNội dung", "Nội dung"),
    ("## I. MỤC ĐÍCH", "I. MỤC ĐÍCH"),
    # wrapped in the middle of a sentence, a number, a date; blank lines say nothing
    ("Thực hiện Nghị quyết số\n\n48/NQ-CP của Chính phủ", "Thực hiện Nghị quyết số 48/NQ-CP của Chính phủ"),
    ("ban hành ngày\n12/12/2020 của Bộ", "ban hành ngày 12/12/2020 của Bộ"),
    ("kết hợp chặt chẽ\n\ngiữa hai đơn vị.", "kết hợp chặt chẽ giữa hai đơn vị."),
    ("Số:\n17/2013/QĐ-UBND", "Số: 17/2013/QĐ-UBND"),
    ("của Ủy ban nhân dân tỉnh,\nSở Xây dựng", "của Ủy ban nhân dân tỉnh, Sở Xây dựng"),
    ("theo đề nghị của\nBan An toàn giao thông", "theo đề nghị của Ban An toàn giao thông"),
    ("Số 03/KH-\nBATGT", "Số 03/KH-BATGT"),
    # the first word torn off by the width of a web page's source
    ("ỦY\nBAN NHÂN DÂN\nTỈNH YÊN BÁI", "ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI"),
    ("CỘNG\nHÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("TM.\nỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH"),
    ("Bắc\nKạn, ngày 12 tháng 6 năm 2024", "Bắc Kạn, ngày 12 tháng 6 năm 2024"),
    ("CỘNG HÒA XÃ\nHỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập"),
    ("ỦY BAN NHÂN\nDÂN\nTỈNH YÊN BÁI", "ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI"),
    ("ỦY BAN NHÂN DÂN\nDÂN TIẾN", "ỦY BAN NHÂN DÂN\nDÂN TIẾN"),
    ("LUẬT\nĐƯỜNG LÀNG", "LUẬT\nĐƯỜNG LÀNG"),
    ("Hòa\nNam Định là nơi", "Hòa\nNam Định là nơi"),
    # broken inside a name that goes on with a capital
    ("các xã: Tân Lợi, Phú Hải, Rạng\nĐông, Kim Sơn", "các xã: Tân Lợi, Phú Hải, Rạng Đông, Kim Sơn"),
    ("các xã: Tân Lợi, Phú Hải\nĐông đảo người dân", "các xã: Tân Lợi, Phú Hải\nĐông đảo người dân"),
    (
        "theo bản tin của Đài Khí tượng Quảng\nNgãi, mưa lớn đến",
        "theo bản tin của Đài Khí tượng Quảng Ngãi, mưa lớn đến",
    ),
    ("mời Đoàn Thanh niên\nCộng sản Hồ Chí Minh xã dự", "mời Đoàn Thanh niên Cộng sản Hồ Chí Minh xã dự"),
    ("3. Đoàn Thanh niên\nCông an xã", "3. Đoàn Thanh niên\nCông an xã"),
    # a space lost beside the day
    ("Luật Đường làngngày 25 tháng 12 năm 2001", "Luật Đường làng ngày 25 tháng 12 năm 2001"),
    ("số 7-TB/TWngày 06/01/2012", "số 7-TB/TW ngày 06/01/2012"),
    ("ký ngày22 tháng 7 năm 2010", "ký ngày 22 tháng 7 năm 2010"),
    ("hằng ngày 2 lần, ngày càng tốt", "hằng ngày 2 lần, ngày càng tốt"),
    # what stays apart
    ("I. MỤC ĐÍCH\n1. Yêu cầu\n- Nội dung;\n- Hình thức.", "I. MỤC ĐÍCH\n1. Yêu cầu\n- Nội dung;\n- Hình thức."),
    ("KẾ HOẠCH\nthực hiện Chỉ thị số 5", "KẾ HOẠCH\nthực hiện Chỉ thị số 5"),
    ("quyết định./.\nđồng thời", "quyết định./.\nđồng thời"),
    ("- Lưu: VT, QLĐT.\nCHỦ TỊCH", "- Lưu: VT, QLĐT.\nCHỦ TỊCH"),
    ("UBND TP.\nHồ Chí Minh", "UBND TP. Hồ Chí Minh"),
    # a marker alone on its line, and ink that looks like one
    ("2.\nSở Xây dựng\n-\nSửa đường;", "2. Sở Xây dựng\n- Sửa đường;"),
    ("PHÓ CHỦ TỊCH\n+\nLê Thị Hạnh", "PHÓ CHỦ TỊCH\n+\nLê Thị Hạnh"),
    ("của học sinh trong học kỳ\nI.\n2. Về vệ sinh", "của học sinh trong học kỳ I.\n2. Về vệ sinh"),
    # lines in capitals that were broken inside a phrase
    ("CHÀO MỪNG ĐẠI HỘI LẦN THỨ\nVI CỦA HỘI CHỮ THẬP ĐỎ", "CHÀO MỪNG ĐẠI HỘI LẦN THỨ VI CỦA HỘI CHỮ THẬP ĐỎ"),
    ("THỦ TƯỚNG\nCHÍNH PHỦ\nSố: 4/QĐ-TTg", "THỦ TƯỚNG CHÍNH PHỦ\nSố: 4/QĐ-TTg"),
    ("TM. ỦY BAN\nNHÂN DÂN\nCHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"),
    ("IV. KINH\nPHÍ THỰC HIỆN\n1. Nguồn", "IV. KINH PHÍ THỰC HIỆN\n1. Nguồn"),
    ("IV. TỔ CHỨC THỰC HIỆN\nSỞ Y TẾ", "IV. TỔ CHỨC THỰC HIỆN\nSỞ Y TẾ"),
    ("VỀ GIÁM SÁT ĐÊ ĐIỀU\nQUỐC HỘI", "VỀ GIÁM SÁT ĐÊ ĐIỀU\nQUỐC HỘI"),
    ("- Trình đề xuất của Chủ tịch\nUBND xã.", "- Trình đề xuất của Chủ tịch UBND xã."),
    ("Chủ tịch\nUBND xã", "Chủ tịch\nUBND xã"),
    ("THỨ TRƯỞNG\nPhan\nThị Hạnh", "THỨ TRƯỞNG\nPhan Thị Hạnh"),
    ("- VPUB: CVP, các phòng: TH,\nKGVX, NC.\n- Lưu: VT.", "- VPUB: CVP, các phòng: TH, KGVX, NC.\n- Lưu: VT."),
    ("Tuần tra xong.\nTháng 5/2024: báo cáo", "Tuần tra xong.\nTháng 5/2024: báo cáo"),
    # page numbers and running heads
    ("kể từ ngày 01/02/2019\n\n3\n\ncủa Ban Thường vụ", "kể từ ngày 01/02/2019 của Ban Thường vụ"),
    ("thực hiện tốt\n- 2 -\ncông tác", "thực hiện tốt công tác"),
    ("Nghị định số 91/2017/NĐ-CP ngày\n\n3\n\n01/7/2017 của", "Nghị định số 91/2017/NĐ-CP ngày 01/7/2017 của"),
    ("ban hành năm\n2024\ncủa huyện", "ban hành năm 2024 của huyện"),
    # columns and tables
    (
        "| SỞ Y TẾ ----- | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\n|---|---|\n| Số: 5/KH-SYT | Huế, ngày 2 tháng 3 năm 2024 |",
        "SỞ Y TẾ\nSố: 5/KH-SYT\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHuế, ngày 2 tháng 3 năm 2024",
    ),
    (
        "UBND HUYỆN A          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nPHÒNG Y TẾ            Độc lập - Tự do - Hạnh phúc\nKẾ HOẠCH",
        "UBND HUYỆN A\nPHÒNG Y TẾ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nKẾ HOẠCH",
    ),
    ("ỦY BAN NHÂN DÂN |\nCỘNG HÒA XÃ HỘI\n|\nSố: 7/KH-UBND |", "ỦY BAN NHÂN DÂN\nCỘNG HÒA XÃ HỘI\nSố: 7/KH-UBND"),
    ("Số:        /KH-UBND", "Số: /KH-UBND"),
    # specks that recognition read: lines of their own, and before the dash of an item
    ('Nơi nhận:\n- Như trên;\n"\n--\n- Sở Y tế;\n‡\n- Lưu: VT.', "Nơi nhận:\n- Như trên;\n- Sở Y tế;\n- Lưu: VT."),
    ("- Các phường;\n~- Hội Nông dân;\n‘ - Lưu: VT.", "- Các phường;\n- Hội Nông dân;\n- Lưu: VT."),
    ("- Các phường;\n~ Hội Nông dân;", "- Các phường;\n- Hội Nông dân;"),
    ("...- 5 người\n“Xanh”\n?/12\n(*)", "...- 5 người\n“Xanh”\n?/12\n()"),
]


@pytest.mark.parametrize(("raw", "expected"), CLEANED)
def test_cleaned(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


VIETNAMESE = st.text(
    alphabet=st.sampled_from(
        "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằấềệốồớợúủýỷNGUYỄN 0123456789\n\n\t .,;:-–/|*_#\\()“”\u00a0\u200b\u0301\u0323"
    ),
    max_size=400,
)


@given(VIETNAMESE)
def test_every_character_leads_back(raw: str) -> None:
    cleaned = clean(raw)
    for at, char in enumerate(cleaned.text):
        if char.isspace():
            continue
        low, high = cleaned.offsets.to_raw(at, at + 1)
        assert 0 <= low < high <= len(raw)
        piece = unicodedata.normalize("NFC", raw[low:high])
        assert (
            fold(char) in fold(piece)
            or place_tones(piece) != piece
            or skeleton(char) in skeleton(raw[max(0, low - 1) : high + 1])
            or char == "-"
        )


@given(VIETNAMESE)
def test_form_of_clean_text(raw: str) -> None:
    text = clean(raw).text
    assert unicodedata.is_normalized("NFC", text)
    for line in text.split("\n") if text else []:
        assert line and line == line.strip() and "  " not in line and "\t" not in line


@given(VIETNAMESE)
def test_cleaning_twice_changes_nothing_more_than_once_for_plain_text(raw: str) -> None:
    plain = "".join(c for c in raw if c not in "|*_#\\\t")
    assert len(clean(plain).text) <= len(unicodedata.normalize("NFD", plain)) + 1


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5)), min_size=1, max_size=20))
def test_composed_maps_agree(sizes: list[tuple[int, int]]) -> None:
    """A map through another leads where both lead one after the other (bounds are never lost)."""
    clean_at, low, high, at = [0], [], [], 0
    for size, gap in sizes:
        clean_at.append(clean_at[-1] + size)
        low.append(at)
        high.append(at + size)
        at += size + gap
    outer = OffsetMap(tuple(clean_at), tuple(low), tuple(high))
    whole = outer.compose(OffsetMap.identity(at + 1))
    for start in range(outer.length):
        assert whole.to_raw(start, start + 1) == outer.to_raw(start, start + 1)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (0, 0), (3, 2), (0, 99)])
def test_spans_outside_the_text_raise(start: int, end: int) -> None:
    with pytest.raises(IndexError):
        clean("một hai").offsets.to_raw(start, end)


def test_nothing_special_needs_no_map() -> None:
    assert compose("Kế hoạch") == ("Kế hoạch", None)


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("T hành phố Hồ Chí M inh", "Thành phố Hồ Chí Minh"),
        ("Qu ả ng Ngãi", "Quảng Ngãi"),
        ("ỦY B AN NHÂN D Â N", "ỦY BAN NHÂN DÂN"),
        ("Lưu: VT, KT", "Lưu: VT, KT"),
        ("Sở Y tế", "Sở Y tế"),
        ("Nguyễn Văn An", "Nguyễn Văn An"),
    ],
)
def test_torn_letters(torn: str, whole: str) -> None:
    assert close_up(torn) == whole


def test_syllables() -> None:
    assert is_syllable("Thường") and is_syllable("HOÀ") and not is_syllable("traffic")
    assert all(map(is_syllable, ["trời", "nhẹ", "chuỗi", "nghỉm", "khuấy"]))
    assert not is_syllable("ình")  # torn off more often than a word: `H ình`
    assert share_of_syllables("Ủy ban nhân dân huyện ban hành kế hoạch") > 0.9
    assert share_of_syllables("The committee has issued its annual report on road safety") < 0.4


def test_wrap_limit_is_read_off_certain_breaks() -> None:
    lines = [
        "Các cơ quan, đơn vị chủ động phối",
        "hợp triển khai các nội dung của đợt",
        "cao điểm, gắn với nhiệm vụ của từng",
        "cơ quan, địa phương trên toàn huyện",
        "và báo cáo kết quả.",
    ]
    limit = wrap_limit(lines)
    assert limit is not None and 36 <= limit <= 42
    assert joins("Đề nghị các xã quan tâm thực", "hiện", limit)
    assert not joins("Mục tiêu", "Bảo đảm an toàn", limit)


HOSTILE = [
    "- " * 400_000,
    "1." * 400_000,
    "|" * 500_000,
    "*" * 500_000,
    "a\n" * 300_000,
    "\\-" * 300_000,
    "<a " * 250_000,
    "&amp" * 200_000,
    "  " * 400_000 + "x",
    "Số:\n" * 200_000,
    "(" * 500_000,
    "I. " * 250_000,
    "\u0301" * 300_000,
    "N ơ i " * 120_000,
    "|\n|\na\n|\na\n" * 100_000,
    "|\na\n|\n\n" * 100_000,
    "a\n|\nSTT\n" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[h[:6].encode("unicode_escape").decode() for h in HOSTILE])
def test_hostile_text_is_linear(text: str) -> None:
    started = time.process_time()
    clean(text)
    assert time.process_time() - started < 60  # seconds for about a megabyte: a quadratic scan takes hours


def test_letters_of_old_fonts_and_places_of_pictures() -> None:
    assert clean("Nh\u01a3 trên, L\u01a3u: VT, \u01a2U TIÊN").text == "Như trên, Lưu: VT, ƯU TIÊN"
    assert clean("SỞ Y TẾ\n\ufffcPHÒNG DƯỢC").text == "SỞ Y TẾ\nPHÒNG DƯỢC"
