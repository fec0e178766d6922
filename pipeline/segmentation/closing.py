"""The closing: recipients (Nơi nhận) and the signature block.

Both stand side by side on paper; converters print one after the other, in either order, on one line or many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from ..text.joining import is_capitals
from ..text.normalise import LOWER, UPPER, skeleton, strip_marks
from ..text.syllables import close_up, is_syllable
from .model import Closing, Span
from .vocabulary import alternation, bare_alternation, type_pattern, words

_RECIPIENTS = re.compile(r"(?:[-*] ?)?N[ơoợ]i ?nh[âậaấ]n ?[:.;]?|NƠI NHẬN ?[:.]?")
_TITLE_WORD = rf"[{UPPER}][{LOWER}']+"
_NAME_AT_END = re.compile(
    rf"(?:^|(?<=[\s)]))(?P<name>(?:[{UPPER}]['’.]? ?)?{_TITLE_WORD}"
    rf"(?:[ -](?:{_TITLE_WORD}|[{UPPER}](?=[ .]|$))){{1,5}})[ .]*$"
)
_END_MARK = re.compile(r"[./]{1,3}/\.?|\./")
_INLINE_ITEM = re.compile(rf"(?<=[;.,)]) ?[-+•–] ?(?=[{UPPER}“])")
_CAPITALISED = re.compile(rf"(?=[{UPPER}][{LOWER}])")
_FILED = re.compile(rf"[-+•–* ]*L[ưu]u ?[:.]? ?(?:VT|V[aă]n|VP|[Hh]ồ sơ|[{UPPER}])")
_DASHES = "-+•–*·"
_MOST_RECIPIENTS = 60
_ALIKE = 75  # likeness (0..100) of a misread "Nơi nhận"
_ALIKE_OFFICE = 88


@cache
def _purpose() -> re.Pattern[str]:
    """A purpose in brackets: `(báo cáo)`, `(để phối hợp thực hiện)`."""
    return re.compile(
        rf" ?\((?P<purpose>(?:(?:để|thay) )?(?:{alternation('signature', 'purpose')})(?!\w)[^()]{{0,30}})\)",
        re.IGNORECASE,
    )


@cache
def _above() -> re.Pattern[str]:
    return re.compile(bare_alternation("signature", "above"))


@cache
def _prefix() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{bare_alternation('signature', 'prefix')})(?=[ .,]|(?<=\.))")


@cache
def _office() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{bare_alternation('signature', 'office')})(?!\w)")


@cache
def _signed() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternation('signature', 'signed')})|\( ?(?:[đĐ]ã )?[kK][ýí][^()]{{0,40}}\)")


@cache
def _rank() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:(?:{alternation('signature', 'rank')})[ ,]*)+(?=[{UPPER}])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tail:
    """The closing of the main document, as indexes of paragraphs.

    Attributes:
        first: First paragraph of the closing (number of paragraphs where there is none).
        recipients: Range [first, last) of the recipients' paragraphs, heading included.
        signature: Range [first, last) of the signature's paragraphs.
        after: First paragraph behind the closing.
        closing: What was read.
    """

    first: int
    recipients: tuple[int, int]
    signature: tuple[int, int]
    after: int
    closing: Closing


def read_tail(text: str, spans: list[Span], body: int) -> Tail:
    """The closing of the document.

    Args:
        text: Clean text.
        spans: Its paragraphs.
        body: Index of the first paragraph behind the title.
    """
    at = _find_recipients(text, spans, body)
    if at is None:
        return _signature_only(text, spans, body)
    recipients, stop = _read_recipients(text, spans, at)
    items = [item for item, _ in recipients]
    purposes = [purpose for _, purpose in recipients]
    below = _read_signature(text, spans, stop, min(len(spans), stop + 14))
    above = _signature_above(text, spans, at, body) if below is None else None
    signature = below or above
    if signature is None:
        return Tail(at, (at, stop), (stop, stop), stop, Closing(tuple(items), tuple(purposes)))
    (first, last), closing = signature
    # A two-column closing may leave recipients behind the signature.
    if not items and below is not None:
        more, stop_again = _read_items(text, spans, last, max(last, last + 30))
        if len(more) > 1 and all(text[spans[i][0]] in _DASHES for i in range(last, min(last + 2, len(spans)))):
            items, purposes, last = [m[0] for m in more], [m[1] for m in more], stop_again
    full = Closing(tuple(items), tuple(purposes), closing.capacity, closing.positions, closing.signer)
    return Tail(min(at, first), (at, stop), (first, last), max(stop, last), full)


def _find_recipients(text: str, spans: list[Span], body: int) -> int | None:
    """Index of the paragraph "Nơi nhận:"; where there is none, of a short one that looks like it (`-Vơi nhận:`)."""
    alike: int | None = None
    for index in range(body, len(spans)):
        start, end = spans[index]
        if text[start] in "NnƠ-*" and _RECIPIENTS.match(text, start, end):
            return index
        if end - start <= 14 and text[end - 1] in ":;." and alike is None:
            if ratio(skeleton(text[start:end]).strip("-*:;. "), "noi nhan") >= _ALIKE:
                alike = index
    return alike


def enclosed_lists(text: str, spans: list[Span], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The lists of recipients of enclosed drafts, as ranges of paragraphs: from "Nơi nhận:" to the file copy.

    Args:
        text: Clean text.
        spans: Its paragraphs.
        first, last: The paragraphs of the annexes.
    """
    index = first
    while index < last:
        start, end = spans[index]
        if text[start] not in "NnƠ-*" or not _RECIPIENTS.match(text, start, end):
            index += 1
            continue
        stop = min(last, index + _MOST_RECIPIENTS)
        filed = next((i for i in range(index, stop) if _FILED.match(text, *spans[i])), None)
        begin, index = index, _read_recipients(text, spans, index)[1] if filed is None else filed + 1
        yield begin, min(index, last)


