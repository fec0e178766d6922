"""Reading one clause for the targets that it states.

A figure is read from the inside out: the words before it say its bound and verb (`kéo giảm từ`, `đạt ít nhất`, `xuống
còn dưới`), and what is measured stands either behind it (`giảm 5% số vụ`) or before it (`tỷ lệ hộ nghèo giảm 1%`). A
figure that names no thing shares that of another one (`80% năm 2025 và 90% năm 2030`). Zero targets (`không để xảy ra`)
and objectives without a figure (`giảm tai nạn giao thông do …`) are read from their verb.

All offsets are those of the clause. Nothing looks further than `REACH` characters, so that time grows with the length
of a clause and not with its square.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..records import Direction
from . import target_language as say
from .quantities import Quantity, find_quantities, has_quantities
from .target_language import REDUCE, indicator_code
from .target_places import Place, Regime

REACH = 320  # how far from its figure the words of a target are looked for, in characters

Span = tuple[int, int]
_SETTLED = frozenset({"predicate", "to_low", "to_high"})
_TOWARD = frozenset({"to_low", "to_high"})
_JOINT = re.compile(r"[,;:(]| và | nhưng ")


@dataclass(frozen=True)
class Reading:
    """A clause and what holds for it.

    Attributes:
        regime: How strict to be.
        place: Climate and heading of the paragraph.
        start: Clean offset of the clause's first character.
        words: The clause, in lower case.
        earlier: The end of what the sentence said before the clause, in lower case.
        opening: The first words of the sentence, in lower case.
        sentence: Clean offset of the sentence's first character.
        traffic: Whether the document's title speaks of road traffic.
    """

    regime: Regime
    place: Place
    start: int
    words: str
    earlier: str = ""
    opening: str = ""
    sentence: int = 0
    traffic: bool = False

    @cached_property
    def _aims(self) -> list[int]:
        return [match.end() for match in say.AIM.finditer(self.words)]

    @cached_property
    def _goals(self) -> list[int]:
        return [match.end() for match in say.GOAL.finditer(self.words)]

    @cached_property
    def _aimed(self) -> bool:
        return say.AIM.search(self.earlier) is not None

    @cached_property
    def _meant(self) -> bool:
        return say.GOAL.search(self.earlier) is not None

    def aims(self, end: int) -> bool:
        """Whether an objective is set in so many words (`phấn đấu`) before `end`, in clause or sentence."""
        return bool(self._aims) and self._aims[0] <= end or self._aimed

    def goal(self, end: int) -> bool:
        """Whether the clause up to `end`, its sentence or its heading sets an objective, be it weakly (`bảo đảm`)."""
        objective = self.place.climate == "objective" or self.aims(end)
        return objective or bool(self._goals) and self._goals[0] <= end or self._meant

    def last_aim(self, end: int) -> int:
        """Where the last words end that set an objective before `end`, 0 without any."""
        index = bisect_right(self._aims, end)
        return self._aims[index - 1] if index else 0


@dataclass(frozen=True, slots=True)
class Statement:
    """A target as read.

    Attributes:
        direction, low, high, unit: As in the record.
        start, end: The words that state it.
        thing: What is measured.
        extra: Where more of its words may stand (`trên cả 3 tiêu chí về …`).
        left: Where the words of its clause begin (a period may stand there).
        group: The part of the things that it holds for (`hộ độc thân`).
        confidence: 0..1.
    """

    direction: Direction
    thing: Span
    start: int = 0
    end: int = 0
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    extra: Span = (0, 0)
    left: int = 0
    group: str = ""
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class _Figure:
    """A quantity with the words that lead to it.

    Attributes:
        quantity: The number.
        lead: Where the words that lead to it begin.
        tags: Their kinds, the nearest to the figure first.
        verb: The verb directly before it (`giảm`), '' without one.
        bound: `at_least`, `at_most` or ''.
        firm: The bound is one that sets a figure wherever it stands.
        end: Where the figure ends, with `trở lên`.
        after: Where `trở lên` begins that stands behind a word, else -1.
    """

    quantity: Quantity
    lead: int
    tags: tuple[str, ...]
    verb: str
    bound: str
    firm: bool
    end: int
    after: int


@dataclass(frozen=True, slots=True)
class _Zero:
    """The words of a zero target (`không để xảy ra`): begin and end; `plain` ones need no objective to be set."""

    lead: int
    end: int
    plain: bool


_Event = _Figure | _Zero


@dataclass(slots=True)
class _Clause:
    """The state of reading a clause from left to right.

    Attributes:
        reading: The clause.
        breaks: Where parts of it end: start, end and kind, in order;  starts  their starts.
        floor: Where the words of the next statement may begin.
        statements: What was found so far.
        waiting: Figures that wait for the thing that they share with a later one, with where their words begin.
        announced: Where a verb stands whose object a later figure has taken, -1 for none.
    """

    reading: Reading
    breaks: list[tuple[int, int, str]]
    starts: list[int]
    floor: int = 0
    statements: list[Statement] = field(default_factory=list)
    waiting: list[tuple[_Figure, int]] = field(default_factory=list)
    announced: int = -1

    @property
    def words(self) -> str:
        """The clause, in lower case."""
        return self.reading.words

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """The breaks that begin in `[start, end)`."""
        for index in range(bisect_left(self.starts, start), len(self.starts)):
            if self.starts[index] >= end:
                return
            yield self.breaks[index]


def read(reading: Reading) -> list[Statement]:
    """The targets that a clause states, in the order of their figures; those without a figure come last."""
    words = reading.words
    strict = reading.regime == "statute"
    figures = _figures(reading) if has_quantities(words) else []
    bare = not strict and ("giảm" in words or "tăng số lượng" in words)
    if strict and not figures or not (figures or bare or "không " in words):
        return []
    breaks = _breaks(words)
    clause = _Clause(reading, breaks, [start for start, _, _ in breaks])
    events: list[_Event] = [*figures, *([] if strict else _zeros(clause))]
    events.sort(key=lambda event: event.lead)
    for place, event in enumerate(events):
        following = events[place + 1] if place + 1 < len(events) else None
        statement = (
            _from_figure(clause, event, following)
            if isinstance(event, _Figure)
            else _from_zero(clause, event, following)
        )
        if statement is not None:
            clause.statements += [*_awaited(clause, statement), statement]
    return clause.statements + (_bare(clause, [event.lead for event in events]) if bare else [])


# --- Figures and the words that lead to them --------------------------------------------------------------------------


def _figures(reading: Reading) -> list[_Figure]:
    """The quantities of a clause that may be targets.

    Left out are those in short brackets and quotes, years and other names, durations, and counts that nothing sets as a
    figure to reach: they are part of the words of an indicator.
    """
    words = reading.words
    quantities = find_quantities(words)
    hidden = [match.span() for match in say.HIDDEN.finditer(words)] if quantities else []
    hidden += [match.span() for match in say.CRITERIA.finditer(words)] if "3" in words or "ba " in words else []
    hidden.sort()
    found: list[_Figure] = []
    floor = 0
    for quantity in quantities:
        index = bisect_right(hidden, (quantity.start, len(words))) - 1
        if index >= 0 and quantity.start < hidden[index][1]:
            continue
        figure = _figure(words, quantity, floor)
        if quantity.kind in ("count", "spelled") and not (
            _may_count(reading, figure, floor) and not (found and _is_inside(words, found[-1], figure))
        ):
            continue
        if found and _TOWARD & set(figure.tags) and _starts_from(words, found[-1], figure):
            figure = _risen(found.pop(), figure)
        found.append(figure)
        floor = quantity.end
    return found


def _figure(words: str, quantity: Quantity, floor: int) -> _Figure:
    """A quantity with its bound and verb; `floor` is where the words before it may begin."""
    at, verb, bound, firm = quantity.start, "", "", False
    tags: list[str] = []
    while match := say.LEAD.search(words, max(floor, at - 34), at):
        token = match.group().strip()
        kind = say.TAGS.get(token, "predicate")
        if _SETTLED & set(tags) and kind in ("filler", "predicate", "loose") and token != "phải đạt":
            break
        if kind == "filler" and say.AVERAGE.search(words, max(floor, at - 60), match.end()):
            break
        if token in ("trên", "hơn") and _SETTLED & set(tags):  # `tỷ lệ nêu trên đạt 90%`
            break
        if token in ("nhỏ hơn", "ít hơn"):
            bound = bound or "at_most"
        if kind in ("at_least", "at_most") and not bound:
            bound, firm = kind, token in say.FIRM
        if token == "từ" and not tags and quantity.kind == "percent" and quantity.low == quantity.high < 100:
            bound = bound or "at_least"  # `có từ 98% hồ sơ`
        tags.append(kind)
        at = match.start()
        if kind in ("reduce", "increase", "keep"):
            verb = token
            break
    end, behind = quantity.unit_end if quantity.kind == "rate" else quantity.end, -1
    if "/" in quantity.unit and quantity.kind == "count":  # `66 triệu đồng/người/năm trở lên`
        end = quantity.unit_end
    elif quantity.kind == "percent" and (each := say.PER_YEAR.match(words, end)):  # `0,2%/năm`
        end = each.end()
    if after := say.AFTER.match(words, end):
        bound = "at_most" if after["bound"] in say.AT_MOST_AFTER else "at_least"
        if after.start("bound") == end + 1:
            end = after.end()
        else:
            behind = after.start("bound")
    return _Figure(quantity, at, tuple(tags), verb, bound, firm, end, behind)


def _is_inside(words: str, first: _Figure, second: _Figure) -> bool:
    """Whether a count belongs to the words of the figure before it: `100% hộ có ít nhất 01 bình chữa cháy`."""
    if second.firm:
        parted = say.BREAK.search(words, max(first.end, second.lead - REACH), second.lead + 40)
        return (parted is None or parted.start() >= second.lead) and "(" not in words[first.end : second.lead]
    return not _TOWARD & set(second.tags) and not _JOINT.search(words, max(first.end, second.lead - REACH), second.lead)


def _starts_from(words: str, first: _Figure, second: _Figure) -> bool:
    """Whether the first figure is where the second starts from: `giảm từ 5% xuống còn 3%`."""
    return second.lead - first.end < 60 and not _JOINT.search(words, first.end, second.lead)


def _risen(first: _Figure, second: _Figure) -> _Figure:
    """The figure that `tăng từ 35% lên 55%` gives: both; a fall gives the level that it leads to."""
    if first.verb not in say.INCREASE or "to_high" not in second.tags or first.quantity.low > second.quantity.high:
        return second
    both = replace(second.quantity, low=first.quantity.low)
    return replace(second, quantity=both, lead=first.lead, verb=first.verb)


def _may_count(reading: Reading, figure: _Figure, floor: int) -> bool:
    """Whether a count may be a figure to reach: it has a unit, is no name or duration, and something sets it."""
    words, quantity = reading.words, figure.quantity
    directed = bool(_TOWARD & set(figure.tags)) or figure.verb != ""
    if not quantity.unit or "loose" in figure.tags:
        begin = skip_light(words, max(floor, figure.lead - 120), figure.lead)
        named = say.INDEX.search(words, begin, figure.lead) is not None
        return named and bool(figure.tags) and reading.goal(figure.lead)
    if say.ORDINAL.search(words, max(0, figure.lead - 14), quantity.start):
        return False
    if say.STRUCTURE.match(words, quantity.end) and not directed:
        return False
    nearby = max(floor, figure.lead - REACH)
    if _is_duration(reading, figure) and not say.LIFETIME.search(words, nearby, quantity.start):
        return False
    if figure.firm and say.MANPOWER.match(words, quantity.end) and not reading.goal(figure.lead):
        return False
    if figure.firm or directed:
        return True
    if quantity.kind == "spelled" or _is_nested(words, nearby, figure.lead, floor):
        return False
    if say.OUTPUT.match(words, quantity.end) and say.EACH.search(words, nearby, figure.lead):
        return True
    if figure.bound:
        return reading.goal(figure.lead)
    begin = skip_light(words, max(floor, figure.lead - 60), figure.lead)
    if say.HELPING.search(words, nearby, figure.lead):
        return False
    lead = re.split(r"[,:] ", words[begin : figure.lead])[-1]
    aim = reading.place.climate == "objective" or reading.aims(figure.lead)
    aim = aim or "hoàn thành" in words[nearby : figure.lead] and reading.goal(figure.lead)
    return aim and ("predicate" in figure.tags or len(lead.split()) <= 5)


def _is_duration(reading: Reading, figure: _Figure) -> bool:
    """Whether the unit of a count makes it a duration, an age, a sum or a mark, not a number of things."""
    quantity = figure.quantity
    unit = quantity.unit.split("/")[0]
    if unit not in say.TIME:
        return False
    if f"số {unit} " in reading.words[max(0, figure.lead - 120) : figure.lead]:  # `số lớp … không quá 02 lớp`
        return False
    if unit == "lần":
        return not (figure.firm and reading.goal(figure.lead))
    return not (unit in say.MARK and "/" not in quantity.unit and say.NOUN.match(reading.words, quantity.unit_end))


def _is_nested(words: str, nearby: int, lead: int, floor: int) -> bool:
    """Whether a count is part of what an earlier figure or zero target speaks of (`số vụ từ 30 người mắc trở lên`)."""
    if _JOINT.search(words, nearby, lead):
        return False
    return (
        floor > 0
        or say.ZERO.search(words, nearby, lead) is not None
        or say.VERB.search(words, nearby, lead) is not None
    )


# --- Where the words of a figure begin and end ------------------------------------------------------------------------


def _breaks(words: str) -> list[tuple[int, int, str]]:
    """Where parts of a clause end: start, end and kind of each break, in order."""
    found = [
        (match.start(), match.end(), (match.lastgroup or "").rstrip("2345"))
        for match in say.BREAK.finditer(words)
        if not (match.lastgroup == "colon" and say.SPELLED_CRITERIA.match(words, match.end() + 1))
    ]
    if "(" in words:
        for match in say.BRACKET.finditer(words):
            inner = match["inner"]
            if (len(inner) < 15 and not any(map(str.isdigit, inner))) or "số vụ" in inner:
                continue  # an abbreviation, or the criteria spelled out
            found.append((match.start(), match.start("inner"), "open"))
            if match["close"]:
                found.append((match.start("close"), match.end(), "close"))
        found.sort()
    return found


def _left_edges(clause: _Clause, figure: _Figure) -> Span:
    """Where the words before a figure begin: after the last break of any kind, and after the last that ends a part.

    A break before an indicator's name (`, tỷ lệ …`) ends no part; one before a verb of work may be inside a name
    (`mức độ hài lòng của người dân, tổ chức … đạt`), which shows where the words before it name an indicator.
    """
    words = clause.words
    near = wide = far = before = max(clause.floor, figure.lead - REACH)
    for _, end, kind in clause.between(near, figure.lead):
        if end > figure.lead:
            break
        near = max(near, end)
        if kind != "measure":
            wide = max(wide, end)
        if kind == "close":  # what stood in brackets interrupts no name
            far = min(far, before)
        elif kind not in ("measure", "task"):
            before, far = far, max(far, end)
    if far < near and not _is_measure(words, near, figure.lead) and _is_measure(words, far, figure.lead):
        near, wide = far, min(wide, far)
    return near, wide


def _is_measure(words: str, start: int, end: int) -> bool:
    """Whether the words from `start` on name an indicator (`tỷ lệ …`)."""
    begin = skip_light(words, start, end)
    return say.MEASURE.match(words, begin, end) is not None


def _right_edge(clause: _Clause, figure: _Figure, following: _Event | None) -> int:
    """Where the words behind a figure end: before the next part or the next figure's own words."""
    edge = min(len(clause.words), figure.end + REACH)
    if isinstance(following, _Figure):
        edge = min(edge, _opening(clause, figure.end, following))
    elif following is not None:
        edge = min(edge, following.lead)
    edge = _object_edge(clause, figure.end, edge)
    if figure.after < 0 or _goes_behind(clause.words, figure.after, edge):
        return edge
    return min(edge, figure.after)


