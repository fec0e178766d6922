"""The scorer of entities: exact spans, what counts where, and sentences that are found again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vnplan.document import Document, OffsetMap
from vnplan.errors import UsageError
from vnplan.evaluation.entities import (
    Labelled,
    Labels,
    Sentence,
    Span,
    digest,
    find_again,
    load_labels,
    rows_of,
    score_entities,
    trace,
)

TEXT = "Giao Phòng Nội vụ chủ trì.\nCông an huyện An Biên phối hợp với ông Lê Văn Tám.\nNơi nhận: UBND các xã."
GOLD: tuple[Span, ...] = ((5, 17, "ORG"), (27, 48, "ORG"), (66, 76, "PER"), (88, 99, "ORG"))
SECOND = TEXT.index("Công an")
GOLD_FILE = Path(__file__).parent / "gold" / "ner_labels.jsonl"
LINK_FILE = Path(__file__).parent / "gold" / "link_labels.jsonl"


def document(raw: str) -> Document:
    return Document("id", "a.txt", "0" * 64, "text", raw, raw, OffsetMap.identity(len(raw)))


def labels_of(*sentences: Sentence, raw: str = TEXT) -> Labels:
    return Labels((Labelled("a.txt", document(raw), sentences),))


WHOLE = labels_of(Sentence("dev", "text", 0, len(TEXT), GOLD))


def row(text: str, words: str, names: list[tuple[str, str]], kind: str = "text") -> dict[str, Any]:
    """A row of labels for words of a text, as the annotator's program writes it."""
    start = text.index(words)
    spans = [(words.index(name), words.index(name) + len(name), label) for name, label in names]
    tokens = words.split()
    traced = {
        "words": "".join(trace(word) for word in tokens),
        "spans": [
            [len(words[:a].split()), len(words[:a].split()) + len(words[a:b].split()) - 1, label, 0]
            for a, b, label in spans
        ],
    }
    return {
        "part": "dev",
        "kind": kind,
        "file": "a.txt",
        "start": start,
        "end": start + len(words),
        "digest": digest(words),
        "entities": spans,
        **(traced if kind == "scan" else {}),
    }


def write(folder: Path, text: str, *rows: dict[str, Any]) -> Labels:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    file = folder / "labels.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return load_labels(file, folder)


def words_of(labels: Labels) -> list[str]:
    return [
        labelled.document.raw[start:end]
        for labelled in labels.documents
        for sentence in labelled.sentences
        for start, end, _ in sentence.entities
    ]


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 9), st.sampled_from(["ORG", "PER", "LOC"])).map(
        lambda drawn: (drawn[0], drawn[0] + drawn[1], drawn[2])
    ),
    unique=True,
    max_size=12,
)


def test_the_labels_of_the_tests_are_what_they_say() -> None:
    assert [TEXT[start:end] for start, end, _ in GOLD] == [
        "Phòng Nội vụ",
        "Công an huyện An Biên",
        "Lê Văn Tám",
        "UBND các xã",
    ]


@given(SPANS)
def test_what_is_labelled_is_all_right(spans: list[Span]) -> None:
    labels = labels_of(Sentence("dev", "scan", 0, len(TEXT), tuple(spans)))
    report = score_entities(labels, lambda _: spans)
    assert not report.differences
    assert all(tally.f1 == 1.0 for tally in report.tallies.values())
    assert sum(tally.right for key, tally in report.tallies.items() if key == ("all", "all")) == len(spans)


@given(SPANS.filter(bool), st.integers(1, 30))
def test_spans_that_are_shifted_are_all_wrong(spans: list[Span], by: int) -> None:
    shifted = [(start + by, end + by, label) for start, end, label in spans]
    assume(not {*spans} & {*shifted})
    report = score_entities(labels_of(Sentence("dev", "text", 0, len(TEXT), tuple(spans))), lambda _: shifted)
    assert report.f1() == 0.0
    assert report.tallies["all", "all"].missed == len(spans)


