"""vnplan in spaCy: components for a pipeline, and results as documents with spans.

    nlp = spacy.blank("xx")
    nlp.add_pipe("vnplan_citations")
    doc = nlp(text)
    for span in doc.spans["vnplan_citations"]:
        print(span.text, span._.vnplan.canonical_id)

A component stands for each kind of fact; the first one in a pipeline analyses the document, the others take theirs from
what it found. Tokens are split where a fact begins or ends, so that no fact is lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from .errors import UsageError
from .marked import COLOURS as _COLOURS
from .records import Entity, Evidence, PlanResult
from .settings import Settings

if TYPE_CHECKING:
    from spacy.tokens import Token

Kind = Literal["citations", "targets", "tasks", "responsibilities", "deadlines", "dates", "entities", "sections"]
LABELS: dict[Kind, str] = {
    "citations": "CITATION",
    "targets": "TARGET",
    "tasks": "TASK",
    "responsibilities": "RESPONSIBILITY",
    "deadlines": "DEADLINE",
    "dates": "DATE",
    "sections": "SECTION",
}
"""The label of the spans of each kind; those of `entities` have the entity's own: ORG, PER, LOC."""
KINDS: tuple[Kind, ...] = (*LABELS, "entities")
COLOURS = {
    "CITATION": _COLOURS["citation"],
    "TARGET": _COLOURS["target"],
    "TASK": _COLOURS["task"],
    "RESPONSIBILITY": _COLOURS["task"],
    "DEADLINE": _COLOURS["deadline"],
    "DATE": _COLOURS["date"],
    "SECTION": _COLOURS["plan"],
}
"""Colours for displaCy, by label."""
_KEY = "vnplan"
_LONGEST = 10**9


def to_spacy(result: PlanResult, nlp: Language | None = None) -> Doc:
    """A result as a spaCy document: its text, and a group of spans `vnplan_…` for each kind of fact.

    `doc._.plan` is the result, `span._.vnplan` the record of a span. `DocBin(store_user_data=True)` keeps both.

    Args:
        result: Of `vnplan.extract` or `analyze`.
        nlp: Whose tokenizer and vocabulary are used; by default those of `spacy.blank("xx")`.
    """
    if nlp is None:
        nlp = spacy.blank("xx")
        nlp.max_length = _LONGEST
    doc = nlp.make_doc(result.text)
    _keep(doc, result)
    for kind in KINDS:
        _mark(doc, result, kind)
    return doc


def from_spacy(doc: Doc) -> PlanResult:
    """The result that a document carries, as its spans say now.

    A fact whose span was removed from its group is left out; a span of the group `vnplan_entities` that somebody added
    becomes an entity. Where there is no group of a kind, its facts stay.

    Raises:
        UsageError: The document carries no result.
    """
    result = _plan(doc)
    if result is None:
        raise UsageError("the document carries no result of vnplan: add a component vnplan_… to the pipeline")
    changed: dict[str, Any] = {}
    for kind in KINDS:
        if f"vnplan_{kind}" not in doc.spans:
            continue
        spans = list(doc.spans[f"vnplan_{kind}"])
        there = {_place(span) for span in spans}
        kept = [fact for fact in getattr(result, kind) if _key_of(fact, kind) in there]
        if kind == "entities":
            known = {_key_of(fact, kind) for fact in result.entities}
            kept += [_entity(span) for span in spans if _place(span) not in known]
        changed[kind] = tuple(kept)
    return replace(result, **changed)


def _entity(span: Span) -> Entity:
    evidence = Evidence(span.text, span.start_char, span.end_char)
    return Entity(evidence, span.label_, engine="spacy")  # type: ignore[arg-type]


# -- what a document carries -------------------------------------------------------------------------------------------


def _keep(doc: Doc, result: PlanResult) -> None:
    """Let the document carry the result, as text so that it can be stored with it, and split its tokens."""
    ends = {at for kind in KINDS for fact in getattr(result, kind) for at in (fact.evidence.start, fact.evidence.end)}
    _split(doc, ends)
    doc.user_data[_KEY] = json.dumps(result.to_dict(), ensure_ascii=False)


def _plan(doc: Doc) -> PlanResult | None:
    text = doc.user_data.get(_KEY)
    return None if text is None else _parsed(text)[0]


def _record(span: Span) -> Any:
    text = span.doc.user_data.get(_KEY)
    return None if text is None else _parsed(text)[1].get(_place(span))


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[PlanResult, dict[tuple[str, int, int, str], Any]]:
    """The result of a document, and its facts by their places."""
    result = PlanResult.from_dict(json.loads(text))
    return result, {_key_of(fact, kind): fact for kind in KINDS for fact in getattr(result, kind)}


