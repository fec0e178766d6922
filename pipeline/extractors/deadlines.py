"""Deadlines: days by which something is due, and the day until which a plan runs.

A plain search finds the words that set a time (`trước`, `chậm nhất`, `đến hết`, `Thời gian thực hiện:` …; wording in
`knowledge/deadline_phrases.toml`); what stands behind them is read as a day, a month, a quarter or a recurring day.
Dates of citations, of history, of validity (hiệu lực) and of events are none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from ..grammar.dates import FoundDate, make_iso, match_date
from ..grammar.name_lists import parse_body_list
from ..knowledge import rows
from ..records import Deadline, DeadlineKind
from ..segmentation.model import Segments
from .task_tables import task_tables

IssueDate = tuple[int | None, int | None, int | None]

_END = r"(?![^\W_])"
_EARLY = dt.timedelta(days=75)
"""How long before its issue a plan may set a deadline (a campaign that had begun); older days are history."""


def _patterns(kind: str) -> str:
    return "|".join(pattern for row in rows("deadline_phrases") if row["kind"] == kind for pattern in row["patterns"])


@dataclass(frozen=True, slots=True)
class _Trigger:
    """A row of the table: its search key stands `lead` characters after the beginning of what `pattern` matches."""

    key: str
    lead: int
    strength: str
    pattern: re.Pattern[str]


def _triggers() -> tuple[_Trigger, ...]:
    found = []
    for row in rows("deadline_phrases"):
        if row["kind"] == "trigger":
            lead = row["example"].find(row["key"]) if row["key"][0] != " " else 0
            found.append(_Trigger(row["key"], max(lead, 0), row["strength"], re.compile(row["pattern"])))
    return tuple(found)


_TRIGGERS = _triggers()
_LABEL = re.compile(rf"(?:{_patterns('label')}) ?: ?")
_LABEL_KEYS = ("hời gian", "hời hạn", "iến độ", "oàn thành:", "ạn hoàn thành", "hời điểm")
_RECURRING = re.compile(rf"(?:{_patterns('recurring')}){_END}")
_FINISH = re.compile(rf"(?i:{_patterns('finish')}){_END}")
_RUN = re.compile(rf"(?:{_patterns('run')}){_END}")
_NOT_BEFORE = re.compile(rf"(?:{_patterns('not_before')}){_END}")
_NEVER_AFTER = re.compile(rf"(?:{_patterns('never_after')}){_END}")
_NOT_AFTER = re.compile(_patterns("not_after"))
_REPORT = re.compile(_patterns("report"))
_SUBMIT = re.compile(_patterns("submit"))
_COMPLETE = re.compile(_patterns("complete"))
_NO_TIME = re.compile(_patterns("no_time"))
_HOUR = re.compile(
    r"(?:(?:lúc )?\d{1,2} ?(?:giờ|h|g)(?: ?\d{2})?(?: phút)?,? ?(?:của )?)?"
    r"(?:[Tt]hứ (?:[Hh]ai|[Bb]a|[Tt]ư|[Nn]ăm|[Ss]áu|[Bb]ảy|[2-7]),? (?=ngày \d))?(?:ng[àáạảaầ]y ng[àáạảaầ]y (?=\d))?"
)
_DAY = re.compile(
    r"(?:ngày |ngày thứ )?(?P<day>\d{1,2}|làm việc cuối cùng|cuối cùng|cuối)"
    r"(?: ?[/.-] ?(?P<month>\d{1,2})| tháng (?P<word_month>\d{1,2}))?(?! ?[%/])"
)
_DAILY = re.compile(r"\d{1,2} ?(?:giờ|h|g)(?: ?\d{2})?(?: phút)? (?:h[àằ]ng|mỗi) ngày")
_TWO_DAYS = re.compile(
    r"(?:ngày )?\d{1,2}(?:[/.-]\d{1,2})?(?:,| và|, và)(?: trước)? (?:ngày )?\d{1,2}(?:[/.-]\d{1,2})?"
    r"(?= h[àằ]ng (?:năm|tháng|quý))"
)
_WEEKDAY = re.compile(r"(?:ngày )?thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])(?= h[àằ]ng tuần)", re.IGNORECASE)
_MONTH = re.compile(
    r"(?:cuối |đầu |hết )?(?:[Tt]háng \d{1,2}(?: ?[/-] ?|,? năm )20\d\d"
    r"|[Qq]uý (?:I{1,3}|IV|[1-4])(?: ?[/-] ?|,? năm )20\d\d)(?!\d)"
)
_MONTH_OPEN = re.compile(
    r"(?:cuối |hết )?(?:[Tt]háng \d{1,2}|[Qq]uý (?:IV|I{1,3}))(?! ?[/\d])"
    r"(?:,? (?:và )?(?:tháng \d{1,2}|[Qq]uý (?:IV|I{1,3}))){0,5}"
)
_YEAR_END = re.compile(r"(?:cuối |hết )năm (?:học )?(20\d\d)(?:-20\d\d)?")
_RECURRING_BEFORE = re.compile(r"[Hh][àằ]ng (?:tháng|quý|năm) vào $")
_YEARLY_BEFORE = re.compile(r"h[àằ]ng năm,? $")
_NEXT = re.compile(r" ?(?:\([^()\n]{1,80}\))?(?:;|,| và|, và) ?(?:trước |chậm nhất )?(?=(?:ngày )?\d{1,2}[/.-]\d{1,2})")
_SENTENCE = re.compile(r"[;\n]|\.(?= |$)|\.(?=/)")
_RANGE_START = re.compile(r"từ (?:khi|nay|ngày|tháng)[^.;\n]{0,120}$", re.IGNORECASE)
_BRACKET = re.compile(r" ?\([^()\n]{0,160}\)")


@dataclass(frozen=True, slots=True)
class FoundDeadline:
    """A deadline as it stands in a text.

    Attributes:
        start, end: Half-open offsets of its words, from the word that sets it.
        date: The day (its year may be missing), None for a month, quarter or recurring day.
        words: As written (`trước ngày 25 hằng tháng`, `quý I năm 2014`).
        strength: `strong`, `range`, `weak` or `label`.
        recurring: A day that comes back.
    """

    start: int
    end: int
    date: FoundDate | None
    words: str
    strength: str
    recurring: bool = False


# -- reading at a place ------------------------------------------------------------------------------------------------


def _read_time(text: str, start: int, at: int, end: int, strength: str) -> FoundDeadline | None:
    """The time that stands at `at`; `start` is where the words that set it begin."""
    hour = _HOUR.match(text, at, end)
    daily = _DAILY.match(text, hour.start() if hour else at, end)
    if daily is not None:
        return _as_words(text, start, daily.end(), strength, recurring=True)
    at = hour.end() if hour is not None else at
    day = _DAY.match(text, at, end)
    found = _read_recurring(text, start, at, end, strength, day) or _read_day(text, start, at, end, strength, day)
    if found is not None:
        return found
    month = _MONTH.match(text, at, end)
    if month is not None:
        return FoundDeadline(start, month.end(), None, month.group(), strength)
    return _read_loose(text, start, at, end, strength) if strength != "range" else None


def _as_words(text: str, start: int, end: int, strength: str, recurring: bool = False) -> FoundDeadline:
    return FoundDeadline(start, end, None, text[start:end].strip(), strength, recurring)


def _read_recurring(
    text: str, start: int, at: int, end: int, strength: str, day: re.Match[str] | None
) -> FoundDeadline | None:
    """`ngày 25 hằng tháng`, `thứ sáu hằng tuần`, `ngày 10/6 và ngày 10/12 hằng năm`."""
    first = _TWO_DAYS.match(text, at, end) or _WEEKDAY.match(text, at, end) or day
    recurring = _RECURRING.match(text, first.end(), end) if first is not None else None
    if recurring is None:
        monthly = first is not None and _RECURRING_BEFORE.match(text, start, at) is not None
        return _as_words(text, start, first.end(), strength, recurring=True) if first and monthly else None
    more = _RECURRING.match(text, recurring.end(), end)
    return _as_words(text, start, (more or recurring).end(), strength, recurring=True)


def _read_day(
    text: str, start: int, at: int, end: int, strength: str, day: re.Match[str] | None
) -> FoundDeadline | None:
    """A day, with or without its year; one of every year where `hằng năm` stands beside it."""
    date = match_date(text, at, end)
    if date is None and strength == "strong" and day is not None:
        date = _bare_day(at, day)
    if date is None or date.flag == "impossible" or date.day is None or date.month is None:
        return None
    if date.year is None:
        recurring = _RECURRING.match(text, date.end, end)
        if recurring is not None:
            return _as_words(text, start, recurring.end(), strength, recurring=True)
        yearly = _YEARLY_BEFORE.search(text, max(0, start - 10), start)
        if yearly is not None:
            return _as_words(text, yearly.start(), date.end, strength, recurring=True)
    return FoundDeadline(start, date.end, date, text[start : date.end], strength)


def _bare_day(at: int, day: re.Match[str]) -> FoundDate | None:
    """`15/10` without `ngày`, which is a day only because a word before it sets a time."""
    month = day["month"] or day["word_month"]
    if not month or not day["day"].isdigit() or make_iso(2000, int(month), int(day["day"])) is None:
        return None
    return FoundDate(at, day.end(), None, int(month), int(day["day"]), None, "day_month")


def _read_loose(text: str, start: int, at: int, end: int, strength: str) -> FoundDeadline | None:
    """A month without a year that comes back every year, or the end of a year."""
    month = _MONTH_OPEN.match(text, at, end)
    if month is not None:
        recurring = _RECURRING.match(text, month.end(), end)
        if recurring is not None:
            return _as_words(text, start, recurring.end(), strength, recurring=True)
        if strength == "label":
            return FoundDeadline(start, month.end(), None, month.group(), strength)
    year = _YEAR_END.match(text, at, end)
    if year is not None and strength == "label":
        return FoundDeadline(start, year.end(), None, year.group(), strength)
    return None


def _scan(text: str, start: int, end: int) -> list[FoundDeadline]:
    """Everything in `text[start:end]` that is set as a time, in order of its place; nothing is judged yet."""
    found: dict[int, FoundDeadline] = {}
    for trigger in _TRIGGERS:
        at = text.find(trigger.key, start, end)
        while at >= 0:
            begin = max(start, at - trigger.lead)
            match = trigger.pattern.match(text, begin, end)
            if match is not None:
                _add(found, text, match, end, trigger.strength)
            at = text.find(trigger.key, at + len(trigger.key), end)
    for key in _LABEL_KEYS:
        at = text.find(key, start, end)
        while at >= 0:
            label = _LABEL.match(text, max(start, at - 1), end)
            if label is not None:
                for hit in _read_label(text, label.start(), label.end(), end):
                    found.setdefault(hit.end, hit)
            at = text.find(key, at + len(key), end)
    return sorted(found.values(), key=lambda hit: hit.start)


def _add(found: dict[int, FoundDeadline], text: str, match: re.Match[str], end: int, strength: str) -> None:
    start, at = match.start(), match.end()
    if text[start] == " ":
        start += 1
    for _ in range(6):
        hit = _read_time(text, start, at, end, strength)
        if hit is None:
            return
        known = found.get(hit.end)
        better = known is None or (_RANK[known.strength], -known.start) < (_RANK[strength], -hit.start)
        if better:
            found[hit.end] = hit
        if known is not None:
            return
        more = _NEXT.match(text, hit.end, end)
        if more is None or hit.recurring:
            return
        start = at = more.end()


_RANK = {"weak": 0, "range": 1, "label": 2, "strong": 3}


def _read_label(text: str, start: int, at: int, end: int) -> Iterator[FoundDeadline]:
    """The times after `Thời gian thực hiện:`: the end of a range, else the first time."""
    stop = _SENTENCE.search(text, at, min(end, at + 200))
    limit = stop.start() if stop else min(end, at + 200)
    last: FoundDeadline | None = None
    place = at
    while place < limit:
        step = _LABEL_TIME.search(text, place, limit)
        if step is None:
            break
        hit = _read_time(text, step.start(), step.start(), limit, "label")
        if hit is None or hit.end <= place:
            place = step.end()
            continue
        last = hit
        place = hit.end
        if not _RANGE_GOES_ON.match(text, hit.end, limit):
            break
    if last is not None:
        before = text[max(at, last.start - 10) : last.start].lower()
        if "từ " not in before and "sau " not in before:
            yield FoundDeadline(max(start, last.start), last.end, last.date, last.words, "label", last.recurring)


_LABEL_TIME = re.compile(r"(?:ngày |tháng |[Qq]uý |[Tt]háng |[Nn]gày )(?=[\dIVl])|\d{1,2}[/.-]\d{1,2}")
_RANGE_GOES_ON = re.compile(r" ?(?:đến|-|tới)")


# -- judging -----------------------------------------------------------------------------------------------------------


def _clause_start(text: str, at: int, floor: int) -> int:
    """Where the clause before `at` begins."""
    low = max(floor, at - 260)
    begin = low
    for match in _CLAUSE_END.finditer(text, low, at):
        begin = match.end()
    return begin


_CLAUSE_END = re.compile(r"[;\n] ?|\. (?=[A-ZĐÀ-Ỹ])")


def _is_due(text: str, hit: FoundDeadline, floor: int) -> bool:
    """Whether the words around a time make it a deadline."""
    begin = _clause_start(text, hit.start, floor)
    before = text[max(begin, hit.start - 110) : hit.start]
    if _NOT_AFTER.match(text, hit.end):
        return False
    if hit.strength == "label":
        return True
    if not _FINISH.search(before[-45:]) and (_NEVER_AFTER.search(before) or _NOT_BEFORE.search(before[-60:])):
        return False
    if _CITED_SUBJECT.search(before):
        return False
    if hit.recurring:
        limit = min(len(text), hit.end + 80)
        stop = _CLAUSE_END.search(text, hit.end, limit)
        return hit.strength == "strong" or _FINISH.search(text, begin, stop.start() if stop else limit) is not None
    if hit.strength == "range":
        if _RANGE_START.match(before) and text[hit.end : hit.end + 1] == ":":
            return True
        return _RANGE_START.search(before) is not None and _RUN.search(before) is not None
    if hit.strength == "weak":
        if _EVENT.search(before):
            return False
        if hit.date is None and text.startswith("trong ", hit.start) and _MONTH.fullmatch(hit.words):
            return True  # work to be done in a month; the month of an exercise or a campaign stands after `vào`
        return _FINISH.search(before) is not None and hit.date is None or _FINISH.search(before[-30:]) is not None
    return True


_EVENT = re.compile(_patterns("event") + r"[^,;]{0,20}$")
_CITED_SUBJECT = re.compile(r"số \d+[^\s,;]*(?: ngày [^,;]{4,24}?)?(?: của [^,;]{3,60}?)? (?:về|V/v) [^,;]{0,100}$")


def _resolve(date: FoundDate, issue: IssueDate, years: tuple[int, int] | None) -> tuple[str | None, float]:
    """ISO date and confidence; a day without a year takes the first year that does not lie before the issue."""
    if date.year is not None:
        return make_iso(date.year, date.month, date.day), 0.95
    issue_year, issue_month, issue_day = issue
    year = issue_year if issue_year is not None else years[0] if years else None
    if year is None or date.month is None:
        return None, 0.5
    if years is not None and years[0] == years[1] and year in (years[0], years[0] - 1):
        year = years[0]
    elif (
        issue_month is not None
        and (date.month, date.day or 1) < (issue_month, (issue_day or 1))
        and issue_month - date.month > 1
    ):
        year += 1
    return make_iso(year, date.month, date.day), 0.75


def _is_history(iso: str, issue: IssueDate) -> bool:
    year, month, day = issue
    if year is None:
        return False
    try:
        issued = dt.date(year, month or 1, day or 1)
    except ValueError:
        return False
    return dt.date.fromisoformat(iso) < issued - _EARLY


def _is_past_month(words: str, issue: IssueDate) -> bool:
    """Whether a month or quarter with its year had ended well before the issue."""
    match = _MONTH_YEAR.search(words)
    year, month, _ = issue
    if match is None or year is None:
        return False
    last = int(match["month"]) if match["month"] else 3 * _QUARTERS[match["quarter"]]
    return int(match["year"]) * 12 + last < year * 12 + (month or 1) - 2


_MONTH_YEAR = re.compile(
    r"(?:[Tt]háng (?P<month>\d{1,2})|[Qq]uý (?P<quarter>I{1,3}|IV|[1-4]))(?: ?[/-] ?|,? năm )(?P<year>20\d\d)$"
)
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def _kind(text: str, hit: FoundDeadline, begin: int, end: int) -> DeadlineKind:
    """What is due: from the words before the time, else from those behind it."""
    before = text[begin : hit.start]
    if hit.words.lower().startswith("đến hết") and (_RUNS.search(before) or not before.strip()):
        return "plan_end"
    for words in (before, text[hit.end : min(end, hit.end + 120)]):
        if _REPORT.search(words):
            return "report"
        if _SUBMIT.search(words):
            return "submit"
        if _FINISHED.search(words):
            return "complete"
    if hit.strength == "range" or _RUNS.search(before):
        return "plan_end"
    return "complete" if hit.strength == "label" or _COMPLETE.search(before) else "other"


_FINISHED = re.compile(r"[Hh]oàn (?:thành|tất)|xong" + _END)
_RUNS = re.compile(
    r"(?:[Pp]hong trào|[Kk]ế hoạch|[Cc]ao điểm|[Cc]hiến dịch|[Tt]hời gian|[Đđ]ợt|[Cc]uộc vận động)[^.;]{0,160}$"
)


@lru_cache(maxsize=4096)
def _label_words(words: str) -> str | None:
    match = _NO_TIME.match(words)
    return match.group() if match else None


def deadline_in(text: str, start: int, end: int, label: bool = False) -> str | None:
    """The first deadline of a stretch of text: ISO date, or its words.

    Args:
        text: Clean text.
        start, end: Half-open offsets.
        label: The stretch is the answer to a time label or a cell of a time column, so any time counts, also
            `Thường xuyên`.
    """
    if label:
        for hit in _read_label(text, start, start, end):
            return hit.date.iso if hit.date is not None and hit.date.iso else hit.words
    for hit in _scan(text, start, end):
        if _is_due(text, hit, start):
            return hit.date.iso if hit.date is not None and hit.date.iso else hit.words
    return _label_words(text[start : min(end, start + 80)].strip(" .;")) if label else None


def _responsible(segments: Segments, begin: int, hit: FoundDeadline) -> str | None:
    """The body that the clause of the deadline begins with, else the one that the heading above it names."""
    bodies, _ = parse_body_list(segments.text, begin, hit.start)
    if bodies:
        return bodies[0].name
    path = segments.paragraph_at(hit.start).path
    for node in reversed(segments.sections):
        if node.start <= hit.start < node.end and path.startswith(node.path):
            found = _heading_body(segments.text, node.start + len(node.label), node.heading_end)
            if found is not None:
                return found
    return None


def _heading_body(text: str, start: int, end: int) -> str | None:
    """The first body of a heading that begins with bodies."""
    while start < end and text[start] in " .:-)/":
        start += 1
    bodies, _ = parse_body_list(text, start, end)
    return bodies[0].name if bodies else None


def _receiver_free(task: str) -> str | None:
    task = _BRACKET.sub("", task).strip(" ,.;:-(")
    return task[-300:] or None


def extract(segments: Segments) -> list[Deadline]:
    """All deadlines of a document, in the order of the text."""
    if not segments.is_administrative:
        return []
    text, issue = segments.text, segments.letterhead.date
    years = _title_years(segments)
    taken: set[str] = set()
    tables = [(table.start, table.end) for table in task_tables(segments)]
    found: list[Deadline] = []
    for hit in _scan(text, 0, len(text)):
        region = segments.region_at(hit.start)
        if region not in ("body", "annex"):
            continue
        paragraph = segments.paragraph_at(hit.start)
        if (
            hit.end > paragraph.end
            or any(start <= hit.start < end for start, end in tables)
            or not _is_due(text, hit, paragraph.content)
        ):
            continue
        record = _record(segments, hit, paragraph.content, paragraph.end, issue, years)
        if record is not None and (record.date or record.recurrence or "") + (record.task or "") not in taken:
            taken.add((record.date or record.recurrence or "") + (record.task or ""))
            found.append(record)
    found.extend(_table_deadlines(segments, issue, years))
    return found


def _table_deadlines(segments: Segments, issue: IssueDate, years: tuple[int, int] | None) -> Iterator[Deadline]:
    """The times in the time column of tables of tasks."""
    text = segments.text
    for table in task_tables(segments):
        for row in table.rows:
            for start, end in table.cells(row, "time"):
                for hit in _read_label(text, start, start, end):
                    record = _record(segments, hit, start, end, issue, years)
                    task = next((text[a:b] for a, b in table.cells(row, "task")), None)
                    body = next((text[a:b] for role in ("lead", "implement") for a, b in table.cells(row, role)), None)
                    if record is not None:
                        yield replace(record, task=task, body=body, kind="complete")


def _record(
    segments: Segments,
    hit: FoundDeadline,
    floor: int,
    end: int,
    issue: IssueDate,
    years: tuple[int, int] | None,
) -> Deadline | None:
    text = segments.text
    iso: str | None = None
    confidence = 0.9
    if hit.date is None and _is_past_month(hit.words, issue):
        return None
    if hit.date is not None:
        iso, confidence = _resolve(hit.date, issue, years)
        if iso is None or _is_history(iso, issue):
            return None
        if hit.date.year is None and not _has_one_year(segments, years):
            iso, confidence = None, 0.7
    begin = _clause_start(text, hit.start, floor)
    evidence = segments.evidence(hit.start, hit.end, confidence)
    task = _receiver_free(text[begin : hit.start].replace("\n", " "))
    kind = _kind(text, hit, begin, end)
    return Deadline(evidence, iso, None if iso else hit.words, kind, _responsible(segments, begin, hit), task)


def _has_one_year(segments: Segments, years: tuple[int, int] | None) -> bool:
    """Whether a day without a year is one day: in a plan for one year, a letter, a directive; not in a regulation."""
    if years is not None:
        return years[0] == years[1]
    return segments.doc_type in _OF_ONE_YEAR


_OF_ONE_YEAR = frozenset(word for row in rows("deadline_phrases") if row["kind"] == "one_year" for word in row["words"])
_TITLE_YEARS = re.compile(r"(?:năm|giai đoạn) (20\d\d)(?: ?- ?(20\d\d))?")


def _title_years(segments: Segments) -> tuple[int, int] | None:
    """The years that the title names: `năm 2023` → (2023, 2023)."""
    match = _TITLE_YEARS.search(segments.title or "")
    return (int(match[1]), int(match[2] or match[1])) if match else None
