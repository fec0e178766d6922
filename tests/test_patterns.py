"""Regular expressions that are compiled at their first use: they do what compiled ones do, and all of them compile."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vnplan.grammar import time_phrases
from vnplan.text.patterns import Pattern

ROOMS = ("text", "grammar", "segmentation", "entities", "extractors", "linking")


def patterns(value: object) -> Iterator[Pattern]:
    """The patterns in a value: itself, or in what it holds."""
    if isinstance(value, Pattern):
        yield value
    elif isinstance(value, dict):
        yield from (one for member in value.values() for one in patterns(member))
    elif isinstance(value, list | tuple):
        yield from (one for member in value for one in patterns(member))
    elif isinstance(value, time_phrases.Phrase):
        yield value.pattern


def test_every_pattern_of_the_rooms_compiles() -> None:
    found: list[Pattern] = []
    for room in ROOMS:
        package = importlib.import_module(f"vnplan.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            found += patterns(dict(vars(importlib.import_module(module.name))))
    for kind in sorted(time_phrases.KINDS):
        found += patterns(time_phrases.phrases(kind))
    assert len(found) > 800
    for one in found:
        one.compiled()


def test_a_pattern_does_what_a_compiled_one_does() -> None:
    lazy, compiled = Pattern(r"(\d+)-", re.IGNORECASE), re.compile(r"(\d+)-", re.IGNORECASE)
    text = "a12-34-b"
    assert lazy.pattern == compiled.pattern
    for name in ("match", "search", "fullmatch"):
        for at in (0, 1):
            found, expected = getattr(lazy, name)(text, at), getattr(compiled, name)(text, at)
            assert (found and found.span()) == (expected and expected.span())
    assert [match.span() for match in lazy.finditer(text)] == [match.span() for match in compiled.finditer(text)]
    assert (lazy.findall(text), lazy.split(text), lazy.sub("", text)) == (
        ["12", "34"],
        ["a", "12", "", "34", "b"],
        "ab",
    )


def test_a_pattern_keeps_its_methods_and_has_no_others() -> None:
    lazy = Pattern("a")
    assert lazy.search is lazy.search
    with pytest.raises(AttributeError):
        _ = lazy.nothing
    with pytest.raises(re.error):
        Pattern("(").search("")


def test_the_rooms_compile_nothing_before_it_is_used(root: Path) -> None:
    """The alternatives of a `WordRule` are compiled one by one when a text has their word, and need no more."""
    found = {
        path.relative_to(root / "pipeline").as_posix()
        for room in ROOMS
        for path in (root / "pipeline" / room).rglob("*.py")
        if "re.compile(" in path.read_text(encoding="utf-8")
    }
    assert found == {"text/patterns.py", "grammar/opening_words.py"}
