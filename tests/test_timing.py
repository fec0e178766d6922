"""Where time goes: stages that are told and measured, and the file that `--profile` writes."""

from __future__ import annotations

import json
import time
from pathlib import Path

from fakes import PLAN

from vnplan.batch import extract_folder
from vnplan.settings import Settings
from vnplan.timing import measured, stage


def test_the_inner_stage_counts_alone() -> None:
    with measured() as spent, stage("outer"), stage("inner"):
        time.sleep(0.05)
    assert spent.seconds["inner"] >= 0.05
    assert spent.seconds["outer"] < 0.04


def test_nobody_measures_by_default() -> None:
    with stage("alone"):
        pass
    with measured() as spent:
        pass
    assert not spent.seconds


def test_a_run_says_where_its_time_went(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(PLAN, encoding="utf-8")
    profile = tmp_path / "profile.json"
    extract_folder(tmp_path / "in", tmp_path / "out", settings=Settings(ner="none"), profile=profile)
    found = json.loads(profile.read_text())
    stages = {(one["format"], one["stage"]): one["seconds"] for one in found["stages"]}
    assert found["files"] == 1
    assert {("text", "clean text"), ("text", "tasks"), ("all", "pack rows"), ("run", "write tables")} <= set(stages)
    assert sum(stages.values()) <= 2 * found["seconds"]
