"""Word documents (DOCX, ISO/IEC 29500): paragraphs and tables in order, as Word shows them with all changes accepted.

Numbers of automatic lists are written out, since they are part of what a reader sees. Parts are found by the package's
relationships, never by their names. Nothing outside the package is ever opened.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from ..errors import DamagedError, EmptyFileError
from ..settings import Settings
from .flow import TOO_DEEP, as_note, bare_text, table_text
from .layout import folded
from .legacy import Run, converted, font_encoding, is_capital_font, joined
from .packages import Relations, open_zip, read_part, read_relations
from .pages import MERGED, Source
from .pictures import Pictures, is_page_size, is_page_style
from .symbols import from_symbol_font
from .wordlists import Lists, read_lists
from .wordxml import RELATION, W, below, chosen, count, font, has, is_bordered, is_on, name, number_of, usual, value

if TYPE_CHECKING:
    from .pdf import Recogniser

_MOST_DEPTH = 60
_MOST_CHUNKS = 200
# Elements whose text is not shown, or was deleted (ISO/IEC 29500-1, 17.13.5): all others are looked into.
_HIDDEN = frozenset({"del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "tblPr", "tcPr", "trPr"})


@dataclass(slots=True)
class _Style:
    based: str | None = None
    font: str | None = None
    caps: bool | None = None
    number: tuple[str | None, int | None] = (None, None)


@dataclass
class _Word:
    """A document while it is read."""

    archive: zipfile.ZipFile
    settings: Settings
    relations: Relations
    pictures: Pictures
    lists: Lists = field(default_factory=Lists)
    styles: dict[str, _Style] = field(default_factory=dict)
    default_font: str | None = None
    notes: dict[str, Element] = field(default_factory=dict)
    used_notes: list[str] = field(default_factory=list)
    legacy: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    chunks: int = 0

    # -- styles --------------------------------------------------------------------------------------------------

    def _chain(self, style: str | None) -> Iterator[tuple[str, _Style]]:
        seen = 0
        while style is not None and (found := self.styles.get(style)) and seen < 20:
            yield style, found
            style, seen = found.based, seen + 1

    def _number(self, properties: Element | None, style: str | None) -> tuple[str, int] | None:
        number: str | None = None
        level: int | None = None
        if properties is not None and (found := properties.find(f"{W}numPr")) is not None:
            number, level = number_of(found)
        for key, inherited in self._chain(style):
            number = number if number is not None else inherited.number[0]
            if level is None and number is not None:  # a level of the list may name the style that stands for it
                level = self.lists.level_of_style(number, key)
            level = level if level is not None else inherited.number[1]
        return (number, level or 0) if number is not None and number != "0" else None

    def _bare(self, elements: Iterable[Element]) -> str:
        """The words of what lies too deep."""
        if TOO_DEEP not in self.warnings:
            self.warnings.append(TOO_DEEP)
        return bare_text(elements, _HIDDEN)

    # -- blocks --------------------------------------------------------------------------------------------------

    def blocks(self, parent: Element, depth: int = 0) -> Iterator[str]:
        """The paragraphs and tables below an element, each a text without a newline at its end."""
        if depth > _MOST_DEPTH:
            yield self._bare(parent)
            return
        for child in parent:
            kind = name(child)
            if kind == "p":
                yield from self.paragraph(child, depth)
            elif kind == "tbl":
                if text := self.table(child, depth):
                    yield text
            elif kind == "altChunk":
                yield from self._chunk(child)
            elif kind == "AlternateContent":
                yield from self.blocks(chosen(child), depth + 1)
            elif kind not in _HIDDEN and kind != "sectPr":
                yield from self.blocks(child, depth + 1)

    def paragraph(self, element: Element, depth: int) -> Iterator[str]:
        """A paragraph with its number, and the text boxes and pictures of pages that hang on it."""
        properties = element.find(f"{W}pPr")
        style = value(properties, "pStyle") if properties is not None else None
        boxes: list[Element] = []
        pictures: list[str] = []
        text = self._joined(self._runs(element, style, boxes, pictures, 0))
        if text.strip() and (number := self._number(properties, style)):
            label = self.lists.label(*number)
            text = f"{label} {text.lstrip()}" if label else text
        for box in boxes:
            yield from self.blocks(box, depth + 1)
        yield text
        for key in pictures:
            yield self.pictures.place(self.archive, self.relations.get(key, ""))

    def _joined(self, runs: Iterator[Run]) -> str:
        """The text of runs; old fonts put a letter and its mark into runs of their own, so these are joined before."""
        return joined(runs, self.legacy)

    def _runs(
        self, parent: Element, style: str | None, boxes: list[Element], pictures: list[str], depth: int
    ) -> Iterator[Run]:
        """A paragraph's runs, deleted text left out, inserted text kept."""
        if depth > _MOST_DEPTH:
            yield Run(self._bare(parent))
            return
        for child in parent:
            kind = name(child)
            if kind == "r":
                yield from self._run(child, style, boxes, pictures, depth)
            elif kind == "AlternateContent":
                yield from self._runs(chosen(child), style, boxes, pictures, depth + 1)
            elif kind == "txbxContent":
                boxes.append(child)
            elif kind not in _HIDDEN:
                yield from self._runs(child, style, boxes, pictures, depth + 1)

    def _run(
        self, run: Element, style: str | None, boxes: list[Element], pictures: list[str], depth: int
    ) -> Iterator[Run]:
        properties = run.find(f"{W}rPr")
        if properties is not None and is_on(properties, "vanish"):
            return
        inner: list[Run] = []
        text = "".join(self._pieces(run, boxes, pictures, inner, depth))
        if text:
            yield self._formatted(text, properties, style)
        yield from inner

    def _formatted(self, text: str, properties: Element | None, style: str | None) -> Run:
        """A run with what its font and the styles say about its letters."""
        styles = [style]
        if properties is not None and (own := value(properties, "rStyle")):
            styles.insert(0, own)
        inherited = [found for key in styles for _, found in self._chain(key)]
        face = font(properties) or next((s.font for s in inherited if s.font), None) or self.default_font or ""
        caps = is_on(properties, "caps") if properties is not None and has(properties, "caps") else None
        if caps is None:
            caps = next((s.caps for s in inherited if s.caps is not None), False)
        capitals = bool(caps) or is_capital_font(face)
        return Run(from_symbol_font(text, face), font_encoding(face), capitals)

    def _pieces(
        self, run: Element, boxes: list[Element], pictures: list[str], inner: list[Run], depth: int
    ) -> Iterator[str]:
        for child in run:
            kind = name(child)
            if kind == "t":
                yield child.text or ""
            elif kind in ("tab", "ptab"):
                yield "\t"
            elif kind in ("br", "cr"):
                yield "\f" if child.get(f"{W}type") == "page" else "\n"
            elif kind == "noBreakHyphen":
                yield "-"
            elif kind == "softHyphen":
                yield "\xad"  # in TCVN3 fonts the letter ư
            elif kind == "sym":
                yield _symbol(child)
            elif kind in ("footnoteReference", "endnoteReference"):
                key = kind[:-9] + str(child.get(f"{W}id"))
                if key in self.notes:
                    self.used_notes.append(key)
            elif kind == "txbxContent":
                boxes.append(child)
            elif kind == "AlternateContent":
                inner.extend(self._runs(chosen(child), None, boxes, pictures, depth + 1))
            elif kind in ("pict", "drawing", "object", "ruby"):
                pictures.extend(_page_pictures(child))
                inner.extend(self._runs(child, None, boxes, pictures, depth + 1))

    def table(self, element: Element, depth: int) -> str:
        """A table's text; see `flow.table_text`."""
        rows: list[list[str]] = []
        filled: dict[int, bool] = {}  # whether the cell that goes on in a column holds anything
        for row in below(element, "tr"):
            if (properties := row.find(f"{W}trPr")) is not None and properties.find(f"{W}del") is not None:
                continue
            cells = [""] * count(properties, "gridBefore", 0)
            for cell in below(row, "tc"):
                properties = cell.find(f"{W}tcPr")
                merged = properties.find(f"{W}vMerge") if properties is not None else None
                column = len(cells)
                if merged is not None and merged.get(f"{W}val", "continue") == "continue":
                    cells.append(MERGED if filled.get(column) else "")
                else:
                    cells.append("\n".join(self.blocks(cell, depth + 1)))
                    filled[column] = bool(cells[-1].strip())
                cells += [""] * (count(properties, "gridSpan", 1) - 1)
            rows.append(cells)
        return table_text(rows, is_bordered(element))

    def _chunk(self, element: Element) -> Iterator[str]:
        """The text of a document that is put in as a whole (`altChunk`): a web page, RTF, or another Word document."""
        from .sources import read_source

        self.chunks += 1
        part = self.relations.get(element.get(f"{RELATION}id", ""), "")
        try:
            data = self.pictures.content(self.archive, part)
            if data is None or self.chunks > _MOST_CHUNKS or self.settings.archive_depth < 1:
                raise DamagedError("cannot be reached")
            inner = replace(self.settings, archive_depth=self.settings.archive_depth - 1)
            found = read_source(data, part, inner)
            if found is None or found.kind != "flow":
                raise DamagedError("is of another kind")
            self.warnings.extend(found.warnings)
            yield found.text.strip("\n")
        except EmptyFileError:
            return
        except Exception as error:  # the document around it is read all the same
            self.warnings.append(f"a part that was put into the document is not read ({part or 'missing'}: {error})")


