"""What people have looked at, as the model for names learns from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from plans_for_pages import CROSSING, run
from test_corrections import content, decide, fact, rows

from vnplan import cli
from vnplan.tables.corrections import Key
from vnplan.tables.overlay import key_of
from vnplan.training.corrections import read_corrections


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "a.txt").write_text(CROSSING, encoding="utf-8")
    return run(tmp_path / "plans", tmp_path / "out")


def exported(out: Path) -> dict[str, list[tuple[str, str]]]:
    """The names of each sample, by the beginning of its text; read as the trainer reads them."""
    file = out / "learn.jsonl"
    assert cli.main(["review", "export", str(out), "--training", str(file)]) == cli.OK
    return {sample.text[:14]: sample.words() for sample in read_corrections([file])}


def decide_all(out: Path, words: str, action: Any, value: str | None = None) -> None:
    for row in rows(out, "responsibilities"):
        if row["text"] == words:
            decide(out, key_of(content(out), "responsibilities", row), action, value)


def test_lines_are_taken_when_every_name_in_them_is_decided(out: Path) -> None:
    assert exported(out) == {}
    decide(out, fact(out, "responsibilities", "Công an xã"), "accept")
    assert exported(out) == {}  # nobody has looked at the other body of the line
    decide(out, fact(out, "responsibilities", "Đoàn Thanh niên xã"), "accept")
    (names,) = exported(out).values()
    assert names == [("Công an xã", "ORG"), ("Đoàn Thanh niên xã", "ORG")]


def test_a_name_is_where_its_right_words_are(out: Path) -> None:
    decide(out, fact(out, "responsibilities", "Công an xã"), "correct", "lead: Công an xã chủ trì")
    decide(out, fact(out, "responsibilities", "Đoàn Thanh niên xã"), "reject")  # not charged, and a name all the same
    assert exported(out) == {"1. Công an xã ": [("Công an xã chủ trì", "ORG"), ("Đoàn Thanh niên xã", "ORG")]}


def test_a_misread_letter_leaves_the_place_and_another_name_leaves_the_lines_out(out: Path) -> None:
    decide(out, fact(out, "responsibilities", "Đoàn Thanh niên xã"), "correct", "coordinate: Đoàn thanh niên xà")
    decide(out, fact(out, "responsibilities", "Công an xã"), "accept")
    assert exported(out) == {"1. Công an xã ": [("Công an xã", "ORG"), ("Đoàn Thanh niên xã", "ORG")]}
    other = fact(out, "responsibilities", "Văn phòng Ủy ban nhân dân xã")
    decide(out, other, "correct", "lead: Ban Chỉ huy quân sự huyện Yên Sơn")
    assert list(exported(out)) == ["1. Công an xã "]


def test_issuer_place_and_signer_are_names(out: Path) -> None:
    for name in ("issuing_body", "place", "signer"):
        decide(out, Key(content(out), "fields", name), "accept")
    names = exported(out)
    assert ("Sơn Hải", "LOC") in names["Sơn Hải, ngày "] and ("Nguyễn Thị Hạnh", "PER") in names["Nguyễn Thị Hạn"]
    assert [words for words, _ in names["ỦY BAN NHÂN DÂ"]] == ["ỦY BAN NHÂN DÂN\nXÃ SƠN HẢI"]


def test_a_body_that_was_missed_is_a_name(out: Path) -> None:
    decide(out, Key(content(out), "responsibilities", "UBND huyện", "0"), "add", "supervise: UBND huyện")
    assert exported(out)["- UBND huyện;"] == [("UBND huyện", "ORG")]


def test_both_exports_at_once_and_a_file_that_cannot_be_written(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decide_all(out, "Văn phòng Ủy ban nhân dân xã", "accept")
    file, gold = tmp_path / "new" / "learn.jsonl", tmp_path / "gold"
    assert cli.main(["review", "export", str(out), "--training", str(file), "--gold", str(gold)]) == cli.OK
    said = capsys.readouterr().out
    assert "1 sample" in said and "1 document" in said and len(list(gold.iterdir())) == 1
    assert set(json.loads(file.read_text(encoding="utf-8"))) == {"text", "entities"}
    assert cli.main(["review", "export", str(out), "--training", str(tmp_path)]) != cli.OK
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert cli.main(["review", str(out), "--training", str(file)]) == cli.USAGE
