"""The letterhead: issuer, number, place and date, type word and title.

Layout after Nghị định 30/2020/NĐ-CP, annex I, and Hướng dẫn 36-HD/VPTW. Converters print its two columns one after the
other, line by line, or interleaved; parts may be missing. So the parts are looked for by what they are, not by
where they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from ..grammar.numbers import parse_number_line
from ..text.joining import is_capitals
from ..text.markers import ARTICLE_HEAD, MARKER
from ..text.normalise import skeleton, strip_marks
from ..text.patterns import Pattern
from ..text.wording import worded
from .fields import (
    KINH_GUI,
    NUMBER_ALONE,
    SUBJECT,
    date_at,
    is_place_line,
    letterhead_start,
    metadata_end,
    motto_spans,
    number_at,
    read_letterhead,
)
from .model import Letterhead, Span
from .title import completes, is_issuer_line, letter_subject, read_title, without_issuer, without_office
from .vocabulary import bare_type_pattern, starts_with, type_codes, type_pattern, words

_HEAD_PARAGRAPHS = 150
_FEWEST_WORDS = 3  # of a title
_LETTERHEAD_LINES = 10
_RIGHT_COLUMN = 4  # paragraphs of the right column of a letterhead
_LONGEST_OF_COLUMN = 90  # characters
_STAMP_BEFORE = 26  # characters within which a stamp before "Kính gửi" ends


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
        spans: Its paragraphs; one that holds title and preamble is cut in two.
    """
    begin = metadata_end(text, spans)
    rest = spans[begin:]
    head = _read_head(text, rest)
    spans[begin:] = rest
    type_index = None if head.type_index is None else head.type_index + begin
    return replace(head, first=head.first + begin, type_index=type_index, after=head.after + begin)


def _read_head(text: str, spans: list[Span]) -> Head:
    """The head of a document that begins at the first paragraph."""
    type_index, type_end, code = _find_type(text, spans)
    heading = None
    if type_index is not None and _is_heading(text, spans, type_index, type_end):
        heading = type_index
    if type_index is not None and (heading is not None or _is_letter(text, spans, type_index)):
        type_index, type_end, code = None, 0, None
    anchor = heading if type_index is None else type_index
    if anchor is None:
        anchor = _find_letter(text, spans)
    untitled = anchor is None
    if anchor is None:
        anchor = _after_number_and_date(text, spans)
    first = letterhead_start(text, spans, anchor) if anchor else 0
    head_spans = spans[first:anchor] if anchor else []
    late: list[Span] = []
    title: str | None
    title_span: Span | None
    if type_index == 0 and text[type_end - 1].islower() and type_end < spans[0][1]:  # type and title in one sentence
        title_span = type_end + 1, spans[0][1]
        after, title = 1, text[slice(*title_span)].rstrip(" .")
    elif type_index is not None:
        after, title, title_span, late = read_title(text, spans, type_index, type_end, head_spans)
    else:
        after = anchor or 0
        title, title_span = letter_subject(text, head_spans)
        if untitled and anchor and title is None:  # the type word is missing, the title is not
            after, title, title_span, late = read_title(text, spans, anchor - 1, spans[anchor - 1][1], head_spans)
    letterhead = read_letterhead(text, head_spans, late)
    if not letterhead.bodies and 0 < after < len(spans) and is_issuer_line(text, spans[after]):
        letterhead = replace(letterhead, bodies=(text[slice(*spans[after])],), body_spans=(spans[after],))
    elif letterhead.bodies and 0 < after < len(spans) and spans[after][1] - spans[after][0] < 120:
        line = text[slice(*spans[after])].strip(" *_.;")
        line = line.rstrip(":") if line.endswith(":") else without_office(line)  # `CHỦ TỊCH UBND … ĐIỆN:` calls others
        if is_capitals(line) and completes(line, [skeleton(letterhead.bodies[-1])]):
            whole = (*letterhead.bodies[:-1], line), (*letterhead.body_spans[:-1], spans[after])
            letterhead = replace(letterhead, bodies=whole[0], body_spans=whole[1])
    if title and title_span and letterhead.bodies:
        title, title_span = without_issuer(text, title, title_span, letterhead)
    symbol_code = _type_of_symbol(letterhead.number_symbol)
    subject = title is not None and SUBJECT.match(title) is not None and bool(letterhead.bodies)
    is_letter = subject and not (untitled and letterhead.number_symbol is None)  # whose "Kính gửi" may be lost
    if code is None and untitled and symbol_code is None and not is_letter:
        after, title, title_span = anchor or 0, None, None
    if untitled and not (letterhead.number_symbol or letterhead.bodies) and letterhead.date_status == "absent":
        letterhead = replace(letterhead, number=None, number_status="absent", number_span=None)  # `Số 1` of a figure
    addressed = type_index is None and anchor and (title or not untitled and letterhead.bodies)
    if code is None and (letterhead.number_status != "absent" or addressed):
        is_letter = is_letter or not untitled and title is not None and bool(SUBJECT.match(title))
        code = "CV" if is_letter else symbol_code or "CV"
    elif symbol_code == "VBHN":
        code = "VBHN"
    type_span = (spans[type_index][0], type_end) if type_index is not None else None
    return Head(first, type_index, type_end, after, code, type_span, title, title_span, letterhead)


