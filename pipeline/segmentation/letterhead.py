"""The letterhead: issuer, number, place and date, type word and title.

Layout after Nghị định 30/2020/NĐ-CP, annex I, and Hướng dẫn 36-HD/VPTW. Converters print its two columns one after the
other, line by line, or interleaved; parts may be missing. So the parts are looked for by what they are, not by
where they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz.fuzz import partial_ratio

from ..grammar.numbers import parse_number_line
from ..records import FieldStatus
from ..text.joining import is_capitals
from ..text.markers import MARKER
from ..text.normalise import skeleton, strip_marks
from ..text.syllables import close_up
from .model import Letterhead, Span
from .vocabulary import alternation, bare_head, marked, starts_with, type_codes, type_pattern, words

_HEAD_PARAGRAPHS = 150
_LETTERHEAD_PARAGRAPHS = 16
# A number line: "Số:", "Số 63", "Luật số: 36/2024/QH15"; never "số vụ" or "Số điện thoại".
_NUMBER_LINE = re.compile(
    r"(?:^|(?<=\s))(?:"
    r"(?:Luật|Nghị quyết|Nghị định|Pháp lệnh|Bộ luật|Lệnh|Thông tư|Thông tư liên tịch|Quyết định|Kế hoạch|Chỉ thị) "
    r"(?:số|Số|SỐ)(?= ?:)"
    r"|(?:(?:S[ốôỐÔ] ?:? )?S[ốôỐÔ]|số|SỐ)(?= ?[:.;]| ?[\d/…._-]))"
)
_DIGITS = r"\d(?: ?\d)?"
_DATE_LINE = re.compile(
    rf"ng(?:[àaáầ]y ?(?P<day>{_DIGITS})?[ .…_]*|à[^\s\d]{{1,4}} ?)th[áaà]ng ?(?P<month>{_DIGITS})?[ .…_]*"
    rf"n[ăaâ]m ?(?P<year>\d(?: ?\d){{3}})?"
    r"(?![ ]?\d)",
    re.IGNORECASE,
)
_SAME_BODY = 92  # likeness (0..100) from which a line repeats the letterhead's body; recognition errors lower it
_TIME = re.compile(r"(?:Ngày|Năm|Trong|Qua|Vừa qua|Hiện nay|Thời gian qua) ")
# What repeats the document's own number behind its type word (`QUYẾT ĐỊNH 12/QĐ-UBND`).
_NUMBER_ALONE = re.compile(r" (?:(?:số|Số|SỐ):? )?\d{1,5}(?:/\d{4})?[/-][\w&./-]{2,30}")
_ASSEMBLY = re.compile(r"(?:UBTV)?QH\d{1,2}$")
_PLACE = re.compile(r"([^\W\d_](?:[^\W\d_]|[ .'-]|(?<=Quận )\d{1,2}|(?<=Phường )\d{1,2}){1,44}?) ?[,;.:]? ?$")
_SUBJECT = re.compile(r"(?:V ?/ ?v|[vV]/[vV]|Về việc)\b")
_KINH_GUI = re.compile(r"K[íi]nh g[ửu]i")
# A capital in the middle of a title that no mark precedes: the preamble begins here.
_PREAMBLE_INSIDE = re.compile(
    r"(?<=[^.;:,“\"(-]) (?=(?:Thực hiện|Căn cứ|Triển khai thực hiện|Tiếp tục thực hiện|Theo đề nghị|Theo)"
    r" (?:các )?(?:Nghị quyết|Quyết định|Chỉ thị|Kế hoạch|Công văn|Kết luận|Luật|Thông tư|"
    r"Nghị định|Chương trình|Công điện|Hướng dẫn)|Kính gửi ?:)"
)
_OF_ISSUER = re.compile(r"(?:của|CỦA|Của) ")
_ATTACHED = re.compile(r"\(?(?:Ban hành |ban hành )?(?:[Kk]èm theo|[Đđ]ính kèm)")
_STARS = re.compile(r"[*\s_=~-]+")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the head of a document stands, as indexes of paragraphs.

    Attributes:
        first: First paragraph of the letterhead (equal to `type_index` where it is missing).
        type_index: Paragraph of the type word, None for a letter.
        type_end: Clean offset where the type word ends.
        after: First paragraph behind letterhead and title.
    """

    first: int
    type_index: int | None
    type_end: int
    after: int
    doc_type: str | None
    type_span: Span | None
    title: str | None
    title_span: Span | None
    letterhead: Letterhead


