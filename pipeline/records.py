"""The vocabulary of results: what an extraction consists of.

All offsets are half-open character offsets `[start, end)` into `Document.raw`, the stored text of the document.
Every fact carries an `Evidence`. Records are frozen and picklable; the column names of
`vnplan.tables.schema` follow them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from .copying import quick
from .kinds import own_kinds
from .marked import Mark, page
from .plain import from_plain, to_plain

SCHEMA_VERSION = "2.0"

FieldStatus = Literal["found", "blank", "handwritten", "uncertain", "absent"]
Direction = Literal["reduce", "increase", "reach", "zero", "at_most", "at_least", "keep"]
Role = Literal["direct", "lead", "coordinate", "implement", "supervise"]
Relation = Literal["implements", "basis", "amends", "replaces", "guides", "mentions"]
Bound = Literal["exact", "at_least", "at_most", "range"]
TaskForm = Literal["heading", "order", "subject", "role_lines", "table"]
Level = Literal["central", "province", "district", "commune", "school", "enterprise", "other"]
DeadlineKind = Literal["report", "submit", "complete", "plan_end", "other"]
DateRole = Literal["issue", "citation", "deadline", "period", "signature", "other"]
EntityLabel = Literal["ORG", "PER", "LOC"]
PageMethod = Literal["text_layer", "ocr", "none"]
ValueSource = Literal["machine", "person"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in PDF points (1/72 inch) from the page's top left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@quick
@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact was read.

    Attributes:
        text: The words as they stand in the document's raw text (`raw[start:end]`).
        start: First character in the raw text, 0-based.
        end: Character after the last one.
        page: 1-based page, None for formats without pages.
        boxes: The rectangles of the words, empty for formats without pages.
        section: Path such as `II.1.1`, or `header`, `title`, `basis`, `recipients`, `signature`, `annex`; '' outside.
        confidence: 0..1, the share of such facts that is expected to be right (see `linking.confidence`).
        ocr_confidence: 0..100, mean over the words, None if the text was not recognised from an image.
        rule: Name of the rule that read the fact.
        fact_id: Names the fact: equal on every run over the same content (see `linking.identity`); '' while not given.
        value_source: Who gave the value: the rule, or a person who put it right.
        reviewed_by: Who looked at it last, None while nobody has.
    """

    text: str
    start: int
    end: int
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    section: str = ""
    confidence: float = 1.0
    ocr_confidence: float | None = None
    rule: str = ""
    fact_id: str = ""
    value_source: ValueSource = "machine"
    reviewed_by: str | None = None


class _Dated:
    """What is written of a day that may be known in part."""

    __slots__ = ()
    date: str | None

    @property
    def day(self) -> dt.date | None:
        """The date as a day, as `Plan.issue_date` and `due_to` are; None where it is not known to the day."""
        try:
            return dt.date.fromisoformat(self.date) if self.date is not None and len(self.date) == 10 else None
        except ValueError:
            return None


