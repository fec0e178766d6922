"""Lists of bodies, in running text (`Sở Y tế, Công an tỉnh và UBND các xã`) and in places that hold nothing else.

A list may name its head once (`các Sở: Y tế, Nội vụ`, `UBND các xã: An Hòa, An Bình`): each body gets it back in its
name. In a heading, a cell or behind a label (`names_of_cell`) a name that nobody knows is taken as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from .body_tree import BodyKind, BodyTree, tree
from .name_words import (
    COMMAS,
    forms,
    head_again,
    hit,
    level_at,
    level_word,
    lexicon,
    may_begin,
    opening,
    place_end,
    plain,
    predicate_at,
    words,
)
from .names import read_body, read_group
from .own_names import open_name, past_small_words
from .persons import named_person
from .tokens import Tokens, lines_of, tokens_of

LIST_LIMIT = 60
BRACKET = re.compile(r" ?\([^()\n]{1,160}\)")
_MARKS = frozenset((", ", ",", " , ", " ,", "; ", ";", " ; ", " ;"))
_SLASHES = frozenset(("/", " / ", " - ", " – ", " & ", "&", " + "))


class ListPlace:
    """A place in a list.

    Attributes:
        tokens: The words.
        end: Index before which to stop.
    """

    __slots__ = ("end", "tokens")

    def __init__(self, tokens: Tokens, end: int) -> None:
        self.tokens = tokens
        self.end = end

    def next_item(self, offset: int) -> int | None:
        """Index of the item of a list that follows what ends at an offset."""
        tokens = self.tokens
        index = tokens.index(offset)
        if index >= self.end:
            return None
        gap = tokens.text[offset : tokens.starts[index]]
        if gap in _MARKS:
            return self._after_link(index, plain("list_link") | plain("mark_link"))
        if gap == " ":
            after = self._after_link(index, plain("list_link"))
            return after if after > index else None
        return index if gap in _SLASHES else None

    def _after_link(self, index: int, links: frozenset[str]) -> int:
        """Index after `và`, `cùng với`, `đồng thời` at `index`, if a word follows."""
        tokens = self.tokens
        for count in (2, 1):
            after = index + count
            if after < self.end and " ".join(tokens.norms[index:after]) in links and tokens.separators[after] == " ":
                return after
        return index


def skip_bracket(text: str, offset: int, end: int) -> int:
    """The offset after a bracket behind a name (a contact point, an abbreviation)."""
    if text[offset : offset + 2].lstrip()[:1] != "(":
        return offset
    bracket = BRACKET.match(text, offset, end)
    return bracket.end() if bracket is not None else offset


# -- heads that a list names once --------------------------------------------------------------------------------------


def _may_share_head(tokens: Tokens, index: int) -> bool:
    """Whether the first words of a list hold a colon or `các`, without which it names no head once."""
    return not plain("several").isdisjoint(tokens.norms[index : index + 8]) or any(
        ":" in mark for mark in tokens.separators[index + 1 : index + 10]
    )


def _shared_head(place: ListPlace, index: int) -> list[BodyTree] | None:
    """`Giám đốc các Sở: Y tế, Nội vụ`, `UBND các xã: An Hòa, An Bình`; None where nothing of the kind stands."""
    tokens, end = place.tokens, place.end
    if not _may_share_head(tokens, index):
        return None
    at, prefix = index, ""
    office = hit(tokens, index, end, "office")
    if office is not None:
        at = office.end
        if at >= end:
            return None
        prefix = words(tokens, index, at) + " "
        if ":" in tokens.separators[at]:  # `Giám đốc: Sở A, Sở B`
            return _prefixed(place, index, prefix, at)
        if tokens.separators[at] != " ":
            return None
    several = tokens.norms[at] in plain("several") and at + 1 < end
    if several:
        at += 1
    if at >= end:
        return None
    for head in lexicon().hits(tokens, at, end - 1, "head_name"):
        if several or ":" in tokens.separators[head.end]:
            found = _shared_names(place, index, prefix, at, head.end)
            if found is not None:
                return found
    if several and not office:
        found = _headed_group(place, index, at)
        if found is not None:
            return found
    head_level = hit(tokens, at, end, "head_level")
    if head_level is None or head_level.end >= end or tokens.norms[head_level.end] not in plain("several"):
        return None
    return _shared_places(place, index, prefix, at, head_level.end)


def _prefixed(place: ListPlace, index: int, prefix: str, at: int) -> list[BodyTree] | None:
    """`Giám đốc: Sở A, Sở B`: the office before each."""
    bodies, _ = read_list(place, at)
    if len(bodies) < 2:
        return None
    start = place.tokens.starts[index]
    return [
        _copy(
            body,
            start if number == 0 else body.start,
            body.name if body.kind == "person" else prefix + body.name,
            "person",
        )
        for number, body in enumerate(bodies)
    ]


def _copy(body: BodyTree, start: int, name: str, kind: BodyKind) -> BodyTree:
    return BodyTree(start, body.end, kind, name, body.rule, body.head, body.places, body.above, body.position)


def _any_name(place: ListPlace, at: int, head: str) -> int | None:
    """Index after the name of a department in a list that names its head once."""
    tokens, end = place.tokens, place.end
    if at >= end:
        return None
    listed = hit(tokens, at, end, "name")
    if listed is None and (not tokens.written[at][0].isupper() or "another" in lexicon().at(tokens, at)):
        return None
    stop = listed.end if listed is not None else open_name(tokens, at, end)
    if listed is not None and head in plain("company"):
        stop = max(listed.end, open_name(tokens, at, end) or 0)
    return stop if stop is None or head in plain("closed_head") else past_small_words(tokens, stop, end)


def _shared_names(place: ListPlace, index: int, prefix: str, at: int, head_end: int) -> list[BodyTree] | None:
    """`các Sở: Y tế, Nội vụ`: one body a name."""
    tokens = place.tokens
    if tokens.separators[head_end] not in (" ", ": ", ":", " : "):
        return None
    head = words(tokens, at, head_end)
    name = _any_name(place, head_end, head.lower())
    if name is None or (tokens.separators[head_end] == " " and tokens.written[head_end][0].islower()):
        return None
    label = prefix + head[0].upper() + head[1:] + " "
    kind: BodyKind = "person" if prefix else "body"
    found = [_shared(tokens, index, head_end, name, label, kind, head.lower())]
    while True:
        following = place.next_item(skip_bracket(tokens.text, found[-1].end, _offset(place)))
        if following is None or _is_other_body(place, following):
            break
        name = _any_name(place, following, head.lower())
        if name is None:
            break
        found.append(_shared(tokens, following, following, name, label, kind, head.lower()))
    return found if len(found) > 1 else None


def _headed_group(place: ListPlace, index: int, at: int) -> list[BodyTree] | None:
    """`các sở, ngành: Tài chính, Nội vụ`: departments behind a collective and a colon."""
    tokens, end = place.tokens, place.end
    group = read_body(tokens, index, end)
    if group is None or group[0] != "group" or group[1].end >= end or tokens.norms[at] not in plain("listing_head"):
        return None
    first = group[1].end
    if tokens.separators[first] not in (": ", ":", " : "):
        return None
    head = tokens.norms[at]
    label = head[0].upper() + head[1:] + " "
    found: list[BodyTree] = []
    following: int | None = first
    while following is not None and len(found) < LIST_LIMIT:
        listed = hit(tokens, following, end, "name")
        read = read_body(tokens, following, end) if may_begin(tokens, following) else None
        start = index if not found else following
        if read is not None and (listed is None or read[1].end >= listed.end):
            body = tree(tokens, following, *read)
            found.append(_copy(body, tokens.starts[start], body.name, body.kind))
        elif listed is not None and tokens.written[following][0].isupper():
            found.append(_shared(tokens, start, following, listed.end, label, "body", head))
        else:
            break
        following = place.next_item(skip_bracket(tokens.text, found[-1].end, _offset(place)))
    return found or None


def _shared(tokens: Tokens, start: int, at: int, name: int, label: str, kind: BodyKind, head: str) -> BodyTree:
    return BodyTree(tokens.starts[start], tokens.ends[name - 1], kind, label + words(tokens, at, name), "shared", head)


def _places_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after a list of names of places, two at least; `index` where none stands."""
    at, count = index, 0
    while at < end and (stop := place_end(tokens, at, end)) > at:
        at, count, last = stop, count + 1, stop
        if at < end and tokens.separators[at] in COMMAS:
            continue
        if at + 1 < end and tokens.norms[at] in plain("list_link") and tokens.is_capital(at + 1):
            at += 1
            continue
        break
    return last if count > 1 else index


