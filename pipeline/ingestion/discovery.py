"""Which files are there? Every file below the input folders, in one stable order, under a name that tables can hold.

Left out, and counted: hidden files and folders (a name that begins with `.`, or `~$` as office programs make them), the
output folder and those of earlier runs, and gold beside samples (`NAME.gold.json`, and `*.json` in a folder `gold`).
"""

# ruff: noqa: PTH100, PTH110, PTH112, PTH113, PTH118
# paths stay what the operating system gave, bytes that are not UTF-8 included, and are never tidied.
from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..errors import LinkLoopError, UnreadableError, UsageError, VnplanError
from . import remote
from .files import reason
from .names import escape_name
from .remote import Listed, is_url


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to read, or why a place in the folder cannot be read.

    Attributes:
        path: Path as the operating system knows it, or URL.
        source: Unique name for the tables: path below the input folder with `/`, escaped.
        error: Set where there is nothing to open (a folder without permission, a link that leads in circles).
        info: Size in bytes and time of the last change in nanoseconds (-1 for unknown), where a listing has told them.
    """

    path: str
    source: str
    error: VnplanError | None = None
    info: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """The entries in order of their source path, and how many files were left out, by reason."""

    entries: tuple[Entry, ...]
    skipped: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Found:
    base: str  # absolute path, or URL, of the folder that `parts` are below
    parts: tuple[str, ...]
    error: VnplanError | None = None
    listed: Listed | None = None  # of another file system

    @property
    def path(self) -> str:
        return self.listed.url if self.listed else os.path.join(self.base, *self.parts)

    @property
    def info(self) -> tuple[int, int] | None:
        return (self.listed.size, self.listed.mtime_ns) if self.listed else None


_LOCAL = "file://"


@dataclass
class _Walk:
    """What a walk over the inputs must remember."""

    folders: frozenset[str]  # real paths of the input folders
    excluded: str | None
    visited: set[str]
    skipped: Counter[str]


def discover(inputs: Iterable[str | os.PathLike[str]], exclude: str | os.PathLike[str] | None = None) -> Discovery:
    """All files of the inputs, in order of the inputs, those of a folder in order of their path.

    A folder is read once, however many links lead to it: a link to a folder that lies within an input is not followed,
    since its files are found in their own place; one that leads back to a folder above it is an error entry.

    Args:
        inputs: Files and folders, also as URLs. A file given by name is taken whatever its name is.
        exclude: The output folder, which is not read.

    Raises:
        UsageError: An input does not exist, or is the output folder itself.
    """
    entries, skipped = entries_of(inputs, exclude)
    return Discovery(tuple(entries), dict(skipped))


def entries_of(
    inputs: Iterable[str | os.PathLike[str]], exclude: str | os.PathLike[str] | None = None
) -> tuple[Iterator[Entry], Counter[str]]:
    """As `discover`, but what is in a folder is found while it is asked for, and is not kept in memory.

    Returns:
        The entries, and how many files are left out, by reason, which is known when the entries have come to an end.
        Of several inputs the entries are found at once: their names depend on each other.
    """
    given = [os.fspath(item) for item in inputs]
    if not given:
        raise UsageError("no input: name at least one file or folder")
    here, there = _both_ways(exclude, any(map(is_url, given)))
    excluded = None if here is None else os.path.realpath(here)
    folders = frozenset(os.path.realpath(item) for item in given if os.path.isdir(item))
    if excluded in folders:
        raise UsageError("the output folder is an input too; give another one")
    walk = _Walk(folders, excluded, set(), Counter())
    if len(given) == 1 and folders:
        return (_entry(file, _source(file, 0)) for file in _files_below(given[0], walk)), walk.skipped
    found: dict[tuple[str, str], _Found] = {}  # by real place, so that overlapping inputs give a file once
    for item in given:
        if is_url(item):
            for file in _files_of(item, there, walk):
                found.setdefault(("", file.path), file)
            continue
        if os.path.isdir(item):
            files = list(_files_below(item, walk))
        elif os.path.exists(item):
            parent, name = os.path.split(os.path.abspath(item))
            files = [_Found(parent, (name,))]
        else:
            raise UsageError(f"input {escape_name(item)} does not exist")
        for file in files:
            place, name = os.path.split(os.path.join(file.base, *file.parts))
            found.setdefault((os.path.realpath(place), name), file)
    return iter(_named(list(found.values()))), walk.skipped


def _both_ways(place: str | os.PathLike[str] | None, urls: bool) -> tuple[str | None, str | None]:
    """A place as a path of this machine and, to compare it with URLs, as a URL, as far as it is either."""
    if place is None:
        return None, None
    name = os.fspath(place)
    if is_url(name):
        return (name[len(_LOCAL) :] if name.startswith(f"{_LOCAL}/") else None), remote.clean(name)
    return name, remote.clean(_LOCAL + os.path.realpath(name)) if urls else None


def _files_below(root: str, walk: _Walk) -> Iterator[_Found]:
    """The files of a folder and the folders below it, in order; a stack of our own, since folders may lie very deep."""
    base = os.path.abspath(root)
    stack: list[tuple[tuple[str, ...], str, Iterator[os.DirEntry[str]]]] = []
    folder: tuple[str, ...] | None = ()
    while folder is not None or stack:
        if folder is not None:
            parts, folder = folder, None
            path = os.path.join(base, *parts)
            real = os.path.realpath(path)
            if real in walk.visited:
                continue
            walk.visited.add(real)
            try:
                with os.scandir(path) as listing:
                    items = iter(sorted(listing, key=lambda item: os.fsencode(item.name)))
            except OSError as error:
                yield _Found(base, parts, UnreadableError(f"folder cannot be read: {reason(error)}"))
                continue
            if parts and _is_output(path):
                walk.skipped["earlier output folder"] += 1
                continue
            stack.append((parts, real, items))
        parts, real, items = stack[-1]
        for item in items:
            below = (*parts, item.name)
            if item.name.startswith((".", "~$")):
                walk.skipped["hidden"] += 1
            elif not _is_folder(item):
                if _is_gold(below):
                    walk.skipped["gold"] += 1
                else:
                    yield _Found(base, below)
            elif not item.is_symlink():
                if walk.excluded is not None and os.path.realpath(item.path) == walk.excluded:
                    walk.skipped["output folder"] += 1
                else:
                    folder = below
                    break
            else:
                target = os.path.realpath(item.path)
                if _within(real, target):
                    loop = "is a link to a folder above it, and is not followed; remove the link"
                    yield _Found(base, below, LinkLoopError(loop))
                elif target == walk.excluded or any(_within(target, folder) for folder in walk.folders):
                    walk.skipped["link to a folder that is read anyway"] += 1
                else:
                    folder = below
                    break
        else:
            stack.pop()


def _files_of(url: str, excluded: str | None, walk: _Walk) -> Iterator[_Found]:
    """The files of a folder of another file system."""
    url = remote.clean(url)
    if url == excluded:
        raise UsageError("the output folder is an input too; give another one")
    listed = remote.listing(url)
    alone = len(listed) == 1 and listed[0].url == url  # a file that was given by name
    base = url.rsplit("/", 1)[0] if alone else url
    names = {file.parts for file in listed}
    outputs = {parts[:-1] for parts in names if all((*parts[:-1], name) in names for name in _RUN_FILES)} - {()}
    for file in listed:
        if alone:
            yield _Found(base, file.parts, listed=file)
        elif excluded is not None and _within(file.url, excluded, "/"):
            walk.skipped["output folder"] += 1
        elif any(part.startswith((".", "~$")) for part in file.parts):
            walk.skipped["hidden"] += 1
        elif _is_gold(file.parts):
            walk.skipped["gold"] += 1
        elif any(file.parts[:k] in outputs for k in range(1, len(file.parts))):
            walk.skipped["file of an earlier output folder"] += 1
        else:
            yield _Found(base, file.parts, listed=file)


def _is_folder(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir()
    except OSError:  # a link that cannot be followed: reading it will say why
        return False


def _within(path: str, folder: str, separator: str = os.sep) -> bool:
    """Whether a real path is a folder or lies below it."""
    return path == folder or path.startswith(folder.rstrip(separator) + separator)


_RUN_FILES = ("run.json", "datapackage.json")


def _is_output(path: str) -> bool:
    """Whether a folder holds the tables of an earlier run: its rows are no documents."""
    return all(os.path.isfile(os.path.join(path, name)) for name in _RUN_FILES)


def _is_gold(parts: tuple[str, ...]) -> bool:
    name = parts[-1].lower()
    return name.endswith(".gold.json") or (name.endswith(".json") and parts[-2:-1] == ("gold",))


def _named(found: list[_Found]) -> list[Entry]:
    """Entries with unique source names: where two inputs give the same, folders of their paths are put before."""
    above = [0] * len(found)
    while True:
        sources = [_source(file, levels) for file, levels in zip(found, above, strict=True)]
        counts = Counter(sources)
        again = [k for k, name in enumerate(sources) if counts[name] > 1 and above[k] <= found[k].base.count(os.sep)]
        if not again:
            break
        for k in again:
            above[k] += 1
    seen: Counter[str] = Counter()  # keys of a store that no path tells apart (`a//b.txt` and `a/b.txt`) get a number
    for k, name in enumerate(sources):
        seen[name] += 1
        while seen[name] > 1 and f"{name} ({seen[name]})" in counts:
            seen[name] += 1
        sources[k] = f"{name} ({seen[name]})" if seen[name] > 1 else name
    return [_entry(file, source) for file, source in zip(found, sources, strict=True)]


def _entry(file: _Found, source: str) -> Entry:
    return Entry(file.path, source, file.error, file.info)


def _source(file: _Found, levels: int) -> str:
    folders = file.base.split("/" if file.listed else os.sep)
    return "/".join(escape_name(part) for part in (*folders[len(folders) - levels :], *file.parts)) or "."
