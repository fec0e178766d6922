"""The conflicts of a document as warnings on its row of `plans`, in every format, row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ..tables.cells import LIST_SEPARATOR, cells, unguard
from ..tables.formats import dump
from ..tables.formats import line as json_line
from ..tables.schema import PLANS

MARK = "conflict: "
"""How the warnings begin that come from the register; no other does."""
LinesOf = Callable[[str], Sequence[str]]
Said = tuple[str, Sequence[str]]
"""Id of a document, and its warnings."""
_ID, _WARNINGS = PLANS.names.index("document_id"), PLANS.names.index("warnings")
_COLUMN = PLANS.columns[_WARNINGS]


def warn_plans(source: Path, target: Path, format_: str, lines_of: LinesOf) -> bool:
    """Write `plans` with the warnings that its documents have now, in place of those they had.

    Args:
        source: The folder that holds `plans`.
        target: Where it goes; may be the same folder.
        format_: `csv`, `parquet` or `jsonl`.
        lines_of: Gives the warnings of a document, by its id.

    Returns:
        Whether anything changed; if not, nothing is written, and of Parquet two columns alone are read.
    """
    name = f"plans.{format_}"
    said, copy = _FORMATS[format_]
    if all(_with(old, lines_of(one)) == list(old) for one, old in said(source / name, lines_of)):
        return False
    made = target / f"{name}.new"
    try:
        copy(source / name, made, lines_of)
        made.replace(target / name)
    finally:
        made.unlink(missing_ok=True)
    return True


def _with(old: Sequence[str], new: Sequence[str]) -> list[str]:
    return [*(line for line in old if not line.startswith(MARK)), *new]


# -- What is said now: id and warnings of the rows that have, or get, some of the register ---------------------------


def _said_csv(source: Path, lines_of: LinesOf) -> Iterator[Said]:
    csv.field_size_limit(1 << 30)
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            if MARK in row[_WARNINGS] or lines_of(row[_ID]):
                yield row[_ID], _parts(row[_WARNINGS])


def _said_parquet(source: Path, lines_of: LinesOf) -> Iterator[Said]:
    import pyarrow.parquet as pq

    with source.open("rb") as file, pq.ParquetFile(file) as table:
        for batch in table.iter_batches(columns=["document_id", "warnings"]):
            ids, warnings = (batch.column(name).to_pylist() for name in ("document_id", "warnings"))
            yield from zip(ids, warnings, strict=True)


def _said_json_lines(source: Path, lines_of: LinesOf) -> Iterator[Said]:
    with source.open(encoding="utf-8") as file:
        for line in file:
            one = _id_of(line)
            if MARK in line or lines_of(one):
                yield one, json.loads(line)["warnings"]


def _parts(cell: str) -> list[str]:
    return unguard(cell).split(LIST_SEPARATOR) if cell else []


def _id_of(line: str) -> str:
    """The id of a plan: only the head of its line is read, since all its facts would cost as much as to write them."""
    start = line.index(":") + 1
    one, _ = json.JSONDecoder().raw_decode(line, start + (line[start] == " "))
    return str(one)


# -- Copies ----------------------------------------------------------------------------------------------------------


def _csv(source: Path, made: Path, lines_of: LinesOf) -> None:
    csv.field_size_limit(1 << 30)
    with (
        source.open(encoding="utf-8-sig", newline="") as old,
        made.open("w", encoding="utf-8", newline="") as new,
    ):
        new.write("\ufeff")
        writer = csv.writer(new)
        for row in csv.reader(old):
            lines = lines_of(row[_ID])
            if lines or MARK in row[_WARNINGS]:
                ((row[_WARNINGS],),) = cells([_COLUMN], [(_with(_parts(row[_WARNINGS]), lines),)])
            writer.writerow(row)


def _parquet(source: Path, made: Path, lines_of: LinesOf) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with source.open("rb") as old, pq.ParquetFile(old) as file, made.open("wb") as new:
        schema = file.schema_arrow
        with pq.ParquetWriter(new, schema, compression="zstd") as writer:
            for group in range(file.num_row_groups):  # which stay as they are: see `vnplan.tables.pieces`
                batch = file.read_row_group(group)
                before = batch.column("warnings").to_pylist()
                ids = batch.column("document_id").to_pylist()
                after = [_with(lines, lines_of(one)) for one, lines in zip(ids, before, strict=True)]
                place = schema.get_field_index("warnings")
                columns = [
                    *batch.columns[:place],
                    pa.array(after, schema.field(place).type),
                    *batch.columns[place + 1 :],
                ]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=batch.num_rows)


def _json_lines(source: Path, made: Path, lines_of: LinesOf) -> None:
    with source.open(encoding="utf-8") as old, made.open("w", encoding="utf-8", newline="\n") as new:
        for line in old:
            lines = lines_of(_id_of(line))
            if lines or MARK in line:
                plan = json.loads(line)
                plan["warnings"] = _with(plan["warnings"], lines)
                line = dump(plan) + "\n" if "Infinity" in line or "NaN" in line else json_line(plan).decode()
            new.write(line)


_FORMATS: dict[str, tuple[Callable[[Path, LinesOf], Iterator[Said]], Callable[[Path, Path, LinesOf], None]]] = {
    "csv": (_said_csv, _csv),
    "parquet": (_said_parquet, _parquet),
    "jsonl": (_said_json_lines, _json_lines),
}
