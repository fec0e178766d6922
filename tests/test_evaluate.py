"""Figures against gold: as the scorer beside the gold counts, calibration, and what one run won over another."""

from __future__ import annotations

import importlib.util
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fakes import PLAN, full_result, words

from vnplan import cli
from vnplan.errors import UsageError
from vnplan.evaluation import Evaluation, evaluate
from vnplan.evaluation.alike import fold, number_symbol, only_years, overlap, same_time
from vnplan.evaluation.calibration import Grade, at_least, by_documents, calibration_error, reliability, threshold
from vnplan.evaluation.gains import gains, markdown
from vnplan.evaluation.judging import ASSIGNMENTS, CITED, CITED_FULLY, DUE, TASKS
from vnplan.records import Charge, Extraction, PlanResult, Task
from vnplan.tables import TableWriter
from vnplan.tables.parts import pack

GOLD: dict[str, Any] = {
    "doc_type": "KH",
    "number": "27/KH-UBND",
    "issue_date": "2023-03-14",
    "citations": [{"type": "KH", "number": "08/KH-UBND", "date": "2023-01-05"}],
    "citation_mentions": 2,
    "targets": [{"direction": "reduce", "indicator": "fires", "low": 5, "high": 10}],
    "tasks": [
        {
            "section": "I.1",
            "at": "chủ trì, phối hợp với Công an huyện",
            "roles": {"lead": ["Phòng Văn hóa và Thông tin"], "coordinate": ["Công an huyện"]},
            "deadline": "2023-12-15",
            "form": "subject",
        },
        {"section": "I.2", "at": "tuyên truyền ở các chợ", "roles": {"implement": ["Hội Phụ nữ"]}, "form": "order"},
    ],
    "deadlines": ["2023-12-15", "năm 2023"],
    "recipients": ["UBND tỉnh"],
    "sections": ["1", "2"],
}


def written(folder: Path, *results: PlanResult) -> Path:
    with TableWriter(folder, ("parquet",), "9", {}) as tables:
        tables.write(lambda names: [pack([Extraction("a", results or (full_result("x/plan a.txt"),))])])
        tables.commit("x", {})
    return folder


def labelled(folder: Path, gold: dict[str, Any] = GOLD, name: str = "plan a") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(gold), encoding="utf-8")
    return folder


def evaluated(tmp_path: Path, gold: dict[str, Any] = GOLD, result: PlanResult | None = None) -> Evaluation:
    out = written(tmp_path / "out", *([result] if result else []))
    return evaluate(out, [labelled(tmp_path / "gold", gold)])


def counts(report: Evaluation) -> dict[str, tuple[int, int, int]]:
    """Right, wrong and missed by kind."""
    return {kind: (f.right, f.wrong, f.missed) for kind, f in report.figures().items()}


def test_counts(tmp_path: Path) -> None:
    found = counts(evaluated(tmp_path))
    assert found["number"] == (1, 0, 0)
    assert found[CITED] == found[CITED_FULLY] == (1, 0, 0)
    assert found["targets"] == (1, 0, 0)
    assert found[TASKS] == (1, 0, 1)
    assert found[ASSIGNMENTS] == (2, 0, 1)
    assert found[DUE] == (1, 0, 0)
    assert found["recipients"] == (1, 1, 0)
    assert found["sections"] == (1, 0, 1)


