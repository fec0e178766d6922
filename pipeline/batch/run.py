"""One run: plan, have the engine work, keep what it gives, publish."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from .. import __version__
from ..analysis import check_plugins
from ..entities.engines import check
from ..errors import UsageError
from ..extraction import Cache
from ..ingestion import Entry, entries_of
from ..ingestion.names import masked
from ..ingestion.remote import is_url
from ..records import SCHEMA_VERSION
from ..settings import ALL_FORMATS, ENGINES, FORMATS, Settings
from ..tables import TableWriter
from ..tables.corrections import Corrections, Decision, standing
from ..tables.formats import dump
from ..tables.labels import About, Language, check_language
from ..tables.overlay import Overlay
from ..tables.pieces import Kept, Layout
from ..tables.schema import schema_digest
from ..tables.views import check_views
from ..tables.writer import PACKAGE, RUN
from .cluster import RayCluster, Scale, check_installed
from .inputs import Others, remember, with_earlier
from .ledger import Ledger
from .planning import Choice, Plan, made_for, plan, tasks
from .pool import LocalPool, available_cores
from .publishing import StoredDocuments, compact, part_name, run_jobs
from .remote import RemoteStorage
from .storage import DamagedPartError, LocalStorage, Storage, Stored
from .summary import Progress, RunSummary
from .times import Times
from .versions import engines, fingerprint
from .work import Done, Task, Work, work

After = Callable[[Path, str, Mapping[str, Any]], object]
"""Adds to the tables of a run in a folder; also given their identity, and what `run.json` will say of them."""
_PACKAGES = ("pandas", "pyarrow", "rapidfuzz")
_MOST_DAMAGED = 3  # parts found damaged in one run: more, and the disk is failing


class Engine(Protocol):
    """What works on tasks: the pool of this machine, a cluster."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """What each task gives, in any order; each item in exactly one `Done`, in its place of `outcomes` or `rest`.

        Items in `rest` are the engine's to hand out again. An item whose process dies is tried once more alone, and
        then given up with an error (`work.given_up`).
        """


def extract_folder(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    formats: Sequence[str] = FORMATS,
    jobs: int = 1,
    settings: Settings | None = None,
    progress: Callable[[Progress], None] | None = None,
    cache: Cache = True,
    force: bool = False,
    retry_errors: bool = False,
    verify: bool = False,
    follow_links: bool = False,
    others: Others = "ask",
    engine: str = "local",
    address: str | None = None,
    ocr_workers: int | None = None,
    text_workers: int | None = None,
    lang: Language = "vi",
    after: After | None = None,
    profile: str | os.PathLike[str] | None = None,
) -> RunSummary:
    """Extract all files of the inputs and write the tables to a folder.

    A file that cannot be read costs only itself: it becomes a row of the table `errors`, also if it crashes or hangs
    the process that reads it. The rows of all tables stand in the order of the files, whatever the number of jobs.
    Files that are as they were in the last run into this folder are not read again; files that are gone leave the
    tables.

    Args:
        inputs: A file or folder, or several; also a URL (`s3://bucket/plans`).
        out: The output folder, also as a URL; made if it is not there. Tables of an earlier run in it are replaced at
            the end.
        formats: Some of `csv`, `parquet`, `jsonl`, `duckdb`, `xlsx`, `xlsx-full`.
        jobs: Number of processes that read; 0 for one a core. A script that wants more than one must call this under
            `if __name__ == "__main__":`.
        settings: What to read and how; defaults to `Settings()`.
        progress: Called after every file that is read.
        cache: Folder in which recognised pages are kept; True for the user's own, None or False for none.
        force: Read all files, changed or not.
        retry_errors: Read those files again that gave an error.
        verify: Tell whether a file has changed by its content, not by size and time.
        follow_links: Read also what symbolic links in the inputs lead to outside of them.
        others: Where the tables in the folder are of other inputs, whose files would leave them: `ask` raises and says
            so, `replace` lets them go, `add` reads those inputs too.
        engine: `local` for processes of this machine, `ray` for a Ray cluster.
        address: Of the cluster: `auto` for the one that this machine belongs to, None for a Ray on this machine alone.
        ocr_workers: With `ray`, processes that recognise pages; as many as there is work and room for by default.
        text_workers: With `ray`, processes that analyse documents, likewise.
        lang: Language of the workbook (format `xlsx`): `vi` or `en`.
        after: Adds to the tables before they are moved into place, as the register does.
        profile: File that is written with where the time went, by stage and format, as JSON.

    Raises:
        UsageError: An input does not exist, or an argument is wrong.
        MissingDependencyError: A format, a URL or the engine needs something that is not installed, or the cluster is
            not there.
        OutputError: The output folder cannot be written; the tables in it are as they were, and what was read is kept.
        ModelError: The trained model for names is missing, damaged or of another version.
    """
    choice = Choice(force, retry_errors, verify, follow_links=follow_links, others=others)
    task = work if cache is True else partial(work, cache=cache)
    if settings is not None and settings.rules is not None and address is not None:
        raise UsageError("rules of one's own are read on this machine alone: leave --address out, or --rules")
    made = _engine(engine, address, ocr_workers, text_workers, cache)
    run = Run(inputs, out, formats, jobs, settings or Settings(), task, progress, made, lang, after)
    try:
        return run.go(choice)
    finally:
        if profile is not None:
            run.times.write(Path(profile))


def _engine(
    name: str, address: str | None, readers: int | None, analysers: int | None, cache: Cache
) -> Callable[[int, Settings, Work], Engine]:
    """What makes the engine of this name."""
    if name not in ENGINES:
        raise UsageError(f"engine {name!r} is not known; choose from {', '.join(ENGINES)}")
    if name == "ray":
        check_installed()
        return partial(RayCluster, scale=Scale(address, readers, analysers), cache=cache)
    if address is not None or readers is not None or analysers is not None:
        raise UsageError("address, ocr_workers and text_workers go with engine ray alone (--engine ray)")
    return LocalPool


class Run:
    """A run over some inputs into one output folder; may be gone again, as `watch` does.

    Args:
        inputs: A file or folder, or several.
        out: The output folder.
        formats: Formats of the tables.
        jobs: Number of processes; 0 for one a core.
        settings: What to read and how.
        work: What to do for one file.
        progress: Called after every file that is read.
        engine: Makes what works on the tasks; defaults to the local pool.
        lang: Language of the workbook.

    Raises:
        UsageError: A format is not known, or the number of jobs is wrong.
        MissingDependencyError: A format, or what is to find names, needs a package that is not installed.
        ModelError: The trained model for names is missing, damaged or of another version.
    """

    def __init__(
        self,
        inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        out: str | os.PathLike[str],
        formats: Sequence[str],
        jobs: int,
        settings: Settings,
        work: Work = work,
        progress: Callable[[Progress], None] | None = None,
        engine: Callable[[int, Settings, Work], Engine] = LocalPool,
        lang: Language = "vi",
        after: After | None = None,
    ) -> None:
        if jobs < 0:
            raise UsageError(f"jobs must be 0 (one a core) or more, not {jobs}")
        if not os.fspath(out):
            raise UsageError("the output folder has no name (an empty variable?); name one")
        self.inputs = [inputs] if isinstance(inputs, (str, os.PathLike)) else list(inputs)
        self.storage: Storage = RemoteStorage(str(out)) if is_url(out) else LocalStorage(Path(out))
        self.formats = _checked_formats(formats)
        check(settings.ner, settings.model)
        check_plugins(settings)
        self.jobs = jobs or available_cores()
        self.settings = settings
        self.work = work
        self.progress = progress
        self.engine = engine
        check_language(lang)
        self.lang = lang
        self.after = after
        self.times = Times()
        self._made = ""
        self._damaged = 0

    def go(self, choice: Choice) -> RunSummary:
        """Do what is to be done, and publish it."""
        while True:
            try:
                return self._go(choice)
            except DamagedPartError:  # it is gone by now: its files are read again
                self._damaged += 1
                if self._damaged > _MOST_DAMAGED:
                    raise

    def _go(self, choice: Choice) -> RunSummary:
        begun, started = time.perf_counter(), dt.datetime.now(dt.UTC)
        entries, skipped = self._entries(choice)
        summary = RunSummary(self.storage.name if is_url(self.storage.name) else self.storage.out)
        versions = engines(self.settings)
        self._made = fingerprint(self.settings, versions)
        corrections = self._corrections()
        with self.storage.hold() as notes:
            ledger = Ledger(self.storage)
            summary.notes += [*notes, *ledger.notes]
            try:
                with self.times.of_run("find files"):
                    inputs = with_earlier(self.inputs, ledger, choice.others)
                    if inputs != self.inputs:
                        self.inputs = inputs
                        entries, skipped = self._entries(choice)
                    planned = plan(entries, ledger, self.settings, self._made, choice)
                remember(self.inputs, ledger)
                summary.skipped = dict(skipped)
                self._read(planned, ledger)
                summary.files, summary.unchanged = planned.files, planned.unchanged
                summary.read = planned.files - planned.unchanged
                summary.removed, summary.waiting = planned.removed, planned.waiting
                summary.add(ledger.abouts())
                summary.duplicates = ledger.duplicates()
                summary.seconds = time.perf_counter() - begun
                with self.times.of_run("write tables"):
                    self._publish(summary, ledger, versions, started, corrections)
            finally:
                ledger.close()
        summary.seconds = time.perf_counter() - begun
        return summary

    def _entries(self, choice: Choice) -> tuple[Iterable[Entry], Mapping[str, int]]:
        """The files in order, and how many were left out, by reason; whole when the files were gone through."""
        return entries_of(self.inputs, self.storage.name, choice.follow_links)

    def _read(self, planned: Plan, ledger: Ledger) -> None:
        """Have the items read, and keep what they give as it comes."""
        if not planned.todo:
            return
        total = planned.todo.files
        done = errors = pages = 0
        pool = self.engine(min(self.jobs, len(planned.todo)), self.settings, self.work)
        results = pool.run(tasks(planned.todo, self.jobs))
        try:
            for result in results:
                with self.times.of_run("keep results"):
                    self._keep(result, ledger)
                self.times.add(result)
                for outcome in result.outcomes:
                    done += 1
                    errors += sum(outcome.about["errors"].values())
                    pages += outcome.about["pages"]
                    if self.progress:
                        source = outcome.item.entry.source
                        self.progress(Progress(done, total, errors, source, pages, outcome.code, planned.unchanged))
        finally:
            close = getattr(results, "close", None)
            if close:
                close()

    def _keep(self, result: Done, ledger: Ledger) -> None:
        """First the part, then the ledger: killed between the two, the part is known to nobody and goes."""
        made = [made_for(self._made, outcome.code, self.settings) for outcome in result.outcomes]
        pairs = list(zip(result.outcomes, made, strict=True))
        if all(ledger.is_same_failure(outcome, one) for outcome, one in pairs):
            return
        number = ledger.next_part()
        name = part_name(number)
        ledger.record(pairs, number, name, self.storage.write_part(name, result.part))

    # -- Publishing --------------------------------------------------------------------------------------------------

    def _publish(
        self,
        summary: RunSummary,
        ledger: Ledger,
        versions: dict[str, str | None],
        started: dt.datetime,
        corrections: list[Decision],
    ) -> None:
        want = json.dumps(
            {
                "version": ledger.version,
                "formats": self.formats,
                "made": self._made,
                "lang": self.lang,
                "decisions": len(corrections),
            }
        )
        if ledger.state("published") == want:
            if old := self.storage.published(self._files_of_last_run(ledger)):
                summary.rows, summary.written, summary.published = old["rows"], [*old["files"], PACKAGE, RUN], False
                return
        compact(ledger, self.storage)
        alike = json.dumps(
            [self.formats, self._made, len(corrections), self.after is not None, schema_digest(), _version("pyarrow")]
        )
        provenance = {
            "vnplan.settings": self.settings.fingerprint(),
            "vnplan.engines": dump({name: version for name, version in versions.items() if version}),
        }
        about = About(self.lang, tuple(str(Path(place).resolve()) for place in self._local_inputs()))
        with TableWriter(self.storage.out, self.formats, __version__, provenance, about) as writer:
            overlay = Overlay.of(standing(corrections))
            kept = self._kept(ledger, StoredDocuments(self.storage, overlay), alike)
            documents = StoredDocuments(self.storage, overlay, frozenset(kept.pieces))
            about_run = {"made_with": self._made, "decisions": len(corrections)}
            after = self.after
            add = (lambda folder, identity: after(folder, identity, about_run)) if after else None
            writer.write(documents, run_jobs(self.jobs, summary.documents), add, kept)
            summary.rows = dict(writer.counts)
            summary.notes += [*writer.notes, *map(_lost, documents.lost())]
            finished = dt.datetime.now(dt.UTC)
            run = self._manifest(summary, versions, started, finished) | about_run
            summary.written = writer.commit(finished.isoformat(timespec="seconds"), run)
            files = self.storage.publish(summary.written)
        ledger.keep("tables", json.dumps({name: astuple(stored) for name, stored in files.items()}))
        ledger.keep("layout", json.dumps([alike, writer.layout.to_json()]) if writer.layout else "")
        ledger.keep("published", want)

    def _kept(self, ledger: Ledger, documents: StoredDocuments, alike: str) -> Kept:
        """The pieces of the tables that are there and would be made again as they are.

        Args:
            ledger: Which holds what the tables consist of.
            documents: All of them.
            alike: What else the tables were made from.
        """
        keys = documents.keys()
        files = self._files_of_last_run(ledger)
        before, text = json.loads(ledger.state("layout") or '["", ""]')
        if before != alike or not files or not (folder := self.storage.tables_of_last_run(files)):
            return Kept(keys)
        kept = Kept(keys, folder, Layout.of_json(text))
        return kept if kept.layout.files <= files.keys() else Kept(keys)

    @staticmethod
    def _files_of_last_run(ledger: Ledger) -> dict[str, Stored]:
        return {name: Stored(*about) for name, about in json.loads(ledger.state("tables") or "{}").items()}

    def _corrections(self) -> list[Decision]:
        """What people decided; an output folder that is a URL has no review."""
        return [] if is_url(self.storage.name) else Corrections(self.storage.out).all()

    def _local_inputs(self) -> list[str]:
        return [os.fspath(place) for place in self.inputs if not is_url(os.fspath(place))]

    def _manifest(
        self, summary: RunSummary, versions: dict[str, str | None], started: dt.datetime, finished: dt.datetime
    ) -> dict[str, Any]:
        """What `run.json` says."""
        return {
            "vnplan": __version__,
            "schema_version": SCHEMA_VERSION,
            "engines": versions,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "packages": {name: _version(name) for name in _PACKAGES},
            "settings": self.settings.public(),
            "settings_fingerprint": self.settings.fingerprint(),
            "inputs": [
                masked(os.fsencode(os.fspath(item)).decode("utf-8", "backslashreplace")) for item in self.inputs
            ],
            "formats": list(self.formats),
            "jobs": self.jobs,
            "started": started.isoformat(timespec="seconds"),
            "finished": finished.isoformat(timespec="seconds"),
            "seconds": round(summary.seconds, 3),
            "files_seen": summary.files,
            "files_read": summary.read,
            "files_unchanged": summary.unchanged,
            "files_removed": summary.removed,
            "documents": summary.documents,
            "duplicates": summary.duplicates,
            "documents_with_warnings": summary.warned,
            "characters": summary.characters,
            "number_status": dict(summary.statuses["number"]),
            "issue_date_status": dict(summary.statuses["issue_date"]),
            "errors": dict(sorted(summary.errors.items())),
            "skipped": summary.skipped,
            "rows": summary.rows,
        }


def _lost(decision: Decision) -> str:
    what = f"{decision.key.words[:80]!r} ({decision.key.kind}, by {decision.who})"
    return f"corrections: no fact has the words {what} any more; the decision is kept: see vnplan review"


def _checked_formats(formats: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys([formats] if isinstance(formats, str) else formats))
    unknown = [name for name in wanted if name not in ALL_FORMATS]
    if unknown or not wanted:
        what = f"format {unknown[0]!r} is not known" if unknown else "no format given"
        raise UsageError(f"{what}; choose from {', '.join(ALL_FORMATS)}")
    check_views(wanted)
    return wanted


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
