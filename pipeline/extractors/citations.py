"""Mentions of other documents: type, number, date, issuer, subject; relation and chain; laws by name.

One scan finds what a citation cannot do without: a document number, a short number after a type word, the word Luật, or
`này` (`Kế hoạch này`). From there the text is read to the left (type word, `số`, `đề nghị của … tại`, a date and issuer
in front) and to the right (date, issuer, subject). Nghị định 30/2020/NĐ-CP, Annex I, prescribes type, number, date,
issuer, subject; real documents use every other order too. Short forms are resolved in `linking.citations`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache

from .. import knowledge
from ..grammar.dates import make_iso, match_date
from ..grammar.issuers import alternation, is_body_head, issuer_end, phrases, type_words
from ..grammar.laws import known_name, read_law
from ..grammar.numbers import FoundNumber, canonical, check_number, is_weak_type, read_number
from ..records import Citation, Relation
from ..segmentation.model import Paragraph, Segments
from ..text.normalise import fold, skeleton

MAX_SUBJECT = 400
MAX_OPENER = 90
_END = r"(?![^\W\d_])"
_SO = re.compile(r"(?:[Ss]ố|SỐ|sô|Sô)\Z")
_BREAK = re.compile(r"[;\n]|(?<!TP)(?<!Tp)(?<!TX)(?<![ (][A-ZĐ])\.(?= [A-ZĐÀ-Ỹ]|\n|\Z|/\.)|\./\.")
_JOINED = re.compile(r"(?:[,;]|(?:,|;)? (?:và|VÀ|hoặc|cùng|với|cùng với))?(?: (?:các|CÁC))?(?: ?(?:số|Số|SỐ):?)? ?")
_LIST_LINK = re.compile(r"(?:[,;]| và|, và)(?: các| những)? ?\Z|(?:[,;]| và|, và) (?:tại |theo )?\Z")
_LAW_WORD = re.compile(r"^(?:luat|bo luat|phap lenh|hien phap) (?=\S)(?!su$)")
_MORE_NUMBER = re.compile(r"/\d")
_YEAR_IN = re.compile(r"[/-](?:19|20)\d\d[/-]")
_NEW_ITEM = re.compile(r"; ?(?:và )?(?:các )?\Z")
_BEFORE_DATE = re.compile(r" ?,? ?\(?(?:(?:được )?(?:ký|ban hành|thông qua)(?: vào)? )?(?=[Nn]g[àáa]y ?\d|NGÀY ?\d)")
_BEFORE_YEAR = re.compile(r",? (?=(?:năm|NĂM) (?:19|20)\d\d(?! ?-))")
_BARE_YEAR = re.compile(r" ((?:19|20)\d\d)(?![\d/]| ?-)")
_BEFORE_ISSUER = re.compile(r" ?,? (?:của|CỦA|cuả) ")
_DONE_BY = re.compile(r",? (?:do|được) ")
_DONE = re.compile(rf" (?:khóa [IVXLC]+ )?(?:đã )?(?:ban hành|thông qua|ký ban hành|ký){_END}")
_LAW_NUMBER = re.compile(r",? ?(?:\((?:[Ll]uật |Bộ luật )?)?(?:số|SỐ|Số)(?: ?:)? ?(?=\d)")
_SHORT = re.compile(r"(\d{1,4}[a-zđ]?)(?:/((?:19|20)\d\d)(?![\d/-]))?(?![\d%]|[.,/-]\d| ?[%‰]|[^\W\d_]| ?[/-] ?[A-ZĐ])")
_LISTED = re.compile(r"((?:\d{1,5}[a-z]?(?:/(?:19|20)\d\d)?(?:, |; | và |,| và số |, số ))+)\Z")
_LIST_ITEM = re.compile(r"(\d{1,5}[a-z]?)(?:/((?:19|20)\d\d))?")
_LIST_AHEAD = re.compile(
    r"\d{1,5}[a-z]?(?:(?:, |; | và |,| và số |, số )\d{1,5}[a-z]?){0,9}(?:, |; | và |,)(?:số )?"
    r"\d{1,5} ?[/-] ?(?:\d{4} ?/ ?)?[A-ZĐ]"
)
_AT_END = re.compile(r"(?: tại| tại nội dung| tại các)?(?: các| những)? ?\Z")
_DATE_IN_FRONT = re.compile(r"(?:[Nn]gày|NGÀY) ")
_MODIFIER = re.compile(r"[^\W\d_]+\Z")
_NOT_AFTER_PLAIN = re.compile(r"[ ,;.:)\]”\"\n]|\Z")
_AFTER_LIST_COLON = re.compile(r":\Z")
_STRONG = frozenset({"NQ", "NĐ", "CT", "QĐ", "TT", "TTLT", "KL", "CĐ", "TB", "PL"})
_LOOSE_TYPES = frozenset({"DA", "PA", "HĐ", "BB", "ĐA", "QC", "TC", "HD", "BC", "CTr", "QyĐ"})


@dataclass(slots=True)
class Mention:
    """A mention while it is being read; offsets are clean offsets."""

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


@cache
def _types() -> dict[str, str]:
    """Type words in lower case to type codes."""
    words = {word.lower(): row["code"] for row in knowledge.rows("doc_types") for word in row["words"]}
    letters = {symbol: row["code"] for row in knowledge.rows("doc_types") for symbol in row["symbols"]}
    return words | letters


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    endings = "|".join(sorted({word[-2:] for word in type_words() if " " in word}))
    relation = sorted(
        {w for row in knowledge.rows("citation_phrases") if row["kind"] == "relation" for w in row["words"]}
    )
    return {
        "scan": re.compile(
            r"[\dậẬệỆếẾà](?:(?<=\d)(?:"
            r"(?P<docno>(?<![\d/-]\d)(?<!\d[.,:]\d)\d{0,5}(?:\.\d{1,3})?[a-zđ]?[.,]? ?[/-] ?"
            r"(?=(?:(?:19|20)(?: ?\d){2} ?[/-] ?)?[A-ZĐƯ]))"
            r"|(?P<so>(?<=[Ss]ố \d)|(?<=SỐ \d)|(?<=[ốỐ]: \d)|(?<=[ốỐ]:\d)|(?<=số\d)|(?<=[ốỐ]\. \d))"
            rf"|(?P<plain>(?<=(?:{endings}) \d)(?!\d{{5}})))"
            r"|(?P<law>(?:(?<=Luậ)t|(?<=ộ luậ)t|(?<=LUẬ)T|(?<=Pháp lệ)nh|(?<=PHÁP LỆ)NH|(?<=Hiế)n pháp|(?<=HIẾ)N PHÁP)"
            rf"{_END})"
            rf"|(?P<this>(?<= nà)y{_END}))"
        ),
        "relation": re.compile(
            rf"(?<![^\W\d_])(?:{alternation(sorted(relation, key=len, reverse=True))}){_END}", re.IGNORECASE
        ),
        "subject": re.compile(rf"(?:,|\))? ?(?:{alternation(phrases('subject'))}){_END}", re.IGNORECASE),
        "issued": re.compile(rf" (?:{alternation(phrases('issued'))})(?: các| những)? ?\Z"),
        "after_short": re.compile(rf" (?:{alternation(phrases('after_short'))}){_END}"),
    }


@cache
def _relations() -> dict[str, Relation]:
    rows = knowledge.rows("citation_phrases")
    return {word: row["relation"] for row in rows if row["kind"] == "relation" for word in row["words"]}


@cache
def _no_document() -> frozenset[str]:
    return frozenset(phrases("no_document"))


@dataclass(frozen=True, slots=True)
class _Left:
    """What stands before a number: the type word, or only `số`."""

    start: int
    code: str | None
    capital: bool
    marked: bool
    issuer: str | None = None
    excluded: bool = False


class _Reader:
    """Reads the mentions of one document in order."""

    def __init__(self, segments: Segments) -> None:
        self.segments = segments
        self.text = segments.text
        self.mentions: list[Mention] = []
        self.after = 0  # where the last mention's number, date and issuer end
        self.head_issuer: str | None = None  # issuer of `các Quyết định của X: Số …; Số …`
        self.starts = [paragraph.start for paragraph in segments.paragraphs]
        self.here = segments.paragraphs[0]  # the paragraph looked at last

    # -- the scan ------------------------------------------------------------------------------------------------------

    def read(self) -> list[Mention]:
        """All mentions, in order."""
        text = self.text
        for match in _patterns()["scan"].finditer(text):
            at, kind = match.start(), match.lastgroup
            if at < self.after:
                continue
            if kind == "this":
                self._this(at - 2)
            elif kind == "law":
                self._law(at)
            elif kind == "docno":
                if not self._skipped(at):
                    self._docno(at)
            elif _ends_type_word(text, at) and not self._skipped(at):
                self._short(at, kind == "so")
        _share_dates(self.mentions, text)
        return self.mentions

    def paragraph(self, at: int) -> Paragraph:
        """The paragraph at a clean offset."""
        here = self.here
        if not here.start <= at <= here.end:
            here = self.here = self.segments.paragraphs[max(0, bisect_right(self.starts, at) - 1)]
        return here

    def _skipped(self, at: int) -> bool:
        """Whether `at` lies in a site's chrome or in the own number."""
        own = self.segments.letterhead.number_span
        if own is not None and own[0] <= at < own[1]:
            return True
        return self.paragraph(at).region == "chrome"

    # -- numbers -------------------------------------------------------------------------------------------------------

    def _docno(self, at: int) -> None:
        paragraph = self.paragraph(at)
        left = self._left(at, paragraph)
        if left.excluded:
            return
        found = (
            read_number(self.text, at, paragraph.end, loose=left.marked)
            if left.code
            else check_number(self.text, at, paragraph.end)
        )
        if found is not None and found.type_code is None and len(found.bodies[0]) == 1:
            return  # `Mẫu 04-A`
        if (
            found is None
            or self._is_blank(at)
            or _MORE_NUMBER.match(self.text, found.end)
            or (found.form == "letter" and not (left.marked or left.code))
        ):
            return
        if left.code is None and self._is_number_line(at, left, paragraph):
            return
        doc_type = self._type(found, left)
        before = _LISTED.search(self.text, max(paragraph.start, at - 90), at)
        if before is not None and left.code is None:
            left = self._listed(before, found, paragraph) or left
        mention = Mention(left.start, found.end, doc_type, found.number, issuer=left.issuer)
        mention.typeless = left.code is None
        mention.confidence = 0.7 if found.repairs else 1.0
        self._finish(mention, found.end, paragraph, in_list=left.code is None)

    def _listed(self, before: re.Match[str], found: FoundNumber, paragraph: Paragraph) -> _Left | None:
        """`các Quyết định số 1743, 1744/QĐ-X`: a mention for each bare number in front of the full one."""
        head = self._left(before.start(), paragraph)
        if not (head.marked or head.code) or head.excluded:
            return None
        first = True
        for item in _LIST_ITEM.finditer(self.text, before.start(), before.end()):
            year = f"{item[2]}/" if item[2] else f"{found.year}/" if found.year and found.form == "state" else ""
            mark = found.number[len(found.digits)]
            number = f"{item[1]}{mark}{year}{found.symbol}"
            mention = Mention(head.start if first else item.start(), item.end(), self._type(found, head), number)
            mention.typeless, mention.confidence = not first, 0.9
            self._add(mention, item.end())
            first = False
        return None

    def _type(self, found: FoundNumber, left: _Left) -> str | None:
        """The type: the symbol decides, unless it names none or its letters are those of a body too."""
        if found.type_code is not None and not (left.code and is_weak_type(found)):
            return found.type_code
        if left.code is not None:
            return left.code
        last = self.mentions[-1] if self.mentions else None
        if last is not None and last.doc_type and not _BREAK.search(self.text, last.end, left.start):
            between = self.text[last.end : left.start]
            if _JOINED.fullmatch(between) or left.marked:
                return last.doc_type
        return "CV" if found.form == "letter" else found.type_code

    def _left(self, at: int, paragraph: Paragraph) -> _Left:
        """Type word and `số` before a number."""
        low = max(paragraph.start, self.after, at - 60)
        words = self.text[low:at].rstrip(" :.;,")
        marked = _SO.search(words) is not None
        start = low + len(words)
        while _SO.search(words):
            words = words[:-2].rstrip(" :.,")
            start = low + len(words) + 1 if words else low
        if marked and words and words.split(" ")[-1] in _no_document():
            return _Left(start, None, False, True, excluded=True)
        found = _type_at_end(words)
        gap = self.text[low + len(words) : at]
        if found is None and marked:
            return self._far_left(low, words, start, at, paragraph)
        if found is None or "," in gap or ";" in gap:
            start = self._so_start(start, at)
            return _Left(start if marked else at, None, False, marked)
        code, length = found
        return _Left(low + len(words) - length, code, words[-length].isupper(), marked)

    def _far_left(self, low: int, words: str, start: int, at: int, paragraph: Paragraph) -> _Left:
        """A type word with other words before `số`: `Báo cáo thẩm định số`, `các Quyết định của Bộ X: Số`."""
        parts = words.split(" ")
        for skip in range(1, min(5, len(parts))):
            if not _MODIFIER.match(parts[-skip]):
                break
            rest = " ".join(parts[:-skip])
            found = _type_at_end(rest)
            if found is not None:
                code, length = found
                begin = low + len(rest) - length
                if self.text[begin].isupper():
                    return _Left(begin, code, True, True)
        low = max(paragraph.start, self.after, at - 170)
        of = self.text.rfind(" của ", low, start)
        if of >= 0:
            found = _type_at_end(self.text[low:of])
            stop = issuer_end(self.text, of + 5, start)
            if found is not None and not self.text[stop:start].strip(" :-"):
                issuer = self.text[of + 5 : stop]
                self.head_issuer = issuer
                return _Left(of - found[1], found[0], self.text[of - found[1]].isupper(), True, issuer)
        return _Left(self._so_start(start, at), None, False, True)

    def _so_start(self, start: int, at: int) -> int:
        """The first letter after a list's mark."""
        while start < at and self.text[start] in " ,;:.":
            start += 1
        return start

    def _is_blank(self, at: int) -> bool:
        """Whether the number itself is blank and what was found is its year (`Số: …/2024/QĐ-UBND`)."""
        before = self.text[max(0, at - 3) : at].rstrip(" ")
        return before.endswith(("/", "…", "..", "_"))

    def _is_number_line(self, at: int, left: _Left, paragraph: Paragraph) -> bool:
        """Whether the number stands in a number line of its own, as in the letterhead of an attached document."""
        if paragraph.region == "header" and not (left.marked and self.text[left.start].islower()):
            return True
        if paragraph.start != left.start or paragraph.end - paragraph.start > 110:
            return False
        return not self.text[: paragraph.start].rstrip("\n").endswith(":") and self.text[left.start] in "S0123456789"

    def _short(self, at: int, marked: bool) -> None:
        """`Chỉ thị số 18`, `Nghị quyết 36`."""
        paragraph = self.paragraph(at)
        if _LIST_AHEAD.match(self.text, at, paragraph.end):
            return
        match = _SHORT.match(self.text, at, paragraph.end)
        left = self._left(at, paragraph) if match else None
        if match is None or left is None or left.code is None or left.excluded or self.text[at - 1] == ",":
            return
        year = match[2]
        mention = Mention(left.start, match.end(), left.code, f"{match[1]}/{year}" if year else match[1], short=True)
        mention.issuer = left.issuer
        mention.confidence = 0.8
        if not marked:
            if not left.capital or (1900 <= int(re.sub(r"\D", "", match[1])) <= 2100):
                return
            clear = year or not self._noun_follows(match.end(), paragraph.end)
            mention.tentative = not (clear and left.code in _STRONG)
        elif not left.capital or left.code in _LOOSE_TYPES:
            mention.tentative = left.code in _LOOSE_TYPES and not left.capital
        if paragraph.region == "header":
            return
        self._finish(mention, match.end(), paragraph)

    def _noun_follows(self, at: int, end: int) -> bool:
        """Whether what stands after a short number may be what it counts (`Quyết định 3 nội dung`)."""
        if at >= end or self.text[at] != " ":
            return False
        return not (_patterns()["after_short"].match(self.text, at, end) or self.text[at + 1] in '(-“"')

    # -- laws and the document itself ----------------------------------------------------------------------------------

    def _law(self, at: int) -> None:
        """A law, code, ordinance or the constitution; `at` is the scan's letter in its type word."""
        text = self.text
        start = at - (6 if text[at] in "ệỆ" else 2)
        if text[max(0, start - 3) : start].lower() == "bộ ":
            start -= 3
        if (
            (start and text[start - 1].isalpha())
            or text.startswith("PHÁP ", start - 5)
            or start < self.after
            or self._skipped(start)
        ):
            return
        paragraph = self.paragraph(at)
        law = read_law(text, start, paragraph.end)
        if law is None or paragraph.region == "header":
            return
        mention = Mention(start, law.end, law.type_code, law=True)
        name = text[start : law.end] if law.name_start < law.end else None
        here = law.end
        number = _LAW_NUMBER.match(text, here, paragraph.end)
        found = read_number(text, number.end(), paragraph.end, loose=True) if number else None
        if found is not None:
            mention.number, mention.subject, here = found.number, name and text[law.name_start : law.end], found.end
            mention.confidence = 0.7 if found.repairs else 1.0
        elif name is None:
            return
        else:
            mention.name = name
        mention.end = here
        self._finish(mention, here, paragraph)
        if law.known and self._plural(start):
            self._more_laws(law.type_code, text[start : law.name_start], paragraph)

    def _plural(self, start: int) -> bool:
        return self.text[max(0, start - 4) : start].lower() == "các "

    def _more_laws(self, type_code: str, word: str, paragraph: Paragraph) -> None:
        """`các Luật Đất đai, Nhà ở và Đầu tư`: known names without the word Luật."""
        while True:
            link = re.compile(r", | và |; ").match(self.text, self.after, paragraph.end)
            stop = known_name(self.text, link.end(), paragraph.end) if link else -1
            if link is None or stop < 0 or not self.text[link.end()].isupper():
                return
            mention = Mention(link.end(), stop, type_code, name=word + self.text[link.end() : stop], law=True)
            self._finish(mention, stop, paragraph)

    def _this(self, at: int) -> None:
        """`Kế hoạch này`: the document itself, or the one it is attached to."""
        low = max(self.after, at - 24)
        found = _type_at_end(self.text[low:at]) if _ends_type_word(self.text, at) else None
        if found is None:
            return
        code, length = found
        start = at - length
        own = self.segments.doc_type
        if not self.text[start].isupper() and code != own:
            return
        self.mentions.append(Mention(start, at + 4, code, is_self=True, tentative=False))

    # -- what follows, and what stands before --------------------------------------------------------------------------

    def _finish(self, mention: Mention, at: int, paragraph: Paragraph, *, in_list: bool = False) -> None:
        """Reads date, issuer and subject, then places the mention in the chain."""
        at = self._tail(mention, at, paragraph.end)
        if in_list and mention.issuer is None and self.head_issuer and self.mentions:
            if self.paragraph(self.mentions[-1].start).start == paragraph.start:
                mention.issuer = self.head_issuer
        if not in_list and mention.issuer != self.head_issuer:
            self.head_issuer = None
        self._front(mention, paragraph)
        self._add(mention, at)

    def _tail(self, mention: Mention, at: int, end: int) -> int:
        """Date and issuer in any order after the number; returns where they end."""
        text = self.text
        for _ in range(4):
            before = _BEFORE_DATE.match(text, at, end) if mention.date is None else None
            found = match_date(text, before.end(), end) if before else None
            if before is not None and found is not None and found.precision == "day":
                mention.date = found.iso
                at = found.end + (text[found.end : found.end + 1] == ")" and "(" in before.group())
                continue
            year = _BEFORE_YEAR.match(text, at, end) if mention.date is None else None
            if year is None and mention.law and mention.date is None and mention.number is None:
                year = _BARE_YEAR.match(text, at, end)
            if year is not None:
                stop = year.end() if year.re is _BARE_YEAR else year.end() + 8
                mention.date, at = text[stop - 4 : stop], stop
                continue
            stop = self._issuer(mention, at, end)
            if stop == at:
                break
            at = stop
        mention.end = at
        return at

    def _issuer(self, mention: Mention, at: int, end: int) -> int:
        """The issuer after `của`, or after `do` and before `ban hành`; returns where it ends."""
        if mention.issuer is not None:
            return at
        text = self.text
        of = _BEFORE_ISSUER.match(text, at, end)
        if of is not None:
            stop = issuer_end(text, of.end(), end)
            if stop > of.end() and not (mention.law and "uốc hội" not in text[of.end() : stop]):
                mention.issuer = text[of.end() : stop]
                return stop
            return at
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
        if mention.issuer is not None and mention.date is not None or mention.law:
            return
        text, low = self.text, max(paragraph.start, self.after)
        window = text[max(low, mention.start - 150) : mention.start]
        base = mention.start - len(window)
        at_match = re.search(r" tại (?:các |những |nội dung )?\Z", window)
        if at_match is not None:
            self._proposer(mention, base, window[: at_match.start()])
            return
        issued = _patterns()["issued"].search(window)
        if issued is None:
            return
        self._issuer_in_front(mention, base, window[: issued.start()])

    def _proposer(self, mention: Mention, base: int, window: str) -> None:
        """`đề nghị của Sở X tại Tờ trình`, `được Chủ tịch X công bố tại Quyết định`."""
        for word in (" của ", "được "):
            of = window.rfind(word)
            if of < 0 or mention.issuer is not None:
                continue
            begin = base + of + len(word)
            stop = issuer_end(self.text, begin, base + len(window))
            rest = self.text[stop : base + len(window)]
            if stop > begin and (not rest.strip() or (word == "được " and len(rest) < 30 and "," not in rest)):
                mention.issuer = self.text[begin:stop]
                self.head_issuer = mention.issuer

    def _issuer_in_front(self, mention: Mention, base: int, window: str) -> None:
        """`ngày 16/8/2018 Bộ X đã có Công văn số …`, `UBND tỉnh ban hành Kế hoạch số …`."""
        stop = base + len(window)
        dates = list(_DATE_IN_FRONT.finditer(window))
        date = match_date(self.text, base + dates[-1].start(), stop) if dates else None
        if date is not None and date.precision == "day" and date.iso is not None:
            begin = date.end
            while self.text[begin : begin + 1] in (",", " "):
                begin += 1
            if begin >= stop:
                mention.date = mention.date or date.iso
            elif is_body_head(self.text, begin) and issuer_end(self.text, begin, stop) == stop:
                mention.date = mention.date or date.iso
                mention.issuer = mention.issuer or self.text[begin:stop]
            return
        if mention.issuer is not None:
            return
        clause = max(window.rfind(", "), window.rfind("; "), window.rfind(". "), window.rfind(" của "))
        begin = base + (clause + (5 if window[clause : clause + 5] == " của " else 2) if clause >= 0 else 0)
        if begin < stop and is_body_head(self.text, begin) and issuer_end(self.text, begin, stop) == stop:
            mention.issuer = self.text[begin:stop]

    def _add(self, mention: Mention, at: int) -> None:
        """Places the mention in the chain, with its relation."""
        text = self.text
        mention.end = max(mention.end, at)
        if not mention.law or (mention.number is not None and mention.subject is None):
            here = at + (text[at : at + 1] == " ")
            mention.opens_subject = _patterns()["subject"].match(text, here) is not None
        low = self.paragraph(mention.start).start
        last = next((m for m in reversed(self.mentions) if not m.is_self), None)
        joined: Mention | None = None
        if last is not None and last.end >= low:
            low = last.end
            mention.parent, joined = _place(last, text[last.end : mention.start])
        if joined is not None:
            mention.relation = joined.relation
        else:
            mention.relation = _relation(text[max(low, mention.start - MAX_OPENER) : mention.start])
        self.mentions.append(mention)
        self.after = max(self.after, at)


