"""Names of bodies in words: `UBND các xã, thị trấn`, `Giám đốc các Sở: Y tế, Nội vụ`, `các cơ quan có liên quan`.

    body   = [office] unit | office_alone | group
    unit   = head [name] [level [place]] [unit above it]          Phòng Nội vụ huyện; Ban Tuyên giáo Huyện ủy
    group  = [các] noun {, noun} [which ones]                     các sở, ban, ngành có liên quan

What the words may be stands in `knowledge/bodies.toml`; the longest reading wins. Where a name of its own ends says
`vnplan.grammar.own_names`; lists of bodies are read by `vnplan.grammar.name_lists`. Everything works at an index of
`vnplan.grammar.tokens`; nothing scans ahead.
"""

from __future__ import annotations

from typing import NamedTuple

from .body_tree import BodyKind, BodyTree, Reading, tree
from .lexicon import Found, Hit
from .name_words import (
    DASHES,
    LONG_KINDS,
    PlaceName,
    begins_name,
    behind_nominal,
    bits,
    forms,
    group_link,
    hit,
    is_shouted,
    is_verb,
    level_at,
    lexicon,
    long_verb_end,
    may_begin,
    opening,
    person_end,
    place_end,
    plain,
    predicate_at,
    said_of_body,
    spaced,
    words,
)
from .own_names import listed_end, name_end, task_end
from .tokens import Tokens, tokens_of

_OPEN_LIMIT = 14


class _Tail(NamedTuple):
    """What follows a head or its name."""

    end: int
    places: tuple[PlaceName, ...] = ()
    above: tuple[int, Reading] | None = None


def _tails(tokens: Tokens, index: int, end: int, place: bool, depth: int = 0, part: bool = False) -> _Tail:
    """Level, place and the body above, after a head or name that ends before `index`."""
    if index >= end:
        return _Tail(index)
    if not tokens.is_capital(index) and tokens.norms[index] not in plain("quantifier") | plain("of"):
        if not lexicon().at(tokens, index).bits & bits().tail:
            return _Tail(index)
    return _long_tails(tokens, index, end, place, depth, part)


def _long_tails(tokens: Tokens, index: int, end: int, place: bool, depth: int, part: bool) -> _Tail:
    """As `_tails`, where one of these may follow."""
    index = _numbered(tokens, index, end)
    at, places = level_at(tokens, index, end)
    if spaced(tokens, index, end):
        if at == index and place and not (depth < 2 and hit(tokens, index, end, "above")):
            at = place_end(tokens, index, end)
            places = (PlaceName("", words(tokens, index, at)),) if at > index else ()
        if at == index or (spaced(tokens, at, end) and tokens.norms[at] in plain("where")):
            at = _area(tokens, at, end)
        if at == index and depth < 2 and tokens.norms[index] in plain("several") and index + 1 < end:
            group = read_group(tokens, index, end, depth=depth + 1)  # `Chi bộ các trường học`
            return _Tail(group.end, group.places) if group is not None else _Tail(index)
        if at > index and not places:
            at = _known_by_number(tokens, at, end)
    if depth < 2:
        link = _above_index(tokens, at, end, part)
        above = _unit(tokens, link, end, depth + 1) if link is not None else None
        if link is not None and above is not None:
            return _Tail(above.end, places, (link, above))
    return _Tail(at, places)


def _numbered(tokens: Tokens, index: int, end: int) -> int:
    """Index after the number by which one of several bodies is known (`số 2`, `khu vực IX`)."""
    found = hit(tokens, index, end, "numbered") if spaced(tokens, index, end) else None
    if found is None or tokens.text.startswith("/", tokens.ends[found.end - 1]):
        return index
    return index if found.end < end and tokens.norms[found.end] in plain("day") else found.end


def _known_by_number(tokens: Tokens, index: int, end: int) -> int:
    """Index after the number of the paper by which a body is known, behind its level (`Ban Chỉ đạo quốc gia 389`)."""
    if not spaced(tokens, index, end) or not tokens.written[index].isdigit() or len(tokens.written[index]) > 4:
        return index
    last = index + 1 >= end or tokens.separators[index + 1] not in (" ", ".", "/", "-", "%")
    return index + 1 if last else index


def _area(tokens: Tokens, index: int, end: int) -> int:
    """Index after what stands in the place of a level (`khu vực II`, `ở địa phương`)."""
    area = hit(tokens, index, end, "area")
    if area is None:
        return index
    return _stop(tokens, area, end)


