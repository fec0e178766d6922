"""Signatures of several parties: minutes, memoranda and internal slips, which no "Nơi nhận" precedes.

On paper each party has a cell: who it is (`Đại diện Sở Y tế`, `THƯ KÝ`) above, the name below. Readers print the cells
row by row or column by column, so labels and names are told apart by what they are, not by their order.
"""

from __future__ import annotations

import re
from functools import cache

from ..text.joining import is_capitals
from ..text.markers import MARKER
from ..text.patterns import Pattern
from .model import Closing, Span
from .signature import Signature, is_name, is_noise, is_signature_line, name_span, opens_document, two_names
from .vocabulary import alternation, starts_with

_LONGEST_CELL = 120  # characters
_DASH = "- "
_ENDS_SENTENCE = (".", ";", "!", "/")


@cache
def _party() -> Pattern:
    return Pattern(rf"(?<!\w)(?:{alternation('signature', 'party')})(?!\w)", re.IGNORECASE)


def read_joint(text: str, spans: list[Span], first: int, limit: int) -> Signature | None:
    """The last run of labels and names in paragraphs `first..limit`, None where there is none."""
    stop = limit
    while stop > first:
        begin = stop
        while begin > first and (_is_cell(text, spans[begin - 1]) or _is_name_with_speck(text, spans, begin - 1)):
            begin -= 1
        found = _read_cells(text, spans, begin, stop) if stop - begin >= 3 else None
        if found is not None:
            return found
        stop = begin - 1
    return None


def _is_cell(text: str, span: Span) -> bool:
    """Whether a paragraph can be a part of such a block: short, no item, and no sentence."""
    line = text[slice(*span)]
    return (
        len(line) <= _LONGEST_CELL
        and (not line.rstrip().endswith(_ENDS_SENTENCE) or is_noise(line))
        and MARKER.match(line) is None
        and not opens_document(text, *span)
    )


def _is_name_with_speck(text: str, spans: list[Span], index: int) -> bool:
    """Whether a paragraph is a name behind a dash that is ink of a signature: no other dashed line is beside it."""
    line = text[slice(*spans[index])]
    beside = [text[slice(*span)] for span in (spans[index - 1], *spans[index + 1 : index + 2])]
    return (
        line.startswith(_DASH)
        and _is_mixed_name(line.removeprefix(_DASH))
        and starts_with("signature", "surname").match(line.removeprefix(_DASH)) is not None
        and not any(other.startswith(_DASH) for other in beside)
    )


def _read_cells(text: str, spans: list[Span], begin: int, stop: int) -> Signature | None:
    labels: list[Span] = []
    names: list[Span] = []
    start = None
    mixed = any(_is_mixed_name(text[slice(*span)]) for span in spans[begin:stop])
    for index in range(begin, stop):
        low, high = spans[index]
        low += len(_DASH) * text.startswith(_DASH, low)
        line = text[low:high]
        parties = list(_party().finditer(text, low, high))
        adjacent = bool(labels) and labels[-1][1] == spans[index - 1][1]
        if (parties and parties[0].start() == low) or is_signature_line(text, low, high):
            start = index if start is None else start
            cuts = [low, *(match.start() for match in parties if match.start() > low), high]
            labels.extend(
                (a, len(text[:b].rstrip())) if b < high else (a, b) for a, b in zip(cuts, cuts[1:], strict=False)
            )
        elif mixed and is_capitals(line) and not is_noise(line):  # a label that no list knows, or its second line
            start = index if start is None else start
            if adjacent:
                labels[-1] = (labels[-1][0], high)
            else:
                labels.append((low, high))
        elif start is None or (is_noise(line) and not starts_with("letterhead", "body_head").match(line.upper())):
            continue
        elif is_name(line, certain=True):
            names.extend(two_names(text, low, high, len(labels)) or (name_span(text, low, high),))
        elif (pair := two_names(text, low, high, len(labels))) is not None:
            names.extend(pair)
        elif adjacent:
            labels[-1] = (labels[-1][0], high)  # `Đại diện` / `Sở Y tế`
    if start is None or not names or len(labels) + len(names) < 3:
        return None
    return (start, stop), Closing((), (), (), tuple(labels), names[0], tuple(names[1:]))


def _is_mixed_name(line: str) -> bool:
    return not is_capitals(line) and is_name(line, certain=True)
