"""Counts how often the rules are right on labelled documents: makes pipeline/knowledge/confidence.csv.

    python scripts/confidence.py DOCUMENTS --unseen GOLD… --seen GOLD… [--fresh GOLD…] [--leave-out FILE] [--jobs N]

DOCUMENTS is a folder with the documents of the gold. `--unseen` are folders of gold whose documents no rule was written
on, `--seen` the others; FILE names documents, one a line, that are kept for measuring and not counted. `--fresh` are
folders of gold that nobody has read who writes rules: how often the rules were right there is kept in
tests/gold/judged.csv, which holds no word of these documents and is counted like `--unseen` ever after.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vnplan.batch import extract_folder  # noqa: E402
from vnplan.evaluation import evaluate  # noqa: E402
from vnplan.evaluation.calibration import Grade  # noqa: E402
from vnplan.linking.confidence import groups, row_of, together  # noqa: E402
from vnplan.settings import Settings  # noqa: E402

TABLE = ROOT / "pipeline" / "knowledge" / "confidence.csv"
JUDGED = ROOT / "tests" / "gold" / "judged.csv"
COLUMNS = ("kind", "rule", "given", "right", "count", "seen_right", "seen_count")


def main() -> None:
    """Extracts with the confidence that rules claim, judges, and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents")
    parser.add_argument("--unseen", nargs="+", default=[])
    parser.add_argument("--seen", nargs="+", default=[])
    parser.add_argument("--fresh", nargs="+", default=[])
    parser.add_argument("--leave-out")
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    kept = set(Path(args.leave_out).read_text(encoding="utf-8").split()) if args.leave_out else set()
    before = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    try:
        with tempfile.TemporaryDirectory() as out:
            TABLE.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")  # nothing known: rules claim what they do
            extract_folder(
                args.documents, out, settings=Settings(ner="none"), jobs=args.jobs, cache=True, follow_links=True
            )
            if args.fresh:
                keep(evaluate(out, args.fresh).grades())
            rows = counted(out, args.unseen, args.seen, kept)
    except BaseException:
        TABLE.write_text(before, encoding="utf-8")
        raise
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    print(f"{len(rows)} rows in {TABLE}")


def counted(out: str, unseen: list[str], seen: list[str], kept: set[str]) -> list[tuple[object, ...]]:
    """The rows of the table: a group of facts, and as how many independent cases its facts count."""
    counts: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for at, folders in ((0, unseen), (2, seen)):
        found: dict[tuple[tuple[str, str, str], str], list[bool]] = defaultdict(list)
        grades = evaluate(out, folders).grades() if folders else []
        for grade in grades if at else [*grades, *judged()]:
            if grade.document not in kept:
                for key in groups(grade.kind, grade.rule, grade.confidence):
                    found[row_of(key), grade.document].append(grade.right)
        for (group, _), facts in found.items():
            weight = together(len(facts))
            counts[group][at] += weight * sum(facts) / len(facts)
            counts[group][at + 1] += weight
    return [(*group, *(f"{count:.2f}" for count in counts[group])) for group in sorted(counts)]


def keep(grades: list[Grade]) -> None:
    """Write what was judged on fresh documents to `JUDGED`: by document, kind, rule and claim."""
    counts: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    names = {name: str(number) for number, name in enumerate(sorted({grade.document for grade in grades}), 1)}
    for grade in grades:
        part = counts[names[grade.document], grade.kind, grade.rule, f"{grade.confidence:.2f}"]
        part[0] += grade.right
        part[1] += 1
    with JUDGED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("document", "kind", "rule", "given", "right", "count"))
        writer.writerows((*key, *counts[key]) for key in sorted(counts, key=lambda key: (int(key[0]), *key[1:])))


def judged() -> list[Grade]:
    """The rows of `JUDGED`, one a fact, with what the rules claim of themselves."""
    found = []
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for number in range(int(row["count"])):
                right = number < int(row["right"])
                name = f"fresh {row['document']}"
                found.append(Grade(row["kind"], row["rule"], float(row["given"]), right, False, name))
    return found


if __name__ == "__main__":
    main()
