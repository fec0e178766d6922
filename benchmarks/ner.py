"""How well and how fast names are found: rules, the trained model, both joined, and underthesea.

    python benchmarks/ner.py [--part test] [--json FILE]

- Scores on the sentences of tests/gold/ner_labels.jsonl, whose texts are in ../shared: F1 of exact spans, by label, on
  texts and on scans; and on the sentences of texts again after noise with a fixed seed. Without ../shared there are
  none. rules, the model and both joined read whole documents, as vnplan does; underthesea reads sentence by sentence,
  as it is made to. Noisy sentences stand alone for all.
- Speed: plans of 10 KB a second from bytes to records, on one core, with each setting of `--ner`; and underthesea.ner
  alone, without anything else, on the same text (on a sample: it is slow).

Times are processor time of one process. `--json FILE` writes the figures.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vnplan import analyze, read  # noqa: E402
from vnplan.entities import rules  # noqa: E402
from vnplan.entities.engines import version_of  # noqa: E402
from vnplan.entities.general import Underthesea  # noqa: E402
from vnplan.entities.joint import Joint  # noqa: E402
from vnplan.entities.model import Model  # noqa: E402
from vnplan.entities.spans import LABELS, Found  # noqa: E402
from vnplan.evaluation.entities import (  # noqa: E402
    ALL,
    EntityReport,
    Labels,
    Span,
    load_labels,
    score_entities,
)
from vnplan.settings import Settings  # noqa: E402
from vnplan.training.noise import in_capitals, misread, without_marks, wrapped  # noqa: E402
from vnplan.training.samples import Sample  # noqa: E402

SHARED = ROOT.parent / "shared"
SIZE = 10_000  # bytes of a plan
PLANS = 40
SAMPLE_FOR_UNDERTHESEA = 30_000  # characters
NOISE: dict[str, Callable[[Sample, random.Random], Sample]] = {
    "1 letter in 100 misread": partial(misread, rate=0.01),
    "1 letter in 25 misread": partial(misread, rate=0.04),
    "lines broken": wrapped,
    "in capitals": in_capitals,
    "without diacritics": without_marks,
}
Engine = Callable[[Sequence[str]], list[list[Found]]]


def engines() -> dict[str, Engine]:
    """What is compared, in the order of the columns."""
    return {
        "rules": lambda texts: [rules.find(text) for text in texts],
        "trained model": Model().find,
        "joined": Joint().find,
        "underthesea": Underthesea().find,
    }


def spans(found: list[list[Found]]) -> list[Span]:
    return [name[:3] for name in found[0]]


def by_sentence(labels: Labels, engine: Engine) -> Callable[[str], list[Span]]:
    """A finder that reads the labelled sentences of a document alone."""
    sentences = {labelled.document.raw: labelled.sentences for labelled in labels.documents}

    def find(raw: str) -> list[Span]:
        return [
            (sentence.start + start, sentence.start + end, label)
            for sentence in sentences[raw]
            for start, end, label in spans(engine([raw[sentence.start : sentence.end]]))
        ]

    return find


def _recognised(labels: Labels) -> frozenset[str]:
    """The clean texts that were recognised from images; vnplan knows it of each document that it reads."""
    documents = (labelled.document for labelled in labels.documents)
    return frozenset(one.text for one in documents if any(page.method == "ocr" for page in one.pages))


def _of_documents(engine: Any, recognised: frozenset[str], text: str) -> list[Span]:
    return spans(engine([text], True) if text in recognised else engine([text]))


def scores(labels: Labels) -> list[dict[str, Any]]:
    """A row a kind of text and label: how many names, and the F1 of each engine."""
    reports: dict[str, EntityReport] = {}
    for name, engine in engines().items():
        if name == "underthesea":
            reports[name] = score_entities(labels, by_sentence(labels, engine))
        else:
            find = partial(_of_documents, engine, _recognised(labels) if name == "joined" else frozenset())
            reports[name] = score_entities(labels, find, clean=True)
    rows = []
    for kind, heading in ((ALL, "text and scans"), ("text", "text"), ("scan", "scans")):
        for label in (ALL, *LABELS):
            tally = reports["rules"].tallies[label, kind]
            f1 = {name: report.f1(label, kind) for name, report in reports.items()}
            rows.append({"of": heading, "label": label, "names": tally.right + tally.missed, "f1": f1})
    return rows


def noisy_scores(labels: Labels) -> list[dict[str, Any]]:
    """A row a kind of noise: the same sentences of texts, changed alike for every engine."""
    clean = [
        Sample(
            labelled.document.raw[one.start : one.end],
            tuple((start - one.start, end - one.start, label) for start, end, label in one.entities),
        )
        for labelled in labels.documents
        for one in labelled.sentences
        if one.kind == "text"
    ]
    rows = []
    for noise, change in {"one sentence at a time": lambda sample, rng: sample, **NOISE}.items():
        rng = random.Random(1)
        changed = [change(sample, rng) for sample in clean]
        row: dict[str, Any] = {"of": noise, "label": ALL, "f1": {}}
        for name, engine in engines().items():
            found = [{one[:3] for one in names} for names in engine([sample.text for sample in changed])]
            right = sum(len(names & set(sample.labels)) for names, sample in zip(found, changed, strict=True))
            gold = sum(len(sample.labels) for sample in changed)
            row["f1"][name] = 2 * right / (gold + sum(map(len, found)))
            row["names"] = gold
        rows.append(row)
    return rows


def plans() -> list[bytes]:
    """Documents of 10 KB: the beginnings of longer ones."""
    folders = [folder for folder in (SHARED / "seeds", SHARED / "corpus" / "texts") if folder.is_dir()]
    files = [path for folder in folders or [ROOT / "data" / "raw"] for path in sorted(folder.rglob("*"))]
    texts = [read(path.read_bytes(), path.name).raw.encode() for path in files if path.suffix in (".txt", ".md")]
    if not folders:  # the samples are short: some together make a plan
        texts = [b"\n".join(texts[k:] + texts[:k]) for k in range(len(texts))]
    long = [text for text in texts if len(text) >= SIZE]
    return [text[: text.rfind(b"\n", 0, SIZE)] for text in long[:: max(1, len(long) // PLANS)]][:PLANS]


def speed(repeat: int) -> dict[str, float]:
    """Plans a second with each engine, and of underthesea.ner alone."""
    given = plans()
    size = sum(map(len, given)) / SIZE  # in plans of exactly 10 KB
    found = {}
    for ner in ("none", "rules", "model"):
        settings = Settings(ner=ner)
        analyze(read(given[0], "a.txt"), settings)
        spent = []
        for _ in range(repeat):
            started = time.process_time()
            for data in given:
                analyze(read(data, "a.txt"), settings)
            spent.append(time.process_time() - started)
        found[ner] = size / min(spent)
        print(f"whole path, --ner {ner}: {found[ner]:.1f} plans of 10 KB a second")
    sample = "\n".join(read(data, "a.txt").text for data in given)[:SAMPLE_FOR_UNDERTHESEA]
    general = Underthesea()
    general.find([sample[:200]])
    started = time.process_time()
    general.find([sample])
    found["underthesea.ner alone"] = len(sample.encode()) / SIZE / (time.process_time() - started)
    print(f"underthesea.ner alone: {found['underthesea.ner alone']:.2f} plans of 10 KB a second")
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", default="test", choices=("dev", "test"), help="of the labels (default test)")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--repeat", type=int, default=3, help="the fastest of so many runs counts (default 3)")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {"model": version_of("model"), "underthesea": version_of("underthesea")}
    pace = figures["plans/s"] = speed(arguments.repeat)
    times = pace["model"] / pace["underthesea.ner alone"]
    figures["row"] = [f"{pace['model']:.0f} plans/s", f"{times:.0f} × `underthesea.ner` alone on the same text"]
    if SHARED.is_dir():
        labels = load_labels(ROOT / "tests" / "gold" / "ner_labels.jsonl", SHARED, arguments.part)
        figures |= {"sentences": len(labels), "not found again": len(labels.missing)}
        figures["scores"] = [*scores(labels), *noisy_scores(labels)]
        for row in figures["scores"]:
            cells = " ".join(f"{name} {value:.3f}" for name, value in row["f1"].items())
            print(f"{row['of']:24} {row['label']:4} {row['names']:5} names: {cells}")
    else:
        print("../shared is not here: no scores")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
