"""Segmentation by example: letterhead, title, section tree, closing, annexes, cut texts."""

from __future__ import annotations

import time
from typing import Any

import pytest

from vnplan import analyze, read
from vnplan.segmentation import Segments, segment

BODY = (
    "\nCăn cứ tình hình thực tế, Ban xây dựng Kế hoạch như sau:\nI. MỤC ĐÍCH\n1. Yêu cầu\nBảo đảm kịp thời, hiệu quả.\n"
)
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"


def segments_of(text: str) -> Segments:
    return segment(read(text.encode(), "x.txt"))


def head_of(segments: Segments) -> dict[str, Any]:
    head = segments.letterhead
    return {
        "type": segments.doc_type,
        "number": head.number,
        "symbol": head.number_symbol,
        "number_status": head.number_status,
        "date": head.date,
        "date_status": head.date_status,
        "place": head.place,
        "bodies": head.bodies,
        "title": segments.title,
    }


HEADS: dict[str, tuple[str, dict[str, Any]]] = {
    "stamps of urgency and incoming mail": (
        f"UBND TỈNH YÊN BÁI\nSỞ Y TẾ\nSố: 52/KH-SYT\nHỎA TỐC\nĐẾN Số: 1204\nNgày: 5/6/2024\nChuyển: P. Nghiệp vụ\n{STATE}Yên Bái, ngày 4 tháng 6 năm 2024\nKẾ HOẠCH\nKhám mắt\n1. Khám.",
        {"bodies": ("UBND TỈNH YÊN BÁI", "SỞ Y TẾ"), "number": "52/KH-SYT", "date": (2024, 6, 4), "title": "Khám mắt"},
    ),
    "a draft": (
        f"SỞ Y TẾ\nDỰ THẢO LẦN 2\nSố:   /KH-SYT\n{STATE}Huế, ngày   tháng 4 năm 2020\nKẾ HOẠCH\nKhám mắt\n1. Khám.",
        {"bodies": ("SỞ Y TẾ",), "symbol": "KH-SYT", "title": "Khám mắt"},
    ),
    "a number in the issuer's name": (
        f"SỞ Y TẾ\nTỔ GIÁM SÁT\nTHEO QUYẾT ĐỊNH\nSỐ 61/QĐ-SYT\n{STATE}Số: 7/KH-TGS\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nGiám sát bếp ăn\n1. Chung",
        {"number": "7/KH-TGS", "bodies": ("SỞ Y TẾ", "TỔ GIÁM SÁT THEO QUYẾT ĐỊNH SỐ 61/QĐ-SYT")},
    ),
    "that number on the line of the name": (
        f"SỞ Y TẾ HUẾ\nĐOÀN GIÁM SÁT THEO QĐ SỐ 61/QĐ-SYT\nSố:    /ĐGS-SYT\n{STATE}Huế, ngày 3 tháng 4 năm 2020\nBÁO CÁO\nGiám sát bếp ăn\n1. Chung",
        {
            "number": None,
            "symbol": "ĐGS-SYT",
            "bodies": ("SỞ Y TẾ HUẾ", "ĐOÀN GIÁM SÁT THEO QĐ SỐ 61/QĐ-SYT"),
            "title": "Giám sát bếp ăn",
        },
    ),
    "minutes": (
        f"UBND TỈNH YÊN BÁI\nSỞ Y TẾ\n{STATE}Yên Bái, ngày    tháng 7 năm 2024\nBIÊN BẢN THẨM ĐỊNH HỒ SƠ\nPhục vụ cấp giấy phép hoạt động cho Phòng khám An Lành\nCăn cứ Luật Khám bệnh, chữa bệnh số 15/2023/QH15;\nHôm nay, chúng tôi gồm:\n1. Ông Lê An",
        {
            "type": "BB",
            "bodies": ("UBND TỈNH YÊN BÁI", "SỞ Y TẾ"),
            "title": "THẨM ĐỊNH HỒ SƠ Phục vụ cấp giấy phép hoạt động cho Phòng khám An Lành",
        },
    ),
    "minutes without letterhead": (
        f"{STATE}BIÊN BẢN LÀM VIỆC\nHôm nay, ngày 3 tháng 4 năm 2024, chúng tôi gồm:\nI. THÀNH PHẦN\n1. Ông Lê An",
        {"type": "BB", "bodies": (), "title": "LÀM VIỆC"},
    ),
    "a permit": (
        f"ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI\nSố: 25/GP-UBND\n{STATE}Yên Bái, ngày 4 tháng 6 năm 2024\nGIẤY PHÉP KHAI THÁC NƯỚC DƯỚI ĐẤT\nCHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH YÊN BÁI\nCăn cứ Luật Tài nguyên nước số 28/2023/QH15;\nQUYẾT ĐỊNH:\nĐiều 1. Cho phép Công ty A khai thác nước.",
        {
            "type": "GP",
            "number": "25/GP-UBND",
            "title": "KHAI THÁC NƯỚC DƯỚI ĐẤT",
            "bodies": ("ỦY BAN NHÂN DÂN TỈNH YÊN BÁI",),
        },
    ),
    "a permit whose type word lost its marks": (
        f"ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI\nSố: 25/GP-UBND\n{STATE}Yên Bái, ngày 4 tháng 6 năm 2024\nGIÁY PHÉP KHAI THÁC NƯỚC\nCHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH YÊN BÁI\nĐiều 1. Cho phép Công ty A khai thác nước.",
        {"type": "GP", "number": "25/GP-UBND", "title": "KHAI THÁC NƯỚC"},
    ),
    "a type word with a stray mark": (
        f"ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI\nSố: 25/QĐ-UBND\n{STATE}Yên Bái, ngày 4 tháng 6 năm 2024\nQUYẾT: ĐỊNH CHẤP THUẬN NHÀ ĐẦU TƯ\nCHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH YÊN BÁI\nCăn cứ Luật Đầu tư số 61/2020/QH14;\nĐiều 1. Chấp thuận Công ty A.",
        {"type": "QĐ", "number": "25/QĐ-UBND", "title": "CHẤP THUẬN NHÀ ĐẦU TƯ"},
    ),
    "dates behind the head of an unknown type": (
        f"SỞ Y TẾ\nSố: 25/BC-SYT\n{STATE}Huế, ngày 4 tháng 6 năm 2024\nKHÁM MẮT NĂM 2024\nCăn cứ Luật Khám bệnh số 15/2023/QH15;\nCăn cứ Quyết định 5;\n1. Chung\nNgày 5 tháng 7 năm 2024 khám mắt.\n2. Riêng\nNgày 6 tháng 7 năm 2024 khám tai.",
        {"type": "BC", "number": "25/BC-SYT", "title": "KHÁM MẮT NĂM 2024"},
    ),
    "a certificate names its issuer below the title": (
        f"{STATE}GIẤY CHỨNG NHẬN\nCƠ SỞ ĐỦ ĐIỀU KIỆN KHÁM BỆNH\nSỞ Y TẾ TỈNH YÊN BÁI\nChứng nhận\nCơ sở: Phòng khám An Lành",
        {"type": "GCN", "bodies": ("SỞ Y TẾ TỈNH YÊN BÁI",), "title": "CƠ SỞ ĐỦ ĐIỀU KIỆN KHÁM BỆNH"},
    ),
    "an internal slip": (
        f"UBND TỈNH YÊN BÁI\nVĂN PHÒNG\n{STATE}PHIẾU TRÌNH GIẢI QUYẾT CÔNG VIỆC\nKính gửi: Đồng chí Phó Chủ tịch\nI. NỘI DUNG TRÌNH\n1. Cơ quan trình: Sở Y tế",
        {"type": "PTr", "bodies": ("UBND TỈNH YÊN BÁI", "VĂN PHÒNG"), "title": None},
    ),
    "a kind of report beside the type word": (
        f"SỞ Y TẾ\nSố: 25/BC-SYT\n{STATE}Huế, ngày 4 tháng 6 năm 2024\nBÁO CÁO THAM LUẬN\nCông tác quản lý, đầu tư và sửa chữa các trạm y tế trên địa bàn thành phố Huế\nHuế có 36 trạm y tế đang hoạt động.\n1. Chung",
        {
            "type": "BC",
            "title": "THAM LUẬN Công tác quản lý, đầu tư và sửa chữa các trạm y tế trên địa bàn thành phố Huế",
        },
    ),
    "the subject of a letter on several lines": (
        f"SỞ Y TẾ\nSố: 25/SYT-NVY\n{STATE}Huế, ngày 4 tháng 6 năm 2024\nV/v hướng dẫn bàn giao kho\nTTBYT đã qua sử dụng.\nKính gửi: Phòng khám An Lành\nSở Y tế trả lời như sau:\n1. Chung",
        {"type": "CV", "title": "V/v hướng dẫn bàn giao kho TTBYT đã qua sử dụng", "bodies": ("SỞ Y TẾ",)},
    ),
    "a letter whose subject is not filled in": (
        f"SỞ Y TẾ\nPHÒNG NVY\nV/v ……………………………\n{STATE}Huế, ngày   tháng   năm 20...\nKính gửi: …………………\nPhòng NVY nhận được Văn bản số …….\n1. Chung",
        {"type": "CV", "title": None, "bodies": ("SỞ Y TẾ", "PHÒNG NVY")},
    ),
    "a letter with the slip that it was passed on with": (
        f"SỞ Y TẾ\nSố:    /SYT-NVY\nV/v trả lại hồ sơ\n{STATE}Huế, ngày   tháng 6 năm 2024\nKính gửi: Phòng khám An Lành\nSở Y tế trả lại hồ sơ của Phòng khám An Lành theo đề nghị.\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nGIÁM ĐỐC\nLê Thị Hạnh\nSỞ Y TẾ\nHuế, ngày   tháng   năm 2024\nPHIẾU TRÌNH\nKính gửi: Giám đốc Lê Thị Hạnh",
        {"type": "CV", "title": "V/v trả lại hồ sơ", "symbol": "SYT-NVY"},
    ),
    "a symbol with spaces around its hyphen": (
        f"SỞ Y TẾ\nSố: 4280 /SYT - NVY\nV/v trả lại hồ sơ\n{STATE}Huế, ngày 4 tháng 6 năm 2024\nKính gửi: Phòng khám An Lành\nSở Y tế trả lại hồ sơ.",
        {"number": "4280/SYT-NVY", "symbol": "SYT-NVY"},
    ),
    "a name of several lines with its comma": (
        f"BỘ Y TẾ\nCỤC PHÒNG BỆNH,\nCHUYỂN ĐỔI SỐ VÀ\nTRUYỀN THÔNG\nSố: 12/CPB-TH\n{STATE}Hà Nội, ngày 4 tháng 6 năm 2024\nKẾ HOẠCH\nKhám mắt\n1. Chung",
        {"bodies": ("BỘ Y TẾ", "CỤC PHÒNG BỆNH, CHUYỂN ĐỔI SỐ VÀ TRUYỀN THÔNG")},
    ),
    "a figure's number is none": (
        "Phụ lục II\nMẪU NHÃN VÀ KÝ HIỆU\n1. Mẫu nhãn:\nSố 1\nNhóm 1 và nhóm 2\nBiểu tượng ngọn lửa màu đen, nền màu cam, số ở góc đáy",
        {"type": None, "number": None, "number_status": "absent"},
    ),
    "an invitation": (
        f"ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI\nSố:    /GM-UBND\n{STATE}Yên Bái, ngày   tháng 6 năm 2024\nGIẤY MỜI HỌP\nVề tình hình tiêm chủng trên địa bàn tỉnh.\nKính gửi:\n- Sở Y tế;\nỦy ban nhân dân tỉnh kính mời họp.",
        {
            "type": "GM",
            "title": "Về tình hình tiêm chủng trên địa bàn tỉnh",
            "bodies": ("ỦY BAN NHÂN DÂN TỈNH YÊN BÁI",),
        },
    ),
    "a note on the first issue below the title": (
        f"ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI\nSố: 7/QĐ-UBND\n{STATE}Yên Bái, ngày 4 tháng 6 năm 2024\nQUYẾT ĐỊNH CHẤP THUẬN NHÀ ĐẦU TƯ\n(Cấp lần đầu: Ngày 4 tháng 6 năm 2024)\nỦY BAN NHÂN DÂN TỈNH YÊN BÁI\nCăn cứ Luật Đầu tư số 61/2020/QH14;",
        {"type": "QĐ", "title": "CHẤP THUẬN NHÀ ĐẦU TƯ"},
    ),
    "a project's number below the title": (
        f"UBND TỈNH YÊN BÁI\nBAN QUẢN LÝ KHU KINH TẾ\n{STATE}GIẤY CHỨNG NHẬN ĐĂNG KÝ ĐẦU TƯ\nMã số dự án: 4275604886\nChứng nhận lần đầu: ngày 30 tháng 6 năm 2024\nCăn cứ Luật Đầu tư số 61/2020/QH14;",
        {"type": "GCN", "title": "ĐĂNG KÝ ĐẦU TƯ", "bodies": ("UBND TỈNH YÊN BÁI", "BAN QUẢN LÝ KHU KINH TẾ")},
    ),
    "what minutes are of may end in a full stop": (
        f"{STATE}BIÊN BẢN KIỂM TRA\nCông tác tiêm chủng và bảo quản vắc xin tại các trạm y tế thuộc dự án Sức khỏe, xã Nậm Cang, tỉnh Yên Bái.\nHôm nay, ngày 3 tháng 4 năm 2024, Sở Y tế kiểm tra như sau:\nI. THÀNH PHẦN",
        {
            "type": "BB",
            "title": "KIỂM TRA Công tác tiêm chủng và bảo quản vắc xin tại các trạm y tế thuộc dự án Sức khỏe, xã Nậm Cang, tỉnh Yên Bái",
        },
    ),
    "issuers and symbol of several on several lines": (
        f"BỘ CÔNG AN - BỘ Y TẾ -\nBỘ TÀI CHÍNH - TÒA ÁN\nNHÂN DÂN TỐI CAO\nSố: 24/HDLN-BCA-BYT-\nBTC-TANDTC\n{STATE}Hà Nội, ngày 5 tháng 6 năm 2024\nHƯỚNG DẪN LIÊN NGÀNH\nXử lý vi phạm về dược\n1. Chung",
        {
            "number": "24/HDLN-BCA-BYT-BTC-TANDTC",
            "bodies": ("BỘ CÔNG AN - BỘ Y TẾ - BỘ TÀI CHÍNH - TÒA ÁN NHÂN DÂN TỐI CAO",),
            "title": "Xử lý vi phạm về dược",
        },
    ),
    "the rest of such a symbol behind the date": (
        f"BỘ CÔNG AN - BỘ Y TẾ\nSố: 24/HDLN-BCA-BYT- Hà Nội, ngày 5 tháng 6 năm 2024 BTC-TANDTC\n{STATE}HƯỚNG DẪN LIÊN NGÀNH\nXử lý vi phạm về dược\n1. Chung",
        {"number": "24/HDLN-BCA-BYT-BTC-TANDTC", "date": (2024, 6, 5), "bodies": ("BỘ CÔNG AN - BỘ Y TẾ",)},
    ),
    "the word for a number in a name misread": (
        f"SỞ Y TẾ\nĐOÀN GIÁM SÁT\nTHEO QUYẾT ĐỊNH\nSÓ 61/QĐ-SYT\n{STATE}Số: 7/KH-ĐGS\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nGiám sát bếp ăn\n1. Chung",
        {"number": "7/KH-ĐGS", "bodies": ("SỞ Y TẾ", "ĐOÀN GIÁM SÁT THEO QUYẾT ĐỊNH SỐ 61/QĐ-SYT")},
    ),
    "the word for the number misread": (
        f"SỞ Y TẾ\nSó: … /KH-SYT\n{STATE}Huế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nKhám mắt\n1. Chung",
        {"symbol": "KH-SYT", "number_status": "blank"},
    ),
    "place glued to the issuer": (
        "ĐỘI TNTP HỒ CHÍ MINH\nLIÊN ĐỘI TRƯỜNG TIỂU HỌC LA BẰNGLa Bằng, ngày  tháng 2 năm 2023\nSố:    KH/LĐ\nKẾ HOẠCH\nĐọc sách\n1. Chung",
        {"bodies": ("LIÊN ĐỘI TRƯỜNG TIỂU HỌC LA BẰNG",), "place": "La Bằng", "symbol": "KH/LĐ"},
    ),
    "a portal's table above it": (
        f"Kế hoạch 9/KH-UBND năm 2023\nSố hiệu: | 9/KH-UBND | Loại văn bản: | Kế hoạch |\nNơi ban hành: | Huyện Văn Bàn | Người ký: | Lý A Sơn |\nTình trạng: | Đã biết |\nỦY BAN NHÂN DÂN\nHUYỆN VĂN BÀN\n{STATE}Số: 9/KH-UBND\nVăn Bàn, ngày 4 tháng 3 năm 2023\nTRỒNG RỪNG NĂM 2023\nỦy ban nhân dân huyện ban hành Kế hoạch như sau:\n1. Chung",
        {
            "type": "KH",
            "number": "9/KH-UBND",
            "bodies": ("ỦY BAN NHÂN DÂN HUYỆN VĂN BÀN",),
            "title": "TRỒNG RỪNG NĂM 2023",
        },
    ),
    "no type line": (
        f"ỦY BAN NHÂN DÂN\nHUYỆN VĂN BÀN\n{STATE}Số: 9/KH-UBND\nVăn Bàn, ngày 4 tháng 3 năm 2023\nTRỒNG RỪNG NĂM 2023\nCăn cứ Luật Lâm nghiệp ngày 15 tháng 11 năm 2017;\nỦy ban nhân dân huyện ban hành Kế hoạch như sau:\n1. Chung",
        {"title": "TRỒNG RỪNG NĂM 2023", "bodies": ("ỦY BAN NHÂN DÂN HUYỆN VĂN BÀN",)},
    ),
    "all on one line": (
        "UBND HUYỆN VĂN BÀN PHÒNG Y TẾ. Số: 9 /KH-PYT. CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc Văn Bàn, ngày 04 tháng 03 năm 2023. KẾ HOẠCH Phòng chống sốt rét năm 2023 Thực hiện Kế hoạch số 3/KH-SYT ngày 2/1/2023 của Sở Y tế, Phòng Y tế xây dựng kế hoạch như sau: I. MỤC TIÊU 1. Giảm 10% số ca. "
        + "Các trạm y tế phối hợp với thôn bản phun thuốc và phát màn. " * 4,
        {
            "number": "9/KH-PYT",
            "bodies": ("UBND HUYỆN VĂN BÀN", "PHÒNG Y TẾ"),
            "place": "Văn Bàn",
            "title": "Phòng chống sốt rét năm 2023",
        },
    ),
    "line breaks written as letters": (
        "\\r\\n ỦY BAN NHÂN DÂN \\r\\n HUYỆN VĂN BÀN \\r\\n Số: 9/KH-UBND \\r\\n Văn Bàn, ngày 4 tháng 3 năm 2023 \\r\\n KẾ HOẠCH \\r\\n Trồng rừng \\r\\n 1. Chung",
        {"number": "9/KH-UBND", "bodies": ("ỦY BAN NHÂN DÂN HUYỆN VĂN BÀN",), "title": "Trồng rừng"},
    ),
    "a conclusion whose text ran into the title": (
        f"SỞ Y TẾ\nSố: 9/TB-SYT\n{STATE}Huế, ngày 4 tháng 3 năm 2023\nTHÔNG BÁO\nKết luận của Giám đốc Sở tại buổi họp về nước sạch Vừa qua, Giám đốc Sở đã chủ trì cuộc họp và kết luận như sau:\n1. Giao Phòng Nghiệp vụ.",
        {"title": "Kết luận của Giám đốc Sở tại buổi họp về nước sạch"},
    ),
    "letters of the type word and title apart": (
        f"SỞ Y TẾ\nSố: 9/KH-SYT\n{STATE}Huế, ngày 4 tháng 3 năm 2023\nK Ế   H O Ạ C H\nPhòng c hống sốt rét\n1. Chung",
        {"type": "KH", "title": "Phòng chống sốt rét"},
    ),
    "an internal form": (
        f"SỞ Y TẾ\n{STATE}Huế, ngày 4 tháng 3 năm 2023\nPHIẾU TRÌNH\nVề việc mua thuốc\n1. Chung",
        {"type": "PTr", "title": "Về việc mua thuốc"},
    ),
    "a letter of an office whose letters look like a type": (
        f"BỘ TÀI CHÍNH\nCỤC THUẾ\n{STATE}Số: 56/CT-CS\nV/v hoàn thuế\nHà Nội, ngày 4 tháng 3 năm 2023\nKính gửi: Thuế tỉnh.\nTrả lời như sau.\nTHÔNG BÁO\nvề tài khoản",
        {"type": "CV", "title": "V/v hoàn thuế", "bodies": ("BỘ TÀI CHÍNH", "CỤC THUẾ")},
    ),
    "a name that goes on with the word for a body": (
        f"BỘ KHOA HỌC VÀ\nCÔNG NGHỆ\n{STATE}Số: 5/KH-BKHCN\nHà Nội, ngày 4 tháng 3 năm 2023\nKẾ HOẠCH\nCấp nước\n1. Cấp.",
        {"bodies": ("BỘ KHOA HỌC VÀ CÔNG NGHỆ",)},
    ),
    "the chairman issues it": (
        f"CHỦ TỊCH\nỦY BAN NHÂN DÂN TỈNH YÊN BÁI\n{STATE}Số: 5/QĐ-CTUBND\nYên Bái, ngày 4 tháng 3 năm 2023\nQUYẾT ĐỊNH\nVề việc cấp nước\nĐiều 1. Cấp.",
        {"bodies": ("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH YÊN BÁI",)},
    ),
    "state, one part a line": (
        f"ỦY BAN NHÂN DÂN\nHUYỆN YÊN LẬP\n{STATE}Số: 45/KH-UBND\nYên Lập, ngày 05 tháng 3 năm 2022\nKẾ HOẠCH\nTổ chức tháng hành động năm 2022{BODY}",
        {
            "type": "KH",
            "number": "45/KH-UBND",
            "symbol": "KH-UBND",
            "date": (2022, 3, 5),
            "place": "Yên Lập",
            "bodies": ("ỦY BAN NHÂN DÂN HUYỆN YÊN LẬP",),
            "title": "Tổ chức tháng hành động năm 2022",
        },
    ),
    "superior and issuer": (
        f"UBND TỈNH HẬU GIANG\nSỞ Y TẾ\n{STATE}Số: 9/KH-SYT\nHậu Giang, ngày 1 tháng 2 năm 2021\nKẾ HOẠCH\nPhòng, chống dịch{BODY}",
        {"bodies": ("UBND TỈNH HẬU GIANG", "SỞ Y TẾ"), "number": "9/KH-SYT", "place": "Hậu Giang"},
    ),
    "party": (
        "ĐẢNG BỘ HUYỆN LƯƠNG SƠN\nĐẢNG ỦY XÃ HÒA SƠN\n*\nSố 12 -KH/ĐU\nĐẢNG CỘNG SẢN VIỆT NAM\nHòa Sơn, ngày 7 tháng 8 năm 2023\n"
        f"KẾ HOẠCH\nthực hiện Chỉ thị số 9-CT/HU về trật tự đô thị\n-----{BODY}",
        {
            "number": "12-KH/ĐU",
            "symbol": "KH/ĐU",
            "bodies": ("ĐẢNG BỘ HUYỆN LƯƠNG SƠN", "ĐẢNG ỦY XÃ HÒA SƠN"),
            "title": "thực hiện Chỉ thị số 9-CT/HU về trật tự đô thị",
        },
    ),
    "blank number and day": (
        f"BAN AN TOÀN GIAO THÔNG\nHUYỆN MAI CHÂU\n{STATE}Số:      /KH-BATGT\nMai Châu, ngày    tháng 4 năm 2024\nKẾ HOẠCH\nRa quân đầu năm{BODY}",
        {
            "number": None,
            "symbol": "KH-BATGT",
            "number_status": "blank",
            "date": (2024, 4, None),
            "date_status": "blank",
            "place": "Mai Châu",
            "bodies": ("BAN AN TOÀN GIAO THÔNG HUYỆN MAI CHÂU",),
        },
    ),
    "no letterhead at all": (
        f"KẾ HOẠCH\nTuyên truyền an toàn đường thủy năm 2020\nThực hiện Kế hoạch số 15/KH-UBND ngày 03/01/2020 của UBND tỉnh;{BODY}",
        {
            "type": "KH",
            "number": None,
            "number_status": "absent",
            "date": (None, None, None),
            "date_status": "absent",
            "place": None,
            "bodies": (),
            "title": "Tuyên truyền an toàn đường thủy năm 2020",
        },
    ),
    "columns interleaved": (
        "UBND QUẬN Ô MÔN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nPHÒNG TƯ PHÁP Độc lập - Tự do - Hạnh phúc\n"
        f"Số: 8/KH-PTP Ô Môn, ngày 9 tháng 10 năm 2019\nKẾ HOẠCH\nPhổ biến pháp luật{BODY}",
        {"number": "8/KH-PTP", "date": (2019, 10, 9), "place": "Ô Môn", "bodies": ("UBND QUẬN Ô MÔN", "PHÒNG TƯ PHÁP")},
    ),
    "several bodies on one line": (
        f"BỘ TÀI CHÍNH TỔNG CỤC HẢI QUAN\n{STATE}Số: 77/KH-TCHQ\nHà Nội, ngày 2 tháng 3 năm 2015\nKẾ HOẠCH\nHiện đại hóa{BODY}",
        {"bodies": ("BỘ TÀI CHÍNH", "TỔNG CỤC HẢI QUAN")},
    ),
    "title on the type word's line": (
        f"SỞ XÂY DỰNG\n{STATE}Số: 3/KH-SXD\nCà Mau, ngày 4 tháng 5 năm 2026\nKẾ HOẠCH Kiểm tra bến khách ngang sông{BODY}",
        {"type": "KH", "title": "Kiểm tra bến khách ngang sông"},
    ),
    "title and preamble run together": (
        f"SỞ XÂY DỰNG\n{STATE}Số: 3/KH-SXD\nCà Mau, ngày 4 tháng 5 năm 2026\nKẾ HOẠCH\n"
        f"Kiểm tra bến khách Thực hiện Quyết định số 4/QĐ-UBND của UBND tỉnh, Sở ban hành Kế hoạch như sau:\nI. MỤC ĐÍCH\nNội dung.",
        {"title": "Kiểm tra bến khách"},
    ),
    "number and date below the type word": (
        f"TRƯỜNG TIỂU HỌC KIM ĐỒNG\nKẾ HOẠCH\nSố: 6/KH-THKĐ\nTân Phú, ngày 8 tháng 9 năm 2021\nNăm học an toàn 2021-2022{BODY}",
        {
            "number": "6/KH-THKĐ",
            "place": "Tân Phú",
            "bodies": ("TRƯỜNG TIỂU HỌC KIM ĐỒNG",),
            "title": "Năm học an toàn 2021-2022",
        },
    ),
    "letter": (
        f"UBND TỈNH KON TUM\nSỞ NỘI VỤ\n{STATE}Số: 512/SNV-CCHC\nV/v đôn đốc báo cáo quý\nKon Tum, ngày 6 tháng 7 năm 2020\nKính gửi: Các sở, ngành.\nNội dung công văn.",
        {
            "type": "CV",
            "number": "512/SNV-CCHC",
            "title": "V/v đôn đốc báo cáo quý",
            "bodies": ("UBND TỈNH KON TUM", "SỞ NỘI VỤ"),
        },
    ),
    "decision: the issuer below the title is no title": (
        f"ỦY BAN NHÂN DÂN\nTỈNH BẮC KẠN\n{STATE}Số: 21/QĐ-UBND\nBắc Kạn, ngày 11 tháng 1 năm 2018\nQUYẾT ĐỊNH\nVề việc ban hành Quy chế phối hợp\n"
        "ỦY BAN NHÂN DÂN TỈNH\nCăn cứ Luật Tổ chức chính quyền địa phương ngày 19/6/2015;\nQUYẾT ĐỊNH:\nĐiều 1. Ban hành Quy chế.\nĐiều 2. Hiệu lực.",
        {"type": "QĐ", "title": "Về việc ban hành Quy chế phối hợp"},
    ),
    "torn letters": (
        f"ỦY B AN NHÂN D Â N T HÀNH P HỐ H UẾ\n{STATE}Số: 3/KH-UBND\nT hành phố H uế, ngày 4 tháng 5 năm 2025\nKẾ HOẠCH\nChỉnh trang{BODY}",
        {"bodies": ("ỦY BAN NHÂN DÂN THÀNH PHỐ HUẾ",), "place": "Thành phố Huế"},
    ),
    "a web page around it": (
        f"Trang chủ\nKế hoạch số 99/KH-XYZ năm 2010 về việc khác\nNgày có hiệu lực: 21/08/2015\nTải về\nHUYỆN ỦY NINH PHƯỚC\n*\nSố 5-KH/HU\n"
        f"ĐẢNG CỘNG SẢN VIỆT NAM\nNinh Phước, ngày 3 tháng 3 năm 2016\nKẾ HOẠCH\nkiểm tra công vụ{BODY}",
        {"number": "5-KH/HU", "date": (2016, 3, 3), "bodies": ("HUYỆN ỦY NINH PHƯỚC",)},
    ),
    "a law is dated by its passing": (
        f"QUỐC HỘI\n{STATE}Luật số: 7/2030/QH18\nLUẬT\nVỀ ĐƯỜNG LÀNG\nCăn cứ Hiến pháp;\nĐiều 1. Phạm vi\nQuy định chung.\nLuật này được Quốc hội thông qua ngày 5 tháng 6 năm 2030.",
        {"type": "L", "number": "7/2030/QH18", "date": (2030, 6, 5), "date_status": "found"},
    ),
    "a web page that tears first words off": (
        "ỦY\nBAN NHÂN DÂN\nTỈNH YÊN BÁI\n-------\n|\nCỘNG\nHÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n---------------\n|\n"
        f"Số:\n77/KH-UBND\n|\nYên\nBái, ngày 9 tháng 4 năm 2023\n|\nKẾ HOẠCH\nTRỒNG CÂY BÊN ĐƯỜNG{BODY}",
        {
            "bodies": ("ỦY BAN NHÂN DÂN TỈNH YÊN BÁI",),
            "number": "77/KH-UBND",
            "place": "Yên Bái",
            "date": (2023, 4, 9),
            "title": "TRỒNG CÂY BÊN ĐƯỜNG",
        },
    ),
    "a title in capitals may open like a preamble and end in a stop": (
        f"SỞ Y TẾ\n{STATE}Số: 8/KH-SYT\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\n"
        f"TRIỂN KHAI THỰC HIỆN CHỈ THỊ SỐ 5/CT-UBND NGÀY 2/3/2020 CỦA ỦY BAN NHÂN DÂN TỈNH.{BODY}",
        {"title": "TRIỂN KHAI THỰC HIỆN CHỈ THỊ SỐ 5/CT-UBND NGÀY 2/3/2020 CỦA ỦY BAN NHÂN DÂN TỈNH"},
    ),
    "an office of two words": (
        f"VĂN PHÒNG CHÍNH PHỦ\n{STATE}Số: 8/TB-VPCP\nHà Nội, ngày 3 tháng 4 năm 2020\nTHÔNG BÁO\nKết luận về chợ tạm{BODY}",
        {"bodies": ("VĂN PHÒNG CHÍNH PHỦ",)},
    ),
    "a place that ends like an office": (
        f"ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG\n{STATE}Số: 8/KH-UBND\nHải Phòng, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nDọn chợ{BODY}",
        {"bodies": ("ỦY BAN NHÂN DÂN THÀNH PHỐ HẢI PHÒNG",), "place": "Hải Phòng"},
    ),
    "a ministry that ends like an office": (
        f"BỘ QUỐC PHÒNG\n{STATE}Số: 8/KH-BQP\nHà Nội, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nDọn chợ{BODY}",
        {"bodies": ("BỘ QUỐC PHÒNG",)},
    ),
    "the whole name stands below the title": (
        f"ỦY BAN THƯỜNG VỤ\n{STATE}Số: 8/NQ-UBTVQH13\nHà Nội, ngày 3 tháng 4 năm 2012\nNGHỊ QUYẾT\nVỀ VIỆC GIÁM SÁT ĐÊ ĐIỀU\n"
        "ỦY BAN THƯỜNG VỤ QUỐC HỘI\nCăn cứ Hiến pháp;\nQUYẾT NGHỊ:\nĐiều 1. Giám sát đê điều.",
        {"bodies": ("ỦY BAN THƯỜNG VỤ QUỐC HỘI",), "title": "VỀ VIỆC GIÁM SÁT ĐÊ ĐIỀU"},
    ),
    "a title may end with the issuer's place": (
        f"ỦY BAN NHÂN DÂN\nTỈNH YÊN BÁI\n{STATE}Số: 8/KH-UBND\nYên Bái, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\n"
        f"SẮP XẾP QUẦY TIẾP DÂN TẠI TRUNG TÂM PHỤC VỤ HÀNH CHÍNH\nTỈNH YÊN BÁI\nỦY BAN NHÂN DÂN TỈNH YÊN BÁI{BODY}",
        {"title": "SẮP XẾP QUẦY TIẾP DÂN TẠI TRUNG TÂM PHỤC VỤ HÀNH CHÍNH TỈNH YÊN BÁI"},
    ),
    "the number again behind the type word": (
        f"SỞ Y TẾ\n{STATE}Số: 8/QĐ-SYT\nHuế, ngày 3 tháng 4 năm 2020\nQUYẾT ĐỊNH 8/QĐ-SYT\nVỀ VIỆC LẬP TỔ CẤP CỨU\nĐiều 1. Lập tổ cấp cứu.",
        {"type": "QĐ", "number": "8/QĐ-SYT", "title": "VỀ VIỆC LẬP TỔ CẤP CỨU"},
    ),
    "the whole head is lost, the preamble is left": (
        "Thực hiện Chỉ thị số 5/CT-UBND ngày 2/3/2020 của UBND tỉnh, Sở Y tế xây dựng Kế hoạch triển khai như sau:\nI. MỤC ĐÍCH\n1. Yêu cầu\nBảo đảm kịp thời.\n",
        {"type": "KH", "number_status": "absent", "date_status": "absent", "title": None},
    ),
    "impossible month": (
        f"SỞ Y TẾ\n{STATE}Số: 4/KH-SYT\nHuế, ngày 3 tháng 14 năm 2020\nKẾ HOẠCH\nTiêm chủng{BODY}",
        {"date": (2020, None, 3), "date_status": "uncertain"},
    ),
}


