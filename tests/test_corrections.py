"""What people put right stays right: under other names, by force, with other rules; and nothing of it is ever lost."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from plans_for_pages import CROSSING, run

from vnplan import cli
from vnplan.errors import UsageError
from vnplan.review.typing_in import coded
from vnplan.review.typing_in import typed as shown_as
from vnplan.tables.corrections import FILE, Corrections, Decision, Key, StaleError, content_of, standing
from vnplan.tables.decided import checked, figures_of, names_key, target_of
from vnplan.tables.overlay import key_of


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.txt").write_text(CROSSING, encoding="utf-8")
    return tmp_path / "plans"


def rows(out: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(out / f"{name}.parquet").to_pylist()
    return found


def content(out: Path) -> str:
    return rows(out, "plans")[0]["sha256"] + "#1"


def fact(out: Path, kind: str, words: str) -> Key:
    """The key of the fact with these words."""
    return next(key_of(content(out), kind, row) for row in rows(out, kind) if row["text"] == words)


def decide(out: Path, key: Key, action: Any, value: str | None = None, who: str = "Lan") -> Decision:
    return Corrections(out).save(Decision(key, who, action, checked(key, value)))


def test_a_field_stays_right_under_another_name_and_by_force(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    decide(out, Key(content(out), "fields", "number"), "correct", "14/KH-UBND")
    decide(out, Key(content(out), "fields", "issue_date"), "correct", "13/02/2025")
    (plans / "a.txt").rename(plans / "công văn đến 7.txt")
    run(plans, out, force=True)
    (plan,) = rows(out, "plans")
    assert plan["source"] == "công văn đến 7.txt"
    assert (plan["number"], plan["issue_date"], plan["issue_month"]) == ("14/KH-UBND", dt.date(2025, 2, 13), 2)
    assert (plan["value_source"], plan["reviewed_by"]) == ("person", "Lan")
    field = next(row for row in rows(out, "fields") if row["field"] == "number")
    assert (field["value"], field["value_source"], field["reviewed_by"]) == ("14/KH-UBND", "person", "Lan")
    other = next(row for row in rows(out, "fields") if row["field"] == "title")
    assert (other["value_source"], other["reviewed_by"]) == ("machine", None)


def test_a_field_of_several_values_is_put_right(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    before = rows(out, "plans")[0]["recipients"]
    assert len(before) == 2
    decide(out, Key(content(out), "fields", "recipients"), "correct", "UBND huyện; Công an xã ;")
    decide(out, Key(content(out), "fields", "signer_positions"), "reject")
    run(plans, out)
    (plan,) = rows(out, "plans")
    assert (plan["recipients"], plan["signer_positions"]) == (["UBND huyện", "Công an xã"], [])


def test_a_run_without_new_files_takes_up_new_decisions(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    decide(out, Key(content(out), "fields", "number"), "correct", "14/KH-UBND")
    run(plans, out)
    assert rows(out, "plans")[0]["number"] == "14/KH-UBND"


def test_a_field_that_holds_nothing(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    decide(out, Key(content(out), "fields", "number"), "reject")
    run(plans, out)
    (plan,) = rows(out, "plans")
    assert (plan["number"], plan["number_status"]) == (None, "absent")


def test_facts_are_corrected_rejected_and_accepted_with_all_that_follows(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out", ("parquet", "csv", "jsonl"))
    decide(out, fact(out, "responsibilities", "Công an xã"), "correct", "implement: Công an xã Sơn Hải")
    decide(out, fact(out, "responsibilities", "Đoàn Thanh niên xã"), "reject")
    target = next(row for row in rows(out, "targets") if row["low"] == 15)
    decide(out, key_of(content(out), "targets", target), "correct", "12,5 - 20%")
    due = next(row for row in rows(out, "deadlines") if row["date"] == dt.date(2025, 4, 30))
    decide(out, key_of(content(out), "deadlines", due), "correct", "3/5/2025")
    cited = next(row for row in rows(out, "citations") if row["number"] == "12/CT-UBND")
    decide(out, key_of(content(out), "citations", cited), "accept")
    run(plans, out, ("parquet", "csv", "jsonl"))
    bodies = {row["body"]: row for row in rows(out, "responsibilities")}
    assert bodies["Công an xã Sơn Hải"]["role"] == "implement"
    assert "Đoàn Thanh niên xã" not in bodies and "Công an xã" not in bodies
    task = next(row for row in rows(out, "tasks") if row["due_to"] == dt.date(2025, 5, 3))
    assert (task["lead"], task["coordinate"], task["implement"]) == ([], [], ["Công an xã Sơn Hải"])
    assert [(row["low"], row["high"]) for row in rows(out, "targets") if row["value_source"] == "person"] == [
        (12.5, 20)
    ]
    assert "2025-05-03" in rows(out, "plans")[0]["deadline_dates"]
    accepted = [row for row in rows(out, "citations") if row["reviewed_by"] == "Lan"]
    assert [(row["number"], row["value_source"]) for row in accepted] == [("12/CT-UBND", "machine")]
    assert "Công an xã Sơn Hải" in (out / "responsibilities.csv").read_text(encoding="utf-8-sig")
    assert "Công an xã Sơn Hải" in (out / "plans.jsonl").read_text(encoding="utf-8")


def test_a_task_that_is_none_takes_its_bodies_with_it(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    task = next(row for row in rows(out, "tasks") if "kiểm tra" in row["task"])
    decide(out, key_of(content(out), "tasks", task), "reject")
    run(plans, out)
    assert task["task_id"] not in {row["task_id"] for row in rows(out, "tasks")}
    assert task["task_id"] not in {row["task_id"] for row in rows(out, "responsibilities")}
    assert dt.date(2025, 4, 30) in {row["date"] for row in rows(out, "deadlines")}


def test_a_fact_that_the_machine_missed(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    before = len(rows(out, "responsibilities"))
    decide(out, Key(content(out), "responsibilities", "UBND huyện", "0"), "add", "supervise: UBND huyện")
    run(plans, out)
    added = [row for row in rows(out, "responsibilities") if row["value_source"] == "person"]
    assert len(rows(out, "responsibilities")) == before + 1
    assert [(row["role"], row["body"], row["text"]) for row in added] == [("supervise", "UBND huyện", "UBND huyện")]
    assert CROSSING[added[0]["start"] : added[0]["end"]] == "UBND huyện"


def test_a_target_that_the_machine_missed(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    words = "lối đi tự mở có biển cảnh báo"
    decide(out, Key(content(out), "targets", words, "0"), "add", "at_least: 80 %")
    run(plans, out)
    (added,) = [row for row in rows(out, "targets") if row["value_source"] == "person"]
    found = {name: added[name] for name in ("direction", "low", "high", "unit", "bound", "text", "indicator_text")}
    assert found == {
        "direction": "at_least", "low": 80, "high": 80, "unit": "percent", "bound": "at_least", "text": words,
        "indicator_text": words,
    }  # fmt: skip
    assert any("80 %" in line for line in rows(out, "plans")[0]["target_summary"])


def test_a_task_that_the_machine_missed_charges_its_bodies(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    words = "có biển cảnh báo"
    value = "lead: Công an tỉnh Trà Vinh; coordinate: Đoàn Thanh niên xã; due: 30/6/2025"
    decide(out, Key(content(out), "tasks", words, "0"), "add", value)
    run(plans, out)
    (task,) = [row for row in rows(out, "tasks") if row["value_source"] == "person"]
    assert (task["task"], task["lead"], task["coordinate"], task["due_to"]) == (
        words, ["Công an tỉnh Trà Vinh"], ["Đoàn Thanh niên xã"], dt.date(2025, 6, 30),
    )  # fmt: skip
    charged = {row["body"]: row for row in rows(out, "responsibilities") if row["task_id"] == task["task_id"]}
    assert charged["Công an tỉnh Trà Vinh"]["role"] == "lead"
    assert charged["Công an tỉnh Trà Vinh"]["body_id"] == "cong-an@province-84-2024"
    (due,) = [row for row in rows(out, "deadlines") if row["task_id"] == task["task_id"]]
    assert (due["date"], due["body"]) == (dt.date(2025, 6, 30), "Công an tỉnh Trà Vinh")
    assert len(
        {row["fact_id"] for kind in ("tasks", "responsibilities", "deadlines") for row in rows(out, kind)}
    ) == sum(len(rows(out, kind)) for kind in ("tasks", "responsibilities", "deadlines"))


def test_a_body_that_is_put_right_gets_its_id(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    decide(out, Key(content(out), "fields", "issuing_body"), "correct", "Ủy ban nhân dân tỉnh Trà Vinh")
    decide(out, fact(out, "responsibilities", "Công an xã"), "correct", "lead: Bộ Công an")
    run(plans, out)
    assert rows(out, "plans")[0]["issuing_body_id"] == "ubnd@province-84-2024"
    assert {row["body"]: row["body_id"] for row in rows(out, "responsibilities")}["Bộ Công an"] == "bo-cong-an"


def test_a_name_is_put_right_in_all_plans_and_in_those_to_come(plans: Path, tmp_path: Path) -> None:
    (plans / "b.txt").write_text(CROSSING.replace("41/KH", "42/KH"), encoding="utf-8")
    out = run(plans, tmp_path / "out")
    key = names_key("Đoàn Thanh niên xã")
    one = Corrections(out).save(Decision(key, "Lan", "correct", "Đoàn xã Sơn Hải"))
    # What was decided on one fact alone counts more.
    decide(out, fact(out, "responsibilities", "Đoàn Thanh niên xã"), "correct", "lead: Đoàn trường")
    (plans / "c.txt").write_text(CROSSING.replace("41/KH", "43/KH"), encoding="utf-8")
    run(plans, out)
    bodies = [row["body"] for row in rows(out, "responsibilities") if row["value_source"] == "person"]
    assert sorted(bodies) == ["Đoàn trường", "Đoàn xã Sơn Hải", "Đoàn xã Sơn Hải"]
    assert sum(row["coordinate"] == ["Đoàn xã Sơn Hải"] for row in rows(out, "tasks")) == 2
    assert all(row["text"] == "Đoàn Thanh niên xã" for row in rows(out, "responsibilities") if "Đoàn xã" in row["body"])
    Corrections(out).save(Decision(key, "Lan", "undo", undoes=one.number), one.number)
    run(plans, out)
    assert not [row for row in rows(out, "responsibilities") if row["body"] == "Đoàn xã Sơn Hải"]


def test_two_facts_with_the_same_words_are_told_apart(plans: Path, tmp_path: Path) -> None:
    text = CROSSING.replace("Nơi nhận", "3. Công an xã tuần tra ban đêm.\nNơi nhận")
    (plans / "a.txt").write_text(text, encoding="utf-8")
    out = run(plans, tmp_path / "out")
    first, second = (row for row in rows(out, "responsibilities") if row["text"] == "Công an xã")
    decide(out, key_of(content(out), "responsibilities", first), "reject")
    run(plans, out)
    (left,) = (row for row in rows(out, "responsibilities") if row["text"] == "Công an xã")
    assert left["fact_id"] == second["fact_id"]
    # The key of the other one, made from tables that lack the first, still means the other one.
    decide(out, key_of(content(out), "responsibilities", left), "correct", "lead: Công an xã Sơn Hải")
    run(plans, out)
    assert [row["body"] for row in rows(out, "responsibilities") if row["text"] == "Công an xã"] == [
        "Công an xã Sơn Hải"
    ]


def test_a_decision_whose_words_are_gone_is_reported_and_kept(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    decide(out, Key(content(out), "responsibilities", "Công an tỉnh", "f0"), "correct", "lead: Công an tỉnh X")
    before = len(rows(out, "responsibilities"))
    from vnplan.batch import extract_folder
    from vnplan.settings import Settings

    summary = extract_folder(plans, out, formats=("parquet",), settings=Settings(ner="none"), cache=None, force=True)
    assert any("Công an tỉnh" in note and "kept" in note for note in summary.notes)
    assert len(rows(out, "responsibilities")) == before and len(Corrections(out).all()) == 1


def test_a_rule_that_counts_otherwise_does_not_lose_a_decision(plans: Path, tmp_path: Path) -> None:
    out = run(plans, tmp_path / "out")
    key = fact(out, "responsibilities", "Công an xã")
    decide(out, Key(key.content, key.kind, key.words, "f-of-another-version"), "correct", "lead: Công an xã Sơn Hải")
    run(plans, out)
    assert "Công an xã Sơn Hải" in [row["body"] for row in rows(out, "responsibilities")]


def test_what_was_checked_is_gold(plans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plans / "b.txt").write_text(CROSSING.replace("41/KH", "42/KH"), encoding="utf-8")
    out = run(plans, tmp_path / "out")
    mine = next(row for row in rows(out, "plans") if row["source"] == "a.txt")
    of = content_of(mine["sha256"], "a.txt")
    decide(out, Key(of, "fields", "number"), "correct", "14/KH-UBND")
    decide(out, Key(of, "fields", "issuing_body"), "accept")
    for kind in ("tasks", "responsibilities", "targets"):
        for row in rows(out, kind):
            if row["document_id"] == mine["document_id"]:
                key = key_of(of, kind, row)
                if "biển cảnh báo" in row["text"]:
                    decide(out, key, "reject")
                elif row["text"] == "Công an xã":
                    decide(out, key, "correct", "direct: Công an xã Sơn Hải")
                else:
                    decide(out, key, "accept")
    assert cli.main(["review", "export", str(out), "--gold", str(tmp_path / "gold")]) == cli.OK
    assert "1 document" in capsys.readouterr().out
    (file,) = (tmp_path / "gold").iterdir()
    gold = json.loads(file.read_text(encoding="utf-8"))
    assert file.name == "a.json"
    assert gold.keys() == {
        "source",
        "number",
        "issuing_body",
        "tasks",
        "targets",
    }  # nobody looked at citations, dates, title
    assert (gold["number"], len(gold["targets"]), gold["targets"][0]["low"]) == ("14/KH-UBND", 1, 15)
    assert gold["tasks"][0]["roles"] == {"direct": ["Công an xã Sơn Hải"], "coordinate": ["Đoàn Thanh niên xã"]}
    # It is what the scorer reads: the tables with the decisions are right, those before were not.
    run(plans, out)
    assert cli.main(["score", str(out), str(tmp_path / "gold")]) == cli.OK
    assert cli.main(["review", "export", str(out)]) == cli.USAGE
    assert cli.main(["review", str(out), str(out)]) == cli.USAGE


# -- The file --------------------------------------------------------------------------------------------------------


KEY = Key("a" * 64 + "#1", "fields", "number")


def test_nothing_is_changed_or_deleted(tmp_path: Path) -> None:
    Corrections(tmp_path).save(Decision(KEY, "Lan", "accept"))
    base = sqlite3.connect(tmp_path / FILE)
    for statement in ("DELETE FROM decisions", "UPDATE decisions SET who = 'x'"):
        with pytest.raises(sqlite3.DatabaseError, match="append only"):
            base.execute(statement)
    base.close()


def test_a_stale_save_is_refused_and_shows_what_stands(tmp_path: Path) -> None:
    store = Corrections(tmp_path)
    first = store.save(Decision(KEY, "Lan", "correct", "1/KH"))
    with pytest.raises(StaleError) as stale:
        store.save(Decision(KEY, "Minh", "correct", "2/KH"), seen=0)
    assert stale.value.now == first
    second = store.save(Decision(KEY, "Minh", "correct", "2/KH"), seen=first.number)
    assert standing(store.all()) == {KEY: second}


def test_undo_brings_back_what_stood_before(tmp_path: Path) -> None:
    store = Corrections(tmp_path)
    first = store.save(Decision(KEY, "Lan", "correct", "1/KH"))
    second = store.save(Decision(KEY, "Lan", "correct", "2/KH"), seen=first.number)
    store.save(Decision(KEY, "Lan", "undo", undoes=second.number), seen=second.number)
    assert standing(store.all()) == {KEY: first}
    store.save(Decision(KEY, "Lan", "undo", undoes=first.number), seen=first.number)
    assert standing(store.all()) == {} and len(store.all()) == 4


@pytest.mark.parametrize("harm", ["damaged", "newer"])
def test_a_file_that_cannot_be_read_stops_a_run_and_stays(
    plans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], harm: str
) -> None:
    out = run(plans, tmp_path / "out")
    Corrections(out).save(Decision(KEY, "Lan", "accept"))
    if harm == "damaged":
        (out / FILE).write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    else:
        base = sqlite3.connect(out / FILE)
        base.execute("PRAGMA user_version = 99")
        base.close()
    kept, tables = (out / FILE).read_bytes(), (out / "plans.parquet").read_bytes()
    for words in (
        ["extract", str(plans), "--out", str(out), "--ner", "none", "--force"],
        ["review", str(out), "--check"],
    ):
        assert cli.main(words) == cli.USAGE
        (line,) = capsys.readouterr().err.strip().splitlines()
        assert "corrections" in line and "nothing was changed" in line
    assert (out / FILE).read_bytes() == kept and (out / "plans.parquet").read_bytes() == tables


@pytest.mark.parametrize(
    ("kind", "words", "value", "kept"),
    [
        ("fields", "issue_date", "5-3-2025", "2025-03-05"),
        ("fields", "issue_date", "45/3/2025", None),
        ("fields", "number", "  12/KH - UBND ", "12/KH - UBND"),
        ("fields", "number", "   ", None),
        ("deadlines", "trước ngày", "2025-02-30", None),
        ("targets", "giảm", "1.000", "1000"),
        ("targets", "giảm", "2,5–10 %", "2.5–10"),
        ("targets", "giảm", "nhiều", None),
        ("responsibilities", "Công an", "lead: Công an", "lead: Công an"),
        ("responsibilities", "Công an", "chief: Công an", None),
        ("responsibilities", "Công an", "lead: A; lead: B", None),
        ("targets", "giảm", "reduce: 5-10 %", "reduce: 5–10 %"),
        ("targets", "giảm", "zero:", "zero:"),
        ("targets", "giảm", "reach:", None),
        ("targets", "giảm", "fly: 5", None),
        ("targets", "giảm", "reach: 12 mô hình", "reach: 12 mô hình"),
        ("tasks", "tuần tra", "lead: A ;coordinate: B; due: 1/2/2025", "lead: A; coordinate: B; due: 2025-02-01"),
        ("tasks", "tuần tra", "due: 1/2/2025", None),
        ("tasks", "tuần tra", "lead: A; due: 30/2/2025", None),
    ],
)
def test_an_impossible_value_is_none(kind: str, words: str, value: str, kept: str | None) -> None:
    key = Key("c#1", kind, words)
    if kept is None:
        with pytest.raises(UsageError):
            checked(key, value)
    else:
        assert checked(key, value) == kept


@pytest.mark.parametrize(
    ("typed", "figures", "unit"),
    [
        ("reach: 0,125 %", (0.125, 0.125), "percent"),
        ("reach: 1234567 hộ", (1234567.0, 1234567.0), "hộ"),
        ("reach: 12.345,678 tấn", (12345.678, 12345.678), "tấn"),
        ("reach: 1.500–2.000 lượt", (1500.0, 2000.0), "lượt"),
        ("reach: 18 /10.000 dân", (18.0, 18.0), "/10.000 dân"),
    ],
)
def test_a_figure_is_kept_as_it_was_typed(typed: str, figures: tuple[float, float], unit: str) -> None:
    key = Key("c", "targets", "w", "f1")
    kept = checked(key, typed)
    found = target_of(kept or "")
    assert found is not None and (found.low, found.high, found.unit) == (*figures, unit)
    alone = checked(key, typed.partition(": ")[2].rpartition(" ")[0]) if unit[0] != "/" else None
    assert alone is None or figures_of(alone) == figures


def test_a_target_without_a_figure_is_shown_without_one() -> None:
    assert shown_as("vi", "targets", "keep:") == "Giữ:" and target_of(coded("vi", "targets", "Giữ:")) is not None
