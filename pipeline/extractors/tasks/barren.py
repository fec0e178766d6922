"""Stretches of annexes that charge nobody: forms to be filled in, and lists of administrative procedures.

Mẫu số 02 ⏎ ĐƠN ĐỀ NGHỊ … ⏎ Đề nghị Ủy ban nhân dân xã xem xét …         a form, up to the next numbered annex
DANH MỤC THỦ TỤC HÀNH CHÍNH … ⏎ Cơ quan thực hiện: Sở Xây dựng …         a list, up to the next annex or document
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from ...grammar.phrases import pattern
from ...segmentation.model import Paragraph

_BLANK, _FORM_TITLE, _PROCEDURE_LIST = pattern("blank"), pattern("form_title"), pattern("procedure_list")
_ANNEX_TITLE, _ENCLOSED_TITLE = pattern("annex_title"), pattern("enclosed_title")
_TITLE_LIMIT = 300
"""Characters of a title; a longer paragraph opens and closes nothing."""


def without_barren(text: str, paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs that may charge somebody, in order.

    Args:
        text: Clean text.
        paragraphs: Those of the body and annexes, in order.
    """
    inside: Literal["form", "list", None] = None
    for paragraph in paragraphs:
        if paragraph.region == "annex":
            inside = _inside(text, paragraph, inside)
            if inside is not None or _BLANK.search(text, paragraph.content, paragraph.end):
                continue
        yield paragraph


def _inside(text: str, paragraph: Paragraph, inside: Literal["form", "list", None]) -> Literal["form", "list", None]:
    """What a paragraph of an annex stands in, by what the one before it stood in."""
    start, end = paragraph.content, paragraph.end
    if end - start > _TITLE_LIMIT:
        return inside
    if not paragraph.depth and text[end - 1] not in ".;," and _FORM_TITLE.match(text, start, end):
        return "form"
    if _PROCEDURE_LIST.match(text, start, end) and text[start:end].isupper():
        return "list"
    if inside is not None and _ANNEX_TITLE.match(text, start, end):
        return None
    return None if inside == "list" and _ENCLOSED_TITLE.fullmatch(text, start, end) else inside
