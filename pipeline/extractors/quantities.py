"""Quantities in Vietnamese text: `5%- 10%`, `từ 5 đến 10%`, `3,5%`, `1.860 xã`, `9/100.000 trẻ em`, `năm phần trăm`.

A dot groups thousands and a comma marks decimals. The text must be in lower case (the result's offsets are those of the
text). Dates, years and the numbers of documents are no quantities; whether a count is one at all, its reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .. import knowledge
from ..text.patterns import Pattern

_ROWS = knowledge.rows("quantity_words")


def _words(kind: str) -> list[str]:
    """All words of the rows of a kind, the longest first."""
    words = [word for row in _ROWS if row["kind"] == kind for word in row["words"]]
    if kind == "named":
        words += [unit for row in knowledge.rows("indicators") for unit in row.get("units", ())]
    return sorted(words, key=lambda word: (-len(word), word))


def _values(kind: str) -> dict[str, float]:
    """The values of the words of a kind."""
    return {word: float(row["value"]) for row in _ROWS if row["kind"] == kind for word in row["words"]}


def _any(kind: str) -> str:
    """The words of a kind as one alternation."""
    return "|".join(map(re.escape, _words(kind)))


_DIGITS, _TENS = _values("digit"), _values("ten")
_HUNDREDS = _values("hundred")
_PERCENT, _LEAST = _words("percent")[0], tuple(_words("least"))
_RANGE = frozenset({*_words("range"), "-"})
_GLUED, _POINTS = frozenset(_words("glued")), frozenset(_words("points"))

# A number begins with a digit, so that the scan is one for digits; what stands before it is looked at afterwards.
_NUM = r"\d(?:\d{0,2}(?:\.\d{3}){1,4}(?:,\d{1,3})?|\d?\.\d{1,2}(?= ?%)|\d{0,8}(?:,\d{1,4})?)"
_PER_MILLE = r"[0o](?!\w)"  # behind `%`: how `‰` is typed
_QUANTITY = Pattern(
    rf"(?P<low>{_NUM})(?P<mark> ?[%‰](?!{_PER_MILLE}))?"
    rf"(?: ?(?:-|÷|~|(?:{_any('range')})(?: (?:{_any('under')}))?) ?(?P<high>{_NUM}))?"
    rf"(?P<percent>(?: (?:{_any('points')}))?(?: ?%(?!{_PER_MILLE})| {_PERCENT})| ?(?:‰|%{_PER_MILLE}))?"
)
_INSIDE = Pattern(r"(?:[\w/.,%]|\w-)$")
_ALL_OF = Pattern(r"(\d{1,4})/\1(?= [^\W\d])")
_PART_OF = Pattern(rf"\d{{1,5}}/(?P<whole>\d{{1,5}})(?= (?:{_any('counted')})(?!\w))")
_DIGIT = Pattern(r"\d")
_SPELLED = Pattern(rf"(?:^|(?<=[ ,(]))((?:[^\W\d]+ ){{1,9}}){_PERCENT}")
_SMALL = Pattern(
    rf"(?:{_any('least')})(?: (?:{_any('least_link')}))? "
    rf"({'|'.join(sorted({*_DIGITS, *_TENS} - {_words('digit')[0]}))})(?= [^\W\d])"
)
_SCALE = Pattern(rf" ?({_any('scale')})(?!\w)")
_MONEY = Pattern(
    rf" ?((?:{_any('scale')}) (?:{_any('money')})(?: ?/ ?(?!\d)[^\W\d]+(?: (?:{_any('money_of')}))?){{0,2}})(?!\w)"
)
_PER = Pattern(
    rf" ?(?:(?P<noun>[^\W\d]+(?: [^\W\d]+){{0,3}}) ?)?(?:/|{_any('of')}) ?"
    rf"(?P<base>(?:100[. ]?000|10[. ]?000|1[. ]?000|{_any('base')}|100)(?!\d))"
    rf"(?P<of>(?: (?!(?:{_any('stop')})(?!\w))[^\W\d]+){{1,3}})?"
)
_UNIT = Pattern(
    rf" ?[“\"]?(?P<unit>m2|m3|m²|km2|(?:{_any('named')})(?!\w)|[^\W\d_]+(?: [^\W\d_]+(?= ?/))?)"
    rf"(?P<per> ?/ ?(?:1 )?(?:(?:{_any('per')})(?!\w)|[^\W\d_]+))?"
)
_SCALED = Pattern(rf" ?({_any('scaled')})(?!\w)")
_FRACTIONS = _values("fraction")
_FRACTION = Pattern(
    rf"(?<!\w)(?:{_any('fraction_verb')}) (?:(?:{_any('least')}|{_any('of')}) )?"
    rf"(?P<part>(?P<upper>\d)/(?P<lower>[2-9])|{_any('fraction')})(?![\w/%]|,\d)"
)
_NO_QUANTITY = Pattern(r" ?[/.-] ?\d|/|-[^\W\d]")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range of numbers with its unit.

    Attributes:
        start, end: Half-open offsets of number and unit sign; the unit's word is not included, for it begins a noun.
        low, high: The bounds, equal for a single number.
        unit: `percent`, `permille`, `điểm %`, a rate (`/100.000 dân`), or the word that follows (`xã`), '' for none.
        kind: `percent`, `rate`, `count`, or `spelled` for a small count in letters (`ba mô hình`).
        unit_end: Where the word of the unit ends (`end` for percents).
    """

    start: int
    end: int
    low: float
    high: float
    unit: str
    kind: str
    unit_end: int


