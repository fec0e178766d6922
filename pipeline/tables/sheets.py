"""The tables as people read them: who must do what by when, targets, cited documents, plans, what was not read.

One declaration serves the workbook and the report. A row is a dictionary by the keys of its sheet's columns; codes are
in it as codes, and `shown` turns them into words.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from .. import knowledge
from .labels import label, note, worded
from .schema import table

Row = dict[str, Any]
Kind = Literal["text", "integer", "number", "date", "when", "plan", "file"]
_CITED_BY = 10
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet.

    Attributes:
        key: Its key in the rows, and in the labels.
        kind: What the values are; `when` is an ISO day or words, `plan` and `file` are links.
        width: In characters.
        codes: The kind of label that its codes are; '' for values that stand for themselves.
        hidden: For programs: hidden in the workbook, not in the report.
    """

    key: str
    kind: Kind = "text"
    width: int = 14
    codes: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its key, its columns, how many of them stay in view and are printed, and what gives its rows."""

    key: str
    columns: tuple[SheetColumn, ...]
    frozen: int
    printed: int
    rows: Callable[[Source], Iterable[Row]]


def _hidden(*keys: str) -> tuple[SheetColumn, ...]:
    return tuple(SheetColumn(key, hidden=True) for key in keys)


class Source:
    """The Parquet tables of a folder, read as the sheets need them.

    Args:
        folder: Holds the tables.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, leave_out: Sequence[str] = ("boxes",)) -> Iterator[Row]:
        """The rows of a table, in order, as they come."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(self._folder / f"{name}.parquet") as file:
            columns = [column for column in table(name).names if column not in leave_out]
            for batch in file.iter_batches(batch_size=_BATCH, columns=columns):
                yield from batch.to_pylist()

    @cached_property
    def plans(self) -> dict[str, Row]:
        """The rows of `plans` by document id."""
        leave_out = ("target_summary", "lead_bodies", "deadline_dates", "number_candidates", "date_candidates")
        return {row["document_id"]: row for row in self.read("plans", leave_out)}

    @cached_property
    def names(self) -> dict[str, str]:
        """What a document is called for people: its number, else the file's name."""
        return {key: row["number"] or row["source"].rsplit("/", 1)[-1] for key, row in self.plans.items()}

    def is_duplicate(self, document_id: str) -> bool:
        """Whether another document has the same content."""
        return self.plans[document_id]["duplicate_of"] is not None

    def stamped(self, row: Row) -> Row:
        """What every row of facts says of its document."""
        plan = self.plans[row["document_id"]]
        return {
            "document_id": row["document_id"],
            "plan": self.names[row["document_id"]],
            "issuing_body": plan["issuing_body"],
            "province": plan["province"],
            "duplicate": "x" if plan["duplicate_of"] else None,
            **{key: row.get(key) for key in ("section", "page", "fact_id", "rule", "confidence")},
            "words": one_line(row.get("text")),
        }


# -- The rows --------------------------------------------------------------------------------------------------------


def _plans(source: Source) -> Iterator[Row]:
    for key, plan in source.plans.items():
        years = [str(year) for year in (plan["period_start"], plan["period_end"]) if year]
        yield {
            **plan,
            "plan": source.names[key],
            "number_state": plan["number_status"],
            "date_state": plan["issue_date_status"],
            "status_code": plan["number_status"],
            "type_name": plan["doc_type"] and type_name(plan["doc_type"]),
            "period": "–".join(dict.fromkeys(years)) or None,
            "signer_positions": _joined(plan["signer_positions"]),
            "recipients": _joined(plan["recipients"]),
            "cited": _joined(plan["cited_numbers"]),
            "warnings": list(plan["warnings"]) or None,
            "ocr": plan["mean_ocr_confidence"] and round(plan["mean_ocr_confidence"], 1),
            "duplicate": "x" if plan["duplicate_of"] else None,
            "file": plan["source"],
        }


def _tasks(source: Source) -> Iterator[Row]:
    """A row for each task and body, and for each deadline outside of tasks, in the order of the documents."""
    tasks = {row["task_id"]: row for row in source.read("tasks")}
    charged: set[str] = set()
    found: dict[str, list[tuple[int, Row]]] = {key: [] for key in source.plans}
    for row in source.read("responsibilities"):
        task = tasks.get(row["task_id"] or "", {})
        charged.add(row["task_id"] or "")
        made = {**_of_task(row, task), "body": row["body"], "body_id": row["body_id"], "role": row["role"]}
        found[row["document_id"]].append((row["start"], {**source.stamped(row), **made}))
    for row in tasks.values():
        if row["task_id"] not in charged:
            made = {**_of_task(row, row), "body": None, "body_id": None, "role": None}
            found[row["document_id"]].append((row["start"], {**source.stamped(row), **made}))
    for row in source.read("deadlines"):
        if row["task_id"] is None:
            made = {**_of_task(row, row), "body": row["body"], "body_id": row["body_id"], "role": None}
            made |= {"due": _day(row["date"]) or row["recurrence"], "kind": row["kind"]}
            found[row["document_id"]].append((row["start"], {**source.stamped(row), **made}))
    for key in found:
        yield from (row for _, row in sorted(found[key], key=lambda pair: pair[0]))


