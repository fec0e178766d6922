"""One validated settings object; its fingerprint is part of every result."""

from __future__ import annotations

import codecs
import hashlib
import json
import math
from dataclasses import asdict, dataclass, field

from . import rules
from .errors import UsageError

FORMATS = ("csv", "parquet", "jsonl")
ALL_FORMATS = (*FORMATS, "duckdb", "xlsx", "xlsx-full")
LANGUAGES = ("vi", "en")
ENGINES = ("local", "ray")
LABEL_FORMATS = ("label-studio", "web-annotation")
OCR_ENGINES = ("auto", "tesserocr", "pytesseract")
NER_ENGINES = ("model", "rules", "underthesea", "none")


@dataclass(frozen=True, slots=True)
class Settings:
    """What changes the result of an extraction.

    Attributes:
        max_bytes: Largest file that is read, in bytes.
        encoding: Encoding of text that is not Unicode, where its encoding cannot be told from the text itself
            (a name that Python knows, such as `windows-1252`), None to report such a file as an error.
        min_confidence: Facts below this confidence (0..1: the share expected to be right) are dropped.
        max_pages: Most pages of one file that are read; the rest is reported.
        max_pixels: Largest image that is decoded or rendered, in pixels.
        max_members: Most members of one archive that are read.
        max_unpacked: Most bytes that one archive may unpack to, with the archives in it.
        archive_depth: How deep archives may lie in each other.
        office_seconds: Time limit for LibreOffice on one document.
        ner: What finds the names of bodies, persons and places: `model` (rules and the trained model together),
            `rules`, `underthesea`, or `none`.
        model: Folder of another trained model than the one that comes with vnplan (`vnplan train` makes one); what it
            is, not where, is part of what a run knows of its engines.
        ocr_engine: The way to Tesseract, which reads scans: `tesserocr` (its library), `pytesseract` (its program), or
            `auto` (the library where it and the language data are there).
        extractors: Names of the extractors that are to run (`citations`, `targets`, `tasks`, `deadlines`, `dates`, and
            those of other packages), None for all.
        readers: Names of the readers of other packages that are asked about a file, None for all.
        plugin_seconds: Time limit for one extractor or reader of another package on one document.
        rules: Folder with rules of one's own (see `vnplan.rules`), which the first settings of a process name for all;
            None for none. The content of the folder is part of the fingerprint, not its place.
        passwords: Passwords that are tried on protected files; no part of the fingerprint.
        seconds: Time limit for one document in a run over many. It begins anew with every page that is recognised and
            every program that the document starts, and half a minute is added for each million characters of its text.
            No part of the fingerprint.
        megabytes: Memory limit for one document in a run over many, with the programs that it starts, in 2**20 bytes;
            no part of the fingerprint.

    Raises:
        UsageError: A value is out of range.
    """

    max_bytes: int = 64 * 1024 * 1024
    encoding: str | None = None
    min_confidence: float = 0.0
    max_pages: int = 1000
    max_pixels: int = 120_000_000
    max_members: int = 10_000
    max_unpacked: int = 1024 * 1024 * 1024
    archive_depth: int = 3
    office_seconds: float = 120.0
    ner: str = "model"
    model: str | None = None
    ocr_engine: str = "auto"
    extractors: tuple[str, ...] | None = None
    readers: tuple[str, ...] | None = None
    plugin_seconds: float = 30.0
    rules: str | None = None
    passwords: tuple[str, ...] = field(default=(), repr=False)
    seconds: float = 600.0
    megabytes: float = 4096.0

    def __post_init__(self) -> None:
        if self.max_bytes < 1:
            raise UsageError(f"max_bytes must be at least 1, not {self.max_bytes}")
        if self.encoding is not None and text_encoding(self.encoding) is None:
            raise UsageError(f"encoding {self.encoding!r} is not known; try windows-1252, windows-1258 or another name")
        if not 0.0 <= self.min_confidence <= 1.0:
            raise UsageError(f"min_confidence must lie between 0 and 1, not {self.min_confidence}")
        for name in (
            "max_pages",
            "max_pixels",
            "max_members",
            "max_unpacked",
            "office_seconds",
            "plugin_seconds",
            "seconds",
            "megabytes",
        ):
            if not 0 < getattr(self, name) < math.inf:
                raise UsageError(f"{name} must be a number more than 0, not {getattr(self, name)}")
        if self.ner not in NER_ENGINES:
            raise UsageError(f"ner must be one of {', '.join(NER_ENGINES)}, not {self.ner!r}")
        if self.ocr_engine not in OCR_ENGINES:
            raise UsageError(f"ocr_engine must be one of {', '.join(OCR_ENGINES)}, not {self.ocr_engine!r}")
        if self.archive_depth < 0:
            raise UsageError(f"archive_depth must be at least 0, not {self.archive_depth}")
        if self.rules is not None:
            object.__setattr__(self, "rules", rules.use(self.rules))

    def public(self) -> dict[str, object]:
        """The settings as they may be written down: all but the passwords."""
        return {name: value for name, value in asdict(self).items() if name != "passwords"}

    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that are equal for equal settings."""
        limits = ("seconds", "megabytes", "model")
        parts = {name: value for name, value in self.public().items() if name not in limits}
        parts["rules"] = rules.digest(self.rules) if self.rules is not None else None
        canonical = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


_NO_ENCODINGS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"})


def text_encoding(name: str) -> str | None:
    """The encoding of text that a name stands for, None if there is none.

    `hex` and `rot13` are codecs too, but no encodings of text; `punycode` is one, but not of documents (and takes time
    that grows with the square of the text).
    """
    try:
        found = codecs.lookup(name)
        bytes(4).decode(name, "replace")
    except (LookupError, AttributeError):
        return None
    except ValueError:  # an encoding in which four zeros are no text, or a name with a NUL
        if "\0" in name:
            return None
    return found.name if name and found.name.replace("_", "-") not in _NO_ENCODINGS else None
