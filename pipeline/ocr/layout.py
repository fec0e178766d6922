"""Words on a page to lines in reading order.

Reading order of an administrative document (Nghị định 30/2020/NĐ-CP, phụ lục I): letterhead, left block (body, number)
before the right one (motto, place and date); title; body; closing, recipients on the left before the signature on the
right; tables row by row, cell by cell. Columns are told by the white gutter between them, never by their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from statistics import median

from rapidfuzz.fuzz import ratio

from .. import knowledge
from ..ingestion.layout import folded, rows_taken
from .engine import Word
from .marks import Mark, PixelBox
from .prepare import Grid

_PAGE_NUMBER = re.compile(r"\W{0,3}\d{1,3}\W{0,3}")
_ALIKE_LABEL = 75
_BULLETS = frozenset("-–—+•*…")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words; `column` 0 or 1 in a block of two; `cell` is (table, row, column) within a ruled table.

    `down` is the number of rows that the cell takes.
    """

    words: tuple[Word, ...]
    block: int = 0
    column: int = 0
    cell: tuple[int, int, int] | None = None
    down: int = 1

    @property
    def text(self) -> str:
        """The words, one space apart."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines in reading order, and what was kept out of them: page numbers, the text of stamps, and rubbish."""

    lines: tuple[Line, ...]
    page_number: Line | None = None
    stamps: tuple[tuple[Word, ...], ...] = ()
    rubbish: tuple[Word, ...] = ()


@dataclass
class _Row:
    """Words beside each other, from left to right."""

    words: list[Word] = field(default_factory=list)

    @property
    def x0(self) -> int:
        return self.words[0].x0

    @property
    def x1(self) -> int:
        return max(word.x1 for word in self.words)

    @property
    def y0(self) -> float:
        return median(word.y0 for word in self.words)

    @property
    def y1(self) -> float:
        return median(word.y1 for word in self.words)


def arrange(
    words: Sequence[Word], size: tuple[int, int], letters: float, marks: Sequence[Mark] = (), grids: Sequence[Grid] = ()
) -> Layout:
    """Words to lines in reading order.

    Args:
        words: As Tesseract found them.
        size: Height and width of the image in pixels.
        letters: Height of small letters in pixels.
        marks: Seals and signatures: what was read in them is no text.
        grids: Ruled tables.
    """
    em = max(4.0, 1.9 * letters)
    kept = _without_rubbish(words, marks, em)
    rubbish = set(words) - set(kept)
    kept, stamps = _without_stamps(kept, em)
    tables: list[list[Word]] = [[] for _ in grids]
    free: list[Word] = []
    for word in kept:
        table = next((k for k, grid in enumerate(grids) if _inside(word, grid.box)), None)
        (free if table is None else tables[table]).append(word)
    rows, torn = _without_torn_marks(_rows(_segments(free, em), em), em)
    rows, number = _without_page_number(rows, size)
    lines: list[Line] = []
    pending = [(grid.box[1], k) for k, grid in enumerate(grids) if tables[k]]
    for part in _parts(rows, pending):
        if isinstance(part, int):
            lines += _table_lines(grids[part], tables[part], part, em, lines[-1].block + 1 if lines else 0)
        else:
            lines += _zones(part, em, lines[-1].block + 1 if lines else 0)
    return Layout(tuple(lines), number, tuple(stamps), (*rubbish, *torn))


def _parts(rows: list[_Row], tables: list[tuple[int, int]]) -> list[list[_Row] | int]:
    """Rows between tables, and the tables' numbers, from top to bottom."""
    parts: list[list[_Row] | int] = []
    rest = rows
    for top, table in sorted(tables):
        above = [row for row in rest if (row.y0 + row.y1) / 2 < top]
        rest = [row for row in rest if (row.y0 + row.y1) / 2 >= top]
        parts += [above, table]
    return [part for part in (*parts, rest) if part != []]


def _inside(word: Word, box: PixelBox) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


# Rubbish -------------------------------------------------------------------------------------------------------------


