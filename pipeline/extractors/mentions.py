"""Reads the mentions of documents in a text: from a number or a law's name to the left and to the right.

To the left stand the type word, `số`, `đề nghị của … tại`, or date and issuer; to the right date, issuer and subject.
Nghị định 30/2020/NĐ-CP, Annex I, prescribes type, number, date, issuer, subject; real documents use every other order
too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from ..grammar import citing
from ..grammar.dates import match_date
from ..grammar.issuers import is_body_head, issuer_end
from ..grammar.laws import InnerLaw, known_name, read_law
from ..grammar.numbers import FoundNumber, check_number, is_known_body, is_weak_type, read_number, with_strokes
from ..records import Relation
from ..segmentation.model import Paragraph, Segments
from ..text.patterns import Pattern

_OPENER = 90  # characters before a document in which its relation is looked for
_END = r"(?![^\W\d_])"
_BEFORE_DATE = Pattern(
    r" ?,? ?\(?(?:(?:được )?(?:ký|ban hành|thông qua)(?: vào)? |cùng )?(?=[Nn]g[àáa]y ?[\dlI]|NGÀY ?\d)"
)
_BEFORE_YEAR = Pattern(r",? (?=(?:n[ăắằẵặ]m|NĂM) (?:19|20)\d\d(?! ?-))")
_BARE_YEAR = Pattern(r" ((?:19|20)\d\d)(?![\d/]| ?-)")
_BEFORE_ISSUER = Pattern(r" ?,? (?:(?:của|CỦA|cuả) |(?=Hội nghị |Đại hội ))")
_SESSION = Pattern(r",? (?:tại )?[Kk]ỳ họp (?:thứ [^\W\d_]+|thứ \d+|chuyên đề|bất thường)(?: \([^()]{1,30}\))?")
_DONE_BY = Pattern(r",? (?:do|được) ")
_DONE = Pattern(rf" (?:khóa [IVXLC]+ )?(?:đã )?(?:ban hành|thông qua|ký ban hành|ký){_END}")
_AT = Pattern(r" tại (?:các |những |nội dung )?\Z")
_DATE_IN_FRONT = Pattern(r"(?:[Nn]gày|NGÀY) ")
_LAWS_COLON = Pattern(r"Luật ?: ?")
_EXAMINATION = Pattern(r"Báo cáo th[ẩâấ]m tra(?= của (?!các ))")
_NEXT_LAW = Pattern(r", | và |; ")
_LAW_AMENDED = Pattern(r" \((?:sửa đổi|SỬA ĐỔI)(?:, bổ sung)?\)(?=,? (?:ngày|năm|số|NGÀY|NĂM|SỐ) )")
_LAW_NUMBER = Pattern(
    r",? ?(?:\((?:[Ll]uật |Bộ luật )?)?(?:(?:số|SỐ|Số)(?: ?:)? ?(?=\d)|(?=\d{1,3}/\d{4}/(?:QH|UBTVQH|PL)))"
)
_SHORT = Pattern(r"(\d{1,4}[a-zđ]?)(?:/((?:19|20)\d\d)(?![\d/-]))?(?![\d%]|[.,/-]\d| ?[%‰]|[^\W\d_]| ?[/-] ?[A-ZĐ])")
_SPACED = Pattern(r"\d{1,4} \d{1,4} ?[/-] ?(?:\d{4} ?/ ?)?[A-ZĐ]|\d{1,5} [A-ZĐ][A-ZĐa-z]{1,5} ?[/-] ?[A-ZĐ]")
_MISREAD = Pattern(r"(?<=[ :])[\dlIO]{1,4}\Z")  # the part of a number in front of its last digits: `1O`2/KH-UBND
_MORE = Pattern(r"/\d")
_LISTED = Pattern(r"((?:\d{1,5}[a-z]?(?:/(?:19|20)\d\d)?(?:, |; | và |,| và số |, số ))+)\Z")
_LIST_ITEM = Pattern(r"(\d{1,5}[a-z]?)(?:/((?:19|20)\d\d))?")
_LIST_AHEAD = Pattern(
    r"\d{1,5}[a-z]?(?:(?:, |; | và |,| và số |, số )\d{1,5}[a-z]?){0,9}(?:, |; | và |,)(?:số )?"
    r"\d{1,5} ?[/-] ?(?:\d{4} ?/ ?)?[A-ZĐ]"
)
_BRACKETS = Pattern(r" \([^()]{0,80}\)")
_WORD_ONLY = Pattern(r"[^\W\d_]+\Z")
_NO_DIGIT = Pattern(r"\D")
# Types that are often meant by a short number without `số`, and types whose word in lower case counts things too.
_STRONG = frozenset({"NQ", "NĐ", "CT", "QĐ", "TT", "TTLT", "KL", "CĐ", "TB", "PL"})
_COUNTED = frozenset({"DA", "PA", "HĐ", "BB", "ĐA", "QC", "TC", "HD", "BC", "CTr", "QyĐ"})


@dataclass(slots=True)
class Mention:
    """A mention as it is read; offsets are clean offsets.

    Attributes:
        start, end: From type word to the end of number, date and issuer.
        date: ISO date or year.
        parent: The mention within whose subject this one stands.
        opens_subject: A subject follows.
        short: A number without symbol (`Chỉ thị số 18`).
        tentative: To be kept only if the document has a full form for it.
        typeless: Without a type word of its own.
        law: Named by Luật, Bộ luật, Pháp lệnh, Hiến pháp.
    """

    start: int
    end: int
    doc_type: str | None
    number: str | None = None
    name: str | None = None
    date: str | None = None
    issuer: str | None = None
    subject: str | None = None
    relation: Relation = "mentions"
    parent: Mention | None = None
    opens_subject: bool = False
    short: bool = False
    tentative: bool = False
    typeless: bool = False
    is_self: bool = False
    law: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class _Left:
    """What stands before a number: the type word, or only `số` (`marked`), or neither."""

    start: int
    code: str | None
    capital: bool
    marked: bool
    issuer: str | None = None
    excluded: bool = False


class MentionReader:
    """Reads the mentions of one document in order."""

    def __init__(self, segments: Segments) -> None:
        self.segments = segments
        self.text, paragraphs = _title_as_one(segments)
        self.mentions: list[Mention] = []
        self.last: Mention | None = None  # the last one that is not the document itself
        self.after = 0  # where its number, date and issuer end
        self.head_issuer: str | None = None  # issuer of `các Quyết định của X: Số …; Số …`
        self.paragraphs = paragraphs
        self.starts = [paragraph.start for paragraph in paragraphs]
        self.here = paragraphs[0]  # the paragraph looked at last

    def read(self) -> list[Mention]:
        """All mentions, in order."""
        text = self.text
        reports = [match.span() for match in _EXAMINATION.finditer(text)]
        for match in citing.scan_pattern().finditer(text):
            at, kind = match.start(), match.lastgroup
            while reports and reports[0][0] < at:
                self._report(*reports.pop(0))
            if at < self.after:
                continue
            if kind == "this":
                self._this(at - 2)
            elif kind == "law":
                self._law(at)
            elif kind == "docno":
                if not self._skipped(at):
                    self._docno(at)
            elif kind == "so" and _SPACED.match(text, at) and not self._skipped(at) and self._docno(at):
                continue
            elif citing.may_end_type_word(text, at) and not self._skipped(at):
                self._short(at, kind == "so")
        for start, end in reports:
            self._report(start, end)
        return self.mentions

    def paragraph(self, at: int) -> Paragraph:
        """The paragraph at a clean offset."""
        here = self.here
        if not here.start <= at <= here.end:
            here = self.here = self.paragraphs[max(0, bisect_right(self.starts, at) - 1)]
        return here

    def _skipped(self, at: int) -> bool:
        """Whether `at` lies in a site's chrome or in the own number."""
        own = self.segments.letterhead.number_span
        if own is not None and own[0] <= at < own[1]:
            return True
        return self.paragraph(at).region == "chrome"

    # -- numbers -------------------------------------------------------------------------------------------------------

    def _docno(self, at: int) -> bool:
        """Reads the number with a symbol at `at`; False where there is none."""
        paragraph = self.paragraph(at)
        before = self.text[at - 1 : at]
        misread = _MISREAD.search(self.text, max(paragraph.start, at - 5), at) if before in "lIO" else None
        at = misread.start() if misread else at
        left = self._left(at, paragraph)
        if left.excluded:
            return False
        if left.code:
            found = read_number(self.text, at, paragraph.end, loose=left.marked)
        else:
            found = check_number(self.text, at, paragraph.end)
        if found is None or not self._plausible(found, left) or self._is_number_line(left, paragraph):
            return False
        listed = _LISTED.search(self.text, max(paragraph.start, at - 90), at) if left.code is None else None
        if listed is not None:
            self._listed(listed, found, paragraph)
        mention = Mention(left.start, found.end, self._type(found, left), found.number, issuer=left.issuer)
        mention.typeless = left.code is None
        mention.confidence = 0.7 if found.repairs else 1.0
        self._finish(mention, found.end, paragraph)
        return True

    def _plausible(self, found: FoundNumber, left: _Left) -> bool:
        """Whether it is a document's number, not a blank one with its year (`…/2024/QĐ-UBND`) or a form."""
        before = self.text[max(0, found.start - 3) : found.start].rstrip(" ")
        if before.endswith(("/", "…", "..", "_")) or _MORE.match(self.text, found.end):
            return False
        if left.code is not None:
            return True
        if found.form == "letter":
            return left.marked
        return found.form != "partial" or found.type_code is not None or is_known_body(found.bodies[0])

    def _is_number_line(self, left: _Left, paragraph: Paragraph) -> bool:
        """Whether the number stands in a number line of its own, as in the letterhead of an attached document."""
        if left.code is not None:
            return False
        text = self.text
        if paragraph.region == "header" and not (left.marked and text[left.start].islower()):
            return True
        if paragraph.start != left.start or paragraph.end - paragraph.start > 110:
            return False
        return (
            not text[max(0, left.start - 4) : left.start].rstrip().endswith(":") and text[left.start] in "S0123456789"
        )

    def _listed(self, before: re.Match[str], found: FoundNumber, paragraph: Paragraph) -> None:
        """`các Quyết định số 1743, 1744/QĐ-X`: a mention for each bare number in front of the full one."""
        head = self._left(before.start(), paragraph)
        if not (head.marked or head.code) or head.excluded:
            return
        start: int | None = head.start
        for item in _LIST_ITEM.finditer(self.text, before.start(), before.end()):
            year = f"{item[2]}/" if item[2] else f"{found.year}/" if found.year and found.form == "state" else ""
            number = f"{item[1]}{found.number[len(found.digits)]}{year}{found.symbol}"
            mention = Mention(item.start() if start is None else start, item.end(), self._type(found, head), number)
            mention.typeless, mention.confidence = start is None, 0.9
            self._add(mention, item.end())
            start = None

    def _type(self, found: FoundNumber, left: _Left) -> str | None:
        """The type: the symbol decides, unless it names none or its letters are those of a body too."""
        if found.type_code is not None and not (left.code and is_weak_type(found)):
            return found.type_code
        if left.code is not None:
            return left.code
        last = self.last
        if last is not None and last.doc_type and not citing.BREAK.search(self.text, last.end, left.start):
            if citing.LIST_LINK.search(self.text, last.end, left.start):
                return last.doc_type
        return "CV" if found.form == "letter" else None

    def _left(self, at: int, paragraph: Paragraph) -> _Left:
        """Type word and `số` before a number."""
        low = max(paragraph.start, self.after, at - 60)
        words = self.text[low:at].rstrip(" :.;,")
        start, marked = low + len(words), False
        while citing.ends_with_so(words):
            marked = True
            words = words[:-2].rstrip(" :.,")
            start = low + len(words) + 1 if words else low
        if marked and citing.ends_with_no_document(words):
            return _Left(start, None, False, True, excluded=True)
        found = citing.type_at_end(words)
        if found is None and marked:
            return self._far_left(low, words, start, at, paragraph)
        gap = self.text[low + len(words) : at]
        if found is None or ";" in gap:
            return _Left(self._past_mark(start, at) if marked else at, None, False, marked)
        code, length = found
        return _Left(low + len(words) - length, code, words[-length].isupper(), marked)

    def _far_left(self, low: int, words: str, start: int, at: int, paragraph: Paragraph) -> _Left:
        """A type word with other words before `số`: `Báo cáo thẩm định số`, `các Quyết định của Bộ X: Số`."""
        parts = words.split(" ")
        for skip in range(1, min(5, len(parts))):
            if not _WORD_ONLY.match(parts[-skip]) or parts[-skip] == "của":
                break
            rest = " ".join(parts[:-skip])
            found = citing.type_at_end(rest)
            if found is not None and rest[-found[1]].isupper():
                return _Left(low + len(rest) - found[1], found[0], True, True)
        low = max(paragraph.start, self.after, at - 170)
        of = self.text.rfind(" của ", low, start)
        found = citing.type_at_end(self.text[low:of]) if of >= 0 else None
        if found is not None:
            stop = issuer_end(self.text, of + 5, start)
            if not self.text[stop:start].strip(" :-"):
                self.head_issuer = self.text[of + 5 : stop]
                return _Left(of - found[1], found[0], self.text[of - found[1]].isupper(), True, self.head_issuer)
        return _Left(self._past_mark(start, at), None, False, True)

    def _past_mark(self, start: int, at: int) -> int:
        """The first letter after a list's mark."""
        while start < at and self.text[start] in " ,;:.":
            start += 1
        return start

    def _short(self, at: int, marked: bool) -> None:
        """`Chỉ thị số 18`, `Nghị quyết 36`, `Nghị định số 100/2019`."""
        paragraph = self.paragraph(at)
        if paragraph.region == "header" or _LIST_AHEAD.match(self.text, at, paragraph.end):
            return
        if marked and _SPACED.match(self.text, at, paragraph.end) and self._docno(at):
            return
        match = _SHORT.match(self.text, at, paragraph.end)
        left = self._left(at, paragraph) if match else None
        if match is None or left is None or left.code is None or self.text[at - 1] == ",":
            return
        number = f"{match[1]}/{match[2]}" if match[2] else match[1]
        mention = Mention(left.start, match.end(), left.code, number, issuer=left.issuer, short=True, confidence=0.8)
        if marked:
            mention.tentative = not left.capital and left.code in _COUNTED
        elif not left.capital or 1900 <= int(_NO_DIGIT.sub("", match[1])) <= 2100:
            return
        else:
            clear = match[2] or citing.may_follow_short(self.text, match.end(), paragraph.end)
            mention.tentative = not clear or left.code not in _STRONG
        self._finish(mention, match.end(), paragraph)

    def _report(self, start: int, end: int) -> None:
        """`Báo cáo thẩm tra của Ban Pháp chế`: the report that stands behind a resolution, cited without a number."""
        paragraph = self.paragraph(start)
        if start < self.after or paragraph.region == "header" or self._skipped(start):
            return
        mention = Mention(start, end, "BC", name="Báo cáo thẩm tra", confidence=0.8)
        if self._issuer(mention, end, paragraph.end) > end:
            self._finish(mention, end, paragraph)

    # -- laws and the document itself ----------------------------------------------------------------------------------

    def _law(self, at: int) -> None:
        """A law, code, ordinance or the constitution; `at` is the scan's letter in its type word."""
        text = self.text
        start = at - (6 if text[at] in "ệỆ" else 2)
        if text[max(0, start - 3) : start].lower() == "bộ ":
            start -= 3
        before = text[max(0, start - 5) : start]
        if before[-1:].isupper() or before == "PHÁP " or start < self.after or self._skipped(start):
            return
        paragraph = self.paragraph(at)
        if paragraph.region == "header":
            return
        law = read_law(text, start, paragraph.end)
        plural = before.lower().endswith("các ")
        if law is None:
            colon = _LAWS_COLON.match(text, start, paragraph.end) if plural else None
            if colon is not None:
                self._more_laws("L", "Luật ", colon.end(), paragraph)
            return
        mention = Mention(start, law.end, law.type_code, law=True, confidence=0.7 if law.name else 1.0)
        name = law.name or text[law.name_start : law.end]
        amended = _LAW_AMENDED.match(text, law.end, paragraph.end)
        end = amended.end() if amended else law.end
        number = _LAW_NUMBER.match(text, end, paragraph.end)
        found = read_number(text, number.end(), paragraph.end, loose=True) if number else None
        if found is not None:
            mention.number, mention.subject = found.number, name or None
            mention.confidence = 0.7 if found.repairs or law.name else 1.0
        elif name:
            mention.name = text[start : law.name_start].replace("Luât", "Luật") + name
        else:
            return
        self._finish(mention, found.end if found else end, paragraph)
        self.mentions.extend(self._inner(inner, mention) for inner in law.inner)
        if law.known and plural:
            link = _NEXT_LAW.match(text, self.after, paragraph.end)
            if link is not None:
                self._more_laws(law.type_code, text[start : law.name_start], link.end(), paragraph)

    def _inner(self, law: InnerLaw, amending: Mention) -> Mention:
        """A law with a number of its own inside the name of an amending law."""
        number = law.number
        mention = Mention(law.start, number.end, "L", number.number, parent=amending, law=True)
        mention.subject = law.name or self.text[law.name_start : law.name_end]
        mention.confidence = 0.7 if number.repairs or law.name else 1.0
        return mention

    def _more_laws(self, type_code: str, word: str, at: int, paragraph: Paragraph) -> None:
        """`các Luật Đất đai, Nhà ở và Đầu tư`: known names without the word Luật."""
        while True:
            stop = known_name(self.text, at, paragraph.end)
            if stop < 0 or not self.text[at].isupper():
                return
            mention = Mention(at, stop, type_code, name=word + self.text[at:stop], law=True)
            self._finish(mention, stop, paragraph)
            link = _NEXT_LAW.match(self.text, self.after, paragraph.end)
            if link is None:
                return
            at = link.end()

    def _this(self, at: int) -> None:
        """`Kế hoạch này`: the document itself, or the one it is attached to."""
        if not citing.may_end_type_word(self.text, at):
            return
        found = citing.type_at_end(self.text[max(self.after, at - 24) : at])
        if found is None:
            return
        code, length = found
        start = at - length
        if (self.text[start].isupper() or code == self.segments.doc_type) and not self._skipped(at):
            self.mentions.append(Mention(start, at + 4, code, is_self=True))

    # -- what follows, and what stands before --------------------------------------------------------------------------

    def _finish(self, mention: Mention, at: int, paragraph: Paragraph) -> None:
        """Reads date and issuer on both sides, then places the mention in the chain."""
        mention.end = at = self._tail(mention, at, paragraph.end)
        if mention.date is not None:
            mention.tentative = False  # what is counted has no date
        if not mention.typeless and mention.issuer != self.head_issuer:
            self.head_issuer = None
        elif mention.issuer is None and self.last is not None and self.last.start >= paragraph.start:
            mention.issuer = self.head_issuer
        if (mention.issuer is None or mention.date is None) and not mention.law:
            self._front(mention, paragraph)
        if mention.number is not None:
            words = f"{self.text[max(paragraph.start, mention.start - _OPENER) : mention.start]} {mention.issuer or ''}"
            better = with_strokes(mention.number, words)
            if better is not None:
                mention.number, mention.confidence = better, min(mention.confidence, 0.7)
        self._add(mention, at)

    def _tail(self, mention: Mention, at: int, end: int) -> int:
        """Date and issuer in any order after the number; returns where they end."""
        text = self.text
        for _ in range(4):
            here = at
            if mention.date is None:
                at = self._date(mention, at, end)
            if mention.issuer is None:
                at = self._issuer(mention, at, end)
                session = _SESSION.match(text, at, end) if at > here else None
                at = session.end() if session else at
            if at == here:
                break
        return at

    def _date(self, mention: Mention, at: int, end: int) -> int:
        """`ngày 05/3/2023`, `năm 2008`; returns where it ends."""
        text = self.text
        before = _BEFORE_DATE.match(text, at, end)
        found = match_date(text, before.end(), end) if before else None
        if before is not None and found is not None and found.precision == "day":
            mention.date = found.iso
            if found.flag == "repaired":
                mention.confidence = min(mention.confidence, 0.7)
            return found.end + (text[found.end : found.end + 1] == ")" and "(" in before.group())
        year = _BEFORE_YEAR.match(text, at, end)
        if year is not None:
            mention.date = text[year.end() + 4 : year.end() + 8]
            return year.end() + 8
        bare = _BARE_YEAR.match(text, at, end) if mention.number is None else None
        if bare is not None:
            mention.date = bare[1]
            return bare.end()
        return at

    def _issuer(self, mention: Mention, at: int, end: int) -> int:
        """The issuer after `của`, or after `do` and before `ban hành`; returns where it ends."""
        text = self.text
        of = _BEFORE_ISSUER.match(text, at, end)
        if of is not None:
            stop = issuer_end(text, of.end(), end)
            if stop == of.end() or mention.law and "uốc hội" not in text[of.end() : stop]:
                return at
            mention.issuer = text[of.end() : stop]
            return stop
        by = _DONE_BY.match(text, at, end)
        if by is not None and is_body_head(text, by.end()):
            stop = issuer_end(text, by.end(), end)
            done = _DONE.match(text, stop, end)
            if done is not None:
                mention.issuer = text[by.end() : stop]
                return done.end()
        return at

    def _front(self, mention: Mention, paragraph: Paragraph) -> None:
        """Issuer and date that stand before the type word."""
        low = max(paragraph.start, self.after, mention.start - 150)
        window = self.text[low : mention.start]
        at = _AT.search(window)
        if at is not None:
            self._proposer(mention, low, window[: at.start()])
            return
        issued = citing.issued_before(window)
        if issued >= 0:
            self._issuer_in_front(mention, low, window[:issued])

    def _proposer(self, mention: Mention, low: int, window: str) -> None:
        """`đề nghị của Sở X tại Tờ trình`, `được Chủ tịch X công bố tại Quyết định`."""
        stop = low + len(window)
        for word in (" của ", "được "):
            of = window.rfind(word)
            if of < 0 or mention.issuer is not None:
                continue
            begin = low + of + len(word)
            end = issuer_end(self.text, begin, stop)
            rest = self.text[end:stop]
            if end > begin and (not rest.strip() or (word == "được " and len(rest) < 30 and "," not in rest)):
                mention.issuer = self.head_issuer = self.text[begin:end]
        if mention.issuer is None:
            mention.issuer = self._body_before(low, stop)

    def _issuer_in_front(self, mention: Mention, low: int, window: str) -> None:
        """`ngày 16/8/2018 Bộ X đã có Công văn số …`, `UBND tỉnh ban hành Kế hoạch số …`."""
        stop = low + len(window)
        dates = list(_DATE_IN_FRONT.finditer(window))
        date = match_date(self.text, low + dates[-1].start(), stop) if dates else None
        if date is None or date.precision != "day" or date.iso is None:
            mention.issuer = mention.issuer or self._body_before(low, stop)
            return
        begin = date.end
        while self.text[begin : begin + 1] in (",", " "):
            begin += 1
        named = is_body_head(self.text, begin) and issuer_end(self.text, begin, stop) == stop
        if begin >= stop or named:
            mention.date = mention.date or date.iso
        if named and begin < stop:
            mention.issuer = mention.issuer or self.text[begin:stop]

    def _body_before(self, low: int, stop: int) -> str | None:
        """The body that fills the clause which ends at `stop`, or None."""
        window = self.text[low:stop]
        clause = max(window.rfind(mark) for mark in (", ", "; ", ". ", "- "))
        of = window.rfind(" của ")
        begin = low + (of + 5 if of > clause else clause + 2 if clause >= 0 else 0)
        if begin < stop and is_body_head(self.text, begin) and issuer_end(self.text, begin, stop) == stop:
            return self.text[begin:stop]
        return None

    def _add(self, mention: Mention, at: int) -> None:
        """Places the mention in the chain, with its relation."""
        text, last = self.text, self.last
        if not mention.law or (mention.number is not None and mention.subject is None):
            mention.opens_subject = citing.opens_subject(text, at)
        low = self.paragraph(mention.start).start
        joined: Mention | None = None
        if last is not None and last.end >= low:
            low = last.end
            mention.parent, joined = _place(last, text[low : mention.start])
        if joined is not None:
            mention.relation = joined.relation
        else:
            mention.relation = citing.relation_before(text[max(low, mention.start - _OPENER) : mention.start])
        self.mentions.append(mention)
        self.last, self.after = mention, max(self.after, at)


