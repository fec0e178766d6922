"""The column of the signature is read once more where no name was found in it.

A signer's name often comes from a stamp in blue or red, or stands under a seal and the stroke of a signature. What
takes coloured ink off a page takes such a name with it, and a stroke of black ink joins letters to what is none. So the
column beside the recipients is read again from all ink, with and without its large patches; what is a person's name or
an office there is added to the lines, and labels and offices, of which there are few, are put right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, pairwise
from statistics import fmean

import cv2
import numpy as np
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract, extractOne

from .. import knowledge
from ..ingestion.layout import folded
from . import engine
from .engine import Word
from .layout import Layout, Line, recipients_label
from .marks import Grey, PixelBox
from .prepare import Prepared
from .second_look import better, syllables
from .settings import OcrSettings

_SPARSE, _BLOCK = 11, 6
_RIM = 8
_INK = 170  # grey below which a pixel is ink
_LEFT = 0.3  # of the way from the margin of the recipients to that of the page the signature begins at the soonest
_ABOVE, _BELOW = 2.0, 16.0  # em around the label of the recipients
_TALL, _WIDE = 1.7, 6.0  # em: what is larger is no letter
_ALIKE_OFFICE = 85
_ALIKE_SURNAME = 70
_ENOUGH, _LEAST, _KNOWN = 85.0, 45.0, 60.0  # worth of a name: no further reading; taken at all; no second look
_ASIDE, _BELOW_OFFICE, _MOST_COLUMNS = 6.0, 12.0, 4
_INK_LETTERS, _INK_SURE = 5, 55.0
_MISREAD_OFFICE, _UNSURE_OFFICE, _MARGIN = 75, 92.0, 4
_TWO_WORDS = 12.0  # a name of two words is rare: it may have lost one
_PART = re.compile(r"[^\w]{0,3}(?P<word>[^\W\d_a-z]['’]?[^\W\d_A-Z]{0,6})[^\w]{0,3}")
_MOST_PARTS = 5
_SHORT = 4  # letters: of fewer no surname is guessed


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a signature stands: its box, the lines that are in it, and the line that told it."""

    box: PixelBox
    inside: tuple[int, ...]
    anchor: int
    is_list: bool  # whether the line is the label of the recipients, not an office


def with_signers(ready: Prepared, layout: Layout, settings: OcrSettings) -> Layout:
    """The layout, with the names and offices that a second look at the columns of signatures finds.

    Args:
        ready: The prepared page.
        layout: Its lines in reading order.
        settings: As for the page.

    Raises:
        OcrMissingError, OcrFailedError, OcrTimeoutError, OcrOutputError: Tesseract fails.
    """
    em = max(6.0, 1.9 * ready.letters)
    lines: Sequence[Line] = [_labelled(line) for line in layout.lines]
    size = ready.text.shape[:2]
    tried: list[int] = []  # where a column begins
    while column := next((c for c in _columns(lines, size, em) if _is_new(c, tried, em)), None):
        tried.append(column.box[0])
        name = _known(lines, column, em)
        if name:
            lines = _placed(lines, column, name, em)
            column = _again(lines, ready, column, em)
        lines = [_mended(line) if k in column.inside else line for k, line in enumerate(lines)]
        if not name or not any(_office(lines[k].words) for k in column.inside):
            lines = _looked_at(ready, lines, column, name, em, settings)
        column = _again(lines, ready, column, em)
        lines = [_mended(line) if k in column.inside else line for k, line in enumerate(lines)]
        lines = _without_ink(lines, column, _known(lines, column, em))
        if len(tried) >= _MOST_COLUMNS:
            break
    return replace(layout, lines=tuple(lines))


def _known(lines: Sequence[Line], column: _Column, em: float) -> list[Word]:
    """The name in a column that is read well enough; empty where there is none."""
    name = _best([name for k in column.inside for name in _names([lines[k].words], em)])
    return name if name and _worth(name) >= _KNOWN else []


def _without_ink(lines: Sequence[Line], column: _Column, name: Sequence[Word]) -> Sequence[Line]:
    """The lines without what was read from seal and signature around a name."""
    if not name:
        return lines
    offices = [k for k in column.inside if _office(lines[k].words)]
    ink = {k for k in column.inside if k not in offices and (not offices or k > offices[0]) and _is_ink(lines[k], name)}
    return [line for k, line in enumerate(lines) if k not in ink]


