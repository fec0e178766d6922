"""The queue of the review: what comes first, what is done, and what a restart, a new run or a damaged file do to it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_for_pages import CROSSING, run, write_plans

from vnplan.review import queue as module
from vnplan.review.cards import Card
from vnplan.review.desk import Desk
from vnplan.review.doubts import Doubt
from vnplan.review.queue import FILE, Lane, Place, Queue
from vnplan.tables.corrections import Decision, Key
from vnplan.tables.decided import names_key


def doubt(at: int, score: int = 50, kind: str = "fields", words: str = "x") -> Doubt:
    return Doubt(score, f"d{at}", f"t{at}", Key(f"c{at}#1", kind, f"w{at}", f"f{at}"), "blank", words)


def filled(out: Path, doubts: dict[Place, list[tuple[Lane, Doubt]]]) -> tuple[Queue, list[Place]]:
    read: list[Place] = []

    def of(place: Place) -> tuple[str, list[tuple[Lane, Doubt]]]:
        read.append(place)
        return f"d{place[1]}", doubts[place]

    queue = Queue(out)
    queue.update(doubts, of)
    return queue, read


def decision(key: Key, number: int = 1) -> dict[Key, Decision]:
    return {key: Decision(key, "An", "accept", number=number)}


def test_the_most_doubtful_come_first_and_what_is_decided_is_done(tmp_path: Path) -> None:
    queue, _ = filled(
        tmp_path,
        {
            ("p", 1): [("doubt", doubt(1, 40))],
            ("p", 2): [("doubt", doubt(2, 90)), ("coverage", doubt(2, 50, "sections"))],
        },
    )
    assert [one.document_id for one in queue.first("doubt", {}, 9)] == ["d2", "d1"]
    assert [one.document_id for one in queue.first("doubt", {}, 1)] == ["d2"]
    assert (queue.left("doubt", {}), queue.left("coverage", {})) == (2, 1)
    done = decision(doubt(2).key)
    assert [one.document_id for one in queue.first("doubt", done, 9)] == ["d1"]
    assert (queue.left("doubt", done), queue.left("coverage", done)) == (1, 1)
    assert queue.left("doubt", {}) == 2  # taken back
    assert queue.left("doubt", decision(Key("other", "fields", "number"))) == 2


def test_a_name_that_is_put_right_everywhere_is_done(tmp_path: Path) -> None:
    one = doubt(1, kind="responsibilities", words="lead: Công an xã")
    other = doubt(2, kind="responsibilities", words="lead: Đoàn xã")
    queue, _ = filled(tmp_path, {("p", 1): [("doubt", one)], ("p", 2): [("doubt", other)]})
    done = decision(names_key("Công an xã"))
    assert queue.first("doubt", done, 9) == [other] and queue.left("doubt", done) == 1
    both = done | decision(one.key, 2)
    assert queue.left("doubt", both) == 1


def test_a_fact_whose_id_is_another_now_is_not_asked_again(tmp_path: Path) -> None:
    one = replace(doubt(1, kind="deadlines"), alone=True)
    twice = doubt(2, kind="deadlines")  # another fact of the document has the same words
    queue, _ = filled(tmp_path, {("p", 1): [("doubt", one)], ("p", 2): [("doubt", twice)]})
    for number, (asked, left) in enumerate(((one, [twice]), (twice, [one, twice])), 1):
        done = decision(replace(asked.key, fact="f-of-other-rules"), number)
        assert queue.first("doubt", done, 9) == left and queue.left("doubt", done) == len(left)
    both = decision(replace(one.key, fact="f-of-other-rules"), 3) | decision(one.key, 4)
    assert queue.left("doubt", both) == 1
    for number, other in enumerate((replace(one.key, kind="tasks", fact="x"), Key("c9#1", "deadlines", "w1", "x")), 5):
        assert queue.left("doubt", decision(other, number)) == 2
    added = replace(one.key, fact="0")
    assert queue.left("doubt", {added: Decision(added, "An", "add", "2025-01-01", number=7)}) == 2


_PARTS = st.fixed_dictionaries(
    {
        "content": st.sampled_from(("c1", "c2")),
        "kind": st.sampled_from(("responsibilities", "deadlines", "fields")),
        "words": st.sampled_from(("w1", "w2")),
        "fact": st.sampled_from(("", "f1", "f2")),
    }
)
_BODIES = ("Công an xã", "xã", "Ban 100% _xã", "Tổ: xã")


@given(
    st.lists(st.tuples(_PARTS, st.sampled_from(_BODIES), st.booleans()), max_size=6),
    st.lists(st.tuples(_PARTS, st.sampled_from(("accept", "add"))), max_size=4),
    st.sets(st.sampled_from(_BODIES)),
)
def test_as_many_are_left_as_are_asked(
    asked: list[tuple[dict[str, str], str, bool]], said: list[tuple[dict[str, str], str]], renamed: set[str]
) -> None:
    """The count is the database's, the questions are picked one by one: both must mean the same."""
    doubts = [
        Doubt(50, f"d{at}", "", Key(**parts), "blank", f"lead: {body}", alone=alone)
        for at, (parts, body, alone) in enumerate(asked)
    ]
    keys = [(Key(**parts), action) for parts, action in said] + [(names_key(body), "accept") for body in renamed]
    decisions = {key: Decision(key, "An", action, number=at) for at, (key, action) in enumerate(keys, 1)}
    with TemporaryDirectory() as folder:
        queue, _ = filled(Path(folder), {("p", at): [("doubt", one)] for at, one in enumerate(doubts)})
        assert queue.left("doubt", decisions) == len(queue.first("doubt", decisions, 99))
        queue.close()


