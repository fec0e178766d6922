"""PDF: page by page the text layer if it is good, else recognition of the page's image.

JavaScript, attachments, links and forms of scripts are never run or followed: pdfium is used without them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import (
    DamagedError,
    ImageTooLargeError,
    MissingDependencyError,
    TooManyPagesError,
    VnplanError,
    machine_error,
)
from ..records import Box, PageMethod
from ..settings import Settings
from .annotations import shown_by_annotations
from .doubled import shown_once
from .formats import detect
from .grids import find_grids
from .layer import Verdict, judge, spelling
from .layout import reading_order
from .legacy import Legacy, font_encoding, guess, is_capital_font, to_unicode
from .names import printable
from .pages import InkMark, LineText, PageText, Source, WordBox
from .pdfium import Drawn, Placed, Sheet, attached_files, open_pdf
from .stamps import take_out

if TYPE_CHECKING:
    from PIL.Image import Image

Recogniser = Callable[["Image", float], PageText]
"""Reads a page image at a resolution in dots per inch; boxes in points from the image's top left."""

_Box = tuple[float, float, float, float]
RENDER_DPI = 300.0
_MOST_RENDERED = 40_000_000  # pixels: A2 at 300 dpi
_COVERS, _FILLS = 0.85, 0.5
_COVER_TEXT = 600  # characters
_MOST_IMAGES = 16
_GUESSED = 1500  # characters by which the encoding of a page is told


def read_pdf(data: bytes, name: str, settings: Settings | None = None, recognise: Recogniser | None = None) -> Source:
    """The pages of a PDF and its signatures.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: `max_pages`, `max_pixels`, `passwords`.
        recognise: Called for a page whose text layer cannot be believed; without it, such a page is an error.

    Raises:
        EncryptedError: None of the passwords opens it.
        DamagedError: It is cut short, holds no pages, or none of them can be read.
    """
    settings = settings or Settings()
    pages: list[PageText] = []
    errors: list[VnplanError] = []
    warnings: list[str] = []
    for result in iter_pages(data, settings, recognise, warnings):
        if isinstance(result, PageText):
            pages.append(result)
        else:
            errors.append(result)
    if not pages and errors:
        raise errors[0]
    from .signatures import read_signatures

    signatures = read_signatures(data, settings, pages)
    members = _members(data, settings, warnings)
    if members and b"/Collection" in data and len(pages) == 1 and len(pages[0].text) < _COVER_TEXT:
        pages = []  # a portfolio: its one page only says which program shows the files in it
    return Source(
        "pdf", "paged", pages=tuple(pages), signatures=signatures, errors=tuple(errors), warnings=tuple(warnings),
        members=members,
    )  # fmt: skip


def _members(data: bytes, settings: Settings, warnings: list[str]) -> tuple[tuple[str, bytes], ...]:
    """The attached files that are documents; others are named in a warning."""
    kept: list[tuple[str, bytes]] = []
    for name, content in attached_files(data, settings.passwords, settings.max_members, settings.max_bytes):
        if content is not None and detect(content) is not None:
            kept.append((name, content))
        else:
            warnings.append(f"holds the file {printable(name)[:100]}, which is not read")
    return tuple(kept)


def iter_pages(
    data: bytes, settings: Settings, recognise: Recogniser | None = None, warnings: list[str] | None = None
) -> Iterator[PageText | VnplanError]:
    """The pages one after the other, or why one cannot be read; never more than one page is held.

    Args:
        data: The file's bytes.
        settings: See `read_pdf`.
        recognise: See `read_pdf`.
        warnings: Grows by what a reader of the plan must know.
    """
    reader = _Reader(data, settings, recognise, warnings if warnings is not None else [])
    try:
        total = len(reader.document)
        for index in range(min(total, settings.max_pages)):
            yield reader.page(index)
        if total > settings.max_pages:
            yield TooManyPagesError(
                f"has {total} pages, more than the limit of {settings.max_pages}; the first {settings.max_pages} are "
                "read: split it, or raise the limit (--max-pages, Settings.max_pages)",
                page=settings.max_pages + 1,
            )
    finally:
        reader.close()


