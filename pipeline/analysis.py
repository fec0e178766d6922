"""The middle of the pipeline: a document in, its facts out.

`analyze` segments a document, runs every extractor over the segments, links the facts, and puts them together. It is
pure: no global state, disk or network.

An extractor is a function from `Segments` to records. Other packages add theirs under the entry point group
`vnplan.extractors`; what they return is sorted into the tables by its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from . import rules
from .document import Document
from .entities.engines import engine
from .entities.votes import vote
from .errors import PluginError, UsageError
from .extractors import citations, dates, deadlines, identity, targets, tasks
from .kinds import own_kinds
from .linking.bodies import link_bodies
from .linking.citations import link_citations
from .linking.confidence import confident, confident_plan, share_right
from .linking.dates import assign_roles
from .linking.facts import identified
from .linking.handwriting import with_candidates
from .linking.issuer import described
from .linking.repairs import repaired
from .linking.signatures import signature_warnings
from .linking.tasks import join_tasks
from .plugins import chosen_readers, found_by, plugins
from .records import Citation, DateMention, Deadline, Entity, PlanResult, Responsibility, Section, Target, Task
from .segmentation import segment
from .segmentation.model import Segments
from .settings import Settings
from .timing import stage

_F = TypeVar("_F", Citation, Target, Task, Responsibility, Deadline, DateMention, Entity)

Fact = Citation | Target | Task | Responsibility | Deadline | DateMention | Entity
Extractor = Callable[[Segments], Iterable[Fact]]
EXTRACTORS: tuple[Extractor, ...] = (
    citations.extract,
    targets.extract,
    tasks.extract,
    deadlines.extract,
    dates.extract,
)
_NO_PLAN = "no administrative document: neither letterhead nor type word was found"


def _name(extractor: Extractor) -> str:
    """The name by which one of ours is chosen: that of its module."""
    return extractor.__module__.partition(".extractors.")[2].partition(".")[0]


def extractor_names() -> tuple[str, ...]:
    """The names of all extractors, ours first."""
    return (*map(_name, EXTRACTORS), *(plugin.name for plugin in plugins()))


def check_extractors(names: Iterable[str] | None) -> None:
    """See whether there are extractors of these names.

    Raises:
        UsageError: One is not known.
    """
    for name in names or ():
        if name not in extractor_names():
            raise UsageError(f"there is no extractor {name!r}; there are {', '.join(extractor_names())}")


def check_plugins(settings: Settings) -> None:
    """See whether the extractors and readers that the settings name are there.

    Raises:
        UsageError: One is not known.
    """
    check_extractors(settings.extractors)
    chosen_readers(settings.readers)


def analyze(
    document: Document,
    settings: Settings | None = None,
    *,
    extractors: Iterable[str] | None = None,
    problems: list[PluginError] | None = None,
) -> PlanResult:
    """All facts of one document.

    Args:
        document: Read by `vnplan.read`.
        settings: Defaults to `Settings()`; facts below its `min_confidence` are left out.
        extractors: Names of the extractors that are to run, of ours and of other packages; defaults to those of the
            settings, which default to all.
        problems: Gets an error for each extractor of another package that failed. It is logged in any case.

    Raises:
        UsageError: There is no extractor of that name.
        ModelError: The trained model for names is missing, damaged or of another version.
        MissingDependencyError: The package that finds names is not installed.
    """
    settings = settings or Settings()
    rules.check(settings.rules)
    chosen = settings.extractors if extractors is None else tuple(extractors)
    check_extractors(chosen)
    with stage("segment"):
        segments = segment(document)
    plan = confident_plan(identity.extract(segments))
    if not segments.is_administrative:
        plan = replace(plan, warnings=(*plan.warnings, _NO_PLAN))
    facts: list[Any] = []
    if segments.is_vietnamese:
        for extractor in EXTRACTORS:
            if chosen is None or _name(extractor) in chosen:
                with stage(_name(extractor)):
                    facts.extend(extractor(segments))
        others = [plugin for plugin in plugins() if chosen is None or plugin.name in chosen]
        facts.extend(found_by(others, segments, problems, settings.plugin_seconds))
        with stage("names"):
            facts.extend(_names(segments, settings))
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
        sections=_sections(segments),
        entities=tuple(_of(facts, Entity)),
        pages=document.pages,
        signatures=signatures,
        part=document.part,
        others=_others(facts),
    )
    with stage("link"):
        return join_tasks(identified(described(link_bodies(repaired(vote(result))))))


def _names(segments: Segments, settings: Settings) -> list[Entity]:
    """The bodies, persons and places that the engine of the settings finds."""
    finder = engine(settings.ner, settings.model)
    if finder is None:
        return []
    recognised = any(page.method == "ocr" for page in segments.document.pages)
    return [
        Entity(segments.evidence(name.start, name.end, name.confidence), name.label, engine=name.engine)
        for name in finder.find([segments.text], recognised)[0]
    ]


def _others(facts: list[Any]) -> dict[str, tuple[Any, ...]]:
    """The facts of the kinds of other packages, by table, in order of their place in the text."""
    found = {
        name: tuple(sorted((fact for fact in facts if type(fact) is kind.record), key=_start))
        for name, kind in own_kinds().items()
    }
    return {name: of_kind for name, of_kind in found.items() if of_kind}


def _start(fact: Any) -> tuple[int, int]:
    return fact.evidence.start, fact.evidence.end


def _of(facts: list[Any], kind: type[_F]) -> list[_F]:
    """The facts of one kind, in order of their place in the text."""
    return [fact for fact in facts if isinstance(fact, kind)]


def _sections(segments: Segments) -> tuple[Section, ...]:
    """The rows of the `sections` table: numbered headings and items, with the confidence that their one rule earned."""
    evidence, share = segments.document.evidence, share_right("sections", "sections", 1.0)
    return tuple(
        Section(
            evidence(node.start, max(node.heading_end, node.start + 1), node.path, share),
            node.path,
            node.parent,
            node.level,
            node.label,
            node.title,
        )
        for node in segments.sections
        if node.numbered
    )
