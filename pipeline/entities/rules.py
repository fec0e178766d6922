"""Names by rules: bodies from the grammar, places by their types and the gazetteer, persons by what stands before them.

The grammar of bodies (`vnplan.grammar.names`) reads who is charged with a task, office holders and collectives among
them. A name is less: the body in the office, no unnamed collective, and two where one belongs to the other. What counts
follows the guideline that the labelled sets were made by (`tests/gold/NER_GUIDELINES.md`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from ..grammar.laws import read_law
from ..grammar.names import match_listed_name, match_place, match_tails, match_unit
from ..knowledge import records, rows
from ..text.casing import proper_case
from ..text.normalise import LOWER, UPPER
from ..text.patterns import Pattern
from ..text.syllables import is_syllable
from .spans import Found, without_overlaps

_END = r"(?![^\W_])"
_START = r"(?<![^\W_])"
_Span = tuple[int, int]

_CAPITALS = Pattern(
    rf"{_START}[{UPPER}]{{2,}}{_END}(?:[ ,.\-&]{{1,3}}(?:[{UPPER}]+|\d+|[-–&])(?![{LOWER}])(?![^\W_])){{1,40}}"
)
# The line break stands first in these two, and then what must stand before it: so a search skips all else at once.
_CAPITAL_LINES = Pattern(
    rf"\n(?<=[{UPPER}]\n)(?=(?:TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG|THỊ TRẤN|ĐẶC KHU) [{UPPER}])"
)
_UNIT_BEFORE = Pattern(
    r"[XxPpTtHhSsNnĐđCc](?<![^\W_].)(?:ã(?<=[Xx]ã)|hường(?<=[Pp]hường)|h(?<=[Tt]h)(?:ị trấn|ành phố)|uyện(?<=[Hh]uyện)"
    r"|ồ(?<=[Hh]ồ)|ông(?<=[Ss]ông)|úi(?<=[Nn]úi)|ảo(?<=[Đđ]ảo)|ường(?<=[Đđ]ường)|ầu(?<=[Cc]ầu)) "
    rf"(?=[{UPPER}])"
)
_RUNS_ON = Pattern(rf"\n(?<=[^\W\d_,]\n)(?=[{LOWER}]{{2,}}[ ,;.])")
_CAPITAL_WORD = Pattern(rf"[{UPPER}]+")
_NO_SYLLABLE = Pattern("^[^AEIOUYÀ-Ỹ]+$|[BCDĐGHKLMNPQRSTVX]{3}(?<!NGH)")
_MOTTO = Pattern("CỘNG H[ÒO]A XÃ HỘI CH[ỦU] NGH[ĨI]A")
_CAPACITY = Pattern(r"((?<![^\W_])(?:TM|KT|TL|TUQ|T/M|K/T|Q)(?:\. ?| ))")
_SOCIETY = Pattern("xã Hội(?: Chủ Nghĩa)?")
_CODE = Pattern(
    r"(?<![^\W_])(?:\d[\w.]{0,20}/[\w./&\-]{1,60}"
    r"|[^\W\d_]{1,6}(?:-[^\W\d_]{1,8})?/[^\W\d_]{2,8}(?=\.|;|\)|$)"
    r"|/ ?[A-ZĐ]\w{0,7}-[\w&\-]{2,20}"
    r"|(?:KH|QĐ|CT|CTr|TTr|BC|NQ|CV|TB|HD|KL|GM|QC|TT|PA|ĐA)-[A-ZĐ&]{2,20}(?![^\W_])"
    r"|https?://\S{1,300}|www\.\S{1,300}|(?<!\S)\S{1,60}@\S{1,60})"
)
_IN_CODES = Pattern(r"[/@]|-[A-ZĐ&]|www\.")  # one of them stands in each
_LAW = Pattern(rf"{_START}(?:[Bb]ộ [Ll]uật|Luật|LUẬT|BỘ LUẬT|Pháp lệnh|PHÁP LỆNH) ")
_BODY_START = Pattern(
    rf"{_START}(?:[{UPPER}]|công an |tỉnh ủy|huyện ủy|thành ủy|quận ủy|đảng ủy |tỉnh đoàn|huyện đoàn|mặt trận tổ quốc"
    rf"|ủy ban nhân dân|hội đồng nhân dân|trạm [Yy] tế|cơ quan (?=Công an)|(?<![Vv]ăn )phòng (?=[{UPPER}])"
    r"|bệnh viện (?=[A-ZĐ])|(?<!chiến )(?<!thị )(?<!môi )(?<!hiện )(?<!lập )trường (?=[A-ZĐ]))"
)
_NAMED_UNITS = Pattern(r"(?: ?:)? ?(?=[A-ZĐÀ-Ỹ])")
_SEPARATOR = Pattern(r" ?, ?(?:và )?| (?:và|-|&) ")
_BRACKET = Pattern(r" \([^()\n]{1,160}\)")
_DASH = Pattern(r" ?- ")
_LEVEL = Pattern(r" (?:[Tt]ỉnh|[Tt]hành phố|huyện|các|xã|quận|cùng|khóa|và)\b")
_LONGEST = 400
# The first word of a name in capitals; the letter stands first in the pattern, so that others are skipped fast.
_FIRST_WORD = Pattern(rf"[{UPPER}](?<![^\W_].)[^\W_]*")


def _any_of(words: Iterable[str], ignore_case: bool = False) -> str:
    """Words as one alternation, the first ones first, parted by their first letters, which most places do not have."""
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0].lower() if ignore_case else word[0], []).append(re.escape(word[1:]))
    heads = {first: f"[{first}{first.upper()}](?i:" if ignore_case else f"{re.escape(first)}(?:" for first in rests}
    return f"(?:{'|'.join(heads[first] + '|'.join(rest) + ')' for first, rest in rests.items())})"


def _rows(kind: str) -> Iterator[dict[str, Any]]:
    return (row for row in rows("entities") if row["kind"] == kind)


@cache
def _words(kind: str) -> tuple[str, ...]:
    found = {word for row in _rows(kind) for word in row.get("words", [])}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@cache
def _pattern(kind: str) -> Pattern:
    """The words and patterns of a kind, longest first, as whole words."""
    patterns = [pattern for row in _rows(kind) for pattern in row.get("patterns", [])]
    parts = [*patterns, *(re.escape(word).replace(r"\ ", " ") for word in _words(kind))]
    return Pattern(f"(?:{'|'.join(parts)}){_END}")


@cache
def _names(level: str) -> frozenset[str]:
    """Names of units without their types: `province` and `district` of both orders, or `commune`."""
    tables = {"high": ("units_2024", "units_2025"), "commune": ("communes_2024", "communes_2025")}[level]
    found: set[str] = set()
    for table in tables:
        found.update(_BARE_NAME.findall(records(table)))
    return frozenset(name for name in found if not name.isdigit())


_BARE_NAME = Pattern(
    r"^[^\t\n]*\t(?:(?:Thành phố|Thị xã|Thị trấn|Đặc khu|Tỉnh|Quận|Huyện|Phường|Xã) )?([^\t\n]+)", re.MULTILINE
)


def unit_names() -> frozenset[str]:
    """The names of all provinces, districts and communes, without their types."""
    return _names("high") | _names("commune")


@cache
def _high_names() -> dict[str, list[str]]:
    """Names of provinces and districts of two syllables and more, by their first word."""
    by_word: dict[str, list[str]] = {"Huế": ["Huế"]}
    for name in sorted(_names("high"), key=lambda name: (-len(name), name)):
        if " " in name or "-" in name:
            by_word.setdefault(_FIRST_WORD.match(name).group(), []).append(name)  # type: ignore[union-attr]
    return by_word


def _known_high(text: str) -> Iterator[_Span]:
    """The names of provinces and districts in a text: one pattern of them all would be tried at each letter."""
    known, at = _high_names(), 0
    for word in _FIRST_WORD.finditer(text):
        names = known.get(word.group())
        if names is None or (start := word.start()) < at:
            continue
        for name in names:
            if text.startswith(name, start) and not text[start + len(name) : start + len(name) + 1].isalnum():
                at = start + len(name)
                yield start, at
                break


class Rules:
    """The engine `rules`."""

    name = "rules"

    def find(self, texts: Sequence[str], recognised: bool = False) -> list[list[Found]]:
        """The entities of each text by rules alone."""
        return [find(text) for text in texts]


def find(text: str) -> list[Found]:
    """The entities of a clean text, in order.

    Args:
        text: Clean text, a paragraph a line.
    """
    cased, closed = _prepared(text)
    listed = [
        name
        for head in _pattern("list_head").finditer(cased)
        for name in _listed(cased, head, _line_end(cased, head.end()))
    ]
    misleading = list(_misleading(cased))
    found = [*listed, *_bodies(cased, sorted({*closed, *misleading, *(f[:2] for f in listed)}))]
    bodies = without_overlaps(body for one in found if (body := _without_signer(text, one)) is not None)
    taken = _apart([*closed, *misleading, *(body[:2] for body in bodies)])
    persons = [person for person in _persons(cased) if not _touches(taken, person.start, person.end)]
    taken = _apart([*closed, *(name[:2] for name in (*bodies, *persons))])
    places = [place for place in _places(cased) if not _touches(taken, place.start, place.end)]
    return without_overlaps([*bodies, *persons, *places])


@lru_cache(maxsize=2)
def _prepared(text: str) -> tuple[str, tuple[_Span, ...]]:
    """The text as running text, and what is closed in it: asked for twice, by the rules and for the model's names."""
    cased = _as_running_text(text)
    return cased, tuple(_closed(cased))


