"""A folder of files to tables: the local run."""

from __future__ import annotations

import datetime as dt
import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..entities.engines import check, version_of
from ..errors import UsageError
from ..extraction import Cache
from ..ingestion import discover
from ..ocr import tesseract
from ..records import SCHEMA_VERSION, Extraction
from ..settings import FORMATS, Settings
from ..tables import TableWriter, load_tables
from ..tables.formats import dump
from .pool import available_cores, run
from .work import work

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Progress", "RunSummary", "extract_folder"]

_ENGINES = ("pandas", "pyarrow", "rapidfuzz")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files done of all, those that gave an error, and the one just done."""

    done: int
    total: int
    errors: int
    source: str


@dataclass
class RunSummary:
    """What a run did.

    Attributes:
        out: The output folder.
        files: Files looked at.
        documents: Rows of `plans`.
        statuses: For number and issue_date, how many documents have which status.
        warned: Documents with a warning.
        errors: Rows of `errors` by code.
        skipped: Files left out, by reason.
        rows: Rows by table.
        characters: Characters of text read.
        seconds: Time from start to finish.
        written: Names of the files written.
    """

    out: Path
    files: int = 0
    documents: int = 0
    statuses: dict[str, Counter[str]] = field(default_factory=lambda: {"number": Counter(), "issue_date": Counter()})
    warned: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    characters: int = 0
    seconds: float = 0.0
    written: list[str] = field(default_factory=list)

    def add(self, extraction: Extraction) -> None:
        """Count what one file gave."""
        self.files += 1
        for result in extraction.plans:
            self.documents += 1
            self.characters += len(result.text)
            self.statuses["number"][result.plan.number_status] += 1
            self.statuses["issue_date"][result.plan.issue_date_status] += 1
            self.warned += bool(result.plan.warnings)
        self.errors.update(error.code for error in extraction.errors)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables written, as pandas frames."""
        return load_tables(self.out)


def extract_folder(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    formats: Sequence[str] = FORMATS,
    jobs: int = 1,
    settings: Settings | None = None,
    progress: Callable[[Progress], None] | None = None,
    cache: Cache = True,
) -> RunSummary:
    """Extract all files of the inputs and write the tables to a folder.

    A file that cannot be read costs only itself: it becomes a row of the table `errors`. The rows of all tables stand
    in the order of the files, whatever the number of jobs.

    Args:
        inputs: A file or folder, or several.
        out: The output folder; made if it is not there. Tables of an earlier run in it are replaced at the end.
        formats: Some of `csv`, `parquet`, `jsonl`.
        jobs: Number of processes; 0 for one a core. A script that wants more than one must call this under
            `if __name__ == "__main__":`.
        settings: What to read and how; defaults to `Settings()`.
        progress: Called after every file.
        cache: Folder in which recognised pages are kept; True for the user's own, None or False for none.

    Raises:
        UsageError: An input does not exist, or an argument is wrong.
        OutputError: The output folder cannot be written; the tables in it are as they were.
        ModelError: The trained model for names is missing, damaged or of another version.
        MissingDependencyError: The package that is to find names is not installed.
    """
    settings = settings or Settings()
    formats = _checked_formats(formats)
    if jobs < 0:
        raise UsageError(f"jobs must be 0 (one a core) or more, not {jobs}")
    check(settings.ner)
    given = [inputs] if isinstance(inputs, (str, os.PathLike)) else list(inputs)
    begun, started = time.perf_counter(), dt.datetime.now(dt.UTC)
    found = discover(given, exclude=out)
    summary = RunSummary(Path(out), skipped=found.skipped)
    engines = {"rules": __version__, "tesseract": tesseract.version(), "ner": version_of(settings.ner)}
    provenance = {
        "vnplan.settings": settings.fingerprint(),
        "vnplan.engines": dump({name: version for name, version in engines.items() if version}),
    }
    with TableWriter(summary.out, formats, __version__, provenance) as writer:
        task = work if cache is True else partial(work, cache=cache)
        for extraction in run(found.entries, settings, task, jobs or available_cores()):
            writer.write(extraction)
            summary.add(extraction)
            if progress:
                count = sum(summary.errors.values())
                progress(Progress(summary.files, len(found.entries), count, extraction.source))
        summary.rows = dict(writer.counts)
        summary.seconds = time.perf_counter() - begun
        finished = dt.datetime.now(dt.UTC)
        about = _manifest(summary, given, formats, jobs, settings, engines, started, finished)
        summary.written = writer.commit(finished.isoformat(timespec="seconds"), about)
    summary.seconds = time.perf_counter() - begun
    return summary


def _checked_formats(formats: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys([formats] if isinstance(formats, str) else formats))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        what = f"format {unknown[0]!r} is not known" if unknown else "no format given"
        raise UsageError(f"{what}; choose from {', '.join(FORMATS)}")
    return wanted


def _manifest(
    summary: RunSummary,
    inputs: Sequence[str | os.PathLike[str]],
    formats: Sequence[str],
    jobs: int,
    settings: Settings,
    engines: dict[str, str | None],
    started: dt.datetime,
    finished: dt.datetime,
) -> dict[str, Any]:
    """What `run.json` says."""
    return {
        "vnplan": __version__,
        "schema_version": SCHEMA_VERSION,
        "engines": engines,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in _ENGINES},
        "settings": settings.public(),
        "settings_fingerprint": settings.fingerprint(),
        "inputs": [os.fsencode(os.fspath(item)).decode("utf-8", "backslashreplace") for item in inputs],
        "formats": list(formats),
        "jobs": jobs,
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "seconds": round(summary.seconds, 3),
        "files_seen": summary.files,
        "documents": summary.documents,
        "documents_with_warnings": summary.warned,
        "characters": summary.characters,
        "number_status": dict(summary.statuses["number"]),
        "issue_date_status": dict(summary.statuses["issue_date"]),
        "errors": dict(sorted(summary.errors.items())),
        "skipped": summary.skipped,
        "rows": summary.rows,
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
