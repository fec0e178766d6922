"""Targets (chỉ tiêu): what a plan sets out to reduce, raise, reach, keep or rule out, one record an indicator.

The extractor looks at the sentences that hold a figure or a word of a target, and reads each figure from the inside out: the
words before it say its bound and verb (`kéo giảm từ`, `đạt ít nhất`, `xuống còn dưới`), and what is measured stands
either behind it (`giảm 5% số vụ`) or before it (`tỷ lệ hộ nghèo giảm 1%`). Zero targets (`không để xảy ra …`) and
objectives without a figure (`giảm tai nạn giao thông do …`) have no figure to start from and are read from their verb.

What the words mean is in `knowledge/target_phrases.toml`, what the indicators are called in `knowledge/indicators.toml`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from .. import knowledge
from ..records import Direction, Target
from ..segmentation.model import Segments
from .quantities import Quantity, find_quantities
from .target_places import Place, Regime, alternation, pattern, phrases, places, regime

_REACH = 320  # how far from its figure the words of a target are looked for, in characters
_EDGE = r"(?<![^\W\d_])"
_END = r"(?![^\W\d_])"


def _words(*kinds: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternation(*kinds)})(?!\w)")


_LEADING = ("filler", "predicate", "to_high", "to_low", "at_most", "at_least", "loose")
_TAGS = {
    word: kind
    for kind in (*_LEADING, "keep", "increase", "reduce")
    for word in phrases(kind)
}
_LEAD = re.compile(
    rf"(?:(?:^|(?<=[ ,;(“\"-]))(?:{alternation(*_LEADING)}"
    rf"|{alternation('keep', 'increase', 'reduce')})|:|[<>≥≤]=?) ?$"
)
_MEASURE = re.compile(rf"(?:{alternation('measure')})(?!\w)")
_LIGHT = re.compile(rf"[ ,.:()-]*(?:(?:{alternation('light')})(?!\w)[ ,:]*)*")
_BREAK = re.compile(
    rf"(?P<hard>, (?=(?:{alternation('opener')})(?!\w))| nhưng (?!\w*$)| và (?=(?:{alternation('opener_after_and')})(?!\w)))"
    r"|(?P<end>(?<!không) (?=(?:để|nhằm) ))"
    rf"|(?P<task>(?<!dân)(?<!quan)(?<!nhân)(?<!nghiệp)(?<!vị)(?<!sở), (?=(?:{alternation('task')})(?!\w)))"
    rf"|(?P<measure>(?:,| và) (?=(?:{alternation('measure')})(?!\w)))"
    r"|(?P<colon>:)"
)
_BRACKET = re.compile(r" ?\((?P<inner>[^()]{0,400})(?P<close>\))?")
_IS = re.compile(r"(?<!\w)là (?:từ |khoảng )?$")
_MEASURE_END = re.compile(rf"(?<!\w){_MEASURE.pattern} ?$")
_TREND = re.compile(r" (?P<verb>giảm|tăng)(?: bình quân)?(?: ?/ ?năm| h[ằà]ng năm| mỗi năm)?$")
_HAVING = re.compile(rf"(?<!\w)có (?={_MEASURE.pattern})")
_PASSIVE = re.compile(r"(?<!\w)(?:được|bị|phải)(?!\w)")
_VERB = re.compile(rf"(?<!\w)(?P<verb>{alternation('reduce', 'increase', 'raise')})(?= |$)")
_REDUCE, _INCREASE, _RAISE = frozenset(phrases("reduce")), frozenset(phrases("increase")), frozenset(phrases("raise"))
_KEEP = re.compile(rf"(?:{alternation('keep')})(?!\w) ?")
_RAISING = re.compile(rf"(?:{alternation('raise')})(?!\w) ?")
_AFTER = re.compile(rf"(?: [^\W\d_]+){{0,4}}? (?P<bound>{alternation('at_least_after', 'at_most_after')})(?!\w)")
_AT_MOST_AFTER = frozenset(phrases("at_most_after"))
_BASE = re.compile(rf" ?(?:{alternation('base')})(?!\w)")
_GOAL, _AIM = _words("goal"), _words("aim")
_PAST, _PAST_WEAK = re.compile(pattern("past")), re.compile(pattern("past_weak"))
_PURPOSE = re.compile(pattern("purpose"))
_MONEY_BEFORE = re.compile(rf"(?<!\w)(?<!tỷ )(?<!tỉ )(?:{alternation('money_before')})(?!\w)")  # `tỷ lệ phí` is no fee
_CONDITION = _words("condition")
_MONEY_AFTER = re.compile(rf" ?(?:số |tổng |các )?(?:{alternation('money_after')})(?!\w)")
_TIME, _LIFETIME = frozenset(phrases("time")), _words("lifetime")
_ORDINAL = re.compile(rf"(?<!\w)(?:{alternation('ordinal')}) ?$")
_STRUCTURE = re.compile(rf" ?(?:{alternation('structure')})(?!\w)")
_FIRM = frozenset(phrases("firm_bound"))
_UNIT_NAME = re.compile(rf" ?({alternation('unit')})(?!\w)")
_CRITERIA = re.compile(pattern("criteria"))
_ZERO = re.compile(
    rf"(?<!\w)(?:(?P<plain>{alternation('zero')})|(?P<goal>{alternation('zero_goal')})|không(?= (?:{alternation('zero_noun')})(?!\w)))(?!\w) ?"
)
_NO_ZERO = re.compile(rf"(?:{alternation('no_zero')})(?!\w)")
_BARE = re.compile(
    rf"(?:(?:tập trung|chủ động|kiềm chế(?:,| và)|từng bước) )?(?P<verb>{alternation('reduce')}|tăng|nâng) (?P<object>.{{3,200}})"
)
_NO_BARE = re.compile(rf"(?:{alternation('no_bare')})(?!\w)")
_ARTICLE = re.compile(pattern("article"))
_TAIL = re.compile(pattern("tail"))
_HEAD = re.compile(rf"(?:{alternation('head')})(?!\w)")
_SPLIT = re.compile(rf"(?:, và|,|;| và| hoặc|/) (?!(?:{alternation('second_half')})(?!\w))")
_PERIOD = re.compile(rf"(?<!\w)(?:{pattern('period')})(?!\w)")
_PERIOD_AT_START = re.compile(rf"(?:{pattern('period')})(?!\w)[ ,:]*")
_PERIOD_AT_END = re.compile(rf"[ ,(]*(?<!\w)(?:{pattern('period')})\)?$")
_EVERY_YEAR_AT_END = re.compile(r"[ ,]*(?:/ ?(?:1 )?năm|(?:h[ằà]ng|mỗi|từng|trong) năm|bình quân)$")
_RIGHT_LIGHT = re.compile(r"(?:(?:về|ở|trên|trong|cho|đối với|của|đạt|các|những|là|so với)(?!\w) ?)+(?=\w)")
_LINKS = (" phấn đấu", " duy trì mức", " duy trì", " ở mức", " và", " hoặc", " từ", " đạt", " với", " đều", " phải", " cũng", " nhưng", " vào", " tăng", " giảm")
_SPELLED_CRITERIA = re.compile(
    r"(?<!\w)(?P<list>(?:số |giảm số )?vụ(?: tai nạn(?: giao thông)?| tngt)?(?:,| và|;| -) (?:giảm )?(?:số )?(?:người )?(?:bị )?"
    r"(?:chết|thương|tử vong)[^.;()]{0,80})"
)
_COMPARISON = re.compile(r"\)?,? (?:so với|h[ằà]ng năm|mỗi năm)(?: [^ ,;.()]{1,20}){0,7}")
_BEFORE_FIGURE = re.compile(r"(?: (?:đều|giảm|từ|ít nhất|tối thiểu|khoảng|trên|hơn|dưới)){0,3} \d")
_RATE_NAME = re.compile(r"(?:tỷ|tỉ) (?:lệ|suất|số|trọng)|mức|chỉ số|tốc độ")
_AVERAGE = re.compile(rf"(?:{alternation('lifetime')}) (?:trung bình|bình quân) ?$")
_COUNTER = re.compile(rf"(?:{alternation('unit', 'counter')})")
_AFTER_BRACKET = re.compile(r" [^\W\d]")
_RATE_NOUN = re.compile(r" ?([^\W\d][^\d/]*[^\W\d]) ?(?:/| trên)")
_HIDDEN = re.compile(r"\((?![^()]{0,44}(?:không thấp hơn|tối thiểu|ít nhất))[^()]{1,45}\)|“[^”]{1,400}”")
_BASELINES = [
    (row["value"], re.compile(row["pattern"])) for row in knowledge.rows("target_phrases") if row["kind"] == "baseline"
]
_EVERY_YEAR = re.compile(r" ?/ ?(?:1 )?năm(?!\w)|(?<!\w)(?:h[ằà]ng năm|mỗi năm)(?!\w)")
_SUBGROUP = re.compile(r"(?:nếu là|riêng)(?: đối với)? (?:những |các )?(?P<group>[^,;()]{2,40}?) (?:thì|phải|đạt|là)(?!\w)")
_INDICATORS = [
    (row["code"], re.compile(row["pattern"]), re.compile(row["unless"]) if "unless" in row else None, row.get("harm", False))
    for row in knowledge.rows("indicators")
]
_THREE = ("crashes", "deaths", "injuries")

_FULL_STOP = re.compile(r"(?<=[\w)”\"%])[.!?]+(?:/\.)?(?=\s+\S|\s*$)|;")
_CONTINUES = re.compile(r" (?:[Đđ]ến )?[Nn]ăm (?:19|20)\d\d (?:đạt |là |còn |giảm |tăng )?(?:trên |dưới )?[\d,.]+ ?%")
_TRIGGERS = (
    "%", "phần trăm", "‰", "giảm", "không để", "không được để", "phấn đấu", "ít nhất", "tối thiểu", "tối đa", "không quá",
    "không dưới", "không thấp hơn", "không ít hơn", "trở lên", "0.000 ", "tăng số lượng", "không xảy ra", "không phát sinh",
    "chỉ tiêu",
)  # fmt: skip
_STATUTE_TRIGGERS = ("kéo giảm", "phấn đấu")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What holds for all of a sentence's clauses.

    Attributes:
        regime: How strict to be.
        place: Climate and heading of the paragraph.
        start: Clean offset of the clause's first character.
        words: The clause, in lower case; offsets of statements count from its start.
        goal, aim: A word that sets an objective (weakly, strongly) stood earlier in the sentence.
        sentence: The first words of the whole sentence, in lower case.
    """

    regime: Regime
    place: Place
    start: int
    words: str
    goal: bool
    aim: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class _Figure:
    """A quantity with the words that lead to it.

    Attributes:
        quantity: The number.
        lead: Where the words that lead to it begin.
        tags: Their kinds, the nearest to the figure first.
        verb: The verb directly before it (`giảm`), '' without one.
        bound: `at_least`, `at_most` or '';  firm: the bound is one that sets a figure wherever it stands.
        end: Where the figure ends, with `trở lên`;  after: where `trở lên` begins that stands behind a word, else -1.
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
class _Statement:
    """A target as read: offsets are those of the clause.

    Attributes:
        direction, low, high, unit: As in the record.
        start, end: The words that state it.
        thing: What is measured, as offsets.
        extra: Where more of its words may stand (`trên cả 3 tiêu chí về …`).
        left: Where the words of its clause begin (a period may stand there).
        group: The part of the things that it holds for (`hộ độc thân`).
        confidence: 0..1.
    """

    direction: Direction
    low: float | None
    high: float | None
    unit: str | None
    start: int
    end: int
    thing: tuple[int, int]
    extra: tuple[int, int] = (0, 0)
    left: int = 0
    group: str = ""
    confidence: float = 0.9


@dataclass(slots=True)
class _Clause:
    """The state of reading a clause from left to right.

    Attributes:
        reading: The clause.
        breaks: Where parts of it end.
        floor: Where the words of the next statement may begin.
        statements: What was found so far.
        waiting: Figures that wait for the thing that they share with a later one.
        announced: Where a verb stands whose object a later figure has taken, -1 for none.
    """

    reading: _Reading
    breaks: list[tuple[int, int, str]]
    floor: int = 0
    statements: list[_Statement] = field(default_factory=list)
    waiting: list[tuple[_Figure, int]] = field(default_factory=list)
    announced: int = -1


def extract(segments: Segments) -> list[Target]:
    """The targets that a document sets, in the order of the text; a target that it repeats counts once.

    Args:
        segments: A segmented document.

    Returns:
        One record for every indicator and figure; none for statutes, unless they speak of an objective in so many words.
    """
    law = regime(segments)
    if law == "none":
        return []
    found: list[Target] = []
    for reading in _sentences(segments, law):
        for statement in _read(reading):
            found += _records(segments, reading, statement)
    return _distinct(found)


# --- Which sentences ---------------------------------------------------------------------------------------------------


def _sentences(segments: Segments, law: Regime) -> Iterator[_Reading]:
    """The clauses that may state a target, in order."""
    text = segments.text
    lower = _lower(text)
    starts = [paragraph.start for paragraph in segments.paragraphs]
    wanted: set[int] = set()
    for trigger in _STATUTE_TRIGGERS if law == "statute" else _TRIGGERS:
        at = lower.find(trigger)
        while at >= 0:
            index = max(0, bisect_right(starts, at) - 1)
            wanted.add(index)
            at = lower.find(trigger, segments.paragraphs[index].end if segments.paragraphs else at + 1)
    spots = places(segments)
    if law != "statute":
        wanted.update(index for index, spot in enumerate(spots) if spot is not None and spot.climate == "objective")
    for index in sorted(wanted):
        spot = spots[index] if index < len(spots) else None
        if spot is not None:
            paragraph = segments.paragraphs[index]
            yield from _clauses(text, lower, paragraph.content, paragraph.end, law, spot)


def _lower(text: str) -> str:
    """The text in lower case, character by character."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _clauses(text: str, lower: str, start: int, end: int, law: Regime, place: Place) -> Iterator[_Reading]:
    """A paragraph's clauses: parts between full stops and semicolons; a semicolon does not end the sentence."""
    sentence, goal, aim = start, False, False
    at = start
    stops = [match for match in _FULL_STOP.finditer(lower, start, end) if _is_stop(text, match, end)]
    for stop, after, full in [*((m.start(), m.end(), m.group() != ";") for m in stops), (end, end, True)]:
        words = lower[at:stop]
        if len(words) > 6 and not words.isascii():
            yield _Reading(law, place, at, words, goal, aim, lower[sentence : sentence + 60])
            goal = goal or _GOAL.search(words) is not None
            aim = aim or _AIM.search(words) is not None
        if full:
            sentence, goal, aim = after, False, False
        at = after


