"""Which mentions mean one document: a pure function of all mentions that share a key.

Nothing here depends on the order of the mentions or on when they came, so that a register grown batch by batch is the
register of all at once. As in eyecite, a mention that leaves something open joins a document only where a single one
remains; else it stays a node of its own that lists its candidates. Numbers decide, so a resolver of rules is enough:
one that learns weights has nothing to weigh where one field is a key and the others only part its years and places.

The steps: mentions with issuer and date are *anchors*, one document for each issuer and period; slips of the pen join
two of them (a year misprinted, day and month as in the other, the same subject); then each mention that lacks date or
issuer is held against the anchors, each for itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ..text.normalise import skeleton
from .issuers import Issuer
from .keys import DocumentKey, is_law, period_of, short_hash, type_slug

_FEW_WORDS = 4  # a subject of fewer words tells nothing
_ALIKE, _UNLIKE = 0.6, 0.25  # share of the words of the shorter subject that stand in the longer one
_CLOSE = 6  # years that lie at most between a document and one that cites it without a date
_MANY = 20  # candidates that are listed; documents of one day that are compared


@dataclass(slots=True)
class Mention:
    """What one mention says of a document; of the document itself if `own`.

    Attributes:
        row: Its row in the store; says nothing of its order.
        document_id: The citing document.
        start: First character in that document.
        own: The document's own letterhead.
        starter: A row of the directives known beforehand.
        literal: It says in its own words what it says, and does not take it over from another mention.
        dated: The date stands in its words.
        doc_type, number, day, year, subject: As read; `day` is ISO.
        number_year: The year inside the number, or None.
        issuer: The issuing body, if linked.
        issuer_words: The issuing body as written.
        province: Of the citing document, without marks.
        citing_day: Day of the citing document.
        content: Equal for copies of one document, for `own`.
        source, page, section, text, fact_id: Where it was read, and its words.
        node: Id of the document that it meant before.
    """

    row: int
    document_id: str
    start: int
    own: bool = False
    starter: bool = False
    literal: bool = True
    dated: bool = True
    doc_type: str | None = None
    number: str | None = None
    day: str | None = None
    year: int | None = None
    number_year: int | None = None
    subject: str | None = None
    issuer: Issuer | None = None
    issuer_words: str | None = None
    province: str = ""
    citing_day: str | None = None
    content: str = ""
    source: str = ""
    page: int | None = None
    section: str = ""
    text: str = ""
    fact_id: str = ""
    node: str | None = None

    @property
    def order(self) -> tuple[bool, bool, str, int, str]:
        """A place among all mentions that follows from what they are."""
        return (not self.own, not self.starter, self.document_id, self.start, self.day or "")

    def period(self, key: DocumentKey) -> str | None:
        """The period in which its document is the only one of its issuer with the key."""
        return period_of(key, self.day, self.year, self.number_year)


@dataclass(slots=True)
class Node:
    """A document, with the mentions that mean it.

    Attributes:
        mentions: In the order of `Mention.order`.
        issuer: Of the anchors, None where it is not known.
        period: As `keys.period_of` gives it, None where it is not known.
        is_open: Which document is meant is left open.
        candidates: Ids of those that it may be.
        twice: The number is used by two documents of the issuer in one period.
        id: Its id.
    """

    mentions: list[Mention]
    issuer: Issuer | None = None
    period: str | None = None
    is_open: bool = False
    candidates: tuple[str, ...] = ()
    twice: bool = False
    id: str = ""
    days: dict[str, int] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)
    subjects: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.count()

    def count(self) -> None:
        """Take stock of the mentions."""
        if len(self.mentions) > 1:
            self.mentions.sort(key=lambda mention: mention.order)
        days: dict[str, int] = {}
        subjects: dict[str, None] = {}
        years: set[int] = set()
        for mention in self.mentions:
            if (day := mention.day) is not None:
                days[day] = days.get(day, 0) + 1
            if (subject := mention.subject) and len(subjects) < _MANY:
                subjects[subject] = None
            if year := mention.number_year or mention.year:
                years.add(year)
        self.days, self.subjects = days, list(subjects)
        self.years = {int(day[:4]) for day in days} | years

    @property
    def first_day(self) -> str | None:
        """The earliest day that it may have."""
        return min(self.days, default=None)

    @property
    def province(self) -> str:
        """Province of the issuer, '' for a central one or none."""
        return self.issuer.province if self.issuer else ""


@lru_cache(maxsize=65_536)
def _words(subject: str | None) -> frozenset[str]:
    return frozenset(skeleton(subject).replace(",", " ").split()) if subject else frozenset()


def _share(one: str | None, other: str | None) -> float | None:
    a, b = sorted((_words(one), _words(other)), key=len)
    return len(a & b) / len(a) if len(a) >= _FEW_WORDS else None


def alike(one: str | None, other: str | None) -> bool:
    """Whether two subjects are those of one document."""
    share = _share(one, other)
    return share is not None and share >= _ALIKE


def _unlike(one: str | None, other: str | None) -> bool:
    share = _share(one, other)
    return share is not None and share < _UNLIKE


def _any_alike(mention: Mention, node: Node) -> bool:
    return any(alike(mention.subject, subject) for subject in node.subjects)


def _all_unlike(mention: Mention, node: Node) -> bool:
    return bool(node.subjects) and all(_unlike(mention.subject, subject) for subject in node.subjects)


def resolve(key: DocumentKey, mentions: Iterable[Mention]) -> list[Node]:
    """The documents that mentions with one key mean, each with its id.

    Args:
        key: The key that they share.
        mentions: All of them, in any order.
    """
    ordered = sorted(mentions, key=lambda mention: mention.order)
    if key.is_open:
        nodes = _grouped(key, [(mention, ()) for mention in ordered])
    else:
        anchors, rest = _anchors(key, ordered)
        anchors = _joined(anchors)
        found = _Known(anchors)
        left: list[tuple[Mention, tuple[Node, ...]]] = []
        given: list[tuple[Mention, Node]] = []
        for mention in rest:
            fitting = found.fitting(key, mention)
            if len(fitting) == 1:
                given.append((mention, fitting[0]))
            else:
                left.append((mention, fitting or found.possible(mention)))
        for mention, node in given:
            node.mentions.append(mention)
        for node in {id(node): node for _, node in given}.values():
            node.count()
        nodes = anchors + _grouped(key, left)
    _name(key, nodes)
    return nodes


# -- anchors ---------------------------------------------------------------------------------------------------------


def _anchors(key: DocumentKey, mentions: Sequence[Mention]) -> tuple[list[Node], list[Mention]]:
    """A node for each issuer and period that mentions name, and the mentions that leave one of them open."""
    groups: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    rest: list[Mention] = []
    for mention in mentions:
        period = mention.period(key)
        if period is None or (mention.issuer is None and not key.sole):
            rest.append(mention)
        else:
            issuer_key = "" if key.sole or mention.issuer is None else mention.issuer.key
            groups[issuer_key, period].append(mention)
    nodes: list[Node] = []
    for (_, period), group in sorted(groups.items()):
        issuer = next((mention.issuer for mention in group if mention.issuer), None)
        identities = _identities(group)
        if len(identities) < 2:
            nodes.append(Node(group, issuer, period))
            continue
        apart = [Node(identity, issuer, period, twice=True) for identity in identities]
        rest += [mention for mention in group if not mention.own]
        nodes += apart
    return nodes, rest


def _identities(group: Sequence[Mention]) -> list[list[Mention]]:
    """The own letterheads of a group, those of copies and versions of one document together."""
    apart: list[list[Mention]] = []
    for mention in group:
        if not mention.own:
            continue
        for identity in apart:
            if any(_is_copy(mention, other) for other in identity):
                identity.append(mention)
                break
        else:
            apart.append([mention])
    return apart


def _is_copy(one: Mention, other: Mention) -> bool:
    if one.content == other.content:
        return True
    if one.day and other.day and one.day != other.day:
        return False
    return not _unlike(one.subject, other.subject)


def _joined(nodes: list[Node]) -> list[Node]:
    """The nodes, two that a slip of the pen parts put together: the year misprinted, or the issuer misread."""
    buckets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, node in enumerate(nodes):
        if node.twice:
            continue
        for day in node.days:
            low, high = sorted((day[5:7], day[8:]))
            buckets["issuer " + (node.issuer.key if node.issuer else ""), low + high].append(place)
            buckets["province " + node.province, day].append(place)
    owner = list(range(len(nodes)))

    def root(place: int) -> int:
        while owner[place] != place:
            place = owner[place]
        return place

    for (kind, _), places in sorted(buckets.items()):
        for at, one in enumerate(places[:_MANY]):
            for other in places[at + 1 : _MANY]:
                first, last = sorted((root(one), root(other)))
                if first != last and _is_slip(nodes[one], nodes[other], kind.startswith("issuer")):
                    owner[last] = first
    return _put_together(nodes, [root(place) for place in range(len(nodes))])


def _put_together(nodes: list[Node], roots: list[int]) -> list[Node]:
    groups: dict[int, list[Node]] = defaultdict(list)
    for node, place in zip(nodes, roots, strict=True):
        groups[place].append(node)
    joined: list[Node] = []
    for group in groups.values():
        if len(group) == 1:
            joined += group
            continue
        best = max(group, key=lambda node: (any(m.own for m in node.mentions), len(node.mentions), node.period or ""))
        joined.append(Node([mention for node in group for mention in node.mentions], best.issuer, best.period))
    return joined


def _is_slip(one: Node, other: Node, same_issuer: bool) -> bool:
    """Whether two nodes are one document whose year, or whose issuer, is wrong in one of them."""
    if same_issuer and one.period == other.period:
        return False
    if all(any(m.own for m in node.mentions) for node in (one, other)):
        return False
    if not same_issuer and one.issuer and other.issuer and one.issuer.level == other.issuer.level:
        return False  # two districts, not one read as the other
    if same_issuer and not _same_days(one, other):
        return False  # one mention whose slip leads to another year does not take the others with it
    subjects = [[m.subject for m in node.mentions if m.subject][:3] for node in (one, other)]
    return any(alike(a, b) for a in subjects[0] for b in subjects[1])


def _same_days(one: Node, other: Node) -> bool:
    """Whether the days of two nodes are the same but for the year, or day and month exchanged."""
    first, last = ({tuple(sorted((day[5:7], day[8:]))) for day in node.days} for node in (one, other))
    return first == last


# -- what is left open -----------------------------------------------------------------------------------------------


class _Known:
    """The anchors of a key, found by day, issuer and province."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._all = nodes
        self._by_day: dict[str, list[Node]] = defaultdict(list)
        self._by_issuer: dict[str, list[Node]] = defaultdict(list)
        self._by_province: dict[str, list[Node]] = defaultdict(list)
        for node in nodes:
            for day in node.days:
                self._by_day[day].append(node)
            self._by_issuer[node.issuer.key if node.issuer else ""].append(node)
            self._by_province[node.province].append(node)

    def fitting(self, key: DocumentKey, mention: Mention) -> tuple[Node, ...]:
        """The nodes that a mention may mean with good reason."""
        if key.block.startswith("law:"):
            year = in_force({year for node in self._all for year in node.years}, mention.citing_day)
            return tuple(node for node in self._all if year in node.years)
        return tuple(node for node in self._near(key, mention) if _fits(key, mention, node))

    def possible(self, mention: Mention) -> tuple[Node, ...]:
        """The nodes that a mention may mean at all, to be listed as candidates."""
        nodes = self._by_day[mention.day] if mention.day in self._by_day else list(self._all[: 4 * _MANY])
        return tuple(node for node in nodes if _may_be(mention, node))[:_MANY]

    def _near(self, key: DocumentKey, mention: Mention) -> Sequence[Node]:
        if mention.issuer is not None and not key.sole:
            return self._by_issuer.get(mention.issuer.key, ())
        if key.sole:
            return self._all
        near = {id(node): node for node in self._by_day.get(mention.day or "", ())}
        near.update({id(node): node for node in self._by_province.get(mention.province, ()) if mention.province})
        return list(near.values())