def _shared_places(place: ListPlace, index: int, prefix: str, at: int, head_end: int) -> list[BodyTree] | None:
    """`UBND các huyện: A, B, thị xã C`: one body a place; of several levels one for all, for none tells its own."""
    tokens, end = place.tokens, place.end
    levels = level_at(tokens, head_end, end)[0]
    if levels < end and ":" in tokens.separators[levels] and tokens.is_capital(levels):
        last = _places_end(tokens, levels, end)
        if last > levels and level_word(tokens, head_end + 1, end) < levels:
            kinds: BodyKind = "person" if prefix else "body"
            head = words(tokens, at, head_end).lower()
            start, stop = tokens.starts[index], tokens.ends[last - 1]
            return [BodyTree(start, stop, kinds, words(tokens, index, last), "shared", head)]
    stop = level_word(tokens, head_end + 1, end)
    if stop == head_end + 1 or stop >= end:
        return None
    if tokens.separators[stop] not in (" ", ": ", ":", " : ") or not tokens.is_capital(stop):
        return None
    head, level = words(tokens, at, head_end), words(tokens, head_end + 1, stop)
    kind: BodyKind = "person" if prefix else "body"
    found: list[BodyTree] = []
    following: int | None = stop
    while following is not None and len(found) < LIST_LIMIT:
        start = index if not found else following
        other = level_word(tokens, following, end)
        if other > following and other < end and tokens.is_capital(other):
            level, following = words(tokens, following, other), other
        name = place_end(tokens, following, end)
        if name == following:
            break
        written = f"{prefix}{head} {level} {words(tokens, following, name)}"
        found.append(BodyTree(tokens.starts[start], tokens.ends[name - 1], kind, written, "shared", head.lower(), ()))
        following = place.next_item(skip_bracket(tokens.text, found[-1].end, _offset(place)))
    return found if len(found) > 1 else None


