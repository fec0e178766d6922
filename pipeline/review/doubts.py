"""What a reviewer should look at first: what the machine itself doubts, and sections in which it found nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from ..tables.corrections import Decision, Key
from ..tables.decided import names_key
from ..tables.labels import labels_of
from .cards import Card, Record

_UNSURE, _HARD_TO_READ = 0.7, 70.0
_STATES = {"handwritten": 100, "uncertain": 95, "blank": 60}
_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to look at.

    Attributes:
        score: How doubtful, 0 to 100.
        document_id: Of the document.
        title: What the document is called.
        key: The fact; of a section without facts one of the kind `sections`.
        reason: A key of the labels `reason`.
        others: Values that other sources give.
        words: What is shown.
        alone: Whether no other fact of its kind in the document has its words: then what was decided on such words
            holds for it, whatever id it had.
    """

    score: int
    document_id: str
    title: str
    key: Key
    reason: str
    words: str
    others: str = ""
    alone: bool = False


_FACT = ("text", "fact_id", "start", "confidence", "ocr_confidence")
SEEN: dict[str, tuple[str, ...]] = {
    "plans": (
        *("document_id", "source", "sha256", "number", "number_status", "number_candidates"),
        *("issue_date", "issue_date_status", "date_candidates", "doc_type", "issuing_body", "title", "place"),
        *("signer", "signer_positions", "parent_body", "recipients"),
    ),
    "fields": ("field", *_FACT),
    "citations": ("number", "name", *_FACT),
    "targets": ("direction", "low", "high", "unit", *_FACT),
    "tasks": ("task", *_FACT),
    "responsibilities": ("role", "body", "body_id", *_FACT),
    "deadlines": ("date", "recurrence", "kind", "body", *_FACT),
    "texts": ("text",),
    "sections": ("start",),
}
"""By table, the columns from which doubts are drawn: no others are read, since there may be many documents."""


@dataclass(frozen=True, slots=True)
class Read:
    """What doubts about a document are drawn from: its rows as the machine read them, with the columns of `SEEN`.

    Attributes:
        plan: The row of the document.
        content: The key of its content.
        text: Its text.
        sections: Where its sections begin.
        fields: The cards of its fields.
        facts: The rows of its facts, by kind.
        cards: Makes the cards of facts of a kind; the few that are doubted need one.
    """

    plan: Record
    content: str
    text: str
    sections: list[int]
    fields: list[Card]
    facts: Mapping[str, list[Record]]
    cards: Callable[[str, str, list[Record]], Iterable[Card]]

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.plan["number"] or self.plan["source"].rsplit("/", 1)[-1])


def doubts_of(document: Read) -> Iterator[Doubt]:
    """The doubts about the facts of one document."""
    of, title = document.plan["document_id"], document.title
    for card in document.fields:
        if found := _of_field(card):
            score, reason, others = found
            yield Doubt(score, of, title, card.key, reason, _words(card), others)
    ids: dict[str, set[str]] = defaultdict(set)
    for row in document.facts["responsibilities"]:
        ids[row["body"]].add(row["body_id"] or "")
    for kind, rows in document.facts.items():
        often: Counter[str] = Counter()
        for row in rows:
            doubted = _of_fact(kind, row)
            if doubted is None and kind == "responsibilities" and len(ids[row["body"]]) > 1:
                doubted = (70, "same_words")
            if doubted:
                (card,) = document.cards(document.content, kind, [row])
                often = often or Counter(" ".join(other["text"].split()) for other in rows)
                alone = often[card.key.words] == 1
                yield Doubt(doubted[0], of, title, card.key, doubted[1], _words(card), alone=alone)


def _of_field(card: Card) -> tuple[int, str, str] | None:
    if card.state in _STATES:
        return _STATES[card.state], card.state, ""
    if card.machine and card.candidates:
        return 80, "disagree", ", ".join(card.candidates)
    found = _unsure(card.row) if card.row else None
    return (*found, "") if found else None


def _of_fact(kind: str, row: Record) -> tuple[int, str] | None:
    if kind == "deadlines" and row["kind"] in ("report", "submit", "complete") and not row["body"]:
        return 40, "no_body"
    return _unsure(row)


def _unsure(row: Record) -> tuple[int, str] | None:
    """What the rule that read it, or the recogniser, says of itself."""
    if row["confidence"] < _UNSURE:
        return round(90 - 50 * row["confidence"]), "low_confidence"
    if (row["ocr_confidence"] or 100.0) < _HARD_TO_READ:
        return round(90 - 0.5 * row["ocr_confidence"]), "low_ocr"
    return None


def _words(card: Card) -> str:
    words = card.machine or " ".join(card.row.get("text", "").split())
    return words[:_EXCERPT]


@cache
def _cues() -> tuple[str, ...]:
    """Words of role, deadline or target."""
    return tuple(labels_of("cue", "vi").values())


def uncovered(document: Read) -> Iterator[Doubt]:
    """The sections that hold words of role, deadline or target, and no fact; of a document without any, all of it."""
    facts = sorted(row["start"] for rows in document.facts.values() for row in rows)
    starts = sorted(set(document.sections)) or [0]
    for begin, end in zip(starts, [*starts[1:], len(document.text)], strict=True):
        if bisect_left(facts, begin) < bisect_left(facts, end):
            continue
        part = document.text[begin:end][:4000].lower()
        if any(cue in part for cue in _cues()):
            words = " ".join(document.text[begin:end].split())
            key = Key(document.content, "sections", words[:300])
            yield Doubt(50, document.plan["document_id"], document.title, key, "no_fact", words[:_EXCERPT])


def still_open(doubts: Iterable[Doubt], decisions: Mapping[Key, Decision]) -> Iterator[Doubt]:
    """Those on which nobody has decided yet; a section is done with when somebody accepts it as it is."""
    words = {replace(key, fact="") for key, one in decisions.items() if key.fact and one.action != "add"}
    for doubt in doubts:
        by_words = doubt.alone and replace(doubt.key, fact="") in words
        if doubt.key not in decisions and not by_words and not _is_renamed(doubt, decisions):
            yield doubt


def _is_renamed(doubt: Doubt, decisions: Mapping[Key, Decision]) -> bool:
    """Whether it is about a body that was given its right name in all plans."""
    return doubt.key.kind == "responsibilities" and names_key(doubt.words.partition(": ")[2]) in decisions
