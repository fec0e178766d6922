"""Ids of facts: equal on every run over the same content, whatever the file is called or where it lies."""

from __future__ import annotations

import hashlib
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
    facts: dict[str, Any] = {kind: with_ids(getattr(result, kind), result, kind) for kind in _KINDS}
    fields: dict[str, Evidence] = {}
    for name, evidence in result.plan.evidence.items():
        fields[name] = _named(
            evidence, _fact_id(_begun(result, "fields", name), evidence.text, 0), evidence.rule or name
        )
    others = {kind: with_ids(found, result, kind) for kind, found in result.others.items()}
    return changed(result, plan=changed(result.plan, evidence=fields), others=others, **facts)


def with_ids(facts: Iterable[_F], result: PlanResult, kind: str) -> tuple[_F, ...]:
    """The facts of one kind with their ids.

    Args:
        facts: In order of the text.
        result: The document that they stand in.
        kind: Name of their table.
    """
    begun = _begun(result, kind)
    times: dict[str, int] = {}
    found: list[_F] = []
    for fact in facts:
        evidence = fact.evidence
        words = " ".join(evidence.text.split())
        before = times.get(words, 0)
        times[words] = before + 1
        evidence = _named(evidence, _fact_id(begun, words, before), evidence.rule or kind)
        found.append(copier(type(fact), "evidence")(fact, evidence))
    return tuple(found)


def _begun(result: PlanResult, kind: str, field: str = "") -> hashlib._Hash:
    """The hash of what all facts of a kind have in common."""
    return hashlib.sha256(f"{result.sha256}\0{result.part}\0{kind}\0{field}\0".encode("utf-8", "surrogatepass"))


def _fact_id(begun: hashlib._Hash, words: str, before: int) -> str:
    whole = begun.copy()
    whole.update(f"{words}\0{before}".encode("utf-8", "surrogatepass"))
    return "f" + whole.hexdigest()[:15]


_named = copier(Evidence, "fact_id", "rule")
