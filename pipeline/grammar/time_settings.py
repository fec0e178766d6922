"""Words that set a time, and the time that they set: `trước ngày 30/11`, `từ tháng 3 đến tháng 11`, `Thời gian: quý I`.

A plain search finds them (`knowledge/deadline_phrases.toml`); whether something is due then, `grammar.times` says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from ..text.patterns import Pattern
from .clauses import ends_sentence
from .time_forms import When, past_hour, read_tail, read_when
from .time_phrases import Phrase, labels, leads, pattern, phrases, setters

_LABEL_LENGTH = 200


class Setting(NamedTuple):
    """A time with the words that set it, not yet judged: its pieces, and what it recurs by."""

    start: int
    end: int
    whens: tuple[When, ...]
    is_span: bool
    every: str
    hour: bool
    strength: str
    rule: str
    said: int = -1
    """Where its words begin, if not with those that set it."""


def _read_setter(text: str, start: int, at: int, end: int, phrase: Phrase) -> Iterator[Setting]:
    """The times behind a setter, else days counted from something."""
    none = True
    if phrase.strength != "relative":
        for number, hit in enumerate(_read_times(text, start, at, end, phrase.strength, phrase.name)):
            yield hit if phrase.spoken or number else hit._replace(said=at)
            none = False
    count = _COUNT.match(text, at, end) if none and phrase.strength in ("relative", "strong") else None
    if count is not None:
        since = next(filter(None, count.groupdict().values()), "")
        yield Setting(start, count.end(), (), False, since, False, "relative", phrase.name)


def _read_times(text: str, start: int, at: int, end: int, strength: str, rule: str) -> Iterator[Setting]:
    """The times behind the words that set them; `start` is where those begin."""
    begin = past_hour(text, at, end)
    every, stop = read_tail(text, begin, end)
    if every == "day" and begin > at:
        yield Setting(start, stop, (), False, every, True, strength, rule)
        return
    for _ in range(6):
        when = read_when(text, begin, end)
        if when is None:
            return
        if now := _THIS_YEAR.match(text, when.end, end):
            when = when._replace(end=now.end(), now=True)
        whens = [when]
        every, stop = read_tail(text, when.end, end)
        listed = when.year is None or (strength == "label" and when.form == "months")
        while listed and len(whens) < 6:
            more = _LINK.match(text, stop, end)
            another = read_when(text, more.end(), end) if more is not None else None
            if another is None or another.form != when.form:
                break
            whens.append(another)
            every, stop = read_tail(text, another.end, end)
        yield Setting(start, stop, tuple(whens), False, every, begin > at, strength, rule)
        link = _LINK.match(text, stop, end)
        if link is None:
            return
        start = begin = link.end()


def _read_span(text: str, start: int, at: int, end: int, rule: str) -> Setting | None:
    """`từ ngày 01/9 đến hết ngày 30/9/2024`; the words `từ` stand from `start` to `at`."""
    first = _read_end(text, at, end)
    link = _TO.match(text, first.end, end) if first is not None else None
    if first is None or link is None:
        return None
    last = _read_end(text, link.end(), end)
    if last is None or (first.form == last.form == "open"):
        return None
    every, stop = read_tail(text, last.end, end)
    said = start if last.form == "open" else link.start("till")
    return Setting(start, stop, (first, last), True, every, False, "span", rule, said)


def _read_end(text: str, at: int, end: int) -> When | None:
    """One end of a span."""
    opened = _OPEN.match(text, at, end)
    if opened is not None:
        return When(at, opened.end(), "open")
    return read_when(text, past_hour(text, at, end), end)


_THIS_YEAR = pattern("this_year")
_LINK = pattern("link")
_TO = pattern("to")
_OPEN = pattern("open")
_COUNT = pattern("count")


# -- finding -----------------------------------------------------------------------------------------------------------

_RANK = {"weak": 0, "opening": 1, "until": 1, "within": 2, "relative": 3, "strong": 4, "span": 5, "label": 6}


def scan(text: str, start: int, end: int) -> list[Setting]:
    """Everything in `text[start:end]` that is set as a time, in order of its place; nothing is judged yet."""
    keys = _keys_within(text, start, end)
    if not keys or (_DIGIT.search(text, start, end) is None and _MAY_HOLD.search(text, start, end) is None):
        return []
    found: dict[int, Setting] = {}
    for phrase, match in _places("setter", keys, text, start, end):
        begin = match.start() + (text[match.start()] == " ")
        if phrase.strength == "span":
            span = _read_span(text, begin, match.end(), end, phrase.name)
            hits = iter((span,) if span is not None else ())
        else:
            hits = _read_setter(text, begin, match.end(), end, phrase)
        for hit in hits:
            if not _add(found, hit):
                break
    for phrase, match in _places("label", keys, text, start, end):
        for hit in read_label(text, match.end(), _label_end(text, match.end(), end), phrase.name):
            _add(found, with_set_words(hit, found.get(hit.end)))
    for hit in _opening_times(keys, text, start, end):
        _add(found, hit)
    return _outermost(found)


def _label_end(text: str, at: int, end: int) -> int:
    """Where the answer to a label ends that begins at `at`: with its sentence or line."""
    end = min(end, at + _LABEL_LENGTH)
    line = text.find("\n", at, end)
    end = line if line >= 0 else end
    stop = text.find(".", at, end)
    while stop >= 0 and not ends_sentence(text, stop, end):
        stop = text.find(".", stop + 1, end)
    return stop if stop >= 0 else end


def with_set_words(answer: Setting, known: Setting | None) -> Setting:
    """A bare time in the answer to a label, with the words that set it where there are some (`trước ngày …`)."""
    if known is None or known.start >= answer.start:
        return answer
    return answer._replace(start=known.start if known.said < 0 else known.said, rule=known.rule)


def _outermost(found: dict[int, Setting]) -> list[Setting]:
    """The settings that begin in no span or list of another, in order."""
    kept: list[Setting] = []
    covered = -1
    for hit in sorted(found.values(), key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= covered:
            kept.append(hit)
            if len(hit.whens) > 1:
                covered = hit.end
    return kept


def _add(found: dict[int, Setting], hit: Setting) -> bool:
    """Keeps the best of the hits that end at one place; whether it was a new place."""
    known = found.get(hit.end)
    if known is None or (_RANK[known.strength], -known.start) < (_RANK[hit.strength], -hit.start):
        found[hit.end] = hit
    return known is None


@cache
def _beginnings() -> dict[str, str]:
    """The keys of all phrases, each with the shortest of them that it begins with."""
    keys = {phrase.key for phrase in (*setters(), *labels(), *_OPENINGS)}
    return {key: min(filter(key.startswith, keys), key=len) for key in keys}


@lru_cache(maxsize=4)
def _key_places(text: str) -> tuple[list[int], list[str]]:
    """Where the beginnings of keys stand in a text, in order: it is searched once, not once an item."""
    found: list[tuple[int, str]] = []
    for key in set(_beginnings().values()):
        at = text.find(key)
        while at >= 0:
            found.append((at, key))
            at = text.find(key, at + 1)
    found.sort()
    return [at for at, _ in found], [key for _, key in found]


def _keys_within(text: str, start: int, end: int) -> frozenset[str]:
    """The beginnings of keys that begin in `text[start:end]`."""
    places, keys = _key_places(text)
    first = bisect_left(places, start)
    if first == len(places) or places[first] >= end:
        return _NO_KEYS
    return frozenset(keys[first : bisect_left(places, end, first)])


_NO_KEYS: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def _begun(kind: str, keys: frozenset[str]) -> tuple[tuple[Phrase, tuple[int, ...]], ...]:
    """The phrases of a kind whose keys begin with these beginnings, in their order, each with its leads."""
    return tuple((phrase, _leads_of(phrase)) for phrase in phrases(kind) if _beginnings()[phrase.key] in keys)


_leads_of = cache(leads)


def _places(kind: str, keys: frozenset[str], text: str, start: int, end: int) -> Iterator[tuple[Phrase, re.Match[str]]]:
    for phrase, leads_of in _begun(kind, keys):
        for match in _finds(phrase, leads_of, text, start, end):
            yield phrase, match


def _finds(phrase: Phrase, before: tuple[int, ...], text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The matches of a phrase, found by a plain search for its key; `before` it they begin so many characters."""
    at = text.find(phrase.key, start, end)
    while at >= 0:
        for lead in before:
            match = phrase.pattern.match(text, at - lead, end) if at - lead >= start else None
            if match is not None:
                yield match
                break
        at = text.find(phrase.key, at + len(phrase.key), end)


