"""LibreOffice, the second reader of old Word files: it makes a DOCX of them, which is read as any other.

LibreOffice runs without a window, with a profile of its own that is thrown away, never longer than the time limit.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from ..errors import ConversionError, EmptyFileError, MissingDependencyError
from ..settings import Settings
from .docx import read_docx
from .pages import Source
from .programs import LIBREOFFICE, find, run_limited

_INSTALL = "install LibreOffice (Debian: apt-get install libreoffice-writer), or save it as DOCX first"
# Macros off, no links updated, no recovery or first-start windows.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">\
<prop oor:name="MacroSecurityLevel" oor:op="fuse">\
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">\
<prop oor:name="DisableMacrosExecution" oor:op="fuse">\
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse">\
<value>0</value></prop></item>
</oor:items>
"""


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
    with tempfile.TemporaryDirectory(prefix="vnplan-office-") as folder:
        place = Path(folder)
        source = place / f"document.{kind}"
        source.write_bytes(data)
        user = place / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        made = place / "out"
        command = [
            program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore",
            "--nolockcheck", "--nodefault", "--nofirststartwizard", "--convert-to", "docx:MS Word 2007 XML",
            "--outdir", str(made), str(source),
        ]  # fmt: skip
        finished, words = run_limited(command, settings.office_seconds, place)
        result = made / "document.docx"
        if not finished:
            raise ConversionError(
                f"took LibreOffice more than {settings.office_seconds:.0f} s; save it as DOCX, or raise the limit "
                "(Settings.office_seconds)"
            )
        if not result.is_file():
            raise ConversionError(f"could not be converted by LibreOffice ({words or 'no message'}); save it as DOCX")
        if result.stat().st_size > settings.max_bytes * 4:
            raise ConversionError("became far larger when it was converted by LibreOffice; save it as DOCX")
        converted = result.read_bytes()
    try:
        read = read_docx(converted, "", settings)
    except EmptyFileError as error:
        raise EmptyFileError("holds no text; if it holds pictures of pages, save it as PDF") from error
    return replace(read, format=kind)
