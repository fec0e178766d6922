"""Bends rules on purpose, one at a time, and says which of them no test notices (`make mutants`).

    python scripts/mutants.py [--count 60] [--seed 1] [--workers 4] [--only TEXT] [--json FILE]

A mutant is a copy of the project with one change in the grammar, the extractors or their knowledge:

condition    the condition of an `if`, a conditional expression or a comprehension says the opposite
operand      one operand of an `and` or `or` is left out
threshold    a number that something is compared with, or that a constant of the module holds, is a third of what it was
production   an entry of a table of productions, or one alternative of a chain of them, is left out
row          a row of knowledge is left out (the only one of its kind: it matches nothing any more)

It is killed where one of the fast tests of its room fails, where they cannot start, or where they need far more time.
Tests of growth are left out, and so are those that take rows out themselves. The sample is drawn with a seed, in the
shares of `SHARES`. Exit status 1 where a tenth of the mutants or more live on.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARES = {"condition": 4, "operand": 3, "row": 2, "threshold": 1, "production": 1}
CPU_SECONDS = 120
"""Of processor time; a test run that needs more hangs."""
ALLOWED = 0.10
"""Share of mutants that may live on."""

# The tests of a file: the facts of our own plans, and those of the first pattern that its path matches.
EVERY = ("test_facts",)
TESTS = (
    (r"grammar/time|extractors/deadlines|deadline_phrases", ("test_times", "test_deadlines", "test_tasks")),
    (r"grammar/clauses", ("test_clauses", "test_tasks")),
    (r"grammar/dates|extractors/dates", ("test_dates", "test_times", "test_citations")),
    (r"grammar/numbers", ("test_numbers", "test_citations")),
    (r"grammar/(laws|citing)|extractors/(citations|mentions)", ("test_citations",)),
    (r"grammar/issuers", ("test_issuer_facts", "test_citations")),
    (r"extractors/(identity|period)", ("test_identity",)),
    (r"extractors/(target|quantities)|target_phrases", ("test_targets",)),
    (r"grammar/(names|name_|own_names|opening|body_tree|lexicon|tokens)|/bodies\.toml", ("test_names", "test_tasks")),
    (r"grammar/(roles|phrases)|extractors/tasks|role_phrases", ("test_tasks",)),
)
ROWS = ("role_phrases", "bodies", "deadline_phrases", "target_phrases")
NOTHING = "zqxzqx"
"""Words that no text holds."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: bytes `start` to `end` of a file become `text`."""

    file: str
    kind: str
    start: int
    end: int
    text: bytes
    line: int
    was: str

    def __str__(self) -> str:
        now = "" if self.kind in ("row", "production") else f" -> {self.text.decode()!r}"
        return f"{self.file}:{self.line}: {self.kind}: {self.was!r}{now}"[:260]


# -- making mutants ----------------------------------------------------------------------------------------------------


class Source:
    """A module with the places of its nodes as offsets of bytes."""

    def __init__(self, file: str, data: bytes) -> None:
        self.file, self.data = file, data
        self.tree = ast.parse(data)
        self.lines = [0, *(match.end() for match in re.finditer(rb"\n", data))]

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Half-open offsets of an expression."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.lines[node.lineno - 1] + node.col_offset, self.lines[node.end_lineno - 1] + node.end_col_offset

    def mutant(self, kind: str, node: ast.expr, text: bytes) -> Mutant:
        """A mutant that has other words for an expression."""
        start, end = self.span(node)
        was = " ".join(self.data[start:end].decode().split())
        return Mutant(self.file, kind, start, end, text, node.lineno, was)

    def words(self, node: ast.expr) -> bytes:
        """The words of an expression."""
        start, end = self.span(node)
        return self.data[start:end]


