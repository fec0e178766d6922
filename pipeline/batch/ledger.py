"""What was done, in one SQLite file: a row a file of the inputs, a row a part, and what the tables were made from.

Every step is a transaction, on the disk when it returns (a rollback journal: unlike a write-ahead log it works on
network folders). Times and inodes are those before the file was read.

A ledger is believed if it is, byte for byte, what the last run left (`Storage.unseal`). If that run was killed, or the
file was changed or spoilt, it is made again from what is kept beside each part (`Storage.log`); files whose part or
entry does not fit its digest any more are read again. One of another layout goes with its parts.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from ..errors import OutputError
from ..ingestion.names import masked
from .storage import Storage, Stored
from .work import QUARANTINED, Item, Outcome

_LAYOUT = 4
_PAGE = 1_000  # files that are in memory at a time
_SCHEMA = """
CREATE TABLE files (
  source TEXT PRIMARY KEY,     -- path below the input folder: the name in the tables
  position INTEGER NOT NULL,   -- its place in the order of the files
  path BLOB NOT NULL,          -- as the operating system knows it
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,   -- -1 if it was so fresh that a later change might not show
  inode INTEGER NOT NULL,
  sha256 TEXT,                 -- of the content that was read; null if it could not be
  made TEXT NOT NULL,          -- fingerprint of settings, code and engines
  part INTEGER NOT NULL,       -- which part holds its rows, from which one on, and how many
  first INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  code TEXT NOT NULL,          -- of its first error, '' if all of it was read
  message TEXT NOT NULL,
  attempts INTEGER NOT NULL,   -- how often a process died over it
  about TEXT NOT NULL          -- counts for the summary, as JSON
);
CREATE INDEX files_position ON files (position);
CREATE INDEX files_part ON files (part);
CREATE TABLE documents (
  source TEXT NOT NULL, number INTEGER NOT NULL, document_id TEXT NOT NULL, content TEXT NOT NULL
);
CREATE INDEX documents_source ON documents (source);
CREATE INDEX documents_content ON documents (content);
CREATE TABLE parts (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, stamp TEXT NOT NULL
);
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_NEW_FILE = "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a file."""

    source: str
    position: int
    path: str
    size: int
    mtime_ns: int
    inode: int
    sha256: str | None
    made: str
    code: str
    attempts: int
    about: str

    @property
    def codes(self) -> frozenset[str]:
        """Of all its errors."""
        return frozenset(json.loads(self.about)["errors"]) if self.code else frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of a file are: the part's name and SHA-256, the first of them in it, and how many."""

    source: str
    part: str
    sha256: str
    first: int
    rows: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A document whose content an earlier one has: its file, its id, and the id of the first one that has it."""

    source: str
    document_id: str
    original: str


class Ledger:
    """The ledger of an output folder; the caller holds the folder.

    Args:
        storage: Where it is.

    Raises:
        OutputError: From every method: the disk is full, or the file cannot be written.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.notes: list[str] = []
        with _explained():
            self._database, anew = self._opened()
        for number, (*entry, layout) in storage.logged(int(self.state("entries") or 0), anew):
            if layout == _LAYOUT:
                self._enter(number, entry)
        self._remove_strays()

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._database.close()
        with suppress(OutputError):  # the next run makes it again
            self._storage.seal()

    # -- Planning ----------------------------------------------------------------------------------------------------

    def known(self, sources: Sequence[str]) -> dict[str, Known]:
        """What is known of files, as far as anything is; a thousand at most."""
        columns = "source, position, path, size, mtime_ns, inode, sha256, made, code, attempts, about"
        marks = ", ".join("?" * len(sources))
        rows = self._database.execute(f"SELECT {columns} FROM files WHERE source IN ({marks})", sources)
        return {row[0]: Known(row[0], row[1], os.fsdecode(row[2]), *row[3:]) for row in rows}

    def settle(self, here: Iterable[tuple[Item, bool]]) -> int:
        """Take over what planning finds: the order of the files, and that those not among them are gone.

        Args:
            here: Every file that is known and still there, and whether its path, time or inode is to be taken over,
                since its content is as it was. Taken one by one; the ledger may be asked what is `known` meanwhile.

        Returns:
            How many files are gone.
        """
        rows = (_seen(item, touched) for item, touched in here)
        with _explained():
            self._database.execute(
                "CREATE TEMP TABLE here (source TEXT PRIMARY KEY, position INTEGER, path BLOB, size, mtime_ns, inode)"
            )
            while page := list(islice(rows, _PAGE)):
                self._database.execute("BEGIN")
                self._database.executemany("INSERT INTO here VALUES (?, ?, ?, ?, ?, ?)", page)
                self._database.execute("COMMIT")
        with self._transaction() as run:
            gone = int(run("DELETE FROM files WHERE source NOT IN (SELECT source FROM here)").rowcount)
            run("DELETE FROM documents WHERE source NOT IN (SELECT source FROM here)")
            moved = run(
                "UPDATE files SET position = here.position FROM here "
                "WHERE here.source = files.source AND here.position <> files.position"
            ).rowcount
            run(
                "UPDATE files SET path = here.path, size = here.size, mtime_ns = here.mtime_ns, inode = here.inode "
                "FROM here WHERE here.source = files.source AND here.path IS NOT NULL"
            )
            if gone or moved:
                self._change(run)
            run("DROP TABLE here")
        return gone

    # -- Results -----------------------------------------------------------------------------------------------------

    def next_part(self) -> int:
        """Number for a new part."""
        return int(self._database.execute("SELECT coalesce(max(id), 0) + 1 FROM parts").fetchone()[0])

    def record(self, outcomes: Sequence[tuple[Outcome, str]], part: int, name: str, stored: Stored) -> None:
        """Enter what a task gave; its part is stored already.

        Args:
            outcomes: Each with what it was made with, in order of their rows in the part.
            part: Number of the part.
            name: Its name.
            stored: What it is.
        """
        first = 0
        files, documents = [], []
        for outcome, made in outcomes:
            item, source = outcome.item, outcome.item.entry.source
            place = (source, item.position, masked(item.entry.path), item.size, item.mtime_ns, item.inode)
            result = (outcome.sha256, made, part, first, outcome.rows, outcome.code, outcome.message)
            files.append((*place, *result, item.attempts, json.dumps(outcome.about)))
            documents += [(source, number, *document) for number, document in enumerate(outcome.documents)]
            first += outcome.rows
        self._log_and_enter((_part_row(part, name, first, stored), files, documents))

    def _log_and_enter(self, entry: Sequence[Any], change: bool = True) -> None:
        number = int(self.state("entries") or 0) + 1
        self._storage.log(number, [*entry, _LAYOUT])
        self._enter(number, entry, change)

    def _enter(self, number: int, entry: Sequence[Any], change: bool = True) -> None:
        """Enter a part with the files and documents in it; as `Storage.log` keeps it.

        Args:
            number: Of the entry.
            entry: The rows of the three tables.
            change: Whether the tables say something else after it.
        """
        part, files, documents = entry
        with self._transaction() as run:
            run("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)", part)
            rows = [(source, position, os.fsencode(path), *others) for source, position, path, *others in files]
            self._database.executemany(_NEW_FILE, rows)
            self._database.executemany("DELETE FROM documents WHERE source = ?", [(row[0],) for row in rows])
            self._database.executemany("INSERT INTO documents VALUES (?, ?, ?, ?)", documents)
            run("INSERT OR REPLACE INTO state VALUES ('entries', ?)", (str(number),))
            if change:
                self._change(run)

    def holds_files(self, folder: str) -> bool:
        """Whether there are files below a folder, given by its absolute path, from the last run; or the file itself."""
        start = os.fsencode(folder.rstrip(os.sep) + os.sep)
        query = "SELECT 1 FROM files WHERE (substr(path, 1, ?) = ? OR path = ?) AND sha256 IS NOT NULL LIMIT 1"
        found = self._database.execute(query, (len(start), start, os.fsencode(folder)))
        return found.fetchone() is not None

    def is_same_failure(self, outcome: Outcome, made: str) -> bool:
        """Whether a file that could not be read fails as it did before: then there is nothing new to enter.

        Of one in quarantine there is: its size, time and inode, by which the next run sees that nothing has changed.
        """
        if outcome.code in QUARANTINED or not outcome.code or outcome.documents:
            return False
        row = self._database.execute(
            "SELECT sha256, code, message, made, about FROM files WHERE source = ?", (outcome.item.entry.source,)
        ).fetchone()
        return bool(row == (outcome.sha256, outcome.code, outcome.message, made, json.dumps(outcome.about)))

    def move(self, sources: Sequence[tuple[str, int]], part: int, name: str, stored: Stored) -> None:
        """Enter that the rows of files are in a new part now: source and number of rows, in order."""
        first = 0
        files, documents = [], []
        for source, rows in sources:
            row = self._database.execute("SELECT * FROM files WHERE source = ?", (source,)).fetchone()
            files.append((*row[:2], os.fsdecode(row[2]), *row[3:8], part, first, rows, *row[11:]))
            documents += self._database.execute("SELECT * FROM documents WHERE source = ?", (source,)).fetchall()
            first += rows
        self._log_and_enter((_part_row(part, name, first, stored), files, documents), change=False)

    def forget_unused_parts(self) -> None:
        """Remove parts in which no file has rows any more."""
        query = "SELECT id, name FROM parts WHERE id NOT IN (SELECT part FROM files WHERE rows > 0)"
        unused = self._database.execute(query).fetchall()
        if unused:
            with self._transaction() as run:
                for number, _ in unused:
                    run("DELETE FROM parts WHERE id = ?", (number,))
            for _, name in unused:
                self._storage.delete_part(name)

    # -- Publishing --------------------------------------------------------------------------------------------------

    def fragments(self) -> tuple[int, int, int]:
        """How many parts there are, how many rows in them, and how many of those are used."""
        parts, rows = self._database.execute("SELECT count(*), coalesce(sum(rows), 0) FROM parts").fetchone()
        used = self._database.execute("SELECT coalesce(sum(rows), 0) FROM files").fetchone()[0]
        return parts, rows, used

    def abouts(self) -> Iterator[dict[str, Any]]:
        """The counts of every file."""
        for (about,) in self._database.execute("SELECT about FROM files"):
            yield orjson.loads(about)

    def duplicates(self) -> int:
        """How many documents have the content of an earlier one."""
        query = "SELECT count(*) - count(DISTINCT content) FROM documents"
        return int(self._database.execute(query).fetchone()[0])

    @property
    def version(self) -> int:
        """Raised with every change of what the tables should say."""
        return int(self.state("version") or 0)

    def state(self, key: str) -> str | None:
        """A value that was kept."""
        row = self._database.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def keep(self, key: str, value: str) -> None:
        """Keep a value."""
        with self._transaction() as run:
            run("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))

    # -- Inside ------------------------------------------------------------------------------------------------------

    @staticmethod
    def _change(run: Any) -> None:
        run("INSERT INTO state VALUES ('version', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1")

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with _explained():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database.execute
                self._database.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._database.execute("ROLLBACK")
                raise
            self._storage.saved()

    def _opened(self) -> tuple[sqlite3.Connection, bool]:
        """The database, and whether it is empty because what was there cannot be believed."""
        path = self._storage.ledger
        state = self._storage.unseal()
        there = os.path.lexists(path)
        if state in ("whole", "unknown"):
            try:
                return _open(path, check=state == "unknown"), not there
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):  # the disk, not the content
                    raise
        if there and state == "changed":
            self.notes.append(
                "the ledger in the output folder was changed or damaged: it is set aside as ledger.damaged, and made "
                "again from what was read before"
            )
        with suppress(FileNotFoundError):  # what it holds would be put into the new one
            path.with_name(path.name + "-journal").unlink()
        with suppress(FileNotFoundError):
            path.unlink() if state == "open" else path.replace(path.with_suffix(".damaged"))
        return _open(path, check=False), True

    def _remove_strays(self) -> None:
        """Remove parts that no run has entered; forget files whose part is gone or not as it was written."""
        there = self._storage.parts()
        lost = 0
        rows = self._database.execute("SELECT id, name, bytes, sha256, stamp FROM parts").fetchall()
        for number, name, size, sha256, stamp in rows:
            found = there.pop(name, None)
            if found == (size, stamp):
                continue
            with self._transaction() as run:
                if found and found[0] == size and self._storage.sha256_of(name) == sha256:
                    run("UPDATE parts SET stamp = ? WHERE id = ?", (found[1], number))
                    continue
                gone = "SELECT source FROM files WHERE part = ?"
                run(f"DELETE FROM documents WHERE source IN ({gone})", (number,))
                lost += run("DELETE FROM files WHERE part = ?", (number,)).rowcount
                run("DELETE FROM parts WHERE id = ?", (number,))
                self._change(run)
            self._storage.delete_part(name)
        for name in there:
            self._storage.delete_part(name)
        if lost:
            self.notes.append(
                f"rows of {lost} files from an earlier run were gone or damaged: those files are read again"
            )