# --- type word -----------------------------------------------------------------------------------------------------

_NUMBER_NEXT = worded("number_next")
_PREFIXED = frozenset(
    "KH QĐ CT TB NQ CTr BC HD PA TTr KL CĐ TTLT BB GP GCN GXN BTT BGN GM".split()
)  # types whose title may stand on the same line
_RULES = "QC"  # and rules, right below a letterhead only: decisions enclose them


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
            if NUMBER_ALONE.fullmatch(text, match.end(), end) and not _before_letterhead(text, spans, index):
                return index, match.end(), code
            rest = text[match.end() : match.end() + 4].lstrip()
            plain = rest[:1].isupper() or rest[:1] in '“"' or rest[:2].islower()
            if (
                (code in _PREFIXED or (code == _RULES and _is_unnumbered(text, spans, index)))
                and text[match.end()] == " "
                and plain
                and not _NUMBER_NEXT.match(rest)
                and end - start < 900
            ):
                prefixed = index, match.end(), code
                if _below_letterhead(text, spans, index):
                    return prefixed
        elif prefixed is None and end - start <= 120 and _below_letterhead(text, spans, index):
            bare = bare_type_pattern().match(strip_marks(text[start:end]))
            if bare is not None and (code := codes["".join(filter(str.isalpha, bare.group()))]) in _PREFIXED:
                return index, start + bare.end(), code
        if index > 6 and MARKER.match(text, start, end) and text[start : start + 2] in ("I.", "1.", "I-") and prefixed:
            break
    if prefixed is not None:
        return prefixed
    sentence = _type_in_sentence(text, spans)  # before `Quyết định:`, which enacts
    if sentence is None and in_words is not None and not _before_letterhead(text, spans, in_words[0]):
        return in_words
    return sentence or (None, 0, None)


_TITLE_IN_SENTENCE = 500
"""Characters of a first line that is type and title of a document in one (`Chỉ thị về việc …`)."""
_ITEMS_BELOW = 60
"""Paragraphs in which such a document shows its numbered items and the line that announces them."""


def _type_in_sentence(text: str, spans: list[Span]) -> tuple[int, int, str] | None:
    """The type of a document that has lost its letterhead and begins with type and title in small letters.

    Beside the line it needs what news do not have: articles, or numbered items behind a line that announces them.
    """
    start, end = spans[0]
    match = _small_type().match(text, start, end) if end - start <= _TITLE_IN_SENTENCE else None
    below = spans[1:_ITEMS_BELOW]
    if match is None or text[end - 1] in "!?;," or any(motto_spans(text, one) for one in below[:_LETTERHEAD_LINES]):
        return None
    if len(text[match.end("type") : end].rstrip(" .").split()) < _FEWEST_WORDS:
        return None
    heads = (ARTICLE_HEAD.match(text, *one) for one in below)
    articles = any(head is not None and head["number"] == "1" for head in heads)
    announced = [index for index, one in enumerate(below) if text[one[1] - 1] == ":"]
    items = sum(MARKER.match(text, *one) is not None for one in below[announced[0] :]) if announced else 0
    if not articles and items < _ITEMS_TOLD:
        return None
    return 0, match.end("type"), type_codes()[match["type"].upper().replace(" ", "")]


_ITEMS_TOLD = 3


@cache
def _small_type() -> Pattern:
    """`Chỉ thị về …`: a type in small letters but for its first, with its title behind it."""
    named = "|".join(map(re.escape, words("letterhead", "sentence_type")))
    first = "|".join(map(re.escape, words("letterhead", "title_word")))
    return Pattern(rf"(?P<type>{named}) (?:{first})(?![^\W_])")


def _below_letterhead(text: str, spans: list[Span], index: int) -> bool:
    """Whether a line in capitals stands right below motto, place or number (`BIÊN BẢN THẨM ĐỊNH HỒ SƠ`)."""
    return is_capitals(text[slice(*spans[index])]) and any(
        span[1] - span[0] < 160
        and (motto_spans(text, span) or is_place_line(text, span) or number_at(text, span) == span)
        for span in spans[max(0, index - 2) : index]
    )


def _is_unnumbered(text: str, spans: list[Span], index: int) -> bool:
    """Whether a line in capitals stands right below a letterhead without a number: rules that a decision issued."""
    numbered = any(number_at(text, span) for span in spans[max(0, index - _LETTERHEAD_LINES) : index])
    return not numbered and _below_letterhead(text, spans, index)


def _before_letterhead(text: str, spans: list[Span], index: int) -> bool:
    """Whether a letterhead follows: then the type word was a site's (`Loại văn bản: Kế hoạch`)."""
    return any(
        span[1] - span[0] < 160 and (motto_spans(text, span) or is_place_line(text, span))
        for span in spans[index + 1 : index + 16]
    )


