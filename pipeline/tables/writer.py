"""Writing all tables as one: a reader finds the old ones or the new ones, and a run that fails leaves the old ones.

The files are written in a hidden folder inside the output folder. When all are whole and on the disk, a marker is
written there, and then they are moved to their places one by one. A run that is killed while it moves them is finished
by the next one (the marker says so); one that is killed earlier leaves only the hidden folder, which the next removes.

What a marker says is done only if it names files of ours: others may write in the folder too.
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
import shutil
import stat
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from ..errors import OutputError
from ..records import SCHEMA_VERSION
from ..settings import FORMATS
from .corpus import REGISTER_FILES
from .folders import is_file, opened, read_file, remove
from .formats import Documents, Job, dump, file_names, jobs, run_together
from .labels import About
from .package import datapackage, with_files
from .pieces import Kept, Layout, Piece, counted, merged, put_together
from .schema import TABLES
from .views import VIEWS, check_views, write_view

PACKAGE, RUN = "datapackage.json", "run.json"
_HIDDEN, _MARKER = ".vnplan-", "COMMIT"
_OURS = re.compile(r"\.vnplan-[0-9a-f]{12}")
_MOST_MARKER = 1 << 16  # bytes
_MOST_RUN = 1 << 24
RunJobs = Callable[[Sequence[Job], Documents], Iterable[list[Piece]]]
"""Runs jobs over the documents, and gives what they wrote, in order."""
After = Callable[[Path, str], object]
"""Adds to the flat tables in a folder before the views are made of them; also given the identity of the tables."""


def run_here(todo: Sequence[Job], documents: Documents) -> Iterator[list[Piece]]:
    """Runs jobs in this process."""
    return iter(run_together(todo, documents))


class TableWriter:
    """Writes the tables of an output folder, all or nothing; a context manager.

    Leaving the context without `commit` throws away what was written. The caller holds the lock of the folder
    (`locked`).

    Args:
        out: The output folder; made if it is not there.
        formats: Some of `csv`, `parquet`, `jsonl`, `duckdb`, `xlsx`.
        version: Version of vnplan.
        metadata: Provenance, kept in every Parquet file: settings, engine versions.
        about: For the workbook: its language, and where the files are.

    Raises:
        OutputError: From every method: the folder cannot be written.
        MissingDependencyError: A format needs a package that is not installed.
    """

    def __init__(
        self,
        out: Path,
        formats: Sequence[str],
        version: str,
        metadata: Mapping[str, str],
        about: About | None = None,
    ) -> None:
        self.out = out
        self._about = replace(about or About(), version=version)
        self.counts: dict[str, int] = {table.name: 0 for table in TABLES}
        self.notes: list[str] = []
        self.layout: Layout | None = None
        self._formats = formats
        self._version = version
        self._metadata = {"vnplan.schema_version": SCHEMA_VERSION, "vnplan.version": version, **metadata}
        self._identity = str(uuid.uuid4())
        self._folder = out / f"{_HIDDEN}{secrets.token_hex(6)}"
        self._exit = ExitStack()

    def __enter__(self) -> TableWriter:
        check_views(self._formats)
        with explained(self.out), ExitStack() as stack:
            self.out.mkdir(parents=True, exist_ok=True)
            self.notes += recover(self.out)
            for name in (*self._files(), PACKAGE, RUN):
                if (self.out / name).is_dir():
                    raise OutputError(f"cannot write {name}: a folder of that name stands in the output folder")
            self._folder.mkdir()
            stack.callback(_discard, self._folder)
            self._exit = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def write(
        self,
        documents: Documents,
        run_jobs: RunJobs = run_here,
        after: After | None = None,
        kept: Kept | None = None,
    ) -> None:
        """Write all tables, once.

        Args:
            documents: The documents, as often as they are asked for.
            run_jobs: Runs the jobs; to do it in several processes.
            after: Adds to the tables; it finds them as Parquet, whatever the formats.
            kept: Pieces of the tables that are there and need not be made; the documents are those of all others.
                With it, `layout` says afterwards of which pieces the files consist.
        """
        views = [name for name in self._formats if name in VIEWS]
        flat = [name for name in self._formats if name not in VIEWS]
        with explained(self.out):
            parquet = ["parquet"] if (views or after) and "parquet" not in flat else []
            todo = jobs([*flat, *parquet], self._folder, self._metadata)
            found = list(run_jobs(todo, documents))
            for job, pieces in zip(todo, found, strict=True):
                if job.table:
                    self.counts[job.table] = sum(piece.rows[job.table] for piece in pieces)
            if kept is not None:
                self._put_together(found, kept)
            with self._watched():
                if after is not None:
                    after(self._folder, self._identity)
            for name in views:
                self.notes += write_view(name, self._folder, self._about)
            wanted = self._files()
            for name in _names():
                if name not in wanted:
                    (self._folder / name).unlink(missing_ok=True)

    def _put_together(self, found: Sequence[Sequence[Piece]], kept: Kept) -> None:
        """The files of what was made and what was kept."""
        made, self.layout = merged(kept.keys, found, kept.pieces)
        for name in sorted(self.layout.files):
            put_together(name, self._folder, kept, made)
        for name in self.counts:
            self.counts[name] = sum(piece.rows.get(name, 0) for piece in self.layout.pieces.values())

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Bring the layout up to what becomes of the files meanwhile."""
        names = self.layout.files if self.layout else set()
        before = {name: _state_of(self._folder / name) for name in names}
        yield
        for name in sorted(names):
            if self.layout and _state_of(self._folder / name) != before[name]:
                self.layout = counted(name, self._folder, self.layout)

    def commit(self, created: str, run: Mapping[str, Any]) -> list[str]:
        """Make everything that was written visible at once; returns the names of the files.

        Args:
            created: Time of writing, ISO 8601.
            run: What `run.json` says of the run; the files are added to it.
        """
        with explained(self.out):
            files = {name: _measure(self._folder / name) for name in self._files()}
            listing = {name: {"bytes": size, "sha256": digest} for name, (size, digest) in files.items()}
            _store(self._folder / PACKAGE, datapackage(self._version, created, files, self._identity))
            _store(self._folder / RUN, {**run, "files": listing})
            names = [*files, PACKAGE, RUN]
            _exchange(self.out, self._folder, names, _stale(self.out, names))
        return names

    def _files(self) -> list[str]:
        """The files of these formats, and of the register where there is one."""
        register = [name for name in REGISTER_FILES if name.rpartition(".")[2] in self._formats]
        there = [name for name in register if (self._folder / name).exists()]
        return [name for format_ in self._formats for name in file_names(format_)] + there


