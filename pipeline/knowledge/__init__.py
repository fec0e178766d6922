"""What Vietnamese administration knows, as data: this module only loads it.

Rule tables are TOML files of `[[row]]` entries. Every row carries `example`, a text that it must match, and where it
matters `not_example`, one that it must not; `tests/test_knowledge.py` runs them all. Gazetteers are CSV files, or TSV
files whose first lines, after `#`, say what they hold, from which source and of which day.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import tomli  # the parser of tomllib, compiled: three times as fast

from .. import rules

_FOLDER = Path(__file__).parent


def read(name: str) -> str:
    """The text of a file of this folder.

    Raises:
        FileNotFoundError: There is no such file.
    """
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    """The rows of a rule table, `name` without its ending (`doc_types`); before them those of `Settings.rules`.

    Raises:
        FileNotFoundError: There is no such table.
    """
    text = read(f"{name}.toml")
    return rules.merged(name, tomli.loads(text)["row"])


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a gazetteer, `name` without its ending.

    Raises:
        FileNotFoundError: There is no such gazetteer.
    """
    text = read(f"{name}.csv")
    return rules.merged_cells(name, list(csv.DictReader(text.splitlines())))


def records(name: str) -> str:
    """The records of a TSV gazetteer as one text, a line each, without its comment; `name` without its ending.

    One text, since its reader folds it as a whole: a call a line is ten times slower.

    Raises:
        FileNotFoundError: There is no such gazetteer.
    """
    text = read(f"{name}.tsv")
    at = 0
    while text.startswith("#", at):
        at = text.index("\n", at) + 1
    return text[at:]


def rule_tables() -> tuple[str, ...]:
    """Names of all rule tables."""
    return tuple(sorted(p.name[:-5] for p in _FOLDER.iterdir() if p.name.endswith(".toml")))
