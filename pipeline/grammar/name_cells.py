"""Bodies in places that hold nothing else: a heading, what stands behind a label, a cell of a table.

Such a place may hold names that no row of knowledge knows, and they are taken as they stand.
"""

from __future__ import annotations

from .body_tree import BodyKind, BodyTree
from .name_lists import BRACKET, LIST_LIMIT, ListPlace, bare_group, read_list
from .name_words import lexicon, may_begin, plain, predicate_at, words
from .names import read_body
from .tokens import Tokens, lines_of

_CELL_LIMIT = 120
_TELLING_WORDS = 5


def names_of_cell(text: str, start: int, end: int) -> list[BodyTree]:
    """The bodies of a place that holds nothing but bodies: a heading, what stands behind a label, a cell of a table.

    A name that no row knows is taken as it stands, up to the next `;` or line break, or to a comma or `và` behind
    which a body begins. Nothing is found where a verb of work stands: such a place holds more than bodies.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the place.

    Returns:
        The bodies in order; those that are not in the lexicon have the rule `unknown`.
    """
    found: list[BodyTree] = []
    for tokens in lines_of(text, start, end):
        more, whole = _names_of_line(ListPlace(tokens, tokens.end_index(end)), tokens.index(start))
        found += more
        if not whole:
            break
    return found[:LIST_LIMIT]


def _names_of_line(place: ListPlace, at: int) -> tuple[list[BodyTree], bool]:
    """The bodies of one line of such a place, and whether it holds nothing else."""
    tokens, limit = place.tokens, place.end
    found: list[BodyTree] = []
    while at < limit and len(found) < LIST_LIMIT:
        bodies, stop = read_list(place, at) if may_begin(tokens, at) else ([], tokens.starts[at])
        if not bodies and (bare := bare_group(place, at)):
            bodies, stop = bare, bare[0].end
        after = tokens.index(stop)
        if bodies and _ends_item(place, stop, after):
            found += bodies
            at = _next_in_cell(place, after)
            continue
        begin = tokens.index(bodies[-1].start) if bodies else at
        last = _unknown_end(place, begin, after if bodies else at)
        if last is None:
            return found + bodies, False
        found += bodies[:-1]
        found.append(_unknown(tokens, begin, last, bodies))
        at = _next_in_cell(place, last)
    return found, True


def _ends_item(place: ListPlace, stop: int, index: int) -> bool:
    """Whether an item of a cell ends at `stop`; the next word stands at `index`."""
    tokens = place.tokens
    if index >= place.end:
        return True
    gap = tokens.text[stop : tokens.starts[index]]
    if any(mark in gap for mark in ",;.…()"):
        return True
    following = index + 1 if tokens.norms[index] in plain("list_link") else index
    return index < following < place.end and tokens.is_capital(following)


def _unknown_end(place: ListPlace, begin: int, at: int) -> int | None:
    """Index after the words of a name that is not known; None where they are no name."""
    tokens, end = place.tokens, place.end
    found_at = lexicon().at(tokens, begin)
    if not tokens.is_capital(begin) and not ("group_lead" in found_at or "group" in found_at):
        return None
    at = max(at, begin)
    while at < end and tokens.ends[at] - tokens.starts[begin] <= _CELL_LIMIT:
        if at > begin and _parts(place, at):
            break
        if at > begin and tokens.separators[at] == " " and predicate_at(tokens, at):
            told = "group_lead" in found_at or "head_name" in found_at
            parted = _parted_soon(place, at) if told else None
            if parted is None:
                return None
            at = parted
            break
        at += 1
    return at if tokens.ends[at - 1] - tokens.starts[begin] > 3 else None


def _parted_soon(place: ListPlace, at: int) -> int | None:
    """Index after a few words that may tell who is meant, or be a name, as another body follows in the list.

    `Các đơn vị xây dựng pháp luật, Vụ Pháp chế`, `Cục trợ giúp pháp lý, Vụ Pháp chế`: work would not end in a body that
    stands behind a comma.
    """
    tokens = place.tokens
    for stop in range(at + 1, min(place.end, at + _TELLING_WORDS + 1)):
        if tokens.separators[stop] != " ":
            return stop if _parts(place, stop) else None
    return None


def _parts(place: ListPlace, index: int) -> bool:
    """Whether what stands before a word parts two names."""
    tokens = place.tokens
    separator = tokens.separators[index]
    if separator == " ":
        return tokens.norms[index] in plain("list_link") and index + 1 < place.end and is_body(place, index + 1)
    if any(mark in separator for mark in ";\n•…:(") or separator.startswith(". "):
        return True
    following = index + 1 if tokens.norms[index] in plain("link") and index + 1 < place.end else index
    return (
        "," in separator
        and (tokens.is_capital(index) or following > index)
        and is_body(place, following)
        or (separator in (" - ", "/") and is_body(place, index))
    )


def is_body(place: ListPlace, index: int) -> bool:
    """Whether a body begins at a token."""
    return may_begin(place.tokens, index) and read_body(place.tokens, index, place.end) is not None


def _unknown(tokens: Tokens, begin: int, last: int, bodies: list[BodyTree]) -> BodyTree:
    """A name that is taken as it stands."""
    kind: BodyKind = bodies[-1].kind if bodies else "body"
    head = bodies[-1].head if bodies else ""
    return BodyTree(tokens.starts[begin], tokens.ends[last - 1], kind, words(tokens, begin, last), "unknown", head)


def _next_in_cell(place: ListPlace, index: int) -> int:
    """Index of the next item of a cell."""
    tokens = place.tokens
    if index < place.end and tokens.separators[index].lstrip().startswith("("):
        bracket = BRACKET.match(tokens.text, tokens.ends[index - 1])
        index = tokens.index(bracket.end()) if bracket is not None else index
    if index < place.end and tokens.norms[index] in plain("list_link"):
        return index + 1
    return index
