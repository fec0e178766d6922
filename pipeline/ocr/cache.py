"""Recognised pages kept on disk, keyed on the page image, the settings and the engine's version.

A page is a small compressed file in one of 256 folders. Files are written beside their place and moved into it, so that
several processes can share a cache: a reader sees a whole file or none. A file that cannot be read counts as absent.
When the cache grows over its limit the files that were used longest ago go first.

What a cache holds is believed as if it had just been recognised, so each file carries a digest that only those can make
who may read the cache's key, a file in its folder. A folder that several people share is made by one of them, who gives
the group its rights there (`chmod 2770`): key and pages then are the group's. What does not fit its digest is removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import math
import os
import secrets
import stat
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from ..errors import OutputError, UsageError
from ..ingestion.pages import InkMark, LineText, MarkKind, PageRole, PageText, WordBox
from ..records import Box, PageMethod
from .settings import OcrSettings

if TYPE_CHECKING:
    from PIL import Image

RECOGNITION = 10
"""Raised with every change that gives other words for the same image: what older versions kept is not used then."""

_ENDING = ".page"
_A_DAY = 86_400.0
_KEY, _KEY_BYTES = ".key", 32
_MAC = 32
_MOST_PACKED, _MOST = 8_000_000, 32_000_000  # bytes of a page, as it is kept and as it is
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class CacheState:
    """What a cache holds; `size` and `limit` in bytes, `oldest` and `newest` in seconds since 1970 (last use)."""

    folder: Path
    pages: int
    size: int
    limit: int
    oldest: float | None
    newest: float | None


def default_folder() -> Path | None:
    """The user's cache folder; None for a user who has no home."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named) / "vnplan" / "ocr"
    try:
        return Path.home() / ".cache" / "vnplan" / "ocr"
    except RuntimeError:  # no HOME, and no entry among the users
        return None


