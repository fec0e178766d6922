"""What is done for files, in whichever process or on whichever machine: the function that every engine calls.

`do(task, …)` never raises because of a document, and touches no disk but to read the task's files (and the cache of
recognised pages). What it gives is small in the number of objects: an `Outcome` a file, and all rows as the bytes of a
part. It stops early when its time is up, and gives the rest back, so that little is lost when its process dies.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..analysis import analyze
from ..document import Document
from ..errors import MissingDependencyError, ModelError, VnplanError
from ..extraction import Cache, Failed, document_id_of, documents, extract, failure, internal, told
from ..ingestion import Entry
from ..ingestion.progress import come
from ..records import Extraction, PlanResult
from ..settings import Settings
from ..tables.parts import from_bytes, pack, to_bytes
from ..timing import measured, stage

if TYPE_CHECKING:
    pass

LIMITED = ("time_limit", "memory_limit")
QUARANTINED = (*LIMITED, "worker_died")  # codes of what is not tried again before something changes
UNSETTLED = -1  # in the place of a time that says nothing
_SECONDS_A_MILLION = 30.0  # for a million characters: a hundredth of what the rules read in that time, or less
PATIENCE = 1.5  # seconds of work after which a task gives back what it has not begun


@dataclass(frozen=True, slots=True)
class Item:
    """A file to read, with the others that have the same content.

    Attributes:
        entry: The file.
        size: Bytes, 0 if it cannot be told.
        mtime_ns: Time of its last change in nanoseconds, before it was read.
        inode: Its number in the file system.
        copies: Files of the same content; they have no copies of their own.
        attempts: How often a process died over it.
        position: Its place in the order of all files of the run.
    """

    entry: Entry
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    copies: tuple[Item, ...] = ()
    attempts: int = 0
    position: int = 0

    @property
    def all(self) -> tuple[Item, ...]:
        """The file and its copies."""
        return (self, *self.copies)


@dataclass(frozen=True, slots=True)
class Task:
    """Items that are handed out together; `number` is theirs alone in a run."""

    number: int
    items: tuple[Item, ...]

    def do(self, settings: Settings, work: Work, begin: Callable[[int], None]) -> Done:
        """See `do`; other kinds of task do less."""
        return do(self, settings, work, begin)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file.

    Attributes:
        item: The file.
        sha256: Of the content that was read, hexadecimal; None if it could not be read.
        rows: How many rows of the part are its own; those of the outcomes follow each other.
        code: Code of its first error, '' if there is none.
        message: Words of that error.
        documents: Id of each document, and a key that is equal for documents of equal content.
        about: Counts for the summary: see `counts`.
    """

    item: Item
    sha256: str | None
    rows: int
    code: str = ""
    message: str = ""
    documents: tuple[tuple[str, str], ...] = ()
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What a task gave.

    Attributes:
        outcomes: Of each file that was worked on, copies included.
        part: The rows, as `tables.parts.to_bytes` has them; b'' if there are none.
        rest: Items that were not begun.
        seconds: Where the time went, by format and stage.
    """

    outcomes: tuple[Outcome, ...]
    part: bytes
    rest: tuple[Item, ...] = ()
    seconds: tuple[tuple[tuple[str, str], float], ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What files of one content gave, in their order, and the SHA-256 of that content."""

    extractions: tuple[Extraction, ...]
    sha256: str | None = None


Work = Callable[[Sequence[Entry], Settings], Read]
"""What is done for files of one content; must be importable, since it is called in other processes."""