# --- recipients ----------------------------------------------------------------------------------------------------


def _read_recipients(text: str, spans: list[Span], at: int) -> tuple[list[tuple[Span, str | None]], int]:
    """The items below "Nơi nhận:" and the index of the first paragraph behind them."""
    start, end = spans[at]
    match = _RECIPIENTS.match(text, start, end)
    items: list[tuple[Span, str | None]] = []
    if match is not None and text[match.end() : end].strip(" :.-"):
        items.extend(_items_of(text, match.end(), end))
    more, stop = _read_items(text, spans, at + 1, at + 61)
    return items + more, stop


def _read_items(text: str, spans: list[Span], first: int, limit: int) -> tuple[list[tuple[Span, str | None]], int]:
    items: list[tuple[Span, str | None]] = []
    index = first
    dashes = [i for i in range(first, min(first + 3, len(spans))) if text[spans[i][0]] in _DASHES]
    dashed = bool(dashes)
    while index < min(len(spans), limit):
        start, end = spans[index]
        if dashed and not items and index < dashes[0] and end - start < 12:
            index += 1  # ink between the heading and the first item
            continue
        if _is_signature_line(text, start, end) or end - start > 400 or _opens_document(text, start, end):
            break
        is_item = text[start] in _DASHES
        purpose_only = _purpose().fullmatch(text[start:end].rstrip(" ;,."))
        if purpose_only and items:
            items[-1] = (items[-1][0], items[-1][1] or purpose_only["purpose"])
            index += 1
            continue
        if dashed and not is_item and items:
            # The rest of a wrapped item, unless it looks like a name or a heading.
            (low, high), purpose = items[-1]
            before = spans[index - 1][1]
            if text.count("(", low, before) > text.count(")", low, before):
                items[-1] = _trim(text, low, end)
            elif is_capitals(text[start:end]) or (_is_name(text[start:end]) and text[end - 1] not in ";,."):
                break
            elif purpose is not None or text[high:before].strip(" "):  # the item above is closed: the dash is lost
                if text[end - 1] not in ";,." and not _FILED.match(text, start, end):
                    break
                items.extend(_items_of(text, start, end))
            else:
                items[-1] = _trim(text, low, end)
            index += 1
            continue
        if not dashed and (is_capitals(text[start:end]) or _is_name(text[start:end]) and text[end - 1] not in ";,."):
            break
        items.extend(_items_of(text, start, end))
        index += 1
        if _FILED.match(text, start, end) and not (index < len(spans) and text[spans[index][0]] in _DASHES):
            break
    return [item for item in items if item[0][1] > item[0][0]], index