def _above_index(tokens: Tokens, index: int, end: int, part: bool) -> int | None:
    """Index of the body above that follows a name, also behind `thuộc` or a dash."""
    if index >= end:
        return None
    separator, at = tokens.separators[index], index
    if separator == " " and tokens.norms[index] in plain("of") and spaced(tokens, index + 1, end):
        at = index + 1
    elif separator != " " and not (separator == " - " and part):
        return None
    return at if tokens.written[at][0].isupper() and hit(tokens, at, end, "above") is not None else None


def _stop(tokens: Tokens, found: Hit, end: int) -> int:
    """Index after an entry, and after the words that an open one goes on with."""
    return open_end(tokens, found.end, end) if found.entry.open else found.end


def open_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after further words of a name, up to a mark, to what is said of the body, or to another body."""
    at, work = index, index - 1
    while at < end and at - index < _OPEN_LIMIT:
        separator = tokens.separators[at]
        if separator != " " and not (separator in DASHES and tokens.written[at][0].isupper()):
            break
        if tokens.norms[at] in plain("or") and (at + 1 >= end or lexicon().at(tokens, at + 1).bits & bits().another):
            break
        verb = long_verb_end(tokens, at, end)
        if at > index or " ".join(tokens.norms[at - 2 : at]) not in plain("charged_with"):
            if predicate_at(tokens, at) and tokens.norms[at - 1] not in plain("nominal"):
                break
            if verb > at > work and not behind_nominal(tokens, at):
                break
        work = max(work, verb)
        at += 1
        if tokens.norms[at - 1] in plain("closing"):
            break
    return at - (at > index and tokens.norms[at - 1] in plain("or"))


# -- organisations -----------------------------------------------------------------------------------------------------


def _unit(tokens: Tokens, index: int, end: int, depth: int = 0) -> Reading | None:
    """The organisation at `index`."""
    if index >= end or not lexicon().at(tokens, index).bits & bits().unit:
        return None
    small = tokens.written[index][0].islower()
    fixed = hit(tokens, index, end, "fixed")
    part = hit(tokens, index, end, "part") is not None
    best: Reading | None = None
    head = hit(tokens, index, end, "head_level")
    if head is not None and (fixed is None or head.end >= fixed.end):
        tail = _tails(tokens, head.end, end, place=True, depth=depth, part=part)
        if not small or tail.end > head.end or head.end - index > 1:
            best = Reading(tail.end, "head", words(tokens, index, head.end).lower(), tail.places, tail.above)
    wanting = hit(tokens, index, end, "head_place")
    if wanting is not None and best is None:
        tail = _tails(tokens, wanting.end, end, place=False, depth=depth)
        if tail.places:
            best = Reading(tail.end, "place", words(tokens, index, wanting.end).lower(), tail.places, tail.above)
    for named in (_named_unit(tokens, index, end, depth, part, fixed), _inner_unit(tokens, index, end, depth)):
        if named is not None and (best is None or named.end > best.end):
            best = named
    if best is not None or fixed is None:
        return best
    return _fixed_unit(tokens, index, fixed, end, depth)


def _named_unit(tokens: Tokens, index: int, end: int, depth: int, part: bool, fixed: Hit | None) -> Reading | None:
    """A head with a name of its own: the longest head, or a shorter one with a name that is in the list."""
    heads = lexicon().hits(tokens, index, end - 1, "head_name")
    for number, head in enumerate(heads):
        text = words(tokens, index, head.end).lower()
        name = name_end(tokens, head.end, end, text, index)
        if number and name is not None and name <= heads[0].end:
            continue
        if name is None and head.end - index > 1 and tokens.written[index][0].isupper():
            tail = _tails(tokens, head.end, end, place=False, depth=depth, part=part)
            if tail.places or tail.end > head.end:  # `Trường Tiểu học xã An Bình`, `Đội Quản lý thị trường số 2`
                return Reading(tail.end, "name", text, tail.places, tail.above)
        if name is not None and (fixed is None or name > fixed.end):
            tail = _tails(tokens, name, end, place=True, depth=depth, part=part)
            return Reading(tail.end, "name", text, tail.places, tail.above)
    return None


def _inner_unit(tokens: Tokens, index: int, end: int, depth: int) -> Reading | None:
    """What a body has without a name of its own (`Văn phòng Ban Chỉ đạo`), with that body."""
    of_body = hit(tokens, index, end, "of_body") if depth < 2 else None
    if of_body is None or not spaced(tokens, of_body.end, end) or not tokens.written[of_body.end][0].isupper():
        return None
    inner = _unit(tokens, of_body.end, end, depth + 1) if hit(tokens, of_body.end, end, "above") else None
    if inner is None:
        return None
    return Reading(inner.end, "name", words(tokens, index, of_body.end).lower(), inner.places, (of_body.end, inner))


def _fixed_unit(tokens: Tokens, index: int, fixed: Hit, end: int, depth: int) -> Reading:
    """A fixed name with its tails; a steering board (Ban Chỉ đạo …) is named after its whole task."""
    text = words(tokens, index, fixed.end).lower()
    at, rule = fixed.end, "fixed"
    if text in forms("free_head") and spaced(tokens, at, end):
        begun = hit(tokens, at, end, "free_name")
        if begun is not None:
            at, rule = task_end(tokens, at, begun.end, end, text in forms("task_name")), "task"
    tail = _tails(tokens, at, end, place=False, depth=depth)
    return Reading(tail.end, rule, text, tail.places, tail.above)


# -- collectives -------------------------------------------------------------------------------------------------------


def _group_nouns(tokens: Tokens, index: int, end: int, led: bool, depth: int) -> tuple[int, int]:
    """Index after a run of collective nouns (`sở, ban, ngành`) at `index`, and how many there are; `led` by `các`."""
    stop, at, count = index, index, 0
    while count < 10 and at < end:
        noun = hit(tokens, at, end, "group")
        if noun is None and (count or led):
            noun = hit(tokens, at, end, "group_people")
        if count and (noun is None or len(words(tokens, at, noun.end)) < 4):
            noun = hit(tokens, at, end, "group_weak") or noun
        if noun is None or (not count and is_shouted(tokens, at, noun.end)):
            break
        if tokens.written[at][0].isupper() and (
            hit(tokens, at, end, "office") or _unit(tokens, at, end, depth) is not None
        ):
            break
        if count and (is_verb(tokens, at, noun, end) or begins_name(tokens, at, noun, end)):
            break
        stop, count = noun.end, count + 1
        link = group_link(tokens, stop, end)
        if link is None:
            break
        at = link
    return stop, count


def read_group(tokens: Tokens, index: int, end: int, bare: bool = False, depth: int = 0) -> Reading | None:
    """The collective at `index`; with `bare` one noun is enough."""
    merged = hit(tokens, index, end, "merged")
    if merged is not None:
        stop, places = level_at(tokens, merged.end, end)
        return Reading(stop, "merged", "", places)
    lead = hit(tokens, index, end, "group_lead")
    if lead is not None and not spaced(tokens, lead.end, end):
        lead = None
    at = lead.end if lead is not None else index
    fixed = hit(tokens, index, end, "group_fixed")
    nouns, count = _group_nouns(tokens, at, end, lead is not None, depth)
    if not count:
        several = _unit(tokens, at, end, depth) if lead is not None and tokens.written[at][0].isupper() else None
        if several is not None:
            return _with_tails(tokens, several.end, end, depth, several.places)[0]
        return _with_tails(tokens, _stop(tokens, fixed, end), end, depth)[0] if fixed is not None else None
    if lead is not None and count == 1:
        small = words(tokens, at, nouns).lower()
        name = name_end(tokens, nouns, end, small, at) if small in forms("small_name") else None
        if name is not None:  # `các sở giáo dục và đào tạo`
            return _with_tails(tokens, name, end, depth)[0]
    found, tails = _with_tails(tokens, nouns, end, depth)
    if not bare and spaced(tokens, found.end, end) and hit(tokens, found.end, end, "not_group"):
        return None
    if fixed is not None and fixed.end >= found.end:
        return _with_tails(tokens, _stop(tokens, fixed, end), end, depth)[0]
    if count > 1 or tails or bare:
        return found
    if lead is not None:
        return None if tokens.is_number(index) else found
    several_words = found.end - index > 2
    return found if several_words or hit(tokens, index, end, "group_alone") else None


def _with_tails(
    tokens: Tokens, index: int, end: int, depth: int, places: tuple[PlaceName, ...] = ()
) -> tuple[Reading, int]:
    """A collective with what says which members are meant, and how many such words there are."""
    at, tails = index, 0
    while tails < 6 and spaced(tokens, at, end):
        stop, more = _group_tail(tokens, at, end, depth)
        if stop <= at:
            break
        at, tails, places = stop, tails + 1, places + more
    return Reading(at, "group", "", places), tails


def _group_tail(tokens: Tokens, at: int, end: int, depth: int) -> tuple[int, tuple[PlaceName, ...]]:
    """Index after one such tail at `at`; `at` itself where there is none."""
    link = at
    if tokens.norms[at] in plain("of") and spaced(tokens, at + 1, end):
        link = at + 1
    elif " ".join(tokens.norms[at : at + 2]) in plain("under") and spaced(tokens, at + 2, end):
        link = at + 2
    if tokens.written[link][0].isupper() and (link > at or tokens.norms[at - 1] not in plain("level_like")):
        unit = _unit(tokens, link, end, depth + 1)
        if unit is not None:
            return unit.end, unit.places
    small = tokens.written[link][0].islower()  # `thuộc Sở tham mưu`: `Sở` is no collective
    if (
        link > at
        and depth < 2
        and (tokens.norms[link] in plain("several") or small and hit(tokens, link, end, "group"))
    ):
        group = read_group(tokens, link, end, depth=depth + 1)
        if group is not None:
            return listed_end(tokens, group.end, end), group.places
    tail = hit(tokens, at, end, "group_tail")
    if tail is None:
        return _weak_tail(tokens, at, end)
    stop = _stop(tokens, tail, end)
    named = tokens.norms[stop - 1] in plain("level_end") and spaced(tokens, stop, end)
    place = place_end(tokens, stop, end) if named else stop
    return place, ((PlaceName(tokens.norms[stop - 1], words(tokens, stop, place)),) if place > stop else ())


def _weak_tail(tokens: Tokens, at: int, end: int) -> tuple[int, tuple[PlaceName, ...]]:
    """Index after a tail that looks like work but that another verb follows; else after that of a level."""
    weak = hit(tokens, at, end, "group_tail_weak")
    if weak is not None and not predicate_at(tokens, at):
        stop = open_end(tokens, weak.end, end)
        if stop < end and (
            said_of_body(tokens, stop) or ":" in tokens.separators[stop] or tokens.norms[stop] in plain("or")
        ):
            return stop, ()
    return level_at(tokens, at, end)


# -- office holders ----------------------------------------------------------------------------------------------------


def _person(tokens: Tokens, index: int, end: int) -> Reading | None:
    """The office holder at `index`."""
    if tokens.norms[index] in plain("several") and spaced(tokens, index + 1, end):
        index += hit(tokens, index + 1, end, "office") is not None  # `các Ủy viên Ban Chỉ đạo`
    office = hit(tokens, index, end, "office")
    alone = hit(tokens, index, end, "office_alone")
    best: Reading | None = None
    if office is not None:
        best = _office_body(tokens, index, _offices_end(tokens, office.end, end, alone is None), end)
    if alone is not None and (best is None or alone.end > best.end):
        tail = _tails(tokens, _stop(tokens, alone, end), end, place=False)
        best = Reading(tail.end, "office", "", tail.places, tail.above, words(tokens, index, alone.end))
    if best is None and office is not None:
        best = Reading(office.end, "office", "", (), None, words(tokens, index, office.end))
        return best._replace(end=name) if (name := person_end(tokens, office.end, end)) > office.end else None
    return best._replace(end=person_end(tokens, best.end, end)) if best is not None else None


def _offices_end(tokens: Tokens, at: int, end: int, listed: bool) -> int:
    """Index after offices of one body (`Giám đốc, Thủ trưởng các sở`, `Ủy viên kiêm Chánh Văn phòng …`)."""
    for _ in range(3):
        if at >= end:
            return at
        link, separator = at, tokens.separators[at]
        if separator == " " and tokens.norms[at] in plain("office_link"):
            link += 1
        elif separator != ", " or not listed:
            return at
        if link < end and tokens.norms[link] in plain("several"):
            link += 1
        office = hit(tokens, link, end, "office")
        if office is None:
            return at
        at = office.end
    return at


def _office_body(tokens: Tokens, index: int, at: int, end: int) -> Reading | None:
    """The holder of an office, with the body that he heads or the level that stands for it."""
    if not spaced(tokens, at, end):
        return None
    office = words(tokens, index, at)
    council = hit(tokens, at, end, "office_of")
    if council is not None:
        tail = _tails(tokens, council.end, end, place=True)
        return Reading(tail.end, "office", words(tokens, at, council.end).lower(), tail.places, tail.above, office)
    body = _unit(tokens, at, end) or read_group(tokens, at, end, bare=True)
    other = hit(tokens, at, end, "not_body") if body is not None else None
    if body is not None and other is not None and other.end > body.end:
        return None  # `Thư ký hội nghị`
    stop, places = level_at(tokens, at, end)
    if stop > at and (body is None or stop > body.end):
        return Reading(stop, "office", "", places, None, office)
    if body is None:
        return None
    return Reading(body.end, "office", body.head, body.places, (at, body), office)


# -- bodies ------------------------------------------------------------------------------------------------------------


def read_body(tokens: Tokens, index: int, end: int) -> tuple[BodyKind, Reading] | None:
    """The longest body at a token, as indices."""
    key = index, end
    if key not in tokens.bodies:
        tokens.bodies[key] = _read_body(tokens, index, end)
    return tokens.bodies[key]  # type: ignore[no-any-return]


def _read_body(tokens: Tokens, index: int, end: int) -> tuple[BodyKind, Reading] | None:
    found = lexicon().at(tokens, index)
    if not found:
        return None
    not_body = hit(tokens, index, end, "not_body")
    excluded = not_body.end if not_body is not None else 0
    kind: BodyKind = "person"
    best = _person(tokens, index, end) if found.bits & bits().person else None
    unit = _unit(tokens, index, end)
    if unit is not None and (best is None or unit.end > best.end):
        best, kind = unit, "body"
    # A noun in capitals that begins an organisation begins no collective.
    led = unit is None or tokens.written[index][0].islower()
    group = read_group(tokens, index, end) if found.bits & (bits().group if led else bits().whole_group) else None
    if group is not None and (best is None or group.end > best.end):
        best, kind = group, "group"
    if best is None or (excluded and best.rule != "place" and not _longer_than(found, excluded - index, end - index)):
        return None
    return kind, best


def _longer_than(found: Found, least: int, most: int) -> bool:
    """Whether words of bodies take more tokens than the words that are none, and no more than there are."""
    return any(least < count <= most for kind in LONG_KINDS for count, _ in found.get(kind, ()))


def match_body(text: str, at: int, end: int | None = None) -> BodyTree | None:
    """The longest body that begins at `at`.

    Args:
        text: Clean text.
        at, end: Offsets; the body must end at or before `end`.

    Returns:
        The body, or None where none begins.
    """
    tokens, index, limit = _place_in(text, at, end)
    if index >= limit or not may_begin(tokens, index):
        return None
    found = read_body(tokens, index, limit)
    return tree(tokens, index, *found) if found is not None else None


def _place_in(text: str, at: int, end: int | None) -> tuple[Tokens, int, int]:
    """The words at an offset, the index of the one there, and the index before which to stop (0 where none is)."""
    tokens = tokens_of(text, at)
    index = tokens.index(at)
    if 0 < at < len(text) and text[at - 1].islower() and text[at].isupper():  # a lost space: `xãHòa An`
        stop = text.find("\n", at)
        tokens, index = Tokens(text, at, len(text) if stop < 0 else stop), 0
    limit = len(tokens) if end is None else tokens.end_index(end)
    return tokens, index, limit if index < limit and tokens.starts[index] == at else 0


# -- parts of names, for those who look for names alone ----------------------------------------------------------------


def match_unit(text: str, at: int, end: int) -> int | None:
    """End of the organisation that begins at `at`, without an office before it; None where none begins."""
    if not opening(text, at, end)[1]:
        return None
    tokens, index, limit = _place_in(text, at, end)
    found = _unit(tokens, index, limit) if index < limit else None
    return tokens.ends[found.end - 1] if found is not None else None


def match_place(text: str, at: int, end: int) -> int | None:
    """End of the name of a place at `at` (`Trà Cú`, `Bà Rịa - Vũng Tàu`, `12`); None where none begins."""
    tokens, index, limit = _place_in(text, at, end)
    stop = place_end(tokens, index, limit) if index < limit else index
    return tokens.ends[stop - 1] if stop > index else None


def match_listed_name(text: str, at: int, end: int) -> int | None:
    """End of the name of a department at `at` (`Lao động - Thương binh và Xã hội`); None if it is in no list."""
    tokens, index, limit = _place_in(text, at, end)
    listed = hit(tokens, index, limit, "name") if index < limit else None
    return tokens.ends[listed.end - 1] if listed is not None else None


def match_tails(text: str, at: int, end: int) -> int:
    """End of the level, the place and the body above that follow a name ending at `at`; `at` where none does."""
    tokens = tokens_of(text, at)
    index, limit = tokens.index(at), tokens.end_index(end)
    if index >= limit or index == 0 or tokens.ends[index - 1] != at:
        return at
    stop = _tails(tokens, index, limit, place=True).end
    return tokens.ends[stop - 1] if stop > index else at