def in_force(years: set[int], day: str | None) -> int | None:
    """The year of the version of a law that a document without more words means; None if that is open.

    Of those known, the latest before the year of the document, if it is no older than that a later one would be known.

    Args:
        years: Of the versions that are known.
        day: Of the document.
    """
    possible = [year for year in years if day is not None and year < int(day[:4])]
    return max(possible) if possible and day and int(day[:4]) - max(possible) <= _CLOSE else None


def _may_be(mention: Mention, node: Node) -> bool:
    if mention.issuer is not None and node.issuer is not None and mention.issuer.key != node.issuer.key:
        return False
    if mention.citing_day and node.first_day and node.first_day > mention.citing_day:
        return False
    year = mention.number_year or (int(mention.day[:4]) if mention.day else mention.year)
    return year is None or not node.years or year in node.years


def _fits(key: DocumentKey, mention: Mention, node: Node) -> bool:
    if not _may_be(mention, node) or (_all_unlike(mention, node) and not mention.own):
        return False
    same_day = mention.day in node.days if mention.day else False
    if mention.day and not same_day and (node.days or node.twice):
        return False
    same_place = bool(mention.province) and mention.province == node.province
    same_subject = _any_alike(mention, node)
    if mention.own:
        return same_day and same_subject
    if mention.issuer is None and not key.sole:
        sure = same_place or same_subject or not node.province
        return same_day and sure or same_place and same_subject
    if same_day or same_subject or mention.year is not None:
        return True
    return not node.twice and _is_close(mention, node)