@dataclass
class _Reader:
    """A document while its pages are read."""

    data: bytes
    settings: Settings
    recognise: Recogniser | None
    warnings: list[str]

    def __post_init__(self) -> None:
        self.document = open_pdf(self.data, self.settings.passwords)
        self.legacy: Legacy | None = None
        self._before: Sheet | None = None
        self._images = 0  # recognised since the document was opened

    def _open_anew(self) -> None:
        """Open the document once more: pdfium keeps the images of all pages that it has shown until it is closed."""
        self.close()
        self._before, self._images = None, 0
        self.document = open_pdf(self.data, self.settings.passwords)

    def close(self) -> None:
        if self._before is not None:
            self._before.close()
        self.document.close()

    def page(self, index: int) -> PageText | VnplanError:
        if self._images >= _MOST_IMAGES:
            self._open_anew()
        try:
            sheet = Sheet(self.document, index)
        except Exception:
            return DamagedError("has a page that is damaged; the others are read", page=index + 1)
        try:
            return self._page(sheet)
        except VnplanError as error:
            error.page = index + 1
            return error
        except (MemoryError, RuntimeError, OSError, ValueError) as error:
            words = f"has a page that cannot be read: {error}"
            return machine_error(error) or DamagedError(words, page=index + 1)
        finally:
            # pdfium reads fonts anew for each page unless a page that uses them is open
            if self._before is not None:
                self._before.close()
            self._before = sheet

    def _page(self, sheet: Sheet) -> PageText:
        plain = sheet.words()
        words, marks = take_out(shown_once(self._in_unicode(sheet, plain), sheet.width, sheet.height), sheet.index + 1)
        drawn = sheet.drawn()
        if words:
            verdict = judge(words, sheet.width * sheet.height, _share(drawn.images, sheet))
        else:
            verdict = Verdict(False, "text layer holds nothing but a stamp" if marks else "no text layer")
        picture = None
        if not verdict.believed and not self._is_empty(sheet, words, drawn):
            picture = self._picture(sheet, drawn, verdict)
        turn = _turn_of(sheet, words)
        filled, more = shown_by_annotations(sheet, plain)  # changes the page: all else is taken from it by now
        marks += more
        if verdict.believed or (picture is None and (filled or verdict.by_statistics)):
            reason = verdict.reason
            if verdict.by_statistics:
                reason += "; kept, since there is no recognition"
            return self._made(sheet, "text_layer", reason, _lines(sheet, words, filled, drawn, turn), marks)
        if picture is None:
            return self._made(sheet, "none", "nothing on the page", (), marks)
        if more and verdict.reason == "no text layer" and any(mark.text for mark in more):
            verdict = replace(verdict, reason="text layer holds nothing but a stamp")
        found = self._recognised(sheet, words, filled, picture, verdict)
        if found is None:
            reason = f"{verdict.reason}; kept, since recognition is no better"
            return self._made(sheet, "text_layer", reason, _lines(sheet, words, filled, drawn, turn), marks)
        return replace(found, marks=found.marks + tuple(marks))

    def _is_empty(self, sheet: Sheet, words: list[WordBox], drawn: Drawn) -> bool:
        """Whether nothing can be seen on the page; what annotations show is not counted."""
        if words or drawn.images:
            return False
        return not (drawn.paths or drawn.others) or _is_blank(sheet)

    def _made(
        self, sheet: Sheet, method: PageMethod, reason: str, lines: tuple[LineText, ...], marks: list[InkMark]
    ) -> PageText:
        return PageText(
            sheet.index + 1, sheet.width, sheet.height, method, reason, sheet.rotation, None, lines, tuple(marks),
            "content" if lines else "blank",
        )  # fmt: skip

    # -- text layer ----------------------------------------------------------------------------------------------

    def _in_unicode(self, sheet: Sheet, words: list[WordBox]) -> list[WordBox]:
        """The words, converted if they are in a font of before Unicode."""
        text = " ".join([word.text for word in words])
        if text.isascii():
            return words
        found = guess(text[:_GUESSED])
        if found is None and self.legacy is None:
            return words
        fonts = sheet.word_fonts()
        if len(fonts) != len(words):
            fonts = [""] * len(words)
        known = {font: font_encoding(font) for font in set(fonts)}
        default = found if not any(known.values()) else None
        if self.legacy is None:
            self.legacy = next(filter(None, known.values()), found)
            self.warnings.append(f"text of {'TCVN3 (ABC)' if self.legacy == 'tcvn3' else 'VNI'} fonts, read as Unicode")
        return [
            word._replace(text=to_unicode(word.text, encoding, is_capital_font(font))) if encoding else word
            for word, font in zip(words, fonts, strict=True)
            if (encoding := known[font] or default) or True
        ]

    # -- recognition ---------------------------------------------------------------------------------------------

    def _picture(self, sheet: Sheet, drawn: Drawn, verdict: Verdict) -> _Picture | None:
        """The page's image; None where there is no recognition, but a text layer that can stand for it."""
        largest = max((p.pixels[0] * p.pixels[1] for p in drawn.images), default=0)
        if largest > self.settings.max_pixels:
            raise ImageTooLargeError(
                f"has a page with an image of {largest / 1e6:.0f} million pixels, more than the limit of "
                f"{self.settings.max_pixels / 1e6:.0f}: raise it (Settings.max_pixels) if the image is meant to be so"
            )
        if self.recognise is None:
            if verdict.by_statistics:
                return None
            raise MissingDependencyError(f"has a page to be recognised ({verdict.reason}), and there is no OCR")
        return _image_of(sheet, drawn)

    def _recognised(
        self, sheet: Sheet, words: list[WordBox], filled: list[WordBox], picture: _Picture, verdict: Verdict
    ) -> PageText | None:
        """The page as recognised; None if its doubtful text layer is better."""
        assert self.recognise is not None
        self._images += 1
        page = self.recognise(picture.image, picture.dpi)
        if verdict.by_statistics and not _is_better(page, words):
            return None
        page = _moved(page, sheet, picture.box)
        extra = [word for word in filled if not any(_overlap(word, w) for line in page.lines for w in line.words)]
        return replace(
            page,
            reason=f"{verdict.reason}; {picture.how} at {picture.dpi:.0f} dpi",
            lines=_with_words(page.lines, extra),
        )