@cache
def _last_words() -> frozenset[str]:
    return frozenset(word.split()[-1].lower() for word in (*_types(), *type_words()))


def _ends_type_word(text: str, at: int) -> bool:
    """Whether the word before `at`, or before a `số` before it, can end a type word: a quick test for most digits."""
    words = text[max(0, at - 18) : at].rstrip(" :.").split(" ")
    last = words[-1].lower()
    if last.endswith("số"):
        last = words[-2].lower().rstrip(":") if len(words) > 1 else ""
    return last in _last_words()


def _type_at_end(words: str) -> tuple[str, int] | None:
    """The type word that ends the text, as (code, length), the longest one."""
    types, at = _types(), len(words)
    found = None
    for _ in range(4):
        at = words.rfind(" ", 0, at)
        piece = words[at + 1 :].lstrip('(“"[+-*,')
        code = types.get(piece.lower()) or types.get(piece)
        if code is not None:
            found = (code, len(piece))
        if at < 0:
            break
    return found


def _place(last: Mention, between: str) -> tuple[Mention | None, Mention | None]:
    """Where a mention stands after the last one of its paragraph.

    Returns:
        The mention within whose subject it stands, and the one whose list it goes on with (None for neither).
    """
    if _BREAK.search(between):
        top = last
        while top.parent is not None:
            top = top.parent
        return None, top if _NEW_ITEM.search(between) else None
    if _JOINED.fullmatch(between):
        return last.parent, last
    if between.count("(") > between.count(")"):
        return None, None
    if _LIST_LINK.search(between):
        return (last.parent, last) if last.opens_subject or last.law else (None, None)
    return (last if last.opens_subject else None), None