def possible(text: str, names: Iterable[Found]) -> list[Found]:
    """Those of another engine's names that the rules do not rule out, without who signs behind a body.

    Args:
        text: What they were found in.
        names: Names in order.
    """
    closed = _apart(_prepared(text)[1])
    bodies = (_without_signer(text, name) if name.label == "ORG" else name for name in names)
    return [
        name
        for name in bodies
        if name is not None and not _touches(closed, name.start, name.end) and _reads_as(name, text)
    ]


def _reads_as(name: Found, text: str) -> bool:
    """Whether words could be a name of its kind."""
    words = text[name.start : name.end]
    if name.label == "PER":
        syllables = words.split()
        return len(syllables) > 1 and all(word[0].isupper() for word in syllables) and not any(map(str.isdigit, words))
    if name.label == "LOC":
        return words[0].isupper() or words[0].isdigit() or _types().match(words) is not None
    if _pattern("not_body").fullmatch(words):
        return False
    return _BODY_START.match(words) is not None or any(map(str.isupper, words))


@cache
def _types() -> Pattern:
    kinds = (*_words("unit_type"), *_words("way_type"))
    return Pattern(rf"(?:{'|'.join(map(re.escape, kinds))})(?![{LOWER}])")


# -- the text ----------------------------------------------------------------------------------------------------------


