"""Bytes to text: what kind of file is this, in which encoding, and where are the files?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ..errors import EmptyFileError, EncodingError, TooLargeError, UnsupportedFormatError
from ..settings import Settings
from .discovery import Discovery, Entry, discover, entries_of
from .encodings import decode
from .files import load
from .kinds import check_is_text
from .names import escape_name, plain_name, printable
from .readable import check_is_readable, promised

__all__ = [
    "Discovery",
    "Entry",
    "RawText",
    "discover",
    "entries_of",
    "escape_name",
    "load",
    "plain_name",
    "printable",
    "read",
]

TextFormat = Literal["text", "markdown"]

# White space, control characters and what is invisible: a text of these alone holds nothing.
_SOMETHING = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\u2800\u3164]")
# The signs of Markdown that plain text does not have by chance: a table's rule; headings, bold words, links. Each with
# characters that it cannot do without, since to look for those is quick.
_TABLE_RULE = re.compile(r"^\|(?: ?:?-{3,}:? ?\|)+ *$", re.M)
_SIGNS = (
    ("# ", re.compile(r"^#{1,6} \S", re.M)),
    ("**", re.compile(r"\*\*\S[^*\n]{0,200}\*\*")),
    ("](", re.compile(r"\]\((?:https?:|/|#)[^)\s]{1,500}\)")),
)


@dataclass(frozen=True, slots=True)
class RawText:
    """The decoded text of a file.

    Attributes:
        text: As decoded: line ends, form feeds and Unicode form as they stand in the file, without byte order mark.
        encoding: `utf-8`, `utf-16-le`, `windows-1258`, …
        format: `text` or `markdown`.
        warnings: What a reader of the plan must know about how it was decoded; empty for clean UTF-8.
    """

    text: str
    encoding: str
    format: TextFormat
    warnings: tuple[str, ...] = ()


def read(data: bytes, name: str, settings: Settings | None = None) -> RawText:
    """The text of a file's bytes.

    Args:
        data: The bytes.
        name: Name of the file; only its extension is looked at, to tell Markdown from plain text, and junk under the
            name of another format from a text.
        settings: `max_bytes` and `encoding` are used.

    Raises:
        EmptyFileError: There is nothing in it, or only white space.
        UnsupportedFormatError: It is no text.
        EncodingError: The encoding cannot be told, or too much is broken.
        TooLargeError: It is larger than `settings.max_bytes`.
    """
    settings = settings or Settings()
    if len(data) > settings.max_bytes:
        raise TooLargeError(f"has {len(data) / 1e6:.1f} MB, more than the limit of {settings.max_bytes / 1e6:.1f} MB")
    if not data:
        raise EmptyFileError("is empty (0 bytes)")
    check_is_text(data)
    try:
        decoded = decode(data, settings.encoding)
    except (EncodingError, UnsupportedFormatError) as error:
        if other := promised(name):
            raise UnsupportedFormatError(f"{other}; it {error.message}") from error
        raise
    if not _SOMETHING.search(decoded.text):
        raise EmptyFileError("holds nothing but white space")
    check_is_readable(decoded.text, name)
    return RawText(decoded.text, decoded.encoding, _format(decoded.text, name), decoded.warnings)


def _format(text: str, name: str) -> TextFormat:
    if name.lower().endswith((".md", ".markdown")):
        return "markdown"
    if "--" in text and "|" in text and _TABLE_RULE.search(text):
        return "markdown"
    signs = sum(mark in text and bool(pattern.search(text)) for mark, pattern in _SIGNS)
    return "markdown" if signs >= 2 else "text"
