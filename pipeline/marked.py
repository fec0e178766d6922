"""A text with marks in it as HTML, for notebooks: no scripts, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

COLOURS = {
    "plan": "#d9e8fb",
    "citation": "#fde2c8",
    "target": "#d5f0d3",
    "task": "#efe3fa",
    "deadline": "#fbd5d5",
    "date": "#ececec",
    "entity": "#d2f1f0",
}
"""A colour for each kind of fact, dark text on it readable (contrast above 12)."""
_LONGEST = 20_000
_MOST_ROWS = 200


class Mark(NamedTuple):
    """A stretch of text: its kind, and what to say of it."""

    start: int
    end: int
    kind: str
    label: str


def page(title: str, text: str, marks: Iterable[Mark]) -> str:
    """The facts as a table beside the text in which they are marked.

    Args:
        title: What stands above.
        text: The text; what is beyond 20,000 characters is cut, and said to be.
        marks: In any order; they may lie over each other.
    """
    known = sorted(marks)
    rows = "".join(
        f'<tr><td style="background:{COLOURS[one.kind]}">{escape(one.kind)}</td>'
        f"<td>{escape(one.label)}</td><td>{escape(text[one.start : one.end][:120])}</td></tr>"
        for one in known[:_MOST_ROWS]
    )
    more = f"<p>{len(known) - _MOST_ROWS} more facts</p>" if len(known) > _MOST_ROWS else ""
    return (
        f'<div style="color:#111;background:#fff"><b>{escape(title)}</b>'
        '<div style="display:flex;gap:1em;align-items:flex-start">'
        f'<div style="flex:1;white-space:pre-wrap;max-height:40em;overflow:auto">{_marked(text, known)}</div>'
        f'<div style="flex:1;max-height:40em;overflow:auto"><table><tr><th>kind</th><th>fact</th><th>words</th></tr>'
        f"{rows}</table>{more}</div></div></div>"
    )


def _marked(text: str, marks: Sequence[Mark]) -> str:
    shown = text[:_LONGEST]
    inner = [one for one in marks if one.start < len(shown)]
    edges = sorted({0, len(shown), *(min(at, len(shown)) for one in inner for at in (one.start, one.end))})
    out: list[str] = []
    over: list[Mark] = []
    coming = 0
    for start, end in zip(edges, edges[1:], strict=False):
        over = [one for one in over if one.end > start]
        while coming < len(inner) and inner[coming].start <= start:
            over.append(inner[coming])
            coming += 1
        words = escape(shown[start:end])
        if over:
            top = min(over, key=lambda one: one.end - one.start)
            said = escape("; ".join(f"{one.kind}: {one.label}" for one in over[:8]), quote=True)
            words = f'<mark style="background:{COLOURS[top.kind]};color:#111" title="{said}">{words}</mark>'
        out.append(words)
    if len(text) > len(shown):
        out.append(f"<p>… {len(text) - len(shown)} more characters</p>")
    return "".join(out)
