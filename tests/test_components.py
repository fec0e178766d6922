"""vnplan in spaCy: no fact is lost between characters and tokens, and results go there and back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy import displacy
from spacy.tokens import Doc, DocBin, Span

import vnplan
from vnplan import components
from vnplan.errors import UsageError
from vnplan.records import PlanResult
from vnplan.settings import Settings

SAMPLES = sorted((Path(__file__).resolve().parent.parent / "data" / "raw").rglob("*.txt"))
TEXT = SAMPLES[0].read_text(encoding="utf-8")


def blank(language: str) -> Any:
    return spacy.blank(language, config={"nlp": {"tokenizer": {"use_pyvi": False}}} if language == "vi" else {})


@pytest.fixture(scope="module")
def results() -> list[PlanResult]:
    settings = Settings(ner="rules")
    return [plan for path in SAMPLES for plan in vnplan.extract(path.read_bytes(), path.name, settings).plans]


@pytest.mark.parametrize("language", ["xx", "vi"])
def test_every_fact_is_a_span_and_comes_back(results: list[PlanResult], language: str) -> None:
    nlp = blank(language)
    count = 0
    for result in results:
        doc = vnplan.to_spacy(result, nlp)
        assert doc.text == result.text
        for kind in components.KINDS:
            spans = list(doc.spans[f"vnplan_{kind}"])
            assert [span._.vnplan for span in spans] == list(getattr(result, kind))
            assert all(span.text == span._.vnplan.evidence.text for span in spans)
            count += len(spans)
        assert doc._.plan == result == vnplan.from_spacy(doc)
    assert count > 500


def test_results_are_kept_by_a_docbin(results: list[PlanResult]) -> None:
    stored = DocBin(store_user_data=True, docs=[vnplan.to_spacy(result) for result in results]).to_bytes()
    read = DocBin(store_user_data=True).from_bytes(stored).get_docs(spacy.blank("xx").vocab)
    assert [vnplan.from_spacy(doc) for doc in read] == results


@pytest.mark.parametrize("language", ["xx", "vi"])
def test_components_find_what_analyze_finds(language: str) -> None:
    nlp = blank(language)
    for kind in components.KINDS:
        nlp.add_pipe(f"vnplan_{kind}", config={"ner": "rules"})
    doc = nlp(TEXT)
    alone = vnplan.analyze(vnplan.read_file(SAMPLES[0]), Settings(ner="rules"))
    for kind in components.KINDS:
        theirs = [fact.evidence.text for fact in getattr(alone, kind)]
        assert [span.text for span in doc.spans[f"vnplan_{kind}"]] == theirs
    assert doc.spans["vnplan_citations"][0]._.vnplan.canonical_id
    assert nlp("")._.plan is not None and len(nlp("Xin chào.").spans["vnplan_tasks"]) == 0


def test_components_are_kept_with_their_pipeline(tmp_path: Path) -> None:
    nlp = blank("xx")
    nlp.add_pipe("vnplan_targets", config={"ner": "none"})
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    first, second = nlp(TEXT), again(TEXT)
    assert [s.text for s in second.spans["vnplan_targets"]] == [s.text for s in first.spans["vnplan_targets"]]
    assert again.get_pipe("vnplan_targets").settings.ner == "none"


def test_spans_that_were_there_keep_their_places() -> None:
    words = re.findall(r"\S+|\s", TEXT)  # marks stay at the words, so that facts end within them
    doc = Doc(spacy.blank("xx").vocab, words=words, spaces=[False] * len(words))
    doc.spans["mine"] = [Span(doc, 10, 14, label="X", span_id="7"), Span(doc, 40, 60, label="Y")]
    before = [(one.text, one.label_, one.id_) for one in doc.spans["mine"]]
    count = len(doc)
    components.Component("citations", "none")(doc)
    assert len(doc) > count, "no token had to be split: the test shows nothing"
    assert [(one.text, one.label_, one.id_) for one in doc.spans["mine"]] == before
    assert doc.text == TEXT


def test_a_person_corrects_spans_and_gets_a_result(results: list[PlanResult]) -> None:
    result = next(one for one in results if len(one.entities) > 2 and one.citations)
    doc = vnplan.to_spacy(result)
    doc.spans["vnplan_entities"] = [*list(doc.spans["vnplan_entities"])[1:], Span(doc, 0, 2, label="ORG")]
    doc.spans["vnplan_citations"] = []
    changed = vnplan.from_spacy(doc)
    assert changed.entities[:-1] == result.entities[1:] and changed.citations == ()
    assert (changed.entities[-1].evidence.text, changed.entities[-1].engine) == (doc[0:2].text, "spacy")
    assert changed.tasks == result.tasks


def test_what_carries_no_result_says_so() -> None:
    doc = blank("xx")("Xin chào.")
    assert doc._.plan is None and doc[0:1]._.vnplan is None
    with pytest.raises(UsageError, match="add a component"):
        vnplan.from_spacy(doc)
    vnplan.to_spacy(vnplan.analyze(vnplan.read_file(SAMPLES[0]), Settings(ner="none")))


def test_displacy_draws_the_spans(results: list[PlanResult]) -> None:
    doc = vnplan.to_spacy(results[0])
    shown = displacy.render(doc, style="span", options={"spans_key": "vnplan_citations", "colors": components.COLOURS})
    assert components.COLOURS["CITATION"] in shown


def test_tokens_are_split_at_any_places() -> None:
    doc = Doc(spacy.blank("xx").vocab, words=["abcdef", "gh", "i"], spaces=[True, False, False])
    components._split(doc, [0, 1, 3, 6, 7, 8, 8, 10])
    assert [token.text_with_ws for token in doc] == ["a", "bc", "def ", "g", "h", "i"]
