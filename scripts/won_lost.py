"""Every fact that was won and lost between two commits, on all gold that may be read, by rule, as Markdown.

    python scripts/won_lost.py [OLD] [NEW] [--no-scans] [--more DOCUMENTS:GOLD …]

OLD is `main` without a name, NEW the working tree as it stands. Both are extracted side by side, from the same
documents, and judged by the same gold, with the scorer of the working tree. Scanned pages are recognised once and kept
in the user's cache for as long as the code that recognises them does not change.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from gold_sets import gather  # noqa: E402

from vnplan.evaluation import evaluate  # noqa: E402
from vnplan.evaluation.gains import gains, markdown  # noqa: E402


def checkout(commit: str | None, folder: Path) -> Path:
    """The tree of a commit; the working tree for None."""
    if commit is None:
        return ROOT
    git = ["git", "-C", str(ROOT)]
    subprocess.run([*git, "worktree", "add", "--quiet", "--detach", str(folder), commit], check=True)
    return folder


def started(tree: Path, documents: Path, out: Path) -> subprocess.Popen[bytes]:
    """The extraction of all documents by the code of a tree."""
    command = [sys.executable, "-m", "vnplan", "extract", str(documents), "--out", str(out), "--ner", "none"]
    with Path(f"{out}.log").open("wb") as log:
        env = {**os.environ, "PYTHONPATH": str(tree)}
        return subprocess.Popen([*command, "--follow-links", "--quiet"], cwd=tree, env=env, stdout=log, stderr=log)


def main() -> int:
    """Extract twice, compare, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("old", nargs="?", default="main")
    options.add_argument("new", nargs="?")
    options.add_argument("--no-scans", dest="scans", action="store_false", help="plain texts alone")
    more = os.environ.get("MORE", "").split()
    options.add_argument("--more", nargs="+", default=more, metavar="DOCUMENTS:GOLD", help="further labels")
    chosen = options.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sets = gather(folder, chosen.scans, chosen.more)
        trees = {side: checkout(commit, folder / side) for side, commit in (("old", chosen.old), ("new", chosen.new))}
        try:
            runs = {side: started(tree, folder / "documents", folder / f"out-{side}") for side, tree in trees.items()}
            for side, run in runs.items():
                run.wait()
                if not (folder / f"out-{side}" / "plans.parquet").is_file():
                    print((folder / f"out-{side}.log").read_text(encoding="utf-8")[-3000:], file=sys.stderr)
                    return 1
            gold = [one.gold for one in sets]
            new, old = (evaluate(folder / f"out-{side}", gold).judged for side in ("new", "old"))
            print("\n".join(markdown(gains(new, old))))
            kinds = ", ".join(f"{one.name} {len(list(one.gold.iterdir()))}" for one in sets)
            print(f"\n{len(new.scored)} documents ({kinds}), {time.monotonic() - began:.0f} s")
        finally:
            for tree in trees.values():
                if tree != ROOT:
                    subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(tree)], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
