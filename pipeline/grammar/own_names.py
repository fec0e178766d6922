"""Where a name of its own ends: `Trung tâm | Tư vấn xây dựng`, `Ban Chỉ đạo | phòng, chống dịch bệnh`.

Names are an open class: they go on as far as their capitals, the words that names are made of, and the objects of
work after which bodies are named.
"""

from __future__ import annotations

from .name_words import (
    COMMAS,
    DASHES,
    begins_another,
    bits,
    forms,
    hit,
    is_abbreviation,
    is_unit_level,
    lexicon,
    long_verb_end,
    name_may_end,
    plain,
    predicate_at,
    spaced,
)
from .tokens import Tokens

_NAME_LIMIT = 16
_FREE_LIMIT = 160
_SMALL_WORDS, _LAST_WORDS = 10, 6
_INSIDE = COMMAS | DASHES | frozenset((" ", "/", " & ", "&"))


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
        self.small = self.spelled = not is_abbreviation(word)
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


def open_name(tokens: Tokens, index: int, end: int) -> int | None:
    """Index after a name that is in no list: capitals, each with at most one small syllable, and known compounds."""
    walk, at = _Walk(), index
    for _ in range(_NAME_LIMIT):
        if at >= end:
            break
        if tokens.is_capital(at):
            if walk.stop >= 0 and begins_another(tokens, at, verbs=not walk.joined):
                break
            walk.take_capital(tokens, at, end)
        elif not walk.take_small(tokens, at, end):
            break
        at = walk.stop
        joined = _join(tokens, at, end)
        walk.joined = joined is not None
        if joined is not None:
            if begins_another(tokens, joined, verbs=False):
                break
            at = joined
        elif not spaced(tokens, at, end):
            break
    if walk.stop < 0:
        return None
    return _small_list(tokens, walk.stop, end) if walk.spelled else walk.stop


def _join(tokens: Tokens, at: int, end: int) -> int | None:
    """Index of the capital that a name goes on with after a dash, `và` or a comma."""
    if at >= end:
        return None
    separator = tokens.separators[at]
    if separator in DASHES or separator in (" & ", "&", " &", "& "):
        return at if tokens.written[at][0].isupper() else None
    if separator == " " and tokens.norms[at] in plain("link"):
        return at + 1 if spaced(tokens, at + 1, end) and tokens.written[at + 1][0].isupper() else None
    return at if separator == ", " and _ends_in_and(tokens, at, end, 4) and not _is_listed(tokens, at, end) else None


def _is_listed(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a head with a name of the list stands at a word (`…, Bộ Công an và …`)."""
    head = hit(tokens, index, end, "head_name")
    return head is not None and spaced(tokens, head.end, end) and hit(tokens, head.end, end, "name") is not None


def _ends_in_and(tokens: Tokens, at: int, end: int, limit: int) -> bool:
    """Whether a word in capitals and a few more stand before `và` and another capital (`, Thể thao và Du lịch`)."""
    if not tokens.written[at][0].isupper():
        return False
    for stop in range(at + 1, min(end - 1, at + limit + 1)):
        if tokens.separators[stop] != " ":
            return False
        if tokens.norms[stop] in plain("link"):
            return tokens.separators[stop + 1] == " " and tokens.written[stop + 1][0].isupper()
    return False


def _small_list(tokens: Tokens, index: int, end: int) -> int:
    """Index after a name that goes on over commas in small letters (`Xúc tiến đầu tư, thương mại và du lịch`)."""
    at = index
    for _ in range(5):
        if at >= end:
            return index
        if tokens.separators[at] == ", ":
            found = hit(tokens, at, end, "name_words")
            if found is None:
                return index
            at = found.end
        elif spaced(tokens, at, end) and tokens.norms[at] in plain("link") and at + 1 < end:
            found = hit(tokens, at + 1, end, "name_words")
            return found.end if found is not None and name_may_end(tokens, found.end, end) else index
        else:
            return index
    return index


def name_end(tokens: Tokens, index: int, end: int, head: str, head_start: int) -> int | None:
    """Index after the name behind a head that ends before `index`."""
    stop = _first_end(tokens, index, end, head, head_start)
    return stop if stop is None or head in plain("closed_head") else past_small_words(tokens, stop, end)


def past_small_words(tokens: Tokens, index: int, end: int) -> int:
    """Index after the small words that end a name no list knows (`Ban Quản lý dự án đường sắt`): up to what is said.

    They are taken only where they can be no more than a name: none of them a verb or a link at first, and words that
    are said of a body, a level or a mark behind them.
    """
    at, verb = index, index
    while spaced(tokens, at, end) and at - index < _SMALL_WORDS:
        if tokens.is_number(at) or (at == index and (not tokens.written[at][0].islower() or _is_no_name(tokens, at))):
            return verb
        if predicate_at(tokens, at) or is_unit_level(tokens, at, end) or _begins_body(tokens, at):
            return verb if verb > index else _unlinked(tokens, index, at)
        if verb == index and long_verb_end(tokens, at, end) > at:
            verb = at
        at += 1
    if verb > index:
        return verb
    return at if at - index <= _LAST_WORDS and not spaced(tokens, at, end) else index


def listed_end(tokens: Tokens, index: int, end: int) -> int:
    """Index after the departments that stand behind a colon (`các đơn vị của các Bộ: | Y tế, Nội vụ`)."""
    if index >= end or ":" not in tokens.separators[index] or tokens.norms[index - 1] not in plain("listing_head"):
        return index
    at, stop = index, index
    while at < end and (listed := hit(tokens, at, end, "name")) is not None:
        stop = at = listed.end
        if at < end and tokens.norms[at] in plain("link"):
            at += 1
        elif at >= end or tokens.separators[at] not in COMMAS:
            break
    return stop


def _unlinked(tokens: Tokens, index: int, at: int) -> int:
    """Index after a name without a link at its end (`… khu vực và Công an xã`)."""
    while at > index and tokens.norms[at - 1] in plain("loose_end"):
        at -= 1
    return at


def _begins_body(tokens: Tokens, at: int) -> bool:
    """Whether another body begins at a word, one of more than a syllable (`xã hội` holds no `hội`)."""
    return begins_another(tokens, at, verbs=False) or hit(tokens, at, at + 2, "group_lead") is not None


def _is_no_name(tokens: Tokens, at: int) -> bool:
    """Whether a small word begins something else than a name: a verb, a link, a place or time."""
    found = lexicon().at(tokens, at)
    if "verb" in found or found.bits & (bits().group | bits().tail | bits().another):
        return True
    return tokens.norms[at] in forms("name_stop") or tokens.norms[at] in plain("loose_end") | plain("of") | plain(
        "where"
    )


def _first_end(tokens: Tokens, index: int, end: int, head: str, head_start: int) -> int | None:
    """Index after what a list or the capitals tell of the name."""
    if not spaced(tokens, index, end):
        return None
    written = tokens.written[head_start]
    small_head, small_name = written[0].islower(), tokens.written[index][0].islower()
    listed = hit(tokens, index, end, "name")
    if listed is not None and small_name and (said := hit(tokens, index, end, "predicate")) is not None:
        listed = listed if listed.end > said.end else None  # `Sở kiểm tra`, but `phòng tổ chức cán bộ`
    if listed is not None and (not small_name or head in forms("small_name")):
        stop = listed.end
        if small_name or small_head:
            return stop
        goes_on = stop < end and tokens.separators[stop] == " - "
        if head not in plain("listing_head") and not goes_on:
            goes_on = _and_name(tokens, stop, end) or _goes_on_small(tokens, stop, end) or head in plain("company")
        return max(stop, open_name(tokens, index, end) or 0) if goes_on else stop
    if is_abbreviation(written) and not hit(tokens, head_start, index, "short_head"):
        return None  # a line in capitals: only what is listed can be told from the words behind it
    if small_name and not small_head and head in forms("small_name"):
        return _small_name(tokens, index, end)
    if small_head and small_name:
        return None
    if is_abbreviation(tokens.written[index]) or tokens.written[index].isdigit():
        return None if small_head and tokens.written[index].isdigit() else _short_name(tokens, index, end)
    return open_name(tokens, index, end)


def _goes_on_small(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a listed name goes on with words that names are made of, no verb (`Thương mại | điện tử`)."""
    found = lexicon().at(tokens, index) if spaced(tokens, index, end) else {}
    return "name_words" in found and "verb" not in found and "level" not in found


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
            and tokens.norms[at] in plain("link")
            and spaced(tokens, at, end)
            and hit(tokens, at + 1, end, "name_words")
        ):
            at += 1
        elif not spaced(tokens, at, end):
            break
    return at if at > index and name_may_end(tokens, at, end) else None


