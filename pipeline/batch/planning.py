"""What is there to do: the files of the inputs against the ledger."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from ..errors import DamagedError, EncryptedError, MachineError, UnreadableError, VnplanError
from ..ingestion import Entry
from ..ingestion.files import is_within
from ..ingestion.names import escape_name, masked
from ..ingestion.programs import LIBREOFFICE, find
from ..settings import Settings
from .inputs import Others
from .ledger import Known, Ledger
from .todo import Todo
from .work import LIMITED, QUARANTINED, UNSETTLED, Item, Task

_TASK_ITEMS, _TASK_BYTES = 64, 1_000_000
_PAGE = 500  # files that are looked up at a time
_READERS = 32  # of other file systems at a time
_FRESH = 2_000_000_000  # nanoseconds: some file systems tell times no better


@dataclass
class Plan:
    """What a run has to do.

    Attributes:
        todo: Items to read, in order of the files.
        files: How many files there are.
        unchanged: How many need not be read.
        waiting: How many are not ready; those known from before stay as they are.
        removed: How many that were there in the last run are gone.
    """

    todo: Todo = field(default_factory=Todo)
    files: int = 0
    unchanged: int = 0
    waiting: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files are read although they are unchanged, and how that is told.

    Attributes:
        force: All are read.
        retry_errors: Those that gave an error are.
        verify: Whether a file is unchanged is told by its content, not by size, time and inode.
        ready: Whether a file may be read now, None if all may; others stay as they are in the tables.
        follow_links: Links in the inputs may lead out of them.
        want_files: Folders in which it is an error to find no file at all, where there were some: one that is away may
            look like that.
        others: What to do where the tables are of other inputs (`inputs.with_earlier`).
    """

    force: bool = False
    retry_errors: bool = False
    verify: bool = False
    ready: Callable[[Item], bool] | None = None
    follow_links: bool = False
    want_files: tuple[str, ...] = ()
    others: Others = "ask"


def plan(entries: Iterable[Entry], ledger: Ledger, settings: Settings, made: str, choice: Choice) -> Plan:
    """Compare the files with the ledger, and settle in it which are there and in which order.

    Args:
        entries: The files, in order; gone through once.
        ledger: What was done before.
        settings: Limits for reading.
        made: Fingerprint of what files would be read with.
        choice: Which unchanged files are read all the same.

    Raises:
        UnreadableError: There are no files, and the choice wants some.
    """
    found = Plan()
    missing = set(choice.want_files)

    def here() -> Iterator[tuple[Item, bool]]:
        for position, entry, known in _looked_up(entries, ledger):
            if missing and entry.error is None:  # not a folder that cannot be listed
                missing.difference_update([folder for folder in missing if is_within(entry.path, [folder])])
            item = _item(entry, position)
            state = _state(item, known, settings, made, choice)
            if state == "changed" and choice.ready is not None and not choice.ready(item):
                found.waiting += 1
                found.unchanged += known is not None
            elif state == "changed":
                found.todo.add(item)
            else:
                found.unchanged += 1
            if known is not None:
                yield item, state == "touched"
        for folder in sorted(missing):
            if ledger.holds_files(folder):
                raise UnreadableError(
                    f"no file is there any more in {escape_name(folder)}; the tables stay as they are, or begin anew "
                    "with `vnplan extract`"
                )

    found.removed = ledger.settle(here())
    found.files = found.unchanged + found.todo.files
    found.todo.join(lambda items: _hashes(items, settings))
    return found


def _looked_up(entries: Iterable[Entry], ledger: Ledger) -> Iterator[tuple[int, Entry, Known | None]]:
    """The files with their places in the order, and what is known of them; some are asked for at a time."""
    rest = enumerate(entries)
    while page := list(islice(rest, _PAGE)):
        known = ledger.known([entry.source for _, entry in page])
        for position, entry in page:
            yield position, entry, known.get(entry.source)


def made_for(made: str, code: str, settings: Settings) -> str:
    """What a result is made with, as far as it matters to that result, so that a change of it gives another try: to one
    that broke a limit the limits matter too, to a damaged one whether LibreOffice, which is tried then, is there."""
    if code == DamagedError.code:
        return f"{made} {find(*LIBREOFFICE) is not None}"
    return f"{made} {settings.seconds} {settings.megabytes}" if code in LIMITED else made


def tasks(
    items: Todo | Sequence[Item], jobs: int, most_items: int | None = None, most_bytes: int | None = None
) -> Iterator[Task]:
    """The items in bundles: small files together, few enough that all workers have some.

    Args:
        items: In order of the files.
        jobs: Number of workers.
        most_items: Most items of a bundle, None for as many as do well for files of all kinds.
        most_bytes: Most bytes of a bundle of several items, likewise.
    """
    most_items, most_bytes = most_items or _TASK_ITEMS, most_bytes or _TASK_BYTES
    most = max(1, min(most_items, len(items) // (max(1, jobs) * 4)))
    bundle: list[Item] = []
    size = number = 0
    for item in items:
        if bundle and (len(bundle) >= most or size + item.size > most_bytes):
            yield Task(number, tuple(bundle))
            bundle, size, number = [], 0, number + 1
        bundle.append(item)
        size += item.size
    if bundle:
        yield Task(number, tuple(bundle))


def _item(entry: Entry, position: int) -> Item:
    if entry.error is not None:
        return Item(entry, position=position)
    if entry.info is not None:
        return Item(entry, entry.info[0], _settled(entry.info[1]), position=position)
    try:
        info = os.stat(entry.path)  # noqa: PTH116 - paths stay as the system gave them
    except (OSError, ValueError):
        return Item(entry, position=position)
    return Item(entry, info.st_size, _settled(info.st_mtime_ns), info.st_ino, position=position)


def _settled(mtime_ns: int) -> int:
    """The time, or `UNSETTLED` if it is so fresh that a later change might not show; clocks may be wrong by years."""
    return UNSETTLED if mtime_ns == UNSETTLED or abs(time.time_ns() - mtime_ns) < _FRESH else mtime_ns


def _state(item: Item, known: Known | None, settings: Settings, made: str, choice: Choice) -> str:
    """`changed`, `touched` (same content in another file, or at another time), or `same`."""
    if choice.force or known is None or known.made != made_for(made, known.code, settings):
        return "changed"
    if known.sha256 is None and known.code not in QUARANTINED:  # it could not be read: perhaps it can now
        return "changed"
    if known.code and (choice.retry_errors or MachineError.code in known.codes):
        return "changed"
    if settings.passwords and EncryptedError.code in known.codes:  # perhaps one of them is its own
        return "changed"
    same = (known.path, known.size, known.mtime_ns, known.inode) == (
        masked(item.entry.path),
        item.size,
        item.mtime_ns,
        item.inode,
    )
    if same and item.mtime_ns != UNSETTLED and not choice.verify:
        return "same"
    if known.size != item.size or known.sha256 is None or _hash(item, settings) != known.sha256:
        return "changed"
    return "touched"


def _hashes(items: Sequence[Item], settings: Settings) -> list[str | None]:
    """The hashes of files; those of other file systems many at a time, since it is waiting that takes the time."""
    if not any(item.entry.info for item in items):
        return [_hash(item, settings) for item in items]
    with ThreadPoolExecutor(_READERS) as readers:
        return list(readers.map(lambda item: _hash(item, settings), items))


def _hash(item: Item, settings: Settings) -> str | None:
    if item.entry.error is not None:
        return None
    try:
        return hashlib.sha256(item.entry.load(settings.max_bytes)).hexdigest()
    except VnplanError:
        return None
