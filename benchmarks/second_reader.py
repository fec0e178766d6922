"""Does a second reader of page images doubt the right words better than Tesseract's own confidence?

Pages of born-digital PDFs are drawn, spoiled as a scanner does, and read by both. Their text layer tells which words
Tesseract got wrong. A word is doubted by the second reader where the second text does not hold it in that place; by
confidence, where its confidence is among the lowest, as many words as the second reader doubts.

    pip install trueocr
    python benchmarks/second_reader.py FILE.pdf … [--pages N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import unicodedata
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import ocr_paper as paper  # noqa: E402
import pypdfium2  # noqa: E402

from vnplan.ocr import recognise  # noqa: E402

SPOILED: list[dict[str, Any]] = [
    {"to": 200, "blur": 0.6, "noise": 8, "jpeg": 50},
    {"to": 200, "shade": 0.55, "noise": 4},
    {"to": 150, "blur": 0.5, "noise": 6, "jpeg": 60, "skew": -1.0},
]


@dataclass
class Sums:
    """Counts over all pages."""

    words: int = 0
    wrong: int = 0
    doubted: int = 0
    hits: int = 0
    unsure_hits: int = 0
    own_seconds: float = 0.0
    second_seconds: float = 0.0
    second_wrong: int = 0
    scored: list[tuple[float, bool]] = field(default_factory=list)


def words_of(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).replace("–", "-").split()


def missed(words: list[str], other: list[str]) -> list[bool]:
    """Whether each word has no equal in the place of another text that belongs to it."""
    out = [True] * len(words)
    for block in SequenceMatcher(None, words, other, autojunk=False).get_matching_blocks():
        for k in range(block.a, block.a + block.size):
            out[k] = False
    return out


def measure(source: Path, number: int, reader: Any, sums: Sums) -> None:
    """Add the figures of one page."""
    page = pypdfium2.PdfDocument(source)[number]
    truth = words_of(page.get_textpage().get_text_bounded())
    if len(truth) < 80:
        return
    image = page.render(scale=300 / 72).to_pil().convert("RGB")
    for how in SPOILED:
        spoiled = paper.scan(image, **how)
        started = time.perf_counter()
        lines = recognise(spoiled, how["to"]).lines
        sums.own_seconds += time.perf_counter() - started
        read = [(word.text, word.confidence or 0.0) for line in lines for word in line.words]
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            spoiled.convert("RGB").save(file.name)
            started = time.perf_counter()
            second = words_of(reader.predict(file.name).text)
            sums.second_seconds += time.perf_counter() - started
        own = [unicodedata.normalize("NFC", text) for text, _ in read]
        wrong, doubted = missed(own, truth), missed(own, second)
        sums.words += len(own)
        sums.wrong += sum(wrong)
        sums.doubted += sum(doubted)
        sums.hits += sum(a and b for a, b in zip(wrong, doubted, strict=True))
        sums.second_wrong += sum(missed(second, truth))
        sums.scored += [(confidence, bad) for (_, confidence), bad in zip(read, wrong, strict=True)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", nargs="+", type=Path)
    options.add_argument("--pages", type=int, default=2, help="of each file")
    chosen = options.parse_args()
    try:
        from trueocr import OCRConfig, TrueOCR
    except ImportError:
        raise SystemExit("needs the second reader: pip install trueocr") from None
    reader = TrueOCR(OCRConfig(threads=1))
    sums = Sums()
    for source in chosen.files:
        for number in range(min(chosen.pages, len(pypdfium2.PdfDocument(source)))):
            measure(source, number, reader, sums)
    sums.scored.sort(key=lambda one: one[0])
    unsure = sum(bad for _, bad in sums.scored[: sums.doubted])
    print(f"{sums.words} words, {sums.wrong} of them wrong ({sums.wrong / sums.words:.2%})")
    print(f"doubted: {sums.doubted} ({sums.doubted / sums.words:.2%})")
    print(f"errors among the doubted: second reader {sums.hits / sums.wrong:.3f}, confidence {unsure / sums.wrong:.3f}")
    print(f"wrong words of the second reader: {sums.second_wrong}")
    print(f"seconds: Tesseract {sums.own_seconds:.1f}, second reader {sums.second_seconds:.1f}")


if __name__ == "__main__":
    main()
