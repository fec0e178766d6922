"""`vnplan` as its users meet it: what it prints, what it returns, and what it does with bad input."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import PLAN, fake_analyze, to_windows_1258

from vnplan import __version__, cli
from vnplan.doctor import Check
from vnplan.tables import formats, load_tables

NEWS = "The city council met on Monday to discuss 5% cuts. Mayor Smith said no. 12/03/2021 was the deadline.\n" * 20
TABLE = "id,name,date\n" + "1,An,2021-03-12\n" * 50
BASE64 = "aGVsbG8gd29ybGQgdGhpcyBpcyBhIHRlc3Qgb2YgYmFzZTY0IHRleHQ=\n" * 40


@pytest.fixture
def no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands without the rules."""
    monkeypatch.setattr("vnplan.extraction.analyze", fake_analyze)


def vnplan(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs the command in a process of its own."""
    command = [sys.executable, "-m", "vnplan", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)  # type: ignore[call-overload,no-any-return]


# -- Bad input, end to end -------------------------------------------------------------------------------------------


def bad_inputs(folder: Path) -> dict[str, str | None]:
    """Writes files that are no plans; by source, the code of their error, None for a plan that holds nothing."""
    raw: dict[str, tuple[bytes, str | None]] = {
        "empty.txt": (b"", "empty"),
        "blank.txt": (b" \n\r\n\t", "empty"),
        "binary.txt": (bytes(range(256)) * 40, "unsupported_format"),
        "data.txt": (b"SQLite format 3\0" + bytes(100), "unsupported_format"),
        "packed.txt": (b"7z\xbc\xaf\x27\x1c" + bytes(100), "unsupported_format"),
        "russian.txt": ("Правительство утвердило план мероприятий".encode("koi8-r"), "unknown_encoding"),
        "broken.txt": (PLAN.encode()[:-1].replace(b"\xc3", b"\xff"), "unknown_encoding"),
        "news.txt": (NEWS.encode(), None),
        "table.csv": (TABLE.encode(), None),
        "base64.txt": (BASE64.encode(), "unsupported_format"),
    }
    wanted: dict[str, str | None] = {}
    for name, (data, code) in raw.items():
        (folder / name).write_bytes(data)
        wanted[name] = code
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "self").symlink_to("self")
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "new\nline.txt").write_text(NEWS)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_text(NEWS)
    wanted |= {"huge.txt": "too_large", "pipe.txt": "unreadable", "loop": "link_loop", "self": "unreadable"}
    return wanted | {"gone.txt": "unreadable", "new\\x0aline.txt": None, "\\xff.txt": None}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_bad_input_gives_an_error_row_or_an_empty_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    wanted = bad_inputs(folder)
    assert cli.main(["extract", str(folder), "--out", str(tmp_path / "out"), "--jobs", jobs]) == cli.SOME_FAILED
    tables = load_tables(tmp_path / "out")
    plans, errors = tables["plans"], tables["errors"]
    found = dict.fromkeys(plans["source"]) | dict(zip(errors["source"], errors["code"], strict=True))
    assert found == wanted
    assert len(plans) + len(errors) == len(wanted)
    # Nothing is invented: no field, no fact, and the plan says that it is none.
    assert set(plans["number_status"]) == set(plans["issue_date_status"]) == {"absent"}
    for column in ("doc_type", "number", "issue_date", "place", "issuing_body", "title", "signer", "period_start"):
        assert plans[column].isna().all(), column
    assert all(map(len, plans["warnings"]))
    for name in ("citations", "targets", "responsibilities", "deadlines"):
        assert len(tables[name]) == 0, name
    printed = capsys.readouterr().out
    assert f"{len(plans)} documents from {len(wanted)} files" in printed
    assert "not read: 4 unsupported_format" in printed


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    secret = tmp_path / "in/secret.txt"
    secret.write_text(PLAN)
    secret.chmod(0)
    if os.access(secret, os.R_OK):  # root may read everything
        open_ = os.open

        def refuse(path: str, *arguments: int, **more: int) -> int:
            if str(path) == str(secret):
                raise PermissionError(errno.EACCES, "Permission denied")
            return open_(path, *arguments, **more)

        monkeypatch.setattr(os, "open", refuse)
    assert cli.main(["extract", str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == cli.SOME_FAILED
    assert load_tables(tmp_path / "out")["errors"]["code"].tolist() == ["unreadable"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PLAN.encode("utf-8-sig"), None),
        (PLAN.encode("utf-16"), "UTF-16"),
        (to_windows_1258(PLAN), "Windows-1258"),
        (PLAN.encode()[:-2] + b"\xff\n", "broken"),
    ],
)
@pytest.mark.usefixtures("no_rules")
def test_the_plan_says_how_it_was_decoded(tmp_path: Path, data: bytes, words: str | None) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert cli.main(["extract", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out")]) == cli.OK
    (warnings,) = load_tables(tmp_path / "out")["plans"]["warnings"]
    assert bool(warnings) == bool(words)
    assert not words or words in warnings[0]


# -- extract ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan in a file."""
    (tmp_path / "plan.txt").write_text(PLAN, encoding="utf-8")
    return tmp_path / "plan.txt"


@pytest.mark.usefixtures("no_rules")
def test_summary_says_what_was_found_and_where(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = plan.parent / "out"
    assert cli.main(["extract", str(plan), "--out", str(out)]) == cli.OK
    printed = capsys.readouterr()
    assert printed.out.startswith("1 document from 1 file in ")
    assert "number found in 0 (1 absent)" in printed.out
    assert f"Tables in {out}: open plans.csv first" in printed.out
    assert printed.err == ""


@pytest.mark.usefixtures("no_rules")
def test_quiet_and_formats(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = plan.parent / "out"
    assert cli.main(["extract", str(plan), "--out", str(out), "--quiet", "--format", "jsonl, csv"]) == cli.OK
    assert capsys.readouterr() == ("", "")
    assert {path.suffix for path in out.iterdir() if path.is_file()} == {".json", ".jsonl", ".csv"}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["extract"],
        ["extract", "{plan}"],
        ["extract", "{plan}", "--out", "{out}", "--format", "xml"],
        ["extract", "{plan}", "--out", "{out}", "--format", ","],
        ["extract", "{plan}", "--out", "{out}", "--jobs", "-2"],
        ["extract", "{plan}", "--out", "{out}", "--jobs", "many"],
        ["extract", "{plan}", "--out", "{out}", "--max-mb", "0"],
        ["extract", "{plan}", "--out", "{out}", "--encoding", "no-such"],
        ["extract", "{plan}", "{out}/gone", "--out", "{out}"],
        ["show", "{out}/gone"],
        ["show", "{folder}"],
        ["score", "{folder}", "{folder}"],
        ["no-such-command"],
    ],
)
def test_wrong_usage(plan: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    names = {"plan": plan, "out": plan.parent / "out", "folder": plan.parent}
    assert cli.main([argument.format(**names) for argument in arguments]) == cli.USAGE
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    assert not (plan.parent / "out").exists()


def test_output_that_cannot_be_written(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (plan.parent / "file").write_text("x")
    assert cli.main(["extract", str(plan), "--out", str(plan.parent / "file")]) == cli.OUTPUT
    assert "not a folder" in capsys.readouterr().err

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(formats.CsvWriter, "write", full)
    assert cli.main(["extract", str(plan), "--out", str(plan.parent / "out")]) == cli.OUTPUT
    assert "disk is full" in capsys.readouterr().err
    assert [path.name for path in (plan.parent / "out").iterdir()] == [".vnplan"]


def test_a_missing_package_is_named(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert cli.main(["extract", str(plan), "--out", str(plan.parent / "out")]) == cli.MISSING
    assert "pyarrow" in capsys.readouterr().err


@pytest.mark.parametrize("debug", [False, True])
def test_no_traceback_but_on_demand(
    plan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], debug: bool
) -> None:
    def fall(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("a fault\x1b[31m")

    monkeypatch.setattr("vnplan.batch.extract_folder", fall)
    arguments = ["extract", str(plan), "--out", str(plan.parent / "out"), *(["--debug"] if debug else [])]
    assert cli.main(arguments) == cli.FAULT
    printed = capsys.readouterr().err
    assert ("Traceback" in printed) == debug
    assert "ZeroDivisionError: a fault\\x1b[31m" in printed


def test_interrupted_run_is_clean(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vnplan.batch.pool.LocalPool.run", interrupt)
    assert cli.main(["extract", str(plan), "--out", str(plan.parent / "out")]) == cli.INTERRUPTED
    assert [path.name for path in (plan.parent / "out").iterdir()] == [".vnplan"]


@pytest.mark.parametrize(
    ("stop", "code"), [(KeyboardInterrupt, cli.INTERRUPTED), (cli._Terminated, cli.TERMINATED), (None, cli.FAULT)]
)
def test_what_a_second_signal_breaks_is_no_fault(
    plan: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stop: type[BaseException] | None,
    code: int,
) -> None:
    """A writer whose closing was cut short fails on its closed file."""

    def broken(self: formats.CsvWriter) -> None:
        try:
            self._file.close()
            if stop is not None:
                raise stop
        finally:
            raise ValueError("Operation on closed file")

    monkeypatch.setattr(formats.CsvWriter, "close", broken)
    assert cli.main(["extract", str(plan), "--out", str(plan.parent / "out")]) == code
    assert ("fault" in capsys.readouterr().err) == (stop is None)


@pytest.mark.parametrize("gap", [0.0, 2 * cli._ONE_PRESS])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, cli.INTERRUPTED), (signal.SIGTERM, cli.TERMINATED)])
def test_signals_that_follow_at_once_leave_the_tidying_up_alone(
    plan: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: int, gap: float
) -> None:
    """But one that comes later is a new order: tidying up may hang."""
    clock, tidy = [time.monotonic()], []
    monkeypatch.setattr(cli.time, "monotonic", lambda: clock[0])

    def work(*args: object, **kwargs: object) -> None:
        try:
            signal.raise_signal(number)
        finally:
            clock[0] += gap
            signal.raise_signal(number)
            tidy.append(True)

    monkeypatch.setattr("vnplan.batch.extract_folder", work)
    before = signal.getsignal(number)
    assert cli.main(["extract", str(plan), "--out", str(plan.parent / "out")]) == code
    assert tidy == ([True] if gap == 0 else [])
    assert signal.getsignal(number) == before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, cli.INTERRUPTED), (signal.SIGTERM, cli.TERMINATED)])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_signals_end_a_run_cleanly(tmp_path: Path, number: int, code: int, jobs: str, root: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for k in range(3000):
        (folder / f"{k}.txt").write_text(PLAN.replace("27/", f"{k}/"), encoding="utf-8")
    command = [sys.executable, "-m", "vnplan", "extract", str(folder), "--out", str(out), "--jobs", jobs]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=root) as process:
        end = time.monotonic() + 30
        while len(list(out.glob(".vnplan/parts/*.arrow"))) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert "Traceback" not in errors
    assert "of 3000 files are read and kept, the same command goes on from there" in errors
    assert [path.name for path in out.iterdir()] == [".vnplan"]


