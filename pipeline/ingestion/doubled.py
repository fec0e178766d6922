"""Words that a PDF draws twice: programs without bold letters draw a run, or the whole page, again a little aside."""

from __future__ import annotations

from collections.abc import Sequence

from .pages import WordBox

_MOST_COMPARED = 300
_DRAWN_AGAIN = 8
_BAND = 12.0


def shown_once(words: Sequence[WordBox], width: float, height: float) -> list[WordBox]:
    """The words that stand on the visible part of a page, each once.

    Args:
        words: In the order of the file.
        width, height: Of the page.
    """
    out: list[WordBox] = []
    first: dict[str, WordBox] = {}
    more: dict[str, list[WordBox]] = {}  # where a text stands more than once
    again = 0
    right, foot = 2 * width, 2 * height
    for word in words:
        text, x0, y0, x1, y1, _ = word
        if not (0.0 <= x0 + x1 <= right and 0.0 <= y0 + y1 <= foot):
            continue
        if text not in first:
            first[text] = word
            out.append(word)
            continue
        same = more.get(text)
        if same is None:
            same = more[text] = [first[text]]
        near = 0.12 * (y1 - y0)
        for other in same if len(same) <= _MOST_COMPARED else same[-_MOST_COMPARED:]:
            if -near < other[2] - y0 < near and -near < other[1] - x0 < near:
                again += 1
                break
        else:
            same.append(word)
            out.append(word)
    return _first_layer(out) if again >= _DRAWN_AGAIN else out


def _first_layer(words: Sequence[WordBox]) -> list[WordBox]:
    """The words of a page without those of its second drawing.

    Letters of the second that coincide with the first are left out by the reader of the file, so its words are torn;
    only their place tells what they are: on a line that holds words already.
    """
    bands: dict[int, list[WordBox]] = {}
    covered: list[bool] = []
    on_line: list[bool] = []
    for word in words:
        middle = (word.y0 + word.y1) / 2
        band = int(middle // _BAND)
        beside = [
            other
            for k in (band - 1, band, band + 1)
            for other in bands.get(k, ())[-_MOST_COMPARED:]
            if other.y0 <= middle <= other.y1
        ]
        shared = sum(max(0.0, min(word.x1, other.x1) - max(word.x0, other.x0)) for other in beside)
        covered.append(shared >= 0.4 * (word.x1 - word.x0))
        on_line.append(bool(beside))
        if not covered[-1]:
            bands.setdefault(band, []).append(word)
    first = covered.index(True) if True in covered else len(words)
    if 2 * sum(covered) < len(words) - first:  # single runs are drawn again
        return [word for word, drop in zip(words, covered, strict=True) if not drop]
    return [word for k, word in enumerate(words) if k < first or not on_line[k]]
