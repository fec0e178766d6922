"""How often a worker looks for garbage: what is loaded stays, and a document makes hardly any cycle."""

from __future__ import annotations

import gc

_BETWEEN = 20_000, 20, 20
"""Objects and rounds between two looks."""


def settle() -> None:
    """After a worker's first task: what is loaded by now is looked through no more."""
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_BETWEEN)
