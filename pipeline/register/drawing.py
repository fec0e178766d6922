"""The network as a picture that a person can read: layers from the centre down, what carries out below what it does.

SVG of our own, since a drawing of documents is boxes in rows: no program needs to be installed, and the same register
always gives the same picture.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from .graph import neighbours
from .keys import is_law
from .looking import Entry, entry_of, one_of, opened_register
from .store import Store

LEVELS = ("central", "province", "district", "commune", "school", "enterprise", "other", "")
_TITLES = {
    "central": "Central", "province": "Province", "district": "District", "commune": "Commune", "school": "School",
    "enterprise": "Enterprise", "other": "Other", "": "Issuer not known",
}  # fmt: skip
_BOX = (216, 104)
_WIDE, _HIGH = _BOX
_GAP, _ROW_GAP, _LEVEL_GAP, _MARGIN, _LEFT = 22, 46, 70, 24, 96
_PER_ROW = 6
_LETTER = 6.4  # width of an average letter of 11 px, in px
_COLOURS = {"here": "#dcefe9", "cited": "#ffffff", "open": "#f4f4f4"}
_LINES = {
    "implements": ("#00695c", ""), "basis": ("#5c6bc0", ""), "guides": ("#8d6e63", ""), "amends": ("#ef6c00", "6 3"),
    "replaces": ("#c62828", "6 3"), "mentions": ("#b0bec5", "2 3"),
}  # fmt: skip
_NAMES = {
    "implements": "carries out", "basis": "rests on", "guides": "guides", "amends": "amends", "replaces": "replaces",
    "mentions": "mentions",
}  # fmt: skip
_STEPS, _MOST, _BASES = 2, 60, 2
_LINES_OF_BOX = 5  # below the number


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing.

    Attributes:
        svg: The picture.
        drawn: Documents in it.
        left_out: Documents that it could not hold.
    """

    svg: str
    drawn: int
    left_out: int


def draw(out: str | Path, around: str | None = None, most: int = _MOST) -> Picture:
    """The network of an output folder as a picture.

    Args:
        out: A folder with tables.
        around: Number or id of the document that it shows the surroundings of; None for the whole: the documents that
            are here, and those that most of them rest on.
        most: How many documents it shows.

    Raises:
        UsageError: The number means no document, or several.
    """
    with opened_register(Path(out)) as store:
        if around is not None:
            centre = one_of(store, around).id
            ids = neighbours(store, centre, _STEPS, most + 1)
        else:
            centre = ""
            ids = _chief(store, most)
        (total,) = store.database.execute("SELECT count(*) FROM nodes").fetchone()
        left = max(0, len(ids) - most) if around is not None else total - min(total, len(ids[:most]))
        entries = {one: entry for one in ids[:most] if (entry := entry_of(store, one)) is not None}
        return Picture(_svg(entries, _edges(store, entries), centre), len(entries), left)


def _chief(store: Store, most: int) -> list[str]:
    """The ends of the relations that say most: what is carried out, then what many rest on; none without a tie."""
    query = (
        "SELECT e.source, e.target, e.relation FROM edges e "
        "JOIN nodes s ON s.id = e.source JOIN nodes t ON t.id = e.target "
        "JOIN (SELECT target, count(DISTINCT source) AS ties FROM edges WHERE relation <> 'mentions' GROUP BY target) "
        "c ON c.target = e.target "
        "WHERE e.relation IN ('implements', 'basis') AND s.status <> 'open' AND t.status <> 'open' "
        "GROUP BY e.source, e.target, e.relation ORDER BY e.relation DESC, t.status <> 'here', "
        "t.level = 'central', ties DESC, e.source, e.target"
    )
    chosen: dict[str, None] = {}
    rests: Counter[str] = Counter()
    later: list[tuple[str, str]] = []
    for source, target, relation in store.database.execute(query):
        rests[source] += relation == "basis"
        if relation == "basis" and rests[source] > _BASES:
            if len(later) < most:
                later.append((source, target))
        elif not _joins(chosen, (source, target), most):
            break
    for pair in later:
        _joins(chosen, pair, most)
    return list(chosen)


def _joins(chosen: dict[str, None], pair: tuple[str, str], most: int) -> bool:
    """Add the ends of a relation if there is room for both."""
    if len(chosen | dict.fromkeys(pair)) > most:
        return False
    chosen |= dict.fromkeys(pair)
    return True


