"""The scan-degradation ladder: what is lost when a text is printed, scanned worse and worse, and read again.

A text is set on A4 pages, spoiled as scanners spoil them, put into a PDF of images, and extracted like any other file.
Its facts are compared with those of the text itself, so no gold is needed and every difference is the scan's doing.
"""

from __future__ import annotations

import io
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .. import analyze, extract, read
from ..records import PlanResult
from ..segmentation import segment
from ..text.normalise import fold
from .printing import PRINT_DPI, print_letter, print_pages

if TYPE_CHECKING:
    from PIL import Image

# What is done to a page, mild to strong, at each resolution; the arguments of `spoil`.
RUNGS: Mapping[str, Mapping[str, Any]] = {
    "300 dpi": {"dpi": 300, "jpeg": 85},
    "300 dpi, strong": {"dpi": 300, "skew": 2.0, "blur": 0.9, "noise": 8, "shade": 0.35, "jpeg": 55},
    "200 dpi": {"dpi": 200, "skew": 0.7, "jpeg": 75},
    "200 dpi, strong": {"dpi": 200, "skew": 3.0, "blur": 0.6, "noise": 8, "shade": 0.4, "jpeg": 50},
    "150 dpi": {"dpi": 150, "skew": -0.7, "jpeg": 75},
    "150 dpi, strong": {"dpi": 150, "skew": -3.0, "blur": 0.5, "noise": 6, "shade": 0.4, "jpeg": 60},
}
Layout = Literal["plain", "letter"]
"""A paragraph a line of the text, or set as offices do (two-column letterhead and closing)."""


def spoil(
    image: Image.Image, printed: int = PRINT_DPI, dpi: int = 300, *, skew: float = 0.0, blur: float = 0.0,
    noise: float = 0.0, specks: float = 0.0, shade: float = 0.0, jpeg: int = 0, fax: bool = False, grey: bool = False,
    seed: int = 1,
) -> Image.Image:  # fmt: skip
    """A page as a scanner gives it.

    Args:
        image: The page, at `printed` dots an inch; it comes out at `dpi`.
        skew: Degrees counter-clockwise.
        blur: Radius of a Gaussian, in pixels of the result.
        noise: Standard deviation of grey noise, of 255.
        specks: Share of pixels that turn black or white, 0..1.
        shade: Share of light lost towards one corner, 0..1.
        jpeg: Quality, 0 for none.
        fax: Black and white only.
        grey: No colour.
        seed: Of noise and specks.
    """
    import numpy as np
    from PIL import Image, ImageFilter

    chance = np.random.default_rng(seed)
    if skew:
        image = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor="white")
    if dpi != printed:
        size = (round(image.width * dpi / printed), round(image.height * dpi / printed))
        image = image.resize(size, Image.Resampling.BOX if dpi < printed else Image.Resampling.BICUBIC)
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    values = np.asarray(image.convert("RGB"), dtype=np.float32)
    high, wide = values.shape[:2]
    if shade:
        across, down = np.linspace(0, 1, wide)[None, :], np.linspace(0, 1, high)[:, None]
        values = values * (1 - shade * (0.6 * across**2 + 0.4 * down))[..., None].astype(np.float32)
    if noise:
        values = values + chance.normal(0, noise, (high, wide, 1)).astype(np.float32)
    if specks:
        draws = chance.random((high, wide))
        values[draws < specks / 2] = 0
        values[draws > 1 - specks / 2] = 255
    out = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    if grey or fax:
        out = out.convert("L")
    if fax:
        out = out.point(lambda value: 255 * (value > 150)).convert("1")
    if jpeg:
        buffer = io.BytesIO()
        out.save(buffer, "JPEG", quality=jpeg)
        out = Image.open(io.BytesIO(buffer.getvalue()))
        out.load()
    return out


def scan_pdf(pages: Iterable[Image.Image], rung: Mapping[str, Any]) -> bytes:
    """Printed pages as a PDF of scanned ones, spoiled as a rung says."""
    first, *rest = (spoil(page, **{"seed": number, **rung}).convert("RGB") for number, page in enumerate(pages, 1))
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=rung.get("dpi", PRINT_DPI), quality=95)
    return out.getvalue()


@dataclass
class Loss:
    """What a rung kept of the facts of the texts.

    Attributes:
        kept, lost, added: For each kind of fact, how many stand in both, in the text alone, and in the scan alone.
        documents: How many texts were compared.
    """

    kept: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    documents: int = 0

    def f1(self, kind: str) -> float:
        """Agreement 0..1 of scan and text for a kind of fact; 1 where neither has any."""
        both = 2 * self.kept.get(kind, 0)
        whole = both + self.lost.get(kind, 0) + self.added.get(kind, 0)
        return both / whole if whole else 1.0

    def add(self, text: PlanResult, scan: PlanResult | None) -> None:
        """Count one document; a scan of which nothing came counts as all lost."""
        self.documents += 1
        have = facts(scan) if scan else {}
        for kind, wanted in facts(text).items():
            found = have.get(kind, frozenset())
            self.kept[kind] = self.kept.get(kind, 0) + len(wanted & found)
            self.lost[kind] = self.lost.get(kind, 0) + len(wanted - found)
            self.added[kind] = self.added.get(kind, 0) + len(found - wanted)


FIELDS = ("doc_type", "number", "issue_date", "place", "issuing_body", "title", "signer")


def facts(result: PlanResult) -> dict[str, frozenset[Hashable]]:
    """The facts of a document by kind, comparable between a text and its scan."""
    plan = result.plan
    found: dict[str, frozenset[Hashable]] = {
        name: frozenset() if (value := getattr(plan, name)) is None else frozenset({fold(str(value))})
        for name in FIELDS
    }
    found["citations"] = frozenset(
        (c.doc_type, c.number or fold(c.name or ""), c.date) for c in result.citations if not c.is_self
    )
    found["targets"] = frozenset((t.direction, fold(t.indicator), t.low, t.high, t.unit) for t in result.targets)
    found["responsibilities"] = frozenset((fold(r.body), r.role) for r in result.responsibilities)
    found["deadlines"] = frozenset(d.date or fold(d.recurrence or "") for d in result.deadlines)
    found["recipients"] = frozenset(map(fold, plan.recipients))
    return found


def climb(texts: Mapping[str, bytes], rung: Mapping[str, Any], layout: Layout = "plain") -> Loss:
    """What one rung costs over some texts.

    Args:
        texts: Name to content of plain-text files.
        rung: Arguments of `spoil`.
        layout: How the texts are set.

    Raises:
        UsageError: No font with all Vietnamese letters is installed.
    """
    loss = Loss()
    for name, data in texts.items():
        printed = read(read(data, name).text.encode(), name)
        pages = print_pages(printed.text) if layout == "plain" else print_letter(segment(printed))
        result = extract(scan_pdf(pages, rung), f"{Path(name).stem}.pdf")
        loss.add(analyze(printed), result.plans[0] if result.plans else None)
    return loss
