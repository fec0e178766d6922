"""Targets (chỉ tiêu): what a plan sets out to reduce, raise, reach, keep or rule out, one record an indicator.

Which documents set targets, and under which headings, is in `target_places`; how a clause is read, in `target_clauses`,
and a table, in `target_tables`; what the words mean, in `knowledge/target_phrases.toml`, what indicators are called, in
`knowledge/indicators.toml`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from ..records import Direction, Target
from ..segmentation.model import Segments
from . import target_language as say
from .target_clauses import REACH, Reading, Span, Statement, read, trim_behind
from .target_language import indicator_code
from .target_places import Place, Regime, places, regime
from .target_tables import table_targets

_TRIGGERS = say.phrases("trigger")
_STATUTE_TRIGGERS = say.phrases("statute_trigger")
_LONGEST = 4000  # no sentence is longer, in characters; a longer one is read in pieces
_EARLIER = 600

_FULL_STOP = re.compile(r"[.!?;]+(?:/\.)?(?=\s|$)")
_CONTINUES = re.compile(
    r" (?:[Đđ]ến )?[Nn]ăm (?:19|20)\d\d (?:đạt |là |còn |giảm |tăng )?"
    r"(?:trên |dưới |tối thiểu |ít nhất |khoảng |từ )?[\d,.]+ ?%"
)
_ARTICLES = re.compile(r"^(?:các|những|mọi) ")
_RAISED = re.compile(r" trở (?:lên|xuống)(?= \w)")
_IN_BRACKETS = re.compile(r" ?\([^()]*\)")


def extract(segments: Segments) -> list[Target]:
    """The targets that a document sets, in the order of the text; a target that it repeats counts once.

    Args:
        segments: A segmented document.

    Returns:
        One record for every indicator and figure; of statutes, only what they call an objective in so many words.
    """
    law = regime(segments)
    if law == "none":
        return []
    issued = segments.letterhead.date[0]
    found: list[Target] = []
    past = -1  # the sentence that tells of a year before the document's own
    for reading in _sentences(segments, law):
        for statement in read(reading):
            spoken = reading.aims(max(statement.end, statement.extra[1]))
            if not spoken and (past == reading.sentence or _is_history(reading, statement, issued)):
                past = reading.sentence
                continue
            found += _records(segments, reading, statement)
    if law == "plan" and segments.document.tables:
        found += table_targets(segments)
    found.sort(key=lambda target: target.evidence.start)
    return _distinct(found)


# --- Which sentences --------------------------------------------------------------------------------------------------


def _sentences(segments: Segments, law: Regime) -> Iterator[Reading]:
    """The clauses that may state a target, in order."""
    paragraphs = segments.paragraphs
    lower = _lower(segments.text)
    starts = [paragraph.start for paragraph in paragraphs]
    wanted: set[int] = set()
    for trigger in _STATUTE_TRIGGERS if law == "statute" else _TRIGGERS:
        at = lower.find(trigger)
        while at >= 0 and paragraphs:
            index = max(0, bisect_right(starts, at) - 1)
            wanted.add(index)
            at = lower.find(trigger, max(at + 1, paragraphs[index].end))
    if law == "statute" and not wanted:
        return
    spots = places(segments)
    traffic = say.CRASH.search((segments.title or "").lower()) is not None
    if law != "statute":
        wanted.update(index for index, spot in enumerate(spots) if spot is not None and spot.climate == "objective")
    for index in sorted(wanted):
        spot = spots[index]
        if spot is not None:
            paragraph = paragraphs[index]
            yield from _clauses(segments.text, lower, paragraph.content, paragraph.end, law, spot, traffic)


def _lower(text: str) -> str:
    """The text in lower case, character by character."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _clauses(
    text: str, lower: str, start: int, end: int, law: Regime, place: Place, traffic: bool
) -> Iterator[Reading]:
    """A paragraph's clauses: parts between full stops and semicolons; a semicolon does not end the sentence."""
    sentence = at = start
    for stop, after, full in _stops(text, lower, start, end):
        words = lower[at:stop]
        if len(words) > 6 and not words.isascii():
            earlier = lower[max(sentence, at - _EARLIER) : at]
            yield Reading(law, place, at, words, earlier, lower[sentence : sentence + 40], sentence, traffic)
        at = after
        if full:
            sentence = after


