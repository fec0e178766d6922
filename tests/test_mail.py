"""E-mail as programs send it: charsets that are wrong or missing, letters in parts, pictures, `winmail.dat`, saved pages."""

from __future__ import annotations

import base64
import io
import struct

import paper
import pytest

from vnplan.extraction import extract
from vnplan.ingestion.archives import is_archive
from vnplan.ingestion.email import attachments, read_email
from vnplan.ingestion.formats import detect
from vnplan.ingestion.tnef import tnef_files

TEXT = paper.TEXT
HEAD = b"From: a@x.example\nTo: b@x.example\nSubject: x\nMessage-ID: <1@x>\n"


def mail(content_type: str, body: bytes, coding: str = "8bit") -> bytes:
    fields = (
        f"MIME-Version: 1.0\nContent-Type: {content_type}\nContent-Transfer-Encoding: {coding}\n\n"
        if content_type
        else "\n"
    )
    return HEAD + fields.encode() + body


def parts(kind: str, *inner: tuple[str, bytes]) -> bytes:
    """A message of several parts: their header lines, and their content (packed as base64)."""
    out = HEAD + f"MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=B\n\n".encode()
    for fields, content in inner:
        out += (
            b"--B\n"
            + fields.encode()
            + b"\nContent-Transfer-Encoding: base64\n\n"
            + base64.encodebytes(content)
            + b"\n"
        )
    return out + b"--B--\n"


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "text/plain; charset=us-ascii", "text/plain; charset=iso-8859-1", "text/plain; charset=la-gi", "text/plain; charset=utf-8",
     "text/plain; charset=windows-1258"],
)  # fmt: skip
def test_bytes_of_utf8_are_read_whatever_the_charset_says(content_type: str) -> None:
    data = mail(content_type, TEXT.encode())
    assert detect(data) == "eml"
    assert read_email(data, "a.eml").text == TEXT + "\n"


def test_charset_that_is_right_is_believed() -> None:
    assert read_email(mail("text/plain; charset=utf-16le", TEXT.encode("utf-16-le")), "a").text.startswith("UBND HUYỆN")
    assert read_email(mail("text/plain; charset=utf-7", "Kế hoạch".encode("utf-7")), "a").text == "Kế hoạch\n"
    half = b"+2D0- abc"  # half of a character
    assert "abc" in read_email(mail("text/plain; charset=utf-7", half), "a").text
    read_email(mail("text/plain; charset=utf-7", half), "a").text.encode()


@pytest.mark.parametrize("charset", ["", "; charset=us-ascii"])
def test_web_form_without_its_charset(charset: str) -> None:
    page = "".join(f"<p>{line}</p>" for line in TEXT.split("\n"))
    assert (
        read_email(mail(f"text/html{charset}", f"<html><body>{page}</body></html>".encode()), "a").text == TEXT + "\n"
    )


def test_saved_web_page() -> None:
    page = "".join(f"<p>{line}</p>" for line in TEXT.split("\n")).encode()
    data = parts(
        'related; type="text/html"',
        ("Content-Type: text/html\nContent-Location: https://x.example/a", b"<html><body>" + page + b"</body></html>"),
        ("Content-Type: image/png\nContent-Location: https://x.example/logo.png", b"\x89PNG\r\n\x1a\n"),
    )
    assert read_email(data, "a.mhtml").text == TEXT + "\n"
    assert not list(attachments(data))


PLAIN = "Content-Type: text/plain; charset=utf-8"


def test_letter_in_two_parts_around_an_attachment() -> None:
    first, second = TEXT[:300].encode(), TEXT[300:].encode()
    data = parts(
        "mixed",
        (PLAIN, first),
        ("Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt", b"ghi"),
        (PLAIN, second),
    )
    assert read_email(data, "a").text.replace("\n", "") == TEXT.replace("\n", "")
    assert [name for name, _ in attachments(data)] == ["a.txt"]


def test_first_part_that_is_empty() -> None:
    assert read_email(parts("mixed", (PLAIN, b"\n"), (PLAIN, TEXT.encode())), "a").text == TEXT + "\n"


def test_of_alternatives_one_is_read() -> None:
    web = ("Content-Type: text/html; charset=utf-8", b"<p>" + TEXT.encode() + b"</p>")
    assert read_email(parts("alternative", (PLAIN, b"mot"), web), "a").text == "mot\n"
    assert "UBND HUYỆN" in read_email(parts("alternative", (PLAIN, b" "), web), "a").text


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(50)


def test_pictures_are_members_unless_the_text_shows_them() -> None:
    inline = ("Content-Type: image/png; name=a.png\nContent-Disposition: inline; filename=a.png", PICTURE)
    bare = ("Content-Type: image/png\nContent-ID: <c1>", PICTURE)
    shown = ("Content-Type: text/html", b'<p>a</p><img src="cid:c1">')
    assert [name for name, _ in attachments(parts("mixed", (PLAIN, b"a"), inline))] == ["a.png"]
    assert [name for name, _ in attachments(parts("related", shown, bare))] == []
    assert len(list(attachments(parts("mixed", (PLAIN, b"a"), bare)))) == 1


