"""A document as it is laid before a reviewer: its rows as the machine read them, a card for each fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..tables.corrections import Decision, Key

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """A fact or field as it is shown to a reviewer.

    Attributes:
        key: Which it is.
        row: The machine's row; empty for a field that stands nowhere.
        machine: What the machine read, None for nothing.
        state: Status of a field (`blank`, `handwritten`, …).
        candidates: Values that it may have.
        decision: What stands, None while nobody decided.
    """

    key: Key
    row: Record
    machine: str | None
    state: str = ""
    candidates: tuple[str, ...] = ()
    decision: Decision | None = None

    @property
    def value(self) -> str | None:
        """What holds now."""
        one = self.decision
        return self.machine if one is None or one.action == "accept" else one.value

    @property
    def seen(self) -> int:
        """Number of the decision that stands."""
        return self.decision.number if self.decision else 0


@dataclass(frozen=True)
class Opened:
    """A document: its rows as the machine read them, its cards, and the decisions that fit nothing in it."""

    document_id: str
    plan: Record
    text: str
    pages: list[Record]
    sections: list[Record]
    cards: list[Card]
    lost: list[Decision]