def _title_as_one(segments: Segments) -> tuple[str, list[Paragraph]]:
    """Text and paragraphs with the lines of a title as one: a citation in it may be broken over several lines."""
    text, paragraphs = segments.text, list(segments.paragraphs)
    for start, end in segments.region("title"):
        lines = [k for k, paragraph in enumerate(paragraphs) if start <= paragraph.start < end]
        if len(lines) < 2:
            continue
        first, last = paragraphs[lines[0]], paragraphs[lines[-1]]
        text = text[: first.start] + text[first.start : last.end].replace("\n", " ") + text[last.end :]
        paragraphs[lines[0] : lines[-1] + 1] = [first._replace(end=last.end)]
    return text, paragraphs


def _place(last: Mention, between: str) -> tuple[Mention | None, Mention | None]:
    """Where a mention stands after the last one of its paragraph.

    Returns:
        The mention within whose subject it stands, and the one whose list it goes on with (None for neither).
    """
    between = _BRACKETS.sub("", between)
    if citing.BREAK.search(between):
        top = last
        while top.parent is not None:
            top = top.parent
        return None, top if citing.NEW_ITEM.search(between) else None
    if citing.JOINED.fullmatch(between):
        return last.parent, last
    if between.count("(") > between.count(")"):
        return None, None
    if citing.LIST_LINK.search(between):
        return (last.parent, last) if last.opens_subject or last.law else (None, None)
    return (last if last.opens_subject else None), None
