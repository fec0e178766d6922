"""What a result is made with: settings, code, engines. Two runs with the same fingerprint give the same rows."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import metadata
from pathlib import Path

from .. import __version__
from ..entities.engines import version_of
from ..ocr import engine
from ..ocr.settings import OcrSettings
from ..plugins import GROUPS
from ..records import SCHEMA_VERSION
from ..settings import Settings

_PACKAGE = Path(__file__).resolve().parent.parent
# Rooms and files that come after the rows are made.
_BEHIND = {"batch", "register", "review", "service", "evaluation", "cli.py", "doctor.py", "__main__.py"}


def engines(settings: Settings) -> dict[str, str | None]:
    """Version of every engine, None for one that is not installed."""
    name, version = settings.ner, version_of(settings.ner, settings.model)
    ner = f"{name} {version}" if version else name
    return {"rules": __version__, "ner": ner, "tesseract": engine.version(OcrSettings(engine=settings.ocr_engine))}


def fingerprint(settings: Settings, versions: dict[str, str | None]) -> str:
    """Sixteen hexadecimal digits that differ where the rows may.

    Args:
        settings: The settings.
        versions: What `engines` gives.
    """
    parts = [SCHEMA_VERSION, settings.fingerprint(), versions, _code(), _others()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """Hash of the package's code and knowledge: also a change between two versions must show."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        name = path.relative_to(_PACKAGE)
        if name.parts[0] not in _BEHIND and "__pycache__" not in name.parts and path.is_file():
            digest.update(f"{name.as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _others() -> list[str]:
    """What other packages add, with the versions of those."""
    found = [entry for group in GROUPS for entry in metadata.entry_points(group=group)]
    return sorted(f"{e.group} {e.name}={e.value} {e.dist.version if e.dist else ''}" for e in found)
