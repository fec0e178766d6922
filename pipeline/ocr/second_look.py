"""Lines that were read badly are read once more, each on its own.

On a whole page Tesseract sorts ink into lines before it reads: where columns stand on different levels, or short lines
on uneven ones, diacritics end up in a line of their own and are lost (`Nguyên` for `Nguyễn`). A line cut out by itself
keeps its diacritics. All such lines of a page go into one call.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from statistics import fmean

import cv2
import numpy as np

from .. import knowledge
from . import engine
from .engine import Word
from .layout import Line, segments
from .marks import Grey, PixelBox
from .prepare import Prepared
from .settings import OcrSettings

_SURE = 88.0
_BLOCK = 6
_MOST_TALL = 3
_STROKE = 3.0  # pixels around a stroke that say what it covers
_SCRAP = 3  # letters
_NEW_BLOCK = 100_000
_UNSURE_WORD = 72.0
_OPENING = "'`‘’"
_NAME_PART = re.compile(rf"[{_OPENING}]?([^\W\d_a-z][^\W\d_A-Z]{{1,6}})[.:,;'`’]?")
_SMALL_WORD = re.compile(r"\W*([^\W\d_][^\W\d_]{1,7})\W*")


def look_again(ready: Prepared, lines: Sequence[Line], rubbish: Sequence[Word], settings: OcrSettings) -> list[Line]:
    """The lines, the doubtful ones in the better of two readings.

    Args:
        ready: The prepared page.
        lines: In reading order.
        rubbish: What was read but is no writing: near a line it is a sign of diacritics that were torn off.
        settings: As for the page.

    Raises:
        OcrMissingError, OcrFailedError, OcrTimeoutError, OcrOutputError: Tesseract fails.
    """
    em = max(6.0, 1.9 * ready.letters)
    chosen = [k for k, line in enumerate(lines) if _is_doubtful(line, lines, rubbish, em)]
    cuts = [(k, *_cut(ready.text, lines[k], em)) for k in chosen]
    cuts += [
        (k, *_cut(_without_strokes(ready, lines[k], em), lines[k], em)) for k in chosen if _crossed(ready, lines[k])
    ]
    again = engine.lines([cut for _, cut, _, _ in cuts], ready.dpi, settings)
    out = list(lines)
    for (k, _, x, y), words in zip(cuts, again, strict=True):
        moved = [
            replace(w, x0=w.x0 + x, y0=w.y0 + y, x1=w.x1 + x, y1=w.y1 + y, line=lines[k].words[0].line) for w in words
        ]
        out[k] = replace(out[k], words=tuple(better(out[k].words, moved)))
    return out


def names_without_specks(lines: Sequence[Line]) -> list[Line]:
    """The lines without the ink of a pen at a person's name at the right.

    Marks at its words (`Hoàng Văn: Thuấn`, `Lê 'Đình An`) go, and so does a scrap of small letters right above it.
    """
    out: list[Line] = []
    for line in lines:
        parts = [_NAME_PART.fullmatch(word.text) for word in line.words]
        marked = line.column == 1 or any(m and m[0][0] in _OPENING for m in parts)  # `,` may part names of a list
        if marked and 2 <= len(parts) <= 5 and all(m and m[1].lower() in syllables() for m in parts):
            line = replace(
                line, words=tuple(replace(w, text=m[1]) for w, m in zip(line.words, parts, strict=True) if m)
            )
            if line.column == 1 and out and _is_scrap(out[-1]):
                out.pop()
        out.append(line)
    return out


def _is_scrap(line: Line) -> bool:
    word = line.words[0].text
    return line.column == 1 and len(line.words) == 1 and len(word) <= _SCRAP and word.islower()


def split_tall(ready: Prepared, words: Sequence[Word], settings: OcrSettings) -> list[Word]:
    """The words, with lines read again that are too high and make no sense: two lines of small print taken for one.

    Args:
        ready: The prepared page.
        words: As Tesseract found them.
        settings: As for the page.

    Raises:
        OcrMissingError, OcrFailedError, OcrTimeoutError, OcrOutputError: Tesseract fails.
    """
    em = max(6.0, 1.9 * ready.letters)
    out: list[Word] = []
    tried = 0
    for line in segments(words, em):
        x0, x1 = min(w.x0 for w in line), max(w.x1 for w in line)
        y0, y1 = min(w.y0 for w in line), max(w.y1 for w in line)
        senseless = fmean(w.confidence for w in line) < 45 and y1 - y0 > 1.35 * em and x1 - x0 > 2 * em
        if not senseless or tried >= _MOST_TALL or any(_within(x0, y0, x1, y1, mark.box) for mark in ready.marks):
            out += line
            continue
        tried += 1
        cut, x, y = _cut(ready.text, Line(tuple(line)), em)
        again = engine.words(cut, ready.dpi, settings, segmentation=_BLOCK)
        if _line_worth(again) > _line_worth(line) + 15:
            moved = [replace(w, x0=w.x0 + x, y0=w.y0 + y, x1=w.x1 + x, y1=w.y1 + y) for w in again]
            moved = [w for w in moved if w.x0 >= 0 and w.y0 >= 0 and not _is_read(w, words, line)]
            out += [replace(w, line=(_NEW_BLOCK + tried, *w.line[1:])) for w in moved]
        else:
            out += line
    return out


def _is_read(word: Word, words: Sequence[Word], line: Sequence[Word]) -> bool:
    """Whether a word that a line was split into is one that stands in a line of its own already."""
    own = {other.line for other in line}
    return any(
        other.text == word.text and other.line not in own and _within(word.x0, word.y0, word.x1, word.y1, box)
        for other in words
        for box in [(other.x0, other.y0, other.x1, other.y1)]
    )


def _within(x0: int, y0: int, x1: int, y1: int, box: PixelBox) -> bool:
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _is_doubtful(line: Line, lines: Sequence[Line], rubbish: Sequence[Word], em: float) -> bool:
    """Whether a second look may help: unsure words, a short line in columns, or torn diacritics nearby."""
    words = line.words
    if min(word.confidence for word in words) < _UNSURE_WORD or fmean(word.confidence for word in words) < _SURE:
        return True
    if any(_is_strange(word) for word in words):
        return True
    if line.column or any(other.column and other.block == line.block for other in lines):
        return True
    x0, x1, top = words[0].x0, words[-1].x1, min(word.y0 for word in words)
    return any(w.x0 < x1 and w.x1 > x0 and -0.6 * em < w.y1 - top < 0.6 * em for w in rubbish)


def _crossed(ready: Prepared, line: Line) -> bool:
    """Whether a seal, a stamp or coloured ink of a pen runs over a line."""
    x0, x1 = line.words[0].x0, max(word.x1 for word in line.words)
    y0, y1 = min(word.y0 for word in line.words), max(word.y1 for word in line.words)
    return bool(ready.pen[y0:y1, x0:x1].any())


def _without_strokes(ready: Prepared, line: Line, em: float) -> Grey:
    """The text image with the coloured strokes over a line filled from the print on both sides of them.

    Where opaque ink covers print, taking the colour out leaves gaps in the letters.
    """
    x0, x1 = max(0, round(line.words[0].x0 - em)), round(max(word.x1 for word in line.words) + em)
    y0, y1 = max(0, round(min(word.y0 for word in line.words) - em)), round(max(word.y1 for word in line.words) + em)
    filled = ready.text.copy()
    here = np.s_[y0:y1, x0:x1]
    filled[here] = cv2.inpaint(ready.ink[here], ready.pen[here], _STROKE, cv2.INPAINT_TELEA)
    return filled


def _cut(image: Grey, line: Line, em: float) -> tuple[Grey, int, int]:
    """The line cut out with a white rim, and where the cut's origin lies on the page."""
    rim = 6
    x0 = max(0, round(min(word.x0 for word in line.words) - 0.35 * em))
    x1 = round(max(word.x1 for word in line.words) + 0.35 * em)
    y0 = max(0, round(min(word.y0 for word in line.words) - 0.25 * em))
    y1 = round(max(word.y1 for word in line.words) + 0.2 * em)
    cut = np.pad(image[y0:y1, x0:x1], rim, constant_values=255)
    return np.asarray(cut, dtype=np.uint8), x0 - rim, y0 - rim


