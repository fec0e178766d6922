"""The grammar of document numbers: `47/KH-UBND`, `30/2020/NĐ-CP`, `36/2024/QH15`, `63-KH/ĐU`, `1234/BGDĐT-VP`.

State numbers put a slash after the digits and hyphens inside the symbol (Nghị định 30/2020/NĐ-CP, Annex I); Party
numbers put a hyphen before the type and a slash before the body (Hướng dẫn 36-HD/VPTW); letters carry the body and the
drafting unit instead of a type. The canonical form has no spaces, plain hyphens and the case of the tables; zeros in
front stay. What had to be repaired (`QĐUBND`, `ND-CP`) is said in `repairs`, so that nobody takes it for the printed
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from .. import knowledge
from ..records import FieldStatus
from ..text.normalise import strip_marks
from ..text.patterns import Pattern

Form = Literal["state", "party", "assembly", "letter", "partial", "bare"]

_UPPER = "A-ZĐƯÂÊÔƠĂ"
_DIGITS = Pattern(r"(\d{1,6}(?:\.\d{1,3}(?= ?/))?)([a-zđ](?![^\W\d_]))?[.,]?")
_PLAIN = Pattern(
    rf"(\d{{1,6}}(?:\.\d{{1,3}}(?=/))?)([a-zđ])?([/-])(?:((?:19|20)\d\d)/)?"
    rf"([{_UPPER}][{_UPPER}A-Za-zđ0-9]*(?:[/-][{_UPPER}][{_UPPER}A-Za-zđø0-9&]*){{0,5}})"
    rf"(?![\w(]| ?[&/-]|\.\w| [{_UPPER}\d])"
)
_SEPARATOR = Pattern(r" ?([/-]) ?|\.(?=[A-ZĐ])")
_BROKEN_DIGITS = Pattern(r"(\d{1,3} \d{1,3})()(?= ?[/-] ?(?:\d{4} ?/ ?)?[A-ZĐ])")
_MISREAD_DIGITS = Pattern(r"(?=[lIO]{0,4}\d)([\dlIO]{2,6})()(?= ?[/-] ?(?:[12][\dlIO]{3} ?/ ?)?[A-ZĐ0])")
_YEAR = Pattern(r"((?:19|2[0O])(?: ?[\dlIO]){2}) ?([/-]) ?")
_MISREAD_TERM = Pattern(r"(UBTV)?[0OQ]H([1Il])([0-9IlOS])(?![^\W_])")
_TERM = Pattern(r" ?(1[0-9])(?!\d)")
_MISREAD = Pattern(rf" ?([?|\\!lI]) ?([{_UPPER}][{_UPPER}a-z]{{1,4}})(?= ?-)")
_YEAR_INSIDE = Pattern(r" ?/ ?((?:19|20)\d\d)(?= ?/)")
_ATOM = Pattern(rf"[{_UPPER}][{_UPPER}A-Za-zđø0-9&]{{0,17}}(?![^\W_])(?:\([{_UPPER}]{{1,4}}\))?")
_LAST_ATOM = Pattern(rf"[{_UPPER}]{{1,8}}(?:&[{_UPPER}]{{1,6}})?\d?[ .;]*$", re.MULTILINE)  # `Số: 12/SCT - CN`
_PIECE = Pattern(rf" ([{_UPPER}]{{1,6}})(?![^\W_])")
_AMPERSAND = Pattern(rf" ?& ?([{_UPPER}]{{1,4}})(?![^\W_])")
_LOOSE = Pattern(rf" (?=[{_UPPER}])")
_ASSEMBLY = Pattern(r"(?:QH|UBTVQH)\d{1,2}")
_ANCHOR = Pattern(
    r"\d(?<![\d/-]\d)(?<!\d[.,:]\d)\d{0,5}(?:\.\d{1,3})?[a-zđ]?[.,]?(?: ?[/-] ?| (?=[A-Z]{2}))"
    r"(?=(?:(?:19|2[0O])(?: ?[\dlIO]){2} ?[/-] ?)?(?:[A-ZĐƯ]|0H))"
)
_OCR_LETTERS = str.maketrans({"4": "D", "1": "T", "0": "O", "5": "S", "8": "B", "9": "G", "&": "G", "Ø": "G"})
_OCR_DIGITS = str.maketrans({"l": "1", "I": "1", "O": "0", "S": "5"})
_ATOM_SPLIT = Pattern(r"([/-])")
_FIRST_LETTERS = Pattern(r"(?<![^\W_])[^\W\d_]")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_NUMBER_WORD = Pattern(r"(?<![^\W_])(?:[Ss][ốôóồổỐÔ]|SỐ|SÔ)(?: SỐ)?(?: ?[:;.,])* ?(?=[\d…._/ -]|KH|$)", re.MULTILINE)
_AFTER_SO = Pattern(r"[Ss](?:ố|ô|Ố)(?: ?[:.;])? ?\Z|SỐ(?: ?[:.;])? ?\Z")
_BARE = Pattern(r"(\d{1,5})[ .]*(?:$|(?=[,;(]))", re.MULTILINE)
_BLANK = Pattern(r"[ .…_]{0,80}")


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A document number as it stands in a text.

    Attributes:
        start, end: Half-open offsets.
        number: Canonical form.
        digits: The number itself, with zeros in front and letter (`0231`, `30a`).
        year: The year inside a normative number (`30/2020/NĐ-CP`), or None.
        symbol: What follows the number itself (`KH-UBND`, `KH/ĐU`, `QH15`); '' for a bare number.
        type_code: Type that the symbol names, None where it names none (`36/2024/QH15`, `215/TTg`, `1234/BGDĐT-VP`).
        bodies: The groups of the symbol after the type.
        form: How it is built.
        repairs: What was put right, in words; empty for a number as printed.
    """

    start: int
    end: int
    number: str
    digits: str
    year: int | None
    symbol: str
    type_code: str | None
    bodies: tuple[str, ...]
    form: Form
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Codes:
    """The symbol atoms of the tables: upper case to canonical, and unmarked letters to the only atom that has them."""

    types: dict[str, tuple[str, str]]
    weak: frozenset[str]
    doubtful: frozenset[str]
    known: frozenset[str]
    bodies: dict[str, str]
    party: frozenset[str]
    skeletons: dict[str, str]


