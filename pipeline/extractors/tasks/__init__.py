"""Tasks: who must do what by when.

The section tree, lists and tables give the items and what they stand under (`outline`); a production says who is
charged in an item (`productions`); bodies of a heading are handed down the tree (`walk`); lines of roles (`lines`) and
tables of tasks (`tables`) are read beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ...grammar.phrases import pattern, phrases
from ...grammar.roles import further_parts, works_at
from ...grammar.times import Due, due_in
from ...records import Charge, Task
from ...segmentation.model import Paragraph, Segments, Span
from ...text.normalise import fold
from ...text.patterns import Pattern
from ..deadlines import report_to, title_years
from .barren import without_barren
from .flat_tables import flat_tables
from .headings import read_heading
from .outline import outline
from .readings import NOTHING, Reading
from .tables import Row, table_readings, task_tables
from .walk import Reader

__all__ = ["extract"]

_LETTERS = Pattern(r"[^\W\d_]{2,}")
_ITEM_IS_TASK = frozenset(phrases("item_is_task"))
_ISSUES_PLAN = pattern("issues_plan")
_REPORTS = frozenset(phrases("report_type"))
_PROPOSES = pattern("proposes")
_IN_ARTICLE = Pattern(r"Đ\d+[a-zđ]?\.")
_ANNEX_PATH = Pattern(r"PL\d*")
_FURTHER = 0.6
"""Confidence of a role that later words give."""
_LINKED = Pattern(rf"(?: ?,)? ?(?:{'|'.join(phrases('between_days'))})? ?")
"""What may stand between two days of one deadline."""
_OWN_VOICE = frozenset(phrases("own_voice"))


def extract(segments: Segments) -> list[Task]:
    """All tasks of a document, in the order of the text."""
    if not segments.is_administrative:
        return []
    text = segments.text
    readings: list[Reading] = []
    tables = task_tables(text, [table for table in segments.document.tables if _in_text(segments, table)])
    spans = [(table.start, table.end) for table in tables]
    paragraphs = list(without_barren(text, _paragraphs(segments, spans)))
    flat = flat_tables(text, paragraphs)
    for table in (*tables, *flat):
        readings += table_readings(text, table)
    opening = segments.sections[0].start if segments.sections else -1
    reader = Reader(text, _issuers(segments), opening)
    rest = (one for one in paragraphs if not any(table.start <= one.start < table.end for table in flat))
    for _, document in groupby(rest, _document_of):
        units = outline(text, document, lambda span: read_heading(text, *span) is not None)
        readings += reader.group(units, NOTHING)[0]
    readings.sort(key=lambda reading: reading.item)
    if segments.doc_type in _REPORTS:
        readings = [one for one in readings if one.own or one.form == "table" or _is_proposed(segments, one)]
    return [
        _record(segments, text, reading)
        for reading in readings
        if _is_whole(text, reading) and not _is_ruled(segments, text, reading)
    ]


def _is_ruled(segments: Segments, text: str, reading: Reading) -> bool:
    """Whether words below the bodies or the lead-in of an article only rule what holds, and begin with no work.

    Articles of regulations say beside the work of a body what a thing is, who has a right and what follows in which
    case (`Phí được thu khi …`, `Giấy phép bị thu hồi khi …`).
    """
    if reading.own or reading.form in ("table", "role_lines") or works_at(text, *reading.task):
        return False
    return _IN_ARTICLE.match(segments.section_at(reading.item[0]) or "") is not None


def _is_proposed(segments: Segments, reading: Reading) -> bool:
    """Whether a report speaks of what is to be done: under a heading of proposals or tasks, not of findings."""
    by_path = {node.path: node for node in segments.sections if node.start <= reading.item[0]}
    path: str | None = segments.section_at(reading.item[0])
    while path is not None and (node := by_path.get(path)) is not None:
        if _PROPOSES.search(node.title.lower()) is not None:
            return True
        path = node.parent
    return False


def _is_whole(text: str, reading: Reading) -> bool:
    """Whether a reading has bodies, and words that can be a task (two at least: a number or a mark is none)."""
    first = _LETTERS.search(text, *reading.task) if reading.charged else None
    return first is not None and _LETTERS.search(text, first.end(), reading.task[1]) is not None


def _in_text(segments: Segments, table: Sequence[Row]) -> bool:
    """Whether a table stands in the document itself, not in what a web site prints around it."""
    first = next((cell for row in table for cell in row if cell[1] > cell[0]), None)
    return first is not None and segments.region_at(first[0]) in ("body", "annex")


def _paragraphs(segments: Segments, tables: list[Span]) -> Iterable[Paragraph]:
    """Those that may hold tasks: of the body and annexes, outside of tables of tasks, and the last words of a basis."""
    for paragraph in segments.paragraphs:
        ordering = paragraph.region == "basis" and segments.text[paragraph.end - 1] == ":"
        if paragraph.region not in ("body", "annex") and not ordering:
            continue
        if not any(start <= paragraph.start < end for start, end in tables):
            yield paragraph


def _document_of(paragraph: Paragraph) -> tuple[bool, str]:
    """What tells the document from each of its annexes: a heading holds in its own alone."""
    root = paragraph.path.split(".", 1)[0]
    return paragraph.region == "annex", root if _ANNEX_PATH.fullmatch(root) else ""


def _issuers(segments: Segments) -> frozenset[str]:
    """The names under which the document's issuer may speak of itself, in types where it gives itself no task."""
    if segments.doc_type not in _OWN_VOICE:
        return frozenset()
    names = [*segments.letterhead.bodies, " ".join(segments.letterhead.bodies)]
    return frozenset(fold(name) for name in names if name)


