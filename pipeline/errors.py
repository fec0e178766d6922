"""Typed errors: one class for every reason a document cannot be read.

Every error carries a stable `code` (the value of the `errors` table's `code` column), the pipeline `stage`
in which it arose, a message in English that says what to do about it, and whether trying again can help.
"""

from __future__ import annotations

import errno
import tempfile
from typing import ClassVar


class VnplanError(Exception):
    """Base of every error that vnplan raises on purpose.

    Args:
        message: One sentence in English that says what is wrong and what to do.
        page: 1-based page the error belongs to, or None for the whole document.
    """

    code: ClassVar[str] = "error"
    stage: ClassVar[str] = "extract"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, page: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.page = page

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.page))


def _rebuild(kind: type[VnplanError], message: str, page: int | None) -> VnplanError:
    """Unpickle: exceptions with keyword arguments do not survive the default protocol."""
    return kind(message, page=page)


class UsageError(VnplanError):
    """The command line or a setting is wrong."""

    code = "usage"
    stage = "settings"


class PluginError(VnplanError):
    """An extractor of another package failed; the other facts of the document are there."""

    code = "plugin"
    stage = "extract"


class UnreadableError(VnplanError):
    """The file cannot be opened (permission, vanished, input/output error)."""

    code = "unreadable"
    stage = "ingestion"
    retryable = True


class NotAFileError(UnreadableError):
    """The path leads to something that holds no document (a folder, a pipe, a device)."""

    retryable = False


class LinkRefusedError(VnplanError):
    """A symbolic link that leads out of the input folder."""

    code = "link_refused"
    stage = "ingestion"


class LinkLoopError(VnplanError):
    """A symbolic link to a folder that leads back to a folder above it."""

    code = "link_loop"
    stage = "ingestion"


class EmptyFileError(VnplanError):
    """The file has no content at all."""

    code = "empty"
    stage = "ingestion"


class UnsupportedFormatError(VnplanError):
    """The content is of a kind that this version does not read."""

    code = "unsupported_format"
    stage = "ingestion"


class EncodingError(VnplanError):
    """Text whose character encoding cannot be told."""

    code = "unknown_encoding"
    stage = "ingestion"


class TooLargeError(VnplanError):
    """The file is larger than the configured limit."""

    code = "too_large"
    stage = "ingestion"


class OutputError(VnplanError):
    """The output folder cannot be written (permission, full disk)."""

    code = "output"
    stage = "tables"
    retryable = True


class MissingDependencyError(VnplanError):
    """A package or program that the command needs is not installed."""

    code = "missing_dependency"
    stage = "settings"


class ModelError(VnplanError):
    """The model for names is missing, damaged, or of another version."""

    code = "model"
    stage = "settings"


class WorkerDiedError(VnplanError):
    """The process that worked on the document was killed or crashed."""

    code = "worker_died"
    stage = "extract"
    retryable = True


class TimeLimitError(VnplanError):
    """The document took longer than is allowed for one."""

    code = "time_limit"
    stage = "extract"
    retryable = True


class MemoryLimitError(VnplanError):
    """The document needed more memory than is allowed for one."""

    code = "memory_limit"
    stage = "extract"
    retryable = True


class MachineError(VnplanError):
    """The machine, not the document: no room for temporary files, no memory, too many open files, no permission."""

    code = "machine"
    stage = "extract"
    retryable = True


class InternalError(VnplanError):
    """A fault of vnplan itself, caught so that it costs no other document anything."""

    code = "internal"
    stage = "extract"


class EncryptedError(VnplanError):
    """The file is protected by a password that is not known."""

    code = "encrypted"
    stage = "ingestion"


class DamagedError(VnplanError):
    """The file is cut short or broken so that nothing, or not this part, can be read of it."""

    code = "damaged"
    stage = "ingestion"


class TooManyPagesError(VnplanError):
    """The file has more pages than the configured limit; those within it are read."""

    code = "too_many_pages"
    stage = "ingestion"


class ImageTooLargeError(VnplanError):
    """An image would need more memory than is allowed (a few kilobytes can hold a picture of gigabytes)."""

    code = "image_too_large"
    stage = "ingestion"


class ArchiveBombError(VnplanError):
    """An archive or package would unpack to far more than is allowed."""

    code = "archive_bomb"
    stage = "ingestion"


class TooDeepError(VnplanError):
    """What lies deeper in elements, one in the other, than is followed; the rest is read."""

    code = "too_deep"
    stage = "ingestion"


class ArchiveDepthError(VnplanError):
    """An archive lies deeper in other archives than is allowed."""

    code = "archive_depth"
    stage = "ingestion"


class UnsafeNameError(VnplanError):
    """A member of an archive wants to be written outside it (`../`, an absolute path)."""

    code = "unsafe_name"
    stage = "ingestion"


class UnsafeContentError(VnplanError):
    """The file asks for other files or addresses (external entities): it is not followed."""

    code = "unsafe_content"
    stage = "ingestion"


class ConversionError(VnplanError):
    """LibreOffice could not convert the document, or took too long."""

    code = "conversion"
    stage = "ingestion"


_MACHINE = {
    errno.ENOSPC: "there is no room for temporary files; free some space there, or name another folder in TMPDIR",
    errno.EDQUOT: "there is no room for temporary files; free some space there, or name another folder in TMPDIR",
    errno.ENOMEM: "the machine has no memory left; close other programs, or work with fewer --jobs",
    errno.EAGAIN: "the machine allows no more processes; close other programs, or raise the limit (ulimit -u)",
    errno.EMFILE: "too many files are open; raise the limit (ulimit -n)",
    errno.ENFILE: "too many files are open on this machine; close other programs",
    errno.EACCES: "a file or folder that vnplan itself needs may not be used",
    errno.EPERM: "a file or folder that vnplan itself needs may not be used",
    errno.EROFS: "the folder for temporary files may not be written; name another one in TMPDIR",
    errno.EIO: "a disk of this machine fails",
}


def machine_error(error: BaseException) -> MachineError | None:
    """What an error says of the machine; None if it is the document's.

    Args:
        error: As it was caught; what it came from counts too.
    """
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None or isinstance(seen, UnreadableError):  # which says itself what is wrong with the file
            return None
        if isinstance(seen, MachineError):
            return seen
        if isinstance(seen, RuntimeError) and "start new thread" in str(seen):  # Python's own word for EAGAIN
            seen = OSError(errno.EAGAIN, str(seen))
        if isinstance(seen, OSError):
            words = _MACHINE.get(seen.errno or 0)
            if isinstance(seen, FileNotFoundError) and _is_temporary(seen):
                words = "there is no folder for temporary files; name one in TMPDIR"
            if words:
                return MachineError(f"could not be read: {words} ({' '.join(str(seen).split())[:200]}). Then run again")
        seen = seen.__cause__ or seen.__context__
    return None


def _is_temporary(error: OSError) -> bool:
    """Whether what is missing is the folder for temporary files, or something in it."""
    if error.filename is None:
        return "temporary directory" in str(error)
    return str(error.filename).startswith(tempfile.tempdir or "\0")