def _goes_behind(words: str, after: int, edge: int) -> bool:
    """Whether the name goes on behind `trở lên`: `từ 85% trường học trở lên có mô hình …`."""
    begin = words.find(" ", after + len("trở "))
    start, end = trim_behind(words, begin, edge) if 0 <= begin < edge else (0, 0)
    return say.HAS.match(words, start, end) is not None


def _object_edge(clause: _Clause, start: int, edge: int) -> int:
    """The first break in `[start, edge)` that ends an object, else `edge`."""
    words = clause.words
    inside = False
    for at, _, kind in clause.between(start, edge):
        if kind == "measure" or (kind == "task" and _goes_on(words, start, at, edge)):
            continue
        if (
            kind == "open"
            and (bracket := say.BRACKET.match(words, at))
            and say.AFTER_BRACKET.match(words, bracket.end())
        ):
            inside = True
        elif kind == "close" and inside:
            inside = False
        elif not inside:
            return at
    return edge


def _goes_on(words: str, start: int, comma: int, edge: int) -> bool:
    """Whether a verb after a comma goes on with a passive list: `được tiếp nhận, xử lý đúng quy định`."""
    if say.PASSIVE_VERB.search(words, max(start, comma - 30), comma):  # `được phổ biến, quán triệt các quy định của …`
        return True
    rest = re.split(r"[,;:.(]", words[comma + 2 : edge], maxsplit=1)[0]
    return len(rest.split()) <= 6 and say.PASSIVE.search(words, start, comma) is not None


