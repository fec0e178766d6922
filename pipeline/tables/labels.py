"""What tables, columns and codes are called for people, in Vietnamese and in English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .. import knowledge
from ..errors import UsageError
from ..settings import LANGUAGES

Language = Literal["vi", "en"]
_ISO_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")


@dataclass(frozen=True, slots=True)
class About:
    """What tables for people say beside the facts.

    Attributes:
        lang: Their language.
        inputs: The inputs of the run: where the files are.
        version: Of vnplan.
    """

    lang: Language = "vi"
    inputs: tuple[str, ...] = ()
    version: str = ""


def check_language(lang: str) -> None:
    """See whether labels are known in a language.

    Raises:
        UsageError: They are not.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"language {lang!r} is not known; choose from {', '.join(LANGUAGES)}")


@cache
def _labels() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["kind"], row["key"]): row for row in knowledge.table("labels")}


def label(kind: str, key: str, lang: str) -> str:
    """The name of something for people; the key itself where it has none.

    Args:
        kind: `sheet`, `column`, `text`, or the kind of a code (`role`, `status`, …).
        key: The column or code.
        lang: `vi` or `en`.
    """
    row = _labels().get((kind, key))
    return row[lang] if row else key


def note(kind: str, key: str, lang: str) -> str:
    """The sentence that explains it; '' where there is none."""
    row = _labels().get((kind, key))
    return row[f"note_{lang}"] if row else ""


def labels_of(kind: str, lang: str) -> dict[str, str]:
    """All names of one kind, by key."""
    return {key: row[lang] for (of, key), row in _labels().items() if of == kind}


def worded(warning: str, lang: str) -> str:
    """A warning of a plan in a reader's language; one of which no row of the labels knows the form stays as it is."""
    return _worded("warning", warning, lang) or warning


def said(problem: str, lang: str) -> str:
    """Why a value was refused, in a reader's language; what no row of the labels knows stays as it is."""
    return _worded("problem", problem, lang) or problem


def _worded(kind: str, words: str, lang: str) -> str | None:
    for form, row in _forms(kind):
        if found := form.fullmatch(words):
            values = found.groupdict()
            if "r" in values:
                of = "t" if "t" in values else "b"
                values[of], values["r"] = _reasoned(values[of], values["r"], lang)
            if kind == "problem":
                values |= {name: _directions(values[name], lang) for name in ("c", "d") if name in values}
            values |= {name: _days(values[name], lang) for name in ("t", "u") if name in values}
            return row[lang].format(**values)
    return None


def _reasoned(values: str, reason: str, lang: str) -> tuple[str, str]:
    """The values of a conflict and its reason; values may hold brackets: the reason is what the labels know as one."""
    whole = f"{values} ({reason}"
    for mark in reversed(list(re.finditer(r" \(", whole))):
        parts = [_worded("conflict_reason", part, lang) for part in whole[mark.end() :].split("; ")]
        if None not in parts:
            return whole[: mark.start()], "; ".join(filter(None, parts))
    return values, reason


def _directions(codes: str, lang: str) -> str:
    return ", ".join(label("direction", code, lang) for code in codes.split(", "))


def _days(words: str, lang: str) -> str:
    """Days as the reader writes them."""
    return _ISO_DAY.sub(r"\3/\2/\1", words) if lang == "vi" else words


@cache
def _forms(kind: str) -> list[tuple[re.Pattern[str], dict[str, str]]]:
    """The forms of sentences of a kind with their labels.

    `{a}` stands for any words, `{r}` for a reason, `{t}` and `{u}` for words with days in them that are written as the
    reader writes them: what a document, a path or a person wrote is left as it is.
    """
    found = []
    for (of, key), row in _labels().items():
        if of == kind:
            form = re.sub(r"\\\{(\w)\\\}", r"(?P<\1>.+?)", re.escape(key))
            found.append((re.compile(form), row))
    return found
