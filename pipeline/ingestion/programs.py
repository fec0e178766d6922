"""Starting an external program: found on the path, no shell, no input, never longer than allowed."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

LIBREOFFICE = ("soffice", "libreoffice")  # the names that it goes by
_KEEPER = Path(__file__).with_name("confined.py")
_KEEPER_SECONDS = 10.0  # for killing what is left, and removing a folder


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


@contextmanager
def confined(command: Sequence[str], seconds: float, folder: str | os.PathLike[str]) -> Iterator[tuple[bool, str]]:
    """Run a program on what others wrote: without network, without files of its user, and with an end.

    How far it is confined depends on the machine: see `ingestion.confined`. When the context is left, and also when
    this process is killed before, all that the program started is killed, and the folder is removed.

    Args:
        command: Path of the program and its arguments.
        seconds: Time limit.
        folder: Where it runs, its home, and the only place where it may write.

    Returns:
        Whether it ended by itself, and the first words that it printed.
    """
    place = os.fspath(folder)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": place, "TMPDIR": place, "LC_ALL": "C.UTF-8"}
    held, hold = os.pipe()
    said, say = os.pipe()
    keeper = [sys.executable, "-I", "-S", str(_KEEPER), str(held), str(say), place]
    process: subprocess.Popen[bytes] | None = None
    try:
        with tempfile.TemporaryFile(dir=place) as printed:
            try:
                process = subprocess.Popen(
                    [*keeper, *command],
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=subprocess.STDOUT,
                    cwd=place,
                    env=environment,
                    start_new_session=True,
                    pass_fds=(held, say),
                )
            finally:
                os.close(held)
                os.close(say)
            ready, _, _ = select.select([said], [], [], seconds)
            finished = bool(ready and os.read(said, 1))
            printed.seek(0)
            words = " ".join(printed.read(500).decode("utf-8", "replace").split())
        yield finished, words
    finally:
        os.close(hold)  # the keeper ends what is left, removes the folder, and ends
        os.close(said)
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_KEEPER_SECONDS)
            process.kill()
            process.wait()
        shutil.rmtree(place, ignore_errors=True)


def is_keeper(command: Sequence[str]) -> bool:
    """Whether a command line is that of the process that cleans up after a confined program."""
    return any(word.endswith(f"{os.sep}confined.py") for word in command[:5])
