"""The network on numpy: the names that spaCy finds with the same model, and files that are not what they should be."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_entities import PLAN, TEXTS

from vnplan.entities import hashing, network
from vnplan.entities.network import Network
from vnplan.entities.weights import layers, unpack
from vnplan.training.noise import in_capitals, without_marks
from vnplan.training.samples import Sample

FOLDER = Path(__file__).resolve().parent.parent / "models" / "ner"
Spans = Callable[[list[str]], list[list[tuple[int, int, str]]]]


@pytest.fixture(scope="module")
def spacys() -> Spans:
    """The names that spaCy finds."""
    import spacy

    from vnplan.entities.words import register

    register()
    nlp = spacy.load(FOLDER)
    return lambda texts: [[(one.start_char, one.end_char, one.label_) for one in doc.ents] for doc in nlp.pipe(texts)]


@pytest.fixture(scope="module")
def ours() -> Network:
    return Network(FOLDER)


LINES = [line for line in PLAN.split("\n") if line.strip()]
DRAW = random.Random(3)
HARD = [
    PLAN,
    *(
        one.text
        for line in LINES
        for one in (in_capitals(Sample(line, ()), DRAW), without_marks(Sample(line, ()), DRAW))
    ),
    "Giao Công an huyện",  # the last word closes the name
    "Công an",
    "UBND",
    "Sở Nội vụ\n\n\nTrà Cú",
    "Ban Chỉ đạo phòng, chống thiên tai và tìm kiếm cứu nạn, phòng thủ dân sự và ứng phó biến đổi khí hậu huyện Trà Cú",
    "dep num det X x _ X. det-cc UBND huyện dep",  # words that have numbers of their own in spaCy
    "\n" * 120 + "UBND huyện Trà Cú" + " " * 130,
    "ủybannhândân" * 20,
]


def test_it_finds_what_spacy_finds(ours: Network, spacys: Spans) -> None:
    found = ours.names(HARD)
    assert found == spacys(HARD)
    assert sum(map(len, found)) > 15


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=4))
def test_it_finds_what_spacy_finds_in_any_text(ours: Network, spacys: Spans, texts: list[str]) -> None:
    assert ours.names(texts) == spacys(texts)


def test_nothing_depends_on_the_batch_or_on_what_was_read_before(
    ours: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = ours.names(HARD)
    assert [ours.names([text])[0] for text in HARD] == found
    monkeypatch.setattr(network, "_BATCH", 20)
    monkeypatch.setattr(network, "_MOST_WORDS", 30)
    monkeypatch.setattr(network, "_AHEAD", 1)
    assert ours.names(HARD) == found
    assert [ours.names([text])[0] for text in HARD] == found
    assert ours.names([]) == [] and ours.names(["", "UBND huyện Trà Cú"]) == [[], ours.names(["UBND huyện Trà Cú"])[0]]


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Network(FOLDER)
    monkeypatch.setattr(network, "_MOST_WORDS", 100)
    for first in range(0, 5000, 50):
        read.names([" ".join(f"từ{number}a" for number in range(first, first + 50))])
    assert len(read._rows) <= 100 + 3 * 50


# -- hashes ------------------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=120).filter(lambda text: text.isprintable()))
@example("dep")
@example("Đồng Tháp Mười")
def test_hashes_are_those_of_spacy(word: str) -> None:
    from spacy.lang.lex_attrs import word_shape
    from spacy.strings import StringStore
    from thinc.api import NumpyOps

    strings = StringStore()
    assert hashing.shape(word) == word_shape(word)
    ids = hashing.numbers([word])
    assert ids.tolist()[0] == [strings.add(one) for one in (word.lower(), hashing.bare(word), word_shape(word))]
    for seed in (8, 9, 10):
        assert (hashing.keys(ids[:, 0].copy(), seed) == NumpyOps().hash(ids[:, 0].copy(), seed)).all()


def test_names_of_spacy_have_their_numbers() -> None:
    from spacy.symbols import IDS

    words = {name for name in IDS if name and (name == name.lower() or name == hashing.shape(name))}
    assert {name: hashing.number(name) for name in words} == {name: IDS[name] for name in words}
    assert set(hashing._NUMBERS) <= words


# -- files -------------------------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=40), inner, max_size=20),
    max_leaves=60,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_msgpack_is_read_as_it_was_written(value: Any) -> None:
    import srsly

    assert unpack(srsly.msgpack_dumps(value)) == value


def test_msgpack_of_any_length() -> None:
    import srsly

    for size in (0, 31, 32, 255, 256, 65_535, 65_536):
        assert bytes(unpack(srsly.msgpack_dumps(b"x" * size))) == b"x" * size
        assert unpack(srsly.msgpack_dumps("x" * size)) == "x" * size
        assert unpack(srsly.msgpack_dumps([1] * size)) == [1] * size
        assert unpack(srsly.msgpack_dumps({n: n for n in range(size)})) == {n: n for n in range(size)}
    assert math.isclose(unpack(b"\xca\x3f\x80\x00\x00"), 1.0)


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\xa5abc", b"\xdd\xff\xff\xff\xff", b"\x01\x01", b"\x91" * 5000])
def test_what_is_no_msgpack_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"too early|begins no value|more behind|too deep"):
        unpack(data)


def test_arrays_are_those_of_the_file() -> None:
    import srsly

    written = srsly.read_msgpack(FOLDER / "ner" / "model")
    for (name, _, arrays), node, others in zip(
        layers(FOLDER / "ner" / "model"), written["nodes"], written["params"], strict=True
    ):
        assert name == node["name"] and set(arrays) == {key for key, array in others.items() if array is not None}
        assert all(np.array_equal(array, others[key]) for key, array in arrays.items())


@pytest.mark.parametrize("spoil", [b"", b"\x80", b"\x84"])
def test_a_network_of_another_make_is_refused(spoil: bytes, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "ner")
    (tmp_path / "ner" / "ner" / "model").write_bytes(spoil)
    with pytest.raises((ValueError, KeyError)):
        Network(tmp_path / "ner")


def test_moves_must_be_those_of_the_network(tmp_path: Path) -> None:
    import srsly

    shutil.copytree(FOLDER, tmp_path / "ner")
    srsly.write_msgpack(tmp_path / "ner" / "ner" / "moves", {"moves": '{"1": {"ORG": 1}, "5": {"": 1}}', "cfg": {}})
    with pytest.raises(ValueError, match="other moves"):
        Network(tmp_path / "ner")


def test_moves_of_labels_that_the_training_never_met_stand_behind_all_others() -> None:
    counts = {"1": {"ORG": 8, "LOC": -2}, "4": {"ORG": 9, "": 1, "LOC": -3, "PER": -1}, "5": {"": 1}}
    moves = network._moves({"moves": json.dumps(counts)})
    assert moves == [("1", "ORG"), ("4", "ORG"), ("4", ""), ("5", ""), ("4", "PER"), ("1", "LOC"), ("4", "LOC")]
