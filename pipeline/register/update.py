"""The register of an output folder, brought up to what its tables say."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from .. import knowledge
from ..errors import OutputError
from .changes import note_changes
from .evidence import Conflict, chosen, conflicts_of, date_of, own_number_conflicts, said_of
from .filling import OWN, Filler, key_of, mentions_of
from .keys import DocumentKey
from .publishing import publish
from .reading import Tables, changed_by_people
from .resolver import Mention, Node, in_force, resolve
from .search import Index
from .store import LAYOUT, Store, held

_PATIENCE = 3  # times that tables are read again which a run exchanged meanwhile
_PIECE = 10_000  # mentions that are entered at a time


@dataclass
class RegisterSummary:
    """What an update did.

    Attributes:
        added, removed: Documents that joined, and that left.
        documents, edges, conflicts: Rows of the tables.
        written: Names of the files, below the output folder; empty if nothing had changed.
        notes: What the user should know.
        seconds: How long it took.
    """

    added: int = 0
    removed: int = 0
    documents: int = 0
    edges: int = 0
    conflicts: int = 0
    written: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0


def update_register(out: str | Path, say: Callable[[str], None] | None = None) -> RegisterSummary:
    """Bring the register of an output folder up to its tables, and write what it says beside them.

    Only documents that are new in the tables are read; the result is the same as that of all at once.

    Args:
        out: A folder that `extract_folder` has written to.
        say: Takes what the user should know at once, such as that a damaged file is made again.

    Raises:
        UsageError: There are no tables in the folder.
        OutputError: The folder cannot be written.
    """
    folder = Path(out)
    Tables(folder)
    return _bring(folder, lambda: Tables(folder), say)


def join_run(
    out: Path, say: Callable[[str], None] | None, folder: Path, identity: str, run: Mapping[str, Any]
) -> RegisterSummary:
    """Bring the register up to the tables of a run that is not over yet, and add its own to them.

    Args:
        out: The output folder.
        say: Takes what the user should know at once.
        folder: Where the tables are.
        identity: Of these tables.
        run: What `run.json` will say of the run.
    """
    return _bring(out, lambda: Tables(out, folder, identity, run), say)


def _bring(out: Path, tables: Callable[[], Tables], say: Callable[[str], None] | None) -> RegisterSummary:
    begun = time.perf_counter()
    summary = RegisterSummary()

    def note(line: str) -> None:
        summary.notes.append(line)
        if say is not None:
            say(line)

    with held(out):
        store = Store(out, note)
        try:
            _update(tables, store, summary)
            with Index(out, note) as index:
                index.update(tables(), made())
                publish(tables(), store, summary, index.text_of)
        finally:
            store.close()
    summary.seconds = time.perf_counter() - begun
    return summary


def _update(current: Callable[[], Tables], store: Store, summary: RegisterSummary) -> None:
    for _ in range(_PATIENCE):
        tables = current()
        before = tables.stamp
        if store.state("stamp") == before and store.state("made") == _made_with(tables):
            return
        with suppress(_ExchangedError), store.transaction() as database:
            if store.state("made") != _made_with(tables):
                store.clear()
            note_changes(store)
            _join(tables, database, store, summary)
            if tables.stamp != before:
                raise _ExchangedError
            store.keep("stamp", before)
            store.keep("made", _made_with(tables))
            return
    raise OutputError(f"the tables in {current().out} change while they are read; run the same command again")


class _ExchangedError(Exception):
    """Other tables are there than when the reading began."""


def _made_with(tables: Tables) -> str:
    """Differs where the rows that were entered may be of another making than those in the tables."""
    return f"{made()} {tables.run.get('made_with', '')}"


@cache
def made() -> str:
    """Differs where the register may say other things of the same tables: its code, its knowledge."""
    digest = hashlib.sha256(str(LAYOUT).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    for name in ("known_documents", "issuer_codes", "doc_types", "law_names"):
        digest.update(json.dumps(knowledge.rows(name), sort_keys=True).encode())
    return digest.hexdigest()[:16]


def _join(tables: Tables, database: sqlite3.Connection, store: Store, summary: RegisterSummary) -> None:
    """Enter what is new, take out what is gone, and resolve what that touches."""
    here = {document_id for (document_id,) in tables.rows("plans", ("document_id",))}
    known = {document_id for (document_id,) in database.execute("SELECT document_id FROM documents")}
    kept = known & here - changed_by_people(tables, json.loads(store.state("decided") or "{}"))
    filler = Filler(database)
    if store.state("made") is None:
        filler.add_known()
    filler.remove(sorted(known - kept))
    filler.add(tables, here - kept)
    summary.added, summary.removed = len(here - known), len(known - here)
    store.keep("decided", json.dumps(tables.decided()))
    touched = filler.touched | _move_laws(database, filler)
    _resolve(database, sorted(touched))


# -- laws by name ----------------------------------------------------------------------------------------------------


def _move_laws(database: sqlite3.Connection, filler: Filler) -> set[str]:
    """Point mentions of laws by name to their numbers where one number has the name; returns the keys that changed."""
    names = filler.laws | {block[4:] for block in filler.touched if block.startswith("law:")}
    changed: set[str] = set()
    for name in sorted(names):
        numbers: dict[int, dict[str, Counter[str]]] = {}
        query = "SELECT year, block, coalesce(day, ''), count(*) FROM laws WHERE name = ? GROUP BY 1, 2, 3"
        for year, block, day, count in database.execute(query, (name,)):
            numbers.setdefault(year, {}).setdefault(block, Counter())[day] = count
        said = f"law:{name}"
        rows = database.execute(
            "SELECT id, block, coalesce(year, 0), day, "
            "(SELECT day FROM documents d WHERE d.document_id = m.document_id) FROM mentions m "
            "WHERE said = ? AND said LIKE 'law:%'",
            (said,),
        ).fetchall()
        years = {year for _, _, year, _, _ in rows if year} | set(numbers)
        for number, block, year, day, citing in rows:
            meant = year or in_force(years, citing) or 0
            new = _number_of(numbers.get(meant, {}), day, citing) or said
            if new != block:
                of_number = meant if new != said else None
                database.execute(
                    "UPDATE mentions SET block = ?, number_year = ? WHERE id = ?", (new, of_number, number)
                )
                changed |= {new, block}
        changed.add(said)
    return changed


def _number_of(numbers: Mapping[str, Counter[str]], day: str | None, citing: str | None) -> str | None:
    """The number of a law by its name and year; None where that is open.

    Of several (two laws on local government are of 2025) that to which most give the day; without a day the latest
    that is older than the citing document.

    Args:
        numbers: Of the name and year, each with how often each day is given with it.
        day: Of the law, as the mention has it.
        citing: Day of the citing document.
    """
    if len(numbers) < 2:
        return next(iter(numbers), None)
    if day is not None:
        ranks = {block: (day, days[day]) for block, days in numbers.items() if days[day]}
    else:
        dated = {
            block: max((count, one) for one, count in days.items() if one)
            for block, days in numbers.items()
            if any(days)
        }
        ranks = {block: (one, count) for block, (count, one) in dated.items() if citing and one < citing}
    best = max(ranks.values(), default=None)
    found = [block for block, value in ranks.items() if value == best]
    return found[0] if len(found) == 1 else None


# -- resolving -------------------------------------------------------------------------------------------------------


def _resolve(database: sqlite3.Connection, blocks: list[str]) -> None:
    """Resolve keys anew, and the edges of the documents in which that changes what is meant."""
    database.execute("CREATE TEMP TABLE touched (block TEXT PRIMARY KEY) WITHOUT ROWID")
    database.executemany("INSERT INTO touched VALUES (?)", ((block,) for block in blocks))
    (all_blocks,) = database.execute("SELECT count(DISTINCT block) FROM mentions").fetchone()
    # Where most is touched, to read all in order of the rows and to sort them is quicker than to look each up.
    found = mentions_of(database, "WHERE m.block IN (SELECT block FROM touched)", 2 * len(blocks) > all_blocks)
    database.execute("CREATE TEMP TABLE given (id INTEGER PRIMARY KEY, node TEXT)")
    done: set[str] = set()
    for piece in _pieces(groupby(found, key=itemgetter(0))):
        _enter(database, piece)
        done.update(block for block, _, _ in piece)
    for block in sorted(set(blocks) - done):  # of which nothing is left
        _leave(database, block, [one for (one,) in database.execute("SELECT id FROM nodes WHERE block = ?", (block,))])
    # Most mentions mean what they meant: only of documents in which one means another do the relations change.
    database.execute(
        "CREATE TEMP TABLE moved AS SELECT m.id, m.document_id, g.node FROM given g JOIN mentions m ON m.id = g.id "
        "WHERE m.node IS NOT g.node"
    )
    database.execute("UPDATE mentions SET node = moved.node FROM moved WHERE moved.id = mentions.id")
    _connect(database)
    for table in ("given", "moved", "touched"):
        database.execute(f"DROP TABLE {table}")


def _pieces(
    groups: Iterable[tuple[str, Iterator[tuple[str, Mention]]]],
) -> Iterator[list[tuple[str, DocumentKey, list[Node]]]]:
    piece: list[tuple[str, DocumentKey, list[Node]]] = []
    size = 0
    for block, found in groups:
        mentions = [mention for _, mention in found]
        key = key_of(block, mentions)
        piece.append((block, key, resolve(key, mentions)))
        size += len(mentions)
        if size >= _PIECE:
            yield piece
            piece, size = [], 0
    yield piece


def _enter(database: sqlite3.Connection, piece: list[tuple[str, DocumentKey, list[Node]]]) -> None:
    """Keep what was resolved; a document that is what it was, of the same mentions, stays as it stands."""
    nodes, conflicts, given = [], [], []
    for block, key, found in piece:
        before = dict(database.execute("SELECT id, made FROM nodes WHERE block = ?", (block,)))
        made = {node.id: f"{len(node.mentions)} {node.is_open:d} {key} {node.candidates}" for node in found}
        new = [
            node
            for node in found
            if before.get(node.id) != made[node.id] or any(mention.node != node.id for mention in node.mentions)
        ]
        _leave(database, block, before.keys() - made.keys() | {node.id for node in new})
        for node in new:
            row = node_row(block, key, node)
            if row is not None:
                nodes.append((*row, made[node.id]))
            given += [(mention.row, node.id) for mention in node.mentions if mention.node != node.id]
            conflicts += [conflict_row(block, conflict) for conflict in conflicts_of(key, node)]
        conflicts += [conflict_row(block, conflict) for conflict in own_number_conflicts(found)]
    database.executemany(f"INSERT OR REPLACE INTO nodes VALUES ({', '.join('?' * 18)})", nodes)
    database.executemany(f"INSERT INTO conflicts VALUES ({', '.join('?' * 10)})", conflicts)
    database.executemany("INSERT INTO given VALUES (?, ?)", given)


def _leave(database: sqlite3.Connection, block: str, nodes: Collection[str]) -> None:
    """Take documents of a key out, with their conflicts; and those conflicts that are of the key as a whole."""
    database.execute("DELETE FROM conflicts WHERE block = ? AND kind = 'own_number'", (block,))
    ids = [(node, block) for node in nodes]
    for table, column in (("conflicts", "document"), ("nodes", "id")):
        database.executemany(f"DELETE FROM {table} WHERE {column} = ? AND block = ?", ids)


def conflict_row(block: str, conflict: Conflict) -> tuple[object, ...]:
    """A conflict as the memory keeps it."""
    lists = (conflict.evidence, conflict.document_ids, conflict.fact_ids)
    packed = [json.dumps(values, ensure_ascii=False) for values in lists]
    said = json.dumps(conflict.values, ensure_ascii=False)
    return (conflict.id, block, conflict.kind, conflict.document, said, conflict.likely, conflict.reason, *packed)


def node_row(block: str, key: DocumentKey, node: Node) -> tuple[object, ...] | None:
    """A document as the memory keeps it; None for one that is only known beforehand and that nobody mentions."""
    own = [mention for mention in node.mentions if mention.own]
    here = {mention.document_id for mention in own}
    others = [m for m in node.mentions if not m.own and not m.starter and m.document_id not in here]
    if not own and not others:
        return None
    date, _ = date_of(node)
    year = next((str(m.number_year or m.year) for m in node.mentions if m.number_year or m.year), None)
    issuer = next((m for m in node.mentions if m.issuer and not m.starter), None)
    words = chosen(said_of(node.mentions, lambda m: m.issuer_words)).value or (issuer.issuer_words if issuer else None)
    known = next((mention for mention in node.mentions if mention.starter), None)
    types = chosen(said_of(node.mentions, lambda m: m.doc_type))
    status = "here" if own else "open" if node.is_open else "cited"
    return (
        node.id, block, status, key.type_code or types.value or node.mentions[0].doc_type,
        next((mention.number for mention in node.mentions if mention.number), None),
        date.value or year, date.reason or None, words, _issuer_id(node),
        (node.issuer.level if node.issuer else None) or ("central" if key.sole else None),
        node.province or None, _subject(node), len(others), len({mention.document_id for mention in others}),
        json.dumps(sorted(here)), json.dumps(node.candidates), known.source if known else None,
    )  # fmt: skip


def _issuer_id(node: Node) -> str | None:
    return next((m.issuer.id for m in node.mentions if m.issuer), None)


def _subject(node: Node) -> str | None:
    """Its own title, else the longest subject of those that most documents give."""
    said = said_of(node.mentions, lambda mention: mention.subject)
    own = next((m.subject for m in node.mentions if m.own and m.subject), None)
    if own or not said:
        return own or next((m.subject for m in node.mentions if m.subject), None)
    return max(said, key=lambda subject: (len(said[subject]), len(subject), subject))


# -- edges -----------------------------------------------------------------------------------------------------------

_EDGE = "INSERT OR REPLACE INTO edges VALUES (?, ?, ?, ?, ?, ?)"


def _connect(database: sqlite3.Connection) -> None:
    """Edges of the documents that mention another document than before."""
    database.execute("CREATE TEMP TABLE citing AS SELECT DISTINCT document_id FROM moved WHERE document_id <> ''")
    database.execute("DELETE FROM edges WHERE document_id IN (SELECT document_id FROM citing)")
    rows = database.execute(
        "SELECT document_id, id, flags, node, relation, via, canonical FROM mentions "
        "WHERE document_id IN (SELECT document_id FROM citing) ORDER BY document_id, start, id"
    )
    writing = database.cursor()
    for document_id, found in groupby(rows, key=itemgetter(0)):
        writing.executemany(_EDGE, _edges(document_id, list(found)))
    database.execute("DROP TABLE citing")


def _edges(document_id: str, rows: list[tuple[str, int, int, str, str, str, str]]) -> list[tuple[object, ...]]:
    """The relations in the words of one document: between itself and another, or between two others (`via`)."""
    nodes: dict[str, str] = {}
    own = ""
    for _, _, flags, node, _, _, canonical in rows:
        if flags & OWN:
            own = node
        if canonical:
            nodes.setdefault(canonical, node)
    counts: dict[tuple[str, str, str], list[int]] = {}
    for _, row, flags, node, relation, via, _ in rows:
        source = nodes.get(via, own) if via else own
        if not flags & OWN and source and source != node:
            counts.setdefault((source, node, relation), []).append(row)
    said = {pair[:2] for pair in counts if pair[2] != "mentions"}
    return [
        (document_id, source, target, relation, len(found), found[0])
        for (source, target, relation), found in counts.items()
        if relation != "mentions" or (source, target) not in said
    ]
