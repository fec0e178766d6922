"""Several issuers of one document: which bodies of a letterhead they are, and which are only superiors."""

from __future__ import annotations

import re

from ..text.normalise import strip_marks
from .model import Span
from .vocabulary import words


def joint_issuers(symbol: str | None) -> tuple[str, ...]:
    """What the symbol of a joint document calls its issuers (`TTLT-BYT-BTC`: BYT, BTC); none for that of any other."""
    parts = re.split(r"[-/]", symbol or "")
    issuers = tuple(part for part in parts if part not in words("letterhead", "joint_mark"))
    return issuers if len(issuers) < len(parts) else ()


def further_issuers(names: list[str], joint: tuple[str, ...]) -> list[int]:
    """Where each issuer of a joint document but the first begins, by its symbol.

    Their superior is none of them: a people's committee, or a body that the symbol does not name above the one that it
    names first.
    """
    named = [any(_may_stand_for(part, name) for part in joint) for name in names]
    first = named.index(True) if any(named) else 0
    if names and not _may_stand_for(joint[0], names[first]):
        first = 0  # the symbol calls the first issuer by other letters (`ĐTN`: `HUYỆN ĐOÀN`)
    superior = words("letterhead", "superior")
    over = len(names) > 1 and names[0].startswith(superior) and not names[1].startswith(superior)
    first = max(first, int(over), len(names) - len(joint))
    if len(names) - first < len(joint) and not all(named[first:]):
        return []
    return list(range(first + 1, len(names)))


def _may_stand_for(part: str, name: str) -> bool:
    """Whether the letters of a symbol's part stand in a body's name in that order (`STC`: `SỞ TÀI CHÍNH`)."""
    letters = iter(strip_marks(name).upper())
    return all(letter in letters for letter in filter(str.isalpha, strip_marks(part).upper()))


def joined(names: list[str], spans: list[Span], issuers: list[int]) -> tuple[list[str], list[Span]]:
    """The superiors of several issuers as one name, and the issuers as one; `issuers` says where each but the first
    begins."""
    cuts = list(zip([0, *issuers], [*issuers, len(names)], strict=True))
    above = [b - 2 for a, b in cuts if b - a > 1]
    levels = [level for level in (above, [b - 1 for _, b in cuts]) if level]
    return (
        [" - ".join(dict.fromkeys(names[i] for i in level)) for level in levels],
        [(spans[level[0]][0], spans[level[-1]][1]) for level in levels],
    )
