"""The documentation of every release side by side, with a switcher: `make docs-versions` builds `site-versions`.

    python scripts/docs_versions.py [--out site-versions] [--tree .] [--again]

Each release (a tag `v0.2.0`) is built from its own tree into a folder named after it, what is checked out into `dev`.
`versions.json` lists them in the form of mike, which the switcher of the theme reads; `index.html` leads to the newest
release. Releases that are built already stay, unless `--again` is given: a tag does not move.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_RELEASE = re.compile(r"v(\d+(?:\.\d+)+)")
_ENTRANCE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Documentation</title>
<meta http-equiv="refresh" content="0; url={version}/index.html"><a href="{version}/index.html">{version}</a></html>
"""


def releases(tree: Path) -> list[str]:
    """Versions that a tag names, the newest first."""
    found = [match[1] for tag in _git(tree, "tag").split() if (match := _RELEASE.fullmatch(tag))]
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def build(tree: Path, folder: Path, version: str) -> None:
    """The documentation of one tree, in one folder.

    Args:
        tree: With `mkdocs.yml` at its root.
        folder: Where the pages go.
        version: What the switcher shows beside the title.
    """
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    subprocess.run(command, cwd=tree, env={**os.environ, "DOCS_VERSION": version}, check=True)


def build_all(tree: Path, out: Path, again: bool = False) -> list[str]:
    """All releases and the checkout.

    Returns:
        The versions that were built now.
    """
    out.mkdir(parents=True, exist_ok=True)
    known = releases(tree)
    made = []
    for version in known:
        if again or not (out / version / "index.html").exists():
            with tempfile.TemporaryDirectory() as folder:
                then = Path(folder) / "tree"
                _git(tree, "worktree", "add", "--quiet", "--detach", str(then), f"v{version}")
                try:
                    build(then, out / version, version)
                finally:
                    _git(tree, "worktree", "remove", "--force", str(then))
            made.append(version)
    build(tree, out / "dev", "dev")
    listed: list[dict[str, object]] = [
        {"version": version, "title": version, "aliases": ["latest"] if version == known[0] else []}
        for version in known
    ]
    listed.append({"version": "dev", "title": "in the making", "aliases": []})
    (out / "versions.json").write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")
    (out / "index.html").write_text(_ENTRANCE.format(version=listed[0]["version"]), encoding="utf-8")
    return [*made, "dev"]


def _git(tree: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=tree, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Build them."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=Path, default=ROOT / "site-versions")
    arguments.add_argument("--tree", type=Path, default=ROOT)
    arguments.add_argument("--again", action="store_true")
    args = arguments.parse_args()
    out = args.out.resolve()
    names = ", ".join(build_all(args.tree, out, args.again))
    print(f"built {names}: {out}/index.html (serve it: the switcher needs HTTP)")


if __name__ == "__main__":
    main()
