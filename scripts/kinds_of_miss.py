"""Counts kinds of miss on all gold that may be read, for the table of docs/guides/trust.md.

    python scripts/kinds_of_miss.py OUT GOLD…

OUT is an output folder over the documents of the gold; folders named `written` are counted apart. A fact that is missed
and one that is wrong are one miss where they are about the same: a body with another role or cut otherwise, a figure
with other words.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vnplan.evaluation import evaluate  # noqa: E402
from vnplan.evaluation.alike import fold, overlap  # noqa: E402
from vnplan.evaluation.judging import ASSIGNMENTS, DUE, TASKS, Judgement  # noqa: E402


def kinds(judgements: list[Judgement]) -> Iterator[str]:
    """The kind of every miss."""
    by_document: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for one in judgements:
        by_document[one.document, one.kind, one.verdict].append(one.gold if one.verdict == "missed" else one.given)
    for document in dict.fromkeys(one.document for one in judgements):
        tasks = by_document[document, TASKS, "missed"]
        yield from ("task missed" for _ in tasks)
        yield from ("task invented" for _ in by_document[document, TASKS, "wrong"])
        lost, more = (by_document[document, ASSIGNMENTS, verdict] for verdict in ("missed", "wrong"))
        yield from _assignments(lost, more, {id(task) for task in tasks}, by_document[document, TASKS, "wrong"])
        lost, more = (by_document[document, "targets", verdict] for verdict in ("missed", "wrong"))
        yield from _targets(lost, more)
    for kind, name in (("deadlines", "deadline"), (DUE, "deadline of a task")):
        yield from (f"{name} {one.verdict}" for one in judgements if one.kind == kind and one.verdict != "right")


def _taken(more: list[Any], same: Callable[[Any], bool]) -> bool:
    """Whether one of the wrong ones is the same; it is taken out then."""
    found = next((one for one in more if same(one)), None)
    if found is not None:
        more.remove(found)
    return found is not None


def _assignments(lost: list[Any], more: list[Any], missed: set[int], invented: list[Any]) -> Iterator[str]:
    for one in lost:
        task, body = one["task"], one["body"]
        if id(task) in missed:
            yield "assignment of a missed task"
            continue
        at = fold(task["at"])

        def here(other: Any, at: str = at) -> bool:
            words = fold(other["task"]["words"])
            return at[:30] in words or words[:30] in at

        def recast(other: Any, body: str = body) -> bool:
            return here(other) and fold(other["body"]) == fold(body)

        def renamed(other: Any, body: str = body, role: str = one["role"]) -> bool:
            return here(other) and other["role"] == role and overlap(other["body"], body) > 0.3

        if _taken(more, recast):
            yield "body with another role"
        elif _taken(more, renamed):
            yield "body cut otherwise"
        else:
            yield f"body missed at a right task ({one['role']})"
    rows = [task["row"] for task in invented]
    for other in more:
        false = any(other["task"]["row"] is row for row in rows)
        yield "assignment of an invented task" if false else "further body at a right task"


def _targets(lost: list[Any], more: list[Any]) -> Iterator[str]:
    for one in lost:
        low = one.get("low")

        def figure(other: Any, low: Any = low) -> bool:
            return low is not None and other.get("low") == low

        yield "target with its figure and other words" if _taken(more, figure) else "target missed"
    yield from ("target invented" for _ in more)


def main() -> None:
    """Print a table, the commonest first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("gold", nargs="+", type=Path)
    args = parser.parse_args()
    counts: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    for folder in args.gold:
        counts[folder.name == "written"].update(kinds(evaluate(args.out, [folder]).judged.judgements))
    print("| kind of miss | real | written |\n|---|---:|---:|")
    for kind, _ in (counts[False] + counts[True]).most_common():
        print(f"| {kind} | {counts[False][kind]} | {counts[True][kind]} |")


if __name__ == "__main__":
    main()
