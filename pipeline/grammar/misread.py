"""Words that recognition of a scan left with wrong marks: `phôi hợp`, `Giám đôc`, `thị trân`.

Two words that stand together are compared without their diacritics with the wording of bodies and roles; where only one
known pair fits, its letters are put in place of those that were read. The text keeps its length, so offsets stay true.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from ..knowledge import rows

_SIGNS = tuple(word for row in rows("role_phrases") if row["kind"] == "misread_sign" for word in row["words"])
_LINKS = frozenset(word for row in rows("role_phrases") if row["kind"] == "misread_link" for word in row["words"])
_WORD = re.compile(r"[^\W\d_]+")
# A slanted bold `t` comes out as a bracket: `Viện (rưởng`. No syllable of the pattern's is written without the `t`.
_BRACKET_T = re.compile(r"\((?=rưởng|rình |rực |rách nhiệm|rung |rong |rên |rước |riển khai|rật tự|rường )")
_PLAIN_WORDS = re.compile(r"(?<![^\W\d_\]])[^\W\d_]{2,}(?: [^\W\d_]{2,})+")


@lru_cache(maxsize=8192)
def _bare(word: str) -> str:
    """A word in small letters without its diacritics; as long as the word."""
    decomposed = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def _known_pairs() -> dict[str, str]:
    """Two bare words to the two words that alone are meant by them, in small letters."""
    pairs: dict[str, str | None] = {}
    for table in ("bodies", "role_phrases"):
        for row in rows(table):
            if row["kind"] in ("misread_sign", "name_stop"):
                continue
            for phrase in (*row.get("words", []), *row.get("patterns", [])):
                for run in _PLAIN_WORDS.findall(phrase.lower()):
                    words = run.split(" ")
                    for first, second in zip(words, words[1:], strict=False):
                        if row["kind"] != "known_words" and (first in _LINKS or second in _LINKS):
                            continue
                        bare = f"{_bare(first)} {_bare(second)}"
                        known = pairs.setdefault(bare, f"{first} {second}")
                        if known != f"{first} {second}":
                            pairs[bare] = None
    return {bare: pair for bare, pair in pairs.items() if pair is not None and len(pair) == len(bare)}


def is_misread(text: str) -> bool:
    """Whether a text shows words that only recognition writes so."""
    return any(sign in text for sign in _SIGNS)


def mend(text: str) -> str:
    """The text with the marks of known pairs of words restored, of the same length.

    Args:
        text: Clean text. One without a sign of recognition comes back as it is.
    """
    if not is_misread(text):
        return text
    text = _BRACKET_T.sub("t", text)
    known, letters = _known_pairs(), list(text)
    before, before_bare, before_end = 0, "", -2
    for word in _WORD.finditer(text):
        bare = _bare(word.group())
        if word.start() == before_end + 1 and text[before_end] == " ":
            pair = known.get(f"{before_bare} {bare}")
            if pair is not None:
                for offset, char in enumerate(pair, start=before):
                    letters[offset] = char.upper() if text[offset].isupper() else char
        before, before_bare, before_end = word.start(), bare, word.end()
    return "".join(letters)
