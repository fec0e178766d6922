"""Plans with citations, and their tables, for tests of the register: as they come out of reading, without reading."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path

from vnplan import __version__
from vnplan.grammar.numbers import symbol_type
from vnplan.linking.facts import identified
from vnplan.records import Citation, Deadline, Evidence, Extraction, Plan, PlanResult, Target, Task
from vnplan.tables.parts import pack
from vnplan.tables.writer import TableWriter

_MADE = iter(range(1_000_000))


def plan_of(
    number: str | None,
    day: str | None = None,
    issuer: str | None = "ubnd@district-849-2024",
    title: str = "Kế hoạch năm",
    doc_type: str = "KH",
    **more: object,
) -> Plan:
    """The fields of a plan."""
    date = dt.date.fromisoformat(day) if day else None
    return Plan(
        doc_type, number, None, "found" if number else "absent", date, "found" if date else "absent",
        date.year if date else None, date.month if date else None, None, issuer, issuer, title=title, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def citation(number: str | None, date: str | None, issuer: str | None, *, text: str = "", **more: object) -> Citation:
    """A citation whose words say what it says."""
    doc_type = more.pop("doc_type", None) or (symbol_type(number) if number else None)
    said = text or " ".join(str(part) for part in (number or more.get("name"), "ngày", date, "của", issuer) if part)
    named = f"{doc_type or '?'}:{number.lstrip('0')}" if number else None
    more.setdefault("relation", "basis")
    evidence = Evidence(said, 0, len(said), section="basis")
    return Citation(evidence, doc_type, number, date, issuer, issuer_id=issuer, canonical_id=named, **more)  # type: ignore[arg-type]


def result(
    source: str,
    plan: Plan,
    *citations: Citation,
    text: str = "",
    target: float | None = None,
    deadlines: Sequence[Deadline] = (),
    tasks: Sequence[Task] = (),
) -> PlanResult:
    """A document with these facts; equal arguments give equal documents."""
    words = text or f"{plan.number} {plan.title}"
    sha = hashlib.sha256(f"{source}{plan}{citations}{words}".encode()).hexdigest()
    targets = ()
    if target is not None:
        evidence = Evidence(f"giảm {target:g}% số vụ", 0, 5)
        targets = (Target(evidence, "reduce", "crashes", "số vụ", target, target, "percent"),)
    return identified(
        PlanResult(
            f"d{sha[:15]}", source, sha, "text", words, plan, citations, targets, tuple(tasks), deadlines=tuple(deadlines)
        )
    )  # fmt: skip


def write_tables(out: Path, results: Sequence[PlanResult], formats: Sequence[str] = ("parquet",)) -> None:
    """The tables of these documents, as a run writes them."""
    rows = pack([Extraction(one.source, (one,)) for one in results])
    with TableWriter(out, formats, __version__, {}) as writer:
        writer.write(lambda names: [rows.select(list(names))])
        made = f"2026-01-01T00:00:00.{next(_MADE):06}+00:00"  # no two sets of tables were written at one time
        writer.commit(made, {"formats": list(formats), "made_with": "test"})
