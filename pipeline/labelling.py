"""What was read as labels for other programs, and labels that people made there as gold: Label Studio, Web Annotation.

A label is a stretch of the text, its kind, and what it says, in one line that a person can read and put right:
`type: KH | number: 12/KH-UBND | date: 2026-02-03`. The way back makes of it a gold file as `vnplan evaluate` reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count
from pathlib import Path, PurePosixPath
from typing import Any, Literal, cast

from . import __version__
from .errors import UsageError
from .records import Extraction, PlanResult
from .tables import rows_of
from .tables.formats import dump, nested

Plan = Mapping[str, Any]
"""A plan as the JSON Lines hold it (`plans.jsonl`, `vnplan show --json`, the service)."""
Format = Literal["label-studio", "web-annotation"]
FORMATS: tuple[Format, ...] = ("label-studio", "web-annotation")
KINDS = ("citations", "targets", "tasks", "deadlines")
FIELDS = (
    "doc_type", "number", "issue_date", "place", "issuing_body", "parent_body", "title", "period_start", "period_end",
    "signer", "signer_positions", "signer_capacity",
)  # fmt: skip
_ROLES = ("lead", "coordinate", "implement", "direct", "supervise")
_NUMBERS = ("low", "high")
_MARK, _ITEM = " | ", "; "
_AT_WORDS = 12  # words of a task by which gold names it
_AROUND = 32  # characters before and after a quotation
_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
CONFIG = (
    '<View>\n  <Labels name="label" toName="text">\n'
    + "".join(f'    <Label value="{name}"/>\n' for name in (*KINDS, *FIELDS))
    + '  </Labels>\n  <Text name="text" value="$text" granularity="symbol"/>\n'
    '  <TextArea name="value" toName="text" perRegion="true" editable="true" rows="2"/>\n</View>\n'
)
"""The labelling configuration of a project in Label Studio."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label.

    Attributes:
        id: The fact's id, or that of the other program.
        kind: One of `KINDS` or `FIELDS`.
        start, end: Characters of the text.
        value: What it says, as `key: value | key: value`; of a field the value alone.
        score: Its confidence.
    """

    id: str
    kind: str
    start: int
    end: int
    value: str
    score: float = 1.0


def labels_of(plan: PlanResult | Plan) -> list[Label]:
    """The facts of a plan as labels, in order of the text."""
    rows = _plain(plan)["facts"]
    found = [
        _label(row, row["field"], str(row["value"] or row["text"])) for row in rows["fields"] if row["field"] in FIELDS
    ]
    for kind in KINDS:
        for row in rows[kind]:
            if not row.get("is_self"):
                found.append(_label(row, kind, _said(kind, row)))
    return sorted(found, key=lambda one: (one.start, one.end, one.kind))


def _label(row: Plan, kind: str, said: str) -> Label:
    return Label(row["fact_id"], kind, row["start"], row["end"], said, row["confidence"])


def _said(kind: str, row: Plan) -> str:
    if kind == "citations":
        return _line(type=row["doc_type"], **{name: row[name] for name in ("number", "date", "issuer", "name")})
    if kind == "targets":
        names = ("direction", "indicator", "low", "high", "unit", "baseline")
        return _line(**{name: row[name] for name in names})
    if kind == "deadlines":
        return _line(date=row["date"] or row["recurrence"] or row["text"])
    roles = {role: _ITEM.join(row[role]) for role in _ROLES}
    at = " ".join(row["task"].split()[:_AT_WORDS])
    return _line(section=row["section"], at=at, **roles, deadline=row["deadline"])


def _line(**parts: Any) -> str:
    """The parts that say something, on one line."""
    words = {name: " ".join(str(value).replace("|", "/").split()) for name, value in parts.items() if value is not None}
    return _MARK.join(f"{name}: {value}" for name, value in words.items() if value)


# -- Label Studio ----------------------------------------------------------------------------------------------------


def to_label_studio(plans: Iterable[PlanResult | Plan]) -> list[dict[str, Any]]:
    """Tasks with predictions, as Label Studio imports them (with the configuration `CONFIG`).

    Args:
        plans: Results, or plans as the JSON Lines hold them.
    """
    tasks = []
    for plan in map(_plain, plans):
        units = _units(plan["text"])
        regions = []
        for one in labels_of(plan):
            place = {"start": units[one.start], "end": units[one.end]}
            head = {"id": one.id, "to_name": "text"}
            words = plan["text"][one.start : one.end]
            label = {**place, "text": words, "labels": [one.kind]}
            regions.append({**head, "from_name": "label", "type": "labels", "value": label, "score": one.score})
            regions.append({**head, "from_name": "value", "type": "textarea", "value": {**place, "text": [one.value]}})
        data = {key: plan[key] for key in ("text", "source", "document_id", "sha256")}
        tasks.append({"data": data, "predictions": [{"model_version": f"vnplan {__version__}", "result": regions}]})
    return tasks


def _from_label_studio(tasks: Sequence[Any]) -> Iterator[tuple[str, str, list[Label]]]:
    """Source, text and labels of each task that somebody has done; of several annotations the last one."""
    for task in tasks:
        done = [one for one in task.get("annotations", ()) if not one.get("was_cancelled")]
        if not done:
            continue
        text = str(task["data"]["text"])
        back = {unit: at for at, unit in enumerate(_units(text))}
        results = done[-1]["result"]
        said = {one["id"]: " ".join(map(str, one["value"]["text"])) for one in results if one["type"] == "textarea"}
        labels = []
        for one in results:
            if one["type"] == "labels":
                start, end = back[one["value"]["start"]], back[one["value"]["end"]]
                labels.append(Label(one["id"], str(one["value"]["labels"][0]), start, end, said.get(one["id"], "")))
        yield str(task["data"]["source"]), text, labels


def _units(text: str) -> list[int]:
    """For each character, and the end, where it begins as browsers count: characters beyond the basic plane are two."""
    return list(accumulate((2 if letter > "\uffff" else 1 for letter in text), initial=0))


# -- Web Annotation --------------------------------------------------------------------------------------------------


def to_web_annotations(plan: PlanResult | Plan) -> dict[str, Any]:
    """The facts of a plan as a page of annotations (W3C Web Annotation), with places in the text and on the page.

    Args:
        plan: A result, or a plan as the JSON Lines hold it.
    """
    plain = _plain(plan)
    text, source = plain["text"], f"urn:sha256:{plain['sha256']}"
    boxes = {row["fact_id"]: row["boxes"] for name in ("fields", *KINDS) for row in plain["facts"][name]}
    items = []
    for one in labels_of(plain):
        selectors: list[dict[str, Any]] = [
            {"type": "TextPositionSelector", "start": one.start, "end": one.end},
            {
                "type": "TextQuoteSelector",
                "exact": text[one.start : one.end],
                "prefix": text[max(one.start - _AROUND, 0) : one.start],
                "suffix": text[one.end : one.end + _AROUND],
            },
        ]
        selectors += map(_on_page, boxes.get(one.id) or ())
        tag, words = (
            {"type": "TextualBody", "purpose": purpose, "value": value}
            for purpose, value in (("tagging", one.kind), ("describing", one.value))
        )
        items.append(
            {
                "id": f"urn:vnplan:{one.id}",
                "type": "Annotation",
                "motivation": "classifying",
                "generator": {"type": "Software", "name": f"vnplan {__version__}"},
                "body": [tag, words],
                "target": {"source": source, "selector": selectors},
            }
        )
    about = {"vnplan:source": plain["source"], "vnplan:text": text}
    return {"@context": [_CONTEXT, {"vnplan": "urn:vnplan:"}], "type": "AnnotationPage", **about, "items": items}


def _on_page(box: Any) -> dict[str, Any]:
    """A rectangle in points from the page's top left, as a fragment of a PDF (RFC 8118)."""
    x0, y0, x1, y1 = (box[side] for side in ("x0", "y0", "x1", "y1"))
    where = f"page={box['page']}&viewrect={x0:g},{y0:g},{x1 - x0:g},{y1 - y0:g}"
    return {"type": "FragmentSelector", "conformsTo": "http://tools.ietf.org/rfc/rfc3778", "value": where}


