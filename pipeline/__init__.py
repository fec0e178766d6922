"""vnplan reads Vietnamese administrative plans (kế hoạch) and writes their facts as tables.

The public verbs:

- `read(data, name)`, `read_file(path)`: bytes to a `Document` (clean text with the way back to every raw character);
- `analyze(document)`: a document to its facts;
- `extract(data, name)`: both at once, errors as records;
- `extract_folder(inputs, out)`: files to tables on disk;
- `load_tables(out)`: those tables as pandas frames; `with_plan` and `obligations` join them;
- `update_register(out)`, `search(out, words)`: the documents of a folder as one corpus;
- `lookup(words)`: what a name of a body or place means; `describe(id)`: what an id of the tables means;
- `to_spacy(result)`, `from_spacy(doc)`: results as spaCy documents and back;
- `warm_up()`: load now what the first document would load.

And the names that go with them:

- `Settings(…)`: the options, which every verb takes;
- `PlanResult`: the facts of a document, as `analyze` gives them;
- `VnplanError`: what a verb raises that cannot do what it is asked; `code` and `message` say why.

Importing the package is cheap: a verb is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .analysis import analyze as analyze
    from .batch import extract_folder as extract_folder
    from .components import from_spacy as from_spacy
    from .components import to_spacy as to_spacy
    from .errors import VnplanError as VnplanError
    from .extraction import extract as extract
    from .extraction import read as read
    from .extraction import read_file as read_file
    from .extraction import warm_up as warm_up
    from .linking.lookup import describe as describe
    from .linking.lookup import lookup as lookup
    from .records import PlanResult as PlanResult
    from .register.finding import search as search
    from .register.update import update_register as update_register
    from .settings import Settings as Settings
    from .tables import load_tables as load_tables
    from .tables import obligations as obligations
    from .tables import with_plan as with_plan

__version__ = "0.2.0"
__all__ = [
    "PlanResult",
    "Settings",
    "VnplanError",
    "__version__",
    "analyze",
    "describe",
    "extract",
    "extract_folder",
    "from_spacy",
    "load_tables",
    "lookup",
    "obligations",
    "read",
    "read_file",
    "search",
    "to_spacy",
    "update_register",
    "warm_up",
    "with_plan",
]

_HOMES = {
    "PlanResult": "records",
    "Settings": "settings",
    "VnplanError": "errors",
    "analyze": "analysis",
    "describe": "linking.lookup",
    "extract": "extraction",
    "extract_folder": "batch",
    "from_spacy": "components",
    "load_tables": "tables",
    "lookup": "linking.lookup",
    "obligations": "tables",
    "read": "extraction",
    "read_file": "extraction",
    "to_spacy": "components",
    "warm_up": "extraction",
    "with_plan": "tables",
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
