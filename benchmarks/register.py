"""What the register costs as a corpus grows: mentions resolved, memory, a batch that joins; search and its index.

    python benchmarks/register.py [--mentions 10000 100000 1000000] [--plans 1000 10000 100000]

On tables that are written here, without reading documents:

- mentions: one update of an empty register over plans with 20 citations each (State and Party, central and local, some
  without date or issuer, laws by name, slips of the pen), and the same once more with one more batch of 100 plans;
- plans: texts of our own writing (`benchmarks/plans.py`, with words drawn at random), the index of their words, and how
  long queries take: the median and the worst of some rounds.

Each size runs in a process of its own. `--json FILE` writes the figures.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from benchmarks.plans import plan  # noqa: E402
from vnplan.knowledge import records  # noqa: E402
from vnplan.linking.places import units  # noqa: E402
from vnplan.records import SCHEMA_VERSION  # noqa: E402

EACH = 20  # citations of a plan
BATCH = 100
_CITED, _SAME = 200_000, 7  # documents that may be cited; of them about as many are cited as often as the first
QUERIES = (
    "đuối nước", "duoi nuoc", "phòng cháy", "kế hoạch", "ủy ban nhân dân huyện", '"tổ tự quản" rác thải', "18-CT/TW",
    "trẻ em mạng chợ", "không có từ này",
)  # fmt: skip
TABLES = ("plans", "citations", "targets", "tasks", "deadlines", "texts")


# -- Tables ----------------------------------------------------------------------------------------------------------


def plan_row(number: int, draw: random.Random, places: list[str]) -> dict[str, Any]:
    day = dt.date(2018, 1, 1) + dt.timedelta(days=draw.randrange(2500))
    return {
        "document_id": f"d{number:015x}", "source": f"{number}.txt", "sha256": f"{number:064x}", "format": "text",
        "doc_type": "KH", "number": f"{draw.randint(1, 400)}/KH-UBND", "issue_date": day, "issue_year": day.year,
        "issuing_body": "Ủy ban nhân dân huyện", "issuing_body_id": f"ubnd@{draw.choice(places)}",
        "title": f"Thực hiện nhiệm vụ {draw.randint(1, 99)} năm {day.year}", "characters": 1000 + number,
        "number_status": "found", "issue_date_status": "found",
    }  # fmt: skip


def citation_row(plan: dict[str, Any], place: int, draw: random.Random, places: list[str]) -> dict[str, Any]:
    """A mention: half of central documents, half of those of units.

    How often a document is cited falls with its rank as among real ones, where the first has one in sixty of all
    mentions, and the first ten have one in ten.
    """
    kind = draw.random()
    which = int(_SAME * ((_CITED / _SAME + 1) ** draw.random() - 1)) + 1
    seeded = random.Random(which)
    day = dt.date(2008, 1, 1) + dt.timedelta(days=seeded.randrange(3600))
    row: dict[str, Any] = {"document_id": plan["document_id"], "start": place * 200, "relation": "basis"}
    if kind < 0.05:
        row |= {
            "doc_type": "L",
            "name": f"Luật Mẫu số {which % 300}",
            "date": str(day.year) if draw.random() < 0.7 else None,
        }
        words = row["name"]
    elif kind < 0.5:
        symbol, issuer = seeded.choice(
            (("QĐ-TTg", "thu-tuong-chinh-phu"), ("NQ-CP", "chinh-phu"), ("NĐ-CP", "chinh-phu"))
        )
        named = which if which < 100 else which % 3000
        number = f"{named}/{day.year}/{symbol}" if symbol == "NĐ-CP" else f"{named}/{symbol}"
        row |= {"doc_type": symbol[:2], "number": number, "issuer": "Chính phủ", "issuer_id": issuer}
        words = number
    else:
        unit = seeded.choice(places)
        row |= {"doc_type": "KH", "number": f"{which % 900}/KH-UBND", "issuer": "UBND huyện"}
        row |= {"issuer_id": f"ubnd@{unit}" if draw.random() < 0.9 else None}
        words = row["number"]
    if "date" not in row and draw.random() < 0.9:
        row["date"] = (day.replace(day=1) if draw.random() < 0.01 else day).isoformat()
    row["text"] = f"số {words} ngày {row.get('date')}"
    row |= {"canonical_id": f"{row['doc_type']}:{words}", "fact_id": f"f{place:015x}", "section": "basis"}
    return row


def write_tables(out: Path, rows: dict[str, Iterator[dict[str, Any]]]) -> None:
    """The tables that the register reads, as a run writes them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from vnplan.tables import table
    from vnplan.tables.formats import arrow_schema
    from vnplan.tables.parts import arrow_type

    out.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        columns = table(name).columns
        schema = arrow_schema(table(name), {})
        with pq.ParquetWriter(out / f"{name}.parquet", schema, compression="zstd") as writer:
            for batch in _batches(rows.get(name, iter(()))):
                arrays = []
                for column in columns:
                    empty: Any = {"strings": [], "boxes": [], "candidates": []}.get(column.kind)
                    if empty is None and column.required:
                        empty = {"integer": 0, "number": 0.0, "boolean": False}.get(column.kind, "")
                    values = [row.get(column.name, empty) for row in batch]
                    arrays.append(pa.array(values, arrow_type(column)))
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    stamp = {"id": f"{random.random()}", "version": SCHEMA_VERSION, "resources": []}
    (out / "datapackage.json").write_text(json.dumps(stamp))
    (out / "run.json").write_text(json.dumps({"formats": ["parquet"], "made_with": "benchmark"}))


