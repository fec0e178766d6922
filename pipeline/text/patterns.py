"""Regular expressions that are compiled when they are first used.

The rooms name more than a thousand of them, and a short plan needs half: compiled at import they would be a quarter of
the time that `vnplan show` takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any


class Pattern:
    """What `re.compile` gives, compiled when a method of it is first asked for. Its source is there without that.

    Args:
        pattern: The source.
        flags: As those of `re.compile`.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    if TYPE_CHECKING:

        def match(self, string: str, pos: int = 0, endpos: int = ...) -> re.Match[str] | None: ...  # noqa: D102
        def fullmatch(self, string: str, pos: int = 0, endpos: int = ...) -> re.Match[str] | None: ...  # noqa: D102
        def search(self, string: str, pos: int = 0, endpos: int = ...) -> re.Match[str] | None: ...  # noqa: D102
        def finditer(self, string: str, pos: int = 0, endpos: int = ...) -> Iterator[re.Match[str]]: ...  # noqa: D102
        def findall(self, string: str, pos: int = 0, endpos: int = ...) -> list[Any]: ...  # noqa: D102
        def split(self, string: str, maxsplit: int = 0) -> list[str | Any]: ...  # noqa: D102
        def sub(self, repl: str | Callable[[re.Match[str]], str], string: str, count: int = 0) -> str: ...  # noqa: D102

    else:

        def __getattr__(self, name):
            """A method of the compiled expression, kept: it is asked for through here once."""
            if name.startswith("_"):
                raise AttributeError(name)
            found = getattr(self.compiled(), name)
            setattr(self, name, found)
            return found

    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled.

        Raises:
            re.error: It is none.
        """
        return re.compile(self.pattern, self._flags)

    def __repr__(self) -> str:
        return f"Pattern({self.pattern!r})"
