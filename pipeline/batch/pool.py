"""The local engine: tasks in processes that may hang, grow or die without harm.

Each worker is a pebble `ProcessPool` of one process, so that no two share a pipe: one that is killed in the middle of a
message spoils nobody else's. A worker tells through shared memory which item it has begun and when, so that the limits hold
for each document, also while it is deep in foreign code, and so that a death is laid at the right door:

- what the task had done before is done again, what came after it goes on;
- the document itself is tried once more. Over a crash, only when nothing else runs: it may have been a neighbour that had
  taken all memory. If it dies again it is put in quarantine.

With one job the worker is forked, which costs next to nothing and needs no `if __name__ == "__main__":` in scripts. With
more, workers come from a fork server, since a fork would inherit what the threads of this process happen to hold.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait as wait_for
from typing import Any

import psutil
from pebble import ProcessPool

from ..errors import MemoryLimitError, TimeLimitError, UsageError, VnplanError, WorkerDiedError
from ..extraction import failure
from ..settings import Settings
from .work import Done, Item, Task, Work, outcome, part_of, time_limit

_RECYCLED = 200  # tasks after which a worker is replaced, so that what leaks stays small
_POLL = 0.1  # seconds between two looks at the workers
_LOOK_BELOW = 2.0  # seconds after which a document may have started programs worth counting
_START_FAILURES = 3
_PRELOAD = "pipeline.batch.preload"
_PID, _INDEX, _STARTED = range(3)


def available_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
        method = "fork" if fork or (fork is None and jobs == 1) else "forkserver"
        context = multiprocessing.get_context(method)
        if method == "forkserver":
            context.set_forkserver_preload([_PRELOAD])
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
            UsageError: Worker processes cannot be started.
        """
        waiting = iter(tasks)
        try:
            while True:
                self._hand_out(waiting)
                busy = {worker.future: worker for worker in self._workers if worker.future}
                if not busy:
                    return
                finished, _ = wait(busy, timeout=_POLL, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield from self._take(busy[future])
                for worker in self._workers:
                    worker.watch()
        finally:
            self.stop()

    def stop(self) -> None:
        """End all workers now, whatever they are doing."""
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.discard()

    def _hand_out(self, waiting: Iterator[Task]) -> None:
        for worker in self._workers:
            if worker.future is None:
                task = self._again.popleft() if self._again else next(waiting, None)
                if task is None:
                    break
                worker.start(task)
        if self._alone and not any(worker.future for worker in self._workers):
            self._workers[0].start(self._alone.popleft())

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
        index, reason = worker.index, worker.reason
        worker.discard()
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
            yield quarantined(item, reason or _death(error))
        else:
            (self._again if reason else self._alone).append(replace(task, items=(item,)))


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
    _below: dict[int, psutil.Process] = field(default_factory=dict)  # programs that the document started

    @property
    def index(self) -> int:
        """Which item of its task it is at, -1 for none."""
        return int(self._state[_INDEX])

    def start(self, task: Task) -> None:
        """Hand it a task, in a new process if it has none."""
        self.task, self.reason = task, None
        for _ in range(2):
            if self._pool is None:
                self._state = self.context.RawArray("d", [0, -1, 0])
                limit = self.settings.megabytes
                self._pool = ProcessPool(1, _RECYCLED, _prepare, (self._state, limit), self.context)
            self._state[_INDEX] = -1
            try:
                self.future = self._pool.schedule(_do, (task, self.settings, self.work))
                return
            except RuntimeError:  # it died while it had nothing to do
                self.discard()
        raise UsageError("worker processes cannot start; see the system's limits on processes, or work with jobs=1")

    def watch(self) -> None:
        """Kill the process if its document is over a limit."""
        started, index = self._state[_STARTED] if self._state else 0, self.index if self._state else -1
        if self.future is None or index < 0 or not started or self.reason:
            return
        item, spent = self.task.items[index], time.monotonic() - started
        limit = time_limit(item, self.settings)
        if spent > limit:
            self._end(TimeLimitError(_words(f"took longer than {limit:.0f} seconds", "--seconds", "seconds")))
        elif (used := self._megabytes(spent)) > self.settings.megabytes:
            words = f"needs more than {self.settings.megabytes:.0f} MB of memory ({used:.0f} MB after {spent:.0f} s)"
            self._end(MemoryLimitError(_words(words, "--megabytes", "megabytes")))

    def kill(self) -> None:
        """End its process, and what that has started, now."""
        pid = int(self._state[_PID]) if self._state else 0
        if pid and self._pool is not None:
            with suppress(psutil.Error):
                self._below |= {child.pid: child for child in psutil.Process(pid).children(recursive=True)}
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for process in self._below.values():
            with suppress(psutil.Error):
                process.kill()
        self._below = {}

    def discard(self) -> None:
        """Give up its pool: after a death the pipe may hold half a message."""
        self.kill()
        pool, self._pool, self.future = self._pool, None, None
        if pool is not None:
            pool.stop()
            # Its threads may wait for the rest of that message for ever.
            ending = threading.Thread(target=_join, args=(pool,), daemon=True)
            ending.start()
            ending.join(2.0)

    def _end(self, reason: VnplanError) -> None:
        self.reason = reason
        self.kill()

    def _megabytes(self, spent: float) -> float:
        """Memory of the process and of the programs below it, in 2**20 bytes."""
        total = 0
        with suppress(psutil.Error):
            process = psutil.Process(int(self._state[_PID]))
            if spent > _LOOK_BELOW and int(spent / _POLL) % 10 == 0:  # once a second: it goes through all processes
                self._below = {child.pid: child for child in process.children(recursive=True)}
            total = process.memory_info().rss
        for child in list(self._below.values()):
            with suppress(psutil.Error):
                total += child.memory_info().rss
        return total / 2**20


def _join(pool: ProcessPool) -> None:
    with suppress(Exception):
        pool.join()


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
    if code == -signal.SIGALRM:
        return TimeLimitError(_words("took far too long", "--seconds", "seconds"))
    return WorkerDiedError(
        f"the process that worked on it died{how} (out of memory, or a crash), twice; the other documents went on"
    )


def quarantined(item: Item, reason: VnplanError) -> Done:
    """The outcome of an item that is given up."""
    found = [failure(one.entry.source, reason) for one in item.all]
    outcomes = tuple(
        outcome(replace(one, attempts=item.attempts), extraction, None)
        for one, extraction in zip(item.all, found, strict=True)
    )
    return Done(outcomes, part_of(found))


# -- In the worker ---------------------------------------------------------------------------------------------------

_STATE: Any = None


def _prepare(state: Any, megabytes: float) -> None:
    """A new worker: its limits, and its end when the run ends, however that comes."""
    global _STATE
    _STATE = state
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Against one huge allocation between two looks of the run; that itself looks at the memory really used.
    most = int(megabytes * 1.5 * 2**20)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard < 0 else min(most, hard), hard))
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("500")  # if the system must kill something, then this
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    state[_PID] = os.getpid()


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


def _do(task: Task, settings: Settings, work: Work) -> Done:
    """`do`, telling the run which item is begun when."""

    def begin(index: int) -> None:
        # The last resort, from the kernel itself: for a worker whose run is gone, and that listens to nobody.
        limit = time_limit(task.items[index], settings) if index >= 0 else 0.0
        signal.setitimer(signal.ITIMER_REAL, min(limit * 2 + 60 if limit else 0.0, 1e8))
        _STATE[_STARTED] = time.monotonic() if index >= 0 else 0.0
        _STATE[_INDEX] = index

    try:
        return task.do(settings, work, begin)
    finally:
        begin(-1)
