"""One plan's facts in the terminal: each with the words it came from, their line, and their place in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style
from rich.text import Text

from ..ingestion import printable
from ..records import Citation, Deadline, Evidence, PlanResult
from ..tables.derive import describe

_MOST = 200  # characters of a cell that are shown
# Shares of the width.
_RATIOS = {"task": 4, "value": 3, "title": 3, "target": 3}
_CODES = frozenset({"field", "role", "kind", "path", "label"})
_LINE_END = re.compile(r"\r\n?|\n")
_FIELDS = (
    "doc_type",
    "number",
    "number_symbol",
    "issue_date",
    "place",
    "issuing_body",
    "issuing_body_id",
    "parent_body",
    "title",
    "theme",
    "period_start",
    "period_end",
    "signer",
    "signer_positions",
    "signer_capacity",
)


class PipeConsole(Console):
    """A console that leaves it to the caller what to do when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """Hand the error on, where rich would end the process."""
        raise BrokenPipeError


class Lines:
    """Where a text's lines begin, to tell an offset's line.

    Args:
        text: The stored text.
    """

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def at(self, offset: int) -> int:
        """The line of a character, 1-based, as editors count."""
        return bisect_right(self._starts, offset)


def show(result: PlanResult, console: Console) -> None:
    """Print one plan as panels, one a kind of fact.

    Args:
        result: The plan.
        console: Where to; its width decides the layout.
    """
    lines = Lines(result.text)
    _print(console, result.source, _summary(result, console), "bold")
    if fields := list(_fields(result)):
        _print(console, "Document", _table(("field", "value"), fields, lines, console))
    for title, heads, rows in _facts(result):
        if found := list(rows):
            _print(console, f"{title} ({len(found)})", _table(heads, found, lines, console))


# -- panels ------------------------------------------------------------------------------------------------------------
# Drawn here: the nested panels, tables and paddings of rich take four times as long.

_Line = list[tuple[str, Style | None]]
"""A line of a panel in pieces that are written alike."""
_EDGES = 4  # columns of a panel's border and of the space beside it


def _print(console: Console, title: str, lines: Iterable[_Line], style: str = "") -> None:
    """Print lines in a frame with a title."""
    frame = box.ROUNDED.substitute(console.options, safe=console.safe_box)
    inner = console.width - _EDGES
    name = f" {' '.join(printable(title).split(chr(10)))} "
    name = name if cell_len(name) <= inner else set_cell_size(name, inner)
    drawn = [
        Segment(frame.top_left + frame.top),
        Segment(name, Style.parse(style)),
        Segment(frame.top * (inner + 1 - cell_len(name)) + frame.top_right + "\n"),
    ]
    for line in lines:
        rest = inner - sum(cell_len(words) for words, _ in line)
        drawn.append(Segment(frame.mid_left + " "))
        drawn += [Segment(words, style) for words, style in line]
        drawn.append(Segment(" " * (rest + 1) + frame.mid_right + "\n"))
    drawn.append(Segment(frame.bottom_left + frame.bottom * (console.width - 2) + frame.bottom_right + "\n"))
    console.print(Segments(drawn), end="", crop=False)


def _wrapped(words: str, width: int, console: Console) -> list[str]:
    """Words in lines of so many columns at most."""
    if cell_len(words) <= width:
        return [words]
    return [line.plain.rstrip() for line in Text(words).wrap(console, width, overflow="fold")]


class _Column(NamedTuple):
    """A column of a table.

    Attributes:
        head: What stands above it.
        cells: Its words, row by row.
        share: Its share of the width; 0 for one that is as wide as its words, which are never wrapped.
        style: Of its words.
        right: They stand at its right side.
    """

    head: str
    cells: list[str]
    share: int = 0
    style: Style | None = None
    right: bool = False


def _drawn(columns: Sequence[_Column], console: Console) -> Iterator[_Line]:
    """The lines of a table, two columns of space between its columns."""
    widths = _widths(columns, console.width - _EDGES)
    heads = [_in_lines(one.head, one, width, console) for one, width in zip(columns, widths, strict=True)]
    height = max(map(len, heads))
    heads = [[""] * (height - len(head)) + head for head in heads]  # they stand right above their columns
    yield from _row(heads, columns, widths, [Style(dim=True)] * len(columns))
    styles = [one.style for one in columns]
    for cells in zip(*(one.cells for one in columns), strict=True):
        lines = [_in_lines(cell, one, width, console) for cell, one, width in zip(cells, columns, widths, strict=True)]
        yield from _row(lines, columns, widths, styles)


def _in_lines(words: str, column: _Column, width: int, console: Console) -> list[str]:
    """A cell in lines of the width of its column."""
    return _wrapped(words, width, console) if column.share else [set_cell_size(words, min(cell_len(words), width))]


def _row(
    cells: list[list[str]], columns: Sequence[_Column], widths: list[int], styles: Sequence[Style | None]
) -> Iterator[_Line]:
    """The lines of a row of cells, each in lines of its own."""
    for number in range(max(map(len, cells))):
        line: _Line = []
        for lines, column, width, style in zip(cells, columns, widths, styles, strict=True):
            words = lines[number] if number < len(lines) else ""
            gap = " " * (width - cell_len(words))
            if line:
                line.append(("  ", None))
            line.append((f"{gap}{words}" if column.right else f"{words}{gap}", style))
        yield line


