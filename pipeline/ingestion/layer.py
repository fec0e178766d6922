"""Is a PDF's text layer to be believed? Decided page by page, with the reason in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from .pages import WordBox
from .vietnamese import is_syllable

_SAMPLE = 120
# Control characters, private use, U+FFFD: what comes out where a font has no table to Unicode.
_NO_UNICODE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ue000-\uf8ff]")
_BULLETS = re.compile(r"^[\uf0a0-\uf0ff\uf020-\uf07f]$")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the layer is believed and why; `by_statistics`: recognition must do better, or the layer is kept."""

    believed: bool
    reason: str
    by_statistics: bool = False


@dataclass(frozen=True, slots=True)
class Spelling:
    """Counts over the words of letters alone: all, Vietnamese syllables, with diacritics, torn pieces, with a vowel."""

    words: int
    syllables: int
    marked: int
    torn: int
    voiced: int

    @property
    def share(self) -> float:
        """Share of Vietnamese syllables, 0..1."""
        return self.syllables / self.words if self.words else 0.0


def spelling(words: Sequence[WordBox]) -> Spelling:
    """How the words are spelled; over a sample where there are many."""
    if len(words) > _SAMPLE:
        step = len(words) // 4
        words = [word for k in range(4) for word in words[k * step : k * step + _SAMPLE // 4]]
    count = right = marked = torn = voiced = 0
    for word in words:
        text = word.text.strip(".,;:()“”\"'-–/…?!")
        if not text.isalpha():
            text = unicodedata.normalize("NFC", text)  # letters and marks apart
        if not text.isalpha() or (len(text) > 1 and text.isascii() and text.isupper()):
            continue  # figures, codes and abbreviations
        count += 1
        known = is_syllable(text)
        plain = text.isascii()
        right += known
        marked += not plain
        voiced += not plain or bool(_VOWEL.search(text))
        if (not known and not plain and len(text) <= 4) or (len(text) == 1 and plain and not _VOWEL.match(text)):
            torn += 1
    return Spelling(count, right, marked, torn, voiced)


def judge(words: Sequence[WordBox], page_area: float, image_share: float) -> Verdict:
    """Whether the words of a text layer can stand for the page.

    Args:
        words: Without stamps.
        page_area: In square points.
        image_share: Share of the page that images cover, 0..1.
    """
    scanned = image_share >= 0.5
    if scanned and (reason := _covers_little(words, page_area)):
        return Verdict(False, reason)
    whole = "".join([word.text for word in words])
    characters, broken = len(whole), 0
    if _NO_UNICODE.search(whole):
        broken = sum(len(_NO_UNICODE.findall(word.text)) for word in words if not _BULLETS.match(word.text))
    if broken > max(2, 0.02 * characters):
        return Verdict(False, f"{broken} of {characters} characters of the text layer have no Unicode")
    found = spelling(words)
    if found.words < 12:
        return Verdict(True, "text layer believed")
    if scanned and found.share < 0.93:
        return Verdict(False, f"scanner's own recognition is poor ({found.share:.0%} Vietnamese syllables)", True)
    if found.torn > 0.07 * found.words and found.share < 0.85:
        return Verdict(False, f"letters of the text layer are torn apart ({found.torn} of {found.words} words)", True)
    if found.marked < 0.25 * found.words and found.share > 0.6:
        return Verdict(False, f"text layer without diacritics ({found.marked} of {found.words} words have any)", True)
    if found.share < 0.6 and (found.marked > 0.05 * found.words or found.voiced < 0.8 * found.words):
        return Verdict(False, f"text layer holds no words ({found.share:.0%} Vietnamese syllables)", True)
    return Verdict(True, "text layer of a scan believed" if scanned else "text layer believed")


def _covers_little(words: Sequence[WordBox], page_area: float) -> str:
    """Why a layer over a scan can be no more than a stamp or a page number; '' if it covers the page."""
    letters = sum(len(word.text) for word in words)
    covered = sum((w.x1 - w.x0) * (w.y1 - w.y0) for w in words) / max(page_area, 1.0)
    if letters < 120 or covered < 0.02:
        return f"text layer covers only {covered:.1%} of a scanned page"
    height = max(w.y1 for w in words) - min(w.y0 for w in words)
    if height < 0.15 * page_area**0.5:
        return "text layer covers only a strip of a scanned page"
    return ""
