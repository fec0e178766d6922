"""The tables of README.md and docs/ say what was measured last, and nothing else."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
spec = importlib.util.spec_from_file_location("figures", ROOT / "scripts" / "figures.py")
figures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(figures)

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_tables_are_made_from_the_last_figures(page):
    text = page.read_text(encoding="utf-8")
    assert figures.filled(text) == text, "run scripts/figures.py"
    # A marker without its end, or of another spelling, would never be filled.
    assert len(re.findall(r"<!-- figures", text)) == len(figures._BLOCK.findall(text)) == text.count("<!-- end of fig")


def test_the_readme_has_the_scores_of_all_sets_and_the_speed():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    here = {name for _, name, _ in figures._BLOCK.findall(text)}
    assert {"scores", "speed"} <= here
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert {name for _, name, _ in figures._BLOCK.findall(pages)} == set(figures.BLOCKS)
    assert all(figures.figures(name) for name, _ in figures.SETS)


def test_a_new_measurement_changes_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "FIGURES", tmp_path)
    score = {"figures": {"number": {"accuracy": 0.5, "wrong": 1, "n": 4}, "targets": {"f1": 0.25, "n": 7}}}
    (tmp_path / "score-seeds.json").write_text(json.dumps(score))
    page = "a\n<!-- figures: scores -->\nold\n<!-- end of figures -->\nb\n"
    filled = figures.filled(page)
    assert "| number | 0.500 of 4, 1 wrong |" in filled and "| targets | 0.250 of 7 |" in filled
    assert filled.startswith("a\n") and filled.endswith("-->\nb\n") and "old" not in filled


def test_a_set_that_was_not_measured_has_no_column(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "FIGURES", tmp_path)
    assert figures.scores().splitlines()[0] == "|  |"
    assert figures.names() == "|  | label | names |\n| --- | --- | --- |\n"
    assert figures.speed() == "|  | measured | next to |\n| --- | --- | --- |\n"


def test_what_work_on_a_cluster_takes_follows_from_the_rates(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "FIGURES", tmp_path)
    assert figures.cluster() == ""
    (tmp_path / "bench-ocr.json").write_text(json.dumps({"processes": 2, "pages/s": {"vnplan": 0.5}}))
    measured = {
        "processes": 2,
        "documents": 10_000,
        "documents/s": {"local": 90.0, "ray": 80.0},
        "bytes a document": 2000,
        "seconds": {"local": 100.0, "ray": 110.0},
        "overhead %": {"whole run": 10.0, "processor time": 9.0, "once the first have come": 2.0},
        "seconds to start the cluster": 4.0,
        "cores taken by other programs": 0.1,
    }
    (tmp_path / "bench-cluster.json").write_text(json.dumps(measured))
    assert figures.million() == ""
    (tmp_path / "bench-text.json").write_text(json.dumps({"whole path": 1.25}))
    (tmp_path / "bench-pdf.json").write_text(json.dumps({"pages/s": 200.0}))
    (tmp_path / "bench-batch.json").write_text('{"jobs": 2}')
    assert figures.million().splitlines()[2:] == [
        "| text, without names by the model | 0.6 | 0.3 | 0.0 |",  # 2.5 GB at 1.25 MB/s
        "| born-digital PDF | 1.9 | 1.0 | 0.0 |",
        "| scanned | 1,112 | 556 | 12 |",
    ]
    table = figures.cluster()
    assert "| 1,000,000 scanned pages | 1,111 | 139 |" in table  # 4 s a page
    assert "| 1,000,000 text documents | 6.9 | 1 |" in table
    assert "| 100 s and 110 s |" in table and "10,000 documents, start of its workers included | 10.0 % |" in table


@pytest.mark.parametrize("script", sorted((ROOT / "benchmarks").glob("*.py")), ids=lambda script: script.stem)
def test_every_benchmark_begins(script):
    done = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