def read_head(text: str, spans: list[Span]) -> Head:
    """The head of a document.

    Args:
        text: Clean text.
        spans: Its paragraphs.
    """
    type_index, type_end, code = _find_type(text, spans)
    if type_index is not None and _is_letter(text, spans, type_index):
        type_index, type_end, code = None, 0, None
    anchor = type_index if type_index is not None else _find_letter(text, spans)
    untitled = anchor is None
    if anchor is None:
        anchor = _after_number_and_date(text, spans)
    first = _letterhead_start(text, spans, anchor) if anchor else 0
    head_spans = spans[first:anchor] if anchor else []
    if type_index is not None:
        after, title, title_span, late = _read_title(text, spans, type_index, type_end, head_spans)
    else:
        after, late = anchor or 0, []
        title, title_span = _letter_subject(text, head_spans)
        if untitled and anchor and title is None:  # the type word is missing, the title is not
            after, title, title_span, late = _read_title(text, spans, anchor - 1, spans[anchor - 1][1], head_spans)
    letterhead = _read_letterhead(text, head_spans, late)
    if letterhead.bodies and 0 < after < len(spans) and spans[after][1] - spans[after][0] < 120:
        line = text[slice(*spans[after])].strip(" *_.:;")
        if is_capitals(line) and _completes(line, [skeleton(letterhead.bodies[-1])]):
            whole = (*letterhead.bodies[:-1], line), (*letterhead.body_spans[:-1], spans[after])
            letterhead = replace(letterhead, bodies=whole[0], body_spans=whole[1])
    if title and title_span and letterhead.bodies:
        title, title_span = _without_issuer(text, title, title_span, letterhead)
    symbol_code = _type_of_symbol(letterhead.number_symbol)
    if code is None and untitled and symbol_code is None:
        after, title, title_span = anchor or 0, None, None
    if code is None and (letterhead.number_status != "absent" or (type_index is None and anchor and title)):
        is_letter = not untitled and title is not None and bool(_SUBJECT.match(title))
        code = "CV" if is_letter else symbol_code or "CV"
    elif symbol_code == "VBHN":
        code = "VBHN"
    type_span = (spans[type_index][0], type_end) if type_index is not None else None
    return Head(first, type_index, type_end, after, code, type_span, title, title_span, letterhead)


# --- type word -----------------------------------------------------------------------------------------------------

_PREFIXED = frozenset(
    "KH QĐ CT TB NQ CTr BC HD PA TTr KL CĐ TTLT".split()
)  # types whose title may stand on the same line


def _find_type(text: str, spans: list[Span]) -> tuple[int | None, int, str | None]:
    """Index of the type word's paragraph, where the word ends, and the type's abbreviation."""
    codes = type_codes()
    prefixed: tuple[int, int, str] | None = None
    in_words: tuple[int, int, str] | None = None
    for index, (start, end) in enumerate(spans[:_HEAD_PARAGRAPHS]):
        first = text[start]
        if not first.isupper() or text[start + 1 : start + 2] == ".":
            continue
        if end - start <= 60:
            line = text[start:end].rstrip(" *_.-")
            compact = line.replace(" ", "")
            code = codes.get(compact) or (
                codes.get(strip_marks(compact)) if len(compact) > 5 and compact.isupper() else None
            )
            if code is not None:
                return index, start + len(line), code
            if in_words is None and len(compact) > 4 and compact[1:].islower() and compact.upper() in codes:
                in_words = index, start + len(line), codes[compact.upper()]
        if prefixed is None and (match := type_pattern().match(text, start, end)):
            code = codes[match.group().replace(" ", "")]
            if _NUMBER_ALONE.fullmatch(text, match.end(), end) and not _before_letterhead(text, spans, index):
                return index, match.end(), code
            rest = text[match.end() : match.end() + 4].lstrip()
            plain = rest[:1].isupper() or rest[:1] in '“"' or rest[:2].islower()
            if (
                code in _PREFIXED
                and text[match.end()] == " "
                and plain
                and not rest.upper().startswith("SỐ")
                and end - start < 900
            ):
                prefixed = index, match.end(), code
        if index > 6 and MARKER.match(text, start, end) and text[start : start + 2] in ("I.", "1.", "I-") and prefixed:
            break
    if prefixed is None and in_words is not None and not _before_letterhead(text, spans, in_words[0]):
        return in_words
    return prefixed or (None, 0, None)


