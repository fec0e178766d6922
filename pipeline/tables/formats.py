"""One writer a file format: rows in, a file out, nothing held in memory for long."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from .columns import content, csv_header, csv_lines, joined_members, json_values, listed, objects, whole
from .parts import Batch, arrow_type, unpack
from .pieces import Piece
from .schema import ERRORS, PLANS, TABLES, TEXTS, Rows, Table
from .views import VIEWS, view_file

if TYPE_CHECKING:
    import pyarrow as pa

# A row group is written when it has this many rows or bytes.
_GROUP_ROWS, _GROUP_BYTES = 50_000, 32_000_000
_LARGE = ("texts", "fields", "sections", "responsibilities")  # written first: the others fill the time after them
_BY_NAME = {table.name: table for table in TABLES}


class Writer(Protocol):
    """Writes tables in one format."""

    def write(self, batch: Batch) -> None:
        """Add documents."""

    def cut(self) -> dict[str, int]:
        """End a piece: how long it is in each file, in bytes or row groups."""

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
        self._name = f"{table.name}.csv"
        self._file = (folder / self._name).open("wb")
        self._size = 0
        self._file.write(csv_header(table))

    def write(self, batch: Batch) -> None:
        """Add documents."""
        self._size += self._file.write(csv_lines(self._table, batch.rows(self._table)))

    def cut(self) -> dict[str, int]:
        """End a piece."""
        size, self._size = self._size, 0
        return {self._name: size}

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
        self._rows = self._bytes = self._groups = 0

    def write(self, batch: Batch) -> None:
        """Add documents; they become a row group when there are enough of them."""
        import pyarrow as pa

        found = batch.rows(self._table)
        if not found.num_rows:
            return
        self._waiting.append(pa.Table.from_arrays(found.columns, schema=self._schema))
        self._rows, self._bytes = self._rows + found.num_rows, self._bytes + found.nbytes
        if self._bytes >= _GROUP_BYTES or self._rows >= _GROUP_ROWS:
            self._flush()

    def cut(self) -> dict[str, int]:
        """End a piece, and the row group with it."""
        self._flush()
        groups, self._groups = self._groups, 0
        return {f"{self._table.name}.parquet": groups}

    def close(self) -> None:
        """Finish the file."""
        try:
            self._flush()
        finally:
            self._open.close()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._waiting:
            rows = pa.concat_tables(self._waiting).combine_chunks()
            self._writer.write_table(rows, row_group_size=rows.num_rows)  # in one, however many
            self._groups += 1
        self._waiting, self._rows, self._bytes = [], 0, 0


class JsonLinesWriter:
    """`plans.jsonl`: one plan a line, with its text and its facts nested; `errors.jsonl`: one error a line."""

    def __init__(self, folder: Path) -> None:
        with ExitStack() as stack:
            self._plans, self._errors = (
                stack.enter_context((folder / name).open("wb")) for name in ("plans.jsonl", "errors.jsonl")
            )
            self._open = stack.pop_all()
        self._sizes = [0, 0]

    def write(self, batch: Batch) -> None:
        """Add documents."""
        if _is_finite(batch):
            self._add(_plan_lines(batch), content(objects(ERRORS, batch.rows(ERRORS), end="\n")))
            return
        for rows in unpack(batch.documents):
            errors = [_any_line(dict(zip(ERRORS.names, row, strict=True))) for row in rows["errors"]]
            self._add(_any_line(nested(rows)) if rows["plans"] else b"", b"".join(errors))

    def _add(self, plans: bytes | memoryview, errors: bytes | memoryview) -> None:
        self._sizes[0] += self._plans.write(plans)
        self._sizes[1] += self._errors.write(errors)

    def cut(self) -> dict[str, int]:
        """End a piece."""
        (plans, errors), self._sizes = self._sizes, [0, 0]
        return {"plans.jsonl": plans, "errors.jsonl": errors}

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


def _plan_lines(batch: Batch) -> memoryview:
    """The lines of all plans: what `line` makes of `nested`, for many at once."""
    import pyarrow.compute as pc

    there = pc.greater(pc.list_value_length(batch.lists(PLANS)), 0)
    if not pc.any(there).as_py():
        return memoryview(b"")
    facts = {
        table.nested: listed(batch.lists(table).filter(there), objects(table, batch.rows(table), 1))
        for table in TABLES
        if table.nested
    }
    plans = batch.rows(PLANS)
    members = {one.name: json_values(one.kind, whole(plans.column(one.name))) for one in PLANS.columns}
    members["text"] = json_values("string", whole(batch.rows(TEXTS).column("text")))
    return content(joined_members({**members, "facts": joined_members(facts)}, end="\n"))


def line(value: dict[str, Any]) -> bytes:
    """A line of JSON Lines: as `dump` has it, without spaces between its parts, in UTF-8."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_APPEND_NEWLINE)


