"""What words of work say of their subject: the role that the first verb gives, and the partners that are named.

`chủ trì` in the first clause leads, whatever comes first; else the first verb decides: `phối hợp` and `tham gia`
coordinate, `chỉ đạo` directs, `theo dõi`, `đôn đốc`, `kiểm tra` and `giám sát` supervise; anything else implements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ..records import Role
from ..text.patterns import Pattern
from .body_tree import BodyTree
from .clauses import clauses
from .name_lists import parse_body_list
from .opening_words import WordRule, first_word
from .phrases import past, pattern, phrases, word_rule

_ASIDE_LIMIT = 260
_ASIDES = 3  # circumstances that follow each other
_OTHER_ROLES: tuple[Role, ...] = ("coordinate", "supervise", "direct")
_CHAIN_LIMIT = 80
_ADVERBS = 8
"""Adverbs and light verbs that may stand before the verb that decides."""

_ASIDE_END = Pattern(rf",(?= )| và (?={'|'.join(phrases('role', 'lead'))})| (?:{'|'.join(phrases('aside_end'))})(?= )")
_LEAD = Pattern(rf"(?<![^\W_])(?:{'|'.join(phrases('role', 'lead'))})(?![^\W_])", re.IGNORECASE)
_LEAD_OF_ANOTHER = Pattern(rf"(?:{'|'.join(phrases('lead_of_another'))}),? $", re.IGNORECASE)
_ONLY_FIRST = pattern("lead_if_first", ignore_case=True)
_PARTNERSHIP = Pattern(rf"(?<![^\W_])(?:{'|'.join(phrases('partnership'))})", re.IGNORECASE)
_PARTNER = pattern("partner")
_IN_A_ROW = Pattern(r", (?:và )?| và ")
_WATCHING = "|".join(phrases("watching"))
_BESIDE = "|".join((_WATCHING, *phrases("beside_watching")))
_WATCHING_IN_A_ROW = Pattern(rf"(?:^|, | và |(?:{_BESIDE}) )(?:{_WATCHING})(?:(?:, | và |, và )(?:{_BESIDE})){{0,3}} ")
_WATCHED = pattern("execution")
_THEN_TOGETHER = Pattern(rf", (?={'|'.join(phrases('partnership'))})")
_PURPOSE = pattern("purpose")
_INSPECTION = pattern("inspection")
_LEADS_WITH = Pattern(rf"(?:{'|'.join(phrases('leads'))})(?:(?P<with>{'|'.join(phrases('leads_with'))})|[,;]) ")
_HELP = Pattern(rf",? (?:(?:{'|'.join(phrases('before_help'))}) )?(?:{'|'.join(phrases('partnership'))})(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Part:
    """What words of work say.

    Attributes:
        role: Of the subject.
        others: The other bodies that the words charge, in order, each with its role: partners (`phối hợp với B`), and
            those that the subject directs (`chỉ đạo B tuần tra`).
        at: Where the verb stands that decides.
    """

    role: Role
    others: tuple[tuple[BodyTree, Role], ...]
    at: int


@cache
def _role_rules() -> tuple[tuple[Role, WordRule], ...]:
    """What gives each role."""
    return tuple((role, word_rule("role", role, ignore_case=True)) for role in ("lead", *_OTHER_ROLES))


@cache
def _role_words() -> frozenset[str]:
    """First words of what gives a role."""
    return frozenset().union(*(rule.words for _, rule in _role_rules()))


@cache
def _work_words() -> frozenset[str]:
    """First words of work, of its adverbs and circumstances: most words are none, and are asked for no more."""
    rules = (word_rule(kind, ignore_case=True) for kind in ("verb", "skip", "aside"))
    return _role_words().union(*(rule.words for rule in rules))


def verb_at(text: str, at: int, end: int) -> bool:
    """Whether a verb of work stands at `at`."""
    word = first_word(text, at, end)
    verb = word_rule("verb", ignore_case=True).match(text, at, end, word)
    return verb is not None and word_rule("not_verb", ignore_case=True).match(text, at, end, word) is None


def role_at(text: str, at: int, end: int) -> tuple[Role, int] | None:
    """The role that the verb at `at` gives (`implement` aside), and where the verb ends."""
    word = first_word(text, at, end)
    if word not in _role_words():
        return None
    best: tuple[Role, int] | None = None
    for role, rule in _role_rules():
        match = rule.match(text, at, end, word)
        if match is not None and (best is None or match.end() > best[1]):
            best = role, match.end()
    return best


def duty_at(text: str, at: int, end: int) -> int | None:
    """Where `có trách nhiệm` and the like end that stand at `at`, or None."""
    match = word_rule("duty").match(text, at, end)
    return match.end() if match is not None else None


def works_at(text: str, at: int, end: int) -> bool:
    """Whether words of work stand at `at`: a verb, perhaps after adverbs and circumstances."""
    if first_word(text, at, end) not in _work_words():
        return False
    for place in dict.fromkeys((at, past_adverbs(text, at, end))):
        if (
            verb_at(text, place, end)
            or role_at(text, place, end) is not None
            or past_aside(text, place, end) is not None
        ):
            return True
    return False


def past_adverbs(text: str, at: int, end: int) -> int:
    """Where the verb stands behind adverbs and light verbs (`thường xuyên`, `phải`, `có trách nhiệm`) at `at`."""
    for _ in range(_ADVERBS):
        word = first_word(text, at, end)
        skipped = word_rule("skip", ignore_case=True).match(text, at, end, word)
        if skipped is None:
            return at
        after = past(text, skipped.end(), end)
        if after >= end:
            return at
        at = after
    return at


def past_aside(text: str, at: int, end: int) -> int | None:
    """Where the verb begins after a circumstance at `at` (`theo chức năng, nhiệm vụ được giao`), or None."""
    return _past_asides(text, at, end, _ASIDES, set())


def _past_asides(text: str, at: int, end: int, most: int, tried: set[tuple[int, int]]) -> int | None:
    """The same behind so many circumstances at most; `tried` are the places and numbers from which there is no way."""
    tried.add((at, most))
    if word_rule("aside", ignore_case=True).match(text, at, end) is None:
        return None
    for stop in _ASIDE_END.finditer(text, at, min(end, at + _ASIDE_LIMIT)):
        if _PURPOSE.search(text, at, stop.start()):
            return None
        after = past(text, stop.end(), end)
        for place in (after, past_adverbs(text, after, end)):
            if role_at(text, place, end) or verb_at(text, place, end) or duty_at(text, place, end):
                return place
        if most > 1 and "," in stop[0] and (after, most - 1) not in tried:
            further = _past_asides(text, after, end, most - 1, tried)
            if further is not None:
                return further  # `căn cứ Kế hoạch, theo chức năng, nhiệm vụ, xây dựng …`
    return None


def first_verb(text: str, at: int, end: int) -> int:
    """Where the first verb of words of work stands: behind adverbs and circumstances, in any order."""
    for _ in range(3):
        at = past_adverbs(text, at, end)
        after = past_aside(text, at, end)
        if after is None or role_at(text, at, end):
            return at
        at = after
    return at


def first_words(text: str, start: int, end: int) -> int:
    """Where the words of a task begin: behind circumstances and `có trách nhiệm`, with adverbs of the first verb."""
    for _ in range(3):
        at = past(text, start, end, " ,:")
        duty = duty_at(text, at, end)
        if duty is not None:
            start = duty
            continue
        after = past_aside(text, at, end)
        if after is None or role_at(text, at, end) or verb_at(text, at, end):
            return at
        start = after
    return past(text, start, end, " ,:")


def read_part(text: str, start: int, clause: int, end: int) -> Part:
    """The role and the partners in words of work.

    Args:
        text: Clean text.
        start: Where the words begin, with their adverbs.
        clause: Where the first clause ends.
        end: Where the sentence ends; partners may stand in its later clauses.
    """
    at = first_verb(text, start, clause)
    head = role_at(text, at, clause)
    if head is not None and head[0] == "supervise" and _INSPECTION.match(text, past(text, head[1], clause), clause):
        head = None  # the inspection of things is work like any other
    directed = _directed(text, at, clause)
    own = directed[0][0].start if directed else clause
    role: Role = "lead" if _leads(text, start, at, own) else head[0] if head is not None else "implement"
    others: list[tuple[BodyTree, Role]] = [(body, "coordinate") for body in _partners(text, start, end)]
    return Part(role, (*others, *directed), at)


def further_parts(text: str, start: int, end: int, role: Role) -> list[tuple[BodyTree | None, Role]]:
    """The roles that words of work give beside the one of the first verb.

    Source: older gold, and the habit of directives, decisions and letters to charge a body with several duties in a
    sentence (`chỉ đạo, kiểm tra …; phối hợp với …`).

    Args:
        text: Clean text.
        start, end: Half-open offsets of the words, from the first verb on.
        role: That of the first verb.

    Returns:
        Further roles of the subject (None), and other bodies that later clauses direct, each once, in order.
    """
    found: list[tuple[BodyTree | None, Role]] = []
    parts = clauses(text, start, end)
    for number, clause in enumerate(parts):
        if number and parse_body_list(text, clause.start, clause.end)[0]:
            break
        at = first_verb(text, clause.start, clause.end)
        found += [(None, one) for one in _verbs_in_a_row(text, at, clause.end, role, first=not number)]
        chain = _WATCHING_IN_A_ROW.search(text, at, min(clause.end, at + _CHAIN_LIMIT))
        if chain is not None and _WATCHED.match(text, chain.end(), clause.end):
            found.append((None, "supervise"))
        found += _directed(text, at, clause.end) if number else []
    together = _THEN_TOGETHER.search(text, start, parts[0].end)
    if role == "implement" and together is not None and _partners(text, together.start(), end):
        found.append((None, "coordinate"))
    return list(dict.fromkeys(one for one in found if one != (None, role)))


def _verbs_in_a_row(text: str, at: int, end: int, role: Role, first: bool) -> list[Role]:
    """The roles of verbs that share an object (`phối hợp, kiểm tra …`); in a later clause that of the first one too."""
    head = role_at(text, at, end)
    if head is None:
        return []
    found: list[Role] = [] if first else [head[0]]
    stop = head[1]
    for _ in range(4):
        link = _IN_A_ROW.match(text, stop, end)
        following = role_at(text, link.end(), end) if link is not None else None
        if following is None or (following[0] == "coordinate" and role == "lead"):
            break
        found.append(following[0])
        stop = following[1]
    return found


def _leads(text: str, start: int, at: int, end: int) -> bool:
    """Whether `chủ trì` is said of the subject, not of another body (`cơ quan chủ trì`); the verb stands at `at`."""
    for found in _LEAD.finditer(text, start, end):
        if found.start() > at and _ONLY_FIRST.fullmatch(found.group()):
            continue
        if _LEAD_OF_ANOTHER.search(text, max(start, found.start() - 40), found.start()) is None:
            return True
    return False


def _directed(text: str, at: int, end: int) -> list[tuple[BodyTree, Role]]:
    """The bodies that the first verb directs, with the role that their own verb gives."""
    order = word_rule("directed", ignore_case=True).match(text, at, end)
    if order is None:
        return []
    bodies, stop = parse_body_list(text, past(text, order.end(), end, " "), end)
    if not bodies:
        return []
    inner = role_at(text, first_verb(text, past(text, stop, end), end), end)
    return [(body, inner[0] if inner is not None else "implement") for body in bodies]


def _partners(text: str, start: int, end: int) -> list[BodyTree]:
    """The bodies behind `phối hợp với`, `cùng với`."""
    found: list[BodyTree] = []
    read_to = start
    for verb in _PARTNERSHIP.finditer(text, start, end):
        if verb.start() < read_to:
            continue
        link = _PARTNER.match(text, verb.end(), end)
        if link is not None:
            bodies, read_to = parse_body_list(text, link.end(), end)
            found += bodies
    for lead in _LEADS_WITH.finditer(text, start, end):  # `A chủ trì, B phối hợp`, `A chủ trì cùng B`
        bodies, stop = parse_body_list(text, lead.end(), end)
        if bodies and (lead["with"] or _HELP.match(text, stop, end)):
            found += bodies
    return found