def of_module(source: Source) -> Iterator[Mutant]:
    """All mutants of a module."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.If | ast.IfExp | ast.While) and not _is_guard(node):
            yield source.mutant("condition", node.test, b"(not (" + source.words(node.test) + b"))")
        elif isinstance(node, ast.comprehension) and node.ifs:
            for test in node.ifs:
                yield source.mutant("condition", test, b"(not (" + source.words(test) + b"))")
        elif isinstance(node, ast.BoolOp):
            word = b" and " if isinstance(node.op, ast.And) else b" or "
            for left_out in node.values:
                kept = [b"(" + source.words(value) + b")" for value in node.values if value is not left_out]
                yield source.mutant("operand", node, b"(" + word.join(kept) + b")")
        elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Tuple):
            yield from _without_one(source, node.iter)
        elif isinstance(node, ast.Compare):
            yield from (_third(source, value) for value in node.comparators if _is_number(value))
    for statement in source.tree.body:
        value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        if value is not None and _is_number(value):
            yield _third(source, value)
        elif isinstance(value, ast.Tuple | ast.List) and len(value.elts) > 2:
            yield from _without_one(source, value)


def _without_one(source: Source, node: ast.Tuple | ast.List) -> Iterator[Mutant]:
    """A table of functions or pairs without one of them."""
    for element in node.elts:
        if len(node.elts) > 1 and isinstance(element, ast.Name | ast.Tuple | ast.Call):
            kept = [source.words(one) for one in node.elts if one is not element]
            one = source.mutant("production", node, b"(" + b", ".join(kept) + b",)")
            yield replace(one, line=element.lineno, was=source.words(element).decode())


def _is_guard(node: ast.AST) -> bool:
    """Whether a condition is about types alone, not about what a text says."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value >= 3  # type: ignore[operator]


