"""A job: what was uploaded in one request, where it lies, and how far it is."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Literal

from ..batch.planning import Choice
from ..batch.run import Run
from ..batch.summary import Progress
from ..errors import VnplanError
from ..extraction import told
from ..ingestion import Entry, plain_name
from ..settings import FORMATS, Settings
from ..tables.writer import sync
from .readers import ClosedError, Readers, Turn

State = Literal["waiting", "running", "done", "failed"]
_ABOUT, _IN, _OUT = "job.json", "in", "out"
_LONGEST_NAME = 200  # characters


class CancelledJobError(Exception):
    """Somebody has deleted the job."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a job: the client's name for it, and its size in bytes. It lies under its number."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client may choose."""

    extractors: tuple[str, ...] | None = None
    min_confidence: float = 0.0

    def on(self, settings: Settings) -> Settings:
        """The settings of the service with what the client chose.

        Raises:
            UsageError: It chose something out of range.
        """
        return replace(
            settings,
            extractors=settings.extractors if self.extractors is None else self.extractors,
            min_confidence=max(settings.min_confidence, self.min_confidence),
        )


@dataclass
class Job:
    """A job.

    Attributes:
        id: Cannot be guessed; also the name of its folder.
        folder: Where it lies.
        files: What was uploaded, in order.
        wish: What the client chose.
        created: When it was accepted.
        state: How far it is.
        finished: When it came to its end.
        documents: How many documents were found.
        done: Files that were read; of those that a restart interrupted, also those from before.
        errors: Errors so far.
        problem: Code and message of what kept it from its end, for a job that failed.
        ended: Resolved when it is done, failed or deleted.
        cancelled: Set when it is deleted.
    """

    id: str
    folder: Path
    files: tuple[Upload, ...]
    wish: Wish = field(default_factory=Wish)
    created: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    state: State = "waiting"
    finished: dt.datetime | None = None
    documents: int = 0
    done: int = 0
    errors: int = 0
    problem: tuple[str, str] | None = None
    ended: Future[None] = field(default_factory=Future, repr=False)
    cancelled: Event = field(default_factory=Event, repr=False)

    @property
    def out(self) -> Path:
        """The output folder."""
        return self.folder / _OUT

    def entries(self) -> list[Entry]:
        """The files as a run takes them."""
        return [
            Entry(str(_place(self.folder, number)), upload.name, info=(upload.size, number))
            for number, upload in enumerate(self.files, 1)
        ]

    def file(self, source: str) -> Entry | None:
        """The file that a source path of the tables comes from."""
        found = [entry for entry in self.entries() if source == entry.source or _is_in(source, entry.source)]
        return max(found, key=lambda entry: len(entry.source), default=None)

    # -- On the disk -------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write down what a restart must know."""
        kept = {
            "id": self.id,
            "files": [asdict(one) for one in self.files],
            "wish": asdict(self.wish),
            "created": self.created.isoformat(),
            "state": self.state,
            "finished": self.finished and self.finished.isoformat(),
            "documents": self.documents,
            "done": self.done,
            "errors": self.errors,
            "problem": self.problem,
        }
        beside = self.folder / f".{_ABOUT}"
        with beside.open("w", encoding="utf-8") as file:
            json.dump(kept, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / _ABOUT)
        sync(self.folder)

    @classmethod
    def load(cls, folder: Path) -> Job:
        """The job of a folder.

        Raises:
            OSError, ValueError, KeyError, TypeError: There is none, or it is spoilt.
        """
        kept = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        wish, problem, finished = kept["wish"], kept["problem"], kept["finished"]
        chosen = wish["extractors"]
        return cls(
            kept["id"],
            folder,
            tuple(Upload(one["name"], one["size"]) for one in kept["files"]),
            Wish(None if chosen is None else tuple(chosen), wish["min_confidence"]),
            dt.datetime.fromisoformat(kept["created"]),
            kept["state"],
            dt.datetime.fromisoformat(finished) if finished else None,
            kept["documents"],
            kept["done"],
            kept["errors"],
            (problem[0], problem[1]) if problem else None,
        )

    def remove(self) -> None:
        """Take it from the disk; what is being sent to a client is sent to its end."""
        gone = self.folder.with_name(f".gone-{self.id}")
        with suppress(OSError):
            self.folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    # -- At work -----------------------------------------------------------------------------------------------------

    def work(self, readers: Readers, settings: Settings) -> None:
        """Read the files and write the tables, or say why that cannot be; goes on where a restart interrupted it.

        Raises:
            ClosedError: The service ends.
        """
        self.state = "running"
        try:
            summary = _JobRun(self, readers, self.wish.on(settings)).go(Choice())
            self.documents, self.done = summary.documents, len(self.files)
            self.errors = sum(summary.errors.values())
            self.state = "done"
        except (ClosedError, CancelledJobError):
            raise
        except Exception as error:  # of the machine, or ours: the files are there, and the next start tries again
            found = error if isinstance(error, VnplanError) else told(error)
            self.state, self.problem = "failed", (found.code, found.message)
        self.finished = dt.datetime.now(dt.UTC)

    def advance(self, progress: Progress) -> None:
        """Take note of how far a run is.

        Raises:
            CancelledJobError: It is not wanted any more.
        """
        self.done, self.errors = progress.done + progress.unchanged, progress.errors
        if self.cancelled.is_set():
            raise CancelledJobError


