"""What scans of falling quality cost: facts of plain texts, printed, scanned and read again, rung by rung.

    python benchmarks/ladder.py [FOLDER or FILE …] [--plain] [--rungs WORDS] [--json FILE]

Default: four plans written for the project (tests/gold/written), twelve pages: ten rungs take some five minutes of
processor time on two processes. Aim: citations lose at most 2 points of F1 at 200 dpi and 5 at 150.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vnplan.evaluation.ladder import FIELDS, RUNGS, Layout, Loss, climb  # noqa: E402

WRITTEN = ROOT / "tests" / "gold" / "written"
TEXTS = ("w1-soyte-thaibinh-31-kh", "w5-06-kh-hnd", "w7-08-baoverung-konplong", "w8-vinhphuc-khuyencong-2024")
ENDINGS = (".txt", ".md")
LISTS = ("citations", "targets", "tasks", "assignments", "responsibilities", "deadlines", "recipients")


def texts(arguments: list[Path]) -> dict[str, bytes]:
    given = arguments or [WRITTEN / f"{name}.md" for name in TEXTS]
    files = [file for path in given for file in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    files = [file for file in files if file.suffix in ENDINGS]
    return {file.name: file.read_bytes() for file in files if "gold" not in file.parts or WRITTEN in file.parents}


def one(task: tuple[str, Layout, str, bytes]) -> Loss:
    rung, layout, name, data = task
    return climb({name: data}, RUNGS[rung], layout)


def joined(parts: list[Loss]) -> Loss:
    whole = Loss(documents=len(parts))
    for part in parts:
        for mine, theirs in ((whole.kept, part.kept), (whole.lost, part.lost), (whole.added, part.added)):
            for kind, count in theirs.items():
                mine[kind] = mine.get(kind, 0) + count
    return whole


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("inputs", nargs="*", type=Path)
    options.add_argument("--plain", action="store_true", help="a paragraph a line, not set as offices do")
    options.add_argument("--rungs", default="", help="only rungs whose name holds these words")
    options.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = options.parse_args()
    found = texts(arguments.inputs)
    figures: dict[str, dict[str, float]] = {}
    layout: Layout = "plain" if arguments.plain else "letter"
    print(f"{len(found)} texts, layout {layout}; agreement (F1) of the scan's facts with the text's")
    print(f"{'':20}{'fields':>9}" + "".join(f"{kind[:15]:>16}" for kind in LISTS))
    with ProcessPoolExecutor(2) as pool:
        for rung in RUNGS:
            if arguments.rungs not in rung:
                continue
            loss = joined(list(pool.map(one, [(rung, layout, name, data) for name, data in found.items()])))
            row = {"fields": sum(map(loss.f1, FIELDS)) / len(FIELDS), **{kind: loss.f1(kind) for kind in LISTS}}
            figures[rung] = row
            print(f"{rung:20}{row['fields']:9.3f}" + "".join(f"{row[kind]:16.3f}" for kind in LISTS), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