def _as_running_text(text: str) -> str:
    """The text as long as before, with names in capitals in their proper case, and lines that run on joined."""
    joined = _RUNS_ON.sub(" ", _CAPITAL_LINES.sub(" ", text))

    def cased(match: re.Match[str]) -> str:
        words = match.group()
        lower = "".join(part if _CAPACITY.fullmatch(part) else _proper(part) for part in _CAPACITY.split(words))
        return lower if len(lower) == len(words) else words

    joined = _MOTTO.sub(lambda match: match.group()[0] + match.group()[1:].lower(), joined)
    return _SOCIETY.sub(lambda match: match.group().lower(), _CAPITALS.sub(cased, joined))


def _proper(words: str) -> str:
    """Words in capitals as running text has them; abbreviations stay, names of departments get their capitals."""
    proper = proper_case(words)
    if proper is words or len(proper) != len(words):
        return words
    letters, syllables = list(proper), 0
    for word in _CAPITAL_WORD.finditer(words):
        if is_syllable(word.group()):
            syllables += 1
        elif len(word.group()) < 5 or _NO_SYLLABLE.search(word.group()):
            letters[word.start() : word.end()] = word.group()
    if syllables < 2:
        return words
    for start, head, name in _departments(proper.lower()):
        letters[start : start + len(head) + 1 + len(name)] = head.capitalize() + " " + _department_cases()[name]
    for body in _heads_in_capitals().finditer(proper.lower()):
        letters[body.start()] = letters[body.start()].upper()
    return "".join(letters)


@cache
def _heads_in_capitals() -> Pattern:
    return Pattern(rf"{_START}(?:{'|'.join(map(re.escape, _words('capital_head')))}){_END}")


@cache
def _department_cases() -> dict[str, str]:
    """Names of departments in small letters, and as they are written."""
    return {word.lower(): word for row in rows("bodies") if row["kind"] == "name" for word in row["forms"]}


