"""LibreOffice, the second reader of old Word files: it makes a DOCX of them, which is read as any other."""

from __future__ import annotations

from dataclasses import replace

from ..errors import EmptyFileError, MissingDependencyError
from ..settings import Settings
from .docx import read_docx
from .libreoffice import to_docx
from .pages import Source
from .programs import LIBREOFFICE, find

_INSTALL = "install LibreOffice (Debian: apt-get install libreoffice-writer), or save it as DOCX first"


def has_libreoffice() -> bool:
    """Whether LibreOffice is installed."""
    return find(*LIBREOFFICE) is not None


def converted_by_libreoffice(data: bytes, kind: str, settings: Settings) -> Source:
    """The text by way of LibreOffice.

    Args:
        data: The file's bytes.
        kind: `doc` or `rtf`.
        settings: `office_seconds` and limits.

    Raises:
        MissingDependencyError: LibreOffice is not installed.
        ConversionError: It takes too long, crashes, or makes no document of it.
        EmptyFileError: There is no text in it.
    """
    program = find(*LIBREOFFICE)
    if program is None:
        what = "a Word file of before 2007" if kind == "doc" else "an RTF file"
        raise MissingDependencyError(f"is {what}: {_INSTALL}")
    converted = to_docx(program, data, kind, settings)
    try:
        read = read_docx(converted, "", settings)
    except EmptyFileError as error:
        raise EmptyFileError("holds no text; if it holds pictures of pages, save it as PDF") from error
    return replace(read, format=kind)
