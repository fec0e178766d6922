"""The training of the model for names: samples in, a spaCy pipeline in a folder out.

A small convolutional network over hashed words (no vocabulary, no word vectors) under a transition-based recogniser.
Every round sees the samples anew, many of them changed as printing and scanning change texts. One process, one core;
the same samples and recipe give the same model.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..entities.model import FORMAT, file_digest
from ..entities.spans import LABELS
from ..entities.words import TOKENIZER, register
from ..errors import MissingDependencyError, OutputError, UsageError
from .noise import augmented
from .samples import Sample

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example

_AUGMENTED = 0.5
"""Share of the samples that are changed in a round."""
_DROPOUT = 0.15
_RATE = 0.001
_SLOWEST = 0.1
"""The learning rate of the last round, as a share of the first one's."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained.

    Attributes:
        seed: Of the plans that are written, the order, the changes and the first weights.
        plans: How many plans are written.
        distant: Most pieces that are taken from the user's texts.
        rounds: How often all is gone through, each time with other changes.
        batch: Words that the model sees before it is changed; little to learn from wants a small number.
        width, depth, hidden: Size of the network: width of its vectors, its layers, width of the recogniser.

    Raises:
        UsageError: A number is too small.
    """

    seed: int = 1
    plans: int = 250
    distant: int = 4000
    rounds: int = 8
    batch: int = 600
    width: int = 64
    depth: int = 3
    hidden: int = 48

    def __post_init__(self) -> None:
        for name in ("rounds", "batch", "width", "depth", "hidden"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("plans", "distant"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} must be at least 0, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Trained:
    """How a training went.

    Attributes:
        version: Version of the model: that of vnplan, and a digest of the weights.
        losses: The loss of each round.
        samples: How many samples there were, by their source.
    """

    version: str
    losses: tuple[float, ...]
    samples: dict[str, int]


def fit(
    samples: Sequence[Sample], out: Path, recipe: Recipe, tell: Callable[[str], None] = lambda words: None
) -> Trained:
    """Trains a model on samples and writes it.

    Args:
        samples: What it learns from.
        out: Folder of the model; a model that is there is replaced when the training is done.
        recipe: How.
        tell: Called with a line after every round.

    Raises:
        UsageError: There is nothing to learn from, or the folder is no place for a model.
        OutputError: The folder cannot be written, or holds something else.
        MissingDependencyError: spaCy is not installed.
    """
    _check(out)
    if not any(sample.labels for sample in samples):
        raise UsageError("there is nothing to learn from: no sample holds a name")
    pipeline = _blank(recipe)
    rng = random.Random(recipe.seed)
    first = list(_examples(pipeline, [sample for sample in samples if sample.labels][:200]))
    optimizer = pipeline.initialize(lambda: first)
    losses = []
    started = time.monotonic()
    for number in range(recipe.rounds):
        part = number / max(1, recipe.rounds - 1)
        optimizer.learn_rate = _RATE * (1 - (1 - _SLOWEST) * part)
        losses.append(_round(pipeline, optimizer, samples, recipe.batch, rng))
        tell(f"round {number + 1} of {recipe.rounds}: loss {losses[-1]:.0f}, {time.monotonic() - started:.0f} s")
    counts = dict(sorted(Counter(sample.source for sample in samples).items()))
    with pipeline.use_params(optimizer.averages):
        return Trained(_save(pipeline, out, recipe, counts), tuple(losses), counts)


def _blank(recipe: Recipe) -> Language:
    """The pipeline before it has learnt anything."""
    try:
        import spacy
        from thinc.api import fix_random_seed
    except ImportError as error:
        raise MissingDependencyError(f"spaCy is missing or broken ({error}); run: pip install spacy") from error
    register()
    fix_random_seed(recipe.seed)
    pipeline = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    recogniser = pipeline.add_pipe("ner", config={"model": _network(recipe)})
    for label in LABELS:
        recogniser.add_label(label)  # type: ignore[attr-defined]
    return pipeline


def _network(recipe: Recipe) -> dict[str, Any]:
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": recipe.hidden,
        "maxout_pieces": 2,
        "use_upper": False,
        "nO": None,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": recipe.width,
                "attrs": ["LOWER", "NORM", "SHAPE"],
                "rows": [4000, 3000, 500],
                "include_static_vectors": False,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": recipe.width,
                "window_size": 1,
                "maxout_pieces": 2,
                "depth": recipe.depth,
            },
        },
    }


def _examples(pipeline: Language, samples: Sequence[Sample]) -> Iterator[Example]:
    """Samples as spaCy learns from them; a name that ends within a token takes the whole token."""
    from spacy.training import Example
    from spacy.util import filter_spans

    for sample in samples:
        reference = pipeline.make_doc(sample.text)
        spans = (reference.char_span(*label[:2], label=label[2], alignment_mode="expand") for label in sample.labels)
        reference.set_ents(filter_spans([span for span in spans if span is not None]))
        yield Example(pipeline.make_doc(sample.text), reference)


def _round(
    pipeline: Language, optimizer: Any, samples: Sequence[Sample], batch_words: int, rng: random.Random
) -> float:
    losses: dict[str, float] = {}
    order = list(samples)
    rng.shuffle(order)
    batch: list[Sample] = []
    words = 0
    for sample in order:
        changed = augmented(sample, rng) if rng.random() < _AUGMENTED else sample
        batch.append(changed)
        words += changed.text.count(" ") + 1
        if words >= batch_words:
            pipeline.update(list(_examples(pipeline, batch)), drop=_DROPOUT, sgd=optimizer, losses=losses)
            batch, words = [], 0
    if batch:
        pipeline.update(list(_examples(pipeline, batch)), drop=_DROPOUT, sgd=optimizer, losses=losses)
    return float(losses.get("ner", 0.0))


def _check(folder: Path) -> None:
    """Whether a model can be written there, before hours go into one."""
    here = Path.cwd()
    if folder.name in ("", "..") or folder.is_symlink() or folder.resolve() in (here, *here.parents):
        raise UsageError(f"{folder} cannot be replaced by a model: name a new folder")
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "meta.json").is_file())):
        raise OutputError(f"{folder} holds something other than a model: name a new folder")
    probe = _beside(folder)
    try:
        probe.mkdir(parents=True)
        probe.rmdir()
    except OSError as error:
        raise OutputError(f"the model cannot be written to {folder}: {error.strerror or error}") from error


def _beside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.{os.getpid()}")


def _save(pipeline: Language, folder: Path, recipe: Recipe, counts: dict[str, int]) -> str:
    """Writes the model beside its place and moves it there; its version.

    The vocabulary stays behind: it would hold the words of the texts, and hashed words need none.
    """
    weights = hashlib.sha256(pipeline.get_pipe("ner").model.to_bytes()).hexdigest()  # type: ignore[attr-defined]
    version = f"{__version__}+{weights[:8]}"
    beside = _beside(folder)
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        pipeline.to_disk(beside, exclude=["vocab"])
        meta = json.loads((beside / "meta.json").read_text(encoding="utf-8"))
        files = sorted(path for path in beside.rglob("*") if path.is_file() and path.name != "meta.json")
        meta |= {
            "name": "vnplan_ner",
            "version": version,
            "description": "Bodies, persons and places in Vietnamese administrative documents",
            "license": "Apache-2.0",
            "vnplan": {
                "format": FORMAT,
                "spacy": metadata.version("spacy"),
                "seed": recipe.seed,
                "rounds": recipe.rounds,
                "samples": counts,
                "files": {path.relative_to(beside).as_posix(): file_digest(path) for path in files},
            },
        }
        (beside / "meta.json").write_text(json.dumps(meta, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise OutputError(f"the model cannot be written to {folder}: {error.strerror or error}") from error
    return version
