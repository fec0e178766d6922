"""The notebooks run from top to bottom, on the samples and on folders of a reader's own, and are kept without outputs."""

from __future__ import annotations

import base64
import io
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from fakes import PLAN
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# At least so many plots on the samples.
PLOTS = {"01_quickstart": 3, "02_targets": 2, "03_citations": 2, "04_quality": 3, "05_ner": 1, "06_who_does_what": 3}

pytest.importorskip("nbclient", reason="needs the extra `notebooks`")
sys.path.append(str(ROOT / "scripts"))
import run_notebooks  # noqa: E402

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract-ocr-vie")


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(path: Path) -> None:
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    assert [cell["source"] for cell in code if cell["outputs"] or cell["execution_count"]] == [], (
        f"jupyter nbconvert --clear-output --inplace {path.name}"
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_one_cell_near_the_top_names_the_folder(path: Path) -> None:
    named = [k for k, cell in enumerate(cells(path)) if any("data/raw" in line for line in cell["source"])]
    assert named[:1] and named[0] <= 2
    code = [k for k in named if cells(path)[k]["cell_type"] == "code"]
    assert len(code) == 1
    assert run_notebooks.PLANS in "".join(cells(path)[code[0]]["source"])


def test_all_are_there() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(PLOTS)


@needs_tesseract
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_on_the_samples(path: Path) -> None:
    started = time.perf_counter()
    outputs = [output for cell in run_notebooks.run(path).cells for output in cell.get("outputs", [])]
    assert time.perf_counter() - started < 120
    warnings = [output["text"] for output in outputs if output.get("name") == "stderr"]
    assert warnings == []
    plots = [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    assert len(plots) >= PLOTS[path.stem]
    for plot in plots:
        image = Image.open(io.BytesIO(base64.b64decode(plot)))
        assert 600 < image.width < 1000, "a page of the documentation shows it at about its own size"


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if "ner" not in path.stem], ids=lambda path: path.stem)
@pytest.mark.parametrize("files", [{"a.txt": PLAN, "broken.pdf": "%PDF-1.7"}, {"note.txt": "Một tờ giấy trắng."}])
def test_runs_on_a_folder_with_little_in_it(path: Path, files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    run_notebooks.run(path, tmp_path)


def test_a_notebook_without_the_line_is_refused(tmp_path: Path) -> None:
    bare = tmp_path / "bare.ipynb"
    bare.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', encoding="utf-8")
    with pytest.raises(ValueError, match="no cell"):
        run_notebooks.run(bare, tmp_path)
