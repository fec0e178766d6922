"""What a Ray cluster costs: the same documents on the local pool and on Ray, with the same number of processes.

    python benchmarks/cluster.py [--documents N] [--processes N]

Text plans are made from those of data/raw (other numbers, days and shares in each, so that none is a copy) and read
three times each way, in turn; the rows of both are compared, and the best run of each counts. Told apart are

- the start of the cluster, which one that runs already does not need;
- the start of the workers: until the first documents come back. It is the same for ten documents and for ten million;
- documents a second from there on, and the overhead in that;
- seconds of processor time of all processes, which do not count what else the machine does, and the overhead in those.

`--json FILE` writes the figures.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
import tempfile
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from pipeline.batch import Progress, extract_folder  # noqa: E402
from pipeline.ingestion import read  # noqa: E402

_NUMBER = re.compile(r"\d+")
RUNS = 3


def generate(folder: Path, count: int) -> Path:
    """Text plans below a folder, each with numbers of its own."""
    samples = [read(path.read_bytes(), path.name).text for path in sorted((ROOT / "data" / "raw").glob("*/*.txt"))]
    folder.mkdir()
    for k in range(count):
        text, shift = samples[k % len(samples)], k // len(samples)
        changed = _NUMBER.sub(partial(_other, shift), text)
        (folder / f"{k:06}.txt").write_text(changed, encoding="utf-8")
    return folder


def _other(shift: int, found: re.Match[str]) -> str:
    """Another number of as many digits; years and what else has four digits or more stays."""
    number = found[0]
    return number if len(number) > 3 or number.startswith("0") else str((int(number) + shift) % 10 ** len(number))


class Meter(threading.Thread):
    """Adds up the processor time of this process and of all that come from it, while it is entered."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._end = threading.Event()
        self._before = self._times()
        self._last = dict(self._before)

    def __enter__(self) -> Meter:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        self.join()

    def run(self) -> None:
        """Look at all processes four times a second: some of them end."""
        while not self._end.wait(0.25):
            self._last |= self._times()

    @property
    def seconds(self) -> float:
        """Processor time, user and system."""
        return sum(spent - self._before.get(one, 0.0) for one, spent in self._last.items())

    @staticmethod
    def _times() -> dict[tuple[int, float], float]:
        found = {}
        me = psutil.Process()
        for process in (me, *me.children(recursive=True)):
            with suppress(psutil.Error):
                times = process.cpu_times()
                found[process.pid, process.create_time()] = times.user + times.system
        return found


def run(folder: Path, out: Path, processes: int, **engine: Any) -> tuple[float, float, float, float]:
    """Of a run: seconds, seconds until the first documents came, documents a second from there on, processor time."""
    came: list[tuple[float, int]] = []
    started = time.perf_counter()

    def advance(progress: Progress) -> None:
        came.append((time.perf_counter() - started, progress.done))

    more: dict[str, Any] = {"formats": ["parquet"], "cache": False, "force": True, "progress": advance}
    with Meter() as meter:
        extract_folder(folder, out, jobs=processes, **more, **engine)
    whole = time.perf_counter() - started
    first, last = came[0], came[-1]
    together = next(done for at, done in reversed(came) if at <= first[0] + 0.05)  # those that came with the first
    return whole, first[0], (last[1] - together) / max(last[0] - first[0], 1e-9), meter.seconds


def rows_of(out: Path) -> dict[str, Any]:
    """All rows of a run."""
    import pyarrow.parquet as pq

    return {path.name: pq.read_table(path).to_pydict() for path in sorted(out.glob("*.parquet"))}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, default=2000)
    options.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--runs", type=int, default=RUNS)
    options.add_argument("--json", metavar="FILE")
    args = options.parse_args()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_agent_register_timeout_ms", "120000")
    os.environ.setdefault("PYTHONPATH", str(ROOT))
    import ray

    with tempfile.TemporaryDirectory() as name:
        folder = generate(Path(name) / "in", args.documents)
        size = sum(path.stat().st_size for path in folder.iterdir())
        started = time.perf_counter()
        quiet: dict[str, Any] = {"include_dashboard": False, "log_to_driver": False, "logging_level": logging.ERROR}
        ray.init("local", num_cpus=args.processes, **quiet)
        start = time.perf_counter() - started
        found: dict[str, list[tuple[float, ...]]] = {"local": [], "ray": []}
        for _ in range(args.runs):
            for engine in found:
                found[engine].append(run(folder, Path(name) / engine, args.processes, engine=engine))
                print(engine, *(f"{value:.1f}" for value in found[engine][-1]), flush=True)
        if rows_of(Path(name) / "local") != rows_of(Path(name) / "ray"):
            print("the rows differ", file=sys.stderr)
            return 1
        ray.shutdown()
    best = {engine: min(of) for engine, of in found.items()}
    rate = {engine: max(of[2] for of in runs) for engine, runs in found.items()}
    spent = {engine: min(of[3] for of in runs) for engine, runs in found.items()}
    figures = {
        "documents": args.documents,
        "bytes a document": round(size / args.documents),
        "processes": args.processes,
        "seconds": {engine: round(of[0], 1) for engine, of in best.items()},
        "documents/s": {engine: round(value, 1) for engine, value in rate.items()},
        "documents/s and core": round(rate["ray"] / args.processes, 1),
        "seconds to start the cluster": round(start, 1),
        "seconds to start the workers": round(best["ray"][1], 1),
        "processor seconds": {engine: round(value, 1) for engine, value in spent.items()},
        "overhead % with the start of workers": round(100 * (best["ray"][0] / best["local"][0] - 1), 1),
        "overhead % in processor time": round(100 * (spent["ray"] / spent["local"] - 1), 1),
        "overhead % once the workers run": round(100 * (rate["local"] / rate["ray"] - 1), 1),
    }
    print(json.dumps(figures, indent=1))
    if args.json:
        Path(args.json).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
