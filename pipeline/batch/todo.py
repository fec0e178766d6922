"""The items that a run has to read: in a file of the system's that is gone with the process, not in memory.

A run over millions of files must need no more memory than one over hundreds.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ..errors import OutputError
from .work import Item

_PAGE = 1_000  # items that are in memory at a time
_COPIES = 32  # files of one content that are one item: their rows are in memory at the same time
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE items (
  position INTEGER PRIMARY KEY, size INTEGER NOT NULL, digest TEXT, leader INTEGER, item BLOB NOT NULL
);
CREATE INDEX items_leader ON items (leader, position) WHERE leader IS NOT NULL;
CREATE TABLE alike (size INTEGER PRIMARY KEY);
"""
# In pieces of so many, each file whose content an earlier one of its piece has belongs to the first of the piece.
_JOIN = """
WITH numbered AS (
  SELECT position, size, digest,
    (row_number() OVER (PARTITION BY size, digest ORDER BY position) - 1) / ? AS piece
  FROM items WHERE digest IS NOT NULL
), pieces AS (
  SELECT position, min(position) OVER (PARTITION BY size, digest, piece) AS leader FROM numbered
)
UPDATE items SET leader = pieces.leader FROM pieces
WHERE pieces.position = items.position AND pieces.leader <> pieces.position
"""


class Todo:
    """Items in order of their positions. As a collection it holds those with `copies`, each content once.

    Raises:
        OutputError: From every method: there is no room for temporary files.
    """

    def __init__(self) -> None:
        self.files = 0
        self._new: list[tuple[int, int, bytes]] = []
        with _explained():
            self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._database.executescript(_SCHEMA)

    def add(self, item: Item) -> None:
        """Add a file."""
        self._new.append((item.position, item.size, pickle.dumps(item)))
        self.files += 1
        if len(self._new) >= _PAGE:
            self._store()

    def join(self, digests: Callable[[Sequence[Item]], Sequence[str | None]]) -> None:
        """Make files of equal content one item, in the place of the first.

        Args:
            digests: Gives the hashes of files, None for one that cannot be read; asked for files of equal size alone,
                some at a time.
        """
        self._store()
        with _explained():
            sizes = "SELECT size FROM items WHERE size > 0 GROUP BY size HAVING count(*) > 1"
            self._database.execute(f"INSERT INTO alike {sizes}")
        query = "SELECT position, item FROM items WHERE size IN alike AND position > ? ORDER BY position"
        for page in self._pages(query):
            found = digests([pickle.loads(item) for _, item in page])
            rows = [(digest, position) for digest, (position, _) in zip(found, page, strict=True)]
            self._many("UPDATE items SET digest = ? WHERE position = ?", rows)
        with _explained():
            self._database.execute(_JOIN, (_COPIES,))

    def __len__(self) -> int:
        self._store()
        with _explained():
            return int(self._database.execute("SELECT count(*) FROM items WHERE leader IS NULL").fetchone()[0])

    def __iter__(self) -> Iterator[Item]:
        self._store()
        below = "SELECT leader, item FROM items WHERE leader BETWEEN ? AND ? ORDER BY leader, position"
        query = "SELECT position, item FROM items WHERE leader IS NULL AND position > ? ORDER BY position"
        for page in self._pages(query):
            copies: dict[int, list[Item]] = {}
            with _explained():
                for leader, copy in self._database.execute(below, (page[0][0], page[-1][0])):
                    copies.setdefault(leader, []).append(pickle.loads(copy))
            for position, item in page:
                found: Item = pickle.loads(item)
                yield replace(found, copies=tuple(copies[position])) if position in copies else found

    def _pages(self, query: str) -> Iterator[list[tuple[int, bytes]]]:
        """The rows of a query for those after a position, page by page: nothing is open while the caller works."""
        last = -1
        while True:
            with _explained():
                page = self._database.execute(f"{query} LIMIT {_PAGE}", (last,)).fetchall()
            if not page:
                return
            yield page
            last = page[-1][0]

    def _store(self) -> None:
        if self._new:
            self._many("INSERT INTO items (position, size, item) VALUES (?, ?, ?)", self._new)
            self._new = []

    def _many(self, statement: str, rows: list[tuple[int, int, bytes]] | list[tuple[str | None, int]]) -> None:
        with _explained():
            self._database.execute("BEGIN")
            self._database.executemany(statement, rows)
            self._database.execute("COMMIT")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OutputError(
            f"cannot keep the list of files in the folder for temporary files ({error}); free some space there, or "
            "name another one in TMPDIR"
        ) from error
