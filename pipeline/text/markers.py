"""Markers of headings and items at the start of a paragraph: what joining of lines and the section tree both read."""

from __future__ import annotations

import re
from functools import cache

from ..knowledge import rows
from .normalise import UPPER
from .patterns import Pattern

DASHES = "-+•–▪●○*"


@cache
def marker_pattern(kind: str) -> Pattern:
    """The pattern of a kind of marker that holds words (`knowledge/section_markers.toml`)."""
    return Pattern("|".join(row["pattern"] for row in rows("section_markers") if row["kind"] == kind))


@cache
def marker_words(kind: str) -> tuple[str, ...]:
    """The words of a kind, in the table's order."""
    return tuple(word for row in rows("section_markers") if row["kind"] == kind for word in row["words"])


ARTICLE = rf"(?:{'|'.join(marker_words('article_word'))}) (?P<number>\d{{1,3}}[a-zđ]?)"
# The head of an article, with what ends its number.
ARTICLE_HEAD = Pattern(rf"{ARTICLE}(?P<stop>[.:]| ?- |(?= [{UPPER}]))")
_ARTICLE = ARTICLE.replace("?P<number>", "?:")
_PART = re.sub(r"\?P<\w+>", "?:", marker_pattern("part").pattern)
# Behind a number some leave a space before the dash: `I - MỤC TIÊU`, but not `15 - 20 ngày` or `I - III`.
SPACED_DASH = rf" -(?= [{UPPER}][^\W\d_])(?! [IVX]{{1,5}}\b)"
# Markers of items: I. I- I - A. 1. 1.1. 1/ 1) a) a/ - + • and the numbered parts of statutes.
MARKER = Pattern(
    rf"(?:[{DASHES}](?= ?\S)|[IVX]{{1,5}}(?= [{UPPER}]{{2,}} )"
    rf"|(?:[IVX]{{1,6}}|[A-HĐ])(?:\.(?!\w{{1,3}}\.)|[-)]|/(?!v)|:(?= [{UPPER}])|{SPACED_DASH}) ?(?=\S)"
    r"|\d{1,2}(?:\.\d{1,2}){1,4}(?:[.)/:-](?!\d))?(?= \S)"
    rf"|\d{{1,3}}(?:[.)](?!\d)|[/-](?![\dA-Z])|{SPACED_DASH}) ?(?=\D)"
    r"|(?:[a-zđ]|đ|bb?)\d?[.)] ?(?=\S)(?![a-z]\.)|[a-zđ]/ (?=\S)"
    rf"|{_ARTICLE}(?:[.:]| ?- )(?= ?\S)|{_PART})"
)
# A marker that stands alone on its line: its words are on the next one.
_LONE_MARKER = Pattern(
    rf"[{DASHES}]|[IVX]{{1,5}}[.)/]|[A-HĐ][.)]|\d{{1,2}}(?:\.\d{{1,2}}){{0,4}}[.)/]|[a-zđ]\)"
    rf"|{_ARTICLE}[.:]"
)
_LONGEST_MARKER = 20  # characters


def is_lone_marker(line: str) -> bool:
    """Whether a line holds nothing but a marker."""
    return len(line) <= _LONGEST_MARKER and _LONE_MARKER.fullmatch(line) is not None
