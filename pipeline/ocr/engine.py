"""Tesseract behind one thin wrapper: the only place that starts it on a page.

One call a page: the image goes in through the standard input, a table of words with boxes and confidence comes out.
Tesseract is held to one thread (its threads gain little and cost the other pages their core), to a time limit and to
an amount of output; a process that does not keep to them is stopped together with its children.
"""

from __future__ import annotations

import io
import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import tesseract
from .errors import OcrFailedError, OcrMissingError, OcrOutputError, OcrTimeoutError
from .settings import OcrSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_OLDEST = (4, 0)
_MAX_OUTPUT = 32 * 1024 * 1024
_HEADER = "level page_num block_num par_num line_num word_num left top width height conf text".split()
_WORD_LEVEL = "5"
_ONE_LINE = 7
_SIGNS = {0x2044: "/", 0x2215: "/"}  # signs of fractions and of division, printed as a stroke


@dataclass(frozen=True, slots=True)
class Word:
    """A word that Tesseract found; the box in pixels of the image that it was given.

    `line` is (block, paragraph, line), by which Tesseract groups the words of a line.
    """

    text: str
    x0: int
    y0: int
    x1: int
    y1: int
    confidence: float
    line: tuple[int, int, int]


def version() -> str | None:
    """Version of Tesseract (`5.3.0`), None if it is not installed."""
    return tesseract.version()


def check(language: str = "vie") -> str:
    """The version of Tesseract, after making sure that it can recognise the language.

    Raises:
        OcrMissingError: The program, a recent version of it, or the language data is not there.
    """
    path = shutil.which("tesseract")
    if path is None:
        raise OcrMissingError(
            "scanned pages need Tesseract, which is not installed: apt-get install tesseract-ocr tesseract-ocr-vie"
        )
    return _check(path, Path(path).stat().st_mtime_ns, os.environ.get("TESSDATA_PREFIX", ""), language)


@lru_cache(maxsize=32)
def _check(path: str, changed: int, data: str, language: str) -> str:
    """`check`, once for each state of the installation."""
    found = version()
    if found is None:
        raise OcrMissingError(
            f"{path} does not say its version (`tesseract --version` fails or hangs): "
            "apt-get install --reinstall tesseract-ocr"
        )
    numbers = tuple(int(part) for part in re.findall(r"\d+", found)[:2])
    if numbers < _OLDEST:
        raise OcrMissingError(f"Tesseract {found} is too old: version 4.0 or newer is needed")
    known = tesseract.languages()
    for name in language.split("+"):
        if name not in known:
            raise OcrMissingError(
                f"Tesseract lacks the language data {name!r}: apt-get install tesseract-ocr-{name.replace('_', '-')} "
                "(or put the .traineddata file where TESSDATA_PREFIX points)"
            )
    return found


def words(
    image: NDArray[np.uint8],
    dpi: float,
    settings: OcrSettings,
    *,
    segmentation: int | None = None,
    characters: str = "",
) -> list[Word]:
    """The words on an image.

    Args:
        image: Grey, shape (height, width).
        dpi: Its resolution.
        settings: Language, page segmentation and time limit.
        segmentation: Page segmentation mode in place of the settings' one (7 for a single line).
        characters: The only characters that may be read, '' for all.

    Raises:
        OcrMissingError: Tesseract or its language data is not there.
        OcrFailedError: It crashed.
        OcrTimeoutError: It took longer than `settings.seconds`.
        OcrOutputError: It printed rubbish.
    """
    check(settings.language)
    height, width = image.shape
    if not height or not width:
        return []
    header = b"P5 %d %d 255\n" % (width, height)
    arguments = _arguments(dpi, settings, segmentation or settings.segmentation, characters)
    printed = _run(arguments, (header, image.tobytes()), settings.seconds)
    return parse(printed, [(width, height)])[0]


def lines(images: Sequence[NDArray[np.uint8]], dpi: float, settings: OcrSettings) -> list[list[Word]]:
    """The words on images of single lines, recognised in one call.

    Args:
        images: Grey, each of shape (height, width).
        dpi: Their resolution.
        settings: Language and time limit.

    Raises:
        OcrMissingError, OcrFailedError, OcrTimeoutError, OcrOutputError: As `words`.
    """
    from PIL import Image

    check(settings.language)
    if not images:
        return []
    book = io.BytesIO()
    first, *rest = (Image.fromarray(image) for image in images)
    first.save(book, "TIFF", save_all=True, append_images=rest)
    printed = _run(_arguments(dpi, settings, _ONE_LINE, ""), (book.getvalue(),), settings.seconds)
    return parse(printed, [(image.shape[1], image.shape[0]) for image in images])


