"""The engine for many machines: Ray Data, with recognition and analysis as stages that grow apart from each other.

Files that may hold images of pages go through two pools of actors, for `stages.Reading` and `stages.Analysing`; all
others through the second alone. An actor works in a process beside it, as the local pool does, with the same limits and
the same second try (`pool.LocalPool`), so that no document kills an actor. What kills one is the loss of its machine:
then Ray does the task again elsewhere. Should Ray give a task up all the same, its files are tried once more, alone,
and put in quarantine after that; should all of it fall over, it is begun again with what is left.

Nothing but small things passes through the driver: tasks there, rows as the bytes of Parquet files back. It joins those
that come in quick succession, so that a cluster of any size makes it write a few parts a second.

The only module that knows of Ray, which is imported when a run begins.
"""

from __future__ import annotations

import logging
import os
import pickle
import re
import signal
import socket
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MissingDependencyError, UsageError, VnplanError, WorkerDiedError
from ..extraction import Cache, internal
from ..settings import Settings
from .planning import tasks as bundled
from .pool import LocalPool
from .stages import Analysing, Found, Reading, may_hold_pages
from .versions import engines, fingerprint
from .work import Done, Item, Task, Work, given_up, joined

if TYPE_CHECKING:
    import pyarrow as pa

_COLUMN = "data"
_WAVE = 4096  # tasks that are given to Ray at once
_TRIES = 5  # how often Ray does a task again whose actor is lost
_FALLS = 3  # how often all may fall over without a single result
_SCAN_ITEMS, _SCAN_BYTES = 8, 400_000  # files in a task of the first stage
_JOIN_SECONDS, _JOIN_BYTES = 0.25, 16_000_000
_ADDRESS = re.compile(r"auto|([^/]+):([0-9]{1,5})")
_ANSWER_SECONDS = 20.0
_INSTALL = "Ray is not installed; run: pip install 'vnplan[ray]'"


@dataclass(frozen=True)
class Scale:
    """How much of a cluster is used.

    Attributes:
        address: Of the cluster: `auto`, `host:6379`; None for a Ray on this machine alone.
        readers: Processes for recognition, None for as many as there is work and room for.
        analysers: Processes for analysis, likewise.

    Raises:
        UsageError: A number or the address is wrong.
    """

    address: str | None = None
    readers: int | None = None
    analysers: int | None = None

    def __post_init__(self) -> None:
        for flag, number in (("--ocr-workers", self.readers), ("--text-workers", self.analysers)):
            if number is not None and number < 1:
                raise UsageError(f"{flag} must be 1 or more, not {number}")
        if self.address is not None and not _ADDRESS.fullmatch(self.address):
            raise UsageError(
                f"--address must be auto or HOST:PORT, not {self.address}; run the command on a node of the cluster"
            )


