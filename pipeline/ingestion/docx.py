"""Word documents (DOCX, ISO/IEC 29500): paragraphs and tables in order, as Word shows them with all changes accepted.

Numbers of automatic lists are written out, since they are part of what a reader sees. Nothing outside the package is
ever opened.
"""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ..errors import DamagedError, EmptyFileError
from ..settings import Settings
from .flow import numeral, table_text
from .layout import folded
from .legacy import converted, font_encoding, is_capital_font, to_unicode
from .packages import open_zip, read_part
from .pages import Source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MOST_DEPTH = 60
# Elements whose text is not shown, or was deleted (ISO/IEC 29500-1, 17.13.5): all others are looked into.
_HIDDEN = frozenset({"del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "tblPr", "tcPr", "trPr"})
_FORMS = {
    "decimal": "1", "decimalZero": "01", "upperRoman": "I", "lowerRoman": "i", "upperLetter": "A", "lowerLetter": "a",
}  # fmt: skip


@dataclass(slots=True)
class _Level:
    """A level of a list: form of the numeral (`bullet`, `1`, `I` …), text such as `%1.%2.`, first number."""

    form: str
    text: str
    start: int
    restart: int | None


@dataclass
class _Lists:
    """The automatic numbers of a document: definitions, and how far each has counted."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    begun: set[tuple[str, int]] = field(default_factory=set)

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
                value = counts.get(k, levels[k].start if k in levels else 1)
                text = text.replace(f"%{k + 1}", numeral(value, form))
        return text.strip()


def _bullet(text: str) -> str:
    """A bullet as plain text: dashes, pluses and stars as they are, signs of symbol fonts as a dash."""
    return text if text in ("-", "+", "*", "–", "•") else "-"


@dataclass(slots=True)
class _Style:
    based: str | None = None
    font: str | None = None
    caps: bool | None = None
    number: tuple[str | None, int | None] = (None, None)


@dataclass
class _Word:
    """A document while it is read."""

    lists: _Lists
    styles: dict[str, _Style]
    default_font: str | None
    notes: dict[str, Element] = field(default_factory=dict)
    used_notes: list[str] = field(default_factory=list)
    legacy: set[str] = field(default_factory=set)

    # -- styles --------------------------------------------------------------------------------------------------

    def _chain(self, name: str | None) -> Iterator[_Style]:
        seen = 0
        while name is not None and (style := self.styles.get(name)) and seen < 20:
            yield style
            name, seen = style.based, seen + 1

    def _number(self, properties: Element | None, style: str | None) -> tuple[str, int] | None:
        number: str | None = None
        level: int | None = None
        if properties is not None and (found := properties.find(f"{_W}numPr")) is not None:
            number, level = _number_of(found)
        for inherited in self._chain(style):
            number = number if number is not None else inherited.number[0]
            level = level if level is not None else inherited.number[1]
        return (number, level or 0) if number is not None and number != "0" else None

    # -- blocks --------------------------------------------------------------------------------------------------

    def blocks(self, parent: Element, depth: int = 0) -> Iterator[str]:
        """The paragraphs and tables below an element, each a text without a newline at its end."""
        if depth > _MOST_DEPTH:
            return
        for child in parent:
            name = _name(child)
            if name == "p":
                yield from self.paragraph(child, depth)
            elif name == "tbl":
                if text := self.table(child, depth):
                    yield text
            elif name == "AlternateContent":
                yield from self.blocks(_chosen(child), depth + 1)
            elif name not in _HIDDEN and name != "sectPr":
                yield from self.blocks(child, depth + 1)

    def paragraph(self, element: Element, depth: int) -> Iterator[str]:
        """A paragraph with its number, and the text boxes that hang on it."""
        properties = element.find(f"{_W}pPr")
        style = _value(properties, "pStyle") if properties is not None else None
        boxes: list[Element] = []
        text = "".join(self._runs(element, style, boxes, 0))
        if text.strip() and (number := self._number(properties, style)):
            label = self.lists.label(*number)
            text = f"{label} {text.lstrip()}" if label else text
        for box in boxes:
            yield from self.blocks(box, depth + 1)
        yield text

    def _runs(self, parent: Element, style: str | None, boxes: list[Element], depth: int) -> Iterator[str]:
        """The text of a paragraph's runs, deleted text left out, inserted text kept."""
        if depth > _MOST_DEPTH:
            return
        for child in parent:
            name = _name(child)
            if name == "r":
                yield self._run(child, style, boxes, depth)
            elif name == "AlternateContent":
                yield from self._runs(_chosen(child), style, boxes, depth + 1)
            elif name == "txbxContent":
                boxes.append(child)
            elif name not in _HIDDEN:
                yield from self._runs(child, style, boxes, depth + 1)

    def _run(self, run: Element, style: str | None, boxes: list[Element], depth: int) -> str:
        properties = run.find(f"{_W}rPr")
        if properties is not None and _is_on(properties, "vanish"):
            return ""
        text = "".join(self._pieces(run, boxes, depth))
        if not text:
            return ""
        styles = [style]
        if properties is not None and (own := _value(properties, "rStyle")):
            styles.insert(0, own)
        inherited = [found for name in styles for found in self._chain(name)]
        if not text.isascii():
            font = _font(properties) or next((s.font for s in inherited if s.font), None) or self.default_font or ""
            if encoding := font_encoding(font):
                self.legacy.add(encoding)
                text = to_unicode(text, encoding, is_capital_font(font))
        elif (font := _font(properties) or "") and is_capital_font(font):
            text = text.upper()
        caps = _is_on(properties, "caps") if properties is not None and _has(properties, "caps") else None
        if caps is None:
            caps = next((s.caps for s in inherited if s.caps is not None), False)
        return text.upper() if caps else text

    def _pieces(self, run: Element, boxes: list[Element], depth: int) -> Iterator[str]:
        for child in run:
            name = _name(child)
            if name == "t":
                yield child.text or ""
            elif name in ("tab", "ptab"):
                yield "\t"
            elif name in ("br", "cr"):
                yield "\f" if child.get(f"{_W}type") == "page" else "\n"
            elif name == "noBreakHyphen":
                yield "-"
            elif name in ("footnoteReference", "endnoteReference"):
                key = name[:-9] + str(child.get(f"{_W}id"))
                if key in self.notes:
                    self.used_notes.append(key)
            elif name == "txbxContent":
                boxes.append(child)
            elif name == "AlternateContent":
                yield from self._runs(_chosen(child), None, boxes, depth + 1)
            elif name in ("pict", "drawing", "object", "ruby"):
                yield from self._runs(child, None, boxes, depth + 1)

    def table(self, element: Element, depth: int) -> str:
        """A table's text; see `flow.table_text`."""
        rows: list[list[str]] = []
        for row in _below(element, "tr"):
            if (properties := row.find(f"{_W}trPr")) is not None and properties.find(f"{_W}del") is not None:
                continue
            cells = [""] * _count(properties, "gridBefore", 0)
            for cell in _below(row, "tc"):
                properties = cell.find(f"{_W}tcPr")
                merged = properties.find(f"{_W}vMerge") if properties is not None else None
                goes_on = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
                cells.append("" if goes_on else "\n".join(self.blocks(cell, depth + 1)))
                cells += [""] * (_count(properties, "gridSpan", 1) - 1)
            rows.append(cells)
        return table_text(rows, _is_bordered(element))


def read_docx(data: bytes, name: str, settings: Settings | None = None) -> Source:
    """The text of a Word document.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: Limits of the package.

    Raises:
        DamagedError: It is cut short, or has no document in it.
        UnsafeContentError: It defines entities.
        ArchiveBombError: It unpacks to more than is allowed.
        EmptyFileError: There is no text in it.
    """
    settings = settings or Settings()
    with open_zip(data, settings, "Word document") as archive:
        main = _main_part(archive, settings)
        root = _part(archive, main, settings)
        if root is None:
            raise DamagedError("is a Word package without a document; open it in Word and save it anew")
        folder = main.rpartition("/")[0] + "/" if "/" in main else ""
        word = _prepared(archive, folder, settings)
        heads = list(_headers(archive, folder, word, settings))
        body = root.find(f"{_W}body")
        parts = list(word.blocks(body if body is not None else root))
    text = "\n".join(parts)
    text = "\n".join([*_new(heads, text), text, *_note_texts(word)]).strip("\n")
    warnings = [f"text of {_FONTS[encoding]} fonts, read as Unicode" for encoding in sorted(word.legacy)]
    text, found = converted(text)
    if found and found not in word.legacy:
        warnings.append(f"text of {_FONTS[found]} fonts, read as Unicode")
    if not text.strip():
        raise EmptyFileError("is a Word document without text; if it holds pictures of pages, save it as PDF")
    return Source("docx", "flow", text + "\n", warnings=tuple(warnings))


_FONTS = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}


def _main_part(archive: zipfile.ZipFile, settings: Settings) -> str:
    """The name of the document's main part, as the package says."""
    relations = read_part(archive, "_rels/.rels", settings)
    for relation in relations if relations is not None else ():
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "word/document.xml").lstrip("/")
    return "word/document.xml"


