"""Names of bodies in words: `UBND các xã, thị trấn`, `Giám đốc các Sở: Y tế, Nội vụ`, `các cơ quan có liên quan`.

A longest-match grammar over the building blocks in `knowledge/bodies.toml`:

    body   = [office] unit | office_alone | group
    unit   = head [name] [level [place]] [unit above it]          Phòng Nội vụ huyện; Ban Tuyên giáo Huyện ủy
    group  = [các] noun {, noun} [which ones]                     các sở, ban, ngành có liên quan

Everything works at an offset: nothing scans ahead but `find_bodies`, which looks for the places where a body may begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..knowledge import rows
from .opening_words import TWO_WORDS, WordRule, first_word, two_words

BodyKind = Literal["body", "person", "group"]


@dataclass(frozen=True, slots=True)
class BodySpan:
    """A body as it stands in a text.

    Attributes:
        start, end: Half-open offsets of its words.
        kind: `body` (an organisation), `person` (an office holder) or `group` (a collective).
        name: The body in words. It differs from the text only in a list that names its head once: in
            `Giám đốc các Sở: Y tế, Nội vụ` the second is `Giám đốc Sở Nội vụ`.
    """

    start: int
    end: int
    kind: BodyKind
    name: str


_UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EF9, 2))
_END = r"(?![^\W_])"


def _rows(kind: str) -> Iterator[dict[str, list[str]]]:
    return (row for row in rows("bodies") if row["kind"] == kind)


def _literal(words: str) -> str:
    """Words as a pattern: loose spaces about dashes, `&` for `và`, commas that may be missing."""
    pattern = re.escape(words).replace(r"\ ", " ")
    pattern = pattern.replace(r" \- ", " ?- ?").replace(" và ", "(?: và | ?& ?)")
    return pattern.replace(", ", ",? ")


def _words(kind: str) -> list[str]:
    return sorted({word for row in _rows(kind) for word in row.get("words", [])}, key=lambda word: (-len(word), word))


def _pattern_list(kind: str) -> list[str]:
    return [pattern for row in _rows(kind) for pattern in row.get("patterns", [])]


def _patterns(kind: str) -> str:
    return "|".join(_pattern_list(kind))


def _alternation(kind: str) -> str:
    return "|".join(_literal(word) for word in _words(kind))


def _word_rule(kind: str, ignore_case: bool = False) -> WordRule:
    """The rule for all words and patterns of a kind."""
    return WordRule([*(_literal(word) for word in _words(kind)), *_pattern_list(kind)], ignore_case)


_HEAD_LEVEL = _word_rule("head_level", ignore_case=True)
_HEAD_NAME = _word_rule("head_name", ignore_case=True)
_FIXED = _word_rule("fixed")
_NAME = _word_rule("name", ignore_case=True)
_OFFICE = _word_rule("office")
_OFFICE_ALONE = _word_rule("office_alone")
_GROUP_NOUN = _word_rule("group", ignore_case=True)
_GROUP_WEAK = _word_rule("group_weak", ignore_case=True)
_GROUP_FIXED = _word_rule("group_fixed")
_GROUP_ALONE = _word_rule("group_alone", ignore_case=True)
_GROUP_TAIL = _word_rule("group_tail")
_GROUP_TAIL_FIRST = _word_rule("group_tail_first")
_MERGED = _word_rule("merged")
_NOT_BODY = _word_rule("not_body", ignore_case=True)
_NAME_WORDS = _word_rule("name_words")
_AREA = _word_rule("area")
_ABOVE_HEAD = _word_rule("above")
_SMALL_UNIT = _word_rule("small_unit")

_OFFICE_OF = re.compile(rf" (?:{_patterns('office_of')}){_END}")
_GROUP_LEAD = re.compile(rf"(?:{_patterns('group_lead')}) ")
_HEAD_IN = re.compile(_patterns("shared_head"))
_NAME_STOP = frozenset(_words("name_stop"))
_NAME_PAIRS = frozenset(_words("name_pair"))
_SMALL_NAME_HEADS = frozenset(word.lower() for word in _words("small_name"))
_CAPITAL_HEADS = frozenset(word for word in _words("head_name") if word.isupper())
_FREE_HEAD = frozenset(_words("free_head"))
_FREE_NAME = re.compile(rf" (?:{_alternation('free_name')}){_END}")
_PREDICATE = re.compile(rf" (?:{_alternation('predicate')}){_END}")
_STEERING_LIMIT = 160
_LIST_LIMIT = 60

_NAME_LIST = [_HEAD_LEVEL, _HEAD_NAME, _FIXED, _OFFICE, _OFFICE_ALONE, _GROUP_NOUN, _GROUP_FIXED, _GROUP_ALONE, _MERGED]
_FIRST: dict[str, frozenset[str] | None] = {}
"""First word of a body to the words that may come second (None: any)."""


def _index_first_words() -> None:
    leads = ("các", "mỗi", "từng", "những", "toàn thể", "toàn bộ", "tất cả", "ông", "đồng chí", "đ")
    for beginning in (*leads, *(start for rule in _NAME_LIST for start in rule.beginnings)):
        first, _, second = beginning.partition(" ")
        known = _FIRST.get(first, frozenset())
        _FIRST[first] = (known | {second}) if second and known is not None else None


_index_first_words()

_CAPITAL = re.compile(rf"[{_UPPER}][\w’'ʼ]*")
_NOT_PLACE = frozenset(word.lower() for word in _words("not_place"))
_ANOTHER = frozenset(word.lower() for word in _words("another"))
_NAMED_PLACE = re.compile(rf"(?:{_alternation('place')}){_END}")
_NUMBERED_PLACE = re.compile(rf"\d{{1,2}}{_END}(?![/.%,\d])|[IVX]{{1,4}}\.\d{{1,2}}{_END}")

_LEVEL_WORD = rf"(?:(?i:{_alternation('level')}){_END}(?! (?:hội|ủy|đoàn|đội|viên|học){_END}))"
_LEVEL_RUN = re.compile(
    rf"(?:(?:các|cấp|toàn|hai|mỗi|những|từng|\d{{1,3}}) )?{_LEVEL_WORD}"
    rf"(?:(?:, ?| ?/ ?| và | ?- ?| hoặc |, và )(?:(?:các|cấp) )?{_LEVEL_WORD}){{0,8}}"
)
_NEXT_LEVEL = re.compile(rf"(?:, ?| và | ?- ?|, và )(?=(?:(?:các|cấp) )?{_LEVEL_WORD})")
_AFTER_LEVEL = re.compile(
    r" (?:trực thuộc (?:[Tt]rung ương|TW|tỉnh)|thuộc tỉnh|có tên tại (?:Điều|khoản|Mục|mục) [\dIVX]{1,4})" + _END
)
_LEVEL_INITIALS = frozenset("cthqxpđaấbklmnCTHQXPĐ0123456789")
_ABOVE = re.compile(rf" (?:thuộc |của |- )?(?=[{_UPPER}])")
_ABBREVIATION = re.compile(
    rf"(?:[{_UPPER}]{{2,}}|[{_UPPER}]+[\w]*\d+|\d{{1,3}})"
    rf"(?:(?: ?[&/-] ?|-)[{_UPPER}\d]+(?: và [{_UPPER}]{{2,}})?){{0,6}}{_END}(?![/])"
)
_TOKEN = re.compile(r"[^\W_][\w/’'ʼ&]*")
_JOIN = re.compile(rf" ?- ?(?=[{_UPPER}])| (?:và|&) (?=[{_UPPER}])|, (?=[{_UPPER}]\w+(?: [\w]+){{0,3}} và [{_UPPER}])")
_AND_NAME = re.compile(rf"(?:, [{_UPPER}]\w+(?: [\w]+){{0,2}})? và [{_UPPER}]")
_LISTING_HEADS = frozenset(("Sở", "Phòng", "Bộ"))  # `Phòng Nội vụ và Tư pháp` may be two
_BRACKET = re.compile(r" ?\([^()\n]{1,120}\)")
_SEPARATOR = re.compile(r" ?[,;] ?(?:(?:và|cùng|hoặc|đồng thời) )?| (?:và|&|cùng với|cùng|hoặc) |/| - ")
_HONORIFIC = re.compile(
    r"(?:[Cc]ác |[Đđ]ồng chí |[Đđ]/c |[Cc]ác [Đđ]ồng chí |[Cc]ác đ/c )?(?:[Ôô]ng(?:,? ?\(?[Bb]à\)?)?|[Đđ]ồng chí|đ/c)"
    r"(?: [Bb]à)?(?:,? ?là)? ?:? ?(?=\w)"
)
_HONORIFIC_INITIALS = frozenset("CcĐđÔô")
_COLON = re.compile(r" ?: ?| ")
_GROUP_LINK = re.compile(r", ?(?:và )?| và | ?- ?| hoặc | (?=cá nhân|đơn vị|đoàn thể|ngành)")
_VERB_LIKE = re.compile(
    r"tổ chức (?!liên quan|có liên quan|hữu quan|cá nhân|trực thuộc|khác|và |thuộc|đoàn|hội|đảng|chính|xã|thành|tín"
    r"|kinh|cơ)"
    rf"[^\W{_UPPER}\d]"
)
_OF = re.compile(rf" (?:thuộc |của |trực thuộc )?(?=[{_UPPER}])| (?:thuộc|của) (?=các |ngành )")
_ENDS_IN_LEVEL = re.compile(rf"(?:{_alternation('level')}|bản|trường|hội|đoàn|tổ)$")


# -- levels and places -------------------------------------------------------------------------------------------------


def _place(text: str, at: int, end: int) -> int | None:
    """End of the place name at `at`, or None."""
    named = _NAMED_PLACE.match(text, at, end) or _NUMBERED_PLACE.match(text, at, end)
    if named is not None:
        return named.end()
    stop: int | None = None
    for _ in range(5):
        token = _CAPITAL.match(text, at, end)
        if token is None:
            break
        first, second = two_words(text, at, end)
        both = f"{first} {second}"
        if first in _ANOTHER or first in _NOT_PLACE or both in _ANOTHER or both in _NOT_PLACE:
            break
        stop = token.end()
        if stop >= end or text[stop] != " ":
            break
        at = stop + 1
    return stop


def _level(text: str, at: int, end: int) -> int:
    """End of the level with its place that begins after the space at `at`; `at` itself if there is none."""
    if at + 1 >= end or text[at] != " " or text[at + 1] not in _LEVEL_INITIALS:
        return at
    run = _LEVEL_RUN.match(text, at + 1, end)
    if run is None:
        return at
    stop = run.end()
    for _ in range(8):
        place = _place(text, stop + 1, end) if stop < end and text[stop] == " " else None
        if place is None:
            break
        stop = place
        more = _NEXT_LEVEL.match(text, stop, end)
        run = _LEVEL_RUN.match(text, more.end(), end) if more else None
        if run is None:
            break
        stop = run.end()
    after = _AFTER_LEVEL.match(text, stop, end)
    return after.end() if after else stop


def _tails(text: str, at: int, end: int, place: bool, depth: int = 0) -> int:
    """Level, place and the body above, after a head or name that ends at `at`."""
    if at + 1 >= end or text[at] != " ":
        return at
    level = _level(text, at, end)
    if level == at and place and not (depth < 2 and _ABOVE_HEAD.match(text, at + 1, end)):
        level = _place(text, at + 1, end) or at
    if level == at or text.startswith(" nơi ", level):
        area = _AREA.match(text, level + 1, end)
        level = area.end() if area else level
    if level == at and depth < 2 and text.startswith("các ", at + 1):
        return _group(text, at + 1, end) or at  # `Chi bộ các trường học`
    if depth < 2:
        link = _ABOVE.match(text, level, end)
        if link is not None and _ABOVE_HEAD.match(text, link.end(), end):
            return _unit(text, link.end(), end, depth + 1) or level
    return level


# -- organisations -----------------------------------------------------------------------------------------------------


def _open_name(text: str, at: int, end: int) -> int | None:
    """End of a name that is in no list: capitals, each with at most one small syllable, and known compounds."""
    stop: int | None = None
    capital = ""
    small_allowed = spelled_out = joined = False
    for _ in range(14):
        token = _TOKEN.match(text, at, end)
        if token is None:
            break
        word = token.group()
        if word[0].isupper() or word[0].isdigit():
            if stop is not None and _begins_another(text, at, end, verbs=not joined):
                break
            stop, small_allowed = token.end(), not (word.isupper() and len(word) > 1)
            spelled_out, capital = small_allowed, word.lower()
        else:
            known = _NAME_WORDS.match(text, at, end) if stop is not None and spelled_out else None
            if known is not None:
                stop, small_allowed = known.end(), False
            elif small_allowed and (word not in _NAME_STOP or f"{capital} {word}" in _NAME_PAIRS):
                stop, small_allowed = token.end(), False
            else:
                break
        at = stop
        join = _JOIN.match(text, at, end)
        joined = join is not None
        if join is not None:
            if _begins_another(text, join.end(), end, verbs=False):
                break
            at = join.end()
        elif at < end and text[at] == " ":
            at += 1
        else:
            break
    return stop


def _begins_another(text: str, at: int, end: int, verbs: bool = True) -> bool:
    """Whether another body (or a verb in capitals) begins at `at`, so that a name does not go on."""
    first, second = two_words(text, at, end)
    both = f"{first} {second}"
    return first in _ANOTHER or both in _ANOTHER or (verbs and both in _NOT_PLACE)


def _name(text: str, at: int, end: int, head: str) -> int | None:
    """End of the name after `head`, which ends before the space at `at`."""
    if at + 1 >= end or text[at] != " ":
        return None
    at += 1
    small_head, small_name = head[0].islower(), text[at].islower()
    listed = _NAME.match(text, at, end)
    if listed is not None and (not small_name or head.lower() in _SMALL_NAME_HEADS):
        stop = listed.end()
        goes_on = text.startswith(" - ", stop) or (head not in _LISTING_HEADS and _AND_NAME.match(text, stop, end))
        if goes_on and not small_name and not small_head:
            return max(stop, _open_name(text, at, end) or 0)
        return stop
    if (head.isupper() and head not in _CAPITAL_HEADS) or (small_head and small_name):
        return None
    abbreviation = _ABBREVIATION.match(text, at, end)
    if abbreviation is not None and (not abbreviation.group().isdigit() or not small_head):
        return max(abbreviation.end(), _open_name(text, at, end) or 0)
    return _open_name(text, at, end)


def _unit(text: str, at: int, end: int, depth: int = 0, word: str | None = None) -> int | None:
    """End of the organisation at `at`, or None."""
    word = first_word(text, at, end) if word is None else word
    if not word:
        return None
    small = text[at].islower()
    fixed = _FIXED.match(text, at, end, word)
    head = _HEAD_LEVEL.match(text, at, end, word)
    if head is not None and (fixed is None or head.end() >= fixed.end()):
        stop = _tails(text, head.end(), end, place=True, depth=depth)
        return stop if not small or stop > head.end() or " " in head.group() else None
    head = _HEAD_NAME.match(text, at, end, word)
    name = _name(text, head.end(), end, head.group()) if head is not None else None
    if name is not None and (fixed is None or name > fixed.end()):
        return _tails(text, name, end, place=True, depth=depth)
    return _free_name(text, fixed, end, depth) if fixed is not None else None


_FREE_END = re.compile(r"[;.:()\n]| (?=(?i:tỉnh|huyện|thành phố|quận|thị xã|xã|phường|thị trấn)" + _END + r"(?! hội))")


def _free_name(text: str, fixed: re.Match[str], end: int, depth: int) -> int:
    """The tails of a fixed name; a steering board (Ban Chỉ đạo …) is named after its whole task."""
    at = fixed.end()
    if fixed.group() in _FREE_HEAD and _FREE_NAME.match(text, at, end):
        limit = min(end, at + _STEERING_LIMIT)
        stop = _FREE_END.search(text, at, limit)
        limit = stop.start() if stop else limit
        predicate = _PREDICATE.search(text, at + 12, limit)
        at = predicate.start() if predicate is not None else limit
        while at > fixed.end() and text[at - 1] in " ,":
            at -= 1
    return _tails(text, at, end, place=False, depth=depth)


# -- collectives -------------------------------------------------------------------------------------------------------


def _group_nouns(text: str, at: int, end: int) -> tuple[int, int]:
    """End of a run of collective nouns (`sở, ban, ngành`) at `at`, and how many there are."""
    stop, count = at, 0
    while count < 10:
        word = first_word(text, at, end)
        noun = _GROUP_NOUN.match(text, at, end, word)
        if count and (noun is None or noun.end() - at < 4):
            noun = _GROUP_WEAK.match(text, at, end, word) or noun
        if noun is None or (noun.group().isupper() and not count and text[max(0, at - 4) : at] != "CÁC "):
            break
        if text[at].isupper() and (_OFFICE.match(text, at, end, word) or _unit(text, at, end) is not None):
            break
        if count and _VERB_LIKE.match(text, at, end):
            break
        at = stop = noun.end()
        count += 1
        link = _GROUP_LINK.match(text, at, end)
        if link is None:
            break
        at = link.end()
    return stop, count


def _group(text: str, at: int, end: int, bare: bool = False, word: str | None = None) -> int | None:
    """End of the collective at `at`, or None; with `bare` one noun is enough."""
    begin = at
    word = first_word(text, at, end) if word is None else word
    merged = _MERGED.match(text, at, end, word)
    if merged is not None:
        return _level(text, merged.end(), end)
    lead = _GROUP_LEAD.match(text, at, end)
    fixed = _GROUP_FIXED.match(text, at, end, word)
    if lead is not None:
        at = lead.end()
    nouns, count = _group_nouns(text, at, end)
    if not count:
        if lead is not None and at < end and text[at].isupper():
            several = _unit(text, at, end)
            if several is not None:
                return _group_tails(text, several, end)[0]
        return _group_tails(text, fixed.end(), end)[0] if fixed else None
    if lead is not None and count == 1:
        small = text[at:nouns].lower()
        name = _name(text, nouns, end, small) if small in _SMALL_NAME_HEADS else None  # `các sở giáo dục và đào tạo`
        if name is not None:
            return _group_tails(text, name, end)[0]
    stop, tails = _group_tails(text, nouns, end)
    if fixed is not None and fixed.end() >= stop:
        return _group_tails(text, fixed.end(), end)[0]
    if count > 1 or tails or bare:
        return stop
    if lead is not None:
        return None if lead.group()[0].isdigit() else stop
    return stop if text.count(" ", begin, stop) > 1 or _GROUP_ALONE.match(text, begin, end, word) else None


def _group_tails(text: str, at: int, end: int) -> tuple[int, int]:
    """End of what says which members are meant, and how many such words there are."""
    tails = 0
    while tails < 6 and at < end and text[at] == " ":
        above = _OF.match(text, at, end)
        if above is not None and above.group() == " " and _ENDS_IN_LEVEL.search(text, max(0, at - 12), at):
            above = None
        stop = _unit(text, above.end(), end, 1) if above else None
        if stop is None and above is not None and above.group().strip():
            stop = _group(text, above.end(), end)
        if stop is None:
            tail = _GROUP_TAIL.match(text, at + 1, end)
            if tail is None and not tails:
                tail = _GROUP_TAIL_FIRST.match(text, at + 1, end)
            stop = tail.end() if tail else _level(text, at, end)
        if stop <= at:
            break
        at, tails = stop, tails + 1
    return at, tails


# -- office holders ----------------------------------------------------------------------------------------------------


def _person(text: str, at: int, end: int, word: str) -> int | None:
    """End of the office holder at `at`, or None."""
    alone = _OFFICE_ALONE.match(text, at, end, word)
    office = _OFFICE.match(text, at, end, word)
    stop: int | None = None
    if office is not None and office.end() + 1 < end and text[office.end()] == " ":
        stop = _office_body(text, office, end)
    if alone is not None and (stop is None or alone.end() > stop):
        stop = _tails(text, alone.end(), end, place=False)
    return stop


def _office_body(text: str, office: re.Match[str], end: int) -> int | None:
    """End of the body that the holder of an office heads, or of the level that stands for it."""
    at = office.end() + 1
    council = _OFFICE_OF.match(text, office.end(), end)
    if council is not None:
        return _tails(text, council.end(), end, place=True)
    stop = _unit(text, at, end)
    if stop is None:
        stop = _group(text, at, end, bare=True)
    if stop is None and text[at].islower():
        stop = _small_unit(text, at, end)
    level = _level(text, office.end(), end) if not _VERBAL_OFFICE.fullmatch(office.group()) else office.end()
    return max(stop or 0, level if level > office.end() else 0) or None


_VERBAL_OFFICE = re.compile(r"Lãnh đạo|Chỉ huy|Đại diện")


def _small_unit(text: str, at: int, end: int) -> int | None:
    """`phòng Nội vụ` after `Trưởng`; also a bare `phòng`, `ban` with its level."""
    small = _SMALL_UNIT.match(text, at, end)
    if small is None:
        return None
    name = _name(text, small.end(), end, small.group())
    return _tails(text, name if name is not None else small.end(), end, place=False)


# -- parts of names, for those who look for names alone ----------------------------------------------------------------


def match_unit(text: str, at: int, end: int) -> int | None:
    """End of the organisation that begins at `at`, without an office before it; None where none begins."""
    return _unit(text, at, end)


def match_place(text: str, at: int, end: int) -> int | None:
    """End of the name of a place at `at` (`Trà Cú`, `Bà Rịa - Vũng Tàu`, `12`); None where none begins."""
    return _place(text, at, end)


def match_listed_name(text: str, at: int, end: int) -> int | None:
    """End of the name of a department at `at` (`Lao động - Thương binh và Xã hội`); None if it is in no list."""
    listed = _NAME.match(text, at, end)
    return listed.end() if listed is not None else None


# -- bodies and lists of them ------------------------------------------------------------------------------------------


def may_begin_with(first: str, second: str) -> bool:
    """Whether a body may begin with these two words (in small letters)."""
    seconds = _FIRST.get(first, _NONE)
    if seconds is not None and second not in seconds:
        return first.isdigit() and len(first) < 4 and second in _LEVEL_FIRST
    return True


def opening(text: str, at: int, end: int) -> tuple[str, bool]:
    """The first word at `at` in small letters, and whether a body may begin with it (and the word after it)."""
    match = TWO_WORDS.match(text, at, end)
    if match is None:
        return "", False
    first, second = match.groups()
    first = first.lower()
    seconds = _FIRST.get(first, _NONE)
    if seconds is None:
        return first, True
    if second is not None and (seconds or first.isdigit()):
        return first, may_begin_with(first, second.lower())
    return first, False


_NONE: frozenset[str] = frozenset()
_LEVEL_FIRST = frozenset(word.lower().split(" ")[0] for kind in ("level", "group") for word in _words(kind))


def match_body(text: str, at: int, end: int | None = None) -> BodySpan | None:
    """The longest body that begins at `at`.

    Args:
        text: Clean text.
        at, end: Offsets; the body must end at or before `end`.

    Returns:
        The body, or None where none begins.
    """
    end = len(text) if end is None else end
    first, second = two_words(text, at, end)
    return _match_body(text, at, end, first) if may_begin_with(first, second) else None


def _match_body(text: str, at: int, end: int, word: str) -> BodySpan | None:
    """As `match_body`, where the first word is known and may begin a body."""
    if _NOT_BODY.match(text, at, end, word):
        return None
    kind: BodyKind = "person"
    best = _person(text, at, end, word) or at
    stop = _unit(text, at, end, 0, word) or at
    if stop > best:
        best, kind = stop, "body"
    stop = _group(text, at, end, False, word) or at
    if stop > best:
        best, kind = stop, "group"
    return BodySpan(at, best, kind, text[at:best]) if best > at else None


def _shared_head(text: str, at: int, end: int, word: str) -> tuple[list[BodySpan], int] | None:
    """A list that names its head once: `Giám đốc các Sở: Y tế, Nội vụ`, `UBND các xã: An Hòa, An Bình`."""
    start, prefix = at, ""
    office = _OFFICE.match(text, at, end, word)
    if office is not None:
        colon = _COLON.match(text, office.end(), end)
        if colon is None:
            return None
        prefix = office.group() + " "
        if ":" in colon.group():  # `Giám đốc: Sở A, Sở B`
            return _prefixed(text, start, prefix, colon.end(), end)
        at = colon.end()
        word = first_word(text, at, end)
    several = word == "các"
    if several:
        at += 4
        word = first_word(text, at, end)
    head = _HEAD_NAME.match(text, at, end, word)
    if head is not None and (several or text.find(":", head.end(), head.end() + 2) >= 0):
        found = _shared_names(text, start, prefix, head, end)
        if found is not None:
            return found
    head = _HEAD_LEVEL.match(text, at, end, word)
    if head is None or not text.startswith(" các ", head.end()):
        return None
    return _shared_places(text, start, prefix, head, end)


def _prefixed(text: str, start: int, prefix: str, at: int, end: int) -> tuple[list[BodySpan], int] | None:
    bodies, stop = parse_body_list(text, at, end)
    if len(bodies) < 2:
        return None
    kind: BodyKind = "person"
    spans = [
        body if body.kind == "person" else BodySpan(body.start, body.end, kind, prefix + body.name) for body in bodies
    ]
    return [BodySpan(start, spans[0].end, kind, spans[0].name), *spans[1:]], stop


def _shared_names(
    text: str, start: int, prefix: str, head: re.Match[str], end: int
) -> tuple[list[BodySpan], int] | None:
    """`các Sở: Y tế, Nội vụ`: one body a name."""
    colon = _COLON.match(text, head.end(), end)
    if colon is None:
        return None
    at = colon.end()
    name = _any_name(text, at, end)
    if name is None:
        return None
    kind: BodyKind = "person" if prefix else "body"
    label = prefix + head.group()[0].upper() + head.group()[1:] + " "
    spans = [BodySpan(start, name, kind, label + text[at:name])]
    stop = name
    while True:
        separator = _SEPARATOR.match(text, stop, end)
        if separator is None or match_body(text, separator.end(), end) is not None:
            break
        name = _any_name(text, separator.end(), end)
        if name is None:
            break
        spans.append(BodySpan(separator.end(), name, kind, label + text[separator.end() : name]))
        stop = name
    return (spans, stop) if len(spans) > 1 else None


def _any_name(text: str, at: int, end: int) -> int | None:
    match = _NAME.match(text, at, end) or _ABBREVIATION.match(text, at, end)
    return match.end() if match else None


_SHARED_LEVEL = re.compile(rf" các (?P<level>{_LEVEL_WORD}) ?:? ?(?=[{_UPPER}\d])")
_OTHER_LEVEL = re.compile(rf"(?P<level>{_LEVEL_WORD}) (?=[{_UPPER}\d])")


def _shared_places(
    text: str, start: int, prefix: str, head: re.Match[str], end: int
) -> tuple[list[BodySpan], int] | None:
    """`UBND các huyện: A, B, thị xã C`: one body a place."""
    lead = _SHARED_LEVEL.match(text, head.end(), end)
    if lead is None:
        return None
    level, at, first = lead["level"], lead.end(), start
    kind: BodyKind = "person" if prefix else "body"
    spans: list[BodySpan] = []
    stop = at
    while True:
        other = _OTHER_LEVEL.match(text, at, end)
        if other is not None:
            level, at = other["level"], other.end()
        place = _place(text, at, end)
        if place is None:
            break
        spans.append(BodySpan(first, place, kind, f"{prefix}{head.group()} {level} {text[at:place]}"))
        stop = place
        separator = _SEPARATOR.match(text, stop, end)
        if separator is None:
            break
        at = first = separator.end()
    return (spans, stop) if len(spans) > 1 else None


def parse_body_list(text: str, start: int, end: int | None = None) -> tuple[list[BodySpan], int]:
    """The list of bodies that begins at `start`.

    Brackets after a body (a contact point, an abbreviation) are passed over.

    Args:
        text: Clean text.
        start, end: Offsets; the list must end at or before `end`.

    Returns:
        The bodies in order and the offset after the last one (and its bracket); `([], start)` where none begins.
    """
    end = len(text) if end is None else end
    at = start
    first, second = two_words(text, at, end)
    if not may_begin_with(first, second):
        return [], start
    honorific = _HONORIFIC.match(text, at, end) if text[at] in _HONORIFIC_INITIALS else None
    if honorific is not None:
        at = honorific.end()
        first, second = two_words(text, at, end)
    bodies: list[BodySpan] = []
    stop = start
    while len(bodies) < _LIST_LIMIT:
        more, after = _list_item(text, at, end, bodies, first, second)
        if not more:
            break
        bodies += more
        bracket = _BRACKET.match(text, after, end)
        stop = bracket.end() if bracket is not None else after
        separator = _SEPARATOR.match(text, stop, end)
        if separator is None:
            break
        at = separator.end()
        first, second = two_words(text, at, end)
    return bodies, stop


def _list_item(
    text: str, at: int, end: int, before: list[BodySpan], first: str, second: str
) -> tuple[list[BodySpan], int]:
    """The next body of a list (or bodies that share a head), and where it ends; an empty list where there is none."""
    if may_begin_with(first, second):
        shared = _shared_head(text, at, end, first)
        if shared is not None:
            return shared
        body = _match_body(text, at, end, first)
        if body is not None:
            return [body], body.end
    leaning = _same_head(text, at, end, before)
    return ([leaning], leaning.end) if leaning is not None else ([], at)


_BOUNDARY = re.compile(
    rf" (?={_LEVEL_WORD})| ?(?:[,;:.(]|$)| (?:và|có trách nhiệm|chịu trách nhiệm|chủ trì|phối hợp)\b"
)


def _same_head(text: str, at: int, end: int, bodies: list[BodySpan]) -> BodySpan | None:
    """`Nội vụ` after `Sở Y tế, `: a department name that leans on the head of the one before it."""
    if not bodies or bodies[-1].kind == "group" or at >= end or not text[at].isupper():
        return None
    listed = _NAME.match(text, at, end)
    name = listed.end() if listed else at
    if listed is None or (name < end and not _BOUNDARY.match(text, name, end)):
        return None
    before = bodies[-1].name
    head = _HEAD_IN.match(before)
    if head is None:
        return None
    return BodySpan(at, name, bodies[-1].kind, head.group() + text[at:name])


_CANDIDATE = re.compile(
    rf"(?<![^\W_])(?:[{_UPPER}]|các (?=\w)|công an (?=\w)|phòng (?=[{_UPPER}])|chi bộ |thành viên "
    r"|cơ quan(?:,| thành viên)|sở, |đơn vị trực)"
)


def find_body_lists(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[list[BodySpan], int, int]]:
    """All lists of bodies in a stretch of text, in order: the bodies, where the list starts, and the offset after it.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the stretch.
    """
    end = len(text) if end is None else end
    at = start
    while True:
        candidate = _CANDIDATE.search(text, at, end)
        if candidate is None:
            return
        bodies, stop = parse_body_list(text, candidate.start(), end)
        if bodies:
            yield bodies, candidate.start(), stop
            at = max(stop, candidate.start() + 1)
        else:
            at = candidate.end()


def find_bodies(text: str, start: int = 0, end: int | None = None) -> list[BodySpan]:
    """All bodies in a stretch of text, in order, none within another; arguments as for `find_body_lists`."""
    return [body for bodies, _, _ in find_body_lists(text, start, end) for body in bodies]