@quick
@dataclass(frozen=True, slots=True)
class Citation(_Dated):
    """One mention of another document (or, with `is_self`, of the document itself).

    Attributes:
        doc_type: Abbreviation of the type (`KH`, `CT`, `L` for a law, `BL` for a code), None if not known.
        number: Canonical number (`18-CT/TW`, `48/NQ-CP`), None where the document is cited by name alone.
        date: ISO date, or a bare year (`2008`), or None.
        issuer: The issuing body as written, or None.
        issuer_id: Its canonical id, None while unlinked.
        name: Name of a document cited by name alone (`Luật Giao thông đường bộ`), else None.
        subject: What the document is about (trích yếu), as written, or None.
        canonical_id: Key of the cited document, equal for all its mentions (`CT:18-CT/TW`).
        is_short_form: True for a mention that relies on an earlier full one (`Chỉ thị số 18`).
        resolved_from: Raw start offset of the full form that a short form points to, None if open.
        candidates: Canonical ids that an unresolved short form may mean.
        relation: How the citing document stands to the cited one.
        via: Canonical id of the document that, in the words of the text, carries this one out.
    """

    evidence: Evidence
    doc_type: str | None
    number: str | None
    date: str | None = None
    issuer: str | None = None
    name: str | None = None
    subject: str | None = None
    canonical_id: str | None = None
    is_short_form: bool = False
    resolved_from: int | None = None
    candidates: tuple[str, ...] = ()
    is_self: bool = False
    relation: Relation = "mentions"
    via: str | None = None
    issuer_id: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class Target:
    """One indicator of one target (chỉ tiêu).

    Attributes:
        direction: What is to happen to the indicator.
        indicator: Code of the indicator vocabulary (`crashes`), else the document's words.
        indicator_text: The document's words.
        low: Lower bound of the figure, None if the target has none.
        high: Upper bound, equal to the lower one for a single figure.
        unit: `percent`, `count`, or the unit's word (`m2`, `năm`), None without a figure.
        baseline: `2022` (a year), `annual`, `previous_year`, or None.
        period: The year or years in which it is to be reached (`2025`, `2021-2025`), or None.
        bound: How the figure bounds it: `giảm ít nhất 10%` is `at_least`; None without a figure.
        from_value: Where it starts from (`tăng từ 35% lên 55%`: 35), or None.
        task_id: The task in which it is stated, or None.
    """

    evidence: Evidence
    direction: Direction
    indicator: str
    indicator_text: str
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    baseline: str | None = None
    period: str | None = None
    bound: Bound | None = None
    from_value: float | None = None
    task_id: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class Charge:
    """A body that a task charges, in its role.

    Attributes:
        evidence: Where the body is named.
        body: The body as written (`Công an huyện`).
        body_id: Canonical id, None while unlinked.
        body_candidates: Ids that the body may have, where several units fit its name.
    """

    evidence: Evidence
    body: str
    role: Role
    body_id: str | None = None
    body_candidates: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Task:
    """Who must do what by when.

    Attributes:
        evidence: The item that states it; its `fact_id` is the task's id, its `rule` the production that read it.
        task: The words of the task, from its first verb to the end of the item.
        form: How the document gives it.
        charges: The bodies with their roles, in order of the text.
        deadline: ISO day, else the words; None without one.
        due_from: First day that the words mean, None where they mean no span of days.
        due_to: Last day that the words mean.
        recurs: RFC 5545 rule of a recurring deadline (`FREQ=MONTHLY;BYMONTHDAY=15`).
        output: The product asked for.
        resources: Money or means, where a column or line says so.
        report_to: The body that is to be reported to, as written.
        report_to_id: Its canonical id.
        targets: Ids of the targets stated in it.
        further: Roles that later words give beside those of `charges`, in documents whose sentences charge a body with
            several duties: rows of `responsibilities`, not of the task itself.
    """

    evidence: Evidence
    task: str
    form: TaskForm
    charges: tuple[Charge, ...]
    deadline: str | None = None
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    recurs: str | None = None
    output: str | None = None
    resources: str | None = None
    report_to: str | None = None
    report_to_id: str | None = None
    targets: tuple[str, ...] = ()
    further: tuple[Charge, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Responsibility:
    """One body in one role for one task.

    Attributes:
        body: The body as written (`Công an huyện`).
        body_id: Canonical id, None while unlinked.
        role: `direct` (chỉ đạo), `lead` (chủ trì), `coordinate` (phối hợp), `implement`, `supervise`.
        task: The words of the task, or None.
        deadline: ISO date or words, or None.
        body_candidates: Ids that the body may have, where several units fit its name.
        task_id: The task that it is a part of.
    """

    evidence: Evidence
    body: str
    role: Role
    task: str | None = None
    deadline: str | None = None
    body_id: str | None = None
    body_candidates: tuple[str, ...] = ()
    task_id: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class Deadline(_Dated):
    """A date by which something is due, or until which the plan runs.

    Attributes:
        date: ISO date where day, month and year are known, else None.
        recurrence: The words, for a recurring or month-only deadline (`trước ngày 25 hàng tháng`), else None.
        body_id: Canonical id of the body that it binds, None while unlinked.
        task_id: The task that is due then, or None.
        due_from: First day that the words mean (`quý II/2026`: 2026-04-01), None where they mean no span of days.
        due_to: Last day that the words mean.
        recurs: RFC 5545 rule of a recurring deadline (`FREQ=MONTHLY;BYMONTHDAY=15`).
        report_to: The body that is to be reported to, as written.
    """

    evidence: Evidence
    date: str | None
    recurrence: str | None = None
    kind: DeadlineKind = "other"
    body: str | None = None
    task: str | None = None
    body_id: str | None = None
    task_id: str | None = None
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    recurs: str | None = None
    report_to: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class DateMention(_Dated):
    """A date in the text: ISO date, `2024-11`, or `2025`."""

    evidence: Evidence
    date: str
    role: DateRole = "other"


@quick
@dataclass(frozen=True, slots=True)
class Section:
    """A heading or a numbered item.

    Attributes:
        path: `I`, `I.1`, `II.1.1`; `Đ1` for Điều 1; lettered items as `II.1.a`.
        parent: Path of the section above, or None.
        level: Depth in the tree, 1-based.
        label: As written (`II.`, `1.1`, `Điều 3.`, `a)`).
        title: The heading's words without the label.
        numbered: False for lettered items, which are no part of the `sections` table.
    """

    evidence: Evidence
    path: str
    parent: str | None
    level: int
    label: str
    title: str
    numbered: bool = True


@quick
@dataclass(frozen=True, slots=True)
class Entity:
    """A named entity.

    Attributes:
        canonical: Full name of what is meant, None while unlinked.
        canonical_id: Its id: that of a body, or of an administrative unit.
        candidates: Ids that it may have, where several units fit its name.
    """

    evidence: Evidence
    label: EntityLabel
    canonical: str | None = None
    canonical_id: str | None = None
    engine: str = "rules"
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page; width and height in PDF points, `rotation` in degrees clockwise."""

    page: int
    width: float
    height: float
    method: PageMethod
    ocr_confidence: float | None = None
    rotation: int = 0
    characters: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that a field may have.

    Attributes:
        value: As the field would hold it.
        source: Where it was read: `letterhead`, `annex`, `signature`, `file_name`, `recognition`.
        score: 0..1, how likely it is.
    """

    value: str
    source: str
    score: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The facts of a document that occur once: the row of the `plans` table.

    A value is None unless its status is `found`. `evidence` maps a field's name to where it was read. `recipient_ids`
    has one id for each recipient, '' for one that is not linked, and is empty if none is;
    `issuing_body_candidates` are the ids that the issuing body may have, where several units fit its name. `level`,
    `is_party` and `province` say who issues it; `province_2025` is the name after the mergers of 1 July 2025.
    """

    doc_type: str | None = None
    number: str | None = None
    number_symbol: str | None = None
    number_status: FieldStatus = "absent"
    issue_date: dt.date | None = None
    issue_date_status: FieldStatus = "absent"
    issue_year: int | None = None
    issue_month: int | None = None
    place: str | None = None
    issuing_body: str | None = None
    issuing_body_id: str | None = None
    parent_body: str | None = None
    title: str | None = None
    theme: str | None = None
    period_start: int | None = None
    period_end: int | None = None
    signer: str | None = None
    signer_positions: tuple[str, ...] = ()
    signer_capacity: str | None = None
    recipients: tuple[str, ...] = ()
    recipient_purposes: tuple[str | None, ...] = ()
    truncated: bool = False
    warnings: tuple[str, ...] = ()
    evidence: dict[str, Evidence] = field(default_factory=dict)
    recipient_ids: tuple[str, ...] = ()
    issuing_body_candidates: tuple[str, ...] = ()
    level: Level | None = None
    is_party: bool = False
    is_draft: bool = False
    province: str | None = None
    province_id: str | None = None
    province_2025: str | None = None
    number_candidates: tuple[Candidate, ...] = ()
    date_candidates: tuple[Candidate, ...] = ()
    value_source: ValueSource = "machine"
    reviewed_by: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """A document or page that could not be read: a row of the `errors` table."""

    source: str
    document_id: str | None
    stage: str
    code: str
    message: str
    page: int | None = None
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class PlanResult:
    """Everything that was found in one document."""

    document_id: str
    source: str
    sha256: str
    format: str
    text: str
    plan: Plan
    citations: tuple[Citation, ...] = ()
    targets: tuple[Target, ...] = ()
    tasks: tuple[Task, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    dates: tuple[DateMention, ...] = ()
    sections: tuple[Section, ...] = ()
    entities: tuple[Entity, ...] = ()
    pages: tuple[Page, ...] = ()
    signatures: tuple[Signature, ...] = ()
    part: int = 1
    """Which document of its file it is, where a file holds several; 1-based."""
    others: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """Facts of the kinds that other packages add, by the name of their table."""

    def to_dict(self) -> dict[str, Any]:
        """Everything as dictionaries, lists, strings and numbers, with days as ISO strings: what JSON holds."""
        plain: dict[str, Any] = to_plain(self)
        return {"schema_version": SCHEMA_VERSION, **plain}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PlanResult:
        """The result that `to_dict` gave.

        Args:
            data: Also after a way through JSON.

        Raises:
            ValueError: It is of another schema version, does not have that shape, or has facts of a package that is not
                installed.
        """
        if data.get("schema_version") != SCHEMA_VERSION:
            raise ValueError(f"schema_version must be {SCHEMA_VERSION!r}, not {data.get('schema_version')!r}")
        kinds, others = own_kinds(), {}
        for name, facts in dict(data.get("others", {})).items():
            if name not in kinds:
                raise ValueError(f"the facts {name!r} are of another package; install that")
            others[name] = tuple(from_plain(kinds[name].record, one) for one in facts)
        result = from_plain(cls, {key: one for key, one in data.items() if key not in ("schema_version", "others")})
        return replace(result, others=others)

    def _repr_html_(self) -> str:
        """For notebooks: the text with its facts marked, and the facts beside it."""
        title = f"{self.source}: {self.plan.doc_type or ''} {self.plan.number or ''} {self.plan.title or ''}"
        return page(" ".join(title.split()), self.text, self._marks())

    def _marks(self) -> Iterator[Mark]:
        def mark(kind: str, evidence: Evidence, *words: str | None) -> Mark:
            return Mark(evidence.start, evidence.end, kind, " · ".join(filter(None, words)))

        for name, evidence in self.plan.evidence.items():
            yield mark("plan", evidence, name)
        for citation in self.citations:
            yield mark("citation", citation.evidence, citation.relation, citation.canonical_id or citation.name)
        for target in self.targets:
            yield mark("target", target.evidence, target.direction, target.indicator)
        for task in self.tasks:
            yield mark("task", task.evidence, *(f"{one.role}: {one.body}" for one in task.charges))
        for deadline in self.deadlines:
            yield mark("deadline", deadline.evidence, deadline.kind, deadline.date or deadline.recurrence)
        for date in self.dates:
            yield mark("date", date.evidence, date.role, date.date)
        for entity in self.entities:
            yield mark("entity", entity.evidence, entity.label, entity.canonical)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one input file gave: its documents, and what could not be read of it."""

    source: str
    plans: tuple[PlanResult, ...] = ()
    errors: tuple[ErrorRecord, ...] = ()
    words: tuple[bytes, ...] = ()
    """Where the words of each document stand (`document.Words.packed`), b'' without pages; () if none has any."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A digital signature of a PDF: a row of the `signatures` table.

    Attributes:
        signer: Common name of the certificate (`Nguyễn Văn A`, `Ủy ban nhân dân tỉnh …`).
        organization: Organization, and unit in it, of the certificate; None if it names none.
        email: E-mail address of the certificate, or None.
        signed_at: Signing time that the signature itself claims (or its time stamp), with time zone as written.
        time_source: `timestamp` (by an authority), `claimed` (by the signer's clock), None if there is no time.
        intact: The signed bytes are what was signed; None if that cannot be computed.
        whole_file: The signature covers the file to its end (False: something, such as a later signature, was added).
        field: Name of the signature field.
        page: 1-based page of the visible stamp, None if there is none.
        box: Rectangle of the visible stamp.
        stamp_text: Text of the visible stamp, one line; '' if none.
        issuer: Common name of the certificate's issuer.
        problem: Why the signature cannot be read or is not intact; '' if all is well.
    """

    signer: str | None
    organization: str | None = None
    email: str | None = None
    signed_at: dt.datetime | None = None
    time_source: str | None = None
    intact: bool | None = None
    whole_file: bool | None = None
    field: str | None = None
    page: int | None = None
    box: Box | None = None
    stamp_text: str = ""
    issuer: str | None = None
    problem: str = ""
