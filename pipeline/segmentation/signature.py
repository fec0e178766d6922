"""The signature block: capacity, offices and names, in capitals and on lines that recognition left with ink."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from ..text.joining import is_capitals
from ..text.normalise import LOWER, UPPER, strip_marks
from ..text.patterns import Pattern
from ..text.syllables import is_syllable
from ..text.wording import worded, wording
from .model import Closing, Span
from .vocabulary import alternation, bare_alternation, starts_with, type_pattern, words

_TITLE_WORD = rf"(?:[{UPPER}]['’ˆ]?)?[{UPPER}][{LOWER}'’]+"  # also of peoples without surnames: `ÊBan`, `K'Brọi`
_NAME_PART = Pattern(rf"{_TITLE_WORD}|[{UPPER}]")
_NAME_AT_END = Pattern(
    rf"(?:^|(?<=[\s)]))(?P<name>(?:[{UPPER}]['’.]? ?)?{_TITLE_WORD}"
    rf"(?:[ -](?:{_TITLE_WORD}|[{UPPER}](?=[ .]|$))){{1,5}})[ .]*$"
)
_INK = Pattern(r"(?=\S{0,3}[^\w\s.-])[^\w\s]{1,4}\w{0,2}[^\w\s]{0,2} ")
_SPECK = Pattern(rf"['’‘`´.,~*^]{{1,2}}(?=[{UPPER}]{{2}})")
_CAPITALISED = Pattern(rf"(?=[{UPPER}][{LOWER}])")
_WORD_GAP = Pattern(" ")
_OTHER_NAME = Pattern(r"['’]|(?<!\w)\w(?!\w)")  # of peoples without surnames: `K'BRỌI`, `Y THÔNG`
_TWO_WORDS = Pattern(r"[^\W\d_]+ [^\W\d_]+")
_LOOKS = {
    bare: "".join({bare, *(letter for letter in LOWER if letter.isalpha() and strip_marks(letter) == bare)})
    for bare in "aeiouyd"
}  # letters with the same look but for their marks
_THRICE = Pattern(r"([^\W\d_])\1\1")  # the same letter three times: no syllable, no abbreviation
_ALIKE_OFFICE = 87  # one letter of eight
_BEFORE_SIGNATURE = 3  # paragraphs
_INK_LINES = 6  # paragraphs of ink above a name
_LONGEST_NAME = 4  # words of a name that begins like one of a body
RECIPIENTS = worded("recipients_label")
_JOINED_OFFICE = worded("joined_office")
_FOR_A_BODY = worded("for_a_body")
DASHES = "-+•–*·"


@cache
def _above() -> Pattern:
    return Pattern(bare_alternation("signature", "above"))


@cache
def _prefix() -> Pattern:
    return Pattern(rf"(?<!\w)(?:{bare_alternation('signature', 'prefix')})(?=[ .,]|(?<=\.))")


@cache
def _office() -> Pattern:
    return Pattern(rf"(?<!\w)(?:{bare_alternation('signature', 'office')})(?!\w)")


@cache
def _signed() -> Pattern:
    return Pattern(rf"(?:{alternation('signature', 'signed')})|{wording('signed_mark')}")


@cache
def _rank() -> Pattern:
    """Ranks and titles before a name; those of two words and more also with their marks misread (`Thiều Tướng`)."""
    misread = "|".join(
        " ".join(map(_any_marks, rank.split())) for rank in words("signature", "rank") if _TWO_WORDS.fullmatch(rank)
    )
    named = f"{alternation('signature', 'rank')}|{misread}"
    return Pattern(rf"(?<!\w)(?:(?:{named})[ ,]*)+(?=[{UPPER}])", re.IGNORECASE)


def _any_marks(word: str) -> str:
    """A pattern for a word whose vowels may have any marks, and whose đ may be a d."""
    return "".join(
        f"[{_LOOKS[bare]}]" if (bare := strip_marks(letter).lower()) in _LOOKS else letter for letter in word
    )


def is_signature_line(text: str, start: int, end: int) -> bool:
    """A line of capacity or office in capitals, or a mark of signature."""
    if end - start > 220:
        return False
    start = _behind_ink(text, start, end)
    first, second = text[start], text[start + 1 : start + 2]
    if not (first.isupper() and (second.isupper() or second in " ./")):
        return first in "(đĐ" and _signed().match(text, start, end) is not None
    line = text[start:end]
    head = _CAPITALISED.split(line, maxsplit=1)[0].strip()
    if not head or not head.isupper():
        return False
    head = strip_marks(head)
    return bool(_prefix().match(head) or _office().match(head) or _above().match(head)) or _looks_like_office(head)


def _behind_ink(text: str, start: int, end: int) -> int:
    """Where an office begins behind what recognition made of ink (`-'#f GIÁM ĐỘC`, `'THƯ KÝ`); `start` without ink."""
    ink = _INK.match(text, start, end) or _SPECK.match(text, start, end)
    if ink is None or not is_capitals(text[ink.end() : end]):
        return start
    return ink.end() if _looks_like_office(strip_marks(text[ink.end() : end]).strip(" .,")) else start


def _looks_like_office(head: str) -> bool:
    """An office that lost a letter in recognition (`PHO CHU TIC`)."""
    return 6 <= len(head) <= 30 and extractOne(head, _offices(), scorer=ratio, score_cutoff=_ALIKE_OFFICE) is not None


@cache
def _offices() -> tuple[str, ...]:
    return tuple(strip_marks(word) for word in words("signature", "office"))


def opens_document(text: str, start: int, end: int) -> bool:
    """A type word or an annex heading: the closing is over."""
    match = type_pattern().match(text, start, end)
    return (match is not None and is_capitals(text[start:end])) or starts_with(
        "section_markers", "behind_closing"
    ).match(text, start, end) is not None


def is_name(line: str, certain: bool = False) -> bool:
    """Whether a line is a person's name (two to five words, each with a capital), perhaps with a rank.

    `certain` says that a name is due here (behind an office), so that syllables of any language will do.
    """
    line = line.strip(" .*_")
    rank = _rank().match(line)
    if rank:
        line = line[rank.end() :]
    parts = line.replace("-", " ").split()
    if not 2 <= len(parts) <= 6 or all(len(part) == 1 for part in parts):
        return False
    if any(mark in line for mark in ",;:()/0123456789") or _is_unit(line):
        return False
    if not all(part.isupper() or _NAME_PART.fullmatch(part) for part in parts):
        return False
    if _office().search(strip_marks(line).upper()) or type_pattern().match(line):
        return False
    return certain and not line.isupper() or sum(map(is_syllable, parts)) >= len(parts) / 2


def _is_unit(line: str) -> bool:
    """Whether a line begins like the name of a body (`VỤ TIẾT KIỆM`), and not like that of a person (`ĐOÀN VĂN AN`)."""
    head = starts_with("letterhead", "body_head").match(line.upper())
    if head is None:
        return False
    return head.group() not in words("signature", "surname_head") or len(line.split()) > _LONGEST_NAME


Signature = tuple[tuple[int, int], Closing]


def read_signature(text: str, spans: list[Span], first: int, limit: int) -> Signature | None:
    """The signature block in paragraphs `first..limit`, if it starts there."""
    index, read = first, 0
    while index < limit and read < _BEFORE_SIGNATURE and not is_signature_line(text, *spans[index]):
        read += not is_noise(text[slice(*spans[index])])
        index += 1
    if index >= limit or read >= _BEFORE_SIGNATURE:
        alone = 0 < first < len(spans) and not opens_document(text, *spans[first])
        if alone and is_name(text[slice(*spans[first])]):
            return (first, first + 1), Closing(signer=name_span(text, *spans[first]))
        return _name_below_ink(text, spans, first, limit) if alone else None
    begin = index
    capacity: list[Span] = []
    positions: list[Span] = []
    signer: Span | None = None
    others: list[Span] = []
    while index < limit:
        start, end = spans[index]
        line = text[start:end]
        if is_signature_line(text, start, end):
            if signer is not None and not is_capitals(line):
                break
            name = None if _signed().fullmatch(line.strip()) else _name_at_end(text, start, end)
            stop = name[0] if name else end
            _read_offices(text, _behind_ink(text, start, end), stop, capacity, positions)
            if signer is None:
                signer = name
            elif name is not None:
                others.append(name)
        elif opens_document(text, start, end):
            break
        elif (positions or capacity) and signer is None and is_noise(line) and not _is_short_name(line):
            pass
        elif signer is None and (positions or capacity) and (two := two_names(text, start, end, len(positions))):
            signer = two[0]
            others.append(two[1])
        elif is_name(line, certain=bool(positions or capacity)) and not (
            is_capitals(line) and signer is None and not _capital_name(line)
        ):
            if signer is None:
                signer = name_span(text, start, end)
            elif _beside(text, spans, index) or _next_name(text, spans, index, len(positions) - len(others)):
                others.append(name_span(text, start, end))
            else:
                index += 1
                break
        elif signer is not None and _is_unit(line) and _goes_on(text, spans, index, limit, 0):
            pass  # the body for which another signs
        elif signer is not None or end - start > 120 or text[start] in DASHES or RECIPIENTS.match(text, start, end):
            break
        elif is_capitals(line) and (capacity or positions) and not _THRICE.search(line):  # an office's second line
            group = positions if positions else capacity
            group[-1] = (group[-1][0], end) if group[-1][1] >= spans[index - 1][1] - 1 else group[-1]
        index += 1
        if signer is not None and not _goes_on(text, spans, index, limit, len(positions) - len(others)):
            break
    if signer is None and not positions and not capacity:
        return None
    return (begin, index), Closing((), (), tuple(capacity), tuple(positions), signer, tuple(others))


def _name_below_ink(text: str, spans: list[Span], first: int, limit: int) -> Signature | None:
    """A name a few short lines below the recipients, its office under a seal or a signature (`ỚN GT` / `Lê Văn An`)."""
    for index in range(first, min(limit, first + _INK_LINES)):
        start, end = spans[index]
        line = text[start:end]
        if starts_with("signature", "surname").match(line) and _is_whole_name(line):
            return (first, index + 1), Closing(signer=name_span(text, start, end))
        if not _is_ink(line):
            return None
    return None


def _is_ink(line: str) -> bool:
    """Whether a line is scattered letters, or capitals that are no words (`ỚN GT`)."""
    return is_noise(line) or is_capitals(line) and not all(map(is_syllable, line.split()))


def _is_whole_name(line: str) -> bool:
    """Whether a line is a name of three words and more, all of them syllables."""
    parts = line.strip(" .").split()
    return len(parts) > 2 and is_name(line) and all(map(is_syllable, parts))


def _is_short_name(line: str) -> bool:
    """Whether a line of few letters is a name all the same (`Lê An`)."""
    return is_name(line, certain=True) and starts_with("signature", "surname").match(line) is not None


def is_noise(line: str) -> bool:
    """What recognition makes of the ink of a signature: a few scattered letters."""
    return sum(map(str.isalpha, line)) < 5 or max(map(len, line.split())) <= 2


def two_names(text: str, start: int, end: int, offices: int) -> tuple[Span, Span] | None:
    """The two signers whose names stand on one line, told apart by the rank or the surname of the right one."""
    ranks = list(_rank().finditer(text, start, end))
    cuts = [ranks[1].start()] if len(ranks) == 2 and ranks[0].start() == start else []
    if not cuts and offices > 1 and 4 <= text.count(" ", start, end) + 1 <= 8:
        surname = starts_with("signature", "surname")
        starts = [m.end() for m in _WORD_GAP.finditer(text, start, end)]
        cuts = [at for at in starts[1:-1] if surname.match(text, at, end)]
        cuts.sort(key=lambda at: abs((end - at) - (at - start)))  # a middle name may be a surname too
    for cut in cuts:
        left, right = text[start:cut], text[cut:end]
        if left.rsplit(" ", 2)[-2] in words("signature", "middle_name"):
            continue  # `Phan Thị` is no whole name
        if is_name(left, certain=True) and is_name(right, certain=True):
            return name_span(text, start, cut), name_span(text, cut, end)
    return None


def _beside(text: str, spans: list[Span], index: int) -> bool:
    """Whether the name at `index` is that of another signer: an office without a name of its own stands above it."""
    above = spans[index - 1]
    return is_signature_line(text, *above) and _name_at_end(text, *above) is None


def _next_name(text: str, spans: list[Span], index: int, offices: int) -> bool:
    """Whether the name at `index`, right below another, is that of a second signer: a cell read behind a cell."""
    line = text[slice(*spans[index])]
    above = text[slice(*spans[index - 1])]
    surname = starts_with("signature", "surname")
    return (
        offices > 1
        and is_name(line, certain=True)
        and not is_capitals(line)
        and surname.match(_without_rank(line)) is not None
        and surname.match(_without_rank(above)) is not None
        and is_name(above, certain=True)
    )


def _without_rank(line: str) -> str:
    rank = _rank().match(line)
    return line[rank.end() :] if rank else line


def _goes_on(text: str, spans: list[Span], index: int, limit: int, offices: int) -> bool:
    """Whether the block goes on behind a name: an office below it, or the offices and name of another signer."""
    if index >= limit:
        return False
    if _next_name(text, spans, index, offices):
        return True
    if _is_office_after_name(text, spans[index]):
        return True
    if _beside(text, spans, index) and is_name(text[slice(*spans[index])], certain=True):
        return True
    seen = False
    for at in range(index, min(limit, index + 5)):
        line = text[slice(*spans[at])]
        if is_signature_line(text, *spans[at]) and (at > index or is_capitals(line)):
            seen = True
        elif not (_signed().fullmatch(line.strip()) or (is_capitals(line) and _is_unit(line))):
            return seen and is_name(line, certain=True)
    return False


def _is_office_after_name(text: str, span: Span) -> bool:
    """An office below the name (rare)."""
    line = text[slice(*span)]
    return is_capitals(line) and _office().match(strip_marks(line)) is not None and len(line) < 60


def _capital_name(line: str) -> bool:
    """A name in capitals: it begins with a surname, which a torn office does not (`ƯỞNG THƯỜNG`), and has no office."""
    if starts_with("signature", "surname").match(_without_rank(line).title()) is None and not _OTHER_NAME.search(line):
        return False
    return not _office().search(strip_marks(line)) and 2 <= len(line.split()) <= 5


def name_span(text: str, start: int, end: int) -> Span:
    """The span of a name in a line, without its rank and the marks around it."""
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
    found = _NAME_AT_END.search(line)
    if found is None or found.start("name") == 0:
        return None
    return name_span(text, start + found.start("name"), start + found.end("name"))


def _read_offices(text: str, start: int, end: int, capacity: list[Span], positions: list[Span]) -> None:
    """Split a line in capitals into capacity lines and positions.

    A prefix (TM., KT., TL. …) begins a capacity line; it takes the body or office that follows, up to the next office
    that stands for the signer (`KT. CHỦ TỊCH` | `PHÓ CHỦ TỊCH`).
    """
    line = text[start:end]
    bare = strip_marks(line)
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
            wants_office = _FOR_A_BODY.match(line, at) is None
        elif wants_office:
            wants_office = False  # the office that is signed for belongs to the capacity line
        elif not _inside_name(line, at, cuts):
            cuts.append((at, "position"))
    for (at, kind), stop in zip(cuts, [*(c[0] for c in cuts[1:]), len(line)], strict=True):
        span = (start + at, start + at + len(_without_ink(line[at:stop])))
        if span[1] > span[0]:
            (capacity if kind == "capacity" else positions).append(span)


def _without_ink(office: str) -> str:
    """An office without what recognition made of the ink behind it (`CHỦ TỊCH OAAAƯƯNNR =-`)."""
    kept = office.rstrip(" .;,").split(" ")
    while len(kept) > 1 and (_THRICE.search(kept[-1]) or not any(map(str.isalnum, kept[-1]))):
        kept.pop()
    return " ".join(kept).rstrip(" .;,")


def _inside_name(closed: str, at: int, cuts: list[tuple[int, str]]) -> bool:
    """An office that completes a longer name: `PHÓ TRƯỞNG BAN` is matched as a whole, so only joins stay."""
    before = closed[:at].rstrip()
    return bool(cuts) and _JOINED_OFFICE.search(before) is not None
