"""What others may put into a run's way: in the output folder, in the input, in the documents themselves."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from fakes import PLAN, quick_work

from pipeline.batch.planning import Choice
from pipeline.batch.run import Run
from pipeline.batch.summary import RunSummary
from pipeline.errors import OutputError
from pipeline.settings import Settings
from pipeline.tables import load_tables


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder of two plans."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(PLAN + name, encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def run(plans: Path, out: Path) -> RunSummary:
    return Run(plans, out, ["csv", "parquet"], 1, Settings(ner="none"), quick_work).go(Choice())


# -- The output folder: nothing outside of it is touched -------------------------------------------------------------


@pytest.mark.parametrize("name", [".vnplan-a", ".vnplan-0123456789ab"])
@pytest.mark.parametrize(
    "plan",
    [
        {"files": ["../../victim.txt"], "stale": []},
        {"files": [], "stale": ["VICTIM"]},
        {"files": [], "stale": ["../victim.txt"]},
        {"files": ["plans.csv"], "stale": ["notes.csv"]},
        {"files": "plans.csv", "stale": []},
        {"files": ["plans.csv"], "stale": [], "more": 1},
        [1],
    ],
)
def test_a_marker_that_names_others_files_is_set_aside(
    plans: Path, out: Path, tmp_path: Path, plan: object, name: str
) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    folder = out / name
    folder.mkdir(parents=True)
    (out / "notes.csv").write_text("mine")
    (folder / "plans.csv").write_text("theirs")
    (tmp_path / "x").mkdir()
    (folder / "COMMIT").write_text(json.dumps(plan).replace("VICTIM", str(victim)))
    summary = run(plans, out)
    assert victim.read_text() == "mine"
    assert (out / "notes.csv").read_text() == "mine"
    assert len(load_tables(out)["plans"]) == 2
    assert [note for note in summary.notes if "set aside" in note and name in note]
    assert not folder.exists()
    assert run(plans, out).notes == []


@pytest.mark.parametrize("what", ["marker", "file", "folder"])
def test_links_among_what_a_killed_run_left_are_not_followed(plans: Path, out: Path, tmp_path: Path, what: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "COMMIT").write_text(json.dumps({"files": ["plans.csv"], "stale": []}))
    (elsewhere / "plans.csv").write_text("theirs")
    folder = out / ".vnplan-0123456789ab"
    out.mkdir()
    if what == "folder":
        folder.symlink_to(elsewhere)
    else:
        folder.mkdir()
        (folder / "COMMIT").write_text(json.dumps({"files": ["plans.csv"], "stale": []}))
        name = "COMMIT" if what == "marker" else "plans.csv"
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(elsewhere / name)
    assert any("set aside" in note for note in run(plans, out).notes)
    assert sorted(path.name for path in elsewhere.iterdir()) == ["COMMIT", "plans.csv"]
    assert not (out / "plans.csv").is_symlink()
    assert len(load_tables(out)["plans"]) == 2


@pytest.mark.parametrize("name", [".vnplan", ".vnplan/parts"])
def test_a_link_in_the_place_of_the_parts_is_refused(plans: Path, out: Path, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "parts").mkdir(parents=True)
    theirs = [elsewhere / place / file for place in ("", "parts") for file in ("00000001.parquet", "0123456789ab.tmp")]
    for path in theirs:
        path.write_text("theirs")
    (out / name).parent.mkdir(parents=True)
    (out / name).symlink_to(elsewhere)
    with pytest.raises(OutputError, match="is a link or no folder"):
        run(plans, out)
    assert all(path.read_text() == "theirs" for path in theirs)


def test_files_of_others_beside_the_parts_stay(plans: Path, out: Path) -> None:
    run(plans, out)
    theirs = [out / ".vnplan/parts" / name for name in ("big.parquet", "notes.tmp", "x.json")]
    for path in theirs:
        path.write_text("theirs")
    (out / "plans.csv").unlink()
    run(plans, out)
    assert all(path.read_text() == "theirs" for path in theirs)


@pytest.mark.parametrize("name", ["run.json", "datapackage.json", ".vnplan/ledger.sqlite", ".vnplan/ledger.sha256"])
def test_a_pipe_in_the_place_of_a_file_holds_nothing_up(plans: Path, out: Path, name: str) -> None:
    run(plans, out)
    (out / name).unlink()
    os.mkfifo(out / name)
    run(plans, out)
    assert (out / name).is_file()
    assert len(load_tables(out)["plans"]) == 2


def test_outputs_keep_to_the_umask(plans: Path, out: Path) -> None:
    before = os.umask(0o077)
    try:
        Run(plans, out, ["csv", "parquet", "jsonl", "xlsx", "duckdb"], 1, Settings(ner="none"), quick_work).go(Choice())
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in out.rglob("*") if path.is_file()}
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
