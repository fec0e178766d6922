"""From a page image to what Tesseract should see: upright, straight, evenly lit, without seals, pen and rules.

What is taken out is recorded: seals, stamps and signatures as marks, the rules of tables as grids. All steps work on
one image of the page at the working resolution; only the result (text and ink images) outlives `prepare`.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import DamagedError, ImageTooLargeError
from .marks import BLUE, MM_AN_INCH, RED, Grey, Mark, PixelBox, coloured_marks, printed_in_red
from .settings import OcrSettings

if TYPE_CHECKING:
    from PIL import Image

Matrix = NDArray[np.float64]

_FINEST_INPUT = 400.0
_MOST_RED, _MOST_BLUE = 0.9, 0.5  # shares of the ink from which a page is printed in it
_NARROWEST = 24  # pixels; no line of text fits into less
cv2.setNumThreads(1)


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: its cells as (row, column, box), in reading order; boxes in pixels of the prepared image."""

    box: PixelBox
    cells: tuple[tuple[int, int, PixelBox], ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page made ready.

    Attributes:
        text: Grey image for Tesseract.
        ink: Grey image of the same shape with all ink that can be writing, coloured too.
        pen: 1 where the ink is coloured, else 0; same shape.
        dpi: Resolution of these images.
        to_given: 3 x 3 matrix from their pixels to those of the given image.
        rotation: Degrees clockwise (0, 90, 180, 270) by which the page was turned.
        skew: Degrees clockwise by which it was straightened.
        marks: What was taken out, or must not be read.
        grids: Ruled tables.
        letters: Height of a line's small letters on this page, in pixels; 0 where there is no text.
    """

    text: Grey
    ink: Grey
    pen: Grey
    dpi: float
    to_given: Matrix
    rotation: int
    skew: float
    marks: tuple[Mark, ...]
    grids: tuple[Grid, ...]
    letters: float


def prepare(
    image: Image.Image | NDArray[Any], dpi: float, settings: OcrSettings, rotation: int | None = None
) -> Prepared:
    """Makes a page ready for recognition.

    Args:
        image: A Pillow image of any mode, or an array of shape (height, width), (…, 3) RGB or (…, 4) RGBA.
        dpi: Its resolution in dots per inch.
        settings: Working resolution and size limit.
        rotation: Degrees clockwise to turn it by, None to find out whether it lies on its side. Upside-down pages are
            not noticed here: that takes reading.

    Raises:
        ImageTooLargeError: More megapixels than the settings allow.
        DamagedError: The image cannot be decoded, or is no image.
    """
    pixels = _pixels(image, settings)
    high, wide = pixels.shape[:2]
    pixels, scale = _at_working_resolution(pixels, dpi, settings)
    matrix = np.diag([wide / pixels.shape[1], high / pixels.shape[0], 1.0])
    if min(pixels.shape[:2]) < _NARROWEST:
        grey = _darkness(pixels)
        return Prepared(grey, grey, np.zeros_like(grey), dpi * scale, matrix, 0, 0.0, (), (), 0.0)
    pixels = _even_light(pixels)
    if rotation is None:
        rotation = 90 if _lies_on_its_side(_darkness(pixels), dpi * scale) else 0
    if rotation:
        pixels, turn = _turned(pixels, rotation)
        matrix = matrix @ turn
    return _ready(pixels, dpi * scale, matrix, rotation)


def _ready(pixels: Grey, dpi: float, matrix: Matrix, rotation: int) -> Prepared:
    """The steps that need an upright page."""
    colour, is_print = _colours(pixels)
    ink = _darkness(pixels)
    text = ink
    if not is_print:
        text = _without_colour(pixels, colour)
    del pixels
    skew = _skew(text, dpi)
    if abs(skew) >= 0.12:
        straighten = _rotation(text.shape, skew)
        matrix = matrix @ straighten
        text, ink = _warped(text, straighten, 255), _warped(ink, straighten, 255)
        colour = _warped(colour, straighten, 0, cv2.INTER_NEAREST)
    else:
        skew = 0.0
    text = _less_noise(text)
    marks = [] if is_print else coloured_marks(colour, dpi)
    for mark in printed_in_red(marks, dpi):  # a signer's name in red print is no stamp
        marks.remove(mark)
        x0, y0, x1, y1 = mark.box
        text[y0:y1, x0:x1] = ink[y0:y1, x0:x1]
    dark = _binary(text)
    rules, grids = _rules(dark, dpi)
    text[_grown(rules, 1) > 0] = 255
    ink[_grown(rules, 1) > 0] = 255
    dark[rules > 0] = 0
    letters = _clean_components(text, dark, marks, dpi)
    return Prepared(text, ink, (colour > 0).astype(np.uint8), dpi, matrix, rotation, skew, tuple(marks), grids, letters)


def _pixels(image: Image.Image | NDArray[Any], settings: OcrSettings) -> Grey:
    """The image as an array of bytes, grey or RGB."""
    size = image.shape[:2] if isinstance(image, np.ndarray) else image.size
    if len(size) != 2 or 0 in size:
        raise DamagedError(f"an image of shape {size} is no page")
    megapixels = size[0] * size[1] / 1e6
    if megapixels > settings.max_megapixels:
        raise ImageTooLargeError(
            f"a page image of {megapixels:.0f} megapixels is over the limit of {settings.max_megapixels:g}: "
            "scan at 300 dpi, or raise the limit"
        )
    if isinstance(image, np.ndarray):
        return _from_array(image)
    try:
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            from PIL import Image as Pillow

            paper = Pillow.new("RGBA", image.size, "white")
            image = Pillow.alpha_composite(paper, image.convert("RGBA"))
        if image.mode.startswith("I"):  # 16 bits: Pillow would clip, not scale
            return np.asarray(np.asarray(image, dtype=np.float32) / 257.0).astype(np.uint8)
        return np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))
    except (OSError, ValueError, SyntaxError) as fault:
        raise DamagedError(f"the page image cannot be decoded ({fault})") from None


def _from_array(image: NDArray[Any]) -> Grey:
    if image.dtype == np.bool_:
        image = image.astype(np.uint8) * 255
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (1, 3, 4)):
        raise DamagedError(f"an array of type {image.dtype} and shape {image.shape} is no page image")
    if image.ndim == 3 and image.shape[2] == 4:
        opaque = image[..., 3:].astype(np.uint16)
        return np.asarray((image[..., :3] * opaque + 255 * (255 - opaque)) // 255, dtype=np.uint8)
    return image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image


def _at_working_resolution(pixels: Grey, dpi: float, settings: OcrSettings) -> tuple[Grey, float]:
    """The image at about the working resolution, and the factor; never much larger than an A3 page there."""
    scale = settings.dpi / dpi
    high, wide = pixels.shape[:2]
    largest = settings.dpi * 17.0
    scale = min(scale, max(largest / max(high, wide), min(1.0, _FINEST_INPUT / dpi) if scale < 1 else 1.0))
    if 0.96 < scale < 1.04:
        return pixels, 1.0
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8), scale


def _even_light(pixels: Grey) -> Grey:
    """The page divided by the colour of its paper, which is estimated place by place."""
    high, wide = pixels.shape[:2]
    small = cv2.resize(pixels, (max(1, wide // 8), max(1, high // 8)), interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(small, np.ones((7, 7), np.uint8))
    paper = cv2.medianBlur(paper, 9)
    low, most = np.percentile(paper, (2, 50))
    if low > 244 and most > 248:
        return pixels
    paper = np.maximum(cv2.GaussianBlur(paper, (0, 0), 4), 70)
    paper = cv2.resize(paper, (wide, high), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(pixels, paper, scale=250), dtype=np.uint8)


def _darkness(pixels: Grey) -> Grey:
    """Grey image in which ink of any colour is dark."""
    if pixels.ndim == 2:
        return pixels.copy()
    return _extreme(pixels, cv2.min)


def _extreme(pixels: Grey, which: Callable[..., Any]) -> Grey:
    """The darkest (`cv2.min`) or brightest (`cv2.max`) channel of each pixel."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(which(which(red, green), blue), dtype=np.uint8)


def _binary(grey: Grey) -> Grey:
    """1 where there is ink."""
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)
    return (grey < min(190.0, max(110.0, level))).astype(np.uint8)


