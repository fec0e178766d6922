"""Reading one file's bytes, whatever stands behind its path or URL: never blocking, never more than allowed."""

# ruff: noqa: PTH115, PTH116, PTH123
# Descriptors and flags are the point here.
from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Sequence

from ..errors import LinkRefusedError, NotAFileError, TooLargeError, UnreadableError
from .remote import fetch, is_url

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
# O_NONBLOCK: a file that is swapped for a pipe after the check must not hang the run. Windows has none of these flags.
_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _flag, 0)


def load(path: str | os.PathLike[str], max_bytes: int, within: Sequence[str] | None = None) -> bytes:
    """The bytes of a regular file.

    Args:
        path: The file; symbolic links are followed. Or its URL, as the listing of another file system gives it.
        max_bytes: Largest size in bytes; a larger file is not read.
        within: Real paths of folders, in one of which the file must lie, whatever its path says; None for anywhere.

    Raises:
        LinkRefusedError: It lies in none of these folders.
        UnreadableError: The file is gone, may not be read, or the disk fails.
        NotAFileError: It is a folder, pipe, socket or device.
        TooLargeError: It is larger than `max_bytes`.
    """
    if is_url(path):
        return fetch(str(path), max_bytes)
    try:
        _check(os.stat(path), max_bytes)  # before opening: to open some devices is to do something with them
        descriptor = os.open(path, _FLAGS)
        with open(descriptor, "rb", buffering=0) as stream:
            _check(os.fstat(descriptor), max_bytes)
            if within is not None and not is_within(_real(descriptor, path), within):
                raise link_refused()
            return _read(stream.read, max_bytes)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {reason(error)}") from error
    except ValueError as error:  # a NUL character in the path
        raise UnreadableError(f"cannot be read: {error}") from error


def reason(error: OSError) -> str:
    """The system's words for an error, without the path (which stands in the `source` column)."""
    return (error.strerror or type(error).__name__).lower()


def is_within(path: str, folders: Iterable[str], separator: str = os.sep) -> bool:
    """Whether a real path is one of these folders or lies below it."""
    return any(path == folder or path.startswith(folder.rstrip(separator) + separator) for folder in folders)


def link_refused() -> LinkRefusedError:
    """The error for what lies outside the input and is only linked to from there."""
    return LinkRefusedError(
        "is a link that leads out of the input, and is not followed: who may write in the input could have anything "
        "read that way; put the file itself there, or allow links (--follow-links)"
    )


def _real(descriptor: int, path: str | os.PathLike[str]) -> str:
    """Where the file that was opened really lies."""
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:  # not Linux
        return os.path.realpath(path)


def _check(info: os.stat_result, max_bytes: int) -> None:
    if not stat.S_ISREG(info.st_mode):
        kind = next((words for test, words in _KINDS if test(info.st_mode)), "no regular file")
        raise NotAFileError(f"is {kind}, not a file; give the document itself")
    if info.st_size > max_bytes:
        raise _too_large(info.st_size, max_bytes)


def _too_large(size: int, max_bytes: int) -> TooLargeError:
    return TooLargeError(
        f"has {size / 1e6:.1f} MB, more than the limit of {max_bytes / 1e6:.1f} MB; "
        "split it, or raise the limit (--max-mb, Settings.max_bytes)"
    )


def _read(read: Callable[[int], bytes | None], max_bytes: int) -> bytes:
    """All bytes up to the limit; a file may grow, or have no size of its own (/proc), while it is read."""
    parts: list[bytes] = []
    size = 0
    while part := read(min(1 << 24, max_bytes + 1 - size)):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise _too_large(size, max_bytes)
    return b"".join(parts)
