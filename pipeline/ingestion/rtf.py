"""Rich text (RTF 1.9.1): paragraphs, tables with merged cells, footnotes and numbers of lists, as Word shows them.

The file is read once from front to back; pictures, objects, instructions of fields and all destinations that are not
known are passed over, and nothing is ever opened.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..errors import DamagedError, EmptyFileError
from ..settings import Settings
from .flow import Cell, as_note, spread, table_text
from .layout import folded
from .legacy import Run, converted, font_encoding, is_capital_font, joined
from .pages import MERGED, Source
from .symbols import from_symbol_font

_TOKEN = re.compile(
    r"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\(\r?\n|.)|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.S
)
_MOST_DEPTH = 2000
_MOST_COLUMNS = 64
_EDGE = 30  # twentieths of a point by which edges of one column may differ
# Code pages by `\fcharset` (RTF 1.9.1, character sets).
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_SIGNS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
    "~": "\xa0", "_": "-", "-": "\xad", "{": "{", "}": "}", "\\": "\\",
}  # fmt: skip
# Destinations without text of the document.
_SKIPPED = frozenset(
    "colortbl stylesheet info pict nonshppict themedata colorschememapping latentstyles datastore listtable generator "
    "listoverridetable rsidtbl xmlnstbl mmathPr footer footerl footerr footerf ftnsep ftnsepc aftnsep aftnsepc "
    "annotation atnid atnauthor sp fldinst objdata objclass template filetbl revtbl bkmkstart bkmkend private xe tc "
    "rxe do".split()
)
# Destinations that programs which do not know them would pass over (`\*`), but that hold text.
_STARRED = frozenset({"shpinst", "shptxt", "ud", "footnote", "pntext", "listtext"})
_HEADERS = frozenset({"header", "headerl", "headerr", "headerf"})
_RUN_DEFAULTS = ("caps", "hidden", "deleted")


@dataclass(slots=True)
class _Font:
    name: str = ""
    charset: int | None = None


@dataclass(slots=True)
class _State:
    """What a group hands on to the groups in it."""

    font: int = -1
    caps: bool = False
    hidden: bool = False
    deleted: bool = False
    in_table: bool = False
    skip: bool = False
    unicode_skip: int = 1
    destination: str = ""
    fonts: bool = False


@dataclass(slots=True)
class _CellForm:
    """A cell's right edge in twentieths of a point, and how it is merged."""

    edge: int = 0
    goes_on: bool = False
    beside: bool = False


@dataclass
class _Story:
    """A text by itself: the body, a header, a footnote."""

    blocks: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: list[tuple[list[str], list[_CellForm]]] = field(default_factory=list)
    bordered: bool = False


