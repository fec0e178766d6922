"""Official codes of bodies and of provinces.

Those of bodies (mã định danh điện tử) follow decision 20/2020/QĐ-TTg; few are public. Those of provinces stand in the
list of administrative units: of the 34 of today in decision 19/2025/QĐ-TTg, of the 63 until 30 June 2025 in decision
124/2004/QĐ-TTg with its later changes. The two lists give some codes to different provinces.
"""

from __future__ import annotations

from functools import cache

from ..knowledge import rows
from .places import by_id, predecessors, successors


def official_code(body_id: str | None) -> str | None:
    """The code of a body, None where none is known.

    Args:
        body_id: Its canonical id; that of a person in office counts as the body.
    """
    return _codes().get(body_id.partition("#")[0]) if body_id else None


def province_code(province_id: str | None) -> str | None:
    """The code that a province had on the day of the document: two digits, those of its id."""
    return by_id(province_id).code if province_id else None


def province_code_2025(province_id: str | None) -> str | None:
    """The code of the province since 1 July 2025 in which it lies."""
    if not province_id:
        return None
    unit = by_id(province_id)
    if unit.vintage == "2025":
        return unit.code
    heirs = {heir.code for heir in successors(unit) if heir.level == "province"}
    return heirs.pop() if len(heirs) == 1 else None


@cache
def _codes() -> dict[str, str]:
    codes = {row["id"]: row["code"] for row in rows("agency_codes")}
    for body_id, code in list(codes.items()):
        head, _, place = body_id.partition("@")
        # A province that was merged in 2025 keeps the code of the one whose name it bears.
        for unit in predecessors(by_id(place)) if place else ():
            if unit.bare == by_id(place).bare:
                codes[f"{head}@{unit.id}"] = code
    return codes
