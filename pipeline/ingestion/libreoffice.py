"""LibreOffice, which reads Word files of before 2007: is it there, and what does it make of one?

It runs without a window and without network, with a profile of its own that is thrown away, never longer than the time
limit. The profile says once more what the system enforces where it can (`ingestion.confined`): no macros, no links
updated, nothing loaded that a document merely points to, and a proxy at which nobody listens.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from ..errors import ConversionError
from ..settings import Settings
from .programs import LIBREOFFICE, confined, output_of

_PREFIX = "vnplan-office-"
_STALE = 86_400.0  # seconds after which a folder is one of a machine that went down
# The import filter is named: what the content is taken for must not decide it.
_FILTERS = {"doc": "MS Word 97", "rtf": "Rich Text Format"}
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),  # never
    ("Office.Calc/Content/Update", "Link", "2"),  # never, in the numbers of that program
    ("Inet/Settings", "ooInetProxyType", "2"),  # the one that is named here
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetFTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetFTPProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


def version() -> str | None:
    """Version of LibreOffice (`7.4.7.2`), None if it is not installed."""
    for program in LIBREOFFICE:
        found = re.search(r"LibreOffice\s+([\d.]+)", output_of(program, ["--version"]) or "")
        if found:
            return found[1]
    return None


def to_docx(program: str, data: bytes, kind: str, settings: Settings) -> bytes:
    """A document as DOCX.

    Args:
        program: Path of LibreOffice.
        data: The document.
        kind: `doc` or `rtf`.
        settings: `office_seconds`, `max_bytes`.

    Raises:
        ConversionError: It takes too long, crashes, or makes no document of it.
        OSError: The folder for temporary files cannot be written.
    """
    _remove_stale()
    place = Path(tempfile.mkdtemp(prefix=_PREFIX))
    made = place / "out" / "document.docx"
    with confined(_command(program, kind, place), settings.office_seconds, _filled(place, data, kind)) as ended:
        finished, words = ended
        if not finished:
            raise ConversionError(
                f"took LibreOffice more than {settings.office_seconds:.0f} s; save it as DOCX, or raise the limit "
                "(Settings.office_seconds)"
            )
        if made.is_symlink() or not made.is_file():
            raise ConversionError(f"could not be converted by LibreOffice ({words or 'no message'}); save it as DOCX")
        if made.stat().st_size > settings.max_bytes * 4:
            raise ConversionError("became far larger when it was converted by LibreOffice; save it as DOCX")
        return made.read_bytes()


def _command(program: str, kind: str, place: Path) -> list[str]:
    wanted = [f"--infilter={_FILTERS[kind]}"] if kind in _FILTERS else []
    return [
        program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore", "--nolockcheck",
        "--nodefault", "--nofirststartwizard", *wanted, "--convert-to", "docx:MS Word 2007 XML", "--outdir",
        str(place / "out"), str(place / f"document.{kind}"),
    ]  # fmt: skip


def _filled(place: Path, data: bytes, kind: str) -> Path:
    """The folder with the document and the profile in it."""
    try:
        (place / f"document.{kind}").write_bytes(data)
        user = place / "profile" / "user"
        user.mkdir(parents=True)
        (user / "registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return place


def _profile() -> str:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
        "</item>\n"
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n'
        f"{items}</oor:items>\n"
    )


def _remove_stale() -> None:
    """Remove what is left of conversions on a machine that went down; otherwise there is nothing left of any."""
    with suppress(OSError):
        for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with suppress(OSError):
                info = path.lstat()
                if info.st_uid == os.geteuid() and time.time() - info.st_mtime > _STALE:
                    shutil.rmtree(path, ignore_errors=True)
