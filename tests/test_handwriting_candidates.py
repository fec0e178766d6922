"""Candidates for what is written by hand: each names its source, and none becomes a value."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from vnplan.linking.handwriting import with_candidates
from vnplan.records import Candidate, Citation, Evidence, Plan, Signature


def warnings_of(*given: object) -> tuple[str, ...]:
    return with_candidates(*given).warnings  # type: ignore[arg-type]


PLAN = Plan(
    doc_type="KH",
    number_symbol="KH-UBND",
    number_status="handwritten",
    issue_date_status="handwritten",
    issue_year=2025,
    issue_month=3,
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("phong/12-KH-UBND.pdf", ("number may be 12/KH-UBND (file name)",)),
        ("KH 12.pdf", ("number may be 12/KH-UBND (file name)",)),
        ("mail.zip!kh_007_atgt.pdf", ("number may be 007/KH-UBND (file name)",)),
        ("scan0001.pdf", ()),
        ("KH 2025.pdf", ()),
        ("12-QD-UBND-kem-phu-luc.pdf", ()),
    ],
)
def test_file_name(source: str, expected: tuple[str, ...]) -> None:
    assert warnings_of(PLAN, source, (), ()) == expected


def test_signing_time_in_the_month_of_issue() -> None:
    signed = [Signature("UBND", signed_at=dt.datetime(2025, 3, day, 9, 0, tzinfo=dt.UTC)) for day in (14, 14)]
    later = Signature("VP", signed_at=dt.datetime(2025, 4, 1, 9, 0, tzinfo=dt.UTC))
    assert warnings_of(PLAN, "x.pdf", (), [*signed, later]) == ("issue date may be 2025-03-14 (signing time)",)


def test_annex_that_repeats_number_and_date() -> None:
    own = Citation(Evidence("", 0, 1, section="annex"), "KH", "31/KH-UBND", "2025-03-14")
    other = replace(own, date="2024-01-05")
    found = warnings_of(PLAN, "x.pdf", [own, other], ())
    assert found == (
        "number may be 31/KH-UBND (repeated in the text)",
        "issue date may be 2025-03-14 (repeated in the text)",
    )


def test_nothing_for_what_is_printed() -> None:
    printed = replace(PLAN, number_status="found", issue_date_status="found")
    assert warnings_of(printed, "12-KH-UBND.pdf", (), ()) == ()


def test_candidates_stand_with_source_and_score() -> None:
    own = Citation(Evidence("", 0, 1, section="annex"), "KH", "31/KH-UBND", "2025-03-45")
    signed = Signature("UBND", signed_at=dt.datetime(2025, 3, 14, 9, 0, tzinfo=dt.UTC))
    read = replace(PLAN, number_candidates=(Candidate("13/KH-UBND", "recognition", 0.5),))
    plan = with_candidates(read, "KH 31.pdf", [own], [signed])
    assert [(c.value, c.source) for c in plan.number_candidates] == [
        ("31/KH-UBND", "annex"),
        ("13/KH-UBND", "recognition"),
    ]
    assert [(c.value, c.source) for c in plan.date_candidates] == [("2025-03-14", "signature")]  # day 45 is none


@pytest.mark.parametrize(
    ("source", "against"),
    [
        ("12-KH-UBND.pdf", ["12/KH-UBND"]),
        ("KH 041.pdf", []),
        ("KH 12 (41-KH-UBND).pdf", []),  # one of them is the one that was read
        ("12-QD-UBND.pdf", []),
        ("scan0012.pdf", []),
    ],
)
def test_a_file_name_that_says_another_number_is_a_candidate(source: str, against: list[str]) -> None:
    printed = replace(PLAN, number="41/KH-UBND", number_status="found")
    plan = with_candidates(printed, source, (), ())
    assert [(one.value, one.source) for one in plan.number_candidates] == [(value, "file_name") for value in against]
    assert plan.warnings == ()


@pytest.mark.parametrize(
    ("days", "against"),
    [
        ((14,), []),
        ((10, 20), []),
        ((10,), ["2025-03-10"]),
        ((9, 10), ["2025-03-10"]),
        ((75,), ["2025-05-14"]),
        ((), []),
    ],
)
def test_seals_before_or_long_after_the_day_that_was_read(days: tuple[int, ...], against: list[str]) -> None:
    printed = replace(PLAN, issue_date=dt.date(2025, 3, 14), issue_date_status="found")
    first = dt.datetime(2025, 3, 1, 9, 0, tzinfo=dt.UTC)
    signed = [Signature("UBND", signed_at=first + dt.timedelta(days=day - 1)) for day in days]
    plan = with_candidates(printed, "x.pdf", (), signed)
    assert [(one.value, one.source) for one in plan.date_candidates] == [(value, "signature") for value in against]
