"""PowerPoint presentations of before 2007 (PPT, MS-PPT): the text of the slides, each a page."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from ..errors import DamagedError, EmptyFileError
from ..settings import Settings
from .legacy import converted
from .pages import Source

_CONTAINER = 0xF
_LIST, _SLIDE, _PERSIST, _CHARACTERS, _BYTES = 0x0FF0, 0x03EE, 0x03F3, 0x0FA0, 0x0FA8
_MOST_DEPTH, _MOST_RECORDS = 24, 500_000
_MOST_STREAMS = 20_000


def read_ppt(data: bytes, name: str, settings: Settings | None = None) -> Source:
    """The text of a presentation's slides, a form feed between them.

    Args:
        data: The file's bytes.
        name: For messages only.
        settings: `max_bytes`.

    Raises:
        DamagedError: It cannot be read.
        EmptyFileError: There is no text in it.
    """
    settings = settings or Settings()
    stream = _stream(data, settings)
    outlines: list[list[str]] = []
    drawings: list[list[str]] = []
    for kind, instance, start, end in _records(stream, 0, len(stream), [0]):
        if kind == _LIST and instance == 0:
            for inner, _, low, high in _records(stream, start, end, [0]):
                if inner == _PERSIST:
                    outlines.append([])
                elif inner in (_CHARACTERS, _BYTES) and outlines:
                    outlines[-1].append(_text(stream, inner, low, high))
        elif kind == _SLIDE:
            drawings.append(list(_texts(stream, start, end, 0, [0])))
    slides = max(len(outlines), len(drawings))
    outlines += [[] for _ in range(slides - len(outlines))]
    drawings += [[] for _ in range(slides - len(drawings))]
    texts = ["\n".join((*outline, *drawing)).strip() for outline, drawing in zip(outlines, drawings, strict=True)]
    text, found = converted("\n\f\n".join(filter(None, texts)))
    if not text.strip():
        raise EmptyFileError("is a presentation without text; if its slides are pictures, save it as PDF")
    fonts = {"tcvn3": "TCVN3 (ABC)", "vni": "VNI"}
    return Source(
        "ppt", "flow", text + "\n", warnings=(f"text of {fonts[found]} fonts, read as Unicode",) if found else ()
    )


def _stream(data: bytes, settings: Settings) -> bytes:
    from doc2docx.cfb import CompoundFile, CompoundFileLimits

    limits = CompoundFileLimits(
        max_input_bytes=settings.max_bytes, max_stream_bytes=settings.max_bytes, max_directory_entries=_MOST_STREAMS
    )
    try:
        opened: Any = CompoundFile(data, limits=limits)
        return bytes(opened.open_stream("PowerPoint Document"))
    except MemoryError:
        raise
    except Exception as error:  # the reader of containers meets damage of all kinds
        raise DamagedError("is a damaged PowerPoint file; open it in PowerPoint and save it as PPTX") from error


def _records(
    stream: bytes, start: int, end: int, seen: list[int], depth: int = 0
) -> Iterator[tuple[int, int, int, int]]:
    """Kind, instance and bounds of the records (MS-PPT 2.3.1); containers are looked into, but for lists and slides."""
    while start + 8 <= end and seen[0] < _MOST_RECORDS:
        seen[0] += 1
        form, kind, length = struct.unpack_from("<HHI", stream, start)
        start += 8
        stop = min(start + length, end)
        yield kind, form >> 4, start, stop
        if form & 0xF == _CONTAINER and kind not in (_LIST, _SLIDE) and depth < _MOST_DEPTH:
            yield from _records(stream, start, stop, seen, depth + 1)
        start = stop


def _texts(stream: bytes, start: int, end: int, depth: int, seen: list[int]) -> Iterator[str]:
    """The texts in the drawing of a slide."""
    for kind, _, low, high in _records(stream, start, end, seen, depth):
        if kind in (_CHARACTERS, _BYTES):
            yield _text(stream, kind, low, high)


def _text(stream: bytes, kind: int, start: int, end: int) -> str:
    content = stream[start:end]
    text = content.decode("utf-16-le", "replace") if kind == _CHARACTERS else content.decode("latin-1")
    return text.replace("\r", "\n").replace("\v", "\n").strip()
