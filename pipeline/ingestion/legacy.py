"""Fonts of before Unicode inside PDF, Word and web pages: TCVN3 (ABC, `.VnTime`) and VNI (`VNI-Times`).

In these the text holds Latin letters and signs that only the font draws as Vietnamese. Which encoding it is, the
font's name tells, else the words: read with the right table nearly all are syllables, with the wrong one hardly any.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Literal, NamedTuple

from ..knowledge import table
from .vietnamese import is_syllable

Legacy = Literal["tcvn3", "vni"]
_VN_FONT = re.compile(r"^(?:[A-Z]{6}\+)?\.?Vn[A-Z3]", re.ASCII)
_VNI_FONT = re.compile(r"^(?:[A-Z]{6}\+)?VNI[-_ ]", re.ASCII | re.I)
_WORD = re.compile(r"[^\s\d.,;:()/\[\]\"'“”‘’!?%&*+=<>|-]{1,12}")
_SAMPLE = 20_000
# What PDF makers write for the codes of ư and ã within a word, since standard fonts draw a minus and a dot there.
_GLYPHS = re.compile("(?<=[^\\W\\d_])[\u2212\u2219]|[\u2212\u2219](?=[a-z\xa1-\xff])")
_BEYOND = re.compile("[\u0102-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c\u017f-\u0191\u0193-\u024f\u1e00-\u1eff]")


def font_encoding(font: str) -> Legacy | None:
    """The encoding that a font's name stands for (`.VnTime`, `ABCDEF+VNI-Times`), None for all other fonts."""
    if _VN_FONT.match(font):
        return "tcvn3"
    return "vni" if _VNI_FONT.match(font) else None


def is_capital_font(font: str) -> bool:
    """Whether a TCVN3 font draws small letters as capitals (`.VnTimeH`, `.VnArialH Bold`)."""
    return bool(_VN_FONT.match(font)) and bool(re.search(r"[a-z]H(?![a-z])", font))


def guess(text: str) -> Legacy | None:
    """The legacy encoding that a text is in, None if none: by the share of Vietnamese syllables."""
    sample = text[:_SAMPLE]
    if sample.isascii():
        return None
    sample = unicodedata.normalize("NFC", sample)
    if _is_surely_unicode(sample):
        return None
    met = [word for word in _WORD.findall(sample) if not word.isascii()]
    total = len(met)
    if len(set(met)) < 3:
        return None
    if sum(map(is_syllable, met)) / total > 0.6:
        return None
    words = Counter(met)
    shares: dict[Legacy, float] = {name: _share(words, name) / total for name in _NAMES}
    best = max(_NAMES, key=lambda name: shares[name])
    other = min(shares.values())
    return best if shares[best] >= 0.8 and other <= 0.7 * shares[best] else None


def _is_surely_unicode(text: str) -> bool:
    """Whether more than 0.6 of the words are syllables as they stand, however those with signs about them are cut.

    Half the time of cutting them all. A piece between spaces that is a syllable is one word; any other is at most half
    as many words as it has characters.
    """
    pieces = [piece for piece in text.split() if not piece.isascii()]
    others = [piece for piece in pieces if not is_syllable(piece)]
    plain = len(pieces) - len(others)
    most = plain + sum(map(len, others)) // 2 + len(others)
    return plain > 0.6 * most


_NAMES: tuple[Legacy, ...] = ("tcvn3", "vni")


def _share(words: Counter[str], encoding: Legacy) -> int:
    return sum(count for word, count in words.items() if is_syllable(to_unicode(word, encoding)))


def to_unicode(text: str, encoding: Legacy, capitals: bool = False) -> str:
    """The text in Unicode (NFC).

    Args:
        text: As stored: every character is a byte of the font, in Windows-1252 or Latin-1.
        encoding: What it is in.
        capitals: The font draws small letters as capitals.
    """
    if encoding == "tcvn3":
        converted = _GLYPHS.sub(lambda sign: "ư" if sign[0] == "\u2212" else "ã", text).translate(_letters("tcvn3"))
    else:
        converted = _vni_pattern().sub(_vni_letter, text)
    return converted.upper() if capitals else converted


