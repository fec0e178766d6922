"""What a run over many files survives: processes that die, disks that fill, runs that are killed, and files that change.

The pool itself, document by document, is tested in `test_batch.py`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fakes import PLAN, counted_work, quick_work
from office_files import ole
from paper import plan_pdf

from benchmarks.plans import write
from vnplan import cli
from vnplan.batch import RunSummary, extract_folder, watch, work
from vnplan.batch.planning import Choice
from vnplan.batch.run import Run
from vnplan.errors import MissingDependencyError, ModelError, OutputError, UnreadableError, UsageError, VnplanError
from vnplan.settings import Settings
from vnplan.tables import load_tables

KILLS, FILES = 20, 300
NO_NAMES = Settings(ner="none")  # what finds names takes seconds to load, in every process


def write_plans(folder: Path, count: int) -> Path:
    """Plans that differ in their text, old enough that size and time tell them apart."""
    folder.mkdir()
    for number in range(count):
        path = folder / f"{number:03}.txt"
        path.write_text(f"{PLAN}{number}\n", encoding="utf-8")
        age(path)
    return folder


def age(*paths: Path) -> None:
    """Make files a minute old: one that has just been written is compared by its content."""
    for path in paths:
        then = path.stat().st_mtime_ns - 60_000_000_000
        os.utime(path, ns=(then, then))


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder of eight plans."""
    return write_plans(tmp_path / "in", 8)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The output folder."""
    return tmp_path / "out"


class Counter:
    """Runs with quick work that leaves a line for every file that is read; picklable, for other processes."""

    def __init__(self, inputs: Path, out: Path, **settings: float | str) -> None:
        self.log = out.parent / "read.log"
        self._run = (inputs, out, ["csv", "jsonl", "parquet"], 1, Settings(**settings))  # type: ignore[arg-type]
        os.environ["VNPLAN_TEST_LOG"] = str(self.log)

    def __call__(
        self, force: bool = False, retry_errors: bool = False, verify: bool = False, follow_links: bool = False
    ) -> list[str]:
        """Which files a run has read, in order."""
        self.log.write_text("")
        self.summary = Run(*self._run, work=counted_work).go(
            Choice(force, retry_errors, verify, follow_links=follow_links)
        )
        return sorted(self.log.read_text().splitlines())


def names(*numbers: int) -> list[str]:
    return [f"{number:03}.txt" for number in numbers]


def sources(out: Path) -> list[str]:
    return list(load_tables(out)["plans"]["source"])


def contents(out: Path) -> dict[str, object]:
    """What all tables hold, without what differs from run to run: times, and how Parquet cuts its rows."""
    found: dict[str, object] = {}
    for path in sorted(out.iterdir()):
        if path.suffix in (".csv", ".jsonl"):
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        elif path.suffix == ".parquet":
            found[path.name] = pq.read_table(path).to_pylist()
    assert len(found) > 20
    return found


def stamps(out: Path) -> dict[str, int]:
    """When the files of the tables were written."""
    return {path.name: path.stat().st_mtime_ns for path in out.iterdir() if path.is_file()}


def whole(out: Path) -> bool:
    """Whether a reader finds tables of one run, or none."""
    if not (out / "run.json").exists():
        return not list(out.glob("*.csv"))
    files = json.loads((out / "run.json").read_text(encoding="utf-8"))["files"]
    return all(hashlib.sha256((out / n).read_bytes()).hexdigest() == f["sha256"] for n, f in files.items())


# -- The ledger: what is read again, and what is not -----------------------------------------------------------------


def test_a_second_run_does_nothing(plans: Path, out: Path) -> None:
    run = Counter(plans, out)
    assert run() == names(*range(8))
    before = stamps(out)
    assert run() == []
    assert stamps(out) == before
    summary = run.summary
    assert (summary.read, summary.unchanged, summary.files, summary.documents) == (0, 8, 8, 8)
    assert not summary.published
    assert summary.rows["plans"] == 8


def test_changed_new_removed_and_renamed_files(plans: Path, out: Path) -> None:
    run = Counter(plans, out)
    run()
    (plans / "001.txt").write_text(PLAN + "khác\n", encoding="utf-8")
    (plans / "003.txt").unlink()
    (plans / "005.txt").rename(plans / "009.txt")
    (plans / "004a.txt").write_text(PLAN + "mới\n", encoding="utf-8")
    age(plans / "001.txt", plans / "004a.txt")
    assert run() == ["001.txt", "004a.txt", "009.txt"]
    assert run.summary.removed == 2
    left = ["000.txt", "001.txt", "002.txt", "004.txt", "004a.txt", "006.txt", "007.txt", "009.txt"]
    assert sources(out) == left
    texts = load_tables(out)["texts"].merge(load_tables(out)["plans"], on="document_id")
    assert texts.set_index("source")["text"]["001.txt"].endswith("khác\n")
    for path in plans.iterdir():
        path.unlink()
    assert run() == []
    assert sources(out) == []


def test_tables_after_changes_are_those_of_one_run(plans: Path, tmp_path: Path) -> None:
    steps = Counter(plans, tmp_path / "steps")
    for change in (None, "002.txt", "007.txt"):
        if change:
            (plans / change).write_text(f"{PLAN}{change}\n", encoding="utf-8")
            (plans / f"new {change}").write_text(f"{PLAN}new {change}\n", encoding="utf-8")
        steps()
    Counter(plans, tmp_path / "once")()
    assert contents(tmp_path / "steps") == contents(tmp_path / "once")


def test_a_change_that_size_and_time_do_not_show(plans: Path, out: Path) -> None:
    run = Counter(plans, out)
    run()
    path = plans / "002.txt"
    info = path.stat()
    path.write_bytes(path.read_bytes()[:-2] + b"x\n")
    os.utime(path, ns=(info.st_mtime_ns, info.st_mtime_ns))
    assert run() == []
    assert run(verify=True) == names(2)
    os.utime(plans / "003.txt")  # touched, the same content
    assert run() == []


def test_force_reads_all_again(plans: Path, out: Path) -> None:
    run = Counter(plans, out)
    run()
    before = contents(out)
    assert run(force=True) == names(*range(8))
    assert contents(out) == before


def test_other_settings_read_all_again_but_limits_do_not(plans: Path, out: Path) -> None:
    Counter(plans, out)()
    assert Counter(plans, out, seconds=99.0, megabytes=999.0)() == []
    assert Counter(plans, out, min_confidence=0.5)() == names(*range(8))


def test_another_version_of_the_code_reads_all_again(plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Counter(plans, out)
    run()
    monkeypatch.setattr("vnplan.batch.versions._code", lambda: "another")
    assert run() == names(*range(8))


def test_other_formats_read_nothing_again(plans: Path, out: Path) -> None:
    run = Counter(plans, out)
    run()
    run._run = (plans, out, ["csv", "duckdb", "xlsx"], 1, Settings())  # type: ignore[assignment]
    assert run() == []
    assert sorted({path.suffix for path in out.iterdir() if path.is_file()}) == [".csv", ".duckdb", ".json", ".xlsx"]
    import duckdb

    with duckdb.connect(str(out / "tables.duckdb"), read_only=True) as database:
        assert database.execute("SELECT count(*), min(source) FROM plans").fetchone() == (8, "000.txt")


def test_duplicates_are_read_once_and_listed(plans: Path, out: Path) -> None:
    (plans / "sub").mkdir()
    for name in ("000 copy.txt", "sub/000.txt"):
        shutil.copy2(plans / "000.txt", plans / name)
    run = Counter(plans, out)
    assert run() == ["000 copy.txt", *names(*range(1, 8))]
    table = load_tables(out)["plans"].set_index("source")
    assert run.summary.duplicates == 2
    first = table["document_id"]["000 copy.txt"]
    assert dict(table["duplicate_of"].dropna()) == {"000.txt": first, "sub/000.txt": first}
    (plans / "000 copy.txt").unlink()
    assert run() == []
    table = load_tables(out)["plans"].set_index("source")
    assert dict(table["duplicate_of"].dropna()) == {"sub/000.txt": table["document_id"]["000.txt"]}


def test_a_ledger_that_is_damaged_or_gone_is_made_again_from_the_parts(plans: Path, out: Path) -> None:
    run = Counter(plans, out)
    run()
    before = contents(out)
    ledger = out / ".vnplan/ledger.sqlite"
    for damage in (b"no database at all" * 999, b"", ledger.read_bytes()[:3000] + b"\xff" * 50_000):
        ledger.write_bytes(damage)
        assert run() == []
        assert "set aside as ledger.damaged" in run.summary.notes[0]
        assert contents(out) == before
        assert run() == []
        assert run.summary.notes == []
    ledger.unlink()
    assert run() == []
    assert contents(out) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE files SET rows = 'x'",
        "UPDATE files SET sha256 = replace(sha256, 'a', 'b')",
        "DELETE FROM files WHERE position > 3",
        "UPDATE files SET first = first + 1",
        "UPDATE documents SET content = 'one'",
        "UPDATE files SET about = '{'",
        "UPDATE state SET value = 'x' WHERE key = 'entries'",
        "UPDATE parts SET name = '../../ledger.sqlite'",
        "DROP TABLE documents",
        "ALTER TABLE files RENAME COLUMN made TO mode",
    ],
)
def test_a_ledger_that_somebody_changed_is_not_believed(plans: Path, out: Path, change: str) -> None:
    run = Counter(plans, out)
    run()
    before = contents(out)
    with sqlite3.connect(out / ".vnplan/ledger.sqlite") as database:
        database.execute(change)
    database.close()
    (out / "plans.csv").unlink()
    assert run() == []
    assert contents(out) == before


def test_flipped_bits_in_what_a_run_keeps_change_no_table(plans: Path, out: Path, tmp_path: Path) -> None:
    """In the ledger, the parts, what is kept beside them, and the tables: what is published is what was there before."""
    run = Counter(plans, out)
    run()
    before = contents(out)
    draw = random.Random(3)
    whole_copy = tmp_path / "copy"
    shutil.copytree(out, whole_copy)
    for turn in range(24):
        shutil.rmtree(out)
        shutil.copytree(whole_copy, out)
        run()  # takes over the copies
        files = [path for path in out.rglob("*") if path.is_file() and path.stat().st_size]
        path = [out / ".vnplan/ledger.sqlite", draw.choice(files)][turn % 2]
        data = bytearray(path.read_bytes())
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        run()
        assert contents(out) == before, path
        assert whole(out)
        assert run() == []


def test_parts_that_are_gone_or_cut_short_are_made_again(
    plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No task gives anything back, however slow the machine is: which part holds which files is known then.
    in_time = work.in_time
    monkeypatch.setattr(work, "in_time", lambda items, begin, patience: in_time(items, begin, math.inf))
    run = Counter(plans, out)
    run()
    before = contents(out)
    part = min((out / ".vnplan/parts").glob("*.arrow"))
    part.unlink()
    assert run() == names(0, 1)
    part = min((out / ".vnplan/parts").glob("*.arrow"))
    part.write_bytes(part.read_bytes()[:-100])
    assert run() == names(2, 3)
    assert contents(out) == before


def test_a_part_whose_bytes_went_bad_is_made_again(plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_time = work.in_time
    monkeypatch.setattr(work, "in_time", lambda items, begin, patience: in_time(items, begin, math.inf))
    run = Counter(plans, out)
    run()
    before = contents(out)
    part = min((out / ".vnplan/parts").glob("*.arrow"))
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    assert run() == names(0, 1)  # its digest does not fit
    assert contents(out) == before
    # Gone bad without a trace: noticed when it is read, and made again in the same run.
    monkeypatch.setattr("vnplan.batch.storage._stamp", lambda name, folder: "same")
    run()
    part = min((out / ".vnplan/parts").glob("*.arrow"))
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    (out / "plans.csv").unlink()
    monkeypatch.setattr("vnplan.batch.storage.LocalStorage.published", lambda self, files: None)
    assert run() == names(2, 3)
    assert contents(out) == before


def test_many_small_parts_are_put_together(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = write_plans(tmp_path / "in", 90)
    monkeypatch.setattr("vnplan.batch.planning._TASK_ITEMS", 1)
    monkeypatch.setattr("vnplan.batch.publishing._BATCH_ROWS", 40)
    run = Counter(plans, out)
    assert len(run()) == 90
    assert len(list((out / ".vnplan/parts").glob("*.arrow"))) == 3
    (plans / "050.txt").unlink()
    assert run() == []
    assert sources(out) == names(*range(50), *range(51, 90))


def test_tables_that_somebody_spoilt_are_written_again(plans: Path, out: Path) -> None:
    run = Counter(plans, out)
    run()
    before = contents(out)
    (out / "plans.csv").write_text("")
    (out / "targets.parquet").unlink()
    assert run() == []
    assert contents(out) == before


# -- Documents that fail ---------------------------------------------------------------------------------------------


def test_quarantine_stays_until_something_changes(plans: Path, out: Path) -> None:
    for name in ("deadly.txt", "hang.txt"):
        shutil.copy2(plans / "000.txt", plans / name)
        (plans / name).write_text(name)
        age(plans / name)
    run = Counter(plans, out, seconds=1.0)
    assert set(run()) == {*names(*range(8)), "deadly.txt", "hang.txt"}
    errors = load_tables(out)["errors"].set_index("source")["code"]
    assert dict(errors) == {"deadly.txt": "worker_died", "hang.txt": "time_limit"}
    before = contents(out)
    assert run() == []
    assert run.summary.errors == {"worker_died": 1, "time_limit": 1}
    assert contents(out) == before
    assert run(retry_errors=True) == ["deadly.txt", "deadly.txt", "hang.txt", "hang.txt"]
    # A higher limit is a reason to try again what broke the old one.
    assert Counter(plans, out, seconds=1.5)() == ["hang.txt", "hang.txt"]
    (plans / "deadly.txt").write_text(PLAN)
    (plans / "deadly.txt").rename(plans / "mended.txt")
    assert run() == ["hang.txt", "hang.txt", "mended.txt"]


def test_quarantine_begins_again_with_a_file_that_was_touched(plans: Path, out: Path) -> None:
    hang = plans / "hang.txt"
    hang.write_text("hang.txt")  # so fresh that the first run cannot keep its time
    run = Counter(plans, out, seconds=1.0)
    assert set(run()) == {*names(*range(8)), "hang.txt"}
    for _ in "later", "touched":
        age(hang)
        assert run() == ["hang.txt", "hang.txt"]
        assert run() == []
    assert run.summary.errors == {"time_limit": 1}


def test_what_could_not_be_read_is_tried_again_when_it_can_be(plans: Path, out: Path) -> None:
    (plans / "gone.txt").symlink_to(plans.parent / "elsewhere.txt")
    run = Counter(plans, out)
    run(follow_links=True)
    assert list(load_tables(out)["errors"]["code"]) == ["unreadable"]
    before = stamps(out)
    run(follow_links=True)
    assert stamps(out) == before
    (plans.parent / "elsewhere.txt").write_text(PLAN)
    assert run(follow_links=True) == ["gone.txt"]
    assert len(load_tables(out)["errors"]) == 0


@pytest.mark.parametrize("error", [MissingDependencyError("spaCy is broken"), ModelError("the model is damaged")])
def test_names_that_cannot_be_found_end_the_run_and_cost_no_document(
    plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch, error: VnplanError
) -> None:
    def broken(*_: object) -> None:
        raise error

    shutil.copy2(plans / "000.txt", plans / "copy.txt")
    settings = Settings(ner="rules")
    with monkeypatch.context() as patch:
        patch.setattr("vnplan.analysis.engine", broken)
        with pytest.raises(type(error), match=error.message):
            extract_folder(plans, out, jobs=1, settings=settings)
    summary = extract_folder(plans, out, jobs=1, settings=settings)
    assert (summary.read, summary.unchanged, summary.errors) == (9, 0, {})


def test_a_damaged_letter_is_tried_again_when_libreoffice_is_there(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = tmp_path / "letter.doc"
    letter.write_bytes(ole({"WordDocument": b"\0" * 2000}))
    age(letter)

    def run(program: str | None) -> tuple[int, dict[str, int]]:
        for room in "ingestion.office", "batch.planning":
            monkeypatch.setattr(f"vnplan.{room}.find", lambda *names: program)
        summary = extract_folder(letter, out, jobs=1, settings=NO_NAMES)
        return summary.read, summary.errors

    assert run(None) == (1, {"damaged": 1})
    assert run(None) == (0, {"damaged": 1})
    assert run(shutil.which("false")) == (1, {"conversion": 1})


@pytest.mark.parametrize("script", ["kill -SEGV $$", "echo broken >&2; exit 1"])
def test_a_tesseract_that_crashes_costs_its_page_only(
    plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """A scan among texts, and a Tesseract that does nothing but crash as soon as it is to read."""
    real = shutil.which("tesseract")
    if real is None:
        pytest.skip("needs Tesseract")
    (plans / "scan.pdf").write_bytes(scan())
    programs = out.parent / "bin"
    programs.mkdir()
    fake = programs / "tesseract"
    fake.write_text(f'#!/bin/sh\ncase "$*" in *version*|*list-langs*) exec {real} "$@";; esac\n{script}\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    summary = extract_folder(plans, out, cache=False, settings=Settings(ner="none", ocr_engine="pytesseract"))
    assert sources(out)[:8] == names(*range(8))
    errors = load_tables(out)["errors"]
    assert set(errors["source"]) == {"scan.pdf"}
    assert summary.errors.total() == len(errors) > 0
    assert not errors["message"].str.contains("Traceback").any()


def scan() -> bytes:
    """A PDF of one page that is only an image."""
    import pypdfium2

    with pypdfium2.PdfDocument(plan_pdf()) as document:
        page = document[0].render(scale=100 / 72).to_pil().convert("L")
    file = BytesIO()
    page.save(file, "PDF", resolution=100)
    return file.getvalue()


# -- Runs that are killed --------------------------------------------------------------------------------------------


@contextmanager
def running(inputs: Path, out: Path, jobs: int, root: Path) -> Iterator[subprocess.Popen[str]]:
    """The command, with its log on a pipe; killed at the end if it still runs."""
    command = [sys.executable, "-m", "vnplan", "extract", inputs, "--out", out, "--jobs", str(jobs)]
    command += ["--ner", "none", "--json-log"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read_files(process: subprocess.Popen[str], count: int) -> int:
    """Wait until a run has read so many files, or all of its own; how many it has."""
    assert process.stdout
    read = 0
    while read < count and (line := process.stdout.readline()):
        event = json.loads(line)
        read = event.get("done", read)
        if event["event"] == "summary" or read == event.get("total"):
            break
    return read


def test_a_run_killed_at_twenty_moments_gives_the_same_tables(tmp_path: Path, root: Path) -> None:
    """Killed while it starts, between two files, and while it publishes; each run goes on from the one before."""
    inputs, once, out = tmp_path / "in", tmp_path / "once", tmp_path / "out"
    write(inputs, FILES)
    with running(inputs, once, 1, root) as process:
        process.communicate(timeout=300)
        assert process.returncode == cli.OK
    wanted = contents(once)
    assert len(sources(once)) == FILES
    draw = random.Random(5)
    killed = runs = ended = 0
    while killed < KILLS or out.exists():
        runs += 1
        assert runs < 4 * KILLS
        with running(inputs, out, 1 + runs % 2, root) as process:
            if killed < KILLS:
                read_files(process, draw.choice((0, draw.randrange(1, FILES // 3), FILES)))
                with suppress(subprocess.TimeoutExpired):
                    process.wait(draw.uniform(0, 1))
                process.kill()
            said = process.communicate(timeout=300)
        if process.returncode == -signal.SIGKILL:
            killed += 1
            assert not out.exists() or whole(out)
            continue
        assert process.returncode == cli.OK, said
        assert contents(out) == wanted
        assert sorted(path.name for path in out.iterdir() if path.is_dir()) == [".vnplan", "register"]
        shutil.rmtree(out)
        ended += 1
    assert ended >= 1


def test_a_killed_run_loses_only_what_was_in_flight(tmp_path: Path, out: Path, root: Path) -> None:
    inputs = write_plans(tmp_path / "in", FILES)
    with running(inputs, out, 1, root) as process:
        read = read_files(process, FILES // 2)
        process.kill()
    with sqlite3.connect(out / ".vnplan/ledger.sqlite") as database:
        kept = database.execute("SELECT count(*) FROM files").fetchone()[0]
    assert kept >= read >= FILES // 2
    again = Counter(inputs, out, ner="none")
    assert len(again()) == FILES - kept
    assert len(sources(out)) == FILES


@pytest.mark.parametrize("moment", ["before the marker", "while moving"])
def test_a_run_that_dies_while_it_publishes(plans: Path, out: Path, moment: str) -> None:
    """In a child process that is killed by itself at that moment."""
    Counter(plans, out)()
    (plans / "100.txt").write_text(PLAN, encoding="utf-8")
    child = os.fork()
    if child == 0:
        import vnplan.tables.writer as writer

        def die(*arguments: object) -> None:
            if moment == "while moving":
                folder = arguments[0]
                assert isinstance(folder, Path)
                (folder / "plans.csv").replace(out / "plans.csv")
            os.kill(os.getpid(), signal.SIGKILL)

        writer._move = die  # type: ignore[assignment]
        if moment == "before the marker":
            writer._stale = die  # type: ignore[assignment]
        Counter(plans, out)()
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert whole(out) == (moment == "before the marker")
    assert Counter(plans, out)() == []
    assert whole(out)
    assert sources(out) == names(*range(8), 100)


# -- Disks and folders -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount a small file system")
@pytest.mark.parametrize("kilobytes", [48, 160, 400])
def test_a_disk_that_is_really_full(tmp_path: Path, kilobytes: int) -> None:
    """Full at the ledger, at the parts, at the tables; when there is room again the same command goes on."""
    plans = write_plans(tmp_path / "in", 40)
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", small]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("may not mount")
    try:
        run = Counter(plans, tmp_path / "out")
        run._run = (plans, small / "out", ["csv", "jsonl", "parquet"], 1, Settings())  # type: ignore[assignment]
        with pytest.raises(OutputError, match="full"):
            run()
        assert [path.name for path in (small / "out").glob("*")] in ([], [".vnplan"])
        assert not list(small.rglob("*.tmp"))
        subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
        run()
        assert whole(small / "out")
        assert len(sources(small / "out")) == 40
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize("place", ["part", "table", "marker"])
def test_a_disk_that_says_it_is_full(plans: Path, out: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same without a mount, at each kind of file; tables of before stay, and the next run goes on."""
    run = Counter(plans, out)
    run()
    before, old = stamps(out), contents(out)
    (plans / "008.txt").write_text(PLAN, encoding="utf-8")
    real, named = Path.write_bytes, {"part": ".tmp", "table": "", "marker": "COMMIT"}[place]

    def full(path: Path, *arguments: object, **more: object) -> int:
        if str(path).endswith(named):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, *arguments, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        if place == "table":
            patch.setattr("vnplan.tables.formats.CsvWriter.write", lambda self, rows: full(Path("x")))
        elif place == "part":
            patch.setattr("vnplan.batch.storage._store", lambda *arguments, **more: full(Path("x.tmp")))
        else:
            patch.setattr(Path, "write_bytes", full)
            patch.setattr(Path, "write_text", lambda self, text, **more: full(self, text.encode()))
        with pytest.raises(OutputError, match="the disk is full"):
            Run(plans, out, ["csv", "jsonl", "parquet"], 1, Settings(), quick_work).go(Choice())
    assert stamps(out) == before
    assert contents(out) == old
    assert run() == (names(8) if place == "part" else [])
    assert sources(out) == names(*range(9))


