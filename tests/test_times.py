"""Times that set a deadline, by example: `tests/data/times.toml`."""

from __future__ import annotations

import datetime as dt
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from test_deadlines import segments_of

from vnplan import knowledge
from vnplan.extractors import deadlines
from vnplan.grammar import time_forms, time_phrases, time_settings, times
from vnplan.grammar.times import Due, due_in
from vnplan.records import Deadline
from vnplan.segmentation.model import Segments

CASES = tomllib.loads((Path(__file__).parent / "data" / "times.toml").read_text(encoding="utf-8"))["case"]
ISSUED = (2025, 11, 18)


def read(case: dict[str, Any], find: Callable[..., tuple[Due, ...]] = due_in) -> list[dict[str, str]]:
    """What is due in a case, as it is written there."""
    text = case["text"]
    years = tuple(case["years"]) if "years" in case else None
    issued = (None, None, None) if case.get("unissued") else ISSUED
    found = find(text, 0, len(text), issued=issued, label=case.get("label", False), years=years)
    rows = []
    for due in found:
        row = {"date": due.date} if due.date else {"words": due.words}
        values = {"from": due.due_from, "to": due.due_to, "rrule": due.recurs}
        rows.append(row | {key: str(value) for key, value in values.items() if value is not None})
    return rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50])
def test_case(case: dict[str, Any]) -> None:
    assert read(case) == case["due"]


def test_words_stand_in_the_text() -> None:
    for case in CASES:
        for due in due_in(case["text"], 0, len(case["text"]), issued=ISSUED, label=case.get("label", False)):
            assert due.words in case["text"][due.start : due.end]
            assert due.rule


def test_stretch_is_not_read_beyond_its_end() -> None:
    text = "Báo cáo trước ngày 30/11/2025 và trước ngày 20/12/2025."
    assert [due.date for due in due_in(text, 0, text.index(" và"), issued=ISSUED)] == ["2025-11-30"]
    assert [due.date for due in due_in(text, text.index(" và"), len(text), issued=ISSUED)] == ["2025-12-20"]


@pytest.mark.parametrize(
    ("words", "issued", "years", "wanted"),
    [
        ("trước ngày 15/6", (2025, 3, 10), None, "2025-06-15"),
        ("trước ngày 15/6", (2025, 8, 10), None, "2026-06-15"),
        ("trước ngày 15/6", (2025, 7, 10), None, "2025-06-15"),  # the month before: it had begun
        ("trước ngày 15/6", (2025, 7, None), None, "2025-06-15"),
        ("trước ngày 15/6", (2025, None, None), None, "2025-06-15"),
        ("trước ngày 15/6", (None, None, None), None, None),
        ("trước ngày 15/6", (2025, 3, 10), (2025, 2025), "2025-06-15"),
        ("trước ngày 15/6", (2025, 11, 10), (2026, 2026), "2026-06-15"),
        ("trước ngày 15/6", (2025, 3, 10), (2026, 2026), "2026-06-15"),
        ("trước ngày 15/6", (2025, 3, 10), (2030, 2030), "2025-06-15"),
        ("trước ngày 15/6", (None, None, None), (2026, 2026), "2026-06-15"),
        ("trước ngày 15/6", (2025, 3, 10), (2021, 2025), None),
        ("trước ngày 15/6/2025", (2025, 3, 10), (2021, 2025), "2025-06-15"),
        ("trước ngày 15/6/2024", (2025, 3, 10), None, ""),  # history
        ("trước ngày 15/6/2024", (None, None, None), None, "2024-06-15"),
        ("trước ngày 15/6/2024", (2024, 8, 10), None, "2024-06-15"),
        ("trước ngày 15/6/2024", (2024, 9, 10), None, ""),
        ("trước ngày 15/6/2024", (2024, 9, None), None, ""),
        ("trước ngày 15/6/2024", (2024, None, None), None, "2024-06-15"),
        ("từ ngày 05/6 đến ngày 20/6/2025", (2025, 3, 10), None, "2025-06-20"),
        ("từ ngày 05/12 đến ngày 20/01/2026", (2025, 3, 10), None, "2026-01-20"),
        ("từ ngày 05/6/2025 đến ngày 20/6", (2025, 3, 10), None, "2025-06-20"),
        ("từ ngày 05/12/2025 đến ngày 20/01", (2025, 3, 10), None, "2026-01-20"),
        ("từ ngày 05/4/2026 đến ngày 20/5", (2025, 3, 10), None, "2026-05-20"),
        ("trước ngày 15/12 năm nay", (2025, 3, 10), None, "2025-12-15"),
    ],
)
def test_the_year_of_a_day(
    words: str, issued: tuple[int, int, int], years: tuple[int, int], wanted: str | None
) -> None:
    text = f"Báo cáo kết quả ra quân, hoàn thành {words}."
    found = due_in(text, 0, len(text), issued=issued, years=years)
    assert [due.date for due in found] == ([] if wanted == "" else [wanted])


