"""What others may put into a run's way: in the output folder, in the input, in the documents themselves."""

from __future__ import annotations

import errno
import hmac
import json
import multiprocessing
import os
import resource
import stat
import subprocess
import sys
import time
import tracemalloc
import zlib
from dataclasses import asdict, replace
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from fakes import PLAN, fake_work, quick_work
from paper import plan_pdf

from vnplan import cli, extract
from vnplan.batch import extract_folder, watch
from vnplan.batch.planning import Choice
from vnplan.batch.remote import RemoteStorage
from vnplan.batch.run import Run
from vnplan.batch.summary import RunSummary
from vnplan.batch.work import Item, time_limit
from vnplan.errors import DamagedError, LinkRefusedError, OutputError, VnplanError, machine_error
from vnplan.ingestion import Entry, discover
from vnplan.ingestion.names import masked
from vnplan.ingestion.pages import LineText, PageText, WordBox
from vnplan.ingestion.progress import listening
from vnplan.ocr.cache import OcrCache
from vnplan.settings import Settings
from vnplan.tables import load_tables


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """A folder of two plans."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(PLAN + name, encoding="utf-8")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def run(plans: Path, out: Path) -> RunSummary:
    return Run(plans, out, ["csv", "parquet"], 1, Settings(ner="none"), quick_work).go(Choice())


# -- The output folder: nothing outside of it is touched -------------------------------------------------------------


@pytest.mark.parametrize("name", [".vnplan-a", ".vnplan-0123456789ab"])
@pytest.mark.parametrize(
    "plan",
    [
        {"files": ["../../victim.txt"], "stale": []},
        {"files": [], "stale": ["VICTIM"]},
        {"files": [], "stale": ["../victim.txt"]},
        {"files": ["plans.csv"], "stale": ["notes.csv"]},
        {"files": "plans.csv", "stale": []},
        {"files": ["plans.csv"], "stale": [], "more": 1},
        [1],
    ],
)
def test_a_marker_that_names_others_files_is_set_aside(
    plans: Path, out: Path, tmp_path: Path, plan: object, name: str
) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    folder = out / name
    folder.mkdir(parents=True)
    (out / "notes.csv").write_text("mine")
    (folder / "plans.csv").write_text("theirs")
    (tmp_path / "x").mkdir()
    (folder / "COMMIT").write_text(json.dumps(plan).replace("VICTIM", str(victim)))
    summary = run(plans, out)
    assert victim.read_text() == "mine"
    assert (out / "notes.csv").read_text() == "mine"
    assert len(load_tables(out)["plans"]) == 2
    assert [note for note in summary.notes if "set aside" in note and name in note]
    assert not folder.exists()
    assert run(plans, out).notes == []


@pytest.mark.parametrize("what", ["marker", "file", "folder"])
def test_links_among_what_a_killed_run_left_are_not_followed(plans: Path, out: Path, tmp_path: Path, what: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "COMMIT").write_text(json.dumps({"files": ["plans.csv"], "stale": []}))
    (elsewhere / "plans.csv").write_text("theirs")
    folder = out / ".vnplan-0123456789ab"
    out.mkdir()
    if what == "folder":
        folder.symlink_to(elsewhere)
    else:
        folder.mkdir()
        (folder / "COMMIT").write_text(json.dumps({"files": ["plans.csv"], "stale": []}))
        name = "COMMIT" if what == "marker" else "plans.csv"
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(elsewhere / name)
    assert any("set aside" in note for note in run(plans, out).notes)
    assert sorted(path.name for path in elsewhere.iterdir()) == ["COMMIT", "plans.csv"]
    assert not (out / "plans.csv").is_symlink()
    assert len(load_tables(out)["plans"]) == 2


@pytest.mark.parametrize("name", [".vnplan", ".vnplan/parts"])
def test_a_link_in_the_place_of_the_parts_is_refused(plans: Path, out: Path, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "parts").mkdir(parents=True)
    theirs = [elsewhere / place / file for place in ("", "parts") for file in ("00000001.arrow", "0123456789ab.tmp")]
    for path in theirs:
        path.write_text("theirs")
    (out / name).parent.mkdir(parents=True)
    (out / name).symlink_to(elsewhere)
    with pytest.raises(OutputError, match="is a link or no folder"):
        run(plans, out)
    assert all(path.read_text() == "theirs" for path in theirs)


def test_files_of_others_beside_the_parts_stay(plans: Path, out: Path) -> None:
    run(plans, out)
    theirs = [out / ".vnplan/parts" / name for name in ("big.parquet", "notes.tmp", "x.json")]
    for path in theirs:
        path.write_text("theirs")
    (out / "plans.csv").unlink()
    run(plans, out)
    assert all(path.read_text() == "theirs" for path in theirs)


@pytest.mark.parametrize("name", ["run.json", "datapackage.json", ".vnplan/ledger.sqlite", ".vnplan/ledger.sha256"])
def test_a_pipe_in_the_place_of_a_file_holds_nothing_up(plans: Path, out: Path, name: str) -> None:
    run(plans, out)
    (out / name).unlink()
    os.mkfifo(out / name)
    run(plans, out)
    assert (out / name).is_file()
    assert len(load_tables(out)["plans"]) == 2


def test_outputs_keep_to_the_umask(plans: Path, out: Path) -> None:
    before = os.umask(0o077)
    try:
        Run(plans, out, ["csv", "parquet", "jsonl", "xlsx", "duckdb"], 1, Settings(ner="none"), quick_work).go(Choice())
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in out.rglob("*") if path.is_file()}
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


# -- Links in the input ----------------------------------------------------------------------------------------------


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A folder outside of the input."""
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / "s.txt").write_text(PLAN + "mật", encoding="utf-8")
    return folder


