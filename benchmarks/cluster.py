"""What a Ray cluster costs: the same documents on the local pool and on Ray, with the same number of processes.

    python benchmarks/cluster.py [--documents N] [--processes N] [--runs N]

Generated plans (`benchmarks/plans.py`) are read several times each way, in turn, the order changed each time; the rows
of both are compared. Each overhead is the median over the pairs of runs. Told apart are

- the start of the cluster, which one that runs already does not need;
- the whole run, the start of the workers included. That start is the same for ten documents and for ten million;
- documents a second once the first ones have come;
- seconds of processor time of all processes, which count nothing that else goes on in the machine. How much that was,
  in cores, is measured too: above a few tenths, the times on the clock say little.

Ray's processes do without rfc3987_syntax, as on a machine without Jupyter: with it each of them reads a grammar for two
seconds when it starts. `--json FILE` writes the figures.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from benchmarks.plans import write  # noqa: E402
from vnplan.batch import Progress, extract_folder  # noqa: E402

LOCAL, RAY = "local", "ray"


class Meter(threading.Thread):
    """Adds up the processor time of this process and of all that come from it, while it is entered."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._end = threading.Event()
        self._before = self._times()
        self._last = dict(self._before)
        self._all = self._busy()

    def __enter__(self) -> Meter:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        self.join()
        self._last |= self._times()
        self._all = self._busy() - self._all

    def run(self) -> None:
        """Look at all processes four times a second: some of them end."""
        while not self._end.wait(0.25):
            self._last |= self._times()

    @property
    def seconds(self) -> float:
        """Processor time, user and system."""
        return sum(spent - self._before.get(one, 0.0) for one, spent in self._last.items())

    @property
    def elsewhere(self) -> float:
        """Processor time of whatever else ran on the machine."""
        return max(0.0, self._all - self.seconds)

    @staticmethod
    def _times() -> dict[tuple[int, float], float]:
        found = {}
        me = psutil.Process()
        for process in (me, *me.children(recursive=True)):
            with suppress(psutil.Error):
                times = process.cpu_times()
                found[process.pid, process.create_time()] = times.user + times.system
        return found

    @staticmethod
    def _busy() -> float:
        times = psutil.cpu_times()
        return float(sum(times) - times.idle - times.iowait - times.steal - times.guest - times.guest_nice)


@dataclass(frozen=True)
class Timed:
    """What a run took: seconds in all, until the first documents came, of processor time, of that of other programs;
    and the documents a second once the first had come."""

    seconds: float
    first: float
    processor: float
    elsewhere: float
    rate: float


def run(folder: Path, out: Path, processes: int, engine: str) -> Timed:
    """Read all documents once, in an output folder that may hold those of an earlier run."""
    came: list[tuple[float, int]] = []
    started = time.perf_counter()

    def advance(progress: Progress) -> None:
        came.append((time.perf_counter() - started, progress.done))

    with Meter() as meter:
        extract_folder(
            folder,
            out,
            engine=engine,
            jobs=processes,
            formats=["parquet"],
            cache=False,
            force=True,
            progress=advance,
        )
    whole = time.perf_counter() - started
    first, last = came[0], came[-1]
    together = next(done for at, done in reversed(came) if at <= first[0] + 0.05)  # those that came with the first
    rate = (last[1] - together) / max(last[0] - first[0], 1e-9)
    return Timed(whole, first[0], meter.seconds, meter.elsewhere, rate)


def rows_of(out: Path) -> dict[str, Any]:
    """All rows of a run."""
    import pyarrow.parquet as pq

    return {path.name: pq.read_table(path).to_pydict() for path in sorted(out.glob("*.parquet"))}


def environment(folder: Path) -> None:
    """Set what Ray's processes need; this must come before Ray is imported."""
    folder.mkdir()
    (folder / "rfc3987_syntax.py").write_text("raise ImportError", encoding="utf-8")
    sys.path.insert(1, str(folder))
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), str(ROOT)])
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - Ray's own spelling; the local pool's processes are not nice
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_BACKEND_LOG_LEVEL"] = "fatal"
    os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
    os.environ["RAY_agent_register_timeout_ms"] = "120000"  # noqa: SIM112


def overhead(pairs: list[tuple[float, float]]) -> float:
    """Median over pairs of a local value and one of Ray: by how many percent the second is larger."""
    return round(100 * (median(there / here for here, there in pairs) - 1), 1)


def main() -> int:
    """Measure; returns the exit status."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--json", metavar="FILE")
    args = options.parse_args()
    found: dict[str, list[Timed]] = {LOCAL: [], RAY: []}
    with tempfile.TemporaryDirectory() as name:
        environment(Path(name) / "without")
        import ray.data

        folder = Path(name) / "in"
        write(folder, args.documents)
        size = sum(path.stat().st_size for path in folder.rglob("*.txt"))
        started = time.perf_counter()
        quiet: dict[str, Any] = {"include_dashboard": False, "log_to_driver": False, "logging_level": logging.ERROR}
        ray.init("local", num_cpus=args.processes, **quiet)
        ray.data.DataContext.get_current().enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        ray.data.range(1).materialize()  # there are actors that a cluster starts with the first dataset, for all
        start = time.perf_counter() - started
        for number in range(args.runs):
            for engine in (LOCAL, RAY)[:: 1 - number % 2 * 2]:
                found[engine].append(run(folder, Path(name) / engine, args.processes, engine))
                print(engine, found[engine][-1], flush=True)
        ray.shutdown()
        if rows_of(Path(name) / LOCAL) != rows_of(Path(name) / RAY):
            print("the rows differ", file=sys.stderr)
            return 1
    figures = summary(found) | {
        "documents": args.documents,
        "bytes a document": round(size / args.documents),
        "processes": args.processes,
        "runs": args.runs,
        "seconds to start the cluster": round(start, 1),
    }
    print(json.dumps(figures, indent=1))
    if args.json:
        Path(args.json).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def summary(found: dict[str, list[Timed]]) -> dict[str, Any]:
    """The figures of all runs."""
    pairs = list(zip(found[LOCAL], found[RAY], strict=True))
    every = found[LOCAL] + found[RAY]

    def typical(name: str) -> dict[str, float]:
        return {engine: round(median(getattr(of, name) for of in runs), 1) for engine, runs in found.items()}

    return {
        "seconds": typical("seconds"),
        "seconds until the first": typical("first"),
        "processor seconds": typical("processor"),
        "documents/s": typical("rate"),
        "overhead %": {
            "whole run": overhead([(here.seconds, there.seconds) for here, there in pairs]),
            "once the first have come": overhead([(1 / here.rate, 1 / there.rate) for here, there in pairs]),
            "processor time": overhead([(here.processor, there.processor) for here, there in pairs]),
        },
        "cores taken by other programs": round(median(of.elsewhere / of.seconds for of in every), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