def _batches(rows: Iterator[dict[str, Any]], size: int = 20_000) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def mention_tables(out: Path, first: int, last: int) -> dict[str, Iterator[dict[str, Any]]]:
    """The rows of plans from number `first` to `last`, and of what they cite."""
    places = [unit.id for unit in units("2024").all("district")]
    made = [plan_row(number, random.Random(number), places) for number in range(first, last)]

    def cited() -> Iterator[dict[str, Any]]:
        for one in made:
            draw = random.Random(one["document_id"])
            for place in range(EACH):
                yield citation_row(one, place, draw, places)

    return {"plans": iter(made), "citations": cited()}


def join_tables(out: Path, batch: Path) -> None:
    """Put the rows of a batch behind those that are there, as the next run would write them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name in TABLES:
        both = pa.concat_tables([pq.read_table(folder / f"{name}.parquet") for folder in (out, batch)])
        pq.write_table(both, out / f"{name}.parquet", compression="zstd")
    (out / "datapackage.json").write_bytes((batch / "datapackage.json").read_bytes())


def text_tables(out: Path, plans: int) -> int:
    """Plans with texts; returns the bytes of these."""
    places = [unit.id for unit in units("2024").all("district")]
    names = [line.split("\t")[1] for line in records("communes_2024").splitlines()]
    size = 0

    def texts() -> Iterator[dict[str, Any]]:
        nonlocal size
        for number in range(plans):
            draw = random.Random(number)
            named = ", ".join(draw.choices(names, k=120))
            rare = " Dạy bơi, phòng đuối nước cho học sinh." if number % 500 == 0 else ""
            text = f"{plan(number)}\nCác xã: {named}.{rare}\n{plan(number + plans)}"
            size += len(text.encode())
            yield {"document_id": f"d{number:015x}", "text": text}

    rows = (plan_row(number, random.Random(number), places) for number in range(plans))
    write_tables(out, {"plans": rows, "texts": texts()})
    return size


# -- Measuring -------------------------------------------------------------------------------------------------------


def measure_mentions(mentions: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        plans = mentions // EACH
        write_tables(out, mention_tables(out, 0, plans))
        first = _alone("update", out)
        write_tables(out / "batch", mention_tables(out, plans, plans + BATCH))
        join_tables(out, out / "batch")
        batch = _alone("update", out)
        size = (out / "register/register.sqlite").stat().st_size
    return {
        "mentions": mentions, **first, "store_megabytes": size / 1e6,
        **{f"batch_{name}": batch[name] for name in ("seconds", "processor", "peak_megabytes")},
    }  # fmt: skip


def measure_update(out: Path) -> dict[str, float]:
    from vnplan.register.update import update_register

    begun, spent = time.perf_counter(), time.process_time()
    done = update_register(out)
    return {
        "seconds": time.perf_counter() - begun, "processor": time.process_time() - spent,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "documents": done.documents, "edges": done.edges, "conflicts": done.conflicts,
    }  # fmt: skip


def _alone(kind: str, what: object) -> dict[str, Any]:
    """What is measured in a process of its own, so that its memory is nobody else's."""
    command = [sys.executable, __file__, "--one", kind, str(what)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure_search(plans: int, rounds: int = 5) -> dict[str, Any]:
    from vnplan.register.finding import search
    from vnplan.register.update import update_register

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        size = text_tables(out, plans)
        begun = time.perf_counter()
        update_register(out)
        seconds = time.perf_counter() - begun
        index = (out / "register/search.sqlite").stat().st_size
        times: dict[str, list[float]] = {}
        spent: dict[str, list[float]] = {}
        for _ in range(rounds):
            for query in QUERIES:
                begun, before = time.perf_counter(), time.process_time()
                search(out, query)
                times.setdefault(query, []).append(1000 * (time.perf_counter() - begun))
                spent.setdefault(query, []).append(1000 * (time.process_time() - before))
    return {
        "plans": plans, "seconds": seconds, "text_megabytes": size / 1e6, "index_megabytes": index / 1e6,
        "index_to_text": index / size, "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "median_ms": {query: round(statistics.median(found), 1) for query, found in times.items()},
        "processor_ms": {query: round(statistics.median(found), 1) for query, found in spent.items()},
        "worst_ms": round(max(max(found) for found in times.values()), 1),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mentions", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--plans", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        kind, what = args.one
        measure = {"mentions": lambda: measure_mentions(int(what)), "plans": lambda: measure_search(int(what))}
        measure |= {"update": lambda: measure_update(Path(what))}
        print(json.dumps(measure[kind](), ensure_ascii=False))
        return 0
    figures = []
    for kind, sizes in (("mentions", args.mentions), ("plans", args.plans)):
        for size in sizes:
            figures.append(_alone(kind, size))
            print(json.dumps(figures[-1], ensure_ascii=False))
    if args.json:
        Path(args.json).write_text(json.dumps(figures, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
