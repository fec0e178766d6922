"""What of a text the trained model reads."""

from __future__ import annotations

import pytest

from vnplan.entities.doubtful import doubtful
from vnplan.entities.joint import merge
from vnplan.entities.spans import Found

SOUND = "Sở Y tế chủ trì, phối hợp với Ủy ban nhân dân các xã rà soát danh sách trạm y tế cần sửa chữa trong năm."
LONG = "\n".join([SOUND] * 8)


def read(text: str) -> list[str]:
    return [text[start:end] for start, end in doubtful(text)]


def test_sound_text_is_left_to_the_rules() -> None:
    assert read(LONG) == []


@pytest.mark.parametrize(
    ("line", "stretch"),
    [
        ("ỦY BAN NHÂN DÂN HUYỆN MƯỜNG THANH", "ỦY BAN NHÂN DÂN HUYỆN MƯỜNG THANH"),  # in capitals
        ("Sở giao thõngvận tải kiểm tra; các xã báo cáo.", "Sở giao thõngvận tải kiểm tra;"),  # misread: its clause
        (
            "So Y te chu tri, phoi hop voi Uy ban nhan dan cac xa ra soat danh sach tram y te",
            "So Y te chu tri, phoi hop voi Uy ban nhan dan cac xa ra soat danh sach tram y te",
        ),  # without diacritics
    ],
)
def test_what_rules_may_get_wrong_is_read(line: str, stretch: str) -> None:
    assert read(f"{LONG}\n{line}\n{LONG}") == [stretch]


def test_a_sentence_broken_over_lines_is_read_whole() -> None:
    assert read(f"{LONG}\nBan Chỉ đạo huyện giao phòng\nchuyên môn làm đầu mối.\n{LONG}") == [
        "Ban Chỉ đạo huyện giao phòng\nchuyên môn làm đầu mối."
    ]


def test_names_of_units_and_abbreviations_are_no_doubt() -> None:
    assert read(f"{LONG}\nTp. Buôn Ma Thuột, tỉnh Đắk Lắk theo QĐ-TTg và Stt 3 của VNeID.\n{LONG}") == []


def test_a_few_sentences_are_read_whole() -> None:
    assert read(SOUND) == [SOUND]
    assert read("") == []


def test_names_outside_of_what_was_read_stay_as_the_rules_have_them() -> None:
    text = "Sở Y tế và Sở Nội vụ"
    ruled = [Found(0, 7, "ORG", 0.95), Found(11, 20, "ORG", 0.95)]
    assert merge(text, ruled, [Found(0, 7, "ORG", 0.85, "model")], [(0, 8)]) == [
        Found(0, 7, "ORG", 0.98, "rules+model"),
        Found(11, 20, "ORG", 0.95),
    ]
    assert merge(text, ruled, [])[1].confidence == 0.85
