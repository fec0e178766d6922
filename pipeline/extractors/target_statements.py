"""What a clause states as targets: the statements of its figures, in the order in which they stand.

Each figure is read by the first of the productions (`target_productions`) that finds what it measures. A figure that
names no thing shares that of another one (`80% năm 2025 và 90% năm 2030`), before it or behind it; members of a list
share what the last of them tells (`70% trường mầm non, 85% trường tiểu học đạt chuẩn`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import target_language as say
from .target_clauses import Clause
from .target_figures import Figure, figures
from .target_filters import is_target
from .target_frames import Event, Frame, Statement, Zero, bound_of, unit_name
from .target_productions import FIGURE_PRODUCTIONS
from .target_spans import Breaks, Span, parts, unlinked
from .target_zeros import bare_statements, zero_statement, zeros

_SHARING = 140  # how far apart figures stand at most that share a thing, in characters
_MEMBERS = frozenset({"level_object", "elided"})
_MEMBER_WORDS = 5  # `tỷ lệ xã, phường, đặc khu`: names of members that figures are given in turn are as short
_TURN_BEHIND = 20  # `lần lượt`, `tương ứng` stands before the figures or so close behind them, in characters
_WAITING = 6  # so many figures wait at most for a thing that is named behind them


def statements(clause: Clause, stated: bool = False) -> list[Statement]:
    """The targets that a clause states, in the order of their figures; those without a figure come last.

    Args:
        clause: The clause.
        stated: Whether its sentence has stated a target before it: what it rules out is one then.
    """
    strict = clause.regime == "statute"
    numbers = figures(clause)
    if strict and not numbers:
        return []
    breaks = Breaks(clause.words)
    events: list[Event] = [*numbers, *([] if strict else zeros(clause, breaks))]
    events.sort(key=lambda event: event.lead)
    found: list[Statement] = []
    waiting: list[tuple[Figure, int]] = []
    floor = 0
    for place, event in enumerate(events):
        following = events[place + 1] if place + 1 < len(events) else None
        if isinstance(event, Zero):
            statement = zero_statement(clause, breaks, event, following, stated or bool(found))
            floor = statement.thing[1] if statement else floor
        else:
            frame = Frame(clause, breaks, event, floor, following, tuple(found[-1:]))
            statement = _figure_statement(frame)
            floor = event.end
            if statement is None:
                waiting = [*waiting[1 - _WAITING :], (event, frame.near)]
                continue
            if not is_target(frame, statement):
                continue
            floor = max(floor, statement.end) if statement.own else floor
        if statement is not None:
            found += [*_awaited(clause, waiting, statement), statement]
            waiting = []
    found = _told_together(clause, found)
    found = _in_turn(clause, found)
    taken = sorted({event.lead for event in events} | {figure.quantity.start for figure in numbers})
    return found if strict else found + bare_statements(clause, breaks, taken, found)


def _figure_statement(frame: Frame) -> Statement | None:
    """The statement of a figure, None where nothing says what it measures."""
    figure = frame.figure
    if frame.blank and not frame.said:
        return None
    for rule, production in FIGURE_PRODUCTIONS:
        read = production(frame)
        if read is None:
            continue
        own = read.own
        finish = max(figure.end, read.thing[1]) if own else figure.end
        after = figure.after + len(say.AFTER_WORDS) if figure.after >= 0 else 0
        return replace(
            read,
            rule=rule,
            low=figure.quantity.low,
            high=figure.quantity.high,
            unit=read.unit or unit_name(frame.words, figure.quantity),
            bound=read.bound or bound_of(figure, read.direction),
            from_value=figure.origin,
            origin=_origin(figure),
            end=max(finish, _closing(frame.words, finish, frame.edge), after),
            left=frame.near if read.thing[0] >= frame.near else frame.wide,
        )
    return None


def _origin(figure: Figure) -> Span:
    return (figure.lead, figure.quantity.start) if figure.origin is not None else (0, 0)


def _closing(words: str, start: int, edge: int) -> int:
    """Where a statement ends that runs up to `start` at least: with what follows before the next comma or part."""
    comma = words.find(", ", start, edge)
    end = edge if comma < 0 else comma
    return unlinked(words, start, start + len(words[start:end].rstrip(" ,.:;-(…")))


def _awaited(clause: Clause, waiting: Sequence[tuple[Figure, int]], statement: Statement) -> list[Statement]:
    """Earlier figures that share the thing of a later one: `năm 2023 đạt 70%, năm 2024 đạt 80% số thôn`."""
    if statement.low is None or statement.direction == "zero":
        return []
    return [
        replace(
            statement,
            rule="awaited",
            low=figure.quantity.low,
            high=figure.quantity.high,
            bound=bound_of(figure, statement.direction),
            from_value=figure.origin,
            origin=_origin(figure),
            start=figure.lead,
            end=figure.end,
            left=near,
            extra=(figure.end, figure.end),
        )
        for figure, near in waiting
        if statement.thing[0] > figure.end and unit_name(clause.words, figure.quantity) == statement.unit
    ]


def _told_together(clause: Clause, found: list[Statement]) -> list[Statement]:
    """Members of a list with what the last of them tells: `80% xã, 90% phường đạt chuẩn` are two things that do."""
    words = clause.words
    result = list(found)
    for place in range(len(found) - 2, -1, -1):
        first, last = found[place], result[place + 1]
        if first.rule not in _MEMBERS or last.rule not in _MEMBERS or first.unit != last.unit:
            continue
        if first.direction in ("reduce", "increase"):  # `giảm 5% số người chết và 3% số người bị thương`
            continue
        told = say.TELLS.search(words, *last.thing)
        tail = last.tail if told is None else (told.start(), last.thing[1])
        joined = _are_joined(words[first.thing[1] : found[place + 1].start])
        if joined and tail[1] > tail[0] and (told is None or told.start() > last.thing[0]):
            if say.TELLS.search(words, *first.thing) is None:
                result[place] = replace(first, tail=tail)
    return result


def _are_joined(between: str) -> bool:
    """Whether nothing but a link, and the place of the first member, stands between two members of a list."""
    rest = between.strip()
    for link in (say.AND, ","):
        rest = rest.removesuffix(link).rstrip()
    return not rest or say.TAIL.fullmatch(f" {rest}") is not None


def _in_turn(clause: Clause, found: list[Statement]) -> list[Statement]:
    """Figures that a list takes in turn: `tỷ lệ xã, phường đạt chuẩn lần lượt 85%, 90%` are two things."""
    words = clause.words
    if say.IN_TURN.search(words) is None:
        return found
    result: list[Statement] = []
    for place, first in enumerate(found):
        if not first.own:
            continue
        run = [first]
        for other in found[place + 1 :]:
            if other.own or other.thing != first.thing:
                break
            run.append(other)
        things = _members_in_turn(words, first.thing, len(run)) if len(run) > 1 else []
        spoken = say.IN_TURN.search(words, first.thing[0], run[-1].end + _TURN_BEHIND) is not None
        if not spoken or not things:
            result += run
            continue
        result += [
            replace(one, head=head, thing=thing, tail=tail)
            for one, (head, thing, tail) in zip(run, things, strict=True)
        ]
    return result


def _members_in_turn(words: str, thing: Span, count: int) -> list[tuple[Span, Span, Span]]:
    """Head, own words and tail of each of the `count` members that a thing lists, none where it lists not so many."""
    members = parts(words, *thing)
    measure = say.MEASURE.match(words, *thing)
    if len(members) != count or measure is None:
        return []
    told = say.TELLS.search(words, *members[-1])
    tail = (told.start(), thing[1]) if told else (0, 0)
    last = members[-1][0], len(words[: told.start()].rstrip()) if told else members[-1][1]
    own = [(measure.end() + 1, members[0][1]), *members[1:-1], last]
    if any(not 0 < len(words[a:b].split()) <= _MEMBER_WORDS for a, b in own):
        return []
    noun = words[slice(*own[0])].split(" ", 1)[0]
    shared = words.startswith(f"{noun} ", own[-1][0])  # `người sản xuất, kinh doanh và người tiêu dùng`
    with_noun = own[0][0] + len(noun)
    heads = [measure.end() if not shared or words.startswith(f"{noun} ", a) else with_noun for a, _ in own]
    return [((thing[0], head), span, tail) for head, span in zip(heads, own, strict=True)]
