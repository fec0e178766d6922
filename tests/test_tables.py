"""Facts to tables: the contract's columns, the three formats, and all or nothing on the disk."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes import PLAN, full_result
from hypothesis import given
from hypothesis import strategies as st

from vnplan.errors import EncodingError, OutputError, UsageError
from vnplan.extraction import failure
from vnplan.records import Evidence, Extraction, Plan, Target
from vnplan.settings import FORMATS
from vnplan.tables import TABLES, TableWriter, formats, load_tables, table, writer
from vnplan.tables.cells import cells, guard, unguard
from vnplan.tables.derive import describe
from vnplan.tables.formats import CsvWriter
from vnplan.tables.parts import pack
from vnplan.tables.writer import locked

# The contract, written out by hand: what a reader of the tables may rely on. New columns go at the end.
EVIDENCE = "text start end page boxes section confidence ocr_confidence fact_id rule value_source reviewed_by"
CONTRACT = {
    "plans": "document_id source sha256 format pages ocr_pages doc_type number number_symbol number_status issue_date "
    "issue_date_status issue_year issue_month place issuing_body issuing_body_id parent_body title theme period_start "
    "period_end signer signer_positions signer_capacity recipients cited_numbers target_summary lead_bodies "
    "deadline_dates truncated warnings mean_ocr_confidence recipient_purposes characters recipient_ids "
    "issuing_body_candidates level is_party is_draft province province_id province_2025 number_candidates "
    "date_candidates value_source reviewed_by duplicate_of issuing_body_code province_code province_2025_code",
    "citations": "document_id doc_type number date issuer name subject canonical_id is_short_form resolved_from "
    f"is_self relation via {EVIDENCE} candidates issuer_id",
    "targets": "document_id direction indicator indicator_text low high unit baseline period "
    f"{EVIDENCE} bound from_value task_id",
    "tasks": "document_id task_id task form lead coordinate implement direct supervise deadline due_from due_to recurs "
    f"output resources report_to report_to_id targets {EVIDENCE}",
    "responsibilities": f"document_id body body_id role task deadline {EVIDENCE} body_candidates task_id",
    "deadlines": f"document_id date recurrence kind body task {EVIDENCE} body_id task_id due_from due_to recurs report_to",
    "dates": f"document_id date role {EVIDENCE}",
    "sections": f"document_id path parent level label title {EVIDENCE}",
    "entities": f"document_id label canonical canonical_id engine {EVIDENCE} candidates",
    "pages": "document_id page width height method ocr_confidence rotation characters reason",
    "signatures": "document_id signer organization email signed_at time_source intact whole_file field page boxes "
    "stamp_text issuer problem",
    "errors": "source document_id stage code message page retryable",
    "fields": f"document_id field value {EVIDENCE}",
    "texts": "document_id text",
}
ERROR = failure("hỏng.txt", EncodingError("cannot be told"), "d1")


def write(out: Path, *extractions: Extraction, formats: tuple[str, ...] = FORMATS) -> None:
    with TableWriter(out, formats, "9.9", {"vnplan.settings": "abc", "vnplan.engines": "{}"}) as tables:
        tables.write(lambda names: [pack([extraction]).select(names) for extraction in extractions])
        tables.commit("2024-01-01T00:00:00+00:00", {"vnplan": "9.9"})


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """Tables of one text, one scan, and one error."""
    scan = replace(full_result("b.pdf", scanned=True), document_id="d2")
    write(tmp_path / "out", Extraction("a.txt", (full_result("a.txt"),)), ERROR, Extraction("b.pdf", (scan,)))
    return tmp_path / "out"


def rows_of_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# -- Schema ----------------------------------------------------------------------------------------------------------


def test_columns_are_those_of_the_contract(full: Path) -> None:
    assert {table.name: list(table.names) for table in TABLES} == {k: v.split() for k, v in CONTRACT.items()}
    for name, columns in CONTRACT.items():
        assert pq.read_schema(full / f"{name}.parquet").names == columns.split()
        if name != "texts":
            with (full / f"{name}.csv").open(encoding="utf-8-sig") as file:
                assert file.readline().strip().split(",") == columns.split()


def test_contract_names_all_columns_of_the_house_document(shared: Path) -> None:
    for line in (shared / "OUTPUT.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) < 3 or not cells[0].startswith("`"):
            continue
        text, outside, depth = cells[2], "", 0
        for char in text:  # what stands in brackets explains; it names no columns
            depth += (char == "(") - (char == ")")
            outside += char if not depth else ""
        names = [part for k, part in enumerate(outside.split("`")) if k % 2]
        assert set(names) <= set(CONTRACT[cells[0].strip("`")].split()), cells[0]


def test_every_column_is_described_and_every_path_leads_somewhere() -> None:
    result = full_result(scanned=True)
    for one in TABLES:
        assert len(set(one.names)) == len(one.names)
        assert one.description.endswith((".", ")"))
        assert all(column.description for column in one.columns)
        if one.name != "errors":
            assert all(len(row) == len(one.columns) for row in one.rows(result))


# -- Formats ---------------------------------------------------------------------------------------------------------


def test_parquet_has_real_types(full: Path) -> None:
    plans = pq.read_table(full / "plans.parquet")
    types = {field.name: field.type for field in plans.schema}
    assert types["issue_date"] == pa.date32()
    assert types["recipients"] == pa.list_(pa.string())
    assert types["truncated"] == pa.bool_()
    assert types["issue_year"] == pa.int64()
    assert types["mean_ocr_confidence"] == pa.float64()
    numbers = pq.read_table(full / "fields.parquet").to_pylist()
    assert numbers[0]["boxes"] == []
    assert numbers[1]["boxes"] == [{"page": 1, "x0": 72.0, "y0": 90.5, "x1": 160.25, "y1": 102.0}]
    assert plans.column("issue_date").to_pylist() == [dt.date(2023, 3, 14)] * 2
    assert plans.column("pages").to_pylist() == [None, 1]
    assert plans.column("mean_ocr_confidence").to_pylist() == [None, 88.5]


def test_parquet_says_how_it_was_made(full: Path) -> None:
    for name in CONTRACT:
        metadata = pq.read_schema(full / f"{name}.parquet").metadata
        assert metadata[b"vnplan.schema_version"] == b"2.0"
        assert metadata[b"vnplan.version"] == b"9.9"
        assert metadata[b"vnplan.settings"] == b"abc"


def test_columns_drawn_from_the_facts(full: Path) -> None:
    plan = pq.read_table(full / "plans.parquet").to_pylist()[0]
    assert plan["cited_numbers"] == ["08/KH-UBND"]
    assert plan["target_summary"] == ["reduce fires 5–10 % vs 2022"]
    assert plan["lead_bodies"] == ["Phòng Văn hóa và Thông tin"]
    assert plan["deadline_dates"] == ["2023-12-15"]
    assert plan["recipient_purposes"] == ["để báo cáo", ""]
    assert plan["ocr_pages"] == 0
    dates = pq.read_table(full / "deadlines.parquet").column("date").to_pylist()[:3]
    assert dates == [dt.date(2023, 12, 15), None, None]  # no calendar has a 30 February
    sections = pq.read_table(full / "sections.parquet").column("path").to_pylist()
    assert sections == ["1", "1"]  # lettered items are no sections


def test_offsets_lead_to_the_words(full: Path) -> None:
    texts = dict(zip(*pq.read_table(full / "texts.parquet").to_pydict().values(), strict=True))
    for name, columns in CONTRACT.items():
        if "start" in columns.split():
            for row in pq.read_table(full / f"{name}.parquet").to_pylist():
                assert texts[row["document_id"]][row["start"] : row["end"]] == row["text"]


def test_csv_is_for_spreadsheets(full: Path) -> None:
    data = (full / "plans.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfdocument_id,")
    assert data.count(b"\r\n") == 3
    plan = rows_of_csv(full / "plans.csv")[0]
    assert plan["issue_date"] == "2023-03-14"
    assert plan["recipients"] == "UBND tỉnh; Lưu: VT, KT"
    assert plan["truncated"] == "false"
    assert plan["place"] == "Đồng Phú"
    assert plan["parent_body"] == ""
    assert json.loads(rows_of_csv(full / "fields.csv")[1]["boxes"])[0]["x1"] == 160.25
    assert not (full / "texts.csv").exists()


def test_json_lines_nest_the_facts(full: Path) -> None:
    plans = [json.loads(line) for line in (full / "plans.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [plan["source"] for plan in plans] == ["a.txt", "b.pdf"]
    plan = plans[1]
    assert plan["text"] == PLAN
    assert set(plan["facts"]) == set(CONTRACT) - {"plans", "errors", "texts"}
    citation = plan["facts"]["citations"][0]
    assert "document_id" not in citation
    assert plan["text"][citation["start"] : citation["end"]] == citation["text"]
    assert plan["issue_date"] == "2023-03-14"
    assert plan["facts"]["fields"][0]["boxes"] == [{"page": 1, "x0": 72.0, "y0": 90.5, "x1": 160.25, "y1": 102.0}]
    errors = [json.loads(line) for line in (full / "errors.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [error["code"] for error in errors] == ["unknown_encoding"]


@pytest.mark.parametrize("format_", FORMATS)
def test_tables_come_back_with_real_types(tmp_path: Path, format_: str) -> None:
    scan = replace(full_result("b.pdf", scanned=True), document_id="d2")
    write(tmp_path, Extraction("a.txt", (full_result("a.txt"),)), ERROR, Extraction("b", (scan,)), formats=(format_,))
    tables = load_tables(tmp_path)
    assert list(tables) == [name for name in CONTRACT if format_ != "csv" or name != "texts"]
    plans, citations = tables["plans"], tables["citations"]
    assert str(plans["issue_date"].dtype).startswith("datetime64")
    assert str(plans["issue_year"].dtype) == "Int64"
    assert str(plans["truncated"].dtype) == "boolean"
    assert pd.isna(plans["pages"][0])
    assert plans["cited_numbers"][0] == ["08/KH-UBND"]
    assert citations["candidates"][1] == ["KH:1", "KH:2"]
    assert citations["is_self"].tolist() == [False, True, False, True]
    assert tables["targets"]["high"].tolist() == [10.0, 10.0]
    assert tables["fields"]["boxes"][1][0]["page"] == 1
    assert tables["errors"]["retryable"].tolist() == [False]


def test_formats_agree(tmp_path: Path) -> None:
    extraction = Extraction("a.txt", (full_result("a.txt", scanned=True),))
    frames = {}
    for format_ in FORMATS:
        write(tmp_path / format_, extraction, ERROR, formats=(format_,))
        frames[format_] = load_tables(tmp_path / format_)
    for name, frame in frames["parquet"].items():
        pd.testing.assert_frame_equal(frame, frames["jsonl"][name])
        if name not in ("plans", "texts"):  # lists of CSV lose a semicolon inside an item
            pd.testing.assert_frame_equal(frame.replace("", pd.NA), frames["csv"][name].replace("", pd.NA))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+84 28", "'+84 28"),
        ("- Ban ATGT huyện", "'- Ban ATGT huyện"),
        ("-5%", "'-5%"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\r\nx", "'\r\nx"),
        (" =HYPERLINK(1)", "' =HYPERLINK(1)"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("a=1", "a=1"),
        ("5 - 10%", "5 - 10%"),
    ],
)
def test_no_cell_runs_as_a_formula(text: str, cell: str) -> None:
    assert guard(text) == cell
    assert unguard(cell) == text


@given(st.text())
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).lstrip(" \u00a0\ufeff").startswith(("=", "+", "-", "@"))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2))
def test_cells_survive_a_csv_file(texts: list[str]) -> None:
    file = StringIO(newline="")
    csv.writer(file).writerows(cells(table("texts").columns, [texts]))
    file.seek(0)
    assert [[unguard(cell) for cell in row] for row in csv.reader(file)] == [texts]


def test_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    target = Target(Evidence("- giảm\n5", 0, 8), "reduce", "- vụ", "=x", -5.0, -1.5, "percent")
    result = replace(full_result(), targets=(target,))
    write(tmp_path, Extraction("a", (result,)), formats=("csv",))
    row = rows_of_csv(tmp_path / "targets.csv")[0]
    assert (row["low"], row["high"]) == ("-5.0", "-1.5")
    assert (row["indicator"], row["indicator_text"], row["text"]) == ("'- vụ", "'=x", "'- giảm\n5")
    assert load_tables(tmp_path)["targets"]["indicator"].tolist() == ["- vụ"]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (("reduce", "crashes", 5.0, 10.0, "percent", "2022", None), "reduce crashes 5–10 % vs 2022"),
        (("zero", "deaths", 0.0, 0.0, "count", None, None), "no deaths"),
        (("at_most", "crashes", 100.0, 100.0, "count", None, "2025"), "at most 100 crashes (2025)"),
        (
            ("reach", "trường học có cổng an toàn", 100.0, 100.0, "percent", None, None),
            "reach 100 % trường học có cổng an toàn",
        ),
        (("increase", "income", 1_500_000.5, None, "đồng", "annual", None), "increase income 1500000.5 đồng a year"),
        (
            ("reduce", "alcohol_crashes", None, None, None, "previous_year", None),
            "reduce alcohol crashes vs the previous year",
        ),
    ],
)
def test_targets_in_a_few_words(target: tuple[Any, ...], words: str) -> None:
    direction, indicator, low, high, unit, baseline, period = target
    evidence = Evidence("x", 0, 1)
    assert describe(Target(evidence, direction, indicator, indicator, low, high, unit, baseline, period)) == words


def test_data_package_describes_every_file(full: Path) -> None:
    package = json.loads((full / "datapackage.json").read_text(encoding="utf-8"))
    resources = {item["path"]: item for item in package["resources"]}
    here = {path.name for path in full.iterdir()} - {"datapackage.json", "run.json"}
    assert set(resources) == here
    names = [item["name"] for item in package["resources"]]
    assert len(set(names)) == len(names)
    for path, item in resources.items():
        assert item["bytes"] == (full / path).stat().st_size
        table = path.split(".")[0]
        assert [field["name"] for field in item["schema"]["fields"]] == CONTRACT[table].split()
        assert all(field["description"] for field in item["schema"]["fields"])
        for key in item["schema"].get("foreignKeys", ()):
            assert key["reference"]["resource"] in names
    csv_ = resources["plans.csv"]
    assert csv_["profile"] == "tabular-data-resource"
    assert csv_["dialect"]["lineTerminator"] == "\r\n"
    assert csv_["schema"]["primaryKey"] == "document_id"


def test_no_documents_give_whole_tables(tmp_path: Path) -> None:
    write(tmp_path)
    assert all(len(frame) == 0 for frame in load_tables(tmp_path).values())


# -- All or nothing --------------------------------------------------------------------------------------------------


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An output folder with the tables of an earlier run."""
    write(tmp_path / "out", Extraction("old.txt", (full_result("old.txt"),)))
    return tmp_path / "out"


