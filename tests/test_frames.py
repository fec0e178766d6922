"""Tables on disk as typed frames: whatever rows are written, in whatever format, come back with their values and types;
and the joins over them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from fakes import full_result
from hypothesis import given, settings
from hypothesis import strategies as st

from vnplan.errors import UsageError
from vnplan.records import Box, Candidate, Citation, Evidence, Extraction, PlanResult, Target
from vnplan.settings import FORMATS
from vnplan.tables import (
    TABLES,
    TableWriter,
    citations_within,
    load_tables,
    table,
    targets_by_indicator,
    with_plan,
)
from vnplan.tables.parts import pack, pack_rows
from vnplan.tables.schema import Column, Rows, Table

TYPES = {
    "string": "string",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
    "date": "datetime64[ms]",
    "strings": "object",
    "boxes": "object",
    "candidates": "object",
}


def write(out: Path, *plans: PlanResult, formats: tuple[str, ...] = ("parquet",)) -> None:
    with TableWriter(out, formats, "9", {}) as tables:
        tables.write(lambda names: [pack([Extraction(plan.source, (plan,))]) for plan in plans])
        tables.commit("x", {})


def write_rows(out: Path, rows: Rows, format_: str) -> None:
    """Writes rows as they are, whatever record they might have come from."""
    with TableWriter(out, (format_,), "9", {}) as tables:
        tables.write(lambda names: [pack_rows([rows])])
        tables.commit("x", {})


def type_of(column: Column) -> str:
    return "category" if column.values else TYPES[column.kind]


# -- Types -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("full", [True, False], ids=["full", "empty"])
def test_every_column_has_its_type_also_without_rows(tmp_path: Path, format_: str, full: bool) -> None:
    write(tmp_path, *([full_result(scanned=True)] if full else []), formats=(format_,))
    frames = load_tables(tmp_path)
    assert list(frames) == [one.name for one in TABLES if format_ != "csv" or one.name != "texts"]
    for name, frame in frames.items():
        assert {c: str(t) for c, t in frame.dtypes.items()} == {c.name: type_of(c) for c in table(name).columns}
        if full and name != "errors":
            assert len(frame)


def test_closed_vocabularies_are_whole_and_others_are_kept(tmp_path: Path) -> None:
    entity = replace(full_result().entities[0], label="LAW")  # type: ignore[arg-type]
    write(tmp_path, replace(full_result(), entities=(entity,)))
    label = load_tables(tmp_path)["entities"]["label"]
    assert label.cat.categories.tolist() == ["ORG", "PER", "LOC", "LAW"]
    assert label.tolist() == ["LAW"]


# No cell of CSV holds a null character, and an empty one is null: what CSV keeps is asked for, not more.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
ITEM = st.text(st.characters(exclude_categories=["Cs", "Zs", "Cc"], exclude_characters=";"), min_size=1, max_size=8)
SIDE = st.floats(-1e6, 1e6)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "date": st.dates(),
    "strings": st.lists(ITEM, max_size=3).map(tuple),
    "boxes": st.lists(st.builds(Box, st.integers(1, 999), SIDE, SIDE, SIDE, SIDE), max_size=2).map(tuple),
    "candidates": st.lists(st.builds(Candidate, TEXT, TEXT, SIDE), max_size=2).map(tuple),
}


def value(column: Column) -> st.SearchStrategy[Any]:
    values = st.sampled_from(column.values) if column.values else VALUES[column.kind]
    never_null = column.required or column.kind in ("strings", "boxes", "candidates")
    return values if never_null else st.none() | values


def rows_for(one: Table) -> st.SearchStrategy[Any]:
    return st.lists(st.tuples(*map(value, one.columns)), max_size=3)


def seen(column: Column, value: Any) -> Any:
    """A value of a frame as it was before it was written."""
    if column.kind in ("boxes", "candidates"):
        return tuple((Box if column.kind == "boxes" else Candidate)(**one) for one in value)
    if column.kind == "strings":
        return tuple(value)
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def assert_same(frame: pd.DataFrame, one: Table, rows: list[tuple[Any, ...]]) -> None:
    assert {c: str(t) for c, t in frame.dtypes.items()} == {c.name: type_of(c) for c in one.columns}
    back = [
        tuple(map(seen, one.columns, values))
        for values in zip(*(frame[name].astype(object) for name in one.names), strict=True)
    ]
    assert back == rows


@pytest.mark.parametrize("format_", FORMATS)
@given(data=st.data())
@settings(max_examples=15)
def test_rows_survive_a_round_trip(format_: str, data: st.DataObject) -> None:
    rows: Rows = {one.name: data.draw(rows_for(one), one.name) for one in TABLES if one.name not in ("plans", "texts")}
    # JSON Lines hang all of a plan's rows under its one line.
    plan, text = data.draw(st.tuples(*map(value, table("plans").columns))), data.draw(TEXT)
    rows = {"plans": [plan], **rows, "texts": [(plan[0], text)]}
    for name in rows:
        if name not in ("plans", "errors"):
            rows[name] = [(plan[0], *row[1:]) for row in rows[name]]
    with TemporaryDirectory() as folder:
        write_rows(Path(folder), rows, format_)
        frames = load_tables(folder)
    for one in TABLES:
        if one.name in frames:
            assert_same(frames[one.name], one, rows[one.name])


def test_frames_written_by_pandas_keep_their_types(tmp_path: Path) -> None:
    write(tmp_path / "out", full_result(scanned=True))
    for name, frame in load_tables(tmp_path / "out").items():
        frame.to_parquet(tmp_path / "again.parquet")
        again = pd.read_parquet(tmp_path / "again.parquet")
        lists = [column.name for column in table(name).columns if column.kind in ("strings", "boxes", "candidates")]
        pd.testing.assert_frame_equal(again.drop(columns=lists), frame.drop(columns=lists))


def test_duckdb_reads_the_parquet_in_one_line(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb")
    write(tmp_path / "tables", full_result(scanned=True))
    guide = (root / "docs/guides/python.md").read_text(encoding="utf-8")
    (line,) = [line for line in guide.splitlines() if line.startswith("duckdb.sql(")]
    monkeypatch.chdir(tmp_path)
    found = eval(line.removesuffix(".df()"), {"duckdb": duckdb})
    assert found.fetchall() == [("fires", 1, 5.0, 10.0)]
    frame = duckdb.sql("SELECT * FROM 'tables/plans.parquet'").fetchall()[0]
    assert dt.date(2023, 3, 14) in frame  # a day is a day there
    assert ["UBND tỉnh", "Lưu: VT; KT"] in frame


# -- Joins -----------------------------------------------------------------------------------------------------------


def plan(key: str, number: str | None, **changes: Any) -> PlanResult:
    """A plan of its own number, without facts but those given."""
    facts = {name: changes.pop(name, ()) for name in ("citations", "targets", "responsibilities", "deadlines", "dates")}
    base = full_result(f"{key}.txt")
    own = replace(base.plan, number=number, number_status="found" if number else "blank", **changes)
    return replace(base, document_id=key, plan=own, sections=(), entities=(), **facts)


def cites(number: str | None, date: str | None = None, **more: Any) -> Citation:
    return Citation(Evidence("x", 0, 1), "KH", number, date, **more)


def frames_of(tmp_path: Path, *plans: PlanResult) -> Mapping[str, pd.DataFrame]:
    write(tmp_path, *plans)
    return load_tables(tmp_path)


def test_facts_with_their_plan(tmp_path: Path) -> None:
    frames = frames_of(tmp_path, full_result("a.pdf", scanned=True), plan("d2", None, issue_date=None))
    targets = with_plan(frames, "targets")
    row = targets.iloc[0]
    assert (row["source"], row["plan_number"], row["plan_issuer"]) == ("a.pdf", "27/KH-UBND", "UBND huyện Đồng Phú")
    assert (row["plan_date"], row["plan_place"]) == (pd.Timestamp(2023, 3, 14), "Đồng Phú")
    for name, frame in frames.items():
        if name != "plans":
            joined = with_plan(frames, name)
            pd.testing.assert_frame_equal(joined[list(frame)], frame)  # no row or type is lost
    assert str(targets["plan_date"].dtype) == "datetime64[ms]"
    for wrong in ("plans", "target"):
        with pytest.raises(UsageError, match="citations, targets"):
            with_plan(frames, wrong)


@pytest.mark.parametrize(
    ("citation", "issued", "fits"),
    [
        (cites("5/KH-A"), dt.date(2023, 3, 14), True),
        (cites("5/KH-A", "2023-03-14"), dt.date(2023, 3, 14), True),
        (cites("5/KH-A", "2023"), dt.date(2023, 3, 14), True),
        (cites("5/KH-A", "2023-03-15"), dt.date(2023, 3, 14), False),
        (cites("5/KH-A", "2022"), dt.date(2023, 3, 14), False),
        (cites("5/KH-A", "2023-03-15"), None, True),  # the day is not known, the year agrees
        (cites("6/KH-A"), dt.date(2023, 3, 14), False),
        (cites("5/KH-A", is_self=True), dt.date(2023, 3, 14), False),
        (cites(None), dt.date(2023, 3, 14), False),
        (replace(cites("5/KH-A"), doc_type="CT"), dt.date(2023, 3, 14), False),
        (cites("5/KH-A", issuer_id="ubnd@district-492-2024"), dt.date(2023, 3, 14), True),
        (cites("5/KH-A", issuer_id="ubnd@district-492-2024#chu-tich"), dt.date(2023, 3, 14), True),
        (cites("5/KH-A", issuer_id="ubnd@district-493-2024"), dt.date(2023, 3, 14), False),
        (cites("5/KH-A", issuer_id="ubnd@province-48-2024"), dt.date(2023, 3, 14), False),
        (cites("5/KH-A", issuer_id="ubnd@district-12-2025"), dt.date(2023, 3, 14), True),  # units changed between them
        (cites("5/KH-A", issuer_id="bo-y-te"), dt.date(2023, 3, 14), False),
    ],
)
def test_plans_that_cite_each_other(tmp_path: Path, citation: Citation, issued: dt.date | None, fits: bool) -> None:
    frames = frames_of(
        tmp_path,
        plan("d1", "5/KH-A", issue_date=issued, issue_year=2023, issuing_body_id="ubnd@district-492-2024"),
        plan("d2", "9/KH-B", citations=(citation,)),
    )
    found = citations_within(frames)
    assert found[["source", "cited_source"]].to_numpy().tolist() == ([["d2.txt", "d1.txt"]] if fits else [])


def test_a_number_that_two_offices_gave_is_no_link(tmp_path: Path) -> None:
    citing = plan("d3", "9/KH-B", citations=(cites("5/KH-A"), cites("5/KH-A", "2021"), cites("9/KH-B")))
    frames = frames_of(
        tmp_path,
        plan("d1", "5/KH-A", issue_date=dt.date(2023, 1, 1), issue_year=2023),
        plan("d2", "5/KH-A", issue_date=dt.date(2021, 1, 1), issue_year=2021),
        citing,
    )
    found = citations_within(frames)
    assert found["cited_source"].tolist() == ["d2.txt"]
    assert found["date"].tolist() == ["2021"]


def test_targets_by_indicator(tmp_path: Path) -> None:
    def target(low: float | None, high: float | None, indicator: str = "deaths") -> Target:
        return Target(Evidence("x", 0, 1), "reduce", indicator, "x", low, high, "percent" if low else None)

    frames = frames_of(
        tmp_path,
        plan("d1", "1/KH-A", issue_year=2021, targets=(target(5, 10), target(15, 15))),
        plan("d2", "2/KH-A", issue_year=2024, targets=(target(3, 3), target(None, None))),
        plan("d3", None, issue_year=None, targets=(target(7, 7, "fires"),)),
    )
    summary = targets_by_indicator(frames)
    assert list(summary) == "indicator direction unit plans targets lowest highest years sources".split()
    deaths, fires, bare = (summary.iloc[k].to_dict() for k in (0, 2, 1))
    assert (deaths["indicator"], deaths["plans"], deaths["targets"]) == ("deaths", 2, 3)
    assert (deaths["lowest"], deaths["highest"], deaths["years"]) == (3.0, 15.0, "2021–2024")
    assert deaths["sources"] == ["d1.txt", "d2.txt"]
    assert pd.isna(bare["unit"]) and math.isnan(bare["lowest"]) and bare["years"] == "2024"
    assert fires["indicator"] == "fires" and pd.isna(fires["years"])


def test_joins_of_tables_without_rows(tmp_path: Path) -> None:
    frames = frames_of(tmp_path)
    assert len(with_plan(frames, "targets")) == len(citations_within(frames)) == len(targets_by_indicator(frames)) == 0


def test_parquet_is_preferred(tmp_path: Path) -> None:
    write(tmp_path, full_result(), formats=FORMATS)
    assert pq.read_table(tmp_path / "plans.parquet").num_rows == 1
    (tmp_path / "plans.csv").write_bytes(b"x" * (tmp_path / "plans.csv").stat().st_size)
    assert load_tables(tmp_path)["plans"]["number"].tolist() == ["27/KH-UBND"]