@pytest.mark.parametrize("name", HEADS)
def test_head(name: str) -> None:
    text, expected = HEADS[name]
    found = head_of(segments_of(text))
    assert {key: found[key] for key in expected} == expected


CLOSINGS: dict[str, tuple[str, list[str], list[str], list[str], str | None]] = {
    "body and capacity broken over lines": (
        "Nơi nhận:\n- Lưu: VT.\nTM. ỦY BAN\nNHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nPhan\nThị Hạnh",
        ["Lưu: VT"],
        ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"],
        ["PHÓ CHỦ TỊCH"],
        "Phan Thị Hạnh",
    ),
    "the name of a unit is no person": (
        "Nơi nhận:\n- Bộ trưởng (để b/c);\n- Lưu: VT.\nTL. BỘ TRƯỞNG\nKT. VỤ TRƯỞNG\nPHÓ VỤ TRƯỞNG\nVỤ TIẾT KIỆM NƯỚC\nĐoàn Văn Hậu",
        ["Bộ trưởng", "Lưu: VT"],
        ["TL. BỘ TRƯỞNG", "KT. VỤ TRƯỞNG"],
        ["PHÓ VỤ TRƯỞNG\nVỤ TIẾT KIỆM NƯỚC"],
        "Đoàn Văn Hậu",
    ),
    "a unit alone": (
        "Nơi nhận:\n- Lưu: VT.\nVỤ TIẾT KIỆM NƯỚC",
        ["Lưu: VT"],
        [],
        [],
        None,
    ),
    "ink behind an office, and a mark for a recipient": (
        'Nơi nhận:\n- ";\n- Tổng cục Thuế;\n- Lưu: VT.\nCHỦ TỊCH OAAAƯƯNNR =-\nLò Thị Mai',
        ["Tổng cục Thuế", "Lưu: VT"],
        [],
        ["CHỦ TỊCH"],
        "Lò Thị Mai",
    ),
    "the first recipient without its dash": (
        "Nơi nhận:\nNhư trên;\n- Cục trưởng (để báo cáo);_\n~- Văn phòng (bố trí xe);\n- Lưu: VT.\nCỤC TRƯỞNG\nLò Thị Mai",
        ["Như trên", "Cục trưởng", "Văn phòng", "Lưu: VT"],
        [],
        ["CỤC TRƯỞNG"],
        "Lò Thị Mai",
    ),
    "a stray mark among the recipients": (
        "Nơi nhận:\n- Các phường;\nì\n- Mục V;\n- Lưu: VT.\nCHỦ TỊCH\nLò Thị Mai",
        ["Các phường", "Mục V", "Lưu: VT"],
        [],
        ["CHỦ TỊCH"],
        "Lò Thị Mai",
    ),
    "the label is lost": (
        "- Bộ Y tế (để báo cáo);\n- Các trạm;\n- Lưu: VT, P5.\nGIÁM ĐỐC\nTôn Nữ Lan",
        ["Bộ Y tế", "Các trạm", "Lưu: VT, P5"],
        [],
        ["GIÁM ĐỐC"],
        "Tôn Nữ Lan",
    ),
    "ink before an office": (
        "Nơi nhận:\n- Sở Y tế:\n- Lưu VT, NV.\n-'#f GIÁM ĐỘC\nĐỚC,\nS z\nTrần Trúc Mai",
        ["Sở Y tế", "Lưu VT, NV"],
        [],
        ["GIÁM ĐỘC"],
        "Trần Trúc Mai",
    ),
    "lines below an item with a colon": (
        "Nơi nhận:\n- VPUB: CVP, các PCVP;\ncác phòng: TH, VX;\nCổng TTĐT;\n- Lưu: VT (2).\nCHỦ TỊCH\nLò Thị Mai",
        ["VPUB: CVP, các PCVP;\ncác phòng: TH, VX;\nCổng TTĐT", "Lưu: VT (2)"],
        [],
        ["CHỦ TỊCH"],
        "Lò Thị Mai",
    ),
    "usual": (
        "Nơi nhận:\n- Tỉnh ủy (báo cáo);\n- Các phòng (thực hiện);\n- Lưu: VT.\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nLò Thị Mai",
        ["Tỉnh ủy", "Các phòng", "Lưu: VT"],
        ["KT. CHỦ TỊCH"],
        ["PHÓ CHỦ TỊCH"],
        "Lò Thị Mai",
    ),
    "a consolidated text is certified": (
        "| Nơi nhận: - Cục Đê điều; - Lưu: VT. | XÁC THỰC VĂN BẢN HỢP NHẤT KT. BỘ TRƯỞNG THỨ TRƯỞNG Phạm Thị Đào |",
        ["Cục Đê điều", "Lưu: VT"],
        ["KT. BỘ TRƯỞNG"],
        ["THỨ TRƯỞNG"],
        "Phạm Thị Đào",
    ),
    "two offices of one person": (
        "Nơi nhận:\n- Ban ATGT tỉnh;\n- Lưu: VT.\nKT. TRƯỞNG BAN\nPHÓ TRƯỞNG BAN THƯỜNG TRỰC\nTRƯỞNG PHÒNG KINH TẾ\nHà Văn Sáng",
        ["Ban ATGT tỉnh", "Lưu: VT"],
        ["KT. TRƯỞNG BAN"],
        ["PHÓ TRƯỞNG BAN THƯỜNG TRỰC", "TRƯỞNG PHÒNG KINH TẾ"],
        "Hà Văn Sáng",
    ),
    "party": (
        "Nơi nhận:\n- Thường trực Huyện ủy,\n- Các chi bộ,\n- Lưu Văn phòng Đảng ủy.\nT/M ĐẢNG ỦY\nBÍ THƯ\nVàng A Pó",
        ["Thường trực Huyện ủy", "Các chi bộ", "Lưu Văn phòng Đảng ủy"],
        ["T/M ĐẢNG ỦY"],
        ["BÍ THƯ"],
        "Vàng A Pó",
    ),
    "all on one line each": (
        "| Nơi nhận: - Như trên; - Bộ trưởng (để b/c); - Lưu: VT. | TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH Trần Đại Nghĩa |\n|---|---|",
        ["Như trên", "Bộ trưởng", "Lưu: VT"],
        ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"],
        ["PHÓ CHỦ TỊCH"],
        "Trần Đại Nghĩa",
    ),
    "rank and mark of signature": (
        "Nơi nhận:\n- Giám đốc Công an tỉnh;\n- Lưu: ĐTH.\nTRƯỞNG CÔNG AN\n(Đã ký)\nThượng tá Đinh Công Lý",
        ["Giám đốc Công an tỉnh", "Lưu: ĐTH"],
        [],
        ["TRƯỞNG CÔNG AN"],
        "Đinh Công Lý",
    ),
    "signature before the recipients": (
        "TM. BAN CHỈ ĐẠO\nTRƯỞNG BAN\nBùi Thị Xuân\nNơi nhận:\n- Sở Y tế;\n- Lưu: VT.",
        ["Sở Y tế", "Lưu: VT"],
        ["TM. BAN CHỈ ĐẠO"],
        ["TRƯỞNG BAN"],
        "Bùi Thị Xuân",
    ),
    "no recipients": (
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nY Vinh Tơr",
        [],
        ["TM. ỦY BAN NHÂN DÂN"],
        ["CHỦ TỊCH"],
        "Y Vinh Tơr",
    ),
    "wrapped recipient": (
        "Nơi nhận:\n- Ủy ban Mặt trận Tổ quốc và các\ntổ chức chính trị - xã hội huyện;\n- Lưu: VT.\nCHỦ TỊCH\nHồ Văn Niên",
        ["Ủy ban Mặt trận Tổ quốc và các tổ chức chính trị - xã hội huyện", "Lưu: VT"],
        [],
        ["CHỦ TỊCH"],
        "Hồ Văn Niên",
    ),
    "by order": (
        "Nơi nhận:\n- Các sở;\n- Lưu: VT, KT.\nTL. CHỦ TỊCH\nKT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG\nNgô Quang Tuấn",
        ["Các sở", "Lưu: VT, KT"],
        ["TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG"],
        ["PHÓ CHÁNH VĂN PHÒNG"],
        "Ngô Quang Tuấn",
    ),
}