class _JobRun(Run):
    """The run of a job: its files under the names that the client gave, in the processes that all jobs share."""

    def __init__(self, job: Job, readers: Readers, settings: Settings) -> None:
        def engine(jobs: int, settings: Settings, work: object) -> Turn:
            return Turn(readers, settings)

        super().__init__([], job.out, FORMATS, readers.jobs, settings, progress=job.advance, engine=engine)
        self._job = job

    def _entries(self, choice: Choice) -> tuple[Iterable[Entry], Mapping[str, int]]:
        return self._job.entries(), {}


def _place(folder: Path, number: int) -> Path:
    return folder / _IN / f"{number:05}"


def _is_in(source: str, name: str) -> bool:
    """Whether a source path is that of a member or later document of a file."""
    return source.startswith((f"{name}!", f"{name}#"))


def names_of(given: Iterable[str | None]) -> list[str]:
    """The names that clients give, as words for the column `source`: no folders, and each once."""
    used: set[str] = set()
    names = []
    for name in given:
        last = plain_name((name or "").replace("\\", "/").rpartition("/")[2]).strip()
        plain = last.replace("!", "_").replace("#", "_")[-_LONGEST_NAME:] or "document"
        stem, dot, suffix = plain.rpartition(".") if "." in plain[1:] else (plain, "", "")
        number, unique = 1, plain
        while unique in used:
            number += 1
            unique = f"{stem} ({number}){dot}{suffix}"
        used.add(unique)
        names.append(unique)
    return names


def create(folder: Path, job: str, names: Iterable[str], writers: Iterable[Callable[[Path], int]], wish: Wish) -> Job:
    """Put a job on the disk; when this returns it is accepted, whatever happens then.

    Args:
        folder: Of all jobs.
        job: Its id.
        names: Of its files.
        writers: Each writes a file to a path, and gives its size in bytes.
        wish: What the client chose.

    Raises:
        OSError: The disk is full, or cannot be written.
    """
    beside = folder / f".new-{job}"
    (beside / _IN).mkdir(parents=True)
    try:
        files = []
        for number, (name, write) in enumerate(zip(names, writers, strict=True), 1):
            place = _place(beside, number)
            files.append(Upload(name, write(place)))
            sync(place)
        sync(beside / _IN)
        made = Job(job, beside, tuple(files), wish)
        made.save()
        beside.rename(folder / job)
        sync(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    made.folder = folder / job
    return made
