"""What people decided about facts: an append-only SQLite file beside the tables.

A decision is keyed by the content of the document (its SHA-256, and which document of its file it is), the kind of fact
and its words, never by a path or a row: it stands after another extraction, under other file names, and with other
versions of the rules. Nothing is ever changed or deleted; to undo is a decision of its own.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from ..errors import UsageError

FILE = "corrections.sqlite"
VERSION = 1
NAMES = "*"
"""The content of decisions on all documents: the right name of a body, by that which was read."""
Action = Literal["accept", "correct", "reject", "add", "undo"]
_TABLES = (
    """CREATE TABLE IF NOT EXISTS decisions (
        number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL,
        content TEXT NOT NULL, kind TEXT NOT NULL, words TEXT NOT NULL, fact TEXT NOT NULL,
        action TEXT NOT NULL, value TEXT, machine TEXT, rule TEXT NOT NULL, undoes INTEGER)""",
    "CREATE INDEX IF NOT EXISTS of_content ON decisions (content)",
    """CREATE TRIGGER IF NOT EXISTS never_changed BEFORE UPDATE ON decisions
        BEGIN SELECT RAISE(ABORT, 'append only'); END""",
    """CREATE TRIGGER IF NOT EXISTS never_deleted BEFORE DELETE ON decisions
        BEGIN SELECT RAISE(ABORT, 'append only'); END""",
)
_COLUMNS = ("number", "at", "who", "content", "kind", "words", "fact", "action", "value", "machine", "rule", "undoes")


@dataclass(frozen=True, slots=True)
class Key:
    """Which fact is meant.

    Attributes:
        content: SHA-256 of the file, `#`, and which document of it, 1-based.
        kind: Its table; `fields` for a field of `plans`.
        words: Its words with single spaces; for a field its name.
        fact: Its id, which says which of the facts of the kind with these words it is; for one that a person added, how
            often the words stand in the text before it; '' for a field.
    """

    content: str
    kind: str
    words: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a fact.

    Attributes:
        number: Its place among all decisions, 0 for one that is not stored yet.
        at: When, ISO 8601 in UTC.
        who: By whom.
        action: What.
        value: The right value for `correct` and `add`; None for a field that holds none.
        machine: What the machine had read.
        rule: Name of the rule that had read it.
        undoes: Number of the decision that an `undo` takes back.
    """

    key: Key
    who: str
    action: Action
    value: str | None = None
    machine: str | None = None
    rule: str = ""
    undoes: int | None = None
    number: int = 0
    at: str = ""


class StaleError(Exception):
    """Somebody else decided on the fact in the meantime: `now` is what stands."""

    def __init__(self, now: Decision | None) -> None:
        super().__init__("somebody else decided on this fact in the meantime")
        self.now = now


class Corrections:
    """The decisions of an output folder.

    Args:
        out: The output folder.

    Raises:
        UsageError: The file is damaged, or of a newer version; it is left as it is.
    """

    def __init__(self, out: Path) -> None:
        self._path = out / FILE
        if self._path.exists():
            with self._open() as base:
                self._check(base)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as base:
                yield base
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"the corrections in {self._path} cannot be read ({error}); nothing was changed. "
                "Put a copy of the file in its place, or move it away to go on without"
            ) from error

    def _check(self, base: sqlite3.Connection) -> None:
        (version,) = base.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise UsageError(
                f"the corrections in {self._path} are of version {version}, this vnplan knows {VERSION}: "
                "use a newer vnplan; nothing was changed"
            )
        if base.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        if version:
            base.execute("SELECT number FROM decisions LIMIT 1").fetchone()

    def all(self) -> list[Decision]:
        """All decisions, the first one first."""
        if not self._path.exists():
            return []
        with self._open() as base:
            if base.execute("PRAGMA user_version").fetchone() == (0,):
                return []
            rows = base.execute(f"SELECT {', '.join(_COLUMNS)} FROM decisions ORDER BY number").fetchall()
        return [_decision(row) for row in rows]

    def last(self) -> int:
        """Number of the last decision, 0 for none."""
        if not self._path.exists():
            return 0
        with self._open() as base:
            if base.execute("PRAGMA user_version").fetchone() == (0,):
                return 0
            (number,) = base.execute("SELECT coalesce(max(number), 0) FROM decisions").fetchone()
        return int(number)

    def save(self, decision: Decision, seen: int = 0) -> Decision:
        """Add a decision.

        Args:
            decision: What was decided.
            seen: Number of the decision on the same fact that its maker saw, 0 for none.

        Returns:
            It, with its number.

        Raises:
            StaleError: Another decision on the fact came before it.
            UsageError: The file is damaged or newer.
        """
        key = decision.key
        with self._open() as base:
            base.execute("BEGIN IMMEDIATE")
            try:
                self._check(base)
                for statement in _TABLES:
                    base.execute(statement)
                base.execute(f"PRAGMA user_version = {VERSION}")
                same = "content = ? AND kind = ? AND words = ? AND fact = ?"
                rows = base.execute(
                    f"SELECT {', '.join(_COLUMNS)} FROM decisions WHERE {same} ORDER BY number",
                    (key.content, key.kind, key.words, key.fact),
                ).fetchall()
                before = standing([_decision(row) for row in rows]).get(key)
                if (before.number if before else 0) != seen:
                    raise StaleError(before)
                at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
                places = ", ".join("?" * (len(_COLUMNS) - 1))
                number = base.execute(
                    f"INSERT INTO decisions ({', '.join(_COLUMNS[1:])}) VALUES ({places})",
                    (at, decision.who, key.content, key.kind, key.words, key.fact, decision.action, decision.value,
                     decision.machine, decision.rule, decision.undoes),
                ).lastrowid  # fmt: skip
                base.execute("COMMIT")
            except BaseException:
                if base.in_transaction:
                    base.execute("ROLLBACK")
                raise
        return Decision(
            key, decision.who, decision.action, decision.value, decision.machine, decision.rule, decision.undoes,
            number or 0, at,
        )  # fmt: skip


def standing(decisions: list[Decision]) -> dict[Key, Decision]:
    """The last decision on each fact that nobody took back."""
    undone = {one.undoes for one in decisions if one.action == "undo"}
    found: dict[Key, Decision] = {}
    for one in decisions:
        if one.action != "undo" and one.number not in undone:
            found[one.key] = one
    return found


def content_of(sha256: str, source: str) -> str:
    """The key of a document's content: equal under every file name."""
    _, mark, part = source.rpartition("#")
    return f"{sha256}#{int(part) if mark and part.isdecimal() else 1}"


def _decision(row: tuple[Any, ...]) -> Decision:
    number, at, who, content, kind, words, fact, action, value, machine, rule, undoes = row
    if action not in get_args(Action):
        raise sqlite3.DatabaseError(f"the action {action!r} is not known")
    return Decision(Key(content, kind, words, fact), who, action, value, machine, rule, undoes, number, at)
