"""What the user sees of a run: a bar on a terminal, plain lines elsewhere, JSON for programs, and the closing words."""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from ..errors import OutputError
from ..ingestion.names import counted, escape_name, printable, printable_json
from .summary import Progress, RunSummary

_WRITING = "writing the tables"
Report = Callable[[Progress], None]


@contextmanager
def bar() -> Iterator[Report]:
    """A bar on the terminal: on the error stream, so that it mixes with nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
    )
    started = time.monotonic()
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None, note="looking at the files")

        def advance(progress: Progress) -> None:
            rate = progress.done / max(time.monotonic() - started, 0.001)
            pages = f", {progress.pages} pages" if progress.pages else ""
            failed = f", {progress.errors} errors" if progress.errors else ""
            doing = progress.source[-50:] if progress.done < progress.total else _WRITING
            note = f"{rate:.1f} a second{pages}{failed}  {doing}"
            shown.update(task, completed=progress.done, total=progress.total, note=printable(note))

        yield advance


def plain(every: float = 5.0, stream: IO[str] | None = None) -> Report:
    """A plain line now and then, on the error stream, and one when all is read if that took long enough to need any.

    Args:
        every: Seconds between two lines.
        stream: Another stream.
    """
    started = last = time.monotonic()

    def advance(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= every or (progress.done == progress.total and now - started >= every):
            last = now
            rate = progress.done / (now - started)
            pages = f", {progress.pages} pages" if progress.pages else ""
            failed = f", {progress.errors} failed" if progress.errors else ""
            left = f"{_duration((progress.total - progress.done) / rate)} left"
            doing = left if progress.done < progress.total else _WRITING
            line = f"{progress.done} of {progress.total} files{pages}, {rate:.1f} a second{failed}, {doing}"
            with suppress(OSError):  # nobody reads it
                print(line, file=stream or sys.stderr, flush=True)

    return advance


def log(stream: IO[str] | None = None) -> Report:
    """A JSON object for every file, a line each, on the output stream."""
    started = time.monotonic()

    def advance(progress: Progress) -> None:
        seconds = time.monotonic() - started
        rate = progress.done / max(seconds, 0.001)
        event(
            "file",
            stream,
            source=progress.source,
            code=progress.code or None,
            done=progress.done,
            total=progress.total,
            unchanged=progress.unchanged,
            errors=progress.errors,
            pages=progress.pages,
            seconds=round(seconds, 3),
            seconds_left=round((progress.total - progress.done) / rate, 3),
        )

    return advance


def event(name: str, stream: IO[str] | None = None, **values: Any) -> None:
    """Write one JSON object: what happened, when, and its values."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    line = printable_json(json.dumps({"event": name, "time": now, **values}, ensure_ascii=False))
    try:
        print(line, file=stream or sys.stdout, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"cannot write the output: {error.strerror or error}") from error


def as_values(summary: RunSummary) -> dict[str, Any]:
    """A summary for the log."""
    return {
        "out": str(summary.out),
        "files": summary.files,
        "read": summary.read,
        "unchanged": summary.unchanged,
        "removed": summary.removed,
        "waiting": summary.waiting,
        "documents": summary.documents,
        "duplicates": summary.duplicates,
        "pages": summary.pages,
        "errors": dict(sorted(summary.errors.items())),
        "skipped": summary.skipped,
        "rows": summary.rows,
        "seconds": round(summary.seconds, 3),
        "published": summary.published,
        "written": summary.written,
        "notes": summary.notes,
    }


def lines(summary: RunSummary) -> Iterator[str]:
    """The closing words."""
    number, date = summary.statuses["number"], summary.statuses["issue_date"]
    yield f"{counted(summary.documents, 'document')} from {counted(summary.files, 'file')} in {summary.seconds:.1f} s"
    if not summary.files:
        yield "  no file was found in the input"
    if summary.unchanged or summary.removed:
        gone = f", {summary.removed} gone from the tables" if summary.removed else ""
        yield f"  {summary.read} read, {summary.unchanged} unchanged since the last run{gone}"
    for name, statuses in (("number", number), ("date", date)):
        others = [f"{count} {status}" for status, count in sorted(statuses.items()) if status != "found"]
        if summary.documents:
            yield f"  {name} found in {statuses['found']}" + (f" ({', '.join(others)})" if others else "")
    facts = ("citations", "targets", "responsibilities", "deadlines")
    yield "  " + ", ".join(f"{summary.rows.get(name, 0)} {name}" for name in facts)
    if summary.duplicates:
        copies = counted(summary.duplicates, "document")
        yield f"  {copies} with the content of an earlier one: see the column duplicate_of"
    if summary.warned:
        yield f"  {counted(summary.warned, 'document')} with warnings: see the column warnings"
    if summary.skipped:
        skipped = ", ".join(f"{count} {reason}" for reason, count in sorted(summary.skipped.items()))
        yield f"  left out: {skipped}"
    for code, count in sorted(summary.errors.items()):
        yield f"  not read: {count} {code}"
    for note in summary.notes:
        yield f"  {note}"
    first = next((f"plans.{end}" for end in ("csv", "parquet", "jsonl") if f"plans.{end}" in summary.written), "")
    first = first or next(iter(summary.written), "")
    errors = f"; errors are in {first.replace('plans', 'errors')}" if summary.errors else ""
    yield f"Tables in {escape_name(str(summary.out))}: open {first} first{errors}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
