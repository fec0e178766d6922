"""The paged form that PDF, images and OCR give, and the one raw text that is built from it.

All boxes are in PDF points (1/72 inch) from the top left corner of the page as it is displayed. Lines stand in reading
order: the left block of a letterhead before the right one, recipients before the signature, tables row by row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..document import Handwriting, Words
from ..errors import VnplanError
from ..records import Box, Page, PageMethod, Signature

MarkKind = Literal["handwritten", "seal", "stamp", "signature"]
PageRole = Literal["content", "blank", "cover", "form"]
MERGED = "^^"
"""The text of a cell that is one with the cell above it, as MultiMarkdown writes merged rows."""
_MOST_DOWN = 60  # rows of a page that a cell may take
INK = "\u2026"
"""What stands in the raw text for ink that is not read: a number or day written by hand (`Số: …/CT-UBND`)."""


class WordBox(NamedTuple):
    """A word and its rectangle; `confidence` 0..100, None for a text layer."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class InkMark:
    """Something on the page that is no running text.

    Attributes:
        kind: Handwriting in a printed line, or a seal, stamp or signature.
        box: Where.
        text: What was read of it, '' if nothing.
        candidates: Other readings, best first.
    """

    kind: MarkKind
    box: Box
    text: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineText:
    """A line of words in reading order.

    Attributes:
        words: From left to right. A word of the text `…` (`INK`) stands for handwriting.
        block, column: Number of the block on the page, and of the column in it (0 where there is one).
        cell: (table on the page, row, column) for a line in a ruled table.
        down: How many rows that cell takes.
    """

    words: tuple[WordBox, ...]
    block: int = 0
    column: int = 0
    cell: tuple[int, int, int] | None = None
    down: int = 1

    @property
    def text(self) -> str:
        """The words, one space apart."""
        return " ".join([word[0] for word in self.words])


@dataclass(frozen=True, slots=True)
class PageText:
    """One page, read.

    Attributes:
        page: 1-based number in the file.
        width, height: Of the page as it is displayed, in points.
        method: Where the words come from.
        reason: Why (`text layer believed`, `text layer holds only a stamp`, …).
        rotation: Degrees clockwise by which the content had to be turned to stand upright.
        ocr_confidence: Mean over the words, 0..100; None without OCR.
        lines: In reading order.
        marks: Handwriting, seals, stamps, signatures.
        role: `blank`, `cover` and `form` pages carry no words of the document's own.
    """

    page: int
    width: float
    height: float
    method: PageMethod
    reason: str = ""
    rotation: int = 0
    ocr_confidence: float | None = None
    lines: tuple[LineText, ...] = ()
    marks: tuple[InkMark, ...] = ()
    role: PageRole = "content"

    @property
    def text(self) -> str:
        """The lines, one a line."""
        return "\n".join([line.text for line in self.lines])


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader makes of a file's bytes.

    Attributes:
        format: `pdf`, `docx`, `html`, `tiff`, …
        kind: `flow`: `text` holds all of it; `paged`: `pages` do.
        text: Raw text; tables are rows `| a | b |`.
        pages: In order; a page that cannot be read is left out here and stands in `errors`.
        signatures: Digital signatures, in order of their signing.
        errors: What could not be read, with the page.
        warnings: What a reader of the plan must know about how it was read.
        members: Files that lie in it and are documents of their own: name and bytes.
        parts: Documents that lie in it and are read already: name and what was read.
    """

    format: str
    kind: Literal["flow", "paged"]
    text: str = ""
    pages: tuple[PageText, ...] = ()
    signatures: tuple[Signature, ...] = ()
    errors: tuple[VnplanError, ...] = ()
    warnings: tuple[str, ...] = ()
    members: tuple[tuple[str, bytes], ...] = ()
    parts: tuple[tuple[str, Source], ...] = ()


@dataclass(frozen=True, slots=True)
class RawPages:
    """The raw text of pages, and where its words stand.

    Attributes:
        text: Words a space apart, lines ended by a newline, pages by a form feed; a ruled table's rows `| a | b |`.
        words: Offsets into `text` and boxes.
        pages: A record for each page.
        handwritten: Ink inside printed lines.
    """

    text: str
    words: Words
    pages: tuple[Page, ...]
    handwritten: tuple[Handwriting, ...] = ()


@dataclass
class _Builder:
    """The raw text while it grows."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    confidence: list[float | None] = field(default_factory=list)
    handwritten: list[Handwriting] = field(default_factory=list)

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def words(self, page: PageText, words: Iterable[WordBox], in_table: bool = False) -> None:
        first = True
        for word in words:
            if not first:
                self.put(" ")
            first = False
            text = word.text.replace("|", "\\|") if in_table else word.text
            box = Box(page.page, round(word.x0, 2), round(word.y0, 2), round(word.x1, 2), round(word.y1, 2))
            if word.text == INK and (mark := _mark_at(page, word)):
                self.handwritten.append(Handwriting(self.length, self.length + 1, mark.box, mark.text, mark.candidates))
                box = mark.box
            self.start.append(self.length)
            self.put(text)
            self.end.append(self.length)
            self.boxes.append(box)
            self.confidence.append(word.confidence)


