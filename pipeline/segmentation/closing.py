"""The closing: recipients (Nơi nhận) and the signature block.

Both stand side by side on paper; converters print one after the other, in either order, on one line or many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz.fuzz import ratio

from ..text.joining import is_capitals
from ..text.normalise import UPPER, skeleton
from ..text.patterns import Pattern
from ..text.wording import worded, wording
from .joint import read_joint
from .model import Closing, Span
from .signature import (
    DASHES,
    RECIPIENTS,
    Signature,
    is_name,
    is_noise,
    is_signature_line,
    name_span,
    opens_document,
    read_signature,
)
from .vocabulary import alternation, words

_INLINE_ITEM = Pattern(rf"(?<=[;.,)]) ?[-+•–] ?(?=[{UPPER}“])")
_FILED = worded("file_copy")
_MOST_RECIPIENTS = 60
_JOINT_LINES = 40  # paragraphs that the signatures of several issuers take at most
_FEWEST_MIXED = 3
_LONGEST_MIXED = 120  # characters
_NAME_BELOW = 6  # paragraphs
_STRAY = 8  # characters of ink between two recipients
_ALIKE = 75  # likeness (0..100) of a misread "Nơi nhận"


@cache
def _purpose() -> Pattern:
    """A purpose in brackets: `(báo cáo)`, `(để phối hợp thực hiện)`."""
    return Pattern(
        rf" ?\((?P<purpose>(?:(?:{alternation('signature', 'purpose_word')}) )?"
        rf"(?:{alternation('signature', 'purpose')})(?!\w)[^()]{{0,30}}|{wording('for_purpose')})\)",
        re.IGNORECASE,
    )


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


def read_tail(text: str, spans: list[Span], body: int, joint: bool = False) -> Tail:
    """The closing of the document.

    Args:
        text: Clean text.
        spans: Its paragraphs.
        body: Index of the first paragraph behind the title.
        joint: Whether several parties sign documents of this type.
    """
    at = _find_recipients(text, spans, body)
    if at is None:
        both = read_joint(text, spans, body, len(spans)) if joint else None
        if both is not None:
            (first, last), closing = both
            return Tail(first, (first, first), (first, last), last, closing)
        return _signature_only(text, spans, body)
    _part_columns(text, spans, at)
    recipients, stop = _read_recipients(text, spans, at)
    items = [item for item, _ in recipients]
    purposes = [purpose for _, purpose in recipients]
    below = read_signature(text, spans, stop, min(len(spans), stop + 14))
    above = _signature_above(text, spans, at, body) if below is None else None
    several = read_joint(text, spans, max(body, at - _JOINT_LINES), at) if above or joint and below is None else None
    if several is not None:
        is_more = above is None or len(several[1].others) > max(1, len(above[1].others))
        above = several if is_more else above
    signature = below or above
    begin = at
    if below is not None and not (below[1].positions or below[1].capacity):
        begin, offices = _offices_above(text, spans, at, body)
        below = signature = below[0], replace(below[1], capacity=offices.capacity, positions=offices.positions)
    if signature is None:
        return Tail(at, (at, stop), (stop, stop), stop, Closing(tuple(items), tuple(purposes)))
    (first, last), closing = signature
    # A two-column closing may leave recipients behind the signature.
    filed = any(_FILED.match(text, *item) for item in items)
    if items and not filed and below is not None:
        more, stop_again = _items_below(text, spans, last)
        items, purposes = items + [m[0] for m in more], purposes + [m[1] for m in more]
        last = max(last, stop_again)
    if not items and below is not None:
        more, stop_again = _read_items(text, spans, last, max(last, last + 30))
        if len(more) > 1 and all(text[spans[i][0]] in DASHES for i in range(last, min(last + 2, len(spans)))):
            items, purposes, last = [m[0] for m in more], [m[1] for m in more], stop_again
    full = replace(closing, recipients=tuple(items), purposes=tuple(purposes))
    return Tail(min(begin, first), (at, stop), (first, last), max(stop, last), full)


def _items_below(text: str, spans: list[Span], first: int) -> tuple[list[tuple[Span, str | None]], int]:
    """The rest of a list of recipients that goes on below the signature beside it: dashed lines up to the file copy."""
    stop = first
    while stop < min(len(spans), first + _MOST_RECIPIENTS) and text[spans[stop][0]] in DASHES:
        stop += 1
        if _FILED.match(text, *spans[stop - 1]):
            return [_trim(text, *span) for span in spans[first:stop]], stop
    return [], first


def _find_recipients(text: str, spans: list[Span], body: int) -> int | None:
    """Index of the paragraph "Nơi nhận:"; where there is none, of a short one that looks like it (`-Vơi nhận:`)."""
    alike: int | None = None
    for index in range(body, len(spans)):
        start, end = spans[index]
        if text[start] in "NnƠ-*" and RECIPIENTS.match(text, start, end):
            return index
        if end - start <= 14 and text[end - 1] in ":;.-–—~" and alike is None:
            if ratio(skeleton(text[start:end]).strip("-–—~*:;. "), "noi nhan") >= _ALIKE:
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
        if text[start] not in "NnƠ-*" or not RECIPIENTS.match(text, start, end):
            index += 1
            continue
        stop = min(last, index + _MOST_RECIPIENTS)
        filed = next((i for i in range(index, stop) if _FILED.match(text, *spans[i])), None)
        begin, index = index, _read_recipients(text, spans, index)[1] if filed is None else filed + 1
        yield begin, min(index, last)


def _read_recipients(text: str, spans: list[Span], at: int) -> tuple[list[tuple[Span, str | None]], int]:
    """The items below "Nơi nhận:" and the index of the first paragraph behind them."""
    start, end = spans[at]
    match = RECIPIENTS.match(text, start, end)
    items: list[tuple[Span, str | None]] = []
    if match is not None and any(map(str.isalnum, text[match.end() : end])):
        items.extend(_items_of(text, match.end(), end))
    more, stop = _read_items(text, spans, at + 1, at + 61)
    return items + more, stop


def _read_items(text: str, spans: list[Span], first: int, limit: int) -> tuple[list[tuple[Span, str | None]], int]:
    items: list[tuple[Span, str | None]] = []
    index = first
    dashes = [i for i in range(first, min(first + 3, len(spans))) if text[spans[i][0]] in DASHES]
    dashed = bool(dashes)
    while index < min(len(spans), limit):
        start, end = spans[index]
        if dashed and not items and index < dashes[0] and end - start < 12 and not text[start:end].endswith(";"):
            index += 1  # ink between the heading and the first item
            continue
        if is_signature_line(text, start, end) or end - start > 400 or opens_document(text, start, end):
            break
        if (
            items
            and text[start] not in DASHES
            and (is_noise(text[start:end]) or (end - start <= _STRAY and _is_closed(text, spans[index - 1])))
            and index + 1 < len(spans)
            and text[spans[index + 1][0]] in DASHES
        ):
            index += 1  # a stray mark ends no list
            continue
        is_item = text[start] in DASHES
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
            elif is_capitals(text[start:end]) or (is_name(text[start:end]) and text[end - 1] not in ";,."):
                break
            elif ":" in text[low:high] and text[end - 1] in ";,." and purpose is None:
                items[-1] = _trim(text, low, end)  # `VPCP: BTCN, các PCN;` and its lines below
            elif purpose is not None or text[high:before].strip(" "):  # the item above is closed: the dash is lost
                if text[end - 1] not in ";,." and not _FILED.match(text, start, end):
                    break
                items.extend(_items_of(text, start, end))
            else:
                items[-1] = _trim(text, low, end)
            index += 1
            continue
        if not dashed and (is_capitals(text[start:end]) or is_name(text[start:end]) and text[end - 1] not in ";,."):
            break
        items.extend(_items_of(text, start, end))
        index += 1
        if _FILED.match(text, start, end) and not (index < len(spans) and text[spans[index][0]] in DASHES):
            break
    return [item for item in items if any(map(str.isalnum, text[slice(*item[0])]))], index


def _is_closed(text: str, span: Span) -> bool:
    return text[span[1] - 1] in ";,."


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
    while start < end and text[start] in " -+•–*·:~":
        start += 1
    while end > start and text[end - 1] in " ;,.:_~¬=-–—":
        end -= 1
    purposes = []
    while match := next((m for m in _purpose().finditer(text, start, end) if m.end() == end), None):
        purposes.append(match["purpose"])
        end = match.start()
        while end > start and text[end - 1] in " ;,.":
            end -= 1
    return (start, end), (purposes[-1] if purposes else None)


def _signature_above(text: str, spans: list[Span], at: int, body: int) -> Signature | None:
    """A signature block that stands before the recipients (right column printed first)."""
    for index in range(max(body, at - 10), at):
        if is_signature_line(text, *spans[index]):
            found = read_signature(text, spans, index, at)
            if found is not None and (found[1].signer or found[1].capacity):
                return found
    return None


def _offices_above(text: str, spans: list[Span], at: int, body: int) -> tuple[int, Closing]:
    """The offices right above "Nơi nhận:" whose name stands below the recipients, and the first of their paragraphs."""
    begin = at
    while begin > max(body, at - 4) and is_signature_line(text, *spans[begin - 1]):
        begin -= 1
    found = read_signature(text, spans, begin, at) if begin < at else None
    return (begin, found[1]) if found is not None and found[1].signer is None else (at, Closing())


def _part_columns(text: str, spans: list[Span], at: int) -> None:
    """Cut the file copy from the capacity beside it, where ink joins both columns (`- Lưu: VT.42-TL.CHỦ TỊCH`)."""
    for index in range(at + 1, min(len(spans), at + _MOST_RECIPIENTS)):
        start, end = spans[index]
        if is_signature_line(text, start, end):
            return
        if not _FILED.match(text, start, end):
            continue
        capacity = _capacity_at_end().search(text, start, end)
        if capacity is not None and is_signature_line(text, capacity.start(), end):
            copy = text[start : capacity.start()].rstrip(" -–.,;")
            spans[index : index + 1] = [(start, start + len(copy)), (capacity.start(), end)]
        return


@cache
def _capacity_at_end() -> Pattern:
    return Pattern(rf"(?<=[^\w\s])(?:{alternation('signature', 'prefix')})[ .]*[{UPPER}][{UPPER} ]+$")


def _signature_only(text: str, spans: list[Span], body: int) -> Tail:
    """A closing without recipients: a signature block behind the end of the text."""
    for index in range(body + 1, len(spans)):
        start, end = spans[index]
        if not text[start].isupper() or not is_signature_line(text, start, end) or not _ended(text, spans, index):
            continue
        found = read_signature(text, spans, index, min(len(spans), index + 12))
        if found is not None and (found[1].signer is not None or found[1].capacity):
            (first, last), closing = found
            begin, read = _unlabelled(text, spans, body, first)
            full = replace(closing, recipients=tuple(i for i, _ in read), purposes=tuple(p for _, p in read))
            return Tail(begin, (begin, first), (first, last), last, full)
    if (interleaved := _around_file_copy(text, spans, body)) is not None:
        return interleaved
    end = len(spans)
    return Tail(end, (end, end), (end, end), end, Closing())


def _around_file_copy(text: str, spans: list[Span], body: int) -> Tail | None:
    """A closing whose label is lost and whose columns are mixed: dashed lines up to the file copy, then a name.

    Lines in capitals and ink between them are of the other column; its offices are those that are one as a whole.
    """
    filed = next((i for i in range(len(spans) - 1, body, -1) if _FILED.match(text, *spans[i])), None)
    if filed is None or text[spans[filed][0]] not in DASHES:
        return None
    first, items, offices = filed, [spans[filed]], list[Span]()
    for index in range(filed - 1, max(body, filed - _MOST_RECIPIENTS), -1):
        line = text[slice(*spans[index])]
        if _may_be_mixed_recipient(line):
            first = index
            items.append(spans[index])
        elif line.strip(" .") in words("signature", "office"):
            offices.append(spans[index])
        elif not (is_capitals(line) or is_noise(line)):
            break
    if len(items) <= _FEWEST_MIXED:
        return None
    read = [_trim(text, *span) for span in reversed(items)]
    closing = Closing(tuple(item for item, _ in read), tuple(purpose for _, purpose in read), (), tuple(offices[::-1]))
    for index in range(filed + 1, min(len(spans), filed + _NAME_BELOW)):
        line = text[slice(*spans[index])]
        if is_name(line) and not is_capitals(line):
            signed = replace(closing, signer=name_span(text, *spans[index]))
            return Tail(first, (first, filed + 1), (filed + 1, index + 1), index + 1, signed)
        if not (is_capitals(line) or is_noise(line)):
            break
    return Tail(first, (first, filed + 1), (filed + 1, filed + 1), filed + 1, closing)


def _may_be_mixed_recipient(line: str) -> bool:
    """Whether a line begins with a dash and is closed like a recipient, perhaps with ink behind it."""
    closed = line.rstrip(" -–—=_~").endswith((";", ",", "):", ")"))
    return line[0] in DASHES and len(line) < _LONGEST_MIXED and closed


def _unlabelled(text: str, spans: list[Span], body: int, stop: int) -> tuple[int, list[tuple[Span, str | None]]]:
    """The recipients above a signature whose label is lost: dashed lines that end with the file copy (`- Lưu: VT`)."""
    begin = stop
    while stop > body and is_noise(text[slice(*spans[stop - 1])]):
        stop -= 1  # ink between the list and the signature
    if stop == 0 or not _FILED.match(text, *spans[stop - 1]):
        return begin, []
    begin = stop
    while begin > body and _may_be_recipient(text, spans[begin - 1], begin == stop):
        begin -= 1
    return begin, [_trim(text, *span) for span in spans[begin:stop]]


def _may_be_recipient(text: str, span: Span, last: bool) -> bool:
    """Whether a line above the signature can be a recipient: with a dash, short, closed by a semicolon."""
    return text[span[0]] in DASHES and (last or (span[1] - span[0] < 120 and text[span[1] - 1] in ";,)"))


def _ended(text: str, spans: list[Span], index: int) -> bool:
    """Whether the paragraph before could end a document."""
    before = text[slice(*spans[index - 1])]
    return before.endswith((".", "/", "”", ")", "!")) or len(before) < 80 and not before.endswith((",", ";", ":"))
