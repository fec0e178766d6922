"""ZIP packages, opened so that no content of theirs can hurt: bombs, endless lists, names that lead elsewhere."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

import defusedxml
from defusedxml.ElementTree import fromstring

from ..errors import ArchiveBombError, DamagedError, EncryptedError, UnsafeContentError
from ..settings import Settings

# A member may be this many times larger than it is in the package; smaller ones than _SMALL never matter. Office
# documents of empty tables reach 100.
_MOST_RATIO = 300
_SMALL = 4 * 1024 * 1024
_MOST_XML = 256 * 1024 * 1024


def open_zip(data: bytes, settings: Settings, kind: str = "ZIP archive") -> zipfile.ZipFile:
    """The archive in `data`, with what it says about itself checked.

    Raises:
        DamagedError: It is cut short or broken.
        ArchiveBombError: It says that it unpacks to more than is allowed, or holds too many members.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DamagedError(f"is a damaged {kind} (cut short or overwritten); get a whole copy of it") from error
    members = archive.infolist()
    if len(members) > settings.max_members:
        raise ArchiveBombError(
            f"is a {kind} of {len(members)} members, more than the limit of {settings.max_members}; "
            "unpack it, or raise the limit (Settings.max_members)"
        )
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, settings: Settings, most: int) -> bytes:
    """The bytes of a member; what it really unpacks to counts, not what it says.

    Args:
        archive: From `open_zip`.
        member: One of its members.
        settings: `passwords` are tried on a protected member.
        most: Largest size in bytes.

    Raises:
        ArchiveBombError: It unpacks to more than `most`, or to far more than its packed size.
        EncryptedError: It is protected and no password opens it.
        DamagedError: It is broken.
    """
    limit = min(most, max(_SMALL, member.compress_size * _MOST_RATIO))
    if member.file_size > limit:
        raise _bomb(member.file_size, member.compress_size, limit)
    tries: tuple[bytes | None, ...] = (None,)
    if member.flag_bits & 1:
        tries = tuple(password.encode() for password in settings.passwords)
    for password in tries:
        try:
            with archive.open(member, pwd=password) as stream:
                content = stream.read(limit + 1)
        except RuntimeError:  # wrong password
            continue
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            if password is not None:
                continue
            raise DamagedError("is a damaged member of its archive; get a whole copy of the archive") from error
        except NotImplementedError as error:
            raise DamagedError("is packed in a way that is not supported; unpack it first") from error
        if len(content) > limit:
            raise _bomb(len(content), member.compress_size, limit)
        return content
    raise EncryptedError("is protected by a password; give it (--password, Settings.passwords), or unpack it first")


def _bomb(size: int, packed: int, limit: int) -> ArchiveBombError:
    return ArchiveBombError(
        f"unpacks to {size / 1e6:.0f} MB or more from {packed / 1e6:.2f} MB (the limit is {limit / 1e6:.0f} MB): it "
        "looks like a ZIP bomb; unpack it by hand if it is meant to be so"
    )


def read_part(archive: zipfile.ZipFile, name: str, settings: Settings) -> Element | None:
    """The root element of an XML part of an office document, None if it has no such part.

    Raises:
        UnsafeContentError: It defines entities, which may name other files or grow without end.
        DamagedError: It is no XML.
    """
    try:
        member = archive.getinfo(name)
    except KeyError:
        return None
    content = read_member(archive, member, settings, min(_MOST_XML, settings.max_unpacked))
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except defusedxml.DefusedXmlException as error:
        raise UnsafeContentError(
            f"defines entities in its part {name}, which no office program does; it is not read: save it anew"
        ) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise DamagedError(f"is damaged: its part {name} is no XML; open it in Word and save it anew") from error
    return root


@dataclass(frozen=True, slots=True)
class Relations:
    """What a part of an office package refers to (ECMA-376-2, 9.3): id to (last word of the type, part's name)."""

    targets: dict[str, tuple[str, str]]

    def get(self, key: str, default: str = "") -> str:
        """The part that an id stands for."""
        return self.targets.get(key, ("", default))[1]

    def of_kind(self, kind: str) -> str | None:
        """The first part of a kind (`styles`, `numbering` …)."""
        return next(iter(self.all_of_kind(kind)), None)

    def all_of_kind(self, kind: str) -> list[str]:
        """All parts of a kind, in order."""
        return [part for found, part in self.targets.values() if found == kind]


def read_relations(archive: zipfile.ZipFile, part: str, settings: Settings) -> Relations:
    """What a part refers to within the package; links that lead out of it are left out."""
    folder, _, name = part.rpartition("/")
    root = read_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"), settings)
    targets: dict[str, tuple[str, str]] = {}
    for relation in root if root is not None else ():
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target", "")
        place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        targets[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], place)
    return Relations(targets)