@dataclass(slots=True)
class _Picture:
    """An image to recognise, its resolution, the part of the page that it shows, and how it was made."""

    image: Image
    dpi: float
    box: _Box
    how: str


# -- Lines ------------------------------------------------------------------------------------------------------------


def _turn_of(sheet: Sheet, words: list[WordBox]) -> int:
    """Degrees clockwise by which the text stands turned: looked for only where words are higher than wide."""
    long = [word for word in words[:80] if len(word.text) > 2]
    tall = sum(word.y1 - word.y0 > word.x1 - word.x0 for word in long)
    return sheet.angle() if tall > 0.5 * len(long) or sheet.rotation == 180 else 0


def _lines(sheet: Sheet, words: list[WordBox], filled: list[WordBox], drawn: Drawn, turn: int) -> tuple[LineText, ...]:
    """Lines in reading order; text that stands sideways is turned for that."""
    shown, placed, width = words, words, sheet.width
    rules: Sequence[_Box] = drawn.rules
    if filled:
        shown = words + filled
        placed = words + [_on_line(word, words) for word in filled]
    if turn:
        placed = [WordBox(w.text, *_turned((w.x0, w.y0, w.x1, w.y1), turn, sheet), w.confidence) for w in placed]
        rules = [_turned(rule, turn, sheet) for rule in rules]
        width = sheet.height if turn in (90, 270) else sheet.width
    lines = reading_order(placed, width, find_grids(rules))
    if placed is shown:
        return lines
    moved = {id(word): there for word, there in zip(placed, shown, strict=True) if word is not there}
    return tuple(
        line
        if moved.keys().isdisjoint(map(id, line.words))
        else replace(line, words=tuple([moved.get(id(word), word) for word in line.words]))
        for line in lines
    )


def _on_line(word: WordBox, words: list[WordBox]) -> WordBox:
    """The word at the height of the line that it was put into; programs set it a little too high or low."""
    height = word.y1 - word.y0
    middle = (word.y0 + word.y1) / 2
    near = [
        w for w in words if abs((w[2] + w[4]) / 2 - middle) < 0.9 * (own if (own := w[4] - w[2]) > height else height)
    ]
    if not near:
        return word
    line = min(near, key=lambda w: min(abs(w.x1 - word.x0), abs(w.x0 - word.x1)) + 3 * abs((w.y0 + w.y1) / 2 - middle))
    return word._replace(y0=line.y0, y1=line.y1)


def _turned(box: _Box, turn: int, sheet: Sheet) -> _Box:
    """A box after the page is turned back by `turn` degrees, so that its text stands upright."""
    x0, y0, x1, y1 = box
    if turn == 90:  # text runs downwards
        x0, y0, x1, y1 = y0, sheet.width - x1, y1, sheet.width - x0
    elif turn == 270:
        x0, y0, x1, y1 = sheet.height - y1, x0, sheet.height - y0, x1
    elif turn == 180:
        x0, y0, x1, y1 = sheet.width - x1, sheet.height - y1, sheet.width - x0, sheet.height - y0
    return x0, y0, x1, y1


def _share(images: Sequence[Placed], sheet: Sheet) -> float:
    """Share of the page that images cover, each counted by itself."""
    total: float = 0.0
    for placed in images:
        x0, y0, x1, y1 = placed.box
        wide = min(x1, sheet.width) - max(x0, 0.0)
        high = min(y1, sheet.height) - max(y0, 0.0)
        total += max(wide, 0.0) * max(high, 0.0)
    return min(1.0, total / max(float(sheet.width * sheet.height), 1.0))


