"""One plan's facts in the terminal: each with the words it came from, their line, and their place in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
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
    console.print(_summary(result))
    console.print(_panel("Document", ("field", "value"), _fields(result), lines))
    for title, heads, rows in _facts(result):
        if panel := _panel(title, heads, rows, lines):
            console.print(panel)


_Rows = Iterable[tuple[tuple[object, ...], Evidence | None]]


def _summary(result: PlanResult) -> Panel:
    text = Text()
    plan = result.plan
    notes = [f"{result.format}, {len(result.text)} characters, id {result.document_id}"]
    notes += ["the text stops in the middle"] if plan.truncated else []
    text.append("\n".join(notes))
    for warning in plan.warnings:
        text.append(f"\nwarning: {printable(warning)}", style="yellow")
    return Panel(text, title=Text(printable(result.source), style="bold"), title_align="left", box=box.ROUNDED)


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


def _panel(title: str, heads: tuple[str, ...], rows: _Rows, lines: Lines) -> Panel | None:
    """A panel of rows; None without any. A column in which every row is empty is left out."""
    found = list(rows)
    if not found:
        return None
    with_words = any(evidence for _, evidence in found)
    used = [k for k in range(len(heads)) if any(values[k] for values, _ in found)]
    table = Table(box=None, expand=True, pad_edge=False, header_style="dim")
    for k in used:
        narrow = heads[k] in _CODES
        table.add_column(heads[k], ratio=None if narrow else _RATIOS.get(heads[k], 2), no_wrap=narrow, overflow="fold")
    if with_words:
        table.add_column("words in the document", ratio=4, style="italic", overflow="fold")
        table.add_column("line", justify="right", no_wrap=True)
        table.add_column("characters", justify="right", no_wrap=True)
    for values, evidence in found:
        cells = [_cell(values[k]) for k in used]
        if with_words:
            cells += _place(evidence, lines)
        table.add_row(*cells)
    return Panel(table, title=f"{title} ({len(found)})" if title != "Document" else title, title_align="left")


def _place(evidence: Evidence | None, lines: Lines) -> list[Text]:
    if evidence is None:
        return [Text(), Text(), Text()]
    page = f"p. {evidence.page} " if evidence.page else ""
    line = Text(f"{page}{lines.at(evidence.start)}")
    return [_cell(evidence.text), line, Text(f"{evidence.start}–{evidence.end}")]


def _cell(value: Any) -> Text:
    text = "; ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
    text = " ".join(text.split())
    return Text(printable(text if len(text) <= _MOST else text[: _MOST - 1] + "…"))
