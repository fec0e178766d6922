"""Dates in Vietnamese text: `ngày 09 tháng 02 năm 2021`, `05/4/2022`, `tháng 11/2022`, `quý III năm 2024`.

Order is always day, month, year (Nghị định 30/2020/NĐ-CP, Annex I). One scan over the text finds the words `ngày`,
`tháng`, `quý`, `năm`, `giai đoạn` … and bare numeric dates; what stands there is read by small anchored patterns.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..copying import quick
from ..text.patterns import Pattern

Precision = Literal["day", "day_month", "month", "quarter", "year"]

_NGAY = r"(?:[Nn]g[àáạảaầ]y|NG[ÀAÁ]Y)"
_THANG = r"(?:[Tt]h[áaàắ]ng|TH[ÁAÀ]NG)"
_NAM = r"(?:[Nn][ăaâ]m|N[ĂAÂ]M)"
_BLANK = r"[ .…_]{0,40}"

# The scan starts from a rare letter of ngày, tháng, quý or from a digit, and looks back for the rest: `re` skips fast
# to a member of one character class, and to nothing else.
_SCAN = Pattern(
    r"[\dàáÀÁýÝ](?:(?<=\d)(?:"
    r"(?P<year>(?<=(?:ăm|ĂM|âm|ạn|ẠN|kỳ|KỲ|ọc|ỌC) \d)(?:(?<=2)0|(?<=1)9)\d\d)"
    r"|(?P<plain>(?<=ng[aA]y \d))|(?=\d? ?[/.-] ?\d)(?:"
    r"(?P<numeric>(?<![\d/.,-]\d)\d? ?[/.-] ?\d{1,2} ?[/.-] ?(?:19|20)\d\d(?![\d/]|-\d))"
    r"|(?P<before>(?<=[Tt]rước \d)\d? ?[/.-] ?\d{1,2}(?![\d%]))"
    r"|(?P<range>(?:(?<=[Tt]ừ \d)|(?<=[Đđ]ến \d)|(?<=hết \d))\d? ?[/.-] ?\d{1,2}(?![\d%]))))"
    r"|(?P<ngay>(?:(?<=[Nn]g[àá])y|(?<=NG[ÀÁ])Y)(?![^\W\d_]))"
    r"|(?P<thang>(?:(?<=[Tt]h[áà])ng|(?<=TH[ÁÀ])NG)(?![^\W\d_]))"
    r"|(?P<quy>(?:(?<=[Qq]uý)|(?<=QUÝ))(?= ?[IVX1-4]))"
    r")"
)
_LEAD = {"ngay": 2, "thang": 2, "quy": 2, "plain": 5, "numeric": 0, "before": 0, "range": 0}
_YEAR_WORD = Pattern(r"(?<![^\W\d_])(?:n[ăâ]m(?: học)?|giai đoạn|nhiệm kỳ) \Z", re.IGNORECASE)
_LONG = Pattern(
    rf" ?(?P<day>[\dlIO](?: ?[\dlIO])?)?{_BLANK}{_THANG}{_BLANK}(?P<month>\d(?: ?\d)?(?! ?\d\d))?"
    rf"(?:{_BLANK},? ?{_NAM}{_BLANK}(?P<year>[12](?: ?[\dO]){{3}})(?!\d))?"
)
_NUMERIC = Pattern(
    r" ?(?P<day>\d{1,2}) ?(?P<sep>[/.-]) ?(?P<month>\d{1,2})"
    r"(?: ?(?P=sep) ?(?P<year>(?:19|20)\d\d(?!\d)|\d\d(?!\d|[/.-]\d))"
    rf"|(?: |, ?){_NAM} ?(?P<year2>(?:19|20)\d\d)(?!\d))?"
    r"(?![\d%])"
)
# After `ngày` only: letters that recognition takes for digits (`l6/4/2021`), digits broken apart (`1 6/4/2021`).
_MISREAD = Pattern(
    r" ?(?P<day>[\dlIO](?: ?[\dlIO])?) ?[/.-] ?(?P<month>[\dlIO](?: ?[\dlIO])?) ?[/.-] ?"
    r"(?P<year>(?:[1lI] ?9|2 ?[0O])(?: ?[\dlIO]){2})(?![\w/])"
)
_DAY_LIST = Pattern(r" ?(\d{1,2})(?=(?:(?:,| và| ?-| ?đến(?: ngày)?) ?\d{1,2}){1,8} ?(?:[/.-] ?\d| tháng))")
_NEXT_DAY = Pattern(r"(?:,| và| ?-| ?đến(?: ngày)?) ?")
_MONTH = Pattern(rf" ?(?P<month>\d{{1,2}})(?: ?[/-] ?| ?,? ?(?:{_NAM}) ?)(?P<year>(?:19|20)\d\d)(?![\d/])")
_QUARTER = Pattern(rf" ?(?P<quarter>IV|I{{1,3}}|[1-4])(?: ?[/-] ?| ?,? ?(?:{_NAM}) ?)(?P<year>(?:19|20)\d\d)(?!\d)")
_YEARS = Pattern(
    r"(?P<first>(?:19|20)\d\d)(?:(?: ?- ?| đến (?:năm )?)(?P<last>(?:19|20)\d\d)|(?P<glued>20\d\d))?(?!\d)"
)
_STARTS = Pattern(rf"{_NGAY}|{_THANG}|[Qq]uý|QUÝ|{_NAM}(?: học)?(?= ?\d{{4}})|\d")
_SPACES = Pattern(r"\s+")
_RANGE_LINK = Pattern(rf"(?:\)?,? ?(?:đến|-)(?: hết| trước)? ?|,? và ?|, ?)(?:{_NGAY} ?)?")

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_OCR_DIGITS = str.maketrans({"l": "1", "I": "1", "O": "0"})


@quick
@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date as it stands in a text.

    Attributes:
        start, end: Half-open offsets of its words (`ngày 09 tháng 02 năm 2021`).
        year, month, day: None where the text does not give them.
        iso: `2021-02-09`, `2021-02`, `2021`; None where the year is missing or the date is impossible.
        precision: `day`, `day_month` (no year: `ngày 20/8`), `month`, `quarter` or `year`.
        quarter: 1..4 for `quý III năm 2024`, else None.
        flag: '' or what is odd: `impossible`, `inherited` (year or month from the other end of a range),
            `repaired` (letters read as digits, `tháng` for `ngày`), `short_year`.
    """

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    iso: str | None
    precision: Precision
    quarter: int | None = None
    flag: str = ""


