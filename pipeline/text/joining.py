"""Which line breaks stand inside a sentence, and which end a paragraph.

Converters wrap lines at a column, split paragraphs at page ends, and put blank lines where there were none; a blank
line therefore says nothing here. Two things speak: the *fill* of a line (a wrapped line has no room for the first word
of the next one) and its *words* (a sentence does not end in "của", an item begins with a marker).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ..knowledge import records, rows
from .markers import MARKER, is_lone_marker
from .normalise import LOWER, UPPER, place_tones
from .patterns import Pattern
from .wording import worded, wording

_NUMBER_FOLLOWS = worded("number_follows")
# Two words with a capital each behind a dash: the second half of a name (`đường Trần Phú - Lê Duẩn`), no item.
_PROPER = Pattern(rf"[{UPPER}][{LOWER}]+ [{UPPER}][{LOWER}]+")
# A name of a place: two words with a capital, or one with a mark behind it.
_PLACE = Pattern(rf"[{UPPER}][{LOWER}]+(?: [{UPPER}][{LOWER}]|[,;.)]|$)")
# A list of names of two syllables that a line break cuts (`…, Hải Thịnh, Rạng` + `Đông, Kim Đông`).
_CUT_NAME = Pattern(rf", [{UPPER}][{LOWER}]+$")
_REST_OF_NAME = Pattern(rf"[{UPPER}][{LOWER}]+(?:[,;.)]|$)")
# The two halves of a line with place and date that a web page tore apart (`Khánh` + `Hòa, ngày 17 tháng 3`).
_LONGEST_TORN = 32  # characters: `CỘNG HÒA XÃ HỘI CHỦ NGHĨA` and a few more
_TORN_PLACE = Pattern(rf"[{UPPER}][{LOWER}]+(?: [{UPPER}][{LOWER}]+)?")
# A label with a number behind a full stop begins a paragraph (`Tháng 5/2024: tổng kết`).
_LABEL = Pattern(rf"[{UPPER}][{LOWER}]+ \d[\d/.-]{{0,9}}[^:.;]{{0,20}}:")
# What follows a surname that stands alone on its line.
_GIVEN_NAMES = Pattern(rf"[{UPPER}][{LOWER}]+(?: [{UPPER}][{LOWER}]+){{0,3}}")
_PLACE_AND_DATE = Pattern(_TORN_PLACE.pattern + wording("place_then_date"))
_TYPE_OF_UNIT = worded("type_of_unit")
_ANNEX = worded("annex_in_sentence")
_BRACKET_APART = worded("bracket_apart", ignore_case=True)
_DASH = frozenset("-+•–▪●○*")
_TERMINAL = frozenset(".;:!?")
_ENDS_ITEM = frozenset(".;")
_LONGEST_RECIPIENT = 70  # characters
_OPENS_WORDS = frozenset('“"(')
_SIGNED_FOR = ("KT.", "TM.", "TL.", "TUQ.")
_OPEN_CLOSE = frozenset(",)%/]”")


@cache
def _words(kind: str) -> tuple[str, ...]:
    return tuple(word for row in rows("line_joining") if row["kind"] == kind for word in row["words"])


@cache
def _ending(kind: str, ignore_case: bool) -> Pattern:
    body = "|".join(map(re.escape, sorted(_words(kind), key=len, reverse=True)))
    return Pattern(rf"(?:^|[\s(,;])(?:{body})[:.]?$", re.IGNORECASE if ignore_case else 0)


@cache
def _opening(kind: str) -> Pattern:
    body = "|".join(map(re.escape, sorted(_words(kind), key=len, reverse=True)))
    return Pattern(rf"(?:{body})(?!\w)")


@cache
def _sentence() -> Pattern:
    """A sentence's first words with a word in lower case behind them (`Xây dựng kế hoạch`, not `Xây dựng, Sở Y tế`)."""
    return Pattern(rf"{_opening('sentence').pattern}(?= [{LOWER}\d])")


def _tail(text: str) -> str:
    """The last few words: enough for the endings, and no search over a long line."""
    return text[-24:] if len(text) > 24 else text


