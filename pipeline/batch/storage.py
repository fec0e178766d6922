"""Where the ledger and the parts of an output folder are kept: the one place that knows of paths to them.

Others may write in the output folder, and disks forget. So nothing is followed out of it (no link, no name that is not
one of ours), and everything has a digest: the ledger one in a *seal* beside it, written when a run lets go of it; each
part one in the ledger; each table one in `run.json`. To read all of a large output again at every run would take longer
than the run: a file is believed while its *stamp* (size, inode and the time of its last change, which nobody can set)
is the one that it had when it was written.
"""

# ruff: noqa: PTH208
# Names are looked up below a descriptor, which pathlib cannot do.
from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ..errors import OutputError
from ..tables.folders import opened, read_file, remove
from ..tables.parts import from_bytes
from ..tables.writer import PACKAGE, RUN, explained, locked, recover, sync

if TYPE_CHECKING:
    import pyarrow as pa

_HIDDEN, _PARTS = ".vnplan", "parts"
_LEDGER, _SEAL = "ledger.sqlite", "ledger.sha256"
_PART = re.compile(r"\d{8,12}\.(?:arrow|parquet)")  # the second was the form of earlier versions
_ENTRY = re.compile(r"\d{8,12}\.json")
_TEMPORARY = re.compile(r"[0-9a-f]{12}\.tmp")
_MOST_ENTRY = 1 << 28  # bytes


State = Literal["whole", "open", "changed", "unknown"]
"""Of a ledger: as the last run left it; of a run that did not come to its end; changed since; or nobody knows."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it was written: its size in bytes, its SHA-256, and its stamp ('' where a place has none)."""

    size: int
    sha256: str
    stamp: str = ""


class DamagedPartError(OutputError):
    """The bytes of a part are not what was written. It is gone by now: the next run reads its files again."""


