"""Digital signatures of a PDF, read with pyHanko: who signed, when, and whether the signed bytes are unchanged.

Certificates are not checked against authorities: that would need the network, and trust is not this program's to give.
"""

from __future__ import annotations

import datetime as dt
import io
import logging
import re
from collections.abc import Sequence
from typing import Any

from ..records import Box, Signature
from ..settings import Settings
from .pages import PageText

_MOST = 200
_VIETNAM = dt.timezone(dt.timedelta(hours=7))
_DATE = re.compile(r"D:(\d{14})([+-])(\d{2})(?:'(\d{2}))?")


def read_signatures(data: bytes, settings: Settings, pages: Sequence[PageText] = ()) -> tuple[Signature, ...]:
    """The signatures of a PDF in order of signing; empty if it has none.

    Args:
        data: The PDF's bytes.
        settings: `passwords` are tried where it is encrypted.
        pages: As read, for the text of the visible stamps.
    """
    if b"/ByteRange" not in data:
        return ()
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    try:
        from pyhanko.pdf_utils.reader import PdfFileReader

        reader = PdfFileReader(io.BytesIO(data), strict=False)
        _decrypt(reader, settings.passwords)
        places = _places(reader)
        return tuple(_read(item, places, pages) for item in reader.embedded_signatures[:_MOST])
    except Exception as error:  # a library that meets a damaged file: the text of the document does not depend on it
        return (Signature(None, problem=f"signatures cannot be read: {_words(error)}"),)


def _decrypt(reader: Any, passwords: Sequence[str]) -> None:
    if not reader.encrypted:
        return
    for password in ("", *passwords):
        result = reader.decrypt(password)
        if getattr(result.status, "name", "") != "FAILED":
            return


def _read(item: Any, places: dict[str, tuple[int, Box]], pages: Sequence[PageText]) -> Signature:
    problem = ""
    intact: bool | None = None
    whole: bool | None = None
    try:
        item.compute_integrity_info()
        whole = item.coverage.name == "ENTIRE_FILE"
        intact = _is_intact(item)
    except Exception as error:
        problem = f"integrity cannot be computed: {_words(error)}"
    if intact is False:
        problem = "the signed bytes were changed after signing"
    subject, issuer = _names(item)
    when, source = _time(item)
    page, box = places.get(item.field_name, (None, None))
    organization = ", ".join(dict.fromkeys(filter(None, (subject.get("unit"), subject.get("organization")))))
    return Signature(
        signer=subject.get("name"),
        organization=organization or None,
        email=subject.get("email"),
        signed_at=when,
        time_source=source,
        intact=intact,
        whole_file=whole,
        field=item.field_name,
        page=page,
        box=box,
        stamp_text=_stamp_text(box, pages),
        issuer=issuer.get("name"),
        problem=problem,
    )


def _is_intact(item: Any) -> bool:
    """Whether the digest of the signed bytes is the signed one, and the signature over it is the certificate's."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    intact, valid = validate_sig_integrity(
        item.signer_info, item.signer_cert, expected_content_type="data", actual_digest=item.compute_digest()
    )
    return bool(intact and valid)


def _names(item: Any) -> tuple[dict[str, str], dict[str, str]]:
    certificate = item.signer_cert
    return _name_parts(certificate.subject), _name_parts(certificate.issuer)


_PARTS = {
    "common_name": "name", "organization_name": "organization", "organizational_unit_name": "unit",
    "email_address": "email",
}  # fmt: skip


def _name_parts(name: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in name.native.items():
        part = _PARTS.get(key)
        if part:
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            found[part] = " ".join(text.split())
    return found


def _time(item: Any) -> tuple[dt.datetime | None, str | None]:
    """The time of an authority's time stamp where there is one, else that of the signer's clock."""
    try:
        for attribute in item.signer_info["unsigned_attrs"] or ():
            if attribute["type"].native == "signature_time_stamp_token":
                token = attribute["values"][0]["content"]
                when = token["encap_content_info"]["content"].parsed["gen_time"].native
                return when.astimezone(_VIETNAM), "timestamp"
    except (KeyError, ValueError, TypeError, IndexError):  # not readable: the claimed time remains
        pass
    when = item.self_reported_timestamp
    if not isinstance(when, dt.datetime):
        return None, None
    return _in_zone(when, str(item.sig_object.get("/M", ""))), "claimed"


def _in_zone(when: dt.datetime, written: str) -> dt.datetime:
    """The time in the zone that the file gives: some programs sign local time and call it UTC.

    Args:
        when: The signed time.
        written: The same as the signature dictionary has it (`D:20250107104425+07'00'`).
    """
    parts = _DATE.match(written)
    if parts is None or when.utcoffset() != dt.timedelta(0):
        return when
    try:
        clock = dt.datetime.strptime(parts[1], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return when
    if abs(clock - when) > dt.timedelta(minutes=10):
        return when
    offset = dt.timedelta(hours=int(parts[3]), minutes=int(parts[4] or 0))
    return when.replace(tzinfo=dt.timezone(offset if parts[2] == "+" else -offset))


def _places(reader: Any) -> dict[str, tuple[int, Box]]:
    """Page and box of the visible stamp of each signature field."""
    found: dict[str, tuple[int, Box]] = {}
    pending = [(reader.root["/Pages"], None)]
    number = 0
    while pending and number < 2000:
        node, box = pending.pop()
        box = node.get("/CropBox", node.get("/MediaBox", box))
        if "/Kids" in node:
            pending.extend((kid.get_object(), box) for kid in reversed(node["/Kids"]))
            continue
        number += 1
        for annotation in node.get("/Annots", ()):
            field = annotation.get_object()
            if field.get("/FT") == "/Sig" and "/Rect" in field and box is not None:
                x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
                left, top = min(float(box[0]), float(box[2])), max(float(box[1]), float(box[3]))
                rect = Box(number, min(x0, x1) - left, top - max(y0, y1), max(x0, x1) - left, top - min(y0, y1))
                if rect.x1 - rect.x0 > 1 and rect.y1 - rect.y0 > 1:
                    found.setdefault(str(field.get("/T", "")), (number, rect))
    return found


def _stamp_text(box: Box | None, pages: Sequence[PageText]) -> str:
    """What the stamp says; the digits of a number or day that it put into the text are left out."""
    if box is None:
        return ""
    for page in pages:
        for mark in page.marks:
            if page.page == box.page and mark.kind == "signature" and _same(mark.box, box):
                return mark.text
    return ""


def _same(a: Box, b: Box) -> bool:
    return all(abs(p - q) < 2 for p, q in ((a.x0, b.x0), (a.y0, b.y0), (a.x1, b.x1), (a.y1, b.y1)))


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]
