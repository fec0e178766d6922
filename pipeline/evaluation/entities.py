"""Entities found against entities labelled by hand: exact spans, by label, and by how the text was read.

The labels hold no text (`tests/gold/NER_GUIDELINES.md` says what they hold and what counts as an entity): a sentence is
known by its file, its place in the document's raw text, and a digest of its words. A sentence that has moved is looked
for by its digest. One of a scan that OCR reads differently now is aligned word by word: each word has left two
hexadecimal digits, too few to tell the word, enough to find a sentence. What cannot be found is counted.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from .. import read
from ..document import Document
from ..errors import UsageError, VnplanError
from ..text.normalise import strip_marks
from .scoring import Tally

Span = tuple[int, int, str]
Finder = Callable[[str], Iterable[Span]]
ALL = "all"
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W_]+")
_AROUND = (60, 300, 1500)  # characters around the old place in which a sentence is looked for, before the whole text
_KNOWN = 0.6  # of its words must be there


@dataclass(frozen=True, slots=True)
class Sentence:
    """A labelled sentence.

    Attributes:
        part: `dev` or `test`.
        kind: `text`, or `scan` for what OCR read.
        start: Where it begins in the document's raw text.
        end: Where it ends there.
        entities: Start and end in the raw text, and label, of each entity.
    """

    part: str
    kind: str
    start: int
    end: int
    entities: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with its labelled sentences, in their order."""

    file: str
    document: Document
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """What was labelled, with its texts.

    Attributes:
        documents: The documents, in the order of their names.
        missing: File and former place of the sentences that were not found.
    """

    documents: tuple[Labelled, ...]
    missing: tuple[tuple[str, int], ...] = ()

    def __len__(self) -> int:
        """The number of sentences that were found."""
        return sum(len(labelled.sentences) for labelled in self.documents)


@dataclass(frozen=True, slots=True)
class Difference:
    """An entity that was not found as labelled, or was found and is not labelled so.

    Attributes:
        what: `missed`, `invented`, `boundary` (another span, the same label), `label` (the same span, another label),
            or `both` (they overlap, with another span and another label).
        file: The document.
        gold: Label and words, or None where nothing is labelled.
        given: Label and words of what was found, or None.
    """

    what: str
    file: str
    gold: tuple[str, str] | None
    given: tuple[str, str] | None


@dataclass
class EntityReport:
    """Scores by label and kind of text; `all` stands for any of them.

    Attributes:
        tallies: Counts by label and kind.
        differences: Every entity that was missed, invented or found otherwise.
        sentences: How many sentences were compared.
        missing: How many could not be found in their documents.
    """

    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    sentences: int = 0
    missing: int = 0

    def f1(self, label: str = ALL, kind: str = ALL) -> float:
        """F1 of a label in a kind of text; 0 where there was nothing to find."""
        tally = self.tallies.get((label, kind), Tally())
        return tally.f1 if tally.right + tally.wrong + tally.missed else 0.0

    def lines(self, examples: int = 0) -> Iterator[str]:
        """The report for a terminal.

        Args:
            examples: How many differences of each sort to print.
        """
        yield f"{self.sentences} sentences" + (f"; {self.missing} not found again" if self.missing else "")
        yield f"{'':14}{'F1':>7}{'precision':>11}{'recall':>8}{'right':>7}{'wrong':>7}{'missed':>8}"
        for (label, kind), t in sorted(self.tallies.items()):
            figures = f"{t.f1:7.3f}{t.precision:11.3f}{t.recall:8.3f}{t.right:7}{t.wrong:7}{t.missed:8}"
            yield f"{label:8}{kind:6}{figures}"
        sorts: dict[str, list[Difference]] = defaultdict(list)
        for difference in self.differences:
            sorts[difference.what].append(difference)
        for what, found in sorted(sorts.items()):
            yield f"{what}: {len(found)}"
            for difference in found[:examples]:
                yield f"  {difference.file}: gold {_shown(difference.gold)}, given {_shown(difference.given)}"

    def add(self, kind: str, label: str, *, right: int = 0, wrong: int = 0, missed: int = 0) -> None:
        """Count entities of a label in a kind of text, there and in the totals."""
        for key in ((label, kind), (label, ALL), (ALL, kind), (ALL, ALL)):
            tally = self.tallies.setdefault(key, Tally())
            tally.right += right
            tally.wrong += wrong
            tally.missed += missed


