"""A figure in its clause: the words before and behind it that belong to it, and the statement that is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..records import Bound, Direction
from . import target_language as say
from .quantities import Quantity
from .target_clauses import REACH, Clause
from .target_figures import Figure
from .target_spans import NOUN_PHRASE, SHARE, WHOLE, Breaks, Span, is_measure, object_edge, trim_before, trim_behind

_NAME = 160  # a name that is longer ends at its next comma, in characters
_PIECE = 6  # a verb phrase of so many words at most belongs to the figure behind it (`…, khoán bảo vệ 35.000 ha`)


@dataclass(frozen=True, slots=True)
class Zero:
    """The words of a zero target (`không để xảy ra`): begin and end; `plain` ones may stand anywhere in a part."""

    lead: int
    end: int
    plain: bool


Event = Figure | Zero


@dataclass(frozen=True, slots=True)
class Statement:
    """A target as read.

    Attributes:
        direction, low, high, unit, bound, from_value: As in the record.
        rule: The production that read it.
        start, end: The words that state it.
        thing: What is measured.
        head: Words before the figure that belong to its name (`đào tạo 3.000 lượt nhân lực`), (0, 0) without any.
        origin: From the value that it starts from up to its figure (`từ 40% năm 2025 lên`), (0, 0) without one.
        tail: Words behind a later figure that belong to it (`70% trường mầm non, 85% trường tiểu học đạt chuẩn`).
        extra: Where more of its words may stand (`trên cả 3 tiêu chí về …`).
        left: Where the words of its clause begin (a period may stand there).
        group: The part of the things that it holds for (`hộ độc thân`).
        own: Whether the figure has words of its own, and does not share those of another one.
        verb: Where the verb stands whose object the figure has taken, -1 for none.
        confidence: 0..1.
    """

    direction: Direction
    thing: Span
    rule: str = ""
    start: int = 0
    end: int = 0
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    bound: Bound | None = None
    from_value: float | None = None
    head: Span = (0, 0)
    origin: Span = (0, 0)
    tail: Span = (0, 0)
    extra: Span = (0, 0)
    left: int = 0
    group: str = ""
    own: bool = True
    verb: int = -1
    confidence: float = 0.9


def unit_name(words: str, quantity: Quantity) -> str:
    """The unit as the record has it."""
    if quantity.kind in ("percent", "rate") or "/" in quantity.unit or " " in quantity.unit:
        return quantity.unit
    named = say.UNIT_NAME.match(words, quantity.end)
    return named[1] if named else "count"


def bound_of(figure: Figure, direction: Direction) -> Bound:
    """How a figure bounds what it measures."""
    if figure.bound == "at_least":
        return "at_least"
    if figure.bound == "at_most":
        return "at_most"
    if figure.quantity.low < figure.quantity.high:
        return "range"
    return "at_most" if direction == "at_most" else "exact"


def level(figure: Figure) -> Direction:
    """The direction of a figure without a verb: its bound, or the level to reach."""
    if figure.bound == "at_most":
        return "at_most"
    if figure.bound == "at_least" and not (figure.quantity.unit == "percent" and figure.quantity.low >= 100):
        return "at_least"
    return "reach"


@dataclass(frozen=True)
class Frame:
    """A figure and what stands around it.

    Attributes:
        clause: The clause.
        breaks: Where its parts end.
        figure: The figure.
        floor: Where the words before it may begin.
        following: The figure or zero target that comes next.
        said: The statement before it, or nothing.
    """

    clause: Clause
    breaks: Breaks
    figure: Figure
    floor: int
    following: Event | None
    said: tuple[Statement, ...] = ()

    @property
    def words(self) -> str:
        """The clause, in lower case."""
        return self.clause.words

    @cached_property
    def blank(self) -> bool:
        """Whether no words at all stand between the figure and its neighbours."""
        after = self.following.lead if self.following else len(self.words)
        gap = self.words[max(self.floor, self.figure.lead - REACH) : self.figure.lead]
        end = self.figure.quantity.end
        return not gap.strip(" ,;.") and not self.words[end : min(after, end + REACH)].strip(" ,;.%")

    @cached_property
    def _edges(self) -> Span:
        return _left_edges(self.words, self.breaks, self.floor, self.figure)

    @property
    def near(self) -> int:
        """Where the words before the figure begin: after the last break of any kind."""
        return self._edges[0]

    @property
    def wide(self) -> int:
        """Where they begin after the last break that ends a part; one before an indicator's name ends none."""
        return self._edges[1]

    @property
    def before(self) -> Span:
        """All words of its part before the figure."""
        return self.wide, self.figure.lead

    @cached_property
    def subject(self) -> Span:
        """The nearest words before the figure, trimmed; nothing for a topic (`Về mô hình học tập: 65% …`)."""
        start, end = trim_before(self.words, self.near, self.figure.lead)
        topic = self.words[self.figure.lead : self.figure.lead + 1] == ":" and say.TOPIC.match(self.words, start, end)
        return (end, end) if topic else (start, end)

    @cached_property
    def edge(self) -> int:
        """Where the words behind the figure end: before the next part or the next figure's own words."""
        return _right_edge(self)

    @cached_property
    def behind(self) -> Span:
        """What may be measured behind the figure; nothing where only a place or a whole stands there."""
        right = self.right
        return (right[0], right[0]) if self.leans and (self.subject[1] > self.subject[0] or self.said) else right

    @cached_property
    def right(self) -> Span:
        """The words behind the figure, trimmed; nothing where they are its unit alone."""
        words, figure = self.words, self.figure
        right = trim_behind(words, *_without_unit(words, figure, (figure.end, self.edge)))
        if figure.quantity.kind == "count" and say.GIVING.search(words, *self.before):  # `trao tặng 500 suất quà cho …`
            at = min((at for mark in say.WHOM if (at := words.find(mark, *right)) >= 0), default=right[1])
            right = right[0], at
        if right[1] - right[0] > _NAME:
            commas = [at for mark in ",;" if (at := words.find(mark, right[0] + _NAME, right[1])) >= 0]
            right = right[0], min(commas, default=right[1])
        return right

    @property
    def leans(self) -> bool:
        """Whether what follows the figure is no thing but a place or a whole (`90% tổng số án`, `75% ở nông thôn`)."""
        return say.BASE.match(self.words, self.figure.end) is not None


