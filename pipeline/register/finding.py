"""What a search finds: documents or facts, those written exactly so first, each with its words and page."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ..errors import UsageError
from .folding import JOINT, composed, folded, spellings, words_of
from .issuers import slug
from .reading import Tables
from .search import KINDS, Index, day_of, document_of, first_fact, first_number, trait
from .update import update_register

OFTEN = 9  # places of the words in a text that are counted
FEW = 60  # documents up to which the best come first; of more, the latest
SHOWN = 50  # hits on a page
ROUND = 80  # characters of a snippet on each side of the words
_PART = re.compile(r'"([^"]*)"|(\S+)')
_SPACE = re.compile(r"\s+")
_LEVEL = re.compile(r"^(?:tinh|thanh-pho|tp)-")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to.

    Attributes:
        since, until: First and last day of issue.
        province: Name of a province, before or after the mergers of 2025.
        body: Words of the name, or of the id, of a body that issues the document or leads a task in it.
        doc_type: Abbreviation of the type of document.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    province: str | None = None
    body: str | None = None
    doc_type: str | None = None

    @property
    def tokens(self) -> list[str]:
        """As the index has them."""
        tokens = [f"place__{_LEVEL.sub('', slug(self.province)).replace('-', '_')}"] if self.province else []
        return [*tokens, *trait("body", self.body or ""), *trait("type", self.doc_type or "")]

    @property
    def numbers(self) -> tuple[int, int]:
        """The lowest number of a document in the span of days, and the one after the highest."""
        until = self.until or dt.date.max - dt.timedelta(days=1)
        return first_number(self.since) if self.since else 0, first_number(until + dt.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found.

    Attributes:
        document_id, source, doc_type, number, day, issuer, title: Of the document.
        kind: `document`, or the kind of fact.
        exact: The words stand there with these marks.
        in_a_row: They stand there one after the other.
        page: 1-based, None for formats without pages.
        section: Of a fact.
        snippet: The words with those around them.
        found: Where in the snippet the words stand: pairs of first character and the one after the last.
    """

    document_id: str
    source: str
    doc_type: str | None
    number: str | None
    day: str | None
    issuer: str | None
    title: str | None
    kind: str
    exact: bool
    in_a_row: bool
    page: int | None
    section: str | None
    snippet: str
    found: tuple[tuple[int, int], ...]

    def parts(self) -> Iterator[tuple[str, bool]]:
        """The snippet in pieces, each with whether its words are those that were searched."""
        at = 0
        for first, last in self.found:
            yield self.snippet[at:first], False
            yield self.snippet[first:last], True
            at = last
        yield self.snippet[at:], False

    @property
    def rank(self) -> int:
        """0 for what stands there exactly so, 3 for words that are scattered and have other marks."""
        return 2 * (not self.exact) + (not self.in_a_row)


@dataclass(frozen=True)
class Query:
    """What is searched for: parts, each a word or a phrase, as they are typed and without marks."""

    parts: tuple[tuple[str, ...], ...]
    bare: tuple[tuple[str, ...], ...]

    @cached_property
    def has_marks(self) -> bool:
        """Whether a mark was typed: who types none means any."""
        return self.parts != self.bare

    @cached_property
    def row(self) -> tuple[str, ...]:
        """All words, as they are typed."""
        return tuple(word for part in self.parts for word in part)

    @cached_property
    def bare_row(self) -> tuple[str, ...]:
        """All words, without marks."""
        return tuple(word for part in self.bare for word in part)

    def matches(self) -> Iterator[tuple[str, bool, bool]]:
        """Queries of the index: first with the marks as typed, then without.

        Each with whether all words stand in a row, and whether it is a last resort: who types marks and finds their
        words does not look for scattered ones with other marks.
        """
        seen: set[str] = set()
        for words in (self.row, ()) if self.has_marks else ((),):
            apart = [token for part in self.bare for token in _tokens(part)]
            for tokens, in_a_row in ((_tokens(self.bare_row), True), (apart, False)):
                match = _all([*tokens, *words])
                if match not in seen:
                    seen.add(match)
                    yield match, in_a_row, self.has_marks and not words and not in_a_row


def _tokens(words: Sequence[str]) -> list[str]:
    """What the index knows of words in a row: their pairs."""
    return [JOINT.join(pair) for pair in zip(words, words[1:], strict=False)] or list(words)


def _all(tokens: Sequence[str]) -> str:
    return " AND ".join(f'"{token}"' for token in dict.fromkeys(tokens))


