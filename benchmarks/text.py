"""Speed of the rule path on text, as ratios to named alternatives measured in the same run.

    python benchmarks/text.py [FOLDER …]        default: ../shared/seeds and ../shared/corpus/texts, else data/raw

Prints, in MB (10^6 UTF-8 bytes) a second of processor time on one core:

- the whole rule path (bytes to records) and its parts;
- citation extraction alone, next to eyecite (default tokenizer) on English text of the same size and citation density;
- the whole path next to `underthesea.ner` on the same text (on a sample: it is slow);
- growth: the whole path on 10 kB, 100 kB, 1 MB and 10 MB of the same kind of text.

`--json FILE` writes the figures. Times are processor time, so that a busy machine does not count;
ratios are what matters.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vnplan import analyze, read  # noqa: E402
from vnplan.batch.garbage import settle  # noqa: E402
from vnplan.extractors import citations, dates, deadlines, identity, targets, tasks  # noqa: E402
from vnplan.linking.citations import link_citations  # noqa: E402
from vnplan.segmentation import segment  # noqa: E402
from vnplan.settings import Settings  # noqa: E402
from vnplan.text.clean import clean  # noqa: E402

NO_NAMES = Settings(ner="none")  # the model for names has a benchmark of its own (ner.py)
SAMPLE_FOR_NER = 60_000  # characters


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds of one call, and its result."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def load(folders: list[Path]) -> list[tuple[str, bytes]]:
    """All text files below the folders."""
    files = [p for folder in folders for p in sorted(folder.rglob("*")) if p.suffix in (".txt", ".md") and p.is_file()]
    return [(p.name, p.read_bytes()) for p in files if "gold" not in p.parts]


def rule_path(documents: list[tuple[str, bytes]]) -> dict[str, float]:
    """Seconds of the whole path and of each part, over all documents."""
    seconds: dict[str, float] = {}

    def add(name: str, work: Callable[[], Any]) -> Any:
        spent, result = timed(work)
        seconds[name] = seconds.get(name, 0.0) + spent
        return result

    for name, data in documents:
        add("whole path", lambda data=data, name=name: analyze(read(data, name), NO_NAMES))
    for name, data in documents:
        document = read(data, name)
        add("clean text", lambda document=document: clean(document.raw))
        parts = add("segmentation", lambda document=document: segment(document))
        if not parts.is_vietnamese:
            continue
        found = add("citations", lambda parts=parts: citations.extract(parts))
        add("citation links", lambda found=found, parts=parts: link_citations(found, parts))
        for module in (identity, targets, tasks, deadlines, dates):
            add(module.__name__.rsplit(".", 1)[1], lambda module=module, parts=parts: module.extract(parts))
    return seconds


def english(size: int) -> str:
    """English legal prose of `size` characters with about one case citation in 350 characters."""
    draw = random.Random(1)
    words = "the court held that a party who fails to raise an objection waives it on appeal and may not".split()
    reporters = ["U.S.", "F.3d", "F.2d", "S. Ct.", "F. Supp. 2d", "P.2d", "N.E.2d", "Cal. 4th"]
    out: list[str] = []
    length = 0
    while length < size:
        sentence = " ".join(draw.choices(words, k=draw.randint(30, 70)))
        case = f"{draw.choice(['Smith', 'Jones', 'Lopez', 'Nguyen'])} v. {draw.choice(['State', 'Doe', 'Acme Corp.'])}"
        cite = f"{draw.randint(1, 999)} {draw.choice(reporters)} {draw.randint(1, 1500)} ({draw.randint(1950, 2020)})"
        text = f"{sentence.capitalize()}. See {case}, {cite}. "
        out.append(text)
        length += len(text)
    return "".join(out)[:size]


def megabytes(documents: list[tuple[str, bytes]]) -> float:
    return sum(len(data) for _, data in documents) / 1e6


def grown(documents: list[tuple[str, bytes]], size: int) -> bytes:
    """About `size` bytes made of whole paragraphs of the documents, one document after the other."""
    whole = b"\n".join(data for _, data in documents if data[:3] != b"\xff\xfe")
    while len(whole) < size:
        whole += b"\n" + whole
    return whole[: whole.rfind(b"\n", 0, size)]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--repeat", type=int, default=3, help="the fastest of so many runs counts (default 3)")
    arguments = parser.parse_args()
    shared = ROOT.parent / "shared"
    folders = arguments.folders or [f for f in (shared / "seeds", shared / "corpus" / "texts") if f.is_dir()]
    documents = load(folders or [ROOT / "data" / "raw"])
    size = megabytes(documents)
    analyze(read(documents[0][1], documents[0][0]), NO_NAMES)  # compile patterns, load knowledge
    settle()  # as the worker of a run does: what is loaded is not looked through for garbage again and again
    runs = [rule_path(documents) for _ in range(arguments.repeat)]
    best = {name: min(run.get(name, 0.0) for run in runs) for name in runs[0]}
    figures: dict[str, Any] = {"documents": len(documents), "megabytes": round(size, 2), "cores": os.cpu_count()}
    print(f"{len(documents)} documents, {size:.2f} MB; the fastest of {arguments.repeat} runs, one core")
    for name, spent in best.items():
        figures[name] = size / spent
        print(f"  {name:18s} {size / spent:8.2f} MB/s")

    characters = sum(len(data.decode(errors="replace")) for _, data in documents)
    figures.update(_against_eyecite(size, characters, best))
    figures.update(_against_underthesea(documents, best, size))
    print("growth, whole path:")
    for target in (10_000, 100_000, 1_000_000, 10_000_000):
        data = grown(documents, target)
        spent = min(timed(lambda data=data: analyze(read(data, "grown.txt"), NO_NAMES))[0] for _ in range(2))
        figures[f"growth {target}"] = len(data) / 1e6 / spent
        print(f"  {len(data) / 1e6:8.2f} MB {spent:8.3f} s {len(data) / 1e6 / spent:8.2f} MB/s")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


def _against_eyecite(size: float, characters: int, best: dict[str, float]) -> dict[str, float]:
    try:
        from eyecite import get_citations
    except ImportError:
        print("eyecite is not installed: pip install eyecite")
        return {}
    text = english(characters)
    get_citations(text[:20_000])
    spent, found = timed(lambda: [get_citations(text[i : i + 30_000]) for i in range(0, len(text), 30_000)])
    ours, theirs = characters / best["citations"], characters / spent
    print(
        f"citations alone: {ours / 1e6:.2f} M characters/s ({size / best['citations']:.2f} MB/s); "
        f"eyecite: {theirs / 1e6:.2f} M characters/s ({sum(map(len, found))} found); ratio {ours / theirs:.1f}"
    )
    return {"eyecite M characters/s": theirs / 1e6, "citations to eyecite": ours / theirs}


def _against_underthesea(documents: list[tuple[str, bytes]], best: dict[str, float], size: float) -> dict[str, float]:
    try:
        from underthesea import ner
    except ImportError:
        print("underthesea is not installed")
        return {}
    sample: list[str] = []
    length = 0
    for name, data in documents:
        for line in read(data, name).text.split("\n"):
            if length < SAMPLE_FOR_NER and line.strip():
                sample.append(line)
                length += len(line)
    ner(sample[0])
    spent, _ = timed(lambda: [ner(line) for line in sample])
    sampled = sum(len(line.encode()) for line in sample) / 1e6
    theirs, ours = sampled / spent, size / best["whole path"]
    print(
        f"whole path: {ours:.2f} MB/s; underthesea.ner: {theirs:.4f} MB/s ({sampled:.2f} MB); ratio {ours / theirs:.0f}"
    )
    return {"underthesea.ner MB/s": theirs, "whole path to underthesea.ner": ours / theirs}


if __name__ == "__main__":
    sys.exit(main())