def test_links_out_of_the_input_are_refused(plans: Path, out: Path, secret: Path) -> None:
    (plans / "file.txt").symlink_to(secret / "s.txt")
    (plans / "folder").symlink_to(secret)
    (plans / "inside.txt").symlink_to(plans / "a.txt")
    (plans / "relative.txt").symlink_to("../secret/s.txt")
    summary = extract_folder(plans, out, formats=["csv", "parquet"], settings=Settings(ner="none"))
    tables = load_tables(out)
    assert list(tables["plans"]["source"]) == ["a.txt", "b.txt", "inside.txt"]
    refused = dict(zip(tables["errors"]["source"], tables["errors"]["code"], strict=True))
    assert refused == dict.fromkeys(["file.txt", "folder", "relative.txt"], "link_refused")
    assert "mật" not in " ".join(tables["texts"]["text"])
    assert summary.errors == {"link_refused": 3}
    summary = extract_folder(plans, out, formats=["parquet"], settings=Settings(ner="none"), follow_links=True)
    assert list(load_tables(out)["plans"]["source"]) == [
        "a.txt", "b.txt", "file.txt", "folder/s.txt", "inside.txt", "relative.txt",
    ]  # fmt: skip
    extract_folder(plans, out, formats=["parquet"], settings=Settings(ner="none"))
    assert list(load_tables(out)["plans"]["source"]) == ["a.txt", "b.txt", "inside.txt"]


def test_a_file_that_becomes_a_link_after_the_folder_was_looked_at(plans: Path, secret: Path) -> None:
    entries = {entry.source: entry for entry in discover([plans]).entries}
    (plans / "a.txt").unlink()
    (plans / "a.txt").symlink_to(secret / "s.txt")
    with pytest.raises(LinkRefusedError):
        entries["a.txt"].load(1 << 20)
    (plans / "sub").mkdir()
    (plans / "sub/s.txt").write_text(PLAN)
    (entry,) = [entry for entry in discover([plans]).entries if entry.source == "sub/s.txt"]
    (plans / "sub/s.txt").unlink()
    (plans / "sub").rmdir()
    (plans / "sub").symlink_to(secret)
    with pytest.raises(LinkRefusedError):
        entry.load(1 << 20)


def test_what_is_named_itself_may_be_a_link(plans: Path, out: Path, secret: Path) -> None:
    (plans / "file.txt").symlink_to(secret / "s.txt")
    (plans.parent / "linked").symlink_to(secret)
    assert run(plans / "file.txt", out).documents == 1
    assert run(plans.parent / "linked", out).documents == 1


