"""What speaks for one reading of a field, and what the mentions of one document say against each other.

Literal values are never overwritten: a reading is chosen for the register, and every other stays in the table of
conflicts with its words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from .. import knowledge
from ..grammar.dates import find_dates
from ..tables.corpus import ConflictKind
from ..text.normalise import fold
from .keys import DocumentKey, body_of_code, code_of, is_another, short_hash, sole_bodies
from .resolver import Mention, Node

_MOST = 20  # mentions that are quoted
_WORDS = 160  # characters of a quotation
_JOINT_TYPES = ("TTLT", "VBHN", "CV")  # whose number names one of several bodies, or that of an act it consolidates


@dataclass(frozen=True, slots=True)
class Choice:
    """The likely one of several values.

    Attributes:
        value: The value, None where there is none.
        reason: Why.
        sure: Something speaks for it.
    """

    value: str | None
    reason: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row of the table `conflicts`."""

    kind: ConflictKind
    document: str
    values: tuple[str, ...]
    likely: str | None
    reason: str
    evidence: tuple[str, ...]
    document_ids: tuple[str, ...]
    fact_ids: tuple[str, ...]

    @property
    def id(self) -> str:
        """Equal on every run over the same documents."""
        return f"{self.kind}-{short_hash(' '.join((self.kind, self.document, *sorted(self.values))))}"


def quoted(value: str, source: str, page: int | None, words: str) -> str:
    """A value with its place and words: `2012-09-04 | plans/a.pdf | p. 3 | Chỉ thị số …`."""
    words = " ".join(words.split())
    words = words if len(words) <= _WORDS else words[: _WORDS - 1] + "…"
    return " | ".join(part for part in (value, source, f"p. {page}" if page else "", words) if part)


def conflict_of(kind: ConflictKind, document: str, said: Mapping[str, list[Mention]], choice: Choice) -> Conflict:
    """The conflict of values that mentions give."""
    values = sorted(said, key=lambda value: (value != choice.value, -len(_documents(said[value])), value))
    quotes = [(value, mention) for value in values for mention in _one_a_document(said[value])[:_MOST]]
    return Conflict(
        kind,
        document,
        tuple(values),
        choice.value if choice.sure else None,
        choice.reason,
        tuple(quoted(value, m.source, m.page, m.text) for value, m in quotes),
        tuple(dict.fromkeys(m.document_id for _, m in quotes if m.document_id)),
        tuple(m.fact_id for _, m in quotes),
    )


def _documents(mentions: Iterable[Mention]) -> set[str]:
    return {mention.content or mention.document_id for mention in mentions}


def _one_a_document(mentions: list[Mention]) -> list[Mention]:
    return list({mention.document_id: mention for mention in reversed(mentions)}.values())[::-1]


def said_of(mentions: Iterable[Mention], read: Callable[[Mention], str | None]) -> dict[str, list[Mention]]:
    """The values that mentions give in their own words, with the mentions."""
    said: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        value = read(mention) if mention.literal else None
        if value:
            said[value].append(mention)
    return said


def chosen(said: Mapping[str, list[Mention]], unlikely: Callable[[str], str] = lambda value: "") -> Choice:
    """The best-supported value.

    Args:
        said: Values with their mentions.
        unlikely: Why a value cannot well be, '' if it can.
    """
    if not said:
        return Choice(None, "", False)
    if len(said) == 1:  # as with most
        ((value, mentions),) = said.items()
        return Choice(value, _only_reason(mentions))
    good = {value: mentions for value, mentions in said.items() if not unlikely(value)} or dict(said)
    for what, reason in (("own", "its own letterhead says so"), ("starter", "the directives known beforehand have it")):
        backed = {v: sum(bool(getattr(m, what)) for m in ms) for v, ms in good.items()}
        best = max(sorted(backed), key=lambda value: backed[value])
        if backed[best] and sum(count == backed[best] for count in backed.values()) == 1:
            source = next(m.source for m in good[best] if getattr(m, what)) if what == "starter" else ""
            return Choice(best, reason + (f" ({source})" if source else ""))
    counts = {value: len(_documents(mentions)) for value, mentions in good.items()}
    best = max(sorted(counts), key=lambda value: (counts[value], len(good[value])))
    total = sum(len(_documents(mentions)) for mentions in said.values())
    if sum(count == counts[best] for count in counts.values()) == 1:
        others = [why for value in said if value not in good and (why := unlikely(value))]
        reason = f"{counts[best]} of {total} documents give it" if total > 1 else "one document gives it"
        return Choice(best, "; ".join([reason, *dict.fromkeys(others)]))
    return Choice(best, f"{len(counts)} values with as much support ({counts[best]} documents each)", False)


