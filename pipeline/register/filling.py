"""From the rows of the tables to the mentions in the register's memory."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from .. import knowledge
from ..extractors.citations import document_id as canonical_of
from ..extractors.citations import law_key
from .issuers import issuer_of, slug
from .keys import DocumentKey, is_another, is_law, law_block_key, law_name_key, may_be_law, number_key
from .reading import Tables
from .resolver import Mention

OWN, STARTER, LITERAL, DATED = 1, 2, 4, 8
_PLANS = (
    "document_id", "source", "sha256", "doc_type", "number", "number_symbol", "issue_date", "issue_year",
    "issuing_body", "issuing_body_id", "title", "province", "characters",
)  # fmt: skip
_CITATIONS = (
    "document_id", "start", "doc_type", "number", "name", "date", "issuer", "issuer_id", "subject", "relation", "via",
    "canonical_id", "is_short_form", "is_self", "page", "section", "text", "fact_id",
)  # fmt: skip
_ADD = f"INSERT INTO mentions VALUES (NULL, {', '.join('?' * 20)}, NULL)"
_WORDS = 300  # characters of a mention that are kept
_PIECE = 5_000

Row = tuple[Any, ...]


def known_documents() -> tuple[dict[str, Any], ...]:
    """The documents that are known beforehand."""
    return knowledge.rows("known_documents")


class Filler:
    """Enters documents, and takes them out again.

    Args:
        database: The register's memory, inside a transaction.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self.touched: set[str] = set()
        """Keys whose mentions have changed."""
        self.laws: set[str] = set()
        """Names of laws of which a number was entered or taken out."""

    def add_known(self) -> None:
        """Enter what is known beforehand."""
        rows, laws = [], []
        for place, row in enumerate(known_documents()):
            key, number_year = number_key(row["phrase"], row["type"])
            flags = STARTER | LITERAL | DATED
            date = row["date"] if len(row["date"]) == 10 else None
            year = int(row["date"][:4])
            rows.append(
                ("", place, key.block, key.block, flags, row["type"], row["phrase"], date, year, number_year,
                 row["source"], row["issuer"], row["subject"], "mentions", None, None, None, "", row["example"], "")
            )  # fmt: skip
            if "law" in row:
                laws.append((law_key(row["law"]), number_year or year, key.block, "", date))
        self._put(rows, laws)

    def add(self, tables: Tables, new: set[str]) -> None:
        """Enter the documents with these ids."""
        about: dict[str, tuple[str | None, str]] = {}
        pieces: list[Row] = []
        documents: list[Row] = []
        laws: list[Row] = []
        for row in tables.rows("plans", _PLANS, new.__contains__):
            document, mention, law = own_rows(dict(zip(_PLANS, row, strict=True)))
            documents.append(document)
            about[document[0]] = document[3], document[4]
            pieces.append(mention)
            laws += law
        self._database.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?)", documents)
        for row in tables.rows("citations", _CITATIONS, new.__contains__):
            found = cited_rows(row)
            if found is None:
                continue
            pieces.append(found[0])
            laws += found[1]
            if len(pieces) >= _PIECE:
                self._put(pieces, laws)
                pieces, laws = [], []
        self._put(pieces, laws)

    def remove(self, gone: Iterable[str]) -> None:
        """Take documents out."""
        for document_id in gone:
            one = (document_id,)
            found = self._database.execute("SELECT DISTINCT said, block FROM mentions WHERE document_id = ?", one)
            for said, block in found.fetchall():
                self.touched |= {said, block}
            found = self._database.execute("SELECT DISTINCT name FROM laws WHERE document_id = ?", one)
            self.laws |= {name for (name,) in found.fetchall()}
            for table in ("documents", "mentions", "laws", "edges"):
                self._database.execute(f"DELETE FROM {table} WHERE document_id = ?", one)

    def _put(self, rows: list[Row], laws: list[Row]) -> None:
        self._database.executemany(_ADD, rows)
        self._database.executemany("INSERT INTO laws VALUES (?, ?, ?, ?, ?)", laws)
        self.touched |= {row[2] for row in rows}
        self.laws |= {row[0] for row in laws}


def own_rows(plan: dict[str, Any]) -> tuple[Row, Row, list[Row]]:
    """The row of a document, that of its own letterhead as a mention, and those of the law that it is."""
    issuer = issuer_of(plan["issuing_body_id"])
    province = issuer.province if issuer and issuer.province else slug(plan["province"] or "")
    day = _iso(plan["issue_date"])
    number, doc_type, title = plan["number"], plan["doc_type"], plan["title"]
    named = "\0".join((plan["sha256"], number or "", title or "", str(plan["characters"])))
    content = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    key, number_year = (
        number_key(number, doc_type, plan["issuing_body_id"]) if number else (own_key(content, doc_type), None)
    )
    if key.is_open:  # digits alone, as the letterhead may have them, tell no more of it
        key, number_year = own_key(content, doc_type), None
    words = " ".join(part for part in (number, title) if part)
    canonical = canonical_of(doc_type, number, None)
    year = plan["issue_year"]
    mention = (
        plan["document_id"], -1, key.block, key.block, OWN | LITERAL | DATED, doc_type, number, day,
        None if year is None else int(year), number_year, plan["issuing_body"], plan["issuing_body_id"], title, None,
        None, canonical, None, "header", words[:_WORDS], "",
    )  # fmt: skip
    laws = (
        [(law_key(title), number_year, key.block, plan["document_id"], day)]
        if is_law(doc_type) and title and number_year
        else []
    )
    document = (plan["document_id"], plan["source"], content, day, province, canonical)
    return document, mention, laws