def _opening(clause: _Clause, after: int, following: _Figure) -> int:
    """Where the words of the next figure begin, seen from the one that ends at `after`."""
    words = clause.words
    after = max(after, following.lead - REACH)
    names = [(start, end) for start, end, kind in clause.between(after, following.lead) if kind == "measure"]
    if not (following.verb or _SETTLED & set(following.tags)):
        rates = [start for start, end in names if following.bound and say.RATE_NAME.match(words, end)]
        return rates[-1] if rates else following.lead
    if names:
        return names[-1][0]
    for mark in ("; ", ", ", " và "):
        at = words.rfind(mark, after, following.lead)
        if at >= 0:
            return at
    return following.lead


def _begins(clause: _Clause, at: int) -> int:
    """Where the part of the clause begins in which `at` stands."""
    low = max(0, at - REACH)
    return max((end for _, end, kind in clause.between(low, at) if kind != "measure" and end <= at), default=low)


# --- What a figure measures -------------------------------------------------------------------------------------------


def _from_figure(clause: _Clause, figure: _Figure, following: _Event | None) -> Statement | None:
    """The target that a figure states, None where it is none."""
    words = clause.words
    near, wide = _left_edges(clause, figure)
    edge = _right_edge(clause, figure, following)
    clause.floor = figure.end
    subject = trim_before(words, near, figure.lead)
    thing, direction = _sides(clause, figure, subject, (wide, figure.lead), (figure.end, edge))
    own = thing is not None and thing[1] > thing[0]
    if own and thing is not None:
        statement = Statement(_elided(clause, figure, thing) or direction, thing, extra=(figure.end, edge))
        statement = replace(statement, start=_verb_start(words, wide, _first(words, subject, statement, figure)))
    else:
        shared = _shared(clause, figure, subject, edge)
        if shared is None:
            clause.waiting.append((figure, near))
            return None
        statement = shared
    if not _is_target(clause, figure, near, edge, statement.thing):
        return None
    finish = clause.floor = max(figure.end, statement.thing[1]) if own else figure.end
    return replace(
        statement,
        low=figure.quantity.low,
        high=figure.quantity.high,
        unit=_unit_name(words, figure.quantity),
        end=max(finish, _closing(words, finish, edge), figure.after + len("trở lên") if figure.after >= 0 else 0),
        left=near if statement.thing[0] >= near else wide,
        group="" if own else _group(clause, figure),
    )