class OcrCache:
    """Recognised pages in a folder.

    Args:
        folder: Made when the first page is kept; None for `default_folder()`.
        limit: Size in bytes above which the pages used longest ago are dropped.

    Attributes:
        folder: None if there is no place for a cache: it keeps nothing then.
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
        secret = self._secret()
        if self.folder is None or secret is None:
            return None
        path = self._path(self.folder, key)
        try:
            data = _read(path, _MOST_PACKED)
        except FileNotFoundError:
            return None
        except OSError:
            data = b""
        try:
            if not hmac.compare_digest(data[:_MAC], _mac(secret, key, data[_MAC:])):
                raise ValueError("not of this cache")
            unpacking = zlib.decompressobj()
            text = unpacking.decompress(data[_MAC:], _MOST)
            if not unpacking.eof:
                raise ValueError("cut short, or too large")
            found = _page(json.loads(text), page, reason)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, zlib.error):
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return found

    def put(self, key: str, page: PageText) -> None:
        """Keeps a page. A cache that cannot be written (full disk, no permission) keeps nothing, and says nothing."""
        packed = zlib.compress(json.dumps(asdict(page), ensure_ascii=False, separators=(",", ":")).encode(), 6)
        if self.folder is None or len(packed) + _MAC > _MOST_PACKED:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            secret = self._secret() or self._new_secret(self.folder)
            path = self._path(self.folder, key)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            mode = stat.S_IMODE(self.folder.stat().st_mode)
            _as_shared(path.parent, mode)
            _write(path, _mac(secret, key, packed) + packed, mode)
        except OSError:
            return
        self._written += len(packed)
        if self._written > self.limit // 20:
            self._written = 0
            self.shrink()

    def _secret(self) -> bytes | None:
        """The key of the cache; None if there is none, or one that somebody else may have put there."""
        if self.folder is None:
            return None
        try:
            path = self.folder / _KEY
            info = path.lstat()
            if info.st_uid not in (os.geteuid(), self.folder.stat().st_uid) or info.st_mode & 0o037:
                return None
            data = _read(path, _KEY_BYTES)
        except OSError:
            return None
        return data if len(data) == _KEY_BYTES else None

    @staticmethod
    def _new_secret(folder: Path) -> bytes:
        """Make the key of a new cache, unless another process has just done so."""
        secret = secrets.token_bytes(_KEY_BYTES)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secret)
            Path(name).chmod(0o600 | (stat.S_IMODE(folder.stat().st_mode) & 0o040))
            try:
                os.link(name, folder / _KEY)
                return secret
            except FileExistsError:
                found = OcrCache(folder)._secret()
                if found is None:  # not ours, or spoilt: nothing is kept in this cache
                    raise PermissionError(f"{folder / _KEY} is not of this cache") from None
                return found
        finally:
            Path(name).unlink(missing_ok=True)

    def state(self) -> CacheState:
        """What the cache holds."""
        files = list(self._files())
        times = [used for _, _, used in files]
        return CacheState(
            self._place(),
            len(files),
            sum(size for _, size, _ in files),
            self.limit,
            min(times, default=None),
            max(times, default=None),
        )

    def _place(self) -> Path:
        """The folder.

        Raises:
            UsageError: There is none.
        """
        if self.folder is None:
            raise UsageError("there is no home folder to keep recognised pages in; name a folder (--cache)")
        return self.folder

    def clear(self, older_than: float = 0.0) -> int:
        """Drops the pages not used for `older_than` seconds; returns how many there were.

        Raises:
            OutputError: A page cannot be deleted.
        """
        self._place()
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

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / key[:2] / (key + _ENDING)

    def _files(self) -> Iterator[tuple[Path, int, float]]:
        for path in self.folder.glob(f"[0-9a-f][0-9a-f]/*{_ENDING}") if self.folder else ():
            with contextlib.suppress(OSError):
                about = path.lstat()
                yield path, about.st_size, about.st_mtime

    def _tidy(self) -> None:
        """Removes what killed writers left behind, and empty folders."""
        if self.folder is None:
            return
        for path in self.folder.glob("[0-9a-f][0-9a-f]/.*.tmp"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < time.time() - _A_DAY:
                    path.unlink()
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            with contextlib.suppress(OSError):
                folder.rmdir()


def _mac(secret: bytes, key: str, packed: bytes) -> bytes:
    return hmac.digest(secret, key.encode() + b"\0" + packed, "sha256")


def _read(path: Path, most: int) -> bytes:
    """The bytes of a regular file; b'' for anything else, and for one that is larger."""
    descriptor = os.open(path, _READ)
    with open(descriptor, "rb") as file:  # noqa: PTH123
        info = os.fstat(descriptor)
        return file.read(most) if stat.S_ISREG(info.st_mode) and info.st_size <= most else b""


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole, or not at all; for the group too if the cache, with this mode, is the group's."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if mode & 0o040:
                os.fchmod(file.fileno(), 0o640)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _as_shared(folder: Path, mode: int) -> None:
    """Give a folder of a cache that is the group's the group's rights; it may be another's already."""
    if mode & 0o070:
        with contextlib.suppress(OSError):
            folder.chmod(mode & 0o2770)


def _page(kept: dict[str, Any], page: int, reason: str) -> PageText:
    """A page as it was before it became JSON, under a new number.

    Raises:
        AttributeError, IndexError, KeyError, TypeError, ValueError: It was no page.
    """
    lines = tuple(
        LineText(
            tuple(_word(word) for word in line["words"]),
            int(line["block"]),
            int(line["column"]),
            None if line["cell"] is None else (int(line["cell"][0]), int(line["cell"][1]), int(line["cell"][2])),
            int(line.get("down", 1)),
        )
        for line in kept["lines"]
    )
    marks = []
    for mark in kept["marks"]:
        box = Box(page, *(_number(mark["box"][name]) for name in ("x0", "y0", "x1", "y1")))
        if mark["kind"] not in get_args(MarkKind):
            raise ValueError("no kind of mark")
        marks.append(InkMark(mark["kind"], box, _text(mark["text"]), tuple(map(_text, mark["candidates"]))))
    if kept["method"] not in get_args(PageMethod) or kept["role"] not in get_args(PageRole):
        raise ValueError("no method, or no role")
    confidence = kept["ocr_confidence"]
    return PageText(
        page,
        _number(kept["width"]),
        _number(kept["height"]),
        kept["method"],
        reason,
        int(kept["rotation"]),
        None if confidence is None else _number(confidence),
        lines,
        tuple(marks),
        kept["role"],
    )


def _word(kept: Any) -> WordBox:
    if isinstance(kept, dict):
        kept = [kept[name] for name in WordBox._fields]
    text, x0, y0, x1, y1, confidence = kept
    box = (_number(x0), _number(y0), _number(x1), _number(y1))
    return WordBox(_text(text), *box, None if confidence is None else _number(confidence))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    value.encode()  # a lone surrogate is no text
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError("no number")
    return value
