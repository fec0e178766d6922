"""What the number of a document tells: the key that all its mentions share, and the time within which it is unique.

A number alone is no key. The units of the State start again at 01 each calendar year (Nghị định 30/2020/NĐ-CP, Annex
I), the Party's bodies with each term of their committee (Hướng dẫn 36-HD/VPTW), and the units that were formed on 1
July 2025 started anew on that day. So a document is its key, its issuer and the period in which that issuer counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from .. import knowledge
from ..extractors.citations import law_key
from ..grammar.numbers import FoundNumber, meant, parse
from ..text.normalise import skeleton

_TERM = re.compile(r"(?:qh|ubtvqh)(\d{1,2})")
_ASSEMBLY = frozenset({"qh", "ubtvqh"})
_BARE = re.compile(r"(\d{1,6}[a-zđ]?)(?:/((?:19|20)\d\d))?")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NORMATIVE = frozenset({"NĐ", "TT", "TTLT", "PL", "L", "BL"})
_LAWS = frozenset({"L", "BL", "PL", "HP", "L-CTN"})  # the last in numbers of before 2002 (`12-L/CTN`)
_LONGEST = 80
_LETTER, _JOINT, _ORDINANCE = "CV", "TTLT", "PL"
_GOVERNMENT = frozenset({"cp", "ttg"})  # what the Prime Minister issues is cited as the Government's too


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """What all mentions of a document have in common, whoever issued it and when.

    Attributes:
        block: Digits and symbol without marks and year (`18-ct-tw`); `law:…` for a law by its name, `own:…` for a
            document without a number, `bare:…` for digits without a symbol.
        slug: The part of an id that says the number (`18-ct-tw`).
        sole: One body in the country has this symbol.
        party: A Party number: its body counts through a term.
        term: The symbol names a term of the National Assembly, through which numbers run on.
        type_code: The type that the symbol names, or None.
        normative: The year stands in the number, though not in all numbers of the type (`22/2017/QĐ-TTg`).
    """

    block: str
    slug: str
    sole: bool = False
    party: bool = False
    term: bool = False
    type_code: str | None = None
    normative: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the key is no more than digits, or the name of a law."""
        return self.block.startswith("bare:")


@dataclass(frozen=True, slots=True)
class _Codes:
    canonical: dict[str, str]
    sole: frozenset[str]
    party: frozenset[str]


@cache
def _codes() -> _Codes:
    canonical: dict[str, str] = {}
    sole: set[str] = set()
    party: set[str] = set()
    rows = knowledge.rows("issuer_codes")
    canonical |= {_plain(row["code"]): _plain(row["code"]) for row in rows}
    for row in rows:
        code = _plain(row["code"])
        for alias in row.get("aliases", ()):
            # A ministry's code without its B is that of a department too.
            if _plain(alias)[0] == code[0] or not row.get("sole"):
                canonical[alias.upper()] = code  # with its marks: `TƯ` is no `TU`
                canonical.setdefault(_plain(alias), code)
        if row.get("sole"):
            sole.add(code)
        if row["kind"] == "party":
            party.add(code)
    return _Codes(canonical, frozenset(sole), frozenset(party))


def _plain(atom: str) -> str:
    return _NOT_WORD.sub("", skeleton(atom))


def _body(atom: str) -> str:
    """The code of a body, one for all its spellings."""
    canonical, plain = _codes().canonical, _plain(atom)
    return canonical.get(atom.upper()) or canonical.get(plain, plain)


def type_slug(code: str | None) -> str:
    """A type in an id: `kl`; `duan` for Dự án, since Đề án is `da`; `_` for none."""
    if code is None:
        return "_"
    return "duan" if code == "DA" else _plain(code) or "_"


@lru_cache(maxsize=65_536)
def number_key(number: str, doc_type: str | None, issuer_id: str | None = None) -> tuple[DocumentKey, int | None]:
    """The key of a numbered document, and the year inside its number (`30/2020/NĐ-CP`).

    Args:
        number: Canonical number (`18-CT/TW`).
        doc_type: Its type as it was cited, for a number without a symbol.
        issuer_id: Its issuer, for a number that leaves the body out (`54/2019/NĐ`).
    """
    bare = _BARE.fullmatch(number)
    if bare is not None:
        digits = bare[1].lstrip("0") or "0"
        name = f"{type_slug(doc_type)}-{_plain(digits)}"
        return DocumentKey(f"bare:{name}", name), int(bare[2]) if bare[2] else None
    found = parse(meant(number))
    if found is None:
        slug = _NOT_WORD.sub("-", skeleton(number)).strip("-") or "_"
        return DocumentKey(slug, slug), None
    digits = _NOT_WORD.sub("", found.digits.lower().replace("đ", "d")).lstrip("0") or "0"
    if "." in found.digits:  # 66.7/2025/NQ-CP is no 667
        digits = found.digits.lower().replace(".", "p").lstrip("0")
    bodies = [body for body in map(_body, found.bodies) if body]
    if not bodies and found.type_code:
        bodies = [body] if (body := _body_left_out(found.type_code, issuer_id)) else []
    if found.form == "letter":  # the units that draft letters share one series
        bodies = bodies[:1]
    bodies = _whole(bodies, found.year)
    term = next((match for body in bodies if (match := _TERM.fullmatch(body))), None)
    type_code = _type_of(found, doc_type, bodies, term is not None)
    if type_code == _JOINT:  # of a joint circular the first numbers it; the others stand in any order
        bodies = [*bodies[:1], *sorted(bodies[1:])]
    symbol = [] if type_code is None else [type_slug(type_code)]
    # A body's normative acts, which bear the year, have a series of their own; of some types there are no others.
    normative = found.year is not None and term is None and type_code not in _NORMATIVE
    slug = "-".join((digits, *(("n",) if normative else ()), *symbol, *bodies))
    sole = term is not None or bool(bodies) and bodies[0] in _codes().sole
    party = found.form == "party" or bool(bodies) and bodies[0] in _codes().party  # also where the marks are exchanged
    counts_on = term is not None and found.year is None
    return DocumentKey(slug, slug, sole, party, counts_on, type_code, normative), found.year


