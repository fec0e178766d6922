"""E-mail (EML, RFC 5322): the letter's own text, and what is attached to it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from ..errors import ArchiveDepthError, DamagedError, EmptyFileError, VnplanError
from ..settings import Settings, text_encoding
from .html import read_html
from .legacy import converted
from .names import wellformed
from .pages import Source


def read_email(data: bytes, name: str, settings: Settings | None = None) -> Source:
    """The text of a message without its header: the plain form if there is one, else the web form.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: Passed on.

    Raises:
        EmptyFileError: It has no text of its own.
        DamagedError: It cannot be parsed.
    """
    message = _parsed(data)
    plain: str | None = None
    web: bytes | None = None
    for part in _parts(message):
        if _said(part.get_filename) or _said(part.get_content_disposition) == "attachment":
            continue
        kind = _said(part.get_content_type)
        if kind == "text/plain" and plain is None:
            plain = _text(part)
        elif kind == "text/html" and web is None:
            web = wellformed(_text(part)).encode()
    if plain and plain.strip():
        text, _ = converted(wellformed(plain))
        return Source("eml", "flow", text.replace("\r\n", "\n").strip("\n") + "\n")
    if web:
        source = read_html(b"\xef\xbb\xbf" + web, name, settings)
        return Source("eml", "flow", source.text, warnings=source.warnings)
    raise EmptyFileError("is an e-mail without text of its own")


def attachments(data: bytes) -> Iterator[tuple[str, bytes | VnplanError]]:
    """Names of what is attached, in order, with its bytes, or why there are none; pictures that only belong to the web
    form are left out.

    Raises:
        ArchiveDepthError: Messages lie in it, one in the other, without end.
        DamagedError: It cannot be parsed.
    """
    for number, part in enumerate(_parts(_parsed(data)), 1):
        name = f"attachment-{number}"
        try:
            given = part.get_filename()
            name = given or name
            if part.get_content_type() == "message/rfc822":
                name = given or f"message-{number}.eml"
                if (content := _enclosed(part)) is not None:
                    yield name, content
            elif _is_attached(part, given):
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes):
                    yield name, payload
        except Exception as error:  # one part, not the others
            yield name, _damaged(error)


def _is_attached(part: EmailMessage, name: str | None) -> bool:
    """Whether a part is a file of its own, not the text or a picture in it."""
    as_file = part.get_content_disposition() == "attachment"
    if not name and not as_file:
        return False
    inline = part.get_content_disposition() == "inline" or part.get("Content-ID") is not None
    return as_file or not (inline and part.get_content_type().startswith("image/"))


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
        message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
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
        if _said(part.get_content_type) != "message/rfc822" and part.is_multipart():
            pending.extend(reversed([inner for inner in part.get_payload() if isinstance(inner, EmailMessage)]))
        else:
            yield part


def _said(header: Callable[[], str | None]) -> str | None:
    """What a header of a part says, None if the parser of headers fails over it."""
    try:
        return header()
    except Exception:
        return None


def _text(part: EmailMessage) -> str:
    """The text of a part, in the encoding that it names, else as UTF-8."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        encoding = text_encoding(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError, AttributeError):
        encoding = None
    return payload.decode(encoding or "utf-8", "replace")
