"""Productions: who is charged in an item, and where its words of work begin.

    ORDER     ORDER-VERB BODIES WORK           Giao Sở Tài chính cân đối …
    ORDERED   BODIES ORDER-VERB BODIES WORK    UBND tỉnh yêu cầu các sở …
    SUBJECT   BODIES [DUTY] WORK               UBND các xã báo cáo …
    TOLD      THOSE-WHO-DO DUTY WORK           Người nộp hồ sơ có trách nhiệm …
    BEHIND    CIRCUMSTANCE , BODIES WORK       Hằng năm, UBND các xã …
    TITLED    TITLE : BODIES WORK              Hạn mức: Sở Tài chính quy định …
    EXECUTION BODIES DUTY-TO-CARRY-OUT          the closing article of a decision
    DUTY      … BODIES DUTY WORK               … thì Sở Tư pháp có trách nhiệm …

Each is a function of a clause that gives the bodies and where the work begins, or nothing. Wording:
`knowledge/role_phrases.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...grammar.body_tree import BodyTree
from ...grammar.name_cells import names_of_cell
from ...grammar.name_lists import find_body_lists, parse_body_list
from ...grammar.name_words import opening
from ...grammar.names import match_place
from ...grammar.opening_words import first_word
from ...grammar.phrases import begins_within, past, pattern, phrases, plain_words, word_rule
from ...grammar.roles import duty_at, past_adverbs, role_at, works_at
from ...records import TaskForm

_OPEN_HEADING = 160
"""Characters; a heading with a name that no list knows is short."""
_WHICH_OF_GROUP = 120
"""Characters that may tell those meant by what they do, in a heading that has tasks below it."""
_OPENER_LIMIT = 600
_DUTY_LIMIT = 300
_EXECUTION_LIMIT = 2500

_ASSIGN = word_rule("assign")
_OPENER = word_rule("opener", ignore_case=True)
_ORDER = re.compile(rf"(?:{'|'.join(phrases('order'))}) ?:? ?")
_ORDER_INSIDE = re.compile(rf"(?:[,:] ?|(?<= )và )(?P<order>(?:{'|'.join(phrases('inner_order'))})(?: cho)? )")
_SUBJECT_PLACE = re.compile(rf"(?:,(?: thì)?| thì|\)|:|{'|'.join(phrases('before_subject'))}) (?=\w)")
_INSIDE_A_LIST = pattern("level_word", ignore_case=True)
_GOVERNED = re.compile(rf" (?:{'|'.join(phrases('governs'))}) $")
_DUTY_WORDS = re.compile("|".join(phrases("duty_word")))
_TOLD_DUTY = re.compile(rf" (?={'|'.join(phrases('told_duty'))})")
_WITH_PARTNERS = re.compile(
    rf" (?:{'|'.join(phrases('partnership') + phrases('role', 'direct') + phrases('leads') + phrases('not_told'))}) "
)
_NO_VERBS = frozenset(plain_words("no_verb"))
_UNTOLD_WORDS = 2
_TOLD_WORDS = 3
"""Spaces in words that tell who is meant."""
_TOLD_ENDS = re.compile(r"[;:.]|, (?=thì )")
_ANYBODY = re.compile(rf"(?:mọi )?(?:(?:{'|'.join(phrases('generic'))})(?:, | và | hoặc |,? )?){{1,6}}")
_ITEM_END = re.compile(r" ?; ?")
_AREA = re.compile(rf"(?:{'|'.join(phrases('area'))}) ")
_EXECUTION = re.compile(rf"(?:chịu|có) (?:{'|'.join(phrases('execution_duty'))})")
_PLACED = re.compile(rf" (?:{'|'.join(phrases('placed'))}) ")
_SENTENCE_MARK = re.compile(r"[;:.(]")
_LIST_MARK = re.compile(r"[;:.,(]| và ")
_COLON = re.compile(r" ?: ?")
_TITLE = re.compile(r"[^:\n]{3,240}: ?(?=\w)")
_OFFERED = re.compile(rf"(?:{'|'.join(phrases('offers'))})[ ,]*$")
_ORDER_WORD = re.compile(rf"(?<= )(?:{'|'.join(phrases('inner_order'))})(?: cho)? (?=\w)")
_AND_ORDERS = pattern("and_orders")
_TOWARD = re.compile(rf"(?:{'|'.join(phrases('toward'))}) ")
_ALONE = re.compile(rf"(?:{'|'.join(phrases('alone'))}) ")
_ORDINAL = re.compile(rf"(?:{'|'.join(phrases('ordinal'))}),? ")
_BRACKETED = re.compile(r" ?\([^()\n]{1,300}\)")
_LOOSE_ASSIGN = frozenset(plain_words("loose_assign"))
_SAYS_NO_WORK = pattern("says_no_work")
_TAKES_PART = re.compile(rf" (?:{'|'.join(phrases('takes_part'))})$")
_COUNCIL_OF_LEVEL = re.compile(rf"(?:{'|'.join(phrases('council_of_level'))}) $")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is charged in a clause.

    Attributes:
        bodies: In order.
        begin: Where the words that name them begin.
        work: Where the words of work begin, with their adverbs.
        form: How they are charged.
        rule: Name of the production.
        confidence: 0..1.
    """

    bodies: tuple[BodyTree, ...]
    begin: int
    work: int
    form: TaskForm
    rule: str
    confidence: float