def _without_rubbish(words: Iterable[Word], marks: Sequence[Mark], em: float) -> list[Word]:
    """Drops what is no writing: specks read as signs, strokes of a signature, letters around a seal."""
    kept: list[Word] = []
    for line in _by_line(words):
        sound = [word for word in line if not _in_mark(word, marks)]
        sound = [word for word in sound if word.y1 - word.y0 < 2.6 * em or word.confidence > 60]
        solid = [word for word in sound if word.confidence >= 45 and any(c.isalnum() for c in word.text)]
        if not solid:
            letters = sum(c.isalnum() for word in sound for c in word.text)
            if letters < 4 or max((word.confidence for word in sound), default=0) < 25:
                continue
        while sound and _is_speck(sound[0], True):
            sound.pop(0)
        while sound and _is_speck(sound[-1], False):
            sound.pop()
        kept += _with_whole_numbers(sound, em)
    return kept


def _is_speck(word: Word, first: bool) -> bool:
    """Whether a word at the rim of a line is a speck: signs alone, no bullet, hardly recognised."""
    if any(c.isalnum() for c in word.text) or (first and word.text in _BULLETS):
        return False
    return word.confidence < 40 or word.text in ("|", "¦", "‘", "'", "`", "_", "~", "°")


def _in_mark(word: Word, marks: Sequence[Mark]) -> bool:
    """Whether a word is part of a seal or signature rather than print beneath it."""
    if word.confidence >= 70 and sum(c.isalpha() for c in word.text) >= 2:
        return False
    return any(_inside(word, mark.box) for mark in marks if word.confidence < 30 or not word.text.isalpha())


def _with_whole_numbers(line: list[Word], em: float) -> list[Word]:
    """Joins digits of one number that were read as two words: no space of print is that narrow."""
    out: list[Word] = []
    for word in line:
        last = out[-1] if out else None
        if last and last.text.isdigit() and word.text[0].isdigit() and word.x0 - last.x1 < 0.17 * em:
            out[-1] = replace(
                last,
                text=last.text + word.text,
                y0=min(last.y0, word.y0),
                x1=word.x1,
                y1=max(last.y1, word.y1),
                confidence=min(last.confidence, word.confidence),
            )
        else:
            out.append(word)
    return out


def _by_line(words: Iterable[Word]) -> list[list[Word]]:
    lines: dict[tuple[int, int, int], list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return [sorted(line, key=lambda word: word.x0) for line in lines.values()]


# Stamps of digital signatures ----------------------------------------------------------------------------------------


@cache
def _stamp_pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{row['pattern']})" for row in knowledge.rows("stamp_text")))


def _without_stamps(words: list[Word], em: float) -> tuple[list[Word], list[tuple[Word, ...]]]:
    """Takes out the small print of digital signatures (`Ký bởi: …`, `Thời gian ký: …`, an address and a time)."""
    rows = _segments(words, em * 0.8)
    is_stamp = [bool(_stamp_pattern().search(" ".join(word.text for word in row.words))) for row in rows]
    heights = [median(word.y1 - word.y0 for word in row.words) for row in rows]
    usual = median(heights) if heights else 0.0
    is_stamp = [stamp and heights[k] < 1.1 * usual for k, stamp in enumerate(is_stamp)]
    groups: list[list[int]] = []
    for k in (k for k, stamp in enumerate(is_stamp) if stamp):
        near = next((group for group in groups if any(_beside(rows[k], rows[g], heights[k]) for g in group)), None)
        near.append(k) if near is not None else groups.append([k])
    taken: set[int] = set()
    for group in groups:
        changed = heights[group[0]] < 0.85 * usual  # only print that is smaller than the text draws its neighbours in
        while changed:
            changed = False
            for k, row in enumerate(rows):
                if k in group or k in taken or heights[k] > 1.3 * heights[group[0]] or heights[k] > 0.85 * usual:
                    continue
                if any(_beside(row, rows[g], heights[group[0]]) for g in group):
                    group.append(k)
                    changed = True
        taken |= set(group)
    stamps = [
        tuple(word for k in sorted(group, key=lambda k: rows[k].y0) for word in rows[k].words) for group in groups
    ]
    return [word for k, row in enumerate(rows) if k not in taken for word in row.words], stamps


