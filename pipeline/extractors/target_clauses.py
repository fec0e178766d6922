"""The clauses of a document in which targets may stand, and what holds for each: its place, its sentence, its aims.

A clause is a part of a paragraph between full stops and semicolons. A semicolon does not end the sentence; where the
part behind it takes up words of the part before it (`các khu vực …; các khu vực … được …`), it does not end the clause.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..grammar.clauses import clauses as parted
from ..segmentation.model import Paragraph, Segments
from ..text.patterns import Pattern
from . import target_language as say
from .quantities import has_quantities
from .target_places import Place, Regime, places

REACH = 320  # how far from its figure the words of a target are looked for, in characters

_TRIGGERS = tuple(say.phrases("trigger"))
_STATUTE_TRIGGERS = tuple(say.phrases("statute_trigger"))
_CONTINUES = Pattern(say.pattern("continues"))
_LONGEST = 4000  # no sentence is longer, in characters; a longer one is read in pieces
_EARLIER = 600
_HEAD = 110  # the words that a colon ends are a heading of its sentence, in characters
_TAKEN_UP = 2  # so many words that the part before a semicolon has said make the part behind it a member of the same
_MEMBER = 60  # so far behind the semicolon no figure of its own stands, in characters
_FIGURE_FIRST = Pattern(r"[\d≥≤<>]")
_WORDS_BEHIND = Pattern(r"[\d.,]+(?: ?%| ?\w)[^\d\n]{12}")


@dataclass(frozen=True)
class Clause:
    """A clause and what holds for it.

    Attributes:
        regime: How strict to be.
        place: Climate and heading of the paragraph.
        start: Clean offset of the clause's first character.
        words: The clause, in lower case.
        earlier: The end of what the sentence said before the clause, in lower case.
        opening: The first words of the sentence, in lower case.
        sentence: Clean offset of the sentence's first character.
        traffic: Whether the document's title speaks of road traffic.
        head: What a colon at the beginning of the sentence announces (`Huy động trẻ: nhà trẻ 22%; mẫu giáo 90%`), as
            offsets in the clause, below zero where an earlier clause holds it; (0, 0) without one, and empty, at the
            colon, where the parts behind it have names of their own (`Cơ cấu kinh tế: nông nghiệp 20%`).
        before: The end of what the paragraph said before the sentence, in lower case.
        orders: Whether the document orders (chỉ thị): what it rules out is an objective without further words.
    """

    regime: Regime
    place: Place
    start: int
    words: str
    earlier: str = ""
    opening: str = ""
    sentence: int = 0
    traffic: bool = False
    orders: bool = False
    head: tuple[int, int] = (0, 0)
    before: str = ""

    @cached_property
    def _aims(self) -> list[int]:
        return [match.end() for match in say.AIM.finditer(self.words)]

    @cached_property
    def _goals(self) -> list[int]:
        return [match.end() for match in say.GOAL.finditer(self.words)]

    @cached_property
    def _aimed(self) -> bool:
        return say.AIM.search(self.earlier) is not None

    @cached_property
    def _meant(self) -> bool:
        return say.GOAL.search(self.earlier) is not None

    @property
    def objective(self) -> bool:
        """Whether the heading or lead-in above the clause announces objectives."""
        return self.place.climate == "objective"

    @property
    def purpose(self) -> bool:
        """Whether the heading above the clause announces purposes (`Mục đích`), and no objectives."""
        return self.objective and say.PURPOSE_HEADING.search(self.place.heading) is not None

    def aims(self, end: int) -> bool:
        """Whether an objective is set in so many words (`phấn đấu`) before `end`, in clause or sentence."""
        return bool(self._aims) and self._aims[0] <= end or self._aimed

    def aims_on(self, end: int) -> bool:
        """Whether the words before `end` look ahead (`phấn đấu`), as a report does that also tells of its aims."""
        return say.AIM_IN_REPORT.search(self.words, 0, end) is not None or (
            say.AIM_IN_REPORT.search(self.earlier) is not None
        )

    def goal(self, end: int) -> bool:
        """Whether the clause up to `end`, its sentence or its heading sets an objective, be it weakly (`bảo đảm`)."""
        return self.objective or self.aims(end) or bool(self._goals) and self._goals[0] <= end or self._meant

    def last_aim(self, end: int) -> int:
        """Where the last words end that set an objective before `end`, 0 without any."""
        index = bisect_right(self._aims, end)
        return self._aims[index - 1] if index else 0


def clauses(segments: Segments, law: Regime) -> Iterator[Clause]:
    """The clauses that may state a target, in order."""
    paragraphs = segments.paragraphs
    lower = _lower(segments.text)
    wanted = _wanted(segments, lower, _STATUTE_TRIGGERS if law == "statute" else _TRIGGERS)
    if law == "statute" and not wanted:
        return
    spots = places(segments)
    traffic = say.CRASH.search((segments.title or "").lower()) is not None
    orders = segments.doc_type in say.phrases("order")
    if law != "statute":
        wanted.update(index for index, spot in enumerate(spots) if spot is not None and spot.climate == "objective")
    done = -1
    for index in sorted(wanted):
        spot = spots[index]
        if spot is None or index <= done:
            continue
        first, done = _joined(lower, paragraphs, index)
        spot = spots[first] or spot
        for start, stop, sentence in split(segments.text, lower, paragraphs[first].content, paragraphs[done].end):
            words = lower[start:stop]
            if len(words) > 6 and not words.isascii():
                earlier = lower[max(sentence, start - _EARLIER) : start]
                opening = lower[sentence : sentence + 40]
                head = _head(lower, sentence, start, stop) or _head(lower, start, start, stop) or (0, 0)
                before = lower[max(paragraphs[first].content, sentence - _EARLIER) : sentence]
                yield Clause(law, spot, start, words, earlier, opening, sentence, traffic, orders, head, before)


def _head(lower: str, sentence: int, start: int, stop: int) -> tuple[int, int] | None:
    """What a colon early in a sentence announces, as offsets from `start`; None where it names nothing to measure."""
    colon = lower.find(":", sentence, min(stop, sentence + _HEAD))
    if colon < 0 or has_quantities(words := lower[sentence:colon]) or ";" in words:
        return None
    begin = sentence + len(words) - len(words.lstrip(" -+*"))
    if say.MAKEUP.match(lower, begin, colon):
        begin = colon
    named = begin == colon or say.MEASURE.match(lower, begin, colon) or say.WORK_VERB.match(lower, begin, colon)
    return (begin - start, colon - start) if named else None


def _wanted(segments: Segments, lower: str, triggers: tuple[str, ...]) -> set[int]:
    """The paragraphs that hold one of the triggers, by their place."""
    paragraphs = segments.paragraphs
    starts = [paragraph.start for paragraph in paragraphs]
    wanted: set[int] = set()
    for trigger in triggers:
        at = lower.find(trigger)
        while at >= 0 and paragraphs:
            index = max(0, bisect_right(starts, at) - 1)
            wanted.add(index)
            at = lower.find(trigger, max(at + 1, paragraphs[index].end))
    return wanted


def _joined(lower: str, paragraphs: Sequence[Paragraph], index: int) -> tuple[int, int]:
    """The first and last of the paragraphs that are one sentence with this one, broken at a figure (`đạt⏎60%`)."""
    first = last = index
    while first > 0 and _is_broken(lower, paragraphs[first - 1], paragraphs[first]):
        first -= 1
    while last + 1 < len(paragraphs) and _is_broken(lower, paragraphs[last], paragraphs[last + 1]):
        last += 1
    return first, last


def _is_broken(lower: str, before: Paragraph, after: Paragraph) -> bool:
    """Whether a line break between two paragraphs parts a figure from the words that it stands with."""
    if after.marker or before.region != after.region or after.start - before.end > 2:
        return False
    words, following = lower[max(before.content, before.end - 40) : before.end], lower[after.start : after.end]
    if not words or words[-1] in ".;:!?" or not _FIGURE_FIRST.match(following):
        return False
    leads = any(words.endswith(f" {token}") or not token.isalnum() and words.endswith(token) for token in say.TAGS)
    return leads or _WORDS_BEHIND.match(following) is not None and words[-1].isalpha()


def _lower(text: str) -> str:
    """The text in lower case, character by character, on one line."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.replace("\n", " ")


