"""How much of the diacritics of old documents is read right: the public corpus viparse-corpus and its own scorer.

`git clone https://github.com/TrizenX/viparse-corpus` somewhere, then `python benchmarks/legacy_fonts.py FOLDER`. Of
every file the raw text is written as FOLDER's scorer wants it, and its scorer is run. Nothing of the corpus is kept
here. Aim: at least 0.985 of the diacritics of the real documents (subset public-domain).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from vnplan.extraction import Failed, documents  # noqa: E402
from vnplan.settings import Settings  # noqa: E402

_TABLE_SIGNS = re.compile(r"(?<!\\)\||<br>|\^\^|\\(?=\|)|^\[\^\d+\]: ", re.M)


def text_of(path: Path) -> str:
    """The raw text of a file, without the signs that stand for tables."""
    found = []
    for document in documents(path.read_bytes(), path.name, Settings(seconds=120)):
        if isinstance(document, Failed):
            print(f"  {path.name}: {document.error.message}", file=sys.stderr)
        else:
            found.append(_TABLE_SIGNS.sub(" ", document.raw))
    return "\n".join(found)


def score(corpus: Path, subset: str, truth: str, kinds: set[str], fold: bool) -> dict[str, object]:
    """The scorer's figures; `fold` without the difference of small letters and capitals.

    Fonts such as .VnTimeH draw small letters as capitals. The transcripts keep the small letters that are stored, a
    reader sees capitals, and so does the program: by the scorer's own rule every such letter is wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        files = [p for p in sorted((corpus / "corpus" / subset).rglob("*")) if p.is_file() and p.suffix]
        started = time.perf_counter()
        for path in files:
            if not kinds or path.suffix.lower().lstrip(".") in kinds:
                text = text_of(path)
                (out / f"{path.stem}.txt").write_text(text.lower() if fold else text, encoding="utf-8")
        seconds = time.perf_counter() - started
        truths = out / "truth"
        truths.mkdir()
        for path in (corpus / truth).glob("*.txt"):
            if (out / path.name).exists():
                text = path.read_text(encoding="utf-8")
                (truths / path.name).write_text(text.lower() if fold else text, encoding="utf-8")
        result = out / "result.json"
        command = [sys.executable, str(corpus / "scripts" / "score.py"), "--pred", str(out), "--truth", str(truths)]
        command += ["--subset", subset, "--tool", "vnplan", "--out", str(result)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        scores: dict[str, object] = json.loads(result.read_text())
        scores["seconds"] = round(seconds, 1)
        return scores


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpus", type=Path, help="a clone of viparse-corpus")
    options.add_argument("--kinds", default="", help="file name endings, comma separated; all without it")
    options.add_argument("--json", type=Path, help="write the figures to this file")
    options.add_argument("--worst", type=int, default=10, help="how many of the worst documents are named")
    arguments = options.parse_args()
    kinds = set(filter(None, arguments.kinds.split(",")))
    figures = {}
    for subset, truth in (("public-domain", "ground-truth"), ("synthetic", "ground-truth-synthetic")):
        for fold in (False, True):
            scores = score(arguments.corpus, subset, truth, kinds, fold)
            figures[f"{subset}{', case folded' if fold else ''}"] = scores
            print(subset, "case folded" if fold else "as published", scores["summary"], scores["seconds"], "s")
        each = scores.get("documents") or scores.get("per_document") or []
        if isinstance(each, list):
            for row in sorted(each, key=lambda row: row.get("diacritic_accuracy", 0))[: arguments.worst]:
                print("  ", row)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
