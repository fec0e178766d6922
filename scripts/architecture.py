"""Draws docs/images/architecture.svg from the code: the rooms in their layers, and which room imports which.

    python scripts/architecture.py [--check]

The layers are those of the import contract in pyproject.toml, the lines what `grimp` finds in the code. With `--check`
nothing is written, and the exit status is 1 where the picture is not what the code says.
"""

from __future__ import annotations

import sys
import tomllib
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "architecture.svg"
# Rooms that many others need: lines to them would cover all others.
SHARED = {
    "records",
    "errors",
    "settings",
    "document",
    "knowledge",
    "rules",
    "kinds",
    "limits",
    "marked",
    "plain",
    "threads",
}
WIDTH, HEIGHT, GAP, STEP, LEFT, TOP = 132, 34, 18, 62, 190, 20
WORDS = {
    "ingestion": "bytes to pages", "ocr": "image to words", "text": "words to clean text", "grammar": "what words are",
    "segmentation": "text to sections", "entities": "names", "extractors": "sections to facts",
    "linking": "facts to ids", "plugins": "code of others", "analysis": "the middle", "extraction": "the whole",
    "tables": "facts to rows", "batch": "many files", "register": "one corpus", "service": "HTTP", "cli": "the command",
}  # fmt: skip


def layers() -> list[list[str]]:
    """The rooms, a list a layer, the first that a document walks through at the top."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    found = next(one["layers"] for one in contracts if one["id"] == "direction")
    return [[name.strip() for name in layer.split("|")] for layer in reversed(found)]


def imports(rooms: set[str]) -> set[tuple[str, str]]:
    """Which room imports which."""
    graph = grimp.build_graph("vnplan", exclude_type_checking_imports=True, cache_dir=None)
    found = set()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            pair = tuple(name.split(".")[1] if "." in name else "" for name in (module, other))
            if pair[0] != pair[1] and set(pair) <= rooms:
                found.add((pair[0], pair[1]))
    return found


def _line(used: tuple[float, float], user: tuple[float, float]) -> str:
    """From the foot of one box to the head of another; past the boxes between them where these stand in the way."""
    (x1, y1), (x2, y2) = used, user
    rows = round((y2 - y1) / STEP)
    if x1 == x2 and rows > 1:
        right = rows % 2
        x = x1 + WIDTH * right
        out = x + (30 + 26 * rows) * (1 if right else -1)
        a, b = y1 + HEIGHT / 2, y2 + HEIGHT / 2
        return f'<path d="M{x:g} {a:g}C{out:g} {a:g} {out:g} {b:g} {x:g} {b:g}"/>'
    a, b, c, d = x1 + WIDTH / 2, y1 + HEIGHT, x2 + WIDTH / 2, y2
    bend = (d - b) / 2
    return f'<path d="M{a:g} {b:g}C{a:g} {b + bend:g} {c:g} {d - bend:g} {c:g} {d:g}"/>'


def drawn() -> str:
    """The picture."""
    rows = layers()
    wide = max(len(row) for row in rows) * (WIDTH + GAP)
    places: dict[str, tuple[float, float]] = {}
    for y, row in enumerate(rows):
        begin = LEFT + (wide - len(row) * (WIDTH + GAP) + GAP) / 2
        for x, name in enumerate(row):
            places[name] = (begin + x * (WIDTH + GAP), TOP + y * STEP)
    lines = []
    for user, used in sorted(imports(set(places))):
        if used not in SHARED:
            lines.append(_line(places[used], places[user]))
    boxes = []
    for name, (x, y) in places.items():
        kind = ' class="s"' if name in SHARED else ""
        middle = x + WIDTH / 2
        boxes.append(f'<rect{kind} x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>')
        up = 15 if name in WORDS else 22
        boxes.append(f'<text x="{middle:g}" y="{y + up:g}">{escape(name)}</text>')
        if name in WORDS:
            boxes.append(f'<text class="w" x="{middle:g}" y="{y + 28:g}">{escape(WORDS[name])}</text>')
    high, broad = TOP * 2 + len(rows) * STEP, LEFT * 2 + wide
    style = (
        "text{font:13px sans-serif;text-anchor:middle;fill:#123}.w{font-size:10px;fill:#456}"
        "rect{fill:#e3f2ef;stroke:#00796b}.s{fill:#f2f2f2;stroke:#999}path{fill:none;stroke:#00796b;opacity:.35}"
    )
    title = "The rooms of vnplan: each imports only what stands above it; lines lead from what is used to who uses it"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {broad} {high}" role="img" aria-label="{title}">'
        f'<style>{style}</style><rect width="{broad}" height="{high}" style="fill:#fff;stroke:none"/>\n'
        + "\n".join([*lines, *boxes])
        + "\n</svg>\n"
    )


def main() -> int:
    """Draw or check; returns the exit status."""
    picture = drawn()
    if PICTURE.is_file() and PICTURE.read_text(encoding="utf-8") == picture:
        return 0
    if "--check" in sys.argv:
        print("docs/images/architecture.svg is out of date; run scripts/architecture.py", file=sys.stderr)
        return 1
    PICTURE.write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
