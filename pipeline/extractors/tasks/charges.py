"""Words that only say who does what an item has said: `… . Phòng Văn hóa chủ trì, phối hợp với Đài Truyền thanh huyện.`

    charge  = [lead-in] bodies role {bodies role | partners | time}
    lead-in = giao | đề nghị | do | nội dung này do

They hold bodies, verbs that give a role, `thực hiện` and the like, and a time; any other word of work makes them a
sentence of their own.
"""

from __future__ import annotations

from typing import NamedTuple

from ...grammar.name_lists import find_body_lists, parse_body_list
from ...grammar.phrases import past, pattern, phrases
from ...grammar.roles import role_at, works_at
from ...records import Role
from ...text.patterns import Pattern
from .readings import Charged

_PLACE = Pattern(
    rf"(?:[.;:] ?|,? ?\(| - |, (?={'|'.join(phrases('charge_lead'))})| (?={'|'.join(phrases('charge_of_content'))}))"
    r"(?=[^\W\d_])"
)
_LEAD = Pattern(rf"(?:(?:{'|'.join(phrases('charge_of_content'))}|{'|'.join(phrases('charge_lead'))}) )?")
_DONE = Pattern(rf"(?:{'|'.join(phrases('charge_done'))})(?![^\W_])")
_TIME = Pattern(rf"\(?(?:{'|'.join(phrases('charge_time'))})(?![^\W_])")
_PARTNER = pattern("partner")
_LONGEST_TIME = 90
_OWN_WORDS = Pattern(r"(?:[^ \n]+[ \n]+){2}[^ \n.;:,(]+")
"""Words that an item has at least before it is said who does it."""
_ACTIVITY = Pattern(rf"(?:{'|'.join(phrases('activity'))}) ")
_NAME_LENGTH = 60
_STEPS = 10
_MOST_BODIES = 80
"""More bodies than anybody charges with one thing; each list is read from each mark on."""
_HELP = Pattern(r"(?: [^\W\d_]+){1,5}(?=[,.;)]|$)")
"""What partners help with (`phối hợp mời học viên`)."""
_END = Pattern(r"[.;)]")


class Charge(NamedTuple):
    """Who does what an item says.

    Attributes:
        content: Where the words of the item end.
        end: Where the words that charge end.
        charged: The bodies.
    """

    content: int
    end: int
    charged: tuple[Charged, ...]


def read_charge(text: str, start: int, end: int) -> Charge | None:
    """The first words in an item that only say who does it, None where there are none.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the item's words.
    """
    own = _OWN_WORDS.match(text, start, end)
    read_to = 0  # a list that charges nobody does not begin to where it is entered further on
    for place in _PLACE.finditer(text, own.end(), end) if own is not None else ():
        bracketed = text[place.end() - 1] == "("
        stop = text.find(")", place.end(), end) if bracketed else end
        if stop < 0 or _goes_on_small(text, stop + 1, end) or text.startswith(":", stop + 1, end):
            continue  # what stands in brackets belongs to the words on both sides, or says who a person is
        if place.end() < read_to:
            continue
        if place.group() == " - " and _ends_in_body(text, max(start, place.start() - _NAME_LENGTH), place.start()):
            continue  # `giữa Công an - Bộ đội Biên phòng`
        charged, after = _charged(text, place.end(), stop, bracketed or place.group() == " - ")
        if not charged and place.group().startswith(":") and _says_work(text, start, place.start()):
            charged, after = _named_alone(text, place.end(), stop)
        if charged:
            return Charge(place.start(), after, charged)
        if not bracketed:
            read_to = after
    return None


def charge_of(text: str, start: int, end: int) -> tuple[Charged, ...]:
    """The bodies of words that say no more than who does something; none where they say more.

    Args:
        text: Clean text.
        start, end: Half-open offsets of a line's words.
    """
    charged, after = _charged(text, start, end, bracketed=False)
    return charged if past(text, after, end, " .;") >= end else ()


