"""Which document a mention means: short forms to their full forms, canonical ids, the chain.

A short form is resolved only when a single candidate remains; else its candidates are listed. Literal values are never
overwritten: what the words of a mention leave open (date, issuer) comes from the full form it points to.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from .. import knowledge
from ..copying import changed
from ..extractors.citations import document_id, law_key
from ..grammar.numbers import parse
from ..records import Citation
from ..segmentation.model import Segments
from ..text.normalise import fold
from ..text.patterns import Pattern

_LAWS = frozenset({"L", "BL", "PL", "HP"})
_DIGITS = Pattern(r"\d+[a-zđ]?")
_WORDS = Pattern(r"[^\W_]+")
_Key = tuple[str | None, str, str]


def link_citations(citations: Sequence[Citation], segments: Segments) -> list[Citation]:
    """The citations with short forms resolved, canonical ids set and the chain (`via`) led to resolved documents.

    Args:
        citations: What `extractors.citations.extract` found, in order.
        segments: The document's segments (for its own number and the place of its title).
    """
    own_id = document_id(segments.doc_type, segments.letterhead.number, None)
    citations = _numbered_laws(citations)
    index = _index(citations)
    linked: list[Citation] = []
    renamed: dict[str, str] = {}
    for at, citation in enumerate(citations):
        if citation.is_self:
            linked.append(changed(citation, number=segments.letterhead.number, canonical_id=own_id))
            continue
        resolved = _resolve(citation, _candidates(at, citation, index))
        if citation.canonical_id and resolved.canonical_id and citation.canonical_id != resolved.canonical_id:
            renamed[citation.canonical_id] = resolved.canonical_id
        linked.append(resolved)
    return [_chained(citation, renamed, own_id) for citation in linked]


def _chained(citation: Citation, renamed: dict[str, str], own_id: str | None) -> Citation:
    """`via` with the id of the resolved document; what the title of a plan carries out is carried out by the plan."""
    if citation.via in renamed:
        return changed(citation, via=renamed[citation.via])
    carried_out = citation.relation == "implements" and citation.evidence.section == "title"
    if citation.via is None and carried_out and not citation.is_self and own_id is not None:
        return changed(citation, via=own_id)
    return citation


# -- full forms ---------------------------------------------------------------


def _numbered_laws(citations: Sequence[Citation]) -> Sequence[Citation]:
    """The citations, laws with name and date pointed to the same law with its number.

    `Luật Đất đai ngày 18/01/2024` and `Luật Đất đai số 31/2024/QH15` are one document where the number's year is that
    of the date and no other number with this name and year occurs.
    """
    numbered: dict[_Key, dict[str, Citation]] = {}
    for full in citations:
        if full.number is not None and full.doc_type in _LAWS and full.subject is not None and not full.is_self:
            numbered.setdefault((full.doc_type, "law", law_key(full.subject)), {}).setdefault(full.number, full)
    if not numbered:
        return citations

    def pointed(citation: Citation) -> Citation:
        if citation.number is not None or citation.name is None or len(citation.date or "") != 10:
            return citation
        found = numbered.get((citation.doc_type, "law", law_key(citation.name)), {}).values()
        same = [full for full in found if _of_date(full, citation.date or "")]
        if len(same) != 1:
            return citation
        full = same[0]
        return changed(
            citation,
            number=full.number,
            name=None,
            subject=citation.subject or full.subject,
            canonical_id=full.canonical_id,
            is_short_form=True,
            resolved_from=full.evidence.start,
        )

    return [pointed(citation) for citation in citations]


def _of_date(full: Citation, date: str) -> bool:
    """Whether a numbered law may be that of a date: by its own date, else by the year in its number."""
    if full.date is not None and len(full.date) == 10:
        return full.date == date
    parsed = parse(full.number or "")
    return parsed is not None and parsed.year == int(date[:4])


def _keys(full: Citation) -> list[_Key]:
    """What a mention may be found by: its whole number, its digits, the name of the law."""
    if full.number is None:
        return [(full.doc_type, "law", law_key(full.name))] if full.name else []
    keys: list[_Key] = [(full.doc_type, "digits", _digits(full.number))]
    if full.date is not None:
        keys.append((full.doc_type, "number", full.number.lstrip("0")))
    if full.doc_type in _LAWS and full.subject is not None:
        keys.append((full.doc_type, "law", law_key(full.subject)))
    return keys


def _digits(number: str) -> str:
    match = _DIGITS.match(number)
    return match.group().lstrip("0") if match else ""


def _index(citations: Sequence[Citation]) -> dict[_Key, list[tuple[int, Citation]]]:
    """Full forms by what they may be found by: of each document and date the first mention, with its place."""
    index: dict[_Key, dict[tuple[str | None, str | None], tuple[int, Citation]]] = {}
    for at, citation in enumerate(citations):
        if citation.is_self or (citation.number is None and citation.date is None):
            continue
        if citation.is_short_form and citation.resolved_from is None:
            continue
        for key in _keys(citation):
            documents = index.setdefault(key, {})
            document = (citation.canonical_id, citation.date)
            first = documents.setdefault(document, (at, citation))
            if first[1].evidence.text.isupper():  # a title in capitals: the same in running text reads better
                documents[document] = (first[0], citation)
    return {key: list(documents.values()) for key, documents in index.items()}


def _candidates(at: int, citation: Citation, index: dict[_Key, list[tuple[int, Citation]]]) -> list[Citation]:
    """Full forms that the citation may mean: those before it, else those after it."""
    if citation.number is None:
        if citation.name is None or (citation.date is not None and len(citation.date) > 4):
            return []
        key: _Key = (citation.doc_type, "law", law_key(citation.name))
    elif citation.is_short_form:
        key = (citation.doc_type, "digits", _digits(citation.number))
    elif citation.date is None:
        key = (citation.doc_type, "number", citation.number.lstrip("0"))
    else:
        return []
    found = [(place, full) for place, full in index.get(key, ()) if place != at and _may_be(citation, full)]
    chosen = [full for place, full in found if place < at] or [full for _, full in found]
    if len({full.canonical_id for full in chosen}) == 1:  # one document: the mention with its date tells most
        return [full for full in chosen if full.date is not None] or chosen
    return chosen


def _may_be(citation: Citation, full: Citation) -> bool:
    """Whether year, date and issuer of a mention allow this full form."""
    if citation.number is None:
        year = citation.date[:4] if citation.date else None
        if year is not None and full.number is None and len(full.date or "") == 4:
            return False
        if full.date is None and year is not None and full.number is not None:
            return _of_date(full, year)
        return year is None or full.date is None or full.date[:4] == year
    if not citation.is_short_form:
        return True
    _, _, year = citation.number.partition("/")
    parsed = parse(full.number or "")
    if year and parsed is not None and parsed.year is not None and str(parsed.year) != year:
        return False
    if citation.date and full.date and citation.date != full.date:
        return False
    return _issuers_agree(citation.issuer, full.issuer)


# -- resolution ---------------------------------------------------------------


def _resolve(citation: Citation, candidates: list[Citation]) -> Citation:
    """The citation, pointed to its full form where there is exactly one."""
    ids = tuple(dict.fromkeys(full.canonical_id for full in candidates if full.canonical_id))
    if not candidates or len(ids) > 1:
        return changed(citation, candidates=ids) if ids else citation
    full = candidates[0]
    one_date = len(candidates) == 1  # one number with several literal dates: known is the document, not its date
    return changed(
        citation,
        doc_type=full.doc_type,
        number=full.number,
        name=full.name,
        date=(full.date or citation.date) if one_date else citation.date,
        issuer=citation.issuer or (full.issuer if one_date else None),
        subject=citation.subject or (full.subject if one_date else None),
        canonical_id=full.canonical_id,
        is_short_form=True,
        resolved_from=full.evidence.start,
    )


@cache
def _meanings() -> dict[str, str]:
    return {row["code"].lower(): fold(row["meaning"]) for row in knowledge.rows("issuer_codes")}


def _words(issuer: str) -> set[str]:
    """The words of an issuer's name, abbreviations spelt out."""
    words: set[str] = set()
    for word in _WORDS.findall(issuer):
        words.update(_meanings().get(word.lower(), fold(word)).split())
    return words


def _issuers_agree(one: str | None, other: str | None) -> bool:
    """Whether two names may be those of one body: half of the words of the shorter one stand in the longer one."""
    if one is None or other is None:
        return True
    a, b = sorted((_words(one), _words(other)), key=len)
    return 2 * len(a & b) >= len(a)
