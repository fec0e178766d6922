"""What a run over many files costs as the files grow in number, measured on the command itself.

    python benchmarks/batch.py [--sizes 100 1000 10000] [--jobs 2] [--ner none] [--rounds 1]

On plans of our own writing (`benchmarks/plans.py`, 1.8 kB each):

- growth: for each size, documents a second while documents are read, and in the whole run with its start and the
  writing of the tables; processor time a document; the peak of memory of the process that runs it all;
- the same command a second time: when nothing has changed, when a table is missing (so that all tables are made anew,
  and nothing is read), and when 1 % of the plans is added, of which reading is taken off;
- two workers next to one;
- names found by each engine (`--ner`) next to none;
- processor time next to the yardstick: a bare loop of `vnplan.extract` that keeps, limits and writes nothing.

The register has a benchmark of its own and is left out. `--json FILE` writes the figures. Processor time (of all
processes of a run) does not count what else the machine does; seconds do, so its load stands next to them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from benchmarks.plans import plan, write  # noqa: E402
from vnplan import extract  # noqa: E402
from vnplan.entities.engines import check  # noqa: E402
from vnplan.errors import VnplanError  # noqa: E402
from vnplan.settings import Settings  # noqa: E402

QUIET = 1.5 * len(os.sched_getaffinity(0))  # load of the machine up to which seconds tell something
MIDDLE = 1_000  # documents for what is measured at one size


class Meter(threading.Thread):
    """Looks at a process and all that come from it, until it ends: their processor time, and its own peak of memory."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process = psutil.Process(process)
        self._spent: dict[tuple[int, float], float] = {}
        self.megabytes = 0.0

    def run(self) -> None:
        """Look five times a second."""
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            with suppress(psutil.Error, OSError, ValueError):  # it has just ended
                self._look()
            time.sleep(0.2)

    def _look(self) -> None:
        words = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8").split()
        self.megabytes = max(self.megabytes, int(words[words.index("VmHWM:") + 1]) / 1024)
        for one in (self._process, *self._process.children(recursive=True)):
            with suppress(psutil.Error):
                times = one.cpu_times()
                self._spent[one.pid, one.create_time()] = times.user + times.system

    @property
    def seconds(self) -> float:
        """Processor time of all of them."""
        return sum(self._spent.values())