def read_docx(data: bytes, name_: str, settings: Settings | None = None, recognise: Recogniser | None = None) -> Source:
    """The text of a Word document.

    Args:
        data: The file's bytes.
        name_: For messages only.
        settings: Limits of the package.
        recognise: Reads pictures of pages; without it they are named in a warning.

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
        word = _prepared(archive, main, settings, Pictures(settings, recognise))
        heads = list(_headers(word))
        body = root.find(f"{W}body")
        blocks = list(word.blocks(body if body is not None else root))
        notes = list(_note_texts(word))
    parts = word.pictures.sorted_out(blocks)
    if parts.pages:
        return Source("docx", "paged", pages=parts.pages, warnings=tuple(word.warnings), errors=parts.errors)
    text = "\n".join(parts.blocks)
    text = "\n".join([*_new(heads, text), text, *notes]).strip("\n")
    warnings = [f"text of {_FONTS[encoding]} fonts, read as Unicode" for encoding in sorted(word.legacy)]
    text, found = converted(text)
    if found and found not in word.legacy:
        warnings.append(f"text of {_FONTS[found]} fonts, read as Unicode")
    text = text.replace("\xad", "")
    warnings += [*word.warnings, *parts.warnings]
    if not text.strip() and not parts.members:
        raise EmptyFileError("is a Word document without text; if it holds pictures of pages, save it as PDF")
    return Source("docx", "flow", text + "\n", errors=parts.errors, warnings=tuple(warnings), parts=parts.members)


_FONTS = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}


def _main_part(archive: zipfile.ZipFile, settings: Settings) -> str:
    """The name of the document's main part, as the package says."""
    relations = read_part(archive, "_rels/.rels", settings)
    for relation in relations if relations is not None else ():
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "word/document.xml").lstrip("/")
    return "word/document.xml"


