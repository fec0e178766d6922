"""What the productions hand on: who is charged, with what words, read by which rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...copying import quick
from ...grammar.body_tree import BodyTree
from ...records import Role, TaskForm
from ...segmentation.model import Span
from ...text.normalise import fold


@quick
@dataclass(frozen=True, slots=True)
class Charged:
    """A body with its role in a task."""

    body: BodyTree
    role: Role


@dataclass(frozen=True, slots=True)
class Reading:
    """A task as it was read.

    Attributes:
        item: Clean span of the words that state it, with its subject.
        task: Clean span of its words, from the first verb on.
        charged: The bodies that it charges.
        form: How the document gives it.
        rule: Name of the production.
        confidence: 0..1.
        own: It names its bodies itself; they are not those of a heading.
        since: Where the clause begins that states it, with a circumstance before its subject; -1 where the item does.
        time: Clean span of the words of a line or cell for the time, where there is one.
        within: Clean span of the time of a label above, which counts where the task's own words say none.
        output: Clean span of the product, likewise.
        resources: Clean span of money or means, likewise.
    """

    item: Span
    task: Span
    charged: tuple[Charged, ...]
    form: TaskForm
    rule: str
    confidence: float
    own: bool = True
    since: int = -1
    time: Span | None = None
    within: Span | None = None
    output: Span | None = None
    resources: Span | None = None


@dataclass(frozen=True, slots=True)
class Above:
    """What an item inherits from the headings above it.

    Attributes:
        bodies: Bodies whose tasks stand below.
        role: The role that the lead-in above gives them, None where each task tells.
        partners: Bodies that the lead-in names beside them.
        form: How the bodies were charged.
        rule: The production that read them.
        allowed: False in parts that charge nobody (purposes, findings), where bodies are named in passing.
        organises: True in parts that say who does what, where a heading may hold a body that no list knows.
        named: True among items most of which begin with bodies, so that another may begin with one that no list knows.
    """

    bodies: tuple[BodyTree, ...] = ()
    role: Role | None = None
    partners: tuple[Charged, ...] = field(default=())
    form: TaskForm = "heading"
    rule: str = ""
    allowed: bool = True
    organises: bool = False
    named: bool = False


NOTHING = Above()


def distinct(charged: Iterable[Charged]) -> tuple[Charged, ...]:
    """Each body once, with its first role."""
    found: dict[str, Charged] = {}
    for one in charged:
        found.setdefault(fold(one.body.name), one)
    return tuple(found.values())


def same_subjects(bodies: Iterable[BodyTree], reading: Reading) -> bool:
    """Whether bodies are those that a task charges already: all its subjects, no fewer."""
    first = reading.charged[0].role if reading.charged else None
    subjects = {fold(one.body.name) for one in reading.charged if one.role == first}
    named = {fold(body.name) for body in bodies}
    return named == subjects or named == {fold(one.body.name) for one in reading.charged}


def handed_down(charged: tuple[Charged, ...], above: Above) -> Above:
    """What the roles behind a title hand down to the items below it."""
    first = charged[0].role
    bodies = tuple(one.body for one in charged if one.role == first)
    partners = tuple(one for one in charged if one.role != first)
    return Above(bodies, first, partners, "role_lines", "role_lines.bracket", True, above.organises)
