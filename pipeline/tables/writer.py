"""Writing all tables as one: a reader finds the old ones or the new ones, and a run that fails leaves the old ones.

The files of a run grow in a hidden folder inside the output folder. When all are whole and on the disk, a marker is
written there, and then they are moved to their places one by one. A run that is killed while it moves them is finished
by the next one (the marker says so); one that is killed earlier leaves only the hidden folder, which the next removes.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from ..errors import OutputError
from ..records import SCHEMA_VERSION, Extraction
from .formats import WRITERS, Writer, dump, file_names
from .package import datapackage
from .schema import TABLES, Rows, rows_of

PACKAGE, RUN = "datapackage.json", "run.json"
_HIDDEN, _MARKER = ".vnplan-", "COMMIT"
# A batch is written when it has this many rows or characters of text: enough for good Parquet row groups.
_BATCH_ROWS, _BATCH_CHARACTERS = 50_000, 16_000_000


class TableWriter:
    """Writes results to the tables of an output folder, all or nothing; a context manager.

    Leaving the context without `commit` throws away what was written.

    Args:
        out: The output folder; made if it is not there.
        formats: Some of `csv`, `parquet`, `jsonl`.
        version: Version of vnplan.
        metadata: Provenance, kept in every Parquet file: settings, engine versions.

    Raises:
        OutputError: From every method: the folder cannot be written, or another run is writing to it.
    """

    def __init__(self, out: Path, formats: Sequence[str], version: str, metadata: Mapping[str, str]) -> None:
        self.out = out
        self.counts: dict[str, int] = {table.name: 0 for table in TABLES}
        self._formats = formats
        self._version = version
        self._metadata = {"vnplan.schema_version": SCHEMA_VERSION, "vnplan.version": version, **metadata}
        self._folder = out / f"{_HIDDEN}{secrets.token_hex(6)}"
        self._writers: list[Writer] = []
        self._batch: list[Rows] = []
        self._size = 0
        self._exit = ExitStack()

    def __enter__(self) -> TableWriter:
        with _explained(self.out), ExitStack() as stack:
            self.out.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_locked(self.out))
            recover(self.out)
            for name in (*self._files(), PACKAGE, RUN):
                if (self.out / name).is_dir():
                    raise OutputError(f"cannot write {name}: a folder of that name stands in the output folder")
            self._folder.mkdir()
            stack.callback(_discard, self._folder)
            for format_ in self._formats:
                self._writers.append(WRITERS[format_](self._folder, self._metadata))
            self._exit = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers:  # after a commit there is none left
            with suppress(Exception):
                writer.close()
        self._exit.close()

    def write(self, extraction: Extraction) -> None:
        """Add what one input file gave."""
        for rows in rows_of(extraction):
            self._batch.append(rows)
            for name, found in rows.items():
                self.counts[name] += len(found)
                self._size += len(found) * (_BATCH_CHARACTERS // _BATCH_ROWS)
            self._size += sum(len(text) for _, text in rows["texts"])
        if self._size >= _BATCH_CHARACTERS:
            self._flush()

    def commit(self, created: str, run: Mapping[str, Any]) -> list[str]:
        """Make everything that was written visible at once; returns the names of the files.

        Args:
            created: Time of writing, ISO 8601.
            run: What `run.json` says of the run; the files are added to it.
        """
        self._flush()
        with _explained(self.out):
            for writer in self._writers:
                writer.close()
            self._writers.clear()
            files = {name: _measure(self._folder / name) for name in self._files()}
            listing = {name: {"bytes": size, "sha256": digest} for name, (size, digest) in files.items()}
            _store(self._folder / PACKAGE, datapackage(self._version, created, files))
            _store(self._folder / RUN, {**run, "files": listing})
            names = [*files, PACKAGE, RUN]
            for name in names:
                _sync(self._folder / name)
            _sync(self._folder)
            _store(self._folder / _MARKER, {"files": names, "stale": _stale(self.out, names)})
            _sync(self._folder / _MARKER)
            _sync(self._folder)
            _move(self._folder, self.out)
        shutil.rmtree(self._folder, ignore_errors=True)
        return names

    def _flush(self) -> None:
        with _explained(self.out):
            if self._batch:
                for writer in self._writers:
                    writer.write(self._batch)
            self._batch, self._size = [], 0

    def _files(self) -> list[str]:
        return [name for format_ in self._formats for name in file_names(format_)]


def recover(out: Path) -> None:
    """Finish what a killed run had begun to move into place, and remove what one left half written.

    The caller holds the lock of the folder.
    """
    for folder in out.glob(f"{_HIDDEN}*"):
        if (folder / _MARKER).is_file():
            with suppress(ValueError, KeyError):  # a marker that is not whole was never valid
                _move(folder, out)
        shutil.rmtree(folder, ignore_errors=True)


def _discard(folder: Path) -> None:
    """Remove an unfinished run; one that is being moved into place stays, for the next run to finish."""
    if not (folder / _MARKER).exists():
        shutil.rmtree(folder, ignore_errors=True)


def _move(folder: Path, out: Path) -> None:
    """Move the files of a finished run to their places; may be done again after an interruption."""
    plan = json.loads((folder / _MARKER).read_text(encoding="utf-8"))
    for name in plan["files"]:
        with suppress(FileNotFoundError):  # moved already
            (folder / name).replace(out / name)
    for name in plan["stale"]:
        (out / name).unlink(missing_ok=True)
    _sync(out)


def _stale(out: Path, names: list[str]) -> list[str]:
    """Files of the last run that this one does not write again (it was given other formats)."""
    try:
        old = json.loads((out / RUN).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    ours = {name for format_ in WRITERS for name in file_names(format_)}
    return sorted(ours & set(old) - set(names))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the folder against other runs; the system lets go of the lock however this process ends."""
    try:
        import fcntl
    except ImportError:  # no such locks on Windows
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                "another run is writing to this output folder; wait for it, or give another --out"
            ) from None
        except OSError:  # a network file system without locks: go on as if alone
            pass
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    """Turns what the system says into an error that tells the user what to do."""
    try:
        yield
    except OSError as error:
        hints = {
            errno.ENOSPC: "the disk is full; free some space or give another --out",
            errno.EDQUOT: "your disk quota is used up; free some space or give another --out",
            errno.EROFS: "the file system is read-only; give another --out",
            errno.EACCES: "no permission to write there; give another --out",
            errno.EPERM: "no permission to write there; give another --out",
            errno.ENOTDIR: "it is not a folder; give another --out",
            errno.EEXIST: "it is not a folder; give another --out",
        }
        why = hints.get(error.errno or 0, error.strerror or " ".join(str(error).split()))
        raise OutputError(
            f"cannot write to the output folder {out}: {why}. Tables of earlier runs are as they were"
        ) from error


def _store(path: Path, value: object) -> None:
    path.write_text(dump(value, indent=1) + "\n", encoding="utf-8")


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def _sync(path: Path) -> None:
    """Ask the system to put a file or folder on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):  # folders on some file systems
            raise
    finally:
        os.close(descriptor)
