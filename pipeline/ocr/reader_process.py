"""What the process does that holds Tesseract's library: page images in, tables of words out.

It is started as a script of its own, so that it loads nothing but the library. A request is a line of JSON and then the
pixels; an answer is its length in four bytes, and then the table (TSV, without a header) or, with the highest bit of
the length set, what went wrong.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import Any, BinaryIO

FAILED = 0x8000_0000


def main() -> int:
    """Answer requests until there are no more."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    import tesserocr

    reader: Any = None
    loaded = None
    while line := requests.readline():
        request = json.loads(line)
        try:
            if loaded != (request["data"], request["language"]):
                reader = tesserocr.PyTessBaseAPI(path=request["data"], lang=request["language"])
                loaded = (request["data"], request["language"])
            table = _tables(reader, request, requests)
        except RuntimeError as error:
            answers.write(struct.pack(">I", FAILED))
            sys.stderr.write(str(error))
            answers.flush()
            return 1
        answers.write(struct.pack(">I", len(table)) + table)
        answers.flush()
    return 0


def _tables(reader: Any, request: dict[str, Any], pixels: BinaryIO) -> bytes:
    """The tables of the images of a request, one after the other."""
    reader.SetVariable("tessedit_char_whitelist", request["characters"])
    reader.SetVariable("user_defined_dpi", str(request["dpi"]))
    reader.SetPageSegMode(request["segmentation"])
    tables = []
    for number, (width, height) in enumerate(request["sizes"]):
        reader.SetImageBytes(pixels.read(width * height), width, height, 1, width)
        tables.append(reader.GetTSVText(number).encode("utf-8", "replace"))
        reader.Clear()
    return b"".join(tables)


if __name__ == "__main__":
    raise SystemExit(main())
