"""A text set on A4 pages, as images: paragraph after paragraph, or as offices set their documents.

The second way follows Nghị định 30/2020/NĐ-CP, annex I: the letterhead in two columns, the title centred, justified
paragraphs, recipients on the left and the signature on the right of them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import UsageError
from ..segmentation import Segments
from ..segmentation.fields import motto_spans
from .marks import autograph, scribble, seal

if TYPE_CHECKING:
    from PIL import Image, ImageFont

PRINT_DPI = 300
Style = Literal["regular", "bold", "italic"]
_WIDTH, _HEIGHT = 595.0, 842.0  # A4 in points, like all that follows
_LEFT, _RIGHT, _TOP, _FOOT = 85.0, 539.0, 72.0, 780.0  # margins of annex I
_SIZE, _LEADING, _SMALL = 13.5, 17.5, 11.0
_INDENT = 28
_COLUMNS = ((165.0, 200.0), (408.0, 275.0))  # middle and width of issuer and number, and of motto and date
_SIGNATURE = (420.0, 235.0)
_ROOM_TO_SIGN = 60
_MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_FOLDER = Path("/usr/share/fonts/truetype")
# Files of regular, bold and italic letters; the first have the widths of Times New Roman.
_FONTS: tuple[tuple[str, str, str], ...] = (
    ("croscore/Tinos-Regular.ttf", "croscore/Tinos-Bold.ttf", "croscore/Tinos-Italic.ttf"),
    (
        "liberation2/LiberationSerif-Regular.ttf", "liberation2/LiberationSerif-Bold.ttf",
        "liberation2/LiberationSerif-Italic.ttf",
    ),
    ("dejavu/DejaVuSerif.ttf", "dejavu/DejaVuSerif-Bold.ttf", "dejavu/DejaVuSerif.ttf"),
)  # fmt: skip
_LETTERS = "ẰẴẶừợỹđĐẩ"
_DIGITS = re.compile(r"\d+")
_SEAL = (
    46.0  # radius; decree, annex I: over a third of the signature, and where pages or head are sealed over their text
)
_HEADING = re.compile(r"(?:[IVX]+|[A-Z])[.-] ")


def print_pages(text: str) -> list[Image.Image]:
    """A text as pages at `PRINT_DPI`, a paragraph a line of the text, headings in capitals centred.

    Raises:
        UsageError: No font with all Vietnamese letters is installed.
    """
    press = _Press()
    for paragraph in filter(str.strip, text.split("\n")):
        if paragraph.isupper() and press.width(paragraph) < _RIGHT - _LEFT:
            press.centred([paragraph])
        else:
            press.paragraph(paragraph, justified=False)
    return press.pages


def print_letter(segments: Segments, by_hand: bool = False, sealed: bool = False) -> list[Image.Image]:
    """A document as pages at `PRINT_DPI`, set as offices do; what a web site wrote around it is left out.

    Args:
        segments: The document; one without letterhead or closing gets none.
        by_hand: Number and day of the letterhead are written by hand, the closing is signed across the name, and each
            page has a note that runs into its text.
        sealed: A seal lies over the letterhead, over the name of the signer, and over the right edge of every page.

    Raises:
        UsageError: No font with all Vietnamese letters is installed.
    """
    press = _Press(numbered=True, hand=random.Random(1) if by_hand else None)
    closing: dict[str, list[str]] = {}
    for kind, start, end in segments.regions:
        lines = [line for line in segments.text[start:end].split("\n") if line.strip()]
        if kind in ("recipients", "signature"):
            closing.setdefault(kind, []).extend(lines)
            continue
        if closing and kind != "chrome":
            _close(press, closing)
            closing = {}
        if kind == "header":
            _open(press, *_columns(segments, start, end))
        elif kind == "title":
            press.skip(0.6)
            press.centred(lines, "bold")
            press.skip(0.6)
        elif kind != "chrome":
            if kind == "annex":
                press.next()
            for line in lines:
                if line.isupper() and kind == "annex":
                    press.centred([line], "bold")
                else:
                    press.paragraph(line, style="bold" if _HEADING.match(line) else "regular")
    if closing:
        _close(press, closing)
    if by_hand:
        press.sign()
    if sealed:
        issuer = next(iter(_columns(segments, *_head(segments))[0]), "")
        press.seal(issuer)
    return press.pages


def _head(segments: Segments) -> tuple[int, int]:
    """Where the letterhead stands, an empty place for none."""
    return next(((start, end) for kind, start, end in segments.regions if kind == "header"), (0, 0))


def _columns(segments: Segments, start: int, end: int) -> tuple[list[str], list[str]]:
    """The lines of a letterhead: issuer and number; national name, motto, place and date."""
    text, head = segments.text, segments.letterhead
    right: list[tuple[int, int]] = []
    at = start
    for line in text[start:end].split("\n"):
        right += motto_spans(text, (at, at + len(line)))
        at += len(line) + 1
    mottos = [text[a:b] for a, b in right]
    dated = [span for span in (head.place_span, head.date_span) if span is not None and start <= span[0] < end]
    if dated:
        right.append((min(a for a, _ in dated), max(b for _, b in dated)))
    at, left = start, ""
    for a, b in sorted(right):
        left += text[at:a] + "\n"
        at = b
    left += text[at:end]
    date = [text[a:b] for a, b in right[len(mottos) :]]
    lines = [" ".join(line.split()) for line in left.split("\n")]
    return [line for line in lines if line], [*(mottos or _MOTTO), *date]


def _open(press: _Press, left: Sequence[str], right: Sequence[str]) -> None:
    """A letterhead: number and date stand side by side below issuer and motto."""
    set_left = [row for line in left[:-1] for row in press.wrapped(line, _COLUMNS[0][1], _SIZE, "bold")]
    foot = press.y + _LEADING * (max(len(set_left), len(right) - 1) + 0.5)
    press.column(_COLUMNS[0], press.y, set_left, "bold")
    press.filled(_COLUMNS[0], foot, left[-1:])
    press.column(_COLUMNS[1], press.y, right[:-1], "bold", _SIZE - 1)
    press.filled(_COLUMNS[1], foot, right[-1:], "italic")
    press.y = foot
    press.skip(2)


def _close(press: _Press, closing: dict[str, list[str]]) -> None:
    """Recipients, and beside them who signs and the name below room for a signature."""
    recipients, signature = closing.get("recipients", []), closing.get("signature", [])
    press.skip(0.5)
    rows = [row for line in recipients for row in press.wrapped(line, 215, _SMALL)]
    signed = [row for line in signature[:-1] for row in press.wrapped(line, _SIGNATURE[1], _SIZE, "bold")]
    below = _LEADING * len(signed) + _ROOM_TO_SIGN
    if press.y + max(below, len(rows) * (_SMALL + 3)) > _FOOT:
        press.next()
    for k, row in enumerate(rows):
        press.write(_LEFT, press.y + k * (_SMALL + 3), row, _SMALL, "regular" if k else "italic")
    press.column(_SIGNATURE, press.y, signed, "bold")
    press.column(_SIGNATURE, press.y + below, signature[-1:], "bold")
    press.signed.append((len(press.pages) - 1, press.y + below))
    press.y += max(below, len(rows) * (_SMALL + 3))


class _Press:
    """Pages while they are set; `y` is the next baseline in points."""

    def __init__(self, numbered: bool = False, hand: random.Random | None = None) -> None:
        self.numbered = numbered
        self.hand = hand
        self.signed: list[tuple[int, float]] = []  # page, and baseline of the name
        self.pages: list[Image.Image] = []
        self.y = 0.0
        self.next()

    def next(self) -> None:
        """Begin a page; numbers stand above all but the first (annex I, part 2)."""
        from PIL import Image

        self.pages.append(Image.new("RGB", (_dots(_WIDTH), _dots(_HEIGHT)), "white"))
        self.y = _TOP
        if self.numbered and len(self.pages) > 1:
            self.write(_WIDTH / 2, 45, str(len(self.pages)), anchor="ms")

    def skip(self, lines: float) -> None:
        """Leave room for so many lines."""
        self.y += lines * _LEADING

    def width(self, text: str, size: float = _SIZE, style: Style = "regular") -> float:
        """Width of a line in points."""
        return _font(style, size).getlength(text) * 72 / PRINT_DPI

    def write(self, x: float, y: float, text: str, size: float = _SIZE, style: Style = "regular", anchor: str = "ls",
    ) -> None:  # fmt: skip
        """Draw one line at a baseline; `anchor` as Pillow has it."""
        from PIL import ImageDraw

        pen = ImageDraw.Draw(self.pages[-1])
        pen.text((_dots(x), _dots(y)), text, font=_font(style, size), fill="black", anchor=anchor)

    def wrapped(
        self, text: str, wide: float, size: float = _SIZE, style: Style = "regular", indent: float = 0
    ) -> Iterator[str]:
        """The lines of a text that is `wide` points wide; the first is shorter by the indent."""
        row, room = "", wide - indent
        for word in text.split():
            longer = f"{row} {word}" if row else word
            if row and self.width(longer, size, style) > room:
                yield row
                longer, room = word, wide
            row = longer
        if row:
            yield row

    def column(
        self, place: tuple[float, float], y: float, lines: Sequence[str], style: Style = "regular", size: float = _SIZE
    ) -> None:
        """Lines one below the other, centred in a column, smaller where one is too long for it."""
        middle, wide = place
        for k, line in enumerate(lines):
            fits = size * min(1.0, wide / max(self.width(line, size, style), 1.0))
            self.write(middle, y + k * _LEADING, line, fits, style, "ms")

    def filled(self, place: tuple[float, float], y: float, lines: Sequence[str], style: Style = "regular") -> None:
        """A line of the letterhead; where somebody writes by hand, its first number is left to the pen."""
        found = _DIGITS.search(lines[0]) if lines else None
        if self.hand is None or found is None:
            self.column(place, y, lines, style)
            return
        before, after = lines[0][: found.start()], lines[0][found.end() :]
        wide = self.width(before, _SIZE, style) + self.width(after, _SIZE, style) + 8 * len(found[0])
        x = place[0] - wide / 2
        self.write(x, y, before, _SIZE, style)
        x = scribble(self.pages[-1], PRINT_DPI, x + self.width(before, _SIZE, style), y, found[0], self.hand, "#14148c")
        self.write(x + 2, y, after, _SIZE, style)

    def sign(self) -> None:
        """Signatures across the names, and a note on each page that runs into its text."""
        hand = self.hand or random.Random(1)
        for page in self.pages:
            autograph(page, PRINT_DPI, _LEFT - 55, hand.uniform(200, 640), hand)
        for number, y in self.signed:
            autograph(self.pages[number], PRINT_DPI, _SIGNATURE[0] - 40, y - 12, hand)

    def seal(self, letters: str) -> None:
        """A seal over the letterhead, over the edge of every page, and over the beginning of each name."""
        face = _font("bold", 9.0)
        places = [(0, 105.0, _TOP + 8), *((number, _WIDTH - 40, _HEIGHT / 2) for number in range(len(self.pages)))]
        places += [(number, _SIGNATURE[0] - 50, y - 20) for number, y in self.signed]
        for number, x, y in places:
            self.pages[number] = seal(self.pages[number], PRINT_DPI, x, y, _SEAL, letters, face)

    def centred(self, lines: Sequence[str], style: Style = "regular") -> None:
        """Lines in the middle of the page, each wrapped where it is too long."""
        for line in lines:
            wide = _RIGHT - _LEFT if self.width(line, _SIZE, style) < _RIGHT - _LEFT else 0.85 * (_RIGHT - _LEFT)
            for row in self.wrapped(line, wide, _SIZE, style):
                self._room()
                self.write(_WIDTH / 2, self.y, row, _SIZE, style, "ms")
                self.y += _LEADING
        self.y += 3

    def paragraph(self, text: str, justified: bool = True, style: Style = "regular") -> None:
        """A paragraph, its first line indented."""
        rows = list(self.wrapped(text, _RIGHT - _LEFT, _SIZE, style, _INDENT))
        for k, row in enumerate(rows):
            self._room()
            x, words = _LEFT + (0 if k else _INDENT), row.split()
            widths = [self.width(word, _SIZE, style) for word in words]
            space = self.width(" ", _SIZE, style)
            if justified and k < len(rows) - 1 and len(words) > 1:
                space = (_RIGHT - x - sum(widths)) / (len(words) - 1)
            for word, wide in zip(words, widths, strict=True):
                self.write(x, self.y, word, _SIZE, style)
                x += wide + space
            self.y += _LEADING
        self.y += 3

    def _room(self) -> None:
        if self.y > _FOOT:
            self.next()


def _dots(points: float) -> int:
    return round(points * PRINT_DPI / 72)


@cache
def _font(style: Style, size: float) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    index = ("regular", "bold", "italic").index(style)
    for files in _FONTS:
        path = _FOLDER / files[index]
        if path.is_file():
            face = ImageFont.truetype(str(path), _dots(size))
            missing = bytes(face.getmask("\uffff"))
            if all(bytes(face.getmask(letter)) != missing for letter in _LETTERS):
                return face
    raise UsageError("no font with all Vietnamese letters is installed: apt-get install fonts-croscore")
