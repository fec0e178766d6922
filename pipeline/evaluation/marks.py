"""What people put on a printed page: digits and notes by hand, a signature, a seal. All lengths are in points."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageFont

# Strokes of handwritten digits in a unit box, y downwards.
_STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "0": [[(0.55, 0.0), (0.2, 0.15), (0.05, 0.5), (0.2, 0.9), (0.5, 1.0), (0.85, 0.8), (0.95, 0.4),
          (0.75, 0.05), (0.5, 0.02)]],
    "1": [[(0.2, 0.35), (0.6, 0.0), (0.55, 0.5), (0.45, 1.0)]],
    "2": [[(0.1, 0.25), (0.35, 0.0), (0.8, 0.1), (0.8, 0.4), (0.4, 0.75), (0.05, 1.0), (0.5, 0.92), (1.0, 1.0)]],
    "3": [[(0.1, 0.1), (0.6, 0.0), (0.85, 0.2), (0.4, 0.45), (0.85, 0.6), (0.8, 0.9), (0.4, 1.02), (0.05, 0.85)]],
    "4": [[(0.5, 0.0), (0.05, 0.65), (0.95, 0.6)], [(0.75, 0.3), (0.6, 1.1)]],
    "5": [[(0.3, 0.05), (0.15, 0.45), (0.6, 0.4), (0.85, 0.7), (0.6, 1.0), (0.05, 0.95)], [(0.3, 0.05), (0.95, 0.0)]],
    "6": [[(0.7, 0.0), (0.25, 0.35), (0.05, 0.75), (0.35, 1.0), (0.75, 0.9), (0.7, 0.6), (0.3, 0.6), (0.1, 0.8)]],
    "7": [[(0.05, 0.1), (0.9, 0.0), (0.55, 0.5), (0.35, 1.05)], [(0.25, 0.5), (0.85, 0.45)]],
    "8": [[(0.8, 0.1), (0.4, 0.0), (0.2, 0.2), (0.7, 0.6), (0.75, 0.9), (0.4, 1.0), (0.15, 0.8), (0.5, 0.45),
          (0.85, 0.1)]],
    "9": [[(0.8, 0.2), (0.4, 0.0), (0.15, 0.3), (0.45, 0.5), (0.8, 0.25), (0.8, 0.2), (0.75, 0.6), (0.45, 1.1)]],
}  # fmt: skip
Point = tuple[float, float]


def _smooth(points: list[Point], steps: int = 8) -> list[Point]:
    """Catmull-Rom through the points."""
    p = [points[0], *points, points[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        for k in range(steps):
            t = k / steps
            x, y = (
                0.5 * (2 * b[i] + (c[i] - a[i]) * t + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t
                       + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3)
                for i in (0, 1)
            )  # fmt: skip
            out.append((x, y))
    return [*out, points[-1]]


def scribble(
    image: Image.Image, dpi: int, x: float, y: float, digits: str, chance: random.Random, ink: str = "black",
    size: float = 9.0,
) -> float:  # fmt: skip
    """Writes digits by hand from x with the foot of the line at y; returns the right edge."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    slant, pen = chance.uniform(-0.05, 0.35), chance.uniform(0.7, 1.7)
    size *= chance.uniform(0.95, 1.55)
    at = x
    lift = chance.uniform(-2.0, 2.5)
    for digit in digits:
        tall = size * chance.uniform(0.9, 1.12)
        wide = tall * chance.uniform(0.45, 0.75) * (0.55 if digit == "1" else 1)
        foot = y + lift + chance.uniform(-1.0, 1.0)
        for stroke in _STROKES[digit]:
            shaken = [(px + chance.gauss(0, 0.035), py + chance.gauss(0, 0.035)) for px, py in stroke]
            line = [
                (_dots(at + wide * px + slant * tall * (1 - py), dpi), _dots(foot - tall * (1 - py), dpi))
                for px, py in _smooth(shaken)
            ]
            broad = max(1, _dots(pen * chance.uniform(0.85, 1.15), dpi))
            draw.line(line, fill=ink, width=broad, joint="curve")
            for cx, cy in (line[0], line[-1]):
                r = broad / 2
                draw.ellipse([cx - r, cy - r, cx + r, cy + r], fill=ink)
        at += wide * chance.uniform(1.05, 1.3)
    return at


def seal(
    image: Image.Image, dpi: int, x: float, y: float, radius: float, letters: str, face: ImageFont.FreeTypeFont,
    ink: tuple[int, int, int] = (225, 40, 40),
) -> Image.Image:  # fmt: skip
    """The page with a round seal over whatever is there: rings, letters around, a star; ink multiplies as on paper."""
    from PIL import Image, ImageChops, ImageDraw

    layer = Image.new("RGB", image.size, "white")
    draw = ImageDraw.Draw(layer)
    for r, w in ((radius, 1.6), (radius * 0.62, 1.0)):
        box = [_dots(x - r, dpi), _dots(y - r, dpi), _dots(x + r, dpi), _dots(y + r, dpi)]
        draw.ellipse(box, outline=ink, width=_dots(w, dpi))
    for k, letter in enumerate(letters):
        angle = math.radians(-200 + k * 11.5)
        at = (_dots(x + radius * 0.8 * math.cos(angle), dpi), _dots(y + radius * 0.8 * math.sin(angle), dpi))
        draw.text(at, letter, font=face, fill=ink, anchor="mm")
    star = [
        (
            _dots(x + radius * f * math.sin(k * math.pi / 5), dpi),
            _dots(y - radius * f * math.cos(k * math.pi / 5), dpi),
        )
        for k, f in enumerate((0.3, 0.12) * 5)
    ]
    draw.polygon(star, fill=ink)
    return ImageChops.darker(image, layer)


def autograph(image: Image.Image, dpi: int, x: float, y: float, chance: random.Random, ink: str = "#1020a0") -> None:
    """A signature: a running curve and a long tail."""
    from PIL import ImageDraw

    points = [(x + 7.0 * k + chance.uniform(-4, 4), y + chance.uniform(-16, 16)) for k in range(8)]
    points.append((x + 130, y - 40))
    line = [(_dots(px, dpi), _dots(py, dpi)) for px, py in _smooth(points)]
    ImageDraw.Draw(image).line(line, fill=ink, width=_dots(1.2, dpi), joint="curve")


def _dots(points: float, dpi: int) -> int:
    return round(points * dpi / 72)
