"""A piece of text with its names: what the model learns from, and how it is changed with the labels kept in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..records import EntityLabel

Label = tuple[int, int, EntityLabel]


@dataclass(frozen=True, slots=True)
class Sample:
    """A text and its entities.

    Attributes:
        text: Some lines of a document.
        labels: Half-open offsets into it and label of each entity, in order, none over another.
        source: Where it comes from: `generated`, `rules` or `corrections`.
    """

    text: str
    labels: tuple[Label, ...] = ()
    source: str = "generated"

    def words(self) -> list[tuple[str, EntityLabel]]:
        """The words of each entity with its label."""
        return [(self.text[start:end], label) for start, end, label in self.labels]


def edited(sample: Sample, edits: Iterable[tuple[int, int, str]]) -> Sample:
    """The sample with pieces of its text replaced, and its labels moved along.

    Args:
        sample: The sample.
        edits: Start, end and new words of each piece, in order, none over another. A piece that lies across the border
            of an entity is given to the entity whole, so that a label never covers half a letter.

    Returns:
        The new sample; an entity of which nothing is left is dropped.
    """
    pieces: list[str] = []
    shifts: list[tuple[int, int, int, int]] = []  # old start and end, new start and end of every edit
    at = length = 0
    for start, end, words in edits:
        pieces += (sample.text[at:start], words)
        length += start - at
        shifts.append((start, end, length, length + len(words)))
        length += len(words)
        at = end
    pieces.append(sample.text[at:])
    text = "".join(pieces)
    labels = []
    for start, end, label in sample.labels:
        low, high = _moved(start, shifts, upper=False), _moved(end, shifts, upper=True)
        while low < high and text[low].isspace():
            low += 1
        while low < high and text[high - 1].isspace():
            high -= 1
        if low < high:
            labels.append((low, high, label))
    return Sample(text, tuple(labels), sample.source)


def _moved(offset: int, shifts: Sequence[tuple[int, int, int, int]], upper: bool) -> int:
    """Where an offset of the old text is in the new one; inside an edit it goes to its border."""
    moved = offset
    for start, end, new_start, new_end in shifts:
        if offset >= end and not (upper and offset == end == start):
            moved = offset + new_end - end
        elif offset > start:
            return new_end if upper else new_start
        else:
            break
    return moved
