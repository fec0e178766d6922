"""How far the reading of a document has come: told by those who read, for those who limit its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int], None]
"""Gets the number of pages, and of characters of text, that have been read since the last call."""

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have a listener called for all that is read in this context."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def come(pages: int = 0, characters: int = 0) -> None:
    """Say that so much has been read; nothing happens if nobody listens."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(pages, characters)
