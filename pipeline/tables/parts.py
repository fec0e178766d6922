"""Rows as one Arrow table with a row a document: the form in which results travel and wait to be published.

A column is a table of the schema: a list of structs, the document's rows in it. What could not be read of a file is a
row of its own in which `errors` alone is not empty. So a document moves, and is sorted, as one thing; one table can be
read from a file of many without the others; and Arrow makes the tables from it without touching single values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from io import BytesIO
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from ..records import Extraction
from .schema import KEPT, Column, Row, Rows, Table, rows_of

if TYPE_CHECKING:
    import pyarrow as pa


_BY_NAME = {table.name: table for table in KEPT}


def pack(extractions: Iterable[Extraction]) -> pa.Table:
    """The rows of extractions, in order: one row a document, and one for the errors of an extraction that has some."""
    return pack_rows([rows for extraction in extractions for rows in rows_of(extraction)])


def pack_rows(documents: Sequence[Rows], names: Sequence[str] = ()) -> pa.Table:
    """The rows of documents, in order: one row a document; of some tables, or of all."""
    import pyarrow as pa

    columns = []
    tables = [_BY_NAME[name] for name in names] or KEPT
    for table in tables:
        found = [rows.get(table.name, []) for rows in documents]
        offsets = pa.array(accumulate(map(len, found), initial=0), pa.int32())
        columns.append(pa.ListArray.from_arrays(offsets, _structs(table, list(chain.from_iterable(found)))))
    return pa.Table.from_arrays(columns, names=[table.name for table in tables])


def unpack(documents: pa.Table, columns: Mapping[str, Sequence[str]] | None = None) -> Iterator[Rows]:
    """The rows of each document again, boxes as dictionaries; of the tables whose columns are there.

    Args:
        documents: As `pack` makes it.
        columns: By table, the columns that the rows are to have, where not all are wanted: much is saved so.
    """
    wanted = dict.fromkeys(documents.column_names) if columns is None else columns
    lists = {name: _lists(documents, name, of) for name, of in wanted.items()}
    for number in range(documents.num_rows):
        yield {name: found[number] for name, found in lists.items()}


_DIGEST, _SIZE = 32, 8


def to_bytes(documents: pa.Table) -> bytes:
    """Documents as the bytes of a part: their SHA-256, and an Arrow file that is compressed as a whole.

    It has some thousand buffers, most of them small: to compress each by itself takes ten times as long.
    """
    import pyarrow as pa

    file = BytesIO()
    with pa.ipc.new_file(file, documents.schema) as writer:
        writer.write_table(documents)
    data = file.getbuffer()
    packed: bytes = len(data).to_bytes(_SIZE, "big") + pa.compress(data, "zstd", asbytes=True)
    return hashlib.sha256(packed).digest() + packed


def from_bytes(part: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """The documents in the bytes of a part, with some columns or all.

    Raises:
        ArrowInvalid: The bytes are not as they were written.
    """
    import pyarrow as pa

    data = memoryview(part)[_DIGEST:]
    if hashlib.sha256(data).digest() != part[:_DIGEST]:
        raise pa.ArrowInvalid("its bytes are not those that were written")
    buffer = pa.decompress(data[_SIZE:], int.from_bytes(data[:_SIZE], "big"), "zstd")
    documents = pa.ipc.open_file(buffer).read_all()
    return documents if columns is None else documents.select(list(columns))


class Batch:
    """Some documents, with the rows of each table laid flat once, however many writers ask for them.

    Args:
        documents: As `pack` makes them; columns of tables that nobody asks for may be missing.
    """

    def __init__(self, documents: pa.Table) -> None:
        self.documents = documents
        self._rows: dict[str, pa.Table] = {}

    def rows(self, table: Table) -> pa.Table:
        """One table's rows, of all documents in order."""
        if table.name not in self._rows:
            self._rows[table.name] = flatten(self.documents, table)
        return self._rows[table.name]

    def lists(self, table: Table) -> pa.ListArray:
        """One table's rows as a list a document."""
        return self.documents.column(table.name).combine_chunks()


def flatten(documents: pa.Table, table: Table) -> pa.Table:
    """One table's rows, of all documents in order.

    Args:
        documents: As `pack` makes it; of its columns this needs the one of that table.
        table: Which one.
    """
    import pyarrow as pa

    structs = documents.column(table.name).combine_chunks().flatten()
    return pa.Table.from_arrays(structs.flatten(), names=list(table.names))


def arrow_type(column: Column) -> pa.DataType:
    """A column's Arrow type."""
    import pyarrow as pa

    box = [("page", pa.int64())] + [(side, pa.float64()) for side in ("x0", "y0", "x1", "y1")]
    candidate = [("value", pa.string()), ("source", pa.string()), ("score", pa.float64())]
    return {
        "string": pa.string,
        "integer": pa.int64,
        "number": pa.float64,
        "boolean": pa.bool_,
        "date": pa.date32,
        "strings": lambda: pa.list_(pa.string()),
        "boxes": lambda: pa.list_(pa.struct(box)),
        "candidates": lambda: pa.list_(pa.struct(candidate)),
        "bytes": pa.large_binary,
    }[column.kind]()


def _structs(table: Table, rows: list[Row]) -> pa.StructArray:
    import pyarrow as pa

    values = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    fields = [pa.field(column.name, arrow_type(column)) for column in table.columns]
    arrays = [
        pa.array(_plain(column, found), field.type)
        for column, found, field in zip(table.columns, values, fields, strict=True)
    ]
    return pa.StructArray.from_arrays(arrays, fields=fields)


def _plain(column: Column, values: tuple[Any, ...]) -> Any:
    if column.kind in ("boxes", "candidates") and any(values):
        # Rows that were unpacked hold dictionaries already.
        return [[one if isinstance(one, dict) else asdict(one) for one in found] for found in values]
    return values


def _lists(documents: pa.Table, name: str, columns: Sequence[str] | None) -> list[list[Row]]:
    column = documents.column(name).combine_chunks()
    structs = column.flatten()
    found = structs.flatten()
    if columns is not None:
        found = [found[structs.type.get_field_index(one)] for one in columns]
    rows = list(zip(*(values.to_pylist() for values in found), strict=True))
    ends = list(accumulate(column.value_lengths().to_pylist(), initial=0))
    return [rows[start:end] for start, end in zip(ends, ends[1:], strict=False)]