@cache
def _department_heads() -> Pattern:
    return Pattern(rf"{_START}(?:{'|'.join(map(re.escape, _words('department_head')))}) ")


@cache
def _department_lengths() -> list[int]:
    """Lengths of the names of departments, the longest first."""
    return sorted({len(name) for name in _department_cases()}, reverse=True)


def _departments(lower: str) -> Iterator[tuple[int, str, str]]:
    """The departments in a text in small letters: where each begins, its head, and its name."""
    read_to = 0
    for head in _department_heads().finditer(lower):
        at = head.end()
        for length in _department_lengths() if head.start() >= read_to else ():
            name = lower[at : at + length]
            if name in _department_cases() and not lower[at + length : at + length + 1].isalnum():
                yield head.start(), head.group()[:-1], name
                read_to = at + length
                break


def _closed(text: str) -> list[_Span]:
    """Codes, addresses and names of laws: no entity stands in them."""
    spans = list(_codes(text))
    at = 0
    while (match := _LAW.search(text, at)) is not None:
        law = read_law(text, match.start(), _line_end(text, match.start()))
        at = max(match.end(), law.end if law is not None else 0)
        if law is not None and law.type_code != "HP":
            spans.append((law.start, law.end))
    return sorted(spans)


def _codes(text: str) -> Iterator[_Span]:
    """Numbers of documents, codes and addresses, looked for in the lines that hold a mark of theirs."""
    read_to = 0
    for mark in _IN_CODES.finditer(text):
        if mark.start() < read_to:
            continue
        start, end = text.rfind("\n", 0, mark.start()) + 1, text.find("\n", mark.start())
        read_to = len(text) if end < 0 else end + 1
        # Beyond the line's break: its end is not the end of the text.
        for match in _CODE.finditer(text, start, read_to + 1):
            if match.start() < read_to:
                yield match.span()


def _misleading(text: str) -> Iterator[_Span]:
    """Units by name whose words look like bodies or persons: `xã Đoàn Đào`, `các phường Thắng Lợi, Trường Chinh`."""
    for match in _UNIT_BEFORE.finditer(text):
        end = _line_end(text, match.start())
        at: int | None = match.end()
        first = True
        while at is not None and (name := _known_at(text, at, end)) is not None:
            if any(match_unit(text, word, end) for word in _words_of(text, at, name)) or text.startswith("Y ", at):
                yield (match.start() if first else at), name
            at = _next_in_list(text, name, end)
            first = False


def _words_of(text: str, start: int, end: int) -> Iterator[int]:
    """Where the words of a stretch begin."""
    yield start
    while (start := text.find(" ", start, end) + 1) > 0:
        yield start


def _next_in_list(text: str, at: int, end: int) -> int | None:
    """Where the next name of a list of places begins, of which one ends at `at`, also behind a bracket."""
    bracket = _BRACKET.match(text, at, end)
    separator = _SEPARATOR.match(text, bracket.end() if bracket is not None else at, end)
    if separator is None or separator.group() == " - " or _pattern("unit_type").match(text, separator.end(), end):
        return None
    return separator.end()


def _apart(spans: Iterable[_Span]) -> list[_Span]:
    """The spans in order, those that overlap as one."""
    out: list[_Span] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _touches(spans: list[_Span], start: int, end: int) -> bool:
    """Whether a span overlaps one of some sorted ones that do not overlap each other."""
    at = bisect_right(spans, (end,)) - 1
    return at >= 0 and spans[at][1] > start


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at, at + _LONGEST)
    return min(len(text), at + _LONGEST) if end < 0 else end


# -- bodies ------------------------------------------------------------------------------------------------------------


def _bodies(text: str, closed: list[_Span]) -> Iterator[Found]:
    at = 0
    while (candidate := _BODY_START.search(text, at)) is not None:
        at = candidate.start()
        end = _line_end(text, at)
        inside = bisect_right(closed, (at, len(text))) - 1
        if inside >= 0 and closed[inside][1] > at:
            at = closed[inside][1]
            continue
        stop = _body_end(text, at, end)
        if stop is None:
            office = _pattern("office").match(text, at, end)
            at = office.end() if office is not None and office.end() > at else candidate.end()
            continue
        yield Found(at, stop, "ORG", 0.95)
        before = at
        at = stop
        for name in _leaning(text, before, stop, end):
            yield name
            at = name.end