def split(text: str, lower: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """A paragraph's clauses: start, end, and where the sentence of each begins.

    Args:
        text: The text, whose capitals tell a full stop from an abbreviation.
        lower: The same in lower case.
        start, end: The paragraph.
    """
    begin = stop = sentence = -1
    for clause in parted(text, start, end):
        if clause.mark == ";" and _goes_on(lower, begin, stop, clause.start, end):
            stop = clause.end
            continue
        if begin >= 0:
            yield from _pieces(lower, begin, stop, sentence)
        if clause.mark != ";":
            sentence = clause.start
        begin, stop = clause.start, clause.end
    yield from _pieces(lower, begin, stop, sentence)


def _pieces(lower: str, start: int, end: int, sentence: int) -> Iterator[tuple[int, int, int]]:
    """A clause, in pieces where it is longer than any sentence."""
    while end - start > _LONGEST:
        at = max(lower.rfind(" ", start, start + _LONGEST), start + _LONGEST // 2)
        yield start, at, sentence
        start = sentence = at
    yield start, end, sentence


def _goes_on(lower: str, at: int, stop: int, after: int, end: int) -> bool:
    """Whether the clause that begins at `at` goes on behind a semicolon: with a milestone, or words it has said."""
    if _CONTINUES.match(lower, after - 1):
        return True
    rest = lower[after : min(end, after + 200)]
    first = rest.split(maxsplit=_TAKEN_UP)[:_TAKEN_UP]
    if len(first) < _TAKEN_UP or not first[0].isalpha() or say.PERIOD_AT_START.match(rest.lstrip()):
        return False
    if (parted := say.BREAK.match(f", {rest.lstrip()}")) and parted.lastgroup in ("hard", "nominal"):
        return False
    before = lower[max(at, stop - REACH) : stop]
    part = rest[:_MEMBER].split(";", 1)[0].split(". ", 1)[0]
    if (kind := say.KIND_OF.match(rest.lstrip())) and f" {kind.group()}" in before:
        return has_quantities(part)  # `… có trình độ trung cấp 40%; trình độ đại học 25%`
    taken_up = f" {' '.join(first)} " in before and not before.lstrip(" -+").startswith(" ".join(first))
    return taken_up and has_quantities(before) and not has_quantities(part) and not say.ZERO.search(part)
