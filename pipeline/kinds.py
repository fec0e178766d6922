"""Kinds of facts of other packages: a dataclass named under the entry point group `vnplan.tables` becomes a table.

The name of the entry point is the name of the table. The first field of the class is `evidence`; the others are its
columns: texts, numbers, truth values, days, tuples of texts, each perhaps None. What is said of a field under
`Attributes:` in the docstring describes its column.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal

GROUP = "vnplan.tables"
_log = logging.getLogger("vnplan")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_TAKEN = {
    "plans", "citations", "targets", "tasks", "responsibilities", "deadlines", "dates", "sections", "entities", "pages",
    "signatures", "errors", "fields", "texts", "documents", "edges", "conflicts", "obligations",
}  # fmt: skip
_TAKEN_COLUMNS = {
    "document_id", "text", "start", "end", "page", "boxes", "section", "confidence", "ocr_confidence", "fact_id",
    "rule", "value_source", "reviewed_by",
}  # fmt: skip
ColumnKind = Literal["string", "integer", "number", "boolean", "date", "strings"]
_KINDS: dict[Any, ColumnKind] = {
    str: "string", int: "integer", float: "number", bool: "boolean", dt.date: "date", tuple[str, ...]: "strings",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column: its name, the type of its values, what it holds, and whether it is never null."""

    name: str
    kind: ColumnKind
    description: str
    required: bool


@dataclass(frozen=True, slots=True)
class OwnKind:
    """A kind of fact.

    Attributes:
        name: Of its table.
        record: The dataclass.
        package: Name and version of the package that offers it.
        description: What one row is.
        columns: Those of its own.
    """

    name: str
    record: type[Any]
    package: str
    description: str
    columns: tuple[OwnColumn, ...]


@cache
def offered() -> Any:
    """The entry points of all installed packages: finding them takes longer than a small document."""
    return entry_points()


def entries_of(group: str) -> list[EntryPoint]:
    """What other packages offer in a group, by name."""
    return sorted(offered().select(group=group), key=lambda entry: (entry.name, entry.value))


@cache
def own_kinds() -> dict[str, OwnKind]:
    """The kinds of facts of other packages, by the name of their table; what cannot be a table is logged."""
    found = {}
    for entry in entries_of(GROUP):
        try:
            found[entry.name] = _kind(entry)
        except Exception as error:  # of a foreign package
            _log.warning("the table %r of %s cannot be made: %s", entry.name, package_of(entry), error)
    return found


def record_types() -> tuple[type[Any], ...]:
    """Their dataclasses."""
    return tuple(kind.record for kind in own_kinds().values())


def package_of(entry: EntryPoint) -> str:
    """Name and version of the package that offers something."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def _kind(entry: EntryPoint) -> OwnKind:
    record = entry.load()
    if not _NAME.fullmatch(entry.name) or entry.name in _TAKEN:
        raise ValueError("its name must be new, of small letters, digits and _")
    if not isinstance(record, type) or not is_dataclass(record):
        raise ValueError(f"{entry.value} is no dataclass")
    first, *others = fields(record)
    if first.name != "evidence" or not all(one.init for one in fields(record)):
        raise ValueError("its first field must be evidence, and all are given when one is made")
    hints = typing.get_type_hints(record)
    said = _said(record.__doc__ or "")
    columns = tuple(_column(one.name, hints[one.name], said.get(one.name, "")) for one in others)
    description = (record.__doc__ or "").strip().partition("\n")[0] or f"A fact of {package_of(entry)}."
    return OwnKind(entry.name, record, package_of(entry), description, columns)


def _column(name: str, hint: Any, description: str) -> OwnColumn:
    required = True
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        (hint,) = [one for one in typing.get_args(hint) if one is not type(None)]
        required = False
    if hint not in _KINDS:
        raise ValueError(f"{name} must be a str, int, float, bool, date or tuple[str, ...], perhaps None")
    if name in _TAKEN_COLUMNS:
        raise ValueError(f"every table of facts has a column {name} already")
    return OwnColumn(name, _KINDS[hint], description or f"{name} of the record.", required)


def _said(docstring: str) -> dict[str, str]:
    """What the docstring says of each field, in the manner of Google's."""
    _, _, text = docstring.partition("Attributes:")
    found = re.findall(r"(?m)^ +(\w+): (.+(?:\n {12,}\S.*)*)", text)
    return {name: " ".join(words.split()) for name, words in found}
