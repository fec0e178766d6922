"""What the words of an item say of it, beside who is charged."""

from __future__ import annotations

from ...copying import changed
from ...grammar.clauses import Clause
from ...grammar.phrases import phrases
from ...grammar.roles import works_at
from ...text.patterns import Pattern
from .outline import Unit
from .readings import Reading

_THEN = Pattern(rf" (?:{'|'.join(phrases('then'))}) ")
_ANNOUNCES = Pattern(rf"(?i:{'|'.join(phrases('announces'))}) ?:?$")


def is_aside(text: str, unit: Unit) -> bool:
    """Whether all words of an item stand in brackets (`(Chi tiết tại Phụ lục)`)."""
    return text[unit.start] == "(" and text.find(")", unit.start, unit.end) >= unit.end - 2


def rules_a_case(text: str, clause: Clause) -> bool:
    """Whether a clause only says what follows in a case (`Đơn không có tên thì lưu`), and begins with no work."""
    return _THEN.search(text, clause.start, clause.end) is not None and not works_at(text, clause.start, clause.end)


def announced(text: str, unit: Unit) -> bool:
    """Whether an item ends in words that say that others follow (`các nội dung sau:`)."""
    return _ANNOUNCES.search(text, max(unit.start, unit.end - 60), unit.end) is not None


def last_end(unit: Unit) -> int:
    """Where the last item below a unit ends."""
    while unit.children:
        unit = unit.children[-1]
    return unit.end


def meet(one: Reading, other: Reading) -> bool:
    """Whether the items of two readings share words."""
    return one.item[0] < other.item[1] and other.item[0] < one.item[1]


def without_last_clause(readings: list[Reading], parts: list[Clause]) -> list[Reading]:
    """The tasks of a lead-in but for what its last clause says, which only announces the items below."""
    if len(parts) < 2:
        return []
    kept = [one for one in readings if one.task[0] < parts[-1].start]
    if kept and kept[-1].task[1] > parts[-1].start:
        end = parts[-2].end
        kept[-1] = changed(kept[-1], item=(kept[-1].item[0], end), task=(kept[-1].task[0], end))
    return kept


def sentence_end(parts: list[Clause], number: int) -> int:
    """Where the sentence ends that a clause begins."""
    end = parts[number].end
    for part in parts[number + 1 :]:
        if part.mark != ";":
            break
        end = part.end
    return end
