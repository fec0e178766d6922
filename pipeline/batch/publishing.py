"""From the parts to the tables: all rows in order of the files, in pieces that fit into memory."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, groupby
from typing import TYPE_CHECKING

from ..tables import PLANS, table
from ..tables.corrections import Decision
from ..tables.formats import Documents, Job, in_groups, run_together
from ..tables.overlay import NEEDED, Overlay
from ..tables.parts import flatten, pack_rows, to_bytes, unpack
from ..tables.pieces import Piece
from ..tables.writer import run_here
from .ledger import Copy, Ledger, Place, copies, places
from .storage import Storage

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS, _BATCH_BYTES = 512, 16_000_000  # documents, or bytes of rows, that are in memory at a time
_OPEN_PARTS = 6  # parts kept in memory: files of one part may lie apart in the order
_SMALL = 24  # documents in a part, on average, below which parts are put together
_PIECE, _MOST_PIECE = 1_024, 4_096  # files of a piece, on average, and the documents of the longest
_PATIENCE = 10.0  # seconds for processes to end
_FEW = 2_000  # documents that one process writes faster than others can be started


@dataclass(frozen=True)
class StoredDocuments:
    """All rows of an output folder, as `tables.formats.Documents`; picklable, for other processes.

    Attributes:
        storage: Where they are. Nobody writes there while they are read.
        overlay: What people decided about facts.
        skipped: Keys of pieces that are left out.
    """

    storage: Storage
    overlay: Overlay = field(default_factory=Overlay)
    skipped: frozenset[str] = frozenset()

    def __call__(self, names: Sequence[str]) -> Iterator[pa.Table | None]:
        """The columns of these tables, of all documents in order, with what people decided; None ends a piece."""
        found = copies(self.storage.ledger)
        duplicates = {copy.document_id: copy.original for copy in found} if PLANS.name in names else {}
        touched = bool(self.overlay.decisions) and not set(names).isdisjoint(NEEDED)
        read = _reader(self.storage, tuple(self._read(names) if touched else names))
        for key, piece in _pieces(self.storage, found):
            if key in self.skipped:
                continue
            for _, batch in _batches(iter(piece), read):
                decided = self._decided(batch)[0].select(list(names)) if touched else batch
                yield _with_copies(decided, duplicates) if PLANS.name in names else decided
            yield None

    def keys(self) -> list[str]:
        """Of all pieces, in order."""
        return [key for key, _ in _pieces(self.storage, copies(self.storage.ledger))]

    def lost(self) -> list[Decision]:
        """The decisions on documents that are there, but whose words are not any more."""
        if not self.overlay.decisions:
            return []
        batches = _batches(places(self.storage.ledger), _reader(self.storage, tuple(self._read(()))))
        return list(chain.from_iterable(self._decided(batch)[1] for _, batch in batches))

    def _read(self, names: Sequence[str]) -> list[str]:
        return list(dict.fromkeys([*names, *NEEDED, *(["texts"] if self.overlay.adds else [])]))

    def _decided(self, batch: pa.Table) -> tuple[pa.Table, list[Decision]]:
        """A batch with the decisions on its documents; others are not unpacked."""
        import pyarrow as pa

        plans = flatten(batch, PLANS)
        pairs = zip(plans.column("sha256").to_pylist(), plans.column("source").to_pylist(), strict=True)
        if not any(self.overlay.touches(*pair) for pair in pairs) and not self._named(batch):
            return batch, []
        lost: list[Decision] = []
        pieces = []
        for at in range(batch.num_rows):
            piece = batch.slice(at, 1)
            (rows,) = unpack(piece)
            done, gone = self.overlay.apply(rows)
            lost += gone
            pieces.append(piece if done is rows else pack_rows([done], batch.column_names))
        return pa.concat_tables(pieces), lost

    def _named(self, batch: pa.Table) -> bool:
        """Whether a body stands in a batch that is called otherwise in all plans."""
        if not (names := self.overlay.names):
            return False
        kinds = ("responsibilities", "deadlines")
        return any(not names.keys().isdisjoint(flatten(batch, table(one)).column("body").to_pylist()) for one in kinds)


def compact(ledger: Ledger, storage: Storage) -> None:
    """Put many small parts, or such as hold many rows that nobody needs, together to few in the order of the files."""
    ledger.forget_unused_parts()
    parts, rows, used = ledger.fragments()
    if parts <= 64 + used // _SMALL and rows <= 2 * used:
        return
    for sources, batch in _batches(places(storage.ledger), _reader(storage, None)):
        number = ledger.next_part()
        name = part_name(number)
        ledger.move(sources, number, name, storage.write_part(name, to_bytes(batch.combine_chunks())))
    ledger.forget_unused_parts()


def part_name(number: int) -> str:
    """Name of a part."""
    return f"{number:08}.arrow"


def run_jobs(jobs: int, rows: int) -> Jobs:
    """What runs the writers' jobs: this process, or several where there is much to write.

    Args:
        jobs: Number of processes.
        rows: Number of documents.
    """
    return Jobs(1 if rows < _FEW else jobs)


@dataclass(frozen=True)
class Jobs:
    """Runs the writers' jobs in a number of processes."""

    processes: int

    def __call__(self, todo: Sequence[Job], documents: Documents) -> Iterable[list[Piece]]:
        """Run them; their results in order. If a process is killed, what is left is done in this one."""
        if self.processes == 1:
            yield from run_here(todo, documents)
            return
        import multiprocessing

        from pebble import ProcessExpired, ProcessPool

        from .pool import end, is_lost

        context = multiprocessing.get_context("forkserver")
        groups = in_groups(todo, min(self.processes, len(todo)))
        pool = ProcessPool(len(groups), context=context)
        found: dict[int, list[Piece]] = {}
        try:
            futures = [pool.schedule(run_together, ([todo[one] for one in group], documents)) for group in groups]
            for group, future in zip(groups, futures, strict=True):
                while not wait((future,), timeout=1).done:
                    if is_lost(pool, future):
                        raise RuntimeError("a process died as it got its jobs")
                found.update(zip(group, future.result(), strict=True))
        except (ProcessExpired, RuntimeError, ConnectionError, EOFError):
            pass
        finally:
            end(pool).join(_PATIENCE)
        rest = [number for number in range(len(todo)) if number not in found]
        found.update(zip(rest, run_together([todo[number] for number in rest], documents), strict=True))
        yield from (found[number] for number in range(len(todo)))