def run(folder: Path, out: Path, jobs: int, ner: str, *more: str) -> dict[str, Any]:
    """One run of the command: what it took."""
    command = [sys.executable, "-m", "vnplan", "extract", folder, "--out", out, "--jobs", str(jobs), "--ner", ner]
    command.append("--no-register")
    load = os.getloadavg()[0]
    started = dt.datetime.now(dt.UTC)
    with subprocess.Popen([*command, "--json-log", *more], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        meter = Meter(process.pid)
        meter.start()
        came: list[tuple[float, int]] = []
        summary: dict[str, Any] = {}
        for line in process.stdout:
            event = json.loads(line)
            at = (dt.datetime.fromisoformat(event["time"]) - started).total_seconds()
            if event["event"] == "summary":
                summary = event
            elif not came or event["done"] == event["total"] or at > came[-1][0] + 0.05:
                came.append((at, event["done"]))
        meter.join()
    if process.returncode:
        raise SystemExit(f"the run ended with {process.returncode}")
    seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
    found: dict[str, Any] = {"documents": summary["documents"], "seconds": seconds}
    if came:
        first, last = came[0], came[-1]
        found |= {
            "seconds to the first": first[0],
            "seconds of tables": seconds - last[0],
            "documents/s, reading": (last[1] - first[1]) / max(last[0] - first[0], 0.001),
            "documents/s, whole": summary["documents"] / seconds,
            "processor ms a document": 1000 * meter.seconds / summary["documents"],
        }
    return {**found, "processor seconds": meter.seconds, "MB of the parent": meter.megabytes, "load": load}


def loop(count: int, ner: str) -> float:
    """Documents a processor second of a bare loop in one process."""
    settings = Settings(ner=ner)
    texts = [plan(number).encode() for number in range(count)]
    extract(texts[0], "warm.txt", settings)
    started = time.process_time()
    for number, text in enumerate(texts):
        extract(text, f"{number}.txt", settings)
    return count / (time.process_time() - started)


def engines(wanted: str) -> list[str]:
    """The engines of names that can be used here, without that of a package for all kinds of text."""
    found = []
    for name in dict.fromkeys(("none", "rules", "model", wanted)):
        with suppress(VnplanError):
            check(name)
            found.append(name)
    return found


def say(name: str, found: dict[str, Any]) -> None:
    print(f"{name:24}", *(f"{key} {value:.1f};" for key, value in found.items()), flush=True)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000])
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--ner", default="none", help="what finds names while the files grow (default: none)")
    options.add_argument("--rounds", type=int, default=1, help="how often one worker and two are compared")
    options.add_argument("--json", type=Path, help="write the figures to this file")
    args = options.parse_args()
    figures: dict[str, Any] = {"jobs": args.jobs, "ner": args.ner, "bytes a document": len(plan(0).encode())}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        write(place / "middle", MIDDLE)
        workers: dict[str, list[dict[str, Any]]] = {"1": [], "2": []}
        for _ in range(args.rounds):
            for jobs, runs in workers.items():
                runs.append(run(place / "middle", place / "o", int(jobs), args.ner, "--force"))
                say(f"{jobs} worker(s)", runs[-1])
        best = {jobs: max(one["documents/s, reading"] for one in runs) for jobs, runs in workers.items()}
        load = max(one["load"] for runs in workers.values() for one in runs)
        figures["workers"] = {**best, "times": best["2"] / best["1"], "load": load}
        figures["names"] = {}
        for ner in engines(args.ner):
            figures["names"][ner] = run(place / "middle", place / "o", 1, ner, "--force")
            say(f"--ner {ner}", figures["names"][ner])
        figures["loop, documents a processor second"] = loop(MIDDLE, args.ner)
        figures["growth"], have = {}, 0
        for size in args.sizes:
            write(place / "in", size - have, have)
            have = size
            figures["growth"][str(size)] = found = run(place / "in", place / f"o{size}", args.jobs, args.ner)
            say(f"{size} files", found)
            figures["second run"] = run(place / "in", place / f"o{have}", args.jobs, args.ner)
            say("the same again", figures["second run"])
            figures["tables anew"] = tables_anew(place / "in", place / f"o{have}", args.jobs, args.ner)
            figures["rows"] = rows(figures)
            if args.json:
                args.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        write(place / "in", max(1, have // 100), have)
        figures["added"] = {**run(place / "in", place / f"o{have}", args.jobs, args.ner), "files": max(1, have // 100)}
        say("1 % added", figures["added"])
        figures["rows"] = rows(figures)
        if args.json:
            args.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(figures["rows"], indent=1, ensure_ascii=False))
    return 0


def tables_anew(folder: Path, out: Path, jobs: int, ner: str) -> dict[str, Any]:
    """A run that finds all files read, and a table gone."""
    (out / "plans.csv").unlink()
    found = run(folder, out, jobs, ner)
    say("tables anew", found)
    return found


def rows(figures: dict[str, Any]) -> list[list[str]]:
    """Rows of the table of speeds: what, measured, next to what."""
    growth, again = list(figures["growth"].values()), figures["second run"]
    last, many = growth[-1], f"{growth[-1]['documents']:,}"
    before = growth[-2] if len(growth) > 1 else last
    rate, spent = last["documents/s, whole"], last["processor ms a document"]
    part, bare = spent / before["processor ms a document"], spent * figures["loop, documents a processor second"] / 1000
    workers, names = figures["workers"], figures["names"]
    beside = f"; 2 workers {workers['times']:.2f} × 1" if workers["load"] <= QUIET else ""
    machine = "" if last["load"] <= QUIET else f" on a machine busy with other work (load {last['load']:.0f})"
    return [
        [
            f"batch of {many} text plans, {figures['jobs']} workers, names: {figures['ner']}",
            f"{spent:.1f} ms of processor time a document, {last['MB of the parent']:.0f} MB in the parent; "
            f"{rate:.0f} documents/s{machine}",
            f"{part:.2f} × the processor time a document of {before['documents']:,} plans; "
            f"{bare:.1f} × that of a bare loop of `extract`, which keeps and writes nothing{beside}",
        ],
        [
            f"the same {many} files again, none changed",
            f"{again['seconds']:.0f} s",
            f"{last['seconds'] / again['seconds']:.0f} × faster than the first run",
        ],
        *tables(figures),
        [
            f"names in {MIDDLE:,} of them, 1 worker, start included",
            "; ".join(
                f"{name}: {of['processor ms a document']:.0f} ms" for name, of in names.items() if name != "none"
            ),
            f"{names['none']['processor ms a document']:.0f} ms a document without names",
        ],
    ]


def tables(figures: dict[str, Any]) -> list[list[str]]:
    """Rows of that table: what the tables alone take, all of them and after 1 % is added."""
    growth, again = list(figures["growth"].values())[-1], figures["second run"]
    if not (anew := figures.get("tables anew")):
        return []
    spent = anew["processor seconds"] - again["processor seconds"]
    found = [
        [
            f"tables of {growth['documents']:,} made anew, nothing read",
            f"{1000 * spent / growth['documents']:.2f} ms of processor time a document",
            f"{spent / growth['processor seconds']:.1%} of that of the first run",
        ]
    ]
    if added := figures.get("added"):
        beside = added["processor seconds"] - added["files"] * growth["processor ms a document"] / 1000
        found.append(
            [
                f"{added['files']:,} files added to them",
                f"{beside:.0f} s of processor time beside reading those",
                f"{again['processor seconds']:.0f} s where nothing is added",
            ]
        )
    return found


if __name__ == "__main__":
    sys.exit(main())
