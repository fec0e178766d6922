"""Starting an external program: found on the path, no shell, no input, never longer than allowed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence


def output_of(program: str, arguments: Sequence[str], seconds: float = 20.0) -> str | None:
    """What a program prints (both streams), None if it is not installed, fails or takes too long.

    Args:
        program: Its name, looked up on the path.
        arguments: Handed over as they are.
        seconds: Time limit.
    """
    path = shutil.which(program)
    if path is None:
        return None
    try:
        done = subprocess.run(
            [path, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")