def build(pages: Iterable[PageText]) -> RawPages:
    """One raw text from pages, with the place of each word.

    Args:
        pages: In order. Blank pages and covers give no text, only their record.
    """
    out = _Builder()
    records: list[Page] = []
    for page in pages:
        if out.length:
            out.put("\f")
        before = len(out.start)
        if page.role not in ("blank", "cover"):
            _add_lines(out, page)
        characters = sum(e - s for s, e in zip(out.start[before:], out.end[before:], strict=True))
        records.append(
            Page(
                page.page, page.width, page.height, page.method, page.ocr_confidence, page.rotation, characters,
                page.reason if page.role == "content" else "; ".join(filter(None, (f"{page.role} page", page.reason))),
            )
        )  # fmt: skip
    words = Words(tuple(out.start), tuple(out.end), tuple(out.boxes), tuple(out.confidence))
    return RawPages("".join(out.parts), words, tuple(records), tuple(out.handwritten))


def _add_lines(out: _Builder, page: PageText) -> None:
    lines = page.lines
    at = 0
    while at < len(lines):
        cell = lines[at].cell
        if cell is None:
            out.words(page, lines[at].words)
            out.put("\n")
            at += 1
            continue
        stop = at
        while stop < len(lines) and (there := lines[stop].cell) is not None and there[0] == cell[0]:
            stop += 1
        _add_table(out, page, lines[at:stop])
        at = stop


def _add_table(out: _Builder, page: PageText, lines: tuple[LineText, ...]) -> None:
    """Rows `| a | b |`; the lines of a cell are a space apart, or `<br>` where one ends on purpose."""
    columns = 1 + max(line.cell[2] for line in lines if line.cell)
    rows: dict[int, dict[int, list[LineText]]] = {}
    for line in lines:
        if line.cell:
            rows.setdefault(line.cell[1], {}).setdefault(line.cell[2], []).append(line)
    for number, row in sorted(rows.items()):
        out.put("|")
        for column in range(columns):
            out.put(" ")
            if column not in row and any(
                column in above and above[column][0].down > number - k
                for k, above in rows.items()
                if number - _MOST_DOWN < k < number
            ):
                out.put(MERGED)
            before: LineText | None = None
            width = max((line.words[-1].x1 for line in row.get(column, ())), default=0.0)
            for line in row.get(column, ()):
                if before is not None:
                    out.put(" <br> " if _ends_on_purpose(before, line, width) else " ")
                out.words(page, line.words, in_table=True)
                before = line
            out.put(" |")
        out.put("\n")


def _ends_on_purpose(before: LineText, line: LineText, right: float) -> bool:
    """Whether the next line's first word would still have had room on this one, or an item starts there."""
    first = line.words[0]
    if first.text in ("-", "+", "•", "–"):
        return True
    space = right - before.words[-1].x1
    return before.text[-1:] in ".;:" and space > 1.2 * (first.x1 - first.x0) + (first.y1 - first.y0)


def _mark_at(page: PageText, word: WordBox) -> InkMark | None:
    """The handwriting that a `…` stands for (dots printed on the page have no mark)."""
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    for mark in page.marks:
        box = mark.box
        if mark.kind == "handwritten" and box.x0 - 2 <= x <= box.x1 + 2 and box.y0 - 2 <= y <= box.y1 + 2:
            return mark
    return None