def _lies_on_its_side(ink: Grey, dpi: float) -> bool:
    """Whether the lines of text run from top to bottom.

    The gaps between letters and words are narrower than those between lines: closed over gaps of that width, ink runs
    on along the lines but not across them.
    """
    scale = 75 / dpi
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else ink
    dark = _binary(np.asarray(small, dtype=np.uint8))
    for length in ((1, 60), (60, 1)):  # rules and borders say nothing about lines of text
        dark = dark & (1 - _opened(dark, length))
    if np.count_nonzero(dark) < 1500:
        return False
    return _extent(dark, 1) > 1.3 * _extent(dark, 0)


def _extent(dark: Grey, axis: int) -> float:
    """Mean length in pixels, weighted by ink, to which ink runs on across (0) or down (1)."""
    reach = np.ones((1, 5) if axis == 0 else (5, 1), np.uint8)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, reach)
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=4)
    length, area = stats[1:, cv2.CC_STAT_WIDTH + axis].astype(np.float64), stats[1:, cv2.CC_STAT_AREA]
    length = np.minimum(length, 300.0)
    return float((length * area).sum() / max(1, area.sum()))


def _turned(pixels: Grey, rotation: int) -> tuple[Grey, Matrix]:
    """The image turned clockwise, and the matrix from its pixels back to those of the image before."""
    high, wide = pixels.shape[:2]
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    back = {
        90: [[0, 1, 0], [-1, 0, high], [0, 0, 1]],
        180: [[-1, 0, wide], [0, -1, high], [0, 0, 1]],
        270: [[0, -1, wide], [1, 0, 0], [0, 0, 1]],
    }
    return np.asarray(cv2.rotate(pixels, codes[rotation]), dtype=np.uint8), np.array(back[rotation], dtype=np.float64)


