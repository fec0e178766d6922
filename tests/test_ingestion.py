"""Bytes to text: every encoding, every kind of file that is none, and which files are found."""

from __future__ import annotations

import base64
import os
import random
import socket
import unicodedata
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from fakes import PLAN, to_windows_1258
from hypothesis import example, given
from hypothesis import strategies as st

from vnplan import extract
from vnplan.errors import (
    EmptyFileError,
    EncodingError,
    LinkLoopError,
    NotAFileError,
    TooLargeError,
    UnreadableError,
    UnsupportedFormatError,
    UsageError,
    VnplanError,
)
from vnplan.ingestion import discover, escape_name, load, printable, read
from vnplan.ingestion.remote import Listed
from vnplan.ingestion.vietnamese import is_syllable
from vnplan.knowledge import table
from vnplan.settings import Settings

NFD = unicodedata.normalize("NFD", PLAN)


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


# -- Encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [PLAN, NFD, PLAN.replace("\n", "\r\n"), PLAN.replace("\n", "\r"), "a\fb\vc\u2028d\x85e\n"]
)
def test_clean_utf8_is_kept_as_it_is_and_silent(text: str) -> None:
    found = read(text.encode(), "x.txt")
    assert (found.text, found.encoding, found.warnings) == (text, "utf-8", ())


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"\xef\xbb\xbf" + PLAN.encode(), "utf-8"),
        (b"\xff\xfe" + PLAN.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + PLAN.encode("utf-16-be"), "utf-16-be"),
        (PLAN.encode("utf-16-le"), "utf-16-le"),
        (PLAN.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\0\0" + PLAN.encode("utf-32-le"), "utf-32-le"),
        (b"\0\0\xfe\xff" + PLAN.encode("utf-32-be"), "utf-32-be"),
        (NFD.encode("utf-16-le"), "utf-16-le"),
        (PLAN.encode("utf-32-be"), "utf-32-be"),
    ],
)
def test_unicode_with_and_without_mark(data: bytes, encoding: str) -> None:
    found = read(data, "x.txt")
    assert nfc(found.text) == PLAN
    assert found.encoding == encoding
    assert bool(found.warnings) == (encoding != "utf-8")


def test_windows_1258_with_combining_tones() -> None:
    found = read(to_windows_1258(PLAN), "x.txt")
    assert nfc(found.text) == PLAN
    assert found.encoding == "windows-1258"
    assert "Windows-1258" in found.warnings[0]


def to_legacy(text: str, encoding: str) -> bytes:
    """Text in the old font encodings, letter by letter, from the published tables."""
    rows = [row for row in table("legacy_encodings") if row["encoding"] == encoding]
    letters = {row["to"]: chr(int(row["from"][2:], 16)) for row in rows if row["order"] == "letter"}
    marks = {
        "".join(chr(int(code[2:], 16)) for code in row["to"].split()): chr(int(row["from"][2:], 16))
        for row in rows
        if row["order"] == "mark"
    }
    out = []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        horn = "\u031b" if "\u031b" in parts else ""
        base = nfc(parts[0] + horn)
        order = sorted((c for c in parts[1:] if c != "\u031b"), key=lambda c: c not in "\u0302\u0306")
        if char in letters:
            out.append(letters[char])
        elif order and "".join(order) in marks and char not in "ìíÌÍ":
            mark = marks["".join(order)]
            out.append(letters.get(base, base) + (mark.upper() if char.isupper() else mark))
        else:
            out.append(char)
    return "".join(out).encode("windows-1252")


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_text_in_old_fonts_is_told_by_its_words(encoding: str) -> None:
    text = PLAN if encoding == "vni" else PLAN.lower()  # TCVN3 has no capitals with tones: fonts made them
    found = read(to_legacy(text, encoding), "x.txt")
    assert nfc(found.text) == text
    assert found.encoding == encoding
    assert found.warnings


def test_english_with_windows_quotes() -> None:
    found = read("The plan – it says – “works”…".encode("cp1252"), "x.txt")
    assert (found.text, found.encoding) == ("The plan – it says – “works”…", "windows-1252")
    assert found.warnings


