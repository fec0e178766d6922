"""What went wrong, as HTTP says it: a status, and a body after RFC 9457 with the code that the table `errors` has."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from .. import errors
from ..ocr import errors as ocr

_BY_CODE = {
    413: (errors.TooLargeError, errors.ArchiveBombError, errors.ImageTooLargeError, errors.TooManyPagesError),
    422: (
        errors.UnreadableError, errors.EmptyFileError, errors.UnsupportedFormatError, errors.EncodingError,
        errors.EncryptedError, errors.DamagedError, errors.TooDeepError, errors.ArchiveDepthError,
        errors.UnsafeNameError, errors.UnsafeContentError, errors.ConversionError, errors.LinkRefusedError,
        errors.LinkLoopError, errors.UsageError, errors.TimeLimitError, errors.MemoryLimitError, ocr.OcrTimeoutError,
    ),
    500: (
        errors.InternalError, errors.WorkerDiedError, errors.PluginError, errors.MissingDependencyError,
        errors.ModelError, ocr.OcrFailedError, ocr.OcrOutputError,
    ),
    503: (errors.MachineError,),
    507: (errors.OutputError,),
}  # fmt: skip
STATUS = {kind.code: status for status, kinds in _BY_CODE.items() for kind in kinds}
"""HTTP status for each code of the table `errors`. A document that breaks the limits of time or memory is the client's
(422): sent again, it breaks them again."""
MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = {429: 5, 503: 5, 409: 2}


class ProblemError(Exception):
    """An answer that says what is wrong.

    Args:
        status: Of HTTP.
        code: Short and stable, for programs.
        detail: One sentence for a person.
        more: Further members of the body.
    """

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.more = status, code, detail, more

    @classmethod
    def of(cls, code: str, detail: str, **more: Any) -> ProblemError:
        """The problem for a code of the table `errors`."""
        return cls(STATUS.get(code, 500), code, detail, **more)

    @property
    def body(self) -> dict[str, Any]:
        """After RFC 9457."""
        title = HTTPStatus(self.status).phrase
        return {"title": title, "status": self.status, "code": self.code, "detail": self.detail, **self.more}

    @property
    def headers(self) -> Mapping[str, str]:
        """What goes with the status."""
        found = {}
        if self.status in _RETRY_SECONDS:
            found["Retry-After"] = str(_RETRY_SECONDS[self.status])
        if self.status == 401:
            found["WWW-Authenticate"] = "Bearer"
        return found


def status_of(found: list[dict[str, Any]]) -> int:
    """The status for a file of which nothing could be read: that of the gravest error."""
    return max((STATUS.get(str(row["code"]), 500) for row in found), default=422)
