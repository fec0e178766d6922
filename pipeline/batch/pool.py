"""Many files, in order: in this process, or in a pool of processes that may die without harm."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait

from ..errors import UsageError, WorkerDiedError
from ..extraction import failure, internal
from ..ingestion import Entry
from ..records import Extraction
from ..settings import Settings

Work = Callable[[Entry, Settings], Extraction]
# Files handed to the pool for each worker: enough to keep all busy, few enough to keep memory bounded.
_AHEAD = 4


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(entries: Sequence[Entry], settings: Settings, work: Work, jobs: int = 1) -> Iterator[Extraction]:
    """What each file gives, in the order of the files.

    Args:
        entries: The files.
        settings: For all of them.
        work: What to do for one; must be importable, since it is called in other processes.
        jobs: Number of processes; with 1 the work is done in this one.

    Raises:
        UsageError: Worker processes cannot be started.
    """
    if jobs == 1 or len(entries) < 2:
        for entry in entries:
            yield work(entry, settings)
        return
    yield from _parallel(entries, settings, work, min(jobs, len(entries)))


def _parallel(entries: Sequence[Entry], settings: Settings, work: Work, jobs: int) -> Iterator[Extraction]:
    waiting = iter(entries)
    pending: deque[tuple[Entry, Future[Extraction]]] = deque()
    pool = _Pool(jobs)
    try:
        pool.check()
        while True:
            for entry in islice(waiting, jobs * _AHEAD - len(pending)):
                pending.append((entry, pool.submit(work, entry, settings)))
            if not pending:
                return
            entry, future = pending[0]
            if isinstance(future.exception(), BrokenProcessPool):
                # One of the pending files killed its worker, and with it the pool: each gets a second chance, alone.
                pool.kill()
                yield from _one_by_one(pending, settings, work)
                pending.clear()
                pool = _Pool(jobs)
            else:
                pending.popleft()
                yield _outcome(entry, future)
    finally:
        pool.kill()


def _one_by_one(
    pending: deque[tuple[Entry, Future[Extraction]]], settings: Settings, work: Work
) -> Iterator[Extraction]:
    """The outcome of each pending file; one that kills its worker a second time is reported."""
    pool = _Pool(1)
    try:
        for entry, future in pending:
            if isinstance(future.exception(), BrokenProcessPool):
                future = pool.submit(work, entry, settings)
                if isinstance(future.exception(), BrokenProcessPool):
                    pool.kill()
                    pool = _Pool(1)
            yield _outcome(entry, future)
    finally:
        pool.kill()


def _outcome(entry: Entry, future: Future[Extraction]) -> Extraction:
    error = future.exception()
    if isinstance(error, BrokenProcessPool):
        words = "the process that worked on it died (out of memory, or a crash), twice; the other documents went on"
        return failure(entry.source, WorkerDiedError(words))
    return failure(entry.source, internal(error)) if error else future.result()


class _Pool:
    """A pool of fresh processes that can be ended at once."""

    def __init__(self, jobs: int) -> None:
        # `spawn`: a forked child would inherit the locks of the progress bar's thread.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_worker)

    def submit(self, work: Work, entry: Entry, settings: Settings) -> Future[Extraction]:
        """Hand over one file; on a broken pool, a future that says so."""
        try:
            with _unbroken():
                return self._pool.submit(work, entry, settings)
        except BrokenProcessPool as error:
            future: Future[Extraction] = Future()
            future.set_exception(error)
            return future

    def check(self) -> None:
        """See whether workers can start at all."""
        try:
            with _unbroken():
                first = self._pool.submit(os.getpid)
            first.result()
        except BrokenProcessPool as error:
            raise UsageError(
                "worker processes cannot start; in a script, call extract_folder under `if __name__ == '__main__':`, "
                "or work with jobs=1"
            ) from error

    def kill(self) -> None:
        """End all workers now, whatever they are doing."""
        workers = list((getattr(self._pool, "_processes", None) or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()


_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def _unbroken() -> Iterator[None]:
    """Puts off Ctrl-C and SIGTERM while a worker is started: half started, it would print a traceback.

    A new process inherits the mask, so that Ctrl-C on the terminal does not end it before it is ready either.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows has no such mask
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker() -> None:
    """In a worker: Ctrl-C is the parent's business, and a worker never outlives its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP_SIGNALS)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