def _any_line(value: dict[str, Any]) -> bytes:
    """A line with infinite numbers, which JSON has not, but Python and pandas read and write."""
    return dump(value).encode() + b"\n"


def _is_finite(batch: Batch) -> bool:
    """Whether no number is infinite."""
    import pyarrow.compute as pc

    return not any(
        pc.any(pc.is_inf(batch.rows(table).column(column.name))).as_py()
        for table in TABLES
        for column in table.columns
        if column.kind == "number"
    )


def dump(value: Any, indent: int | None = None) -> str:
    """JSON with Vietnamese letters as they are; dates in ISO form, boxes as objects."""
    return json.dumps(value, ensure_ascii=False, default=_plain, indent=indent)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else asdict(value)


Documents = Callable[[Sequence[str]], Iterable["pa.Table | None"]]
"""Names of tables to all documents in order, in batches that fit into memory, with the columns of those tables; None
ends a piece, of which the rows can be moved as they are written."""


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

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the tables whose rows it writes."""
        return (self.table,) if self.table else tuple(table.name for table in TABLES)

    def makers(self) -> Iterator[Callable[[], Writer]]:
        """What opens its writers."""
        if self.table is None:
            yield partial(JsonLinesWriter, self.folder)
            return
        table = _BY_NAME[self.table]
        for format_ in self.formats:
            if format_ == "parquet":
                yield partial(ParquetWriter, self.folder, table, self.metadata)
            else:
                yield partial(CsvWriter, self.folder, table)


def run_together(todo: Sequence[Job], documents: Documents) -> list[list[Piece]]:
    """Write the files of some jobs, for which all documents are gone through once.

    Args:
        todo: The jobs.
        documents: The documents.

    Returns:
        For each job what it wrote of each piece.
    """
    found: list[list[Piece]] = [[] for _ in todo]
    if not todo:
        return found
    names = list(dict.fromkeys(name for job in todo for name in job.needs))
    with ExitStack() as stack:
        opened: list[list[Writer]] = [[] for _ in todo]
        for writers, job in zip(opened, todo, strict=True):
            for make in job.makers():
                writers.append(make())
                stack.callback(writers[-1].close)
        counts = [0] * len(todo)
        pending = False
        for documents_ in chain(documents(names), (None,)):
            if documents_ is None and not pending:
                continue
            pending = documents_ is not None
            if documents_ is None:
                for number, job in enumerate(todo):
                    sizes = {name: size for writer in opened[number] for name, size in writer.cut().items()}
                    found[number].append(Piece({job.table: counts[number]} if job.table else {}, sizes))
                counts = [0] * len(todo)
                continue
            batch = Batch(documents_)
            for number, job in enumerate(todo):
                counts[number] += batch.rows(_BY_NAME[job.table]).num_rows if job.table else 0
                for writer in opened[number]:
                    writer.write(batch)
    return found


def in_groups(todo: Sequence[Job], count: int) -> list[list[int]]:
    """Jobs in at most so many groups that take about as long, each as indices of jobs in order."""
    groups: list[list[int]] = [[] for _ in range(count)]
    load = [0] * count
    for number, job in enumerate(todo):  # the longest come first
        least = load.index(min(load))
        groups[least].append(number)
        load[least] += 8 if job.table is None else 2 if job.table in _LARGE else 1
    return [group for group in groups if group]


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