def _beside(a: _Row, b: _Row, height: float) -> bool:
    """Whether two rows lie under each other with no more than a line between them."""
    apart = max(a.y0, b.y0) - min(a.y1, b.y1)
    return apart < 1.2 * height and min(a.x1, b.x1) - max(a.x0, b.x0) > -2 * height


# Rows ----------------------------------------------------------------------------------------------------------------


def segments(words: Iterable[Word], gap: float) -> list[list[Word]]:
    """The words of each of Tesseract's lines from left to right, cut where a gap is wider than `gap` pixels."""
    return [row.words for row in _segments(words, gap)]


def _segments(words: Iterable[Word], gap: float) -> list[_Row]:
    """Tesseract's lines, cut where a gap is wider than `gap` pixels."""
    segments: list[_Row] = []
    for line in _by_line(words):
        segments.append(_Row([line[0]]))
        for before, word in zip(line, line[1:], strict=False):
            if word.x0 - before.x1 > gap:
                segments.append(_Row())
            segments[-1].words.append(word)
    return segments


def _rows(segments: list[_Row], em: float) -> list[_Row]:
    """Segments on one level joined to rows, from top to bottom."""
    rows: list[_Row] = []
    for segment in sorted(segments, key=lambda row: row.y0 + row.y1):
        for row in reversed(rows[-4:]):
            overlap = min(row.y1, segment.y1) - max(row.y0, segment.y0)
            if overlap < 0.5 * min(row.y1 - row.y0, segment.y1 - segment.y0):
                continue
            if all(segment.x1 <= word.x0 + 2 or segment.x0 >= word.x1 - 2 for word in row.words):
                row.words = sorted(row.words + segment.words, key=lambda word: word.x0)
                break
        else:
            rows.append(_Row(list(segment.words)))
    return sorted(rows, key=lambda row: row.y0 + row.y1)


def _without_torn_marks(rows: list[_Row], em: float) -> tuple[list[_Row], list[Word]]:
    """Takes off rows that are no lines: lone signs, and diacritics that were torn off the line below them."""
    kept: list[_Row] = []
    torn: list[Word] = []
    for k, row in enumerate(rows):
        text = "".join(word.text for word in row.words)
        letters = sum(c.isalnum() for c in text)
        low = max(word.y1 - word.y0 for word in row.words) < 0.5 * em
        near = any(
            other is not row
            and min(other.x1, row.x1) > max(other.x0, row.x0)
            and -0.4 * em < other.y0 - row.y1 < 0.5 * em
            for other in rows[max(0, k - 2) : k + 3]
        )
        is_torn = (letters == 0 and not set(text) <= set("._…-–—•·/*")) or (letters <= 2 and low and near)
        if is_torn:
            torn += row.words
        else:
            kept.append(row)
    return kept, torn


def _without_page_number(rows: list[_Row], size: tuple[int, int]) -> tuple[list[_Row], Line | None]:
    """Takes a number that stands alone at the head or foot of the page off the rows."""
    for k in (0, len(rows) - 1):
        if not 0 <= k < len(rows):
            continue
        row = rows[k]
        y, x = (row.y0 + row.y1) / 2 / size[0], (row.x0 + row.x1) / 2 / size[1]
        at_rim = (y < 0.11 or y > 0.9) and x > 0.4
        if at_rim and _PAGE_NUMBER.fullmatch(" ".join(word.text for word in row.words)) and len(rows) > 1:
            return rows[:k] + rows[k + 1 :], Line(tuple(row.words))
    return rows, None


# Columns -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Zone:
    """Rows `[start, end)` in two columns on either side of x."""

    start: int
    end: int
    x: float


