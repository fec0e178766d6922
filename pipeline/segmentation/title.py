"""The title: what stands between the type word and the preamble, or the subject of a letter."""

from __future__ import annotations

from rapidfuzz.fuzz import partial_ratio

from ..knowledge import rows
from ..text.joining import is_capitals
from ..text.markers import MARKER
from ..text.normalise import skeleton, strip_marks
from ..text.patterns import Pattern
from ..text.repair import mend_opening
from ..text.syllables import is_syllable
from ..text.wording import worded, wording
from .fields import (
    KINH_GUI,
    NUMBER_ALONE,
    STARS,
    SUBJECT,
    date_at,
    is_place_line,
    is_stamp,
    motto_spans,
    number_at,
    place_before,
    stamped,
    starts_body,
)
from .model import Letterhead, Span
from .vocabulary import alternation, bare_head, starts_with

_SAME_BODY = 92  # likeness (0..100) from which a line repeats the letterhead's body; recognition errors lower it
_WORDS_OF_KIND = 4
_LONGEST_SUBJECT = 400  # characters
_NOTE = worded("issued_note", ignore_case=True)
_TIME = worded("time_opening")
# A capital in the middle of a title that no mark precedes: the preamble begins here.
_PREAMBLE_INSIDE = Pattern(
    rf"(?<=[^.;:,“\"(-]) (?=(?:{alternation('preamble', 'inside')}) {wording('cited_many')}"
    rf"(?:{alternation('preamble', 'cited')})"
    rf"|{'|'.join(row['pattern'] for row in rows('preamble') if row['kind'] == 'inside_alone')})"
)
_OF_ISSUER = worded("of_issuer")
_COLUMN_HEADING = Pattern(rf"(?:{alternation('line_joining', 'number_column')})$|{wording('column_heading')}")
_ATTACHED = worded("attached")
_ATTACHED_INSIDE = Pattern(rf" (?=\(){wording('attached')}")
_FOLLOWS = worded("follows")
_GOES_ON = worded("name_goes_on")
_OFFICE_AT_END = worded("office_at_end")
_IS_OPEN = Pattern(rf"{_GOES_ON.pattern}|(?:^|[\s(,])(?:{alternation('line_joining', 'unfinished')})$|,$")
_OWN_DECISION_LINES = 3  # lines in capitals that say who decides


def read_title(
    text: str, spans: list[Span], type_index: int, type_end: int, head: list[Span]
) -> tuple[int, str | None, Span | None, list[Span]]:
    """The title's paragraphs behind the type word.

    Returns:
        Index of the first paragraph behind it, the title on one line, its span, and paragraphs in between that look
        like number or place line (offices that put them below the type word).
    """
    late: list[Span] = []
    unsigned = not any(starts_body(text[a:b]) for a, b in head)  # no letterhead names the issuer
    parts, was_cut = _beside_type(text, spans, type_index, type_end)
    beside = bool(parts)
    above = [skeleton(text[a:b]) for a, b in head]
    index = type_index + 1
    while index < len(spans) and index < type_index + 12 and not (index == type_index + 1 and was_cut):
        start, end = spans[index]
        line = text[start:end]
        if stamp := stamped(text, spans, index):
            index += stamp
            continue
        if parts and _COLUMN_HEADING.match(line):
            break  # a table right below
        if (
            not parts
            and end - start < 160
            and (number_at(text, (start, end)) == (start, end) or is_place_line(text, (start, end)))
        ):
            late.append((start, end))
        elif (
            STARS.fullmatch(line)
            or (end - start < 3 and not line.isalnum())
            or (not parts and _is_ink_above(text, spans, index))
        ):
            pass
        elif parts and _names_who_decides(text, parts, spans, index):
            break
        elif (not parts or _may_be_title(line)) and (cut := _PREAMBLE_INSIDE.search(text, start, end)):
            # Title and preamble run together: the line was full, and neither ends in a mark.
            spans[index : index + 1] = [(start, cut.start()), (cut.end(), end)]
            parts.append(spans[index])
            index += 1
            break
        elif parts and (unsigned and is_issuer_line(text, (start, end)) or _NOTE.match(line) is not None):
            break
        elif len(parts) == 1 and beside and _completes_kind(text, parts[0], spans, index):
            parts.append((start, end))
        elif _ends_title(line, parts, text, above, beside):
            break
        else:
            parts.append((start, end))
        index += 1
    _drop_issuer(text, parts)
    if not parts:
        return index, None, None, late
    title, span = _joined(text, parts)
    return index, mend_opening(title.strip(" *_-,.;:'")).rstrip(".;:") or None, span, late


