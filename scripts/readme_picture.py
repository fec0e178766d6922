"""Makes docs/images/page-and-rows.png: a scanned sample with its facts marked, beside the rows that they became.

The sample is the dirty scan of data/raw. Everything in the picture is what `vnplan` reads of it; only the columns
that are shown are chosen here. Needs Tesseract and fonts-dejavu-core.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vnplan.extraction import extract
from vnplan.records import PlanResult
from vnplan.review.page_image import (
    CITATION,
    DEADLINE,
    FIELD,
    RESPONSIBILITY,
    SECTION,
    TARGET,
    Kind,
    marked,
    marks,
    page_image,
)
from vnplan.settings import Settings
from vnplan.tables import rows_of, table

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data/raw/dinh-dang/scan-ban_rac-thai-nhua-Song-Cau.pdf"
OUT = ROOT / "docs/images/page-and-rows.png"
FONTS = Path("/usr/share/fonts/truetype/dejavu")
WIDE = 1660  # pixels: twice the width at which a README is shown
PAGE_WIDE, GAP, MARGIN = 900, 36, 40
SIZE, STEP = 20, 31
GREYS, COLOURS = 112, 144  # few enough for a small file, and no steps in the paper's shade
GRAIN = 7  # strength with which the grain of the scan is taken out: it would be most of the file
CODES = 7.0  # points: to be read when the picture is half as large

PLAN_COLUMNS = (
    "doc_type", "number", "number_status", "number_symbol", "issue_date", "issue_date_status", "issue_year", "place",
    "issuing_body", "title", "signer",
)  # fmt: skip
# Of each table: its kind of mark, and columns with their left edges.
TABLES: tuple[tuple[str, Kind, tuple[tuple[str, int], ...]], ...] = (
    ("citations", CITATION, (("doc_type", 50), ("number", 160), ("date", 350), ("relation", 500))),
    ("targets", TARGET, (("direction", 50), ("indicator", 160), ("low", 455), ("unit", 510), ("baseline", 610))),
    ("responsibilities", RESPONSIBILITY, (("role", 50), ("body", 200))),
    ("deadlines", DEADLINE, (("date", 50), ("kind", 200), ("body", 310))),
)


def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which has every Vietnamese letter."""
    return ImageFont.truetype(str(FONTS / f"DejaVuSans{'-Bold' if bold else ''}.ttf"), size)


def page(data: bytes, result: PlanResult) -> Image.Image:
    """The page with its facts marked, without the empty paper around them."""
    image, dpi = page_image(data, 1, Settings())
    smooth = cv2.fastNlMeansDenoisingColored(np.asarray(image), None, GRAIN, GRAIN)
    found = [mark for mark in marks([result], 1) if mark.kind is not SECTION]
    scale = dpi / 72
    boxes = [box for mark in found for box in mark.boxes]
    left, right = min(box.x0 for box in boxes) * scale - 50, max(box.x1 for box in boxes) * scale + 50
    top, foot = min(box.y0 for box in boxes) * scale - 45, max(box.y1 for box in boxes) * scale + 115
    cut = marked(Image.fromarray(smooth), dpi, found, CODES).crop((round(left), round(top), round(right), round(foot)))
    return cut.resize((PAGE_WIDE, round(cut.height * PAGE_WIDE / cut.width)), Image.Resampling.LANCZOS)


class Sheet:
    """The right half: tables set line by line from the top."""

    def __init__(self, draw: ImageDraw.ImageDraw, x: int, y: int, right: int) -> None:
        self.draw, self.x, self.y, self.right = draw, x, y, right

    def words(self, x: int, text: str, colour: str | tuple[int, int, int] = "black", end: int | None = None) -> None:
        """A cell at x, cut off before `end`."""
        most = (self.right if end is None else end) - self.x - x - 8
        while self.draw.textlength(text, font=font(SIZE)) > most:
            text = text.removesuffix("…")[:-1] + "…"
        self.draw.text((self.x + x, self.y), text, font=font(SIZE), fill=colour)

    def head(self, name: str, kind: Kind) -> None:
        """The name of a table."""
        self.draw.text((self.x, self.y), name, font=font(SIZE + 2, bold=True), fill=kind.colour)
        self.y += STEP
        self.draw.line((self.x, self.y - 2, self.right, self.y - 2), fill=kind.colour, width=2)
        self.y += 4

    def fields(self, row: dict[str, object], names: Sequence[str]) -> None:
        """One row of `plans`, a column a line."""
        self.head("plans", FIELD)
        for name in names:
            self.words(0, name, "dimgray")
            self.words(200, shown(row[name]), "dimgray" if row[name] is None else "black")
            self.y += STEP
        self.y += 16

    def rows(
        self, name: str, kind: Kind, rows: Sequence[dict[str, object]], columns: Sequence[tuple[str, int]]
    ) -> None:
        """The rows of a fact table, with the codes that stand on the page."""
        self.head(name, kind)
        ends = [self.x + x for _, x in columns[1:]] + [self.right]
        for (column, x), end in zip(columns, ends, strict=True):
            self.words(x, column, "dimgray", end)
        self.y += STEP
        for number, row in enumerate(rows, 1):
            self.words(0, f"{kind.letter}{number}", kind.colour)
            for (column, x), end in zip(columns, ends, strict=True):
                self.words(x, shown(row[column]) if row[column] is not None else "", "black", end)
            self.y += STEP
        self.y += 16


def shown(value: object) -> str:
    """A value as a table shows it."""
    return "null" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def few_colours(picture: Image.Image) -> Image.Image:
    """The picture with a palette: of the paper's greys, and of the colours of marks, ink and seal."""
    pixels = np.asarray(picture).reshape(-1, 3)
    bright = pixels[np.ptp(pixels, axis=1) > 12]
    colours = Image.fromarray(bright[None]).quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=2)
    greys = np.linspace(0, 255, GREYS).round().astype(int).repeat(3)
    palette = Image.new("P", (1, 1))
    palette.putpalette([*greys.tolist(), *(colours.getpalette() or [])[: 3 * COLOURS]])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def main() -> None:
    """Write the picture, to the file named on the command line or to its place."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    data = SAMPLE.read_bytes()
    extraction = extract(data, SAMPLE.name, cache=True)
    (rows,) = rows_of(extraction)
    facts = {name: [dict(zip(table(name).names, row, strict=True)) for row in rows[name]] for name in rows}
    left = page(data, extraction.plans[0])
    picture = Image.new("RGB", (WIDE, 2 * left.height), "white")
    sheet = Sheet(ImageDraw.Draw(picture), PAGE_WIDE + GAP, MARGIN - 10, WIDE - 10)
    sheet.fields(facts["plans"][0], PLAN_COLUMNS)
    for name, kind, columns in TABLES:
        sheet.rows(name, kind, facts[name], columns)
    picture.paste(left, (0, 0))
    picture = picture.crop((0, 0, WIDE, max(left.height, sheet.y)))
    out.parent.mkdir(parents=True, exist_ok=True)
    few_colours(picture).save(out, optimize=True)


if __name__ == "__main__":
    main()
