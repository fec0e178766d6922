"""One file, several documents: where does the next one begin, and which pages hold no document at all?

A document begins on the page whose top holds a letterhead: the national motto (or the Party's name) with a number line.
A draft that goes with a document (its number and day are still blank) is part of it, as its annexes are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .layout import anchors, folded
from .pages import INK, LineText, PageRole, PageText

_HEAD_LINES = 14
_TOP = 0.35
_COVER_WORDS = 80
# What stands between "Số" and the type of the document, or the end of the line for a letter's number.
_NUMBER = re.compile(r"^\W{0,3}(?:Số|SỐ|Sô|So|S6)\s?[:.;]{0,2}\s?(.{0,30}?)\s?(?:[/-]\s?[A-ZĐƯ]|$)")
_BLANK = re.compile(r"[\s._…·-]*(?:/ ?(?:19|20)\d\d)?")  # the year of a normative act is printed beforehand
_DAY = re.compile(r"ngày\s+(.{0,6}?)\s*tháng", re.I)
_LEADERS = re.compile(r"[.…_]{4,}")
_CONFIDENT = 35.0


def split(pages: Sequence[PageText]) -> list[tuple[PageText, ...]]:
    """The pages of each document, in order; blank pages and covers stand with the document that they go with.

    Args:
        pages: Of one file. Their roles are told here; pages of recognised text need their marks of handwriting.
    """
    told = _with_roles(pages)
    groups: list[list[PageText]] = []
    pending: list[PageText] = []  # covers and blank pages before a document
    for page in told:
        if page.role in ("blank", "cover"):
            pending.append(page)
        elif groups and not _begins(page, groups[-1]):
            groups[-1].extend([*pending, page])
            pending = []
        else:
            if groups:
                # a blank back side belongs to the document before, a cover to the one after
                while pending and pending[0].role == "blank":
                    groups[-1].append(pending.pop(0))
            groups.append([*pending, page])
            pending = []
    if pending:
        groups[-1].extend(pending) if groups else groups.append(pending)
    return [tuple(group) for group in groups]


def _with_roles(pages: Sequence[PageText]) -> list[PageText]:
    heads = [has_letterhead(page) for page in pages]
    first = heads.index(True) if True in heads else 0
    told = []
    for k, page in enumerate(pages):
        role: PageRole = page.role
        if _is_blank(page):
            role = "blank"
        elif not heads[k] and (_is_cover(page) if k >= first else _is_cover(page) or _words(page) <= _COVER_WORDS):
            role = "cover"
        elif _is_form(page):
            role = "form"
        told.append(page if role == page.role else replace(page, role=role))
    if all(page.role in ("blank", "cover") for page in told) and any(page.role == "cover" for page in told):
        return [replace(page, role="content") if page.role == "cover" else page for page in told]
    return told


def has_letterhead(page: PageText) -> bool:
    """Whether a document's letterhead stands at the top of a page."""
    return _letterhead(page) is not None


def _letterhead(page: PageText) -> list[LineText] | None:
    """The lines of the letterhead, None if the page has none."""
    lines = list(page.lines[: 2 * _HEAD_LINES])
    texts = [folded(line.text) for line in lines]
    found = _first(texts, "motto")
    if found is None or found >= _HEAD_LINES:
        return None
    if page.height and lines[found].words[0].y0 > _TOP * page.height:
        return None
    head = lines[: found + _HEAD_LINES]
    has_number = any(_NUMBER.match(line.text) for line in head)
    has_date = any(_DAY.search(line.text) for line in head)
    return head if has_number or has_date else None


def _first(texts: Iterable[str], kind: str) -> int | None:
    """Index of the first text that holds an anchor; recognised text may have a letter wrong."""
    wanted = anchors(kind)
    for k, text in enumerate(texts):
        if any(anchor in text or (len(anchor) > 15 and _nearly(anchor, text)) for anchor in wanted):
            return k
    return None


def _nearly(anchor: str, text: str) -> bool:
    """Whether a text holds most of an anchor's pieces of six letters, in order."""
    pieces = [anchor[k : k + 6] for k in range(0, len(anchor) - 5, 6)]
    return len(text) < 3 * len(anchor) and sum(piece in text for piece in pieces) >= 0.6 * len(pieces)


def _begins(page: PageText, before: list[PageText]) -> bool:
    """Whether a document begins on a page that follows others."""
    head = _letterhead(page)
    if head is None or any(_starts(line.text, "annex") for line in _above_motto(head)):
        return False
    if _is_draft(page, head):
        # a draft is an enclosure, unless the document before is as unfinished itself
        first = next((p for p in before if p.role not in ("blank", "cover")), before[0])
        other = _letterhead(first)
        return other is not None and _is_draft(first, other) and not _is_named_draft(page)
    return True


def _above_motto(head: list[LineText]) -> list[LineText]:
    found = _first([folded(line.text) for line in head], "motto")
    return head[:found]


def _starts(text: str, kind: str) -> bool:
    """Whether a line begins with an anchor and a number (`Mẫu số 07. Giấy phép …`: a form of an annex)."""
    loose = folded(text)
    return any(loose.startswith(anchor) and loose[len(anchor) :][:1].isalnum() for anchor in anchors(kind))


def _is_draft(page: PageText, head: list[LineText]) -> bool:
    """Whether number and day are both blank."""
    for line in head:
        if match := _NUMBER.match(line.text):
            number = match[1]
            if _has_ink(page, line, number) or not _BLANK.fullmatch(number):
                return False
            break
    for line in head:
        if match := _DAY.search(line.text):
            return bool(_BLANK.fullmatch(match[1])) and not _has_ink(page, line, match[1])
    return True


def _has_ink(page: PageText, line: LineText, text: str) -> bool:
    """Whether a blank is filled in by hand: a `…` that a mark of handwriting lies on."""
    if INK not in text:
        return False
    for word in line.words:
        if INK in word.text:
            x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
            for mark in page.marks:
                box = mark.box
                if mark.kind == "handwritten" and box.x0 - 3 <= x <= box.x1 + 3 and box.y0 - 3 <= y <= box.y1 + 3:
                    return True
    return False


def _is_named_draft(page: PageText) -> bool:
    """Whether `Dự thảo` stands in the letterhead."""
    return any(anchor == folded(line.text) for line in page.lines[:_HEAD_LINES] for anchor in anchors("draft"))


def _is_blank(page: PageText) -> bool:
    """Nothing to read, or only a page number or specks that recognition took for letters."""
    words = [
        word.text
        for line in page.lines
        for word in line.words
        if word.confidence is None or word.confidence >= _CONFIDENT
    ]
    letters = sum(char.isalpha() for word in words for char in word)
    return letters < 6 and len(words) < 6


def _words(page: PageText) -> int:
    return sum(len(line.words) for line in page.lines)


def _is_cover(page: PageText) -> bool:
    """A sheet that goes with a document: it says so at its top, or at its middle in few words."""
    if _words(page) > 3 * _COVER_WORDS:
        return False
    top = [folded(line.text) for line in page.lines[:_HEAD_LINES]]
    return any(text.startswith(anchor) for text in top for anchor in anchors("cover"))


def _is_form(page: PageText) -> bool:
    """A form that is not filled in: most lines are dots to write on."""
    lines = [line.text for line in page.lines]
    dotted = sum(bool(_LEADERS.search(text)) for text in lines)
    return dotted >= 6 and dotted >= 0.5 * len(lines)
