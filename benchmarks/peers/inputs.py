"""What the peers are given, and what should come of it: written for the project, so that anybody can repeat it.

Where the reference material lies beside the project, real documents come on top.
"""

from __future__ import annotations

import html
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

import ocr_paper  # noqa: E402
import paper  # noqa: E402
import pypdfium2  # noqa: E402
from ladder import TEXTS, WRITTEN  # noqa: E402
from ocr import GOLD, SCANS, page_image  # noqa: E402

from vnplan import read  # noqa: E402
from vnplan.evaluation.entities import load_labels  # noqa: E402

SHARED = Path(os.environ.get("SHARED", ROOT.parent / "shared"))
_SHORTEST = 20
QUALITIES: dict[str, dict[str, Any]] = {
    "300": {},
    "200-noise": {"to": 200, "blur": 0.6, "noise": 8, "jpeg": 50},
    "200-skew": {"to": 200, "skew": 3.0, "jpeg": 70},
    "150": {"to": 150, "blur": 0.5, "noise": 6, "jpeg": 60, "skew": -1.0},
}


@dataclass
class Job:
    """Items for one kind of work.

    Attributes:
        items: Paths or texts.
        expected: What should come of each, None where that is not known or counted otherwise.
        unit: In what speed is counted, and how many units all items are.
        amount: How many units the items are.
        own: Items for a program that reads another language.
    """

    items: list[str]
    expected: list[Any]
    unit: str
    amount: float
    own: dict[str, list[str]] = field(default_factory=dict)


def pages(paths: list[str]) -> int:
    return sum(len(pypdfium2.PdfDocument(path)) for path in paths)


def scans(folder: Path, real: int) -> Job:
    """Letters drawn and spoiled, eight pages; and the real scans with the fewest pages."""
    items, expected = [], []
    for number, letter in enumerate((ocr_paper.letter(), ocr_paper.letter("1250", "28", "11", sealed=True))):
        for name, how in QUALITIES.items():
            path = folder / f"letter-{number}-{name}.pdf"
            image = ocr_paper.scan(letter.image, **how)
            image.convert("RGB").save(path, "PDF", resolution=how.get("to", 300), quality=92)
            items.append(str(path))
            expected.append(letter.lines)
    found = sorted(SCANS.glob("*.pdf"), key=lambda path: (len(pypdfium2.PdfDocument(path)), path.name))
    locked = (ROOT / "tests" / "gold" / "LOCKED").read_text(encoding="utf-8").split()
    found = [
        path
        for path in found
        if page_image(path, 0) and path.stem not in locked and (GOLD / f"{path.stem}.json").is_file()
    ]
    items += map(str, found[:real])
    expected += [None] * len(found[:real])
    return Job(items, expected, "pages", pages(items))


def written(name: str) -> str:
    """A plan written for the project, as plain text."""
    return read((WRITTEN / f"{name}.md").read_bytes(), f"{name}.md").text


def office(folder: Path, ending: str) -> tuple[list[str], list[list[str]]]:
    """Plans written for the project as files of an office program, with the lines that they hold."""
    items, expected = [], []
    for name in TEXTS:
        lines = [line for line in written(name).split("\n") if line.strip()]
        source = folder / f"{name}.html"
        body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        source.write_text(f'<html><meta charset="utf-8"><body>{body}</body></html>', encoding="utf-8")
        home = f"-env:UserInstallation=file://{folder}/home"
        kind = {"pdf": "pdf:writer_web_pdf_Export", "doc": "doc:MS Word 97"}[ending]
        command = ["soffice", home, "--headless", "--convert-to", kind, "--outdir", str(folder), str(source)]
        subprocess.run(command, capture_output=True, check=True)
        items.append(str(folder / f"{name}.{ending}"))
        expected.append(lines)
    return items, expected


