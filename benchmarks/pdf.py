"""Born-digital PDF pages a second, next to pdfplumber in the same run, and whether both read the same text.

`python benchmarks/pdf.py [FILE.pdf …]`: without files, a plan drawn by the tests' own code, and the born-digital ones
of `../shared/corpus/scans` where they are there. Aim: at least 20 times pdfplumber, equal text up to
spaces and order of columns.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import pdfplumber  # noqa: E402

from vnplan.ingestion.pages import PageText  # noqa: E402
from vnplan.ingestion.pdf import iter_pages  # noqa: E402
from vnplan.settings import Settings  # noqa: E402

ROUNDS = 3


def ours(data: bytes) -> list[str]:
    pages = []
    for page in iter_pages(data, Settings()):
        if not isinstance(page, PageText):
            raise page
        pages.append(page.text)
    return pages


def theirs(path: Path) -> list[str]:
    with pdfplumber.open(path) as document:
        return [page.extract_text() for page in document.pages]


def born_digital(path: Path) -> bool:
    """Whether every page has a text layer of its own."""
    return all(isinstance(p, PageText) and p.method == "text_layer" for p in iter_pages(path.read_bytes(), Settings()))


def letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = options.parse_args()
    files = arguments.files
    if not files:
        from paper import plan_pdf

        own = Path("/tmp/vnplan-benchmark.pdf")
        own.write_bytes(plan_pdf(20))
        shared = ROOT.parent / "shared" / "corpus" / "scans"
        files = [own, *(path for path in sorted(shared.glob("*.pdf")) if born_digital(path))]
    slow = fast = own_times = 0.0
    pages = same = 0
    print(f"{'file':32} {'pages':>5} {'ours ms':>8} {'pdfplumber ms':>14} {'times':>6}  equal text")
    for path in files:
        data = path.read_bytes()
        here = there = float("inf")
        for _ in range(ROUNDS):
            start = time.process_time()
            mine = ours(data)
            middle = time.process_time()
            other = theirs(path)
            here, there = min(here, middle - start), min(there, time.process_time() - middle)
        equal = sum(letters(a) == letters(b) for a, b in zip(mine, other, strict=True))
        print(
            f"{path.name:32} {len(mine):5} {here / len(mine) * 1000:8.2f} {there / len(mine) * 1000:14.1f} "
            f"{there / here:6.1f}  {equal} of {len(mine)}"
        )
        own_times = own_times or there / here
        slow, fast, pages, same = slow + there, fast + here, pages + len(mine), same + equal
    print(
        f"{pages / fast:.0f} pages/s against {pages / slow:.0f}: {slow / fast:.1f} times; {same} of {pages} pages equal"
    )
    if arguments.json:
        found = {"pages/s": pages / fast, "times": slow / fast, "own times": own_times, "equal": same, "pages": pages}
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