def _is_other_body(place: ListPlace, index: int) -> bool:
    """Whether a body begins at a token, no name that would be a collective elsewhere (`các Cục: Xuất bản, Báo chí`)."""
    read = read_body(place.tokens, index, place.end) if may_begin(place.tokens, index) else None
    return read is not None and (read[0] != "group" or hit(place.tokens, index, place.end, "name") is None)


def _offset(place: ListPlace) -> int:
    """The offset at which a list must end."""
    return place.tokens.ends[place.end - 1] + 200 if place.end else 0


# -- lists -------------------------------------------------------------------------------------------------------------


def read_list(place: ListPlace, index: int) -> tuple[list[BodyTree], int]:
    """The list of bodies at an index, and the offset after it."""
    tokens = place.tokens
    bodies: list[BodyTree] = []
    stop = tokens.starts[index]
    at: int | None = index
    while at is not None and at < place.end and len(bodies) < LIST_LIMIT:
        more = _list_item(place, at, bodies)
        if not more:
            break
        bodies += more
        stop = skip_bracket(tokens.text, more[-1].end, _offset(place))
        again = head_again(tokens, at, place.end)
        at = again if again < place.end and stop == tokens.ends[again - 1] else place.next_item(stop)
    return bodies, stop


def _list_item(place: ListPlace, index: int, before: list[BodyTree]) -> list[BodyTree]:
    """The next body of a list, or bodies that share a head; none where none stands."""
    tokens = place.tokens
    begin, index = index, _honorific(place, index)
    person = named_person(tokens, begin, index, place.end) if index > begin else None
    if person is not None:
        return [person]
    if may_begin(tokens, index):
        shared = _shared_head(place, index)
        if shared is not None:
            return shared
        again = head_again(tokens, index, place.end)
        found = read_body(tokens, index, again)
        if again < place.end and (found is None or found[1].end < again):
            found = read_body(tokens, index, place.end)
        if found is not None:
            return [tree(tokens, index, *found)]
    leaning = _same_head(place, index, before)
    if leaning is not None:
        return [leaning]
    if index > begin and (addressed := read_body(tokens, begin, place.end)) is not None:
        return [tree(tokens, begin, *addressed)]  # `các đồng chí trong Ban Thường vụ`
    return bare_group(place, index) if before else []


