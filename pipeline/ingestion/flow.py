"""Text that flows: paragraphs and tables of Word, OpenDocument and web pages as one raw text.

A table of data becomes rows `| a | b |`. A table that only puts text side by side, as letterheads and closings are
written, becomes its text: all of the left column, then all of the right one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from .layout import anchors, folded
from .pages import MERGED

_SPACES = re.compile(r"[ \xa0]+")
_MOST_COLUMNS = 64

Rows = Sequence[Sequence[str]]
TOO_DEEP = "what stands more than 60 elements deep in each other is read without its tables, lists and numbers"


class Cell(NamedTuple):
    """A cell of a table: its text, and how many rows and columns it takes."""

    text: str
    down: int = 1
    across: int = 1


def spread(rows: Iterable[Iterable[Cell]]) -> list[list[str]]:
    """The full grid of rows whose cells may take several rows and columns, as web pages count them.

    A cell stands in the first of its columns; below it in the same column stands `MERGED`.
    """
    grid: list[list[str]] = []
    held: dict[int, tuple[int, str]] = {}  # column: how many rows are still to fill, and with what
    for cells in rows:
        row: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        for cell in cells:
            _fill(row, held, below)
            for k in range(min(max(cell.across, 1), _MOST_COLUMNS - len(row))):
                if cell.down > 1:
                    below[len(row)] = (cell.down - 1, "" if k or not cell.text.strip() else MERGED)
                row.append("" if k else cell.text)
        while held:
            _fill(row, held, below)
            if held:
                row.append("")
        held = below
        grid.append(row)
    return grid


def _fill(row: list[str], held: dict[int, tuple[int, str]], below: dict[int, tuple[int, str]]) -> None:
    """Put what cells above hold of the next columns; what goes on in the next row is put into `below`."""
    while (above := held.pop(len(row), None)) is not None:
        left, text = above
        if left > 1:
            below[len(row)] = (left - 1, text)
        row.append(text)


def is_layout(rows: Rows, bordered: bool) -> bool:
    """Whether a table only puts text side by side.

    Args:
        rows: The text of the cells, lines ended by newlines.
        bordered: Whether its lines are drawn.
    """
    filled = [[cell for cell in row if cell.strip() and cell != MERGED] for row in rows]
    filled = [row for row in filled if row]
    if not filled or max(map(len, filled)) == 1:
        return True
    if len(filled) > 6 or max(map(len, filled)) > 3:
        return False
    text = folded("".join(cell for row in filled for cell in row))
    if any(anchor in text for kind in ("motto", "closing") for anchor in anchors(kind)):
        return True
    return not bordered and len(filled) <= 3 and max(map(len, filled)) == 2 and "\n" in "".join(filled[0])


def table_text(rows: Rows, bordered: bool) -> str:
    """The raw text of a table, without a newline at its end; '' for an empty one."""
    if is_layout(rows, bordered):
        width = max((len(row) for row in rows), default=0)
        columns = [
            [row[k].strip("\n") for row in rows if k < len(row) and row[k].strip() and row[k] != MERGED]
            for k in range(width)
        ]
        return "\n".join("\n".join(column) for column in columns if column)
    return "\n".join(_row(row) for row in rows if any(cell.strip() and cell != MERGED for cell in row))


def _row(row: Sequence[str]) -> str:
    return "| " + " | ".join(_cell(text) for text in row[:_MOST_COLUMNS]) + " |"


def _cell(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.replace("|", "\\|").split("\n"))
    return " <br> ".join(line for line in lines if line)


def as_note(number: int, text: str) -> str:
    """A footnote or endnote as a paragraph, as Markdown writes it: `[^2]: Quyết định số …`; '' for an empty one."""
    words = " ".join(text.split())
    return f"[^{number}]: {words}" if words else ""


def roman(number: int) -> str:
    """A number from 1 to 3999 in Roman figures."""
    out = ""
    for value, letters in _ROMAN:
        while number >= value:
            out += letters
            number -= value
    return out


_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def letters(number: int) -> str:
    """1 is a, 26 is z, 27 is aa, 28 is bb, as office programs number."""
    number -= 1
    return chr(ord("a") + number % 26) * (number // 26 + 1)


def numeral(number: int, form: str) -> str:
    """A number in one of the forms `1`, `01`, `i`, `I`, `a`, `A`; '' for any other form."""
    if not 0 < number < 4000:
        return str(number) if form in ("1", "01") else ""
    if form == "1":
        return str(number)
    if form == "01":
        return f"{number:02d}"
    if form in ("i", "I"):
        return roman(number) if form == "I" else roman(number).lower()
    if form in ("a", "A"):
        return letters(number) if form == "a" else letters(number).upper()
    return ""


def bare_text(elements: Iterable[Element], hidden: Collection[str]) -> str:
    """The words of elements that lie too deep to be followed one in the other, a line a paragraph.

    Args:
        elements: Those to read, in order.
        hidden: Names of elements whose words are not shown.
    """
    found: list[str] = []
    waiting: list[Element | str | None] = list(elements)
    waiting.reverse()
    while waiting:
        one = waiting.pop()
        if one is None or isinstance(one, str):
            found.append(one or "")
            continue
        tag = one.tag.rpartition("}")[2] if isinstance(one.tag, str) else ""
        if not tag or tag in hidden:
            continue
        found.append(one.text or "")
        waiting.append("\n" if tag in ("p", "h") else None)
        for child in reversed(one):
            waiting += [child.tail, child]
    return "".join(found).strip("\n")