def _body_end(text: str, at: int, end: int) -> int | None:
    """End of the name of the body at `at`; None where none begins."""
    if _pattern("office").match(text, at, end):
        return None
    fixed = _pattern("body").match(text, at, end)
    unit = match_unit(text, at, end)
    stop = max(unit or 0, fixed.end() if fixed is not None else 0)
    if fixed is not None and fixed.end() >= stop:
        stop = match_tails(text, fixed.end(), end)
    owned = _pattern("owned").match(text, at, end)
    if owned is not None and text[owned.end() : owned.end() + 1] == " ":
        stop = max(stop, match_unit(text, owned.end() + 1, end) or 0)
    central = _pattern("central").match(text, at, stop)
    if central is not None and (central.end() == stop or _LEVEL.match(text, central.end(), stop)):
        return central.end()
    if not stop:
        short = _pattern("body_short").match(text, at, end) if text[at - 1 : at] not in ("-", "/") else None
        if short is None:
            return None
        stop = match_tails(text, short.end(), end)
        return short.end() if text[short.end() : stop].strip().isdigit() else stop
    stop = _without_next(text, at, _cut(text, at, stop))
    stop = _with_units(text, at, stop, end)
    stop = _place_after(text, at, stop, end)
    number = _NUMBERED_BODY.match(text, stop, end)
    stop = number.end() if number is not None else stop
    if _pattern("not_body").fullmatch(text, at, stop) or text.startswith(" viên", stop):
        return None
    return stop


def _cut(text: str, at: int, stop: int) -> int:
    """The end of a name without what belongs to another one, and without words that do not name."""
    for of in _words("of"):
        here = text.find(f" {of} ", at, stop)
        if here > 0 and not text.startswith((" trung ương", " Trung ương", " tỉnh", " TW"), here + 1 + len(of)):
            stop = here
    for dash in _DASH.finditer(text, at, stop):
        if match_unit(text, at, dash.start()) == dash.start() and match_unit(text, dash.end(), stop) == stop:
            stop = dash.start()
            break
    tail = _tail().search(text, at, stop)
    return tail.start() if tail is not None else stop


def _without_next(text: str, at: int, stop: int) -> int:
    """The end of a name without the first word of a body that stands behind it."""
    for head in _next_heads().finditer(text, at + 1, stop + 20):
        if head.start() < stop < head.end():
            return head.start() - 1
    return stop


@cache
def _next_heads() -> Pattern:
    heads = (head.capitalize() for head in _words("capital_head") if " " in head)
    return Pattern(rf"(?<= )(?:{'|'.join(map(re.escape, heads))}){_END}")


@cache
def _tail() -> Pattern:
    return Pattern(f"(?:{_pattern('tail').pattern})$")


_NUMBERED_BODY = Pattern(r" [Ss]ố \d{1,2}(?![/\d.,]\w)(?![^\W_])")
_TYPE_AT_END = Pattern(r"(?:^| )(?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu)$")
_PLACE_WORDS = Pattern(rf"(?:[{UPPER}][\w’'ʼ\-]*)(?:[ \n](?:[{UPPER}][\w’'ʼ\-]*)){{0,4}}")


def _known_at(text: str, at: int, end: int) -> int | None:
    """End of the longest name of a unit that stands at `at`; None where none does."""
    words = _PLACE_WORDS.match(text, at, end)
    stop = words.end() if words is not None else at
    while stop > at:
        if _known_place(text[at:stop].replace("\n", " ")):
            return stop
        stop = max(text.rfind(" ", at, stop), text.rfind("\n", at, stop))
    return None


def _without_signer(text: str, body: Found) -> Found | None:
    """A body in capitals without the person who signs behind it; None where it is the person's office alone."""
    signer = _signer().search(text, body.start, body.end)
    if signer is None:
        return body
    words = text[body.start : signer.start()]
    if words in _words("title"):
        return None
    of_school = words.lower().endswith(tuple(kind.lower() for kind in _words("school_type")))
    return body if not words.isupper() or " " not in words or of_school else body._replace(end=signer.start())


@cache
def _signer() -> Pattern:
    surnames = "|".join(map(re.escape, _words("surname")))
    return Pattern(rf"(?<=[{UPPER}])[ \n](?:{surnames})(?: [{UPPER}][{LOWER}]+){{1,4}}$")


