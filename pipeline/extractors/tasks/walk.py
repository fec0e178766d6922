"""From the outline to readings: each item is read once, with what the headings above it say.

Nothing is remembered between items but `Above`, which is handed down, and the entries of one group of siblings, to
which the lines of roles behind them belong.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...copying import changed
from ...grammar.clauses import Clause, clauses
from ...grammar.name_lists import parse_body_list
from ...grammar.name_words import plain
from ...grammar.phrases import past, pattern, phrases
from ...grammar.roles import first_verb, first_words, read_part, role_at, works_at
from ...records import Role
from ...segmentation.model import Span
from ...text.normalise import fold
from ...text.patterns import Pattern
from . import label_blocks as blocks
from .charges import read_charge
from .headings import (
    Heading,
    heading_kind,
    names_bodies,
    read_group_heading,
    read_heading,
    read_open_heading,
    read_open_run_in,
)
from .items import announced, is_aside, last_end, meet, rules_a_case, sentence_end, without_last_clause
from .lines import LabelLine, read_bracket, read_lines, with_others
from .outline import Unit, says
from .productions import Subject, bracketed, past_ordinal, subjects
from .readings import Above, Charged, Reading, distinct, handed_down, same_subjects
from .siblings import are_cells, are_headings, are_names, name_bodies

_TITLE_LIMIT = 140
"""Characters; a longer item says something itself, whatever stands below it."""
_SHORT_TITLE = 70  # characters of a title with a full stop (`Trách nhiệm của doanh nghiệp.`)
_SURE = 0.95
"""Confidence of a subject that counts also in parts that charge nobody: `có trách nhiệm`, `Giao …`."""
_OPEN_FROM, _OPEN_TO = 5, 10
"""Depths (articles to dashes) of headings that may hold a body that no list knows."""
_NOT_UNDER_BODIES = frozenset(("duty", "order.inner", "order.by_name"))
"""Productions that take the object of work for a subject where the bodies of a heading do the work."""
_CLOSING = pattern("closing")
_ADDRESS = pattern("address")
_DIRECTING = Pattern(rf"(?:{'|'.join(phrases('directing_verb'))}) ")
_NO_WORK = pattern("no_work")
_DASH = 10
_CONDITIONS = pattern("conditions")
_CONSISTS = pattern("consists")
_DEFINES = pattern("defines")
_ANNOUNCES_DOCUMENT = pattern("announces_document")


@dataclass(frozen=True, slots=True)
class Reader:
    """What is the same for all items of a document.

    Attributes:
        text: Clean text.
        issuers: Folded names under which the issuer may speak of itself and gives itself no task.
        opening: Where the first heading stands; before it the issuer announces the document.
    """

    text: str
    issuers: frozenset[str]
    opening: int

    # -- groups of siblings --------------------------------------------------------------------------------------------

    def group(self, units: Sequence[Unit], above: Above) -> tuple[list[Reading], list[LabelLine]]:
        """The tasks of siblings, and the lines of roles that stand before any of them, for the item above."""
        readings, loose, block = list[Reading](), list[LabelLine](), False
        if not units:
            return readings, loose
        # Items since the last block of lines: unit, own words, first reading.
        entries: list[tuple[Unit, Span, int]] = []
        organises = above.organises and are_headings(self.text, units)
        named = name_bodies(self.text, units, surely=not (above.organises or above.bodies))
        inner = changed(above, organises=organises, named=named)
        for unit in units:
            lines = blocks.lines_of(self.text, unit)
            if not lines and entries and (title := blocks.label_above_names(self.text, unit)) is not None:
                lines = [title]
            if not lines:
                lines = blocks.due_line(self.text, unit)
            if not (lines or above.bodies) and (unit.depth or entries) and says(self.text, unit):
                lines = blocks.charge_line(self.text, unit)
            whole = bool(lines) and lines[0].start == unit.start
            told = whole and lines[0].kind not in (*blocks.ROLES, "content")
            if told and (below := self.group(unit.children, inner)[0]):
                readings += _within(below, lines[0])  # `1. Thời gian: …` with dashes that say who does what when
                continue
            if whole and lines[0].kind != "content":
                more, rest = self._block(unit, lines, readings, entries, above)
                readings += more
                loose += rest if not entries else []
                block = True
                continue
            if whole and not entries and not above.bodies and blocks.names_content(self.text, unit, lines[0]):
                continue  # `+ Nội dung: quy định về …`: the item above is the task
            if block:
                entries.clear()
                block = False
            first = len(readings)
            own, tail = self._own_words(unit, lines)
            said = unit if own == (unit.start, unit.end) else changed(unit, start=own[0], end=own[1])
            readings += self.unit(said, inner)
            entries.append((unit, own, first))
            if tail:
                readings += self._attach(tail, readings, entries[-1:], above)
                block = True
        return readings, loose

    def _own_words(self, unit: Unit, lines: list[LabelLine]) -> tuple[Span, list[LabelLine]]:
        """The words of an item without the labels behind them, and these."""
        if lines and lines[0].start == unit.start:
            tail = lines[1:]
            return (lines[0].value if lines[0].value[0] < lines[0].value[1] else (unit.start, unit.end)), tail
        tail = [line for line in lines if line.kind != "content"]
        if tail and any(line.kind in blocks.ROLES or line.kind == "time" for line in tail):
            end = tail[0].start
            while end > unit.start and self.text[end - 1] in " -+(\n":
                end -= 1
            return (unit.start, end), tail
        return (unit.start, unit.end), []

    def _block(
        self,
        unit: Unit,
        lines: list[LabelLine],
        readings: list[Reading],
        entries: list[tuple[Unit, Span, int]],
        above: Above,
    ) -> tuple[list[Reading], list[LabelLine]]:
        """A paragraph of labels: what it adds, and the lines that belong to the item above."""
        lines = blocks.with_those_below(self.text, unit, lines)
        if not entries:
            return [], lines
        return self._attach(lines, readings, entries, above), []

    def _attach(
        self, lines: list[LabelLine], readings: list[Reading], entries: list[tuple[Unit, Span, int]], above: Above
    ) -> list[Reading]:
        """Give the items before a block what its lines say; the tasks of items that had none so far are returned."""
        charged = blocks.charged_by(self.text, lines)
        first = entries[0][2]
        for number in range(first, len(readings)):
            readings[number] = _with_lines(readings[number], charged, lines)
        if not charged:
            return []
        made: list[Reading] = []
        before = sorted(readings[first:], key=lambda one: one.item)
        starts = [one.item[0] for one in before]
        for unit, own, _ in entries:
            told = before[bisect_left(starts, unit.start) : bisect_left(starts, last_end(unit))]
            if told and not (unit.children and self._is_title(changed(unit, start=own[0], end=own[1]))):
                continue
            bare = self._bare_items(unit, own)
            made += [_with_lines(one, charged, lines) for one in bare if not any(meet(one, other) for other in told)]
        return made

    def _bare_items(self, unit: Unit, own: Span) -> list[Reading]:
        """The items of work in a unit that charge nobody themselves: those below a lead-in, else its own words."""
        if unit.children and self._is_title(changed(unit, start=own[0], end=own[1])):
            return [one for child in unit.children for one in self._bare_items(child, (child.start, child.end))]
        lines = read_lines(self.text, *own)
        if (lines and lines[0].start == own[0]) or not self._may_be_work(unit, own):
            return []
        return [Reading(own, own, (), "role_lines", "role_lines", 0.95)]

    def _may_be_work(self, unit: Unit, own: Span) -> bool:
        """Whether words that lines of roles stand behind can be a task: the title of an item, or words of work."""
        if _NO_WORK.match(self.text, *own):
            return False
        return 0 < unit.depth <= 9 or works_at(self.text, *own) or unit.children != ()

    # -- single items --------------------------------------------------------------------------------------------------

    def unit(self, unit: Unit, above: Above) -> list[Reading]:
        """The tasks of an item and of all that stands below it."""
        text = self.text
        if _ADDRESS.match(text, unit.start, unit.end):
            return []
        if not says(text, unit) or is_aside(text, unit):
            return self.group(unit.children, above)[0]
        outer, above = above, self._within(unit, above)
        heading = self._heading(unit, outer, above)
        if heading is not None:
            return self._under_heading(unit, heading, above)
        bracket = read_bracket(text, unit.start, unit.end)
        if bracket is not None:
            said = unit.start, bracket[1]
            if unit.children and above.allowed and self._is_title(changed(unit, end=bracket[1])):
                return self.group(unit.children, handed_down(bracket[0], above))[0]  # its items are the tasks
            reading = Reading((unit.start, unit.end), said, bracket[0], "role_lines", "role_lines.bracket", 0.9)
            return [reading, *self.group(unit.children, above)[0]]
        behind = self._charged_behind(unit, above)
        if behind is not None:
            return [*behind, *self.group(unit.children, above)[0]]
        handed = self._below(unit, above)
        if handed is not above and not announced(text, unit) and not self._are_work(unit.children):
            return self._sentences(unit, above)  # a lead-in to the objects of its work
        below, loose = self.group(unit.children, handed)
        if loose:
            charged = blocks.charged_by(self.text, loose)
            below = [_with_lines(one, charged, loose) for one in below]
            if charged and not below:
                place = unit.start, unit.end
                title = Reading(place, place, (), "role_lines", "role_lines.title", 0.9)
                return [_with_lines(title, charged, loose)]
        announces = text[unit.end - 1] == ":"
        titled = bool(unit.children) and self._is_title(unit)
        if titled and not announces and not any(one.own for one in below):
            return below
        own_readings = self._sentences(unit, above)
        if titled and unit.depth and below:
            own_readings = [one for one in own_readings if one.own]
        if announces and below and (announced(text, unit) or not any(one.own for one in below)):
            own_readings = without_last_clause(own_readings, clauses(text, unit.start, unit.end))
        return [*own_readings, *below]

    def _charged_behind(self, unit: Unit, above: Above) -> list[Reading] | None:
        """The task of an item behind whose words stands only who does it, and those of the words that follow."""
        if above.bodies or not above.allowed or self.text[unit.end - 1] == ":":
            return None
        charge = read_charge(self.text, unit.start, unit.end)
        if charge is None:
            return None
        led = any(one.role == "lead" for one in charge.charged)
        if not (unit.depth or led or works_at(self.text, unit.start, charge.content)):
            return None
        if _NO_WORK.match(self.text, unit.start, charge.content):
            return None
        said = changed(unit, end=charge.content)
        if any(self._subject(one, said, above) is not None for one in clauses(self.text, said.start, said.end)):
            return None
        task = first_words(self.text, unit.start, charge.content), charge.content
        reading = Reading((unit.start, charge.end), task, charge.charged, "role_lines", "role_lines.clause", 0.85)
        rest = past(self.text, charge.end, unit.end, " .;)\n")
        more = self._sentences(changed(unit, start=rest, children=()), above) if rest < unit.end else []
        return [reading, *more]

    def _are_work(self, units: Sequence[Unit]) -> bool:
        """Whether items are tasks of their own: most of them begin with a verb, a body or a circumstance."""
        text = self.text
        said = [one for one in units if says(text, one)]
        work = sum(
            works_at(text, one.start, one.end)
            or one.children != ()
            or next(subjects(text, one.start, one.end, one.end), None) is not None
            or read_heading(text, one.start, one.end) is not None
            for one in said
        )
        return work * 2 >= len(said)

    def _within(self, unit: Unit, above: Above) -> Above:
        """What holds inside an item, by the words of its title."""
        if not unit.children and unit.depth:
            return above
        title = self.text[unit.start : min(unit.end, unit.start + _TITLE_LIMIT)].lower()
        kind = heading_kind(title) if unit.depth and unit.depth <= 9 and self._is_title(unit) else None
        if kind is None:
            return above
        bodies = above.bodies if kind != "none" else ()  # `1. Mục tiêu` below those who are to reach it
        return changed(above, allowed=kind != "none", organises=kind == "organises", bodies=bodies)

    def _names_with_colon(self, unit: Unit) -> bool:
        """Whether an item begins as the name of one body and ends in a colon (`2. Trung tâm Phân tích hàng hóa:`)."""
        begun = pattern("body_noun").match(self.text, unit.start, unit.end)
        return (
            begun is not None
            and self.text[unit.end - 1] == ":"
            # `Đơn vị thu phí:` tells of one, and names none
            and self.text[past(self.text, begun.end(), unit.end, " ")].isupper()
            and fold(begun.group().split()[0]) not in plain("several")
        )

    def _is_title(self, unit: Unit) -> bool:
        """Whether an item only announces what stands below it."""
        last = self.text[unit.end - 1]
        if last == ":" or last in ".;":
            return last == ":"
        length = unit.end - unit.start
        return length - (bracketed(self.text, unit.start, unit.end) if length > _TITLE_LIMIT else 0) <= _TITLE_LIMIT

    def _heading(self, unit: Unit, outer: Above, above: Above) -> Heading | None:
        """The bodies that an item is a heading of; `outer` is what the items beside it inherit too."""
        if not above.allowed:
            return None
        heading = read_heading(self.text, unit.start, unit.end)
        if heading is not None and not unit.depth and self.text[unit.start : unit.end].isupper():
            return None  # the letterhead or title of an annex
        if heading is not None:
            bare = heading.rest >= unit.end
            if bare and not unit.children and not unit.depth and self.text[unit.end - 1] != ":":
                return None
            return heading
        if outer.named and unit.depth and (run_in := read_open_run_in(self.text, unit.start, unit.end)) is not None:
            return run_in
        names = names_bodies(self.text, unit.start, unit.end)
        titled = self._is_title(unit) or names and unit.end - unit.start <= _SHORT_TITLE
        if unit.children and _OPEN_FROM <= unit.depth <= _OPEN_TO and titled:
            named = outer.organises or names or self._names_with_colon(unit)
            heading = read_open_heading(self.text, unit.start, unit.end) if named else None
            if heading is not None:
                return heading
            if sum(works_at(self.text, one.start, one.end) for one in unit.children) * 3 >= len(unit.children) * 2:
                return read_group_heading(self.text, unit.start, unit.end)
        return None

    def _under_heading(self, unit: Unit, heading: Heading, above: Above) -> list[Reading]:
        inner = Above(heading.bodies, None, (), "heading", heading.rule, True, False)
        readings: list[Reading] = []
        if heading.rest < unit.end:
            rest = changed(unit, start=past(self.text, heading.rest, unit.end, " -+"))
            if self.text[unit.end - 1] == ":" and unit.children:
                inner = self._below(rest, inner)
            else:
                readings = self._sentences(changed(rest, children=()), inner)
        if are_names(self.text, unit.children) or are_cells(self.text, unit.children):
            return readings
        below, loose = self.group(unit.children, inner)
        if loose:
            readings = [_with_lines(one, (), loose) for one in readings]
        return [*readings, *below]

    def _below(self, unit: Unit, above: Above) -> Above:
        """What an item hands down: of a lead-in (`Sở A chủ trì, phối hợp với Sở B:`) its bodies with their roles."""
        text = self.text
        if not unit.children or text[unit.end - 1] != ":":
            return blocks.roles_below(text, unit, above) or self._below_subject(unit, above)
        if _CONDITIONS.search(text, max(unit.start, unit.end - 90), unit.end):
            return changed(above, bodies=(), partners=())
        parts = clauses(text, unit.start, unit.end)
        for clause in reversed(parts):
            found = self._subject(clause, unit, above)
            if found is None:
                continue
            if clause is not parts[-1] and works_at(text, parts[-1].start, unit.end):
                return Above(found.bodies, None, (), found.form, found.rule, True, False)  # the last one announces
            if _ANNOUNCES_DOCUMENT.match(text, found.work, unit.end) and announced(text, unit):
                return changed(above, bodies=(), partners=())  # what stands below is to stand in that document
            part = read_part(text, found.work, clause.end, unit.end)
            said: Role | None = part.role if part.role != "implement" else None
            partners = tuple(Charged(body, role) for body, role in part.others)
            return Above(found.bodies, said, partners, found.form, found.rule, True, False)
        if above.bodies:
            part = read_part(text, unit.start, unit.end, unit.end)
            if part.role != "implement" or part.others:
                partners = tuple(Charged(body, role) for body, role in part.others)
                return changed(above, role=part.role, partners=partners)
        return above

    def _below_subject(self, unit: Unit, above: Above) -> Above:
        """What an item hands down that charges bodies in its one sentence: to dashes of work that name no others."""
        if above.bodies or not above.allowed or not _OPEN_FROM <= unit.depth < _DASH:
            return above
        dashes = [one for one in unit.children if one.depth]
        if not dashes or not all(one.depth >= _DASH and self._is_bare_work(one) for one in dashes):
            return above
        parts = clauses(self.text, unit.start, unit.end)
        found = self._subject(parts[0], unit, above) if len(parts) == 1 else None
        return Above(found.bodies, None, (), found.form, found.rule, True, False) if found is not None else above

    def _is_bare_work(self, unit: Unit) -> bool:
        """Whether an item begins with work and charges no body itself."""
        if not works_at(self.text, unit.start, unit.end) or read_lines(self.text, unit.start, unit.end):
            return False
        return next(subjects(self.text, unit.start, unit.end, unit.end), None) is None

    # -- sentences -----------------------------------------------------------------------------------------------------

    def _sentences(self, unit: Unit, above: Above) -> list[Reading]:
        """The tasks in the words of an item: one, unless its clauses charge different bodies."""
        text, end = self.text, unit.end
        found: list[Reading] = []
        parts = clauses(text, unit.start, end)
        if _CLOSING.match(text, unit.start, end):
            above = changed(above, bodies=())
        for number, clause in enumerate(parts):
            if found and clause.start < found[-1].task[0]:
                continue
            subject = self._subject(clause, unit, above)
            if subject is not None and found and same_subjects(subject.bodies, found[-1]):
                subject = None
            stop = clause.end
            if subject is not None:
                found.append(self._reading(subject, clause, parts, number))
            elif found:
                found[-1] = changed(found[-1], item=(found[-1].item[0], stop), task=(found[-1].task[0], stop))
            elif above.bodies and not clause.mark and self._is_said(clause):
                found.append(self._inherited(clause, parts, above))
        return found

    def _is_said(self, clause: Clause) -> bool:
        """Whether a clause can be a task of the bodies above it: no other body alone, no paper cited."""
        if _NO_WORK.match(self.text, clause.start, clause.end) or rules_a_case(self.text, clause):
            return False
        if self.text.find(":", clause.start, clause.end) > 0 and _CONSISTS.match(self.text, clause.start, clause.end):
            if not works_at(self.text, clause.start, clause.end):
                return False
        bodies, stop = parse_body_list(self.text, clause.start, clause.end)
        if bodies and _DEFINES.match(self.text, stop, clause.end):
            return False
        return past(self.text, stop, clause.end, " .;,") < clause.end

    def _subject(self, clause: Clause, unit: Unit, above: Above) -> Subject | None:
        """Who a clause charges by name."""
        for subject in subjects(self.text, clause.start, clause.end, unit.end):
            if not above.allowed and subject.confidence < _SURE:
                continue
            if subject.rule == "subject.untold" and (above.bodies or unit.children or clause.start != unit.start):
                continue  # a guess, for items that would else say nothing
            if above.bodies and (subject.rule in _NOT_UNDER_BODIES or self._works_first(subject, clause)):
                continue
            if not self._is_no_task(subject, clause, unit):
                return subject
        return None

    def _works_first(self, subject: Subject, clause: Clause) -> bool:
        """Whether words of work stand before a subject, whose bodies are then their object."""
        if subject.begin == clause.start and _DIRECTING.match(self.text, clause.start, clause.end):
            return True  # `Lãnh đạo chính quyền giải quyết …` below a committee: a verb, no leaders
        return subject.rule.endswith((".behind", ".titled")) and works_at(self.text, clause.start, subject.begin)

    def _is_no_task(self, subject: Subject, clause: Clause, unit: Unit) -> bool:
        """The issuer's own voice, the announcement of the document, and what is only said in passing."""
        text = self.text
        if not unit.children and unit.end - subject.work <= _TITLE_LIMIT and announced(text, unit):
            return True
        if subject.form == "order":
            return False
        if not unit.depth and announced(text, unit) and _ANNOUNCES_DOCUMENT.match(text, subject.work, unit.end):
            return True
        if all(fold(body.name) in self.issuers for body in subject.bodies):
            return True
        if subject.begin < self.opening:
            return True
        if _CLOSING.match(text, clause.start, unit.end):
            return True
        return not unit.depth and pattern("meeting_led").match(text, subject.work, unit.end) is not None

    def _reading(self, subject: Subject, clause: Clause, parts: list[Clause], number: int) -> Reading:
        """The task that a subject is charged with, up to the end of its clause."""
        text = self.text
        stop = next((part.end for part in parts[number:] if part.end > subject.work), clause.end)
        part = read_part(text, subject.work, stop, sentence_end(parts, number))
        return Reading(
            (subject.begin, stop), (first_words(text, subject.work, stop), stop),
            with_others(subject.bodies, part.role, part),
            subject.form, subject.rule, subject.confidence, since=clause.start,
        )  # fmt: skip

    def _inherited(self, clause: Clause, parts: list[Clause], above: Above) -> Reading:
        """The task that an item gives to the bodies of the heading above it."""
        text = self.text
        start = past_ordinal(text, clause.start, clause.end)
        part = read_part(text, start, clause.end, sentence_end(parts, 0))
        role = part.role
        if above.role is not None and role_at(text, first_verb(text, start, clause.end), clause.end) is None:
            role = above.role
        partners = above.partners
        if any(one.role == "implement" for one in partners):
            partners = tuple(changed(one, role=part.role) if one.role == "implement" else one for one in partners)
            role = "direct"  # `Sở A chỉ đạo Chi cục B thực hiện:` the items are those of B
        charged = [*with_others(above.bodies, role, part), *partners]
        return Reading(
            (clause.start, clause.end), (first_words(text, start, clause.end), clause.end),
            distinct(charged), above.form, above.rule, 0.9, own=False,
        )  # fmt: skip


def _within(readings: list[Reading], label: LabelLine) -> list[Reading]:
    """Tasks below a label; the time that it says is theirs too."""
    if label.kind != "time" or label.value[0] >= label.value[1]:
        return readings
    return [changed(one, within=one.within or label.value) for one in readings]


def _with_lines(reading: Reading, charged: tuple[Charged, ...], lines: Iterable[LabelLine]) -> Reading:
    """A task with the bodies, time and product of the lines behind it."""
    time = next((line.value for line in lines if line.kind == "time"), reading.time)
    output = next((line.value for line in lines if line.kind == "output"), reading.output)
    resources = next((line.value for line in lines if line.kind == "resources"), reading.resources)
    said = {fold(one.body.name): one.role for one in charged}
    own = (changed(one, role=said.get(fold(one.body.name), one.role)) for one in reading.charged)
    return changed(reading, charged=distinct([*own, *charged]), time=time, output=output, resources=resources)