def read_query(text: str) -> Query:
    """The parts of a query as a user types it.

    Raises:
        UsageError: It has no word.
    """
    parts = []
    for match in _PART.finditer(composed(text)):
        words = words_of(match[1] if match[1] is not None else match[2])
        if words:
            parts.append(tuple(words))
    if not parts:
        raise UsageError("nothing to search for: give some words")
    return Query(tuple(parts), tuple(tuple(map(folded, part)) for part in parts))


def search(
    out: str | Path,
    text: str,
    filters: Filters | None = None,
    kind: str | None = None,
    limit: int = 20,
    say: Callable[[str], None] | None = None,
) -> list[Hit]:
    """Documents, or facts of one kind, in which words stand.

    All words must stand in the document (or the fact); `"…"` asks for them in a row. Words that are typed with marks
    are found without them too, after those that have them; what stands in a row comes before what is scattered. Of few
    documents those come first that have the words in their title, or often; of many, the latest.

    Args:
        out: A folder with tables; its index is brought up to them first.
        text: The words.
        filters: What to narrow it to.
        kind: `task`, `target`, `deadline` or `citation` for facts; None for documents.
        limit: How many.
        say: Takes what the user should know, such as that a damaged index is made again.

    Raises:
        UsageError: There is no such kind, no word, or no table.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(f"there is no kind {kind!r} to search; choose from {', '.join(KINDS)}")
    query = read_query(text)
    folder, note = Path(out), say or (lambda line: None)
    for attempt in (1, 2):
        index = Index(folder, note, check=attempt > 1)
        try:
            if not index.stamp.startswith(Tables(folder).stamp):
                index.close()
                update_register(folder, note)
                index = Index(folder, note, check=False)
            finder = _Finder(index, query, filters or Filters())
            return finder.facts(kind, limit) if kind else finder.documents(limit)
        except sqlite3.DatabaseError:
            # Damaged where only this query looked: the second look, over all of it, makes it again.
            if attempt == 2:
                raise
        finally:
            index.close()
    return []


class _Finder:
    """One search in an index."""

    def __init__(self, index: Index, query: Query, filters: Filters) -> None:
        self._run = index.database.execute
        self._index = index
        self._query = query
        self._filters = filters
        self._texts = lru_cache(4)(index.text)

    def _ids(self, table: str, match: str, low: int, high: int, limit: int) -> list[int]:
        tokens = self._filters.tokens
        narrowed = f"{match} AND {_all(tokens)}" if tokens else match
        query = (
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
        )
        return [number for (number,) in self._run(query, (narrowed, low, high, limit))]

    # -- Documents ---------------------------------------------------------------------------------------------------

    def documents(self, limit: int) -> list[Hit]:
        """Documents, best first."""
        found: list[tuple[int, int, int, Hit]] = []
        seen: set[int] = set()
        for match, in_a_row, last in self._query.matches():
            if last and found:
                break
            pool = max(FEW, 2 * limit) if in_a_row else 2 * limit
            numbers = self._ids("words", match, *self._filters.numbers, pool + 1)
            few = in_a_row and len(numbers) <= FEW
            good, day = 0, None
            for number in numbers[:pool]:
                if not few and good >= limit and day_of(number) != day:
                    break
                day = day_of(number)
                if number in seen:
                    continue
                seen.add(number)
                hit, often = self._hit(number)
                found.append((hit.rank, -often if few else 0, -day_of(number), hit))
                good += not in_a_row or hit.rank == 0
            if len(found) >= limit:
                break
        # Of one day in order of their ids: in which batch they came decides nothing.
        found.sort(key=lambda item: (*item[:3], item[3].document_id))
        return [item[3] for item in found[:limit]]

    def _hit(self, number: int) -> tuple[Hit, int]:
        """A document as a hit, and how much it is about the words."""
        text = self._texts(number)
        spans, exact, in_a_row = self._spans(text)
        snippet, found = _snippet(text, spans)
        about = self._about(number)
        page = text.count("\f", 0, spans[0][0] if spans else 0) + 1 if about.pop("paged") else None
        in_title = bool(about["title"]) and bool(_places(folded(composed(about["title"])), self._query.bare_row))
        about |= {"kind": "document", "page": page, "section": None}
        hit = Hit(**about, exact=exact, in_a_row=in_a_row, snippet=snippet, found=found)
        return hit, len(spans) + 2 * OFTEN * in_title

    def _about(self, number: int) -> dict[str, Any]:
        names = ("document_id", "source", "doc_type", "number", "day", "issuer", "title", "paged")
        query = f"SELECT {', '.join(names)} FROM documents WHERE id = ?"
        return dict(zip(names, self._run(query, (number,)).fetchone(), strict=True))

    def _spans(self, text: str) -> tuple[list[tuple[int, int]], bool, bool]:
        """Where the words stand, whether with the marks that were typed, and whether in a row."""
        small, bare = text.lower(), folded(text)
        if len(small) != len(text):  # a letter that is two in lower case
            small = text
        query = self._query
        if query.has_marks:
            found = _places(small, query.row)
            if found:
                return found, True, True
        found = _places(bare, query.bare_row)
        if found:
            return found, not query.has_marks, True
        several = len(query.row) > 1
        exact = [_places(small, part) for part in query.parts] if query.has_marks else []
        if exact and all(exact):
            return sorted(span for spans in exact for span in spans[:3]), True, not several
        spans = sorted(span for part in query.bare for span in _places(bare, part)[:3])
        return spans, not query.has_marks, not several

    # -- Facts -------------------------------------------------------------------------------------------------------

    def facts(self, kind: str, limit: int) -> list[Hit]:
        """Facts of a kind, those written exactly so first, then the latest."""
        low, high = map(first_fact, self._filters.numbers)
        found: dict[int, Hit] = {}
        for match, _, last in self._query.matches():
            if last and found:
                break
            for fact in self._ids("fact_words", f'{match} AND "kind__{kind}"', low, high, max(FEW, 2 * limit)):
                if fact not in found and (hit := self._fact(fact, kind)) is not None:
                    found[fact] = hit
            if len(found) >= limit:
                break
        ordered = sorted(
            found.items(), key=lambda item: (item[1].rank, -day_of(document_of(item[0])), item[1].document_id, -item[0])
        )
        return [hit for _, hit in ordered[:limit]]

    def _fact(self, fact: int, kind: str) -> Hit | None:
        """A fact as a hit; None where the phrases that were asked for do not stand in it."""
        query = "SELECT start, length, page, section FROM facts WHERE id = ?"
        start, length, page, section = self._run(query, (fact,)).fetchone()
        words = self._texts(document_of(fact))[start : start + length]
        spans, exact, in_a_row = self._spans(words)
        if not all(len(part) == 1 or _places(folded(words), part) for part in self._query.bare):
            return None
        flat, found = _flat(words, spans)
        about = self._about(document_of(fact))
        del about["paged"]
        return Hit(
            **about, kind=kind, exact=exact, in_a_row=in_a_row, page=page, section=section, snippet=flat, found=found
        )  # fmt: skip


@lru_cache(64)
def _rest(words: tuple[str, ...]) -> re.Pattern[str]:
    """What follows the first of words in a row: the others, each in both spellings, with what is no letter between."""
    spelt = ["|".join(map(re.escape, spellings(word))) for word in words[1:]]
    return re.compile("".join(rf"[\W_]+(?:{word})" for word in spelt) + r"(?![^\W_])")


def _places(text: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where words stand in a row; the first of them, where they stand often.

    The first word is looked for with `str.find`, ten times as fast as a pattern that may begin anywhere.
    """
    found: list[tuple[int, int]] = []
    for first in spellings(words[0]):
        rest = _rest(words)
        at = text.find(first)
        while at >= 0 and len(found) < OFTEN:
            end = at + len(first)
            if at == 0 or not text[at - 1].isalnum():
                match = rest.match(text, end)
                if match is not None:
                    found.append((at, match.end()))
            at = text.find(first, end)
    return sorted(found)


def _snippet(text: str, spans: list[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The words around the first place, on one line, and where in them the words that were found stand."""
    if not spans:
        return _flat(text[: 2 * ROUND], [])
    first, last = spans[0]
    low = text.rfind(" ", 0, max(0, first - ROUND)) + 1
    high = text.find(" ", min(len(text), last + ROUND))
    high = min(len(text) if high < 0 else high, last + 3 * ROUND)
    low = max(low, first - 3 * ROUND)
    return _flat(text[low:high], [(a - low, b - low) for a, b in spans if low <= a and b <= high])


def _flat(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text on one line, and where its places are then."""
    parts: list[str] = []
    found: list[tuple[int, int]] = []
    at = length = 0
    for first, last in spans:
        if first < at:
            continue
        before, word = _SPACE.sub(" ", text[at:first]), _SPACE.sub(" ", text[first:last])
        parts += [before, word]
        found.append((length + len(before), length + len(before) + len(word)))
        length += len(before) + len(word)
        at = last
    parts.append(_SPACE.sub(" ", text[at:]))
    return "".join(parts).rstrip(), tuple(found)