@pytest.mark.parametrize(
    ("change", "kind", "expected"),
    [
        ({"number": "28/KH-UBND"}, "number", (0, 1, 0)),
        ({"number": "8/KH", "handwritten": ["number"]}, "number", (0, 1, 0)),
        ({"issue_date": None}, "issue_date", (0, 1, 0)),
        ({"citations": [{"type": "KH", "number": "8/KH-UBND", "date": None}]}, CITED, (1, 0, 0)),
        ({"citations": [{"type": "KH", "number": "8/KH-UBND", "date": None}]}, CITED_FULLY, (0, 1, 1)),
        ({"targets": [{**GOLD["targets"][0], "high": 15}]}, "targets", (0, 1, 1)),
        ({"targets": [{**GOLD["targets"][0], "optional": True}]}, "targets", (0, 0, 0)),
        ({"targets": [], "optional_targets": [{**GOLD["targets"][0], "optional": True}]}, "targets", (0, 0, 0)),
        ({"tasks": [{**GOLD["tasks"][0], "optional": True}]}, ASSIGNMENTS, (0, 0, 0)),
        ({"tasks": [{**GOLD["tasks"][0], "roles": {"lead": ["Hội Phụ nữ"]}}]}, ASSIGNMENTS, (0, 2, 1)),
        (
            {"tasks": [{**GOLD["tasks"][0], "roles": {"lead": ["Phòng VH và TT"]}, "optional_bodies": ["Công an huyện"]}]},
            ASSIGNMENTS, (0, 1, 1),
        ),
        ({"tasks": [{**GOLD["tasks"][0], "deadline": "2023-12-16"}]}, DUE, (0, 1, 0)),
    ],
)  # fmt: skip
def test_what_counts_as_right(
    tmp_path: Path, change: dict[str, Any], kind: str, expected: tuple[int, int, int]
) -> None:
    assert counts(evaluated(tmp_path, {**GOLD, **change})).get(kind, (0, 0, 0)) == expected


def test_words_in_common_count_for_the_overlap(tmp_path: Path) -> None:
    charge = {"lead": ["Phòng Văn hóa và Thông tin huyện Đồng Phú và các xã"]}
    figure = evaluated(tmp_path, {"tasks": [{**GOLD["tasks"][0], "roles": charge}]}).figures()[ASSIGNMENTS]
    assert figure.score == 0
    assert figure.overlap is not None and 0.5 < figure.overlap < 0.8


def test_intervals_hold_the_score_and_are_the_same_each_time(tmp_path: Path) -> None:
    results = [replace(full_result(f"{n}.txt"), document_id=f"d{n:015}") for n in range(8)]
    out = written(tmp_path / "out", *results)
    for n in range(8):
        labelled(tmp_path / "gold", GOLD if n % 2 else {**GOLD, "number": "1/KH-UBND"}, str(n))
    one, other = (evaluate(out, [tmp_path / "gold"]).figures()["number"] for _ in range(2))
    assert one == other
    assert one.low is not None and one.score == 0.5 and one.high is not None
    assert 0 < one.low < 0.5 < one.high < 1


def test_slices(tmp_path: Path) -> None:
    slices = evaluated(tmp_path).slices()
    assert set(slices["form"]) == {"subject", "order"}
    assert slices["form"]["subject"][TASKS].right == 1
    assert slices["form"]["order"][TASKS].missed == 1
    assert slices["doc_type"]["KH"]["number"].right == slices["format"]["text"]["number"].right == 1


# -- The scorer beside the gold --------------------------------------------------------------------------------------


def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared / "score/score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assert_same(shared: Path, out: Path, gold: list[Path], leave: tuple[str, ...] = ()) -> None:
    tally, absent = scorer(shared).score(out, gold)
    report = evaluate(out, gold)
    found = Counter((one.kind, one.verdict) for one in report.judged.judgements)
    assert report.judged.absent == absent
    for kind, row in tally.exact.items():
        mine = [found[kind, verdict] for verdict in ("right", "wrong", "missed")]
        assert (mine[0], mine[1], sum(mine)) == (row["right"], row["wrong"], row["all"]), kind
    for kind, row in tally.sets.items():
        if kind not in leave:
            mine = [found[kind, verdict] for verdict in ("right", "missed", "wrong")]
            assert mine == [row["tp"], row["fn"], row["fp"]], kind


WORK = ("tuyên truyền ở các chợ", "kiểm tra phòng cháy", "báo cáo kết quả", "kiểm tra phòng cháy tại các xã")
NAMES = ("Công an huyện", "Phòng Tài chính", "UBND các xã", "Hội Phụ nữ", "Ủy ban nhân dân các xã")
DUES = (None, "2023-12-15", "trước ngày 15 hằng tháng", "năm 2023", "quý II/2023")