@pytest.mark.parametrize("name", CLOSINGS)
def test_closing(name: str) -> None:
    closing, recipients, capacity, positions, signer = CLOSINGS[name]
    segments = segments_of(
        f"SỞ Y TẾ\n{STATE}Số: 1/KH-SYT\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nTiêm chủng{BODY}Trên đây là Kế hoạch của Sở./.\n{closing}"
    )

    def words(spans: tuple[tuple[int, int], ...]) -> list[str]:
        return [segments.text[a:b] for a, b in spans]

    found = segments.closing
    assert words(found.recipients) == recipients
    assert words(found.capacity) == capacity
    assert words(found.positions) == positions
    assert (words((found.signer,))[0] if found.signer else None) == signer
    assert not segments.truncated


TREES: dict[str, tuple[str, list[str]]] = {
    "roman, arabic, decimal, letters, dashes": (
        "I. MỤC ĐÍCH\n1. Ý nghĩa\n- Nội dung.\n2. Yêu cầu\nII. NHIỆM VỤ\n1. Tuyên truyền\n1.1. Báo chí\na) Báo in\n1.2. Truyền thanh\n2. Tuần tra",
        ["I", "I.1", "I.2", "II", "II.1", "II.1.1", "II.1.2", "II.2"],
    ),
    "party marks": ("I- MỤC TIÊU\n1- Chung\n2- Cụ thể\nII- GIẢI PHÁP\n1- Lãnh đạo", ["I", "I.1", "I.2", "II", "II.1"]),
    "a space before the dash": (
        "A - TÌNH HÌNH\nI – Mục tiêu\n1 - Mục tiêu chung\n2 – Mục tiêu cụ thể\n15 - 20 ngày một lần\nII – Giải pháp\nB - KẾ HOẠCH",
        ["A", "A.I", "A.I.1", "A.I.2", "A.II", "B"],
    ),
    "colons and dots with dashes": (
        "I: NỘI DUNG\n1.- Thời gian\n1.1.- Bắt đầu\n2.- Địa điểm",
        ["I", "I.1", "I.1.1", "I.2"],
    ),
    "slashes": ("I/ NỘI DUNG\n1/ Thời gian\na/ Sáng\nb/ Chiều\n2/ Địa điểm", ["I", "I.1", "I.2"]),
    "no mark behind the roman": ("I MỤC TIÊU\n1. Một việc\nII NỘI DUNG CHÍNH", ["I", "I.1", "II"]),
    "articles with clauses": (
        "Điều 1. Phạm vi\n1. Khoản một.\n2. Khoản hai.\nĐiều 2. Hiệu lực",
        ["Đ1", "Đ1.1", "Đ1.2", "Đ2"],
    ),
    "chapters": (
        "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi\nChương II\nTỔ CHỨC\nĐiều 2. Cơ cấu",
        ["I", "Đ1", "II", "Đ2"],
    ),
    "parts in letters above romans": (
        "A. TÌNH HÌNH\nI. KẾT QUẢ\n1. Số liệu\nB. KẾ HOẠCH\nI. MỤC TIÊU",
        ["A", "A.I", "A.I.1", "B", "B.I"],
    ),
    "items directly under parts in letters": (
        "A. MỤC TIÊU\n1. Chung\nGiữ rừng.\nB. GIẢI PHÁP\n1. Tuần tra\n2. Trồng mới",
        ["A", "A.1", "B", "B.1", "B.2"],
    ),
    "letters inside of a section": (
        "I. NHIỆM VỤ\nA. Đối với cấp tỉnh\n1. Rà soát.\nB. Đối với cấp xã\n2. Báo cáo.\nII. KINH PHÍ",
        ["I", "I.1", "I.2", "II"],
    ),
    "parts whose numbers are words": (
        "Phần thứ nhất\nĐÁNH GIÁ\nI. Ưu điểm\nPhần thứ hai\nPHƯƠNG HƯỚNG\nI. Mục tiêu\n1. Chung\nII. Giải pháp",
        ["P1", "P1.I", "P2", "P2.I", "P2.I.1", "P2.II"],
    ),
    "numbers alone on their lines": (
        "II. PHÂN CÔNG\n1.\nSở Tư pháp\n- Thẩm định.\n2.\nSở Nội vụ\n-\nTuyển dụng.\n2.1.\nPhòng Tổ chức",
        ["II", "II.1", "II.2", "II.2.1"],
    ),
    "numbers in brackets": (
        "I. CHỈ TIÊU\n1. Về nhà ở\n(1) Xóa nhà tạm.\n(2) Sửa nhà cũ.\nxem thêm mục\n(5) Khác.\n2. Về nước",
        ["I", "I.1", "I.1.1", "I.1.2", "I.2"],
    ),
    "a numeral that repeats the last one at the end": (
        "I. MỤC ĐÍCH\nII. Nội dung\n1. Một\nII. Tổ chức thực hiện\n1. Hai",
        ["I", "II", "II.1", "III", "III.1"],
    ),
    "parts begin a count of their own": (
        "A. TÌNH HÌNH\nI. MỘT\nII. HAI\nB. KẾ HOẠCH\nII. BA",
        ["A", "A.I", "A.II", "B", "B.II"],
    ),
    "a count inside of an item": (
        "1. Bãi bỏ các văn bản sau:\n1. Quy định cũ.\n2. Quy định tạm.\n2. Sở Tư pháp đăng tải.\n1. Một lần nữa.",
        ["1", "1.1", "1.2", "2", "1"],
    ),
    "articles that are quoted": (
        "1. Khoản 2 Điều 9 Luật Thư viện quy định:\n“Điều 9. Loại thư viện\n2. Thư viện gồm:\n3. Khác.”\n2. Đề nghị thực hiện.",
        ["1", "2"],
    ),
    "misread numerals": (
        "IL MỤC TIÊU\n1. Chung\nIL NHIỆM VỤ\n1. Riêng\nHI. TỔ CHỨC THỰC HIỆN",
        ["I", "I.1", "II", "II.1", "III"],
    ),
    "numerals that lost a stroke": (
        "I. SỰ CẦN THIẾT\n1. Một\nI. MỤC ĐÍCH\n1. Hai\nII. PHẠM VI\nIV. QUÁ TRÌNH\nV. BỐ CỤC",
        ["I", "I.1", "II", "II.1", "III", "IV", "V"],
    ),
    "a second count of numerals": (
        "I. TÌNH HÌNH\nII. KẾT QUẢ\nI. MỤC TIÊU\nII. NHIỆM VỤ\nIII. KINH PHÍ",
        ["I", "II", "I", "II", "III"],
    ),
    "articles told of within an item": (
        "V. BỐ CỤC\n1. Bố cục: Nghị quyết có 2 điều:\nĐiều 1. Bãi bỏ.\nĐiều 2. Hiệu lực.\n2. Nội dung cơ bản\n3. Kinh phí",
        ["V", "V.1", "Đ1", "Đ2", "V.2", "V.3"],
    ),
    "a misread letter": (
        "2. Ủy ban xã chịu trách nhiệm:\n3) Cắm mốc ngoài đồng.\nb) Niêm yết tại trụ sở.\n3. Kinh phí\n4) Tự lo.\n5) Vận động.",
        ["2", "3", "4", "5"],
    ),
    "figures are no items": (
        "1. Mục tiêu\n2.500 hộ được cấp nước.\n15/3/2024 là hạn nộp.\n100% trường học ký cam kết.\n2. Kinh phí",
        ["1", "2"],
    ),
    "an item may begin with a figure": (
        "I. CHỈ TIÊU\n1. 100% số xã đạt chuẩn.\n2. 03 mô hình mới.",
        ["I", "I.1", "I.2"],
    ),
    "cells of tables are no items": ("I. PHÂN CÔNG\n| 1. | Sở A |\n| 2. | Sở B |\nII. KINH PHÍ", ["I", "II"]),
}