def _whole(bodies: list[str], year: int | None) -> list[str]:
    """The bodies of a number, with the term of the National Assembly that it leaves out (`72/2025/QH`).

    A term has five years (Constitution, article 71), the twelfth had four (2007 to 2011); the year in which one ends
    and the next begins leaves it open.
    """
    if not bodies or bodies[0] not in _ASSEMBLY or year is None or year % 5 == (1 if year > 2010 else 2):
        return bodies
    return [f"{bodies[0]}{13 + (year - 2012) // 5}", *bodies[1:]]


def _type_of(found: FoundNumber, doc_type: str | None, bodies: list[str], has_term: bool) -> str | None:
    """The type in a key: that of the symbol, else of the words where the symbol is the body alone (`118/TTg`).

    Normative acts of the National Assembly and its Standing Committee bear the term, and many write no type into the
    number (`76/2025/UBTVQH15`, `76/2025/NQ-UBTVQH15`): none is in their keys, but for ordinances, which have a series
    of their own beside the Committee's resolutions.
    """
    if has_term and found.year is not None:
        return _ORDINANCE if _ORDINANCE in (found.type_code, doc_type) else None
    if found.type_code is None and found.form == "partial" and len(bodies) == 1 and bodies[0] in _codes().sole:
        return doc_type if doc_type in _with_symbol() else None
    return found.type_code


@cache
def _with_symbol() -> frozenset[str]:
    """Types that stand in numbers."""
    return frozenset(row["code"] for row in knowledge.rows("doc_types") if row["symbols"] and row["code"] != _LETTER)


def _body_left_out(type_code: str, issuer_id: str | None) -> str | None:
    """The code of the body that a number leaves out: the only one with such documents, or the issuer's."""
    if issuer_id is None:
        return "cp" if type_code == "NĐ" else None  # decrees are the Government's alone
    return sole_bodies().get(issuer_id.partition("#")[0])


@cache
def sole_bodies() -> dict[str, str]:
    """Ids of the bodies that have a code for themselves, with that code."""
    rows = [row for row in knowledge.rows("issuer_codes") if row.get("sole")]
    return {_NOT_WORD.sub("-", skeleton(row["meaning"])).strip("-"): _plain(row["code"]) for row in rows}


def is_another(key: DocumentKey, issuer_id: str | None) -> bool:
    """Whether an issuer is another body than the only one whose symbol a number bears; the Party's share theirs."""
    if key.party or issuer_id is None:
        return False
    said = sole_bodies().get(issuer_id.partition("#")[0])
    if said is None:
        return False
    code = code_of(key)
    return said != code and code in body_of_code() and not {said, code} <= _GOVERNMENT


@cache
def body_of_code() -> dict[str, str]:
    """The id of each body that has a code for itself, by the code."""
    return {code: body for body, code in sole_bodies().items()}


def code_of(key: DocumentKey) -> str:
    """The code of the body in a key."""
    parts = key.slug.split("-")
    place = 1 + (key.type_code is not None) + key.normative
    return parts[place] if len(parts) > place else ""


def may_be_law(key: DocumentKey) -> bool:
    """Whether a number may be that of a law: its symbol says so, or is that of the National Assembly alone."""
    return is_law(key.type_code) if key.type_code else code_of(key).startswith(tuple(_ASSEMBLY))


def law_name_key(name: str, doc_type: str | None) -> DocumentKey:
    """The key of a law that is cited by its name."""
    return law_block_key(f"law:{law_key(name)}", doc_type)


def law_block_key(block: str, doc_type: str | None) -> DocumentKey:
    """The key whose block is this one, of a law by its name."""
    slug = _NOT_WORD.sub("-", block[4:]).strip("-") or "_"
    if len(slug) > _LONGEST:
        slug = f"{slug[:_LONGEST]}-{short_hash(block)[:4]}"
    return DocumentKey(block, slug, sole=True, type_code=doc_type)


def is_law(doc_type: str | None) -> bool:
    """Whether documents of a type are cited by their names."""
    return doc_type in _LAWS


def short_hash(text: str) -> str:
    """Six hexadecimal digits that name a text."""
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:6]


_UNITS_OF_2025 = "2025-07-01"


def period_of(key: DocumentKey, day: str | None, year: int | None, number_year: int | None) -> str | None:
    """The period in which no second document of the issuer has this number; None where the date leaves it open.

    Args:
        key: Of the document.
        day: ISO day, or None.
        year: Year, where no more is known.
        number_year: Year inside the number, or None.
    """
    if key.term:
        return "term"
    if number_year is not None:
        return _local(key, number_year, day)
    year = int(day[:4]) if day else year
    if year is None:
        return None
    if not key.party:
        return _local(key, year, day)
    # Congresses: the Party's own in January of 2011, 2016, …; those of the provinces and below in the year before.
    if key.sole or year % 5:
        return f"term-{(year - 1) // 5}"
    return str(year)


def _local(key: DocumentKey, year: int, day: str | None) -> str | None:
    if key.sole or year != 2025:
        return str(year)
    if day is None or day[:4] != "2025":
        return None
    return "2025-2" if day >= _UNITS_OF_2025 else "2025-1"
