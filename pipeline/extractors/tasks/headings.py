"""Headings of bodies whose tasks follow, and headings that tell what stands below them.

HEADING   BODIES [DUTY] [:]                1. Sở Y tế, Công an tỉnh có trách nhiệm:
RUN_IN    BODIES : WORK                    2. Điện lực huyện: Rà soát hành lang …
OPEN      NAME [:] | NAME : WORK           names that no list knows, in a place that holds nothing but bodies
GROUP     THOSE-WHO-DO                     Cán bộ tiếp nhận hồ sơ
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ...grammar.body_tree import BodyTree
from ...grammar.name_cells import names_of_cell
from ...grammar.phrases import END, past, pattern, phrases, word_rule
from ...grammar.roles import duty_at, works_at
from ...text.patterns import Pattern
from .productions import bodies_at, ordered_at, ordered_behind

_HEADING_LIMIT = 700
_OPEN_HEADING = 160
"""Characters; a heading with a name that no list knows is short."""
_TAIL_OF_GROUP = 40
"""Characters that may say which members of a collective are meant, behind what the names' grammar reads."""
_WHICH_OF_GROUP = 120
"""Characters that may tell those meant by what they do, in a heading that has tasks below it."""
_LEAD_IN = word_rule("lead_in")
_HEADING_TAIL = Pattern(rf" ?(?:- [^.;:\n]{{3,60}})?(?:{'|'.join(phrases('heading_tail'))})[ :.;,]*$")
_HEADING_WORK = Pattern(rf" (?:{'|'.join(phrases('heading_work'))})$")
_NOT_IN_NAME = Pattern(rf" (?:{'|'.join(phrases('not_in_name'))}){END}|[\d%“\"]")
_UNNAMED = Pattern(r"[.;()/%“\"]|\d{4}")
"""What stands in no name of a body that no list knows."""
_COLON = Pattern(r" ?: ?")
_BRACKETED = Pattern(r" ?\([^()\n]{1,300}\)")


@dataclass(frozen=True, slots=True)
class Heading:
    """Bodies whose tasks follow.

    Attributes:
        bodies: In order.
        rest: Where the first task begins in the same line; the line's end where it holds none.
        rule: Name of the production.
    """

    bodies: tuple[BodyTree, ...]
    rest: int
    rule: str


@lru_cache(maxsize=8192)
def read_heading(text: str, start: int, end: int) -> Heading | None:
    """The heading of bodies that an item is or begins with, None where it is none.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the item's words.
    """
    at = _past_lead_in(text, start, end)
    bodies, stop = bodies_at(text, at, end)
    if not bodies:
        asked = ordered_behind(text, start, end)
        return Heading(asked, end, "heading.ordered") if asked else None
    while text[stop : stop + 1] == ";" and (more := bodies_at(text, past(text, stop + 1, end), end))[0]:
        bodies, stop = (*bodies, *more[0]), more[1]  # `Đảng ủy các xã; chi, đảng bộ cơ sở`
    ordered = ordered_at(text, stop, end)
    if ordered is not None and text[end - 1] == ":" and ordered[1] >= end:
        return Heading(tuple(ordered[0]), end, "heading.ordered")
    if end - start <= _HEADING_LIMIT and _HEADING_TAIL.match(text, stop, end):
        return Heading(bodies, end, "heading")
    colon = _COLON.match(text, stop, end)
    duty = duty_at(text, past(text, stop, end), end) if colon is None else None
    if duty is not None:
        colon = _COLON.match(text, duty, end)
    if colon is not None and colon.end() < end and not bodies_at(text, colon.end(), end)[0]:
        return Heading(bodies, colon.end(), "heading.run_in")
    rest = past(text, stop, end, " .-")
    if rest < end and text[rest].isupper() and works_at(text, rest, end):
        return Heading(bodies, rest, "heading.run_in")
    return None


def read_open_run_in(text: str, start: int, end: int) -> Heading | None:
    """A name that no list knows with a colon and its work, among items that name bodies (`Đoàn - Đội: phát động …`).

    Args:
        text: Clean text.
        start, end: Half-open offsets of the item's words.
    """
    colon = text.find(":", start, min(end, start + _OPEN_HEADING))
    work = past(text, colon + 1, end)
    if colon < 0 or work >= end or not text[start].isupper() or not works_at(text, work, end):
        return None
    if works_at(text, start, colon) or word_rule("not_heading").match(text, start, colon) is not None:
        return None
    noun = pattern("body_noun").match(text, start, colon)
    if (noun is None and _NOT_IN_NAME.search(text, start, colon)) or _UNNAMED.search(text, start, colon):
        return None
    _, known = bodies_at(text, start, colon)
    if known > start and works_at(text, past(text, known, colon), colon):
        return None  # `Sở A phối hợp Sở B: …`
    stop = colon - (text[colon - 1] == " ")
    named = names_of_cell(text, start, stop)
    if not named or past(text, named[-1].end, stop, " ,)") < stop:
        named = [BodyTree(start, stop, "body", text[start:stop], "unknown")]
    return Heading(tuple(named), work, "heading.open_run_in")


