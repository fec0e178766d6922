"""What a search finds: documents or facts, those written exactly so first, each with its words and page."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError
from .folding import composed, folded, marked
from .issuers import slug
from .reading import Tables
from .search import KINDS, Index
from .update import update_register

_MANY = 2_000  # hits up to which the best come first; of more, the latest
_ROUND = 80  # characters of a snippet on each side of the words
_PART = re.compile(r'"([^"]*)"|(\S+)')
_WORD = re.compile(r"[^\W_]+")


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

    def clause(self) -> tuple[str, list[Any]]:
        """As SQL over the table `documents`, here `d`."""
        parts: list[str] = []
        values: list[Any] = []
        for sign, day in ((">=", self.since), ("<=", self.until)):
            if day is not None:
                parts.append(f"d.day {sign} ?")
                values.append(day.isoformat())
        if self.province:
            parts.append("' ' || d.province || ' ' LIKE ?")
            values.append(f"% {_bare_place(self.province)} %")
        if self.body:
            parts.append("d.bodies LIKE ?")
            values.append(f"%{folded(composed(self.body))}%")
        if self.doc_type:
            parts.append("d.doc_type = ? COLLATE NOCASE")
            values.append(self.doc_type)
        return "".join(f" AND {part}" for part in parts), values


def _bare_place(name: str) -> str:
    words = slug(name)
    return re.sub(r"^(?:tinh|thanh-pho|tp)-", "", words)


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found.

    Attributes:
        document_id, source, doc_type, number, day, issuer, title: Of the document.
        kind: `document`, or the kind of fact.
        exact: The words stand there with these marks.
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
    page: int | None
    section: str | None
    snippet: str
    found: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Query:
    """A query: what must stand in a text, each part a word or a phrase; with its marks and without."""

    parts: tuple[tuple[str, ...], ...]
    bare: tuple[tuple[str, ...], ...]
    has_marks: bool

    @property
    def phrase(self) -> tuple[str, ...]:
        """All words in a row, without marks."""
        return tuple(word for part in self.bare for word in part)

    @property
    def all_bare(self) -> str:
        """For the index without marks: every part."""
        return " AND ".join(_quoted(part) for part in self.bare)

    @property
    def in_a_row(self) -> str:
        """For the index without marks: all words in a row."""
        return _quoted(self.phrase)

    @property
    def words(self) -> str:
        """For an index without places: every word, with its marks."""
        return " AND ".join(dict.fromkeys(_quoted((word,)) for part in self.parts for word in part))

    @property
    def bare_words(self) -> str:
        """The same without marks."""
        return " AND ".join(dict.fromkeys(_quoted((word,)) for word in self.phrase))


def _quoted(words: Sequence[str]) -> str:
    return '"' + " ".join(words) + '"'


def _read(text: str) -> _Query:
    text = composed(text)
    parts, bare = [], []
    for match in _PART.finditer(text):
        words = _WORD.findall(match[1] if match[1] is not None else match[2])
        if words:
            parts.append(tuple(marked(word) for word in words))
            bare.append(tuple(folded(word) for word in words))
    if not parts:
        raise UsageError("nothing to search for: give some words")
    return _Query(tuple(parts), tuple(bare), parts != bare)


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
    are found without them too, after those that have them; what stands in a row comes before what is scattered.

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
    query = _read(text)
    folder = Path(out)
    note = say or (lambda line: None)
    for attempt in (1, 2):
        index = Index(folder, note, check=attempt > 1)
        try:
            if not index.stamp.startswith(Tables(folder).stamp):
                index.close()
                update_register(folder, note)
                index = Index(folder, note, check=False)
            finder = _Finder(index, query, filters or Filters())
            return finder.facts(KINDS.index(kind), limit) if kind else finder.documents(limit)
        except sqlite3.DatabaseError as error:
            if attempt == 2 or isinstance(error, sqlite3.OperationalError):
                raise
        finally:
            index.close()
    return []


class _Finder:
    """One search in an index."""

    def __init__(self, index: Index, query: _Query, filters: Filters) -> None:
        self._index = index
        self._query = query
        self._where, self._values = filters.clause()

    # -- Documents ---------------------------------------------------------------------------------------------------

    def documents(self, limit: int) -> list[Hit]:
        """Documents, best first."""
        hits: list[Hit] = []
        scattered: list[Hit] = []
        seen: set[int] = set()
        for match, exact in self._rounds():
            for number in self._numbers(match, exact, limit + len(seen)):
                if number in seen:
                    continue
                seen.add(number)
                hit = self._hit(number)
                # The index with marks has no places: whether they stand in a row shows in the text alone.
                (hits if hit.exact or not exact else scattered).append(hit)
                if len(hits) >= limit:
                    return hits
        return (hits + scattered)[:limit] if len(hits) < limit else hits

    def _rounds(self) -> Iterator[tuple[str, bool]]:
        """Queries, the strictest first, and whether the marks must be as typed."""
        matches = [self._query.in_a_row]
        if self._query.all_bare != matches[0]:
            matches.append(self._query.all_bare)
        if self._query.has_marks:
            yield from ((match, True) for match in matches)
        yield from ((match, False) for match in matches)

    def _numbers(self, match: str, exact: bool, limit: int) -> list[int]:
        """Numbers of documents: the best first, or the latest where there are many."""
        run = self._index.database.execute
        narrowed = " AND words.rowid IN (SELECT rowid FROM exact WHERE exact MATCH ?)" if exact else ""
        of = [self._query.words] if exact else []
        source = f"FROM words JOIN documents d ON d.id = words.rowid WHERE words MATCH ?{narrowed}{self._where}"
        values = [match, *of, *self._values]
        many = run(f"SELECT count(*) FROM (SELECT 1 {source} LIMIT {_MANY + 1})", values).fetchone()[0]
        if many > _MANY:
            return self._latest(match, exact, limit)
        order = "ORDER BY rank, d.day DESC, d.id"
        return [number for (number,) in run(f"SELECT d.id {source} {order} LIMIT ?", [*values, limit])]

    def _latest(self, match: str, exact: bool, limit: int) -> list[int]:
        """Of many documents the latest: they are gone through from the last day on until there are enough."""
        run = self._index.database.execute
        found: list[int] = []
        narrowed = " AND EXISTS (SELECT 1 FROM exact WHERE exact MATCH ? AND exact.rowid = d.id)" if exact else ""
        of = [self._query.words] if exact else []
        query = (
            "SELECT d.id FROM documents d WHERE EXISTS (SELECT 1 FROM words WHERE words MATCH ? AND words.rowid = d.id)"
            f"{narrowed}{self._where} ORDER BY d.day DESC, d.id LIMIT ?"
        )
        for (number,) in run(query, [match, *of, *self._values, limit]):
            found.append(number)
        return found

    def _hit(self, number: int) -> Hit:
        text = self._index.text(number)
        spans, exact = self._spans(text)
        snippet, found = _snippet(text, spans)
        about = self._about(number)
        page = text.count("\f", 0, spans[0][0] if spans else 0) + 1 if about.pop("paged") else None
        return Hit(**about, kind="document", exact=exact, page=page, section=None, snippet=snippet, found=found)

    def _about(self, number: int) -> dict[str, Any]:
        names = ("document_id", "source", "doc_type", "number", "day", "issuer", "title", "paged")
        query = f"SELECT {', '.join(names)} FROM documents WHERE id = ?"
        return dict(zip(names, self._index.database.execute(query, (number,)).fetchone(), strict=True))

    def _spans(self, text: str) -> tuple[list[tuple[int, int]], bool]:
        """Where the words stand: in a row with their marks, else without, else each of them; and whether with marks."""
        small, bare = text.lower(), folded(text)
        if len(small) != len(text):
            small = text
        small = marked(small)
        phrase = tuple(word for part in self._query.parts for word in part)
        exact = _places(small, phrase)
        if exact:
            return exact, True
        found = _places(bare, self._query.phrase)
        if found:
            return found, not self._query.has_marks
        parts = [_places(small, part) for part in self._query.parts]
        if all(parts):
            return sorted(span for spans in parts for span in spans[:3]), True
        return sorted(span for part in self._query.bare for span in _places(bare, part)[:3]), not self._query.has_marks

    # -- Facts -------------------------------------------------------------------------------------------------------

    def facts(self, kind: int, limit: int) -> list[Hit]:
        """Facts of a kind, those written exactly so first, then the latest."""
        query = (
            "SELECT f.document, f.start, f.length, f.page, f.section FROM fact_words w JOIN facts f ON f.id = w.rowid "
            f"JOIN documents d ON d.id = f.document WHERE w.fact_words MATCH ? AND f.kind = ?{self._where} "
            "ORDER BY d.day DESC, f.id LIMIT ?"
        )
        rows = self._index.database.execute(query, [self._query.bare_words, kind, *self._values, _MANY])
        ranked: dict[int, list[Hit]] = {0: [], 1: [], 2: []}
        last: tuple[int, str] = (-1, "")
        for number, start, length, page, section in rows:
            if last[0] != number:
                last = (number, self._index.text(number))
            hit = self._fact(last, start, length, page, section, kind)
            in_a_row = len(hit.found) == 1 or len(self._query.phrase) == 1
            place = 0 if hit.exact and in_a_row else 1 if hit.exact or in_a_row else 2
            if self._is_asked(hit):
                ranked[place].append(hit)
            if len(ranked[0]) >= limit:
                break
        return [hit for place in sorted(ranked) for hit in ranked[place]][:limit]

    def _is_asked(self, hit: Hit) -> bool:
        """Whether the phrases that were asked for stand in a fact: its index knows of single words alone."""
        bare = folded(hit.snippet)
        return all(len(part) == 1 or _places(bare, part) for part in self._query.bare)

    def _fact(
        self, of: tuple[int, str], start: int, length: int, page: int | None, section: str | None, kind: int
    ) -> Hit:
        number, text = of
        words = text[start : start + length]
        spans, exact = self._spans(words)
        flat, found = _flat(words, spans)
        about = self._about(number)
        del about["paged"]
        return Hit(**about, kind=KINDS[kind], exact=exact, page=page, section=section, snippet=flat, found=found)


def _places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where words stand in a row, with what is no letter between them."""
    if not words or words[0] not in text:
        return []
    pattern = r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, words)) + r"(?![^\W_])"
    return [match.span() for match in re.finditer(pattern, text)]


def _snippet(text: str, spans: list[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The words around the first place, on one line, and where in them the words that were found stand."""
    if not spans:
        return _flat(text[: 2 * _ROUND], [])
    first, last = spans[0]
    low = text.rfind(" ", 0, max(0, first - _ROUND)) + 1
    high = text.find(" ", min(len(text), last + _ROUND))
    high = len(text) if high < 0 else high
    return _flat(text[low:high], [(a - low, b - low) for a, b in spans if low <= a and b <= high])


def _flat(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text on one line, and where its places are then."""
    parts: list[str] = []
    found: list[tuple[int, int]] = []
    at = length = 0
    for first, last in spans:
        if first < at:
            continue
        before = re.sub(r"\s+", " ", text[at:first])
        word = re.sub(r"\s+", " ", text[first:last])
        parts += [before, word]
        length += len(before)
        found.append((length, length + len(word)))
        length += len(word)
        at = last
    parts.append(re.sub(r"\s+", " ", text[at:]))
    return "".join(parts).rstrip(), tuple(found)
