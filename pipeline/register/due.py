"""What is due: the deadlines and recurring reports of all plans, as a list for the terminal and as a calendar.

A recurring one begins on the first day that its rule gives on or after the day of the plan, and ends with the last year
that the plan runs for, where the plan says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..tables.sheets import inputs_of, located
from .folding import composed, folded
from .reading import Tables

_PLANS = (
    "document_id",
    "source",
    "doc_type",
    "number",
    "issue_date",
    "issuing_body",
    "title",
    "period_end",
    "duplicate_of",
)
_DEADLINES = (
    "document_id", "fact_id", "date", "due_from", "due_to", "recurs", "recurrence", "kind", "body", "body_id", "task",
    "report_to", "text", "page", "section", "task_id",
)  # fmt: skip
_TASKS = (
    "document_id", "fact_id", "deadline", "due_from", "due_to", "recurs", "task", "lead", "implement", "coordinate",
    "report_to", "report_to_id", "text", "page", "section",
)  # fmt: skip
_MOST = 1_000  # days of one rule that are listed
_SUMMARY, _WORDS = 90, 600  # characters


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due.

    Attributes:
        uid: Names it: the fact's id.
        document_id, source, plan: The plan: its key, its path, and its type and number in words.
        issuer, title: Of the plan.
        day: The day; of a recurring one the first.
        since: First day of the span that the words mean, None for a single day.
        rule: RFC 5545 rule of a recurring one, with its end.
        kind: As in the table `deadlines`; `task` for a task.
        bodies: Who it binds.
        what: What is due.
        words: The words that say when.
        report_to: Who is to be reported to.
        page, section: Where it stands.
    """

    uid: str
    document_id: str
    source: str
    plan: str
    issuer: str | None
    title: str | None
    day: dt.date
    since: dt.date | None
    rule: str | None
    kind: str
    bodies: tuple[str, ...]
    what: str
    words: str
    report_to: str | None
    page: int | None
    section: str | None


def deadlines(out: str | Path, body: str | None = None) -> list[Due]:
    """Everything of an output folder that is due on a known day, or again and again, in order of the days.

    Args:
        out: A folder with tables.
        body: Words of the name, or of the id, of a body that it must bind, or that must issue the plan.

    Raises:
        UsageError: There are no tables in the folder.
    """
    found = list(_all(Tables(Path(out)), folded(composed(body)) if body else ""))
    return sorted(found, key=lambda due: (due.day, due.source, due.uid))


def _all(tables: Tables, body: str) -> Iterator[Due]:
    plans = {row[0]: dict(zip(_PLANS, row, strict=True)) for row in tables.rows("plans", _PLANS) if row[-1] is None}
    in_tasks: set[str] = set()
    for row in tables.rows("deadlines", _DEADLINES, plans.__contains__):
        fact = dict(zip(_DEADLINES, row, strict=True))
        in_tasks.add(fact["task_id"] or "")
        bodies = [fact["body"]] if fact["body"] else []
        yield from _due(plans[fact["document_id"]], fact, bodies, fact["task"] or fact["text"], fact["text"], body)
    for row in tables.rows("tasks", _TASKS, plans.__contains__):
        fact = dict(zip(_TASKS, row, strict=True))
        if fact["fact_id"] in in_tasks:
            continue
        fact |= {"kind": "task", "date": _day(fact["deadline"]), "body_id": None}
        bodies = list(dict.fromkeys([*fact["lead"], *fact["implement"], *fact["coordinate"]]))
        words = fact["deadline"] or fact["text"]
        yield from _due(plans[fact["document_id"]], fact, bodies, fact["task"], words, body)


def _due(
    plan: dict[str, Any], fact: dict[str, Any], bodies: list[str], what: str, words: str, body: str
) -> Iterator[Due]:
    if body and body not in folded(composed(" | ".join(map(str, [*bodies, fact["body_id"], plan["issuing_body"]])))):
        return
    rule, day = None, _as_day(fact["date"]) or _as_day(fact["due_to"])
    if fact["recurs"]:
        begin = _as_day(plan["issue_date"]) or _as_day(fact["due_from"])
        rule, day = _begun(fact["recurs"], begin, plan["period_end"]) or (None, day)
    if day is None:
        return
    since = _as_day(fact["due_from"]) if rule is None else None
    named = " ".join(part for part in (plan["doc_type"], plan["number"]) if part) or (plan["title"] or plan["source"])
    yield Due(
        fact["fact_id"], plan["document_id"], plan["source"], named, plan["issuing_body"], plan["title"], day,
        since if since and since < day else None, rule, fact["kind"], tuple(bodies), " ".join(what.split()),
        " ".join(words.split()), fact["report_to"], None if fact["page"] is None else int(fact["page"]),
        fact["section"],
    )  # fmt: skip