def _sides(
    clause: _Clause, figure: _Figure, subject: Span, before: Span, behind: Span
) -> tuple[Span | None, Direction]:
    """What a figure measures, the words behind it or those before it, and the direction.

    Args:
        clause: The clause.
        figure: The figure.
        subject: The nearest words before it, trimmed.
        before: All words of its part before it.
        behind: The words behind it.
    """
    words = clause.words
    if _TOWARD & set(figure.tags):
        led = _toward(words, figure, subject, before)
        if led[0] is not None and led[0][1] > led[0][0]:
            return led
        return trim_behind(words, *behind), led[1]  # `giảm còn dưới 20 thôn chưa có sóng`
    right = trim_behind(words, *_without_unit(words, figure, behind))
    if figure.quantity.kind == "count" and say.GIVING.search(words, *before):  # `trao tặng 500 suất quà cho học sinh`
        whom = words.find(" cho ", *right)
        right = right[0], whom if whom >= 0 else right[1]
    base = say.BASE.match(words, behind[0]) is not None
    if figure.verb:
        return _by_verb(
            clause, figure, subject, before, (right[0], right[0]) if base and subject[1] > subject[0] else right
        )
    predicate = "predicate" in figure.tags
    if (not predicate or say.IS.search(words, before[0], figure.quantity.start)) and (verbal := _verbal(words, before)):
        verb, rest = verbal
        return (rest if rest[1] > rest[0] else right), "reduce" if verb in REDUCE else "increase"
    return _level_of(words, figure, subject, (right[0], right[0]) if base else right)


