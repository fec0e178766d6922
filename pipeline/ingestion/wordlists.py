"""The automatic numbers of a Word document (ISO/IEC 29500-1, 17.9): lists, and how far each has counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from .flow import numeral
from .wordxml import W, is_on, value

_FORMS = {
    "decimal": "1", "decimalZero": "01", "upperRoman": "I", "lowerRoman": "i", "upperLetter": "A", "lowerLetter": "a",
}  # fmt: skip


@dataclass(slots=True)
class Level:
    """A level of a list.

    Attributes:
        form: Of the numeral: `bullet`, `1`, `I` …
        text: Such as `%1.%2.`.
        start: First number.
        restart: Level after which it begins anew; 0 for never.
        style: Paragraph style that stands for this level.
        legal: All numbers of the label are Arabic (`isLgl`).
    """

    form: str
    text: str
    start: int
    restart: int | None
    style: str | None
    legal: bool


@dataclass
class Lists:
    """The automatic numbers of a document: definitions, and how far each has counted."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    begun: set[tuple[str, int]] = field(default_factory=set)

    def level_of_style(self, number: str, style: str | None) -> int | None:
        """The level (0-based) of a list that a paragraph style stands for."""
        levels = self.levels.get(self.abstract.get(number, ""), {})
        return next((k for k, level in levels.items() if style and level.style == style), None)

    def label(self, number: str, level: int) -> str:
        """The label of the next paragraph of a list at a level (0-based), '' if it shows none."""
        abstract = self.abstract.get(number, "")
        levels = self.levels.get(abstract, {})
        if level not in levels:
            return ""
        if levels[level].form == "bullet":
            return _bullet(levels[level].text)
        counts = self.counts[abstract]
        override = self.starts.get((number, level))
        if override is not None and (number, level) not in self.begun:
            counts[level] = override
        else:
            counts[level] = counts.get(level, levels[level].start - 1) + 1
        self.begun.add((number, level))
        for deeper in [k for k in counts if k > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart != 0:
                del counts[deeper]
        text = levels[level].text
        for k in range(level + 1):
            if f"%{k + 1}" in text:
                form = levels[k].form if k in levels else "1"
                if levels[level].legal and form in ("I", "i", "A", "a"):
                    form = "1"
                shown = counts.get(k, levels[k].start if k in levels else 1)
                text = text.replace(f"%{k + 1}", numeral(shown, form))
        return text.strip()


def _bullet(text: str) -> str:
    """A bullet as plain text: dashes, pluses and stars as they are, signs of symbol fonts as a dash."""
    return text if text in ("-", "+", "*", "–", "•") else "-"


def read_lists(root: Element | None, styles: Mapping[str, str | None]) -> Lists:
    """The lists that the numbering part defines.

    Args:
        root: Of the part, None if there is none.
        styles: The list that each style names (`numId`), for lists that are defined by a style.
    """
    lists = Lists()
    if root is None:
        return lists
    named: dict[str, str] = {}  # style of a list: the definition that belongs to it
    links: dict[str, str] = {}  # a definition that only refers to a style
    for element in root.findall(f"{W}abstractNum"):
        key = element.get(f"{W}abstractNumId", "")
        lists.levels[key] = {}
        for place, level in enumerate(element.findall(f"{W}lvl")):  # some programs leave out which level it is
            given = level.get(f"{W}ilvl", "")
            lists.levels[key][int(given) if given.isdigit() else place] = _level(level)
        if style := value(element, "styleLink"):
            named[style] = key
        if link := value(element, "numStyleLink"):
            links[key] = link
    for element in root.findall(f"{W}num"):
        lists.abstract[element.get(f"{W}numId", "")] = value(element, "abstractNumId") or ""
    for key, link in links.items():
        by_style = lists.abstract.get(styles.get(link) or "", "")
        target = named.get(link, by_style)
        if not lists.levels[key] and target in lists.levels and target != key:
            for number in [number for number, abstract in lists.abstract.items() if abstract == key]:
                lists.abstract[number] = target
    for element in root.findall(f"{W}num"):
        _override(lists, element)
    return lists


def _override(lists: Lists, element: Element) -> None:
    """First numbers and levels that a list has of its own."""
    number = element.get(f"{W}numId", "")
    for override in element.findall(f"{W}lvlOverride"):
        text = override.get(f"{W}ilvl", "0")
        level = int(text) if text.isdigit() else 0
        if (start := value(override, "startOverride")) is not None and start.isdigit():
            lists.starts[number, level] = int(start)
        if (own := override.find(f"{W}lvl")) is not None:
            inherited = dict(lists.levels.get(lists.abstract[number], {}))
            lists.levels.setdefault(f"{number}*", inherited)[level] = _level(own)
    if f"{number}*" in lists.levels:
        lists.abstract[number] = f"{number}*"


def _level(element: Element) -> Level:
    form = value(element, "numFmt") or "decimal"
    start = value(element, "start") or "1"
    restart = value(element, "lvlRestart")
    return Level(
        "bullet" if form == "bullet" else _FORMS.get(form, "" if form == "none" else "1"),
        value(element, "lvlText") or "",
        int(start) if start.isdigit() else 1,
        int(restart) if restart and restart.isdigit() else None,
        value(element, "pStyle"),
        is_on(element, "isLgl"),
    )