def tnef(*files: tuple[str, bytes], long_names: bool = False) -> bytes:
    def attribute(kind: int, value: bytes) -> bytes:
        return struct.pack("<BII", 2, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)

    out = b"\x78\x9f\x3e\x22\x01\x00"
    for name, content in files:
        out += attribute(0x00069002, bytes(14))
        out += attribute(0x00018010, (b"TEN~1.DOC" if long_names else name.encode()) + b"\0") + attribute(
            0x0006800F, content
        )
        if long_names:
            wide = name.encode("utf-16-le") + b"\0\0"
            value = struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, len(wide)) + wide + bytes(-len(wide) % 4)
            out += attribute(0x00069005, value)
    return out


def test_what_outlook_packs_is_read() -> None:
    pack = tnef(("Kế hoạch.txt", TEXT.encode()), ("b.txt", b"hai"), long_names=True)
    data = parts("mixed", (PLAIN, b"kem theo"), ("Content-Type: application/ms-tnef; name=winmail.dat", pack))
    assert [name for name, _ in attachments(data)] == ["Kế hoạch.txt", "b.txt"]
    assert extract(data, "m.eml").plans[1].plan.number == "15/KH-PKT"
    assert is_archive(pack)
    assert [plan.source for plan in extract(pack, "winmail.dat").plans] == [
        "winmail.dat!Kế hoạch.txt",
        "winmail.dat!b.txt",
    ]


@pytest.mark.parametrize("cut", range(0, 200, 7))
def test_cut_outlook_packs_end_quietly(cut: int) -> None:
    pack = tnef(("a.txt", b"x" * 40), long_names=True)
    assert len(list(tnef_files(pack[:cut]))) <= 1
    assert not [e for e in extract(pack[:cut] or b"x", "winmail.dat").errors if e.code == "internal"]


# -- Images --------------------------------------------------------------------------------------------------------------


def ftyp(*brands: bytes) -> bytes:
    return (
        struct.pack(">I", 8 + 4 * len(brands) + 4) + b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:]) + bytes(99)
    )


@pytest.mark.parametrize(
    ("brands", "kind"),
    [((b"heic", b"mif1"), "heif"), ((b"mif1", b"heic"), "heif"), ((b"mp42", b"mif1", b"heic"), "heif"), ((b"avif", b"mif1"), "avif"),
     ((b"msf1", b"hevc"), "heif"), ((b"mp42", b"isom"), None), ((b"qt  ",), None)],
)  # fmt: skip
def test_still_images_are_told_from_films(brands: tuple[bytes, ...], kind: str | None) -> None:
    assert detect(ftyp(*brands)) == kind


def test_damaged_heif_says_what_it_is() -> None:
    (error,) = extract(ftyp(b"mif1", b"heic"), "a.heic").errors
    assert error.code == "damaged" and "HEIF" in error.message


@pytest.mark.parametrize("kind", ["heif", "avif", "mpo"])
def test_photos_of_phones_are_one_page(kind: str) -> None:
    from PIL import Image
    from test_pdf import Eyes

    from vnplan.ingestion.images import read_image

    if kind == "heif":
        pillow_heif = pytest.importorskip("pillow_heif")
        pillow_heif.register_heif_opener()
    image, out = Image.new("RGB", (400, 600), "white"), io.BytesIO()
    if kind == "mpo":
        image.save(out, "MPO", save_all=True, append_images=[image.copy()])
    else:
        image.save(out, kind.upper())
    found = detect(out.getvalue())
    assert found == ("jpeg" if kind == "mpo" else kind)
    eyes = Eyes()
    assert len(read_image(out.getvalue(), "a", found, None, eyes).pages) == 1
    assert eyes.seen[0][0] == (400, 600)


def test_faxes_get_square_pixels_and_turned_photos_stand() -> None:
    from PIL import Image
    from test_pdf import Eyes

    from vnplan.ingestion.images import read_image

    out = io.BytesIO()
    Image.new("1", (1728, 1100), 1).save(out, "TIFF", dpi=(204, 98))
    eyes = Eyes()
    read_image(out.getvalue(), "a", "tiff", None, eyes)
    assert eyes.seen == [((1728, 2290), 204)]
    out, exif = io.BytesIO(), Image.Exif()
    exif[274] = 5  # mirrored and turned
    picture = Image.new("L", (300, 500), 255)
    picture.putpixel((0, 0), 0)
    picture.save(out, "PNG", exif=exif)
    read_image(out.getvalue(), "a", "png", None, eyes)
    assert eyes.seen[1][0] == (500, 300)


@pytest.mark.parametrize(
    "header",
    [
        "Content-Transfer-Encoding: " + "(" * 400 + "8bit",
        "Content-Type: text/plain; charset=utf-8; a=" + "(" * 400,
        "Content-Disposition: " + "(" * 400 + "inline",
    ],
)
def test_a_header_that_the_parser_of_headers_fails_over(header: str) -> None:
    data = HEAD + f"MIME-Version: 1.0\n{header}\n\n{TEXT}".encode()
    found = extract(data, "a.eml")
    assert [plan.plan.number for plan in found.plans] == [
        extract(HEAD + b"\n" + TEXT.encode(), "a.eml").plans[0].plan.number
    ]
    assert list(attachments(data)) == []
