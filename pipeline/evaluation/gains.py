"""Two runs over the same documents: every fact that the new one won or lost, by rule, as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .evaluate import words
from .judging import Judged, Judgement

Change = Literal["won", "lost", "invented", "dropped"]
CHANGES: tuple[Change, ...] = ("won", "dropped", "lost", "invented")
_HEADS: dict[Change, str] = {
    "won": "Won: right now, not before",
    "dropped": "No longer invented",
    "lost": "Lost: right before, not now",
    "invented": "Invented: wrong now, not there before",
}


@dataclass(frozen=True, slots=True)
class Gain:
    """One fact that changed.

    Attributes:
        change: `won`, `lost`, `invented` (wrong and new) or `dropped` (wrong, and gone).
        rule: The rule that reads it now; for what is lost or dropped, the rule that read it before.
        new: The judgement on the new run, None for what is dropped.
        old: The judgement on the old run, None for what is invented.
    """

    change: Change
    rule: str
    new: Judgement | None
    old: Judgement | None

    @property
    def judgement(self) -> Judgement:
        """The newer judgement that there is."""
        found = self.new or self.old
        assert found is not None
        return found


def gains(new: Judged, old: Judged) -> list[Gain]:
    """What changed between two runs judged by the same gold, in order of kinds and documents."""
    found = []
    after, before = _by_slot(new), _by_slot(old)
    for key in {**before, **after}:
        one, other = after.get(key), before.get(key)
        if one is not None and one.verdict == "right" and (other is None or other.verdict != "right"):
            found.append(Gain("won", one.rule, one, other))
        elif other is not None and other.verdict == "right" and (one is None or one.verdict != "right"):
            found.append(Gain("lost", other.rule, one, other))
    for change, here, there in (("invented", new, old), ("dropped", old, new)):
        known = Counter(_extra(one) for one in there.judgements if one.slot < 0)
        for one in here.judgements:
            if one.slot < 0 and one.given is not None:
                if known[_extra(one)]:
                    known[_extra(one)] -= 1
                elif change == "invented":
                    found.append(Gain("invented", one.rule, one, None))
                else:
                    found.append(Gain("dropped", one.rule, None, one))
    return found


def _by_slot(judged: Judged) -> dict[tuple[str, str, int], Judgement]:
    return {(one.kind, one.document, one.slot): one for one in judged.judgements if one.slot >= 0}


def _extra(one: Judgement) -> tuple[str, str, str]:
    return one.kind, one.document, words(one.given)


def markdown(found: Sequence[Gain], most: int = 200) -> Iterator[str]:
    """The changes as Markdown for a pull request: by kind, by rule, and one by one.

    Args:
        found: From `gains`.
        most: How many of each sort are listed one by one.
    """
    yield "## Won and lost\n"
    if not found:
        yield "Nothing changed."
        return
    yield from _counted("kind of fact", ((gain.judgement.kind, gain.change) for gain in found))
    yield ""
    yield from _counted("rule", ((gain.rule or "none", gain.change) for gain in found))
    for change in CHANGES:
        part = [gain for gain in found if gain.change == change]
        if part:
            yield f"\n### {_HEADS[change]} ({len(part)})\n"
            yield from (_line(gain) for gain in part[:most])
            if len(part) > most:
                yield f"- … and {len(part) - most} more"


def _counted(title: str, pairs: Iterable[tuple[str, Change]]) -> Iterator[str]:
    counts = Counter(pairs)
    yield f"| {title} | won | no longer invented | lost | invented |"
    yield "|---|---:|---:|---:|---:|"
    for name in sorted({name for name, _ in counts}):
        yield f"| {_plain(name)} | " + " | ".join(str(counts[name, change]) for change in CHANGES) + " |"


def _line(gain: Gain) -> str:
    one = gain.judgement
    rule = f" `{gain.rule}`" if gain.rule else ""
    wanted = words(one.gold) if one.gold is not None else words(one.given)
    instead = ""
    if gain.change == "lost" and gain.new is not None and gain.new.given is not None:
        instead = f"; now: {_plain(words(gain.new.given))}"
    if gain.change == "won" and gain.old is not None and gain.old.given is not None:
        instead = f"; before: {_plain(words(gain.old.given))}"
    return f"- {_plain(one.document)}, {one.kind}{rule}: {_plain(wanted)}{instead}"


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return " ".join(text.split()).replace("|", r"\|").replace("<", "&lt;").replace("`", "'")
