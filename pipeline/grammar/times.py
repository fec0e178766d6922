"""Times that set a deadline: `trước ngày 30/11/2025`, `trong quý II/2026`, `Từ tháng 3 đến tháng 11`, `hằng tháng`.

Words that set a time (`knowledge/deadline_phrases.toml`) are found by a plain search; what stands behind them is read
as days, months, quarters or weekdays by small anchored patterns, and the words around it say whether something is due.
Dates of citations, of history, of validity (hiệu lực) and of events are no deadlines. Calendar days with their year are
read by `grammar.dates`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from .dates import make_iso, match_date
from .time_phrases import FORMS, HEADS, HOUR, PARTS, TAILS, Phrase, labels, pattern, phrases, setters

IssueDate = tuple[int | None, int | None, int | None]

_EARLY = dt.timedelta(days=75)
"""How long before its issue a document may set a deadline (a campaign that had begun); older days are history."""
_LABEL_LENGTH = 200
_CLAUSE_LENGTH = 260


@dataclass(frozen=True, slots=True)
class Due:
    """A time by which something is due.

    Attributes:
        start, end: Half-open offsets of its words, from the word that sets it.
        words: As written (`trước ngày 25 hằng tháng`, `quý I năm 2014`).
        date: ISO day where it is one day (the end of a span of days), its year taken from the issue where it is left
            out; else None.
        due_from: First day that the words mean, None where they mean no span.
        due_to: Last day that they mean, None for a recurring time or one without an end in days.
        recurs: RFC 5545 rule of a recurring time.
        strength: `strong`, `within`, `weak`, `span`, `until`, `relative`, `label` or `opening`.
        rule: Name of the rule that read it.
    """

    start: int
    end: int
    words: str
    date: str | None
    due_from: dt.date | None
    due_to: dt.date | None
    recurs: str | None
    strength: str
    rule: str


class When(NamedTuple):
    """A time as it stands in a text, before anything is known of its year.

    Attributes:
        form: `day`, `day_of_month`, `months`, `weekday` or `open` (the end of a span that is no day).
        months: 1..12, in the order of the text; for a quarter its three months.
        day: 1..31, or -1 for the last day of a month, -2 for its last working day.
        first, last: Days of the month that a piece of it means (`đầu tháng`: 1 and 10).
        weekday: RFC 5545 name.
    """

    start: int
    end: int
    form: str
    year: int | None = None
    months: tuple[int, ...] = ()
    day: int = 0
    first: int = 1
    last: int = 31
    weekday: str = ""
    rule: str = ""


class _Hit(NamedTuple):
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


# -- reading at a place ------------------------------------------------------------------------------------------------

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_NUMBERS = re.compile(r"\d+|I{1,3}V?")
_WEEKDAYS = {"hai": "MO", "ba": "TU", "tư": "WE", "năm": "TH", "sáu": "FR", "bảy": "SA"}
_WEEKDAYS |= dict(zip("234567", _WEEKDAYS.values(), strict=True))
_STARTS_WHEN = re.compile(r"[\dIVnNtTqQcCđĐgGhHsSl]")


def _months_of(match: re.Match[str], form: Phrase) -> tuple[int, ...]:
    """The months that a form means."""
    if form.months:
        return form.months
    groups = match.groupdict()
    if groups.get("months"):
        numbers = [int(word) for word in _NUMBERS.findall(groups["months"])]
        return _filled(numbers, groups["months"])
    quarters = _filled([_ROMAN[word] for word in _NUMBERS.findall(groups["quarters"])], groups["quarters"])
    return tuple(3 * (quarter - 1) + place for quarter in quarters for place in (1, 2, 3))


def _filled(numbers: list[int], words: str) -> tuple[int, ...]:
    """`3 - 6` is 3, 4, 5, 6; `3, 6` is 3, 6."""
    if len(numbers) == 2 and "-" in words and numbers[0] < numbers[1]:
        return tuple(range(numbers[0], numbers[1] + 1))
    return tuple(numbers)


def read_when(text: str, at: int, end: int, bare: bool = True) -> When | None:
    """The time that starts exactly at `at`, or None.

    Args:
        text: Clean text.
        at: Where the time must start.
        end: Where to stop reading.
        bare: A day or month in plain digits counts (`15/10`, `12/2024`), as it does behind a word that sets a time.
    """
    if at >= end or _STARTS_WHEN.match(text, at) is None:
        return None
    date = match_date(text, at, end)
    if date is not None and date.flag == "impossible":
        return None
    if date is not None and date.day is not None and date.month is not None:
        return When(at, date.end, "day", date.year, (date.month,), date.day, rule="day")
    for part in PARTS:
        piece = part.pattern.match(text, at, end)
        if piece is not None:
            when = _read_form(text, piece.end() + 1, end, bare)
            cut = when is not None and when.form == "months"
            return when._replace(start=at, first=part.first, last=part.last) if when is not None and cut else None
    return _read_form(text, at, end, bare)


def _read_form(text: str, at: int, end: int, bare: bool) -> When | None:
    for form in FORMS:
        match = form.pattern.match(text, at, end)
        if match is None or (not bare and text[at].isdigit() and not form.months):
            continue
        groups = match.groupdict()
        year = int(groups["year"]) if groups.get("year") else None
        if form.name == "weekday":
            return When(at, match.end(), "weekday", weekday=_WEEKDAYS[groups["weekday"].lower()], rule=form.name)
        if form.name == "day_of_month":
            day = int(groups["day"]) if groups["day"].isdigit() else form.last_day(groups["day"])
            return When(at, match.end(), "day_of_month", day=day, rule=form.name) if day <= 31 else None
        if form.name == "day_month":
            day, month = int(groups["day"]), int(groups["month"])
            if make_iso(2000, month, day) is None:
                continue
            return When(at, match.end(), "day", year, (month,), day, rule=form.name)
        return When(at, match.end(), "months", year, _months_of(match, form), rule=form.name)
    return None


def _past_hour(text: str, at: int, end: int) -> int:
    hour = HOUR.match(text, at, end)
    return hour.end() if hour is not None else at


def _tail(text: str, at: int, end: int) -> tuple[str, int]:
    """What a time that ends at `at` recurs by, in the words behind it, and where they end."""
    every = ""
    for _ in range(2):
        for tail in TAILS:
            match = tail.pattern.match(text, at, end)
            if match is not None:
                every, at = every or tail.every, match.end()
                break
        else:
            break
    return every, at


def _read_setter(text: str, start: int, at: int, end: int, phrase: Phrase) -> Iterator[_Hit]:
    """The times behind a setter, else days counted from something."""
    none = True
    if phrase.strength != "relative":
        for number, hit in enumerate(_read_times(text, start, at, end, phrase.strength, phrase.name)):
            yield hit if phrase.spoken or number else hit._replace(said=at)
            none = False
    count = _COUNT.match(text, at, end) if none and phrase.strength in ("relative", "strong") else None
    if count is not None:
        yield _Hit(start, count.end(), (), False, count["from"] or "", False, "relative", phrase.name)


def _read_times(text: str, start: int, at: int, end: int, strength: str, rule: str) -> Iterator[_Hit]:
    """The times behind the words that set them; `start` is where those begin."""
    begin = _past_hour(text, at, end)
    every, stop = _tail(text, begin, end)
    if every == "day" and begin > at:
        yield _Hit(start, stop, (), False, every, True, strength, rule)
        return
    for _ in range(6):
        when = read_when(text, begin, end)
        if when is None:
            return
        whens = [when]
        every, stop = _tail(text, when.end, end)
        while not every and when.year is None and len(whens) < 6:
            more = _LINK.match(text, stop, end)
            another = read_when(text, more.end(), end) if more is not None else None
            if another is None or another.form != when.form:
                break
            whens.append(another)
            every, stop = _tail(text, another.end, end)
        yield _Hit(start, stop, tuple(whens), False, every, begin > at, strength, rule)
        link = _LINK.match(text, stop, end)
        if link is None:
            return
        start = begin = link.end()


def _read_span(text: str, start: int, at: int, end: int, rule: str) -> _Hit | None:
    """`từ ngày 01/9 đến hết ngày 30/9/2024`; the words `từ` stand from `start` to `at`."""
    first = _read_end(text, at, end)
    link = _TO.match(text, first.end, end) if first is not None else None
    if first is None or link is None:
        return None
    last = _read_end(text, link.end(), end)
    if last is None or (first.form == last.form == "open"):
        return None
    every, stop = _tail(text, last.end, end)
    said = start if last.form == "open" else link.start("till")
    return _Hit(start, stop, (first, last), True, every, False, "span", rule, said)


def _read_end(text: str, at: int, end: int) -> When | None:
    """One end of a span."""
    opened = _OPEN.match(text, at, end)
    if opened is not None:
        return When(at, opened.end(), "open")
    return read_when(text, _past_hour(text, at, end), end)


_LINK = pattern("link")
_TO = pattern("to")
_OPEN = pattern("open")


# -- finding -----------------------------------------------------------------------------------------------------------

_RANK = {"weak": 0, "opening": 1, "until": 1, "within": 2, "relative": 3, "strong": 4, "span": 5, "label": 6}


def _scan(text: str, start: int, end: int) -> list[_Hit]:
    """Everything in `text[start:end]` that is set as a time, in order of its place; nothing is judged yet."""
    found: dict[int, _Hit] = {}
    for phrase, match in _places(setters(), text, start, end):
        begin = match.start() + (text[match.start()] == " ")
        if phrase.strength == "span":
            span = _read_span(text, begin, match.end(), end, phrase.name)
            hits = iter((span,) if span is not None else ())
        else:
            hits = _read_setter(text, begin, match.end(), end, phrase)
        for hit in hits:
            if not _add(found, hit):
                break
    for phrase, match in _places(labels(), text, start, end):
        stop = _LABEL_END.search(text, match.end(), min(end, match.end() + _LABEL_LENGTH))
        limit = stop.start() if stop else min(end, match.end() + _LABEL_LENGTH)
        for hit in _read_label(text, match.end(), limit, phrase.name):
            _add(found, hit)
    for hit in _opening_times(text, start, end):
        _add(found, hit)
    return _outermost(found)


def _outermost(found: dict[int, _Hit]) -> list[_Hit]:
    """The hits that stand in no span of another, in order."""
    kept: list[_Hit] = []
    span_end = -1
    for hit in sorted(found.values(), key=lambda hit: (hit.start, -hit.end)):
        if hit.end > span_end:
            kept.append(hit)
        if hit.is_span:
            span_end = max(span_end, hit.end)
    return kept


def _add(found: dict[int, _Hit], hit: _Hit) -> bool:
    """Keeps the best of the hits that end at one place; whether it was a new place."""
    known = found.get(hit.end)
    if known is None or (_RANK[known.strength], -known.start) < (_RANK[hit.strength], -hit.start):
        found[hit.end] = hit
    return known is None


def _places(sought: tuple[Phrase, ...], text: str, start: int, end: int) -> Iterator[tuple[Phrase, re.Match[str]]]:
    for phrase in sought:
        for match in _finds(phrase, text, start, end):
            yield phrase, match


def _finds(phrase: Phrase, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The matches of a phrase, found by a plain search for its key."""
    at = text.find(phrase.key, start, end)
    while at >= 0:
        for lead in phrase.leads:
            match = phrase.pattern.match(text, at - lead, end) if at - lead >= start else None
            if match is not None:
                yield match
                break
        at = text.find(phrase.key, at + len(phrase.key), end)


