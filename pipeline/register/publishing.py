"""What the register says, beside the tables: `documents`, `edges`, `conflicts`, and the graph for other programs."""

from __future__ import annotations

import json
import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutputError
from ..tables.corpus import CONFLICTS, DOCUMENTS, EDGES, REGISTER_FILES
from ..tables.schema import Table
from ..tables.writer import exchange, exchanging, explained, locked, recover
from .changes import Changes, changes_of, keep_written
from .evidence import Conflict, quoted
from .exports import GRAPHS, JOINED, write_graph
from .plan_warnings import MARK, warn_plans
from .reading import Tables
from .splicing import Key, splice_table
from .store import Store, folder_of
from .validity import can_replace, in_force_since, is_part
from .writing import write_rows

if TYPE_CHECKING:
    from .update import RegisterSummary

_MANY = 20
TextOf = Callable[[str], str | None]


def publish(tables: Tables, store: Store, summary: RegisterSummary, text_of: TextOf) -> None:
    """Write the tables and the graph if the register says other things than those that are there.

    Args:
        tables: What the register was made from. Those of a run that is not over yet get the register's among them;
            others are exchanged for such as have the register's warnings.
        store: The register.
        summary: Takes what was written.
        text_of: Gives the text of a document, None where there is none.
    """
    want = json.dumps([store.state("stamp"), store.state("made")])
    if not tables.unfinished and store.state("published") == want and _are_there(tables):
        summary.documents, summary.edges, summary.conflicts = json.loads(store.state("counts") or "[0, 0, 0]")
        return
    conflicts = list(conflicts_of_store(store, text_of))
    with explained(tables.out), store.transaction():
        if tables.unfinished:
            files = _write(tables, tables.folder, store, summary, conflicts)
        elif not (files := _exchange(tables, store, summary, conflicts)):
            return
        store.keep("published", want)
        store.keep("counts", json.dumps([summary.documents, summary.edges, summary.conflicts]))
        keep_written(store, conflicts, files)


def _are_there(tables: Tables) -> bool:
    names = {f"{table.name}.{format_}" for table in (DOCUMENTS, EDGES, CONFLICTS) for format_ in tables.formats}
    return names <= tables.listed and all((tables.out / name).exists() for name in (*names, *GRAPHS))


def _exchange(tables: Tables, store: Store, summary: RegisterSummary, conflicts: list[Conflict]) -> list[Path]:
    """Put the register's tables beside those of a run that is over; nothing while another run holds the folder."""
    out = tables.out
    try:
        with locked(out):
            recover(out)
            if Tables(out).stamp != store.state("stamp"):  # of a run that came in between: it is taken up next time
                return []
            with exchanging(out) as folder:
                files = _write(tables, folder, store, summary, conflicts)
                names = [path.name for path in folder.iterdir()]
                stale = [name for name in REGISTER_FILES if name not in names and (out / name).exists()]
                exchange(out, folder, names, stale)
            return [out / path.name if path.parent == folder else path for path in files]
    except OutputError as error:
        if "another run" not in str(error):
            raise
        summary.notes.append("another run writes its tables: those of the register are written with them")
        return []


def _write(
    tables: Tables, folder: Path, store: Store, summary: RegisterSummary, conflicts: list[Conflict]
) -> list[Path]:
    """Write the register's tables and graphs, and `plans` with its warnings; returns the files of the register."""
    formats = tables.formats
    names = [f"{table.name}.{format_}" for table in (DOCUMENTS, EDGES) for format_ in formats]
    graphs = [tables.out / name for name in GRAPHS]
    changes = changes_of(store, conflicts, [*(tables.out / name for name in names), *graphs])
    warnings = _warnings(conflicts)
    summary.conflicts = write_rows(folder, CONFLICTS, formats, map(_conflict_values, conflicts))
    if changes is None:
        summary.edges = write_rows(folder, EDGES, formats, edges(store))
        summary.documents = write_rows(folder, DOCUMENTS, formats, documents(store, conflicts, warnings))
    else:
        new: dict[Key, Any] = dict.fromkeys(changes.edge_keys)
        new |= {row[:3]: row for row in edges(store, f"({changes.edges}) c {JOINED}")}
        summary.edges = _splice(tables.out, folder, EDGES, formats, new)
        new = dict.fromkeys(changes.node_keys)
        new |= {row[:1]: row for row in documents(store, conflicts, warnings, f"WHERE id IN ({changes.nodes})")}
        summary.documents = _splice(tables.out, folder, DOCUMENTS, formats, new)

    def lines_of(document_id: str) -> list[str]:
        return [MARK + line for line in warnings.get(document_id, ())]

    warned = [f"plans.{f}" for f in formats if warn_plans(tables.folder, folder, f, lines_of)]
    _write_graph(tables.out, store, changes)
    summary.written = [*names, *(f"{CONFLICTS.name}.{format_}" for format_ in formats), *warned, *GRAPHS]
    return [*(folder / name for name in names), *graphs]


