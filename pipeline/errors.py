"""Typed errors: one class for every reason a document cannot be read.

Every error carries a stable `code` (the value of the `errors` table's `code` column), the pipeline `stage`
in which it arose, a message in English that says what to do about it, and whether trying again can help.
"""

from __future__ import annotations

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