def _relation(window: str) -> Relation:
    """The relation that the last phrase before a mention expresses."""
    cut = max(window.rfind(";"), window.rfind("\n"), window.rfind(". "))
    found = _patterns()["relation"].findall(window, cut + 1)
    return _relations().get(found[-1].lower(), "mentions") if found else "mentions"


def _share_dates(mentions: list[Mention], text: str) -> None:
    """One date for several numbers: `số 1/QĐ-X, 2/QĐ-X ngày …` is the date and issuer of both."""
    for k in range(len(mentions) - 2, -1, -1):
        here, after = mentions[k], mentions[k + 1]
        if here.number is None or after.number is None or here.is_self or here.short != after.short:
            continue
        if not _JOINED.fullmatch(text[here.end : after.start]):
            continue
        if not after.typeless and _last_body(here.number) != _last_body(after.number):
            continue
        if here.date is None and after.date is not None and _year_in(here.number) == _year_in(after.number):
            here.date = after.date
        here.issuer = here.issuer or after.issuer
        after.issuer = after.issuer or here.issuer


def _year_in(number: str) -> str | None:
    match = _YEAR_IN.search(number)
    return match.group() if match else None


def _last_body(number: str) -> str:
    return number[max(number.rfind("-"), number.rfind("/")) :]