def _of_task(row: Row, task: Row) -> Row:
    day = task.get("date") or _iso(row.get("deadline") or task.get("deadline"))
    recurs = task.get("recurs")
    return {
        "task": one_line(task.get("task") or row.get("task")),
        "task_id": row["task_id"],
        "kind": "task",
        "due": row.get("deadline") or task.get("deadline"),
        "due_from": task.get("due_from") or day,
        "due_to": task.get("due_to") or day,
        "recurs": recurs and recurs.partition(";")[0].removeprefix("FREQ="),
        "output": one_line(task.get("output")),
        "resources": one_line(task.get("resources")),
        "report_to": one_line(task.get("report_to")),
        "role_code": row.get("role"),
    }


def _targets(source: Source) -> Iterator[Row]:
    for row in source.read("targets"):
        yield {
            **row,
            **source.stamped(row),
            "indicator": one_line(row["indicator_text"]),
            "indicator_code": row["indicator"],
            "direction_code": row["direction"],
            "target_period": row["period"],
        }


def _basis(source: Source) -> list[Row]:
    """A row a cited document, the most cited first."""
    cited: dict[str, Row] = {}
    for row in source.read("citations"):
        if row["is_self"] or row["canonical_id"] is None or source.is_duplicate(row["document_id"]):
            continue
        made = cited.setdefault(
            row["canonical_id"],
            {"canonical_id": row["canonical_id"], "mentions": 0, "by": {}, "bases": set()}
            | dict.fromkeys(("cited_document", "doc_type", "cited_date", "issuer", "subject")),
        )
        for key, value in (
            ("cited_document", row["number"] or row["name"]),
            ("doc_type", row["doc_type"]),
            ("cited_date", row["date"]),
            ("issuer", row["issuer"]),
            ("subject", row["subject"]),
        ):
            made[key] = made[key] or one_line(value)
        made["mentions"] += 1
        made["by"][row["document_id"]] = source.names[row["document_id"]]
        if row["relation"] == "basis":
            made["bases"].add(row["document_id"])
    for made in cited.values():
        by = made.pop("by")
        made["citing"], made["as_basis"] = len(by), len(made.pop("bases"))
        made["cited_by"] = "; ".join(list(by.values())[:_CITED_BY]) + ("; …" if len(by) > _CITED_BY else "")
    return sorted(cited.values(), key=lambda row: (-row["citing"], -row["mentions"], row["canonical_id"]))


def _errors(source: Source) -> Iterator[Row]:
    for row in source.read("errors"):
        yield {**row, "file": row["source"], "error_code": row["code"], "remedy": row["code"]}


def _register(source: Source) -> Iterator[Row]:
    return (row | {"arrival_number": None, "arrival_date": None} for row in _plans(source) if not row["duplicate"])


_PLAN = SheetColumn("plan", "plan", 20)
_PLACE = (SheetColumn("section", width=9), SheetColumn("page", "integer", 7))
_FACT = _hidden("document_id", "fact_id", "rule", "confidence")