def digest(words: str) -> str:
    """Sixteen hexadecimal digits that know words again, whatever the white space and the composition of marks."""
    plain = " ".join(unicodedata.normalize("NFC", words).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def trace(word: str) -> str:
    """Two hexadecimal digits of a word, the same whatever its case, marks and punctuation: OCR errs most in these."""
    plain = "".join(_LETTERS.findall(strip_marks(word).lower()))
    return hashlib.sha256(plain.encode()).hexdigest()[:2]


def find_again(raw: str, start: int, end: int, wanted: str) -> int | None:
    """Where words begin in a text by their digest: where they stood, or else the nearest place with as many characters.

    Args:
        raw: The document's raw text.
        start: Where they stood.
        end: Where they ended.
        wanted: Their digest.

    Returns:
        The offset, or None if they are nowhere in the text.
    """
    length = end - start
    last = len(raw) - length
    for at in sorted(range(last + 1), key=lambda at: abs(at - start)):
        if raw[at].isspace() or raw[at + length - 1].isspace():
            continue
        if digest(raw[at : at + length]) == wanted:
            return at
    return None


def rows_of(labels: str | Path, part: str | None = None) -> list[dict[str, Any]]:
    """The rows of a file of labels, of one part or of all.

    Raises:
        UsageError: The file cannot be read, or is not JSON lines.
    """
    try:
        lines = Path(labels).read_text(encoding="utf-8").splitlines()
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
        return [row for row in rows if part is None or row["part"] == part]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{labels} is not a file of labels, one JSON object a line: {error}") from error


def read_shared(shared: str | Path, file: str) -> Document | None:
    """A document of the shared folder; None if it is not there or cannot be read."""
    try:
        return read((Path(shared) / file).read_bytes(), file, cache=True)
    except (OSError, VnplanError):
        return None


def load_labels(labels: str | Path, shared: str | Path, part: str | None = None) -> Labels:
    """Labelled sentences with their texts.

    Args:
        labels: The file of labels, `tests/gold/ner_labels.jsonl`.
        shared: The folder below which their documents are; recognised pages are kept in the user's cache.
        part: `dev` or `test`; None for both.

    Raises:
        UsageError: There is no such folder, or the labels cannot be read.
    """
    if not Path(shared).is_dir():
        raise UsageError(f"there is no folder {shared}: give the one that holds the labelled documents")
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(labels, part):
        files[row["file"]].append(row)
    documents: list[Labelled] = []
    missing: list[tuple[str, int]] = []
    for file, rows in sorted(files.items()):
        document = read_shared(shared, file)
        placed = [(row, _place(document, row)) for row in rows]
        missing += [(file, row["start"]) for row, sentence in placed if sentence is None]
        sentences = [sentence for _, sentence in placed if sentence is not None]
        if document is not None and sentences:
            documents.append(Labelled(file, document, tuple(sorted(sentences, key=lambda s: s.start))))
    return Labels(tuple(documents), tuple(missing))


def score_entities(labels: Labels, find: Finder, *, clean: bool = False) -> EntityReport:
    """Runs a finder on whole documents, and compares what it finds in the labelled sentences. Spans must be equal.

    What begins in a labelled sentence is compared with its labels; what begins elsewhere is not looked at.

    Args:
        labels: The labelled sentences.
        find: From a text to start, end and label of each entity in it.
        clean: Give it the clean text of the documents, and take its spans back to the raw text; otherwise the raw one.
    """
    report = EntityReport(missing=len(labels.missing))
    for labelled in labels.documents:
        found = _found(labelled.document, find, clean)
        for sentence in labelled.sentences:
            given = {span for span in found if sentence.start <= span[0] < sentence.end}
            _compare(report, labelled, sentence, given)
    return report


def _place(document: Document | None, row: dict[str, Any]) -> Sentence | None:
    if document is None:
        return None
    start, end = row["start"], row["end"]
    at = find_again(document.raw, start, end, row["digest"])
    if at is None:
        return _aligned(document.raw, row) if "words" in row else None
    entities = tuple((at + first, at + last, label) for first, last, label in row["entities"])
    return Sentence(row["part"], row["kind"], at, at + end - start, entities)


def _aligned(raw: str, row: dict[str, Any]) -> Sentence | None:
    """A sentence of a scan whose words are read a little differently now, with the entities at the same words."""
    traces = [row["words"][at : at + 2] for at in range(0, len(row["words"]), 2)]
    for around in (*_AROUND, len(raw)):
        area = _WORD.finditer(raw, max(0, row["start"] - around), row["end"] + around)
        words = [match.span() for match in area]
        ways = _ways(traces, [trace(raw[first:last]) for first, last in words])
        if ways is not None:
            break
    else:
        return None
    if any(not 0 <= ways.get(word, -1) < len(words) for word in (0, len(traces) - 1)):
        return None
    entities: list[Span] = []
    for first, last, label, beyond in row["spans"]:
        if first not in ways or last not in ways or not 0 <= ways[first] <= ways[last] < len(words):
            return None
        inner = [match.span() for match in _LETTERS.finditer(raw, words[ways[first]][0], words[ways[last]][1])]
        inner = inner[: len(inner) - beyond]
        if not inner:
            return None
        entities.append((inner[0][0], inner[-1][1], label))
    return Sentence(row["part"], row["kind"], words[ways[0]][0], words[ways[len(traces) - 1]][1], tuple(entities))


def _ways(old: Sequence[str], new: Sequence[str]) -> dict[int, int] | None:
    """From the words of a sentence to those of a text by their traces; None if too few of them are there.

    A word that is not the same stands between two that are, as many words apart as before; otherwise it has no way.
    """
    blocks = SequenceMatcher(None, new, old, autojunk=False).get_matching_blocks()
    anchor = max(blocks, key=lambda block: block.size)
    shift, slack = anchor.a - anchor.b, 2 + len(old) // 5
    known = {
        block.b + at: block.a + at
        for block in blocks
        if abs(block.a - block.b - shift) <= slack
        for at in range(block.size)
    }
    if len(known) < max(2, _KNOWN * len(old)):
        return None
    ways: dict[int, int] = {}
    for word in range(len(old)):
        before = max((other for other in known if other <= word), default=None)
        after = min((other for other in known if other >= word), default=None)
        shifts = {known[other] - other for other in (before, after) if other is not None}
        if len(shifts) == 1:
            ways[word] = word + shifts.pop()
    return ways


def _found(document: Document, find: Finder, clean: bool) -> set[Span]:
    if not clean:
        return set(find(document.raw))
    return {(*document.offsets.to_raw(start, end), label) for start, end, label in find(document.text)}


def _compare(report: EntityReport, labelled: Labelled, sentence: Sentence, given: set[Span]) -> None:
    report.sentences += 1
    gold = set(sentence.entities)
    for _, _, label in gold & given:
        report.add(sentence.kind, label, right=1)
    invented = sorted(given - gold)
    for span in invented:
        report.add(sentence.kind, span[2], wrong=1)
    for span in sorted(gold - given):
        report.add(sentence.kind, span[2], missed=1)
        other = _nearest(span, invented)
        if other is not None:
            invented.remove(other)
        report.differences.append(_difference(labelled, span, other))
    report.differences += [_difference(labelled, None, span) for span in invented]


def _nearest(span: Span, others: Sequence[Span]) -> Span | None:
    """The span that shares most characters with another one, of those that share any."""
    shared = {other: min(span[1], other[1]) - max(span[0], other[0]) for other in others}
    best = max(shared, key=lambda other: (shared[other], other[2] == span[2]), default=None)
    return best if best is not None and shared[best] > 0 else None


def _difference(labelled: Labelled, gold: Span | None, given: Span | None) -> Difference:
    if gold is None or given is None:
        what = "invented" if gold is None else "missed"
    elif gold[:2] == given[:2]:
        what = "label"
    else:
        what = "boundary" if gold[2] == given[2] else "both"
    return Difference(what, labelled.file, _words(labelled, gold), _words(labelled, given))


def _words(labelled: Labelled, span: Span | None) -> tuple[str, str] | None:
    return None if span is None else (span[2], " ".join(labelled.document.raw[span[0] : span[1]].split()))


def _shown(side: tuple[str, str] | None) -> str:
    return "nothing" if side is None else f"{side[0]} {side[1]!r}"
