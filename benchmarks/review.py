"""How long a report takes to build, and its pages to open; how long the queue of the review takes to answer.

    python benchmarks/review.py [--plans 10000] [--queue 100000] [--first 5000] [--json FILE]

The tables are those of the sample plans, as often as it takes, each copy with ids of its own; so are the doubts of the
queue, on a tenth of which somebody has decided. How long the queue takes to be made the first time is measured on
copies of the sample plans, or of the files of `--of`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vnplan.batch import extract_folder
from vnplan.register.store import transaction
from vnplan.review.desk import Desk
from vnplan.review.report import write_report
from vnplan.settings import Settings
from vnplan.tables.corrections import Corrections, Decision
from vnplan.tables.overlay import FACTS
from vnplan.tables.package import datapackage
from vnplan.tables.schema import TABLES

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "raw"


def many(small: Path, out: Path, plans: int) -> int:
    """Tables of at least so many plans; returns how many."""
    out.mkdir(parents=True)
    count = pq.read_metadata(small / "plans.parquet").num_rows
    copies = -(-plans // count)
    for table in TABLES:
        name = f"{table.name}.parquet"
        rows = pq.read_table(small / name)
        with pq.ParquetWriter(out / name, rows.schema, compression="zstd") as writer:
            for number in range(copies):
                copy = rows
                for column in set(rows.column_names) & {"document_id", "task_id", "fact_id"}:
                    ids = pc.binary_join_element_wise(rows[column], pa.scalar(f"{number:05d}"), "")
                    copy = copy.set_column(copy.schema.get_field_index(column), rows.schema.field(column), ids)
                writer.write_table(copy)
    files = {f"{table.name}.parquet": ((out / f"{table.name}.parquet").stat().st_size, "") for table in TABLES}
    (out / "datapackage.json").write_text(json.dumps(datapackage("0", "", files)), encoding="utf-8")
    shutil.copy(small / "run.json", out / "run.json")
    return copies * count


def first_page(page: Path) -> dict[str, float]:
    """Seconds until the first page, its charts, and the largest table are shown."""
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, part, wanted in (
            ("first_page", "", ".cards"),
            ("tasks_page", "#tasks", ".tabulator-row"),
            ("charts", "", ".chart svg"),
        ):
            tab = browser.new_page()
            begun = time.perf_counter()
            tab.goto(page.as_uri() + part)
            tab.wait_for_selector(wanted, timeout=120_000)
            found[name] = round(time.perf_counter() - begun, 2)
        browser.close()
    return found


def queue_answers(small: Path, plans: int, rounds: int = 20) -> dict[str, Any]:
    """Milliseconds that the queue takes over so many plans."""
    from starlette.testclient import TestClient

    from vnplan.review.app import make_app

    desk = Desk(small)
    queue = desk.queue()
    count = sum(1 for _ in desk.every())
    found = {lane: queue.first(lane, {}, 10**6) for lane in ("doubt", "coverage")}
    corrections = Corrections(small)
    for number in range(plans // count):
        with transaction(queue._database):
            for lane, doubts in found.items():
                for place, doubt in enumerate(doubts):
                    key = replace(doubt.key, content=f"{number}-{doubt.key.content}")
                    one = replace(doubt, document_id=f"{number}-{place}-{lane}", key=key)
                    queue.add(one.document_id, (f"copy {lane}", number * 10_000 + place), [(lane, one)])
        if number % 10 == 0:
            for doubt in found["doubt"][: len(found["doubt"]) // 10 + 1]:
                key = replace(doubt.key, content=f"{number}-{doubt.key.content}")
                corrections.save(Decision(key, "An", "accept"))
    # The copies are in no part: the queue is taken as it is.
    desk.queue = lambda: queue  # type: ignore[method-assign]
    client = TestClient(make_app(desk, names=("127.0.0.1",)), base_url="http://127.0.0.1")
    times = []
    for k in range(rounds):
        begun = time.perf_counter()
        assert client.get("/" if k % 2 else "/?lane=coverage").status_code == 200
        times.append(1000 * (time.perf_counter() - begun))
    return {
        "queue_plans": plans, "queue_doubts": queue.left("doubt", {}), "queue_decisions": corrections.last(),
        "queue_median_ms": round(statistics.median(times), 1), "queue_worst_ms": round(max(times), 1),
    }  # fmt: skip


def first_queue(files: Path, folder: Path, plans: int) -> dict[str, Any]:
    """Processor seconds until the queue over so many plans is there for the first time, and what 100,000 would take."""
    paths = sorted(path for path in files.rglob("*") if path.is_file() and path.suffix in (".txt", ".md"))
    for number in range(-(-plans // len(paths))):
        for path in paths:
            copy = folder / "plans" / f"{number:05d}" / path.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    out = folder / "first"
    extract_folder(folder / "plans", out, formats=("parquet",), settings=Settings(ner="none"))
    desk = Desk(out)
    begun, busy = time.perf_counter(), time.process_time()
    desk.queue()
    busy = time.process_time() - busy
    facts = sum(pq.read_metadata(out / f"{kind}.parquet").num_rows for kind in FACTS)
    count = pq.read_metadata(out / "plans.parquet").num_rows
    return {
        "first_queue_plans": count, "first_queue_facts_a_plan": round(facts / count, 1),
        "first_queue_seconds": round(time.perf_counter() - begun, 1), "first_queue_processor_seconds": round(busy, 1),
        "first_queue_processor_seconds_of_100000": round(busy / count * 100_000, 1),
    }  # fmt: skip


def report(small: Path, out: Path, wanted: int) -> dict[str, Any]:
    """Seconds that a report over so many plans takes to be built and opened."""
    plans = many(small, out, wanted)
    begun, busy = time.perf_counter(), time.process_time()
    write_report(out, out / "report")
    figures: dict[str, Any] = {"plans": plans, "build_seconds": round(time.perf_counter() - begun, 1)}
    figures["build_processor_seconds"] = round(time.process_time() - busy, 1)
    figures["megabytes"] = round(sum(f.stat().st_size for f in (out / "report").rglob("*") if f.is_file()) / 1e6, 1)
    return figures | first_page(out / "report" / "index.html")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=10_000)
    parser.add_argument("--queue", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=5_000)
    parser.add_argument("--of", type=Path, default=SAMPLES, help="folder of text files (default: the sample plans)")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        small, out = Path(folder) / "small", Path(folder) / "out"
        extract_folder(SAMPLES, small, formats=("parquet",), settings=Settings(ner="none"))
        figures: dict[str, Any] = queue_answers(small, args.queue) if args.queue else {}
        if args.first:
            figures |= first_queue(args.of, Path(folder), args.first)
        if args.plans:
            figures |= report(small, out, args.plans)
    print(json.dumps(figures))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
