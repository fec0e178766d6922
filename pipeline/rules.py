"""Rules of one's own: a folder of tables that add rows to those of `vnplan.knowledge`, or take their place.

A file has the name of one of our tables (`indicators.toml`) and the same keys. Its `[[row]]` entries stand before ours,
so that they win where the first row does. A row with `replaces = "…"` takes the place of our row with that example, and
`[[without]] example = "…"` takes one away. `labels.csv` gives words for the workbook and the report their own form.

Patterns are compiled once in a process, when the first document is read. So there is one folder a process: the first
`Settings(rules=…)` names it, and child processes are handed it in an environment variable that is nobody else's.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from .errors import UsageError

Row = dict[str, Any]
_OURS = Path(__file__).resolve().parent / "knowledge"
_HANDED_ON = "_VNPLAN_RULES_OF_PARENT"
_CSV = ("labels",)
_EXTRA = {"replaces"}
_HEAD = re.compile(r"^[ \t]*\[\[[ \t]*(row|without)[ \t]*\]\]", re.MULTILINE)
_PATTERNS = ("pattern", "patterns", "unless")
_WORDS = ("words", "phrases", "forms")
_MOST_BYTES = 4 * 2**20
_LONGEST_LINE = 100_000  # characters of a line of CSV


@dataclass
class OwnRules:
    """A folder that was read and found right.

    Attributes:
        folder: Where it is, as an absolute path.
        rows: Rows to add, by table.
        instead: Rows that take the place of ours, by table and the example of ours.
        without: Examples of our rows that are taken away, by table.
        cells: Rows of CSV tables, by table.
        digest: Of all files.
    """

    folder: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    instead: dict[str, dict[str, Row]] = field(default_factory=dict)
    without: dict[str, set[str]] = field(default_factory=dict)
    cells: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    digest: str = ""

    def count(self) -> dict[str, int]:
        """How many entries each table has."""
        names = {*self.rows, *self.instead, *self.without, *self.cells}
        kinds = (self.rows, self.instead, self.without, self.cells)
        return {name: sum(len(kind.get(name, ())) for kind in kinds) for name in sorted(names)}


class _State:
    """What this process reads with."""

    rules: OwnRules | None = None
    are_taken = False  # a table has been read: what was made of it stays


def use(folder: str | os.PathLike[str]) -> str:
    """Read with the rules of a folder from now on; its absolute path.

    Raises:
        UsageError: The folder is not right (all faults, each with file and line), or a document was read already.
    """
    place = os.path.abspath(os.fspath(folder))  # noqa: PTH100 - of what the system names, which may be a link
    if _State.rules is not None and _State.rules.folder == place:
        return place
    found = load(Path(place))
    if _State.are_taken:
        raise UsageError(
            "rules are taken up once in a process, before any verb is used or imported by its name: write "
            "`import vnplan` and make vnplan.Settings(rules=…) before `vnplan.read` or `from vnplan import read`"
        )
    _State.rules = found
    os.environ[_HANDED_ON] = place
    return place


def check(folder: str | None) -> None:
    """See whether this process reads with these rules.

    Raises:
        UsageError: It reads with others.
    """
    active = _current()
    if folder != (active.folder if active else None):
        now = f"with those of {active.folder}" if active else "without rules of one's own"
        raise UsageError(f"this process reads {now}; settings with other rules need a process of their own")


def digest(folder: str) -> str:
    """What tells the content of a folder of rules."""
    active = _current()
    return active.digest if active and active.folder == folder else load(Path(folder)).digest


def merged(table: str, ours: Sequence[Row]) -> tuple[Row, ...]:
    """The rows of a rule table: one's own before ours."""
    active = _current()
    _State.are_taken = True
    if active is None:
        return tuple(ours)
    instead, without = active.instead.get(table, {}), active.without.get(table, set())
    kept = (instead.get(_example(row), row) for row in ours if _example(row) not in without)
    return (*active.rows.get(table, ()), *kept)


