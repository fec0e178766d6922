"""What CONTRIBUTING.md shows works: its extractor, and that the files it names are there."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

from fakes import PLAN

from vnplan import read
from vnplan.segmentation import segment

ROOT = Path(__file__).resolve().parent.parent
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\\nĐộc lập - Tự do - Hạnh phúc\\n"
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_extractor_that_is_shown() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    module = ModuleType("shown")
    exec(code, module.__dict__)
    text = PLAN + "3. Tuần tra trên Quốc lộ 14 và Đường tỉnh 741B; không phải quốc lộ nào khác.\n"
    found = module.extract(segment(read(text.encode(), "a.txt")))
    assert [(road.label, road.evidence.text) for road in found] == [("LOC", "Quốc lộ 14"), ("LOC", "Đường tỉnh 741B")]


def test_the_document_type_and_the_indicator_that_are_shown(tmp_path: Path) -> None:
    blocks = [textwrap.dedent(block) for block in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)]
    for block in blocks:
        table = "doc_types" if "symbols" in block else "indicators" if "harm" in block else ""
        if table:  # as rules of one's own, so that ours stay as they are
            (tmp_path / f"{table}.toml").write_text(block, encoding="utf-8")
    text = (
        f"UBND TỈNH YÊN BÁI\\nSỞ TƯ PHÁP\\nSố: 15/ĐC-STP\\n{STATE}Yên Bái, ngày 4 tháng 6 năm 2024\\nĐỀ CƯƠNG\\n"
        "Nước sạch\\nI. MỤC TIÊU\\n1. Giảm độ đục của nước sau xử lý xuống dưới 2 NTU.\\nThực hiện Đề cương số 9/ĐC-STP.\\n"
    )
    code = (
        f"import vnplan; own = vnplan.Settings(rules={str(tmp_path)!r}, ner='none')\n"
        f"found = vnplan.analyze(vnplan.read('{text}'.encode(), 'a.txt', own), own)\n"
        "print(found.plan.doc_type, found.plan.number, [(t.indicator, t.low, t.unit) for t in found.targets],"
        " [(c.doc_type, c.number) for c in found.citations])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "ĐC 15/ĐC-STP [('turbidity', 2.0, 'ntu')] [('ĐC', '9/ĐC-STP')]\n", done.stderr


def test_files_and_folders_that_are_named_are_there() -> None:
    named = re.findall(r"`((?:pipeline|tests|scripts|docs|notebooks|\.ci)/[\w./-]*)`", GUIDE)
    assert len(named) > 15
    assert [name for name in named if "NAME" not in name and not (ROOT / name).exists()] == []
    rooms = set(re.findall(r"^\| `(\w+)`(?:, `(\w+)`)? \|", GUIDE, re.MULTILINE))
    folders = {path.parent.name for path in (ROOT / "pipeline").glob("*/__init__.py")}
    assert {room for pair in rooms for room in pair if room} == folders
