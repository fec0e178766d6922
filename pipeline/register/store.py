"""The register's memory: what each document says of others, in one SQLite file beside the tables.

A batch that joins is entered, the keys that it touches are resolved anew, and nothing else is read again. Everything of
an update is one transaction: a run that is killed leaves the register as it was. A file that is damaged, or of another
layout, is put aside and filled again from the tables.
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import OutputError
from ..tables.writer import explained

LAYOUT = 4
FOLDER = "register"
_LOCK, _FILE = "lock", "register.sqlite"
_SCHEMA = """
CREATE TABLE documents (
  document_id TEXT PRIMARY KEY, source TEXT NOT NULL, content TEXT NOT NULL, day TEXT, province TEXT NOT NULL,
  canonical TEXT  -- its own id as its citations of itself have it
) WITHOUT ROWID;
CREATE TABLE mentions (
  id INTEGER PRIMARY KEY,
  document_id TEXT NOT NULL,  -- '' for what was known beforehand
  start INTEGER NOT NULL,
  said TEXT NOT NULL,         -- the key that its words give
  block TEXT NOT NULL,        -- the key under which it is resolved: a law's number for its name
  flags INTEGER NOT NULL,
  doc_type TEXT, number TEXT, day TEXT, year INTEGER, number_year INTEGER,
  issuer TEXT, issuer_id TEXT, subject TEXT, relation TEXT, via TEXT, canonical TEXT,
  page INTEGER, section TEXT, text TEXT NOT NULL, fact_id TEXT NOT NULL,
  node TEXT
);
CREATE INDEX mentions_block ON mentions (block);
CREATE INDEX mentions_document ON mentions (document_id);
CREATE INDEX mentions_law ON mentions (said) WHERE said LIKE 'law:%';
CREATE TABLE laws (
  name TEXT NOT NULL, year INTEGER NOT NULL, block TEXT NOT NULL, document_id TEXT NOT NULL, day TEXT
);
CREATE INDEX laws_name ON laws (name);
CREATE INDEX laws_document ON laws (document_id);
CREATE TABLE nodes (
  id TEXT PRIMARY KEY, block TEXT NOT NULL, status TEXT NOT NULL, doc_type TEXT, number TEXT, date TEXT,
  date_reason TEXT, issuer TEXT, issuer_id TEXT, level TEXT, province TEXT, subject TEXT, mentions INTEGER NOT NULL,
  cited_by INTEGER NOT NULL, document_ids TEXT NOT NULL, candidates TEXT NOT NULL, known_from TEXT,
  made TEXT NOT NULL  -- differs where it would be another row, if its mentions are the same
) WITHOUT ROWID;
CREATE INDEX nodes_block ON nodes (block);
CREATE TABLE conflicts (
  id TEXT NOT NULL, block TEXT NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, said TEXT NOT NULL, likely TEXT,
  reason TEXT NOT NULL, evidence TEXT NOT NULL, document_ids TEXT NOT NULL, fact_ids TEXT NOT NULL
);
CREATE INDEX conflicts_document ON conflicts (document);
CREATE INDEX conflicts_block ON conflicts (block) WHERE kind = 'own_number';
CREATE TABLE edges (
  document_id TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, relation TEXT NOT NULL,
  mentions INTEGER NOT NULL, mention INTEGER NOT NULL,
  PRIMARY KEY (source, target, relation, document_id)
) WITHOUT ROWID;
CREATE INDEX edges_document ON edges (document_id);
CREATE INDEX edges_target ON edges (target);
-- What has changed since the tables were written, and what the conflicts were then.
CREATE TABLE changed_nodes (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE changed_here (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE changed_edges (
  source TEXT NOT NULL, target TEXT NOT NULL, relation TEXT NOT NULL, PRIMARY KEY (source, target, relation)
) WITHOUT ROWID;
CREATE TABLE said (id TEXT PRIMARY KEY, digest TEXT NOT NULL, document TEXT NOT NULL, document_ids TEXT NOT NULL);
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_TABLES = (
    "documents", "mentions", "laws", "nodes", "conflicts", "edges", "changed_nodes", "changed_here", "changed_edges",
    "said", "state",
)  # fmt: skip


def folder_of(out: Path) -> Path:
    """Where the register of an output folder is kept."""
    return out / FOLDER


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Holds the register against other programs; waits for one that holds it."""
    folder = folder_of(out)
    if folder.is_symlink():
        raise OutputError(f"{folder} is a link, which may lead anywhere; remove it. The tables are as they were")
    with explained(out):
        folder.mkdir(parents=True, exist_ok=True)
        if not _is_ours(folder / _LOCK):
            (folder / _LOCK).unlink()
        handle = (folder / _LOCK).open("a")
    with handle:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        except (ImportError, OSError):  # Windows, or a network file system without locks: go on as if alone
            pass
        yield


def _is_ours(path: Path) -> bool:
    """Whether nothing stands at a path but a file: no link, which may lead anywhere, and no pipe, which never ends."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return True


class Store:
    """The register's file of an output folder; whoever writes holds it (`held`).

    Args:
        out: The output folder.
        say: Takes what the user should know: that the file was damaged, and is made again.

    Raises:
        OutputError: It cannot be written.
    """

    def __init__(self, out: Path, say: Callable[[str], None]) -> None:
        self.path = folder_of(out) / _FILE
        self.database = opened(self.path, _SCHEMA, LAYOUT, say)

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it, or nothing."""
        with transaction(self.database):
            yield self.database

    def state(self, key: str) -> str | None:
        """A value that was kept."""
        row = self.database.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def keep(self, key: str, value: str) -> None:
        """Keep a value; inside a transaction."""
        self.database.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))

    def clear(self) -> None:
        """Forget everything; inside a transaction."""
        for table in _TABLES:
            self.database.execute(f"DELETE FROM {table}")


def opened(
    path: Path,
    schema: str,
    layout: int,
    say: Callable[[str], None],
    check: bool = True,
    page: int = 4096,
    shared: bool = False,
) -> sqlite3.Connection:
    """An SQLite file of a layout; one that is damaged or of another layout is made anew.

    Args:
        path: The file.
        schema: Statements that make its tables.
        layout: Number of the layout.
        say: Takes the line that says so.
        check: Read all of it to see whether it is damaged; else only a query finds out.
        page: Bytes of a page.
        shared: Several threads use it, one at a time.
    """
    journal = path.with_name(path.name + "-journal")
    with explained_database(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not (_is_ours(path) and _is_ours(journal)):
                raise sqlite3.DatabaseError(_NO_FILE)
            return _open(path, schema, layout, check, page, shared)
        except sqlite3.OperationalError:  # the disk, not the content
            raise
        except sqlite3.DatabaseError as error:
            why = str(error) if str(error) in (_OTHER, _NO_FILE) else "damaged"
            say(f"{path.parent.name}/{path.name} is {why}: it is made again from the tables")
            for name in (path, journal):
                name.unlink(missing_ok=True)
            return _open(path, schema, layout, check, page, shared)


_OTHER, _NO_FILE = "of another version", "a link or a pipe, and no file"


def _open(path: Path, schema: str, layout: int, check: bool, page: int, shared: bool) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=not shared)
    try:
        database.execute("PRAGMA cache_size = -131072")  # 128 MiB
        database.execute(f"PRAGMA page_size = {page}")  # of a new file
        known = database.execute("PRAGMA user_version").fetchone()[0]
        if known == 0 and not database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            database.executescript(f"BEGIN IMMEDIATE;{schema}PRAGMA user_version = {layout};COMMIT;")
        elif known != layout:
            raise sqlite3.DatabaseError(_OTHER)
        elif check and database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("damaged")
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All statements in it, or none."""
    with explained_database(None):
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
            database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                database.execute("ROLLBACK")
            raise


@contextmanager
def explained_database(path: Path | None) -> Iterator[None]:
    """Turns what SQLite says into an error that tells the user what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        where = f" {path}" if path else ""
        raise OutputError(f"cannot write the register{where}: {error}. The tables are as they were") from error


def marks(values: Sequence[object]) -> str:
    """Question marks for a list of values."""
    return ", ".join("?" * len(values))