def _is_close(mention: Mention, node: Node) -> bool:
    """Whether a document without a date is cited soon enough after that one."""
    if mention.citing_day is None or node.first_day is None:
        return False
    return int(mention.citing_day[:4]) - int(node.first_day[:4]) <= _CLOSE


def _grouped(key: DocumentKey, left: Sequence[tuple[Mention, tuple[Node, ...]]]) -> list[Node]:
    """Nodes for mentions that mean none of the anchors: such as say the same go together."""
    groups: dict[tuple[str, ...], list[tuple[Mention, tuple[Node, ...]]]] = defaultdict(list)
    for mention, fitting in left:
        period = mention.period(key)
        if mention.own:
            same: tuple[str, ...] = ("own", mention.content)
        elif key.block.startswith("law:") and not is_law(key.type_code):  # `Báo cáo thẩm tra`: each has its own
            same = ("document", mention.document_id)
        elif key.sole:
            same = ("sole", period or "")
        elif mention.issuer is not None:
            same = ("issuer", mention.issuer.key, period or str(mention.year or ""))
        else:  # the place of who cites it stands for the issuer that is not said
            same = ("place", mention.province or mention.document_id, mention.day or str(mention.year or ""))
        groups[same].append((mention, fitting))
    nodes: list[Node] = []
    for same, group in sorted(groups.items(), key=lambda item: item[0]):
        first = group[0][0]
        candidates = {id(node): node for _, fitting in group for node in fitting}
        known = first.own or (first.issuer is not None or key.sole) and first.period(key) is not None
        node = Node(
            [mention for mention, _ in group],
            first.issuer if same[0] in ("own", "issuer") else None,
            first.period(key),
            is_open=key.is_open or bool(candidates) and not first.own or not known,
        )
        nodes.append(node)
        node.candidates = tuple(candidates)  # type: ignore[arg-type]  # ids of objects until all have names
    return nodes