def bodies_at(text: str, at: int, end: int) -> tuple[tuple[BodyTree, ...], int]:
    """The bodies that begin at an offset, and where they end."""
    if at >= end:
        return (), at
    bodies, stop = parse_body_list(text, at, end)
    return tuple(bodies), stop


def _area_at(text: str, at: int, end: int) -> BodyTree | None:
    """A province, district or commune that stands for its authorities (`tỉnh Hà Nam cần …`)."""
    level = _AREA.match(text, at, end)
    stop = match_place(text, level.end(), end) if level is not None else None
    return BodyTree(at, stop, "body", text[at:stop], "area") if stop is not None else None


def ordered_behind(text: str, start: int, end: int) -> tuple[BodyTree, ...]:
    """`Để kịp tổng hợp, Sở A đề nghị các B:`: the bodies of an order behind a circumstance, with nothing behind."""
    if text[end - 1] != ":" or _OPENER.match(text, start, end) is None:
        return ()
    for place in _SUBJECT_PLACE.finditer(text, start, min(end, start + _OPENER_LIMIT)):
        bodies, stop = parse_body_list(text, place.end(), end)
        ordered = ordered_at(text, stop, end) if bodies else None
        if ordered is not None:
            return tuple(ordered[0]) if ordered[1] >= end else ()
    return ()


# -- subjects ----------------------------------------------------------------------------------------------------------


def past_ordinal(text: str, start: int, end: int) -> int:
    """Where the words begin behind those that count an item (`Một là,`, `Thứ hai,`)."""
    ordinal = _ORDINAL.match(text, start, end)
    return ordinal.end() if ordinal is not None else start


def subjects(text: str, start: int, clause: int, end: int) -> Iterator[Subject]:
    """The subjects of a clause, the likeliest production first; nothing where it charges nobody by name.

    Args:
        text: Clean text.
        start: Where the clause begins.
        clause: Where it ends.
        end: Where the item ends.
    """
    start = past_ordinal(text, start, clause)
    alone = _ALONE.match(text, start, clause)
    start = alone.end() if alone is not None else start
    for production in (_executed, _assigned, _named, _told, _behind_circumstance, _titled, _inner_order, _before_duty):
        found = production(text, start, clause, end)
        if found is not None:
            yield found


