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
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from ..grammar.body_tree import BodyTree as BodySpan
from ..grammar.misread import mend
from ..grammar.name_lists import find_body_lists, opening, parse_body_list
from ..grammar.opening_words import WordRule
from ..grammar.roles import (
    Task,
    duty_at,
    past,
    phrase_pattern,
    phrases,
    read_task,
    role_at,
    skip_at,
    works_at,
)
from ..records import Responsibility, Role
from ..segmentation.model import Paragraph, Segments, Span
from ..text.normalise import fold
from .deadlines import deadline_in
from .task_tables import TaskTable, task_tables

_END = r"(?![^\W_])"
_TASK_LIMIT = 400
_HEADING_LIMIT = 700
_OPENER_LIMIT = 600
_DUTY_LIMIT = 300
_EXECUTION_LIMIT = 2500

_ASSIGN = WordRule(phrases("assign"))
_OPENER = WordRule(phrases("opener"))
_LEAD_IN = WordRule(phrases("lead_in"))
_HEADING_TAIL = re.compile(rf" ?(?:{'|'.join(phrases('heading_tail'))})[ :.;,]*$")
_ORDER = re.compile(rf"(?:{'|'.join(phrases('order'))}) ")
_ORDER_IN = re.compile(r" (?:yêu cầu|đề nghị|giao) ")
_ORDER_AFTER_COLON = re.compile(r": ?(?P<order>(?:giao|đề nghị|yêu cầu) )(?=[^\W\d_a-zà-ỹ])")
_ONLY_ORDERS = re.compile(r"(?:yêu cầu|đề nghị|chỉ đạo|giao|phân công)[ :]*$")
_PREAMBLE = phrase_pattern("preamble", ignore_case=True)
_LABEL_ROLES = ("lead", "coordinate", "direct", "implement", "supervise", "time")
_LABEL = re.compile("|".join(f"(?P<{role}>{'|'.join(phrases('label', role))})" for role in _LABEL_ROLES))
_LABEL_WORDS = frozenset(
    start.split(" ")[0] for role in _LABEL_ROLES for start in WordRule(phrases("label", role)).beginnings
)
_LABEL_PLACE = re.compile(r"[;.(,] ?(?:- ?)?(?=[^\W\d_])")
_INNER_LABELS = ("rì:", "ợp:", "iện:", "ạo:", "hời gian", "hời hạn")
_OPENING_WORDS = frozenset(start.split(" ")[0] for rule in (_ASSIGN, _OPENER, _LEAD_IN) for start in rule.beginnings)