def _zones(rows: list[_Row], em: float, block: int, depth: int = 0) -> list[Line]:
    """Lines in reading order: two columns one after the other where there are two."""
    lines: list[Line] = []
    at = 0
    while at < len(rows):
        zone = _zone(rows, at, em) if depth < 2 else None
        if depth == 0 and recipients_label(rows[at].words) and (closing := _closing(rows, at, em)) is not None:
            stop, left, right = closing
            if zone is None or zone.start != at or zone.end < stop:
                block += bool(lines)
                for column, side in enumerate((left, right)):
                    lines += [Line(tuple(row.words), block, column) for row in side]
                block, at = block + 1, stop
                continue
        if zone is None or zone.start > at:
            upto = at + 1 if zone is None else zone.start
            for row in rows[at:upto]:
                lines.append(Line(tuple(row.words), block))
            at = upto
            continue
        left, right = _divided(rows[zone.start : zone.end], zone.x)
        block += bool(lines)
        for column, side in enumerate((left, right)):
            lines += [Line(line.words, block, column) for line in _zones(side, em, block, depth + 1)]
        block += 1
        at = zone.end
    return lines


def recipients_label(words: Sequence[Word]) -> tuple[str, int] | None:
    """The label of the recipients at the beginning of a line, and how many words it is.

    A letter of the label may be lost or misread (`Mới nhận:`) where it ends with a colon or stands alone.

    Returns:
        The label as it is printed, and the number of words up to its end; 0 where no end is to be seen. None for a line
        that opens no recipients.
    """
    whole = len(words) if len(words) <= 2 else 0
    end = next((k for k, word in enumerate(words[:3], 1) if word.text.endswith(":")), whole)
    text, label = (folded("".join(word.text for word in words[:k])) for k in (3, end))
    for phrase in _labels():
        known = folded(phrase)
        if text.startswith(known) or ratio(label[: len(known)], known) >= _ALIKE_LABEL:
            return phrase, end
    return None


@cache
def _labels() -> tuple[str, ...]:
    return tuple(p for row in knowledge.rows("page_layout") if row["kind"] == "closing" for p in row["phrases"])


def _closing(rows: list[_Row], at: int, em: float) -> tuple[int, list[_Row], list[_Row]] | None:
    """Recipients and signature where no straight gutter parts them, row by row; the index after them first.

    What begins at the margin of the recipients is theirs up to the widest gap of its row; strokes of pen are left out.
    """
    margin, far = rows[at].words[0].x0, max(row.x1 for row in rows)
    middle = margin + 0.35 * (far - margin)
    left: list[_Row] = []
    right: list[_Row] = []
    stop = foot = at
    for k in range(at, len(rows)):
        row = rows[k]
        if k > at and row.y0 - rows[foot].y1 > 9 * em:
            break
        starts_left = row.x0 < margin + 4 * em
        if not starts_left and row.x0 < middle:
            break
        words, cut = row.words, len(row.words) if starts_left else 0
        gaps = [(b.x0 - a.x1, n) for n, (a, b) in enumerate(zip(words, words[1:], strict=False), 1) if b.x0 > middle]
        if starts_left and gaps and max(gaps)[0] > 0.7 * em:
            cut = max(gaps)[1]
        elif starts_left and row.x1 > margin + 0.75 * (far - margin):
            break  # a line across the page: the closing is over
        own = list(words[:cut])
        while len(own) > 1 and own[-1].text in _BULLETS:
            own.pop()
        for side, part in ((left, own), (right, list(words[cut:]))):
            if sum(char.isalnum() for word in part for char in word.text) > 1:
                side.append(_Row(part))
        stop, foot = k + 1, k
    return (stop, left, right) if len(left) > 1 and len(right) > 1 else None


def _divided(rows: Iterable[_Row], x: float) -> tuple[list[_Row], list[_Row]]:
    sides: tuple[list[_Row], list[_Row]] = ([], [])
    for row in rows:
        for side, words in zip(
            sides, ([w for w in row.words if w.x0 < x], [w for w in row.words if w.x0 >= x]), strict=True
        ):
            if words:
                side.append(_Row(words))
    return sides


