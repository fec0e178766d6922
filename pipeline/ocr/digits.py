"""Printed digits: do these strokes have the shape of a digit in a typeface?

`digits.png` holds the ten digits (columns) of fifteen faces (rows) with the shapes of Times New Roman and Arial,
upright, italic, slanted and bold, each stretched to 20 x 28 pixels; `scripts/digit_sheet.py` draws it from the fonts
Tinos, Termes and Arimo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray

from .marks import Grey

WIDTH, HEIGHT = 20, 28
_LARGEST_STRETCH = 0.30


@dataclass(frozen=True, slots=True)
class Shape:
    """How well strokes match a printed digit: correlation -1..1 with the best face, for each digit."""

    likeness: tuple[float, ...]

    @property
    def digit(self) -> int:
        """The digit they match best."""
        return max(range(10), key=self.likeness.__getitem__)

    @property
    def best(self) -> float:
        """How well they match it."""
        return max(self.likeness)


@cache
def _faces() -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Normalised pictures, shape (faces, 10, pixels), and their width by height, shape (faces, 10)."""
    data = (resources.files(__package__) / "digits.png").read_bytes()
    sheet = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    faces = sheet.shape[0] // HEIGHT
    cut = sheet.reshape(faces, HEIGHT, 10, WIDTH).transpose(0, 2, 1, 3)
    pictures = np.stack([[_normalised(np.ascontiguousarray(cut[f, d])) for d in range(10)] for f in range(faces)])
    return pictures, np.array(_ASPECTS, dtype=np.float64)


# Width by height of the ten digits in each face, from the same fonts.
_ASPECTS = (
    (0.63, 0.53, 0.61, 0.62, 0.71, 0.61, 0.64, 0.62, 0.63, 0.65),  # Tinos-Regular
    (0.67, 0.54, 0.73, 0.70, 0.72, 0.69, 0.68, 0.73, 0.71, 0.68),  # Tinos-Italic
    (0.63, 0.56, 0.63, 0.64, 0.71, 0.64, 0.65, 0.64, 0.65, 0.66),  # Tinos-Bold
    (0.67, 0.57, 0.73, 0.72, 0.74, 0.70, 0.70, 0.75, 0.70, 0.70),  # Tinos-BoldItalic
    (0.65, 0.42, 0.66, 0.56, 0.68, 0.58, 0.62, 0.64, 0.57, 0.62),  # texgyretermes-regular
    (0.68, 0.53, 0.65, 0.66, 0.70, 0.71, 0.71, 0.68, 0.68, 0.67),  # texgyretermes-italic
    (0.64, 0.54, 0.67, 0.65, 0.66, 0.66, 0.63, 0.67, 0.62, 0.64),  # texgyretermes-bold
    (0.66, 0.61, 0.69, 0.66, 0.75, 0.72, 0.70, 0.70, 0.67, 0.70),  # texgyretermes-bolditalic
    (0.68, 0.62, 0.65, 0.67, 0.72, 0.68, 0.66, 0.66, 0.67, 0.66),  # Arimo-Regular
    (0.72, 0.64, 0.78, 0.74, 0.75, 0.77, 0.71, 0.70, 0.75, 0.71),  # Arimo-Italic
    (0.68, 0.67, 0.69, 0.71, 0.78, 0.72, 0.69, 0.67, 0.71, 0.69),  # Arimo-Bold
    (0.69, 0.54, 0.75, 0.73, 0.73, 0.73, 0.70, 0.75, 0.73, 0.73),  # Tinos-Regular slanted
    (0.76, 0.67, 0.86, 0.83, 0.84, 0.86, 0.80, 0.88, 0.81, 0.83),  # Tinos-Regular slanted
    (0.69, 0.48, 0.74, 0.67, 0.70, 0.77, 0.73, 0.68, 0.66, 0.71),  # texgyretermes-regular slanted
    (0.75, 0.61, 0.85, 0.78, 0.79, 0.89, 0.82, 0.75, 0.75, 0.81),  # texgyretermes-regular slanted
)


def _normalised(picture: NDArray[np.generic]) -> NDArray[np.float32]:
    """Ink as a vector of mean 0 and length 1, a little blurred: scanners soften edges."""
    ink = 255.0 - cv2.GaussianBlur(np.asarray(picture, dtype=np.float32), (0, 0), 1.2)
    flat = np.asarray(ink, dtype=np.float32).ravel()
    flat = flat - flat.mean()
    return np.asarray(flat / max(1e-6, float(np.linalg.norm(flat))), dtype=np.float32)


def shape(ink: Grey) -> Shape:
    """How well a grey picture, cut to its strokes, matches each printed digit; shape (height, width)."""
    high, wide = ink.shape
    if high < 4 or wide < 2:
        return Shape((-1.0,) * 10)
    stretched = cv2.resize(ink, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA if wide > WIDTH else cv2.INTER_CUBIC)
    pictures, aspects = _faces()
    likeness = pictures @ _normalised(stretched)
    off = np.abs(np.log(wide / high / aspects))
    likeness = np.where(off > _LARGEST_STRETCH, likeness - (off - _LARGEST_STRETCH), likeness)
    return Shape(tuple(float(v) for v in likeness.max(axis=0)))