@given(SPANS, SPANS, st.randoms())
def test_order_does_not_matter(gold: list[Span], found: list[Span], random: Any) -> None:
    one = score_entities(labels_of(Sentence("dev", "text", 0, len(TEXT), tuple(gold))), lambda _: found)
    random.shuffle(gold)
    random.shuffle(found)
    other = score_entities(labels_of(Sentence("dev", "text", 0, len(TEXT), tuple(gold))), lambda _: found)
    assert one.tallies == other.tallies
    tally = one.tallies.get(("all", "all"))
    if tally is not None:
        assert tally.right + tally.missed == len(gold)
        assert tally.right + tally.wrong == sum(span[0] < len(TEXT) for span in found)


def test_counts_by_label_and_kind() -> None:
    labels = labels_of(
        Sentence("dev", "text", 0, SECOND, GOLD[:1]),
        Sentence("dev", "scan", SECOND, len(TEXT), GOLD[1:]),
    )
    report = score_entities(labels, lambda _: [GOLD[0], (27, 40, "ORG"), (66, 76, "LOC")])
    assert report.f1("ORG", "text") == 1.0
    assert report.f1("ORG", "scan") == 0.0
    org = report.tallies["ORG", "all"]
    assert (org.right, org.wrong, org.missed) == (1, 1, 2)
    assert {(d.what, d.gold and d.gold[1]) for d in report.differences} == {
        ("boundary", "Công an huyện An Biên"),
        ("label", "Lê Văn Tám"),
        ("missed", "UBND các xã"),
    }


def test_what_is_invented_is_told_from_what_overlaps() -> None:
    report = score_entities(WHOLE, lambda _: [*GOLD[1:], (0, 8, "LOC"), (80, 84, "ORG")])
    assert sorted(d.what for d in report.differences) == ["both", "invented"]
    printed = "\n".join(report.lines(examples=3))
    assert "gold nothing, given ORG" in printed
    assert "gold ORG 'Phòng Nội vụ', given LOC 'Giao Phò'" in printed
    assert "given" not in "\n".join(report.lines())


def test_only_labelled_sentences_are_looked_at() -> None:
    labels = labels_of(Sentence("dev", "text", SECOND, TEXT.index("Nơi nhận"), GOLD[1:3]))
    assert score_entities(labels, lambda _: [*GOLD, (0, 4, "PER")]).f1() == 1.0


def test_a_finder_gets_the_whole_text_or_the_clean_one(tmp_path: Path) -> None:
    text = "Căn cứ ý kiến của   Sở Y tế;\n\n\nSở Y tế chủ trì.\n"
    labels = write(tmp_path, text, row(text, "Sở Y tế chủ trì.", [("Sở Y tế", "ORG")]))
    seen: list[str] = []

    def find(given: str) -> list[Span]:
        seen.append(given)
        at = given.rindex("Sở Y tế")
        return [(at, at + 7, "ORG")]

    assert score_entities(labels, find).f1() == 1.0
    assert score_entities(labels, find, clean=True).f1() == 1.0
    assert seen == [labels.documents[0].document.raw, labels.documents[0].document.text]
    assert seen[0] != seen[1]


def test_a_sentence_that_moved_is_found_the_nearest_place_first() -> None:
    words = "Sở Y tế;"
    raw = f"{words} Một. {words} Hai. {words} Ba."
    places = [at for at in range(len(raw)) if raw.startswith(words, at)]
    for place in places:
        assert find_again(raw, place + 2, place + 2 + len(words), digest(words)) == place
    assert find_again(raw, 0, 5, digest("Không")) is None
    assert find_again("", 0, 5, digest("Không")) is None


def test_digest_looks_through_white_space_and_composition() -> None:
    assert digest("Sở\n Y  tế") == digest("So\u031b\u0309 Y te\u0302\u0301") != digest("Sở Y tê")


