"""The years that a plan runs for: from its title, else the section on its time, or the phases it is cut into."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..grammar.times import due_in
from ..segmentation.model import SectionNode, Segments
from ..text.normalise import LOWER, fold
from ..text.patterns import Pattern
from ..text.wording import worded, wording

Years = tuple[int, int]

_LONGEST_TITLE = 2000  # characters; what is longer is a text that was taken for a title
_LONGEST_SECTION = 1500  # a section on time that is longer tells of more than the time
_DEPTH = 2  # the time of the plan has a section or an item of its own; that of a task stands deeper
_BEFORE = 90

_SPAN = worded("span_of_years", ignore_case=True)
_YEAR = Pattern(r"(?<![\d/.,-])(?P<year>(?:19|20)\d\d)(?![\d/])")
_QUARTER = worded("quarter_of_year", ignore_case=True)
# A year that belongs to a date, a number, a horizon or a comparison is not the plan's own.
_NOT_OWN = worded("not_own_year", ignore_case=True)
_MONTH_OF_DATE = worded("month_of_date", ignore_case=True)
_AT_END = Pattern(rf"{wording('year_word')} [^\d{LOWER}]?$", re.IGNORECASE)
_LISTED = worded("joins_years", ignore_case=True)
_PLAN_WORDS = worded("plan_words")
_ISSUES_PLAN = worded("issues_plan", ignore_case=True)
_TIME = worded("time_of_plan", ignore_case=True)
_PHASE = worded("phase_of_plan", ignore_case=True)
_HORIZON = worded("horizon_in_title", ignore_case=True)


def period_of(segments: Segments) -> Years | None:
    """The first and last year that a plan runs for, None for what is no plan or does not say."""
    title = (segments.title or "")[:_LONGEST_TITLE]
    if not title or not (segments.doc_type == "KH" or _PLAN_WORDS.search(fold(title))):
        return None
    if segments.doc_type != "KH" and not _ISSUES_PLAN.search(title):
        return None
    return _in_title(title) or _in_phases(segments, title) or _in_section(segments)


def _in_title(title: str) -> Years | None:
    """The years of a title: a span (`giai đoạn 2021 - 2025`), a list (`năm 2025 và 2026`) or one year."""
    title = re.sub(r"\(.{0,200}?\)", lambda m: " " * len(m.group()) if "heo" in m.group() else m.group(), title)
    own = [match for match in _YEAR.finditer(title) if _is_own(title, match)]
    spans = list(_SPAN.finditer(title))
    ranges = [match for match in spans if any(m.start() == match.start() for m in own)]
    foreign = [match for match in spans if match not in ranges]  # a term of office, a range up to a horizon
    own = [m for m in own if not any(r.start() <= m.start() < r.end() for r in foreign)]
    inside = {m.start() for r in ranges for m in own if r.start() <= m.start() < r.end()}
    single = [match for match in own if match.start() not in inside]
    if single and (not ranges or _AT_END.search(title[: single[-1].start()])):
        return _listed(title, single)
    if ranges:
        return int(ranges[-1]["first"]), int(ranges[-1]["last"])
    quarter = _QUARTER.search(title)
    return (int(quarter["year"]), int(quarter["year"])) if quarter else None


def _is_own(title: str, match: re.Match[str]) -> bool:
    """Whether a year of a title may be the plan's own."""
    before = title[max(0, match.start() - _BEFORE) : match.start()]
    if _NOT_OWN.search(before) or _MONTH_OF_DATE.search(before):
        return False
    return title[match.end() :].lstrip()[:1] != "/"


def _listed(title: str, single: Sequence[re.Match[str]]) -> Years:
    """The last of the single years of a title, with those that a list joins to it (`năm 2025 và năm 2026`)."""
    first = last = single[-1]
    for before in reversed(single[:-1]):
        if not _LISTED.fullmatch(title, before.end(), first.start()):
            break
        first = before
    years = int(first["year"]), int(last["year"])
    return years if years[0] <= years[1] else (years[1], years[1])


def _in_phases(segments: Segments, title: str) -> Years | None:
    """The years of the phases of a plan with a horizon (`đến năm 2035`), where they follow one another up to it."""
    horizon = _HORIZON.search(title)
    found = {
        (int(match["first"]), int(match["last"])) for node in segments.sections if (match := _PHASE.match(node.title))
    }
    phases = sorted(found)
    joined = len(phases) > 1 and all(0 <= b[0] - a[1] <= 1 for a, b in zip(phases, phases[1:], strict=False))
    if horizon is None or not joined or phases[-1][1] != int(horizon["year"]):
        return None
    return phases[0][0], phases[-1][1]


def _in_section(segments: Segments) -> Years | None:
    """The years of the one section that is about when the plan is carried out (`2. Thời gian thực hiện: từ …`)."""
    told = [node for node in segments.sections if node.level <= _DEPTH and _TIME.match(node.title)]
    nodes = [node for node in told if not any(node.start < below.start < node.end for below in told)]
    if len(nodes) != 1 or nodes[0].end - nodes[0].start > _LONGEST_SECTION:
        return None
    years = sorted({year for span in _spans(segments, nodes[0]) for year in span})
    return (years[0], years[-1]) if years else None


def _spans(segments: Segments, node: SectionNode) -> Iterator[Years]:
    """The spans of time in a section: of years, else of days and months whose years are known."""
    text, issued = segments.text, segments.letterhead.date
    words = " ".join(text[node.start : node.end].split())
    spans = [match for match in _SPAN.finditer(words) if not _NOT_OWN.search(words[: match.start()])]
    if spans:
        yield int(spans[0]["first"]), int(spans[0]["last"])
        return
    for paragraph in segments.paragraphs:
        if node.start <= paragraph.start < node.end:
            for due in due_in(text, paragraph.content, paragraph.end, issued=issued, label=True):
                if due.due_from is not None and due.due_to is not None and due.strength in ("label", "span"):
                    yield due.due_from.year, due.due_to.year
