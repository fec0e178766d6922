"""The places of a letterhead that are often filled in by hand, found on the page.

`Số: [..]/KH-UBND` and `Bình Sơn, ngày [..] tháng [..] năm [..]`: a slot lies between two printed words. Tesseract often
runs handwriting together with the words beside it; then the place where the printed word ends is computed from the
width that it has in Times New Roman, the typeface that the rules of presentation prescribe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from .. import knowledge
from ..ingestion.pages import INK
from .engine import Word
from .layout import Line
from .marks import PixelBox

Role = Literal["number", "day", "month", "year"]
# The sign after a number: `/` of the State (`12/KH-UBND`), `-` of the Party (`12-KH/ĐU`).
_SEPARATOR = re.compile(r"[-–—](?=[A-ZĐ]{2,6}[-/])|/(?= ?(?:(?:19|20)\d\d ?/)? ?[A-ZĐ]{2})")
_ANY_SEPARATOR = re.compile("/")
_CODE = re.compile(r"[A-ZĐÐ]{2,6} ?[-–/] ?[A-ZĐÐ]{2}")
_LETTERHEAD_WORDS = 14
_COLON = 0.22  # what the colon of `Số:` adds to the ink, in em; Party documents have none
_BEARINGS = 0.13  # white at both ends of `Số:`, in em, which ink does not show


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a number, day, month or year.

    Attributes:
        role: What belongs there.
        line: Index of its line.
        box: From the end of the printed word before it to the start of the one behind it, in pixels.
        baseline: Foot of the printed letters beside it.
        em: Type size of the line in pixels.
        read: What Tesseract read between the two words.
        sure: Its confidence in that, 0..100.
        exact: Whether the right end was seen, not computed: the sign before the code may be up to a letter off else.
    """

    role: Role
    line: int
    box: PixelBox
    baseline: float
    em: float
    read: str
    sure: float
    exact: bool = True


def _code(text: str, start: int = 0) -> re.Match[str] | None:
    """The sign before a code, or the code itself where its sign was not read; the first of them."""
    found = [match for match in (_SEPARATOR.search(text, start), _CODE.search(text, start)) if match]
    return min(found, key=lambda match: match.start(), default=None)


@cache
def _anchors() -> dict[str, tuple[re.Pattern[str], float]]:
    return {
        row["role"]: (re.compile(row["pattern"]), float(row["width"])) for row in knowledge.rows("handwriting_slots")
    }


@cache
def _printed() -> dict[str, str]:
    """The words themselves, as printed."""
    return {row["role"]: row["example"] for row in knowledge.rows("handwriting_slots")}


def slots(lines: Sequence[Line], letters: float, height: int) -> list[Slot]:
    """The slots of the letterhead, in reading order.

    Args:
        lines: Of the page.
        letters: Height of small letters in pixels.
        height: Of the page in pixels; letterheads stand in its upper half.
    """
    em = max(6.0, 1.9 * letters)
    found: list[Slot] = []
    for k, line in enumerate(lines):
        if line.words[0].y0 > 0.5 * height or len(line.words) > _LETTERHEAD_WORDS or line.cell is not None:
            continue
        found += _number_slot(line, k, em) or _date_slots(line, k, em)
    return found


def _number_slot(line: Line, index: int, em: float) -> list[Slot]:
    pattern, width = _anchors()["number"]
    first = line.words[0]
    match = pattern.match(first.text)
    if match is None or len(line.words) > 5 or first.x1 - first.x0 < 0.5 * em:
        return []
    alone = match.end() == len(first.text)
    inked = width - _BEARINGS - (0 if first.text[-1] in ":;.," else _COLON)
    if alone and 0.75 * em < (measured := (first.x1 - first.x0) / inked) < 1.1 * em:
        em = measured  # the line's own type size: small letters elsewhere on the page say less
    x0 = _end_of_anchor(first, alone, width, em)
    x1, behind, exact = _start_of_code(line, match.end(), em)
    if x1 is None:
        return []
    if x1 <= x0:  # the sign before the code was misplaced, or there is no room for a number
        x1, exact = round(x0 + 0.1 * em), False
    between, sure = _between(line, x0, x1, skip=match.end())
    return [
        _slot(
            "number", index, x0, x1, first.y1 if behind is None else min(first.y1, behind.y1), em, between, sure, exact
        )
    ]


def _end_of_anchor(word: Word, alone: bool, width: float, em: float) -> int:
    """Where the printed word at the start of a recognised one ends."""
    if alone and word.x1 - word.x0 < 1.18 * width * em:
        return word.x1 + 1
    return min(word.x1, round(word.x0 + 1.02 * width * em))