_LABEL_END = re.compile(r"[\n]|\.(?= |$)|\.(?=/)")
_LABEL_TIME = pattern("label_time")


def _read_label(text: str, at: int, end: int, rule: str, hours: bool = False) -> Iterator[_Hit]:
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
        if not any(none.search(before) for none in no_times):
            yield from (hit for hit in hits if hit.every or hit.whens[0].form not in ("day_of_month", "weekday"))
        at = hits[-1].end


def _label_span(text: str, floor: int, at: int, end: int, rule: str) -> _Hit | None:
    """`Từ tháng 3 đến …`, `Quý IV/2025 - Quý II/2026`, whose first time stands at `at`."""
    word = _FROM_BEFORE.search(text, max(floor, at - 8), at)
    span = _read_span(text, word.start() if word else at, at, end, rule)
    return span._replace(strength="label", said=-1) if span is not None else None


def _opening_times(text: str, start: int, end: int) -> Iterator[_Hit]:
    """A month or quarter at the head of a clause: `Quý I/2027, các cơ quan đánh giá …`, `Tháng 3/2026: …`."""
    for opening, match in _places(_OPENINGS, text, start, end):
        at = match.start()
        before = text[max(start, at - 8) : at].rstrip(" -+*")
        if before and before[-1] not in "\n;.(:)":
            continue
        when = read_when(text, at, end, bare=False)
        if when is None or when.form != "months":
            continue
        every, stop = _tail(text, when.end, end)
        if _AFTER_OPENING.match(text, stop, end):
            yield _Hit(at, stop, (when,), False, every, False, "opening", opening.name)


