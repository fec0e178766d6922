"""Facts to tables: the schema, the writers of CSV, Parquet and JSON Lines, and the way back to pandas frames."""

from __future__ import annotations

from .reading import load_tables
from .schema import PLANS, SCHEMA_VERSION, TABLES, Column, Table, rows_of, table
from .writer import TableWriter

__all__ = ["PLANS", "SCHEMA_VERSION", "TABLES", "Column", "Table", "TableWriter", "load_tables", "rows_of", "table"]
