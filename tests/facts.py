"""What the rules find in our own plans, a file of lines a plan, so that a change of a rule shows which facts it moves.

    python tests/facts.py        write the files again, after a change that is meant; then read their diff

A line is a fact: kind, place (half-open offsets in the text), section, rule, and its values. Beside the plans stand the
texts of the tests' own tables (`tests/data`) and the examples of the knowledge, each put into plans of a few kinds: what a
table asks of one rule there, the files tell of all of them.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from vnplan import extract
from vnplan.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FACTS = Path(__file__).parent / "facts"
NO_NAMES = Settings(ner="none")
LEFT_OUT = ("evidence", "charges", "task_id", "report_to_id", "schema_version", "candidates", "ocr_confidence")
KINDS = ("citations", "targets", "tasks", "responsibilities", "deadlines", "dates", "sections", "signatures")


TABLES = ("bodies", "charges", "citations", "deadlines", "targets", "targets_none", "tasks", "times")
EXAMPLES = ("bodies", "deadline_phrases", "quantity_words", "role_phrases", "target_phrases")
LETTERHEAD = """ỦY BAN NHÂN DÂN
TỈNH BẮC GIANG
Số: 118/KH-UBND
Bắc Giang, ngày 15 tháng 01 năm 2024

KẾ HOẠCH
Phòng, chống đuối nước trẻ em năm 2024
"""
FRAMES = {
    "aims": "I. MỤC TIÊU\n{text}\nII. KINH PHÍ\nTừ ngân sách.\n",
    "work": "II. TỔ CHỨC THỰC HIỆN\n1. Sở Y tế\n{text}\n2. Sở Tài chính bố trí kinh phí.\n",
    "cell": "| TT | Nội dung công việc | Đơn vị chủ trì | Thời gian |\n|---|---|---|---|\n| 1 | {text} | Sở Y tế | Quý II/2024 |\n",
}


def plans() -> list[Path]:
    """The plans that are text: those written with labels, and the samples."""
    return sorted((ROOT / "tests" / "gold" / "written").glob("*.md")) + sorted((ROOT / "data" / "raw").rglob("*.txt"))


def stored(plan: Path) -> Path:
    """Where the facts of a plan are kept."""
    return FACTS / f"{plan.stem}.txt"


def facts(plan: Path) -> list[str]:
    """The lines of a plan."""
    return list(_facts(plan.read_bytes(), plan.name))


def _facts(data: bytes, name: str) -> Iterator[str]:
    lines: list[str] = []
    for result in extract(data, name, NO_NAMES).plans:
        found = result.to_dict()
        lines += [f"{name} = {_short(value)}" for name, value in found["plan"].items() if _is_told(name, value)]
        for kind in KINDS:
            for fact in found[kind]:
                at = fact.get("evidence") or {}
                values = [f"{name}={_short(value)}" for name, value in fact.items() if _is_told(name, value)]
                place = f"{at.get('start')}-{at.get('end')} {at.get('section')} {at.get('rule')}"
                lines.append(f"{kind} {place} {' '.join(values)}")
    yield from lines


def texts(table: str) -> list[str]:
    """The texts of a table of tests, or the examples of a table of knowledge, each once."""
    if table in TABLES:
        data = tomllib.loads((ROOT / f"tests/data/{table}.toml").read_text(encoding="utf-8"))
        found = [str(case["text"]).strip("\n") for case in data["case"]]
    else:
        data = tomllib.loads((ROOT / f"pipeline/knowledge/{table}.toml").read_text(encoding="utf-8"))
        found = []
        for row in data["row"]:
            for key in ("example", "not_example"):
                value = row.get(key, [])
                found += [value] if isinstance(value, str) else value
    return list(dict.fromkeys(found))


def scenes(table: str) -> list[str]:
    """The lines of the texts of a table in each kind of plan; facts that the plan has without the text are left out."""
    lines = []
    for frame, words in FRAMES.items():
        bare = set(_facts((LETTERHEAD + words.format(text="")).encode(), "a.txt"))
        for text in texts(table):
            if frame == "cell" and ("\n" in text or "|" in text):
                continue
            found = [one for one in _facts((LETTERHEAD + words.format(text=text)).encode(), "a.txt") if one not in bare]
            lines += [f"# {frame}: {_short(text)}", *(one for one in found if not one.startswith("sections "))]
    return lines


def _is_told(name: str, value: Any) -> bool:
    return name not in LEFT_OUT and "confidence" not in name and value not in (None, [], "", {}, False)


def _short(value: Any) -> str:
    if isinstance(value, list):
        return "[" + "; ".join(map(_short, value)) + "]"
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{name}={_short(inner)}" for name, inner in value.items() if _is_told(name, inner)) + "}"
        )
    words = " ".join(str(value).split())
    return words if len(words) <= 100 else f"{words[:80]}…{words[-20:]}"


def main() -> None:
    """Writes the files again."""
    FACTS.mkdir(exist_ok=True)
    wanted = {stored(plan): facts(plan) for plan in plans()}
    for old in set(FACTS.glob("*.txt")) - set(wanted):
        old.unlink()
    for path, lines in wanted.items():
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
