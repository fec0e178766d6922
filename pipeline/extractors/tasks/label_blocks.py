"""Blocks of labels: the items that say who does what stands before them.

b) Cơ quan thực hiện:                       a label whose bodies stand below it, with labels of their own
- Đơn vị chủ trì: Sở Y tế
2. Cơ quan chủ trì, phối hợp                titles that are no more than labels
a) Cơ quan chủ trì
- Sở Nội vụ; Sở Tư pháp
+ Sở Y tế chủ trì, phối hợp với Tỉnh đoàn   no label: the line itself says who does what
"""

from __future__ import annotations

from collections.abc import Iterable

from ...copying import changed
from ...grammar.name_lists import parse_body_list
from ...grammar.phrases import past, pattern
from ...grammar.roles import read_part, role_at, works_at
from .charges import charge_of
from .lines import LabelLine, charges, read_lines, read_title
from .outline import Unit
from .productions import subjects
from .readings import Above, Charged

ROLES: frozenset[str] = frozenset(("lead", "coordinate", "direct", "implement", "supervise"))
_NAME_LIMIT = 160
"""Characters; what is longer is no name of a body."""
_DASH = 10


def charge_line(text: str, unit: Unit) -> list[LabelLine]:
    """A line below an item that says no more than who does it (`+ Sở Y tế chủ trì, phối hợp với Tỉnh đoàn`)."""
    if 0 < unit.depth < _DASH or unit.children or not charge_of(text, unit.start, unit.end):
        return []
    return [LabelLine("implement", unit.start, (unit.start, unit.end), bare=True)]


def label_above_names(text: str, unit: Unit) -> LabelLine | None:
    """The label that an item is, where nothing but names and further labels stands below it."""
    title = read_title(text, unit.start, unit.end) if unit.children else None
    if title is None:
        return None
    known = working = 0
    for child in unit.children:
        lines = read_lines(text, child.start, child.end)
        if (lines and lines[0].start == child.start) or label_above_names(text, child) is not None:
            known += 1
            continue
        if child.children or child.end - child.start >= _NAME_LIMIT or text[child.end - 1] == ":":
            return None
        bodies, stop = parse_body_list(text, child.start, child.end)
        works = works_at(text, past(text, stop, child.end), child.end)
        if works and not bodies and child is unit.children[0]:
            return None  # the title of work (`3. Kiểm tra, giám sát`), whose labels stand behind it
        known += bool(bodies)
        working += works
    return title if 2 * known >= len(unit.children) >= 2 * working else None


def with_those_below(text: str, unit: Unit, lines: list[LabelLine]) -> list[LabelLine]:
    """The labels of an item, and below its last one the bodies, one a line, or labels with bodies of their own."""
    last = lines[-1].kind
    if last not in ROLES:
        return lines
    found = list(lines)
    for child in unit.children:
        own = read_lines(text, child.start, child.end)
        if not own and (title := label_above_names(text, child)) is not None:
            own = [title]
        if own and own[0].start == child.start:
            found += with_those_below(text, child, own)
        elif _may_be_named(text, child, told=lines[-1].value[0] < lines[-1].value[1]):
            found.append(LabelLine(last, child.start, (child.start, child.end)))
    return found


def lines_of(text: str, unit: Unit) -> list[LabelLine]:
    """The labels of an item, none where its only label is the title of a part with more work than names below it.

    `Tổ chức thực hiện:` says who does a task where a name or names follow, and is a title above all else.
    """
    lines = read_lines(text, unit.start, unit.end)
    if len(lines) != 1 or lines[0].start != unit.start or lines[0].kind not in ROLES or not unit.children:
        return lines
    low, high = lines[0].value
    if low < high:
        return lines
    below = [_label_or_name(text, child) for child in unit.children]
    deep = any(child.children and not named for child, named in zip(unit.children, below, strict=True))
    return lines if 2 * sum(below) > len(below) and not deep else []


def _label_or_name(text: str, unit: Unit) -> bool:
    """Whether an item can be a value of the label above it: a label itself, or a name."""
    own = read_lines(text, unit.start, unit.end)
    if (own and own[0].start == unit.start) or label_above_names(text, unit) is not None:
        return True
    return _may_be_named(text, unit, told=False)


def names_content(text: str, unit: Unit, content: LabelLine) -> bool:
    """Whether what a label calls the content is no work: then the title above says what is to be done."""
    low, high = content.value
    if low >= high or unit.children or works_at(text, low, high):
        return False
    return next(subjects(text, low, high, high), None) is None


def due_line(text: str, unit: Unit) -> list[LabelLine]:
    """An item below a task that says no more than when it is due (`Hoàn thành trong quý II năm 2026.`)."""
    if unit.children or pattern("due_line").fullmatch(text, unit.start, unit.end) is None:
        return []
    return [LabelLine("time", unit.start, (unit.start, unit.end))]


def _may_be_named(text: str, unit: Unit, told: bool) -> bool:
    """Whether an item below a label is a value of it: a short name, a known one where the label has a value itself."""
    if unit.children or unit.end - unit.start >= _NAME_LIMIT:
        return False
    bodies, stop = parse_body_list(text, unit.start, unit.end)
    at = past(text, stop, unit.end)
    if bodies:  # `a) Sở Nội vụ lập danh sách` is a task, `a) Sở Nội vụ chủ trì` a name with its role
        role = role_at(text, at, unit.end)
        alone = role is not None and past(text, role[1], unit.end, " .;,") >= unit.end
        return alone or not works_at(text, at, unit.end)
    return not (told or works_at(text, at, unit.end))


def charged_by(text: str, lines: Iterable[LabelLine]) -> tuple[Charged, ...]:
    """The bodies that labels give, each once, with its first role."""
    found: dict[str, Charged] = {}
    for line in lines:
        if line.kind in ROLES:
            said = charge_of(text, *line.value) if line.bare else charges(text, line.value, line.kind)  # type: ignore[arg-type]
            for one in said:
                found.setdefault(one.body.name, one)
    return tuple(found.values())


def roles_below(text: str, unit: Unit, above: Above) -> Above | None:
    """What a title that only says who works together hands down (`a) Phối hợp với các sở, ngành`)."""
    if not unit.children or not above.bodies or not above.allowed:
        return None
    part = read_part(text, unit.start, unit.end, unit.end)
    if part.role not in ("lead", "coordinate") or not part.others:
        return None
    if past(text, max(body.end for body, _ in part.others), unit.end, " .;,") < unit.end:
        return None
    partners = tuple(Charged(body, role) for body, role in part.others)
    return changed(above, role=part.role, partners=partners)
