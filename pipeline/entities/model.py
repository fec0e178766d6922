"""The trained model: a small spaCy pipeline that comes with vnplan, or one that the user has trained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MissingDependencyError, ModelError
from ..threads import Guard
from .spans import LABELS, Found
from .windows import windows

if TYPE_CHECKING:
    from spacy.language import Language

FORMAT = 1
"""Raised when a model of before can no longer be used."""
_BATCH = 16
_CHARACTERS_A_ZONE = 500_000
Span = tuple[int, int]
_GUARD = Guard()  # the vocabulary of a model knows one memory zone at a time
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
        MissingDependencyError: spaCy is not installed.
    """
    ours = _meta(folder)["vnplan"]
    if ours.get("format") != FORMAT:
        raise ModelError(
            f"the model in {folder} is of format {ours.get('format')}, and this vnplan reads format {FORMAT}: {REMEDY}"
        )
    try:
        installed = metadata.version("spacy")
    except metadata.PackageNotFoundError as error:
        raise MissingDependencyError("spaCy is not installed; run: pip install spacy, or use --ner rules") from error
    wanted = str(ours.get("spacy", "")).split(".")[:2]
    if installed.split(".")[:2] != wanted:
        raise ModelError(f"the model in {folder} needs spaCy {'.'.join(wanted)}, not {installed}: {REMEDY}")
    for name, digest in dict(ours.get("files", {})).items():
        if file_digest(folder / name) != digest:
            raise ModelError(f"the model in {folder} is damaged ({name}): {REMEDY}")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, '' where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def load(folder: Path) -> Language:
    """A trained pipeline.

    Raises:
        ModelError: It is missing, damaged, or made for another version of vnplan or spaCy.
        MissingDependencyError: spaCy is not installed or cannot be loaded.
    """
    check(folder)
    try:
        import spacy

        from .words import register
    except ImportError as error:
        raise MissingDependencyError(f"spaCy is broken ({error}); run: pip install --force-reinstall spacy") from error
    register()
    try:
        nlp = spacy.load(folder)
        labels = set(nlp.get_pipe("ner").labels)  # type: ignore[attr-defined]
    except Exception as error:  # whatever spaCy meets in broken files: KeyError, ValueError, msgpack's own, …
        words = " ".join(str(error).split())[:160]
        raise ModelError(f"the model in {folder} is damaged ({type(error).__name__}: {words}): {REMEDY}") from error
    if not labels <= set(LABELS):
        raise ModelError(f"the model in {folder} finds {sorted(labels)}, not {LABELS}: {REMEDY}")
    return nlp


class Model:
    """The trained model alone. Any number of threads may use it; they take turns.

    Args:
        folder: Where it is; defaults to `model_folder()`.

    Raises:
        ModelError, MissingDependencyError: See `load`.
    """

    name = "model"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or model_folder()
        self._generation = _GUARD.generation
        self._nlp = load(self._folder)
        self._open: AbstractContextManager[object] | None = None
        self._characters = 0

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
        with _GUARD, self._zone(sum(len(piece) for _, _, piece in pieces)):
            for (k, offset, _), names in zip(pieces, self._names(piece for _, _, piece in pieces), strict=True):
                found[k] += [name._replace(start=name.start + offset, end=name.end + offset) for name in names]
        return found

    @contextmanager
    def _zone(self, characters: int) -> Iterator[None]:
        """The model with a vocabulary that does not grow for good: what texts add to it goes after some of them.

        Words are worked out anew when they are gone; documents of one kind share most of theirs.
        """
        nlp = self._sound()
        if self._open is None:
            self._open = nlp.memory_zone()
            self._open.__enter__()
        self._characters += characters
        try:
            yield
        finally:
            if self._characters >= _CHARACTERS_A_ZONE:
                self._close()

    def _close(self) -> None:
        if self._open is not None:
            self._open.__exit__(None, None, None)
        self._open, self._characters = None, 0

    def _sound(self) -> Language:
        """The model; loaded anew if this process was forked while another thread was using it."""
        if self._generation != _GUARD.generation:
            self._generation = _GUARD.generation
            self._open, self._characters = None, 0
            self._nlp = load(self._folder)
        return self._nlp

    def _names(self, pieces: Iterator[str]) -> Iterator[list[Found]]:
        for doc in self._nlp.pipe(pieces, batch_size=_BATCH):
            names = []
            for entity in doc.ents:
                words = entity.text
                start = entity.start_char + len(words) - len(words.lstrip())
                end = start + len(words.strip())
                if end > start:
                    names.append(Found(start, end, entity.label_, 0.85, "model"))  # type: ignore[arg-type]
            yield names
