"""What a reviewer should look at first: what the machine itself doubts, and sections in which it found nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..tables.corrections import Decision, Key
from ..tables.decided import names_key
from ..tables.labels import labels_of
from .cards import Card, Opened

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
    """

    score: int
    document_id: str
    title: str
    key: Key
    reason: str
    words: str
    others: str = ""


def doubts_of(document: Opened) -> Iterator[Doubt]:
    """The doubts about the facts of one document."""
    title = document.plan["number"] or document.plan["source"].rsplit("/", 1)[-1]
    ids: dict[tuple[str, str], set[str]] = defaultdict(set)
    for card in document.cards:
        if card.key.kind == "responsibilities":
            ids[card.key.kind, card.row.get("body", "")].add(card.row.get("body_id") or "")
    for card in document.cards:
        found = _doubt(card)
        if found is None and len(ids.get((card.key.kind, card.row.get("body", "")), ())) > 1:
            found = (70, "same_words", "")
        if found:
            score, reason, others = found
            yield Doubt(score, document.document_id, title, card.key, reason, _words(card), others)


def _doubt(card: Card) -> tuple[int, str, str] | None:
    if card.key.kind == "fields":
        if card.state in _STATES:
            return _STATES[card.state], card.state, ""
        if card.machine and card.candidates:
            return 80, "disagree", ", ".join(card.candidates)
    elif card.key.kind == "deadlines" and card.row.get("kind") in ("report", "submit", "complete"):
        if not card.row.get("body"):
            return 40, "no_body", ""
    if card.row.get("confidence", 1.0) < _UNSURE:
        return round(90 - 50 * card.row["confidence"]), "low_confidence", ""
    if (card.row.get("ocr_confidence") or 100.0) < _HARD_TO_READ:
        return round(90 - 0.5 * card.row["ocr_confidence"]), "low_ocr", ""
    return None


def _words(card: Card) -> str:
    words = card.machine or " ".join(card.row.get("text", "").split())
    return words[:_EXCERPT]


def uncovered(document: Opened) -> Iterator[Doubt]:
    """The sections that hold words of role, deadline or target, and no fact."""
    title = document.plan["number"] or document.plan["source"].rsplit("/", 1)[-1]
    cues = list(labels_of("cue", "vi").values())
    facts = sorted(card.row["start"] for card in document.cards if card.key.kind != "fields" and "start" in card.row)
    starts = sorted({section["start"] for section in document.sections})
    content = document.cards[0].key.content
    low = document.text.lower()
    for begin, end in zip(starts, [*starts[1:], len(low)], strict=True):
        part = low[begin:end][:4000]
        if any(cue in part for cue in cues) and not any(begin <= at < end for at in facts):
            words = " ".join(document.text[begin:end].split())
            yield Doubt(
                50, document.document_id, title, Key(content, "sections", words[:300]), "no_fact", words[:_EXCERPT]
            )


def still_open(doubts: Iterable[Doubt], decisions: Mapping[Key, Decision]) -> Iterator[Doubt]:
    """Those on which nobody has decided yet; a section is done with when somebody accepts it as it is."""
    return (doubt for doubt in doubts if doubt.key not in decisions and not _is_renamed(doubt, decisions))


def _is_renamed(doubt: Doubt, decisions: Mapping[Key, Decision]) -> bool:
    """Whether it is about a body that was given its right name in all plans."""
    return doubt.key.kind == "responsibilities" and names_key(doubt.words.partition(": ")[2]) in decisions
