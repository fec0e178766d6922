"""The section tree: headings and numbered items of body and annexes.

Levels, outermost first: Phần/Chương, A., I., Mục, Điều, 1., 1.1., a), dashes. Paths follow the numbers in the
text: `II.1.1`, `Đ3.2`; a chapter gives its number (`Chương I` → `I`), an article `Đn` without its chapter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text.joining import is_capitals
from ..text.normalise import UPPER
from .model import Paragraph, RegionKind, SectionNode, Span

_BARE_ROMAN = re.compile(rf"(?P<roman>[IVX]{{1,5}})(?P<gap> )(?=[{UPPER}“]{{2,}})")
_PART = re.compile(
    r"(?:(?P<kind>Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC)(?: thứ| THỨ)?) "
    r"(?P<number>[IVXLl]{1,6}|\d{1,2}|NHẤT|HAI|BA|TƯ|NĂM|nhất|hai|ba|tư|năm)"
    r"(?P<stop>[.:]|$| ?-|(?= [^\W\d_]))"
)
_ARTICLE = re.compile(rf"(?:Điều|ĐIỀU) (?P<number>\d{{1,3}}[a-zđ]?)(?:[.:]| ?- | (?=[{UPPER}]))")
_LETTER_PART = re.compile(r"(?P<letter>[A-HĐ])(?:[.)/-]) ?")
_ROMAN = re.compile(r"(?P<roman>[IVX]{1,6})(?:\.-|[.):-]|/(?!v)) ?")
_DECIMAL = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){1,4})(?:[.)/:-])? ")
_ITEM = re.compile(r"(?P<number>\d{1,3})(?:[.)/:-]|\.-) ?")
_LETTER = re.compile(r"(?P<letter>[a-zđ]{1,2}\d?)[.)] ?")
_DASHES = "-+•–▪●○*"
_ORDINALS = {"nhất": "I", "hai": "II", "ba": "III", "tư": "IV", "năm": "V"}
_SHORT_HEADING = 200
_LOOKS_ROMAN = re.compile(r"(?P<roman>[IVXLHTl1|]{1,5})[.,:-]? (?=\S)")
_STROKES = str.maketrans({"L": "I", "l": "I", "1": "I", "|": "I", "T": "I", "H": "II"})
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_RANK = {"part": 1, "upper": 2, "roman": 3, "mục": 4, "article": 5, "item": 6, "decimal": 7, "letter": 9, "dash": 10}


@dataclass(slots=True)
class _Open:
    """A section that is not closed yet.

    Attributes:
        item: Of an article that stands in an item (`1. Bố cục: … Điều 1 … Điều 2 …`), the number of the item.
    """

    rank: int
    path: str
    number: str
    node: int
    item: str = ""


def build_sections(
    text: str, spans: list[Span], regions: list[RegionKind], in_table: list[bool]
) -> tuple[list[Paragraph], list[SectionNode]]:
    """Paragraphs with marker, path and depth, and the tree's nodes in order.

    Args:
        text: Clean text.
        spans: Its paragraphs.
        regions: The region of each.
        in_table: Whether it is a cell of a table (numbers in cells are no sections).
    """
    paragraphs: list[Paragraph] = []
    nodes: list[SectionNode] = []
    stack: list[_Open] = []
    region: RegionKind = "body"
    counted = _counted_romans(text, spans, regions, in_table)
    for index, (start, end) in enumerate(spans):
        if regions[index] not in ("body", "annex"):
            depth = 1 if text[start] in _DASHES else 0
            content = start + 1 if depth else start
            while content < end and text[content] == " ":
                content += 1
            paragraphs.append(Paragraph(start, end, content, text[start] if depth else "", "", depth, regions[index]))
            continue
        if regions[index] != region:
            region = regions[index]
            stack.clear()
        found = None if in_table[index] and text[start] not in _DASHES else read_marker(text, start, end, stack)
        if found is None:
            path = stack[-1].path if stack else ""
            paragraphs.append(Paragraph(start, end, start, "", path, 0, region))
            continue
        if found[0] == "item" and _is_misread_letter(text, spans, index):
            found = "letter", "a", found[2]
        kind, number, content = found
        number = counted.get(index, number)
        marker = text[start:content].strip()
        if kind == "dash":
            path = stack[-1].path if stack else ""
            paragraphs.append(Paragraph(start, end, content, marker, path, 10 if marker == "-" else 11, region))
            continue
        item = _closed_item(stack, kind, number)
        _close(stack, kind, number)
        path, parent = _path(stack, kind, number)
        title = _heading(text, content, end)
        numbered = kind not in ("letter", "upper")
        node = SectionNode(path, parent, len(stack) + 1, marker, title, start, end, len(text), numbered)
        stack.append(_Open(_rank(kind, number), path, number, len(nodes), item))
        nodes.append(node)
        paragraphs.append(Paragraph(start, end, content, marker, path, _RANK[kind], region))
    return paragraphs, _with_ends(nodes, spans, regions)


def _rank(kind: str, number: str) -> int:
    return _RANK[kind] + (number.count(".") - 1 if kind == "decimal" else 0)


def _close(stack: list[_Open], kind: str, number: str) -> None:
    """Close the sections that a new one of this kind ends."""
    rank = _rank(kind, number)
    if kind == "decimal":  # 1.1 stands under 1, whatever came in between
        prefix = number.rsplit(".", 1)[0]
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth].number == prefix and stack[depth].rank in range(6, rank):
                del stack[depth + 1 :]
                return
    while stack and stack[-1].rank >= rank:
        stack.pop()


def _closed_item(stack: list[_Open], kind: str, number: str) -> str:
    """The item in which a new article stands; a next item of that count closes the article."""
    top = stack[-1] if stack else None
    if top is None or kind not in ("article", "item"):
        return ""
    article = next((opened for opened in reversed(stack) if opened.rank == _RANK["article"]), None)
    if kind == "article":
        if article is not None:
            return article.item
        return next((opened.number for opened in reversed(stack) if opened.rank == _RANK["item"]), "")
    if article is top and top.item and number.isdigit() and int(number) == int(top.item) + 1:
        stack.pop()
    return ""


def _path(stack: list[_Open], kind: str, number: str) -> tuple[str, str | None]:
    """Path and parent of a new section; a part with a letter (A., B.) gives its sections no share in their path."""
    parent = next((opened.path for opened in reversed(stack) if opened.rank != _RANK["upper"]), None)
    if kind == "article":
        return f"Đ{number}", parent
    if kind == "decimal" and stack and stack[-1].number == number.rsplit(".", 1)[0]:
        number = number.rsplit(".", 1)[1]
    return (f"{parent}.{number}" if parent else number), parent


def read_marker(text: str, start: int, end: int, stack: list[_Open]) -> tuple[str, str, int] | None:
    """Kind, number and where the words begin; None for plain text."""
    first = text[start]
    if first in _DASHES:
        content = start + 1
        while content < end and text[content] in " -":
            content += 1
        return ("dash", "", content) if content < end else None
    if first.isdigit():
        return _read_number(text, start, end, stack)
    if first in "PCM" and (match := _PART.match(text, start, end)):
        return _read_part(match, text, end)
    if first == "Đ" and (match := _ARTICLE.match(text, start, end)):
        return "article", match["number"], _skip(text, match.end(), end)
    if first in "IVX":
        match = _ROMAN.match(text, start, end)
        if match is None and is_capitals(text[start:end]):
            match = _BARE_ROMAN.match(text, start, end)
        if match is None or not _is_roman(match["roman"]):
            return _misread_roman(text, start, end, stack)
        return (
            None if text[start : start + 4].endswith("..") else ("roman", match["roman"], _skip(text, match.end(), end))
        )
    if first in "HLTl|" and (misread := _misread_roman(text, start, end, stack)):
        return misread
    if first in "ABCDEFGHĐ" and (match := _LETTER_PART.match(text, start, end)):
        return _read_upper(text, match, end, stack)
    if first.islower() and text[start + 1 : start + 2] in ".)" or text[start + 1 : start + 3] in ("1.", "1)"):
        match = _LETTER.match(text, start, end)
        if match and match.end() < end and (text[match.end() - 1] == " " or text[match.end()].isupper()):
            return "letter", match["letter"], match.end()
    return None


def _misread_roman(text: str, start: int, end: int, stack: list[_Open]) -> tuple[str, str, int] | None:
    """`IL MỤC TIÊU`, `HI. TỔ CHỨC`: a heading in capitals whose numeral looks like the next one due."""
    match = _LOOKS_ROMAN.match(text, start, end)
    before = next((opened.number for opened in reversed(stack) if opened.rank == _RANK["roman"]), None)
    if match is None or not (before is None or before in _ROMANS) or not is_capitals(text[match.end() : end]):
        return None
    due = _ROMANS[min(_ROMANS.index(before) + 1, len(_ROMANS) - 1)] if before else "I"
    looks = match["roman"].translate(_STROKES)
    return ("roman", due, match.end()) if looks == due or (before is None and looks == "II") else None


def _counted_romans(text: str, spans: list[Span], regions: list[RegionKind], in_table: list[bool]) -> dict[int, str]:
    """Numerals that lost a stroke, by paragraph: of headings I, I, II, IV in capitals the second is II, the third III.

    A later heading must stand at its own count, or a new count may have begun.
    """
    found: dict[int, str] = {}
    run: list[tuple[int, str]] = []
    for index, (start, end) in enumerate(spans):
        if run and regions[index] != regions[run[-1][0]]:
            found |= _recounted(run)
            run = []
        if regions[index] in ("body", "annex") and text[start] in "IVX" and not in_table[index]:
            match = _ROMAN.match(text, start, end)
            if match is not None and _is_roman(match["roman"]) and is_capitals(text[match.end() : end]):
                run.append((index, match["roman"]))
    return found | _recounted(run)


def _recounted(run: list[tuple[int, str]]) -> dict[int, str]:
    """Those of the numerals of a run that can only have lost strokes, as they are by their count."""
    found: dict[int, str] = {}
    doubtful: dict[int, str] = {}
    for (index, roman), due in zip(run, _ROMANS, strict=False):
        if roman == due:
            found |= doubtful
            doubtful = {}
        elif _lost_strokes(due, roman):
            doubtful[index] = due
        else:
            return found
    return found


def _lost_strokes(due: str, roman: str) -> bool:
    """Whether `roman` is `due` without one or two of its I."""
    return 0 < len(due) - len(roman) <= 2 and due.replace("I", "") == roman.replace("I", "")


def _is_misread_letter(text: str, spans: list[Span], index: int) -> bool:
    """Whether `3)` or `8)` was an `a)` on paper: the next item is `b)`, and no `a)` stands before it."""
    start = spans[index][0]
    if text[start + 1 : start + 2] != ")" or text[start] == "1":
        return False
    for low, high in spans[index + 1 : index + 10]:
        if text[low].isdigit() and _ITEM.match(text, low, high):
            return False
        if (following := _LETTER.match(text, low, high)) is not None:
            return following["letter"] == "b"
    return False


def _skip(text: str, at: int, end: int) -> int:
    while at < end and text[at] in " .:-":
        at += 1
    return min(at, end - 1) if end else at


def _is_roman(value: str) -> bool:
    return re.fullmatch(r"X{0,3}(?:IX|IV|V?I{0,3})", value) is not None and bool(value)


def _read_number(text: str, start: int, end: int, stack: list[_Open]) -> tuple[str, str, int] | None:
    match = _DECIMAL.match(text, start, end)
    if match:
        number = match["number"]
        # 2.500 is a figure, and so is a number that no heading leads to.
        if max(map(int, number.split("."))) <= 60 and not number.endswith(".00"):
            return "decimal", ".".join(str(int(n)) for n in number.split(".")), match.end()
        return None
    match = _ITEM.match(text, start, end)
    if match is None or match.end() >= end:
        return None
    if text[match.end()].isdigit() and text[match.end() - 1] != " ":
        return None
    value = int(match["number"])
    mark = text[match.end() - 1] if text[match.end() - 1] != " " else text[match.end() - 2]
    if value == 0 or value > 150 or match["number"].startswith("0") and len(match["number"]) > 2:
        return None
    if mark in "/-" and text[match.end() - 1] != " " and not text[match.end()].isupper():
        return None
    if mark == ":" and not text[match.end()].isupper():
        return None
    return "item", str(value), match.end()


def _read_part(match: re.Match[str], text: str, end: int) -> tuple[str, str, int] | None:
    if match["stop"] == "" and match.end() < end and not text[match.end() : end].lstrip()[:1].isupper():
        return None
    number = match["number"]
    number = _ORDINALS.get(number.lower(), number.replace("l", "I"))
    kind = match["kind"].lower()
    if (
        match["kind"] in ("Mục", "Phần")
        and match["stop"] == ""
        and match.end() < end
        and not is_capitals(text[match.end() : end])
    ):
        return None  # "Mục 2 Phụ lục I …" in running text
    return (
        ("mục" if kind == "mục" else "part"),
        number,
        _skip(text, match.end(), end) if match.end() < end else match.end(),
    )


def _read_upper(text: str, match: re.Match[str], end: int, stack: list[_Open]) -> tuple[str, str, int] | None:
    """A., B. … above I.: a heading, in sequence."""
    letter = match["letter"]
    if end - match.end() > _SHORT_HEADING or match.end() >= end or not text[match.end()].isupper():
        return None
    earlier = next((opened.number for opened in reversed(stack) if opened.rank == _RANK["upper"]), None)
    if letter != "A" and (earlier is None or ord(letter) - ord(earlier) not in (1, 2)):
        return None
    return "upper", letter, match.end()


def _heading(text: str, content: int, end: int) -> str:
    """The heading's words: the whole paragraph, or of a long item the words before its first full stop or colon."""
    line = text[content:end]
    if len(line) > _SHORT_HEADING:
        cut = re.search(r"[:.](?= |$)", line)
        line = line[: cut.start()] if cut and cut.start() <= _SHORT_HEADING else line[:_SHORT_HEADING]
    return line.rstrip(" :.;")


def _with_ends(nodes: list[SectionNode], spans: list[Span], regions: list[RegionKind]) -> list[SectionNode]:
    """Nodes with the end of what stands under them: where a section of the same or a higher level starts."""
    stops = [
        start for (start, _), before, region in zip(spans[1:], regions, regions[1:], strict=False) if before != region
    ]
    last = spans[-1][1] if spans else 0
    out: list[SectionNode] = []
    following: list[SectionNode] = []  # the sections behind, nearest last, those inside a deeper one left out
    for node in reversed(nodes):
        while following and following[-1].level > node.level:
            following.pop()
        end = following[-1].start if following else last
        end = min(end, next((stop for stop in stops if stop > node.start), last))
        out.append(node._replace(end=max(node.heading_end, end)))
        following.append(node)
    return out[::-1]
