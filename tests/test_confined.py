"""What LibreOffice may do while it reads a document of others: nothing but read that document."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from vnplan.errors import ConversionError
from vnplan.ingestion import confined, libreoffice, programs
from vnplan.ingestion.office import converted_by_libreoffice
from vnplan.ingestion.pages import Source
from vnplan.settings import Settings

needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that is empty before and after."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def place(temporary: Path) -> Path:
    folder = temporary / "work"
    folder.mkdir()
    return folder


class Server:
    """A server on this machine that writes down what it is asked for, and never answers."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            connection.settimeout(2)
            try:
                self.asked.append(connection.recv(200))
            except OSError:
                self.asked.append(b"")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()


def read_rtf(data: bytes, name: str) -> Source:
    return converted_by_libreoffice(data, "rtf", Settings())


def run(command: str, temporary: Path, seconds: float = 20.0) -> tuple[bool, str]:
    with programs.confined(["/bin/sh", "-c", command], seconds, place(temporary)) as ended:
        return ended


def alive(mark: str) -> list[int]:
    """Processes with a word in their command line."""
    return [p.pid for p in psutil.process_iter(["cmdline"]) if mark in " ".join(p.info["cmdline"] or ())]


def wait_until(done: object, seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    assert callable(done)
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


# -- Any program -----------------------------------------------------------------------------------------------------


def test_what_it_says_and_whether_it_ended(temporary: Path) -> None:
    assert run("echo hi; echo ho >&2", temporary) == (True, "hi ho")
    assert list(temporary.iterdir()) == []


def test_a_program_that_goes_on_ends_with_all_it_started(temporary: Path) -> None:
    mark = f"7{os.getpid()}"
    assert run(f"(setsid sleep {mark}) & echo hi; sleep {mark}", temporary, 0.5) == (False, "hi")
    assert alive(f"sleep {mark}") == []
    assert list(temporary.iterdir()) == []


def test_what_it_leaves_behind_ends_too(temporary: Path) -> None:
    mark = f"8{os.getpid()}"
    assert run(f"setsid sleep {mark} & setsid sleep {mark} & echo hi", temporary) == (True, "hi")
    assert alive(f"sleep {mark}") == []


def test_a_program_that_cannot_be_started(temporary: Path) -> None:
    with programs.confined(["/no/such/program"], 20, place(temporary)) as (finished, words):
        assert finished
        assert "cannot be started" in words


_CALLER = """
import sys, tempfile
from pathlib import Path
from vnplan.ingestion.programs import confined
folder = Path(sys.argv[1]); folder.mkdir()
(folder / "document.rtf").write_text("secret")
print("started", flush=True)
with confined(["/bin/sh", "-c", sys.argv[2]], 600, folder):
    pass
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_it_when_its_caller_is_killed(temporary: Path, root: Path, number: int) -> None:
    mark, folder = f"9{os.getpid()}{number}", temporary / "work"
    arguments = [sys.executable, "-c", _CALLER, str(folder), f"setsid sleep {mark} & sleep {mark}"]
    with subprocess.Popen(arguments, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as caller:
        wait_until(lambda: len([pid for pid in alive(f"sleep {mark}") if psutil.Process(pid).name() == "sleep"]) == 2)
        assert folder.is_dir()
        caller.send_signal(number)
        caller.wait(20)
        wait_until(lambda: alive(f"sleep {mark}") == [])
        wait_until(lambda: not folder.exists())


def test_its_folder_is_for_its_user_alone(temporary: Path) -> None:
    made: list[int] = []

    def look(program: str) -> None:
        while not made:
            made.extend(path.stat().st_mode & 0o077 for path in temporary.glob("vnplan-office-*"))

    looking = threading.Thread(target=look, args=("",), daemon=True)
    looking.start()
    script = temporary.parent / "soffice"
    script.write_text("#!/bin/sh\nsleep 0.5\n")
    script.chmod(0o755)
    with pytest.raises(ConversionError):
        libreoffice.to_docx(str(script), b"{\\rtf1 x}", "rtf", Settings())
    looking.join(5)
    assert made == [0]
    assert list(temporary.iterdir()) == []


def can_unshare() -> bool:
    flags = ["-n"] if os.geteuid() == 0 else ["-Urn"]
    return bool(shutil.which("unshare")) and not subprocess.run(["unshare", *flags, "true"], check=False).returncode


def test_it_has_no_network(temporary: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Landlock, by which nothing here could be started that asks."""
    if not can_unshare():
        pytest.skip("no network namespaces for this user here")
    code = f"import socket; socket.create_connection(('127.0.0.1', {server.port}), 2).sendall(b'x')"
    monkeypatch.setattr(programs, "_KEEPER", temporary.parent / "confined.py")
    source = Path(confined.__file__).read_text(encoding="utf-8")
    (temporary.parent / "confined.py").write_text(source.replace("        _restrict(folder, command[0])\n", ""))
    # The interpreter itself, not the link in the environment: that may stand in a folder that is hidden there.
    finished, words = run(f'{Path(sys.executable).resolve()} -I -c "{code}"', temporary)
    assert finished
    assert "unreachable" in words
    assert server.asked == []


def test_it_sees_no_files_of_its_user(temporary: Path) -> None:
    import ctypes

    if ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) < 1:
        pytest.skip("no Landlock in this kernel")
    secret = temporary.parent / "secret.txt"
    secret.write_text("secret")
    finished, words = run(f"cat {secret}; echo over > {secret}; echo mine > mine && cat mine", temporary)
    assert finished
    assert words.count("ermission denied") + words.count("o such file") + words.count("onexistent") == 2
    assert words.endswith("mine")
    assert secret.read_text() == "secret"


