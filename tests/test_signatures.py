"""Digital signatures: who, when, intact or not, and what that says against the document."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import paper
import pytest

from vnplan.ingestion.pdf import read_pdf
from vnplan.ingestion.signatures import read_signatures
from vnplan.linking.signatures import signature_warnings
from vnplan.records import Plan, Signature
from vnplan.settings import Settings


@pytest.fixture(scope="module")
def signed() -> bytes:
    """A plan signed with a certificate of our own."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, fields, signers

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Nguyễn Văn Bình"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "UBND huyện An Bình"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Phòng Kinh tế"),
        ]
    )
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    bundle = serialization.pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, None, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner.load_pkcs12_data(bundle, [])
    writer = IncrementalPdfFileWriter(io.BytesIO(paper.plan_pdf()))
    fields.append_signature_field(writer, fields.SigFieldSpec("Ký", on_page=0, box=(400, 100, 560, 160)))
    out = io.BytesIO()
    signers.sign_pdf(writer, PdfSignatureMetadata(field_name="Ký"), signer, output=out)
    return out.getvalue()


def test_signature_is_read(signed: bytes) -> None:
    found = read_pdf(signed, "a.pdf")
    (signature,) = found.signatures
    assert signature.signer == "Nguyễn Văn Bình"
    assert signature.organization == "Phòng Kinh tế, UBND huyện An Bình"
    assert signature.intact is True
    assert signature.whole_file is True
    assert signature.signed_at is not None
    assert signature.signed_at.date() in {dt.datetime.now(dt.UTC).date(), dt.datetime.now().date()}
    assert signature.page == 1
    assert signature.box is not None
    assert (signature.box.x0, signature.box.y1) == (400, 742)
    assert "Timestamp: 20" in signature.stamp_text
    assert "Timestamp" not in found.pages[0].text


def test_changed_bytes_are_found(signed: bytes) -> None:
    at = signed.index(b"stream") + 30
    changed = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    (signature,) = read_signatures(changed, Settings())
    assert signature.intact is False
    assert signature_warnings(Plan(), (signature,)) == (
        "digital signature of Nguyễn Văn Bình: the signed bytes were changed after signing",
    )


def test_appended_bytes_are_found(signed: bytes) -> None:
    (signature,) = read_signatures(signed + b"\n% more\n", Settings())
    assert signature.intact is True
    assert signature.whole_file is False


def test_broken_signature_costs_no_text(signed: bytes) -> None:
    at = signed.index(b"/Contents <") + 40
    broken = signed[:at] + b"0" * 400 + signed[at + 400 :]
    found = read_pdf(broken, "a.pdf")
    assert found.signatures[0].problem
    assert "15/KH-PKT" in found.pages[0].text


def test_signed_before_the_issue_date() -> None:
    when = dt.datetime(2024, 3, 1, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    signature = Signature("Nguyễn Văn Bình", signed_at=when, intact=True)
    assert signature_warnings(Plan(issue_date=dt.date(2024, 3, 5)), (signature,)) == (
        "digital signature of Nguyễn Văn Bình on 2024-03-01, before the issue date 2024-03-05",
    )
    assert not signature_warnings(Plan(issue_date=dt.date(2024, 3, 1)), (signature,))


def test_all_real_signatures_are_read(shared: Path) -> None:
    count = 0
    for path in sorted((shared / "corpus" / "scans").glob("*.pdf")):
        signatures = read_signatures(path.read_bytes(), Settings())
        assert signatures, path.name
        for signature in signatures:
            count += 1
            assert signature.signer
            assert signature.signed_at
            assert signature.intact, (path.name, signature.problem)
            assert not signature.problem
    assert count == 34
