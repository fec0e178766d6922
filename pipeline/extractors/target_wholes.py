"""What a target takes from the words around it: the work that is done, `mỗi xã`, what was said of the one before it."""

from __future__ import annotations

from typing import Literal

from . import target_language as say
from .target_frames import Frame, Statement
from .target_spans import Span, skip_light, trim_before

_WORK_WORDS = 7  # work of so many words at most belongs to the name of what it is done to
_MEMBER_WORDS = 8  # of a list behind a colon
_MARKS = ("; ", ": ", ", ")
_PART_WORDS = 5  # … as does the measure before it, to a name of so many (`công nghiệp - xây dựng`)


def work_done(frame: Frame, thing: Span, start: int) -> Span | None:
    """What is done to the things behind a figure, where that is what is measured (`kiểm tra 100% cơ sở`).

    A verb that makes the things is no part of their name (`xây dựng 05 mô hình`), but where the name is a single
    syllable (`trồng mới 500 ha rừng`).
    """
    words, figure, subject = frame.words, frame.figure, frame.subject
    if thing[0] < figure.end or subject[0] >= subject[1] or say.EACH.match(words, start):
        return None
    if " " not in words[thing[0] : thing[1]] and start <= subject[0]:
        return subject
    if len(words[slice(*subject)].split()) > _WORK_WORDS or "predicate" in figure.tags:
        return None
    if say.TREATING.match(words, *subject) is None or say.TELLS.search(words, *thing):
        return None
    return subject


def work_in_places(frame: Frame, thing: Span) -> Span:
    """Work that is done in a share of places or for a share of people (`lắp đặt bể bơi tại 60% trường`)."""
    words, figure = frame.words, frame.figure
    begin = skip_light(words, frame.near, figure.lead)
    place = say.IN_PLACES.search(words, begin, figure.lead)
    if thing[0] < figure.end or place is None or figure.counts or say.TELLS.search(words, *thing):
        return 0, 0
    return (begin, place.end("place")) if say.WORK_BEGINS.match(words, begin) else (0, 0)


def of_each(frame: Frame, start: int, thing: Span) -> Span:
    """The words `mỗi xã` of a statement that sets a number of things for each, (0, 0) for any other one."""
    words, figure = frame.words, frame.figure
    if thing[0] < figure.end or say.COUNTER.fullmatch(words, *thing):
        return 0, 0
    each = say.EACH.search(words, start, figure.lead)
    told = say.EACH_ENDS.search(words, each.end(), figure.quantity.start + 1) if each else None
    return (each.start(), told.start()) if each and told else (0, 0)


def measure_of_both(words: str, last: Statement, thing: Span) -> Span | None:
    """The measure of the statement before, where the thing begins as what that measures (`tỷ lệ hộ nghèo …, hộ …`).

    Shares and growth are those of one part after another: `tỷ trọng công nghiệp 45%, dịch vụ 35%`.
    """
    start, end = last.head if last.head[1] else last.thing
    measure = say.MEASURE.match(words, start, end)
    if last.unit != "percent" or measure is None or say.MEASURE.match(words, *thing):
        return None
    if divided := say.DIVIDED.match(words, start, end):
        few = len(words[slice(*thing)].split()) <= _PART_WORDS
        return (start, divided.end()) if few and say.VERB.search(words, *thing) is None else None
    first = words[slice(*thing)].split(" ", 1)[0]
    measured = words[measure.end() : end] if not last.head[1] else f" {words[slice(*last.thing)]}"
    same = measured.split()[:1] == [first] and " " in words[slice(*thing)]
    return (start, measure.end()) if same else None


def list_member(frame: Frame) -> Span:
    """The words of a member behind the colon of what is measured (`…: cấp tỉnh 85%; cấp xã, thôn 75%`), else (0, 0)."""
    words, lead, colon = frame.words, frame.figure.lead, frame.clause.head[1]
    begin = max(frame.floor, colon + 1, 0)
    found = {find(mark, begin, lead) + 2 for mark in _MARKS for find in (words.find, words.rfind)} - {1}
    starts = found | {begin} if frame.floor <= max(colon, 0) else found or {begin}
    for start in sorted(starts):  # behind what the figure before is said of
        member = trim_before(words, start, lead)
        if len(words[slice(*member)].split()) <= _MEMBER_WORDS:
            return member
    return 0, 0


def said_of(frame: Frame) -> Span:
    """Of whom the share before was said, where this one goes on with a verb alone (`90% hộ được …, 60% được …`)."""
    words, figure = frame.words, frame.figure
    verb = say.GOES_ON.match(words, figure.end)
    last = frame.said[-1] if frame.said else None
    if verb is None or last is None or last.unit != figure.quantity.unit or not last.own or last.head[1]:
        return 0, 0
    said = say.GOES_ON.search(words, *last.thing)
    return (last.thing[0], said.start()) if said is not None and said.start() > last.thing[0] else (0, 0)


def bound_taken_over(frame: Frame) -> Literal["at_least", "at_most"] | None:
    """The bound that a number of things takes over: `ít nhất 100 doanh nghiệp …, 50 hợp tác xã …`."""
    figure = frame.figure
    if not figure.counts or not frame.said:
        return None
    last = frame.said[-1]
    joined = frame.words[last.thing[1] : figure.lead].strip() in say.LINKED
    if not joined or not last.own:
        return None
    return "at_least" if last.bound == "at_least" else "at_most" if last.bound == "at_most" else None
