"""Targets (chỉ tiêu): what a plan sets out to reduce, raise, reach, keep or rule out, one record an indicator.

Which documents set targets, and under which headings, is in `target_places`; where clauses begin and end, in
`target_clauses`; how a figure is read, in `target_figures` and `target_productions`; what sets none, in
`target_filters`; tables, in `target_tables`; what the words mean, in `knowledge/target_phrases.toml`, and what
indicators are called, in `knowledge/indicators.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..records import Direction, Target
from ..segmentation.model import Segments
from ..text.patterns import Pattern
from ..text.syllables import is_syllable
from . import target_language as say
from .target_clauses import Clause, clauses
from .target_frames import Statement
from .target_indicators import items
from .target_places import regime
from .target_statements import statements
from .target_tables import table_targets

RULE = "targets"

_IN_BRACKETS = Pattern(r" ?\([^()]*(?:\)|$)")
_SYLLABLE = Pattern(r"\w+")
_BEFORE_PERIOD = 24
_SAME = 0.75  # so much of the words of two targets with equal figures is common that they are one
_OTHER = 2  # unless each has so many of its own
_LONG, _HELD = 12, 0.95  # or of so many different syllables of the shorter one, so much stands in the other
_NEAR = 20  # characters between a figure and the rate at which it grows
_COMPARED = 64  # with so many earlier ones of the same figures a target is compared


def extract(segments: Segments) -> list[Target]:
    """The targets that a document sets, in the order of the text; a target that it repeats counts once.

    Args:
        segments: A segmented document.

    Returns:
        One record for every indicator and figure; of statutes, only what they call an objective in so many words.
    """
    law = regime(segments)
    if law == "none":
        return []
    issued = segments.letterhead.date[0]
    found: list[Target] = []
    past = stated = -1  # the sentence that tells of a year before the document's own; the one that has set a target
    for clause in clauses(segments, law):
        for statement in statements(clause, stated == clause.sentence):
            spoken = clause.aims(max(statement.end, statement.extra[1]))
            if not spoken and (past == clause.sentence or _is_history(clause, statement, issued)):
                past = clause.sentence
                continue
            stated = clause.sentence
            found += _records(segments, clause, statement)
    if law == "plan":
        found += table_targets(segments)
    found.sort(key=lambda target: target.evidence.start)
    return _distinct([_as_rate(target, before) for target, before in zip(found, [None, *found], strict=False)])


def _as_rate(target: Target, before: Target | None) -> Target:
    """A rate of growth that names nothing is that of the thing before it (`48 triệu USD, tốc độ tăng 5%/năm`)."""
    rate = say.RATE_OF_GROWTH.search(target.evidence.text.lower())
    if rate is None or say.RATE_ALONE.fullmatch(target.indicator_text.lower()) is None:
        return target
    if before is None or not 0 <= target.evidence.start - before.evidence.end <= _NEAR:
        return target
    baseline = "annual" if say.EVERY_YEAR.search(target.evidence.text.lower()) else target.baseline
    code = before.indicator if before.indicator != before.indicator_text else None
    name = f"{before.indicator_text} ({' '.join(rate.group().split())})"
    return replace(target, indicator=code or name, indicator_text=name, direction="increase", baseline=baseline)


def _is_history(clause: Clause, statement: Statement, issued: int | None) -> bool:
    """Whether a statement is dated before the year in which the document was issued: a statistic."""
    if issued is None or statement.low is None or statement.direction == "zero":
        return False
    words = _own_words(clause.words, statement, statement.left)
    period = _years(_IN_BRACKETS.sub("", words), first=True)  # `đạt 35% (năm 2024: 33%)`
    if period is None and not clause.objective:  # `giảm từ 30 vụ năm 2015 xuống còn 12 vụ`
        period = _years(clause.words[slice(*statement.origin)], first=True)
    return period is not None and int(period[-4:]) < issued


# --- Records ----------------------------------------------------------------------------------------------------------


def _records(segments: Segments, clause: Clause, statement: Statement) -> Iterator[Target]:
    """A record for every indicator of a statement."""
    words = clause.words
    found = items(clause, statement)
    begin = statement.start
    end = max(statement.end, found[-1][2])
    if tail := say.COMPARISON.match(words, end):
        end = tail.end()
    first = begin if statement.direction == "zero" else min(statement.left, begin)
    region = words[first : max(end, statement.extra[1])]
    while begin < end and words[begin] in " ,:;(":
        begin += 1
    end = begin + len(words[begin:end].rstrip(" ,;"))
    evidence = segments.evidence(
        clause.start + begin, clause.start + end, statement.confidence, f"{RULE}.{statement.rule}"
    )
    baseline = _baseline(region, words[max(0, begin - 30) : begin], statement.direction)
    period = _period(clause, statement)
    found_out = say.FOUND_OUT.search(words, max(0, begin - 30), end) is not None
    for code, start, stop in found:
        if statement.direction == "increase" and say.is_harm(code) and not found_out:
            continue  # more crashes are never a target
        text = _name(segments.text, clause, statement, (start, stop))
        if not any(is_syllable(word) or word.isupper() for word in _SYLLABLE.findall(text) if len(word) > 1):
            continue  # a mark or a variable, no name
        yield Target(
            evidence=evidence,
            direction=statement.direction,
            indicator=code or text,
            indicator_text=text,
            low=statement.low,
            high=statement.high,
            unit=statement.unit,
            baseline=baseline,
            period=period,
            bound=statement.bound,
            from_value=statement.from_value,
        )


def _name(text: str, clause: Clause, statement: Statement, span: tuple[int, int]) -> str:
    """The document's words for an indicator: those before, at and behind its figure that belong to it."""
    pieces = [text[clause.start + a : clause.start + b] for a, b in (statement.head, span) if b > a]
    if statement.tail[1] > statement.tail[0]:
        last = text[clause.start + statement.tail[0] : clause.start + statement.tail[1]]
        pieces.append(last[:1].lower() + last[1:])
    whole = " ".join(word for piece in pieces for word in piece.split())
    name = say.RAISED.sub("", _IN_BRACKETS.sub("", whole).strip(" ,.;:…"))
    return f"{name} ({statement.group})" if statement.group else name