# -- ids -------------------------------------------------------------------------------------------------------------


def _name(key: DocumentKey, nodes: list[Node]) -> None:
    """Give each node its id; those that would have the same one are told apart by what they are."""
    plain: dict[int, str] = {id(node): _plain_id(key, node) for node in nodes}
    often = Counter(plain.values())
    for node in nodes:
        node.id = plain[id(node)]
        if often[node.id] > 1:
            node.id += "~" + short_hash(_what(node))
    # Mentions with nothing to tell them apart (same day, no issuer, place unknown) are apart by where they stand.
    for name, count in Counter(node.id for node in nodes).items():
        if count > 1:
            for node in (node for node in nodes if node.id == name):
                first = min(node.mentions, key=lambda mention: (mention.document_id, mention.start))
                node.id += "~" + short_hash(f"{first.document_id} {first.start}")
    names = {id(node): node.id for node in nodes}
    for node in nodes:
        node.candidates = tuple(sorted({names[one] for one in node.candidates}))[:_MANY]  # type: ignore[index]


def _plain_id(key: DocumentKey, node: Node) -> str:
    """`vn/kl/45-kl-tw/2019`; with the units of an issuer that is one of many: `vn/kh/3-kh-batgt/2021/tinh-…`."""
    year = next((str(m.number_year) for m in node.mentions if m.number_year), "")
    if not year:
        best = _best_day(node)
        year = best[:4] if best else next((str(m.year) for m in node.mentions if m.year), "_")
    code = key.type_code or _most([m.doc_type for m in node.mentions if m.doc_type])
    slug = key.slug.replace("-n-", f"-{year}-", 1) if key.normative else key.slug
    parts = ["vn", type_slug(code), slug, year]
    if not key.sole:
        parts.append((node.issuer.path or node.issuer.key.partition("@")[0].partition(".")[0]) if node.issuer else "_")
    return "/".join(parts)


def _best_day(node: Node) -> str | None:
    for mention in node.mentions:
        if (mention.own or mention.starter) and mention.day:
            return mention.day
    return max(node.days, key=lambda day: (node.days[day], day), default=None)


def _most(values: Sequence[str]) -> str | None:
    counts = Counter(values)
    return max(counts, key=lambda value: (counts[value], value), default=None)


def _what(node: Node) -> str:
    """What tells a node from others of its key: not how often it is mentioned, which changes with every batch."""
    first = node.mentions[0]
    if first.own:
        return f"own {first.content}"
    issuer = node.issuer.key if node.issuer else f"? {first.document_id if node.period is None else first.province}"
    return f"{issuer} {node.period} {first.day if node.issuer is None else ''} {node.is_open}"
