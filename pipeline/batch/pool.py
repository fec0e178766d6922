"""The local engine: tasks in processes that may hang, grow or die without harm.

Each worker is a pebble `ProcessPool` of one process, so that no two share a pipe: one that is killed in the middle of a
message spoils nobody else's. A worker tells through shared memory which item it has begun and when, so that the limits
hold for each document, also while it is deep in foreign code, and so that a death is laid at the right door:

- what the task had done before is done again, what came after it goes on;
- the document itself is tried once more when nothing else runs, since it may have been a neighbour that had taken all
  memory or all time. If its process dies again it is put in quarantine.

A document of many pages may take long: its time begins anew with every page that is recognised and every program that
it starts (LibreOffice, Tesseract), and grows with the text that is found in it, not with the size of its file.

With one job the worker is forked, which costs next to nothing and needs no `if __name__ == "__main__":` in scripts.
With more, workers come from a fork server, since a fork would inherit what the threads of this process happen to hold.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pickle
import resource
import signal
import threading
import time
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Any, Protocol

import psutil
from pebble import ProcessExpired, ProcessPool

from ..errors import MachineError, MemoryLimitError, TimeLimitError, UsageError, VnplanError, WorkerDiedError
from ..ingestion.programs import is_keeper
from ..ingestion.progress import listening
from ..settings import Settings
from .garbage import settle
from .work import Done, Task, Work, given_up, time_limit

_RECYCLED = 200  # tasks after which a worker is replaced, so that what leaks stays small
_POLL = 0.1  # seconds between two looks at the workers
_LOOK_BELOW = 1.0  # seconds between two looks at the programs that a worker has started, which go through all processes
_START_SECONDS, _START_FAILURES = 300.0, 12
_PAUSE = 0.2  # seconds before another try to start a worker, times the number of the try
_PATIENCE = 0.5  # seconds for a process to end by itself
_DAY = 86_400
_PRELOAD = f"{__package__}.preload"
_PID, _INDEX, _STARTED, _SIGN, _TEXT, _BEFORE = range(6)
# What is raised where a message from or to a process that died is cut short; nothing that documents raise comes so far.
_CUT_SHORT = (ProcessExpired, BrokenProcessPool, MemoryError, OSError, EOFError, RuntimeError, pickle.PickleError)


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Feed(Protocol):
    """Tasks that come as time goes by; each is asked for when a worker is free."""

    @property
    def is_open(self) -> bool:
        """Whether there may be more."""

    def wait(self, seconds: float) -> None:
        """Return when there is a task, or the time is over."""

    def __iter__(self) -> Iterator[Task | None]:
        """Itself."""

    def __next__(self) -> Task | None:
        """The next task, None if there is none now."""


class LocalPool:
    """Works on tasks in processes of this machine.

    Args:
        jobs: Number of processes.
        settings: For all tasks, with the limits for one document.
        work: What to do for one item; must be importable, and picklable with more than one job.
        fork: Whether a worker may be forked from this process, None for only if it is the only one.
    """

    def __init__(self, jobs: int, settings: Settings, work: Work, fork: bool | None = None) -> None:
        self._settings = settings
        if multiprocessing.current_process().daemon:
            raise UsageError(
                "worker processes cannot be started from a daemonic process; start that one with daemon=False, or call "
                "vnplan.extract there for each file"
            )
        method = "fork" if fork or (fork is None and jobs == 1) else "forkserver"
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            context.set_forkserver_preload([_PRELOAD])
            _mute_tracker()
            # It unblocks signals when it starts: not in `_unbroken`.
            resource_tracker._resource_tracker.ensure_running()
        else:
            importlib.import_module(_PRELOAD)
        self._workers = [_Worker(context, settings, work) for _ in range(jobs)]
        self._again: deque[Task] = deque()  # to be done before new tasks
        self._alone: deque[Task] = deque()  # to be done when nothing else is
        self._failures = 0

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """What each task gives, as soon as it is there; a task may give several, over its items.

        Args:
            tasks: Taken one by one as workers become free.

        Raises:
            MachineError: Worker processes cannot be started.
        """
        waiting = iter(tasks)
        try:
            while True:
                self._hand_out(waiting)
                if self._alone and not self._busy():
                    self._workers[0].start(self._alone.popleft())
                if not self._busy():
                    return
                for _, done in self._finished():
                    yield done
        finally:
            self.stop()

    def serve(self, feed: Feed) -> Iterator[tuple[Task, Done]]:
        """What each task of a feed gives, until that closes: for those whose tasks come as time goes by.

        A document whose process died is tried again among the others, not alone: it would wait for ever, or they would.

        Args:
            feed: Where tasks come from; a task that is given is of the same number as the one that was asked for.

        Raises:
            MachineError: Worker processes cannot be started.
        """
        try:
            while feed.is_open:
                self._again += self._alone
                self._alone.clear()
                self._hand_out(feed)
                if self._busy():
                    yield from self._finished()
                else:
                    feed.wait(_POLL)
        finally:
            self.stop()

    def stop(self) -> None:
        """End all workers now, whatever they are doing."""
        for worker in self._workers:
            worker.halt()
        for worker in self._workers:
            worker.discard()

    def _hand_out(self, waiting: Iterator[Task | None]) -> None:
        for worker in self._workers:
            if worker.future is None:
                task = self._again.popleft() if self._again else next(waiting, None)
                if task is None:
                    break
                worker.start(task)

    def _busy(self) -> dict[Future[Done], _Worker]:
        return {worker.future: worker for worker in self._workers if worker.future}

    def _finished(self) -> Iterator[tuple[Task, Done]]:
        """What came of the tasks that end within a moment, each with its task; then a look at the others."""
        busy = self._busy()
        finished, _ = wait(busy, timeout=_POLL, return_when=FIRST_COMPLETED)
        for future in finished:
            task = busy[future].task
            for done in self._take(busy[future]):
                yield task, done
        for worker in self._workers:
            worker.watch()

    def _take(self, worker: _Worker) -> Iterator[Done]:
        """The outcome of a worker's task: what it gave, or what its death means for each of its items."""
        task, error = worker.task, worker.future.exception() if worker.future else None
        if error is None and worker.future:
            done = worker.future.result()
            worker.future = None
            self._failures = 0
            if done.rest:
                self._again.append(replace(task, items=done.rest))
            yield done
            return
        if error and (isinstance(error, VnplanError) or not isinstance(error, _CUT_SHORT)):
            raise error  # no document's fault: a package that is missing in the worker
        index, reason = worker.index, worker.reason
        worker.bury()
        if index < 0:  # it died before it began, or after it was done
            self._failures += 1
            if self._failures > _START_FAILURES:
                raise UsageError(
                    "worker processes cannot start; in a script, call extract_folder under "
                    "`if __name__ == '__main__':`, or work with jobs=1"
                ) from error
            self._again.append(task)
            return
        self._failures = 0
        for items in (task.items[:index], task.items[index + 1 :]):
            if items:
                self._again.append(replace(task, items=items))
        item = replace(task.items[index], attempts=task.items[index].attempts + 1)
        if item.attempts > 1:
            yield given_up(item, reason or _death(error))
        else:
            self._alone.append(replace(task, items=(item,)))


