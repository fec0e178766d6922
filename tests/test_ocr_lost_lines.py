"""Lines of a list of recipients that the reading of the page left out: the gap is read by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vnplan.ocr import lost_lines
from vnplan.ocr.engine import Word
from vnplan.ocr.layout import Layout, Line
from vnplan.ocr.lost_lines import with_lost_lines
from vnplan.ocr.prepare import Prepared
from vnplan.ocr.settings import OcrSettings

LETTERS = 16.0
PITCH, HEIGHT, WIDE = 35, 24, 12


def words_of(text: str, x: int, y: int, confidence: float = 95.0) -> list[Word]:
    """The words of a line that begins at (x, y), in pixels."""
    found = []
    for word in text.split():
        found.append(Word(word, x, y, x + WIDE * len(word), y + HEIGHT, confidence, (1, 1, y)))
        x += WIDE * (len(word) + 1)
    return found


def read(monkeypatch: pytest.MonkeyPatch, page: list[tuple[str, int, int]], found: list[Word], ink: bool) -> list[str]:
    """The lines of a page with a signature at the right, where the gaps of its list read as `found`."""
    text = np.full((900, 1200), 255, dtype=np.uint8)
    if ink:
        text[230:320:3, 100:500] = 0

    def words(image: Any, dpi: float, settings: OcrSettings, segmentation: int = 3) -> list[Word]:
        return found

    monkeypatch.setattr(lost_lines.engine, "words", words)
    ready = Prepared(text, text, text * 0, 200, ((1, 0, 0), (0, 1, 0), (0, 0, 1)), 0, 0, (), (), LETTERS)
    lines = tuple(Line(tuple(words_of(*line)), 0, int(line[1] > 600)) for line in page)
    return [line.text for line in with_lost_lines(ready, Layout(lines), OcrSettings()).lines]


LABEL = ("Nơi nhận:", 100, 200)
REST = [("- Lãnh đạo Sở;", 100, 325), ("- Lưu: VT.", 100, 360)]
SIGNATURE = [("CHỦ TỊCH", 800, 200), ("Lê Văn An", 800, 330)]
GAP = [*words_of("- Các phòng;", 20, 20), *words_of("- Các xã;", 20, 20 + PITCH)]


def test_lines_that_were_left_out_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, [LABEL, ("tệ", 240, 260), *REST, *SIGNATURE], GAP, ink=True)
    expected = ["Nơi nhận:", "- Các phòng;", "- Các xã;", "- Lãnh đạo Sở;", "- Lưu: VT.", "CHỦ TỊCH", "Lê Văn An"]
    assert found == expected


@pytest.mark.parametrize(
    ("page", "found", "ink"),
    [
        ([LABEL, *REST, *SIGNATURE], GAP, False),  # white paper
        ([LABEL, *REST, *SIGNATURE], words_of("- Cềc phỏn", 20, 20, 40.0), True),  # a stroke of ink
        ([LABEL, *REST, *SIGNATURE], words_of("phòng", 400, 20), True),  # not at the margin of the list
        ([LABEL, ("- Các xã;", 100, 240), ("- Sở Y tế;", 100, 283), *REST, *SIGNATURE], GAP, True),  # no gap
        ([("Căn cứ Luật", 100, 200), *REST, *SIGNATURE], GAP, True),  # no label
    ],
)
def test_what_is_no_lost_line(
    monkeypatch: pytest.MonkeyPatch, page: list[tuple[str, int, int]], found: list[Word], ink: bool
) -> None:
    assert read(monkeypatch, page, found, ink) == [text for text, _, _ in page]