def _executed(text: str, start: int, clause: int, end: int) -> Subject | None:
    """`A; B; C chịu trách nhiệm thi hành …`: the closing article, whose list may hold names that no list knows."""
    limit = min(end, start + _EXECUTION_LIMIT)
    if not begins_within("execution_duty", text, start, limit) or not opening(text, start, end)[1]:
        return None
    duty = _EXECUTION.search(text, start, limit)
    if duty is None:
        return None
    bodies: list[BodyTree] = []
    at = start
    for mark in (*_ITEM_END.finditer(text, start, duty.start()), None):
        stop = mark.start() if mark is not None else duty.start()
        named = names_of_cell(text, at, stop)
        while stop > at and text[stop - 1] in " ,":
            stop -= 1
        whole = bool(named) and past(text, named[-1].end, stop, " ,)") >= stop
        bodies += named if whole else [BodyTree(at, stop, "body", text[at:stop], "unknown")] if stop - at > 3 else []
        at = mark.end() if mark is not None else stop
    return Subject(tuple(bodies), start, duty.start(), "subject", "subject.execution", 0.9)


def _assigned(text: str, start: int, clause: int, end: int) -> Subject | None:
    """`Giao X …`, `Đề nghị X …`: an order."""
    assign = _ASSIGN.match(text, start, end)
    if assign is None:
        return None
    at = past(text, assign.end(), end, " :")
    bodies, stop = parse_body_list(text, at, end)
    if not bodies and (area := _area_at(text, at, end)) is not None:
        bodies, stop = [area], area.end
    if not bodies:
        return None
    work = past(text, stop, end, " ,….:")
    if assign.group().lower() in _LOOSE_ASSIGN and not _COLON.match(text, stop, end):
        return None
    return _subject(text, bodies, start, work, clause, end, "order", "order", 0.95)


def _named(text: str, start: int, clause: int, end: int) -> Subject | None:
    """`X …` with words of work behind it, `X yêu cầu Y …`, or `Đối với X có trách nhiệm …`."""
    bodies, stop = bodies_at(text, start, end)
    if not bodies and (area := _area_at(text, start, end)) is not None:
        bodies, stop = (area,), area.end
    if not bodies and (toward := _TOWARD.match(text, start, clause)) is not None:
        bodies, stop = bodies_at(text, toward.end(), end)
        bodies = bodies if duty_at(text, past(text, stop, end), end) is not None else ()
    if not bodies:
        return None
    ordered = ordered_at(text, stop, end)
    if ordered is not None:
        together = _AND_ORDERS.match(text, past(text, stop, end), end)  # `A, B và đề nghị C …`
        charged = [*bodies, *ordered[0]] if together else ordered[0]
        return _subject(text, charged, start, ordered[1], clause, end, "order", "order.by_body", 0.95)
    whole = _with_clause(text, bodies, stop, clause)
    if whole is not None:
        bodies, stop = whole
    return _subject(text, bodies, start, past(text, stop, end, " ,…."), clause, end, "subject", "subject", 0.85)


def _with_clause(
    text: str, bodies: tuple[BodyTree, ...], stop: int, clause: int
) -> tuple[tuple[BodyTree, ...], int] | None:
    """Bodies of which the last is told by what it does, up to its duty (`các cơ sở xả nước thải có trách nhiệm …`)."""
    last = bodies[-1]
    if last.kind != "group" or text[stop : stop + 1] != " " or duty_at(text, stop + 1, clause) is not None:
        return None
    if role_at(text, past_adverbs(text, stop + 1, clause), clause) is not None:
        return None
    duty = _TOLD_DUTY.search(text, stop, min(clause, stop + _WHICH_OF_GROUP))
    marks = _SENTENCE_MARK if _PLACED.match(text, stop, clause) else _LIST_MARK
    if duty is None or marks.search(text, stop, duty.start()):
        return None
    named = BodyTree(last.start, duty.start(), "group", text[last.start : duty.start()], "group")
    return (*bodies[:-1], named), duty.start()