def _is_ink(line: Line, name: Sequence[Word]) -> bool:
    """Whether a line above a name is what recognition made of ink: nothing it is sure of, or letters that are no word.

    A mark of a signature (`(Đã ký)`) and a capacity (`TUQ.`) are print.
    """
    if _overlap(line.words, name) or line.words[0].y0 > name[0].y1 or folded(line.text) in _print_above_names():
        return False
    few = sum(map(_letters, line.words)) < _INK_LETTERS
    is_spelt = any(_letters(w) > 1 and "".join(filter(str.isalpha, w.text)).lower() in syllables() for w in line.words)
    return (few and not is_spelt) or fmean(w.confidence for w in line.words) < _INK_SURE


@cache
def _print_above_names() -> frozenset[str]:
    return frozenset(folded(word) for kind in ("signed", "prefix") for word in _words("signature", kind))


def _looked_at(
    ready: Prepared, lines: Sequence[Line], column: _Column, known: list[Word], em: float, settings: OcrSettings
) -> Sequence[Line]:
    """The lines with what a second look at a column finds; `known` is the name that is there already, if any."""
    found: list[list[Word]] = []
    name = known
    pictures = list(_pictures(ready, lines, column, em))
    for image, segmentation in pictures:
        words = engine.words(image, ready.dpi, settings, segmentation=segmentation)
        found += [list(line) for _, line in groupby(_moved(words, column.box), key=lambda word: word.line)]
        name = known or _best(list(_names(found, em)))
        if name and _worth(name) >= _ENOUGH and (not known or any(map(_office, found))):
            break
    else:
        if not known and (strip := _strip(found, em)) is not None:
            images = [_cut(image, strip, column.box) for image, segmentation in pictures if segmentation == _BLOCK]
            again = [_halved(line) for line in engine.lines(images, 2 * ready.dpi, settings)]
            name = _best(list(_names([*found, *(_moved(line, strip) for line in again)], em)))
    there_is = _best([one for k in column.inside for one in _names([lines[k].words], em)])
    if not known and name and _worth(name) >= _LEAST and not _is_end_of(name, there_is):
        lines = _placed(lines, column, name, em)
        column = _again(lines, ready, column, em)
    if column.is_list:
        there = [office for k in column.inside if (office := _office(lines[k].words))]
        for office in _offices(found, name):
            if not any(_overlap(office, other) for other in there):
                lines = _placed(lines, column, office, em)
                column = _again(lines, ready, column, em)
    return lines


def _is_end_of(name: Sequence[Word], other: Sequence[Word]) -> bool:
    """Whether a name is the end of a longer one, marks aside: the longer one lost nothing."""
    last = [folded(word.text) for word in other[-len(name) :]]
    return len(other) > len(name) and last == [folded(word.text) for word in name]


