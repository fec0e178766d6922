"""Roles of dates: a date inside a citation is the citation's, one inside a deadline the deadline's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from ..copying import changed
from ..records import Citation, DateMention, DateRole, Deadline, Plan


def assign_roles(
    dates: Sequence[DateMention], plan: Plan, citations: Iterable[Citation], deadlines: Iterable[Deadline]
) -> tuple[DateMention, ...]:
    """The dates with their roles, told by the facts that they stand in (raw offsets)."""
    spans: list[tuple[int, int, DateRole]] = []
    if "issue_date" in plan.evidence:
        own = plan.evidence["issue_date"]
        spans.append((own.start, own.end, "issue"))
    spans.extend((c.evidence.start, c.evidence.end, "citation") for c in citations)
    spans.extend((d.evidence.start, d.evidence.end, "deadline") for d in deadlines)
    spans.sort()
    starts = [start for start, _, _ in spans]
    out: list[DateMention] = []
    for mention in dates:
        role: DateRole = mention.role
        at = bisect_right(starts, mention.evidence.start) - 1
        # Spans may nest (a deadline inside a long clause): look back over a few.
        for _, end, found in reversed(spans[max(0, at - 3) : at + 1]):
            if mention.evidence.start < end:
                role = found
                break
        if role == "other" and mention.evidence.section == "signature":
            role = "signature"
        if role == "other" and len(mention.date) != 10 and "-" not in mention.date[4:]:
            role = "period"
        out.append(changed(mention, role=role))
    return tuple(out)