def _before_letterhead(text: str, spans: list[Span], index: int) -> bool:
    """Whether a letterhead follows: then the type word was a site's (`Loại văn bản: Kế hoạch`)."""
    return any(
        span[1] - span[0] < 160 and (motto_spans(text, span) or _is_place_line(text, span))
        for span in spans[index + 1 : index + 16]
    )


def _find_letter(text: str, spans: list[Span]) -> int | None:
    """Index of the "Kính gửi" of a letter, which has no type word."""
    for index, (start, end) in enumerate(spans[:_HEAD_PARAGRAPHS]):
        if _KINH_GUI.match(text, start, end):
            return index
    return None


def _is_letter(text: str, spans: list[Span], type_index: int) -> bool:
    """Whether a letter's head stands above the type word (motto, number, "Kính gửi"): then that word is another's."""
    motto = number = False
    for span in spans[: max(0, type_index - 1)]:
        if motto and number and _KINH_GUI.match(text, *span):
            return True
        if span[1] - span[0] < 400:
            motto = motto or bool(motto_spans(text, span))
            number = number or motto and _number_at(text, span) is not None
    return False


def _after_number_and_date(text: str, spans: list[Span]) -> int | None:
    """Where neither type word nor addressee is left: the paragraph after number line and place line."""
    seen: list[int] = []
    for index, (start, end) in enumerate(spans[:40]):
        if end - start < 160 and (_number_at(text, (start, end)) or _date_at(text, (start, end))):
            seen.append(index)
    return seen[-1] + 1 if len(seen) >= 2 and seen[-1] - seen[0] <= 6 and seen[-1] + 1 < len(spans) else None


def _type_of_symbol(symbol: str | None) -> str | None:
    """The type that a number's symbol names (`CT-UBND` → CT), None for a letter's symbol."""
    if not symbol:
        return None
    atom = re.split(r"[-/]", symbol)[0]
    return next((row_code for row_code in set(type_codes().values()) if row_code == atom), None)


@cache
def _announcement() -> re.Pattern[str]:
    """`… xây dựng Kế hoạch … như sau:`: how a preamble names its document."""
    verbs = "|".join(map(re.escape, sorted(words("issuing", "verb"), key=len, reverse=True)))
    named = "|".join(map(re.escape, words("letterhead", "announced")))
    return re.compile(rf"(?<!\w)(?:{verbs}) (?P<type>{named})(?!\w)")


def announced_type(text: str, spans: list[Span]) -> str | None:
    """The type that the preamble of a document without head names (`Thực hiện …, UBND ban hành Kế hoạch …:`)."""
    for start, end in spans[:12]:
        if text[end - 1] == ":" and starts_with("preamble", "opener").match(text, start, end):
            named = [match["type"] for match in _announcement().finditer(text, start, end)]
            if named:
                return type_codes().get(named[-1].upper().replace(" ", ""))
    return None


# --- letterhead ----------------------------------------------------------------------------------------------------


@cache
def _motto() -> re.Pattern[str]:
    names = [skeleton(word).replace(" ", "[ *]{0,3}") for word in words("letterhead", "motto")]
    return re.compile("|".join(names))


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


def _number_at(text: str, span: Span) -> Span | None:
    """The part of a paragraph that is a number line, None where there is none."""
    match = _NUMBER_LINE.search(text, *span)
    if match is None:
        return None
    if match.start() > span[0] and not match.group().startswith(("Số", "SỐ", "Sô")):
        return None  # a number cited in a sentence
    doubled = re.match(r"S[ốôỐÔ] ?:? (?=S[ốôỐÔ])", match.group())
    return match.start() + (doubled.end() if doubled else 0), span[1]


def _date_at(text: str, span: Span) -> re.Match[str] | None:
    return _DATE_LINE.search(text, *span)


def _is_body_line(text: str, span: Span) -> bool:
    line = text[span[0] : span[1]].lstrip("* ")
    if not is_capitals(line) or len(line) > 160:
        return False
    bare = strip_marks(line)
    return any(bare_head(kind).match(bare) for kind in ("body_head", "office_head", "level")) or close_up(line) != line


