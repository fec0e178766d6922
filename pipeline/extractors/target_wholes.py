"""Words that make the name of an indicator whole: the work that is done, `mỗi xã`, a measure that was said before."""

from __future__ import annotations

from . import target_language as say
from .target_frames import Frame, Statement
from .target_spans import Span, skip_light

_WORK_WORDS = 7  # work of so many words at most belongs to the name of what it is done to


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
    """The measure of the statement before, where the thing begins as what that measures (`tỷ lệ hộ nghèo …, hộ …`)."""
    start, end = last.head if last.head[1] else last.thing
    measure = say.MEASURE.match(words, start, end)
    if last.unit != "percent" or measure is None or say.MEASURE.match(words, *thing):
        return None
    first = words[slice(*thing)].split(" ", 1)[0]
    measured = words[measure.end() : end] if not last.head[1] else f" {words[slice(*last.thing)]}"
    same = measured.split()[:1] == [first] and " " in words[slice(*thing)]
    return (start, measure.end()) if same else None