def drawn(draw: random.Random) -> tuple[PlanResult, dict[str, Any]]:
    """A plan with some tasks, and gold that agrees with it here and there."""

    def roles() -> dict[str, list[str]]:
        return {
            role: [draw.choice(NAMES)] for role in draw.sample(("lead", "coordinate", "implement"), draw.randint(1, 3))
        }

    evidence = words(PLAN, "Công an huyện")
    tasks, gold = [], []
    for place in range(draw.randint(0, 5)):
        charged, work, due = roles(), draw.choice(WORK), draw.choice(DUES)
        charges = tuple(Charge(evidence, body, role) for role, (body,) in charged.items())  # type: ignore[arg-type]
        if draw.random() < 0.8:
            tasks.append(
                Task(replace(evidence, fact_id=f"f{place}"), work + draw.choice(("", " nữa")), "order", charges, due)
            )
        if draw.random() < 0.8:
            entry = {
                "at": work,
                "roles": draw.choice((charged, roles())),
                "section": "I.1",
                "deadline": draw.choice((due, *DUES)),
            }
            entry |= draw.choice(({}, {}, {"optional": True}, {"optional_bodies": [draw.choice(NAMES)]}))
            gold.append(entry)
    facts = {**GOLD, "tasks": gold, "citations": draw.choice((GOLD["citations"], []))}
    result = replace(full_result("x/plan a.txt"), tasks=tuple(tasks))
    # The scorer makes tasks of responsibilities where there are none.
    return (result if tasks else replace(result, responsibilities=())), facts  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_agrees_with_the_scorer_on_drawn_plans(shared: Path, tmp_path: Path, seed: int) -> None:
    result, gold = drawn(random.Random(seed))
    out = written(tmp_path / "out", result)
    assert_same(shared, out, [labelled(tmp_path / "gold", gold)])


def test_agrees_with_the_scorer_on_real_plans(shared: Path, tmp_path: Path) -> None:
    code = cli.main(["extract", str(shared / "corpus/texts/plans"), "--out", str(tmp_path), "--ner", "none", "--quiet"])
    assert code == cli.OK
    assert_same(shared, tmp_path, [shared / "gold/plans"], leave=("targets",))  # it asks for optional targets too


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("UBND xã", "Ủy ban nhân dân xã", True),
        ("HOÀ BÌNH", "hòa bình", True),
        ("V/v phòng cháy", "phòng cháy", True),
        ("Sở Y tế", "Sở Tư pháp", False),
    ],
)
def test_words_are_evened_out(one: str, other: str, same: bool) -> None:
    assert (fold(one) == fold(other)) is same


def test_times_and_numbers() -> None:
    assert same_time("2023-12-15 00:00:00", "2023-12-15")
    assert not same_time("2023-12-15", "ngày 15 tháng 12 năm 2023")
    assert only_years("giai đoạn 2021 - 2025") and not only_years("quý II/2025") and not only_years(None)
    assert number_symbol("09/2009/CT-UBND") == number_symbol("16/CT-UBND") == "CT-UBND"
    assert overlap("các xã", "các phường") == 0.5


# -- Confidence ------------------------------------------------------------------------------------------------------


def rows(*pairs: tuple[float, bool]) -> list[Grade]:
    return [Grade("targets", "zero", confidence, right, False, "a") for confidence, right in pairs]


def test_calibration_error() -> None:
    honest = rows(*[(0.75, True)] * 3, (0.75, False))
    assert calibration_error(honest) == 0
    boasting = rows(*[(0.95, True)] * 2, *[(0.95, False)] * 2)
    assert calibration_error(boasting) == pytest.approx(0.45)
    both = calibration_error([*honest, *boasting])
    assert both == pytest.approx(0.225)
    assert [part.count for part in reliability([*honest, *boasting])] == [4, 4]
    assert calibration_error([]) is None


def test_what_a_count_proves() -> None:
    assert at_least(99, 100) == pytest.approx(0.958, abs=0.002)
    assert at_least(9900, 10000) > 0.988
    assert 0 < at_least(1, 1) < 0.3