def _colours(pixels: Grey) -> tuple[Grey, bool]:
    """Where the ink is red (1) or blue (2), and whether the page is printed in that colour.

    A closing alone on a page may have more red ink in its seal than black.
    """
    if pixels.ndim == 2:
        return np.zeros(pixels.shape, np.uint8), False
    hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)
    inked = np.asarray(cv2.inRange(_extreme(pixels, cv2.min), (0,), (169,)), dtype=np.uint8)
    red = cv2.bitwise_or(
        cv2.inRange(hsv, (0, 76, 100), (13, 255, 255)), cv2.inRange(hsv, (161, 76, 100), (180, 255, 255))
    )
    blue = cv2.inRange(hsv, (93, 90, 60), (160, 255, 255))
    colour = np.zeros(inked.shape, np.uint8)
    for ink, name in ((red, RED), (blue, BLUE)):
        colour[cv2.bitwise_and(ink, inked) > 0] = name
    _unmark_fringes(colour, inked)
    every = max(1, cv2.countNonZero(inked))
    shares = [np.count_nonzero(colour == hue) / every for hue in (RED, BLUE)]
    return colour, bool(shares[0] > _MOST_RED or shares[1] > _MOST_BLUE)


def _unmark_fringes(colour: Grey, inked: Grey) -> None:
    """Takes the mark of blue off print: many scanners give thin black strokes a blue edge."""
    if not np.count_nonzero(colour == BLUE):
        return
    count, labels = cv2.connectedComponents(inked, connectivity=8)
    blue = np.bincount(labels[colour == BLUE], minlength=count)
    every = np.maximum(1, np.bincount(labels.ravel(), minlength=count))
    print_ = (blue / every < 0.6) | (blue < 20)
    colour[(colour == BLUE) & print_[labels]] = 0


def _without_colour(pixels: Grey, colour: Grey) -> Grey:
    """Grey image in which coloured ink is paper, while black print under it stays.

    Ink of a colour is bright in its own channel, print is dark in all: near coloured ink the brightest channel counts.
    """
    if pixels.ndim == 2:
        return pixels.copy()
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    if not colour.any():
        return grey
    stretched = np.clip((np.arange(256) - 60.0) * 255 / 110, 0, 255).astype(np.uint8)
    faded = cv2.max(grey, cv2.LUT(_extreme(pixels, cv2.max), stretched))
    cv2.copyTo(faded, _grown((colour > 0).astype(np.uint8), 2), grey)
    grey[colour == BLUE] = 255
    return grey


