"""The fields of the letterhead: number, place and date, national name and motto, the bodies of the issuer block."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from ..grammar.numbers import parse_number_line
from ..knowledge import rows
from ..records import FieldStatus
from ..text.joining import is_capitals
from ..text.normalise import LOWER, UPPER, skeleton, strip_marks
from ..text.patterns import Pattern
from ..text.wording import worded, wording
from .issuers import further_issuers, joined, joint_issuers
from .model import Letterhead, Span
from .vocabulary import alternation, bare_head, marked, starts_with, words

_LETTERHEAD_PARAGRAPHS = 16
_METADATA_PARAGRAPHS = 120
_FEWEST_LABELS = 3
_LABELS_APART = 6  # in paragraphs
# A number line: "Số:", "Số 63", "Luật số: 36/2024/QH15"; never "số vụ" or "Số điện thoại".
_NUMBER_LINE = Pattern(rf"(?:^|(?<=\s))(?:{wording('number_of_type')}|{wording('number_word')})")
_DATE_LINE = worded("day_line", ignore_case=True)
_PASSED_ON = worded("passed_on")
_DOUBLED_WORD = worded("number_doubled")
_ASSEMBLY = Pattern(r"(?:UBTV)?QH\d{1,2}$")
# A place glued to the name in capitals before it: `TRƯỜNG TIỂU HỌC ĐỒNG TÂMĐồng Tâm, ngày`.
_GLUED_PLACE = Pattern(rf"(?<=[{UPPER}]{{2}})(?=[{UPPER}][{LOWER}]+(?: [{UPPER}][{LOWER}]+){{0,4}} ?,)")
_PLACE = Pattern(rf"([^\W\d_](?:[^\W\d_]|[ .'-]|{wording('numbered_place')}){{1,44}}?) ?[,;.:]? ?$")
_SYMBOL_GOES_ON = Pattern(rf"[ \n]([{UPPER}]{{1,12}}(?:-[{UPPER}]{{1,12}})+)(?=\n)")
_SYMBOL_ALONE = Pattern(r"\W{0,3}/\w")  # what is left of a number whose digits are lost: `'/CV-PA83`
_STAMP_VALUE = worded("stamp_value")
_MISREAD_SO = Pattern(r"^S[OÓÒỎÕÔỔ](?= \d)")
STARS = Pattern(r"[*\s_=~-]+")
# What repeats the document's own number behind its type word (`QUYẾT ĐỊNH 12/QĐ-UBND`).
NUMBER_ALONE = worded("number_alone")
SUBJECT = worded("subject")
KINH_GUI = worded("addressee")


@cache
def _motto() -> Pattern:
    names = [skeleton(word).replace(" ", "[ *]{0,3}") for word in words("letterhead", "motto")]
    return Pattern("|".join(names))


@cache
def _mottos_alone() -> frozenset[str]:
    return frozenset(skeleton(word) for word in words("letterhead", "motto_alone"))


def motto_spans(text: str, span: Span) -> list[Span]:
    """Where the national name, the motto or the Party line stands in a paragraph (marks may be lost)."""
    line = text[span[0] : span[1]]
    loose = skeleton_same_length(line)
    if loose.strip(" *_-") in _mottos_alone():
        return [span]
    return [(span[0] + m.start(), span[0] + m.end()) for m in _motto().finditer(loose)]


def skeleton_same_length(line: str) -> str:
    """The line in lower case without diacritics, character by character (offsets stay)."""
    loose = skeleton(line)
    if len(loose) == len(line):
        return loose
    return "".join(skeleton(char) or char for char in line)


def number_at(text: str, span: Span) -> Span | None:
    """The part of a paragraph that is a number line, None where there is none."""
    match = _NUMBER_LINE.search(text, *span)
    if match is None:
        return None
    if match.start() > span[0] and not match.group().startswith("S"):
        return None  # a number cited in a sentence
    doubled = _DOUBLED_WORD.match(match.group())
    return match.start() + (doubled.end() if doubled else 0), span[1]


def date_at(text: str, span: Span) -> re.Match[str] | None:
    """The first date with `ngày … tháng … năm` in a paragraph, its figures perhaps left out."""
    return _DATE_LINE.search(text, *span)


def _is_body_line(text: str, span: Span) -> bool:
    line = text[span[0] : span[1]].lstrip("*•·-– ")
    if (glued := _GLUED_PLACE.search(line)) is not None:
        line = line[: glued.start()]
    if not is_capitals(line) or len(line) > 160:
        return False
    bare = strip_marks(line)
    return any(bare_head(kind).match(bare) for kind in ("body_head", "office_head", "level"))


def letterhead_start(text: str, spans: list[Span], anchor: int, begin: int = 0) -> int:
    """Index of the first paragraph of the letterhead above paragraph `anchor`, not above `begin`."""
    first = anchor
    misses = 0
    for index in range(anchor - 1, max(begin - 1, anchor - _LETTERHEAD_PARAGRAPHS), -1):
        span = spans[index]
        is_part = (
            _is_body_line(text, span)
            or bool(motto_spans(text, span))
            or (number_at(text, span) is not None and span[1] - span[0] < 400)
            or (span[1] - span[0] < 160 and is_place_line(text, span))
            or bool(SUBJECT.match(text, *span))
            or bool(STARS.fullmatch(text, *span))
            or is_stamp(text[slice(*span)])
        )
        if is_part:
            first, misses = index, 0
        elif first < anchor or index < anchor - 4:
            misses += 1
            if misses > 2:
                break
    return first


def read_letterhead(text: str, head: list[Span], late: list[Span]) -> Letterhead:
    """The fields of the letterhead; `late` are paragraphs behind the type word that may hold number and date."""
    number = symbol = None
    number_status: FieldStatus = "absent"
    number_span: Span | None = None
    date: tuple[int | None, int | None, int | None] = (None, None, None)
    date_status: FieldStatus = "absent"
    date_span: Span | None = None
    place: str | None = None
    place_span: Span | None = None
    taken: list[Span] = []
    draft = False
    for span in [*head, *late]:
        line = text[slice(*span)]
        taken.extend(motto_spans(text, span))
        if is_stamp(line):
            draft = draft or is_draft_mark(line)
            taken.append((span[0], span[0] + _stamp_end(line)))
            continue
        found = date_at(text, span)
        if found is not None and date_span is None and (span[1] - span[0] < 200 or number_at(text, span)):
            date, date_status = _date_values(found)
            date_span = found.span()
            place, place_span = place_before(text, span, found.start(), taken)
            taken.append((place_span[0] if place_span else date_span[0], date_span[1]))
    read = _own_number(text, head, late, taken)
    if read is not None:
        number, symbol, number_status, number_span, line_span = read
        taken.append(line_span)
    if date_status == "absent" and symbol and _ASSEMBLY.search(symbol):
        date, date_status, date_span = _date_of_passing(text)
    bodies, body_spans = _read_bodies(text, head, taken, joint_issuers(symbol))
    party = any(skeleton(word) in skeleton(text[a:b]) for a, b in head for word in words("letterhead", "party_line"))
    return Letterhead(
        number,
        symbol,
        number_status,
        number_span,
        date,
        date_status,
        date_span,
        place,
        place_span,
        tuple(bodies),
        tuple(body_spans),
        party,
        draft,
    )


_Number = tuple[str | None, str | None, FieldStatus, Span, Span]


def _own_number(text: str, head: list[Span], late: list[Span], taken: list[Span]) -> _Number | None:
    """Number, symbol, status, their span and that of the line: of several lines the one that most looks like its own.

    A line that has a symbol outweighs one without (the stamp for incoming mail), and a number in an issuer's name
    (`ĐOÀN KIỂM TRA THEO QUYẾT ĐỊNH` / `SỐ 205/QĐ-SCT`) is none.
    """
    best: _Number | None = None
    before = ""
    for span in [*head, *late]:
        line = text[slice(*span)]
        above, before = before, line
        line_span = number_at(text, span)
        if line_span is None or is_stamp(line):
            continue
        stop = min([line_span[1], *(t[0] for t in taken if line_span[0] < t[0] < line_span[1])])
        printed = text[line_span[0] : stop]
        if printed.rstrip().endswith("-"):  # the symbol of several issuers on two lines
            behind = max((t[1] for t in taken if stop <= t[0] < t[1] < span[1]), default=span[1])
            if (more := _SYMBOL_GOES_ON.match(text, behind)) is not None:
                printed = printed.rstrip() + more[1]
                taken.append(more.span(1))
        number, symbol, status, inner = parse_number_line(printed)
        if (
            status == "absent"
            or inner is None
            or (is_capitals(line) and above.endswith(words("letterhead", "type_named")))
            or text[span[0] : line_span[0]].rstrip().endswith(words("letterhead", "type_named"))
        ):
            continue
        if best is None or (symbol and not best[1]):
            at = line_span[0]
            best = number, symbol, status, (at + inner[0], min(at + inner[1], stop)), (at, stop)
    return best


@cache
def _stamp_patterns() -> tuple[Pattern, Pattern]:
    patterns = {row["kind"]: row["pattern"] for row in rows("letterhead") if "pattern" in row}
    return Pattern(patterns["incoming"]), Pattern(patterns["draft"])


@cache
def _stamps() -> frozenset[str]:
    return frozenset(skeleton(word) for word in words("letterhead", "stamp"))


def metadata_end(text: str, spans: list[Span]) -> int:
    """Index of the first paragraph behind a portal's table of labels above the document; 0 where there is none.

    Its values confirm the document's facts at best: a head is looked for behind it.
    """
    labels = starts_with("letterhead", "metadata")
    found: list[int] = []
    for index, (start, end) in enumerate(spans[:_METADATA_PARAGRAPHS]):
        if end - start >= 160:
            continue
        if motto_spans(text, (start, end)) or (found and index - found[-1] > _LABELS_APART):
            break  # what a site prints below the document has such labels too
        match = labels.match(text, start, end)
        if match is not None and text[match.end() : end].lstrip()[:1] in ("", ":"):
            found.append(index)
    if len(found) < _FEWEST_LABELS:
        return 0
    end = found[-1] + 1
    last = text[slice(*spans[found[-1]])]
    if last.rstrip().endswith(":") and end < len(spans) and not _is_body_line(text, spans[end]):
        end += 1  # the value of the last label
    return end


def is_draft_mark(line: str) -> bool:
    """Whether a line only says that this is a draft (`DỰ THẢO LẦN 2`)."""
    return len(line) < 60 and _stamp_patterns()[1].match(line.lower().strip(" *_.-")) is not None


def is_stamp(line: str) -> bool:
    """Whether a line of the letterhead is a stamp, or the mark of a draft: no part of issuer, number or title."""
    if len(line) > 80:
        return False
    return (
        is_capitals(line)
        and skeleton(line).strip(" *_.-") in _stamps()
        or is_draft_mark(line)
        or _stamp_patterns()[0].match(line) is not None
    )


_BEHIND_STAMP = Pattern(rf"(?<=[\d.…:/]) (?=[{UPPER}]{{2}})")


def _stamp_end(line: str) -> int:
    """Where a stamp ends on the line of an issuer that it was put over (`ĐẾN Số: 4707 SỞ Y TẾ`)."""
    behind = (found.start() for found in _BEHIND_STAMP.finditer(line) if starts_body(line[found.end() :]))
    return next(behind, len(line))


def stamped(text: str, spans: list[Span], index: int) -> int:
    """How many paragraphs from `index` on are a stamp for incoming mail: its mark, and number and day below it."""
    if not _stamp_patterns()[0].match(text, *spans[index]) and not is_stamp(text[slice(*spans[index])]):
        return 0
    stop = index + 1
    while stop < len(spans) and (is_stamp(text[slice(*spans[stop])]) or _STAMP_VALUE.fullmatch(text, *spans[stop])):
        stop += 1
    return stop - index


def _date_of_passing(text: str) -> tuple[tuple[int | None, int | None, int | None], FieldStatus, Span | None]:
    """A law has no place line; its last sentence tells when the National Assembly passed it."""
    passed = list(_PASSED_ON.finditer(text))
    found = _DATE_LINE.match(text, passed[-1].end()) if passed else None
    if found is None:
        return (None, None, None), "absent", None
    date, status = _date_values(found)
    return date, status, found.span()


def _date_values(match: re.Match[str]) -> tuple[tuple[int | None, int | None, int | None], FieldStatus]:
    day, month, year = (
        int(value.replace(" ", "")) if (value := match.group(name)) else None for name in ("day", "month", "year")
    )
    if month is not None and not 1 <= month <= 12:
        month = None
    if day is not None and not 1 <= day <= 31:
        day = None
    if year is not None and not 1945 <= year <= 2100:
        year = None
    if day and month and year:
        return (year, month, day), "found"
    given = all(match.group(name) for name in ("day", "month", "year"))  # 54 is no month, but no blank either
    return (year, month, day), "uncertain" if given else "blank"


def place_before(text: str, span: Span, stop: int, taken: list[Span]) -> tuple[str | None, Span | None]:
    """The place of issue: the words before ", ngày"."""
    start = max([span[0], *(t[1] for t in taken if span[0] <= t[1] <= stop)])
    number = number_at(text, (start, stop))
    if number is not None:
        inner = parse_number_line(text[number[0] : stop])[3]
        start = number[0] + (inner[1] if inner else 3)
    if (glued := _GLUED_PLACE.search(text, start, stop)) is not None:
        start = glued.end()
    match = _PLACE.search(text, start, stop)
    if match is None or not match.group(1).strip():
        return None, None
    words_before = match.group(1).strip(" .-'")
    low = match.start(1) + (len(match.group(1)) - len(match.group(1).lstrip(" .-'")))
    place = words_before
    if not place or not place[0].isupper() or len(place.split()) > 7:
        return None, None
    return place, (low, low + len(words_before))


def _read_bodies(
    text: str, head: list[Span], taken: list[Span], joint: tuple[str, ...]
) -> tuple[list[str], list[Span]]:
    """The bodies of the issuer block, superior first; several issuers of a joint document as one name.

    Each of them may have its superior above it: `SỞ Y TẾ` / `BỆNH VIỆN A` / `-` / `CÔNG AN TỈNH` / `PHÒNG B`.

    Args:
        text: Clean text.
        head: Paragraphs of the letterhead.
        taken: What number, date and motto take of them.
        joint: What the symbol calls the issuers, none for one.
    """
    names: list[str] = []
    spans: list[Span] = []
    issuers: list[int] = []  # where those of a further issuer begin
    for span in head:
        for low, high in _free_parts(span, taken):
            piece = text[low:high]
            line = piece.strip(" *•·-_.:;,|")
            if not line or not is_capitals(line) or SUBJECT.match(line) or _SYMBOL_ALONE.match(line):
                continue
            low += piece.index(line)
            for part, offset in _split_bodies(line):
                at = low + min(offset, len(line) - 1)
                stop = low + len(line)
                open_name = bool(names) and (
                    names[-1] in words("letterhead", "incomplete") or _inner_end().search(names[-1]) is not None
                )
                mark = text[spans[-1][1] : spans[-1][1] + 2].strip() if spans else ""
                if mark == "-" and not open_name and starts_body(part) and not _is_below(names[-1], part):
                    issuers.append(len(names))
                continues = open_name or not starts_body(part)
                if (
                    continues
                    and names
                    and not open_name
                    and " " not in part
                    and _behind_number(text, head, spans[-1], at)
                ):
                    continue  # ink: a name does not go on with a single word behind the number
                if continues and names:
                    if names[-1].endswith(words("letterhead", "type_named")):
                        part = _MISREAD_SO.sub("SỐ", part)
                    names[-1] = names[-1] + {",": ", ", "-": " - "}.get(mark, " ") + part
                    spans[-1] = (spans[-1][0], stop) if stop > spans[-1][0] else spans[-1]
                elif starts_body(part):
                    names.append(_with_marks(part))
                    spans.append((at, stop))
    if joint and len(issuers) + 1 != len(joint):  # else marks between them tell as many as the symbol
        issuers = further_issuers(names, joint) or issuers
    return joined(names, spans, issuers) if issuers else (names, spans)


def _behind_number(text: str, head: list[Span], name: Span, at: int) -> bool:
    """Whether a number line of the letterhead stands between a name and what is read at `at`."""
    return any(number_at(text, span) for span in head if name[1] <= span[0] and span[1] <= at)


def _is_below(above: str, part: str) -> bool:
    """Whether a body is one of the people's committee above it: a mark between them is a rule or a speck."""
    return above.startswith(words("letterhead", "superior")) and part.startswith(words("letterhead", "subordinate"))


