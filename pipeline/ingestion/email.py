"""E-mail (EML, RFC 5322): the letter's own text, and what is attached to it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

from ..errors import DamagedError, EmptyFileError
from ..settings import Settings
from .html import read_html
from .legacy import converted
from .pages import Source

_MOST_PARTS = 2000


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
        if part.get_filename() or part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        if kind == "text/plain" and plain is None:
            plain = _text(part)
        elif kind == "text/html" and web is None:
            web = _text(part).encode()
    if plain and plain.strip():
        text, _ = converted(plain)
        return Source("eml", "flow", text.replace("\r\n", "\n").strip("\n") + "\n")
    if web:
        source = read_html(b"\xef\xbb\xbf" + web, name, settings)
        return Source("eml", "flow", source.text, warnings=source.warnings)
    raise EmptyFileError("is an e-mail without text of its own")


def attachments(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of what is attached, in order; pictures that only belong to the web form are left out.

    Raises:
        DamagedError: It cannot be parsed.
    """
    for number, part in enumerate(_parts(_parsed(data)), 1):
        name = part.get_filename()
        kind = part.get_content_type()
        inline = part.get_content_disposition() == "inline" or part.get("Content-ID") is not None
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], EmailMessage):
                yield name or f"message-{number}.eml", inner[0].as_bytes()
            continue
        if not name and part.get_content_disposition() != "attachment":
            continue
        if inline and kind.startswith("image/") and part.get_content_disposition() != "attachment":
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield name or f"attachment-{number}", content


def _parsed(data: bytes) -> EmailMessage:
    try:
        message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    except Exception as error:  # the parser is lenient, but some headers defeat it
        raise DamagedError(f"is a damaged e-mail ({type(error).__name__})") from error
    assert isinstance(message, EmailMessage)
    return message


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold no others; an enclosed message is one part, and is not looked into here."""
    pending: list[EmailMessage] = [message]
    seen = 0
    while pending and seen < _MOST_PARTS:
        part = pending.pop()
        seen += 1
        if part.get_content_type() != "message/rfc822" and part.is_multipart():
            pending.extend(reversed([inner for inner in part.get_payload() if isinstance(inner, EmailMessage)]))
        else:
            yield part


def _text(part: EmailMessage) -> str:
    try:
        content = part.get_content()
        if isinstance(content, str):
            return content
    except (LookupError, ValueError, AssertionError):  # an encoding that Python does not know
        pass
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