@dataclass
class _Worker:
    """One process at a time, and what it is doing."""

    context: Any
    settings: Settings
    work: Work
    future: Future[Done] | None = None
    task: Task = field(default_factory=lambda: Task(-1, ()))
    reason: VnplanError | None = None  # why it was killed
    _pool: ProcessPool | None = None
    _state: Any = None
    _handed: float = 0.0  # when it got its task
    _sign: float = 0.0  # when it was last seen to have started a program
    _looked: float = 0.0  # when that was last looked for
    _below: set[int] = field(default_factory=set)  # programs that the document started
    _own: dict[int, psutil.Process] = field(
        default_factory=dict
    )  # processes of its pool: who lost one may have left it

    @property
    def index(self) -> int:
        """Which item of its task it is at, -1 for none."""
        return int(self._state[_INDEX])

    def start(self, task: Task) -> None:
        """Hand it a task, in a new process if it has none."""
        self.task, self.reason = task, None
        for number in range(5):
            if self._pool is None:
                self._state = self.context.RawArray("d", [0, -1, 0, 0, 0, 0])
                limit = self.settings.megabytes
                self._pool = ProcessPool(1, _RECYCLED, _prepare, (self._state, limit), self.context)
            self._state[_INDEX], self._state[_STARTED] = -1, 0
            self._handed = self._looked = time.monotonic()
            try:
                with _unbroken():
                    self.future = self._pool.schedule(_do, (task, self.settings, self.work))
                return
            except (RuntimeError, OSError, EOFError):  # it, or the fork server, died while it had nothing to do
                self.discard()
                time.sleep(number * _PAUSE)
        raise MachineError(
            "worker processes cannot start; see the system's limits on processes and open files, or work with jobs=1"
        )

    def watch(self) -> None:
        """Kill the process if its document is over a limit; do without an answer that will never come."""
        if self.future is None or self.future.done():
            return
        if not self._pool or is_lost(self._pool, self.future):
            self.future = Future()  # not the pool's own: a thread of it may still be about to answer that
            self.future.set_exception(BrokenProcessPool("the process died as it got its task"))
            return
        if self.reason:
            return
        now, index, started = time.monotonic(), self.index, float(self._state[_STARTED])
        pid = int(self._state[_PID])
        if pid and pid not in self._own:
            with suppress(psutil.Error):
                self._own[pid] = psutil.Process(pid)
        if index < 0 or not started:
            if now - self._handed > _START_SECONDS:
                self.kill()
            return
        if now - self._looked > _LOOK_BELOW:
            self._look(now)
        limit = time_limit(self.task.items[index], self.settings, float(self._state[_TEXT]))
        if now - max(started, self._sign, float(self._state[_SIGN])) > limit:
            self._end(TimeLimitError(_words(f"took longer than {limit:g} seconds", "--seconds", "seconds")))
        elif (used := self._megabytes()) > self.settings.megabytes:
            words = f"needs more than {self.settings.megabytes:g} MB of memory ({used:.0f} MB)"
            self._end(MemoryLimitError(_words(words, "--megabytes", "megabytes")))

    def kill(self) -> None:
        """End its process, and what that has started, now."""
        doomed = self._processes()
        self._state[_PID] = 0
        _kill(doomed)

    def bury(self) -> None:
        """After a death: the pool has a new process already, but the old one died perhaps in the middle of a message,
        and has spoilt it; or it lives on, and nobody knows of it, since the fork server died."""
        self.future = None
        self.discard()

    def halt(self) -> None:
        """Let the pool start no more processes."""
        if self._pool is not None:
            # One that is just starting would print a traceback if its pipe and locks went away.
            end = time.monotonic() + 10 * _PATIENCE
            with suppress(RuntimeError, OSError, EOFError):  # asked for its state, one that never started tries again
                while self._pool.active and not self._processes() and time.monotonic() < end:
                    time.sleep(_POLL / 10)
            self._pool.stop()

    def discard(self) -> None:
        """End its process and give up its pool."""
        self.halt()
        pool, self._pool, self.future = self._pool, None, None
        if pool is not None:
            doomed = self._processes()
            ending = end(pool)  # the process is asked to end first
            ending.join(_PATIENCE)
            _kill(doomed)
            ending.join(4 * _PATIENCE)
        _kill(self._own.values())
        self._own.clear()

    def _processes(self) -> list[psutil.Process]:
        """Its process and the programs below it; none if it is just starting."""
        try:
            process = psutil.Process(int(self._state[_PID]))
            alive = process.status() != psutil.STATUS_ZOMBIE
            return [process, *process.children(recursive=True)] if alive else []
        except psutil.Error:
            return []

    def _end(self, reason: VnplanError) -> None:
        self.reason = reason
        self.kill()

    def _look(self, now: float) -> None:
        """See which programs it has started."""
        self._looked = now
        found = {process.pid for process in self._processes()[1:]}
        if found - self._below:
            self._sign = now
        self._below = found

    def _megabytes(self) -> float:
        """Memory of the process and of the programs below it, in 2**20 bytes; not what a forked one had from the start,
        which belongs to whoever runs it."""
        total = -int(self._state[_BEFORE])
        for pid in (int(self._state[_PID]), *self._below):
            with suppress(psutil.Error):
                total += psutil.Process(pid).memory_info().rss
        return total / 2**20