@pytest.mark.parametrize("name", TREES)
def test_section_tree(name: str) -> None:
    text, expected = TREES[name]
    segments = segments_of(
        f"SỞ Y TẾ\n{STATE}Số: 1/KH-SYT\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nTiêm chủng\nCăn cứ tình hình, Sở ban hành Kế hoạch như sau:\n{text}\n"
    )
    assert [node.path for node in segments.sections if node.numbered] == expected


def test_regions_cover_the_text_and_sections_nest() -> None:
    segments = segments_of(
        f"Trang chủ\nSỞ Y TẾ\n{STATE}Số: 1/KH-SYT\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nTiêm chủng{BODY}Nơi nhận:\n- Bộ Y tế;\n- Lưu: VT.\n"
        "GIÁM ĐỐC\nTôn Nữ Lan\nPHỤ LỤC\n1. Biểu mẫu\nSố:   /BC-TYT\nMục lục"
    )
    kinds = [kind for kind, _, _ in segments.regions]
    assert kinds == ["chrome", "header", "title", "basis", "body", "recipients", "signature", "annex", "chrome"]
    assert segments.regions[0][1] == 0 and segments.regions[-1][2] == len(segments.text)
    for (_, _, end), (_, start, _) in zip(segments.regions, segments.regions[1:], strict=False):
        assert end == start
    assert segments.letterhead.number == "1/KH-SYT"
    for node in segments.sections:
        assert node.start < node.heading_end <= node.end <= len(segments.text)


