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
from .alike import Fact
from .printing import PRINT_DPI, print_letter, print_pages
from .task_pairs import pair_tasks

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
    "handwriting": {"dpi": 200, "skew": 0.5, "jpeg": 70, "by_hand": True},
    "seals over text": {"dpi": 200, "skew": 0.5, "jpeg": 70, "sealed": True},
    "phone photo": {"dpi": 200, "tilt": 0.08, "skew": 1.5, "blur": 0.7, "noise": 5, "shade": 0.45, "jpeg": 70},
    "fax": {"dpi": 200, "skew": 0.8, "specks": 0.002, "fax": True},
}
_PRINTED = ("by_hand", "sealed")  # what a rung does to the page before it is scanned; only in letters
_DESK = (70, 62, 55)
Layout = Literal["plain", "letter"]
"""A paragraph a line of the text, or set as offices do (two-column letterhead and closing)."""


def spoil(
    image: Image.Image, printed: int = PRINT_DPI, dpi: int = 300, *, skew: float = 0.0, blur: float = 0.0,
    noise: float = 0.0, specks: float = 0.0, shade: float = 0.0, jpeg: int = 0, fax: bool = False, grey: bool = False,
    tilt: float = 0.0, seed: int = 1,
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
        tilt: Of a page that is photographed from below: share of its width by which its far edge is narrower, 0..1. It
            then lies on a dark desk.
        seed: Of noise and specks.
    """
    import numpy as np
    from PIL import Image, ImageFilter

    chance = np.random.default_rng(seed)
    if skew:
        image = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor="white")
    if tilt:
        image = _tilted(image, tilt)
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


def _tilted(image: Image.Image, tilt: float) -> Image.Image:
    """A page seen in perspective, its far edge narrower, with a strip of the desk on all sides."""
    import numpy as np
    from PIL import Image

    wide, high = image.size
    rim = 0.02 * wide
    corners = ((rim + tilt * wide / 2, rim), (wide - rim - tilt * wide / 2, rim), (wide - rim, high - rim),
               (rim, high - rim))  # fmt: skip
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, ((0, 0), (wide, 0), (wide, high), (0, high)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    found = np.linalg.solve(np.array(rows, dtype=float), np.array(values, dtype=float))
    way = Image.Transform.PERSPECTIVE
    return image.transform(image.size, way, tuple(found), Image.Resampling.BICUBIC, fillcolor=_DESK)


def scan_pdf(pages: Iterable[Image.Image], rung: Mapping[str, Any]) -> bytes:
    """Printed pages as a PDF of scanned ones, spoiled as a rung says."""
    how = {key: value for key, value in rung.items() if key not in _PRINTED}
    first, *rest = (spoil(page, **{"seed": number, **how}).convert("RGB") for number, page in enumerate(pages, 1))
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
            self._count(kind, len(wanted & found), len(wanted), len(found))
        tasks, others = _tasks(text), _tasks(scan) if scan else []
        pairs = pair_tasks(tasks, others)
        self._count("tasks", len(pairs), len(tasks), len(others))
        same = sum(len(_charged(one) & _charged(pairs[id(one)])) for one in tasks if id(one) in pairs)
        self._count("assignments", same, *(sum(len(_charged(one)) for one in every) for every in (tasks, others)))

    def _count(self, kind: str, both: int, wanted: int, found: int) -> None:
        for counts, count in ((self.kept, both), (self.lost, wanted - both), (self.added, found - both)):
            counts[kind] = counts.get(kind, 0) + count


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


_FIRST = 12  # so many words of a task tell it from the others


def _tasks(result: PlanResult) -> list[Fact]:
    """The tasks of a document, as `pair_tasks` wants those of gold and those of tables."""
    return [
        {
            "at": " ".join(one.task.split()[:_FIRST]),
            "words": one.task,
            "section": one.evidence.section,
            "roles": {charge.role: [charge.body] for charge in one.charges},
            "who": [(charge.role, charge.body) for charge in one.charges],
        }
        for one in result.tasks
    ]


def _charged(task: Fact) -> set[tuple[str, str]]:
    return {(role, fold(body)) for role, body in task["who"]}


def climb(texts: Mapping[str, bytes], rung: Mapping[str, Any], layout: Layout = "plain") -> Loss:
    """What one rung costs over some texts.

    Args:
        texts: Name to content of plain-text files.
        rung: Arguments of `spoil`; `by_hand` and `sealed` are those of `print_letter`.
        layout: How the texts are set.

    Raises:
        UsageError: No font with all Vietnamese letters is installed.
    """
    loss = Loss()
    for name, data in texts.items():
        printed = read(read(data, name).text.encode(), name)
        marks = {key: bool(rung.get(key)) for key in _PRINTED}
        pages = print_pages(printed.text) if layout == "plain" else print_letter(segment(printed), **marks)
        result = extract(scan_pdf(pages, rung), f"{Path(name).stem}.pdf")
        loss.add(analyze(printed), result.plans[0] if result.plans else None)
    return loss