@contextmanager
def exchanging(out: Path) -> Iterator[Path]:
    """A folder for files that shall take the place of those of an output folder: `exchange` moves them.

    The caller holds the lock of the output folder.
    """
    folder = out / f"{_HIDDEN}{secrets.token_hex(6)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        _discard(folder)


def exchange(out: Path, folder: Path, names: Sequence[str], stale: Sequence[str]) -> None:
    """Put files in their places, and their sizes into `datapackage.json`: all of it, or nothing.

    Args:
        out: The output folder.
        folder: Where the files are; as `exchanging` gives it.
        names: The files.
        stale: Files of the output folder that are to go.
    """
    package = json.loads((out / PACKAGE).read_text(encoding="utf-8"))
    files = {name: _measure(folder / name) for name in names}
    _store(folder / PACKAGE, with_files(package, files, stale))
    _exchange(out, folder, [*names, PACKAGE], stale)


def _exchange(out: Path, folder: Path, names: Sequence[str], stale: Sequence[str]) -> None:
    for name in names:
        sync(folder / name)
    sync(folder)
    _store(folder / _MARKER, {"files": list(names), "stale": list(stale)})
    sync(folder / _MARKER)
    sync(folder)
    _move(folder, out)
    shutil.rmtree(folder, ignore_errors=True)