def _drop_issuer(text: str, parts: list[Span]) -> None:
    """Take the issuer off the lines of a title: "KẾ HOẠCH / của Ban Thường vụ Huyện ủy / tăng cường …"."""
    if len(parts) < 2 or not _OF_ISSUER.match(text, *parts[0]) or parts[0][1] - parts[0][0] >= 90:
        return
    of_issuer = text[slice(*parts.pop(0))]
    if len(parts) > 1 and is_capitals(of_issuer + text[slice(*parts[0])]) and _in_brackets(text, parts[1]):
        del parts[0]  # "NGHỊ QUYẾT CỦA BAN CHẤP HÀNH / HỘI KHUYẾN HỌC TỈNH / (Về việc …)"


def _joined(text: str, parts: list[Span]) -> tuple[str, Span]:
    """The lines of a title as one, without a note of what it is attached to, and its span."""
    title = " ".join(text[a:b] for a, b in parts)
    cut = _ATTACHED_INSIDE.search(title)
    if cut and cut.start() > 10:
        title = title[: cut.start()]
    span = (parts[0][0], parts[-1][1])
    if len(parts) == 1:
        span = (span[0], span[0] + len(title))
        if title.endswith(")") and _in_brackets(text, parts[0]):
            title = title[1:-1]
    return title, span


def _in_brackets(text: str, span: Span) -> bool:
    """Whether a paragraph is the subject in brackets (`(Về việc …)`)."""
    return text[span[0]] == "(" and SUBJECT.match(mend_opening(text[span[0] + 1 : span[1]])) is not None


def _completes_kind(text: str, kind: Span, spans: list[Span], index: int) -> bool:
    """Whether a paragraph says what minutes are of, whose type line only says of what kind they are.

    `BIÊN BẢN KIỂM TRA` / `Công tác tiêm chủng …, tỉnh Lào Cai.` / `Hôm nay, …`: such a title may end in a mark.
    """
    opener = starts_with("preamble", "opener")
    return (
        text.count(" ", *kind) < _WORDS_OF_KIND
        and spans[index][1] - spans[index][0] < _LONGEST_SUBJECT
        and index + 1 < len(spans)
        and opener.match(text, *spans[index + 1]) is not None
        and opener.match(text, *spans[index]) is None
        and _may_be_title(text[slice(*spans[index])])
        and _FOLLOWS.search(text, *spans[index]) is None
    )


def _is_ink_above(text: str, spans: list[Span], index: int) -> bool:
    """Whether a line is what recognition made of ink above a subject (`TẰ ÔV^ . À tài ^ x` / `Về việc …`)."""
    if index + 1 == len(spans) or SUBJECT.match(text, *spans[index + 1]) is None:
        return False
    words = text[slice(*spans[index])].split()
    spelt = sum(len(word) > 1 and is_syllable(word.strip(".,;:()")) for word in words)
    return 2 * spelt < len(words)


