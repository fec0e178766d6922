"""What lies before a reviewer: the documents of an output folder as the machine read them, with what people decided.

The rows come from the parts that a run keeps, not from the tables: there the decisions of earlier days are laid over
them already, and what the machine had read cannot be seen any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock

from ..batch.ledger import places
from ..batch.storage import LocalStorage
from ..document import Words
from ..errors import UsageError, VnplanError
from ..ingestion import load
from ..settings import Settings
from ..tables.corrections import Corrections, Decision, Key, content_of, standing
from ..tables.decided import TargetValue, names_key
from ..tables.overlay import FACTS, FIELDS, NEEDED, Overlay, key_of, meant
from ..tables.parts import unpack
from ..tables.reading import check_tables
from ..tables.schema import WORDS, Rows, table
from ..tables.sheets import inputs_of, located
from .cards import Card, Opened, Record
from .doubts import SEEN, Doubt, Read, doubts_of, uncovered
from .page_image import page_image
from .queue import Lane, Place, Queue

_COLUMNS = (*NEEDED, "texts", "pages", "sections")
_PIECE = 200  # documents whose rows are taken up at once for the queue
_STATES = {"number": "number_status", "issue_date": "issue_date_status"}
_CANDIDATES = {"number": "number_candidates", "issue_date": "date_candidates"}


class Desk:
    """The documents of an output folder.

    Args:
        out: The folder of a run on this machine.

    Raises:
        UsageError: It holds no run, or one of another schema version, or corrections that cannot be read.
    """

    def __init__(self, out: Path) -> None:
        formats = ("parquet", "jsonl", "csv")
        check_tables(out, next((f for f in formats if (out / f"plans.{f}").exists()), "parquet"))
        self.out = out
        self.corrections = Corrections(out)
        self._storage = LocalStorage(out)
        if not self._storage.ledger.is_file():
            raise UsageError(
                f"{out} holds tables, but not what the run kept of them (.vnplan); run vnplan extract again"
            )
        self._inputs = inputs_of(out)
        self._decided: tuple[int, dict[Key, Decision], dict[str, dict[Key, Decision]]] = (0, {}, {})
        self._drawing = Lock()  # PDFium works in one thread at a time
        self._image = lru_cache(32)(self._draw)
        self._words = lru_cache(4)(self._read_words)
        self._part = lru_cache(4)(lambda name: self._storage.read_part(name, _COLUMNS))
        self._piece = lru_cache(1)(
            lambda name, piece: list(unpack(self._part(name).slice(piece * _PIECE, _PIECE), SEEN))
        )

    def every(self) -> Iterator[Opened]:
        """All documents in order."""
        return (document for _, document in self.every_with_rows())

    def every_with_rows(self) -> Iterator[tuple[Rows, Opened]]:
        """All documents in order, each with its rows as the machine read them."""
        decisions = self.decisions()
        for place in places(self._storage.ledger):
            part = self._part(place.part)
            for at in range(place.first, place.first + place.rows):
                for rows in unpack(part.slice(at, 1)):
                    if rows["plans"]:
                        yield rows, _opened(rows, self._of(rows), decisions)

    def every_with_entities(self) -> Iterator[tuple[Opened, list[Record]]]:
        """All documents in order, each with the names that the run found in it."""
        decisions = self.decisions()
        columns = (*_COLUMNS, "entities")
        part = lru_cache(1)(lambda name: self._storage.read_part(name, columns))
        for place in places(self._storage.ledger):
            for rows in unpack(part(place.part).slice(place.first, place.rows)):
                if rows["plans"]:
                    found = [dict(zip(table("entities").names, row, strict=True)) for row in rows["entities"]]
                    yield _opened(rows, self._of(rows), decisions), found

    def decisions(self) -> dict[Key, Decision]:
        """What stands."""
        return self._now()[1]

    def _now(self) -> tuple[int, dict[Key, Decision], dict[str, dict[Key, Decision]]]:
        """The number of the last decision, and what stands: all of it, and by content."""
        last = self.corrections.last()
        if self._decided[0] != last:
            found = standing(self.corrections.all())
            of: dict[str, dict[Key, Decision]] = {}
            for key, one in found.items():
                of.setdefault(key.content, {})[key] = one
            self._decided = (last, found, of)
        return self._decided

    def _of(self, rows: Rows) -> dict[Key, Decision]:
        """What stands of the document with these rows."""
        plan = dict(zip(table("plans").names, rows["plans"][0], strict=True))
        return self._now()[2].get(content_of(plan["sha256"], plan["source"]), {})

    def queue(self) -> Queue:
        """What to look at first, brought up to the documents that are there."""
        queue = Queue(self.out)
        stamps = self._storage.parts()  # a part of the same name may be another run's

        def every() -> Iterator[Place]:
            for one in places(self._storage.ledger):
                part = " ".join(map(str, (one.part, *stamps.get(one.part, ()))))
                yield from ((part, at) for at in range(one.first, one.first + one.rows))

        queue.update(every(), self._doubts)
        return queue

    def _doubts(self, place: Place) -> tuple[str, list[tuple[Lane, Doubt]]] | None:
        piece, at = divmod(place[1], _PIECE)
        rows = self._piece(place[0].split(" ")[0], piece)[at]
        if not rows["plans"]:
            return None
        document = _machine_read(rows)
        found: list[tuple[Lane, Doubt]] = [("doubt", one) for one in doubts_of(document)]
        return document.plan["document_id"], found + [("coverage", one) for one in uncovered(document)]

    def at(self, place: Place) -> Opened | None:
        """The document at a place; None where a file gave errors alone."""
        (rows,) = unpack(self._part(place[0].split(" ")[0]).slice(place[1], 1))
        return _opened(rows, self._of(rows), self.decisions()) if rows["plans"] else None

    def page_image(self, document: Opened, page: int) -> bytes | None:
        """A page as PNG; None where its file is not there any more as it was read, or has no such page."""
        with self._drawing:
            return self._image(document.plan["source"], document.plan["sha256"], page)

    def words(self, place: Place, page: int) -> list[Record]:
        """The words of a page of the document at a place, as the run read them, whether its file is still there or not.

        Each has `start` and `end` in the stored text, `x0`, `y0`, `x1`, `y1` in points. None where the run kept none.
        """
        return [word for word in self._words(place) if word["page"] == page]

    def _read_words(self, place: Place) -> list[Record]:
        try:
            part = self._storage.read_part(place[0].split(" ")[0], (WORDS.name,))
        except ValueError:  # an older version kept none
            return []
        (rows,) = unpack(part.slice(place[1], 1))
        return [
            {"start": start, "end": end, **asdict(box)}
            for (packed,) in rows[WORDS.name]
            for words in (Words.unpacked(packed),)
            for start, end, box in zip(words.start, words.end, words.boxes, strict=True)
        ]

    def _data(self, source: str, sha256: str) -> bytes | None:
        """The file of a document; None where it is not there any more as it was read."""
        found = located(source, self._inputs)
        try:
            data = load(str(found), Settings().max_bytes) if found else b""
        except VnplanError:
            return None
        return data if hashlib.sha256(data).hexdigest() == sha256 else None

    def _draw(self, source: str, sha256: str, page: int) -> bytes | None:
        data = self._data(source, sha256)
        if data is None:
            return None
        try:
            image, _ = page_image(data, page, Settings())
        except VnplanError:
            return None
        file = BytesIO()
        image.save(file, "PNG", compress_level=1)  # a third of the time, a tenth more bytes
        return file.getvalue()


def _opened(rows: Rows, mine: dict[Key, Decision], decisions: dict[Key, Decision]) -> Opened:
    """A document with the decisions on it, and the names among all."""
    records = {name: [dict(zip(table(name).names, row, strict=True)) for row in rows[name]] for name in rows}
    (plan,) = records["plans"]
    content = content_of(plan["sha256"], plan["source"])
    cards = [_field(name, plan, records["fields"], content, mine) for name in FIELDS]
    facts = [card for kind in FACTS for card in _facts(content, kind, records[kind])]
    of = {fact: mine[key] for key, fact in meant((card.key for card in facts), mine.values()).items() if key != fact}
    cards += (replace(card, decision=mine.get(card.key) or _moved(card.key, of)) for card in facts)
    cards = [_renamed(card, decisions) for card in cards]
    cards += [Card(key, {}, None, decision=one) for key, one in mine.items() if one.action == "add"]
    _, lost = Overlay({content: mine}).apply(rows)
    text = records["texts"][0]["text"]
    return Opened(plan["document_id"], plan, text, records["pages"], records["sections"], cards, lost)


def _machine_read(rows: Rows) -> Read:
    """What doubts about a document are drawn from."""
    records = {name: [dict(zip(SEEN[name], row, strict=True)) for row in rows[name]] for name in SEEN}
    (plan,) = records["plans"]
    content = content_of(plan["sha256"], plan["source"])
    fields = [_field(name, plan, records["fields"], content, {}) for name in FIELDS]
    facts = {kind: records[kind] for kind in FACTS}
    text = records["texts"][0]["text"]
    return Read(plan, content, text, [one["start"] for one in records["sections"]], fields, facts, _facts)


def _facts(content: str, kind: str, rows: list[Record]) -> Iterator[Card]:
    """A card for each fact of a kind, as the machine read it."""
    return (Card(key_of(content, kind, row), row, _machine(kind, row)) for row in rows)


def _moved(fact: Key, decisions: dict[Key, Decision]) -> Decision | None:
    """A decision on a fact that had another id when it was made, as if it were on this one."""
    one = decisions.get(fact)
    return replace(one, key=fact, number=0) if one else None


def _renamed(card: Card, decisions: dict[Key, Decision]) -> Card:
    """A body that was given another name in all plans, as if it had been put right here."""
    if card.key.kind != "responsibilities" or card.decision is not None:
        return card
    one = decisions.get(names_key(card.row["body"]))
    if one is None:
        return card
    return replace(card, decision=replace(one, key=card.key, value=f"{card.row['role']}: {one.value}", number=0))


def _field(name: str, plan: Record, fields: list[Record], content: str, mine: dict[Key, Decision]) -> Card:
    key = Key(content, "fields", name)
    # `number_status` stands for the place of a number that cannot be read.
    row = next((row for row in fields if row["field"] == name), None)
    row = row or next((row for row in fields if row["field"] == _STATES.get(name)), {})
    found = plan.get(_CANDIDATES.get(name, ""), []) or []
    value = "; ".join(plan[name]) or None if isinstance(plan[name], list) else plan[name]
    candidates = tuple(dict.fromkeys(one["value"] for one in found if one["value"] != str(value)))
    state = plan[_STATES[name]] if name in _STATES else "found" if value else "absent"
    return Card(key, row, None if value is None else str(value), state, candidates[:9], mine.get(key))


def _machine(kind: str, row: Record) -> str | None:
    """What the machine read, as a person would type it."""
    if kind == "responsibilities":
        return f"{row['role']}: {row['body']}"
    words: str | None
    if kind == "deadlines":
        words = row["date"].isoformat() if row["date"] else row["recurrence"]
        return words
    if kind == "targets":
        return str(TargetValue(row["direction"], row["low"], row["high"], row["unit"]))
    words = row["task"] if kind == "tasks" else row["number"] or row["name"]
    return words