def test_an_output_folder_that_may_not_be_written(
    plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out.mkdir()
    arguments = ["extract", str(plans), "--out", str(out)]
    if os.geteuid() == 0:  # root may write everywhere, but not on a read-only file system
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", out], check=False).returncode:
            pytest.skip("may not mount")
        try:
            assert cli.main(arguments) == cli.OUTPUT
        finally:
            subprocess.run(["umount", out], check=True)
    else:
        out.chmod(0o555)
        assert cli.main(arguments) == cli.OUTPUT
    printed = capsys.readouterr()
    assert "give another --out" in printed.err
    assert "Traceback" not in printed.err


def test_two_runs_on_one_output_at_once(tmp_path: Path, out: Path, root: Path) -> None:
    """The second one refuses at once and says why; the first one ends right."""
    inputs = write_plans(tmp_path / "in", FILES)
    with running(inputs, out, 1, root) as first:
        read_files(first, 1)
        first.send_signal(signal.SIGSTOP)
        with pytest.raises(OutputError, match="another run is writing"):
            Counter(inputs, out)()
        first.send_signal(signal.SIGCONT)
        first.communicate(timeout=300)
        assert first.returncode == cli.OK
    assert whole(out)
    assert len(sources(out)) == FILES


# -- Watch -----------------------------------------------------------------------------------------------------------


def test_watch_takes_up_files_when_they_are_whole(tmp_path: Path, out: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    looks = watch(inbox, out, interval=0.01, formats=["csv", "parquet"], settings=NO_NAMES)

    def look() -> RunSummary:
        found = next(looks)
        assert isinstance(found, RunSummary)
        return found

    assert look().documents == 0
    growing, ready = inbox / "growing.txt", inbox / "ready.txt"
    growing.write_text(PLAN[:200], encoding="utf-8")
    ready.write_text(PLAN, encoding="utf-8")
    (inbox / "loading.txt.part").write_text(PLAN, encoding="utf-8")
    age(*inbox.iterdir())
    assert (look().documents, look().documents) == (0, 2)
    growing.write_text(PLAN[:300], encoding="utf-8")
    age(growing)
    assert look().waiting == 2  # it has changed again; and the browser has not renamed the other
    assert "text" in load_tables(out)["texts"]
    (inbox / "loading.txt.part").rename(inbox / "loaded.txt")
    look()
    found = look()
    assert (found.documents, found.waiting) == (3, 0)
    assert sources(out) == ["growing.txt", "loaded.txt", "ready.txt"]
    assert not look().published
    looks.close()  # type: ignore[attr-defined]


def test_watch_outlives_a_disk_that_is_full(plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = watch(plans, out, interval=0.01, formats=["csv"], settings=NO_NAMES)
    next(looks)
    with monkeypatch.context() as patch:
        patch.setattr("vnplan.batch.run.Run.go", lambda self, choice: (_ for _ in ()).throw(OutputError("full")))
        assert isinstance(next(looks), VnplanError)
    found = next(looks)
    assert isinstance(found, RunSummary)
    looks.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watch_ends_cleanly(plans: Path, out: Path, root: Path, number: int) -> None:
    command = [sys.executable, "-m", "vnplan", "watch", plans, "--out", out, "--interval", "0.2", "--ner", "none"]
    bare = {
        name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"
    }  # lines come at once anyhow
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root, env=bare
    ) as process:
        assert process.stdout and process.stderr
        killer = threading.Timer(60, process.kill)
        killer.start()
        lines = iter(process.stdout.readline, "")
        assert any("8 documents from 8 files" in line for line in lines)
        killer.cancel()
        process.send_signal(number)
        assert process.wait(30) == cli.OK
        assert "Traceback" not in process.stderr.read()
    assert whole(out)


# -- What is said ----------------------------------------------------------------------------------------------------


def test_exit_codes_and_quiet(plans: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["extract", str(plans), "--out", str(out), "--format", "csv", "--ner", "none"]
    assert cli.main([*arguments, "--quiet"]) == cli.OK
    assert capsys.readouterr() == ("", "")
    (plans / "empty.txt").touch()
    assert cli.main([*arguments, "--quiet"]) == cli.SOME_FAILED
    assert capsys.readouterr() == ("", "")
    # What failed before has still failed.
    assert cli.main(arguments) == cli.SOME_FAILED
    assert "0 read, 9 unchanged" in capsys.readouterr().out
    assert cli.main([*arguments, "--megabytes", "0"]) == cli.USAGE
    (out / "plans.jsonl").mkdir()
    assert cli.main([*arguments, "--format", "jsonl"]) == cli.OUTPUT
    assert "Traceback" not in capsys.readouterr().err


def test_json_log_is_for_programs(plans: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plans / "empty.txt").touch()
    code = cli.main(["extract", str(plans), "--out", str(out), "--format", "csv", "--ner", "none", "--json-log"])
    printed = capsys.readouterr()
    events = [json.loads(line) for line in printed.out.splitlines()]
    assert code == cli.SOME_FAILED
    assert printed.err == ""
    assert [event["event"] for event in events] == ["file"] * 9 + ["summary"]
    assert {event["source"]: event["code"] for event in events[:-1]}["empty.txt"] == "empty"
    assert [event["done"] for event in events[:-1]] == list(range(1, 10))
    assert (events[-1]["documents"], events[-1]["errors"]) == (8, {"empty": 1})


def test_a_format_whose_package_is_missing(
    plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert cli.main(["extract", str(plans), "--out", str(out), "--format", "xlsx"]) == cli.MISSING
    assert "pip install 'vnplan[xlsx]'" in capsys.readouterr().err
    assert not out.exists()


def test_watch_keeps_the_tables_of_a_folder_that_is_away(tmp_path: Path, out: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    plan = inbox / "a.txt"
    plan.write_text(PLAN, encoding="utf-8")
    age(plan)
    looks = watch(inbox, out, interval=0.01, formats=["csv"], settings=NO_NAMES)
    assert isinstance(next(looks), RunSummary)
    assert getattr(next(looks), "documents", 0) == 1
    tables = (out / "plans.csv").read_bytes()
    plan.rename(tmp_path / "a.txt")
    away = next(looks)
    assert isinstance(away, UnreadableError)
    assert "stay as they are" in str(away)
    assert (out / "plans.csv").read_bytes() == tables
    (tmp_path / "a.txt").rename(plan)
    back = next(looks)
    assert isinstance(back, RunSummary)
    assert (back.documents, back.removed) == (1, 0)


def test_watch_keeps_the_tables_of_a_folder_that_cannot_be_listed(
    plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = watch(plans, out, interval=0.01, formats=["csv"], settings=NO_NAMES)
    assert [getattr(next(looks), "documents", 0) for _ in range(2)] == [0, 8]

    real = os.scandir

    def refused(path: str) -> Iterator[os.DirEntry[str]]:
        if path == str(plans):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr("vnplan.ingestion.discovery.os.scandir", refused)
    assert isinstance(next(looks), UnreadableError)
    monkeypatch.undo()
    back = next(looks)
    assert isinstance(back, RunSummary)
    assert (back.documents, back.removed) == (8, 0)


def test_watch_of_nothing_is_a_mistake(tmp_path: Path, out: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        next(watch(tmp_path / "no", out, interval=0.01, settings=NO_NAMES))


@pytest.mark.parametrize("interval", [0, -1, float("nan"), float("inf"), 1e30])
def test_an_interval_is_a_time_to_wait_for(tmp_path: Path, out: Path, interval: float) -> None:
    with pytest.raises(UsageError, match="interval"):
        next(watch(tmp_path, out, interval=interval, settings=NO_NAMES))


def test_an_output_without_a_name_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no name"):
        extract_folder([tmp_path], "", settings=NO_NAMES)
