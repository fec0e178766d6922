"""The middle of the pipeline: a document in, its facts out.

`analyze` segments a document, runs every extractor over the segments, links the facts, and puts them together. It is pure:
no global state, disk or network.
"""

from __future__ import annotations

from .document import Document
from .records import PlanResult
from .settings import Settings


def analyze(document: Document, settings: Settings | None = None) -> PlanResult:
    """All facts of one document."""
    raise NotImplementedError