def _by_verb(
    clause: _Clause, figure: _Figure, subject: Span, before: Span, right: Span
) -> tuple[Span | None, Direction]:
    """`giảm 5% số vụ`, `tỷ lệ hộ nghèo giảm 1%`, `số vụ cháy giảm 02 vụ`."""
    words = clause.words
    direction: Direction = "reduce" if figure.verb in REDUCE else "increase" if figure.verb in say.INCREASE else "keep"
    whole = trim_before(words, *before)
    bare = figure.quantity.kind == "count" and say.COUNTER.fullmatch(words, *right) is not None
    if right[1] > right[0] and not (bare and (whole[1] > whole[0] or clause.statements)):
        return right, _level(figure) if direction == "keep" and figure.bound else direction
    return (whole if whole[1] > whole[0] else None), direction


def _level_of(words: str, figure: _Figure, subject: Span, right: Span) -> tuple[Span | None, Direction]:
    """A figure that is a level to reach, to keep, or not to pass."""
    direction = _level(figure)
    predicate, measured = "predicate" in figure.tags, say.MEASURE.match(words, *subject) is not None
    if predicate and measured and (trend := say.TREND.search(words, subject[0], figure.lead)):
        return (subject[0], trend.start()), "reduce" if trend["verb"] in REDUCE else "increase"
    subject, kept = _strip_verbs(words, subject)
    if kept and not figure.bound:
        direction = "keep"
    measured = measured or say.MEASURE.match(words, *subject) is not None
    named, behind = subject[1] > subject[0], right[1] > right[0]
    if named and (figure.quantity.kind == "rate" or measured and (predicate or figure.bound or not behind)):
        return subject, direction
    if behind and not (predicate and named and len(words[right[0] : right[1]].split()) <= 2):
        return right, direction
    return (subject if named and (predicate or figure.bound) else None), direction


def _level(figure: _Figure) -> Direction:
    """The direction of a figure without a verb: its bound, or the level to reach."""
    if figure.bound == "at_most":
        return "at_most"
    if figure.bound == "at_least" and not (figure.quantity.unit == "percent" and figure.quantity.low >= 100):
        return "at_least"
    return "reach"


def _toward(words: str, figure: _Figure, subject: Span, before: Span) -> tuple[Span | None, Direction]:
    """`giảm … xuống (còn, dưới) 3%` and `nâng … lên 90%`: the thing stands between the verb and the figure."""
    direction: Direction
    if "to_low" in figure.tags:
        direction = "at_least" if figure.bound == "at_least" else "at_most"
    else:
        direction = _level(figure)
    verbal = None if figure.verb else _verbal(words, before)
    verb = verbal[0] if verbal else figure.verb
    if verb in say.INCREASE and not figure.bound:  # `tăng tỷ lệ … lên 60%`
        direction = "increase"
    if figure.verb:
        thing = trim_before(words, *before)
    else:
        thing = verbal[1] if verbal else subject
    thing, _ = _strip_verbs(words, thing)
    return thing, direction


def _verbal(words: str, before: Span) -> tuple[str, Span] | None:
    """The verb that governs the words before a figure (`giảm tỷ lệ hộ nghèo 1,5%`) and its object."""
    start, end = trim_before(words, *before)
    if say.MEASURE.match(words, start, end):
        return None
    last = None
    for match in say.VERB.finditer(words, start, end):
        if last is None or match.start() > last.end() + 1:
            last = match
    if last is None or last["verb"] not in REDUCE | say.INCREASE or say.MEASURE_END.search(words, start, last.start()):
        return None
    return last["verb"], trim_before(words, last.end(), end)


def _strip_verbs(words: str, span: Span) -> tuple[Span, bool]:
    """A subject without the verb that raises or keeps it, and whether it is kept (`duy trì tỷ lệ …`)."""
    if keep := say.KEEP.match(words, *span):
        return trim_before(words, keep.end(), span[1]), True
    if rise := say.RAISING.match(words, *span):
        return trim_before(words, rise.end(), span[1]), False
    if not say.MEASURE.match(words, *span):
        for match in say.SET.finditer(words, *span):  # `… nhiệm vụ sắp xếp, bảo đảm mục tiêu tăng trưởng GDP đạt 8%`
            if match.end() + 2 < span[1]:
                span = trim_before(words, match.end(), span[1])
        for match in say.HAVING.finditer(words, *span):  # `nhà xây mới …, có tuổi thọ từ 20 năm`
            span = match.end(), span[1]
    return span, False


