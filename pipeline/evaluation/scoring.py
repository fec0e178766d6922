"""Tables against gold: fields that occur once, lists of facts, and whether the evidence is in its place.

A gold file is a JSON object named after its document (`NAME.json` or `NAME.gold.json` for `NAME.txt`), with any of the
keys `doc_type`, `number`, `issue_date`, `place`, `issuing_body` (a list of names, each of them right), `parent_body`,
`title`, `period` ([first, last year]), `signer`, `signer_positions`, `signer_capacity`, `truncated`; and the lists
`citations`, `targets`, `responsibilities`, `deadlines`, `recipients`, `sections`, and the count `citation_mentions`. A
key that is not there is not scored.

Words are compared without case, punctuation and the placement of tone marks, and may differ in a letter or two of
twenty; codes, numbers and dates must be equal.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, cast

from rapidfuzz.fuzz import ratio

from ..errors import UsageError
from ..tables import load_tables
from ..text.normalise import fold

_ALIKE = 90.0  # percent; below it, words are other words
_NOT_WORD = re.compile(r"[\W_]+")
Fact = Mapping[str, Any]


@dataclass
class Tally:
    """Counts for one field or list.

    Attributes:
        right: Values as in the gold (null where the gold has null, for a field).
        wrong: Values that the gold does not have.
        missed: Values of the gold that were not given.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of right ones among the values given."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold's values that were given."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """A difference: what the gold has and what was given, each None where there is nothing."""

    document: str
    what: str
    gold: object
    given: object