def _subject(mention: Mention, after: Mention | None, text: str, end: int) -> str | None:
    """The words of the subject: from date or issuer to the end of the clause or the next document of the list."""
    if not mention.opens_subject:
        return mention.subject
    stop = _BREAK.search(text, mention.end, end)
    high = min(stop.start() if stop else end, mention.end + MAX_SUBJECT)
    if after is not None and after.start < high and after.parent is mention.parent:
        high = after.start
        link = _LIST_LINK.search(text, max(mention.end, high - 12), high)
        high = link.start() if link else high
    return text[mention.end : high].strip(" ,.;:()") or None


def _own_names(mentions: list[Mention]) -> set[str]:
    """Names of the laws that are cited in their own right, and subjects of numbered ones."""
    names: set[str] = set()
    for mention in mentions:
        if mention.law and mention.name is not None and mention.parent is None:
            names.add(law_key(mention.name))
        if mention.number is not None and mention.doc_type in ("L", "BL", "PL") and mention.subject:
            names.add(law_key(mention.subject))
    return names


@lru_cache(maxsize=4096)
def law_key(name: str) -> str:
    """The name of a law for comparison: without type word, marks and punctuation."""
    words = re.sub(r"[^\w]+", " ", skeleton(name)).strip()
    return _LAW_WORD.sub("", words)