@pytest.mark.parametrize(
    "data",
    [
        "Правительство утвердило план на следующий год".encode("cp1251"),
        "Правительство утвердило план на следующий год".encode("koi8-r"),
        "人民政府关于印发工作计划的通知".encode("gb18030"),
        "計画を実施する".encode("shift-jis"),
        "Le comité a décidé d'été".encode("cp1252"),
        "Số".encode("cp1258", "ignore") + b"\xec",
    ],
)
def test_what_cannot_be_told_is_not_guessed(data: bytes) -> None:
    with pytest.raises(EncodingError, match=r"UTF-8|damaged") as caught:
        read(data, "x.txt")
    assert caught.value.code == "unknown_encoding"


def test_the_user_can_name_the_encoding() -> None:
    found = read("Le comité a décidé".encode("cp1252"), "x.txt", Settings(encoding="cp1252"))
    assert found.text == "Le comité a décidé"
    assert "cp1252" in found.warnings[0]
    assert read(to_windows_1258(PLAN), "x", Settings(encoding="cp1252")).encoding == "windows-1258"
    with pytest.raises(EncodingError):
        read("été".encode("cp1252"), "x", Settings(encoding="ascii"))


@pytest.mark.parametrize("name", ["no-such", "hex", "rot13", ""])
def test_an_encoding_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        Settings(encoding=name)


def test_a_few_broken_bytes_are_marked_and_counted() -> None:
    data = (PLAN * 10).encode()
    at = data.index("phúc".encode()) + 2
    found = read(data[:at] + b"\xff" + data[at:], "x.txt")
    assert found.text.count("\ufffd") == 1
    assert "1 broken place" in found.warnings[0]
    assert f"byte {at}" in found.warnings[0]
    line = data[:at].count(b"\n") + 1
    assert f"line {line}" in found.warnings[0]


def test_utf8_cut_in_a_character() -> None:
    found = read("Kế hoạch tuyên truyền ở".encode()[:-1], "x.txt")
    assert found.text == "Kế hoạch tuyên truyền \ufffd"
    assert found.warnings


def test_too_many_broken_bytes() -> None:
    data = bytearray((PLAN * 10).encode())
    for at in range(50, len(data), 300):
        data[at] = 0xFF
    with pytest.raises(EncodingError, match="damaged"):
        read(bytes(data), "x.txt")


def test_half_a_utf16_character_at_the_end() -> None:
    found = read(b"\xff\xfe" + PLAN.encode("utf-16-le") + b"\x41", "x.txt")
    assert found.text == PLAN + "\ufffd"


def test_lost_characters_and_controls_are_reported() -> None:
    assert "lost" in read("K\ufffd hoạch".encode(), "x").warnings[0]
    assert "control" in read((PLAN + "\x01").encode(), "x").warnings[0]


@pytest.mark.parametrize("word", "nghiêng quyết giặt gì ỷ nguyễn khuỷu Đắk THƯỜNG hoà hòa quý ương".split())
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", "nh© quyềt str éà Uû comité ûùú zest thôngg".split())
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


# -- What is no text -------------------------------------------------------------------------------------------------


def zipped(member: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\xef\xbb\xbf\n%PDF-1.4\nx", "PDF"),
        (zipped("word/document.xml"), "DOCX"),
        (zipped("xl/workbook.xml"), "XLSX"),
        (zipped("a.txt"), "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "OLE"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0", "WebP"),
        (b"{\\rtf1\\ansi}", "RTF"),
        (b"\x1f\x8b\x08\0\0\0", "gzip"),
        (b"SQLite format 3\0", "SQLite"),
        (b"  <!DOCTYPE html>\n<html><body>x</body></html>", "HTML"),
        (b'<?xml version="1.0"?><html xmlns="x">', "HTML"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', "Word"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", "MIME"),
        (bytes(range(256)) * 4, "binary"),
        (b"abc\0\0\0\0def", "binary"),
        (b"\xff\xfe" + bytes(200), "binary"),
    ],
)
def test_other_kinds_of_file_are_named(data: bytes, kind: str) -> None:
    with pytest.raises(UnsupportedFormatError, match=kind) as caught:
        read(data, "x.txt")
    assert caught.value.code == "unsupported_format"
    assert any(word in caught.value.message for word in ("save", "unpack", "leave", "recognise"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("BZh là chữ đầu của một tên", "x.pdf"),
        ("PAR1 là mã số", "x.pdf"),
        ("Bản PDF: %PDF-1.7 là dấu hiệu", "x.pdf"),
        ("PK 3", "x.txt"),
    ],
)
def test_text_that_begins_like_another_kind(text: str, name: str) -> None:
    assert read(text.encode(), name).text == text


