"""Many files to tables: in order, bounded, and whatever happens to one costs no other anything."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pebble
import psutil
import pytest
from fakes import PLAN, fake_analyze, fake_work, full_result

import vnplan
from vnplan.batch import Progress, extract_folder, pool
from vnplan.batch.ledger import Ledger
from vnplan.batch.planning import Choice, plan
from vnplan.batch.planning import tasks as bundled
from vnplan.batch.publishing import Jobs
from vnplan.batch.storage import LocalStorage
from vnplan.batch.work import Done, Item, Read, Task, do
from vnplan.errors import UsageError
from vnplan.extraction import document_id, extract, read
from vnplan.ingestion import Entry
from vnplan.records import Extraction
from vnplan.settings import Settings
from vnplan.tables import load_tables
from vnplan.tables.formats import Job
from vnplan.tables.parts import from_bytes, pack
from vnplan.tables.schema import TABLES, rows_of


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder of plans."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.txt").write_text(PLAN.replace("27/", f"{number}/"), encoding="utf-8")
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    """The files that stand in a folder, and what is in them."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run without the rules."""
    monkeypatch.setattr("vnplan.extraction.analyze", fake_analyze)


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
    assert set(vnplan.__all__) >= {"read", "analyze", "extract", "extract_folder", "load_tables"}
    assert vnplan.extract_folder is extract_folder
    assert set(vnplan.__all__) <= set(dir(vnplan))
    with pytest.raises(AttributeError):
        _ = vnplan.no_such_verb


# -- The pool --------------------------------------------------------------------------------------------------------


def tasks(*names: str, each: int = 1) -> Iterator[Task]:
    """Tasks for files of these names, so many a task."""
    items = [Item(Entry(name, name), size=1) for name in names]
    for number in range(0, len(items), each):
        yield Task(number, tuple(items[number : number + each]))


def codes(found: Iterable[Done]) -> dict[str, str]:
    """What became of each file; none may come twice."""
    seen = [(one.item.entry.source, one.code or "ok") for done in found for one in done.outcomes]
    assert len(dict(seen)) == len(seen)
    return dict(seen)


WANTED = {
    "a": "ok",
    "bad": "unknown_encoding",
    "b": "ok",
    "deadly": "worker_died",
    "c": "ok",
    "fault": "internal",
    "d": "ok",
    "segfault": "worker_died",
    "e": "ok",
    "hang": "time_limit",
    "f": "ok",
    "greedy": "memory_limit",
    "g": "ok",
    "huge": "memory_limit",
    "h": "ok",
}


@pytest.mark.parametrize(("jobs", "each"), [(1, 15), (2, 1), (2, 4)])
def test_a_document_that_kills_its_worker_costs_only_itself(jobs: int, each: int) -> None:
    settings = Settings(seconds=4, megabytes=500)
    found = list(pool.LocalPool(jobs, settings, fake_work).run(tasks(*WANTED, each=each)))
    assert codes(found) == WANTED
    one = {o.item.entry.source: o for done in found for o in done.outcomes}
    assert "SIGKILL" in one["deadly"].message
    assert "SIGSEGV" in one["segfault"].message
    assert "--seconds" in one["hang"].message
    assert "--megabytes" in one["greedy"].message
    assert {name for name, outcome in one.items() if outcome.item.attempts} == {"deadly", "segfault", "hang", "greedy"}
    assert all(outcome.item.attempts in (0, 2) for outcome in one.values())


def test_rows_stand_in_the_part_as_the_outcomes_say() -> None:
    (task,) = tasks("a", "bad", "b", each=3)
    done = do(task, Settings(), fake_work, patience=math.inf)
    rows = from_bytes(done.part)
    assert [outcome.rows for outcome in done.outcomes] == [1, 1, 1]
    assert rows.num_rows == 3
    assert [len(errors) for errors in rows.column("errors").to_pylist()] == [0, 1, 0]