def _zone(rows: list[_Row], at: int, em: float) -> _Zone | None:
    """The rows in two columns that begin at row `at` or soon after it with rows of one column only."""
    low, high = min(row.x0 for row in rows), max(row.x1 for row in rows)
    free = [(low + 0.1 * (high - low), high - 0.15 * (high - low))]
    best: _Zone | None = None
    for end in range(at, len(rows)):
        if end > at and rows[end].y0 - rows[end - 1].y1 > 7 * em:
            break
        free = _common(free, _gaps(rows[end], em), 0.7 * em)
        if not free:
            break
        for left, right in free:
            zone = _trimmed(rows, at, end + 1, left, right, em)
            if zone and (best is None or zone.end > best.end):
                best = zone
    return best


def _gaps(row: _Row, em: float) -> list[tuple[float, float]]:
    """White intervals of a row, the margins included."""
    gaps = []
    edge = -1e9
    for word in row.words:
        if word.x0 - edge > 0.7 * em:
            gaps.append((edge, float(word.x0)))
        edge = max(edge, float(word.x1))
    return [*gaps, (edge, 1e9)]


def _common(a: list[tuple[float, float]], b: list[tuple[float, float]], least: float) -> list[tuple[float, float]]:
    both = [(max(a0, b0), min(a1, b1)) for a0, a1 in a for b0, b1 in b]
    return [(x0, x1) for x0, x1 in both if x1 - x0 >= least]


def _trimmed(rows: list[_Row], start: int, end: int, left: float, right: float, em: float) -> _Zone | None:
    """The zone of rows around a gutter without the rows at its ends that need no columns; None if there is none."""
    x = (left + right) / 2
    sides = [(row.x0 < x, row.x1 > x) for row in rows[start:end]]
    gaps = [
        min(w.x0 for w in row.words if w.x0 >= x) - max(w.x1 for w in row.words if w.x0 < x)
        for row, side in zip(rows[start:end], sides, strict=True)
        if all(side)
    ]
    beside = sum(
        1
        for k in range(len(sides) - 1)
        if sides[k] != sides[k + 1] and not all(sides[k]) and not all(sides[k + 1])
        and rows[start + k].y1 > rows[start + k + 1].y0
    )  # fmt: skip
    if not gaps or max(gaps) < 2 * em or (len(gaps) + beside < 2 and max(gaps) < 4 * em):
        return None
    if any(sum(side[k] for side in sides) < 2 for k in (0, 1)) and max(gaps) < 6 * em:
        return None
    first = next(k for k, side in enumerate(sides) if all(side))
    begin = first
    while (
        begin > 0
        and rows[start + begin].y0 - rows[start + begin - 1].y1 < 1.2 * em
        and sides[begin - 1] == (False, True)
    ):
        begin -= 1
    last = max(k for k, side in enumerate(sides) if all(side))
    stop = last + 1
    foot = rows[start + last].y1
    for k in range(last + 1, len(sides)):
        if sides[k][0]:
            if rows[start + k].y0 - foot > 1.6 * em:
                break
            stop, foot = k + 1, rows[start + k].y1
    return _Zone(start + begin, start + stop, x)


# Tables --------------------------------------------------------------------------------------------------------------


def _table_lines(grid: Grid, words: list[Word], table: int, em: float, block: int) -> list[Line]:
    """The lines of a ruled table, cell by cell."""
    lines: list[Line] = []
    rest = list(words)
    down = rows_taken({(row, column): box for row, column, box in grid.cells}, 0.3 * em)
    for row, column, box in grid.cells:
        inside = [word for word in rest if _inside(word, box)]
        rest = [word for word in rest if not _inside(word, box)]
        for line in _rows(_segments(inside, 1e9), em):
            lines.append(Line(tuple(line.words), block, 0, (table, row, column), down.get((row, column), 1)))
    for line in _rows(_segments(rest, 1e9), em):
        lines.append(Line(tuple(line.words), block + 1))
    return lines
