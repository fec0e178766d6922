"""What a page needs to search as `search` does, without a server: letters, bounds, order of documents, places of facts.

The report carries it beside its texts. `review/web/search.js` has the steps of `finding.py` over it; a test holds both
against each other.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import OutputError
from ..text.normalise import TONES
from . import finding
from .folding import LETTERS
from .reading import Tables
from .search import FILE, KINDS, Index, day_of, first_fact
from .store import folder_of

Fact = tuple[str, int, int, int | None, str | None]
"""Kind, first character and the one after the last in the composed text, page, section."""


def letters() -> dict[str, list[Any]]:
    """The letters that are folded with what they become; syllables by where their tone stands (`oà`, `òa`)."""
    pairs = [(chr(code), letter) for code, letter in sorted(LETTERS.items())]
    tones = sorted((old, new) for old, new in TONES.items() if old.islower())
    return {"letters": ["".join(part) for part in zip(*pairs, strict=True)], "tones": [list(pair) for pair in tones]}


def bounds() -> dict[str, int]:
    """How many documents and places are looked at, and the characters around the words."""
    return {"often": finding.OFTEN, "few": finding.FEW, "round": finding.ROUND, "shown": finding.SHOWN}


@contextmanager
def index_as_it_is(out: Path) -> Iterator[Index]:
    """The index of a folder; where none is kept that is up to the tables, one that is made for the moment."""
    tables = Tables(out)
    kept = _kept(out, tables.stamp)
    if kept is not None:
        with kept:
            yield kept
        return
    with tempfile.TemporaryDirectory() as folder, Index(Path(folder), lambda line: None) as index:
        index.update(tables, "")
        yield index


def _kept(out: Path, stamp: str) -> Index | None:
    """The index that is kept beside the tables, if it is whole and up to them."""
    if not (folder_of(out) / FILE).is_file():
        return None
    try:
        index = Index(out, lambda line: None)
    except (sqlite3.Error, OutputError):
        return None
    if index.stamp.startswith(stamp):
        return index
    index.close()
    return None


def documents_of(index: Index) -> Iterator[dict[str, Any]]:
    """What search shows of each document, the latest first, with its facts."""
    query = (
        "SELECT id, document_id, source, doc_type, number, day, issuer, title, paged FROM documents ORDER BY id DESC"
    )
    for number, document_id, source, doc_type, named, day, issuer, title, paged in index.database.execute(query):
        yield {
            "id": document_id, "at": number, "day": day_of(number), "source": source, "type": doc_type,
            "number": named, "iso": day, "issuer": issuer, "title": title, "paged": bool(paged),
            "facts": list(_facts(index, number)),
        }  # fmt: skip


def _facts(index: Index, number: int) -> Iterator[Fact]:
    of = (first_fact(number), first_fact(number + 1))
    query = "SELECT kind, start, length, page, section FROM facts WHERE id >= ? AND id < ? ORDER BY id"
    for kind, start, length, page, section in index.database.execute(query, of):
        yield KINDS[kind], start, start + length, page, section
