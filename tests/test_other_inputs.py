"""A run into a folder that holds the tables of other inputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import PLAN

from vnplan.batch import extract_folder
from vnplan.cli import main
from vnplan.errors import UsageError
from vnplan.settings import Settings
from vnplan.tables import load_tables

SETTINGS = Settings(ner="none")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two folders of plans, and where the tables go."""
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(PLAN, encoding="utf-8")
    return tmp_path / "north", tmp_path / "south", tmp_path / "out"


def sources(out: Path) -> list[str]:
    return sorted(Path(one).name for one in load_tables(out)["plans"]["source"])


def test_other_inputs_are_asked_about(folders: tuple[Path, Path, Path]) -> None:
    north, south, out = folders
    extract_folder(north, out, settings=SETTINGS)
    with pytest.raises(UsageError, match=r"north.*--add.*--replace"):
        extract_folder(south, out, settings=SETTINGS)
    assert sources(out) == ["north.txt"]  # nothing has changed
    extract_folder(south, out, settings=SETTINGS, others="replace")
    assert sources(out) == ["south.txt"]
    extract_folder(south, out, settings=SETTINGS)  # the inputs of the last run are the ones to compare with


def test_both_inputs_are_kept(folders: tuple[Path, Path, Path]) -> None:
    north, south, out = folders
    extract_folder(north, out, settings=SETTINGS)
    summary = extract_folder(south, out, settings=SETTINGS, others="add")
    assert sources(out) == ["north.txt", "south.txt"]
    assert summary.removed == 0
    extract_folder([south, north], out, settings=SETTINGS)  # in any order
    assert sources(out) == ["north.txt", "south.txt"]
    with pytest.raises(UsageError, match="north"):
        extract_folder(south, out, settings=SETTINGS)


def test_what_needs_no_question(folders: tuple[Path, Path, Path], tmp_path: Path) -> None:
    north, south, out = folders
    extract_folder(north, out, settings=SETTINGS)
    extract_folder([north, south], out, settings=SETTINGS)  # more
    extract_folder(tmp_path, out, settings=SETTINGS)  # the folder that holds both
    assert sources(out) == ["north.txt", "south.txt"]
    (south / "south.txt").unlink()
    extract_folder(tmp_path, out, settings=SETTINGS)  # a file that is gone
    assert sources(out) == ["north.txt"]


def test_single_files(folders: tuple[Path, Path, Path]) -> None:
    north, south, out = folders
    extract_folder(north / "north.txt", out, settings=SETTINGS)
    with pytest.raises(UsageError, match=r"north\.txt"):
        extract_folder(south / "south.txt", out, settings=SETTINGS)


def test_an_output_without_files_asks_nothing(folders: tuple[Path, Path, Path], tmp_path: Path) -> None:
    _, south, out = folders
    (tmp_path / "empty").mkdir()
    extract_folder(tmp_path / "empty", out, settings=SETTINGS)
    extract_folder(south, out, settings=SETTINGS)
    assert sources(out) == ["south.txt"]


def test_on_the_command_line(folders: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    north, south, out = map(str, folders)
    rest = ["--out", out, "--ner", "none", "--quiet"]
    assert main(["extract", north, *rest]) == 0
    assert main(["extract", south, *rest]) == 2
    assert "--replace" in capsys.readouterr().err
    assert main(["extract", south, *rest, "--add"]) == 0
    assert sources(Path(out)) == ["north.txt", "south.txt"]
    assert main(["extract", south, *rest, "--replace"]) == 0
    assert sources(Path(out)) == ["south.txt"]