def _part(archive: zipfile.ZipFile, part: str, settings: Settings) -> Element | None:
    """A part with the namespaces of strict documents replaced by the usual ones."""
    root = read_part(archive, part, settings)
    return usual(root) if root is not None else None


def _prepared(archive: zipfile.ZipFile, main: str, settings: Settings, pictures: Pictures) -> _Word:
    """Styles, lists and notes of the package."""
    relations = read_relations(archive, main, settings)
    folder = main.rpartition("/")[0] + "/" if "/" in main else ""
    word = _Word(archive, settings, relations, pictures)

    def part(kind: str) -> Element | None:
        return _part(archive, relations.of_kind(kind) or f"{folder}{kind}.xml", settings)

    word.styles, word.default_font = _styles(part("styles"))
    word.lists = read_lists(part("numbering"), {key: style.number[0] for key, style in word.styles.items()})
    for kind in ("footnote", "endnote"):
        root = part(f"{kind}s")
        for note in root if root is not None else ():
            if note.get(f"{W}type") in (None, "normal"):
                word.notes[kind + str(note.get(f"{W}id"))] = note
    return word


def _styles(root: Element | None) -> tuple[dict[str, _Style], str | None]:
    styles: dict[str, _Style] = {}
    if root is None:
        return styles, None
    for element in root.findall(f"{W}style"):
        properties = element.find(f"{W}rPr")
        paragraph = element.find(f"{W}pPr")
        listed = paragraph.find(f"{W}numPr") if paragraph is not None else None
        styles[element.get(f"{W}styleId", "")] = _Style(
            value(element, "basedOn"),
            font(properties),
            is_on(properties, "caps") if properties is not None and has(properties, "caps") else None,
            number_of(listed) if listed is not None else (None, None),
        )
    return styles, font(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))


def _headers(word: _Word) -> Iterator[str]:
    """The text of the page headers, each once; page numbers alone are none."""
    seen: set[str] = set()
    for part in sorted(word.relations.all_of_kind("header")):
        root = _part(word.archive, part, word.settings)
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
    for number, key in enumerate(dict.fromkeys(word.used_notes), 1):
        if text := as_note(number, "\n".join(word.blocks(word.notes[key]))):
            yield text


def _symbol(element: Element) -> str:
    """A sign of a symbol font (`w:sym`), as Unicode."""
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    return from_symbol_font(chr(code), element.get(f"{W}font", "")) if 0 < code < 0xFFFE else ""


def _page_pictures(element: Element) -> Iterator[str]:
    """Relations of the pictures in a drawing that are as large as a page's text."""
    for drawing in element.iter():
        kind = name(drawing)
        if kind == "blip" and (key := drawing.get(f"{RELATION}embed")):
            sizes = [(e.get("cx", "0"), e.get("cy", "0")) for e in element.iter() if name(e) in ("extent", "ext")]
            if any(is_page_size(wide, high) for wide, high in sizes):
                yield key
        elif kind == "shape" and "width" in drawing.get("style", ""):
            image = next((e for e in drawing if name(e) == "imagedata"), None)
            if image is not None and (key := image.get(f"{RELATION}id")) and is_page_style(drawing.get("style", "")):
                yield key