def _and_name(tokens: Tokens, index: int, end: int) -> bool:
    """Whether a listed name goes on with `và` and a capital."""
    if index + 1 >= end:
        return False
    if spaced(tokens, index, end) and tokens.norms[index] in plain("link"):
        return tokens.written[index + 1][0].isupper()
    return tokens.separators[index] == ", " and _ends_in_and(tokens, index, end, 3)


def _short_name(tokens: Tokens, index: int, end: int) -> int | None:
    """Index after a name in capitals or figures: `GD&ĐT`, `LĐ-TB&XH`, `138`, `PCTT và TKCN`."""
    at = index + 1
    while at < end and at - index < 8:
        if tokens.separators[at] in ("-", "&", " & ", " - ", "- ", " -") and is_abbreviation(tokens.written[at]):
            at += 1
        elif (
            spaced(tokens, at, end)
            and tokens.norms[at] in plain("link")
            and spaced(tokens, at + 1, end)
            and is_abbreviation(tokens.written[at + 1])
            and not begins_another(tokens, at + 1, verbs=False)
        ):
            at += 2
        else:
            break
    if tokens.text.startswith("/", tokens.ends[at - 1]):
        return open_name(tokens, index, end)
    return max(at, open_name(tokens, index, end) or 0)


def task_end(tokens: Tokens, index: int, at: int, end: int, any_verb: bool) -> int:
    """Index after the task that a board is named after: up to a level, a mark, or what is said of the board.

    With `any_verb` the task may hold verbs of work, as that of a steering board does.
    """
    limit = tokens.starts[index] + _FREE_LIMIT
    while at < end and tokens.ends[at] <= limit and tokens.separators[at] in _INSIDE:
        separator = tokens.separators[at]
        following = at + (separator == " " and tokens.norms[at] in plain("link") and at + 1 < end)
        if (separator != " " or following > at) and (
            begins_another(tokens, following, verbs=False) or hit(tokens, following, end, "group_lead")
        ):
            break
        if separator == " " and (is_unit_level(tokens, at, end) or _is_said(tokens, at, end, any_verb)):
            break
        at += 1
    while at > index and tokens.norms[at - 1] in plain("loose_end"):
        at -= 1
    return at


def _is_said(tokens: Tokens, index: int, end: int, any_verb: bool) -> bool:
    """Whether what is said of a board begins at `index`, behind the task that it is named after."""
    if predicate_at(tokens, index):
        return True
    if any_verb or hit(tokens, index, end, "name_words") or hit(tokens, index, end, "name_object"):
        return False
    return long_verb_end(tokens, index, end) > index
