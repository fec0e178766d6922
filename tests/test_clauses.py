"""The splitter of clauses, by example."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnplan.grammar.clauses import clauses, ends_sentence
from vnplan.knowledge import rows

CASES = [
    ("Sở Y tế tổng hợp; Công an tỉnh kiểm tra.", ["Sở Y tế tổng hợp", "Công an tỉnh kiểm tra"]),
    ("Giao Sở Y tế báo cáo. Các xã thực hiện./.", ["Giao Sở Y tế báo cáo", "Các xã thực hiện"]),
    ("Công an TP. Huế báo cáo. Sở Nội vụ xét.", ["Công an TP. Huế báo cáo", "Sở Nội vụ xét"]),
    ("UBND H. Lục Yên và UBND P. Bến Nghé rà soát.", ["UBND H. Lục Yên và UBND P. Bến Nghé rà soát"]),
    ("các đội (Đội 1; Đội 2. Cả hai) tuần tra; báo cáo", ["các đội (Đội 1; Đội 2. Cả hai) tuần tra", "báo cáo"]),
    ("chủ đề “Nhanh; an toàn. Vui” năm nay; tổng kết", ["chủ đề “Nhanh; an toàn. Vui” năm nay", "tổng kết"]),
    ("mở (chưa đóng; vẫn tách. Được", ["mở (chưa đóng", "vẫn tách", "Được"]),
    ("- Tuần tra; - Phối hợp với xã. - Báo cáo", ["Tuần tra", "Phối hợp với xã", "Báo cáo"]),
    ("a) Tuần tra; b) Kiểm tra; 3) Báo cáo", ["Tuần tra", "Kiểm tra", "Báo cáo"]),
    ("xong trước ngày 20.12. Giao Sở Y tế", ["xong trước ngày 20.12", "Giao Sở Y tế"]),
    ("tăng 1.500 lượt. cả năm", ["tăng 1.500 lượt. cả năm"]),
    ("đã hoàn thành.Các xã báo cáo", ["đã hoàn thành", "Các xã báo cáo"]),
    ("gửi về TP.Huế tổng hợp", ["gửi về TP.Huế tổng hợp"]),
    ("mục 1. 2 và 3", ["mục 1. 2 và 3"]),
    ("Ra quân. “Toàn dân” tham gia", ["Ra quân", "“Toàn dân” tham gia"]),
    ("việc gì chưa làm? Các xã rà soát", ["việc gì chưa làm", "Các xã rà soát"]),
    ("dòng một.\nDòng hai", ["dòng một", "Dòng hai"]),
    ("", [""]),
    (" ; . ", [""]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=lambda value: str(value)[:30])
def test_clauses(text: str, expected: list[str]) -> None:
    assert [text[clause.start : clause.end] for clause in clauses(text)] == expected


def test_the_mark_is_what_stands_before() -> None:
    assert [clause.mark for clause in clauses("Một. Hai; ba! Bốn")] == ["", ".", ";", "!"]


def test_at_an_offset() -> None:
    text = "Bỏ qua; Sở Y tế; Sở Nội vụ; bỏ qua"
    assert [text[c.start : c.end] for c in clauses(text, 8, 26)] == ["Sở Y tế", "Sở Nội vụ"]


@pytest.mark.parametrize("word", [word for row in rows("full_stops") for word in row["words"]])
def test_every_shortened_word_keeps_its_full_stop(word: str) -> None:
    text = f"Sở {word}. Huế làm"
    assert len(clauses(text)) == 1
    assert not ends_sentence(text, text.index(". H"))
    assert len(clauses(f"Sở {word}a. Huế làm")) == 2


@given(st.text(alphabet="aA .;()“”-\nTPH1", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_clauses_stand_in_order_within_the_stretch(text: str, start: int, end: int) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    found = clauses(text, start, end)
    assert found
    at = start
    for clause in found:
        assert at <= clause.start <= clause.end <= end
        at = clause.end
    kept = "".join(text[c.start : c.end] for c in found)
    assert sum(map(str.isalnum, kept)) <= sum(map(str.isalnum, text[start:end]))


@pytest.mark.parametrize("piece", ["a. ", "A. ", "((((", "(a; ", "“”", "TP. ", "; - ", ". a) ", "x.Ab"])
def test_time_grows_with_length(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        clauses(text)
        return time.process_time() - start

    def holds() -> bool:
        return seconds(400_000) < 6 * seconds(200_000) + 0.1

    seconds(10_000)
    assert holds() or holds(), "twice: other programs may have had the machine"
