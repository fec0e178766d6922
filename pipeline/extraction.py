"""From bytes to facts: the one pure function that the command line, the pool and the notebooks all call.

Everything in and out is picklable; nothing here touches the disk, the network or global state, but for the cache of
recognised pages where one is given, and the programs that read scans and old Word files.
"""

from __future__ import annotations

import hashlib
import logging
import os
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import knowledge
from .analysis import analyze
from .document import Document, Handwriting, Words
from .errors import (
    EmptyFileError,
    InternalError,
    MemoryLimitError,
    MissingDependencyError,
    ModelError,
    PluginError,
    UnreadableError,
    VnplanError,
    machine_error,
)
from .ingestion import plain_name
from .ingestion import read as decode
from .ingestion.archives import is_archive, unpack, unpack_members
from .ingestion.bundles import split
from .ingestion.names import wellformed
from .ingestion.pages import PageText, build
from .ingestion.progress import come
from .ingestion.sources import read_source
from .plugins import read_by
from .records import ErrorRecord, Extraction, Page, PlanResult, Signature
from .settings import Settings
from .text.clean import clean
from .timing import stage

if TYPE_CHECKING:
    from PIL.Image import Image

    from .ingestion.pages import Source
    from .ingestion.pdf import Recogniser

_log = logging.getLogger("vnplan")
_log.addHandler(logging.NullHandler())

Cache = str | os.PathLike[str] | bool | None
"""Folder in which recognised pages are kept; True for the user's own, None for none."""


def document_id(source: str, data: bytes) -> str:
    """Sixteen hexadecimal digits that name a document: equal for the same content under the same source path.

    `d`, so that no spreadsheet takes it for a number, and the first 60 bits of SHA-256 over the source path (UTF-8), a
    NUL byte, and the SHA-256 of the content.
    """
    return document_id_of(source, hashlib.sha256(data).hexdigest())


def document_id_of(source: str, sha256: str) -> str:
    """`document_id` for content whose SHA-256 is known, in hexadecimal."""
    content = bytes.fromhex(sha256)
    return "d" + hashlib.sha256(plain_name(source).encode() + b"\0" + content).hexdigest()[:15]


def read(data: bytes, name: str, settings: Settings | None = None, cache: Cache = None) -> Document:
    """The document in a file's bytes: its text, decoded or recognised, and cleaned; the first one if it holds several.

    Args:
        data: The file's bytes.
        name: Its name or path below the input folder, `/` separated: the `source` of all its rows.
        settings: Defaults to `Settings()`.
        cache: Folder in which recognised pages are kept; True for the user's own, None for none.

    Raises:
        VnplanError: It cannot be read; the subclass says why (`EmptyFileError`, `EncodingError`, …).
    """
    failed: VnplanError | None = None
    for found in documents(data, name, settings, cache):
        if isinstance(found, Document):
            return found
        failed = failed or found.error
    raise failed or EmptyFileError("holds no document")


def read_file(path: str | os.PathLike[str], settings: Settings | None = None, cache: Cache = None) -> Document:
    """The document in a file: `read` for those who have a path.

    Args:
        path: The file; its name becomes the `source` of all rows.
        settings: Defaults to `Settings()`.
        cache: See `read`.

    Raises:
        UnreadableError: There is no such file, or it may not be read.
        VnplanError: As for `read`.
    """
    settings = settings or Settings()
    try:
        with Path(path).open("rb") as file:
            data = file.read(settings.max_bytes + 1)
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror or error}") from error
    return read(data, Path(path).name, settings, cache)


def document_of(text: str, name: str = "text.txt") -> Document:
    """A document whose raw text is there already, unchanged: for those who read files themselves.

    Args:
        text: The text; all offsets refer to it.
        name: The `source` of its rows.
    """
    return _document(text.encode("utf-8", "surrogatepass"), plain_name(name), "text", text)


def warm_up(settings: Settings | None = None) -> None:
    """Load now what the first document would load: tables, lexicons, the model for names.

    For services and workers, so that the first request takes no longer than the others.

    Args:
        settings: Those that will be used; defaults to `Settings()`.

    Raises:
        ModelError, MissingDependencyError: As for `analyze`.
    """
    text = knowledge.read("warm_up.txt").encode()
    analyze(read(text, "warm_up.txt", settings), settings)