def _start_of_code(line: Line, skip: int, em: float) -> tuple[int | None, Word | None, bool]:
    """Where the sign before the code (`/KH-UBND`) starts, its word, and whether that was seen."""
    text = " ".join(word.text for word in line.words)
    match = _code(text, skip) or _ANY_SEPARATOR.search(text, skip)
    if match is None:
        code = next((word for word in line.words[1:] if re.search(r"[A-ZĐ]{2}", word.text)), None)
        return (code.x0, code, True) if code else (None, None, True)
    at = match.start()
    sign_lost = match[0][0].isalpha()  # the ink of the sign went into what was read before it
    for word in line.words:
        if at < len(word.text):
            behind = word.text[at:]
            if at == 0 and not sign_lost:
                return word.x0, word, True
            return max(word.x0 - round(0.3 * em), round(word.x1 - em * (_width(behind) + 0.3 * sign_lost))), word, False
        at -= len(word.text) + 1
    return None, None, True


def _width(text: str) -> float:
    """About the width of a code in em of Times New Roman."""
    text = re.sub("[ĐÐ]{2}", "Đ", text)  # Tesseract likes to see both letters in one
    return sum(
        0.278 if c in "/.,:" else 0.333 if c in "-–" else 0.5 if c.isdigit() else 0.69 if c.isupper() else 0.45
        for c in text
    )


def _date_slots(line: Line, index: int, em: float) -> list[Slot]:
    anchors = _anchors()
    (day, day_width), (month, month_width), (year, year_width) = (anchors[role] for role in ("day", "month", "year"))
    words = line.words
    first = next((k for k, word in enumerate(words) if day.match(word.text)), None)
    if first is None:
        return []
    second = next((k for k in range(first, len(words)) if month.search(words[k].text)), None)
    if second is None:
        return []
    third = next((k for k in range(second, len(words)) if year.search(words[k].text)), None)
    if not _is_place_and_date(words, first, third):
        return []
    em = _em_of(words, second, third, em)
    baseline = _baseline(words, third, em)
    day_end = _end_of_anchor(words[first], day.fullmatch(words[first].text) is not None, day_width, em)
    month_start, month_end = _extent(words[second], month, month_width, em)
    found = [_slot("day", index, day_end, month_start, baseline, em, *_between(line, day_end, month_start, 4))]
    if third is None:
        return found
    year_start, year_end = _extent(words[third], year, year_width, em)
    if month_end < year_start:
        found.append(_slot("month", index, month_end, year_start, baseline, em, *_between(line, month_end, year_start)))
    last = words[-1].x1
    if year_end < last:
        found.append(_slot("year", index, year_end, last + 2, baseline, em, *_between(line, year_end, last + 2)))
    return found


def _is_place_and_date(words: Sequence[Word], first: int, third: int | None) -> bool:
    """Whether a line with a date is that of a letterhead: a place before it, nothing behind the year."""
    place = "".join(word.text for word in words[:first])
    if len(place) > 40 or (place and not place[0].isupper()):
        return False
    behind = [] if third is None else words[third + 1 :]
    return len(behind) <= 2 and sum(len(word.text) for word in behind) <= 7 and (first == 0 or place[-1] in ",;.:")


def _em_of(words: Sequence[Word], second: int, third: int | None, em: float) -> float:
    """Type size of a date line, from the width of its printed words."""
    anchors = _anchors()
    for k, role in ((second, "month"), (third, "year")):
        if k is not None and anchors[role][0].fullmatch(words[k].text):
            measured = (words[k].x1 - words[k].x0) / anchors[role][1]
            if 0.75 * em < measured < 1.3 * em:
                return measured
    return em


def _baseline(words: Sequence[Word], third: int | None, em: float) -> float:
    """Foot of the letters: that of `năm`, which has none below the line."""
    if third is not None:
        return words[third].y1
    return max(word.y1 for word in words) - 0.22 * em


def _extent(word: Word, pattern: re.Pattern[str], width: float, em: float) -> tuple[int, int]:
    """Left and right edge of a printed word within a recognised one that may hold more."""
    match = pattern.search(word.text)
    assert match is not None
    if match.start() == 0 and match.end() == len(word.text) and word.x1 - word.x0 < 1.18 * width * em:
        return word.x0, word.x1
    if match.end() == len(word.text):
        return max(word.x0, round(word.x1 - width * em)), word.x1
    if match.start() == 0:
        return word.x0, min(word.x1, round(word.x0 + width * em))
    share = (word.x1 - word.x0) / len(word.text)
    return round(word.x0 + share * match.start()), round(word.x0 + share * match.end())


def _between(line: Line, x0: float, x1: float, skip: int = 0) -> tuple[str, float]:
    """What was read between two places, and how surely; `skip` letters of a word that began before belong to it."""
    parts: list[str] = []
    sure = 100.0
    for word in line.words:
        if word.x1 <= x0 + 2 or word.x0 >= x1 - 2:
            continue
        text = word.text
        if word.x0 < x0 - 2:
            text = text[skip:]
        if word.x1 > x1 + 2:
            text = re.split(r"[-/–—]|t?h?[áaàảãâ]ng|n?[ăaâ]m", text, maxsplit=1)[0]
        if text:
            parts.append(text)
            sure = min(sure, word.confidence)
    return "".join(parts), sure if parts else 0.0


