"""Many files to tables: in order, bounded, and whatever happens to one costs no other anything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from fakes import PLAN, fake_analyze, fake_work, full_result

import pipeline
from pipeline.batch import Progress, extract_folder, pool
from pipeline.errors import OutputError, UsageError
from pipeline.extraction import document_id, extract, read
from pipeline.ingestion import Entry
from pipeline.records import Extraction
from pipeline.settings import Settings
from pipeline.tables import load_tables


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder of plans."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.txt").write_text(PLAN.replace("27/", f"{number}/"), encoding="utf-8")
    return folder


@pytest.fixture
def no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run without the rules."""
    monkeypatch.setattr("pipeline.extraction.analyze", fake_analyze)


# -- One document ----------------------------------------------------------------------------------------------------


def test_document_id_is_stable_and_no_number() -> None:
    first = document_id("a/kế hoạch.txt", b"x")
    assert first == document_id("a/kế hoạch.txt", b"x") == "db06a31381f9db0c"
    assert first != document_id("a/kế hoạch.txt", b"y")
    assert first != document_id("b/kế hoạch.txt", b"x")
    assert len(first) == 16
    assert int(first, 16)


def test_read_gives_a_document_with_its_raw_text() -> None:
    document = read(PLAN.replace("\n", "\r\n").encode("utf-16"), "a.txt")
    assert document.raw == PLAN.replace("\n", "\r\n")
    assert document.format == "text"
    assert document.warnings
    assert "\r" not in document.text


@pytest.mark.usefixtures("no_rules")
def test_extract_never_raises_because_of_the_data() -> None:
    assert extract(PLAN.encode(), "a.txt").plans[0].text == PLAN
    codes = {data: extract(data, "a\udcff.txt").errors[0].code for data in (b"", b"PAR1\0\0\0", "LỖI".encode())}
    assert list(codes.values()) == ["empty", "unsupported_format", "internal"]
    error = extract("LỖI".encode(), "a.txt").errors[0]
    assert "RuntimeError" in error.message
    assert error.document_id


def test_public_verbs_are_there() -> None:
    assert set(pipeline.__all__) >= {"read", "analyze", "extract", "extract_folder", "load_tables"}
    assert pipeline.extract_folder is extract_folder
    assert set(pipeline.__all__) <= set(dir(pipeline))
    with pytest.raises(AttributeError):
        _ = pipeline.no_such_verb


# -- The pool --------------------------------------------------------------------------------------------------------


def entries(*names: str) -> list[Entry]:
    return [Entry(name, name) for name in names]


def outcomes(found: Iterator[Extraction]) -> list[tuple[str, str]]:
    return [(e.source, e.errors[0].code if e.errors else "ok") for e in found]


NAMES = ("a", "bad", "b", "deadly 1", "c", "fault", "d", "deadly 2", "e", "f")
WANTED = [
    ("a", "ok"),
    ("bad", "unknown_encoding"),
    ("b", "ok"),
    ("deadly 1", "worker_died"),
    ("c", "ok"),
    ("fault", "internal"),
    ("d", "ok"),
    ("deadly 2", "worker_died"),
    ("e", "ok"),
    ("f", "ok"),
]


def test_a_worker_that_dies_costs_only_its_document() -> None:
    assert outcomes(pool.run(entries(*NAMES), Settings(), fake_work, jobs=2)) == WANTED


def test_order_is_kept_and_work_is_taken_as_it_is_needed() -> None:
    names = [f"{number:03}" for number in range(40)]
    taken: list[str] = []

    class Watched(list[Entry]):
        def __iter__(self) -> Iterator[Entry]:
            for entry in super().__iter__():
                taken.append(entry.source)
                yield entry

    found = pool.run(Watched(entries(*names)), Settings(), fake_work, jobs=2)
    first = next(found)
    assert first.source == "000"
    assert len(taken) <= 9
    assert [extraction.source for extraction in found] == names[1:]


def test_workers_end_when_the_reader_stops() -> None:
    found = pool.run(entries(*"abcdefgh"), Settings(), fake_work, jobs=2)
    next(found)
    assert len(workers_of(os.getpid())) == 2
    found.close()  # type: ignore[attr-defined]
    assert workers_of(os.getpid()) == []


def alive(pid: int) -> bool:
    """Whether a worker process runs; one that has ended, even if nobody has taken notice of it, has no command line."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def workers_of(parent: int) -> list[int]:
    """The worker processes that run below `parent`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # ended meanwhile
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return [pid for pid in found if alive(pid)]


def test_workers_that_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_start_worker", os.abort)
    with pytest.raises(UsageError, match="__main__"):
        list(pool.run(entries("a", "b"), Settings(), fake_work, jobs=2))