def _from_web_annotations(pages: Sequence[Any]) -> Iterator[tuple[str, str, list[Label]]]:
    """Source, text and labels of each page."""
    for page in pages:
        text, labels = str(page["vnplan:text"]), []
        for number, item in enumerate(page["items"]):
            bodies = item["body"] if isinstance(item["body"], list) else [item["body"]]
            said = {body.get("purpose"): str(body.get("value", "")) for body in bodies}
            if place := _selected(item["target"]["selector"], text):
                identity = str(item.get("id", number)).rpartition(":")[2]
                labels.append(Label(identity, said.get("tagging", ""), *place, said.get("describing", "")))
        yield str(page["vnplan:source"]), text, labels


def _selected(selectors: Any, text: str) -> tuple[int, int] | None:
    """The place that selectors name: by position, else by quotation; None where it is not in the text."""
    given = {one["type"]: one for one in (selectors if isinstance(selectors, list) else [selectors])}
    if position := given.get("TextPositionSelector"):
        return int(position["start"]), int(position["end"])
    if quote := given.get("TextQuoteSelector"):
        before, exact = quote.get("prefix", ""), quote["exact"]
        at = text.find(before + exact + quote.get("suffix", ""))
        return (at + len(before), at + len(before) + len(exact)) if at >= 0 else None
    return None


# -- Gold ------------------------------------------------------------------------------------------------------------


