"""The figures of a clause and the words that lead to them: their bound, their verb, where they start from.

A figure is read from the inside out: the words directly before it say its bound and verb (`kéo giảm từ`, `đạt ít nhất`,
`xuống còn dưới`). They are looked up word by word, so that time grows with the number of figures only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from . import target_language as say
from .quantities import Quantity, find_quantities, has_quantities
from .target_clauses import REACH, Clause
from .target_spans import is_measure, skip_light

_WORK_GOES_ON = frozenset({"task", "task2", "hard3"})
SETTLED = frozenset({"predicate", "to_low", "to_high"})
TOWARD = frozenset({"to_low", "to_high"})

_LEAD = 48  # how far before a figure the words that lead to it begin at most
_LEAD_WORDS = 10  # so many words of an aim stand before a count at most
_CROWD, _APART = 24, 16  # more figures than that, closer together, are a row of numbers and no sentence


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity with the words that lead to it.

    Attributes:
        quantity: The number.
        lead: Where the words that lead to it begin.
        tokens: Those words, the nearest to the figure first.
        tags: Their kinds.
        verb: The verb directly before it (`giảm`), '' without one.
        bound: `at_least`, `at_most` or ''.
        firm: The bound is one that sets a figure wherever it stands.
        end: Where the figure ends, with `trở lên`.
        after: Where `trở lên` begins that stands behind a word, else -1.
        origin: The value that it starts from (`từ 35% lên 55%`), None without one.
    """

    quantity: Quantity
    lead: int
    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    verb: str
    bound: str
    firm: bool
    end: int
    after: int
    origin: float | None = None

    @property
    def toward(self) -> bool:
        """Whether the words lead down or up to the figure (`xuống còn`, `lên`)."""
        return not TOWARD.isdisjoint(self.tags)

    @property
    def settled(self) -> bool:
        """Whether the words before the figure make it a level (`đạt`, `lên`)."""
        return not SETTLED.isdisjoint(self.tags)

    @property
    def counts(self) -> bool:
        """Whether the figure is a number of things."""
        return self.quantity.kind in ("count", "spelled")


def figures(clause: Clause) -> list[Figure]:
    """The quantities of a clause that may be targets.

    Left out are those in short brackets and quotes, years and other names, durations, and counts that nothing sets as a
    figure to reach: they are part of the words of an indicator.
    """
    words = clause.words
    quantities = find_quantities(words) if has_quantities(words) else []
    if len(quantities) > _CROWD and len(quantities) * _APART > len(words):
        return []
    hidden = _hidden(words) if quantities else []
    found: list[Figure] = []
    before: Figure | None = None  # the quantity before, be it a figure or not
    floor, name = 0, -1  # where a name such as `số 02` ends: what is joined to it is another one (`số 02, 03`)
    for quantity in quantities:
        index = bisect_right(hidden, (quantity.start, len(words))) - 1
        if index >= 0 and quantity.start < hidden[index][1]:
            continue
        if _is_name(words, quantity, name):
            name = -1 if 1900 <= quantity.low < 2100 else quantity.end
            continue
        figure = _figure(words, quantity, max(floor, before.quantity.end if before else 0))
        if before and figure.toward and _starts_from(words, before, figure):
            if found and found[-1] is before:
                found.pop()
            figure = before = _led(before, figure)
        else:
            before = figure
        if found and figure.settled and _is_of_name(words, found[-1], figure):
            found.pop()
            floor = found[-1].quantity.end if found else 0
        if figure.counts and not (_is_milestone(words, found, figure) or _may_count(clause, figure, floor)):
            continue
        if figure.counts and found and _is_inside(words, found[-1], figure):
            continue
        found.append(figure)
        floor = quantity.end
    return found


def _hidden(words: str) -> list[tuple[int, int]]:
    """Where figures stand that are none: in short brackets, in quotes, in `cả 3 tiêu chí`."""
    hidden = [match.span() for match in say.HIDDEN.finditer(words)]
    hidden += [match.span() for match in say.CRITERIA.finditer(words)]
    hidden += [match.span() for match in say.DETAIL.finditer(words)]
    return sorted(hidden)


