"""Row groups of Parquet files moved from file to file as they are, without being read.

Arrow can write row groups, but not take over those of another file: it would unpack and pack all their values. Their
bytes do not depend on where they stand; only the footer says where that is. So the bytes are copied, and the footers
are read, joined and written here. A footer is a struct of Thrift's compact protocol: fields are kept as they come,
known or not. Source: apache/parquet-format, parquet.thrift, and Thrift's compact protocol.
"""

from __future__ import annotations

import gc
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .folders import copy_bytes, open_file

_MAGIC = b"PAR1"
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS = (4, 5, 6)
# Numbers of fields in parquet.thrift.
_SCHEMA, _ROWS, _GROUPS = 2, 3, 4  # of FileMetaData
_COLUMNS, _GROUP_ROWS, _GROUP_OFFSET, _ORDINAL = 1, 3, 5, 7  # of RowGroup
_CHUNK_OFFSET, _CHUNK_ABOUT = 2, 3  # of ColumnChunk
_PLACES = (9, 10, 11)  # of ColumnMetaData: its pages, an index, its dictionary
_DICTIONARY, _PAGES, _BLOOM = 11, 9, 14

Field = tuple[int, int, Any]
Fields = list[Field]


@dataclass(frozen=True)
class Footer:
    """What stands at the end of a Parquet file.

    Attributes:
        fields: All of it.
        start: Where it begins, and the row groups end.
    """

    fields: Fields
    start: int

    @property
    def groups(self) -> list[Fields]:
        """The row groups."""
        groups: list[Fields] = value_of(self.fields, _GROUPS)[1]
        return groups

    def places(self) -> list[int]:
        """Where each row group begins, and the last one ends."""
        return [*map(_start, self.groups), self.start]


def group_counts(path: Path) -> list[int]:
    """The number of rows of each row group."""
    with path.open("rb") as file:
        return [value_of(group, _GROUP_ROWS) for group in read_footer(file).groups]


def spliced(target: Path, pattern: Path, runs: Sequence[tuple[Path, int, int]]) -> int:
    """Write a file of row groups of others; returns the number of its rows.

    Args:
        target: The file.
        pattern: One whose metadata it shall have; all have its schema.
        runs: File, first row group, and how many.

    Raises:
        ValueError: The schemas differ, or a file has what cannot be moved.
    """
    with ExitStack() as stack, target.open("wb") as out, _uncollected():
        files = {path: stack.enter_context(open_file(path)) for path in {pattern, *(run[0] for run in runs)}}
        footers = {path: read_footer(file) for path, file in files.items()}
        base = footers[pattern].fields
        if any(value_of(one.fields, _SCHEMA) != value_of(base, _SCHEMA) for one in footers.values()):
            raise ValueError("the columns differ")
        out.write(_MAGIC)
        groups: list[Fields] = []
        for path, first, count in runs:
            if not count:
                continue
            found, places = footers[path].groups[first : first + count], footers[path].places()
            start, end = places[first], places[first + count]
            moved = out.tell() - start
            groups += [_moved(group, moved, len(groups) + number) for number, group in enumerate(found)]
            copy_bytes(files[path], out, start, end - start)
        rows: int = sum(value_of(group, _GROUP_ROWS) for group in groups)
        data = bytearray()
        _write_struct(data, _with(base, {_ROWS: rows, _GROUPS: (_STRUCT, groups)}))
        out.write(data + struct.pack("<I", len(data)) + _MAGIC)
        return rows


