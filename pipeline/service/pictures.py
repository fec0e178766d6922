"""Page images with the facts marked on them, drawn in a worker: a page may be as hostile as a document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from ..batch.work import Done, Item, Task, Work
from ..errors import UnreadableError, UsageError, VnplanError
from ..extraction import told
from ..ingestion import Entry, load
from ..ingestion.archives import is_archive, unpack
from ..records import Box
from ..review.page_image import (
    CITATION,
    DEADLINE,
    FIELD,
    RESPONSIBILITY,
    SECTION,
    SIGNATURE,
    TARGET,
    Kind,
    Mark,
    marked,
    page_image,
)
from ..settings import Settings

Record = dict[str, Any]
_KINDS = {
    "fields": FIELD, "citations": CITATION, "targets": TARGET, "responsibilities": RESPONSIBILITY,
    "deadlines": DEADLINE, "sections": SECTION, "signatures": SIGNATURE,
}  # fmt: skip
TABLES = tuple(_KINDS)
"""The tables whose facts are marked."""


@dataclass(frozen=True, slots=True)
class Painted(Done):
    """A page as PNG (`part`), or why it cannot be drawn."""

    error: VnplanError | None = None


@dataclass(frozen=True, slots=True)
class Picture(Task):
    """Draws a page.

    Attributes:
        source: Source path of the document, which may lie in an archive.
        sha256: Of its bytes, hexadecimal.
        page: Its 1-based number in the file.
        marks: What is marked on it.
    """

    source: str = ""
    sha256: str = ""
    page: int = 1
    marks: tuple[Mark, ...] = ()

    def do(self, settings: Settings, work: Work, begin: Callable[[int], None]) -> Done:
        """The page as PNG."""
        begin(0)
        try:
            image, dpi = page_image(self._bytes(settings), self.page, settings)
            file = BytesIO()
            marked(image, dpi, self.marks).save(file, "PNG")
            return Painted((), file.getvalue())
        except Exception as error:
            return Painted((), b"", error=told(error))
        finally:
            begin(-1)

    def _bytes(self, settings: Settings) -> bytes:
        entry = self.items[0].entry
        data = load(entry.path, settings.max_bytes)
        if is_archive(data):
            found = (one.data for one in unpack(data, entry.source, settings) if one.source == _file(self.source))
            data = next(found, b"")
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise UsageError("has no pages that can be shown: it lies in another document")
        return data


def picture(entry: Entry, source: str, sha256: str, page: int, marks: tuple[Mark, ...]) -> Picture:
    """The task that draws a page of a document.

    Args:
        entry: The file of the job.
        source: Source path of the document.
        sha256: Of its bytes.
        page: 1-based.
        marks: What is marked on it.
    """
    return Picture(0, (Item(entry),), source, sha256, page, marks)


def png(done: Done) -> bytes:
    """The image.

    Raises:
        VnplanError: It could not be drawn, or the process died over it.
    """
    if isinstance(done, Painted):
        if done.error is not None:
            raise done.error
        return done.part
    code = done.outcomes[0].code if done.outcomes else ""
    raise UnreadableError(f"the page cannot be drawn ({code or 'its process died'})")


def _file(source: str) -> str:
    """The source path without the number of a later document of the file."""
    name, mark, number = source.rpartition("#")
    return name if mark and number.isdecimal() else source


# -- Marks -----------------------------------------------------------------------------------------------------------


def marks_of(rows: dict[str, list[Record]], page: int) -> Iterator[Mark]:
    """The facts of a document that stand on a page, from the rows of its tables.

    Args:
        rows: By table.
        page: 1-based.
    """
    for name, kind in _KINDS.items():
        for number, row in enumerate(rows.get(name, ()), 1):
            here = tuple(Box(**box) for box in _boxes(row) if box["page"] == page)
            if here:
                yield Mark(kind, f"{kind.letter}{number}", " ".join(_words(kind, row).split()), here)


def _boxes(row: Record) -> list[Record]:
    boxes: list[Record] = row.get("boxes") or []
    return boxes


def _words(kind: Kind, row: Record) -> str:
    if kind is FIELD:
        return f"{row['field']}: {row['text']}"
    if kind is RESPONSIBILITY:
        return f"{row['role']}: {row['body']}"
    return str(row.get("text") or row.get("stamp_text") or "")