def _splice(out: Path, folder: Path, table: Table, formats: Sequence[str], new: Mapping[Key, Any]) -> int:
    return max((splice_table(out, folder, table, format_, new) for format_ in formats), default=0)


def _write_graph(out: Path, store: Store, changes: Changes | None) -> None:
    folder = folder_of(out) / f"new-{secrets.token_hex(4)}"
    for old in folder_of(out).glob("new-*"):
        shutil.rmtree(old, ignore_errors=True)
    folder.mkdir()
    try:
        write_graph(folder, store, folder_of(out), changes)
        for name in GRAPHS:
            (folder / Path(name).name).replace(out / name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# -- documents and edges ---------------------------------------------------------------------------------------------


def _warnings(conflicts: Iterable[Conflict]) -> dict[str, list[str]]:
    """Of each document here, its warnings."""
    found: dict[str, list[str]] = defaultdict(list)
    for conflict in conflicts:
        for document_id in dict.fromkeys(conflict.document_ids):
            found[document_id].append(warning(conflict))
    return found


def documents(
    store: Store, conflicts: Iterable[Conflict], warnings: Mapping[str, Sequence[str]], which: str = ""
) -> Iterator[tuple[Any, ...]]:
    """The rows of `documents`, in order of their ids; `which` of them, as SQL has it."""
    about: dict[str, list[str]] = defaultdict(list)
    for conflict in conflicts:
        about[conflict.document].append(conflict.id)
    replaced, amended = (_pointed(store, relation) for relation in ("replaces", "amends"))
    query = (
        "SELECT id, status, doc_type, number, date, date_reason, issuer, issuer_id, level, province, subject, "
        f"mentions, cited_by, document_ids, candidates, known_from FROM nodes {which} ORDER BY id"
    )
    for row in store.database.execute(query):
        *plain, ids, candidates, known = row
        here = json.loads(ids) if ids != "[]" else []
        words = list(dict.fromkeys(line for one in here for line in warnings.get(one, ())))
        one = row[0]
        lists = (replaced.get(one, []), amended.get(one, []), about.get(one, []), words)
        yield (*plain, here, json.loads(candidates) if candidates != "[]" else [], *lists, known)


def warning(conflict: Conflict) -> str:
    """A conflict as a warning on a plan that takes part in it."""
    said = " / ".join(conflict.values)[:200]
    return f"{conflict.kind.replace('_', ' ')}: {conflict.document}: {said} ({conflict.reason})"


def _pointed(store: Store, relation: str) -> dict[str, list[str]]:
    """Of each document, those that stand in the relation to it."""
    found: dict[str, list[str]] = defaultdict(list)
    query = "SELECT DISTINCT target, source FROM edges WHERE relation = ? ORDER BY target, source"
    for target, source in store.database.execute(query, (relation,)):
        found[target].append(source)
    return found


_EDGES = (
    "SELECT e.source, e.target, e.relation, e.document_id, e.mentions, m.text, m.page, m.section, m.fact_id, "
    "s.status, t.status FROM {which} JOIN mentions m ON m.id = e.mention "
    "JOIN nodes s ON s.id = e.source JOIN nodes t ON t.id = e.target "
    "ORDER BY e.source, e.target, e.relation, e.document_id"
)


def edges(store: Store, which: str = "edges e") -> Iterator[tuple[Any, ...]]:
    """The rows of `edges`, in order of their documents; `which` of them, as SQL has it."""
    for pair, found in groupby(store.database.execute(_EDGES.format(which=which)), key=itemgetter(0, 1, 2)):
        said = list(found)
        first = said[0]
        ids = [row[3] for row in said[:_MANY]]
        here = (first[9] == "here", first[10] == "here")
        yield (*pair, len(said), sum(row[4] for row in said), ids, *first[5:9], *here)


# -- conflicts -------------------------------------------------------------------------------------------------------


def _conflict_values(conflict: Conflict) -> tuple[Any, ...]:
    lists = (conflict.evidence, conflict.document_ids, conflict.fact_ids)
    return (
        conflict.id, conflict.kind, conflict.document, list(conflict.values), conflict.likely, conflict.reason,
        *map(list, lists),
    )  # fmt: skip


def conflicts_of_store(store: Store, text_of: Callable[[str], str | None]) -> Iterator[Conflict]:
    """All conflicts in order of kind and document: those of one document, and those between one and its basis."""
    found = [_stored(row) for row in store.database.execute(
        "SELECT kind, document, said, likely, reason, evidence, document_ids, fact_ids FROM conflicts"
    )]  # fmt: skip
    found += _orders(store)
    found += _replaced(store, text_of)
    yield from sorted(found, key=lambda conflict: (conflict.kind, conflict.document, conflict.id))


def _stored(row: tuple[Any, ...]) -> Conflict:
    kind, document, said, likely, reason, *lists = row
    packed = [tuple(json.loads(values)) for values in lists]
    return Conflict(kind, document, tuple(json.loads(said)), likely, reason, *packed)


_LATER = """
SELECT own.node, d.document_id, d.day, d.source, m.day, n.date, m.page, m.text, m.fact_id, m.number
FROM mentions m JOIN documents d ON d.document_id = m.document_id
JOIN mentions own ON own.document_id = m.document_id AND own.flags & 1
JOIN nodes n ON n.id = m.node
WHERE m.day > d.day AND m.flags & 8 AND NOT m.flags & 3 AND n.date > d.day AND n.id <> own.node
AND (m.relation IN ('basis', 'implements') OR m.section IN ('basis', 'title'))
ORDER BY d.document_id, m.start
"""


def _orders(store: Store) -> Iterator[Conflict]:
    """Documents that rest on one of a later date: one conflict for each, since its own date may be what is wrong."""
    for (node, document_id), rows in groupby(store.database.execute(_LATER), key=itemgetter(0, 1)):
        found = list({row[8]: row for row in rows}.values())
        day, source = found[0][2:4]
        numbers = list(dict.fromkeys(row[9] or row[7] for row in found))
        values = (day, *dict.fromkeys(row[4] for row in found))
        if len(numbers) > 1:
            reason = f"it rests on {len(numbers)} documents of a later date: its own date is likely wrong"
        else:
            reason = f"it rests on {numbers[0]}, which has a later date: one of the two dates is wrong"
        yield Conflict(
            "order", node, values, None, reason,
            (quoted(day, source, None, "its own date"), *(quoted(row[4], source, row[6], row[7]) for row in found)),
            (document_id,), ("", *(row[8] for row in found)),
        )  # fmt: skip


_RESTS = """
SELECT c.source, c.target, r.source, c.document_id, d.source, m.page, m.text, m.fact_id, d.day, s.date, q.text,
  p.source, s.doc_type, s.number, t.doc_type, t.number, CASE WHEN EXISTS (SELECT 1 FROM mentions own WHERE
  own.document_id = r.document_id AND own.flags & 1 AND own.node = r.source) THEN r.document_id END,
  r.document_id, q.start
FROM edges c JOIN edges r ON r.target = c.target AND r.relation = 'replaces' AND r.source <> c.source
JOIN documents d ON d.document_id = c.document_id JOIN mentions m ON m.id = c.mention
JOIN nodes s ON s.id = r.source JOIN nodes t ON t.id = r.target JOIN mentions q ON q.id = r.mention
JOIN documents p ON p.document_id = r.document_id JOIN nodes o ON o.id = c.source
WHERE c.relation IN ('basis', 'implements') AND s.date < d.day AND o.status = 'here'
  AND coalesce(o.doc_type, '') <> 'VBHN'
ORDER BY c.source, c.target, r.source, c.document_id, r.document_id
"""


def _replaced(store: Store, text_of: Callable[[str], str | None]) -> Iterator[Conflict]:
    """Documents that rest on one which a document here had replaced before, and no longer held."""
    since: dict[str, str | None] = {}
    for (source, target, by), rows in groupby(store.database.execute(_RESTS), key=itemgetter(0, 1, 2)):
        found = next(rows)
        (_, _, _, document_id, path, page, text, fact_id, day, date, words, said_in, *kinds, replacing, said_by, at) = (
            found
        )
        if not can_replace((kinds[0], kinds[1]), (kinds[2], kinds[3])):
            continue
        if is_part(text_of(said_by) or "", words, at):
            continue
        if replacing and by not in since:
            said = text_of(replacing)
            since[by] = in_force_since(said, date) if said else None
        holds = since.get(by)
        if (holds or date) > day:
            continue
        when = f"holds since {holds}" if holds else f"is of {date} (its text does not say since when it holds)"
        reason = f"{by} replaces it and {when}; the document that rests on it is of {day}"
        yield Conflict(
            "basis_replaced", source, (target, by), by, reason,
            (quoted(target, path, page, text), quoted(by, said_in, None, words)), (document_id,), (fact_id,),
        )  # fmt: skip
