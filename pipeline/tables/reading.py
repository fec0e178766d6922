"""Tables on disk back to pandas frames with real types."""

from __future__ import annotations

import csv
import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..kinds import own_kinds
from ..records import SCHEMA_VERSION
from .cells import LIST_SEPARATOR, unguard
from .corpus import REGISTER_TABLES
from .formats import arrow_schema
from .schema import TABLES, Column, Kind, Table
from .writer import PACKAGE

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_BEST_FIRST = ("parquet", "jsonl", "csv")
_PATIENCE = 2.0  # seconds that a run has to move its files into place


def load_tables(out: str | Path) -> dict[str, pd.DataFrame]:
    """The tables of an output folder, by name.

    A column has the same type whatever the format and however many rows there are, none included:

    | kind in the schema | pandas type | null |
    |---|---|---|
    | string | `string` | `<NA>` |
    | string with a closed vocabulary | `category`: the whole vocabulary (`Column.values`) | `NaN` |
    | integer | `Int64` | `<NA>` |
    | number | `float64` | `NaN` |
    | boolean | `boolean` | `<NA>` |
    | date | `datetime64[ms]`: midnight, no time zone | `NaT` |
    | strings, boxes | `object`: Python lists of `str`, of `dict` | never: `[]` |

    Days are times at midnight because pandas has no type of its own for days that plots and `resample` take; for Python
    dates use `.dt.date`.

    Parquet is read where it is there, else JSON Lines, else CSV, in which an empty string cannot be told from null, a
    `;` inside an item of a list has become a comma, and which has no table `texts`.

    Beside the tables of facts there are `documents`, `edges` and `conflicts`, if the folder has a register.

    Args:
        out: A folder that `extract_folder` or `vnplan extract` has written to.

    Raises:
        UsageError: There are no tables in the folder, or they are not all of one run.
    """
    folder = Path(out)
    paths = _paths(folder)
    format_ = next((name for name in _BEST_FIRST if f"plans.{name}" in paths), None)
    if format_ is None:
        raise UsageError(f"no tables in {folder}; make them with: vnplan extract INPUT --out {folder}")
    register = [table for table in REGISTER_TABLES if f"{table.name}.{format_}" in paths]
    if format_ == "jsonl":
        found = _from_json_lines(folder) | {table.name: _from_lines(folder, table) for table in register}
        return {table.name: _frame(table, found[table.name]) for table in (*TABLES, *register)}
    read = {"parquet": _from_parquet, "csv": _from_csv}[format_]
    frames = {}
    for table in (*TABLES, *register):
        if format_ in table.formats:
            # That of a package which was not installed then is empty.
            is_there = table.name not in own_kinds() or (folder / f"{table.name}.{format_}").exists()
            rows = read(folder, table) if is_there else _arrow(table, {name: [] for name in table.names})
            frames[table.name] = _frame(table, rows)
    return frames


def check_tables(out: str | Path, format_: str) -> None:
    """See whether a folder holds tables of one run, in a format, that this version can read.

    Raises:
        UsageError: It does not; the message says what to do.
    """
    folder = Path(out)
    if f"plans.{format_}" not in _paths(folder):
        raise UsageError(f"no {format_} tables in {folder}; make them with: vnplan extract INPUT --out {folder}")
    try:
        version = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):
        version = "unknown"
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"the tables in {folder} are of schema version {version}, this vnplan reads {SCHEMA_VERSION}; "
            "make them again with: vnplan extract"
        )


def _paths(folder: Path) -> set[str]:
    """The files in the folder, once all are those that the data package lists."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            resources = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))["resources"]
            whole = all((folder / item["path"]).stat().st_size == item["bytes"] for item in resources)
        except FileNotFoundError:
            if not (folder / PACKAGE).exists():
                return set()
            whole = False
        if whole:
            return {item["path"] for item in resources}
        if time.monotonic() > deadline:
            raise UsageError(f"the tables in {folder} are not all of one run; run vnplan extract again")
        time.sleep(0.05)


def _frame(table: Table, rows: pa.Table) -> pd.DataFrame:
    """Arrow rows as a frame with the types that `load_tables` promises."""
    import pandas as pd
    import pyarrow as pa

    mapper = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): pd.StringDtype()}.get
    lists = [field.name for field in rows.schema if pa.types.is_list(field.type)]
    frame: pd.DataFrame = rows.drop_columns(lists).to_pandas(types_mapper=mapper, date_as_object=False)
    for name in lists:
        values = pd.Series(rows.column(name).to_pylist(), index=frame.index, dtype=object)
        frame.insert(rows.schema.get_field_index(name), name, values)
    for column in table.columns:
        if column.values:
            frame[column.name] = frame[column.name].astype(_category(column, frame[column.name]))
    return frame


def _category(column: Column, values: pd.Series[str]) -> pd.CategoricalDtype:
    """The column's vocabulary, and after it what else stands there: an extractor of others may have its own codes."""
    import pandas as pd

    others = sorted(set(values.dropna()) - set(column.values))
    return pd.CategoricalDtype([*column.values, *others])


def _from_parquet(folder: Path, table: Table) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(folder / f"{table.name}.parquet")


def _from_csv(folder: Path, table: Table) -> pa.Table:
    csv.field_size_limit(1 << 30)
    with (folder / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines)
        next(rows, None)
        columns = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    cells = zip(table.columns, columns, strict=True)
    return _arrow(table, {column.name: [_value(column, cell) for cell in values] for column, values in cells})


_VALUES: dict[Kind, Callable[[str], Any]] = {
    "string": unguard,
    "integer": int,
    "number": float,
    "boolean": lambda text: text == "true",
    "date": dt.date.fromisoformat,
    "strings": lambda text: unguard(text).split(LIST_SEPARATOR),
    "boxes": json.loads,
    "candidates": json.loads,
}


def _value(column: Column, cell: str) -> Any:
    if cell:
        return _VALUES[column.kind](cell)
    if column.kind in ("strings", "boxes", "candidates"):
        return []
    return "" if column.required else None


def _from_json_lines(folder: Path) -> dict[str, pa.Table]:
    found: dict[str, list[dict[str, Any]]] = {table.name: [] for table in TABLES}
    for plan in _lines(folder / "plans.jsonl"):
        key = {"document_id": plan["document_id"]}
        found["texts"].append({**key, "text": plan.pop("text")})
        for name, rows in plan.pop("facts").items():
            if name in found:  # else of a package that is not installed any more
                found[name] += [{**key, **row} for row in rows]
        found["plans"].append(plan)
    found["errors"] += _lines(folder / "errors.jsonl")
    return {table.name: _from_records(table, found[table.name]) for table in TABLES}


def _from_lines(folder: Path, table: Table) -> pa.Table:
    return _from_records(table, list(_lines(folder / f"{table.name}.jsonl")))


def _from_records(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    return _arrow(table, {c.name: [_from_json(c, row[c.name]) for row in rows] for c in table.columns})


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _from_json(column: Column, value: Any) -> Any:
    return dt.date.fromisoformat(value) if column.kind == "date" and value else value


def _arrow(table: Table, columns: dict[str, list[Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.table(columns, schema=arrow_schema(table, {}))