def do(
    task: Task,
    settings: Settings,
    work: Work,
    begin: Callable[[int], None] = lambda index: None,
    patience: float = PATIENCE,
) -> Done:
    """Work on the items of a task until all are done or the time is up.

    Args:
        task: What to do.
        settings: For all of it.
        work: What to do for one item, such as `work`.
        begin: Called with the index of every item before it is begun, and with -1 when all is done.
        patience: Seconds after which no other item is begun.
    """
    found: list[Extraction] = []
    outcomes: list[Outcome] = []
    begun = 0
    seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
    for item in in_time(task.items, begin, patience):
        begun += 1
        with measured() as spent, stage("read file"):
            read = _guarded(work, [one.entry for one in item.all], settings)
        kind = next((plan.format for one in read.extractions for plan in one.plans), "unread")
        for name, value in spent.seconds.items():
            seconds[kind, name] += value
        found += read.extractions
        outcomes += [outcome(one, e, read.sha256) for one, e in zip(item.all, read.extractions, strict=True)]
    started = time.perf_counter()
    try:
        part = part_of(found)
    except Exception:  # a value that Arrow does not take must not cost the others anything
        found, outcomes = _without_misfits(found, outcomes)
        part = part_of(found)
    seconds["all", "pack rows"] += time.perf_counter() - started
    begin(-1)
    return Done(tuple(outcomes), part, task.items[begun:], tuple(seconds.items()))


def in_time(items: Sequence[Item], begin: Callable[[int], None], patience: float = PATIENCE) -> Iterator[Item]:
    """The items that are begun before the time is up, at least one; see `do`."""
    end = time.monotonic() + patience
    for index, item in enumerate(items):
        if index and time.monotonic() >= end:
            break
        begin(index)
        yield item


def _without_misfits(
    found: Sequence[Extraction], outcomes: Sequence[Outcome]
) -> tuple[list[Extraction], list[Outcome]]:
    """The extractions with a failure in the place of each whose rows cannot be packed."""
    kept: list[Extraction] = []
    changed: list[Outcome] = []
    for extraction, one in zip(found, outcomes, strict=True):
        try:
            part_of([extraction])
        except Exception as error:
            extraction = failure(extraction.source, internal(error))
            one = outcome(one.item, extraction, one.sha256)
        kept.append(extraction)
        changed.append(one)
    return kept, changed


def given_up(item: Item, reason: VnplanError) -> Done:
    """What becomes of an item that is put in quarantine: an error for each of its files.

    Args:
        item: The item, with the number of its attempts.
        reason: Why it could not be read.
    """
    found = [failure(one.entry.source, reason) for one in item.all]
    outcomes = tuple(
        outcome(replace(one, attempts=item.attempts), extraction, None)
        for one, extraction in zip(item.all, found, strict=True)
    )
    return Done(outcomes, part_of(found))


def _guarded(work: Work, entries: Sequence[Entry], settings: Settings) -> Read:
    try:
        return work(entries, settings)
    except (MissingDependencyError, ModelError):
        raise
    except Exception as error:
        return Read(tuple(failure(entry.source, told(error)) for entry in entries))


def work(entries: Sequence[Entry], settings: Settings, cache: Cache = True) -> Read:
    """What files of one content give; one that cannot be read is an extraction with an error record.

    Args:
        entries: The files. The first is read; if the others turn out to differ from it, they are read too.
        settings: What to read and how.
        cache: Folder in which recognised pages are kept; True for the user's own, None or False for none.

    Raises:
        MissingDependencyError, ModelError: What is to find names does not work. That is no document's fault: the run
            ends, and nothing of it is entered.
    """
    first, *others = entries
    if first.error is not None:
        return Read(tuple(failure(entry.source, entry.error or first.error) for entry in entries))
    try:
        data = first.load(settings.max_bytes)
        digest = hashlib.sha256(data).hexdigest()
        same = all(hashlib.sha256(other.load(settings.max_bytes)).hexdigest() == digest for other in others)
        if others and same:
            names = [entry.source for entry in entries]
            read = list(documents(data, names[0], settings, cache))
            again = partial(extract, data, settings=settings, cache=cache)
            return Read(as_each(read, names, settings, again), digest)
        if not others:
            return Read((extract(data, first.source, settings, cache),), digest)
    except (MissingDependencyError, ModelError):
        raise
    except VnplanError as error:
        if not others:
            return Read((failure(first.source, error),))
    except Exception as error:
        if not others:
            return Read((failure(first.source, told(error)),))
    # They changed since they were compared: without a hash, the next run looks at them again.
    return Read(tuple(work([entry], settings, cache).extractions[0] for entry in entries))