@pytest.mark.parametrize(
    ("annexes", "expected"),
    [
        ("PHỤ LỤC\nNHIỆM VỤ\nI. TUYÊN TRUYỀN\n2. Phát tờ rơi", ["PL.I", "PL.I.2"]),
        ("Phụ lục I\nI. MỘT\nPhụ lục II\nI. HAI\n2. Ba", ["PL1.I", "PL2.I", "PL2.I.2"]),
        ("PHỤ LỤC SỐ 03\n1. Một\nPHỤ LỤC SỐ 04\n1. Hai", ["PL3.1", "PL4.1"]),
        ("PHỤ LỤC\n1. Một\nPHỤ LỤC\n1. Hai", ["PL1.1", "PL2.1"]),
        ("PHỤ LỤC 02\n1. Một\nPHỤ LỤC 02\n2. Hai", ["PL.1", "PL.2"]),
        ("DANH MỤC HỒ SƠ\n1. Một\nPhụ lục kèm theo nêu rõ.", ["1"]),
    ],
)
def test_annexes_in_paths(annexes: str, expected: list[str]) -> None:
    segments = segments_of(
        f"SỞ Y TẾ\n{STATE}Số: 1/KH-SYT\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nTiêm chủng{BODY}Nơi nhận:\n- Bộ Y tế;\n"
        f"- Lưu: VT.\nGIÁM ĐỐC\nTôn Nữ Lan\n{annexes}"
    )
    found = [node.path for node in segments.sections if node.numbered]
    assert found == ["I", "I.1", *expected]