@cache
def _codes() -> _Codes:
    types: dict[str, tuple[str, str]] = {}
    bodies: dict[str, str] = {}
    weak: set[str] = set()
    doubtful: set[str] = set()
    party: set[str] = set()
    for row in knowledge.rows("doc_types"):
        for symbol in row["symbols"]:
            types[symbol.upper()] = (symbol, row["code"])
            if row.get("weak"):
                weak.add(row["code"])
            if row.get("doubtful"):
                doubtful.add(row["code"])
    for row in knowledge.rows("issuer_codes"):
        for code in (row["code"], *row.get("aliases", ())):
            bodies[code.upper()] = code
            if row["kind"] == "party":
                party.add(code)
    known = {symbol for symbol, _ in types.values()} | set(bodies.values())
    skeletons: dict[str, str] = {}
    for atom in sorted(known):
        key = strip_marks(atom).upper()
        skeletons[key] = "" if key in skeletons else atom
    unique = {key: atom for key, atom in skeletons.items() if atom}
    return _Codes(
        types, frozenset(weak), frozenset(doubtful), frozenset(bodies.values()), bodies, frozenset(party), unique
    )


def is_weak_type(found: FoundNumber) -> bool:
    """Whether the letters of the number's type may stand for a body, so that a type word in front outweighs them.

    `577/CT-KTNB` is a letter of a Cục Thuế, `577/CT-UBND` a directive: what follows tells, where it is a known body.
    """
    codes = _codes()
    if found.type_code in codes.weak:
        return True
    return found.type_code in codes.doubtful and not any(body in codes.known for body in found.bodies)


def is_known_body(atom: str) -> bool:
    """Whether the tables have this code of a body."""
    return atom in _codes().known


def type_of_atom(atom: str) -> str | None:
    """The type that a symbol atom names (`KH` → KH, `CTR` → CTr), or None."""
    found = _codes().types.get(atom.upper())
    return found[1] if found else None


_DOUBLED = Pattern(r"(D)\1")


def _known(atom: str) -> str | None:
    """The atom in canonical case, None if no table has it."""
    codes, upper = _codes(), atom.upper()
    if upper in codes.types:
        return codes.types[upper][0]
    if upper in codes.bodies:
        return codes.bodies[upper]
    return atom if _ASSEMBLY.fullmatch(atom) else None


