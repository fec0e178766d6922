"""The queue of the review: what comes first, what is done, and what a restart, a new run or a damaged file do to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from plans_for_pages import CROSSING, run, write_plans

from vnplan.review import queue as module
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
