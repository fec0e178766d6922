"""Search over the words of all documents: an index beside the tables, in SQLite's FTS5.

Two indexes hold every word of a text: one without marks and with its places, so that phrases are found however they are
typed; and a small one with marks and without places, which says what was written exactly so and comes first. Texts are
kept packed; a hit's words and page are read from them.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from .folding import composed, folded, marked
from .issuers import issuer_of, slug
from .reading import Tables
from .store import folder_of, marks, opened, transaction

FILE = "search.sqlite"
_LAYOUT = 1
KINDS = ("task", "target", "deadline", "citation")
"""Kinds of facts that can be searched by themselves."""
_TABLES = {"task": "tasks", "target": "targets", "deadline": "deadlines", "citation": "citations"}
_SCHEMA = """
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, document_id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, doc_type TEXT, number TEXT, day TEXT,
  issuer TEXT, title TEXT, province TEXT NOT NULL, bodies TEXT NOT NULL, paged INTEGER NOT NULL,
  length INTEGER NOT NULL, shifted INTEGER NOT NULL, text BLOB NOT NULL
);
CREATE INDEX documents_day ON documents (day);
CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize="unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE exact USING fts5(
  text, content='', detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0"
);
CREATE TABLE facts (
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL, kind INTEGER NOT NULL, start INTEGER NOT NULL,
  length INTEGER NOT NULL, page INTEGER, section TEXT
);
CREATE INDEX facts_document ON facts (document);
CREATE VIRTUAL TABLE fact_words USING fts5(
  text, content='', detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0"
);
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_PLANS = (
    "document_id", "source", "doc_type", "number", "issue_date", "issuing_body", "issuing_body_id", "title", "province",
    "province_2025", "pages", "lead_bodies",
)  # fmt: skip