def _figure(words: str, quantity: Quantity, floor: int) -> Figure:
    """A quantity with its bound and verb; `floor` is where the words before it may begin."""
    at, verb, bound, firm = quantity.start, "", "", False
    tokens: list[str] = []
    tags: list[str] = []
    while found := _word_before(words, max(floor, quantity.start - 2 * _LEAD), at):
        start, token = found
        kind = say.TAGS[token]
        if say.PACE_END.search(words, max(0, start - 20), start):  # `tốc độ tăng 14%`
            break
        if not SETTLED.isdisjoint(tags) and kind in ("filler", "predicate", "loose"):
            break
        if kind == "to_high" and say.AFTER_PART.search(
            words, max(0, start - 8), start
        ):  # `người từ 65 tuổi trở lên đạt 12%`
            break
        if kind == "filler" and say.AVERAGE.search(words, max(floor, at - 60), at):
            break
        if token in say.OVER and not SETTLED.isdisjoint(tags):  # `tỷ lệ nêu trên đạt 90%`
            break
        if token in say.LOOSE_BOUND:
            bound = bound or "at_most"
        if kind in ("at_least", "at_most") and not bound:
            bound, firm = kind, token in say.FIRM
        share = quantity.kind == "percent" and quantity.low == quantity.high < 100
        if token in say.SINCE and not tags and share:  # `có từ 98% hồ sơ`
            bound = bound or "at_least"
        tokens.append(token)
        tags.append(kind)
        at = start
        if kind in ("reduce", "increase", "keep"):
            verb = token
            break
    since = bool(tokens) and tokens[0] in say.SINCE
    end, behind, bound = _behind(words, quantity, bound, since)
    return Figure(quantity, at, tuple(tokens), tuple(tags), verb, bound, firm, end, behind)


def _word_before(words: str, floor: int, at: int) -> tuple[int, str] | None:
    """The longest words that lead to a figure and end at `at`, and where they begin."""
    window = words[max(floor, at - _LEAD) : at]
    parts = window.split()
    if not parts:
        return None
    if window[-1] != " " and parts[-1][-1].isalnum():  # `giảm5%` is misprinted, `a5` a name
        return None
    for count in range(min(say.LONGEST_LEAD, len(parts)), 0, -1):
        group = parts[-count:]
        group[0] = group[0].lstrip('(“"-,;') or group[0]
        if (token := " ".join(group)) in say.TAGS:
            start = at
            for word in reversed(group):
                start = words.rfind(word, floor, start)
            return start, token
    last = parts[-1]
    mark = last[-1]
    if mark in say.TAGS and not mark.isalnum():  # `hộ nghèo:`
        return words.rfind(mark, floor, at), mark
    return None


def _behind(words: str, quantity: Quantity, bound: str, since: bool) -> tuple[int, int, str]:
    """Where a figure ends, where `trở lên` begins that stands behind a word (else -1), and its bound.

    It may stand far behind where `từ` waits for it (`từ 05 mỏ khoáng sản làm vật liệu xây dựng trở lên`).
    """
    end, behind = quantity.unit_end if quantity.kind == "rate" else quantity.end, -1
    if "/" in quantity.unit and quantity.kind == "count":  # `66 triệu đồng/người/năm trở lên`
        end = quantity.unit_end
    elif each := say.PER_YEAR.match(words[end : end + 12]):  # `0,2%/năm`
        end += each.end()
    if after := (say.AFTER_SINCE if since else say.AFTER).match(words, end):
        bound = "at_most" if after["bound"] in say.AT_MOST_AFTER else "at_least"
        if after.start("bound") == end + 1:
            end = after.end()
        else:
            behind = after.start("bound")
    return end, behind, bound


def _is_milestone(words: str, found: list[Figure], figure: Figure) -> bool:
    """Whether a count goes on with the figure before it: `1,7 lần vào năm 2025 và 1,4 lần vào năm 2030`."""
    if not found or found[-1].quantity.unit != figure.quantity.unit:
        return False
    between = words[found[-1].quantity.unit_end : figure.lead].strip()
    period = say.PERIOD_AT_START.match(between)
    return period is not None and between[period.end() :].strip() in say.LINKED


def _is_of_name(words: str, first: Figure, second: Figure) -> bool:
    """Whether a count belongs to the name of what a later figure measures: `giá trị trên 1 ha đạt 90 triệu đồng`."""
    if not first.counts or first.settled or first.verb or say.JOINT.search(words, first.end, second.lead):
        return False
    if second.quantity.kind == "percent" and first.quantity.unit.split("/")[0] in say.TIMES:
        return True  # `người cao tuổi được khám ít nhất một lần/năm đạt 70%`
    return is_measure(words, _part(words, max(0, first.lead - REACH), first.lead), first.lead)


