"""The index of words of all documents, beside the tables, in SQLite's FTS5.

A document is found by its words and its pairs of words (`folding.tokens_of`), and by its type, province and bodies:
the index holds which document has which of them, and no places. Numbers of documents ascend with their days, so that
the latest are found first without looking at the others. Texts are kept packed; what stands where is read from them,
for the few that are shown.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from .folding import composed, folded, tokens_of, words_of
from .issuers import issuer_of, slug
from .reading import Tables, changed_by_people
from .store import folder_of, marks, opened, transaction

FILE = "search.sqlite"
_LAYOUT = 4
TABLES_OF = {"task": "tasks", "target": "targets", "deadline": "deadlines", "citation": "citations"}
"""The table of each kind."""
KINDS = tuple(TABLES_OF)
"""Kinds of facts that can be searched by themselves."""
_SHORT = ("deadline", "target")  # kinds of which the words alone say too little
_BREAKS, _CLAUSE = ("\n\n", ". ", "; ", ";\n", ".\n", "\f"), 300
_TOKENIZER = "unicode61 remove_diacritics 0 tokenchars '_'"
_SCHEMA = f"""
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, document_id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, doc_type TEXT, number TEXT, day TEXT,
  issuer TEXT, title TEXT, traits TEXT NOT NULL, paged INTEGER NOT NULL,
  length INTEGER NOT NULL, shifted INTEGER NOT NULL, text BLOB NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5(text, content='', detail=none, columnsize=0, tokenize="{_TOKENIZER}");
CREATE TABLE facts (
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL,
  page INTEGER, section TEXT
);
CREATE VIRTUAL TABLE fact_words USING fts5(text, content='', detail=none, columnsize=0, tokenize="{_TOKENIZER}");
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_PLANS = (
    "document_id", "source", "doc_type", "number", "issue_date", "issuing_body", "issuing_body_id", "title", "province",
    "province_2025", "pages", "lead_bodies",
)  # fmt: skip
_PAGE = 16_384  # packed texts fill larger pages better
_MUCH = 0.2  # share of new documents after which the index is put in order
_A_DAY, _A_DOCUMENT = 1 << 20, 1 << 16  # documents of one day, and facts of one document, that have numbers
_NO_DAY = dt.date.min


def first_number(day: dt.date | None) -> int:
    """The lowest number that a document of a day can have; those without a day come before all others."""
    return (day or _NO_DAY).toordinal() * _A_DAY


def document_of(fact: int) -> int:
    """The number of the document in which a fact stands."""
    return fact // _A_DOCUMENT


def day_of(number: int) -> int:
    """The day of a document as a count of days, by its number."""
    return number // _A_DAY


def first_fact(document: int) -> int:
    """The lowest number that a fact of a document can have."""
    return document * _A_DOCUMENT


def trait(kind: str, words: str) -> list[str]:
    """Tokens that no text has: for a type (`type`), a province (`place`), the name of a body (`body`)."""
    return [f"{kind}__{word}" for word in words_of(folded(composed(words)))]


