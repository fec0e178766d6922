"""Which engine a setting asks for.

Each is made once a process, when it is first asked for: nothing that needs no names loads the network or underthesea.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from ..errors import MissingDependencyError, UsageError
from ..settings import NER_ENGINES
from ..threads import Guard
from .spans import Engine

_LOADING = Guard()


def engine(name: str, folder: str | None = None) -> Engine | None:
    """The engine that a setting asks for; None for `none`.

    Args:
        name: `model` (rules and the trained model together), `rules`, `underthesea` or `none`.
        folder: Of another model than the one that comes with vnplan.

    Raises:
        UsageError: There is no such engine.
        ModelError: The trained model is missing, damaged or of another version.
        MissingDependencyError: The package that it needs is not installed.
    """
    if name == "none":
        return None
    with _LOADING:  # threads that begin together load it once
        return made(name, folder)


@cache
def made(name: str, folder: str | None = None) -> Engine:
    """The engine, as `engine` gives it; made once."""
    if name == "model":
        from .joint import Joint

        return Joint(Path(folder) if folder else None)
    if name == "rules":
        from .rules import Rules

        return Rules()
    if name == "underthesea":
        from .general import Underthesea

        return Underthesea()
    raise UsageError(f"ner must be one of {', '.join(NER_ENGINES)}, not {name!r}")


def check(name: str, folder: str | None = None) -> None:
    """Sees whether an engine can be used, without loading it.

    Raises:
        ModelError, MissingDependencyError: As `engine` would.
    """
    if name == "model":
        from .model import check as check_model
        from .model import model_folder

        check_model(Path(folder) if folder else model_folder())
    elif name == "underthesea" and find_spec("underthesea") is None:
        raise MissingDependencyError("underthesea is not installed; run: pip install underthesea, or use --ner model")


def version_of(name: str, folder: str | None = None) -> str | None:
    """The version of what an engine adds to vnplan (the trained model, underthesea), without loading it; else None."""
    if name == "model":
        from .model import model_version

        return model_version(Path(folder) if folder else None)
    if name == "underthesea" and find_spec("underthesea") is not None:
        return metadata.version("underthesea")
    return None