# -- LibreOffice itself ----------------------------------------------------------------------------------------------


def rtf(body: str) -> bytes:
    return ("{\\rtf1\\ansi KE HOACH\\par " + body + "\\par het}").encode()


@needs_office
def test_links_in_a_document_ask_nobody(temporary: Path, server: Server) -> None:
    url = f"http://127.0.0.1:{server.port}"
    fields = "".join(
        f"{{\\field{{\\*\\fldinst {{ {field} }}}}{{\\fldrslt {{x}}}}}}"
        for field in (
            f'INCLUDEPICTURE "{url}/a.png" \\\\d',
            f'INCLUDEPICTURE "{url}/b.png"',
            f'INCLUDETEXT "{url}/c.docx"',
            f'LINK Word.Document "{url}/d.docx" \\\\a',
            f'HYPERLINK "{url}/e"',
        )
    )
    start = time.monotonic()
    text = read_rtf(rtf(f"{{\\*\\template {url}/t.dot}}" + fields), "a.rtf").text
    assert "KE HOACH" in text
    assert "het" in text
    assert time.monotonic() - start < 60
    assert server.asked == []
    assert list(temporary.iterdir()) == []


_LINKED = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:p>KE HOACH<draw:frame text:anchor-type="as-char" svg:width="5cm" svg:height="5cm">
<draw:image xlink:href="URL/picture.png" xlink:type="simple"/></draw:frame></text:p>
<text:section text:name="s"><text:section-source xlink:href="URL/part.odt"/><text:p>x</text:p></text:section>
</office:text></office:body></office:document>
"""


@needs_office
@pytest.mark.parametrize("held_by", ["all", "profile", "nothing"])
def test_linked_pictures_are_held_off_by_system_and_profile_each(
    temporary: Path, server: Server, monkeypatch: pytest.MonkeyPatch, held_by: str
) -> None:
    """LibreOffice that nothing holds does ask, so that the test can fail."""
    if held_by != "all":
        source = Path(confined.__file__).read_text(encoding="utf-8")
        source = source.replace("        _restrict(folder, command[0])\n", "")
        source = source.replace("_NEWNET | _NEWPID | _NEWIPC, _NEWNET", "_NEWPID | _NEWIPC, _NEWIPC")
        (temporary.parent / "confined.py").write_text(source)
        monkeypatch.setattr(programs, "_KEEPER", temporary.parent / "confined.py")
    if held_by == "nothing":
        monkeypatch.setattr(libreoffice, "_SETTINGS", ())
    program = shutil.which("soffice")
    assert program
    data = _LINKED.replace("URL", f"http://127.0.0.1:{server.port}").encode()
    assert libreoffice.to_docx(program, data, "fodt", Settings()).startswith(b"PK")
    assert bool(server.asked) == (held_by == "nothing")


@needs_office
def test_links_to_files_bring_nothing_in(temporary: Path) -> None:
    secret = temporary.parent / "secret.txt"
    secret.write_text("top secret words")
    field = f'{{\\field{{\\*\\fldinst {{ INCLUDETEXT "file://{secret}" }}}}{{\\fldrslt {{x}}}}}}'
    assert "secret words" not in read_rtf(rtf(field), "a.rtf").text


_MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"
 xmlns:ooo="http://openoffice.org/2004/office" xmlns:xlink="http://www.w3.org/1999/xlink"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:scripts><office:script script:language="ooo:Basic"><ooo:libraries>
<ooo:library-embedded ooo:name="Standard"><ooo:module ooo:name="M"><ooo:source-code>
Sub Main
  Dim n : n = FreeFile
  Open "FILE" For Output As #n
  Print #n, "ran"
  Close #n
End Sub
</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries></office:script>
<office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load"
 xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document" xlink:type="simple"/>
</office:event-listeners></office:scripts>
<office:body><office:text><text:p>KE HOACH</text:p></office:text></office:body></office:document>
"""


