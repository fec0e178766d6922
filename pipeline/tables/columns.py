"""Columns of Arrow as text, all values at once: the cells of CSV and the values of JSON, and the lines made of them.

What `cells` and the json module say of a single value stands here for a whole column, without a Python object a value;
only numbers go through Python, each distinct one once. A test compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from .cells import FORMULA, LIST_SEPARATOR
from .schema import Kind, Table

if TYPE_CHECKING:
    import pyarrow as pa

_END = "\r\n"
_QUOTED = '[",\r\n]'  # a cell that holds one of these stands in quotes
_ESCAPED = r'["\\\x00-\x1f]'  # what JSON does not take as it is
_COMMON = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r"))
_BOX: dict[str, Kind] = {"page": "integer", "x0": "number", "y0": "number", "x1": "number", "y1": "number"}
_CANDIDATE: dict[str, Kind] = {"value": "string", "source": "string", "score": "number"}
_MEMBERS = {"boxes": _BOX, "candidates": _CANDIDATE}


@dataclass(frozen=True, slots=True)
class Style:
    """How JSON is written: between two values, between a name and its value, and a number that is no integer."""

    comma: str
    colon: str
    number: Callable[[float], str]


_TIGHT = Style(",", ":", lambda value: orjson.dumps(value).decode())
_WIDE = Style(", ", ": ", json.dumps)


def csv_header(table: Table) -> bytes:
    """How the CSV of a table begins."""
    return ("\ufeff" + ",".join(table.names) + _END).encode()


def csv_lines(table: Table, rows: pa.Table) -> memoryview:
    """The rows of a table as lines of CSV, in UTF-8."""
    import pyarrow.compute as pc

    if not rows.num_rows:
        return memoryview(b"")
    cells = [_cells(one.kind, whole(rows.column(one.name))) for one in table.columns]
    empty: dict[str, Any] = {"null_handling": "replace", "null_replacement": ""}
    cells[-1] = pc.binary_join_element_wise(cells[-1], _END, "", **empty)
    return content(pc.binary_join_element_wise(*cells, ",", **empty))


def objects(table: Table, rows: pa.Table, skipped: int = 0, end: str = "") -> pa.Array:
    """The rows of a table as JSON objects, each with `end` after it; so many of the first columns are left out."""
    columns = table.columns[skipped:]
    values = {one.name: json_values(one.kind, whole(rows.column(one.name))) for one in columns}
    return joined_members(values, end=end)


def joined_members(values: dict[str, pa.Array], style: Style = _TIGHT, end: str = "") -> pa.Array:
    """Objects of members whose values are JSON; `end` stands after each."""
    import pyarrow.compute as pc

    pieces: list[Any] = []
    before = "{"
    for name, texts in values.items():
        pieces += [f'{before}"{name}"{style.colon}', texts]
        before = style.comma
    return pc.binary_join_element_wise(*pieces, "}" + end, "")


def listed(documents: pa.Array, texts: pa.Array, style: Style = _TIGHT) -> pa.Array:
    """JSON lists of values, as long as the lists in `documents` are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = pa.ListArray.from_arrays(_offsets(documents), texts)
    return pc.binary_join_element_wise("[", pc.binary_join(lists, style.comma), "]", "")


