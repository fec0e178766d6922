"""Raw text to clean text: what all rules read.

Clean text is NFC with one tone placement and one kind of dash and space; it holds one paragraph a line; page numbers,
running heads, drawn rules and markup are gone; columns stand one after the other. The map leads back to the raw text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..document import OffsetMap
from .bar_tables import open_rows, read_bar_table
from .columns import has_letterhead, landmark, split_columns
from .compose import compose
from .joining import is_glued, joins, joins_blocks, wrap_limit, wraps, wraps_in_cell
from .lines import Line, bar_table_lines, is_table_line, line_of, make_line, split_bars, split_tables, table_lines
from .markers import MARKER
from .normalise import place_tones
from .repair import moved, repair
from .wording import worded

Cell = tuple[int, int]
_PAGE_NUMBER = re.compile(r"[-(]? ?(?:[Tt]rang |[Pp]age )?\d{1,3}(?: ?/ ?\d{1,3})? ?[-)]?")
# Breaks that a program wrote out as letters, in a text that has so many of them.
_WRITTEN_BREAK = re.compile(r"(?: ?\\r\\n ?)+")
_FEWEST_WRITTEN = 3
_LONG_ROW = 300
_WANTS_NUMBER = worded("line_wants_number", ignore_case=True)
_BEFORE_DATE = worded("line_before_date")
_WHOLE_DATE = worded("whole_date")
# A text set in blocks shows so many wrapped lines, and so few (of the wraps) sentences that end inside a block.
_FEWEST_WRAPS = 8
_MOST_ENDED = 0.25
_AFTER_NUMBER = worded("behind_number")


@dataclass(frozen=True, slots=True)
class CleanText:
    """Clean text, its map to the raw text, and the tables found (rows of cells, each a clean span)."""

    text: str
    offsets: OffsetMap
    tables: tuple[tuple[tuple[Cell, ...], ...], ...]


def clean(raw: str) -> CleanText:
    """The clean text of `raw`.

    Args:
        raw: Decoded or recognised text, in any Unicode form, with any kind of line break.
    """
    composed, inner = compose(raw)
    composed = place_tones(composed)
    merged: set[tuple[int, int, int]] = set()
    lines = _without_furniture(_read_lines(composed, merged))
    assembled, offsets, tables = _assemble(composed, lines, merged)
    text, repaired = repair(assembled)
    if repaired is not None:
        offsets = repaired.compose(offsets)
        tables = tuple(
            tuple(tuple((moved(repaired, a), moved(repaired, b)) if b > a else (0, 0) for a, b in row) for row in rows)
            for rows in tables
        )
    if inner is not None:
        offsets = offsets.compose(inner)
    return CleanText(text, offsets, tables)


def _read_lines(composed: str, merged: set[tuple[int, int, int]]) -> list[Line]:
    """All lines with words, tables and columns taken apart; `merged` grows by the cells that go on from above."""
    found = _physical_lines(composed)
    lines: list[Line] = []
    columns = split_columns(composed, found)
    index, looked_at, tables, size = 0, 0, 0, len(found)
    while index < size:
        start, end, text = found[index]
        pair = columns.get(index) if columns else None
        if pair is not None:
            for side, (low, high) in pair.parts:
                line = make_line(composed, low, high, (-1 - index, 0, side))
                if line is not None:
                    lines.append(line)
            index = pair.stop
            continue
        if text == "|" and index >= looked_at:
            rows, looked_at = read_bar_table(composed, found, index)
            if rows:
                lines.extend(bar_table_lines(composed, rows, tables))
                tables += 1
                index = looked_at
                continue
        if text[0] in "|+":
            stop = index
            while stop < size and is_table_line(found[stop][2]):
                stop += 1
            if stop > index:
                for block in split_tables(composed, [row[:2] for row in found[index:stop]]):
                    lines.extend(table_lines(composed, block, tables, merged))
                    tables += 1
                index = stop
                continue
        if "|" in text and (stop := open_rows(found, index)) > index:
            block = [row[:2] for row in found[index:stop]]
            lines.extend(table_lines(composed, block, tables, merged, open_ends=True))
            tables += 1
            index = stop
            continue
        if "|" in text:
            lines.extend(split_bars(composed, start, end))
            index += 1
            continue
        line = line_of(text, start + composed[start:end].index(text[0]))
        if line is not None:
            lines.append(line)
        index += 1
    return lines


def _physical_lines(composed: str) -> list[tuple[int, int, str]]:
    """Start, end and stripped text of all lines that are not blank."""
    found: list[tuple[int, int, str]] = []
    written = composed.count("\\r\\n") >= _FEWEST_WRITTEN
    at = 0
    for row in composed.split("\n"):
        text = row.strip(" \t")
        if text:
            pieces = _pieces_of_row(row, written) if written or len(row) > _LONG_ROW else ((0, len(row)),)
            for low, high in pieces:
                piece = row[low:high].strip(" \t")
                if piece:
                    found.append((at + low, at + high, piece))
        at += len(row) + 1
    return found


def _pieces_of_row(row: str, written: bool) -> Iterator[tuple[int, int]]:
    """The lines that a physical line holds: with breaks written out as letters, or a whole document without any."""
    at = 0
    breaks = _WRITTEN_BREAK if written else landmark() if has_letterhead(row) else None
    if breaks is not None:
        for match in breaks.finditer(row):
            yield at, match.start()
            at = match.end()
    yield at, len(row)


def _without_furniture(lines: list[Line]) -> list[Line]:
    """The lines without page numbers and the running heads beside them."""
    alone = [
        i
        for i, line in enumerate(lines)
        if len(line.text) <= 12 and line.cell is None and _PAGE_NUMBER.fullmatch(line.text)
    ]
    numbers = {i for i in alone if _is_page_number(lines, i)}
    if len(numbers) < len(alone):
        numbers |= _in_sequence(lines, alone, numbers)
    if not numbers:
        return lines
    beside = Counter(
        lines[j].text
        for i in numbers
        for j in (i - 1, i + 1)
        if 0 <= j < len(lines) and j not in numbers and 6 <= len(lines[j].text) <= 120
    )
    heads = {text for text, count in beside.items() if count >= 3}
    return [
        line
        for i, line in enumerate(lines)
        if i not in numbers and not (line.text in heads and (i - 1 in numbers or i + 1 in numbers))
    ]


def _in_sequence(lines: list[Line], alone: list[int], certain: set[int]) -> set[int]:
    """Numbers between two page numbers that count on (3, 4, 5), whatever the sentence around them looks like."""
    found: set[int] = set()
    for before, i, after in zip(alone, alone[1:], alone[2:], strict=False):
        values = [_first_number(lines[k].text) for k in (before, i, after)]
        if i not in certain and before in certain and after in certain and values[0] + 1 == values[1] == values[2] - 1:
            found.add(i)
    return found


def _first_number(text: str) -> int:
    match = re.search(r"\d+", text)
    return int(match.group()) if match else -9


def _is_page_number(lines: list[Line], i: int) -> bool:
    """A number alone on its line is a page number unless the sentence around it wants one."""
    before = lines[i - 1].text if i else ""
    after = lines[i + 1].text if i + 1 < len(lines) else ""
    if _BEFORE_DATE.search(before) and _WHOLE_DATE.match(after):
        return True  # the page ended within `ngày 05/3/2021`
    if before and _WANTS_NUMBER.search(before[-8:]):
        return False
    return not _AFTER_NUMBER.match(after)


def _assemble(
    composed: str, lines: list[Line], merged: set[tuple[int, int, int]]
) -> tuple[str, OffsetMap, tuple[tuple[tuple[Cell, ...], ...], ...]]:
    """Paragraphs from lines, with their offsets and the cells' spans."""
    limit = wrap_limit([line.text for line in lines if line.cell is None])
    parts: list[str] = []
    clean: list[int] = []
    low: list[int] = []
    high: list[int] = []
    add_clean, add_low, add_high = clean.append, low.append, high.append
    cells: dict[tuple[int, int, int], Cell] = {}
    length = 0
    before: Line | None = None
    lists = _cells_with_lists(lines)
    in_blocks = _in_blocks(composed, lines)
    for line in lines:
        text, runs, cell = line.text, line.runs, line.cell
        if before is not None:
            above = before.text
            if before.cell != cell or before.closed:
                together = False
            elif cell is None and in_blocks:
                together = joins_blocks(above, text) if _blank_between(composed, before, line) else wraps(above, text)
            elif line.wrapped:
                together = wraps_in_cell(above, text)
            else:
                together = joins(above, text, limit if cell is None else None) or (
                    cell in lists and _continues_item(above, text)
                )
            if not (together and is_glued(above)):
                # The break stands for all the raw text between the lines (none, where columns were put in order).
                start, end = high[-1], runs[0][1]
                parts.append(" " if together else "\n")
                add_clean(length)
                add_low(start if start < end else end)
                add_high(end)
                length += 1
        for offset, start, end in runs:
            add_clean(length + offset)
            add_low(start)
            add_high(end)
        if cell is not None and cell[0] >= 0:
            cells[cell] = (cells.get(cell, (length, 0))[0], length + len(text))
        parts.append(text)
        length += len(text)
        before = line
    clean.append(length)
    return "".join(parts), OffsetMap(tuple(clean), tuple(low), tuple(high)), _tables(cells, merged)


