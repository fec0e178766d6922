"""The command line `vnplan`: thin, every command calls one verb.

Imports stand inside the functions: `vnplan --help` must not wait for pandas.
"""

from __future__ import annotations

import argparse
import atexit
import errno
import gc
import io
import math
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING

from . import __version__, rules
from .errors import (
    MachineError,
    MissingDependencyError,
    ModelError,
    OutputError,
    UsageError,
    VnplanError,
    machine_error,
)
from .settings import ALL_FORMATS, ENGINES, FORMATS, LABEL_FORMATS, LANGUAGES, NER_ENGINES, OCR_ENGINES, Settings

if TYPE_CHECKING:
    from .batch import Progress, RunSummary
    from .batch.run import After
    from .records import PlanResult

OK, SOME_FAILED, USAGE, MISSING, OUTPUT, FAULT = range(6)
INTERRUPTED, BROKEN_PIPE, TERMINATED = 130, 141, 143
_EXIT_CODES = f"""\
exit codes:
  {OK}    all documents were read
  {SOME_FAILED}    some documents could not be read: see the table errors (show: the document)
  {USAGE}    wrong arguments, or an input that does not exist
  {MISSING}    a package or program is missing: see vnplan doctor
  {OUTPUT}    the output folder cannot be written, or the machine has no room, memory, processes or open files left; the
       tables are as they were
  {FAULT}    a fault in vnplan itself
  {INTERRUPTED}  interrupted (Ctrl-C); {TERMINATED} terminated; {BROKEN_PIPE} the reader of the output went away
"""


