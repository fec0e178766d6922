"""The words that names of bodies are made of, and where they stand: the lexicon, levels of administration, places.

The tables are `knowledge/bodies.toml` and, for verbs that end a name, `knowledge/role_phrases.toml`. Everything works
at an index of `vnplan.grammar.tokens`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from ..knowledge import rows
from ..text.patterns import Pattern
from .lexicon import Hit, Lexicon, expand, typed
from .tokens import Tokens, begins_abbreviation

RowKind = Literal[
    "level", "head_level", "head_name", "head_place", "numbered", "fixed", "name", "name_words", "name_object",
    "name_pair", "name_verb", "name_stop", "office", "office_alone", "office_of", "honorific",
    "group_lead", "group", "group_people", "group_weak", "group_alone", "group_tail",
    "group_fixed", "not_group", "merged", "not_body", "another", "not_place", "place", "small_name", "free_head",
    "free_name", "predicate", "above", "area", "after_level", "shared_head", "part", "of_body",
    "task_name", "group_tail_weak", "short_head", "small_beginning", "surname", "named_office", "membership",
]  # fmt: skip
WordKind = Literal[
    "settlement", "level_compound", "quantifier", "several", "of", "under", "link", "or", "list_link", "mark_link",
    "office_link", "listing_head", "verbal_noun", "after_noun", "level_like", "level_end", "nominal", "glued_noun",
    "closing", "where", "day", "loose_end", "closed_head", "society", "charged_with", "company", "repeated_head",
    "range_from", "range_to",
]  # fmt: skip
# Kinds whose case the grammar itself looks at.
ANY_CASE = frozenset((
    "head_level", "head_place", "head_name", "name", "group", "group_weak", "group_alone", "not_body", "name_verb",
    "another", "not_place", "small_name", "free_head",
))  # fmt: skip
COMMAS = frozenset((", ", ",", " , "))
DASHES = frozenset((" - ", "-", "- ", " -"))
_HEAD_AGAIN = 14  # words
_LEVEL_MARKS = COMMAS | DASHES | frozenset(("/", " / "))


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A row of `bodies.toml`.

    Attributes:
        kind: What its forms are in a name.
        forms: The words, as `vnplan.grammar.lexicon` reads them.
        example: What it must match.
        not_example: What it must not.
    """

    kind: RowKind
    forms: tuple[str, ...]
    example: tuple[str, ...]
    not_example: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row of `body_words.toml`.

    Attributes:
        kind: What its words are to the grammar.
        words: In small letters.
        example: What it must match.
    """

    kind: WordKind
    words: tuple[str, ...]
    example: str


class PlaceName(NamedTuple):
    """A level of administration in a name, and the place.

    Attributes:
        level: `huyện`, `thành phố`, `cấp xã`, as written in small letters; '' for a bare name.
        name: `Lục Yên`; '' where only the level stands.
    """

    level: str
    name: str


# -- the lexicon -------------------------------------------------------------------------------------------------------


@cache
def lexicon() -> Lexicon:
    """The words of names of bodies."""
    entries = [(row.kind, form, row.kind not in ANY_CASE, "") for row in typed("bodies", BodyRow) for form in row.forms]
    verbs = [word for row in rows("role_phrases") if row["kind"] == "verb" for word in row.get("words", ())]
    return Lexicon([*entries, *(("verb", verb, False, "") for verb in verbs)])


class _Bits(NamedTuple):
    """Kinds that are asked for together (see `Lexicon.bits`)."""

    beginnings: int
    unit: int
    person: int
    group: int
    whole_group: int
    another: int
    counted: int
    tail: int


_UNIT_KINDS = ("head_level", "head_place", "head_name", "fixed")
BEGINNINGS = frozenset((
    *_UNIT_KINDS, "office", "office_alone", "group_lead", "group", "group_fixed", "group_alone", "merged", "honorific",
))  # fmt: skip
LONG_KINDS = (*_UNIT_KINDS, "office", "office_alone", "group_fixed", "merged")


@cache
def bits() -> _Bits:
    """The kinds that are asked for together."""
    of = lexicon().bits
    return _Bits(
        beginnings=of(BEGINNINGS),
        unit=of(_UNIT_KINDS),
        person=of(("office", "office_alone", "group_lead")),
        group=of(("group_lead", "group", "group_fixed", "merged")),
        whole_group=of(("group_lead", "group_fixed", "merged")),
        another=of((*_UNIT_KINDS, "office", "group_lead", "group_fixed", "merged")),
        counted=of(("level", "group")),
        tail=of(("level", "numbered", "area", "above", "group_lead")),
    )


@cache
def forms(kind: str) -> frozenset[str]:
    """The forms of a kind in small letters, without brackets."""
    found = [form for row in typed("bodies", BodyRow) if row.kind == kind for form in row.forms]
    return frozenset(one.lower() for form in found for one in expand(form))


@cache
def plain(kind: WordKind) -> frozenset[str]:
    """The single words of a kind."""
    return frozenset(word for row in typed("body_words", WordRow) if row.kind == kind for word in row.words)


def hit(tokens: Tokens, index: int, end: int, kind: str) -> Hit | None:
    """The longest entry of a kind at a token that ends at or before another."""
    found = tokens.memo.get(index)
    if found is None:
        found = lexicon().at(tokens, index)
    for count, entry in found.get(kind, ()):
        if index + count <= end:
            return Hit(index + count, entry)
    return None


def head_again(tokens: Tokens, index: int, end: int) -> int:
    """Index at which the head of a name stands again with no mark before it (`Sở Nội vụ | Sở Tài chính`), else `end`.

    Cells lose the breaks between their lines.
    """
    head = tokens.written[index]
    if tokens.norms[index] not in plain("repeated_head"):
        return end
    for at in range(index + 2, min(end, index + _HEAD_AGAIN)):
        if tokens.written[at] == head and tokens.separators[at] == " ":
            return at
    return end


def spaced(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a word follows after nothing but a space."""
    return index < end and tokens.separators[index] == " "