def is_lost(pool: ProcessPool, future: Future[Any]) -> bool:
    """Whether nobody will answer: the process died while the task was on its way, and the pool ended without it."""
    return not pool.active and not future.done()


def end(pool: ProcessPool) -> threading.Thread:
    """Ends a pool, in a thread to wait for, but not for ever: those of the pool may wait for half a message."""

    def join() -> None:
        with suppress(Exception):
            pool.stop()
            pool.join()

    ending = threading.Thread(target=join, daemon=True)
    ending.start()
    return ending


def _mute_tracker() -> None:
    """The process that Python starts to clean up after others says nothing, not even when it is started again because
    somebody killed it: it knows of nothing then, and would print a traceback for every single thing."""
    tracker: Any = resource_tracker._resource_tracker
    ensure = type(tracker).ensure_running

    def ensure_running() -> None:
        if tracker._fd is not None and tracker._check_alive():
            return
        shown = os.dup(2)
        try:
            _mute()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ensure(tracker)
        finally:
            os.dup2(shown, 2)
            os.close(shown)

    with suppress(AttributeError):  # of another Python: then it may say something
        tracker.ensure_running = ensure_running


_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def _unbroken() -> Iterator[None]:
    """Puts off Ctrl-C and SIGTERM while a worker is started: half started, it would print a traceback.

    A new process inherits the mask, so that Ctrl-C on the terminal does not end it before it is ready either; so do the
    threads of the pool, which leaves signals to the main one.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kill(processes: Iterable[psutil.Process]) -> None:
    """End processes, but for those that clean up after the others and then end by themselves."""
    for process in processes:
        with suppress(psutil.Error):
            if not is_keeper(process.cmdline()):
                process.kill()


def _words(what: str, flag: str, setting: str) -> str:
    return (
        f"{what}, twice; the other documents went on. Look at the file, or raise the limit ({flag}, Settings.{setting})"
    )


def _death(error: BaseException | None) -> VnplanError:
    code = getattr(error, "exitcode", None)
    how = ""
    if isinstance(code, int) and code < 0:
        with suppress(ValueError):
            how = f" by {signal.Signals(-code).name}"
    return WorkerDiedError(
        f"the process that worked on it died{how} (out of memory, or a crash), twice; the other documents went on"
    )


# -- In the worker ---------------------------------------------------------------------------------------------------

_STATE: Any = None


def _prepare(state: Any, megabytes: float) -> None:
    """A new worker: its limits, and its end when the run ends, however that comes."""
    global _STATE
    _STATE = state
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _mute()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP_SIGNALS)  # Ctrl-C it ignores by now: that is the run's business
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")  # if the system must kill something, then this
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    # Against one huge allocation between two looks of the run; that itself looks at the memory really used. Reserved
    # before any work, and never used, are the stacks of threads and the like.
    most = int(megabytes * 1.5 * 2**20) + _reserved()
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard < 0 else min(most, hard), hard))
    state[_BEFORE] = psutil.Process().memory_info().rss
    state[_PID] = os.getpid()


def _mute() -> None:
    """Libraries in C have words of their own on a damaged page (libtiff): what matters stands among the errors."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def _reserved() -> int:
    """Bytes of memory of its own that this process has asked for."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[5])
    except (OSError, ValueError, IndexError):  # no such file outside Linux
        return 2**30
    return pages * resource.getpagesize()


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


def _do(task: Task, settings: Settings, work: Work) -> Done:
    """`do`, telling the run which item is begun when."""

    def begin(index: int) -> None:
        # The last resort, from the kernel itself: for a worker whose run is gone, and that listens to nobody.
        signal.alarm(_DAY if index >= 0 else 0)
        _STATE[_SIGN] = _STATE[_TEXT] = 0.0
        _STATE[_STARTED] = time.monotonic() if index >= 0 else 0.0
        _STATE[_INDEX] = index

    def come(pages: int, characters: int) -> None:
        if pages:
            _STATE[_SIGN] = time.monotonic()
        _STATE[_TEXT] += characters

    try:
        with listening(come):
            return task.do(settings, work, begin)
    finally:
        begin(-1)
        settle()
