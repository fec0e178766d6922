"""What a document says of itself: type, number, date, place, issuer, title, theme, period, signer, recipients."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache

from ..document import Handwriting
from ..grammar.names import match_body
from ..knowledge import rows
from ..records import Candidate, Evidence, FieldStatus, Plan
from ..segmentation.fields import starts_body
from ..segmentation.model import Segments, Span
from ..text.casing import as_written, proper_case
from ..text.normalise import UPPER, fold
from ..text.patterns import Pattern
from ..text.repair import mend_office
from ..text.wording import worded, wording
from .period import period_of

_THEME = worded("theme")
_LEVEL_END = worded("level_at_end", ignore_case=True)
_LEVEL_START = worded("level_at_start")
_GARBLED_DAY = worded("garbled_day", ignore_case=True)
_OF = worded("of")
_SENTENCE_START = Pattern(rf"(?:^|[.;,] |\n)(?=[{UPPER}]|{wording('school_as_issuer')})")
_FOR_A_BODY = worded("signed_for_body")


@cache
def _verbs() -> str:
    found = [word for row in rows("issuing") if row["kind"] == "verb" for word in row["words"]]
    return "|".join(sorted(map(re.escape, found), key=len, reverse=True))


@cache
def _issues() -> Pattern:
    """What stands behind the issuer's name: `, xây dựng Kế hoạch …`."""
    return Pattern(rf",? {wording('adverb')}(?:{_verbs()})(?= )")


def extract(segments: Segments) -> Plan:
    """The document's own facts; fields without a value say why in their status."""
    if not segments.is_administrative:
        return Plan(warnings=segments.document.warnings)
    head = segments.letterhead
    evidence: dict[str, Evidence] = {}

    def note(field: str, span: Span | None, confidence: float = 1.0) -> None:
        if span is not None and span[1] > span[0]:
            evidence[field] = segments.evidence(span[0], span[1], confidence)

    year, month, day = head.date
    issue_date, date_status = _issue_date(year, month, day, head.date_status)
    number_status, number_ink = _by_hand(segments, head.number_status, head.number_span)
    date_status, date_ink = _by_hand(segments, date_status, head.date_span)
    issuer, issuer_span, issuer_confidence = _issuer(segments)
    theme_match = _THEME.search(segments.text)
    period = period_of(segments)
    if period and year and period[1] < year:  # no plan is for years gone by: what it speaks of is
        period = None
    closing = segments.closing
    note("doc_type", segments.type_span)
    note("number", head.number_span)
    note("issue_date", head.date_span)
    note("place", head.place_span)
    note("issuing_body", issuer_span, issuer_confidence)
    note("title", segments.title_span)
    note("signer", closing.signer)
    note("theme", theme_match.span("theme") if theme_match else None)
    if head.bodies[:-1]:
        note("parent_body", head.body_spans[0])
    for field, ink in (("number", number_ink), ("issue_date", date_ink)):
        if ink is not None:
            evidence[field] = Evidence(
                segments.document.raw[ink.start : ink.end], ink.start, ink.end, ink.box.page, (ink.box,), "header", 0.0
            )
    return Plan(
        doc_type=segments.doc_type,
        number=head.number if number_status == "found" else None,
        number_symbol=head.number_symbol,
        number_status=number_status,
        issue_date=issue_date,
        issue_date_status=date_status,
        issue_year=year,
        issue_month=month,
        place=head.place,
        issuing_body=issuer,
        parent_body=_as_written(segments, head.bodies[-2]) if len(head.bodies) > 1 else None,
        title=segments.title,
        theme=theme_match["theme"].strip() if theme_match else None,
        period_start=period[0] if period else None,
        period_end=period[1] if period else None,
        signer="; ".join(filter(None, (_words(segments, span) for span in (closing.signer, *closing.others)))) or None,
        signer_positions=tuple(filter(None, (_office(segments, span) for span in closing.positions))),
        signer_capacity="; ".join(filter(None, (_capacity(segments, span) for span in closing.capacity))) or None,
        recipients=tuple(segments.text[a:b].replace("\n", " ") for a, b in closing.recipients),
        recipient_purposes=closing.purposes,
        truncated=segments.truncated,
        is_party=_is_party(segments, issuer),
        is_draft=head.draft,
        number_candidates=_candidates(head.number if number_status == "found" else None, number_ink),
        date_candidates=_days(_candidates(issue_date.isoformat() if issue_date else None, date_ink), year, month),
        warnings=segments.document.warnings
        + _warnings(segments, date_status)
        + _readings("number", number_ink)
        + _readings("issue date", date_ink),
        evidence=evidence,
    )