def _without_unit(words: str, figure: _Figure, behind: Span) -> Span:
    """The words behind a figure; nothing where they are the unit alone (`10 năm trở lên`, `30m2`)."""
    quantity = figure.quantity
    if quantity.kind == "rate":
        noun = say.RATE_NOUN.match(words, quantity.end, quantity.unit_end)
        return noun.span(1) if noun else (quantity.unit_end, quantity.unit_end)
    marked = quantity.unit in say.MARK and say.NOUN.match(words, quantity.unit_end)
    if marked and quantity.unit != "điểm":
        return quantity.unit_end, max(quantity.unit_end, behind[1])
    if (
        quantity.kind == "percent"
        or marked
        or not (
            quantity.unit.split("/")[0] in say.TIME
            or quantity.unit in ("m2", "m3", "ha", "km2")
            or "/" in quantity.unit
        )
    ):
        return behind
    after = say.AFTER.match(words, quantity.unit_end)
    begin = after.end() if after else quantity.unit_end
    return begin, max(begin, behind[1])


# --- Figures that share the thing of another --------------------------------------------------------------------------


def _shared(clause: _Clause, figure: _Figure, subject: Span, edge: int) -> Statement | None:
    """The statement that a figure continues: `80% năm 2025 và 90% năm 2030`, `… nhưng không thấp hơn 24m2`."""
    if subject[1] > subject[0]:
        return None
    if not clause.statements:
        return _announced(clause, figure, edge)
    last = clause.statements[-1]
    if last.low is None or figure.lead - last.end > 140 or last.direction == "zero":
        return None
    same_unit = _unit_name(clause.words, figure.quantity) == last.unit
    if not (same_unit or figure.quantity.kind == "rate" or figure.verb):
        return None
    direction: Direction = last.direction
    if figure.verb in REDUCE or figure.verb in say.INCREASE:
        direction = "reduce" if figure.verb in REDUCE else "increase"
    elif direction not in ("reduce", "increase", "keep") and (figure.bound or "predicate" in figure.tags):
        direction = _level(figure)
    start = _verb_start(clause.words, clause.floor, figure.lead)
    return replace(last, direction=direction, start=min(start, figure.lead), extra=(figure.end, edge))


def _announced(clause: _Clause, figure: _Figure, edge: int) -> Statement | None:
    """A figure whose thing an earlier verb has named: `kéo giảm tai nạn giao thông cả 3 tiêu chí, phấn đấu giảm 5%`."""
    words = clause.words
    if figure.verb not in REDUCE:
        return None
    for match in say.VERB.finditer(words, max(0, figure.lead - REACH), figure.lead):
        stop = _object_edge(clause, match.end(), figure.lead)
        thing = trim_behind(words, match.end(), stop)
        name = words[thing[0] : thing[1]]
        if match["verb"] in REDUCE and name and (indicator_code(name, name) or say.CRITERIA.search(name)):
            clause.announced = match.start()
            return Statement("reduce", thing, start=match.start(), extra=(stop, edge))
    return None


def _awaited(clause: _Clause, statement: Statement) -> list[Statement]:
    """Earlier figures that share the thing of a later one: `năm 2023 đạt 70%, năm 2024 đạt 80% số thôn`."""
    waiting, clause.waiting = clause.waiting, []
    return [
        replace(
            statement,
            low=figure.quantity.low,
            high=figure.quantity.high,
            start=figure.lead,
            end=figure.end,
            left=near,
            extra=(figure.end, figure.end),
        )
        for figure, near in waiting
        if statement.low is not None
        and statement.thing[0] > figure.end
        and statement.start - figure.end < 140
        and _unit_name(clause.words, figure.quantity) == statement.unit
    ]


def _elided(clause: _Clause, figure: _Figure, thing: Span) -> Direction | None:
    """The direction that a figure without words of its own takes over: `giảm 5% số vụ, 5% số người chết`."""
    words = clause.words
    if figure.tags or not clause.statements or clause.statements[-1].direction not in ("reduce", "increase"):
        return None
    last = clause.statements[-1]
    joined = figure.lead - last.thing[1] < 8 and words[last.thing[1] : figure.lead].strip() in (",", "và", ", và", "")
    if not joined or figure.quantity.low >= 100:
        return None
    named = say.MEASURE.match(words, *thing) or indicator_code(words[thing[0] : thing[1]], "") in say.THREE
    return last.direction if named else None


def _group(clause: _Clause, figure: _Figure) -> str:
    """The part of the things for which a shared figure holds: `nếu là những hộ độc thân thì … không thấp hơn 24m2`."""
    begin = clause.statements[-1].end if clause.statements else 0
    match = say.SUBGROUP.search(clause.words, max(begin, figure.lead - REACH), figure.lead)
    return match["group"].strip() if match else ""


