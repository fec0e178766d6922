"""The images of pages for a report."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any

from ..errors import VnplanError
from ..ingestion import load
from ..settings import Settings
from ..tables.sheets import Source, located
from .page_image import page_image

FOLDER = "pages"
_DPI, _QUALITY = 100.0, 70
_MOST = 30  # pages of a document that are drawn: what comes after them are long annexes


class PageImages:
    """Draws the pages of documents whose files are still there as they were read.

    Args:
        source: The tables.
        inputs: Where the files are.
        folder: The folder of the report.
    """

    def __init__(self, source: Source, inputs: list[str], folder: Path) -> None:
        self._inputs = inputs
        self._folder = folder
        self._pages: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in source.read("pages"):
            self._pages[row["document_id"]].append(row)

    def draw(self, plan: dict[str, Any]) -> list[dict[str, Any]]:
        """The pages of a document: `src` below the report, `page`, `width` and `height` in points."""
        found = located(plan["source"], self._inputs)
        rows = self._pages.get(plan["document_id"], [])[:_MOST]
        if not rows or found is None:
            return []
        settings = Settings()
        drawn = []
        try:
            data = load(str(found), settings.max_bytes)
            if hashlib.sha256(data).hexdigest() != plan["sha256"]:
                return []
            (self._folder / FOLDER).mkdir(exist_ok=True)
            for row in rows:
                image, dpi = page_image(data, row["page"], settings)
                if dpi > _DPI:
                    image = image.resize((round(image.width * _DPI / dpi), round(image.height * _DPI / dpi)))
                name = f"{FOLDER}/{plan['document_id']}-{row['page']}.jpg"
                image.save(self._folder / name, "JPEG", quality=_QUALITY, optimize=True)
                drawn.append({"src": name, **{key: row[key] for key in ("page", "width", "height")}})
        except VnplanError:
            pass  # the pages that could be drawn are shown, and the text is
        return drawn