def _edges(store: Store, entries: Mapping[str, Entry]) -> list[tuple[str, str, str]]:
    """The relations among documents, one for a pair: the one that says most."""
    store.database.execute("CREATE TEMP TABLE drawn (id TEXT PRIMARY KEY) WITHOUT ROWID")
    store.database.executemany("INSERT INTO drawn VALUES (?)", ((one,) for one in entries))
    query = (
        "SELECT DISTINCT source, target, relation FROM edges WHERE source IN (SELECT id FROM drawn) "
        "AND target IN (SELECT id FROM drawn) ORDER BY source, target"
    )
    order = list(_LINES)
    best: dict[tuple[str, str], str] = {}
    for source, target, relation in store.database.execute(query):
        known = best.get((source, target))
        if known is None or order.index(relation) < order.index(known):
            best[source, target] = relation
    store.database.execute("DROP TABLE drawn")
    return [(source, target, relation) for (source, target), relation in sorted(best.items())]


# -- layout ----------------------------------------------------------------------------------------------------------

_Rows = list[tuple[str, list[str]]]


def _depths(ids: Iterable[str], edges: Sequence[tuple[str, str, str]]) -> dict[str, int]:
    """How many documents of its own level stand above each: what carries out stands below. Cycles end at a bound."""
    depth = dict.fromkeys(ids, 0)
    for _ in range(min(len(depth), 12)):
        changed = False
        for source, target, relation in edges:
            if relation in ("implements", "basis") and depth[source] < depth[target] + 1 <= 12:
                depth[source] = depth[target] + 1
                changed = True
        if not changed:
            break
    return depth


def _rows(entries: Mapping[str, Entry], edges: Sequence[tuple[str, str, str]]) -> _Rows:
    """The documents of each level in rows, those that are tied to each other near each other."""
    levels: dict[str, list[str]] = defaultdict(list)
    for one, entry in entries.items():
        levels[entry.level or ""].append(one)
    rows: _Rows = []
    place: dict[str, float] = {}
    ties: dict[str, list[str]] = defaultdict(list)
    for source, target, _ in edges:
        ties[source].append(target)
        ties[target].append(source)
    for level in LEVELS:
        ids = sorted(levels.get(level, ()))
        within = [edge for edge in edges if edge[0] in set(ids) and edge[1] in set(ids)]
        depth = _depths(ids, within)
        groups: dict[int, list[str]] = defaultdict(list)
        for one in ids:
            groups[depth[one]].append(one)
        for number in sorted(groups):
            ordered = sorted(groups[number], key=lambda one: (_middle(one, ties, place), entries[one].date or "9", one))
            for at in range(0, len(ordered), _PER_ROW):
                row = ordered[at : at + _PER_ROW]
                rows.append((level, row))
                place |= {one: (at_row + 0.5) / len(row) for at_row, one in enumerate(row)}
    return rows


def _middle(one: str, ties: Mapping[str, list[str]], place: Mapping[str, float]) -> float:
    known = [place[other] for other in ties.get(one, ()) if other in place]
    return sum(known) / len(known) if known else 0.5


@dataclass(frozen=True)
class _Layout:
    """Where everything stands: corners of the boxes, bands of the levels, gaps between the boxes of each row."""

    corners: Mapping[str, tuple[float, float]]
    bands: Sequence[tuple[str, float, float]]
    width: float
    height: float
    rows: Sequence[tuple[float, Sequence[float]]]
    row_of: Mapping[str, int]


def _laid_out(rows: _Rows) -> _Layout:
    widest = max((len(row) for _, row in rows), default=1)
    width = max(_LEFT + widest * (_WIDE + _GAP) + _MARGIN, 960)
    corners: dict[str, tuple[float, float]] = {}
    bands: list[tuple[str, float, float]] = []
    gaps: list[tuple[float, Sequence[float]]] = []
    row_of: dict[str, int] = {}
    y, last = 64.0, None
    for number, (level, row) in enumerate(rows):
        if level != last:
            y += _LEVEL_GAP - _ROW_GAP if last is not None else 0
            bands.append((level, y, y))
            last = level
        x = _LEFT + max(0.0, (width - _LEFT - _MARGIN - len(row) * (_WIDE + _GAP) + _GAP) / 2)
        gaps.append((y, [x - _GAP / 2 + at * (_WIDE + _GAP) for at in range(len(row) + 1)]))
        for one in row:
            corners[one], row_of[one] = (x, y), number
            x += _WIDE + _GAP
        bands[-1] = (level, bands[-1][1], y + _HIGH)
        y += _HIGH + _ROW_GAP
    return _Layout(corners, bands, width, y, gaps, row_of)


