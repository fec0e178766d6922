"""What kind of file is this? Told by the first bytes, never by the extension."""

from __future__ import annotations

import re

from ..errors import UnsupportedFormatError

_TO_TEXT = "save its text as UTF-8 (.txt) first"
_SCAN = "recognise its text (OCR) and save that as UTF-8 (.txt) first"
_UNPACK = "unpack it first"

# (first bytes, offset, what it is, what to do). Sources: the formats' own specifications; also in libmagic.
_SIGNATURES: tuple[tuple[bytes, int, str, str], ...] = (
    (b"%PDF-", 0, "a PDF", _TO_TEXT),
    (b"{\\rtf", 0, "an RTF document", _TO_TEXT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "a Word, Excel or PowerPoint file of before 2007 (OLE)", _TO_TEXT),
    (b"\x89PNG\r\n\x1a\n", 0, "a PNG image", _SCAN),
    (b"\xff\xd8\xff", 0, "a JPEG image", _SCAN),
    (b"GIF87a", 0, "a GIF image", _SCAN),
    (b"GIF89a", 0, "a GIF image", _SCAN),
    (b"II*\x00", 0, "a TIFF image", _SCAN),
    (b"MM\x00*", 0, "a TIFF image", _SCAN),
    (b"WEBP", 8, "a WebP image", _SCAN),
    (b"AT&TFORM", 0, "a DjVu document", _SCAN),
    (b"ftyp", 4, "a video", "leave it out"),
    (b"%!PS", 0, "a PostScript file", _TO_TEXT),
    (b"7z\xbc\xaf\x27\x1c", 0, "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", 0, "a RAR archive", _UNPACK),
    (b"\x1f\x8b", 0, "a gzip archive", _UNPACK),
    (b"BZh", 0, "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", 0, "an xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", 0, "a Zstandard archive", _UNPACK),
    (b"ustar", 257, "a tar archive", _UNPACK),
    (b"SQLite format 3\x00", 0, "an SQLite database", "leave it out"),
    (b"PAR1", 0, "a Parquet table", "leave it out"),
    (b"\x7fELF", 0, "a program", "leave it out"),
)
# Two or three letters are too few to tell a format: these count only where the rest is no text either.
_SHORT = frozenset({b"BZh", b"PAR1", b"ftyp", b"ustar", b"WEBP"})
_ZIP = b"PK\x03\x04"
_ZIP_EMPTY = b"PK\x05\x06"
# A member's name or the `mimetype` entry in the first kilobytes tells what kind of package a ZIP is.
_PACKAGES = (
    (b"word/", "a Word document (DOCX)", _TO_TEXT),
    (b"xl/", "an Excel workbook (XLSX)", _TO_TEXT),
    (b"ppt/", "a PowerPoint presentation (PPTX)", _TO_TEXT),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file (ODT)", _TO_TEXT),
    (b"application/epub+zip", "an EPUB book", _TO_TEXT),
)
_XML = rb"\s*<\?xml[^>]{0,200}>\s*"
_HTML = re.compile(rb"(?:%s)?\s*(?:<!--.{0,500}?-->\s*){0,3}<(?:!doctype\s+html|html)\b" % _XML, re.I | re.S)
_WORD_XML = re.compile(rb"%s<(?:\?mso-application|w:wordDocument|pkg:package)\b" % _XML, re.I)
_MHTML = re.compile(rb"(?:From|MIME-Version|Content-Type|Subject|Date|X-[A-Za-z-]{1,40}):[^\n]{0,300}\r?\n", re.I)
# Characters that no text has: the C0 controls but for tab, line feed, VT, form feed, CR; and DEL.
CONTROLS = bytes(byte for byte in (*range(32), 127) if byte not in b"\t\n\v\f\r")


def check_is_text(data: bytes) -> None:
    """Returns if the bytes may be text.

    Raises:
        UnsupportedFormatError: They are another kind of file; the message says which and what to do.
    """
    head = data[:4096]
    found = _signature(head, data) or _markup(head)
    if found:
        kind, advice = found
        raise UnsupportedFormatError(f"is {kind}, not plain text or Markdown; {advice}")


def control_count(data: bytes) -> int:
    """How many bytes are control characters that text does not have."""
    return len(data) - len(data.translate(None, CONTROLS))


def is_binary(controls: int, size: int) -> bool:
    """Whether that many control characters in `size` characters are too many for a text."""
    return controls > max(2, size // 200)


def binary_error(controls: int, size: int) -> UnsupportedFormatError:
    """The error for data of no known kind."""
    return UnsupportedFormatError(
        f"is binary data of an unknown kind ({controls} control characters in {size}), not text; "
        "open it in the program it was made with and save its text as UTF-8 (.txt)"
    )


def _signature(head: bytes, data: bytes) -> tuple[str, str] | None:
    for signature, offset, kind, advice in _SIGNATURES:
        if head.startswith(signature, offset):
            if signature in _SHORT and not is_binary(control_count(head), len(head)):
                continue
            return kind, advice
    if head.startswith((_ZIP, _ZIP_EMPTY)):
        start = data[: 1 << 16]
        return next(((kind, advice) for mark, kind, advice in _PACKAGES if mark in start), ("a ZIP archive", _UNPACK))
    # A PDF may have up to 1,024 bytes of something else before its header (ISO 32000-1, note to 7.5.2).
    lead = head[:1024].find(b"%PDF-")
    if lead >= 0 and (not head[:lead].strip(b"\xef\xbb\xbf \t\r\n") or is_binary(control_count(head), len(head))):
        return "a PDF", _TO_TEXT
    return None


def _markup(head: bytes) -> tuple[str, str] | None:
    head = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(head):
        return "a web page (HTML)", _TO_TEXT
    if _WORD_XML.match(head):
        return "a Word document (XML)", _TO_TEXT
    lines = _MHTML.match(head)
    if lines and re.search(rb"^Content-Type:\s*(?:multipart|text)/", head, re.I | re.M) and b"MIME-Version:" in head:
        return "an e-mail or a web archive (MIME)", _TO_TEXT
    return None