class _Terminated(BaseException):
    """SIGTERM: unwind as for Ctrl-C, so that nothing half-written stays behind."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (see `vnplan --help`).

    Args:
        arguments: The words after `vnplan`; defaults to those of this process.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115
        if hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more gain nothing here, and where none may start it ends us
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)  # at its end a process would look through all that was loaded
    gc.set_threshold(20_000, 20, 20)  # loading makes many objects that stay, and hardly any cycle among them
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    try:
        with _terminable():
            args = parser(arguments[0] if arguments else "").parse_args(arguments)
            if getattr(args, "rules", None) is not None:  # before anything reads the tables of rules
                rules.use(args.rules)
            code: int = args.command(args)
            with _printing():
                sys.stdout.flush()
            return code
    except SystemExit as stop:  # argparse
        return stop.code if isinstance(stop.code, int) else USAGE
    except (KeyboardInterrupt, _Terminated) as stop:
        return _explain(stop)
    except BrokenPipeError:
        _silence()
        return BROKEN_PIPE
    except Exception as error:
        if debug:
            traceback.print_exc()
        return _explain(_told_to_stop(error) or error)
    finally:
        if not gc.isenabled():
            gc.freeze()  # what the command made counts as old: enabled again, the collector would look through it all,
            gc.unfreeze()  # and the process most often ends here
            gc.enable()
        try:
            sys.stdout.flush()
        except (OSError, ValueError):
            _silence()


def _silence() -> None:
    """Nobody reads on: no more words, and none at interpreter exit either."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _printing() -> Iterator[None]:
    """Turns what goes wrong with the output stream into words that say so.

    Raises:
        BrokenPipeError: Its reader went away.
        OutputError: It cannot be written.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        _silence()
        raise OutputError(f"cannot write the output: {error.strerror or error}") from error


def _told_to_stop(error: BaseException) -> BaseException | None:
    """The order to stop during whose handling an error arose, if that is where it arose.

    Ctrl-C twice can hit the closing of a file that the first one began, and its writer then fails on a closed file:
    no fault, and no tables were put in place.
    """
    before, seen = error.__context__, {id(error)}
    while before is not None and id(before) not in seen:
        if isinstance(before, KeyboardInterrupt | _Terminated):
            return before
        seen.add(id(before))
        before = before.__context__
    return None


def _explain(error: BaseException) -> int:
    """Say what went wrong; the exit code."""
    if isinstance(error, KeyboardInterrupt):
        return _fail(f"interrupted{error}", INTERRUPTED)
    if isinstance(error, _Terminated):
        return _fail(f"terminated{error}", TERMINATED)
    if isinstance(error, ImportError) and not (error.name or "").startswith(__package__):
        name = error.name or str(error)
        return _fail(f"the package {name} is missing or broken ({error}); run: pip install 'vnplan[all]'", MISSING)
    kinds = (
        (UsageError, USAGE),
        (MissingDependencyError, MISSING),
        (ModelError, MISSING),
        (OutputError, OUTPUT),
        (MachineError, OUTPUT),
    )
    for kind, code in kinds:
        if isinstance(error, kind):
            return _fail(str(error), code)
    if isinstance(error, VnplanError):
        return _fail(f"{error} ({error.code})", SOME_FAILED)
    if isinstance(error, MemoryError):
        return _fail("the machine has no memory left; close other programs, or work with fewer --jobs", OUTPUT)
    if machine := machine_error(error):
        return _fail(str(machine), OUTPUT)
    hint = "see the whole story with --debug, and please report it"
    return _fail(f"fault in vnplan: {type(error).__name__}: {error}; {hint}", FAULT)


def _fail(message: str, code: int) -> int:
    with suppress(OSError):  # nobody reads the messages either
        _say(f"vnplan: {message}", sys.stderr)
    return code


def _say(text: str, stream: IO[str] | None = None) -> None:
    """Print text that may hold foreign characters: nothing that a terminal would obey."""
    from .ingestion.names import printable

    if stream is not None:
        print(printable(text), file=stream)
        return
    with _printing():
        print(printable(text))


def _warn(text: str) -> None:
    _say(f"vnplan: {text}", sys.stderr)


def _name(path: str) -> str:
    """A path as one line of text."""
    from .ingestion.names import escape_name

    return escape_name(path)


_ONE_PRESS = 1.0
"""Seconds within which several orders to stop are one: the terminal sends Ctrl-C to all of a group, and whoever started
us (make, a wrapper) often passes it on; the second would cut short the tidying up that the first one began."""


@contextmanager
def _terminable() -> Iterator[None]:
    last = -math.inf

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _ONE_PRESS:
            last = now
            raise _Terminated if number == signal.SIGTERM else KeyboardInterrupt

    before = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) != signal.SIG_IGN:  # as for a job in the background
                before[number] = signal.signal(number, stop)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# -- Arguments -------------------------------------------------------------------------------------------------------


def parser(first: str = "") -> argparse.ArgumentParser:
    """The parser of all commands; of `show` alone, which is to answer at once, where that is the first word."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--debug", action="store_true", help="show the traceback of a fault")
    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument(
        "--encoding", metavar="NAME", help="encoding of text whose encoding cannot be told (windows-1252, …)"
    )
    reading.add_argument(
        "--max-mb", type=float, metavar="N", help="largest file that is read, in megabytes (default 64 MiB)"
    )
    reading.add_argument(
        "--max-pages", type=int, metavar="N", help="most pages of one file that are read (default 1000)"
    )
    reading.add_argument(
        "--password",
        action="append",
        metavar="TEXT",
        help="password of protected files; may be given several times. Others on this machine can see it while vnplan "
        "runs: better use one of the next two",
    )
    reading.add_argument(
        "--password-file",
        action="append",
        metavar="FILE",
        help="file with passwords of protected files, one a line; - for standard input",
    )
    reading.add_argument("--ask-password", action="store_true", help="ask for a password on the terminal")
    reading.add_argument(
        "--ner",
        choices=NER_ENGINES,
        default=Settings().ner,
        help="what finds the names of bodies, persons and places (default: %(default)s)",
    )
    reading.add_argument(
        "--model", metavar="DIR", help="folder of another model for names than the one that comes along (vnplan train)"
    )
    reading.add_argument(
        "--min-confidence",
        type=float,
        default=Settings().min_confidence,
        metavar="P",
        help="leave out facts of which fewer than this share (0 to 1) are expected to be right (default: none)",
    )
    reading.add_argument(
        "--ocr-engine",
        choices=OCR_ENGINES,
        default=Settings().ocr_engine,
        help="the way to Tesseract: its library or its program (default: the library where it is there)",
    )
    reading.add_argument(
        "--extractors",
        metavar="LIST",
        help="what is looked for: citations,targets,tasks,deadlines,dates and names of plug-ins (default: all)",
    )
    reading.add_argument(
        "--readers", metavar="LIST", help="readers of other packages that are asked about a file (default: all)"
    )
    reading.add_argument("--rules", metavar="DIR", help="folder with rules of your own, before or instead of ours")
    kept = reading.add_mutually_exclusive_group()
    kept.add_argument(
        "--cache",
        metavar="DIR",
        help="folder in which recognised pages are kept (default: the user's cache folder)",
    )
    kept.add_argument("--no-cache", action="store_true", help="recognise every page anew, and keep none")
    root = argparse.ArgumentParser(
        "vnplan",
        description="Reads Vietnamese administrative plans (kế hoạch) and writes their facts as tables.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"vnplan {__version__}")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], words: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=words,
            description=words[0].upper() + words[1:] + ".",
            parents=[shared, *parents],
            epilog=_EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(command=run)
        return made

    if first == "show":
        _add_show(command, reading)
        return root
    running = argparse.ArgumentParser(add_help=False)
    running.add_argument(
        "--out", required=True, metavar="DIR", help="folder for the tables, or its URL; made if it is not there"
    )
    running.add_argument(
        "--format",
        default=",".join(FORMATS),
        metavar="LIST",
        help=f"some of {','.join(ALL_FORMATS)} (default: {','.join(FORMATS)})",
    )
    running.add_argument("--lang", choices=LANGUAGES, default="vi", help="language of the workbook (default: vi)")
    running.add_argument(
        "--jobs", type=int, metavar="N", help="processes (default 1, with --engine ray one a core; 0: one a core)"
    )
    running.add_argument(
        "--seconds",
        type=float,
        metavar="N",
        help="time limit for one document, and for each scanned page; long texts get more "
        f"(default {Settings().seconds:.0f})",
    )
    running.add_argument(
        "--megabytes",
        type=float,
        metavar="N",
        help=f"memory limit for one document, programs that it starts included (default {Settings().megabytes:.0f})",
    )
    running.add_argument(
        "--follow-links", action="store_true", help="read also what links in the input lead to outside of it"
    )
    running.add_argument(
        "--no-register", action="store_true", help="no documents, edges, conflicts and search index beside the tables"
    )
    running.add_argument("--quiet", action="store_true", help="no progress and no summary")
    running.add_argument("--json-log", action="store_true", help="progress and summary as JSON, one object a line")

    extract = command("extract", _extract, "read files and folders, and write the tables", reading, running)
    extract.add_argument(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="a file, or a folder with all that is below it, or the URL of one (s3://bucket/plans)",
    )
    extract.add_argument(
        "--engine",
        default=ENGINES[0],
        choices=ENGINES,
        help="where documents are read: in processes of this machine (local), or on a Ray cluster",
    )
    extract.add_argument(
        "--address",
        metavar="HOST:PORT",
        help="of the Ray cluster: auto for the one that this machine belongs to (default: a Ray on this machine alone)",
    )
    extract.add_argument(
        "--ocr-workers", type=int, metavar="N", help="on Ray, processes that recognise pages (default: as many as fit)"
    )
    extract.add_argument(
        "--text-workers",
        type=int,
        metavar="N",
        help="on Ray, processes that analyse documents (default: as many as fit)",
    )
    others = extract.add_mutually_exclusive_group()
    others.add_argument(
        "--replace", action="store_true", help="files of the inputs of an earlier run into OUT may leave the tables"
    )
    others.add_argument("--add", action="store_true", help="read the inputs of the earlier run into OUT too")
    extract.add_argument("--force", action="store_true", help="read all files, also those that have not changed")
    extract.add_argument("--retry-errors", action="store_true", help="read files again that gave an error")
    extract.add_argument(
        "--profile", metavar="FILE", help="write where the time of the run went, by stage and format, as JSON"
    )
    extract.add_argument(
        "--verify", action="store_true", help="tell whether a file has changed by its content, not by size and time"
    )

    inbox = command("watch", _watch, "take up files as they arrive in a folder, and keep the tables", reading, running)
    inbox.add_argument("inputs", nargs="+", metavar="INBOX", help="the folder")
    inbox.add_argument("--once", action="store_true", help="take up what is there and whole, and end")
    inbox.add_argument(
        "--interval",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="between two looks; a file is taken up when it is the same in both (default 10)",
    )

    _add_show(command, reading)

    from .register.commands import Commands

    Commands(_say, _warn).add(command)
    diff = command("diff", _diff, "say what changed between two versions of a plan: facts and text", reading)
    diff.add_argument("first", metavar="A", help="the older version")
    diff.add_argument("second", metavar="B", help="the newer version")
    diff.add_argument("--json", action="store_true", help="as JSON, for programs")

    cache = command("cache", _cache, "show or clear the cache of recognised pages")
    cache.add_argument("--cache", metavar="DIR", help="its folder (default: the user's cache folder)")
    cache.add_argument("--clear", action="store_true", help="delete what is in it")

    lookup = command("lookup", _lookup, "say what the name of a body or a place means, or an id in the tables")
    lookup.add_argument("name", nargs="+", metavar="NAME", help="such as: TTHU Trà Cú")
    lookup.add_argument("--in", dest="within", metavar="WHERE", help="where it was read: tỉnh Trà Vinh, UBND xã …")
    lookup.add_argument("--date", metavar="DAY", help="day of the document (2024-05-31): units changed on 2025-07-01")
    lookup.add_argument("--json", action="store_true", help="as JSON, for programs")

    train = command(
        "train", _train, "train the model that finds names, on plans that vnplan writes and on texts of yours"
    )
    train.add_argument("--texts", nargs="+", default=[], metavar="DIR", help="documents to learn from")
    train.add_argument(
        "--corrections",
        nargs="+",
        default=[],
        metavar="FILE",
        help='lines such as {"text": "…", "entities": [[0, 7, "ORG"]]}',
    )
    train.add_argument(
        "--leave-out", nargs="+", default=[], metavar="FILE", help="labels whose documents are not learnt from"
    )
    train.add_argument("--out", default="models/ner", metavar="DIR", help="folder of the model (default: models/ner)")
    train.add_argument("--seed", type=int, default=1, metavar="N", help="equal seeds give equal models (default 1)")
    train.add_argument("--rounds", type=int, metavar="N", help="how often all texts are gone through")
    train.add_argument("--plans", type=int, metavar="N", help="how many plans are written")

    report = command("report", _report_on, "write a report on the tables that opens in a browser, without a network")
    report.add_argument("out", metavar="OUT", help="output folder of vnplan extract")
    report.add_argument("--to", metavar="DIR", help="folder of the report (default: OUT/report)")
    report.add_argument("--lang", choices=LANGUAGES, default="vi", help="its language (default: vi)")
    report.add_argument("--images", action="store_true", help="with page images of scans and PDFs (100 KB each)")

    review = command("review", _review, "check what was read, and put it right, in a browser on this machine")
    review.add_argument(
        "out",
        nargs="+",
        metavar="[export] OUT",
        help="output folder of vnplan extract; after `export`: write what was checked",
    )
    review.add_argument("--gold", metavar="DIR", help="with `export`: folder for a gold file of each checked document")
    review.add_argument(
        "--training", metavar="FILE", help="with `export`: file of what the model for names can learn (vnplan train)"
    )
    review.add_argument("--lang", choices=LANGUAGES, default="vi", help="language of the pages (default: vi)")
    review.add_argument("--port", type=int, default=8321, metavar="N", help="port (default 8321)")
    review.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="NAME",
        help="address to answer at; others than this machine need a token",
    )
    review.add_argument("--check", action="store_true", help="see whether the folder can be reviewed, and end")

    own = command("rules", _rules, "check a folder of rules of your own, and say what is in it")
    own.add_argument("rules", metavar="DIR", help="the folder, as --rules takes it")

    from .service.commands import add as add_serve

    add_serve(command("serve", _serve, "answer over HTTP: files in, tables out (extra service)", reading))

    doctor = command("doctor", _doctor, "say what is installed, what is missing, and how to get it")
    doctor.add_argument(
        "--model", metavar="DIR", help="folder of another model for names than the one that comes along"
    )

    predictions = command(
        "predictions", _predictions, "write what was read as labels for Label Studio or Web Annotation"
    )
    predictions.add_argument("out", metavar="OUT", help="output folder of vnplan extract")
    predictions.add_argument(
        "--as", dest="format", choices=LABEL_FORMATS, default=LABEL_FORMATS[0], help="(default: %(default)s)"
    )
    predictions.add_argument("--to", required=True, metavar="FILE", help="file to write")
    predictions.add_argument("--config", metavar="FILE", help="write the labelling configuration of Label Studio")

    gold = command("gold", _gold, "make gold of labels that people made in Label Studio or as Web Annotation")
    gold.add_argument("labels", metavar="FILE", help="what the other program exported, as JSON")
    gold.add_argument("--to", required=True, metavar="DIR", help="folder of the gold, a file a document")

    score = command("score", _score, "compare tables with gold made by hand")
    score.add_argument("out", metavar="OUT", help="output folder of vnplan extract")
    score.add_argument("gold", metavar="GOLD_DIR", help="folder with one JSON file a document")
    score.add_argument("--misses", action="store_true", help="list every value that differs")
    score.add_argument("--json", metavar="FILE", help="write the figures to this file")
    score.add_argument("--least", type=float, metavar="F", help=f"exit {SOME_FAILED} if a figure is below F (0 to 1)")

    measured = command("evaluate", _evaluate, "measure tables against gold: scores, confidence, what was won and lost")
    measured.add_argument("out", metavar="OUT", help="output folder of vnplan extract")
    measured.add_argument("gold", nargs="+", metavar="GOLD", help="folder with one JSON file a document")
    measured.add_argument("--misses", action="store_true", help="list every fact that is wrong or missed")
    measured.add_argument("--json", action="store_true", help="as JSON, for programs")
    measured.add_argument(
        "--against", metavar="OLD_OUT", help="list every fact won and lost since this older output, as Markdown"
    )
    return root


