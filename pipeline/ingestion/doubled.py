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
    seen: dict[str, list[WordBox]] = {}
    again = 0
    for word in words:
        if not (0.0 <= word.x0 + word.x1 <= 2 * width and 0.0 <= word.y0 + word.y1 <= 2 * height):
            continue
        same = seen.setdefault(word.text, [])
        near = 0.12 * (word.y1 - word.y0)
        if same and any(abs(w.x0 - word.x0) < near and abs(w.y0 - word.y0) < near for w in same[-_MOST_COMPARED:]):
            again += 1
            continue
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
