"""Ids of facts: equal on every run over the same content, whatever the file is called or where it lies."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from ..copying import changed, copier
from ..records import Evidence, PlanResult


class _Fact(Protocol):
    @property
    def evidence(self) -> Evidence: ...


_F = TypeVar("_F", bound=_Fact)
_KINDS = ("citations", "targets", "tasks", "deadlines", "dates", "sections", "entities")


def identified(result: PlanResult) -> PlanResult:
    """The result with an id for every fact but responsibilities, which are made of tasks.

    Facts whose rule has no name get their kind as its name.

    An id is `f` and the first 60 bits, in hexadecimal, of SHA-256 over the content's own SHA-256, the document's part
    of the file, the kind of fact, its words with single spaces, and how many facts of the kind with these words stand
    before it. Ids that stand in the result are set anew.

    Args:
        result: The facts of one document, each kind in order of the text.
    """
    content = _content(result)
    facts: dict[str, Any] = {kind: with_ids(getattr(result, kind), result, kind) for kind in _KINDS}
    fields: dict[str, Evidence] = {}
    for name, evidence in result.plan.evidence.items():
        fields[name] = _with_id(evidence, content, "fields", evidence.text, 0, name)
    others = {kind: with_ids(found, result, kind) for kind, found in result.others.items()}
    return changed(result, plan=changed(result.plan, evidence=fields), others=others, **facts)


def _content(result: PlanResult) -> str:
    return f"{result.sha256}\0{result.part}"


def with_ids(facts: Iterable[_F], result: PlanResult, kind: str) -> tuple[_F, ...]:
    """The facts of one kind with their ids.

    Args:
        facts: In order of the text.
        result: The document that they stand in.
        kind: Name of their table.
    """
    content = _content(result)
    before: Counter[str] = Counter()
    found: list[_F] = []
    for fact in facts:
        words = " ".join(fact.evidence.text.split())
        evidence = _with_id(fact.evidence, content, kind, words, before[words], kind)
        before[words] += 1
        found.append(copier(type(fact), "evidence")(fact, evidence))
    return tuple(found)


def _with_id(evidence: Evidence, content: str, kind: str, words: str, before: int, rule: str) -> Evidence:
    named = f"{content}\0{kind}\0{rule if kind == 'fields' else ''}\0{words}\0{before}"
    digest = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
    return copier(Evidence, "fact_id", "rule")(evidence, "f" + digest[:15], evidence.rule or rule)  # type: ignore[no-any-return]
