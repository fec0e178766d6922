"""Names of bodies in words: `UBND các xã, thị trấn`, `Giám đốc các Sở: Y tế, Nội vụ`, `các cơ quan có liên quan`.

    body   = [office] unit | office_alone | group
    unit   = head [name] [level [place]] [unit above it]          Phòng Nội vụ huyện; Ban Tuyên giáo Huyện ủy
    group  = [các] noun {, noun} [which ones]                     các sở, ban, ngành có liên quan

What the words may be stands in `knowledge/bodies.toml`; the longest reading wins. Names of its own that a body has are open: they go on
as far as their capitals, the words that names are made of, and the objects of work after which bodies are named. Where a text holds
nothing but names (a heading, a cell) `pipeline.grammar.name_lists.names_of_cell` takes those that nothing here knows, too.

Everything works at an index of `pipeline.grammar.tokens`; nothing scans ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, NamedTuple

from ..knowledge import rows
from .lexicon import Hit, Lexicon, typed
from .tokens import Tokens, tokens_of

BodyKind = Literal["body", "person", "group"]
RowKind = Literal[
    "level", "head_level", "head_place", "numbered", "head_name", "fixed", "part", "name", "name_words", "name_verb", "name_object", "name_pair", "name_stop",
    "office", "office_of", "office_alone", "office_weak", "honorific", "group_lead", "group", "group_weak", "group_alone",
    "group_tail", "group_tail_first", "group_fixed", "not_group", "merged", "not_body", "another", "not_place", "place",
    "small_name", "free_head", "free_name", "predicate", "above", "area", "after_level", "small_unit", "shared_head", "of_body", "task_name",
    "group_tail_weak", "group_people", "short_head",
]  # fmt: skip
# Kinds whose case the grammar itself looks at.
_ANY_CASE = frozenset(("head_level", "head_place", "head_name", "name", "group", "group_weak", "group_alone", "not_body", "name_verb",
                       "another", "not_place", "small_name", "free_head"))  # fmt: skip

_COMMAS = frozenset((", ", ",", " , "))
_DASHES = frozenset((" - ", "-", "- ", " -"))
_INSIDE = _COMMAS | _DASHES | frozenset((" ", "/", " & ", "&"))
_AND = frozenset(("và", "&"))
_AFTER_LEVEL_WORD = frozenset(("hội", "ủy", "đoàn", "đội", "viên", "học"))
_QUANTIFIERS = frozenset(("các", "cấp", "toàn", "hai", "mỗi", "những", "từng"))
_OF = frozenset(("thuộc", "của"))
_LISTING_HEADS = frozenset(("sở", "phòng", "bộ"))  # `Phòng Nội vụ và Tư pháp` may be two
_AFTER_ORGANISATION = frozenset("có liên hữu khác và thuộc trực trên nêu được tham đóng ở cá hoặc hoạt".split())
_ENDS_LIKE_LEVEL = frozenset(
    "bản trường hội đoàn tổ tỉnh phố huyện quận xã phường trấn khu thôn ấp khóm buôn làng xóm".split()
)
_NOMINALS = frozenset(("việc", "tác", "động", "sự", "vụ", "trình"))  # a verb behind `việc`, `công tác` is a noun
_LEVEL_ENDS = frozenset(("tỉnh", "phố", "huyện", "quận", "xã", "phường"))
_SETTLEMENTS = frozenset(
    ("thôn", "ấp", "khu phố", "tổ dân phố", "khóm", "buôn", "bản", "làng", "xóm", "khu dân cư", "đảo")
)
_GLUED_NOUNS = frozenset(("cá", "đơn", "đoàn", "ngành"))
_NAME_LIMIT = 16
_FREE_LIMIT = 160
_OPEN_LIMIT = 14


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A row of `bodies.toml`.

    Attributes:
        kind: What its forms are in a name.
        forms: The words, as `pipeline.grammar.lexicon` reads them.
        example: What it must match.
        not_example: What it must not.
    """

    kind: RowKind
    forms: tuple[str, ...]
    example: tuple[str, ...]
    not_example: tuple[str, ...] = ()


class PlaceName(NamedTuple):
    """A level of administration in a name, and the place.

    Attributes:
        level: `huyện`, `thành phố`, `cấp xã`, as written in small letters; '' for a bare name.
        name: `Lục Yên`; '' where only the level stands.
    """

    level: str
    name: str


@dataclass(frozen=True, slots=True)
class BodyTree:
    """A body as it stands in a text, taken apart.

    Attributes:
        start, end: Half-open offsets of its words.
        kind: `body` (an organisation), `person` (an office holder) or `group` (a collective).
        name: The body in words. It differs from the text only in a list that names its head once: in
            `Giám đốc các Sở: Y tế, Nội vụ` the second is `Giám đốc Sở Nội vụ`.
        rule: The production that read it: `head`, `name`, `fixed`, `task`, `office`, `group`, `merged`, `shared`, or `unknown` for words
            that no row knows, in a place that holds nothing but bodies.
        head: The words that say what it is (`Sở`, `Ủy ban nhân dân`), in small letters.
        level: The level of administration in the name, in small letters; '' where none stands.
        places: Levels with their places, the inmost first.
        above: The body that it belongs to (`Huyện ủy` in `Ban Tuyên giáo Huyện ủy`), or the one that an office holder heads.
        position: The office of a person (`Giám đốc`).
    """

    start: int
    end: int
    kind: BodyKind
    name: str
    rule: str = "head"
    head: str = ""
    places: tuple[PlaceName, ...] = ()
    above: BodyTree | None = None
    position: str = ""

    @property
    def level(self) -> str:
        """The first level of administration in the name, in small letters; '' where none stands."""
        return next((place.level for place in self.places if place.level), "")


