"""The network of documents for other programs: GraphML, and JSON in node-link form."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from .changes import Changes
from .splicing import Key, line_key, spliced
from .store import FOLDER, Store

GRAPHS = (f"{FOLDER}/network.graphml", f"{FOLDER}/network.json")
_NODE = ("status", "doc_type", "number", "date", "issuer", "level", "province", "subject", "cited_by")
_KINDS = {"cited_by": "int", "documents": "int", "mentions": "int"}
_EDGE = ("relation", "documents", "mentions")
_NODES = f"SELECT id, {', '.join(_NODE)} FROM nodes {{which}} ORDER BY id"
_EDGES = (
    "SELECT e.source, e.target, e.relation, count(*), sum(e.mentions) FROM {which} "
    "GROUP BY 1, 2, 3 ORDER BY e.source, e.target, e.relation"
)
JOINED = "CROSS JOIN edges e USING (source, target, relation)"
"""What finds relations by their keys: each is looked up (CROSS: in this order), not all read."""
Row = tuple[Any, ...]


@dataclass(frozen=True)
class _Form:
    """A kind of file with a line for each document and each relation.

    Attributes:
        head, middle, tail: What stands before, between and after them.
        node, edge: Make a line.
        node_key, edge_key: Read the key of one.
        comma: What parts one from the line before it.
    """

    head: str
    middle: str
    tail: str
    node: Callable[[Row], str]
    edge: Callable[[Row], str]
    node_key: Callable[[str], Key]
    edge_key: Callable[[str], Key]
    comma: str = ""

    def write(self, file: IO[str], nodes: Iterable[str], edges: Iterable[str]) -> None:
        """Write the file."""
        for before, lines in ((self.head, nodes), (self.middle, edges)):
            file.write(before)
            comma = ""
            for line in lines:
                file.write(f"{comma}{line}\n")
                comma = self.comma
        file.write(self.tail)

    def lines(self, file: IO[str]) -> tuple[Iterator[tuple[Key, str]], Iterator[tuple[Key, str]]]:
        """The lines of documents, and after them those of relations, each with its key."""
        for _ in self.head.splitlines():
            file.readline()

        def until(end: str, key_of: Callable[[str], Key]) -> Iterator[tuple[Key, str]]:
            last = end.splitlines(keepends=True)
            for line in file:
                if line == last[0]:
                    break
                text = line[len(self.comma) if self.comma and line.startswith(self.comma) else 0 : -1]
                yield key_of(text), text
            for _ in last[1:]:
                file.readline()

        return until(self.middle, self.node_key), until(self.tail, self.edge_key)


def write_graph(folder: Path, store: Store, before: Path, changes: Changes | None) -> None:
    """`network.graphml` for Gephi, Cytoscape, networkx; `network.json` as networkx and D3 read it (node-link form).

    Args:
        folder: Where they go.
        store: The register.
        before: Where those of before are.
        changes: What has changed since; None to write all.
    """
    for name, form in _FORMS.items():
        with (folder / name).open("w", encoding="utf-8", newline="\n") as file:
            if changes is None:
                nodes = store.database.execute(_NODES.format(which=""))
                edges = store.database.execute(_EDGES.format(which="edges e"))
                form.write(file, map(form.node, nodes), map(form.edge, edges))
                continue
            with (before / name).open(encoding="utf-8", newline="\n") as old:
                _update(file, form, old, store, changes)


def _update(file: IO[str], form: _Form, old: IO[str], store: Store, changes: Changes) -> None:
    run = store.database.execute
    found = run(_NODES.format(which=f"WHERE id IN ({changes.nodes})"))
    nodes: dict[Key, str | None] = dict.fromkeys(changes.node_keys) | {row[:1]: form.node(row) for row in found}
    found = run(_EDGES.format(which=f"({changes.edges}) c {JOINED}"))
    edges: dict[Key, str | None] = dict.fromkeys(changes.edge_keys) | {row[:3]: form.edge(row) for row in found}
    old_nodes, old_edges = form.lines(old)
    form.write(file, spliced(old_nodes, nodes), spliced(old_edges, edges))


# -- GraphML ---------------------------------------------------------------------------------------------------------

# Characters that no XML document may hold; a line break would end the line of its document.
_NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)))
_NO_XML |= dict.fromkeys((9, 10, 13), " ")
_SOUND = re.compile(r"[\w /.,:;()-]*").fullmatch
_PLAIN = re.compile(r"[a-z0-9/_~.-]+").fullmatch
_XML_NODE = re.compile(r'<node id="([a-z0-9/_~.-]+)">').match
_XML_EDGE = re.compile(
    r'<edge source="([a-z0-9/_~.-]+)" target="([a-z0-9/_~.-]+)"><data key="edge_relation">([a-z_]+)<'
).match


def _quoted(text: str) -> str:
    return f'"{text}"' if _PLAIN(text) else quoteattr(text.translate(_NO_XML))


def _data(place: str, names: Iterable[str], values: Iterable[Any]) -> str:
    pairs = ((name, value) for name, value in zip(names, values, strict=True) if value is not None)
    return "".join(
        f'<data key="{place}_{name}">{value if _SOUND(str(value)) else escape(str(value).translate(_NO_XML))}</data>'
        for name, value in pairs
    )


def _xml_node(row: Row) -> str:
    return f"<node id={_quoted(row[0])}>{_data('node', _NODE, row[1:])}</node>"


def _xml_edge(row: Row) -> str:
    # Codes and counts: only the ids need a look.
    source, target, relation, documents, mentions = row
    return (
        f'<edge source={_quoted(source)} target={_quoted(target)}><data key="edge_relation">{relation}</data>'
        f'<data key="edge_documents">{documents}</data><data key="edge_mentions">{mentions}</data></edge>'
    )


def _xml_node_key(line: str) -> Key:
    found = _XML_NODE(line)
    return found.groups() if found else (ET.fromstring(line).attrib["id"],)


def _xml_edge_key(line: str) -> Key:
    found = _XML_EDGE(line)
    if found:
        return found.groups()
    edge = ET.fromstring(line)
    return edge.attrib["source"], edge.attrib["target"], edge[0].text or ""


def _xml_head() -> str:
    keys = "".join(
        f'<key id="{place}_{name}" for="{place}" attr.name="{name}" attr.type="{_KINDS.get(name, "string")}"/>\n'
        for place, names in (("node", _NODE), ("edge", _EDGE))
        for name in names
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        f'{keys}<graph id="register" edgedefault="directed">\n'
    )


# -- JSON ------------------------------------------------------------------------------------------------------------


def _string(text: str) -> str:
    return f'"{text}"' if _PLAIN(text) else json.dumps(text, ensure_ascii=False)


def _json_node(row: Row) -> str:
    return json.dumps({"id": row[0], **dict(zip(_NODE, row[1:], strict=True))}, ensure_ascii=False)


def _json_edge(row: Row) -> str:
    # The key tells edges between the same two documents apart.
    source, target, relation, documents, mentions = row
    return (
        f'{{"source": {_string(source)}, "target": {_string(target)}, "key": "{relation}", "relation": "{relation}", '
        f'"documents": {documents}, "mentions": {mentions}}}'
    )


_FORMS = {
    "network.graphml": _Form(
        _xml_head(),
        "<!-- relations -->\n",
        "</graph>\n</graphml>\n",
        _xml_node,
        _xml_edge,
        _xml_node_key,
        _xml_edge_key,
    ),
    "network.json": _Form(
        '{"directed": true, "multigraph": true, "graph": {"name": "register"},\n"nodes": [\n',
        '],\n"edges": [\n',
        "]}\n",
        _json_node,
        _json_edge,
        line_key(("id",)),
        line_key(("source", "target", "key")),
        ",",
    ),
}
