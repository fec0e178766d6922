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
    for form, row in _warnings():
        if found := form.fullmatch(warning):
            return row[lang].format(**found.groupdict())
    return warning


@cache
def _warnings() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    """The forms of warnings with their labels; `{a}` stands for any words."""
    found = []
    for (of, key), row in _labels().items():
        if of == "warning":
            form = re.sub(r"\\\{(\w)\\\}", r"(?P<\1>.+?)", re.escape(key))
            found.append((re.compile(form), row))
    return found
