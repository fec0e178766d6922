"""The tables of an output folder as rows, read piece by piece."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..tables import load_tables
from ..tables.writer import PACKAGE, RUN

if TYPE_CHECKING:
    import pandas as pd

_BATCH = 20_000
Only = Callable[[str], bool]


class Tables:
    """The tables that are in an output folder now.

    Args:
        out: The folder.

    Raises:
        UsageError: There are no tables in it.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        if not (out / PACKAGE).exists():
            raise UsageError(f"no tables in {out}; make them with: vnplan extract INPUT --out {out}")

    @property
    def stamp(self) -> str:
        """Differs when other tables are there."""
        return hashlib.sha256((self.out / PACKAGE).read_bytes()).hexdigest()

    @cached_property
    def run(self) -> dict[str, Any]:
        """What `run.json` says; empty if it is not there."""
        try:
            said: dict[str, Any] = json.loads((self.out / RUN).read_text(encoding="utf-8"))
            return said
        except (OSError, ValueError):
            return {}

    @property
    def created(self) -> str:
        """When they were written, ISO 8601."""
        return str(json.loads((self.out / PACKAGE).read_text(encoding="utf-8")).get("created", ""))

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        return load_tables(self.out)

    @cached_property
    def _is_parquet(self) -> bool:
        return (self.out / "plans.parquet").exists()

    def has(self, table: str) -> bool:
        """Whether a table is there: CSV has no texts."""
        return (self.out / f"{table}.parquet").exists() if self._is_parquet else table in self._frames

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
        with (self.out / f"{table}.parquet").open("rb") as stored, pq.ParquetFile(stored) as file:
            for batch in file.iter_batches(size, columns=list(columns)):
                yield zip(*(batch.column(name).to_pylist() for name in columns), strict=True)


def _plain(column: pd.Series[Any]) -> list[Any]:
    """A frame's values as Parquet gives them: None for null, dates as dates."""
    import pandas as pd

    if str(column.dtype).startswith("datetime"):
        return [None if pd.isna(value) else value.date() for value in column]
    return [value if isinstance(value, list) or not pd.isna(value) else None for value in column.astype(object)]