def number(text: str) -> float:
    """The value of a number as written: `1.860` is 1860, `3,5` is 3.5.

    Raises:
        ValueError: The text is no number.
    """
    if re.fullmatch(r"\d{1,3}\.\d{1,2}", text):
        return float(text)
    return float(text.replace(".", "").replace(",", "."))


def spelled_number(words: list[str]) -> int | None:
    """The value of a number in letters up to one hundred (`mười lăm`, `hai mươi`), None for other words."""
    if (whole := " ".join(words)) in _HUNDREDS:
        return int(_HUNDREDS[whole])
    tens, rest = 0.0, words
    if rest[0] in _TENS:
        tens, rest = _TENS[rest[0]], rest[1:]
    elif len(rest) > 1 and rest[1] in _TENS and rest[0] in _DIGITS:
        tens, rest = _TENS[rest[1]] * _DIGITS[rest[0]], rest[2:]
    if not rest:
        return int(tens) or None
    return int(tens + _DIGITS[rest[0]]) if len(rest) == 1 and rest[0] in _DIGITS else None


def has_quantities(text: str) -> bool:
    """Whether a lower-case text may hold a quantity at all: a quick test before the search."""
    return _DIGIT.search(text) is not None or any(word in text for word in (_PERCENT, *_LEAST, *_FRACTIONS))


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a lower-case text, in order; runs in linear time.

    Counts in letters (`ba mô hình`) are taken behind `ít nhất` and `tối thiểu` only: elsewhere few are figures.
    """
    found = [quantity for match in _QUANTITY.finditer(text) if (quantity := _read(text, match))]
    if _PERCENT in text:
        found += _spelled_percents(text)
    for match in _SMALL.finditer(text) if any(word in text for word in _LEAST) else ():
        value = float(spelled_number([match[1]]) or 0)
        unit, end = _unit(text, match.end())
        found.append(Quantity(match.start(1), match.end(), value, value, unit, "spelled", end))
    found += _fractions(text)
    found.sort(key=lambda quantity: (quantity.start, -quantity.end))
    return list(_disjoint(found))


def _fractions(text: str) -> Iterator[Quantity]:
    """`giảm 1/5`, `giảm một nửa`: parts of what there was, in whole percents."""
    for match in _FRACTION.finditer(text) if "/" in text or any(word in text for word in _FRACTIONS) else ():
        upper, lower = match["upper"], match["lower"]
        value = _FRACTIONS[match["part"]] if upper is None else 100 * int(upper) / int(lower)
        if value < 100 and value.is_integer():  # a third is no number of percents
            end = match.end()
            yield Quantity(match.start("part"), end, value, value, "percent", "percent", end)


def _disjoint(quantities: list[Quantity]) -> Iterator[Quantity]:
    last = -1
    for quantity in quantities:
        if quantity.start >= last:
            yield quantity
            last = quantity.unit_end if quantity.kind == "rate" else quantity.end


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    """The quantity at a match of numbers, None where it is part of a date or a document's number."""
    if _INSIDE.search(text, max(0, match.start() - 2), match.start()):
        return None
    low, high, end = number(match["low"]), match["high"], match.end()
    upper = number(high) if high else low
    percent = match["percent"] or (match["mark"] if not high else None)
    if upper < low:  # `2021 - 10%`, `từ ngày 28 đến 5`: two numbers, not a range
        if not match["percent"]:
            return None
        return Quantity(match.start("high"), end, upper, upper, _sign(percent), "percent", end)
    if percent:
        return Quantity(match.start(), end, low, upper, _sign(percent), "percent", end)
    if match["mark"]:
        return None
    if rate := _PER.match(text, end):
        unit = "/" + rate["base"].replace(" ", "") + (rate["of"] or "")
        return Quantity(match.start(), end, low, upper, unit, "rate", rate.end())
    if whole := _ALL_OF.match(text, match.start()):  # `06/06 tuyến phố`: all of them
        unit, unit_end = _unit(text, whole.end())
        return Quantity(match.start(), whole.end(), low, low, unit, "count", unit_end)
    if (part := _PART_OF.match(text, match.start())) and low <= number(part["whole"]):  # `83/121 xã`: so many of them
        unit, unit_end = _unit(text, part.end())
        return Quantity(match.start(), part.end(), low, low, unit, "count", unit_end)
    if _NO_QUANTITY.match(text, end):
        return None
    if money := _MONEY.match(text, end):  # a sum stays as it is written: `66 triệu đồng/người/năm`
        return Quantity(match.start(), end, low, upper, re.sub(r" ?/ ?", "/", money[1]), "count", money.end())
    scale = _SCALE.match(text, end)
    end = scale.end() if scale else end
    unit, unit_end = _unit(text, end)
    if scale:  # as written, like a sum: `2,9 triệu lượt khách` is 2.9 of the unit `triệu lượt`
        if noun := _SCALED.match(text, end):
            unit, unit_end = noun[1], noun.end()
        unit = f"{scale[1]} {unit}".strip()
    if text[end : end + 1].isalpha() and unit.split("/")[0] not in _GLUED:  # `quốc lộ 1a`
        return None
    return Quantity(match.start(), end, low, upper, unit, "count", unit_end)