def _items_of(text: str, start: int, end: int) -> Iterator[tuple[Span, str | None]]:
    """The items of one paragraph: usually one; several where the list was printed on one line."""
    cuts = [start]
    for match in _INLINE_ITEM.finditer(text, start, end):
        cuts.append(match.start())
    for low, high in zip(cuts, [*cuts[1:], end], strict=True):
        item = _trim(text, low, high)
        if item[0][1] > item[0][0]:
            yield item


def _trim(text: str, start: int, end: int) -> tuple[Span, str | None]:
    """An item without dash, final mark and purpose, and the purpose."""
    while start < end and text[start] in " -+•–*·:":
        start += 1
    while end > start and text[end - 1] in " ;,.":
        end -= 1
    purposes = []
    while match := next((m for m in _purpose().finditer(text, start, end) if m.end() == end), None):
        purposes.append(match["purpose"])
        end = match.start()
        while end > start and text[end - 1] in " ;,.":
            end -= 1
    return (start, end), (purposes[-1] if purposes else None)


# --- signature -----------------------------------------------------------------------------------------------------


def _is_signature_line(text: str, start: int, end: int) -> bool:
    """A line of capacity or office in capitals, or a mark of signature."""
    if end - start > 220:
        return False
    first, second = text[start], text[start + 1 : start + 2]
    if not (first.isupper() and (second.isupper() or second in " ./")):
        return first in "(đĐ" and _signed().match(text, start, end) is not None
    line = text[start:end]
    closed = close_up(line)
    head = _CAPITALISED.split(closed, maxsplit=1)[0].strip()
    if not head or not head.isupper():
        return False
    head = strip_marks(head)
    return bool(_prefix().match(head) or _office().match(head) or _above().match(head)) or _looks_like_office(head)


def _looks_like_office(head: str) -> bool:
    """An office that lost a letter in recognition (`PHO CHU TIC`)."""
    return 6 <= len(head) <= 30 and extractOne(head, _offices(), scorer=ratio, score_cutoff=_ALIKE_OFFICE) is not None


@cache
def _offices() -> tuple[str, ...]:
    return tuple(strip_marks(word) for word in words("signature", "office"))


def _opens_document(text: str, start: int, end: int) -> bool:
    """A type word or an annex heading: the closing is over."""
    match = type_pattern().match(text, start, end)
    return (match is not None and is_capitals(text[start:end])) or text.startswith(("PHỤ LỤC", "DANH MỤC"), start)


def _is_name(line: str, certain: bool = False) -> bool:
    """Whether a line is a person's name (two to five words, each with a capital), perhaps with a rank.

    `certain` says that a name is due here (behind an office), so that syllables of any language will do.
    """
    line = line.strip(" .*_")
    rank = _rank().match(line)
    if rank:
        line = line[rank.end() :]
    line = close_up(line)
    parts = line.replace("-", " ").split()
    if not 2 <= len(parts) <= 6 or any(mark in line for mark in ",;:()/0123456789"):
        return False
    if not all(part[0].isupper() and (len(part) == 1 or part[1:].islower() or part.isupper()) for part in parts):
        return False
    if _office().search(strip_marks(line).upper()) or type_pattern().match(line):
        return False
    return certain and not line.isupper() or sum(map(is_syllable, parts)) >= len(parts) / 2