def _reader(storage: Storage, names: tuple[str, ...] | None) -> Callable[[str], pa.Table]:
    """What reads parts, and keeps the last ones."""

    @lru_cache(_OPEN_PARTS)
    def read(part: str) -> pa.Table:
        return storage.read_part(part, names)

    return read


def _pieces(storage: Storage, duplicates: Iterable[Copy]) -> Iterator[tuple[str, list[Place]]]:
    """The files in pieces, each with a key that says which rows they give.

    Where a piece ends is told by the name of its last file: where files come or go, the other pieces stay.
    """
    copied = defaultdict(list)
    for copy in duplicates:
        copied[copy.source].append(copy.original)
    piece: list[Place] = []
    digest = hashlib.sha256()
    rows = 0
    for place in places(storage.ledger):
        piece.append(place)
        rows += place.rows
        digest.update(f"{place.sha256} {place.first} {place.rows} {copied.get(place.source, '')}\n".encode())
        if _ends_piece(place.source) or rows >= _MOST_PIECE:
            yield digest.hexdigest()[:32], piece
            piece, digest, rows = [], hashlib.sha256(), 0
    if piece:
        yield digest.hexdigest()[:32], piece


def _ends_piece(source: str) -> bool:
    """Whether the file of this name is the last of a piece."""
    digest = hashlib.blake2b(source.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big") % _PIECE == 0


def _batches(
    found: Iterator[Place], read: Callable[[str], pa.Table]
) -> Iterator[tuple[list[tuple[str, int]], pa.Table]]:
    """Rows in order, as much as fits into memory at a time, with the sources of their files and how many each has."""
    import pyarrow as pa

    slices: list[pa.Table] = []
    sources: list[tuple[str, int]] = []
    rows = size = 0
    for part, run in _runs(found):
        piece = read(part).slice(run[0].first, sum(place.rows for place in run))
        slices.append(piece)
        sources += [(place.source, place.rows) for place in run]
        rows, size = rows + piece.num_rows, size + piece.nbytes
        if rows >= _BATCH_ROWS or size >= _BATCH_BYTES:
            yield sources, pa.concat_tables(slices)
            slices, sources, rows, size = [], [], 0, 0
    if slices:
        yield sources, pa.concat_tables(slices)


def _runs(found: Iterator[Place]) -> Iterator[tuple[str, list[Place]]]:
    """Places that follow each other in the same part."""

    def key(pair: tuple[int, Place]) -> tuple[str, int]:
        before, place = pair
        return place.part, place.first - before

    def numbered() -> Iterator[tuple[int, Place]]:
        before = 0
        for place in found:
            yield before, place
            before += place.rows

    for (part, _), run in groupby(numbered(), key):
        yield part, [place for _, place in run]


def _with_copies(batch: pa.Table, duplicates: dict[str, str]) -> pa.Table:
    """The batch with the column `duplicate_of` of its plans filled in."""
    import pyarrow as pa

    if not duplicates:
        return batch
    lists = batch.column(PLANS.name).combine_chunks()
    plans = flatten(batch, table(PLANS.name))
    ids = plans.column("document_id").to_pylist()
    if not any(one in duplicates for one in ids):
        return batch
    column = pa.array([duplicates.get(one) for one in ids], pa.string())
    plans = plans.set_column(plans.schema.get_field_index("duplicate_of"), "duplicate_of", column)
    structs = pa.StructArray.from_arrays(
        [c.combine_chunks() for c in plans.columns], fields=list(lists.type.value_type)
    )
    lengths = lists.value_lengths().to_pylist()
    offsets = [0]
    for length in lengths:
        offsets.append(offsets[-1] + length)
    filled = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs)
    return batch.set_column(batch.schema.get_field_index(PLANS.name), PLANS.name, filled)
