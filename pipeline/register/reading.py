"""The tables of an output folder as rows, read piece by piece."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..tables import load_tables
from ..tables.corrections import NAMES, Corrections, content_of, standing
from ..tables.writer import PACKAGE, RUN
from .writing import FORMATS

if TYPE_CHECKING:
    import pandas as pd

_BATCH = 20_000
Only = Callable[[str], bool]


class Tables:
    """The tables that are in an output folder now, or those of a run that is not over yet.

    Args:
        out: The folder.
        folder: Where the files of an unfinished run are, as Parquet at least.
        identity: Of the tables of this run.
        run: What `run.json` will say of it.

    Raises:
        UsageError: There are no tables in it.
    """

    def __init__(
        self, out: Path, folder: Path | None = None, identity: str = "", run: Mapping[str, Any] | None = None
    ) -> None:
        self.out = out
        self.folder = out if folder is None else folder
        self.unfinished = folder is not None
        self._identity = identity
        self._run = run
        if not self.unfinished and not (out / PACKAGE).exists():
            raise UsageError(f"no tables in {out}; make them with: vnplan extract INPUT --out {out}")

    @property
    def stamp(self) -> str:
        """Differs when other tables are there; not when the register adds its own to them."""
        if self._identity:
            return self._identity
        data = (self.out / PACKAGE).read_bytes()
        identity = json.loads(data).get("id")
        return identity if isinstance(identity, str) else hashlib.sha256(data).hexdigest()

    @property
    def formats(self) -> list[str]:
        """The formats in which rows are there."""
        return [name for name in FORMATS if (self.folder / f"plans.{name}").exists()]

    @property
    def listed(self) -> set[str]:
        """The files that `datapackage.json` lists."""
        package = json.loads((self.out / PACKAGE).read_bytes())
        return {one["path"] for one in package.get("resources", ())}

    @cached_property
    def run(self) -> Mapping[str, Any]:
        """What `run.json` says; empty if it is not there."""
        if self._run is not None:
            return self._run
        try:
            said: dict[str, Any] = json.loads((self.out / RUN).read_text(encoding="utf-8"))
            return said
        except (OSError, ValueError):
            return {}

    def decided(self) -> dict[str, str]:
        """The documents in whose rows decisions of people stand, each with what tells these from others."""
        count = self.run.get("decisions", 0)
        if not count:
            return {}
        of: dict[str, list[int]] = defaultdict(list)
        for key, one in standing(Corrections(self.out).all()[:count]).items():
            of[key.content].append(one.number)
        found: dict[str, list[Any]] = defaultdict(list)
        for document_id, sha256, source in self.rows("plans", ("document_id", "sha256", "source")):
            if numbers := of.get(content_of(sha256, source)):
                found[document_id] += sorted(numbers)
        if NAMES in of:  # names that hold in all documents: those in which they were put right
            for kind in ("responsibilities", "deadlines"):
                for document_id, body, by_whom in self.rows(kind, ("document_id", "body", "value_source")):
                    if by_whom == "person":
                        found[document_id].append(body)
        return {document_id: repr(said) for document_id, said in found.items()}

    @property
    def created(self) -> str:
        """When they were written, ISO 8601."""
        return str(json.loads((self.out / PACKAGE).read_text(encoding="utf-8")).get("created", ""))

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        return load_tables(self.out)

    @cached_property
    def _is_parquet(self) -> bool:
        return (self.folder / "plans.parquet").exists()

    def has(self, table: str) -> bool:
        """Whether a table is there: CSV has no texts."""
        return (self.folder / f"{table}.parquet").exists() if self._is_parquet else table in self._frames

    def rows(self, table: str, columns: Sequence[str], only: Only | None = None) -> Iterator[tuple[Any, ...]]:
        """Rows of a table, in order.

        Args:
            table: Its name.
            columns: Which columns; the first is `document_id`.
            only: Which documents; all by default.
        """
        for batch in self._batches(table, columns):
            for row in batch:
                if only is None or only(row[0]):
                    yield row

    def _batches(self, table: str, columns: Sequence[str]) -> Iterator[Iterator[tuple[Any, ...]]]:
        if not self._is_parquet:
            frame = self._frames[table]
            yield zip(*(_plain(frame[name]) for name in columns), strict=True)
            return
        import pyarrow.parquet as pq

        # Texts are long: fewer of them at a time.
        size = _BATCH // 40 if "text" in columns and table == "texts" else _BATCH
        # An open file, not its name: Arrow takes no path whose bytes are not UTF-8.
        with (self.folder / f"{table}.parquet").open("rb") as stored, pq.ParquetFile(stored) as file:
            for batch in file.iter_batches(size, columns=list(columns)):
                yield zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def changed_by_people(tables: Tables, before: Mapping[str, str]) -> set[str]:
    """The documents in whose rows other decisions stand than before.

    Args:
        tables: The tables now.
        before: What `Tables.decided` gave for those before.
    """
    now = tables.decided()
    return {one for one in {*before, *now} if before.get(one) != now.get(one)}


def _plain(column: pd.Series[Any]) -> list[Any]:
    """A frame's values as Parquet gives them: None for null, dates as dates."""
    import pandas as pd

    if str(column.dtype).startswith("datetime"):
        return [None if pd.isna(value) else value.date() for value in column]
    return [value if isinstance(value, list) or not pd.isna(value) else None for value in column.astype(object)]