# What every time that sets a deadline holds: most items of a plan have none of it, and are not searched for phrases.
_DIGIT = Pattern(r"\d")
_MAY_HOLD = Pattern(r"[Qq]uý|QUÝ|cuối|thứ|tuần|đầu|hết|kỳ|Tết|mùa")
_LABEL_TIME = pattern("label_time")


def read_label(text: str, at: int, end: int, rule: str, hours: bool = False) -> Iterator[Setting]:
    """The times in the answer to a time label; a day with its hour is that of an event, but for a table of tasks."""
    if _HELD.search(text, at, end) is not None:
        return
    no_times = (_CITED_DAY, _FROM_BEFORE) if hours else (_CITED_DAY, _FROM_BEFORE, _HOUR_BEFORE)
    while at < end:
        step = _LABEL_TIME.search(text, at, end)
        if step is None:
            return
        span = _label_span(text, at, step.start(), end, rule)
        if span is not None:
            yield span
            at = span.end
            continue
        before = text[max(at, step.start() - 60) : step.start()]
        hits = list(_read_times(text, step.start(), step.start(), end, "label", rule))
        if not hits:
            at = step.end()
            continue
        since = _since(text, at, hits[0], end) if len(hits) == 1 else None
        if since is not None:
            yield since
        elif not any(none.search(before) for none in no_times):
            hits[-1] = _with_what_follows(text, hits[-1], end)
            yield from (hit for hit in hits if hit.every or hit.whens[0].form not in ("day_of_month", "weekday"))
        at = hits[-1].end


