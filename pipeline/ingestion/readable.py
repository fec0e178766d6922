"""Is decoded text something that a person wrote, or junk that happens to decode?"""

from __future__ import annotations

import re
from pathlib import PurePath

from ..errors import UnsupportedFormatError
from .vietnamese import is_syllable

_SAMPLE = 1 << 14
# Three words with single spaces between: chance hardly ever gives them, and prose has them in its first line.
_PROSE = re.compile(r"(?:[^\W\d_]{2,12} ){3}")
_WORD = re.compile(r"[^\W\d_]+")
_LEAST, _LONGEST = 100, 40
"""Characters that are judged at all, and of a word that may mix capitals, small letters and figures."""
# What a file of these names is, and how one is known. Text in it is read nevertheless, if it is Vietnamese.
_PACKAGE = "a package (PK in its first bytes)"
_OLE = "an OLE file (D0 CF 11 E0 in its first bytes)"
_EXPECTED = {
    **dict.fromkeys(("pdf",), "a PDF (%PDF- in its first 1,024 bytes)"),
    **dict.fromkeys(("docx", "odt", "xlsx", "pptx", "zip", "docm", "xlsm", "pptm"), _PACKAGE),
    **dict.fromkeys(("doc", "xls", "ppt", "dot"), _OLE),
    **dict.fromkeys(("rtf",), "an RTF document ({\\rtf in its first bytes)"),
    **dict.fromkeys(("png", "jpg", "jpeg", "tif", "tiff", "webp", "heic", "heif", "avif"), "an image"),
}
_AGAIN = "get a whole copy of it, or open it in the program it was made with and save its text as UTF-8 (.txt)"


def check_is_readable(text: str, name: str) -> None:
    """Returns if a text may be one that somebody wrote.

    Args:
        text: What was decoded.
        name: Name of the file. One that promises another format is believed where the text is no Vietnamese.

    Raises:
        UnsupportedFormatError: It is junk, or its name promises another format and it is no Vietnamese text.
    """
    other = promised(name)
    if other and not _is_vietnamese(text[:_SAMPLE]):
        raise UnsupportedFormatError(f"{other}, and its {len(text)} characters are no Vietnamese text; {_AGAIN}")
    if len(text) >= _LEAST and not _PROSE.search(text, 0, _SAMPLE) and _is_junk(text[:_SAMPLE]):
        raise UnsupportedFormatError(
            f"holds {len(text)} characters but no words: it is coded or damaged data, not text; {_AGAIN}"
        )


def promised(name: str) -> str:
    """What a name promises that the content, which is no known format, does not keep; empty if it promises nothing."""
    kind = PurePath(name.lower()).suffix.removeprefix(".")
    return f"is named .{kind} but is not {_EXPECTED[kind]}" if kind in _EXPECTED else ""


def _is_vietnamese(text: str) -> bool:
    """Whether half of the words or more can be syllables of Vietnamese, with marks or without."""
    words = _WORD.findall(text)
    right = sum(map(is_syllable, words))
    return right >= 3 and 2 * right >= len(words)


def _is_junk(text: str) -> bool:
    """Whether most of a text are long words that mix capitals, small letters and figures, as coded data does."""
    mixed = sum(len(word) for word in text.split() if len(word) > _LONGEST and _is_mixed(word))
    return 2 * mixed > len(text)


def _is_mixed(word: str) -> bool:
    return "://" not in word and all(any(map(test, word)) for test in (str.islower, str.isupper, str.isdigit))
