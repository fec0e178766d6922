"""Files in object stores and on other machines: `s3://bucket/plans`, `gs://…`, `hdfs://…`, and what else fsspec knows.

Arrow's own file systems come first (S3, Google Cloud Storage, Azure, HDFS: they need no more packages), fsspec's after
them. Where the keys to a store are, and other ways of it, is as that library wants it: the usual variables of the
environment (`AWS_PROFILE`, `AWS_ENDPOINT_URL`, `GOOGLE_APPLICATION_CREDENTIALS`), or Arrow's options behind a `?`
(`s3://bucket/plans?region=ap-southeast-1`).

What users write is taken as it stands, so that a key may hold spaces, `%` and letters of all kinds. In entries and
ledgers a file's URL has its path percent-encoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from ..errors import MissingDependencyError, TooLargeError, UnreadableError, UsageError, VnplanError
from .names import masked

if TYPE_CHECKING:
    from pyarrow import NativeFile
    from pyarrow.fs import FileSystem

_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^/?]*")
_OPTIONS = re.compile(r"\w+=")
# What Arrow says where nobody has given it keys, and what to do.
_NO_KEYS = {
    "OAuth2 access token": "set GOOGLE_APPLICATION_CREDENTIALS, or write gs://anonymous@bucket/… for one open to all",
    "DefaultAzureCredential": "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
}
_RETRY_SECONDS = 60  # Google's library would go on for a quarter of an hour
_STORES = {"s3", "gcs", "abfs"}
"""Kinds of file systems of Arrow in which an object is there when it is whole, and is nowhere moved."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder of another file system.

    Attributes:
        files: The file system.
        path: Where in it.
    """

    files: FileSystem
    path: str

    def __truediv__(self, name: str) -> Place:
        return Place(self.files, f"{self.path.rstrip('/')}/{name}")

    def open(self) -> NativeFile:
        """The file, to be read from its beginning."""
        return self.files.open_input_stream(self.path)

    @property
    def is_store(self) -> bool:
        """Whether objects here appear as a whole, without being moved into place."""
        return self.files.type_name in _STORES


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of a listing: its names below the listed folder, its URL, size in bytes and time in nanoseconds."""

    parts: tuple[str, ...]
    url: str
    size: int
    mtime_ns: int


def is_url(path: object) -> bool:
    """Whether this is the URL of a file or folder elsewhere, not a path of this machine."""
    return isinstance(path, str) and _BASE.match(path) is not None


def clean(url: str) -> str:
    """A URL that a user gave, with its path percent-encoded and without a slash at its end.

    Raises:
        UsageError: It names no store.
    """
    base, path, query = _split(url)
    if base.endswith("://") and not path.strip("/"):
        raise UsageError(f"{masked(url)} names no place; write it as in s3://bucket/folder")
    return f"{base}{quote(path.rstrip('/'))}{query}"


def place(url: str) -> Place:
    """Where a URL leads that `clean` or `listing` gave.

    Raises:
        MissingDependencyError: A package or program that the file system needs is not installed.
        UsageError: Nobody knows such URLs.
    """
    base, path, query = _split(url)
    files, root = _file_system(base, query)
    return Place(files, f"{root.rstrip('/')}/{unquote(path).lstrip('/')}".rstrip("/") if root else unquote(path))


def listing(url: str) -> list[Listed]:
    """All files below a folder, or the one file, in order of their paths.

    Args:
        url: As `clean` gives it.

    Raises:
        UsageError: There is nothing.
        MissingDependencyError: As `place`.
    """
    from pyarrow.fs import FileSelector, FileType

    here = place(url)
    base, path, query = _split(url)
    try:
        info = here.files.get_file_info(here.path)
        if info.type == FileType.File:
            return [Listed((here.path.rsplit("/", 1)[-1],), url, info.size or 0, _time(info.mtime_ns))]
        found = here.files.get_file_info(FileSelector(here.path, recursive=True))
    except failures() as error:
        raise UsageError(f"input {masked(unquote(url))} cannot be listed: {words(error)}") from error
    start = len(here.path.rstrip("/")) + 1
    out = []
    for info in found:
        if info.type == FileType.File:
            below = info.path[start:]
            parts = tuple(part for part in below.split("/") if part)
            out.append(Listed(parts, f"{base}{path}/{quote(below)}{query}", info.size or 0, _time(info.mtime_ns)))
    return sorted(out, key=lambda file: [part.encode("utf-8", "surrogateescape") for part in file.parts])


