"""Members of archives and attachments of e-mails, as files of their own: `a.zip!folder/b.pdf`, `mail.eml!c.docx`.

Nothing is ever written to the disk. What cannot be unpacked is reported under its own name, and the rest goes on.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..errors import (
    ArchiveBombError,
    ArchiveDepthError,
    EmptyFileError,
    TooLargeError,
    UnsafeNameError,
    VnplanError,
)
from ..settings import Settings
from .encodings import decode
from .formats import detect
from .names import escape_name
from .tnef import tnef_files

_UTF8_NAME = 0x800
# What archives hold beside documents: folders of Mac OS, hidden files, lock files of office programs, and lists that
# Windows puts there.
_FURNITURE = re.compile(r"(?:^|/)(?:__MACOSX/|\.[^./]|~\$|Thumbs\.db$|desktop\.ini$)", re.I)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its source name, and its bytes or why there are none.

    `is_letter`: the text of an e-mail that has attachments; it may well be empty.
    """

    source: str
    data: bytes = b""
    error: VnplanError | None = None
    is_letter: bool = False


@dataclass
class _Budget:
    """What all archives in one file may still unpack to."""

    bytes: int
    members: int


def is_archive(data: bytes) -> bool:
    """Whether a file holds others: a ZIP archive, an e-mail, or what Outlook attaches to one (`winmail.dat`)."""
    return detect(data) in ("zip", "eml", "tnef")


def unpack(data: bytes, source: str, settings: Settings | None = None) -> Iterator[Member]:
    """The files in an archive or e-mail, those of inner archives in their place. Never raises because of the data.

    An e-mail itself is a member too, under its own name, for the text of the letter.

    Args:
        data: Of the archive.
        source: Its source name, which the members' names begin with.
        settings: `archive_depth`, `max_members`, `max_unpacked`, `max_bytes`, `passwords`.
    """
    settings = settings or Settings()
    yield from _unpack(data, source, settings, 1, _Budget(settings.max_unpacked, settings.max_members))


def unpack_members(files: Iterable[tuple[str, bytes]], source: str, settings: Settings) -> Iterator[Member]:
    """Files that lie in a document (attachments of a PDF), as members with unique names.

    Args:
        files: Their names and bytes.
        source: Source name of the document.
        settings: `archive_depth`, `max_bytes`.
    """
    used: dict[str, int] = {}
    for name, content in files:
        place = f"{source}!{_unique(_plain(name.replace('/', '_')), used)}"
        if settings.archive_depth < 1:
            deep = "lies too deep in other files; take it out first, or raise the limit (Settings.archive_depth)"
            yield Member(place, error=ArchiveDepthError(deep))
        else:
            yield Member(place, content)


def _unpack(data: bytes, source: str, settings: Settings, depth: int, budget: _Budget) -> Iterator[Member]:
    kind = detect(data)
    if depth > settings.archive_depth:
        yield Member(
            source,
            error=ArchiveDepthError(
                f"lies in more than {settings.archive_depth} archives, one in the other; unpack it first, or raise the "
                "limit (Settings.archive_depth)"
            ),
        )
        return
    members = _packed(data, source, settings, budget)
    if kind == "eml":
        attached = list(_attached(data, source))
        yield Member(source, data, is_letter=bool(attached))
        members = iter(attached)
    elif kind == "tnef":
        members = unpack_members(tnef_files(data), source, settings)
    count = 0
    for member in members:
        count += 1
        if budget.members <= 0 or budget.bytes <= 0:
            what = f"{settings.max_members} members" if budget.members <= 0 else f"{settings.max_unpacked / 1e6:.0f} MB"
            yield Member(
                source,
                error=ArchiveBombError(
                    f"unpacks to more than {what}, with the archives in it: the rest is not read; unpack it, or raise "
                    "the limit (Settings.max_members, Settings.max_unpacked)"
                ),
            )
            return
        budget.members -= 1
        budget.bytes -= len(member.data)
        if member.error is None and is_archive(member.data):
            yield from _unpack(member.data, member.source, settings, depth + 1, budget)
        else:
            yield member
    if not count and kind in ("zip", "tnef"):
        yield Member(source, error=EmptyFileError("is an archive without files"))


def _attached(data: bytes, source: str) -> Iterator[Member]:
    """The attachments of an e-mail, under unique names."""
    from .email import attachments

    used: dict[str, int] = {}
    try:
        for name, content in attachments(data):
            yield Member(f"{source}!{_unique(_plain(name.replace('/', '_')), used)}", content)
    except VnplanError as error:
        yield Member(source, error=error)


def _packed(data: bytes, source: str, settings: Settings, budget: _Budget) -> Iterator[Member]:
    """The files of a ZIP archive, under unique names."""
    from .packages import open_zip, read_member

    try:
        archive = open_zip(data, settings)
    except VnplanError as error:
        yield Member(source, error=error)
        return
    used: dict[str, int] = {}
    with archive:
        for info in archive.infolist():
            name = _name(info)
            if info.is_dir() or _FURNITURE.search(name):
                continue
            place = f"{source}!{_unique(_plain(name), used)}"
            try:
                _check_name(name, info)
                if info.file_size > settings.max_bytes and info.compress_size * 300 > info.file_size:
                    raise TooLargeError(
                        f"has {info.file_size / 1e6:.1f} MB, more than the limit of {settings.max_bytes / 1e6:.1f} MB; "
                        "raise it (--max-mb, Settings.max_bytes)"
                    )
                content = read_member(archive, info, settings, min(settings.max_bytes, max(budget.bytes, 1)))
            except VnplanError as error:
                yield Member(place, error=error)
            else:
                yield Member(place, content)


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; names without a mark of UTF-8 are read as UTF-8 or Vietnamese where that is what they are."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
        if raw.isascii():
            return info.filename
        return decode(raw).text if b"\0" not in raw else info.filename
    except (UnicodeError, VnplanError):
        return info.filename


def _check_name(name: str, info: zipfile.ZipInfo) -> None:
    """Names that would lead out of the archive's folder are refused, since someone made them on purpose."""
    parts = re.split(r"[/\\]", name)
    if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[/\\]", name):
        raise UnsafeNameError("has a name that leads out of its archive (`../` or an absolute path); it is not read")
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        raise UnsafeNameError("is a link to another file; it is not followed")


def _plain(name: str) -> str:
    return escape_name(re.sub(r"[\r\n\t]", "_", name)).replace("!", "_") or "unnamed"


def _unique(name: str, used: dict[str, int]) -> str:
    """The name, with a number if the archive holds it twice."""
    used[name] = used.get(name, 0) + 1
    return name if used[name] == 1 else f"{name}~{used[name]}"
