"""Names vote, rules decide: what the names of a document change in its facts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vnplan import read
from vnplan.analysis import analyze
from vnplan.entities.votes import DOUBT, vote
from vnplan.records import Entity, EntityLabel, Evidence, Plan, PlanResult, Responsibility
from vnplan.settings import Settings


def evidence(text: str, words: str) -> Evidence:
    start = text.index(words)
    return Evidence(words, start, start + len(words))


def name(text: str, words: str, label: EntityLabel = "ORG") -> Entity:
    return Entity(evidence(text, words), label)


def result(text: str, *facts: Responsibility, names: tuple[Entity, ...] = (), plan: Plan | None = None) -> PlanResult:
    return PlanResult(
        document_id="d", source="d.txt", sha256="", format="txt", text=text,
        plan=plan or Plan(), responsibilities=facts, entities=names,
    )  # fmt: skip


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
    assert one.warnings == ("signer: no name was found in 'Trần Văn Bình'",)


def test_a_name_of_another_kind_is_no_vote() -> None:
    text = "Trần Văn Bình"
    plan = Plan(signer=text, evidence={"signer": evidence(text, text)})
    assert vote(result(text, names=(name(text, text, "ORG"),), plan=plan)).plan.evidence["signer"].confidence == DOUBT


def test_warnings_that_stand_stay() -> None:
    text = "Trần Văn Bình"
    plan = Plan(signer=text, evidence={"signer": evidence(text, text)}, warnings=("old",))
    assert vote(result("x" + text, names=(Entity(Evidence("x", 0, 0), "PER"),), plan=plan)).plan.warnings[0] == "old"


def test_without_names_nothing_changes() -> None:
    text = "Cơ quan thuế thực hiện"
    before = result(text, Responsibility(evidence(text, "Cơ quan thuế"), "Cơ quan thuế", "implement"))
    assert vote(before) is before


def test_a_plan_of_ordinary_names_has_no_doubt() -> None:
    text = (
        "ỦY BAN NHÂN DÂN\nHUYỆN TRÀ CÚ\nSố: 12/KH-UBND\nTrà Cú, ngày 12 tháng 6 năm 2018\n\nKẾ HOẠCH\nĐua ghe năm 2018\n\n"
        "1. Công an huyện giữ trật tự bến ghe.\n\nNơi nhận:\n- Lưu: VT.\n\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nNguyễn Thị Hạnh\n"
    )
    voted = analyze(read(text.encode(), "plan.txt"), Settings(ner="rules")).plan
    alone = analyze(read(text.encode(), "plan.txt"), Settings(ner="none")).plan
    assert voted.signer == "Nguyễn Thị Hạnh"
    assert voted == alone


@given(
    st.text("Sở Ytế ;,\n-", min_size=1, max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8),
    st.integers(0, 59),
    st.integers(1, 20),
)
def test_only_confidence_and_warnings_change(text: str, spans: list[tuple[int, int]], at: int, size: int) -> None:
    names, last = [], 0
    for start, length in sorted(spans):
        end = min(len(text), start + length)
        if last <= start < end:
            names.append(Entity(Evidence(text[start:end], start, end), "PER"))
            last = end
    start, end = min(at, len(text) - 1), min(len(text), at + size)
    signer = Evidence(text[start:end], start, max(start, end))
    plan = Plan(signer="x", evidence={"signer": signer})
    voted = vote(result(text, names=tuple(names), plan=plan)).plan
    over = any(one.evidence.start < signer.end and signer.start < one.evidence.end for one in names)
    doubted = bool(names) and not over
    assert voted.evidence["signer"].confidence == (DOUBT if doubted else 1.0)
    assert bool(voted.warnings) == doubted
    assert voted.signer == "x"
    assert (voted.evidence["signer"].start, voted.evidence["signer"].end) == (signer.start, signer.end)
