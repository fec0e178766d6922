"""What the generator writes with, as data: `phrases.toml`. This module only loads it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import tomli


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    text = (resources.files(__name__.rpartition(".")[0]) / "phrases.toml").read_text(encoding="utf-8")
    return tuple(tomli.loads(text)["row"])


@cache
def words(of: str) -> tuple[str, ...]:
    """The pieces of a kind.

    Raises:
        KeyError: There is no such kind.
    """
    found = tuple(word for row in _rows() if row["of"] == of for word in row.get("words", ()))
    if not found:
        raise KeyError(f"no phrases of the kind {of!r}")
    return found


@cache
def lines(of: str) -> tuple[str, ...]:
    """The lines of a part of a plan.

    Raises:
        KeyError: There is no such part.
    """
    found = tuple(line for row in _rows() if row["of"] == of for line in row.get("lines", ()))
    if not found:
        raise KeyError(f"no lines for {of!r}")
    return found


@cache
def kinds() -> tuple[str, ...]:
    """All kinds of pieces."""
    return tuple(row["of"] for row in _rows() if "words" in row)
