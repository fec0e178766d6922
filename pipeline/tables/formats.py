"""One writer a file format: rows in, a file out, nothing held in memory for long."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .cells import cells
from .parts import arrow_type, flatten, unpack
from .schema import ERRORS, PLANS, TABLES, Rows, Table
from .views import VIEWS, view_file

if TYPE_CHECKING:
    import pyarrow as pa

# A row group is written when it has this many rows or bytes.
_GROUP_ROWS, _GROUP_BYTES = 50_000, 32_000_000
_LARGE = ("texts", "fields", "sections", "responsibilities")  # written first: the others fill the time after them
_BY_NAME = {table.name: table for table in TABLES}


class Writer(Protocol):
    """Writes tables in one format."""

    def write(self, documents: pa.Table) -> None:
        """Add documents, as `parts.pack` makes them; columns of other tables may be missing."""

    def close(self) -> None:
        """Finish all files."""


class CsvWriter:
    """A table as CSV as spreadsheets like it: UTF-8 with BOM, CRLF, a header.

    Args:
        folder: Where the file goes.
        table: Which table.
    """

    def __init__(self, folder: Path, table: Table) -> None:
        self._table = table
        self._file = (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="")
        self._file.write("\ufeff" + ",".join(table.names) + "\r\n")

    def write(self, documents: pa.Table) -> None:
        """Add documents."""
        rows = list(zip(*(values.to_pylist() for values in flatten(documents, self._table).columns), strict=True))
        lines = StringIO(newline="")
        csv.writer(lines).writerows(cells(self._table.columns, rows))
        self._file.write(lines.getvalue())

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class ParquetWriter:
    """A table as Parquet with real types, and with its provenance in the metadata.

    Args:
        folder: Where the file goes.
        table: Which table.
        metadata: Versions and settings.
    """

    def __init__(self, folder: Path, table: Table, metadata: Mapping[str, str]) -> None:
        import pyarrow.parquet as pq

        self._table = table
        self._schema = arrow_schema(table, metadata)
        with ExitStack() as stack:
            file = stack.enter_context((folder / f"{table.name}.parquet").open("wb"))
            self._writer = stack.enter_context(pq.ParquetWriter(file, self._schema, compression="zstd"))
            self._open = stack.pop_all()
        self._waiting: list[pa.Table] = []

    def write(self, documents: pa.Table) -> None:
        """Add documents; they become a row group when there are enough of them."""
        import pyarrow as pa

        found = flatten(documents, self._table)
        self._waiting.append(pa.Table.from_arrays(found.columns, schema=self._schema))
        waiting = sum(rows.nbytes for rows in self._waiting)
        if waiting >= _GROUP_BYTES or sum(rows.num_rows for rows in self._waiting) >= _GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        """Finish the file."""
        try:
            self._flush()
        finally:
            self._open.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if any(rows.num_rows for rows in self._waiting):
            self._writer.write_table(pa.concat_tables(self._waiting).combine_chunks())
        self._waiting = []


class JsonLinesWriter:
    """`plans.jsonl`: one plan a line, with its text and its facts nested; `errors.jsonl`: one error a line."""

    def __init__(self, folder: Path) -> None:
        with ExitStack() as stack:
            self._plans, self._errors = (
                stack.enter_context((folder / name).open("w", encoding="utf-8", newline="\n"))
                for name in ("plans.jsonl", "errors.jsonl")
            )
            self._open = stack.pop_all()

    def write(self, documents: pa.Table) -> None:
        """Add documents."""
        for rows in unpack(documents):
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


Documents = Callable[[Sequence[str]], Iterable["pa.Table"]]
"""Names of tables to all documents in order, in batches that fit into memory, with the columns of those tables."""


@dataclass(frozen=True)
class Job:
    """What is written in one go, so that jobs may run in several processes: one table, or the JSON Lines.

    Attributes:
        table: Name of the table; None for JSON Lines.
        formats: In which formats: `csv`, `parquet`.
        folder: Where the files go.
        metadata: Versions and settings, for Parquet.
    """

    table: str | None
    formats: tuple[str, ...]
    folder: Path
    metadata: Mapping[str, str]

    def run(self, documents: Documents) -> int:
        """Write the files; returns the number of the table's rows, 0 for JSON Lines."""
        rows = 0
        with ExitStack() as stack:
            opened = []
            for make in self._makers():
                writer = make()
                stack.callback(writer.close)
                opened.append(writer)
            names = [self.table] if self.table else [table.name for table in TABLES]
            for batch in documents(names):
                if self.table:
                    rows += flatten(batch, _BY_NAME[self.table]).num_rows
                for writer in opened:
                    writer.write(batch)
        return rows

    def _makers(self) -> Iterator[Callable[[], Writer]]:
        if self.table is None:
            yield partial(JsonLinesWriter, self.folder)
            return
        table = _BY_NAME[self.table]
        for format_ in self.formats:
            if format_ == "parquet":
                yield partial(ParquetWriter, self.folder, table, self.metadata)
            else:
                yield partial(CsvWriter, self.folder, table)


def jobs(formats: Sequence[str], folder: Path, metadata: Mapping[str, str]) -> list[Job]:
    """The jobs that write these formats, the longest first: every table is in one, if only to be counted."""
    flat = [name for name in ("parquet", "csv") if name in formats]
    first = [Job(None, (), folder, metadata)] if "jsonl" in formats else []
    tables = sorted(TABLES, key=lambda table: table.name not in _LARGE)
    return first + [
        Job(table.name, tuple(name for name in flat if name in table.formats), folder, metadata) for table in tables
    ]


def file_names(format_: str) -> list[str]:
    """The files of a format."""
    if format_ == "jsonl":
        return ["plans.jsonl", "errors.jsonl"]
    if format_ in VIEWS:
        return [view_file(format_)]
    return [f"{table.name}.{format_}" for table in _tables(format_)]


def arrow_schema(table: Table, metadata: Mapping[str, str]) -> pa.Schema:
    """A table's Arrow schema; descriptions stand in the metadata of its fields."""
    import pyarrow as pa

    fields = [
        pa.field(c.name, arrow_type(c), nullable=not c.required, metadata={"description": c.description})
        for c in table.columns
    ]
    return pa.schema(fields, metadata={**metadata, "vnplan.table": table.name, "vnplan.description": table.description})


def _tables(format_: str) -> list[Table]:
    return [table for table in TABLES if format_ in table.formats]
