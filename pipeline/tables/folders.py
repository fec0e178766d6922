"""Folders held by a descriptor, in which plain names are renamed and removed: no name and no link leads out of them."""

# Names are looked up below a descriptor, which pathlib cannot do.
from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ..errors import OutputError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK = 1 << 24
_UNABLE = (errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM)


@contextmanager
def opened(folder: Path, *below: str) -> Iterator[int]:
    """A descriptor of a folder, or of one below it, which may be reached through no link.

    Args:
        folder: As the user names it; it may be a link.
        below: Names of folders in it, one in the other.

    Raises:
        OutputError: One of these is a link, or no folder.
        OSError: It cannot be opened.
    """
    with ExitStack() as stack:
        descriptor = os.open(folder, _FOLDER)
        stack.callback(os.close, descriptor)
        for k, name in enumerate(below):
            if not stat.S_ISDIR(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
                place = folder.joinpath(*below[: k + 1])
                raise OutputError(
                    f"{place} is a link or no folder, and is not touched; remove it, or give another --out"
                )
            descriptor = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
            stack.callback(os.close, descriptor)
        yield descriptor


def is_file(name: str, folder: int) -> bool:
    """Whether a name stands for a regular file, not for a link to one."""
    try:
        return stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False


def read_file(name: str, folder: int, most: int) -> bytes | None:
    """The bytes of a regular file, None if it is none or larger than `most`; never waits (for a pipe)."""
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError:
        return None
    with open(descriptor, "rb", closefd=True) as file:  # noqa: PTH123
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        data = file.read(most + 1)
    return data if len(data) <= most else None


def remove(name: str, folder: int) -> None:
    """Remove a file, or a link itself; nothing if there is none, or a folder."""
    with suppress(FileNotFoundError, IsADirectoryError):
        os.unlink(name, dir_fd=folder)


def open_file(path: Path) -> BinaryIO:
    """A file that is no link, to be read."""
    return open(os.open(path, _FILE), "rb")  # noqa: PTH123 - pathlib has no descriptors


def copy_bytes(source: BinaryIO, out: BinaryIO, start: int, size: int) -> None:
    """Copy bytes to the end of a file, by the system where it can.

    Raises:
        OSError: Bytes are missing.
    """
    out.flush()
    while size and hasattr(os, "copy_file_range"):
        try:
            done = os.copy_file_range(source.fileno(), out.fileno(), min(size, 1 << 30), start)
        except OSError as error:
            if error.errno in _UNABLE:
                break
            raise
        if not done:
            break
        start, size = start + done, size - done
    out.seek(0, os.SEEK_END)
    source.seek(start)
    while size:
        data = source.read(min(size, _CHUNK))
        if not data:
            raise OSError(errno.EIO, "a table of the last run is shorter than it was")
        out.write(data)
        size -= len(data)
