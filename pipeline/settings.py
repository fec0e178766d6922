"""One validated settings object; its fingerprint is part of every result."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from .errors import UsageError

FORMATS = ("csv", "parquet", "jsonl")


@dataclass(frozen=True, slots=True)
class Settings:
    """What changes the result of an extraction.

    Attributes:
        max_bytes: Largest file that is read, in bytes.
        min_confidence: Facts below this confidence (0..1) are dropped.

    Raises:
        UsageError: A value is out of range.
    """

    max_bytes: int = 64 * 1024 * 1024
    min_confidence: float = 0.0

    def __post_init__(self) -> None:
        if self.max_bytes < 1:
            raise UsageError(f"max_bytes must be at least 1, not {self.max_bytes}")
        if not 0.0 <= self.min_confidence <= 1.0:
            raise UsageError(f"min_confidence must lie between 0 and 1, not {self.min_confidence}")

    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that are equal for equal settings."""
        canonical = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]
