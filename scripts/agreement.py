"""How far two readers agree who labelled the same documents: by kind of fact, either one as gold for the other.

    python scripts/agreement.py LABELS OTHER_LABELS

Both are folders with a JSON file a document, of the same names. What a reader calls optional is not given, and not
asked for. The measures are those of `vnplan evaluate`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vnplan.evaluation.evaluate import Evaluation, Figure  # noqa: E402
from vnplan.evaluation.judging import Judged, judge_document  # noqa: E402

Labels = dict[str, Any]
_FIELDS = ("doc_type", "number", "issue_date", "place", "title", "signer")
_SPLIT = ("issue_month", "number_symbol")  # of fields that are judged whole


class LabelTables:
    """Labels as the rows of tables."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    def of(self, name: str, plan: Labels) -> list[Labels]:
        """The rows of a table."""
        made = getattr(self, f"_{name}", None)
        return list(made()) if made else []

    def _tasks(self) -> Iterator[Labels]:
        for number, one in enumerate(self._labels.get("tasks", ())):
            if not one.get("optional"):
                row = {"task_id": str(number), "task": one["at"], "section": one.get("section"), **one["roles"]}
                yield row | {"form": one.get("form"), "deadline": one.get("deadline")}

    def _responsibilities(self) -> Iterator[Labels]:
        for number, one in enumerate(self._labels.get("tasks", ())):
            for role, bodies in one["roles"].items() if not one.get("optional") else ():
                yield from ({"body": body, "role": role, "task_id": str(number)} for body in bodies)

    def _targets(self) -> Iterator[Labels]:
        return (one for one in self._labels.get("targets", ()) if not one.get("optional"))

    def _deadlines(self) -> Iterator[Labels]:
        for time in self._labels.get("deadlines", ()):
            yield {"date": time} if time[:4].isdigit() and time[4:5] == "-" else {"recurrence": time}

    def _sections(self) -> Iterator[Labels]:
        return ({"path": path} for path in self._labels.get("sections", ()))

    def _citations(self) -> Iterator[Labels]:
        return ({**one, "doc_type": one.get("type")} for one in self._labels.get("citations", ()))


def figures(gold: Path, given: Path) -> dict[str, Figure]:
    """The figures of one reader's labels by those of the other."""
    judged = Judged()
    for path in sorted(gold.glob("*.json")):
        other = given / path.name
        if other.is_file():
            wanted, labels = (json.loads(one.read_text(encoding="utf-8")) for one in (path, other))
            wanted = {key: value for key, value in wanted.items() if key in labels}
            first, last = labels.get("period") or (None, None)
            plan = {key: labels.get(key) for key in _FIELDS} | {"document_id": path.stem}
            plan |= {
                "period_start": first,
                "period_end": last,
                "issuing_body": (labels.get("issuing_body") or [None])[0],
            }
            judged.scored.append(path.stem)
            judge_document(judged, path.stem, wanted, plan, LabelTables(labels))
    return {kind: one for kind, one in Evaluation(judged).figures().items() if kind not in _SPLIT}


def main() -> None:
    """Print a table of both directions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("other", type=Path)
    args = parser.parse_args()
    one, two = figures(args.labels, args.other), figures(args.other, args.labels)
    print("| kind of fact | first as gold | second as gold | labelled by each |\n|---|---:|---:|---:|")
    for kind, figure in one.items():
        other = two.get(kind)
        if figure.score is not None and other and other.score is not None:
            counts = " / ".join(str(f.right + f.missed) for f in (figure, other))
            print(f"| {kind} | {figure.score:.3f} | {other.score:.3f} | {counts} |")


if __name__ == "__main__":
    main()
