"""Gold that was made blind, kept without any words of the documents: `python -m vnplan.evaluation.blind SHARED OUT`.

A line of `tests/gold/tasks_labels.jsonl` is a document: its file, the codes of its tasks, targets and deadlines, and
for all words of the document where they stand in its raw text, with a digest (`tests/gold/BLIND.md` has the rules).
With the documents at hand the words come back: a JSON file a document, in the shape that the scorer reads.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import eq
from pathlib import Path
from typing import Any

from ..errors import UsageError, VnplanError
from ..extraction import read

LABELS = Path(__file__).resolve().parents[2] / "tests" / "gold" / "tasks_labels.jsonl"
LOCKED = LABELS.with_name("LOCKED")
_WORD = re.compile(r"\w+")
_CODE = re.compile(r"[\d;: -]+|[a-z_]+|\d*")
"""What is kept as it stands: days, years and the codes of GUIDELINES, all without a letter of Vietnamese."""
_ENOUGH = 0.7
"""Share of a phrase's words that must be the same where a page is read otherwise than before."""
Phrase = list[Any]
"""`[digest, marks of its words, start, end, …]`: the pieces that it stands in; none where it does not stand so."""


def digest(words: Sequence[str]) -> str:
    """First 16 hexadecimal digits of the SHA-256 of folded words."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]


def marks(words: Sequence[str]) -> str:
    """Two hexadecimal digits for each word: enough to find them again together, too few to tell a word."""
    return "".join(hashlib.sha256(word.encode()).hexdigest()[:2] for word in words)


def fold(text: str) -> list[str]:
    """The words of a text in small letters (NFC), without marks."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


@dataclass(frozen=True)
class RawText:
    """The raw text of a document, and its words.

    Attributes:
        text: As it is read from the file.
    """

    text: str

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Half-open offsets of the words. A letter and its combining marks may stand apart: they are one word."""
        return [match.span() for match in re.finditer(r"\w(?:\w|[\u0300-\u0323])*", self.text)]

    @cached_property
    def words(self) -> list[str]:
        """The words, folded."""
        return ["".join(fold(self.text[start:end])) for start, end in self.spans]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word stands, as numbers of words."""
        found: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            found.setdefault(word, []).append(number)
        return found

    @cached_property
    def marked(self) -> list[str]:
        """The marks of the words."""
        return [marks([word]) for word in self.words]

    def occurrences(self, words: Sequence[str]) -> list[int]:
        """Where these words stand together, as numbers of words."""
        return [at for at in self.places.get(words[0], []) if self.words[at : at + len(words)] == list(words)]

    def at(self, start: int) -> int:
        """The number of the first word at or behind an offset."""
        return bisect_left(self.spans, (start, 0))

    def said(self, pieces: Sequence[tuple[int, int]]) -> str:
        """The words of some stretches, on one line."""
        return " ".join(" ".join(self.text[start:end].replace("*", "").split()) for start, end in pieces)


# -- labels from gold with words ---------------------------------------------------------------------------------------


def phrase(raw: RawText, text: str, near: int = 0) -> Phrase:
    """Words of a document as digest and places; a name put together (`các Sở: A, B`) stands in several pieces.

    Args:
        raw: The document.
        text: The words.
        near: The number of the word that they stand near.
    """
    words = fold(text)
    pieces: list[int] = []
    at = 0
    while at < len(words):
        length, start = next(
            ((length, min(found, key=lambda place: abs(place - near)))
             for length in range(len(words) - at, 0, -1)
             if (found := raw.occurrences(words[at : at + length]))),
            (0, 0),
        )  # fmt: skip
        if not length:
            return [digest(words), marks(words)]
        pieces += [raw.spans[start][0], raw.spans[start + length - 1][1]]
        near, at = start, at + length
    return [digest(words), marks(words), *pieces]


def value(raw: RawText, text: str | None, near: int = 0) -> str | Phrase | None:
    """A code, a day or a year as it is, words as a phrase."""
    return text if text is None or _CODE.fullmatch(text) else phrase(raw, text, near)


def label(gold: Mapping[str, Any], raw: RawText) -> dict[str, Any]:
    """A document of gold without its words (all keys but `file` and `sha256`)."""
    tasks, near = [], -1
    for task in gold["tasks"]:
        words = fold(task["at"])
        found = raw.occurrences(words) if words else []
        near = next((at for at in found if at > near), found[0] if found else near)
        row = {key: task.get(key) for key in ("section", "form", "optional") if key in task}
        row["at"] = phrase(raw, task["at"], near)
        row["roles"] = {role: [phrase(raw, body, near) for body in bodies] for role, bodies in task["roles"].items()}
        row["optional_bodies"] = [phrase(raw, body, near) for body in task.get("optional_bodies") or []]
        row |= {key: value(raw, task.get(key), near) for key in ("deadline", "output")}
        tasks.append(row)
    targets = []
    for target in gold["targets"]:
        kept = ("direction", "low", "high", "bound", "from_value", "optional")
        row = {key: target[key] for key in kept if key in target}
        row["text"] = phrase(raw, target["text"])
        near = raw.at(row["text"][2]) if len(row["text"]) > 2 else 0
        targets.append(row | {key: value(raw, target.get(key), near) for key in ("indicator", "unit", "baseline")})
    return {
        "doc_type": gold["doc_type"],
        "sections": gold["sections"],
        "tasks": tasks,
        "targets": targets,
        "deadlines": [value(raw, text) for text in gold["deadlines"]],
    }


# -- gold with words from labels ---------------------------------------------------------------------------------------


