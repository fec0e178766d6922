"""vnplan and its peers on the same input in one run: how right, and how much processor time.

    python benchmarks/peers/run.py [--only WORK …] [--real N] [--corpus FOLDER] [--environments FOLDER] [--json FILE]

Each peer that is a Python package gets an environment of its own, outside the project (the folder `vnplan-peers` beside
other caches of the user), made from the file that pins it (`benchmarks/peers/NAME.txt`). Programs of the system
(Tesseract, LibreOffice, antiword, catdoc) are used where they are installed. Times are processor time with that of all
processes started, one program after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import inputs  # noqa: E402
from inputs import Job  # noqa: E402
from ocr import rates, recall  # noqa: E402
from worker import PROGRAMS  # noqa: E402

from vnplan.entities.general import joined  # noqa: E402

Figures = dict[str, Any]


def environment(folder: Path, program: str) -> str | None:
    """The Python of a program's own environment, which is made if need be; None for a program of the system."""
    pins = HERE / f"{program}.txt"
    if not pins.is_file():
        return None
    home = folder / program
    stamp, python = home / "pinned.txt", home / "bin" / "python"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != pins.read_text(encoding="utf-8"):
        print(f"making {home}", flush=True)
        venv.create(home, clear=True, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-qq", "--require-hashes", "-r", str(pins)], check=True)
        stamp.write_text(pins.read_text(encoding="utf-8"), encoding="utf-8")
    return str(python)


def did(program: str, task: str, items: list[str], python: str) -> Figures | None:
    """What a program makes of the items; None where it is missing or fails as a whole."""
    with tempfile.TemporaryDirectory() as folder:
        job, out = Path(folder) / "job.json", Path(folder) / "out.json"
        job.write_text(json.dumps({"items": items}, ensure_ascii=False), encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": str(inputs.ROOT), "OMP_THREAD_LIMIT": "1"}
        if program != "vnplan":
            env.pop("PYTHONPATH")
        done = subprocess.run(
            [python, str(HERE / "worker.py"), program, task, str(job), str(out)], env=env, stdout=subprocess.DEVNULL
        )
        if done.returncode:
            print(f"{program}: {task} failed")
            return None
        found: Figures = json.loads(out.read_text(encoding="utf-8"))
        return found


# How right -----------------------------------------------------------------------------------------------------------


def of_text(job: Job, results: list[Any]) -> Figures:
    """Characters and words that are wrong where the text is known; strings of the gold found in real scans."""
    found = [rates(lines, text or "") for lines, text in zip(job.expected, results, strict=True) if lines is not None]
    characters, lost = (100 * sum(one[k] for one in found) / len(found) for k in (0, 1))
    figures = {"characters wrong %": characters, "words lost %": lost}
    real = {
        Path(item).stem: text or ""
        for item, lines, text in zip(job.items, job.expected, results, strict=True)
        if lines is None
    }
    return figures | ({"gold strings found %": 100 * recall(real)} if real else {})


def of_names(job: Job, results: list[Any]) -> Figures:
    """F1 of exact spans with their labels."""
    right = given = wanted = 0
    for text, gold, names in zip(job.items, job.expected, results, strict=True):
        spans = names or []
        if spans and len(spans[0]) == 2:
            spans = [name[:3] for name in joined(text, spans)]
        have, want = {tuple(one) for one in spans}, {tuple(one) for one in gold}
        right, given, wanted = right + len(have & want), given + len(have), wanted + len(want)
    return {"F1": 2 * right / (given + wanted)}


def of_dates(job: Job, results: list[Any]) -> Figures:
    """Share of the labelled days that were found, and how many days were given for each labelled one."""
    wanted = sum(map(len, job.expected))
    hit = sum(len(set(gold) & set(days or ())) for gold, days in zip(job.expected, results, strict=True))
    return {"labelled days found %": 100 * hit / wanted, "days given a labelled one": sum(map(len, results)) / wanted}


def of_citations(job: Job, results: list[Any]) -> Figures:
    return {"citations found": sum(one or 0 for one in results)}


def of_diacritics(corpus: Path) -> Callable[[Job, list[Any]], Figures]:
    """The measure of viparse-corpus, by its own scorer, small letters and capitals being the same.

    Fonts such as .VnTimeH draw small letters as capitals; transcripts keep what is stored, readers see capitals.
    """
    sys.path.insert(0, str(corpus / "scripts"))
    from score import score_pair

    def judged(job: Job, results: list[Any]) -> Figures:
        pairs = zip(job.items, results, job.expected, strict=True)
        found = [score_pair(Path(item).stem, (text or "").lower(), truth.lower()) for item, text, truth in pairs]
        return {"diacritics right %": 100 * sum(one.diacritic_accuracy for one in found) / len(found)}

    return judged


def published(corpus: Path, job: Job) -> Figures:
    """What viparse says of itself on the same files, with small letters and capitals apart."""
    path = max(
        (corpus / "results").glob("viparse-*-full-corpus.json"),
        key=lambda one: [int(n) for n in re.findall(r"\d+", one.name)],
    )
    content = json.loads(path.read_text(encoding="utf-8"))
    names = {Path(item).stem for item in job.items}
    found = [one["diacritic_accuracy"] for one in content["documents"] if one["document"] in names]
    return {"version": content["tool_version"] + ", as published", "diacritics right %": 100 * sum(found) / len(found)}


def works(
    folder: Path, real: int, corpus: Path | None
) -> dict[str, tuple[Callable[[], Job | None], Callable[[Job, list[Any]], Figures]]]:
    """What is compared: the input, made when it is needed, and how it is judged."""
    return {
        "ocr": (lambda: inputs.scans(folder, real), of_text),
        "pdf": (lambda: inputs.pdfs(folder), of_text),
        "doc": (lambda: inputs.docs(folder), of_text),
        "old doc": (lambda: inputs.old_docs(corpus), of_diacritics(corpus) if corpus else of_text),
        "names": (inputs.names, of_names),
        "dates": (inputs.dates, of_dates),
        "citations": (inputs.citations, of_citations),
    }


def compared(
    task: str, job: Job, judge: Callable[[Job, list[Any]], Figures], environments: Path, rows: dict[str, Figures],
    programs: list[str],
) -> Figures:  # fmt: skip
    """A row a program; `rows` that are known already stay where `programs` names others."""
    for program, of in PROGRAMS:
        if of != task or (programs and program not in programs):
            continue
        python = environment(environments, program) or sys.executable
        items = job.own.get(program, job.items)
        found = did(program, task, items, python)
        if found is None:
            continue
        amount = sum(map(len, items)) / 1e6 if program in job.own else job.amount
        rows[program] = {
            "version": found["version"],
            **judge(job, found["results"]),
            "seconds": found["seconds"],
            f"{job.unit} a second": amount / found["seconds"],
            "failed": found["failed"],
        }
        shown = {key: round(value, 3) if isinstance(value, float) else value for key, value in rows[program].items()}
        print(f"{task:10}{program:28}{shown}", flush=True)
    return {"items": len(job.items), "unit": job.unit, "amount": job.amount, "programs": rows}


def main() -> None:
    """Compare, print, and write the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", nargs="+", default=[], help="ocr, pdf, doc, 'old doc', names, dates, citations")
    options.add_argument("--programs", nargs="+", default=[], help="these programs alone")
    options.add_argument("--real", type=int, default=6, help="how many real scans, where they are")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    options.add_argument("--corpus", type=Path, help="a copy of TrizenX/viparse-corpus, for real old Word files")
    options.add_argument("--environments", type=Path, default=cache / "vnplan-peers")
    options.add_argument("--json", type=Path, help="put the figures into this file, beside those of other works")
    chosen = options.parse_args()
    figures: Figures = {}
    if chosen.json and chosen.json.is_file():
        figures = json.loads(chosen.json.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for task, (make, judge) in works(Path(folder), chosen.real, chosen.corpus).items():
            if chosen.only and task not in chosen.only:
                continue
            job = make()
            if job is None:
                print(f"{task}: its input is not here")
                continue
            rows = figures.get(task, {}).get("programs", {}) if chosen.programs else {}
            figures[task] = compared(task, job, judge, chosen.environments, rows, chosen.programs)
            if task == "old doc":
                figures[task]["programs"]["viparse"] = published(chosen.corpus, job)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
