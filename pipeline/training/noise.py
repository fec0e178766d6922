"""What printing, scanning and recognition do to a text, done to samples with their labels kept in place.

The confusions are those that Tesseract's Vietnamese model makes on scanned office paper, by kind: a lost or wrong mark,
a letter for one that looks like it, a space lost or added, a line broken.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from random import Random

from ..text.normalise import strip_marks
from .phrases import words
from .samples import Sample, edited

Change = Callable[[Sample, Random], Sample]
Edit = tuple[int, int, str]


@cache
def _confusions() -> dict[str, tuple[str, ...]]:
    """What a letter, or two, may be read as."""
    found: dict[str, list[str]] = {}
    for pair in words("confusion"):
        read, _, printed = pair.partition("<")
        found.setdefault(printed, []).append(read)
    return {printed: tuple(read) for printed, read in found.items()}


_TONES = "\u0300\u0301\u0303\u0309\u0323"


@cache
def _other_marks(letter: str) -> tuple[str, ...]:
    """The letter with its mark lost, or with another tone."""
    base = unicodedata.normalize("NFD", letter)
    tones = [mark for mark in base if mark in _TONES]
    without = "".join(mark for mark in base if mark not in _TONES)
    others = [strip_marks(letter)]
    if tones:
        others.append(unicodedata.normalize("NFC", without))
        others += [unicodedata.normalize("NFC", without + tone) for tone in _TONES if tone not in tones]
    elif len(base) > 1:
        others += [unicodedata.normalize("NFC", base + tone) for tone in _TONES]
    return tuple(other for other in dict.fromkeys(others) if len(other) == 1 and other != letter)


def misread(sample: Sample, rng: Random, rate: float = 0.03) -> Sample:
    """Letters read wrongly, marks lost or wrong, spaces lost and added.

    Args:
        sample: The sample.
        rng: Draws what happens.
        rate: How many letters of a hundred are hit, as a fraction.
    """
    return edited(sample, _misreadings(sample.text, rng, rate))


def _misreadings(text: str, rng: Random, rate: float) -> Iterator[Edit]:
    confusions = _confusions()
    at = 0
    while at < len(text):
        letter = text[at]
        if rng.random() >= rate or letter == "\n":
            at += 1
            continue
        pair = text[at : at + 2]
        if letter == " ":
            if rng.random() < 0.3:
                yield at, at + 1, ""
        elif pair in confusions and rng.random() < 0.5:
            yield at, at + 2, rng.choice(confusions[pair])
            at += 1
        elif (others := _other_marks(letter)) and rng.random() < 0.75:
            yield at, at + 1, rng.choice(others)
        elif letter in confusions:
            yield at, at + 1, rng.choice(confusions[letter])
        elif letter.isalpha() and rng.random() < 0.08:
            yield at, at + 1, letter + " "
        at += 1


def without_marks(sample: Sample, rng: Random) -> Sample:
    """All diacritics lost, as in hasty typing."""
    del rng
    return edited(sample, ((at, at + 1, strip_marks(char)) for at, char in enumerate(sample.text) if char > "\x7f"))


def in_capitals(sample: Sample, rng: Random) -> Sample:
    """All in capitals, as titles are."""
    del rng
    upper = ((at, at + 1, char.upper()) for at, char in enumerate(sample.text) if char.islower())
    return edited(sample, upper)


def in_small_letters(sample: Sample, rng: Random) -> Sample:
    """The first letters of bodies in small ones (`công an huyện`, `sở Y tế`), which many writers prefer."""
    edits = []
    for start, _, label in sample.labels:
        if label == "ORG" and rng.random() < 0.5 and sample.text[start + 1 : start + 2].islower():
            edits.append((start, start + 1, sample.text[start].lower()))
    return edited(sample, edits)


def wrapped(sample: Sample, rng: Random) -> Sample:
    """Lines broken at a width between 30 and 90 characters, as on a page."""
    width = rng.randint(30, 90)
    edits = []
    line_start = last_space = 0
    for at, char in enumerate(sample.text):
        if char == "\n":
            line_start = last_space = at + 1
        elif char == " ":
            last_space = at
        if at - line_start >= width and last_space > line_start:
            edits.append((last_space, last_space + 1, "\n"))
            line_start = last_space + 1
            last_space = line_start
    return edited(sample, edits)


def glued(sample: Sample, rng: Random) -> Sample:
    """Spaces lost at the borders of names, as in text taken from web pages."""
    edits = []
    for start, end, _ in sample.labels:
        for at in (start - 1, end):
            if 0 <= at < len(sample.text) and sample.text[at] == " " and rng.random() < 0.25:
                edits.append((at, at + 1, ""))
    return edited(sample, sorted(set(edits)))


CHANGES: tuple[tuple[Change, float], ...] = (
    (misread, 0.55),
    (wrapped, 0.12),
    (in_small_letters, 0.08),
    (in_capitals, 0.1),
    (without_marks, 0.05),
    (glued, 0.1),
)
"""The changes, and how often each is drawn."""


def augmented(sample: Sample, rng: Random) -> Sample:
    """The sample with one change, drawn by its weight; misreadings from light to heavy."""
    change = rng.choices([change for change, _ in CHANGES], [weight for _, weight in CHANGES])[0]
    if change is misread:
        return misread(sample, rng, rng.choice((0.01, 0.02, 0.04, 0.07)))
    return change(sample, rng)
