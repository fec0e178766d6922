"""One writer a file format: rows in, a file out, nothing held in memory for long."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from .cells import cells
from .schema import ERRORS, PLANS, TABLES, Column, Row, Rows, Table

if TYPE_CHECKING:
    import pyarrow as pa


class Writer(Protocol):
    """Writes the tables in one format."""

    def write(self, batch: list[Rows]) -> None:
        """Add a batch of plans."""

    def close(self) -> None:
        """Finish all files."""


class CsvWriter:
    """CSV as spreadsheets like it: UTF-8 with BOM, CRLF, a header.

    Args:
        folder: Where the files go.
    """

    def __init__(self, folder: Path, metadata: Mapping[str, str]) -> None:
        self._files: dict[str, IO[str]] = {}
        with ExitStack() as stack:
            for table in _tables("csv"):
                file = stack.enter_context((folder / f"{table.name}.csv").open("w", encoding="utf-8", newline=""))
                self._files[table.name] = file
                file.write("\ufeff" + ",".join(table.names) + "\r\n")
            self._open = stack.pop_all()

    def write(self, batch: list[Rows]) -> None:
        """Add a batch of plans."""
        for name, file in self._files.items():
            lines = StringIO(newline="")
            csv.writer(lines).writerows(cells(_COLUMNS[name], list(_gather(name, batch))))
            file.write(lines.getvalue())

    def close(self) -> None:
        """Finish all files: also those that come after one that cannot be finished."""
        self._open.close()


class JsonLinesWriter:
    """`plans.jsonl`: one plan a line, with its text and its facts nested; `errors.jsonl`: one error a line."""

    def __init__(self, folder: Path, metadata: Mapping[str, str]) -> None:
        with ExitStack() as stack:
            self._plans, self._errors = (
                stack.enter_context((folder / name).open("w", encoding="utf-8", newline="\n"))
                for name in ("plans.jsonl", "errors.jsonl")
            )
            self._open = stack.pop_all()

    def write(self, batch: list[Rows]) -> None:
        """Add a batch of plans."""
        for rows in batch:
            if rows["plans"]:
                self._plans.write(dump(nested(rows)) + "\n")
            for row in rows["errors"]:
                self._errors.write(dump(dict(zip(ERRORS.names, row, strict=True))) + "\n")

    def close(self) -> None:
        """Finish both files."""
        self._open.close()


def nested(rows: Rows) -> dict[str, Any]:
    """A plan as JSON Lines hold it: the columns of `plans`, `text`, and the other tables' rows under `facts`."""
    plan = dict(zip(PLANS.names, rows["plans"][0], strict=True))
    facts = {
        table.nested: [dict(zip(table.names[1:], row[1:], strict=True)) for row in rows[table.name]]
        for table in TABLES
        if table.nested
    }
    return {**plan, "text": rows["texts"][0][1], "facts": facts}


def dump(value: Any, indent: int | None = None) -> str:
    """JSON with Vietnamese letters as they are; dates in ISO form, boxes as objects."""
    return json.dumps(value, ensure_ascii=False, default=_plain, indent=indent)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else asdict(value)


class ParquetWriter:
    """Parquet with real types, and with its provenance in the metadata of every file.

    Args:
        folder: Where the files go.
        metadata: Versions and settings.
    """

    def __init__(self, folder: Path, metadata: Mapping[str, str]) -> None:
        import pyarrow.parquet as pq

        self._schemas = {table.name: arrow_schema(table, metadata) for table in _tables("parquet")}
        self._writers: dict[str, pq.ParquetWriter] = {}
        with ExitStack() as stack:
            for name, schema in self._schemas.items():
                file = stack.enter_context((folder / f"{name}.parquet").open("wb"))
                self._writers[name] = stack.enter_context(pq.ParquetWriter(file, schema, compression="zstd"))
            self._open = stack.pop_all()

    def write(self, batch: list[Rows]) -> None:
        """Add a batch of plans: one row group a table."""
        import pyarrow as pa

        for name, writer in self._writers.items():
            rows = list(_gather(name, batch))
            if rows:
                schema = self._schemas[name]
                columns = [
                    pa.array(_arrow_values(column, values), field.type)
                    for column, values, field in zip(_COLUMNS[name], zip(*rows, strict=True), schema, strict=True)
                ]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))

    def close(self) -> None:
        """Finish all files: also those that come after one that cannot be finished."""
        self._open.close()


WRITERS: dict[str, type[CsvWriter] | type[JsonLinesWriter] | type[ParquetWriter]] = {
    "csv": CsvWriter,
    "jsonl": JsonLinesWriter,
    "parquet": ParquetWriter,
}
_COLUMNS = {table.name: table.columns for table in TABLES}


def file_names(format_: str) -> list[str]:
    """The files of a format."""
    if format_ == "jsonl":
        return ["plans.jsonl", "errors.jsonl"]
    return [f"{table.name}.{format_}" for table in _tables(format_)]


def arrow_schema(table: Table, metadata: Mapping[str, str]) -> pa.Schema:
    """A table's Arrow schema; descriptions stand in the metadata of its fields."""
    import pyarrow as pa

    fields = [
        pa.field(c.name, arrow_type(c), nullable=not c.required, metadata={"description": c.description})
        for c in table.columns
    ]
    return pa.schema(fields, metadata={**metadata, "vnplan.table": table.name, "vnplan.description": table.description})


def arrow_type(column: Column) -> pa.DataType:
    """A column's Arrow type."""
    import pyarrow as pa

    box = [("page", pa.int64())] + [(side, pa.float64()) for side in ("x0", "y0", "x1", "y1")]
    return {
        "string": pa.string,
        "integer": pa.int64,
        "number": pa.float64,
        "boolean": pa.bool_,
        "date": pa.date32,
        "strings": lambda: pa.list_(pa.string()),
        "boxes": lambda: pa.list_(pa.struct(box)),
    }[column.kind]()


def _arrow_values(column: Column, values: tuple[Any, ...]) -> Any:
    if column.kind == "boxes" and any(values):
        return [[asdict(box) for box in boxes] for boxes in values]
    return values


def _gather(name: str, batch: list[Rows]) -> Iterator[Row]:
    return chain.from_iterable(rows[name] for rows in batch)


def _tables(format_: str) -> list[Table]:
    return [table for table in TABLES if format_ in table.formats]