# -- Secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://KEY:SECRET@bucket/plans", "s3://***@bucket/plans"),
        ("s3://KEY:SEC/RET+SECRET@bucket/a b", "s3://***@bucket/a b"),
        ("cannot open s3://KEY:SECRET@b/x, gs://SECRET@b/y", "cannot open s3://***@b/x, gs://***@b/y"),
        ("abfs://b/p?account_key=SECRET&region=x", "abfs://b/p?account_key=***&region=x"),
        ("s3://bucket/a@b.txt", "s3://bucket/a@b.txt"),
        ("webhdfs://host:8080/x@y", "webhdfs://host:8080/x@y"),
        ("a@b.txt", "a@b.txt"),
    ],
)
def test_what_opens_a_store_is_masked(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_keys_to_a_store_stand_nowhere(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a file system of fsspec's that takes a user and a password in its URLs, and whose files are in memory."""
    fsspec = pytest.importorskip("fsspec")
    from fsspec.implementations.memory import MemoryFileSystem

    class Locked(MemoryFileSystem):
        protocol = "locked"

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            return MemoryFileSystem._strip_protocol(path.split("@", 1)[-1].join(["memory://", ""]))

    fsspec.register_implementation("locked", Locked, clobber=True)
    files = MemoryFileSystem()
    files.pipe("/store/a.txt", PLAN.encode())
    files.pipe("/store/empty.txt", b"")
    url = "locked://KEY:SECRET@store"
    code = cli.main(["extract", url, "--out", str(out), "--ner", "none", "--format", "csv,jsonl", "--json-log"])
    assert code == cli.SOME_FAILED
    code = cli.main(["extract", "locked://KEY:SECRET@nothing", "--out", str(tmp_path / "x"), "--ner", "none"])
    assert code == cli.USAGE
    printed = capsys.readouterr()
    assert "SECRET" not in printed.out + printed.err
    assert "***@" in printed.err
    for path in out.rglob("*"):
        if path.is_file():
            assert b"SECRET" not in path.read_bytes(), path
    assert "***@store" in (out / "run.json").read_text()
    assert cli.main(["extract", url, "--out", str(out), "--ner", "none", "--format", "csv,jsonl"]) == cli.SOME_FAILED
    assert "0 read, 2 unchanged" in capsys.readouterr().out


def locked_pdf() -> bytes:
    import pikepdf

    file = BytesIO()
    with pikepdf.open(BytesIO(plan_pdf())) as document:
        document.save(file, encryption=pikepdf.Encryption(owner="boss", user="mở ra"))
    return file.getvalue()


@pytest.mark.parametrize("how", ["file", "standard input", "prompt", "argument"])
def test_a_password_given_later_opens_what_failed_for_want_of_it(
    plans: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    (plans / "locked.pdf").write_bytes(locked_pdf())
    for path in plans.iterdir():
        os.utime(path, (1_600_000_000, 1_600_000_000))
    command = ["extract", str(plans), "--out", str(out), "--ner", "none", "--format", "csv", "--quiet"]
    assert cli.main(command) == cli.SOME_FAILED
    assert cli.main([*command, "--password", "sai"]) == cli.SOME_FAILED
    wrong = (out / "plans.csv").stat().st_mtime_ns
    assert cli.main([*command, "--password", "cũng sai"]) == cli.SOME_FAILED
    assert (out / "plans.csv").stat().st_mtime_ns == wrong  # it fails as before: the tables are not written again
    if how == "file":
        (tmp_path / "words").write_text("sai\nmở ra\n", encoding="utf-8")
        command += ["--password-file", str(tmp_path / "words")]
    elif how == "standard input":
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO("mở ra\n".encode())))
        command += ["--password-file", "-"]
    elif how == "prompt":
        monkeypatch.setattr("getpass.getpass", lambda words: "mở ra")
        command += ["--ask-password"]
    else:
        command += ["--password", "mở ra"]
    assert cli.main(command) == cli.OK
    assert len(load_tables(out)["plans"]) == 3
    assert not any("mở ra".encode() in path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_a_file_of_passwords_that_is_not_there(plans: Path, out: Path) -> None:
    command = ["extract", str(plans), "--out", str(out), "--password-file", str(plans / "none")]
    assert cli.main(command) == cli.USAGE


# -- The machine -----------------------------------------------------------------------------------------------------


def test_a_full_folder_for_temporary_files_is_no_fault_of_a_scan(
    plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plans / "scan.png").write_bytes(blank_image())
    os.utime(plans / "scan.png", (1_600_000_000, 1_600_000_000))

    def read() -> tuple[int, dict[str, int]]:
        summary = extract_folder(plans, out, formats=["parquet"], settings=Settings(ner="none"), cache=None)
        return summary.read, dict(summary.errors)

    def full(*arguments: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("vnplan.ocr.engine.check", lambda language: "5.3.0")
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.TemporaryFile", full)
        assert read()[1] == {"machine": 1}
        row = load_tables(out)["errors"].iloc[0]
        assert row["retryable"]
        assert "no room for temporary files" in row["message"]
    for way in ("library", "program"):
        monkeypatch.setattr(f"vnplan.ocr.{way}.table", lambda *arguments: HEADER)
    assert read() == (1, {"empty": 1})
    assert read() == (0, {"empty": 1})


HEADER = b"level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def blank_image() -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("L", (600, 800), 255)
    draw = ImageDraw.Draw(image)
    for y in range(50, 700, 40):
        draw.rectangle((50, y, 500, y + 14), fill=0)
        for x in range(60, 500, 16):
            draw.rectangle((x, y, x + 5, y + 14), fill=255)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EMFILE, "Too many open files"), "too many files are open"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "no memory left"),
        (OSError(errno.EAGAIN, "Resource temporarily unavailable"), "no more processes"),
        (RuntimeError("can't start new thread"), "no more processes"),
        (PermissionError(errno.EACCES, "Permission denied", "/usr/bin/tesseract"), "may not be used"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "no folder for temporary"),
    ],
)
def test_faults_of_the_machine_are_told_as_such(error: Exception, words: str) -> None:
    wrapped = DamagedError("is damaged")
    wrapped.__cause__ = error
    for one in (error, wrapped):
        found = machine_error(one)
        assert found is not None and found.retryable and words in found.message
    assert machine_error(OSError("image file is truncated")) is None
    assert machine_error(DamagedError("is damaged")) is None


