"""What digital signatures say against the document that they are on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records import Plan, Signature


def signature_warnings(plan: Plan, signatures: Sequence[Signature]) -> tuple[str, ...]:
    """Warnings for the plan: signatures that cannot be read, that do not fit the bytes, or that are older than it."""
    return tuple(dict.fromkeys(_warnings(plan, signatures)))


def _warnings(plan: Plan, signatures: Sequence[Signature]) -> Iterator[str]:
    for signature in signatures:
        who = signature.signer or "unknown signer"
        if signature.intact is False:
            yield f"digital signature of {who}: {signature.problem or 'not intact'}"
        elif signature.problem:
            yield f"digital signature: {signature.problem}"
        when = signature.signed_at
        if when is not None and plan.issue_date is not None and when.date() < plan.issue_date:
            yield f"digital signature of {who} on {when.date()}, before the issue date {plan.issue_date}"
