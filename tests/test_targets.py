"""Targets: what a sentence of a plan sets out to reach, and what it does not; places, statutes, repetition, speed."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pipeline.document import Document, OffsetMap
from pipeline.extractors.quantities import find_quantities, number, spelled_number
from pipeline.extractors.target_places import places, regime
from pipeline.extractors.targets import extract
from pipeline.records import Target
from pipeline.segmentation.model import Letterhead, Paragraph, SectionNode, Segments

DATA = Path(__file__).parent / "data"
MARKER = re.compile(r"(?P<marker>[IVX]+\.|\d+(?:\.\d+)*\.|[a-zđ]\)|[-+]) ")


def segments(text: str, **kind: Any) -> Segments:
    """A segmented document made of lines: marked lines are items, all of them body."""
    document = Document("d", "d.txt", "0", "text", text, text, OffsetMap.identity(len(text)))
    paragraphs, sections, path, at = [], [], "", 0
    stack: list[tuple[int, str]] = []
    for line in text.split("\n"):
        match = MARKER.match(line)
        marker = match["marker"] if match else ""
        depth = 0 if not marker else 5 if marker in "-+" else 3 if marker[-1] == ")" else 2 if marker[0].isdigit() else 1
        content = at + (match.end() if match else 0)
        if 0 < depth < 5:
            stack = [entry for entry in stack if entry[0] < depth]
            parent = stack[-1][1] if stack else None
            path = (f"{parent}." if parent else "") + marker.strip(".)")
            stack.append((depth, path))
            title = text[content : at + len(line)]
            sections.append(SectionNode(path, parent, len(stack), marker, title, at, at + len(line), len(text)))
        paragraphs.append(Paragraph(at, at + len(line), content, marker, path, depth, "body"))
        at += len(line) + 1
    number = kind.pop("number", None)
    return Segments(
        document,
        tuple(paragraphs),
        tuple(sections),
        (("body", 0, len(text)),),
        Letterhead(number=number),
        doc_type=kind.pop("type", "KH"),
        **kind,
    )


def figure(value: float | None) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",") if value < 1e6 else str(int(value))


def line(target: Target, words: bool) -> str:
    """A target as the test data have it."""
    low, high = figure(target.low), figure(target.high)
    span = low if low == high else f"{low}-{high}"
    name = target.indicator_text if words else target.indicator
    return " | ".join(
        [target.direction, name, f"{span} {target.unit or ''}".strip(), target.baseline or "", target.period or ""]
    )


def cases(name: str) -> list[Any]:
    rows = tomllib.loads((DATA / name).read_text(encoding="utf-8"))["case"]
    return [pytest.param(row, id=f"{place:03}-{row['text'][:40]}") for place, row in enumerate(rows, start=1)]


def found(row: dict[str, Any]) -> list[Target]:
    under = row.get("under")
    text = f"{under}\n- {row['text']}" if under else row["text"]
    kind = {key: row[key] for key in ("type", "number", "title") if key in row}
    return extract(segments(text, **kind))


@pytest.mark.parametrize("row", cases("targets.toml"))
def test_targets(row: dict[str, Any]) -> None:
    wanted = [" | ".join(part.strip() for part in entry.split("|")) for entry in row["expect"]]
    targets = found(row)
    got = [line(target, words=" " in entry.split(" | ")[1]) for target, entry in zip(targets, wanted, strict=False)]
    assert got + [line(target, words=False) for target in targets[len(wanted) :]] == wanted
    for target in targets:
        assert target.evidence.text and target.indicator_text


@pytest.mark.parametrize("row", cases("targets_none.toml"))
def test_no_targets(row: dict[str, Any]) -> None:
    assert [line(target, words=False) for target in found(row)] == []


def test_there_are_enough_cases() -> None:
    positive, negative = cases("targets.toml"), cases("targets_none.toml")
    assert len(positive) + len(negative) >= 150
    assert min(len(positive), len(negative)) >= 75