def _is_atom(atom: str) -> bool:
    """Whether a group of letters may be a symbol atom: mostly capitals, or in the tables."""
    small = sum(c.islower() for c in atom)
    return (small <= 2 and len(atom) - small >= 2) or small == 0 or _known(atom) is not None


def _repair(atom: str) -> str | None:
    """The one known atom that looks like this unknown one (`ND` → NĐ, `BATG1` → BATGT, `QĐĐ` → QĐ), or None."""
    key = strip_marks(atom).upper()
    skeletons = _codes().skeletons
    once = _DOUBLED.sub(r"\1", key)  # a letter that was recognised twice
    found = (
        skeletons.get(key)
        or skeletons.get(key.translate(_OCR_LETTERS))
        or (skeletons.get(once) if once != key else None)
    )
    # Recognition loses strokes and adds none: a Đ for D (`HĐNĐ`) was printed, and what is printed stands.
    return None if found is not None and _has_stroke_too_many(atom, found) else found


def _has_stroke_too_many(atom: str, found: str) -> bool:
    return len(atom) == len(found) and any(a in "Đđ" and b in "Dd" for a, b in zip(atom, found, strict=True))


@lru_cache(maxsize=4096)
def meant(number: str) -> str:
    """The number whose atoms are those of the tables where a stroke too many was printed (`76/NQ-HĐNĐ`)."""
    if "Đ" not in number:
        return number
    skeletons = _codes().skeletons
    atoms = _ATOM_SPLIT.split(number)
    return "".join(atom if _known(atom) else skeletons.get(strip_marks(atom).upper()) or atom for atom in atoms)


@lru_cache(maxsize=4096)
def _strokeless(number: str) -> tuple[str, ...]:
    """The unknown atoms of a number that may have lost strokes: those with D and without Đ."""
    atoms = _ATOM_SPLIT.split(number)[2:]
    return tuple(atom for atom in atoms if "D" in atom and "Đ" not in atom and not _known(atom))


def with_strokes(number: str, words: str) -> str | None:
    """The number with the strokes that its body's name asks for, or None where the words name no such body.

    `7603/TTr-HDTD` of a `Hội đồng thẩm định` is `7603/TTr-HĐTĐ`: the code of a body is made of the first letters of its
    words (Nghị định 30/2020/NĐ-CP, Annex VI).

    Args:
        number: In canonical form.
        words: The words around it that may name the body.
    """
    better = number
    for atom in _strokeless(number):
        starts = [match.group() for match in _FIRST_LETTERS.finditer(words)]
        letters = "".join(starts).upper()
        plain = strip_marks(letters)
        found = {
            letters[at : at + len(atom)].replace("Ư", "U").replace("Ô", "O")
            for at in range(len(letters) - len(atom) + 1)
            if starts[at].isupper() and plain.startswith(atom, at)
        }
        if len(found) == 1 and "Đ" in (code := found.pop()):
            better = better.replace(atom, code)
    return better if better != number else None


def _split_glued(atom: str) -> tuple[str, str] | None:
    """Type and body of an atom whose hyphen was lost (`QĐUBND` → QĐ, UBND), or None."""
    codes = _codes()
    for cut in range(2, len(atom) - 1):
        if atom[:cut].upper() in codes.types:
            body = codes.bodies.get(atom[cut:].upper())
            if body is not None and len(body) > 1:
                return codes.types[atom[:cut].upper()][0], body
    return None


