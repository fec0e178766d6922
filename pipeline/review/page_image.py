"""The image of a page with the facts marked on it: a colour for each kind of fact, a code for each fact.

The codes (`C1` the first citation, `T2` the second target) stand beside their boxes and in the list at the right, where
the facts stand in the order of the document. The list needs a font with Vietnamese letters; without one it holds the
codes and colours alone, so that no letter is ever shown as an empty box.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError, VnplanError
from ..ingestion import printable
from ..ingestion.formats import detect
from ..ingestion.images import iter_images
from ..ingestion.pages import PageText
from ..ingestion.pdfium import Sheet, open_pdf
from ..records import Box, Citation, Deadline, Evidence, PlanResult, Responsibility
from ..settings import Settings
from ..tables.derive import describe

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont
    from PIL.ImageFont import ImageFont as BitmapFont

    Font = FreeTypeFont | BitmapFont

DPI = 150.0
_MOST_PIXELS = 30_000_000
_IMAGES = ("png", "jpeg", "webp", "tiff")
_POINTS_AN_INCH = 72.0
_LIST_WIDTH = 300.0  # points
# Every Vietnamese letter beyond Latin-1 that fonts lack most often: the horns, the hook, and vowels with two marks.
_HARD_LETTERS = "ăđơưẳễộởữựỹẶỂỖỞỮƯ"
_FONTS = (
    "LiberationSans-Regular.ttf", "DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arimo-Regular.ttf", "FreeSans.ttf",
    "LiberationSerif-Regular.ttf", "DejaVuSerif.ttf", "Arial.ttf", "arial.ttf",
)  # fmt: skip
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "~/.local/share/fonts", "~/.fonts")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fact: its name in the list, the letter of its codes, its colour (red, green, blue)."""

    name: str
    letter: str
    colour: tuple[int, int, int]


