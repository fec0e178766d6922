"""One door for all formats: a file's bytes to its pages or its text, by the reader that its content asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..settings import Settings
from .formats import detect

if TYPE_CHECKING:
    from .pages import Source
    from .pdf import Recogniser


def read_source(data: bytes, name: str, settings: Settings, recognise: Recogniser | None = None) -> Source | None:
    """What the reader for this format makes of a file; None if it is none of the formats, but may be plain text.

    Readers are loaded when they are needed: a run over text files loads none.

    Args:
        data: The file's bytes; no archive (see `archives.unpack`), though an e-mail is read for its own text.
        name: For messages only.
        settings: Limits and passwords.
        recognise: Reads page images.

    Raises:
        VnplanError: It cannot be read; the subclass says why.
    """
    kind = detect(data)
    if kind == "pdf":
        from .pdf import read_pdf

        return read_pdf(data, name, settings, recognise)
    if kind in ("png", "jpeg", "webp", "tiff", "heif", "avif"):
        from .images import read_image

        return read_image(data, name, kind, settings, recognise)
    if kind == "docx":
        from .docx import read_docx

        return read_docx(data, name, settings, recognise)
    if kind == "odt":
        from .odt import read_odt

        return read_odt(data, name, settings)
    if kind == "html":
        from .html import read_html

        return read_html(data, name, settings)
    if kind == "eml":
        from .email import read_email

        return read_email(data, name, settings)
    if kind == "doc":
        from .doc import read_doc

        return read_doc(data, name, settings, recognise)
    if kind == "rtf":
        from .rtf import read_rtf

        return read_rtf(data, name, settings)
    if kind == "xlsx":
        from .xlsx import read_xlsx

        return read_xlsx(data, name, settings)
    if kind == "xls":
        from .xls import read_xls

        return read_xls(data, name, settings)
    if kind == "pptx":
        from .pptx import read_pptx

        return read_pptx(data, name, settings)
    if kind == "ppt":
        from .ppt import read_ppt

        return read_ppt(data, name, settings)
    return None