def starts_body(part: str) -> bool:
    """Whether a piece in capitals begins with the head of a body's name; its marks may be lost."""
    bare = strip_marks(part)
    if part[4:5].isdigit() and bare.startswith("SO "):
        return False  # the number in a name (`ĐOÀN KIỂM TRA THEO QUYẾT ĐỊNH SỐ 205/QĐ-SCT`)
    return bool(bare_head("body_head").match(bare) or bare_head("office_head").match(bare))


def _with_marks(part: str) -> str:
    """The name with the marks of its head put right (`ÚY BAN NHÂN DÂN` → `ỦY BAN NHÂN DÂN`)."""
    for kind in ("body_head", "office_head"):
        match = bare_head(kind).match(strip_marks(part))
        if match:
            return marked(kind)[match.group()] + part[match.end() :]
    return part


def _free_parts(span: Span, taken: list[Span]) -> list[Span]:
    """What of a paragraph is not taken by number, date or motto."""
    parts: list[Span] = []
    at = span[0]
    for low, high in sorted(t for t in taken if t[0] < span[1] and t[1] > span[0]):
        if low > at:
            parts.append((at, low))
        at = max(at, high)
    if at < span[1]:
        parts.append((at, span[1]))
    return parts


@cache
def _strong_head() -> Pattern:
    """Where a further body begins on the line of another (`BỘ TÀI CHÍNH TỔNG CỤC THUẾ`)."""
    return Pattern(
        rf"(?<= )(?:{alternation('letterhead', 'strong_head')})(?!\w)"
        rf"(?! (?:{alternation('letterhead', 'no_head_before')}))"
    )