class Reading(NamedTuple):
    """A body before its tree is made: indices of tokens in the place of offsets."""

    end: int
    rule: str = "head"
    head: str = ""
    places: tuple[PlaceName, ...] = ()
    above: tuple[int, Reading] | None = None
    position: str = ""


# -- the lexicon -------------------------------------------------------------------------------------------------------


@cache
def lexicon() -> Lexicon:
    """The words of names of bodies."""
    entries = [
        (row.kind, form, row.kind not in _ANY_CASE, "") for row in typed("bodies", BodyRow) for form in row.forms
    ]
    verbs = [word for row in rows("role_phrases") if row["kind"] == "verb" for word in row["words"]]
    return Lexicon([*entries, *(("verb", verb, False, "") for verb in verbs)])


@cache
def forms(kind: str) -> frozenset[str]:
    """The forms of a kind in small letters, without brackets."""
    from .lexicon import expand

    return frozenset(
        words.lower()
        for row in typed("bodies", BodyRow)
        if row.kind == kind
        for form in row.forms
        for words in expand(form)
    )


def hit(tokens: Tokens, index: int, end: int, kind: str) -> Hit | None:
    """The longest entry of a kind at a token that ends at or before another."""
    for found in lexicon().at(tokens, index).get(kind, ()):
        if found.end <= end:
            return found
    return None


def _stop(tokens: Tokens, found: Hit, end: int) -> int:
    """Index after an entry, and after the words that an open one goes on with."""
    return open_end(tokens, found.end, end) if found.entry.open else found.end


