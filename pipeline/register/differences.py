"""What changed between two versions of a plan: its fields, its facts, and its text."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..records import Citation, Deadline, Evidence, PlanResult, Responsibility, Target, Task
from ..tables.derive import describe
from ..text.normalise import fold
from .folding import composed

Change = Literal["added", "removed", "changed"]
_FIELDS = (
    "doc_type", "number", "issue_date", "place", "issuing_body", "parent_body", "title", "theme", "period_start",
    "period_end", "signer", "signer_positions", "signer_capacity", "recipients", "is_draft",
)  # fmt: skip
_MOST_LINES = 20_000  # paragraphs that are compared; of longer texts only those that stand in one alone are told
_ALIKE = 0.6  # share of words of a sentence that stays when it is changed and not replaced


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same in both.

    Attributes:
        kind: `field`, `target`, `task`, `responsibility`, `deadline`, `citation` or `text`.
        what: Name of the field, else what kind of change it is about.
        change: Whether it is in the second alone, in the first alone, or in both, and not the same.
        before, after: The value or words in each, None where it is not there.
        page_before, page_after: Where.
    """

    kind: str
    what: str
    change: Change
    before: str | None
    after: str | None
    page_before: int | None = None
    page_after: int | None = None


def compare(first: PlanResult, second: PlanResult) -> list[Difference]:
    """What is not the same in two documents: fields, then facts, then paragraphs.

    Args:
        first: The older version.
        second: The newer one.
    """
    found = list(_fields(first, second))
    for kind, facts, key, say in _KINDS:
        found += _facts(kind, facts(first), facts(second), key, say)
    return [*found, *_paragraphs(first.text, second.text)]


def _fields(first: PlanResult, second: PlanResult) -> Iterator[Difference]:
    for name in _FIELDS:
        before, after = (_value(getattr(result.plan, name)) for result in (first, second))
        if before != after:
            change: Change = "added" if before is None else "removed" if after is None else "changed"
            yield Difference("field", name, change, before, after)


def _value(value: Any) -> str | None:
    if value is None or value == ():
        return None
    return "; ".join(map(str, value)) if isinstance(value, tuple) else " ".join(str(value).split())


# -- facts -----------------------------------------------------------------------------------------------------------


def _target_key(target: Target) -> str:
    return f"{target.direction} {target.indicator} {target.period or ''}"


def _target(target: Target) -> str:
    return describe(target)


def _task_key(task: Task) -> str:
    return fold(task.task)


def _task(task: Task) -> str:
    charges = "; ".join(sorted(f"{charge.role} {charge.body}" for charge in task.charges))
    due = task.recurs or task.deadline or (task.due_to.isoformat() if task.due_to else "")
    return " · ".join(part for part in (" ".join(task.task.split()), charges, due) if part)


def _responsibility(one: Responsibility) -> str:
    return f"{one.role} {' '.join(one.body.split())}"


def _deadline_key(deadline: Deadline) -> str:
    return f"{deadline.kind} {fold(deadline.task or '')}"


def _deadline(deadline: Deadline) -> str:
    when = deadline.date or deadline.recurs or deadline.recurrence or " ".join(deadline.evidence.text.split())
    return " · ".join(part for part in (when, deadline.body, deadline.task) if part)


def _citation_key(citation: Citation) -> str:
    return citation.canonical_id or fold(citation.evidence.text)


def _citation(citation: Citation) -> str:
    parts = (citation.doc_type, citation.number or citation.name, citation.date, citation.issuer)
    return " ".join(part for part in parts if part)


_Kind = tuple[str, Callable[[PlanResult], Sequence[Any]], Callable[[Any], str], Callable[[Any], str]]
_KINDS: tuple[_Kind, ...] = (
    ("target", lambda result: result.targets, _target_key, _target),
    ("task", lambda result: result.tasks, _task_key, _task),
    (
        "responsibility",
        lambda result: [] if result.tasks else result.responsibilities,
        _responsibility,
        _responsibility,
    ),
    ("deadline", lambda result: result.deadlines, _deadline_key, _deadline),
    ("citation", lambda result: [c for c in result.citations if not c.is_self], _citation_key, _citation),
)


