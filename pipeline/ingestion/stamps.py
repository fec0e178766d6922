"""Visible stamps of digital signatures: their text is recorded, and is no part of the document's text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ..knowledge import rows
from ..records import Box
from .pages import InkMark, WordBox

_MOST_LINES = 10
_NUMBER = re.compile(r"[\d\s./-]{1,12}|\d{1,5} ?[/-] ?[\w/.&-]{2,40}")


@cache
def _patterns(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row['pattern']})" for row in rows("signature_stamps") if row["kind"] == kind))


@cache
def _openers() -> frozenset[str]:
    """First words that a stamp can begin with, with and without a colon: a cheap test before the patterns."""
    words = [word for row in rows("signature_stamps") for word in row.get("begins", ())]
    return frozenset(words) | {f"{word}:" for word in words}


def is_stamp(text: str) -> bool:
    """Whether a text is one of a signature's stamp: one of its lines says so."""
    first, more = _patterns("first"), _patterns("more")
    return any(first.search(line.strip()) or more.search(line.strip()) for line in text.split("\n"))


def is_filled_in(text: str) -> bool:
    """Whether a text is the number or day that a program puts into the letterhead when the document is signed."""
    return bool(_NUMBER.fullmatch(text.strip()))


def take_out(words: Sequence[WordBox], page: int) -> tuple[list[WordBox], list[InkMark]]:
    """The words of the text, and the stamps that stood between them.

    A stamp begins with a line such as `Ký bởi: …` and goes on below it, line by line in letters of the same size.

    Args:
        words: In the order of the file, which keeps the words of a stamp together.
        page: 1-based number for the boxes.
    """
    if _openers().isdisjoint([word.text for word in words]):
        return list(words), []
    lines = _lines(words)
    texts = [" ".join(word.text for word in line) for line in lines]
    first, more = _patterns("first"), _patterns("more")
    kept: list[WordBox] = []
    marks: list[InkMark] = []
    at = 0
    while at < len(lines):
        if not first.search(texts[at]):
            kept.extend(lines[at])
            at += 1
            continue
        stop = at + 1
        while stop < len(lines) and stop - at < _MOST_LINES and _goes_on(lines[at], lines[stop - 1], lines[stop]):
            stop += 1
        held = lines[at:stop]
        # a single line without another of a stamp's own lines may be part of a sentence
        if len(held) == 1 and ":" not in texts[at]:
            kept.extend(lines[at])
        else:
            while len(held) > 1 and _is_far(lines[at], held[-1]) and not more.search(texts[at + len(held) - 1]):
                held.pop()
            stop = at + len(held)
            box = [word for line in held for word in line]
            marks.append(InkMark("signature", _around(box, page), " ".join(texts[at:stop])))
        at = stop
    return kept, marks


def _lines(words: Sequence[WordBox]) -> list[list[WordBox]]:
    """Words in the order of the file, cut where the line changes or a wide space lies between."""
    lines: list[list[WordBox]] = []
    height = right = foot = float("nan")  # of the word before
    for word in words:
        _, x0, y0, x1, y1, _ = word
        if abs(y1 - foot) < 0.5 * height and -0.5 * height < x0 - right < 1.5 * height:
            lines[-1].append(word)
        else:
            lines.append([word])
        height, right, foot = max(y1 - y0, 1.0), x1, y1
    return lines


def _goes_on(first: list[WordBox], before: list[WordBox], line: list[WordBox]) -> bool:
    """Whether a line goes on with a stamp: right below, no further left, in letters of the same size."""
    height, other = first[0].y1 - first[0].y0, line[0].y1 - line[0].y0
    if not 0.75 <= other / max(height, 0.1) <= 1.3:
        return False
    below = line[0].y0 - before[0].y0
    return 0.5 * height < below < 1.9 * height and first[0].x0 - height < line[0].x0 < first[-1].x1 + height


def _is_far(first: list[WordBox], line: list[WordBox]) -> bool:
    return abs(line[0].x0 - first[0].x0) > 2 * (first[0].y1 - first[0].y0)


def _around(words: Sequence[WordBox], page: int) -> Box:
    return Box(
        page, min(w.x0 for w in words), min(w.y0 for w in words), max(w.x1 for w in words), max(w.y1 for w in words)
    )