def _image_of(sheet: Sheet, drawn: Drawn) -> _Picture:
    """The image to recognise.

    The scan's own image where one covers the page: nothing is lost by drawing it again, and stamps of signatures that
    lie above it stay out.
    """
    covering = [p for p in drawn.images if _share([p], sheet) >= _COVERS]
    visible = (p for p in drawn.images if _share([p], sheet) > 0.02)
    native = max((72 * p.pixels[0] / max(p.box[2] - p.box[0], 1.0) for p in visible), default=0.0)
    if len(covering) == 1 and covering[0].upright and drawn.paths < 5:
        placed = covering[0]
        dpi = 72 * placed.pixels[0] / (placed.box[2] - placed.box[0])
        other = 72 * placed.pixels[1] / (placed.box[3] - placed.box[1])
        if 50 <= dpi <= 1300 and 0.9 < dpi / other < 1.1 and (image := sheet.picture(placed)) is not None:
            return _Picture(image, dpi, placed.box, "the scan's own image recognised")
    # a picture that fills the page says how fine it is; beside a small one there is text drawn in any fineness
    least = 150.0 if native and _share(drawn.images, sheet) >= _FILLS else RENDER_DPI
    dpi = min(max(native, least), 400.0)
    inches = max(sheet.width * sheet.height / 72**2, 0.01)
    dpi = min(dpi, math.sqrt(_MOST_RENDERED / inches))
    return _Picture(sheet.render(dpi), dpi, (0.0, 0.0, sheet.width, sheet.height), "the page drawn and recognised")


def _is_blank(sheet: Sheet) -> bool:
    """Whether nothing can be seen on the page."""
    inches = max(sheet.width * sheet.height / 72**2, 0.01)
    grey = sheet.render(min(50.0, math.sqrt(1_000_000 / inches)), grey=True).convert("L")
    seen = grey.histogram()
    return sum(seen[:200]) < 3  # no more than a speck is darker than paper


def _is_better(page: PageText, words: Sequence[WordBox]) -> bool:
    """Whether recognition gave more Vietnamese words than the text layer."""
    read = spelling([word for line in page.lines for word in line.words])
    layer = spelling(words)
    return read.words >= 0.5 * layer.words and read.share >= layer.share and read.marked >= layer.marked * 0.8


def _moved(page: PageText, sheet: Sheet, box: _Box) -> PageText:
    """The recognised page with its boxes on the PDF's page."""
    x, y = box[0], box[1]
    wide = (box[2] - box[0]) / (page.width or 1.0)
    high = (box[3] - box[1]) / (page.height or 1.0)
    number = sheet.index + 1

    def word(w: WordBox) -> WordBox:
        return w._replace(x0=x + w.x0 * wide, y0=y + w.y0 * high, x1=x + w.x1 * wide, y1=y + w.y1 * high)

    def mark(m: InkMark) -> InkMark:
        b = m.box
        return replace(m, box=Box(number, x + b.x0 * wide, y + b.y0 * high, x + b.x1 * wide, y + b.y1 * high))

    lines = tuple(replace(line, words=tuple(map(word, line.words))) for line in page.lines)
    turned = (page.rotation + sheet.rotation) % 360
    return replace(
        page,
        page=number,
        width=sheet.width,
        height=sheet.height,
        rotation=turned,
        lines=lines,
        marks=tuple(map(mark, page.marks)),
    )


def _overlap(a: WordBox, b: WordBox) -> bool:
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.y1, b.y1) - max(a.y0, b.y0)
    return wide > 0.4 * min(a.x1 - a.x0, b.x1 - b.x0) and high > 0.4 * min(a.y1 - a.y0, b.y1 - b.y0)


def _with_words(lines: tuple[LineText, ...], extra: list[WordBox]) -> tuple[LineText, ...]:
    """Lines with words put where they stand; a word far from all lines becomes a line of its own at the end."""
    out = list(lines)
    for word in extra:
        middle = (word.y0 + word.y1) / 2
        best = min(
            (
                k
                for k, line in enumerate(out)
                if any(abs((w.y0 + w.y1) / 2 - middle) < 0.9 * (word.y1 - word.y0) for w in line.words)
            ),
            key=lambda k: min(min(abs(w.x1 - word.x0), abs(w.x0 - word.x1)) for w in out[k].words),
            default=None,
        )
        if best is None:
            out.append(LineText((word,)))
            continue
        kept = sorted((*out[best].words, word), key=lambda w: w.x0)
        out[best] = replace(out[best], words=tuple(kept))
    return tuple(out)
