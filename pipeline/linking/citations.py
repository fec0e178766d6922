"""Which document a mention means: short forms to their full forms, canonical ids, the chain.

A short form is resolved only when a single candidate remains; else its candidates are listed. Literal values are never
overwritten: what the words of a mention leave open (date, issuer) comes from the full form it points to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from .. import knowledge
from ..extractors.citations import document_id, law_key
from ..grammar.numbers import parse
from ..records import Citation
from ..segmentation.model import Segments
from ..text.normalise import fold

_LAWS = frozenset({"L", "BL", "PL", "HP"})
_DIGITS = re.compile(r"\d+[a-zđ]?")


Test = Callable[[Citation], bool]


def link_citations(citations: Sequence[Citation], segments: Segments) -> list[Citation]:
    """The citations with short forms resolved, canonical ids set and the chain (`via`) led to resolved documents.

    Args:
        citations: What `extractors.citations.extract` found, in order.
        segments: The document's segments (for its own number and the place of its title).
    """
    own_id = document_id(segments.doc_type, segments.letterhead.number, None)
    linked: list[Citation] = []
    renamed: dict[str, str] = {}
    for index, citation in enumerate(citations):
        if citation.is_self:
            linked.append(replace(citation, number=segments.letterhead.number, canonical_id=own_id))
            continue
        resolved = _resolve(index, citation, citations)
        if citation.canonical_id and resolved.canonical_id and citation.canonical_id != resolved.canonical_id:
            renamed[citation.canonical_id] = resolved.canonical_id
        linked.append(resolved)
    return [_chained(citation, renamed, own_id) for citation in linked]


def _chained(citation: Citation, renamed: dict[str, str], own_id: str | None) -> Citation:
    """`via` with the id of the resolved document; what the title of a plan carries out is carried out by the plan."""
    if citation.via in renamed:
        return replace(citation, via=renamed[citation.via])
    carried_out = citation.relation == "implements" and citation.evidence.section == "title"
    if citation.via is None and carried_out and not citation.is_self and own_id is not None:
        return replace(citation, via=own_id)
    return citation


def _resolve(index: int, citation: Citation, citations: Sequence[Citation]) -> Citation:
    """One citation, pointed to its full form where there is exactly one."""
    if citation.date is not None and not citation.is_short_form and not _is_bare_year(citation):
        return citation
    candidates = _candidates(index, citation, citations)
    documents: dict[tuple[str | None, str | None], Citation] = {}
    for candidate in candidates:
        documents.setdefault((candidate.canonical_id, candidate.date), candidate)
    ids = list(dict.fromkeys(candidate.canonical_id for candidate in documents.values() if candidate.canonical_id))
    if len(documents) != 1:
        if len(ids) == 1:
            return _same_number(citation, documents, ids[0])
        return replace(citation, candidates=tuple(ids)) if citation.is_short_form or citation.name else citation
    full = next(iter(documents.values()))
    return replace(
        citation,
        doc_type=full.doc_type,
        number=full.number,
        name=full.name,
        date=full.date,
        issuer=citation.issuer or full.issuer,
        subject=citation.subject or full.subject,
        canonical_id=full.canonical_id,
        is_short_form=True,
        resolved_from=full.evidence.start,
    )


def _same_number(citation: Citation, documents: dict[tuple[str | None, str | None], Citation], one: str) -> Citation:
    """All candidates carry one number but several dates: the document is known, its date is not."""
    full = next(iter(documents.values()))
    return replace(
        citation,
        doc_type=full.doc_type,
        number=full.number,
        name=full.name,
        canonical_id=one,
        is_short_form=True,
        resolved_from=full.evidence.start,
    )


def _is_bare_year(citation: Citation) -> bool:
    return citation.date is not None and len(citation.date) == 4 and citation.number is None


def _candidates(index: int, citation: Citation, citations: Sequence[Citation]) -> list[Citation]:
    """Full forms that the citation may mean: those before it, else those after it."""
    test = _law_test(citation) if citation.number is None else _number_test(citation)
    if test is None:
        return []
    for group in (citations[:index], citations[index + 1 :]):
        found = [full for full in group if not full.is_self and not full.is_short_form and test(full)]
        if found:
            return found
    return []


def _law_test(citation: Citation) -> Test | None:
    """Whether a full form is the law of this name: the same name with a date, or a number with that subject."""
    if citation.name is None:
        return None
    key = law_key(citation.name)

    def test(full: Citation) -> bool:
        if full.doc_type not in _LAWS or full.doc_type != citation.doc_type:
            return False
        if full.number is None:
            if full.date is None or (citation.date and len(full.date) == 4):
                return False
            same = full.name is not None and law_key(full.name) == key
        else:
            same = full.subject is not None and law_key(full.subject) == key
        return same and (citation.date is None or (full.date or citation.date)[:4] == citation.date[:4])

    return test


def _number_test(citation: Citation) -> Test:
    """Whether a full form has this number: the same whole number with a date, or the same digits for a short one."""
    number = citation.number or ""
    if not citation.is_short_form:
        return lambda full: full.number == number and full.doc_type == citation.doc_type and full.date is not None
    digits, _, year = number.partition("/")
    digits = digits.lstrip("0")

    def test(full: Citation) -> bool:
        if full.number is None or full.doc_type != citation.doc_type:
            return False
        match = _DIGITS.match(full.number)
        if match is None or match.group().lstrip("0") != digits:
            return False
        parsed = parse(full.number)
        if year and parsed is not None and parsed.year is not None and str(parsed.year) != year:
            return False
        if citation.date and full.date and citation.date != full.date:
            return False
        return _issuers_agree(citation.issuer, full.issuer)

    return test


@cache
def _meanings() -> dict[str, str]:
    return {row["code"].lower(): fold(row["meaning"]) for row in knowledge.rows("issuer_codes")}


def _words(issuer: str) -> set[str]:
    """The words of an issuer's name, abbreviations spelt out."""
    words: set[str] = set()
    for word in re.findall(r"[^\W_]+", issuer):
        words.update(_meanings().get(word.lower(), fold(word)).split())
    return words


def _issuers_agree(one: str | None, other: str | None) -> bool:
    """Whether two names may be those of one body: half of the words of the shorter one stand in the longer one."""
    if one is None or other is None:
        return True
    a, b = sorted((_words(one), _words(other)), key=len)
    return 2 * len(a & b) >= len(a)