def test_a_span_that_is_all_that_is_said() -> None:
    text = "Từ ngày 05/12/2025 đến ngày 20/12/2025 tại bến đò"
    at = text.index(" tại")
    assert [due.date for due in due_in(text, 0, at, issued=ISSUED)] == ["2025-12-20"]
    assert due_in(text, 0, len(text), issued=ISSUED) == ()


# -- properties --------------------------------------------------------------------------------------------------------

PIECES = [
    "trước ", "chậm nhất ", "trong ", "từ ", "đến hết ", "đến ", "ngày ", "tháng ", "quý ", "năm ", "hằng tháng", "hằng năm",
    "hằng quý", "định kỳ ", "báo cáo ", "15/6", "31/02", "30/11/2025", "12", "II", "/2026", " và ", ", ", "; ", ". ", "(", ")",
    "thứ sáu ", "hằng tuần", " của tháng cuối quý", "cuối ", "đầu năm", "6 tháng, năm ", "05 ngày làm việc ", "kể từ khi ",
    "Thời gian thực hiện: ", "hoàn thành ", "17 giờ ", "khi kết thúc", " - ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.booleans())
def test_any_words(text: str, label: bool) -> None:
    found = due_in(text, 0, len(text), issued=ISSUED, label=label)
    for due in found:
        assert 0 <= due.start < due.end <= len(text)
        assert due.date is None or due.date == str(due.due_to)
        assert due.due_from is None or due.due_to is None or due.due_from <= due.due_to
        assert due.recurs is None or due.date is None
        if due.recurs:
            assert rrulestr(due.recurs, dtstart=dt.datetime(2025, 1, 1))[0]
    assert [due.start for due in found] == sorted(due.start for due in found)


@given(st.dates(dt.date(2025, 10, 1), dt.date(2030, 12, 31)))
def test_any_day(day: dt.date) -> None:
    for words in (f"{day.day}/{day.month}/{day.year}", f"{day.day:02} tháng {day.month:02} năm {day.year}"):
        text = f"Báo cáo trước ngày {words}."
        (due,) = due_in(text, 0, len(text), issued=ISSUED)
        assert (due.date, due.due_to) == (day.isoformat(), day)


@given(st.dates(dt.date(2025, 9, 30), dt.date(2026, 8, 31)))
def test_a_day_without_its_year_lies_near_the_issue(day: dt.date) -> None:
    text = f"Báo cáo trước ngày {day.day}/{day.month}."
    if (day.month, day.day) == (2, 29):
        return
    (due,) = due_in(text, 0, len(text), issued=ISSUED)
    assert due.due_to is not None
    assert dt.date(*ISSUED) - dt.timedelta(days=75) <= due.due_to < dt.date(*ISSUED) + dt.timedelta(days=366)


GROWING = [
    "trước ngày 1/2, ", "trước ", "từ ngày 1/2 đến ngày 3/4 ", "từ ngày 1/2 đến khi ", "trong quý I, ", "quý I, ", "tháng 1 - ",
    "hằng năm ", "6 tháng, ", "trong vòng 05 ngày kể từ ngày ", "Thời gian: tháng 3, ", "(", "báo cáo trước ngày 20/6/2026; ",
    "chậm nhất là ", "1/2/2026 ", "cuối tháng ", "và ngày 1/2 ",
]  # fmt: skip


@pytest.mark.parametrize("piece", GROWING)
@pytest.mark.parametrize("label", [False, True])
def test_time_grows_with_length_only(piece: str, label: bool) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        start = time.process_time()
        due_in(text, 0, len(text), issued=ISSUED, label=label)
        return time.process_time() - start

    seconds(1_000)
    one, two = min(seconds(10_000) for _ in range(3)), min(seconds(20_000) for _ in range(3))
    assert two < 3 * one + 0.02


# -- the table of phrases ----------------------------------------------------------------------------------------------


def fresh(monkeypatch: pytest.MonkeyPatch, left: list[dict[str, Any]]) -> dict[str, ModuleType]:
    """The modules that read the table, loaded anew with these rows only."""
    monkeypatch.setattr(knowledge, "rows", lambda name: tuple(left) if name == "deadline_phrases" else ())
    loaded = {}
    for module in (time_phrases, time_forms, time_settings, times, deadlines):
        spec = util.find_spec(module.__name__)
        assert spec is not None and spec.loader is not None
        loaded[module.__name__] = util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, module.__name__, loaded[module.__name__])
        spec.loader.exec_module(loaded[module.__name__])
    return loaded


