"""The section tree: headings and numbered items of body and annexes.

Levels, outermost first: Phần/Chương, A., I., Mục, Điều, 1., 1.1., a), dashes. Paths follow the numbers in the
text: `II.1.1`, `Đ3.2`; a chapter gives its number (`Chương I` → `I`), an article `Đn` without its chapter.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from ..text.joining import is_capitals
from ..text.markers import ARTICLE_HEAD, DASHES, SPACED_DASH, marker_pattern, marker_words
from ..text.normalise import UPPER
from ..text.patterns import Pattern
from .model import Paragraph, RegionKind, SectionNode, Span

_BARE_ROMAN = Pattern(rf"(?P<roman>[IVX]{{1,5}})(?P<gap> )(?=[{UPPER}“]{{2,}})")
_LETTER_PART = Pattern(rf"(?P<letter>[A-HĐ])(?:[.)/-]|{SPACED_DASH}) ?")
_ROMAN = Pattern(rf"(?P<roman>[IVX]{{1,6}})(?:\.-|[.):-]|/(?!v)|{SPACED_DASH}) ?")
_DECIMAL = Pattern(r"(?P<number>\d{1,2}(?:\.\d{1,2}){1,4})(?:\.-|[.)/:-]| -(?= [^\W\d_]))? ")
_ITEM = Pattern(rf"(?P<number>\d{{1,3}})(?:\.-|[.)/:-]|{SPACED_DASH}) ?")
_LETTER = Pattern(r"(?P<letter>[a-zđ]{1,2}\d?)[.)/] ?")
_BRACKET = Pattern(r"\((?P<number>\d{1,2})\)[.:]? ?(?=\S)")
_OPENS_QUOTE = '“"'
_CLOSES_QUOTE = ("”", '"')
_LONGEST_QUOTE = 40  # in paragraphs
_SHORT_HEADING = 200
_LOOKS_ROMAN = Pattern(r"(?P<roman>[IVXLHTl1|]{1,5})[.,:-]? (?=\S)")
_STROKES = str.maketrans({"L": "I", "l": "I", "1": "I", "|": "I", "T": "I", "H": "II"})
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_RANK = {
    "part": 1,
    "upper": 2,
    "roman": 3,
    "division": 4,
    "inner": 4.5,
    "article": 5,
    "item": 6,
    "subitem": 6.5,
    "decimal": 7,
    "letter": 9,
    "bracket": 9.5,
    "dash": 10,
}


@dataclass(slots=True)
class _Open:
    """A section that is not closed yet.

    Attributes:
        item: Of an article that stands in an item (`1. Bố cục: … Điều 1 … Điều 2 …`), the number of the item.
    """

    rank: float
    path: str
    number: str
    node: int
    in_path: bool = True
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
    annexes = annex_paths(text, spans, regions)
    silent = [cell or quoted for cell, quoted in zip(in_table, _quoted(text, spans), strict=True)]
    counted = _counted_romans(text, spans, regions, silent, annexes)
    for index, (start, end) in enumerate(spans):
        if regions[index] not in ("body", "annex"):
            depth = 1 if text[start] in DASHES else 0
            content = start + 1 if depth else start
            while content < end and text[content] == " ":
                content += 1
            paragraphs.append(Paragraph(start, end, content, text[start] if depth else "", "", depth, regions[index]))
            continue
        if regions[index] != region:
            region = regions[index]
            stack.clear()
        if (annex := annexes.get(index)) is not None:
            stack[:] = [_Open(0, annex, annex, len(nodes))]
            nodes.append(SectionNode(annex, None, 1, annex, text[start:end], start, end, len(text), False, "annex"))
            paragraphs.append(Paragraph(start, end, start, "", annex, 0, region, len(nodes) - 1))
            continue
        found = None if silent[index] and text[start] not in DASHES else read_marker(text, start, end, stack)
        at = stack[-1].node if stack else -1
        if found is None:
            path = stack[-1].path if stack else ""
            paragraphs.append(Paragraph(start, end, start, "", path, 0, region, at))
            continue
        if found[0] == "item" and _is_misread_letter(text, spans, index):
            found = "letter", "a", found[2]
        kind, number, content = found
        if kind == "item" and _is_nested(stack, number, index > 0 and text[start - 2] == ":"):
            kind = "subitem"
        number = counted.get(index, number)
        marker = text[start:content].strip()
        if kind == "dash":
            path = stack[-1].path if stack else ""
            paragraphs.append(Paragraph(start, end, content, marker, path, 10 if marker == "-" else 11, region, at))
            continue
        item = _closed_item(stack, kind, number)
        _close(stack, kind, number)
        path, parent = _path(stack, kind, number)
        title = _heading(text, content, end) or _heading_below(text, spans, index)
        in_path = kind not in ("letter", "inner")
        numbered = in_path and not (stack and kind == "bracket" and stack[-1].rank == _RANK["letter"])
        up = stack[-1].node if stack else -1
        node = SectionNode(path, parent, len(stack) + 1, marker, title, start, end, len(text), numbered, kind, up)
        stack.append(_Open(_rank(kind, number), path, number, len(nodes), kind != "inner", item))
        nodes.append(node)
        paragraphs.append(Paragraph(start, end, content, marker, path, int(_RANK[kind]), region, len(nodes) - 1))
    return paragraphs, _with_ends(nodes, spans, regions)


def _heading_below(text: str, spans: list[Span], index: int) -> str:
    """The words of a heading whose number stands alone (`Chương I`): the next paragraph, if it is in capitals."""
    start, end = spans[min(index + 1, len(spans) - 1)]
    return text[start:end] if is_capitals(text[start:end]) and end - start <= _SHORT_HEADING else ""


def _quoted(text: str, spans: list[Span]) -> list[bool]:
    """Whether each paragraph stands in a quotation of several paragraphs (the article of a law, behind a colon)."""
    quoted = [False] * len(spans)
    for index, (start, _) in enumerate(spans):
        if quoted[index] or text[start] not in _OPENS_QUOTE or index == 0 or text[spans[index - 1][1] - 1] != ":":
            continue
        for at in range(index, min(len(spans), index + _LONGEST_QUOTE)):
            low, high = spans[at]
            if text[max(low + 1, high - 4) : high].rstrip(".;/ ").endswith(_CLOSES_QUOTE):
                quoted[index : at + 1] = [True] * (at + 1 - index)
                break
    return quoted


def annex_paths(text: str, spans: list[Span], regions: list[RegionKind]) -> dict[int, str]:
    """The paths of annexes by the paragraphs of their headings: `PL` where there is one, else `PL1`, `PL2` …"""
    found: list[tuple[int, str]] = []
    for index, (start, end) in enumerate(spans):
        if (
            regions[index] == "annex"
            and text[start] == "P"
            and (match := marker_pattern("annex").match(text, start, end))
        ):
            number = match["number"] or ""
            if match["word"].isupper() or number or match.end() == end:
                found.append((index, _arabic(number)))
    if len({number for _, number in found}) == 1 and (found[0][1] or len(found) == 1):
        return {index: "PL" for index, _ in found}
    return {index: f"PL{number or count}" for count, (index, number) in enumerate(found, start=1)}


def _arabic(number: str) -> str:
    """A roman number in digits, a number in digits without its zeros."""
    if number in _ROMANS:
        return str(_ROMANS.index(number) + 1)
    return number.lstrip("0")


def _is_nested(stack: list[_Open], number: str, behind_colon: bool) -> bool:
    """Whether an item belongs to a count inside of an item (`1. Bãi bỏ các văn bản sau: 1. … 2. …` and then `2.`)."""
    item = next((opened for opened in reversed(stack) if opened.rank == _RANK["item"]), None)
    inner = next((opened for opened in reversed(stack) if opened.rank == _RANK["subitem"]), None)
    if item is None:
        return False
    if inner is None:
        return number == "1" and behind_colon and stack[-1] is item
    return int(number) == int(inner.number) + 1


def _rank(kind: str, number: str) -> float:
    return _RANK[kind] + (number.count(".") - 1 if kind == "decimal" else 0)


def _close(stack: list[_Open], kind: str, number: str) -> None:
    """Close the sections that a new one of this kind ends."""
    rank = _rank(kind, number)
    if kind == "decimal":  # 1.1 stands under 1, whatever came in between
        prefix = number.rsplit(".", 1)[0]
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth].number == prefix and 6 <= stack[depth].rank < rank:
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
    """Path and parent of a new section; letters inside a section (I. … A. …) have no share in the paths below them."""
    parent = next((opened.path for opened in reversed(stack) if opened.in_path), None)
    if kind == "article":
        return f"Đ{number}", parent
    if kind == "decimal" and stack and stack[-1].number == number.rsplit(".", 1)[0]:
        number = number.rsplit(".", 1)[1]
    return (f"{parent}.{number}" if parent else number), parent


def read_marker(text: str, start: int, end: int, stack: list[_Open]) -> tuple[str, str, int] | None:
    """Kind, number and where the words begin; None for plain text."""
    first = text[start]
    if first in DASHES:
        content = start + 1
        while content < end and text[content] in " -":
            content += 1
        return ("dash", "", content) if content < end else None
    if first.isdigit():
        return _read_number(text, start, end, stack)
    if first in "PCM" and (match := marker_pattern("part").match(text, start, end)):
        return _read_part(match, text, end)
    if first == "(" and (match := _BRACKET.match(text, start, end)):
        return _read_bracket(match["number"], match.end(), stack)
    if first == "Đ" and (match := ARTICLE_HEAD.match(text, start, end)):
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
    if first.islower() and text[start + 1 : start + 2] in ".)/" or text[start + 1 : start + 3] in ("1.", "1)"):
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


def _counted_romans(
    text: str, spans: list[Span], regions: list[RegionKind], silent: list[bool], breaks: Container[int]
) -> dict[int, str]:
    """Numerals that lost a stroke, by paragraph: of headings I, II, II, IV the second II is III.

    A later heading must stand at its own count, or a new count may have begun; at the end of the text a numeral that
    repeats the one before it is the next one. Parts, and the paragraphs `breaks`, begin a count of their own.
    """
    found: dict[int, str] = {}
    run: list[tuple[int, str]] = []
    for index, (start, end) in enumerate(spans):
        if regions[index] not in ("body", "annex") or silent[index]:
            continue
        if run and regions[index] != regions[run[-1][0]] or index in breaks or _begins_count(text, start, end):
            found |= _recounted(run)
            run = []
        if text[start] in "IVX" and end - start <= _SHORT_HEADING:
            match = _ROMAN.match(text, start, end)
            if match is not None and match.end() < end and _is_roman(match["roman"]):
                run.append((index, match["roman"]))
    return found | _recounted(run)


def _begins_count(text: str, start: int, end: int) -> bool:
    """Whether a paragraph is the heading of a part (`B. NỘI DUNG`, `Phần thứ hai`), an annex or an enclosed text."""
    if text[start] in "PCM" and (match := marker_pattern("part").match(text, start, end)):
        return _read_part(match, text, end) is not None
    return text[start] in "ABCDEFGH" and _LETTER_PART.match(text, start, end) is not None


def _recounted(run: list[tuple[int, str]]) -> dict[int, str]:
    """Those of the numerals of a run that can only have lost strokes, as they are by their count."""
    found: dict[int, str] = {}
    doubtful: dict[int, str] = {}
    before = ""
    for (index, roman), due in zip(run, _ROMANS, strict=False):
        if roman == due:
            found |= doubtful
            doubtful = {}
        elif _lost_strokes(due, roman):
            doubtful[index] = due
        else:
            return found
        repeats, before = roman == before, roman
    if len(doubtful) == 1 and repeats and run[-1][0] in doubtful:
        found |= doubtful
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
    kind = match["kind"].lower()
    division, part = marker_words("division_word"), marker_words("part_word")
    if match["kind"].istitle() and kind in (*division, *part) and not match["ordinal"] and match["stop"] == "":
        if match.end() < end and not is_capitals(text[match.end() : end]):
            return None  # "Mục 2 Phụ lục I …" in running text
    number = match["number"].replace("l", "I")
    if number.lower() in marker_words("ordinal"):
        count = marker_words("ordinal").index(number.lower())
        number = f"P{count + 1}" if kind in part else _ROMANS[count]
    elif kind in part and (number.isdigit() or number in _ROMANS):
        number = f"P{int(number) if number.isdigit() else _ROMANS.index(number) + 1}"
    return (
        ("division" if kind in division else "part"),
        number,
        _skip(text, match.end(), end) if match.end() < end else match.end(),
    )


def _read_upper(text: str, match: re.Match[str], end: int, stack: list[_Open]) -> tuple[str, str, int] | None:
    """A., B. … in sequence: parts above I., or letters inside of a section."""
    letter = match["letter"]
    if end - match.end() > _SHORT_HEADING or match.end() >= end or not text[match.end()].isupper():
        return None
    earlier = next((opened for opened in reversed(stack) if opened.rank in (_RANK["upper"], _RANK["inner"])), None)
    if letter != "A" and (earlier is None or ord(letter) - ord(earlier.number) not in (1, 2)):
        return None
    if letter != "A" and earlier is not None:
        return ("inner" if not earlier.in_path else "upper"), letter, match.end()
    inside = any(opened.rank == _RANK["roman"] for opened in stack)
    return ("inner" if inside else "upper"), letter, match.end()


def _read_bracket(number: str, content: int, stack: list[_Open]) -> tuple[str, str, int] | None:
    """(1), (2) … at the start of paragraphs, in sequence."""
    earlier = next((opened.number for opened in reversed(stack) if opened.rank == _RANK["bracket"]), None)
    value = int(number)
    return ("bracket", str(value), content) if value == (int(earlier) + 1 if earlier else 1) else None


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