def merged_cells(table: str, ours: Sequence[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """The rows of a CSV table: one's own after ours, where the last one of a key holds."""
    active = _current()
    _State.are_taken = True
    return (*ours, *active.cells.get(table, ())) if active else tuple(ours)


def _current() -> OwnRules | None:
    """The rules of this process; of a child those of its parent."""
    if _State.rules is None and not _State.are_taken and (handed := os.environ.get(_HANDED_ON)):
        _State.rules = load(Path(handed))
    return _State.rules


# -- Reading and checking --------------------------------------------------------------------------------------------


def load(folder: Path) -> OwnRules:
    """The rules of a folder.

    Raises:
        UsageError: It is not right; the message has all faults, each with file and line.
    """
    if not folder.is_dir():
        raise UsageError(f"--rules {folder} is no folder")
    found, faults, hashed = OwnRules(str(folder)), [], hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.suffix == ".md":
            continue
        try:
            data = path.read_bytes()[: _MOST_BYTES + 1]
            hashed.update(f"{path.name}\0{hashlib.sha256(data).hexdigest()}\n".encode())
            text = data.decode("utf-8-sig")
            if len(data) > _MOST_BYTES:
                raise ValueError("is larger than 4 MiB")
        except (OSError, ValueError) as error:
            faults.append(f"{path.name}: cannot be read ({error})")
            continue
        faults += [f"{path.name}:{line}: {words}" for line, words in _take(path, text, found)]
    if faults:
        raise UsageError(f"the rules in {folder} are not right:\n  " + "\n  ".join(faults[:50]))
    found.digest = hashed.hexdigest()[:16]
    return found


def _take(path: Path, text: str, found: OwnRules) -> Iterator[tuple[int, str]]:
    """Take over the rows of a file; its faults, each with a line."""
    name = path.stem
    if path.suffix == ".csv" and name in _CSV:
        yield from _take_cells(name, text, found)
    elif path.suffix == ".toml" and (_OURS / path.name).is_file():
        yield from _take_rows(name, text, found)
    else:
        names = sorted([one.name for one in _OURS.glob("*.toml")] + [f"{one}.csv" for one in _CSV])
        near = _close_to(path.name, names, 1)
        meant = f"is {near[0]} meant?" if near else f"there are {', '.join(names)}"
        yield 1, f"there is no table of this name; {meant}"


def _take_cells(name: str, text: str, found: OwnRules) -> Iterator[tuple[int, str]]:
    header = (_OURS / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    lines = text.splitlines()
    reader = csv.DictReader(lines)
    if reader.fieldnames != header:
        yield 1, f"the columns must be {','.join(header)}"
        return
    long = next((number for number, one in enumerate(lines, 1) if len(one) > _LONGEST_LINE), 0)
    if long:
        yield long, f"is no CSV: a line has more than {_LONGEST_LINE:,} characters"
        return
    try:
        for row in reader:
            if None in row or None in row.values():
                yield reader.line_num, f"must have {len(header)} cells"
            found.cells.setdefault(name, []).append(row)
    except csv.Error as error:
        yield reader.line_num + 1, f"is no CSV: {error}"


def _take_rows(name: str, text: str, found: OwnRules) -> Iterator[tuple[int, str]]:
    try:
        parsed = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        yield int(at[1]) if at else 1, f"is no TOML: {error}"
        return
    heads = [(match[1], text.count("\n", 0, match.start()) + 1) for match in _HEAD.finditer(text)]
    for key in sorted(set(parsed) - {"row", "without"}):
        yield _line_of(text, 1, key), f"{key!r} is no entry; there are [[row]] and [[without]]"
    examples = {_example(row) for row in _ours(name)}
    for kind in ("row", "without"):
        entries = parsed.get(kind, [])
        if not isinstance(entries, list):
            yield _line_of(text, 1, kind), f"{kind} must be entries: [[{kind}]]"
            continue
        lines = [line for head, line in heads if head == kind]
        lines = lines if len(lines) == len(entries) else [1] * len(entries)
        for row, line in zip(entries, lines, strict=True):
            if not isinstance(row, dict):
                yield line, f"a {kind} must be a table: [[{kind}]]"
            elif kind == "without":
                yield from ((line, words) for words in _known(row.get("example"), examples))
                found.without.setdefault(name, set()).add(str(row.get("example")))
            else:
                yield from ((_line_of(text, line, key), words) for key, words in _faults(name, row))
                if "replaces" in row:
                    place = _line_of(text, line, "replaces")
                    yield from ((place, words) for words in _known(row["replaces"], examples))
                    instead = found.instead.setdefault(name, {})
                    instead[str(row["replaces"])] = {key: one for key, one in row.items() if key not in _EXTRA}
                else:
                    found.rows.setdefault(name, []).append(row)


def _faults(name: str, row: Row) -> Iterator[tuple[str, str]]:
    """What is wrong with a row: the key, and in words."""
    ours = _ours(name)
    types: dict[str, set[type]] = {}
    members: dict[str, set[type]] = {}
    for one in ours:
        for key, value in one.items():
            types.setdefault(key, set()).add(type(value))
            if isinstance(value, list):
                members.setdefault(key, set()).update(map(type, value))
    for key, value in row.items():
        if key in _EXTRA:
            continue
        if key not in types:
            near = _close_to(key, types, 1)
            yield key, f"there is no key {key!r}" + (f"; is {near[0]} meant?" if near else f": {', '.join(types)}")
        elif type(value) not in types[key]:
            yield key, f"{key} must be {' or '.join(sorted(_words(one) for one in types[key]))}, not {value!r:.60}"
        elif isinstance(value, list) and not {type(one) for one in value} <= members[key]:
            meant = " or ".join(sorted(_words(one) for one in members[key]))
            yield key, f"{key} must be a list, each entry {meant}, not {value!r:.60}"
    for key in types:
        if key not in row and all(key in one for one in ours):
            yield "", f"{key} is missing"
    kinds = {one["kind"] for one in ours if "kind" in one}
    if kinds and isinstance(row.get("kind"), str) and row["kind"] not in kinds:
        yield "kind", f"kind must be one of {', '.join(sorted(kinds))}, not {row['kind']!r}"
    yield from _pattern_faults(row)


def _pattern_faults(row: Row) -> Iterator[tuple[str, str]]:
    written = {key: _texts(row.get(key)) for key in _PATTERNS}
    for key, patterns in written.items():
        for pattern in patterns:
            try:
                re.compile(pattern)
            except (re.error, OverflowError, RecursionError) as error:
                yield key, f"{key} is no regular expression: {error}"
                return
    looked_for = [*written["pattern"], *written["patterns"]]
    if not looked_for or any(row.get(key) for key in _WORDS):  # words may match the example as well
        return
    for example in _texts(row.get("example")):
        # What is looked for right before something ends with the space in front of that.
        if not any(re.search(one, text, re.IGNORECASE) for one in looked_for for text in (example, f"{example} ")):
            yield "example", f"the pattern does not match the example {example[:60]!r}"
    for example in _texts(row.get("not_example")):
        if _finds(looked_for, example) and not _finds(written["unless"], example):
            yield "not_example", f"the pattern matches {example[:60]!r}, which it must not"


def _close_to(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known words that a misspelt one may mean."""
    import difflib  # here: no run without a fault needs it

    return difflib.get_close_matches(word, known, count)


def _finds(patterns: list[str], text: str) -> bool:
    return any(re.search(one, text) for one in patterns)


def _known(example: object, examples: set[str]) -> Iterator[str]:
    if not isinstance(example, str) or example not in examples:
        near = _close_to(str(example), examples, 1)
        yield f"none of our rows has the example {example!r}" + (f"; is {near[0]!r} meant?" if near else "")


@cache
def _ours(name: str) -> list[Row]:
    rows: list[Row] = tomli.loads((_OURS / f"{name}.toml").read_text(encoding="utf-8"))["row"]
    return rows


def _example(row: Row) -> str:
    example = row.get("example", "")
    return str(example[0]) if isinstance(example, list) and example else str(example)


def _texts(value: object) -> list[str]:
    return (
        [value]
        if isinstance(value, str)
        else [one for one in value if isinstance(one, str)]
        if isinstance(value, list)
        else []
    )


def _words(kind: type) -> str:
    return {"str": "a text", "list": "a list", "int": "a number", "float": "a number", "bool": "true or false"}.get(
        kind.__name__, kind.__name__
    )


def _line_of(text: str, first: int, key: str) -> int:
    """The line of a key in the entry that begins at a line."""
    for number, line in enumerate(text.splitlines()[first - 1 :], first):
        if number > first and _HEAD.match(line):
            break
        if key and re.match(rf"[ \t]*\[*{re.escape(key)}\b", line):
            return number
    return first
