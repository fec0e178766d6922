"""What a statement measures, as indicators: codes of the vocabulary, members of a list, three criteria of roads."""

from __future__ import annotations

from ..records import Direction
from . import target_language as say
from .target_clauses import REACH, Clause
from .target_frames import Statement
from .target_language import indicator_code
from .target_spans import parts, trim_behind

Item = tuple[str | None, int, int]  # code or None, start, end


def items(clause: Clause, statement: Statement) -> list[Item]:
    """The indicators of a statement. A list is taken apart where its members are indicators of their own."""
    words, direction, (start, end) = clause.words, statement.direction, statement.thing
    whole = words[start:end]
    if direction in ("reduce", "increase") and (three := _criteria(clause, statement)):
        return three
    if direction in ("reduce", "increase", "zero") and len(rows := _members(words, statement)) > 1:
        return rows
    name = f"{words[slice(*statement.head)]} {whole}".strip()
    code = indicator_code(name, name, direction)
    if code is None and say.EACH.match(words, statement.start) and say.COUNTER.fullmatch(whole):
        start = statement.start  # `mỗi xã xây dựng từ 02 đến 03 mô hình`
        code = indicator_code(words[start:end], words[start:end], direction)
    return [(code, start, _tight(words, start, end) if direction == "zero" else end)]


def _tight(words: str, start: int, end: int) -> int:
    """The end of what is ruled out without the place and the occasion behind a name that is whole without them."""
    if when := say.ZERO_WHEN.search(words, start, end):
        end = when.start()
    place = say.ZERO_PLACE.search(words, start, end)
    return place.start("place") if place else end


def _members(words: str, statement: Statement) -> list[Item]:
    """The indicators that a list names; a member that names none of its own belongs to the one before it."""
    start, end = statement.thing
    whole = words[start:end]
    rows: list[Item] = []
    for a, b in parts(words, start, end):
        code = indicator_code(words[a:b], whole, statement.direction)
        placed = code is None and bool(rows) and say.PLACED.search(words, rows[-1][1], a) is not None
        if not rows or not placed and _begins_anew(words[a:b], code, rows[-1][0], statement.direction):
            rows.append((code, a, b))
        else:
            rows[-1] = (indicator_code(words[rows[-1][1] : b], whole, statement.direction), rows[-1][1], b)
        first = words[rows[0][1] : b]
        single = statement.direction == "zero" and " " not in first  # `người và phương tiện qua lại`
        if rows[0][0] is None and (single or not _names(first)):
            return rows  # `sai sót, tiêu cực, vi phạm quy chế`: one thing in several words
    rows = [(code, a, tail.start() if (tail := say.MEMBER_TAIL.search(words, a, b)) else b) for code, a, b in rows]
    return [(code, a, _tight(words, a, b)) for code, a, b in rows] if statement.direction == "zero" else rows


def _names(part: str) -> bool:
    """Whether words begin like the name of an indicator or of something that happens."""
    return say.MEASURE.match(part) is not None or say.HEAD.match(say.PLURAL.sub("", part)) is not None


def _begins_anew(part: str, code: str | None, before: str | None, direction: Direction) -> bool:
    """Whether a list member is an indicator of its own, not one more quality of the one before it."""
    if code in say.THREE and before in say.THREE or say.MEASURE.match(part):
        return True
    if not _names(part):
        return False
    return (
        code not in (None, before)
        and (before is not None or direction == "zero")
        or (direction == "zero" and len(part.split()) >= 3)
    )


def _criteria(clause: Clause, statement: Statement) -> list[Item]:
    """The three criteria of road safety: spelled out beside the figure, or meant by `cả 3 tiêu chí`."""
    words, (start, end) = clause.words, statement.thing
    high = max(end, statement.extra[1])
    reach = min(len(words), high + 90)
    named = say.CRITERIA.search(words, start, reach)
    spelled = say.SPELLED_CRITERIA.search(words, start, reach)
    if spelled and spelled.start() <= high + 14 and (rows := _spelled(words, *spelled.span("list"))):
        return rows
    if named is None or not (clause.traffic or say.CRASH.search(words, max(0, start - REACH), reach)):
        return []
    if named.start() <= start < named.end() < end:  # `giảm 5% cả 3 tiêu chí về tai nạn giao thông`
        start = named.end() + 1
    return [(code, start, end) for code in say.THREE]


def _spelled(words: str, start: int, end: int) -> list[Item]:
    """The criteria in a list (`số vụ, số người chết và bị thương`), empty for fewer than two."""
    figure = say.BEFORE_FIGURE.search(words, start, end)
    rows: list[Item] = []
    for a, b in parts(words, *trim_behind(words, start, figure.start() if figure else end)):
        code = indicator_code(words[a:b], words[a:b])
        if code not in say.THREE and (named := say.CRITERION.match(words, a, b)):
            b = named.end()  # `số người bị thương trong kỳ nghỉ lễ`
            code = indicator_code(named.group(), words[a:b])
        if code not in say.THREE:
            break
        rows.append((code, a, b))
    return rows if len(rows) > 1 else []
