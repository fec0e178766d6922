"""How the model sees a text: as words.

Vietnamese writes a space between syllables, so spaces and marks part the words well enough; a number with its symbol
(`48/NQ-CP`) stays one word, and a capital inside a word begins a new one, since spaces get lost (`xãYên`). A row of
the same mark is one word. No word is longer than 40 characters: a text of a megabyte without a space is many words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..text.normalise import LOWER, UPPER, strip_marks
from ..text.patterns import Pattern

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

TOKENIZER = "vnplan.words.v1"
"""Name under which the tokenizer stands in the configuration of a model."""

_LETTER = r"[^\W\d_]"
_WORD = Pattern(
    rf"(?P<space>\s+)|\d[\w.]{{0,20}}/[\w./&\-]{{1,40}}|\d{{1,40}}"
    rf"|{_LETTER}(?:(?!(?<=[{LOWER}])[{UPPER}]){_LETTER}){{0,39}}|(?P<mark>[^\w\s])(?P=mark){{0,39}}|\S"
)


def split(text: str) -> tuple[list[str], list[bool]]:
    """The words of a text, and whether a space follows each; together they are the text again."""
    words: list[str] = []
    spaces: list[bool] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if match["space"] is not None:
            if word[0] == " " and spaces and not spaces[-1]:
                spaces[-1] = True
                word = word[1:]
            if not word:
                continue
        words.append(word)
        spaces.append(False)
    return words, spaces


def bare(word: str) -> str:
    """The word as its norm: small letters without marks, numbers by their length."""
    if word.isdigit():
        return "0" * min(len(word), 5)
    return strip_marks(word.lower())


class Words:
    """The tokenizer of the model."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The text as a spaCy document."""
        from spacy.tokens import Doc

        words, spaces = split(text)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: object) -> bytes:
        """It has no state."""
        return b""

    def from_bytes(self, _: bytes, **__: object) -> Words:
        """It has no state."""
        return self

    def to_disk(self, _: object, **__: object) -> None:
        """It has no state."""

    def from_disk(self, _: object, **__: object) -> Words:
        """It has no state."""
        return self


def register() -> None:
    """Makes the tokenizer known to spaCy, so that a model can be loaded."""
    from spacy.attrs import NORM
    from spacy.util import registry

    if registry.has("tokenizers", TOKENIZER):
        return

    def create() -> object:
        def tokenizer(nlp: Language) -> Words:
            nlp.vocab.lex_attr_getters[NORM] = bare  # type: ignore[attr-defined]
            return Words(nlp.vocab)

        return tokenizer

    registry.tokenizers(TOKENIZER, func=create)
