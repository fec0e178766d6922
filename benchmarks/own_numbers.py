"""Do the documents' own numbers come out right? Checked against sources that the extraction does not use.

`dvhc` files are named after their number (`1674_NQ-UBTVQH15.md`); for `congbot` files the number is looked up by a
plain search for the first `Số: …` cell of the first table. Run:
`python benchmarks/own_numbers.py [../shared/corpus/texts]`.
Prints one line a disagreement and the shares; exit code 1 below 97 %.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vnplan import analyze, read


def key(number: str | None) -> str:
    """A number without spaces, dash kinds and case."""
    text = unicodedata.normalize("NFC", number or "")
    return re.sub(r"[‐-―−]", "-", re.sub(r"\s+", "", text)).upper()


def expected(path: Path) -> str | None:
    """The number that the file's name or its first table tells, None where neither does."""
    if path.parent.name == "dvhc":
        return path.stem.replace("_", "/", 1)
    head = path.read_text(encoding="utf-8")[:6000]
    cell = re.search(r"\|\s*(?:Luật số|Số|Sô)\s*:?\s*([^|]*?)\s*(?:V/v|V/V|\|)", head)
    return re.sub(r"\s+", "", cell.group(1)) if cell else None


def main(folder: Path) -> int:
    """Compare all files below `folder`; the exit code."""
    worst = 1.0
    for group in ("congbot", "dvhc"):
        right = total = 0
        for path in sorted((folder / group).glob("*.md")):
            want = expected(path)
            if want is None:
                continue
            got = analyze(read(path.read_bytes(), path.name)).plan.number
            total += 1
            if key(want) in (key(got), key(got).replace("-", "/", 1)) or key(got) == key(want).replace("/", "-", 1):
                right += 1
            else:
                print(f"{group}/{path.name}: expected {want}, got {got}")
        if total:
            worst = min(worst, right / total)
            print(f"{group}: {right} of {total} own numbers agree ({right / total:.1%})")
    return 0 if worst >= 0.97 else 1


if __name__ == "__main__":
    default = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus" / "texts"
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else default))