# --- Where the words of a figure begin and end ------------------------------------------------------------------------


def _left_edges(words: str, breaks: Breaks, floor: int, figure: Figure) -> Span:
    """Where the words before a figure begin: after the last break of any kind, and after the last that ends a part.

    A break before an indicator's name (`, tỷ lệ …`) ends no part; one before a verb of work may be inside a name
    (`mức độ hài lòng của người dân, tổ chức … đạt`), which shows where the words before it name an indicator.
    """
    near = wide = far = before = max(floor, figure.lead - REACH)
    for _, end, kind in breaks.between(near, figure.lead):
        if end > figure.lead:
            break
        near = max(near, end)
        if kind != "measure":
            wide = max(wide, end)
        if kind == "close":  # what stood in brackets interrupts no name
            far = min(far, before)
        elif kind not in ("measure", "task", "nominal"):
            before, far = far, max(far, end)
    if far < near and not is_measure(words, near, figure.lead) and is_measure(words, far, figure.lead):
        near, wide = far, min(wide, far)
    return near, wide


def _right_edge(frame: Frame) -> int:
    words, figure = frame.words, frame.figure
    edge = min(len(words), figure.end + REACH)
    if isinstance(frame.following, Figure):
        edge = min(edge, opening(words, frame.breaks, figure.end, frame.following))
    elif frame.following is not None:
        edge = min(edge, frame.following.lead)
    noun = figure.verb in say.REDUCE or figure.verb in say.INCREASE
    aimed = frame.clause.objective or frame.clause.aims(figure.lead)
    whole = SHARE if figure.quantity.kind == "percent" else WHOLE
    edge = object_edge(words, frame.breaks, figure.end, edge, whole if aimed and not noun else NOUN_PHRASE)
    if figure.after < 0 or _goes_behind(words, figure.after, edge):
        return edge
    return min(edge, figure.after)


def _goes_behind(words: str, after: int, edge: int) -> bool:
    """Whether the name goes on behind `trở lên`: `từ 85% trường học trở lên có mô hình …`."""
    begin = words.find(" ", after + len(say.AFTER_WORDS.split()[0]) + 1)
    return 0 <= begin < edge and say.HAS.match(words, begin + 1, edge) is not None


def opening(words: str, breaks: Breaks, after: int, following: Figure) -> int:
    """Where the words of the next figure begin, seen from the one that ends at `after`."""
    after = max(after, following.lead - REACH)
    names = [(start, end) for start, end, kind in breaks.between(after, following.lead) if kind == "measure"]
    if following.verb or following.settled:
        if names:
            return names[-1][0]
        for mark in say.MARKS:
            at = words.rfind(mark, after, following.lead)
            if at >= 0:
                return at
        return following.lead
    rates = [start for start, end in names if following.bound and say.RATE_NAME.match(words, end)]
    if rates:
        return rates[-1]
    if work := say.AND_WORK.search(words, after, following.lead):
        return work.start()
    comma = words.rfind(", ", after, following.lead)
    piece = words[comma + 2 : following.lead] if comma >= 0 else ""
    own = piece.strip() and not piece.rstrip().endswith(say.LINKS) and len(piece.split()) <= _PIECE
    return comma if own else following.lead


def _without_unit(words: str, figure: Figure, behind: Span) -> Span:
    """The words behind a figure; nothing where they are the unit alone (`10 năm trở lên`, `30m2`)."""
    quantity = figure.quantity
    if quantity.kind == "rate":
        noun = say.RATE_NOUN.match(words, quantity.end, quantity.unit_end)
        return noun.span(1) if noun else (quantity.unit_end, quantity.unit_end)
    marked = quantity.unit in say.MARK and say.NOUN.match(words, quantity.unit_end) is not None
    if marked and quantity.unit in say.OCCASIONS:  # `02 phiên giao dịch việc làm`
        return behind
    if marked and quantity.unit not in say.POINTS:
        return quantity.unit_end, max(quantity.unit_end, behind[1])
    measure = quantity.unit.split("/")[0] in say.TIME or quantity.unit in say.AREA
    if marked or not measure:
        return behind
    after = say.AFTER.match(words, quantity.unit_end)
    begin = after.end() if after else quantity.unit_end
    return begin, max(begin, behind[1])