def better(old: Sequence[Word], new: Sequence[Word]) -> list[Word]:
    """The better of two readings of a line, word by word where both have the same words."""
    if len(old) == len(new) and all(min(a.x1, b.x1) > max(a.x0, b.x0) for a, b in zip(old, new, strict=True)):
        return [b if _is_better(a, b) else a for a, b in zip(old, new, strict=True)]
    if not new or sum(len(w.text) for w in new) < 0.6 * sum(len(w.text) for w in old):
        return list(old)
    return list(new) if _line_worth(new) > _line_worth(old) + 1 else list(old)


def _is_better(old: Word, new: Word) -> bool:
    """Whether the new reading of a word is to be believed: diacritics are seen best in a line by itself."""
    bonus = 6.0 if _bare(old.text) == _bare(new.text) else -3.0
    return _worth(new) + bonus >= _worth(old)


def _bare(text: str) -> str:
    """Without diacritics."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _worth(word: Word) -> float:
    """Confidence, less where the letters are no Vietnamese syllable."""
    return word.confidence - 40.0 * _is_strange(word)


def _is_strange(word: Word) -> bool:
    """Whether a word in small letters is no Vietnamese syllable."""
    match = _SMALL_WORD.fullmatch(word.text)
    return match is not None and match[1][1:].islower() and match[1].lower() not in syllables()


def _line_worth(words: Sequence[Word]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(_worth(word) * len(word.text) for word in words) / max(1, letters)


@cache
def syllables() -> frozenset[str]:
    """Vietnamese syllables, open ones with the tone mark on either vowel (`hòa`, `hoà`)."""
    known = knowledge.read("syllables.txt").split()
    return frozenset(known) | {_OPEN.sub(_other_place, syllable) for syllable in known}


_OPEN = re.compile(r"(?<!q)([òóỏõọùúủũụ])([aey])$")


def _other_place(match: re.Match[str]) -> str:
    marked = unicodedata.normalize("NFD", match[1])
    return marked[0] + unicodedata.normalize("NFC", match[2] + marked[1])