@cache
def _inner_end() -> Pattern:
    """What stands before a head that belongs to the name before it (`CỦA`, a comma)."""
    return Pattern(rf"(?:{alternation('letterhead', 'inner_end')}|[-,])$")


def _split_bodies(line: str) -> list[tuple[str, int]]:
    """A line with several bodies (`BỘ TÀI CHÍNH TỔNG CỤC THUẾ`) taken apart, with the offset of each."""
    cuts = [0]
    for match in _strong_head().finditer(line):
        before = line[: match.start()].rstrip()
        if (
            match.start() - cuts[-1] < 4
            or line[cuts[-1] : match.start()].strip() in words("letterhead", "of_school")
            or _inner_end().search(before)
            or before.rpartition(" ")[2] in words("letterhead", "no_head_after")
        ):
            continue
        completed = line[cuts[-1] :].startswith(words("letterhead", "completed"))
        if completed and match.group() in words("letterhead", "completing"):
            if match.group() in words("letterhead", "inner_organ") and line[cuts[-1] :].startswith(
                words("letterhead", "with_organs")
            ):
                cuts.append(match.start())
            continue
        cuts.append(match.start())
    return [(line[a:b].strip(), a) for a, b in zip(cuts, [*cuts[1:], len(line)], strict=True) if line[a:b].strip()]


def with_date(text: str, letterhead: Letterhead, span: Span) -> Letterhead:
    """The letterhead with place and date from the line at `span`; as it is where that line has none."""
    found = date_at(text, span)
    if found is None:
        return letterhead
    place, place_span = place_before(text, span, found.start(), [])
    date, status = _date_values(found)
    return replace(
        letterhead, date=date, date_status=status, date_span=found.span(), place=place, place_span=place_span
    )


def is_place_line(text: str, span: Span) -> bool:
    """Whether a paragraph ends in place and date (`Trà Cú, ngày 3 tháng 4 năm 2024`)."""
    found = date_at(text, span)
    return (
        found is not None and place_before(text, span, found.start(), [])[0] is not None and span[1] - found.end() < 4
    )