def _told(text: str, start: int, clause: int, end: int) -> Subject | None:
    """`Người nộp hồ sơ có trách nhiệm …`: those who are told by what they do or have, with their duty."""
    limit = min(clause, start + _OPEN_HEADING)
    duty = _TOLD_DUTY.search(text, start, limit) if begins_within("told_duty", text, start, limit) else None
    if duty is None or _TOLD_ENDS.search(text, start, duty.start()):
        return None
    if not (pattern("told_by_work").match(text, start, clause) or pattern("body_noun").match(text, start, clause)):
        return None
    if _WITH_PARTNERS.search(text, start, duty.start()):
        return None
    stop = duty.start()
    if text.count(" ", start, stop) < _TOLD_WORDS:
        return None  # `Mọi người dân`, `Nhân dân`: anybody
    body = BodyTree(start, stop, "group", text[start:stop], "group")
    return _subject(text, (body,), start, stop + 1, clause, end, "subject", "subject.told", 0.85)


def ordered_at(text: str, stop: int, end: int) -> tuple[list[BodyTree], int] | None:
    """The bodies that the one before `stop` gives a task to, and where their work begins."""
    order = _ORDER.match(text, past_adverbs(text, past(text, stop, end), end), end)
    if order is None:
        return None
    bodies, after = parse_body_list(text, order.end(), end)
    return (bodies, past(text, after, end, " ,….:")) if bodies else None


def _behind_circumstance(text: str, start: int, clause: int, end: int) -> Subject | None:
    """`Hằng năm, X …`, `Trong quá trình thực hiện, nếu …, đề nghị X …`: a subject behind a circumstance."""
    if _OPENER.match(text, start, end) is None:
        return None
    for place in _SUBJECT_PLACE.finditer(text, start, min(clause, start + _OPENER_LIMIT)):
        order = _ORDER.match(text, place.end(), end)
        at = order.end() if order else place.end()
        bodies, stop = parse_body_list(text, at, end)
        if not bodies and (area := _area_at(text, at, end)) is not None:
            bodies, stop = [area], area.end
        if not bodies or _INSIDE_A_LIST.match(bodies[0].name):
            continue
        ordered = ordered_at(text, stop, end)
        work = past(text, stop, end, " ,….:")
        if ordered is not None:
            bodies, work = ordered
        form: TaskForm = "order" if order is not None or ordered is not None else "subject"
        found = _subject(text, bodies, place.end(), work, clause, end, form, f"{form}.behind", 0.85)
        if found is not None:
            return found
    return None


def _titled(text: str, start: int, clause: int, end: int) -> Subject | None:
    """`Giấy khen của thủ trưởng: X quy định …`: a subject behind a title and its colon."""
    title = _TITLE.match(text, start, clause) if text.find(":", start, clause) > 0 else None
    if title is None or (text[title.end()].islower() and works_at(text, start, title.end())):
        return None  # a list that work is done on, not a sentence behind its title
    assigned = _assigned(text, title.end(), clause, end) if text[title.end()].isupper() else None
    if assigned is not None:
        return assigned  # `Về giải phóng mặt bằng: Giao X …`
    bodies, stop = parse_body_list(text, title.end(), end)
    if not bodies:
        return None
    work = past(text, stop, end, " ,….")
    return _subject(text, bodies, title.end(), work, clause, end, "subject", "subject.titled", 0.85)


def _inner_order(text: str, start: int, clause: int, end: int) -> Subject | None:
    """`Nguyễn Văn A yêu cầu X …`, `Về …: giao X …`: an order after words that were not understood."""
    if not begins_within("inner_order", text, start, clause):
        return None
    for order in _ORDER_INSIDE.finditer(text, start, clause):
        if _OFFERED.search(text, max(start, order.start() - 30), order.start()):
            continue
        bodies, stop = parse_body_list(text, order.end(), end)
        if bodies:
            begin = order.start("order")
            found = _subject(
                text, bodies, begin, past(text, stop, end, " ,….:"), clause, end, "order", "order.inner", 0.9
            )
            if found is not None:
                return found
    opened = _OPENER.match(text, start, clause) is not None
    for order in _ORDER_WORD.finditer(text, start, min(clause, start + _OPENER_LIMIT)):
        if not (opened or _after_name(text, order.start())) or _OFFERED.search(
            text, max(start, order.start() - 30), order.start()
        ):
            continue
        bodies, stop = parse_body_list(text, order.end(), end)
        if bodies:
            return _subject(
                text, bodies, order.start(), past(text, stop, end, " ,….:"), clause, end, "order", "order.by_name", 0.9
            )
    return None


