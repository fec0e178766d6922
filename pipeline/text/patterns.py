"""Regular expressions that are compiled when they are first used.

The rooms name more than a thousand of them, and a short plan needs half: compiled at import they would be a quarter of
the time that `vnplan show` takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Protocol


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


class Pattern:
    """What `re.compile` gives, compiled when a method of it is first asked for. Its source is there without that.

    Each method is that of the compiled expression itself, kept when it was asked for once.

    Args:
        pattern: The source.
        flags: As those of `re.compile`.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled; `re.error` if it is none."""
        return re.compile(self.pattern, self._flags)

    @cached_property
    def match(self) -> _Finds:
        """Match at an offset."""
        return self.compiled.match

    @cached_property
    def fullmatch(self) -> _Finds:
        """Match the whole of a stretch."""
        return self.compiled.fullmatch

    @cached_property
    def search(self) -> _Finds:
        """Find the first match."""
        return self.compiled.search

    @cached_property
    def finditer(self) -> _FindsAll:
        """Find all matches, one by one."""
        return self.compiled.finditer

    @cached_property
    def findall(self) -> _Lists:
        """List the words, or groups, of all matches."""
        return self.compiled.findall

    @cached_property
    def split(self) -> _Splits:
        """Cut a text at the matches."""
        return self.compiled.split

    @cached_property
    def sub(self) -> _Replaces:
        """Put other words in the place of the matches."""
        return self.compiled.sub

    def __repr__(self) -> str:
        return f"Pattern({self.pattern!r})"