def _junk(kind: str, size: int) -> bytes:
    draw = random.Random(f"{kind} {size}")
    if kind == "base64":
        return base64.encodebytes(draw.randbytes(size))
    low, high = {"letters": (97, 122), "printable": (33, 126), "high": (128, 255), "any": (0, 255)}[kind]
    return bytes(draw.randint(low, high) for _ in range(size))


@pytest.mark.parametrize("kind", ["letters", "printable", "base64", "high", "any"])
@pytest.mark.parametrize("size", [5, 300, 5000])
@pytest.mark.parametrize("extension", ["pdf", "docx", "doc", "xlsx", "rtf", "odt", "png", "zip"])
def test_junk_under_the_name_of_a_format_is_no_text(kind: str, size: int, extension: str) -> None:
    """One row that says what was expected and what to do; never a plan without facts."""
    found = extract(_junk(kind, size), f"a/b.{extension}", Settings(ner="none"))
    assert not found.plans
    (error,) = found.errors
    assert error.code == "unsupported_format"
    assert error.message.startswith(f"is named .{extension} but is not a")
    assert "save" in error.message


@pytest.mark.parametrize("text", ["toan", "an to"])
def test_one_or_two_words_under_the_name_of_a_format_are_chance(text: str) -> None:
    with pytest.raises(UnsupportedFormatError, match=r"is named \.pdf but is not a PDF"):
        read(text.encode(), "a.pdf")


@pytest.mark.parametrize("name", ["doc", "a/zip", "a.b/pdf", ".doc"])
def test_a_name_without_an_ending_promises_nothing(name: str) -> None:
    assert read(b"abcq xyzw", name).text == "abcq xyzw"


@pytest.mark.parametrize("kind", ["printable", "base64", "high", "any"])
@pytest.mark.parametrize("extension", ["txt", "md", ""])
def test_junk_under_any_name_is_no_text(kind: str, extension: str) -> None:
    with pytest.raises((UnsupportedFormatError, EncodingError)):
        read(_junk(kind, 3000), f"a.{extension}")


@pytest.mark.parametrize(
    "text",
    [
        PLAN,
        "Ke hoach phong chong thien tai nam 2025 cua xa An Binh",
        "KẾ HOẠCH\nNăm 2025\nPhòng Y tế",
        "STT,Noi dung,Chu tri,Han\n1,Tuyen truyen,Phong Y te,30/6/2025\n" * 5,
    ],
)
@pytest.mark.parametrize("extension", ["doc", "pdf", "rtf", "xls"])
def test_a_plan_in_plain_text_is_read_under_any_name(text: str, extension: str) -> None:
    assert read(text.encode(), f"a.{extension}").text == text


@pytest.mark.parametrize(
    "text",
    [
        "https://example.vn/a1B2c3D4e5F6g7H8i9J0/k1L2m3N4o5P6q7R8s9T0/tep.pdf\n" * 5,
        "1,5;2,5;3,5\n" * 30,
        "." * 500,
        "A" * 500,
        "漢字" * 100,
        f"Khóa: {'aB3dE6gH9jK2' * 20}\n{PLAN}",
        f"{PLAN}\nẢnh của Phụ lục: {'aB3dE6gH9jK2' * 1000}",
    ],
)
def test_odd_text_is_text(text: str) -> None:
    assert read(text.encode(), "a.txt").text == text


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\t\f", b"\xef\xbb\xbf", b"\xff\xfe", "\u00a0\u200b\u2028\ufeff".encode(), b"\0"]
)
def test_nothing_in_it(data: bytes) -> None:
    with pytest.raises(EmptyFileError):
        read(data, "x.txt")


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        (PLAN, "a.txt", "text"),
        (PLAN, "a.MD", "markdown"),
        ("| A | B |\n|---|:---:|\n| 1 | 2 |\n", "a.txt", "markdown"),
        ("# Kế hoạch\n\n**Căn cứ** Luật\n", "a.txt", "markdown"),
        ("# chỉ một dấu hiệu\n", "a.txt", "text"),
        ("a | b -- c\n", "a.txt", "text"),
    ],
)
def test_markdown_is_told_by_content(text: str, name: str, wanted: str) -> None:
    assert read(text.encode(), name).format == wanted


@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00\xd8")
@example(b"\x00\x00\xfe\xff\x00\x11\x00\x00")
@example("ế".encode()[:2] * 50)
def test_any_bytes_give_text_or_a_typed_error(data: bytes) -> None:
    try:
        found = read(data, "x.txt")
    except VnplanError as error:
        assert error.stage == "ingestion"
        assert error.message
    else:
        found.text.encode()
        assert found.text.strip()


