"""What a clause of work says of its subject: the verbs that give a role, and the other bodies that it names.

The head verb decides: `chủ trì` leads, `phối hợp` coordinates, `chỉ đạo` directs, `theo dõi`, `đôn đốc`, `kiểm tra` and
`giám sát` supervise; anything else implements. Wording: `knowledge/role_phrases.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..knowledge import rows
from ..records import Role
from .body_tree import BodyTree
from .name_lists import parse_body_list
from .opening_words import WordRule, first_word

_END = r"(?![^\W_])"
_ASIDE_LIMIT = 260
_CHAIN_LIMIT = 80


def phrases(kind: str, role: str | None = None) -> list[str]:
    """The patterns of a kind of row (of one role), longest first."""
    found = [
        pattern
        for row in rows("role_phrases")
        if row["kind"] == kind and (role is None or row["role"] == role)
        for pattern in [*row.get("patterns", []), *map(re.escape, row.get("words", []))]
    ]
    return sorted(found, key=lambda pattern: (-len(pattern), pattern))


def phrase_pattern(kind: str, ignore_case: bool = False) -> re.Pattern[str]:
    """All patterns of a kind as one regular expression."""
    return re.compile("(?i:" * ignore_case + "(?:" * (not ignore_case) + "|".join(phrases(kind)) + ")")


_ROLES: tuple[tuple[Role, WordRule], ...] = tuple(
    (role, WordRule(phrases("role", role), ignore_case=True)) for role in ("lead", "coordinate", "supervise", "direct")
)
_ROLE_WORDS = frozenset(start.split(" ")[0] for _, rule in _ROLES for start in rule.beginnings)
_VERB = WordRule((pattern.replace("\\ ", " ") for pattern in phrases("verb")), ignore_case=True)
_NOT_VERB = WordRule(phrases("not_verb"), ignore_case=True)
_DUTY = WordRule(phrases("duty"))
_SKIP = WordRule(phrases("skip"), ignore_case=True)
_ASIDE = WordRule(phrases("aside"), ignore_case=True)
_ASIDE_END = re.compile(rf",(?= )| và (?=chỉ đạo |chủ trì,? |phối hợp )| (?:{'|'.join(phrases('aside_end'))})(?= )")
_PARTNER = phrase_pattern("partner")
_DIRECTED = phrase_pattern("directed", ignore_case=True)
_DIRECTED_VERB = phrase_pattern("directed_verb")
_INSPECTION = phrase_pattern("inspection")
_EXECUTION = phrase_pattern("execution")
_WATCHING = "|".join(phrases("watching"))
_BESIDE = "|".join([_WATCHING, *phrases("beside_watching")])
_WATCHING_IN_CHAIN = re.compile(
    rf"(?:^|, | và |hướng dẫn )(?:tăng cường |công tác )?(?:{_WATCHING})(?:(?:, | và |, và )(?:{_BESIDE})){{0,3}} "
)
_LEADS = re.compile(r"hủ trì(?:(?P<with>,? cùng(?: với)?)|[,;]) ")
_HELP = re.compile(rf",? (?:cùng |tham gia |có trách nhiệm )?phối hợp{_END}")
_CHAIN_LINK = re.compile(r", (?:và )?| và ")


@dataclass(slots=True)
class Task:
    """What a clause says of its subject.

    Attributes:
        roles: The subject's roles, never empty after reading.
        others: The other bodies that it names as partners or as directed by the subject, each with its role.
    """

    roles: list[Role]
    others: list[tuple[BodyTree, Role]] = field(default_factory=list)


def past(text: str, at: int, end: int, marks: str = " ,") -> int:
    """The first offset from `at` on that holds none of the marks."""
    while at < end and text[at] in marks:
        at += 1
    return at


def verb_at(text: str, at: int, end: int) -> bool:
    """Whether a verb of work stands at `at`."""
    word = first_word(text, at, end)
    return _VERB.match(text, at, end, word) is not None and _NOT_VERB.match(text, at, end, word) is None


def role_at(text: str, at: int, end: int) -> tuple[Role, int] | None:
    """The role that the verb at `at` gives, and where the verb ends."""
    word = first_word(text, at, end)
    if word not in _ROLE_WORDS:
        return None
    best: tuple[Role, int] | None = None
    for role, rule in _ROLES:
        match = rule.match(text, at, end, word)
        if match is not None and (best is None or match.end() > best[1]):
            best = role, match.end()
    return best


def duty_at(text: str, at: int, end: int) -> int | None:
    """Where `có trách nhiệm` and the like end that stand at `at`, or None."""
    match = _DUTY.match(text, at, end)
    return match.end() if match is not None else None


def skip_at(text: str, at: int, end: int) -> int | None:
    """Where an adverb or light verb ends that stands at `at`, or None."""
    match = _SKIP.match(text, at, end)
    return past(text, match.end(), end) if match is not None else None


def past_aside(text: str, at: int, end: int) -> int | None:
    """Where the verb begins after an adverbial phrase at `at` (`theo chức năng, nhiệm vụ được giao`), or None."""
    if _ASIDE.match(text, at, end) is None:
        return None
    for stop in _ASIDE_END.finditer(text, at, min(end, at + _ASIDE_LIMIT)):
        after = past(text, stop.end(), end)
        if role_at(text, after, end) or verb_at(text, after, end) or duty_at(text, after, end):
            return after
    return None


def works_at(text: str, at: int, end: int) -> bool:
    """Whether a verb of work stands at `at`, perhaps after an adverbial phrase."""
    return verb_at(text, at, end) or role_at(text, at, end) is not None or past_aside(text, at, end) is not None


def read_task(text: str, start: int, end: int) -> Task:
    """The roles in one clause of work.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the clause, from its verb on.
    """
    at = _head(text, start, end)
    head = role_at(text, at, end)
    task = Task([])
    if head is not None and not (head[0] == "supervise" and _INSPECTION.match(text, past(text, head[1], end), end)):
        task.roles.append(head[0])
        _read_chain(text, head[1], end, task)
    elif _watches(text, at, end):
        task.roles.append("supervise")
    ordered = _read_directed(text, at, end, task)
    _read_partners(text, at, end, (head is not None and head[0] == "lead") or ordered, task)
    if not task.roles:
        task.roles.append("implement")
    return task


def _head(text: str, at: int, end: int) -> int:
    """Where the deciding verb of a task begins: past adverbs and light verbs."""
    for _ in range(8):
        if role_at(text, at, end):
            return at
        after = past_aside(text, at, end) or skip_at(text, at, end)
        if after is None or after >= end:
            return at
        at = after
    return at


def _read_chain(text: str, at: int, end: int, task: Task) -> None:
    """The role verbs that follow the first without an object of it: `phối hợp, kiểm tra, xử lý …`."""
    for _ in range(4):
        link = _CHAIN_LINK.match(text, at, end)
        following = role_at(text, link.end(), end) if link else None
        if following is None or (following[0] == "coordinate" and task.roles[0] == "lead"):
            return
        if following[0] not in task.roles:
            task.roles.append(following[0])
        at = following[1]


def _watches(text: str, at: int, end: int) -> bool:
    """Whether a chain of verbs goes on to watching how something is carried out (`hướng dẫn, kiểm tra việc …`)."""
    chain = _WATCHING_IN_CHAIN.search(text, at, min(end, at + _CHAIN_LIMIT))
    return chain is not None and _EXECUTION.match(text, chain.end(), end) is not None


def _read_partners(text: str, at: int, end: int, led: bool, task: Task) -> None:
    """The bodies after `phối hợp với`; unless another leads, the subject coordinates too.

    The partners of a plain `A phối hợp với B` count like those of `A chủ trì, phối hợp với B`: readers of decisions and
    letters name them in both forms.
    """
    task.others += [(body, "coordinate") for body in _beside_leader(text, at, end)]
    found = text.find("hối hợp", at, end)
    while found >= 0:
        begin, link = found - 1, _PARTNER.match(text, found + 7, end)
        partners = parse_body_list(text, link.end(), end)[0] if link is not None else []
        task.others += [(body, "coordinate") for body in partners]
        if partners and not led and text[begin - 2 : begin] == ", ":
            role: Role = "lead" if text.endswith("hủ trì", at, begin - 2) else "coordinate"
            if role not in task.roles:
                task.roles.append(role)
        found = text.find("hối hợp", found + 7, end)


def _beside_leader(text: str, at: int, end: int) -> list[BodyTree]:
    """Those who help the one that leads: `chủ trì, Sở A, Sở B phối hợp`, `chủ trì cùng Đội C`."""
    for lead in _LEADS.finditer(text, at, end):
        bodies, stop = parse_body_list(text, lead.end(), end)
        if bodies and (lead["with"] or _HELP.match(text, stop, end)):
            return bodies
    return []


def _read_directed(text: str, at: int, end: int, task: Task) -> bool:
    """The bodies after `chỉ đạo`, with the role that their own verb gives; whether there are any."""
    found = False
    for verb in _DIRECTED_VERB.finditer(text, at, end):
        begin = verb.start()
        order = _DIRECTED.match(text, begin, end)
        if order is None or (begin > at and text[begin - 2 : begin] not in (", ", "à ")):
            continue
        if begin > at and verb.group() == "lãnh đạo":  # within a clause these are leaders, not the verb
            continue
        bodies, stop = parse_body_list(text, order.end(), end)
        if not bodies:
            continue
        if "direct" not in task.roles and "lead" not in task.roles and verb.group()[1:] in ("hỉ đạo", "ãnh đạo"):
            task.roles.append("direct")
        inner = role_at(text, _head(text, past(text, stop, end), end), end)
        task.others += [(body, inner[0] if inner else "implement") for body in bodies]
        found = True
    return found
