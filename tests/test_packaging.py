"""What is installed: the wheel holds every module and table under the name `vnplan`, and works beside anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PLAN = """ỦY BAN NHÂN DÂN
XÃ MINH TÂN

Số: 12/KH-UBND
Minh Tân, ngày 3 tháng 2 năm 2026

KẾ HOẠCH
Ra quân làm sạch đường làng năm 2026

1. Giao Công an xã chủ trì, phối hợp với Đoàn Thanh niên xã tổ chức ra quân trước ngày 15/3/2026.
"""


def build(kind: str, source: Path, out: Path) -> Path:
    """A wheel or an sdist of a folder, without the network."""
    out.mkdir(exist_ok=True)
    code = f"import sys, setuptools.build_meta as b; open(sys.argv[2], 'w').write(b.build_{kind}(sys.argv[1]))"
    name = out / f"{kind}.name"
    done = subprocess.run(
        [sys.executable, "-c", code, str(out), str(name)], cwd=source, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return out / name.read_text(encoding="utf-8")


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/RECORD")}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree as an sdist unpacks it: nothing is built in the checkout itself."""
    work = tmp_path_factory.mktemp("source")
    copy = work / "copy"
    skipped = shutil.ignore_patterns(".*", "__pycache__", "vnplan", "build", "dist", "site", "*.egg-info", "processed")
    shutil.copytree(ROOT, copy, ignore=skipped, symlinks=True)
    sdist = build("sdist", copy, work / "dist")
    with tarfile.open(sdist) as archive:
        archive.extractall(work / "unpacked")  # our own; Python 3.11.2 knows no filters
    (folder,) = (work / "unpacked").iterdir()
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path) -> Path:
    return build("wheel", source, source.parent.parent / "wheels")


def test_the_wheel_holds_every_file_of_the_package_and_the_model(wheel: Path) -> None:
    held = contents(wheel)
    for folder, name in ((ROOT / "pipeline", "vnplan"), (ROOT / "models", "vnplan/models")):
        files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert len(files) > 3
        for path in files:
            assert held.get(f"{name}/{path.relative_to(folder)}") == path.read_bytes(), path
    assert {name.split("/")[0] for name in held if ".dist-info" not in name} == {"vnplan"}
    assert "vnplan/py.typed" in held


def test_the_tree_itself_gives_the_same_wheel(source: Path, wheel: Path) -> None:
    copy = source.parent.parent / "copy"
    assert (copy / "pyproject.toml").is_file() and copy != source
    assert contents(build("wheel", copy, source.parent.parent / "from-tree")) == contents(wheel)


def test_a_deleted_module_is_in_no_later_wheel(source: Path, wheel: Path, tmp_path: Path) -> None:
    stale = source / "build" / "lib" / "vnplan" / "attic.py"
    assert stale.parent.is_dir()
    stale.touch()
    assert contents(build("wheel", source, tmp_path / "again")) == contents(wheel)


def test_an_installed_wheel_runs_beside_a_pipeline_py(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "pipeline.py").write_text("raise SystemExit('this is the file of the user')\n", encoding="utf-8")
    (mine / "a.txt").write_text(PLAN, encoding="utf-8")
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = bare | {"PYTHONPATH": str(tmp_path / "site")}
    code = "import vnplan, vnplan.entities.model as m; print(vnplan.__file__); print(m.model_folder())"
    for command in (["-c", code], ["-m", "vnplan", "show", "a.txt"]):
        done = subprocess.run(
            [sys.executable, *command], cwd=mine, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        if command[0] == "-c":
            package, model = done.stdout.split()
            assert Path(package) == tmp_path / "site" / "vnplan" / "__init__.py"
            assert Path(model) == tmp_path / "site" / "vnplan" / "models" / "ner"
        else:
            assert "Công an xã" in done.stdout


def test_the_console_script_names_the_package(wheel: Path) -> None:
    held = contents(wheel)
    (entry,) = (name for name in held if name.endswith("entry_points.txt"))
    assert b"vnplan = vnplan.cli:main" in held[entry]


def test_spacy_finds_the_components_of_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "import spacy, sys; nlp = spacy.blank('xx'); assert 'vnplan.analysis' not in sys.modules\n"
        "nlp.add_pipe('vnplan_citations', config={'ner': 'none'})\n"
        "doc = nlp(sys.argv[1])\n"
        "print([span._.vnplan.number for span in doc.spans['vnplan_citations']])"
    )
    text = f"{PLAN}\nCăn cứ Nghị định số 48/2024/NĐ-CP ngày 15/5/2024 của Chính phủ;"
    done = subprocess.run(
        [sys.executable, "-c", code, text],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "48/2024/NĐ-CP" in done.stdout


def test_tests_import_the_checkout_they_stand_in() -> None:
    import vnplan

    assert Path(vnplan.__file__).resolve() == ROOT / "pipeline" / "__init__.py"