_BREAK = re.compile(r"(?:;|\.)(?:/\.)? +")
_ABBREVIATED = re.compile(rf"(?<![^\W_])(?:{'|'.join(phrases('abbreviation'))})$")
_NOT_IN_NAME = re.compile(rf" (?:{'|'.join(phrases('not_in_name'))}){_END}|[\d%“\"]")
_LEADING = phrase_pattern("leading")
_LIGHT = re.compile(rf"(?:(?:{'|'.join(phrases('light'))}),? )+")
_LEVELLED = re.compile(r" (?:tỉnh|huyện|xã|phường|quận|thành phố|thị trấn|địa bàn)| của |[Nn]gành [^\W\d_a-zà-ỹ]")
_ANNOUNCES = re.compile(rf"(?:{'|'.join(phrases('announces'))}) ?:?$")
_CLOSING = "Trên đây là"
_ADDRESS = "Kính gửi"
_SUBJECT_PLACE = re.compile(r"(?:,(?: thì)?| thì|\)|giải quyết|vướng mắc) (?=\w)")
_INSIDE_A_LIST = re.compile(r"(?i:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|ngành|đơn vị|địa phương)" + _END)
_GOVERNED = re.compile(rf" (?:{'|'.join(phrases('governs'))}) $")
_COUNCIL_OF_LEVEL = re.compile(r"(?:UBND|HĐND|[Nn]hân dân) (?:tỉnh|thành phố|huyện|quận|thị xã|xã|phường|thị trấn) $")
_COLON = re.compile(r" ?:")
_LOOSE_ASSIGN = ("đối", "trách")
_HEAD_OF = phrase_pattern("head_of")
_MEETING = re.compile(rf"(?:đã )?chủ trì,? {phrase_pattern('meeting').pattern}(?!\w)")
_ORDER_WORDS = ("yêu cầu ", "đề nghị ")
_DUTY_WORDS = ("có trách nhiệm", "chịu trách nhiệm", "chủ trì", "có nhiệm vụ")
_EXECUTION_DUTY = re.compile(rf"(?:chịu|có) (?:{'|'.join(phrases('execution_duty'))})")
_LIST_ITEM_END = re.compile(r"; ?|, (?=[^\W\d_])")
_LAST_ITEM = re.compile(r",? và (?:các )?(?=\w)")
_VALUE_END = re.compile(r"[ .;,)…]*(?:$|\()|[ ,;]*(?:và )?(?:các |cá nhân|địa phương)")
_PIECE = re.compile(r"[;\n(]|\.(?: |$)|, (?=[^\W\d_a-zà-ỹ])")
_TABLE_ROLES: tuple[Role, ...] = ("lead", "direct", "implement", "coordinate", "supervise")
_LINE = re.compile(r"[^\n]+")
_GENERIC = re.compile(rf"(?:(?:{'|'.join(phrases('generic'))})(?:, | và | hoặc |,? )?){{1,6}}$")
_BARE_GROUP = re.compile(rf"[Cc]ác (?:(?:{'|'.join(phrases('bare'))})(?:, | và )?)+(?: (?:có )?liên quan)?")
_OWN_VOICE = frozenset(phrases("own_voice"))
_KEY_DROPS = re.compile(r"^tất cả |\bcác |(?<= )có (?=liên quan)| và |[^\w ]")


@dataclass(slots=True)
class _Context:
    """Bodies whose tasks stand in the paragraphs below.

    Attributes:
        depth: Depth of the paragraph that names them, 0 for plain text.
        bodies: The bodies.
        given: Whether they have had a task.
        within: Depth of the item in which a plain paragraph stands: the next such item ends it.
    """

    depth: int
    bodies: list[BodySpan]
    given: bool = False
    within: int = 0


@dataclass(slots=True)
class _Row:
    """A responsibility before its record is made."""

    body: BodySpan
    role: Role
    task: Span | None
    confidence: float
    deadline: str | None = None


class _Clause(NamedTuple):
    """A clause of a paragraph.

    Attributes:
        start, end: Without the dash that it may begin with.
        mark: What stands before it: '' for the first, else `.` or `;`.
        word: Its first word in small letters.
        opens: Whether its first words may open a body.
    """

    start: int
    end: int
    mark: str
    word: str
    opens: bool