def words(tokens: Tokens, start: int, end: int) -> str:
    """The text from one token up to another."""
    return tokens.text[tokens.starts[start] : tokens.ends[end - 1]] if end > start else ""


# -- levels and places -------------------------------------------------------------------------------------------------


def level_word(tokens: Tokens, index: int, end: int) -> int:
    """Index after the word for a level at `index`; `index` itself where there is none."""
    found = hit(tokens, index, end, "level")
    if found is None or (
        tokens.shape(index) == "capital" and words(tokens, index, found.end).lower() in plain("settlement")
    ):
        return index
    if spaced(tokens, found.end, end):
        following = tokens.written[found.end]
        if (following.lower() if tokens.is_capital(index) else following) in plain("level_compound"):
            return index  # `xã hội`, `Tỉnh Đoàn`, but `xã Hội An`
    return found.end


def is_unit_level(tokens: Tokens, index: int, end: int) -> bool:
    """Whether the level of a unit with councils stands at `index` (`xã`; no `thôn`, as in `nông thôn`)."""
    stop = level_word(tokens, index, end)
    return stop > index and words(tokens, index, stop).lower() not in plain("settlement")


def _next_level(tokens: Tokens, index: int, end: int, marks: frozenset[str]) -> int | None:
    """Index of a further level after a comma, dash or `và`; None where there is none."""
    at = index
    if at >= end:
        return None
    separator = tokens.separators[at]
    if separator != " " and separator not in marks:
        return None
    if tokens.norms[at] in plain("or"):
        at += 1
    elif separator == " ":
        return None
    if spaced(tokens, at + 1, end) and tokens.norms[at] in plain("quantifier"):
        at += 1
    return at if at < end and level_word(tokens, at, end) > at else None


def _level_run(tokens: Tokens, index: int, end: int) -> int:
    """Index after `các xã, phường, thị trấn`; `index` itself where no level stands."""
    at = index
    if spaced(tokens, at + 1, end) and (tokens.norms[at] in plain("quantifier") or tokens.is_number(at)):
        at += 1
    stop = level_word(tokens, at, end)
    if stop == at:
        return index
    for _ in range(8):
        following = _next_level(tokens, stop, end, _LEVEL_MARKS)
        if following is None:
            break
        stop = level_word(tokens, following, end)
    return stop


def place_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after the name of a place at `index`; `index` itself where there is none."""
    if index >= end:
        return index
    named = hit(tokens, index, end, "place")
    if named is not None:
        return named.end
    if tokens.written[index][0].isdigit():
        at = index + _is_numbered_place(tokens, index)
        return _capital_words(tokens, at, end) if at > index and spaced(tokens, at, end) else at
    if (
        tokens.is_number(index)
        and index + 1 < end
        and tokens.separators[index + 1] == "."
        and tokens.is_number(index + 1)
    ):
        return index + 2
    at = _capital_words(tokens, index, end)
    if index < at < end and tokens.separators[at] == " " and _is_numbered_place(tokens, at):  # `xã Bảo Lâm 1`
        return at + name_may_end(tokens, at + 1, end)
    return at


def _capital_words(tokens: Tokens, index: int, end: int) -> int:
    """Index after the words with capitals at `index` of which none begins another body."""
    at = index
    while at < end and at - index < 5 and tokens.written[at][0].isupper():
        if at > index and tokens.separators[at] != " ":
            break
        found = lexicon().at(tokens, at)
        if "another" in found:
            break
        if "not_place" in found and not _is_second(tokens, index, at, end) and not _is_first(tokens, index, at, end):
            break
        at += 1
    return at


def _is_second(tokens: Tokens, index: int, at: int, end: int) -> bool:
    """Whether a verb of one syllable at `at` is the second one of a place's name (`Tân Lập`), no more than that."""
    if at != index + 1 or lexicon().at(tokens, at)["not_place"][0][0] > 1:
        return False
    return not spaced(tokens, at + 1, end) or not tokens.written[at + 1][0].isdigit()


