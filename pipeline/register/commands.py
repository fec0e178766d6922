"""The register's commands of `vnplan`: their arguments, and what they print."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutputError, UsageError
from ..ingestion.names import counted

if TYPE_CHECKING:
    import datetime as dt

    from .differences import Difference
    from .finding import Hit
    from .looking import Dossier, Entry
    from .update import RegisterSummary

Say = Callable[[str], None]
_FOUND, _NOTHING = 0, 1
_RELATIONS = {
    "implements": "carries out", "basis": "rests on", "guides": "guides", "amends": "amends", "replaces": "replaces",
    "mentions": "mentions",
}  # fmt: skip
_DOWN = {"implements": "carries it out", "basis": "rests on it", "guides": "guides it"}
_MANY = 20
_AROUND, _OPENING = 6, 3  # words that stay on each side of a change in a long text, and at its beginning
_MUCH = 4_000_000  # pairs of words above which two texts are not compared word by word


class Commands:
    """The commands, each from the parsed arguments to an exit code.

    Args:
        say: Prints a line for a person.
        warn: Prints a line about what is amiss.
    """

    def __init__(self, say: Say, warn: Say) -> None:
        self._say = say
        self._warn = warn

    def add(self, command: Callable[..., argparse.ArgumentParser]) -> None:
        """Add the commands to a parser; `command` makes one from name, function and words."""
        self._add_search(command)
        one = command("calendar", self.calendar, "write what is due as a calendar (iCalendar)")
        one.add_argument("out", metavar="OUT", help="output folder of vnplan extract")
        one.add_argument("--body", metavar="WORDS", help="only what binds this body, or comes from it")
        one.add_argument("--to", metavar="FILE", help="file to write (default: to standard output)")

        one = command("due", self.due, "list what is due soon")
        one.add_argument("out", metavar="OUT", help="output folder of vnplan extract")
        one.add_argument("--within", default="14d", metavar="SPAN", help="how far ahead: 14d, 3w, 2m (default 14d)")
        one.add_argument("--from", dest="since", metavar="DAY", help="first day (default: today)")
        one.add_argument("--body", metavar="WORDS", help="only what binds this body, or comes from it")
        one.add_argument("--json", action="store_true", help="as JSON, for programs")

        one = command("network", self.network, "show or draw which document carries out, rests on or replaces which")
        one.add_argument("out", metavar="OUT", help="output folder of vnplan extract")
        one.add_argument(
            "--around", metavar="NUMBER", help="only the surroundings of this document (18-CT/TW, or its id)"
        )
        one.add_argument("--svg", metavar="FILE", help="draw it into this file")
        one.add_argument("--most", type=int, default=60, metavar="N", help="documents in the drawing (default 60)")

        one = command("cite", self.cite, "say what is known of a document: date, issuer, who carries it out, conflicts")
        one.add_argument(
            "number", metavar="NUMBER", help="its number (18-CT/TW), its id, or a document_id of the tables"
        )
        one.add_argument(
            "out", nargs="?", metavar="OUT", help="output folder of vnplan extract (default: what is known beforehand)"
        )
        one.add_argument("--json", action="store_true", help="as JSON, for programs")

    def _add_search(self, command: Callable[..., argparse.ArgumentParser]) -> None:
        one = command("search", self.search, "find documents or facts by their words, typed with or without marks")
        one.add_argument("out", metavar="OUT", help="output folder of vnplan extract")
        one.add_argument("words", nargs="+", metavar="WORDS", help='all must stand in it; "…" inside: in a row')
        one.add_argument("--from", dest="since", metavar="DAY", help="issued on this day or later")
        one.add_argument("--to", dest="until", metavar="DAY", help="issued on this day or before")
        one.add_argument("--province", metavar="NAME", help="of this province, before or after the mergers of 2025")
        one.add_argument("--body", metavar="WORDS", help="issued by this body, or with a task that it leads")
        one.add_argument("--type", dest="doc_type", metavar="CODE", help="of this type: KH, QĐ, CT, …")
        one.add_argument("--kind", choices=("task", "target", "deadline", "citation"), help="search facts of this kind")
        one.add_argument("--limit", type=int, default=20, metavar="N", help="how many (default 20)")
        one.add_argument("--json", action="store_true", help="as JSON, for programs")

    # -- search ------------------------------------------------------------------------------------------------------

    def search(self, args: argparse.Namespace) -> int:
        """`vnplan search`."""
        from .finding import Filters, search

        if args.limit < 1:
            raise UsageError(f"--limit must be 1 or more, not {args.limit}")
        filters = Filters(_day("--from", args.since), _day("--to", args.until), args.province, args.body, args.doc_type)
        hits = search(args.out, " ".join(args.words), filters, args.kind, args.limit, self._warn)
        if args.json:
            _print_json([asdict(hit) for hit in hits])
        else:
            for hit in hits:
                for line in hit_lines(hit):
                    self._say(line)
        return _FOUND if hits else _NOTHING

    # -- what is due -------------------------------------------------------------------------------------------------

    def calendar(self, args: argparse.Namespace) -> int:
        """`vnplan calendar`."""
        from .due import calendar

        made = calendar(args.out, args.body)
        if args.to is None:
            sys.stdout.buffer.write(made)
        else:
            _write(args.to, made)
        return _FOUND

    def due(self, args: argparse.Namespace) -> int:
        """`vnplan due`."""
        import datetime as dt

        from .due import deadlines, span_of, upcoming

        first = _day("--from", args.since) or dt.date.today()
        found = upcoming(deadlines(args.out, args.body), first, first + span_of(args.within))
        if args.json:
            _print_json([{"day": day, **asdict(due)} for day, due in found])
            return _FOUND
        for day, due in found:
            who = f"{'; '.join(due.bodies)}: " if due.bodies else ""
            self._say(f"{day.isoformat()}  {who}{due.what}")
            again = f"  every: {due.rule}" if due.rule else ""
            self._say(f"            “{due.words}”  {due.plan}  {due.source}{_page(due.page)}{again}")
        if not found:
            self._say(f"nothing is due from {first.isoformat()} on within {args.within}")
        return _FOUND

    # -- documents ---------------------------------------------------------------------------------------------------

    def network(self, args: argparse.Namespace) -> int:
        """`vnplan network`."""
        from .drawing import draw
        from .exports import GRAPHS
        from .update import update_register

        if args.most < 1:
            raise UsageError(f"--most must be 1 or more, not {args.most}")
        summary = update_register(args.out, self._warn)
        if args.svg is not None:
            picture = draw(args.out, args.around, args.most)
            _write(args.svg, picture.svg.encode())
            left = f"; {picture.left_out} more are not drawn (--around, --most)" if picture.left_out else ""
            self._say(f"{counted(picture.drawn, 'document')} drawn: {args.svg}{left}")
        elif args.around is not None:
            for line in self._chains(args.out, args.around):
                self._say(line)
        else:
            for line in summary_lines(summary):
                self._say(line)
            self._say(f"for Gephi, Cytoscape and networkx: {', '.join(str(Path(args.out) / name) for name in GRAPHS)}")
        return _FOUND

    def _chains(self, out: str, number: str) -> Iterator[str]:
        from .looking import in_folder

        found = in_folder(number, Path(out))
        if not found:
            raise UsageError(f"no document in {out} has or cites the number {number}")
        for dossier in found:
            yield entry_line(dossier.entry)
            yield from chain_lines(dossier)
            yield from down_lines(dossier)

    def cite(self, args: argparse.Namespace) -> int:
        """`vnplan cite`."""
        from .looking import cite

        found = cite(args.number, args.out)
        if args.json:
            _print_json([asdict(dossier) for dossier in found])
        else:
            for place, dossier in enumerate(found):
                if place:
                    self._say("")
                for line in dossier_lines(dossier):
                    self._say(line)
        if found and args.out and found[0].entry.status == "known":
            self._warn(f"no document in {args.out} cites {args.number}: this is what is known beforehand")
        if not found:
            where = f"in {args.out}" if args.out else "beforehand; give the output folder of an extract too"
            self._warn(f"no document with the number {args.number} is known {where}")
        return _FOUND if found else _NOTHING


def _day(option: str, words: str | None) -> dt.date | None:
    import datetime as dt

    try:
        return dt.date.fromisoformat(words) if words else None
    except ValueError:
        raise UsageError(f"{option} must be a day such as 2024-05-31, not {words}") from None


def _write(path: str, data: bytes) -> None:
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def _page(page: int | None) -> str:
    return f", p. {page}" if page else ""


# -- lines -----------------------------------------------------------------------------------------------------------


def summary_lines(summary: RegisterSummary) -> Iterator[str]:
    """What an update of the register did."""
    counts = ((summary.documents, "document"), (summary.edges, "relation"), (summary.conflicts, "conflict"))
    yield f"register: {', '.join(counted(*pair) for pair in counts)}"


def hit_lines(hit: Hit) -> Iterator[str]:
    """A hit: its document, and the words that were found, in angle quotes."""
    name = " ".join(part for part in (hit.doc_type, hit.number) if part) or "(no number)"
    place = f"{hit.source}{_page(hit.page)}" + (f", {hit.section}" if hit.section else "")
    yield " · ".join(part for part in (name, hit.day, hit.issuer, place) if part)
    yield "    " + "".join(f"«{words}»" if is_found else words for words, is_found in hit.parts())


def entry_line(entry: Entry) -> str:
    """A document on one line, as it would be cited."""
    issuer = f"của {entry.issuer}" if entry.issuer else ""
    date = f"ngày {_written(entry.date)}" if entry.date else ""
    return " ".join(part for part in (entry.label, date, issuer, f"[{entry.status}]") if part)


def _written(date: str) -> str:
    """A date as offices write it: `04/9/2012`."""
    if len(date) != 10:
        return date
    year, month, day = date.split("-")
    return f"{day}/{month if int(month) < 3 else int(month)}/{year}"


def dossier_lines(dossier: Dossier) -> Iterator[str]:
    """What is known of a document."""
    entry = dossier.entry
    yield entry_line(entry)
    pairs: Sequence[tuple[str, str | None]] = (
        ("id", entry.id or None),
        ("about", entry.subject),
        ("date", f"{entry.date} ({entry.date_reason})" if entry.date and entry.date_reason else None),
        ("known from", entry.known_from),
        ("its text", ", ".join(dossier.sources) or None),
        ("may be", ", ".join(entry.candidates) or None),
        ("cited", f"{counted(entry.mentions, 'time')} by {counted(entry.cited_by, 'document')}" if entry.id else None),
        ("replaced by", ", ".join(dossier.replaced_by) or None),
        ("amended by", ", ".join(dossier.amended_by) or None),
    )
    for name, value in pairs:
        if value:
            yield f"  {name:11}  {value}"
    yield from chain_lines(dossier)
    yield from down_lines(dossier)
    for conflict in dossier.conflicts:
        yield f"  conflict     {conflict.kind.replace('_', ' ')} of {conflict.document}: {' / '.join(conflict.values)}"
        yield f"  {'':11}  {conflict.likely or 'open'}: {conflict.reason}"
        for words in conflict.evidence[:_MANY]:
            yield f"  {'':11}    {words}"
    for one in dossier.targets:
        own = " ".join(one.own.text.split()) if one.own else "nothing here"
        above = " ".join(one.target.text.split())
        yield f"  target       {one.verdict}: “{own}” beside “{above}” of {one.above}"


def chain_lines(dossier: Dossier) -> Iterator[str]:
    """The ways up from a document."""
    for way in dossier.up[:_MANY]:
        steps = [f"{_RELATIONS[link.relation]} {_label(dossier, link.target)}" for link in way]
        yield f"  {'up':11}  {' → '.join(steps)}"


def down_lines(dossier: Dossier) -> Iterator[str]:
    """The documents that carry a document out or rest on it."""
    for link in dossier.down[:_MANY]:
        yield f"  {'down':11}  {_label(dossier, link.source)} {_DOWN[link.relation]}"
    if len(dossier.down) > _MANY:
        yield f"  {'':11}  and {len(dossier.down) - _MANY} more"


def _label(dossier: Dossier, node: str) -> str:
    entry = dossier.names.get(node)
    return f"{entry.label} ({entry.date[:4]})" if entry and entry.date else entry.label if entry else node


_HEADS = {
    "field": "fields", "target": "targets", "task": "tasks", "responsibility": "responsibilities",
    "deadline": "deadlines", "citation": "citations", "text": "text",
}  # fmt: skip
_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def marked_changes(before: str, after: str) -> tuple[str, str]:
    """Two texts with the words that differ in angle quotes; of long ones what is the same is cut."""
    old, new = before.split(), after.split()
    if len(old) * len(new) > _MUCH or not set(old) & set(new):
        return before, after
    lines: tuple[list[str], list[str]] = ([], [])
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(codes):
        for words, line in ((old[a:b], lines[0]), (new[c:d], lines[1])):
            if tag != "equal":
                line += [f"«{' '.join(words)}»"] if words else []
                continue
            first = _AROUND if place else _OPENING
            last = _AROUND if place + 1 < len(codes) else 0
            long = len(words) > first + last + _AROUND
            line += [*words[:first], "…", *words[len(words) - last :]] if long else words
    return " ".join(lines[0]), " ".join(lines[1])


def difference_lines(found: Sequence[Difference]) -> Iterator[str]:
    """Differences, a kind after the other."""
    last = ""
    for one in found:
        if one.kind != last:
            yield _HEADS[one.kind]
            last = one.kind
        name = f"{one.what}: " if one.kind == "field" else ""
        page = (
            f" (p. {one.page_before or '?'} → p. {one.page_after or '?'})" if one.page_before or one.page_after else ""
        )
        if one.change == "changed":
            before, after = marked_changes(one.before or "", one.after or "")
            yield f"  ~ {name}{before}"
            yield f"  {'':{len(name)}}→ {after}{page}"
        else:
            yield f"  {_SIGNS[one.change]} {name}{one.after if one.before is None else one.before}{page}"
    if not found:
        yield "no difference"
