"""What annotations of a PDF add to a page: values of forms, numbers and days put in when signing, and stamps."""

from __future__ import annotations

from ..records import Box
from .pages import InkMark, WordBox
from .pdfium import Annotation, Sheet
from .stamps import is_filled_in, is_stamp

_Box = tuple[float, float, float, float]


def shown_by_annotations(sheet: Sheet, plain: list[WordBox]) -> tuple[list[WordBox], list[InkMark]]:
    """Words that annotations add to the text (a number put in when signing), and the stamps among them.

    Args:
        sheet: The page; annotations become a part of it.
        plain: The words that stand on it without them.
    """
    found = sheet.annotations()
    if not found:
        return [], []
    written = [word for annotation in found for word in _typed(annotation)]
    held: dict[int, list[WordBox]] = {annotation.index: [] for annotation in found}
    if any(annotation.has_text for annotation in found):
        sheet.flatten()
        held |= _shared_out(sheet.added(plain), [annotation for annotation in found if annotation.has_text])
    filled: list[WordBox] = written
    marks: list[InkMark] = []
    for annotation in found:
        if annotation.value:
            continue
        words = held[annotation.index]
        text = " ".join(word.text for word in words)
        if words and not is_stamp(text) and (annotation.is_field or is_filled_in(text)):
            filled.extend(words)
        else:
            marks.append(InkMark("signature", Box(sheet.index + 1, *annotation.box), text))
    return filled, marks


def _shared_out(words: list[WordBox], annotations: list[Annotation]) -> dict[int, list[WordBox]]:
    """The words of each annotation; where boxes overlap, a word goes with the words on its line."""
    sure: list[tuple[WordBox, int]] = []
    open_: list[tuple[WordBox, list[Annotation]]] = []
    owner: dict[int, int] = {}
    for word in words:
        around = [annotation for annotation in annotations if _within(word, annotation.box)]
        if len(around) == 1:
            sure.append((word, around[0].index))
            owner[id(word)] = around[0].index
        elif around:
            open_.append((word, around))
    for word, around in open_:
        beside = [
            (min(abs(other.x1 - word.x0), abs(other.x0 - word.x1)), index)
            for other, index in sure
            if abs(other.y1 - word.y1) < 1
            and abs((other.y1 - other.y0) - (word.y1 - word.y0)) < 0.7
            and any(index == annotation.index for annotation in around)
        ]
        smallest = min(around, key=lambda a: (a.box[2] - a.box[0]) * (a.box[3] - a.box[1]))
        owner[id(word)] = min(beside)[1] if beside else smallest.index
        sure.append((word, owner[id(word)]))
    out: dict[int, list[WordBox]] = {}
    for word in words:
        if id(word) in owner:
            out.setdefault(owner[id(word)], []).append(word)
    return out


def _typed(annotation: Annotation) -> list[WordBox]:
    """The words of a form's value that the file holds without showing it: viewers draw them in its box."""
    words = annotation.value.split()
    if not words:
        return []
    x0, y0, x1, y1 = annotation.box
    letter = min((x1 - x0) / max(len(" ".join(words)), 1), 0.6 * (y1 - y0))
    out: list[WordBox] = []
    for word in words:
        out.append(WordBox(word, x0, y0, min(x0 + letter * len(word), x1), y1))
        x0 = min(x0 + letter * (len(word) + 1), x1)
    return out


def _within(word: WordBox, box: _Box) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1
