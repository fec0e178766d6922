"""Every fact of an output folder judged against gold: right, wrong or missed, with its words, its rule and its place.

Fields, sets, tasks and assignments are counted as the scorer that came with the gold counts them; a test holds that
both agree. What the gold marks `optional` is neither asked for nor wrong.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal, Protocol, cast

from ..errors import UsageError
from ..tables import load_tables
from .alike import Fact, fold, number_key, number_symbol, only_years, present, same_time, similar
from .task_pairs import of_tasks, pair_tasks

Verdict = Literal["right", "wrong", "missed"]
Same = Callable[[Any, Any], bool]
MENTIONS = "citation mentions (count)"
CITED, CITED_FULLY = "citations (document)", "citations (document+type+date)"
TASKS, ASSIGNMENTS, DUE = "tasks (found)", "assignments (task+body+role)", "task deadline (of tasks found)"
ROLES, BODIES = "responsibilities (body+role)", "responsible bodies"
BY_HAND = " (by hand, left open)"
_TASK_ROLES = ("lead", "coordinate", "implement", "direct", "supervise")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One value that the gold has, or that was given, or both.

    Attributes:
        kind: Field or kind of fact.
        document: Name of the gold file, without its ending.
        verdict: `wrong` where something was given that the gold does not have, `missed` where nothing was given.
        gold: What the gold has, None where it has nothing.
        given: What was given, None where nothing was.
        slot: Place in the gold's list, -1 for what the gold does not have.
        rows: The rows of the tables that gave it.
        form: Form of the task, '' for other kinds.
        format: Format of the document.
        doc_type: Type of the document, as the gold has it.
    """

    kind: str
    document: str
    verdict: Verdict
    gold: Any
    given: Any
    slot: int = -1
    rows: tuple[Fact, ...] = ()
    form: str = ""
    format: str = ""
    doc_type: str = ""

    @property
    def rule(self) -> str:
        """Name of the rule that read what was given, '' where nothing was."""
        return str(self.rows[0].get("rule") or "") if self.rows else ""


@dataclass
class Judged:
    """All judgements on an output folder.

    Attributes:
        kinds: `field` (one value a document) or `set`, by kind, in the order of the report.
        judgements: All of them; what was right is among them.
        scored: Names of the gold files that have a plan.
        absent: Names of those that have none.
    """

    kinds: dict[str, Literal["field", "set"]] = field(default_factory=dict)
    judgements: list[Judgement] = field(default_factory=list)
    scored: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def judge(out: str | Path, gold_folders: Iterable[str | Path]) -> Judged:
    """Judges the tables of an output folder by one or more folders of gold.

    Raises:
        UsageError: There are no tables, or no gold.
    """
    folders = [Path(folder) for folder in gold_folders]
    files = sorted(path for folder in folders for path in folder.glob("*.json"))
    if not files:
        raise UsageError(f"no gold in {', '.join(map(str, folders))}: it should hold one JSON file a document")
    tables = _Tables(out)
    judged = Judged()
    for path in files:
        plan = tables.plan(path.stem)
        (judged.absent if plan is None else judged.scored).append(path.stem)
        judge_document(judged, path.stem, json.loads(path.read_text(encoding="utf-8")), plan or {}, tables)
    return judged


def judge_document(judged: Judged, name: str, gold: dict[str, Any], plan: Fact, tables: TableRows) -> None:
    """Adds the judgements on one document.

    Args:
        judged: What they are added to.
        name: Name of the document.
        gold: Its gold.
        plan: Its row of `plans`, empty for none.
        tables: Its rows of the other tables.
    """
    _Judge(judged, name, gold, plan, tables).all()


class TableRows(Protocol):
    """What gives the rows of a document."""

    def of(self, name: str, plan: Fact) -> list[Fact]:
        """The rows of a table."""


class _Tables:
    """The rows of an output folder by document."""

    _NAMES = ("citations", "targets", "tasks", "responsibilities", "deadlines", "sections", "fields")

    def __init__(self, out: str | Path) -> None:
        frames = load_tables(out)
        rows = {
            name: cast("list[Fact]", frames[name].astype(object).where(frames[name].notna(), None).to_dict("records"))
            for name in ("plans", *self._NAMES)
        }
        self._plans: dict[str, Fact] = {}
        for plan in rows["plans"]:
            stem = re.sub(r"\.[A-Za-z0-9]{2,5}$", "", PurePosixPath(str(plan["source"])).name)
            self._plans.setdefault(stem, plan)
        self._rows: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for name in self._NAMES:
            for row in rows[name]:
                self._rows[name, row["document_id"]].append(row)

    def plan(self, stem: str) -> Fact | None:
        return self._plans.get(stem)

    def of(self, name: str, plan: Fact) -> list[Fact]:
        return self._rows.get((name, plan.get("document_id", "")), [])


