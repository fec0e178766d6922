"""Regular expressions that are compiled when they are first used.

The rooms name more than a thousand of them, and a short plan needs half: compiled at import they would be a quarter of
the time that `vnplan show` takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar


class _Finds(Protocol):
    def __call__(self, string: str, pos: int = 0, endpos: int = ..., /) -> re.Match[str] | None: ...


class _FindsAll(Protocol):
    def __call__(self, string: str, pos: int = 0, endpos: int = ..., /) -> Iterator[re.Match[str]]: ...


class _Lists(Protocol):
    def __call__(self, string: str, pos: int = 0, endpos: int = ..., /) -> list[Any]: ...


class _Splits(Protocol):
    def __call__(self, string: str, maxsplit: int = 0) -> list[str | Any]: ...


class _Replaces(Protocol):
    def __call__(self, repl: str | Callable[[re.Match[str]], str], string: str, count: int = 0) -> str: ...


_M = TypeVar("_M")


class _Method(Generic[_M]):
    """A method of the compiled expression, which a pattern keeps once it was asked for.

    Without a lock, unlike `cached_property`: a fork could find it taken. Two threads compile the same thing at worst.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, pattern: Pattern, owner: type) -> _M:
        found: _M = getattr(pattern.compiled(), self._name)
        pattern.__dict__[self._name] = found
        return found


class Pattern:
    """What `re.compile` gives, compiled when a method of it is first asked for. Its source is there without that.

    Args:
        pattern: The source.
        flags: As those of `re.compile`.
    """

    match = _Method[_Finds]()
    fullmatch = _Method[_Finds]()
    search = _Method[_Finds]()
    finditer = _Method[_FindsAll]()
    findall = _Method[_Lists]()
    split = _Method[_Splits]()
    sub = _Method[_Replaces]()

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled.

        Raises:
            re.error: It is none.
        """
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self._flags)
        return self._compiled

    def __repr__(self) -> str:
        return f"Pattern({self.pattern!r})"
