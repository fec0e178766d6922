"""What one thread may use at a time: libraries in C that keep state of their own (pdfium, underthesea's tagger)."""

from __future__ import annotations

import inspect
import os
import threading
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Guard:
    """A lock that a thread may take again while it has it.

    A forked process gets a free one, even if a thread that was left behind held it; `generation` says how often that
    happened: what the lock guards is then in an unknown state.
    """

    def __init__(self) -> None:
        self.generation = 0
        self._lock = threading.RLock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        if self._lock.acquire(blocking=False):
            self._lock.release()
        else:
            self._lock = threading.RLock()
            self.generation += 1

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def alone(self, function: Callable[P, R]) -> Callable[P, R]:
        """The function, run by one thread at a time."""

        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return function(*args, **kwargs)

        return guarded

    def methods(self, cls: type[R]) -> type[R]:
        """The class, its public methods and its making run by one thread at a time."""
        for name, value in list(vars(cls).items()):
            if inspect.isfunction(value) and (not name.startswith("_") or name == "__init__"):
                setattr(cls, name, self.alone(value))
        return cls