class _Reader:
    """Reads a document's paragraphs in order."""

    def __init__(self, segments: Segments) -> None:
        self.segments = segments
        self.text = mend(segments.text)
        self.rows: list[_Row] = []
        self.contexts: list[_Context] = []
        self.block: list[int] = []  # rows of the role lines under one task
        self.last_task: Span | None = None
        self.listing = 99
        self.item_depth = 0
        self.listed: tuple[Span, tuple[list[BodySpan], int]] = (-1, -1), ([], 0)
        self.addressing = False
        self.assigned = False
        self.tables: list[Span] = []
        self.opening = segments.sections[0].start if segments.sections else -1
        self.issuers = _issuers(segments) if segments.doc_type in _OWN_VOICE else frozenset()
        self.has_address = _ADDRESS in self.text
        self.duties = sorted(_positions(self.text, _DUTY_WORDS))
        self.inner_labels = sorted(_positions(self.text, _INNER_LABELS))
        self.executions = [at for at in self.duties if _EXECUTION_DUTY.match(self.text, at)]
        self.orders = sorted(
            [
                *_after_capitals(self.text, _positions(self.text, _ORDER_WORDS)),
                *(match.start("order") for match in _ORDER_AFTER_COLON.finditer(self.text)),
            ]
        )
        self.breaks = [match.span() for match in _BREAK.finditer(self.text)]
        self.break_starts = [start for start, _ in self.breaks]

    def read(self) -> None:
        """Read tables, then paragraphs."""
        for table in task_tables(self.segments):
            self.tables.append((table.start, table.end))
            for row in table.rows:
                self._table_row(table, row)
        for paragraph in self.segments.paragraphs:
            if paragraph.region not in ("body", "annex") and not self._opens_tasks(paragraph):
                continue
            if self.tables and any(start <= paragraph.start < end for start, end in self.tables):
                continue
            self._paragraph(paragraph)

    def _opens_tasks(self, paragraph: Paragraph) -> bool:
        """Whether the last words before the first heading give what follows to somebody (`… yêu cầu các sở:`)."""
        if paragraph.region != "basis" or self.text[paragraph.end - 1] != ":":
            return False
        return _ORDER_IN.search(self.text, paragraph.start, paragraph.end) is not None

    # -- paragraphs ------------------------------------------------------------------------------------------------

    def _paragraph(self, paragraph: Paragraph) -> None:
        text, start, end = self.text, paragraph.content, paragraph.end
        if self.has_address and self._is_address(paragraph):
            return
        if self.contexts:
            self._close(paragraph)
        if 0 < paragraph.depth < 10:
            self.item_depth = paragraph.depth
        clauses = self._split(start, end)
        if text.find(":", start, end) >= 0 and self._labels(start, end, clauses[0].word):
            return
        self.block = []
        self.last_task = start, end
        if not self.contexts and not self._may_hold_subject(clauses):
            return
        if self._execution(paragraph) or self._heading(paragraph, clauses[0]):
            return
        if paragraph.depth > self.listing and paragraph.depth and not role_at(text, start, end):
            return
        self.assigned = False
        context = self.contexts[-1] if self.contexts else None
        own = self._subjects(paragraph, clauses)
        if context is not None:
            self._under_context(context, paragraph, clauses, own)
        self.listing = paragraph.depth if text[end - 1] == ":" and paragraph.depth >= 9 else 99

    def _under_context(self, context: _Context, paragraph: Paragraph, clauses: list[_Clause], own: bool) -> None:
        """What the paragraph says of the bodies of the heading above it."""
        if not own:
            self._task_of_context(context, clauses)
        elif not context.given and not self.assigned and paragraph.depth in (0, 9, 10, 11):
            self._give(context.bodies, paragraph.content, paragraph.content, 0.8)
            context.given = True

    def _may_hold_subject(self, clauses: list[_Clause]) -> bool:
        """Whether one of the clauses may name a subject, by its first words or a word of duty in it."""
        for clause in clauses:
            if clause.opens or clause.word in _OPENING_WORDS:
                return True
        start, end = clauses[0].start, clauses[-1].end
        return _first_in(self.duties, start, end) is not None or _first_in(self.orders, start, end) is not None

    def _split(self, start: int, end: int) -> list[_Clause]:
        """The clauses of `text[start:end]`, at least one."""
        text, mark = self.text, ""
        clauses: list[_Clause] = []
        number = bisect_left(self.break_starts, start)
        while number < len(self.breaks) and self.break_starts[number] < end:
            stop, after = self.breaks[number]
            number += 1
            if text[stop] == ";" or self._is_full_stop(stop, after, end):
                clauses.append(self._clause(start, stop, mark))
                start, mark = after, text[stop]
        if start < end or not clauses:
            clauses.append(self._clause(start, end, mark))
        return clauses

    def _clause(self, start: int, end: int, mark: str) -> _Clause:
        while start < end and self.text[start] in " -+":
            start += 1
        if self.text.startswith(") ", start + 1) and start + 3 < end:
            start += 3  # a letter of a list that recognition left unreadable
        return _Clause(start, end, mark, *opening(self.text, start, end))

    def _is_full_stop(self, stop: int, after: int, end: int) -> bool:
        """Whether the full stop at `stop` ends a sentence (and no abbreviation); the next word begins at `after`."""
        if after >= end or not self.text[after].isupper():
            return False
        return _ABBREVIATED.search(self.text, max(0, stop - 5), stop) is None

    def _is_address(self, paragraph: Paragraph) -> bool:
        """Whether the paragraph belongs to a letter's `Kính gửi`."""
        if self.text.startswith(_ADDRESS, paragraph.start):
            self.addressing = True
        elif self.addressing and not (paragraph.marker and paragraph.depth >= 10):
            self.addressing = self.text[paragraph.end - 1] == ";" or not paragraph.end - paragraph.start > 12
        return self.addressing

    def _close(self, paragraph: Paragraph) -> None:
        """End the contexts that this paragraph does not stand under."""
        depth = paragraph.depth
        while self.contexts:
            open_depth = self.contexts[-1].depth
            if open_depth == 0:
                context = self.contexts[-1]
                if paragraph.marker[:2].rstrip(".)/") in ("1", "a", "I"):
                    context.within = 0  # a new count: these are its items
                ends = 0 < depth <= max(5, context.within) or (depth == 0 and self.text[paragraph.end - 1] == ":")
            else:
                ends = 0 < depth <= open_depth
            if not ends:
                return
            self.contexts.pop()

    def _open(self, context: _Context) -> None:
        context.within = self.item_depth
        while self.contexts and self.contexts[-1].depth >= context.depth:
            self.contexts.pop()
        self.contexts.append(context)

    # -- the closing article ---------------------------------------------------------------------------------------

    def _execution(self, paragraph: Paragraph) -> bool:
        """`A, B; C; D chịu trách nhiệm thi hành …` with an item that is no known name: taken apart at its marks."""
        text, start, end = self.text, paragraph.content, paragraph.end
        duty = _first_in(self.executions, start, end)
        if duty is None or duty - start > _EXECUTION_LIMIT:
            return False
        bodies, after = self._list(start, end)
        if not bodies or past(text, after, end) >= duty:
            return False
        self._give(self._items(start, duty), duty, self._clause_end(duty, end), 0.9)
        return True

    def _items(self, at: int, end: int) -> list[BodySpan]:
        """The items of a list of bodies; one that begins as a body but goes on in other words is taken as it stands."""
        text, found = self.text, list[BodySpan]()
        while at < end:
            bodies, stop = parse_body_list(text, at, end)
            if bodies and (stop >= end or text[stop] in ";,"):
                found += bodies
                at = past(text, stop, end, " ;,")
                continue
            mark = _LIST_ITEM_END.search(text, stop, end)
            last = after = mark.start() if mark else end
            for link in _LAST_ITEM.finditer(text, stop, last):
                if parse_body_list(text, link.end(), end)[0]:
                    last, after = link.start(), link.end() - 4 * text.startswith("các ", link.end() - 4)
                    break
            begin = bodies[-1].start if bodies else at
            words = text[begin:last].rstrip()
            found += bodies[:-1]
            if 3 < len(words) <= 120 and (bodies or opening(text, at, last)[1]):
                found.append(BodySpan(begin, begin + len(words), "body", words))
            at = past(text, max(after, at + 1), end, " ;,")
        return found

    # -- headings --------------------------------------------------------------------------------------------------

    def _heading(self, paragraph: Paragraph, clause: _Clause) -> bool:
        """Whether the paragraph is a heading of bodies; if so its context is opened."""
        text, start, end = self.text, paragraph.content, paragraph.end
        if end - start > _HEADING_LIMIT:
            return False
        lead = _LEAD_IN.match(text, start, end, clause.word) if clause.word in _OPENING_WORDS else None
        if lead is None and not clause.opens:
            return False
        bodies, stop = self._list(past(text, lead.end(), end) if lead else start, end)
        if not bodies:
            return False
        if not _HEADING_TAIL.match(text, stop, end):
            return self._run_in_heading(paragraph, bodies, stop)
        if paragraph.depth or text[end - 1] == ":":
            self._open(_Context(paragraph.depth, bodies))
        return True

    def _list(self, at: int, end: int) -> tuple[list[BodySpan], int]:
        """The list of bodies at `at`; the last one read is kept, since a heading is tried before a sentence."""
        if self.listed[0] != (at, end):
            self.listed = (at, end), parse_body_list(self.text, at, end)
        return self.listed[1]

    def _run_in_heading(self, paragraph: Paragraph, bodies: list[BodySpan], stop: int) -> bool:
        """A heading whose last name goes on in words unknown to us, or whose first task stands in its line."""
        text, end = self.text, paragraph.end
        if not 5 < paragraph.depth <= 9 or text[stop : stop + 1] not in (" ", ","):
            return False
        at = past(text, stop, end)
        if text[at].isupper():
            return self._run_in_task(paragraph, bodies, at)
        if end - paragraph.start > 200 or text[end - 1] in ".;" or works_at(text, at, end) or skip_at(text, at, end):
            return False
        if _NOT_IN_NAME.search(text, at, end) or bodies[-1].kind == "group":
            return False
        named = self._bodies_or_words(bodies[0].start, end - 1 if text[end - 1] == ":" else end)
        self._open(_Context(paragraph.depth, named))
        return True

    def _run_in_task(self, paragraph: Paragraph, bodies: list[BodySpan], at: int) -> bool:
        """A heading and, in capitals in the same line, its first task or the subject of it."""
        text, end = self.text, paragraph.end
        if parse_body_list(text, at, end)[0]:
            self._give(bodies, at, at, 0.8)
            self._subjects(paragraph, self._split(at, end))
            return True
        if not (works_at(text, at, end) or _OPENER.match(text, at, end) or skip_at(text, at, end)):
            return False
        self._open(_Context(paragraph.depth, bodies))
        self._task_of_context(self.contexts[-1], self._split(at, end))
        return True

    def _task_of_context(self, context: _Context, clauses: list[_Clause]) -> None:
        """Give a context's bodies a task, clause by clause."""
        for clause in clauses:
            if not clause.mark or (clause.mark == "." and _LEADING.match(self.text, clause.start, clause.end)):
                self._give(context.bodies, clause.start, clause.end, 0.9)
            else:
                self._later(context.bodies, clause.start, clause.end)
        context.given = True

    def _later(self, bodies: list[BodySpan], start: int, end: int) -> None:
        """A later clause of a task: it counts only where it is itself about leading, watching, or bodies by name."""
        light = _LIGHT.match(self.text, start, end)
        at = light.end() if light else start
        head = role_at(self.text, at, end)
        if head is None:
            return
        task = read_task(self.text, at, end)
        named = any(body.kind != "group" or _LEVELLED.search(body.name) for body, _ in task.others)
        special = any(not _BARE_GROUP.fullmatch(body.name) for body, _ in task.others)
        watches = head[0] == "supervise" and "supervise" in task.roles
        if head[0] == "lead" or named or watches or (head[0] == "direct" and special):
            self._give(bodies, at, end, 0.75)

    # -- subjects --------------------------------------------------------------------------------------------------

    def _subjects(self, paragraph: Paragraph, clauses: list[_Clause]) -> bool:
        """Read the clauses that name their own subject; whether the first one does."""
        text, end, first, read_to = self.text, paragraph.end, False, 0
        announces = _ANNOUNCES.search(text, max(paragraph.content, end - 60), end) is not None
        for clause in clauses:
            if clause.start < read_to:
                continue
            found, read_to = self._subject_of(clause, paragraph, announces)
            first = first or (found and not clause.mark)
        return first

    def _subject_of(self, clause: _Clause, paragraph: Paragraph, announces: bool) -> tuple[bool, int]:
        """Whether a clause has a subject with its work, and the offset up to which it was read."""
        text, start, end = self.text, clause.start, paragraph.end
        word = clause.word
        assign = _ASSIGN.match(text, start, end, word) if word in _OPENING_WORDS else None
        if assign is not None:
            bodies, stop = parse_body_list(text, past(text, assign.end(), end, " :"), end)
            if bodies and (word not in _LOOSE_ASSIGN or _COLON.match(text, stop, end)):
                return self._subject(bodies, stop, clause, paragraph, True, announces), stop
        bodies, stop = self._list(start, end) if clause.opens else ([], start)
        if bodies:
            ordered = self._ordered(stop, end)
            if ordered is not None:
                return self._subject(*ordered, clause, paragraph, True, announces), ordered[1]
            return self._subject(bodies, stop, clause, paragraph, False, announces), stop
        if word in _OPENING_WORDS and _OPENER.match(text, start, end, word):
            found = self._after_opener(clause, paragraph, announces)
            if found is not None:
                return True, found
        place = _first_in(self.orders, start, clause.end)
        order = _ORDER.match(text, place, end) if place is not None else None
        if order is not None:
            bodies, stop = parse_body_list(text, order.end(), end)
            if bodies and self._subject(bodies, stop, clause, paragraph, True, announces):
                return True, stop
        return self._before_duty(clause, paragraph, announces), start

    def _ordered(self, stop: int, end: int) -> tuple[list[BodySpan], int] | None:
        """The bodies that the one before `stop` gives a task to (`UBND tỉnh yêu cầu các sở …`)."""
        order = _ORDER.match(self.text, past(self.text, stop, end), end)
        if order is None:
            return None
        bodies, after = parse_body_list(self.text, order.end(), end)
        return (bodies, after) if bodies else None

    def _after_opener(self, clause: _Clause, paragraph: Paragraph, announces: bool) -> int | None:
        """A subject after an adverbial phrase: `Hằng năm, UBND các xã …`, `Trường hợp …, thì Sở …`."""
        text, end = self.text, paragraph.end
        for place in _SUBJECT_PLACE.finditer(text, clause.start, min(clause.end, clause.start + _OPENER_LIMIT)):
            order = _ORDER.match(text, place.end(), end)
            bodies, stop = parse_body_list(text, order.end() if order else place.end(), end)
            if not bodies or _INSIDE_A_LIST.match(bodies[0].name):
                continue
            ordered = self._ordered(stop, end)
            if ordered is not None:
                bodies, stop = ordered
            assigned = order is not None or ordered is not None
            if self._subject(bodies, stop, clause, paragraph, assigned, announces):
                return stop
        return None

    def _before_duty(self, clause: _Clause, paragraph: Paragraph, announces: bool) -> bool:
        """A subject that stands before `có trách nhiệm` or `chủ trì` after words that were not understood."""
        text, start, duty = self.text, clause.start, _first_in(self.duties, clause.start, clause.end)
        if duty is None or duty == start:
            return False
        for bodies, begin, stop in find_body_lists(text, max(start, duty - _DUTY_LIMIT), duty):
            if duty - stop <= 2:
                if _GOVERNED.search(text, max(start, begin - 10), begin):
                    bodies = self._after_object(bodies)
                return bool(bodies) and self._subject(bodies, stop, clause, paragraph, False, announces)
        return False

    def _after_object(self, bodies: list[BodySpan]) -> list[BodySpan]:
        """The subject at the end of a list that begins as an object (`Theo đề nghị của A, B tổng hợp …`)."""
        if len(bodies) < 2 or self.text[bodies[-2].end : bodies[-1].start] != ", ":
            return []
        return bodies[-1:]

    def _clause_end(self, at: int, end: int) -> int:
        """Where the clause that holds `at` ends."""
        number = bisect_left(self.break_starts, at)
        while number < len(self.breaks) and self.break_starts[number] < end:
            stop, after = self.breaks[number]
            if self.text[stop] == ";" or self._is_full_stop(stop, after, end):
                return stop
            number += 1
        return end

    def _subject(
        self, bodies: list[BodySpan], stop: int, clause: _Clause, paragraph: Paragraph, assigned: bool, announces: bool
    ) -> bool:
        """Give the bodies the task after them, if they are the subject of one."""
        text = self.text
        self.assigned = assigned
        end = self._clause_end(stop, paragraph.end)
        at = past(text, stop, end, " ,….")
        if at >= end:
            return False
        duty = duty_at(text, at, end)
        if duty is not None:
            at = past(text, duty, end)
        if at >= end or text[at] == ":":
            return self._after_colon(bodies, at, end, paragraph)
        if duty is None and not (text[at].islower() and (assigned or works_at(text, at, end))):
            return False
        if self._is_no_task(bodies, at, end, clause, paragraph, assigned, duty is not None, announces):
            return False
        self._give(bodies, at, end, 0.95 if assigned or duty is not None else 0.85)
        self._rest(bodies, end, paragraph.end)
        if end == paragraph.end and text[end - 1] == ":":
            self._open(_Context(paragraph.depth, bodies, given=True))
        return True

    def _is_no_task(
        self, bodies: list[BodySpan], at: int, end: int, clause: _Clause, paragraph: Paragraph,
        assigned: bool, duty: bool, announces: bool,
    ) -> bool:  # fmt: skip
        """Sentences in passing about collectives, and the sentence that announces or closes the document itself."""
        closing = self.text.startswith(_CLOSING, paragraph.content)
        if assigned:
            return closing and all(_BARE_GROUP.fullmatch(body.name) for body in bodies)
        if _ONLY_ORDERS.match(self.text, at, end):  # what is asked follows, and of whom
            return True
        if duty:
            return bool(clause.mark) and all(_HEAD_OF.match(body.name) for body in bodies)
        if announces and (self.opening < 0 or paragraph.start < self.opening):
            return True
        if paragraph.depth == 0 and _MEETING.match(self.text, at, end):  # what was done, not what is to be done
            return True
        if (clause.mark or closing) and _passing(bodies):
            return True
        if self.issuers and all(fold(body.name) in self.issuers for body in bodies):
            return True
        return (announces or paragraph.start < self.opening) and _PREAMBLE.match(self.text, at, end) is not None

    def _rest(self, bodies: list[BodySpan], at: int, end: int) -> None:
        """The clauses after `;` that belong to the same subject."""
        while at < end and self.text[at] == ";":
            start = past(self.text, at, end, " ;")
            at = self._clause_end(start, end)
            if start < at and not parse_body_list(self.text, start, at)[0]:
                self._later(bodies, start, at)

    def _after_colon(self, bodies: list[BodySpan], at: int, end: int, paragraph: Paragraph) -> bool:
        """Bodies with a colon: a heading, or one with its task in the same line."""
        at = past(self.text, at, end, " :")
        if at >= end:
            self._open(_Context(paragraph.depth, bodies))
            return True
        self._give(bodies, at, end, 0.95)
        self._rest(bodies, end, paragraph.end)
        if paragraph.depth:
            self._open(_Context(paragraph.depth, bodies, given=True))
        return True

    def _give(self, bodies: list[BodySpan], start: int, end: int, confidence: float) -> None:
        """Give bodies the task `text[start:end]` (an empty one says only that they have a part)."""
        start = past(self.text, start, end)
        task = read_task(self.text, start, end) if start < end else Task(["implement"])
        span = (start, end) if start < end else None
        for body in bodies:
            if not _is_generic(body):
                self.rows += [_Row(body, role, span, confidence) for role in task.roles]
        names = {fold(body.name) for body in bodies}
        for other, role in task.others:
            if fold(other.name) not in names and not _is_generic(other):
                self.rows.append(_Row(other, role, span, confidence - 0.15))

    # -- role lines ------------------------------------------------------------------------------------------------

    def _labels(self, start: int, end: int, word: str) -> bool:
        """Role lines: `Chủ trì: …; phối hợp: …; thời gian: …`. Whether the paragraph is one."""
        text = self.text
        places = [start] if word in _LABEL_WORDS else []
        if _first_in(self.inner_labels, start, end) is not None:
            places += [place.end() for place in _LABEL_PLACE.finditer(text, start, end)]
        found: list[tuple[str, int, int]] = []
        for at in places:
            label = _LABEL.match(text, at, end)
            colon = past(text, label.end(), end, " ") if label else end
            if label is not None and colon < end and text[colon] == ":":
                found.append((label.lastgroup or "", at, past(text, colon, end, " :")))
        if not found or not self._label_values(found, end):
            return False
        return found[0][1] <= start

    def _label_values(self, found: list[tuple[str, int, int]], end: int) -> bool:
        """Read what stands behind labels (role, start, start of the value); whether any is a body or a time."""
        text, any_value = self.text, False
        stops = [begin for _, begin, _ in found[1:]] + [end]
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
            any_value = any_value or bool(bodies)
            for body in bodies:
                self.block.append(len(self.rows))
                self.rows.append(_Row(body, _as_role(role), self.last_task, 0.97))
        return any_value

    # -- tables ----------------------------------------------------------------------------------------------------

    def _table_row(self, table: TaskTable, row: tuple[Span, ...]) -> None:
        task = next(table.cells(row, "task"), None)
        deadline = next((deadline_in(self.text, *time, label=True) for time in table.cells(row, "time")), None)
        for role in _TABLE_ROLES:
            for cell in table.cells(row, role):
                for line in _LINE.finditer(self.text, *cell):
                    at = past(self.text, line.start(), line.end(), " -+•,;")
                    bodies = self._bodies_or_words(at, line.end())
                    self.rows += [_Row(body, role, task, 0.95, deadline) for body in bodies]

    def _bodies_or_words(self, start: int, end: int) -> list[BodySpan]:
        """The bodies of a place that holds nothing else: a name that is not understood is taken as it stands."""
        text, found = self.text, list[BodySpan]()
        while start < end:
            bodies, stop = parse_body_list(text, start, end)
            rest = past(text, stop, end, " .;,)…")
            if bodies and (rest >= end or text[stop - 1] == ")" or text[stop] in ";,.…("):
                found += bodies
                start = rest
                continue
            piece = _PIECE.search(text, max(stop, start), end)
            last = piece.start() if piece else end
            begin = bodies[-1].start if bodies else start
            words = text[begin:last].rstrip()
            if not text[start].isupper() or not 3 < len(words) <= 90 or works_at(text, start, last):
                return found + bodies
            found += [*bodies[:-1], BodySpan(begin, begin + len(words), "body", words)]
            start = past(text, last, end, " ;.,")
        return found

    # -- records ---------------------------------------------------------------------------------------------------

    def records(self) -> list[Responsibility]:
        """The rows as records, one name a body, without repetitions."""
        names: dict[str, str] = {}
        seen: set[tuple[str, Role, Span | None]] = set()
        deadlines: dict[Span, str | None] = {}
        records: list[Responsibility] = []
        for row in self.rows:
            name = _one_name(row.body, names)
            key = name, row.role, row.task
            if key in seen:
                continue
            seen.add(key)
            if row.task is not None and row.task not in deadlines:
                deadlines[row.task] = deadline_in(self.text, *row.task)
            deadline = row.deadline or (deadlines[row.task] if row.task else None)
            evidence = self.segments.evidence(row.body.start, row.body.end, round(row.confidence, 2))
            records.append(Responsibility(evidence, name, row.role, self._words(row.task), deadline))
        return records

    def _words(self, span: Span | None) -> str | None:
        if span is None:
            return None
        words = self.segments.text[span[0] : min(span[1], span[0] + _TASK_LIMIT)].strip(" .;:,/\n").replace("\n", " ")
        return words or None


