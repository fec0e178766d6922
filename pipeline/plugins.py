"""Extractors of other packages, each on its own: one that fails costs its facts and nothing else.

A package offers a function from `Segments` to records under the entry point group `vnplan.extractors`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from .errors import PluginError
from .records import Citation, DateMention, Deadline, Entity, Responsibility, Target, Task
from .segmentation.model import Segments

Fact = Citation | Target | Task | Responsibility | Deadline | DateMention | Entity
Extractor = Callable[[Segments], Iterable[Fact]]
GROUP = "vnplan.extractors"
_log = logging.getLogger("vnplan")


@dataclass(frozen=True)
class Plugin:
    """An extractor of another package.

    Attributes:
        name: Of the entry point.
        package: Name and version of the package that offers it.
        entry: Where its function is.
    """

    name: str
    package: str
    entry: EntryPoint

    def facts(self, segments: Segments) -> list[Fact]:
        """What it finds.

        Raises:
            PluginError: It cannot be imported, raises, or gives what is no record, or one of another text.
        """
        try:
            extractor: Extractor = self.entry.load()
        except Exception as error:
            raise PluginError(
                f"the extractor {self.name!r} of {self.package} cannot be imported ({_said(error)}); "
                "reinstall or remove the package"
            ) from error
        try:
            found = list(extractor(segments))
        except Exception as error:
            raise PluginError(
                f"the extractor {self.name!r} of {self.package} failed ({_said(error)}); tell its author, or leave it "
                "out (--extractors)"
            ) from error
        for fact in found:
            if not self._is_fact(fact, len(segments.document.raw)):
                raise PluginError(
                    f"the extractor {self.name!r} of {self.package} gave a {type(fact).__name__} that is no record of "
                    "vnplan with evidence in the text; tell its author, or leave it out (--extractors)"
                )
        return found

    @staticmethod
    def _is_fact(fact: object, characters: int) -> bool:
        return isinstance(fact, Fact) and 0 <= fact.evidence.start < fact.evidence.end <= characters


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


@cache
def plugins() -> tuple[Plugin, ...]:
    """Every extractor that other installed packages offer, by name."""
    return tuple(
        Plugin(entry.name, f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value, entry)
        for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value))
    )


def found_by(chosen: Iterable[Plugin], segments: Segments, problems: list[PluginError] | None) -> Iterator[Fact]:
    """The facts of the plug-ins; why one has none is logged, and added to `problems`."""
    for plugin in chosen:
        try:
            yield from plugin.facts(segments)
        except PluginError as error:
            _log.warning("%s: %s", segments.document.source, error)
            if problems is not None:
                problems.append(error)
