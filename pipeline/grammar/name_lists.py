"""Lists of bodies, in running text (`Sở Y tế, Công an tỉnh và UBND các xã`) and in places that hold nothing else.

A list may name its head once (`các Sở: Y tế, Nội vụ`, `UBND các xã: An Hòa, An Bình`): each body gets it back in its name. In a heading,
a cell or behind a label (`names_of_cell`) a name that nobody knows is taken as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .names import (
    BodyKind,
    BodyTree,
    Reading,
    forms,
    hit,
    lexicon,
    may_begin,
    place_end,
    predicate_at,
    read_body,
    tree,
    words,
)
from .names import _group as group
from .names import _level_word as level_word
from .names import _open_name as open_name
from .tokens import Tokens, tokens_of

_LIST_LIMIT = 60
_CELL_LIMIT = 120
_BRACKET = re.compile(r" ?\([^()\n]{1,160}\)")
_MARKS = frozenset((", ", ",", " , ", " ,", "; ", ";", " ; ", " ;"))
_SLASHES = frozenset(("/", " / ", " - ", " – "))
_AND = frozenset(("và", "cùng", "hoặc"))
_AFTER_MARK = _AND | {"đồng"}
_SHARING = ("sở", "phòng", "bộ")
_SHARED_WORDS = frozenset("và có chịu chủ phối".split())


class _At:
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
        tokens, end = self.tokens, self.end
        index = tokens.index(offset)
        if index >= end:
            return None
        gap = tokens.text[offset : tokens.starts[index]]
        if gap == tokens.separators[index]:
            gap = tokens.separators[index]
        word = tokens.norms[index]
        if gap in _MARKS:
            return self._after(index, _AFTER_MARK)
        if gap == " ":
            after = self._after(index, _AND)
            return after if after > index else None
        return index if gap in _SLASHES or gap in (" & ", "&", " + ") or (gap == " " and word == "&") else None

    def _after(self, index: int, links: frozenset[str]) -> int:
        """Index after `và`, `cùng với`, `đồng thời` at `index`, if a word follows."""
        norms, separators = self.tokens.norms, self.tokens.separators
        if norms[index] not in links or index + 1 >= self.end or separators[index + 1] != " ":
            return index
        if norms[index] == "đồng":
            return index + 2 if norms[index + 1] == "thời" and index + 2 < self.end else index
        if norms[index] == "cùng" and norms[index + 1] == "với" and index + 2 < self.end:
            return index + 2
        return index + 1


def _skip_bracket(text: str, offset: int, end: int) -> int:
    """The offset after a bracket behind a name (a contact point, an abbreviation)."""
    if text[offset : offset + 2].lstrip()[:1] != "(":
        return offset
    bracket = _BRACKET.match(text, offset, end)
    return bracket.end() if bracket is not None else offset


# -- heads that a list names once --------------------------------------------------------------------------------------


def _shared_head(place: _At, index: int) -> list[BodyTree] | None:
    """`Giám đốc các Sở: Y tế, Nội vụ`, `UBND các xã: An Hòa, An Bình`; None where nothing of the kind stands."""
    tokens, end = place.tokens, place.end
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
    several = tokens.norms[at] == "các" and at + 1 < end
    if several:
        at += 1
    if at >= end:
        return None
    for head in lexicon().at(tokens, at).get("head_name", ()):
        if head.end < end and (several or ":" in tokens.separators[head.end]):
            found = _shared_names(place, index, prefix, at, head.end)
            if found is not None:
                return found
    if several and not office:
        found = _headed_group(place, index, at)
        if found is not None:
            return found
    head_level = hit(tokens, at, end, "head_level")
    if head_level is None or head_level.end >= end or tokens.norms[head_level.end] != "các":
        return None
    return _shared_places(place, index, prefix, at, head_level.end)


def _prefixed(place: _At, index: int, prefix: str, at: int) -> list[BodyTree] | None:
    """`Giám đốc: Sở A, Sở B`: the office before each."""
    bodies, _ = _read_list(place, at)
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


def _any_name(place: _At, at: int, head: str) -> int | None:
    """Index after the name of a department in a list that names its head once."""
    tokens, end = place.tokens, place.end
    if at >= end:
        return None
    listed = hit(tokens, at, end, "name")
    if listed is not None:
        return listed.end
    if not tokens.written[at][0].isupper() or "another" in lexicon().at(tokens, at):
        return None
    return open_name(tokens, at, end)


def _shared_names(place: _At, index: int, prefix: str, at: int, head_end: int) -> list[BodyTree] | None:
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
        following = place.next_item(_skip_bracket(tokens.text, found[-1].end, _offset(place)))
        if following is None or _is_body(place, following):
            break
        name = _any_name(place, following, head.lower())
        if name is None:
            break
        found.append(_shared(tokens, following, following, name, label, kind, head.lower()))
    return found if len(found) > 1 else None


def _headed_group(place: _At, index: int, at: int) -> list[BodyTree] | None:
    """`các sở, ngành: Tài chính, Nội vụ`: departments behind a collective and a colon."""
    tokens, end = place.tokens, place.end
    group = read_body(tokens, index, end)
    if group is None or group[0] != "group" or group[1].end >= end or tokens.norms[at] not in _SHARING:
        return None
    first = group[1].end
    if tokens.separators[first] not in (": ", ":", " : "):
        return None
    head = tokens.norms[at]
    label = head[0].upper() + head[1:] + " "
    found: list[BodyTree] = []
    following: int | None = first
    while following is not None and len(found) < _LIST_LIMIT:
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
        following = place.next_item(_skip_bracket(tokens.text, found[-1].end, _offset(place)))
    return found or None


def _shared(tokens: Tokens, start: int, at: int, name: int, label: str, kind: BodyKind, head: str) -> BodyTree:
    return BodyTree(tokens.starts[start], tokens.ends[name - 1], kind, label + words(tokens, at, name), "shared", head)


def _shared_places(place: _At, index: int, prefix: str, at: int, head_end: int) -> list[BodyTree] | None:
    """`UBND các huyện: A, B, thị xã C`: one body a place."""
    tokens, end = place.tokens, place.end
    stop = level_word(tokens, head_end + 1, end)
    if stop == head_end + 1 or stop >= end:
        return None
    if tokens.separators[stop] not in (" ", ": ", ":", " : ") or not tokens.is_capital(stop):
        return None
    head, level = words(tokens, at, head_end), words(tokens, head_end + 1, stop)
    kind: BodyKind = "person" if prefix else "body"
    found: list[BodyTree] = []
    following: int | None = stop
    while following is not None and len(found) < _LIST_LIMIT:
        start = index if not found else following
        other = level_word(tokens, following, end)
        if other > following and other < end and tokens.is_capital(other):
            level, following = words(tokens, following, other), other
        name = place_end(tokens, following, end)
        if name == following:
            break
        written = f"{prefix}{head} {level} {words(tokens, following, name)}"
        found.append(BodyTree(tokens.starts[start], tokens.ends[name - 1], kind, written, "shared", head.lower(), ()))
        following = place.next_item(_skip_bracket(tokens.text, found[-1].end, _offset(place)))
    return found if len(found) > 1 else None


def _offset(place: _At) -> int:
    """The offset at which a list must end."""
    return place.tokens.ends[place.end - 1] + 200 if place.end else 0


def _is_body(place: _At, index: int) -> bool:
    return may_begin(place.tokens, index) and read_body(place.tokens, index, place.end) is not None


# -- lists -------------------------------------------------------------------------------------------------------------


def _read_list(place: _At, index: int) -> tuple[list[BodyTree], int]:
    """The list of bodies at an index, and the offset after it."""
    tokens = place.tokens
    bodies: list[BodyTree] = []
    stop = tokens.starts[index] if index < len(tokens) else len(tokens.text)
    at: int | None = index
    while at is not None and at < place.end and len(bodies) < _LIST_LIMIT:
        more = _list_item(place, at, bodies)
        if not more:
            break
        bodies += more
        stop = _skip_bracket(tokens.text, more[-1].end, _offset(place))
        at = place.next_item(stop)
    return bodies, stop


def _list_item(place: _At, index: int, before: list[BodyTree]) -> list[BodyTree]:
    """The next body of a list, or bodies that share a head; none where none stands."""
    tokens = place.tokens
    index = _honorific(place, index)
    if may_begin(tokens, index):
        shared = _shared_head(place, index)
        if shared is not None:
            return shared
        found = read_body(tokens, index, place.end)
        if found is not None:
            return [tree(tokens, index, *found)]
    leaning = _same_head(place, index, before)
    if leaning is not None:
        return [leaning]
    return _bare_group(place, index) if before else []


def _bare_group(place: _At, index: int) -> list[BodyTree]:
    """`địa phương`, `doanh nghiệp` among bodies: a collective of one noun, where nothing but the list follows."""
    tokens, end = place.tokens, place.end
    reading = group(tokens, index, end, bare=True) if tokens.written[index][0].islower() else None
    if reading is None or hit(tokens, index, end, "not_body"):
        return []
    stop = reading.end
    if stop < end and tokens.separators[stop] == " " and tokens.norms[stop] != "và" and not predicate_at(tokens, stop):
        return []
    return [tree(tokens, index, "group", reading)]


def _honorific(place: _At, index: int) -> int:
    """Index after `các đồng chí`, `ông (bà):` before an office."""
    tokens, end = place.tokens, place.end
    at = index
    for _ in range(3):
        found = hit(tokens, at, end, "honorific")
        if found is None or found.end >= end or len(tokens.separators[found.end]) > 4:
            break
        at = found.end
        if tokens.norms[at] == "là" and at + 1 < end:
            at += 1
    return at


def _same_head(place: _At, index: int, bodies: list[BodyTree]) -> BodyTree | None:
    """`Nội vụ` after `Sở Y tế, `: a department name that leans on the head of the one before it."""
    tokens, end = place.tokens, place.end
    if not bodies or bodies[-1].kind == "group" or not tokens.written[index][0].isupper():
        return None
    listed = hit(tokens, index, end, "name")
    if listed is None:
        return None
    after = listed.end
    if after < end and tokens.separators[after] == " ":
        if tokens.norms[after] not in _SHARED_WORDS and level_word(tokens, after, end) == after:
            return None
    elif after < end and tokens.separators[after][:1] not in (",", ";", ":", ".", "("):
        if tokens.separators[after] not in ("; ", " ("):
            return None
    head = _head_of(bodies[-1].name)
    if not head:
        return None
    return BodyTree(
        tokens.starts[index],
        tokens.ends[listed.end - 1],
        bodies[-1].kind,
        head + words(tokens, index, listed.end),
        "shared",
        head.split()[-1].lower(),
    )


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
    tokens = tokens_of(text)
    index = tokens.index(start)
    if index >= len(tokens) or tokens.starts[index] != start:
        return [], start
    limit = len(tokens) if end is None else tokens.end_index(end)
    if index >= limit or not may_begin(tokens, index):
        return [], start
    bodies, stop = _read_list(_At(tokens, limit), index)
    if not bodies:
        return [], start
    return bodies, min(stop, len(text) if end is None else end)


def opening(text: str, at: int, end: int) -> tuple[str, bool]:
    """The first word at `at` in small letters, and whether a body may begin with it (and the word after it)."""
    tokens = tokens_of(text)
    index = tokens.index(at)
    if index >= len(tokens) or tokens.starts[index] != at or tokens.ends[index] > end:
        return "", False
    return tokens.norms[index], may_begin(tokens, index)


_IN_CODES = frozenset(("-", "/", "&", ".", "/ "))  # `NĐ-CP`
_SMALL_BEGINNINGS = frozenset("các công phòng chi thành cơ sở đơn".split())
_SMALL_PAIRS = frozenset((
    "công an", "chi bộ", "thành viên", "cơ quan", "đơn vị",
))  # fmt: skip


def _is_candidate(tokens: Tokens, index: int) -> bool:
    """Whether a body may begin at a word of running text."""
    if tokens.written[index][0].isupper():
        return tokens.separators[index] not in _IN_CODES
    word = tokens.norms[index]
    if word not in _SMALL_BEGINNINGS or index + 1 >= len(tokens):
        return False
    following, separator = tokens.norms[index + 1], tokens.separators[index + 1]
    if word == "các":
        return separator == " "
    if word == "phòng":
        return separator == " " and tokens.written[index + 1][0].isupper()
    if word == "sở":
        return separator == ", "
    if f"{word} {following}" not in _SMALL_PAIRS:
        return False
    if word == "cơ":
        after = tokens.separators[index + 2 : index + 3]
        return after == [", "] or tokens.norms[index + 2 : index + 4] == ["thành", "viên"]
    return word != "đơn" or tokens.norms[index + 2 : index + 3] == ["trực"]


def find_body_lists(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[list[BodyTree], int, int]]:
    """All lists of bodies in a stretch of text, in order: the bodies, where the list starts, and the offset after it.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the stretch.
    """
    tokens = tokens_of(text)
    limit = len(tokens) if end is None else tokens.end_index(end)
    place, at = _At(tokens, limit), tokens.index(start)
    while at < limit:
        if not (_is_candidate(tokens, at) and may_begin(tokens, at)):
            at += 1
            continue
        bodies, stop = _read_list(place, at)
        if bodies and not (bodies[0].rule == "name" and _is_place_name(tokens, at)):
            yield bodies, tokens.starts[at], min(stop, len(text) if end is None else end)
            at = max(tokens.index(stop), at + 1)
        else:
            at += 1


def _is_place_name(tokens: Tokens, index: int) -> bool:
    """Whether a word for a level stands right before what looks like a name with a head (`xã Trường Hà`)."""
    return index > 0 and tokens.separators[index] == " " and tokens.norms[index - 1] in _LEVEL_WORDS


_LEVEL_WORDS = frozenset("tỉnh huyện quận xã phường trấn".split())


def find_bodies(text: str, start: int = 0, end: int | None = None) -> list[BodyTree]:
    """All bodies in a stretch of text, in order, none within another; arguments as for `find_body_lists`."""
    return [body for bodies, _, _ in find_body_lists(text, start, end) for body in bodies]


# -- places that hold nothing but bodies -------------------------------------------------------------------------------


_HARD = re.compile(r"[;\n•]|\.(?= |$)|\((?=[^()\n]{0,160}$)")
_CELL_MARKS = " \t\n-–+•*,;.:/…)"


def names_of_cell(text: str, start: int, end: int) -> list[BodyTree]:
    """The bodies of a place that holds nothing but bodies: a heading, what stands behind a label, a cell of a table.

    A name that no row knows is taken as it stands, up to the next `;` or line break, or to a comma or `và` behind which a body begins.
    Nothing is found where a verb of work stands: such a place holds more than bodies.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the place.

    Returns:
        The bodies in order; those that are not in the lexicon have the rule `unknown`.
    """
    tokens = tokens_of(text)
    found: list[BodyTree] = []
    at, limit = tokens.index(start), tokens.end_index(end)
    place = _At(tokens, limit)
    while at < limit and len(found) < _LIST_LIMIT:
        bodies, stop = _read_list(place, at) if may_begin(tokens, at) else ([], tokens.starts[at])
        if not bodies and (bare := _bare_group(place, at)):
            bodies, stop = bare, bare[0].end
        after = tokens.index(stop)
        if bodies and _ends_item(text, stop, tokens.starts[after] if after < limit else end):
            found += bodies
            at = after
            continue
        begin = tokens.index(bodies[-1].start) if bodies else at
        last = _unknown_end(place, begin, after if bodies else at)
        if last is None:
            return found + bodies
        found += bodies[:-1]
        found.append(_unknown(tokens, begin, last, bodies))
        at = _next_in_cell(place, last)
    return found


def _ends_item(text: str, stop: int, following: int) -> bool:
    """Whether an item of a cell ends at `stop`; the next word begins at `following`."""
    gap = text[stop:following]
    return not gap.strip() and "\n" in gap or any(mark in gap for mark in ",;.…()") or following <= stop or not gap


def _unknown_end(place: _At, begin: int, at: int) -> int | None:
    """Index after the words of a name that is not known; None where they are no name."""
    tokens, end = place.tokens, place.end
    if not tokens.is_capital(begin) and not {"group_lead", "group"} & lexicon().at(tokens, begin).keys():
        return None
    at = max(at, begin)
    while at < end and tokens.ends[at] - tokens.starts[begin] <= _CELL_LIMIT:
        if at > begin and _parts(place, at):
            break
        if at > begin and tokens.separators[at] == " " and predicate_at(tokens, at):
            return None
        at += 1
    return at if tokens.ends[at - 1] - tokens.starts[begin] > 3 else None


def _parts(place: _At, index: int) -> bool:
    """Whether what stands before a word parts two names."""
    tokens = place.tokens
    separator = tokens.separators[index]
    if separator == " ":
        return tokens.norms[index] in ("và", "cùng") and index + 1 < place.end and _is_body(place, index + 1)
    if any(mark in separator for mark in ";\n•…:(") or separator.startswith(". "):
        return True
    following = index + 1 if tokens.norms[index] == "và" and index + 1 < place.end else index
    return (
        "," in separator
        and (tokens.is_capital(index) or following > index)
        and _is_body(place, following)
        or (separator in (" - ", "/") and _is_body(place, index))
    )


def _unknown(tokens: Tokens, begin: int, last: int, bodies: list[BodyTree]) -> BodyTree:
    """A name that is taken as it stands."""
    kind: BodyKind = bodies[-1].kind if bodies else "body"
    head = bodies[-1].head if bodies else ""
    return BodyTree(tokens.starts[begin], tokens.ends[last - 1], kind, words(tokens, begin, last), "unknown", head)


def _next_in_cell(place: _At, index: int) -> int:
    """Index of the next item of a cell."""
    tokens = place.tokens
    if index < place.end and tokens.separators[index].lstrip().startswith("("):
        bracket = _BRACKET.match(tokens.text, tokens.ends[index - 1])
        index = tokens.index(bracket.end()) if bracket is not None else index
    if index < place.end and tokens.norms[index] in ("và", "cùng"):
        return index + 1
    return index


def kinds_of(bodies: list[BodyTree]) -> set[BodyKind]:
    """The kinds of some bodies."""
    return {body.kind for body in bodies}


__all__ = [
    "Reading", "find_bodies", "find_body_lists", "forms", "names_of_cell", "opening", "parse_body_list",
]  # fmt: skip
