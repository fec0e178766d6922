"""The house rules that can be counted: phrases stand in knowledge, modules and functions stay short."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ("text", "grammar", "segmentation", "entities", "extractors", "linking")
LONGEST_MODULE = 500
LONGEST_FUNCTION = 60
_PHRASE = re.compile(r"(?<![^\W\d_])[^\W\d_]+ [^\W\d_]+")
_VIETNAMESE = re.compile("[À-ỹĐđ]")

# Phrases that still stand in code, a file each with how many; the numbers may only fall. Those of `linking` and
# `entities` go with the readers that they belong to, once these read the trees of the grammar; those of citations are
# pieces of patterns with look-behinds, which a row of knowledge cannot hold yet.
PHRASES_LEFT = {
    "entities/rules.py": 65,
    "extractors/citations.py": 1,
    "extractors/mentions.py": 21,
    "grammar/citing.py": 7,
    "grammar/dates.py": 2,
    "grammar/issuers.py": 18,
    "grammar/laws.py": 15,
    "linking/bodies.py": 20,
    "linking/context.py": 2,
    "linking/lookup.py": 2,
    "linking/naming.py": 33,
    "linking/places.py": 5,
    # Codes of documents and single letters, no phrases; the rest of words whose first letter was read as a bracket.
    "segmentation/__init__.py": 4,
    "segmentation/letterhead.py": 2,
    "text/repair.py": 3,
    "text/syllables.py": 5,
}
# Why they are long: two readers of one thing that the grammar is to take over (linking, entities), two patterns whose
# parts explain each other (numbers, mentions).
LONG_MODULES = {
    "entities/rules.py",
    "extractors/mentions.py",
    "grammar/numbers.py",
    "linking/bodies.py",
    "linking/naming.py",
}
# Each is a list of steps, one a field or one a paragraph; cut in two, the halves would pass all variables on.
LONG_FUNCTIONS = {"extractors/identity.py extract", "segmentation/sections.py build_sections"}


def modules(root: Path) -> Iterator[tuple[str, str]]:
    """Path below the package and source of every module of the rooms."""
    for room in ROOMS:
        for path in sorted((root / "pipeline" / room).rglob("*.py")):
            yield path.relative_to(root / "pipeline").as_posix(), path.read_text(encoding="utf-8")


def phrases(source: str) -> list[str]:
    """Vietnamese phrases in the literals of a module, docstrings apart: two words side by side, one with a diacritic."""
    tree = ast.parse(source)
    bodies = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
    documentation = {id(one.value) for body in bodies for one in body if isinstance(one, ast.Expr)}
    literals = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]
    return [found for text in literals for found in _PHRASE.findall(text) if _VIETNAMESE.search(found)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 'chủ trì'", ["chủ trì"]),
        ("x = rf'(?:{y}|có trách nhiệm) '", ["có trách"]),
        ("def f():\n    'Chủ trì, in a docstring.'\n", []),
        ("x = 1\n'''Of x: chủ trì.'''\n", []),
        ("x = 'và'  # chủ trì", []),
        ("x = 'a plain sentence'", []),
    ],
)
def test_phrases_are_found(source: str, expected: list[str]) -> None:
    assert phrases(source) == expected


def test_phrases_stand_in_knowledge(root: Path) -> None:
    found = {name: len(several) for name, source in modules(root) if (several := phrases(source))}
    assert found == PHRASES_LEFT


def test_modules_are_short(root: Path) -> None:
    lengths = {name: len(source.splitlines()) for name, source in modules(root)}
    assert {name for name, length in lengths.items() if length > LONGEST_MODULE} == LONG_MODULES


def test_functions_fit_a_screen(root: Path) -> None:
    long = {
        f"{name} {node.name}"
        for name, source in modules(root)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    }
    assert long == LONG_FUNCTIONS


def test_commands_that_the_guides_name_are_there(root: Path) -> None:
    """A guide that says `make x` means a target of the Makefile, and `make help` lists it."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"env", "help"}
    guides = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    named = {word for path in guides for word in re.findall(r"`make ([a-z]+)", path.read_text(encoding="utf-8"))}
    assert named - {"help"} <= targets
    assert targets == set(re.findall(r"^\t@echo 'make ([a-z]+) ", makefile, re.MULTILINE))