def _halved(words: Sequence[Word]) -> list[Word]:
    """Words of a picture that is twice as large."""
    return [replace(w, x0=w.x0 // 2, x1=w.x1 // 2, y0=w.y0 // 2, y1=w.y1 // 2) for w in words]


def _moved(words: Sequence[Word], box: PixelBox) -> list[Word]:
    """Words of a picture of a box, on the page."""
    x, y = box[0] - _RIM, box[1] - _RIM
    return [replace(w, x0=w.x0 + x, y0=w.y0 + y, x1=w.x1 + x, y1=w.y1 + y) for w in words]


def _again(lines: Sequence[Line], ready: Prepared, column: _Column, em: float) -> _Column:
    """The same column in changed lines."""
    same = (c for c in _columns(lines, ready.text.shape[:2], em) if c.is_list == column.is_list)
    return next((c for c in same if not _is_new(c, [column.box[0]], em)), replace(column, inside=()))


def _is_new(column: _Column, tried: Sequence[int], em: float) -> bool:
    return all(abs(column.box[0] - x) > em for x in tried)


def _columns(lines: Sequence[Line], size: tuple[int, ...], em: float) -> Iterator[_Column]:
    """The column beside the last label of recipients on a page, and those below offices that stand elsewhere."""
    far = max((word.x1 for line in lines for word in line.words), default=0)
    labels = [k for k, line in enumerate(lines) if line.cell is None and recipients_label(line.words)]
    listed: _Column | None = None
    for anchor in labels[-1:]:
        word = lines[anchor].words[0]
        x0 = round(word.x0 + _LEFT * (far - word.x0))
        y0, y1 = max(0, round(word.y0 - _ABOVE * em)), min(size[0], round(word.y1 + _BELOW * em))
        box = (x0, y0, min(size[1], round(far + 2 * em)), y1)
        if box[2] - x0 > 8 * em:
            listed = _Column(box, tuple(_inside(lines, box, em)), anchor, True)
            yield listed
    offices = [k for k, line in enumerate(lines) if line.cell is None and _office(line.words)]
    offices = [k for k in offices if listed is None or k not in listed.inside]
    for anchor in offices:
        words = lines[anchor].words
        beside = [lines[k].words for k in offices if k != anchor and _stands_beside(lines[k].words, words, em)]
        if not beside:
            continue
        lefts = [(other[-1].x1 + words[0].x0) / 2 for other in beside if other[0].x0 < words[0].x0]
        rights = [(words[-1].x1 + other[0].x0) / 2 for other in beside if other[0].x0 > words[0].x0]
        left, right = max([words[0].x0 - _ASIDE * em, *lefts]), min([words[-1].x1 + _ASIDE * em, *rights])
        y0, y1 = max(0, round(words[0].y0 - 0.5 * em)), min(size[0], round(words[0].y1 + _BELOW_OFFICE * em))
        box = (max(0, round(left)), y0, min(size[1], round(right)), y1)
        yield _Column(box, tuple(_inside(lines, box, em)), anchor, False)


def _stands_beside(a: Sequence[Word], b: Sequence[Word], em: float) -> bool:
    """Whether two lines stand on one level, neither above a part of the other."""
    return abs(a[0].y0 - b[0].y0) < em and (a[-1].x1 < b[0].x0 or b[-1].x1 < a[0].x0)


def _inside(lines: Sequence[Line], box: PixelBox, em: float) -> Iterator[int]:
    """The lines in a box, by their number."""
    for k, line in enumerate(lines):
        first, last = line.words[0], line.words[-1]
        if line.cell is None and first.x0 >= box[0] - em and last.x1 <= box[2] + em:
            if box[1] <= (first.y0 + first.y1) / 2 <= box[3]:
                yield k


def _labelled(line: Line) -> Line:
    """The line with the label of the recipients put right (`Mới nhận:`), without specks behind it."""
    found = recipients_label(line.words) if line.cell is None else None
    if found is None or not found[1] or line.text.rstrip(": ").lower() == found[0].lower():
        return line
    label, end = found
    rest = line.words[end:] if any(map(_letters, line.words[end:])) else ()
    return replace(line, words=(*_written(f"{label}:", line.words[:end]), *rest))


def _written(text: str, words: Sequence[Word]) -> list[Word]:
    """Other words in the place of words."""
    parts = text.split()
    x0, x1 = words[0].x0, words[-1].x1
    wide = (x1 - x0) / len(parts)
    y0, y1 = min(w.y0 for w in words), max(w.y1 for w in words)
    return [
        replace(words[0], text=part, x0=round(x0 + k * wide), x1=round(x0 + (k + 0.9) * wide), y0=y0, y1=y1)
        for k, part in enumerate(parts)
    ]


def _mended(line: Line) -> Line:
    """The line with an office put right that was read badly (`LÁM ĐÓC`): offices are few.

    What is read with certainty, or is spelt well, is an office that no list knows (`NHÓM TRƯỞNG`), unless its last
    word is torn (`CHÁNH VĂN PHÒ`).
    """
    kept = [w for w in line.words if _letters(w) and w.text.upper() == w.text]
    prefix = [w for w in kept[:1] if folded(w.text) in _prefixes()]
    kept = kept[len(prefix) :]
    read, text = " ".join(w.text for w in kept), folded("".join(w.text for w in kept))
    if len(text) <= _SHORT or any(_is_word(w) for w in line.words if w not in kept and w not in prefix):
        return line
    likely = extract(text, _folded_offices(), scorer=ratio, score_cutoff=_MISREAD_OFFICE, limit=2)
    if not likely or (len(likely) > 1 and likely[0][1] - likely[1][1] < _MARGIN):
        return line
    office = _words("signature", "office")[likely[0][2]]
    torn = office.startswith(read) and not office.startswith(f"{read} ")
    spelt = not torn and all(w.text.lower() in syllables() for w in kept)
    if likely[0][1] < 100 and (spelt or fmean(w.confidence for w in kept) > _UNSURE_OFFICE):
        return line
    return replace(line, words=(*prefix, *_written(office, kept))) if office != read else line


def _pictures(ready: Prepared, lines: Sequence[Line], column: _Column, em: float) -> Iterator[tuple[Grey, int]]:
    """The column as pictures to read, and how: all ink, then the ink without seals and strokes, then the print."""
    x0, y0, x1, y1 = column.box
    ink, text = ready.ink[y0:y1, x0:x1].copy(), ready.text[y0:y1, x0:x1].copy()
    for line in lines:
        if line.words[0].x0 < x0 - em:  # a recipient that reaches into the column
            for word in line.words:
                top, foot, left, right = (max(0, v) for v in (word.y0 - y0, word.y1 - y0, word.x0 - x0, word.x1 - x0))
                ink[top:foot, left:right] = text[top:foot, left:right] = 255
    parted = _without_patches(ink, em)
    for image, segmentation in ((ink, _SPARSE), (ink, _BLOCK), (parted, _SPARSE), (parted, _BLOCK), (text, _BLOCK)):
        yield np.asarray(np.pad(image, _RIM, constant_values=255), dtype=np.uint8), segmentation


def _strip(lines: Sequence[Sequence[Word]], em: float) -> PixelBox | None:
    """The box of a line that begins like a name."""
    for line in lines:
        parts = [_PART.fullmatch(word.text) for word in line]
        for k, (match, follows) in enumerate(pairwise(parts)):
            if match and follows and _surname(match["word"]) and follows["word"].lower() in syllables():
                run = line[k : k + _MOST_PARTS]
                y0, y1 = min(w.y0 for w in run), max(w.y1 for w in run)
                return run[0].x0 - round(3 * em), y0 - round(0.3 * em), run[-1].x1 + round(2 * em), y1 + round(0.2 * em)
    return None


def _cut(image: Grey, strip: PixelBox, box: PixelBox) -> Grey:
    """A strip of the page cut out of the picture of a box, twice as large and with a rim."""
    x0, y0, x1, y1 = (max(0, at - origin + _RIM) for at, origin in zip(strip, box[:2] * 2, strict=True))
    cut = cv2.resize(image[y0:y1, x0:x1], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.pad(cut, 2 * _RIM, constant_values=255), dtype=np.uint8)


def _without_patches(image: Grey, em: float) -> Grey:
    """The picture without the patches of ink that are larger than letters."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((image < _INK).astype(np.uint8), connectivity=8)
    large = (stats[:, cv2.CC_STAT_HEIGHT] > _TALL * em) | (stats[:, cv2.CC_STAT_WIDTH] > _WIDE * em)
    large[0] = False
    out = image.copy()
    out[large[labels]] = 255
    return out


# Names ---------------------------------------------------------------------------------------------------------------


def _names(lines: Sequence[Sequence[Word]], em: float) -> Iterator[list[Word]]:
    """The persons' names among the words of lines: a surname, one to four words with a capital, no other word."""
    for line in lines:
        parts = [(word, _PART.fullmatch(word.text)) for word in line]
        first = next((k for k, (w, m) in enumerate(parts) if _surname(m["word"] if m else _bare(w.text))), None)
        if first is None:
            continue
        run: list[Word] = []
        for word, match in parts[first : first + _MOST_PARTS]:
            if run and (match is None or len(match["word"]) < 2 or word.x0 - run[-1].x1 > em):
                break
            text = match["word"] if match else _bare(word.text)
            run.append(replace(word, text=(_surname(text) or text) if not run else text))
        rest = [w for k, (w, _) in enumerate(parts) if not first <= k < first + len(run)]
        cut_off = any(0 <= run[0].x0 - w.x1 < em and not w.text.endswith(".") and _letters(w) for w in rest)
        cut_off |= any(0 <= w.x0 - run[-1].x1 < 0.6 * em and _letters(w) > 1 for w in rest)
        whole = len(run) >= 2 and run[-1].text not in _words("signature", "middle_name") and not cut_off
        if whole and not any(map(_is_word, rest)):
            yield run


def _bare(text: str) -> str:
    """A word without what is no letter before it (`1ê`: an L that was read as a figure)."""
    return text.lstrip("".join(char for char in text if not char.isalpha()))


def _letters(word: Word) -> int:
    return sum(map(str.isalpha, word.text))


def _is_word(word: Word) -> bool:
    """Whether a word is more than ink or a rank beside a name (`BS.`)."""
    return word.confidence >= 50 and _letters(word) > 2 and not word.text.endswith(".")


def _worth(name: Sequence[Word]) -> float:
    """How far a name is to be believed: confidence, less for each word that is no syllable."""
    strange = sum(w.text.lower() not in syllables() for w in name)
    return fmean(w.confidence for w in name) - 40.0 * strange - _TWO_WORDS * (len(name) == 2)


def _best(names: Sequence[list[Word]]) -> list[Word]:
    """The name to be believed most, its words in the best of the readings that have as many."""
    given = [name for name in names if name]
    if not given:
        return []
    best = max(given, key=_worth)
    for other in given:
        if len(other) == len(best):
            best = better(best, other)
    return best


@cache
def _words(table: str, kind: str) -> tuple[str, ...]:
    return tuple(word for row in knowledge.rows(table) if row["kind"] == kind for word in row["words"])


@cache
def _surname(word: str) -> str | None:
    """The surname that a word is, or that what is no syllable is a misread form of (`Nưuyễn`)."""
    common = _words("signature", "surname")
    if word in common or word in _words("entities", "surname"):
        return word
    if word.islower():  # its first letter lies under a seal (`ê Hoàng Anh`)
        tails = [known for known in common if known[1:] == word]
        return tails[0] if len(tails) == 1 else None
    if len(word) < _SHORT or word.lower() in syllables():
        return None
    close = extractOne(word, common, scorer=ratio, score_cutoff=_ALIKE_SURNAME)
    return close[0] if close else None


# Offices -------------------------------------------------------------------------------------------------------------


def _office(words: Sequence[Word]) -> list[Word]:
    """The words of a line that are an office in capitals, with its capacity; empty where there is none."""
    kept = [word for word in words if _letters(word) > 1 and word.text.upper() == word.text]
    text = folded("".join(word.text for word in kept))
    for prefix in _prefixes():
        text = text.removeprefix(prefix)
    return kept if extractOne(text, _folded_offices(), scorer=ratio, score_cutoff=_ALIKE_OFFICE) else []


@cache
def _prefixes() -> tuple[str, ...]:
    return tuple(sorted({folded(word) for word in _words("signature", "prefix")}, key=len, reverse=True))


@cache
def _folded_offices() -> tuple[str, ...]:
    return tuple(folded(word) for word in _words("signature", "office"))


def _offices(lines: Sequence[Sequence[Word]], name: Sequence[Word]) -> Iterator[list[Word]]:
    """The offices above a name, each in the first reading that has it."""
    taken: list[list[Word]] = []
    for office in filter(None, map(_office, lines)):
        above = not name or office[0].y1 < name[0].y0
        if above and not any(_overlap(office, other) for other in taken):
            taken.append(office)
            yield office


def _overlap(a: Sequence[Word], b: Sequence[Word]) -> bool:
    """Whether two lines lie on one another."""
    top, foot = max(min(w.y0 for w in a), min(w.y0 for w in b)), min(max(w.y1 for w in a), max(w.y1 for w in b))
    left, right = max(a[0].x0, b[0].x0), min(a[-1].x1, b[-1].x1)
    return foot - top > 0.3 * (a[0].y1 - a[0].y0) and right > left


def _placed(lines: Sequence[Line], column: _Column, words: Sequence[Word], em: float) -> tuple[Line, ...]:
    """The lines with a new one in the column, in place of what was read from the same ink."""
    old = {k for k in column.inside if _overlap(lines[k].words, words)}
    middle = (words[0].y0 + words[0].y1) / 2
    rest = (k for k in column.inside if k not in old)
    above = [k for k in rest if (lines[k].words[0].y0 + lines[k].words[0].y1) / 2 < middle]
    if above:
        at = above[-1]
    else:
        at = _last_recipient(lines, column, em) if column.is_list else column.anchor
    new = Line(tuple(words), lines[at].block, 1 if column.is_list else lines[at].column)
    kept = [(k, line) for k, line in enumerate(lines) if k not in old]
    return (*(line for k, line in kept if k <= at), new, *(line for k, line in kept if k > at))


def _last_recipient(lines: Sequence[Line], column: _Column, em: float) -> int:
    """The last line of the list that begins at the label: lines at its margin, close to one another."""
    last = column.anchor
    margin = lines[last].words[0].x0
    for k in range(last + 1, len(lines)):
        word = lines[k].words[0]
        if abs(word.x0 - margin) > 4 * em or word.y0 - lines[last].words[0].y1 > 3 * em:
            break
        last = k
    return last