def _add_show(command: Callable[..., argparse.ArgumentParser], reading: argparse.ArgumentParser) -> None:
    show = command("show", _show, "show one document's facts, with the words they came from", reading)
    show.add_argument("file", metavar="FILE")
    show.add_argument("--json", action="store_true", help="as JSON, for programs")
    show.add_argument(
        "--image",
        type=int,
        metavar="N",
        help="write the image of page N with the facts marked on it (PDF, TIFF, PNG, JPEG, WebP)",
    )
    show.add_argument(
        "--out", metavar="PNG", help="file for the image (default: the file's name with -pN.png, in this folder)"
    )
    show.add_argument("--force", action="store_true", help="write the image also in the place of a file that is there")


def _settings(args: argparse.Namespace) -> Settings:
    defaults = Settings()
    if args.max_mb is not None and not 0 < args.max_mb < 1e9:
        raise UsageError(f"--max-mb must be a positive number, not {args.max_mb}")
    limit = defaults.max_bytes if args.max_mb is None else max(1, int(args.max_mb * 1e6))
    return Settings(
        max_bytes=limit,
        encoding=args.encoding,
        max_pages=defaults.max_pages if args.max_pages is None else args.max_pages,
        ner=args.ner,
        model=args.model,
        min_confidence=args.min_confidence,
        ocr_engine=args.ocr_engine,
        rules=args.rules,
        readers=None if args.readers is None else _names(args.readers),
        extractors=_extractors(args.extractors),
        passwords=_passwords(args),
        **{name: value for name in ("seconds", "megabytes") if (value := getattr(args, name, None)) is not None},
    )