_OPENINGS = phrases("opening")
_AFTER_OPENING = pattern("after_opening")
_FROM_BEFORE = pattern("from_before")
_HELD = pattern("held")
_CITED_DAY = pattern("cited", "cited_day")
_HOUR_BEFORE = pattern("hour_before")


# -- judging -----------------------------------------------------------------------------------------------------------

_CLAUSE_END = re.compile(r"[;\n] ?|\. (?=[A-ZĐÀ-Ỹ])")
_FINISH = re.compile(rf"(?i:{pattern('finish').pattern})(?![^\W_])")
_RUN = re.compile(rf"(?:{pattern('run').pattern})(?![^\W_])")
_PAST = re.compile(rf"(?:{pattern('past').pattern})(?![^\W_])")
_COUNTED = re.compile(rf"(?:{pattern('counted').pattern})(?![^\W_])")
_COUNTED_FROM = pattern("counted_from")
_COUNT = pattern("count")
_HOLDS = pattern("holds")
_EVENT = pattern("event")
_FINDING = pattern("finding")
_MEETING = pattern("meeting")
_CITED_SUBJECT = pattern("cited", "cited")
_UNTIL = pattern("until")


def clause_start(text: str, at: int, floor: int) -> int:
    """Where the clause before `at` begins."""
    low = max(floor, at - _CLAUSE_LENGTH)
    begin = low
    for match in _CLAUSE_END.finditer(text, low, at):
        begin = match.end()
    return begin


