"""Deadlines: days by which something is due, and the day until which a plan runs.

What `grammar.times` finds due in each paragraph and cell, as records: what is due then, who is to do it, and who is
reported to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..grammar.name_lists import parse_body_list
from ..grammar.time_phrases import pattern, phrases
from ..grammar.times import Due, clause_start, due_in
from ..records import Deadline, DeadlineKind
from ..segmentation.model import Segments, Span

_REPORT = pattern("report")
_SUBMIT = pattern("submit")
_FINISHED = pattern("finished")
_COMPLETE = pattern("complete")
_RUNS = pattern("plan_end")
_BRACKET = re.compile(r" ?\([^()\n]{0,160}\)")
_OF_ONE_YEAR = frozenset(word for row in phrases("one_year") for word in row.words)
_STANDING_LAW = frozenset(word for row in phrases("standing_law") for word in row.words)
_RECEIPT = pattern("receipt")
_TITLE_YEARS = pattern("title_years")


_CLAUSE = 300
"""Characters behind a deadline in which its work is looked for."""


def deadline_in(text: str, start: int, end: int, label: bool = False) -> str | None:
    """The first deadline of a stretch of text: ISO date, or its words.

    Args:
        text: Clean text.
        start, end: Half-open offsets.
        label: The stretch is the answer to a time label or a cell of a time column.
    """
    for due in due_in(text, start, end, issued=(None, None, None), label=label):
        return due.date or due.words
    return None


def title_years(segments: Segments) -> tuple[int, int] | None:
    """The years in which a day without its year may lie, for `due_in`.

    Those that the title names; for a document that is of no one year (a regulation) all of them.
    """
    match = _TITLE_YEARS.search(segments.title or "")
    if match is not None:
        return int(match[1]), int(match[2] or match[1])
    return None if segments.doc_type in _OF_ONE_YEAR else (0, 9999)


def deadline_of(segments: Segments, due: Due, start: int, end: int) -> Deadline:
    """A deadline as a record.

    Args:
        segments: The document.
        due: What was found due.
        start, end: The item, paragraph or row in which it stands.
    """
    text = segments.text
    begin, end = min(clause_start(text, due.start, start), due.start), min(end, due.end + _CLAUSE)
    confidence = 0.75 if due.date is None and due.recurs is None else 0.95
    receiver = report_to(text, begin, end)
    return Deadline(
        segments.evidence(due.start, due.end, confidence, rule=due.rule),
        due.date,
        None if due.date else due.words,
        _kind(text, due, begin, end),
        _responsible(segments, begin, due),
        _work(text[begin : due.start].replace("\n", " ")),
        due_from=due.due_from,
        due_to=due.due_to,
        recurs=due.recurs,
        report_to=text[receiver[0] : receiver[1]] if receiver else None,
    )


def extract(segments: Segments) -> list[Deadline]:
    """All deadlines of a document, in the order of the text."""
    if not segments.is_administrative:
        return []
    text, issued, years = segments.text, segments.letterhead.date, title_years(segments)
    taken: set[tuple[str, str]] = set()
    found: list[Deadline] = []
    for start, end, label in _stretches(segments):
        for due in due_in(text, start, end, issued=issued, label=label, years=years):
            if due.strength == "relative" and _is_of_a_procedure(segments, due):
                continue
            record = deadline_of(segments, due, start, end)
            key = record.date or record.recurrence or "", record.task or ""
            if key not in taken:
                taken.add(key)
                found.append(record)
    return found


def _is_of_a_procedure(segments: Segments, due: Due) -> bool:
    """Whether days are a term of a standing procedure: `05 ngày làm việc kể từ ngày nhận đủ hồ sơ` in a regulation."""
    if segments.doc_type in _OF_ONE_YEAR:
        return False
    return segments.doc_type in _STANDING_LAW or _RECEIPT.search(due.words) is not None


def _stretches(segments: Segments) -> Iterator[tuple[int, int, bool]]:
    """The paragraphs and cells of body and annexes, and whether each is the answer to a time label."""
    text, cells = segments.text, _time_cells(segments)
    for paragraph in segments.paragraphs:
        if paragraph.region in ("body", "annex"):
            start, end = paragraph.content, paragraph.end
            yield start, end, paragraph.start in cells or _is_a_time(text, start, end)


def _is_a_time(text: str, start: int, end: int) -> bool:
    """Whether a paragraph is nothing but a month, quarter or span, as the cell of a table that was torn apart is."""
    if end - start > _CELL:
        return False
    found = due_in(text, start, end, issued=(None, None, None), label=True)
    span = len(found) == 1 and found[0].due_from is not None  # a month without its year has none here
    return span and found[0].words == text[start:end].strip(" .;")


def _time_cells(segments: Segments) -> set[int]:
    """Where the cells of the time columns of all tables begin, but for lists of events."""
    text, cells = segments.text, set[int]()
    for table in segments.document.tables:
        for place, row in enumerate(table[:_HEADER_ROWS]):
            heads = [text[start:end] for start, end in row]
            columns = [number for number, head in enumerate(heads) if len(head) <= _CELL and _COLUMN.search(head)]
            if columns and not any(_EVENTS.search(head) for head in heads):
                below = table[place + 1 :]
                cells |= {cells_of[number][0] for cells_of in below for number in columns if number < len(cells_of)}
            if columns:
                break
    return cells


_CELL = 80
_HEADER_ROWS = 3
_COLUMN = pattern("time_column")
_EVENTS = pattern("events")


def report_to(text: str, start: int, end: int) -> Span | None:
    """The body that is to be reported to in a stretch of text (`báo cáo UBND tỉnh (qua Sở Nội vụ)`), or None."""
    for verb in _REPORT_VERB.finditer(text, start, end):
        stop = _PHRASE_END.search(text, verb.end(), min(end, verb.end() + _OBJECT))
        limit = stop.start() if stop else min(end, verb.end() + _OBJECT)
        places = [verb.end(), *(match.end() for match in _TOWARDS.finditer(text, verb.end() - 1, limit))]
        for at in places:
            bodies, _ = parse_body_list(text, at, end)
            if bodies and bodies[0].start == at:
                return at, bodies[0].end
    return None


_REPORT_VERB = pattern("report_to", "verb")
_TOWARDS = pattern("report_to", "towards")
_PHRASE_END = re.compile(r"[.;\n]")
_OBJECT = 160
"""Characters of what is reported, between the verb and the body."""


def _kind(text: str, due: Due, begin: int, end: int) -> DeadlineKind:
    """What is due: from the words before the time, else from those behind it."""
    before = text[begin : due.start]
    runs = due.strength in ("span", "until") or due.rule == "until_the_end"
    if runs and (_RUNS.search(before) or not before.strip()):
        return "plan_end"
    for words in (before, text[due.end : min(end, due.end + 120)]):
        if _REPORT.search(words):
            return "report"
        if _SUBMIT.search(words):
            return "submit"
        if _FINISHED.search(words):
            return "complete"
    if runs:
        return "plan_end"
    return "complete" if due.strength == "label" or _COMPLETE.search(before) else "other"


def _responsible(segments: Segments, begin: int, due: Due) -> str | None:
    """The body that the clause of the deadline begins with, else the one that the heading above it names."""
    bodies, _ = parse_body_list(segments.text, begin, max(begin, due.start))
    if bodies:
        return bodies[0].name
    path = segments.paragraph_at(due.start).path
    for node in reversed(segments.sections):
        if node.start <= due.start < node.end and path.startswith(node.path):
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


def _work(words: str) -> str | None:
    """The words of what is due, without brackets."""
    return _BRACKET.sub("", words).strip(" ,.;:-(")[-300:] or None
