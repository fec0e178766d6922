"""The texts of the samples in data/raw/dinh-dang, written for this project: places are real, all else is invented."""

# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Text:
    """A plan as an office sets it.

    Attributes:
        left, right: Lines of the two columns of the letterhead. In `Số: {37}/KH-UBND` the braces hold what is written
            by hand where the sample shows handwriting, and is printed elsewhere.
        title: Lines of the title, the type of document first.
        body: Paragraphs; a tuple of tuples is a table, its first row the heads.
        recipients: Lines below `Nơi nhận:`.
        closing: Lines above the signature: capacity and position.
        signer: The name below it.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    title: tuple[str, ...]
    body: tuple[str | Table, ...]
    recipients: tuple[str, ...]
    closing: tuple[str, ...]
    signer: str


STATE = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")

BORN_DIGITAL = Text(
    left=("ỦY BAN NHÂN DÂN", "HUYỆN BA VÌ", "Số: 112/KH-UBND"),
    right=(*STATE, "Ba Vì, ngày 06 tháng 9 năm 2023"),
    title=("KẾ HOẠCH", "Bảo đảm trật tự, an toàn giao thông khu vực cổng trường học", "năm học 2023 - 2024"),
    body=(
        "Thực hiện Chỉ thị số 31/CT-TTg ngày 14 tháng 8 năm 2023 của Thủ tướng Chính phủ về tăng cường công tác bảo đảm "
        "trật tự, an toàn giao thông cho lứa tuổi học sinh; Kế hoạch số 214/KH-UBND ngày 25/8/2023 của Ủy ban nhân dân "
        "thành phố Hà Nội về an toàn giao thông trường học, Ủy ban nhân dân huyện Ba Vì ban hành Kế hoạch với các nội dung sau:",
        "I. MỤC ĐÍCH, YÊU CẦU",
        "1. Nâng cao ý thức chấp hành pháp luật giao thông của học sinh, phụ huynh và người điều khiển xe đưa đón học sinh.",
        "2. Lấy việc tự quản của nhà trường làm chính; không làm theo phong trào, không phô trương hình thức.",
        "II. CHỈ TIÊU",
        "1. Giảm ít nhất 10% số vụ tai nạn giao thông liên quan đến học sinh so với năm học trước.",
        "2. 100% trường học trên địa bàn huyện ký cam kết chấp hành pháp luật về giao thông với phụ huynh.",
        "3. Không để xảy ra ùn tắc giao thông kéo dài quá 15 phút tại cổng trường trong giờ đón, trả học sinh.",
        "III. NHIỆM VỤ",
        "1. Rà soát vị trí dừng, đỗ xe trước cổng trường, bổ sung biển báo, vạch sơn, gờ giảm tốc tại 36 điểm trường nằm "
        "sát quốc lộ và đường tỉnh.",
        "2. Xây dựng mô hình “Cổng trường em an toàn” tại các xã; gắn trách nhiệm của từng thôn với một điểm trường.",
        "3. Kiểm tra xe đưa đón học sinh; kiên quyết đình chỉ xe hết niên hạn sử dụng.",
        "IV. TỔ CHỨC THỰC HIỆN",
        "1. Phòng Giáo dục và Đào tạo chủ trì, phối hợp với Công an huyện tổ chức ký cam kết tại các trường, hoàn thành "
        "trước ngày 30/9/2023.",
        "2. Công an huyện bố trí lực lượng phân luồng vào giờ cao điểm; xử lý phụ huynh dừng, đỗ xe sai quy định.",
        "3. Phòng Quản lý đô thị chủ trì sơn kẻ vạch, lắp đặt biển báo tại các cổng trường xong trước ngày 15 tháng 11 năm 2023.",
        "4. Ủy ban nhân dân các xã, thị trấn giải tỏa hàng quán lấn chiếm lòng đường trước cổng trường.",
        "Yêu cầu các đơn vị báo cáo kết quả về Ủy ban nhân dân huyện (qua Phòng Giáo dục và Đào tạo) trước ngày 31/5/2024 "
        "để tổng hợp./.",
    ),
    recipients=("- Ban An toàn giao thông thành phố;", "- Thường trực Huyện ủy;", "- Các trường học trên địa bàn huyện;",
                "- UBND các xã, thị trấn;", "- Lưu: VT, GDĐT."),
    closing=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    signer="Đỗ Quang Vinh",
)  # fmt: skip

CLEAN_SCAN = Text(
    left=("SỞ Y TẾ TỈNH NAM ĐỊNH", "TRUNG TÂM Y TẾ", "HUYỆN HẢI HẬU", "Số: 268/KH-TTYT"),
    right=(*STATE, "Hải Hậu, ngày 11 tháng 4 năm 2022"),
    title=("KẾ HOẠCH", "Triển khai “Tháng hành động vì an toàn thực phẩm” năm 2022"),
    body=(
        "Căn cứ Kế hoạch số 97/KH-BCĐ ngày 28/3/2022 của Ban Chỉ đạo liên ngành về vệ sinh an toàn thực phẩm tỉnh Nam Định, "
        "Trung tâm Y tế huyện Hải Hậu xây dựng Kế hoạch như sau:",
        "I. MỤC TIÊU",
        "1. 95% người quản lý bếp ăn tập thể trên địa bàn huyện được cập nhật kiến thức về an toàn thực phẩm.",
        "2. Không để xảy ra vụ ngộ độc thực phẩm có trên 30 người mắc.",
        "II. NỘI DUNG",
        "1. Truyền thông trên loa của thị trấn và các xã, mỗi tuần hai buổi.",
        "2. Lấy 40 mẫu thực phẩm tại chợ Cồn, chợ Đền và bến cá Thịnh Long để xét nghiệm.",
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Khoa An toàn thực phẩm chủ trì, phối hợp với Phòng Y tế huyện kiểm tra bếp ăn của các trường mầm non; gửi kết "
        "quả kiểm tra trước ngày 20/5/2022.",
        "2. Phòng Kế hoạch - Nghiệp vụ theo dõi, đôn đốc việc thực hiện Kế hoạch này.",
        "3. Trạm Y tế các xã, thị trấn báo cáo về Trung tâm trước ngày 25 tháng 5 năm 2022./.",
    ),
    recipients=("- Chi cục An toàn vệ sinh thực phẩm;", "- UBND huyện;", "- Trạm Y tế các xã, thị trấn;", "- Lưu: VT, ATTP."),
    closing=("GIÁM ĐỐC",),
    signer="Trần Thị Hồng Nhung",
)  # fmt: skip

DIRTY_SCAN = Text(
    left=("ỦY BAN NHÂN DÂN", "THỊ XÃ SÔNG CẦU", "Số: {73}/KH-UBND"),
    right=(*STATE, "Sông Cầu, ngày {19} tháng 02 năm 2024"),
    title=("KẾ HOẠCH", "Thu gom rác thải nhựa vùng nuôi trồng thủy sản", "trên địa bàn thị xã năm 2024"),
    body=(
        "Thực hiện Quyết định số 1743/QĐ-UBND ngày 08/12/2023 của Ủy ban nhân dân tỉnh Phú Yên về quản lý rác thải nhựa đại "
        "dương, Ủy ban nhân dân thị xã Sông Cầu ban hành Kế hoạch như sau:",
        "I. MỤC TIÊU",
        "1. Thu gom 80% lượng rác thải nhựa phát sinh tại vùng nuôi tôm hùm của vịnh Xuân Đài.",
        "2. Giảm 50% số bè nuôi không có thùng chứa rác so với năm 2023.",
        "II. TỔ CHỨC THỰC HIỆN",
        "1. Phòng Tài nguyên và Môi trường chủ trì, phối hợp với Đồn Biên phòng Xuân Đài đặt 25 điểm tập kết rác trên bờ, "
        "hoàn thành trước ngày 30/4/2024.",
        "2. Phòng Kinh tế hướng dẫn các hộ nuôi ký cam kết mang rác vào bờ.",
        "3. Ủy ban nhân dân các phường Xuân Yên, Xuân Thành và xã Xuân Phương báo cáo trước ngày 05/12/2024./.",
    ),
    recipients=("- UBND tỉnh Phú Yên;", "- Thường trực Thị ủy;", "- Các phòng, ban thị xã;", "- Lưu: VT, TNMT."),
    closing=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
    signer="Lương Công Tuấn",
)  # fmt: skip

WORD = Text(
    left=("UBND TỈNH ĐỒNG THÁP", "SỞ NÔNG NGHIỆP VÀ PTNT", "Số: 45/KH-SNN"),
    right=(*STATE, "Đồng Tháp, ngày 17 tháng 01 năm 2024"),
    title=("KẾ HOẠCH", "Phòng, chống hạn hán, xâm nhập mặn mùa khô năm 2024"),
    body=(
        "Thực hiện Chỉ thị số 02/CT-UBND ngày 09/01/2024 của Chủ tịch Ủy ban nhân dân tỉnh về chủ động ứng phó hạn mặn, Sở "
        "Nông nghiệp và Phát triển nông thôn xây dựng Kế hoạch cụ thể như sau:",
        "I. MỤC TIÊU",
        "1. Bảo đảm nước tưới cho 100% diện tích lúa Đông Xuân đã xuống giống.",
        "2. 98% hộ dân nông thôn có đủ nước sạch sinh hoạt trong mùa khô.",
        "II. NHIỆM VỤ CỤ THỂ",
        (
            ("TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"),
            ("1", "Nạo vét 12 tuyến kênh nội đồng", "Chi cục Thủy lợi", "Ủy ban nhân dân các huyện", "29/02/2024"),
            ("2", "Lắp đặt 08 trạm bơm dã chiến", "Trung tâm Dịch vụ nông nghiệp", "Công ty Điện lực Đồng Tháp", "15/3/2024"),
            ("3", "Kiểm tra chất lượng nước tại các trạm cấp nước", "Trung tâm Nước sạch nông thôn", "Sở Y tế", "31/3/2024"),
        ),
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Giao Chi cục Thủy lợi theo dõi, đôn đốc việc thực hiện Kế hoạch này.",
        "2. Các đơn vị báo cáo Sở trước ngày 20 hằng tháng; báo cáo tổng kết trước ngày 15/6/2024./.",
    ),
    recipients=("- UBND tỉnh;", "- Các đơn vị thuộc Sở;", "- UBND các huyện, thành phố;", "- Lưu: VT, TL."),
    closing=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    signer="Huỳnh Minh Đường",
)  # fmt: skip

FAX = Text(
    left=("HUYỆN ỦY CHỢ ĐỒN", "BAN TUYÊN GIÁO", "*", "Số 19-KH/BTGHU"),
    right=("ĐẢNG CỘNG SẢN VIỆT NAM", "Chợ Đồn, ngày 22 tháng 3 năm 2021"),
    title=("KẾ HOẠCH", "tuyên truyền bầu cử đại biểu Quốc hội khóa XV", "và đại biểu Hội đồng nhân dân các cấp nhiệm kỳ 2021 - 2026"),
    body=(
        "Thực hiện Hướng dẫn số 169-HD/BTGTW, ngày 22/01/2021 của Ban Tuyên giáo Trung ương về tuyên truyền cuộc bầu cử; Kế "
        "hoạch số 08-KH/HU, ngày 15/3/2021 của Ban Thường vụ Huyện ủy Chợ Đồn, Ban Tuyên giáo Huyện ủy xây dựng Kế hoạch như sau:",
        "I- MỤC ĐÍCH, YÊU CẦU",
        "1- Làm cho cán bộ, đảng viên và Nhân dân nhận thức rõ ý nghĩa của cuộc bầu cử, quyền và nghĩa vụ của cử tri.",
        "2- Tuyên truyền đúng định hướng, đến tận thôn bản, phù hợp với đồng bào các dân tộc.",
        "II- CHỈ TIÊU",
        "1- Ít nhất 99% cử tri trên địa bàn huyện đi bỏ phiếu.",
        "2- 100% thôn, tổ dân phố có pano hoặc khẩu hiệu về bầu cử.",
        "III- NỘI DUNG VÀ HÌNH THỨC",
        "1- Giới thiệu những điểm chính của Luật Bầu cử đại biểu Quốc hội và đại biểu Hội đồng nhân dân; tiểu sử của những "
        "người ứng cử; thể thức bỏ phiếu.",
        "2- Tuyên truyền lưu động bằng tiếng Tày, tiếng Dao tại các chợ phiên; phát tờ rơi, chiếu phim phục vụ các xã vùng cao.",
        "3- Kịp thời đấu tranh, phản bác luận điệu xuyên tạc về cuộc bầu cử trên mạng xã hội.",
        "IV- TỔ CHỨC THỰC HIỆN",
        "1- Trung tâm Văn hóa, Thông tin và Truyền thông huyện chủ trì sản xuất chuyên mục phát thanh, mỗi tuần 02 chuyên mục, "
        "bắt đầu từ tháng 4/2021.",
        "2- Đề nghị Ủy ban Mặt trận Tổ quốc huyện phối hợp tổ chức hội nghị tiếp xúc cử tri.",
        "3- Trung tâm Chính trị huyện cung cấp tài liệu cho báo cáo viên xong trước ngày 10/4/2021.",
        "4- Các chi bộ, đảng bộ cơ sở báo cáo kết quả tuyên truyền về Ban Tuyên giáo Huyện ủy trước ngày 28/5/2021.",
        "Trong quá trình thực hiện nếu có vướng mắc, các đơn vị phản ánh về Ban Tuyên giáo Huyện ủy để kịp thời giải quyết./.",
    ),
    recipients=("- Ban Tuyên giáo Tỉnh ủy,", "- Thường trực Huyện ủy,", "- Các chi bộ, đảng bộ cơ sở,", "- Lưu Ban Tuyên giáo Huyện ủy."),
    closing=("TRƯỞNG BAN",),
    signer="Triệu Thị Bích Liên",
)  # fmt: skip

PACKED_WORD = Text(
    left=("UBND QUẬN THỐT NỐT", "TRƯỜNG TIỂU HỌC TÂN LỘC 2", "Số: 31/KH-THTL2"),
    right=(*STATE, "Tân Lộc, ngày 12 tháng 10 năm 2022"),
    title=("KẾ HOẠCH", "Dạy bơi, phòng, chống đuối nước cho học sinh năm học 2022 - 2023"),
    body=(
        "Căn cứ Kế hoạch số 140/KH-PGDĐT ngày 03/10/2022 của Phòng Giáo dục và Đào tạo quận Thốt Nốt về phòng, chống đuối "
        "nước, Trường Tiểu học Tân Lộc 2 xây dựng Kế hoạch như sau:",
        "I. MỤC TIÊU",
        "1. 60% học sinh lớp 4, lớp 5 biết bơi vào cuối năm học.",
        "2. Không để xảy ra trường hợp học sinh đuối nước.",
        "II. PHÂN CÔNG",
        "1. Tổ Giáo dục thể chất chủ trì mở hai lớp bơi tại bể bơi di động, khai giảng trước ngày 15/11/2022.",
        "2. Giáo viên chủ nhiệm phối hợp với phụ huynh đưa đón học sinh.",
        "3. Y tế học đường trực tại bể bơi trong tất cả các buổi học./.",
    ),
    recipients=("- Phòng GDĐT quận;", "- Ban đại diện cha mẹ học sinh;", "- Lưu: VT."),
    closing=("HIỆU TRƯỞNG",),
    signer="Nguyễn Thị Kim Loan",
)  # fmt: skip

PACKED_PDF = Text(
    left=("TỔNG CÔNG TY CẤP NƯỚC MIỀN TRUNG", "CÔNG TY CẤP NƯỚC TAM KỲ", "Số: 07/KH-CNTK"),
    right=(*STATE, "Tam Kỳ, ngày 28 tháng 02 năm 2025"),
    title=("KẾ HOẠCH", "Giảm thất thoát nước sạch năm 2025"),
    body=(
        "Thực hiện Nghị quyết số 15/NQ-HĐQT ngày 20/02/2025 của Hội đồng quản trị Tổng công ty về sản xuất kinh doanh năm "
        "2025, Công ty Cấp nước Tam Kỳ lập Kế hoạch như sau:",
        "1. Giảm tỷ lệ thất thoát nước xuống dưới 14% vào cuối năm 2025.",
        "2. Thay 3.500 đồng hồ đo nước quá hạn kiểm định.",
        "3. Phòng Kỹ thuật chủ trì lập bản đồ điểm rò rỉ, hoàn thành trước ngày 31/3/2025; Xí nghiệp Xây lắp sửa chữa trong "
        "thời gian 48 giờ kể từ khi phát hiện.",
        "4. Ban Kiểm soát nội bộ giám sát việc thực hiện, báo cáo Giám đốc trước ngày 05/7/2025./.",
    ),
    recipients=("- Tổng công ty (b/c);", "- Các phòng, xí nghiệp;", "- Lưu: VT, KT."),
    closing=("GIÁM ĐỐC",),
    signer="Phan Văn Thạnh",
)  # fmt: skip

WEB = Text(
    left=("ỦY BAN NHÂN DÂN", "THÀNH PHỐ SA PA", "Số: 88/KH-UBND"),
    right=(*STATE, "Sa Pa, ngày 03 tháng 5 năm 2024"),
    title=("KẾ HOẠCH", "Chấn chỉnh hoạt động kinh doanh du lịch trên địa bàn thành phố năm 2024"),
    body=(
        "Thực hiện Công văn số 1275/UBND-VX ngày 16/4/2024 của Ủy ban nhân dân tỉnh Lào Cai về tăng cường quản lý hoạt động "
        "du lịch, Ủy ban nhân dân thành phố Sa Pa ban hành Kế hoạch như sau:",
        "I. MỤC TIÊU",
        "1. 100% cơ sở lưu trú niêm yết giá và bán đúng giá niêm yết.",
        "2. Giảm 70% số trường hợp trẻ em bán hàng rong, đeo bám du khách so với năm 2023.",
        "II. NHIỆM VỤ",
        "1. Kiểm tra cơ sở lưu trú, bến xe khách, điểm bán vé tham quan.",
        "2. Công khai đường dây nóng tiếp nhận phản ánh của du khách.",
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Phòng Văn hóa và Thông tin chủ trì, phối hợp với Đội Quản lý thị trường số 4 kiểm tra 50 cơ sở lưu trú, hoàn thành "
        "trước ngày 30/6/2024.",
        "2. Phòng Lao động - Thương binh và Xã hội chủ trì vận động gia đình không để trẻ em bán hàng rong.",
        "3. Công an thành phố xử lý nghiêm hành vi chèo kéo du khách.",
        "4. Ủy ban nhân dân các phường, xã báo cáo trước ngày 15 hằng tháng./.",
    ),
    recipients=("- Sở Du lịch tỉnh;", "- Các phòng, ban thành phố;", "- UBND các phường, xã;", "- Lưu: VT, VHTT."),
    closing=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    signer="Lý Láo Tả",
)  # fmt: skip

OLD_WORD = Text(
    left=("UBND HUYỆN MAI CHÂU", "PHÒNG VĂN HÓA VÀ THÔNG TIN", "Số: 23/KH-PVHTT"),
    right=(*STATE, "Mai Châu, ngày 14 tháng 3 năm 2019"),
    title=("KẾ HOẠCH", "Tổ chức Tuần lễ đọc sách và phục vụ thư viện lưu động năm 2019"),
    body=(
        "Thực hiện Kế hoạch số 41/KH-SVHTTDL ngày 28/02/2019 của Sở Văn hóa, Thể thao và Du lịch về Ngày Sách Việt Nam, Phòng "
        "Văn hóa và Thông tin huyện xây dựng Kế hoạch như sau:",
        "I. MỤC TIÊU",
        "1. 100% trường học trên địa bàn huyện tổ chức ngày hội đọc sách.",
        "2. Ít nhất 60% xã được thư viện lưu động phục vụ.",
        "II. TỔ CHỨC THỰC HIỆN",
        "1. Thư viện huyện chủ trì, phối hợp với Huyện đoàn tổ chức 12 chuyến xe sách, hoàn thành trước ngày 30/4/2019.",
        "2. Đề nghị Phòng Giáo dục và Đào tạo chỉ đạo các trường học tổ chức ngày hội đọc sách.",
        "3. Ủy ban nhân dân các xã bố trí địa điểm đón xe sách, báo cáo kết quả trước ngày 15/5/2019./.",
    ),
    recipients=("- UBND huyện;", "- Thư viện huyện;", "- UBND các xã, thị trấn;", "- Lưu: VT."),
    closing=("TRƯỞNG PHÒNG",),
    signer="Hà Công Nguyện",
)  # fmt: skip

RICH = Text(
    left=("ỦY BAN NHÂN DÂN", "THỊ XÃ SÔNG CẦU", "Số: 67/KH-UBND"),
    right=(*STATE, "Sông Cầu, ngày 08 tháng 5 năm 2022"),
    title=("KẾ HOẠCH", "Diễn tập ứng phó sự cố tràn dầu tại vịnh Xuân Đài năm 2022"),
    body=(
        "Căn cứ Quyết định số 12/2021/QĐ-TTg ngày 24 tháng 3 năm 2021 của Thủ tướng Chính phủ ban hành Quy chế hoạt động ứng "
        "phó sự cố tràn dầu;",
        "Ủy ban nhân dân thị xã ban hành Kế hoạch như sau:",
        "I. MỤC ĐÍCH",
        "1. Nâng cao khả năng phối hợp của các lực lượng khi có sự cố.",
        "II. PHÂN CÔNG NHIỆM VỤ",
        (
            ("TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"),
            ("1", "Xây dựng kịch bản diễn tập", "Ban Chỉ huy Quân sự thị xã", "Đồn Biên phòng Xuân Đài", "20/5/2022"),
            ("2", "Chuẩn bị phao quây và tàu thuyền", "Phòng Kinh tế", "Hợp tác xã Vận tải thủy", "10/6/2022"),
        ),
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Giao Phòng Tài chính - Kế hoạch tham mưu kinh phí diễn tập trước ngày 25/5/2022.",
        "2. Phòng Tài nguyên và Môi trường tổng hợp, báo cáo Ủy ban nhân dân thị xã trước ngày 30/6/2022./.",
    ),
    recipients=("- UBND tỉnh;", "- Các cơ quan có tên tại mục II;", "- Lưu: VT, TNMT."),
    closing=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    signer="Lâm Duy Dũng",
)  # fmt: skip

SHEET = Text(
    left=("UBND TỈNH NINH THUẬN", "SỞ DU LỊCH", "Số: 31/KH-SDL"),
    right=(*STATE, "Ninh Thuận, ngày 11 tháng 02 năm 2025"),
    title=("KẾ HOẠCH", "Chỉnh trang các điểm đón khách ven biển năm 2025"),
    body=(
        "Sở Du lịch ban hành Kế hoạch như sau:",
        "I. PHÂN CÔNG NHIỆM VỤ",
        (
            ("TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"),
            ("1", "Lắp đặt 24 biển chỉ dẫn", "Sở Giao thông vận tải", "Sở Du lịch", "30/4/2025"),
            ("2", "Trồng 3.000 cây dừa dọc đường ven biển", "Sở Xây dựng", "Thành đoàn Phan Rang - Tháp Chàm", "31/8/2025"),
            ("3", "Tập huấn cho người bán hàng", "Trung tâm Thông tin xúc tiến du lịch", "Hội Liên hiệp Phụ nữ tỉnh", "15/3/2025"),
        ),
    ),
    recipients=("- UBND tỉnh;", "- Các đơn vị trong bảng;", "- Lưu: VT."),
    closing=("GIÁM ĐỐC",),
    signer="Nguyễn Long Biên",
)  # fmt: skip
