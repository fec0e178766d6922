"""The scan-degradation ladder: pages that are drawn whole, spoiled alike each time, and what is counted of them."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2
import pytest
from PIL import Image, ImageChops

from pipeline import analyze, read
from pipeline.errors import UsageError
from pipeline.evaluation import ladder
from pipeline.evaluation.ladder import RUNGS, Loss, climb, facts, print_pages, scan_pdf, spoil

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
    monkeypatch.setattr(ladder, "_FONTS", ())
    with pytest.raises(UsageError, match="fonts-croscore"):
        print_pages(PLAN)


def test_spoiling_is_the_same_each_time_and_gets_worse() -> None:
    page = print_pages(PLAN)[0]
    mild, strong = RUNGS["200 dpi"], RUNGS["200 dpi, spoiled"]
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
    pdf = pypdfium2.PdfDocument(io.BytesIO(scan_pdf(PLAN, RUNGS["150 dpi"])))
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


def test_a_rung_from_text_to_facts() -> None:
    loss = climb({"a.txt": PLAN.encode()}, RUNGS["200 dpi"])
    for kind in ("doc_type", "number", "issue_date", "issuing_body", "title", "citations", "targets"):
        assert loss.f1(kind) == 1.0, kind
