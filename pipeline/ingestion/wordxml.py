"""The XML of Word documents: names, values and switches of its elements."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"


def name(element: Element) -> str:
    """The element's name without its namespace, '' for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value(parent: Element, child: str) -> str | None:
    """The attribute `val` of a child, None if there is no such child."""
    found = parent.find(f"{W}{child}")
    return found.get(f"{W}val") if found is not None else None


def has(parent: Element, child: str) -> bool:
    """Whether there is such a child."""
    return parent.find(f"{W}{child}") is not None


def is_on(parent: Element, child: str) -> bool:
    """Whether a switch stands there and is not turned off."""
    found = parent.find(f"{W}{child}")
    return found is not None and found.get(f"{W}val", "true") not in ("false", "0", "off")


def count(parent: Element | None, child: str, default: int) -> int:
    """A child's value as a small number."""
    found = value(parent, child) if parent is not None else None
    return min(int(found), 64) if found and found.isdigit() else default


def font(properties: Element | None) -> str | None:
    """The font that run properties name, None if they name none."""
    fonts = properties.find(f"{W}rFonts") if properties is not None else None
    return (fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi")) if fonts is not None else None


def number_of(element: Element) -> tuple[str | None, int | None]:
    """List and level (0-based) of numbering properties."""
    level = value(element, "ilvl")
    return value(element, "numId"), int(level) if level and level.isdigit() else None


def chosen(alternate: Element) -> Element:
    """Of one content in several forms the one that holds text."""
    for option in alternate:
        if any(name(element) in ("t", "txbxContent") for element in option.iter()):
            return option
    return next(iter(alternate), alternate)


def below(parent: Element, child: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those inside content controls and accepted insertions."""
    for element in parent:
        if name(element) == child:
            yield element
        elif name(element) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from below(element, child)


def is_bordered(table: Element) -> bool:
    """Whether a table's lines are drawn, by itself, its cells or its style."""
    properties = table.find(f"{W}tblPr")
    borders = properties.find(f"{W}tblBorders") if properties is not None else None
    if borders is not None:
        return any(side.get(f"{W}val") not in ("nil", "none", None) for side in borders)
    for cell in table.iter(f"{W}tcBorders"):
        if any(side.get(f"{W}val") not in ("nil", "none", None) for side in cell):
            return True
    style = value(properties, "tblStyle") if properties is not None else None
    return style is not None and style not in ("TableNormal", "a1")


def usual(root: Element) -> Element:
    """The tree with the namespaces of strict documents replaced by the usual ones."""
    if root.tag.startswith(_STRICT):
        for element in root.iter():
            if isinstance(element.tag, str) and element.tag.startswith(_STRICT):
                element.tag = W + element.tag[len(_STRICT) :]
            for key in list(element.attrib):
                for strict, plain in ((_STRICT, W), (_STRICT_RELATION, RELATION)):
                    if key.startswith(strict):
                        element.set(plain + key[len(strict) :], element.attrib.pop(key))
    return root
