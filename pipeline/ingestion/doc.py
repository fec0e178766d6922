"""Word files of before 2007 (DOC, MS-DOC): made into a DOCX by doc2docx, in Python alone, and read as any other.

Where that fails and LibreOffice is installed, LibreOffice is the second reader.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DamagedError, EmptyFileError, EncryptedError, VnplanError
from ..settings import Settings
from .docx import read_docx
from .office import converted_by_libreoffice, has_libreoffice
from .pages import Source

if TYPE_CHECKING:
    from .pdf import Recogniser

_MOST_STREAMS = 20_000


def read_doc(data: bytes, name: str, settings: Settings | None = None, recognise: Recogniser | None = None) -> Source:
    """The text of a DOC file.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: `passwords`, limits.
        recognise: Reads pictures of pages.

    Raises:
        EncryptedError: None of the passwords opens it.
        DamagedError: It cannot be read, and LibreOffice is not installed or cannot read it either.
        EmptyFileError: There is no text in it.
    """
    settings = settings or Settings()
    try:
        package = _as_docx(data, settings)
        return replace(read_docx(package, name, settings, recognise), format="doc")
    except (EncryptedError, EmptyFileError, MemoryError):
        raise
    except Exception as error:  # the converter meets damage of all kinds
        if has_libreoffice():
            return converted_by_libreoffice(data, "doc", settings)
        reason = error.message if isinstance(error, VnplanError) else f"{type(error).__name__}: {error}"
        raise DamagedError(
            f"is a Word file of before 2007 that cannot be read ({' '.join(reason.split())[:120]}); open it in Word "
            "and save it as DOCX, or install LibreOffice, which is then tried"
        ) from error


def _as_docx(data: bytes, settings: Settings) -> bytes:
    """The document as DOCX.

    Raises:
        EncryptedError: None of the passwords opens it.
    """
    from doc2docx import convert
    from doc2docx.cfb import CompoundFileLimits
    from doc2docx.errors import EncryptedDocumentError

    limits = CompoundFileLimits(
        max_input_bytes=settings.max_bytes, max_stream_bytes=settings.max_bytes, max_directory_entries=_MOST_STREAMS
    )
    with tempfile.TemporaryDirectory(prefix="vnplan-doc-") as folder:
        source, made = Path(folder) / "document.doc", Path(folder) / "document.docx"
        source.write_bytes(data)
        for password in (None, *settings.passwords):
            try:
                convert(source, made, limits=limits, password=password)
                return made.read_bytes()
            except EncryptedDocumentError:
                continue
    raise EncryptedError("is protected by a password; give the right one (--password), or save it without")
