"""The trained model: a small network that comes with vnplan, or one that the user has trained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ModelError
from ..threads import Guard
from .spans import LABELS, Found
from .windows import windows

if TYPE_CHECKING:
    from .network import Name, Network

FORMAT = 1
"""Raised when a model of before can no longer be used."""
_SPACY = "3"
"""First number of the version of spaCy whose files are read; a model is trained with it, and needs it no more then."""
Span = tuple[int, int]
_GUARD = Guard()  # a network keeps the vectors of words
REMEDY = "reinstall vnplan, train one (`vnplan train --out DIR`) and name it (--model DIR), or use --ner rules"


def model_folder() -> Path:
    """The folder of the model that comes with vnplan: of the installed package, or of the checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "models" / "ner"
    return inside if inside.is_dir() else package.parent / "models" / "ner"


def model_version(folder: Path | None = None) -> str | None:
    """Version of a model by its description, without loading it; None where there is none."""
    try:
        meta = _meta(folder or model_folder())
    except ModelError:
        return None
    return str(meta.get("version"))


def _meta(folder: Path) -> dict[str, Any]:
    """The description of a model.

    Raises:
        ModelError: There is none, or it cannot be read.
    """
    if not folder.is_dir():
        raise ModelError(f"there is no model in {folder}: {REMEDY}")
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"the model in {folder} is damaged (meta.json: {error}): {REMEDY}") from error
    if not isinstance(meta, dict) or not isinstance(meta.get("vnplan"), dict):
        raise ModelError(f"{folder} holds no model of vnplan: {REMEDY}")
    return meta


def check(folder: Path) -> None:
    """Sees whether a model can be loaded, without loading it.

    Raises:
        ModelError: It is missing, damaged, or made for another version of vnplan or spaCy.
    """
    ours = _meta(folder)["vnplan"]
    if ours.get("format") != FORMAT:
        raise ModelError(
            f"the model in {folder} is of format {ours.get('format')}, and this vnplan reads format {FORMAT}: {REMEDY}"
        )
    made_by = str(ours.get("spacy", ""))
    if made_by.split(".")[0] != _SPACY:
        raise ModelError(f"the model in {folder} needs spaCy {made_by}; this vnplan reads those of {_SPACY}: {REMEDY}")
    for name, digest in dict(ours.get("files", {})).items():
        if file_digest(folder / name) != digest:
            raise ModelError(f"the model in {folder} is damaged ({name}): {REMEDY}")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, '' where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def load(folder: Path) -> Network:
    """A trained network.

    Raises:
        ModelError: It is missing, damaged, or made for another version of vnplan or spaCy.
    """
    check(folder)
    from .network import Network

    try:
        network = Network(folder)
    except Exception as error:  # whatever the reading of broken files meets: KeyError, ValueError, struct.error, …
        words = " ".join(str(error).split())[:160]
        raise ModelError(f"the model in {folder} is damaged ({type(error).__name__}: {words}): {REMEDY}") from error
    if not network.labels <= set(LABELS):
        raise ModelError(f"the model in {folder} finds {sorted(network.labels)}, not {LABELS}: {REMEDY}")
    return network


class Model:
    """The trained model alone. Any number of threads may use it; they take turns.

    Args:
        folder: Where it is; defaults to `model_folder()`.

    Raises:
        ModelError: See `load`.
    """

    name = "model"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or model_folder()
        self._generation = _GUARD.generation
        self._network = load(self._folder)

    def find(self, texts: Sequence[str], recognised: bool = False) -> list[list[Found]]:
        """The names in each text; long texts are read in windows, and all windows in batches."""
        return self.find_within(texts, [[(0, len(text))] for text in texts])

    def find_within(self, texts: Sequence[str], stretches: Sequence[Sequence[Span]]) -> list[list[Found]]:
        """The names in some stretches of each text, as `find` gives them."""
        found: list[list[Found]] = [[] for _ in texts]
        pieces = [
            (k, low + start, text[low + start : low + end])
            for k, text in enumerate(texts)
            for low, high in stretches[k]
            for start, end in windows(text[low:high])
            if any(map(str.isalpha, text[low + start : low + end]))  # there is no name without a letter
        ]
        if not pieces:
            return found
        with _GUARD:
            names = self._sound().names([piece for _, _, piece in pieces])
        for (k, offset, piece), of_piece in zip(pieces, names, strict=True):
            found[k] += (one for name in of_piece if (one := _found(piece, offset, name)) is not None)
        return found

    def _sound(self) -> Network:
        """The network; loaded anew if this process was forked while another thread was using it."""
        if self._generation != _GUARD.generation:
            self._generation = _GUARD.generation
            self._network = load(self._folder)
        return self._network


def _found(piece: str, offset: int, name: Name) -> Found | None:
    """A name of the network without the spaces around it; None if there is nothing else."""
    start, end, label = name
    words = piece[start:end]
    start += len(words) - len(words.lstrip())
    end = start + len(words.strip())
    return Found(offset + start, offset + end, label, 0.85, "model") if end > start else None  # type: ignore[arg-type]
