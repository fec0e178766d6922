"""Labels without words from gold with words: `python scripts/blind_labels.py GOLD CORPUS`.

GOLD holds a JSON file a document in the shape of GUIDELINES, CORPUS the documents. What is written is
`tests/gold/tasks_labels.jsonl`; the gold itself stays outside of the project.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from vnplan.errors import VnplanError
from vnplan.evaluation.blind import LABELS, RawText, label
from vnplan.extraction import read


def main() -> int:
    """Reads every document of the gold and writes the labels."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--cache", type=Path, help="folder in which recognised pages are kept")
    options = parser.parse_args()
    files = {path.name: path for path in options.corpus.rglob("*") if path.is_file()}
    lines, pieces, phrases = [], 0, 0
    for path in sorted(options.gold.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        source = files[Path(gold["source"]).name]
        data = source.read_bytes()
        try:
            raw = RawText(read(data, source.name, cache=options.cache).raw)
        except VnplanError as error:
            print(f"{source.name}: {error}: digests alone", file=sys.stderr)
            raw = RawText("")
        made = {"file": source.relative_to(options.corpus).as_posix(), "sha256": hashlib.sha256(data).hexdigest()}
        lines.append(json.dumps(made | label(gold, raw), ensure_ascii=False, separators=(",", ":")))
        found = [len(task["at"]) > 2 for task in json.loads(lines[-1])["tasks"]]
        pieces, phrases = pieces + sum(found), phrases + len(found)
    LABELS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} documents; {pieces} of {phrases} tasks stand there as the reader wrote them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