def extract(data: bytes, name: str, settings: Settings | None = None, cache: Cache = None) -> Extraction:
    """The facts in a file's bytes, and what of it could not be read. Never raises because of the data.

    Args:
        data: The file's bytes.
        name: Its name or path below the input folder, `/` separated.
        settings: Defaults to `Settings()`.
        cache: Folder in which recognised pages are kept; True for the user's own, None for none.

    Raises:
        ModelError: The settings ask for the trained model for names, and it is missing, damaged or of another version.
        MissingDependencyError: What is to find names needs a package that is missing or broken.
    """
    return facts(documents(data, name, settings, cache), name, settings)


def facts(read: Iterable[Document | Failed], name: str, settings: Settings | None = None) -> Extraction:
    """The second half of `extract`: the facts of what `documents` gave for a file, wherever that was done.

    Args:
        read: The documents of the file, and what of it could not be read.
        name: As for `documents`.
        settings: Defaults to `Settings()`.
    """
    plans: list[PlanResult] = []
    errors: list[ErrorRecord] = []
    words: list[bytes] = []
    for found in read:
        if isinstance(found, Failed):
            errors.append(_record(found))
            continue
        come(characters=len(found.raw))
        try:
            problems: list[PluginError] = []
            plans.append(analyze(found, settings, problems=problems))
            words.append(found.words.packed() if found.words else b"")
            errors.extend(_record(Failed(found.source, problem, found.document_id)) for problem in problems)
        except (MissingDependencyError, ModelError):  # of what finds names: no fault of the document
            raise
        except VnplanError as error:
            errors.append(_record(Failed(found.source, told(error), found.document_id)))
        except Exception as error:  # a fault in one rule must not cost the other documents anything
            _log.debug("fault in %r", found.source, exc_info=True)
            errors.append(_record(Failed(found.source, told(error), found.document_id)))
    _log.debug("%r: %d documents, %d errors", name, len(plans), len(errors))
    return Extraction(plain_name(name), tuple(plans), tuple(errors), tuple(words))


@dataclass(frozen=True, slots=True)
class Failed:
    """A document or page that cannot be read: its source path, why, and the document's id if its content was seen."""

    source: str
    error: VnplanError
    document_id: str | None = None


def documents(
    data: bytes, name: str, settings: Settings | None = None, cache: Cache = None
) -> Iterator[Document | Failed]:
    """Every document in a file's bytes: those of an archive, an e-mail, a bundle. Never raises because of the data.

    Args:
        data: The file's bytes.
        name: Its name or path below the input folder; members are `name!member`, later documents of one file `name#2`.
        settings: Defaults to `Settings()`.
        cache: See `read`.
    """
    settings = settings or Settings()
    source = plain_name(name)
    try:
        if len(data) > settings.max_bytes or not is_archive(data):
            yield from _documents(data, source, settings, cache)
            return
        known, problems = read_by(data, source, settings)  # a format of others may be a ZIP inside
        yield from (Failed(source, problem, document_id(source, data)) for problem in problems)
        if known is not None:
            yield from _found(data, source, known)
            return
        for member in unpack(data, source, settings):
            if member.error is not None:
                yield Failed(member.source, member.error, document_id(member.source, member.data))
            else:
                yield from _documents(member.data, member.source, settings, cache, member.is_letter)
    except Exception as error:
        yield Failed(source, told(error), document_id(name, data))


def _documents(
    data: bytes, source: str, settings: Settings, cache: Cache, is_letter: bool = False
) -> Iterator[Document | Failed]:
    """The documents of one file that is no archive; `is_letter` for an e-mail, which may have attachments alone."""
    try:
        if len(data) > settings.max_bytes:
            decode(data, source, settings)  # raises the error for it
        found, problems = (None, []) if is_archive(data) else read_by(data, source, settings)
        yield from (Failed(source, problem, document_id(source, data)) for problem in problems)
        found = found or read_source(data, source, settings, _recogniser(settings, cache))
        if found is None:
            raw = decode(data, source, settings)
            yield _document(data, source, raw.format, raw.text, warnings=raw.warnings)
            return
    except VnplanError as error:
        if not (is_letter and isinstance(error, EmptyFileError)):
            yield Failed(source, told(error), document_id(source, data))
        return
    except Exception as error:
        yield Failed(source, told(error), document_id(source, data))
        return
    yield from _found(data, source, found)
    for place, part in found.parts:
        yield from _found(data, f"{source}!{place}", part)
    if found.members:
        inner = replace(settings, archive_depth=max(settings.archive_depth - 1, 0))
        for member in unpack_members(found.members, source, settings):
            if member.error is not None:
                yield Failed(member.source, member.error, document_id(member.source, member.data))
            else:
                yield from documents(member.data, member.source, inner, cache)