def _blank_between(composed: str, before: Line, line: Line) -> bool:
    """Whether a blank line (or one that holds no words) stands between two lines."""
    start, end = before.runs[-1][2], line.runs[0][1]
    return start < end and composed.count("\n", start, end) > 1


def _in_blocks(composed: str, lines: list[Line]) -> bool:
    """Whether blank lines set the paragraphs of the text apart, and a plain line break is only a wrap of its source.

    So pages of legal sites come out of converters. It shows in many breaks that certainly stand inside a sentence, and
    in hardly any sentence that ends before a break without one.
    """
    wrapped = ended = apart = 0
    for before, line in zip(lines, lines[1:], strict=False):
        if before.cell is not None or line.cell is not None:
            continue
        above, text = before.text, line.text
        blank = _blank_between(composed, before, line)
        if text[0].islower() and above[-1] not in ".;:" and not MARKER.match(text):
            wrapped += not blank
        elif blank:
            apart += 1
        elif above[-1] in ".;:" or (MARKER.match(text) and not text[0].isdigit()):
            ended += 1
    return wrapped >= _FEWEST_WRAPS and apart >= _FEWEST_WRAPS and ended <= _MOST_ENDED * wrapped


def _cells_with_lists(lines: list[Line]) -> set[tuple[int, int, int]]:
    """Cells (and columns) that hold a list with dashes: there a line without a dash goes on with the item above."""
    dashes = Counter(line.cell for line in lines if line.cell is not None and line.text[0] in "-+•")
    return {cell for cell, count in dashes.items() if cell is not None and count >= 2}


def _continues_item(before: str, text: str) -> bool:
    """Whether a line of a list's cell belongs to the item above."""
    return text[0] not in "-+•" and before[-1] not in ";.:" and not text.isupper()


def _tables(
    cells: dict[tuple[int, int, int], Cell], merged: set[tuple[int, int, int]]
) -> tuple[tuple[tuple[Cell, ...], ...], ...]:
    """Tables as rows of spans; a merged cell gives its span in each of its rows."""
    for table, row, column in sorted(merged):
        if (above := cells.get((table, row - 1, column))) is not None:
            cells[table, row, column] = above
    tables: dict[int, dict[int, dict[int, Cell]]] = {}
    for (table, row, column), span in cells.items():
        tables.setdefault(table, {}).setdefault(row, {})[column] = span
    out = []
    for rows in tables.values():
        width = max(max(row) for row in rows.values()) + 1
        out.append(tuple(tuple(row.get(column, (0, 0)) for column in range(width)) for _, row in sorted(rows.items())))
    return tuple(out)