def test_a_user_without_a_home(plans: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    cache = OcrCache()
    assert cache.get("ab" * 32) is None
    cache.put("ab" * 32, PAGE)
    assert cli.main(["cache"]) == cli.USAGE
    assert cli.main(["cache", "--clear"]) == cli.USAGE
    assert cli.main(["extract", str(plans), "--out", str(out), "--ner", "none", "--quiet"]) == cli.OK


# -- The cache of recognised pages -----------------------------------------------------------------------------------

PAGE = PageText(1, 595.0, 842.0, "ocr", "scan", 0, 91.5, (LineText((WordBox("Số:", 1.0, 2.0, 3.0, 4.0, 96.5),)),))
KEY = "ab" * 32


def entry_of(folder: Path) -> Path:
    (path,) = folder.glob("*/*.page")
    return path


def test_the_cache_is_for_its_user_alone(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path / "c")
    cache.put(KEY, PAGE)
    places = [tmp_path / "c", entry_of(tmp_path / "c").parent, entry_of(tmp_path / "c"), tmp_path / "c/.key"]
    assert [oct(path.stat().st_mode & 0o777) for path in places] == ["0o700", "0o700", "0o600", "0o600"]


def test_a_cache_that_a_group_shares(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    folder.chmod(0o2770)
    OcrCache(folder).put(KEY, PAGE)
    assert oct((folder / ".key").stat().st_mode & 0o777) == "0o640"
    assert oct(entry_of(folder).stat().st_mode & 0o777) == "0o640"
    assert entry_of(folder).parent.stat().st_mode & 0o070 == 0o070
    assert OcrCache(folder).get(KEY, 1, "scan") == PAGE


def forged(folder: Path, page: object, key: str = KEY) -> bytes:
    packed = zlib.compress(json.dumps(page).encode())
    secret = (folder / ".key").read_bytes()
    return hmac.digest(secret, key.encode() + b"\0" + packed, "sha256") + packed


def test_entries_of_somebody_else_are_not_believed(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path / "c")
    cache.put(KEY, PAGE)
    other = OcrCache(tmp_path / "d")
    other.put(KEY, replace(PAGE, reason="forged"))
    entry_of(tmp_path / "c").write_bytes(entry_of(tmp_path / "d").read_bytes())
    assert cache.get(KEY) is None
    assert list((tmp_path / "c").glob("*/*.page")) == []
    # nor is a true one under another key
    cache.put(KEY, PAGE)
    path = entry_of(tmp_path / "c")
    path.rename(path.with_name("ab" + "cd" * 31 + ".page"))
    assert cache.get("ab" + "cd" * 31) is None


@pytest.mark.parametrize(
    "change",
    [
        {"width": "595"},
        {"width": float("nan")},
        {"lines": [{"words": [["\ud800", 1, 2, 3, 4, 5]], "block": 0, "column": 0, "cell": None}]},
        {"lines": [{"words": [[5, 1, 2, 3, 4, 5]], "block": 0, "column": 0, "cell": None}]},
        {"lines": [{"words": [["a", 1, 2, 3, "4", 5]], "block": 0, "column": 0, "cell": None}]},
        {"lines": [{"words": [["a", 1, 2]], "block": 0, "column": 0, "cell": None}]},
        {"lines": 5},
        {"marks": [{"kind": "no such", "box": {"x0": 1, "y0": 1, "x1": 1, "y1": 1}, "text": "", "candidates": []}]},
        {"method": "magic"},
        {"role": None},
        {"ocr_confidence": True},
    ],
)
def test_entries_of_the_wrong_types_are_removed(tmp_path: Path, change: dict[str, object]) -> None:
    cache = OcrCache(tmp_path / "c")
    cache.put(KEY, PAGE)
    path = entry_of(tmp_path / "c")
    path.write_bytes(forged(tmp_path / "c", asdict(PAGE)))
    assert cache.get(KEY, 1, "scan") == PAGE
    path.write_bytes(forged(tmp_path / "c", {**asdict(PAGE), **change}))
    assert cache.get(KEY) is None
    assert not path.exists()


def test_bombs_and_pipes_in_a_cache(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path / "c")
    cache.put(KEY, PAGE)
    path = entry_of(tmp_path / "c")
    packed = zlib.compress(b" " * 200_000_000)
    secret = (tmp_path / "c/.key").read_bytes()
    path.write_bytes(hmac.digest(secret, KEY.encode() + b"\0" + packed, "sha256") + packed)
    tracemalloc.start()
    assert cache.get(KEY) is None
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()
    assert not path.exists()
    os.mkfifo(path)
    assert cache.get(KEY) is None
    assert not path.exists()
    path.symlink_to("/dev/zero")
    assert cache.get(KEY) is None
    assert not path.is_symlink()


def test_a_key_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path / "c")
    cache.put(KEY, PAGE)
    (tmp_path / "c/.key").chmod(0o666)
    assert cache.get(KEY) is None
    cache.put(KEY, PAGE)
    (tmp_path / "c/.key").chmod(0o600)
    assert cache.get(KEY, 1, "scan") == PAGE


# -- The command line ------------------------------------------------------------------------------------------------


def command(*words: object, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vnplan", *map(str, words)],
        cwd=ROOT,
        text=True,
        timeout=120,
        check=False,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},  # type: ignore[call-overload]
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "words", [["lookup", "Trà Vinh"], ["doctor"], ["extract", "IN", "--out", "OUT", "--ner", "none"]]
)
def test_an_output_that_is_full_is_one_line_and_its_code(plans: Path, out: Path, words: list[str]) -> None:
    given = [{"IN": str(plans), "OUT": str(out)}.get(word, word) for word in words]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = command(*given, stdout=full)
    assert done.returncode == cli.OUTPUT
    said = [line for line in done.stderr.splitlines() if " files, " not in line]  # progress, on a busy machine
    assert said == ["vnplan: cannot write the output: No space left on device"]


