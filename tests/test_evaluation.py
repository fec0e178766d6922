"""The scorer: what counts as right, wrong and missed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import full_result

from vnplan import cli
from vnplan.errors import UsageError
from vnplan.evaluation import Report, score
from vnplan.evaluation.scoring import Tally
from vnplan.records import Extraction, PlanResult
from vnplan.tables import TableWriter
from vnplan.tables.parts import pack

GOLD: dict[str, Any] = {
    "doc_type": "KH",
    "number": "27/KH–UBND",
    "issue_date": "2023-03-14",
    "place": "Đồng Phú",
    "issuing_body": ["Ủy ban nhân dân huyện Đồng Phú", "UBND huyện Đồng Phú"],
    "title": "Tuyên truyền, phổ biến pháp luật",
    "period": ["2023", "2023"],
    "signer": None,
    "signer_positions": ["Phó chủ tịch"],
    "citations": [{"type": "KH", "number": "08/KH-UBND", "date": "2023-01-05"}],
    "citation_mentions": 1,
    "targets": [
        {"direction": "reduce", "indicator": "fires", "low": 5.0, "high": 10.0, "unit": "percent", "baseline": "2022"}
    ],
    "responsibilities": [
        {"body": "phòng Văn hoá và Thông tin", "role": "lead"},
        {"body": "Phòng Văn hóa và Thông tin", "role": "implement"},
        {"body": "Công an huyện", "role": "coordinate"},
    ],
    "deadlines": ["2023-12-15", "trước ngày 15 hàng tháng", "2022-02-30"],
    "recipients": ["UBND tỉnh", "Lưu: VT, KT"],
    "sections": ["1"],
}


def scored(tmp_path: Path, gold: dict[str, Any], result: PlanResult | None = None) -> Report:
    with TableWriter(tmp_path / "out", ("parquet",), "9", {}) as tables:
        tables.write(lambda names: [pack([Extraction("a", (result or full_result("x/plan a.txt"),))])])
        tables.commit("x", {})
    (tmp_path / "gold").mkdir(exist_ok=True)
    (tmp_path / "gold/plan a.json").write_text(json.dumps(gold), encoding="utf-8")
    return score(tmp_path / "out", tmp_path / "gold")


def test_all_right_but_for_the_date_that_does_not_exist(tmp_path: Path) -> None:
    report = scored(tmp_path, GOLD)
    imperfect = {name for name, tally in report.tallies.items() if tally.f1 < 1}
    assert imperfect == {"deadlines"}
    assert report.tallies["deadlines"] == Tally(right=2, wrong=1, missed=1)
    assert report.tallies["evidence in place"].right == 13


@pytest.mark.parametrize(
    ("change", "name", "tally"),
    [
        ({"number": None}, "number", Tally(wrong=1)),
        ({"number": "28/KH-UBND"}, "number", Tally(wrong=1, missed=1)),
        ({"signer": "Nguyễn Văn An"}, "signer", Tally(missed=1)),
        ({"period": None}, "period", Tally(wrong=1)),
        ({"citations": []}, "citations", Tally(wrong=1)),
        ({"citations": [{"type": "KH", "number": "8/KH-UBND", "date": None}]}, "citations", Tally(wrong=1, missed=1)),
        ({"targets": [{**GOLD["targets"][0], "high": 15.0}]}, "targets", Tally(wrong=1, missed=1)),
        ({"sections": ["1", "2"]}, "sections", Tally(right=1, missed=1)),
        ({"citation_mentions": 3}, "citation mentions", Tally(right=1, missed=2)),
    ],
)
def test_differences_are_counted(tmp_path: Path, change: dict[str, Any], name: str, tally: Tally) -> None:
    report = scored(tmp_path, {**GOLD, **change})
    assert report.tallies[name] == tally
    assert report.lowest() < 1


def test_what_is_written_by_hand_may_be_left_open(tmp_path: Path) -> None:
    result = full_result("plan a.txt")
    open_ = replace(result, plan=replace(result.plan, number=None, number_status="handwritten"))
    assert "number" not in scored(tmp_path, {**GOLD, "handwritten": ["number"]}, open_).tallies
    assert scored(tmp_path, {**GOLD, "handwritten": ["number"], "number": "1/KH"}).tallies["number"].wrong == 1


def test_words_that_do_not_stand_where_they_should(tmp_path: Path) -> None:
    result = full_result("plan a.txt")
    evidence = replace(result.targets[0].evidence, start=0, end=5)
    shifted = replace(result, targets=(replace(result.targets[0], evidence=evidence),))
    assert scored(tmp_path, GOLD, shifted).tallies["evidence in place"].wrong == 1


def test_a_document_without_a_plan(tmp_path: Path) -> None:
    scored(tmp_path, GOLD)
    (tmp_path / "gold/other.json").write_text("{}")
    report = score(tmp_path / "out", tmp_path / "gold")
    assert report.absent == ["other"]
    assert report.lowest() == 0
    with pytest.raises(UsageError, match="no gold"):
        score(tmp_path / "out", tmp_path / "out" / "none")


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scored(tmp_path, GOLD)
    arguments = ["score", str(tmp_path / "out"), str(tmp_path / "gold"), "--misses"]
    assert cli.main([*arguments, "--json", str(tmp_path / "scores.json")]) == cli.OK
    assert "deadlines: gold {'text': '2022-02-30'}, given None" in capsys.readouterr().out
    assert json.loads((tmp_path / "scores.json").read_text())["figures"]["number"]["f1"] == 1
    assert cli.main([*arguments, "--least", "0.9"]) == cli.SOME_FAILED
