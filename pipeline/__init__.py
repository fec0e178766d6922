"""vnplan reads Vietnamese administrative plans (kế hoạch) and writes their facts as tables.

The public verbs:

- `read(data, name)`: bytes to a `Document` (clean text with the way back to every raw character);
- `analyze(document)`: a document to its facts;
- `extract(data, name)`: both at once, errors as records;
- `extract_folder(inputs, out)`: files to tables on disk;
- `load_tables(out)`: those tables as pandas frames;
- `update_register(out)`, `search(out, words)`: the documents of a folder as one corpus.

Importing the package is cheap: a verb is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .analysis import analyze as analyze
    from .batch import extract_folder as extract_folder
    from .extraction import extract as extract
    from .extraction import read as read
    from .register.finding import search as search
    from .register.update import update_register as update_register
    from .tables import load_tables as load_tables

__version__ = "0.1.0"
__all__ = [
    "__version__", "analyze", "extract", "extract_folder", "load_tables", "read", "search", "update_register",
]  # fmt: skip

_HOMES = {
    "analyze": "analysis",
    "extract": "extraction",
    "extract_folder": "batch",
    "load_tables": "tables",
    "read": "extraction",
    "search": "register.finding",
    "update_register": "register.update",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    verb = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = verb
    return verb


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
