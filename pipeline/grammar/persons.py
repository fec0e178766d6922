"""Persons in lists of bodies: by name with their offices, or by several offices of one person."""

from __future__ import annotations

from .body_tree import BodyTree
from .name_words import hit, is_titled, plain
from .names import read_body
from .tokens import Tokens

_NAME_SYLLABLES = 5
_DASH = frozenset((" - ", " – "))
_JOINED = _DASH | {", "}


def named_person(tokens: Tokens, begin: int, index: int, end: int) -> BodyTree | None:
    """A person with his offices, as they are written; None where none stands, or one with a single office.

    `Đồng chí Nguyễn Văn A - Phó Chủ tịch UBND xã`, `Đồng chí Ủy viên Ban Thường vụ Đảng ủy, Chủ tịch UBND xã`,
    `Đồng chí Phó Trưởng phòng Văn hóa - Phó Trưởng Tiểu ban`.

    Args:
        tokens: The words.
        begin: Index of the word that addresses a person (`đồng chí`).
        index: Index of the word behind it.
        end: Index before which to stop.
    """
    at = index
    while at < end and is_titled(tokens.written[at]) and at - index < _NAME_SYLLABLES:
        if at > index and tokens.separators[at] != " ":
            break
        at += 1
    first = _office_end(tokens, index, end)
    joined = _JOINED
    if first > index:
        if tokens.norms[begin] in plain("several"):
            return None
        if hit(tokens, index, end, "membership") is None:
            joined = _DASH  # only a member of a board is named with what else he is behind a comma
        at = first
    elif at - index < (2 if tokens.written[index].istitle() else 1):
        return None
    office = 0
    while at < end and tokens.separators[at] in joined and (stop := _office_end(tokens, at, end)) > at:
        at = office = stop
    if not office:
        return None
    start, stop = tokens.starts[begin], tokens.ends[office - 1]
    return BodyTree(start, stop, "person", tokens.text[start:stop], "person")


def _office_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after an office, with the body that it is held in where one is named; `index` where none stands."""
    read = read_body(tokens, index, end)
    offices = (hit(tokens, index, end, "office"), hit(tokens, index, end, "named_office"))
    stop = max((office.end for office in offices if office is not None), default=index)
    return max(read[1].end if read is not None and read[0] == "person" else index, stop)
