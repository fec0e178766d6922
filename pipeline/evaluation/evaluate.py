"""The figures of an output folder against gold: by kind of fact, form, format and type of document, with intervals."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .alike import overlap
from .calibration import Grade, calibration_error, graded_kind, grades, reliability, threshold
from .judging import Judged, Judgement, judge

ROUNDS = 1000
_SLICES: tuple[tuple[str, Callable[[Judgement], str]], ...] = (
    ("form", lambda one: one.form),
    ("format", lambda one: one.format),
    ("doc_type", lambda one: one.doc_type),
)
_ALIKE_ENOUGH = 0.5  # share of words in common from which on two facts are about the same thing


@dataclass(frozen=True, slots=True)
class Figure:
    """How right one kind of fact is.

    Attributes:
        measure: `accuracy` for a field, `f1` for a set.
        score: Exact score, 0 to 1; None where there was nothing to judge.
        low: Lower end of its 95 % interval (bootstrap over documents).
        high: Upper end.
        overlap: The same score where a fact that is partly right counts by the share of its words.
        precision: Share of right ones among those given.
        recall: Share of the gold's that were given.
        right: Values as in the gold.
        wrong: Values that the gold does not have.
        missed: Values of the gold that were not given.
    """

    measure: str
    score: float | None
    low: float | None
    high: float | None
    overlap: float | None
    precision: float
    recall: float
    right: int
    wrong: int
    missed: int


@dataclass(frozen=True)
class Evaluation:
    """All judgements with their figures."""

    judged: Judged

    def figures(self, chosen: Callable[[Judgement], bool] = lambda one: True) -> dict[str, Figure]:
        """Figures by kind, of the judgements that are chosen; kinds without any are left out."""
        parts: dict[str, list[Judgement]] = defaultdict(list)
        for one in self.judged.judgements:
            if chosen(one):
                parts[one.kind].append(one)
        return {
            kind: _figure(parts[kind], measured == "field")
            for kind, measured in self.judged.kinds.items()
            if kind in parts
        }

    def slices(self) -> dict[str, dict[str, dict[str, Figure]]]:
        """Figures by form of task, format and type of document: `{"format": {"pdf": {"targets": …}}}`."""
        found: dict[str, dict[str, dict[str, Figure]]] = {}
        for name, of in _SLICES:
            values = sorted({of(one) for one in self.judged.judgements} - {""})
            found[name] = {value: self.figures(lambda one, v=value, o=of: o(one) == v) for value in values}  # type: ignore[misc]
        return found

    def grades(self) -> list[Grade]:
        """Every row that is known to be right or wrong."""
        return grades(self.judged)

    def misses(self) -> list[Judgement]:
        """All that is not right, in order of the documents."""
        return [one for one in self.judged.judgements if one.verdict != "right" and (one.gold or one.given)]

    def calibration(self) -> dict[str, dict[str, Any]]:
        """By kind of fact: calibration error, bins, threshold for 99 % precision, claim and truth of each rule."""
        every = self.grades()
        missed: dict[str, int] = defaultdict(int)
        for one in self.judged.judgements:
            if one.verdict == "missed" and (kind := graded_kind(one, self.judged)):
                missed[kind] += 1
        found: dict[str, dict[str, Any]] = {}
        for kind in dict.fromkeys(grade.kind for grade in every):
            rows = [grade for grade in every if grade.kind == kind]
            sure = threshold(rows, missed=missed[kind])
            found[kind] = {
                "count": len(rows),
                "right": sum(row.right for row in rows),
                "error": calibration_error(rows),
                "bins": [asdict(part) for part in reliability(rows)],
                "threshold_99": asdict(sure) if sure else None,
                "rules": _by_rule(rows),
            }
        return found

    def as_json(self) -> str:
        """Everything but the misses, as JSON."""
        content = {
            "figures": {kind: asdict(figure) for kind, figure in self.figures().items()},
            "slices": {
                name: {value: {kind: asdict(f) for kind, f in figures.items()} for value, figures in values.items()}
                for name, values in self.slices().items()
            },
            "calibration": self.calibration(),
            "scored": self.judged.scored,
            "absent": self.judged.absent,
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    def save(self, path: str | Path) -> None:
        """Write `as_json` to a file."""
        Path(path).write_text(self.as_json(), encoding="utf-8")

    def lines(self, misses: bool = False, slices: bool = True) -> Iterator[str]:
        """The report for a terminal."""
        absent = self.judged.absent
        yield f"{len(self.judged.scored)} documents scored" + (f"; no plan for {', '.join(absent)}" if absent else "")
        yield from _table("", self.figures())
        for name, values in self.slices().items() if slices else ():
            for value, figures in values.items():
                yield ""
                yield from _table(f"{name} {value}", figures)
        yield ""
        yield f"{'confidence':18}{'rows':>6}{'right':>7}{'error':>8}   99 % right from … on, and share of the gold kept"
        for kind, part in self.calibration().items():
            sure = part["threshold_99"]
            kept = f"{sure['confidence']:.2f} ({sure['recall']:.3f})" if sure else "no such threshold"
            yield f"{kind:18}{part['count']:6}{part['right'] / part['count']:7.3f}{part['error']:8.3f}   {kept}"
            for bin_ in part["bins"]:
                yield f"{'':18}{bin_['count']:6}{bin_['right']:7.3f}   claimed {bin_['claimed']:.3f}"
        if misses:
            yield ""
            for one in self.misses():
                yield said(one)


def evaluate(out: str | Path, gold: Sequence[str | Path]) -> Evaluation:
    """Judges an output folder by folders of gold.

    Args:
        out: Output folder of `vnplan extract`.
        gold: Folders with one JSON file a document (see the documentation, "How far to trust it").

    Raises:
        UsageError: There are no tables, or no gold.
    """
    return Evaluation(judge(out, gold))


def said(one: Judgement) -> str:
    """A judgement as one line: document, kind, what is wrong, and the words."""
    gold, given = words(one.gold), words(one.given)
    where = f"{one.document}: {one.kind}"
    rule = f" [{one.rule}]" if one.rule else ""
    if one.verdict == "missed":
        return f"{where}: missed {gold!r}"
    if one.verdict == "right":
        return f"{where}: right {given!r}{rule}"
    return f"{where}: given {given!r}{rule}" + (f", gold {gold!r}" if one.gold is not None else "")


def words(value: Any) -> str:
    """A value of the gold or of a table in words."""
    if isinstance(value, dict):
        if "task" in value and "body" in value:
            return f"{value['body']} ({value['role']}): {words(value['task'])}"
        if "direction" in value:
            figures = "-".join(f"{value[key]:g}" for key in ("low", "high") if value.get(key) is not None)
            return f"{value['direction']} {figures}: {value.get('text') or value.get('indicator')}"[:300]
        if "body" in value:
            return f"{value['body']} ({value.get('role')})"
        if "at" in value or "words" in value:
            return str(value.get("at") or value.get("words"))[:160]
        keys = ("type", "doc_type", "number", "name", "date")
        return " ".join(str(value[key]) for key in keys if value.get(key))
    if isinstance(value, list | tuple):
        return " | ".join(map(str, value))
    return "" if value is None else str(value)


# -- Figures ---------------------------------------------------------------------------------------------------------


def _counts(rows: Iterable[Judgement]) -> tuple[int, int, int]:
    tally = {"right": 0, "wrong": 0, "missed": 0}
    for row in rows:
        tally[row.verdict] += 1
    return tally["right"], tally["wrong"], tally["missed"]


def _score(right: float, wrong: float, missed: float, is_field: bool) -> float | None:
    """Accuracy of a field, F1 of a set; a set of nothing that was left empty is right."""
    if is_field:
        every = right + wrong + missed
        return right / every if every else None
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0


def _figure(rows: Sequence[Judgement], is_field: bool) -> Figure:
    right, wrong, missed = _counts(rows)
    low, high = _interval(rows, is_field)
    near = _nearly(rows)
    # A pair that is partly right moves its share from wrong and missed to right.
    soft = _score(right + near, wrong - near, missed - (0 if is_field else near), is_field)
    return Figure(
        "accuracy" if is_field else "f1", _score(right, wrong, missed, is_field), low, high, soft,
        right / (right + wrong) if right + wrong else 1.0, right / (right + missed) if right + missed else 1.0,
        right, wrong, missed,
    )  # fmt: skip


def _nearly(rows: Sequence[Judgement]) -> float:
    """The sum of shared words over pairs of a missed and a wrong fact of one document that are about the same thing."""
    found = 0.0
    documents: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for row in rows:
        if row.verdict == "wrong" and row.gold is not None:
            found += max(overlap(text, words(row.given)) for text in _ways(row.gold))
        elif row.verdict != "right":
            documents[row.document][row.verdict == "wrong"].append(words(row.given if row.gold is None else row.gold))
    for gold, given in documents.values():
        pairs = sorted(((overlap(a, b), i, k) for i, a in enumerate(gold) for k, b in enumerate(given)), reverse=True)
        left, free = set(range(len(gold))), set(range(len(given)))
        for share, i, k in pairs:
            if share >= _ALIKE_ENOUGH and i in left and k in free:
                left.discard(i)
                free.discard(k)
                found += share
    return found


def _ways(gold: Any) -> list[str]:
    """The ways in which the gold words a field: a body has several."""
    return [words(one) for one in gold] if isinstance(gold, list) else [words(gold)]


def _interval(rows: Sequence[Judgement], is_field: bool) -> tuple[float | None, float | None]:
    """The middle 95 % of the score over documents drawn with replacement; equal draws for equal documents."""
    import numpy as np

    documents: dict[str, list[Judgement]] = defaultdict(list)
    for row in rows:
        documents[row.document].append(row)
    counts = np.array([_counts(part) for part in documents.values()])
    drawn = np.random.default_rng(1).multinomial(len(counts), [1 / len(counts)] * len(counts), ROUNDS) @ counts
    right, rest = drawn[:, 0], drawn[:, 1] + drawn[:, 2]
    scores = right / np.maximum(right + rest, 1) if is_field else 2 * right / np.maximum(2 * right + rest, 1)
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(low), float(high)


def _by_rule(rows: Sequence[Grade]) -> dict[str, dict[str, float]]:
    parts: dict[str, list[Grade]] = defaultdict(list)
    for row in rows:
        parts[row.rule].append(row)
    return {
        rule: {
            "count": len(part),
            "claimed": sum(row.confidence for row in part) / len(part),
            "right": sum(row.right for row in part) / len(part),
        }
        for rule, part in sorted(parts.items(), key=lambda item: -len(item[1]))
    }


def _table(title: str, figures: dict[str, Figure]) -> Iterator[str]:
    heads = f"{'exact':>7}{'95 % interval':>16}{'overlap':>9}{'P':>7}{'R':>7}{'right':>7}{'wrong':>7}{'missed':>8}"
    yield f"{title:36}{heads}"
    for kind, f in figures.items():
        score = "    n/a" if f.score is None else f"{f.score:7.3f}"
        between = "" if f.low is None else f"{f.low:.3f} to {f.high:.3f}"
        soft = "" if f.overlap is None else f"{f.overlap:.3f}"
        rates = f"{f.precision:7.3f}{f.recall:7.3f}{f.right:7}{f.wrong:7}{f.missed:8}"
        yield f"{kind:36}{score}{between:>16}{soft:>9}{rates}"
