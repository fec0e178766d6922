"""Names of bodies in words: `UBND các xã, thị trấn`, `Giám đốc các Sở: Y tế, Nội vụ`, `các cơ quan, đơn vị có liên quan`.

A longest-match grammar over the building blocks in `knowledge/bodies.toml`:

    body   = [office] unit | office_alone | group
    unit   = head [name] [level [place]] [unit above it]          Phòng Nội vụ huyện; Ban Tuyên giáo Huyện ủy
    group  = [các] noun {, noun} [which ones]                     các sở, ban, ngành có liên quan

Everything works at an offset: nothing scans ahead. `find_bodies` looks for the places where a body may begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..knowledge import rows

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
    """Words as a pattern: loose spaces about dashes, `&` for `và`."""
    pattern = re.escape(words).replace(r"\ ", " ")
    pattern = pattern.replace(r" \- ", " ?- ?").replace(" và ", "(?: và | ?& ?)")
    return pattern.replace(", ", ",? ")


def _words(kind: str) -> list[str]:
    return sorted({word for row in _rows(kind) for word in row.get("words", [])}, key=lambda word: -len(word))


def _patterns(kind: str) -> str:
    return "|".join(pattern for row in _rows(kind) for pattern in row.get("patterns", []))


def _alternation(kind: str) -> str:
    return "|".join(_literal(word) for word in _words(kind))


_LEVEL_WORD = rf"(?:(?i:{_alternation('level')}){_END}(?! (?:hội|ủy|đoàn|đội|viên|học){_END}))"
_HEAD_WORD = _alternation("head_name")
_CAPITAL = rf"[{_UPPER}][\w’'ʼ]*"
_NOT_HEAD = (
    rf"(?!(?:{_HEAD_WORD}|Ủy ban|UBND|HĐND|Hội đồng|Công an|Huyện ủy|Tỉnh ủy|Thành ủy|Mặt trận|MTTQ|Chủ tịch|Giám đốc|"
    rf"Trưởng|Thủ trưởng|Các|Chánh|Huyện đoàn|Tỉnh đoàn|Đảng|Tòa|Kho|Nơi|Căn|Theo|Trên|Nghị|"
    rf"Quyết|Luật|Chỉ thị|Kế hoạch|{_alternation('not_place')}){_END})"
)
_PLACE = rf"(?:(?:{_alternation('place')}){_END}|(?:{_NOT_HEAD}{_CAPITAL}(?: {_NOT_HEAD}{_CAPITAL}){{0,4}}|\d{{1,2}}{_END}(?![/.%,\d])))"
_LEVELS = re.compile(
    rf" (?:(?:các|cấp|toàn|hai|mỗi|những|từng|\d{{1,3}}) )?{_LEVEL_WORD}(?: {_PLACE})?"
    rf"(?:(?:, ?| ?/ ?| và | ?- ?| hoặc |, và )(?:(?:các|cấp) )?{_LEVEL_WORD}(?: {_PLACE})?){{0,8}}"
    rf"(?: (?:trực thuộc [Tt]rung ương|trực thuộc TW|trực thuộc tỉnh|thuộc tỉnh|có tên tại (?:Điều|khoản|Mục|mục) [\dIVX]{{1,4}}))?"
)
_AREA = re.compile(
    r" (?:các cấp|cùng cấp|cấp trên|cấp dưới|các đơn vị, địa phương|các địa phương|địa phương|ở địa phương|ở cơ sở|cơ sở|Trung ương|TW|Việt Nam"
    r"|Quốc gia|quốc gia|trực thuộc|có liên quan|liên quan|nơi (?:cư trú|đăng ký|có [^,;.:()]{3,30}))" + _END
)
_PLACE_AFTER = re.compile(rf" {_PLACE}")
_WITHIN = re.compile(r" (?:trên địa bàn|đóng trên địa bàn)" + _END)

_NAMES: dict[str, re.Pattern[str]] = {}


def _index_names() -> None:
    by_first: dict[str, list[str]] = {}
    for word in _words("name"):
        first = re.split(r"[ ,]", word)[0].lower()
        by_first.setdefault(first, []).append(word)
    for first, words in by_first.items():
        _NAMES[first] = re.compile("(?i:" + "|".join(_literal(word) for word in words) + ")" + _END)


_index_names()

_HEAD_LEVEL = re.compile(rf"(?i:{_patterns('head_level')}){_END}")
_HEAD_NAME = re.compile(rf"(?:(?i:{_alternation('head_name')})){_END}")
_FIXED = re.compile(rf"(?:{_patterns('fixed')}){_END}")
_OFFICE = re.compile(rf"(?:{_patterns('office')}){_END}")
_OFFICE_ALONE = re.compile(rf"(?:{_patterns('office_alone')}){_END}")
_OFFICE_OF = re.compile(rf" (?:{_patterns('office_of')}){_END}")
_GROUP_LEAD = re.compile(rf"(?:{_patterns('group_lead')}) ")
_GROUP_NOUN = re.compile(rf"(?i:{_alternation('group')}){_END}")
_GROUP_WEAK = re.compile(rf"(?i:{_alternation('group_weak')}){_END}")
_GROUP_TAIL = re.compile(rf" (?:{_patterns('group_tail')}){_END}")
_GROUP_FIXED = re.compile(rf"(?:{_patterns('group_fixed')}){_END}")
_MERGED = re.compile(rf"(?:{_patterns('merged')})(?:{_LEVELS.pattern})?{_END}")
_NOT_BODY = re.compile(rf"(?i:{_patterns('not_body')}){_END}")
_NAME_WORDS = re.compile(rf"(?:{_alternation('name_words')}){_END}")
_FIRST = frozenset(_words("first"))
_NAME_STOP = frozenset(_words("name_stop"))
_FIRST_WORD = re.compile(r"[^\W_]+")
_ABBREVIATION = re.compile(
    rf"(?:[{_UPPER}]{{2,}}|[{_UPPER}]+[\w]*\d+|\d{{1,3}})(?:(?: ?[&/-] ?|-)[{_UPPER}\d]+(?: và [{_UPPER}]{{2,}})?)*{_END}(?![/])"
)
_TOKEN = re.compile(r"[^\W_][\w/’'ʼ&]*")
_JOIN = re.compile(
    rf" ?- ?(?={_NOT_HEAD}[{_UPPER}])| (?:và|&) (?={_NOT_HEAD}[{_UPPER}])|, (?={_NOT_HEAD}[{_UPPER}]\w+(?: [\w]+){{0,3}} và {_NOT_HEAD}[{_UPPER}])"
)
_ABOVE = re.compile(
    r" (?:thuộc |của |- )?(?=(?:Công an|UBND|Ủy ban|HĐND|Hội đồng nhân dân|Huyện ủy|Tỉnh ủy|Thành ủy|Quận ủy|Thị ủy|Đảng ủy|Sở|Bộ|Cục|Chính phủ"
    r"|Trung ương|Ban ATGT|Ban An toàn|Mặt trận|Ban Chỉ đạo|Phòng Giáo dục|Phòng GD|Trường|Đoàn|Tổng cục|BCĐ|Liên đoàn|Hội Chữ|Công ty|Ngân hàng|Quỹ)"
    + _END
    + ")"
)
_BRACKET = re.compile(r" ?\([^()\n]{1,120}\)")
_SEPARATOR = re.compile(r" ?[,;] ?(?:(?:và|cùng|hoặc|đồng thời) )?| (?:và|&|cùng với|cùng|hoặc) |/| - ")
_CAC = re.compile(r"(?:[Cc]ác|CÁC) ")
_HONORIFIC = re.compile(
    r"(?:[Cc]ác |[Đđ]ồng chí |[Đđ]/c |[Cc]ác [Đđ]ồng chí |[Cc]ác đ/c )?(?:[Ôô]ng(?:,? ?\(?[Bb]à\)?)?|[Đđ]ồng chí|đ/c)(?: [Bb]à)?(?:,? ?là)? ?:? ?(?=\w)"
)
_COLON = re.compile(r" ?: ?| ")


def _is_lower(text: str, at: int) -> bool:
    return text[at].islower()


def _level(text: str, at: int, end: int) -> int:
    """End of the level with its place that begins at `at` (a space); `at` itself if there is none."""
    match = _LEVELS.match(text, at, end)
    return match.end() if match else at


def _tails(text: str, at: int, end: int, place: bool, depth: int = 0) -> int:
    """Level, place and the body above, after a head or name that ends at `at`."""
    level = _level(text, at, end)
    if level == at and place:
        match = _PLACE_AFTER.match(text, at, end)
        if match:
            level = match.end()
    if level == at:
        match = _AREA.match(text, at, end)
        if match:
            level = match.end()
    at = level
    if depth < 2:
        match = _ABOVE.match(text, at, end)
        if match:
            above = _unit(text, match.end(), end, depth + 1)
            if above is not None:
                at = above
    return at


def _listed_name(text: str, at: int, end: int) -> int | None:
    """End of the listed department name at `at`, or None."""
    first = _FIRST_WORD.match(text, at, end)
    if first is None:
        return None
    pattern = _NAMES.get(first.group().lower())
    match = pattern.match(text, at, end) if pattern else None
    return match.end() if match else None


def _open_name(text: str, at: int, end: int) -> int | None:
    """End of a name that is in no list: capitals, each with at most one small syllable, and known compounds."""
    stop: int | None = None
    small_allowed = False
    for _ in range(14):
        token = _TOKEN.match(text, at, end)
        if token is None:
            break
        word = token.group()
        if word[0].isupper() or word[0].isdigit():
            if stop is not None and _HEAD_LEVEL.match(text, at, end):
                break
            stop, small_allowed = token.end(), True
        else:
            known = _NAME_WORDS.match(text, at, end) if stop is not None else None
            if known is not None:
                stop, small_allowed = known.end(), False
            elif small_allowed and word not in _NAME_STOP:
                stop, small_allowed = token.end(), False
            else:
                break
        at = stop
        join = _JOIN.match(text, at, end)
        if join is not None:
            at = join.end()
        elif at < end and text[at] == " ":
            at += 1
        else:
            break
    return stop


_SHORT_HEADS = frozenset(("VNPT", "BCĐ"))
_SMALL_NAME_HEADS = frozenset(("sở", "phòng", "bộ", "cục", "chi cục", "trung tâm", "trạm", "vụ"))


def _name(text: str, at: int, end: int, head: str) -> int | None:
    """End of the name after `head`, which ends before the space at `at`."""
    small_head = head[0].islower()
    capitals = head.isupper() and head not in _SHORT_HEADS
    if at >= end or text[at] != " ":
        return None
    at += 1
    listed = _listed_name(text, at, end)
    if listed is not None and (text[at].isupper() or head.lower() in _SMALL_NAME_HEADS):
        if text[at].isupper() and not small_head:
            longer = _open_name(text, at, end)
            if longer is not None and longer > listed and text[listed : listed + 3] == " - ":
                return longer
        return listed
    if capitals:
        return None
    abbreviation = _ABBREVIATION.match(text, at, end)
    if abbreviation is not None and (not abbreviation.group().isdigit() or not small_head):
        longer = _open_name(text, at, end)
        return abbreviation.end() if longer is None else max(longer, abbreviation.end())
    if small_head and _is_lower(text, at):
        return None
    return _open_name(text, at, end)


def _unit(text: str, at: int, end: int, depth: int = 0) -> int | None:
    """End of the organisation at `at`, or None."""
    if at >= end:
        return None
    small = _is_lower(text, at)
    fixed = _FIXED.match(text, at, end)
    head = _HEAD_LEVEL.match(text, at, end)
    if head is not None and (fixed is None or head.end() >= fixed.end()):
        stop = _tails(text, head.end(), end, place=True, depth=depth)
        if not small or stop > head.end() or " " in head.group():
            return stop
        return None
    head = _HEAD_NAME.match(text, at, end)
    if head is not None:
        name = _name(text, head.end(), end, head.group())
        if name is not None:
            stop = _tails(text, name, end, place=text[name - 1] != ")", depth=depth)
            return max(stop, fixed.end()) if fixed else stop
    if fixed is not None:
        return _free_name(text, fixed, end, depth)
    return None


_STEERING = re.compile(r"(?:BCĐ|Ban [Cc]hỉ đạo)" + _END)
_PREDICATE = re.compile(
    r" (?:có trách nhiệm|chịu trách nhiệm|chủ trì|phối hợp|tổ chức|tham mưu|theo dõi|đôn đốc|chỉ đạo|hướng dẫn|tổng hợp|báo cáo|kiểm tra|giúp|để|gồm|do)"
    + _END
)
_FREE = re.compile(
    r" (?:thực hiện|phòng, chống|phòng chống|xây dựng|cải cách|công tác|về|các|chuyển đổi|phát triển|thi hành|cuộc vận động|phong trào|chương trình)"
    + _END
)
_FREE_END = re.compile(r"[;.:()\n]| (?=(?i:tỉnh|huyện|thành phố|quận|thị xã|xã|phường|thị trấn)" + _END + r"(?! hội))")


def _free_name(text: str, fixed: re.Match[str], end: int, depth: int) -> int:
    """The tails of a fixed name; a steering board (Ban Chỉ đạo …) is named after its whole task."""
    at = fixed.end()
    if _STEERING.fullmatch(fixed.group()) and _FREE.match(text, at, end):
        stop = _FREE_END.search(text, at, min(end, at + 160))
        limit = stop.start() if stop else min(end, at + 160)
        predicate = _PREDICATE.search(text, at + 12, limit)
        if predicate is not None:
            limit = predicate.start()
        at = limit
        while at > fixed.end() and text[at - 1] in " ,":
            at -= 1
    return _tails(text, at, end, place=False, depth=depth)


def _group_nouns(text: str, at: int, end: int) -> tuple[int, int]:
    """End of a run of collective nouns (`sở, ban, ngành`) at `at`, and how many there are."""
    stop, count = at, 0
    while count < 10:
        noun = _GROUP_NOUN.match(text, at, end)
        if count and (noun is None or noun.end() - at < 4):
            weak = _GROUP_WEAK.match(text, at, end)
            noun = weak if weak is not None else noun
        if noun is None or (noun.group().isupper() and text[max(0, at - 4) : at] != "CÁC " and not count):
            break
        if text[at].isupper() and _unit(text, at, end) is not None:
            break
        if count and _VERB_LIKE.match(text, at, end):
            break
        stop, count = noun.end(), count + 1
        at = stop
        link = _GROUP_LINK.match(text, at, end)
        if link is None:
            break
        at = link.end()
    return stop, count


_VERB_LIKE = re.compile(
    rf"tổ chức (?!liên quan|có liên quan|cá nhân|trực thuộc|khác|và |thuộc|đoàn|hội|đảng|Đảng|chính|xã|thành|tín|kinh|cơ)[^\W{_UPPER}\d]"
)
_GROUP_LINK = re.compile(r", ?(?:và )?| và | ?- ?| hoặc | ")


def _group(text: str, at: int, end: int, bare: bool = False) -> int | None:
    """End of the collective at `at`, or None; with `bare` one noun is enough."""
    begin = at
    merged = _MERGED.match(text, at, end)
    if merged is not None:
        return merged.end()
    lead = _GROUP_LEAD.match(text, at, end)
    fixed = _GROUP_FIXED.match(text, at, end)
    if lead is not None:
        at = lead.end()
    stop, count = _group_nouns(text, at, end)
    if not count:
        several = _unit(text, at, end) if lead is not None and at < end and text[at].isupper() else None
        if several is not None:
            return several
        return _group_tails(text, fixed.end(), end)[0] if fixed else None
    stop, tails = _group_tails(text, stop, end)
    if fixed is not None and fixed.end() >= stop:
        return _group_tails(text, fixed.end(), end)[0]
    alone = bare or _ALONE.match(text, begin, end) or text.count(" ", begin, stop) > 1
    if lead is None and count < 2 and not tails and not alone:
        return None
    if lead is not None and lead.group()[0].isdigit() and not tails and count < 2:
        return None
    return stop


_ALONE = re.compile(
    r"(?:[Dd]oanh nghiệp vận tải|[Đđ]ơn vị kinh doanh vận tải|[Gg]iáo viên chủ nhiệm|Trường học)" + _END
)


def _group_tails(text: str, at: int, end: int) -> tuple[int, int]:
    """End of what says which members are meant, and how many such words there are."""
    tails = 0
    while tails < 6:
        above = _OF.match(text, at, end)
        if above is not None and above.group() == " " and _ENDS_IN_LEVEL.search(text, max(0, at - 12), at):
            above = None
        stop = _unit(text, above.end(), end, 1) if above else None
        if stop is None and above is not None and above.group().strip():
            stop = _group(text, above.end(), end)
        if stop is None:
            tail = _GROUP_TAIL.match(text, at, end)
            stop = tail.end() if tail else _level(text, at, end)
        if stop <= at:
            break
        at, tails = stop, tails + 1
    return at, tails


_ENDS_IN_LEVEL = re.compile(rf"(?:{_alternation('level')}|bản|trường|hội|đoàn|tổ)$")
_OF = re.compile(rf" (?:thuộc |của )?(?=[{_UPPER}])| (?:thuộc|của) (?=các |ngành )")


def _person(text: str, at: int, end: int) -> int | None:
    """End of the office holder at `at`, or None."""
    alone = _OFFICE_ALONE.match(text, at, end)
    office = _OFFICE.match(text, at, end)
    stop: int | None = None
    if office is not None and office.end() < end and text[office.end()] == " ":
        inner = office.end() + 1
        level = _level(text, office.end(), end)
        if level > office.end() and office.group() not in ("Lãnh đạo", "Chỉ huy", "Đại diện"):
            stop = level
        council = _OFFICE_OF.match(text, office.end(), end)
        unit = _tails(text, council.end(), end, place=True) if council else _unit(text, inner, end)
        if unit is None:
            unit = _group(text, inner, end, bare=True)
        if unit is None and text[inner].islower():
            unit = _small_unit(text, inner, end)
        if unit is not None and (stop is None or unit > stop):
            stop = unit
    if alone is not None and (stop is None or alone.end() > stop):
        stop = _tails(text, alone.end(), end, place=False)
    return stop


_SMALL = re.compile(r"(?:phòng|ban|đoàn|trạm|đơn vị|cơ quan|bộ phận|khoa|công đoàn|kho bạc)" + _END)


def _small_unit(text: str, at: int, end: int) -> int | None:
    """`phòng Nội vụ` after `Trưởng`; also a bare `phòng`, `ban` with its level."""
    small = _SMALL.match(text, at, end)
    if small is None:
        return None
    name = _name(text, small.end(), end, small.group())
    return _tails(text, name if name is not None else small.end(), end, place=False)


def match_body(text: str, at: int, end: int | None = None) -> BodySpan | None:
    """The longest body that begins at `at`.

    Args:
        text: Clean text.
        at, end: Offsets; the body must end at or before `end`.

    Returns:
        The body, or None where none begins.
    """
    end = len(text) if end is None else end
    first = _FIRST_WORD.match(text, at, end)
    if first is None:
        return None
    word = first.group()
    if not (word[0].isdigit() or word.lower() in _FIRST) or _NOT_BODY.match(text, at, end):
        return None
    best: tuple[int, BodyKind] | None = None
    for kind, rule in _RULES:
        stop = rule(text, at, end)
        if stop is not None and (best is None or stop > best[0]):
            best = stop, kind
    if best is None:
        return None
    return BodySpan(at, best[0], best[1], text[at : best[0]])


_RULES = ((("person"), _person), (("body"), _unit), (("group"), _group))


def _shared_head(text: str, at: int, end: int) -> tuple[list[BodySpan], int] | None:
    """A list that names its head once: `Giám đốc các Sở: Y tế, Nội vụ`, `UBND các xã: An Hòa, An Bình`."""
    start = at
    office = _OFFICE.match(text, at, end)
    prefix = ""
    if office is not None:
        prefix = office.group() + " "
        colon = _COLON.match(text, office.end(), end)
        if colon is None:
            return None
        if ":" in colon.group():  # `Giám đốc: Sở A, Sở B`
            return _prefixed(text, start, prefix, colon.end(), end)
        at = colon.end()
    several = _CAC.match(text, at, end)
    if several is not None:
        at = several.end()
    head = _HEAD_NAME.match(text, at, end)
    if head is not None:
        found = _shared_names(text, start, prefix, head, end, several is not None)
        if found is not None:
            return found
    head = _HEAD_LEVEL.match(text, at, end)
    return _shared_places(text, start, prefix, head, end) if head is not None else None


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
    text: str, start: int, prefix: str, head: re.Match[str], end: int, several: bool
) -> tuple[list[BodySpan], int] | None:
    colon = _COLON.match(text, head.end(), end)
    if colon is None or not (several or ":" in colon.group()):
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
    name = _listed_name(text, at, end)
    if name is None:
        match = _ABBREVIATION.match(text, at, end)
        name = match.end() if match else None
    return name


_SHARED_LEVEL = re.compile(rf" các (?P<level>{_LEVEL_WORD}) ?(?P<colon>:)? ?(?={_PLACE})")
_OTHER_LEVEL = re.compile(rf"(?P<level>{_LEVEL_WORD}) (?={_PLACE})")
_PLACE_HERE = re.compile(_PLACE)


def _shared_places(
    text: str, start: int, prefix: str, head: re.Match[str], end: int
) -> tuple[list[BodySpan], int] | None:
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
        place = _PLACE_HERE.match(text, at, end)
        if place is None:
            break
        spans.append(BodySpan(first, place.end(), kind, f"{prefix}{head.group()} {level} {place.group()}"))
        stop = place.end()
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
    honorific = _HONORIFIC.match(text, at, end)
    if honorific is not None:
        at = honorific.end()
    bodies: list[BodySpan] = []
    stop = start
    while len(bodies) < 60:
        shared = _shared_head(text, at, end)
        if shared is not None:
            bodies.extend(shared[0])
            stop = shared[1]
        else:
            body = match_body(text, at, end)
            if body is None:
                more = _same_head(text, at, end, bodies)
                if more is None:
                    break
                body = more
            bodies.append(body)
            stop = body.end
        bracket = _BRACKET.match(text, stop, end)
        if bracket is not None:
            stop = bracket.end()
        separator = _SEPARATOR.match(text, stop, end)
        if separator is None:
            break
        at = separator.end()
    return bodies, stop


_BOUNDARY = re.compile(
    rf" (?={_LEVEL_WORD})| ?(?:[,;:.(]|$)| (?:và|có trách nhiệm|chịu trách nhiệm|chủ trì|phối hợp)\b"
)


def _same_head(text: str, at: int, end: int, bodies: list[BodySpan]) -> BodySpan | None:
    """`Nội vụ` after `Sở Y tế, `: a department name that leans on the head of the one before it."""
    if not bodies or bodies[-1].kind == "group" or at >= end or not text[at].isupper():
        return None
    name = _listed_name(text, at, end)
    if name is None or (name < end and not _BOUNDARY.match(text, name, end)):
        return None
    before = bodies[-1].name
    head = _HEAD_IN.match(before)
    if head is None:
        return None
    return BodySpan(at, name, bodies[-1].kind, head.group() + text[at:name])


_HEAD_IN = re.compile(r"(?:(?:Phó )?(?:Giám đốc|Trưởng|Bộ trưởng) )?(?:Sở|Phòng|phòng|Bộ) ")
_CANDIDATE = re.compile(
    rf"(?<![^\W_])(?:[{_UPPER}]|các (?=\w)|công an (?=\w)|phòng (?=[{_UPPER}])|chi bộ |thành viên |cơ quan(?:,| thành viên)|sở, |đơn vị trực)"
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
        first = _FIRST_WORD.match(text, candidate.start(), end)
        if first is None or (first.group().lower() not in _FIRST and candidate.group() in text[candidate.start()]):
            at = candidate.end()
            continue
        bodies, stop = parse_body_list(text, candidate.start(), end)
        if bodies:
            yield bodies, candidate.start(), stop
            at = max(stop, candidate.start() + 1)
        else:
            at = candidate.end()


def find_bodies(text: str, start: int = 0, end: int | None = None) -> list[BodySpan]:
    """All bodies in a stretch of text, in order, none within another; arguments as for `find_body_lists`."""
    return [body for bodies, _, _ in find_body_lists(text, start, end) for body in bodies]