def _is_stop(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a mark ends a clause: a semicolon does, a full stop before a capital, a dash or the end."""
    if match.group() == ";":
        return _CONTINUES.match(text, match.end()) is None
    following = text[match.end() : match.end() + 3].lstrip()
    word = text[max(0, match.start() - 4) : match.start()].split()[-1:]
    if word and len(word[0]) <= 3 and word[0].isupper() and not word[0].isdigit():  # `TP. Hồ Chí Minh`
        return match.end() >= end
    return not following or match.end() >= end or following[0].isupper() or following[0] in "-+“\"*"


# --- Reading a clause --------------------------------------------------------------------------------------------------


def _read(reading: _Reading) -> list[_Statement]:
    """The targets that a clause states."""
    words = reading.words
    if reading.regime == "statute" and not (_AIM.search(words) and ("%" in words or "phần trăm" in words)):
        return []
    clause = _Clause(reading, _breaks(words))
    figures = _figures(reading)
    zeros = [
        match
        for match in _ZERO.finditer(words)
        if reading.regime != "statute" and (match["plain"] or _opens(clause, match.start()))
    ]
    events: list[tuple[int, Any]] = [(figure.lead, figure) for figure in figures]
    events += [(match.start(), match) for match in zeros]
    events.sort(key=lambda event: event[0])
    for place, (_, event) in enumerate(events):
        following = events[place + 1][1] if place + 1 < len(events) else None
        if isinstance(event, _Figure):
            statement = _from_figure(clause, event, following)
        else:
            statement = _from_zero(clause, event, following)
        if statement is not None:
            clause.statements += [*_awaited(clause, statement), statement]
    if reading.regime != "statute":
        clause.statements += _bare(clause, [event[0] for event in events])
    return clause.statements


def _breaks(words: str) -> list[tuple[int, int, str]]:
    """Where clauses end inside a clause: start, end and kind of each break, in order."""
    found = [
        (m.start(), m.end(), m.lastgroup or "")
        for m in _BREAK.finditer(words)
        if not (m.lastgroup == "colon" and _SPELLED_CRITERIA.match(words, m.end() + 1))
    ]
    for match in _BRACKET.finditer(words):
        inner = match["inner"]
        if (len(inner) < 15 and not any(c.isdigit() for c in inner)) or "số vụ" in inner:
            continue  # an abbreviation, or the criteria spelled out
        found.append((match.start(), match.start("inner"), "open"))
        if match["close"]:
            found.append((match.start("close"), match.end(), "close"))
    return sorted(found)


def _figures(reading: _Reading) -> list[_Figure]:
    """The quantities of a clause that may be targets, with the words that lead to them.

    Left out are those in short brackets and quotes, years and other names, durations, and counts that nothing sets as a
    figure to reach: they are part of the words of an indicator.
    """
    words = reading.words
    quantities = find_quantities(words)
    if not quantities:
        return []
    hidden = iter([m.span() for m in _HIDDEN.finditer(words)])
    span = next(hidden, None)
    found: list[_Figure] = []
    floor = 0
    three = _CRITERIA.search(words)
    for quantity in quantities:
        if three and three.start() <= quantity.start < three.end():
            continue
        while span is not None and span[1] <= quantity.start:
            span = next(hidden, None)
        if span is not None and span[0] < quantity.start:
            continue
        figure = _figure(words, quantity, floor)
        if quantity.kind in ("count", "spelled") and not (
            _may_count(reading, figure, floor) and not (found and _is_inside(words, found[-1], figure))
        ):
            continue
        if found and {"to_low", "to_high"} & set(figure.tags) and _starts_from(words, found[-1], figure):
            found.pop()
        found.append(figure)
        floor = quantity.end
    return found


def _is_inside(words: str, first: _Figure, second: _Figure) -> bool:
    """Whether a count belongs to the words of the figure before it: `100% hộ có ít nhất 01 bình chữa cháy`."""
    between = words[first.end : second.lead]
    return not {"to_low", "to_high"} & set(second.tags) and not re.search(r"[,;:(]| và | nhưng ", between)


def _starts_from(words: str, first: _Figure, second: _Figure) -> bool:
    """Whether the first figure is where the second starts from: `giảm từ 5% xuống còn 3%`."""
    return second.lead - first.end < 60 and not re.search(r"[,;:(]| và ", words[first.end : second.lead])


def _figure(words: str, quantity: Quantity, floor: int) -> _Figure:
    """A quantity with its bound and verb; `floor` is where the words before it may begin."""
    at, tags, verb, bound, firm = quantity.start, [], "", "", False
    while match := _LEAD.search(words, max(floor, at - 34), at):
        token = match.group().strip()
        kind = _TAGS.get(token, "predicate")
        settled = {"predicate", "to_low", "to_high"} & set(tags)
        if settled and kind in ("filler", "predicate", "loose") and token != "phải đạt":
            break
        if kind == "filler" and _AVERAGE.search(words, floor, match.end()):
            break
        if kind in ("at_least", "at_most") and not bound:
            bound, firm = kind, token in _FIRM
        tags.append(kind)
        at = match.start()
        if kind in ("reduce", "increase", "keep"):
            verb = token
            break
    end = quantity.unit_end if quantity.kind == "rate" else quantity.end
    if after := _AFTER.match(words, end):
        bound = "at_most" if after["bound"] in _AT_MOST_AFTER else "at_least"
        end = after.end() if after.start("bound") == end + 1 else end
    behind = after.start("bound") if after and end < after.start("bound") else -1
    return _Figure(quantity, at, tuple(tags), verb, bound, firm, end, behind)


def _from_figure(clause: _Clause, figure: _Figure, following: Any) -> _Statement | None:
    """The target that a figure states, None where it is none."""
    words = clause.reading.words
    near, wide = _left_edges(clause, figure)
    edge = _right_edge(clause, figure, following)
    if figure.after >= 0:
        edge = min(edge, figure.after)
    clause.floor = figure.end
    subject = _trim(words, near, figure.lead, left=True)
    thing, direction = _sides(clause, figure, subject, (wide, figure.lead), (figure.end, edge))
    if thing is not None and thing[1] <= thing[0]:
        thing = None
    if thing is None:
        inherited = _inherit(clause, figure, subject, edge)
        if inherited is None:
            clause.waiting.append((figure, near))
            return None
        if not _is_target(clause, figure, near, edge, inherited.thing):
            return None
        statement = inherited
    else:
        if not _is_target(clause, figure, near, edge, thing):
            return None
        direction = _elided(clause, figure, thing) or direction
        statement = _Statement(direction, None, None, None, 0, 0, thing, (figure.end, edge))
    own = thing is not None
    quantity = figure.quantity
    finish = max(figure.end, thing[1] if thing is not None else 0)
    clause.floor = finish
    return replace(
        statement,
        low=quantity.low,
        high=quantity.high,
        unit=_unit_name(words, quantity),
        start=_verb_start(words, wide, _first(words, subject, statement, figure) if own else figure.lead)
        if own or clause.statements
        else statement.start,
        end=max(finish, _closing(words, finish, edge)),
        left=near if statement.thing[0] >= near else wide,
        group="" if own else _group(words, clause, figure),
    )


def _first(words: str, subject: Span, statement: _Statement, figure: _Figure) -> int:
    """Where the words of a statement begin: with the thing, or the words that lead to the figure, or a short verb before them."""
    start = min(statement.thing[0], figure.lead)
    if figure.quantity.kind == "count" and subject[0] < start - 2 and start - subject[0] < 40 and ", " not in words[subject[0] : start]:
        return subject[0]
    return start


def _closing(words: str, start: int, edge: int) -> int:
    """Where a statement ends that runs up to `start` at least: with what follows before the next comma or clause."""
    comma = words.find(", ", start, edge)
    end = edge if comma < 0 else comma
    return _unlinked(words, start, start + len(words[start:end].rstrip(" ,.:;-(…")))


def _unlinked(words: str, start: int, end: int) -> int:
    """The end of a span without a link at its end (`… năm 2025 và`)."""
    for link in _LINKS:
        if words.endswith(link, start, end):
            return end - len(link)
    return end


def _left_edges(clause: _Clause, figure: _Figure) -> tuple[int, int]:
    """Where the words before a figure begin: after the last break of any kind, and after the last that ends a clause.

    A break before an indicator's name (`, tỷ lệ …`) ends no clause; one before a verb of work may be inside a name
    (`mức độ hài lòng của người dân, tổ chức … đạt`), which shows where the words before it name an indicator.
    """
    words = clause.reading.words
    near = wide = far = before = max(clause.floor, figure.lead - _REACH)
    for start, end, kind in clause.breaks:
        if end > figure.lead:
            break
        if start < clause.floor:
            continue
        near = max(near, end)
        if kind != "measure":
            wide = max(wide, end)
        if kind not in ("measure", "task", "close"):
            before, far = far, max(far, end)
        elif kind == "close":  # what stood in brackets interrupts no name
            far = min(far, before)
    if far < near and not _is_measure(words, near, figure.lead) and _is_measure(words, far, figure.lead):
        near, wide = far, min(wide, far)
    return near, wide


def _is_measure(words: str, start: int, end: int) -> bool:
    """Whether the words from `start` on name an indicator (`tỷ lệ …`)."""
    begin, stop = _trim(words, start, end, left=True)
    return _MEASURE.match(words, begin, stop) is not None


def _right_edge(clause: _Clause, figure: _Figure, following: Any) -> int:
    """Where the words behind a figure end: before the next clause or the next figure's own words."""
    words = clause.reading.words
    edge = min(len(words), figure.end + _REACH)
    if isinstance(following, _Figure):
        edge = min(edge, _opening(clause, figure.end, following))
    elif following is not None:
        edge = min(edge, following.start())
    return _object_edge(clause, figure.end, edge)


def _object_edge(clause: _Clause, start: int, edge: int) -> int:
    """The first break in `[start, edge)` that ends an object, else `edge`."""
    words = clause.reading.words
    inside = False
    for at, end, kind in clause.breaks:
        if at >= edge:
            break
        if at < start or kind == "measure" or (kind == "task" and _goes_on(words, start, at, edge)):
            continue
        if kind == "open" and (bracket := _BRACKET.match(words, at)) and _AFTER_BRACKET.match(words, bracket.end()):
            inside = True
        elif kind == "close" and inside:
            inside = False
        elif not inside:
            return at
    return edge


def _goes_on(words: str, start: int, comma: int, edge: int) -> bool:
    """Whether a verb after a comma goes on with a passive list: `được tiếp nhận, xử lý đúng quy định`."""
    rest = re.split(r"[,;:.(]", words[comma + 2 : edge], maxsplit=1)[0]
    return len(rest.split()) <= 6 and _PASSIVE.search(words, start, comma) is not None


def _opening(clause: _Clause, after: int, following: _Figure) -> int:
    """Where the words of the next figure begin, seen from the figure that ends at `after`."""
    words = clause.reading.words
    if not (following.verb or {"predicate", "to_low", "to_high"} & set(following.tags)):
        for start, end, kind in reversed(clause.breaks):
            if kind == "measure" and after <= start < following.lead and following.bound and _RATE_NAME.match(words, end):
                return start
        return following.lead
    for start, _, kind in reversed(clause.breaks):
        if kind == "measure" and after <= start < following.lead:
            return start
    for mark in (", ", " và "):
        at = words.rfind(mark, after, following.lead)
        if at >= 0:
            return at
    return following.lead


Span = tuple[int, int]


def _sides(
    clause: _Clause, figure: _Figure, subject: Span, before: Span, behind: Span
) -> tuple[Span | None, Direction]:
    """What a figure measures, and the direction: the words behind it, or those before it."""
    words = clause.reading.words
    right = _trim(words, *_without_unit(words, figure, behind), left=False)
    base = _BASE.match(words, behind[0]) is not None
    measured = _MEASURE.match(words, subject[0], subject[1]) is not None
    tags = set(figure.tags)
    if tags & {"to_low", "to_high"}:
        return _toward(words, figure, subject, before)
    if figure.verb:
        direction: Direction = (
            "reduce" if figure.verb in _REDUCE else "increase" if figure.verb in _INCREASE else "keep"
        )
        whole = _trim(words, *before, left=True)
        bare = figure.quantity.kind == "count" and _COUNTER.fullmatch(words, *right)
        if right[1] > right[0] and not (base and subject[1] > subject[0]) and not (bare and whole[1] > whole[0]):
            return (None if bare and clause.statements else right), direction
        return (whole if whole[1] > whole[0] else None), direction
    predicate = "predicate" in tags
    if (not predicate or _IS.search(words, before[0], figure.quantity.start)) and (verbal := _verbal(words, before)):
        verb, rest = verbal
        return (rest if rest[1] > rest[0] else right), "reduce" if verb in _REDUCE else "increase"
    direction = _level(figure)
    subject, kept = _strip_verbs(words, subject)
    if kept and not figure.bound:
        direction = "keep"
    measured = measured or _MEASURE.match(words, subject[0], subject[1]) is not None
    has_right = right[1] > right[0] and not base
    if predicate and measured and (trend := _TREND.search(words, subject[0], figure.lead)):
        return (subject[0], trend.start()), "reduce" if trend["verb"] in _REDUCE else "increase"
    if figure.quantity.kind == "rate" and subject[1] > subject[0]:
        return subject, direction
    if subject[1] > subject[0] and (measured and (predicate or figure.bound or not has_right)):
        return subject, direction
    short = predicate and subject[1] > subject[0] and len(words[right[0] : right[1]].split()) <= 2
    if has_right and not short:
        return right, direction
    if subject[1] > subject[0] and (predicate or figure.bound):
        return subject, direction
    return None, direction


def _toward(words: str, figure: _Figure, subject: Span, before: Span) -> tuple[Span | None, Direction]:
    """`giảm … xuống (còn, dưới) 3%` and `nâng … lên 90%`: the thing stands between the verb and the figure."""
    if "to_low" in figure.tags:
        direction: Direction = "at_least" if figure.bound == "at_least" else "at_most"
    else:
        direction = _level(figure)
    if figure.verb:
        thing = _trim(words, *before, left=True)
    elif (verbal := _verbal(words, before)) is not None:
        thing = verbal[1]
    else:
        thing = subject
    thing, _ = _strip_verbs(words, thing)
    return (thing if thing[1] > thing[0] else None), direction


def _level(figure: _Figure) -> Direction:
    """The direction of a figure without a verb: its bound, or the level to reach."""
    if figure.bound == "at_most":
        return "at_most"
    if figure.bound == "at_least" and not (figure.quantity.unit == "percent" and figure.quantity.low >= 100):
        return "at_least"
    return "reach"


def _verbal(words: str, before: Span) -> tuple[str, Span] | None:
    """The verb that governs the words before a figure (`giảm tỷ lệ hộ nghèo 1,5%`) and its object."""
    start, end = _trim(words, *before, left=True)
    if _MEASURE.match(words, start, end):
        return None
    last = None
    for match in _VERB.finditer(words, start, end):
        if last is None or match.start() > last.end() + 1:
            last = match
    if last is None or last["verb"] not in _REDUCE | _INCREASE or _MEASURE_END.search(words, start, last.start()):
        return None
    return last["verb"], _trim(words, last.end(), end, left=True)


def _strip_verbs(words: str, span: Span) -> tuple[Span, bool]:
    """A subject without the verb that raises or keeps it, and whether it is kept (`duy trì tỷ lệ …`)."""
    if keep := _KEEP.match(words, span[0], span[1]):
        return _trim(words, keep.end(), span[1], left=True), True
    if rise := _RAISING.match(words, span[0], span[1]):
        return _trim(words, rise.end(), span[1], left=True), False
    if not _MEASURE.match(words, span[0], span[1]):
        for match in _HAVING.finditer(words, span[0], span[1]):  # `nhà xây mới …, có tuổi thọ từ 20 năm`
            span = match.end(), span[1]
    return span, False


def _without_unit(words: str, figure: _Figure, behind: Span) -> Span:
    """The words behind a figure; nothing where they are the unit alone (`10 năm trở lên`, `30m2`)."""
    quantity = figure.quantity
    if quantity.kind == "rate":
        noun = _RATE_NOUN.match(words, quantity.end, quantity.unit_end)
        return noun.span(1) if noun else (quantity.unit_end, quantity.unit_end)
    if quantity.kind in ("count", "spelled") and (
        quantity.unit.split("/")[0] in _TIME or quantity.unit in ("m2", "m3", "ha", "km2") or "/" in quantity.unit
    ):
        begin = quantity.unit_end
        if after := _AFTER.match(words, begin):
            begin = after.end()
        return begin, max(begin, behind[1])
    return behind


def _inherit(clause: _Clause, figure: _Figure, subject: Span, edge: int) -> _Statement | None:
    """The statement that a figure continues: `… 80% vào năm 2025 và 90% vào năm 2030`, `… nhưng không thấp hơn 24m2`."""
    if subject[1] > subject[0]:
        return None
    if not clause.statements:
        return _announced(clause, figure, edge)
    last = clause.statements[-1]
    if last.low is None or figure.lead - last.end > 140 or last.direction == "zero":
        return None
    unit = _unit_name(clause.reading.words, figure.quantity)
    if unit != last.unit and figure.quantity.kind != "rate" and not figure.verb:
        return None
    direction = last.direction
    if figure.verb in _REDUCE or figure.verb in _INCREASE:
        direction = "reduce" if figure.verb in _REDUCE else "increase"
    elif direction not in ("reduce", "increase", "keep") and figure.bound:
        direction = _level(figure)
    return replace(last, direction=direction, extra=(figure.end, edge))


def _awaited(clause: _Clause, statement: _Statement) -> list[_Statement]:
    """Earlier figures of the clause that share the thing of a later one: `năm 2023 đạt 70%, năm 2024 đạt 80% số thôn`."""
    words = clause.reading.words
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
        and _unit_name(words, figure.quantity) == statement.unit
    ]