def _facts(
    kind: str, first: Iterable[Any], second: Iterable[Any], key: Callable[[Any], str], say: Callable[[Any], str]
) -> Iterator[Difference]:
    """Facts of a kind by what they are about: those of one key are held against each other in order."""
    before, after = _by_key(first, key), _by_key(second, key)
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, []), after.get(name, [])
        same = Counter(map(say, old)) & Counter(map(say, new))
        old, new = _without(old, same.copy(), say), _without(new, same.copy(), say)
        if kind == "citation" and before.get(name) and after.get(name):
            old, new = old[:1], new[:1]
            if not (old and new):
                continue
        for a, b in zip(old, new, strict=False):
            yield Difference(kind, kind, "changed", say(a), say(b), _page(a.evidence), _page(b.evidence))
        seen: set[str] = set()
        for one in old[len(new) :] + new[len(old) :]:
            gone = any(one is other for other in old)
            words = say(one)
            if words in seen:
                continue
            seen.add(words)
            page = _page(one.evidence)
            if gone:
                yield Difference(kind, kind, "removed", words, None, page)
            else:
                yield Difference(kind, kind, "added", None, words, None, page)


def _page(evidence: Evidence) -> int | None:
    return evidence.page


def _by_key(facts: Iterable[Any], key: Callable[[Any], str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for fact in facts:
        found.setdefault(key(fact), []).append(fact)
    return found


def _without(facts: list[Any], same: Counter[str], say: Callable[[Any], str]) -> list[Any]:
    left = []
    for fact in facts:
        words = say(fact)
        if same[words] > 0:
            same[words] -= 1
        else:
            left.append(fact)
    return left


# -- text ------------------------------------------------------------------------------------------------------------


def _paragraphs(first: str, second: str) -> Iterator[Difference]:
    """Paragraphs that were added, removed or changed, in order."""
    (old, old_pages), (new, new_pages) = _split(first), _split(second)
    if max(len(old), len(new)) > _MOST_LINES:
        yield from _alone(old, new, old_pages, new_pages)
        return
    matcher = difflib.SequenceMatcher(None, [fold(line) for line in old], [fold(line) for line in new])
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = min(b - a, d - c)
        for place in range(max(b - a, d - c)):
            before = old[a + place] if place < b - a else None
            after = new[c + place] if place < d - c else None
            pages = (
                old_pages[a + place] if before is not None else None,
                new_pages[c + place] if after is not None else None,
            )
            if place < pairs and before and after and _alike(before, after):
                yield Difference("text", "paragraph", "changed", before, after, *pages)
                continue
            if before is not None:
                yield Difference("text", "paragraph", "removed", before, None, pages[0])
            if after is not None:
                yield Difference("text", "paragraph", "added", None, after, None, pages[1])


def _alone(
    old: list[str], new: list[str], old_pages: list[int | None], new_pages: list[int | None]
) -> Iterator[Difference]:
    before, after = set(map(fold, old)), set(map(fold, new))
    for line, page in zip(old, old_pages, strict=True):
        if fold(line) not in after:
            yield Difference("text", "paragraph", "removed", line, None, page)
    for line, page in zip(new, new_pages, strict=True):
        if fold(line) not in before:
            yield Difference("text", "paragraph", "added", None, line, None, page)


def _split(text: str) -> tuple[list[str], list[int | None]]:
    """The lines of a text that say something, with their pages."""
    lines: list[str] = []
    pages: list[int | None] = []
    several = "\f" in text
    for number, page in enumerate(composed(text).split("\f"), 1):
        for line in page.splitlines():
            words = " ".join(line.split())
            if words:
                lines.append(words)
                pages.append(number if several else None)
    return lines, pages


def _alike(one: str, other: str) -> bool:
    a, b = Counter(fold(one).split()), Counter(fold(other).split())
    return (a & b).total() >= _ALIKE * max(a.total(), b.total())