def _found(data: bytes, source: str, found: Source) -> Iterator[Document | Failed]:
    """The documents that a reader made of a file."""
    for problem in found.errors:
        yield Failed(source, told(problem), document_id(source, data))
    if found.kind == "flow":
        if found.text.strip():
            yield _document(data, source, found.format, found.text, warnings=found.warnings)
        return
    for number, pages in enumerate(split(found.pages), 1):
        place = source if number == 1 else f"{source}#{number}"
        raw_pages = build(pages)
        if not raw_pages.text.strip():
            yield Failed(place, EmptyFileError("holds no text on any of its pages"), document_id(place, data))
            continue
        extra: dict[str, object] = {"marks": sum((p.marks for p in pages), ())}
        yield _document(
            data,
            place,
            found.format,
            raw_pages.text,
            raw_pages.pages,
            raw_pages.words,
            found.warnings,
            extra,
            raw_pages.handwritten,
            found.signatures,
            number,
        )


def _document(
    data: bytes,
    source: str,
    format_: str,
    raw: str,
    pages: tuple[Page, ...] = (),
    words: Words | None = None,
    warnings: tuple[str, ...] = (),
    extra: dict[str, object] | None = None,
    handwriting: tuple[Handwriting, ...] = (),
    signatures: tuple[Signature, ...] = (),
    part: int = 1,
) -> Document:
    raw = wellformed(raw)
    with stage("clean text"):
        cleaned = clean(raw)
    return Document(
        document_id=document_id(source, data),
        source=source,
        sha256=hashlib.sha256(data).hexdigest(),
        format=format_,
        raw=raw,
        text=cleaned.text,
        offsets=cleaned.offsets,
        pages=pages,
        words=words,
        warnings=warnings,
        tables=cleaned.tables,
        handwriting=handwriting,
        signatures=signatures,
        extra=extra or {},
        part=part,
    )


def _recogniser(settings: Settings, cache: Cache) -> Recogniser:
    """Recognition of page images; what it needs is loaded when the first page comes."""

    def recognised(image: Image, dpi: float) -> PageText:
        from .ocr import OcrSettings, recognise

        kept = None
        if cache is not None and cache is not False:
            from .ocr.cache import OcrCache

            kept = OcrCache(None if cache is True else Path(cache))
        come(pages=1)
        ocr = OcrSettings(max_megapixels=settings.max_pixels / 1e6, engine=settings.ocr_engine)
        with stage("recognise pages"):
            return recognise(image, dpi, ocr, kept)

    return recognised


def _record(failed: Failed) -> ErrorRecord:
    error = failed.error
    return ErrorRecord(
        failed.source, failed.document_id, error.stage, error.code, error.message, error.page, error.retryable
    )


def failure(source: str, error: VnplanError, document: str | None = None) -> Extraction:
    """The result for a file that could not be read.

    Args:
        source: Source path of the file.
        error: Why.
        document: Id of the document, None if its content was never seen.
    """
    return Extraction(source, errors=(_record(Failed(source, error, document)),))


def told(error: BaseException) -> VnplanError:
    """What is said of an error: a fault of the machine as such, one of ours with its place, others as they are."""
    if found := machine_error(error):
        found.page = error.page if isinstance(error, VnplanError) else found.page
        return found
    return error if isinstance(error, VnplanError) else internal(error)


def internal(error: BaseException) -> VnplanError:
    """An unexpected exception as an error that names the place in the code; one for want of memory as such."""
    if isinstance(error, MemoryError):
        return MemoryLimitError("needs more memory than is allowed for one document; raise the limit (--megabytes)")
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    words = " ".join(str(error).split())[:200]
    return InternalError(f"fault in vnplan: {type(error).__name__}{place}: {words}; please report it with the document")