def _names_who_decides(text: str, parts: list[Span], spans: list[Span], index: int) -> bool:
    """Whether a line in capitals below a title in small letters is the name of who decides, above the preamble.

    `Về việc sáp nhập …` / `BAN CHẤP HÀNH HỘI NGƯỜI MÙ TỈNH KHÓA I,` / `NHIỆM KỲ 2021 - 2026` / `Căn cứ …`.
    """
    before = text[slice(*parts[-1])].rstrip()
    if is_capitals(before) or not starts_body(text[slice(*spans[index])]) or _IS_OPEN.search(before) is not None:
        return False
    below = index
    while below < min(len(spans), index + _OWN_DECISION_LINES) and is_capitals(text[slice(*spans[below])]):
        below += 1
    return index < below < len(spans) and starts_with("preamble", "opener").match(text, *spans[below]) is not None


def is_issuer_line(text: str, span: Span) -> bool:
    """Whether a line in capitals is a body's name with its level: a certificate has its issuer below the title."""
    line = text[slice(*span)].strip(" *_.:;")
    return (
        is_capitals(line)
        and starts_with("letterhead", "strong_head").match(line) is not None
        and starts_with("letterhead", "level").search(line) is not None
        and not any(mark in line for mark in ",;")
    )


def _beside_type(text: str, spans: list[Span], type_index: int, type_end: int) -> tuple[list[Span], bool]:
    """What of the title stands on the line of the type word, and whether a preamble there was cut off."""
    rest = (type_end, spans[type_index][1])
    line = text[slice(*rest)].strip(" *_.:-")
    if NUMBER_ALONE.fullmatch(text, *rest) or is_stamp(line) or not line:
        return [], False
    low = rest[0] + len(text[rest[0] : rest[1]]) - len(text[rest[0] : rest[1]].lstrip(" :*-"))
    cut = _PREAMBLE_INSIDE.search(text, low + 1, rest[1])
    if cut is None:
        return [(low, rest[1])], False
    spans[type_index : type_index + 1] = [(spans[type_index][0], cut.start()), (cut.end(), rest[1])]
    return [(low, cut.start())], True


def _may_be_title(line: str) -> bool:
    """Whether a paragraph begins like a title, and not like the preamble, an item or the address of a letter."""
    return not (
        starts_with("preamble", "opener").match(line)
        or (MARKER.match(line) and not SUBJECT.match(line))
        or KINH_GUI.match(line)
    )


def _ends_title(line: str, parts: list[Span], text: str, above: list[str], beside: bool) -> bool:
    """Whether a paragraph behind the type word belongs to the title no more.

    Args:
        line: The paragraph.
        parts: The title so far.
        text: Clean text.
        above: The letterhead's skeletons.
        beside: Whether the title begins on the line of the type word.
    """
    if (
        (MARKER.match(line) and not SUBJECT.match(line))
        or KINH_GUI.match(line)
        or starts_with("preamble", "enacting").fullmatch(line.rstrip(" :"))
    ):
        return True
    if _ATTACHED.match(line):
        return bool(parts)
    if (
        is_capitals(line)
        and parts
        and len(line) > 8
        and not bare_head("level").match(strip_marks(line))  # `… TRUNG TÂM HÀNH CHÍNH CÔNG / TỈNH KIÊN GIANG`
        and (partial_ratio(skeleton(line), " ".join(above)) >= _SAME_BODY or completes(line, above))
    ):
        return True
    sentence = line.endswith((".", ";", ":", ",")) or bool(_FOLLOWS.search(line))
    opener = starts_with("preamble", "opener").match(line)
    if not parts:
        # A title may begin like a preamble ("Thực hiện Chỉ thị …"); it ends in no mark, and the preamble follows it.
        return bool(sentence and (opener or len(line) > 160) and not is_capitals(line))
    if opener and (line[:1].isupper() or sentence):
        return True
    if sentence or len(line) > 500:
        return True
    if is_capitals(line):
        before = text[slice(*parts[-1])].rstrip()
        return bool(bare_head("office_head").match(strip_marks(line))) and _GOES_ON.search(before) is None
    if is_capitals(text[parts[-1][0] : parts[-1][1]]) and line[:1].isupper() and len(line) > 60:
        # `BÁO CÁO THAM LUẬN` / `Công tác quản lý …`: what stands beside the type word only says what kind it is.
        kind = len(parts) == 1 and beside and text.count(" ", *parts[0]) < _WORDS_OF_KIND
        return not kind or bool(starts_with("preamble", "sentence").match(line))
    return len(line) > (60 if _TIME.match(line) else 120) and bool(starts_with("preamble", "sentence").match(line))