def _place_after(text: str, at: int, stop: int, end: int) -> int:
    """The end of a body with its unit whole, where words of the unit's name look like the beginning of another body."""
    typed = _TYPE_AT_END.search(text, max(at, stop - 12), stop)
    if typed is not None:
        return (text.startswith(" ", stop) and _known_at(text, stop + 1, end)) or stop
    typed = _TYPE_INSIDE.search(text, max(at, stop - 40), stop)
    if typed is None:
        return stop
    known = _known_at(text, typed.end(), end) or 0
    person = _surnamed().match(text, known + 1, end) if 0 < known < stop else None
    return known if person is not None and person.end() >= stop else max(stop, known)


_TYPE_INSIDE = Pattern(
    rf"{_START}(?:(?:[Tt]ỉnh|[Hh]uyện|[Tt]hành|[Tt]hị|[Qq]uận|[Đđ]ảng) (?:ủy|đoàn)"
    rf"|tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn|đặc khu) (?=[{UPPER}][\w ’'-]*$)"
)
_PLURAL_END = Pattern(
    r" các (?:xã|huyện|phường|tỉnh|quận|thị trấn|thành phố|thị xã)(?:, (?:xã|huyện|phường|thị trấn|thị xã|thành phố))*$"
)


def _with_units(text: str, at: int, stop: int, end: int) -> int:
    """The end of a group whose units are named: `UBND các xã: A, B và C`."""
    if not _PLURAL_END.search(text, max(at, stop - 40), stop):
        plural = re.search(r" các (?:xã|huyện|phường|tỉnh|quận|thị trấn|thành phố|thị xã) ", text[at:stop])
        if plural is None:
            return stop
    else:
        lead = _NAMED_UNITS.match(text, stop, end)
        first = match_place(text, lead.end(), end) if lead is not None and lead.group() else None
        if first is None or (":" not in lead.group() and not _known_place(text[lead.end() : first])):  # type: ignore[union-attr]
            return stop
        stop = first
    while (separator := _SEPARATOR.match(text, stop, end)) is not None:
        kind = _pattern("unit_type").match(text, separator.end(), end)
        here = kind.end() + 1 if kind is not None else separator.end()
        place = match_place(text, here, end)
        if place is None or not _known_place(text[here:place]):
            break
        stop = place
    return stop


def _known_place(name: str) -> bool:
    return name in _names("high") or name in _names("commune") or name.isdigit()


def _listed(text: str, head: re.Match[str], end: int) -> Iterator[Found]:
    """The departments after `các Bộ: `, `các Sở `: each a name; the first has the head in it if there is no colon."""
    at = head.end() + 1
    start = at
    if ":" not in head.group():
        start = head.start() + head.group().index(" ") + 1
        if text[start].islower() and text[start:].startswith(("phòng", "ban", "sở", "bộ")) is False:
            return
    first = True
    while True:
        stop = match_listed_name(text, at, end) if at < end and text[at].isupper() else None
        if stop is None:
            short = _pattern("list_name").match(text, at, end)
            stop = short.end() if short is not None else None
        if stop is None:
            return
        yield Found(start if first else at, stop, "ORG", 0.9)
        first = False
        bracket = _BRACKET.match(text, stop, end)
        separator = _SEPARATOR.match(text, stop if bracket is None else bracket.end(), end)
        if separator is None or (
            match_unit(text, separator.end(), end) and not match_listed_name(text, separator.end(), end)
        ):
            return
        at = separator.end()


_LEANING_HEAD = Pattern(r"(?:Sở|[Pp]hòng|Bộ|Ban) ")
_LEANING_END = Pattern(r" ?(?:[,;:.(\n]|$)| (?:và|có|chịu|chủ|phối|tỉnh|huyện|thành|căn|tổ|hướng)\b")


def _leaning(text: str, start: int, stop: int, end: int) -> Iterator[Found]:
    """Names of departments that lean on the head of the one before: `Nội vụ` in `Sở Y tế, Nội vụ`."""
    if not _LEANING_HEAD.match(text, start, stop):
        return
    while (separator := _SEPARATOR.match(text, stop, end)) is not None and separator.group() != " - ":
        at = separator.end()
        name = match_listed_name(text, at, end) if at < end and text[at].isupper() else None
        if name is None or match_unit(text, at, end) is not None or not _LEANING_END.match(text, name, end):
            return
        yield Found(at, name, "ORG", 0.85)
        stop = name