def test_a_scan_read_differently_keeps_its_entities(tmp_path: Path) -> None:
    before = "Giao Công an huyện An Biên phối hợp với Phòng Nội vụ trước ngày 15 tháng 6."
    after = "TRANG 2\nGiao: Cõng an huyen An Biện phôi hợp\nvới Phòng Nội vu, trước ngày l5 tháng 6."
    old = row(before, before, [("Công an huyện An Biên", "ORG"), ("Phòng Nội vụ", "ORG")], "scan")
    assert words_of(write(tmp_path, before, old)) == ["Công an huyện An Biên", "Phòng Nội vụ"]
    assert words_of(write(tmp_path, after, old)) == ["Cõng an huyen An Biện", "Phòng Nội vu"]
    assert write(tmp_path, after, {**old, "kind": "text", "words": ""}).missing == (("a.txt", 0),)


def test_an_entity_whose_words_cannot_be_told_apart_loses_the_sentence(tmp_path: Path) -> None:
    before = "Giao Công an huyện An Biên phối hợp với Phòng Nội vụ trước ngày 15 tháng 6."
    old = row(before, before, [("An Biên", "LOC")], "scan")
    after = before.replace("An Biên", "A nB iê n")
    labels = write(tmp_path, after, old)
    assert (len(labels), labels.missing) == (0, (("a.txt", 0),))


def test_what_is_lost_is_counted(tmp_path: Path) -> None:
    text = "Sở Y tế chủ trì."
    gone = {**row(text, text, []), "file": "b.txt"}
    labels = write(tmp_path, "Một văn bản khác hẳn, không có câu nào cũ.", row(text, text, []), gone)
    assert labels.missing == (("a.txt", 0), ("b.txt", 0))
    report = score_entities(labels, lambda _: [])
    assert (report.sentences, report.missing) == (0, 2)
    assert "2 not found again" in next(report.lines())


def test_bad_input_is_one_clear_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"part": "dev"}\nno json\n', encoding="utf-8")
    for labels in (broken, tmp_path / "none.jsonl"):
        with pytest.raises(UsageError, match="not a file of labels"):
            rows_of(labels)
    with pytest.raises(UsageError, match="no folder"):
        load_labels(GOLD_FILE, tmp_path / "none")


def test_the_committed_labels_are_well_formed() -> None:
    rows = rows_of(GOLD_FILE)
    assert len(rows) >= 760
    assert sum(row["kind"] == "scan" for row in rows) >= 200
    files = {part: {row["file"] for row in rows if row["part"] == part} for part in ("dev", "test")}
    assert not files["dev"] & files["test"]
    for row in rows:
        assert {*row} <= {"part", "kind", "file", "start", "end", "digest", "entities", "words", "spans"}
        ends = 0
        for start, end, label in row["entities"]:
            assert ends <= start < end <= row["end"] - row["start"]
            assert label in {"ORG", "PER", "LOC"}
            ends = end
        assert ("words" in row) == (row["kind"] == "scan")
    digests = {part: {row["digest"] for row in rows if row["part"] == part} for part in ("dev", "test")}
    assert len(digests["dev"] & digests["test"]) < 10  # what every office writes: `KT. CHỦ TỊCH`


def test_the_committed_names_are_labelled_entities() -> None:
    entities = {
        (row["part"], row["file"], row["start"] + start, row["start"] + end)
        for row in rows_of(GOLD_FILE)
        for start, end, _ in row["entities"]
    }
    names = rows_of(LINK_FILE)
    assert [sum(name["part"] == part for name in names) for part in ("dev", "test")] == [60, 140]
    for name in names:
        assert (name["part"], name["file"], name["start"], name["end"]) in entities


def test_labelled_texts_are_found(shared: Path) -> None:
    rows = [row for row in rows_of(GOLD_FILE) if not row["file"].endswith(".pdf")]
    labels = load_labels(GOLD_FILE, shared, "dev")
    assert len(labels) + len(labels.missing) == len(rows_of(GOLD_FILE, "dev"))
    texts = {row["file"] for row in rows}
    assert not [file for file, _ in labels.missing if file in texts]
