"""What every engine gives: spans with a label, none over another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from ..records import EntityLabel

LABELS: tuple[EntityLabel, ...] = ("ORG", "PER", "LOC")


class Found(NamedTuple):
    """A named entity in a text.

    Attributes:
        start, end: Half-open offsets into the text.
        label: `ORG`, `PER` or `LOC`.
        confidence: 0..1, how sure the engine is.
        engine: Which one found it: `rules`, `model`, `underthesea`; `rules+model` where both agree.
    """

    start: int
    end: int
    label: EntityLabel
    confidence: float = 1.0
    engine: str = "rules"


class Engine(Protocol):
    """An engine.

    Attributes:
        name: Its name, as in the setting `ner`.
    """

    @property
    def name(self) -> str:
        """Its name."""
        ...

    def find(self, texts: Sequence[str], recognised: bool = False) -> list[list[Found]]:
        """The entities of each text, in order, none over another.

        Args:
            texts: Clean texts; offsets are into each.
            recognised: Their letters were recognised from images, and may be wrong anywhere.
        """
        ...


def without_overlaps(found: Iterable[Found]) -> list[Found]:
    """The spans in order of place; of those that overlap the longest stays, of equally long ones the first given."""
    kept: list[Found] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if kept and span.start < kept[-1].end:
            if span.end - span.start <= kept[-1].end - kept[-1].start:
                continue
            kept.pop()
            while kept and span.start < kept[-1].end:
                kept.pop()
        kept.append(span)
    return kept
