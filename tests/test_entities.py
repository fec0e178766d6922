"""Names by rules: examples as data, offsets, time on hostile text; the engines, and what they say when they cannot work."""

from __future__ import annotations

import json
import re
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnplan import analyze, doctor, extract, read
from vnplan.cli import main
from vnplan.entities import engines, general, joint, model, rules
from vnplan.entities.spans import LABELS, Found, without_overlaps
from vnplan.entities.windows import windows
from vnplan.entities.words import split
from vnplan.errors import MissingDependencyError, ModelError, UsageError
from vnplan.settings import NER_ENGINES, Settings

DATA = Path(__file__).parent / "data" / "entities.toml"
MARKED = re.compile(r"\[([OPL]) ([^\]]+)\]")
OF_LETTER = {"O": "ORG", "P": "PER", "L": "LOC"}
PLAN = (
    "ỦY BAN NHÂN DÂN\nHUYỆN CẦU KÈ\nSố: 12/KH-UBND\nCầu Kè, ngày 05 tháng 3 năm 2024\nKẾ HOẠCH\n"
    "Bảo đảm trật tự, an toàn giao thông năm 2024\n1. Công an huyện chủ trì, phối hợp với Phòng Nội vụ kiểm tra.\n"
)
# Real words and hostile ones: what a text is made of does not matter to offsets.
PIECES = st.sampled_from(
    ["Ủy ban nhân dân ", "xã Tân Hòa", "Công an huyện, ", "các phường ", "\n", "Nguyễn Văn An ", "UBND ", "Sở ", "(", ")", "/",
     "12/KH-UBND ", "Quốc lộ 53 ", "TỈNH CÀ MAU ", "và ", "H'Lan ", "́", "𝒜", " ", "ß", "İ", "ﬁ", "Thủ tướng ", ", "]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=25).map("".join)


