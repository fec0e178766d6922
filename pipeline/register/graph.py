"""The network of documents: for other programs, and walked from one document to those that it rests on."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from .store import Store

_NODE = ("status", "doc_type", "number", "date", "issuer", "level", "province", "subject", "cited_by")
_KINDS = {"cited_by": "int", "documents": "int", "mentions": "int"}
_EDGE = ("relation", "documents", "mentions")
_ALL_EDGES = (
    "SELECT source, target, relation, count(*), sum(mentions) FROM edges "
    "GROUP BY source, target, relation ORDER BY source, target, relation"
)
UPWARD = ("implements", "basis", "guides")
"""Relations in which a document rests on the other."""


def write_graph(folder: Path, store: Store) -> None:
    """`network.graphml` for Gephi, Cytoscape, networkx; `network.json` as networkx and D3 read it (node-link form)."""
    with (folder / "network.graphml").open("w", encoding="utf-8") as file:
        _graphml(file, store)
    with (folder / "network.json").open("w", encoding="utf-8") as file:
        _json(file, store)


def _nodes(store: Store) -> Iterator[tuple[Any, ...]]:
    return iter(store.database.execute(f"SELECT id, {', '.join(_NODE)} FROM nodes ORDER BY id"))


# Characters that no XML document may hold.
_NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)))


def _graphml(file: IO[str], store: Store) -> None:
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
    for place, names in (("node", _NODE), ("edge", _EDGE)):
        for name in names:
            kind = _KINDS.get(name, "string")
            file.write(f'<key id="{place}_{name}" for="{place}" attr.name="{name}" attr.type="{kind}"/>\n')
    file.write('<graph id="register" edgedefault="directed">\n')
    for node_id, *values in _nodes(store):
        file.write(f"<node id={_quoted(node_id)}>{_data('node', _NODE, values)}</node>\n")
    # Most of the file are edges, and what stands in them are codes and counts: only their ids need a look.
    for source, target, relation, documents, mentions in store.database.execute(_ALL_EDGES):
        file.write(
            f'<edge source={_quoted(source)} target={_quoted(target)}><data key="edge_relation">{relation}</data>'
            f'<data key="edge_documents">{documents}</data><data key="edge_mentions">{mentions}</data></edge>\n'
        )
    file.write("</graph>\n</graphml>\n")


_SOUND = re.compile(r"[\w /.,:;()-]*").fullmatch
_PLAIN = re.compile(r"[a-z0-9/_~.-]+").fullmatch


def _quoted(text: str) -> str:
    return f'"{text}"' if _PLAIN(text) else quoteattr(text.translate(_NO_XML))


def _data(place: str, names: Iterable[str], values: Iterable[Any]) -> str:
    pairs = ((name, value) for name, value in zip(names, values, strict=True) if value is not None)
    return "".join(
        f'<data key="{place}_{name}">{value if _SOUND(str(value)) else escape(str(value).translate(_NO_XML))}</data>'
        for name, value in pairs
    )


def _json(file: IO[str], store: Store) -> None:
    file.write('{"directed": true, "multigraph": true, "graph": {"name": "register"},\n"nodes": [')
    for number, (node_id, *values) in enumerate(_nodes(store)):
        _item(file, number, {"id": node_id, **dict(zip(_NODE, values, strict=True))})
    file.write('],\n"edges": [')
    before = "\n"
    for source, target, relation, documents, mentions in store.database.execute(_ALL_EDGES):
        # The key tells edges between the same two documents apart.
        file.write(
            f'{before}{{"source": {_string(source)}, "target": {_string(target)}, "key": "{relation}", '
            f'"relation": "{relation}", "documents": {documents}, "mentions": {mentions}}}'
        )
        before = ",\n"
    file.write("]}\n")


def _string(text: str) -> str:
    return f'"{text}"' if _PLAIN(text) else json.dumps(text, ensure_ascii=False)


def _item(file: IO[str], number: int, item: dict[str, Any]) -> None:
    file.write(("," if number else "") + "\n" + json.dumps(item, ensure_ascii=False))


# -- walking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """A relation on a way through the network."""

    source: str
    target: str
    relation: str


def chains(store: Store, node: str, most: int = 200) -> list[list[Link]]:
    """The ways up from a document: what it carries out or rests on, and what that does in turn.

    Args:
        store: The register.
        node: Where to begin.
        most: How many ways are followed.

    Returns:
        Ways that end at a document that rests on no other, or where one would come round to itself; those that carry
        out come before those that rest.
    """
    found: list[list[Link]] = []
    waiting: deque[list[Link]] = deque([[]])
    while waiting and len(found) < most:
        way = waiting.popleft()
        at = way[-1].target if way else node
        seen = {node, *(link.target for link in way)}
        further = [link for link in _up(store, at) if link.target not in seen]
        if not further and way:
            found.append(way)
        if len(waiting) < most:
            waiting.extend([*way, link] for link in further[:most])
        else:
            found.append(way) if way else None
    order = {relation: place for place, relation in enumerate(UPWARD)}
    return sorted(found, key=lambda way: ([order[link.relation] for link in way], [link.target for link in way]))


def _up(store: Store, node: str) -> list[Link]:
    query = (
        f"SELECT DISTINCT source, target, relation FROM edges WHERE source = ? AND relation IN {UPWARD} "
        "ORDER BY relation DESC, target"
    )
    links: dict[str, Link] = {}
    for row in store.database.execute(query, (node,)):
        links.setdefault(row[1], Link(*row))
    return list(links.values())


def neighbours(store: Store, node: str, steps: int, most: int) -> list[str]:
    """A document and those around it, nearest first.

    Args:
        store: The register.
        node: The document.
        steps: How many relations away.
        most: How many documents.
    """
    seen = {node: 0}
    waiting = deque([node])
    while waiting and len(seen) < most:
        at = waiting.popleft()
        if seen[at] == steps:
            continue
        query = (
            "SELECT other, max(weight) FROM (SELECT target AS other, relation <> 'mentions' AS weight FROM edges WHERE "
            "source = ? UNION ALL SELECT source, relation <> 'mentions' FROM edges WHERE target = ?) "
            "GROUP BY other ORDER BY 2 DESC, other"
        )
        for other, _ in store.database.execute(query, (at, at)):
            if other not in seen and len(seen) < most:
                seen[other] = seen[at] + 1
                waiting.append(other)
    return list(seen)