# --- What is no target ------------------------------------------------------------------------------------------------


def _is_target(clause: _Clause, figure: _Figure, near: int, edge: int, thing: Span) -> bool:
    """Whether a figure is set as something to reach: no statistic, entitlement, threshold, duration or name."""
    reading, words = clause.reading, clause.words
    climate = reading.place.climate
    spoken = reading.aims(figure.end)
    if climate in ("past", "cost") and not spoken:
        return False
    if reading.regime in ("report", "statute") and not (
        spoken or climate == "objective" and reading.regime == "report"
    ):
        return False
    if _is_past(reading, clause.statements[-1].end if clause.statements else 0, figure.end):
        return False
    goal = reading.goal(figure.end)
    if not goal and ("chiếm" in words[near : figure.end] or say.PAST_WEAK.search(words, near, edge)):
        return False
    if say.STRENGTH.match(words, *thing) or say.BACKWARD.match(words[slice(*thing)]):
        return False
    if _is_money_or_condition(words, figure, near, thing):
        return False
    return figure.quantity.kind != "rate" or bool(figure.bound or figure.tags or goal or clause.statements)


def _is_money_or_condition(words: str, figure: _Figure, near: int, thing: Span) -> bool:
    """Whether a figure is an entitlement, a price, a share of money, a condition or part of a formula."""
    before = words[near : figure.quantity.start]
    if "=" in before or say.CONDITION.search(before) and "vi phạm" not in before:
        return True
    if say.LIFETIME.search(words, *thing):
        return False
    return say.MONEY_BEFORE.search(before) is not None or say.MONEY_AFTER.match(words, figure.end) is not None