def is_capitals(text: str) -> bool:
    """Whether a line is set in capitals (has at least two letters, and none in lower case)."""
    return text.isupper() and sum(map(str.isalpha, text[:12])) > 1


def first_word_length(text: str) -> int:
    """Length of the first word, in characters."""
    at = text.find(" ")
    return len(text) if at < 0 else at


def wrap_limit(lines: Sequence[str]) -> int | None:
    """The length that no unbroken line would exceed, None for a text that is not wrapped.

    It is read off the breaks that are certain to stand inside a sentence (no closing mark before, lower case after):
    the smallest length that these lines would have had with one more word, leaving out the shortest few (page ends).
    """
    fills: list[int] = []
    for a, b in zip(lines, lines[1:], strict=False):
        if b[0].islower() and a[-1] not in _TERMINAL and not a.isupper() and not (len(b) > 1 and b[1] in ")."):
            fills.append(len(a) + 1 + first_word_length(b))
    if not fills:
        return None
    fills.sort()
    median = fills[len(fills) // 2]
    if median > 220:
        return None
    kept = [fill for fill in fills if fill >= 0.7 * median]
    longest = max(map(len, lines))
    if longest < kept[0] and (len(kept) > 1 or _nearly_full(lines, longest) > 2):
        return longest + 1  # wrapped by a program at a column: no line is longer than any that had to be broken
    if len(fills) < 4 or len(fills) < 0.08 * len(lines):
        return None
    return kept[int(0.03 * len(kept))]


def is_glued(text: str) -> bool:
    """Whether a line was broken at a hyphen or slash inside a word (`03/KH-` + `BATGT`)."""
    return len(text) > 1 and text[-1] in "-/" and text[-2].isalnum()


def _nearly_full(lines: Sequence[str], longest: int) -> int:
    """How many lines have no room for the next one's first word; of unwrapped paragraphs hardly any has none."""
    return sum(len(a) + 1 + first_word_length(b) > longest for a, b in zip(lines, lines[1:], strict=False))


def wraps(a: str, b: str) -> bool:
    """Whether line `b` goes on with line `a` in a text where blank lines set paragraphs apart (`clean._in_blocks`)."""
    if b.startswith(_SIGNED_FOR) or _opening("opener").match(b) or (is_capitals(a) and not is_capitals(b)):
        return joins(a, b, None)
    return not (a[-1] in _ENDS_ITEM and _begins_item(b))


def wraps_in_cell(a: str, b: str) -> bool:
    """The same for a cell of a table, in which items and sentences may stand one a line."""
    if a[-1] in _TERMINAL or _begins_item(b) and not _ending("wants_number", True).search(_tail(a)):
        return False
    if _opening("body").match(b):  # a list of bodies, one a line
        return a[-1] == "," or bool(
            _ending("office", False).search(_tail(a)) or _ending("unfinished", False).search(_tail(a))
        )
    return is_capitals(a) == is_capitals(b) or not is_capitals(a) or joins(a, b, None)


def joins_blocks(a: str, b: str) -> bool:
    """Whether line `b` goes on with line `a` though a blank line parts them and others set paragraphs apart."""
    if is_lone_marker(a):
        return not _begins_item(b)
    return b[0].islower() and joins(a, b, None)


def _begins_item(line: str) -> bool:
    return bool(MARKER.match(line) or is_lone_marker(line))


def joins(a: str, b: str, limit: int | None) -> bool:
    """Whether line `b` goes on with the sentence of line `a`.

    Args:
        a, b: Cleaned lines that follow one another.
        limit: `wrap_limit` of the text.
    """
    last, first = a[-1], b[0]
    if is_lone_marker(a):
        if _begins_item(b) or not (first.isalpha() or first in _OPENS_WORDS):
            return False
        return a[0] not in _DASH or b[-1] in ".;:," or b.count(" ") > 4  # not ink above a name
    full: bool | None = None
    if limit is not None and len(a) <= 1.5 * limit:
        full = len(a) + 1 + len(b) >= limit and len(a) + 1 + first_word_length(b) >= limit
    if is_lone_marker(b):
        wanted = full is True or bool(_ending("wants_number", True).search(_tail(a)))
        return wanted and last not in _TERMINAL and not is_capitals(a)  # `… hằng năm.` wants none
    if is_glued(a) and first.isalnum():
        return True
    if last == ":" and first.isdigit() and _NUMBER_FOLLOWS.search(a):
        return True
    if len(a) <= _LONGEST_TORN and (_is_torn(a, b) or (a in _surnames() and _GIVEN_NAMES.fullmatch(b))):
        return True
    if last in _TERMINAL and not full and (full is False or not _abbreviated(a)):
        return False
    if last == "." and a.endswith("./."):
        return False
    if not first.islower() or (len(b) > 1 and b[1] in ").") or b[:2].isalpha() is False:
        marker = MARKER.match(b)
        if marker:
            return _marker_joins(a, b, marker, full)
    if first.islower() or first in _OPEN_CLOSE:
        return _lower_joins(a, last, full)
    if _opening("opener").match(b):
        return (
            _ANNEX.match(b) is not None
            and last not in _TERMINAL
            and bool(_ending("unfinished", False).search(_tail(a)))
        )
    if first.isdigit():
        if _ending("wants_number", True).search(_tail(a)):
            return True
        if last in _TERMINAL:
            return full is True and last != ":"
        return full is True or last == "," or (full is None and bool(_ending("unfinished", False).search(_tail(a))))
    if first == "(":
        if _BRACKET_APART.match(b):
            return False
        return last not in _TERMINAL and (full is True or (len(b) > 1 and b[1].islower() and not a.isupper()))
    return _upper_joins(a, b, last, full)


@cache
def _torn() -> frozenset[str]:
    return frozenset(_words("torn"))


@cache
def _surnames() -> frozenset[str]:
    return frozenset(word for row in rows("signature") if row["kind"] == "surname" for word in row["words"])


@cache
def _torn_phrases() -> frozenset[str]:
    """All beginnings of phrases that are never broken on purpose, of two words and more."""
    phrases = (phrase.split() for phrase in _words("unbroken"))
    return frozenset(" ".join(words[:count]) for words in phrases for count in range(2, len(words) + 1))


@cache
def _inner_breaks() -> frozenset[str]:
    """Three words in a row of names that go on with a capital (`Thanh niên Cộng`): no line ends between them."""
    return frozenset(
        " ".join(words[at : at + 3])
        for words in (phrase.split() for phrase in _words("unbroken_name"))
        for at in range(len(words) - 2)
        if words[at + 2][0].isupper()
    )


@cache
def _place_breaks() -> frozenset[str]:
    """Two words in a row of names of provinces and districts (`Quảng Ngãi`): no paragraph ends between them."""
    pairs: set[str] = set()
    for table in ("units_2024", "units_2025"):
        for record in records(table).splitlines():
            words = _TYPE_OF_UNIT.sub("", place_tones(record.split("\t")[1])).split()
            pairs.update(f"{first} {second}" for first, second in zip(words, words[1:], strict=False))
    return frozenset(pairs)


def _is_torn(a: str, b: str) -> bool:
    """Whether line `a` is the first word or two of line `b`, torn off by the width of a page's source."""
    if a in _torn():
        return is_capitals(b) and not _opening("opener").match(b)
    if a.isupper() and f"{a} {b.partition(' ')[0]}" in _torn_phrases():
        return True
    return bool("," in b[:40] and _TORN_PLACE.fullmatch(a) and _PLACE_AND_DATE.match(b))


@cache
def _unfinished_capitals() -> Pattern:
    """Small words in capitals at the end of a line (`CỦA`, `VỀ`): its sentence goes on."""
    words = [word for word in _words("unfinished") if word.islower() and word not in _words("wants_number")]
    body = "|".join(sorted({re.escape(word.upper()) for word in words}, key=len, reverse=True))
    return Pattern(rf"(?:^|[\s(,])(?:{body})$")


def _capitals_join(a: str, b: str) -> bool:
    """Whether of two lines in capitals the second goes on with the first, whatever room the first had left."""
    if _opening("opener").match(b):
        return False
    if a[-1] == "," or _unfinished_capitals().search(_tail(a)):
        return True
    last, first = a.split()[-4:], b.partition(" ")[0]
    if any(f"{' '.join(last[-count:])} {first}" in _torn_phrases() for count in range(1, len(last) + 1)):
        return True
    return MARKER.match(a) is not None and not _opening("no_rest").match(b)


def _office_of(a: str, b: str) -> bool:
    """Whether line `a` ends in an office and `b` begins with the body whose office it is (`Chủ tịch` + `UBND tỉnh`)."""
    return a.count(" ") > 2 and bool(_ending("office", False).search(_tail(a)) and _opening("body").match(b))


def _marker_joins(a: str, b: str, marker: re.Match[str], full: bool | None) -> bool:
    """A line that looks like an item goes on with the sentence where the line before wants it to."""
    if marker.group().isalpha() and _ending("wants_number", True).search(_tail(a)):
        return True  # `LẦN THỨ` + `XV CỦA HỘI`
    if b[0] == "-" and a[-1].isdigit() and b[1:].lstrip()[:1].isdigit():
        return True  # a range of years or days broken at its dash
    if a[-1] in _TERMINAL or not full:
        return False
    if b[0] in _DASH:
        if b[0] != "-":
            return False
        rest = b[1:].lstrip()
        return rest[:1].islower() or rest[:1].isdigit() or bool(_opening("compound").match(rest) or _PROPER.match(rest))
    if b[0].isdigit() and "." in marker.group().rstrip(". "):
        return False
    return bool(_ending("wants_number", True).search(_tail(a))) and not a.isupper()


def _lower_joins(a: str, last: str, full: bool | None) -> bool:
    if last in _TERMINAL:
        return full is True and last != ":" or _abbreviated(a)
    # A line in capitals is a heading or a type word; what follows in lower case is its title (Party documents).
    return last == "," or not is_capitals(a)


def _abbreviated(a: str) -> bool:
    """Whether a line ends in a full stop that ends no sentence (`TP.`)."""
    return a[-1] == "." and a[-2:-1].isalpha() and a[a.rfind(" ") + 1 :].lstrip("(“") in _words("abbreviation")


def _inside_name(a: str, b: str) -> bool:
    """Whether the break stands inside a name that goes on with a capital."""
    last, first = _tail(a).split()[-2:], b[: first_word_length(b)].rstrip(",;.:)")
    return f"{' '.join(last)} {first}" in _inner_breaks() or f"{last[-1].lstrip('(')} {first}" in _place_breaks()


def _are_short_items(a: str, b: str) -> bool:
    """Whether two lines are items of a list of recipients, the second one without its dash."""
    return a[0] in _DASH and a[-1] == b[-1] == ";" and max(len(a), len(b)) <= _LONGEST_RECIPIENT


def _upper_joins(a: str, b: str, last: str, full: bool | None) -> bool:
    if last in _TERMINAL:
        if last in ":!?" or _LABEL.match(b) or _are_short_items(a, b):
            return False
        return (full is True and not (is_capitals(a) or is_capitals(b))) or (full is not False and _abbreviated(a))
    a_capitals, b_capitals = is_capitals(a), is_capitals(b)
    if a_capitals and b_capitals and _capitals_join(a, b):
        return True
    if last == "," and not a_capitals and not _opening("no_rest").match(b):
        return True
    if a_capitals != b_capitals and (a_capitals or " " in b):
        return not a_capitals and _office_of(a, b)
    if not a_capitals and (last == "," or _ending("unfinished", False).search(_tail(a))):
        return True
    if not a_capitals and _office_of(a, b):
        return True
    if not a_capitals and _PLACE.match(b) and _ending("wants_name", True).search(_tail(a)):
        return True
    if not a_capitals and (_inside_name(a, b) or (_CUT_NAME.search(_tail(a)) and _REST_OF_NAME.match(b))):
        return True
    if _sentence().match(b):
        return False
    if full:
        return True
    if a_capitals:
        return False
    if full is None and len(a) >= 80 and not b_capitals:  # a page ended here: the next word is an abbreviation
        head = b[: first_word_length(b)].rstrip(",;)")
        return len(head) > 1 and head.isupper() and not _opening("opener").match(b)
    return False