def _slot(
    role: Role, index: int, x0: float, x1: float, baseline: float, em: float, read: str, sure: float, exact: bool = True
) -> Slot:
    top, foot = round(baseline - 1.35 * em), round(baseline + 0.55 * em)
    return Slot(role, index, (round(x0), max(0, top), round(x1), foot), baseline, em, read, sure, exact)


def clear_number(line: Line, printed: bool) -> tuple[Line, PixelBox | None]:
    """A number line in which nothing but `…`, or a number known to be printed, stands before the code.

    What Tesseract made of handwriting may reach beyond the slot, as may the sign before the code: the sign follows from
    the code (`/KH-UBND` of the State, `-KH/HU` of the Party).

    Args:
        line: The line, its slot already dealt with.
        printed: Whether the ink in the slot is print.

    Returns:
        The line, and the box of what was taken out of it here, None if nothing was.
    """
    match = _anchors()["number"][0].match(line.words[0].text)
    text = line.text
    code = _code(text, match.end() if match else 0)
    if match is None or code is None:
        return line, None
    middle = text[match.end() : code.start()].strip()
    if middle in ("", INK) and not code[0][0].isalpha():
        return line, None
    if (printed and middle.isdigit()) or set(middle) <= set("._… ·") and middle not in ("", INK):
        return line, None
    words: list[Word] = []
    gone: list[Word] = []
    at = 0
    for word in line.words:
        start, end = at, at + len(word.text)
        at = end + 1
        if end <= match.end() or start >= code.start():
            words.append(word)
        else:
            if start < match.end():
                words.append(replace(word, text=word.text[: match.end() - start]))
            if end > code.start():
                words.append(replace(word, text=word.text[code.start() - start :]))
            gone.append(word)
    behind = next(k for k, word in enumerate(words) if code[0].startswith(word.text[: len(code[0])]) and k)
    if code[0][0].isalpha():
        sign = "-" if "/" in code[0] else "/"
        words[behind] = replace(words[behind], text=sign + words[behind].text)
    if not gone or not middle:
        return replace(line, words=tuple(words)), None
    ink = next((word for word in gone if word.text == INK), None)
    box = (min(w.x0 for w in gone), min(w.y0 for w in gone), max(w.x1 for w in gone), max(w.y1 for w in gone))
    words.insert(behind, ink or Word(INK, *box, 0.0, gone[0].line))
    return replace(line, words=tuple(words)), None if ink else box


def with_capital(line: Line) -> Line:
    """A number line whose first word starts in small print (`số:`) with a capital: the two differ in size alone."""
    first, *rest = line.words
    if not first.text[0].islower():
        return line
    return replace(line, words=(replace(first, text=first.text[0].upper() + first.text[1:]), *rest))


def cut_line(line: Line, slot: Slot, word: Word | None) -> Line:
    """The line with `word` (None for nothing) in place of all that was read in the slot.

    Words that reach into the slot keep what belongs to the printed word beside it.
    """
    x0, _, x1, _ = slot.box
    before: list[Word] = []
    behind: list[Word] = []
    for old in line.words:
        middle = (old.x0 + old.x1) / 2
        if old.x1 <= x0 + 2:
            before.append(old)
        elif old.x0 >= x1 - 2:
            behind.append(old)
        else:
            left, right = _printed_ends(old, slot)
            if left and old.x0 < x0 - 2:
                before.append(replace(old, text=left, x1=max(old.x0 + 1, x0)))
            if right and old.x1 > x1 + 2:
                behind.append(replace(old, text=right, x0=min(old.x1 - 1, x1)))
            if not left and not right and word is None and middle < x0:
                before.append(old)
    return replace(line, words=(*before, *((word,) if word else ()), *behind))


def _printed_ends(word: Word, slot: Slot) -> tuple[str, str]:
    """The printed words at the start and the end of a recognised one that runs through a slot."""
    anchors = _anchors()
    match = anchors[slot.role][0].search(word.text)
    left, rest = "", word.text
    if match and (match.start() == 0 or slot.role in ("month", "year")):
        # The pattern may have met only the start of it (`ngà{` for `ngày` with a stroke through its foot).
        whole = _printed()[slot.role]
        left = word.text[: match.start()] + (whole if len(match[0]) < len(whole) else match[0])
        rest = word.text[match.end() :]
    if slot.role == "number":
        code = _code(rest) or _ANY_SEPARATOR.search(rest)
        return left, rest[code.start() :] if code else ""
    following = {"day": "month", "month": "year"}.get(slot.role)
    match = anchors[following][0].search(rest) if following else None
    return left, rest[match.start() :] if match else ""
