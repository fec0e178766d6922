"""All jobs of the service: those on the disk, those that wait, and those that are worked on."""

from __future__ import annotations

import datetime as dt
import errno
import logging
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from ..analysis import check_extractors, check_plugins
from ..batch.pool import available_cores
from ..batch.work import work
from ..entities.engines import check
from ..tables.writer import explained, locked
from .job import CancelledJobError, Job, Wish, create, names_of
from .options import ServiceOptions
from .readers import ClosedError, Readers

_log = logging.getLogger("vnplan")
_JOBS = "jobs"
_AT_A_TIME = 3  # jobs for each process: while one waits for the disk the others have work
_SWEEP_SECONDS = 300.0


class BusyError(Exception):
    """There are as many jobs as may wait."""


class NoRoomError(Exception):
    """There is too little room on the disk."""


class Store:
    """The jobs.

    Args:
        options: How the service works.
    """

    def __init__(self, options: ServiceOptions) -> None:
        self.options = options
        self._folder = options.data / _JOBS
        jobs = options.jobs or available_cores()
        task = work if options.cache is True else partial(work, cache=options.cache)
        self.readers = Readers(jobs, options.settings, task)
        self._jobs: dict[str, Job] = {}
        self._guard = threading.Lock()
        self._uploads = 0
        self._threads = ThreadPoolExecutor(jobs * _AT_A_TIME, thread_name_prefix="vnplan-job")
        self._closing = threading.Event()
        self._held = ExitStack()

    def open(self) -> None:
        """Take up the folder: jobs that a restart interrupted go on.

        Raises:
            OutputError: It cannot be written, or another service holds it.
            UsageError, ModelError, MissingDependencyError: The settings cannot be used here.
        """
        check(self.options.settings.ner, self.options.settings.model)
        check_plugins(self.options.settings)
        with explained(self.options.data):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._held.enter_context(locked(self.options.data))
        self.readers.start()
        found = []
        for folder in self._folder.iterdir():
            if folder.name.startswith("."):
                shutil.rmtree(folder, ignore_errors=True)  # half an upload, or half a removal
                continue
            try:
                found.append(Job.load(folder))
            except (OSError, ValueError, KeyError, TypeError) as error:
                _log.warning("%s is no job: %s", folder.name, error)
        for job in sorted(found, key=lambda job: job.created):
            self._jobs[job.id] = job
            if job.state == "done":
                job.ended.set_result(None)
            else:
                self._submit(job)
        threading.Thread(target=self._sweep, name="vnplan-sweep", daemon=True).start()

    def close(self) -> None:
        """Stop; what is not done yet goes on when the service is started again."""
        self._closing.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.readers.close()
        self._threads.shutdown(wait=True)
        self._held.close()

    def get(self, job: str) -> Job | None:
        """The job of this id."""
        return self._jobs.get(job)

    def every(self) -> list[Job]:
        """All jobs, the newest first."""
        return sorted(self._jobs.values(), key=lambda job: job.created, reverse=True)

    @property
    def unfinished(self) -> int:
        """How many jobs wait or are worked on."""
        return sum(job.state in ("waiting", "running") for job in list(self._jobs.values()))

    @contextmanager
    def room(self) -> Iterator[None]:
        """Room for another job, kept while it is uploaded.

        Raises:
            BusyError, NoRoomError: There is none.
        """
        with self._guard:
            if self.unfinished + self._uploads >= self.options.max_waiting:
                raise BusyError
            if shutil.disk_usage(self._folder).free < self.options.min_free:
                raise NoRoomError
            self._uploads += 1
        try:
            yield
        finally:
            with self._guard:
                self._uploads -= 1

    def accept(self, names: Sequence[str | None], writers: Sequence[Callable[[Path], int]], wish: Wish) -> Job:
        """Make a job of what was uploaded while `room` was held; when this returns it is on the disk.

        Args:
            names: Of its files, as the client gives them.
            writers: Each writes a file to a path, and gives its size in bytes.
            wish: What the client chose.

        Raises:
            UsageError: The wish cannot be fulfilled.
            NoRoomError, OSError: There is no room on the disk.
        """
        check_extractors(wish.extractors)
        wish.on(self.options.settings)
        try:
            job = create(self._folder, secrets.token_hex(16), names_of(names), writers, wish)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoRoomError from error
            raise
        with self._guard:
            self._jobs[job.id] = job
        self._submit(job)
        return job

    def remove(self, job: Job) -> None:
        """Delete a job; one that is worked on ends first."""
        with self._guard:
            self._jobs.pop(job.id, None)
            job.cancelled.set()
            if job.state == "running":
                return  # its thread removes it
        job.remove()
        if not job.ended.done():
            job.ended.set_result(None)

    # -- Threads -----------------------------------------------------------------------------------------------------

    def _submit(self, job: Job) -> None:
        job.state, job.problem = "waiting", None
        with suppress(RuntimeError):  # the service ends: the next start takes it up
            self._threads.submit(self._work, job)

    def _work(self, job: Job) -> None:
        with self._guard:
            if job.cancelled.is_set():
                return
            job.state = "running"
        try:
            job.work(self.readers, self.options.settings)
            if not job.cancelled.is_set():
                job.save()
        except ClosedError:
            job.state = "waiting"
            return
        except CancelledJobError:
            pass
        except OSError as error:  # what it came to is there; the next start finds that out again
            _log.warning("job %s cannot be written down: %s", job.id, error)
        with self._guard:
            gone = job.cancelled.is_set()
        if gone:
            job.remove()
        if not job.ended.done():
            job.ended.set_result(None)

    def _sweep(self) -> None:
        """Remove jobs whose time is over, from time to time."""
        while not self._closing.wait(min(_SWEEP_SECONDS, self.options.keep_hours * 600)):
            before = dt.datetime.now(dt.UTC) - dt.timedelta(hours=self.options.keep_hours)
            for job in self.every():
                if job.finished is not None and job.finished < before:
                    self.remove(job)
