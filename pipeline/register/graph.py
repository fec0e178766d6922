"""The network of documents, walked from one document to those that it rests on."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from .store import Store

UPWARD = ("implements", "basis", "guides")
"""Relations in which a document rests on the other."""


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