def _letterhead_start(text: str, spans: list[Span], anchor: int) -> int:
    """Index of the first paragraph of the letterhead above paragraph `anchor`."""
    first = anchor
    misses = 0
    for index in range(anchor - 1, max(-1, anchor - _LETTERHEAD_PARAGRAPHS), -1):
        span = spans[index]
        is_part = (
            _is_body_line(text, span)
            or bool(motto_spans(text, span))
            or (_number_at(text, span) is not None and span[1] - span[0] < 400)
            or (span[1] - span[0] < 160 and _is_place_line(text, span))
            or bool(_SUBJECT.match(text, *span))
            or bool(_STARS.fullmatch(text, *span))
        )
        if is_part:
            first, misses = index, 0
        elif first < anchor or index < anchor - 4:
            misses += 1
            if misses > 2:
                break
    return first


def _read_letterhead(text: str, head: list[Span], late: list[Span]) -> Letterhead:
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
    for span in [*head, *late]:
        taken.extend(motto_spans(text, span))
        found = _date_at(text, span)
        if found is not None and date_span is None and (span[1] - span[0] < 200 or _number_at(text, span)):
            date, date_status = _date_values(found)
            date_span = found.span()
            place, place_span = _place_before(text, span, found.start(), taken)
            taken.append((place_span[0] if place_span else date_span[0], date_span[1]))
    for span in [*head, *late]:
        line_span = _number_at(text, span)
        if line_span is None or number_span is not None:
            continue
        stop = min([line_span[1], *(t[0] for t in taken if line_span[0] < t[0] < line_span[1])])
        line = text[line_span[0] : stop]
        number, symbol, number_status, inner = parse_number_line(line)
        if number_status == "absent" or inner is None:
            number, symbol, number_status = None, None, "absent"
            continue
        number_span = (line_span[0] + inner[0], line_span[0] + inner[1])
        taken.append((line_span[0], stop))
    if date_status == "absent" and symbol and _ASSEMBLY.search(symbol):
        date, date_status, date_span = _date_of_passing(text)
    bodies, body_spans = _read_bodies(text, head, taken)
    party = any("dang cong san" in skeleton(text[a:b]) for a, b in head) or bool(symbol and "/" in symbol)
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
    )


def _date_of_passing(text: str) -> tuple[tuple[int | None, int | None, int | None], FieldStatus, Span | None]:
    """A law has no place line; its last sentence tells when the National Assembly passed it."""
    at = text.rfind("thông qua ngày ")
    found = _DATE_LINE.match(text, at + len("thông qua ")) if at >= 0 else None
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
    return (year, month, day), "found" if day and month and year else "blank"


def _place_before(text: str, span: Span, stop: int, taken: list[Span]) -> tuple[str | None, Span | None]:
    """The place of issue: the words before ", ngày"."""
    start = max([span[0], *(t[1] for t in taken if span[0] <= t[1] <= stop)])
    number = _number_at(text, (start, stop))
    if number is not None:
        inner = parse_number_line(text[number[0] : stop])[3]
        start = number[0] + (inner[1] if inner else 3)
    match = _PLACE.search(text, start, stop)
    if match is None or not match.group(1).strip():
        return None, None
    words_before = match.group(1).strip(" .-'")
    low = match.start(1) + (len(match.group(1)) - len(match.group(1).lstrip(" .-'")))
    place = close_up(words_before)
    if not place or not place[0].isupper() or len(place.split()) > 7:
        return None, None
    return place, (low, low + len(words_before))


def _read_bodies(text: str, head: list[Span], taken: list[Span]) -> tuple[list[str], list[Span]]:
    """The bodies of the issuer block, superior first."""
    names: list[str] = []
    spans: list[Span] = []
    for span in head:
        for low, high in _free_parts(span, taken):
            piece = text[low:high]
            line = piece.strip(" *-_.:;,|")
            if not line or not is_capitals(line) or _SUBJECT.match(line):
                continue
            low += piece.index(line)
            for part, offset in _split_bodies(close_up(line)):
                at = low + min(offset, len(line) - 1)
                stop = low + len(line)
                continues = not _starts_body(part) or (names and names[-1] in words("letterhead", "incomplete"))
                if continues and names:
                    names[-1] = f"{names[-1]} {part}"
                    spans[-1] = (spans[-1][0], stop) if stop > spans[-1][0] else spans[-1]
                elif _starts_body(part):
                    names.append(_with_marks(part))
                    spans.append((at, stop))
    return names, spans