def _is_inside(words: str, first: Figure, second: Figure) -> bool:
    """Whether a count belongs to the words of the figure before it: `100% hộ có ít nhất 01 bình chữa cháy`."""
    if say.AND_WORK.search(words, max(first.end, second.lead - REACH), second.lead):
        return False  # `xóa 100% điểm đen và xử lý ít nhất 12 điểm tiềm ẩn tai nạn`
    alike = first.counts and second.counts
    if alike and words.rfind(", ", first.end, second.lead) >= 0 and not say.POSSESS.isdisjoint(second.tokens):
        return False  # `xã A có ít nhất 2 mô hình, xã B có ít nhất 3 mô hình`
    if first.counts and second.counts and second.bound and say.RECEIVERS.match(words, first.end, second.quantity.end):
        return False  # `mở 12 lớp … với trên 900 lượt người`
    if second.firm:
        parted = say.BREAK.search(words, max(first.end, second.lead - REACH), second.lead + 40)
        told = first.quantity.kind == "percent" and (parted.lastgroup if parted else "") in _WORK_GOES_ON
        return (parted is None or parted.start() >= second.lead or told) and "(" not in words[first.end : second.lead]
    return not second.toward and not say.JOINT.search(words, max(first.end, second.lead - REACH), second.lead)


def _starts_from(words: str, first: Figure, second: Figure) -> bool:
    """Whether the first figure is where the second starts from: `giảm từ 5% xuống còn 3%`."""
    since = first.verb != "" or not say.SINCE.isdisjoint(first.tokens)
    if first.toward and say.SINCE.isdisjoint(first.tokens):
        return False  # `giảm còn 20%, lao động công nghiệp tăng lên 40%`: it is reached, not started from
    parted = say.BREAK.search(words, first.end, second.lead + 24)
    if parted is not None and parted.start() < second.lead and (parted.lastgroup or "").startswith("hard"):
        return False  # `có thêm 120 sản phẩm, nâng tổng số lên 640`
    return since and not say.START_JOINT.search(words, first.end, second.lead)


def _led(first: Figure, second: Figure) -> Figure:
    """The figure that `tăng từ 35% lên 55%` gives: 55, from 35."""
    start = first.quantity
    origin = start.low if start.low == start.high else None
    return replace(second, lead=first.lead, verb=first.verb, origin=origin)


def _may_count(clause: Clause, figure: Figure, floor: int) -> bool:
    """Whether a count may be a figure to reach: it has a unit, is no name or duration, and something sets it."""
    words, quantity = clause.words, figure.quantity
    if rank_word(words, quantity):
        return clause.goal(figure.lead)
    directed = figure.toward or figure.verb != ""
    if not quantity.unit or "loose" in figure.tags:
        begin = skip_light(words, max(floor, figure.lead - 120), figure.lead)
        named = say.INDEX.search(words, begin, figure.lead) is not None
        return named and bool(figure.tags) and clause.goal(figure.lead)
    if say.GROUP_OF.search(words, max(0, figure.lead - 20), figure.lead):  # `nhóm từ 30 hộ trở lên`
        return False
    measured = "predicate" in figure.tags and is_measure(words, floor, figure.lead)
    part = "/" in words[quantity.start : quantity.end]  # `đạt 6/9 tiêu chí`
    each = clause.objective and say.EACH.search(words, max(floor, figure.lead - REACH), figure.lead) is not None
    if say.STRUCTURE.match(words, quantity.end) and not (directed or measured or part or each):
        return False
    nearby = max(floor, figure.lead - REACH)
    if _is_duration(clause, figure, nearby):
        return False
    if figure.firm and say.MANPOWER.match(words, quantity.end) and not clause.goal(figure.lead):
        return False
    if figure.firm or directed:
        return True
    return _is_set(clause, figure, nearby, floor)


