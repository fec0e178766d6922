"""Where the words of a target begin and end: breaks of a clause, light words, times and places at the ends of a name.

All offsets are those of the clause. Nothing looks further than `REACH` characters.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from . import target_language as say
from .target_clauses import REACH

Span = tuple[int, int]
Break = tuple[int, int, str]

# What ends an object of each form: what is to fall is named by a noun phrase, which a verb of work behind a comma ends;
# a share of people is told of with all that they do and what it serves (`100% hộ … trang bị …, mở … để …`).
SHARE = frozenset({"hard", "end", "colon", "open", "close"})
WHOLE = SHARE | {"serve"}
NOUN_PHRASE = WHOLE | {"semicolon", "nominal", "task"}


class Breaks:
    """Where the parts of a clause end, in order: start, end and kind of each break.

    Kinds: `hard` (a new statement), `nominal` and `task` (a verb behind a comma), `measure` (an indicator behind one),
    `semicolon`, `colon`, `end` (a purpose), `serve` (what something is for), `open` and `close` (a long bracket).
    """

    def __init__(self, words: str) -> None:
        self._words = words

    @cached_property
    def all(self) -> list[Break]:
        """All breaks; most clauses are never asked for them."""
        return _breaks(self._words)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _, _ in self.all]

    def between(self, start: int, end: int) -> Iterator[Break]:
        """The breaks that begin in `[start, end)`."""
        for index in range(bisect_left(self._starts, start), len(self._starts)):
            if self._starts[index] >= end:
                return
            yield self.all[index]

    def part(self, at: int) -> int:
        """Where the part of the clause begins in which `at` stands."""
        low = max(0, at - REACH)
        return max((end for _, end, kind in self.between(low, at) if end <= at), default=low)


def _breaks(words: str) -> list[Break]:
    found = [
        (match.start(), match.end(), (match.lastgroup or "").rstrip("2345"))
        for match in say.BREAK.finditer(words)
        if not (say.SPELLED_CRITERIA.match(words, match.end() + 1))
        and not (match.lastgroup == "hard4" and say.AGENT.search(words, max(0, match.start() - 60), match.start()))
    ]
    for match in say.BRACKET.finditer(words) if "(" in words else ():
        inner = match["inner"]
        short = len(inner) < 15 and (inner.isalnum() and not inner.isdigit() or not any(map(str.isdigit, inner)))
        if short or say.CRASH_COUNT in inner:
            continue  # an abbreviation (`(B2C)`), or the criteria spelled out
        found.append((match.start(), match.start("inner"), "open"))
        if match["close"]:
            found.append((match.start("close"), match.end(), "close"))
    return sorted(found)


def is_measure(words: str, start: int, end: int) -> bool:
    """Whether the words from `start` on name an indicator (`tỷ lệ …`, `nâng tỷ lệ …`)."""
    start = skip_light(words, start, end)
    if (
        verb := say.RAISING.match(words, start, end)
        or say.KEEP.match(words, start, end)
        or say.VERB.match(words, start)
    ):
        start = skip_light(words, verb.end(), end)
    return say.MEASURE.match(words, start, end) is not None


def object_edge(words: str, breaks: Breaks, start: int, edge: int, enders: frozenset[str] = NOUN_PHRASE) -> int:
    """The first break in `[start, edge)` that ends an object, else `edge`."""
    inside = False
    for at, _, kind in breaks.between(start, edge):
        if kind not in enders or (kind in ("task", "nominal") and _goes_on(words, start, at, edge)):
            continue
        if (
            kind == "open"
            and (bracket := say.BRACKET.match(words, at))
            and say.AFTER_BRACKET.match(words, bracket.end())
        ):
            inside = True
        elif kind == "close" and inside:
            inside = False
        elif not inside:
            return at
    return edge


def _goes_on(words: str, start: int, comma: int, edge: int) -> bool:
    """Whether a verb after a comma goes on with a passive list: `được tiếp nhận, xử lý đúng quy định`."""
    if say.PASSIVE_VERB.search(words, max(start, comma - 30), comma):  # `được phổ biến, quán triệt các quy định của …`
        return True
    rest = words[comma + 2 : edge]
    for mark in ",;:.(":
        rest = rest.split(mark, 1)[0]
    return len(rest.split()) <= 6 and say.PASSIVE.search(words, start, comma) is not None


def skip_light(words: str, start: int, end: int) -> int:
    """Where the words from `start` on begin to name something: after light words and times."""
    previous = -1
    while previous != start < end:
        previous = start
        if light := say.LIGHT.match(words, start, end):
            start = light.end()
        if period := say.PERIOD_AT_START.match(words, start, end):
            start = period.end()
    return start


def trim_before(words: str, start: int, end: int) -> Span:
    """A span of words that stand before a figure, without light words, times, places and links at its ends."""
    start = skip_light(words, start, end)
    return start, cut_tail(words, start, end)


def trim_behind(words: str, start: int, end: int) -> Span:
    """A span of words that stand behind a figure or verb, without what it is compared with, times, places and links."""
    while start < end and words[start] == " ":
        start += 1
    if words.startswith((",", "(", f"{say.AND} "), start) or words[start:end].strip() in say.LINKED:  # another matter
        return start, start
    if lead := say.RIGHT_LIGHT.match(words, start, end):
        start = lead.end()
    if compared := say.COMPARED.search(words, max(start - 1, 0), end):
        end = max(start, compared.start())
    if source := say.SOURCE.search(words, start, end):
        end = source.start()
    return start, cut_tail(words, start, end)


def cut_tail(words: str, start: int, end: int) -> int:
    """The end of a span without times, places, marks and links at its end."""
    previous = -1
    while previous != end > start:
        previous = end
        end = unlinked(words, start, start + len(words[start:end].rstrip(" ,.:;-/…(")))
        low = max(start, end - 150)
        tail = words[low:end]
        if tail[-1:].isdigit() or tail[-1:] == ")":
            match = say.PERIOD_AT_END.search(tail, max(0, len(tail) - 50))
        elif tail.endswith(say.YEARS_END):
            match = say.EVERY_YEAR_AT_END.search(tail)
        else:
            match = None
        if match is None and " " in tail:
            match = say.TAIL.search(tail)
        if match is not None:
            end = low + match.start()
    return max(start, end)


def unlinked(words: str, start: int, end: int) -> int:
    """The end of a span without a link at its end (`… năm 2025 và`)."""
    if words.endswith(say.LINKS, start, end):
        return end - max(len(link) for link in say.LINKS if words.endswith(link, start, end))
    return end


def parts(words: str, start: int, end: int) -> list[Span]:
    """The members of a list."""
    found, at = [], start
    for link in say.SPLIT.finditer(words, start, end):
        found.append((at, link.start()))
        at = link.end()
    found.append((at, end))
    return [(a, b) for a, b in found if b > a]
