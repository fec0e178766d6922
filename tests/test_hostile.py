"""Documents made to hurt, or badly broken: each costs at most itself, nothing is lost in silence, and nothing hangs."""

from __future__ import annotations

import io
import signal
import time
import zipfile
from email.message import EmailMessage

import pytest
from fakes import PLAN
from office_files import powerpoint_pptx
from paper import plan_pdf

from vnplan import extract
from vnplan.ingestion.archives import unpack
from vnplan.ingestion.formats import detect
from vnplan.records import Extraction
from vnplan.settings import Settings

NO_NAMES = Settings(ner="none")


def read(data: bytes, name: str = "a", **settings: object) -> Extraction:
    found = extract(data, name, Settings(ner="none", **settings))  # type: ignore[arg-type]
    assert [error for error in found.errors if error.code == "internal"] == []
    for plan in found.plans:
        plan.text.encode()
        plan.raw_text.encode() if hasattr(plan, "raw_text") else None
    return found


def letter(*attached: tuple[str, bytes], text: str = PLAN) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.vn", "b@example.vn", "KH"
    message["Message-ID"], message["MIME-Version"] = "<1@example.vn>", "1.0"
    message.set_content(text)
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


# -- E-mail ----------------------------------------------------------------------------------------------------------


def test_a_letter_with_half_a_character_keeps_its_attachments() -> None:
    data = letter(("a.txt", PLAN.encode()), text="MARK").as_bytes()
    data = data.replace(b'Content-Type: text/plain; charset="utf-8"', b"Content-Type: text/plain; charset=utf-16-le")
    for body in (b"\x3d\xd8 \x00k\x00", b"\xff\xfe\x00\xd8"):
        found = read(data.replace(b"MARK", body))
        assert any(plan.source == "a!a.txt" for plan in found.plans)
    name = b'Content-Disposition: attachment; filename="b\xff\xfe.txt"'
    found = read(data.replace(b'Content-Disposition: attachment; filename="a.txt"', name))
    assert len([plan for plan in found.plans if "!" in plan.source]) == 1


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "unicode_escape", "hex", "no-such", "rot13", "utf-16", "x" * 99]
)
def test_letters_in_strange_charsets(charset: str) -> None:
    data = letter(("a.txt", PLAN.encode())).as_bytes().replace(b'charset="utf-8"', f'charset="{charset}"'.encode(), 1)
    assert any(plan.source == "a!a.txt" for plan in read(data).plans)


def test_messages_in_messages_without_end() -> None:
    head = "From: a@example.vn\r\nMIME-Version: 1.0\r\nMessage-ID: <{}@x>\r\nContent-Type: message/rfc822\r\n\r\n"
    for depth in (5, 90, 900, 5000):
        data = ("".join(head.format(k) for k in range(depth)) + "Subject: x\r\n\r\nhet").encode()
        start = time.monotonic()
        found = read(data)
        assert time.monotonic() - start < 20
        assert {error.code for error in found.errors} == {"archive_depth"}, depth


def test_one_bad_part_costs_only_itself() -> None:
    data = letter(("a.txt", PLAN.encode()), ("b.zip", b"PK\x03\x04 cut"), ("c.txt", PLAN.encode() + b"c")).as_bytes()
    found = read(data)
    assert [plan.source for plan in found.plans] == ["a", "a!a.txt", "a!c.txt"]
    assert [(error.source, error.code) for error in found.errors] == [("a!b.zip", "damaged")]


def test_no_attachment_is_lost_in_silence() -> None:
    message = letter(*((f"{k}.txt", b"x%d" % k) for k in range(2500)), text="x")
    members = list(unpack(message.as_bytes(), "a", NO_NAMES))
    assert len(members) == 2501
    members = list(unpack(message.as_bytes(), "a", Settings(max_members=100)))
    assert len(members) == 102
    assert members[-1].error is not None and members[-1].error.code == "archive_bomb"


