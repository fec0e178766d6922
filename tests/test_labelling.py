"""Labels for other programs and back: what goes out unchanged comes back as gold that the tables meet wholly."""

from __future__ import annotations

import copy
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

import vnplan
from vnplan import labelling
from vnplan.cli import main
from vnplan.errors import UsageError
from vnplan.evaluation import evaluate
from vnplan.labelling import FORMATS, Format, gold_of, to_label_studio, to_web_annotations
from vnplan.records import PlanResult
from vnplan.settings import Settings

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "raw"
PDF = SAMPLES / "dinh-dang" / "KH-112-cong-truong-Ba-Vi.pdf"
PLAN = """ỦY BAN NHÂN DÂN
XÃ MINH TÂN

Số: 12/KH-UBND
Minh Tân, ngày 3 tháng 2 năm 2026

KẾ HOẠCH
Ra quân làm sạch đường làng năm 2026 \U0001f6b2

Căn cứ Nghị định số 48/2024/NĐ-CP ngày 15/5/2024 của Chính phủ;
I. MỤC TIÊU
Giảm 10% số vụ tai nạn giao thông so với năm 2025.
II. TỔ CHỨC
1. Giao Công an xã chủ trì, phối hợp với Đoàn Thanh niên xã tổ chức ra quân trước ngày 15/3/2026.
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labels")
    (folder / "in").mkdir()
    (folder / "in" / "minh-tan.txt").write_text(PLAN, encoding="utf-8")
    for path in (PDF, *sorted((SAMPLES / "xa").glob("*.txt"))):
        (folder / "in" / path.name).write_bytes(path.read_bytes())
    vnplan.extract_folder([folder / "in"], folder / "out", settings=Settings(ner="none"))
    return folder / "out"


@pytest.fixture(scope="module")
def result() -> PlanResult:
    return vnplan.analyze(vnplan.read(PLAN.encode(), "minh-tan.txt"), Settings(ner="none"))


def accepted(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Label Studio exports when somebody accepts the predictions."""
    done = copy.deepcopy(tasks)
    for task in done:
        task["annotations"] = [{"was_cancelled": False, "result": task["predictions"][0]["result"]}]
    return done


@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_accepted_is_gold_that_the_tables_meet(out: Path, tmp_path: Path, format_: Format) -> None:
    file = tmp_path / "labels.json"
    config = ["--config", str(tmp_path / "config.xml")] if format_ == "label-studio" else []
    assert main(["predictions", str(out), "--as", format_, "--to", str(file), *config]) == 0
    if format_ == "label-studio":
        file.write_text(json.dumps(accepted(json.loads(file.read_text(encoding="utf-8")))), encoding="utf-8")
    assert main(["gold", str(file), "--to", str(tmp_path / "gold")]) == 0
    assert len(list((tmp_path / "gold").glob("*.json"))) >= 3
    report = evaluate(out, [tmp_path / "gold"])
    wrong = [one for one in report.judged.judgements if one.verdict != "right"]
    assert [(one.document, one.kind, one.gold, one.given) for one in wrong] == []
    figures = {one.kind for one in report.judged.judgements}
    assert {"number", "issue_date", "issuing_body", "title", "targets"} <= figures


def test_a_label_says_what_it_is_in_words_that_can_be_put_right(result: PlanResult) -> None:
    (task,) = to_label_studio([result])
    regions = task["predictions"][0]["result"]
    said = {one["id"]: one["value"]["text"][0] for one in regions if one["type"] == "textarea"}
    labels = {one["value"]["labels"][0]: said[one["id"]] for one in regions if one["type"] == "labels"}
    assert labels["number"] == "12/KH-UBND"
    assert labels["citations"] == "type: NĐ | number: 48/2024/NĐ-CP | date: 2024-05-15 | issuer: Chính phủ"
    assert "lead: Công an xã | coordinate: Đoàn Thanh niên xã | deadline: 2026-03-15" in labels["tasks"]
    text = task["data"]["text"].encode("utf-16-le")
    for one in regions:  # places as a browser counts them
        if one["type"] == "labels":
            start, end = one["value"]["start"] * 2, one["value"]["end"] * 2
            assert text[start:end].decode("utf-16-le") == one["value"]["text"]


def test_the_configuration_has_every_label() -> None:
    names = [one.get("value") for one in ET.fromstring(labelling.CONFIG).iter("Label")]
    assert names == [*labelling.KINDS, *labelling.FIELDS]