class _Reader:
    """Reads one number; `at` moves on as groups are taken."""

    def __init__(self, text: str, at: int, end: int, loose: bool) -> None:
        self.text, self.at, self.end, self.loose = text, at, end, loose
        self.parts: list[str] = []
        self.atoms: list[str] = []
        self.repairs: list[str] = []
        self.year: int | None = None
        self.symbol_end = at
        self.loosened = False

    def atom(self) -> str | None:
        """The next group in canonical form, joined from its pieces where spaces broke it."""
        term = _MISREAD_TERM.match(self.text, self.at, self.end)
        if term is not None and (self.year is not None or self.atoms) and not _ASSEMBLY.fullmatch(term.group()):
            self.at, atom = term.end(), f"{term[1] or ''}QH{(term[2] + term[3]).translate(_OCR_DIGITS)}"
            self.repairs.append(f"{term.group()} read as {atom}")
            return atom
        match = _ATOM.match(self.text, self.at, self.end)
        if match is None or not _is_atom(match.group()):
            return None
        atom, self.at = self._joined(match.group(), match.end())
        term = _TERM.match(self.text, self.at, self.end) if atom in ("QH", "UBTVQH") else None
        if term is not None:
            atom, self.at = atom + term[1], term.end()
        known = _known(atom)
        if known is not None:
            return known
        better = _repair(atom)
        if better is not None and better != atom:
            self.repairs.append(f"{atom} read as {better}")
            return better
        return atom

    def _joined(self, atom: str, at: int) -> tuple[str, int]:
        """Pieces that spaces broke off (`PGD ĐT`, `U B ND`, `GD & ĐT`), joined where the whole is a known body."""
        best, stop, whole, here = atom, at, atom, at
        for _ in range(5):
            match = _AMPERSAND.match(self.text, here, self.end)
            if match is not None:
                best = whole = f"{whole}&{match[1]}"
                stop = here = match.end()
                continue
            match = _PIECE.match(self.text, here, self.end)
            if match is None:
                break
            whole, here = whole + match[1], match.end()
            if _known(whole) is not None and whole.upper() in _codes().bodies:
                best, stop = whole, here
        return best, stop

    def separator(self) -> str | None:
        """The next `/` or `-`. Spaces around it count only while the symbol is not complete yet."""
        match = _SEPARATOR.match(self.text, self.at, self.end)
        if match is None:
            return None
        complete = len(self.atoms) > 1 + self.loosened or (self.atoms and self.atoms[0].upper() not in _codes().types)
        spaced = match.group() not in ("/", "-", ".")
        if complete and spaced and not (self.loose and _LAST_ATOM.match(self.text, match.end())):
            if not self._joint(match.end()):
                return None
        self.at = match.end()
        return match[1] or "."

    def _joint(self, at: int) -> bool:
        """Whether after a spaced hyphen another issuer of a joint document follows (`TTLT-BTC - BCA`)."""
        match = _ATOM.match(self.text, at, self.end)
        codes = _codes()
        return (
            bool(self.atoms)
            and type_of_atom(self.atoms[0]) in ("TTLT", "NQLT")
            and match is not None
            and match.group().upper() in codes.bodies
        )

    def symbol(self) -> None:
        """The groups of the symbol, appended to `parts`."""
        while len(self.atoms) < 7:
            here = self.at
            atom = self.atom()
            if atom is None:
                self.at = here
                if self.parts and self.parts[-1] in "/-.":
                    self.parts.pop()
                    self.at = self.symbol_end
                return
            self._add(atom)
            self._year_inside(atom)
            self.symbol_end = self.at
            mark = self.separator()
            if mark is None:
                if not (self.loose and len(self.atoms) == 1 and type_of_atom(atom) and self._loose_body()):
                    return
                continue
            self.parts.append(mark)

    def _add(self, atom: str) -> None:
        glued = _split_glued(atom) if not self.atoms and _known(atom) is None else None
        if glued is None:
            self.atoms.append(atom)
            self.parts.append(atom)
            return
        self.atoms.extend(glued)
        self.parts.extend((glued[0], "-", glued[1]))
        self.repairs.append(f"hyphen put into {atom}")

    def _year_inside(self, atom: str) -> None:
        """`36-NQ/2026/QH16`: the year after the type."""
        match = _YEAR_INSIDE.match(self.text, self.at, self.end)
        if match is not None and type_of_atom(atom):
            self.year, self.at = int(match[1]), match.end()
            self.parts.extend(("/", match[1]))

    def _loose_body(self) -> bool:
        """A body after a space instead of a hyphen (`KH LĐ-THCS`), in number lines only."""
        match = _LOOSE.match(self.text, self.at, self.end)
        if match is None:
            return False
        atom = _ATOM.match(self.text, match.end(), self.end)
        if atom is None or not _is_atom(atom.group()) or len(atom.group()) < 2 or atom.group().islower():
            return False
        if atom.group()[1:].islower():
            return False
        self.at, self.loosened = match.end(), True
        return True


def _form(first: str, atoms: list[str], parts: list[str]) -> Form:
    if not atoms:
        return "bare"
    if _ASSEMBLY.fullmatch(atoms[-1]):
        return "assembly"
    if type_of_atom(atoms[0]) is None:
        return "letter" if len(atoms) > 1 else "partial"
    if len(atoms) == 1:
        return "partial"
    return "party" if first == "-" else "state"