@given(st.text(min_size=1), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_any_text_in_unicode_comes_back(text: str, encoding: str) -> None:
    try:
        found = read(text.encode(encoding), "x.txt")
    except (EmptyFileError, UnsupportedFormatError):
        return  # white space; or more controls than text has
    except UnicodeEncodeError:
        return
    assert found.text == text.removeprefix("\ufeff")


def test_old_encodings_are_told_in_bounded_time() -> None:
    read(to_windows_1258(PLAN * 1500), "x.txt")  # about 1 MB
    for data in (b"\xea" * 1_000_000, b"\xeaa " * 300_000, bytes(range(128, 256)) * 8_000):
        with pytest.raises(VnplanError):
            read(data, "x.txt")


# -- Files -----------------------------------------------------------------------------------------------------------


def test_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(200_000_000)
    monkeypatch.setattr(os, "open", lambda *args: pytest.fail("the file was opened"))
    with pytest.raises(TooLargeError, match=r"200\.0 MB.*--max-mb"):
        load(huge, Settings().max_bytes)


def test_a_file_that_grows_is_cut_off() -> None:
    with pytest.raises(TooLargeError):
        load("/proc/self/maps", 10)  # has no size of its own


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (os.mkfifo, "named pipe"),
        (os.mkdir, "folder"),
        (make_socket, "socket"),
        (lambda path: path.symlink_to("/dev/null"), "device"),
    ],
)
def test_what_is_no_file_is_never_opened(tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    path = tmp_path / "x"
    make(path)
    with pytest.raises(NotAFileError, match=words):
        load(path, 1000)


def test_gone_looping_and_forbidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "forbidden.txt").write_text("x")
    for name in ("gone.txt", "self", "a\0b"):
        with pytest.raises(UnreadableError):
            load(str(tmp_path / name), 1000)

    def refuse(*args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UnreadableError, match="permission denied") as caught:
        load(tmp_path / "forbidden.txt", 1000)
    assert caught.value.retryable


# -- Discovery -------------------------------------------------------------------------------------------------------


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PLAN, encoding="utf-8")


def sources(*inputs: Path, exclude: Path | None = None) -> list[str]:
    return [entry.source for entry in discover(inputs, exclude).entries]


def test_files_come_in_order_and_companions_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, "b/2.txt", "b/10.txt", "a.txt", "a/z.md", ".hidden", ".git/config", "~$a.docx", "b/2.gold.json")
    put(tmp_path, "gold/a.json", "b/data.json", "out/plans.csv")
    found = discover([tmp_path], exclude=tmp_path / "out")
    assert [entry.source for entry in found.entries] == ["a/z.md", "a.txt", "b/10.txt", "b/2.txt", "b/data.json"]
    assert found.skipped == {"hidden": 3, "gold": 2, "output folder": 1}


def test_names_of_any_bytes(tmp_path: Path) -> None:
    odd = [b"a\nb.txt", b"\xff\xfe.txt", b"\\xff\xfe.txt", "kế hoạch.txt".encode(), b"\x1b[31m.txt"]
    for name in odd:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(PLAN, encoding="utf-8")
    found = discover([tmp_path])
    names = [entry.source for entry in found.entries]
    assert sorted(names) == sorted(
        ["a\\x0ab.txt", "\\xff\\xfe.txt", "\\x5cxff\\xfe.txt", "kế hoạch.txt", "\\x1b[31m.txt"]
    )
    assert all(load(entry.path, 10_000) for entry in found.entries)
    assert [name.encode().decode() for name in names] == names


@given(st.binary(min_size=1, max_size=8), st.binary(min_size=1, max_size=8))
def test_escaped_names_are_plain_and_different(one: bytes, other: bytes) -> None:
    a, b = (escape_name(os.fsdecode(name)) for name in (one, other))
    assert (a == b) == (one == other)
    a.encode()
    assert a.isprintable() or not any(ord(c) < 32 for c in a)