def _kept(mentions: list[Mention]) -> list[Mention]:
    """Without laws named only in the title of another document, and without doubtful short forms of nothing."""
    names = _own_names(mentions)
    full = {(m.doc_type, re.sub(r"\D.*", "", m.number).lstrip("0")) for m in mentions if m.number and not m.short}
    kept = []
    for mention in mentions:
        if mention.law and mention.number is None and mention.parent is not None:
            if law_key(mention.name or "") not in names:
                continue
        if mention.tentative and (mention.doc_type, re.sub(r"\D.*", "", mention.number or "").lstrip("0")) not in full:
            continue
        kept.append(mention)
    return kept


def document_id(doc_type: str | None, number: str | None, name: str | None, date: str | None = None) -> str | None:
    """The canonical id of a document: type and number, or type, name and year for a law by name."""
    if number is not None:
        return f"{doc_type or '?'}:{number.lstrip('0')}"
    if name is None:
        return None
    return f"{doc_type or '?'}:{_folded(name)}" + (f"@{date[:4]}" if date else "")


_folded = lru_cache(maxsize=4096)(fold)


def extract(segments: Segments) -> list[Citation]:
    """Every mention of another document, and of the document itself (`is_self`), in order.

    Short forms stand as they are written; `linking.citations.link_citations` points them to their full forms.
    """
    if not segments.is_administrative or not segments.paragraphs:
        return []
    reader = _Reader(segments)
    mentions = reader.read()
    own = segments.letterhead
    number = canonical(own.number) if own.number else None
    date = make_iso(*own.date) if None not in own.date else None
    for k, mention in enumerate(mentions):
        after = next((m for m in mentions[k + 1 : k + 3] if not m.is_self), None)
        mention.subject = _subject(mention, after, segments.text, reader.paragraph(mention.start).end)
        if number is not None and mention.number is not None and _same_number(number, mention.number):
            mention.is_self = date is None or mention.date is None or mention.date == date
    return [_record(mention, segments) for mention in _kept(mentions)]


def _same_number(own: str, other: str) -> bool:
    """Whether two canonical numbers are one, zeros in front and a year that one of them leaves out aside."""
    own, other = own.lstrip("0"), other.lstrip("0")
    return own == other or (
        _YEAR_IN.sub("/", own) == _YEAR_IN.sub("/", other) and (_year_in(own) is None) != (_year_in(other) is None)
    )


def _record(mention: Mention, segments: Segments) -> Citation:
    parent = mention.parent
    via = None
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