def _is_first(tokens: Tokens, index: int, at: int, end: int) -> bool:
    """Whether a verb of one syllable at `at` begins a place's name (`Giao Thủy`): a word in capitals follows it."""
    if at != index or lexicon().at(tokens, at)["not_place"][0][0] > 1:
        return False
    return spaced(tokens, at + 1, end) and tokens.is_capital(at + 1) and "another" not in lexicon().at(tokens, at + 1)


def _is_numbered_place(tokens: Tokens, index: int) -> bool:
    """Whether the number at `index` may name a ward: a short one, no part of a longer figure."""
    if len(tokens.written[index]) > 2 or not tokens.written[index].isdigit():
        return False
    after = tokens.text[tokens.ends[index] : tokens.ends[index] + 2]
    return not after or (after[0] not in "/%_" and not (after[0] in ".,-" and after[1:2].isalnum()))


def level_at(tokens: Tokens, index: int, end: int) -> tuple[int, tuple[PlaceName, ...]]:
    """Index after the level with its place at `index`, and what they are; `index` itself where there is none."""
    stop = _level_run(tokens, index, end) if spaced(tokens, index, end) else index
    if stop == index:
        return index, ()
    at, places = index, list[PlaceName]()
    for _ in range(8):
        written = words(tokens, at, stop).lower()
        place = place_end(tokens, stop, end) if spaced(tokens, stop, end) else stop
        places.append(PlaceName(written, words(tokens, stop, place)))
        if place == stop:
            kind = hit(tokens, stop, end, "after_level") if spaced(tokens, stop, end) else None
            if kind is None or _next_level(tokens, kind.end, end, COMMAS) is None:
                break
            place = kind.end  # `các xã ven biển và đặc khu Cồn Cỏ`
        following = _next_level(tokens, place, end, COMMAS | DASHES)
        if following is None:
            stop = place
            break
        at, stop = following, _level_run(tokens, following, end)
    else:
        places.append(PlaceName(words(tokens, at, stop).lower(), ""))
    after = hit(tokens, stop, end, "after_level") if spaced(tokens, stop, end) else None
    return _range_end(tokens, after.end if after is not None else stop, end), tuple(places)


def _range_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after the places between which those of a level lie (`các tỉnh | từ Hà Tĩnh đến Lâm Đồng`)."""
    at = index
    for link in ("range_from", "range_to"):
        if not spaced(tokens, at, end) or tokens.norms[at] not in plain(link) or not spaced(tokens, at + 1, end):
            return index
        at = place_end(tokens, at + 1, end)
        if not tokens.is_capital(at - 1):
            return index
    return at


# -- what ends a name
# ----------------------------------------------------------------------------------------------------


def begins_another(tokens: Tokens, index: int, verbs: bool) -> bool:
    """Whether another body (or a verb in capitals) begins at `index`, so that a name does not go on."""
    found = lexicon().at(tokens, index)
    if not found:
        return False
    if "another" in found:
        return True
    return verbs and any(" " in one.form for _, one in found.get("not_place", ()))


def is_abbreviation(word: str) -> bool:
    """Whether a word is written in capitals."""
    return len(word) > 1 and word.isupper()


def is_titled(word: str) -> bool:
    """Whether a word is written as one of a person's name, also where a space is lost (`ĐứcMinh`)."""
    return word[0].isupper() and not is_abbreviation(word)