_Signature = tuple[tuple[int, int], Closing]


def _read_signature(text: str, spans: list[Span], first: int, limit: int) -> _Signature | None:
    """The signature block in paragraphs `first..limit`, if it starts there."""
    index = first
    while index < min(limit, first + 3) and not _is_signature_line(text, *spans[index]):
        index += 1
    if index >= min(limit, first + 3):
        if first < len(spans) and _is_name(text[slice(*spans[first])]) and first > 0:
            return (first, first + 1), Closing(signer=_name_span(text, *spans[first]))
        return None
    begin = index
    capacity: list[Span] = []
    positions: list[Span] = []
    signer: Span | None = None
    while index < limit:
        start, end = spans[index]
        line = text[start:end]
        if _is_signature_line(text, start, end):
            if signer is not None and not is_capitals(line):
                break
            name = None if _signed().fullmatch(line.strip()) else _name_at_end(text, start, end)
            stop = name[0] if name else end
            _read_offices(text, start, stop, capacity, positions)
            signer = signer or name
        elif _opens_document(text, start, end):
            break
        elif (positions or capacity) and signer is None and _is_noise(line):
            pass
        elif _is_name(line, certain=bool(positions or capacity)) and not (
            is_capitals(line) and signer is None and not _capital_name(line)
        ):
            if signer is not None:
                break
            signer = _name_span(text, start, end)
        elif signer is None and (positions or capacity) and (two := _first_of_two(text, start, end)):
            signer = two
        elif signer is not None or end - start > 120 or text[start] in _DASHES or _RECIPIENTS.match(text, start, end):
            break
        elif is_capitals(line) and (capacity or positions):  # the second line of an office
            group = positions if positions else capacity
            group[-1] = (group[-1][0], end) if group[-1][1] >= spans[index - 1][1] - 1 else group[-1]
        index += 1
        if signer is not None and not (index < limit and _is_office_after_name(text, spans[index])):
            break
    if signer is None and not positions and not capacity:
        return None
    return (begin, index), Closing((), (), tuple(capacity), tuple(positions), signer)


def _is_noise(line: str) -> bool:
    """What recognition makes of the ink of a signature: a few scattered letters."""
    return sum(map(str.isalpha, line)) < 5 or max(map(len, line.split())) <= 2


def _first_of_two(text: str, start: int, end: int) -> Span | None:
    """The left one of two signers whose names stand on one line, told apart by the rank of the right one."""
    ranks = list(_rank().finditer(text, start, end))
    if len(ranks) != 2 or ranks[0].start() != start or not _is_name(text[start : ranks[1].start()], certain=True):
        return None
    return _name_span(text, start, ranks[1].start())


def _is_office_after_name(text: str, span: Span) -> bool:
    """An office below the name (rare)."""
    line = text[slice(*span)]
    return is_capitals(line) and _office().match(strip_marks(line)) is not None and len(line) < 60


def _capital_name(line: str) -> bool:
    """A name in capitals: every word a syllable, and no word of an office."""
    return not _office().search(strip_marks(line)) and 2 <= len(line.split()) <= 5


def _name_span(text: str, start: int, end: int) -> Span:
    rank = _rank().match(text, start, end)
    low = rank.end() if rank else start
    while low < end and text[low] in " *_.":
        low += 1
    while end > low and text[end - 1] in " .*_":
        end -= 1
    return low, end


def _name_at_end(text: str, start: int, end: int) -> Span | None:
    """The name that closes a line of offices (`KT. CHỦ TỊCH PHÓ CHỦ TỊCH Nguyễn Văn A`)."""
    line = text[start:end]
    closed = close_up(line)
    found = _NAME_AT_END.search(closed)
    if found is None or found.start("name") == 0:
        return None
    if closed == line:
        return _name_span(text, start + found.start("name"), start + found.end("name"))
    low, high = _same_place(line, closed, *found.span("name"))
    return start + low, start + high