def bare_group(place: ListPlace, index: int) -> list[BodyTree]:
    """`địa phương`, `doanh nghiệp` among bodies: a collective of one noun, where nothing but the list follows."""
    tokens, end = place.tokens, place.end
    reading = read_group(tokens, index, end, bare=True) if tokens.written[index][0].islower() else None
    if reading is None or hit(tokens, index, end, "not_body"):
        return []
    stop = reading.end
    if (
        stop < end
        and tokens.separators[stop] == " "
        and tokens.norms[stop] not in plain("link")
        and not predicate_at(tokens, stop)
    ):
        return []
    return [tree(tokens, index, "group", reading)]


def _honorific(place: ListPlace, index: int) -> int:
    """Index after `các đồng chí`, `ông (bà):` before an office."""
    tokens, end = place.tokens, place.end
    if hit(tokens, index, end, "honorific") is None:
        return index
    at = index
    for _ in range(3):
        found = hit(tokens, at, end, "honorific")
        if found is None or found.end >= end or len(tokens.separators[found.end]) > 4:
            break
        at = found.end
        if tokens.norms[at] in plain("office_link") and at + 1 < end:
            at += 1
    return at


def _same_head(place: ListPlace, index: int, bodies: list[BodyTree]) -> BodyTree | None:
    """`Nội vụ` after `Sở Y tế, `: a department name that leans on the head of the one before it."""
    tokens, end = place.tokens, place.end
    if not bodies or bodies[-1].kind == "group" or not tokens.written[index][0].isupper():
        return None
    listed = hit(tokens, index, end, "name")
    after = listed.end if listed is not None else _society_end(place, index, bodies[-1].name)
    if after == index:
        return None
    if after < end and tokens.separators[after] == " ":
        leads_on = tokens.norms[after] in plain("link") or predicate_at(tokens, after)
        if not leads_on and level_word(tokens, after, end) == after:
            return None
    elif after < end and tokens.separators[after].lstrip()[:1] not in (",", ";", ":", ".", "("):
        return None
    head = _head_of(bodies[-1].name)
    if not head:
        return None
    return BodyTree(
        tokens.starts[index],
        tokens.ends[after - 1],
        bodies[-1].kind,
        head + words(tokens, index, after),
        "shared",
        head.split()[-1].lower(),
    )


def _society_end(place: ListPlace, index: int, before: str) -> int:
    """Index after what makes a society's name behind the head of the one before it (`Hội Nông dân, | Phụ nữ`)."""
    head = _head_of(before)
    if head.strip().lower() not in plain("society"):
        return index
    tokens = place.tokens
    joined = tokens_of(head + words(tokens, index, min(index + 8, place.end)))
    society = hit(joined, 0, len(joined), "head_level")
    return index + society.end - 1 if society is not None and society.end > 1 else index


