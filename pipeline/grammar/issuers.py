"""Where the name of an issuing body ends: `Bộ Y tế | về việc …`, `Ban Bí thư khóa XI | về tăng cường …`.

Names of bodies are an open class, so the grammar looks for their ends: words that open a subject, punctuation, a date,
the next document. What it knows about names is in `knowledge/citation_phrases.toml`.
"""

from __future__ import annotations

import re
from functools import cache

from .. import knowledge
from ..text.patterns import Pattern
from .clauses import is_shortened

MAX_WORDS = 30
_WORD = Pattern(r"[^\s,;:()“”\"…/]+")
_TERM = Pattern(r" (?:\((?:[Kk]hóa|KHÓA) [IVXLC\d]+\)|(?:khóa|Khóa|KHÓA|lần thứ|LẦN THỨ) [IVXLC]+(?![^\W\d_]))")
_LIEN = Pattern(r"[Ll]iên (?:[Bb]ộ|[Ss]ở|ngành|[Tt]ịch)|LIÊN (?:BỘ|SỞ|NGÀNH)")
_LOWER_CASE = Pattern(r"(?:ủy ban nhân dân|hội đồng nhân dân|ban an toàn giao thông|thủ tướng chính phủ)")
_AND = Pattern(r" (?:và|VÀ) ")
_END = r"(?![^\W\d_])"


def phrases(kind: str) -> list[str]:
    """The words of all rows of a kind, longest first."""
    found = [word for row in knowledge.rows("citation_phrases") if row["kind"] == kind for word in row["words"]]
    return sorted(set(found), key=lambda word: (-len(word), word))


def alternation(words: list[str]) -> str:
    """A pattern that matches any of the words, with spaces as they are."""
    return "|".join(re.escape(word).replace(r"\ ", " ") for word in words)


def type_words() -> list[str]:
    """Type words of documents, longest first."""
    found = {word for row in knowledge.rows("doc_types") for word in row["words"]}
    return sorted(found, key=lambda word: (-len(word), word))


@cache
def _patterns() -> dict[str, Pattern]:
    documents = alternation(type_words())
    return {
        "stop": Pattern(rf"(?:{alternation(phrases('subject') + phrases('issuer_end'))}){_END}"),
        "hard": Pattern(rf"(?:{alternation(phrases('issuer_end'))}|về|V/v|ban hành){_END}"),
        "document": Pattern(
            rf"(?:các |những )?(?:{documents}|Căn cứ|Theo|Thực hiện|Xét|Sau khi|Trên cơ sở|Nay|Điều){_END}"
        ),
        "DOCUMENT": Pattern(rf"(?:CÁC )?(?:{documents.upper()}|CĂN CỨ|THEO|THỰC HIỆN){_END}"),
        "and": Pattern(rf"(?:{alternation(phrases('issuer_and'))}){_END}"),
        "comma": Pattern(rf", (?:{alternation(phrases('issuer_comma'))}){_END}"),
        "central": Pattern(rf"(?:{alternation(phrases('issuer_central'))}){_END}", re.IGNORECASE),
        "more": Pattern(r"(?: Trung ương(?: Đảng)?| Đảng(?: Cộng sản Việt Nam)?)(?![^\W\d_])", re.IGNORECASE),
        "level": Pattern(rf"(?:{alternation(phrases('level'))}){_END}(?! (?:hội|ủy|Ủy|đoàn))"),
        "open": Pattern(rf"(?:{alternation(phrases('issuer_open'))}){_END}", re.IGNORECASE),
        "head": Pattern(rf"(?:{alternation(phrases('issuer_head'))}){_END}", re.IGNORECASE),
    }


def is_body_head(text: str, at: int) -> bool:
    """Whether a body's name can begin at `at`."""
    return (text[at : at + 1].isupper() or text.startswith("liên ", at)) and (
        _patterns()["head"].match(text, at) is not None
    )


def issuer_end(text: str, at: int, end: int) -> int:
    """The end of the body's name that begins at `at`; `at` itself where there is none.

    Args:
        text: The text in clean form.
        at: Offset of the first letter of the name.
        end: Where to stop reading.
    """
    patterns = _patterns()
    first = _WORD.match(text, at, end)
    if first is None or not (first.group()[0].isupper() or first.group() == "liên" or is_level(text, at)):
        return _lower_case_body(text, at, end)
    central = patterns["central"].match(text, at, end)
    if central is not None:
        return _after_central(text, central.end(), end)
    return _walk(text, at, end)


