"""Corrections of reviewers, as the model learns from them.

One JSON object a line:

    {"text": "Giao Công an huyện …", "entities": [[5, 18, "ORG"]]}

`text` is a paragraph or some lines, as they stand in the document; `entities` are all names in it, not only those that
were wrong; offsets are in characters (Unicode code points), half open. Other keys are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..entities.spans import LABELS
from ..errors import UsageError
from .samples import Label, Sample

_SHAPE = '{"text": "…", "entities": [[0, 7, "ORG"]]}'


def read_corrections(files: Iterable[Path]) -> Iterator[Sample]:
    """The samples in files of corrections.

    Raises:
        UsageError: A file cannot be read, or a line is not a correction; the message names file and line.
    """
    for path in files:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise UsageError(f"the corrections {path} cannot be read: {error}") from error
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield _correction(line)
                except (ValueError, KeyError, TypeError) as error:
                    raise UsageError(
                        f"{path}, line {number}, is no correction ({error}); it must be like {_SHAPE}"
                    ) from error


def _correction(line: str) -> Sample:
    row = json.loads(line)
    text = row["text"]
    if not isinstance(text, str):
        raise TypeError("text is no string")
    labels: list[Label] = []
    for start, end, label in sorted(row["entities"]):
        if label not in LABELS:
            raise ValueError(f"the label {label!r} is none of {', '.join(LABELS)}")
        if not 0 <= start < end <= len(text) or (labels and start < labels[-1][1]):
            raise ValueError(f"the name from {start} to {end} is empty, outside the text, or over another one")
        labels.append((start, end, label))
    return Sample(text, tuple(labels), "corrections")
