"""One pool of processes that all jobs of the service share; each of them sees it as the engine of its own run."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue

from ..batch.pool import LocalPool
from ..batch.work import Done, Task, Work, do
from ..errors import MachineError, VnplanError
from ..extraction import warm_up
from ..settings import Settings

_log = logging.getLogger("vnplan")
_PAUSE = 1.0  # seconds before workers are started again, after the machine would not start any


class ClosedError(Exception):
    """The service ends: what is not done yet is done when it is started again."""


@dataclass(frozen=True, slots=True)
class Order(Task):
    """A task of a job, with the settings of that job."""

    settings: Settings = field(default_factory=Settings)

    def do(self, settings: Settings, work: Work, begin: Callable[[int], None]) -> Done:
        """See `work.do`."""
        return do(self, self.settings, work, begin)


@dataclass(frozen=True, slots=True)
class WarmUp(Task):
    """Loads what the first document would load."""

    def do(self, settings: Settings, work: Work, begin: Callable[[int], None]) -> Done:
        """See `vnplan.warm_up`."""
        warm_up(settings)
        return Done((), b"")


Reply = SimpleQueue["Done | Exception"]


class Readers:
    """The pool, in a thread of its own; tasks of different jobs take turns.

    Args:
        jobs: Number of processes.
        settings: Limits for one document, and what workers load beforehand.
        work: What is done for one file.
    """

    def __init__(self, jobs: int, settings: Settings, work: Work) -> None:
        self.jobs = jobs
        self._settings, self._work = settings, work
        self._change = threading.Condition()
        self._waiting: OrderedDict[Reply, deque[Task]] = OrderedDict()
        self._given: dict[int, Reply] = {}
        self._number = 0
        self._open = True
        self._warm: Reply = SimpleQueue()
        self._thread = threading.Thread(target=self._go, name="vnplan-readers", daemon=True)

    def start(self) -> None:
        """Start the processes, and let each load what it needs."""
        for _ in range(self.jobs):
            self.put(WarmUp(0, ()), self._warm)
        self._thread.start()

    @property
    def is_warm(self) -> bool:
        """Whether the first processes are ready."""
        return self._warm.qsize() >= self.jobs

    def close(self) -> None:
        """End all processes; who waits for a reply gets `ClosedError`."""
        with self._change:
            self._open = False
            self._change.notify_all()
        if self._thread.ident is not None:
            self._thread.join(30)
        self._tell_all(ClosedError())

    def put(self, task: Task, reply: Reply) -> None:
        """Have a task done; what it gives goes to the reply queue."""
        with self._change:
            if not self._open:
                raise ClosedError
            self._number += 1
            self._given[self._number] = reply
            self._waiting.setdefault(reply, deque()).append(replace(task, number=self._number))
            self._change.notify_all()

    def forget(self, reply: Reply) -> None:
        """Nobody waits for these any more."""
        with self._change:
            self._waiting.pop(reply, None)
            self._given = {number: one for number, one in self._given.items() if one is not reply}

    # -- As a feed of the pool ---------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether there may be more tasks."""
        return self._open

    def wait(self, seconds: float) -> None:
        """Return when there is a task, or the time is over."""
        with self._change:
            if self._open and not self._waiting:
                self._change.wait(seconds)

    def __iter__(self) -> Iterator[Task | None]:
        return self

    def __next__(self) -> Task | None:
        """The next task: of the job whose turn it is, so that a small one does not wait for a large one."""
        with self._change:
            if not self._waiting or not self._open:
                return None
            reply, tasks = next(iter(self._waiting.items()))
            task = tasks.popleft()
            if tasks:
                self._waiting.move_to_end(reply)
            else:
                del self._waiting[reply]
            return task

    # -- The thread --------------------------------------------------------------------------------------------------

    def _go(self) -> None:
        while self._open:
            try:
                pool = LocalPool(self.jobs, self._settings, self._work, fork=False)
                for task, done in pool.serve(self):
                    with self._change:
                        reply = self._given.get(task.number)
                    if reply is not None:
                        reply.put(done)
            except Exception as error:  # no document's fault; those who wait are told, and others may have more luck
                _log.exception("the readers failed")
                self._tell_all(
                    error if isinstance(error, VnplanError) else MachineError(f"the readers failed: {error}")
                )
                time.sleep(_PAUSE)

    def _tell_all(self, error: Exception) -> None:
        with self._change:
            replies = {id(reply): reply for reply in (*self._given.values(), *self._waiting)}
            self._given.clear()
            self._waiting.clear()
        for reply in replies.values():
            if reply is not self._warm:
                reply.put(error)


class Turn:
    """The shared pool as the engine of one run.

    Args:
        readers: The pool.
        settings: Of the run.
    """

    def __init__(self, readers: Readers, settings: Settings) -> None:
        self._readers, self._settings = readers, settings

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """What each task gives; see `batch.run.Engine`."""
        reply: Reply = SimpleQueue()
        due = 0
        try:
            for task in tasks:
                due += sum(len(item.all) for item in task.items)
                self._readers.put(Order(0, task.items, self._settings), reply)
            while due:
                done = reply.get()
                if isinstance(done, Exception):
                    raise done
                due -= len(done.outcomes)
                yield done
        finally:
            self._readers.forget(reply)


def one(readers: Readers, task: Task, seconds: float) -> Done:
    """What a single task gives.

    Raises:
        TimeoutError: It takes longer than so many seconds.
        VnplanError, ClosedError: See `Readers`.
    """
    reply: Reply = SimpleQueue()
    readers.put(task, reply)
    try:
        done = reply.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    finally:
        readers.forget(reply)
    if isinstance(done, Exception):
        raise done
    return done
