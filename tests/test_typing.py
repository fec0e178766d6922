"""A user's script: type checkers in their strictest mode find nothing amiss in it, and it runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "tests" / "data" / "user_script.py"
SAMPLE = ROOT / "data" / "raw" / "xa" / "58_KH-UBND_xa-Dai-Phuc_ATGT-4-thang-cuoi-nam-2025.txt"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    shutil.copy(SCRIPT, tmp_path / "script.py")
    shutil.copy(SAMPLE, tmp_path / "a.txt")
    return tmp_path / "script.py"


def run(script: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=script.parent, env=ENVIRONMENT, capture_output=True, text=True, timeout=600)


def test_mypy_strict(script: Path) -> None:
    done = run(
        script, sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(script.parent / "cache"), "script.py"
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("pyright") is None, reason="needs pyright, which brings a program of its own")
def test_pyright_strict(script: Path) -> None:
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "pythonVersion": "3.11"}
    (script.parent / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = run(script, "pyright", "--pythonpath", sys.executable, "script.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_runs(script: Path) -> None:
    done = run(script, sys.executable, "script.py")
    assert done.returncode == 0, done.stderr
    assert "province-86-2025" in done.stdout
