"""The words around citations: type words before a number, phrases of relation, openings of subjects, borders of lists.

The words stand in `knowledge/citation_phrases.toml` and `knowledge/doc_types.toml`; here they become patterns and tests
on pieces of text.
"""

from __future__ import annotations

import re
from functools import cache

from .. import knowledge
from ..records import Relation
from ..text.patterns import Pattern
from .issuers import alternation, phrases, type_words

_END = r"(?![^\W\d_])"
_SO = Pattern(r"(?:[Ss]ố|SỐ|sô|Sô)\Z")

# A new clause: a semicolon, the end of a paragraph or of a sentence (not the point in `TP. Huế` or `P. 3`).
BREAK = Pattern(r"[;\n]|(?<!TP)(?<!Tp)(?<!TX)(?<![ (][A-ZĐ])\.(?= [A-ZĐÀ-Ỹ]|\n|\Z|/\.)|\./\.")
# Nothing but a list's mark between two documents.
JOINED = Pattern(r"(?:[,;]|[,;]? (?:và|VÀ|hoặc|cùng|với|cùng với))?(?: (?:các|CÁC))?(?: ?(?:số|Số|SỐ):?)? ?")
# A list's mark right before a document.
LIST_LINK = Pattern(r"(?:[,;]|,? (?:và|VÀ))(?: (?:các|những|CÁC|tại|theo))? ?\Z")
NEW_ITEM = Pattern(r"; ?(?:và )?(?:các )?\Z")
# An article before a law: it is the article that is pointed to, wherever the law is named.
ARTICLE = Pattern(r"(?:tại|theo) (?:(?:điểm|khoản) [\w,]{1,6}(?: và)? ){0,4}Điều \d{1,3}[a-zđ]?(?: của)? \Z")
# The definition of a short name after a document.
ALIAS = Pattern(r" \((?:[Ss]au đây )?(?:được )?(?:gọi|viết) ")


@cache
def scan_pattern() -> Pattern:
    """What a citation cannot do without, found in one scan; the groups are named after what was found.

    `docno` a number with a symbol, `so` a number after the word số, `plain` one after the last word of a type word,
    `law` the end of Luật, Bộ luật, Pháp lệnh, Hiến pháp, `this` the end of `này`. The scan starts from a digit or from
    a rare letter of each word and looks back for the rest, since `re` skips fast to a member of one character class,
    and to nothing else.
    """
    last_words = sorted({word.split()[-1] for word in type_words() if " " in word})
    endings = "|".join(f"(?<= {word} \\d)" for word in last_words)
    return Pattern(
        r"[\dậẬâệỆếẾà](?:(?<=\d)(?<![\d/-]\d)(?:"
        r"(?P<docno>(?<!\d[.,:]\d)\d{0,5}(?:\.\d{1,3})?[a-zđIO]?[.,]? ?[/-] ?"
        r"(?=(?:(?:19|2[0O])(?: ?[\dlIO]){2} ?[/-] ?)?(?:[A-ZĐƯ]|0H)))"
        r"|(?P<so>(?<=[Ss]ố \d)|(?<=SỐ \d)|(?<=[ốỐ]: \d)|(?<=[ốỐ]:\d)|(?<=số\d)|(?<=[ốỐ]\. \d))"
        rf"|(?P<plain>(?<= \d)(?:{endings})(?!\d{{5}})))"
        r"|(?P<law>(?:(?<=Lu[ậâ])t|(?<=ộ luậ)t|(?<=LUẬ)T|(?<=Pháp lệ)nh|(?<=PHÁP LỆ)NH|(?<=Hiế)n pháp"
        rf"|(?<=HIẾ)N PHÁP){_END})"
        rf"|(?P<this>(?<= nà)y{_END}))"
    )


@cache
def _words(kind: str) -> Pattern:
    return Pattern(rf"(?:{alternation(phrases(kind))}){_END}", re.IGNORECASE)


@cache
def _relations() -> dict[str, Relation]:
    rows = knowledge.rows("citation_phrases")
    return {word: row["relation"] for row in rows if row["kind"] == "relation" for word in row["words"]}


@cache
def _relation_pattern() -> Pattern:
    """For text in lower case; without a look back in front, so that `re` can skip to the first letters of the words."""
    return Pattern(rf"{alternation(phrases('relation'))}")


@cache
def _issued() -> Pattern:
    return Pattern(rf" {_words('issued').pattern}(?: các| những)? ?\Z", re.IGNORECASE)


@cache
def _types() -> dict[str, str]:
    """Type words in lower case, and symbols as they are (`QĐ số …`), to type codes."""
    words = {word.lower(): row["code"] for row in knowledge.rows("doc_types") for word in row["words"]}
    letters = {symbol: row["code"] for row in knowledge.rows("doc_types") for symbol in row["symbols"]}
    return words | letters


@cache
def _last_words() -> frozenset[str]:
    return frozenset(word.split()[-1].lower() for word in _types())


@cache
def _no_document() -> frozenset[str]:
    return frozenset(phrases("no_document"))


def relation_before(window: str) -> Relation:
    """The relation that the last phrase of the text before a document expresses; `mentions` without one."""
    cut = max(window.rfind(";"), window.rfind("\n"), window.rfind(". "))
    window, found = window.lower(), None
    for match in _relation_pattern().finditer(window, cut + 1):
        start, end = match.span()
        if not (window[start - 1 : start].isalpha() or window[end : end + 1].isalpha()):
            found = match.group()
    return _relations()[found] if found is not None else "mentions"


def opens_subject(text: str, at: int) -> bool:
    """Whether at `at`, after number, date and issuer, a subject begins (`về việc …`, `ban hành …`)."""
    while text[at : at + 1] and text[at] in ' ,)"“':
        at += 1
    return _words("subject").match(text, at) is not None


def issued_before(window: str) -> int:
    """Where in the text before a document `đã ban hành`, `có` … begins, or -1."""
    found = _issued().search(window)
    return found.start() if found else -1


def may_follow_short(text: str, at: int, end: int) -> bool:
    """Whether what stands at `at` may follow a short number without `số` (`Nghị quyết 18 của`, not `3 nội dung`)."""
    if at >= end or text[at] != " ":
        return True
    return text[at + 1] in '(-“"' or _words("after_short").match(text, at + 1, end) is not None


def ends_with_so(words: str) -> bool:
    """Whether the text ends with the word `số`."""
    return _SO.search(words) is not None


def ends_with_no_document(words: str) -> bool:
    """Whether the text before `số` makes the number that of a form, a permit or a house."""
    last = words.rsplit(" ", 3)[-3:]
    return any(" ".join(last[-count:]) in _no_document() for count in (1, 2, 3))


def may_end_type_word(text: str, at: int) -> bool:
    """Whether the word before `at`, or before a `số` there, can end a type word: a quick test that most digits fail."""
    words = text[max(0, at - 18) : at].rstrip(" :.").split(" ")
    last = words[-1].lower()
    if last.endswith("số"):
        last = words[-2].lower().rstrip(":") if len(words) > 1 else ""
    return last in _last_words() or last.upper() in _last_words()


def type_at_end(words: str) -> tuple[str, int] | None:
    """The type word that ends the text, as (type code, length in characters); the longest one, or None."""
    words = words[words.rfind("\n") + 1 :]
    types, at, found = _types(), len(words), None
    for _ in range(4):
        at = words.rfind(" ", 0, at)
        piece = words[at + 1 :].lstrip('(“"[+-*,;')
        code = types.get(piece.lower()) or types.get(piece)
        if code is not None:
            found = (code, len(piece))
        if at < 0:
            break
    return found
