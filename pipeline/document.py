"""`Document`: raw text, clean text, and the exact map between them.

The raw text is what was decoded or recognised, and what is stored; it is never changed. The clean text is what
the rules read: NFC, plain dashes and spaces, wrapped lines joined, furniture taken out, one paragraph a line.
`OffsetMap` leads from every clean character back to the raw characters that it stands for.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from operator import add, sub

from .records import Box, Evidence, Page, Signature


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Runs of clean text and the raw text behind each.

    Run `k` covers clean characters `[clean[k], clean[k+1])` and raw characters `[raw_start[k], raw_end[k])`. Where both
    have the same length the run is taken character by character, else any part of it stands for the whole raw run.
    Runs are in clean order; raw order may differ (columns read one after the other).

    Attributes:
        clean: Start offsets of the runs, ascending, with the clean length appended.
        raw_start: Raw offset at which each run begins.
        raw_end: Raw offset at which it ends.
    """

    clean: tuple[int, ...]
    raw_start: tuple[int, ...]
    raw_end: tuple[int, ...]

    @classmethod
    def identity(cls, length: int) -> OffsetMap:
        """The map of a text onto itself; `length` in characters."""
        return cls((0, length), (0,), (length,)) if length else cls((0,), (), ())

    @property
    def length(self) -> int:
        """Number of clean characters."""
        return self.clean[-1]

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Raw bounds `[start, end)` of the clean span `[start, end)`.

        Raises:
            IndexError: The span is empty or not within the clean text.
        """
        clean = self.clean
        if not 0 <= start < end <= clean[-1]:
            raise IndexError(f"clean span [{start}, {end}) is empty or outside the text of {clean[-1]} characters")
        first = bisect_right(clean, start) - 1
        last = bisect_left(clean, end, first) - 1
        low, high = self._bounds(first, start, end)
        for run in range(first + 1, last + 1):
            run_low, run_high = self._bounds(run, start, end)
            if run_low < low:
                low = run_low
            if run_high > high:
                high = run_high
        return low, high

    def _bounds(self, run: int, start: int, end: int) -> tuple[int, int]:
        clean_start, clean_end = self.clean[run], self.clean[run + 1]
        raw_start, raw_end = self.raw_start[run], self.raw_end[run]
        if raw_end - raw_start == clean_end - clean_start:
            if start > clean_start:
                raw_start += start - clean_start
            if end < clean_end:
                raw_end -= clean_end - end
        return raw_start, raw_end

    def compose(self, inner: OffsetMap) -> OffsetMap:
        """The map from this map's clean text through `inner` (whose clean text is this map's raw text).

        Raises:
            IndexError: A run of this map lies outside the clean text of `inner`.
        """
        clean: list[int] = []
        raw_start: list[int] = []
        raw_end: list[int] = []

        def put(at: int, bounds: tuple[int, int]) -> None:
            clean.append(at)
            raw_start.append(bounds[0])
            raw_end.append(bounds[1])

        for run, begin in enumerate(self.clean[:-1]):
            stop, low, high = self.clean[run + 1], self.raw_start[run], self.raw_end[run]
            if low == high:  # inserted text stands for no raw character: give it the position
                at = inner.to_raw(low, low + 1)[0] if low < inner.length else (inner.raw_end or (0,))[-1]
                put(begin, (at, at))
            elif high - low != stop - begin:
                put(begin, inner.to_raw(low, high))
            else:
                at = low
                while at < high:  # split the run where the inner map has its own borders
                    k = bisect_right(inner.clean, at) - 1
                    upto = min(high, inner.clean[k + 1])
                    put(begin + at - low, inner._bounds(k, at, upto))
                    at = upto
        clean.append(self.length)
        return OffsetMap(tuple(clean), tuple(raw_start), tuple(raw_end))


@dataclass(frozen=True, slots=True)
class Words:
    """Where the words of a paged document stand: parallel sequences in raw order.

    Attributes:
        start: Raw offset of the first character of each word.
        end: Raw offset after its last one.
        boxes: The word's rectangle.
        confidence: OCR confidence 0..100, None for a text layer.
    """

    start: tuple[int, ...]
    end: tuple[int, ...]
    boxes: tuple[Box, ...]
    confidence: tuple[float | None, ...]

    def packed(self) -> bytes:
        """Where they stand, in little room: tenths of a point, no confidence; b'' for boxes that no page has."""
        boxes = self.boxes
        columns = [_steps(self.start), map(sub, self.end, self.start), _steps([box.page for box in boxes])]
        try:
            tenths = [[round(10 * side) for side in sides] for sides in _sides(boxes)]
            values = array("i", chain(*columns, *map(_steps, tenths)))
        except (OverflowError, ValueError):
            return b""
        if sys.byteorder == "big":
            values.byteswap()
        return values.tobytes()

    @classmethod
    def unpacked(cls, data: bytes) -> Words:
        """The words that `packed` gave, their boxes to the tenth of a point."""
        values = array("i", data)
        if sys.byteorder == "big":
            values.byteswap()
        count = len(values) // _COLUMNS
        start, length, page, *sides = (values[k * count : (k + 1) * count] for k in range(_COLUMNS))
        starts = tuple(accumulate(start))
        points = ([tenth / 10 for tenth in accumulate(side)] for side in sides)
        boxes = tuple(map(Box, accumulate(page), *points))
        return cls(starts, tuple(map(add, starts, length)), boxes, (None,) * count)


_COLUMNS = 7  # numbers that a packed word has: start, length, page, and the sides of its box


def _sides(boxes: Sequence[Box]) -> Iterator[tuple[float, ...]]:
    return zip(*((box.x0, box.y0, box.x1, box.y1) for box in boxes), strict=True)


def _steps(values: Sequence[int]) -> Iterator[int]:
    """How much each number is more than the one before it: small numbers, which are compressed well."""
    return map(sub, values, chain((0,), values))


@dataclass(frozen=True, slots=True)
class Handwriting:
    """Ink written by hand into a printed line (a number, a day). The raw text has `…` in its place.

    Attributes:
        start: Raw offset of the `…`.
        end: Raw offset after it.
        box: Where it is on the page.
        reading: What a recogniser made of it, not to be trusted; '' if nothing.
        candidates: Values that it may stand for.
    """

    start: int
    end: int
    box: Box
    reading: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """One document on its way through the pipeline.

    Attributes:
        document_id: Stable id (from source path and content).
        source: Path below the input folder, `/` separated.
        sha256: Hash of the file's bytes, hexadecimal.
        format: `text`, `markdown`, `pdf`, …
        raw: The stored text.
        text: The clean text that the rules read; paragraphs end in a newline, words are one space apart.
        offsets: Clean to raw.
        pages: The pages, empty for pageless formats.
        words: The words' boxes, None for pageless formats.
        warnings: What a reader of the plan must know about how it was read (`encoding windows-1258 …`).
    """

    document_id: str
    source: str
    sha256: str
    format: str
    raw: str
    text: str
    offsets: OffsetMap
    pages: tuple[Page, ...] = ()
    words: Words | None = None
    warnings: tuple[str, ...] = ()
    tables: tuple[tuple[tuple[tuple[int, int], ...], ...], ...] = ()
    """Tables as rows of cells, each cell a clean span (start, end); an empty cell is (n, n)."""
    handwriting: tuple[Handwriting, ...] = ()
    signatures: tuple[Signature, ...] = ()
    extra: dict[str, object] = field(default_factory=dict)
    part: int = 1
    """Which document of its file it is, where a file holds several; 1-based."""

    def evidence(self, start: int, end: int, section: str = "", confidence: float = 1.0, rule: str = "") -> Evidence:
        """The evidence for clean span `[start, end)`, read by a rule of that name.

        Raises:
            IndexError: The span is empty or outside the clean text.
        """
        low, high = self.offsets.to_raw(start, end)
        if self.words is None:
            return Evidence(self.raw[low:high], low, high, section=section, confidence=confidence, rule=rule)
        boxes, ocr = self._boxes(low, high)
        page = boxes[0].page if boxes else None
        return Evidence(self.raw[low:high], low, high, page, boxes, section, confidence, ocr, rule)

    def _boxes(self, low: int, high: int) -> tuple[tuple[Box, ...], float | None]:
        """One box a line of words between raw offsets, and the mean OCR confidence of the words."""
        words = self.words
        assert words is not None
        lines: list[Box] = []
        marks: list[float] = []
        for k in range(bisect_right(words.end, low), bisect_left(words.start, high)):
            box, mark = words.boxes[k], words.confidence[k]
            if mark is not None:
                marks.append(mark)
            last = lines[-1] if lines else None
            same_line = (
                last is not None
                and last.page == box.page
                and box.x0 >= last.x0
                and min(last.y1, box.y1) - max(last.y0, box.y0) > 0.5 * min(last.y1 - last.y0, box.y1 - box.y0)
            )
            if last is not None and same_line:
                lines[-1] = Box(last.page, last.x0, min(last.y0, box.y0), max(last.x1, box.x1), max(last.y1, box.y1))
            else:
                lines.append(box)
        return tuple(lines), sum(marks) / len(marks) if marks else None
