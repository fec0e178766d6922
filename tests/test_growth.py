"""Time grows with the text, whatever is repeated in it: see `growth` and, for all of it, `make torture`."""

from __future__ import annotations

import gc
import itertools
import math
import os
import time

import growth
import pytest

from vnplan import extract
from vnplan.settings import Settings

FULL = os.environ.get("VNPLAN_TORTURE") == "full"
NO_NAMES = Settings(ner="none")
SMALL, LARGE = (40_000, 160_000) if FULL else (8_000, 32_000)
SLOPE, RATE = 1.1, 200_000  # of the whole suite; a short text in a busy machine's time is measured less well
_NUMBERS = itertools.count()
CASES = [(pattern, place) for pattern in growth.PATTERNS for place in growth.PLACES]


def seconds(pattern: str, place: str, size: int) -> float:
    """Processor time for a text, without the collector: how often it runs hangs on all that the process holds.

    Each time its line begins otherwise: what is remembered of lines would make a second look at a short text quick.
    """
    data = growth.text(pattern, place, size, f"{next(_NUMBERS)} ").encode()
    gc.collect()
    gc.disable()
    try:
        begun = time.process_time()
        extract(data, "a.txt", NO_NAMES)
        return time.process_time() - begun
    finally:
        gc.enable()


def measured(pattern: str, place: str) -> tuple[float, float]:
    """The slope on logarithmic axes, and bytes a second, of the better of two tries."""
    base = min(seconds(pattern, place, 10) for _ in range(3))
    first = min(seconds(pattern, place, SMALL) for _ in range(2)) - base
    second = min(seconds(pattern, place, LARGE) for _ in range(2)) - base
    if second < 0.02:
        return 0.0, math.inf
    slope = math.log(second / max(first, 1e-3)) / math.log(LARGE / SMALL)
    more = len(growth.text(pattern, place, LARGE).encode()) - len(growth.text(pattern, place, SMALL).encode())
    return slope, more / max(second - first, 1e-6)


@pytest.mark.skipif(not FULL, reason="make torture")
@pytest.mark.parametrize(("pattern", "place"), CASES)
def test_time_grows_with_the_text(pattern: str, place: str) -> None:
    slope, rate = measured(pattern, place)
    if slope > SLOPE or rate < RATE:
        again = measured(pattern, place)
        slope, rate = min(slope, again[0]), max(rate, again[1])
    print(f"GROWTH {pattern!r} {place}: slope {slope:.2f}, {rate / 1000:.0f} kB/s")
    assert slope <= SLOPE
    assert rate >= RATE


@pytest.mark.parametrize("pattern", growth.PATTERNS[::4])
def test_no_pattern_takes_time_by_the_square(pattern: str) -> None:
    """A few places and short texts: what grows with the square is four times as slow again."""
    place = growth.PLACES[growth.PATTERNS.index(pattern) // 4 % len(growth.PLACES)]
    first, second = seconds(pattern, place, SMALL), seconds(pattern, place, LARGE)
    assert second < max(10 * first, 0.5)
