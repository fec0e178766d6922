"""What people have looked at, as gold: one JSON file a document, as `vnplan evaluate` and `vnplan score` read it.

A field is in the gold if somebody decided on it. A list is there only if somebody decided on every fact of its kind:
what nobody looked at is neither right nor wrong.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Set
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import OutputError
from ..tables.corrections import NAMES, Decision, Key
from ..tables.overlay import FIELDS, Overlay
from ..tables.schema import Rows, table
from .cards import Card, Opened, Record
from .desk import Desk

_ROLES = ("lead", "coordinate", "implement", "direct", "supervise")
_AT = 12  # words by which a task is named


def export_gold(out: Path, folder: Path) -> list[Path]:
    """Write the gold of all documents on which somebody decided; returns the files.

    Args:
        out: The output folder of the run.
        folder: Where the files go; made if it is not there. Files of the same names are replaced.

    Raises:
        UsageError: See `Desk`.
        OutputError: The folder cannot be written.
    """
    desk = Desk(out)
    of: dict[str, dict[Key, Decision]] = defaultdict(dict)
    for key, one in desk.decisions().items():
        of[key.content][key] = one
    written: list[Path] = []
    names: set[str] = set()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for rows, document in desk.every_with_rows():
            mine = of.get(document.cards[0].key.content)
            if not mine:
                continue
            path = folder / _name(document.plan["source"], names)
            gold = gold_of(document, _decided(rows, {**mine, **of.get(NAMES, {})}), mine)
            path.write_text(json.dumps(gold, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            written.append(path)
            names.add(path.name)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror or error}") from error
    return written


def _name(source: str, taken: Set[str]) -> str:
    """The file's own name; of two documents with one name the later gets a number."""
    stem = PurePosixPath(source.replace("!", "/")).stem or "plan"
    return next(name for k in range(1, 10**9) if (name := f"{stem}{'' if k == 1 else f'-{k}'}.json") not in taken)


def _decided(rows: Rows, decisions: dict[Key, Decision]) -> dict[str, list[Record]]:
    """The rows of a document with what people decided."""
    done, _ = Overlay.of(decisions).apply(rows)
    return {name: [dict(zip(table(name).names, row, strict=True)) for row in found] for name, found in done.items()}


def gold_of(document: Opened, rows: dict[str, list[Record]], decisions: dict[Key, Decision]) -> Record:
    """The gold of a document.

    Args:
        document: As the machine read it.
        rows: Its rows with what people decided.
        decisions: Those on it.
    """
    plan = rows["plans"][0]
    gold: Record = {"source": document.plan["source"]}
    fields = {card.key.words: card for card in document.cards if card.key.kind == "fields"}
    for name in FIELDS:
        if fields[name].key in decisions:
            value = plan[name]
            value = value.isoformat() if hasattr(value, "isoformat") else value
            gold[name] = ([value] if value else []) if name == "issuing_body" else value
    by_hand = [name for name, card in fields.items() if card.state == "handwritten" and name in gold]
    if by_hand:
        gold["handwritten"] = by_hand
    whole = {kind: _all_decided(document.cards, kind) for kind in ("citations", "targets", "deadlines")}
    whole["tasks"] = _all_decided(document.cards, "tasks") and _all_decided(document.cards, "responsibilities")
    for kind, make in (("citations", _citations), ("targets", _targets), ("tasks", _tasks), ("deadlines", _deadlines)):
        if whole[kind]:
            gold[kind] = make(rows[kind])
    return gold


def _all_decided(cards: Iterable[Card], kind: str) -> bool:
    decided = [card.decision is not None for card in cards if card.key.kind == kind]
    return bool(decided) and all(decided)


def _citations(rows: list[Record]) -> list[Record]:
    found: dict[tuple[Any, ...], Record] = {}
    for row in rows:
        if row["is_self"]:
            continue
        one = {"type": row["doc_type"], "number": row["number"], "date": row["date"], "issuer": row["issuer"]}
        if row["number"] is None:
            one["name"] = row["name"]
        before = found.setdefault((row["doc_type"], row["number"] or row["name"]), one)
        for name, value in one.items():
            before[name] = before[name] or value
    return list(found.values())


def _targets(rows: list[Record]) -> list[Record]:
    names = ("direction", "indicator", "low", "high", "unit", "baseline")
    return [{**{name: row[name] for name in names}, "text": " ".join(row["text"].split())} for row in rows]


def _tasks(rows: list[Record]) -> list[Record]:
    return [
        {
            "section": row["section"] or None,
            "at": " ".join(row["task"].split()[:_AT]),
            "roles": {role: row[role] for role in _ROLES if row[role]},
            "deadline": row["deadline"],
            "output": row["output"],
            "optional_bodies": [],
        }
        for row in rows
    ]


def _deadlines(rows: list[Record]) -> list[str]:
    said = (row["date"].isoformat() if row["date"] else row["recurrence"] for row in rows)
    return list(dict.fromkeys(one for one in said if one))