class RayCluster:
    """Works on tasks on a Ray cluster.

    Args:
        jobs: Number of processes of a Ray on this machine; a cluster has its own.
        settings: For all tasks, with the limits for one document.
        work: What to do for one item; must be importable on all nodes, and picklable.
        scale: How much of which cluster.
        cache: Folder in which recognised pages are kept, on each node.
        halves: Whether files that may hold images of pages go through two stages: `work` must be `work.work` then.

    Raises:
        MissingDependencyError: Ray is not installed.
    """

    def __init__(
        self,
        jobs: int,
        settings: Settings,
        work: Work,
        scale: Scale | None = None,
        cache: Cache = True,
        halves: bool = True,
    ) -> None:
        check_installed()
        self._jobs = jobs
        self._scale = scale or Scale()
        self._cache = cache
        self._halves = halves
        self._stage = (settings, work, fingerprint(settings, engines(settings)))

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """What each task gives, in any order.

        Raises:
            MissingDependencyError: The cluster is not there, or vnplan is not on all of its nodes.
        """
        items = [item for task in tasks for item in task.items]
        with _connected(self._scale.address, self._jobs):
            yield from _in_few(self._through(items))

    def _through(self, items: list[Item]) -> Iterator[Done]:
        """What the items give, whatever is lost on the way."""
        falls = 0
        while items:
            wave, came = self._rows(items), set()
            fallen = None
            try:
                for done in self._flow(wave):
                    came |= {outcome.item.entry.source for outcome in done.outcomes}
                    yield done
            except VnplanError:
                raise
            except Exception as error:  # of Ray: its kinds of errors are many, and none is of our documents
                fallen = error
            falls = 0 if came else falls + 1
            if fallen and falls >= _FALLS:
                raise _lost(fallen) from fallen
            given = {item.entry.source for task in wave for item in task.items}
            again = []
            for item in items:
                if item.entry.source in came:
                    continue
                if fallen or item.entry.source not in given:
                    again.append(item)
                elif item.attempts:
                    yield given_up(replace(item, attempts=2), _nodes_lost())
                else:
                    again.append(replace(item, attempts=1))
            items = again

    def _rows(self, items: Sequence[Item]) -> list[Task]:
        """Tasks of one wave. Items that were lost are tried by themselves, when there is nothing else to do."""
        fresh = [item for item in items if not item.attempts]
        if not fresh:
            return [Task(-1, (item,)) for item in items[:_WAVE]]
        paged = [item for item in fresh if self._halves and may_hold_pages(item)]
        others = [item for item in fresh if not (self._halves and may_hold_pages(item))]
        cores = _cores()
        scans = bundled(paged, cores, _SCAN_ITEMS, _SCAN_BYTES)
        first: list[Task] = [Reading(task.number, task.items, self._cache) for task in scans]
        second = list(bundled(others, cores))
        return first[:_WAVE] + second[:_WAVE]

    def _flow(self, wave: Sequence[Task]) -> Iterator[Done]:
        """What the tasks of a wave give, as far as Ray brings it back."""
        from ray.data import ActorPoolStrategy

        first = [task for task in wave if isinstance(task, Reading)]
        second = [task for task in wave if not isinstance(task, Reading)]
        share = self._share(bool(first))
        # What waits in an actor is lost with it: nothing waits behind an item that may have been the end of one.
        most = 1 if any(item.attempts for task in wave for item in task.items) else 2

        def stage(rows: Any, size: int | None) -> Any:
            pool = ActorPoolStrategy(min_size=size or 1, max_size=size, max_tasks_in_flight_per_actor=most)
            with warnings.catch_warnings():  # of how later versions want to be told of tries
                warnings.simplefilter("ignore")
                return rows.map_batches(
                    Stage,
                    fn_constructor_args=self._stage,
                    batch_size=None,
                    batch_format="pyarrow",
                    num_cpus=share,
                    compute=pool,
                    max_restarts=-1,
                    max_task_retries=_TRIES,
                )

        found = _dataset(second) if second else None
        if first:
            read = stage(_dataset(first), self._scale.readers)
            found = found.union(read) if found is not None else read
        for block in stage(found, self._scale.analysers).iter_batches(batch_size=None, batch_format="pyarrow"):
            for row in block.column(_COLUMN):
                one = pickle.loads(row.as_buffer())
                if isinstance(one, VnplanError):
                    raise one
                yield one

    def _share(self, both: bool) -> float:
        """Cores of an actor: one, or less where there are too few for the actors that must be there."""
        wanted = (self._scale.analysers or 1) + (self._scale.readers or 1) * both
        cores = _cores()
        return 1.0 if not cores or wanted <= cores else int(1000 * cores / wanted) / 1000


def check_installed() -> None:
    """See that Ray is there.

    Raises:
        MissingDependencyError: It is not.
    """
    try:
        import ray.data  # noqa: F401
    except ImportError as error:
        missing = (error.name or "").startswith("ray")
        raise MissingDependencyError(_INSTALL if missing else f"{_INSTALL} ({error})") from error


# -- In the driver ---------------------------------------------------------------------------------------------------


@contextmanager
def _connected(address: str | None, jobs: int) -> Iterator[None]:
    """A Ray cluster; one that is there already is left as it is."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing about a run goes to anybody
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_agent_register_timeout_ms", "120000")  # on a busy machine its own 15 seconds do not do
    import ray
    from ray.exceptions import AuthenticationError

    ours = not ray.is_initialized()
    if ours:
        before = signal.getsignal(signal.SIGTERM)
        local: dict[str, Any] = {} if address else {"num_cpus": jobs, "include_dashboard": False}
        try:
            _see_that_it_answers(address)
            with _silent():
                ray.init(address or "local", log_to_driver=False, logging_level=logging.ERROR, **local)
        except (ConnectionError, RuntimeError, ValueError, OverflowError, OSError, AuthenticationError) as error:
            raise _no_cluster(address, error) from error
        with suppress(ValueError):  # not in the main thread
            signal.signal(signal.SIGTERM, before)
    with _unsaid() if ours else nullcontext():  # also while it ends: what it tells comes late
        try:
            _be_quiet()
            yield
        finally:
            if ours:
                ray.shutdown()


@contextmanager
def _unsaid() -> Iterator[None]:
    """Whatever it is told, Ray prints to the output when a process dies, in its words and colours; the run says it in
    ours where a document is lost. Only this switch of its own, made for breakpoints, ends that."""
    from ray._private import worker

    before = vars(worker).get("_worker_logs_enabled", True)
    vars(worker)["_worker_logs_enabled"] = False
    try:
        yield
    finally:
        vars(worker)["_worker_logs_enabled"] = before


@contextmanager
def _silent() -> Iterator[None]:
    """Ray's own code writes to the error stream that its log goes elsewhere."""
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _be_quiet() -> None:
    from ray.data import DataContext

    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.max_errored_blocks = -1  # what is in them is tried again: see `_through`
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)


def _cores() -> int:
    """Cores of the cluster; 0 if it has none yet, but would start nodes."""
    import ray

    found: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return int(found.get("CPU", 0))


def _dataset(tasks: Sequence[Task]) -> Any:
    """A dataset with a task a row, and a row a block: each is handed out by itself."""
    import ray.data

    rows = [{_COLUMN: pickle.dumps(task, pickle.HIGHEST_PROTOCOL)} for task in tasks]
    return ray.data.from_items(rows, override_num_blocks=len(rows))