@cache
def _plain_symbol(text: str) -> _Reader | None:
    """A symbol without spaces, read once for all its occurrences."""
    reader = _Reader(text, 0, len(text), loose=False)
    reader.symbol()
    return reader if reader.atoms and reader.at == len(text) > 1 else None


def _plain_number(match: re.Match[str], symbol: _Reader) -> FoundNumber:
    """A number as it should be printed, its symbol known from `_plain_symbol`."""
    digits = match[1] + (match[2] or "")
    year = f"{match[4]}/" if match[4] else ""
    type_code = type_of_atom(symbol.atoms[0])
    text = "".join(symbol.parts)
    return FoundNumber(
        match.start(),
        match.end(),
        f"{digits}{match[3]}{year}{text}",
        digits,
        int(match[4]) if match[4] else symbol.year,
        text,
        type_code,
        tuple(symbol.atoms[1:] if type_code else symbol.atoms),
        _form(match[3], symbol.atoms, symbol.parts),
        tuple(symbol.repairs),
    )


def read_number(
    text: str, at: int, end: int | None = None, *, loose: bool = False, letters: bool = True
) -> FoundNumber | None:
    """The number that starts with the digits at `at`, or None where no symbol follows them.

    Args:
        text: The text.
        at: Offset of the first digit.
        end: Where to stop reading.
        loose: Take a space for the separator after the digits or the type too (for number lines and after `số`).
        letters: With `loose`, read letters that look like digits as digits (`l2/KH-UBND`); not for a number line, where
            they may be ink.
    """
    stop = len(text) if end is None else end
    plain = _PLAIN.match(text, at, stop)
    if plain is not None and not _MISREAD_TERM.fullmatch(plain[5]):
        known = _plain_symbol(plain[5])
        if known is not None:
            return _plain_number(plain, known)
    odd = _BROKEN_DIGITS.match(text, at, stop) if loose else None
    if odd is None and loose and letters:
        odd = _MISREAD_DIGITS.match(text, at, stop)
    match = odd or _DIGITS.match(text, at, stop)
    if match is None:
        return None
    digits = match[1].replace(" ", "").translate(_OCR_DIGITS) + (match[2] or "")
    reader = _Reader(text, match.end(), stop, loose)
    if digits != match[1] + (match[2] or ""):
        reader.repairs.append(f"{match[1]} read as {digits}")
    first = reader.separator()
    if first is None:
        first = _loose_separator(reader, stop) or _misread_separator(reader)
        if first is None:
            return None
    year = _YEAR.match(text, reader.at, stop)
    if year is not None:
        plain_year = year[1].replace(" ", "").translate(_OCR_DIGITS)
        if plain_year != year[1].replace(" ", ""):
            reader.repairs.append(f"{year[1]} read as {plain_year}")
        reader.year, reader.at = int(plain_year), year.end()
    reader.symbol()
    if not reader.atoms or (len(reader.atoms) == 1 and len(reader.atoms[0]) == 1):
        return None
    symbol = "".join(reader.parts)
    middle = f"{reader.year}/" if year is not None else ""
    number = f"{digits}{first}{middle}{symbol}"
    type_code = type_of_atom(reader.atoms[0])
    bodies = tuple(reader.atoms[1:] if type_code else reader.atoms)
    form = _form(first, reader.atoms, reader.parts)
    return FoundNumber(
        at, reader.at, number, digits, reader.year, symbol, type_code, bodies, form, tuple(reader.repairs)
    )


def _loose_separator(reader: _Reader, stop: int) -> str | None:
    """A lost separator: `402 KH/TWĐTN`, `15QĐ/UB`; the mark that the other kind of number would have is supplied."""
    at = reader.at + (reader.text[reader.at : reader.at + 1] == " ")
    match = _ATOM.match(reader.text, at, stop)
    if match is None or not reader.loose:
        return None
    after = _SEPARATOR.match(reader.text, match.end(), stop)
    known = match.group().upper() in _codes().types
    if not known or after is None:
        return None
    reader.at = at
    mark = "-" if after[1] == "/" else "/"
    reader.repairs.append(f"{mark} put before {match.group()}")
    return mark


