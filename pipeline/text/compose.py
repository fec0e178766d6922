"""Raw text to composed text: one Unicode form, plain spaces and dashes, nothing invisible.

The composed text keeps the lines of the raw text (every kind of line break becomes a newline); most changes replace a
character by one character, so the offset map has few runs.
"""

from __future__ import annotations

import re
import unicodedata

from ..document import OffsetMap
from .patterns import Pattern

# One character for one character. Sources of the classes: Unicode 15 general categories Zs, Zl, Zp, Pd.
_SAME_LENGTH = {
    **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
    **dict.fromkeys("\u202f\u205f\u3000\x7f", " "),
    **dict.fromkeys("\r\f\v\x1c\x1d\x1e\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u02d7", "-"),
    **dict.fromkeys("\u00d0\u0189", "Đ"),  # Eth and African D look like Đ and stand for it in converted text
    "\u00f0": "đ",
    **dict.fromkeys("\u201e\u201f", "“"),
    **dict.fromkeys("\u2044\u2215", "/"),
    **dict(zip("АВЕКМНОРСТХІасеорхі", "ABEKMHOPCTXIaceopxi", strict=True)),  # Cyrillic letters that look Latin
    "\u01a2": "Ư",  # the letter OI, which some fonts of the nineties had in the place of Ư
    "\u01a3": "ư",
    "\ufffc": " ",  # where a program had a picture or a frame
    "\u0340": "\u0300",
    "\u0341": "\u0301",
    **{chr(c): " " for c in range(32) if chr(c) not in "\t\n\r\f\v\x1c\x1d\x1e"},
}
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\ufe0f"
_ODD = Pattern(f"[{re.escape(''.join(_SAME_LENGTH))}{_INVISIBLE}\u0300-\u036f]")
_STILL_MARKS = frozenset("\u0340\u0341")
# What must be looked at one by one: a base with combining marks, or something invisible.
_UNEVEN = Pattern(rf"[^\n]?[\u0300-\u036f]+|[{_INVISIBLE}]+")


def compose(raw: str) -> tuple[str, OffsetMap | None]:
    """The composed text and the map from it to `raw` (None where every character keeps its place)."""
    odd = set(_ODD.findall(raw))
    text = raw
    for char in odd.intersection(_SAME_LENGTH):  # no plain character is odd itself, but for two combining marks
        text = text.replace(char, _SAME_LENGTH[char])
    if odd <= _SAME_LENGTH.keys() - _STILL_MARKS:
        return text, None
    out: list[str] = []
    clean: list[int] = []
    raw_start: list[int] = []
    raw_end: list[int] = []
    length = at = 0

    def put(piece: str, start: int, end: int) -> None:
        nonlocal length
        if piece:
            out.append(piece)
            clean.append(length)
            raw_start.append(start)
            raw_end.append(end)
            length += len(piece)

    for match in _UNEVEN.finditer(text):
        start, end = match.span()
        piece = unicodedata.normalize("NFC", match.group().translate(dict.fromkeys(map(ord, _INVISIBLE))))
        if len(piece) == end - start:
            continue
        put(text[at:start], at, start)
        put(piece, start, end)
        at = end
    put(text[at:], at, len(text))
    return "".join(out), OffsetMap((*clean, length), tuple(raw_start), tuple(raw_end))
