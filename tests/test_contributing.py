"""What CONTRIBUTING.md shows works: its extractor, and that the files it names are there."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

from fakes import PLAN

from vnplan import read
from vnplan.segmentation import segment

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_extractor_that_is_shown() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    module = ModuleType("shown")
    exec(code, module.__dict__)
    text = PLAN + "3. Tuần tra trên Quốc lộ 14 và Đường tỉnh 741B; không phải quốc lộ nào khác.\n"
    found = module.extract(segment(read(text.encode(), "a.txt")))
    assert [(road.label, road.evidence.text) for road in found] == [("LOC", "Quốc lộ 14"), ("LOC", "Đường tỉnh 741B")]


def test_files_and_folders_that_are_named_are_there() -> None:
    named = re.findall(r"`((?:pipeline|tests|scripts|docs|notebooks|\.ci)/[\w./-]*)`", GUIDE)
    assert len(named) > 15
    assert [name for name in named if "NAME" not in name and not (ROOT / name).exists()] == []
    rooms = set(re.findall(r"^\| `(\w+)`(?:, `(\w+)`)? \|", GUIDE, re.MULTILINE))
    folders = {path.parent.name for path in (ROOT / "pipeline").glob("*/__init__.py")}
    assert {room for pair in rooms for room in pair if room} == folders
