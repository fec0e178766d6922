"""Text for people: foreign text made harmless, file names for the tables, counts of things."""

from __future__ import annotations

import re

# Control characters (Unicode category Cc), and bytes that are not UTF-8, which Python hands over as lone surrogates.
_NOT_PLAIN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = re.compile(r"[\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What a terminal would obey or be confused by: controls but for the line feed, and marks that turn the direction round.
_NOT_PRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# User and password before the name of a host; a password may hold a stroke that should have been percent-encoded.
_USER = re.compile(r"(?<=://)(?:[^\s/?#@]{1,2000}|[^\s/?#@:]{0,200}:(?!\d{1,5}[/?#])[^\s?#@]{1,2000})@")
_OPTION = re.compile(r"([?&;][\w.-]{0,40}(?:key|secret|token|passw|sig|cred)[\w.-]{0,40}=)[^&;\s'\"]{1,4000}", re.I)


def masked(text: str) -> str:
    """The text with what opens a store taken out of the URLs in it: `s3://***@bucket/plans`."""
    if "://" not in text:
        return text
    return _OPTION.sub(r"\1***", _USER.sub("***@", text))


_SURROGATE = re.compile(r"[\ud800-\udfff]")


def wellformed(text: str) -> str:
    """The text with halves of characters, which nothing can store, as U+FFFD; as long as it was."""
    try:
        text.encode()  # faster than a search
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def escape_name(name: str) -> str:
    r"""The name with control characters, bytes that are not UTF-8 and backslashes written as `\xNN`.

    Different names stay different, since the backslash itself is written `\x5c`.

    Args:
        name: A path or file name as Python's `os` functions return it (`surrogateescape`).
    """
    return _ESCAPED.sub(_as_hex, name)


def plain_name(name: str) -> str:
    r"""A name given by a caller as text that can be stored: only what no table can hold is written as `\xNN`."""
    return _NOT_PLAIN.sub(_as_hex, name)


def printable(text: str) -> str:
    r"""The text with everything that a terminal would obey written as `\xNN` or `\uNNNN`; line feeds stay."""
    return _NOT_PRINTABLE.sub(_as_escape, text)


def printable_json(text: str) -> str:
    r"""JSON with everything that a terminal would obey written as `\uNNNN`, which is the same JSON."""
    return _NOT_PRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _as_escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return "\t".expandtabs(4) if code == 9 else f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _as_hex(match: re.Match[str]) -> str:
    char = match.group()
    errors = "surrogateescape" if "\udc80" <= char <= "\udcff" else "surrogatepass"
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", errors))


def counted(number: int, noun: str) -> str:
    """So many of a thing: `1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