def _head_of(name: str) -> str:
    """`Giám đốc Sở ` of `Giám đốc Sở Y tế`; '' for a body whose head a list does not share."""
    tokens = tokens_of(name)
    shared = hit(tokens, 0, len(tokens), "shared_head")
    return name[: tokens.starts[shared.end]] if shared is not None and shared.end < len(tokens) else ""


def parse_body_list(text: str, start: int, end: int | None = None) -> tuple[list[BodyTree], int]:
    """The list of bodies that begins at `start`.

    Brackets after a body (a contact point, an abbreviation) are passed over.

    Args:
        text: Clean text.
        start, end: Offsets; the list must end at or before `end`.

    Returns:
        The bodies in order and the offset after the last one (and its bracket); `([], start)` where none begins.
    """
    if not opening(text, start, len(text) if end is None else end)[1]:
        return [], start
    tokens = tokens_of(text, start)
    index = tokens.index(start)
    if index >= len(tokens) or tokens.starts[index] != start:
        return [], start
    limit = len(tokens) if end is None else tokens.end_index(end)
    if index >= limit or not may_begin(tokens, index):
        return [], start
    known = tokens.lists.get((index, limit))
    if known is None:  # headings, subjects and orders are tried one after the other at one place
        known = tokens.lists[index, limit] = read_list(ListPlace(tokens, limit), index)
    bodies, stop = known
    if not bodies:
        return [], start
    return list(bodies), min(stop, len(text) if end is None else end)


_IN_CODES = frozenset(("-", "/", "&", ".", "/ "))  # `NĐ-CP`


def _is_candidate(tokens: Tokens, index: int) -> bool:
    """Whether a body may begin at a word of running text."""
    if tokens.written[index][0].isupper():
        return tokens.separators[index] not in _IN_CODES
    found = hit(tokens, index, len(tokens), "small_beginning")
    if found is None or found.end >= len(tokens):
        return False
    # A single syllable is too often no noun: what stands behind it must show it.
    separator, following = tokens.separators[found.end], tokens.written[found.end]
    if found.entry.form in plain("several"):
        return separator == " "
    if found.end > index + 1:
        return True
    return (separator == " " and following[0].isupper()) or separator == ", "


def find_body_lists(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[list[BodyTree], int, int]]:
    """All lists of bodies in a stretch of text, in order: the bodies, where the list starts, and the offset after it.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the stretch.
    """
    end = len(text) if end is None else end
    for tokens in lines_of(text, start, end):
        limit, read_to = tokens.end_index(end), 0
        place = ListPlace(tokens, limit)
        for at in _candidates(tokens, tokens.index(start), limit):
            if at < read_to or not may_begin(tokens, at):
                continue
            bodies, stop = read_list(place, at)
            if bodies and not (bodies[0].rule == "name" and _is_place_name(tokens, at)):
                yield bodies, tokens.starts[at], min(stop, end)
                read_to = tokens.index(stop)


@cache
def _small_firsts() -> frozenset[str]:
    """First words in small letters of bodies in running text."""
    return frozenset(form.split(" ")[0] for form in forms("small_beginning"))


def _candidates(tokens: Tokens, start: int, end: int) -> list[int]:
    """Indices of the words of running text with which a body may begin."""
    small = _small_firsts()
    return [
        index
        for index, word in enumerate(tokens.written[start:end], start)
        if (word[0].isupper() or word in small) and _is_candidate(tokens, index)
    ]


def _is_place_name(tokens: Tokens, index: int) -> bool:
    """Whether a word for a level stands right before what looks like a name with a head (`xã Trường Hà`)."""
    return index > 0 and tokens.separators[index] == " " and tokens.norms[index - 1] in plain("level_end")


def find_bodies(text: str, start: int = 0, end: int | None = None) -> list[BodyTree]:
    """All bodies in a stretch of text, in order, none within another; arguments as for `find_body_lists`."""
    return [body for bodies, _, _ in find_body_lists(text, start, end) for body in bodies]