# -- Web pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    ["\x0b", "&#1;", "&#x1;", "&#xFFFE;", "\ufffe", "&#55357;", "&#xD800", "&#0;", "&#99999999;", "\x1f", "&#x110000;"],
)
@pytest.mark.parametrize(
    "place", ["<p>{}</p>", "<script>{}</script>x{}", "<nav>a</nav>{}<nav>b</nav>{}", "<p class='{}'>x</p>{}"]
)
def test_web_pages_with_characters_that_xml_does_not_have(odd: str, place: str) -> None:
    page = f"<!DOCTYPE html><html><body><p>{PLAN}</p>{place.replace('{}', odd)}<p>het</p></body></html>"
    found = read(page.encode())
    assert "27/KH-UBND" in found.plans[0].text
    assert "het" in found.plans[0].text


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "hex", "utf-7", "unicode_escape", "rot13"])
def test_web_pages_in_strange_charsets(charset: str) -> None:
    page = f'<!DOCTYPE html><html><head><meta charset="{charset}"></head><body><p>{PLAN}</p></body></html>'
    assert "27/KH-UBND" in read(page.encode()).plans[0].text


def test_charsets_that_take_time_by_the_square_are_not_used() -> None:
    page = '<!DOCTYPE html><html><head><meta charset="punycode"></head><body><p>' + "Kế hoạch năm " * 100_000
    start = time.monotonic()
    read(page.encode())
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("depth", [200, 300, 1000, 3000, 30_000])
def test_deep_web_pages_lose_nothing(depth: int) -> None:
    page = f"<html><body><p>dau</p>{'<div>' * depth}<p>sau</p>{'</div>' * depth}<p>cuoi</p></body></html>"
    found = read(page.encode())
    assert found.plans[0].text.split() == ["dau", "sau", "cuoi"]
    assert found.errors == ()


def _too_long(signum: int, frame: object) -> None:
    raise TimeoutError("it does not end")


@pytest.mark.parametrize("depth", [3, 20, 200])
def test_tables_in_tables_of_a_page_are_read_once_each(depth: int) -> None:
    """A table that frames the page is tried as a table first; the tables in it were read anew for that, and so on."""
    words = "<p>Sở Y tế chủ trì, phối hợp với Công an tỉnh kiểm tra các bến đò ngang.</p>" * 60
    page = f"<html><body>{'<table><tr><td>' * depth}{words}{'</td></tr></table>' * depth}</body></html>"
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(60)  # it takes a moment, or, read anew in each table, for ever
    try:
        found = read(page.encode())
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert found.plans[0].text.count("bến đò ngang") == 60
    assert found.errors == ()


@pytest.mark.parametrize("depth", [5, 58, 70, 300])
@pytest.mark.parametrize("kind", ["tables", "boxes", "lists"])
def test_deep_documents_lose_nothing(depth: int, kind: str) -> None:
    """Beyond sixty elements in each other their words are read without tables and numbers, and the plan says so."""
    opening, closing = {
        "tables": (
            "<table:table><table:table-row><table:table-cell>",
            "</table:table-cell></table:table-row></table:table>",
        ),
        "boxes": ("<text:section>", "</text:section>"),
        "lists": ("<text:list><text:list-item>", "</text:list-item></text:list>"),
    }[kind]
    inner = f"{opening * depth}<text:p>sâu một</text:p><text:p>sâu hai</text:p>{closing * depth}<text:p>cuối</text:p>"
    inner += f"<text:p>{'<text:span>' * depth}hết{'</text:span>' * depth}</text:p>"
    content = ODT["content.xml"].replace(b"</office:text>", f"{inner}</office:text>".encode())
    content = content.replace(
        b"xmlns:text", b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text', 1
    )
    (plan,) = read(packed({**ODT, "content.xml": content})).plans
    assert plan.text.index("sâu một") < plan.text.index("sâu hai") < plan.text.index("cuối") < plan.text.index("hết")
    assert any("60 elements deep" in warning for warning in plan.plan.warnings) == (depth > 60)


