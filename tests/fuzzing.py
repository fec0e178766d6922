"""Files to begin from, one of each kind, and ways to spoil them: for the short run in the tests and for `make fuzz`.

As a program, for one reader or extractor or for all of them, as long as you like:

    python tests/fuzzing.py [--seconds 1800] [--seed 1] [NAME …]
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from fakes import PLAN
from office_files import excel_xls, powerpoint_ppt, powerpoint_pptx, word_doc
from paper import plan_pdf

from vnplan import analyze, extract, read
from vnplan.records import Extraction
from vnplan.settings import Settings
from vnplan.tables.parts import pack

SETTINGS = Settings(
    ner="none",
    max_unpacked=50_000_000,
    max_pages=20,
    max_pixels=4_000_000,
    office_seconds=20,
)
SLOW = 60.0  # seconds of processor time that no file of this size may take
PAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><table border="1"><tr><td>Việc</td><td>Hạn</td></tr></table>'
    + "".join(f"<p>{line}</p>" for line in PLAN.split("\n"))
    + "<ol><li>Tuyên truyền</li></ol></body></html>"
)
RTF = rb"{\rtf1\ansi\ansicpg1252 K\u7871? ho\u7841?ch s\u7889? 15/KH-PKT\par{\field{\*\fldinst{HYPERLINK}}{\fldrslt x}}\par}"
TOKENS = (
    b"\0", b"\xff", b"\xff\xfe", b"\xed\xa0\x80", b"<", b">", b"&#1;", b"&#xFFFE;", b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"\r\n\r\n",
    b"PK\x03\x04", b"%PDF-", b"{\\rtf", b"Content-Type: message/rfc822\r\n\r\n", b"charset=punycode", b"9" * 40, b"-1", b"4294967295",
    b"<div>" * 50, b"(" * 50, b"endobj", b"stream", b"/Kids [1 0 R]", "ngày 31 tháng 2 năm 0000 ".encode(), "giảm 5% ".encode(),
    "Số: …/KH-UBND ".encode(), "Nơi nhận:".encode(), b"| a | b |\n", b"\t", b"\x0b", b"\\u-1?", b"\\bin999999999 ",
)  # fmt: skip


def _docx() -> bytes:
    import docx

    document = docx.Document()
    for line in PLAN.split("\n"):
        document.add_paragraph(line)
    document.add_table(2, 2).cell(0, 0).text = "Nhiệm vụ"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _packed(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def _odt() -> bytes:
    spaces = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text", "table", "style")
    )
    body = "".join(f"<text:p>{line}</text:p>" for line in PLAN.split("\n"))
    cells = "<table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>"
    content = f"<office:document-content {spaces}><office:body><office:text>{body}{cells}</office:text></office:body></office:document-content>"
    return _packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content.encode()})


def _letter() -> bytes:
    message = EmailMessage()
    message["From"], message["Message-ID"], message["MIME-Version"] = "a@example.vn", "<1@example.vn>", "1.0"
    message.set_content(PLAN)
    message.add_alternative(PAGE, subtype="html")
    message.add_attachment(PLAN.encode(), maintype="text", subtype="plain", filename="kế hoạch.txt")
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"part-{number}")  # the same in every process
    return message.as_bytes()


def _saved_page() -> bytes:
    message = EmailMessage()
    message["From"], message["MIME-Version"] = "<Saved by a browser>", "1.0"
    message.set_content(PAGE, subtype="html")
    message.add_related(_image("PNG"), maintype="image", subtype="png", cid="<picture>")
    message.set_boundary("page")
    return message.as_bytes()


def _xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("TT", "Nhiệm vụ", "Chủ trì", "Hạn"),
        (1, "Tuyên truyền", "Phòng Văn hóa", "30/6/2025"),
        (2, "Kiểm tra", None, 45000),
    ):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _slides() -> bytes:
    return powerpoint_pptx(
        *(f"<p:sp><p:txBody><a:p><a:r><a:t>{line}</a:t></a:r></a:p></p:txBody></p:sp>" for line in PLAN.split("\n")[:5])
    )


def _image(kind: str) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("L", (200, 100), 255).save(file, kind)
    return file.getvalue()


SEEDS: dict[str, Callable[[], bytes]] = {
    "text": lambda: (PLAN + "\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nCHỦ TỊCH\n\nNguyễn Văn An\n").encode(),
    "utf16": lambda: PLAN.encode("utf-16"),
    "html": lambda: PAGE.encode(),
    "docx": _docx,
    "odt": _odt,
    "eml": _letter,
    "pdf": plan_pdf,
    "zip": lambda: _packed({"a.txt": PLAN.encode(), "b.html": PAGE.encode(), "c/d.eml": _letter()}),
    "rtf": lambda: RTF,
    "doc": lambda: word_doc(PLAN),
    "xls": lambda: excel_xls(
        {(0, 0): "Nhiệm vụ", (0, 1): "Hạn", (1, 0): "Tuyên truyền", (1, 1): 45000.0}, [(1, 2, 0, 0)]
    ),
    "ppt": lambda: powerpoint_ppt([PLAN.split("\n")[:5], PLAN.split("\n")[5:9]]),
    "xlsx": _xlsx,
    "pptx": _slides,
    "mhtml": _saved_page,
    "png": lambda: _image("PNG"),
    "tiff": lambda: _image("TIFF"),
    "jpeg": lambda: _image("JPEG"),
    "webp": lambda: _image("WEBP"),
}


@cache
def seed(name: str) -> bytes:
    """The whole file of a kind."""
    return SEEDS[name]()


def spoilt(data: bytes, draw: random.Random) -> bytes:
    """A file with some of its bytes changed, taken out, doubled, or moved; of packages also those of one member."""
    if data.startswith(b"PK") and draw.random() < 0.6:
        files = {}
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        name = draw.choice(list(files))
        files[name] = spoilt(files[name], draw)
        return _packed(files)
    found = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4, 8, 16))):
        at = draw.randrange(len(found) + 1)
        length = draw.choice((1, 2, 4, 16, 64, 256, 1024))
        way = draw.randrange(7)
        if way == 0 and found:
            found[min(at, len(found) - 1)] ^= 1 << draw.randrange(8)
        elif way == 1:
            found[at : at + length] = draw.randbytes(min(length, 64))
        elif way == 2:
            del found[at : at + length]
        elif way == 3:
            found[at:at] = found[at : at + length] * draw.choice((1, 2, 50))
        elif way == 4:
            other = draw.randrange(len(found) + 1)
            found[at:at] = found[other : other + length]
        elif way == 5:
            found[at:at] = draw.choice(TOKENS) * draw.choice((1, 1, 5, 100))
        else:
            del found[at if draw.random() < 0.2 else len(found) :]
    return bytes(found[:2_000_000])


def check(data: bytes, name: str) -> Extraction:
    """Read a file as a run does. Whatever it is, it ends in time, with facts and errors that can be stored.

    Raises:
        AssertionError: It does not.
    """
    begun = time.process_time()
    found = extract(data, name, SETTINGS)
    taken = time.process_time() - begun
    faults = [error for error in found.errors if error.code in ("internal", "machine")]
    assert not faults, faults[0].message
    assert taken < SLOW, f"took {taken:.0f} s"
    assert found.plans or found.errors, "gave nothing, and said nothing"
    if found.plans or found.errors:
        pack([found])
    for result in found.plans:
        for evidence in result.plan.evidence.values():
            assert 0 <= evidence.start <= evidence.end
        result.text.encode()
    return found


def words(draw: random.Random) -> str:
    """A text of words that rules look for, in no order."""
    lines = [line for line in PLAN.split("\n") if line]
    pieces = [word for line in lines for word in line.split(" ")] + [
        token.decode("utf-8", "replace") for token in TOKENS
    ]
    return "".join(
        draw.choice(lines) + "\n"
        if draw.random() < 0.1
        else draw.choice(pieces) + draw.choice((" ", " ", " ", "\n", "", "; "))
        for _ in range(draw.randrange(5, 800))
    )


def check_extractors(text: str) -> None:
    """All rules on a text: spans lie in it, and nothing raises."""
    try:
        document = read(text.encode("utf-8", "replace"), "a.txt", SETTINGS)
    except Exception as error:
        assert type(error).__module__.startswith("vnplan"), error
        return
    result = analyze(document, SETTINGS)
    pack([Extraction("a.txt", (result,))])
    for facts in (result.citations, result.targets, result.responsibilities, result.deadlines, result.dates):
        for fact in facts:
            assert 0 <= fact.evidence.start <= fact.evidence.end <= len(document.raw)


def once(name: str, number: int) -> bytes:
    """One try: which file it was."""
    draw = random.Random(f"{name} {number}")
    if name == "extractors":
        text = words(draw)
        data = text.encode("utf-8", "replace")
        check_extractors(text)
    else:
        data = spoilt(seed(name), draw)
        check(data, f"a.{name}")
    return data


NAMES = (*SEEDS, "extractors")


def main() -> int:
    """Fuzz for a time; a file that is a fault is kept, and how to have it again is said."""
    parser = argparse.ArgumentParser(description="spoilt files for every reader, and odd texts for the extractors")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(NAMES)}; all by default")
    parser.add_argument("--seconds", type=float, default=1800.0, help="for each of them (default 1800)")
    parser.add_argument("--seed", type=int, default=1, help="number of the first try")
    args = parser.parse_args()
    faults = 0
    for name in args.names or NAMES:
        end, number = time.monotonic() + args.seconds, args.seed * 1_000_000
        first = number
        while time.monotonic() < end:
            try:
                once(name, number)
            except Exception as error:
                faults += 1
                print(f"{name} {number}: {type(error).__name__}: {error}", flush=True)
            number += 1
        print(f"{name}: {number - first} tries in {args.seconds:.0f} s, {faults} faults so far", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
