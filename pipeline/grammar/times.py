"""Times that set a deadline: `trước ngày 30/11/2025`, `trong quý II/2026`, `Từ tháng 3 đến tháng 11`, `hằng tháng`.

`grammar.time_settings` finds the words that set a time; here the words around them say whether something is due then,
and the issue of the document in which year. Dates of citations, of history, of validity (hiệu lực) and of events are no
deadlines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from ..copying import changed
from ..text.patterns import Pattern
from .clauses import clauses
from .time_forms import When, bounds, recurrence
from .time_phrases import HEADS, Phrase, pattern
from .time_settings import Setting, read_label, scan, with_set_words

IssueDate = tuple[int | None, int | None, int | None]

_EARLY = dt.timedelta(days=75)
"""How long before its issue a document may set a deadline (a campaign that had begun); older days are history."""
_ADJACENT = 28
_CLAUSE_LENGTH = 260
_CLAUSE_REST = 80
"""Characters of a clause that are looked at before and behind a time."""


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


# -- judging -----------------------------------------------------------------------------------------------------------

_FINISH = Pattern(rf"(?i:{pattern('finish').pattern})(?![^\W_])")
_RUN = Pattern(rf"(?i:{pattern('run').pattern})(?![^\W_])")
_PAST = Pattern(rf"(?:{pattern('past').pattern})(?![^\W_])")
_COUNTED = Pattern(rf"(?:{pattern('counted').pattern})(?![^\W_])")
_COUNTED_FROM = pattern("counted_from")
_HOLDS = pattern("holds")
_EVENT = pattern("event")
_TAKES_PLACE = pattern("event", "takes_place")
_FINDING = pattern("finding")
_MEETING = pattern("meeting")
_CITED_SUBJECT = pattern("cited", "cited")
_MILESTONE = pattern("milestone")
_PARTS_OF_A_YEAR = ("early_in_the_year", "middle_of_the_year", "late_in_the_year")
_UNTIL = pattern("until")
_UNTIL_AFTER = pattern("until_after")
_UNTIL_VERB = pattern("until_verb")


def clause_start(text: str, at: int, floor: int) -> int:
    """Where the clause before `at` begins, or so much of it as is looked at."""
    return clauses(text, max(floor, at - _CLAUSE_LENGTH), at)[-1].start


def _is_due(text: str, hit: Setting, begin: int, end: int) -> bool:
    """Whether the words around a time make it a deadline; its clause starts at `begin`."""
    if hit.strength == "label":
        return hit.is_span or hit.rule != "label_event" or any(when.form != "day" for when in hit.whens)
    runs = hit.strength in ("span", "until") or hit.rule == "until_the_end"
    if runs and _COUNTED_FROM.search(text, max(begin, hit.start - 25), hit.start):
        return False
    before = text[max(begin, hit.start - 110) : hit.start]
    if _HOLDS.match(text, hit.end) or _CITED_SUBJECT.search(before):
        return False
    if hit.strength == "until" or not _FINISH.search(before[-45:]):
        if _COUNTED.search(before) or (hit.strength != "until" and _is_told_of(hit, before)):
            return False
    if hit.strength in ("strong", "opening", "relative", "span", "until"):
        return _SPECIAL[hit.strength](text, hit, before, end)
    months = all(when.form == "months" for when in hit.whens)
    if months and hit.every == "year" and _TAKES_PLACE.search(before) is None:
        return True  # `tiêm bổ sung vào tháng 9 - 10 hằng năm`
    if hit.every or hit.whens[0].form in ("day_of_month", "weekday"):
        limit = clauses(text, hit.start, min(end, hit.end + _CLAUSE_REST))[0].end
        return _FINISH.search(text, begin, limit) is not None
    set_for = months and (hit.strength == "within" or hit.whens[0].year is not None)  # `tổ chức … vào tháng 10/2025`
    if (_TAKES_PLACE if set_for else _EVENT).search(before):
        return False
    part_of_year = hit.whens[0].rule in _PARTS_OF_A_YEAR
    if part_of_year and _MILESTONE.search(before) and not _FINISH.search(before):
        return False  # `xuống còn dưới 2% vào cuối năm 2027`
    if set_for and len(hit.whens[0].months) < 6:
        return before.strip() != "" or _FINDING.match(text, hit.end) is None
    near = before[-30:] if hit.strength == "weak" and not months else before
    return _FINISH.search(near) is not None


def _is_told_of(hit: Setting, before: str) -> bool:
    """Whether the words before a time tell of the past: right before a day with its year, else a little further."""
    dated = hit.strength == "strong" and hit.whens[:1] != () and hit.whens[0].year is not None
    near = before[-_ADJACENT:] if dated else before[-60:]
    return _PAST.search(near) is not None


def _is_strong_due(text: str, hit: Setting, before: str, end: int) -> bool:
    return True


def _is_opening_due(text: str, hit: Setting, before: str, end: int) -> bool:
    if hit.whens[0].form == "day_of_month":
        return (
            _FINISH.search(text, hit.end, clauses(text, hit.start, min(end, hit.end + _CLAUSE_REST))[0].end) is not None
        )
    return _FINDING.match(text, hit.end) is None and not (before.endswith("(") and _MEETING.search(before))


def _is_relative_due(text: str, hit: Setting, before: str, end: int) -> bool:
    season = hit.rule == "before"  # `trước mùa mưa`: nothing else is counted from these words
    return season or hit.every != "" or _FINISH.search(before) is not None


def _is_a_year(hit: Setting) -> bool:
    """Whether a span is the year that is reported on (`từ ngày 01/01 đến ngày 31/12` without its year)."""
    first, last = hit.whens[0], hit.whens[-1]
    ends = (first.months, first.day, last.months, last.day) == ((1,), 1, (12,), 31)
    return ends and first.year is None and last.year is None


def _is_span_due(text: str, hit: Setting, before: str, end: int) -> bool:
    """A span is due where work runs in it, or where it is all that its clause says."""
    if _is_a_year(hit):
        return False
    stop = text[hit.end : hit.end + 1]
    alone = not before.strip(" -+*") and (hit.end >= end or stop in ":.;,\n")
    return alone or _RUN.search(before) is not None or _FINISH.search(before) is not None


def _is_until_due(text: str, hit: Setting, before: str, end: int) -> bool:
    """The end of a span whose beginning is no day, or a time by which work is finished."""
    if _UNTIL_AFTER.match(text, hit.end, end) or _UNTIL_VERB.search(before[-25:]):
        return True
    return _UNTIL.search(before) is not None and _RUN.search(before) is not None


_SPECIAL = {
    "strong": _is_strong_due,
    "opening": _is_opening_due,
    "relative": _is_relative_due,
    "span": _is_span_due,
    "until": _is_until_due,
}


# -- what the words mean -----------------------------------------------------------------------------------------------


def _head(text: str, hit: Setting, begin: int) -> tuple[str, int]:
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
    between = text[best[1] : hit.start]
    beside = needed and not hit.every and between in (" (", "(", " ", ", ", "")
    beside = beside or (best[2].spoken and best[2].every != "half" and not hit.every and between in (" ", ", "))
    return best[2].every, best[0] if beside else hit.start


def _year_of(when: When, issued: IssueDate, years: tuple[int, int] | None) -> int | None:
    """The year of a time that names none: the first in which it does not lie before the issue."""
    year, month, _ = issued
    if years is not None and years[0] == years[1] and (year is None or years[0] in (year, year + 1)):
        return years[0]
    if year is None or month is None:
        return year
    return year + 1 if month - max(when.months) > 1 else year


def _with_years(hit: Setting, issued: IssueDate, years: tuple[int, int] | None) -> tuple[When, ...]:
    """The times of a hit with their years: an earlier one takes that of a later one."""
    whens = list(hit.whens)
    for place in range(len(whens) - 1, -1, -1):
        when = whens[place]
        if when.year is not None or not when.months:
            continue
        if when.now and issued[0] is not None:
            whens[place] = when._replace(year=issued[0])
            continue
        later = whens[place + 1] if place + 1 < len(whens) else None
        if later is not None and later.year is not None:
            before = hit.is_span and min(when.months) > max(later.months)
            whens[place] = when._replace(year=later.year - before)
        else:
            whens[place] = when._replace(year=_year_of(when, issued, years))
    if hit.is_span and (first := whens[0]).year and hit.whens[-1].year is None and whens[-1].months:
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


def _dues(text: str, hit: Setting, begin: int, issued: IssueDate, years: tuple[int, int] | None) -> Iterator[Due]:
    """The deadlines that a judged hit gives."""
    start, end, every = hit.start, hit.end, hit.every
    said = start if hit.said < 0 else hit.said
    dated = any(when.year is not None for when in hit.whens)
    if not dated and hit.whens and not hit.is_span:
        head, start = _head(text, hit, begin)
        every = head if head and every in ("", "next_year") else every
        if start < hit.start and "(" in text[start : hit.start] and text[end : end + 1] == ")":
            end += 1
    start = start if start < hit.start else said
    plain = Due(start, end, text[start:end].strip(" ,("), None, None, None, None, hit.strength, hit.rule)
    if every == "next_year":
        one = years is None or years[0] == years[1]
        year = (years[0] if years and one else issued[0]) if one else None
        if year is not None:
            hit = hit._replace(whens=tuple(when._replace(year=year + 1) for when in hit.whens))
        every = "" if year is not None else "year"
    if hit.strength == "relative":
        yield plain
    elif every:
        if every in _OF_A_DAY and hit.whens and hit.whens[0].form == "months" and not hit.every:
            return
        yield from _recurring(plain, hit, every)
    elif hit.whens and not all(when.form in ("day_of_month", "weekday") for when in hit.whens):
        yield from _dated(text, plain, hit, issued, years)


_OF_A_DAY = ("day", "week", "month")


def _recurring(plain: Due, hit: Setting, every: str) -> Iterator[Due]:
    if hit.is_span or not hit.whens:
        yield changed(plain, recurs=recurrence(hit.whens[-1:], every))
        return
    days = {when.day for when in hit.whens}
    groups = [hit.whens] if len(days) == 1 or hit.whens[0].form != "day" else [(when,) for when in hit.whens]
    for whens in groups:
        yield changed(plain, recurs=recurrence(whens, every))


_LATEST = "at_the_latest"
"""Before a month or quarter, these words say no more than that it is a deadline."""


def _dated(text: str, plain: Due, hit: Setting, issued: IssueDate, years: tuple[int, int] | None) -> Iterator[Due]:
    one_year = years is None or years[0] == years[1]
    if not one_year and all(when.year is None for when in hit.whens):
        yield plain  # in which of its years, the document does not say
        return
    whens = _with_years(hit, issued, years)
    if hit.is_span or whens[0].form == "months":
        first, last = bounds(whens[0]), bounds(whens[-1])
        due_from, due_to = first[0] if first else None, last[1] if last else None
        if hit.rule == "before" and due_from is not None:
            due_to = due_from - dt.timedelta(days=1)
        due_from = None if hit.rule in ("before", "until_the_end") else due_from
        if _is_history(due_to, issued) or (due_from is not None and due_to is not None and due_from > due_to):
            return
        is_day = whens[-1].form == "day" and due_to is not None
        day = due_to.isoformat() if is_day and due_to is not None else None
        start = whens[0].start if hit.rule == _LATEST else plain.start
        words = text[start : plain.end].strip(" ,(") if start > plain.start else plain.words
        yield changed(plain, words=words, date=day, due_from=due_from, due_to=due_to)
        return
    start = plain.start
    for when in (each._replace(months=(month,)) for each in whens for month in each.months):
        days = bounds(when)
        if days is not None and not _is_history(days[1], issued):
            words = text[start : when.end]
            yield changed(plain, start=start, end=when.end, words=words, date=days[1].isoformat(), due_to=days[1])
        elif days is None:
            yield changed(plain, start=start, end=when.end, words=text[start : when.end])
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
    found: list[Due] = []
    for hit in _in_label(text, start, end) if label else scan(text, start, end):
        begin = clause_start(text, hit.start, start)
        if _is_due(text, hit, begin, end):
            found.extend(_dues(text, hit, begin, issued, years))
    return tuple(found)


def _in_label(text: str, start: int, end: int) -> list[Setting]:
    """The times in the answer to a label."""
    scanned = {hit.end: hit for hit in scan(text, start, end)}
    answers = read_label(text, start, end, "label", hours=True)
    found = {hit.end: with_set_words(hit, scanned.get(hit.end)) for hit in answers}
    for hit in scanned.values():
        if hit.end in found:
            if hit.is_span:
                found[hit.end] = hit._replace(strength="label", said=-1)
        elif hit.strength == "relative" or (hit.whens and hit.whens[0].form in ("day_of_month", "weekday")):
            found[hit.end] = hit
        elif hit.is_span or hit.every:
            found[hit.end] = hit._replace(strength="label", said=-1)
    return sorted(found.values(), key=lambda hit: hit.start)
