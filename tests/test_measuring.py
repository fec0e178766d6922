"""The scripts that measure: which gold there is, how far readers agree, and which peers are pinned."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "benchmarks" / "peers")]

import agreement  # noqa: E402
import gold_sets  # noqa: E402
import kinds_of_miss  # noqa: E402
import ladder_plot  # noqa: E402
import mutants  # noqa: E402
import worker  # noqa: E402

from vnplan.evaluation.judging import ASSIGNMENTS, Judgement  # noqa: E402

LABELS = {
    "doc_type": "KH",
    "sections": ["I", "I.1"],
    "tasks": [
        {
            "section": "I.1",
            "at": "rà soát các hộ kinh doanh ở chợ",
            "roles": {"lead": ["Công an xã"]},
            "deadline": "2026-03-31",
        },
        {"section": "I.1", "at": "báo cáo kết quả", "roles": {"implement": ["Ban Quản lý chợ"]}, "optional": True},
    ],
    "targets": [{"direction": "reach", "indicator": "hộ dân ký cam kết", "low": 100, "high": 100}],
    "deadlines": ["2026-03-31"],
}


def labels(folder: Path, content: dict[str, object]) -> Path:
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_readers_who_say_the_same_agree(tmp_path: Path) -> None:
    one, other = labels(tmp_path / "one", LABELS), labels(tmp_path / "other", LABELS)
    found = agreement.figures(one, other)
    for kind in ("doc_type", "sections", "tasks (found)", "assignments (task+body+role)", "targets", "deadlines"):
        assert found[kind].score == 1.0, kind
    assert found["tasks (found)"].right == 1  # the optional one is neither asked for nor given


def test_readers_who_differ_in_a_role_differ_in_that_alone(tmp_path: Path) -> None:
    task, optional = LABELS["tasks"]  # type: ignore[misc]
    changed = {**LABELS, "tasks": [{**task, "roles": {"implement": ["Công an xã"]}}, optional]}  # type: ignore[dict-item]
    found = agreement.figures(labels(tmp_path / "one", LABELS), labels(tmp_path / "other", changed))
    assert found["tasks (found)"].score == found["responsible bodies"].score == 1.0
    assert found["assignments (task+body+role)"].score == found["responsibilities (body+role)"].score == 0.0


def test_gold_is_gathered_without_the_locked_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = gold_sets.LOCKED.read_text(encoding="utf-8").split()[0]
    given = tmp_path / "given"
    (given / "gold").mkdir(parents=True)
    for name in (locked, "free"):
        (given / f"{name}.md").write_text("KẾ HOẠCH\n", encoding="utf-8")
        (given / "gold" / f"{name}.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(gold_sets, "SHARED", tmp_path / "nothing")
    sets = gold_sets.gather(tmp_path / "out", more=[f"{given}:{given / 'gold'}"])
    by_name = {one.name: one for one in sets}
    assert set(by_name) == {"samples", "written", "more0"}
    assert [path.stem for path in by_name["more0"].gold.iterdir()] == ["free"] and not by_name["more0"].seen
    assert len(list(by_name["written"].documents.iterdir())) == len(list(by_name["written"].gold.iterdir())) == 59


def test_every_peer_that_is_a_package_is_pinned_and_no_pin_names_a_host() -> None:
    pinned = {path.stem for path in (ROOT / "benchmarks" / "peers").glob("*.txt")}
    programs = {program for program, _ in worker.PROGRAMS}
    assert programs == pinned | {"vnplan", *worker.TOLD}
    for path in (ROOT / "benchmarks" / "peers").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert f"{path.stem}==" in text and "--hash=" in text
        assert not re.search(r"https?:|--(?:extra-)?index|find-links", text), path.name


def test_the_picture_of_the_ladder_has_a_bar_for_every_figure() -> None:
    picture = ladder_plot.drawn({"300 dpi": {"tasks": 1.0, "targets": 0.2}, "fax": {"tasks": 0.9, "targets": 0.8}})
    assert picture.count("<rect") == 4 and picture.count(">fax<") == 1
    assert 'width="0.0"' in picture


def test_what_is_missed_and_what_is_wrong_instead_are_one_miss(tmp_path: Path) -> None:
    task = {"at": "rà soát các hộ kinh doanh", "section": "I"}
    given = {"words": "rà soát các hộ kinh doanh ở chợ", "row": {}}

    def one(kind: str, verdict: str, fact: dict[str, object]) -> Judgement:
        both = (fact, None) if verdict == "missed" else (None, fact)
        return Judgement(kind, "a", verdict, *both)  # type: ignore[arg-type]

    found = list(
        kinds_of_miss.kinds(
            [
                one(ASSIGNMENTS, "missed", {"task": task, "body": "Công an xã", "role": "lead"}),
                one(ASSIGNMENTS, "wrong", {"task": given, "body": "Công an xã", "role": "implement"}),
                one(ASSIGNMENTS, "missed", {"task": task, "body": "Ban Quản lý chợ xã", "role": "lead"}),
                one(ASSIGNMENTS, "wrong", {"task": given, "body": "Ban Quản lý chợ", "role": "lead"}),
                one(ASSIGNMENTS, "wrong", {"task": given, "body": "các hộ", "role": "lead"}),
                one("targets", "missed", {"low": 5.0}),
                one("targets", "wrong", {"low": 5.0}),
                one("targets", "wrong", {"low": 7.0}),
            ]
        )
    )
    assert found == [
        "body with another role", "body cut otherwise", "further body at a right task",
        "target with its figure and other words", "target invented",
    ]  # fmt: skip


@pytest.mark.parametrize("table", mutants.ROWS)
def test_a_row_that_is_left_out_says_nothing_any_more(table: str) -> None:
    """The only row of its kind keeps its place, with words that no text holds: a mutant that changes nothing always lives."""
    file = f"pipeline/knowledge/{table}.toml"
    data = (ROOT / file).read_bytes()
    rows = tomllib.loads(data.decode())["row"]
    made = list(mutants.of_table(file, data))
    assert len(made) == len(rows)
    for row, mutant in zip(rows, made, strict=True):
        left = tomllib.loads((data[: mutant.start] + mutant.text + data[mutant.end :]).decode())["row"]
        (bent,) = [one for one in left if one not in rows] or [{}]
        said = {key: bent[key] for key in ("patterns", "words", "forms", "pattern", "key") if key in bent}
        assert len(left) == len(rows) - 1 or (said and all(mutants.NOTHING in str(words) for words in said.values())), (
            row
        )