def _positions(text: str, words: tuple[str, ...]) -> list[int]:
    """Where any of the words stand."""
    found: list[int] = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            found.append(at)
            at = text.find(word, at + len(word))
    return found


def _after_capitals(text: str, places: list[int]) -> list[int]:
    """Those of the places that follow a word in capitals or a council of a level (`Nguyễn Văn A yêu cầu …`)."""
    found = []
    for place in places:
        before = text.rfind(" ", max(0, place - 12), max(0, place - 1))
        if before < 0 or text[place - 1] != " ":
            continue
        if text[before + 1].isupper() or _COUNCIL_OF_LEVEL.search(text, max(0, place - 40), place):
            found.append(place)
    return found


def _first_in(places: list[int], start: int, end: int) -> int | None:
    """The first of the sorted places in a stretch of text."""
    number = bisect_left(places, start)
    return places[number] if number < len(places) and places[number] < end else None


def _issuers(segments: Segments) -> frozenset[str]:
    """The names under which the document's issuer may speak of itself."""
    names = [*segments.letterhead.bodies, " ".join(segments.letterhead.bodies)]
    return frozenset(fold(name) for name in names if name)


def _as_role(label: str) -> Role:
    return next((role for role in _TABLE_ROLES if role == label), "implement")


def _passing(bodies: list[BodySpan]) -> bool:
    """Collectives, as they are named in passing."""
    return all(body.kind == "group" or _HEAD_OF.match(body.name) for body in bodies)


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