def _is_set(clause: Clause, figure: Figure, nearby: int, floor: int) -> bool:
    """Whether a count without a firm bound or a verb is set as a figure to reach."""
    words, quantity = clause.words, figure.quantity
    if quantity.kind == "spelled" or _is_nested(words, nearby, figure, floor):
        return False
    if say.OUTPUT.match(words, quantity.end) and say.EACH.search(words, nearby, figure.lead):
        return True
    if figure.bound:
        return clause.goal(figure.lead)
    if say.HELPING.search(words, nearby, figure.lead):
        return False
    begin = skip_light(words, max(floor, figure.lead - REACH), figure.lead)
    lead = re.split(rf"[,:] | {say.AND} ", words[begin : figure.lead])[-1]
    aim = clause.objective or clause.aims(figure.lead)
    aim = aim or say.DONE.search(words, nearby, figure.lead) is not None and clause.goal(figure.lead)
    if not aim:
        return False
    whole = words[figure.lead - len(lead) : quantity.start]
    work = say.WORK_VERB.match(whole) is not None and say.WORK_FOR.match(whole) is not None
    done = say.DONE.search(words, nearby, figure.lead) is not None
    measured = done and say.HAVING.search(lead) is not None  # `hoàn thành các dự án với tổng công suất 20 MW`
    return "predicate" in figure.tags or work or measured or len(lead.split()) <= _LEAD_WORDS


def _is_duration(clause: Clause, figure: Figure, nearby: int) -> bool:
    """Whether the unit of a count makes it a duration, an age, a sum or a mark, not a number of things."""
    words, quantity = clause.words, figure.quantity
    unit = quantity.unit.split("/")[0]
    if clause.objective and say.MONEY.fullmatch(unit) and ("predicate" in figure.tags or figure.verb):
        return False  # `vận động Quỹ Khuyến học đạt trên 1,2 tỷ đồng`, `Quỹ tăng thêm tối thiểu 3,5 tỷ đồng`
    if unit not in say.TIME or say.LIFETIME.search(words, nearby, quantity.start):
        return False
    if unit in say.AGES:
        return True
    if clause.objective and not say.REACHED.isdisjoint(figure.tokens):
        return False  # `điện mặt trời mái nhà đạt 120 MW`
    if clause.objective and (figure.toward or is_measure(words, _part(words, nearby, figure.lead), figure.lead)):
        return False  # `tổng vốn đăng ký 3.500 tỷ đồng`, `thời gian thông quan … xuống dưới 8 giờ`
    if f"{say.NUMBER} {unit} " in words[max(0, figure.lead - 120) : figure.lead]:  # `số lớp … không quá 02 lớp`
        return False
    if unit in say.TIMES:
        return not (figure.firm or figure.verb)
    if unit in say.POINTS and say.INDEX.search(words, nearby, figure.lead):  # `Chỉ số PAR Index đạt 88 điểm`
        return not clause.goal(figure.lead)
    return not (unit in say.MARK and "/" not in quantity.unit and say.NOUN.match(words, quantity.unit_end))


def _is_name(words: str, quantity: Quantity, name: int) -> bool:
    """Whether a number is a name (`quý 2`, `biểu số 02, 03`), seen from the end of the name before it."""
    if quantity.kind != "count":
        return False
    if 1900 <= quantity.low < quantity.high < 2100:
        return True  # `giai đoạn trung hạn 2026 - 2030`
    if rank_word(words, quantity):
        return False
    joined = name >= 0 and quantity.start - name < 6 and words[name : quantity.start].strip() in say.LINKED
    return joined or say.ORDINAL.search(words, max(0, quantity.start - 14), quantity.start) is not None


def _part(words: str, start: int, lead: int) -> int:
    """Where the words begin that stand before a figure in its own part."""
    marks = [at + len(mark) for mark in (", ", ": ") if (at := words.rfind(mark, start, lead)) >= 0]
    return max([start, *marks])


def _is_nested(words: str, nearby: int, figure: Figure, floor: int) -> bool:
    """Whether a count is part of what an earlier figure or zero target speaks of (`số vụ từ 30 người mắc trở lên`)."""
    lead = figure.lead
    if say.JOINT.search(words, nearby, figure.quantity.start):
        return False
    if floor > 0 and say.RECEIVERS.match(words, floor, figure.quantity.end):
        return False
    verb = say.VERB.search(words, nearby, lead)
    return floor > 0 or say.ZERO.search(words, nearby, lead) is not None or (verb is not None and verb.end() < lead - 1)


def rank_word(words: str, quantity: Quantity) -> str:
    """The word of a rank that stands before a figure (`trong nhóm 15`, `thuộc top 03`), '' for any other figure."""
    if quantity.kind != "count":
        return ""
    match = say.RANK.search(words, max(0, quantity.start - 40), quantity.start)
    return (match["group"] or match["place"]) if match else ""
