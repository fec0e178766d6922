"""Recognised pages kept on disk, keyed on the page image, the settings and the engine's version.

A page is a small compressed file in one of 256 folders. Files are written beside their place and moved into it, so that
several processes can share a cache: a reader sees a whole file or none. A file that cannot be read counts as absent.
When the cache grows over its limit the files that were used longest ago go first.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import OutputError
from ..ingestion.pages import InkMark, LineText, PageText, WordBox
from ..records import Box
from .settings import OcrSettings

if TYPE_CHECKING:
    from PIL import Image

RECOGNITION = 6
"""Raised with every change that gives other words for the same image: what older versions kept is not used then."""

_ENDING = ".page"
_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class CacheState:
    """What a cache holds; `size` and `limit` in bytes, `oldest` and `newest` in seconds since 1970 (last use)."""

    folder: Path
    pages: int
    size: int
    limit: int
    oldest: float | None
    newest: float | None


def default_folder() -> Path:
    """`$VNPLAN_CACHE`, else the user's cache folder."""
    if named := os.environ.get("VNPLAN_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vnplan" / "ocr"


class OcrCache:
    """Recognised pages in a folder.

    Args:
        folder: Made when the first page is kept; None for `default_folder()`.
        limit: Size in bytes above which the pages used longest ago are dropped.
    """

    def __init__(self, folder: Path | None = None, limit: int = 512 * 1024 * 1024) -> None:
        self.folder = folder or default_folder()
        self.limit = limit
        self._written = 0

    def key(self, image: Image.Image | NDArray[Any], dpi: float, settings: OcrSettings, version: str) -> str:
        """The key of a page: 64 hexadecimal digits, equal for equal pixels, resolution, settings and engine version."""
        about = [RECOGNITION, version, round(dpi, 3), asdict(settings)]
        found = hashlib.sha256()
        if isinstance(image, np.ndarray):
            about += [str(image.dtype), image.shape]
            pixels: Any = np.ascontiguousarray(image).data
        else:
            about += [image.mode, image.size, image.getpalette() if image.mode in ("P", "PA") else None]
            pixels = image.tobytes()
        found.update(json.dumps(about, sort_keys=True).encode())
        found.update(pixels)
        return found.hexdigest()

    def get(self, key: str, page: int = 1, reason: str = "") -> PageText | None:
        """The page kept under a key, with this number and reason; None if there is none."""
        path = self._path(key)
        try:
            with path.open("rb") as file:
                kept = json.loads(zlib.decompress(file.read()))
            found = _page(kept, page, reason)
        except (OSError, ValueError, KeyError, TypeError, zlib.error):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def put(self, key: str, page: PageText) -> None:
        """Keeps a page. A cache that cannot be written (full disk, no permission) keeps nothing, and says nothing."""
        data = zlib.compress(json.dumps(asdict(page), ensure_ascii=False, separators=(",", ":")).encode(), 6)
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError:
            return
        self._written += len(data)
        if self._written > self.limit // 20:
            self._written = 0
            self.shrink()

    def state(self) -> CacheState:
        """What the cache holds."""
        files = list(self._files())
        times = [used for _, _, used in files]
        return CacheState(
            self.folder,
            len(files),
            sum(size for _, size, _ in files),
            self.limit,
            min(times, default=None),
            max(times, default=None),
        )

    def clear(self, older_than: float = 0.0) -> int:
        """Drops the pages not used for `older_than` seconds; returns how many there were.

        Raises:
            OutputError: A page cannot be deleted.
        """
        before = time.time() - older_than
        dropped = 0
        for path, _, used in list(self._files()):
            if used > before and older_than:
                continue
            try:
                path.unlink(missing_ok=True)
            except OSError as fault:
                raise OutputError(f"cannot clear the OCR cache {self.folder}: {fault.strerror}") from None
            dropped += 1
        self._tidy()
        return dropped

    def shrink(self) -> None:
        """Drops the pages used longest ago until the cache is a tenth below its limit, if it is above it."""
        files = sorted(self._files(), key=lambda file: file[2])
        size = sum(bytes_ for _, bytes_, _ in files)
        if size <= self.limit:
            return
        for path, bytes_, _ in files:
            if size <= 0.9 * self.limit:
                break
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            size -= bytes_

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / (key + _ENDING)

    def _files(self) -> Iterator[tuple[Path, int, float]]:
        for path in self.folder.glob(f"[0-9a-f][0-9a-f]/*{_ENDING}"):
            with contextlib.suppress(OSError):
                about = path.stat()
                yield path, about.st_size, about.st_mtime

    def _tidy(self) -> None:
        """Removes what killed writers left behind, and empty folders."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/.*.tmp"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < time.time() - _A_DAY:
                    path.unlink()
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            with contextlib.suppress(OSError):
                folder.rmdir()


def _page(kept: dict[str, Any], page: int, reason: str) -> PageText:
    """A page as it was before it became JSON, under a new number.

    Raises:
        KeyError, TypeError, ValueError: It was no page.
    """
    lines = tuple(
        LineText(
            tuple(WordBox(**word) if isinstance(word, dict) else WordBox(*word) for word in line["words"]),
            line["block"],
            line["column"],
            None if line["cell"] is None else (line["cell"][0], line["cell"][1], line["cell"][2]),
            line.get("down", 1),
        )
        for line in kept["lines"]
    )
    marks = tuple(
        InkMark(mark["kind"], Box(**{**mark["box"], "page": page}), mark["text"], tuple(mark["candidates"]))
        for mark in kept["marks"]
    )
    return PageText(**{**kept, "page": page, "reason": reason, "lines": lines, "marks": marks})
