"""What the service may be told: one validated object."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import UsageError
from ..settings import Settings

LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """How the service works.

    Attributes:
        data: Folder of the jobs; made if it is not there, and held against a second service.
        settings: For the reading of all documents; a client may choose extractors and the least confidence.
        host: Address to answer at.
        port: Port; 0 for any that is free.
        token: What clients must show (`Authorization: Bearer …`); None for a service on this machine alone.
        jobs: Processes that read; 0 for one a core.
        cache: Folder in which recognised pages are kept, True for the user's own, False for none.
        max_files: Most files of one request.
        max_upload: Most bytes of one request.
        max_waiting: Most jobs that wait or are worked on; more are refused (503).
        upload_seconds: Time limit for the upload of one request.
        wait_seconds: Longest time that a request waits for its answer; then it gets the job instead.
        keep_hours: How long a finished job is kept.
        min_free: Least room on the disk, in bytes, with which uploads are taken.

    Raises:
        UsageError: A value is out of range, or an address beyond this machine has no token.
    """

    data: Path
    settings: Settings = field(default_factory=Settings)
    host: str = "127.0.0.1"
    port: int = 8322
    token: str | None = field(default=None, repr=False)
    jobs: int = 0
    cache: str | bool = True
    max_files: int = 100
    max_upload: int = 256 * 1024 * 1024
    max_waiting: int = 200
    upload_seconds: float = 300.0
    wait_seconds: float = 120.0
    keep_hours: float = 24.0
    min_free: int = 512 * 1024 * 1024

    def __post_init__(self) -> None:
        for name in ("max_files", "max_upload", "max_waiting", "upload_seconds", "wait_seconds", "keep_hours"):
            if not 0 < getattr(self, name) < math.inf:
                raise UsageError(f"{name} must be a number more than 0, not {getattr(self, name)}")
        if self.jobs < 0:
            raise UsageError(f"jobs must be 0 (one a core) or more, not {self.jobs}")
        if not 0 <= self.port < 65_536:
            raise UsageError(f"port must lie between 0 and 65535, not {self.port}")
        if self.token is None and self.host not in LOCAL:
            raise UsageError(f"a service at {self.host} needs a token, or others could use it: --token-file FILE")
        if self.token is not None and len(self.token) < 16:
            raise UsageError("a token needs 16 characters or more, or it could be guessed")
