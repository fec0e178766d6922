"""Speed and accuracy of OCR next to plain Tesseract and to OCRmyPDF, in one run on the same pages.

Pages of our own (tests/ocr_paper.py) with known text, spoiled step by step, give the character error rate; the real
scans beside the project, where they are there, give pages a second and the share of their gold's strings that the text
holds. All three use two processes, one thread each. `ocrmypdf` is looked up beside this Python and on the path.

    [SHARED=FOLDER] python benchmarks/ocr.py [--files N] [--own-only] [--json FILE]
"""

from __future__ import annotations

import argparse
import functools
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import ocr_paper as paper  # noqa: E402
import pypdfium2  # noqa: E402
from PIL import Image  # noqa: E402
from rapidfuzz.distance import Levenshtein  # noqa: E402

from vnplan.ocr import recognise  # noqa: E402

SHARED = Path(os.environ.get("SHARED", ROOT.parent / "shared"))
SCANS, GOLD = SHARED / "corpus" / "scans", SHARED / "gold" / "scans"
PROCESSES = 2
LADDER: dict[str, dict[str, Any]] = {
    "300 dpi": {},
    "200 dpi, blur, noise, JPEG": {"to": 200, "blur": 0.6, "noise": 8, "jpeg": 50},
    "200 dpi, skew 3°": {"to": 200, "skew": 3.0, "jpeg": 70},
    "200 dpi, uneven light": {"to": 200, "shade": 0.55, "noise": 4},
    "200 dpi, black and white": {"to": 200, "fax": True},
    "150 dpi, noise, JPEG": {"to": 150, "blur": 0.5, "noise": 6, "jpeg": 60, "skew": -1.0},
    "100 dpi": {"to": 100, "jpeg": 75},
}


def own(image: Image.Image, dpi: float) -> str:
    return recognise(image, dpi).text


def plain(image: Image.Image, dpi: float) -> str:
    """Tesseract on the page at 300 dpi, nothing done to it."""
    if round(dpi) != 300:
        size = (round(image.width * 300 / dpi), round(image.height * 300 / dpi))
        image = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        image.convert("RGB").save(file.name, compress_level=1)
        command = ["tesseract", file.name, "stdout", "-l", "vie", "--dpi", "300"]
        done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
    return done.stdout.decode()


@functools.cache
def ocrmypdf_program() -> str | None:
    beside = Path(sys.executable).parent / "ocrmypdf"
    return os.environ.get("OCRMYPDF") or (str(beside) if beside.is_file() else shutil.which("ocrmypdf"))


@functools.cache
def signature_option() -> tuple[str, ...]:
    """What newer releases want before they write a signed PDF anew; 14 of Debian 12 does not know it."""
    option = "--invalidate-digital-signatures"
    told = subprocess.run([str(ocrmypdf_program()), "--help"], capture_output=True, text=True, check=True).stdout
    return (option,) if option in told else ()


