"""The productions by which a figure finds what it measures: named, short, tried in their order.

Each takes a frame and gives a statement with its direction, the thing and where its words begin, or None. The name of
the production becomes the rule of the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ..records import Bound, Direction
from . import target_language as say
from .target_clauses import REACH
from .target_figures import Figure, rank_word
from .target_frames import Frame, Statement, level, unit_name
from .target_spans import Span, object_edge, skip_light, trim_before, trim_behind
from .target_wholes import bound_taken_over, list_member, measure_of_both, of_each, said_of, work_done, work_in_places

_SHARING = 140  # how far apart figures stand at most that share a thing, in characters
_VERB_REACH = 60
_ELIDED = frozenset({"at_least", "at_most"})
_SAID_TWICE = 3
_RECEIVER_WORDS = 5  # fewer say only who somebody is: `lao động`, `người dân trong xã`
_RANK_WORDS = 3  # `nằm trong nhóm` alone names nothing


def _is(span: Span) -> bool:
    return span[1] > span[0]


def rank(frame: Frame) -> Statement | None:
    """`chỉ số … nằm trong nhóm 15 tỉnh dẫn đầu`, `địa phương thuộc top 03 …`: the whole is the name."""
    if not (word := rank_word(frame.words, frame.figure.quantity)):
        return None
    words, figure = frame.words, frame.figure
    subject = trim_before(words, frame.wide, figure.quantity.start)
    named = len(words[subject[0] : subject[1]].split()) > _RANK_WORDS
    thing = (subject[0], frame.edge) if named or not frame.said else frame.said[-1].thing
    return Statement("reach", thing, start=subject[0], unit=word, bound="at_most", own=named)


def toward(frame: Frame) -> Statement | None:
    """`giảm … xuống (còn, dưới) 3%`, `nâng … lên 90%`: the thing stands between the verb and the figure."""
    figure, words = frame.figure, frame.words
    if not figure.toward:
        return None
    direction = level(figure)
    if "to_low" in figure.tags:
        direction = "at_least" if figure.bound == "at_least" else "at_most"
    verbal = None if figure.verb else _verbal(words, frame.before)
    if figure.verb:
        thing = trim_before(words, *frame.before)
    else:
        thing = verbal[1] if verbal else frame.subject
    thing, _ = _strip_verbs(words, thing)
    if not _is(thing):
        thing = frame.behind  # `giảm còn dưới 20 thôn chưa có sóng`
    bare = say.COUNTER.fullmatch(words, *thing) is not None
    if bare and frame.said and figure.origin is not None:  # `tăng gấp 2 lần, từ 1.200 lên 2.400 lượt`
        return replace(_stated(frame, direction, frame.said[-1].thing), start=figure.lead, left=frame.near, own=False)
    if frame.said and say.WHOLE_NUMBER.fullmatch(f"{words[slice(*thing)]} "):
        statement = _stated(frame, direction, frame.said[-1].thing)  # `có thêm 02 trường …, nâng tổng số lên 09 trường`
        again = words[slice(*frame.behind)]
        if again and not words.startswith(again, frame.said[-1].thing[0]):  # `… nâng tổng số lên 12 KCN`
            statement = replace(statement, thing=frame.behind)
        return replace(statement, head=thing, start=min(statement.start, thing[0]), tail=(0, 0), left=frame.near)
    if not _is(thing):
        return None
    measure = measure_of_both(words, frame.said[-1], thing) if frame.said else None
    statement = _stated(frame, direction, thing)
    return replace(statement, head=measure) if measure else statement


def work_for(frame: Frame) -> Statement | None:
    """`giải quyết việc làm cho 4.500 lao động`, `đào tạo 3.000 lượt cán bộ về …`: the work is what is counted."""
    figure, words = frame.figure, frame.words
    if not figure.counts or figure.verb:
        return None
    begin = skip_light(words, frame.near, figure.lead)
    turns = say.TURN.match(words, figure.quantity.end)
    if match := say.WORK_FOR.match(words[begin : figure.quantity.start]):
        if not say.WORK_VERB.match(words, begin) and not say.WORK_VERB.match(words, frame.near):
            return None
        work = begin, begin + match.end("work")
        if turns is None:
            statement = _stated(frame, level(figure), work)
            behind = say.RECEIVERS_END.search(words, *frame.behind)
            end = behind.start() if behind is not None else frame.behind[1]
            if len(words[frame.behind[0] : end].split()) < _RECEIVER_WORDS:
                return statement
            receivers = frame.behind[0], end  # `tư vấn cho 500 hợp tác xã do phụ nữ làm chủ về …`
            return replace(statement, thing=receivers, tail=work)
    elif turns is not None and _is(frame.subject) and "predicate" not in figure.tags:
        work = frame.subject
    else:
        return None
    thing = (turns.end(), frame.behind[1]) if turns else (0, 0)
    if turns is None or not _is(thing):
        return _stated(frame, level(figure), work) if turns else None
    unit = figure.quantity.unit if " " in figure.quantity.unit else turns.group().strip()
    statement = _stated(frame, level(figure), thing, unit=unit)
    return replace(statement, head=work, start=min(statement.start, work[0]))


def verb_object(frame: Frame) -> Statement | None:
    """`giảm 5% số vụ`, `duy trì 100% xã đạt chuẩn`."""
    figure, words, right = frame.figure, frame.words, frame.behind
    if not figure.verb or not _is(right):
        return None
    if figure.quantity.unit in say.TIMES and _is(trim_before(words, *frame.before)):
        return _stated(frame, level(figure), trim_before(words, *frame.before))  # `số vốn vay gấp 3 lần thu ngân sách`
    bare = figure.quantity.kind == "count" and say.COUNTER.fullmatch(words, *right) is not None
    if bare and (_is(trim_before(words, *frame.before)) or frame.said):
        return None
    direction = _of_verb(figure)
    return _stated(frame, level(figure) if direction == "keep" and figure.bound else direction, right)


def subject_verb(frame: Frame) -> Statement | None:
    """`tỷ lệ hộ nghèo giảm 1%`, `số vụ cháy giảm 02 vụ`."""
    if not frame.figure.verb:
        return None
    whole = trim_before(frame.words, *frame.before)
    direction = _of_verb(frame.figure)
    if direction == "keep" and frame.figure.bound:  # `chỉ số … duy trì ở mức trên 0,74`
        direction = level(frame.figure)
    return _stated(frame, direction, whole) if _is(whole) else None


def governed(frame: Frame) -> Statement | None:
    """`giảm tỷ lệ hộ nghèo 1,5%`, `mức giảm tỷ lệ hộ nghèo trên 3%`: the verb stands before what it governs."""
    words, figure = frame.words, frame.figure
    if figure.verb or ("predicate" in figure.tags and not say.IS.search(words, frame.before[0], figure.quantity.start)):
        return None
    verbal = _verbal(words, frame.before)
    if verbal is None:
        return None
    verb, rest = verbal
    thing = rest if _is(rest) else frame.behind
    if not _is(thing):
        return None
    statement = _stated(frame, "reduce" if verb in say.REDUCE else "increase", thing)
    single = " " not in words[thing[0] : thing[1]]  # `tăng thu 10%`: one syllable is no name
    return replace(statement, thing=(statement.start, thing[1])) if single and statement.start < thing[0] else statement


def subject_level(frame: Frame) -> Statement | None:
    """`tỷ lệ hộ dùng nước sạch đạt 95%`: an indicator stands before its figure."""
    words, figure = frame.words, frame.figure
    if figure.verb:
        return None
    direction: Direction = level(figure)
    predicate, subject = "predicate" in figure.tags, frame.subject
    measured = say.MEASURE.match(words, *subject) is not None
    told = measured or ":" in figure.tokens  # `điện thương phẩm tăng trưởng bình quân: 15%/năm`
    if predicate and told and (trend := say.TREND.search(words, subject[0], figure.lead)):
        return _stated(frame, "reduce" if trend["verb"] in say.REDUCE else "increase", (subject[0], trend.start()))
    if fall := say.FALL.match(words, *subject):  # `mức giảm số vụ cháy đạt 6%`
        return _stated(frame, "reduce", trim_before(words, fall.end(), subject[1]))
    subject, kept = _strip_verbs(words, subject)
    if kept and not figure.bound:
        direction = "keep"
    measured = measured or say.MEASURE.match(words, *subject) is not None
    said = figure.counts and predicate and say.POSSESS.isdisjoint(figure.tokens)  # `vận động hiến máu đạt 300 đơn vị`
    said = said and not say.WORK_VERB.fullmatch(words, *subject)  # `xây dựng được 25 mô hình`
    named = (measured or said) and (predicate or bool(figure.bound) or not _is(frame.behind))
    if _is(subject) and (figure.quantity.kind == "rate" or named):
        return _stated(frame, direction, subject)
    return None


def level_object(frame: Frame) -> Statement | None:
    """`100% hộ …`, `hình thành ít nhất 20 mô hình …`: the thing stands behind its figure."""
    words, figure, right = frame.words, frame.figure, frame.behind
    if figure.verb or not _is(right):
        return None
    subject, kept = _strip_verbs(words, frame.subject)
    each = say.EACH.search(words, *subject) is not None
    if "predicate" in figure.tags and _is(subject) and not each:
        reached = not say.REACHED.isdisjoint(figure.tokens) and figure.quantity.kind == "percent"
        whole = reached and say.WHOLE_NUMBER.match(words, *right) or not say.TAKES.isdisjoint(figure.tokens)
        if whole or len(words[right[0] : right[1]].split()) <= 2:  # `kích hoạt tài khoản đạt 75% số công dân`
            return None
    if frame.said and _counts_again(frame, frame.said[-1]):
        return None
    if figure.quantity.unit.split("/")[0] in say.TIMES and _is(subject):
        return None  # `kiểm tra ít nhất 01 lần trong giai đoạn`
    alone = say.EACH.search(words, *subject) is None
    if alone and words[right[0] : right[1]] in say.HEADS:  # `đàn bò thịt 38.000 con`
        right = subject
    taken_over = bound_taken_over(frame)
    direction: Direction = "keep" if kept and not figure.bound else taken_over or level(figure)
    statement = _stated(frame, direction, right, bound=taken_over)
    whom = said_of(frame) if not _is(frame.subject) and right != subject else (0, 0)
    return replace(statement, head=whom) if _is(whom) else statement


def work_share(frame: Frame) -> Statement | None:
    """`giải ngân 100% kế hoạch vốn năm 2025`: the work and the whole of which it takes a share are the name."""
    figure, words, subject = frame.figure, frame.words, frame.subject
    if figure.verb or figure.settled or figure.counts or not (_is(subject) and _is(frame.right)):
        return None
    if say.MEASURE.match(words, *subject):
        return None
    statement = _stated(frame, level(figure), frame.right)
    subject = _strip_verbs(words, subject)[0] if say.AIM.search(words, *subject) else subject
    return replace(statement, head=subject, start=min(statement.start, subject[0]))


def subject_said(frame: Frame) -> Statement | None:
    """`kinh tế số chiếm 20%`, `hòa giải thành trên 85%`: anything before a figure that a predicate or bound joins."""
    figure = frame.figure
    subject, kept = _strip_verbs(frame.words, frame.subject)
    if figure.verb or not _is(subject) or not ("predicate" in figure.tags or figure.bound):
        return None
    return _stated(frame, "keep" if kept and not figure.bound else level(figure), subject)


def shared(frame: Frame) -> Statement | None:
    """`80% năm 2025 và 90% năm 2030`, `… nhưng không thấp hơn 24m2`: the figure continues the statement before it."""
    figure, words = frame.figure, frame.words
    if _is(frame.subject) or not frame.said:
        return None
    last = frame.said[-1]
    if last.low is None or figure.lead - last.end > _SHARING:
        return None
    alike = unit_name(words, figure.quantity) == last.unit or figure.quantity.kind == "rate"
    alike = alike or _counts_again(frame, last)
    if not (alike or figure.verb or frame.leans and "predicate" in figure.tags):
        return None
    direction: Direction = last.direction
    if figure.verb in say.REDUCE or figure.verb in say.INCREASE:
        direction = _of_verb(figure)
    elif _counts_again(frame, last) or _levels(figure, direction):
        direction = level(figure)
    carried = direction == last.direction and not figure.bound and figure.quantity.low == figure.quantity.high
    start = min(verb_start(words, frame.floor, figure.lead), figure.lead)
    begin = max(last.end, figure.lead - REACH)
    group = say.SUBGROUP.search(words, begin, figure.lead)
    return Statement(
        direction,
        last.thing,
        start=start,
        extra=(figure.end, frame.edge),
        head=last.head,
        bound=last.bound if carried and last.bound != "range" else None,
        group=group["group"].strip() if group else last.group,
        own=False,
    )


def _levels(figure: Figure, direction: Direction) -> bool:
    """Whether a figure sets a level of its own behind a statement of this direction."""
    free = direction not in ("reduce", "increase", "keep") or figure.settled
    return free and (figure.bound != "" or "predicate" in figure.tags)


def _counts_again(frame: Frame, last: Statement) -> bool:
    """Whether a bound in things alone is one more figure of a number (`số trường hợp … giảm 20%, không quá 80 …`)."""
    words = frame.words
    if not frame.figure.bound or say.COUNTER.fullmatch(words, *frame.behind) is None:
        return False
    number = say.WHOLE_NUMBER.match(words, *last.thing)
    return number is not None and words.startswith(words[slice(*frame.behind)], number.end())


def part_of(frame: Frame) -> Statement | None:
    """`tỷ lệ lao động qua đào tạo đạt 75%, trong đó có bằng cấp 30,5%`: a part of what was measured before it."""
    figure, words = frame.figure, frame.words
    if not frame.said or not _is(frame.subject):
        return None
    last = frame.said[-1]
    if last.low is None or unit_name(words, figure.quantity) != last.unit or not say.MEASURE.match(words, *last.thing):
        return None
    part = say.PART.match(words, max(last.end, frame.wide), figure.lead)
    if part is None:
        return None
    statement = _stated(frame, level(figure), (part.start("part"), frame.subject[1]))
    first = " ".join(words[part.start("part") : frame.subject[1]].split()[:_SAID_TWICE])
    at = words.find(f" {first}", *last.thing)  # `lao động qua đào tạo …, trong đó qua đào tạo có chứng chỉ`
    return replace(statement, head=(last.thing[0], at) if at >= 0 else last.thing)


def elided(frame: Frame) -> Statement | None:
    """`trẻ suy dinh dưỡng thể nhẹ cân dưới 8%, thể thấp còi dưới 14%`, `90% hồ sơ cấp tỉnh, 70% cấp huyện`.

    The words begin with a word of the statement before (`thể`, `cấp`): what stood before that word there is left out.
    """
    figure, words = frame.figure, frame.words
    if not frame.said:
        return None
    last = frame.said[-1]
    thing = frame.subject if _is(frame.subject) else frame.behind
    kind = say.KIND_OF.match(words, *thing)
    if last.low is None or not last.own or unit_name(words, figure.quantity) != last.unit:
        return None
    if figure.lead - last.end > _SHARING:
        return None
    if kind is None:
        head = measure_of_both(words, last, thing) if thing == frame.subject else None
        if head is None:
            return None
    elif last.head[1] and words.startswith(kind.group(), last.thing[0]):
        head = last.head
    elif not last.head[1] and (at := words.rfind(f" {kind.group()}", last.thing[0] + 1, last.thing[1])) >= 0:
        head = last.thing[0], at
    else:
        return None
    going = kind is None and not figure.tags and last.direction in ("reduce", "increase")
    return replace(_stated(frame, last.direction if going else level(figure), thing), head=head, tail=(0, 0))


def listed(frame: Frame) -> Statement | None:
    """`tỷ lệ hồ sơ nộp trực tuyến: cấp tỉnh 85%, cấp xã 75%`: members behind the colon of what is measured.

    The parts of a whole are names of their own: `cơ cấu kinh tế: nông nghiệp 20%`.
    """
    figure, words, head = frame.figure, frame.words, frame.clause.head
    member = list_member(frame)
    counted = _is(frame.behind) and say.COUNTER.fullmatch(words, *frame.behind) is None
    if head == (0, 0) or figure.verb or not _is(member) or counted or figure.lead <= head[1]:
        return None
    if say.MEASURE.match(words, *member):
        return None
    statement = _stated(frame, level(figure), member)
    return replace(statement, head=head if _is(head) else (0, 0), start=min(statement.start, member[0]))


def subject_count(frame: Frame) -> Statement | None:
    """`trồng rừng tập trung 11.000 ha`, `cao đẳng 1.200 người`: an aim with its figure and no more than the unit."""
    figure, words = frame.figure, frame.words
    alone = not _is(frame.behind) or words[slice(*frame.behind)] in say.HEADS | say.PEOPLE
    if not (figure.counts and alone and frame.clause.objective) or not _is(frame.subject):
        return None
    if say.EACH.search(words, *frame.subject) or len(words[slice(*frame.subject)].split()) < 2:
        return None
    subject, kept = _strip_verbs(words, frame.subject)
    return _stated(frame, "keep" if kept and not figure.bound else level(figure), subject) if _is(subject) else None


def headed(frame: Frame) -> Statement | None:
    """`Tỷ lệ hộ phân loại rác: năm 2025 đạt 40%`, `Lao động tham gia bảo hiểm: năm 2026 đạt 38%`: before a colon."""
    if frame.said:
        return None
    words = frame.words
    colon = words.rfind(":", max(0, frame.figure.lead - REACH), frame.figure.lead)
    name = trim_before(words, frame.breaks.part(colon) if colon >= 0 else 0, max(colon, 0))
    dated = colon >= 0 and say.PERIOD_AT_START.fullmatch(words, colon + 2, frame.figure.lead) is not None
    told = dated and frame.clause.objective and len(words[slice(*name)].split()) > _RANK_WORDS
    return _stated(frame, level(frame.figure), name) if told or say.MEASURE.match(words, *name) else None


def announced(frame: Frame) -> Statement | None:
    """`kéo giảm tai nạn giao thông cả 3 tiêu chí, phấn đấu giảm 5%`: an earlier verb has named the thing."""
    figure, words = frame.figure, frame.words
    if figure.verb not in say.REDUCE or frame.said:
        return None
    for match in say.VERB.finditer(words, max(0, figure.lead - REACH), figure.lead):
        stop = object_edge(words, frame.breaks, match.end(), figure.lead)
        thing = trim_behind(words, match.end(), stop)
        name = words[thing[0] : thing[1]]
        if match["verb"] in say.REDUCE and name and (say.indicator_code(name, name) or say.CRITERIA.search(name)):
            return Statement(
                "reduce", thing, start=match.start(), extra=(stop, frame.edge), own=False, verb=match.start()
            )
    return None


# The order is part of the grammar: the more special forms stand first.
FIGURE_PRODUCTIONS: tuple[tuple[str, Callable[[Frame], Statement | None]], ...] = (
    ("rank", rank),
    ("toward", toward),
    ("work_for", work_for),
    ("verb_object", verb_object),
    ("subject_verb", subject_verb),
    ("governed", governed),
    ("part_of", part_of),
    ("elided", elided),
    ("listed", listed),
    ("subject_level", subject_level),
    ("subject_count", subject_count),
    ("level_object", level_object),
    ("work_share", work_share),
    ("subject_said", subject_said),
    ("shared", shared),
    ("headed", headed),
    ("announced", announced),
)


# --- Verbs ------------------------------------------------------------------------------------------------------------


def _of_verb(figure: Figure) -> Direction:
    """The direction that the verb before a figure gives."""
    if figure.verb in say.ADDED and figure.bound == "at_least":
        return "at_least"  # `có thêm ít nhất 12 xã đạt chuẩn`
    return "reduce" if figure.verb in say.REDUCE else "increase" if figure.verb in say.INCREASE else "keep"


def _verbal(words: str, before: Span) -> tuple[str, Span] | None:
    """The verb that governs the words before a figure (`giảm tỷ lệ hộ nghèo 1,5%`) and its object."""
    start, end = trim_before(words, *before)
    last: re.Match[str] | None = None
    for match in say.VERB.finditer(words, start, end):
        if last is None or match.start() > last.end() + 1:
            last = match
    if last is None or last["verb"] not in say.REDUCE | say.INCREASE or last["verb"] in say.GROWTH:
        return None
    if last.start() > start and (
        say.MEASURE.match(words, start, end) or say.MEASURE_END.search(words, start, last.start())
    ):
        return None
    return last["verb"], trim_before(words, last.end(), end)


def _strip_verbs(words: str, span: Span) -> tuple[Span, bool]:
    """A subject without the verb that raises or keeps it, and whether it is kept (`duy trì tỷ lệ …`)."""
    if say.MEASURE.match(words, *span):  # `tăng trưởng GRDP` is no `tăng`
        return span, False
    if keep := say.KEEP.match(words, *span):
        return trim_before(words, keep.end(), span[1]), True
    if rise := say.RAISING.match(words, *span):
        return trim_before(words, rise.end(), span[1]), False
    for match in say.SET.finditer(words, *span):  # `… nhiệm vụ sắp xếp, bảo đảm mục tiêu tăng trưởng GDP đạt 8%`
        if match.end() + 2 < span[1]:
            span = trim_before(words, match.end(), span[1])
    for match in say.HAVING.finditer(words, *span):  # `nhà xây mới …, có tuổi thọ từ 20 năm`
        span = match.end(), span[1]
    return span, False


def _stated(
    frame: Frame, direction: Direction, thing: Span, unit: str | None = None, bound: Bound | None = None
) -> Statement:
    """The statement that a figure makes of a thing of its own."""
    figure, words = frame.figure, frame.words
    start = verb_start(words, frame.wide, _first(frame, thing))
    head, tail = work_done(frame, thing, start) or work_in_places(frame, thing), of_each(frame, start, thing)
    if say.ANEW.search(words, *head):  # `thành lập mới 35 doanh nghiệp`: enterprises that are new
        head, tail = (0, 0), head
    return Statement(
        _elided(frame, thing) or direction,
        thing,
        start=min([start, *(span[0] for span in (head, tail) if _is(span))]),
        unit=unit,
        bound=bound,
        head=head,
        tail=tail,
        extra=(figure.end, frame.edge),
    )


def _elided(frame: Frame, thing: Span) -> Direction | None:
    """The direction that a figure without words of its own takes over: `giảm 5% số vụ, 5% số người chết`."""
    figure, words = frame.figure, frame.words
    if not _ELIDED.issuperset(figure.tags) or not frame.said or frame.said[-1].direction not in ("reduce", "increase"):
        return None
    last = frame.said[-1]
    joined = figure.lead - last.thing[1] < 8 and words[last.thing[1] : figure.lead].strip() in say.LINKED
    if not joined or figure.quantity.low >= 100 or say.ATTAINED.search(words, *thing):  # `…, 80% cơ sở được kiểm tra`
        return None
    name, before = words[thing[0] : thing[1]], words[last.thing[0] : last.thing[1]]
    alike = name.split(" ", 1)[0] == before.split(" ", 1)[0]  # `giảm 3% hộ nghèo, 2% hộ cận nghèo`
    alike = alike or figure.quantity.low == last.low  # `cắt giảm 30% thời gian, 30% chi phí và 30% giấy tờ`
    named = alike or say.MEASURE.match(words, *thing) or say.indicator_code(name, "") in say.THREE
    return last.direction if named else None


def _first(frame: Frame, thing: Span) -> int:
    """Where the words of a statement begin: with the thing, the words that lead to the figure, or a short verb."""
    figure, subject, words = frame.figure, frame.subject, frame.words
    start = min(thing[0], figure.lead)
    if figure.quantity.kind != "count":
        return start
    if each := say.EACH.search(words, max(subject[0], start - 60), start):  # `mỗi xã xây dựng từ 02 đến 03 mô hình`
        return each.start()
    short = subject[0] < start - 2 and start - subject[0] < 40 and ", " not in words[subject[0] : start]
    return subject[0] if short else start


def verb_start(words: str, floor: int, at: int) -> int:
    """The start of the statement whose first word stands at `at`: with its own verbs."""
    begin = max(floor, at - _VERB_REACH)
    verb = say.VERB.search(words, begin, at)
    if verb is not None:
        return verb.start()
    resolve = say.RESOLVE.search(words, begin, at)
    return resolve.start() if resolve else at
