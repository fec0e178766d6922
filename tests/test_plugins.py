"""Extractors of other packages: found by entry point, chosen by name, and each on its own when it fails."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

import vnplan
from vnplan.errors import UsageError
from vnplan.settings import Settings

PLAN = """ỦY BAN NHÂN DÂN
XÃ MINH TÂN

Số: 12/KH-UBND
Minh Tân, ngày 3 tháng 2 năm 2026

KẾ HOẠCH
Ra quân làm sạch đường làng năm 2026

Căn cứ Nghị định số 48/2024/NĐ-CP ngày 15/5/2024 của Chính phủ;
1. Giao Công an xã chủ trì, phối hợp với Đoàn Thanh niên xã tổ chức ra quân trên Quốc lộ 53 trước ngày 15/3/2026.
"""
ROADS = """
import re
from vnplan.records import Entity
from vnplan.segmentation.model import Segments

def extract(segments: Segments) -> list[Entity]:
    found = re.finditer(r"Quốc lộ \\d+", segments.text)
    return [Entity(segments.evidence(m.start(), m.end(), 0.9), "LOC", engine="roads") for m in found]
"""
BROKEN = {
    "raises": "def extract(segments):\n    raise KeyError('no such road')\n",
    "lies": "def extract(segments):\n    return ['a road']\n",
    "absent": "import a_package_that_is_not_there\n",
    "late": "def extract(segments):\n    yield from ()\n    raise OSError('disk')\n",
}


def install(site: Path, name: str, code: str) -> None:
    """A package of one module, as pip installs it."""
    (site / f"{name}.py").write_text(code, encoding="utf-8")
    info = site / f"{name}_kit-2.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-kit\nVersion: 2.1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[vnplan.extractors]\n{name} = {name}:extract\n", encoding="utf-8")


def run(tmp_path: Path, root: Path, *options: str) -> dict[str, list[dict[str, str]]]:
    """The tables of a run with what is installed in `site`."""
    (tmp_path / "a.txt").write_text(PLAN, encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path / "site"), str(root)])
    command = [sys.executable, "-m", "vnplan", "extract", "a.txt", "--out", "out", "--ner", "none", "--format", "csv"]
    done = subprocess.run(
        [*command, *options], cwd=tmp_path, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, timeout=300
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    tables = {}
    for name in ("entities", "errors", "citations", "tasks", "plans"):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    return tables


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


def test_what_fails_costs_one_row_that_names_its_package(site: Path, tmp_path: Path, root: Path) -> None:
    install(site, "roads", ROADS)
    for name, code in BROKEN.items():
        install(site, name, code)
    tables = run(tmp_path, root)
    assert [row["text"] for row in tables["entities"] if row["engine"] == "roads"] == ["Quốc lộ 53"]
    assert len(tables["citations"]) >= 1 and len(tables["tasks"]) == 1 and len(tables["plans"]) == 1
    said = {row["message"].split("'")[1]: row for row in tables["errors"]}
    assert set(said) == set(BROKEN) and len(tables["errors"]) == len(BROKEN)
    for name, row in said.items():
        assert row["code"] == "plugin" and f"of {name}-kit 2.1" in row["message"]
    assert "KeyError: 'no such road'" in said["raises"]["message"]


def test_one_that_never_ends_costs_the_document_and_says_so(site: Path, tmp_path: Path, root: Path) -> None:
    install(site, "endless", "def extract(segments):\n    while True:\n        pass\n")
    (row,) = run(tmp_path, root, "--seconds", "6")["errors"]
    assert row["code"] == "time_limit"


def test_plugins_and_kinds_are_chosen_by_name(site: Path, tmp_path: Path, root: Path) -> None:
    install(site, "roads", ROADS)
    install(site, "raises", BROKEN["raises"])
    tables = run(tmp_path, root, "--extractors", "roads,citations")
    assert [row["engine"] for row in tables["entities"]] == ["roads"]
    assert tables["errors"] == tables["tasks"] == []
    assert tables["citations"]


def test_kinds_are_chosen_in_python(tmp_path: Path) -> None:
    document = vnplan.read(PLAN.encode(), "a.txt")
    chosen = vnplan.analyze(document, Settings(ner="none"), extractors=["citations"])
    assert chosen.citations and not chosen.tasks and not chosen.deadlines
    assert vnplan.analyze(document, Settings(ner="none", extractors=("tasks",))).tasks
    with pytest.raises(UsageError, match="no extractor 'budgets'"):
        vnplan.extract_folder([], str(tmp_path / "out"), settings=Settings(extractors=("budgets",)))
    with pytest.raises(UsageError, match="no extractor 'budgets'; there are citations, targets, tasks"):
        vnplan.analyze(document, extractors=["budgets"])