def _as_day(value: Any) -> dt.date | None:
    return value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else None


def _day(words: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(words) if words else None
    except ValueError:
        return None


def _begun(rule: str, begin: dt.date | None, last_year: Any) -> tuple[str, dt.date] | None:
    """A rule with its end, and its first day; None for one that cannot be read or that has no day."""
    from dateutil.rrule import rrulestr

    begin = begin or dt.date(dt.date.today().year, 1, 1)
    rule = rule.removeprefix("RRULE:").strip()
    if last_year and "UNTIL=" not in rule and "COUNT=" not in rule and int(last_year) >= begin.year:
        rule += f";UNTIL={int(last_year)}1231"
    try:
        first = next(iter(rrulestr(rule, dtstart=dt.datetime.combine(begin, dt.time()))), None)
    except (ValueError, TypeError, OverflowError):
        return None
    return None if first is None else (rule, first.date())


def occurrences(due: Due, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days between two days, both included, on which something is due."""
    if due.rule is None:
        return [due.day] if first <= due.day <= last else []
    from dateutil.rrule import rrulestr

    rule = rrulestr(due.rule, dtstart=dt.datetime.combine(due.day, dt.time()))
    found = rule.between(dt.datetime.combine(first, dt.time()), dt.datetime.combine(last, dt.time()), inc=True)
    return [day.date() for day in found[:_MOST]]


def upcoming(dues: Iterable[Due], first: dt.date, last: dt.date) -> list[tuple[dt.date, Due]]:
    """What is due between two days, both included, in order."""
    found = [(day, due) for due in dues for day in occurrences(due, first, last)]
    return sorted(found, key=lambda pair: (pair[0], pair[1].source, pair[1].uid))


def span_of(words: str) -> dt.timedelta:
    """A span of time: `14d`, `3w`, `2m` (of 30 days).

    Raises:
        UsageError: It is none.
    """
    number, unit = words[:-1], words[-1:].lower()
    days = {"d": 1, "w": 7, "m": 30}.get(unit, 0)
    if not days or not number.isascii() or not number.isdigit() or not 0 < int(number) * days < 100_000:
        raise UsageError(f"a span of time looks like 14d, 3w or 2m, not {words!r}")
    return dt.timedelta(days=int(number) * days)


# -- calendar --------------------------------------------------------------------------------------------------------


def calendar(out: str | Path, body: str | None = None) -> bytes:
    """What is due, as an iCalendar file (RFC 5545): whole days, each with its rule, bodies, plan, words and link.

    Args:
        out: A folder with tables.
        body: As for `deadlines`.

    Raises:
        UsageError: There are no tables in the folder.
    """
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", "-//vnplan//register//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"vnplan: {body}" if body else "vnplan")
    stamp = _stamp(Tables(Path(out)).created)
    inputs = inputs_of(Path(out))
    for due in deadlines(out, body):
        made.add_component(_event(due, stamp, inputs))
    return bytes(made.to_ical())


def _stamp(created: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(created).astimezone(dt.UTC).replace(microsecond=0)
    except ValueError:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _event(due: Due, stamp: dt.datetime, inputs: Sequence[str]) -> Any:
    from icalendar import Event, vRecur

    event = Event()
    event.add("uid", f"{due.uid}@vnplan")
    event.add("dtstamp", stamp)
    event.add("dtstart", due.day)
    event.add("dtend", due.day + dt.timedelta(days=1))
    if due.rule is not None:
        event.add("rrule", vRecur.from_ical(due.rule))
    who = f"{'; '.join(due.bodies)}: " if due.bodies else ""
    event.add("summary", _cut(f"{who}{due.what}", _SUMMARY))
    lines = [
        due.what, f"“{due.words}”", f"{due.plan}, {due.issuer}" if due.issuer else due.plan, due.title,
        "; ".join(due.bodies), f"→ {due.report_to}" if due.report_to else "",
        f"{due.since.isoformat()} – {due.day.isoformat()}" if due.since else "",
        due.source + (f", p. {due.page}" if due.page else "") + (f", {due.section}" if due.section else ""),
    ]  # fmt: skip
    event.add("description", _cut("\n".join(line for line in lines if line), _WORDS))
    event.add("categories", [due.kind])
    event.add("transp", "TRANSPARENT")
    event.add("url", _link(due, inputs))
    return event


def _link(due: Due, inputs: Sequence[str]) -> str:
    """The file as a link that a calendar opens; its path alone where it is not there any more."""
    from urllib.parse import quote

    file = located(due.source, inputs)
    return (file.as_uri() if file else quote(due.source)) + (f"#page={due.page}" if due.page else "")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