def _elided(clause: _Clause, figure: _Figure, thing: Span) -> Direction | None:
    """The direction that a figure without words of its own takes over: `giảm 5% số vụ, 5% số người chết`."""
    words = clause.reading.words
    if figure.tags or not clause.statements or clause.statements[-1].direction not in ("reduce", "increase"):
        return None
    last = clause.statements[-1]
    joined = words[last.thing[1] : figure.lead].strip() in (",", "và", ", và", "")
    named = _MEASURE.match(words, *thing) or _code(words[thing[0] : thing[1]], "") in _THREE
    return last.direction if joined and named and figure.quantity.low < 100 else None


def _announced(clause: _Clause, figure: _Figure, edge: int) -> _Statement | None:
    """A figure whose thing an earlier verb has named: `kéo giảm tai nạn giao thông cả 3 tiêu chí, phấn đấu giảm 5%`."""
    words = clause.reading.words
    if figure.verb not in _REDUCE:
        return None
    for match in _VERB.finditer(words, 0, figure.lead):
        stop = _object_edge(clause, match.end(), figure.lead)
        thing = _trim(words, match.end(), stop, left=False)
        name = words[thing[0] : thing[1]]
        if match["verb"] in _REDUCE and (_code(name, name) or _CRITERIA.search(name)):
            clause.announced = match.start()
            return _Statement("reduce", None, None, None, match.start(), 0, thing, (stop, edge))
    return None