FIELD = Kind("document", "F", (31, 90, 200))
CITATION = Kind("citations", "C", (0, 140, 60))
TARGET = Kind("targets", "T", (200, 30, 130))
RESPONSIBILITY = Kind("responsibilities", "R", (225, 120, 0))
DEADLINE = Kind("deadlines", "D", (190, 20, 20))
SECTION = Kind("sections", "S", (120, 120, 120))
SIGNATURE = Kind("signatures", "G", (0, 150, 170))
KINDS = (FIELD, CITATION, TARGET, RESPONSIBILITY, DEADLINE, SECTION, SIGNATURE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A fact on a page.

    Attributes:
        kind: Its kind.
        code: `C1`: the kind's letter and the fact's place among all of its kind in the document.
        words: What it says, on one line.
        boxes: Where it stands on this page, in points.
    """

    kind: Kind
    code: str
    words: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A page image with its marks, and the resolution of its page part in dots per inch."""

    image: Image
    dpi: float
    marks: tuple[Mark, ...]


def draw_page(data: bytes, page: int, results: Sequence[PlanResult], settings: Settings | None = None) -> MarkedPage:
    """The image of a page with the facts marked on it.

    Args:
        data: The bytes of a PDF or an image file.
        page: 1-based number of the page in the file.
        results: The plans that were found in the file.
        settings: Limits and passwords.

    Raises:
        UsageError: The format has no pages, or there is no such page.
        VnplanError: The page cannot be drawn.
    """
    settings = settings or Settings()
    image, dpi = page_image(data, page, settings)
    found = tuple(marks(results, page))
    return MarkedPage(_with_list(marked(image, dpi, found), dpi, found), dpi, found)


# -- The page --------------------------------------------------------------------------------------------------------


def page_image(data: bytes, page: int, settings: Settings) -> tuple[Image, float]:
    """A page as its reader sees it, in colour, and its resolution in dots per inch.

    Raises:
        UsageError, VnplanError: See `draw_page`.
    """
    kind = detect(data)
    if kind in ("zip", "eml"):
        raise UsageError(f"has no pages of its own ({kind}): take the document out of it, and show that")
    if kind != "pdf" and kind not in _IMAGES:
        raise UsageError(f"has no pages ({kind or 'text'}): page images are for PDF, TIFF, PNG, JPEG and WebP")
    if page < 1:
        raise UsageError(f"page {page} cannot be: pages are counted from 1")
    image, dpi = _pdf_page(data, page, settings) if kind == "pdf" else _picture(data, kind, page, settings)
    most = min(1.0, DPI / dpi, (_MOST_PIXELS / max(image.width * image.height, 1)) ** 0.5)
    if most < 1.0:
        image = image.resize((max(1, round(image.width * most)), max(1, round(image.height * most))))
    return image.convert("RGB"), dpi * most


def _pdf_page(data: bytes, page: int, settings: Settings) -> tuple[Image, float]:
    document = open_pdf(data, settings.passwords)
    try:
        _check(page, len(document))
        sheet = Sheet(document, page - 1)
        sheet.flatten()  # stamps of signatures are annotations
        inches = max(sheet.width * sheet.height / _POINTS_AN_INCH**2, 0.01)
        dpi = min(DPI, (_MOST_PIXELS / inches) ** 0.5)
        image = sheet.render(dpi)
        sheet.close()
    finally:
        document.close()
    return image, dpi


def _picture(data: bytes, kind: str, page: int, settings: Settings) -> tuple[Image, float]:
    """The page of an image file, upright, as recognition is given it."""
    last: list[tuple[Image, float]] = []

    def keep(image: Image, dpi: float) -> PageText:
        last[:] = [(image, dpi)]
        return PageText(1, image.width, image.height, "none")

    total = 0
    for total, result in enumerate(iter_images(data, kind, settings, keep), 1):
        if total == page:
            if isinstance(result, VnplanError):
                raise result
            return last[0]
        last.clear()
    _check(page, total)
    raise AssertionError("unreachable")  # pragma: no cover


def _check(page: int, total: int) -> None:
    if page > total:
        raise UsageError(f"has no page {page}: it has {total} page{'s' * (total != 1)}")


# -- The facts -------------------------------------------------------------------------------------------------------


def marks(results: Sequence[PlanResult], page: int) -> Iterator[Mark]:
    """The facts that stand on a page, kind by kind."""
    for kind in KINDS:
        number = 0
        for result in results:
            for words, boxes in _of_kind(kind, result):
                number += 1
                if here := tuple(box for box in boxes if box.page == page):
                    yield Mark(kind, f"{kind.letter}{number}", " ".join(words.split()), here)


def _of_kind(kind: Kind, result: PlanResult) -> Iterator[tuple[str, tuple[Box, ...]]]:
    if kind is SIGNATURE:
        for signature in result.signatures:
            yield signature.signer or signature.stamp_text, (signature.box,) if signature.box else ()
        return
    facts: dict[Kind, Iterable[tuple[str, Evidence]]] = {
        FIELD: _fields(result),
        CITATION: ((_cited(c), c.evidence) for c in result.citations if not c.is_self),
        TARGET: ((describe(t), t.evidence) for t in result.targets),
        RESPONSIBILITY: ((_duty(r), r.evidence) for r in result.responsibilities),
        DEADLINE: ((_due(d), d.evidence) for d in result.deadlines),
        SECTION: ((f"{s.path} {s.title}", s.evidence) for s in result.sections if s.numbered),
    }
    for words, evidence in facts[kind]:
        yield words, evidence.boxes


def _fields(result: PlanResult) -> Iterator[tuple[str, Evidence]]:
    for name, evidence in sorted(result.plan.evidence.items(), key=lambda item: item[1].start):
        status = getattr(result.plan, f"{name}_status", "found")
        value = getattr(result.plan, name, None)
        shown = evidence.text if value is None or isinstance(value, tuple) else str(value)
        yield f"{name}: {shown if status == 'found' else f'({status}) {evidence.text}'}", evidence


def _cited(citation: Citation) -> str:
    return " ".join(filter(None, (citation.doc_type, citation.number or citation.name, citation.date)))


def _duty(responsibility: Responsibility) -> str:
    return f"{responsibility.role}: {responsibility.body}"


def _due(deadline: Deadline) -> str:
    return deadline.date or deadline.recurrence or deadline.evidence.text


# -- Drawing ---------------------------------------------------------------------------------------------------------


def marked(image: Image, dpi: float, found: Sequence[Mark], code_size: float = 5.5) -> Image:
    """The page with translucent boxes, outlines, and the codes beside them.

    Args:
        image: The page.
        dpi: Its resolution in dots per inch.
        found: The facts to mark.
        code_size: Size of the codes, in points.
    """
    from PIL import Image as Pillow
    from PIL import ImageDraw

    scale = dpi / _POINTS_AN_INCH
    layer = Pillow.new("RGBA", image.size)
    draw = ImageDraw.Draw(layer)
    font = _font(max(9, round(code_size * scale)))
    broad = max(1, round(0.7 * scale))
    tags: list[tuple[float, float, float, float]] = []
    # Large boxes first: what lies within them stays visible.
    order = sorted(found, key=lambda mark: -max((b.x1 - b.x0) * (b.y1 - b.y0) for b in mark.boxes))
    for mark in order:
        out = KINDS.index(mark.kind) * 0.35  # boxes of several kinds around the same words do not hide each other
        for box in mark.boxes:
            corners = _corners(box, scale, out)
            draw.rectangle(corners, fill=(*mark.kind.colour, 26), outline=(*mark.kind.colour, 255), width=broad)
    for mark in order:
        x0, y0, _, _ = _corners(mark.boxes[0], scale, 0.0)
        _tag(draw, mark, (x0, y0), font, tags)
    return Pillow.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def _corners(box: Box, scale: float, out: float) -> tuple[float, float, float, float]:
    x0, x1 = sorted((box.x0, box.x1))
    y0, y1 = sorted((box.y0, box.y1))
    return (x0 - out) * scale, (y0 - out) * scale, (x1 + out) * scale, (y1 + out) * scale


def _tag(
    draw: ImageDraw, mark: Mark, at: tuple[float, float], font: Font, taken: list[tuple[float, float, float, float]]
) -> None:
    """The code above the box's corner, further to the right where another code is already; of sections beside it."""
    _, _, wide, high = draw.textbbox((0, 0), mark.code, font=font)
    wide, high = wide + 4, high + 2
    x, y = (at[0] - wide - 2, at[1]) if mark.kind is SECTION else (at[0], at[1] - high)
    x, y = max(x, 0.0), max(y, 0.0)
    for _ in range(12):
        if not any(x < b[2] and x + wide > b[0] and y < b[3] and y + high > b[1] for b in taken):
            break
        x += wide + 1
    taken.append((x, y, x + wide, y + high))
    draw.rectangle((x, y, x + wide, y + high), fill=(*mark.kind.colour, 235))
    draw.text((x + 2, y), mark.code, font=font, fill=(255, 255, 255, 255))


def _with_list(page: Image, dpi: float, found: Sequence[Mark]) -> Image:
    """The page with the list of its facts at the right."""
    from PIL import Image as Pillow
    from PIL import ImageDraw

    scale = max(dpi / _POINTS_AN_INCH, 1.0)
    margin = round(8 * scale)
    wide = round(_LIST_WIDTH * scale)
    out = Pillow.new("RGB", (page.width + wide, page.height), (250, 250, 250))
    out.paste(page, (0, 0))
    draw = ImageDraw.Draw(out)
    with_words = vietnamese_font() is not None
    size = 8.0
    lines = sum(bool([m for m in found if m.kind is kind]) * 2 for kind in KINDS) + len(found) * with_words
    step = min(size * 1.35, max(4.0, (page.height / scale - 16) / max(lines, 1)))  # all of them, if need be in small
    font = _font(max(7, round(step / 1.35 * scale)))
    x, y = page.width + margin, float(margin)
    for kind in KINDS:
        of_kind = [mark for mark in found if mark.kind is kind]
        if not of_kind:
            continue
        box = (x, y + 0.2 * step * scale, x + 0.8 * step * scale, y + step * scale)
        draw.rectangle(box, fill=kind.colour)
        draw.text((x + 1.3 * step * scale, y), f"{kind.name} ({len(of_kind)})", font=font, fill="black")
        y += step * scale
        for mark in of_kind if with_words else ():
            line = f"{mark.code}  {printable(mark.words)}"
            draw.text((x, y), _cut(draw, line, font, wide - 2 * margin), font=font, fill=kind.colour)
            y += step * scale
        y += 0.6 * step * scale
    return out


def _cut(draw: ImageDraw, text: str, font: Font, most: float) -> str:
    """The text, or as much of it as has room."""
    text = text[:300]
    if draw.textlength(text, font=font) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = draw.textlength(text[:middle] + "…", font=font) <= most
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low] + "…"


def _font(pixels: int) -> Font:
    from PIL import ImageFont

    path = vietnamese_font()
    return ImageFont.truetype(path, pixels) if path else ImageFont.load_default(pixels)


@cache
def vietnamese_font() -> str | None:
    """Path of an installed font that draws every Vietnamese letter; None if there is none."""
    for folder in _FONT_FOLDERS:
        place = Path(folder).expanduser()
        if not place.is_dir():
            continue
        files = {path.name: path for path in place.rglob("*.[to]tf")}
        for name in _FONTS:
            if name in files and has_letters(str(files[name]), _HARD_LETTERS):
                return str(files[name])
    return None


def has_letters(path: str, letters: str) -> bool:
    """Whether a font draws each of the letters, and none as the box for what it does not have."""
    from PIL import ImageFont

    try:
        font = ImageFont.truetype(path, 40)
        missing = bytes(font.getmask("\U0010ffff"))  # no font has a glyph for it
        return all(bytes(font.getmask(letter)) not in (missing, b"") for letter in letters)
    except OSError:
        return False