def _widths(columns: Sequence[_Column], room: int) -> list[int]:
    """How wide each column is: its words, or its share of the room that those leave; the widest give way to others."""
    # Of two columns of space one belongs to the column on each side, and is divided with it.
    space = [(place > 0) + (place < len(columns) - 1) for place in range(len(columns))]
    widths = [
        0 if one.share else around + max(map(cell_len, [one.head, *one.cells]))
        for one, around in zip(columns, space, strict=True)
    ]
    left, shares = room - sum(widths), sum(one.share for one in columns)
    for place, one in enumerate(columns):
        if one.share:
            widths[place] = max(3, -(-one.share * left // shares))
            left, shares = left - widths[place], shares - one.share
    while sum(widths) > room and max(widths) > 3:
        widths[widths.index(max(widths))] -= 1
    return [width - around for width, around in zip(widths, space, strict=True)]


_Rows = Iterable[tuple[tuple[object, ...], Evidence | None]]


def _summary(result: PlanResult, console: Console) -> Iterator[_Line]:
    plan = result.plan
    notes = [f"{result.format}, {len(result.text)} characters, id {result.document_id}"]
    notes += ["the text stops in the middle"] if plan.truncated else []
    warnings = [f"warning: {printable(warning)}" for warning in plan.warnings]
    for said, style in ((notes, None), (warnings, Style(color="yellow"))):
        for line in said:
            for words in line.split("\n"):
                yield from ([(piece, style)] for piece in _wrapped(words, console.width - _EDGES, console))


def _fields(result: PlanResult) -> Iterator[tuple[tuple[object, ...], Evidence | None]]:
    plan = result.plan
    for name in _FIELDS:
        value = getattr(plan, name)
        status = getattr(plan, f"{name}_status", None)
        if status not in (None, "found"):
            value = f"({status})"
        if value not in (None, ()):
            yield (name, value), _evidence_of(plan.evidence, name)


def _evidence_of(evidence: dict[str, Evidence], name: str) -> Evidence | None:
    return evidence.get(name) or evidence.get(name.removesuffix("_start").removesuffix("_end"))


def _facts(result: PlanResult) -> Iterator[tuple[str, tuple[str, ...], _Rows]]:
    yield "Citations", ("document", "relation"), ((_cited(c), c.evidence) for c in result.citations)
    yield "Targets", ("target",), (((describe(t),), t.evidence) for t in result.targets)
    yield (
        "Responsibilities",
        ("body", "role", "task", "deadline"),
        (((r.body, r.role, r.task, r.deadline), r.evidence) for r in result.responsibilities),
    )
    yield "Deadlines", ("due", "kind", "body"), ((_due(d), d.evidence) for d in result.deadlines)
    plan = result.plan
    purposes = plan.recipient_purposes or (None,) * len(plan.recipients)
    named = (((name, purpose), None) for name, purpose in zip(plan.recipients, purposes, strict=False))
    yield "Recipients", ("recipient", "purpose"), named
    yield "Dates", ("date", "role"), (((d.date, d.role), d.evidence) for d in result.dates)
    yield (
        "Sections",
        ("path", "title"),
        (((s.path, s.title), s.evidence) for s in result.sections if s.numbered),
    )
    yield "Entities", ("label", "name"), (((e.label, e.canonical), e.evidence) for e in result.entities)


def _cited(citation: Citation) -> tuple[object, ...]:
    what = " ".join(filter(None, (citation.doc_type, citation.number or citation.name, citation.date)))
    notes: list[str] = ["itself" if citation.is_self else citation.relation]
    if citation.is_short_form:
        notes.append("short form" if citation.resolved_from is not None else "short form, open")
    return what, ", ".join(notes)


def _due(deadline: Deadline) -> tuple[object, ...]:
    return deadline.date or deadline.recurrence, deadline.kind, deadline.body


def _table(
    heads: tuple[str, ...],
    found: Sequence[tuple[tuple[object, ...], Evidence | None]],
    lines: Lines,
    console: Console,
) -> Iterator[_Line]:
    """The lines of a table of rows, with their words. A column in which every row is empty is left out."""
    columns: list[_Column] = []
    for k, head in enumerate(heads):
        if any(values[k] for values, _ in found):
            cells = [_cell(values[k]) for values, _ in found]
            columns.append(_Column(head, cells, 0 if head in _CODES else _RATIOS.get(head, 2)))
    evidence = [one for _, one in found]
    if any(evidence):
        words, places, spans = zip(*(_place(one, lines) for one in evidence), strict=True)
        columns += [
            _Column("words in the document", list(words), 4, Style(italic=True)),
            _Column("line", list(places), right=True),
            _Column("characters", list(spans), right=True),
        ]
    return _drawn(columns, console)


def _place(evidence: Evidence | None, lines: Lines) -> tuple[str, str, str]:
    """The words of a fact, their page and line, and their place in the text."""
    if evidence is None:
        return "", "", ""
    page = f"p. {evidence.page} " if evidence.page else ""
    return _cell(evidence.text), f"{page}{lines.at(evidence.start)}", f"{evidence.start}–{evidence.end}"


def _cell(value: Any) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
    text = " ".join(text.split())
    return printable(text if len(text) <= _MOST else text[: _MOST - 1] + "…")
