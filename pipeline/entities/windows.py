"""Long texts in pieces, so that memory does not grow with the document."""

from __future__ import annotations

from collections.abc import Iterator

SIZE = 2000
_MARKS = ("\n", ". ", "; ", ", ", " ")


def windows(text: str, size: int = SIZE) -> Iterator[tuple[int, int]]:
    """Stretches that cover a text in order, cut at the ends of lines, else of sentences, else at spaces, else anywhere.

    Args:
        text: Any text.
        size: Most characters of a stretch, at least 1.

    Yields:
        Half-open offsets; no stretch is empty.
    """
    start = 0
    while len(text) - start > size:
        limit = start + size
        for mark in _MARKS:
            cut = text.rfind(mark, start + size // 4, limit)
            if cut >= start:
                limit = cut + len(mark)
                break
        yield start, limit
        start = limit
    if start < len(text):
        yield start, len(text)
