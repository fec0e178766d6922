"""Where time goes: told by those who work, for those who ask (`--profile`)."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Spent:
    """Seconds by stage; those of a stage within another count for the inner one alone."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._stages: list[str] = []
        self._since = 0.0

    def _turn(self) -> None:
        """Enter what was spent since the last turn for the stage that was on."""
        now = time.perf_counter()
        if self._stages:
            self.seconds[self._stages[-1]] += now - self._since
        self._since = now

    def enter(self, stage: str) -> None:
        """A stage begins."""
        self._turn()
        self._stages.append(stage)

    def leave(self) -> None:
        """The stage ends; the one around it goes on."""
        self._turn()
        self._stages.pop()


_SPENT: ContextVar[Spent | None] = ContextVar("spent", default=None)


@contextmanager
def measured() -> Iterator[Spent]:
    """Have the stages of this context measured."""
    spent = Spent()
    token = _SPENT.set(spent)
    try:
        yield spent
    finally:
        _SPENT.reset(token)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Say that a stage of the work is on; nothing happens if nobody measures."""
    spent = _SPENT.get()
    if spent is None:
        yield
        return
    spent.enter(name)
    try:
        yield
    finally:
        spent.leave()