def _read_offices(text: str, start: int, end: int, capacity: list[Span], positions: list[Span]) -> None:
    """Split a line in capitals into capacity lines and positions.

    A prefix (TM., KT., TL. …) begins a capacity line; it takes the body or office that follows, up to the next office
    that stands for the signer (`KT. CHỦ TỊCH` | `PHÓ CHỦ TỊCH`).
    """
    line = text[start:end]
    closed = close_up(line)
    bare = strip_marks(closed)
    marks: list[tuple[int, str]] = [(m.start(), "prefix") for m in _prefix().finditer(bare)]
    marks += [(m.start(), "office") for m in _office().finditer(bare)]
    marks.sort()
    if not marks and _looks_like_office(bare.strip()):
        positions.append((start, start + len(line.rstrip(" .;,"))))
    if not marks or _signed().fullmatch(line.strip()):
        return
    cuts: list[tuple[int, str]] = []
    wants_office = False
    for at, kind in marks:
        if kind == "prefix":
            cuts.append((at, "capacity"))
            wants_office = not closed[at:].startswith(("TM", "T/M", "T.M", "THAY MẶT"))
        elif wants_office:
            wants_office = False  # the office that is signed for belongs to the capacity line
        elif not _inside_name(closed, at, cuts):
            cuts.append((at, "position"))
    for (at, kind), stop in zip(cuts, [*(c[0] for c in cuts[1:]), len(closed)], strict=True):
        low, high = (at, stop) if closed == line else _same_place(line, closed, at, stop)
        span = (start + low, start + len(line[:high].rstrip(" .;,")))
        if span[1] > span[0]:
            (capacity if kind == "capacity" else positions).append(span)


def _inside_name(closed: str, at: int, cuts: list[tuple[int, str]]) -> bool:
    """An office that completes a longer name: `PHÓ TRƯỞNG BAN` is matched as a whole, so only joins stay."""
    before = closed[:at].rstrip()
    return before.endswith((",", "-", "VÀ", "KIÊM")) and bool(cuts)


def _same_place(line: str, closed: str, low: int, high: int) -> Span:
    """Offsets in `line` of the part `low..high` of `closed`, which has fewer spaces."""
    letters_low = len(closed[:low].replace(" ", ""))
    letters_high = len(closed[:high].replace(" ", ""))
    seen = 0
    first, last = len(line), len(line)
    for index, char in enumerate(line):
        if char == " ":
            continue
        if seen == letters_low:
            first = min(first, index)
        seen += 1
        if seen == letters_high:
            last = index + 1
            break
    return first, last


def _signature_above(text: str, spans: list[Span], at: int, body: int) -> _Signature | None:
    """A signature block that stands before the recipients (right column printed first)."""
    for index in range(max(body, at - 10), at):
        if _is_signature_line(text, *spans[index]):
            found = _read_signature(text, spans, index, at)
            if found is not None and (found[1].signer or found[1].capacity):
                return found
    return None


def _signature_only(text: str, spans: list[Span], body: int) -> Tail:
    """A closing without recipients: a signature block behind the end of the text."""
    for index in range(body + 1, len(spans)):
        start, end = spans[index]
        if not text[start].isupper() or not _is_signature_line(text, start, end) or not _ended(text, spans, index):
            continue
        found = _read_signature(text, spans, index, min(len(spans), index + 12))
        if found is not None and (found[1].signer is not None or found[1].capacity):
            (first, last), closing = found
            return Tail(first, (first, first), (first, last), last, closing)
    end = len(spans)
    return Tail(end, (end, end), (end, end), end, Closing())


def _ended(text: str, spans: list[Span], index: int) -> bool:
    """Whether the paragraph before could end a document."""
    before = text[slice(*spans[index - 1])]
    return before.endswith((".", "/", "”", ")", "!")) or len(before) < 80 and not before.endswith((",", ";", ":"))