def _group(words: str, clause: _Clause, figure: _Figure) -> str:
    """The part of the things for which an inherited figure holds: `nếu là những hộ độc thân thì … không thấp hơn 24m2`."""
    begin = clause.statements[-1].end if clause.statements else 0
    match = _SUBGROUP.search(words, begin, figure.lead)
    return match["group"].strip() if match else ""


def _from_zero(clause: _Clause, match: re.Match[str], following: Any) -> _Statement | None:
    """The target that `không để xảy ra …` states, None where it is no objective."""
    reading = clause.reading
    words = reading.words
    start = match.end()
    edge = min(len(words), start + _REACH)
    if isinstance(following, _Figure):
        edge = edge if _nested(words, start, following) else min(edge, _opening(clause, start, following))
    elif following is not None:
        edge = min(edge, following.start())
    edge = _object_edge(clause, start, edge)
    thing = _trim(words, start, edge, left=False)
    if (article := _ARTICLE.match(words[thing[0] : thing[1]])) and article.end() < thing[1] - thing[0]:
        thing = thing[0] + article.end(), thing[1]
    if thing[1] - thing[0] < 4 or _NO_ZERO.match(words, start):
        return None
    aim = reading.aim or _AIM.search(words, 0, match.start()) is not None
    goal = aim or reading.goal or _GOAL.search(words, 0, match.start()) is not None
    if not match["plain"] and not (goal or reading.place.climate == "objective"):
        return None
    if reading.place.climate in ("past", "cost") and not aim or reading.regime == "report" and not goal:
        return None
    if _is_past(words, 0, match.end()) or _is_purpose(words, match.start()):
        return None
    clause.floor = thing[1]
    return _Statement("zero", 0.0, 0.0, "count", _verb_start(words, _begins(clause, match.start()), match.start()), thing[1], thing)


