"""Training: plans that are written, noise with labels kept in place, labels by rules, corrections, and a small model."""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnplan.cli import main
from vnplan.entities import engines, model
from vnplan.entities.spans import LABELS
from vnplan.errors import ModelError, OutputError, UsageError
from vnplan.text.normalise import strip_marks
from vnplan.training import Recipe, phrases, train
from vnplan.training.corrections import read_corrections
from vnplan.training.distant import held_out, labelled, texts_below
from vnplan.training.generator import Writer, units, write
from vnplan.training.noise import CHANGES, augmented, in_capitals, misread, without_marks, wrapped
from vnplan.training.samples import Sample, edited
from vnplan.training.train import fit

SAMPLE = Sample(
    "Giao Công an huyện gặp ông Lê Văn Tám tại xã Tân Hòa.", ((5, 18, "ORG"), (27, 37, "PER"), (42, 52, "LOC"))
)
TINY = Recipe(plans=0, rounds=1, width=16, depth=1, hidden=8)
PLAN = "KẾ HOẠCH\n1. Công an huyện Cầu Kè chủ trì, phối hợp với Phòng Nội vụ kiểm tra tại xã Tam Ngãi.\n"


def in_place(sample: Sample) -> bool:
    ends = [0, *(end for _, end, _ in sample.labels)]
    return all(
        before <= start < end <= len(sample.text)
        and label in LABELS
        and not sample.text[start].isspace()
        and not sample.text[end - 1].isspace()
        for before, (start, end, label) in zip(ends, sample.labels, strict=False)
    )


# -- the generator -----------------------------------------------------------------------------------------------------


def test_plans_are_written_the_same_for_the_same_seed() -> None:
    one, same, other = (list(write(random.Random(seed), 3)) for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize("seed", range(8))
def test_written_plans_are_whole_and_labelled(seed: int) -> None:
    samples = list(write(random.Random(seed), 6))
    assert all(map(in_place, samples))
    assert not [sample.text for sample in samples if "{" in sample.text or "}" in sample.text]
    assert {label for sample in samples for _, label in sample.words()} == set(LABELS)
    assert any(not sample.labels for sample in samples)


def test_labels_of_a_line() -> None:
    line = Writer(random.Random(4)).line("Ông {per} ở {loc}, {Org} và {GOVERNMENT}; {n} xã.")
    words = line.words()
    assert [label for _, label in words] == ["PER", "LOC", "ORG", "ORG"]
    assert words[-1][0] == "CHÍNH PHỦ"
    assert words[2][0][0].isupper()


def test_every_slot_is_known() -> None:
    writer = Writer(random.Random(0))
    parts = "letterhead title basis prose task place person plain closing recipients signature".split()
    for part in parts:
        for line in phrases.lines(part):
            assert in_place(writer.line(line))
    for kind in phrases.kinds():
        for words in phrases.words(kind):
            if kind != "confusion":
                assert "{" not in writer._plain(words) if "{doc}" in words else True
    with pytest.raises(KeyError):
        phrases.lines("nothing")


def test_units_of_all_levels() -> None:
    provinces, districts, communes = units()
    assert ("tỉnh", "Trà Vinh") in provinces
    assert len(provinces) < len(districts) < len(communes)


# -- noise -------------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(st.integers(0, 10**6), st.sampled_from([change for change, _ in CHANGES]))
def test_labels_stay_on_their_words(seed: int, change: object) -> None:
    changed = change(SAMPLE, random.Random(seed))  # type: ignore[operator]
    assert in_place(changed)
    assert len(changed.labels) == len(SAMPLE.labels)
    for (words, label), (before, same) in zip(changed.words(), SAMPLE.words(), strict=True):
        assert label == same
        letters, wanted = (strip_marks(re.sub(r"\W", "", text)).lower() for text in (words, before))
        assert abs(len(letters) - len(wanted)) <= 4
        assert sum(letter in wanted for letter in letters) >= len(letters) / 2


@given(st.integers(0, 10**6))
def test_noise_is_the_same_for_the_same_seed(seed: int) -> None:
    assert augmented(SAMPLE, random.Random(seed)) == augmented(SAMPLE, random.Random(seed))


def test_changes_do_what_they_say() -> None:
    rng = random.Random(1)
    assert in_capitals(SAMPLE, rng).text == SAMPLE.text.upper()
    assert without_marks(SAMPLE, rng).text == strip_marks(SAMPLE.text)
    assert misread(SAMPLE, rng, 0.0) == SAMPLE
    assert misread(SAMPLE, rng, 0.3).text != SAMPLE.text
    lines = wrapped(Sample("mười chữ " * 40), rng).text.split("\n")
    assert len(lines) > 3 and max(map(len, lines)) <= 91


def test_an_edit_across_the_border_of_a_name() -> None:
    sample = Sample("xã A B và", ((0, 6, "LOC"),))
    assert edited(sample, [(2, 3, "")]) == Sample("xãA B và", ((0, 5, "LOC"),))
    assert edited(sample, [(6, 7, "")]).words() == [("xã A B", "LOC")]
    assert edited(sample, [(0, 6, " ")]).labels == ()
    assert edited(sample, [(0, 0, "ở ")]).words() == [("xã A B", "LOC")]


@given(st.lists(st.tuples(st.integers(0, 54), st.integers(0, 3), st.text("ab ", max_size=3)), max_size=6))
def test_edits_give_the_text_that_they_say(edits: list[tuple[int, int, str]]) -> None:
    apart: list[tuple[int, int, str]] = []
    for start, size, words in sorted(edits):
        end = min(len(SAMPLE.text), start + size)
        if start <= end and (not apart or start > apart[-1][1]):
            apart.append((start, end, words))
    expected = SAMPLE.text
    for start, end, words in reversed(apart):
        expected = expected[:start] + words + expected[end:]
    changed = edited(SAMPLE, apart)
    assert changed.text == expected
    assert in_place(changed)


# -- labels by rules, corrections --------------------------------------------------------------------------------------


def test_texts_are_labelled_by_rules_once() -> None:
    samples = list(labelled([PLAN, PLAN.replace("1.", "2.")], random.Random(0)))
    assert len(samples) == 1
    assert ("Công an huyện Cầu Kè", "ORG") in samples[0].words()
    assert samples[0].source == "rules"


def test_a_long_text_does_not_outweigh_the_others() -> None:
    text = "\n".join(
        f"{number}. Công an xã {chr(65 + number % 26)} {'bản ' * number} báo cáo." for number in range(300)
    )
    samples = list(labelled([text], random.Random(0), most=4))
    assert len([sample for sample in samples if sample.labels]) == 4
    assert all(map(in_place, samples))


def test_files_are_left_out_and_unreadable_ones_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "sub/b.txt", "sub/c.txt"):
        (tmp_path / name).write_text(PLAN + name, encoding="utf-8")
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.4 broken")
    (tmp_path / "labels.jsonl").write_text('{"file": "sub/b.txt", "x": 1}\n\n', encoding="utf-8")
    apart = held_out([tmp_path / "labels.jsonl"])
    assert apart == {"sub/b.txt"}
    texts = list(texts_below([tmp_path / "sub", tmp_path / "a.txt", tmp_path / "d.pdf"], apart))
    assert [text[-5:] for text in texts] == ["c.txt", "a.txt"]
    assert list(texts_below([])) == []
    with pytest.raises(UsageError):
        list(texts_below([tmp_path / "nowhere"]))


