"""Rules and the trained model together: rules decide where they are sure, the model fills in what they do not read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from .model import Model
from .rules import Rules
from .spans import Found, without_overlaps

_SURE = 0.9


class Joint:
    """The engine `model`, the default."""

    name = "model"

    def __init__(self) -> None:
        self._rules, self._model = Rules(), Model()

    def find(self, texts: Sequence[str]) -> list[list[Found]]:
        """The names in each text."""
        pairs = zip(self._rules.find(texts), self._model.find(texts), strict=True)
        return [merge(rules, model) for rules, model in pairs]


def merge(rules: Sequence[Found], model: Sequence[Found]) -> list[Found]:
    """The names of two engines as one list: what both found is surer, and of two that overlap the surer one stays.

    Args:
        rules, model: Names in order, none over another in its list.
    """
    same = {name[:3] for name in rules} & {name[:3] for name in model}
    kept = [name._replace(confidence=0.98, engine="rules+model") if name[:3] in same else name for name in rules]
    starts = [name.start for name in kept]
    for name in model:
        if name[:3] in same:
            continue
        at = max(0, bisect_left(starts, name.start) - 1)
        if not any(other.start < name.end and name.start < other.end for other in kept[at : at + 64]):
            kept_at = bisect_left(starts, name.start)
            starts.insert(kept_at, name.start)
            kept.insert(kept_at, name)
    return without_overlaps(kept)