@dataclass
class _Judge:
    """Judges one document."""

    judged: Judged
    document: str
    gold: dict[str, Any]
    plan: Fact
    tables: TableRows

    def all(self) -> None:
        self._fields()
        if "citations" in self.gold:
            self._citations()
        if "targets" in self.gold:
            wanted = [*self.gold["targets"], *self.gold.get("optional_targets", ())]
            self._set("targets", wanted, self._rows("targets"), _same_target, keep=lambda one: not one.get("optional"))
        if "responsibilities" in self.gold or "tasks" in self.gold:
            self._responsibilities()
        if "tasks" in self.gold:
            self._tasks()
        if "deadlines" in self.gold:
            self._deadlines()
        if "recipients" in self.gold:
            given = list(self.plan.get("recipients") or [])
            self._set("recipients", self.gold["recipients"], given, lambda a, b: similar(a, b, 85))
        if "sections" in self.gold:
            paths: dict[str, list[Fact]] = defaultdict(list)
            for row in self._rows("sections"):
                paths[str(row["path"])].append(row)
            wanted = list(dict.fromkeys(self.gold["sections"]))
            self._set("sections", wanted, list(paths), lambda a, b: a == b, rows=lambda path: paths[path])

    def _rows(self, table: str) -> list[Fact]:
        return self.tables.of(table, self.plan)

    def _add(
        self, kind: str, verdict: Verdict, gold: Any, given: Any, slot: int, rows: Sequence[Fact], form: str = ""
    ) -> None:
        self.judged.judgements.append(
            Judgement(
                kind, self.document, verdict, gold, given, slot, tuple(rows), form,
                str(self.plan.get("format") or ""), str(self.gold.get("doc_type") or self.plan.get("doc_type") or ""),
            )
        )  # fmt: skip

    # -- Fields ------------------------------------------------------------------------------------------------------

    def _fields(self) -> None:
        gold, plan = self.gold, self.plan
        unreadable = {key for key, readable in (gold.get("readable") or {}).items() if readable is False}
        issued, year, month = plan.get("issue_date"), plan.get("issue_year"), plan.get("issue_month")
        first, last = plan.get("period_start"), plan.get("period_end")
        checks: dict[str, tuple[Any, Same]] = {
            "doc_type": (plan.get("doc_type"), _equal),
            "number": (plan.get("number"), _same_number),
            "issue_date": (str(issued)[:10] if present(issued) else None, _equal),
        }
        for key, (given, same) in checks.items():
            if key in gold and key not in unreadable:
                self._field(key, gold[key], given, same, key)
        if gold.get("issue_date"):
            given = f"{int(year)}-{int(month):02d}" if present(year) and present(month) else None  # type: ignore[arg-type]
            self._field("issue_month", gold["issue_date"][:7], given, _equal, "issue_date")
        if gold.get("number"):
            self._field("number_symbol", number_symbol(gold["number"]), plan.get("number_symbol"), _same_number, "")
        if "place" in gold and "place" not in unreadable:
            self._field("place", gold["place"], plan.get("place"), similar, "place")
        if gold.get("issuing_body"):
            named: Same = lambda names, other: any(similar(name, other) for name in names)  # noqa: E731
            self._field("issuing_body", gold["issuing_body"], plan.get("issuing_body"), named, "issuing_body")
        if "title" in gold and "title" not in unreadable:
            self._field("title", gold["title"], plan.get("title"), lambda a, b: similar(a, b, 90), "title")
        if "period" in gold:
            years = (str(int(first)), str(int(last))) if present(first) and present(last) else None  # type: ignore[arg-type]
            self._field("period", tuple(gold["period"]) if gold["period"] else None, years, _equal, "period_start")
        if "signer" in gold and "signer" not in unreadable:
            self._field("signer", gold["signer"], plan.get("signer"), similar, "signer")

    def _field(self, kind: str, gold: Any, given: Any, same: Same, column: str) -> None:
        """One value; written by hand it may be left open (a person then looks at it), but never misread."""
        self.judged.kinds.setdefault(kind, "field")
        rows = [row for row in self._rows("fields") if row["field"] == column]
        ok = same(gold, given) if present(gold) and present(given) else not present(gold) and not present(given)
        if not ok and kind in (self.gold.get("handwritten") or ()) and not present(given):
            self.judged.kinds.setdefault(kind + BY_HAND, "field")
            self._add(kind + BY_HAND, "missed", gold, None, 0, ())
            return
        self._add(kind, "right" if ok else "wrong" if present(given) else "missed", gold, given, 0, rows)

    # -- Sets --------------------------------------------------------------------------------------------------------

    def _set(
        self, kind: str, gold: Sequence[Any], given: Sequence[Any], same: Same, *,
        allowed: Callable[[Any], bool] | None = None, keep: Callable[[Any], bool] | None = None,
        rows: Callable[[Any], Sequence[Fact]] | None = None, form: Callable[[Any, Any], str] | None = None,
    ) -> None:  # fmt: skip
        """Pairs one to one, in order of the gold.

        Args:
            kind: Name of the figure.
            gold: What should be there.
            given: What is there.
            same: Whether an entry of the gold and a given one are the same.
            allowed: Given ones that are not wrong where the gold has no counterpart.
            keep: Entries of the gold that are asked for; the others are neither missed nor right.
            rows: The table rows behind a given entry; it is a row itself without this.
            form: The form of a task, of its entry in the gold and the given one.
        """
        self.judged.kinds.setdefault(kind, "set")
        behind = rows or (lambda one: [one] if isinstance(one, dict) else [])
        form_of = form or (lambda one, other: "")
        left = list(given)
        for slot, entry in enumerate(gold):
            at = next((i for i, other in enumerate(left) if same(entry, other)), None)
            found = left.pop(at) if at is not None else None
            if keep is not None and not keep(entry):
                continue
            if at is None:
                self._add(kind, "missed", entry, None, slot, (), form_of(entry, None))
            else:
                self._add(kind, "right", entry, found, slot, behind(found), form_of(entry, found))
        for other in left:
            if allowed is None or not allowed(other):
                self._add(kind, "wrong", None, other, -1, behind(other), form_of(None, other))

    def _citations(self) -> None:
        """Distinct documents: mentions with one type and number are one, unless they carry two dates."""
        mentions = [row for row in self._rows("citations") if not row.get("is_self")]
        distinct: dict[Any, dict[str, Fact]] = {}
        behind: dict[Any, list[Fact]] = defaultdict(list)
        for row in mentions:
            key = (
                row.get("doc_type"),
                number_key(row.get("number")),
                fold(row.get("name")) if not present(row.get("number")) else "",
            )
            date = str(row["date"]) if present(row.get("date")) else ""
            behind[key, date].append(row)
            dates = distinct.setdefault(key, {})
            if date or not dates:
                dates.setdefault(date, {**row, "date": date, "key": (key, date)})
            if date:
                dates.pop("", None)
        documents = [row for dates in distinct.values() for row in dates.values()]

        def rows(one: Fact) -> list[Fact]:
            key, date = one["key"]
            bare = behind[key, ""] if date and len(distinct[key]) == 1 else []
            return [*behind[key, date], *bare]

        self._set(CITED, self.gold["citations"], documents, _same_document, rows=rows)
        self._set(CITED_FULLY, self.gold["citations"], documents, _same_citation, rows=rows)
        if "citation_mentions" in self.gold:
            self.judged.kinds.setdefault(MENTIONS, "set")
            given, wanted = len(mentions), self.gold["citation_mentions"]
            counts = {"right": min(given, wanted), "missed": max(0, wanted - given), "wrong": max(0, given - wanted)}
            for verdict, count in counts.items():
                for slot in range(count):
                    self._add(MENTIONS, cast(Verdict, verdict), None, None, -1 if verdict == "wrong" else slot, ())

    def _responsibilities(self) -> None:
        gold = self.gold
        wanted, may = of_tasks(gold["tasks"]) if "tasks" in gold else (gold["responsibilities"], [])
        rows = self._rows("responsibilities")

        def allowed(row: Fact) -> bool:
            if "tasks" not in gold and row.get("role") == "coordinate":
                return True  # older gold does not judge further partners
            return any(similar(one["body"], row.get("body"), 85) for one in may)

        same_body: Same = lambda a, b: similar(a["body"], b.get("body"), 85)  # noqa: E731
        same_role: Same = lambda a, b: a["role"] == b.get("role") and same_body(a, b)  # noqa: E731
        self._set(ROLES, _roles(wanted), _roles(rows), same_role, allowed=allowed)
        self._set(BODIES, _last_of_each(wanted), _last_of_each(rows), same_body, allowed=allowed)

    def _tasks(self) -> None:
        wanted = self.gold["tasks"]
        given = [_task(row) for row in self._rows("tasks")]
        where = pair_tasks(wanted, given)
        form: Callable[[Any, Any], str] = lambda a, b: str((a or {}).get("form") or (b or {}).get("form") or "")  # noqa: E731
        self._set(
            TASKS, wanted, given, lambda a, b: where.get(id(a)) is b,
            keep=lambda one: not one.get("optional"), rows=lambda one: [one["row"]], form=form,
        )  # fmt: skip
        must = [one for one in wanted if not one.get("optional")]
        of_gold = {id(where[id(one)]): one for one in wanted if id(one) in where}

        def allowed(triple: Fact) -> bool:
            task = of_gold.get(id(triple["task"]))
            return task is not None and bool(
                task.get("optional")
                or any(similar(body, triple["body"], 85) for body in task.get("optional_bodies") or ())
            )

        charged = self._rows("responsibilities")
        charges = {(row.get("task_id"), row.get("role"), row.get("body")): row for row in charged}

        def same(one: Fact, other: Fact) -> bool:
            is_pair = where.get(id(one["task"])) is other["task"] and one["role"] == other["role"]
            return is_pair and similar(one["body"], other["body"], 85)

        def rows(triple: Fact) -> list[Fact]:
            row = charges.get((triple["task"]["row"].get("task_id"), triple["role"], triple["body"]))
            return [row] if row is not None else []

        self._set(
            ASSIGNMENTS,
            [{"task": one, "body": b, "role": r} for one in must for r, bodies in one["roles"].items() for b in bodies],
            [{"task": one, "body": b, "role": r} for one in given for r, b in one["who"]],
            same,
            allowed=allowed, rows=rows, form=lambda a, b: form((a or {}).get("task"), (b or {}).get("task")),
        )  # fmt: skip
        for one in must:
            found = where.get(id(one))
            due, got = one.get("deadline"), found["deadline"] if found else None
            if only_years(due) or (not present(due) and only_years(got)):
                continue
            if found is not None and (present(due) or present(got)):
                self._due(one, found, due, got)

    def _due(self, task: Fact, found: Fact, due: Any, given: Any) -> None:
        self.judged.kinds.setdefault(DUE, "field")
        ok = present(due) and present(given) and same_time(due, given)
        verdict: Verdict = "right" if ok else "wrong" if present(given) else "missed"
        slot = next(i for i, one in enumerate(self.gold["tasks"]) if one is task)
        self._add(DUE, verdict, due, given, slot, (found["row"],), str(task.get("form") or found.get("form") or ""))

    def _deadlines(self) -> None:
        times: dict[str, list[Fact]] = defaultdict(list)
        for row in self._rows("deadlines"):
            value = next((row[key] for key in ("date", "recurrence") if present(row.get(key))), "")
            times[str(value)[:10] if value is row.get("date") else str(value)].append(row)
        given = sorted(time for time in times if time and not only_years(time))
        wanted = [time for time in self.gold["deadlines"] if not only_years(time)]
        self._set("deadlines", wanted, given, same_time, rows=lambda time: times[time])