def unmarked(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """A marked line as text and names."""
    plain, at, names = "", 0, []
    for mark in MARKED.finditer(line):
        plain += line[at : mark.start()]
        names.append((len(plain), len(plain) + len(mark[2]), OF_LETTER[mark[1]]))
        plain += mark[2]
        at = mark.end()
    return plain + line[at:], names


def examples() -> Iterator[object]:
    for group in tomllib.loads(DATA.read_text(encoding="utf-8"))["lines"]:
        for line in group["texts"]:
            yield pytest.param(line, id=f"{group['why'][:20]}: {line[:50]}")


@pytest.mark.parametrize("line", list(examples()))
def test_rules_find_what_is_marked_and_nothing_else(line: str) -> None:
    text, names = unmarked(line)
    found = rules.find(text)
    assert [(text[name.start : name.end], name.label) for name in found] == [
        (text[a:b], label) for a, b, label in names
    ]
    assert [name[:3] for name in found] == names


def test_there_are_enough_examples() -> None:
    assert len(list(examples())) >= 80


def in_order(names: Sequence[Found], text: str) -> bool:
    """Whether names lie in the text one after the other, and neither begin nor end with white space."""
    ends = [0, *(name.end for name in names)]
    return all(
        end <= name.start < name.end <= len(text)
        and name.label in LABELS
        and text[name.start : name.end].strip() == text[name.start : name.end]
        and 0 < name.confidence <= 1
        for end, name in zip(ends, names, strict=False)
    )


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_names_lie_in_the_text_one_after_the_other(text: str) -> None:
    assert in_order(rules.find(text), text)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_a_line_before_and_behind_changes_nothing(text: str) -> None:
    line = text.replace("\n", " ")
    alone = rules.find(line)
    between = rules.find(f"1. Mục đích:\n{line}\n- Như trên;")
    assert [(n.start - 13, n.end - 13, n.label) for n in between if 13 <= n.start < 13 + len(line)] == [
        n[:3] for n in alone
    ]


@pytest.mark.parametrize(
    "piece",
    ["a", "A", "Á", "1", "-", ".", "1.", "A.", "a@", "/", "A-", "Xã ", "xã A", "các xã A, ", "UBND", "UBND ", "Ủy ban ", "Nguyễn ",
     "Y ", "Số 1/", "(", " (", "Luật ", "TỈNH ", "A\n", "Sở Y tế, ", "đường A ", "Phường 1, ", "VP "],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        started = time.process_time()
        rules.find(text)
        return time.process_time() - started

    small = min(seconds(20_000) for _ in range(2))
    assert seconds(200_000) < 25 * small + 0.25


def test_overlapping_names_leave_the_longest() -> None:
    long, short, other = Found(0, 10, "ORG"), Found(2, 5, "LOC"), Found(12, 14, "PER")
    assert without_overlaps([other, short, long]) == [long, other]


# -- windows and words -------------------------------------------------------------------------------------------------


@given(TEXTS | st.text(), st.integers(1, 40))
def test_windows_cover_the_text(text: str, size: int) -> None:
    spans = list(windows(text, size))
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(0 < end - start <= size for start, end in spans)


def test_windows_end_with_lines_where_they_can() -> None:
    text = "một dòng dài\nhai dòng dài\nba dòng dài\n"
    assert [text[a:b] for a, b in windows(text, 28)] == ["một dòng dài\nhai dòng dài\n", "ba dòng dài\n"]


@given(TEXTS | st.text())
def test_words_are_the_text(text: str) -> None:
    words, spaces = split(text)
    assert "".join(word + " " * space for word, space in zip(words, spaces, strict=True)) == text
    assert all(words) and max(map(len, words), default=0) <= 62 or any(word.isspace() for word in words)


def test_words_are_parted_where_spaces_were_lost() -> None:
    assert split("của xãYên Thổ, số 48/NQ-CP.")[0] == ["của", "xã", "Yên", "Thổ", ",", "số", "48/NQ-CP."]
    assert split("Lưu: VT....... (1)--")[0] == ["Lưu", ":", "VT", ".......", "(", "1", ")", "--"]


# -- merging -----------------------------------------------------------------------------------------------------------

CLEAN = "Giao Công an huyện phối hợp với ông Lê Văn Tám."
NOISY = "Giao Côug au huyện phối hợp với ông Lê Văn Tám."


def test_what_both_find_is_surer() -> None:
    both = Found(5, 18, "ORG", 0.9)
    assert joint.merge(CLEAN, [both], [both._replace(engine="model")]) == [Found(5, 18, "ORG", 0.98, "rules+model")]


def test_rules_decide_where_the_text_is_sound() -> None:
    [name] = joint.merge(CLEAN, [Found(5, 18, "ORG", 0.9)], [Found(5, 12, "ORG", 0.85, "model")])
    assert (name[:3], name.engine) == ((5, 18, "ORG"), "rules")
    assert name.confidence < 0.7


def test_the_model_decides_where_it_was_misread() -> None:
    [name] = joint.merge(NOISY, [Found(13, 18, "LOC", 0.9)], [Found(5, 18, "ORG", 0.85, "model")])
    assert (name[:3], name.engine) == ((5, 18, "ORG"), "model")


def test_what_one_alone_finds_stays() -> None:
    person = Found(36, 46, "PER", 0.85, "model")
    found = joint.merge(CLEAN, [Found(5, 18, "ORG", 0.95)], [person])
    assert [name.engine for name in found] == ["rules", "model"]
    assert joint.merge(CLEAN, [], []) == []


SPANS = st.lists(
    st.builds(
        lambda a, n, label: Found(a, a + n, label), st.integers(0, 40), st.integers(1, 7), st.sampled_from(LABELS)
    )
).map(without_overlaps)


@given(SPANS, SPANS)
def test_merged_names_are_in_order(ruled: list[Found], learned: list[Found]) -> None:
    text = NOISY + " "
    merged = joint.merge(text, ruled, [name._replace(engine="model") for name in learned])
    assert all(one.end <= other.start for one, other in zip(merged, merged[1:], strict=False))
    assert {name[:3] for name in merged} <= {name[:3] for name in (*ruled, *learned)}
    assert {name[:3] for name in ruled} & {name[:3] for name in learned} <= {name[:3] for name in merged}


def test_names_that_cannot_be_are_ruled_out() -> None:
    text = "Theo 48/NQ-CP, Hội đồng họp; lưu ý chống Mỹ; em Lan; tại huyện Hải Hà."

    def name(words: str, label: str) -> Found:
        return Found(text.index(words), text.index(words) + len(words), label)  # type: ignore[arg-type]

    names = [
        name("NQ-CP", "ORG"),
        name("Hội đồng", "ORG"),
        name("chống Mỹ", "LOC"),
        name("Lan", "PER"),
        name("huyện Hải Hà", "LOC"),
    ]
    assert rules.possible(text, names) == [names[-1]]
    signed = "PHÓ CHỦ TỊCH UBND HUYỆN Lê Thanh Bình"
    assert rules.possible(signed, [Found(13, len(signed), "ORG")]) == [Found(13, 23, "ORG")]


# -- engines -----------------------------------------------------------------------------------------------------------


def test_engine_none_finds_nothing_and_rules_need_nothing() -> None:
    assert engines.engine("none") is None
    engine = engines.engine("rules")
    assert engine is not None and engine.find([CLEAN])[0][0][:3] == (5, 18, "ORG")
    engines.check("rules")
    engines.check("none")
    assert engines.version_of("rules") is None


def test_unknown_engine() -> None:
    with pytest.raises(UsageError, match="ner must be one of"):
        engines.engine("bert")
    with pytest.raises(UsageError, match="ner must be one of"):
        Settings(ner="bert")


@pytest.mark.parametrize("name", ["rules", "none"])
def test_spacy_is_not_loaded_where_it_is_not_needed(name: str) -> None:
    code = f"""
import sys
from vnplan import analyze, read
from vnplan.settings import Settings
plan = {PLAN!r}
found = analyze(read(plan.encode(), "a.txt"), Settings(ner={name!r}))
english = analyze(read(b"The court held that a party waives an objection. " * 40, "b.txt"))
print(len(found.entities), len(english.entities), "spacy" in sys.modules, "underthesea" in sys.modules)
"""
    import subprocess

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out[1:] == ["0", "False", "False"]
    assert (int(out[0]) > 0) == (name == "rules")


def test_entities_have_evidence_and_say_who_found_them() -> None:
    result = analyze(read(PLAN.encode(), "a.txt"), Settings(ner="rules"))
    found = [(entity.label, " ".join(entity.evidence.text.split()), entity.engine) for entity in result.entities]
    assert ("ORG", "ỦY BAN NHÂN DÂN HUYỆN CẦU KÈ", "rules") in found
    assert ("ORG", "Công an huyện", "rules") in found
    assert ("LOC", "Cầu Kè", "rules") in found


def test_engine_is_part_of_the_fingerprint() -> None:
    assert len({Settings(ner=name).fingerprint() for name in NER_ENGINES}) == len(NER_ENGINES)


# -- the model that cannot be used -------------------------------------------------------------------------------------


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder that the model is looked for in, which is not there."""
    folder = tmp_path / "no model"
    for module in (model, doctor, joint):
        monkeypatch.setattr(module, "model_folder", lambda: folder)
    engines.made.cache_clear()
    yield folder  # type: ignore[misc]
    engines.made.cache_clear()


def described(folder: Path, **changes: object) -> None:
    """A folder with a description of a model, and a file that belongs to it."""
    from importlib import metadata

    folder.mkdir(exist_ok=True)
    (folder / "weights").write_bytes(b"123")
    ours = {
        "format": model.FORMAT,
        "spacy": metadata.version("spacy"),
        "files": {"weights": model.file_digest(folder / "weights")},
    }
    (folder / "meta.json").write_text(json.dumps({"version": "0.1", "vnplan": ours | changes}), encoding="utf-8")


def nothing(folder: Path) -> None:
    """No folder at all."""


def empty(folder: Path) -> None:
    folder.mkdir()


def no_json(folder: Path) -> None:
    folder.mkdir()
    (folder / "meta.json").write_bytes(b"\xff{")


def foreign(folder: Path) -> None:
    folder.mkdir()
    (folder / "meta.json").write_text('{"lang": "vi"}')


def other_format(folder: Path) -> None:
    described(folder, format=99)


def other_spacy(folder: Path) -> None:
    described(folder, spacy="2.3.0")


def cut_short(folder: Path) -> None:
    described(folder)
    (folder / "weights").write_bytes(b"12")


def no_pipeline(folder: Path) -> None:
    described(folder)


BROKEN: list[tuple[Callable[[Path], None], str]] = [
    (nothing, "there is no model in"),
    (empty, "damaged"),
    (no_json, "damaged"),
    (foreign, "holds no model of vnplan"),
    (other_format, "is of format 99"),
    (other_spacy, r"needs spaCy 2\.3"),
    (cut_short, r"damaged \(weights\)"),
]


@pytest.mark.parametrize(("broken", "message"), [*BROKEN, (no_pipeline, "damaged")])
def test_model_that_cannot_be_used_is_one_error_with_a_remedy(
    broken: Callable[[Path], None], message: str, no_model: Path
) -> None:
    broken(no_model)
    with pytest.raises(ModelError, match=message) as error:
        engines.engine("model").find(["ỦY BAN NHÂN DÂN"])  # type: ignore[union-attr]
    assert "--ner rules" in str(error.value)
    assert "--model DIR" in str(error.value)


@pytest.mark.parametrize(("broken", "message"), BROKEN)
def test_model_is_checked_before_the_first_file(
    broken: Callable[[Path], None], message: str, no_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(no_model)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(PLAN, encoding="utf-8")
    for jobs in ("1", "2"):
        status = main(
            [
                "extract",
                str(tmp_path / "in"),
                "--out",
                str(tmp_path / "out"),
                "--ner",
                "model",
                "--jobs",
                jobs,
                "--quiet",
            ]
        )
        said = capsys.readouterr().err.strip()
        assert status == 3
        assert re.search(message, said) and said.count("\n") == 0
        assert not (tmp_path / "out").exists()
    assert main(["show", str(tmp_path / "in" / "a.txt"), "--ner", "model"]) == 3


@pytest.mark.parametrize(("broken", "message"), BROKEN)
def test_doctor_says_what_is_wrong_with_the_model(
    broken: Callable[[Path], None], message: str, no_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(no_model)
    assert main(["doctor"]) == 3
    said = capsys.readouterr().out.split("Model for names")[1].split("Tesseract")[0]
    assert re.search(message, " ".join(said.split())) and "--ner rules" in said


def test_python_callers_get_the_error_too(no_model: Path) -> None:
    with pytest.raises(ModelError, match="there is no model"):
        extract(PLAN.encode(), "a.txt", Settings(ner="model"))
    assert not extract(PLAN.encode(), "a.txt", Settings(ner="rules")).errors
    assert (
        not extract(b"The court held that a party waives an objection. " * 40, "b.txt", Settings(ner="model"))
        .plans[0]
        .entities
    )


def test_folder_of_another_model_is_taken_from_the_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert engines.version_of("model", str(folder)) is None
    with pytest.raises(ModelError, match="there is no model in"):
        extract(PLAN.encode(), "a.txt", Settings(model=str(folder)))
    assert main(["doctor", "--model", str(folder)]) == 3
    (tmp_path / "a.txt").write_text(PLAN, encoding="utf-8")
    assert main(["show", str(tmp_path / "a.txt"), "--model", str(folder)]) == 3
    described(folder)
    assert engines.version_of("model", str(folder)) == "0.1"


# -- underthesea -------------------------------------------------------------------------------------------------------


def test_underthesea_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "underthesea", None)
    with pytest.raises(MissingDependencyError, match="pip install underthesea"):
        general.Underthesea()


@pytest.mark.parametrize(
    ("text", "words", "places"),
    [
        ("Toà án nhân dân huyện", ["Tòa án", "nhân dân", "huyện"], ["Toà án", "nhân dân", "huyện"]),
        ("thuỷ sản,khoẻ", ["thủy sản", ",", "khỏe"], ["thuỷ sản", ",", "khoẻ"]),
        ("số  12/KH-UBND", ["số", "12", "/", "KH-UBND"], ["số", "12", "/", "KH-UBND"]),
        ("Hòa  Bình", ["Hòa Bình"], ["Hòa  Bình"]),
        ("a b", ["a", "zzz", "b"], ["a", None, "b"]),
        ("“UBND” xã…", ['"', "UBND", '"', "xã", "..."], [None, "UBND", None, "xã", None]),
    ],
)
def test_places_of_words_are_found_again(text: str, words: list[str], places: list[str | None]) -> None:
    found = general.places(text, words)
    assert [None if span is None else text[slice(*span)] for span in found] == places


def test_tagged_words_become_names() -> None:
    tagged = [
        ("Toà án", "N", "B-NP", "B-ORG"),
        ("huyện", "N", "B-NP", "I-ORG"),
        ("và", "C", "O", "O"),
        ("Lan", "Np", "B-NP", "B-PER"),
    ]
    text = "Toà án huyện và Lan"
    finder = general.Underthesea(lambda sentence: tagged)
    assert [(text[n.start : n.end], n.label, n.engine) for n in finder.find([text])[0]] == [
        ("Toà án huyện", "ORG", "underthesea"),
        ("Lan", "PER", "underthesea"),
    ]


@given(TEXTS)
@settings(deadline=None)
def test_names_of_underthesea_lie_in_the_text(text: str) -> None:
    finder = general.Underthesea(lambda sentence: [(word, "B-ORG") for word in sentence.split()])
    found = finder.find([text])[0]
    assert all(0 <= name.start < name.end <= len(text) for name in found)


def test_underthesea_itself() -> None:
    pytest.importorskip("underthesea")
    text = "Ông Nguyễn Văn An ở Hà Nội.\nToà án nhân dân tối cao họp tại Huế."
    found = general.Underthesea().find([text])[0]
    assert in_order(found, text)
    assert "Hà Nội" in [text[name.start : name.end] for name in found]
