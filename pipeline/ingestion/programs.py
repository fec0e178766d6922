"""Starting an external program: found on the path, no shell, no input, never longer than allowed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence

LIBREOFFICE = ("soffice", "libreoffice")  # the names that it goes by


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


def find(*names: str) -> str | None:
    """Path of the first of these programs that is installed, None if none is."""
    return next((path for path in map(shutil.which, names) if path), None)


def run_limited(command: Sequence[str], seconds: float, folder: str | os.PathLike[str]) -> tuple[bool, str]:
    """Run a program with all that it starts; both end when the time is over.

    Args:
        command: Path of the program and its arguments.
        seconds: Time limit.
        folder: Where it runs, and its home.

    Returns:
        Whether it ended by itself, and the first words that it printed.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.fspath(folder), "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        try:
            process.wait(seconds)
            finished = True
        except subprocess.TimeoutExpired:
            finished = False
        finally:
            # the group holds what the program started (soffice starts soffice.bin), also when it ended itself
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        printed.seek(0)
        return finished, " ".join(printed.read(500).decode("utf-8", "replace").split())