def _baseline(region: str, before: str, direction: Direction) -> str | None:
    """What a statement compares with: a year, `previous_year`, `annual` (which may stand before it)."""
    if named := say.baseline(region, direction):
        return named
    if direction in ("reduce", "increase") and say.EVERY_YEAR.search(before):
        return "annual"
    return None


def _period(clause: Clause, statement: Statement) -> str | None:
    """The year or years of a statement: its own, those that open the sentence, or those of the heading."""
    words = clause.words
    if own := _years(_own_words(words, statement, statement.start), first=True):
        return own
    began = _years(words[slice(*statement.origin)], first=True)
    before = words[statement.left : statement.start]
    for place, first in ((before, False), (clause.opening, True), (clause.place.heading, True)):
        if (year := _years(place, first=first)) and year != began:
            return year
    return None


def _own_words(words: str, statement: Statement, start: int) -> str:
    """The words of a statement from `start` on, without the value that it starts from, which has a year of its own."""
    high = max(statement.end, statement.extra[1])
    low, stop = statement.origin
    return words[start:high] if stop <= start else f"{words[start:low]} {words[stop:high]}"


def _years(text: str, *, first: bool) -> str | None:
    """The first or last year or span of years in a text that is no baseline, date or document's number."""
    found = None
    if "19" not in text and "20" not in text:
        return None
    for match in say.PERIOD.finditer(text):
        before = text[max(0, match.start() - _BEFORE_PERIOD) : match.start()]
        if any(word in before for word in say.NO_PERIOD) or before.endswith(("/", "-")):
            continue
        if not (match["lead"] or say.YEAR_WORD in match.group() or match["last"]):
            continue
        found = match["year"] + (f"-{match['last']}" if match["last"] else "")
        if first:
            return found
    return found


def _distinct(targets: list[Target]) -> list[Target]:
    """The targets without those that repeat an earlier one in the same or nearly the same words."""
    kept: list[Target] = []
    seen: dict[tuple[object, ...], list[frozenset[str]]] = {}
    for target in targets:
        code = target.indicator if target.indicator != target.indicator_text else None
        dated = target.period if target.evidence.rule == f"{RULE}.table" else None  # a table has a column a year
        key = (target.direction, target.low, target.high, target.unit, code, dated)
        name = target.indicator_text.lower()
        measure = say.MEASURE.match(name)
        syllables = frozenset(_SYLLABLE.findall(name, measure.end() if measure else 0))
        known = seen.setdefault(key, [])
        if not any(_same(syllables, other) for other in known[-_COMPARED:]):
            known.append(syllables)
            kept.append(target)
    return kept


def _same(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether two sets of syllables name one thing: most are common, or a long one lies nearly whole in the other."""
    common, fewest = len(a & b), min(len(a), len(b))
    if min(len(a - b), len(b - a)) >= _OTHER:
        return False  # `người bị bạo lực gia đình …`, `người bị bạo lực trên cơ sở giới …`
    return common >= _SAME * len(a | b) or fewest >= _LONG and common >= _HELD * fewest