def _only_reason(mentions: list[Mention]) -> str:
    """Why a value that nothing contradicts."""
    if any(mention.own for mention in mentions):
        return "its own letterhead says so"
    known = next((mention.source for mention in mentions if mention.starter), None)
    if known is not None:
        return "the directives known beforehand have it" + (f" ({known})" if known else "")
    total = len(mentions) if len(mentions) == 1 else len(_documents(mentions))
    return f"{total} of {total} documents give it" if total > 1 else "one document gives it"


# -- dates -----------------------------------------------------------------------------------------------------------


def date_of(node: Node) -> tuple[Choice, dict[str, list[Mention]]]:
    """The likely date of a document, and the days that are said, with their mentions."""
    said = said_of(node.mentions, lambda mention: mention.day if mention.dated else None)
    if not said:
        days = {mention.day: [mention] for mention in node.mentions if mention.day}
        choice = chosen(days)
        return choice, {}
    years = {mention.number_year for mention in node.mentions if mention.number_year}
    citing = min((m.citing_day for m in node.mentions if m.citing_day and not m.own), default=None)

    def unlikely(day: str) -> str:
        if years and int(day[:4]) not in years:
            return f"{day} is not of the year in the number"
        if citing is not None and day > citing:
            return f"{day} is later than a document that cites it ({citing})"
        return ""

    choice = chosen(said, unlikely)
    swapped = [day for day in said if choice.value and day != choice.value and _swap(day) == choice.value]
    if swapped:
        choice = Choice(
            choice.value, f"{choice.reason}; {swapped[0]} is the same with day and month exchanged", choice.sure
        )
    return choice, said


def _swap(day: str) -> str:
    return f"{day[:4]}-{day[8:]}-{day[5:7]}"


# -- types -----------------------------------------------------------------------------------------------------------

_HEAD = 60  # characters in which the type stands
_SAME_CODE = {frozenset(pair) for pair in (("QĐ", "QyĐ"), ("TT", "TTr"), ("TT", "TTLT"), ("NQ", "NQLT"))}


@cache
def _type_words() -> dict[str, str]:
    return {fold(word): row["code"] for row in knowledge.rows("doc_types") for word in row["words"]}


def type_word(text: str) -> str | None:
    """The type that the first words of a mention name (`Nghị định số 48/NQ-CP`: NĐ)."""
    word, number, _ = fold(text[:_HEAD]).partition(" số")
    return _type_words().get(word) if number else None


@cache
def _types_with_symbol() -> frozenset[str]:
    return frozenset(row["code"] for row in knowledge.rows("doc_types") if row["symbols"])


def _type_said(key: DocumentKey, mention: Mention) -> str | None:
    code = type_word(mention.text) or (mention.doc_type if mention.own else None)
    if code is None or code == "CV" or code not in _types_with_symbol():
        return None
    if key.type_code and frozenset((code, key.type_code)) in _SAME_CODE:
        return key.type_code
    return code


# -- conflicts of one document ---------------------------------------------------------------------------------------


def conflicts_of(key: DocumentKey, node: Node) -> list[Conflict]:
    """What the mentions of a document say against each other, or against its number."""
    if node.is_open:
        return []
    found = [_date_conflict(node), _issuer_conflict(key, node), _type_conflict(key, node), _impossible(node)]
    return [conflict for conflict in found if conflict is not None]


