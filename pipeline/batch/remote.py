"""An output folder in an object store or on another machine.

The run works on copies in a folder of this machine: ledger, parts and tables are made there as always. What must not be
lost goes to the store at once: every part, and beside it the *entry* that the ledger makes of it, a small object. The
ledger itself goes there from time to time and at the end; a run that finds entries younger than the ledger enters them
again, so one that was killed loses as little as on a disk.

Tables go there one after the other, `datapackage.json` and `run.json` last. Objects of a store are replaced as a whole;
where files can be moved they are written beside their place first. A reader that finds in `run.json` the sizes and
hashes of the files beside it has the tables of one run.

A *lease* keeps a second run out: an object of its own for each run, renewed while it goes on. Its time is that of the
store, so that clocks need not agree. One that has not been renewed for five minutes is dead.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutputError, VnplanError
from ..ingestion import remote
from ..ingestion.names import masked
from ..ingestion.remote import Place, failures, words
from ..settings import ALL_FORMATS
from ..tables.formats import file_names
from ..tables.writer import PACKAGE, RUN
from .storage import DamagedPartError, LocalStorage, State, Stored

if TYPE_CHECKING:
    import pyarrow as pa

_DEAD = 300.0  # seconds after which a lease that nobody renews is void
_RENEW = 60.0
_SETTLE = 2.0  # seconds in which two runs that begin at once see each other
_CHECKPOINT = 30.0  # seconds between two copies of the ledger, at least
_SHARE = 20  # and so many times as long as a copy takes


class RemoteStorage:
    """Keeps ledger, parts and tables in another file system.

    Args:
        url: The output folder.
        folder: Where the copies are; a new temporary folder by default.

    Raises:
        UsageError: The URL is not understood.
        MissingDependencyError: The file system needs a package that is not installed.
    """

    def __init__(self, url: str, folder: Path | None = None) -> None:
        self.url = remote.clean(url)
        self._place = remote.place(self.url)
        self._shown = masked(self.url)
        self.out = folder or Path(tempfile.gettempdir()) / f"vnplan-{secrets.token_hex(6)}"
        self._copies = LocalStorage(self.out)
        self._lease = _Lease(self._place / ".vnplan" / "leases")
        self._changed = False
        self._last, self._every = time.monotonic(), _CHECKPOINT
        self._entered = 0  # number of the last entry that was stored

    def __reduce__(self) -> tuple[Any, ...]:
        return (RemoteStorage, (self.url, self.out))

    @property
    def name(self) -> str:
        """The output folder as the user knows it, without what opens it."""
        return self._shown

    @property
    def ledger(self) -> Path:
        """The ledger's copy on this machine."""
        return self._copies.ledger

    @contextmanager
    def hold(self) -> Iterator[list[str]]:
        """Hold the folder against other runs, with copies of what the run needs of it."""
        try:
            with self._explained():
                for name in (".vnplan/leases", ".vnplan/entries", ".vnplan/parts"):
                    _make_folder(self._place / name)
                self._lease.take(self._shown)
            with self._explained():
                self.out.mkdir(mode=0o700, exist_ok=True)  # copies of documents' words: for this user alone
            with self._copies.hold() as notes:
                with self._explained():
                    _get(self._place / ".vnplan" / "ledger.sqlite", self.ledger)
                    _get(self._place / RUN, self.out / RUN)
                yield notes
                self._checkpoint()
        finally:
            self._lease.drop()
            shutil.rmtree(self.out, ignore_errors=True)

    # -- Ledger ------------------------------------------------------------------------------------------------------

    def log(self, number: int, entry: Sequence[Any]) -> None:
        """Store what the ledger is about to enter."""
        with self._explained():
            _put(self._entry(number), json.dumps(entry).encode())
        self._entered = number

    def unseal(self) -> State:
        """Not known: a store checks what it keeps, and the ledger there may be older than the run."""
        return "unknown"

    def seal(self) -> None:
        """No-op: see `unseal`."""

    def logged(self, after: int, anew: bool) -> Iterator[tuple[int, Any]]:
        """Entries that are younger than the ledger, in order."""
        with self._explained():
            for number in sorted(self._entries()):
                self._entered = number
                if number > after:
                    with self._entry(number).open() as stream:
                        data = stream.read()
                    try:
                        entry = json.loads(data)
                    except ValueError:  # damaged: its part is known to nobody then, and its files are read again
                        _delete(self._entry(number))
                        continue
                    yield number, entry

    def saved(self) -> None:
        """Copy the ledger to the store now and then."""
        self._changed = True
        if time.monotonic() - self._last >= self._every:
            self._checkpoint()

    def _checkpoint(self) -> None:
        """Copy the ledger to the store; the entries that are in it may go then."""
        if not self._changed:
            return
        begun = time.monotonic()
        with self._explained():
            self._lease.check(self._shown)
            _put_file(self._place / ".vnplan" / "ledger.sqlite", self.ledger)
            for number in self._entries():
                if number <= self._entered:
                    _delete(self._entry(number))
        self._changed, self._last = False, time.monotonic()
        self._every = max(_CHECKPOINT, _SHARE * (self._last - begun))

    def _entry(self, number: int) -> Place:
        return self._place / ".vnplan" / "entries" / f"{number:012}.json"

    def _entries(self) -> list[int]:
        names = _names(self._place / ".vnplan" / "entries")
        return [int(name.removesuffix(".json")) for name in names if name.removesuffix(".json").isdigit()]

    # -- Parts -------------------------------------------------------------------------------------------------------

    def write_part(self, name: str, data: bytes) -> Stored:
        """Store a part: whole, or not at all."""
        stored = self._copies.write_part(name, data)
        with self._explained():
            self._lease.check(self._shown)
            _put(self._part(name), data)
        return replace(stored, stamp="")

    def sha256_of(self, name: str) -> str:
        """Digest of a part."""
        with self._explained(), self._part(name).open() as stream:
            return hashlib.sha256(stream.read()).hexdigest()

    def read_part(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a part, or some columns of them."""
        if name not in self._copies.parts():
            with self._explained(), self._part(name).open() as stream:
                data = stream.read()
            self._copies.write_part(name, data)
        try:
            return self._copies.read_part(name, columns)
        except DamagedPartError:
            with suppress(*failures()):
                _delete(self._part(name))
            raise

    def parts(self) -> dict[str, tuple[int, str]]:
        """Size in bytes of every part that is there; there are no stamps."""
        with self._explained():
            found = _names(self._place / ".vnplan" / "parts")
            return {name: (size, "") for name, size in found.items() if name.endswith((".arrow", ".parquet"))}

    def delete_part(self, name: str) -> None:
        """Remove a part; nothing if it is not there. Not before the ledger that does not know it is stored."""
        self._checkpoint()
        self._copies.delete_part(name)
        with suppress(*failures()):
            _delete(self._part(name))

    def _part(self, name: str) -> Place:
        return self._place / ".vnplan" / "parts" / name

    # -- Tables ------------------------------------------------------------------------------------------------------

    def published(self, files: Mapping[str, Stored]) -> dict[str, Any] | None:
        """What `run.json` says, if all the files that it names are there in the sizes that they had."""
        with suppress(*failures(), KeyError, TypeError):
            with (self._place / RUN).open() as stream:
                run: dict[str, Any] = json.loads(stream.read())
            sizes = _names(self._place)
            if PACKAGE in sizes and all(sizes.get(name) == about["bytes"] for name, about in run["files"].items()):
                return run
        return None

    def tables_of_last_run(self, files: Mapping[str, Stored]) -> Path | None:
        """None: of the tables there is no copy on this machine."""
        return None

    def publish(self, names: Sequence[str]) -> dict[str, Stored]:
        """Copy the tables to their place, what says of them last; remove those of the last run that are no more."""
        with self._explained():
            self._lease.check(self._shown)
            old = _names(self._place)
            for name in sorted(names, key=lambda name: (name == RUN, name == PACKAGE)):
                _put_file(self._place / name, self.out / name)
            ours = {name for format_ in ALL_FORMATS for name in file_names(format_)}
            for name in sorted(ours & set(old) - set(names)):
                _delete(self._place / name)
        return self._copies.publish(names)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what the store says into an error that tells the user what to do."""
        try:
            yield
        except VnplanError:
            raise
        except failures() as error:
            raise OutputError(
                f"cannot write to {self._shown}: {words(error)}. What is read so far is kept: when that is put right, "
                "run the same command again"
            ) from error


class _Lease:
    """An object that says: a run is at work here.

    Args:
        folder: Where the leases are.
    """

    def __init__(self, folder: Place) -> None:
        self._folder = folder
        self._mine = ""
        self._renewed = 0.0
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self, url: str) -> None:
        """Hold the folder.

        Raises:
            OutputError: Another run does.
        """
        before = _times(self._folder)
        self._mine = f"{secrets.token_hex(8)}.json"
        self._renew()
        now = _times(self._folder).get(self._mine, 0)
        alive = {name for name, at in before.items() if now - at < _DEAD * 1e9}
        if not alive:
            time.sleep(_SETTLE)
            found = _times(self._folder)
            mine = (found.get(self._mine, 0), self._mine)
            alive = {name for name, at in found.items() if name not in before and (at, name) < mine}
        if alive:
            owner = self._owner(min(alive))
            self.drop()
            raise OutputError(
                f"another run is writing to {url}{owner}; wait for it, or give another --out. If it has died, its "
                f"lease ends {_DEAD / 60:.0f} minutes after that"
            )
        for name in before:
            _delete(self._folder / name)
        self._end.clear()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def check(self, url: str) -> None:
        """See that nobody can have taken the folder.

        Raises:
            OutputError: The lease could not be renewed for too long.
        """
        if time.monotonic() - self._renewed > _DEAD - _RENEW:
            raise OutputError(
                f"this run could not renew its lease on {url} for minutes, and another one may have begun; what is "
                "read so far is kept: run the same command again"
            )

    def drop(self) -> None:
        """Let go of the folder."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(5.0)
            self._thread = None
        if self._mine:
            with suppress(*failures()):
                _delete(self._folder / self._mine)
            self._mine = ""

    def _renew(self) -> None:
        owner = {"host": socket.gethostname(), "process": os.getpid(), "time": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
        begun = time.monotonic()
        _put(self._folder / self._mine, json.dumps(owner).encode())
        self._renewed = begun

    def _keep(self) -> None:
        while not self._end.wait(_RENEW):
            with suppress(*failures()):  # the next time; `check` sees to it that it is not too late
                self._renew()

    def _owner(self, name: str) -> str:
        with suppress(*failures(), KeyError, TypeError):
            with (self._folder / name).open() as stream:
                owner = json.loads(stream.read())
            return f" (process {owner['process']} on {owner['host']}, last heard of at {owner['time']})"
        return ""


# -- Files -----------------------------------------------------------------------------------------------------------


def _put(place: Place, data: bytes) -> None:
    """Write a file, whole or not at all."""
    aim = place if place.is_store else _beside(place)
    with aim.files.open_output_stream(aim.path) as stream:
        stream.write(data)
    if aim is not place:
        place.files.move(aim.path, place.path)


def _put_file(place: Place, path: Path) -> None:
    """Copy a file of this machine there, whole or not at all."""
    from pyarrow.fs import LocalFileSystem, copy_files

    aim = place if place.is_store else _beside(place)
    copy_files(str(path), aim.path, LocalFileSystem(), aim.files)
    if aim is not place:
        place.files.move(aim.path, place.path)


def _beside(place: Place) -> Place:
    folder, _, name = place.path.rpartition("/")
    return Place(place.files, f"{folder}/.{name}.{secrets.token_hex(4)}.tmp")


def _get(place: Place, path: Path) -> None:
    """Copy a file to this machine, if it is there."""
    from pyarrow.fs import FileType, LocalFileSystem, copy_files

    if place.files.get_file_info(place.path).type == FileType.File:
        copy_files(place.path, str(path), place.files, LocalFileSystem())


def _make_folder(place: Place) -> None:
    if not place.is_store:
        place.files.create_dir(place.path, recursive=True)


def _delete(place: Place) -> None:
    with suppress(FileNotFoundError):
        place.files.delete_file(place.path)


def _names(folder: Place) -> dict[str, int]:
    """The files of a folder, with their sizes."""
    return {name: info.size or 0 for name, info in _infos(folder)}


def _times(folder: Place) -> dict[str, int]:
    """The files of a folder, with the time of their last change in nanoseconds."""
    return {name: info.mtime_ns or 0 for name, info in _infos(folder) if not name.endswith(".tmp")}


def _infos(folder: Place) -> Iterator[tuple[str, Any]]:
    from pyarrow.fs import FileSelector, FileType

    for info in folder.files.get_file_info(FileSelector(folder.path, allow_not_found=True)):
        if info.type == FileType.File:
            yield info.base_name, info