def _find_letter(text: str, spans: list[Span]) -> int | None:
    """Index of the "Kính gửi" of a letter, which has no type word.

    Where it stands in the left column of the letterhead, that of the first paragraph behind the right one.
    """
    for index, span in enumerate(spans[:_HEAD_PARAGRAPHS]):
        if _is_addressee(text, span):
            right = [i for i in range(index + 1, index + 1 + _RIGHT_COLUMN) if _is_right_column(text, spans, i)]
            return right[-1] + 1 if right and not any(motto_spans(text, above) for above in spans[:index]) else index
    return None


def _is_addressee(text: str, span: Span) -> bool:
    """Whether a paragraph begins with "Kính gửi", perhaps behind a stamp on its line (`HỎA TỐC Kính gửi:`)."""
    match = KINH_GUI.search(text, span[0], min(span[1], span[0] + _STAMP_BEFORE))
    return match is not None and not any(map(str.islower, text[span[0] : match.start()]))


def _is_right_column(text: str, spans: list[Span], index: int) -> bool:
    """Whether a paragraph is the national name, the motto, or place and date."""
    if index >= len(spans) or spans[index][1] - spans[index][0] > _LONGEST_OF_COLUMN:
        return False
    return bool(motto_spans(text, spans[index])) or is_place_line(text, spans[index])


def _is_letter(text: str, spans: list[Span], type_index: int) -> bool:
    """Whether a letter's head stands above the type word (motto, number, "Kính gửi"): then that word is another's."""
    motto = number = False
    for span in spans[: max(0, type_index - 1)]:
        if motto and number and _is_addressee(text, span):
            return True
        if span[1] - span[0] < 400:
            motto = motto or bool(motto_spans(text, span))
            number = number or number_at(text, span) is not None
    return False


def _is_heading(text: str, spans: list[Span], type_index: int, type_end: int) -> bool:
    """Whether the line of the type word is a heading below a letter's subject (`V/v …` / `HƯỚNG DẪN QUẢN LÝ …`)."""
    above = spans[max(0, type_index - _LETTERHEAD_LINES) : type_index]
    beside = any(map(str.isalpha, text[type_end : spans[type_index][1]]))
    return beside and any(SUBJECT.match(text, *span) for span in above) and _has_letter_symbol(text, above)


def _has_letter_symbol(text: str, spans: list[Span]) -> bool:
    """Whether the first number line has the symbol of a letter: no type, but the unit that drew it up (`SYT-NV`)."""
    numbers = (at for span in spans if (at := number_at(text, span)) is not None)
    symbol = next((parse_number_line(text[slice(*at)])[1] for at in numbers), None)
    return symbol is not None and "-" in symbol and _type_of_symbol(symbol) is None


def _after_number_and_date(text: str, spans: list[Span]) -> int | None:
    """Where neither type word nor addressee is left: the paragraph after number line and place line."""
    seen: list[int] = []
    for index, (start, end) in enumerate(spans[:40]):
        cited = starts_with("preamble", "opener").match(text, start, end)  # `Căn cứ Luật số … ngày …`
        if cited and len(seen) > 1:
            break
        if not cited and end - start < 160 and (number_at(text, (start, end)) or date_at(text, (start, end))):
            seen.append(index)
    return seen[-1] + 1 if len(seen) >= 2 and seen[-1] - seen[0] <= 6 and seen[-1] + 1 < len(spans) else None


def _type_of_symbol(symbol: str | None) -> str | None:
    """The type that a number's symbol names (`CT-UBND` → CT), None for a letter's symbol."""
    if not symbol:
        return None
    atom = re.split(r"[-/]", symbol)[0]
    return next((row_code for row_code in set(type_codes().values()) if row_code == atom), None)


@cache
def _announcement() -> Pattern:
    """`… xây dựng Kế hoạch … như sau:`: how a preamble names its document."""
    verbs = "|".join(map(re.escape, sorted(words("issuing", "verb"), key=len, reverse=True)))
    named = "|".join(map(re.escape, words("letterhead", "announced")))
    return Pattern(rf"(?<!\w)(?:{verbs}) (?P<type>{named})(?!\w)")


def announced(text: str, spans: list[Span], head: Head) -> Head:
    """The head of a document without one, after its preamble (`Thực hiện …, UBND ban hành Kế hoạch …:`).

    A site prints the title in small letters above it (`Kế hoạch trồng rừng năm 2024`).
    """
    for index, (start, end) in enumerate(spans[:12]):
        if text[end - 1] == ":" and starts_with("preamble", "opener").match(text, start, end):
            named = [match["type"] for match in _announcement().finditer(text, start, end)]
            if named:
                code = type_codes().get(named[-1].upper().replace(" ", ""))
                title, span = _title_above(text, spans[index - 1], named[-1]) if index else (None, None)
                return replace(head, doc_type=code, title=title, title_span=span)
    return head


def _title_above(text: str, span: Span, named: str) -> tuple[str | None, Span | None]:
    """The title that a line holds behind the words of its type, and its span."""
    line = text[slice(*span)]
    title = line[len(named) :].strip()
    if line[: len(named)].lower() != named.lower() or len(title.split()) < _FEWEST_WORDS or line[-1] in ".;:,":
        return None, None
    return title, (span[1] - len(title), span[1])