def test_an_output_that_is_closed(plans: Path, out: Path) -> None:
    script = f'"{sys.executable}" -m vnplan extract "{plans}" --out "{out}" --ner none >&- 2>&-'
    assert subprocess.run(["sh", "-c", script], cwd=ROOT, check=False, timeout=120).returncode == cli.OK
    assert len(load_tables(out)["plans"]) == 2


def test_few_open_files(plans: Path, out: Path) -> None:
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))

    done = command("extract", plans, "--out", out, "--ner", "none", preexec_fn=few)
    assert done.returncode == cli.OUTPUT
    assert len(done.stderr.splitlines()) == 1
    assert "open files" in done.stderr or "files are open" in done.stderr


@pytest.mark.parametrize("allowed", range(4))
def test_few_threads(plans: Path, out: Path, allowed: int) -> None:
    """Where no more may be started (ulimit -u): one line and its code, and the same command goes on afterwards."""
    words = ["extract", str(plans), "--out", str(out), "--ner", "none", "--jobs", "2", "--quiet"]
    script = f"""
import sys, threading
from vnplan import cli
begin, left = threading._start_new_thread, {allowed}
def start(*args):
    global left
    if not left:
        raise RuntimeError("can't start new thread")
    left -= 1
    return begin(*args)
threading._start_new_thread = start
sys.exit(cli.main({words!r}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode in (cli.OK, cli.OUTPUT), done.stderr
    assert len(done.stderr.splitlines()) == (done.returncode != cli.OK)
    assert done.returncode == cli.OK or "no more processes" in done.stderr
    assert cli.main(words) == cli.OK
    assert len(load_tables(out)["plans"]) == 2


def test_arithmetic_starts_no_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenBLAS ends the process where it may start none."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    assert cli.main(["--version"]) == cli.OK
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


@pytest.mark.parametrize("value", ["inf", "nan", "-inf", "0"])
@pytest.mark.parametrize("option", ["--megabytes", "--seconds"])
def test_limits_that_are_none(plans: Path, out: Path, option: str, value: str) -> None:
    assert cli.main(["extract", str(plans), "--out", str(out), option, value]) == cli.USAGE


def test_a_page_image_is_written_over_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(plan_pdf())
    target, link = tmp_path / "mine.png", tmp_path / "link.png"
    target.write_text("mine")
    link.symlink_to(target)
    show = ["show", str(pdf), "--image", "1", "--ner", "none", "--out"]
    assert cli.main([*show, str(target)]) == cli.USAGE
    assert cli.main([*show, str(link)]) == cli.USAGE
    assert target.read_text() == "mine"
    assert cli.main([*show, str(link), "--force"]) == cli.OK
    assert target.read_text() == "mine"
    assert link.read_bytes().startswith(b"\x89PNG")
    assert not link.is_symlink()
    assert cli.main([*show, str(tmp_path / "new.png")]) == cli.OK


def test_quiet_is_quiet_whatever_libraries_have_to_say(plans: Path, out: Path) -> None:
    """libtiff complains of a damaged page on the error stream itself."""
    from PIL import Image

    file = BytesIO()
    Image.new("1", (64, 64), 1).save(file, "TIFF", compression="group4")
    data = bytearray(file.getvalue())
    at = data.index(b"II*\0") + 8
    data[at : at + 40] = os.urandom(40)
    (plans / "bad.tif").write_bytes(bytes(data))
    done = command("extract", plans, "--out", out, "--ner", "none", "--quiet")
    assert (done.stdout, done.stderr) == ("", "")
    assert done.returncode == cli.SOME_FAILED


def test_an_output_path_that_is_not_utf_8(plans: Path, tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(str(tmp_path)) + b"/k\xea\x81 ho\xff")
    for jobs in ("1", "2"):
        done = command(
            "extract", plans, "--out", name, "--ner", "none", "--format", "csv,parquet,jsonl", "--jobs", jobs
        )
        assert done.returncode == cli.OK, done.stderr
    parts = [path.name for path in Path(name, ".vnplan/parts").iterdir()]
    Path(name, "plans.csv").unlink()
    assert (
        command("extract", plans, "--out", name, "--ner", "none", "--format", "csv,parquet,jsonl").returncode == cli.OK
    )
    assert [path.name for path in Path(name, ".vnplan/parts").iterdir()] == parts
    assert Path(name, "plans.csv").stat().st_size > 100


def test_a_locale_without_vietnamese_letters(plans: Path, tmp_path: Path) -> None:
    plans.rename(tmp_path / "kế hoạch")
    env = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for _ in range(2):
        done = command("extract", tmp_path / "kế hoạch", "--out", tmp_path / "bảng", "--ner", "none", env=env)
        assert done.returncode == cli.OK, done.stderr
    assert len(load_tables(tmp_path / "bảng")["plans"]) == 2


def _from_a_daemon(plans: Path, out: Path, said: Any) -> None:
    try:
        extract_folder(plans, out, settings=Settings(ner="none"))
        said.put("done")
    except Exception as error:
        said.put(f"{type(error).__name__}: {error}")


def test_a_daemonic_process_is_told_in_one_line(plans: Path, out: Path) -> None:
    context = multiprocessing.get_context("fork")
    said = context.Queue()
    process = context.Process(target=_from_a_daemon, args=(plans, out, said), daemon=True)
    process.start()
    assert said.get(timeout=60).startswith("UsageError: worker processes cannot be started from a daemonic process")
    process.join()


def test_working_copies_for_an_output_elsewhere_are_for_their_user_alone(plans: Path, tmp_path: Path) -> None:
    storage = RemoteStorage(f"file://{tmp_path}/there")
    with storage.hold():
        assert oct(storage.out.stat().st_mode & 0o777) == "0o700"
    assert not storage.out.exists()


# -- Watch -----------------------------------------------------------------------------------------------------------


def test_watch_takes_files_whose_times_are_wrong(plans: Path, out: Path) -> None:
    os.utime(plans / "a.txt", (4_000_000_000, 4_000_000_000))
    os.utime(plans / "b.txt", (-1000, -1000))
    looks = watch(plans, out, interval=0.01, formats=["parquet"], settings=Settings(ner="none"))
    next(looks)
    found = next(looks)
    assert isinstance(found, RunSummary)
    assert (found.documents, found.waiting) == (2, 0)
    found = next(looks)
    assert isinstance(found, RunSummary) and not found.published and found.read == 0
    looks.close()  # type: ignore[attr-defined]


def test_watch_keeps_the_rows_of_an_inbox_that_turns_empty(plans: Path, out: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "c.txt").write_text(PLAN + "c")
    for path in (*plans.iterdir(), *other.iterdir()):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    looks = watch([plans, other], out, interval=0.01, formats=["parquet"], settings=Settings(ner="none"))
    next(looks)
    next(looks)
    assert len(load_tables(out)["plans"]) == 3
    (other / "c.txt").unlink()
    found = next(looks)
    assert isinstance(found, VnplanError)
    assert "no file is there any more in" in str(found)
    assert len(load_tables(out)["plans"]) == 3
    looks.close()  # type: ignore[attr-defined]
    extract_folder([plans, other], out, formats=["parquet"], settings=Settings(ner="none"))  # told
    assert len(load_tables(out)["plans"]) == 2


# -- Time ------------------------------------------------------------------------------------------------------------


def test_the_time_limit_counts_what_is_read_not_what_a_file_weighs() -> None:
    heavy = Item(Entry("x", "x"), size=64_000_000)
    assert time_limit(heavy, Settings(seconds=10), 0) == 10
    assert time_limit(heavy, Settings(seconds=10), 2_000_000) == 70
    told: list[tuple[int, int]] = []
    with listening(lambda pages, characters: told.append((pages, characters))):
        extract(PLAN.encode(), "a.txt", Settings(ner="none"))
    assert told == [(0, len(PLAN))]


def test_a_file_that_is_heavy_and_holds_little_ends_in_time(tmp_path: Path, out: Path) -> None:
    heavy = tmp_path / "hang.txt"
    heavy.write_bytes(b" " * 20_000_000)
    started = time.monotonic()
    summary = Run(heavy, out, ["csv"], 1, Settings(ner="none", seconds=1), fake_work).go(Choice())
    assert summary.errors == {"time_limit": 1}
    assert time.monotonic() - started < 30
