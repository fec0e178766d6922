"""A body as a value: what it is called, where it stands in a text, and what its words say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..copying import quick
from .name_words import PlaceName, words
from .tokens import Tokens

BodyKind = Literal["body", "person", "group"]


@quick
@dataclass(frozen=True, slots=True)
class BodyTree:
    """A body as it stands in a text, taken apart.

    Attributes:
        start, end: Half-open offsets of its words.
        kind: `body` (an organisation), `person` (an office holder) or `group` (a collective).
        name: The body in words. It differs from the text only in a list that names its head once: in
            `Giám đốc các Sở: Y tế, Nội vụ` the second is `Giám đốc Sở Nội vụ`.
        rule: The production that read it: `head`, `name`, `fixed`, `task`, `office`, `group`, `merged`, `shared`, or
        `unknown` for words that no row knows, in a place that holds nothing but bodies.
        head: The words that say what it is (`Sở`, `Ủy ban nhân dân`), in small letters.
        places: Levels with their places, the inmost first.
        above: The body that it belongs to (`Huyện ủy` in `Ban Tuyên giáo Huyện ủy`), or the one that an office holder
        heads.
        position: The office of a person (`Giám đốc`).
    """

    start: int
    end: int
    kind: BodyKind
    name: str
    rule: str = "head"
    head: str = ""
    places: tuple[PlaceName, ...] = ()
    above: BodyTree | None = None
    position: str = ""

    @property
    def level(self) -> str:
        """The first level of administration in the name, in small letters; '' where none stands."""
        return next((place.level for place in self.places if place.level), "")


class Reading(NamedTuple):
    """A body before its tree is made: indices of tokens in the place of offsets."""

    end: int
    rule: str = "head"
    head: str = ""
    places: tuple[PlaceName, ...] = ()
    above: tuple[int, Reading] | None = None
    position: str = ""


def tree(tokens: Tokens, index: int, kind: BodyKind, reading: Reading) -> BodyTree:
    """A reading as a value with offsets."""
    above = None
    if reading.above is not None:
        at, inner = reading.above
        above = tree(tokens, at, "body" if inner.rule not in ("group", "merged") else "group", inner)
    return BodyTree(
        tokens.starts[index],
        tokens.ends[reading.end - 1],
        kind,
        words(tokens, index, reading.end),
        reading.rule,
        reading.head,
        reading.places,
        above,
        reading.position,
    )
