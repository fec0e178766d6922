"""Which task of a table is which of the gold: by their first words, then by bodies, section and place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz

from .alike import Fact, fold

_ALIKE = 85.0


def of_tasks(tasks: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The responsibilities that the tasks of a gold file make: those asked for, and those that may be given."""
    must: list[Fact] = []
    may: list[Fact] = []
    for task in tasks:
        charged = [{"body": body, "role": role} for role, bodies in task["roles"].items() for body in bodies]
        (may if task.get("optional") else must).extend(charged)
        may.extend({"body": body, "role": None} for body in task.get("optional_bodies") or ())
    return must, may


def pair_tasks(gold: Sequence[Fact], given: Sequence[Fact]) -> dict[int, Any]:
    """The given task for each task of the gold, by `id()` of the latter; the best pairs are made first.

    Args:
        gold: Tasks with `at` (their first words), `roles` and `section`.
        given: Tasks with `words`, `who` (pairs of role and body) and `section`.
    """
    said = [fold(task["words"]) for task in given]
    charged = [{fold(body) for _, body in task["who"]} for task in given]
    ranks = []
    for i, task in enumerate(gold):
        words = fold(task["at"])
        bodies = {fold(body) for named in task["roles"].values() for body in named}
        for k, other in enumerate(given):
            likeness = _likeness(words, said[k]) if words and said[k] else 0.0
            if likeness >= _ALIKE:
                near = abs(i / max(1, len(gold)) - k / max(1, len(given)))
                elsewhere = str(task.get("section")) != str(other.get("section"))
                # The same words stand in several items: bodies in common, then the section, then the place decide.
                ranks.append((-round(likeness / 5), not bodies & charged[k], elsewhere, near, i, k))
    pairs: dict[int, Any] = {}
    left, free = set(range(len(gold))), set(range(len(given)))
    for *_, i, k in sorted(ranks):
        if i in left and k in free:
            left.discard(i)
            free.discard(k)
            pairs[id(gold[i])] = given[k]
    return pairs


def _likeness(words: str, said: str) -> float:
    """0 to 100: how alike the first words of a task are to a given one, or to some words within it."""
    if len(said) < len(words):
        return fuzz.ratio(words[: len(said)], said)
    first = fuzz.ratio(words, said[: len(words)])
    if first >= _ALIKE or len(said) == len(words):
        return first if first >= _ALIKE else 0.0
    return fuzz.partial_ratio(words, said) - 1
