"""E-mail (EML, RFC 5322) and saved web pages (MHTML, RFC 2557): the letter's own text, and what is attached to it.

Text is decoded from its bytes; the charset that a part names is a hint, since many programs name a wrong one or none.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from ..errors import ArchiveDepthError, DamagedError, EmptyFileError, EncodingError, VnplanError
from ..settings import Settings, text_encoding
from .encodings import decode
from .html import read_html
from .legacy import converted
from .names import wellformed
from .pages import Source
from .tnef import is_tnef, tnef_files

_MOST_DEPTH = 30
_CID = re.compile(rb"cid:([^\s\"'<>)]{1,200})", re.I)
# Charsets that text without bytes above 127 may be in all the same.
_SEVEN_BITS = ("utf-7", "utf7", "iso-2022", "hz")


class _Lenient(email.policy.EmailPolicy):
    """The rules for messages, but a header that their parser fails over is taken as it stands."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        try:
            header: str = super().header_fetch_parse(name, value)
            return header
        except Exception:  # brackets without end, hidden words that are none: faults of the parser
            return wellformed(" ".join(value.split()))


_POLICY = _Lenient()


def read_email(data: bytes, name: str, settings: Settings | None = None) -> Source:
    """The text of a message without its header: of alternatives the plain form, else the web form.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: Passed on.

    Raises:
        EmptyFileError: It has no text of its own.
        DamagedError: It cannot be parsed.
    """
    warnings: list[str] = []
    text = "\n".join(_letter(_parsed(data), name, settings or Settings(), warnings, 0))
    if not text.strip():
        raise EmptyFileError("is an e-mail without text of its own")
    return Source("eml", "flow", text.strip("\n") + "\n", warnings=tuple(dict.fromkeys(warnings)))


def _letter(
    part: EmailMessage, name: str, settings: Settings, warnings: list[str], depth: int
) -> Iterator[str]:  # fmt: skip
    """The texts of a part and those in it, in order; mail programs cut a letter where something is put into it."""
    if depth > _MOST_DEPTH:
        return
    kind = part.get_content_type()
    if part.is_multipart():
        if kind == "message/rfc822":
            return
        inner = _inner(part)
        texts = ("\n".join(_letter(child, name, settings, warnings, depth + 1)) for child in inner)
        if kind in ("multipart/alternative", "multipart/related"):
            yield next((text for text in texts if text.strip()), "")
        else:
            yield from filter(str.strip, texts)
    elif _is_attached(part):
        return
    elif kind == "text/plain":
        yield converted(_decoded(part, settings))[0].replace("\r\n", "\n").strip("\n")
    elif kind == "text/html":
        content = _content(part)
        named = _charset(part)
        try:
            if named and not _is_utf8(content):
                content = codecs.BOM_UTF8 + content.decode(named).encode()
            source = read_html(content, name, settings)
        except (EmptyFileError, ValueError, LookupError):
            return
        warnings.extend(source.warnings)
        yield source.text.strip("\n")


def _is_attached(part: EmailMessage) -> bool:
    return bool(_said(part.get_filename)) or _said(part.get_content_disposition) == "attachment"


def attachments(data: bytes) -> Iterator[tuple[str, bytes | VnplanError]]:
    """Names of what is attached, in order, with its bytes, or why there are none; pictures that the web form shows in
    its text are left out.

    Raises:
        ArchiveDepthError: Messages lie in it, one in the other, without end.
        DamagedError: It cannot be parsed.
    """
    parts = list(_parts(_parsed(data)))
    shown = _shown_pictures(parts)
    for number, part in enumerate(parts, 1):
        try:
            yield from _files_of(part, number, shown)
        except Exception as error:  # one part, not the others
            yield _said(part.get_filename) or f"attachment-{number}", _damaged(error)