# -- The run ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_rules")
def test_run_writes_tables_in_order_of_the_files(plans: Path, tmp_path: Path) -> None:
    (plans / "05.txt").write_text("LỖI", encoding="utf-8")
    (plans / "07.txt").write_bytes(b"")
    seen: list[Progress] = []
    summary = extract_folder(plans, tmp_path / "out", progress=seen.append)
    tables = load_tables(tmp_path / "out")
    assert tables["plans"]["source"].tolist() == [f"{n:02}.txt" for n in range(12) if n not in (5, 7)]
    assert tables["errors"]["code"].tolist() == ["internal", "empty"]
    assert (summary.files, summary.documents) == (12, 10)
    assert summary.errors == {"internal": 1, "empty": 1}
    assert summary.statuses["number"] == {"absent": 10}
    assert [p.done for p in seen] == list(range(1, 13))
    assert seen[-1] == Progress(12, 12, 2, "11.txt")
    assert summary.tables()["plans"].shape == tables["plans"].shape


@pytest.mark.usefixtures("no_rules")
def test_run_says_what_it_did(plans: Path, tmp_path: Path) -> None:
    settings = Settings(max_bytes=10_000)
    extract_folder([plans, plans / "01.txt"], tmp_path / "out", formats=["parquet"], settings=settings)
    run = json.loads((tmp_path / "out/run.json").read_text(encoding="utf-8"))
    assert run["vnplan"] == pipeline.__version__
    assert run["settings"]["max_bytes"] == 10_000
    assert run["settings_fingerprint"] == settings.fingerprint()
    assert run["rows"]["plans"] == run["documents"] == 12
    assert run["number_status"] == {"absent": 12}
    assert set(run["files"]) == {path.name for path in (tmp_path / "out").glob("*.parquet")}
    assert run["started"] <= run["finished"]
    assert "tesseract" in run["engines"]


def test_jobs_make_no_difference(plans: Path, tmp_path: Path) -> None:
    for jobs in (1, 2):
        extract_folder(plans, tmp_path / str(jobs), formats=["csv"], jobs=jobs)
    for path in sorted((tmp_path / "1").glob("*.csv")):
        assert path.read_bytes() == (tmp_path / "2" / path.name).read_bytes()


@pytest.mark.usefixtures("no_rules")
def test_output_folder_inside_the_input_is_not_read(plans: Path) -> None:
    for _ in range(2):
        summary = extract_folder(plans, plans / "tables")
        assert summary.files == 12
    assert summary.skipped == {"output folder": 1}


@pytest.mark.parametrize(
    "arguments",
    [{"formats": ["xlsx"]}, {"formats": []}, {"jobs": -1}, {"inputs": []}, {"inputs": "no such folder"}],
)
def test_wrong_arguments(plans: Path, tmp_path: Path, arguments: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        extract_folder(**{"inputs": plans, "out": tmp_path / "out", **arguments})  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_rules")
def test_exception_in_the_middle_leaves_the_old_tables(plans: Path, tmp_path: Path) -> None:
    extract_folder(plans, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    (plans / "more.txt").write_text(PLAN, encoding="utf-8")

    def stop(progress: Progress) -> None:
        if progress.done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract_folder(plans, tmp_path / "out", progress=stop)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


@pytest.mark.skipif(not Path("/dev/full").exists() or os.geteuid() != 0, reason="needs to mount a small file system")
def test_a_disk_that_is_really_full(plans: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], check=False).returncode:
        pytest.skip("may not mount")
    try:
        with pytest.raises(OutputError, match="full"):
            extract_folder(plans, small / "out")
        assert not any(path.is_file() for path in (small / "out").rglob("*"))
    finally:
        subprocess.run(["umount", small], check=True)


RUN = """
import sys, time
from pathlib import Path
from pipeline import extract_folder
if __name__ == "__main__":
    def progress(p):
        print(p.done, flush=True)
        time.sleep(0.05)
    extract_folder(sys.argv[1], sys.argv[2], jobs=int(sys.argv[3]), progress=progress)
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_killed_in_the_middle_leaves_the_old_tables(plans: Path, tmp_path: Path, jobs: int, root: Path) -> None:
    extract_folder(plans, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    (tmp_path / "run.py").write_text(RUN)
    command = [sys.executable, tmp_path / "run.py", plans, tmp_path / "out", str(jobs)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        for line in process.stdout:
            if line.strip() == "4":
                workers = workers_of(process.pid)
                process.send_signal(signal.SIGKILL)
                break
    after = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()}
    assert after == before
    end = time.monotonic() + 20
    while any(map(alive, workers)) and time.monotonic() < end:
        time.sleep(0.1)
    assert len(workers) == (jobs if jobs > 1 else 0)
    assert not [pid for pid in workers if alive(pid)]
    assert extract_folder(plans, tmp_path / "out").documents == 12
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_dir()] == []


def test_results_survive_the_way_between_processes() -> None:
    import pickle

    result = full_result(scanned=True)
    assert pickle.loads(pickle.dumps(result)) == result