def pdfs(folder: Path) -> Job:
    """Born-digital PDFs: five plans in two columns, drawn by code, and four made by LibreOffice."""
    items, expected = office(folder, "pdf")
    for number in range(5):
        left = [*paper.LEFT[:-1], f"Số: {number + 11}/KH-PKT"]
        sheet = paper.Paper()
        sheet.plan(left=left)
        path = folder / f"plan-{number}.pdf"
        path.write_bytes(sheet.bytes())
        items.append(str(path))
        closing = [*paper.CLOSING_LEFT, *filter(None, paper.CLOSING_RIGHT)]
        expected.append([*left, *paper.RIGHT, *paper.TITLE, *paper.BODY, *closing])
    return Job(items, expected, "pages", pages(items))


def docs(folder: Path) -> Job:
    """Word 97 files made by LibreOffice."""
    items, expected = office(folder, "doc")
    return Job(items, expected, "files", len(items))


def old_docs(corpus: Path | None) -> Job | None:
    """Real Word files in fonts from before Unicode, with transcripts: a copy of the public viparse-corpus."""
    if corpus is None:
        return None
    truths = corpus / "ground-truth"
    found = [path for path in (corpus / "corpus").rglob("*.doc") if (truths / f"{path.stem}.txt").is_file()]
    # Its scorer takes minutes over a long text that was read wrong.
    found = sorted(found, key=lambda path: ((truths / f"{path.stem}.txt").stat().st_size, path.name))[:_SHORTEST]
    expected = [(truths / f"{path.stem}.txt").read_text(encoding="utf-8") for path in found]
    return Job([str(path) for path in found], expected, "files", len(found)) if found else None


def names() -> Job | None:
    """Labelled sentences of real texts; the words are not in the project, so there are none without the material."""
    if not SHARED.is_dir():
        return None
    labels = load_labels(ROOT / "tests" / "gold" / "ner_labels.jsonl", SHARED)
    items, expected = [], []
    for labelled in labels.documents:
        for one in labelled.sentences:
            if one.kind == "text":
                items.append(labelled.document.raw[one.start : one.end])
                expected.append([[start - one.start, end - one.start, label] for start, end, label in one.entities])
    return Job(items, expected, "MB", sum(len(item.encode()) for item in items) / 1e6)


def dates() -> Job:
    """Plans written for the project, and the days that their labels name."""
    items, expected = [], []
    for path in sorted(WRITTEN.glob("*.json"))[:20]:
        gold = json.loads(path.read_text(encoding="utf-8"))
        days = {gold.get("issue_date"), *(one.get("date") for one in gold.get("citations", ()))}
        days |= {day for day in gold.get("deadlines", ()) if len(day) == 10 and day[4] == "-"}
        items.append(written(path.stem))
        expected.append(sorted(filter(None, days)))
    return Job(items, expected, "MB", sum(len(item.encode()) for item in items) / 1e6)


def citations() -> Job:
    """Each program gets its own language: plans written for the project, and prose with as many citations."""
    draw = random.Random(1)
    made = {name: _prose(draw, *of) for name, of in _PROSE.items()}
    items = [written(path.stem) for path in sorted(WRITTEN.glob("*.json"))[:20]]
    return Job(items, [None] * len(items), "million characters", sum(map(len, items)) / 1e6, made)


_PROSE: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "eyecite": (
        "the court held that a party who fails to raise an objection waives it on appeal and may not",
        lambda draw: (
            f"Smith v. State, {draw.randint(1, 999)} {draw.choice(['U.S.', 'F.3d', 'S. Ct.', 'N.E.2d'])} "
            f"{draw.randint(1, 1500)} ({draw.randint(1950, 2020)})"
        ),
    ),
    "legal-reference-extraction": (
        "das Gericht hat die Klage abgewiesen weil der Anspruch nicht besteht und die Frist abgelaufen ist",
        lambda draw: (
            f"§ {draw.randint(1, 900)} Abs. {draw.randint(1, 4)} {draw.choice(['BGB', 'ZPO', 'StGB', 'VwGO'])}"
        ),
    ),
}


def _prose(draw: random.Random, words: str, cite: Callable[[random.Random], str]) -> list[str]:
    texts = []
    for _ in range(10):
        out = ""
        while len(out) < 20_000:
            sentence = " ".join(draw.choices(words.split(), k=draw.randint(90, 190)))
            out += f"{sentence.capitalize()}; {cite(draw)}. "
        texts.append(out)
    return texts
