"""Laws, codes, ordinances and the constitution by name: `Luật Đường bộ`, `Bộ luật Hình sự`, `Pháp lệnh Ngoại hối`.

A law's name runs over commas and `và`, so known names come first (`knowledge/law_names.toml`); an unknown one runs to
the first word that cannot belong to it. The name of an amending law holds those of the laws it amends and is one name;
laws that carry numbers inside it are documents in their own right. Recognised text loses marks (`Tô chức`, `sửa đôi`):
a name that can only be one of the table is put right, and the repair is told (`LawName.name`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from .. import knowledge
from ..text.normalise import LOWER, strip_marks
from ..text.patterns import Pattern
from .issuers import alternation, phrases
from .numbers import FoundNumber, read_number

MAX_NAME = 14  # words
MAX_LENGTH = 600  # characters of the name of an amending law
MAX_DEPTH = 3  # of laws that amend laws that amend laws
_END = r"(?![^\W\d_])"
_WORD_PATTERN = r"(?:[Bb]ộ [Ll]u[ậâ]t|BỘ LUẬT|Luật|Luât|LUẬT|luật|[Pp]háp lệnh|PHÁP LỆNH|Hiến pháp|HIẾN PHÁP)"
_TYPE = Pattern(_WORD_PATTERN + _END)
_TYPE_BEFORE = Pattern(_WORD_PATTERN + r" \Z")
_CODES = {"bộ": "BL", "lu": "L", "ph": "PL", "hi": "HP"}
MAX_KNOWN = 160  # characters in which a known name is looked for
MIN_FUZZY = 12  # characters of a name from which one wrong letter is borne, two from twice as many
_AMENDED = Pattern(rf"[^.;:()\n]{{0,90}}?(?={_WORD_PATTERN} )")
_NAMED = Pattern(r"(?:Bộ luật|Luật|LUẬT|Pháp lệnh|PHÁP LỆNH|Hiến pháp)" + _END)
_NUMBER = Pattern(r" (?:số|sô|SỐ)(?: ?:)? ?(?=\d)")
_DATED = Pattern(r",? (?:ngày|năm|NGÀY|NĂM) \d")
_AND_LAW = Pattern(rf"(?:,| và|, và) (?={_WORD_PATTERN} )")
_TOKEN = Pattern(r"[^ \n]+")
_WORD = Pattern(r"[^\s,;:.()“”\"…/]+")
_STATED = Pattern(r",? ?(?:ngày|n[ăắằẵặ]m|số|NGÀY|NĂM|SỐ):? ?\d| \d{4}(?!\d)|,? ?\((?:Luật )?số")
_NUMBERED = Pattern(r" ?(?:số|SỐ|Số)(?: ?:)? ?\d")
_CONSTITUTION = Pattern(r" nước Cộng hòa xã hội chủ nghĩa Việt Nam| nước CHXHCN Việt Nam")


@dataclass(frozen=True, slots=True)
class InnerLaw:
    """A law inside the name of an amending one that carries its own number; `name` as in `LawName`."""

    start: int
    name_start: int
    name_end: int
    number: FoundNumber
    name: str | None = None


@dataclass(frozen=True, slots=True)
class LawName:
    """A law by name.

    Attributes:
        start, end: Half-open offsets of type word and name.
        type_code: L, BL, PL or HP.
        name_start: Where the name begins after the type word; `end` where there is none (`Luật số 36/2024/QH15`).
        amending: It amends other laws.
        known: The name is in the table.
        name: The name without its type word, put right; None where it stands as it is meant.
        inner: The laws with numbers of their own inside the name of an amending one.
    """

    start: int
    end: int
    type_code: str
    name_start: int
    amending: bool = False
    known: bool = False
    name: str | None = None
    inner: tuple[InnerLaw, ...] = ()


@cache
def _names() -> dict[str, list[str]]:
    """Known names in lower case by their first word, longest first."""
    names: dict[str, list[str]] = {}
    for row in knowledge.rows("law_names"):
        name = row["name"].lower()
        names.setdefault(name.split()[0].rstrip(","), []).append(name)
    return {first: sorted(set(group), key=len, reverse=True) for first, group in names.items()}


@cache
def _skeletons() -> dict[str, list[tuple[str, str]]]:
    """Names of several words by the first word without marks: name without marks and name, longest first.

    Names that are one without their marks are left out: which of them is meant cannot be told.
    """
    names: dict[str, set[str]] = {}
    for row in knowledge.rows("law_names"):
        names.setdefault(strip_marks(row["name"]).lower(), set()).add(row["name"])
    found: dict[str, list[tuple[str, str]]] = {}
    for key, spellings in names.items():
        if " " in key and len(spellings) == 1:
            found.setdefault(key.split(" ", 1)[0].rstrip(","), []).append((key, next(iter(spellings))))
    return {first: sorted(group, key=lambda pair: -len(pair[0])) for first, group in found.items()}


@cache
def _by_length() -> dict[int, dict[str, str]]:
    """Longer names without marks by their number of words, the longest first, each with the name itself."""
    found: dict[int, dict[str, str]] = {}
    for group in _skeletons().values():
        for key, name in group:
            if len(key) >= MIN_FUZZY:
                found.setdefault(key.count(" ") + 1, {})[key] = name
    return dict(sorted(found.items(), reverse=True))


_LETTERS = "abcdefghijklmnopqrstuvwxyz" + LOWER[3:]


@cache
def _loose(letter: str) -> str:
    """A pattern for a letter with any marks, or none."""
    base = strip_marks(letter).lower()
    return f"[{''.join(c for c in _LETTERS if strip_marks(c) == base)}]" if letter.isalpha() else re.escape(letter)


def _any_marks(words: list[str]) -> str:
    """A pattern for any of the phrases, whatever marks its letters carry."""
    return "|".join("".join(" " if c == " " else _loose(c) for c in word) for word in words)


@cache
def _patterns() -> dict[str, Pattern]:
    return {
        "end": Pattern(rf"(?:{alternation(phrases('law_end'))}){_END}"),
        "before": Pattern(rf"(?<![^\W\d_])(?:{alternation(phrases('no_law_before'))}) \Z"),
        "after": Pattern(rf" (?:{alternation(phrases('no_law_after'))}){_END}"),
        "amends": Pattern(rf"(?:{_any_marks(phrases('amends') + phrases('replaces'))}){_END}", re.IGNORECASE),
        "replaces": Pattern(rf"(?:{alternation(phrases('replaces'))}){_END}"),
        "amending": Pattern(
            rf"(?<![^\W\d_])(?:{_any_marks(phrases('amends') + phrases('amended'))}){_END}", re.IGNORECASE
        ),
    }


def known_name(text: str, at: int, end: int) -> int:
    """The end of the known name of a law that begins at `at`, or -1."""
    word = _WORD.match(text, at, end)
    if word is None:
        return -1
    for name in _names().get(word.group().lower(), ()):
        stop = at + len(name)
        if stop <= end and text[at:stop].lower() == name and not text[stop : stop + 1].isalpha():
            return stop
    return -1


def misread_name(text: str, at: int, end: int) -> tuple[int, str] | None:
    """The known name that is meant at `at` though letters or marks of it are wrong, with its end there; None for none.

    All letters must be those of one name of the table, marks aside; in a longer name one or two may be wrong.
    """
    window = text[at : min(end, at + MAX_KNOWN)]
    plain = strip_marks(window).lower()
    if len(plain) != len(window):
        return None
    for key, name in _skeletons().get(plain.split(" ", 1)[0].rstrip(","), ()):
        if plain.startswith(key) and not plain[len(key) : len(key) + 1].isalnum():
            return at + len(key), name
    words = [match.end() for match in _TOKEN.finditer(plain)][: MAX_NAME + 4]
    for count, names in _by_length().items():
        if count > len(words):
            continue
        piece = plain[: words[count - 1]].rstrip(",;:.)")
        cutoff = len(piece) // MIN_FUZZY
        if not cutoff:
            continue
        best = process.extract(piece, names.keys(), scorer=Levenshtein.distance, score_cutoff=min(cutoff, 2), limit=2)
        if best and (len(best) == 1 or best[0][1] < best[1][1]):
            return at + len(piece), names[best[0][0]]
    return None


def read_law(text: str, at: int, end: int) -> LawName | None:
    """The law whose type word begins at `at`, or None where no law is named.

    Args:
        text: The text in clean form.
        at: Offset of `Luật`, `Bộ luật`, `Pháp lệnh` or `Hiến pháp`.
        end: Where to stop reading.
    """
    word = _TYPE.match(text, at, end)
    if word is None:
        return None
    type_code = _CODES[word.group()[:2].lower()]
    patterns = _patterns()
    if patterns["before"].search(text, max(0, at - 14), at):
        return None
    here = word.end()
    if type_code == "HP":
        return _constitution(text, at, here, end)
    if _NUMBERED.match(text, here, end):
        return LawName(at, here, type_code, here)
    if text[here : here + 1] != " " or here + 1 >= end:
        return None
    known = known_name(text, here + 1, end)
    if known < 0 and patterns["after"].match(text, here, end):
        return None
    if known < 0 and patterns["amends"].match(text, here + 1, end):
        return _amending(text, at, here + 1, end, type_code)
    if word.group()[0] == "l":
        return None
    if known >= 0:
        return LawName(at, known, type_code, here + 1, known=True)
    misread = misread_name(text, here + 1, end)
    if misread is not None:
        stop, name = misread
        return LawName(at, stop, type_code, here + 1, known=True, name=_cased(name, text[here + 1 : stop]))
    return _unknown(text, at, here + 1, end, type_code)


def _cased(name: str, printed: str) -> str:
    return name.upper() if printed.isupper() else name


def _constitution(text: str, at: int, here: int, end: int) -> LawName | None:
    more = _CONSTITUTION.match(text, here, end)
    if more is not None:
        here = more.end()
    return LawName(at, here, "HP", at, known=True)


def _unknown(text: str, at: int, here: int, end: int, type_code: str) -> LawName | None:
    """A name that the table does not have: up to the first word or mark that ends it.

    In lower case throughout it is a name only if year, date or number follow.
    """
    stop = _walk(text, here, end)
    if stop == here or (text[here].islower() and not _STATED.match(text, stop, end)):
        return None
    return LawName(at, stop, type_code, here)


def _walk(text: str, here: int, end: int) -> int:
    ends, stop, at = _patterns()["end"], here, here
    for _ in range(MAX_NAME):
        word = _WORD.match(text, at, end)
        if word is None or ends.match(text, at, end) or _STATED.match(text, at - 1, end) or word.group()[0].isdigit():
            break
        if word.group() in ("và", "-") and (
            _TYPE.match(text, word.end() + 1, end) or not _name_goes_on(text, word.end())
        ):
            break
        stop = word.end()
        if text[stop : stop + 1] != " ":
            break
        at = stop + 1
    return stop


def _name_goes_on(text: str, at: int) -> bool:
    """Whether after `và` follows a plain noun rather than the next document or a clause."""
    after = text[at + 1 : at + 2]
    return after.islower()


def _amending(text: str, at: int, here: int, end: int, type_code: str, depth: int = 0) -> LawName | None:
    """`Luật sửa đổi, bổ sung một số điều của Luật A và Luật B`, with all the names in it."""
    stop = _amended_head(text, here, end)
    match = _AMENDED.match(text, here, min(end, here + 140))
    inner = _inner_laws(text, match.end(), end) if match and not depth else ()
    if inner:
        stop = inner[-1].number.end
    else:
        stop = _amended_laws(text, here, stop, match.end() if match else end, end, depth)
    objectless = _NAMED.search(text, here, stop) is None
    if (objectless or _patterns()["replaces"].match(text, here)) and not _STATED.match(text, stop, end):
        return None  # `Luật sửa đổi, bổ sung một số điều của luật`, `Luật thay thế Luật …`: no document, or none yet
    name = None if depth else _mended(text, here, stop, inner)
    return LawName(at, stop, type_code, here, amending=True, name=name, inner=inner)


def _amended_laws(text: str, here: int, stop: int, at: int, end: int, depth: int) -> int:
    """The end of the laws that are amended, the first one at `at`; `stop` where there is none."""
    law = read_law_inside(text, at, end, depth)
    before_comma = -1
    while law is not None and stop - here < MAX_LENGTH:
        stop = law
        link = _AND_LAW.match(text, stop, end)
        if link is None or _STATED.match(text, stop, end):
            break
        law = read_law_inside(text, link.end(), end, depth)
        if law is not None and before_comma < 0 and link.group() == ", ":
            before_comma = stop
    if before_comma >= 0 and not _STATED.match(text, stop, end):
        stop = before_comma  # a list of laws after commas is part of the name only if one date or number closes it
    return stop


def _inner_laws(text: str, at: int, end: int) -> tuple[InnerLaw, ...]:
    """The amended laws where each carries a number: `Luật A số …, Luật B số … và Luật C số … ngày …`.

    They stand inside one name only if the last follows after `và` and a date closes the whole; else the first number is
    that of the amending law, and the others are cited beside it.
    """
    found: list[InnerLaw] = []
    closed = False
    while len(found) < MAX_NAME:
        word = _TYPE.match(text, at, end)
        if word is None or _patterns()["amends"].match(text, word.end() + 1, end):
            return ()
        stop = read_law_inside(text, at, end)
        label = _NUMBER.match(text, stop, end) if stop is not None else None
        number = read_number(text, label.end(), end, loose=True) if label else None
        if stop is None or number is None:
            return ()
        known = known_name(text, word.end() + 1, stop)
        misread = misread_name(text, word.end() + 1, stop) if known < 0 else None
        found.append(InnerLaw(at, word.end() + 1, stop, number, misread[1] if misread else None))
        link = _AND_LAW.match(text, number.end, end)
        if link is None:
            return tuple(found) if closed and _DATED.match(text, number.end, end) else ()
        closed, at = "và" in link.group(), link.end()
    return ()


def _mended(text: str, here: int, stop: int, inner: tuple[InnerLaw, ...]) -> str | None:
    """The name of an amending law with its words and known names put right, None where nothing was wrong."""
    numbers = {law.number.start: law.number for law in inner}
    parts: list[str] = []
    at = copied = here
    while at < stop:
        mended: tuple[int, str] | None = None
        if at in numbers:
            mended = numbers[at].end, numbers[at].number
        elif text[at - 1] == " " or at == here:
            mended = _mended_word(text, at, stop)
        if mended is not None and mended[1].lower() != text[at : mended[0]].lower():
            parts += text[copied:at], mended[1]
            copied = mended[0]
        space = text.find(" ", mended[0] if mended else at, stop)
        at = space + 1 if space >= 0 else stop
    return "".join(parts) + text[copied:stop] if parts else None


def _mended_word(text: str, at: int, stop: int) -> tuple[int, str] | None:
    """The end and right form of the amending phrase, or of the known name, that begins at `at`."""
    phrase = _patterns()["amending"].match(text, at, stop)
    if phrase is not None:
        meant = _amending_phrases().get(strip_marks(phrase.group()).lower())
        printed = phrase.group()
        return (phrase.end(), meant.upper() if printed.isupper() else meant) if meant else None
    known = known_name(text, at, stop) if _TYPE_BEFORE.search(text, max(0, at - 10), at) else 0
    misread = misread_name(text, at, stop) if known < 0 else None
    return (misread[0], _cased(misread[1], text[at : misread[0]])) if misread else None


@cache
def _amending_phrases() -> dict[str, str]:
    return {strip_marks(word): word for kind in ("amends", "amended") for word in phrases(kind)}


def _amended_head(text: str, here: int, end: int) -> int:
    """The end of `sửa đổi, bổ sung một số điều của …` where no law of known form follows."""
    at, stop = here, here
    for _ in range(2 * MAX_NAME):
        word = _WORD.match(text, at, end)
        if word is None or _STATED.match(text, at - 1, end):
            break
        stop = word.end()
        if text.startswith(", ", stop) and _patterns()["amends"].match(text, stop + 2, end):
            at = stop + 2
        elif text[stop : stop + 1] == " ":
            at = stop + 1
        else:
            break
    return stop


def read_law_inside(text: str, at: int, end: int, depth: int = 0) -> int | None:
    """The end of a law named inside the name of another one, or None."""
    word = _TYPE.match(text, at, end)
    if word is None or text[word.end() : word.end() + 1] != " ":
        return None
    here = word.end() + 1
    if _patterns()["amends"].match(text, here, end):
        amending = _amending(text, at, here, end, "L", depth + 1) if depth < MAX_DEPTH else None
        return amending.end if amending else None
    known = known_name(text, here, end)
    misread = misread_name(text, here, end) if known < 0 else None
    if known >= 0 or misread is not None:
        return misread[0] if misread else known
    stop = _walk(text, here, end)
    return stop if stop > here else None
