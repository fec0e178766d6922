"""Reads the JSON that a document store exports: `{"loai": "van-ban", "noi_dung": "…"}`."""

from __future__ import annotations

import json

from vnplan import Settings
from vnplan.errors import DamagedError
from vnplan.ingestion.pages import Source


def read(data: bytes, name: str, settings: Settings) -> Source | None:
    """The text of such a file; None for any other, which the next reader is asked about."""
    if data.lstrip()[:1] != b"{" or b'"van-ban"' not in data[:200]:
        return None
    try:
        return Source(kind="flow", format="letter-json", text=json.loads(data)["noi_dung"])
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError("is an export of the document store, but cut short; export it again") from error
