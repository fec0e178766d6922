"""Lines of roles: what stands behind the labels of a task.

- Cơ quan chủ trì: Sở Y tế; phối hợp: Công an tỉnh          labels, each with its value
- Đơn vị thực hiện: Sở Y tế chủ trì, phối hợp với Sở Xây dựng   roles inside the value
… (Sở Nội vụ chủ trì)                                       a role in brackets at the end of the item
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...grammar.body_tree import BodyTree
from ...grammar.clauses import clauses
from ...grammar.name_cells import names_of_cell
from ...grammar.name_lists import parse_body_list
from ...grammar.phrases import past, phrases
from ...grammar.roles import Part, past_adverbs, read_part, works_at
from ...records import Role
from ...segmentation.model import Span
from ...text.normalise import fold
from ...text.patterns import Pattern
from .readings import Charged

LineKind = Role | Literal["time", "content", "output", "resources", "report", "other"]
_ROLES: tuple[Role, ...] = ("lead", "coordinate", "direct", "implement", "supervise")
_OTHERS = {"time": ("label", "time"), "content": ("content_label", None), "output": ("output_label", None),
           "resources": ("resource_label", None), "report": ("report_label", None),
           "other": ("other_label", None)}  # fmt: skip
_LABELS = [*((role, ("label", role)) for role in _ROLES), *_OTHERS.items()]
_LABEL = Pattern(
    "(?:" + "|".join(f"(?P<{kind}>{'|'.join(phrases(*source))})" for kind, source in _LABELS) + ")"
    r"(?: ?\([^()\n]{1,60}\))? ?: ?"
)  # fmt: skip
_TITLE = Pattern(
    "(?:" + "|".join(f"(?P<{role}>{'|'.join(phrases('label', role))})" for role in _ROLES) + ")"
    rf"(?:(?:, | và )(?:{'|'.join(one for role in _ROLES for one in phrases('label', role))}))*[ .:]*$"
)
_PLACE = Pattern(r"(?:[;.(,]|\n) ?(?:[-+] ?)?(?=[^\W\d_])")
_BRACKET = Pattern(r" ?\((?P<value>[^()\n]{4,240})\)[ .;,]*$")
_CONTENT = Pattern(rf"(?:{'|'.join(phrases('charge_of_content'))}) ")
_MARKS = " .;,)…\n-+•"


@dataclass(frozen=True, slots=True)
class LabelLine:
    """A label with its value.

    Attributes:
        kind: The role that it gives, or what else stands behind it.
        start: Where the label begins.
        value: Clean span of the value; empty where nothing stands behind the label.
        bare: There is no label: the line itself says who does what.
    """

    kind: LineKind
    start: int
    value: Span
    bare: bool = False


def read_lines(text: str, start: int, end: int) -> list[LabelLine]:
    """The labels in an item, in order, each with its value up to the next one.

    Labels inside the words of an item count only in capitals; behind a first label also in small letters.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the item's words.
    """
    if text.find(":", start, end) < 0:
        return []
    found: list[tuple[LineKind, int, int]] = []
    places = [start, *(place.end() for place in _PLACE.finditer(text, start, end))]
    for at in places:
        label = _LABEL.match(text, at, end)
        if label is None or (found and at < found[-1][2]):
            continue
        if text[at].islower() and not found:
            continue
        found.append((label.lastgroup, at, label.end()))  # type: ignore[arg-type]
    stops = [begin for _, begin, _ in found[1:]] + [end] * bool(found)
    return [
        LabelLine(kind, begin, _trimmed(text, at, stop)) for (kind, begin, at), stop in zip(found, stops, strict=True)
    ]


def read_title(text: str, start: int, end: int) -> LabelLine | None:
    """An item that is no more than a label, whose value stands below it (`2. Cơ quan chủ trì, phối hợp`).

    Args:
        text: Clean text.
        start, end: Half-open offsets of the item's words.
    """
    label = _TITLE.match(text, start, end)
    if label is None:
        return None
    return LabelLine(label.lastgroup, start, (end, end))  # type: ignore[arg-type]


def _trimmed(text: str, start: int, end: int) -> Span:
    start = past(text, start, end, " \n")
    while end > start and text[end - 1] in " .;,(\n-+":
        end -= 1
    return start, end


def read_bracket(text: str, start: int, end: int) -> tuple[tuple[Charged, ...], int] | None:
    """The bodies with roles in brackets at the end of an item, and where its own words end; None without such.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the item's words.
    """
    bracket = _BRACKET.search(text, max(start, end - 260), end) if ")" in text[max(start, end - 4) : end] else None
    if bracket is None:
        return None
    low, high = bracket.span("value")
    lines = read_lines(text, low, high)
    if lines and lines[0].start == low:
        charged = tuple(one for line in lines if line.kind in _ROLES for one in charges(text, line.value, line.kind))
        return (charged, bracket.start()) if charged else None
    lead = _CONTENT.match(text, low, high)
    low = lead.end() if lead is not None else low
    bodies, stop = parse_body_list(text, low, high)
    work = past_adverbs(text, past(text, stop, high), high)
    if not bodies or work >= high:
        return None
    part = read_part(text, work, high, high)
    if part.role not in ("lead", "coordinate") or part.at > work + 2:
        return None
    return with_others(tuple(bodies), part.role, part), bracket.start()


def charges(text: str, value: Span, role: Role) -> tuple[Charged, ...]:
    """The bodies in the value of a role's label, or in a cell of its column, each with its role.

    A value may say otherwise for single bodies (`Sở A chủ trì; Sở B phối hợp`). A name that is not understood is taken
    as it stands.

    Args:
        text: Clean text.
        value: Clean span of the value.
        role: What the label or column says.
    """
    lines = read_lines(text, *value)
    if lines:
        return tuple(one for line in lines if line.kind in _ROLES for one in charges(text, line.value, line.kind))
    found: list[Charged] = []
    for clause in clauses(text, *value):
        said = _clause(text, clause.start, clause.end, role)
        if (
            found
            and found[-1].role == "coordinate"
            and said
            and past(text, said[-1].body.end, clause.end, " .;,") >= clause.end
        ):
            said = tuple(Charged(one.body, "coordinate") for one in said)  # `phối hợp với Sở A; Sở B và Sở C`
        found += said
    seen: dict[str, Charged] = {}
    for one in found:
        seen.setdefault(one.body.name, one)
    return tuple(seen.values())


def _clause(text: str, start: int, end: int, role: Role) -> tuple[Charged, ...]:
    """The bodies in one clause of a value."""
    bodies, stop = parse_body_list(text, start, end)
    work = past(text, stop, end)
    if bodies and work < end and text[work].islower() and works_at(text, work, end):
        named = names_of_cell(text, start, end) if bodies[-1].kind == "group" else []
        if len(named) > len(bodies) and past(text, named[-1].end, end, " .;)") >= end:
            return tuple(Charged(body, role) for body in named)  # `Các đơn vị xây dựng pháp luật, Vụ Pháp chế`
        part = read_part(text, work, end, end)
        said: Role = part.role if part.role in ("lead", "coordinate", "direct") else role
        if role == "lead" and said == "coordinate" and part.others:
            said = role  # `Chủ trì: Sở A phối hợp với Sở B`
        return with_others(tuple(bodies), said, part)
    return tuple(Charged(body, role) for body in names_of_cell(text, start, end))


def with_others(bodies: tuple[BodyTree, ...], role: Role, part: Part) -> tuple[Charged, ...]:
    """Bodies in a role, and those that their words of work charge beside them; each body once."""
    found: dict[str, Charged] = {}
    for body, said in (*((body, role) for body in bodies), *part.others):
        found.setdefault(fold(body.name), Charged(body, said))
    return tuple(found.values())
