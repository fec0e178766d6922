"""Citations: every mention of another document, with type, number, date, issuer, subject, relation and chain.

`mentions` reads them one by one; here they are seen together: one date for several numbers, subjects cut where the next
document of a list begins, the document's own number, and laws that are named only in the title of another document.
Short forms stay as written; `linking.citations` points them to their full forms.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from .. import knowledge
from ..grammar import citing
from ..grammar.dates import make_iso
from ..grammar.numbers import canonical, meant
from ..grammar.phrases import past
from ..records import Citation
from ..segmentation.model import Segments
from ..text.normalise import fold, skeleton
from ..text.patterns import Pattern
from .mentions import Mention, MentionReader

MAX_SUBJECT = 400
_YEAR_IN = Pattern(r"[/-](?:19|20)\d\d[/-]")
_LAW_WORD = Pattern(r"^(?:luat|bo luat|phap lenh|hien phap|ve|ve viec) (?=\S)(?!su$)")
_AFTER_DIGITS = Pattern(r"\D.*")


def extract(segments: Segments) -> list[Citation]:
    """Every mention of another document, and of the document itself (`is_self`), in order.

    Args:
        segments: The segmented document; text that is no administrative document has no citations.
    """
    if not segments.is_administrative or not segments.paragraphs:
        return []
    reader = MentionReader(segments)
    mentions = reader.read()
    _share_dates(mentions, reader.text)
    own = segments.letterhead
    number = canonical(own.number) if own.number else None
    date = make_iso(*own.date) if None not in own.date else None
    title = _title_start(segments)
    for k, mention in enumerate(mentions):
        after = next((m for m in mentions[k + 1 : k + 3] if not m.is_self), None)
        mention.subject = _subject(mention, after, reader.text, reader.paragraph(mention.start).end)
        if number is not None and mention.number is not None and _same_number(number, mention.number):
            mention.is_self = date is None or mention.date is None or date.startswith(mention.date)  # a year alone too
        mention.is_self = mention.is_self or (  # the law itself (`LUẬT ĐƯỜNG BỘ`)
            mention.start == title and mention.number is None
        )
    return [_record(mention, segments) for mention in _kept(mentions, reader.text)]


def _title_start(segments: Segments) -> int | None:
    """Where the words of the title begin, None for a document without one."""
    begins = min((start for start, _ in segments.region("title")), default=None)
    return begins if begins is None else past(segments.text, begins, len(segments.text), " \n")


def document_id(doc_type: str | None, number: str | None, name: str | None, date: str | None = None) -> str | None:
    """The canonical id of a document: `CT:18-CT/TW`; for a law by name `L:luật đường bộ@2024`.

    Zeros in front of a number are left out. None where neither number nor name is known.
    """
    if number is not None:
        return f"{doc_type or '?'}:{meant(number).lstrip('0')}"
    if name is None:
        return None
    return f"{doc_type or '?'}:{_folded(name)}" + (f"@{date[:4]}" if date else "")


@lru_cache(maxsize=4096)
def law_key(name: str) -> str:
    """The name of a law for comparison: in full, without type word, `về`, marks and punctuation."""
    key = _bare(name)
    return _full_names().get(key, key)


def _bare(name: str) -> str:
    return _LAW_WORD.sub("", re.sub(r"[^\w]+", " ", skeleton(name)).strip())


@cache
def _full_names() -> dict[str, str]:
    """Short names of laws to full ones (`NSNN` to `ngân sách nhà nước`), both as `law_key` compares them."""
    return {_bare(row["name"]): _bare(row["same_as"]) for row in knowledge.rows("law_names") if "same_as" in row}


_folded = lru_cache(maxsize=4096)(fold)


def _share_dates(mentions: list[Mention], text: str) -> None:
    """One date for several numbers: `số 1/QĐ-X, 2/QĐ-X ngày …` is the date and issuer of both."""
    for k in range(len(mentions) - 2, -1, -1):
        here, after = mentions[k], mentions[k + 1]
        if here.number is None or after.number is None:
            continue
        if not citing.JOINED.fullmatch(text, here.end, after.start):
            continue
        if here.date is None and _of_one_day(here, after, text):
            here.date = after.date
        if after.typeless or _last_body(here.number) == _last_body(after.number):
            here.issuer = here.issuer or after.issuer
            after.issuer = after.issuer or here.issuer


def _of_one_day(here: Mention, after: Mention, text: str) -> bool:
    """Whether the date after the second of two joined documents is that of the first too.

    It is where one type word stands for both (`các Quyết định số 1, 2/QĐ-X ngày …`), where the words say so (`cùng
    ngày`), and where one body gave them numbers in a row (`Tờ trình số 394/TTr-CP và Đề án số 395/ĐA-CP ngày …`).
    """
    if text.find(" cùng ngày", after.start, after.end) >= 0:
        return True
    assert here.number is not None and after.number is not None
    if _year_in(here.number) != _year_in(after.number):
        return False
    if after.typeless:
        return True
    in_a_row = _digits(after.number) - _digits(here.number) == 1 and _last_body(here.number) == _last_body(after.number)
    return in_a_row and text.startswith(" và ", here.end)


def _digits(number: str) -> int:
    return int(_AFTER_DIGITS.sub("", number) or 0)


def _year_in(number: str) -> str | None:
    match = _YEAR_IN.search(number)
    return match.group() if match else None


def _last_body(number: str) -> str:
    return number[max(number.rfind("-"), number.rfind("/")) :]


def _same_number(own: str, other: str) -> bool:
    """Whether two canonical numbers are one, zeros in front and a year that one of them leaves out aside."""
    own, other = own.lstrip("0"), other.lstrip("0")
    if own == other:
        return True
    return _YEAR_IN.sub("/", own) == _YEAR_IN.sub("/", other) and (_year_in(own) is None) != (_year_in(other) is None)


def _subject(mention: Mention, after: Mention | None, text: str, end: int) -> str | None:
    """The words of the subject: from date or issuer to the end of the clause or the next document of the list."""
    if not mention.opens_subject:
        return mention.subject
    high = min(end, mention.end + MAX_SUBJECT)
    for border in (citing.BREAK, citing.ALIAS):
        stop = border.search(text, mention.end, high)
        high = stop.start() if stop else high
    if after is not None and after.start < high and after.parent is mention.parent:
        link = citing.LIST_LINK.search(text, max(mention.end, after.start - 12), after.start)
        high = link.start() if link else after.start
    subject = text[mention.end : high].strip(" ,.;:")
    if subject.count(")") > subject.count("("):
        subject = subject.strip(")")
    return subject or None


def _own_names(mentions: list[Mention]) -> set[str]:
    """Names of the laws that are cited in their own right, and subjects of numbered ones."""
    names: set[str] = set()
    for mention in mentions:
        if mention.name is not None and mention.parent is None:
            names.add(law_key(mention.name))
        if mention.number is not None and mention.subject:
            names.add(law_key(mention.subject))
    return names


def _short_key(mention: Mention) -> tuple[str | None, str]:
    """Type and digits, by which a short form and its full form are one."""
    return mention.doc_type, _AFTER_DIGITS.sub("", mention.number or "").lstrip("0")


def _kept(mentions: list[Mention], text: str) -> list[Mention]:
    """Without laws named only in the title of another document, and without doubtful short forms of nothing."""
    names = _own_names(mentions)
    full = {_short_key(mention) for mention in mentions if mention.number and not mention.short}

    def kept(mention: Mention) -> bool:
        if mention.number is None and mention.parent is not None:
            pointed_to = citing.ARTICLE.search(text, max(0, mention.start - 60), mention.start) is not None
            return pointed_to or law_key(mention.name or "") in names
        return not mention.tentative or _short_key(mention) in full

    return [mention for mention in mentions if kept(mention)]


def _record(mention: Mention, segments: Segments) -> Citation:
    parent, via = mention.parent, None
    if parent is not None and mention.relation in ("implements", "guides"):
        via = document_id(parent.doc_type, parent.number, parent.name, parent.date)
    return Citation(
        segments.evidence(mention.start, mention.end, mention.confidence),
        mention.doc_type,
        mention.number,
        mention.date,
        mention.issuer,
        mention.name,
        mention.subject,
        document_id(mention.doc_type, mention.number, mention.name, mention.date),
        is_short_form=mention.short,
        is_self=mention.is_self,
        relation=mention.relation,
        via=via,
    )
