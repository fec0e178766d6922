"""A time limit for code of others that runs in this process: good for what comes back to Python now and then."""

from __future__ import annotations

import ctypes
import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_MOMENT = 0.001


class TooSlowError(Exception):
    """The time was up."""


class _Over(BaseException):
    """Thrown into the code: `except Exception` does not catch it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Ends what takes longer, in the main thread by the system's clock, in others between two steps of Python.

    Args:
        seconds: The limit; infinite for none.

    Raises:
        TooSlowError: The time was up.
    """
    if math.isinf(seconds):
        yield
        return
    way = _by_alarm if threading.current_thread() is threading.main_thread() else _by_thread
    try:
        with way(seconds):
            yield
    except _Over:
        raise TooSlowError from None


@contextmanager
def _by_alarm(seconds: float) -> Iterator[None]:
    """The alarm that was set before goes on."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise _Over

    before = signal.signal(signal.SIGALRM, stop)
    begun = time.monotonic()
    left, every = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - begun), _MOMENT), every)


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    thread, guard = threading.get_ident(), threading.Lock()
    is_over, was_thrown, has_come = False, False, False

    def stop() -> None:
        nonlocal was_thrown
        with guard:
            if not is_over:
                was_thrown = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_Over))

    clock = threading.Timer(seconds, stop)
    clock.daemon = True
    clock.start()
    try:
        yield
    except _Over:
        has_come = True
        raise
    finally:
        clock.cancel()
        with guard:
            is_over = True
        if was_thrown and not has_come:  # on its way: it must not come to anybody else
            with suppress(_Over):
                while True:
                    time.sleep(_MOMENT)