def ocrmypdf(source: Path) -> str:
    """The text of a PDF, as OCRmyPDF gives it beside the new PDF."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "out.txt"
        command = [
            str(ocrmypdf_program()), "--force-ocr", "-l", "vie", "--jobs", "1", "--sidecar", str(text), "-q",
            *signature_option(), str(source), str(Path(folder) / "out.pdf"),
        ]  # fmt: skip
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        return text.read_text(encoding="utf-8")


# Pages of our own ----------------------------------------------------------------------------------------------------


def fold(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"[‐‑–—−]", "-", text)
    return re.sub(r"\s?([-/…])\s?", r"\1", " ".join(text.split()))


def rates(expected: Sequence[str], text: str) -> tuple[float, float]:
    """Character error rate in reading order, and the share of the words that are not found, order aside."""
    want, got = fold(" ".join(expected)), fold(text)
    lost = Counter(want.split()) - Counter(got.split())
    return Levenshtein.distance(want, got) / len(want), sum(lost.values()) / len(want.split())


def ladder(figures: dict[str, Any]) -> None:
    print(f"\n{'pages of our own: CER % (words lost %)':42}{'vnplan':>16}{'tesseract':>16}{'ocrmypdf':>16}")
    sums: dict[str, list[float]] = {}
    pages = [paper.letter(), paper.letter("1250", "28", "11", sealed=True)]
    for name, how in LADDER.items():
        row: dict[str, list[tuple[float, float]]] = {}
        for page in pages:
            image, dpi = paper.scan(page.image, **how), how.get("to", 300)
            row.setdefault("vnplan", []).append(rates(page.lines, own(image, dpi)))
            row.setdefault("tesseract", []).append(rates(page.lines, plain(image, dpi)))
            if ocrmypdf_program():
                with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
                    image.convert("RGB").save(file.name, "PDF", resolution=dpi, quality=92)
                    row.setdefault("ocrmypdf", []).append(rates(page.lines, ocrmypdf(Path(file.name))))
        print(f"{name:42}", end="")
        for engine in ("vnplan", "tesseract", "ocrmypdf"):
            found = row.get(engine, [])
            if found:
                characters, words = (100 * sum(r[k] for r in found) / len(found) for k in (0, 1))
                sums.setdefault(engine, []).append(characters)
                print(f"{characters:9.2f} ({words:4.1f})", end="")
            else:
                print(f"{'-':>16}", end="")
        print(flush=True)
    figures["mean CER %"] = {engine: sum(v) / len(v) for engine, v in sums.items()}
    print(f"{'mean CER %':42}" + "".join(f"{sum(v) / len(v):9.2f}       " for v in sums.values()))


# Real scans ----------------------------------------------------------------------------------------------------------


def page_image(source: Path, number: int) -> tuple[Image.Image, float] | None:
    """The scan's own image of a page at its native resolution, None for a page that is no scan."""
    page = pypdfium2.PdfDocument(source)[number]
    images = [found for found in page.get_objects(max_depth=2) if found.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    if len(images) != 1:
        return None
    image = images[0].get_bitmap(render=False).to_pil()
    return image, image.width / page.get_width() * 72


def own_page(task: tuple[Path, int]) -> str:
    found = page_image(*task)
    return own(*found) if found else ""


def plain_page(task: tuple[Path, int]) -> str:
    page = pypdfium2.PdfDocument(task[0])[task[1]]
    return plain(page.render(scale=300 / 72, may_draw_forms=False).to_pil(), 300)


def recall(texts: dict[str, str]) -> float:
    """Share of gold strings (title, signer, recipients, numbers of citations) that stand in the text."""
    hit = total = 0
    for name, text in texts.items():
        gold = json.loads((GOLD / f"{name}.json").read_text(encoding="utf-8"))
        strings = [re.sub(r"^(V/v|Về việc)\s*", "", gold["title"]), gold["signer"], *gold["recipients"]]
        strings += [citation["number"] for citation in gold["citations"] if citation["number"]]
        within = re.sub(r"\s", "", fold(text)).lower()
        total += len(strings)
        hit += sum(re.sub(r"\s", "", fold(string)).lower() in within for string in strings)
    return hit / total


def real(files: int, figures: dict[str, Any]) -> None:
    sources = sorted(SCANS.glob("*.pdf"))
    sources = [source for source in sources if page_image(source, 0)][:files]
    tasks = [(source, k) for source in sources for k in range(len(pypdfium2.PdfDocument(source)))]
    print(f"\n{len(sources)} real scans, {len(tasks)} pages, {PROCESSES} processes")
    print(f"{'':14}{'seconds':>10}{'pages/s':>10}{'gold strings found':>22}")
    engines: list[tuple[str, Callable[[Any], str], list[Any]]] = [
        ("vnplan", own_page, tasks),
        ("tesseract", plain_page, tasks),
    ]
    if ocrmypdf_program():
        engines.append(("ocrmypdf", ocrmypdf, list(sources)))
    speeds: dict[str, float] = {}
    found: dict[str, float] = {}
    for name, work, units in engines:
        with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
            pool.map(abs, range(PROCESSES))
            start = time.perf_counter()
            results = pool.map(work, units, chunksize=1)
            seconds = time.perf_counter() - start
        texts: dict[str, str] = {}
        for unit, text in zip(units, results, strict=True):
            source = unit if isinstance(unit, Path) else unit[0]
            texts[source.stem] = texts.get(source.stem, "") + "\n" + text
        speeds[name] = len(tasks) / seconds
        found[name] = recall(texts)
        print(f"{name:14}{seconds:10.1f}{speeds[name]:10.2f}{found[name]:22.3f}", flush=True)
    figures.update({"processes": PROCESSES, "pages": len(tasks), "pages/s": speeds, "found": found})
    if "ocrmypdf" in speeds:
        figures["to OCRmyPDF"] = speeds["vnplan"] / speeds["ocrmypdf"]
        print(f"vnplan is {speeds['vnplan'] / speeds['ocrmypdf']:.2f} times as fast as OCRmyPDF")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=99, help="real scans to use")
    options.add_argument("--own-only", action="store_true", help="only the pages of our own")
    options.add_argument("--json", type=Path, help="write the figures to this file")
    chosen = options.parse_args()
    figures: dict[str, Any] = {}
    if shutil.which("tesseract") is None:
        print("needs Tesseract: apt-get install tesseract-ocr tesseract-ocr-vie")
        return
    if ocrmypdf_program() is None:
        print("ocrmypdf is not installed (pip install ocrmypdf): left out")
    if SCANS.is_dir() and not chosen.own_only:
        real(chosen.files, figures)
    else:
        print("no real scans here: speed and recall are left out")
    ladder(figures)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