def _stops(text: str, lower: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Where clauses end: end of the clause, start of the next, whether the sentence ends too."""
    at = start
    for match in _FULL_STOP.finditer(lower, start, end):
        while match.start() - at > _LONGEST:
            at = max(lower.rfind(" ", at, at + _LONGEST), at + _LONGEST // 2)
            yield at, at, True
        full = match.group() != ";"
        if _is_stop(text, match, end) if full else not _CONTINUES.match(text, match.end()):
            at = match.end()
            yield match.start(), at, full
    while end - at > _LONGEST:
        at = max(lower.rfind(" ", at, at + _LONGEST), at + _LONGEST // 2)
        yield at, at, True
    yield end, end, True


def _is_stop(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a full stop ends a sentence: before a capital, a dash or the end, not after an abbreviation (`TP.`)."""
    if match.end() >= end:
        return True
    word = text[max(0, match.start() - 4) : match.start()].split()[-1:]
    if word and len(word[0]) <= 3 and word[0].isupper() and not word[0].isdigit():
        return False
    following = text[match.end() : match.end() + 3].lstrip()
    return not following or following[0].isupper() or following[0] in '-+“"*'


def _is_history(reading: Reading, statement: Statement, issued: int | None) -> bool:
    """Whether a statement is dated before the year in which the document was issued: a statistic."""
    if issued is None or statement.low is None or statement.direction == "zero":
        return False
    words = reading.words[statement.left : max(statement.end, statement.extra[1])]
    period = _years(words, first=True) or _years(reading.opening, first=True)
    return period is not None and int(period[-4:]) < issued


# --- Records ----------------------------------------------------------------------------------------------------------


def _records(segments: Segments, reading: Reading, statement: Statement) -> Iterator[Target]:
    """A record for every indicator of a statement."""
    words = reading.words
    items = _items(reading, statement)
    begin = statement.start
    end = max(statement.end, items[-1][2])
    if tail := say.COMPARISON.match(words, end):
        end = tail.end()
    first = begin if statement.direction == "zero" else min(statement.left, begin)
    region = words[first : max(end, statement.extra[1])]
    while begin < end and words[begin] in " ,:;(":
        begin += 1
    end = begin + len(words[begin:end].rstrip(" ,;"))
    evidence = segments.evidence(reading.start + begin, reading.start + end, statement.confidence)
    baseline = _baseline(region, words[max(0, begin - 30) : begin], statement.direction)
    period = _period(reading, statement)
    found_out = say.FOUND_OUT.search(words, max(0, begin - 30), end) is not None
    for code, start, stop in items:
        if statement.direction == "increase" and say.is_harm(code) and not found_out:
            continue  # more crashes are never a target
        text = _IN_BRACKETS.sub("", segments.text[reading.start + start : reading.start + stop]).strip(" ,.;:…")
        text = _RAISED.sub("", text)
        text = f"{text} ({statement.group})" if statement.group else text
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


_Item = tuple[str | None, int, int]  # code or None, start, end


def _items(reading: Reading, statement: Statement) -> list[_Item]:
    """The indicators of a statement. A list is taken apart where its members are indicators of their own."""
    words, direction, (start, end) = reading.words, statement.direction, statement.thing
    whole = words[start:end]
    if direction in ("reduce", "increase") and (three := _criteria(reading, statement)):
        return three
    if direction in ("reduce", "increase", "zero") and len(rows := _members(words, statement)) > 1:
        return rows
    code = indicator_code(whole, whole, direction)
    each = say.EACH.match(words, statement.start) is not None
    short = " " not in whole or each and say.COUNTER.fullmatch(whole) is not None
    if code is None and short and statement.start < start:  # `trồng mới 500 ha rừng`: the verb is part of it
        start = statement.start
        code = indicator_code(words[start:end], words[start:end], direction)
    return [(code, start, _tight(words, start, end) if direction == "zero" else end)]


def _tight(words: str, start: int, end: int) -> int:
    """The end of what is ruled out without the place and the occasion behind a name that is whole without them."""
    if when := say.ZERO_WHEN.search(words, start, end):
        end = when.start()
    place = say.ZERO_PLACE.search(words, start, end)
    return place.start("place") if place else end


def _members(words: str, statement: Statement) -> list[_Item]:
    """The indicators that a list names; a member that names none of its own belongs to the one before it."""
    start, end = statement.thing
    whole = words[start:end]
    rows: list[_Item] = []
    for a, b in _parts(words, start, end):
        code = indicator_code(words[a:b], whole, statement.direction)
        placed = code is None and bool(rows) and say.PLACED.search(words, rows[-1][1], a) is not None
        if not rows or not placed and _begins_anew(words[a:b], code, rows[-1][0], statement.direction):
            rows.append((code, a, b))
        else:
            rows[-1] = (indicator_code(words[rows[-1][1] : b], whole, statement.direction), rows[-1][1], b)
        first = words[rows[0][1] : b]
        single = statement.direction == "zero" and " " not in first  # `người và phương tiện qua lại`
        if len(rows) == 1 and rows[0][0] is None and (single or not _names(first)):
            return rows  # `sai sót, tiêu cực, vi phạm quy chế`: one thing in several words
    rows = [(code, a, tail.start() if (tail := say.MEMBER_TAIL.search(words, a, b)) else b) for code, a, b in rows]
    return [(code, a, _tight(words, a, b)) for code, a, b in rows] if statement.direction == "zero" else rows


def _names(part: str) -> bool:
    """Whether words begin like the name of an indicator or of something that happens."""
    return say.MEASURE.match(part) is not None or say.HEAD.match(_ARTICLES.sub("", part)) is not None


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


def _parts(words: str, start: int, end: int) -> list[Span]:
    """The members of a list."""
    parts, at = [], start
    for link in say.SPLIT.finditer(words, start, end):
        parts.append((at, link.start()))
        at = link.end()
    parts.append((at, end))
    return [(a, b) for a, b in parts if b > a]


def _criteria(reading: Reading, statement: Statement) -> list[_Item]:
    """The three criteria of road safety: spelled out beside the figure, or meant by `cả 3 tiêu chí`."""
    words, (start, end) = reading.words, statement.thing
    low = min(start, statement.extra[0] or start)
    high = max(end, statement.extra[1])
    reach = min(len(words), high + 90)
    named = say.CRITERIA.search(words, low, reach)
    spelled = say.SPELLED_CRITERIA.search(words, low, reach)
    if spelled and spelled.start() <= high + 14 and (rows := _spelled(words, *spelled.span("list"))):
        return rows
    if named is None or not (reading.traffic or say.CRASH.search(words, max(0, low - REACH), reach)):
        return []
    if named.start() <= start < named.end() < end:  # `giảm 5% cả 3 tiêu chí về tai nạn giao thông`
        start = named.end() + 1
    return [(code, start, end) for code in say.THREE]


def _spelled(words: str, start: int, end: int) -> list[_Item]:
    """The criteria in a list (`số vụ, số người chết và bị thương`), empty for fewer than two."""
    figure = say.BEFORE_FIGURE.search(words, start, end)
    rows: list[_Item] = []
    for a, b in _parts(words, *trim_behind(words, start, figure.start() if figure else end)):
        code = indicator_code(words[a:b], words[a:b])
        if code not in say.THREE and (named := say.CRITERION.match(words, a, b)):
            b = named.end()  # `số người bị thương trong kỳ nghỉ lễ`
            code = indicator_code(named.group(), words[a:b])
        if code not in say.THREE:
            break
        rows.append((code, a, b))
    return rows if len(rows) > 1 else []


def _baseline(region: str, before: str, direction: Direction) -> str | None:
    """What a statement compares with: a year, `previous_year`, `annual` (which may stand before it)."""
    for value, expression in say.BASELINES:
        match = expression.search(region)
        if match is None:
            continue
        if value in ("year", "span"):
            return match["year"].replace(" ", "")
        if value != "annual" or direction in ("reduce", "increase"):
            return str(value)
    if direction in ("reduce", "increase") and say.EVERY_YEAR.search(before):
        return "annual"
    return None


def _period(reading: Reading, statement: Statement) -> str | None:
    """The year or years of a statement: its own, those that open the sentence, or those of the heading."""
    words = reading.words
    high = max(statement.end, statement.extra[1])
    return (
        _years(words[statement.start : high], first=True)
        or _years(words[statement.left : statement.start], first=False)
        or _years(reading.opening, first=True)
        or _years(reading.place.heading, first=True)
    )


def _years(text: str, *, first: bool) -> str | None:
    """The first or last year or span of years in a text that is no baseline, date or document's number."""
    found = None
    if "19" not in text and "20" not in text:
        return None
    for match in say.PERIOD.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        if "so với" in before or before.endswith(("/", "-")):
            continue
        if not (match["lead"] or "năm" in match.group() or match["last"]):
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
        if not any(_overlap(syllables, other) >= 0.75 for other in known[-64:]):
            known.append(syllables)
            kept.append(target)
    return kept


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """How much of two sets of syllables is common, 0..1."""
    return len(a & b) / len(a | b) if a or b else 1.0