def _is_due(text: str, hit: _Hit, begin: int, end: int) -> bool:
    """Whether the words around a time make it a deadline; its clause starts at `begin`."""
    if hit.strength == "label":
        return True
    if _COUNTED_FROM.search(text, max(begin, hit.start - 25), hit.start):
        return False
    before = text[max(begin, hit.start - 110) : hit.start]
    if _HOLDS.match(text, hit.end) or _CITED_SUBJECT.search(before):
        return False
    finishes = hit.strength != "until" and _FINISH.search(before[-45:])
    if not finishes and (_COUNTED.search(before) or _PAST.search(before[-60:])):
        return False
    if hit.strength in ("strong", "opening", "relative", "span", "until"):
        return _SPECIAL[hit.strength](text, hit, before, end)
    if hit.every:
        stop = _CLAUSE_END.search(text, hit.end, min(end, hit.end + 80))
        limit = stop.start() if stop else min(end, hit.end + 80)
        return _FINISH.search(text, begin, limit) is not None
    if _EVENT.search(before):
        return False
    months = all(when.form == "months" for when in hit.whens)
    if hit.strength == "within" and months and len(hit.whens[0].months) < 6:
        return before.strip() != "" or _FINDING.match(text, hit.end) is None
    near = before[-30:] if hit.strength == "weak" and not months else before
    return _FINISH.search(near) is not None