def _part_row(part: int, name: str, rows: int, stored: Stored) -> tuple[object, ...]:
    return (part, name, rows, stored.size, stored.sha256, stored.stamp)


def _seen(item: Item, touched: bool) -> tuple[object, ...]:
    """A file as a row of those that are there."""
    source, position = item.entry.source, item.position
    if not touched:
        return (source, position, None, None, None, None)
    return (source, position, os.fsencode(masked(item.entry.path)), item.size, item.mtime_ns, item.inode)


def places(ledger: Path) -> Iterator[Place]:
    """Where the rows of each file are, in order of the files; from any process.

    No lock is held while the caller works on what it was given, so that it may `move` those files.
    """
    database = sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)
    query = (
        "SELECT position, source, name, parts.sha256, first, files.rows FROM files JOIN parts ON part = id "
        "WHERE files.rows > 0 AND position > ? ORDER BY position LIMIT ?"
    )
    try:
        last = -1
        while found := database.execute(query, (last, _PAGE)).fetchall():
            for _, *place in found:
                yield Place(*place)
            last = found[-1][0]
    finally:
        database.close()


def copies(ledger: Path) -> list[Copy]:
    """The documents whose content an earlier one has, in order."""
    database = sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)
    try:
        query = (
            "SELECT source, document_id, content FROM documents JOIN files USING (source) WHERE content IN "
            "(SELECT content FROM documents GROUP BY content HAVING count(*) > 1) ORDER BY position, number"
        )
        first: dict[str, str] = {}
        found: list[Copy] = []
        for source, document_id, content in database.execute(query):
            original = first.setdefault(content, document_id)
            if original != document_id:
                found.append(Copy(source, document_id, original))
        return found
    finally:
        database.close()


def _open(path: Path, check: bool) -> sqlite3.Connection:
    """The database; `check`: look whether it is whole, since nobody else has."""
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = TRUNCATE")
        database.execute("PRAGMA trusted_schema = OFF")
        layout = database.execute("PRAGMA user_version").fetchone()[0]
        if layout == 0:
            database.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {_LAYOUT};COMMIT;")
        elif layout != _LAYOUT:
            raise sqlite3.DatabaseError("another layout")
        elif check and database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("damaged")
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        hints = {
            sqlite3.SQLITE_FULL: "the disk is full; free some space and run the same command again",
            sqlite3.SQLITE_READONLY: "it may not be written; give another --out",
            sqlite3.SQLITE_CANTOPEN: "it may not be written; give another --out",
            sqlite3.SQLITE_BUSY: "another program is using it; wait for that, or give another --out",
        }
        why = hints.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, str(error))
        raise OutputError(
            f"cannot write the ledger in the output folder: {why}. The tables are as they were"
        ) from error
