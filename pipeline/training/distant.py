"""Texts that the user gives, labelled by the rules: the model learns from them what real documents look like."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from ..document import Document
from ..entities.rules import find
from ..entities.windows import windows
from ..errors import UsageError, VnplanError
from ..extraction import documents
from ..ingestion import discover, load
from ..settings import Settings
from .samples import Label, Sample

PIECE = 700
"""Most characters of a sample: some lines together, so that the model sees where one ends and the next begins."""


def texts_below(places: Iterable[Path], leave_out: Iterable[str] = ()) -> Iterator[str]:
    """The clean texts of all documents in some places; what cannot be read is passed over.

    Args:
        places: Files, or folders with all that is below them.
        leave_out: Ends of the paths (`corpus/scans/x.pdf`) of files that are not read.

    Raises:
        UsageError: One of the places does not exist.
    """
    places = list(places)
    if not places:
        return
    ends = tuple("/" + end.lstrip("/") for end in leave_out)
    settings = Settings()
    for entry in discover(places).entries:
        path = Path(entry.path)
        if entry.error is not None or (ends and path.resolve().as_posix().endswith(ends)):
            continue
        try:
            data = load(path, settings.max_bytes)
        except VnplanError:
            continue
        for found in documents(data, entry.source, settings, True):
            if isinstance(found, Document):
                yield found.text


def held_out(labels: Iterable[Path]) -> frozenset[str]:
    """The files that sets of labels were made of, and that no training may see.

    Args:
        labels: Files of JSON lines with the key `file`, such as those that `vnplan score` reads.

    Raises:
        UsageError: One of them cannot be read.
    """
    found = set()
    for path in labels:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            found |= {str(json.loads(line)["file"]) for line in lines if line.strip()}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path} is not a file of labels, one JSON object with `file` a line: {error}") from error
    return frozenset(found)


def labelled(texts: Iterable[str], rng: Random, most: int = 50) -> Iterator[Sample]:
    """Pieces of texts with the names that the rules find; a piece is given once, however often it occurs.

    Args:
        texts: Clean texts.
        rng: Draws the pieces of a long text.
        most: Most pieces of one text with names, so that a long one does not outweigh all others; and of those
            without, a quarter as many.
    """
    seen: set[str] = set()
    for text in texts:
        named: list[Sample] = []
        plain: list[Sample] = []
        for piece in _pieces(text):
            letters = "".join(filter(str.isalpha, piece.text))
            if letters and letters not in seen:
                seen.add(letters)
                (named if piece.labels else plain).append(piece)
        yield from rng.sample(named, min(len(named), most))
        yield from rng.sample(plain, min(len(plain), most // 4))


def _pieces(text: str) -> Iterator[Sample]:
    names = find(text)
    at = 0
    for start, end in windows(text, PIECE):
        labels: list[Label] = []
        while at < len(names) and names[at].start < end:
            if names[at].start >= start and names[at].end <= end:
                labels.append((names[at].start - start, names[at].end - start, names[at].label))
            at += 1
        yield Sample(text[start:end], tuple(labels), "rules")
