"""The outline of a document: its items, each with what stands below it.

    1. Sở Y tế có trách nhiệm:            an item
    - Chủ trì tập huấn …                  below it
    Thời gian thực hiện: Quý I/2026       below it, beside the dash
    Yêu cầu các sở thực hiện:             a plain paragraph that announces the items behind it has them below it

Markers tell how deep an item stands; a plain paragraph stands beside the dashes of the item above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ...copying import quick
from ...grammar.name_lists import parse_body_list
from ...segmentation.model import Paragraph, Span
from ...text.patterns import Pattern

_WORD = Pattern(r"[^\W\d_]{2}")
_DASH = 10
_BELOW = 0.25
_DEEPEST = 1.0
"""How far below its kind a dash may stand: of four that name bodies, each below the other, none is an outline."""
_PLAIN = 9.5
"""Where plain paragraphs stand: under lettered items, above dashes."""


@quick
@dataclass(frozen=True, slots=True)
class Unit:
    """An item, a heading, or a plain paragraph.

    Attributes:
        start, end: Half-open clean offsets of its words, without the marker.
        path: Path of its section.
        marker: As written; '' for a plain paragraph.
        depth: Of the marker; 0 for a plain paragraph.
        children: What stands below it, in order.
    """

    start: int
    end: int
    path: str
    marker: str
    depth: int
    children: tuple[Unit, ...] = ()


def says(text: str, unit: Unit) -> bool:
    """Whether a unit has a word of two letters, without which it (a figure, a mark in a cell) says nothing."""
    return _WORD.search(text, unit.start, unit.end) is not None


@dataclass(slots=True)
class _Open:
    """A unit whose children are not all known yet."""

    paragraph: Paragraph
    rank: float
    adopts: bool
    children: list[_Open] = field(default_factory=list)

    def closed(self) -> Unit:
        one = self.paragraph
        children = tuple(child.closed() for child in self.children)
        return Unit(one.content, one.end, one.path, one.marker, one.depth, children)


def outline(text: str, paragraphs: Iterable[Paragraph], announces: Callable[[Span], bool]) -> tuple[Unit, ...]:
    """The units that stand under nothing, in order.

    Args:
        text: Clean text.
        paragraphs: Those to read, in order.
        announces: Whether a plain paragraph without a colon is a heading of the items behind it.
    """
    roots: list[_Open] = []
    stack: list[_Open] = []
    for paragraph in paragraphs:
        rank = float(paragraph.depth) or _PLAIN
        last = stack[-1] if stack else None
        if rank == _PLAIN and last is not None and last.paragraph.depth >= _DASH and last.adopts:
            rank = last.rank + _BELOW  # plain words that a dash announces
        if rank != _PLAIN and last is not None and last.rank == _PLAIN and last.adopts:
            _lower(stack, rank)
        if paragraph.depth >= _DASH and (above := _dash_above(text, stack, paragraph, announces)) is not None:
            rank = above.rank + _BELOW
        while stack and stack[-1].rank >= rank:
            stack.pop()
        adopts = text[paragraph.end - 1] == ":" or (
            not paragraph.depth and announces((paragraph.content, paragraph.end))
        )
        if stack and stack[-1].rank == _PLAIN and not stack[-1].adopts:
            stack.pop()
        opened = _Open(paragraph, rank, adopts)
        (stack[-1].children if stack else roots).append(opened)
        stack.append(opened)
    return tuple(one.closed() for one in roots)


def _dash_above(text: str, stack: list[_Open], paragraph: Paragraph, announces: Callable[[Span], bool]) -> _Open | None:
    """The dash that a dash of its own kind stands below: one that names bodies (`* Sở Y tế:`), no others below it."""
    for one in reversed(stack):
        if one.paragraph.depth != paragraph.depth or not one.adopts:
            continue
        if one.rank >= paragraph.depth + _DEEPEST:
            return None
        alike = not one.children or one.children[0].paragraph.depth == paragraph.depth
        if not alike or not announces((one.paragraph.content, one.paragraph.end)):
            return None
        return None if parse_body_list(text, paragraph.content, paragraph.end)[0] else one
    return None


def _lower(stack: list[_Open], rank: float) -> None:
    """Let a plain paragraph stand above an item of this rank, unless it stands itself under such an item."""
    above = stack[-2].rank if len(stack) > 1 else 0.0
    if above < rank - 0.5:
        stack[-1].rank = min(stack[-1].rank, rank - 0.5)
