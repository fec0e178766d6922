"""Tesseract that is missing, cannot Vietnamese, crashes, hangs or prints rubbish; its cache."""

from __future__ import annotations

import io
import multiprocessing
import os
import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ocr_paper import letter
from PIL import Image

from vnplan.errors import UsageError, VnplanError
from vnplan.extraction import extract
from vnplan.ingestion.pages import InkMark, LineText, PageText, WordBox
from vnplan.ocr import engine, library, tesseract
from vnplan.ocr.cache import OcrCache
from vnplan.ocr.errors import OcrFailedError, OcrMissingError, OcrOutputError, OcrTimeoutError
from vnplan.ocr.recognition import recognise
from vnplan.ocr.settings import OcrSettings
from vnplan.records import Box
from vnplan.settings import Settings

HEADER = "level page_num block_num par_num line_num word_num left top width height conf text".replace(" ", "\\t")
BLANK = np.full((200, 300), 255, np.uint8)
PROGRAM = OcrSettings(engine="pytesseract")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Puts a `tesseract` of our own first on the path: `fake(what it does with a page)`."""

    def make(page: str, languages: str = "eng\\nvie", version: str = "tesseract 5.3.0") -> Path:
        program = tmp_path / "bin" / "tesseract"
        program.parent.mkdir(exist_ok=True)
        program.write_text(
            "#!/bin/sh\n"
            'case "$*" in\n'
            f"  *--version*) printf '{version}\\n' ;;\n"
            f"  *--list-langs*) printf 'List of available languages (2):\\n{languages}\\n' ;;\n"
            f'  *) {{ {page} ; }} >"$2.tsv" ;;\n'
            "esac\n"
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        engine._check.cache_clear()
        return program

    yield make
    engine._check.cache_clear()


def test_missing_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OcrMissingError, match="apt-get install tesseract-ocr tesseract-ocr-vie"):
        recognise(BLANK, 200, PROGRAM)


def test_missing_vietnamese(fake) -> None:  # type: ignore[no-untyped-def]
    fake("true", languages="eng\\nosd")
    with pytest.raises(OcrMissingError, match=r"language data 'vie': apt-get install tesseract-ocr-vie"):
        recognise(BLANK, 200, PROGRAM)


def test_too_old(fake) -> None:  # type: ignore[no-untyped-def]
    fake("true", version="tesseract 3.05.02")
    with pytest.raises(OcrMissingError, match="too old"):
        engine.check(PROGRAM)


def test_a_version_that_fails(fake) -> None:  # type: ignore[no-untyped-def]
    program = fake("true")
    program.write_text("#!/bin/sh\nexit 127\n")
    with pytest.raises(OcrMissingError, match="does not say its version"):
        engine.check(PROGRAM)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("exit 1", "status 1"),
        ("echo 'Error opening data file' >&2; exit 1", "Error opening data file"),
        ("kill -SEGV $$", "SIGSEGV"),
        ("kill -KILL $$", "short of memory"),
    ],
)
def test_crash(fake, page: str, message: str) -> None:  # type: ignore[no-untyped-def]
    fake(page)
    with pytest.raises(OcrFailedError, match=message) as caught:
        engine.words(BLANK, 200, PROGRAM)
    assert caught.value.retryable
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("page", ["sleep 60", "sleep 60 & sleep 60", "exec >&- 2>&-; sleep 60"])
def test_hang_is_stopped_with_its_children(fake, page: str) -> None:  # type: ignore[no-untyped-def]
    fake(page)
    start = time.monotonic()
    with pytest.raises(OcrTimeoutError, match=r"did not finish the page in 0\.5 s"):
        engine.words(BLANK, 200, OcrSettings(seconds=0.5, engine="pytesseract"))
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "page",
    [
        "true",
        "echo hello",
        r"printf '\377\376\000'",
        f"printf '{HEADER}\\n5\\t1\\t1\\n'",
        f"printf '{HEADER}\\n5\\t1\\t1\\t1\\t1\\t1\\tx\\t0\\t5\\t5\\t90\\tword\\n'",
        f"printf '{HEADER}\\n5\\t1\\t1\\t1\\t1\\t1\\t900\\t0\\t5\\t5\\t90\\tword\\n'",
        f"printf '{HEADER}\\n5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t5\\t5\\tnan\\tword\\n'",
        f"printf '{HEADER}\\n5\\t7\\t1\\t1\\t1\\t1\\t0\\t0\\t5\\t5\\t90\\tword\\n'",
        "yes rubbish | head -c 100000",
    ],
)
def test_rubbish(fake, page: str) -> None:  # type: ignore[no-untyped-def]
    fake(page)
    with pytest.raises(OcrOutputError, match="Tesseract printed"):
        engine.words(BLANK, 200, OcrSettings(seconds=5, engine="pytesseract"))


def test_table_of_words(fake) -> None:  # type: ignore[no-untyped-def]
    fake(
        f"printf '{HEADER}\\n4\\t1\\t1\\t1\\t1\\t0\\t0\\t0\\t90\\t9\\t-1\\t\\n5\\t1\\t1\\t1\\t1\\t1\\t3\\t4\\t50\\t9\\t96.5\\tSố:\\n'"
    )
    assert engine.words(BLANK, 200, PROGRAM) == [engine.Word("Số:", 3, 4, 53, 13, 96.5, (1, 1, 1))]


# The library ---------------------------------------------------------------------------------------------------------

LIBRARY = OcrSettings(engine="tesserocr")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts a script in the place of the one that holds the library: `script(what it does with a request)`."""
    pytest.importorskip("tesserocr")

    def make(code: str) -> None:
        path = tmp_path / "reader.py"
        path.write_text(f"import os, signal, struct, sys, time\nline = sys.stdin.buffer.readline()\n{code}\n")
        monkeypatch.setattr(library, "_SCRIPT", path)
        library._close()

    yield make
    library._close()


