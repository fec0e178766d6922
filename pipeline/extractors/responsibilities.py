"""Responsibilities: which body does what, in which role.

A plan gives a task to a body in a few forms, and all are read paragraph by paragraph:

    3. Công an huyện có trách nhiệm:            a heading of bodies; the paragraphs under it are their tasks
    Giao Sở Y tế chủ trì, phối hợp với …        a verb that assigns, the bodies, their verb
    Hằng năm, UBND các xã báo cáo …             a body as subject of a verb of work
    - Chỉ đạo: … / - Thực hiện: … / - Thời gian: …   role lines after the words of a task
    | Nhiệm vụ | Chủ trì | Phối hợp | Thời hạn |     a table of tasks

The head verb of a task decides the role; `implement` is the default. Wording: `knowledge/role_phrases.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..knowledge import rows
from ..records import Responsibility, Role
from ..segmentation.model import Paragraph, Segments, Span
from ..text.normalise import fold
from ..grammar.bodies import BodySpan, find_body_lists, parse_body_list
from .deadlines import deadline_in
from .task_tables import TaskTable, task_tables

_END = r"(?![^\W_])"
_TASK_LIMIT = 400


def _patterns(kind: str, role: str | None = None) -> str:
    found = [
        pattern
        for row in rows("role_phrases")
        if row["kind"] == kind and (role is None or row["role"] == role)
        for pattern in row["patterns"]
    ]
    return "|".join(sorted(found, key=len, reverse=True))


def _first_any_case(pattern: str) -> str:
    return f"(?i:{pattern})"


_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(_first_any_case(_patterns("role", role)) + _END))
    for role in ("lead", "coordinate", "supervise", "direct")
)
_VERB_WORDS = sorted(
    {word for row in rows("role_phrases") if row["kind"] == "verb" for word in row["words"]}, key=len, reverse=True
)
_NOT_VERB = re.compile(_first_any_case(_patterns("not_verb")) + _END)
_DUTY = re.compile(rf"(?:{_patterns('duty')}){_END}")
_ASSIGN = re.compile(rf"(?:{_patterns('assign')})(?: |: ?)")
_ASSIGN_AFTER = re.compile(r"(?:và )?(?:yêu cầu|đề nghị|thống nhất giao|giao|phân công|ủy quyền|kiến nghị|thông báo (?:để|đến|cho))(?: cho| nhiệm vụ cho)? ")
_DIRECTED = re.compile(rf"(?:{_patterns('directed')})")
_PARTNER = re.compile(_patterns("partner"))
_SKIP = re.compile(_first_any_case(_patterns("skip")) + _END + r",? ?")
_ASIDE = re.compile(_first_any_case(_patterns("aside")))
_OPENER = re.compile(rf"(?:{_patterns('opener')}){_END}")
_PREAMBLE = re.compile(_first_any_case(_patterns("preamble")))
_INSPECTION = re.compile(_patterns("inspection"))
_EXECUTION = re.compile(_patterns("execution"))
_LEAD_IN = re.compile(_patterns("lead_in"))
_HEADING_TAIL = re.compile(rf" ?(?:{_patterns('heading_tail')})[ :.;,]*$")
_LABELS = tuple(
    (role, _patterns("label", role)) for role in ("lead", "coordinate", "direct", "implement", "supervise", "time")
)
_LABEL = re.compile("|".join(f"(?P<{role}>{pattern})" for role, pattern in _LABELS))
_LABEL_PLACE = re.compile(r"[;.(,] ?(?:- ?)?(?=[A-ZĐa-zđ])")
_SUPERVISE_IN_CHAIN = re.compile(
    r"(?:^|, | và |hướng dẫn )(?:tăng cường |công tác )?(?:đôn đốc|giám sát|kiểm tra|theo dõi|thanh tra)"
    r"(?:(?:, | và |, và )(?:đôn đốc|giám sát|kiểm tra|theo dõi|thanh tra|hướng dẫn|xử lý|đánh giá)){0,3} "
)
_CLAUSE = re.compile(r"([;.])(?:/\.)? +")
_ABBREVIATED = re.compile(r"(?:TP|Tp|TT|TX|Đ/c|KT|TM|TL|v\.v|ThS|TS|PGS|GS|số|Q|P|H|T\.Ư)$")
_VERB_INDEX: dict[str, re.Pattern[str]] = {}
_WORD = re.compile(r"[^\W_]+")


def _index_verbs() -> None:
    by_first: dict[str, list[str]] = {}
    for word in _VERB_WORDS:
        by_first.setdefault(_WORD.match(word).group(), []).append(re.escape(word))  # type: ignore[union-attr]
    for first, words in by_first.items():
        _VERB_INDEX[first] = re.compile(_first_any_case("|".join(words)) + _END)


_index_verbs()


def _verb(text: str, at: int, end: int) -> bool:
    """Whether a verb of work stands at `at`."""
    word = _WORD.match(text, at, end)
    if word is None:
        return False
    pattern = _VERB_INDEX.get(word.group().lower())
    return pattern is not None and pattern.match(text, at, end) is not None and not _NOT_VERB.match(text, at, end)


def _role(text: str, at: int, end: int) -> tuple[Role, int] | None:
    """The role that the verb at `at` gives, and where the verb ends."""
    best: tuple[Role, int] | None = None
    for role, pattern in _ROLES:
        match = pattern.match(text, at, end)
        if match is not None and (best is None or match.end() > best[1]):
            best = role, match.end()
    return best


def _spaces(text: str, at: int, end: int, marks: str = " ,") -> int:
    while at < end and text[at] in marks:
        at += 1
    return at


def _past_aside(text: str, at: int, end: int) -> int | None:
    """Where the verb begins after an adverbial phrase at `at` (`theo chức năng, nhiệm vụ được giao`), or None."""
    if not _ASIDE.match(text, at, end):
        return None
    limit = min(end, at + 260)
    for comma in _ASIDE_END.finditer(text, at, limit):
        after = _spaces(text, comma.end(), end)
        if _role(text, after, end) or _verb(text, after, end) or _DUTY.match(text, after, end):
            return after
    return None


_ASIDE_END = re.compile(r", | (?:được giao|được phân công|của mình|quản lý|phụ trách|này|của (?:ngành|đơn vị|địa phương)|hành|phép|định|năm|tế|đơn vị|cấp) ")


@dataclass(slots=True)
class _Task:
    """What a clause says of its subject: its roles, and the other bodies that it names with their roles."""

    roles: list[Role]
    others: list[tuple[BodySpan, Role]] = field(default_factory=list)


def _head(text: str, at: int, end: int) -> int:
    """Where the deciding verb of a task begins: past adverbs and light verbs."""
    for _ in range(8):
        if _role(text, at, end):
            return at
        aside = _past_aside(text, at, end)
        if aside is not None:
            at = aside
            continue
        skip = _SKIP.match(text, at, end)
        if skip is None or skip.end() >= end:
            return at
        at = skip.end()
    return at


def read_task(text: str, start: int, end: int) -> _Task:
    """The roles in one clause of work.

    Args:
        text: Clean text.
        start, end: Half-open offsets of the clause, from its verb on.
    """
    at = _head(text, start, end)
    head = _role(text, at, end)
    task = _Task([])
    if head is not None and not (head[0] == "supervise" and _INSPECTION.match(text, _spaces(text, head[1], end), end)):
        task.roles.append(head[0])
        if head[0] != "lead":
            _read_chain(text, head[1], end, task)
    elif _supervises(text, at, end):
        task.roles.append("supervise")
    ordered = _read_directed(text, at, end, task)
    _read_partners(text, at, end, head is not None and head[0] == "lead" or ordered, task)
    if not task.roles:
        task.roles.append("implement")
    return task


def _read_chain(text: str, at: int, end: int, task: _Task) -> None:
    """The role verbs that follow the first without an object of it: `phối hợp, kiểm tra, xử lý …`."""
    for _ in range(4):
        link = _CHAIN_LINK.match(text, at, end)
        following = _role(text, link.end(), end) if link else None
        if following is None:
            return
        if following[0] not in task.roles:
            task.roles.append(following[0])
        at = following[1]


_CHAIN_LINK = re.compile(r", (?:và )?| và ")


def _supervises(text: str, at: int, end: int) -> bool:
    """Whether a chain of verbs goes on to the supervision of how something is carried out (`hướng dẫn, kiểm tra việc …`)."""
    chain = _SUPERVISE_IN_CHAIN.search(text, at, min(end, at + 80))
    return chain is not None and _EXECUTION.match(text, chain.end(), end) is not None


def _read_partners(text: str, at: int, end: int, led: bool, task: _Task) -> None:
    """The bodies after `phối hợp với`; unless another leads, the subject coordinates too."""
    found = text.find("hối hợp", at, end)
    while found >= 0:
        begin, link = found - 1, _PARTNER.match(text, found + 7, end)
        if link is not None:
            partners, _ = parse_body_list(text, link.end(), end)
            task.others += [(body, "coordinate") for body in partners]
            if partners and not led and "coordinate" not in task.roles and text[begin - 2 : begin] == ", ":
                task.roles.append("coordinate")
        found = text.find("hối hợp", found + 7, end)


def _read_directed(text: str, at: int, end: int, task: _Task) -> bool:
    """The bodies after `chỉ đạo`, with the role that their own verb gives; whether there are any."""
    found = False
    for verb in _DIRECTED_ANY.finditer(text, at, end):
        begin = verb.start()
        if begin > at and text[begin - 2 : begin] not in (", ", "à "):
            continue
        order = _DIRECTED.match(text[begin : begin + 1].lower() + text[begin + 1 : verb.end() + 60])
        if order is None:
            continue
        bodies, stop = parse_body_list(text, begin + order.end(), end)
        if not bodies:
            continue
        if "direct" not in task.roles and "lead" not in task.roles and verb.group()[1:] == "hỉ đạo":
            task.roles.append("direct")
        inner = _role(text, _head(text, _spaces(text, stop, end), end), end)
        role: Role = inner[0] if inner else "implement"
        task.others += [(body, role) for body in bodies]
        found = True
    return found


_DIRECTED_ANY = re.compile(r"[Cc]hỉ đạo|[Yy]êu cầu(?= các| UBND| Ủy ban| Công an| Phòng| Sở)|[Gg]iao(?= Phòng| Công an| UBND| Sở| các phòng)")


@dataclass(slots=True)
class _Context:
    """Bodies whose tasks stand in the paragraphs below."""

    depth: int
    bodies: list[BodySpan]
    given: bool = False


@dataclass(slots=True)
class _Row:
    body: BodySpan
    role: Role
    task: tuple[int, int] | None
    confidence: float
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a clause is read: its start, its paragraph's end, the mark before it; whether the paragraph ends in `như sau:`."""

    start: int
    end: int
    mark: str
    paragraph: Paragraph
    announces: bool