def _is_strong_due(text: str, hit: _Hit, before: str, end: int) -> bool:
    return True


def _is_opening_due(text: str, hit: _Hit, before: str, end: int) -> bool:
    return _FINDING.match(text, hit.end) is None and not (before.endswith("(") and _MEETING.search(before))


def _is_relative_due(text: str, hit: _Hit, before: str, end: int) -> bool:
    return hit.every != "" or _FINISH.search(before) is not None


def _is_span_due(text: str, hit: _Hit, before: str, end: int) -> bool:
    """A span is due where work runs in it, or where it is all that its clause says."""
    stop = text[hit.end : hit.end + 1]
    alone = not before.strip(" -+*") and (hit.end >= end or stop in ":.;,\n")
    told_end = hit.said > hit.start and hit.said < hit.whens[-1].start  # `đến hết`, `đến trước`
    return alone or told_end or _RUN.search(before) is not None or _FINISH.search(before) is not None


def _is_until_due(text: str, hit: _Hit, before: str, end: int) -> bool:
    return _UNTIL.search(before) is not None and _RUN.search(before) is not None


_SPECIAL = {
    "strong": _is_strong_due,
    "opening": _is_opening_due,
    "relative": _is_relative_due,
    "span": _is_span_due,
    "until": _is_until_due,
}


# -- what the words mean -----------------------------------------------------------------------------------------------


def _head(text: str, hit: _Hit, begin: int) -> tuple[str, int]:
    """What a time recurs by, in the words of its clause before it, and where the time's words begin then."""
    low = max(begin, hit.start - 160)
    best: tuple[int, int, Phrase] | None = None
    for head in HEADS:
        for match in head.pattern.finditer(text, low, hit.start):
            if best is None or match.end() > best[1]:
                best = (match.start(), match.end(), head)
    if best is None:
        return "", hit.start
    needed = best[2].spoken and hit.whens[0].form in ("day_of_month", "weekday")  # says nothing without it
    beside = needed and not hit.every and text[best[1] : hit.start] in (" (", "(", " ", ", ", "")
    return best[2].every, best[0] if beside else hit.start


def _rule(whens: tuple[When, ...], every: str) -> str | None:
    """The RFC 5545 rule of times that recur; None where the words leave it open."""
    if every == "day":
        return "FREQ=DAILY"
    when = whens[0]
    if when.form == "weekday":
        return f"FREQ=WEEKLY;BYDAY={','.join(each.weekday for each in whens)}"
    if when.form == "months":
        return "FREQ=YEARLY;BYMONTH=" + ",".join(str(month) for each in whens for month in _ends(each))
    if when.form == "day":
        months = ",".join(str(month) for month in sorted({each.months[0] for each in whens}))
        return f"FREQ=YEARLY;BYMONTH={months};BYMONTHDAY={when.day}"
    day = {-2: "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"}.get(when.day)
    day = day or "BYMONTHDAY=" + ",".join(str(each.day) for each in whens)
    return {
        "month": f"FREQ=MONTHLY;{day}",
        "quarter": f"FREQ=MONTHLY;INTERVAL=3;{day}",
        "quarter_end": f"FREQ=MONTHLY;BYMONTH=3,6,9,12;{day}",
        "quarter_start": f"FREQ=MONTHLY;BYMONTH=1,4,7,10;{day}",
    }.get(every)