def _opens(clause: _Clause, at: int) -> bool:
    """Whether a clause begins at `at`, perhaps after light words."""
    start, end = _trim(clause.reading.words, _begins(clause, at), at, left=True)
    return start >= end


def _begins(clause: _Clause, at: int) -> int:
    """Where the part of the clause begins in which `at` stands."""
    return max((end for _, end, kind in clause.breaks if kind != "measure" and end <= at), default=0)


def _nested(words: str, start: int, figure: _Figure) -> bool:
    """Whether a figure is part of the thing that begins at `start` (`ùn tắc kéo dài trên 30 phút`)."""
    return figure.quantity.kind != "percent" and not re.search(r"[,:;]| và ", words[start : figure.lead])


def _is_purpose(words: str, at: int) -> bool:
    """Whether words before `at` make what follows a purpose or a topic (`các giải pháp nhằm …`), not an objective."""
    begin = max(0, at - 120)
    last = None
    for last in _AIM.finditer(words, begin, at):
        pass
    return _PURPOSE.search(words, last.end() if last else begin, at) is not None


def _bare(clause: _Clause, taken: list[int]) -> list[_Statement]:
    """Objectives without a figure: `giảm tai nạn giao thông do uống rượu, bia`, each a clause of its own."""
    reading = clause.reading
    words = reading.words
    begins = [0, *(end for _, end, kind in clause.breaks if kind in ("hard", "colon"))]
    found = []
    for begin in begins:
        stop = min(len(words), begin + _REACH)
        match = _BARE.match(words, _trim(words, begin, stop, left=True)[0], stop)
        if match is None:
            continue
        start = match.start("object")
        after = min((at for at in begins if at > start), default=len(words))
        if begin <= clause.announced < after:
            continue
        if any(begin <= at < after for at in taken) or any(last.start == match.start("verb") for last in found):
            continue
        thing = _trim(words, start, _object_edge(clause, start, min(len(words), start + 200)), left=False)
        if thing[1] - thing[0] >= 3 and _is_objective(reading, match, words[thing[0] : thing[1]]):
            direction: Direction = "reduce" if match["verb"] in _REDUCE else "increase"
            end = _object_edge(clause, start, after)
            found.append(
                _Statement(direction, None, None, None, match.start("verb"), thing[1], thing, (start, end), confidence=0.7)
            )
    return found