@dataclass
class _Rtf:
    """A document while it is read."""

    code_page: str = "cp1252"
    default_font: int = -1
    fonts: dict[int, _Font] = field(default_factory=dict)
    state: _State = field(default_factory=_State)
    stack: list[tuple[_State, _Story]] = field(default_factory=list)
    story: _Story = field(default_factory=_Story)
    forms: list[_CellForm] = field(default_factory=list)
    form: _CellForm = field(default_factory=_CellForm)
    bordered: bool = False
    pending: bytearray = field(default_factory=bytearray)
    heads: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    legacy: set[str] = field(default_factory=set)
    to_skip: int = 0
    starred: bool = False

    def read(self, text: str) -> None:
        """Take in the whole file; every character was a byte."""
        at, size = 0, len(text)
        match = _TOKEN.match
        while at < size:
            token = match(text, at)
            if token is None:  # a single backslash at the end
                break
            at = token.end()
            word, number, byte, sign, brace, plain = token.groups()
            if plain is not None:
                self._plain(plain)
            elif word is not None:
                if word == "bin":
                    at += max(int(number or 0), 0)
                    continue
                self._flush()
                self._word(word, int(number) if number else None)
            elif byte is not None:
                if self.to_skip:
                    self.to_skip -= 1
                elif not self.state.skip:
                    self.pending.append(int(byte, 16))
            elif brace == "{":
                self._open()
            elif brace == "}":
                if not self.stack:
                    break  # behind the end
                self._close()
            elif sign is not None:
                self._flush()
                self._sign(sign)
        self._flush()
        self._end_table()
        self._end_paragraph()

    # -- groups --------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._flush()
        if len(self.stack) >= _MOST_DEPTH:
            raise DamagedError("is an RTF document with groups nested too deep; open it in Word and save it as DOCX")
        self.stack.append((self.state, self.story))
        self.state = replace(self.state)
        self.to_skip = 0

    def _close(self) -> None:
        self._flush()
        ended, story = self.state, self.story
        self.state, self.story = self.stack.pop()
        self.to_skip = 0
        if story is self.story:
            return
        self._end_table(story)
        self._end_paragraph(story)
        text = "\n".join(story.blocks).strip()
        if ended.destination in _HEADERS:
            if text and text not in self.heads and any(char.isalpha() for char in text):
                self.heads.append(text)
        elif ended.destination == "footnote":
            if note := as_note(len(self.notes) + 1, text):
                self.notes.append(note)
        elif text:  # a text box
            self.story.blocks.append(text)

    def _destination(self, word: str) -> None:
        """A group's first word says that it is no part of the running text."""
        state = self.state
        if word == "fonttbl":
            state.fonts = True
        elif word in _SKIPPED or (self.starred and word not in _STARRED):
            state.skip = True
        elif word in _HEADERS or word in ("footnote", "shptxt"):
            state.destination, state.in_table = word, False
            self.story = _Story()
        elif word == "upr":
            state.destination = "upr"
        elif word == "ud":
            state.skip, state.destination = False, ""

    # -- words ---------------------------------------------------------------------------------------------------

    def _word(self, word: str, number: int | None) -> None:
        starred, self.starred = self.starred, False
        state = self.state
        if starred or word in _DESTINATIONS:
            self.starred = starred
            self._destination(word)
            self.starred = False
            if word not in ("pntext", "listtext"):
                return
        if word in ("f", "fcharset", "deff", "ansicpg", "mac", "pc", "uc", "u"):
            self._coded(word, number)
            return
        if state.skip:
            return
        if word in _SIGNS:
            self._put(_SIGNS[word])
        elif (act := _ACTIONS.get(word)) is not None:
            act(self, number)
        elif word.startswith("cl") or word in ("trowd", "cellx") or word.startswith("trbrdr"):
            self._table_word(word, number)

    def _coded(self, word: str, number: int | None) -> None:
        """Words about fonts and codes, which count in skipped groups too."""
        state = self.state
        if word == "uc":
            state.unicode_skip = max(number or 0, 0)
        elif word == "u":
            if not state.skip and not state.fonts:
                self._put(chr((number or 0) & 0xFFFF))
            self.to_skip = state.unicode_skip
        elif word == "f":
            state.font = -1 if number is None else number
            if state.fonts:
                self.fonts.setdefault(state.font, _Font())
        elif word == "fcharset":
            if state.fonts and state.font in self.fonts:
                self.fonts[state.font].charset = number
        elif word == "deff":
            self.default_font = -1 if number is None else number
        elif word == "ansicpg" and number:
            self.code_page = _known(f"cp{number}")
        elif word in ("mac", "pc"):
            self.code_page = "mac_roman" if word == "mac" else "cp437"

    def _table_word(self, word: str, number: int | None) -> None:
        if word == "trowd":
            self.forms, self.form = [], _CellForm()
        elif word == "clvmrg":
            self.form.goes_on = True
        elif word == "clmrg":
            self.form.beside = True
        elif word.startswith(("clbrdr", "trbrdr")):
            self.bordered = True
        elif word == "cellx" and len(self.forms) < _MOST_COLUMNS:
            self.form.edge = number or 0
            self.forms.append(self.form)
            self.form = _CellForm()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self.starred = True
        elif sign in ("\n", "\r\n", "\r"):
            if not self.state.skip:
                self._paragraph(None)
        elif self.to_skip:
            self.to_skip -= 1
        elif sign in _SIGNS and not self.state.skip:
            self._put(_SIGNS[sign])

    # -- text ----------------------------------------------------------------------------------------------------

    def _plain(self, text: str) -> None:
        if self.to_skip:
            skipped = min(self.to_skip, len(text))
            self.to_skip -= skipped
            text = text[skipped:]
        if self.state.skip:
            return
        if self.state.fonts:
            font = self.fonts.get(self.state.font)
            if font is not None and not font.name.endswith(";"):
                font.name += text
            return
        self.pending += text.encode("latin-1", "replace")

    def _flush(self) -> None:
        """Bytes that stood together become text, in the code page of their font."""
        if self.pending:
            content = bytes(self.pending)
            self.pending.clear()
            if not self.state.fonts:
                self._put(content.decode(self._encoding(), "replace"))

    def _encoding(self) -> str:
        font = self.fonts.get(self._font())
        if font is None or font.charset is None or font.charset in (1, 2):
            return self.code_page
        if font.charset == 0 and self.code_page != "cp1252" and not font_encoding(font.name):
            return self.code_page
        return _CHARSETS.get(font.charset, self.code_page)

    def _font(self) -> int:
        return self.state.font if self.state.font >= 0 else self.default_font

    def _put(self, text: str) -> None:
        state = self.state
        if state.skip or state.hidden or state.deleted or state.destination == "upr":
            return
        font = self.fonts.get(self._font())
        name = font.name.rstrip("; ") if font is not None else ""
        run = Run(from_symbol_font(text, name), font_encoding(name), state.caps or is_capital_font(name))
        self.story.runs.append(run)

    # -- blocks --------------------------------------------------------------------------------------------------

    def _paragraph(self, number: int | None) -> None:
        """The end of a paragraph: of the text, or within a cell."""
        if self.state.in_table:
            self.story.cell.append(self._taken(self.story))
        else:
            self._end_table()
            self.story.blocks.append(self._taken(self.story))

    def _cell(self, number: int | None) -> None:
        story = self.story
        story.cell.append(self._taken(story))
        if len(story.cells) < _MOST_COLUMNS:
            story.cells.append("\n".join(story.cell).strip("\n"))
        story.cell = []

    def _row(self, number: int | None) -> None:
        story = self.story
        if story.cells:
            story.rows.append((story.cells, self.forms))
            story.bordered = story.bordered or self.bordered
        story.cells = []

    def _end_table(self, story: _Story | None = None) -> None:
        story = story or self.story
        if story.cells:
            story.rows.append((story.cells, self.forms))
            story.cells = []
        if story.rows:
            if text := _table(story.rows, story.bordered):
                story.blocks.append(text)
            story.rows, story.bordered, self.bordered = [], False, False

    def _end_paragraph(self, story: _Story | None = None) -> None:
        story = story or self.story
        lines = [*story.cell, self._taken(story)]
        story.cell = []
        story.blocks.extend(line for line in lines if line.strip())

    def _taken(self, story: _Story) -> str:
        """The text of the runs so far; halves of characters beyond 16 bits are put together."""
        text = joined(story.runs, self.legacy)
        story.runs = []
        if any("\ud800" <= char <= "\udfff" for char in text):
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text

    # -- switches ------------------------------------------------------------------------------------------------

    def _reset_paragraph(self, number: int | None) -> None:
        self.state.in_table = False

    def _reset_run(self, number: int | None) -> None:
        state = self.state
        state.caps = state.hidden = state.deleted = False
        state.font = -1


