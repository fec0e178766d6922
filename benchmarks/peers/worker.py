"""One program at one piece of work, in its own environment: `python worker.py PROGRAM WORK JOB.json OUT.json`.

JOB holds `items`: paths of files, or texts. OUT gets what the program made of each of them, its version, and the
processor time (its own and that of processes it started) that all of them took. What loads once is loaded before the
clock starts, by a first item that is not counted; a program that starts anew for every file pays for it each time.
This file needs the standard library alone; each function imports the program that it runs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Work = Callable[[str], Any]
ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}


def spent() -> float:
    """Processor seconds of this process, of those that it started and that ended, and of those that still live."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(map(_of_living, _children(os.getpid())))


def _children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task").glob("*/children")
    return [int(one) for path in found for one in path.read_text(encoding="ascii").split()]


def _of_living(process: int) -> float:
    """Processor seconds of a process that lives, with all below it."""
    try:
        ticks = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[11:15]
    except OSError:  # it has just ended
        return 0.0
    below = sum(map(_of_living, _children(process)))
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK") + below


def ran(*command: str) -> str:
    return subprocess.run(command, capture_output=True, check=True, env=ONE_THREAD, text=True, errors="replace").stdout


# Files to text --------------------------------------------------------------------------------------------------------


def vnplan_text() -> Work:
    from vnplan import read

    return lambda path: read(Path(path).read_bytes(), Path(path).name).raw


