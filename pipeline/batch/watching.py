"""A folder into which others drop files: what is whole is taken up, and the tables follow.

The folder is looked at from time to time. Notices from the system (inotify) would be quicker, but they do not come from
network folders, which is where scanners and colleagues drop their files; and whether a file is whole only a second look
tells: it is if its size and time are the same in two looks, and it has no name that programs give to unfinished files.
"""

from __future__ import annotations

import fnmatch
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from ..errors import UsageError, VnplanError
from ..extraction import Cache
from ..ingestion.remote import is_url
from ..settings import FORMATS, Settings
from ..tables.labels import Language
from .planning import Choice
from .run import After, Run
from .summary import Progress, RunSummary
from .work import UNSETTLED, Item, work

_LONGEST = 86_400  # seconds between two looks: a day
# As browsers (Chromium, Firefox, Safari), rsync, WinSCP and wget name what they have not finished.
_UNFINISHED = ("*.crdownload", "*.part", "*.partial", "*.download", "*.filepart", "*.tmp", "*.temp", "*.wget", "~*")


def watch(
    inbox: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    interval: float = 10.0,
    once: bool = False,
    formats: Sequence[str] = FORMATS,
    jobs: int = 1,
    settings: Settings | None = None,
    progress: Callable[[Progress], None] | None = None,
    cache: Cache = True,
    follow_links: bool = False,
    lang: Language = "vi",
    after: After | None = None,
) -> Iterator[RunSummary | VnplanError]:
    """Keep the tables of a folder up to date with the files that arrive in another one.

    Gives what each look came to: the summary of a run (`published` says whether the tables changed), or why it could
    not be done (the disk is full, the network folder is away), which the next look tries again. A look that finds no
    file at all in an inbox, where there were some, changes nothing: a folder that is not mounted looks like that. Goes
    on for ever, or until the caller stops asking; between two looks the output folder is free for other runs.

    Args:
        inbox: The folder, or several.
        out: The output folder.
        interval: Seconds between two looks; a file is taken up when it is the same in both.
        once: Stop after the second look, which has taken up all that is whole by then.
        formats: See `extract_folder`; so are the others.
        jobs: Number of processes.
        settings: What to read and how.
        progress: Called after every file that is read.
        cache: Folder in which recognised pages are kept.
        follow_links: Read also what symbolic links in the inbox lead to outside of it.
        lang: Language of the workbook.
        after: Adds to the tables before they are moved into place.

    Raises:
        UsageError: An argument is wrong, or the inbox is not there at the first look.
        MissingDependencyError: A format, or what is to find names, needs a package that is not installed.
        ModelError: The trained model for names is missing, damaged or of another version.
    """
    if not 0 < interval <= _LONGEST:
        raise UsageError(f"interval must be more than 0 and at most {_LONGEST} seconds, not {interval:g}")
    task = work if cache is True else partial(work, cache=cache)
    run = Run(inbox, out, formats, jobs, settings or Settings(), task, progress, lang=lang, after=after)
    looks = _Looks()
    number = 0
    while True:
        looks.turn()
        try:
            yield run.go(Choice(ready=looks.same, follow_links=follow_links, want_files=_folders(run.inputs)))
        except VnplanError as error:
            if number == 0 and isinstance(error, UsageError):
                raise
            yield error
        number += 1
        if once and number > 1:
            return
        time.sleep(interval)


def _folders(inbox: Sequence[str | os.PathLike[str]]) -> tuple[str, ...]:
    """The absolute paths of the inboxes that are folders of this machine."""
    return tuple(os.path.abspath(os.fspath(item)) for item in inbox if not is_url(item))  # noqa: PTH100


class _Looks:
    """What files looked like the last time, and this time."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, int, int]] = {}
        self._now: dict[str, tuple[int, int, int]] = {}

    def turn(self) -> None:
        """Begin another look."""
        self._last, self._now = self._now, {}

    def same(self, item: Item) -> bool:
        """Whether a file is whole, as far as can be told."""
        if item.entry.error is not None:
            return True
        state = self._now[item.entry.path] = (item.size, item.mtime_ns, item.inode)
        name = os.path.basename(item.entry.path).lower()  # noqa: PTH119 - paths stay as the system gave them
        unfinished = any(fnmatch.fnmatchcase(name, pattern) for pattern in _UNFINISHED)
        return not unfinished and item.mtime_ns != UNSETTLED and self._last.get(item.entry.path) == state
