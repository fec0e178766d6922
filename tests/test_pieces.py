"""Tables made column by column, and put together from pieces: the same bytes as value by value, and as all at once."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes import PLAN, quick_work
from hypothesis import example, given
from hypothesis import strategies as st

from vnplan.batch import publishing
from vnplan.batch.planning import Choice
from vnplan.batch.publishing import StoredDocuments
from vnplan.batch.run import Run
from vnplan.batch.storage import LocalStorage
from vnplan.batch.summary import RunSummary
from vnplan.errors import OutputError
from vnplan.settings import FORMATS, Settings
from vnplan.tables.cells import cells
from vnplan.tables.columns import content, csv_header, csv_lines, objects
from vnplan.tables.parts import arrow_type
from vnplan.tables.pieces import Layout, Piece, counted
from vnplan.tables.row_groups import group_counts, spliced
from vnplan.tables.schema import PLANS, Column, Kind, Table

# -- Columns as text -------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TRICKY = st.lists(st.sampled_from(list("'=-+@＝\t\n\r\"\\,;\0\x01\x1f\x7f\x85\xa0\u2028\ufeff ô5Ａ")), max_size=6)
STRINGS = st.one_of(WORDS, TRICKY.map("".join))
NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([0.0, -0.0, 6.0, 1e16, 1e-7]))


def members(**of: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Dictionaries whose keys stand in this order."""
    return st.tuples(*of.values()).map(lambda values: dict(zip(of, values, strict=True)))


BOX = members(page=st.integers(1, 9), x0=NUMBERS, y0=NUMBERS, x1=NUMBERS, y1=NUMBERS)
CANDIDATE = members(value=STRINGS, source=STRINGS, score=NUMBERS)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "string": st.none() | STRINGS,
    "integer": st.none() | st.integers(-(1 << 62), 1 << 62),
    "number": st.none() | NUMBERS,
    "boolean": st.none() | st.booleans(),
    "date": st.none() | st.dates(dt.date(1000, 1, 1)),
    "strings": st.lists(STRINGS, max_size=3),
    "boxes": st.lists(BOX, max_size=2),
    "candidates": st.lists(CANDIDATE, max_size=2),
}
TABLE = Table("made_up", "", tuple(Column(kind, kind, "", kind) for kind in VALUES), None)
ROWS = st.lists(st.tuples(*VALUES.values()), max_size=5)
PLAIN = (None, None, None, None, None, [], [], [])


