"""The middle of the pipeline: a document in, its facts out.

`analyze` segments a document, runs every extractor over the segments, links the facts, and puts them together. It is pure:
no global state, disk or network.
"""

from __future__ import annotations

import importlib
from dataclasses import replace

from .document import Document
from .extractors import identity
from .linking.dates import assign_roles
from .records import PlanResult, Section
from .segmentation import segment
from .segmentation.model import Segments
from .settings import Settings

_NO_PLAN = "no administrative document: neither letterhead nor type word was found"


def _run(name, segments):  # temporary while modules are written
    try:
        return importlib.import_module(f"pipeline.extractors.{name}").extract(segments)
    except (ModuleNotFoundError, NameError, AttributeError):
        return []


def analyze(document: Document, settings: Settings | None = None) -> PlanResult:
    """All facts of one document.

    Args:
        document: Read by `pipeline.read`.
        settings: Defaults to `Settings()`.
    """
    settings = settings or Settings()
    segments = segment(document)
    plan = identity.extract(segments)
    if not segments.is_administrative:
        plan = replace(plan, warnings=(*plan.warnings, _NO_PLAN))
    citations = _run("citations", segments)
    try:
        link = importlib.import_module("pipeline.linking.citations").link_citations
        citations = link(citations, segments)
    except (ModuleNotFoundError, AttributeError):
        pass
    targets = _run("targets", segments)
    responsibilities = _run("responsibilities", segments)
    deadlines = _run("deadlines", segments)
    dates = _run("dates", segments)
    return PlanResult(
        document_id=document.document_id,
        source=document.source,
        sha256=document.sha256,
        format=document.format,
        text=document.raw,
        plan=plan,
        citations=tuple(citations),
        targets=tuple(targets),
        responsibilities=tuple(responsibilities),
        deadlines=tuple(deadlines),
        dates=assign_roles(dates, plan, citations, deadlines),
        sections=_sections(segments),
        pages=document.pages,
    )


def _sections(segments: Segments) -> tuple[Section, ...]:
    """The rows of the `sections` table: numbered headings and items."""
    return tuple(
        Section(
            replace(segments.document.evidence(node.start, max(node.heading_end, node.start + 1)), section=node.path),
            node.path, node.parent, node.level, node.label, node.title,
        )
        for node in segments.sections
        if node.numbered
    )
