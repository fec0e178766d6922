"""`datapackage.json`: every file, table and column described, as a Frictionless Data Package (version 1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..records import SCHEMA_VERSION
from .cells import LIST_SEPARATOR
from .corpus import REGISTER_TABLES
from .schema import TABLES, Column, Kind, Table

_TYPES: dict[Kind, str] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "strings": "string",
    "boxes": "array",
    "candidates": "array",
}
_MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/x-ndjson",
    "duckdb": "application/vnd.duckdb",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_VIEWS = {
    "tables.duckdb": "All tables as one DuckDB database.",
    "plans.xlsx": "An Excel workbook for people: plans, tasks, targets, cited documents, the register.",
    "tables.xlsx": "All tables but the texts as one Excel workbook, a sheet each.",
}
_DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "skipInitialSpace": False,
    "caseSensitiveHeader": True,
}
_CSV_NOTE = (
    "An apostrophe stands before text that a spreadsheet would take for a formula (text that begins with = + - @, a "
    "tab or a line break); take it off to have the text itself. Null is an empty cell."
)
_LIST_NOTE = f" A list, joined with `{LIST_SEPARATOR}`."


_ALL_TABLES = (*TABLES, *REGISTER_TABLES)
_NO_PLAN = ("plans", "errors", *(table.name for table in REGISTER_TABLES))  # have no key of a plan
_KEYS = {"plans": "document_id", "texts": "document_id", "documents": "id", "conflicts": "id"}
_TO_DOCUMENTS = {"edges": ("source", "target"), "conflicts": ("document",)}


def datapackage(version: str, created: str, files: Mapping[str, tuple[int, str]], identity: str = "") -> dict[str, Any]:
    """The descriptor.

    Args:
        version: Version of vnplan.
        created: Time of writing, ISO 8601.
        files: The files written: size in bytes and SHA-256 by file name.
        identity: Of the tables of this run: no other run's are called so.
    """
    return {
        "profile": "data-package",
        "name": "vnplan-tables",
        **({"id": identity} if identity else {}),
        "title": "Facts of Vietnamese administrative documents",
        "description": "Tables written by vnplan. Every fact stands with the words it was read from and their place.",
        "version": SCHEMA_VERSION,
        "created": created,
        "sources": [{"title": f"vnplan {version}"}],
        "resources": [_resource(name, size, digest) for name, (size, digest) in files.items()],
    }


def with_files(package: dict[str, Any], files: Mapping[str, tuple[int, str]], gone: Collection[str]) -> dict[str, Any]:
    """A descriptor with files that were exchanged or added after it was made.

    Args:
        package: The descriptor.
        files: These files: size in bytes and SHA-256 by file name.
        gone: Names of files that are not there any more.
    """
    old = [one for one in package["resources"] if one["path"] not in gone]
    known = {one["path"]: place for place, one in enumerate(old)}
    for name, (size, digest) in files.items():
        made = _resource(name, size, digest)
        if name in known:
            old[known[name]] = made
        else:
            old.append(made)
    return {**package, "resources": old}


def _resource(file: str, size: int, digest: str) -> dict[str, Any]:
    stem, _, format_ = file.partition(".")
    if file in _VIEWS:
        return {
            "name": f"{stem}-{format_}",
            "profile": "data-resource",
            "path": file,
            "title": stem,
            "description": _VIEWS[file],
            "format": format_,
            "mediatype": _MEDIA_TYPES[format_],
            "bytes": size,
            "hash": f"sha256:{digest}",
        }
    table = next(table for table in _ALL_TABLES if table.name == stem)
    resource: dict[str, Any] = {
        "name": stem if format_ == "csv" else f"{stem}-{format_}",
        "profile": "tabular-data-resource" if format_ == "csv" else "data-resource",
        "path": file,
        "title": stem,
        "description": table.description,
        "format": format_,
        "mediatype": _MEDIA_TYPES[format_],
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
    }
    if format_ == "csv":
        resource["description"] += f" {_CSV_NOTE}"
        resource["dialect"] = _DIALECT
    if format_ == "jsonl" and stem == "plans":
        resource["description"] += (
            " One JSON object a line: the columns of `plans`, `text` (the stored text that all offsets refer to), and "
            f"under `facts` the rows of {', '.join(table.nested for table in TABLES if table.nested)}."
        )
    resource["schema"] = _schema(table, format_)
    return resource


def _schema(table: Table, format_: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column, format_) for column in table.columns], "missingValues": [""]}
    if table.name in _KEYS:
        schema["primaryKey"] = _KEYS[table.name]
    if table.name in _TO_DOCUMENTS:
        documents = {"resource": "documents" if format_ == "csv" else f"documents-{format_}", "fields": "id"}
        schema["foreignKeys"] = [{"fields": name, "reference": documents} for name in _TO_DOCUMENTS[table.name]]
    if table.name not in _NO_PLAN:
        key = {"resource": "plans" if format_ == "csv" else f"plans-{format_}", "fields": "document_id"}
        schema["foreignKeys"] = [{"fields": "document_id", "reference": key}]
    return schema


def _field(column: Column, format_: str) -> dict[str, Any]:
    in_csv = format_ == "csv"
    listed = column.kind in ("strings", "boxes", "candidates")
    field: dict[str, Any] = {
        "name": column.name,
        "type": "array" if listed and not in_csv else _TYPES[column.kind],
        "description": column.description + (_LIST_NOTE if in_csv and column.kind == "strings" else ""),
    }
    if column.kind == "boolean" and in_csv:
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints: dict[str, Any] = {}
    # In CSV an empty string or list is an empty cell, as null is.
    if column.required and (column.values or column.kind not in ("string", "strings") or column.name == "document_id"):
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    if constraints:
        field["constraints"] = constraints
    return field