def _sign(text: str | None) -> str:
    if text and text.split()[0] in _POINTS:
        return f"{text.split()[0]} %"
    return "permille" if text and text[-1] in "‰0o" else "percent"


def _unit(text: str, at: int) -> tuple[str, int]:
    """The word that follows a number, and where it ends."""
    match = _UNIT.match(text, at)
    if match is None:
        return "", at
    return match["unit"] + re.sub(r" ?/ ?(?:1 )?", "/", match["per"] or ""), match.end()


def _spelled_percents(text: str) -> Iterator[Quantity]:
    """`năm phần trăm`, `từ năm đến mười phần trăm`."""
    for match in _SPELLED.finditer(text):
        words = match[1].split()
        upper, used = _last_number(words)
        if upper is None:
            continue
        lower: int | None = upper
        if len(words) > used and words[-used - 1] in _RANGE:
            before, more = _last_number(words[: -used - 1])
            lower, used = (before, used + 1 + more) if before is not None else (upper, used)
        start = match.start(1) + len(" ".join(words[: len(words) - used])) + (len(words) > used)
        yield Quantity(start, match.end(), float(lower or 0), float(upper), "percent", "percent", match.end())


def _last_number(words: list[str]) -> tuple[int | None, int]:
    """The number that the last words spell, and how many words it takes."""
    for count in (3, 2, 1):
        if len(words) >= count and (value := spelled_number(words[-count:])) is not None:
            return value, count
    return None, 0