def test_progress_lines_without_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from vnplan.batch import Progress, reports

    clock = iter([0.0, 1.0, 5.0, 6.0, 10.0, 12.5])
    monkeypatch.setattr(reports.time, "monotonic", lambda: next(clock))
    advance = reports.plain()
    for done in range(1, 6):
        advance(Progress(done * 10, 50, done - 1, "a.txt", pages=done))
    assert capsys.readouterr().err.splitlines() == [
        "20 of 50 files, 2 pages, 4.0 a second, 1 failed, 7 s left",
        "40 of 50 files, 4 pages, 4.0 a second, 3 failed, 2 s left",
        "50 of 50 files, 5 pages, 4.0 a second, 4 failed, writing the tables",
    ]


# -- show, doctor, version -------------------------------------------------------------------------------------------


def test_show_has_the_words_and_their_place(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(plan)]) == cli.OK
    printed = " ".join(capsys.readouterr().out.split())
    assert "plan.txt" in printed
    assert "27/KH-UBND" in printed
    start = PLAN.index("Số: 27") + 4
    assert f"{start}–" in printed
    assert "08/KH-UBND" in printed


def test_show_as_json(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(plan), "--json"]) == cli.OK
    shown = json.loads(capsys.readouterr().out)
    assert shown["text"] == PLAN
    assert shown["number"] == "27/KH-UBND"
    assert shown["facts"]["citations"][0]["number"] == "08/KH-UBND"


