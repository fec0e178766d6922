"""The conflicts of a document as warnings on its row of `plans`, in every format, row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from ..tables.cells import LIST_SEPARATOR, cells, unguard
from ..tables.formats import dump
from ..tables.formats import line as json_line
from ..tables.schema import PLANS

MARK = "conflict: "
"""How the warnings begin that come from the register; no other does."""
LinesOf = Callable[[str], Sequence[str]]
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
        Whether anything changed; if not, nothing is written.
    """
    name = f"plans.{format_}"
    made = target / f"{name}.new"
    try:
        if changed := _COPIES[format_](source / name, made, lines_of):
            made.replace(target / name)
        return changed
    finally:
        made.unlink(missing_ok=True)


def _with(old: Sequence[str], new: Sequence[str]) -> list[str]:
    return [*(line for line in old if not line.startswith(MARK)), *new]


def _csv(source: Path, made: Path, lines_of: LinesOf) -> bool:
    csv.field_size_limit(1 << 30)
    changed = False
    with (
        source.open(encoding="utf-8-sig", newline="") as old,
        made.open("w", encoding="utf-8", newline="") as new,
    ):
        new.write("\ufeff")
        writer = csv.writer(new)
        for row in csv.reader(old):
            lines = lines_of(row[_ID])
            if lines or MARK in row[_WARNINGS]:
                before = unguard(row[_WARNINGS]).split(LIST_SEPARATOR) if row[_WARNINGS] else []
                ((cell,),) = cells([_COLUMN], [(_with(before, lines),)])
                changed |= cell != row[_WARNINGS]
                row[_WARNINGS] = cell
            writer.writerow(row)
    return changed


def _parquet(source: Path, made: Path, lines_of: LinesOf) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    changed = False
    with source.open("rb") as old, pq.ParquetFile(old) as file, made.open("wb") as new:
        schema = file.schema_arrow
        with pq.ParquetWriter(new, schema, compression="zstd") as writer:
            for group in range(file.num_row_groups):  # which stay as they are: see `vnplan.tables.pieces`
                batch = file.read_row_group(group)
                before = batch.column("warnings").to_pylist()
                ids = batch.column("document_id").to_pylist()
                after = [_with(lines, lines_of(one)) for one, lines in zip(ids, before, strict=True)]
                changed |= before != after
                place = schema.get_field_index("warnings")
                columns = [
                    *batch.columns[:place],
                    pa.array(after, schema.field(place).type),
                    *batch.columns[place + 1 :],
                ]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=batch.num_rows)
    return changed


def _json_lines(source: Path, made: Path, lines_of: LinesOf) -> bool:
    changed = False
    with source.open(encoding="utf-8") as old, made.open("w", encoding="utf-8", newline="\n") as new:
        for line in old:
            # Only the head of a line has what is asked: to read all facts of all plans would cost as much as to write.
            head = json.JSONDecoder()
            start = line.index(":") + 1
            one, _ = head.raw_decode(line, start + (line[start] == " "))
            lines = lines_of(one)
            if lines or MARK in line:
                plan = json.loads(line)
                after = _with(plan["warnings"], lines)
                changed |= after != plan["warnings"]
                plan["warnings"] = after
                line = dump(plan) + "\n" if "Infinity" in line or "NaN" in line else json_line(plan).decode()
            new.write(line)
    return changed


_COPIES: dict[str, Callable[[Path, Path, LinesOf], bool]] = {
    "csv": _csv,
    "parquet": _parquet,
    "jsonl": _json_lines,
}