def _skew(grey: Grey, dpi: float) -> float:
    """Degrees clockwise (-6 to 6) that make the lines level: the angle at which sums over rows differ most."""
    step = 1 / max(1, round(dpi / 100))
    small = cv2.resize(grey, None, fx=step, fy=step, interpolation=cv2.INTER_AREA) if step < 1 else grey
    dark = _binary(np.asarray(small, dtype=np.uint8))
    dark &= 1 - _opened(dark, (40, 1))
    # The lower edges of letters lie on the line; their upper ones and the insides only blur it.
    dark[:-1] &= 1 - dark[1:]
    y, x = np.nonzero(dark)
    if len(y) < 200:
        return 0.0
    if len(y) > 60_000:
        pick = np.linspace(0, len(y) - 1, 60_000).astype(np.int64)
        y, x = y[pick], x[pick]
    xs, ys = x - small.shape[1] / 2, y.astype(np.float64)

    def sharpness(angle: float) -> float:
        rows = (ys + xs * np.tan(np.radians(angle)) + small.shape[1]).astype(np.int64)
        counts = np.bincount(rows).astype(np.float64)
        return float((counts * counts).sum())

    best = max((k / 2 for k in range(-11, 12)), key=sharpness)
    for width in (0.25, 0.1, 0.04):
        best = max((best + k * width for k in (-2, -1, 0, 1, 2)), key=sharpness)
    level = statistics.median(sharpness(k / 2) for k in range(-11, 12, 2))
    if sharpness(best) < 1.04 * sharpness(0.0) or sharpness(best) < 1.3 * level or abs(best) > 5.6:
        return 0.0  # little gained, or specks of an empty page
    return best


def _rotation(shape: tuple[int, ...], degrees: float) -> Matrix:
    """The matrix from pixels of the straightened image to those of the skewed one, about the centre."""
    high, wide = shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    return np.vstack([turn, [0.0, 0.0, 1.0]])


def _warped(image: Grey, back: Matrix, fill: int, how: int = cv2.INTER_CUBIC) -> Grey:
    size = (image.shape[1], image.shape[0])
    out = cv2.warpAffine(
        image, back[:2], size, flags=how | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT, borderValue=(fill,) * 4
    )
    return np.asarray(out, dtype=np.uint8)