def _extractors(words: str | None) -> tuple[str, ...] | None:
    if words is None:
        return None
    from .analysis import check_extractors

    names = _names(words)
    check_extractors(names)
    return names


def _names(words: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in words.split(",") if name.strip())


def _passwords(args: argparse.Namespace) -> tuple[str, ...]:
    """The passwords, from wherever they are given."""
    from .ingestion import load

    found = list(args.password or ())
    for name in args.password_file or ():
        try:
            data = sys.stdin.buffer.read(1 << 20) if name == "-" else load(name, 1 << 20)
            found += data.decode("utf-8-sig").splitlines()
        except (VnplanError, UnicodeDecodeError) as error:
            raise UsageError(f"--password-file {_name(name)} cannot be read: {error}") from None
    if args.ask_password:
        import getpass

        try:
            found.append(getpass.getpass("Password of protected files: "))
        except EOFError:
            raise UsageError("--ask-password needs somebody to answer; use --password-file") from None
    return tuple(dict.fromkeys(word for word in found if word))


def _cache_of(args: argparse.Namespace) -> str | bool:
    """Where recognised pages are kept: a folder, True for the user's own, False for nowhere."""
    if args.no_cache:
        return False
    return _cache_folder(args.cache) if args.cache is not None else True


def _cache_folder(name: str) -> str:
    if not name or (Path(name).exists() and not Path(name).is_dir()):
        raise UsageError(f"--cache must be a folder, not {_name(name) or 'empty'}")
    return name


