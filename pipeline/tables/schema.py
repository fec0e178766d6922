"""Every table and column that the pipeline writes: the one place where they are declared.

The writers, the readers, `datapackage.json` and the data dictionary in the documentation all follow from this module.
A column's `source` is the attribute path that fills it, read from the object that the table's `records` yields.
"""

# One column a line, however long: this file is read as a table.
# ruff: noqa: E501
# fmt: off
from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal, get_args

from ..kinds import OwnKind, own_kinds
from ..records import (
    SCHEMA_VERSION,
    Bound,
    DateRole,
    DeadlineKind,
    Direction,
    EntityLabel,
    Extraction,
    FieldStatus,
    Level,
    PageMethod,
    PlanResult,
    Relation,
    Role,
    TaskForm,
    ValueSource,
)
from .derive import DeadlineRow, PlanRow, SignatureRow, TaskRow

__all__ = ["SCHEMA_VERSION", "TABLES", "Column", "Kind", "Row", "Rows", "Table", "rows_of", "table"]

Kind = Literal["string", "integer", "number", "boolean", "date", "strings", "boxes", "candidates", "bytes"]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: As OUTPUT.md gives it.
        kind: Type of the values; `strings` is a list of them, `boxes` a list of {page, x0, y0, x1, y1},
            `candidates` a list of {value, source, score}.
        description: One sentence for the data dictionary.
        source: Attribute path in the record; '' for `document_id` of a fact table, which is the document's.
        values: All values that occur, for a column of codes.
        required: Never null.
    """

    name: str
    kind: Kind
    description: str
    source: str
    values: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: Also the name of its files.
        description: What one row is.
        columns: In order.
        records: The records of a result that become its rows; None for `errors`, whose records are no part of a result.
        nested: Key under which the rows stand in JSON Lines; '' for what stands on the plan itself.
        formats: The formats it is written in.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    records: Callable[[PlanResult], Iterable[Any]] | None
    nested: str = ""
    formats: tuple[str, ...] = ("csv", "parquet")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def _values(self) -> Callable[[Any], Row]:
        paths = [column.source for column in self.columns if column.source]
        return attrgetter(*paths)

    def row(self, record: Any, document_id: str) -> Row:
        """The values of one record, in order of the columns."""
        values = self._values(record)
        return values if self.columns[0].source else (document_id, *values)

    def rows(self, result: PlanResult) -> list[Row]:
        """All rows of a result."""
        records = self.records(result) if self.records else ()
        return [self.row(record, result.document_id) for record in records]


_SOURCES = get_args(ValueSource)


def _id() -> Column:
    return Column("document_id", "string", "The document: key of `plans`.", "", required=True)


def _evidence(text: str = "The words as they stand in the document text.") -> tuple[Column, ...]:
    return (
        Column("text", "string", text, "evidence.text", required=True),
        Column("start", "integer", "First character in the stored text (`texts`), 0-based.", "evidence.start", required=True),
        Column("end", "integer", "Character after the last one in the stored text.", "evidence.end", required=True),
        Column("page", "integer", "Page, 1-based; null for formats without pages.", "evidence.page"),
        Column("boxes", "boxes", "Rectangles of the words in PDF points from the page's top left; empty without pages.", "evidence.boxes"),
        Column("section", "string", "Path such as `II.1.1`, or header, title, basis, recipients, signature, annex.", "evidence.section"),
        Column("confidence", "number", "How sure the rule is, 0 to 1.", "evidence.confidence", required=True),
        Column("ocr_confidence", "number", "Mean OCR confidence of the words, 0 to 100; null if not scanned.", "evidence.ocr_confidence"),
        Column("fact_id", "string", "Names the fact: equal on every run over the same content.", "evidence.fact_id", required=True),
        Column("rule", "string", "Name of the rule that read it.", "evidence.rule", required=True),
        Column("value_source", "string", "Who gave the value: the rule, or a person who put it right.", "evidence.value_source", _SOURCES, True),
        Column("reviewed_by", "string", "Who looked at it last in the review.", "evidence.reviewed_by"),
    )


def _facts(name: str, description: str, records: Callable[[PlanResult], Iterable[Any]], *columns: Column, extra: tuple[Column, ...] = ()) -> Table:
    return Table(name, description, (_id(), *columns, *_evidence(), *extra), records, nested=name)


def _own(kind: OwnKind) -> Table:
    """The table of a kind of fact of another package."""
    columns = (Column(one.name, one.kind, one.description, one.name, required=one.required) for one in kind.columns)
    return _facts(kind.name, f"{kind.description} (Of the package {kind.package}.)", lambda result: result.others.get(kind.name, ()), *columns)


_STATUS = get_args(FieldStatus)

PLANS = Table(
    "plans",
    "A document: the table to open first.",
    (
        Column("document_id", "string", "Stable key of the document, from source path and content.", "result.document_id", required=True),
        Column("source", "string", "Path below the input folder, `/` separated; `archive.zip!member` for a member of an archive.", "result.source", required=True),
        Column("sha256", "string", "SHA-256 of the file's bytes, hexadecimal.", "result.sha256", required=True),
        Column("format", "string", "What the content is: text, markdown, …", "result.format", required=True),
        Column("pages", "integer", "Number of pages; null for a format without pages.", "pages"),
        Column("ocr_pages", "integer", "Number of pages whose text was recognised from the image.", "ocr_pages", required=True),
        Column("doc_type", "string", "Abbreviation of the document's type: KH kế hoạch, QĐ quyết định, CT chỉ thị, CV công văn, …", "plan.doc_type"),
        Column("number", "string", "Own number and symbol, `03/KH-BATGT`; null unless number_status is found.", "plan.number"),
        Column("number_symbol", "string", "What is printed after the number itself: `KH-BATGT`.", "plan.number_symbol"),
        Column("number_status", "string", "Whether the number was found, and if not, why.", "plan.number_status", _STATUS, True),
        Column("issue_date", "date", "Date of issue; null unless issue_date_status is found.", "plan.issue_date"),
        Column("issue_date_status", "string", "Whether the date was found, and if not, why.", "plan.issue_date_status", _STATUS, True),
        Column("issue_year", "integer", "Year of issue, known also where the day is blank.", "plan.issue_year"),
        Column("issue_month", "integer", "Month of issue, 1 to 12, known also where the day is blank.", "plan.issue_month"),
        Column("place", "string", "Place of issue as written before `, ngày`.", "plan.place"),
        Column("issuing_body", "string", "Body that issues the document (cơ quan ban hành).", "plan.issuing_body"),
        Column("issuing_body_id", "string", "Canonical id of that body.", "plan.issuing_body_id"),
        Column("parent_body", "string", "Body above it in the letterhead (cơ quan chủ quản).", "plan.parent_body"),
        Column("title", "string", "Subject (trích yếu) on one line, without the type word.", "plan.title"),
        Column("theme", "string", "Theme of the year (chủ đề năm).", "plan.theme"),
        Column("period_start", "integer", "First year that the plan runs for.", "plan.period_start"),
        Column("period_end", "integer", "Last year that the plan runs for.", "plan.period_end"),
        Column("signer", "string", "Name of the person who signs.", "plan.signer"),
        Column("signer_positions", "strings", "Positions over or under the name.", "plan.signer_positions", required=True),
        Column("signer_capacity", "string", "In whose place it is signed: the line with KT., TM., T/M, TL. or TUQ.", "plan.signer_capacity"),
        Column("recipients", "strings", "Recipients (Nơi nhận), without dash, final mark and purpose.", "plan.recipients", required=True),
        Column("cited_numbers", "strings", "Numbers of the documents cited, each once.", "cited_numbers", required=True),
        Column("target_summary", "strings", "The targets in a few words each.", "target_summary", required=True),
        Column("lead_bodies", "strings", "Bodies that lead a task (chủ trì), each once.", "lead_bodies", required=True),
        Column("deadline_dates", "strings", "ISO dates by which something is due, ascending.", "deadline_dates", required=True),
        Column("truncated", "boolean", "The text stops in the middle.", "plan.truncated", required=True),
        Column("warnings", "strings", "What to know before relying on the row; what was read but not trusted.", "plan.warnings", required=True),
        Column("mean_ocr_confidence", "number", "Mean OCR confidence of the recognised pages, 0 to 100.", "mean_ocr_confidence"),
        Column("recipient_purposes", "strings", "Purpose of each recipient in order (`để báo cáo`), '' where none; empty if none has one.", "recipient_purposes", required=True),
        Column("characters", "integer", "Length of the stored text in characters.", "characters", required=True),
        Column("recipient_ids", "strings", "Canonical id of each recipient in order, '' where it is not linked; empty if none is.", "plan.recipient_ids", required=True),
        Column("issuing_body_candidates", "strings", "Canonical ids that the issuing body may have, where several units fit its name.", "plan.issuing_body_candidates", required=True),
        Column("level", "string", "Level of the issuing body.", "plan.level", get_args(Level)),
        Column("is_party", "boolean", "Issued by a body of the Party (Đảng) or of a mass organisation in its style.", "plan.is_party", required=True),
        Column("is_draft", "boolean", "Marked as a draft (dự thảo).", "plan.is_draft", required=True),
        Column("province", "string", "Province of the issuing body, as it was called then.", "plan.province"),
        Column("province_id", "string", "Canonical id of that province.", "plan.province_id"),
        Column("province_2025", "string", "The province after the mergers of 1 July 2025.", "plan.province_2025"),
        Column("number_candidates", "candidates", "Numbers that the document may have, likeliest first.", "plan.number_candidates", required=True),
        Column("date_candidates", "candidates", "ISO dates that it may have, likeliest first.", "plan.date_candidates", required=True),
        Column("value_source", "string", "Whether a person put a field of the row right (which one: `fields`).", "plan.value_source", _SOURCES, True),
        Column("reviewed_by", "string", "Who looked at a field of the row last in the review.", "plan.reviewed_by"),
        Column("duplicate_of", "string", "The first document with the same content, where that is another one.", "duplicate_of"),
        Column("issuing_body_code", "string", "Official code of that body (mã định danh điện tử, QĐ 20/2020/QĐ-TTg), where public data gives it: central bodies, and those of Huế.", "issuing_body_code"),
        Column("province_code", "string", "Official code of `province` then: two digits of the list of administrative units (until 30 June 2025 decision 124/2004/QĐ-TTg, since then 19/2025/QĐ-TTg). The same digits may mean another province in the other order.", "province_code"),
        Column("province_2025_code", "string", "Official code of `province_2025` (decision 19/2025/QĐ-TTg): the key to join maps and statistics of the 34 provinces on.", "province_2025_code"),
    ),
    lambda result: (PlanRow(result),),
)

CITATIONS = _facts(
    "citations",
    "One mention of another document, or of the document itself.",
    lambda result: result.citations,
    Column("doc_type", "string", "Abbreviation of the cited document's type: KH, CT, L for a law, BL for a code.", "doc_type"),
    Column("number", "string", "Canonical number: `18-CT/TW`; null for a document cited by name.", "number"),
    Column("date", "string", "ISO date, or a bare year where only that is given.", "date"),
    Column("issuer", "string", "Issuing body as written.", "issuer"),
    Column("name", "string", "Name of a document cited by name alone.", "name"),
    Column("subject", "string", "What the cited document is about, as written.", "subject"),
    Column("canonical_id", "string", "Key of the cited document, equal for all its mentions.", "canonical_id"),
    Column("is_short_form", "boolean", "The mention relies on an earlier full one.", "is_short_form", required=True),
    Column("resolved_from", "integer", "Start of the full form that a short form points to.", "resolved_from"),
    Column("is_self", "boolean", "The mention means the document itself.", "is_self", required=True),
    Column("relation", "string", "How the citing document stands to the cited one.", "relation", get_args(Relation), True),
    Column("via", "string", "Canonical id of the document that, in the words of the text, carries this one out.", "via"),
    extra=(
        Column("candidates", "strings", "Canonical ids that an unresolved short form may mean.", "candidates", required=True),
        Column("issuer_id", "string", "Canonical id of the issuing body.", "issuer_id"),
    ),
)

TARGETS = _facts(
    "targets",
    "One indicator of one target (chỉ tiêu).",
    lambda result: result.targets,
    Column("direction", "string", "What is to happen to the indicator.", "direction", get_args(Direction), True),
    Column("indicator", "string", "Code of the indicator vocabulary (`crashes`), else the document's words.", "indicator", required=True),
    Column("indicator_text", "string", "The document's words for it.", "indicator_text", required=True),
    Column("low", "number", "Lower bound of the figure; null without one.", "low"),
    Column("high", "number", "Upper bound; equal to the lower one for a single figure.", "high"),
    Column("unit", "string", "percent, count, or the unit's word.", "unit"),
    Column("baseline", "string", "What it is measured against: a year, annual, previous_year.", "baseline"),
    Column("period", "string", "The year or years in which it is to be reached.", "period"),
    extra=(
        Column("bound", "string", "How the figure bounds it; null without a figure.", "bound", get_args(Bound)),
        Column("from_value", "number", "Where it starts from: 35 in `tăng từ 35% lên 55%`.", "from_value"),
        Column("task_id", "string", "The task in which it is stated: key of `tasks`.", "task_id"),
    ),
)

TASKS = _facts(
    "tasks",
    "One task: who must do what by when.",
    lambda result: map(TaskRow, result.tasks),
    Column("task_id", "string", "Key of the task: its fact_id.", "task.evidence.fact_id", required=True),
    Column("task", "string", "The words of the task, from its first verb to the end of the item.", "task.task", required=True),
    Column("form", "string", "How the document gives it: under a heading of bodies, as an order, after a subject, in role lines, in a table.", "task.form", get_args(TaskForm), True),
    *(Column(role, "strings", f"Bodies that {what}, as written.", role, required=True) for role, what in (
        ("lead", "lead it (chủ trì)"), ("coordinate", "take part (phối hợp)"), ("implement", "carry it out (thực hiện)"),
        ("direct", "direct it (chỉ đạo)"), ("supervise", "supervise it (theo dõi, giám sát)"))),
    Column("deadline", "string", "When it is due: ISO day, else the words.", "task.deadline"),
    Column("due_from", "date", "First day that the words mean.", "task.due_from"),
    Column("due_to", "date", "Last day that the words mean.", "task.due_to"),
    Column("recurs", "string", "RFC 5545 rule of a recurring deadline.", "task.recurs"),
    Column("output", "string", "The product asked for.", "task.output"),
    Column("resources", "string", "Money or means, where a column or line says so.", "task.resources"),
    Column("report_to", "string", "Body that is to be reported to, as written.", "task.report_to"),
    Column("report_to_id", "string", "Canonical id of that body.", "task.report_to_id"),
    Column("targets", "strings", "Ids of the targets stated in it.", "task.targets", required=True),
)

RESPONSIBILITIES = _facts(
    "responsibilities",
    "One body in one role for one task.",
    lambda result: result.responsibilities,
    Column("body", "string", "The body as written.", "body", required=True),
    Column("body_id", "string", "Canonical id of the body.", "body_id"),
    Column("role", "string", "direct chỉ đạo, lead chủ trì, coordinate phối hợp, implement thực hiện, supervise theo dõi.", "role", get_args(Role), True),
    Column("task", "string", "The words of the task.", "task"),
    Column("deadline", "string", "When it is due: ISO date, or words.", "deadline"),
    extra=(
        Column("body_candidates", "strings", "Canonical ids that the body may have, where several units fit its name.", "body_candidates", required=True),
        Column("task_id", "string", "The task that it is a part of: key of `tasks`.", "task_id"),
    ),
)

DEADLINES = _facts(
    "deadlines",
    "A date by which something is due, or until which the plan runs.",
    lambda result: map(DeadlineRow, result.deadlines),
    Column("date", "date", "The day, where day, month and year are given.", "day"),
    Column("recurrence", "string", "The words of a recurring or month-only deadline.", "deadline.recurrence"),
    Column("kind", "string", "What is due.", "deadline.kind", get_args(DeadlineKind), True),
    Column("body", "string", "Who it binds.", "deadline.body"),
    Column("task", "string", "What is due, in the document's words.", "deadline.task"),
    extra=(
        Column("body_id", "string", "Canonical id of the body that it binds.", "deadline.body_id"),
        Column("task_id", "string", "The task that is due then: key of `tasks`.", "deadline.task_id"),
        Column("due_from", "date", "First day that the words mean.", "deadline.due_from"),
        Column("due_to", "date", "Last day that the words mean.", "deadline.due_to"),
        Column("recurs", "string", "RFC 5545 rule of a recurring deadline.", "deadline.recurs"),
        Column("report_to", "string", "Body that is to be reported to, as written.", "deadline.report_to"),
    ),
)

DATES = _facts(
    "dates",
    "Every date in the text.",
    lambda result: result.dates,
    Column("date", "string", "ISO date, year and month, or year.", "date", required=True),
    Column("role", "string", "What the date is there for.", "role", get_args(DateRole), True),
)

SECTIONS = Table(
    "sections",
    "A heading or a numbered item.",
    (
        _id(),
        Column("path", "string", "`I`, `I.1`, `II.1.1`; `Đ1` for Điều 1.", "path", required=True),
        Column("parent", "string", "Path of the section above.", "parent"),
        Column("level", "integer", "Depth in the tree, 1-based.", "level", required=True),
        Column("label", "string", "The label as written: `II.`, `Điều 3.`", "label", required=True),
        Column("title", "string", "The words of the heading.", "title", required=True),
        *_evidence("The heading as it stands in the document text."),
    ),
    lambda result: [section for section in result.sections if section.numbered],
    "sections",
)

ENTITIES = _facts(
    "entities",
    "A named entity.",
    lambda result: result.entities,
    Column("label", "string", "ORG organisation, PER person, LOC place.", "label", get_args(EntityLabel), True),
    Column("canonical", "string", "Full name.", "canonical"),
    Column("canonical_id", "string", "Canonical id.", "canonical_id"),
    Column("engine", "string", "Which engine found it.", "engine", required=True),
    extra=(Column("candidates", "strings", "Canonical ids that it may have, where several units fit its name.", "candidates", required=True),),
)

PAGES = Table(
    "pages",
    "A page of a paged document.",
    (
        _id(),
        Column("page", "integer", "Number of the page, 1-based.", "page", required=True),
        Column("width", "number", "Width in PDF points.", "width", required=True),
        Column("height", "number", "Height in PDF points.", "height", required=True),
        Column("method", "string", "How its text was read.", "method", get_args(PageMethod), True),
        Column("ocr_confidence", "number", "Mean OCR confidence, 0 to 100.", "ocr_confidence"),
        Column("rotation", "integer", "Degrees clockwise by which it was turned.", "rotation", required=True),
        Column("characters", "integer", "Characters of text on it.", "characters", required=True),
        Column("reason", "string", "Why it was read this way.", "reason"),
    ),
    lambda result: result.pages,
    "pages",
)

SIGNATURES = Table(
    "signatures",
    "A digital signature of a PDF.",
    (
        _id(),
        Column("signer", "string", "Common name of the certificate.", "signature.signer"),
        Column("organization", "string", "Unit and organisation of the certificate.", "signature.organization"),
        Column("email", "string", "E-mail address of the certificate.", "signature.email"),
        Column("signed_at", "string", "ISO date and time of the signing, with its zone.", "signed_at"),
        Column("time_source", "string", "Whose time it is: of a time stamping authority, or claimed by the signer's clock.", "signature.time_source", ("timestamp", "claimed")),
        Column("intact", "boolean", "The signed bytes are what was signed; null if that cannot be computed.", "signature.intact"),
        Column("whole_file", "boolean", "Nothing, such as a later signature, was added to the file after it.", "signature.whole_file"),
        Column("field", "string", "Name of the signature field.", "signature.field"),
        Column("page", "integer", "Page of the visible stamp, 1-based.", "signature.page"),
        Column("boxes", "boxes", "Rectangle of the visible stamp in PDF points from the page's top left.", "boxes"),
        Column("stamp_text", "string", "Text of the visible stamp.", "signature.stamp_text"),
        Column("issuer", "string", "Common name of the certificate's issuer; trust in it is not checked.", "signature.issuer"),
        Column("problem", "string", "Why it cannot be read or is not intact.", "signature.problem"),
    ),
    lambda result: [SignatureRow(signature) for signature in result.signatures],
    "signatures",
)

ERRORS = Table(
    "errors",
    "A document or page that could not be read.",
    (
        Column("source", "string", "Path below the input folder.", "source", required=True),
        Column("document_id", "string", "Key of the document; null if its content was never seen.", "document_id"),
        Column("stage", "string", "Where in the pipeline it failed.", "stage", required=True),
        Column("code", "string", "Stable code of the reason.", "code", required=True),
        Column("message", "string", "What is wrong and what to do.", "message", required=True),
        Column("page", "integer", "Page, 1-based; null for the whole document.", "page"),
        Column("retryable", "boolean", "Trying again can help.", "retryable", required=True),
    ),
    None,
    formats=("csv", "parquet", "jsonl"),
)

FIELDS = _facts(
    "fields",
    "One field of a row of `plans`, and where it was read.",
    lambda result: PlanRow(result).fields,
    Column("field", "string", "Name of the column in `plans`.", "field", required=True),
    Column("value", "string", "Its value as text.", "value"),
)

TEXTS = Table(
    "texts",
    "The stored text of a document, which all offsets refer to (not in CSV).",
    (
        Column("document_id", "string", "The document: key of `plans`.", "document_id", required=True),
        Column("text", "string", "The text as decoded or recognised, unchanged.", "text", required=True),
    ),
    lambda result: (result,),
    formats=("parquet",),
)

TABLES = (
    PLANS,
    CITATIONS,
    TARGETS,
    TASKS,
    RESPONSIBILITIES,
    DEADLINES,
    DATES,
    SECTIONS,
    ENTITIES,
    PAGES,
    SIGNATURES,
    ERRORS,
    FIELDS,
    TEXTS,
    *map(_own, own_kinds().values()),
)
"""The tables, those of other packages at the end."""
WORDS = Table(
    "words",
    "Where the words of a paged document stand.",
    (Column("packed", "bytes", "As `document.Words.packed` has them.", "", required=True),),
    None,
    formats=(),
)
"""Kept in the parts for the review, which marks words on pages; written in no format."""
KEPT = (*TABLES, WORDS)
"""What the parts hold."""
Rows = dict[str, list[Row]]
"""Rows by name of their table."""


def rows_of(extraction: Extraction) -> list[Rows]:
    """The rows of each plan of an extraction, and, where there are errors, of those."""
    words = extraction.words or (b"",) * len(extraction.plans)
    rows: list[Rows] = [
        {**{table.name: table.rows(result) for table in TABLES}, WORDS.name: [(packed,)] if packed else []}
        for result, packed in zip(extraction.plans, words, strict=True)
    ]
    if extraction.errors:
        empty: Rows = {table.name: [] for table in KEPT}
        rows.append({**empty, "errors": [ERRORS.row(error, "") for error in extraction.errors]})
    return rows


_BY_NAME = {table.name: table for table in KEPT}


def table(name: str) -> Table:
    """The table of that name.

    Raises:
        KeyError: There is none.
    """
    return _BY_NAME[name]


def schema_digest() -> str:
    """Differs where tables or columns do."""
    return hashlib.sha256(repr([(one.name, one.columns, one.formats) for one in TABLES]).encode()).hexdigest()[:16]