def test_a_row_that_cannot_be_packed_costs_only_its_document() -> None:
    def misfit(entries: Sequence[Entry], settings: Settings) -> Read:
        text = PLAN + "\ud800" if entries[0].source == "b" else PLAN
        return Read((Extraction(entries[0].source, (full_result(entries[0].source, text),)),), "ab" * 32)

    (task,) = tasks("a", "b", "c", each=3)
    done = do(task, Settings(), misfit, patience=math.inf)
    assert codes([done]) == {"a": "ok", "b": "internal", "c": "ok"}
    assert from_bytes(done.part).num_rows == 3


def test_a_task_gives_back_what_it_has_no_time_for() -> None:
    (task,) = tasks(*"abc", each=3)
    done = do(task, Settings(), fake_work, patience=0)
    assert codes([done]) == {"a": "ok"}
    assert done.rest == task.items[1:]


class Late(pebble.ProcessPool):
    """A pool whose first process dies while the first task is on its way to it, so that the pool forgets the task."""

    made = 0

    def schedule(self, *args: Any, **kwargs: Any) -> Any:
        if Late.made == 0:
            while not (found := self.active and tuple(self._pool_manager.worker_manager.workers)):
                time.sleep(0.01)
            put, Late.made = self._context.task_queue.put, 1

            def kill_first(task: Any) -> None:
                if task is not None:
                    os.kill(found[0], signal.SIGKILL)
                    while self._context.alive:
                        time.sleep(0.01)
                put(task)

            self._context.task_queue.put = kill_first  # type: ignore[method-assign]
        return super().schedule(*args, **kwargs)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_that_the_pool_has_lost_is_given_again(monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.setattr(Late, "made", 0)
    monkeypatch.setattr(pool, "ProcessPool", Late)
    found = pool.LocalPool(jobs, Settings(), fake_work).run(tasks("a", "b", "c"))
    assert codes(found) == {"a": "ok", "b": "ok", "c": "ok"}
    assert Late.made


def test_memory_of_who_started_the_run_is_no_documents() -> None:
    """A forked process has it too: a notebook of some gigabytes would find every slow document too large."""
    kept = b"x" * 300 * 2**20
    settings = Settings(seconds=1, megabytes=200)
    found = pool.LocalPool(1, settings, fake_work).run(tasks("hang", "greedy"))
    assert codes(found) == {"hang": "time_limit", "greedy": "memory_limit"}
    assert kept


def test_work_is_taken_as_it_is_needed() -> None:
    names = [f"{number:03}" for number in range(40)]
    taken: list[Task] = []

    def watched() -> Iterator[Task]:
        for task in tasks(*names):
            taken.append(task)
            yield task

    found = pool.LocalPool(2, Settings(), fake_work).run(watched())
    next(found)
    assert len(taken) <= 5
    assert len(codes(found)) == 39


def test_workers_end_when_the_reader_stops() -> None:
    found = pool.LocalPool(2, Settings(), fake_work).run(tasks(*"abcdefgh"))
    next(found)
    assert len(workers_of(os.getpid())) == 2
    found.close()  # type: ignore[attr-defined]
    assert workers_of(os.getpid()) == []


def workers_of(parent: int) -> list[psutil.Process]:
    """The processes that run below `parent`, without those of Python's own that serve them."""
    found = psutil.Process(parent).children(recursive=True)
    return [process for process in found if is_worker(process, parent)]


def is_worker(process: psutil.Process, parent: int) -> bool:
    """Whether it is alive, and no fork server or resource tracker."""
    with suppress(psutil.Error):
        serves = any(word in " ".join(process.cmdline()) for word in ("forkserver", "resource_tracker"))
        return process.status() != psutil.STATUS_ZOMBIE and not (serves and process.ppid() == parent)
    return False


@pytest.mark.parametrize("jobs", [1, 2])
def test_workers_that_cannot_start(jobs: int) -> None:
    with pytest.raises(UsageError, match="__main__"):
        list(pool.LocalPool(jobs, Settings(), Unloadable()).run(tasks("a", "b")))


class Unloadable:
    """Work that kills every process that it reaches, before an item is begun."""

    def __call__(self, entries: Sequence[Entry], settings: Settings) -> Read:
        raise AssertionError("never called")

    def __reduce__(self) -> tuple[object, ...]:
        return (os._exit, (3,))


def test_planning_keeps_no_list_of_the_files(tmp_path: Path) -> None:
    """A run over ten million files must fit into the same memory as one over ten."""
    storage = LocalStorage(tmp_path)
    with storage.hold():
        ledger = Ledger(storage)
        peaks = []
        for count in (2_000, 20_000):
            entries = (Entry(f"/nowhere/{number}", f"{number}.txt") for number in range(count))
            tracemalloc.start()
            found = plan(entries, ledger, Settings(), "made", Choice())
            assert sum(len(task.items) for task in bundled(found.todo, 2)) == found.files == count
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        ledger.close()
    assert peaks[1] < 1.3 * peaks[0]


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
    assert run["vnplan"] == vnplan.__version__
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
    [{"formats": ["xml"]}, {"formats": []}, {"jobs": -1}, {"inputs": []}, {"inputs": "no such folder"}],
)
def test_wrong_arguments(plans: Path, tmp_path: Path, arguments: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        extract_folder(**{"inputs": plans, "out": tmp_path / "out", **arguments})  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_rules")
def test_exception_in_the_middle_leaves_the_old_tables(plans: Path, tmp_path: Path) -> None:
    extract_folder(plans, tmp_path / "out")
    before = files_of(tmp_path / "out")

    def stop(progress: Progress) -> None:
        if progress.done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract_folder(plans, tmp_path / "out", progress=stop, force=True)
    assert files_of(tmp_path / "out") == before


RUN = """
import sys, time
from pathlib import Path
from vnplan import extract_folder
if __name__ == "__main__":
    def progress(p):
        print(p.done, flush=True)
        time.sleep(0.05)
    extract_folder(sys.argv[1], sys.argv[2], jobs=int(sys.argv[3]), progress=progress, force=True)
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_killed_in_the_middle_leaves_the_old_tables(plans: Path, tmp_path: Path, jobs: int, root: Path) -> None:
    extract_folder(plans, tmp_path / "out")
    before = files_of(tmp_path / "out")
    (tmp_path / "run.py").write_text(RUN)
    command = [sys.executable, tmp_path / "run.py", plans, tmp_path / "out", str(jobs)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        for line in process.stdout:
            if line.strip() == "4":
                workers = psutil.Process(process.pid).children(recursive=True)
                process.send_signal(signal.SIGKILL)
                break
    assert files_of(tmp_path / "out") == before
    assert len(workers) >= jobs
    _, left = psutil.wait_procs(workers, timeout=20)
    assert left == []
    assert extract_folder(plans, tmp_path / "out").documents == 12
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_dir()] == [".vnplan"]


def test_results_survive_the_way_between_processes() -> None:
    import pickle

    result = full_result(scanned=True)
    assert pickle.loads(pickle.dumps(result)) == result


@dataclass(frozen=True)
class Deadly(Job):
    """Kills any process but the one that it was made in."""

    home: int = 0

    def makers(self) -> Iterator[Callable[[], Any]]:
        if os.getpid() != self.home and self.table == "deadlines":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().makers()


def one_document(names: Sequence[str]) -> Iterator[Any]:
    yield pack([Extraction("a.txt", (full_result(),))]).select(list(names))


def test_a_writer_that_is_killed_costs_nothing(tmp_path: Path) -> None:
    todo = [Deadly(table.name, ("csv",), tmp_path, {}, os.getpid()) for table in TABLES]
    rows = rows_of(Extraction("a.txt", (full_result(),)))
    counts = [sum(len(found[table.name]) for found in rows) for table in TABLES]
    found = list(Jobs(2)(todo, one_document))
    assert [sum(sum(piece.rows.values()) for piece in pieces) for pieces in found] == counts
    assert len(set(counts)) > 2


def test_a_writer_that_dies_before_its_first_job_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Late, "made", 0)
    monkeypatch.setattr(pebble, "ProcessPool", Late)
    todo = [Job(table.name, ("csv",), tmp_path, {}) for table in TABLES]
    assert len(list(Jobs(2)(todo, one_document))) == len(TABLES)
    assert Late.made