def _charged(text: str, start: int, end: int, bracketed: bool) -> tuple[tuple[Charged, ...], int]:
    """The bodies that words at `start` charge and do no more, and where these words end.

    Where they do more there is no body, and the offset is that at which the last list of bodies ends.
    """
    lead = _LEAD.match(text, start, end)
    at = lead.end() if lead is not None else start
    found: list[Charged] = []
    waiting, partners = 0, False  # bodies at the end of `found` whose role is still to come; `phối hợp với` before them
    said: Role | None = None
    listed = start  # where the bodies end that were read last
    for _ in range(_STEPS):
        at = past(text, at, end, " ,-(" if found else " ,-")
        if at >= end or text[at] in ".;)":
            following = _goes_on(text, at, end) if found else None
            if following is None:
                break
            at = following
        bodies, stop = parse_body_list(text, at, end)
        if len(found) + len(bodies) > _MOST_BODIES:
            return (), stop
        if bodies:
            found += [Charged(body, "coordinate" if partners else "implement") for body in bodies]
            waiting, partners, at = 0 if partners else len(bodies), False, stop
            listed = stop
            continue
        if not found:
            return (), listed
        if _TIME.match(text, at, end):
            at = _past_time(text, at, end)
            continue
        role, done = role_at(text, at, end), _DONE.match(text, at, end)
        if role is not None and role[0] in ("lead", "coordinate"):
            link = _PARTNER.match(text, role[1], end) if role[0] == "coordinate" else None
            if link is not None and parse_body_list(text, link.end(), end)[0]:
                partners, at = True, link.end()
            else:
                found[len(found) - waiting :] = [Charged(one.body, role[0]) for one in found[len(found) - waiting :]]
                help_with = _HELP.match(text, role[1], end) if role[0] == "coordinate" else None
                at = help_with.end() if help_with is not None else role[1]
            said = said or role[0]
            waiting = 0
        elif done is not None:
            if text[done.end() : done.end() + 1] == " " and parse_body_list(text, done.end() + 1, end)[0]:
                return (), listed  # `Công an xã theo dõi các thôn`: its object
            said = said or "implement"
            waiting, at = 0, done.end()
        else:
            return (), listed
    if at < end and text[at] not in ".;)":
        return (), listed
    if said is None and not (bracketed and found):
        return (), listed
    return with_roles(found), at


def _says_work(text: str, start: int, end: int) -> bool:
    """Whether the words before a colon are work that somebody may be named for (`Công tác hậu cần`, `Bảo vệ cây`)."""
    return _ACTIVITY.match(text, start, end) is not None or works_at(text, start, end)


def _named_alone(text: str, start: int, end: int) -> tuple[tuple[Charged, ...], int]:
    """Bodies with nothing else behind a colon (`Công tác hậu cần: Văn phòng UBND xã.`), or with a further sentence."""
    bodies, stop = parse_body_list(text, start, end)
    while bodies and text[stop : stop + 1] == ";":
        more, after = parse_body_list(text, past(text, stop + 1, end), end)
        if not more:
            break
        bodies, stop = [*bodies, *more], after
    if not bodies or past(text, stop, end) < end and text[stop] not in ".;(":
        return (), stop
    behind = past(text, stop, end, " .")
    if _TIME.match(text, behind, end):
        stop = _past_time(text, behind, end)  # `… Hoàn thành trước ngày 30/4/2026.`
    return with_roles([Charged(body, "implement") for body in bodies]), stop


def _ends_in_body(text: str, start: int, end: int) -> bool:
    """Whether the name of a body ends where a stretch of text does."""
    return any(stop == end for _, _, stop in find_body_lists(text, start, end))


def _goes_on_small(text: str, at: int, end: int) -> bool:
    """Whether a sentence goes on behind a bracket."""
    after = past(text, at, end, " ")
    return after < end and text[after].islower()


def with_roles(found: list[Charged]) -> tuple[Charged, ...]:
    """Each body once."""
    return tuple({one.body.name.lower(): one for one in reversed(found)}.values())[::-1]


def _goes_on(text: str, at: int, end: int) -> int | None:
    """Where words go on that charge, behind a semicolon (`Sở A chủ trì; Sở B phối hợp`)."""
    if at >= end or text[at] != ";":
        return None
    after = past(text, at, end, " ;\n")
    bodies, stop = parse_body_list(text, after, end)
    work = past(text, stop, end)
    together = role_at(text, after, end)
    if together is not None and together[0] == "coordinate":
        return after
    if bodies and (role_at(text, work, end) is not None or _DONE.match(text, work, end)):
        return after
    return after if _TIME.match(text, after, end) else None


def _past_time(text: str, at: int, end: int) -> int:
    """Where a time at `at` ends: before the next mark behind its figures."""
    limit = min(end, at + _LONGEST_TIME)
    for mark in _END.finditer(text, at, limit):
        if mark.group() == "." and text[mark.end() : mark.end() + 1].isalnum():
            continue
        return mark.start()
    return limit if limit == end else end