def test_show_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a\x1b.txt").write_bytes(b"SQLite format 3\0" + bytes(100))
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("a\x1b.txt", "unsupported_format"), ("pipe", "named pipe")):
        assert cli.main(["show", str(tmp_path / name)]) == cli.SOME_FAILED
        printed = capsys.readouterr()
        assert words in printed.err
        assert "\x1b" not in printed.err


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_control_characters_never_reach_the_terminal(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    evil = PLAN.replace("Tuyên truyền", "Tuyên \x9b31m\u202etruyền").replace("các chợ", "các [bold]chợ")
    (tmp_path / "a.txt").write_text(evil + "\x1b]0;owned\x07", encoding="utf-8")
    assert cli.main(["show", str(tmp_path / "a.txt"), *arguments]) == cli.OK
    printed = capsys.readouterr().out
    assert not set(printed) & set("\x1b\x07\x9b\u202e\r")
    assert "[bold]" in printed
    if arguments:
        assert json.loads(printed)["text"] == evil + "\x1b]0;owned\x07"


def test_doctor_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    checks = [Check("ok", "Python", "3.12"), Check("optional", "Tesseract", "not found", "run: apt-get install x")]
    monkeypatch.setattr("vnplan.doctor.examine", lambda model: checks)
    assert cli.main(["doctor"]) == cli.OK
    assert "-> run: apt-get install x" in capsys.readouterr().out
    checks.append(Check("missing", "pyarrow", "is not installed", "run: pip install pyarrow"))
    assert cli.main(["doctor"]) == cli.MISSING
    assert "1 required missing" in capsys.readouterr().out


def test_doctor_looks_at_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    from vnplan.doctor import examine

    names = [check.name for check in examine()]
    assert {"Python", "Tesseract", "Tesseract vie", "LibreOffice", "Fonts", "Memory", "Disk here"} <= set(names)
    monkeypatch.setenv("PATH", "")
    without = {check.name: check for check in examine()}
    assert without["Tesseract"].state == "optional"
    assert "apt-get install" in without["Tesseract"].remedy


def test_version_and_help_are_quick(root: Path) -> None:
    assert vnplan("--version", cwd=root).stdout == f"vnplan {__version__}\n"
    done = vnplan("--help", cwd=root)
    assert done.returncode == 0
    assert "exit codes" in done.stdout
    bare = processor_time([sys.executable, "-c", "import argparse"])
    ours = processor_time([sys.executable, "-m", "vnplan", "extract", "--help"])
    assert ours < bare + 0.3  # what Python itself needs on a slow machine is not ours


def processor_time(command: list[str]) -> float:
    """Seconds of processor time of the quickest of three runs: other load on the machine does not count."""
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, cwd=Path(__file__).parent.parent, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return min(times)


def test_reader_that_goes_away(plan: Path, root: Path) -> None:
    command = f"{sys.executable} -m vnplan show {plan} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=root, timeout=60, check=False)
    assert done.stdout.strip() in ("0", "141")
    assert done.stderr == ""
    with open(os.devnull, "wb") as sink:  # noqa: PTH123
        closed = subprocess.Popen(
            [sys.executable, "-m", "vnplan", "show", plan], stdout=subprocess.PIPE, stderr=sink, cwd=root
        )
        assert closed.stdout
        closed.stdout.close()
        assert closed.wait(60) == cli.BROKEN_PIPE


# -- cache -----------------------------------------------------------------------------------------------------------


def test_cache_is_shown_and_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from vnplan.ingestion.pages import PageText
    from vnplan.ocr import cache
    from vnplan.ocr.cache import OcrCache

    folder = tmp_path / "kept"
    monkeypatch.setattr(cache, "default_folder", lambda: folder)
    assert cli.main(["cache"]) == cli.OK
    assert "not there yet" in capsys.readouterr().out
    for k in range(3):
        OcrCache(folder).put(f"{k:064x}", PageText(1, 595.0, 842.0, "ocr"))
    assert cli.main(["cache"]) == cli.OK
    printed = capsys.readouterr().out
    assert str(folder) in printed
    assert "pages   3" in printed
    assert cli.main(["cache", "--cache", str(tmp_path / "other"), "--clear"]) == cli.OK
    assert cli.main(["cache", "--clear"]) == cli.OK
    assert capsys.readouterr().out.splitlines()[-1] == f"3 pages deleted from {folder}"
    assert not list(folder.rglob("*.page"))
    (tmp_path / "file").touch()
    assert cli.main(["cache", "--cache", str(tmp_path / "file")]) == cli.USAGE


@pytest.mark.parametrize(
    ("arguments", "wanted"), [([], True), (["--no-cache"], False), (["--cache", "{folder}/kept"], "{folder}/kept")]
)
def test_where_recognised_pages_are_kept(
    plan: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], wanted: str | bool
) -> None:
    from vnplan.records import Extraction

    def look(data: bytes, name: str, settings: object, cache: object = None) -> Extraction:
        (plan.parent / "seen").write_text(repr(cache))  # in another process
        return Extraction(name)

    monkeypatch.setattr(sys.modules["vnplan.batch.work"], "extract", look)
    given = [argument.format(folder=plan.parent) for argument in arguments]
    assert cli.main(["extract", str(plan), "--out", str(plan.parent / "out"), *given]) == cli.OK
    seen = (plan.parent / "seen").read_text()
    assert seen == repr(wanted.format(folder=plan.parent) if isinstance(wanted, str) else wanted)
    assert cli.main(["extract", str(plan), "--out", "x", "--cache", "a", "--no-cache"]) == cli.USAGE


