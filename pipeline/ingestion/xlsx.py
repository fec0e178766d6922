"""Excel workbooks (XLSX, ISO/IEC 29500, SpreadsheetML): the sheets that are shown, cell by cell."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

import defusedxml
from defusedxml.ElementTree import iterparse

from ..errors import DamagedError, UnsafeContentError
from ..settings import Settings
from .legacy import Run, font_encoding, is_capital_font, joined
from .packages import open_zip, read_member, read_part, read_relations
from .pages import Source
from .sheets import MOST_ROWS, MOST_SHEETS, Sheet, as_source, shown_number
from .wordxml import RELATION, name

_MOST_PART = 128 * 1024 * 1024
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
# Number formats that every program knows (ISO/IEC 29500-1, 18.8.30): percent and dates.
_BUILT_IN = {9: "0%", 10: "0.00%", **dict.fromkeys((*range(14, 18), 22, *range(27, 37), *range(50, 59)), "dd/mm/yyyy")}


@dataclass(slots=True)
class _Book:
    """A workbook while it is read."""

    strings: list[list[Run]] = field(default_factory=list)
    forms: list[tuple[str, str]] = field(default_factory=list)
    """Font and number format of each cell format."""
    since_1904: bool = False
    legacy: set[str] = field(default_factory=set)

    def text(self, cell: Element) -> str:
        """What a cell shows."""
        style = cell.get("s", "0")
        font, form = self.forms[int(style)] if style.isdigit() and int(style) < len(self.forms) else ("", "General")
        kind = cell.get("t", "n")
        value = next((child.text or "" for child in cell if name(child) == "v"), "")
        if kind == "s":
            runs = self.strings[int(value)] if value.isdigit() and int(value) < len(self.strings) else []
        elif kind == "inlineStr":
            runs = [run for child in cell if name(child) == "is" for run in _runs(child)]
        elif kind == "str":
            runs = [Run(value)]
        elif kind == "n" and value:
            try:
                return shown_number(float(value), form, self.since_1904)
            except (ValueError, OverflowError):
                return value
        else:
            return ""
        own = Run("", font_encoding(font), is_capital_font(font))
        return joined((run if run.encoding else own._replace(text=run.text) for run in runs), self.legacy)


def read_xlsx(data: bytes, name_: str, settings: Settings | None = None) -> Source:
    """The text of a workbook's sheets.

    Args:
        data: The file's bytes.
        name_: For messages only.
        settings: Limits of the package.

    Raises:
        DamagedError: It is cut short, or holds no workbook.
        UnsafeContentError: It defines entities.
        ArchiveBombError: It unpacks to more than is allowed.
        EmptyFileError: There is no text in it.
    """
    settings = settings or Settings()
    warnings: list[str] = []
    sheets: list[Sheet] = []
    with open_zip(data, settings, "Excel workbook") as archive:
        root = read_relations(archive, "", settings)
        main = root.of_kind("officeDocument") or "xl/workbook.xml"
        workbook = read_part(archive, main, settings)
        if workbook is None:
            raise DamagedError("is an Excel package without a workbook; open it in Excel and save it anew")
        relations = read_relations(archive, main, settings)
        book = _Book(since_1904=any(e.get("date1904") in ("1", "true") for e in workbook.iter()))
        _read_styles(book, read_part(archive, relations.of_kind("styles") or "xl/styles.xml", settings))
        for element in _elements(archive, relations.of_kind("sharedStrings") or "", settings, "si"):
            book.strings.append(list(_runs(element)))
        for sheet in [e for e in workbook.iter() if name(e) == "sheet"][:MOST_SHEETS]:
            title = sheet.get("name", "")
            if sheet.get("state", "visible") != "visible":
                warnings.append(f"the sheet {title[:60]!r} is hidden and not read")
                continue
            sheets.append(_read_sheet(archive, relations.get(sheet.get(f"{RELATION}id", "")), title, book, settings))
    return as_source("xlsx", sheets, warnings, book.legacy)


def _read_sheet(archive: zipfile.ZipFile, part: str, title: str, book: _Book, settings: Settings) -> Sheet:
    sheet = Sheet(title)
    row = -1
    for element in _elements(archive, part, settings, "row", "mergeCell"):
        if name(element) == "mergeCell":
            first, _, last = element.get("ref", "").partition(":")
            (top, left), (bottom, right) = _place(first), _place(last or first)
            if top >= 0 and bottom >= top and right >= left and len(sheet.merged) < MOST_ROWS:
                sheet.merged.append((top, left, bottom - top + 1, right - left + 1))
            continue
        given = element.get("r", "")
        row = int(given) - 1 if given.isdigit() and len(given) < 8 else row + 1
        if row >= MOST_ROWS or element.get("hidden") in ("1", "true"):
            continue
        column = -1
        for cell in element:
            if name(cell) == "c":
                place = _place(cell.get("r", ""))[1]
                column = place if place >= 0 else column + 1
                sheet.put(row, column, book.text(cell))
    return sheet


def _place(reference: str) -> tuple[int, int]:
    """Row and column (0-based) of `B7`; -1 for what is none."""
    found = _PLACE.fullmatch(reference.replace("$", ""))
    if found is None:
        return -1, -1
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _runs(element: Element) -> Iterator[Run]:
    """The runs of a string; readings of Asian text beside it are left out."""
    for child in element:
        if name(child) == "t":
            yield Run(child.text or "")
        elif name(child) == "r":
            font = next((e.get("val", "") for e in child.iter() if name(e) == "rFont"), "")
            text = "".join(e.text or "" for e in child if name(e) == "t")
            yield Run(text, font_encoding(font), is_capital_font(font))


def _read_styles(book: _Book, root: Element | None) -> None:
    if root is None:
        return
    forms = {e.get("numFmtId", ""): e.get("formatCode", "") for e in root.iter() if name(e) == "numFmt"}
    fonts: list[str] = []
    for part in root:
        if name(part) == "fonts":
            fonts = [next((e.get("val", "") for e in font if name(e) == "name"), "") for font in part]
        elif name(part) == "cellXfs":
            for cell in part:
                number, font = cell.get("numFmtId", "0"), cell.get("fontId", "0")
                built_in = _BUILT_IN.get(int(number), "General") if number.isdigit() else "General"
                face = fonts[int(font)] if font.isdigit() and int(font) < len(fonts) else ""
                book.forms.append((face, forms.get(number, built_in)))


def _elements(archive: zipfile.ZipFile, part: str, settings: Settings, *names: str) -> Iterator[Element]:
    """The elements of some names in a part, one after the other, none kept in memory.

    Raises:
        UnsafeContentError: It defines entities.
        DamagedError: It is no XML.
    """
    try:
        member = archive.getinfo(part)
    except KeyError:
        return
    content = read_member(archive, member, settings, min(_MOST_PART, settings.max_unpacked))
    above: list[Element] = []
    try:
        for event, element in iterparse(io.BytesIO(content), ("start", "end"), forbid_dtd=True):
            if event == "start":
                above.append(element)
                continue
            above.pop()
            if name(element) in names:
                yield element
                if above:
                    above[-1].remove(element)
    except defusedxml.DefusedXmlException as error:
        raise UnsafeContentError(f"defines entities in its part {part}; it is not read: save it anew") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise DamagedError(f"is damaged: its part {part} is no XML; open it in Excel and save it anew") from error
