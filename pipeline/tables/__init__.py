"""Facts to tables: the schema, the writers of CSV, Parquet and JSON Lines, and the way back to pandas frames."""

from __future__ import annotations

from .joins import citations_within, obligations, targets_by_indicator, with_plan
from .reading import load_tables
from .schema import PLANS, SCHEMA_VERSION, TABLES, Column, Table, rows_of, table
from .writer import TableWriter

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
