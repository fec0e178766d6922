"""The facts of documents as a reader looks at them: what each says in a few words, and where it stands in the text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from ..tables.decided import figure_text
from ..tables.labels import Language, label
from ..tables.sheets import SheetColumn, Source, one_line, shown

Fact = dict[str, Any]
KINDS = ("fields", "citations", "targets", "tasks", "responsibilities", "deadlines")
_LONGEST = 160
_WHEN = SheetColumn("", "when")


def facts_of(source: Source, lang: Language, boxes: bool = False) -> dict[str, list[Fact]]:
    """The facts of all documents by document id, in order of the text.

    A fact has `kind`, `id`, `start`, `end` (in the stored text), `page`, `rule`, `confidence` and `says`; with `boxes`,
    where it stands on its pages too.
    """
    found: dict[str, list[Fact]] = defaultdict(list)
    for kind in KINDS:
        for row in source.read(kind, ()) if boxes else source.read(kind):
            found[row["document_id"]].append(
                {
                    **({"boxes": row["boxes"]} if boxes and row["boxes"] else {}),
                    "kind": kind,
                    "id": row["fact_id"],
                    "start": row["start"],
                    "end": row["end"],
                    "page": row["page"],
                    "rule": row["rule"],
                    "confidence": row["confidence"],
                    "says": _short(_SAYINGS[kind](row, lang)),
                }
            )
    for facts in found.values():
        facts.sort(key=lambda fact: (fact["start"], -fact["end"]))
    return found


def utf16(text: str, facts: Sequence[Fact]) -> list[Fact]:
    """The facts with places counted as browsers count them: characters outside the basic plane are two."""
    if text.isascii() or max(text, default="") < "\U00010000":
        return list(facts)
    units = [0, *accumulate(2 if letter > "\uffff" else 1 for letter in text)]
    return [{**fact, "start": units[fact["start"]], "end": units[fact["end"]]} for fact in facts]


def _short(words: str) -> str:
    words = one_line(words) or ""
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1].rstrip() + "…"


def _when(text: str | None, lang: Language) -> str:
    """An ISO day as its reader writes it; other words as they are."""
    return str(shown(_WHEN, text, lang)) if text else ""


def _field(row: Fact, lang: Language) -> str:
    return f"{label('column', row['field'], lang)}: {_when(row['value'], lang) or row['text']}"


def _citation(row: Fact, lang: Language) -> str:
    return (
        " ".join(filter(None, (row["doc_type"], row["number"] or row["name"], _when(row["date"], lang)))) or row["text"]
    )


def _target(row: Fact, lang: Language) -> str:
    figures = list(dict.fromkeys(figure_text(value) for value in (row["low"], row["high"]) if value is not None))
    bound = label("bound", row["bound"], lang) if row["bound"] in ("at_least", "at_most") else ""
    unit = label("unit", row["unit"], lang) if row["unit"] and row["unit"] != "count" else ""
    figure = "–".join(figures) + (f" {unit}" if unit else "")
    if row["direction"] == "zero":
        bound = figure = ""
    words = (label("direction", row["direction"], lang), row["indicator_text"], bound, figure, row["period"])
    return " ".join(filter(None, words))


def _task(row: Fact, lang: Language) -> str:
    return str(row["task"]) + (f" – {row['deadline']}" if row["deadline"] else "")


def _duty(row: Fact, lang: Language) -> str:
    return f"{label('role', row['role'], lang)}: {row['body']}"


def _due(row: Fact, lang: Language) -> str:
    day = row["date"].isoformat() if row["date"] else None
    return f"{label('kind', row['kind'], lang)}: {_when(day, lang) or row['recurrence'] or row['text']}"


_SAYINGS: dict[str, Callable[[Fact, Language], str]] = {
    "fields": _field,
    "citations": _citation,
    "targets": _target,
    "tasks": _task,
    "responsibilities": _duty,
    "deadlines": _due,
}
