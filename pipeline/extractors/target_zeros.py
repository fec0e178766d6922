"""Targets without a figure: what is ruled out (`không để xảy ra …`), and objectives of a verb alone (`giảm … do …`)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from ..records import Direction
from . import target_language as say
from .target_clauses import REACH, Clause
from .target_figures import Figure
from .target_filters import is_past, is_purpose
from .target_frames import Event, Statement, Zero, opening
from .target_productions import verb_start
from .target_spans import Breaks, object_edge, skip_light, trim_behind

_RESOLVE_REACH = 60


# --- What is ruled out ------------------------------------------------------------------------------------------------


def zeros(clause: Clause, breaks: Breaks) -> Iterator[Zero]:
    """The words of zero targets; `không có` and the like only where a part of the clause begins with them."""
    for match in say.ZERO.finditer(clause.words) if say.NOT in clause.words else ():
        if clause.words.count("“", 0, match.start()) > clause.words.count("”", 0, match.start()):
            continue  # `mô hình “Gia đình không có người vi phạm”`
        if say.BOUNDED.match(clause.words, match.end()):
            continue  # `không để phát sinh quá 05 vụ`: a bound, nothing ruled out
        plain = match["plain"] is not None
        begin = breaks.part(match.start())
        if plain or skip_light(clause.words, begin, match.start()) >= match.start():
            yield Zero(match.start(), match.end(), plain)


def zero_statement(
    clause: Clause, breaks: Breaks, zero: Zero, following: Event | None, stated: bool
) -> Statement | None:
    """The target that `không để xảy ra …` states, None where no objective is set.

    Args:
        clause: The clause.
        breaks: Where its parts end.
        zero: The words that rule something out.
        following: The figure or zero target behind it.
        stated: Whether the sentence has stated a target before it.
    """
    words = clause.words
    if say.NO_ZERO.match(words, zero.end) or not _rules_out(clause, zero, stated):
        return None
    edge = min(len(words), zero.end + REACH)
    if isinstance(following, Figure):
        part = following.quantity.kind != "percent" and not say.JOINT.search(words[zero.end : following.lead])
        edge = edge if part else min(edge, opening(words, breaks, zero.end, following))  # `ùn tắc trên 30 phút`
    elif following is not None:
        edge = min(edge, following.lead)
    thing = trim_behind(words, zero.end, object_edge(words, breaks, zero.end, edge))
    if (article := say.ARTICLE.match(words[thing[0] : thing[1]])) and article.end() < thing[1] - thing[0]:
        thing = thing[0] + article.end(), thing[1]
    for tail in (say.ZERO_EFFECT, say.ZERO_TAIL):
        if cut := tail.search(words, *thing):
            thing = thing[0], cut.start()
    if thing[1] - thing[0] < 4:
        return None
    start = verb_start(words, breaks.part(zero.lead), zero.lead)
    return Statement("zero", thing, "zero", start, thing[1], 0.0, 0.0, "count", "exact")


def _rules_out(clause: Clause, zero: Zero, stated: bool) -> bool:
    """Whether an objective is set that nothing of the kind happens: by its heading, its words, or as an order."""
    goal = stated or clause.objective or clause.aims(zero.lead)
    if not goal and zero.plain:
        before = clause.words[max(0, zero.lead - _RESOLVE_REACH) : zero.lead]
        goal = clause.orders or say.RESOLVED.search(before) is not None
    if not goal or (clause.place.climate in ("past", "cost") and not clause.aims(zero.lead)):
        return False
    return not is_past(clause, 0, zero.end) and not is_purpose(clause, zero.lead)


# --- Objectives of a verb alone ---------------------------------------------------------------------------------------


def bare_statements(
    clause: Clause, breaks: Breaks, taken: Sequence[int], found: Sequence[Statement]
) -> list[Statement]:
    """Objectives without a figure: `giảm tai nạn giao thông do uống rượu, bia`, each a part of its own.

    Args:
        clause: The clause.
        breaks: Where its parts end.
        taken: Where its figures and zero targets stand: a part with one of them states no more.
        found: What they state: a verb whose object a figure has taken states no more either.
    """
    words = clause.words
    if not (clause.objective or say.NUMBER_OF.search(words) or clause.aims(len(words))):
        return []
    announced = [statement.verb for statement in found if statement.verb >= 0]
    begins = [0, *(end for _, end, kind in breaks.all if kind in ("hard", "semicolon", "nominal", "colon"))]
    stated: list[Statement] = []
    for begin in begins:
        stop = min(len(words), begin + REACH)
        match = say.BARE.match(words, skip_light(words, begin, stop), stop)
        if match is None:
            continue
        start = match.start("object")
        index = bisect_right(begins, start)
        after = begins[index] if index < len(begins) else len(words)
        if any(begin <= verb < after for verb in announced) or bisect_left(taken, begin) < bisect_left(taken, after):
            continue
        thing = trim_behind(words, start, object_edge(words, breaks, start, min(len(words), start + 200)))
        if clause.purpose and (begin > 0 or clause.earlier) and not clause.aims_on(start):
            continue  # `Nâng cao nhận thức; kéo giảm số vụ …` under `Mục đích`: what work is for
        direction = _bare_direction(clause, match, words[thing[0] : thing[1]])
        if direction and thing[1] - thing[0] >= 3:
            extra = start, object_edge(words, breaks, start, min(after, start + REACH))
            verb = match.start("verb")
            stated.append(Statement(direction, thing, "bare", verb, thing[1], extra=extra, confidence=0.7))
    return stated


def _bare_direction(clause: Clause, match: re.Match[str], thing: str) -> Direction | None:
    """The direction of a verb without a figure, None for a task, a purpose or a programme's name."""
    verb = match["verb"]
    if verb in say.GRADUAL or say.FALL.fullmatch(verb):
        return None  # `giảm dần sự phụ thuộc`, `mức giảm tỷ suất sinh`: the name of a column
    aim = clause.aims(match.end("verb"))
    if say.NO_BARE.match(thing) or is_purpose(clause, match.start("verb")):
        return None
    if clause.place.climate in ("past", "cost"):
        return None
    if say.PAST.search(clause.words, max(0, match.start() - REACH), match.end()):
        return None
    if verb in say.KEEPING:
        return "keep" if clause.objective and say.KEPT_BARE.match(thing) else None
    if verb in say.BARE_VERBS:
        grows = say.BARE_INCREASE.match(thing) and clause.objective or say.NUMBER_OF.match(thing)
        return "increase" if grows else None
    if not (aim or clause.objective):
        return None
    named = say.indicator_code(thing, thing) or say.MEASURE.match(thing) or say.CRITERIA.search(thing)
    happens = say.HEAD.match(thing) and say.AIM.search(clause.place.heading)  # under `Mục tiêu`, not under `Mục đích`
    return "reduce" if named or happens else None
