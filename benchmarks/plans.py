"""Plans of our own writing, as many as are asked for: about 2 kB of text each, no two alike, the same ones every time.

    from benchmarks.plans import write
    write(Path("in"), 1000)

The names of places are made up; the sentences are ours, in the manner of the genre, with a number, a date, citations,
targets, responsibilities and deadlines in each.
"""

from __future__ import annotations

import random
from pathlib import Path

_PLACES = ("Đồng Phú", "An Lạc", "Tân Hòa", "Phước Sơn", "Bình Khê", "Long Trạch", "Mỹ Xuyên", "Vĩnh Thạnh", "Lộc Bình")
_THEMES = (
    "phòng cháy, chữa cháy ở các chợ",
    "bảo vệ trẻ em trên môi trường mạng",
    "trồng cây phân tán",
    "chuyển đổi số trong trường học",
    "phòng, chống bệnh dại trên đàn chó, mèo",
    "thu gom rác thải nhựa ven sông",
    "hỗ trợ thanh niên khởi nghiệp",
)
_GOALS = (
    "Giảm từ {a}% đến {b}% số vụ vi phạm so với năm {last}.",
    "Phấn đấu {c}% số thôn có tổ tự quản hoạt động đều.",
    "Ít nhất {c}% hộ dân được nghe tuyên truyền ít nhất {a} lần.",
    "Tăng {b}% số buổi sinh hoạt cộng đồng so với năm {last}.",
    "Không để xảy ra vụ việc nghiêm trọng trên địa bàn.",
)
_TASKS = (
    "{body} chủ trì, phối hợp với {other} rà soát các điểm có nguy cơ cao, lập danh sách và cắm biển cảnh báo.",
    "{body} biên soạn tài liệu tuyên truyền, gửi các xã trước ngày {day}/{month}/{year}.",
    "Giao {body} tổng hợp kết quả, báo cáo Ủy ban nhân dân huyện trước ngày {day}/{month}/{year}.",
    "{other} bố trí kinh phí theo phân cấp, hướng dẫn thanh toán đúng quy định.",
    "{body} tổ chức {a} lớp tập huấn cho cán bộ thôn, mỗi lớp không quá {c} người.",
    "Ủy ban nhân dân các xã mở sổ theo dõi, định kỳ ngày 20 hằng tháng gửi số liệu về {body}.",
)
_BODIES = (
    "Phòng Văn hóa và Thông tin",
    "Công an huyện",
    "Phòng Giáo dục và Đào tạo",
    "Phòng Tài chính - Kế hoạch",
    "Trung tâm Y tế huyện",
    "Huyện đoàn",
    "Phòng Nông nghiệp",
)


def plan(number: int) -> str:
    """The text of plan `number`."""
    draw = random.Random(number)
    place, theme, year = draw.choice(_PLACES), draw.choice(_THEMES), draw.randint(2015, 2025)

    def words(pattern: str) -> str:
        body, other = draw.sample(_BODIES, 2)
        a, b, c = draw.randint(2, 5), draw.randint(6, 15), draw.randint(50, 99)
        day, month = draw.randint(1, 28), draw.randint(5, 12)
        return pattern.format(body=body, other=other, a=a, b=b, c=c, day=day, month=month, year=year, last=year - 1)

    goals = [f"- {words(goal)}" for goal in draw.sample(_GOALS, 3)]
    tasks = [f"{k}. {words(task)}" for k, task in enumerate(draw.sample(_TASKS, 5), 1)]
    day, month = draw.randint(1, 28), draw.randint(1, 4)
    return f"""ỦY BAN NHÂN DÂN
HUYỆN {place.upper()}
Số: {number + 1}/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
{place}, ngày {day:02} tháng {month:02} năm {year}

KẾ HOẠCH
Thực hiện công tác {theme} năm {year}

Căn cứ Quyết định số {draw.randint(1, 999)}/QĐ-UBND ngày {draw.randint(1, 28):02}/{draw.randint(1, 12):02}/{year - 1} \
của Ủy ban nhân dân tỉnh; thực hiện Kế hoạch số {draw.randint(1, 99):02}/KH-UBND ngày 05/01/{year} của Ủy ban nhân \
dân tỉnh, Ủy ban nhân dân huyện {place} ban hành kế hoạch như sau:

I. MỤC TIÊU
{chr(10).join(goals)}

II. NHIỆM VỤ
{chr(10).join(tasks)}

III. TỔ CHỨC THỰC HIỆN
Các cơ quan, Ủy ban nhân dân các xã căn cứ kế hoạch này tổ chức thực hiện; vướng mắc phản ánh về {words("{body}")} để \
tổng hợp, trình Ủy ban nhân dân huyện xem xét./.

Nơi nhận:
- Như trên;
- Lưu: VT.

KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
"""


def write(folder: Path, count: int, first: int = 0) -> None:
    """Write plans `first` and following to files below a folder, a thousand in each folder of it.

    Args:
        folder: Where; made if it is not there.
        count: How many.
        first: Number of the first one.
    """
    for number in range(first, first + count):
        place = folder / f"{number // 1000:03}" / f"{number:06}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(plan(number), encoding="utf-8")