def _ends(when: When) -> tuple[int, ...]:
    """The months by whose end a recurring quarter or month is due."""
    return when.months[2::3] if "quarter" in when.rule else when.months


def _year_of(when: When, issued: IssueDate, years: tuple[int, int] | None) -> int | None:
    """The year of a time that names none: the first in which it does not lie before the issue."""
    year, month, day = issued
    if years is not None and years[0] == years[1] and (year is None or years[0] in (year, year + 1)):
        return years[0]
    if year is None or not when.months:
        return year or (years[0] if years else None)
    late = max(when.months)
    if month is not None and (late, when.day or 31) < (month, day or 1) and month - late > 1:
        return year + 1
    return year


def _bounds(when: When) -> tuple[dt.date, dt.date] | None:
    """First and last day of a time whose year is known."""
    if when.year is None or not when.months:
        return None
    try:
        if when.form == "day":
            day = dt.date(when.year, when.months[0], when.day)
            return day, day
        first = dt.date(when.year, min(when.months), 1)
        last = _month_end(when.year, max(when.months))
    except ValueError:
        return None
    if when.last < 31 or when.first > 1:  # a piece of it: its first or last month, where it is longer than a month
        base = last.replace(day=1) if when.first > 20 else first
        return base.replace(day=when.first), min(_month_end(base.year, base.month), base + dt.timedelta(when.last - 1))
    return first, last


