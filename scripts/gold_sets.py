"""Which labelled documents there are, put together in one folder of documents and one of gold a set.

    python scripts/gold_sets.py FOLDER [--locked]

Those of the project are always there (`data/raw`, `tests/gold/written`), real ones where the reference material lies
beside it (`SHARED`, default `../shared`), further ones where they are named: `MORE=FOLDER:GOLD …`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SHARED", ROOT.parent / "shared"))
LOCKED = ROOT / "tests" / "gold" / "LOCKED"
WRITTEN = ROOT / "tests" / "gold" / "written"
TEXT = (".md", ".txt")


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Documents with labels.

    Attributes:
        name: `seeds`, `written`, …
        documents: Folder of links to the documents.
        gold: Folder of links to their gold.
        seen: Whether rules were written on them.
    """

    name: str
    documents: Path
    gold: Path
    seen: bool


def gather(folder: Path, scans: bool = True, more: Iterable[str] = ()) -> list[GoldSet]:
    """Every set of gold that may be read, as links below a folder; the locked half is never among them.

    Args:
        folder: Where to put the links.
        scans: Whether to take documents that are no plain text.
        more: Further sets of labels made before any rule was written on their documents, `DOCUMENTS:GOLD`.
    """
    found = []
    for name, documents, gold, seen in _places(more):
        if documents.is_dir() and gold.is_dir():
            one = GoldSet(name, folder / "documents" / name, folder / "gold" / name, seen)
            if _link(one, documents, gold, scans):
                found.append(one)
    if SHARED.is_dir():
        found.append(_blind(folder, scans))
    return found


def _places(more: Iterable[str]) -> Iterator[tuple[str, Path, Path, bool]]:
    yield "samples", ROOT / "data" / "raw", ROOT / "data" / "raw" / "gold", True
    yield "written", WRITTEN, WRITTEN, True
    yield "seeds", SHARED / "seeds", SHARED / "gold", True
    for name, documents in (("texts", "texts"), ("plans", "texts/plans"), ("scans", "scans")):
        yield name, SHARED / "corpus" / documents, SHARED / "gold" / name, True
    for number, both in enumerate(more):
        documents, _, gold = both.partition(":")
        yield f"more{number}", Path(documents), Path(gold), False


def _link(one: GoldSet, documents: Path, gold: Path, scans: bool) -> int:
    """Links each gold file and its document; how many."""
    locked = set(LOCKED.read_text(encoding="utf-8").split())
    by_name = {
        path.stem: path
        for path in sorted(documents.rglob("*"))
        if path.is_file() and path.suffix != ".json" and (scans or path.suffix in TEXT)
    }
    wanted = [path for path in sorted(gold.glob("*.json")) if path.stem in by_name and path.stem not in locked]
    for path in wanted:
        for target, place in ((by_name[path.stem], one.documents), (path, one.gold)):
            place.mkdir(parents=True, exist_ok=True)
            (place / target.name).symlink_to(target.resolve())
    return len(wanted)


def _blind(folder: Path, scans: bool, half: str = "open") -> GoldSet:
    """A half of the blind labels, whose words are put together from the documents."""
    one = GoldSet(half, folder / "documents" / half, folder / "gold" / half, False)
    command = [sys.executable, "-m", "vnplan.evaluation.blind", str(SHARED), str(one.gold), f"--{half}"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([*command, "--sources", str(one.documents)], check=True, env=env, stdout=subprocess.DEVNULL)
    for path in [] if scans else list(one.documents.iterdir()):
        if path.suffix not in TEXT:
            path.unlink()
            (one.gold / f"{path.stem}.json").unlink(missing_ok=True)
    return one


def main() -> None:
    """Gather into a folder; the locked half only for those who measure and read no miss of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--locked", action="store_true", help="with the locked half, to measure only")
    args = parser.parse_args()
    sets = gather(args.folder, more=os.environ.get("MORE", "").split())
    if args.locked:
        sets.append(_blind(args.folder, True, "locked"))
        names = set(LOCKED.read_text(encoding="utf-8").split())
        scanned = GoldSet(
            "locked-scans", args.folder / "documents" / "locked", args.folder / "gold" / "locked-scans", True
        )
        scanned.gold.mkdir(parents=True)
        for path in sorted((SHARED / "gold" / "scans").glob("*.json")):
            if path.stem in names:
                (scanned.gold / path.name).symlink_to(path.resolve())
        sets.append(scanned)
    for one in sets:
        print(f"{one.name}: {len(list(one.gold.glob('*.json')))} documents")


if __name__ == "__main__":
    main()