def as_each(
    found: Sequence[Document | Failed], names: Sequence[str], settings: Settings, again: Callable[[str], Extraction]
) -> tuple[Extraction, ...]:
    """One content under several names: it is read once, and analysed for each, since a name may say something too.

    Args:
        found: What was read under the first of the names.
        names: Of the files.
        settings: For the analysis.
        again: Reads and analyses the content under a name, where that is needed to say what is wrong.
    """
    if not all(isinstance(document, Document) for document in found):
        return tuple(again(name) for name in names)
    out = []
    for name in names:
        try:
            plans, words = [], []
            for document in found:
                if isinstance(document, Document):
                    come(characters=len(document.raw))
                    plans.append(analyze(_renamed(document, names[0], name), settings))
                    words.append(document.words.packed() if document.words else b"")
            out.append(Extraction(name, tuple(plans), words=tuple(words)))
        except Exception:  # the whole way says which of the documents it is, and what
            out.append(again(name))
    return tuple(out)


def _renamed(document: Document, old: str, new: str) -> Document:
    """The document as it would be if its file had another name."""
    source = new + document.source.removeprefix(old)
    return replace(document, source=source, document_id=document_id_of(source, document.sha256))


def outcome(item: Item, extraction: Extraction, sha256: str | None) -> Outcome:
    """What the ledger must know of an extraction."""
    first = extraction.errors[0] if extraction.errors else None
    return Outcome(
        item,
        sha256,
        len(extraction.plans) + bool(extraction.errors),
        first.code if first else "",
        first.message if first else "",
        tuple(_contents(extraction.plans)),
        counts(extraction),
    )


def counts(extraction: Extraction) -> dict[str, Any]:
    """What the summary adds up: documents, pages, characters, warned, and by value number, issue_date, errors."""
    plans = extraction.plans
    return {
        "documents": len(plans),
        "pages": sum(len(result.pages) for result in plans),
        "characters": sum(len(result.text) for result in plans),
        "warned": sum(bool(result.plan.warnings) for result in plans),
        "number": dict(Counter(result.plan.number_status for result in plans)),
        "issue_date": dict(Counter(result.plan.issue_date_status for result in plans)),
        "errors": dict(Counter(error.code for error in extraction.errors)),
    }


def joined(results: Sequence[Done]) -> Done:
    """Several results as one."""
    import pyarrow as pa

    outcomes = tuple(one for done in results for one in done.outcomes)
    rest = tuple(item for done in results for item in done.rest)
    seconds = tuple(one for done in results for one in done.seconds)
    parts = [done.part for done in results if done.part]
    if len(parts) < 2:
        return Done(outcomes, parts[0] if parts else b"", rest, seconds)
    return Done(outcomes, to_bytes(pa.concat_tables(map(from_bytes, parts)).combine_chunks()), rest, seconds)


def part_of(extractions: Sequence[Extraction]) -> bytes:
    """The rows of extractions as the bytes of a part."""
    return to_bytes(pack(extractions)) if any(e.plans or e.errors for e in extractions) else b""


def _contents(plans: Sequence[PlanResult]) -> list[tuple[str, str]]:
    """Of each document its id, and its content: that of its file, and which of the documents in that file it is."""
    found: list[tuple[str, str]] = []
    base, number = "", 0
    for result in plans:
        if found and result.source.startswith(f"{base}#"):
            number += 1
        else:
            base, number = result.source, 0
        found.append((result.document_id, f"{result.sha256}#{number}"))
    return found


def time_limit(item: Item, settings: Settings, characters: float) -> float:
    """Seconds that may be spent on an item: `settings.seconds` for each of its files, and some for the text in them.

    Args:
        item: The item.
        settings: For the limit.
        characters: Of the text that has been found in it so far.
    """
    return settings.seconds * len(item.all) + _SECONDS_A_MILLION * characters / 1e6
