"""How the network counts words: hashes of what a word is in small letters, without marks, and by its shape.

The numbers are spaCy's (MurmurHash64A of the letters in UTF-8; names of its own have small numbers instead), and the
rows that thinc makes of them, so that a model trained there is read here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .words import bare

_ALL = 0xFFFFFFFFFFFFFFFF
_MULTIPLIER = 0xC6A4A7935BD1E995
_SEED = 1
_LONGEST_RUN = 4
_LONG = 100
_OWN_NAMES = (
    "acomp advcl advmod agent amod appos attr aux auxpass cc ccomp complm conj cop csubj csubjpass dep det dobj expl "
    "hmod hyph infmod intj iobj mark meta neg nmod nn npadvmod nsubj nsubjpass num number oprd obj obl parataxis "
    "partmod pcomp pobj poss possessive preconj prep prt punct quantmod relcl rcmod root xcomp acl"
)
"""The names of spaCy in small letters, which are words too (`dep`, `num`), in the order of their numbers."""
_NUMBERS = {name: number for number, name in enumerate(_OWN_NAMES.split(), 398)} | {"X": 101, "_": 456}


def number(word: str) -> int:
    """The number of a string that is not empty."""
    known = _NUMBERS.get(word)
    if known is not None:
        return known
    data = word.encode()
    size = len(data)
    made = _SEED ^ (size * _MULTIPLIER & _ALL)
    whole = size & ~7
    for at in range(0, whole, 8):
        part = int.from_bytes(data[at : at + 8], "little") * _MULTIPLIER & _ALL
        part = (part ^ part >> 47) * _MULTIPLIER & _ALL
        made = (made ^ part) * _MULTIPLIER & _ALL
    if whole < size:
        made = (made ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _ALL
    made = (made ^ made >> 47) * _MULTIPLIER & _ALL
    return made ^ made >> 47


def shape(word: str) -> str:
    """The kinds of the characters of a word (`Xxx`, `dd/XX`), no kind more than four times in a row."""
    if len(word) >= _LONG:
        return "LONG"
    kinds: list[str] = []
    last, run = "", 0
    for character in word:
        if character.isalpha():
            kind = "X" if character.isupper() else "x"
        else:
            kind = "d" if character.isdigit() else character
        run = run + 1 if kind == last else 1
        last = kind
        if run <= _LONGEST_RUN:
            kinds.append(kind)
    return "".join(kinds)


def numbers(words: Sequence[str]) -> np.ndarray:
    """Three numbers a word: of its small letters, of these without marks, and of its shape."""
    flat = [number(part) for word in words for part in (word.lower(), bare(word), shape(word))]
    return np.array(flat, dtype=np.uint64).reshape(len(words), 3)


def keys(ids: np.ndarray, seed: int) -> np.ndarray:
    """Four 32-bit keys a number, as thinc makes them."""
    first = ids * np.uint64(0x87C37B91114253D5)
    first = (first << np.uint64(31)) | (first >> np.uint64(33))
    first *= np.uint64(0x4CF5AD432745937F)
    mixed = np.uint64(seed ^ 8)
    first ^= mixed
    first += mixed
    second = first + mixed
    first, second = _stirred(first), _stirred(second)
    first += second
    second += first
    low, high = np.uint64(0xFFFFFFFF), np.uint64(32)
    return np.stack([first & low, first >> high, second & low, second >> high], axis=1)


def _stirred(made: np.ndarray) -> np.ndarray:
    half = np.uint64(33)
    made = (made ^ made >> half) * np.uint64(0xFF51AFD7ED558CCD)
    made = (made ^ made >> half) * np.uint64(0xC4CEB9FE1A85EC53)
    made ^= made >> half
    return made