def json_values(kind: Kind, values: pa.Array, style: Style = _TIGHT) -> pa.Array:
    """A column's values as JSON; null is `null`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind in _MEMBERS:
        return listed(values, _structs(kind, values.flatten(), style), style)
    if kind == "strings":
        return listed(values, json_values("string", values.flatten(), style), style)
    if kind == "string":
        texts = pc.binary_join_element_wise('"', _escaped(values), '"', "")
    elif kind == "date":
        texts = pc.binary_join_element_wise('"', pc.cast(values, pa.string()), '"', "")
    elif kind == "number":
        texts = _numbers(values, style.number)
    else:
        texts = pc.cast(values, pa.string())
    return pc.fill_null(texts, "null") if texts.null_count else texts


def _structs(kind: Kind, values: pa.StructArray, style: Style) -> pa.Array:
    members = zip(_MEMBERS[kind].items(), values.flatten(), strict=True)
    return joined_members({name: json_values(of, found, style) for (name, of), found in members}, style)


def _escaped(values: pa.Array) -> pa.Array:
    """Strings as they stand between the quotes of JSON."""
    import pyarrow as pa
    import pyarrow.compute as pc

    marked = pc.match_substring_regex(values, _ESCAPED)
    if not pc.any(marked).as_py():
        return values
    marked = pc.fill_null(marked, False)
    texts = values.filter(marked)
    for plain, escaped in _COMMON:
        texts = pc.replace_substring(texts, plain, escaped)
    if pc.any(pc.match_substring_regex(texts, r"[\x00-\x1f]")).as_py():
        texts = pa.array([orjson.dumps(one)[1:-1].decode() for one in values.filter(marked).to_pylist()], pa.string())
    return pc.replace_with_mask(values, marked, texts)


def _cells(kind: Kind, values: pa.Array) -> pa.Array:
    """A column's values as cells of CSV; null, and an empty list, stay null or empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "string":
        return _cell_strings(values)
    if kind == "strings":
        items = pc.replace_substring(values.flatten(), ";", ",")
        return _cell_strings(pc.binary_join(pa.ListArray.from_arrays(_offsets(values), items), LIST_SEPARATOR))
    if kind in _MEMBERS:
        empty = pc.equal(pc.list_value_length(values), 0)
        if pc.all(empty).as_py():
            return pa.nulls(len(values), pa.string())
        return _quoted(pc.if_else(empty, "", json_values(kind, values, _WIDE)))
    if kind == "number":
        return _numbers(values, float.__repr__)
    return pc.cast(values, pa.string())


def _cell_strings(values: pa.Array) -> pa.Array:
    """Strings as cells that a spreadsheet takes for text; see `cells.guard`."""
    import pyarrow.compute as pc

    if not pc.any(pc.match_substring_regex(values, f"^(?:{FORMULA})|{_QUOTED}|\0")).as_py():
        return values
    formulas = pc.match_substring_regex(values, f"^(?:{FORMULA})")
    if pc.any(formulas).as_py():
        values = pc.if_else(formulas, pc.binary_join_element_wise("'", values, ""), values)
    if pc.any(pc.match_substring(values, "\0")).as_py():
        values = pc.replace_substring(values, "\0", "\ufffd")
    return _quoted(values)


def _quoted(values: pa.Array) -> pa.Array:
    """Cells with quotes around those that need them."""
    import pyarrow.compute as pc

    marked = pc.match_substring_regex(values, _QUOTED)
    if not pc.any(marked).as_py():
        return values
    doubled = pc.replace_substring(values, '"', '""')
    return pc.if_else(marked, pc.binary_join_element_wise('"', doubled, '"', ""), values)


def _numbers(values: pa.Array, say: Callable[[float], str]) -> pa.Array:
    """Numbers as text: each distinct one is said once, those of equal value but other bits apart."""
    import pyarrow as pa

    found = values.view(pa.int64()).dictionary_encode()
    texts = pa.array([say(one) for one in found.dictionary.view(pa.float64()).to_pylist()], pa.string())
    return texts.take(found.indices)


def _offsets(lists: pa.Array) -> pa.Array:
    """Where each list begins and ends among the values of all of them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = pc.cumulative_sum(pc.list_value_length(lists))
    return pa.concat_arrays([pa.array([0], ends.type), ends])


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    import pyarrow as pa

    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def content(texts: pa.Array) -> memoryview:
    """All texts one after the other, in UTF-8."""
    import pyarrow as pa

    whole = texts if not texts.offset else pa.concat_arrays([texts])
    _, offsets, data = whole.buffers()
    if data is None or not len(whole):
        return memoryview(b"")
    ends = pa.Array.from_buffers(pa.int32(), len(whole) + 1, [None, offsets])
    return memoryview(data)[ends[0].as_py() : ends[-1].as_py()]
