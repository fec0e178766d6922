"""File names as text: every name that a file system allows, one to one, as plain UTF-8 on one line."""

from __future__ import annotations

import re

# Control characters (Unicode category Cc), and bytes that are not UTF-8, which Python hands over as lone surrogates.
_NOT_PLAIN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = re.compile(r"[\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")


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


def _as_hex(match: re.Match[str]) -> str:
    char = match.group()
    errors = "surrogateescape" if "\udc80" <= char <= "\udcff" else "surrogatepass"
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", errors))