@contextmanager
def _uncollected() -> Iterator[None]:
    """No looking for garbage: footers are a hundred thousands of small objects without a cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def value_of(fields: Fields, number: int) -> Any:
    """The value of a field, None if it is not there."""
    return next((value for one, _, value in fields if one == number), None)


def _with(fields: Fields, new: dict[int, Any]) -> Fields:
    return [(number, kind, new.get(number, value)) for number, kind, value in fields]


def _start(group: Fields) -> int:
    found: list[int] = []
    for chunk in value_of(group, _COLUMNS)[1]:
        about = value_of(chunk, _CHUNK_ABOUT)
        found.append(min(one for one in (value_of(about, _DICTIONARY), value_of(about, _PAGES)) if one))
    return min(found)


def _moved(group: Fields, by: int, ordinal: int) -> Fields:
    """A row group that stands so many bytes further on."""
    kind, chunks = value_of(group, _COLUMNS)
    columns = []
    for chunk in chunks:
        if chunk[-1][0] > _CHUNK_ABOUT or any(number == _BLOOM for number, _, _ in value_of(chunk, _CHUNK_ABOUT)):
            raise ValueError("indices outside of row groups cannot be moved")
        columns.append(
            [
                (number, of, _further(value, by))
                if number == _CHUNK_OFFSET
                else (number, of, [(n, o, _further(v, by)) if n in _PLACES else (n, o, v) for n, o, v in value])
                if number == _CHUNK_ABOUT
                else (number, of, value)
                for number, of, value in chunk
            ]
        )
    offset = _further(value_of(group, _GROUP_OFFSET), by)
    return _with(group, {_COLUMNS: (kind, columns), _GROUP_OFFSET: offset, _ORDINAL: ordinal})


def _further(offset: int | None, by: int) -> int | None:
    return offset + by if offset else offset


# -- Thrift's compact protocol -----------------------------------------------------------------------------------------


def read_footer(file: BinaryIO) -> Footer:
    """The footer of a file.

    Raises:
        ValueError: It is no Parquet file.
    """
    end = file.seek(0, 2)
    file.seek(max(0, end - 8))
    tail = file.read(8)
    if len(tail) < 8 or tail[4:] != _MAGIC:
        raise ValueError("no Parquet file")
    start = end - 8 - struct.unpack("<I", tail[:4])[0]
    file.seek(start)
    return Footer(_struct(file.read(end - 8 - start), 0)[0], start)


def _struct(data: bytes, at: int) -> tuple[Fields, int]:
    """A struct and where it ends; most of what stands in a footer are small numbers, so those are read in place."""
    fields: Fields = []
    number = 0
    while head := data[at]:
        at += 1
        kind, step = head & 15, head >> 4
        if step:
            number += step
        else:
            number, at = _integer(data, at)
        if kind in _INTEGERS:
            value = data[at]
            if value < 128:
                at += 1
            else:
                value, at = _varint(data, at)
            fields.append((number, kind, (value >> 1) ^ -(value & 1)))
        elif kind in (_TRUE, _FALSE):
            fields.append((number, kind, kind == _TRUE))
        else:
            found, at = _value(data, at, kind)
            fields.append((number, kind, found))
    return fields, at + 1


def _value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind == _STRUCT:
        return _struct(data, at)
    if kind == _BINARY:
        size, at = _varint(data, at)
        return data[at : at + size], at + size
    if kind in (_LIST, _SET):
        size, of = data[at] >> 4, data[at] & 15
        size, at = _varint(data, at + 1) if size == 15 else (size, at + 1)
        values = []
        for _ in range(size):
            one, at = _value(data, at, _BYTE if of in (_TRUE, _FALSE) else of)
            values.append(one)
        return (of, values), at
    if kind in _INTEGERS:
        return _integer(data, at)
    if kind == _BYTE:
        return data[at], at + 1
    if kind == _DOUBLE:
        return data[at : at + 8], at + 8
    raise ValueError(f"a footer with values of kind {kind}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _integer(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def _write_struct(data: bytearray, fields: Fields) -> None:
    last = 0
    for number, kind, value in fields:
        if kind in (_TRUE, _FALSE):
            kind = _TRUE if value else _FALSE
        step = number - last
        if 0 < step < 16:
            data.append(step << 4 | kind)
        else:
            data.append(kind)
            _write_integer(data, number)
        if kind not in (_TRUE, _FALSE):
            _write_value(data, kind, value)
        last = number
    data.append(0)


def _write_value(data: bytearray, kind: int, value: Any) -> None:
    if kind in _INTEGERS:
        _write_integer(data, value)
    elif kind == _BINARY:
        _write_varint(data, len(value))
        data += value
    elif kind == _STRUCT:
        _write_struct(data, value)
    elif kind in (_LIST, _SET):
        of, values = value
        data.append(min(len(values), 15) << 4 | of)
        if len(values) >= 15:
            _write_varint(data, len(values))
        for one in values:
            if of in (_TRUE, _FALSE):
                data.append(one)
            else:
                _write_value(data, of, one)
    elif kind == _BYTE:
        data.append(value)
    else:
        data += value


def _write_varint(data: bytearray, value: int) -> None:
    while value > 127:
        data.append(value & 127 | 128)
        value >>= 7
    data.append(value)


def _write_integer(data: bytearray, value: int) -> None:
    _write_varint(data, value << 1 if value >= 0 else (-value << 1) - 1)
