"""Extractors of other packages: found by entry point, chosen by name, and each on its own when it fails."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import vnplan
from vnplan.errors import UsageError
from vnplan.records import PlanResult
from vnplan.settings import Settings

EXAMPLES = Path(__file__).resolve().parent.parent / "docs" / "examples"
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


def install_example(site: Path, folder: Path, tmp_path: Path) -> None:
    """A package of the documentation: its wheel is built, and unpacked as pip does."""
    work = tmp_path / f"build-{folder.name}"
    shutil.copytree(folder, work)
    code = "import setuptools.build_meta as b; b.build_wheel('dist')"
    done = subprocess.run([sys.executable, "-c", code], cwd=work, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = (work / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)


def python(tmp_path: Path, root: Path, code: str) -> str:
    """What some code prints with what is installed in `site`."""
    paths = os.pathsep.join([str(tmp_path / "site"), str(root)])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, timeout=120
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(tmp_path: Path, root: Path, *options: str) -> dict[str, list[dict[str, str]]]:
    """The tables of a run with what is installed in `site`."""
    (tmp_path / "a.txt").write_text(PLAN, encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path / "site"), str(root)])
    command = [sys.executable, "-m", "vnplan", "extract", "--out", "out", "--ner", "none", "--format", "csv"]
    files = ["a.txt", *(one for one in options if one.endswith(".json"))]
    options = tuple(one for one in options if not one.endswith(".json"))
    done = subprocess.run(
        [*command, *options, *files], cwd=tmp_path, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, timeout=300
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    tables = {}
    for name in ("entities", "errors", "citations", "tasks", "plans", "roads"):
        if not (tmp_path / "out" / f"{name}.csv").exists():
            continue
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


SLOW = "def extract(segments):\n    while True:\n        pass\n"
STUBBORN = """
def extract(segments):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass
"""


@pytest.mark.parametrize("code", [SLOW, STUBBORN, "import time\ndef extract(segments):\n    time.sleep(600)\n"])
def test_a_slow_one_costs_its_own_facts(site: Path, tmp_path: Path, root: Path, code: str) -> None:
    install(site, "slow", code)
    install(site, "roads", ROADS)
    quick = "from vnplan.settings import Settings; import vnplan; "
    found = python(
        tmp_path, root,
        quick + f"e = vnplan.extract({PLAN!r}.encode(), 'a.txt', Settings(ner='none', plugin_seconds=0.5)); "
        "print(len(e.plans[0].tasks), len(e.plans[0].entities), [x.code for x in e.errors], e.errors[0].message)",
    )  # fmt: skip
    assert found.startswith("1 1 ['plugin'] the extractor 'slow' of slow-kit 2.1 took longer than 0.5 seconds")


def test_a_slow_one_is_stopped_in_any_thread(site: Path, tmp_path: Path, root: Path) -> None:
    install(site, "slow", STUBBORN)
    found = python(
        tmp_path, root,
        "import threading, vnplan; from vnplan.settings import Settings; found = []\n"
        f"work = lambda: found.append(vnplan.extract({PLAN!r}.encode(), 'a.txt', Settings(ner='none', plugin_seconds=0.5)))\n"
        "threads = [threading.Thread(target=work) for _ in range(3)]\n"
        "[t.start() for t in threads]; [t.join(60) for t in threads]\n"
        "print([(len(e.plans[0].tasks), e.errors[0].code) for e in found])",
    )  # fmt: skip
    assert found.strip() == "[(1, 'plugin'), (1, 'plugin'), (1, 'plugin')]"


# -- Kinds and readers of other packages -----------------------------------------------------------------------------


def test_the_example_with_a_table_of_its_own(site: Path, tmp_path: Path, root: Path) -> None:
    install_example(site, EXAMPLES / "roads", tmp_path)
    tables = run(tmp_path, root, "--format", "csv,parquet,jsonl")
    (row,) = tables["roads"]
    assert (row["kind"], row["number"], row["text"], row["rule"]) == ("national", "53", "Quốc lộ 53", "roads.number")
    assert row["fact_id"].startswith("f") and row["section"] == "1" and not tables["errors"]
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    described = next(one for one in package["resources"] if one["path"] == "roads.csv")
    assert "vnplan-roads 1.0" in json.dumps(described, ensure_ascii=False)
    assert "Its length in kilometres" in json.dumps(described, ensure_ascii=False)
    load = (
        "import vnplan; roads = vnplan.load_tables('out')['roads']; print(dict(roads.dtypes.astype(str)), len(roads))"
    )
    for format_ in ("parquet", "jsonl", "csv"):
        found = python(tmp_path, root, load)
        assert "'length_km': 'float64'" in found and found.strip().endswith(" 1"), format_
        for file in (tmp_path / "out").glob(f"*.{format_}"):
            file.unlink()
        package["resources"] = [one for one in package["resources"] if one["format"] != format_]
        (tmp_path / "out" / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


def test_results_with_such_facts_go_through_json(site: Path, tmp_path: Path, root: Path) -> None:
    install_example(site, EXAMPLES / "roads", tmp_path)
    made = python(
        tmp_path, root,
        "import json, vnplan; from vnplan.records import PlanResult; from vnplan.settings import Settings\n"
        f"r = vnplan.analyze(vnplan.read({PLAN!r}.encode(), 'a.txt'), Settings(ner='none'))\n"
        "assert PlanResult.from_dict(json.loads(json.dumps(r.to_dict()))) == r\n"
        "print(json.dumps(r.to_dict()), end='')",
    )  # fmt: skip
    assert json.loads(made)["others"]["roads"][0]["number"] == "53"
    with pytest.raises(ValueError, match="'roads' are of another package"):
        PlanResult.from_dict(json.loads(made))


def test_tables_are_read_where_the_package_is_not_installed(site: Path, tmp_path: Path, root: Path) -> None:
    install_example(site, EXAMPLES / "roads", tmp_path)
    run(tmp_path, root, "--format", "jsonl")
    assert "roads" not in vnplan.load_tables(tmp_path / "out")
    run_without = [
        sys.executable,
        "-m",
        "vnplan",
        "extract",
        "a.txt",
        "--out",
        "bare",
        "--ner",
        "none",
        "--format",
        "parquet",
    ]
    subprocess.run(
        run_without,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root)},
        check=True,
        timeout=120,
        capture_output=True,
    )
    assert python(tmp_path, root, "import vnplan; print(len(vnplan.load_tables('bare')['roads']))").strip() == "0"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("length: complex", "length must be a str"),
        ("text: str", "has a column text already"),
        ("", "first field must be evidence"),
    ],
)
def test_what_cannot_be_a_table_is_said(site: Path, tmp_path: Path, root: Path, field: str, words: str) -> None:
    first = "evidence: Evidence\n    " if field else "number: str"
    install(site, "odd", "from dataclasses import dataclass\nfrom vnplan.records import Evidence\n@dataclass\nclass Odd:\n    "
            f"{first}{field}\ndef extract(segments):\n    return [Odd(segments.evidence(0, 3){', 1' if field else ''})]\n")  # fmt: skip
    info = site / "odd_kit-2.1.dist-info" / "entry_points.txt"
    info.write_text(info.read_text(encoding="utf-8") + "[vnplan.tables]\nodd = odd:Odd\n", encoding="utf-8")
    code = (
        "import logging; logging.basicConfig(format='%(message)s', level='WARNING', stream=__import__('sys').stdout)\n"
    )
    said = python(tmp_path, root, code + "from vnplan.tables import TABLES; print([t.name for t in TABLES][-1])")
    assert "the table 'odd' of odd-kit 2.1 cannot be made: " in said and words in said
    assert said.strip().endswith("texts")
    (row,) = run(tmp_path, root)["errors"]
    assert row["code"] == "plugin" and "odd-kit 2.1" in row["message"]


def test_the_example_of_a_reader(site: Path, tmp_path: Path, root: Path) -> None:
    install_example(site, EXAMPLES / "letters", tmp_path)
    (tmp_path / "b.json").write_text(json.dumps({"loai": "van-ban", "noi_dung": PLAN}), encoding="utf-8")
    (tmp_path / "c.json").write_text('{"loai": "van-ban", "noi_du', encoding="utf-8")
    tables = run(tmp_path, root, "b.json", "c.json")
    assert [(row["source"], row["format"], row["number"]) for row in tables["plans"]] == [
        ("a.txt", "text", "12/KH-UBND"), ("b.json", "letter-json", "12/KH-UBND"),
    ]  # fmt: skip
    (row,) = tables["errors"]
    assert (row["source"], row["code"]) == ("c.json", "damaged")


READERS = {
    "raises": "def read(data, name, settings):\n    raise KeyError('no such part')\n",
    "lies": "def read(data, name, settings):\n    return 'text'\n",
    "endless": "def read(data, name, settings):\n    while True:\n        pass\n",
}


def test_a_reader_that_fails_costs_a_row_and_the_next_one_is_asked(site: Path, tmp_path: Path, root: Path) -> None:
    for name, code in READERS.items():
        install(site, name, code)
        info = site / f"{name}_kit-2.1.dist-info" / "entry_points.txt"
        info.write_text(f"[vnplan.readers]\n{name} = {name}:read\n", encoding="utf-8")
    settings = "from vnplan.settings import Settings; import vnplan\n"
    ask = settings + f"e = vnplan.extract({PLAN!r}.encode(), 'a.txt', Settings(ner='none', plugin_seconds=0.5))\n"
    found = python(tmp_path, root, ask + "print(len(e.plans), sorted(x.message.split(chr(39))[1] for x in e.errors))")
    assert found.strip() == "1 ['endless', 'lies', 'raises']"
    tables = run(tmp_path, root, "--readers", "")
    assert tables["errors"] == [] and len(tables["plans"]) == 1


def test_the_guide_shows_the_examples_as_they_are(root: Path) -> None:
    guide = (root / "docs" / "guides" / "plugins.md").read_text(encoding="utf-8")
    for path in (*EXAMPLES.glob("*/*.py"), *EXAMPLES.glob("*/pyproject.toml")):
        assert path.read_text(encoding="utf-8").strip() in guide, path


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
