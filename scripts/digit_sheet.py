"""Draws pipeline/ocr/digits.png: the ten digits of each face, and prints their width by height for digits.py.

Needs the Debian packages fonts-croscore (Tinos, Arimo) and fonts-texgyre (Termes).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

CROSCORE = Path("/usr/share/fonts/truetype/croscore")
GYRE = Path("/usr/share/texmf/fonts/opentype/public/tex-gyre")
FACES = (
    *(CROSCORE / f"Tinos-{style}.ttf" for style in ("Regular", "Italic", "Bold", "BoldItalic")),
    *(GYRE / f"texgyretermes-{style}.otf" for style in ("regular", "italic", "bold", "bolditalic")),
    *(CROSCORE / f"Arimo-{style}.ttf" for style in ("Regular", "Italic", "Bold")),
)
# Upright faces that programs slant themselves where they have no italic: by 12 and 19 degrees.
SLANTED = (*((FACES[face], slant) for face in (0, 4) for slant in (0.21, 0.34)),)
WIDTH, HEIGHT = 20, 28
SIZE = 200


def main() -> None:
    """Writes the sheet, prints the aspects."""
    faces = [(face, 0.0) for face in FACES] + list(SLANTED)
    sheet = Image.new("L", (WIDTH * 10, HEIGHT * len(faces)), 255)
    for row, (face, slant) in enumerate(faces):
        type_ = ImageFont.truetype(str(face), SIZE)
        aspects = []
        for digit in range(10):
            page = Image.new("L", (2 * SIZE, 2 * SIZE), 255)
            ImageDraw.Draw(page).text((SIZE // 2, SIZE // 2), str(digit), font=type_, fill=0)
            page = page.transform(
                page.size,
                Image.Transform.AFFINE,
                (1, slant, -slant * SIZE, 0, 1, 0),
                Image.Resampling.BICUBIC,
                fillcolor=255,
            )
            ys, xs = np.nonzero(np.asarray(page) < 128)
            cut = page.crop((int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1))
            aspects.append(f"{cut.width / cut.height:.2f}")
            sheet.paste(cut.resize((WIDTH, HEIGHT), Image.Resampling.BOX), (digit * WIDTH, row * HEIGHT))
        print(f"    ({', '.join(aspects)}),  # {face.stem}{' slanted' if slant else ''}")
    sheet.save(Path(__file__).parents[1] / "pipeline" / "ocr" / "digits.png", optimize=True)


if __name__ == "__main__":
    main()
