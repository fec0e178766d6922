"""The register's tables among those of a run: in every format, described, with a warning on each plan that a conflict concerns."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

import duckdb
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_fakes import citation, plan_of, result, write_tables

from vnplan import load_tables
from vnplan.batch import extract_folder
from vnplan.records import PlanResult
from vnplan.register import publishing, splicing
from vnplan.register.finding import search
from vnplan.register.plan_warnings import MARK
from vnplan.register.splicing import splice_table
from vnplan.register.update import join_run, update_register
from vnplan.register.writing import write_rows
from vnplan.settings import Settings
from vnplan.tables.corpus import EDGES, REGISTER_TABLES
from vnplan.tables.corrections import Corrections, Decision, Key, content_of
from vnplan.tables.writer import locked

HEAD = """ỦY BAN NHÂN DÂN
XÃ {place}
Số: {number}/KH-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
{place}, ngày 12 tháng 02 năm 2025

KẾ HOẠCH
Trồng cây ven kênh năm 2025

Căn cứ Chỉ thị số 45-CT/TW ngày {day} của Ban Bí thư về bảo vệ nguồn nước;

I. NHIỆM VỤ
1. Công an xã chủ trì kiểm tra bờ kênh trước ngày 30/4/2025.
"""


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """Two plans that give one directive two dates."""
    folder = tmp_path / "plans"
    folder.mkdir()
    for name, place, number, day in (("a.txt", "Sơn Hải", 11, "02/3/2024"), ("b.txt", "An Phú", 12, "03/2/2024")):
        (folder / name).write_text(HEAD.format(place=place, number=number, day=day), encoding="utf-8")
    return folder


def run(plans: Path, out: Path, formats: tuple[str, ...]) -> bool:
    """A run as the command line does it; returns whether tables were written."""
    done = extract_folder(
        plans, out, formats=formats, settings=Settings(ner="none"), cache=None, after=partial(join_run, out, None)
    )
    return done.published


def warned(warnings: pd.Series) -> list[int]:  # type: ignore[type-arg]
    """How many conflicts each plan is warned of."""
    return [sum(line.startswith(MARK) for line in lines) for lines in warnings]


@pytest.mark.parametrize("format_", ["csv", "parquet", "jsonl"])
def test_a_run_writes_the_register_among_its_tables(plans: Path, tmp_path: Path, format_: str) -> None:
    out = tmp_path / "out"
    assert run(plans, out, (format_,))
    tables = load_tables(out)
    assert list(tables["conflicts"]["kind"]) == ["date"]
    assert warned(tables["plans"]["warnings"]) == [1, 1]
    assert "45-ct-tw" in tables["plans"]["warnings"][0][-1]
    for table in REGISTER_TABLES:
        assert list(tables[table.name].columns) == list(table.names)
    listed = {one["path"] for one in json.loads((out / "datapackage.json").read_text())["resources"]}
    assert {f"{table.name}.{format_}" for table in REGISTER_TABLES} <= listed
    assert listed == {path.name for path in out.iterdir() if path.suffix == f".{format_}"}
    assert not run(plans, out, (format_,))  # all is as it was


def test_what_is_made_of_the_tables_has_the_register_too(plans: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(plans, out, ("duckdb", "xlsx", "xlsx-full"))
    assert not list(out.glob("*.parquet"))
    with duckdb.connect(str(out / "tables.duckdb"), read_only=True) as database:
        assert database.execute("SELECT count(*) FROM conflicts").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM plans WHERE warnings[-1] LIKE 'conflict: %'").fetchone() == (2,)
    assert {"documents", "edges", "conflicts"} <= set(openpyxl.load_workbook(out / "tables.xlsx").sheetnames)
    book = openpyxl.load_workbook(out / "plans.xlsx")
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert sum("mâu thuẫn về" in cell for cell in cells) == 2


def test_types_are_those_of_the_schema_also_without_rows(tmp_path: Path) -> None:
    for name, results in (("none", []), ("one", [result("a.txt", plan_of("1/KH-UBND", "2024-01-02"))])):
        found = []
        for format_ in ("csv", "parquet", "jsonl"):
            write_tables(tmp_path / name / format_, results, (format_, "parquet"))
            update_register(tmp_path / name / format_)
            for path in (tmp_path / name / format_).glob("*.parquet"):
                if format_ != "parquet":
                    path.unlink()
            package = tmp_path / name / format_ / "datapackage.json"
            about = json.loads(package.read_text())
            about["resources"] = [one for one in about["resources"] if one["format"] == format_]
            package.write_text(json.dumps(about))
            found.append(load_tables(tmp_path / name / format_))
        for table in REGISTER_TABLES:
            kinds = [frames[table.name].dtypes.astype(str).to_dict() for frames in found]
            assert kinds[0] == kinds[1] == kinds[2]
            pd.testing.assert_frame_equal(found[1][table.name], found[2][table.name])


def conflicting(*days: str) -> list:  # type: ignore[type-arg]
    return [
        result(f"{k}.txt", plan_of(f"{k}/KH-UBND", "2025-02-12"), citation("45-CT/TW", day, "ban-bi-thu"))
        for k, day in enumerate(days, 1)
    ]


@pytest.mark.parametrize("format_", ["csv", "parquet", "jsonl"])
def test_tables_of_an_earlier_run_are_exchanged(tmp_path: Path, format_: str) -> None:
    formats = (format_,) if format_ == "csv" else (format_, "csv")
    write_tables(tmp_path, conflicting("2024-03-02", "2024-02-03", "2024-03-02"), formats)
    before = json.loads((tmp_path / "datapackage.json").read_text())
    update_register(tmp_path)
    assert warned(load_tables(tmp_path)["plans"]["warnings"]) == [1, 1, 1]
    after = json.loads((tmp_path / "datapackage.json").read_text())
    assert after["id"] == before["id"]
    files = {one["path"]: one for one in after["resources"]}
    assert all((tmp_path / name).stat().st_size == one["bytes"] for name, one in files.items())
    assert {one["path"] for one in before["resources"]} <= files.keys()
    # What is not said any more is not warned of any more, and what else stood there stays.
    write_tables(tmp_path, conflicting("2024-03-02"), formats)
    update_register(tmp_path)
    (row,) = load_tables(tmp_path)["plans"]["warnings"]
    assert warned([row]) == [0]  # type: ignore[arg-type]


def test_warnings_that_are_there_are_exchanged_and_others_stay(tmp_path: Path) -> None:
    from vnplan.register.plan_warnings import warn_plans

    plan = plan_of("1/KH-UBND", "2025-02-12", warnings=("issue date may be blank; look",))
    write_tables(tmp_path, [result("a.txt", plan)], ("csv", "parquet", "jsonl"))
    (key,) = load_tables(tmp_path)["plans"]["document_id"]
    files = [tmp_path / f"plans.{format_}" for format_ in ("csv", "parquet", "jsonl")]
    first = [pd.read_parquet(files[1]), *(path.read_bytes() for path in files[::2])]
    for lines in (["conflict: one"], ["conflict: two", "conflict: three"], []):
        for path in files:
            assert warn_plans(tmp_path, tmp_path, path.suffix[1:], lambda one, of=lines: of if one == key else ())
            written = path.stat().st_ino, path.stat().st_mtime_ns
            nowhere = tmp_path / "nowhere"  # nothing is even begun to be written
            assert not warn_plans(tmp_path, nowhere, path.suffix[1:], lambda one, of=lines: of if one == key else ())
            assert (path.stat().st_ino, path.stat().st_mtime_ns) == written
        (row,) = pd.read_parquet(files[1])["warnings"]
        assert list(row) == ["issue date may be blank; look", *lines]
    assert [path.read_bytes() for path in files[::2]] == first[1:]
    pd.testing.assert_frame_equal(pd.read_parquet(files[1]), first[0])


def test_a_run_that_holds_the_folder_is_not_disturbed(tmp_path: Path) -> None:
    write_tables(tmp_path, conflicting("2024-03-02", "2024-02-03"))
    said: list[str] = []
    with locked(tmp_path):
        found = search(tmp_path, "KH-UBND", say=said.append)
    assert len(found) == 2 and not (tmp_path / "documents.parquet").exists()
    update_register(tmp_path)
    assert len(load_tables(tmp_path)["conflicts"]) == 1


def test_an_exchange_that_was_cut_off_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vnplan.tables import writer

    write_tables(tmp_path, conflicting("2024-03-02", "2024-02-03"))
    real: Callable[[Path, Path], None] = writer._move

    def killed(folder: Path, out: Path) -> None:
        (folder / "plans.parquet").replace(out / "plans.parquet")
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "_move", killed)
    with pytest.raises(KeyboardInterrupt):
        update_register(tmp_path)
    monkeypatch.setattr(writer, "_move", real)
    update_register(tmp_path)
    assert warned(load_tables(tmp_path)["plans"]["warnings"]) == [1, 1]
    assert not list(tmp_path.glob(".vnplan-*"))


def test_what_people_put_right_reaches_the_register(plans: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(plans, out, ("parquet",))
    tables = load_tables(out)
    (row,) = tables["citations"][tables["citations"]["text"].str.contains("03/2/2024")].to_dict("records")
    plan = tables["plans"].set_index("document_id").loc[row["document_id"]]
    key = Key(content_of(plan["sha256"], plan["source"]), "citations", " ".join(row["text"].split()), row["fact_id"])
    kept = Corrections(out).save(Decision(key, "An", "reject"))
    run(plans, out, ("parquet",))
    tables = load_tables(out)
    assert tables["conflicts"].empty and warned(tables["plans"]["warnings"]) == [0, 0]
    assert not search(out, "45-CT/TW", kind="citation")[1:]
    Corrections(out).save(Decision(key, "An", "undo", undoes=kept.number), kept.number)
    run(plans, out, ("parquet",))
    assert warned(load_tables(out)["plans"]["warnings"]) == [1, 1]
    assert len(search(out, "45-CT/TW", kind="citation")) == 2


# -- Rows that changed, among those that are there --------------------------------------------------------------------

ODD = ['a"b', "c, d", "e\nf", "g\r\nh", "", "=1+1", "ì; í", "z\u2028y"]


@pytest.mark.parametrize("format_", ["csv", "parquet", "jsonl"])
@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.integers(0, 60), st.sampled_from(ODD), max_size=40),
    st.dictionaries(st.integers(0, 60), st.none() | st.sampled_from(ODD), max_size=40),
)
def test_a_file_with_rows_put_among_its_own_is_that_of_all_rows(
    tmp_path_factory: pytest.TempPathFactory, format_: str, before: dict[int, str], new: dict[int, str | None]
) -> None:
    def row(at: int, text: str) -> tuple[object, ...]:
        return (f"vn/{at:03}", f"vn/{at % 7}", "basis", 1, 2, ["d1"], text, None, text, None, True, False)

    old, made, whole = (tmp_path_factory.mktemp(name) for name in ("old", "made", "whole"))
    write_rows(old, EDGES, [format_], [row(at, before[at]) for at in sorted(before)])
    after = before | {at: text for at, text in new.items() if text is not None}
    after = {at: text for at, text in after.items() if new.get(at, "") is not None}
    write_rows(whole, EDGES, [format_], [row(at, after[at]) for at in sorted(after)])
    changed = {row(at, "")[:3]: None if text is None else row(at, text) for at, text in new.items()}
    with patch.object(splicing, "_BATCH", 7):
        assert splice_table(old, made, EDGES, format_, changed) == len(after)  # type: ignore[arg-type]
    name = f"edges.{format_}"
    if format_ == "parquet":
        pd.testing.assert_frame_equal(pd.read_parquet(made / name), pd.read_parquet(whole / name))
    else:
        assert (made / name).read_bytes() == (whole / name).read_bytes()


def test_a_small_batch_makes_few_rows_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(at: int) -> PlanResult:
        return result(
            f"{at:03}.txt", plan_of(f"{at}/KH-UBND", "2025-02-12"), citation(f"{at}/CT-UBND", "2024-01-02", None)
        )

    write_tables(tmp_path, [plan(at) for at in range(1, 80)])
    update_register(tmp_path)
    made: list[str] = []
    real = publishing.edges
    monkeypatch.setattr(
        publishing,
        "edges",
        lambda *args: (made.append(row[0]) or row for row in real(*args)),  # type: ignore[func-returns-value]
    )
    write_tables(tmp_path, [plan(at) for at in range(1, 82)])
    update_register(tmp_path)
    assert len(load_tables(tmp_path)["edges"]) == 81 and len(made) == 2
