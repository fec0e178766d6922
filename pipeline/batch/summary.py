"""What a run tells its caller: how far it is, and what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..tables import load_tables

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        done: Files read.
        total: Files to read: without those that are unchanged.
        errors: Errors so far.
        source: The file just done.
        pages: Pages read so far.
        code: Code of that file's first error, '' if it was read.
        unchanged: Files that need not be read.
    """

    done: int
    total: int
    errors: int
    source: str
    pages: int = 0
    code: str = ""
    unchanged: int = 0


@dataclass
class RunSummary:
    """What a run did, and what the tables hold now.

    Attributes:
        out: The output folder.
        files: Files of the inputs.
        read: Files read in this run.
        unchanged: Files whose rows stand from an earlier run.
        removed: Files of the last run that are gone, and with them their rows.
        waiting: Files that are not whole yet (watch).
        documents: Rows of `plans`.
        duplicates: Documents with the content of an earlier one: those with `duplicate_of`.
        pages: Pages of all documents.
        statuses: For number and issue_date, how many documents have which status.
        warned: Documents with a warning.
        errors: Rows of `errors` by code.
        skipped: Files left out, by reason.
        rows: Rows by table.
        characters: Characters of text.
        seconds: Time from start to finish.
        written: Names of the files that make up the tables.
        published: The tables were written anew; False if nothing had changed.
        notes: What to know of the files written.
    """

    out: Path | str
    files: int = 0
    read: int = 0
    unchanged: int = 0
    removed: int = 0
    waiting: int = 0
    documents: int = 0
    duplicates: int = 0
    pages: int = 0
    statuses: dict[str, Counter[str]] = field(default_factory=lambda: {"number": Counter(), "issue_date": Counter()})
    warned: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    characters: int = 0
    seconds: float = 0.0
    written: list[str] = field(default_factory=list)
    published: bool = True
    notes: list[str] = field(default_factory=list)

    def add(self, abouts: Iterable[dict[str, Any]]) -> None:
        """Add up what the files gave (see `work.counts`)."""
        for about in abouts:
            self.documents += about["documents"]
            self.pages += about["pages"]
            self.characters += about["characters"]
            self.warned += about["warned"]
            if about["errors"]:
                self.errors.update(about["errors"])
            for name, statuses in self.statuses.items():  # not `update`, which takes longer than all the rest
                for status, count in about[name].items():
                    statuses[status] += count

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables written, as pandas frames."""
        return load_tables(self.out)