def recover(out: Path) -> list[str]:
    """Finish what a killed run had begun to move into place, and remove what one left half written.

    The caller holds the lock of the folder.

    Returns:
        What was found that no run has left there, and is set aside: a line each.
    """
    notes = []
    with opened(out) as here:
        for name in sorted(os.listdir(here)):
            if not name.startswith(_HIDDEN):
                continue
            plan = _plan(out, name, here)
            if plan is None:
                aside = f".vnplan.aside-{secrets.token_hex(6)}"
                os.rename(name, aside, src_dir_fd=here, dst_dir_fd=here)
                notes.append(f"{name} in the output folder is of no run of vnplan; it is set aside as {aside}")
                continue
            if plan:
                _move(out / name, out)
            shutil.rmtree(out / name, ignore_errors=True)
    return notes


def _plan(out: Path, name: str, here: int) -> dict[str, list[str]] | None:
    """What the marker in a hidden folder says; empty if there is no whole one, None if the folder is not ours."""
    if not _OURS.fullmatch(name) or not stat.S_ISDIR(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
        return None
    with opened(out, name) as folder:
        try:
            os.stat(_MARKER, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return {}
        data = read_file(_MARKER, folder, _MOST_MARKER)
        if data is None:
            return None
        try:
            plan = json.loads(data)
        except (ValueError, RecursionError):  # one that is not whole was never valid
            return {}
        return plan if _fits(plan, folder) else None


def _fits(plan: object, folder: int) -> bool:
    """Whether a marker names files alone that we write, and those that are there are files."""
    if not isinstance(plan, dict) or plan.keys() != {"files", "stale"}:
        return False
    known = _names()
    for names, allowed in ((plan["files"], {*known, PACKAGE, RUN}), (plan["stale"], known)):
        if not isinstance(names, list) or not all(isinstance(name, str) and name in allowed for name in names):
            return False
    there = set(os.listdir(folder))
    return all(is_file(name, folder) for name in plan["files"] if name in there)


def _names() -> set[str]:
    """The files that tables may stand in."""
    return {name for format_ in (*FORMATS, *VIEWS) for name in file_names(format_)} | set(REGISTER_FILES)


def _discard(folder: Path) -> None:
    """Remove an unfinished run; one that is being moved into place stays, for the next run to finish."""
    if not (folder / _MARKER).exists():
        shutil.rmtree(folder, ignore_errors=True)


def _move(folder: Path, out: Path) -> None:
    """Move the files of a finished run to their places; may be done again after an interruption."""
    with opened(out) as here, opened(out, folder.name) as there:
        plan = json.loads(read_file(_MARKER, there, _MOST_MARKER) or b"")
        for name in plan["files"]:
            with suppress(FileNotFoundError):  # moved already
                os.replace(name, name, src_dir_fd=there, dst_dir_fd=here)
        for name in plan["stale"]:
            remove(name, here)
    sync(out)


def _stale(out: Path, names: list[str]) -> list[str]:
    """Files of the last run that this one does not write again (it was given other formats)."""
    with opened(out) as here:
        data = read_file(RUN, here, _MOST_RUN)
    try:
        old = json.loads(data or b"")["files"]
        return sorted(_names() & set(old) - set(names))
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


_HELD: set[int] = set()


def _let_go() -> None:
    """In a forked child: the lock is its parent's, and must end with it."""
    for descriptor in _HELD:
        os.close(descriptor)
    _HELD.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
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
        _HELD.add(descriptor)
        yield
    finally:
        _HELD.discard(descriptor)
        os.close(descriptor)


@contextmanager
def explained(out: Path) -> Iterator[None]:
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


def _state_of(path: Path) -> tuple[int, int, int]:
    info = path.stat()
    return info.st_size, info.st_ino, info.st_mtime_ns


def _store(path: Path, value: object) -> None:
    path.write_text(dump(value, indent=1) + "\n", encoding="utf-8")


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest


def sync(path: Path | int) -> None:
    """Ask the system to put a file or folder on the disk, by its path or a descriptor of it."""
    descriptor = os.dup(path) if isinstance(path, int) else os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):  # folders on some file systems
            raise
    finally:
        os.close(descriptor)