def as_arrow(rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(TABLE.columns)
    arrays = [pa.array(values, arrow_type(one)) for one, values in zip(TABLE.columns, columns, strict=True)]
    return pa.Table.from_arrays(arrays, names=list(TABLE.names))


@given(ROWS)
@example([("=1", *PLAIN[1:]), ('a "b", c', *PLAIN[1:]), ("\0=", *PLAIN[1:]), PLAIN])
def test_csv_is_what_the_csv_module_writes_of_each_cell(rows: list[tuple[Any, ...]]) -> None:
    wanted = StringIO(newline="")
    csv.writer(wanted).writerows(cells(TABLE.columns, rows))
    assert bytes(csv_lines(TABLE, as_arrow(rows))).decode() == wanted.getvalue()


@given(ROWS)
@example([('\x01"\\\n', *PLAIN[1:]), PLAIN])
def test_json_is_what_orjson_writes_of_each_row(rows: list[tuple[Any, ...]]) -> None:
    wanted = b"".join(orjson.dumps(dict(zip(TABLE.names, row, strict=True))) + b"\n" for row in rows)
    assert bytes(content(objects(TABLE, as_arrow(rows), end="\n"))) == wanted


# -- Row groups ------------------------------------------------------------------------------------------------------

SCHEMA = pa.schema([("name", pa.string()), ("words", pa.list_(pa.string())), ("n", pa.float64())], {"made": "old"})


def parquet(path: Path, *groups: range, schema: pa.Schema = SCHEMA) -> Path:
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in groups:
            rows = [{"name": f"tên {n}", "words": [str(n)] * (n % 3), "n": n / 7 if n % 5 else None} for n in group]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return path


def test_row_groups_are_moved_from_file_to_file(tmp_path: Path) -> None:
    old = parquet(tmp_path / "old", range(10), range(10, 500), range(500, 510))
    new = parquet(tmp_path / "new", range(900, 950), schema=SCHEMA.with_metadata({"made": "new"}))
    spliced(tmp_path / "both", new, [(old, 1, 2), (new, 0, 1), (old, 0, 1), (old, 1, 0)])
    found = pq.read_table(tmp_path / "both")
    assert found.column("name").to_pylist() == [f"tên {n}" for n in [*range(10, 510), *range(900, 950), *range(10)]]
    assert found.slice(0, 500).equals(pq.read_table(old).slice(10).replace_schema_metadata({"made": "new"}))
    assert found.schema.metadata == {b"made": b"new"}
    assert group_counts(tmp_path / "both") == [490, 10, 50, 10]
    assert pq.read_table(tmp_path / "both", filters=[("n", "=", 49 / 7)]).num_rows == 1  # statistics came with them
    spliced(tmp_path / "again", new, [(tmp_path / "both", 0, 4)])
    assert (tmp_path / "again").read_bytes() == (tmp_path / "both").read_bytes()


def test_row_groups_of_other_columns_are_not_mixed(tmp_path: Path) -> None:
    old, new = parquet(tmp_path / "old", range(3)), parquet(tmp_path / "new", schema=SCHEMA.remove(2))
    with pytest.raises(ValueError, match="columns"):
        spliced(tmp_path / "both", new, [(old, 0, 1)])
    (tmp_path / "none").write_bytes(b"PAR")
    with pytest.raises(ValueError, match="Parquet"):
        group_counts(tmp_path / "none")


def test_pieces_are_measured_again_after_rows_were_changed_in_place(tmp_path: Path) -> None:
    layout = Layout(
        {key: Piece({"plans": n}, {"plans.csv": 1, "plans.jsonl": 1}) for key, n in zip("abc", (2, 0, 1), strict=True)}
    )
    records = [b'1,"a\r\nb ""x"""\r\n', b"2,\r\n", b'3,"\n"\r\n']
    (tmp_path / "plans.csv").write_bytes(csv_header(PLANS) + b"".join(records))
    (tmp_path / "plans.jsonl").write_bytes(b"{1}\n{22}\n{3}\n")
    for name, sizes in (("plans.csv", [len(records[0]) + 4, 0, len(records[2])]), ("plans.jsonl", [9, 0, 4])):
        found = counted(name, tmp_path, layout)
        assert found is not None
        assert [piece.sizes[name] for piece in found.pieces.values()] == sizes
        with (tmp_path / name).open("ab") as file:
            file.write(b"more\n")
        assert counted(name, tmp_path, layout) is None
    assert Layout.of_json(layout.to_json()) == layout


# -- The run ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of plans, of which some make a piece."""
    monkeypatch.setattr(publishing, "_PIECE", 4)
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(40):
        add(folder, number)
    return folder


def add(folder: Path, number: int, more: str = "") -> None:
    (folder / f"{number:02}.txt").write_text(f"{PLAN}{number}\n{more}", encoding="utf-8")


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of each time that tables were made, the number of the documents that were gone through."""
    counts: list[int] = []
    through = StoredDocuments.__call__

    def counting(self: StoredDocuments, names: Any) -> Iterator[Any]:
        counts.append(0)
        for batch in through(self, names):
            counts[-1] += batch.num_rows if batch else 0
            yield batch

    monkeypatch.setattr(StoredDocuments, "__call__", counting)
    return counts


def go(folder: Path, out: Path, **more: Any) -> RunSummary:
    return Run(folder, out, FORMATS, 1, Settings(ner="none"), quick_work, **more).go(Choice())


def tables_of(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".csv", ".jsonl", ".parquet")}


def change(folder: Path) -> None:
    add(folder, 17, "\n3. Phòng Tài chính bố trí kinh phí.\n")


def leave(folder: Path) -> None:
    (folder / "03.txt").unlink()


def copy(folder: Path) -> None:
    (folder / "99.txt").write_bytes((folder / "05.txt").read_bytes())
    (folder / "00a.txt").write_bytes((folder / "21.txt").read_bytes())  # now 21 is the copy


def spoil(folder: Path) -> None:
    (folder / "30.txt").write_bytes(b"")


@pytest.mark.parametrize("step", [lambda folder: add(folder, 40), change, leave, copy, spoil])
def test_what_has_not_changed_is_copied_and_the_tables_are_those_of_a_fresh_run(
    plans: Path, tmp_path: Path, rendered: list[int], step: Callable[[Path], None]
) -> None:
    go(plans, tmp_path / "out")
    step(plans)
    summary = go(plans, tmp_path / "out")
    assert go(plans, tmp_path / "fresh").rows == summary.rows
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "fresh")
    assert rendered[0] == 40
    assert rendered[1] < 25 < rendered[2]
    assert summary.rows["plans"] == len(pq.read_table(tmp_path / "out/plans.parquet"))


def test_rows_that_others_add_words_to_stay_where_they_are(plans: Path, tmp_path: Path, rendered: list[int]) -> None:
    """As the register does with its warnings."""

    def warn(folder: Path, identity: str, run: Any) -> None:
        lines = (folder / "plans.jsonl").read_bytes().splitlines(keepends=True)
        lines[2] = lines[2].replace(b'"warnings":[', b'"warnings":["mind"' + b"," * (b'"warnings":[]' not in lines[2]))
        (folder / "plans.jsonl").write_bytes(b"".join(lines))

    go(plans, tmp_path / "out", after=warn)
    add(plans, 40)
    go(plans, tmp_path / "out", after=lambda folder, identity, run: None)
    assert rendered[1] < 20
    found = [json.loads(line) for line in (tmp_path / "out/plans.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [one["source"] for one in found if "mind" in one["warnings"]] == ["02.txt"]
    assert [one["source"] for one in found] == [f"{number:02}.txt" for number in range(41)]


def test_tables_that_were_touched_are_made_anew(plans: Path, tmp_path: Path, rendered: list[int]) -> None:
    out = tmp_path / "out"
    go(plans, out)
    for number, name in enumerate(("tasks.csv", "plans.jsonl", "texts.parquet"), 40):
        kept = (out / name).read_bytes()
        if number == 41:
            (out / name).unlink()
            (tmp_path / "elsewhere").write_bytes(kept)
            (out / name).symlink_to(tmp_path / "elsewhere")
        else:
            (out / name).write_bytes(kept[:-1] + b"?")
        add(plans, number)
        go(plans, out)
        assert rendered[-1] == number + 1
    go(plans, tmp_path / "fresh")
    assert tables_of(out) == tables_of(tmp_path / "fresh")


def test_other_formats_or_settings_are_made_anew(plans: Path, tmp_path: Path, rendered: list[int]) -> None:
    go(plans, tmp_path / "out")
    add(plans, 40)
    Run(plans, tmp_path / "out", ["csv"], 1, Settings(ner="none"), quick_work).go(Choice())
    add(plans, 41)
    go(plans, tmp_path / "out")
    assert rendered == [40, 41, 42]


def test_a_damaged_table_of_the_last_run_is_named(plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that looks untouched all the same, as on a disk that fails."""
    out = tmp_path / "out"
    go(plans, out)
    data = (out / "tasks.parquet").read_bytes()
    (out / "tasks.parquet").write_bytes(data[:-9] + b"\xff" + data[-8:])
    monkeypatch.setattr(LocalStorage, "tables_of_last_run", lambda self, files: self.out)
    monkeypatch.setattr(LocalStorage, "published", lambda self, files: None)
    add(plans, 40)
    before = tables_of(out)
    with pytest.raises(OutputError, match=r"tasks\.parquet of the last run is damaged"):
        go(plans, out)
    assert tables_of(out) == before
    (out / "tasks.parquet").unlink()
    monkeypatch.undo()
    assert go(plans, out).rows["plans"] == 41