@pytest.mark.parametrize("line", ["no json", "[1]", '{"path": "a"}'])
def test_labels_that_are_none(line: str, tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match="is not a file of labels"):
        held_out([tmp_path / "labels.jsonl"])


def test_corrections_are_read(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    rows = [
        {"text": "Sở Y tế và Lan", "entities": [[11, 14, "PER"], [0, 7, "ORG"]], "by": "x"},
        {"text": "không", "entities": []},
    ]
    file.write_text("\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    first, second = read_corrections([file])
    assert first == Sample("Sở Y tế và Lan", ((0, 7, "ORG"), (11, 14, "PER")), "corrections")
    assert second.labels == ()


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "[]",
        '{"text": 1, "entities": []}',
        '{"text": "a"}',
        '{"text": "abc", "entities": [[0, 1]]}',
        '{"text": "abc", "entities": [[0, 1, "MISC"]]}',
        '{"text": "abc", "entities": [[2, 4, "ORG"]]}',
        '{"text": "abc", "entities": [[1, 1, "ORG"]]}',
        '{"text": "abc", "entities": [[0, 2, "ORG"], [1, 3, "PER"]]}',
        '{"text": "abc", "entities": [["a", 2, "ORG"]]}',
    ],
)
def test_corrections_that_are_none(line: str, tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    file.write_text('{"text": "", "entities": []}\n' + line, encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        list(read_corrections([file]))


def test_corrections_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        list(read_corrections([tmp_path / "nothing.jsonl"]))


# -- training ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"batch": 0}, {"width": 0}, {"plans": -1}, {"distant": -1}])
def test_recipes_that_make_no_sense(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Recipe(**wrong)


def test_a_model_is_trained_from_a_few_lines_and_read_back(tmp_path: Path) -> None:
    lines = [f"Giao Công an xã {name} báo cáo ông {name} Văn Tám." for name in ("An", "Bình", "Chính", "Dũng")]
    samples = [
        Sample(line, ((5, line.index(" báo"), "ORG"), (line.index(" ông ") + 5, len(line) - 1, "PER")))
        for line in lines
    ]
    told: list[str] = []
    trained = fit(samples * 250, tmp_path / "m", Recipe(rounds=5, width=32, depth=2, hidden=16), told.append)
    assert len(told) == len(trained.losses) == 5
    assert trained.losses[-1] < trained.losses[0] / 5
    assert trained.samples == {"generated": 1000}
    found = model.Model(tmp_path / "m").find([lines[0], "", lines[2]])
    assert [[name[:3] for name in names] for names in found] == [list(samples[0].labels), [], list(samples[2].labels)]
    assert model.model_version(tmp_path / "m") == trained.version
    assert not list((tmp_path / "m").rglob("*strings*"))
    for file in ("meta.json", "config.cfg"):
        assert "Dũng" not in (tmp_path / "m" / file).read_text(encoding="utf-8")


def test_the_same_seed_gives_the_same_model(tmp_path: Path) -> None:
    samples = list(write(random.Random(1), 2))
    versions = [fit(samples, tmp_path / str(k), Recipe(seed=seed, rounds=1, width=16, depth=1, hidden=8)).version
                for k, seed in enumerate((5, 5, 6))]  # fmt: skip
    assert versions[0] == versions[1] != versions[2]


def test_nothing_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to learn from"):
        train(tmp_path / "m", recipe=TINY)
    assert not (tmp_path / "m").exists()


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(OutputError, match="something other than a model"):
        fit([SAMPLE], tmp_path, TINY)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("name", [".", "", "x/..", "link", "thesis.txt/model"])
def test_no_hours_go_into_a_model_that_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thesis.txt").write_text("x")
    (tmp_path / "old").mkdir()
    (tmp_path / "link").symlink_to("old")
    module = sys.modules["vnplan.training.train"]  # the package has a function of that name
    monkeypatch.setattr(module, "_blank", lambda recipe: pytest.fail("a training began"))
    with pytest.raises((UsageError, OutputError)):
        fit([SAMPLE], Path(name), TINY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "old", "thesis.txt"]


@pytest.mark.parametrize("name", ["here", "here/below"])
def test_the_folder_that_one_stands_in_is_no_place_for_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / name)
    module = sys.modules["vnplan.training.train"]
    monkeypatch.setattr(module, "_blank", lambda recipe: pytest.fail("a training began"))
    with pytest.raises(UsageError, match="name a new folder"):
        fit([SAMPLE], tmp_path / "here", TINY)
    assert (tmp_path / name).is_dir()


def test_train_and_use_from_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(PLAN, encoding="utf-8")
    (tmp_path / "c.jsonl").write_text('{"text": "Sở Y tế", "entities": [[0, 7, "ORG"]]}\n', encoding="utf-8")
    folder = tmp_path / "model"
    status = main(
        ["train", "--texts", str(tmp_path / "in"), "--corrections", str(tmp_path / "c.jsonl"), "--plans", "1", "--rounds", "1",
         "--out", str(folder), "--seed", "3"]
    )  # fmt: skip
    said = "".join(capsys.readouterr())
    assert status == 0, said
    assert "1 labelled by rules, 1 corrected by hand" in said and "round 1 of 1" in said
    assert json.loads((folder / "meta.json").read_text())["vnplan"]["samples"]["corrections"] == 4
    used = ["--ner", "model", "--model", str(folder), "--quiet"]
    assert main(["extract", str(tmp_path / "in"), "--out", str(tmp_path / "out"), *used]) == 0
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["engines"]["ner"] == f"model {engines.version_of('model', str(folder))}"
    (folder / "ner" / "model").write_bytes(b"")
    engines.made.cache_clear()
    with pytest.raises(ModelError, match="damaged"):
        engines.engine("model", str(folder))
    engines.made.cache_clear()


def test_train_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--out", str(tmp_path / "m"), "--rounds", "0"]) == 2
    assert main(["train", "--out", str(tmp_path / "m"), "--texts", str(tmp_path / "nowhere"), "--plans", "0"]) == 2
    assert main(["train", "--out", str(tmp_path / "m"), "--leave-out", str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().err.count("\n") == 3
