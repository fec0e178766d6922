"""Facts to tables: the schema, the writers of CSV, Parquet and JSON Lines, and the way back to pandas frames."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .joins import citations_within as citations_within
    from .joins import obligations as obligations
    from .joins import targets_by_indicator as targets_by_indicator
    from .joins import with_plan as with_plan
    from .reading import load_tables as load_tables
    from .schema import PLANS as PLANS
    from .schema import SCHEMA_VERSION as SCHEMA_VERSION
    from .schema import TABLES as TABLES
    from .schema import Column as Column
    from .schema import Table as Table
    from .schema import rows_of as rows_of
    from .schema import table as table
    from .writer import TableWriter as TableWriter

__all__ = [
    "PLANS",
    "SCHEMA_VERSION",
    "TABLES",
    "Column",
    "Table",
    "TableWriter",
    "citations_within",
    "load_tables",
    "obligations",
    "rows_of",
    "table",
    "targets_by_indicator",
    "with_plan",
]

_HOMES = {
    **dict.fromkeys(("citations_within", "obligations", "targets_by_indicator", "with_plan"), "joins"),
    **dict.fromkeys(("PLANS", "SCHEMA_VERSION", "TABLES", "Column", "Table", "rows_of", "table"), "schema"),
    "load_tables": "reading",
    "TableWriter": "writer",
}


def __getattr__(name: str) -> object:
    """What is asked for, loaded when it is: who shows one plan needs no writers."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
