"""Are names linked to the right body and unit? Scores against names that were linked by hand.

A line of the label file says where a name stands (`file`, `start`, `end`, `digest`) and what is meant (`expected`:
`kind`, `level`, `unit`, `plural`, `open`); `tests/gold/NER_GUIDELINES.md` has the rules. The labels hold no text: the
documents stand in a folder of their own.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..extraction import extract
from ..linking.bodies import Link, link_bodies
from ..linking.lookup import describe
from ..linking.places import COUNTRY
from ..records import Entity, Evidence, PlanResult

_WORD = re.compile(r"\w+")
_SLACK = 4
Label = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Miss:
    """A name that was linked to something else than expected, or left open."""

    label: Label
    words: str
    link: Link
    what: str


@dataclass
class LinkReport:
    """Counts over a set of names.

    Attributes:
        right, wrong: Names that were answered.
        open: Names left open that have a meaning.
        nothing: Names without a unit or kind to link to (a street) that were rightly left open.
        lost: Names that were not found again in their document; not scored.
        misses: All that were wrong or left open.
    """

    right: int = 0
    wrong: int = 0
    open: int = 0
    nothing: int = 0
    lost: int = 0
    misses: list[Miss] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        """Share of right ones among the names answered."""
        return self.right / max(1, self.right + self.wrong)


def score_links(labels: Path, folder: Path, part: str) -> LinkReport:
    """Link the labelled names of a part in their documents, and compare.

    Args:
        labels: File of labels, a JSON object a line.
        folder: The folder that their `file` is relative to.
        part: `dev` or `test`.

    Raises:
        UsageError: A file is missing, or has no names of that part.
    """
    by_file: dict[str, list[Label]] = {}
    for label in _read(labels):
        if label["part"] == part:
            by_file.setdefault(label["file"], []).append(label)
    if not by_file:
        raise UsageError(f"{labels} has no names of the part {part!r}")
    report = LinkReport()
    for name, several in sorted(by_file.items()):
        path = folder / name
        if not path.is_file():
            raise UsageError(f"{path} is missing: the labelled names stand in it")
        _score_file(path, several, report)
    return report


def _read(path: Path) -> Iterator[Label]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    return (json.loads(line) for line in lines if line.strip())


def _score_file(path: Path, labels: Sequence[Label], report: LinkReport) -> None:
    plans = extract(path.read_bytes(), path.name).plans
    for label in labels:
        place = next((found for plan in plans if (found := _located(plan, label)) is not None), None)
        if place is None:
            report.lost += 1
            continue
        plan, start, end = place
        _count(report, label, plan.text[start:end], linked(plan, start, end, label["expected"]["kind"] == "place"))


def _located(plan: PlanResult, label: Label) -> tuple[PlanResult, int, int] | None:
    """The document with the offsets of a labelled name, looked for again where another reading moved it."""
    start, end = label["start"], label["end"]
    if digest(plan.text[start:end]) == label["digest"]:
        return plan, start, end
    words = [match.span() for match in _WORD.finditer(plan.text)]
    spans = (
        (first, last)
        for at, (first, _) in enumerate(words)
        for _, last in words[at : at + 40]
        if abs((last - first) - (end - start)) <= _SLACK
    )
    same = [(first, last) for first, last in spans if digest(plan.text[first:last]) == label["digest"]]
    if not same:
        return None
    nearest = min(same, key=lambda span: abs(span[0] - start))
    return plan, *nearest


def digest(words: str) -> str:
    """First 16 hexadecimal digits of the SHA-256 of the words: NFC, white space folded, UTF-8."""
    return hashlib.sha256(" ".join(unicodedata.normalize("NFC", words).split()).encode()).hexdigest()[:16]


def linked(plan: PlanResult, start: int, end: int, place: bool) -> Link:
    """What the pipeline links a name in a document to.

    Args:
        plan: The document.
        start, end: Offsets of the name in its text.
        place: It is the name of a place, not of a body.
    """
    entity = Entity(Evidence(plan.text[start:end], start, end), "LOC" if place else "ORG")
    found = link_bodies(replace(plan, entities=(entity,))).entities[0]
    return Link(found.canonical_id, found.canonical, found.candidates)


def _count(report: LinkReport, label: Label, words: str, link: Link) -> None:
    expected = label["expected"]
    what = "" if link.id is None else difference(link.id, expected)
    if link.id is None:
        # A street, or a name that a careful reader cannot tell either, has no id to miss.
        if expected.get("open") or (expected["kind"] == "place" and not expected["unit"]):
            report.nothing += 1
            return
        report.open += 1
        what = "open"
    elif what:
        report.wrong += 1
    else:
        report.right += 1
    if what:
        report.misses.append(Miss(label, words, link, what))


def difference(link_id: str, expected: Mapping[str, Any]) -> str:
    """In what an id differs from what is expected (`kind ubnd, level district`); '' if in nothing.

    A level that is null in the label is not compared: companies and schools have none.
    """
    if "+" in link_id and "#" not in link_id:
        return "several bodies"
    if expected["kind"] == "place" and expected["unit"] is None:
        # The country has no code; a street, a river or a region has no id.
        return "" if link_id == COUNTRY.id else f"{link_id} for what is no unit"
    meaning = describe(link_id)
    level, unit = meaning.level, meaning.unit.code if meaning.unit is not None else None
    owner = link_id.partition("@")[2]
    if "@" in owner:  # a part of a body stands where that stands
        above = describe(owner)
        level, unit = above.level, above.unit.code if above.unit is not None else None
    kind = link_id.partition("#")[0].partition("@")[0].replace(".", "-") if meaning.kind != "place" else "place"
    found = Counter[str]()
    if kind != expected["kind"]:
        found[f"kind {kind}"] += 1
    if expected["level"] is not None and (level, unit) != (expected["level"], expected["unit"]):
        found[f"level {level}, unit {unit}"] += 1
    if expected.get("plural") and not meaning.all_of and unit is not None:
        found["one, not all"] += 1
    return "; ".join(found)