def test_the_closing_words_are_marked() -> None:
    segments = segments_of(
        f"SỞ Y TẾ\n{STATE}Số: 1/KH-SYT\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nTiêm chủng{BODY}Trên đây là Kế hoạch tiêm chủng.\n"
        "Quá trình thực hiện có vướng mắc, các phòng báo cáo về Sở./.\nNơi nhận:\n- Lưu: VT.\nGIÁM ĐỐC\nTôn Nữ Lan"
    )
    closing = [segments.text[p.start : p.end] for p in segments.paragraphs if p.closing]
    assert [words[:9] for words in closing] == ["Trên đây ", "Quá trình"]


def test_paragraphs_and_sections_know_where_they_stand() -> None:
    segments = segments_of(
        "KẾ HOẠCH\nTiêm chủng\nI. NHIỆM VỤ\n1. Trạm Y tế\n- Tiêm.\na) Ghi sổ.\n(1) Sổ giấy.\nII. KINH PHÍ\nTự lo."
    )
    nodes = segments.sections
    assert [(n.path, n.kind, n.up) for n in nodes] == [
        ("I", "roman", -1),
        ("I.1", "item", 0),
        ("I.1.a", "letter", 1),
        ("I.1.a.1", "bracket", 2),
        ("II", "roman", -1),
    ]
    at = {segments.text[p.start : p.end]: p.node for p in segments.paragraphs if p.region == "body"}
    assert (at["- Tiêm."], at["Tự lo."], at["1. Trạm Y tế"]) == (1, 4, 1)
    assert [n.path for n in nodes if n.numbered] == ["I", "I.1", "II"]