PLANS = Sheet(
    "plans",
    (
        _PLAN,
        SheetColumn("doc_type", width=7),
        SheetColumn("issue_date", "date", 12),
        SheetColumn("title", width=60),
        SheetColumn("issuing_body", width=28),
        SheetColumn("parent_body", width=24),
        SheetColumn("province", width=16),
        SheetColumn("province_2025", width=16),
        SheetColumn("level", width=11, codes="level"),
        SheetColumn("period", width=11),
        SheetColumn("signer", width=20),
        SheetColumn("signer_positions", width=20),
        SheetColumn("number_state", width=16, codes="status"),
        SheetColumn("date_state", width=16, codes="status"),
        SheetColumn("recipients", width=40),
        SheetColumn("cited", width=40),
        SheetColumn("pages", "integer", 8),
        SheetColumn("ocr", "number", 10),
        SheetColumn("warnings", width=40, codes="warning"),
        SheetColumn("duplicate", width=9),
        SheetColumn("file", "file", 36),
        *_hidden("document_id", "number", "status_code", "sha256"),
    ),
    1,
    7,
    _plans,
)
TASKS = Sheet(
    "tasks",
    (
        _PLAN,
        SheetColumn("body", width=28),
        SheetColumn("role", width=13, codes="role"),
        SheetColumn("task", width=70),
        SheetColumn("due", "when", 16),
        SheetColumn("due_from", "date", 12),
        SheetColumn("due_to", "date", 12),
        SheetColumn("recurs", width=12, codes="frequency"),
        SheetColumn("kind", width=13, codes="kind"),
        SheetColumn("output", width=24),
        SheetColumn("resources", width=20),
        SheetColumn("report_to", width=22),
        SheetColumn("issuing_body", width=26),
        SheetColumn("province", width=16),
        *_PLACE,
        SheetColumn("duplicate", width=9),
        *_FACT,
        *_hidden("task_id", "body_id", "role_code"),
    ),
    2,
    9,
    _tasks,
)
TARGETS = Sheet(
    "targets",
    (
        _PLAN,
        SheetColumn("indicator", width=50),
        SheetColumn("direction", width=14, codes="direction"),
        SheetColumn("bound", width=13, codes="bound"),
        SheetColumn("low", "number", 11),
        SheetColumn("high", "number", 11),
        SheetColumn("unit", width=10, codes="unit"),
        SheetColumn("from_value", "number", 10),
        SheetColumn("baseline", width=12, codes="baseline"),
        SheetColumn("target_period", width=12),
        SheetColumn("words", width=60),
        SheetColumn("issuing_body", width=26),
        SheetColumn("province", width=16),
        *_PLACE,
        SheetColumn("duplicate", width=9),
        *_FACT,
        *_hidden("indicator_code", "direction_code"),
    ),
    2,
    10,
    _targets,
)
BASIS = Sheet(
    "basis",
    (
        SheetColumn("cited_document", width=28),
        SheetColumn("doc_type", width=8),
        SheetColumn("cited_date", "when", 12),
        SheetColumn("issuer", width=28),
        SheetColumn("subject", width=60),
        SheetColumn("citing", "integer", 12),
        SheetColumn("mentions", "integer", 11),
        SheetColumn("as_basis", "integer", 11),
        SheetColumn("cited_by", width=60),
        *_hidden("canonical_id"),
    ),
    1,
    9,
    _basis,
)
ERRORS = Sheet(
    "errors",
    (
        SheetColumn("file", "file", 46),
        SheetColumn("page", "integer", 8),
        SheetColumn("code", width=28, codes="error"),
        SheetColumn("remedy", width=50, codes="remedy"),
        SheetColumn("message", width=60),
        *_hidden("document_id", "error_code"),
    ),
    1,
    5,
    _errors,
)
REGISTER = Sheet(
    "register",
    (
        SheetColumn("arrival_number", width=9),
        SheetColumn("arrival_date", "date", 12),
        SheetColumn("number", "plan", 20),  # empty where none was read: a clerk copies it
        SheetColumn("issue_date", "date", 12),
        SheetColumn("type_name", width=14),
        SheetColumn("title", width=60),
        SheetColumn("issuing_body", width=28),
        SheetColumn("recipients", width=40),
        SheetColumn("signer", width=20),
        SheetColumn("file", "file", 36),
        *_hidden("document_id"),
    ),
    3,
    9,
    _register,
)
SHEETS = (PLANS, TASKS, TARGETS, BASIS, ERRORS, REGISTER)


def shown(column: SheetColumn, value: Any, lang: str) -> Any:
    """The value for people: a code in words, text on one line."""
    if value is None or value == "":
        return None
    if column.codes == "warning":
        return "; ".join(worded(one_line(one) or "", lang) for one in value)
    if column.codes == "remedy":
        return note("error", value, lang)
    if column.codes:
        return label(column.codes, value, lang)
    if column.kind == "when" and lang == "vi" and (day := _iso(value)):
        return day.strftime("%d/%m/%Y")
    return one_line(value) if isinstance(value, str) else value


def one_line(text: str | None) -> str | None:
    """The text with single spaces, without line ends."""
    return " ".join(text.split()) if text is not None else None


def type_name(code: str) -> str:
    """The words of a document type; its code where it has none."""
    return next((row["words"][0] for row in knowledge.rows("doc_types") if row["code"] == code), code)


def located(source: str, inputs: Iterable[str]) -> Path | None:
    """The file that a source path means, below one of the inputs of the run; None where it is not there any more.

    Args:
        source: As in `plans`; of a member of an archive, and of a later document of a file, the file itself is found.
        inputs: Files and folders, as `run.json` lists them.
    """
    outer = source.split("!", 1)[0]
    whole, _, number = outer.rpartition("#")
    names = [source, outer, *([whole] if number.isdecimal() else [])]
    for place, name in ((Path(place), name) for name in names for place in inputs):
        found = place if place.name == name and place.is_file() else place / name
        # A source path comes from a file's own name, but the tables may come from anywhere.
        if found.is_file() and (found == place or place.resolve() in found.resolve().parents):
            return found.resolve()
    return None


def inputs_of(folder: Path) -> list[str]:
    """The inputs of the run that wrote a folder; none where it does not say."""
    try:
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        return [str(place) for place in run["inputs"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _joined(values: Sequence[str] | None) -> str | None:
    return "; ".join(one_line(value) or "" for value in values) if values else None


def _iso(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def all_columns() -> Iterator[tuple[Sheet, SheetColumn]]:
    """Every column of every sheet."""
    return chain.from_iterable(((sheet, column) for column in sheet.columns) for sheet in SHEETS)