class Storage(Protocol):
    """What a run needs of the place where its ledger and parts are; picklable, for processes that read parts."""

    @property
    def name(self) -> str:
        """The output folder as the user knows it."""

    @property
    def out(self) -> Path:
        """Where the tables are made, on this machine."""

    def hold(self) -> AbstractContextManager[list[str]]:
        """Make the folder, and hold it against other runs; gives what was found there that no run has left, in words.

        Raises:
            OutputError: It cannot be written, or another run holds it.
        """

    @property
    def ledger(self) -> Path:
        """The ledger's file, on this machine."""

    def unseal(self) -> State:
        """In which state the ledger is. From now on it may change."""

    def seal(self) -> None:
        """Called when the ledger is closed."""

    def log(self, number: int, entry: Sequence[Any]) -> None:
        """Called before a transaction that enters what was read: what the ledger could be made of again."""

    def logged(self, after: int, anew: bool) -> Iterator[tuple[int, Any]]:
        """What was kept so and the ledger may lack, in order, with the numbers.

        Args:
            after: Number of the last entry that is in the ledger.
            anew: The ledger has been lost.
        """

    def saved(self) -> None:
        """Called after every transaction of the ledger: a place elsewhere copies it there."""

    def write_part(self, name: str, data: bytes) -> Stored:
        """Store a part: whole and on the disk, or not at all."""

    def read_part(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a part, or some columns of them.

        Raises:
            DamagedPartError: Its bytes are not what was written; it is removed.
        """

    def parts(self) -> dict[str, tuple[int, str]]:
        """Size in bytes, and stamp, of every part that is there."""

    def sha256_of(self, name: str) -> str:
        """Digest of a part."""

    def delete_part(self, name: str) -> None:
        """Remove a part, and what is kept of its entry; nothing if it is not there."""

    def published(self, files: Mapping[str, Stored]) -> dict[str, Any] | None:
        """What `run.json` says, if these files are there as they were written."""

    def tables_of_last_run(self, files: Mapping[str, Stored]) -> Path | None:
        """The folder of this machine that holds these files, if they are there as they were written."""

    def publish(self, names: Sequence[str]) -> dict[str, Stored]:
        """Called when these files, the tables, are in `out`: a place elsewhere copies them there. What each is now."""


@dataclass(frozen=True)
class LocalStorage:
    """A folder of this machine, or one that is mounted.

    Attributes:
        out: The output folder.
    """

    out: Path

    @property
    def name(self) -> str:
        """The output folder as the user knows it."""
        return str(self.out)

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.out / _HIDDEN / _LEDGER

    @contextmanager
    def hold(self) -> Iterator[list[str]]:
        """Make the folder, and hold it against other runs."""
        with explained(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
        with locked(self.out):
            with explained(self.out):
                notes = recover(self.out)
                with opened(self.out) as here:
                    _make(_HIDDEN, here)
                with opened(self.out, _HIDDEN) as here:
                    _make(_PARTS, here)
                with self._opened_parts() as folder:
                    for name in os.listdir(folder):
                        if _TEMPORARY.fullmatch(name):
                            remove(name, folder)
            yield notes

    def unseal(self) -> State:
        """In which state the ledger is."""
        with opened(self.out, _HIDDEN) as folder:
            seal = read_file(_SEAL, folder, 200)
            remove(_SEAL, folder)
            if seal is None:
                return "open"
            return "whole" if seal.decode("ascii", "replace").strip() == _sha256(_LEDGER, folder) else "changed"

    def seal(self) -> None:
        """Write down what the ledger is now."""
        with explained(self.out), opened(self.out, _HIDDEN) as folder:
            if (found := _sha256(_LEDGER, folder)) is not None:
                _store(_SEAL, f"{found}\n".encode(), folder)

    def log(self, number: int, entry: Sequence[Any]) -> None:
        """Keep an entry beside its part."""
        data = json.dumps([number, entry]).encode()
        with explained(self.out), self._opened_parts() as folder:
            _store(_entry_name(entry[0][1]), f"{hashlib.sha256(data).hexdigest()}\n".encode() + data, folder)

    def logged(self, after: int, anew: bool) -> Iterator[tuple[int, Any]]:
        """All entries whose parts are as they were, if the ledger has been lost."""
        if not anew:
            return
        found = []
        with self._opened_parts() as folder:
            for name in os.listdir(folder):
                if _ENTRY.fullmatch(name):
                    data = read_file(name, folder, _MOST_ENTRY) or b""
                    digest, _, content = data.partition(b"\n")
                    if hashlib.sha256(content).hexdigest().encode() == digest:
                        found.append((int(json.loads(content)[0]), name))
            for number, name in sorted(found):
                data = read_file(name, folder, _MOST_ENTRY) or b""
                yield number, json.loads(data.partition(b"\n")[2])[1]

    def saved(self) -> None:
        """No-op: the ledger is where it belongs."""

    def published(self, files: Mapping[str, Stored]) -> dict[str, Any] | None:
        """What `run.json` says, if these files are there as they were written."""
        try:
            with opened(self.out) as folder:
                for name, stored in files.items():
                    if _stamp(name, folder) != stored.stamp and _sha256(name, folder) != stored.sha256:
                        return None
                run: dict[str, Any] = json.loads(read_file(RUN, folder, _MOST_ENTRY) or b"")
            return run if {PACKAGE, RUN, *run["files"]} <= files.keys() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def tables_of_last_run(self, files: Mapping[str, Stored]) -> Path | None:
        """The output folder, if these files are there as they were written."""
        return self.out if self.published(files) is not None else None

    def publish(self, names: Sequence[str]) -> dict[str, Stored]:
        """What each file is; they are where they belong."""
        with explained(self.out), opened(self.out) as folder:
            known = json.loads(read_file(RUN, folder, _MOST_ENTRY) or b"{}").get("files", {})
            found = {}
            for name in names:
                digest = known[name]["sha256"] if name in known else _sha256(name, folder) or ""
                found[name] = Stored(os.stat(name, dir_fd=folder).st_size, digest, _stamp(name, folder))
            return found

    def write_part(self, name: str, data: bytes) -> Stored:
        """Store a part: whole and on the disk, or not at all."""
        with explained(self.out), self._opened_parts() as folder:
            _store(name, data, folder, durable=True)
            return Stored(len(data), hashlib.sha256(data).hexdigest(), _stamp(name, folder))

    def read_part(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a part, or some columns of them. One that is damaged is removed."""
        import pyarrow as pa

        path = self.out / _HIDDEN / _PARTS / name
        with path.open("rb") as stream:  # the system knows paths that Arrow does not take: such as are not UTF-8
            try:
                return from_bytes(stream.read(), columns)
            except MemoryError:
                raise
            except (pa.ArrowException, OSError, UnicodeError) as error:
                if isinstance(error, OSError) and error.errno not in (None, errno.EIO):  # the system, not the content
                    raise
                self.delete_part(name)
                raise DamagedPartError(
                    f"what was read before is damaged on the disk ({path}: {' '.join(str(error).split())}). "
                    "That part is removed: run the same command again, and the files whose rows it held are read again"
                ) from error

    def parts(self) -> dict[str, tuple[int, str]]:
        """Size in bytes, and stamp, of every part that is there."""
        with self._opened_parts() as folder:
            names = [name for name in os.listdir(folder) if _PART.fullmatch(name)]
            return {
                name: (os.stat(name, dir_fd=folder, follow_symlinks=False).st_size, _stamp(name, folder))
                for name in names
            }

    def sha256_of(self, name: str) -> str:
        """Digest of a part."""
        with self._opened_parts() as folder:
            return _sha256(name, folder) or ""

    def delete_part(self, name: str) -> None:
        """Remove a part, and what is kept of its entry; nothing if it is not there."""
        if not _PART.fullmatch(name):  # a name that we have not given
            return
        with suppress(OSError), self._opened_parts() as folder:  # it is known to nobody: the next run tries again
            remove(name, folder)
            remove(_entry_name(name), folder)

    def _opened_parts(self) -> AbstractContextManager[int]:
        return opened(self.out, _HIDDEN, _PARTS)


def _entry_name(part: str) -> str:
    return part.partition(".")[0] + ".json"


def _make(name: str, folder: int) -> None:
    with suppress(FileExistsError):  # a link of that name is refused when the folder is opened
        os.mkdir(name, dir_fd=folder)


def _store(name: str, data: bytes, folder: int, durable: bool = False) -> None:
    """Write a file whole, beside its place and then into it; `durable`: on the disk when this returns."""
    temporary = f"{secrets.token_hex(6)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with open(os.open(temporary, flags, 0o666, dir_fd=folder), "wb") as file:  # noqa: PTH123
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        if durable:
            sync(folder)
    except BaseException:
        with suppress(OSError):
            remove(temporary, folder)
        raise


def _stamp(name: str, folder: int) -> str:
    """What tells a file that was changed, '' for what is no file; cheap to look at."""
    try:
        info = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return ""
    return f"{info.st_size}-{info.st_ino}-{info.st_ctime_ns}"


def _sha256(name: str, folder: int) -> str | None:
    """Digest of a regular file, None for anything else."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123
        return hashlib.file_digest(file, "sha256").hexdigest() if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