def test_link_loops_end(tmp_path: Path) -> None:
    put(tmp_path, "in/a/x.txt", "outside/y.txt")
    (tmp_path / "in/a/up").symlink_to(tmp_path / "in")
    (tmp_path / "in/a/self").symlink_to("self")
    (tmp_path / "in/b").symlink_to(tmp_path / "in/a")
    (tmp_path / "in/out1").symlink_to(tmp_path / "outside")
    (tmp_path / "in/out2").symlink_to(tmp_path / "outside")
    (tmp_path / "in/gone").symlink_to("nowhere")
    (tmp_path / "outside/back").symlink_to(tmp_path / "outside")
    found = discover([tmp_path / "in"], follow_links=True)
    names = [entry.source for entry in found.entries]
    assert names == ["a/self", "a/up", "a/x.txt", "gone", "out1/back", "out1/y.txt"]
    loops = [entry.source for entry in found.entries if isinstance(entry.error, LinkLoopError)]
    assert loops == ["a/up", "out1/back"]
    assert found.skipped == {"link to a folder that is read anyway": 1}


def test_overlapping_inputs_give_a_file_once_under_unique_names(tmp_path: Path) -> None:
    put(tmp_path, "one/p.txt", "two/p.txt", "two/q.txt")
    assert sources(tmp_path / "one", tmp_path / "two") == ["one/p.txt", "two/p.txt", "q.txt"]
    assert sources(tmp_path / "two", tmp_path / "two/p.txt", tmp_path / "two") == ["p.txt", "q.txt"]
    assert sources(tmp_path / "one/p.txt", tmp_path / "two/q.txt") == ["p.txt", "q.txt"]
    put(tmp_path, "x/d/p.txt", "y/d/p.txt")
    assert sources(tmp_path / "x/d", tmp_path / "y/d") == ["x/d/p.txt", "y/d/p.txt"]


def test_a_folder_that_cannot_be_listed_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.txt", "locked/b.txt")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    entries = discover([tmp_path]).entries
    assert [entry.source for entry in entries] == ["a.txt", "locked"]
    assert isinstance(entries[1].error, UnreadableError)


def test_wrong_inputs(tmp_path: Path) -> None:
    for inputs, out in (([], None), ([tmp_path / "gone"], None), ([tmp_path], tmp_path)):
        with pytest.raises(UsageError):
            discover(inputs, out)


def test_very_deep_folders(tmp_path: Path) -> None:
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(300):
            Path("d" * 20).mkdir()
            os.chdir("d" * 20)
        Path("x.txt").write_text("x")
    finally:
        os.chdir(here)
    entries = discover([tmp_path]).entries
    assert len(entries) == 1
    assert isinstance(entries[0].error, UnreadableError)


@pytest.mark.parametrize(
    ("text", "safe"), [("a\x1b[2Jb", "a\\x1b[2Jb"), ("một\nhai", "một\nhai"), ("\u202eabc\x9b", "\\u202eabc\\x9b")]
)
def test_nothing_that_a_terminal_obeys_is_printed(text: str, safe: str) -> None:
    assert printable(text) == safe


@pytest.mark.parametrize("out", ["{}/out", "file://{}/out"])
@pytest.mark.parametrize("given", ["{}", "file://{}"])
def test_the_output_is_no_input_however_it_is_named(tmp_path: Path, given: str, out: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "a.txt").write_text("KẾ HOẠCH", encoding="utf-8")
    (tmp_path / "out" / "plans.csv").write_text("x", encoding="utf-8")
    found = discover([given.format(tmp_path)], out.format(tmp_path))
    assert [entry.source for entry in found.entries] == ["a.txt"]
    with pytest.raises(UsageError, match="is an input too"):
        discover([given.format(tmp_path)], given.format(tmp_path))


def test_keys_that_no_path_tells_apart_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [Listed(("a", "b.txt"), f"s3://plans/a{slash}b.txt", 1, -1) for slash in ("/", "//", "///")]
    monkeypatch.setattr("vnplan.ingestion.discovery.remote.listing", lambda url: keys)
    found = discover(["s3://plans"]).entries
    assert len({entry.source for entry in found}) == 3
    assert [entry.path for entry in found] == [key.url for key in keys]


def test_outputs_of_earlier_runs_are_no_inputs(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("KẾ HOẠCH", encoding="utf-8")
    for folder, names in (
        ("tables", ("run.json", "datapackage.json", "plans.csv")),
        ("papers", ("run.json", "plans.csv")),
    ):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).write_text("{}", encoding="utf-8")
    found = discover([tmp_path])
    assert [entry.source for entry in found.entries] == ["papers/plans.csv", "papers/run.json", "plan.txt"]
    assert found.skipped == {"earlier output folder": 1}
    assert len(discover([tmp_path / "tables"]).entries) == 3  # named on purpose
