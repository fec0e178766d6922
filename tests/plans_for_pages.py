"""Plans of our own for the tests of report, workbook and review; some of them hold what a page must not obey."""

from __future__ import annotations

from pathlib import Path

from vnplan.batch import extract_folder
from vnplan.settings import Settings

CROSSING = """ỦY BAN NHÂN DÂN
XÃ SƠN HẢI
Số: 41/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Sơn Hải, ngày 12 tháng 02 năm 2025

KẾ HOẠCH
Bảo đảm an toàn các lối đi tự mở qua đường sắt năm 2025

Căn cứ Luật Đường sắt ngày 16/6/2017; Chỉ thị số 12/CT-UBND ngày 03/3/2024 của Ủy ban nhân dân tỉnh;

I. MỤC TIÊU
1. Giảm ít nhất 15% số vụ tai nạn so với năm 2024.
2. 100% lối đi tự mở có biển cảnh báo.

II. NHIỆM VỤ
1. Công an xã chủ trì, phối hợp với Đoàn Thanh niên xã kiểm tra các lối đi tự mở trước ngày 30/4/2025.
2. Văn phòng Ủy ban nhân dân xã báo cáo kết quả trước ngày 15/12/2025.

Nơi nhận:
- UBND huyện;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH

Nguyễn Thị Hạnh
"""
HOSTILE = """ỦY BAN NHÂN DÂN
PHƯỜNG AN PHÚ
Số: 07/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
An Phú, ngày 03 tháng 3 năm 2025

KẾ HOẠCH
Diệt lăng quăng <script>alert(1)</script> </script><img src=x onerror=alert(2)> năm 2025

I. NHIỆM VỤ
1. Trạm Y tế phường chủ trì =HYPERLINK("http://example.com","bấm") phun hóa chất \u202eđảo ngược\u202c trước ngày 20/6/2025.
2. Các tổ dân phố thực hiện 😀 tổng vệ sinh, hoàn thành trước ngày 25/6/2025.
"""
BLANK = HOSTILE.replace("07/KH", "    /KH").replace("ngày 03 tháng 3", "ngày     tháng 3").replace(
    "<script>", ""
).split("I. NH")[0] + ("I. NHIỆM VỤ\n1. Công an phường chủ trì tuần tra ban đêm.\n")


def write_plans(folder: Path) -> Path:
    """The plans as files: two that are well, one that is hostile, one with blanks, a copy, one that cannot be read."""
    folder.mkdir(parents=True)
    for name, text in {
        "duong-sat.txt": CROSSING,
        "ban-sao/duong-sat (2).txt": CROSSING,
        "lang-quang.txt": HOSTILE,
        "tuan-tra.txt": BLANK,
        "rong.txt": "",
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run(plans: Path, out: Path, formats: tuple[str, ...] = ("parquet",), **options: object) -> Path:
    """The tables of the plans."""
    extract_folder(plans, out, formats=formats, settings=Settings(ner="none"), cache=None, **options)  # type: ignore[arg-type]
    return out