def own_key(content: str, doc_type: str | None) -> DocumentKey:
    """The key of a document without a number."""
    return DocumentKey(f"own:{content}", f"no-{content[:8]}", type_code=doc_type)


def cited_rows(row: Row) -> tuple[Row, list[Row]] | None:
    """A citation as a mention, and the law whose number and name it gives; None if it says nothing or means itself."""
    (document_id, start, doc_type, number, name, date, issuer, issuer_id, subject, relation, via, canonical, short,
     own, page, section, text, fact_id) = row  # fmt: skip
    if own or (number is None and name is None):
        return None
    laws: list[Row] = []
    if number is not None:
        key, number_year = number_key(number, doc_type, issuer_id)
        if issuer and is_another(key, issuer_id) and issuer not in " ".join(text.split()):
            issuer = issuer_id = None  # `nhiệm vụ của Bộ X tại Nghị định …`: who stands in front did not issue it
        if is_law(doc_type) and subject and number_year and may_be_law(key):
            laws.append(
                (law_key(subject), number_year, key.block, document_id, date if date and len(date) == 10 else None)
            )
    else:
        key, number_year = law_name_key(name, doc_type), None
        subject = subject or name
    day = date if date and len(date) == 10 else None
    year = int(date[:4]) if date else None
    flags = (0 if short else LITERAL) | (DATED if not short and date and date[:4] in text else 0)
    mention = (
        document_id, int(start), key.block, key.block, flags, doc_type, number, day, year, number_year, issuer,
        issuer_id, subject, relation, via, canonical, None if page is None else int(page), section, text[:_WORDS],
        fact_id,
    )  # fmt: skip
    return mention, laws


def _iso(day: Any) -> str | None:
    if isinstance(day, dt.datetime):
        day = day.date()
    return day.isoformat() if isinstance(day, dt.date) else None


# -- and back --------------------------------------------------------------------------------------------------------

_READ = (
    "SELECT m.id, m.document_id, m.start, m.flags, m.doc_type, m.number, m.day, m.year, m.number_year, m.issuer, "
    "m.issuer_id, m.subject, m.page, m.section, m.text, m.fact_id, d.source, d.content, d.day, d.province, m.node, "
    "m.block "
    "FROM mentions m {how} LEFT JOIN documents d ON d.document_id = m.document_id "
)


def mentions_of(database: sqlite3.Connection, where: str, whole: bool = False) -> Iterator[tuple[str, Mention]]:
    """Mentions in order of their keys, each with its key.

    Args:
        database: The register's memory.
        where: Which mentions.
        whole: They are most of all: not looked up by their keys.
    """
    query = _READ.format(how="NOT INDEXED" if whole else "")
    # The database gives each value anew; those that most mentions share are kept once.
    same: dict[str | None, str | None] = {}
    one, last = same.setdefault, ""
    for row in database.execute(f"{query}{where} ORDER BY m.block"):
        (number, document_id, start, flags, doc_type, named, day, year, number_year, words, issuer_id, subject, page,
         section, text, fact_id, source, content, citing_day, province, node, block) = row  # fmt: skip
        starter = bool(flags & STARTER)
        if block != last:
            same.clear()
            last = block
        day, named, doc_type, subject, words, province, section = (
            one(value, value) for value in (day, named, doc_type, subject, words, province, section)
        )
        yield (
            block,
            Mention(
                number, document_id, start, bool(flags & OWN), starter, bool(flags & LITERAL), bool(flags & DATED),
                doc_type, named, day, number_year or year, number_year, subject, issuer_of(issuer_id),
                None if starter else words, province or "", one(citing_day, citing_day), content or "",
                (words if starter else source) or "", page, section or "", text, fact_id,
                node,
            ),
        )  # fmt: skip


def key_of(block: str, mentions: list[Mention]) -> DocumentKey:
    """The key of a block, from its mentions."""
    for mention in sorted(mentions, key=lambda mention: mention.order):
        if block.startswith("law:"):
            return law_block_key(block, mention.doc_type)
        if block.startswith("own:"):
            return own_key(block[4:], mention.doc_type)
        if mention.number is not None:
            key = number_key(mention.number, mention.doc_type, mention.issuer.id if mention.issuer else None)[0]
            if key.block == block:
                return key
    return DocumentKey(block, slug(block))
