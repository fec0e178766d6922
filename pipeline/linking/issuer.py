"""Who issues a document: the level of the issuing body, its province, and that province after the mergers of 2025."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import cast, get_args

from ..knowledge import rows
from ..records import Level, Plan, PlanResult
from ..text.normalise import fold
from .context import Context, context_of
from .places import Unit, successors

_LEVELS: dict[str | None, Level] = {
    "country": "central",
    "province": "province",
    "district": "district",
    "commune": "commune",
}


def described(result: PlanResult) -> PlanResult:
    """The result with level and province of its issuing body; both are None where its names do not tell.

    Args:
        result: With its bodies linked.
    """
    if result.plan.issuing_body is None:
        return result
    context = context_of(result.plan, result.text)
    return replace(result, plan=_with_province(replace(result.plan, level=_level(result.plan, context)), context))


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    """First words of bodies by the level that these words alone tell, in small letters, longest first."""
    kinds: dict[str, list[str]] = {}
    for row in rows("issuing"):
        if row["kind"] == "level":
            kinds.setdefault(row["level"], []).extend(fold(word) for word in row["words"])
    return {level: tuple(sorted(words, key=len, reverse=True)) for level, words in kinds.items()}


def _level(plan: Plan, context: Context) -> Level | None:
    name = f"{fold(plan.issuing_body or '')} "
    for level in get_args(Level):
        if any(name.startswith(f"{word} ") for word in _kinds().get(level, ())):
            return cast("Level", level)
    return _LEVELS.get(context.level)


def _with_province(plan: Plan, context: Context) -> Plan:
    """The plan with the province that holds its issuing body; a central body has none."""
    province = context.anchors.get("province")
    if province is None or plan.level == "central":
        return plan
    return replace(plan, province=province.bare, province_id=province.id, province_2025=_after_the_mergers(province))


def _after_the_mergers(province: Unit) -> str | None:
    if province.vintage == "2025":
        return province.bare
    found = {unit.bare for unit in successors(province) if unit.level == "province"}
    return found.pop() if len(found) == 1 else None