def _misread_separator(reader: _Reader) -> str | None:
    """A slash read as something like it (`267?KH-THKT`, `45|KH-UBND`), in number lines and after `số` only."""
    match = _MISREAD.match(reader.text, reader.at, reader.end)
    if match is None or not reader.loose or type_of_atom(match[2]) is None:
        return None
    reader.at = match.start(2)
    reader.repairs.append(f"{match[1]} read as /")
    return "/"


def iter_numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[FoundNumber]:
    """The numbers of `text[start:end]` that show by themselves what they are, or stand after the word `số`."""
    stop = len(text) if end is None else min(end, len(text))
    at = start
    while at < stop:
        match = _ANCHOR.search(text, at, stop)
        if match is None:
            return
        found = check_number(text, match.start(), stop)
        if found is None:
            at = match.start() + 1
            while at < stop and text[at].isdigit():
                at += 1
            continue
        yield found
        at = found.end


def after_number_word(text: str, at: int) -> bool:
    """Whether the word `số` stands right before `at`."""
    return _AFTER_SO.search(text, max(0, at - 6), at) is not None


def check_number(text: str, at: int, end: int | None = None) -> FoundNumber | None:
    """The number at `at` if it can be one where it stands: of a known type, or after the word `số`."""
    before = text[at - 1 : at]
    marked = after_number_word(text, at)
    if before and (before.isalpha() or before in ".,") and not marked:
        return None
    found = read_number(text, at, end, loose=marked)
    if found is None:
        return None
    if marked or found.form in ("state", "party", "assembly"):
        return found
    codes = _codes()
    if found.form == "letter" and found.bodies[0] in codes.bodies.values() and len(found.digits) > 1:
        return found
    return found if found.form == "partial" and found.type_code and found.year else None


def find_numbers(text: str, start: int = 0, end: int | None = None) -> list[FoundNumber]:
    """Every document number of `text[start:end]`, in order of its place."""
    return list(iter_numbers(text, start, end))


def parse(text: str) -> FoundNumber | None:
    """The parts of a document number that stands alone (`63 -KH/ĐU`), or None if the text is none."""
    plain = " ".join(text.translate(_DASHES).split())
    found = read_number(plain, 0, loose=True)
    return found if found is not None and found.end == len(plain) else None


def canonical(number: str) -> str:
    """The canonical form of a number as printed; a text that does not parse only loses its spaces and odd dashes."""
    found = parse(number)
    return found.number if found else "".join(number.translate(_DASHES).split())


def symbol_type(number: str) -> str | None:
    """The type that the symbol of a number names (`48/NQ-CP` → NQ), CV for a letter, None where it names none."""
    found = parse(number)
    if found is None:
        return None
    return found.type_code or ("CV" if found.form == "letter" else None)


def parse_number_line(line: str) -> tuple[str | None, str | None, FieldStatus, tuple[int, int] | None]:
    """Reads the number line of a letterhead: `Số: 47/KH-UBND`, `Số:    /KH-UBND`, `Số 63 -KH/ĐU`.

    Args:
        line: A line, or the part of one, in clean form.

    Returns:
        Canonical number (None where it is blank), its symbol, the status (`found`, `blank`, `absent`) and the offsets
        of number and symbol in the line (None where there is none).
    """
    word = _NUMBER_WORD.search(line)
    at = word.end() if word else len(line) - len(line.lstrip())
    found = read_number(line, at, loose=True, letters=False)
    if found is not None and (word is not None or found.form in ("state", "party", "assembly")):
        return found.number, found.symbol, "found", (found.start, found.end)
    if word is None:
        return None, None, "absent", None
    return _blank_number(line, at)


def _blank_number(line: str, at: int) -> tuple[str | None, str | None, FieldStatus, tuple[int, int] | None]:
    """A number line without digits, or with nothing but digits."""
    bare = _BARE.match(line, at)
    if bare is not None:
        return bare[1], None, "found", (at, bare.end(1))
    gap = _BLANK.match(line, at)
    assert gap is not None
    reader = _Reader(line, gap.end(), len(line), loose=True)
    reader.separator()
    year = _YEAR.match(line, reader.at)
    if year is not None:
        reader.at = year.end()
    reader.symbol()
    if (reader.atoms and type_of_atom(reader.atoms[0])) or len(reader.atoms) > 1:
        return None, "".join(reader.parts), "blank", (at, reader.at)
    rest = line[gap.end() :].strip(" .…_/-")
    if not rest or rest[0].isupper():
        return None, None, "blank", None
    return None, None, "absent", None