# -- extract ---------------------------------------------------------------------------------------------------------


def _extract(args: argparse.Namespace) -> int:
    from .batch import extract_folder

    settings = _settings(args)
    done = ""

    def advance(progress: Progress) -> None:
        nonlocal done
        done = f"; {progress.done} of {progress.total} files are read and kept, the same command goes on from there"
        if report:
            report(progress)

    try:
        with _report(args) as report:
            summary = extract_folder(
                args.inputs,
                args.out,
                formats=_formats(args),
                lang=args.lang,
                after=_registrar(args),
                jobs=_jobs(args),
                settings=settings,
                progress=advance,
                cache=_cache_of(args),
                force=args.force,
                retry_errors=args.retry_errors,
                follow_links=args.follow_links,
                others="replace" if args.replace else "add" if args.add else "ask",
                verify=args.verify,
                engine=args.engine,
                address=args.address,
                ocr_workers=args.ocr_workers,
                text_workers=args.text_workers,
                profile=args.profile,
            )
    except (KeyboardInterrupt, _Terminated) as stop:
        raise type(stop)(done) from None
    _close(args, summary)
    _register(args)
    return SOME_FAILED if summary.errors else OK


def _registrar(args: argparse.Namespace) -> After | None:
    """What adds the register to the tables of a run; None where there is to be none."""
    from .ingestion.remote import is_url

    if args.no_register or is_url(args.out):
        return None
    from .register.update import join_run

    return partial(join_run, Path(args.out), _warn)