def _files_of(part: EmailMessage, number: int, shown: set[bytes]) -> Iterator[tuple[str, bytes | VnplanError]]:
    """What is attached by one part."""
    name = _said(part.get_filename)
    kind = part.get_content_type()
    if kind == "message/rfc822":
        if (inner := _enclosed(part)) is not None:
            yield name or f"message-{number}.eml", inner
        return
    is_file = name or _said(part.get_content_disposition) == "attachment" or kind.startswith("image/")
    if not is_file or part.get("Content-Location") is not None and not name:  # of a saved page
        return
    if str(part.get("Content-ID", "")).strip(" <>").encode("utf-8", "replace") in shown and kind.startswith("image/"):
        return
    content = _content(part)
    if is_tnef(content):
        yield from tnef_files(content)
    elif content:
        yield name or f"attachment-{number}", content


def _shown_pictures(parts: list[EmailMessage]) -> set[bytes]:
    """The content ids that web forms of the letter refer to."""
    found: set[bytes] = set()
    for part in parts:
        if part.get_content_type() == "text/html" and not _is_attached(part):
            found.update(_CID.findall(_content(part)))
    return found


def _enclosed(part: EmailMessage) -> bytes | None:
    """The bytes of an enclosed message."""
    inner = part.get_payload()
    if not (isinstance(inner, list) and inner and isinstance(inner[0], EmailMessage)):
        return None
    try:
        return inner[0].as_bytes()
    except (UnicodeError, LookupError, ValueError):  # a header or a letter that the newer rules do not take
        return inner[0].as_bytes(policy=email.policy.compat32)


def _damaged(error: Exception) -> VnplanError:
    if isinstance(error, VnplanError):
        return error
    if isinstance(error, RecursionError):
        return ArchiveDepthError("holds messages in each other without end; unpack it first")
    return DamagedError(f"is a damaged part of an e-mail ({type(error).__name__}); the others are read")


def _parsed(data: bytes) -> EmailMessage:
    try:
        message = email.message_from_bytes(data.lstrip(), policy=_POLICY)
    except RecursionError as error:
        raise ArchiveDepthError("holds messages in each other without end; unpack it first") from error
    except Exception as error:  # the parser is lenient, but some headers defeat it
        if b"\0" in data:
            return _parsed(data.replace(b"\0", b""))
        raise DamagedError(f"is a damaged e-mail ({type(error).__name__})") from error
    assert isinstance(message, EmailMessage)
    return message


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold no others; an enclosed message is one part, and is not looked into here."""
    pending: list[EmailMessage] = [message]
    while pending:
        part = pending.pop()
        if part.get_content_type() != "message/rfc822" and part.is_multipart():
            pending.extend(reversed(_inner(part)))
        else:
            yield part


def _inner(part: EmailMessage) -> list[EmailMessage]:
    """The parts of a part; its headers are not read again for it, since the parser of headers fails over some."""
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, EmailMessage)] if isinstance(payload, list) else []


def _said(header: Callable[[], str | None]) -> str | None:
    """What a header says, None where its coded value cannot be decoded (a NUL in the name of a charset)."""
    try:
        return header()
    except ValueError:
        return None


def _content(part: EmailMessage) -> bytes:
    """The bytes of a part, as they were before they were packed for the way."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: EmailMessage) -> str | None:
    """The charset that a part names, if it is one of texts."""
    named = _said(part.get_content_charset)
    return text_encoding(named) if named else None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not content.isascii()


def _decoded(part: EmailMessage, settings: Settings) -> str:
    """The text of a part: UTF-8 if that is what its bytes are, then as it says, then as its words tell."""
    content = _content(part)
    named = _charset(part)
    if content.isascii():
        if named and named.startswith(_SEVEN_BITS):
            return _sound(content.decode(named, "replace"))
        return content.decode("ascii")
    if _is_utf8(content):
        return content.decode("utf-8")
    if named and named not in ("ascii", "utf-8", "iso8859-1", "cp1252"):
        try:
            return _sound(content.decode(named))
        except ValueError:
            pass
    try:
        return decode(content, settings.encoding).text
    except EncodingError:
        return _sound(content.decode(named or "utf-8", "replace"))
    except VnplanError:
        return ""


def _sound(text: str) -> str:
    """The text without halves of characters, which no table can hold."""
    return wellformed(text)