@pytest.mark.parametrize("depth", [5, 70, 300])
def test_deep_word_documents_lose_nothing(depth: int) -> None:
    tables = f"{'<w:tbl><w:tr><w:tc>' * depth}<w:p><w:r><w:t>sâu một</w:t></w:r><w:r><w:delText>mất</w:delText></w:r></w:p>{'</w:tc></w:tr></w:tbl>' * depth}"
    runs = f"<w:p>{'<w:smartTag>' * depth}<w:r><w:t>sâu hai</w:t></w:r>{'</w:smartTag>' * depth}</w:p>"
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<w:document xmlns:w="{space}"><w:body>{tables}{runs}</w:body></w:document>'
    (plan,) = read(packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": document.encode()}), "a.docx").plans
    assert "sâu một" in plan.text and "sâu hai" in plan.text and "mất" not in plan.text
    assert any("60 elements deep" in warning for warning in plan.plan.warnings) == (depth > 60)


@pytest.mark.parametrize("depth", [5, 70, 300])
def test_deep_presentations_lose_nothing(depth: int) -> None:
    shapes = "".join(f"<sp><txBody><p><r><t>{text}</t></r></p></txBody></sp>" for text in ("sâu một", "sâu hai"))
    slide = f"{'<grpSp>' * depth}{shapes}{'</grpSp>' * depth}<sp><txBody><p><r><t>cuối</t></r></p></txBody></sp>"
    (plan,) = read(powerpoint_pptx(slide), "a.pptx").plans
    assert plan.text.split("\n")[:3] == ["sâu một", "sâu hai", "cuối"]
    assert any("60 elements deep" in warning for warning in plan.plan.warnings) == (depth > 60)


def test_pages_too_deep_to_follow_say_so() -> None:
    depth = 3000
    page = f"<html><body><p>dau</p>{'<ul><li>' * depth}<p>sau</p>{'</li></ul>' * depth}<p>cuoi</p></body></html>"
    found = read(page.encode())
    assert "dau" in found.plans[0].text
    assert [error.code for error in found.errors] == ["too_deep"]


# -- Packages --------------------------------------------------------------------------------------------------------


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


ODT = {
    "content.xml": (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        + "".join(f"<text:p>{line}</text:p>" for line in PLAN.split("\n"))
        + "</office:text></office:body></office:document-content>"
    ).encode(),
    "META-INF/manifest.xml": b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    "styles.xml": b'<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
    "mimetype": b"application/vnd.oasis.opendocument.text",
}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_an_odt_that_was_packed_anew_is_one_document(method: int) -> None:
    data = packed(ODT, method)
    assert detect(data) == "odt"
    assert [plan.number for plan in (result.plan for result in read(data, "a.odt").plans)] == ["27/KH-UBND"]


def test_an_archive_that_is_all_air_ends_at_once() -> None:
    text = (PLAN.encode() * 5000)[:3_900_000]
    data = packed({f"{k}.txt": text for k in range(100)})
    assert len(data) < 8_000_000
    start = time.monotonic()
    found = read(data, "a.zip")
    assert time.monotonic() - start < 2
    assert [error.code for error in found.errors] == ["archive_bomb"]
    assert "looks like a ZIP bomb" in found.errors[0].message


def test_an_archive_of_plans_is_none() -> None:
    data = packed({f"{k}.txt": (PLAN + f"{k}\n" * 20_000).encode() for k in range(20)} | {"a.pdf": plan_pdf()})
    assert len(list(unpack(data, "a.zip"))) == 21


# -- Found by the fuzzer ---------------------------------------------------------------------------------------------


def test_a_part_in_an_encoding_that_nobody_knows() -> None:
    content = b"<?xml version='1.0' encoding='UTB-8'?>" + ODT["content.xml"]
    assert [error.code for error in read(packed({**ODT, "content.xml": content}), "a.odt").errors] == ["damaged"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'attachment; filename="b.txt"', b"attachment; filename*=\0''b.txt"),
        (b"Content-Type: application/octet-stream", b"Content-Type: application/octet-stream; name*=\0''b.txt"),
        (b'Content-Type: text/plain; charset="utf-8"', b"Content-Type: text/plain; charset*=\0''utf-8"),
    ],
)
def test_headers_that_the_parser_fails_over(old: bytes, new: bytes) -> None:
    """A name that is written in an encoding whose name holds a NUL."""
    message = letter(("b.txt", b"b" + PLAN.encode()), ("a.txt", PLAN.encode())).as_bytes()
    assert old in message
    assert "a!a.txt" in [plan.source for plan in read(message.replace(old, new, 1)).plans]
