"""What people have looked at, as the model for names learns from it: lines that `vnplan train --corrections` reads.

A sample is some whole lines of a document. They are taken only if somebody decided on every name that vnplan read in
them: bodies that are charged, issuer, place, signer. Their other names are those that the run found: the trainer wants
all names of a text. The place of a name is where its right words stand in these lines; where they stand nowhere (a
misread letter), the place that was read, if the words are nearly the same; else the lines are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from ..entities.rules import find
from ..entities.spans import Found, without_overlaps
from ..errors import OutputError
from ..records import EntityLabel
from ..tables.decided import charges_of
from .cards import Card, Opened, Record
from .desk import Desk

_FIELDS: dict[str, EntityLabel] = {"issuing_body": "ORG", "signer": "PER", "place": "LOC"}
_ALIKE = 0.75  # of the letters of a name
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Name:
    """A name on which somebody decided, or nobody yet.

    Attributes:
        read: Where it was read, half open in the stored text.
        label: What it is.
        right: Its right words; None where nobody knows them.
        is_settled: Whether somebody decided.
    """

    read: Span
    label: EntityLabel
    right: str | None
    is_settled: bool


def export_training(out: Path, file: Path) -> int:
    """Write the samples of all documents on which somebody decided; returns how many there are.

    Args:
        out: The output folder of the run.
        file: Where they go, one JSON object a line; a file of that name is replaced.

    Raises:
        UsageError: See `Desk`.
        OutputError: The file cannot be written.
    """
    desk = Desk(out)
    contents = {key.content for key in desk.decisions()}
    written: dict[str, None] = {}  # copies of a document give the same samples
    for document, entities in desk.every_with_entities():
        if contents & {document.cards[0].key.content} or any(card.decision for card in document.cards):
            for text, names in samples_of(document, entities):
                row = {"text": text, "entities": [[one.start, one.end, one.label] for one in names]}
                written.setdefault(json.dumps(row, ensure_ascii=False))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(line + "\n" for line in written), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {file}: {error.strerror or error}") from error
    return len(written)


def samples_of(document: Opened, entities: Sequence[Record]) -> Iterator[tuple[str, list[Found]]]:
    """The samples of a document: some lines of it, with the names in them.

    Args:
        document: With the decisions on it.
        entities: The names that the run found in it: `start`, `end`, `label`.
    """
    text = document.text
    names = list(_names(document))
    for start, end in _lines(text, [one.read for one in names if one.is_settled]):
        inside = [one for one in names if one.read[0] < end and start < one.read[1]]
        if any(not one.is_settled for one in inside):
            continue
        places = [(one, _place(one, text, start, end)) for one in inside]
        if any(place is None for _, place in places):
            continue
        piece = text[start:end]
        found = [Found(*place, one.label) for one, place in places if place]
        read = [(one.read[0] - start, one.read[1] - start) for one in inside]
        others = _others(piece, start, entities)
        taken = [*read, *((one.start, one.end) for one in found)]
        found += [one for one in others if not any(one.start < high and low < one.end for low, high in taken)]
        yield piece, without_overlaps(found)


def _names(document: Opened) -> Iterator[_Name]:
    for card in document.cards:
        key, one = card.key, card.decision
        is_field = key.kind == "fields"
        label = _FIELDS.get(key.words) if is_field else "ORG" if key.kind == "responsibilities" else None
        if label is None:
            continue
        if not card.row:
            yield from _added(card, document.text)
        elif not is_field and one is not None and one.action == "reject":
            continue  # it is not charged, but may be a body
        elif "start" in card.row:
            value = card.value if is_field else _body(card.value)
            yield _Name((card.row["start"], card.row["end"]), label, value, one is not None)


def _added(card: Card, text: str) -> Iterator[_Name]:
    """A body that was missed, where its words are a name themselves."""
    if card.decision is None or card.key.kind != "responsibilities":
        return
    places = list(re.finditer(_pattern(card.key.words), text))
    at = int(card.key.fact) if card.key.fact.isdecimal() else len(places)
    if at < len(places) and _body(card.value) == card.key.words:
        yield _Name(places[at].span(), "ORG", card.key.words, True)


def _body(value: str | None) -> str | None:
    return charges_of(value).bodies[0][1] if value else None


def _pattern(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def _place(name: _Name, text: str, start: int, end: int) -> Span | None:
    """Where a name stands in some lines, counted from their beginning; None where nobody knows."""
    if not name.right:
        return None
    low, high = name.read
    places = [place.span() for place in re.finditer(_pattern(name.right), text[start:end])]
    if places:
        return min(places, key=lambda place: abs(place[0] + start - low))
    read = " ".join(text[low:high].split())
    alike = SequenceMatcher(None, read.casefold(), name.right.casefold(), autojunk=False).ratio() >= _ALIKE
    return (low - start, high - start) if alike and start <= low and high <= end else None


def _lines(text: str, spans: Iterable[Span]) -> list[Span]:
    """The whole lines that hold spans; those that touch each other are one."""
    found: list[Span] = []
    for low, high in sorted(spans):
        start, end = text.rfind("\n", 0, low) + 1, text.find("\n", high)
        end = len(text) if end < 0 else end
        if found and start <= found[-1][1]:
            start, end = found[-1][0], max(found[-1][1], end)
            found.pop()
        found.append((start, end))
    return found


def _others(piece: str, start: int, entities: Sequence[Record]) -> list[Found]:
    """The names that the run found in some lines; what the rules find where it looked for none."""
    if not entities:
        return find(piece)
    end = start + len(piece)
    inside = [one for one in entities if start <= one["start"] and one["end"] <= end]
    return [Found(one["start"] - start, one["end"] - start, one["label"]) for one in inside]
