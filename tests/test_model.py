"""The model that comes with vnplan: whole, small, in the wheel, right on lines of our own and on labelled ones, never in the way."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from test_entities import DATA, PLAN, TEXTS, in_order, unmarked

from vnplan import analyze, read
from vnplan.entities import rules
from vnplan.entities.engines import engine
from vnplan.entities.model import Model, check, model_folder, model_version
from vnplan.entities.spans import Engine
from vnplan.evaluation.entities import load_labels, score_entities
from vnplan.settings import Settings
from vnplan.training.noise import in_capitals, misread, without_marks, wrapped
from vnplan.training.samples import Sample

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "models" / "ner"
GOLD_FILE = ROOT / "tests" / "gold" / "ner_labels.jsonl"


@pytest.fixture(scope="module")
def joined() -> Engine:
    found = engine("model")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def alone() -> Model:
    return Model()


def samples() -> list[Sample]:
    groups = tomllib.loads(DATA.read_text(encoding="utf-8"))["lines"]
    lines = [unmarked(line) for group in groups for line in group["texts"]]
    return [Sample(text, tuple(names)) for text, names in lines]  # type: ignore[arg-type]


def f1(finder: Engine, lines: list[Sample]) -> float:
    found = [{name[:3] for name in names} for names in finder.find([line.text for line in lines])]
    right = sum(len(names & set(line.labels)) for names, line in zip(found, lines, strict=True))
    return 2 * right / (sum(len(line.labels) for line in lines) + sum(map(len, found)))


# -- what is shipped ---------------------------------------------------------------------------------------------------


def test_the_model_is_whole_and_small() -> None:
    assert model_folder() == FOLDER
    check(FOLDER)
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 20_000_000
    described = json.loads((FOLDER / "meta.json").read_text(encoding="utf-8"))["vnplan"]["files"]
    assert {path.relative_to(FOLDER).as_posix() for path in files} == {*described, "meta.json"}


def test_nothing_of_the_texts_is_in_it() -> None:
    """The words are hashed: neither a list of strings nor a vocabulary is kept."""
    assert {path.name for path in FOLDER.rglob("*")} == {"config.cfg", "meta.json", "ner", "cfg", "model", "moves"}
    weights = (FOLDER / "ner" / "model").read_bytes()
    assert not [words for words in ("Nguyễn", "huyện", "Công an", "UBND") if words.encode() in weights]


def test_the_card_is_about_this_model() -> None:
    card = (ROOT / "docs" / "guides" / "model.md").read_text(encoding="utf-8")
    assert f"`{model_version(FOLDER)}`" in card, "the card describes another model: train, measure, and say so"
    figures = json.loads((ROOT / "docs" / "figures" / "bench-ner.json").read_text(encoding="utf-8"))
    assert figures["model"] == model_version(FOLDER), "run make bench"


# -- what it finds -----------------------------------------------------------------------------------------------------


def test_names_of_a_plan_say_who_found_them() -> None:
    result = analyze(read(PLAN.encode(), "a.txt"))
    found = {" ".join(entity.evidence.text.split()): entity for entity in result.entities}
    body = found["Công an huyện"]
    assert (body.label, body.engine, body.evidence.confidence) == ("ORG", "rules+model", 0.98)
    assert {entity.engine for entity in result.entities} <= {"rules", "model", "rules+model"}


def test_own_lines_are_read_as_well_as_by_rules(joined: Engine, alone: Model) -> None:
    lines = samples()
    assert f1(joined, lines) > 0.95
    assert f1(alone, lines) > 0.85


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (lambda line, rng: misread(line, rng, 0.02), 0.85),
        (lambda line, rng: misread(line, rng, 0.04), 0.8),
        (wrapped, 0.85),
        (in_capitals, 0.7),
        (without_marks, 0.7),
    ],
    ids=["misread", "misread more", "wrapped", "capitals", "without marks"],
)
def test_spoiled_lines_are_read_better_than_by_rules(change: object, least: float, joined: Engine) -> None:
    rng = random.Random(5)
    lines = [change(line, rng) for line in samples()]  # type: ignore[operator]
    ours, theirs = f1(joined, lines), f1(engine("rules"), lines)  # type: ignore[arg-type]
    assert ours > theirs and ours > least, f"{ours:.3f}, rules {theirs:.3f}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Giao Côug an huyên chủ trì, phối hợp thực hiện.", ("Côug an huyên", "ORG")),
        ("Đề nghị Uy ban nhân dan huyện báo cáo kết quả.", ("Uy ban nhân dan huyện", "ORG")),
        ("Nguời ký: đồng chí Nguyên Van Hùng, Giám đốc.", ("Nguyên Van Hùng", "PER")),
        ("Cong an huyen chu tri, phoi hop voi cac don vi.", ("Cong an huyen", "ORG")),
    ],
)
def test_a_name_that_rules_cannot_read(text: str, name: tuple[str, str], joined: Engine) -> None:
    assert name not in [(text[one.start : one.end], one.label) for one in rules.find(text)]
    assert name in [(text[one.start : one.end], one.label) for one in joined.find([text])[0]]


def test_what_was_measured_holds(shared: Path, joined: Engine) -> None:
    """Exact spans on the labelled texts that need no OCR; docs/guides/model.md has all of it."""
    report = score_entities(
        load_labels(_texts_alone(), shared), lambda text: [n[:3] for n in joined.find([text])[0]], clean=True
    )
    assert report.sentences > 400
    assert report.f1() > 0.9


def _texts_alone() -> Path:
    import tempfile

    rows = [
        line for line in GOLD_FILE.read_text(encoding="utf-8").splitlines() if '"text"' in line and "scans/" not in line
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False, encoding="utf-8") as file:
        file.write("\n".join(rows))
    return Path(file.name)


def test_the_figures_are_what_was_asked_for() -> None:
    figures = json.loads((ROOT / "docs" / "figures" / "bench-ner.json").read_text(encoding="utf-8"))
    rows = {(row["of"], row["label"]): row["f1"] for row in figures["scores"]}
    every, scans = rows["text and scans", "all"], rows["scans", "all"]
    assert figures["sentences"] >= 600
    assert every["joined"] >= 0.9 and scans["joined"] >= 0.85
    assert every["joined"] >= 2 * every["underthesea"] and scans["joined"] >= 2 * scans["underthesea"]
    assert every["joined"] >= every["rules"] and scans["joined"] > scans["rules"]
    assert figures["plans/s"]["model"] >= 8


# -- offsets, batches, hostile text ------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_names_lie_in_the_text_one_after_the_other(joined: Engine, alone: Model, text: str) -> None:
    assert in_order(joined.find([text])[0], text)
    assert in_order(alone.find([text])[0], text)


@settings(max_examples=20, deadline=None)
@given(TEXTS, TEXTS)
def test_a_batch_finds_what_each_text_alone_has(joined: Engine, one: str, other: str) -> None:
    assert joined.find([one, other]) == [*joined.find([one]), *joined.find([other])]


def test_long_texts_are_read_in_windows(alone: Model) -> None:
    line = "Giao Công an huyện chủ trì, phối hợp với Phòng Nội vụ thực hiện.\n"
    text = line * 100
    found = [(text[name.start : name.end], name.start % len(line)) for name in alone.find([text])[0]]
    assert found == [("Công an huyện", 5), ("Phòng Nội vụ", 41)] * 100


@pytest.mark.parametrize("piece", ["a", "UBND", "ủybannhândân", "-"])
def test_a_megabyte_without_a_space_takes_its_time_and_no_more(piece: str, joined: Engine) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    found = joined.find([text])[0]
    assert time.process_time() - started < 60
    assert in_order(found, text)


def test_a_document_of_a_megabyte_without_a_space() -> None:
    started = time.process_time()
    result = analyze(read((PLAN + "xãTânHòa" * 120_000).encode(), "a.txt"), Settings(ner="model"))
    assert time.process_time() - started < 60
    assert "Công an huyện" in [entity.evidence.text for entity in result.entities]


def test_the_network_is_loaded_once_and_without_spacy() -> None:
    code = f"""
import sys
from unittest import mock
from vnplan.entities import network, weights
from vnplan import analyze, read
with mock.patch.object(network, "layers", wraps=weights.layers) as load:
    for number in range(3):
        found = analyze(read({PLAN!r}.encode() + str(number).encode(), "a.txt")).entities
print(load.call_count, any("model" in one.engine for one in found), "spacy" in sys.modules, "thinc" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1", "True", "False", "False"]


def test_versions_are_said(joined: Engine) -> None:
    assert joined.name == "model"
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{8}", model_version() or "")
