"""Which format is this? Told by the content of a file, never by its name."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

Format = Literal[
    "pdf",
    "docx",
    "odt",
    "doc",
    "rtf",
    "html",
    "png",
    "jpeg",
    "webp",
    "tiff",
    "heif",
    "avif",
    "zip",
    "eml",
    "tnef",
    "xlsx",
    "xls",
    "pptx",
    "ppt",
]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES: tuple[tuple[bytes, Format], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"II*\0", "tiff"), (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"), (b"MM\0+", "tiff"),
)  # fmt: skip
_XML = rb"\s*<\?xml[^>]{0,200}>\s*"
_HTML = re.compile(
    rb"(?:%s)?\s*(?:<!--.{0,500}?-->\s*){0,3}<(?:!doctype\s+html|html|head|body|meta\s|title)\b" % _XML, re.I | re.S
)
# A piece of a page, as content systems export it: it begins with an element of text, and elements are closed in it.
_PIECE = re.compile(
    rb"\s*<(?:p|div|table|span|center|section|article|main|font|b|strong|h[1-6]|ul|ol|style)\b[^<>]*>", re.I
)
_CLOSED = re.compile(rb"</(?:p|div|td|tr|table|h[1-6]|li)\s*>", re.I)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]{0,2000}\n")
# Fields of which a message has at least two, one of them of the second kind (RFC 5322, RFC 2045).
_FIELDS = re.compile(
    rb"^(?:received|return-path|delivered-to|from|to|cc|date|subject|message-id|mime-version|content-type|"
    rb"content-transfer-encoding|x-[a-z-]{1,40}|dkim-signature|reply-to|thread-[a-z]{1,10}|references|in-reply-to):",
    re.I | re.M,
)
_SURE = re.compile(rb"^(?:received|return-path|message-id|mime-version|content-type|delivered-to):", re.I | re.M)


def detect(data: bytes) -> Format | None:
    """The format of a file's bytes; None for plain text, and for kinds that are not read.

    Args:
        data: The whole file.
    """
    head = data[:4096]
    if head.startswith(_ZIP):
        return _package(data)
    for mark, kind in _IMAGES:
        if head.startswith(mark):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and (brand := _still_image(head)):
        return brand
    if head.startswith(b"\x78\x9f\x3e\x22"):
        return "tnef"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(_OLE):
        return _in_ole(data)
    # a PDF may have up to 1,024 bytes of something else before its header (ISO 32000-1, note to 7.5.2)
    lead = head[:1029].find(b"%PDF-")
    if lead == 0 or (lead > 0 and (not head[:lead].strip(b"\xef\xbb\xbf \t\r\n\0") or b"\nstartxref" in data[-2048:])):
        return "pdf"
    return _markup(data, head)


def _package(data: bytes) -> Format | None:
    """DOCX, ODT or ZIP; None for other office packages.

    Names stand in the local headers at the front and in the directory at the end; either may be far in a large file.
    """
    edges = data[: 1 << 16] + data[-(1 << 16) :]
    if b"mimetype" in data[:64]:
        kind = _declared(data)
        if kind.startswith(b"application/vnd.oasis.opendocument.text"):
            return "odt"
        if kind.startswith((b"application/vnd.oasis.opendocument", b"application/epub+zip")):
            return None
    if b"[Content_Types].xml" in edges:
        if b"word/" in edges:
            return "docx"
        if b"xl/" in edges:
            return "xlsx"
        if b"ppt/" in edges:
            return "pptx"
    return "zip"


def _declared(data: bytes) -> bytes:
    """What the member `mimetype` of a package says, which should not be packed but sometimes is."""
    start = data.find(b"mimetype", 0, 64) + 8
    if data[start : start + 12] == b"application/":
        return data[start : start + 80]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, package.open("mimetype") as member:
            return member.read(80)
    except Exception:  # a damaged package: its reader will say so
        return b""


_STREAMS: tuple[tuple[str, Format], ...] = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)


def _in_ole(data: bytes) -> Format | None:
    """What an OLE file holds, by the names of its streams (MS-DOC 2.1, MS-XLS 2.1.2)."""
    for stream, kind in _STREAMS:
        name = stream.encode("utf-16-le")
        if name + b"\0\0" in data:
            return kind
    return None


# Brands of still images in a container of the kind that films have too (ISO/IEC 23008-12, AV1 image format 6).
_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"miaf")
_AVIF = (b"avif", b"avis")


def _still_image(head: bytes) -> Format | None:
    size = min(int.from_bytes(head[:4], "big"), 512)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))}
    if brands & set(_AVIF):
        return "avif"
    return "heif" if brands & set(_HEIF) else None


def _markup(data: bytes, head: bytes) -> Format | None:
    text = head
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            text = head[2 : 2 + (len(head) - 2) // 2 * 2].decode(encoding, "replace").encode()
    text = text.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(text) or (_PIECE.match(text) and len(_CLOSED.findall(text)) >= 2):
        return "html"
    fields = text.lstrip().replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if _HEADER.match(fields + b"\n") and len(_FIELDS.findall(fields)) >= 2 and _SURE.search(fields):
        return "eml"
    return None
