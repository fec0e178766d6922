"""What is done for one file, in whichever process: read it, extract, and turn whatever goes wrong into a record."""

from __future__ import annotations

from ..errors import VnplanError
from ..extraction import Cache, extract, failure, internal
from ..ingestion import Entry, load
from ..records import Extraction
from ..settings import Settings


def work(entry: Entry, settings: Settings, cache: Cache = True) -> Extraction:
    """What one file gives. Never raises: a file that cannot be read is an extraction with an error record.

    Args:
        entry: The file.
        settings: What to read and how.
        cache: Folder in which recognised pages are kept; True for the user's own, None or False for none.
    """
    if entry.error is not None:
        return failure(entry.source, entry.error)
    try:
        return extract(load(entry.path, settings.max_bytes), entry.source, settings, cache)
    except VnplanError as error:
        return failure(entry.source, error)
    except Exception as error:
        return failure(entry.source, internal(error))