_Point = tuple[float, float]


def _ways(layout: _Layout, edges: Sequence[tuple[str, str, str]]) -> list[tuple[str, list[_Point]]]:
    """The points that each line goes through: through the gaps between boxes, never under one."""
    ways: list[tuple[str, str, str, list[float]]] = []
    for source, target, relation in edges:
        first, last = layout.row_of[source], layout.row_of[target]
        x0, x1 = (layout.corners[one][0] + _WIDE / 2 for one in (source, target))
        between = range(first - 1, last, -1) if first > last else range(first + 1, last)
        passed, x = [], x0
        for number, row in enumerate(between, 1):
            wished = x + (x1 - x) * number / (len(between) + 1)
            x = min(layout.rows[row][1], key=lambda gap: (abs(gap - wished), gap))
            passed.append(x)
        ways.append((source, target, relation, passed))
    ports = _ports(layout, ways)
    lanes: Counter[tuple[int, float]] = Counter()
    found = []
    for number, (source, target, relation, passed) in enumerate(ways):
        first, last = layout.row_of[source], layout.row_of[target]
        between = range(first - 1, last, -1) if first > last else range(first + 1, last)
        begin, end = ports[number]
        points = [begin]
        for row, x in zip(between, passed, strict=True):
            lanes[row, x] += 1
            x += ((lanes[row, x] - 1) % 5 - 2) * 3.2  # lines through one gap lie beside each other
            top = layout.rows[row][0]
            points += [(x, top + _HIGH), (x, top)] if first > last else [(x, top), (x, top + _HIGH)]
        found.append((relation, [*points, end]))
    return found


def _ports(layout: _Layout, ways: Sequence[tuple[str, str, str, list[float]]]) -> list[tuple[_Point, _Point]]:
    """Where each line leaves its box and enters the other: side by side, in the order of where they go."""
    sides: dict[tuple[str, bool], list[tuple[float, int, bool]]] = defaultdict(list)
    for number, (source, target, _, passed) in enumerate(ways):
        up = layout.row_of[source] > layout.row_of[target]
        level = layout.row_of[source] == layout.row_of[target]
        x0, x1 = (layout.corners[one][0] for one in (source, target))
        sides[source, up or level].append((passed[0] if passed else x1, number, True))
        sides[target, not up or level].append((passed[-1] if passed else x0, number, False))
    points: dict[tuple[int, bool], _Point] = {}
    for (one, top), lines in sides.items():
        x, y = layout.corners[one]
        for place, (_, number, leaves) in enumerate(sorted(lines)):
            at = x + _WIDE * (place + 1) / (len(lines) + 1)
            points[number, leaves] = (at, y if top else y + _HIGH)
    return [(points[number, True], points[number, False]) for number in range(len(ways))]


# -- drawing ---------------------------------------------------------------------------------------------------------


def _svg(entries: Mapping[str, Entry], edges: Sequence[tuple[str, str, str]], centre: str) -> str:
    layout = _laid_out(_rows(entries, edges))
    width, height = layout.width, layout.height
    used = [relation for relation in _LINES if any(edge[2] == relation for edge in edges)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="DejaVu Sans, Noto Sans, Arial, sans-serif" '
        'font-size="11">',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        _heads(used),
        _legend(used),
    ]
    for level, top, bottom in layout.bands:
        title = _TITLES[level].replace(" ", "&#160;")
        parts.append(
            f'<rect x="8" y="{top - 16:.0f}" width="{width - 16:.0f}" height="{bottom - top + 32:.0f}" rx="6" '
            f'fill="#fafbfc" stroke="#e3e7eb"/>'
            f'<text x="18" y="{top + 4:.0f}" font-weight="bold" fill="#546e7a">{title}</text>'
        )
    parts += [_line(points, relation) for relation, points in _ways(layout, edges)]
    parts += [_box(layout.corners[one], entry, one == centre) for one, entry in entries.items()]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _heads(used: Sequence[str]) -> str:
    """Arrow heads, one a colour."""
    heads = [
        f'<marker id="{relation}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="{_LINES[relation][0]}"/></marker>'
        for relation in used
    ]
    return f"<defs>{''.join(heads)}</defs>"


