"""Whether a run into a folder has other inputs than the run before, whose files would leave the tables."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Literal

from ..errors import UsageError
from ..ingestion.files import is_within
from ..ingestion.names import escape_name, masked
from ..ingestion.remote import is_url
from .ledger import Ledger

Others = Literal["ask", "replace", "add"]
Input = str | os.PathLike[str]

_KEY = "inputs"
_MOST_NAMED = 3


def with_earlier(inputs: Sequence[Input], ledger: Ledger, others: Others) -> list[Input]:
    """The inputs of a run, with those of the run before where both are to be kept.

    Args:
        inputs: What this run was given.
        ledger: Of the output folder.
        others: What to do where inputs of the run before are not among them: refuse (`ask`), let their files leave the
            tables (`replace`), or read them too (`add`).

    Raises:
        UsageError: Files would leave the tables, and nobody said that they may.
    """
    missing = [one for one in json.loads(ledger.state(_KEY) or "[]") if not _covers(inputs, one)]
    if not missing or others == "replace" or not any(_holds_files(ledger, one) for one in missing):
        return list(inputs)
    if others == "add":
        return [*missing, *inputs]
    names = ", ".join(map(escape_name, missing[:_MOST_NAMED])) + (", …" if len(missing) > _MOST_NAMED else "")
    raise UsageError(
        f"the output folder holds the tables of other inputs: {names}; their files would leave the tables. Say "
        "--add to keep both, --replace to keep only the new ones, or name another output folder"
    )


def remember(inputs: Sequence[Input], ledger: Ledger) -> None:
    """Keep what a run was given, for the next one."""
    value = json.dumps(sorted({_identity(one) for one in inputs}))
    if ledger.state(_KEY) != value:
        ledger.keep(_KEY, value)


def _identity(one: Input) -> str:
    """An input as it is told again: the absolute path, or the URL without what opens it."""
    name = os.fspath(one)
    return masked(name) if is_url(name) else os.path.abspath(name)  # noqa: PTH100 - links stay as they were given


def _covers(inputs: Sequence[Input], earlier: str) -> bool:
    """Whether an earlier input is among the inputs, or lies within one."""
    now = [_identity(one) for one in inputs]
    if earlier in now or is_url(earlier):
        return earlier in now
    return is_within(os.path.realpath(earlier), [os.path.realpath(one) for one in now if not is_url(one)])


def _holds_files(ledger: Ledger, earlier: str) -> bool:
    return is_url(earlier) or ledger.holds_files(earlier)
