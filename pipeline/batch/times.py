"""Where a run's time went, by stage and format: what `--profile` writes."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import OutputError
from .work import Done

_RUN = "run"


class Times:
    """Seconds by format and stage: of the workers, added up over all of them, and of the run itself."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._seconds: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._files = 0

    def add(self, done: Done) -> None:
        """Add what a worker says of a task."""
        self._files += len(done.outcomes)
        for key, seconds in done.seconds:
            self._seconds[key] += seconds

    @contextmanager
    def of_run(self, stage: str) -> Iterator[None]:
        """Measure a stage of the run itself."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[_RUN, stage] += time.perf_counter() - started

    def write(self, path: Path) -> None:
        """Write all of it as JSON, the longest first.

        Raises:
            OutputError: The file cannot be written.
        """
        stages = [
            {"format": kind, "stage": stage, "seconds": round(seconds, 4)}
            for (kind, stage), seconds in sorted(self._seconds.items(), key=lambda one: -one[1])
        ]
        found = {"seconds": round(time.perf_counter() - self._begun, 3), "files": self._files, "stages": stages}
        try:
            path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"cannot write the profile {path}: {error.strerror or error}") from error
