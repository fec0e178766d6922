"""Training of the model for names: on plans that vnplan writes, on texts of the user, and on corrections of reviewers.

`train` is the whole of it, as `vnplan train` calls it. Nothing here is needed to find names.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable
from pathlib import Path

from .corrections import read_corrections
from .distant import held_out, labelled, texts_below
from .generator import write
from .train import Recipe, Trained, fit

__all__ = ["Recipe", "Trained", "train"]

_CORRECTIONS = 4
"""How often a correction is among the samples: a person has looked at it."""

AnyPath = str | os.PathLike[str]


def train(
    out: AnyPath,
    texts: Iterable[AnyPath] = (),
    corrections: Iterable[AnyPath] = (),
    leave_out: Iterable[AnyPath] = (),
    recipe: Recipe | None = None,
    tell: Callable[[str], None] = lambda words: None,
) -> Trained:
    """Trains a model and writes it to a folder, in which it takes the place of one that is there.

    Args:
        out: The folder. Name it in `Settings(model=…)` or with `--model` to use the model.
        texts: Files and folders of documents, labelled by the rules.
        corrections: Files of corrections (`vnplan.training.corrections` says of what form).
        leave_out: Files of labels; the documents that they were made of are not learnt from.
        recipe: Defaults to `Recipe()`.
        tell: Called with a line on every step.

    Raises:
        UsageError: A file or folder is not there, or is none of the kind.
        OutputError: The folder cannot be written, or holds something else.
        MissingDependencyError: spaCy is not installed.
    """
    recipe = recipe or Recipe()
    rng = random.Random(recipe.seed)
    apart = held_out(map(Path, leave_out))
    by_hand = list(read_corrections(map(Path, corrections)))
    given = list(labelled(texts_below(map(Path, texts), apart), rng))
    rng.shuffle(given)
    given = given[: recipe.distant]
    made = list(write(rng, recipe.plans))
    tell(f"{len(made)} pieces written, {len(given)} labelled by rules, {len(by_hand)} corrected by hand")
    return fit([*made, *given, *(by_hand * _CORRECTIONS)], Path(out), recipe, tell)