def _after_name(text: str, place: int) -> bool:
    """Whether the words before a place end in a name (`Nguyễn Văn A yêu cầu`) or a council of a level."""
    before = text.rfind(" ", max(0, place - 12), max(0, place - 1))
    if before < 0 or text[place - 1] != " ":
        return False
    return text[before + 1].isupper() or _COUNCIL_OF_LEVEL.search(text, max(0, place - 40), place) is not None


def _before_duty(text: str, start: int, clause: int, end: int) -> Subject | None:
    """`… X có trách nhiệm …` after words that were not understood."""
    if not begins_within("duty_word", text, start, clause):
        return None
    duty = _DUTY_WORDS.search(text, start, clause)
    if duty is None or duty.start() == start:
        return None
    for bodies, begin, stop in find_body_lists(text, max(start, duty.start() - _DUTY_LIMIT), duty.start()):
        if duty.start() - stop <= 2:
            if _GOVERNED.search(text, max(start, begin - 10), begin):
                if len(bodies) < 2 or text[bodies[-2].end : bodies[-1].start] != ", ":
                    return None
                bodies = bodies[-1:]  # the subject at the end of a list that begins as an object
            return _subject(text, bodies, bodies[0].start, past(text, stop, end), clause, end, "subject", "duty", 0.8)
    return None


def _subject(
    text: str,
    bodies: list[BodyTree] | tuple[BodyTree, ...],
    begin: int,
    work: int,
    clause: int,
    end: int,
    form: TaskForm,
    rule: str,
    confidence: float,
) -> Subject | None:
    """The subject, if words of work stand behind its bodies."""
    if work >= end or all(is_anybody(body) for body in bodies) or _SAYS_NO_WORK.match(text, work, end):
        return None
    if bodies[-1].kind == "group" and _TAKES_PART.search(bodies[-1].name) and text[bodies[-1].end : work].isspace():
        return None  # `Cơ quan tham gia thẩm tra`: who is meant, and no work
    duty = duty_at(text, work, end)
    if duty is not None:
        after = past(text, duty, end, " ,:")
        if after >= end:
            return Subject(tuple(bodies), begin, work, form, f"{rule}.duty", confidence)
        return Subject(tuple(bodies), begin, after if works_at(text, after, end) else work, form, rule, 0.95)
    if not text[work].islower() and form != "order":
        return None
    if form != "order" and not works_at(text, work, end):
        if rule != "subject" or not _may_work(text, bodies[-1], work, clause):
            return None
        rule, confidence = "subject.untold", 0.7
    return Subject(tuple(bodies), begin, work, form, rule, confidence)


def _may_work(text: str, body: BodyTree, work: int, clause: int) -> bool:
    """Whether words behind a body may be work whose verb no list has (`UBND các xã dọn kênh mương`)."""
    if body.kind == "group" or not body.places or text[body.end : work] != " ":
        return False  # only a level or place shows where a name ends
    if word_rule("not_verb", ignore_case=True).match(text, work, clause):
        return False
    return first_word(text, work, clause) not in _NO_VERBS and text.count(" ", work, clause) >= _UNTOLD_WORDS


def bracketed(text: str, start: int, end: int) -> int:
    """How many characters of a stretch stand in brackets."""
    return sum(len(found.group()) for found in _BRACKETED.finditer(text, start, end))


def is_anybody(body: BodyTree) -> bool:
    """Whether a collective means nobody in particular (`cơ quan, tổ chức, cá nhân`)."""
    return body.kind == "group" and _ANYBODY.fullmatch(body.name.lower()) is not None
