"""Kills, signals, full disks and flipped bits, many of each: the tables are the old ones or the new ones, and every later
run is right by itself. `make torture` runs all of it; the tests take a few of each."""

from __future__ import annotations

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

from vnplan import cli

FULL = os.environ.get("VNPLAN_TORTURE") == "full"
FILES = 60


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
    command = [sys.executable, "-m", "vnplan", "extract", plans, "--out", out, "--jobs", str(jobs), "--ner", "none"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    with subprocess.Popen([*command, "--quiet", *more], cwd=root, text=True, **streams) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def is_right(out: Path, wanted: dict[str, object]) -> None:
    assert contents(out) == wanted
    assert whole(out)
    assert {path.name for path in out.iterdir() if path.is_dir()} - {"register"} == {".vnplan"}


def go(plans: Path, out: Path, *more: str) -> None:
    """A run that nothing disturbs, after one that something did."""
    assert cli.main(["extract", str(plans), "--out", str(out), "--ner", "none", "--quiet", *more]) == cli.OK


@pytest.fixture(scope="module")
def done(plans: Path, wanted: dict[str, object]) -> Path:
    """An output folder that nothing has happened to; to be copied."""
    return plans.parent / "wanted"


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
        return [child for child, line in words.items() if "forkserver" in line and child.ppid() == children[0].ppid()][
            :1
        ]
    if kind == "tracker":
        return [child for child, line in words.items() if "resource_tracker" in line]
    workers = [child for child, line in words.items() if "resource_tracker" not in line]
    return workers if kind == "all" else workers[1:]


@pytest.mark.parametrize("number", few(40, 4))
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
    go(plans, out, "--retry-errors")
    is_right(out, wanted)


# -- Signals ---------------------------------------------------------------------------------------------------------

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP)
CODES = {signal.SIGINT: cli.INTERRUPTED, signal.SIGTERM: cli.TERMINATED}


@pytest.mark.parametrize("number", few(64, 4))
def test_signals(plans: Path, wanted: dict[str, object], root: Path, tmp_path: Path, number: int) -> None:
    """At any moment: one line, the documented code, whole tables; and the same command goes on."""
    draw = random.Random(number)
    out, sent = tmp_path / "out", SIGNALS[number % 4]
    with running(plans, out, root, 1 + number // 4 % 2) as process:
        if number % 8 < 4:
            while not out.exists() and process.poll() is None:
                time.sleep(0.005)
        time.sleep(draw.uniform(0, 1.5))
        process.send_signal(sent)
        if number % 3 == 0:
            process.send_signal(sent)
        _, said = process.communicate(timeout=300)
    began = out.exists()
    if began:  # one that has not begun yet is Python's own, and says what Python says
        assert "Traceback" not in said, said
        assert process.returncode in (cli.OK, -sent, CODES.get(sent, -sent)), said
        assert len(said.splitlines()) <= 1
    assert not began or whole(out)
    go(plans, out)
    is_right(out, wanted)


# -- Disks -----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount a small file system")
@pytest.mark.parametrize("number", few(17, 2))
def test_disks_that_are_full(plans: Path, wanted: dict[str, object], root: Path, tmp_path: Path, number: int) -> None:
    """Of many sizes: the output, or the temporary files, find no room; when there is some the same command goes on."""
    small = tmp_path / "small"
    small.mkdir()
    size = (16, 32, 64, 96, 128, 200, 300, 400, 500, 650, 800, 1000, 1300, 1600, 2000, 2500, 3000)[
        number if FULL else number * 6
    ]
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", small]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("may not mount")
    try:
        with running(plans, small / "out", root, 1 + number % 2) as process:
            _, said = process.communicate(timeout=300)
        assert "Traceback" not in said
        assert process.returncode in (cli.OK, cli.OUTPUT), said
        assert len(said.splitlines()) == (process.returncode != cli.OK)
        assert not list(small.rglob("*.tmp"))
        assert not (small / "out").exists() or whole(small / "out")
        subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
        go(plans, small / "out")
        is_right(small / "out", wanted)
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount a small file system")
def test_a_folder_for_temporary_files_that_is_full(
    plans: Path, wanted: dict[str, object], root: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", small], check=False).returncode:
        pytest.skip("may not mount")
    try:
        (small / "full").write_bytes(b"x" * 4096)
        env = {**os.environ, "TMPDIR": str(small)}
        with running(plans, tmp_path / "out", root, 2, env=env) as process:
            _, said = process.communicate(timeout=300)
        assert "Traceback" not in said
        assert process.returncode in (cli.OK, cli.OUTPUT, cli.USAGE), said
    finally:
        subprocess.run(["umount", small], check=True)
    go(plans, tmp_path / "out")
    is_right(tmp_path / "out", wanted)


# -- What is kept, spoilt --------------------------------------------------------------------------------------------


def files_of(out: Path) -> list[Path]:
    return sorted(path for path in out.rglob("*") if path.is_file() and path.stat().st_size)


def cut(path: Path, draw: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: draw.randrange(path.stat().st_size)])


def overwrite(path: Path, draw: random.Random) -> None:
    data = bytearray(path.read_bytes())
    at = draw.randrange(len(data))
    data[at : at + 200] = draw.randbytes(min(200, len(data) - at))
    path.write_bytes(data)


def replace_by_a_link(path: Path, draw: random.Random) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


def replace_by_a_pipe(path: Path, draw: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def empty(path: Path, draw: random.Random) -> None:
    path.write_bytes(b"")


def remove(path: Path, draw: random.Random) -> None:
    path.unlink()


CORRUPTIONS = (cut, overwrite, replace_by_a_link, replace_by_a_pipe, empty, remove)


@pytest.mark.parametrize("number", few(66, 3))
def test_what_is_kept_is_spoilt(
    plans: Path, wanted: dict[str, object], done: Path, tmp_path: Path, number: int
) -> None:
    draw = random.Random(number)
    out = tmp_path / "out"
    shutil.copytree(done, out)
    go(plans, out)
    hidden = [path for path in files_of(out) if ".vnplan" in path.parts]
    tables = [path for path in files_of(out) if ".vnplan" not in path.parts]
    for path in draw.sample(draw.choice((hidden, tables)), 1 + number % 2):
        CORRUPTIONS[number % 6](path, draw)
    go(plans, out)
    is_right(out, wanted)
    go(plans, out)
    is_right(out, wanted)


@pytest.mark.parametrize("number", few(80, 2))
def test_bits_that_flip(plans: Path, wanted: dict[str, object], done: Path, tmp_path: Path, number: int) -> None:
    """In the ledger; a run that publishes after it, too, has the tables of before."""
    draw = random.Random(number)
    out = tmp_path / "out"
    shutil.copytree(done, out)
    go(plans, out)
    ledger = out / ".vnplan/ledger.sqlite"
    data = bytearray(ledger.read_bytes())
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    ledger.write_bytes(data)
    if number % 2:
        (out / "plans.csv").unlink()
    go(plans, out)
    is_right(out, wanted)