def test_a_decision_holds_for_the_fact_when_the_rules_gave_it_another_id(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    text = CROSSING.replace("2. Văn phòng Ủy ban nhân dân xã báo cáo", "2. Báo cáo")
    (tmp_path / "plans" / "a.txt").write_text(text, encoding="utf-8")
    out = run(tmp_path / "plans", tmp_path / "out")
    desk = Desk(out)
    (asked,) = [one for one in desk.queue().first("doubt", {}, 99) if one.key.kind == "deadlines"]
    old = replace(asked.key, fact="f-of-other-rules")
    desk.corrections.save(Decision(old, "An", "correct", "2025-12-20", "2025-12-15"))
    assert asked not in desk.queue().first("doubt", desk.decisions(), 99)

    def card() -> Card:
        (document,) = Desk(out).every()
        assert not document.lost
        (found,) = [one for one in document.cards if one.key == asked.key]
        return found

    assert card().value == "2025-12-20"
    run(tmp_path / "plans", out)
    assert "2025-12-20" in read_rows(out, "deadlines", "date")
    # What is decided on the fact itself comes before what was decided on it under its old id.
    desk.corrections.save(Decision(asked.key, "Bình", "correct", "2025-12-25", "2025-12-15"), card().seen)
    assert card().value == "2025-12-25"
    run(tmp_path / "plans", out)
    assert "2025-12-25" in read_rows(out, "deadlines", "date")
    assert "2025-12-20" not in read_rows(out, "deadlines", "date")


def read_rows(out: Path, name: str, column: str) -> list[str]:
    return [str(value) for value in pq.read_table(out / f"{name}.parquet")[column].to_pylist()]


def test_only_what_is_new_is_read_and_what_is_gone_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first: dict[Place, list[tuple[Lane, Doubt]]] = {("p", k): [("doubt", doubt(k))] for k in (1, 2)}
    filled(tmp_path, first)[0].close()
    queue, read = filled(tmp_path, {("p", 2): first["p", 2], ("q", 3): [("doubt", doubt(3))]})
    assert read == [("q", 3)]
    assert {one.document_id for one in queue.first("doubt", {}, 9)} == {"d2", "d3"}
    assert queue.place("d3") == ("q", 3) and queue.place("d1") is None
    queue.close()
    monkeypatch.setattr(module, "_made", lambda: "other rules")
    assert filled(tmp_path, first)[1] == [("p", 1), ("p", 2)]


def test_a_document_without_sections_is_looked_through_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.txt").write_text("KẾ HOẠCH\nTrồng cây\n", encoding="utf-8")
    (tmp_path / "plans" / "b.txt").write_text("Ghi chép\nai chủ trì thì chưa rõ\n", encoding="utf-8")
    found = Desk(run(tmp_path / "plans", tmp_path / "out")).queue().first("coverage", {}, 9)
    assert [(one.title, one.words) for one in found] == [("b.txt", "Ghi chép ai chủ trì thì chưa rõ")]


def test_a_file_name_that_says_another_number_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "12-KH-UBND.txt").write_text(CROSSING, encoding="utf-8")
    found = Desk(run(tmp_path / "plans", tmp_path / "out")).queue().first("doubt", {}, 9)
    assert [(one.reason, one.others) for one in found if one.key.words == "number"] == [("disagree", "12/KH-UBND")]


def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    filled(tmp_path, {("p", 1): [("doubt", doubt(1))]})[0].close()
    (tmp_path / "register" / FILE).write_bytes(b"nothing" * 1000)
    queue, read = filled(tmp_path, {("p", 1): [("doubt", doubt(1))]})
    assert read and queue.left("doubt", {}) == 1


def test_the_documents_of_a_run(tmp_path: Path) -> None:
    plans = write_plans(tmp_path / "plans")
    out = run(plans, tmp_path / "out")
    first = Desk(out).queue().first("doubt", {}, 100)
    assert first == Desk(out).queue().first("doubt", {}, 100)
    assert {one.reason for one in first} >= {"blank"}
    (plans / "moi.txt").write_text(CROSSING.replace("41/KH-UBND", "    /KH-UBND"), encoding="utf-8")
    run(plans, out)
    desk = Desk(out)
    queue = desk.queue()
    new = {one.document_id for one in queue.first("doubt", {}, 100)} - {one.document_id for one in first}
    (document_id,) = new
    place = queue.place(document_id)
    opened = desk.at(place) if place else None
    assert opened is not None and opened.plan["source"] == "moi.txt"
    # Another run's parts have the same names.
    shutil.rmtree(out / ".vnplan")
    (plans / "moi.txt").unlink()
    run(plans, out)
    assert Desk(out).queue().place(document_id) is None
