"""PowerPoint presentations (PPTX, ISO/IEC 29500, PresentationML): the text of the slides, each a page."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ..errors import DamagedError, EmptyFileError
from ..settings import Settings
from .flow import TOO_DEEP, Cell, bare_text, spread, table_text
from .legacy import Run, converted, font_encoding, is_capital_font, joined
from .packages import open_zip, read_part, read_relations
from .pages import Source
from .wordxml import RELATION, name

_MOST_DEPTH = 60
_HIDDEN = frozenset({"nvSpPr", "nvGrpSpPr", "nvPicPr", "spPr", "extLst", "timing", "transition"})


def read_pptx(data: bytes, name_: str, settings: Settings | None = None) -> Source:
    """The text of a presentation's slides, a form feed between them.

    Args:
        data: The file's bytes.
        name_: For messages only.
        settings: Limits of the package; `max_pages` slides are read.

    Raises:
        DamagedError: It is cut short, or holds no presentation.
        UnsafeContentError: It defines entities.
        ArchiveBombError: It unpacks to more than is allowed.
        EmptyFileError: There is no text in it.
    """
    settings = settings or Settings()
    legacy: set[str] = set()
    deep: list[Element] = []
    texts: list[str] = []
    with open_zip(data, settings, "PowerPoint presentation") as archive:
        main = read_relations(archive, "", settings).of_kind("officeDocument") or "ppt/presentation.xml"
        root = read_part(archive, main, settings)
        if root is None:
            raise DamagedError("is a PowerPoint package without a presentation; open it and save it anew")
        relations = read_relations(archive, main, settings)
        for slide in [element for element in root.iter() if name(element) == "sldId"][: settings.max_pages]:
            content = read_part(archive, relations.get(slide.get(f"{RELATION}id", "")), settings)
            if content is not None and content.get("show") not in ("0", "false"):
                text = "\n".join(line for line in _blocks(content, legacy, deep, 0) if line.strip())
                if text:
                    texts.append(text)
    text, found = converted("\n\f\n".join(texts))
    if not text.strip():
        raise EmptyFileError("is a presentation without text; if its slides are pictures, save it as PDF")
    names = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}
    notes = [f"text of {names[key]} fonts, read as Unicode" for key in sorted({*legacy, *filter(None, (found,))})]
    notes += [TOO_DEEP] * bool(deep)
    return Source("pptx", "flow", text + "\n", warnings=tuple(notes))


def _blocks(parent: Element, legacy: set[str], deep: list[Element], depth: int) -> Iterator[str]:
    """The paragraphs and tables below an element; what lies too deep is given bare, and its parent put in `deep`."""
    if depth > _MOST_DEPTH:
        deep.append(parent)
        yield bare_text(parent, _HIDDEN)
        return
    for child in parent:
        kind = name(child)
        if kind == "p":
            yield joined(_runs(child), legacy)
        elif kind == "tbl":
            if text := _table(child, legacy, deep, depth):
                yield text
        elif kind not in _HIDDEN:
            yield from _blocks(child, legacy, deep, depth + 1)


def _runs(paragraph: Element) -> Iterator[Run]:
    for child in paragraph:
        kind = name(child)
        if kind in ("r", "fld"):
            font = next((e.get("typeface", "") for e in child.iter() if name(e) == "latin"), "")
            text = "".join(e.text or "" for e in child if name(e) == "t")
            yield Run(text, font_encoding(font), is_capital_font(font))
        elif kind == "br":
            yield Run("\n")


def _table(table: Element, legacy: set[str], deep: list[Element], depth: int) -> str:
    rows: list[list[Cell]] = []
    for row in table:
        if name(row) != "tr":
            continue
        cells: list[Cell] = []
        for cell in row:
            if name(cell) != "tc" or cell.get("vMerge") in ("1", "true") or cell.get("hMerge") in ("1", "true"):
                continue  # counted by the cell that it is one with
            down, across = cell.get("rowSpan", "1"), cell.get("gridSpan", "1")
            text = "\n".join(_blocks(cell, legacy, deep, depth + 1))
            cells.append(Cell(text, int(down) if down.isdigit() else 1, int(across) if across.isdigit() else 1))
        rows.append(cells)
    return table_text(spread(rows), bordered=True)
