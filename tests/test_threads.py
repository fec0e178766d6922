"""Any number of threads, and any way of starting processes, give what one thread gives."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import vnplan
from vnplan.entities import model as models
from vnplan.linking.places import Gazetteer
from vnplan.records import Extraction
from vnplan.threads import Guard

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "raw"
TEXTS = sorted(p for p in SAMPLES.rglob("*") if p.suffix in (".txt", ".md", ".html", ".docx", ".zip"))
PDFS = [SAMPLES / "dinh-dang" / "KH-112-cong-truong-Ba-Vi.pdf"]
SCAN = SAMPLES / "dinh-dang" / "fax-tuyen-truyen-bau-cu-Cho-Don.tif"


def read(path: Path) -> Extraction:
    return vnplan.extract(path.read_bytes(), path.name)


def test_eight_threads_give_what_one_gives() -> None:
    files = TEXTS + PDFS
    assert len(files) >= 12
    alone = {path: read(path) for path in [*files, SCAN]}
    assert [found.errors for found in alone.values() if found.errors] == []
    jobs = [files[(k * 5) % len(files)] for k in range(4 * len(files))] + [SCAN, SCAN]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, jobs))
    assert [path.name for path, one in zip(jobs, found, strict=True) if one != alone[path]] == []


def test_the_model_is_used_by_one_thread_at_a_time() -> None:
    texts = ["Công an huyện Trà Cú phối hợp với Sở Y tế tỉnh Trà Vinh. " * 20]
    model = models.Model()
    expected = model.find(texts)
    assert expected[0]
    with ThreadPoolExecutor(8) as pool:
        assert all(found == expected for found in pool.map(lambda _: model.find(texts), range(40)))


def test_threads_that_begin_together_see_all_communes() -> None:
    seen: list[int] = []
    for _ in range(3):
        gazetteer = Gazetteer("2025")
        begin = threading.Barrier(8)

        def count(gazetteer: Gazetteer = gazetteer, begin: threading.Barrier = begin) -> None:
            begin.wait()
            seen.append(len(gazetteer.all("commune")) + len(gazetteer.all("province")))

        threads = [threading.Thread(target=count) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(seen) == {3321 + 34}
    assert len(seen) == 24


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:This process.*multi-threaded:DeprecationWarning")
def test_a_fork_while_another_thread_works_gets_a_free_lock() -> None:
    guard = Guard()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with guard:
            held.set()
            done.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    child = os.fork()
    if child == 0:
        with guard:
            os._exit(guard.generation)
    deadline, status = time.monotonic() + 20, (0, 0)
    while status[0] == 0 and time.monotonic() < deadline:
        status = os.waitpid(child, os.WNOHANG)
        time.sleep(0.01)
    done.set()
    thread.join()
    if status[0] == 0:
        os.kill(child, 9)
    assert os.waitstatus_to_exitcode(status[1]) == 1
    assert guard.generation == 0


def _facts(path: Path) -> Extraction:
    vnplan.warm_up()
    return read(path)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_daemonic_workers_of_every_kind_give_the_same(method: str) -> None:
    path = TEXTS[0]
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.apply_async(_facts, (path,)).get(120) == read(path)
