"""What is due: days and recurring reports, as a list and as a calendar that another library reads the same way."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events
from register_fakes import plan_of, result, write_tables

from vnplan.errors import UsageError
from vnplan.records import Charge, Deadline, Evidence, PlanResult, Task
from vnplan.register.due import calendar, deadlines, span_of, upcoming

RULES = {
    "trước ngày 15 hằng tháng": "FREQ=MONTHLY;BYMONTHDAY=15",
    "trước ngày 10/12 hằng năm": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=10",
    "ngày 20 tháng cuối mỗi quý": "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=20",
    "thứ sáu hằng tuần": "FREQ=WEEKLY;BYDAY=FR",
    "ngày cuối tháng": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "định kỳ 6 tháng": "FREQ=MONTHLY;INTERVAL=6",
}


def evidence(words: str, at: int = 0) -> Evidence:
    return Evidence(words, at, at + len(words), page=2, section="III")


def plan_with(*facts: Deadline, tasks: tuple[Task, ...] = (), **plan: object) -> PlanResult:
    fields = plan_of("7/KH-UBND", "2024-02-05", "ubnd@district-849-2024", "Trồng cây", **plan)
    return result("kế hoạch 7.pdf", fields, deadlines=facts, tasks=tasks)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    due = [Deadline(evidence(words, at), None, words, "report", "Công an xã", "báo cáo", recurs=rule)
           for at, (words, rule) in enumerate(RULES.items())]  # fmt: skip
    day = Deadline(evidence("trước ngày 20/3/2024", 90), "2024-03-20", None, "submit", "Nhà trường", "gửi kế hoạch")
    write_tables(tmp_path, [plan_with(*due, day, period_start=2024, period_end=2025)])
    return tmp_path


def test_another_library_reads_the_same_days(out: Path) -> None:
    first, last = dt.date(2024, 1, 1), dt.date(2027, 12, 31)
    read = icalendar.Calendar.from_ical(calendar(out))
    events = recurring_ical_events.of(read).between(first, last + dt.timedelta(days=1))
    theirs = sorted((event["DTSTART"].dt, str(event["UID"])) for event in events)
    ours = sorted((day, f"{due.uid}@vnplan") for day, due in upcoming(deadlines(out), first, last))
    assert theirs == ours
    assert len(ours) > 150 and max(day for day, _ in ours) == dt.date(2025, 12, 31)  # the plan's last year ends them


def test_an_event_says_who_what_and_where(out: Path) -> None:
    read = icalendar.Calendar.from_ical(calendar(out, "nha truong"))
    (event,) = read.walk("VEVENT")
    assert event["SUMMARY"] == "Nhà trường: gửi kế hoạch"
    assert "7/KH-UBND" in event["DESCRIPTION"] and "“trước ngày 20/3/2024”" in event["DESCRIPTION"]
    assert event["URL"] == "k%E1%BA%BF%20ho%E1%BA%A1ch%207.pdf#page=2"
    assert isinstance(event["DTSTART"].dt, dt.date) and not isinstance(event["DTSTART"].dt, dt.datetime)


def test_the_link_opens_the_file_where_it_is_still_there(out: Path, tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "kế hoạch 7.pdf").write_bytes(b"")
    (out / "run.json").write_text(json.dumps({"inputs": [str(plans)], "formats": ["parquet"]}), encoding="utf-8")
    (event,) = icalendar.Calendar.from_ical(calendar(out, "nha truong")).walk("VEVENT")
    assert event["URL"] == (plans / "kế hoạch 7.pdf").as_uri() + "#page=2"


def test_the_same_tables_give_the_same_file(out: Path) -> None:
    assert calendar(out) == calendar(out)


def test_a_rule_that_cannot_be_read_falls_back_to_the_day(tmp_path: Path) -> None:
    due = Deadline(evidence("hằng tháng"), "2024-03-20", "hằng tháng", "report", recurs="FREQ=SOMETIMES")
    never = Deadline(evidence("thường xuyên", 40), None, "thường xuyên", "report")
    write_tables(tmp_path, [plan_with(due, never)])
    (found,) = deadlines(tmp_path)
    assert (found.day, found.rule) == (dt.date(2024, 3, 20), None)


def test_tasks_without_a_deadline_of_their_own_are_due_too(tmp_path: Path) -> None:
    charges = (Charge(evidence("Công an xã"), "Công an xã", "lead"),)
    task = Task(evidence("Tuyên truyền trong quý II/2024"), "Tuyên truyền", "order", charges, "quý II/2024",
                dt.date(2024, 4, 1), dt.date(2024, 6, 30))  # fmt: skip
    plan = plan_with(tasks=(task,))
    linked = Deadline(evidence("quý II", 60), None, None, "complete", task_id=plan.tasks[0].evidence.fact_id,
                      due_from=dt.date(2024, 4, 1), due_to=dt.date(2024, 6, 30))  # fmt: skip
    write_tables(tmp_path, [plan])
    (found,) = deadlines(tmp_path)
    assert (found.day, found.since, found.bodies) == (dt.date(2024, 6, 30), dt.date(2024, 4, 1), ("Công an xã",))
    write_tables(tmp_path, [replace(plan, deadlines=(linked,))])
    assert [due.kind for due in deadlines(tmp_path)] == ["complete"]  # once, not twice
    assert deadlines(tmp_path, "Sở Tài chính") == []


def test_spans() -> None:
    assert [span_of(words).days for words in ("14d", "3w", "2M")] == [14, 21, 60]
    for words in ("", "d", "14", "-3d", "14 d", "1.5d", "9999999d", "٣d"):
        with pytest.raises(UsageError):
            span_of(words)
