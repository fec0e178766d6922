"""Decisions of people laid over the rows of documents, wherever the rows come from."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from ..linking.codes import official_code
from .corrections import NAMES, Decision, Key, content_of
from .decided import charges_of, figures_of, linked, listed, target_of
from .derive import describe
from .schema import Column, Rows, table

Record = dict[str, Any]
FACTS = ("citations", "targets", "tasks", "responsibilities", "deadlines")
NEEDED = ("plans", "fields", *FACTS)
"""The tables that decisions touch."""
ADDED = ("tasks", "responsibilities", "targets", "deadlines", "citations")
"""The kinds of fact that a person can add."""
FIELDS = (
    *("number", "issue_date", "doc_type", "issuing_body", "title", "place"),
    *("signer", "signer_positions", "parent_body", "recipients"),
)
"""The fields of a plan that a person can put right: what officials write into their registers."""
_ROLES = ("lead", "coordinate", "implement", "direct", "supervise")
_STATES = {"number": "number_status", "issue_date": "issue_date_status"}


def key_of(content: str, kind: str, row: Record) -> Key:
    """The key of the fact in a row."""
    return Key(content, kind, " ".join(row["text"].split()), row["fact_id"])


def meant(facts: Iterable[Key], decisions: Iterable[Decision]) -> dict[Key, Key]:
    """Which fact each decision means: the one with its id; where none has it, the only one of its kind with its words.

    Args:
        facts: Of a document.
        decisions: On it; those that add a fact, or are on fields or sections, mean none of them.

    Returns:
        By key of a decision, that of the fact. Other rules may have given the fact another id: then the keys differ.
    """
    by_id = {(key.kind, key.fact): key for key in facts}
    by_words: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in by_id.values():
        by_words[key.kind, key.words].append(key)
    found = {}
    for one in decisions:
        if one.key.kind in FACTS and one.action != "add":
            with_id = by_id.get((one.key.kind, one.key.fact))
            same = by_words.get((one.key.kind, one.key.words), [])
            if fact := with_id or (same[0] if len(same) == 1 else None):
                found[one.key] = fact
    return found


@dataclass(frozen=True)
class Overlay:
    """The standing decisions, by content; picklable.

    Attributes:
        decisions: By content, by fact.
    """

    decisions: dict[str, dict[Key, Decision]] = field(default_factory=dict)

    @classmethod
    def of(cls, standing: dict[Key, Decision]) -> Overlay:
        """The overlay for the standing decisions."""
        found: dict[str, dict[Key, Decision]] = defaultdict(dict)
        for key, decision in standing.items():
            found[key.content][key] = decision
        return cls(dict(found))

    @property
    def names(self) -> dict[str, Decision]:
        """The names of bodies that are others everywhere, as they were read."""
        return {key.words: one for key, one in self.decisions.get(NAMES, {}).items() if one.value}

    @property
    def adds(self) -> bool:
        """Whether facts are added, for which the texts are needed."""
        return any(one.action == "add" for of in self.decisions.values() for one in of.values())

    def touches(self, sha256: str, source: str) -> bool:
        """Whether there are decisions on a document."""
        return content_of(sha256, source) in self.decisions

    def apply(self, rows: Rows) -> tuple[Rows, list[Decision]]:
        """The rows of one document with the decisions on it, and those whose words it does not hold any more.

        Args:
            rows: Those of `NEEDED`, and of `texts` where facts are added.
        """
        if not rows["plans"] or not self.decisions:
            return rows, []
        found = {name: [dict(zip(table(name).names, row, strict=True)) for row in rows[name]] for name in NEEDED}
        plan = found["plans"][0]
        decisions = self.decisions.get(content_of(plan["sha256"], plan["source"]), {})
        names = {body: one for body, one in self.names.items() if body in _bodies(found)}
        if not decisions and not names:
            return rows, []
        text = rows["texts"][0][1] if rows.get("texts") else ""
        document = _Document(found, text)
        for body, one in names.items():
            document.rename(body, one)
        lost = document.decide(decisions)
        done = {name: [tuple(row[c] for c in table(name).names) for row in found[name]] for name in NEEDED}
        return {**rows, **done}, lost


def _bodies(rows: dict[str, list[Record]]) -> set[str]:
    return {row["body"] for kind in ("responsibilities", "deadlines") for row in rows[kind] if row["body"]}


@dataclass
class _Document:
    """The rows of one document while decisions are laid over them."""

    rows: dict[str, list[Record]]
    text: str

    def decide(self, decisions: dict[Key, Decision]) -> list[Decision]:
        """Lay the decisions over the rows; returns those that fit nothing."""
        lost = []
        content = next(iter(decisions)).content if decisions else ""
        facts = {key_of(content, kind, row): row for kind in FACTS for row in self.rows[kind]}
        of = meant(facts, decisions.values())
        for key, one in decisions.items():
            fact = of.get(key)
            if key.kind == "fields":
                self._field(one)
            elif key.kind not in FACTS:
                continue  # a section that was looked at changes no row
            elif one.action == "add":
                if not self._add(one):
                    lost.append(one)
            elif fact is None or not any(row is facts[fact] for row in self.rows[key.kind]):
                lost.append(one)
            elif fact == key or fact not in decisions:  # else a later one is on the fact itself
                self._fact(one, facts[fact])
        self._derive()
        return lost

    def rename(self, body: str, one: Decision) -> None:
        """Give a body that was read under a name the right one, wherever it stands."""
        right = one.value or body
        found, candidates = linked(right, self.rows["plans"][0])
        for kind in ("responsibilities", "deadlines"):
            for row in self.rows[kind]:
                if row["body"] == body:
                    row |= {"body": right, "body_id": found, "value_source": "person", "reviewed_by": one.who}
                    if kind == "responsibilities":
                        row["body_candidates"] = candidates
        for task in self.rows["tasks"]:
            for role in _ROLES:
                task[role] = _distinct(right if other == body else other for other in task[role])

    def _field(self, one: Decision) -> None:
        name = one.key.words
        plan = self.rows["plans"][0]
        plan["reviewed_by"] = one.who
        row = next((row for row in self.rows["fields"] if row["field"] == name), None)
        if row:
            row["reviewed_by"] = one.who
        if one.action == "accept":
            return
        plan["value_source"] = "person"
        value: Any = one.value if one.action == "correct" else None
        if row:
            row["value_source"], row["value"] = "person", value
        if name == "issue_date":
            value = dt.date.fromisoformat(value) if value else None
            plan["issue_year"], plan["issue_month"] = (value.year, value.month) if value else (None, None)
        if name in _STATES:
            plan[_STATES[name]] = "found" if value else "absent"
        if name == "issuing_body":
            plan["issuing_body_id"], plan["issuing_body_candidates"] = linked(value, {**plan, "issuing_body": None})
            plan["issuing_body_code"] = official_code(plan["issuing_body_id"])
        plan[name] = listed(value) if isinstance(plan[name], list) else value

    def _fact(self, one: Decision, row: Record) -> None:
        kind = one.key.kind
        row["reviewed_by"] = one.who
        if one.action == "reject":
            self.rows[kind] = [other for other in self.rows[kind] if other is not row]
            if kind == "responsibilities":
                self._charge(row, None)
            if kind == "tasks":
                self._without_task(row["task_id"])
        elif one.action == "correct" and one.value is not None:
            row["value_source"] = "person"
            _CORRECTED[kind](self, row, one.value)

    def _citation(self, row: Record, value: str) -> None:
        row["number"] = value
        row["canonical_id"] = f"{row['doc_type']}:{value}" if row["doc_type"] else None

    def _target(self, row: Record, value: str) -> None:
        found = target_of(value)
        if found is None:
            row["low"], row["high"] = figures_of(value)
            return
        row |= {"direction": found.direction, "low": found.low, "high": found.high, "unit": found.unit}
        bound = found.direction if found.direction in ("at_least", "at_most") else "range"
        exact = found.low == found.high and bound == "range"
        row["bound"] = None if found.low is None else "exact" if exact else bound

    def _deadline(self, row: Record, value: str) -> None:
        day = dt.date.fromisoformat(value)
        row["date"], row["recurrence"], row["due_from"], row["due_to"], row["recurs"] = day, None, day, day, None
        for task in self.rows["tasks"]:
            if row["task_id"] and task["task_id"] == row["task_id"]:
                task["deadline"], task["due_from"], task["due_to"] = value, day, day

    def _responsibility(self, row: Record, value: str) -> None:
        found = charges_of(value)
        if found.bodies:
            ((role, body),) = found.bodies[:1]
            self._charge(row, (role, body))
            row["role"], row["body"] = role, body
            row["body_id"], row["body_candidates"] = linked(body, self.rows["plans"][0])

    def _task(self, row: Record, value: str) -> None:
        """A task that a person added, with a row for each body that it charges."""
        found = charges_of(value)
        row |= {"task_id": row["fact_id"], "task": " ".join(row["text"].split()), "form": "subject"}
        if found.due is not None:
            row |= {"deadline": found.due.isoformat(), "due_from": found.due, "due_to": found.due}
            due = self._beside(row, "deadlines", "due")
            due |= {"kind": "other", "date": found.due, "due_from": found.due, "due_to": found.due}
            due |= {"task": row["task"], "body": found.bodies[0][1]}
            due["body_id"], _ = linked(due["body"], self.rows["plans"][0])
        for place, (role, body) in enumerate(found.bodies):
            row[role] = [*row[role], body]
            charge = self._beside(row, "responsibilities", str(place))
            charge |= {"role": role, "body": body, "task": row["task"], "deadline": row["deadline"]}
            charge["body_id"], charge["body_candidates"] = linked(body, self.rows["plans"][0])

    def _beside(self, row: Record, kind: str, what: str) -> Record:
        """A new row of another kind for a fact that a person added."""
        made: Record = {column.name: _empty(column) for column in table(kind).columns}
        digest = hashlib.sha256(f"{row['fact_id']} {kind} {what}".encode()).hexdigest()
        made |= {name: row[name] for name in made.keys() & row.keys() if name not in ("body", "recurs", "report_to")}
        made |= {"fact_id": "f" + digest[:15], "task_id": row["fact_id"]}
        self.rows[kind] = sorted([*self.rows[kind], made], key=lambda other: other["start"])
        return made

    def _charge(self, row: Record, new: tuple[str, str] | None) -> None:
        """In the row of the task, the body of a responsibility taken out or put right."""
        for task in self.rows["tasks"]:
            if row["task_id"] and task["task_id"] == row["task_id"]:
                task[row["role"]] = [body for body in task[row["role"]] if body != row["body"]]
                if new:
                    task[new[0]] = [*task[new[0]], new[1]]

    def _without_task(self, task_id: str) -> None:
        """A task that is none takes the bodies that it charged with it; its deadlines and targets stand alone."""
        charged = self.rows["responsibilities"]
        self.rows["responsibilities"] = [row for row in charged if row["task_id"] != task_id]
        for kind in ("deadlines", "targets"):
            for row in self.rows[kind]:
                row["task_id"] = None if row["task_id"] == task_id else row["task_id"]

    def _add(self, one: Decision) -> bool:
        """Add a fact where its words stand; False where they stand nowhere."""
        key = one.key
        pattern = r"\s+".join(map(re.escape, key.words.split()))
        places = re.finditer(pattern, self.text) if pattern else iter(())
        found = next((place for number, place in enumerate(places) if str(number) == key.fact), None)
        if found is None or one.value is None:
            return False
        row: Record = {column.name: _empty(column) for column in table(key.kind).columns}
        digest = hashlib.sha256("\0".join((key.content, key.kind, "added", key.words, key.fact)).encode()).hexdigest()
        row |= {
            "document_id": self.rows["plans"][0]["document_id"],
            "text": found[0], "start": found.start(), "end": found.end(), "section": "", "confidence": 1.0,
            "fact_id": "f" + digest[:15], "rule": "person", "value_source": "person", "reviewed_by": one.who,
            "relation": "mentions", "kind": "other", "direction": "reach",
            "indicator": found[0], "indicator_text": found[0],
        }  # fmt: skip
        row = {name: row[name] for name in table(key.kind).names}
        _CORRECTED[key.kind](self, row, one.value)
        self.rows[key.kind] = sorted([*self.rows[key.kind], row], key=lambda other: other["start"])
        return True

    def _derive(self) -> None:
        """The columns of `plans` that are drawn from facts."""
        plan, rows = self.rows["plans"][0], self.rows
        plan["cited_numbers"] = _distinct(r["number"] for r in rows["citations"] if r["number"] and not r["is_self"])
        plan["target_summary"] = _distinct(describe(SimpleNamespace(**r)) for r in rows["targets"])  # type: ignore[arg-type]
        plan["lead_bodies"] = _distinct(r["body"] for r in rows["responsibilities"] if r["role"] == "lead")
        plan["deadline_dates"] = sorted({r["date"].isoformat() for r in rows["deadlines"] if r["date"]})


_CORRECTED: dict[str, Callable[[_Document, Record, str], None]] = {
    "citations": _Document._citation,
    "targets": _Document._target,
    "deadlines": _Document._deadline,
    "responsibilities": _Document._responsibility,
    "tasks": _Document._task,
}
CORRECTED = tuple(kind for kind in _CORRECTED if kind != "tasks")
"""The kinds of fact whose value a person can put right."""


def _empty(column: Column) -> Any:
    return [] if column.kind in ("strings", "boxes", "candidates") else False if column.kind == "boolean" else None


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