def _spaced(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a word follows after nothing but a space."""
    return index < end and tokens.separators[index] == " "


def words(tokens: Tokens, start: int, end: int) -> str:
    """The text from one token up to another."""
    return tokens.text[tokens.starts[start] : tokens.ends[end - 1]] if end > start else ""


# -- levels and places -------------------------------------------------------------------------------------------------


def _level_word(tokens: Tokens, index: int, end: int) -> int:
    """Index after the word for a level at `index`; `index` itself where there is none."""
    found = hit(tokens, index, end, "level")
    if found is None or (tokens.shape(index) == "capital" and words(tokens, index, found.end).lower() in _SETTLEMENTS):
        return index
    if _spaced(tokens, found.end, end):
        following = tokens.written[found.end]
        if (following.lower() if tokens.is_capital(index) else following) in _AFTER_LEVEL_WORD:
            return index  # `xã hội`, `Tỉnh Đoàn`, but `xã Hội An`
    return found.end


def _is_unit_level(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a word for the level of a unit with councils stands at `index` (`xã`, but no `thôn`, as in `nông thôn`)."""
    stop = _level_word(tokens, index, end)
    return stop > index and words(tokens, index, stop).lower() not in _SETTLEMENTS


def _next_level(tokens: Tokens, index: int, end: int, marks: frozenset[str]) -> int | None:
    """Index of a further level after a comma, dash or `và`; None where there is none."""
    at = index
    if at >= end:
        return None
    separator = tokens.separators[at]
    if separator != " " and separator not in marks:
        return None
    if tokens.norms[at] in ("và", "hoặc"):
        at += 1
    elif separator == " ":
        return None
    if _spaced(tokens, at + 1, end) and tokens.norms[at] in ("các", "cấp"):
        at += 1
    return at if at < end and _level_word(tokens, at, end) > at else None


_LEVEL_MARKS = _COMMAS | _DASHES | frozenset(("/", " / "))


def _level_run(tokens: Tokens, index: int, end: int) -> int:
    """Index after `các xã, phường, thị trấn`; `index` itself where no level stands."""
    at = index
    if _spaced(tokens, at + 1, end) and (tokens.norms[at] in _QUANTIFIERS or tokens.is_number(at)):
        at += 1
    stop = _level_word(tokens, at, end)
    if stop == at:
        return index
    for _ in range(8):
        following = _next_level(tokens, stop, end, _LEVEL_MARKS)
        if following is None:
            break
        stop = _level_word(tokens, following, end)
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
        return _capital_words(tokens, at, end) if at > index and _spaced(tokens, at, end) else at
    if (
        tokens.is_number(index)
        and index + 1 < end
        and tokens.separators[index + 1] == "."
        and tokens.is_number(index + 1)
    ):
        return index + 2
    at = _capital_words(tokens, index, end)
    if index < at < end and tokens.separators[at] == " " and _is_numbered_place(tokens, at):  # `xã Bảo Lâm 1`
        return at + _name_may_end(tokens, at + 1, end)
    return at


def _capital_words(tokens: Tokens, index: int, end: int) -> int:
    """Index after the words with capitals at `index` of which none begins another body."""
    at = index
    while at < end and at - index < 5 and tokens.written[at][0].isupper():
        if at > index and tokens.separators[at] != " ":
            break
        found = lexicon().at(tokens, at)
        if "another" in found or "not_place" in found:
            break
        at += 1
    return at


def _is_numbered_place(tokens: Tokens, index: int) -> bool:
    """Whether the number at `index` may name a ward: a short one, no part of a longer figure."""
    if len(tokens.written[index]) > 2 or not tokens.written[index].isdigit():
        return False
    after = tokens.text[tokens.ends[index] : tokens.ends[index] + 2]
    return not after or (after[0] not in "/%_" and not (after[0] in ".,-" and after[1:2].isalnum()))


def _level(tokens: Tokens, index: int, end: int) -> tuple[int, tuple[PlaceName, ...]]:
    """Index after the level with its place at `index`, and what they are; `index` itself where there is none."""
    stop = _level_run(tokens, index, end) if _spaced(tokens, index, end) else index
    if stop == index:
        return index, ()
    at, places = index, list[PlaceName]()
    for _ in range(8):
        level = words(tokens, at, stop).lower()
        place = place_end(tokens, stop, end) if _spaced(tokens, stop, end) else stop
        places.append(PlaceName(level, words(tokens, stop, place)))
        if place == stop:
            break
        following = _next_level(tokens, place, end, _COMMAS | _DASHES)
        if following is None:
            stop = place
            break
        at, stop = following, _level_run(tokens, following, end)
    else:
        places.append(PlaceName(words(tokens, at, stop).lower(), ""))
    after = hit(tokens, stop, end, "after_level") if _spaced(tokens, stop, end) else None
    return (after.end if after is not None else stop), tuple(places)


class _Tail(NamedTuple):
    """What follows a head or its name."""

    end: int
    places: tuple[PlaceName, ...] = ()
    above: tuple[int, Reading] | None = None


def _tails(tokens: Tokens, index: int, end: int, place: bool, depth: int = 0, part: bool = False) -> _Tail:
    """Level, place and the body above, after a head or name that ends before `index`."""
    index = _numbered(tokens, index, end)
    at, places = _level(tokens, index, end)
    if _spaced(tokens, index, end):
        if at == index and place and not (depth < 2 and hit(tokens, index, end, "above")):
            at = place_end(tokens, index, end)
            places = (PlaceName("", words(tokens, index, at)),) if at > index else ()
        if at == index or (_spaced(tokens, at, end) and tokens.norms[at] == "nơi"):
            at = _area(tokens, at, end)
        if at == index and depth < 2 and tokens.norms[index] == "các" and index + 1 < end:
            group = _group(tokens, index, end)  # `Chi bộ các trường học`
            return _Tail(group.end, group.places) if group is not None else _Tail(index)
    if depth < 2:
        link = _above_index(tokens, at, end, part)
        above = _unit(tokens, link, end, depth + 1) if link is not None else None
        if link is not None and above is not None:
            return _Tail(above.end, places, (link, above))
    return _Tail(at, places)


def _numbered(tokens: Tokens, index: int, end: int) -> int:
    """Index after the number by which one of several bodies is known (`số 2`, `khu vực IX`)."""
    found = hit(tokens, index, end, "numbered") if _spaced(tokens, index, end) else None
    if found is None or tokens.text.startswith("/", tokens.ends[found.end - 1]):
        return index
    return index if found.end < end and tokens.norms[found.end] == "ngày" else found.end


def _area(tokens: Tokens, index: int, end: int) -> int:
    """Index after what stands in the place of a level (`khu vực II`, `ở địa phương`)."""
    area = hit(tokens, index, end, "area")
    if area is None:
        return index
    return _stop(tokens, area, end)


def _above_index(tokens: Tokens, index: int, end: int, part: bool) -> int | None:
    """Index of the body above that follows a name, also behind `thuộc` or a dash."""
    if index >= end:
        return None
    separator, at = tokens.separators[index], index
    if separator == " " and tokens.norms[index] in _OF and _spaced(tokens, index + 1, end):
        at = index + 1
    elif separator != " " and not (separator == " - " and part):
        return None
    return at if tokens.written[at][0].isupper() and hit(tokens, at, end, "above") is not None else None


# -- names of their own ------------------------------------------------------------------------------------------------


def _begins_another(tokens: Tokens, index: int, verbs: bool) -> bool:
    """Whether another body (or a verb in capitals) begins at `index`, so that a name does not go on."""
    found = lexicon().at(tokens, index)
    if "another" in found:
        return True
    return verbs and any(" " in one.entry.form for one in found.get("not_place", ()))


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper()


class _Walk:
    """The state of a walk along a name of its own: what the last words allow."""

    __slots__ = ("capital", "joined", "small", "spelled", "stop", "verb")

    def __init__(self) -> None:
        self.stop = -1
        self.capital = ""
        self.small = self.spelled = self.joined = False
        self.verb = -1

    def take_capital(self, tokens: Tokens, at: int, end: int) -> None:
        """Go over a word with a capital."""
        word = tokens.written[at]
        self.stop = at + 1
        self.small = self.spelled = not _is_abbreviation(word)
        self.capital = tokens.norms[at]
        verb = hit(tokens, at, end, "name_verb")
        known = verb or hit(tokens, at, end, "name_words")
        if known is not None and known.end > self.stop and self.spelled:
            self.stop, self.small = known.end, False
            self.verb = known.end if verb is not None else self.verb

    def take_small(self, tokens: Tokens, at: int, end: int) -> bool:
        """Go over words in small letters, if a name may go on in them."""
        if self.stop < 0 or not self.spelled:
            return False
        known = hit(tokens, at, end, "name_words")
        if at == self.verb:
            work = hit(tokens, at, end, "name_object")
            known = work if work is not None and (known is None or work.end > known.end) else known
        if known is not None:
            self.stop, self.small = known.end, False
            return True
        word = tokens.norms[at]
        if self.small and (word not in forms("name_stop") or f"{self.capital} {word}" in forms("name_pair")):
            self.stop, self.small = at + 1, False
            return True
        return False


def _open_name(tokens: Tokens, index: int, end: int) -> int | None:
    """Index after a name that is in no list: capitals, each with at most one small syllable, and known compounds."""
    walk, at = _Walk(), index
    for _ in range(_NAME_LIMIT):
        if at >= end:
            break
        if tokens.is_capital(at):
            if walk.stop >= 0 and _begins_another(tokens, at, verbs=not walk.joined):
                break
            walk.take_capital(tokens, at, end)
        elif not walk.take_small(tokens, at, end):
            break
        at = walk.stop
        joined = _join(tokens, at, end)
        walk.joined = joined is not None
        if joined is not None:
            if _begins_another(tokens, joined, verbs=False):
                break
            at = joined
        elif not _spaced(tokens, at, end):
            break
    if walk.stop < 0:
        return None
    return _small_list(tokens, walk.stop, end) if walk.spelled else walk.stop


def _join(tokens: Tokens, at: int, end: int) -> int | None:
    """Index of the capital that a name goes on with after a dash, `và` or a comma."""
    if at >= end:
        return None
    separator = tokens.separators[at]
    if separator in _DASHES or separator in (" & ", "&", " &", "& "):
        return at if tokens.written[at][0].isupper() else None
    if separator == " " and tokens.norms[at] == "và":
        return at + 1 if _spaced(tokens, at + 1, end) and tokens.written[at + 1][0].isupper() else None
    return at if separator == ", " and _ends_in_and(tokens, at, end, 4) else None


def _ends_in_and(tokens: Tokens, at: int, end: int, limit: int) -> bool:
    """Whether a word in capitals and a few more stand before `và` and another capital (`, Thể thao và Du lịch`)."""
    if not tokens.written[at][0].isupper():
        return False
    for stop in range(at + 1, min(end - 1, at + limit + 1)):
        if tokens.separators[stop] != " ":
            return False
        if tokens.norms[stop] == "và":
            return tokens.separators[stop + 1] == " " and tokens.written[stop + 1][0].isupper()
    return False


def _small_list(tokens: Tokens, index: int, end: int) -> int:
    """Index after a name that goes on in small letters over commas and `và` (`Xúc tiến đầu tư, thương mại và du lịch`)."""
    at = index
    for _ in range(5):
        if at >= end:
            return index
        if tokens.separators[at] == ", ":
            found = hit(tokens, at, end, "name_words")
            if found is None:
                return index
            at = found.end
        elif _spaced(tokens, at, end) and tokens.norms[at] == "và" and at + 1 < end:
            found = hit(tokens, at + 1, end, "name_words")
            return found.end if found is not None and _name_may_end(tokens, found.end, end) else index
        else:
            return index
    return index


def predicate_at(tokens: Tokens, index: int) -> bool:
    """Whether words stand at `index` that end any name (`chủ trì`, `có trách nhiệm`)."""
    return tokens.written[index][0].islower() and "predicate" in lexicon().at(tokens, index)


def said_of_body(tokens: Tokens, index: int) -> bool:
    """Whether a verb stands at `index`, as it does behind a body of which something is said."""
    return predicate_at(tokens, index) or (tokens.written[index][0].islower() and "verb" in lexicon().at(tokens, index))


def _name_may_end(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a name may end before `index`: a mark, a level, `và`, or what is said of the body follows."""
    if index >= end or tokens.separators[index] != " ":
        return True
    if tokens.written[index][0].isupper() or tokens.norms[index] == "và":
        return True
    return said_of_body(tokens, index) or "level" in lexicon().at(tokens, index) or tokens.norms[index] == "cấp"


def _name(tokens: Tokens, index: int, end: int, head: str, head_start: int) -> int | None:
    """Index after the name behind a head that ends before `index`."""
    if not _spaced(tokens, index, end):
        return None
    written = tokens.written[head_start]
    small_head, small_name = written[0].islower(), tokens.written[index][0].islower()
    listed = hit(tokens, index, end, "name")
    if listed is not None and (not small_name or head in forms("small_name")):
        stop = listed.end
        if small_name or small_head:
            return stop
        goes_on = stop < end and tokens.separators[stop] == " - "
        goes_on = goes_on or (head not in _LISTING_HEADS and _and_name(tokens, stop, end))
        return max(stop, _open_name(tokens, index, end) or 0) if goes_on else stop
    if _is_abbreviation(written) and not hit(tokens, head_start, index, "short_head"):
        return None  # a line in capitals: only what is listed can be told from the words behind it
    if small_name and not small_head and head in forms("small_name"):
        return _small_name(tokens, index, end)
    if small_head and small_name:
        return None
    if _is_abbreviation(tokens.written[index]) or tokens.written[index].isdigit():
        return None if small_head and tokens.written[index].isdigit() else _short_name(tokens, index, end)
    return _open_name(tokens, index, end)


def _small_name(tokens: Tokens, index: int, end: int) -> int | None:
    """Index after a name that is written in small letters only (`Trung tâm dịch vụ nông nghiệp`)."""
    at = index
    for _ in range(6):
        found = hit(tokens, at, end, "name_words") or hit(tokens, at, end, "name_verb")
        if found is None and at > index:
            found = hit(tokens, at, end, "name_object")
        if found is None:
            break
        at = found.end
        if (
            at < end
            and tokens.norms[at] == "và"
            and _spaced(tokens, at, end)
            and hit(tokens, at + 1, end, "name_words")
        ):
            at += 1
        elif not _spaced(tokens, at, end):
            break
    return at if at > index and _name_may_end(tokens, at, end) else None


def _and_name(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a listed name goes on with `và` and a capital."""
    if index + 1 >= end:
        return False
    if _spaced(tokens, index, end) and tokens.norms[index] == "và":
        return tokens.written[index + 1][0].isupper()
    return tokens.separators[index] == ", " and _ends_in_and(tokens, index, end, 3)


def _short_name(tokens: Tokens, index: int, end: int) -> int | None:
    """Index after a name in capitals or figures: `GD&ĐT`, `LĐ-TB&XH`, `138`, `PCTT và TKCN`."""
    at = index + 1
    while at < end and at - index < 8:
        if tokens.separators[at] in ("-", "&", " & ", " - ", "- ", " -") and _is_abbreviation(tokens.written[at]):
            at += 1
        elif (
            _spaced(tokens, at, end)
            and tokens.norms[at] == "và"
            and _spaced(tokens, at + 1, end)
            and _is_abbreviation(tokens.written[at + 1])
            and not _begins_another(tokens, at + 1, verbs=False)
        ):
            at += 2
        else:
            break
    if tokens.text.startswith("/", tokens.ends[at - 1]):
        return _open_name(tokens, index, end)
    return max(at, _open_name(tokens, index, end) or 0)


def _long_verb_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after the verb at `index`, if it has two syllables or more: shorter ones are too often syllables of other words."""
    if not tokens.written[index][0].islower():
        return index
    verb = hit(tokens, index, end, "verb")
    return verb.end if verb is not None and verb.end > index + 1 else index


def open_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after further words of a name, up to a mark, to what is said of the body, or to another body."""
    at, work = index, index - 1
    while at < end and at - index < _OPEN_LIMIT:
        separator = tokens.separators[at]
        if separator != " " and not (separator in _DASHES and tokens.written[at][0].isupper()):
            break
        if tokens.norms[at] in ("và", "hoặc") and (at + 1 >= end or read_body(tokens, at + 1, end) is not None):
            break
        verb = _long_verb_end(tokens, at, end)
        if predicate_at(tokens, at) or (verb > at > work and tokens.norms[at - 1] not in _NOMINALS):
            break
        work = max(work, verb)
        at += 1
        if tokens.norms[at - 1] in ("này", "đó"):
            break
    return at - (at > index and tokens.norms[at - 1] in ("và", "hoặc"))


# -- organisations -----------------------------------------------------------------------------------------------------


def _unit(tokens: Tokens, index: int, end: int, depth: int = 0) -> Reading | None:
    """The organisation at `index`."""
    if index >= end:
        return None
    small = tokens.written[index][0].islower()
    fixed = hit(tokens, index, end, "fixed")
    part = hit(tokens, index, end, "part") is not None
    best: Reading | None = None
    head = hit(tokens, index, end, "head_level")
    if head is not None and (fixed is None or head.end >= fixed.end):
        tail = _tails(tokens, head.end, end, place=True, depth=depth, part=part)
        if not small or tail.end > head.end or head.end - index > 1:
            best = Reading(tail.end, "head", words(tokens, index, head.end).lower(), tail.places, tail.above)
    wanting = hit(tokens, index, end, "head_place")
    if wanting is not None and best is None:
        tail = _tails(tokens, wanting.end, end, place=False, depth=depth)
        if tail.places:
            best = Reading(tail.end, "place", words(tokens, index, wanting.end).lower(), tail.places, tail.above)
    named = _named_unit(tokens, index, end, depth, part, fixed)
    if named is not None and (best is None or named.end > best.end):
        best = named
    if best is not None or fixed is None:
        return best
    return _fixed_unit(tokens, index, fixed, end, depth)


def _named_unit(tokens: Tokens, index: int, end: int, depth: int, part: bool, fixed: Hit | None) -> Reading | None:
    """A head with a name of its own: the longest head, or a shorter one with a name that is in the list."""
    heads = [head for head in lexicon().at(tokens, index).get("head_name", ()) if head.end < end]
    for number, head in enumerate(heads):
        text = words(tokens, index, head.end).lower()
        inner = _inner_unit(tokens, index, head.end, end, depth)
        if inner is not None and (fixed is None or inner.end > fixed.end):
            return Reading(inner.end, "name", text, inner.places, (head.end, inner))
        name = _name(tokens, head.end, end, text, index)
        if number and name is not None and name <= heads[0].end:
            continue
        if name is None and head.end - index > 1 and tokens.written[index][0].isupper():
            tail = _tails(tokens, head.end, end, place=False, depth=depth, part=part)
            if tail.places:  # `Trường Tiểu học xã An Bình`
                return Reading(tail.end, "name", text, tail.places, tail.above)
        if name is not None and (fixed is None or name > fixed.end):
            tail = _tails(tokens, name, end, place=True, depth=depth, part=part)
            return Reading(tail.end, "name", text, tail.places, tail.above)
    return None


def _inner_unit(tokens: Tokens, index: int, at: int, end: int, depth: int) -> Reading | None:
    """The body whose office stands before it without a name of its own (`Văn phòng Ban Chỉ đạo`)."""
    if depth > 1 or not _spaced(tokens, at, end) or not tokens.written[at][0].isupper():
        return None
    of_body = hit(tokens, index, at, "of_body")
    if of_body is None or of_body.end != at or hit(tokens, at, end, "above") is None:
        return None
    return _unit(tokens, at, end, depth + 1)


def _fixed_unit(tokens: Tokens, index: int, fixed: Hit, end: int, depth: int) -> Reading:
    """A fixed name with its tails; a steering board (Ban Chỉ đạo …) is named after its whole task."""
    text = words(tokens, index, fixed.end).lower()
    at, rule = fixed.end, "fixed"
    if text in forms("free_head") and _spaced(tokens, at, end):
        begun = hit(tokens, at, end, "free_name")
        if begun is not None:
            at, rule = _task_end(tokens, at, begun.end, end, text in forms("task_name")), "task"
    tail = _tails(tokens, at, end, place=False, depth=depth)
    return Reading(tail.end, rule, text, tail.places, tail.above)


def _task_end(tokens: Tokens, index: int, at: int, end: int, any_verb: bool) -> int:
    """Index after the task that a board is named after: up to a level, a mark, or what is said of the board.

    With `any_verb` the task may hold verbs of work, as that of a steering board does.
    """
    limit = tokens.starts[index] + _FREE_LIMIT
    while at < end and tokens.ends[at] <= limit and tokens.separators[at] in _INSIDE:
        separator = tokens.separators[at]
        following = at + (separator == " " and tokens.norms[at] == "và" and at + 1 < end)
        if (separator != " " or following > at) and (
            _begins_another(tokens, following, verbs=False) or hit(tokens, following, end, "group_lead")
        ):
            break
        if separator == " " and (
            _is_unit_level(tokens, at, end) or _is_said(tokens, at, end, any_verb or at < index + 3)
        ):
            break
        at += 1
    while at > index and tokens.norms[at - 1] in ("và", "của", "thuộc", "các"):
        at -= 1
    return at


def _is_said(tokens: Tokens, index: int, end: int, any_verb: bool) -> bool:
    """Whether what is said of a board begins at `index`, behind the task that it is named after."""
    if predicate_at(tokens, index):
        return True
    if any_verb or hit(tokens, index, end, "name_words") or hit(tokens, index, end, "name_object"):
        return False
    return _long_verb_end(tokens, index, end) > index


# -- collectives -------------------------------------------------------------------------------------------------------


def _group_nouns(tokens: Tokens, index: int, end: int, led: bool) -> tuple[int, int]:
    """Index after a run of collective nouns (`sở, ban, ngành`) at `index`, and how many there are; `led` by `các`."""
    stop, at, count = index, index, 0
    while count < 10 and at < end:
        noun = hit(tokens, at, end, "group")
        if noun is None and (count or led):
            noun = hit(tokens, at, end, "group_people")
        if count and (noun is None or len(words(tokens, at, noun.end)) < 4):
            noun = hit(tokens, at, end, "group_weak") or noun
        if noun is None or (not count and _shouted(tokens, at, noun.end)):
            break
        if tokens.written[at][0].isupper() and (hit(tokens, at, end, "office") or _unit(tokens, at, end) is not None):
            break
        if count and _is_verb(tokens, at, noun, end):
            break
        stop, count = noun.end, count + 1
        link = _group_link(tokens, stop, end)
        if link is None:
            break
        at = link
    return stop, count


def _shouted(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a noun is the beginning of a body in capitals (`SỞ`), no collective (`CÁC SỞ`)."""
    if not all(map(_is_abbreviation, tokens.written[index:end])):
        return False
    return index == 0 or tokens.written[index - 1] != "CÁC"


def _is_verb(tokens: Tokens, index: int, noun: Hit, end: int) -> bool:
    """Whether `tổ chức` after a noun is the verb."""
    if tokens.norms[index : noun.end] != ["tổ", "chức"] or not _spaced(tokens, noun.end, end):
        return False
    word = tokens.written[noun.end]
    return word[0].islower() and word not in _AFTER_ORGANISATION


def _group_link(tokens: Tokens, index: int, end: int) -> int | None:
    """Index of the next noun of a collective."""
    if index >= end:
        return None
    separator, word = tokens.separators[index], tokens.norms[index]
    if separator in _COMMAS:
        return index + 1 if word == "và" and index + 1 < end else index
    if separator in _DASHES:
        return index
    if separator != " ":
        return None
    if word in ("và", "hoặc"):
        return index + 1 if _spaced(tokens, index + 1, end) else None
    return index if word in _GLUED_NOUNS else None


def _group(tokens: Tokens, index: int, end: int, bare: bool = False) -> Reading | None:
    """The collective at `index`; with `bare` one noun is enough."""
    merged = hit(tokens, index, end, "merged")
    if merged is not None:
        stop, places = _level(tokens, merged.end, end)
        return Reading(stop, "merged", "", places)
    lead = hit(tokens, index, end, "group_lead")
    if lead is not None and not _spaced(tokens, lead.end, end):
        lead = None
    at = lead.end if lead is not None else index
    fixed = hit(tokens, index, end, "group_fixed")
    nouns, count = _group_nouns(tokens, at, end, lead is not None)
    if not count:
        several = _unit(tokens, at, end) if lead is not None and tokens.written[at][0].isupper() else None
        if several is not None:
            return _with_tails(tokens, several.end, end, several.places)[0]
        return _with_tails(tokens, _stop(tokens, fixed, end), end)[0] if fixed is not None else None
    if lead is not None and count == 1:
        small = words(tokens, at, nouns).lower()
        name = _name(tokens, nouns, end, small, at) if small in forms("small_name") else None
        if name is not None:  # `các sở giáo dục và đào tạo`
            return _with_tails(tokens, name, end)[0]
    found, tails = _with_tails(tokens, nouns, end)
    if not bare and _spaced(tokens, found.end, end) and hit(tokens, found.end, end, "not_group"):
        return None
    if fixed is not None and fixed.end >= found.end:
        return _with_tails(tokens, _stop(tokens, fixed, end), end)[0]
    if count > 1 or tails or bare:
        return found
    if lead is not None:
        return None if tokens.is_number(index) else found
    several_words = found.end - index > 2
    return found if several_words or hit(tokens, index, end, "group_alone") else None


def _with_tails(tokens: Tokens, index: int, end: int, places: tuple[PlaceName, ...] = ()) -> tuple[Reading, int]:
    """A collective with what says which members are meant, and how many such words there are."""
    at, tails = index, 0
    while tails < 6 and _spaced(tokens, at, end):
        stop, more = _group_tail(tokens, at, end, tails)
        if stop <= at:
            break
        at, tails, places = stop, tails + 1, places + more
    return Reading(at, "group", "", places), tails


def _group_tail(tokens: Tokens, at: int, end: int, before: int) -> tuple[int, tuple[PlaceName, ...]]:
    """Index after one such tail at `at`; `at` itself where there is none."""
    link = at
    if tokens.norms[at] in _OF and _spaced(tokens, at + 1, end):
        link = at + 1
    elif tokens.norms[at : at + 2] == ["trực", "thuộc"] and _spaced(tokens, at + 2, end):
        link = at + 2
    if tokens.written[link][0].isupper() and (link > at or tokens.norms[at - 1] not in _ENDS_LIKE_LEVEL):
        unit = _unit(tokens, link, end, 1)
        if unit is not None:
            return unit.end, unit.places
    if link > at and tokens.norms[link] in ("các", "ngành"):
        group = _group(tokens, link, end)
        if group is not None:
            return group.end, group.places
    tail = hit(tokens, at, end, "group_tail")
    if tail is None and not before:
        tail = hit(tokens, at, end, "group_tail_first")
    if tail is None:
        return _weak_tail(tokens, at, end)
    stop = _stop(tokens, tail, end)
    place = (
        place_end(tokens, stop, end) if tokens.norms[stop - 1] in _LEVEL_ENDS and _spaced(tokens, stop, end) else stop
    )
    return place, ((PlaceName(tokens.norms[stop - 1], words(tokens, stop, place)),) if place > stop else ())


def _weak_tail(tokens: Tokens, at: int, end: int) -> tuple[int, tuple[PlaceName, ...]]:
    """Index after a tail that might be what the members are to do, but that another verb follows; else that of a level."""
    weak = hit(tokens, at, end, "group_tail_weak")
    if weak is not None and not predicate_at(tokens, at):
        stop = open_end(tokens, weak.end, end)
        if stop < end and (said_of_body(tokens, stop) or ":" in tokens.separators[stop]):
            return stop, ()
    return _level(tokens, at, end)


# -- office holders ----------------------------------------------------------------------------------------------------


def _person(tokens: Tokens, index: int, end: int) -> Reading | None:
    """The office holder at `index`."""
    if tokens.norms[index] == "các" and _spaced(tokens, index + 1, end):
        index += hit(tokens, index + 1, end, "office") is not None  # `các Ủy viên Ban Chỉ đạo`
    office = hit(tokens, index, end, "office")
    alone = hit(tokens, index, end, "office_alone")
    best: Reading | None = None
    if office is not None:
        best = _office_body(tokens, index, _offices_end(tokens, office.end, end, alone is None), end)
    if alone is not None and (best is None or alone.end > best.end):
        tail = _tails(tokens, _stop(tokens, alone, end), end, place=False)
        best = Reading(tail.end, "office", "", tail.places, tail.above, words(tokens, index, alone.end))
    return best


def _offices_end(tokens: Tokens, at: int, end: int, listed: bool) -> int:
    """Index after offices of one body (`Giám đốc, Thủ trưởng các sở`, `Ủy viên kiêm Chánh Văn phòng …`)."""
    for _ in range(3):
        if at >= end:
            return at
        link, separator = at, tokens.separators[at]
        if separator == " " and tokens.norms[at] in ("và", "kiêm", "là"):
            link += 1
        elif separator != ", " or not listed:
            return at
        if link < end and tokens.norms[link] == "các":
            link += 1
        office = hit(tokens, link, end, "office")
        if office is None:
            return at
        at = office.end
    return at


def _office_body(tokens: Tokens, index: int, at: int, end: int) -> Reading | None:
    """The holder of an office, with the body that he heads or the level that stands for it."""
    if not _spaced(tokens, at, end):
        return None
    office = words(tokens, index, at)
    council = hit(tokens, at, end, "office_of")
    if council is not None:
        tail = _tails(tokens, council.end, end, place=True)
        return Reading(tail.end, "office", words(tokens, at, council.end).lower(), tail.places, tail.above, office)
    body = _unit(tokens, at, end) or _group(tokens, at, end, bare=True)
    if body is None and tokens.written[at][0].islower():
        body = _small_unit(tokens, at, end)
    stop, places = (at, ()) if hit(tokens, index, end, "office_weak") else _level(tokens, at, end)
    if stop > at and (body is None or stop > body.end):
        return Reading(stop, "office", "", places, None, office)
    if body is None:
        return None
    return Reading(body.end, "office", body.head, body.places, (at, body), office)


def _small_unit(tokens: Tokens, index: int, end: int) -> Reading | None:
    """`phòng Nội vụ` after `Trưởng`; also a bare `phòng`, `ban` with its level."""
    small = hit(tokens, index, end, "small_unit")
    if small is None:
        return None
    head = words(tokens, index, small.end).lower()
    name = _name(tokens, small.end, end, head, index)
    tail = _tails(tokens, name if name is not None else small.end, end, place=False)
    return Reading(tail.end, "name", head, tail.places, tail.above)


# -- bodies ------------------------------------------------------------------------------------------------------------


_BEGINNINGS = frozenset((
    "head_level", "head_place", "head_name", "fixed", "office", "office_alone", "group_lead", "group", "group_fixed", "group_alone",
    "merged", "honorific",
))  # fmt: skip


@cache
def _first_words() -> dict[str, frozenset[str] | None]:
    return lexicon().first_words(_BEGINNINGS)


def may_begin(tokens: Tokens, index: int) -> bool:
    """Whether the words at `index` are those that a body may begin with."""
    seconds = _first_words().get(tokens.norms[index], _NONE)
    if seconds is None:
        return True
    if index + 1 < len(tokens) and tokens.norms[index + 1] in seconds:
        return True
    if tokens.is_number(index):
        return index + 1 < len(tokens) and bool({"level", "group"} & lexicon().at(tokens, index + 1).keys())
    return bool(_BEGINNINGS & lexicon().at(tokens, index).keys()) if tokens.expansions(index) else False


_NONE: frozenset[str] = frozenset()


def read_body(tokens: Tokens, index: int, end: int) -> tuple[BodyKind, Reading] | None:
    """The longest body at a token, as indices."""
    found = lexicon().at(tokens, index)
    excluded = next((one.end for one in found.get("not_body", ()) if one.end <= end), 0)
    kind: BodyKind = "person"
    best = _person(tokens, index, end)
    unit = _unit(tokens, index, end)
    if unit is not None and (best is None or unit.end > best.end):
        best, kind = unit, "body"
    group = _group(tokens, index, end)
    if group is not None and (best is None or group.end > best.end):
        best, kind = group, "group"
    if best is None or (excluded and best.rule != "place" and not _longer_than(found, excluded, end)):
        return None
    return kind, best


def _longer_than(found: dict[str, list[Hit]], excluded: int, end: int) -> bool:
    """Whether a word of bodies goes further than the words that are none."""
    return any(
        one.end > excluded
        for kind in (
            "head_level",
            "head_place",
            "head_name",
            "fixed",
            "office",
            "office_alone",
            "group_fixed",
            "merged",
        )
        for one in found.get(kind, ())
        if one.end <= end
    )


def tree(tokens: Tokens, index: int, kind: BodyKind, reading: Reading) -> BodyTree:
    """A reading as a value with offsets."""
    above = None
    if reading.above is not None:
        at, inner = reading.above
        above = tree(tokens, at, "body" if inner.rule not in ("group", "merged") else "group", inner)
    return BodyTree(
        tokens.starts[index],
        tokens.ends[reading.end - 1],
        kind,
        words(tokens, index, reading.end),
        reading.rule,
        reading.head,
        reading.places,
        above,
        reading.position,
    )


def match_body(text: str, at: int, end: int | None = None) -> BodyTree | None:
    """The longest body that begins at `at`.

    Args:
        text: Clean text.
        at, end: Offsets; the body must end at or before `end`.

    Returns:
        The body, or None where none begins.
    """
    tokens, index, limit = _place_in(text, at, end)
    if index >= limit or not may_begin(tokens, index):
        return None
    found = read_body(tokens, index, limit)
    return tree(tokens, index, *found) if found is not None else None


def _place_in(text: str, at: int, end: int | None) -> tuple[Tokens, int, int]:
    """The words of a text, the index of the one at an offset, and the index before which to stop (0 where none is there)."""
    tokens = tokens_of(text)
    limit = len(tokens) if end is None else tokens.end_index(end)
    index = tokens.index(at)
    return tokens, index, limit if index < limit and tokens.starts[index] == at else 0


# -- parts of names, for those who look for names alone ----------------------------------------------------------------


def match_unit(text: str, at: int, end: int) -> int | None:
    """End of the organisation that begins at `at`, without an office before it; None where none begins."""
    tokens, index, limit = _place_in(text, at, end)
    found = _unit(tokens, index, limit) if index < limit else None
    return tokens.ends[found.end - 1] if found is not None else None


def match_place(text: str, at: int, end: int) -> int | None:
    """End of the name of a place at `at` (`Trà Cú`, `Bà Rịa - Vũng Tàu`, `12`); None where none begins."""
    tokens, index, limit = _place_in(text, at, end)
    stop = place_end(tokens, index, limit) if index < limit else index
    return tokens.ends[stop - 1] if stop > index else None


def match_listed_name(text: str, at: int, end: int) -> int | None:
    """End of the name of a department at `at` (`Lao động - Thương binh và Xã hội`); None if it is in no list."""
    tokens, index, limit = _place_in(text, at, end)
    listed = hit(tokens, index, limit, "name") if index < limit else None
    return tokens.ends[listed.end - 1] if listed is not None else None


def renamed(body: BodyTree, name: str, start: int | None = None, kind: BodyKind | None = None) -> BodyTree:
    """A body under another name, perhaps with another beginning."""
    return replace(body, name=name, start=body.start if start is None else start, kind=kind or body.kind)