def _starts_body(part: str) -> bool:
    """Whether a piece in capitals begins with the head of a body's name; its marks may be lost."""
    bare = strip_marks(part)
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
def _strong_head() -> re.Pattern[str]:
    """Where a further body begins on the line of another (`BỘ TÀI CHÍNH TỔNG CỤC THUẾ`)."""
    return re.compile(
        rf"(?<= )(?:{alternation('letterhead', 'strong_head')})(?!\w)"
        rf"(?! (?:{alternation('letterhead', 'no_head_before')}))"
    )


_INNER_END = re.compile(r"(?:CỦA|VÀ|THUỘC|CÁC|VỀ|[-,])$")
# Heads that complete another body's name (BAN TUYÊN GIÁO ĐẢNG ỦY, ĐẢNG ỦY CÔNG AN), and what such names begin with.
_COMPLETING = ("CÔNG AN", "ĐẢNG ỦY", "HUYỆN ỦY", "TỈNH ỦY", "THÀNH ỦY", "VĂN PHÒNG")
_COMPLETED = ("ĐẢNG ỦY", "ĐẢNG BỘ", "BAN", "VĂN PHÒNG", "ỦY BAN KIỂM TRA", "CHI BỘ", "ĐOÀN", "CÔNG ĐOÀN")


def _split_bodies(line: str) -> list[tuple[str, int]]:
    """A line with several bodies (`BỘ TÀI CHÍNH TỔNG CỤC THUẾ`) taken apart, with the offset of each."""
    cuts = [0]
    for match in _strong_head().finditer(line):
        before = line[: match.start()].rstrip()
        if (
            match.start() - cuts[-1] < 4
            or _INNER_END.search(before)
            or before.rpartition(" ")[2] in words("letterhead", "no_head_after")
        ):
            continue
        if match.group() in _COMPLETING and line[cuts[-1] :].startswith(_COMPLETED):
            if match.group() == "ĐẢNG ỦY" and line[cuts[-1] :].startswith("ĐẢNG BỘ"):
                cuts.append(match.start())
            continue
        cuts.append(match.start())
    return [(line[a:b].strip(), a) for a, b in zip(cuts, [*cuts[1:], len(line)], strict=True) if line[a:b].strip()]


# --- title ---------------------------------------------------------------------------------------------------------


def _read_title(
    text: str, spans: list[Span], type_index: int, type_end: int, head: list[Span]
) -> tuple[int, str | None, Span | None, list[Span]]:
    """The title's paragraphs behind the type word.

    Returns:
        Index of the first paragraph behind it, the title on one line, its span, and paragraphs in between that look
        like number or place line (offices that put them below the type word).
    """
    parts: list[Span] = []
    late: list[Span] = []
    rest = (type_end, spans[type_index][1])
    if _NUMBER_ALONE.fullmatch(text, *rest):
        rest = (rest[1], rest[1])
    if text[rest[0] : rest[1]].strip(" *_.:-"):
        low = rest[0] + len(text[rest[0] : rest[1]]) - len(text[rest[0] : rest[1]].lstrip(" :*-"))
        parts.append((low, rest[1]))
    above = [skeleton(text[a:b]) for a, b in head]
    index = type_index + 1
    while index < len(spans) and index < type_index + 12:
        start, end = spans[index]
        line = text[start:end]
        if (
            not parts
            and end - start < 160
            and (_number_at(text, (start, end)) == (start, end) or _is_place_line(text, (start, end)))
        ):
            late.append((start, end))
        elif _STARS.fullmatch(line) or (end - start < 3 and not line.isalnum()):
            pass
        elif _may_be_title(line) and (cut := _PREAMBLE_INSIDE.search(text, start, end)):
            # Title and preamble run together: the line was full, and neither ends in a mark.
            spans[index : index + 1] = [(start, cut.start()), (cut.end(), end)]
            parts.append(spans[index])
            index += 1
            break
        elif _ends_title(line, parts, text, above):
            break
        else:
            parts.append((start, end))
        index += 1
    if len(parts) > 1 and _OF_ISSUER.match(text, *parts[0]) and parts[0][1] - parts[0][0] < 90:
        del parts[0]  # "KẾ HOẠCH / của Ban Thường vụ Huyện ủy / tăng cường …"
    if not parts:
        return index, None, None, late
    title = " ".join(text[a:b] for a, b in parts)
    cut = re.search(r" ?\((?:Ban hành |ban hành )?(?:[Kk]èm theo|[Đđ]ính kèm)", title)
    if cut and cut.start() > 10:
        title = title[: cut.start()]
    span = (parts[0][0], parts[-1][1])
    if len(parts) == 1:
        span = (span[0], span[0] + len(title))
    return index, close_up(title.strip(" *_-")).rstrip(".;:") or None, span, late


