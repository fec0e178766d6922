"""Gold that was made blind: labels without words, and the way back to the words (`tests/gold/BLIND.md`)."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from vnplan.errors import UsageError
from vnplan.evaluation import blind
from vnplan.evaluation.blind import RawText, fold, label, labels, located, locked, main, phrase, raw_text, rebuild

TEXT = """IV. TỔ CHỨC THỰC HIỆN
1. Giám đốc các **Sở: Y tế, Nội vụ** rà soát danh sách trực, gửi trước ngày 15 hằng tháng.
2. Sở Y tế rà soát danh sách trực của các trạm; giảm 5% số ca sốt xuất huyết, không để ai tử vong.
"""
GOLD: dict[str, Any] = {
    "source": "plan.md",
    "doc_type": "KH",
    "sections": ["IV", "IV.1", "IV.2"],
    "deadlines": ["trước ngày 15 hằng tháng", "2026-06-30"],
    "tasks": [
        {
            "section": "IV.1", "form": "subject", "at": "rà soát danh sách trực", "deadline": "trước ngày 15 hằng tháng",
            "roles": {"implement": ["Giám đốc Sở Y tế", "Giám đốc Sở Nội vụ"]}, "output": None, "optional_bodies": [],
        },
        {
            "section": "IV.2", "form": "subject", "at": "rà soát danh sách trực", "deadline": None, "optional": True,
            "roles": {"implement": ["Sở Y tế"]}, "output": None, "optional_bodies": ["các trạm"],
        },
    ],
    "targets": [
        {
            "direction": "reduce", "indicator": "số ca sốt xuất huyết", "low": 5, "high": 5, "unit": "percent",
            "baseline": None, "text": "giảm 5% số ca sốt xuất huyết", "bound": "exact", "from_value": None,
        },
        {
            "direction": "zero", "indicator": "tử vong", "low": 0, "high": 0, "unit": "count", "baseline": None,
            "text": "không để ai tử vong", "bound": "exact", "from_value": None, "optional": True,
        },
    ],
}  # fmt: skip


def line() -> dict[str, Any]:
    return {"file": "plan.md", **json.loads(json.dumps(label(GOLD, RawText(TEXT))))}


def folded(value: object) -> object:
    """A value with all its texts as words: a name put together keeps the colon that stood in it."""
    if isinstance(value, dict):
        return {key: folded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [folded(one) for one in value]
    return fold(value) if isinstance(value, str) else value


def test_the_words_come_back() -> None:
    made = rebuild(line(), RawText(TEXT))
    assert (made.near, made.lost) == (0, 0)
    assert folded(made.gold["tasks"]) == folded(GOLD["tasks"])
    assert made.gold["deadlines"] == GOLD["deadlines"]
    assert made.gold["targets"] == GOLD["targets"][:1]
    assert made.gold["optional_targets"] == GOLD["targets"][1:]


def test_labels_stand_where_the_task_does() -> None:
    first, second = (task["at"][2] for task in line()["tasks"])
    assert TEXT.index("rà soát") == first < second == TEXT.rindex("rà soát")


def test_words_that_moved_are_found() -> None:
    found = phrase(RawText(TEXT), "rà soát danh sách trực")
    assert located(RawText("CỘNG HÒA\n" + TEXT), found) == ("rà soát danh sách trực", True)


def test_words_read_a_little_otherwise() -> None:
    found = phrase(RawText(TEXT), "rà soát danh sách trực của các trạm")
    assert located(RawText("Sở rà soát danh sách trục của các trạm"), found) == (
        "rà soát danh sách trục của các trạm",
        False,
    )
    assert located(RawText("Một văn bản khác hẳn, dài hơn một chút"), found) == ("", False)
    assert located(RawText(""), found) == ("", False)


def test_words_that_do_not_stand_so_keep_digests_alone() -> None:
    found = phrase(RawText(TEXT), "rà xoát danh sách")
    assert len(found) == 2 and len(found[1]) == 2 * len(fold("rà xoát danh sách"))


def leaves(value: object, key: str = "") -> list[tuple[str, object]]:
    """All values with the key that they stand under."""
    if isinstance(value, dict):
        return [leaf for name, one in value.items() for leaf in leaves(one, name)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one, key)]
    return [(key, value)]


def test_the_labels_hold_no_words() -> None:
    coded = re.compile(r"[0-9a-f]*|[\d;: -]+|[a-z_]+")
    for document in labels():
        for key, value in leaves(document):
            if isinstance(value, str) and key not in ("file", "doc_type"):
                pattern = re.compile(r"[A-ZĐa-zđ\d.]{0,16}") if key in ("section", "sections") else coded
                assert pattern.fullmatch(value), (document["file"], key, value)
            assert isinstance(value, str | int | float | bool | None)


def test_about_half_is_locked() -> None:
    names = {Path(document["file"]).stem for document in labels()}
    assert len(names) >= 40
    assert locked() < names
    assert 0.4 < len(locked()) / len(names) < 0.6


def test_the_words_of_real_documents_come_back(shared: Path) -> None:
    read = 0
    for document in labels():
        if document["file"].endswith(".md"):
            made = rebuild(document, raw_text(shared / "corpus", document))
            assert (made.near, made.lost) == (0, 0), document["file"]
            read += made.exact
    assert read > 2000


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is missing"):
        raw_text(tmp_path, line())
    (tmp_path / "plan.md").write_text(TEXT, encoding="utf-8")
    with pytest.raises(UsageError, match="not the file"):
        raw_text(tmp_path, line() | {"sha256": "0"})


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "plan.md").write_text(TEXT, encoding="utf-8")
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    missing = line() | {"file": "gone.md", "sha256": sha256}
    monkeypatch.setattr(blind, "labels", lambda: [line() | {"sha256": sha256}, missing])
    monkeypatch.setattr(blind, "locked", lambda: frozenset({"gone"}))
    arguments = [str(tmp_path), str(tmp_path / "out"), "--sources", str(tmp_path / "sources")]
    assert main([*arguments, "--open"]) == 0
    written = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert folded(written["tasks"]) == folded(GOLD["tasks"])
    assert (tmp_path / "sources" / "plan.md").read_text(encoding="utf-8") == TEXT
    assert main([*arguments, "--locked"]) == 1
