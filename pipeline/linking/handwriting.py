"""What else says which number or day a document has: signing times, the file's name, an annex.

These are candidates for a person to choose from, never values: each stands with its source, in the plan's columns of
candidates; those for what is written by hand stand in its warnings, too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..records import Candidate, Citation, Plan, Signature
from ..text.normalise import strip_marks
from ..text.patterns import Pattern

# A number in a file's name next to the type's letters: `12-KH-UBND`, `575_cv`, `KH 12`.
_BEFORE = Pattern(r"(?<!\d)(?P<number>\d{1,5})[-_. ]{0,3}(?P<type>[a-z]{2,4})(?![a-z])")
_BEHIND = Pattern(r"(?<![a-z])(?P<type>[a-z]{2,4})[-_. ]{1,3}(?P<number>\d{1,5})(?!\d)")


_WORDS = {"annex": "repeated in the text", "file_name": "file name", "signature": "signing time"}
_SCORES = {"annex": 0.8, "signature": 0.7, "file_name": 0.6}


def with_candidates(plan: Plan, source: str, citations: Iterable[Citation], signatures: Sequence[Signature]) -> Plan:
    """The plan with candidate values for its number and issue date, and a warning for each that is written by hand.

    Args:
        plan: The document's own facts.
        source: Source path of the file.
        citations: All citations; an annex may repeat the document's own number and date.
        signatures: Its digital signatures; the body's seal is applied on the day of issue or soon after.
    """
    numbers: list[Candidate] = []
    dates: list[Candidate] = []
    own = [c for c in citations if _is_own(c, plan)]
    if plan.number_status == "handwritten":
        numbers.extend(_candidate(c.number, "annex") for c in own if c.number)
        numbers.extend(_candidate(number, "file_name") for number in _in_name(plan, source))
    if plan.issue_date_status == "handwritten":
        dates.extend(_candidate(c.date, "annex") for c in own if c.date and is_day(c.date))
        days = sorted({s.signed_at.date() for s in signatures if s.signed_at is not None})
        fitting = [d for d in days if (plan.issue_year, plan.issue_month) in ((d.year, d.month), (d.year, None))]
        dates.extend(_candidate(day.isoformat(), "signature") for day in fitting)
    against = _against_name(plan, source), _against_signatures(plan, signatures)
    warnings = [f"number may be {one.value} ({_WORDS[one.source]})" for one in numbers]
    warnings += [f"issue date may be {one.value} ({_WORDS[one.source]})" for one in dates]
    return replace(
        plan,
        warnings=(*plan.warnings, *dict.fromkeys(warnings)),
        number_candidates=_likeliest((*plan.number_candidates, *numbers, *against[0])),
        date_candidates=_likeliest((*plan.date_candidates, *dates, *against[1])),
    )


_SEALED = dt.timedelta(days=31)  # from the day of issue to the last seal, at most


def _against_name(plan: Plan, source: str) -> list[Candidate]:
    """The numbers in a file's name where none of them is the one that was read."""
    if plan.number_status != "found" or not plan.number:
        return []
    named = dict.fromkeys(_in_name(plan, source))
    read = _leading(plan.number)
    return [] if read in map(_leading, named) else [_candidate(number, "file_name") for number in named]


def _leading(number: str) -> int | None:
    """The figure with which a number begins."""
    found = re.match(r"\d+", number)
    return int(found[0]) if found else None


def _against_signatures(plan: Plan, signatures: Sequence[Signature]) -> list[Candidate]:
    """The last day of signing where no signature is of the day of issue that was read, or of the month after it."""
    days = sorted({one.signed_at.date() for one in signatures if one.signed_at is not None})
    issued = plan.issue_date
    if plan.issue_date_status != "found" or issued is None or not days:
        return []
    return (
        []
        if any(issued <= day <= issued + _SEALED for day in days)
        else [_candidate(days[-1].isoformat(), "signature")]
    )


def _candidate(value: str, source: str) -> Candidate:
    return Candidate(value, source, _SCORES[source])


def _likeliest(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Each value once, with its best source, the likeliest first."""
    best: dict[str, Candidate] = {}
    for one in candidates:
        if one.value not in best or one.score > best[one.value].score:
            best[one.value] = one
    return tuple(sorted(best.values(), key=lambda one: -one.score))


def is_day(date: str) -> bool:
    """Whether an ISO string is a day of the calendar (`2025-02-45` is none)."""
    try:
        dt.date.fromisoformat(date)
    except ValueError:
        return False
    return True


def _is_own(citation: Citation, plan: Plan) -> bool:
    """A mention in an annex with the document's own type and symbol, in its year and month."""
    if citation.evidence.section != "annex" and not citation.is_self:
        return False
    if not citation.number or citation.doc_type != plan.doc_type or not plan.number_symbol:
        return False
    same_month = not citation.date or citation.date.startswith(f"{plan.issue_year}-{plan.issue_month or 0:02d}")
    return citation.number.endswith(plan.number_symbol) and same_month


def _in_name(plan: Plan, source: str) -> Iterator[str]:
    """The number before or behind the type's letters in a file's name, with the symbol that is printed."""
    name = strip_marks(re.split(r"[/!]", source.split("#")[0])[-1].rsplit(".", 1)[0]).lower()
    symbol = strip_marks(plan.number_symbol or "").lower()
    wanted = {strip_marks(plan.doc_type or "").lower(), *re.split(r"[-/]", symbol)} - {""}
    for match in (*_BEFORE.finditer(name), *_BEHIND.finditer(name)):
        number = match["number"]
        if match["type"] in wanted and not (len(number) == 4 and number.startswith(("19", "20"))):
            separator = "-" if "/" in symbol else "/"
            yield f"{number}{separator}{plan.number_symbol}" if symbol else number