def _date_conflict(node: Node) -> Conflict | None:
    choice, said = date_of(node)
    if len(said) > 1:
        return conflict_of("date", node.id, said, choice)
    years = {mention.number_year for mention in node.mentions if mention.number_year}
    wrong = [day for day in said if years and int(day[:4]) not in years]
    if not wrong:
        return None
    number = next((m.number for m in node.mentions if m.number and m.number_year), None) or ""
    both = {wrong[0]: said[wrong[0]]}
    reason = f"the number {number} is of another year than its date {wrong[0]}"
    return conflict_of("number_year", node.id, both, Choice(None, reason, False))


def _issuer_conflict(key: DocumentKey, node: Node) -> Conflict | None:
    said = said_of(node.mentions, lambda mention: mention.issuer.key if mention.issuer else None)
    for value in list(said):  # of the issuers of a joint document, one alone is no other
        if any(value != other and set(value.split("+")) < set(other.split("+")) for other in said):
            del said[value]
    if len(said) < 2:
        return _not_its_symbol(key, node, said)
    choice = chosen(said)
    named = [value for value in said if sole_bodies().get(value) == code_of(key)]
    if len(named) == 1 and not any(m.own for m in said.get(choice.value or "", ())):
        choice = Choice(named[0], f"its symbol is that of {said[named[0]][0].issuer_words or named[0]}")
    return conflict_of("issuer", node.id, said, choice)


def _not_its_symbol(key: DocumentKey, node: Node, said: Mapping[str, list[Mention]]) -> Conflict | None:
    """One issuer, of another symbol than that of the number (`03/2025/TT-BYT … của Bộ Xây dựng`)."""
    for value, mentions in said.items():
        if mentions[0].issuer is None or not is_another(key, mentions[0].issuer.id):
            continue
        wrong = [mention for mention in mentions if not mention.own]
        if wrong and key.type_code not in _JOINT_TYPES:
            body = body_of_code()[code_of(key)]
            reason = f"the number {wrong[0].number} bears the symbol of {body}: number or issuer is wrong"
            return conflict_of("issuer", node.id, {value: wrong, body: []}, Choice(None, reason, False))
    return None


def _type_conflict(key: DocumentKey, node: Node) -> Conflict | None:
    said = said_of(node.mentions, lambda mention: _type_said(key, mention))
    if key.type_code is not None:
        wrong = {value: mentions for value, mentions in said.items() if value != key.type_code}
        if not wrong:
            return None
        right = {key.type_code: said.get(key.type_code, [])} | wrong
        return conflict_of("type", node.id, right, Choice(key.type_code, "the symbol of its number says so"))
    return conflict_of("type", node.id, said, chosen(said)) if len(said) > 1 else None


def _impossible(node: Node) -> Conflict | None:
    said: dict[str, list[Mention]] = defaultdict(list)
    for mention in node.mentions:
        if mention.day is None and mention.literal and mention.text and not mention.starter:
            for date in find_dates(mention.text):
                if date.flag == "impossible" and date.day and date.month and date.year:
                    said[f"{date.day:02}/{date.month:02}/{date.year}"].append(mention)
    if not said:
        return None
    choice, _ = date_of(node)
    reason = (
        f"no calendar has that day; {choice.value} is given elsewhere" if choice.value else "no calendar has that day"
    )
    return conflict_of("impossible_date", node.id, said, Choice(choice.value, reason, choice.value is not None))


def own_number_conflicts(nodes: Iterable[Node]) -> list[Conflict]:
    """Of each issuer and period, the documents here that bear one number."""
    groups: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in nodes:
        if node.twice:
            groups[node.issuer.key if node.issuer else "", node.period or ""].append(node)
    found = []
    for group in groups.values():
        ordered = sorted(group, key=lambda node: node.id)
        said = {
            f"{node.days and max(node.days) or '?'} {node.mentions[0].subject or ''}".strip(): node.mentions
            for node in ordered
        }
        if len(said) > 1:
            reason = "one issuer gave the number to several documents of a year, or it was misread in one of them"
            found.append(conflict_of("own_number", ordered[0].id, said, Choice(None, reason, False)))
    return found