def _legend(used: Sequence[str]) -> str:
    parts, x = [], 18.0
    for status, words in (("here", "text is here"), ("cited", "only cited"), ("open", "left open")):
        parts.append(
            f'<rect x="{x:.0f}" y="14" width="16" height="12" fill="{_COLOURS[status]}" stroke="#78909c"'
            f'{_dashes(status)}/><text x="{x + 22:.0f}" y="24">{words}</text>'
        )
        x += 34 + len(words) * _LETTER
    for relation in used:
        colour, dash = _LINES[relation]
        stroke = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(
            f'<line x1="{x:.0f}" y1="20" x2="{x + 26:.0f}" y2="20" stroke="{colour}" stroke-width="1.6"{stroke} '
            f'marker-end="url(#{relation})"/><text x="{x + 32:.0f}" y="24">{_NAMES[relation]}</text>'
        )
        x += 48 + len(_NAMES[relation]) * _LETTER
    return "".join(parts)


def _dashes(status: str) -> str:
    return ' stroke-dasharray="3 2"' if status == "open" else ""


def _line(points: Sequence[_Point], relation: str) -> str:
    """A curve through points, upright where it passes a row."""
    colour, dash = _LINES[relation]
    (x, y), path = points[0], f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for number, (x1, y1) in enumerate(points[1:]):
        if number % 2:
            path += f"L{x1:.0f} {y1:.0f}"
        elif abs(y - y1) < 1:  # in one row: a bow above the boxes
            lift = 14 + min(26.0, abs(x - x1) / 30)
            path += f"C{x:.0f} {y - lift:.0f} {x1:.0f} {y1 - lift:.0f} {x1:.0f} {y1:.0f}"
        else:
            bend = (y1 - y) * 0.55
            path += f"C{x:.0f} {y + bend:.0f} {x1:.0f} {y1 - bend:.0f} {x1:.0f} {y1:.0f}"
        x, y = x1, y1
    stroke = f' stroke-dasharray="{dash}"' if dash else ""
    wide = 1.0 if relation == "mentions" else 1.4
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{wide}" opacity="0.85"{stroke} '
        f'marker-end="url(#{relation})"/>'
    )


def _box(corner: tuple[float, float], entry: Entry, is_centre: bool) -> str:
    x, y = corner
    edge = "#bf360c" if is_centre else "#78909c"
    wide = 2.4 if is_centre else 1
    date = entry.date or "?"
    issuer = _wrapped(f"{date} · {entry.issuer}" if entry.issuer else date, 2)
    lines = _wrapped(entry.subject, _LINES_OF_BOX - len(issuer))
    head = _fit(_head(entry), 12)
    parts = [
        f"<g><title>{escape(' · '.join(str(p) for p in (entry.id, entry.issuer, entry.subject) if p))}</title>"
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{_WIDE}" height="{_HIGH}" rx="5" fill="{_COLOURS[entry.status]}" '
        f'stroke="{edge}" stroke-width="{wide}"{_dashes(entry.status)}/>',
        f'<text x="{x + 8:.0f}" y="{y + 17:.0f}" font-weight="bold" font-size="12">{escape(head)}</text>',
    ]
    for number, line in enumerate([*issuer, *lines]):
        colour = ' fill="#455a64"' if number < len(issuer) else ""
        at = y + 32 + 13 * number + (3 if number >= len(issuer) else 0)
        parts.append(f'<text x="{x + 8:.0f}" y="{at:.0f}" font-size="10"{colour}>{escape(line)}</text>')
    return "".join(parts) + "</g>"


def _head(entry: Entry) -> str:
    """Type and number; of a law that is cited by its name, that name."""
    if entry.number:
        return entry.label
    if is_law(entry.doc_type) and entry.subject:
        return entry.subject
    return f"{entry.doc_type or ''} without a number".strip()


_INNER = _WIDE - 16


def _length(text: str, size: float) -> float:
    """Width of a text in px, rather too much than too little."""
    wide = sum(0.36 if c in " .,:;ijl'|()/-" else 0.74 if c.isupper() else 0.62 for c in text)
    return wide * size


def _fit(text: str, size: float) -> str:
    """A text on one line that fits into a box."""
    text = " ".join(text.split())
    if _length(text, size) <= _INNER:
        return text
    while text and _length(text + "…", size) > _INNER:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrapped(text: str | None, most: int, size: float = 10) -> list[str]:
    """Words in lines that fit into a box, the last one cut."""
    words = (text or "")[:300].split()
    lines: list[str] = []
    while words and len(lines) < most:
        line = words.pop(0)
        while words and _length(f"{line} {words[0]}", size) <= _INNER:
            line += f" {words.pop(0)}"
        lines.append(line)
    if words and lines:
        lines[-1] = f"{lines[-1]} {' '.join(words)}"
    return [_fit(line, size) for line in lines]