def _is_objective(reading: _Reading, match: re.Match[str], thing: str) -> bool:
    """Whether a verb without a figure states an objective: not a task, a purpose or a programme's name."""
    verb = match["verb"]
    aim = reading.aim or _AIM.search(reading.words, 0, match.end("verb")) is not None
    if _NO_BARE.match(thing) or _is_purpose(reading.words, match.start("verb")):
        return False
    if _PAST.search(reading.words) or reading.place.climate in ("past", "cost") and not aim:
        return False
    if reading.regime == "report" and not aim:
        return False
    if verb not in _REDUCE:
        return thing.startswith("số lượng")
    if not aim and reading.place.climate != "objective":
        return False
    return bool(_code(thing, thing) or _MEASURE.match(thing) or _CRITERIA.search(thing))


# --- What is no target -------------------------------------------------------------------------------------------------


def _is_target(clause: _Clause, figure: _Figure, near: int, edge: int, thing: Span) -> bool:
    """Whether a figure is set as something to reach: no statistic, entitlement, threshold, duration or name."""
    reading = clause.reading
    words, climate = reading.words, reading.place.climate
    aim = reading.aim or climate == "objective" or _AIM.search(words, 0, figure.end) is not None
    goal = aim or reading.goal or _GOAL.search(words, 0, figure.end) is not None
    spoken = reading.aim or _AIM.search(words, 0, figure.end) is not None
    if climate in ("past", "cost") and not spoken or reading.regime in ("report", "statute") and not aim:
        return False
    if _is_past(words, clause.statements[-1].end if clause.statements else 0, figure.end):
        return False
    if (_PAST_WEAK.search(words, near, edge) or "chiếm" in words[near : figure.end]) and not goal:
        return False
    before = words[near : figure.quantity.start]
    lifetime = _LIFETIME.search(words[thing[0] : thing[1]]) is not None
    if "=" in before or _CONDITION.search(before) or not lifetime and _MONEY_BEFORE.search(before):
        return False
    if not lifetime and _MONEY_AFTER.match(words, figure.end):
        return False
    return figure.quantity.kind != "rate" or bool(figure.bound or figure.tags or goal or clause.statements)