@pytest.mark.parametrize("name", ["SIGFPE", "SIGSEGV", "SIGABRT"])
def test_crash_of_the_library_costs_one_page(script: Callable[[str], None], name: str, monkeypatch: Any) -> None:
    real = library._SCRIPT
    script(f"os.kill(os.getpid(), signal.{name})")
    with pytest.raises(OcrFailedError, match=f"ended by {name}"):
        engine.words(BLANK, 200, LIBRARY)
    monkeypatch.setattr(library, "_SCRIPT", real)
    assert engine.words(BLANK, 200, LIBRARY) == []


def test_crash_on_a_page_leaves_the_others(script: Callable[[str], None], tmp_path: Path) -> None:
    sheet, out, real, mark = letter(dpi=100).image, io.BytesIO(), library._SCRIPT, tmp_path / "crashed"
    sheet.save(out, "TIFF", save_all=True, append_images=[sheet], dpi=(100, 100))
    script("")
    (tmp_path / "reader.py").write_text(
        f"import os, signal, runpy\nif not os.path.exists({str(mark)!r}):\n    open({str(mark)!r}, 'w').close()\n"
        f"    os.kill(os.getpid(), signal.SIGFPE)\nrunpy.run_path({str(real)!r}, run_name='__main__')\n"
    )
    result = extract(out.getvalue(), "a.tif", Settings(ocr_engine="tesserocr", ner="none"))
    assert [(error.code, error.page) for error in result.errors] == [("ocr_failed", 1)]
    assert "Bảo đảm trật tự" in result.plans[0].text


def test_library_that_hangs_is_stopped(script: Callable[[str], None]) -> None:
    script("time.sleep(60)")
    start = time.monotonic()
    with pytest.raises(OcrTimeoutError, match=r"did not finish the page in 0\.5 s"):
        engine.words(np.full((3000, 3000), 255, np.uint8), 200, OcrSettings(seconds=0.5, engine="tesserocr"))
    assert time.monotonic() - start < 5
    assert library._reader is None


@pytest.mark.parametrize(
    "code",
    ["sys.stdout.buffer.write(struct.pack('>I', 5) + b'hello')", "sys.stdout.buffer.write(struct.pack('>I', 0x7fffffff)); time.sleep(9)"],
)  # fmt: skip
def test_rubbish_from_the_library(script: Callable[[str], None], code: str) -> None:
    script(code)
    with pytest.raises(OcrOutputError):
        engine.words(BLANK, 200, LIBRARY)


def test_library_process_is_kept_and_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tesserocr")
    monkeypatch.setattr(library, "_MOST_REQUESTS", 3)
    library._close()
    seen = []
    for _ in range(5):
        engine.words(BLANK, 200, LIBRARY)
        assert library._reader is not None
        seen.append(library._reader.process.pid)
    assert seen[0] == seen[1] == seen[2] != seen[3] == seen[4]


def test_both_ways_read_the_same_words() -> None:
    pytest.importorskip("tesserocr")
    image = np.asarray(letter(dpi=200).image.convert("L"))
    texts = [[word.text for word in engine.words(image, 200, settings)] for settings in (LIBRARY, PROGRAM)]
    # the library may be of another version than the program
    same = sum((Counter(texts[0]) & Counter(texts[1])).values())
    assert same >= 0.97 * max(map(len, texts)) and "HOẠCH" in texts[0]


def test_language_data_is_found_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (tmp_path / "a", tmp_path / "b" / "tessdata"):
        folder.mkdir(parents=True)
        (folder / "xyz.traineddata").touch()
        monkeypatch.setenv("TESSDATA_PREFIX", str(folder.parent if folder.name == "tessdata" else folder))
        assert tesseract.data_folder("xyz") == folder
    assert tesseract.data_folder("xyz+abc") is None
    with pytest.raises(OcrMissingError, match="lacks the language data 'abc'"):
        engine.check(OcrSettings(language="abc", engine="tesserocr"))
    assert engine.way_to(OcrSettings(language="abc")) == "pytesseract"


