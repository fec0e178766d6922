"""Laws, codes, ordinances and the constitution by name: `Luật Đường bộ`, `Bộ luật Hình sự`, `Pháp lệnh Ngoại hối`.

A law's name runs over commas and `và`, so known names come first (`knowledge/law_names.toml`); an unknown one runs to
the first word that cannot belong to it. The name of an amending law holds those of the laws it amends and is one name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .. import knowledge
from .issuers import alternation, phrases

MAX_NAME = 14  # words
MAX_LENGTH = 600  # characters of the name of an amending law
MAX_DEPTH = 3  # of laws that amend laws that amend laws
_END = r"(?![^\W\d_])"
_WORD_PATTERN = r"(?:[Bb]ộ [Ll]uật|BỘ LUẬT|Luật|LUẬT|luật|[Pp]háp lệnh|PHÁP LỆNH|Hiến pháp|HIẾN PHÁP)"
_TYPE = re.compile(_WORD_PATTERN + _END)
_CODES = {"bộ": "BL", "lu": "L", "ph": "PL", "hi": "HP"}
_AMENDS = re.compile(r"(?:sửa đổi|bổ sung|bồ sung|thay thế|bãi bỏ|SỬA ĐỔI|BỔ SUNG)" + _END, re.IGNORECASE)
_AMENDED = re.compile(rf"[^.;:()\n]{{0,90}}?(?={_WORD_PATTERN} )")
_NAMED = re.compile(r"(?:Bộ luật|Luật|LUẬT|Pháp lệnh|PHÁP LỆNH|Hiến pháp)" + _END)
_REPLACES = re.compile(r"(?:thay thế|bãi bỏ)" + _END)
_AND_LAW = re.compile(rf"(?:,| và|, và) (?={_WORD_PATTERN} )")
_WORD = re.compile(r"[^\s,;:.()“”\"…/]+")
_STATED = re.compile(r",? ?(?:ngày|năm|số|NGÀY|NĂM|SỐ):? ?\d| \d{4}(?!\d)|,? ?\((?:Luật )?số")
_NUMBERED = re.compile(r" ?(?:số|SỐ|Số)(?: ?:)? ?\d")
_CONSTITUTION = re.compile(r" nước Cộng hòa xã hội chủ nghĩa Việt Nam| nước CHXHCN Việt Nam")


@dataclass(frozen=True, slots=True)
class LawName:
    """A law by name.

    Attributes:
        start, end: Half-open offsets of type word and name.
        type_code: L, BL, PL or HP.
        name_start: Where the name begins after the type word; `end` where there is none (`Luật số 36/2024/QH15`).
        amending: It amends other laws.
        known: The name is in the table.
    """

    start: int
    end: int
    type_code: str
    name_start: int
    amending: bool = False
    known: bool = False


@cache
def _names() -> dict[str, list[str]]:
    """Known names in lower case by their first word, longest first."""
    names: dict[str, list[str]] = {}
    for row in knowledge.rows("law_names"):
        name = row["name"].lower()
        names.setdefault(name.split()[0].rstrip(","), []).append(name)
    return {first: sorted(set(group), key=len, reverse=True) for first, group in names.items()}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        "end": re.compile(rf"(?:{alternation(phrases('law_end'))}){_END}"),
        "before": re.compile(rf"(?<![^\W\d_])(?:{alternation(phrases('no_law_before'))}) \Z"),
        "after": re.compile(rf" (?:{alternation(phrases('no_law_after'))}){_END}"),
    }


def known_name(text: str, at: int, end: int) -> int:
    """The end of the known name of a law that begins at `at`, or -1."""
    word = _WORD.match(text, at, end)
    if word is None:
        return -1
    for name in _names().get(word.group().lower(), ()):
        stop = at + len(name)
        if stop <= end and text[at:stop].lower() == name and not text[stop : stop + 1].isalpha():
            return stop
    return -1


def read_law(text: str, at: int, end: int) -> LawName | None:
    """The law whose type word begins at `at`, or None where no law is named.

    Args:
        text: The text in clean form.
        at: Offset of `Luật`, `Bộ luật`, `Pháp lệnh` or `Hiến pháp`.
        end: Where to stop reading.
    """
    word = _TYPE.match(text, at, end)
    if word is None:
        return None
    type_code = _CODES[word.group()[:2].lower()]
    patterns = _patterns()
    if patterns["before"].search(text, max(0, at - 14), at):
        return None
    here = word.end()
    if type_code == "HP":
        return _constitution(text, at, here, end)
    if _NUMBERED.match(text, here, end):
        return LawName(at, here, type_code, here)
    if text[here : here + 1] != " " or here + 1 >= end:
        return None
    known = known_name(text, here + 1, end)
    if known < 0 and patterns["after"].match(text, here, end):
        return None
    if known < 0 and _AMENDS.match(text, here + 1, end):
        return _amending(text, at, here + 1, end, type_code)
    if known >= 0:
        return LawName(at, known, type_code, here + 1, known=True) if word.group()[0] != "l" else None
    return _unknown(text, at, here + 1, end, type_code) if word.group()[0] != "l" else None


def _constitution(text: str, at: int, here: int, end: int) -> LawName | None:
    more = _CONSTITUTION.match(text, here, end)
    if more is not None:
        here = more.end()
    return LawName(at, here, "HP", at, known=True)


def _unknown(text: str, at: int, here: int, end: int, type_code: str) -> LawName | None:
    """A name that the table does not have: up to the first word or mark that ends it.

    In lower case throughout it is a name only if year, date or number follow.
    """
    stop = _walk(text, here, end)
    if stop == here or (text[here].islower() and not _STATED.match(text, stop, end)):
        return None
    return LawName(at, stop, type_code, here)


def _walk(text: str, here: int, end: int) -> int:
    ends, stop, at = _patterns()["end"], here, here
    for _ in range(MAX_NAME):
        word = _WORD.match(text, at, end)
        if word is None or ends.match(text, at, end) or _STATED.match(text, at - 1, end) or word.group()[0].isdigit():
            break
        if word.group() in ("và", "-") and (
            _TYPE.match(text, word.end() + 1, end) or not _name_goes_on(text, word.end())
        ):
            break
        stop = word.end()
        if text[stop : stop + 1] != " ":
            break
        at = stop + 1
    return stop


def _name_goes_on(text: str, at: int) -> bool:
    """Whether after `và` follows a plain noun rather than the next document or a clause."""
    after = text[at + 1 : at + 2]
    return after.islower()


def _amending(text: str, at: int, here: int, end: int, type_code: str, depth: int = 0) -> LawName | None:
    """`Luật sửa đổi, bổ sung một số điều của Luật A và Luật B`, with all the names in it."""
    stop = _amended_head(text, here, end)
    match = _AMENDED.match(text, here, min(end, here + 140))
    law = read_law_inside(text, match.end(), end, depth) if match else None
    before_comma = -1
    while law is not None and stop - here < MAX_LENGTH:
        stop = law
        link = _AND_LAW.match(text, stop, end)
        if link is None or _STATED.match(text, stop, end):
            break
        law = read_law_inside(text, link.end(), end, depth)
        if law is not None and before_comma < 0 and link.group() == ", ":
            before_comma = stop
    if before_comma >= 0 and not _STATED.match(text, stop, end):
        stop = before_comma  # a list of laws after commas is part of the name only if one date or number closes it
    objectless = _NAMED.search(text, here, stop) is None
    if (objectless or _REPLACES.match(text, here)) and not _STATED.match(text, stop, end):
        return None  # `Luật sửa đổi, bổ sung một số điều của luật`, `Luật thay thế Luật …`: no document, or none yet
    return LawName(at, stop, type_code, here, amending=True)


def _amended_head(text: str, here: int, end: int) -> int:
    """The end of `sửa đổi, bổ sung một số điều của …` where no law of known form follows."""
    at, stop = here, here
    for _ in range(2 * MAX_NAME):
        word = _WORD.match(text, at, end)
        if word is None or _STATED.match(text, at - 1, end):
            break
        stop = word.end()
        if text.startswith(", ", stop) and _AMENDS.match(text, stop + 2, end):
            at = stop + 2
        elif text[stop : stop + 1] == " ":
            at = stop + 1
        else:
            break
    return stop


def read_law_inside(text: str, at: int, end: int, depth: int = 0) -> int | None:
    """The end of a law named inside the name of another one, or None."""
    word = _TYPE.match(text, at, end)
    if word is None or text[word.end() : word.end() + 1] != " ":
        return None
    here = word.end() + 1
    if _AMENDS.match(text, here, end):
        amending = _amending(text, at, here, end, "L", depth + 1) if depth < MAX_DEPTH else None
        return amending.end if amending else None
    known = known_name(text, here, end)
    if known >= 0:
        return known
    stop = _walk(text, here, end)
    return stop if stop > here else None