def test_an_enclosed_draft_with_its_own_letterhead_is_an_annex() -> None:
    main = f"SỞ Y TẾ\n{STATE}Số: 4/TTr-SYT\nHuế, ngày 3 tháng 4 năm 2020\nTỜ TRÌNH\nVề việc lập tổ cấp cứu\nKính gửi: UBND tỉnh.\nKính trình xem xét./.\n"
    closing = "Nơi nhận:\n- Như trên;\n- Lưu: VT.\nGIÁM ĐỐC\nHoàng Thị Lài\n"
    draft = f"ỦY BAN NHÂN DÂN\nTỈNH A LƯỚI\nSố: /QĐ-UBND\n{STATE}QUYÉT ĐỊNH\nVề việc lập tổ cấp cứu\nCăn cứ Luật Cấp cứu ngày 2 tháng 3 năm 2019;\nĐiều 1. Lập tổ.\n"
    regions = segments_of(main + closing + draft).regions
    assert [kind for kind, _, _ in regions][-1] == "annex"
    menu = "Tải về\nVăn bản liên quan\nTrang trước\n"  # what a web site prints below is none
    assert [kind for kind, _, _ in segments_of(main + closing + menu).regions][-1] == "chrome"


def test_a_text_that_stops_in_the_middle() -> None:
    head = f"SỞ Y TẾ\n{STATE}Số: 1/KH-SYT\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nTiêm chủng\nI. MỤC TIÊU\n- Bao phủ vắc xin và tăng cường"
    assert segments_of(head).truncated
    assert not segments_of(head + " giám sát./.").truncated


@pytest.mark.parametrize(
    "text",
    [
        "The city council approved a new road safety plan on Monday, officials said. No. 12 of 2024.",
        "id,name,value\n1,alpha,2.5\n2,beta,3.5\n",
        "Hôm nay trời đẹp, bà con ra đồng gặt lúa. Trẻ em tới trường vui vẻ.",
        "Ngày 5/3, UBND huyện ban hành Kế hoạch phòng, chống cháy rừng với mục đích giữ rừng. Theo đó, các xã trực cả đêm:\nMột số ảnh.",
    ],
    ids=["english", "csv", "vietnamese prose", "news of a plan"],
)
def test_what_is_no_administrative_document(text: str) -> None:
    segments = segments_of(text)
    assert not segments.is_administrative
    assert segments.letterhead.number is None and segments.title is None


HOSTILE = [
    "I. A\n" * 100_000,
    "1.1.1.1. a\n" * 60_000,
    "KẾ HOẠCH\n" * 60_000,
    "Số: \n" * 80_000,
    "Nơi nhận:\n" * 50_000,
    "TM. ỦY BAN\n" * 50_000,
    "ỦY BAN NHÂN DÂN " * 30_000,
    "ngày tháng năm " * 40_000,
    "B Ộ " * 120_000,
    "Điều 1. " * 80_000,
    "CỘNG HÒA " * 60_000,
    "- a;\n" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=[h.strip()[:14] for h in HOSTILE])
def test_hostile_text_is_linear(text: str) -> None:
    started = time.process_time()
    segments_of(text)
    assert time.process_time() - started < 60


def test_recipients_of_an_enclosed_draft_are_no_tasks() -> None:
    text = (
        "UBND TỈNH HẢI HÀ\nSố: 12/TTr-UBND\nHải Hà, ngày 3 tháng 2 năm 2024\nTỜ TRÌNH\nVề dự thảo Nghị quyết\n"
        "UBND tỉnh trình HĐND tỉnh xem xét.\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nTrần Văn Bình\n"
        "HỘI ĐỒNG NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTỈNH HẢI HÀ Độc lập - Tự do - Hạnh phúc\n"
        "NGHỊ QUYẾT\nĐiều 1. UBND tỉnh triển khai thực hiện Nghị quyết.\nNơi nhận:\n- Bộ Y tế;\n"
        "- Cục Kiểm tra văn bản - Bộ Tư pháp;\nnăm 2024 và có hiệu lực từ ngày thông qua\n- Văn phòng tỉnh: các phòng, CV;\n"
        "- Lưu: VT, KT.\nĐiều 2. Sở Y tế hướng dẫn thực hiện."
    )
    segments = segments_of(text)
    at = [text[start:end] for kind, start, end in segments.regions if kind == "recipients"]
    assert any("Cục Kiểm tra văn bản" in part and part.endswith("Lưu: VT, KT.\n") for part in at)
    assert segments.region_at(text.index("Điều 2")) == "annex"
    assert [segments.text[start:end] for start, end in segments.closing.recipients] == ["Như trên", "Lưu: VT"]
    facts = analyze(read(text.encode(), "x.txt")).responsibilities
    assert {fact.body for fact in facts} == {"UBND tỉnh", "Sở Y tế"}


@pytest.mark.parametrize(
    "closing",
    [
        "TRƯỞNG BAN\nThượng tá Bùi Văn Lâm\nGIÁM ĐỐC\nLê Thị Hạnh",
        "TRƯỞNG BAN\nGIÁM ĐỐC\nBùi Văn Lâm Lê Thị Hạnh",
        "TRƯỞNG BAN\nGIÁM ĐỐC\nThượng tá Bùi Văn Lâm Đại tá Lê Thị Hạnh",
    ],
)
def test_two_signers_side_by_side(closing: str) -> None:
    segments = segments_of(
        f"SỞ Y TẾ\n{STATE}Số: 1/KH-SYT\nHuế, ngày 3 tháng 4 năm 2020\nKẾ HOẠCH\nTiêm chủng{BODY}Nơi nhận:\n- Lưu: VT.\n{closing}"
    )
    found = segments.closing
    assert found.signer is not None
    names = [segments.text[slice(*span)] for span in (found.signer, *found.others)]
    assert names == ["Bùi Văn Lâm", "Lê Thị Hạnh"]
    assert [segments.text[slice(*span)] for span in found.positions] == ["TRƯỞNG BAN", "GIÁM ĐỐC"]


def test_place_and_date_above_the_signature() -> None:
    segments = segments_of(
        "KẾ HOẠCH\nĐọc sách năm 2024\nTrường THCS La Bằng xây dựng kế hoạch như sau:\nI. MỤC ĐÍCH\nHam đọc.\n"
        "La Bằng, ngày 28 tháng 4 năm 2024\nNơi nhận:\n- Phòng GDĐT;\n- Lưu: VT."
    )
    assert (segments.letterhead.place, segments.letterhead.date) == ("La Bằng", (2024, 4, 28))