def _is_past(reading: Reading, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` report what was, with no word of an objective after it."""
    if say.PAST.search(reading.words, max(start, reading.last_aim(end), end - REACH), end):
        return True
    return not reading.aims(end) and say.STATISTIC.search(reading.earlier) is not None


def _is_purpose(reading: Reading, at: int) -> bool:
    """Whether words before `at` make what follows a purpose or a topic (`các giải pháp nhằm …`), not an objective."""
    return say.PURPOSE.search(reading.words, max(0, at - 120, reading.last_aim(at)), at) is not None


# --- Targets without a figure -----------------------------------------------------------------------------------------


def _zeros(clause: _Clause) -> list[_Zero]:
    """The words of zero targets; `không có` and the like only where a part of the clause begins with them."""
    if "không " not in clause.words:
        return []
    return [
        _Zero(match.start(), match.end(), match["plain"] is not None)
        for match in say.ZERO.finditer(clause.words)
        if match["plain"] or _opens(clause, match.start())
    ]


def _opens(clause: _Clause, at: int) -> bool:
    """Whether a part of the clause begins at `at`, perhaps after light words."""
    return skip_light(clause.words, _begins(clause, at), at) >= at


def _from_zero(clause: _Clause, zero: _Zero, following: _Event | None) -> Statement | None:
    """The target that `không để xảy ra …` states, None where it is no objective."""
    reading, words = clause.reading, clause.words
    climate = reading.place.climate
    if say.NO_ZERO.match(words, zero.end) or not (zero.plain or reading.goal(zero.lead)):
        return None
    if climate in ("past", "cost") and not reading.aims(zero.lead):
        return None
    if reading.regime == "report" and not reading.goal(zero.lead):
        return None
    if _is_past(reading, 0, zero.end) or _is_purpose(reading, zero.lead):
        return None
    edge = min(len(words), zero.end + REACH)
    if isinstance(following, _Figure):
        part = following.quantity.kind != "percent" and not re.search(r"[,:;]| và ", words[zero.end : following.lead])
        edge = edge if part else min(edge, _opening(clause, zero.end, following))  # `ùn tắc kéo dài trên 30 phút`
    elif following is not None:
        edge = min(edge, following.lead)
    thing = trim_behind(words, zero.end, _object_edge(clause, zero.end, edge))
    if (article := say.ARTICLE.match(words[thing[0] : thing[1]])) and article.end() < thing[1] - thing[0]:
        thing = thing[0] + article.end(), thing[1]
    if tail := say.ZERO_TAIL.search(words, *thing):
        thing = thing[0], tail.start()
    if thing[1] - thing[0] < 4:
        return None
    clause.floor = thing[1]
    start = _verb_start(words, _begins(clause, zero.lead), zero.lead)
    return Statement("zero", thing, start, thing[1], 0.0, 0.0, "count")


def _bare(clause: _Clause, taken: list[int]) -> list[Statement]:
    """Objectives without a figure: `giảm tai nạn giao thông do uống rượu, bia`, each a part of its own."""
    words = clause.words
    begins = [0, *(end for _, end, kind in clause.breaks if kind in ("hard", "colon"))]
    found: list[Statement] = []
    for begin in begins:
        stop = min(len(words), begin + REACH)
        match = say.BARE.match(words, skip_light(words, begin, stop), stop)
        if match is None or found and found[-1].start == match.start("verb"):
            continue
        start = match.start("object")
        index = bisect_right(begins, start)
        after = begins[index] if index < len(begins) else len(words)
        if begin <= clause.announced < after or bisect_left(taken, begin) < bisect_left(taken, after):
            continue
        thing = trim_behind(words, start, _object_edge(clause, start, min(len(words), start + 200)))
        if thing[1] - thing[0] >= 3 and _is_objective(clause.reading, match, words[thing[0] : thing[1]]):
            direction: Direction = "reduce" if match["verb"] in REDUCE else "increase"
            extra = start, _object_edge(clause, start, min(after, start + REACH))
            found.append(Statement(direction, thing, match.start("verb"), thing[1], extra=extra, confidence=0.7))
    return found


def _is_objective(reading: Reading, match: re.Match[str], thing: str) -> bool:
    """Whether a verb without a figure states an objective: not a task, a purpose or a programme's name."""
    verb = match["verb"]
    aim = reading.aims(match.end("verb"))
    if say.NO_BARE.match(thing) or _is_purpose(reading, match.start("verb")):
        return False
    if not aim and (reading.place.climate in ("past", "cost") or reading.regime == "report"):
        return False
    if say.PAST.search(reading.words, max(0, match.start() - REACH), match.end()):
        return False
    if verb not in REDUCE:
        return thing.startswith("số lượng")
    if not aim and reading.place.climate != "objective":
        return False
    return bool(indicator_code(thing, thing) or say.MEASURE.match(thing) or say.CRITERIA.search(thing))


# --- Words and spans --------------------------------------------------------------------------------------------------


def skip_light(words: str, start: int, end: int) -> int:
    """Where the words from `start` on begin to name something: after light words and times."""
    previous = -1
    while previous != start < end:
        previous = start
        if light := say.LIGHT.match(words, start, end):
            start = light.end()
        if period := say.PERIOD_AT_START.match(words, start, end):
            start = period.end()
    return start


def trim_before(words: str, start: int, end: int) -> Span:
    """A span of words that stand before a figure, without light words, times, places and links at its ends."""
    start = skip_light(words, start, end)
    return start, _cut_tail(words, start, end)


def trim_behind(words: str, start: int, end: int) -> Span:
    """A span of words that stand behind a figure or verb, without what it is compared with, times, places and links."""
    while start < end and words[start] == " ":
        start += 1
    if words.startswith(",", start):  # what follows is another matter
        return start, start
    if lead := say.RIGHT_LIGHT.match(words, start, end):
        start = lead.end()
    for mark in ("so với", " mỗi năm ", " hằng năm ", " hàng năm "):
        at = words.find(mark, start, end)
        end = at if at >= 0 else end
    if source := say.SOURCE.search(words, start, end):
        end = source.start()
    return start, _cut_tail(words, start, end)


def _cut_tail(words: str, start: int, end: int) -> int:
    """The end of a span without times, places, marks and links at its end."""
    previous = -1
    while previous != end > start:
        previous = end
        end = unlinked(words, start, start + len(words[start:end].rstrip(" ,.:;-/…")))
        low = max(start, end - 150)
        tail = words[low:end]
        if tail[-1:].isdigit() or tail[-1:] == ")":
            match = say.PERIOD_AT_END.search(tail, max(0, len(tail) - 50))
        elif tail.endswith(("năm", "bình quân")):
            match = say.EVERY_YEAR_AT_END.search(tail)
        else:
            match = None
        if match is None and " " in tail:
            match = say.TAIL.search(tail)
        if match is not None:
            end = low + match.start()
    return max(start, end)


def unlinked(words: str, start: int, end: int) -> int:
    """The end of a span without a link at its end (`… năm 2025 và`)."""
    if words.endswith(say.LINKS, start, end):
        return end - max(len(link) for link in say.LINKS if words.endswith(link, start, end))
    return end


def _closing(words: str, start: int, edge: int) -> int:
    """Where a statement ends that runs up to `start` at least: with what follows before the next comma or part."""
    comma = words.find(", ", start, edge)
    end = edge if comma < 0 else comma
    return unlinked(words, start, start + len(words[start:end].rstrip(" ,.:;-(…")))


def _first(words: str, subject: Span, statement: Statement, figure: _Figure) -> int:
    """Where the words of a statement begin: with the thing, the words that lead to the figure, or a short verb."""
    start = min(statement.thing[0], figure.lead)
    if figure.quantity.kind != "count":
        return start
    if each := say.EACH.search(words, max(subject[0], start - 60), start):  # `mỗi xã xây dựng từ 02 đến 03 mô hình`
        return each.start()
    short = subject[0] < start - 2 and start - subject[0] < 40 and ", " not in words[subject[0] : start]
    return subject[0] if short else start


def _verb_start(words: str, floor: int, at: int) -> int:
    """The start of the statement whose first word stands at `at`: with its own verbs."""
    begin = max(floor, at - 60)
    verb = say.VERB.search(words, begin, at)
    if verb is not None:
        return verb.start()
    resolve = say.RESOLVE.search(words, begin, at)
    return resolve.start() if resolve else at


def _unit_name(words: str, quantity: Quantity) -> str:
    """The unit as the record has it."""
    if quantity.kind in ("percent", "rate") or "/" in quantity.unit:
        return quantity.unit
    named = say.UNIT_NAME.match(words, quantity.end)
    return named[1] if named else "count"