def _arguments(dpi: float, settings: OcrSettings, segmentation: int, characters: str) -> list[str]:
    arguments = ["stdin", "stdout", "-l", settings.language, "--dpi", str(round(max(70.0, min(dpi, 2400.0))))]
    arguments += ["--psm", str(segmentation)]
    if characters:
        arguments += ["-c", f"tessedit_char_whitelist={characters}"]
    return [*arguments, "tsv"]


def parse(printed: bytes, sizes: Sequence[tuple[int, int]]) -> list[list[Word]]:
    """Tesseract's table of words (TSV), checked: the words of each image; boxes are kept within it.

    Args:
        printed: What Tesseract printed.
        sizes: Width and height of each image that it was given.

    Raises:
        OcrOutputError: It is no such table.
    """
    try:
        rows = printed.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise _rubbish("bytes that are no text") from None
    if not rows or rows[0].split("\t") != _HEADER:
        raise _rubbish("no table of words" if rows else "nothing")
    found: list[list[Word]] = [[] for _ in sizes]
    for row in rows[1:]:
        cells = row.split("\t", 11)
        if len(cells) != 12 or not cells[0].isdigit():
            raise _rubbish(f"the row {row[:60]!r}")
        text = " ".join(cells[11].translate(_SIGNS).split())
        if cells[0] != _WORD_LEVEL or not text:
            continue
        try:
            page, block, paragraph, line, _, left, top, wide, high = (int(cell) for cell in cells[1:10])
            width, height = sizes[page - 1]
            confidence = float(cells[10])
        except (ValueError, IndexError):
            raise _rubbish(f"the row {row[:60]!r}") from None
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(width, left + wide), min(height, top + high)
        if x0 >= x1 or y0 >= y1 or not -1 <= confidence <= 100:
            raise _rubbish(f"a box or confidence that cannot be: {row[:60]!r}")
        found[page - 1].append(Word(text, x0, y0, x1, y1, max(0.0, confidence), (block, paragraph, line)))
    return found


def _rubbish(what: str) -> OcrOutputError:
    return OcrOutputError(
        f"Tesseract printed {what} where words were expected: check the installed program and try again"
    )


def _run(arguments: Sequence[str], data: Sequence[bytes], seconds: float) -> bytes:
    """What Tesseract prints for an image given as its standard input."""
    path = shutil.which("tesseract")
    if path is None:
        raise OcrMissingError("Tesseract has vanished: apt-get install tesseract-ocr tesseract-ocr-vie")
    with tempfile.TemporaryFile() as image:
        for part in data:
            image.write(part)
        image.seek(0)
        try:
            process = subprocess.Popen(
                [path, *arguments],
                stdin=image,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
                start_new_session=True,
            )
        except OSError as fault:
            raise OcrFailedError(f"{path} cannot be started ({fault.strerror}): reinstall tesseract-ocr") from None
    try:
        printed, complaint = _read(process, time.monotonic() + seconds, seconds)
    finally:
        _stop(process)
    if process.returncode:
        raise OcrFailedError(_why(process.returncode, complaint))
    return printed


def _read(process: subprocess.Popen[bytes], deadline: float, seconds: float) -> tuple[bytes, bytes]:
    """Both streams of the process, within the time and size limits."""
    assert process.stdout is not None and process.stderr is not None
    streams: dict[Any, bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    with selectors.DefaultSelector() as ready:
        for stream in streams:
            ready.register(stream, selectors.EVENT_READ)
        while ready.get_map():
            for key, _ in ready.select(max(0.0, deadline - time.monotonic())):
                part = os.read(key.fd, 1 << 16)
                if not part:
                    ready.unregister(key.fileobj)
                streams[key.fileobj] += part
                if len(streams[key.fileobj]) > _MAX_OUTPUT:
                    raise _rubbish("without end")
            if time.monotonic() >= deadline:
                raise _late(seconds)
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _late(seconds) from None
    return bytes(streams[process.stdout]), bytes(streams[process.stderr])


def _late(seconds: float) -> OcrTimeoutError:
    return OcrTimeoutError(f"Tesseract did not finish the page in {seconds:g} s and was stopped: raise the time limit")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and its children, and closes the pipes."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _why(status: int, complaint: bytes) -> str:
    """What a failed call means for the user."""
    said = complaint.decode("utf-8", "replace").strip().splitlines()
    last = f" ({said[-1][:200]})" if said else ""
    if status < 0:
        name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
        more = (
            ": the machine may be short of memory" if name == "SIGKILL" else ": reinstall tesseract-ocr, or report it"
        )
        return f"Tesseract was ended by {name}{last}{more}"
    return f"Tesseract failed with status {status}{last}: try `tesseract --list-langs`, then the page on its own"
