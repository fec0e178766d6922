"""The tables of a job as they are sent: JSON made while it is sent, CSV and Parquet as they lie there."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from ..tables.formats import dump
from ..tables.schema import TABLES, Column, Table
from ..tables.writer import PACKAGE

Record = dict[str, Any]
_CHUNK = 256 * 1024  # bytes
_BATCH = 1_000  # rows
_TYPES: dict[str, Record] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "strings": {"type": "array", "items": {"type": "string"}},
    "boxes": {"type": "array", "items": {"type": "object", "properties": {
        "page": {"type": "integer"}, **{side: {"type": "number"} for side in ("x0", "y0", "x1", "y1")}}}},
    "candidates": {"type": "array", "items": {"type": "object", "properties": {
        "value": {"type": "string"}, "source": {"type": "string"}, "score": {"type": "number"}}}},
}  # fmt: skip


def plans(out: Path, job: str) -> Iterator[bytes]:
    """Everything as one JSON object: each plan with its text and facts, and the errors."""
    yield f'{{"job": {json.dumps(job)}, "plans": ['.encode()
    yield from _joined(out / "plans.jsonl")
    yield b'], "errors": ['
    yield from _joined(out / "errors.jsonl")
    yield b"]}\n"


def errors(out: Path) -> list[Record]:
    """The rows of the table `errors`."""
    with (out / "errors.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def has_plans(out: Path) -> bool:
    """Whether there is a document at all."""
    return (out / "plans.jsonl").stat().st_size > 0


def rows(out: Path, table: str) -> Iterator[bytes]:
    """One table as a JSON array of objects."""
    import pyarrow.parquet as pq

    yield b"["
    first = True
    with (out / f"{table}.parquet").open("rb") as stream, pq.ParquetFile(stream) as file:
        for batch in file.iter_batches(_BATCH, use_threads=False):
            for row in batch.to_pylist():
                yield (b"\n" if first else b",\n") + dump(row).encode()
                first = False
    yield b"\n]\n"


def of_document(out: Path, document: str, tables: tuple[str, ...]) -> dict[str, list[Record]]:
    """The rows of a document, by table."""
    import pyarrow.parquet as pq

    found = {}
    for name in tables:
        with (out / f"{name}.parquet").open("rb") as stream:
            read = pq.read_table(stream, filters=[("document_id", "=", document)], use_threads=False)
        found[name] = read.to_pylist()
    return found


def packed(out: Path, format_: str) -> IO[bytes]:
    """All tables of a format, with their description, as a ZIP; the caller closes it."""
    file = TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            for table in TABLES:
                if format_ in table.formats:
                    archive.write(out / f"{table.name}.{format_}", f"{table.name}.{format_}")
            archive.write(out / PACKAGE, PACKAGE)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a file, which is closed at the end."""
    with file:
        while data := file.read(_CHUNK):
            yield data


def _joined(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines):
            yield (b",\n" if number else b"\n") + line.rstrip(b"\n")


# -- For the description of the API ----------------------------------------------------------------------------------


def schema_of(table: Table, without: tuple[str, ...] = ()) -> Record:
    """JSON Schema of a row of a table."""
    columns = [column for column in table.columns if column.name not in without]
    return {
        "type": "object",
        "description": table.description,
        "properties": {column.name: _property(column) for column in columns},
        "required": [column.name for column in columns if column.required],
    }


def schema_of_plan() -> Record:
    """JSON Schema of a plan with its text and facts."""
    by_name = {table.name: table for table in TABLES}
    plan = schema_of(by_name["plans"])
    facts = {
        table.nested: {"type": "array", "items": schema_of(table, ("document_id",))} for table in TABLES if table.nested
    }
    plan["properties"] |= {
        "text": {"type": "string", "description": "The stored text, which all offsets refer to."},
        "facts": {"type": "object", "properties": facts},
    }
    return plan


def _property(column: Column) -> Record:
    kind = dict(_TYPES[column.kind])
    if column.values:
        kind["examples"] = list(column.values)
    if not column.required:
        kind["type"] = [kind["type"], "null"]
    return kind | {"description": column.description}