def _month_end(year: int, month: int) -> dt.date:
    return (dt.date(year + month // 12, month % 12 + 1, 1)) - dt.timedelta(days=1)


def _with_years(hit: _Hit, issued: IssueDate, years: tuple[int, int] | None) -> tuple[When, ...]:
    """The times of a hit with their years: an earlier one takes that of a later one."""
    whens = list(hit.whens)
    for place in range(len(whens) - 1, -1, -1):
        when = whens[place]
        if when.year is not None or not when.months:
            continue
        later = whens[place + 1] if place + 1 < len(whens) else None
        if later is not None and later.year is not None:
            before = hit.is_span and min(when.months) > max(later.months)
            whens[place] = when._replace(year=later.year - before)
        else:
            whens[place] = when._replace(year=_year_of(when, issued, years))
    first = whens[0] if whens else None
    if hit.is_span and first is not None and first.year and hit.whens[-1].year is None and whens[-1].months:
        last = whens[-1]._replace(year=first.year)
        whens[-1] = last if max(last.months) >= min(first.months) else last._replace(year=first.year + 1)
    return tuple(whens)


def _is_history(last: dt.date | None, issued: IssueDate) -> bool:
    """Whether a day lies well before the issue of its document."""
    year, month, day = issued
    if year is None or last is None:
        return False
    try:
        return last < dt.date(year, month or 1, day or 1) - _EARLY
    except ValueError:
        return False


def _dues(text: str, hit: _Hit, begin: int, issued: IssueDate, years: tuple[int, int] | None) -> Iterator[Due]:
    """The deadlines that a judged hit gives."""
    start, end, every = hit.start, hit.end, hit.every
    said = start if hit.said < 0 else hit.said
    dated = any(when.year is not None for when in hit.whens)
    if not dated and hit.whens and hit.strength != "label" and not hit.is_span:
        head, start = _head(text, hit, begin)
        every = every or head
        if start < hit.start and "(" in text[start : hit.start] and text[end : end + 1] == ")":
            end += 1
    start = start if start < hit.start else said
    plain = Due(start, end, text[start:end].strip(" ,("), None, None, None, None, hit.strength, hit.rule)
    if hit.strength == "relative":
        yield plain
    elif every:
        if every in _OF_A_DAY and hit.whens and hit.whens[0].form == "months" and not hit.every:
            return
        yield from _recurring(plain, hit, every)
    elif hit.whens and not all(when.form in ("day_of_month", "weekday") for when in hit.whens):
        yield from _dated(text, plain, hit, issued, years)


_OF_A_DAY = ("day", "week", "month")


def _recurring(plain: Due, hit: _Hit, every: str) -> Iterator[Due]:
    if hit.is_span or not hit.whens:
        yield replace(plain, recurs=_rule(hit.whens[-1:], every))
        return
    days = {when.day for when in hit.whens}
    groups = [hit.whens] if len(days) == 1 or hit.whens[0].form != "day" else [(when,) for when in hit.whens]
    for whens in groups:
        yield replace(plain, recurs=_rule(whens, every))


def _dated(text: str, plain: Due, hit: _Hit, issued: IssueDate, years: tuple[int, int] | None) -> Iterator[Due]:
    one_year = years is None or years[0] == years[1]
    if not one_year and all(when.year is None for when in hit.whens):
        yield plain  # in which of its years, the document does not say
        return
    whens = _with_years(hit, issued, years)
    if hit.is_span or whens[0].form == "months":
        first, last = _bounds(whens[0]), _bounds(whens[-1])
        due_from, due_to = first[0] if first else None, last[1] if last else None
        if hit.rule == "before" and due_from is not None:
            due_to = due_from - dt.timedelta(days=1)
        due_from = None if hit.rule in ("before", "until_the_end") else due_from
        if _is_history(due_to, issued) or (due_from is not None and due_to is not None and due_from > due_to):
            return
        is_day = whens[-1].form == "day" and due_to is not None
        day = due_to.isoformat() if is_day and due_to is not None else None
        yield replace(plain, date=day, due_from=due_from, due_to=due_to)
        return
    start = plain.start
    for when in whens:
        bounds = _bounds(when)
        if bounds is not None and not _is_history(bounds[1], issued):
            words = text[start : when.end]
            yield replace(plain, start=start, end=when.end, words=words, date=bounds[1].isoformat(), due_to=bounds[1])
        elif bounds is None:
            yield replace(plain, start=start, end=when.end, words=text[start : when.end])
        start = when.end
        while start < plain.end and not (text[start].isalnum()):
            start += 1


def due_in(
    text: str,
    start: int,
    end: int,
    *,
    issued: IssueDate,
    label: bool = False,
    years: tuple[int, int] | None = None,
) -> tuple[Due, ...]:
    """The times in `text[start:end]` that set a deadline, in order.

    Args:
        text: Clean text.
        start, end: Half-open offsets: an item, a paragraph, the value of a label or a cell.
        issued: Year, month and day of issue, None where unknown.
        label: The stretch is the answer to a time label or a time cell of a table, so that a bare time counts.
        years: First and last year that the title names. In a document for several years a day without its year stays
            words; None takes the year from the issue.
    """
    hits = list(_read_label(text, start, end, "label", hours=True)) if label else _scan(text, start, end)
    if label:
        hits = _with_set_words(text, hits, _scan(text, start, end))
    found: list[Due] = []
    for hit in hits:
        begin = clause_start(text, hit.start, start)
        if _is_due(text, hit, begin, end):
            found.extend(_dues(text, hit, begin, issued, years))
    return tuple(found)


def _with_set_words(text: str, plain: list[_Hit], scanned: list[_Hit]) -> list[_Hit]:
    """The bare times of a label's answer, each with the words that set it where there are some."""
    found = {hit.end: hit for hit in plain}
    for hit in scanned:
        if hit.end in found and not found[hit.end].is_span and hit.start < found[hit.end].start:
            found[hit.end] = found[hit.end]._replace(start=hit.start if hit.said < 0 else hit.said, rule=hit.rule)
        elif hit.strength in ("relative", "span") or (hit.every and hit.end not in found):
            found[hit.end] = hit if hit.strength == "relative" else hit._replace(strength="label", said=-1)
    return sorted(found.values(), key=lambda hit: hit.start)
