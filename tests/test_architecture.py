"""The house rules that code can check: who imports whom, and what a bare import costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import vnplan

NAME = vnplan.__name__  # what the folder pipeline/ is imported as
HEAVY = ("pandas", "numpy", "pyarrow", "spacy", "thinc", "underthesea", "pdfplumber", "pytesseract", "PIL", "ray")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the import contracts of the pyproject.toml in `folder` on the package beside it."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
        "--no-logo",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_rooms_import_in_one_direction(root: Path) -> None:
    done = lint_imports(root)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("segmentation", "from ..extractors import extract", "in one direction"),
        ("extractors", "from .. import batch", "in one direction"),
        ("tables", f"from {NAME} import analyze", "do not call the public verbs"),
        ("text", "import pandas", "standard library alone"),
        ("linking", "import subprocess", "Only the wrappers"),
        ("attic", "", "in one direction"),
    ],
)
def test_a_broken_rule_is_found_out(root: Path, tmp_path: Path, room: str, line: str, contract: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes((root / "pyproject.toml").read_bytes())
    for module in (root / "pipeline").rglob("*.py"):
        copy = tmp_path / NAME / module.relative_to(root / "pipeline")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(module.read_bytes())
    folder = tmp_path / NAME / room
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    (folder / "intruder.py").write_text(line + "\n", encoding="utf-8")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [text for text in " ".join(done.stdout.split()).split("KEPT") if "BROKEN" in text]
    assert any(contract in text for text in broken), done.stdout


def test_the_picture_of_the_rooms_is_what_the_code_says(root: Path) -> None:
    command = [sys.executable, "scripts/architecture.py", "--check"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", [NAME, f"{NAME}.cli"])
def test_import_is_light(root: Path, module: str) -> None:
    code = f"import sys, {module}; print(*sorted({set(HEAVY)} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