class Index:
    """The index of an output folder.

    Args:
        out: The output folder.
        say: Takes the line that says that it was damaged and is made again.
        check: See whether it is damaged before it is used.
    """

    def __init__(self, out: Path, say: Callable[[str], None], check: bool = True) -> None:
        self.path = folder_of(out) / FILE
        self.database = opened(self.path, _SCHEMA, _LAYOUT, say, check)
        self.database.execute("PRAGMA temp_store = MEMORY")

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self.database.close()

    @property
    def stamp(self) -> str:
        """Of the tables that it was made from; '' if it was not made yet."""
        row = self.database.execute("SELECT value FROM state WHERE key = 'stamp'").fetchone()
        return str(row[0]) if row else ""

    def update(self, tables: Tables, made: str) -> None:
        """Take up the documents that are new in the tables, and give up those that are gone.

        Args:
            tables: The tables.
            made: What differs where the same tables would give another index.
        """
        want = f"{tables.stamp} {made} {tables.run.get('made_with', '')}"
        if self.stamp == want:
            return
        with transaction(self.database):
            row = self.database.execute("SELECT value FROM state WHERE key = 'made'").fetchone()
            of = want.partition(" ")[2]
            if row and row[0] != of:
                self._clear()
            here = {document_id for (document_id,) in tables.rows("plans", ("document_id",))}
            known = dict(self.database.execute("SELECT document_id, id FROM documents"))
            self._remove(known[one] for one in sorted(set(known) - here))
            self._add(tables, here - set(known))
            self.database.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", (("stamp", want), ("made", of)))

    def text(self, number: int) -> str:
        """The text of a document, in composed form."""
        (packed,) = self.database.execute("SELECT text FROM documents WHERE id = ?", (number,)).fetchone()
        return zlib.decompress(packed).decode()

    def text_of(self, document_id: str) -> str | None:
        """The text of a document by its id; None where there is none."""
        row = self.database.execute(
            "SELECT id FROM documents WHERE document_id = ? AND length > 0", (document_id,)
        ).fetchone()
        return self.text(row[0]) if row else None

    # -- Filling -----------------------------------------------------------------------------------------------------

    def _clear(self) -> None:
        for table in ("words", "exact", "fact_words"):
            self.database.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        for table in ("documents", "facts", "state"):
            self.database.execute(f"DELETE FROM {table}")

    def _remove(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            text = self.text(number)
            for fact, start, length in self.database.execute(
                "SELECT id, start, length FROM facts WHERE document = ?", (number,)
            ).fetchall():
                self._forget("fact_words", fact, folded(text[start : start + length]))
            self._forget("words", number, folded(text))
            self._forget("exact", number, marked(text))
            self.database.execute("DELETE FROM facts WHERE document = ?", (number,))
            self.database.execute("DELETE FROM documents WHERE id = ?", (number,))

    def _forget(self, table: str, row: int, text: str) -> None:
        self.database.execute(f"INSERT INTO {table} ({table}, rowid, text) VALUES ('delete', ?, ?)", (row, text))

    def _add(self, tables: Tables, new: set[str]) -> None:
        """Texts first, then the facts in them."""
        plans = {row[0]: dict(zip(_PLANS, row, strict=True)) for row in tables.rows("plans", _PLANS, new.__contains__)}
        if not plans:
            return
        texts = tables.rows("texts", ("document_id", "text"), new.__contains__) if tables.has("texts") else iter(())
        seen: set[str] = set()
        for document_id, text in texts:
            self.add_document(plans[document_id], text)
            seen.add(document_id)
        for document_id in sorted(set(plans) - seen):
            self.add_document(plans[document_id], "")
        self._add_facts(tables, new)

    def add_document(self, plan: dict[str, Any], raw: str) -> int:
        """Enter a document; returns its number.

        Args:
            plan: Columns of its row in `plans`.
            raw: Its stored text; '' where there is none: then its number and title alone are searched.
        """
        issuer = issuer_of(plan["issuing_body_id"])
        provinces = {slug(plan["province"] or ""), slug(plan["province_2025"] or ""), issuer.province if issuer else ""}
        bodies = " | ".join(
            part for part in (plan["issuing_body"], plan["issuing_body_id"], *plan["lead_bodies"]) if part
        )
        text = composed(raw or " ".join(part for part in (plan["number"], plan["title"]) if part))
        day = plan["issue_date"].isoformat()[:10] if plan["issue_date"] else None
        packed = zlib.compress(text.encode("utf-8", "replace"))
        cursor = self.database.execute(
            f"INSERT INTO documents VALUES (NULL, {marks(range(13))})",
            (
                plan["document_id"], plan["source"], plan["doc_type"], plan["number"], day,
                plan["issuing_body"], plan["title"], " ".join(sorted(provinces - {""})), folded(composed(bodies)),
                bool(plan["pages"]), len(raw), bool(raw) and len(raw) != len(text), packed,
            ),
        )  # fmt: skip
        number = int(cursor.lastrowid or 0)
        self.database.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, folded(text)))
        self.database.execute("INSERT INTO exact (rowid, text) VALUES (?, ?)", (number, marked(text)))
        return number

    def _place(self, number: int, words: str, end: int) -> int:
        """Where words stand in a text that lost characters when it was composed."""
        return max(0, self.text(number).rfind(words, 0, end))

    def _add_facts(self, tables: Tables, new: set[str]) -> None:
        numbers = dict(self.database.execute("SELECT document_id, id FROM documents WHERE length > 0"))
        shifted = {number for (number,) in self.database.execute("SELECT id FROM documents WHERE shifted")}
        for kind, name in enumerate(KINDS):
            columns = ("document_id", "start", "end", "page", "section", "text")
            for document_id, start, end, page, section, words in tables.rows(_TABLES[name], columns, new.__contains__):
                number, words = numbers.get(document_id), composed(words)
                if number is None:
                    continue
                at = self._place(number, words, int(end)) if number in shifted else int(start)
                cursor = self.database.execute(
                    "INSERT INTO facts VALUES (NULL, ?, ?, ?, ?, ?, ?)", (number, kind, at, len(words), page, section)
                )
                row = (cursor.lastrowid, folded(words))
                self.database.execute("INSERT INTO fact_words (rowid, text) VALUES (?, ?)", row)
