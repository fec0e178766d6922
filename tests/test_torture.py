"""Kills, signals, full disks and flipped bits, many of each: the tables are the old ones or the new ones, and every later
run is right by itself. `make torture` runs all of it; the tests take a few of each."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from fakes import PLAN
from test_faults import contents, whole

from pipeline import cli

FULL = os.environ.get("VNPLAN_TORTURE") == "full"
FILES = 120


def few(count: int, least: int) -> range:
    """All of so many cases, or the first few."""
    return range(count if FULL else least)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("torture") / "in"
    folder.mkdir()
    for number in range(FILES):
        path = folder / f"{number:03}.txt"
        path.write_text(f"{PLAN * 3}{number}\n", encoding="utf-8")
        os.utime(path, (1_600_000_000 + number, 1_600_000_000))
    return folder


@pytest.fixture(scope="module")
def wanted(plans: Path, root: Path) -> dict[str, object]:
    """The tables of a run that nothing disturbed."""
    out = plans.parent / "wanted"
    with running(plans, out, root) as process:
        process.communicate(timeout=300)
    return contents(out)


@contextmanager
def running(
    plans: Path, out: Path, root: Path, jobs: int = 2, *more: str, **options: object
) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "pipeline", "extract", plans, "--out", out, "--jobs", str(jobs), "--ner", "none"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    with subprocess.Popen([*command, "--quiet", *more], cwd=root, text=True, **streams) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def is_right(out: Path, wanted: dict[str, object]) -> None:
    assert contents(out) == wanted
    assert whole(out)
    assert [path.name for path in out.iterdir() if path.is_dir()] == [".vnplan"]


def go(plans: Path, out: Path, root: Path, *more: str) -> None:
    """A run that nothing disturbs, after one that something did."""
    with running(plans, out, root, 1, *more) as process:
        _, said = process.communicate(timeout=300)
    assert (process.returncode, said) == (cli.OK, "")


# -- Processes that die ----------------------------------------------------------------------------------------------


def below(process: subprocess.Popen[str]) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return psutil.Process(process.pid).children(recursive=True)
    return []


def chosen(kind: str, children: list[psutil.Process]) -> list[psutil.Process]:
    words = {}
    for child in children:
        with suppress(psutil.Error):
            words[child] = " ".join(child.cmdline())
    if kind == "fork server":
        return [child for child, line in words.items() if "forkserver" in line and child.ppid() == children[0].ppid()][:1]
    if kind == "tracker":
        return [child for child, line in words.items() if "resource_tracker" in line]
    workers = [child for child, line in words.items() if "resource_tracker" not in line]
    return workers if kind == "all" else workers[1:]


@pytest.mark.parametrize("number", few(40, 6))
def test_processes_killed_at_one_moment(
    plans: Path, wanted: dict[str, object], root: Path, tmp_path: Path, number: int
) -> None:
    """The run goes on by itself, whoever of those that it has started dies."""
    draw = random.Random(number)
    kind = ("all", "workers", "fork server", "tracker", "all", "fork server")[number % 6]
    out = tmp_path / "out"
    with running(plans, out, root) as process:
        for _ in range(1 + number % 3):
            end = time.monotonic() + 60
            while len(below(process)) < 4 and time.monotonic() < end and process.poll() is None:
                time.sleep(0.005)
            time.sleep(draw.choice((0.0, draw.uniform(0, 0.3), draw.uniform(0, 1))))
            for child in chosen(kind, below(process)):
                with suppress(psutil.Error):
                    child.kill()
        _, said = process.communicate(timeout=300)
    assert "Traceback" not in said, said
    assert process.returncode in (cli.OK, cli.SOME_FAILED), said
    go(plans, out, root, "--retry-errors")
    is_right(out, wanted)