def _register(args: argparse.Namespace) -> None:
    """Say what the register holds; one that is missing or of another version is made first."""
    if _registrar(args) is None:
        return
    from .register.commands import summary_lines
    from .register.update import update_register

    summary = update_register(args.out, _warn)
    if not args.quiet and not args.json_log:
        for line in summary_lines(summary):
            _say(line[0].upper() + line[1:])


def _jobs(args: argparse.Namespace) -> int:
    if args.jobs is not None:
        return int(args.jobs)
    return 0 if getattr(args, "engine", "local") == "ray" else 1


def _formats(args: argparse.Namespace) -> list[str]:
    return [name.strip() for name in args.format.split(",") if name.strip()]


@contextmanager
def _report(args: argparse.Namespace) -> Iterator[Callable[[Progress], None] | None]:
    """What is shown while files are read."""
    from .batch import reports

    if args.json_log:
        yield reports.log()
    elif args.quiet:
        yield None
    elif not sys.stderr.isatty():
        yield reports.plain()
    else:
        with reports.bar() as shown:
            yield shown


def _close(args: argparse.Namespace, summary: RunSummary) -> None:
    """What is said of a run that is over."""
    from .batch import reports

    if args.json_log:
        reports.event("summary", **reports.as_values(summary))
    elif not args.quiet:
        _say("\n".join(reports.lines(summary)))


# -- watch -----------------------------------------------------------------------------------------------------------


def _watch(args: argparse.Namespace) -> int:
    from .batch import RunSummary, watch

    settings = _settings(args)
    failed, said = False, ""
    try:
        with _report(args) as report:
            for found in watch(
                args.inputs,
                args.out,
                interval=args.interval,
                once=args.once,
                formats=_formats(args),
                lang=args.lang,
                after=_registrar(args),
                jobs=_jobs(args),
                settings=settings,
                progress=report,
                cache=_cache_of(args),
                follow_links=args.follow_links,
            ):
                if isinstance(found, RunSummary):
                    failed, said = bool(found.errors), ""
                    if found.published:
                        _close(args, found)
                        _register(args)
                        with _printing():
                            sys.stdout.flush()  # whoever reads a pipe or a log waits for it
                elif str(found) != said:
                    failed, said = True, str(found)
                    _fail(f"{found}; trying again every {args.interval:g} s", OUTPUT)
    except (KeyboardInterrupt, _Terminated):
        return OK  # the way to end it
    return SOME_FAILED if failed else OK


# -- show ------------------------------------------------------------------------------------------------------------


def _show(args: argparse.Namespace) -> int:
    gc.disable()  # one document, and then the process ends; looking through what is loaded takes a fifth of the time

    from .entities.engines import check
    from .extraction import extract
    from .ingestion import load

    settings = _settings(args)
    check(settings.ner, settings.model)
    path = Path(args.file)
    if args.out is not None and args.image is None:
        raise UsageError("--out is the file for the page image: say which page, with --image N")
    if not os.path.lexists(path):
        raise UsageError(f"{_name(args.file)} does not exist")
    if path.is_dir():
        raise UsageError(f"{_name(args.file)} is a folder; use: vnplan extract {_name(args.file)} --out DIR")
    try:
        data = load(path, settings.max_bytes)
        extraction = extract(data, _name(path.name), settings, _cache_of(args))
    except VnplanError as error:
        return _fail(f"{_name(args.file)} {error} ({error.code})", SOME_FAILED)
    for record in extraction.errors:
        _fail(f"{_name(args.file)} {record.message} ({record.code})", SOME_FAILED)
    if args.image is not None:
        _write_image(args, data, extraction.plans, settings)
        return SOME_FAILED if extraction.errors else OK
    if args.json:
        from .ingestion.names import printable_json
        from .tables import rows_of
        from .tables.formats import dump, nested

        for rows in rows_of(extraction):
            if rows["plans"]:
                print(printable_json(dump(nested(rows), indent=2)))
    else:
        from .review.terminal import PipeConsole, show

        console = PipeConsole(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False, emoji=False)
        for result in extraction.plans:
            show(result, console)
    return SOME_FAILED if extraction.errors else OK