# -- When two facts are the same -------------------------------------------------------------------------------------


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other)


def _same_number(one: Any, other: Any) -> bool:
    return number_key(one) == number_key(other)


def _same_document(gold: Fact, given: Fact) -> bool:
    if gold.get("number"):
        return number_key(gold["number"]) == number_key(given.get("number"))
    return not present(given.get("number")) and similar(gold.get("name"), given.get("name"), 85)


def _same_citation(gold: Fact, given: Fact) -> bool:
    return (
        _same_document(gold, given)
        and gold["type"] == given.get("doc_type")
        and (gold.get("date") or "") == given["date"]
    )


def _same_target(gold: Fact, given: Fact) -> bool:
    for key in ("low", "high"):
        one, other = gold.get(key), given.get(key)
        if present(one) != present(other) or (present(one) and abs(float(one) - float(other)) >= 1e-6):  # type: ignore[arg-type]
            return False
    return gold["direction"] == given.get("direction") and (
        gold["indicator"] == given.get("indicator")
        or similar(gold["indicator"], given.get("indicator"), 75)
        or similar(gold["indicator"], given.get("indicator_text"), 75)
    )


def _roles(rows: Iterable[Fact]) -> list[Fact]:
    """Each body and role once; `implement` is the default role: it counts for a body that has no other one."""
    seen: dict[tuple[str, Any], Fact] = {}
    for row in rows:
        seen.setdefault((fold(row.get("body")), row.get("role")), row)
    other = {body for body, role in seen if role != "implement"}
    return [row for (body, role), row in seen.items() if role != "implement" or body not in other]


def _last_of_each(rows: Iterable[Fact]) -> list[Fact]:
    return list({fold(row.get("body")): row for row in rows}.values())


def _task(row: Fact) -> dict[str, Any]:
    """A row of the table of tasks as pairs of role and body."""
    who: Iterator[tuple[str, str]] = ((role, body) for role in _TASK_ROLES for body in row.get(role) or ())
    return {
        "words": str(row.get("task") or ""),
        "section": row.get("section"),
        "deadline": row.get("deadline") if present(row.get("deadline")) else None,
        "form": row.get("form"),
        "who": list(who),
        "row": row,
    }