def _third(source: Source, node: ast.expr) -> Mutant:
    assert isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    return source.mutant("threshold", node, str(node.value // 3).encode())


def of_table(file: str, data: bytes) -> Iterator[Mutant]:
    """A mutant for each row of a table of knowledge."""
    places = [match.start() for match in re.finditer(rb"(?m)^\[\[row\]\]$", data)]
    rows = tomllib.loads(data.decode())["row"]
    kinds = Counter(row.get("kind") for row in rows)
    for row, start, end in zip(rows, places, [*places[1:], len(data)], strict=True):
        text = b"" if kinds[row.get("kind")] > 1 else _blind(row)
        was = " ".join(data[start:end].decode().split()).removeprefix("[[row]] ")
        yield Mutant(file, "row", start, end, text, data.count(b"\n", 0, start) + 1, was)


def _blind(row: dict[str, object]) -> bytes:
    """A row with words that no text holds."""
    said = {"patterns": [NOTHING], "words": [NOTHING], "forms": [NOTHING], "pattern": NOTHING, "key": NOTHING}
    kept = {
        key: said.get(key, value) if key != "words" or isinstance(value, list) else NOTHING
        for key, value in row.items()
    }
    values = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in kept.items())
    return ("[[row]]\n" + "\n".join(values) + "\n\n").encode()


def all_mutants(only: str = "") -> list[Mutant]:
    """Every mutant of the grammar, the extractors and their knowledge, in order of their files."""
    found: list[Mutant] = []
    modules = [*(ROOT / "pipeline/grammar").glob("*.py"), *(ROOT / "pipeline/extractors").rglob("*.py")]
    for path in sorted(modules):
        found += of_module(Source(path.relative_to(ROOT).as_posix(), path.read_bytes()))
    for name in ROWS:
        found += of_table(f"pipeline/knowledge/{name}.toml", (ROOT / f"pipeline/knowledge/{name}.toml").read_bytes())
    return [one for one in found if only in one.file and tests_of(one.file)]


def sample(mutants: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """`count` mutants, drawn with a seed in the shares of their kinds."""
    drawn: list[Mutant] = []
    by_kind = defaultdict(list)
    for one in mutants:
        by_kind[one.kind].append(one)
    draw = random.Random(seed)
    for several in by_kind.values():
        draw.shuffle(several)
    turns = [kind for kind, share in SHARES.items() for _ in range(share)]
    while len(drawn) < min(count, len(mutants)):
        for kind in turns:
            if by_kind[kind] and len(drawn) < count:
                drawn.append(by_kind[kind].pop())
    return drawn


# -- running the tests -------------------------------------------------------------------------------------------------


def tests_of(file: str) -> tuple[str, ...]:
    """The test modules of a file."""
    return EVERY + next((tests for pattern, tests in TESTS if re.search(pattern, file)), ())


def copy_project(folder: Path) -> None:
    """A copy of what the tests need."""
    for name in ("pipeline", "tests", "models", "data/raw"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, symlinks=True)
    (folder / "vnplan").symlink_to("pipeline")  # the package, by the name that the tests import
    shutil.copy(ROOT / "pyproject.toml", folder)


def run_tests(folder: Path, tests: tuple[str, ...], options: list[str]) -> subprocess.CompletedProcess[str]:
    """The fast tests of some modules, in a copy of the project, with a limit on processor time."""
    pytest = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "--tb=no"]
    chosen = ["-k", "not grows and not each_row", *(f"tests/{name}.py" for name in tests)]
    command = ["sh", "-c", f'ulimit -t {CPU_SECONDS}; exec "$@"', "sh", *pytest, *options, *chosen]
    surroundings = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


def failing(folder: Path, tests: tuple[str, ...]) -> list[str]:
    """Tests that fail without any change: nothing can be learnt from them."""
    done = run_tests(folder, tests, ["-rfE"])
    if done.returncode not in (0, 1):
        raise SystemExit(f"the tests do not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]


def is_killed(folder: Path, mutant: Mutant, deselect: list[str]) -> bool:
    """Whether the tests notice a mutant."""
    path = folder / mutant.file
    data, times = path.read_bytes(), path.stat()
    try:
        path.write_bytes(data[: mutant.start] + mutant.text + data[mutant.end :])
        return run_tests(folder, tests_of(mutant.file), ["-x", *deselect]).returncode != 0
    finally:
        path.write_bytes(data)
        os.utime(path, (times.st_atime, times.st_mtime))


def survivors(mutants: list[Mutant], workers: int) -> list[Mutant]:
    """The mutants that no test notices."""
    with tempfile.TemporaryDirectory(prefix="vnplan-mutants-") as work, ThreadPoolExecutor(workers) as pool:
        folders: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(workers):
            copy_project(Path(work) / str(number))
            folders.put(Path(work) / str(number))
        suites = sorted({tests_of(one.file) for one in mutants})

        def broken(tests: tuple[str, ...]) -> list[str]:
            folder = folders.get()
            try:
                return failing(folder, tests)
            finally:
                folders.put(folder)

        # Begun before the mutants, so that whoever waits for one of them waits for what is under way.
        unchanged = {tests: pool.submit(broken, tests) for tests in suites}

        def lives(mutant: Mutant) -> bool:
            deselect = [f"--deselect={name}" for name in unchanged[tests_of(mutant.file)].result()]
            folder = folders.get()
            try:
                killed = is_killed(folder, mutant, deselect)
            finally:
                folders.put(folder)
            print("killed  " if killed else "SURVIVED", mutant, flush=True)
            return not killed

        alive = list(pool.map(lives, mutants))
        for name in sorted({name for tests in suites for name in unchanged[tests].result()}):
            print(f"fails without any change, left out: {name}", flush=True)
        return [mutant for mutant, lived in zip(mutants, alive, strict=True) if lived]


def main() -> int:
    """Draws the sample, runs it, and prints what lived on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60, help="how many mutants (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="mutants of files with this text in their path alone"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    every = all_mutants(options.only)
    drawn = sample(every, options.count, options.seed)
    alive = survivors(drawn, options.workers)
    share = len(alive) / max(1, len(drawn))
    kinds = Counter(one.kind for one in drawn)
    left = Counter(one.kind for one in alive)
    print(f"{len(drawn)} of {len(every)} mutants (seed {options.seed}): {len(alive)} live on ({share:.1%})")
    print("; ".join(f"{kind}: {left[kind]} of {kinds[kind]}" for kind in SHARES))
    for one in alive:
        print(f"  {one}")
    if options.json:
        figures = {"mutants": len(drawn), "seed": options.seed, "survivors": [str(one) for one in alive]}
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(share >= ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
