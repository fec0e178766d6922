"""Tesseract's library (tesserocr), held by a process of its own: loaded once for many pages, and killed when it hangs.

A crash of the library costs the page that it read, nothing else: the next page has a new process.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import IO, TYPE_CHECKING

from . import tesseract
from .errors import OcrFailedError, OcrOutputError, OcrTimeoutError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SCRIPT = Path(__file__).with_name("reader_process.py")
_MOST_REQUESTS = 60  # a process reads some 20 pages: then a new one begins with a clean memory
_MOST_ANSWER = 32 * 1024 * 1024
_FAILED = 0x8000_0000
_HEADER = b"level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


@cache
def version() -> str | None:
    """Version of the library (`5.5.4`), None if tesserocr is not installed or cannot be loaded."""
    try:
        metadata.version("tesserocr")
        import tesserocr
    except (ImportError, metadata.PackageNotFoundError):
        return None
    words = tesserocr.tesseract_version().split()
    return words[1] if len(words) > 1 else None


class _Reader:
    """The process that holds the library."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.requests = 0
        self.complaints = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            start_new_session=True,
        )

    def ask(self, head: dict[str, object], images: Sequence[NDArray[np.uint8]], seconds: float) -> bytes:
        """The table of words for images.

        Raises:
            OcrFailedError: It crashed.
            OcrTimeoutError: It took longer than `seconds`.
            OcrOutputError: It answered more than any page holds.
        """
        assert self.process.stdin is not None and self.process.stdout is not None
        self.requests += 1
        deadline = time.monotonic() + seconds
        writing = threading.Thread(target=_write, args=(self.process.stdin, head, images), daemon=True)
        writing.start()  # a process that hangs does not read: writing must not hang with it
        (size,) = struct.unpack(">I", self._take(self.process.stdout, 4, deadline, seconds))
        if size & _FAILED:
            self.process.wait(5)
            raise OcrFailedError(f"Tesseract's library failed{self._said()}: try --ocr-engine pytesseract")
        if size > _MOST_ANSWER:
            raise OcrOutputError("Tesseract's library gave more words than any page holds: report it with the page")
        return self._take(self.process.stdout, size, deadline, seconds)

    def _take(self, stream: IO[bytes], size: int, deadline: float, seconds: float) -> bytes:
        """So many bytes of the answer."""
        found = bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(stream, selectors.EVENT_READ)
            while len(found) < size:
                left = deadline - time.monotonic()
                if left <= 0 or not ready.select(left):
                    raise OcrTimeoutError(
                        f"Tesseract did not finish the page in {seconds:g} s and was stopped: raise the time limit"
                    )
                part = os.read(stream.fileno(), min(size - len(found), 1 << 20))
                if not part:
                    raise OcrFailedError(self._why())
                found += part
        return bytes(found)

    def _why(self) -> str:
        """Why it ended."""
        status = self.process.wait(5)
        if status >= 0:
            return f"Tesseract's library ended with status {status}{self._said()}: try --ocr-engine pytesseract"
        name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
        more = "the machine may be short of memory" if name == "SIGKILL" else "report it with the page"
        return f"Tesseract's library was ended by {name}{self._said()}: {more}"

    def _said(self) -> str:
        self.complaints.seek(0)
        lines = self.complaints.read(4000).decode("utf-8", "replace").strip().splitlines()
        return f" ({lines[-1][:200]})" if lines else ""

    def close(self) -> None:
        """End it."""
        if self.owner != os.getpid():
            return  # that of a process that this one was forked from
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.complaints):
            if stream is not None:
                with suppress(OSError):  # what was not written yet
                    stream.close()


def _write(stream: IO[bytes], head: dict[str, object], images: Sequence[NDArray[np.uint8]]) -> None:
    try:
        stream.write(json.dumps(head).encode() + b"\n")
        for image in images:
            stream.write(image.tobytes())
        stream.flush()
    except (OSError, ValueError):  # it has ended; who reads the answer will say so
        pass


_reader: _Reader | None = None
_lock = threading.Lock()


def _close() -> None:
    global _reader
    if _reader is not None:
        _reader.close()
        _reader = None


atexit.register(_close)


def table(
    images: Sequence[NDArray[np.uint8]], dpi: int, language: str, segmentation: int, characters: str, seconds: float
) -> bytes:
    """Tesseract's table of words (TSV) for grey images of shape (height, width).

    Args:
        images: The images; each is a page of the table.
        dpi: Their resolution.
        language: Name of the language data.
        segmentation: Page segmentation mode.
        characters: The only characters that may be read, '' for all.
        seconds: Time limit.

    Raises:
        OcrFailedError, OcrTimeoutError, OcrOutputError: As it went.
    """
    global _reader
    head: dict[str, object] = {
        "data": str(tesseract.data_folder(language) or ""), "language": language, "segmentation": segmentation,
        "dpi": dpi, "characters": characters, "sizes": [(image.shape[1], image.shape[0]) for image in images],
    }  # fmt: skip
    with _lock:
        if _reader is not None and (_reader.owner != os.getpid() or _reader.requests >= _MOST_REQUESTS):
            _close()
        if _reader is None:
            try:
                _reader = _Reader()
            except OSError as fault:
                raise OcrFailedError(f"no process can be started for Tesseract ({fault.strerror})") from None
        try:
            return _HEADER + _reader.ask(head, images, seconds)
        except BaseException:
            _close()
            raise
