"""Extractors and readers of other packages, each on its own: one that fails costs what it would give, and nothing else.

A package offers a function from `Segments` to records under the entry point group `vnplan.extractors`; records of its
own kinds become tables (see `vnplan.kinds`). Under `vnplan.readers` it offers a function `read(data, name, settings)`
that gives the text or the pages of a file as a `Source`, or None for a file that is not of its kind.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint
from typing import Any

from .errors import PluginError, UsageError, VnplanError
from .ingestion.pages import Source
from .kinds import GROUP as TABLES
from .kinds import entries_of, package_of, record_types
from .limits import TooSlowError, limited
from .records import Citation, DateMention, Deadline, Entity, Evidence, Responsibility, Target, Task
from .segmentation.model import Segments
from .settings import Settings

Fact = Citation | Target | Task | Responsibility | Deadline | DateMention | Entity
Extractor = Callable[[Segments], Iterable[Any]]
Reader = Callable[[bytes, str, Settings], Source | None]
EXTRACTORS, READERS = "vnplan.extractors", "vnplan.readers"
GROUPS = (EXTRACTORS, READERS, TABLES)
_log = logging.getLogger("vnplan")


@dataclass(frozen=True)
class Plugin:
    """An extractor or reader of another package.

    Attributes:
        kind: `extractor` or `reader`.
        name: Of the entry point.
        package: Name and version of the package that offers it.
        entry: Where its function is.
    """

    kind: str
    name: str
    package: str
    entry: EntryPoint

    def facts(self, segments: Segments, seconds: float = math.inf) -> list[Any]:
        """What an extractor finds.

        Args:
            segments: The document.
            seconds: Time limit.

        Raises:
            PluginError: It cannot be imported, raises, takes too long, or gives what is no record, or one of another
                text.
        """
        extractor: Extractor = self._loaded()
        found: list[Any] = self._called(lambda: list(extractor(segments)), seconds)
        for fact in found:
            if not self._is_fact(fact, len(segments.document.raw)):
                words = f"gave a {type(fact).__name__} that is no record of vnplan, or of a table of its own ({TABLES})"
                raise self._error(f"{words}, with evidence in the text")
        return found

    def source(self, data: bytes, name: str, settings: Settings) -> Source | None:
        """What a reader makes of a file; None for a file that is not of its kind.

        Raises:
            PluginError: It cannot be imported, raises, takes too long, or gives what is no `Source`.
            VnplanError: The file is of its kind, but cannot be read: the subclass that it raised.
        """
        reader: Reader = self._loaded()
        found: object = self._called(lambda: reader(data, name, settings), settings.plugin_seconds, (VnplanError,))
        if found is not None and not isinstance(found, Source):
            raise self._error(f"gave a {type(found).__name__} that is no Source")
        return found

    def _loaded(self) -> Any:
        try:
            return self.entry.load()
        except Exception as error:
            raise PluginError(
                f"the {self.kind} {self.name!r} of {self.package} cannot be imported ({_said(error)}); "
                "reinstall or remove the package"
            ) from error

    def _called(self, call: Callable[[], Any], seconds: float, meant: tuple[type[VnplanError], ...] = ()) -> Any:
        try:
            with limited(seconds):
                return call()
        except meant:
            raise
        except TooSlowError as error:
            raise self._error(f"took longer than {seconds:g} seconds (Settings.plugin_seconds)") from error
        except Exception as error:
            raise self._error(f"failed ({_said(error)})") from error

    def _error(self, what: str) -> PluginError:
        option = f"--{self.kind}s"
        return PluginError(
            f"the {self.kind} {self.name!r} of {self.package} {what}; tell its author, or leave it out ({option})"
        )

    @staticmethod
    def _is_fact(fact: object, characters: int) -> bool:
        if isinstance(fact, Fact) or type(fact) in record_types():
            evidence = fact.evidence  # type: ignore[attr-defined]
            return isinstance(evidence, Evidence) and 0 <= evidence.start < evidence.end <= characters
        return False


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


@cache
def plugins(group: str = EXTRACTORS) -> tuple[Plugin, ...]:
    """Every extractor, or reader, that other installed packages offer, by name."""
    kind = group.rpartition(".")[2].removesuffix("s")
    return tuple(Plugin(kind, entry.name, package_of(entry), entry) for entry in entries_of(group))


def found_by(
    chosen: Iterable[Plugin], segments: Segments, problems: list[PluginError] | None, seconds: float = math.inf
) -> Iterator[Any]:
    """The facts of the plug-ins; why one has none is logged, and added to `problems`."""
    for plugin in chosen:
        try:
            yield from plugin.facts(segments, seconds)
        except PluginError as error:
            _log.warning("%s: %s", segments.document.source, error)
            if problems is not None:
                problems.append(error)


def read_by(data: bytes, name: str, settings: Settings) -> tuple[Source | None, list[PluginError]]:
    """What the first reader of other packages makes of a file that knows it, and why others could not say.

    Args:
        data: The file's bytes.
        name: Its source path.
        settings: Which readers are asked.

    Raises:
        UsageError: A reader of the settings is not installed.
    """
    problems: list[PluginError] = []
    for plugin in chosen_readers(settings.readers):
        try:
            found = plugin.source(data, name, settings)
        except PluginError as error:
            _log.warning("%s: %s", name, error)
            problems.append(error)
        else:
            if found is not None:
                return found, problems
    return None, problems


def chosen_readers(names: Iterable[str] | None) -> tuple[Plugin, ...]:
    """The readers of these names, None for all.

    Raises:
        UsageError: One is not known.
    """
    known = plugins(READERS)
    if names is None:
        return known
    wanted = tuple(names)
    for name in wanted:
        if name not in [plugin.name for plugin in known]:
            there = ", ".join(plugin.name for plugin in known) or "none"
            raise UsageError(f"there is no reader {name!r} of another package; there are: {there}")
    return tuple(plugin for plugin in known if plugin.name in wanted)