def located(raw: RawText, found: Phrase) -> tuple[str, bool]:
    """The words of a phrase, and whether they are those of its digest; '' where they are not found again.

    Where the text is another than it was (a page that is read anew), the same words nearby are taken, else those that
    most of its marks stand for.
    """
    want, said = found[0], [found[1][at : at + 2] for at in range(0, len(found[1]), 2)]
    pieces = list(zip(found[2::2], found[3::2], strict=True))
    if pieces:
        text = raw.said(pieces)
        if digest(fold(text)) == want:
            return text, True
    near = raw.at(pieces[0][0]) if pieces else 0
    places = range(len(raw.words) - len(said) + 1) if said else range(0)
    best = max(places, key=lambda at: (_share(raw, at, said), -abs(at - near)), default=0)
    if not places or _share(raw, best, said) < _ENOUGH:
        return "", False
    text = raw.said([(raw.spans[best][0], raw.spans[best + len(said) - 1][1])])
    return text, digest(fold(text)) == want


def _share(raw: RawText, at: int, said: Sequence[str]) -> float:
    """The share of marks that the words at a place have."""
    same: int = sum(map(eq, said, raw.marked[at : at + len(said)]))
    return same / len(said)


@dataclass(frozen=True)
class Rebuilt:
    """A document of gold with its words.

    Attributes:
        gold: In the shape of GUIDELINES; targets that may or may not be given stand apart, under `optional_targets`.
        exact: Phrases whose words are those that the digest was made of.
        near: Phrases that are read a little otherwise than by the labeller.
        lost: Phrases that were not found again; they stay empty, which the scorer counts as missed.
    """

    gold: dict[str, Any]
    exact: int
    near: int
    lost: int


def rebuild(line: Mapping[str, Any], raw: RawText) -> Rebuilt:
    """The gold of a document from its label and its raw text."""
    counts = [0, 0, 0]

    def words(found: str | Phrase | None) -> str | None:
        if not isinstance(found, list):
            return found
        text, exact = located(raw, found)
        counts[0 if exact else 1 if text else 2] += 1
        return text

    tasks = [
        {
            **task,
            "at": words(task["at"]),
            "roles": {role: [words(body) for body in bodies] for role, bodies in task["roles"].items()},
            "optional_bodies": [words(body) for body in task["optional_bodies"]],
            "deadline": words(task["deadline"]),
            "output": words(task["output"]),
        }
        for task in line["tasks"]
    ]
    worded = ("indicator", "unit", "baseline", "text")
    targets = [target | {key: words(target[key]) for key in worded} for target in line["targets"]]
    gold = {
        "source": Path(line["file"]).name,
        "doc_type": line["doc_type"],
        "targets": [target for target in targets if not target.get("optional")],
        "optional_targets": [target for target in targets if target.get("optional")],
        "tasks": tasks,
        "deadlines": [words(one) for one in line["deadlines"]],
        "sections": line["sections"],
    }
    return Rebuilt(gold, *counts)


def labels(path: Path = LABELS) -> Iterator[dict[str, Any]]:
    """The labels, a document each.

    Raises:
        UsageError: The file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    return (json.loads(line) for line in lines if line.strip())


def locked(path: Path = LOCKED) -> frozenset[str]:
    """The file names, without ending, of the half that is scored only to report."""
    return frozenset(path.read_text(encoding="utf-8").split())


def raw_text(corpus: Path, line: Mapping[str, Any], cache: Path | None = None) -> RawText:
    """The raw text of a labelled document.

    Args:
        corpus: The folder that `file` is relative to.
        line: The label.
        cache: Folder in which recognised pages are kept.

    Raises:
        UsageError: The file is missing, or is another than the one that was labelled.
        VnplanError: It cannot be read.
    """
    path = corpus / line["file"]
    if not path.is_file():
        raise UsageError(f"{path} is missing")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != line["sha256"]:
        raise UsageError(f"{path} is not the file that was labelled")
    return RawText(read(data, path.name, cache=cache).raw)


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the gold of both halves, or of one, to a folder; returns the exit code."""
    parser = argparse.ArgumentParser(description="Rebuild the gold that was made blind, with its words.")
    parser.add_argument("shared", type=Path, help="the folder with corpus/")
    parser.add_argument("out", type=Path, help="the folder for the gold")
    half = parser.add_mutually_exclusive_group()
    half.add_argument("--locked", action="store_true", help="the locked half alone")
    half.add_argument("--open", action="store_true", help="the other half alone")
    parser.add_argument("--sources", type=Path, help="put links to the documents into this folder")
    parser.add_argument("--cache", type=Path, help="folder in which recognised pages are kept")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    kept, status = locked(), 0
    for line in labels():
        is_locked = Path(line["file"]).stem in kept
        if (options.locked and not is_locked) or (options.open and is_locked):
            continue
        try:
            made = rebuild(line, raw_text(options.shared / "corpus", line, options.cache))
        except VnplanError as error:
            print(f"{line['file']}: {error}", file=sys.stderr)
            status = 1
            continue
        text = json.dumps(made.gold, ensure_ascii=False, indent=1) + "\n"
        (options.out / Path(line["file"]).with_suffix(".json").name).write_text(text, encoding="utf-8")
        if options.sources:
            options.sources.mkdir(parents=True, exist_ok=True)
            link = options.sources / Path(line["file"]).name
            link.unlink(missing_ok=True)
            link.symlink_to((options.shared / "corpus" / line["file"]).resolve())
        if made.near or made.lost:
            print(f"{line['file']}: {made.near} phrases read otherwise, {made.lost} lost of {made.exact + made.near}")
    return status


if __name__ == "__main__":
    sys.exit(main())
