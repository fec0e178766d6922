"""OpenDocument text (ODT, ISO/IEC 26300): paragraphs, lists with their numbers, and tables, as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ..errors import DamagedError, EmptyFileError, EncryptedError
from ..settings import Settings
from .flow import TOO_DEEP, Cell, as_note, bare_text, numeral, spread, table_text
from .layout import folded
from .legacy import converted
from .packages import open_zip, read_part
from .pages import Source

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _STYLE, _MANIFEST = (_NS % part for part in ("text", "table", "style", "manifest"))
_MOST_DEPTH = 60
_MOST_REPEATED = 64
# Deleted text lies in `tracked-changes`; the others say nothing of their own.
_HIDDEN = frozenset({"tracked-changes", "sequence-decls", "annotation", "note-citation", "ruby-text", "forms"})


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    before: str
    after: str
    start: int
    shown: int


@dataclass
class _Odt:
    """A document while it is read."""

    styles: dict[str, dict[int, _Level]]
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    too_deep: bool = False

    def _bare(self, elements: Iterable[Element]) -> str:
        """The words of what lies too deep."""
        self.too_deep = True
        return bare_text(elements, _HIDDEN)

    def blocks(self, parent: Element, depth: int = 0) -> Iterator[str]:
        """The paragraphs and tables below an element."""
        if depth > _MOST_DEPTH:
            yield self._bare(parent)
            return
        for child in parent:
            name = _name(child)
            if name in ("p", "h"):
                boxes: list[str] = []
                text = "".join(self._inline(child, boxes, depth))
                yield from boxes
                yield text
            elif name == "list":
                yield from self._list(child, child.get(f"{_TEXT}style-name", ""), 1, depth + 1)
            elif name == "table":
                if text := self._table(child, depth):
                    yield text
            elif name not in _HIDDEN:
                yield from self.blocks(child, depth + 1)

    def _list(self, element: Element, style: str, level: int, depth: int) -> Iterator[str]:
        if depth > _MOST_DEPTH:
            yield self._bare(element)
            return
        if element.get(f"{_TEXT}continue-numbering") != "true" and not element.get(f"{_TEXT}continue-list"):
            self.counts.pop((style, level), None)
        for item in element:
            if _name(item) not in ("list-item", "list-header"):
                continue
            label = self._label(style, level, item) if _name(item) == "list-item" else ""
            for child in item:
                if _name(child) == "list":
                    nested = child.get(f"{_TEXT}style-name") or style
                    yield from self._list(child, nested, level + 1, depth + 1)
                    continue
                for text in self.blocks([child], depth + 1):  # type: ignore[arg-type]
                    yield f"{label} {text}" if label and text.strip() else text
                    if text.strip():
                        label = ""

    def _label(self, style: str, level: int, item: Element) -> str:
        levels = self.styles.get(style, {})
        own = levels.get(level)
        if own is None:
            return ""
        if own.form == "bullet":
            return own.before if own.before in ("-", "+", "*", "–", "•") else "-"
        start = item.get(f"{_TEXT}start-value")
        now = int(start) if start and start.isdigit() else self.counts.get((style, level), own.start - 1) + 1
        self.counts[style, level] = now
        for key in [key for key in self.counts if key[0] == style and key[1] > level]:
            del self.counts[key]
        parts = []
        for upper in range(max(1, level - own.shown + 1), level + 1):
            form = levels[upper].form if upper in levels else "1"
            if number := numeral(self.counts.get((style, upper), 1), form):
                parts.append(number)
        return f"{own.before}{'.'.join(parts)}{own.after}".strip() if parts else ""

    def _inline(self, parent: Element, boxes: list[str], depth: int) -> Iterator[str]:
        if depth > _MOST_DEPTH:
            yield self._bare([parent])
            return
        yield parent.text or ""
        for child in parent:
            name = _name(child)
            if name == "s":
                count = child.get(f"{_TEXT}c", "1")
                yield " " * (min(int(count), 200) if count.isdigit() else 1)
            elif name == "tab":
                yield "\t"
            elif name == "line-break":
                yield "\n"
            elif name == "text-box":
                boxes.extend(self.blocks(child, depth + 1))
            elif name == "note":
                self.notes.append("\n".join(self.blocks(child, depth + 1)))
            elif name not in _HIDDEN:
                yield from self._inline(child, boxes, depth + 1)
            yield child.tail or ""

    def _table(self, element: Element, depth: int) -> str:
        rows = []
        for row in _below(element, "table-row"):
            cells: list[Cell] = []
            for cell in row:
                if _name(cell) != "table-cell":  # what another cell covers is counted by that cell
                    continue
                text = "\n".join(self.blocks(cell, depth + 1))
                own = Cell(text, _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned"))
                cells += [own] * min(_count(cell, "number-columns-repeated"), _MOST_REPEATED)
            rows.append(cells)
        return table_text(spread(rows), bordered=True)


def read_odt(data: bytes, name: str, settings: Settings | None = None) -> Source:
    """The text of an OpenDocument text.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: Limits of the package.

    Raises:
        DamagedError: It is cut short, or has no document in it.
        EncryptedError: It is protected by a password.
        UnsafeContentError: It defines entities.
        ArchiveBombError: It unpacks to more than is allowed.
        EmptyFileError: There is no text in it.
    """
    settings = settings or Settings()
    with open_zip(data, settings, "OpenDocument file") as archive:
        manifest = read_part(archive, "META-INF/manifest.xml", settings)
        if manifest is not None and next(manifest.iter(f"{_MANIFEST}encryption-data"), None) is not None:
            raise EncryptedError("is protected by a password; open it in LibreOffice and save it without")
        root = read_part(archive, "content.xml", settings)
        if root is None:
            raise DamagedError("is an OpenDocument file without content; open it in LibreOffice and save it anew")
        styles = read_part(archive, "styles.xml", settings)
    odt = _Odt({**(_list_styles(styles) if styles is not None else {}), **_list_styles(root)})
    body = root.find(f"{_NS % 'office'}body")
    parts = list(odt.blocks(body if body is not None else root))
    notes = (as_note(number, note) for number, note in enumerate(odt.notes, 1))
    whole = folded("\n".join(parts)[:20_000])
    heads = [head for head in _headers(styles, odt) if folded(head) not in whole]
    text, found = converted("\n".join([*heads, *parts, *filter(None, notes)]).strip("\n"))
    if not text.strip():
        raise EmptyFileError("is an OpenDocument file without text; if it holds pictures of pages, save it as PDF")
    warnings = [f"text of {'TCVN3 (ABC)' if found == 'tcvn3' else 'VNI'} fonts, read as Unicode"] if found else []
    warnings += [TOO_DEEP] * odt.too_deep
    return Source("odt", "flow", text + "\n", warnings=tuple(warnings))


def _headers(styles: Element | None, odt: _Odt) -> Iterator[str]:
    """The text of the page headers, each once; page numbers alone are none."""
    seen: set[str] = set()
    for header in styles.iter() if styles is not None else ():
        if header.tag not in (f"{_STYLE}header", f"{_STYLE}header-first"):
            continue
        text = "\n".join(odt.blocks(header)).strip()
        if text and text not in seen and any(char.isalpha() for char in text):
            seen.add(text)
            yield text


def _list_styles(root: Element) -> dict[str, dict[int, _Level]]:
    styles: dict[str, dict[int, _Level]] = {}
    for element in root.iter(f"{_TEXT}list-style"):
        levels = styles.setdefault(element.get(f"{_STYLE}name", ""), {})
        for level in element:
            number = level.get(f"{_TEXT}level", "")
            if not number.isdigit():
                continue
            if _name(level) == "list-level-style-bullet":
                levels[int(number)] = _Level("bullet", level.get(f"{_TEXT}bullet-char", "-"), "", 1, 1)
                continue
            start, shown = level.get(f"{_TEXT}start-value", "1"), level.get(f"{_TEXT}display-levels", "1")
            levels[int(number)] = _Level(
                level.get(f"{_STYLE}num-format", ""),
                level.get(f"{_STYLE}num-prefix", ""),
                level.get(f"{_STYLE}num-suffix", ""),
                int(start) if start.isdigit() else 1,
                int(shown) if shown.isdigit() else 1,
            )
    return styles


def _count(cell: Element, name: str) -> int:
    text = cell.get(f"{_TABLE}{name}", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _below(parent: Element, name: str) -> Iterator[Element]:
    for child in parent:
        if _name(child) == name:
            yield child
        elif _name(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _below(child, name)
