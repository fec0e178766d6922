"""Page images with the facts marked on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_samples import DIRTY, needs_tesseract

from vnplan import cli
from vnplan.extraction import extract
from vnplan.review import page_image
from vnplan.review.page_image import CITATION, FIELD, SECTION, Mark, draw_page
from vnplan.settings import Settings

BORN_DIGITAL = "KH-112-cong-truong-Ba-Vi.pdf"


@pytest.fixture(scope="module")
def samples(root: Path) -> Path:
    return root / "data/raw/dinh-dang"


def outline_share(image: Image.Image, mark: Mark, dpi: float) -> float:
    """How much of the upper or lower edge of a fact's boxes has its colour; another fact may lie over one of them."""
    pixels = np.asarray(image.convert("RGB")).astype(int)
    near = (np.abs(pixels - np.array(mark.kind.colour)).sum(axis=2) < 60).astype(float)
    shares = []
    for box in mark.boxes:
        x0, y0, x1, y1 = (round(value * dpi / 72) for value in (box.x0, box.y0, box.x1, box.y1))
        shares.append(max(near[max(0, y - 4) : y + 5, x0:x1].max(axis=0).mean() for y in (y0, y1)))
    return sum(shares) / len(shares)


def test_facts_of_a_born_digital_page(samples: Path) -> None:
    data = (samples / BORN_DIGITAL).read_bytes()
    drawn = draw_page(data, 1, extract(data, BORN_DIGITAL).plans)
    assert {mark.code[0] for mark in drawn.marks} == set("FCTRDS")
    assert "F2 number: 112/KH-UBND" in [f"{mark.code} {mark.words}" for mark in drawn.marks]
    for mark in drawn.marks:
        assert outline_share(drawn.image, mark, drawn.dpi) > 0.6, mark
    bare, dpi = page_image.page_image(data, 1, Settings())
    assert max(outline_share(bare, mark, dpi) for mark in drawn.marks if mark.kind is not SECTION) < 0.1
    second = draw_page(data, 2, extract(data, BORN_DIGITAL).plans)
    codes = {mark.code for mark in drawn.marks}
    assert {mark.code for mark in second.marks}.isdisjoint(codes)  # a fact keeps its code on all pages
    assert "signer: Đỗ Quang Vinh" in [mark.words for mark in second.marks]


@needs_tesseract
def test_facts_of_a_scan(samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "page.png"
    cache = str(tmp_path / "cache")
    arguments = ["show", str(samples / DIRTY), "--image", "1", "--cache", cache]
    assert cli.main([*arguments, "--out", str(out)]) == cli.OK
    printed = capsys.readouterr().out
    assert "number: (handwritten)" in printed
    assert "C1    QĐ 1743/QĐ-UBND 2023-12-08" in printed
    image = np.asarray(Image.open(out).convert("RGB")).astype(int)
    for kind in (FIELD, CITATION, SECTION):
        assert (np.abs(image - np.array(kind.colour)).sum(axis=2) < 40).sum() > 300, kind
    assert cli.main(["cache", "--cache", cache]) == cli.OK
    assert "pages   1" in capsys.readouterr().out


def test_a_tiff_page_by_its_number(samples: Path) -> None:
    data = (samples / "fax-tuyen-truyen-bau-cu-Cho-Don.tif").read_bytes()
    drawn = draw_page(data, 2, ())
    assert drawn.marks == ()
    assert drawn.dpi == pytest.approx(150.0)
    assert np.asarray(drawn.image.convert("L")).min() < 80


@pytest.mark.parametrize(
    ("name", "page", "words"),
    [
        ("KH-45-han-man-Dong-Thap.docx", "1", "has no pages (docx)"),
        ("trang-web-du-lich-Sa-Pa.html", "1", "has no pages (html)"),
        ("ho-so.zip", "1", "take the document out of it"),
        (BORN_DIGITAL, "3", "has no page 3: it has 2 pages"),
        (BORN_DIGITAL, "0", "counted from 1"),
    ],
)
def test_no_such_page(
    samples: Path, tmp_path: Path, name: str, page: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "page.png"
    assert cli.main(["show", str(samples / name), "--image", page, "--out", str(out)]) == cli.USAGE
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_an_image_that_cannot_be_written(samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "nowhere" / "page.png"
    assert cli.main(["show", str(samples / BORN_DIGITAL), "--image", "1", "--out", str(out)]) == cli.OUTPUT
    assert "cannot write" in capsys.readouterr().err
    assert cli.main(["show", str(samples / BORN_DIGITAL), "--out", str(out)]) == cli.USAGE


def test_without_a_font_of_its_letters_no_words_are_drawn(samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (samples / BORN_DIGITAL).read_bytes()
    plans = extract(data, BORN_DIGITAL).plans
    written: list[str] = []
    from PIL import ImageDraw

    text = ImageDraw.ImageDraw.text

    def listen(self: ImageDraw.ImageDraw, at: object, words: str, *args: object, **kwargs: object) -> None:
        written.append(words)
        text(self, at, words, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", listen)
    monkeypatch.setattr(page_image, "vietnamese_font", lambda: None)
    draw_page(data, 1, plans)
    assert written
    assert all(words.isascii() for words in written)


def test_fonts_are_tried_letter_by_letter() -> None:
    found = page_image.vietnamese_font()
    if found is None:
        pytest.skip("needs a font with Vietnamese letters (fonts-dejavu-core)")
    assert page_image.has_letters(found, "ữỵ")
    assert not page_image.has_letters(found, "\U0010fffe")
    assert not page_image.has_letters("/nowhere.ttf", "a")
