"""What the service does under load: answers right and lost, how long they take, and the memory it holds.

    python benchmarks/service.py [--clients 50] [--seconds 120] [--jobs 0] [--ner model]

Clients upload one file after the other, each waiting for its answer (`POST /v1/extract`): plans of our own writing, and
the samples of data/raw that have text. Every answer is compared with what `vnplan.extract` gives for the same file. In
the second half the service is killed once and started again, while jobs of several files are accepted: afterwards each
of them must be whole. `--json FILE` writes the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from benchmarks.plans import plan  # noqa: E402
from vnplan import extract  # noqa: E402
from vnplan.settings import Settings  # noqa: E402
from vnplan.tables import rows_of  # noqa: E402
from vnplan.tables.formats import dump, nested  # noqa: E402

KINDS = (".txt", ".md", ".html", ".docx")


class Service:
    """The service as a process of its own, and the memory of it and of its workers."""

    def __init__(self, data: Path, jobs: int, ner: str) -> None:
        command = [sys.executable, "-m", "vnplan", "serve", "--data", str(data), "--port", "0", "--no-cache"]
        self._process = subprocess.Popen(
            [*command, "--jobs", str(jobs), "--ner", ner], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[1].removesuffix("/v1/jobs,")
        while httpx.get(f"{self.url}/readyz").status_code != 200:
            time.sleep(0.2)
        self.megabytes: list[tuple[float, float]] = []
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        with suppress(psutil.Error):
            process = psutil.Process(self._process.pid)
            while True:
                below = sum(one.memory_info().rss for one in process.children(recursive=True))
                self.megabytes.append((process.memory_info().rss / 2**20, below / 2**20))
                time.sleep(1)

    def end(self, kill: bool = False) -> None:
        """End it."""
        (self._process.kill if kill else self._process.terminate)()
        self._process.wait(60)


def files() -> dict[str, bytes]:
    """What is sent: name to bytes."""
    found = {
        path.name: path.read_bytes() for path in sorted((ROOT / "data" / "raw").rglob("*")) if path.suffix in KINDS
    }
    return found | {f"plan-{number}.txt": plan(number).encode() for number in range(30)}


def expected(name: str, data: bytes, ner: str) -> str:
    """What the service must answer for a file."""
    found = extract(data, name, Settings(ner=ner))
    return dump([nested(rows) for rows in rows_of(found) if rows["plans"]])


def load(url: str, given: dict[str, bytes], want: dict[str, str], clients: int, seconds: float) -> dict[str, Any]:
    """Uploads of many clients for some time."""
    end = time.monotonic() + seconds
    took: list[float] = []
    states: Counter[str] = Counter()

    def client(number: int) -> None:
        names = list(given)
        with httpx.Client(base_url=url, timeout=300) as one:
            for turn in range(10**6):
                if time.monotonic() > end:
                    return
                name = names[(number * 7 + turn) % len(names)]
                begun = time.monotonic()
                answer = one.post("/v1/extract?wait=120", files={"file": (name, given[name])})
                took.append(time.monotonic() - begun)
                right = answer.status_code == 200 and dump(answer.json()["plans"]) == want[name]
                states["right" if right else f"wrong ({answer.status_code})"] += 1

    begun = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    ordered = sorted(took)
    return {
        "clients": clients,
        "seconds": time.monotonic() - begun,
        "answers": len(took),
        **states,
        "answers/s": len(took) / (time.monotonic() - begun),
        "p50 s": statistics.median(ordered),
        "p95 s": ordered[int(len(ordered) * 0.95)],
        "longest s": ordered[-1],
        "load": os.getloadavg()[0],
    }


def restart(
    service: Service, data: Path, jobs: int, ner: str, given: dict[str, bytes]
) -> tuple[Service, dict[str, int]]:
    """Kill the service while it has jobs; the new one, and how many of them came to their end."""
    accepted = []
    for number in range(8):
        parts = [("files", (name, content)) for name, content in given.items()]
        answer = httpx.post(f"{service.url}/v1/jobs", files=parts, timeout=120)
        if answer.status_code == 202:
            accepted.append(answer.json()["id"])
        if number == 5:
            time.sleep(2)
    service.end(kill=True)
    again = Service(data, jobs, ner)
    states: Counter[str] = Counter()
    for job in accepted:
        while (found := httpx.get(f"{again.url}/v1/jobs/{job}").json())["state"] not in ("done", "failed"):
            time.sleep(0.5)
        whole = httpx.get(f"{again.url}/v1/jobs/{job}/tables/plans", timeout=60).json()
        states["whole" if {row["source"].split("!")[0] for row in whole} == set(given) else found["state"]] += 1
    return again, {"accepted": len(accepted), **states}


def main() -> None:
    """Measure."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--clients", type=int, default=50)
    arguments.add_argument("--seconds", type=float, default=120)
    arguments.add_argument("--jobs", type=int, default=0)
    arguments.add_argument("--ner", default="model")
    arguments.add_argument("--json", type=Path)
    args = arguments.parse_args()
    given = files()
    want = {name: expected(name, data, args.ner) for name, data in given.items()}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        service = Service(data, args.jobs, args.ner)
        found = load(service.url, given, want, args.clients, args.seconds)
        own, below = zip(*service.megabytes, strict=True)
        tenth = max(1, len(own) // 10)
        found["MB of the service"] = {"after a tenth": own[tenth], "at the end": own[-1], "most": max(own)}
        found["MB of its workers"] = {"after a tenth": below[tenth], "at the end": below[-1], "most": max(below)}
        service, found["killed"] = restart(service, data, args.jobs, args.ner, given)
        service.end()
    print(json.dumps(found, indent=1))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
