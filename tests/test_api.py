"""The public verbs, as who builds on them uses them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import vnplan
from vnplan.errors import UnreadableError
from vnplan.marked import Mark, page
from vnplan.records import Citation, DateMention, Deadline, Evidence, Plan, PlanResult

SAMPLES = sorted(
    path
    for path in (Path(__file__).resolve().parent.parent / "data" / "raw").rglob("*")
    if path.suffix in (".txt", ".docx") or path.name.startswith("KH-112")
)


@pytest.fixture(scope="module")
def results() -> list[PlanResult]:
    return [plan for path in SAMPLES for plan in vnplan.extract(path.read_bytes(), path.name).plans]


def test_every_verb_is_there_and_described() -> None:
    for name in vnplan.__all__:
        verb = getattr(vnplan, name)
        assert name.startswith("__") or (verb.__doc__ and f"`{name}" in (vnplan.__doc__ or "")), name


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = SAMPLES[0]
    assert vnplan.read_file(path) == vnplan.read(path.read_bytes(), path.name)
    with pytest.raises(UnreadableError, match="No such file"):
        vnplan.read_file(tmp_path / "none.txt")


def test_results_go_through_json_and_back(results: list[PlanResult]) -> None:
    assert len(results) > 8
    for result in results:
        assert PlanResult.from_dict(json.loads(json.dumps(result.to_dict()))) == result
    signed = dataclasses.replace(results[0], plan=dataclasses.replace(results[0].plan, issue_date=dt.date(2026, 1, 2)))
    assert signed.to_dict()["plan"]["issue_date"] == "2026-01-02"
    assert PlanResult.from_dict(signed.to_dict()).plan.issue_date == dt.date(2026, 1, 2)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema_version": "1.0"}, "schema_version must be '2.0'"),
        ({"text": None}, "PlanResult.text must be of type str"),
        ({"colour": "red"}, "has no field 'colour'"),
        ({"plan": []}, "PlanResult.plan must be an object"),
        ({"plan": {"issue_date": "yesterday"}}, "PlanResult.plan.issue_date must be an ISO date"),
        ({"plan": {"level": "moon"}}, "PlanResult.plan.level must be one of"),
        ({"sections": [{"path": "I"}]}, r"PlanResult.sections\[0\]"),
    ],
)
def test_what_is_no_result_is_refused(results: list[PlanResult], change: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        PlanResult.from_dict({**results[0].to_dict(), **change})


def test_a_notebook_shows_facts_beside_the_marked_text(results: list[PlanResult]) -> None:
    for result in results:
        shown = result._repr_html_()
        assert shown.count("<mark") >= 3
        assert "<script" not in shown
    hostile = page("<b>", 'a <script> & "b" c', [Mark(2, 10, "task", '"><img>'), Mark(5, 14, "date", "x")])
    assert "<script>" not in hostile and "<img>" not in hostile
    assert "&lt;scr" in hostile
    assert "cut" not in hostile and "7 more characters" in page("t", "a" * 20_007, [Mark(5, 20_003, "task", "x")])


def test_marks_take_linear_time() -> None:
    marks = [Mark(k, k + 50, "entity", "x") for k in range(0, 19_000, 2)]
    assert len(page("t", "a " * 10_000, marks)) > 19_000


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "in").mkdir()
    for name, path in (("a.txt", SAMPLES[0]), ("b.txt", SAMPLES[0]), ("c.txt", SAMPLES[-1])):
        (folder / "in" / name).write_bytes(path.read_bytes())
    vnplan.extract_folder([str(folder / "in")], str(folder / "out"), formats=["parquet", "duckdb"])
    loaded = dict(vnplan.load_tables(str(folder / "out")))
    import duckdb

    with duckdb.connect(str(folder / "out" / "tables.duckdb"), read_only=True) as database:
        loaded["_view"] = database.sql("SELECT * FROM obligations").df()
    return loaded


def test_obligations_say_who_must_do_what_by_when(tables: dict[str, pd.DataFrame]) -> None:
    frame = vnplan.obligations(tables)
    assert len(frame) == len(tables["responsibilities"]) > 4
    assert list(frame.columns[:3]) == ["document_id", "source", "plan_type"]
    for column in ("body", "body_id", "role", "task", "due_from", "due_to", "deadline", "plan_issuer"):
        assert column in frame
    due = tables["tasks"].dropna(subset=["due_to"])
    assert set(due["task_id"]) <= set(frame.dropna(subset=["due_to"])["task_id"]) or due.empty
    once = vnplan.obligations(tables, duplicates=False)
    assert set(frame["source"]) - set(once["source"]) == {"b.txt"}


def test_the_view_of_the_database_is_the_frame(tables: dict[str, pd.DataFrame]) -> None:
    frame = vnplan.obligations(tables, geo=True)
    assert list(tables["_view"].columns) == list(frame.columns)
    key = ["document_id", "fact_id"]
    ours, theirs = (one.sort_values(key)["body"].tolist() for one in (frame, tables["_view"]))
    assert ours == theirs


def test_facts_come_with_the_province_of_their_plan(tables: dict[str, pd.DataFrame]) -> None:
    plain, wide = vnplan.with_plan(tables, "tasks"), vnplan.with_plan(tables, "tasks", geo=True)
    added = ["plan_level", "plan_province", "plan_province_id", "plan_province_2025"]
    assert [column for column in wide if column not in plain] == added
    assert len(vnplan.with_plan(tables, "tasks", duplicates=False)) < len(plain)


def test_the_library_is_silent_unless_asked(caplog: pytest.LogCaptureFixture) -> None:
    assert any(isinstance(one, logging.NullHandler) for one in logging.getLogger("vnplan").handlers)
    with caplog.at_level(logging.DEBUG, "vnplan"):
        vnplan.extract(SAMPLES[0].read_bytes(), "a.txt")
    assert "'a.txt': 1 documents, 0 errors" in caplog.text


USER = """
import vnplan
from vnplan.records import Citation, DateMention, Deadline, Evidence, Plan, PlanResult
from vnplan.settings import Settings

def bodies(path: str) -> list[str]:
    result: PlanResult = vnplan.analyze(vnplan.read_file(path), Settings(ner="none"))
    again = PlanResult.from_dict(result.to_dict())
    return [charge.body for task in again.tasks for charge in task.charges]

def where(name: str) -> str:
    return ", ".join(meaning.id for meaning in vnplan.lookup(name))
"""


def test_a_users_script_is_clean_under_strict_types(tmp_path: Path, root: Path) -> None:
    (tmp_path / "script.py").write_text(USER, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", str(tmp_path), "script.py"],
        cwd=tmp_path, env={"MYPYPATH": str(root), "PATH": ""}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = USER.replace("-> list[str]", "-> list[int]")
    (tmp_path / "script.py").write_text(wrong, encoding="utf-8")
    done = subprocess.run(
        done.args, cwd=tmp_path, env={"MYPYPATH": str(root), "PATH": ""}, capture_output=True, text=True
    )
    assert done.returncode == 1, "types are not seen by who uses the package"


def test_days_are_typed_alike() -> None:
    evidence = Evidence("ngày 3/2/2026", 0, 13)
    assert Citation(evidence, "KH", "1/KH", date="2026-02-03").day == dt.date(2026, 2, 3)
    assert Deadline(evidence, "2026-02-03").day == Plan(issue_date=dt.date(2026, 2, 3)).issue_date
    assert [DateMention(evidence, text).day for text in ("2026", "2026-02", "2026-02-30")] == [None, None, None]
    assert Citation(evidence, "KH", None).day is None and Deadline(evidence, None).day is None