def make_iso(year: int | None, month: int | None, day: int | None) -> str | None:
    """`2021-02-09`, `2021-02` or `2021`; None without a year or for a day or month that does not exist."""
    if year is None or (day is not None and month is None):
        return None
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def _build(
    start: int,
    end: int,
    year: int | None,
    month: int | None,
    day: int | None,
    flag: str = "",
    quarter: int | None = None,
) -> FoundDate:
    iso = make_iso(year, month, day)
    precision: Precision = "quarter" if quarter else "year"
    if day is not None:
        precision = "day_month" if year is None else "day"
    elif month is not None:
        precision = "month"
    if iso is None and (year is not None or make_iso(2000, month, day) is None):
        flag = "impossible"
    return FoundDate(start, end, year, month, day, iso, precision, quarter, flag)


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if text.isdecimal():
        return int(text)
    return int(_SPACES.sub("", text).translate(_OCR_DIGITS))


def _from_numeric(start: int, match: re.Match[str], flag: str = "") -> FoundDate:
    text_year = match["year"] or match["year2"]
    year = _number(text_year)
    if year is not None and len(text_year) == 2:
        year, flag = 2000 + year, flag or "short_year"
    return _build(start, match.end(), year, _number(match["month"]), _number(match["day"]), flag)


def _after_ngay(text: str, start: int, at: int, end: int) -> FoundDate | None:
    """What follows the word `ngày` that ends at `at`."""
    match = _NUMERIC.match(text, at, end)
    if match is not None:
        return _from_numeric(start, match)
    match = _MISREAD.match(text, at, end)
    if match is not None:
        year, month, day = _number(match["year"]), _number(match["month"]), _number(match["day"])
        return _build(start, match.end(), year, month, day, "repaired")
    match = _LONG.match(text, at, end)
    if match is None:
        return None
    day_text, month_text, year_text = match["day"], match["month"], match["year"]
    if (day_text is None and year_text is None) or (day_text is not None and month_text is None):
        return None
    flag = "repaired" if any(c in "lIO" for c in (day_text or "") + (year_text or "")) else ""
    stop = match.end("month") if year_text is None and month_text is not None else match.end()
    return _build(start, stop, _number(year_text), _number(month_text), _number(day_text), flag)


def _after_thang(text: str, start: int, at: int, end: int) -> FoundDate | None:
    """What follows the word `tháng` that ends at `at`; a full date there is `ngày` misspelt."""
    match = _NUMERIC.match(text, at, end)
    if match is not None and (match["year"] and len(match["year"]) == 4):
        return _from_numeric(start, match, "repaired")
    match = _MONTH.match(text, at, end)
    if match is None:
        return None
    return _build(start, match.end(), int(match["year"]), int(match["month"]), None)


def _after_quarter(text: str, start: int, at: int, end: int) -> FoundDate | None:
    match = _QUARTER.match(text, at, end)
    if match is None:
        return None
    quarter = _ROMAN.get(match["quarter"]) or int(match["quarter"])
    return _build(start, match.end(), int(match["year"]), None, None, quarter=quarter)


def _years(text: str, start: int, at: int, end: int) -> Iterator[FoundDate]:
    match = _YEARS.match(text, at, end)
    if match is None:
        return
    group = "last" if match["last"] else "glued" if match["glued"] else None
    yield _build(start, match.end("first"), int(match["first"]), None, None, "repaired" if match["glued"] else "")
    if group:
        yield _build(match.start(group), match.end(group), int(match[group]), None, None)