@pytest.mark.parametrize(
    "bad",
    [{"language": "vie; rm"}, {"segmentation": 0}, {"seconds": 0}, {"dpi": 20}, {"max_megapixels": 0}],
)
def test_settings_out_of_range(bad: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        OcrSettings(**bad)  # type: ignore[arg-type]


# The cache -----------------------------------------------------------------------------------------------------------

PAGE = PageText(
    1, 595.0, 842.0, "ocr", "scan", 90, 91.5,
    (LineText((WordBox("Số:", 1.0, 2.0, 3.0, 4.0, 96.5), WordBox("…", 4.0, 2.0, 9.0, 4.0, 0.0)), 1, 0, (0, 1, 2)),),
    (InkMark("handwritten", Box(1, 4.0, 2.0, 9.0, 4.0), "0+", ("04",)),),
)  # fmt: skip


def test_cache_gives_back_what_was_put(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path / "c")
    key = cache.key(BLANK, 200, OcrSettings(), "5.3.0")
    assert cache.get(key) is None
    cache.put(key, PAGE)
    assert cache.get(key, 1, "scan") == PAGE
    other = cache.get(key, 7, "other")
    assert other is not None and other.page == 7 and other.marks[0].box.page == 7 and other.reason == "other"


def test_key_depends_on_all_that_matters() -> None:
    cache = OcrCache(Path("/nowhere"))
    changed = BLANK.copy()
    changed[5, 5] = 0
    keys = [
        cache.key(BLANK, 200, OcrSettings(), "5.3.0"),
        cache.key(changed, 200, OcrSettings(), "5.3.0"),
        cache.key(BLANK.reshape(300, 200), 200, OcrSettings(), "5.3.0"),
        cache.key(BLANK, 300, OcrSettings(), "5.3.0"),
        cache.key(BLANK, 200, OcrSettings(segmentation=4), "5.3.0"),
        cache.key(BLANK, 200, OcrSettings(), "5.4.0"),
        cache.key(Image.fromarray(BLANK), 200, OcrSettings(), "5.3.0"),
    ]
    assert len(set(keys)) == len(keys)
    assert keys[0] == cache.key(BLANK.copy(), 200, OcrSettings(), "5.3.0")


@pytest.mark.parametrize("rubbish", [b"", b"{}", b"x\x9c" + b"\0" * 9])
def test_damaged_entry_counts_as_absent(tmp_path: Path, rubbish: bytes) -> None:
    cache = OcrCache(tmp_path)
    cache.put("ab" * 32, PAGE)
    (entry,) = tmp_path.glob("*/*.page")
    entry.write_bytes(rubbish)
    assert cache.get("ab" * 32) is None


def test_limit_drops_the_pages_used_longest_ago(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path, limit=10_000_000)
    for k in range(30):
        cache.put(f"{k:02x}" * 32, PAGE)
        os.utime(tmp_path / f"{k:02x}" / (f"{k:02x}" * 32 + ".page"), (k, k))
    cache.get("00" * 32)  # used just now
    cache.limit = cache.state().size // 2
    cache.shrink()
    state = cache.state()
    assert state.size <= cache.limit
    assert cache.get("00" * 32) is not None and cache.get("01" * 32) is None and cache.get("1d" * 32) is not None


def test_clear(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path)
    cache.put("ab" * 32, PAGE)
    assert cache.clear(older_than=3600) == 0
    assert cache.state().pages == 1
    assert cache.clear() == 1
    assert cache.state().pages == 0 and cache.state().newest is None


def test_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = OcrCache(tmp_path / "file")
    cache.put("ab" * 32, PAGE)
    assert cache.get("ab" * 32) is None


def _write_often(folder: str) -> int:
    cache = OcrCache(Path(folder), limit=20_000)
    wrong = 0
    for k in range(200):
        key = f"{k % 8:02x}" * 32
        cache.put(key, PAGE)
        found = cache.get(key, 1, "scan")
        wrong += found is not None and found != PAGE
    return wrong


def test_several_processes_share_a_cache(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_write_often, [str(tmp_path)] * 3) == [0, 0, 0]
    assert not list(tmp_path.glob("*/.*.tmp"))


def test_recognised_page_comes_from_the_cache_the_second_time(fake, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = np.full((400, 400), 255, np.uint8)
    page[100:120, 50:300:7] = 0
    fake(f"printf '{HEADER}\\n5\\t1\\t1\\t1\\t1\\t1\\t50\\t100\\t250\\t20\\t96\\tquyết\\n'")
    cache = OcrCache(tmp_path / "c")
    first = recognise(page, 200, PROGRAM, cache=cache, page=1)
    assert first.text == "quyết"
    fake("exit 1")
    assert recognise(page, 200, PROGRAM, cache=cache, page=1) == first
    with pytest.raises(VnplanError):
        recognise(page, 200, OcrSettings(segmentation=6, engine="pytesseract"), cache=cache)