def test_threshold() -> None:
    mixed = rows(*[(0.98, True)] * 999, (0.98, False), *[(0.9, True)] * 60, *[(0.9, False)] * 60)
    sure = threshold(mixed, missed=941)
    assert sure is not None
    assert (sure.confidence, sure.precision, sure.count) == (0.98, 0.999, 1000)
    assert sure.recall == pytest.approx(999 / 2000)
    # A few right ones prove nothing.
    assert threshold(rows(*[(0.98, True)] * 100)) is None
    assert threshold(rows(*[(0.98, True)] * 140)) is not None
    assert threshold(rows((0.9, False))) is None
    # The faults of one document in ten say that another one may bring as many.
    several = [Grade("targets", "zero", 0.98, n > 0 or k >= 8, False, str(n)) for n in range(10) for k in range(100)]
    assert by_documents(several) < 0.98 and threshold(several) is None
    spread = [Grade("targets", "zero", 0.98, k > 0 or n > 7, False, str(n)) for n in range(10) for k in range(100)]
    assert by_documents(spread) > 0.98 and threshold(spread) is not None
    # Facts of one confidence stand together: a threshold cannot part them.
    assert threshold(rows((0.9, True), (0.9, False))) is None


def test_rows_are_graded_by_what_the_gold_says(tmp_path: Path) -> None:
    optional = {**GOLD, "tasks": [{**GOLD["tasks"][0], "optional": True}], "targets": []}
    report = evaluated(tmp_path, optional)
    graded = {(grade.kind, grade.right) for grade in report.grades()}
    assert ("targets", False) in graded and ("citations", True) in graded and ("fields", True) in graded
    assert not any(kind == "tasks" for kind, _ in graded)
    assert report.calibration()["targets"]["rules"]["targets"]["right"] == 0


# -- Won and lost ----------------------------------------------------------------------------------------------------


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Callable[[PlanResult], list[str]]]:
    """Gives the Markdown of what a plan won over the full one."""
    old = written(tmp_path / "old")
    gold = labelled(tmp_path / "gold")

    def compared(result: PlanResult) -> list[str]:
        new = written(tmp_path / "new", result)
        return list(markdown(gains(evaluate(new, [gold]).judged, evaluate(old, [gold]).judged)))

    yield compared


def test_nothing_changed(runs: Callable[[PlanResult], list[str]]) -> None:
    assert runs(full_result("x/plan a.txt"))[-1] == "Nothing changed."


def test_lost_and_invented(runs: Callable[[PlanResult], list[str]]) -> None:
    result = full_result("x/plan a.txt")
    target = result.targets[0]
    bent = replace(target, high=15.0, evidence=replace(target.evidence, rule="bent"))
    lines = runs(replace(result, targets=(bent,)))
    assert "| targets | 0 | 0 | 1 | 1 |" in lines
    assert "| bent | 0 | 0 | 0 | 1 |" in lines
    assert any(line.startswith("- plan a, targets `bent`: reduce 5-15: ") for line in lines)
    assert "### Lost: right before, not now (1)" in "\n".join(lines)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, gold = str(written(tmp_path / "out")), str(labelled(tmp_path / "gold"))
    assert cli.main(["evaluate", out, gold, "--misses"]) == cli.OK
    said = capsys.readouterr().out
    assert "missed 'tuyên truyền ở các chợ'" in said and "assignments (task+body+role)" in said
    assert cli.main(["evaluate", out, gold, "--json"]) == cli.OK
    assert json.loads(capsys.readouterr().out)["figures"]["number"]["score"] == 1
    assert cli.main(["evaluate", out, gold, "--against", out]) == cli.OK
    assert "Nothing changed." in capsys.readouterr().out
    assert cli.main(["evaluate", out, str(tmp_path / "none")]) == cli.USAGE
    with pytest.raises(UsageError, match="no gold"):
        evaluate(out, [tmp_path / "none"])


def test_a_document_without_a_plan_misses_everything(tmp_path: Path) -> None:
    gold = labelled(tmp_path / "gold", GOLD, "other")
    report = evaluate(written(tmp_path / "out"), [gold])
    assert report.judged.absent == ["other"]
    assert counts(report)[TASKS] == (0, 0, 2)