def completes(line: str, above: list[str]) -> bool:
    """Whether a line in capitals is a body's name of which the letterhead has the beginning alone."""
    loose = skeleton(line)
    return starts_body(line) and any(len(own) > 10 and loose.startswith(f"{own} ") for own in above)


def without_office(line: str) -> str:
    """A line in capitals without the office at its head (`CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH` → `ỦY BAN NHÂN DÂN TỈNH`)."""
    office = bare_head("office_head").match(strip_marks(line))
    return line[office.end() :].lstrip() if office is not None else line


def letter_subject(text: str, head: list[Span]) -> tuple[str | None, Span | None]:
    """The subject of a letter: from "V/v" to the end of its paragraph, before place and date."""
    for index, span in enumerate(head):
        match = SUBJECT.search(text, *span)
        if match is None:
            continue
        end = span[1]
        found = date_at(text, (match.start(), end))
        if found is not None:
            _, place = place_before(text, (match.start(), end), found.start(), [])
            end = place[0] if place and text[place[0] - 2 : place[0]].strip() == "" else found.start()
        for low, _ in motto_spans(text, (match.start(), end)):
            end = min(end, low)
        if end == span[1] and not text[match.start() : end].rstrip().endswith((".", ";")):
            end = _subject_goes_on(text, head, index)
        line = text[match.start() : end].rstrip(" ./;,-")
        if not any(map(str.isalpha, line[match.end() - match.start() :])):
            return None, None  # a form: `V/v ………`
        return mend_opening(line.replace("\n", " ")), (match.start(), match.start() + len(line))
    return None, None


def _subject_goes_on(text: str, head: list[Span], index: int) -> int:
    """Where the subject of a letter ends whose lines the reader left apart: before the next part of the letterhead."""
    end = head[index][1]
    for at, span in enumerate(head[index + 1 : index + 4], index + 1):
        line = text[slice(*span)]
        other = (
            motto_spans(text, span)
            or number_at(text, span)
            or date_at(text, span)
            or STARS.fullmatch(line)
            or is_stamp(line)
            or (is_capitals(line) and starts_body(line))
            or KINH_GUI.match(line)
            or len(line) > (_LONGEST_SUBJECT if _is_above_motto(text, head, at) else 90)
        )
        if other or not any(map(str.isalpha, line)):
            break
        end = span[1]
        if line.endswith((".", ";")):
            break
    return end


def _is_above_motto(text: str, head: list[Span], index: int) -> bool:
    """Whether the right column of the letterhead follows: what stands above it is of the left one."""
    return index + 1 < len(head) and bool(motto_spans(text, head[index + 1]))


def without_issuer(text: str, title: str, span: Span, letterhead: Letterhead) -> tuple[str, Span]:
    """The title without the issuer's name that stands below it in decisions (`… ỦY BAN THƯỜNG VỤ QUỐC HỘI`)."""
    if not is_capitals(title):
        return title, span
    for body in letterhead.bodies[-1:]:
        parts = body.split(" ")
        for size in range(len(parts), 1, -1):
            name = " " + " ".join(parts[:size])
            if len(name) > 8 and title.endswith(name):
                before = _OFFICE_AT_END.sub("", title[: -len(name)])
                if _GOES_ON.search(before.rstrip()):
                    break
                return before.rstrip(), (span[0], max(span[0] + 1, span[1] - (len(title) - len(before))))
    return title, span