def _words(segments: Segments, span: Span | None) -> str | None:
    """The words of a span, torn letters closed up, capitals in proper case."""
    if span is None:
        return None
    words = segments.text[span[0] : span[1]].replace("\n", " ")
    names = (segments.closing.signer, *segments.closing.others)
    return words.title() if words.isupper() and span in names else proper_case(words)


def _office(segments: Segments, span: Span) -> str:
    """The office at a span, as it was meant, in proper case."""
    return proper_case(mend_office(segments.text[span[0] : span[1]].replace("\n", " ")))


def _capacity(segments: Segments, span: Span) -> str:
    """The capacity at a span in proper case, its office as it was meant (`KT. GIÁM ĐÓC` → `KT. Giám đốc`)."""
    mark, space, office = segments.text[span[0] : span[1]].replace("\n", " ").partition(" ")
    return proper_case(mark + space + mend_office(office))


def _by_hand(segments: Segments, status: FieldStatus, span: Span | None) -> tuple[FieldStatus, Handwriting | None]:
    """`handwritten` instead of `blank` where ink fills the blank of a field, and that ink."""
    if status != "blank" or span is None or segments.document.words is None:
        return status, None
    paragraph = segments.paragraph_at(span[0])
    low, high = segments.document.offsets.to_raw(paragraph.start, paragraph.end)
    field_low, field_high = segments.document.offsets.to_raw(*span)
    inside = [ink for ink in segments.document.handwriting if low <= ink.start < high]
    near = [ink for ink in inside if field_low - 12 <= ink.start <= field_high]
    if near:
        return "handwritten", near[0]
    # Ink that recognition took for letters (`ngàW{ tháng 5`): what stands there is no blank, and no figure.
    garbled = _GARBLED_DAY.match(segments.text, *span) is not None
    return ("handwritten" if garbled else status), None


def _readings(field: str, ink: Handwriting | None) -> tuple[str, ...]:
    """What was read of the ink but not trusted."""
    if ink is None:
        return ()
    values = ink.candidates or ((ink.reading,) if ink.reading else ())
    return (f"{field} is written by hand" + (f"; it may be {' or '.join(values)}" if values else ""),)


def _candidates(value: str | None, ink: Handwriting | None) -> tuple[Candidate, ...]:
    """The value of the letterhead, else what was read of the ink in its place."""
    if value is not None:
        return (Candidate(value, "letterhead", 1.0),)
    readings = (ink.candidates or ((ink.reading,) if ink.reading else ())) if ink is not None else ()
    return tuple(Candidate(reading, "recognition", 0.5 / (at + 1)) for at, reading in enumerate(readings))


def _days(candidates: tuple[Candidate, ...], year: int | None, month: int | None) -> tuple[Candidate, ...]:
    """Candidates for a date as ISO days; a reading of the day alone is one of the printed month, day 45 is none."""
    found = []
    for one in candidates:
        alone = one.value.isdigit() and year is not None and month is not None
        try:
            day = dt.date(year or 0, month or 0, int(one.value)) if alone else dt.date.fromisoformat(one.value)
        except ValueError:
            continue
        found.append(replace(one, value=day.isoformat()))
    return tuple(found)


@cache
def _party_bodies() -> Pattern:
    words = [fold(word) for row in rows("issuing") if row["kind"] == "party" for word in row["words"]]
    return Pattern(rf"(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})(?!\w)")


def _is_party(segments: Segments, issuer: str | None) -> bool:
    """Whether a body of the Party issues the document: by the Party's line in the letterhead, or by its name."""
    return segments.letterhead.party or (issuer is not None and _party_bodies().match(fold(issuer)) is not None)


def _issue_date(
    year: int | None, month: int | None, day: int | None, status: FieldStatus
) -> tuple[dt.date | None, FieldStatus]:
    if status != "found" or year is None or month is None or day is None:
        return None, status
    try:
        return dt.date(year, month, day), "found"
    except ValueError:  # 31 February
        return None, "uncertain"


def _warnings(segments: Segments, date_status: FieldStatus) -> tuple[str, ...]:
    out = []
    if date_status == "uncertain":
        out.append("issue date is no day of the calendar")
    number, date = segments.letterhead.number, segments.letterhead.date
    year = re.search(r"/((?:19|20)\d\d)/", number or "")
    if year and date[0] and int(year.group(1)) != date[0]:
        out.append(f"the year in the number ({year.group(1)}) is not the year of issue ({date[0]})")
    if segments.truncated:
        out.append("the text stops in the middle")
    return tuple(out)


