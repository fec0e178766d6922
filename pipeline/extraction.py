"""From bytes to facts: the one pure function that the command line, the pool and the notebooks all call.

Everything in and out is picklable; nothing here touches the disk, the network or global state.
"""

from __future__ import annotations

import hashlib
import traceback
from pathlib import Path

from .analysis import analyze
from .document import Document
from .errors import InternalError, VnplanError
from .ingestion import plain_name
from .ingestion import read as decode
from .records import ErrorRecord, Extraction
from .settings import Settings
from .text.clean import clean


def document_id(source: str, data: bytes) -> str:
    """Sixteen hexadecimal digits that name a document: equal for the same content under the same source path.

    `d`, so that no spreadsheet takes it for a number, and the first 60 bits of SHA-256 over the source path (UTF-8), a
    NUL byte, and the SHA-256 of the content.
    """
    content = hashlib.sha256(data).digest()
    return "d" + hashlib.sha256(plain_name(source).encode() + b"\0" + content).hexdigest()[:15]


def read(data: bytes, name: str, settings: Settings | None = None) -> Document:
    """The document in a file's bytes: its text, decoded and cleaned.

    Args:
        data: The file's bytes.
        name: Its name or path below the input folder, `/` separated: the `source` of all its rows.
        settings: Defaults to `Settings()`.

    Raises:
        VnplanError: It cannot be read; the subclass says why (`EmptyFileError`, `EncodingError`, …).
    """
    raw = decode(data, name, settings)
    cleaned = clean(raw.text)
    return Document(
        document_id=document_id(name, data),
        source=plain_name(name),
        sha256=hashlib.sha256(data).hexdigest(),
        format=raw.format,
        raw=raw.text,
        text=cleaned.text,
        offsets=cleaned.offsets,
        warnings=raw.warnings,
        tables=cleaned.tables,
    )


def extract(data: bytes, name: str, settings: Settings | None = None) -> Extraction:
    """The facts in a file's bytes, or the reason why there are none. Never raises because of the data.

    Args:
        data: The file's bytes.
        name: Its name or path below the input folder, `/` separated.
        settings: Defaults to `Settings()`.
    """
    source = plain_name(name)
    try:
        return Extraction(source, (analyze(read(data, name, settings), settings),))
    except VnplanError as error:
        return failure(source, error, document_id(name, data))
    except Exception as error:  # a fault in one rule must not cost the other documents anything
        return failure(source, internal(error), document_id(name, data))


def failure(source: str, error: VnplanError, document: str | None = None) -> Extraction:
    """The result for a file that could not be read.

    Args:
        source: Source path of the file.
        error: Why.
        document: Id of the document, None if its content was never seen.
    """
    record = ErrorRecord(source, document, error.stage, error.code, error.message, error.page, error.retryable)
    return Extraction(source, errors=(record,))


def internal(error: BaseException) -> InternalError:
    """An unexpected exception as an error that names the place in the code."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    words = " ".join(str(error).split())[:200]
    return InternalError(f"fault in vnplan: {type(error).__name__}{place}: {words}; please report it with the document")
