"""The report: one folder of files that opens from the disk, without a network.

The page loads its data as scripts, since a page from the disk may read no other files: `overview.js` at once, a table
when it is first looked at, the texts in chunks of some documents each.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import OutputError, UsageError
from ..records import SCHEMA_VERSION
from ..register.portable import bounds, documents_of, index_as_it_is, letters
from ..register.search import KINDS, TABLES_OF
from ..tables.labels import Language, check_language, label, labels_of, note
from ..tables.reading import check_tables
from ..tables.sheets import BASIS, ERRORS, PLANS, TARGETS, TASKS, Sheet, SheetColumn, Source, inputs_of, located, shown
from .facts import facts_of, utf16
from .report_pages import PageImages

_SHEETS = (TASKS, TARGETS, BASIS, PLANS, ERRORS)
_CHUNK = 400_000  # characters of text a file
_MARKER = "vnplan-report.json"
_PAGES = ("index.html", "report.js", "table.js", "charts.js", "plan.js", "search.js", "report.css")
_VENDORED = "vendored"
# What is filtered by choosing from a list.
_FACETS = {
    "tasks": ("role", "kind", "province", "issuing_body"),
    "targets": ("direction", "unit", "province", "issuing_body"),
    "basis": ("doc_type",),
    "plans": ("doc_type", "level", "province", "number_state", "date_state"),
    "errors": ("code",),
}
_FIELDS = ("number", "issue_date", "issuing_body", "title", "signer", "recipients")
_WITH_STATE = {"number": "number_status", "issue_date": "issue_date_status"}


def write_report(out: Path, folder: Path, lang: Language = "vi", images: bool = False) -> int:
    """Write the report on the tables of an output folder.

    Args:
        out: The output folder of a run; its tables are there as Parquet.
        folder: Where the report goes: a folder that is new, empty, or holds a report.
        lang: `vi` or `en`.
        images: Show the pages of scans and PDFs as images, too; some 100 KB a page.

    Returns:
        The number of documents.

    Raises:
        UsageError: There are no tables, or not all of one run, or of another schema version; or the folder holds
            something else.
        OutputError: It cannot be written.
    """
    check_language(lang)
    check_tables(out, "parquet")
    _check_place(folder)
    try:
        return _Report(out, folder, lang, images).write()
    except OSError as error:
        raise OutputError(f"cannot write the report to {folder}: {error.strerror or error}") from error


def _check_place(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is no folder; give another one with --to")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARKER).is_file():
        raise UsageError(f"{folder} holds something else than a report; give another folder with --to")


@dataclass
class _Report:
    out: Path
    folder: Path
    lang: Language
    images: bool = False

    def write(self) -> int:
        """Write all files, into a folder beside the old ones until they are whole."""
        self._source = Source(self.out)
        self._inputs = inputs_of(self.out)
        self._codes = list(self._source.plans)
        self._places = {key: at for at, key in enumerate(self._codes)}
        new = self.folder.with_name(self.folder.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        (new / "data").mkdir(parents=True)
        self._new = new
        chunks = self._texts()
        rows = {sheet.key: list(sheet.rows(self._source)) for sheet in _SHEETS}
        for place, row in enumerate(rows["plans"]):
            row["chunk"] = chunks[place]
        for sheet in _SHEETS:
            self._table(sheet, rows[sheet.key])
        self._search()
        self._store("overview", self._overview(rows))
        self._pages()
        shutil.rmtree(self.folder, ignore_errors=True)
        new.rename(self.folder)
        return len(self._codes)

    def _store(self, name: str, value: Any) -> None:
        """A file of data: a script that hands it over."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
        # No text of a document may end the script, or be anything but a string in it.
        text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        path = self._new / "data" / f"{name}.js"
        path.write_text(f'"use strict";vnplan.take({json.dumps(name)},{text});\n', encoding="utf-8", errors="replace")

    def _pages(self) -> None:
        for name in _PAGES:
            text = (resources.files(__package__) / "web" / name).read_text(encoding="utf-8")
            if name.endswith(".html"):
                words = {
                    key: label("text", key, self.lang) for key in ("report_title", "noscript", "skip", "pages_nav")
                }
                for key, value in {"lang": self.lang, **words}.items():
                    text = text.replace("{{" + key + "}}", value)
            (self._new / name).write_text(text, encoding="utf-8")
        with resources.as_file(resources.files(__package__) / "web" / _VENDORED) as vendored:
            shutil.copytree(vendored, self._new / _VENDORED)
        about = {"vnplan": __version__, "schema_version": SCHEMA_VERSION, "lang": self.lang}
        (self._new / _MARKER).write_text(json.dumps(about) + "\n", encoding="utf-8")

    # -- Tables ------------------------------------------------------------------------------------------------------

    def _table(self, sheet: Sheet, rows: list[dict[str, Any]]) -> None:
        """The rows of a sheet as lists; texts that come again stand in a list of their own, and in rows as numbers."""
        with_plan = sheet.key in ("tasks", "targets")
        columns = [
            c for c in sheet.columns if not (c.hidden or with_plan and c.key in ("plan", "issuing_body", "province"))
        ]
        extra = ["body_id"] if sheet.key == "tasks" else ["chunk", "document_id"] if sheet.key == "plans" else []
        pool: dict[str, int] = {}
        pooled = {c.key for c in columns if c.kind == "text" and c.width <= 30}
        found = []
        for row in rows:
            line: list[Any] = [self._places[row["document_id"]]] if with_plan else []
            for column in columns:
                value = shown(column, row.get(column.key), self.lang)
                if column.key in pooled and value is not None:
                    value = pool.setdefault(value, len(pool))
                line.append(value)
            found.append([*line, *(row[key] for key in extra)])
        printed = {column.key for column in sheet.columns[: sheet.printed]}
        about = [
            self._column(sheet, column, column.key in pooled) | {"printed": column.key in printed} for column in columns
        ]
        if with_plan:
            about.insert(0, {"key": "at", "kind": "at"})
        about += [{"key": key, "kind": "hidden"} for key in extra]
        self._store(sheet.key, {"columns": about, "pool": list(pool), "rows": found, "facets": _FACETS[sheet.key]})

    def _column(self, sheet: Sheet, column: SheetColumn, pooled: bool) -> dict[str, Any]:
        return {
            "key": column.key,
            "kind": column.kind,
            "name": label("column", column.key, self.lang),
            "note": note("column", column.key, self.lang),
            "width": column.width,
            "pooled": pooled,
        }

    # -- Texts -------------------------------------------------------------------------------------------------------

    def _texts(self) -> list[int]:
        """Write the texts with their facts, some documents a file; returns the number of each document's file."""
        facts = facts_of(self._source, self.lang, self.images)
        images = PageImages(self._source, self._inputs, self._new) if self.images else None
        chunk: dict[str, Any] = {}
        size, numbers, number = 0, [], 0
        for row in self._source.read("texts"):
            key, text = row["document_id"], row["text"]
            if size and size + len(text) > _CHUNK:
                self._store(f"texts-{number}", chunk)
                chunk, size, number = {}, 0, number + 1
            plan = self._source.plans[key]
            found = located(plan["source"], self._inputs)
            chunk[key] = {
                "text": text,
                "facts": utf16(text, facts.get(key, [])),
                "file": found.as_uri() if found else None,
                "source": plan["source"],
                "pages": images.draw(plan) if images else [],
            }
            size += len(text)
            numbers.append(number)
        self._store(f"texts-{number}", chunk)
        return numbers

    def _search(self) -> None:
        """What the search of the page needs beside the texts, as the register's index has it."""
        with index_as_it_is(self.out) as index:
            documents = list(documents_of(index))
            for one in documents:
                spans = [{"start": fact[1], "end": fact[2]} for fact in one["facts"]]
                counted = utf16(index.text(one["at"]), spans)
                pairs = zip(one["facts"], counted, strict=True)
                one["facts"] = [[fact[0], span["start"], span["end"], *fact[3:]] for fact, span in pairs]
        self._store("search", {**bounds(), "documents": documents})

    # -- Overview ----------------------------------------------------------------------------------------------------

    def _overview(self, rows: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
        plans = [row for row in rows["plans"] if not row["duplicate"]]
        tasks = [row for row in rows["tasks"] if not row["duplicate"]]
        when = dt.datetime.now().astimezone().strftime("%d/%m/%Y %H:%M" if self.lang == "vi" else "%Y-%m-%d %H:%M")
        errors = Counter(row["code"] for row in rows["errors"])
        return {
            "lang": self.lang,
            "text": labels_of("text", self.lang),
            "sheet": labels_of("sheet", self.lang),
            "column": labels_of("column", self.lang),
            "fact": labels_of("fact", self.lang),
            "kinds": {kind: label("fact", TABLES_OF[kind], self.lang) for kind in KINDS},
            **letters(),
            "made": label("text", "made", self.lang).format(when=when, version=__version__),
            "counts": [
                [label("text", "documents", self.lang), len(plans)],
                [label("text", "duplicates", self.lang), len(rows["plans"]) - len(plans)],
                [label("text", "not_read", self.lang), len(rows["errors"])],
                [label("text", "charges", self.lang), len(tasks)],
                [label("text", "with_due", self.lang), sum(row["due_to"] is not None for row in tasks)],
                [label("sheet", "targets", self.lang), sum(not row["duplicate"] for row in rows["targets"])],
                [label("sheet", "basis", self.lang), len(rows["basis"])],
            ],
            "missing": list(self._missing(plans)),
            "errors": [[label("error", c, self.lang), note("error", c, self.lang), n] for c, n in errors.most_common()],
            "months": _counted(row["issue_date"].strftime("%Y-%m") if row["issue_date"] else None for row in plans),
            "provinces": sorted(_counted(row["province"] for row in plans), key=lambda pair: -pair[1]),
            "chunks": 1 + max((row["chunk"] for row in rows["plans"]), default=0),
        }

    def _missing(self, plans: list[dict[str, Any]]) -> Iterator[list[Any]]:
        """Field, why, and of how many documents, the most first."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for plan in plans:
            for field in _FIELDS:
                if not plan[field]:
                    found[field, plan[_WITH_STATE[field]] if field in _WITH_STATE else "absent"] += 1
        for (field, why), count in sorted(found.items(), key=lambda item: -item[1]):
            yield [label("column", field, self.lang), label("status", why, self.lang), count]


def _counted(values: Iterable[str | None]) -> list[list[Any]]:
    counts = Counter(values)
    return [[key, counts[key]] for key in sorted(counts, key=lambda key: (key is None, key or ""))]


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no value for JSON: {value!r}")
