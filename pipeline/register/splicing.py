"""Sorted files brought up to date: rows that changed are put in their places, all others are copied as they are.

A batch that joins a large corpus changes few rows. To copy a line costs a hundredth of making it.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from ..tables.cells import cells
from ..tables.formats import dump
from ..tables.parts import arrow_type
from ..tables.schema import Table

Key = tuple[str, ...]
Row = tuple[Any, ...]
T = TypeVar("T")
_BATCH = 10_000


def spliced(old: Iterable[tuple[Key, T]], new: Mapping[Key, T | None]) -> Iterator[T]:
    """Records in order of their keys, with those that changed.

    Args:
        old: Those that were there, in order.
        new: Those that changed by key; None for one that is gone.
    """
    waiting = sorted(key for key, record in new.items() if record is not None)
    at = 0
    for key, record in old:
        while at < len(waiting) and waiting[at] <= key:
            yield new[waiting[at]]  # type: ignore[misc]
            at += 1
        if key not in new:
            yield record
    for key in waiting[at:]:
        yield new[key]  # type: ignore[misc]


def splice_table(source: Path, target: Path, table: Table, format_: str, new: Mapping[Key, Row | None]) -> int:
    """Write a table with the rows that changed; returns the number of its rows.

    Args:
        source: The folder that holds the table as it was.
        target: Where it goes.
        table: Which table; its key are its first columns, as many as the keys have parts.
        format_: `csv`, `parquet` or `jsonl`.
        new: The rows that changed by key; None for one that is gone.
    """
    name = f"{table.name}.{format_}"
    size = len(next(iter(new), ("",)))
    return _TABLES[format_](source / name, target / name, table, new, size)


def _csv(source: Path, target: Path, table: Table, new: Mapping[Key, Row | None], size: int) -> int:
    made: dict[Key, str | None] = {}
    for key, row in new.items():
        lines = StringIO(newline="")
        csv.writer(lines).writerows(cells(table.columns, [row]) if row else ())
        made[key] = lines.getvalue() or None
    count = 0
    with (
        source.open(encoding="utf-8", newline="") as old,
        target.open("w", encoding="utf-8", newline="") as file,
    ):
        file.write(old.readline())
        for record in spliced(((_csv_key(record, size), record) for record in _csv_records(old)), made):
            file.write(record)
            count += 1
    return count


def _csv_records(lines: Iterable[str]) -> Iterator[str]:
    """Records, which may go over several lines between quotation marks."""
    held = ""
    for line in lines:
        held = held + line if held else line
        if held.count('"') % 2 == 0:
            yield held
            held = ""


def _csv_key(record: str, size: int) -> Key:
    parts = record.split(",", size)
    if any('"' in part for part in parts[:size]):
        parts = next(csv.reader([record]))
    return tuple(parts[:size])


def _json_lines(source: Path, target: Path, table: Table, new: Mapping[Key, Row | None], size: int) -> int:
    made = {
        key: dump(dict(zip(table.names, row, strict=True))) + "\n" if row is not None else None
        for key, row in new.items()
    }
    key_of = line_key(table.names[:size])
    count = 0
    with (
        source.open(encoding="utf-8", newline="\n") as old,
        target.open("w", encoding="utf-8", newline="\n") as file,
    ):
        for line in spliced(((key_of(line), line) for line in old), made):
            file.write(line)
            count += 1
    return count


def line_key(names: Iterable[str]) -> Callable[[str], Key]:
    """Reads the key of a record from the head of a line of JSON, which has these names first."""
    wanted = tuple(names)
    head = re.compile(r"\{" + ", ".join(rf'"{name}": "([^"\\]*)"' for name in wanted)).match

    def key_of(line: str) -> Key:
        found = head(line)
        if found:
            return found.groups()
        record = json.loads(line.rstrip().rstrip(","))
        return tuple(record[name] for name in wanted)

    return key_of


def _parquet(source: Path, target: Path, table: Table, new: Mapping[Key, Row | None], size: int) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    waiting = sorted(new)
    at = count = 0
    with source.open("rb") as old, pq.ParquetFile(old) as file, target.open("wb") as out:
        schema = file.schema_arrow
        with pq.ParquetWriter(out, schema, compression="zstd") as writer:
            for batch in file.iter_batches(_BATCH):
                keys = list(zip(*(batch.column(n).to_pylist() for n in range(size)), strict=True))
                upto = at
                while upto < len(waiting) and waiting[upto] <= keys[-1]:
                    upto += 1
                rows = pa.Table.from_batches([batch])
                if upto > at:
                    rows = _with_rows(rows, keys, table, {key: new[key] for key in waiting[at:upto]})
                at = upto
                count += rows.num_rows
                writer.write_table(rows)
            rest = [row for key in waiting[at:] if (row := new[key]) is not None]
            if rest:
                writer.write_table(_arrow(table, schema, rest))
    return count + len(rest)


def _with_rows(rows: Any, keys: list[Key], table: Table, new: Mapping[Key, Row | None]) -> Any:
    """Rows of a batch with those that changed, in order."""
    import pyarrow as pa

    added = [(key, row) for key, row in new.items() if row is not None]
    both = pa.concat_tables([rows, _arrow(table, rows.schema, [row for _, row in added])])
    places: list[tuple[Key, int | None]] = [(key, k) for k, key in enumerate(keys)]
    fresh = {key: len(keys) + k for k, (key, _) in enumerate(added)}
    order = list(spliced(((key, place) for key, place in places), {key: fresh.get(key) for key in new}))
    return both.take(pa.array(order, pa.int64())).combine_chunks()


def _arrow(table: Table, schema: Any, rows: list[Row]) -> Any:
    import pyarrow as pa

    values = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    arrays = [pa.array(v, arrow_type(c)) for c, v in zip(table.columns, values, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


_TABLES: dict[str, Callable[[Path, Path, Table, Mapping[Key, Row | None], int], int]] = {
    "csv": _csv,
    "parquet": _parquet,
    "jsonl": _json_lines,
}