def person_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after the name of the person who holds an office that ends before `index` (`Hiệu trưởng | Lê Văn A`)."""
    if not spaced(tokens, index, end) or not hit(tokens, index, end, "surname"):
        return index
    at = index + 1
    while at < end and at - index < 5 and spaced(tokens, at, end) and is_titled(tokens.written[at]):
        if begins_another(tokens, at, verbs=True):
            break
        at += 1
    return at if at - index > 1 else index


def predicate_at(tokens: Tokens, index: int) -> bool:
    """Whether words stand at `index` that end any name (`chủ trì`, `có trách nhiệm`)."""
    return tokens.written[index][0].islower() and "predicate" in lexicon().at(tokens, index)


def begins_name(tokens: Tokens, index: int, noun: Hit, end: int) -> bool:
    """Whether a noun begins a name of its own (`các Tổ đại biểu và | đại biểu Hội đồng nhân dân tỉnh`)."""
    known = hit(tokens, index, end, "head_level")
    return known is not None and known.end > noun.end


def said_of_body(tokens: Tokens, index: int) -> bool:
    """Whether a verb stands at `index`, as it does behind a body of which something is said."""
    return predicate_at(tokens, index) or (tokens.written[index][0].islower() and "verb" in lexicon().at(tokens, index))


def name_may_end(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a name may end before `index`: a mark, a level, `và`, or what is said of the body follows."""
    if index >= end or tokens.separators[index] != " ":
        return True
    if tokens.written[index][0].isupper() or tokens.norms[index] in plain("link"):
        return True
    return (
        said_of_body(tokens, index)
        or "level" in lexicon().at(tokens, index)
        or tokens.norms[index] in plain("level_of")
    )


def long_verb_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after the verb at `index`, if it has two syllables: shorter ones are too often parts of other words."""
    if not tokens.written[index][0].islower():
        return index
    verb = hit(tokens, index, end, "verb")
    return verb.end if verb is not None and verb.end > index + 1 else index


def behind_nominal(tokens: Tokens, index: int) -> bool:
    """Whether a verb at `index` is a noun, behind `việc` or `công tác`."""
    before = tokens.norms[max(0, index - 2) : index]
    return " ".join(before) in plain("nominal") or " ".join(before[-1:]) in plain("nominal")


# -- nouns of collectives, and where a body may begin
# --------------------------------------------------------------------


def is_shouted(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a noun is the beginning of a body in capitals (`SỞ`), no collective (`CÁC SỞ`)."""
    if not all(map(is_abbreviation, tokens.written[index:end])):
        return False
    return index == 0 or tokens.norms[index - 1] not in plain("several")


def is_verb(tokens: Tokens, index: int, noun: Hit, end: int) -> bool:
    """Whether `tổ chức` after a noun is the verb."""
    if words(tokens, index, noun.end).lower() not in plain("verbal_noun") or not spaced(tokens, noun.end, end):
        return False
    word = tokens.written[noun.end]
    return word[0].islower() and word not in plain("after_noun")


def group_link(tokens: Tokens, index: int, end: int) -> int | None:
    """Index of the next noun of a collective."""
    if index >= end:
        return None
    separator, word = tokens.separators[index], tokens.norms[index]
    if separator in COMMAS:
        return index + 1 if word in plain("link") and index + 1 < end else index
    if separator in DASHES:
        return index
    if separator != " ":
        return None
    if word in plain("or"):
        return index + 1 if spaced(tokens, index + 1, end) else None
    return index if word in plain("glued_noun") else None


@lru_cache(maxsize=4096)
def may_begin_with(first: str, second: str) -> bool:
    """Whether a body may begin with these two words in small letters."""
    seconds = lexicon().seconds(first, bits().beginnings)
    if seconds is None or second in seconds or begins_abbreviation(first):
        return True
    return first.isdigit() and len(first) < 4 and lexicon().begins(second, bits().counted)  # `09 huyện`


_TWO_WORDS = Pattern(r"([^\W_]+)(?:\.?[,:/]? ?(?:- |& ?)?([^\W_]+))?")


@lru_cache(maxsize=1024)
def opening(text: str, at: int, end: int) -> tuple[str, bool]:
    """The first word at `at` in small letters, and whether a body may begin with it (and the word after it)."""
    match = _TWO_WORDS.match(text, at, end)
    if match is None:
        return "", False
    first = match[1].lower()
    return first, may_begin_with(first, (match[2] or "").lower())


def may_begin(tokens: Tokens, index: int) -> bool:
    """Whether the words at `index` are those that a body may begin with."""
    seconds = lexicon().seconds(tokens.norms[index], bits().beginnings)
    if seconds is None:
        return True
    if index + 1 < len(tokens) and tokens.norms[index + 1] in seconds:
        return True
    if tokens.is_number(index):
        return index + 1 < len(tokens) and bool(lexicon().at(tokens, index + 1).bits & bits().counted)
    return bool(tokens.expansions(index)) and bool(lexicon().at(tokens, index).bits & bits().beginnings)
