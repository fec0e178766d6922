"""underthesea, a general toolkit for Vietnamese, trained on news: the engine that the others are measured against.

It gives no offsets, joins the syllables of words, and moves tone marks (`hoà` becomes `hòa`), so the places of its
words in the text are found again letter by letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import cast

from ..errors import MissingDependencyError
from ..text.normalise import strip_marks
from ..text.patterns import Pattern
from ..threads import Guard
from .spans import LABELS, Found
from .windows import windows

Tagged = Sequence[Sequence[str]]
"""Words as underthesea gives them: the word first, the tag (`B-ORG`, `I-ORG`, `O`) last."""

_SENTENCE = Pattern(r"[^\n]+?(?:[.;!?](?= )|(?=\n)|$)")
_LONGEST = 1000
_GUARD = Guard()  # its tagger keeps the sentence that it is working on
_REMEDY = "run: pip install underthesea, or use another engine (--ner model)"


class Underthesea:
    """The engine `underthesea`.

    Args:
        tag: From a sentence to its tagged words; by default that of the package.

    Raises:
        MissingDependencyError: The package is not installed or cannot be loaded.
    """

    name = "underthesea"

    def __init__(self, tag: Callable[[str], Tagged] | None = None) -> None:
        self._tag = tag or _package()

    def find(self, texts: Sequence[str], recognised: bool = False) -> list[list[Found]]:
        """The names in each text, sentence by sentence."""
        with _GUARD:
            return [list(self._names(text)) for text in texts]

    def _names(self, text: str) -> Iterator[Found]:
        for sentence in _SENTENCE.finditer(text):
            for start, end in windows(sentence.group(), _LONGEST):
                words = sentence.group()[start:end]
                if words.strip():
                    offset = sentence.start() + start
                    for name in joined(words, self._tag(words)):
                        yield name._replace(start=name.start + offset, end=name.end + offset)


def _package() -> Callable[[str], Tagged]:
    try:
        from underthesea import ner
    except ImportError as error:
        raise MissingDependencyError(f"underthesea is missing or broken ({error}); {_REMEDY}") from error
    return cast("Callable[[str], Tagged]", ner)


def joined(text: str, tagged: Tagged) -> list[Found]:
    """Names from tagged words, at their places in the text.

    Args:
        text: What was tagged.
        tagged: Its words in order, with tags.
    """
    spans = places(text, [row[0] for row in tagged])
    names: list[Found] = []
    open_label = ""
    for span, row in zip(spans, tagged, strict=True):
        prefix, _, label = row[-1].partition("-")
        if span is None:
            continue
        if prefix == "I" and label == open_label and names:
            names[-1] = names[-1]._replace(end=span[1])
        elif prefix in ("B", "I") and label in LABELS:
            names.append(Found(*span, label, 0.6, "underthesea"))
        open_label = label if prefix in ("B", "I") and label in LABELS else ""
    return names


def places(text: str, words: Sequence[str]) -> list[tuple[int, int] | None]:
    """Where words stand in a text that may spell them with other marks; None for a word that is not found.

    Args:
        text: The text.
        words: Words of it in order, with spaces where it has none or none where it has some.
    """
    at = [k for k, letter in enumerate(text) if not letter.isspace()]
    plain = _plain(text[k] for k in at)
    said: list[str] = []
    owner: list[int] = []
    for number, word in enumerate(words):
        letters = [letter for letter in word if not letter.isspace()]
        said += letters
        owner += [number] * len(letters)
    spoken = _plain(said)
    if spoken == plain:
        pairs = [(k, k) for k in range(len(plain))]
    else:
        blocks = SequenceMatcher(None, spoken, plain, autojunk=False).get_matching_blocks()
        pairs = [(block.a + k, block.b + k) for block in blocks for k in range(block.size)]
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for theirs, ours in pairs:
        number = owner[theirs]
        first.setdefault(number, at[ours])
        last[number] = at[ours] + 1
    return [(first[k], last[k]) if k in first else None for k in range(len(words))]


def _plain(letters: Iterator[str] | Sequence[str]) -> list[str]:
    """Letters without marks and case, each still one item."""
    return [strip_marks(letter).lower() or letter for letter in letters]
