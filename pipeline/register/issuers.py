"""Who issued a document, as one name for all mentions: `ubnd@district:tra-cu/tra-vinh`, whatever the year of the id.

The ids of bodies tell the order of units that they belong to (`district-849-2024`). A document of the old order is
cited after the reform under a name of the new one, so the issuer is compared by the names of its units; what the reform
renamed stays two issuers, and a number of 2025 belongs to the half of the year that its date says (`keys.period_of`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..linking.places import COUNTRY, Unit, by_id, units
from ..text.normalise import skeleton

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_VINTAGE = re.compile(r"-(?:2024|2025)$")


@dataclass(frozen=True, slots=True)
class Issuer:
    """A body that issues documents.

    Attributes:
        key: Equal for all ids of the body.
        id: One of them, without positions.
        path: Its units from the province down: `tinh-tra-vinh/huyen-tra-cu`; '' for a central one.
        province: Name of its province without type and marks, '' for a central one.
        level: `central`, `province`, `district`, `commune`.
    """

    key: str
    id: str
    path: str = ""
    province: str = ""
    level: str = "central"


def slug(text: str) -> str:
    """Words joined by hyphens, without marks."""
    return _NOT_WORD.sub("-", skeleton(text)).strip("-")


@lru_cache(maxsize=65_536)
def issuer_of(body_id: str | None) -> Issuer | None:
    """The issuer that a canonical id of a body means; None for no id, and for all bodies of a level at once.

    Positions are left out: what the chairman of a committee issues bears a number of the committee.
    """
    if not body_id:
        return None
    if "+" in body_id:
        parts = [issuer_of(part) for part in sorted(set(body_id.split("+")))]
        known = [part for part in parts if part is not None]
        if not known:
            return None
        first = known[0]
        return Issuer("+".join(sorted({part.key for part in known})), body_id, first.path, first.province, first.level)
    base = body_id.partition("#")[0]
    head, at, place = base.rpartition("@")
    if not at:
        return Issuer(base, base)
    if "/" in place:  # all communes of a district
        return None
    try:
        unit = by_id(place)
    except (KeyError, ValueError):
        return Issuer(_VINTAGE.sub("", base), base, level="other")
    if unit is COUNTRY:
        return Issuer(head, base)
    chain = _chain(unit)
    names = "/".join(slug(one.bare) for one in chain)
    path = "/".join(slug(one.name) for one in reversed(chain))
    return Issuer(f"{head}@{unit.level}:{names}", base, path, slug(chain[-1].bare), unit.level)


def _chain(unit: Unit) -> list[Unit]:
    """The unit and those that hold it, inmost first."""
    chain = [unit]
    known = units(unit.vintage)
    while chain[-1].parent and chain[-1].parent != COUNTRY.code:
        above = known.unit(chain[-1].parent)
        if above.level == "country":
            break
        chain.append(above)
    return chain