# -- persons -----------------------------------------------------------------------------------------------------------

_SYLLABLE = rf"[{UPPER}][{LOWER}’']*"
_NAME = rf"{_SYLLABLE}(?:[ -]{_SYLLABLE}){{0,4}}"
_PART_OF_A_PLACE = Pattern(r"(?:[Tt]hành phố|T[Pp]\.?|đường|Đoàn|Cộng sản) ?$")


@cache
def _named() -> Pattern:
    """A name after an honorific or a title."""
    honorifics, titles = _any_of(_words("honorific")), _any_of(_words("title"), ignore_case=True)
    return Pattern(rf"{_START}(?:{honorifics}|{titles})(?:,? là)? ?:? ?(?P<name>{_NAME}){_END}")


@cache
def _surnamed() -> Pattern:
    return Pattern(rf"{_START}(?:{'|'.join(map(re.escape, _words('surname')))})(?: {_SYLLABLE}){{1,4}}{_END}")


def _surnames_in(text: str) -> Iterator[re.Match[str]]:
    """Surnames with the names behind them."""
    known, pattern, at = frozenset(_words("surname")), _surnamed(), 0
    for word in _FIRST_WORD.finditer(text):
        if word.start() >= at and word.group() in known and (name := pattern.match(text, word.start())) is not None:
            at = name.end()
            yield name


def _persons(text: str) -> Iterator[Found]:
    """Names after honorifics and titles, names of three syllables and more, and lines that are a name."""
    for match in _pattern("person").finditer(text):
        if not _PART_OF_A_PLACE.search(text, max(0, match.start() - 12), match.start()):
            yield Found(*match.span(), "PER", 0.9)
    for match in _pattern("minority").finditer(text):
        if match.group().count(" ") and (match.start() == 0 or not text[match.start() - 1].isalnum()):
            yield Found(*match.span(), "PER", 0.7)
    surnames, no_names = frozenset(_words("surname")), frozenset(_words("not_person"))
    for match in _named().finditer(text):
        syllables = match["name"].replace("-", " ").split()
        if syllables[0] in surnames and len(syllables) > 1 and no_names.isdisjoint(syllables):
            yield Found(*match.span("name"), "PER", 0.95)
    for match in _surnames_in(text):
        alone = _alone(text, match.start(), match.end())
        syllables = match.group().split()
        if (
            no_names.isdisjoint(syllables)
            and "Việt Nam" not in match.group()
            and (
                not _known_place(match.group())
                if alone
                else len(syllables) > 2
                and not _before_name(text[max(0, match.start() - 14) : match.start()].rstrip(' “"'))
            )
        ):
            yield Found(*match.span(), "PER", 0.9)


def _alone(text: str, start: int, end: int) -> bool:
    """Whether words are all that is in their line, marks of emphasis apart."""
    line = text.rfind("\n", max(0, start - _LONGEST), start) + 1
    if not line and start > _LONGEST:
        return False
    return not text[line:start].strip(" *_.-") and not text[end : _line_end(text, start)].strip(" *_./")


@cache
def _types_before() -> Pattern:
    kinds = (*_words("unit_type"), *_words("way_type"), *_words("school_type"))
    return Pattern(rf"(?<!\w)(?:{'|'.join(map(re.escape, kinds))})$", re.IGNORECASE)


def _before_name(words: str) -> bool:
    """Whether the words before a name show that it is one of a place or school."""
    return _types_before().search(words) is not None


# -- places ------------------------------------------------------------------------------------------------------------


@cache
def _typed() -> Pattern:
    kinds = _any_of(_words("unit_type"), ignore_case=True)
    return Pattern(
        rf"(?:{_START}|(?<=là)|(?<=và)|(?<=của))(?P<plural>các )?(?P<type>{kinds})"
        rf"(?P<colon> ?: ?| |(?<=[{LOWER}])(?=[{UPPER}]))(?=[{UPPER}\d’'])"
    )


@cache
def _ways() -> Pattern:
    kinds = _any_of(form for word in _words("way_type") for form in (word, word.capitalize()))
    return Pattern(rf"{_START}{kinds} (?P<name>{_SYLLABLE}(?: {_SYLLABLE}){{0,4}}){_END}")


