"""A time at a place of a text, and the days that it means: `ngày 15/6`, `quý II/2026`, `cuối tháng 3`.

The forms are rows of `knowledge/deadline_phrases.toml`; calendar days with their year are read by `grammar.dates`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from ..text.patterns import Pattern
from .dates import make_iso, match_date
from .time_phrases import FORMS, HOUR, PARTS, TAILS, Phrase, phrases


class When(NamedTuple):
    """A time as it stands in a text, before anything is known of its year.

    Attributes:
        form: `day`, `day_of_month`, `months`, `weekday` or `open` (the end of a span that is no day).
        months: 1..12, in the order of the text; for a quarter its three months.
        day: 1..31, or -1 for the last day of a month, -2 for its last working day.
        first, last: Days of the month that a piece of it means (`đầu tháng`: 1 and 10).
        weekday: RFC 5545 name.
        now: It is of the year of the issue (`tháng 12 năm nay`).
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
    now: bool = False


_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_NUMBERS = Pattern(r"\d+|I{1,3}V?")
_DAY_OF_MONTHS = phrases("day_of_months")[0]
_STARTS_WHEN = Pattern(r"[\dIVnNtTqQcCđĐgGhHsSl]")


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


def read_when(text: str, at: int, end: int) -> When | None:
    """The time that starts exactly at `at`, or None.

    Args:
        text: Clean text.
        at: Where the time must start.
        end: Where to stop reading.
    """
    if at >= end or _STARTS_WHEN.match(text, at) is None:
        return None
    several = _DAY_OF_MONTHS.pattern.match(text, at, end)
    if several is not None:
        months = _months_of(several, _DAY_OF_MONTHS)
        return When(at, several.end(), "day", None, months, int(several["day"]), rule=_DAY_OF_MONTHS.name)
    date = match_date(text, at, end)
    if date is not None and date.flag == "impossible":
        return None
    if date is not None and date.day is not None and date.month is not None:
        return When(at, date.end, "day", date.year, (date.month,), date.day, rule="day")
    for part in PARTS:
        piece = part.pattern.match(text, at, end)
        if piece is not None:
            when = _read_form(text, piece.end() + 1, end)
            if when is None or when.form != "months":
                return None
            return when._replace(start=at, first=part.first, last=part.last)
    return _read_form(text, at, end)


def _read_form(text: str, at: int, end: int) -> When | None:
    for form in FORMS:
        match = form.pattern.match(text, at, end)
        if match is None:
            continue
        groups = match.groupdict()
        year = int(groups["year"]) if groups.get("year") else None
        if form.name == "weekday":
            return When(at, match.end(), "weekday", weekday=form.weekday, rule=form.name)
        if form.name == "day_of_month":
            day = int(groups["day"]) if groups["day"] else -2 if groups["working"] else -1
            return When(at, match.end(), "day_of_month", day=day, rule=form.name) if day <= 31 else None
        if form.name == "day_month":
            day, month = int(groups["day"]), int(groups["month"])
            if make_iso(2000, month, day) is None:
                continue
            return When(at, match.end(), "day", year, (month,), day, rule=form.name)
        return When(at, match.end(), "months", year, _months_of(match, form), rule=form.name)
    return None


def past_hour(text: str, at: int, end: int) -> int:
    """Where the hour and weekday before a day end (`17 giờ 00, thứ sáu, ngày …`); `at` where there is none."""
    hour = HOUR.match(text, at, end)
    return hour.end() if hour is not None else at


def read_tail(text: str, at: int, end: int) -> tuple[str, int]:
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


def recurrence(whens: tuple[When, ...], every: str) -> str | None:
    """The RFC 5545 rule of times that recur; None where the words leave it open."""
    if every == "day":
        return "FREQ=DAILY"
    when = whens[0]
    if when.form == "weekday":
        return f"FREQ=WEEKLY;BYDAY={','.join(each.weekday for each in whens)}"
    if when.form == "months":
        return "FREQ=YEARLY;BYMONTH=" + ",".join(str(month) for each in whens for month in _ends(each))
    if when.form == "day":
        months = ",".join(str(month) for month in sorted({month for each in whens for month in each.months}))
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


def bounds(when: When) -> tuple[dt.date, dt.date] | None:
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
