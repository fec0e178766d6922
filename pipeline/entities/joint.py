"""Rules and the trained model together: the rules decide where the text is sound, the model where it is not.

Unsound is what recognition has misread, what is printed in capitals, and a name over two lines. The model reads no
more than the stretches that may hold such (`doubtful`), and is loaded with the first of them; names elsewhere are the
rules' own. What only one of them found stays, with less confidence; so does what the rules found where the model sees
something else. `engine` says who found a name, so that a reader can look at those that are in doubt.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from ..text.patterns import Pattern
from ..text.syllables import is_syllable
from ..threads import Guard
from . import rules
from .doubtful import doubtful
from .model import Model, Span, check, model_folder
from .spans import Found, without_overlaps

_AGREED, _ALONE, _DISPUTED = 0.98, 0.85, 0.6
_BEFORE, _BEHIND = 5, 15
"""Characters around two readings of a name that are looked at too."""
_LOADING = Guard()
_WORD = Pattern(r"[^\W\d_]{2,}")


class Joint:
    """The engine `model`, the default.

    Args:
        folder: Of the model; the one that comes with vnplan by default.

    Raises:
        ModelError, MissingDependencyError: The model cannot be loaded.
    """

    name = "model"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or model_folder()
        check(self._folder)
        self._model: Model | None = None

    def find(self, texts: Sequence[str], recognised: bool = False) -> list[list[Found]]:
        """The names in each text."""
        stretches = [[(0, len(text))] if recognised else doubtful(text) for text in texts]
        if any(stretches):
            with _LOADING:  # threads that begin together load it once
                self._model = self._model or Model(self._folder)
            learned = self._model.find_within(texts, stretches)
        else:
            learned = [[] for _ in texts]
        return [
            merge(text, rules.find(text), rules.possible(text, names) if names else [], read)
            for text, names, read in zip(texts, learned, stretches, strict=True)
        ]


def merge(
    text: str, ruled: Sequence[Found], learned: Sequence[Found], read: Sequence[Span] | None = None
) -> list[Found]:
    """The names of the two engines as one list.

    Args:
        text: What they were found in.
        ruled, learned: Names of the rules and of the model, each in order, none over another in its list.
        read: The stretches that the model has read, in order; None for all. Names outside stay as the rules have them.
    """
    if read is not None:
        inside, outside = _parted(ruled, read)
        return without_overlaps([*merge(text, inside, learned), *outside])
    known = {name[:3] for name in learned}
    kept: list[Found] = []
    first = 0
    for name in ruled:
        while first < len(learned) and learned[first].end <= name.start:
            first += 1
        if name[:3] in known:
            kept.append(name._replace(confidence=_AGREED, engine="rules+model"))
            continue
        others = []
        for other in learned[first:]:
            if other.start >= name.end:
                break
            others.append(other)
        if not others:
            kept.append(name._replace(confidence=min(name.confidence, _ALONE)))
        elif _sound(text, name, min(name.start, others[0].start), max(name.end, others[-1].end)):
            kept.append(name._replace(confidence=_DISPUTED))
    return without_overlaps([*kept, *_free(learned, kept)])


def _parted(names: Sequence[Found], read: Sequence[Span]) -> tuple[list[Found], list[Found]]:
    """The names that touch some stretches, and the others."""
    starts = [start for start, _ in read]
    inside: list[Found] = []
    outside: list[Found] = []
    for name in names:
        at = bisect_left(starts, name.end) - 1
        (inside if at >= 0 and read[at][1] > name.start else outside).append(name)
    return inside, outside


def _free(learned: Sequence[Found], kept: Sequence[Found]) -> list[Found]:
    """The names of the model over which there is none of those that are kept."""
    free = []
    at = 0
    for name in learned:
        while at < len(kept) and kept[at].end <= name.start:
            at += 1
        if at == len(kept) or kept[at].start >= name.end:
            free.append(name)
    return free


def _sound(text: str, name: Found, start: int, end: int) -> bool:
    """Whether the rules are to be trusted with a name: its words are in small letters, in one line, and well read."""
    if any(0 < at < len(text) and text[at - 1].isalpha() and text[at].isalpha() for at in (name.start, name.end)):
        return True  # a name that ends within a run of letters was parted from it by what is known of names
    words = text[start:end]
    return "\n" not in words and not (" " in words and words.isupper()) and not _misread(text, start, end)


def _misread(text: str, start: int, end: int) -> bool:
    """Whether a whole word in a stretch, or just beside it, is none that Vietnamese has."""
    first, last = max(0, start - _BEFORE), min(len(text), end + _BEHIND)
    for word in _WORD.finditer(text, first, last):
        letters = word.group()
        cut = (word.start() == first and text[first - 1 : first].isalpha()) or (
            word.end() == last and text[last : last + 1].isalpha()
        )
        if not cut and not letters.isupper() and not is_syllable(letters):
            return True
    return False
