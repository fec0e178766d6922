"""What the rules find in our own plans, a file of lines a plan, so that a change of a rule shows which facts it moves.

    python tests/facts.py        write the files again, after a change that is meant; then read their diff

A line is a fact: kind, place (half-open offsets in the text), section, rule, and its values.
"""

from __future__ import annotations

import sys
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


def plans() -> list[Path]:
    """The plans that are text: those written with labels, and the samples."""
    return sorted((ROOT / "tests" / "gold" / "written").glob("*.md")) + sorted((ROOT / "data" / "raw").rglob("*.txt"))


def stored(plan: Path) -> Path:
    """Where the facts of a plan are kept."""
    return FACTS / f"{plan.stem}.txt"


def facts(plan: Path) -> list[str]:
    """The lines of a plan."""
    lines = []
    for result in extract(plan.read_bytes(), plan.name, NO_NAMES).plans:
        found = result.to_dict()
        lines += [f"{name} = {_short(value)}" for name, value in found["plan"].items() if _is_told(name, value)]
        for kind in KINDS:
            for fact in found[kind]:
                at = fact.get("evidence") or {}
                values = [f"{name}={_short(value)}" for name, value in fact.items() if _is_told(name, value)]
                place = f"{at.get('start')}-{at.get('end')} {at.get('section')} {at.get('rule')}"
                lines.append(f"{kind} {place} {' '.join(values)}")
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