def gold_of(labelled: Any, format_: Format | None = None) -> dict[str, dict[str, Any]]:
    """Labels that people made as gold, by name of document without its ending; the second of a name has a number.

    Args:
        labelled: What the other program exports: a list of tasks (Label Studio), a page of annotations or a list of
            them (Web Annotation).
        format_: Of which of the two; told by the content if None.

    Raises:
        UsageError: It does not have that shape, or a label says something that cannot be; the message names document
            and words.
    """
    several = labelled if isinstance(labelled, list) else [labelled]
    found = {}
    try:
        is_studio = format_ == "label-studio" or (format_ is None and all("data" in one for one in several))
        for source, text, labels in (_from_label_studio if is_studio else _from_web_annotations)(several):
            stem = re.sub(r"\.[A-Za-z0-9]{2,5}$", "", PurePosixPath(source).name)
            name = next(one for k in count(1) if (one := stem if k == 1 else f"{stem}-{k}") not in found)
            found[name] = {"source": source, **_gold(source, text, labels)}
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise UsageError(f"these are no labels of {' or '.join(FORMATS)} ({type(error).__name__}: {error})") from error
    return found


def _gold(source: str, text: str, labels: list[Label]) -> dict[str, Any]:
    """A gold file; of the fields those that nobody labelled are null."""
    values: dict[str, list[str]] = {}
    facts: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for one in sorted(labels, key=lambda one: one.start):
        words = " ".join(text[one.start : one.end].split())
        if one.kind in FIELDS:
            values.setdefault(one.kind, []).append(one.value or words)
        elif one.kind in KINDS:
            facts[one.kind].append({**_parsed(source, words, one), "text": words})
        else:
            raise UsageError(f"{source}: there is no label {one.kind!r}; there are {', '.join((*KINDS, *FIELDS))}")
    gold: dict[str, Any] = {name: values[name][0] if name in values else None for name in FIELDS}
    first, last = gold.pop("period_start"), gold.pop("period_end")
    if first or last:  # what follows from the title has no words of its own, and is not scored without a label
        gold["period"] = [first or last, last or first]
    gold["issuing_body"] = values.get("issuing_body")
    gold["signer_positions"] = values.get("signer_positions", [])
    gold["citations"] = _distinct(facts["citations"])
    gold["citation_mentions"] = len(facts["citations"])
    gold["targets"] = facts["targets"]
    gold["deadlines"] = list(dict.fromkeys(one.get("date") or one["text"] for one in facts["deadlines"]))
    gold["tasks"] = [_task(one) for one in facts["tasks"]]
    return gold


def _parsed(source: str, words: str, label: Label) -> dict[str, Any]:
    """What a label says, by key."""
    found: dict[str, Any] = {}
    for part in label.value.split(_MARK.strip()):
        name, mark, value = part.partition(":")
        if not mark:
            if part.strip():
                raise UsageError(f"{source}: the label at {words[:60]!r} must say `key: value`, not {part.strip()!r}")
            continue
        found[name.strip()] = value.strip()
    for name in _NUMBERS:
        if name in found:
            try:
                found[name] = float(found[name])
            except ValueError:
                raise UsageError(f"{source}: {name} at {words[:60]!r} must be a number, not {found[name]!r}") from None
    return found


def _distinct(citations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in citations:
        key = (one.get("type"), one.get("number"), None if one.get("number") else one.get("name"))
        known = found.setdefault(key, {"type": None, "number": None, "date": None, "issuer": None, "name": None})
        known.update({name: value for name, value in one.items() if name in known and not known[name]})
    return list(found.values())


def _task(one: dict[str, Any]) -> dict[str, Any]:
    roles = {role: one[role].split(_ITEM) for role in _ROLES if one.get(role)}
    at = one.get("at") or " ".join(one["text"].split()[:_AT_WORDS])
    return {"section": one.get("section"), "at": at, "roles": roles, "deadline": one.get("deadline")}


# -- Files -----------------------------------------------------------------------------------------------------------


def write_predictions(out: Path, file: Path, format_: Format) -> int:
    """Write the plans of an output folder for another program; how many.

    Raises:
        UsageError: The folder has no JSON Lines, or there is no such format.
    """
    if format_ not in FORMATS:
        raise UsageError(f"format must be one of {', '.join(FORMATS)}, not {format_!r}")
    try:
        with (out / "plans.jsonl").open(encoding="utf-8") as lines:
            plans = [json.loads(line) for line in lines]
    except FileNotFoundError:
        raise UsageError(f"no plans.jsonl in {out}; make it with: vnplan extract INPUT --out {out}") from None
    made = to_label_studio(plans) if format_ == "label-studio" else [to_web_annotations(plan) for plan in plans]
    file.write_text(dump(made, indent=1) + "\n", encoding="utf-8")
    return len(plans)


def write_gold(file: Path, folder: Path) -> int:
    """Write labels that another program exported as gold files; how many.

    Raises:
        UsageError: See `gold_of`.
    """
    try:
        labelled = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from None
    gold = gold_of(labelled)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in gold.items():
        (folder / f"{name}.json").write_text(dump(content, indent=1) + "\n", encoding="utf-8")
    return len(gold)


def _plain(plan: PlanResult | Plan) -> dict[str, Any]:
    if not isinstance(plan, PlanResult):
        return dict(plan)
    (rows,) = rows_of(Extraction(plan.source, (plan,)))
    return cast("dict[str, Any]", json.loads(dump(nested(rows))))