def _record(segments: Segments, text: str, reading: Reading) -> Task:
    charges = tuple(
        Charge(
            segments.evidence(one.body.start, one.body.end, round(reading.confidence, 2), reading.rule),
            one.body.name.strip(" ,;."), one.role,
        )
        for one in reading.charged
    )  # fmt: skip
    due = _due(segments, text, reading)
    receiver = report_to(text, *reading.item)
    return Task(
        segments.evidence(*reading.item, round(reading.confidence, 2), reading.rule),
        _words(segments.text, reading.task) or "",
        reading.form,
        charges,
        "; ".join(one.date or one.words for one in due) or None,
        min((one.due_from for one in due if one.due_from), default=None),
        max((one.due_to for one in due if one.due_to), default=None),
        next((one.recurs for one in due if one.recurs), None),
        output=_words(segments.text, reading.output),
        resources=_words(segments.text, reading.resources),
        report_to=_words(segments.text, receiver),
        further=tuple(_further(segments, text, reading)),
    )


def _further(segments: Segments, text: str, reading: Reading) -> Iterator[Charge]:
    """What later words of a task give its bodies, in documents whose items are not one task each."""
    is_plan = segments.doc_type in _ITEM_IS_TASK or _ISSUES_PLAN.search((segments.title or "").lower()) is not None
    if is_plan or reading.form in ("table", "role_lines"):
        return
    first = reading.charged[0].role
    subjects = [one for one in reading.charged if one.role == first != "coordinate"] or reading.charged[:1]
    for body, role in further_parts(text, *reading.task, first):
        for one in [body] if body is not None else [subject.body for subject in subjects]:
            evidence = segments.evidence(one.start, one.end, _FURTHER, f"{reading.rule}.further")
            yield Charge(evidence, one.name.strip(" ,;."), role)


def _due(segments: Segments, text: str, reading: Reading) -> list[Due]:
    """When a task is due: what its line or cell says, else the first time in its words, else a label above.

    Days that stand side by side (`trước ngày 15/6 và 15/12`) are one deadline.
    """
    start, end = reading.time or (reading.since if reading.since >= 0 else reading.item[0], reading.item[1])
    issued, years = segments.letterhead.date, title_years(segments)
    found = due_in(text, start, end, issued=issued, label=reading.time is not None, years=years)
    if not found and reading.within is not None:
        found = due_in(text, *reading.within, issued=issued, label=True, years=years)
    due = list(found[:1])
    for one in found[1:]:
        if not _LINKED.fullmatch(text, due[-1].end, one.start):
            break
        due.append(one)
    return due


def _words(text: str, span: Span | None) -> str | None:
    if span is None:
        return None
    return " ".join(text[span[0] : span[1]].split()).strip(" .;:,/") or None