def fetch(url: str, max_bytes: int) -> bytes:
    """The bytes of a file.

    Args:
        url: As `listing` gives it.
        max_bytes: Largest size in bytes; a larger file is not read.

    Raises:
        UnreadableError: It is gone, may not be read, or the store cannot be reached.
        TooLargeError: It is larger than `max_bytes`.
    """
    try:
        here = place(url)
        with here.open() as stream:
            data: bytes = stream.read(max_bytes + 1)
    except VnplanError as error:
        raise UnreadableError(f"cannot be read: {error}") from error
    except failures() as error:
        raise UnreadableError(f"cannot be read: {words(error)}") from error
    if len(data) > max_bytes:
        raise TooLargeError(
            f"has more than the limit of {max_bytes / 1e6:.1f} MB; split it, or raise the limit (--max-mb, "
            "Settings.max_bytes)"
        )
    return data


def failures() -> tuple[type[Exception], ...]:
    """The kinds of errors that file systems raise."""
    import pyarrow as pa

    return (OSError, ValueError, pa.ArrowException)


def words(error: BaseException) -> str:
    """What a file system says of an error, in one line."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    text = masked(" ".join(str(error).split("\n")[0].split()))
    for sign, remedy in _NO_KEYS.items():
        if sign in text:
            return f"no keys to the store are found; {remedy}"
    return text[:300] or type(error).__name__


def _split(url: str) -> tuple[str, str, str]:
    """Scheme with the store's name, path, and options with their `?`."""
    match = _BASE.match(url)
    if match is None:
        raise UsageError(f"{masked(url)} is no URL of a file or folder; write it as in s3://bucket/folder")
    rest = url[match.end() :]
    path, mark, options = rest.rpartition("?")
    return (match[0], path, mark + options) if mark and _OPTIONS.match(options) else (match[0], rest, "")


@lru_cache(maxsize=32)
def _file_system(base: str, query: str) -> tuple[FileSystem, str]:
    """The file system of a store, and its root there."""
    import pyarrow as pa
    from pyarrow.fs import FileSystem

    scheme = base.split("://")[0]
    if scheme in ("gs", "gcs") and "retry_limit_seconds=" not in query:
        query = f"{query or '?'}{'&' if query else ''}retry_limit_seconds={_RETRY_SECONDS}"
    try:
        found: tuple[FileSystem, str] = FileSystem.from_uri(base + ("/" if base.endswith("://") else "") + query)
        return found
    except pa.ArrowInvalid as error:
        if "Unrecognized filesystem type" not in str(error):
            raise UsageError(f"{masked(base + query)} is not understood: {words(error)}") from error
    except OSError as error:
        if scheme in ("hdfs", "viewfs") and "lib" in str(error):
            raise MissingDependencyError(
                f"{scheme}:// needs Java and Hadoop's client ({words(error)}): set JAVA_HOME, HADOOP_HOME and "
                "CLASSPATH, or use webhdfs://, which needs neither"
            ) from error
        raise UsageError(f"{masked(base)} cannot be opened: {words(error)}") from error
    return _by_fsspec(base, scheme)


def _by_fsspec(base: str, scheme: str) -> tuple[FileSystem, str]:
    from pyarrow.fs import FSSpecHandler, PyFileSystem

    try:
        import fsspec  # type: ignore[import-untyped]

        files, root = fsspec.core.url_to_fs(base + "/")
    except ImportError as error:
        raise MissingDependencyError(
            f"{scheme}:// needs a package that is not installed ({words(error)}); `pip install 'vnplan[ray]'` brings "
            f"fsspec, and s3, gs, abfs and hdfs need no more than that"
        ) from error
    except ValueError as error:
        raise UsageError(f"{scheme}:// is not known; s3, gs, abfs, hdfs and those of fsspec are") from error
    except OSError as error:
        raise UsageError(f"{masked(unquote(base))} cannot be reached: {words(error)}") from error
    return PyFileSystem(FSSpecHandler(files)), str(root)


def _time(mtime_ns: int | None) -> int:
    return -1 if mtime_ns is None else mtime_ns