class Index:
    """The index of an output folder.

    Args:
        out: The output folder.
        say: Takes the line that says that it was damaged and is made again.
        check: See whether it is damaged before it is used.
    """

    def __init__(self, out: Path, say: Callable[[str], None], check: bool = True) -> None:
        self.path = folder_of(out) / FILE
        self.database = opened(self.path, _SCHEMA, _LAYOUT, say, check, _PAGE)

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
            (decided,) = self.database.execute("SELECT max(value) FROM state WHERE key = 'decided'").fetchone()
            kept = known.keys() & here - changed_by_people(tables, json.loads(decided or "{}"))
            self._remove(known[one] for one in sorted(known.keys() - kept))
            new = here - kept
            self._add(tables, new)
            if len(new) >= _MUCH * len(here):  # as small as can be; after small batches SQLite merges as it goes
                for table in ("words", "fact_words"):
                    self.database.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            self.database.executemany(
                "INSERT OR REPLACE INTO state VALUES (?, ?)",
                (("stamp", want), ("made", of), ("decided", json.dumps(tables.decided()))),
            )
        free, pages = (
            self.database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count")
        )
        if free > _MUCH * pages:
            self.database.execute("VACUUM")

    def text(self, number: int) -> str:
        """The text of a document, in composed form."""
        (packed,) = self.database.execute("SELECT text FROM documents WHERE id = ?", (number,)).fetchone()
        return zlib.decompress(packed).decode()

    def text_of(self, document_id: str) -> str | None:
        """The text of a document by its id; None where there is none."""
        query = "SELECT id FROM documents WHERE document_id = ? AND length > 0"
        row = self.database.execute(query, (document_id,)).fetchone()
        return self.text(row[0]) if row else None

    # -- Filling -----------------------------------------------------------------------------------------------------

    def _clear(self) -> None:
        for table in ("words", "fact_words"):
            self.database.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        for table in ("documents", "facts", "state"):
            self.database.execute(f"DELETE FROM {table}")

    def _remove(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            text = self.text(number)
            (traits,) = self.database.execute("SELECT traits FROM documents WHERE id = ?", (number,)).fetchone()
            of = (first_fact(number), first_fact(number + 1))
            facts = self.database.execute("SELECT id, kind, start, length FROM facts WHERE id >= ? AND id < ?", of)
            for fact, kind, start, length in facts.fetchall():
                self._forget("fact_words", fact, _fact_text(kind, text[start : start + length], traits))
            self._forget("words", number, _text(text, traits))
            self.database.execute("DELETE FROM facts WHERE id >= ? AND id < ?", of)
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
        text = composed(raw or " ".join(part for part in (plan["number"], plan["title"]) if part))
        text = text.encode("utf-8", "replace").decode()
        names = [plan["issuing_body"], plan["issuing_body_id"], *plan["lead_bodies"]]
        traits = " ".join(sorted(_traits(plan, names)))
        number = self._number(plan["issue_date"])
        self.database.execute(
            f"INSERT INTO documents VALUES ({marks(range(13))})",
            (
                number, plan["document_id"], plan["source"], plan["doc_type"], plan["number"],
                plan["issue_date"].isoformat()[:10] if plan["issue_date"] else None, plan["issuing_body"],
                plan["title"], traits, bool(plan["pages"]), len(raw), bool(raw) and len(raw) != len(text),
                zlib.compress(text.encode()),
            ),
        )  # fmt: skip
        self.database.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, _text(text, traits)))
        return number

    def _number(self, day: dt.date | None) -> int:
        """The next number of a day."""
        low = first_number(day)
        query = "SELECT max(id) FROM documents WHERE id >= ? AND id < ?"
        (last,) = self.database.execute(query, (low, low + _A_DAY)).fetchone()
        return low if last is None else int(last) + 1

    def _place(self, number: int, words: str, end: int) -> int:
        """Where words stand in a text that lost characters when it was composed."""
        return max(0, self.text(number).rfind(words, 0, end))

    def _add_facts(self, tables: Tables, new: set[str]) -> None:
        found = self.database.execute("SELECT document_id, id, shifted, traits FROM documents WHERE length > 0")
        about = {row[0]: row[1:] for row in found if row[0] in new}
        counts: dict[int, int] = {}
        of, whole = -1, ""
        columns = ("document_id", "start", "end", "page", "section", "text")
        for kind, name in enumerate(KINDS):
            for document_id, start, end, page, section, words in tables.rows(
                TABLES_OF[name], columns, about.__contains__
            ):
                number, shifted, traits = about[document_id]
                place = counts.get(number, 0)
                if place >= _A_DOCUMENT:
                    continue
                counts[number] = place + 1
                words = composed(words).encode("utf-8", "replace").decode()
                at = self._place(number, words, int(end)) if shifted else int(start)
                if name in _SHORT:
                    if of != number:
                        of, whole = number, self.text(number)
                    at, upto = _around(whole, at, at + len(words))
                    words = whole[at:upto]
                row = (first_fact(number) + place, kind, at, len(words), page, section)
                self.database.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", row)
                text = _fact_text(kind, words, traits)
                self.database.execute("INSERT INTO fact_words (rowid, text) VALUES (?, ?)", (row[0], text))


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause in which a place stands: a date alone does not say what is due then."""
    low = max(text.rfind(mark, max(0, start - _CLAUSE), start) + len(mark) for mark in _BREAKS)
    low = max(low, start - _CLAUSE, 0)
    ends = [at for mark in _BREAKS if (at := text.find(mark, end, end + _CLAUSE)) >= 0]
    return low, min([*ends, end + _CLAUSE, len(text)])


def _traits(plan: dict[str, Any], names: Iterable[str | None]) -> set[str]:
    """What a document can be narrowed to, as tokens."""
    issuer = issuer_of(plan["issuing_body_id"])
    provinces = {slug(plan["province"] or ""), slug(plan["province_2025"] or ""), issuer.province if issuer else ""}
    tokens = {f"place__{name.replace('-', '_')}" for name in provinces - {""}}
    tokens.update(trait("type", plan["doc_type"] or ""))
    for name in names:
        tokens.update(trait("body", name or ""))
    return tokens


def _text(text: str, traits: str) -> str:
    return " ".join(sorted(tokens_of(text))) + " " + traits


def _fact_text(kind: int, words: str, traits: str) -> str:
    return " ".join(sorted(tokens_of(words))) + f" kind__{KINDS[kind]} {traits}"
