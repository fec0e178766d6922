"""The middle of the pipeline: a document in, its facts out.

`analyze` segments a document, runs every extractor over the segments, links the facts, and puts them together. It is
pure: no global state, disk or network.

An extractor is a function from `Segments` to records. Other packages add theirs under the entry point group
`vnplan.extractors`; what they return is sorted into the tables by its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import TypeVar

from .document import Document
from .entities.engines import engine
from .entities.votes import vote
from .errors import InternalError
from .extractors import citations, dates, deadlines, identity, targets, tasks
from .linking.bodies import link_bodies
from .linking.citations import link_citations
from .linking.confidence import confident, confident_plan
from .linking.dates import assign_roles
from .linking.facts import identified
from .linking.handwriting import with_candidates
from .linking.issuer import described
from .linking.repairs import repaired
from .linking.signatures import signature_warnings
from .linking.tasks import join_tasks
from .records import Citation, DateMention, Deadline, Entity, PlanResult, Responsibility, Section, Target, Task
from .segmentation import segment
from .segmentation.model import Segments
from .settings import Settings

Fact = Citation | Target | Task | Responsibility | Deadline | DateMention | Entity
Extractor = Callable[[Segments], Iterable[Fact]]
_F = TypeVar("_F", Citation, Target, Task, Responsibility, Deadline, DateMention, Entity)

EXTRACTORS: tuple[Extractor, ...] = (
    citations.extract,
    targets.extract,
    tasks.extract,
    deadlines.extract,
    dates.extract,
)
_GROUP = "vnplan.extractors"
_NO_PLAN = "no administrative document: neither letterhead nor type word was found"


@cache
def installed_extractors() -> tuple[tuple[str, Extractor], ...]:
    """Name and function of every extractor that other installed packages offer.

    Raises:
        InternalError: One of them cannot be imported.
    """
    from importlib.metadata import entry_points

    found = []
    for entry in sorted(entry_points(group=_GROUP), key=lambda entry: entry.name):
        try:
            found.append((entry.name, entry.load()))
        except Exception as error:
            raise InternalError(
                f"the extractor {entry.name!r} ({entry.value}) cannot be imported: {error}; "
                "reinstall or remove its package"
            ) from error
    return tuple(found)


def analyze(document: Document, settings: Settings | None = None) -> PlanResult:
    """All facts of one document.

    Args:
        document: Read by `pipeline.read`.
        settings: Defaults to `Settings()`; facts below its `min_confidence` are left out.

    Raises:
        InternalError: An extractor of another package cannot be imported.
        ModelError: The trained model for names is missing, damaged or of another version.
        MissingDependencyError: The package that finds names is not installed.
    """
    settings = settings or Settings()
    segments = segment(document)
    plan = confident_plan(identity.extract(segments))
    if not segments.is_administrative:
        plan = replace(plan, warnings=(*plan.warnings, _NO_PLAN))
    facts: list[Fact] = []
    if segments.is_vietnamese:
        for extractor in (*EXTRACTORS, *(extractor for _, extractor in installed_extractors())):
            facts.extend(extractor(segments))
        facts.extend(_names(segments, settings.ner))
    facts = confident(facts)
    if settings.min_confidence:
        facts = [fact for fact in facts if fact.evidence.confidence >= settings.min_confidence]
    cited = link_citations(_of(facts, Citation), segments)
    due = _of(facts, Deadline)
    signatures = document.signatures
    plan = replace(plan, warnings=(*plan.warnings, *signature_warnings(plan, signatures)))
    plan = with_candidates(plan, document.source, cited, signatures)
    result = PlanResult(
        document_id=document.document_id,
        source=document.source,
        sha256=document.sha256,
        format=document.format,
        text=document.raw,
        plan=plan,
        citations=tuple(cited),
        targets=tuple(_of(facts, Target)),
        tasks=tuple(_of(facts, Task)),
        responsibilities=tuple(_of(facts, Responsibility)),
        deadlines=tuple(due),
        dates=assign_roles(_of(facts, DateMention), plan, cited, due),
        sections=tuple(confident(_sections(segments))),
        entities=tuple(_of(facts, Entity)),
        pages=document.pages,
        signatures=signatures,
        part=document.part,
    )
    return join_tasks(identified(described(link_bodies(repaired(vote(result))))))


def _names(segments: Segments, ner: str) -> list[Entity]:
    """The bodies, persons and places that the engine of the settings finds."""
    finder = engine(ner)
    if finder is None:
        return []
    return [
        Entity(segments.evidence(name.start, name.end, name.confidence), name.label, engine=name.engine)
        for name in finder.find([segments.text])[0]
    ]


def _of(facts: list[Fact], kind: type[_F]) -> list[_F]:
    """The facts of one kind, in order of their place in the text."""
    return [fact for fact in facts if isinstance(fact, kind)]


def _sections(segments: Segments) -> tuple[Section, ...]:
    """The rows of the `sections` table: numbered headings and items."""
    evidence = segments.document.evidence
    return tuple(
        Section(
            evidence(node.start, max(node.heading_end, node.start + 1), node.path),
            node.path,
            node.parent,
            node.level,
            node.label,
            node.title,
        )
        for node in segments.sections
        if node.numbered
    )
