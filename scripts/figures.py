"""Puts measured figures into README.md and the pages of docs/: every table between two markers is made anew.

    python scripts/figures.py [--check]

The figures are the JSON files in docs/figures, written by `make score` and `make bench`. With `--check` nothing is
written, and the exit status is 1 where a table is not what the figures say.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from ladder_plot import drawn  # noqa: E402

FIGURES = ROOT / "docs" / "figures"
_BLOCK = re.compile(r"(<!-- figures: ([a-z-]+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)

# Sets of gold, in the order of the columns: file of figures, heading.
SETS = (
    ("score-seeds", "five plans (text)"),
    ("score-texts", "8 decisions and letters (text)"),
    ("score-plans", "10 plans (text)"),
    ("score-scans", "14 signed PDFs (11 scanned)"),
    ("score-samples", "own samples"),
    ("score-blind-locked", "20 documents kept unseen"),
)
# Fields, in the order of the rows: heading, name in the figures of the real documents, name in those of the samples.
FIELDS = (
    ("type", "doc_type", "doc_type"),
    ("number", "number", "number"),
    ("date", "issue_date", "issue_date"),
    ("place", "place", "place"),
    ("issuer", "issuing_body", "issuing_body"),
    ("title", "title", "title"),
    ("period", "period", "period"),
    ("signer", "signer", "signer"),
    ("citations (type, number, date)", "citations (document+type+date)", "citations"),
    ("mentions of documents", "citation mentions (count)", "citation mentions"),
    ("targets", "targets", "targets"),
    ("tasks", "tasks (found)", "tasks"),
    ("assignments (task, body, role)", "assignments (task+body+role)", "assignments"),
    ("responsibilities (body, role)", "responsibilities (body+role)", "responsibilities"),
    ("deadlines", "deadlines", "deadlines"),
    ("recipients", "recipients", "recipients"),
    ("sections", "sections", "sections"),
)


def figures(name: str) -> dict[str, Any] | None:
    """The figures of a file in docs/figures, None if it was never measured."""
    path = FIGURES / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def scores() -> str:
    """A row a field, a column a set of gold: accuracy or F1, and how many values were wrong."""
    sets = [(heading, found["figures"]) for name, heading in SETS if (found := figures(name))]
    rows = []
    for heading, *names in FIELDS:
        cells = [next((_score(of[name]) for name in names if name in of), "") for _, of in sets]
        if any(cells):
            rows.append([heading, *cells])
    return table(["", *(heading for heading, _ in sets)], rows)


def _score(figure: dict[str, Any]) -> str:
    """`0.944 of 18`, with the number of wrong values where a field has any."""
    value = figure["accuracy"] if "accuracy" in figure else figure["f1"]
    count = figure.get("n", figure.get("right", 0) + figure.get("missed", 0))
    if value is None or not count:
        return ""
    wrong = figure.get("wrong", 0) if "accuracy" in figure else 0
    return f"{value:.3f} of {count}" + (f", {wrong} wrong" if wrong else "")


def speed() -> str:
    """What the benchmarks measured, each next to its yardstick."""
    rows = []
    if text := figures("bench-text"):
        rows += [
            [
                "rules, bytes to records, one core",
                f"{text['whole path']:.1f} MB/s",
                f"{text['whole path to underthesea.ner']:.0f} × `underthesea.ner` on the same text",
            ],
            [
                "citations alone",
                f"{text['citations']:.1f} MB/s",
                f"{text['citations to eyecite']:.0f} × eyecite on English of the same length",
            ],
        ]
    if ner := figures("bench-ner"):
        rows.append(["whole path with the model, 10 KB plans", *ner["row"]])
    if pdf := figures("bench-pdf"):
        rows.append(
            [
                "born-digital PDF, text and boxes",
                f"{pdf['pages/s']:.0f} pages/s",
                f"{pdf['times']:.0f} × pdfplumber ({pdf['own times']:.0f} × on a plain plan of 20 pages)",
            ]
        )
    if ocr := figures("bench-ocr"):
        rows.append(
            [
                f"real scans, {ocr['processes']} processes",
                f"{ocr['pages/s']['vnplan']:.2f} pages/s",
                f"{ocr['to OCRmyPDF']:.2f} × OCRmyPDF; {ocr['found']['vnplan']:.1%} of the gold's strings found, "
                f"OCRmyPDF {ocr['found']['ocrmypdf']:.1%}",
            ]
        )
        rows.append(
            [
                "characters wrong on own scans of seven qualities",
                f"{ocr['mean CER %']['vnplan']:.2f} %",
                f"OCRmyPDF {ocr['mean CER %']['ocrmypdf']:.1f} %, most of it the order of columns",
            ]
        )
    if batch := figures("bench-batch"):
        rows += batch["rows"]
    return table(["", "measured", "next to"], rows)


def ladder() -> str:
    """A row a rung of the scan-degradation ladder, a column a kind of fact."""
    found = figures("bench-ladder") or {}
    kinds = tuple(next(iter(found.values()), ()))
    return table(["", *kinds], [[rung, *(f"{row[kind]:.3f}" for kind in kinds)] for rung, row in found.items()])


# Work, pages to recognise in it, documents to analyse without that.
_WORK = (
    ("100,000 scanned pages", 100_000, 0),
    ("1,000,000 scanned pages", 1_000_000, 0),
    ("1,000,000 text documents", 0, 1_000_000),
)
_NIGHT = 8.0  # hours


def cluster() -> str:
    """What Ray was measured to cost, and from the rates how many core-hours some piece of work takes."""
    found, ocr = figures("bench-cluster"), figures("bench-ocr")
    if not found or not ocr:
        return ""
    pages = ocr["pages/s"]["vnplan"] / ocr["processes"]
    documents = found["documents/s"]["ray"] / found["processes"]
    over, seconds = found["overhead %"], found["seconds"]
    rates = [
        ["*a*: scanned pages a second and core", f"{pages:.2f}"],
        ["*b*: text documents a second and core, on Ray", f"{documents:.0f}"],
        ["size of these documents", f"{found['bytes a document']:,} bytes"],
        ["the same run on the local pool and on Ray", f"{seconds['local']:.0f} s and {seconds['ray']:.0f} s"],
        [f"overhead of Ray, {found['documents']:,} documents, start of its workers included", f"{over['whole run']} %"],
        ["the same in processor time", f"{over['processor time']} %"],
        ["the same on the clock, once the first documents have come", f"{over['once the first have come']} %"],
        ["start of a cluster on one machine, not in these", f"{found['seconds to start the cluster']:.0f} s"],
        ["cores that other programs took meanwhile", f"{found['cores taken by other programs']}"],
    ]
    work = []
    for name, p, d in _WORK:
        hours = p / (3600 * pages) + d / (3600 * documents)
        night = math.ceil(hours / _NIGHT)
        work.append([name, f"{hours:,.0f}" if hours >= 10 else f"{hours:.1f}", f"{night:,}"])
    return table(["", "measured"], rates) + "\n" + table(["", "core-hours", f"cores for {_NIGHT:.0f} hours"], work)


def names() -> str:
    """A row a kind of text and label, a column an engine that finds names: F1 of exact spans."""
    found = (figures("bench-ner") or {}).get("scores", [])
    engines = list(found[0]["f1"]) if found else []
    rows = [
        [row["of"], row["label"], str(row["names"]), *(f"{row['f1'][engine]:.3f}" for engine in engines)]
        for row in found
    ]
    return table(["", "label", "names", *engines], rows)


def service() -> str:
    """What the service did under load."""
    found = figures("bench-service")
    if not found:
        return ""
    killed = found["killed"]
    times = " / ".join(f"{found[name]:.1f} s" for name in ("p50 s", "p95 s", "longest s"))
    own, below = (
        f"{held['after a tenth']:.0f} MB, {held['at the end']:.0f} MB"
        for held in (found["MB of the service"], found["MB of its workers"])
    )
    rows = [
        ["clients that upload at once, for how long", f"{found['clients']}, {found['seconds']:.0f} s"],
        ["answers, and of these right", f"{found['answers']:,}, {found.get('right', 0):,}"],
        ["answers a second", f"{found['answers/s']:.1f}"],
        ["time to an answer: half of them, 95 of 100, the longest", times],
        ["memory of the service after a tenth of the time, at the end", own],
        ["memory of its workers, likewise", below],
        ["accepted jobs when it was killed, whole after the start", f"{killed['accepted']}, {killed.get('whole', 0)}"],
        ["load of the machine meanwhile", f"{found['load']:.1f}"],
    ]
    return table(["", "measured"], rows)


_PAGE_BYTES = 2_500  # of text on a page
_MILLION = 1_000_000
_MANY = 100  # cores of a cluster


def million() -> str:
    """What a million pages cost by the measured rates: processor hours, and hours on one machine and on a cluster."""
    text, pdf, ocr, ray = (figures(f"bench-{name}") for name in ("text", "pdf", "ocr", "cluster"))
    batch = figures("bench-batch")
    if not (text and pdf and ocr and ray and batch):
        return ""
    reading = _MILLION * _PAGE_BYTES / 1e6 / text["whole path"] / 3600
    rest = 1 + max(ray["overhead %"]["processor time"], 0) / 100
    kinds = (
        ("text, without names by the model", reading),
        ("born-digital PDF", reading + _MILLION / pdf["pages/s"] / 3600),
        ("scanned", reading + _MILLION * ocr["processes"] / ocr["pages/s"]["vnplan"] / 3600),
    )
    rows = []
    for name, hours in kinds:
        cells = (hours, hours / ocr["processes"], hours * rest / _MANY)
        rows.append([name, *(f"{value:,.0f}" if value >= 10 else f"{value:.1f}" for value in cells)])
    header = [
        "a million pages",
        "core-hours",
        f"hours on {ocr['processes']} cores",
        f"hours on {_MANY} cores, with Ray",
    ]
    return table(header, rows)


def peers() -> str:
    """A table a kind of work: each program, how right it is, and what it takes of the processor."""
    found = figures("bench-peers") or {}
    parts = []
    for task, heading in _PEERS.items():
        if task not in found:
            continue
        of, programs = found[task], found[task]["programs"]
        measures = list(dict.fromkeys(key for row in programs.values() for key in row if key not in _TOLD))
        rows = [
            [
                f"**{name}**" if name == "vnplan" else name,
                str(row["version"]),
                *(_measure(row.get(key)) for key in measures),
            ]
            for name, row in programs.items()
        ]
        given = f"{of['items']} items, {of['amount']:.3g} {of['unit']}"
        parts.append(f"### {heading}\n\n{given}\n\n{table(['', 'version', *measures], rows)}")
    return "\n".join(parts)


_PEERS = {
    "ocr": "Scanned pages to text",
    "pdf": "Born-digital PDF to text",
    "doc": "Word 97 to text",
    "old doc": "Word 97 in fonts from before Unicode",
    "names": "Names in text",
    "dates": "Days",
    "citations": "Citations, each in its own language (speed only)",
}
_TOLD = ("version", "seconds", "failed")


def _measure(value: float | None) -> str:
    return (
        ""
        if value is None
        else f"{value:,}"
        if isinstance(value, int)
        else f"{value:.3g}"
        if value < 100
        else f"{value:,.0f}"
    )


BLOCKS: dict[str, Callable[[], str]] = {
    "scores": scores,
    "ladder": ladder,
    "speed": speed,
    "cluster": cluster,
    "names": names,
    "peers": peers,
    "service": service,
    "million": million,
}


def filled(text: str) -> str:
    """The page with its tables made from the figures."""
    return _BLOCK.sub(lambda block: block[1] + BLOCKS[block[2]]() + block[3], text)


def main() -> int:
    """Fill or check the pages; returns the exit status."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="write nothing; exit 1 if a table is out of date")
    check = options.parse_args().check
    old = []
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        text = path.read_text(encoding="utf-8")
        new = filled(text)
        if new != text:
            old.append(str(path.relative_to(ROOT)))
            if not check:
                path.write_text(new, encoding="utf-8")
    if ladder_figures := figures("bench-ladder"):
        picture, new = ROOT / "docs" / "images" / "ladder.svg", drawn(ladder_figures)
        if not picture.is_file() or picture.read_text(encoding="utf-8") != new:
            old.append(str(picture.relative_to(ROOT)))
            if not check:
                picture.write_text(new, encoding="utf-8")
    if old and check:
        print(f"out of date: {', '.join(old)}; run scripts/figures.py", file=sys.stderr)
    return int(bool(old) and check)


if __name__ == "__main__":
    sys.exit(main())
