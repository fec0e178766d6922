"""The real scans beside the project: handwriting never becomes digits, the letterhead's print is read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pypdfium2
import pytest

from vnplan.ingestion.pages import INK
from vnplan.ocr import recognise
from vnplan.ocr.tesseract import languages

SCANS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus" / "scans"
GOLD = SCANS.parent.parent / "gold" / "scans"
# One in three keeps the suite quick; benchmarks/ocr.py reads them all.
NAMES = sorted(path.stem for path in SCANS.glob("*.pdf"))[::3] if SCANS.is_dir() else []

pytestmark = pytest.mark.skipif("vie" not in languages(), reason="needs Tesseract with Vietnamese")


@pytest.mark.parametrize("name", NAMES)
def test_first_page(name: str) -> None:
    page = pypdfium2.PdfDocument(SCANS / f"{name}.pdf")[0]
    gold = json.loads((GOLD / f"{name}.json").read_text(encoding="utf-8"))
    image = page.render(scale=200 / 72, may_draw_forms=False).to_pil()
    found = recognise(image.crop((0, 0, image.width, round(0.4 * image.height))), 200)
    number = re.search(r"^Số: ?(.*?) ?/", found.text, re.M)
    date = re.search(r"ngày ?(.*?) ?tháng ?(\d+) ?năm (\d{4})", found.text)
    assert number and date
    expected = INK if gold["handwritten"] else ""  # the others are blank without their form fields
    assert (number[1], date[1]) == (expected, expected)
    year, month, _ = gold["issue_date"].split("-")
    assert (int(date[2]), date[3]) == (int(month), year)
    assert gold["place"] in found.text
