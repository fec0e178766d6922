"""Official codes of bodies (mã định danh điện tử, decision 20/2020/QĐ-TTg), where public data gives them."""

from __future__ import annotations

from functools import cache

from ..knowledge import rows


def official_code(body_id: str | None) -> str | None:
    """The code of a body, None where none is known.

    Args:
        body_id: Its canonical id; that of a person in office counts as the body.
    """
    return _codes().get(body_id.partition("#")[0]) if body_id else None


@cache
def _codes() -> dict[str, str]:
    return {row["id"]: row["code"] for row in rows("agency_codes")}
