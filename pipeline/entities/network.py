"""The network of the trained model, on numpy: what spaCy's recogniser makes of the same weights, without loading spaCy.

A word has a vector made of its hashes alone, so it is made once; three layers then let each word see its neighbours,
and the recogniser goes through the words from left to right: outside of a name, it opens one or passes on; within one,
it goes on or closes it. Outside of names a word's scores depend on nothing that was decided before, so they are made
for all words at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import hashing
from .weights import layers, unpack
from .words import split

_AHEAD = 12
"""Words of a name whose scores are made at once; few names are longer."""
_MOST_WORDS = 30_000
"""Words whose vectors are kept."""
_BATCH = 8_000
"""Words that go through the layers at once."""
_BEGIN, _IN, _LAST, _UNIT, _OUT = "12345"
_COLUMNS = ["LOWER", "NORM", "SHAPE"]
_TINY = np.float32(1e-8)
_SMALL = 2**18
"""Multiplications of a product of matrices that BLAS makes in one thread: more threads take longer for such narrow
ones, and there is a process a core already."""

Name = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class _Maxout:
    """A layer whose numbers are the largest of some pieces each, put to one scale."""

    weights: tuple[np.ndarray, ...]  # a piece each
    biases: tuple[np.ndarray, ...]
    scale: np.ndarray
    shift: np.ndarray

    def __call__(self, given: np.ndarray) -> np.ndarray:
        best = _product(given, self.weights[0])
        best += self.biases[0]
        for weight, bias in zip(self.weights[1:], self.biases[1:], strict=True):
            other = _product(given, weight)
            other += bias
            np.maximum(best, other, out=best)
        best -= best.mean(axis=1, keepdims=True)
        spread = np.square(best).mean(axis=1, keepdims=True) + _TINY
        best *= spread ** np.float32(-0.5)
        best *= self.scale
        best += self.shift
        return best


def _product(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The product of many rows with a small matrix, some rows at a time."""
    size = max(1, _SMALL // weights.size)
    whole = len(rows) // size * size
    out = np.empty((len(rows), weights.shape[1]), dtype=np.float32)
    if whole:
        np.matmul(
            rows[:whole].reshape(-1, size, rows.shape[1]), weights, out=out[:whole].reshape(-1, size, weights.shape[1])
        )
    np.matmul(rows[whole:], weights, out=out[whole:])
    return out


class Network:
    """The recogniser. Not to be used by two threads at a time.

    Args:
        folder: Of the model.

    Raises:
        OSError: A file cannot be read.
        ValueError, KeyError, …: The files hold something else.
    """

    def __init__(self, folder: Path) -> None:
        found = layers(folder / "ner" / "model")
        self._embeds = [(arrays["E"], said["seed"]) for name, said, arrays in found if name == "hashembed"]
        columns = [said["columns"] for name, said, _ in found if name == "extract_features"]
        windows = {said["window_size"] for name, said, _ in found if name == "expand_window"}
        if columns != [_COLUMNS] or len(self._embeds) != len(_COLUMNS) or windows - {1}:
            raise ValueError("is of another make")
        wide = [arrays for name, _, arrays in found if name == "maxout"]
        scales = [arrays for name, _, arrays in found if name == "layernorm"]
        self._mix, *self._layers = [_maxout(one, other) for one, other in zip(wide, scales, strict=True)]
        self._linear = next((_own(arrays["W"].T), _own(arrays["b"])) for name, _, arrays in found if name == "linear")
        upper = next(arrays for name, _, arrays in found if name == "precomputable_affine")
        features, self._classes, self._pieces, width = upper["W"].shape
        self._upper = _own(upper["W"].reshape(-1, width).T)
        self._bias, self._pad = _own(upper["b"]), _own(upper["pad"])[0]
        self._moves = _moves(unpack((folder / "ner" / "moves").read_bytes()))
        if features != 3 or len(self._moves) != self._classes:
            raise ValueError("has other moves than its network")
        self.labels = frozenset(label for _, label in self._moves if label)
        self._pass = self._moves.index((_OUT, ""))
        self._pairs = {
            label: [self._moves.index((_IN, label)), self._moves.index((_LAST, label))] for label in self.labels
        }
        self._forget()

    def _forget(self) -> None:
        """Begin with no words."""
        self._rows: dict[str, int] = {}
        self._vectors = np.empty((1024, self._mix.scale.size), dtype=np.float32)

    def names(self, texts: Sequence[str]) -> list[list[Name]]:
        """The names of each text: offsets and label."""
        if len(self._rows) > _MOST_WORDS:
            self._forget()
        parted = [split(text) for text in texts]
        found: list[list[Name]] = []
        first = 0
        while first < len(parted):
            last, size = first, 0
            while last < len(parted) and (last == first or size + len(parted[last][0]) <= _BATCH):
                size += len(parted[last][0])
                last += 1
            found += self._batch(parted[first:last])
            first = last
        return found

    def _batch(self, parted: Sequence[tuple[list[str], list[bool]]]) -> list[list[Name]]:
        scores, starts = self._scores([words for words, _ in parted])
        ends = np.array([start + len(words) - 1 for start, (words, _) in zip(starts, parted, strict=True) if words])
        blank = [
            start + k
            for start, (words, _) in zip(starts, parted, strict=True)
            for k, word in enumerate(words)
            if word[0].isspace()
        ]
        outside = scores[:, 0] + self._pad[1]
        outside += self._pad[2]
        outside += self._bias
        free = outside.max(axis=2)
        for move, (kind, label) in enumerate(self._moves):
            if kind in (_IN, _LAST) or (kind == _UNIT and not label):
                free[:, move] = -np.inf
            elif kind == _BEGIN:
                free[ends, move] = free[blank, move] = -np.inf
            elif kind == _UNIT:
                free[blank, move] = -np.inf
        best = free.argmax(axis=1)
        return [self._decoded(scores, best, start, *one) for start, one in zip(starts, parted, strict=True)]

    def _scores(self, texts: Sequence[Sequence[str]]) -> tuple[np.ndarray, list[int]]:
        """What each word gives to the score of each move: as the word at hand, as the first of an open name, and as the
        word before; and where the words of each text begin."""
        gap = len(self._layers)
        rows: list[int] = [-1] * gap
        starts = []
        for words in texts:
            starts.append(len(rows))
            rows += self._rows_of(words)
            rows += [-1] * gap
        chosen = np.array(rows)
        vectors = self._vectors[chosen]
        vectors[chosen < 0] = 0
        width = vectors.shape[1]
        for layer in self._layers:
            seen = np.zeros((len(rows), 3, width), dtype=np.float32)
            seen[1:, 0] = vectors[:-1]
            seen[:, 1] = vectors
            seen[:-1, 2] = vectors[1:]
            vectors += layer(seen.reshape(len(rows), -1))
        scores = _product(_product(vectors, self._linear[0]) + self._linear[1], self._upper)
        return scores.reshape(len(rows), 3, self._classes, self._pieces), starts

    def _rows_of(self, words: Sequence[str]) -> list[int]:
        """Where the vectors of some words stand."""
        known = self._rows
        new = [word for word in dict.fromkeys(words) if word not in known]
        if new:
            ids = hashing.numbers(new)
            mixed = self._mix(
                np.concatenate(
                    [
                        table[(hashing.keys(ids[:, k], seed) % np.uint64(len(table))).astype(np.intp)].sum(axis=1)
                        for k, (table, seed) in enumerate(self._embeds)
                    ],
                    axis=1,
                )
            )
            first, last = len(known), len(known) + len(new)
            if last > len(self._vectors):
                more = np.empty((2 * last - len(self._vectors), mixed.shape[1]), dtype=np.float32)
                self._vectors = np.concatenate([self._vectors, more])
            self._vectors[first:last] = mixed
            known.update(zip(new, range(first, last), strict=True))
        return [known[word] for word in words]

    def _decoded(
        self, scores: np.ndarray, best: np.ndarray, first: int, words: Sequence[str], spaces: Sequence[bool]
    ) -> list[Name]:
        """The names in the words of one text, whose scores begin at a place."""
        last = first + len(words)
        opening: list[int] = np.flatnonzero(best[first:last] != self._pass).tolist()
        found: list[Name] = []
        behind = 0
        for at in opening:
            if at < behind:
                continue
            kind, label = self._moves[best[first + at]]
            behind = at + 1 if kind == _UNIT else self._closing(scores, first + at, last, label) + 1 - first
            found.append((at, behind, label))
        return _offsets(found, words, spaces)

    def _closing(self, scores: np.ndarray, opened: int, end: int, label: str) -> int:
        """The last word of a name that was opened at a word."""
        pair = self._pairs[label]
        head = scores[opened, 1, pair]
        for at in range(opened + 1, end - 1, _AHEAD):
            to = min(at + _AHEAD, end - 1)
            sums = scores[at:to, 0, pair] + head
            sums += scores[at - 1 : to - 1, 2, pair]
            sums += self._bias[pair]
            reached = sums.max(axis=2)
            closed = reached[:, 1] > reached[:, 0]
            if closed.any():
                return at + int(closed.argmax())
        return end - 1


def _own(array: np.ndarray) -> np.ndarray:
    """A small array outside of its file, which has it at odd places."""
    return np.array(array, dtype=np.float32, order="C")


def _maxout(wide: dict[str, np.ndarray], scale: dict[str, np.ndarray]) -> _Maxout:
    pieces = range(wide["W"].shape[1])
    return _Maxout(
        tuple(_own(wide["W"][:, piece].T) for piece in pieces),
        tuple(_own(wide["b"][:, piece]) for piece in pieces),
        _own(scale["G"]),
        _own(scale["b"]),
    )


def _moves(said: dict[str, Any]) -> list[tuple[str, str]]:
    """The moves of the recogniser in the order of their scores.

    The frequent labels of a kind first; those that the training never met (their counts are below zero) behind all
    others, label by label. Source: `TransitionSystem.initialize_actions` of spaCy 3.
    """
    counts = sorted(json.loads(said["moves"]).items())
    met = [
        (kind, label)
        for kind, labels in counts
        for _, label in sorted(((often, label) for label, often in labels.items() if often >= 0), reverse=True)
    ]
    unmet: dict[str, int] = {}
    for _, labels in counts:
        for label, often in labels.items():
            if often < 0:
                unmet[label] = max(often, unmet.get(label, often))
    last = sorted(((often, label) for label, often in unmet.items()), reverse=True)
    return met + [(kind, label) for _, label in last for kind, labels in counts if labels.get(label, 0) < 0]


def _offsets(found: Sequence[tuple[int, int, str]], words: Sequence[str], spaces: Sequence[bool]) -> list[Name]:
    """Stretches of words as offsets into their text."""
    if not found:
        return []
    places, at = [], 0
    for word, space in zip(words, spaces, strict=True):
        places.append(at)
        at += len(word) + space
    return [(places[first], places[last - 1] + len(words[last - 1]), label) for first, last, label in found]
