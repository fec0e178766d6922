"""Looking up one document in the register: by number, id, or the key of a plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..grammar.numbers import canonical
from ..linking.naming import kinds
from .evidence import Conflict
from .filling import known_documents
from .graph import Link, chains
from .keys import number_key
from .publishing import conflicts_of_store
from .search import Index
from .store import Store
from .targets import Beside, beside
from .update import update_register

_COLUMNS = (
    "id", "status", "doc_type", "number", "date", "date_reason", "issuer", "issuer_id", "level", "province", "subject",
    "mentions", "cited_by", "document_ids", "candidates", "known_from",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the register: a row of `documents` without what follows from others."""

    id: str
    status: str
    doc_type: str | None
    number: str | None
    date: str | None
    date_reason: str | None
    issuer: str | None
    issuer_id: str | None
    level: str | None
    province: str | None
    subject: str | None
    mentions: int
    cited_by: int
    document_ids: tuple[str, ...]
    candidates: tuple[str, ...]
    known_from: str | None

    @property
    def label(self) -> str:
        """Type and number, else the first words of its subject, else its id."""
        if self.number:
            return (
                f"{self.doc_type} {self.number}" if self.doc_type and self.doc_type not in self.number else self.number
            )
        words = " ".join((self.subject or self.id).split())
        return words if len(words) <= 60 else words[:59] + "…"


@dataclass(frozen=True)
class Dossier:
    """What is known of a document.

    Attributes:
        entry: The document.
        sources: Paths of its own text.
        up: The ways to what it carries out or rests on.
        down: Documents that carry it out or rest on it, with the relation.
        replaced_by, amended_by: Documents that do so.
        conflicts: Those that it takes part in.
        targets: Its targets beside those of the plans that it carries out.
        names: The documents on these ways, by id.
    """

    entry: Entry
    sources: tuple[str, ...]
    up: tuple[tuple[Link, ...], ...]
    down: tuple[Link, ...]
    replaced_by: tuple[str, ...]
    amended_by: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    targets: tuple[Beside, ...]
    names: dict[str, Entry]


@contextmanager
def opened_register(out: Path) -> Iterator[Store]:
    """The register of a folder, brought up to its tables."""
    update_register(out)
    store = Store(out, lambda line: None)
    try:
        yield store
    finally:
        store.close()


def entry_of(store: Store, node: str) -> Entry | None:
    """The document with an id."""
    row = store.database.execute(f"SELECT {', '.join(_COLUMNS)} FROM nodes WHERE id = ?", (node,)).fetchone()
    return _entry(row) if row else None


def _entry(row: tuple[Any, ...]) -> Entry:
    values: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
    lists = {name: tuple(json.loads(values[name])) for name in ("document_ids", "candidates")}
    return Entry(**{**values, **lists})


def find(store: Store, words: str) -> list[Entry]:
    """The documents that words mean: an id, the key of a plan, a number; those cited most come first."""
    words = " ".join(words.split())
    by_id = entry_of(store, words)
    if by_id is not None:
        return [by_id]
    query = "SELECT node FROM mentions WHERE document_id = ? AND flags & 1"
    own = store.database.execute(query, (words,)).fetchone()
    if own is not None:
        entry = entry_of(store, own[0])
        return [entry] if entry else []
    number = canonical(words)
    blocks = [number_key(number, None)[0].block]
    columns = ", ".join(f"n.{name}" for name in _COLUMNS)
    rows = store.database.execute(
        f"SELECT {columns} FROM nodes n WHERE n.block = ? ORDER BY n.status = 'open', n.cited_by DESC, n.id",
        (blocks[0],),
    ).fetchall()
    if not rows:
        rows = store.database.execute(
            f"SELECT {columns} FROM nodes n WHERE n.number LIKE ? ORDER BY n.cited_by DESC, n.id LIMIT 20",
            (f"{number.replace('%', '')}%",),
        ).fetchall()
    found = [_entry(row) for row in rows]
    _, year = number_key(number, None)
    of_year = [entry for entry in found if year and (entry.date or "")[:4] == str(year)]
    return of_year or found


def dossier(out: Path, store: Store, entry: Entry) -> Dossier:
    """What the register and the tables know of a document."""
    run = store.database.execute
    down = [
        Link(*row)
        for row in run(
            "SELECT DISTINCT source, target, relation FROM edges WHERE target = ? AND relation IN "
            "('implements', 'basis', 'guides') ORDER BY relation DESC, source",
            (entry.id,),
        )
    ]
    changed = {
        relation: tuple(
            row[0]
            for row in run(
                "SELECT DISTINCT source FROM edges WHERE target = ? AND relation = ? ORDER BY source",
                (entry.id, relation),
            )
        )
        for relation in ("replaces", "amends")
    }
    sources = tuple(
        source
        for one in entry.document_ids
        for (source,) in run("SELECT source FROM documents WHERE document_id = ?", (one,))
    )
    up = tuple(tuple(way) for way in chains(store, entry.id, 50))
    with Index(out, lambda line: None, check=False) as index:
        conflicts = tuple(
            conflict
            for conflict in conflicts_of_store(store, index.text_of)
            if conflict.document == entry.id or set(conflict.document_ids) & set(entry.document_ids)
        )
    ids = {entry.id, *(link.source for link in down), *changed["replaces"], *changed["amends"]}
    ids |= {end for way in up for link in way for end in (link.source, link.target)}
    names = {one: found for one in sorted(ids) if (found := entry_of(store, one)) is not None}
    return Dossier(
        entry, sources, up, tuple(down), changed["replaces"], changed["amends"], conflicts,
        tuple(beside(out, store, entry.id)) if entry.document_ids else (), names,
    )  # fmt: skip


def cite(number: str, out: str | Path | None = None) -> list[Dossier]:
    """What is known of a document.

    Args:
        number: Its number (`18-CT/TW`), its id, or the key of a plan.
        out: A folder with tables; None to ask only what is known beforehand, as for a document that it does not cite.

    Returns:
        A dossier for each document that it may mean; none if it is not known.

    Raises:
        UsageError: There are no tables in the folder.
    """
    if out is None:
        return [
            Dossier(_known(row), (), (), (), (), (), (), (), {}) for row in known_documents() if _means(number, row)
        ]
    return in_folder(number, Path(out)) or cite(number)


def in_folder(number: str, out: Path) -> list[Dossier]:
    """What the documents of a folder say of a document; none if they do not have it."""
    with opened_register(out) as store:
        return [dossier(out, store, entry) for entry in find(store, number)[:20]]


def _means(number: str, row: dict[str, Any]) -> bool:
    return number_key(canonical(number), row["type"])[0] == number_key(row["phrase"], row["type"])[0]


def _known(row: dict[str, Any]) -> Entry:
    issuer = kinds().get(row["issuer"])
    return Entry(
        "", "known", row["type"], row["phrase"], row["date"], "the directives known beforehand have it",
        issuer.name if issuer else row["issuer"], row["issuer"], "central", None, row["subject"], 0, 0, (), (),
        row["source"],
    )  # fmt: skip


def one_of(store: Store, words: str) -> Entry:
    """The only document that words mean.

    Raises:
        UsageError: They mean none, or several.
    """
    found = find(store, words)
    if not found:
        raise UsageError(f"no document here has or cites the number {words}")
    sure = [entry for entry in found if entry.status != "open"] or found
    if len(sure) > 1:
        raise UsageError(f"{words} may mean {', '.join(entry.id for entry in sure[:10])}: give one of these ids")
    return sure[0]