def test_a_failed_run_leaves_the_old_tables(old: Path) -> None:
    before = content(old)
    with pytest.raises(RuntimeError), TableWriter(old, FORMATS, "9", {}) as tables:
        tables.write(lambda names: [pack([Extraction("new.txt", (full_result("new.txt"),))])])
        raise RuntimeError
    assert content(old) == before
    assert [path.name for path in old.iterdir() if path.is_dir()] == []


def failing(code: int) -> Any:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize(
    ("place", "name"),
    [(CsvWriter, "write"), (CsvWriter, "close"), (os, "fsync"), (os, "replace"), (writer, "_store")],
)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_full_disk_leaves_the_old_tables(
    old: Path, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, code: int
) -> None:
    before = content(old)
    with monkeypatch.context() as patch:
        patch.setattr(place, name, failing(code))
        with pytest.raises(OutputError) as caught:
            write(old, Extraction("new.txt", (full_result("new.txt"),)))
    assert content(old) == before
    assert code == errno.EIO or "free some space" in caught.value.message
    write(old, Extraction("new.txt", (full_result("new.txt"),)))
    assert load_tables(old)["plans"]["source"].tolist() == ["new.txt"]
    assert [path for path in old.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("moved", [0, 1, 5, 26])
def test_a_run_killed_while_it_moves_its_files_is_finished_by_the_next(
    old: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    replace_, done = os.replace, 0

    def kill(*names: str, **folders: int) -> None:
        nonlocal done
        done += 1
        if done > moved:
            raise KeyboardInterrupt
        replace_(*names, **folders)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", kill)
        with pytest.raises(KeyboardInterrupt):
            write(old, Extraction("new.txt", (full_result("new.txt"),)))
    with pytest.raises(RuntimeError), TableWriter(old, FORMATS, "9", {}):
        raise RuntimeError  # the next run fails, but has finished the one before
    assert load_tables(old)["plans"]["source"].tolist() == ["new.txt"]


def test_what_a_killed_run_left_is_removed(old: Path) -> None:
    (old / ".vnplan-0123456789ab").mkdir()
    (old / ".vnplan-0123456789ab/plans.csv").write_text("half")
    write(old)
    assert not (old / ".vnplan-0123456789ab").exists()


def test_tables_of_other_formats_do_not_stay_behind(old: Path) -> None:
    (old / "notes.csv").write_text("mine")
    write(old, Extraction("new.txt", (full_result("new.txt"),)), formats=("parquet",))
    assert sorted(p.name for p in old.iterdir() if p.suffix == ".csv") == ["notes.csv"]
    assert not (old / "plans.jsonl").exists()


def test_two_runs_at_once(old: Path) -> None:
    with locked(old), pytest.raises(OutputError, match="another run"), locked(old):
        pass
    with locked(old):
        pass


def test_output_folder_is_a_file_or_holds_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="not a folder"):
        write(tmp_path / "file")
    (tmp_path / "out/plans.csv").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"plans\.csv"):
        write(tmp_path / "out")


