"""The queue of the review, kept beside the tables: what to look at first in a hundred thousand documents, at once.

Which doubts a document raises is worked out once, when its rows are new; who asks for the queue reads the few that come
first. What somebody has decided is left out as it is asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from ..register.store import explained_database, folder_of, opened, transaction
from ..tables.corrections import Decision, Key
from ..tables.labels import labels_of
from .doubts import Doubt, still_open

Lane = Literal["doubt", "coverage"]
Place = tuple[str, int]
"""Where the rows of a document are kept: a part, and a row in it."""
FILE = "queue.sqlite"
_LAYOUT = 2
_PIECE = 500
_SCHEMA = """
CREATE TABLE documents (document_id TEXT PRIMARY KEY, part TEXT NOT NULL, row INTEGER NOT NULL);
CREATE UNIQUE INDEX documents_place ON documents (part, row);
CREATE TABLE doubts (
  id INTEGER PRIMARY KEY, lane TEXT NOT NULL, score INTEGER NOT NULL, document_id TEXT NOT NULL, title TEXT NOT NULL,
  content TEXT NOT NULL, kind TEXT NOT NULL, key_words TEXT NOT NULL, fact TEXT NOT NULL, reason TEXT NOT NULL,
  words TEXT NOT NULL, others TEXT NOT NULL, alone INTEGER NOT NULL
);
CREATE INDEX doubts_order ON doubts (lane, score DESC, id);
CREATE INDEX doubts_document ON doubts (document_id);
CREATE INDEX doubts_key ON doubts (content, kind, key_words);
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_DOUBT = "score, document_id, title, content, kind, key_words, fact, reason, words, others, alone"


class Queue:
    """The doubts about the documents of an output folder.

    Args:
        out: The output folder.
        say: Takes what the user should know: that the file was damaged, and is made again.
    """

    def __init__(self, out: Path, say: Callable[[str], None] = lambda line: None) -> None:
        self._lock = Lock()  # pages are made in several threads
        self._database = opened(folder_of(out) / FILE, _SCHEMA, _LAYOUT, say, shared=True)
        self._counted: dict[Lane, tuple[object, int]] = {}

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    # -- Filling -----------------------------------------------------------------------------------------------------

    def update(
        self, places: Iterable[Place], read: Callable[[Place], tuple[str, Iterable[tuple[Lane, Doubt]]] | None]
    ) -> int:
        """Take up the documents that are new, and give up those that are gone; returns how many were read.

        Args:
            places: Where all documents are.
            read: Gives the id of the document at a place, and its doubts; None where there is none.
        """
        made = _made()
        with self._lock:
            row = self._database.execute("SELECT value FROM state WHERE key = 'made'").fetchone()
            with explained_database(None):
                if row and row[0] != made:
                    self._database.executescript("DELETE FROM documents; DELETE FROM doubts;")
                self._database.execute("INSERT OR REPLACE INTO state VALUES ('made', ?)", (made,))
            known = set(self._database.execute("SELECT part, row FROM documents"))
            now = set(places)
            self._leave(known - now)
            new = sorted(now - known)
            for at in range(0, len(new), _PIECE):
                with transaction(self._database):
                    for place in new[at : at + _PIECE]:
                        document_id, doubts = read(place) or (f"{place[0]}:{place[1]}", ())
                        self.add(document_id, place, doubts)
            self._counted.clear()
        return len(new)

    def add(self, document_id: str, place: Place, doubts: Iterable[tuple[Lane, Doubt]]) -> None:
        """Enter a document; inside a transaction."""
        self._database.execute("DELETE FROM doubts WHERE document_id = ?", (document_id,))
        self._database.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (document_id, *place))
        self._database.executemany(
            f"INSERT INTO doubts (lane, {_DOUBT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (lane, d.score, d.document_id, d.title, d.key.content, d.key.kind, d.key.words, d.key.fact, d.reason,
                 d.words, d.others, d.alone)
                for lane, d in doubts
            ],
        )  # fmt: skip

    def _leave(self, places: Iterable[Place]) -> None:
        with transaction(self._database):
            for place in places:
                one = self._database.execute("SELECT document_id FROM documents WHERE part = ? AND row = ?", place)
                for (document_id,) in one.fetchall():
                    self._database.execute("DELETE FROM doubts WHERE document_id = ?", (document_id,))
                    self._database.execute("DELETE FROM documents WHERE document_id = ?", (document_id,))

    # -- Asking ------------------------------------------------------------------------------------------------------

    def place(self, document_id: str) -> Place | None:
        """Where the rows of a document are."""
        with self._lock:
            query = "SELECT part, row FROM documents WHERE document_id = ?"
            row: Place | None = self._database.execute(query, (document_id,)).fetchone()
        return row

    def first(self, lane: Lane, decisions: Mapping[Key, Decision], most: int) -> list[Doubt]:
        """The doubts to look at first, on which nobody has decided."""
        found: list[Doubt] = []
        with self._lock:
            rows = self._database.execute(
                f"SELECT {_DOUBT} FROM doubts WHERE lane = ? ORDER BY lane, score DESC, id", (lane,)
            )
            for doubt in still_open(map(_doubt, rows), decisions):
                found.append(doubt)
                if len(found) == most:
                    break
        return found

    def left(self, lane: Lane, decisions: Mapping[Key, Decision]) -> int:
        """On how many doubts nobody has decided; what was counted stands until somebody decides."""
        state = (len(decisions), max((one.number for one in decisions.values()), default=0))
        if self._counted.get(lane, (None, 0))[0] != state:
            self._counted[lane] = state, self._count(lane, decisions)
        return self._counted[lane][1]

    def _count(self, lane: Lane, decisions: Mapping[Key, Decision]) -> int:
        with self._lock:
            (count,) = self._database.execute("SELECT count(*) FROM doubts WHERE lane = ?", (lane,)).fetchone()
            done: set[int] = set()
            for key, one in decisions.items():
                if key.kind == "names":
                    of = "SELECT id, words FROM doubts WHERE lane = ? AND kind = 'responsibilities' AND words LIKE ?"
                    found = self._database.execute(of, (lane, f"%: {key.words}"))
                    done.update(number for number, words in found if words.partition(": ")[2] == key.words)
                else:
                    of = (
                        "SELECT id FROM doubts WHERE content = ? AND kind = ? AND key_words = ? AND lane = ? "
                        "AND (fact = ? OR alone AND ?)"
                    )
                    by_words = bool(key.fact) and one.action != "add"
                    asked = (key.content, key.kind, key.words, lane, key.fact, by_words)
                    done.update(number for (number,) in self._database.execute(of, asked))
        return int(count) - len(done)


def _doubt(row: tuple[Any, ...]) -> Doubt:
    score, document_id, title, content, kind, key_words, fact, reason, words, others, alone = row
    return Doubt(score, document_id, title, Key(content, kind, key_words, fact), reason, words, others, bool(alone))


def _made() -> str:
    """Differs where the same rows would raise other doubts: code, and words that hint at a fact."""
    digest = hashlib.sha256(json.dumps(labels_of("cue", "vi"), sort_keys=True).encode())
    for name in ("doubts.py", "desk.py"):
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()[:16]