def _switch(name: str) -> Callable[[_Rtf, int | None], None]:
    def turned(document: _Rtf, number: int | None) -> None:
        setattr(document.state, name, number != 0)

    return turned


def _break(document: _Rtf, number: int | None) -> None:
    document._put("\f")


def _inner_cell(document: _Rtf, number: int | None) -> None:
    document._put("\n")


_ACTIONS: dict[str, Callable[[_Rtf, int | None], None]] = {
    "par": _Rtf._paragraph, "sect": _Rtf._paragraph, "cell": _Rtf._cell, "row": _Rtf._row, "page": _break,
    "nestcell": _inner_cell, "nestrow": _inner_cell, "pard": _Rtf._reset_paragraph, "plain": _Rtf._reset_run,
    "intbl": _switch("in_table"), "caps": _switch("caps"), "v": _switch("hidden"), "deleted": _switch("deleted"),
}  # fmt: skip
_DESTINATIONS = _SKIPPED | _STARRED | _HEADERS | {"fonttbl", "upr"}


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"


def _table(rows: list[tuple[list[str], list[_CellForm]]], bordered: bool) -> str:
    """A table's text: columns are told by the edges of all rows, since rows may be cut in different ways."""
    edges: list[int] = []
    for edge in sorted(form.edge for _, forms in rows for form in forms):
        if not edges or edge - edges[-1] > _EDGE:
            edges.append(edge)
    grid: list[list[Cell]] = []
    for texts, forms in rows:
        cells: list[Cell] = []
        column = 0
        for k, text in enumerate(texts):
            form = forms[k] if k < len(forms) else _CellForm(goes_on=False)
            stop = next((i + 1 for i, edge in enumerate(edges) if edge >= form.edge - _EDGE), column + 1)
            across = max(stop - column, 1) if k < len(forms) else 1
            column += across
            cells.append(Cell("" if form.beside else MERGED if form.goes_on else text, 1, across))
        grid.append(cells)
    return table_text(_without_empty_merges(spread(grid)), bordered)


def _without_empty_merges(rows: list[list[str]]) -> list[list[str]]:
    """A cell that goes on from an empty one is empty."""
    for k, row in enumerate(rows):
        for column, text in enumerate(row):
            if text == MERGED and (k == 0 or column >= len(rows[k - 1]) or not rows[k - 1][column].strip()):
                row[column] = ""
    return rows


def read_rtf(data: bytes, name: str, settings: Settings | None = None) -> Source:
    """The text of a rich text file.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: Not used; every reader takes them.

    Raises:
        EmptyFileError: There is no text in it.
        DamagedError: Its groups are nested too deep.
    """
    document = _Rtf()
    document.read(data.decode("latin-1"))
    text = "\n".join(document.story.blocks)
    whole = folded(text[:20_000])
    heads = [head for head in document.heads if folded(head) not in whole]
    text = "\n".join([*heads, text, *document.notes]).strip("\n")
    warnings = [f"text of {_FONTS[encoding]} fonts, read as Unicode" for encoding in sorted(document.legacy)]
    text, found = converted(text)
    if found and found not in document.legacy:
        warnings.append(f"text of {_FONTS[found]} fonts, read as Unicode")
    text = text.replace("\xad", "").replace("\0", "")
    if not text.strip():
        raise EmptyFileError("is an RTF document without text; if it holds pictures of pages, save it as PDF")
    return Source("rtf", "flow", text + "\n", warnings=tuple(warnings))


_FONTS = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}