_NUMBERED_TYPES = frozenset("phường quận thôn ấp khóm tổ khu tổ dân phố khu phố xã bản".split(" "))


def _places(text: str) -> Iterator[Found]:
    no_names = frozenset(_words("not_person"))
    found = list(_typed_places(text))
    for match in _pattern("way_name").finditer(text):
        if match.start() == 0 or not text[match.start() - 1].isalnum():
            found.append(Found(*match.span(), "LOC", 0.95))
    for match in _ways().finditer(text):
        if _pattern("not_place").fullmatch(match.group()) is None and match["name"].split()[0] not in no_names:
            found.append(Found(*match.span(), "LOC", 0.8))
    found.extend(Found(*match.span("name"), "LOC", 0.8) for match in _ADDRESS.finditer(text))
    found.extend(Found(*match.span("name"), "LOC", 0.95) for match in _ISSUED_AT.finditer(text))
    named = (match.span() for match in _pattern("place").finditer(text))
    for spans, confidence in ((named, 0.9), (_known_high(text), 0.85)):
        for start, end in spans:
            if start == 0 or not (text[start - 1].isalnum() or text[start - 1] == "-"):
                found.append(Found(start, end, "LOC", confidence))
    yield from without_overlaps(found)


def _typed_places(text: str) -> Iterator[Found]:
    """`xã A, huyện B`; `các xã A, B và C`, where the later ones need no type."""
    at = 0
    while (match := _typed().search(text, at)) is not None:
        end = _line_end(text, match.start())
        kind = match["type"].lower()
        name = match_place(text, match.end(), end) or _numbered(text, match.end(), end)
        at = match.end()
        if name is None or (text[match.end()].isdigit() and kind not in _NUMBERED_TYPES):
            continue
        if _pattern("not_place").fullmatch(text, match.start("type"), name) or (
            ":" in match["colon"] and not match["plural"]
        ):
            continue
        name = max(_unglued(text, match.end(), name), _known_at(text, match.end(), end + 40) or 0)
        start = match.start("type") if ":" not in match["colon"] else match.end()
        yield Found(start, name, "LOC", 0.95)
        at = name
        for more, stop in _more_places(text, name, end, kind, match["plural"] is not None):
            yield Found(more, stop, "LOC", 0.9)
            yield from (Found(at + place.start, at + place.end, "LOC", 0.95) for place in _typed_places(text[at:more]))
            at = stop


def _numbered(text: str, at: int, end: int) -> int | None:
    """End of a number that is the name of a ward or hamlet, also before a comma."""
    number = _NUMBER.match(text, at, end)
    return number.end() if number is not None else None


def _more_places(text: str, at: int, end: int, kind: str, plural: bool) -> Iterator[_Span]:
    """The places without a type that follow the one that ends at `at`."""
    while (here := _next_in_list(text, at, end)) is not None:
        stop = match_place(text, here, end) or _numbered(text, here, end)
        known = _known_at(text, here, end) or 0
        if stop is None or not (plural or _known_place(text[here:stop])) or (not known and match_unit(text, here, end)):
            return
        if text[here].isdigit() and kind not in _NUMBERED_TYPES:
            return
        at = max(_unglued(text, here, stop), known)
        yield here, at


_NUMBER = Pattern(r"\d{1,2}(?![\w/%]|[.,]\d)")
_GLUED = Pattern(rf"(?<=[{LOWER}])(?:thành|và|của|thuộc|có|năm|để|huyện|tỉnh)$")


def _unglued(text: str, start: int, stop: int) -> int:
    """The end of a place's name without a word that has lost the space before it (`Yên Thổthành`)."""
    glued = _GLUED.search(text, start, stop)
    if glued is None or _known_place(text[start:stop]) or not _known_place(text[start : glued.start()]):
        return stop
    return glued.start()


_ISSUED_AT = Pattern(rf"^[*_ ]*(?P<name>{_SYLLABLE}(?: {_SYLLABLE}){{0,4}})(?= ?, ?[Nn]gày)", re.MULTILINE)
_ADDRESS = Pattern(
    rf"[Ss](?<![^\W_].)ố (?:nhà )?\d{{1,4}}[A-Z]?(?:/\d{{1,4}}){{0,3}},? "
    rf"(?P<name>{_SYLLABLE}(?: {_SYLLABLE}){{1,3}})(?= ?[,;-])"
)
