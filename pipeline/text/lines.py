"""Physical lines: where the words of the text stand, without the residue of Markdown and HTML.

A `Line` is a cleaned text with the runs that lead back to the composed text. Tables and columns come out cell by cell,
in reading order: all of the left cell, then the right one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .wording import worded, wording

Run = tuple[int, int, int]
"""(offset in the line's text, composed start, composed end)"""


@dataclass(slots=True)
class Line:
    """A line of words; `runs` cover its text in order.

    Attributes:
        cell: (table, row, column) where the line is part of a table cell, else None.
        closed: A bar stands behind the line: nothing goes on from it.
        wrapped: The line goes on with the cell that the line before stands in, by the width of the page's source.
    """

    text: str
    runs: list[Run]
    cell: tuple[int, int, int] | None = None
    closed: bool = False
    wrapped: bool = False


# Something that a plain line of words does not hold: a tab, Markdown or HTML (more than one space is looked for apart:
# a class of characters alone is searched for much faster).
_ODD = re.compile(r"[\t*\\|<&#_`]")
_SPACE = re.compile(r"[ \t]{2,}|\t")
# A lost space before or behind the word `ngày` of a date (`Chính phủngày 25 tháng 12`, `TWngày 06/01`, `ngày22`): no
# other Vietnamese word holds its letters.
_GLUED = wording("glued_day")
_GLUED_DAY = re.compile(_GLUED)
_DAY = worded("day_word").pattern  # looked for first: a plain word is found much faster
_RESIDUE = re.compile(
    r"[ \t]{2,}|\t"
    r"|\*\*+|(?<!\d)\*|\*(?!\d)"
    r"|\\(?=[^\w\s]|$)"
    r"|(?<!\w)_{1,2}(?=[^\s_])|(?<=[^\s_])_{1,2}(?!\w)"
    r"|`+"
    r"|<(?:/?[A-Za-z][^<>]{0,300}|!--[^>]{0,300}--)>"
    rf"|&(?:[A-Za-z]{{2,8}}|#\d{{1,6}}|#x[0-9A-Fa-f]{{1,5}});|{_GLUED}"
)
_HEADING_MARK = re.compile(r"#{1,6}(?= |\*)")
_LIST_STAR = re.compile(r"\*(?= )|~(?= [^\W\d_])")
# What recognition makes of specks on the paper and of ink at the margin: a line of its own, or before an item's dash.
_SPECKS = "\"'`´‘’.,:;~^°=*‡†«»¬!?<>"
_SPECK_LINE = re.compile(f"[{_SPECKS}]{{1,3}}")
_SPECK_AT_ITEM = re.compile(rf"[{_SPECKS}]{{1,2}} ?(?=- ?[^\W\d_])")
RULE = re.compile(r"[-_=*~+.:|…· \\]*[-_=*~…]{1}[-_=*~+.:|…· \\]*")
_RULE_INSIDE = re.compile(r"(?:[-_*=~]{3,}|(?:\\-){3,}|(?:- ?){5,})")
_CELL_BREAK = re.compile(
    r"<br ?/?>|(?<=[;:.,)]) {0,3}(?=[-+•] )|(?<=[;:.,)]) {1,3}(?=\([^()]{1,30}\) {0,2}- )", re.IGNORECASE
)
# What each of the two holds; most cells have none of it.
_MAY_BREAK = re.compile(r"[-_*=~<+•]")
_BORDER = re.compile(r"\|? *:?-{2,}:? *(?:\| *:?-{2,}:? *)*\|?$")
# A table that only puts letterhead or closing in two columns: each column is read as a whole.
_LAYOUT = worded("two_columns")
_BAR = re.compile(r"(?<!\\)\|")
# A cell that is one with the cell above it (merged rows), as MultiMarkdown writes it.
MERGED = "^^"
_GRID = re.compile(r"\+(?:[-=:]+\+)+$")


def make_line(composed: str, start: int, end: int, cell: tuple[int, int, int] | None = None) -> Line | None:
    """The line at composed `[start, end)`; None where nothing but space or a drawn rule is left."""
    text = composed[start:end]
    stripped = text.strip(" \t")
    if not stripped:
        return None
    if len(stripped) != len(text):
        start += len(text) - len(text.lstrip(" \t"))
        end = start + len(stripped)
        text = stripped
    return line_of(text, start, cell)


def line_of(text: str, start: int, cell: tuple[int, int, int] | None = None) -> Line | None:
    """The line with the stripped, not empty `text` at composed `start`; None where nothing is left of it."""
    if text[0] in _SPECKS:
        if _SPECK_LINE.fullmatch(text):
            return None
        if speck := _SPECK_AT_ITEM.match(text):
            text, start = text[speck.end() :], start + speck.end()
        elif _LIST_STAR.match(text):
            return _without_residue(text, start, cell)
    end = start + len(text)
    if "  " not in text and not _ODD.search(text) and not (_DAY in text and _GLUED_DAY.search(text)):
        if not text[0].isalnum() and RULE.fullmatch(text) and text != "-":
            return None
        return Line(text, [(0, start, end)], cell)
    if RULE.fullmatch(text):
        return None
    return _without_residue(text, start, cell)


def _without_residue(text: str, start: int, cell: tuple[int, int, int] | None) -> Line | None:
    """The line without Markdown, tags and runs of spaces."""
    parts: list[str] = []
    runs: list[Run] = []
    length = 0
    for piece, low, high in _pieces_without_residue(text):
        while piece and piece[0] == " " and (not parts or parts[-1][-1] == " "):
            piece, low = piece[1:], low + 1 if high - low == len(piece) else low
        if piece:
            parts.append(piece)
            runs.append((length, start + low, start + high))
            length += len(piece)
    joined = "".join(parts)
    kept = joined.rstrip()
    if not kept or RULE.fullmatch(kept) or _SPECK_LINE.fullmatch(kept):
        return None
    while len(joined) > len(kept):  # only the last part can end in a space
        offset, low, high = runs[-1]
        if offset >= len(kept):
            runs.pop()
            joined = joined[:offset]
            continue
        runs[-1] = (offset, low, high - (len(joined) - len(kept)))
        joined = kept
    return Line(kept, runs, cell)


def _pieces_without_residue(text: str) -> Iterator[tuple[str, int, int]]:
    """What stays of a line, or stands for what goes, with where it stood."""
    at = 0
    if heading := _HEADING_MARK.match(text):
        at = heading.end()
    elif _LIST_STAR.match(text):
        yield "-", 0, 1
        at = 1
    for match in _RESIDUE.finditer(text, at):
        low, high = match.span()
        yield text[at:low], at, low
        token = match.group()
        if not token or token[0] in " \t<":
            yield " ", low, high
        elif token[0] == "&":
            char = html.unescape(token)
            yield " " if char.isspace() else char, low, high
        at = high
    yield text[at:], at, len(text)


def split_bars(composed: str, start: int, end: int) -> list[Line]:
    """The parts of a line with bars that belongs to no regular table (`ỦY BAN NHÂN DÂN | CỘNG HÒA …`)."""
    lines: list[Line] = []
    at = start
    for match in [*_BAR.finditer(composed, start, end), None]:
        stop = match.start() if match else end
        line = make_line(composed, at, stop)
        if line is not None:
            line.closed = match is not None
            lines.append(line)
        elif lines:
            lines[-1].closed = True
        at = match.end() if match else end
    return lines


def split_cell(composed: str, start: int, end: int, cell: tuple[int, int, int]) -> list[Line]:
    """The lines of a table cell: it breaks at `<br>`, at drawn rules, and where a list item starts."""
    if _MAY_BREAK.search(composed, start, end) is None:
        whole = make_line(composed, start, end, cell)
        return [whole] if whole is not None else []
    lines: list[Line] = []
    for low, high in _pieces(composed, start, end, _RULE_INSIDE):
        for a, b in _pieces(composed, low, high, _CELL_BREAK):
            line = make_line(composed, a, b, cell)
            if line is not None:
                lines.append(line)
    return lines


def _pieces(composed: str, start: int, end: int, breaks: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = start
    for match in breaks.finditer(composed, start, end):
        if match.start() > at:
            yield at, match.start()
        at = match.end()
    if at < end:
        yield at, end


def is_table_line(text: str) -> bool:
    """Whether a stripped line is a row or border of a Markdown or grid table."""
    return (text[0] == "|" and (text.count("|") >= 2 or text.endswith("|"))) or bool(_GRID.match(text))


def split_tables(composed: str, rows: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Markdown tables that follow one another: a border stands below the first row of each."""
    borders = [i for i, (a, b) in enumerate(rows) if i and _BORDER.match(composed[a:b].strip())]
    cuts = [i - 1 for i in borders[1:] if i - 1 > 0]
    return [rows[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True) if b > a]


def table_lines(
    composed: str,
    block: list[tuple[int, int]],
    table: int,
    merged: set[tuple[int, int, int]],
    *,
    open_ends: bool = False,
) -> list[Line]:
    """The lines of a table, row by row and cell by cell.

    Args:
        composed: The text.
        block: The spans of the table's physical lines.
        table: Its number.
        merged: Grows by the cells that are one with the cell above them: they have no lines of their own.
        open_ends: Whether bars stand between cells alone.
    """
    grid = any(composed[a:b].strip().startswith("+") for a, b in block) or any(
        _LAYOUT.search(composed, a, b) for a, b in block[:6]
    )
    out: list[Line] = []
    row = 0
    columns: dict[int, list[tuple[int, int]]] = {}

    def flush() -> None:
        nonlocal row
        for column in sorted(columns):
            for low, high in columns[column]:
                if high - low < 6 and composed[low:high].strip() == MERGED:
                    merged.add((table, row, column))
                else:
                    out.extend(split_cell(composed, low, high, (table, row, column)))
        if columns:
            row += 1
        columns.clear()

    for start, end in block:
        text = composed[start:end].strip()
        if _GRID.match(text) or _BORDER.match(text):
            if _GRID.match(text) or not grid:
                flush()
            continue
        bars = [m.start() for m in _BAR.finditer(composed, start, end)]
        if open_ends or composed[start:end].rstrip()[-1:] != "|":
            bars.append(end)
        if open_ends:
            bars.insert(0, start - 1)
        for column, (low, high) in enumerate(zip(bars, bars[1:], strict=False)):
            if composed[low + 1 : high].strip():
                columns.setdefault(column, []).append((low + 1, high))
        if not grid:
            flush()
    flush()
    return out


def bar_table_lines(composed: str, rows: list[list[list[tuple[int, int]]]], table: int) -> list[Line]:
    """The lines of a table whose bars stand alone (`bar_tables`), cell by cell.

    A table that only puts letterhead or closing in two columns is read column by column.
    """
    spans = [span for row in rows for cell in row for span in cell]
    layout = any(_LAYOUT.search(composed, *span) for span in spans[:40])
    out: list[Line] = []
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = (table, 0 if layout else number, column)
            for at, (start, end) in enumerate(cell):
                line = make_line(composed, start, end, place)
                if line is not None:
                    line.wrapped = bool(at) and not layout
                    out.append(line)
    if layout:
        out.sort(key=lambda line: line.cell[2] if line.cell else 0)
    return out