# --- issuer --------------------------------------------------------------------------------------------------------


def _issuer(segments: Segments) -> tuple[str | None, Span | None, float]:
    """The issuing body: from the letterhead, else from the document's own words."""
    head = segments.letterhead
    if head.bodies:
        name, span = _as_written(segments, head.bodies[-1]), head.body_spans[-1]
        if len(head.bodies) > 1 and fold(name) in _of_parent():  # `UBND TỈNH LÀO CAI` / `VĂN PHÒNG`
            return f"{name} {_as_written(segments, head.bodies[-2])}", span, 1.0
        if fold(name) in _bare_heads() and (own := _issuer_in_preamble(segments)):
            longer = segments.text[own[0] : own[1]]  # the letterhead has lost the line with the level
            if _in_full(longer).startswith(f"{_in_full(name)} "):
                return _with_place(proper_case(longer), head.place), own, 0.9
        return _with_place(name, head.place), span, 1.0
    found = _issuer_in_preamble(segments) or _issuer_in_closing(segments) or _issuer_in_capacity(segments)
    if found is None:
        return None, None, 0.0
    name = proper_case(segments.text[found[0] : found[1]])
    return _with_place(name[:1].upper() + name[1:], head.place), found, 0.8


def _as_written(segments: Segments, body: str) -> str:
    """A body of the letterhead as the text writes it, each of joint ones for itself (`BỘ Y TẾ - BỘ CÔNG AN`)."""
    parts = body.split(" - ")
    joint = len(parts) > 1 and all(map(starts_body, parts))
    return " - ".join(as_written(segments.text, part) for part in (parts if joint else [body]))


@cache
def _bare_heads() -> frozenset[str]:
    return frozenset(fold(word) for row in rows("issuing") if row["kind"] == "bare" for word in row["words"])


@cache
def _of_parent() -> frozenset[str]:
    return frozenset(fold(word) for row in rows("issuing") if row["kind"] == "of_parent" for word in row["words"])


def _in_full(name: str) -> str:
    """A name for comparison, its first word written out where it is the abbreviation of a bare head (`UBND`)."""
    first, _, rest = fold(name).partition(" ")
    full = {fold(short): fold(long) for row in rows("issuing") for short, long in row.get("short", {}).items()}
    return f"{full.get(first, first)} {rest}".rstrip()


def _with_place(name: str, place: str | None) -> str:
    """`Ban An toàn giao thông huyện` issued at Trà Cú is the one of huyện Trà Cú."""
    level = _LEVEL_END.search(name)
    if level is None or place is None or len(place.split()) > 5:
        return name
    bare = _LEVEL_START.sub("", place)
    return f"{name} {bare}" if bare else name


def _issuer_in_preamble(segments: Segments) -> Span | None:
    """`…; Ban An toàn giao thông huyện xây dựng Kế hoạch …` in the first paragraphs."""
    text = segments.text
    spans = [(a, b) for kind, a, b in segments.regions if kind in ("basis", "body")][:2]
    for start, end in spans:
        end = min(end, start + 6000)
        for begin in _SENTENCE_START.finditer(text, start, end):
            body = match_body(text, begin.end(), end)
            if body is not None and body.kind != "group" and _issues().match(text, body.end, end):
                return body.start, body.end
    return None


def _issuer_in_closing(segments: Segments) -> Span | None:
    """`Trên đây là Kế hoạch … của Công an huyện X.`"""
    text = segments.text
    at = max(text.rfind(f"{words} ") for row in rows("issuing") if row["kind"] == "closing" for words in row["words"])
    if at < 0:
        return None
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    last = None
    for match in _OF.finditer(text, at, min(end, at + 1500)):
        body = match_body(text, match.end(), end)
        if (
            body is not None
            and body.kind != "group"
            and text[body.end : body.end + 1] in ("", ".", ",", ";", "/", "\n")
        ):
            last = (body.start, body.end)
    return last


def _issuer_in_capacity(segments: Segments) -> Span | None:
    """`TM. ỦY BAN NHÂN DÂN`, `T/M ĐẢNG ỦY`: who is signed for."""
    for start, end in segments.closing.capacity:
        words = segments.text[start:end]
        match = _FOR_A_BODY.match(words)
        if match and len(words) - match.end() > 4:
            return start + match.end(), end
    return None
