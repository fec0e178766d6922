"""Row groups of Parquet files moved from file to file as they are, without being read.

Arrow can write row groups, but not take over those of another file: it would unpack and pack all their values. Their
bytes do not depend on where they stand; only the footer says where that is. So the bytes are copied, and the footers
are read, joined and written here. A footer is a struct of Thrift's compact protocol: fields are kept as they come,
known or not. Source: apache/parquet-format, parquet.thrift, and Thrift's compact protocol.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from contextlib import ExitStack
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


def spliced(target: Path, pattern: Path, runs: Sequence[tuple[Path, int, int]]) -> None:
    """Write a file of row groups of others.

    Args:
        target: The file.
        pattern: One whose metadata it shall have; all have its schema.
        runs: File, first row group, and how many.

    Raises:
        ValueError: The schemas differ, or a file has what cannot be moved.
    """
    with ExitStack() as stack, target.open("wb") as out:
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
        rows = sum(value_of(group, _GROUP_ROWS) for group in groups)
        data = bytearray()
        _write_struct(data, _with(base, {_ROWS: rows, _GROUPS: (_STRUCT, groups)}))
        out.write(data + struct.pack("<I", len(data)) + _MAGIC)


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
        about = value_of(chunk, _CHUNK_ABOUT)
        if value_of(about, _BLOOM) is not None or any(number > _CHUNK_ABOUT for number, _, _ in chunk):
            raise ValueError("indices outside of row groups cannot be moved")
        places = {number: value + by for number, _, value in about if number in _PLACES and value}
        offset = value_of(chunk, _CHUNK_OFFSET)
        columns.append(
            _with(chunk, {_CHUNK_ABOUT: _with(about, places), _CHUNK_OFFSET: offset + by if offset else offset})
        )
    offset = value_of(group, _GROUP_OFFSET)
    new = {_COLUMNS: (kind, columns), _GROUP_OFFSET: offset + by if offset else offset, _ORDINAL: ordinal}
    return _with(group, new)


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
    return Footer(_Reader(file.read(end - 8 - start)).struct(), start)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self) -> Fields:
        fields: Fields = []
        number = 0
        while head := self._byte():
            kind = head & 15
            number = number + (head >> 4) if head >> 4 else self._integer()
            fields.append((number, kind, kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind)))
        return fields

    def _value(self, kind: int) -> Any:
        if kind in _INTEGERS:
            return self._integer()
        if kind == _BINARY:
            return self._take(self._varint())
        if kind == _STRUCT:
            return self.struct()
        if kind in (_LIST, _SET):
            head = self._byte()
            size, of = head >> 4, head & 15
            size = self._varint() if size == 15 else size
            return of, [self._byte() if of in (_TRUE, _FALSE) else self._value(of) for _ in range(size)]
        if kind == _BYTE:
            return self._byte()
        if kind == _DOUBLE:
            return self._take(8)
        raise ValueError(f"a footer with values of kind {kind}")

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _take(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)


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