class Run(NamedTuple):
    """A piece of a paragraph in one form: its text as stored, the encoding of its font, and if it shows capitals."""

    text: str
    encoding: Legacy | None = None
    capitals: bool = False


def joined(runs: Iterable[Run], found: set[str]) -> str:
    """The text of runs in Unicode; `found` grows by the legacy encodings that were met.

    A letter and its mark may stand in runs of their own (VNI), so runs of one encoding are put together before.
    """
    out: list[str] = []
    held: list[str] = []
    of: tuple[Legacy | None, bool] = (None, False)
    for text, encoding, capitals in (*runs, Run("")):
        if (encoding, capitals) != of or not text:
            whole = "".join(held)
            if of[0] and not whole.isascii() and not _is_unicode(whole, of[0]):
                found.add(of[0])
                whole = to_unicode(whole, of[0])
            out.append(whole.upper() if of[1] else whole)
            held, of = [], (encoding, capitals)
        held.append(text)
    return "".join(out)


def _is_unicode(text: str, encoding: Legacy) -> bool:
    """Whether a text is Unicode though its font is of before: someone typed on in an old document."""
    if _BEYOND.search(text):
        return True
    words = [word for word in _WORD.findall(text[:_SAMPLE]) if not word.isascii()]
    if not words or len(words) > 4 or not all(map(is_syllable, words)):
        return False
    return not all(is_syllable(to_unicode(word, encoding)) for word in words)


def converted(text: str) -> tuple[str, Legacy | None]:
    """The text in Unicode, and the legacy encoding that most of it was in.

    A text put together from several sources may be in several: each paragraph that is long enough tells its own, a
    short one follows the one before it.
    """
    if text.isascii():
        return text, None
    whole = guess(text)
    paragraphs = text.split("\n")
    found: Counter[Legacy] = Counter()
    now = whole
    for k, paragraph in enumerate(paragraphs):
        if paragraph.isascii():
            continue
        own = guess(paragraph) if len(paragraph) > 40 else None
        if own is None and (whole is None or _is_vietnamese(paragraph)):
            continue
        now = own or now
        if now is not None:
            paragraphs[k] = to_unicode(paragraph, now)
            found[now] += len(paragraph)
    return ("\n".join(paragraphs), found.most_common(1)[0][0]) if found else (text, None)


def _is_vietnamese(text: str) -> bool:
    """Whether a text holds letters that only Unicode has, or is Vietnamese as it stands."""
    if _BEYOND.search(text):
        return True
    words = [word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()]
    return len(words) >= 3 and sum(map(is_syllable, words)) > 0.6 * len(words)


# Sources of the table: TCVN 5712:1993 and the VNI-Win code page, see `legacy_encodings.csv`.


@cache
def _letters(encoding: str) -> dict[int, str]:
    letters = {
        _code(row["from"]): row["to"]
        for row in table("legacy_encodings")
        if row["encoding"] == encoding and row["order"] == "letter"
    }
    if encoding == "tcvn3":
        letters.setdefault(0xAD, "ư")  # many programs drop the soft hyphen, which is ư in these fonts
    return letters


@cache
def _marks() -> dict[str, str]:
    return {
        chr(_code(row["from"])): "".join(chr(_code(code)) for code in row["to"].split())
        for row in table("legacy_encodings")
        if row["order"] == "mark"
    }


def _code(code: str) -> int:
    return int(code.removeprefix("U+"), 16)


@cache
def _vni_pattern() -> re.Pattern[str]:
    marks, letters = "".join(_marks()), "".join(map(chr, _letters("vni")))
    return re.compile(f"([aeiouyôöAEIOUYÔÖ])([{marks}{marks.upper()}])|([{letters}])")


def _vni_letter(match: re.Match[str]) -> str:
    plain = (match[1] or match[3]).translate(_letters("vni"))
    return unicodedata.normalize("NFC", plain + _marks()[match[2].lower()]) if match[2] else plain