# -- lookup ----------------------------------------------------------------------------------------------------------


def test_lookup_says_what_a_name_means(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lookup", "TTHU", "Trà", "Cú"]) == cli.OK
    shown = capsys.readouterr().out
    assert shown.startswith("Thường trực Huyện ủy Trà Cú\n")
    assert "huyen-uy@district-849-2024#thuong-truc" in shown
    assert "huyện Trà Cú, tỉnh Trà Vinh  code 849, until 2025-06-30" in shown
    assert "xã Trà Cú, tỉnh Vĩnh Long  code 29461, since 2025-07-01" in shown


def test_lookup_takes_place_and_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lookup", "Công an huyện", "--in", "tỉnh Trà Vinh", "--date", "2024-05-31", "--json"]) == cli.OK
    (meaning,) = json.loads(capsys.readouterr().out)
    assert (meaning["id"], meaning["all_of"]) == ("cong-an@province-84-2024/districts", "district")


def test_lookup_shows_candidates_and_bare_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lookup", "UBND huyện Tam Nông"]) == cli.OK
    shown = capsys.readouterr().out
    assert "left open" in shown and "tỉnh Phú Thọ" in shown and "tỉnh Đồng Tháp" in shown
    assert cli.main(["lookup", "Sở GTVT"]) == cli.OK
    shown = capsys.readouterr().out
    assert "the name does not say" in shown and "Sở Xây dựng" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["abc xyz"], cli.SOME_FAILED, "nothing is known by the name abc xyz"),
        (["Công an huyện", "--in", "nơi nào"], cli.USAGE, "no place or body is known"),
        (["Công an huyện", "--date", "31/5/2024"], cli.USAGE, "--date must be a day such as"),
    ],
)
def test_lookup_that_finds_nothing_says_what_to_do(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert cli.main(["lookup", *arguments]) == code
    assert message in capsys.readouterr().err