def _less_noise(grey: Grey) -> Grey:
    """The image smoothed where the paper is grainy."""
    sample = grey[:: max(1, grey.shape[0] // 400)]
    paper = sample[:, 1:][(sample[:, 1:] > 150) & (sample[:, :-1] > 150)].astype(np.float32)
    if paper.size < 1000:
        return grey
    grain = float(np.median(np.abs(paper - np.median(paper))))
    specks = np.count_nonzero(cv2.absdiff(sample, cv2.medianBlur(sample, 3)) > 120) / sample.size
    if specks > 0.02 and grain < 12:
        return grey if not grain else np.asarray(cv2.medianBlur(grey, 3), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(grey, (3, 3), 0.8), dtype=np.uint8) if grain > 7 else grey


def _opened(mask: Grey, shape: tuple[int, int]) -> Grey:
    """What of the mask holds a rectangle of (height, width)."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(shape, np.uint8)), dtype=np.uint8)


def _grown(mask: Grey, by: int) -> Grey:
    return np.asarray(cv2.dilate(mask, np.ones((2 * by + 1, 2 * by + 1), np.uint8)), dtype=np.uint8)


def _rules(dark: Grey, dpi: float) -> tuple[Grey, tuple[Grid, ...]]:
    """Pixels of ruling lines, and the tables that they make."""
    thick = max(2, round(dpi / 50))
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    level = _long_and_thin(np.asarray(closed, np.uint8), (1, round(dpi * 0.4)), thick)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 1), np.uint8))
    upright = _long_and_thin(np.asarray(closed, np.uint8), (round(dpi * 0.3), 1), thick)
    return level | upright, _grids(level, upright, dpi)


def _long_and_thin(dark: Grey, length: tuple[int, int], thick: int) -> Grey:
    """Ink that runs on for `length` in one direction, and is no thicker than a rule in the other."""
    lines = _opened(dark, length)
    return lines & (1 - _opened(lines, (thick + 3, 1) if length[0] == 1 else (1, thick + 3)))


def _grids(level: Grey, upright: Grey, dpi: float) -> tuple[Grid, ...]:
    """Tables: rules of both directions that touch."""
    reach = max(1, round(dpi / 60))
    both = _grown(level, reach) | _grown(upright, reach)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(both, connectivity=8)
    grids: list[Grid] = []
    for k in range(1, count):
        x, y, w, h, _area = (int(v) for v in stats[k])
        if w < dpi * 1.2 or h < dpi * 0.35:
            continue
        here = labels[y : y + h, x : x + w] == k
        rows = _positions((level[y : y + h, x : x + w] > 0) & here, 1, dpi)
        columns = _positions((upright[y : y + h, x : x + w] > 0) & here, 0, dpi)
        if len(rows) < 2 or len(columns) < 2:
            continue
        cells = _cells(
            _grown(upright[y : y + h, x : x + w], reach), _grown(level[y : y + h, x : x + w], reach), rows, columns
        )
        if len(cells) < 2:
            continue
        moved = tuple((r, c, (x + a, y + b, x + d, y + e)) for r, c, (a, b, d, e) in cells)
        grids.append(Grid((x, y, x + w, y + h), moved))
    return tuple(sorted(grids, key=lambda grid: grid.box[1]))


def _positions(lines: NDArray[np.bool_], axis: int, dpi: float) -> list[int]:
    """Where rules stand: middles of the runs in which enough of a rule lies."""
    sums = lines.sum(axis=axis)
    near = np.convolve(sums, np.ones(5), "same")
    on = near >= dpi * 0.25
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(np.int8), [0]])))
    return [int((a + b) // 2) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _cells(upright: Grey, level: Grey, rows: list[int], columns: list[int]) -> list[tuple[int, int, PixelBox]]:
    """Cells between the rules; neighbours without a rule between them are one cell."""
    high, wide = len(rows) - 1, len(columns) - 1
    owner = {(r, c): (r, c) for r in range(high) for c in range(wide)}

    def find(cell: tuple[int, int]) -> tuple[int, int]:
        while owner[cell] != cell:
            cell = owner[cell]
        return cell

    for r in range(high):
        for c in range(wide):
            if c + 1 < wide:
                x = columns[c + 1]
                between = upright[rows[r] + 3 : rows[r + 1] - 2, max(0, x - 2) : x + 3]
                if between.size and between.any(axis=1).mean() < 0.5:
                    owner[find((r, c + 1))] = find((r, c))
            if r + 1 < high:
                y = rows[r + 1]
                between = level[max(0, y - 2) : y + 3, columns[c] + 3 : columns[c + 1] - 2]
                if between.size and between.any(axis=0).mean() < 0.5:
                    owner[find((r + 1, c))] = find((r, c))
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for cell in owner:
        groups.setdefault(find(cell), []).append(cell)
    out = []
    for members in groups.values():
        r0, r1 = min(r for r, _ in members), max(r for r, _ in members)
        c0, c1 = min(c for _, c in members), max(c for _, c in members)
        out.append((r0, c0, (columns[c0], rows[r0], columns[c1 + 1], rows[r1 + 1])))
    return sorted(out)


def _clean_components(text: Grey, dark: Grey, marks: list[Mark], dpi: float) -> float:
    """Takes specks, page borders and black signatures off the text image; returns the height of small letters."""
    unit = dpi / MM_AN_INCH
    _count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    x, y, w, h, area = (stats[:, k] for k in range(5))
    high, wide = dark.shape
    body = (h > 0.8 * unit) & (h < 4.5 * unit) & (w < 6 * unit) & (area > 6)
    body[0] = False
    letters = float(np.median(h[body])) if body.any() else 0.0
    speck = (area <= max(2, round((dpi / 200) ** 2 * 3))) & (np.maximum(w, h) <= 3)
    rim = 2
    if np.count_nonzero(speck) < 0.6 * np.count_nonzero(body):
        speck[:] = False  # a clean page: these are dots of faint print
    edge = (x <= rim) | (y <= rim) | (x + w >= wide - rim) | (y + h >= high - rim)
    border = edge & ((w > 5 * unit) | (h > 5 * unit)) & ~body
    scrawl = _signatures(np.asarray(stats, dtype=np.int32), letters, unit) & ~border
    for k in np.flatnonzero(scrawl):
        marks.append(Mark("signature", (int(x[k]), int(y[k]), int(x[k] + w[k]), int(y[k] + h[k]))))
    gone = speck | border | scrawl
    gone[0] = False
    if gone.any():
        mask = gone.astype(np.uint8)[labels]
        text[_grown(mask, 1) * (1 - dark + mask) > 0] = 255
    return letters


def _signatures(stats: NDArray[np.int32], letters: float, unit: float) -> NDArray[np.bool_]:
    """Components that can only be a pen's: sprawling, with little ink for their extent."""
    w, h, area = stats[:, 2], stats[:, 3], stats[:, 4]
    fill = area / np.maximum(1, w.astype(np.int64) * h)
    large = (h > max(6 * unit, 3.5 * letters)) & (w > 6 * unit) & (w < 110 * unit) & (h < 60 * unit)
    scrawl = large & (fill < 0.16)
    scrawl[0] = False
    return np.asarray(scrawl, dtype=np.bool_)