def _key_of(fact: Any, kind: Kind) -> tuple[str, int, int, str]:
    return _label(fact, kind), fact.evidence.start, fact.evidence.end, fact.evidence.fact_id


def _place(span: Span) -> tuple[str, int, int, str]:
    return span.label_, span.start_char, span.end_char, span.id_


def _label(fact: Any, kind: Kind) -> str:
    return LABELS.get(kind) or str(fact.label)


def _mark(doc: Doc, result: PlanResult, kind: Kind) -> None:
    """Set the spans of a kind."""
    spans = []
    for fact in getattr(result, kind):
        label, start, end, fact_id = _key_of(fact, kind)
        span = doc.char_span(start, end, label=label, span_id=fact_id)
        if span is None:
            raise UsageError(f"the document has no text at {start} to {end}: its text is not that of the result")
        spans.append(span)
    doc.spans[f"vnplan_{kind}"] = SpanGroup(doc, name=f"vnplan_{kind}", spans=spans)


def _split(doc: Doc, ends: Iterable[int]) -> None:
    """Split the tokens within which one of the offsets lies. Groups of spans that are there keep their places."""
    waiting = sorted(set(ends), reverse=True)
    cuts: list[tuple[Token, list[int]]] = []
    for token in doc:
        while waiting and waiting[-1] <= token.idx:
            waiting.pop()
        inner = []
        while waiting and waiting[-1] < token.idx + len(token):
            inner.append(waiting.pop() - token.idx)
        if inner:
            cuts.append((token, inner))
    if not cuts:
        return
    groups = {
        name: [(one.start_char, one.end_char, one.label_, one.kb_id_, one.id_) for one in group]
        for name, group in doc.spans.items()
    }
    doc.spans.clear()
    with doc.retokenize() as retokenizer:
        for token, inner in cuts:
            edges = [0, *inner, len(token)]
            words = [token.text[start:end] for start, end in zip(edges, edges[1:], strict=False)]
            retokenizer.split(token, words, heads=[(token, k) for k in range(len(words))])
    for name, places in groups.items():
        found = (doc.char_span(start, end, label, kb, span_id=one) for start, end, label, kb, one in places)
        doc.spans[name] = SpanGroup(doc, name=name, spans=[span for span in found if span is not None])


# -- components --------------------------------------------------------------------------------------------------------


class Component:
    """Finds the facts of one kind.

    Args:
        kind: The kind.
        ner: What finds the names of bodies, persons and places (see `Settings.ner`).
    """

    def __init__(self, kind: Kind, ner: str) -> None:
        self.kind = kind
        self.settings = Settings(ner=ner)

    def __call__(self, doc: Doc) -> Doc:
        """Analyse the document, if no component of vnplan has done so yet, and set the spans."""
        result = _plan(doc)
        if result is None:
            from .analysis import analyze  # not before it is needed: spaCy loads the components of all packages
            from .extraction import document_of

            result = analyze(document_of(doc.text), self.settings)
            _keep(doc, result)
        _mark(doc, result, self.kind)
        return doc

    def to_bytes(self, **_: object) -> bytes:
        """It has no state beyond its configuration."""
        return b""

    def from_bytes(self, _: bytes, **__: object) -> Component:
        """It has no state beyond its configuration."""
        return self

    def to_disk(self, _: object, **__: object) -> None:
        """It has no state beyond its configuration."""

    def from_disk(self, _: object, **__: object) -> Component:
        """It has no state beyond its configuration."""
        return self


def _factory(kind: Kind) -> Callable[..., Component]:
    def create(nlp: Language, name: str, ner: str) -> Component:
        return Component(kind, ner)

    made: Callable[..., Component] = Language.factory(
        f"vnplan_{kind}", default_config={"ner": Settings().ner}, assigns=["doc.spans"], func=create
    )
    return made


# The names of pyproject.toml's entry points.
citations = _factory("citations")
targets = _factory("targets")
tasks = _factory("tasks")
responsibilities = _factory("responsibilities")
deadlines = _factory("deadlines")
dates = _factory("dates")
sections = _factory("sections")
entities = _factory("entities")

if not Doc.has_extension("plan"):
    Doc.set_extension("plan", getter=_plan)
if not Span.has_extension("vnplan"):
    Span.set_extension("vnplan", getter=_record)
