"""Tasks as what the other facts point to: responsibilities are their rows, targets and deadlines stand in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..copying import changed
from ..records import Deadline, PlanResult, Responsibility, Target, Task
from .facts import with_ids


def join_tasks(result: PlanResult) -> PlanResult:
    """The result with the responsibilities that its tasks make, and with the task of every target and deadline.

    Args:
        result: The facts of a document, with their ids; tasks in order of their place.
    """
    found = _Places(result.tasks)
    targets = tuple(changed(one, task_id=found.around(one)) for one in result.targets)
    stated: dict[str, list[str]] = {}
    for target in targets:
        if target.task_id is not None:
            stated.setdefault(target.task_id, []).append(target.evidence.fact_id)
    tasks = tuple(changed(one, targets=tuple(stated.get(one.evidence.fact_id, ()))) for one in result.tasks)
    made = with_ids([*_responsibilities(tasks), *result.responsibilities], result, "responsibilities")
    deadlines = tuple(changed(one, task_id=found.around(one)) for one in result.deadlines)
    return changed(result, targets=targets, tasks=tasks, responsibilities=made, deadlines=deadlines)


def _responsibilities(tasks: Sequence[Task]) -> list[Responsibility]:
    """One body in one role for one task."""
    return [
        Responsibility(
            charge.evidence,
            charge.body,
            charge.role,
            task.task or None,
            task.deadline,
            charge.body_id,
            charge.body_candidates,
            task.evidence.fact_id,
        )
        for task in tasks
        for charge in (*task.charges, *task.further)
    ]


class _Places:
    """Tasks by their place in the text."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = sorted(tasks, key=lambda one: one.evidence.start)
        self._starts = [one.evidence.start for one in self._tasks]

    def around(self, fact: Target | Deadline) -> str | None:
        """The id of the task whose words hold those of a fact; None where none does."""
        place = bisect_right(self._starts, fact.evidence.start) - 1
        if place < 0 or fact.evidence.start >= self._tasks[place].evidence.end:
            return None
        return self._tasks[place].evidence.fact_id