def _since(text: str, floor: int, hit: Setting, end: int) -> Setting | None:
    """A month or quarter from which work goes on, as the whole answer: `Từ quý I/2026`, `Từ tháng 11/2025 trở đi`."""
    word = _FROM_BEFORE.search(text, max(floor, hit.start - 8), hit.start)
    if word is None or hit.every or hit.whens[0].form != "months" or not _ONWARD.match(text, hit.end, end):
        return None
    stop = _ONWARD.match(text, hit.end, end)
    last = len(text[: stop.end()].rstrip(" .;")) if stop else hit.end
    return hit._replace(start=word.start(), end=last, whens=(hit.whens[0], When(last, last, "open")), is_span=True)


def _with_what_follows(text: str, hit: Setting, end: int) -> Setting:
    """A month or quarter with the words that say that the work goes on (`Tháng 12/2025 và thường xuyên`)."""
    if hit.every or hit.whens[0].form != "months" or (more := _AND_ON.match(text, hit.end, end)) is None:
        return hit
    return hit._replace(end=more.end())


def _label_span(text: str, floor: int, at: int, end: int, rule: str) -> Setting | None:
    """`Từ tháng 3 đến …`, `Quý IV/2025 - Quý II/2026`, whose first time stands at `at`."""
    word = _FROM_BEFORE.search(text, max(floor, at - 8), at)
    span = _read_span(text, word.start() if word else at, at, end, rule)
    return span._replace(strength="label", said=-1) if span is not None else None


def _opening_times(keys: frozenset[str], text: str, start: int, end: int) -> Iterator[Setting]:
    """A month or quarter at the head of a clause: `Quý I/2027, các cơ quan đánh giá …`, `Tháng 3/2026: …`."""
    for opening, match in _places("opening", keys, text, start, end):
        at = match.start()
        before = text[max(start, at - 8) : at].rstrip(" -+*")
        opens = not before or before[-1] in "\n;.(:)"
        if not opens and not _IN_BRACKET.search(text, max(start, at - _BRACKET), at):
            continue
        when = read_when(text, at, end)
        if when is None or when.form not in ("months", "day_of_month"):
            continue
        every, stop = read_tail(text, when.end, end)
        if text[stop : stop + 1] == ")" and before[-1:] in (",", ":") and when.year is None:
            continue  # `(đợt 1: tháng 5; đợt 2: tháng 7)`
        if not opens and text[stop : stop + 1] != ")":
            continue
        if (every != "" and not before) if when.form == "day_of_month" else _AFTER_OPENING.match(text, stop, end):
            yield Setting(at, stop, (when,), False, every, False, "opening", opening.name)


_BRACKET = 90
_IN_BRACKET = pattern("in_bracket")
_AND_ON = pattern("and_on")
_ONWARD = pattern("onward")
_OPENINGS = phrases("opening")
_AFTER_OPENING = pattern("after_opening")
_FROM_BEFORE = pattern("from_before")
_HELD = pattern("held")
_CITED_DAY = pattern("cited", "cited_day")
_HOUR_BEFORE = pattern("hour_before")