def rows_of_times() -> list[Any]:
    rows = enumerate(knowledge.rows("deadline_phrases"))
    return [pytest.param(place, id=f"{row['kind']}-{row['name']}-{place}") for place, row in rows]


def test_unknown_kinds_and_keys_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [dict(row) for row in knowledge.rows("deadline_phrases")]
    for change in ({"kind": "seter"}, {"strenght": "strong"}, {"strength": "strnog"}):
        with pytest.raises((ValueError, TypeError)):
            fresh(monkeypatch, [rows[0] | change, *rows[1:]])


def test_every_key_stands_in_what_its_phrase_matches_of_its_examples() -> None:
    for phrase in (*time_phrases.setters(), *time_phrases.labels(), *time_phrases.phrases("opening")):
        assert phrase.key and time_phrases.leads(phrase)


DOCUMENTS = tomllib.loads((Path(__file__).parent / "data" / "deadlines.toml").read_text(encoding="utf-8"))["case"]


def outcomes(find: Callable[..., tuple[Due, ...]], extract: Callable[..., list[Deadline]]) -> Iterator[object]:
    """What all cases give, one by one, so that a difference is seen early."""
    yield from (read(case, find) for case in CASES)
    for segments in segmented():
        yield [(row.date, row.recurrence, row.kind, row.recurs, row.report_to) for row in extract(segments)]


@cache
def segmented() -> tuple[Segments, ...]:
    """The documents of `tests/data/deadlines.toml`."""
    return tuple(segments_of(case["text"], case.get("letterhead", "plan")) for case in DOCUMENTS)


@cache
def right() -> tuple[object, ...]:
    return tuple(outcomes(due_in, deadlines.extract))


@pytest.mark.parametrize("place", rows_of_times())
def test_each_row_is_needed(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = right()
    rows = [dict(row) for row in knowledge.rows("deadline_phrases")]
    if "key" in rows[place]:
        del rows[place]
    else:  # the only one of its kind, it may be; so it stays, and matches nothing
        rows[place] |= {"words": ["(none)"]} if "words" in rows[place] else {"pattern": "(?!)"}
    loaded = fresh(monkeypatch, rows)
    changed = outcomes(loaded["vnplan.grammar.times"].due_in, loaded["vnplan.extractors.deadlines"].extract)
    assert any(found != wanted for found, wanted in zip(changed, expected, strict=True))
