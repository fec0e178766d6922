"""The scan-degradation ladder: pages that are drawn whole, spoiled alike each time, and what is counted of them."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2
import pytest
from PIL import Image, ImageChops

from vnplan import analyze, read
from vnplan.errors import UsageError
from vnplan.evaluation import printing
from vnplan.evaluation.ladder import RUNGS, Loss, climb, facts, scan_pdf, spoil
from vnplan.evaluation.printing import print_letter, print_pages
from vnplan.segmentation import segment

PLAN = (
    "SỞ Y TẾ TỈNH YÊN BÁI\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 128/KH-SYT\nYên Bái, ngày 14 tháng 5 năm 2024\nKẾ HOẠCH\n"
    "Phun hóa chất diệt muỗi năm 2024\nThực hiện Quyết định số 77/QĐ-UBND ngày 03/4/2024 của Ủy ban nhân dân tỉnh Yên Bái về "
    "phòng, chống sốt xuất huyết; Sở Y tế xây dựng kế hoạch như sau:\nI. MỤC TIÊU\n1. Giảm 15% số ca mắc so với năm 2023.\n"
)


def test_long_lines_are_wrapped_and_pages_follow_one_another() -> None:
    pages = print_pages(PLAN + "một dòng dài " * 1200)
    assert len(pages) >= 3 and {page.size for page in pages} == {(2479, 3508)}
    for page in pages:  # nothing is drawn beyond the margins
        ink = ImageChops.invert(page.convert("L")).getbbox()
        assert ink is not None and ink[0] > 300 and ink[2] < 2479 - 180 and ink[3] < 3400


def test_without_a_font_the_user_learns_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_FONTS", ())
    printing._font.cache_clear()
    with pytest.raises(UsageError, match="fonts-croscore"):
        print_pages(PLAN)


def test_spoiling_is_the_same_each_time_and_gets_worse() -> None:
    page = print_pages(PLAN)[0]
    mild, strong = RUNGS["200 dpi"], RUNGS["200 dpi, strong"]
    once, again, worse = spoil(page, **mild), spoil(page, **mild), spoil(page, **strong)
    assert once.tobytes() == again.tobytes()
    assert once.size == (1653, 2339)
    assert spoil(page, fax=True).mode == "1"
    clean = spoil(page, dpi=200)

    def differs(image: Image.Image) -> int:
        return sum(
            k * n for k, n in enumerate(ImageChops.difference(clean.convert("L"), image.convert("L")).histogram())
        )

    assert differs(worse) > differs(once) > 0


def test_the_scan_is_a_pdf_of_images_alone() -> None:
    pdf = pypdfium2.PdfDocument(io.BytesIO(scan_pdf(print_pages(PLAN), RUNGS["150 dpi"])))
    page = pdf[0]
    assert round(page.get_width()) == 595 and not page.get_textpage().get_text_range().strip()


def test_losses_are_counted() -> None:
    whole = analyze(read(PLAN.encode(), "a.txt"))
    assert facts(whole)["citations"] == {("QĐ", "77/QĐ-UBND", "2024-04-03")}
    loss = Loss()
    loss.add(whole, whole)
    assert loss.f1("citations") == loss.f1("number") == loss.f1("deadlines") == 1.0
    loss.add(whole, replace(whole, citations=()))
    assert (loss.kept["citations"], loss.lost["citations"], loss.f1("citations")) == (1, 1, pytest.approx(2 / 3))
    loss.add(whole, None)
    assert loss.lost["citations"] == 2 and loss.documents == 3


CHARGED = PLAN + "II. NHIỆM VỤ\n1. Trung tâm Y tế huyện chủ trì phun hóa chất tại các xã, xong trước ngày 30/6/2024.\n"


def test_tasks_and_assignments_are_paired_by_their_words() -> None:
    whole = analyze(read(CHARGED.encode(), "a.txt"))
    misread = analyze(read(CHARGED.replace("phun hóa chất tại", "phun hóa chat tại").encode(), "a.txt"))
    loss = Loss()
    loss.add(whole, misread)
    assert loss.kept["tasks"] == loss.kept["assignments"] == 1 and loss.f1("tasks") == 1.0
    other = analyze(read(CHARGED.replace("Trung tâm Y tế", "Trung tâm Văn hóa").encode(), "a.txt"))
    loss.add(whole, other)
    assert loss.f1("tasks") == 1.0 and loss.lost["assignments"] == loss.added["assignments"] == 1


def test_a_photographed_page_is_narrower_at_its_far_edge_and_lies_on_a_desk() -> None:
    page = Image.new("RGB", (400, 600), "white")
    photo = spoil(page, 72, 72, tilt=0.2).convert("L")
    white = [sum(photo.getpixel((x, y)) > 200 for x in range(400)) for y in (20, 300, 580)]  # type: ignore[operator]
    assert white[0] < white[1] < white[2] < 400
    assert photo.getpixel((2, 2)) < 100  # type: ignore[operator]


def test_a_rung_from_text_to_facts() -> None:
    loss = climb({"a.txt": PLAN.encode()}, RUNGS["200 dpi"])
    for kind in ("doc_type", "number", "issue_date", "issuing_body", "title", "citations", "targets"):
        assert loss.f1(kind) == 1.0, kind


CLOSED = (
    PLAN
    + "Nơi nhận:\n- UBND tỉnh;\n- Các phòng thuộc Sở;\n- Lưu: VT.\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nLương Thị Bích Đào\n"
)


def drawn(monkeypatch: pytest.MonkeyPatch, text: str) -> tuple[dict[str, tuple[float, float]], int]:
    """Where each line of a letter is written, and on how many pages."""
    places: dict[str, tuple[float, float]] = {}
    write = printing._Press.write

    def noted(self: printing._Press, x: float, y: float, line: str, *more: object, **options: object) -> None:
        places[line] = (x, y)
        write(self, x, y, line, *more, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(printing._Press, "write", noted)
    return places, len(print_letter(segment(read(text.encode(), "a.txt"))))


def test_a_letter_has_its_head_and_its_closing_in_two_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    places, pages = drawn(monkeypatch, CLOSED)
    left, right = "SỞ Y TẾ TỈNH YÊN BÁI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert pages == 1 and places[left][0] < 300 < places[right][0] and places[left][1] == places[right][1]
    assert places["Số: 128/KH-SYT"][1] == places["Yên Bái, ngày 14 tháng 5 năm 2024"][1] > places[left][1]
    assert places["Nơi nhận:"][0] < 300 < places["KT. GIÁM ĐỐC"][0]
    assert places["Nơi nhận:"][1] == places["KT. GIÁM ĐỐC"][1] < places["Lương Thị Bích Đào"][1] - 50


def test_a_closing_that_does_not_fit_stands_on_the_next_page_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    body = "".join(f"{k}. Tổ chức phun hóa chất tại khu dân cư số {k}.\n" for k in range(2, 24))
    places, pages = drawn(monkeypatch, CLOSED.replace("Nơi nhận:", body + "Nơi nhận:"))
    assert pages == 2 and places["2"] == (297.5, 45)
    assert 60 < places["Nơi nhận:"][1] == places["KT. GIÁM ĐỐC"][1] < 120


def test_a_letter_in_one_piece_says_what_its_text_says() -> None:
    loss = climb({"a.txt": CLOSED.encode()}, RUNGS["150 dpi, strong"], "letter")
    for kind in ("number", "issue_date", "place", "issuing_body", "title", "citations", "recipients", "signer"):
        assert loss.f1(kind) == 1.0, kind


def test_a_hand_writes_number_and_day_and_nothing_else_of_the_letterhead(monkeypatch: pytest.MonkeyPatch) -> None:
    places, written = {}, []
    monkeypatch.setattr(printing, "scribble", lambda image, dpi, x, y, digits, *rest: written.append(digits) or x)
    write = printing._Press.write
    monkeypatch.setattr(
        printing._Press,
        "write",
        lambda self, x, y, line, *more, **o: places.update({line: (x, y)}) or write(self, x, y, line, *more, **o),
    )
    pages = print_letter(segment(read(CLOSED.encode(), "a.txt")), by_hand=True)
    assert written == ["128", "14"]
    assert {"Số: ", "/KH-SYT", "Yên Bái, ngày ", " tháng 5 năm 2024"} <= set(places)
    plain = print_letter(segment(read(CLOSED.encode(), "a.txt")))
    assert ImageChops.difference(pages[0], plain[0]).getbbox() is not None


def test_seals_lie_over_head_edge_and_signer() -> None:
    plain, sealed = (print_letter(segment(read(CLOSED.encode(), "a.txt")), sealed=how)[0] for how in (False, True))
    marked = ImageChops.difference(plain, sealed).convert("L").point(lambda value: 255 * (value > 0))
    wide, high = marked.size
    for box in (
        (0, 0, wide // 2, high // 4),
        (wide * 3 // 4, high // 3, wide, high * 2 // 3),
        (wide // 2, high // 3, wide, high),
    ):
        assert marked.crop(box).getbbox() is not None
    assert ImageChops.darker(plain, sealed).tobytes() == sealed.tobytes()  # ink never makes paper whiter


def test_what_is_done_to_the_page_is_no_matter_of_the_scanner() -> None:
    for name in ("handwriting", "seals over text", "phone photo", "fax"):
        assert scan_pdf([Image.new("RGB", (248, 351), "white")], {**RUNGS[name], "dpi": 30}).startswith(b"%PDF")
