"""Writes the register's tables: rows in, a file a format out, nothing held in memory for long."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from .. import __version__
from ..records import SCHEMA_VERSION
from ..tables.cells import cells
from ..tables.formats import arrow_schema, dump
from ..tables.parts import arrow_type
from ..tables.schema import Table

_BATCH = 10_000
Rows = Sequence[tuple[Any, ...]]


class _Writer(Protocol):
    def write(self, rows: Rows) -> None: ...

    def close(self) -> None: ...


def write_rows(folder: Path, table: Table, formats: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """Write a table; returns the number of its rows.

    Args:
        folder: Where the files go.
        table: Which table.
        formats: Some of `csv`, `parquet`, `jsonl`.
        rows: Its rows, in order.
    """
    writers = [_WRITERS[name](folder, table) for name in formats]
    count = 0
    try:
        rows = iter(rows)
        while batch := list(islice(rows, _BATCH)):
            count += len(batch)
            for writer in writers:
                writer.write(batch)
    finally:
        for writer in writers:
            writer.close()
    return count


class _Csv:
    def __init__(self, folder: Path, table: Table) -> None:
        self._table = table
        self._file = (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="")
        self._file.write("\ufeff" + ",".join(table.names) + "\r\n")

    def write(self, rows: Rows) -> None:
        lines = StringIO(newline="")
        csv.writer(lines).writerows(cells(self._table.columns, rows))
        self._file.write(lines.getvalue())

    def close(self) -> None:
        self._file.close()


class _Parquet:
    def __init__(self, folder: Path, table: Table) -> None:
        import pyarrow.parquet as pq

        self._table = table
        metadata = {"vnplan.schema_version": SCHEMA_VERSION, "vnplan.version": __version__}
        self._schema = arrow_schema(table, metadata)
        # An open file, not its name: Arrow takes no path whose bytes are not UTF-8.
        self._file = (folder / f"{table.name}.parquet").open("wb")
        self._writer = pq.ParquetWriter(self._file, self._schema, compression="zstd")

    def write(self, rows: Rows) -> None:
        import pyarrow as pa

        values = list(zip(*rows, strict=True))
        arrays = [pa.array(v, arrow_type(c)) for c, v in zip(self._table.columns, values, strict=True)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()
        self._file.close()


class _JsonLines:
    def __init__(self, folder: Path, table: Table) -> None:
        self._names = table.names
        self._file = (folder / f"{table.name}.jsonl").open("w", encoding="utf-8", newline="\n")

    def write(self, rows: Rows) -> None:
        self._file.writelines(dump(dict(zip(self._names, row, strict=True))) + "\n" for row in rows)

    def close(self) -> None:
        self._file.close()


_WRITERS: dict[str, Callable[[Path, Table], _Writer]] = {"csv": _Csv, "parquet": _Parquet, "jsonl": _JsonLines}
FORMATS = tuple(_WRITERS)
"""The formats in which the register's tables are written."""