def is_level(text: str, at: int) -> bool:
    """Whether a level of administration stands at `at` (`tỉnh`, `huyện`)."""
    return _patterns()["level"].match(text, at) is not None


def _lower_case_body(text: str, at: int, end: int) -> int:
    """A body whose first word is in lower case (`ủy ban nhân dân tỉnh`, `phòng Nội vụ`), known by its first words."""
    head = _patterns()["head"].match(text, at, end)
    named = (
        head is not None
        and text[head.end() : head.end() + 1] == " "
        and text[head.end() + 1 : head.end() + 2].isupper()
    )
    return _walk(text, at, end) if named or _LOWER_CASE.match(text, at, end) else at


def _after_central(text: str, at: int, end: int) -> int:
    """The rest of a central body's name: `Trung ương Đảng`, the term, or a second body after `và`."""
    patterns = _patterns()
    more = patterns["more"].match(text, at, end)
    if more is not None:
        at = more.end()
    comma = patterns["comma"].match(text, at, end)
    if comma is not None:
        return _walk(text, at + 2, end)
    term = _TERM.match(text, at, end)
    at = term.end() if term else at
    both = _AND.match(text, at, end)
    if both is not None and patterns["central"].match(text, both.end(), end):
        return issuer_end(text, both.end(), end)
    return at


def _opens(text: str, at: int, end: int) -> bool:
    """Whether the next document, or the next clause, begins at `at`."""
    patterns = _patterns()
    return bool(patterns["document"].match(text, at, end))


def _walk(text: str, at: int, end: int) -> int:
    """Word by word until something that is no part of a name."""
    patterns = _patterns()
    joint = _LIEN.match(text, at, end) is not None
    low = text[at : at + 24].upper() == text[at : at + 24]  # a title in capitals
    head = patterns["open"].match(text, at, end)
    after_head = head.end() + 1 if head else -1  # `Ban quản lý …`, `BỘ XÂY DỰNG`: the name's own words
    stop, placed, here = at, False, at
    for count in range(MAX_WORDS):
        word = _WORD.match(text, here, end)
        if word is None or (count and _ends(text, here, end, low, "hard" if here <= after_head else "stop")):
            break
        token = word.group()
        if token in ("và", "VÀ", "-", "&"):
            if not _goes_on(text, word.end(), end):
                break
            here = word.end() + 1
            continue
        small = token[0].islower()
        if placed and small and not is_level(text, here):
            break
        if token[0].isdigit() and len(token) > 3:
            break
        level = None if low else patterns["level"].match(text, here, end)
        placed = placed or level is not None
        stop = max(word.end(), level.end() if level else 0)
        if token.endswith(".") and not is_shortened(token[:-1]):
            stop -= 1
            break
        here = _next(text, stop, end, joint)
        if here < 0:
            break
    term = _TERM.match(text, stop, end)
    return term.end() if term else stop


def _ends(text: str, at: int, end: int, low: bool, kind: str) -> bool:
    """Whether the words at `at` end a name."""
    if _opens(text, at, end):
        return True
    pattern = _patterns()[kind]
    return pattern.match(text[at : at + 24].lower() if low else text, 0 if low else at) is not None


def _goes_on(text: str, at: int, end: int) -> bool:
    """Whether a name goes on after `và` or a hyphen that ends at `at`."""
    if text[at : at + 1] != " " or at + 1 >= end:
        return False
    at += 1
    if _opens(text, at, end):
        return False
    return text[at].isupper() or _patterns()["and"].match(text, at, end) is not None


def _next(text: str, at: int, end: int, joint: bool) -> int:
    """Where the next word of the name begins, or -1 at its end."""
    if at >= end:
        return -1
    mark = text[at]
    if mark == " ":
        return at + 1
    if mark == ",":
        if _patterns()["comma"].match(text, at, end):
            return at + 2
        goes_on = joint and text[at + 1 : at + 2] == " " and text[at + 2 : at + 3].isupper()
        return at + 2 if goes_on and not _opens(text, at + 2, end) else -1
    if mark == ":" and joint and text[at + 1 : at + 2] == " ":
        return at + 2
    return -1
