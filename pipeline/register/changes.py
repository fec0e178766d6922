"""What has changed in the register since its tables were written last."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .evidence import Conflict
from .splicing import Key
from .store import Store

_MOST = 0.2  # share of rows that changed above which to write all anew is quicker
_TABLES = ("changed_nodes", "changed_edges", "changed_here")
# Noted while rows are exchanged. Whether a document is here stands in the rows of its relations too.
_TRIGGERS = """
CREATE TEMP TRIGGER IF NOT EXISTS node_gone AFTER DELETE ON main.nodes BEGIN
  INSERT OR IGNORE INTO changed_nodes VALUES (OLD.id);
  INSERT OR IGNORE INTO changed_here SELECT OLD.id WHERE OLD.status = 'here';
END;
CREATE TEMP TRIGGER IF NOT EXISTS node_come AFTER INSERT ON main.nodes BEGIN
  INSERT OR IGNORE INTO changed_nodes VALUES (NEW.id);
  INSERT OR IGNORE INTO changed_here SELECT NEW.id WHERE NEW.status = 'here';
END;
CREATE TEMP TRIGGER IF NOT EXISTS edge_gone AFTER DELETE ON main.edges BEGIN
  INSERT OR IGNORE INTO changed_edges VALUES (OLD.source, OLD.target, OLD.relation);
END;
CREATE TEMP TRIGGER IF NOT EXISTS edge_come AFTER INSERT ON main.edges BEGIN
  INSERT OR IGNORE INTO changed_edges VALUES (NEW.source, NEW.target, NEW.relation);
END;
"""


def note_changes(store: Store) -> None:
    """From now on note which rows change; nothing where no tables were written yet: then all are written."""
    if store.state("published"):
        for statement in _TRIGGERS.split("END;")[:-1]:
            store.database.execute(f"{statement}END")


@dataclass(frozen=True)
class Changes:
    """The rows that changed.

    Attributes:
        database: The register's memory.
    """

    database: sqlite3.Connection
    nodes = "SELECT id FROM changed_nodes"
    edges = "SELECT source, target, relation FROM changed_edges"

    @cached_property
    def node_keys(self) -> list[Key]:
        """Of `documents`."""
        return self.database.execute(self.nodes).fetchall()

    @cached_property
    def edge_keys(self) -> list[Key]:
        """Of `edges`."""
        return self.database.execute(self.edges).fetchall()


def changes_of(store: Store, conflicts: Iterable[Conflict], files: Iterable[Path]) -> Changes | None:
    """What has changed; None where all is to be written: the first time, or where most has changed.

    Args:
        store: The register, inside a transaction.
        conflicts: All that there are now.
        files: Those that were written last.
    """
    if not store.state("published") or store.state("files") != stamps(files):
        return None
    run = store.database.execute
    run(
        "INSERT OR IGNORE INTO changed_edges SELECT source, target, relation FROM edges "
        "WHERE source IN (SELECT id FROM changed_here) OR target IN (SELECT id FROM changed_here)"
    )
    run("INSERT OR IGNORE INTO changed_nodes SELECT target FROM changed_edges WHERE relation IN ('replaces', 'amends')")
    _note_conflicts(store.database, conflicts)
    changed, rows = (
        sum(run(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
        for tables in (("changed_nodes", "changed_edges"), ("nodes", "edges"))
    )
    return Changes(store.database) if changed <= _MOST * rows else None


def _note_conflicts(database: sqlite3.Connection, conflicts: Iterable[Conflict]) -> None:
    """Note the documents that conflicts concern which came, went, or are others now."""
    before = {row[0]: row for row in database.execute("SELECT id, digest, document, document_ids FROM said")}
    now = {row[0]: row for row in map(_said, conflicts)}
    differing = [row for one in before.keys() ^ now.keys() for row in (before.get(one) or now[one],)]
    differing += [
        row for one in before.keys() & now.keys() if before[one] != now[one] for row in (before[one], now[one])
    ]
    for _, _, document, document_ids in differing:
        database.execute("INSERT OR IGNORE INTO changed_nodes VALUES (?)", (document,))
        for one in json.loads(document_ids):
            database.execute(
                "INSERT OR IGNORE INTO changed_nodes SELECT node FROM mentions WHERE document_id = ? AND flags & 1",
                (one,),
            )


def _said(conflict: Conflict) -> tuple[str, str, str, str]:
    digest = hashlib.sha256(repr(conflict).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return conflict.id, digest, conflict.document, json.dumps(conflict.document_ids)


def keep_written(store: Store, conflicts: Iterable[Conflict], files: Iterable[Path]) -> None:
    """Note that all is written now; inside a transaction.

    Args:
        store: The register.
        conflicts: Those that were written.
        files: What was written.
    """
    for table in (*_TABLES, "said"):
        store.database.execute(f"DELETE FROM {table}")
    store.database.executemany("INSERT OR REPLACE INTO said VALUES (?, ?, ?, ?)", map(_said, conflicts))
    store.keep("files", stamps(files))


def stamps(files: Iterable[Path]) -> str:
    """What tells files from others, also when they have been moved; '' where one is missing."""
    try:
        return json.dumps(sorted((path.name, (info := path.stat()).st_size, info.st_mtime_ns) for path in files))
    except OSError:
        return ""