def _write_image(args: argparse.Namespace, data: bytes, plans: Sequence[PlanResult], settings: Settings) -> None:
    from .ingestion.names import counted
    from .review.page_image import draw_page

    try:
        drawn = draw_page(data, args.image, plans, settings)
    except UsageError as error:
        raise UsageError(f"{_name(args.file)} {error}") from None
    except VnplanError as error:
        raise type(error)(f"{_name(args.file)} {error}") from None
    out = Path(args.out if args.out is not None else f"{Path(args.file).stem}-p{args.image}.png")
    try:
        image = io.BytesIO()
        drawn.image.save(image, "PNG", optimize=True)
        _write_new(out, image.getvalue(), args.force)
    except FileExistsError:
        raise UsageError(f"{_name(str(out))} is there already; give another --out, or --force") from None
    except OSError as error:
        raise OutputError(f"cannot write {_name(str(out))}: {error.strerror or error}") from None
    for mark in drawn.marks:
        _say(f"{mark.code:4}  {mark.words[:110]}")
    _say(f"{counted(len(drawn.marks), 'fact')} marked on page {args.image}: {_name(str(out))}")


def _write_new(path: Path, data: bytes, force: bool) -> None:
    """Write a file that is not there yet; with `force` in the place of one that is: never through a link.

    Raises:
        FileExistsError: There is one.
        OSError: It cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    if not force:
        with open(os.open(path, flags, 0o666), "wb") as file:  # noqa: PTH123
            file.write(data)
        return
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    import secrets

    beside = path.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        with open(os.open(beside, flags, 0o666), "wb") as file:  # noqa: PTH123
            file.write(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


# -- diff ------------------------------------------------------------------------------------------------------------


def _diff(args: argparse.Namespace) -> int:
    import json
    from dataclasses import asdict

    from .entities.engines import check
    from .extraction import extract
    from .ingestion import load
    from .ingestion.names import printable_json
    from .register.commands import difference_lines
    from .register.differences import compare

    settings = _settings(args)
    check(settings.ner, settings.model)
    plans = []
    for name in (args.first, args.second):
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"{_name(name)} is no file" if path.exists() else f"{_name(name)} does not exist")
        extraction = extract(load(path, settings.max_bytes), _name(path.name), settings, _cache_of(args))
        for record in extraction.errors:
            _fail(f"{_name(name)} {record.message} ({record.code})", SOME_FAILED)
        if not extraction.plans:
            return SOME_FAILED
        plans.append(extraction.plans[0])
    found = compare(*plans)
    if args.json:
        print(printable_json(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1)))
    for line in [] if args.json else difference_lines(found):
        _say(line)
    return OK


# -- lookup ----------------------------------------------------------------------------------------------------------


def _lookup(args: argparse.Namespace) -> int:
    import datetime as dt

    from .linking.lookup import lookup
    from .review.meanings import as_json, lines

    name = " ".join(args.name)
    try:
        date = dt.date.fromisoformat(args.date) if args.date else None
    except ValueError:
        raise UsageError(f"--date must be a day such as 2024-05-31, not {_name(args.date)}") from None
    found = lookup(name, args.within, date)
    if args.json:
        print(as_json(found))
    for line in [] if args.json else lines(found):
        _say(line)
    if found:
        return OK
    return _fail(f"nothing is known by the name {_name(name)}; say where it was read, with --in PLACE", SOME_FAILED)


# -- cache -----------------------------------------------------------------------------------------------------------


def _cache(args: argparse.Namespace) -> int:
    from .ingestion.names import counted
    from .ocr.cache import OcrCache

    cache = OcrCache(None if args.cache is None else Path(_cache_folder(args.cache)))
    if args.clear:
        _say(f"{counted(cache.clear(), 'page')} deleted from {_name(str(cache.folder))}")
        return OK
    state = cache.state()
    _say(f"folder  {_name(str(state.folder))}" + ("" if state.folder.is_dir() else " (not there yet)"))
    _say(f"pages   {state.pages}")
    _say(f"size    {state.size / 1e6:.1f} MB of at most {state.limit / 1e6:.0f} MB")
    if state.oldest is not None and state.newest is not None:
        first, last = (time.strftime("%Y-%m-%d %H:%M", time.localtime(at)) for at in (state.oldest, state.newest))
        _say(f"used    {first} to {last}")
    return OK


# -- report ----------------------------------------------------------------------------------------------------------


def _report_on(args: argparse.Namespace) -> int:
    from .ingestion.names import counted
    from .review.report import write_report

    out = Path(args.out)
    folder = Path(args.to) if args.to else out / "report"
    count = write_report(out, folder, args.lang, args.images)
    _say(f"{counted(count, 'document')} in the report; open {_name(str(folder / 'index.html'))}")
    return OK


def _review(args: argparse.Namespace) -> int:
    from .ingestion.names import counted
    from .review.desk import Desk

    if args.out[0] == "export" and len(args.out) > 1:
        return _export(args, Path(args.out[1]))
    out = Path(args.out[0])
    if len(args.out) > 1 or args.gold or args.training:
        raise UsageError(
            "vnplan review takes one output folder; to write what was checked: "
            "vnplan review export OUT --gold DIR, or --training FILE"
        )
    if args.check:
        desk = Desk(out)
        _say(f"{counted(sum(1 for _ in desk.every()), 'document')}, {counted(len(desk.decisions()), 'decision')}")
        return OK
    import secrets

    from .review.app import serve
    from .review.guard import LOCAL

    token = None if args.host in LOCAL else secrets.token_urlsafe(16)
    shown = f"http://{args.host}:{args.port}/" + (f"?token={token}" if token else "")
    _say(f"review of {_name(str(out))}: {shown} (Ctrl-C to end)")
    serve(out, args.lang, args.host, args.port, token)
    return OK


def _rules(args: argparse.Namespace) -> int:
    for name, count in rules.load(Path(args.rules)).count().items():
        _say(f"{count:6}  {name}")
    return OK


def _export(args: argparse.Namespace, out: Path) -> int:
    from .ingestion.names import counted
    from .review.export import export_gold
    from .review.learning import export_training

    if not (args.gold or args.training) or len(args.out) > 2:
        raise UsageError("say where it is to go: vnplan review export OUT --gold DIR, or --training FILE")
    if args.gold:
        written = export_gold(out, Path(args.gold))
        _say(f"{counted(len(written), 'document')} on which somebody decided: {_name(args.gold)}")
    if args.training:
        samples = export_training(out, Path(args.training))
        _say(f"{counted(samples, 'sample')} of what was checked: {_name(args.training)}")
    return OK


def _serve(args: argparse.Namespace) -> int:
    from .service.commands import run

    with suppress(KeyboardInterrupt, _Terminated):  # the way to end it
        run(args, _settings(args), _cache_of(args), _say_now)
    return OK


def _say_now(text: str) -> None:
    _say(text)
    with _printing():
        sys.stdout.flush()


# -- doctor and score ------------------------------------------------------------------------------------------------


def _doctor(args: argparse.Namespace) -> int:
    from .doctor import examine

    checks = list(examine(args.model))
    width = max(len(check.name) for check in checks)
    for check in checks:
        _say(f"{check.state:8}  {check.name:{width}}  {check.found}")
        if check.remedy:
            _say(f"{'':8}  {'':{width}}  -> {check.remedy}")
    missing = sum(check.state == "missing" for check in checks)
    _say(f"{missing} required missing." if missing else "Everything required is here.")
    return MISSING if missing else OK


def _train(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from .training import Recipe, train

    given = {"rounds": args.rounds, "plans": args.plans}
    recipe = replace(Recipe(seed=args.seed), **{name: value for name, value in given.items() if value is not None})
    trained = train(args.out, args.texts, args.corrections, args.leave_out, recipe, _say)
    _say(f"model {trained.version} in {_name(args.out)}; to use it: --model {_name(args.out)}")
    return OK


def _predictions(args: argparse.Namespace) -> int:
    from .ingestion.names import counted
    from .labelling import CONFIG, write_predictions

    try:
        count = write_predictions(Path(args.out), Path(args.to), args.format)
        if args.config is not None:
            Path(args.config).write_text(CONFIG, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {_name(str(error.filename))}: {error.strerror or error}") from None
    _say(f"{counted(count, 'document')} in {_name(args.to)}")
    return OK


def _gold(args: argparse.Namespace) -> int:
    from .ingestion.names import counted
    from .labelling import write_gold

    try:
        count = write_gold(Path(args.labels), Path(args.to))
    except OSError as error:
        raise OutputError(f"cannot write {_name(args.to)}: {error.strerror or error}") from None
    _say(f"{counted(count, 'document')} in {_name(args.to)}; compare with: vnplan evaluate OUT {_name(args.to)}")
    return OK


def _score(args: argparse.Namespace) -> int:
    from .evaluation import score

    report = score(args.out, args.gold)
    _say("\n".join(report.lines(misses=args.misses)))
    if args.json:
        report.save(args.json)
    return SOME_FAILED if args.least is not None and report.lowest() < args.least else OK


def _evaluate(args: argparse.Namespace) -> int:
    from .evaluation import evaluate

    report = evaluate(args.out, args.gold)
    if args.against:
        from .evaluation.gains import gains, markdown

        older = evaluate(args.against, args.gold)
        _say("\n".join(markdown(gains(report.judged, older.judged))))
    else:
        _say(report.as_json() if args.json else "\n".join(report.lines(misses=args.misses)))
    return OK


if __name__ == "__main__":
    sys.exit(main())