def test_a_draft_is_known_by_its_mark() -> None:
    head = f"SỞ Y TẾ\n%s{STATE}Số:   /KH-SYT\nHuế, ngày   tháng 4 năm 2020\nKẾ HOẠCH\nGóp ý dự thảo Luật\n1. Khám."
    assert segments_of(head % "DỰ THẢO\n").letterhead.draft
    assert not segments_of(head % "").letterhead.draft


@pytest.mark.parametrize(
    ("block", "names", "positions"),
    [
        (
            "Đại diện\nSở Y tế\nLê Văn Chiến\nĐại diện\nSở Tài chính\nVũ Lân",
            ["Lê Văn Chiến", "Vũ Lân"],
            ["Đại diện Sở Y tế", "Đại diện Sở Tài chính"],
        ),
        (
            "ĐẠI DIỆN PHÒNG KHÁM\nTRƯỞNG ĐOÀN\nBùi Thị Phương\nTrần Văn Trang",
            ["Bùi Thị Phương", "Trần Văn Trang"],
            ["ĐẠI DIỆN PHÒNG KHÁM", "TRƯỞNG ĐOÀN"],
        ),
        (
            "ĐẠI DIỆN PHÒNG KHÁM TRƯỞNG ĐOÀN\nBùi Thị Phương Trần Văn Trang",
            ["Bùi Thị Phương", "Trần Văn Trang"],
            ["ĐẠI DIỆN PHÒNG KHÁM", "TRƯỞNG ĐOÀN"],
        ),
        (
            "ĐD SỞ Y TẾ\nVũ Việt Linh\nTriệu Vũ\nĐD PHÒNG KHÁM AN LÀNH\nNguyễn Quốc Thịnh",
            ["Vũ Việt Linh", "Triệu Vũ", "Nguyễn Quốc Thịnh"],
            ["ĐD SỞ Y TẾ", "ĐD PHÒNG KHÁM AN LÀNH"],
        ),
        (
            "Ý KIẾN CỦA LÃNH ĐẠO PHÒNG NGƯỜI LẬP PHIẾU\nĐỗ Mạnh Cường\nVũ Việt Linh",
            ["Đỗ Mạnh Cường", "Vũ Việt Linh"],
            ["Ý KIẾN CỦA LÃNH ĐẠO PHÒNG NGƯỜI LẬP PHIẾU"],
        ),
        (
            "ĐẠI DIỆN CÔNG TY CP ĐẦU TƯ\nXÂY DỰNG HẠ TẦNG\nPhạm Xuân Phường\nĐẠI DIỆN SỞ Y TẾ\nLê Thị Hoa",
            ["Phạm Xuân Phường", "Lê Thị Hoa"],
            ["ĐẠI DIỆN CÔNG TY CP ĐẦU TƯ XÂY DỰNG HẠ TẦNG", "ĐẠI DIỆN SỞ Y TẾ"],
        ),
        (
            "THÀNH VIÊN\nPHÓ CỤC TRƯỞNG\nVương Thành Công\nTHÀNH VIÊN\nĐỗ Thu Hà\nTHÀNH VIÊN\nNguyễn Văn Thuận",
            ["Vương Thành Công", "Đỗ Thu Hà", "Nguyễn Văn Thuận"],
            ["THÀNH VIÊN", "PHÓ CỤC TRƯỞNG", "THÀNH VIÊN", "THÀNH VIÊN"],
        ),
    ],
)
def test_all_who_sign_minutes(block: str, names: list[str], positions: list[str]) -> None:
    segments = segments_of(
        f"{STATE}BIÊN BẢN LÀM VIỆC\nHôm nay, ngày 3 tháng 4 năm 2024, chúng tôi gồm:\nI. THÀNH PHẦN\n1. Sở Y tế\nÔng: Lê Văn Chiến - Phó Giám đốc;\nII. NỘI DUNG\n1. Các bên thống nhất sửa trạm y tế.\nBiên bản lập thành 02 bản, các bên cùng ký tên./.\n{block}"
    )
    found = segments.closing
    assert found.signer is not None
    assert [segments.text[slice(*span)] for span in (found.signer, *found.others)] == names
    assert [segments.text[slice(*span)].replace("\n", " ") for span in found.positions] == positions
    assert segments.region_at(found.signer[0]) == "signature"


def test_signatures_of_several_issuers_above_the_recipients() -> None:
    segments = segments_of(
        f"BỘ CÔNG AN - BỘ Y TẾ - BỘ TÀI CHÍNH\n{STATE}Số: 2/HD-BCA-BYT-BTC\nHà Nội, ngày 3 tháng 4 năm 2024\nHƯỚNG DẪN\nTiêm chủng{BODY}KT. BỘ TRƯỞNG\nBỘ CÔNG AN\nTHỨ TRƯỞNG\nBùi Văn Lâm\nKT. BỘ TRƯỞNG\nBỘ Y TẾ\nTHỨ TRƯỞNG\nLê Thị Hạnh\nKT. BỘ TRƯỞNG\nBỘ TÀI CHÍNH\nTHỨ TRƯỞNG\nCao Anh Tuấn\nNơi nhận:\n- Bộ Công an;\n- Lưu: VT."
    )
    found = segments.closing
    assert found.signer is not None
    names = [segments.text[slice(*span)] for span in (found.signer, *found.others)]
    assert names == ["Bùi Văn Lâm", "Lê Thị Hạnh", "Cao Anh Tuấn"]


@pytest.mark.parametrize(
    ("heading", "note"),
    [
        (
            "PHÂN CÔNG NHIỆM VỤ CỦA TỔ CÔNG TÁC\nRÀ SOÁT, BIÊN TẬP",
            "(Kèm theo Kế hoạch số /KH-TYT ngày /4/2026 của Trạm Y tế)",
        ),
        ("BẢNG PHÂN CÔNG", "(Ban hành kèm theo Quyết định số 12/QĐ-UBND ngày 02/02/2026 của UBND xã)"),
        ("Lịch trực", "(Kèm theo Công văn số 12/UBND-VX ngày 02/02/2026 của UBND xã)"),
    ],
)
def test_an_enclosure_is_told_by_the_note_below_its_heading(heading: str, note: str) -> None:
    text = (
        "TRẠM Y TẾ XÃ AN MỸ\nSố: 4/KH-TYT\nKẾ HOẠCH\nTiêm chủng\n1. Một\nNơi nhận:\n- UBND xã;\n- Lưu: VT.\n"
        f"TRƯỞNG TRẠM\nTôn Nữ Lan\n{heading}\n{note}\nNgười phụ trách ghi vào đây."
    )
    segments = segments_of(text)
    assert segments.region_at(text.index(heading)) == "annex"
    assert segments.region_at(text.index("Người phụ trách")) == "annex"
    assert segments.region_at(text.index("Tôn Nữ Lan")) == "signature"


def test_a_table_behind_the_title_is_no_preamble() -> None:
    """A group row with a numeral (`I.`) is the first number of a text that has none; the head of its table is body."""
    text = (
        "ỦY BAN NHÂN DÂN\nTỈNH LÂM HÀ\nSố: 12/KH-UBND\nLâm Hà, ngày 5 tháng 2 năm 2026\nKẾ HOẠCH\nTrồng cây\n\n"
        "| TT | Nhiệm vụ | Chủ trì |\n|---|---|---|\n| **I.** | Cây xanh | |\n| 1. | Chăm sóc cây | Sở Nội vụ |\n"
    )
    segments = segment(read(text.encode(), "a.md"))
    assert {one.region for one in segments.paragraphs if one.start >= segments.text.index("TT")} == {"body"}


@pytest.mark.parametrize(
    ("block", "names"),
    [
        ("THƯ KÝ\nNguyễn Văn An\n'TOA\n- Trần Chí Bình\n", ["Nguyễn Văn An", "Trần Chí Bình"]),
        ("THƯ KÝ\nNguyễn Văn An\nCHỦ TỌA\nTrần Chí Bình\n", ["Nguyễn Văn An", "Trần Chí Bình"]),
    ],
)
def test_signatures_of_minutes_above_the_recipients(block: str, names: list[str]) -> None:
    text = (
        f"SỞ Y TẾ\nSố: 2/BB-SYT\n{STATE}Huế, ngày 3 tháng 4 năm 2020\nBIÊN BẢN\nHọp hội đồng\n"
        "Hôm nay, hội đồng họp xét khen thưởng.\n- Lê Văn Tám\n- Trần Thị Chín\nCuộc họp kết thúc vào 16 giờ cùng ngày.\n"
        f"{block}Nơi nhận:\n- Sở Nội vụ;\n- Lưu: VT.\n"
    )
    found = segments_of(text)
    closing = found.closing
    spans = [span for span in (closing.signer, *closing.others) if span]
    assert [found.text[a:b] for a, b in spans] == names
    assert [found.text[a:b] for a, b in closing.recipients] == ["Sở Nội vụ", "Lưu: VT"]