def test_what_people_change_is_in_the_gold(result: PlanResult) -> None:
    (task,) = accepted(to_label_studio([result]))
    regions = task["annotations"][0]["result"]
    number = next(one["id"] for one in regions if one["value"].get("labels") == ["number"])
    cited = next(one["id"] for one in regions if one["value"].get("labels") == ["citations"])
    kept = [one for one in regions if one["id"] != cited]
    next(one for one in kept if one["id"] == number and one["type"] == "textarea")["value"]["text"] = ["13/KH-UBND"]
    at = len(PLAN[: PLAN.index("Minh Tân, ngày")].encode("utf-16-le")) // 2
    added = {"start": at, "end": at + 8, "text": "Minh Tân", "labels": ["place"]}
    kept = [one for one in kept if one["value"].get("labels") != ["place"]]
    kept.append({"id": "x1", "from_name": "label", "to_name": "text", "type": "labels", "value": added})
    task["annotations"] = [task["annotations"][0], {"result": kept}, {"result": [], "was_cancelled": True}]
    gold = gold_of([task])["minh-tan"]
    assert gold["number"] == "13/KH-UBND" and gold["citations"] == [] and gold["citation_mentions"] == 0
    assert gold["place"] == "Minh Tân" and gold["signer"] is None
    assert gold["targets"][0]["low"] == 10.0


def test_documents_of_one_name_are_both_kept(result: PlanResult) -> None:
    tasks = accepted(to_label_studio([result, result]))
    tasks[1]["data"]["source"] = "other/minh-tan.txt"
    gold = gold_of(tasks)
    assert {name: one["source"].partition("/")[0] for name, one in gold.items()}["minh-tan-2"] == "other" and len(
        gold
    ) == 2


def test_web_annotations_hold_places_by_words_too(result: PlanResult) -> None:
    page = to_web_annotations(result)
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld" and page["type"] == "AnnotationPage"
    whole = gold_of(page)
    for item in page["items"]:
        kinds = [one["type"] for one in item["target"]["selector"]]
        assert kinds == ["TextPositionSelector", "TextQuoteSelector"]
        item["target"]["selector"] = item["target"]["selector"][1:]
    assert gold_of(page) == whole
    paged = to_web_annotations(vnplan.analyze(vnplan.read(PDF.read_bytes(), PDF.name), Settings(ner="none")))
    places = [
        one["value"]
        for item in paged["items"]
        for one in item["target"]["selector"]
        if one["type"] == "FragmentSelector"
    ]
    assert len(places) > 5 and all(
        re.fullmatch(r"page=\d+&viewrect=[\d.]+,[\d.]+,[\d.]+,[\d.]+", one) for one in places
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda tasks: tasks[0]["annotations"][0]["result"][0]["value"].update(labels=["budget"]), "no label 'budget'"),
        (lambda tasks: tasks[0]["data"].pop("text"), "KeyError"),
        (lambda tasks: tasks.append(7), "TypeError"),
        (lambda tasks: tasks[0]["annotations"][0]["result"][0]["value"].update(start=10**9), "KeyError"),
        (lambda tasks: [one["value"].update(text=["low: mười"]) for one in tasks[0]["annotations"][0]["result"]
                        if one["type"] == "textarea" and "direction" in one["value"]["text"][0]], "low at .* must be a number"),
        (lambda tasks: [one["value"].update(text=["bậy"]) for one in tasks[0]["annotations"][0]["result"]
                        if one["type"] == "textarea" and "direction" in one["value"]["text"][0]], "must say `key: value`"),
    ],
)  # fmt: skip
def test_labels_that_cannot_be_are_said(result: PlanResult, change: Any, words: str, tmp_path: Path) -> None:
    tasks: list[Any] = accepted(to_label_studio([result]))
    change(tasks)
    with pytest.raises(UsageError, match=words):
        gold_of(tasks)
    (tmp_path / "x.json").write_text(json.dumps(tasks), encoding="utf-8")
    assert main(["gold", str(tmp_path / "x.json"), "--to", str(tmp_path / "gold")]) == 2
    assert not (tmp_path / "gold").exists()


def test_folders_and_files_that_are_not_there(tmp_path: Path) -> None:
    assert main(["predictions", str(tmp_path), "--to", str(tmp_path / "x.json")]) == 2
    assert main(["gold", str(tmp_path / "none.json"), "--to", str(tmp_path / "gold")]) == 2
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    assert main(["gold", str(tmp_path / "x.json"), "--to", str(tmp_path / "gold")]) == 2