def _part(archive: zipfile.ZipFile, name: str, settings: Settings) -> Element | None:
    """A part with the namespace of strict documents replaced by the usual one."""
    root = read_part(archive, name, settings)
    if root is not None and root.tag.startswith(_STRICT):
        for element in root.iter():
            if isinstance(element.tag, str) and element.tag.startswith(_STRICT):
                element.tag = _W + element.tag[len(_STRICT) :]
            for key in [key for key in element.attrib if key.startswith(_STRICT)]:
                element.set(_W + key[len(_STRICT) :], element.attrib.pop(key))
    return root


def _prepared(archive: zipfile.ZipFile, folder: str, settings: Settings) -> _Word:
    """Styles, lists and notes of the package."""
    styles, font = _styles(_part(archive, f"{folder}styles.xml", settings))
    word = _Word(_numbering(_part(archive, f"{folder}numbering.xml", settings)), styles, font)
    for kind in ("footnote", "endnote"):
        root = _part(archive, f"{folder}{kind}s.xml", settings)
        for note in root if root is not None else ():
            if note.get(f"{_W}type") is None:
                word.notes[kind + str(note.get(f"{_W}id"))] = note
    return word


def _styles(root: Element | None) -> tuple[dict[str, _Style], str | None]:
    styles: dict[str, _Style] = {}
    if root is None:
        return styles, None
    for element in root.findall(f"{_W}style"):
        properties = element.find(f"{_W}rPr")
        paragraph = element.find(f"{_W}pPr")
        listed = paragraph.find(f"{_W}numPr") if paragraph is not None else None
        styles[element.get(f"{_W}styleId", "")] = _Style(
            _value(element, "basedOn"),
            _font(properties),
            _is_on(properties, "caps") if properties is not None and _has(properties, "caps") else None,
            _number_of(listed) if listed is not None else (None, None),
        )
    return styles, _font(root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr"))


def _numbering(root: Element | None) -> _Lists:
    lists = _Lists()
    if root is None:
        return lists
    for element in root.findall(f"{_W}abstractNum"):
        lists.levels[element.get(f"{_W}abstractNumId", "")] = {
            int(level.get(f"{_W}ilvl", "0")): _level(level) for level in element.findall(f"{_W}lvl")
        }
    for element in root.findall(f"{_W}num"):
        number = element.get(f"{_W}numId", "")
        lists.abstract[number] = _value(element, "abstractNumId") or ""
        for override in element.findall(f"{_W}lvlOverride"):
            level = int(override.get(f"{_W}ilvl", "0"))
            if (start := _value(override, "startOverride")) is not None and start.isdigit():
                lists.starts[number, level] = int(start)
            if (own := override.find(f"{_W}lvl")) is not None:
                inherited = dict(lists.levels.get(lists.abstract[number], {}))
                lists.levels.setdefault(f"{number}*", inherited)[level] = _level(own)
        if f"{number}*" in lists.levels:
            lists.abstract[number] = f"{number}*"
    return lists


def _level(element: Element) -> _Level:
    form = _value(element, "numFmt") or "decimal"
    start = _value(element, "start") or "1"
    restart = _value(element, "lvlRestart")
    return _Level(
        "bullet" if form == "bullet" else _FORMS.get(form, "" if form == "none" else "1"),
        _value(element, "lvlText") or "",
        int(start) if start.isdigit() else 1,
        int(restart) if restart and restart.isdigit() else None,
    )


def _headers(archive: zipfile.ZipFile, folder: str, word: _Word, settings: Settings) -> Iterator[str]:
    """The text of the page headers, each once; page numbers alone are none."""
    seen: set[str] = set()
    for name in sorted(archive.namelist()):
        if name.startswith(f"{folder}header") and name.endswith(".xml"):
            root = _part(archive, name, settings)
            text = "\n".join(word.blocks(root)).strip() if root is not None else ""
            if text and text not in seen and any(char.isalpha() for char in text):
                seen.add(text)
                yield text


def _new(heads: list[str], body: str) -> list[str]:
    """The headers that say something which the body does not."""
    whole = folded(body[:20_000])
    return [head for head in heads if folded(head) not in whole]


def _note_texts(word: _Word) -> Iterator[str]:
    """Footnotes and endnotes, in order of their first mention."""
    for key in dict.fromkeys(word.used_notes):
        text = "\n".join(word.blocks(word.notes[key])).strip()
        if text:
            yield text


# -- XML --------------------------------------------------------------------------------------------------------------


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _chosen(alternate: Element) -> Element:
    """Of one content in several forms the one that holds text."""
    for option in alternate:
        if any(_name(element) in ("t", "txbxContent") for element in option.iter()):
            return option
    return next(iter(alternate), alternate)


def _below(parent: Element, name: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those inside content controls and accepted insertions."""
    for child in parent:
        if _name(child) == name:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _below(child, name)


def _value(parent: Element, name: str) -> str | None:
    found = parent.find(f"{_W}{name}")
    return found.get(f"{_W}val") if found is not None else None


def _has(parent: Element, name: str) -> bool:
    return parent.find(f"{_W}{name}") is not None


def _is_on(parent: Element, name: str) -> bool:
    found = parent.find(f"{_W}{name}")
    return found is not None and found.get(f"{_W}val", "true") not in ("false", "0", "off")


def _count(parent: Element | None, name: str, default: int) -> int:
    value = _value(parent, name) if parent is not None else None
    return min(int(value), 64) if value and value.isdigit() else default


def _font(properties: Element | None) -> str | None:
    fonts = properties.find(f"{_W}rFonts") if properties is not None else None
    return (fonts.get(f"{_W}ascii") or fonts.get(f"{_W}hAnsi")) if fonts is not None else None


def _number_of(element: Element) -> tuple[str | None, int | None]:
    level = _value(element, "ilvl")
    return _value(element, "numId"), int(level) if level and level.isdigit() else None


def _is_bordered(table: Element) -> bool:
    """Whether a table's lines are drawn, by itself, its cells or its style."""
    properties = table.find(f"{_W}tblPr")
    borders = properties.find(f"{_W}tblBorders") if properties is not None else None
    if borders is not None:
        return any(side.get(f"{_W}val") not in ("nil", "none", None) for side in borders)
    for cell in table.iter(f"{_W}tcBorders"):
        if any(side.get(f"{_W}val") not in ("nil", "none", None) for side in cell):
            return True
    style = _value(properties, "tblStyle") if properties is not None else None
    return style is not None and style not in ("TableNormal", "a1")