def _is_place_line(text: str, span: Span) -> bool:
    found = _date_at(text, span)
    return (
        found is not None and _place_before(text, span, found.start(), [])[0] is not None and span[1] - found.end() < 4
    )


def _may_be_title(line: str) -> bool:
    """Whether a paragraph begins like a title, and not like the preamble, an item or the address of a letter."""
    return not (
        starts_with("preamble", "opener").match(line)
        or (MARKER.match(line) and not _SUBJECT.match(line))
        or _KINH_GUI.match(line)
    )


def _ends_title(line: str, parts: list[Span], text: str, above: list[str]) -> bool:
    """Whether a paragraph behind the type word belongs to the title no more; `above`: the letterhead's skeletons."""
    if (
        (MARKER.match(line) and not _SUBJECT.match(line))
        or _KINH_GUI.match(line)
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
        and (partial_ratio(skeleton(line), " ".join(above)) >= _SAME_BODY or _completes(line, above))
    ):
        return True
    sentence = line.endswith((".", ";", ":", ",")) or "như sau" in line
    opener = starts_with("preamble", "opener").match(line)
    if not parts:
        # A title may begin like a preamble ("Thực hiện Chỉ thị …"); it ends in no mark, and the preamble follows it.
        return bool(sentence and (opener or len(line) > 160) and not is_capitals(line))
    if opener and (line[:1].isupper() or sentence):
        return True
    if sentence or len(line) > 500:
        return True
    if is_capitals(line):
        return bool(starts_with("letterhead", "office_head").match(line)) and not text[: parts[-1][1]].endswith(
            ("CỦA", "VÀ")
        )
    if is_capitals(text[parts[-1][0] : parts[-1][1]]) and line[:1].isupper() and len(line) > 60:
        return True
    return len(line) > (60 if _TIME.match(line) else 120) and bool(starts_with("preamble", "sentence").match(line))


def _completes(line: str, above: list[str]) -> bool:
    """Whether a line in capitals is a body's name of which the letterhead has the beginning alone."""
    loose = skeleton(line)
    return _starts_body(line) and any(len(own) > 10 and loose.startswith(f"{own} ") for own in above)


def _letter_subject(text: str, head: list[Span]) -> tuple[str | None, Span | None]:
    """The subject of a letter: from "V/v" to the end of its paragraph, before place and date."""
    for span in head:
        match = _SUBJECT.search(text, *span)
        if match is None:
            continue
        end = span[1]
        found = _date_at(text, (match.start(), end))
        if found is not None:
            _, place = _place_before(text, (match.start(), end), found.start(), [])
            end = place[0] if place and text[place[0] - 2 : place[0]].strip() == "" else found.start()
        for low, _ in motto_spans(text, (match.start(), end)):
            end = min(end, low)
        line = text[match.start() : end].rstrip(" ./;,-")
        return close_up(line), (match.start(), match.start() + len(line))
    return None, None


def _without_issuer(text: str, title: str, span: Span, letterhead: Letterhead) -> tuple[str, Span]:
    """The title without the issuer's name that stands below it in decisions (`… ỦY BAN THƯỜNG VỤ QUỐC HỘI`)."""
    if not is_capitals(title):
        return title, span
    for body in letterhead.bodies[-1:]:
        parts = body.split(" ")
        for size in range(len(parts), 1, -1):
            name = " " + " ".join(parts[:size])
            if len(name) > 8 and title.endswith(name):
                before = re.sub(r" (?:CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG|TRƯỞNG BAN)$", "", title[: -len(name)])
                if before.endswith(("CỦA", "VÀ", "THUỘC", "TẠI", ",", "DO", "BỞI")):
                    break
                return before.rstrip(), (span[0], max(span[0] + 1, span[1] - (len(title) - len(before))))
    return title, span