@needs_office
def test_macros_do_not_run(temporary: Path) -> None:
    program, folder = shutil.which("soffice"), place(temporary)
    assert program
    libreoffice._filled(folder, _MACRO.replace("FILE", str(folder / "ran")).encode(), "fodt")
    with programs.confined(libreoffice._command(program, "fodt", folder), 60, folder) as (finished, _):
        assert finished
        assert (folder / "out/document.docx").is_file()
        assert not (folder / "ran").exists()


def test_the_profile_forbids_what_the_system_may_not_be_able_to() -> None:
    values = {name: value for _, name, value in libreoffice._SETTINGS}
    profile = libreoffice._profile()
    for name, value in (
        ("MacroSecurityLevel", "3"),
        ("DisableMacrosExecution", "true"),
        ("BlockUntrustedRefererLinks", "true"),
        ("ooInetProxyType", "2"),
        ("ooInetHTTPProxyName", "127.0.0.1"),
    ):
        assert values[name] == value
        assert f'oor:name="{name}" oor:op="fuse"><value>{value}</value>' in profile


def test_a_worker_that_is_ended_leaves_no_copy_of_a_document(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document over its time: its process and LibreOffice are killed, and who cleans up after them is not."""
    from vnplan.batch import extract_folder

    mark = f"6{os.getpid()}"
    program = tmp_path / "bin/soffice"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nsleep {mark}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(temporary))
    letter = tmp_path / "letter.rtf"
    letter.write_bytes(rtf("x"))
    monkeypatch.setattr("vnplan.ingestion.sources._read", lambda data, *others: read_rtf(data, ""))  # not by our own
    summary = extract_folder(letter, tmp_path / "out", settings=Settings(ner="none", seconds=3))
    assert summary.errors == {"time_limit": 1}
    wait_until(lambda: alive(f"sleep {mark}") == [] and list(temporary.glob("vnplan-office-*")) == [])


# -- The other readers -----------------------------------------------------------------------------------------------


def linked_pdf(url: str) -> bytes:
    import pikepdf
    from paper import plan_pdf

    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(plan_pdf())) as document:
        action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=f"{url}/open")
        document.Root.OpenAction = action
        document.Root.AA = pikepdf.Dictionary(WC=action)
        elsewhere = pikepdf.Dictionary(FS=pikepdf.Name.URL, F=f"{url}/image", Type=pikepdf.Name.Filespec)
        image = document.make_stream(
            b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=9, Height=9, F=elsewhere
        )
        page = document.pages[0]
        page.Resources.XObject = pikepdf.Dictionary(Im0=image)
        page.contents_add(b"q 100 0 0 100 0 0 cm /Im0 Do Q")
        page.Annots = document.make_indirect(
            pikepdf.Array(
                [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)]
            )
        )
        document.save(file)
    return file.getvalue()


def linked_package(kind: str, url: str) -> bytes:
    from docx import Document
    from test_hostile import ODT, packed

    if kind == "odt":
        picture = f'<draw:image xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{url}/p.png"/>'
        content = ODT["content.xml"].replace(b"</office:text>", f"<text:p>{picture}</text:p></office:text>".encode())
        return packed({**ODT, "content.xml": content})
    document = Document()
    document.add_paragraph("KE HOACH")
    for kind_of in ("image", "attachedTemplate", "hyperlink", "oleObject", "frame", "subDocument"):
        document.part.rels.get_or_add_ext_rel(
            f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind_of}", f"{url}/{kind_of}"
        )
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def linked(kind: str, url: str) -> bytes:
    if kind == "pdf":
        return linked_pdf(url)
    if kind in ("odt", "docx"):
        return linked_package(kind, url)
    fields = (f'INCLUDEPICTURE "{url}/p.png" \\\\d', f'INCLUDETEXT "{url}/t.doc"', f'HYPERLINK "{url}/h"')
    if kind == "doc":
        from office_files import word_doc

        return word_doc("KE HOACH\n" + "".join(f"\x13 {field} \x14x\x15\n" for field in fields))
    if kind == "rtf":
        return rtf("".join(f"{{\\field{{\\*\\fldinst {{ {field} }}}}{{\\fldrslt {{x}}}}}}" for field in fields))
    page = (
        f'<!DOCTYPE html SYSTEM "{url}/a.dtd"><html><head><link rel="stylesheet" href="{url}/a.css"><base href="{url}/">'
        f'<script src="{url}/a.js"></script></head><body background="{url}/b.png"><p>KE HOACH<img src="{url}/a.png">'
        f'<iframe src="{url}/f"></iframe><object data="{url}/o"></object></p></body></html>'
    )
    if kind == "html":
        return page.encode()
    head = "From: a@example.vn\r\nMIME-Version: 1.0\r\nMessage-ID: <1@x>\r\n"
    if kind == "eml":
        return f"{head}Content-Type: text/html\r\n\r\n{page}".encode()
    return f'{head}Content-Type: message/external-body; access-type=URL; URL="{url}/e"\r\n\r\nContent-Type: text/plain\r\n\r\n'.encode()


@pytest.mark.parametrize("kind", ["doc", "rtf", "odt", "docx", "html", "pdf", "eml", "external"])
def test_links_in_documents_of_all_kinds_ask_nobody(server: Server, kind: str) -> None:
    from vnplan import extract

    data = linked(kind, f"http://127.0.0.1:{server.port}")
    found = extract(data, f"a.{kind}", Settings(ner="none"))
    assert [error for error in found.errors if error.code == "internal"] == []
    assert found.plans or kind == "external"  # which holds no words of its own
    with socket.create_connection(("127.0.0.1", server.port)) as mine:
        mine.sendall(b"mine")
    end = time.monotonic() + 30
    while not server.asked and time.monotonic() < end:
        time.sleep(0.01)
    assert server.asked == [b"mine"]  # in turn: had anything asked before, it would stand first


@needs_office
def test_links_in_a_doc_that_libreoffice_reads_ask_nobody(temporary: Path, server: Server) -> None:
    data = linked("doc", f"http://127.0.0.1:{server.port}")
    assert "KE HOACH" in converted_by_libreoffice(data, "doc", Settings()).text
    assert server.asked == []
