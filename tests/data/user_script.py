"""What somebody writes who uses vnplan: type checkers find nothing amiss, and it runs (tests/test_typing.py)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import vnplan
from vnplan import PlanResult, Settings, VnplanError
from vnplan.labelling import gold_of, to_label_studio
from vnplan.records import Citation, Extraction, Target

settings = Settings(ner="none", min_confidence=0.5, extractors=("citations", "tasks"))
extraction: Extraction = vnplan.extract(Path("a.txt").read_bytes(), "a.txt", settings)
for result in extraction.plans:
    cited: list[Citation] = [one for one in result.citations if not one.is_self]
    targets: tuple[Target, ...] = result.targets
    day: dt.date | None = result.plan.issue_date
    again: PlanResult = PlanResult.from_dict(result.to_dict())
    print(cited, targets, day, again == result, [charge.body for task in result.tasks for charge in task.charges])
try:
    vnplan.read_file("none.txt")
except VnplanError as error:
    print(error.code, error.message)
document = vnplan.read_file("a.txt")
print(vnplan.analyze(document, settings, extractors=["citations"]).plan.number)
summary = vnplan.extract_folder(["a.txt"], "out", formats=["parquet"], settings=settings)
tables = vnplan.load_tables("out")
frame = vnplan.obligations(tables, geo=True)
print(frame.head(), vnplan.with_plan(tables, "targets").shape, summary.documents)
(place,) = vnplan.lookup("Vinh Long")
print(place.id, vnplan.describe(place.id).name)
doc = vnplan.to_spacy(extraction.plans[0])
print(vnplan.from_spacy(doc).document_id)
vnplan.warm_up()
print(gold_of(to_label_studio(extraction.plans)))