def tesseract() -> Work:
    """Pages drawn at 300 dpi, nothing done to them."""

    def text(path: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            ran("pdftoppm", "-r", "300", "-png", path, f"{folder}/page")
            pages = sorted(Path(folder).glob("page*.png"))
            return "\n".join(ran("tesseract", str(page), "stdout", "-l", "vie", "--dpi", "300") for page in pages)

    return text


def ocrmypdf() -> Work:
    program = str(Path(sys.executable).with_name("ocrmypdf"))
    signed = "--invalidate-digital-signatures"
    more = (signed,) if signed in ran(program, "--help") else ()

    def text(path: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            side = f"{folder}/out.txt"
            ran(
                program,
                "--force-ocr",
                "-l",
                "vie",
                "--jobs",
                "1",
                "--sidecar",
                side,
                "-q",
                *more,
                path,
                f"{folder}/o.pdf",
            )
            return Path(side).read_text(encoding="utf-8")

    return text


def kreuzberg(ocr: bool) -> Work:
    from kreuzberg import ExtractionConfig, OcrConfig, extract_file_sync

    if ocr:
        config = ExtractionConfig(use_cache=False, force_ocr=True, ocr=OcrConfig(backend="tesseract", language="vie"))
    else:
        config = ExtractionConfig(use_cache=False)
    return lambda path: str(extract_file_sync(path, config=config).content)


def pdfplumber() -> Work:
    import pdfplumber

    def text(path: str) -> str:
        with pdfplumber.open(path) as document:
            return "\n".join(page.extract_text() for page in document.pages)

    return text


def pypdf() -> Work:
    from pypdf import PdfReader

    return lambda path: "\n".join(page.extract_text() for page in PdfReader(path).pages)


def docling_parse() -> Work:
    from docling_core.types.doc.page import TextCellUnit
    from docling_parse.pdf_parser import DoclingPdfParser

    parser = DoclingPdfParser(loglevel="fatal")

    def text(path: str) -> str:
        pages = parser.load(path).iterate_pages()
        return "\n".join(cell.text for _, page in pages for cell in page.iterate_cells(TextCellUnit.LINE))

    return text


def libreoffice() -> Work:
    def text(path: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            home = f"-env:UserInstallation=file://{folder}/home"
            ran("soffice", home, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", folder, path)
            return next(Path(folder).glob("*.txt")).read_text(encoding="utf-8-sig")

    return text


# Texts to facts -------------------------------------------------------------------------------------------------------


def vnplan_names() -> Work:
    from vnplan.entities.joint import Joint

    engine = Joint()
    return lambda text: [name[:3] for name in engine.find([text])[0]]


def underthesea() -> Work:
    from underthesea import ner

    return lambda text: [[row[0], row[-1]] for row in ner(text)]


def vnplan_dates() -> Work:
    """The whole path from text to facts; the days are those of all its tables."""
    from vnplan import analyze, read
    from vnplan.settings import Settings

    settings = Settings(ner="none")

    def days(text: str) -> list[str]:
        result = analyze(read(text.encode(), "a.txt"), settings)
        found = [
            result.plan.issue_date,
            *(one.date for one in result.citations),
            *(one.date for one in result.deadlines),
        ]
        found += [one.date for one in result.dates]
        return sorted({str(day) for day in found if day})

    return days


def dateparser() -> Work:
    from dateparser.search import search_dates

    def days(text: str) -> list[str]:
        found: set[str] = set()
        for line in filter(str.strip, text.split("\n")):
            found |= {when.date().isoformat() for _, when in search_dates(line, languages=["vi"]) or ()}
        return sorted(found)

    return days


def vnplan_citations() -> Work:
    from vnplan import read
    from vnplan.extractors import citations
    from vnplan.segmentation import segment

    def count(text: str) -> int:
        return len(citations.extract(segment(read(text.encode(), "a.txt"))))

    return count


def refex() -> Work:
    from refex.orchestrator import CitationExtractor

    extractor = CitationExtractor()
    return lambda text: len(extractor.extract(text).citations)


def eyecite() -> Work:
    from eyecite import get_citations

    return lambda text: len(get_citations(text))


PROGRAMS_OF_DOC: dict[str, Callable[[], Work]] = {
    "vnplan": vnplan_text,
    "kreuzberg": lambda: kreuzberg(False),
    "libreoffice": libreoffice,
    "antiword": lambda: lambda path: ran("antiword", "-m", "UTF-8.txt", "-w", "0", path),
    "catdoc": lambda: lambda path: ran("catdoc", "-d", "utf-8", "-w", path),
}
PROGRAMS: dict[tuple[str, str], Callable[[], Work]] = {
    ("vnplan", "ocr"): vnplan_text,
    ("vnplan", "pdf"): vnplan_text,
    ("vnplan", "names"): vnplan_names,
    ("vnplan", "dates"): vnplan_dates,
    ("vnplan", "citations"): vnplan_citations,
    ("tesseract", "ocr"): tesseract,
    ("ocrmypdf", "ocr"): ocrmypdf,
    ("kreuzberg", "ocr"): lambda: kreuzberg(True),
    ("kreuzberg", "pdf"): lambda: kreuzberg(False),
    ("pdfplumber", "pdf"): pdfplumber,
    ("pypdf", "pdf"): pypdf,
    ("docling-parse", "pdf"): docling_parse,
    **{(name, kind): start for name, start in PROGRAMS_OF_DOC.items() for kind in ("doc", "old doc")},
    ("underthesea", "names"): underthesea,
    ("dateparser", "dates"): dateparser,
    ("legal-reference-extraction", "citations"): refex,
    ("eyecite", "citations"): eyecite,
}
TOLD: dict[str, tuple[str, ...]] = {  # how programs that are no Python packages tell their version
    "tesseract": ("tesseract", "--version"),
    "libreoffice": ("soffice", "--version"),
    "antiword": ("dpkg-query", "-W", "-f", "${Version}", "antiword"),
    "catdoc": ("dpkg-query", "-W", "-f", "${Version}", "catdoc"),
}


def main() -> None:
    """Do the job."""
    program, task, job, out = sys.argv[1:]
    items = json.loads(Path(job).read_text(encoding="utf-8"))["items"]
    work = PROGRAMS[program, task]()
    if program not in TOLD and program != "ocrmypdf":
        work(items[0])
    start, results, failed = spent(), [], 0
    for item in items:
        try:
            results.append(work(item))
        except Exception as error:  # a peer that fails at a file has found nothing there
            print(f"{program}: {type(error).__name__}: {error}"[:300], file=sys.stderr)
            results.append(None)
            failed += 1
    seconds = spent() - start
    known = ran(*TOLD[program]).split("\n")[0] if program in TOLD else version(program)
    found = {"version": known, "seconds": seconds, "failed": failed, "results": results}
    Path(out).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