def _in_few(results: Iterator[Done]) -> Iterator[Done]:
    """The results, those that come in quick succession as one."""
    waiting: list[Done] = []
    last, size = time.monotonic(), 0
    for done in results:
        waiting.append(done)
        size += len(done.part)
        if time.monotonic() - last >= _JOIN_SECONDS or size >= _JOIN_BYTES:
            yield joined(waiting)
            waiting, last, size = [], time.monotonic(), 0
    if waiting:
        yield joined(waiting)


def _see_that_it_answers(address: str | None) -> None:
    """Ray itself waits for minutes for a cluster that is not there.

    Raises:
        OSError: Nobody answers.
    """
    found = _ADDRESS.fullmatch(address or "")
    if found and found[1]:
        socket.create_connection((found[1].strip("[]"), int(found[2])), _ANSWER_SECONDS).close()


def _no_cluster(address: str | None, error: BaseException) -> MissingDependencyError:
    """Why a cluster cannot be used, and what to do."""
    from ray.exceptions import AuthenticationError

    causes = [error, error.__cause__, error.__context__]
    if any(isinstance(cause, AuthenticationError) or "AuthToken" in str(cause) for cause in causes):
        return MissingDependencyError(
            f"the Ray cluster at {address} wants its token: set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN or "
            "RAY_AUTH_TOKEN_PATH if it is not in ~/.ray/auth_token"
        )
    return MissingDependencyError(
        f"no Ray cluster answers at {address or 'this machine'} ({_line(error)}); start one with `ray start --head`, "
        "name its --address, or leave --address out for a Ray on this machine alone"
    )


def _lost(error: BaseException) -> MissingDependencyError:
    text = str(error)
    if f"No module named {__name__.partition('.')[0]!r}" in text:
        return MissingDependencyError(
            "vnplan is not installed on all nodes of the cluster; use one image for all of them"
        )
    return MissingDependencyError(
        f"the Ray cluster fails ({_line(error)}); what is read so far is kept: when it is well, run the same command "
        "again"
    )


def _nodes_lost() -> WorkerDiedError:
    return WorkerDiedError("the nodes that worked on it were lost, again and again; the other documents went on")


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


# -- On the nodes ----------------------------------------------------------------------------------------------------


class Stage:
    """An actor of either stage: works on tasks in a process beside it.

    Args:
        settings: For all tasks.
        work: What to do for one item.
        made: What results must be made with: the driver's code and engines.
    """

    def __init__(self, settings: Settings, work: Work, made: str) -> None:
        # The processes that this one starts would import its program, Ray's, which takes seconds and is no use to them.
        vars(sys.modules["__main__"]).pop("__file__", None)
        self._new: Callable[[], _Beside] = lambda: _Beside(settings, work)
        self._beside: _Beside | None = None
        self._wrong = _other_version() if fingerprint(settings, engines(settings)) != made else None

    def __call__(self, batch: pa.Table) -> Iterator[pa.Table]:
        """The results for a block of tasks, or of results of the first stage."""
        import pyarrow as pa

        for row in batch.column(_COLUMN):
            for one in self._results(pickle.loads(row.as_buffer())):
                yield pa.table({_COLUMN: [pickle.dumps(one, pickle.HIGHEST_PROTOCOL)]})

    def _results(self, one: Any) -> Iterator[Any]:
        if self._wrong is not None:
            yield self._wrong
            return
        if isinstance(one, Found):
            one = Analysing.of(one)
        if not isinstance(one, Task):  # a result, or an error, of the first stage
            yield one
            return
        self._beside = self._beside or self._new()
        try:
            yield from self._beside.do(one)
        except Exception as error:  # of no document: the process beside this one cannot work at all
            self._beside = None
            yield error if isinstance(error, VnplanError) else internal(error)


class _Beside:
    """A pool of one process that stays between tasks."""

    def __init__(self, settings: Settings, work: Work) -> None:
        self._waiting: deque[Task] = deque()
        self._results = LocalPool(1, settings, work, fork=False).run(_Queue(self._waiting))

    def do(self, task: Task) -> Iterator[Done]:
        """What a task gives, until all of its items are done."""
        left = sum(len(item.all) for item in task.items)
        self._waiting.append(task)
        while left > 0:
            done = next(self._results)
            left -= len(done.outcomes)
            if isinstance(done, Found):
                left -= sum(len(item.all) for item, _ in done.found)
            yield replace(done, rest=())


class _Queue(Iterator[Task]):
    """What waits, now or later: other than of a generator, its end is not for ever."""

    def __init__(self, waiting: deque[Task]) -> None:
        self._waiting = waiting

    def __next__(self) -> Task:
        if not self._waiting:
            raise StopIteration
        return self._waiting.popleft()


def _other_version() -> UsageError:
    import platform

    return UsageError(
        f"node {platform.node()} of the cluster has another version of vnplan or of Tesseract than this machine, and "
        "would give other rows; use one image for all"
    )
