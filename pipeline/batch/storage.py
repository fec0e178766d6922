"""Where the ledger and the parts of an output folder are kept: the one place that knows of paths to them."""

from __future__ import annotations

import errno
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import OutputError
from ..tables.writer import PACKAGE, RUN, explained, locked, recover, sync

if TYPE_CHECKING:
    import pyarrow as pa

_TEMPORARY = ".tmp"


class DamagedPartError(OutputError):
    """The bytes of a part are not what was written. It is gone by now: the next run reads its files again."""


class Storage(Protocol):
    """What a run needs of the place where its ledger and parts are; picklable, for processes that read parts."""

    @property
    def name(self) -> str:
        """The output folder as the user knows it."""

    @property
    def out(self) -> Path:
        """Where the tables are made, on this machine."""

    def hold(self) -> AbstractContextManager[None]:
        """Make the folder, and hold it against other runs.

        Raises:
            OutputError: It cannot be written, or another run holds it.
        """

    @property
    def ledger(self) -> Path:
        """The ledger's file, on this machine."""

    def log(self, number: int, entry: Sequence[Any]) -> None:
        """Called before a transaction that enters what was read: a place elsewhere keeps it until it has the ledger."""

    def logged(self, after: int) -> Iterator[tuple[int, Any]]:
        """What was kept so after entry number `after`, in order, with the numbers."""

    def saved(self) -> None:
        """Called after every transaction of the ledger: a place elsewhere copies it there."""

    def write_part(self, name: str, data: bytes) -> None:
        """Store a part: whole and on the disk, or not at all."""

    def read_part(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a part, or some columns of them.

        Raises:
            DamagedPartError: Its bytes are not what was written; it is removed.
        """

    def parts(self) -> dict[str, int]:
        """Size in bytes of every part that is there."""

    def delete_part(self, name: str) -> None:
        """Remove a part; nothing if it is not there."""

    def published(self) -> dict[str, Any] | None:
        """What `run.json` says, if all the files that it names are there as they were written."""

    def publish(self, names: Sequence[str]) -> None:
        """Called when these files, the tables, are in `out`: a place elsewhere copies them there."""


@dataclass(frozen=True)
class LocalStorage:
    """A folder of this machine, or one that is mounted.

    Attributes:
        out: The output folder.
    """

    out: Path

    @property
    def name(self) -> str:
        """The output folder as the user knows it."""
        return str(self.out)

    @property
    def _parts(self) -> Path:
        return self.out / ".vnplan" / "parts"

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.out / ".vnplan" / "ledger.sqlite"

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Make the folder, and hold it against other runs."""
        with explained(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
        with locked(self.out):
            with explained(self.out):
                recover(self.out)
                self._parts.mkdir(parents=True, exist_ok=True)
                for path in self._parts.glob(f"*{_TEMPORARY}"):
                    path.unlink()
            yield

    def log(self, number: int, entry: Sequence[Any]) -> None:
        """Nothing: the ledger is where it belongs."""

    def logged(self, after: int) -> Iterator[tuple[int, Any]]:
        """Nothing."""
        return iter(())

    def saved(self) -> None:
        """Nothing."""

    def published(self) -> dict[str, Any] | None:
        """What `run.json` says, if all the files that it names are there as they were written."""
        try:
            run: dict[str, Any] = json.loads((self.out / RUN).read_text(encoding="utf-8"))
            whole = all((self.out / name).stat().st_size == about["bytes"] for name, about in run["files"].items())
            return run if whole and (self.out / PACKAGE).exists() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def publish(self, names: Sequence[str]) -> None:
        """Nothing: they are where they belong."""

    def write_part(self, name: str, data: bytes) -> None:
        """Store a part: whole and on the disk, or not at all."""
        temporary = self._parts / f"{secrets.token_hex(6)}{_TEMPORARY}"
        with explained(self.out):
            try:
                temporary.write_bytes(data)
                sync(temporary)
                temporary.replace(self._parts / name)
                sync(self._parts)
            except BaseException:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
                raise

    def read_part(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a part, or some columns of them. One that is damaged is removed."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self._parts / name, page_checksum_verification=True) as file:
                return file.read(columns, use_threads=False)
        except MemoryError:
            raise
        except (pa.ArrowException, OSError, UnicodeError) as error:
            if isinstance(error, OSError) and error.errno not in (None, errno.EIO):  # the system, not the content
                raise
            self.delete_part(name)
            raise DamagedPartError(
                f"what was read before is damaged on the disk ({self._parts / name}: {' '.join(str(error).split())}). "
                "That part is removed: run the same command again, and the files whose rows it held are read again"
            ) from error

    def parts(self) -> dict[str, int]:
        """Size in bytes of every part that is there."""
        return {path.name: path.stat().st_size for path in self._parts.glob("*.parquet")}

    def delete_part(self, name: str) -> None:
        """Remove a part; nothing if it is not there."""
        with suppress(OSError):  # it is known to nobody: the next run tries again
            (self._parts / name).unlink(missing_ok=True)