@dataclass
class Report:
    """The scores of an output folder."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)
    scored: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def lowest(self) -> float:
        """The lowest F1; 0 if a gold document has no plan or nothing was scored."""
        return min((tally.f1 for tally in self.tallies.values()), default=0.0) if not self.absent else 0.0

    def lines(self, misses: bool = False) -> Iterator[str]:
        """The report for a terminal."""
        yield f"{len(self.scored)} documents scored" + (
            f"; no plan for {', '.join(self.absent)}" if self.absent else ""
        )
        yield f"{'':24}{'F1':>7}{'precision':>11}{'recall':>8}{'right':>7}{'wrong':>7}{'missed':>8}"
        for name, t in self.tallies.items():
            figures = f"{t.f1:7.3f}{t.precision:11.3f}{t.recall:8.3f}{t.right:7}{t.wrong:7}{t.missed:8}"
            yield f"{name:24}{figures}"
        if misses:
            for miss in self.misses:
                yield f"{miss.document}: {miss.what}: gold {miss.gold!r}, given {miss.given!r}"

    def save(self, path: str | Path) -> None:
        """Write the figures as JSON."""
        figures = {name: {**asdict(tally), "f1": tally.f1} for name, tally in self.tallies.items()}
        content = {"figures": figures, "scored": self.scored, "absent": self.absent}
        Path(path).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def add_field(
        self, document: str, name: str, gold: object, given: object, same: Callable[[Any, Any], bool]
    ) -> None:
        """Score a field that occurs once; None on both sides is right."""
        tally = self.tallies.setdefault(name, Tally())
        if (gold is None and given is None) or (gold is not None and given is not None and same(gold, given)):
            tally.right += 1
            return
        tally.wrong += given is not None
        tally.missed += gold is not None
        self.misses.append(Miss(document, name, gold, given))

    def add_list(
        self,
        document: str,
        name: str,
        gold: Iterable[Fact],
        given: Iterable[Fact],
        alike: Callable[[Fact, Fact], float],
    ) -> None:
        """Score a list: pairs are made one to one, the most alike first."""
        gold, given = list(gold), list(given)
        scores = sorted(((alike(g, f), -i, -k) for i, g in enumerate(gold) for k, f in enumerate(given)), reverse=True)
        left, free = set(range(len(gold))), set(range(len(given)))
        for likeness, i, k in scores:
            if likeness >= _ALIKE and -i in left and -k in free:
                left.discard(-i)
                free.discard(-k)
        tally = self.tallies.setdefault(name, Tally())
        tally.right += len(gold) - len(left)
        tally.missed += len(left)
        tally.wrong += len(free)
        self.misses += [Miss(document, name, gold[i], None) for i in sorted(left)]
        self.misses += [Miss(document, name, None, given[k]) for k in sorted(free)]


def score(out: str | Path, gold: str | Path) -> Report:
    """Scores an output folder against a folder of gold.

    Raises:
        UsageError: There are no tables, or no gold.
    """
    folder = Path(gold)
    files = {_stem(path.name): path for path in sorted({*folder.glob("*.json"), *folder.rglob("*.gold.json")})}
    if not files:
        raise UsageError(f"no gold in {gold}: it should hold one JSON file a document")
    tables: dict[str, list[Fact]] = {
        name: cast(list[Fact], frame.astype(object).where(frame.notna(), None).to_dict("records"))
        for name, frame in load_tables(out).items()
        if name not in ("pages", "errors") and "document_id" in frame  # those of the register tell of no one document
    }
    plans = {_stem(PurePosixPath(plan["source"]).name): plan for plan in tables["plans"]}
    facts: dict[str, dict[str, list[Fact]]] = {}
    for name, rows in tables.items():
        facts[name] = defaultdict(list)
        for row in rows:
            facts[name][row["document_id"]].append(row)
    report = Report()
    for stem, path in files.items():
        if stem not in plans:
            report.absent.append(stem)
            continue
        report.scored.append(stem)
        expected = json.loads(path.read_text(encoding="utf-8"))
        found = {name: rows[plans[stem]["document_id"]] for name, rows in facts.items()}
        _score_fields(report, stem, expected, plans[stem])
        _score_lists(report, stem, expected, found, plans[stem])
        _score_evidence(report, stem, found)
    return report


def _stem(name: str) -> str:
    """A file name without its extension, and without `.gold`."""
    return re.sub(r"\.[A-Za-z0-9]{1,8}$", "", name).removesuffix(".gold")


# -- Fields that occur once ------------------------------------------------------------------------------------------


def _words(text: object) -> str:
    return " ".join(_NOT_WORD.sub(" ", fold(str(text))).split())


def _likeness(one: object, other: object) -> float:
    """0 to 100: how alike two texts are."""
    return ratio(_words(one), _words(other)) if one and other else 100.0 * (not one and not other)


def _alike(one: object, other: object) -> bool:
    return _likeness(one, other) >= _ALIKE


def _number(text: object) -> str:
    """A number with spaces, dashes, case and leading zeros evened out."""
    return re.sub(r"[‐-―−]", "-", re.sub(r"\s+", "", str(text)).upper()).lstrip("0")


def _same_number(one: object, other: object) -> bool:
    return _number(one) == _number(other)


def _score_fields(report: Report, document: str, gold: Fact, plan: Fact) -> None:
    """All fields that the gold has; one written by hand may be left open."""
    by_hand = set(gold.get("handwritten") or ())
    unreadable = {name for name, readable in (gold.get("readable") or {}).items() if readable is False}
    checks: dict[str, Callable[[Any, Any], bool]] = {
        "doc_type": str.__eq__,
        "number": _same_number,
        "issue_date": lambda one, other: one == str(other)[:10],
        "place": _alike,
        "issuing_body": lambda names, other: any(_alike(name, other) for name in names),
        "parent_body": _alike,
        "title": _alike,
        "signer": _alike,
        "signer_positions": lambda one, other: len(one) == len(other) and all(map(_alike, one, other)),
        "signer_capacity": _alike,
        "truncated": bool.__eq__,
    }
    for name, same in checks.items():
        if name in gold and name not in unreadable:
            given = _some(plan.get(name))
            if not (name in by_hand and given is None):
                report.add_field(document, name, _some(gold[name]), given, same)
    if "period" in gold:
        years = (plan["period_start"], plan["period_end"])
        given = None if None in years else [str(int(year)) for year in years]
        report.add_field(document, "period", _some(gold["period"]), given, list.__eq__)


def _some(value: Any) -> Any:
    """The value, None for an empty one."""
    return value if value is not None and value != "" and value != [] else None


# -- Lists -----------------------------------------------------------------------------------------------------------


def _score_lists(report: Report, document: str, gold: Fact, found: Mapping[str, list[Fact]], plan: Fact) -> None:
    lists: dict[str, tuple[Iterable[Fact], Callable[[Fact, Fact], float]]] = {
        "citations": (_documents(found["citations"]), _citation),
        "targets": (found["targets"], _target),
        "responsibilities": (_roles(found["responsibilities"]), _responsibility),
        "deadlines": (_distinct(_due(row) for row in found["deadlines"]), _text),
        "recipients": (_texts(plan["recipients"]), _text),
        "sections": (_distinct(row["path"] for row in found["sections"]), _equal),
    }
    for name, (given, alike) in lists.items():
        if name in gold:
            wanted = _texts(gold[name]) if alike in (_text, _equal) else gold[name]
            wanted = _roles(wanted) if name == "responsibilities" else wanted
            report.add_list(document, name, wanted, given, alike)
    if "citation_mentions" in gold:
        mentions = sum(not row["is_self"] for row in found["citations"])
        same = min(mentions, gold["citation_mentions"])
        tally = report.tallies.setdefault("citation mentions", Tally())
        tally.right += same
        tally.wrong += mentions - same
        tally.missed += gold["citation_mentions"] - same


def _texts(values: Sequence[str]) -> list[Fact]:
    return [{"text": value} for value in values]


def _distinct(values: Iterable[str]) -> list[Fact]:
    return _texts(list(dict.fromkeys(values)))


def _due(row: Fact) -> str:
    return str(row["date"])[:10] if row["date"] is not None else str(row["recurrence"])


def _documents(rows: Iterable[Fact]) -> list[Fact]:
    """Each document cited, once for every date that it is given."""
    found: dict[Hashable, dict[str, Fact]] = {}
    for row in rows:
        if not row["is_self"]:
            key = (row["doc_type"], _number(row["number"] or ""), "" if row["number"] else _words(row["name"]))
            found.setdefault(key, {}).setdefault(row["date"] or "", row)
    return [row for dates in found.values() for date, row in dates.items() if date or len(dates) == 1]


def _citation(gold: Fact, given: Fact) -> float:
    if gold["type"] != given["doc_type"] or (gold.get("date") or "") != (given["date"] or ""):
        return 0.0
    if gold.get("number") or given["number"]:
        return 100.0 * bool(gold.get("number") and given["number"] and _same_number(gold["number"], given["number"]))
    return _likeness(gold.get("name"), given["name"])


def _target(gold: Fact, given: Fact) -> float:
    if any(gold.get(key) != given[key] for key in ("direction", "low", "high", "unit", "baseline")):
        return 0.0
    if gold["indicator"] == given["indicator"]:
        return 100.0
    return max(_likeness(gold["indicator"], given[key]) for key in ("indicator", "indicator_text"))


def _roles(rows: Iterable[Fact]) -> list[Fact]:
    """Each body and role once; `implement` is the default, and goes where the body has another role."""
    seen = {(_words(row["body"]), row["role"]): row for row in rows}
    other = {body for body, role in seen if role != "implement"}
    return [row for (body, role), row in seen.items() if role != "implement" or body not in other]


def _responsibility(gold: Fact, given: Fact) -> float:
    return _likeness(gold["body"], given["body"]) if gold["role"] == given["role"] else 0.0


def _text(gold: Fact, given: Fact) -> float:
    return _likeness(gold["text"], given["text"])


def _equal(gold: Fact, given: Fact) -> float:
    return 100.0 if gold["text"] == given["text"] else 0.0


# -- Evidence --------------------------------------------------------------------------------------------------------


def _score_evidence(report: Report, document: str, found: Mapping[str, list[Fact]]) -> None:
    """Whether the words of every fact stand at its offsets in the stored text; CSV alone holds no texts."""
    if not found.get("texts"):
        return
    text = found["texts"][0]["text"]
    tally = report.tallies.setdefault("evidence in place", Tally())
    for name, rows in found.items():
        for row in rows if name not in ("plans", "texts") else ():
            there = text[row["start"] : row["end"]]
            if there == row["text"] and there:
                tally.right += 1
            else:
                tally.wrong += 1
                report.misses.append(Miss(document, f"evidence of {name}", there, row["text"]))
