"""What is no target: a statistic of the past, a forecast, an entitlement, a price, a threshold, a scale of marks."""

from __future__ import annotations

from ..text.patterns import Pattern
from . import target_language as say
from .target_clauses import REACH, Clause
from .target_frames import Frame, Statement

_NEAR = 120
_OF_COUNTS = frozenset({"toward", "subject_said"})
_OF_TASKS = _OF_COUNTS | {"level_object", "work_share"}
_FORMULA = 10  # characters between a figure and the sign of equality of a formula
_EQUALS = Pattern(r"(?<![<>])=")  # `>=` is a bound


def is_target(frame: Frame, statement: Statement) -> bool:
    """Whether a figure is set as something to reach."""
    clause, figure, words = frame.clause, frame.figure, frame.words
    climate, spoken = clause.place.climate, clause.aims(figure.end)
    if climate in ("past", "cost") and not clause.aims_on(figure.end):
        return False
    conduct = figure.quantity.unit.split("/")[0] in say.CONDUCT
    each = say.EACH.search(words, max(0, figure.lead - REACH), figure.lead) is not None
    if conduct and climate != "objective" and not (spoken or each):
        return False  # `phát thanh ít nhất 02 buổi`: how work is done, unless it is set as a figure to reach
    if clause.regime in ("report", "statute") and not (spoken or climate == "objective" and clause.regime == "report"):
        return False
    if is_past(clause, frame.said[-1].end if frame.said else 0, figure.end):
        return False
    goal = clause.goal(figure.end)
    if not goal and (_is_statistic(frame) or _is_conduct(frame, statement)):
        return False
    if not spoken and say.FORECAST.search(words, max(0, frame.near - _NEAR), figure.end):
        return False
    if say.STRENGTH.match(words, *statement.thing) or say.BACKWARD.match(words[slice(*statement.thing)]):
        return False
    if say.SCALE.search(words[figure.end : figure.end + 2 * _NEAR]):
        return False
    if _is_money_or_condition(frame, statement, goal):
        return False
    return figure.quantity.kind != "rate" or bool(figure.bound or figure.tags or goal or frame.said)


def _is_conduct(frame: Frame, statement: Statement) -> bool:
    """Whether a figure says how a task is done (`kiểm tra 100% cơ sở`): nothing in its place sets an objective."""
    if statement.rule not in _OF_TASKS:
        return False
    if statement.rule in _OF_COUNTS:  # `chỉ còn 11 nghệ nhân`, `diễn tập ít nhất 01 lần`
        return frame.figure.counts and not frame.figure.verb
    return statement.rule == "work_share" or say.CONDUCT_WORK.search(frame.words, *frame.before) is not None


def _is_statistic(frame: Frame) -> bool:
    """Whether the words around a figure are those of a statistic, unless an objective is set."""
    words = frame.words
    share = say.SHARE.search(words, frame.near, frame.figure.end)
    return share is not None or say.PAST_WEAK.search(words, frame.near, frame.edge) is not None


def _is_money_or_condition(frame: Frame, statement: Statement, goal: bool) -> bool:
    """Whether a figure is an entitlement, a price, a share of money, a condition or part of a formula."""
    words, figure, clause = frame.words, frame.figure, frame.clause
    before = words[frame.near : figure.quantity.start]
    reached = clause.objective and (figure.settled or figure.verb != "")  # `tỷ lệ trẻ khuyết tật đi học đạt 90%`
    if _EQUALS.search(before) or _EQUALS.search(words, figure.end, figure.end + _FORMULA):
        return True
    if _is_condition(before) and not reached:
        return True
    spent = statement.direction != "reduce" and say.SPENDING.match(words, *statement.thing)
    if say.IF.match(words, *frame.before) or spent:
        return True
    if say.LIFETIME.search(words, *statement.thing):
        return False
    cut = goal and statement.direction == "reduce"  # `cắt giảm 25% chi phí tuân thủ`
    things = figure.counts and figure.quantity.unit.split(" ")[-1] not in say.TIME  # `hỗ trợ … cho 1.200 người`
    named = say.MEASURE.match(words, *statement.thing) is not None
    aim = clause.objective or clause.aims_on(figure.end)  # `phấn đấu hỗ trợ xây dựng 305 nhà ở`
    aimed = aim and (
        figure.settled or things or named or figure.verb != ""
    )  # `chi hỗ trợ … đạt 95%`, `tỷ lệ tận dụng ưu đãi`
    if say.MONEY_BEFORE.search(before) and not aimed:
        return True
    cut = cut or aim and say.DIVIDED.match(words, *statement.thing) is not None  # `tỷ trọng … chiếm 40% giá trị …`
    return not cut and say.MONEY_AFTER.match(words, figure.end) is not None


def _is_condition(before: str) -> bool:
    """Whether the words before a figure are those of a condition, and not of a breach that is to become rarer."""
    found = say.CONDITION.search(before) or say.CONDITION_OVER.search(before)
    return found is not None and say.BREACH.search(before) is None


def is_past(clause: Clause, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` report what was, with no word of an objective after it."""
    if say.PAST.search(clause.words, max(start, clause.last_aim(end), end - REACH), end):
        return True
    if clause.aims(end):
        return False
    return say.STATISTIC.search(clause.earlier if clause.goal(end) else f"{clause.before} {clause.earlier}") is not None


def is_purpose(clause: Clause, at: int) -> bool:
    """Whether words before `at` make what follows a purpose or a topic (`các giải pháp nhằm …`), not an objective."""
    return say.PURPOSE.search(clause.words, max(0, at - _NEAR, clause.last_aim(at)), at) is not None
