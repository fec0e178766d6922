"""The work on a file in two halves, for engines that do them in different places: reading it, and analysing it.

Recognition takes seconds a page, analysis a few hundredths and models in memory, so a cluster wants many processes for
the one and few for the other. What lies between is the documents of a file, pickled. Together the halves give exactly
what `work.work` gives; a file for which halves make no sense (it cannot be read, it changes while it is read, it is an
archive with a library in it) is left to the second one as a whole.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..document import Document
from ..extraction import Cache, documents, facts
from ..ingestion import Entry
from ..settings import Settings
from .work import Done, Item, Read, Task, Work, as_each, do, in_time

_MOST = 20_000_000  # characters of one file's documents that are handed on
# Names of files that may hold images of pages. Whatever stands under another name is read where it is analysed.
_PAGED = frozenset(
    ".pdf .tif .tiff .png .jpg .jpeg .jp2 .webp .bmp .gif .zip .rar .7z .tar .gz .tgz .bz2 .xz .eml .msg".split()
)


def may_hold_pages(item: Item) -> bool:
    """Whether a file may hold images of pages, going by its name."""
    return PurePosixPath(item.entry.path).suffix.lower() in _PAGED


@dataclass(frozen=True, slots=True)
class Found(Done):
    """What the first half gave.

    Attributes:
        found: Files with their documents, pickled; b'' for one that is to be done as a whole.
    """

    found: tuple[tuple[Item, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading(Task):
    """A task of which only the first half is done; gives `Found`.

    Attributes:
        cache: Folder in which recognised pages are kept; see `work.work`.
    """

    cache: Cache = True

    def do(self, settings: Settings, work: Work, begin: Callable[[int], None]) -> Found:
        """Read the files, and leave the rest to the second half."""
        found = tuple((item, _documents(item, settings, self.cache)) for item in in_time(self.items, begin))
        begin(-1)
        return Found((), b"", self.items[len(found) :], found=found)


@dataclass(frozen=True, slots=True)
class Analysing(Task):
    """The second half.

    Attributes:
        found: What the first half found, by the source of the file.
    """

    found: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, first: Found) -> Analysing:
        """The task for what the first half gave."""
        items = tuple(item for item, _ in first.found)
        return cls(-1, items, {item.entry.source: content for item, content in first.found})

    def do(self, settings: Settings, work: Work, begin: Callable[[int], None]) -> Done:
        """Analyse the documents; `work` does the files that are left as a whole."""

        def second(entries: Sequence[Entry], settings: Settings) -> Read:
            content = self.found[entries[0].source]
            return _analysed(content, entries, settings, work) if content else work(entries, settings)

        return do(self, settings, second, begin)


def _documents(item: Item, settings: Settings, cache: Cache) -> bytes:
    """The SHA-256 of a file's content and its documents, pickled; b'' where it is better done as a whole."""
    first, *others = (one.entry for one in item.all)
    if first.error is not None:
        return b""
    try:
        data = first.load(settings.max_bytes)
        digest = hashlib.sha256(data).hexdigest()
        if any(hashlib.sha256(other.load(settings.max_bytes)).hexdigest() != digest for other in others):
            return b""
        found, size = [], 0
        for document in documents(data, first.source, settings, cache):
            found.append(document)
            size += len(document.raw) if isinstance(document, Document) else 0
            if size > _MOST:
                return b""
        return pickle.dumps((digest, found), pickle.HIGHEST_PROTOCOL)
    except Exception:  # the whole way says what it is
        return b""


def _analysed(content: bytes, entries: Sequence[Entry], settings: Settings, work: Work) -> Read:
    digest, found = pickle.loads(content)
    names = [entry.source for entry in entries]
    if len(names) == 1:
        return Read((facts(found, names[0], settings),), digest)
    by_name = {entry.source: entry for entry in entries}
    return Read(as_each(found, names, settings, lambda name: work([by_name[name]], settings).extractions[0]), digest)