def names_bodies(text: str, start: int, end: int) -> bool:
    """Whether a heading says that bodies follow (`Trách nhiệm của …`), so that its words are a name, known or not."""
    lead = _LEAD_IN.match(text, start, end)
    return lead is not None and pattern("names_bodies").match(text, start, end) is not None


def read_open_heading(text: str, start: int, end: int) -> Heading | None:
    """A heading with a name that no list knows, where an item is known to be a body with its tasks.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the item's words.
    """
    at = _past_lead_in(text, start, end)
    while end > at and text[end - 1] in " :.;":
        end -= 1
    bracket = _BRACKETED.search(text, at, end)
    if bracket is not None and bracket.start() > at:
        end = bracket.start()
    tail = _HEADING_WORK.search(text, at, end)
    if tail is not None and tail.start() > at:
        end = tail.start()
    if at >= end or end - at > _OPEN_HEADING or text[at:end].isupper():
        return None
    if works_at(text, at, end) and not (at > start and pattern("told_by_work").match(text, at, end)):
        return None
    if text[at].islower() and at == start:
        return None
    if "." in text[at:end] or (at == start and word_rule("not_heading").match(text, at, end)):
        return None
    known, stop = bodies_at(text, at, end)
    work = past(text, stop, end)
    goes_on = at > start and bool(known) and known[-1].kind == "group" and end - work <= _TAIL_OF_GROUP
    if known and work < end and not goes_on and (works_at(text, work, end) or duty_at(text, work, end)):
        return None  # a subject with its work
    bodies = [] if goes_on else names_of_cell(text, at, end)
    if not bodies or past(text, bodies[-1].end, end, " .,;)") < end:
        if _NOT_IN_NAME.search(text, at, end) and at == start:
            return None
        if text[at].islower() and pattern("requirement").match(text, start, end):
            return None  # `Yêu cầu kỹ thuật đối với …` asks nobody
        bodies = [BodyTree(at, end, "body", text[at:end], "unknown")]
    return Heading(tuple(bodies), end, "heading.open")


def read_group_heading(text: str, start: int, end: int) -> Heading | None:
    """A heading of those who are told by what they do or have (`Cơ quan, đơn vị có hệ thống thông tin chuyên ngành`).

    Args:
        text: Clean text.
        start, end: Half-open offsets of the words of an item with tasks below it, none of which it says itself.
    """
    if "." not in text[start:end] and end - start <= _OPEN_HEADING and pattern("told_by_work").match(text, start, end):
        stop = end - (text[end - 1] == ":")
        if text[start:stop].rstrip().endswith(phrases("announces")):
            return None  # a sentence (`… chấp hành những nội dung sau:`)
        duty = pattern("told_duty").search(text, start, stop)
        if duty is not None and past(text, duty.end(), stop) >= stop:
            stop = duty.start()
        return Heading((BodyTree(start, stop, "group", text[start:stop].rstrip(), "group"),), end, "heading.group")
    known, stop = bodies_at(text, start, end)
    rest = past(text, stop, end)
    if not known or known[-1].kind != "group" or rest >= end or end - rest > _WHICH_OF_GROUP:
        return None
    if (
        text[end - 1] in ":;.,"
        or "." in text[rest:end]
        or not text[rest].islower()
        or duty_at(text, rest, end) is not None
    ):
        return None
    first = known[0].start
    return Heading((BodyTree(first, end, "group", text[first:end], "group"),), end, "heading.group")


def _past_lead_in(text: str, start: int, end: int) -> int:
    """Where the bodies of a heading begin: behind `Đối với`, `Trách nhiệm của`, `Đề nghị:`."""
    lead = _LEAD_IN.match(text, start, end)
    return past(text, lead.end(), end, " :,") if lead is not None else start


def heading_kind(title: str) -> str | None:
    """`none` for a heading under which nobody is charged, `organises` for one whose items are bodies, `tasks`, or None.

    Args:
        title: The words of a heading, in small letters.
    """
    if pattern("organising").search(title):
        return "organises"
    if pattern("no_task_heading").match(title):
        return "none"
    return "tasks" if pattern("task_heading").search(title) else None