class _Reader:
    """Reads a document's paragraphs in order."""

    def __init__(self, segments: Segments) -> None:
        self.segments = segments
        self.text = segments.text
        self.rows: list[_Row] = []
        self.contexts: list[_Context] = []
        self.block: list[int] = []
        self.last_task: tuple[int, int] | None = None
        self.listing = 99
        self.addressing = False
        self.assigned = False
        self.tables: list[tuple[int, int]] = []
        self.opening = segments.sections[0].start if segments.sections else -1

    def read(self) -> None:
        for table in task_tables(self.segments):
            self.tables.append((table.start, table.end))
            for row in table.rows:
                self._table_row(table, row)
        for paragraph in self.segments.paragraphs:
            if paragraph.region in ("body", "annex") and not self._in_table(paragraph):
                self._paragraph(paragraph)

    def _in_table(self, paragraph: Paragraph) -> bool:
        return bool(self.tables) and any(start <= paragraph.start < end for start, end in self.tables)

    # -- paragraphs ------------------------------------------------------------------------------------------------

    def _paragraph(self, paragraph: Paragraph) -> None:
        text, start, end = self.text, paragraph.content, paragraph.end
        if self._is_address(paragraph):
            return
        self._close(paragraph)
        if self._labels(start, end):
            return
        self.block = []
        self.last_task = start, end
        if self._heading(paragraph):
            return
        if paragraph.depth and paragraph.depth > self.listing and not _role(text, start, end):
            return
        self.assigned = False
        own = self._clauses(paragraph, start)
        if self.contexts and not own:
            self._task_of_context(self.contexts[-1], start, end)
        elif self.contexts and not self.contexts[-1].given and not self.assigned and paragraph.depth in (0, 9, 10, 11):
            self._give(self.contexts[-1].bodies, start, start, 0.8)
            self.contexts[-1].given = True
        self.listing = paragraph.depth if text[end - 1] == ":" and paragraph.depth >= 9 else 99

    def _is_address(self, paragraph: Paragraph) -> bool:
        """Whether the paragraph belongs to a letter's `Kính gửi`."""
        if self.text.startswith("Kính gửi", paragraph.start):
            self.addressing = True
        elif self.addressing and not (paragraph.marker and paragraph.depth >= 10):
            self.addressing = self.text[paragraph.end - 1] == ";" or not paragraph.end - paragraph.start > 12
        return self.addressing

    def _close(self, paragraph: Paragraph) -> None:
        """End the contexts that this paragraph does not stand under."""
        depth, colon = paragraph.depth, self.text[paragraph.end - 1] == ":"
        while self.contexts:
            open_depth = self.contexts[-1].depth
            if open_depth == 0:
                ends = 0 < depth <= 5 or (depth == 0 and colon)
            else:
                ends = 0 < depth <= open_depth
            if not ends:
                return
            self.contexts.pop()

    def _heading(self, paragraph: Paragraph) -> bool:
        """A paragraph that holds nothing but bodies."""
        text, start, end = self.text, paragraph.content, paragraph.end
        if end - start > 700:
            return False
        lead = _LEAD_IN.match(text, start, end)
        at = lead.end() if lead else start
        bodies, stop = parse_body_list(text, at, end)
        if not bodies:
            return False
        if not _HEADING_TAIL.match(text, stop, end):
            return self._run_in_heading(paragraph, bodies, stop)
        if paragraph.depth == 0 and text[end - 1] != ":":
            return True
        self._open(_Context(paragraph.depth, bodies))
        return True

    def _run_in_heading(self, paragraph: Paragraph, bodies: list[BodySpan], stop: int) -> bool:
        """A heading whose last name goes on in words that are not understood, or whose first task stands in its line."""
        text, end = self.text, paragraph.end
        if not 5 < paragraph.depth <= 9 or text[stop : stop + 1] not in (" ", ",", " "):
            return False
        at = _spaces(text, stop, end)
        if text[at].isupper() and not parse_body_list(text, at, end)[0]:
            if not (_verb(text, at, end) or _role(text, at, end) or _OPENER.match(text, at, end) or _SKIP.match(text, at, end)):
                return False
            self._open(_Context(paragraph.depth, bodies))
            self._task_of_context(self.contexts[-1], at, end)
            return True
        if text[at].isupper():
            self._give(bodies, at, at, 0.8)
            self._clauses(paragraph, at)
            return True
        if end - paragraph.start > 200 or text[end - 1] in ".;" or self._works(at, end, False) or _SKIP.match(text, at, end):
            return False
        if _NOT_IN_NAME.search(text, at, end) or bodies[-1].kind == "group":
            return False
        named = self._bodies_or_words(bodies[0].start, end - 1 if text[end - 1] == ":" else end)
        self._open(_Context(paragraph.depth, named))
        return True

    def _open(self, context: _Context) -> None:
        while self.contexts and self.contexts[-1].depth >= context.depth:
            self.contexts.pop()
        self.contexts.append(context)

    def _task_of_context(self, context: _Context, start: int, end: int) -> None:
        """Give a context's bodies the task `text[start:end]`, clause by clause."""
        for begin, stop, mark in self._split(start, end):
            if begin == start or (mark == "." and _LEADING.match(self.text, begin, stop)):
                self._give(context.bodies, begin, stop, 0.9)
            else:
                self._later(context.bodies, begin, stop)
        context.given = True

    def _later(self, bodies: list[BodySpan], start: int, end: int) -> None:
        """A later clause of a task: it counts only where it is itself about leading, watching, or bodies by name."""
        light = _LIGHT.match(self.text, start, end)
        at = light.end() if light else start
        head = _role(self.text, at, end)
        if head is None:
            return
        task = read_task(self.text, at, end)
        named = any(body.kind != "group" or _LEVELLED.search(body.name) for body, _ in task.others)
        if head[0] == "lead" or named or (head[0] == "supervise" and "supervise" in task.roles):
            self._give(bodies, at, end, 0.75)

    def _split(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Clauses: (start, end, the mark before: '' for the first, '.' or ';')."""
        begin, mark = start, ""
        for match in _CLAUSE.finditer(self.text, start, end):
            if match[1] == "." and (
                not self.text[match.end() : match.end() + 1].isupper()
                or _ABBREVIATED.search(self.text, max(start, match.start() - 5), match.start())
            ):
                continue
            yield begin, match.start(), mark
            begin, mark = match.end(), match[1]
        if begin < end:
            yield begin, end, mark

    # -- subjects --------------------------------------------------------------------------------------------------

    def _clauses(self, paragraph: Paragraph, start: int) -> bool:
        """Read the clauses from `start` on that name their own subject; whether the first one does."""
        text, end, first_found = self.text, paragraph.end, False
        announces = _ANNOUNCES.search(text, max(paragraph.content, end - 60), end) is not None
        at, mark = start, ""
        while at < end:
            at = _spaces(text, at, end, " -+")
            found, stop = self._clause(_Place(at, end, mark, paragraph, announces))
            first_found = first_found or (found and not mark)
            _, at, mark = self._boundary(max(at, stop), end)
        return first_found

    def _boundary(self, at: int, end: int) -> tuple[int, int, str]:
        """Where the clause at `at` ends, where the next begins, and the mark between them."""
        for match in _CLAUSE.finditer(self.text, at, end):
            if match[1] == ";" or (
                self.text[match.end() : match.end() + 1].isupper()
                and not _ABBREVIATED.search(self.text, max(0, match.start() - 5), match.start())
            ):
                return match.start(), match.end(), match[1]
        return end, end, ""

    def _clause(self, place: _Place) -> tuple[bool, int]:
        """Whether a subject with its work stands at a place, and the offset up to which it was read."""
        text, start, end = self.text, place.start, place.end
        assign = _ASSIGN.match(text, start, end)
        if assign is not None:
            bodies, stop = parse_body_list(text, assign.end(), end)
            loose = text[start : start + 2] in _LOOSE
            if bodies and (not loose or text[stop : stop + 1] == ":"):
                return self._subject(bodies, stop, place, True), stop
        bodies, stop = parse_body_list(text, start, end)
        if bodies:
            ordered = self._ordered(stop, end)
            if ordered is not None:
                return self._subject(*ordered, place, True), ordered[1]
            return self._subject(bodies, stop, place, False), stop
        if _OPENER.match(text, start, end):
            found = self._after_opener(place)
            if found is not None:
                return True, found
        return self._before_duty(place), start

    def _ordered(self, stop: int, end: int) -> tuple[list[BodySpan], int] | None:
        """The bodies that the one before `stop` gives a task to (`UBND tỉnh yêu cầu các sở …`)."""
        order = _ASSIGN_AFTER.match(self.text, _spaces(self.text, stop, end), end)
        if order is None:
            return None
        bodies, after = parse_body_list(self.text, order.end(), end)
        return (bodies, after) if bodies else None

    def _after_opener(self, place: _Place) -> int | None:
        """A subject after an adverbial phrase: `Hằng năm, UBND các xã …`, `Trường hợp …, thì Sở …`."""
        text, limit = self.text, min(self._boundary(place.start, place.end)[0], place.start + 600)
        for bodies, begin, stop in find_body_lists(text, place.start, place.end):
            if begin >= limit:
                return None
            before = text[max(place.start, begin - 12) : begin]
            assigned = _ASSIGNS_HERE.search(before) is not None
            if not assigned and not _SUBJECT_MAY_START.search(before):
                bodies = self._after_object(bodies)
                if not bodies:
                    continue
            ordered = self._ordered(stop, place.end)
            if ordered is not None:
                bodies, stop, assigned = *ordered, True
            if self._subject(bodies, stop, place, assigned):
                return stop
        return None

    def _before_duty(self, place: _Place) -> bool:
        """A subject that stands before `có trách nhiệm` or `chủ trì` after words that were not understood."""
        text, start = self.text, place.start
        limit = self._boundary(start, place.end)[0]
        duty = _DUTY_WORDS.search(text, start, limit)
        if duty is None or duty.start() == start or duty.start() - start > 700:
            return False
        for bodies, begin, stop in find_body_lists(text, max(start, duty.start() - 300), duty.start()):
            if duty.start() - stop <= 2:
                if _GOVERNED.search(text, max(start, begin - 10), begin):
                    bodies = self._after_object(bodies)
                return bool(bodies) and self._subject(bodies, stop, place, False)
        return False

    def _after_object(self, bodies: list[BodySpan]) -> list[BodySpan]:
        """The subject at the end of a list whose head is the object of what stands before (`Theo đề nghị của A, B …`)."""
        if len(bodies) < 2 or self.text[bodies[-2].end : bodies[-1].start] != ", ":
            return []
        return bodies[-1:]

    def _subject(self, bodies: list[BodySpan], stop: int, place: _Place, assigned: bool) -> bool:
        """Give the bodies the task after them, if they are the subject of one."""
        text, paragraph = self.text, place.paragraph
        self.assigned = assigned
        end = self._boundary(stop, place.end)[0]
        at = _spaces(text, stop, end, " ,….")
        if at >= end:
            return False
        if text[at] == ":":
            return self._after_colon(bodies, at, end, paragraph)
        duty = _DUTY.match(text, at, end)
        if duty is not None:
            at = _spaces(text, duty.end(), end)
            if at >= end or text[at] == ":":
                return self._after_colon(bodies, at, end, paragraph)
        elif not self._works(at, end, assigned):
            return False
        if not assigned and duty is None and self._is_no_task(bodies, at, end, place):
            return False
        if duty is not None and place.mark and all(_HEADS_OF.match(body.name) for body in bodies):
            return False
        if assigned and self.text.startswith("Trên đây là", paragraph.content) and all(_BARE_GROUP.fullmatch(b.name) for b in bodies):
            return True
        self._give(bodies, at, end, 0.95 if assigned or duty else 0.85)
        self._rest(bodies, end, place.end)
        if end == paragraph.end and text[end - 1] == ":":
            self._open(_Context(paragraph.depth, bodies, given=True))
        return True

    def _rest(self, bodies: list[BodySpan], at: int, end: int) -> None:
        """The clauses after `;` that belong to the same subject."""
        while at < end and self.text[at] == ";":
            start = _spaces(self.text, at, end, " ;")
            at = self._boundary(start, end)[0]
            if start < at and not parse_body_list(self.text, start, at)[0]:
                self._later(bodies, start, at)

    def _is_no_task(self, bodies: list[BodySpan], at: int, end: int, place: _Place) -> bool:
        """Sentences in passing about collectives, and the sentence that announces the document itself."""
        if (place.mark or self.text.startswith("Trên đây là", place.start)) and _passing(bodies):
            return True
        if place.announces:
            return True
        return place.paragraph.start < self.opening and _PREAMBLE.match(self.text, at, end) is not None

    def _after_colon(self, bodies: list[BodySpan], at: int, end: int, paragraph: Paragraph) -> bool:
        at = _spaces(self.text, at, end, " :")
        if at >= end:
            self._open(_Context(paragraph.depth, bodies))
            return True
        self._give(bodies, at, end, 0.95)
        if paragraph.depth:
            self._open(_Context(paragraph.depth, bodies, given=True))
        return True

    def _works(self, at: int, end: int, assigned: bool) -> bool:
        """Whether a verb of work stands at `at`, perhaps after an adverbial phrase."""
        text = self.text
        if not text[at].islower():
            return False
        if _verb(text, at, end) or _role(text, at, end):
            return True
        if _past_aside(text, at, end) is not None:
            return True
        return assigned

    # -- roles -----------------------------------------------------------------------------------------------------

    def _give(self, bodies: list[BodySpan], start: int, end: int, confidence: float) -> None:
        """Give bodies the task `text[start:end]` (an empty one says only that they have a part)."""
        start = _spaces(self.text, start, end)
        task = read_task(self.text, start, end) if start < end else _Task(["implement"])
        span = (start, end) if start < end else None
        for body in bodies:
            if _is_generic(body):
                continue
            for role in task.roles:
                self.rows.append(_Row(body, role, span, confidence))
        names = {fold(body.name) for body in bodies}
        for other, role in task.others:
            if fold(other.name) not in names and not _is_generic(other):
                self.rows.append(_Row(other, role, span, confidence - 0.15))

    # -- role lines ------------------------------------------------------------------------------------------------

    def _labels(self, start: int, end: int) -> bool:
        """Role lines: `Chủ trì: …; phối hợp: …; thời gian: …`. Whether the paragraph is one."""
        text = self.text
        if text.find(":", start, end) < 0:
            return False
        found: list[tuple[str, int, int]] = []
        for at in (start, *(place.end() for place in _LABEL_PLACE.finditer(text, start, end))):
            label = _LABEL.match(text, at, end)
            if label is None:
                continue
            colon = _spaces(text, label.end(), end, " ")
            if colon < end and text[colon] == ":":
                found.append((label.lastgroup or "", at, _spaces(text, colon, end, " :")))
        if not found or not self._label_values(found, end):
            return False
        return found[0][1] <= start

    def _label_values(self, found: list[tuple[str, int, int]], end: int) -> bool:
        text, any_value = self.text, False
        stops = [begin for _, begin, _ in found[1:]] + [end]
        task = self.last_task
        for (role, _, at), stop in zip(found, stops, strict=True):
            if role == "time":
                value = deadline_in(text, at, stop, label=True)
                for index in self.block:
                    self.rows[index].deadline = value or self.rows[index].deadline
                any_value = True
                continue
            bodies, after = parse_body_list(text, at, stop)
            if bodies and not _VALUE_END.match(text, after, stop):
                bodies = self._bodies_or_words(at, stop) if stop - at <= 300 and role != "direct" else []
            if not bodies:
                continue
            any_value = True
            for body in bodies:
                self.block.append(len(self.rows))
                self.rows.append(_Row(body, _as_role(role), task, 0.97))
        return any_value

    # -- tables ----------------------------------------------------------------------------------------------------

    def _table_row(self, table: TaskTable, row: tuple[Span, ...]) -> None:
        task = next(table.cells(row, "task"), None)
        deadline = next((deadline_in(self.text, *time, label=True) for time in table.cells(row, "time")), None)
        for role in _TABLE_ROLES:
            for cell in table.cells(row, role):
                for body in self._cell_bodies(*cell):
                    self.rows.append(_Row(body, role, task, 0.95, deadline))

    def _cell_bodies(self, start: int, end: int) -> list[BodySpan]:
        found: list[BodySpan] = []
        for line in _CELL_LINE.finditer(self.text, start, end):
            at = _spaces(self.text, line.start(), line.end(), " -+•,;")
            found += self._bodies_or_words(at, line.end())
        return found

    def _bodies_or_words(self, start: int, end: int) -> list[BodySpan]:
        """The bodies of a place that holds nothing else: a name that is not understood is taken as it stands."""
        text, found = self.text, list[BodySpan]()
        while start < end:
            bodies, stop = parse_body_list(text, start, end)
            rest = _spaces(text, stop, end, " .;,)…")
            if bodies and (rest >= end or text[stop - 1 : stop] == ")" or text[stop : stop + 1] in ";,.…("):
                found += bodies
                start = rest
                continue
            piece = _PIECE.search(text, max(stop, start), end)
            last = piece.start() if piece else end
            words = text[start:last].strip()
            if not text[start].isupper() or not 3 < len(words) <= 90:
                return found + bodies
            found += bodies[:-1]
            begin = bodies[-1].start if bodies else start
            found.append(BodySpan(begin, begin + len(text[begin:last].rstrip()), "body", text[begin:last].strip()))
            start = _spaces(text, last, end, " ;.,")
        return found

    # -- records ---------------------------------------------------------------------------------------------------

    def records(self) -> list[Responsibility]:
        """The rows as records, one name a body, without repetitions."""
        names: dict[str, str] = {}
        seen: set[tuple[str, Role, tuple[int, int] | None]] = set()
        records: list[Responsibility] = []
        for row in self.rows:
            name = _one_name(row.body, names)
            key = fold(name), row.role, row.task
            if key in seen:
                continue
            seen.add(key)
            evidence = self.segments.evidence(row.body.start, row.body.end, round(row.confidence, 2))
            task = self._words(row.task)
            deadline = row.deadline or (deadline_in(self.text, *row.task) if row.task else None)
            records.append(Responsibility(evidence, name, row.role, task, deadline))
        return records

    def _words(self, span: tuple[int, int] | None) -> str | None:
        if span is None:
            return None
        words = self.text[span[0] : min(span[1], span[0] + _TASK_LIMIT)].strip(" .;:,/\n").replace("\n", " ")
        return words or None


_NOT_IN_NAME = re.compile(r" (?:là|được|đã|sẽ|phải|có|không|năm|tại|trong|số|theo|của|với|cho|để|từ|đến|nhằm|như|bị|do|hoặc)" + _END + r"|[\d%“\"]")
_LEADING = re.compile(r"(?:Chủ trì|Phối hợp|Theo dõi|Đôn đốc|Giám sát|Kiểm tra|Thanh tra|Chỉ đạo)" + _END)
_LIGHT = re.compile(r"(?:(?:kịp thời|thường xuyên|chủ động|đồng thời|và|trực tiếp|định kỳ|tổ chức|tiến hành|có trách nhiệm|chịu trách nhiệm),? )+")
_LEVELLED = re.compile(r" (?:tỉnh|huyện|xã|phường|quận|thành phố|thị trấn|địa bàn)| của ")
_ANNOUNCES = re.compile(r"(?:như sau|sau đây|cụ thể như sau|nội dung sau|nội dung chính sau) ?:?$")
_SUBJECT_MAY_START = re.compile(r"(?:,|, thì| thì|\)|giải quyết|vướng mắc) $")
_ASSIGNS_HERE = re.compile(r"(?:^|, |\) )(?:và )?(?:yêu cầu|đề nghị|giao|phân công)(?: cho)? $")
_GOVERNED = re.compile(r" (?:của|với|về|cho|do|bởi|đến|tại|từ|gửi|trình|báo cáo|và) $")
_LOOSE = ("Đố", "đố", "Tr", "tr")
_HEADS_OF = re.compile(r"[Nn]gười đứng đầu|Lãnh đạo|Chính quyền|[Cc]ấp ủy")
_DUTY_WORDS = re.compile(r"(?:có trách nhiệm|chịu trách nhiệm|chủ trì|có nhiệm vụ)" + _END)
_VALUE_END = re.compile(r"[ .;,)…]*(?:$|\()|[ ,;]*(?:và )?(?:các |cá nhân|địa phương)")
_PIECE = re.compile(r"[;\n(]|\.(?: |$)|, (?=[A-ZĐỦ])")
_TABLE_ROLES: tuple[Role, ...] = ("lead", "direct", "implement", "coordinate", "supervise")
_CELL_LINE = re.compile(r"[^\n]+")
_GENERIC = re.compile(
    r"(?:(?:cơ quan|tổ chức|cá nhân|đơn vị|người|doanh nghiệp|hộ gia đình|cộng đồng|nhân dân)(?:, | và | hoặc |,? )?){1,6}$"
)
_KEY_DROPS = re.compile(r"^tất cả |\bcác |(?<= )có (?=liên quan)| và |[^\w ]")


def _as_role(label: str) -> Role:
    for role, _ in _ROLES:
        if role == label:
            return role
    return "implement"


_BARE_GROUP = re.compile(r"[Cc]ác (?:cơ quan|đơn vị|bộ phận|địa phương|thành viên|phòng|ban|ngành|cấp|tổ chức|xóm|đồng chí|trường|, | và )+(?: (?:có )?liên quan)?")


def _passing(bodies: list[BodySpan]) -> bool:
    """Collectives, as they are named in passing."""
    return all(body.kind == "group" or _HEADS_OF.match(body.name) for body in bodies)


def _is_generic(body: BodySpan) -> bool:
    return body.kind == "group" and _GENERIC.fullmatch(body.name.lower()) is not None


def _one_name(body: BodySpan, names: dict[str, str]) -> str:
    """The name under which a body was first written in the document."""
    name = body.name.strip(" ,;.")
    key = " ".join(_KEY_DROPS.sub(" ", fold(name)).split())
    return names.setdefault(key, name)


def extract(segments: Segments) -> list[Responsibility]:
    """All responsibilities of a document, in the order of the text (tables first)."""
    if not segments.is_administrative:
        return []
    reader = _Reader(segments)
    reader.read()
    return reader.records()
