"""Rules and the trained model together: the rules decide where the text is sound, the model where it is not.

Unsound is what recognition has misread, what is printed in capitals, and a name over two lines.
What only one of them found stays, with less confidence; so does what the rules found where the model sees something
else. `engine` says who found a name, so that a reader can look at those that are in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..text.syllables import is_syllable
from . import rules
from .model import Model
from .spans import Found, without_overlaps

_AGREED, _ALONE, _DISPUTED = 0.98, 0.85, 0.6
_BEFORE, _BEHIND = 5, 15
"""Characters around two readings of a name that are looked at too."""
_WORD = re.compile(r"[^\W\d_]{2,}")


class Joint:
    """The engine `model`, the default.

    Args:
        folder: Of the model; the one that comes with vnplan by default.

    Raises:
        ModelError, MissingDependencyError: The model cannot be loaded.
    """

    name = "model"

    def __init__(self, folder: Path | None = None) -> None:
        self._model = Model(folder)

    def find(self, texts: Sequence[str]) -> list[list[Found]]:
        """The names in each text."""
        found = zip(texts, self._model.find(texts), strict=True)
        return [merge(text, rules.find(text), rules.possible(text, names)) for text, names in found]


def merge(text: str, ruled: Sequence[Found], learned: Sequence[Found]) -> list[Found]:
    """The names of the two engines as one list.

    Args:
        text: What they were found in.
        ruled, learned: Names of the rules and of the model, each in order, none over another in its list.
    """
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
