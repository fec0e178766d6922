"""Deadlines: days by which something is due, and the day until which a plan runs.

What `grammar.times` finds due in each paragraph and cell, as records: what is due then, who is to do it, and who is
reported to.
"""

from __future__ import annotations

from bisect import bisect_right

from ..grammar.clauses import clauses
from ..grammar.name_lists import parse_body_list
from ..grammar.time_phrases import pattern, phrases
from ..grammar.times import Due, clause_start, due_in
from ..records import Deadline, DeadlineKind
from ..segmentation.model import Segments, Span
from ..text.patterns import Pattern

_REPORT = pattern("report")
_SUBMIT = pattern("submit")
_FINISHED = pattern("finished")
_COMPLETE = pattern("complete")
_RUNS = pattern("plan_end")
_BRACKET = Pattern(r" ?\([^()\n]{0,160}\)")
_OF_ONE_YEAR = frozenset(word for row in phrases("one_year") for word in row.words)
_STANDING_LAW = frozenset(word for row in phrases("standing_law") for word in row.words)
_RECEIPT = pattern("receipt")
_TITLE_YEARS = pattern("title_years")


_CLAUSE = 300
"""Characters behind a deadline in which its work is looked for."""


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
    begin = min(clause_start(text, due.start, start), due.start)
    end = max(due.end, clauses(text, due.start, min(end, due.end + _CLAUSE))[0].end)
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
    cells = _time_cells(segments)
    for place, paragraph in enumerate(segments.paragraphs):
        if paragraph.region not in ("body", "annex"):
            continue
        start, end = paragraph.content, paragraph.end
        label = _stands_in(cells, paragraph.start) or _is_a_time(text, start, end)
        for due in due_in(text, start, end, issued=issued, label=label, years=years):
            if _is_of_a_procedure(segments, due) or (not label and _is_of_an_event(segments, place, due)):
                continue
            record = deadline_of(segments, due, start, end)
            key = record.date or record.recurrence or "", record.task or ""
            if key not in taken:
                taken.add(key)
                found.append(record)
    return found


def _is_of_a_procedure(segments: Segments, due: Due) -> bool:
    """Whether days are a term of a standing procedure: `05 ngày làm việc kể từ ngày nhận đủ hồ sơ` in a regulation."""
    if due.strength != "relative" or segments.doc_type in _OF_ONE_YEAR:
        return False
    return segments.doc_type in _STANDING_LAW or _RECEIPT.search(due.words) is not None


def _is_of_an_event(segments: Segments, place: int, due: Due) -> bool:
    """Whether a day is that of an event: it answers a label, and the paragraph before or behind names the place."""
    if due.strength != "label" or due.date is None or due.due_from is not None:
        return False
    beside = segments.paragraphs[max(0, place - 1) : place] + segments.paragraphs[place + 1 : place + 2]
    return any(_EVENTS.search(segments.text, each.content, min(each.end, each.content + 20)) for each in beside)


def _is_a_time(text: str, start: int, end: int) -> bool:
    """Whether a paragraph is nothing but a month, quarter or span, as the cell of a table that was torn apart is."""
    if end - start > _CELL or _DIGIT.search(text, start, end) is None:  # a year has digits
        return False
    found = due_in(text, start, end, issued=(None, None, None), label=True)
    span = len(found) == 1 and found[0].due_from is not None  # a month without its year has none here
    return span and found[0].words == text[start:end].strip(" .;")


def _time_cells(segments: Segments) -> list[Span]:
    """The cells of the time columns of all tables in order, but for lists of events."""
    text, cells = segments.text, list[Span]()
    for table in segments.document.tables:
        for place, row in enumerate(table[:_HEADER_ROWS]):
            heads = [text[start:end] for start, end in row]
            columns = [number for number, head in enumerate(heads) if _COLUMN.search(head)]
            if columns and not any(_EVENTS.search(head) for head in heads):
                cells += [below[number] for below in table[place + 1 :] for number in columns if number < len(below)]
            if columns:
                break
    return sorted(cells)


def _stands_in(cells: list[Span], at: int) -> bool:
    place = bisect_right(cells, at, key=lambda cell: cell[0])
    return place > 0 and at < cells[place - 1][1]


_CELL = 80
_DIGIT = Pattern(r"\d")
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
            if bodies:
                return at, bodies[0].end
    return None


_REPORT_VERB = pattern("report_to", "verb")
_TOWARDS = pattern("report_to", "towards")
_PHRASE_END = Pattern(r"[.;\n]")
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
    for node in reversed(segments.sections):
        if node.start <= due.start < node.end:
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