def _day_list(text: str, start: int, at: int, end: int) -> list[FoundDate]:
    """`ngày 12, 13 và 14/5/2020`: every day takes month and year of the last."""
    heads: list[tuple[int, int, int]] = []
    first = start
    while len(heads) < 9:
        match = _DAY_LIST.match(text, at, end)
        if match is None:
            break
        heads.append((first, match.end(), int(match[1])))
        link = _NEXT_DAY.match(text, match.end(), end)
        assert link is not None
        first = at = link.end()
    last = _after_ngay(text, first, at, end) if heads else None
    if last is None or last.month is None or last.day is None:
        return []
    return [_build(a, b, last.year, last.month, day, "inherited") for a, b, day in heads] + [last]


def _read(text: str, match: re.Match[str], end: int) -> list[FoundDate]:
    """The dates at a hit of the scan."""
    kind, at = match.lastgroup or "", match.end()
    if kind == "year":
        word = _YEAR_WORD.search(text, max(0, match.start() - 11), match.start())
        return list(_years(text, word.start(), match.start(), end)) if word else []
    start = match.start() - _LEAD[kind]
    if kind == "range":
        return _open_range(text, start, end)
    found: FoundDate | None
    if kind in ("numeric", "before"):
        numeric = _NUMERIC.match(text, start, end)
        found = _from_numeric(start, numeric) if numeric else None
    elif kind in ("ngay", "plain"):
        at = at if kind == "ngay" else at - 1
        listed = _day_list(text, start, at, end)
        if listed:
            return listed
        found = _after_ngay(text, start, at, end)
    else:
        found = (_after_thang if kind == "thang" else _after_quarter)(text, start, at, end)
    return [found] if found else []


def _open_range(text: str, at: int, end: int) -> list[FoundDate]:
    """`từ 01/9 đến 30/9/2024`: the first end without `ngày` is a date only because the second is one."""
    match = _NUMERIC.match(text, at, end)
    if match is None:
        return []
    link = _RANGE_LINK.match(text, match.end(), end)
    last = _NUMERIC.match(text, link.end(), end) if link else None
    if last is None or not ((last["year"] and len(last["year"]) == 4) or last["year2"]):
        return []
    return [_from_numeric(at, match)]


def match_date(text: str, at: int, end: int | None = None) -> FoundDate | None:
    """The date that starts exactly at `at` (with `ngày`, `tháng`, `quý`, `năm` or a digit), or None.

    Args:
        text: The text.
        at: Where the date must start.
        end: Where to stop reading.
    """
    stop = len(text) if end is None else min(end, len(text))
    word = _STARTS.match(text, at, stop)
    if word is None:
        return None
    first, after = text[at], word.end()
    if first in "Nn" and text[at + 1] in "Gg":
        listed = _day_list(text, at, after, stop)
        return listed[0] if listed else _after_ngay(text, at, after, stop)
    if first in "Nn":
        return next(_years(text, at, after + (text[after : after + 1] == " "), stop), None)
    if first in "Tt":
        return _after_thang(text, at, after, stop)
    if first in "Qq":
        return _after_quarter(text, at, after, stop)
    numeric = _NUMERIC.match(text, at, stop)
    return _from_numeric(at, numeric) if numeric and numeric["year"] and len(numeric["year"]) == 4 else None


def iter_dates(text: str, start: int = 0, end: int | None = None) -> Iterator[FoundDate]:
    """The dates of `text[start:end]` in order, a range's first end still without the year of its second."""
    stop = len(text) if end is None else min(end, len(text))
    at = start
    while at < stop:
        match = _SCAN.search(text, at, stop)
        if match is None:
            return
        found = _read(text, match, stop)
        yield from found
        at = found[-1].end if found else match.end()


def find_dates(text: str, start: int = 0, end: int | None = None) -> list[FoundDate]:
    """Every date of `text[start:end]`, in order of its place.

    Numbers of documents (`36/2024/QH15`), fractions (`1/2`), counts (`52/48 vụ`) and telephone numbers are none. In a
    range whose year is given once (`từ ngày 01/9 đến ngày 30/9/2024`) the first date takes the year of the second.

    Args:
        text: The text (clean form: one space between words, plain dashes).
        start, end: Half-open bounds in characters; offsets of the results count from the start of `text`.
    """
    dates = list(iter_dates(text, start, end))
    for k in range(len(dates) - 2, -1, -1):
        here, after = dates[k], dates[k + 1]
        if here.precision != "day_month" or after.precision != "day" or after.start - here.end > 24:
            continue
        if _RANGE_LINK.fullmatch(text, here.end, after.start) or (
            text[after.start : after.start + 1] in "Nn" and _RANGE_LINK.match(text, here.end, after.start + 6)
        ):
            assert after.year is not None and here.month is not None and after.month is not None
            year = after.year - 1 if here.month > after.month else after.year
            dates[k] = _build(here.start, here.end, year, here.month, here.day, "inherited")
    return dates