def test_mixed_tables_are_noticed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vnplan.tables.reading._PATIENCE", 0.1)
    (old / "targets.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match="one run"):
        load_tables(old)
    with pytest.raises(UsageError, match="no tables"):
        load_tables(old.parent)


def test_memory_stays_bounded_by_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_GROUP_BYTES", 5 * len(PLAN))
    asked = 0

    def documents(names: Sequence[str]) -> Iterator[pa.Table]:
        nonlocal asked
        for number in range(60):
            asked += 1
            result = replace(full_result(f"{number:02}.txt"), document_id=f"d{number}")
            yield pack([Extraction(f"{number:02}.txt", (result,))]).select(names)

    with TableWriter(tmp_path, FORMATS, "9", {}) as tables:
        tables.write(documents)
        tables.commit("x", {})
    assert asked == 60  # all writers get each batch in one go
    assert pq.read_metadata(tmp_path / "texts.parquet").num_row_groups > 10
    frames = load_tables(tmp_path)
    assert frames["plans"]["source"].tolist() == [f"{number:02}.txt" for number in range(60)]
    assert tables.counts["citations"] == len(frames["citations"]) == 120


def test_a_plan_without_anything(tmp_path: Path) -> None:
    result = replace(full_result(), plan=Plan(), citations=(), targets=(), responsibilities=(), deadlines=(), dates=())
    write(tmp_path, Extraction("a", (result,)))
    plan = load_tables(tmp_path)["plans"].iloc[0]
    assert plan["number_status"] == "absent"
    assert pd.isna(plan["number"])
    assert plan["recipients"] == []
