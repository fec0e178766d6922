"""Files of tables as pieces that follow each other, so that what has not changed is copied, not made again.

A *piece* is what some documents that follow each other gave, in every file; its key names their rows. Which pieces a
file has, and how long each is, is its *layout*, which whoever writes tables keeps for the next time. A file is then put
together from pieces of the old one and those that were made: bytes of CSV and JSON Lines, row groups of Parquet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from ..errors import OutputError
from .columns import csv_header
from .folders import copy_bytes, open_file
from .row_groups import group_counts, spliced
from .schema import table

_CHUNK = 1 << 24


@dataclass(frozen=True, slots=True)
class Piece:
    """What some documents gave.

    Attributes:
        rows: How many rows, by table.
        sizes: How long it is, by file: bytes, or row groups of Parquet.
    """

    rows: Mapping[str, int]
    sizes: Mapping[str, int]


@dataclass(frozen=True)
class Layout:
    """The pieces of all files, in order, by key."""

    pieces: Mapping[str, Piece] = field(default_factory=dict)

    def to_json(self) -> str:
        """As text."""
        return json.dumps({key: [one.rows, one.sizes] for key, one in self.pieces.items()})

    @classmethod
    def of_json(cls, text: str) -> Layout:
        """From text."""
        return cls({key: Piece(rows, sizes) for key, (rows, sizes) in json.loads(text).items()})

    @property
    def files(self) -> set[str]:
        """Their names."""
        return {name for piece in self.pieces.values() for name in piece.sizes}

    def places(self, name: str, start: int) -> dict[str, int]:
        """Where each piece of a file begins, if the first one begins at `start`."""
        found, at = {}, start
        for key, piece in self.pieces.items():
            found[key] = at
            at += piece.sizes.get(name, 0)
        return found


@dataclass(frozen=True)
class Kept:
    """What is there already, and what the new tables consist of.

    Attributes:
        keys: Of all pieces of the new tables, in order.
        folder: Where the old files are.
        layout: Theirs.
    """

    keys: Sequence[str] = ()
    folder: Path | None = None
    layout: Layout = field(default_factory=Layout)

    @property
    def pieces(self) -> dict[str, Piece]:
        """Those that need not be made."""
        return {key: self.layout.pieces[key] for key in self.keys if key in self.layout.pieces}


def header_of(name: str) -> int:
    """Bytes of a file before its first piece."""
    kind, _, format_ = name.rpartition(".")
    return len(csv_header(table(kind))) if format_ == "csv" else 0


def merged(keys: Sequence[str], found: Iterable[Sequence[Piece]], kept: Mapping[str, Piece]) -> tuple[Layout, Layout]:
    """What was made, and all of it.

    Args:
        keys: Of all pieces, in order.
        found: For each job what it wrote of each piece that was made.
        kept: Those that were not.
    """
    made: dict[str, Piece] = {}
    for key, pieces in zip([key for key in keys if key not in kept], zip(*found, strict=True), strict=True):
        rows = {name: count for piece in pieces for name, count in piece.rows.items()}
        made[key] = Piece(rows, {name: size for piece in pieces for name, size in piece.sizes.items()})
    return Layout(made), Layout({key: kept[key] if key in kept else made[key] for key in keys})


def put_together(name: str, folder: Path, kept: Kept, made: Layout) -> None:
    """Make a file of the pieces that were kept and those that were made.

    Args:
        name: The file.
        folder: Where it is, with what was made; it ends there.
        kept: What is there already.
        made: What was made.

    Raises:
        OutputError: The old file is not what it was.
    """
    old, new = kept.folder, folder / name
    if old is None or not kept.pieces:
        return
    header = header_of(name)
    before, there = kept.layout.places(name, header), made.places(name, header)
    runs: list[tuple[Path, int, int]] = []
    for key in kept.keys:
        source = new if key in made.pieces else old / name
        start = (there if key in made.pieces else before)[key]
        size = (made if key in made.pieces else kept.layout).pieces[key].sizes.get(name, 0)
        if runs and runs[-1][0] == source and sum(runs[-1][1:]) == start:
            runs[-1] = (source, runs[-1][1], runs[-1][2] + size)
        else:
            runs.append((source, start, size))
    whole = folder / f"{name}.whole"
    if name.endswith(".parquet"):
        wanted = sum(
            (made if key in made.pieces else kept.layout).pieces[key].rows[Path(name).stem] for key in kept.keys
        )
        try:
            rows = spliced(whole, new, runs)
        except (ValueError, LookupError, TypeError):
            rows = -1
        if rows != wanted:
            raise OutputError(f"{name} of the last run is damaged; remove it, and run the same command again")
    else:
        _copied(whole, [(new, 0, header), *runs])
    whole.replace(new)


def counted(name: str, folder: Path, layout: Layout) -> Layout | None:
    """The layout with the sizes that the pieces of a file have, after others changed what stands in its rows.

    Args:
        name: The file.
        folder: Where it is.
        layout: As it was.

    Returns:
        None if the file does not have the rows that it had.
    """
    header = header_of(name)
    rows = [piece.rows.get(name.rpartition(".")[0], 0) for piece in layout.pieces.values()]
    path = folder / name
    if name.endswith(".parquet"):
        groups = [piece.sizes.get(name, 0) for piece in layout.pieces.values()]
        return layout if _agree(group_counts(path), groups, rows) else None
    ends = [header, *_ends(path, rows, name.endswith(".csv"), header)]
    if len(ends) != len(rows) + 1 or ends[-1] != path.stat().st_size:
        return None
    sizes = [end - start for start, end in pairwise(ends)]
    return Layout(
        {
            key: Piece(piece.rows, {**piece.sizes, name: size})
            for (key, piece), size in zip(layout.pieces.items(), sizes, strict=True)
        }
    )


def _agree(found: Sequence[int], groups: Sequence[int], rows: Sequence[int]) -> bool:
    """Whether row groups with so many rows each are those of the pieces."""
    at = 0
    for count, wanted in zip(groups, rows, strict=True):
        if sum(found[at : at + count]) != wanted:
            return False
        at += count
    return at == len(found)


def _ends(path: Path, rows: Sequence[int], quoted: bool, header: int) -> Iterator[int]:
    """Where the last of so many records ends, for each number; a line end within quotes ends no record of CSV."""
    import numpy as np

    wanted = np.cumsum(np.asarray(rows, dtype=np.int64))
    at, records, quotes, number = header, 0, 0, 0
    last = header
    with path.open("rb") as file:
        file.seek(header)
        while number < len(wanted) and (data := file.read(_CHUNK)):
            array = np.frombuffer(data, np.uint8)
            ends = np.flatnonzero(array == 10)
            if quoted:
                marks = np.flatnonzero(array == 34)
                ends = ends[(np.searchsorted(marks, ends) + quotes) % 2 == 0]
                quotes += len(marks)
            while number < len(wanted) and wanted[number] <= records + len(ends):
                if wanted[number] > records:
                    last = at + int(ends[wanted[number] - records - 1]) + 1
                yield last
                number += 1
            if len(ends):
                last = at + int(ends[-1]) + 1
            records, at = records + len(ends), at + len(data)
        while number < len(wanted) and wanted[number] == records:
            yield last
            number += 1


def _copied(target: Path, runs: Iterable[tuple[Path, int, int]]) -> None:
    """A file of bytes of others."""
    with ExitStack() as stack, target.open("wb") as out:
        opened: dict[Path, BinaryIO] = {}
        for path, start, size in runs:
            if path not in opened:
                opened[path] = stack.enter_context(open_file(path))
            copy_bytes(opened[path], out, start, size)