def _is_past(words: str, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` report what was, with no word of an objective after it."""
    last = start
    for match in _AIM.finditer(words, max(0, end - _REACH), end):
        last = match.end()
    return _PAST.search(words, max(last, end - _REACH), end) is not None


def _may_count(reading: _Reading, figure: _Figure, floor: int) -> bool:
    """Whether a count may be a figure to reach: it has a unit, is no name or duration, and something sets it."""
    words, quantity = reading.words, figure.quantity
    before = words[max(0, figure.lead - 14) : quantity.start]
    directed = bool({"to_low", "to_high"} & set(figure.tags)) or figure.verb != ""
    if not quantity.unit or "loose" in figure.tags or _ORDINAL.search(before) or _STRUCTURE.match(words, quantity.end) and not directed:
        return False
    if quantity.unit.split("/")[0] in _TIME and not _LIFETIME.search(words, floor, quantity.start):
        return False
    if figure.firm or directed:
        return True
    if quantity.kind == "spelled" or _is_nested(words, figure, floor):
        return False
    aim = reading.aim or reading.place.climate == "objective" or _AIM.search(words, 0, figure.lead) is not None
    if figure.bound:
        return aim or reading.goal or _GOAL.search(words, 0, figure.lead) is not None
    lead = words[max(floor, figure.lead - 60) : figure.lead]
    return aim and ("predicate" in figure.tags or len(re.split(r"[,:] ", lead)[-1].split()) <= 5)


def _is_nested(words: str, figure: _Figure, floor: int) -> bool:
    """Whether a count is part of what an earlier figure or zero target speaks of (`số vụ từ 30 người mắc trở lên`)."""
    before = words[max(floor, figure.lead - _REACH) : figure.lead]
    if re.search(r"[,;:(]| và | nhưng ", before):
        return False
    return floor > 0 or _ZERO.search(before) is not None or _VERB.search(before) is not None


# --- Words and spans ---------------------------------------------------------------------------------------------------


def _trim(words: str, start: int, end: int, *, left: bool) -> Span:
    """A span of words without what is no part of an indicator: light words before, times, places and comparisons behind."""
    if left:
        previous = -1
        while previous != start < end:
            previous = start
            if light := _LIGHT.match(words, start, end):
                start = light.end()
            if period := _PERIOD_AT_START.match(words, start, end):
                start = period.end()
    else:
        start = min(end, start + len(words[start:end]) - len(words[start:end].lstrip(" ")))
        if words.startswith(",", start):  # what follows is another matter
            return start, start
        if lead := _RIGHT_LIGHT.match(words, start, end):
            start = lead.end()
        comparison = words.find("so với", start, end)
        end = comparison if comparison >= 0 else end
    return start, _cut_tail(words, start, end)


def _cut_tail(words: str, start: int, end: int) -> int:
    """The end of a span without trailing periods, places, marks and links."""
    previous = -1
    while previous != end > start:
        previous = end
        end = start + len(words[start:end].rstrip(" ,.:;-/…"))
        end = _unlinked(words, start, end)
        head = words[max(start, end - 150) : end]
        offset = end - len(head)
        for expression in (_PERIOD_AT_END, _TAIL, _EVERY_YEAR_AT_END):
            if (match := expression.search(head)) and match.end() == len(head):
                end = offset + match.start()
                break
    return max(start, end)


def _verb_start(words: str, floor: int, at: int) -> int:
    """The start of the statement whose first word stands at `at`: with its own verbs and light words."""
    begin = max(floor, at - 60)
    for match in _VERB.finditer(words, begin, at):
        return match.start()
    light = re.search(rf"(?<!\w)(?:phấn đấu|kiên quyết|bảo đảm|đảm bảo|tuyệt đối)(?: \w+)? $", words[begin:at])
    return begin + light.start() if light else at


def _unit_name(words: str, quantity: Quantity) -> str:
    """The unit as the record has it."""
    if quantity.kind in ("percent", "rate"):
        return quantity.unit
    if "/" in quantity.unit:
        return quantity.unit
    named = _UNIT_NAME.match(words, quantity.end)
    return named[1] if named else "count"


def _code(thing: str, whole: str, direction: Direction = "reduce") -> str | None:
    """The code of an indicator's words in the vocabulary, None if it has none.

    Args:
        thing: The words, in lower case.
        whole: All that the statement names.
        direction: A coverage (`100% hộ ký cam kết không đua xe`) is not named after the harm that it speaks of.
    """
    coverage = direction in ("reach", "at_least", "keep") and not _MEASURE.match(thing)
    for code, words, unless, harm in _INDICATORS:
        if not (coverage and harm) and words.search(thing) and not (unless and unless.search(whole)):
            return str(code)
    return None


# --- Records -----------------------------------------------------------------------------------------------------------


def _records(segments: Segments, reading: _Reading, statement: _Statement) -> Iterator[Target]:
    """A record for every indicator of a statement."""
    words = reading.words
    begin, end = statement.start, max(statement.end, statement.start + 1)
    end = begin + len(words[begin:end].rstrip(" ,;"))
    items = _items(words, statement)
    end = max(end, items[-1][2])
    if tail := _COMPARISON.match(words, end):
        end = tail.end()
    region = words[statement.left if statement.left <= begin else begin : max(end, statement.extra[1])]
    begin += len(words[begin:end]) - len(words[begin:end].lstrip(" ,:;("))
    evidence = segments.evidence(reading.start + begin, reading.start + end, statement.confidence)
    baseline = _baseline(region, words[max(0, begin - 30) : begin], statement.direction)
    period = _period(reading, statement)
    for code, start, stop in items:
        text = _plain(segments.text[reading.start + start : reading.start + stop])
        if statement.group:
            text = f"{text} ({statement.group})"
        yield Target(
            evidence=evidence,
            direction=statement.direction,
            indicator=code or text,
            indicator_text=text,
            low=statement.low,
            high=statement.high,
            unit=statement.unit,
            baseline=baseline,
            period=period,
        )


def _plain(text: str) -> str:
    """Words without what stands in brackets, and without outer marks."""
    return re.sub(r" ?\([^()]*\)", "", text).strip(" ,.;:…")


def _items(words: str, statement: _Statement) -> list[tuple[str | None, int, int]]:
    """The indicators of a statement: code and place of each. A list is taken apart where its parts are indicators of their own."""
    start, end = statement.thing
    whole = words[start:end]
    if statement.direction in ("reduce", "increase") and (three := _criteria(words, statement)):
        return three
    parts = _parts(words, start, end)
    codes = [_code(words[a:b], whole, statement.direction) for a, b in parts]
    apart = len(parts) > 1 and statement.direction in ("reduce", "increase", "zero")
    if apart and all(codes) and len(set(codes)) > 1 and all(_may_part(words[a:b], c) for (a, b), c in zip(parts, codes, strict=True)):
        return [(code, a, b) for code, (a, b) in zip(codes, parts, strict=True)]
    if apart and statement.direction == "zero" and all(_stands_alone(words[a:b]) for a, b in parts[1:]):
        return [(code, a, b) for code, (a, b) in zip(codes, parts, strict=True)]
    if len(whole.split()) < 2 and statement.start < start and not _code(whole, whole, statement.direction):  # `trồng mới 500 ha rừng`: the verb is part of it
        start = statement.start
        whole = words[start:end]
    return [(_code(whole, whole, statement.direction), start, end)]


def _parts(words: str, start: int, end: int) -> list[Span]:
    """The members of a list."""
    parts, at = [], start
    for link in _SPLIT.finditer(words, start, end):
        parts.append((at, link.start()))
        at = link.end()
    parts.append((at, end))
    return [(a, b) for a, b in parts if b > a]


def _stands_alone(part: str) -> bool:
    """Whether a list member names a thing of its own, not one more quality of the thing before it."""
    return len(part.split()) >= 3 and (_HEAD.match(part) is not None)


def _may_part(part: str, code: str | None) -> bool:
    """Whether a list member with a code begins like an indicator, not like one more word of the one before it."""
    return code in _THREE or _HEAD.match(part) is not None or _MEASURE.match(part) is not None


def _criteria(words: str, statement: _Statement) -> list[tuple[str | None, int, int]]:
    """The three criteria of road safety: spelled out behind the figure, or meant by `cả 3 tiêu chí`."""
    low = min(statement.thing[0], statement.extra[0] or statement.thing[0])
    high = max(statement.thing[1], statement.extra[1])
    reach = min(len(words), high + 90)
    named = _CRITERIA.search(words, low, reach)
    spelled = _SPELLED_CRITERIA.search(words, low, reach)
    if spelled and (named or spelled.start() > statement.thing[0]) and spelled.start() <= high + 14:
        rows = []
        stop = _BEFORE_FIGURE.search(words, spelled.start("list"), spelled.end("list"))
        listed = spelled.start("list"), stop.start() if stop else spelled.end("list")
        for a, b in _parts(words, *_trim(words, *listed, left=False)):
            code = _code(words[a:b], words[a:b])
            if code not in _THREE:
                break
            rows.append((code, a, b))
        if len(rows) > 1:
            return rows
    if named is None:
        return []
    start, end = statement.thing
    if named.start() <= start < named.end():  # `giảm 5% cả 3 tiêu chí về tai nạn giao thông`
        start, end = named.end(), max(end, named.end())
    if "giao thông" not in words[low:reach] and "tngt" not in words[low:reach] and "tai nạn" not in words:
        return []
    return [(code, *(statement.thing if end <= start else (start, end))) for code in _THREE]


def _baseline(region: str, before: str, direction: Direction) -> str | None:
    """What a statement compares with: a year, `previous_year`, `annual` (which may stand before it)."""
    for value, expression in _BASELINES:
        match = expression.search(region)
        if match is None:
            continue
        if value in ("year", "span"):
            return match["year"].replace(" ", "")
        if value != "annual" or direction in ("reduce", "increase"):
            return str(value)
    if direction in ("reduce", "increase") and _EVERY_YEAR.search(before):
        return "annual"
    return None


def _period(reading: _Reading, statement: _Statement) -> str | None:
    """The year or years of a statement: its own, those that open the sentence, or those of the heading."""
    words = reading.words
    high = max(statement.end, statement.extra[1])
    return (
        _years(words[statement.start : high], first=True)
        or _years(words[statement.left : statement.start], first=False)
        or _years(reading.sentence[:40], first=True)
        or _years(reading.place.heading, first=True)
    )


def _years(text: str, *, first: bool) -> str | None:
    """The first or last year or span of years in a text that is no baseline, date or document's number."""
    found = None
    for match in _PERIOD.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        if "so với" in before or before.endswith(("/", "-")) or not (match["lead"] or "năm" in match.group() or match["last"]):
            continue
        found = match["year"] + (f"-{match['last']}" if match["last"] else "")
        if first:
            return found
    return found


def _distinct(targets: list[Target]) -> list[Target]:
    """The targets without those that repeat an earlier one in the same or nearly the same words."""
    kept: list[Target] = []
    seen: dict[tuple[object, ...], list[frozenset[str]]] = {}
    for target in targets:
        code = target.indicator if target.indicator != target.indicator_text else None
        key = (target.direction, target.low, target.high, target.unit, code)
        syllables = frozenset(target.indicator_text.lower().split())
        known = seen.setdefault(key, [])
        if any(_overlap(syllables, other) >= 0.75 for other in known[-64:]):
            continue
        known.append(syllables)
        kept.append(target)
    return kept


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """How much of two sets of syllables is common, 0..1."""
    return len(a & b) / len(a | b) if a or b else 1.0
