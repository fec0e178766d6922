"""Names vote, rules decide: what the names of a document change in its facts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.entities.votes import DOUBT, vote
from pipeline.records import Box, Entity, EntityLabel, Evidence, Plan, PlanResult, Responsibility


def evidence(text: str, words: str, at: int = 0) -> Evidence:
    start = text.index(words, at)
    return Evidence(words, start, start + len(words))


def name(text: str, words: str, label: EntityLabel = "ORG") -> Entity:
    return Entity(evidence(text, words), label)


def duty(text: str, words: str, task: str | None = None, body_id: str | None = None) -> Responsibility:
    return Responsibility(evidence(text, words), " ".join(words.split()), "implement", task, body_id=body_id)


def result(text: str, *facts: Responsibility, names: tuple[Entity, ...] = (), plan: Plan | None = None) -> PlanResult:
    return PlanResult(
        document_id="d", source="d.txt", sha256="", format="txt", text=text,
        plan=plan or Plan(), responsibilities=facts, entities=names,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "read", "task", "named", "body", "rest"),
    [
        (
            "Vụ Tiết kiệm năng lượng và Phát triển bền vững hướng dẫn",
            "Vụ Tiết kiệm năng lượng và Phát",
            "triển bền vững hướng dẫn",
            "Vụ Tiết kiệm năng lượng và Phát triển bền vững",
            "Vụ Tiết kiệm năng lượng và Phát triển bền vững",
            "hướng dẫn",
        ),
        (
            "chỉ đạo Đoàn Thanh niên\nCộng sản các cấp tham gia",
            "Đoàn Thanh niên",
            None,
            "Đoàn Thanh niên\nCộng sản các cấp",
            "Đoàn Thanh niên Cộng sản các cấp",
            None,
        ),
        (
            "Trung tâm Văn hóa, Thông tin và Truyền thông huyện chủ trì",
            "Trung tâm Văn hóa",
            "Thông tin và Truyền thông huyện chủ trì",
            "Trung tâm Văn hóa, Thông tin và Truyền thông huyện",
            "Trung tâm Văn hóa, Thông tin và Truyền thông huyện",
            "chủ trì",
        ),
        # What the rules read whole, or in more words than the name, stays.
        ("Công an huyện tuần tra", "Công an huyện", "tuần tra", "Công an huyện", "Công an huyện", "tuần tra"),
        ("Trưởng Công an huyện", "Trưởng Công an huyện", None, "Công an huyện", "Trưởng Công an huyện", None),
        # A new item or sentence ends every body.
        ("Sở Y tế; Sở Nội vụ báo cáo", "Sở Y tế", None, "Sở Y tế; Sở Nội vụ", "Sở Y tế", None),
        ("Sở Y tế\n- Nội vụ", "Sở Y tế", None, "Sở Y tế\n- Nội vụ", "Sở Y tế", None),
    ],
)
def test_a_body_that_was_cut_short_is_whole(
    text: str, read: str, task: str | None, named: str, body: str, rest: str | None
) -> None:
    fact = vote(result(text, duty(text, read, task), names=(name(text, named),))).responsibilities[0]
    assert (fact.body, fact.task) == (body, rest)
    assert fact.role == ("lead" if rest == "chủ trì" else "implement")
    assert text[fact.evidence.start : fact.evidence.end] == fact.evidence.text
    assert " ".join(fact.evidence.text.split()) == body
    assert fact.evidence.confidence == 1.0


def test_a_list_stays_a_list() -> None:
    text = "UBND các huyện: Bình Sơn, Sơn Tịnh thi hành"
    facts = (duty(text, "UBND các huyện: Bình Sơn"), duty(text, "Sơn Tịnh"))
    voted = vote(result(text, *facts, names=(name(text, "UBND các huyện: Bình Sơn, Sơn Tịnh"),)))
    assert voted.responsibilities == facts


def test_a_linked_body_that_is_no_name_is_doubted() -> None:
    text = "Cơ quan thuế và các đơn vị thực hiện; Sở Y tế báo cáo"
    facts = (duty(text, "Cơ quan thuế", body_id="co-quan-thue"), duty(text, "các đơn vị"))
    doubted, group = vote(result(text, *facts, names=(name(text, "Sở Y tế"),))).responsibilities
    assert doubted.evidence.confidence == DOUBT
    assert group.evidence.confidence == 1.0


def test_issuer_and_signer_without_a_name_are_doubted() -> None:
    text = "UBND HUYỆN HẢI HÀ\nCHỦ TỊCH\nTrần Văn Bình"
    read = {"issuing_body": evidence(text, "UBND HUYỆN HẢI HÀ"), "signer": evidence(text, "Trần Văn Bình")}
    plan = Plan(issuing_body="UBND huyện Hải Hà", signer="Trần Văn Bình", evidence=read)
    both = vote(result(text, names=(name(text, "UBND HUYỆN HẢI HÀ"), name(text, "Trần Văn Bình", "PER")), plan=plan))
    assert both.plan == plan
    one = vote(result(text, names=(name(text, "UBND HUYỆN HẢI HÀ"),), plan=plan)).plan
    assert one.evidence["signer"].confidence == DOUBT
    assert one.evidence["issuing_body"].confidence == 1.0
    assert (one.signer, one.issuing_body) == (plan.signer, plan.issuing_body)


def test_without_names_nothing_changes() -> None:
    text = "Cơ quan thuế thực hiện"
    before = result(text, duty(text, "Cơ quan thuế", body_id="co-quan-thue"))
    assert vote(before) is before


def test_boxes_of_a_longer_body_are_one_a_line() -> None:
    text = "Vụ Phát triển bền vững"
    first = replace(evidence(text, "Vụ Phát"), page=1, boxes=(Box(1, 10, 100, 60, 112),), ocr_confidence=90.0)
    second = replace(
        evidence(text, text), page=1, ocr_confidence=80.0, boxes=(Box(1, 10, 101, 90, 112), Box(1, 10, 120, 40, 132))
    )
    fact = vote(
        result(text, Responsibility(first, "Vụ Phát", "lead"), names=(Entity(second, "ORG"),))
    ).responsibilities[0]
    assert fact.evidence.boxes == (Box(1, 10, 100, 90, 112), Box(1, 10, 120, 40, 132))
    assert fact.evidence.ocr_confidence == 80.0


@given(
    st.text("Sở Ytế ;,\n-", min_size=1, max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20), st.booleans()), max_size=8),
)
def test_votes_keep_evidence_and_order(text: str, spans: list[tuple[int, int, bool]]) -> None:
    facts, names, last = [], [], 0
    for start, length, is_fact in sorted(spans):
        end = min(len(text), start + length)
        if start >= end:
            continue
        found = Evidence(text[start:end], start, end)
        if is_fact:
            facts.append(Responsibility(found, "x", "implement"))
        elif start >= last:
            names.append(Entity(found, "ORG"))
            last = end
    voted = vote(result(text, *facts, names=tuple(names)))
    assert len(voted.responsibilities) == len(facts)
    for before, after in zip(facts, voted.responsibilities, strict=True):
        assert after.evidence.start == before.evidence.start
        assert after.evidence.end >= before.evidence.end
        assert text[after.evidence.start : after.evidence.end] == after.evidence.text
