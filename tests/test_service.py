"""The HTTP API, over real HTTP: uploads, jobs, results, limits, refusals, and what a kill costs (nothing)."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from PIL import Image

import vnplan
from vnplan import cli
from vnplan.errors import UsageError, VnplanError
from vnplan.service.commands import add
from vnplan.service.job import names_of
from vnplan.service.options import ServiceOptions
from vnplan.service.problems import STATUS
from vnplan.settings import Settings
from vnplan.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "data" / "raw"
PDF = SAMPLES / "dinh-dang" / "KH-112-cong-truong-Ba-Vi.pdf"
TEXTS = sorted(p for p in SAMPLES.rglob("*") if p.suffix in (".txt", ".md", ".html", ".docx"))
PLAN = """ỦY BAN NHÂN DÂN
XÃ MINH TÂN

Số: {number}/KH-UBND
Minh Tân, ngày 3 tháng 2 năm 2026

KẾ HOẠCH
Ra quân làm sạch đường làng năm 2026

1. Giao Công an xã chủ trì, phối hợp với Đoàn Thanh niên xã tổ chức ra quân trước ngày 15/3/2026.
"""


@contextmanager
def serving(data: Path, *options: str, stop: int = signal.SIGTERM) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a service of its own, and its process."""
    command = [sys.executable, "-m", "vnplan", "serve", "--data", str(data), "--port", "0", "--ner", "none", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("service: http://"), line + (process.stderr.read() if process.stderr else "")
        yield line.split()[1].removesuffix("/v1/jobs,"), process
    finally:
        if process.poll() is None:
            process.send_signal(stop)
        _, said = process.communicate(timeout=60)
    if stop == signal.SIGTERM:
        assert process.returncode == 0, said
        assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("service"), "--max-mb", "3", "--max-upload-mb", "8", "--jobs", "2") as (
        address,
        _,
    ):
        yield address


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=120) as one:
        yield one


def plan(number: int) -> bytes:
    return PLAN.format(number=number).encode()


def finished(client: httpx.Client, job: str) -> dict[str, Any]:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        found: dict[str, Any] = client.get(f"/v1/jobs/{job}").json()
        if found["state"] in ("done", "failed"):
            return found
        time.sleep(0.1)
    raise AssertionError(found)


# -- One file --------------------------------------------------------------------------------------------------------


def test_a_file_gives_the_facts_that_the_verb_gives(client: httpx.Client) -> None:
    answer = client.post("/v1/extract", files={"file": ("kh.txt", plan(12))})
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["plans"]
    (same,) = vnplan.extract(plan(12), "kh.txt", Settings(ner="none", max_bytes=3_000_000)).plans
    assert found["document_id"] == same.document_id
    assert found["number"] == "12/KH-UBND" and found["issue_date"] == "2026-02-03"
    (task,) = found["facts"]["tasks"]
    assert task["lead"] == ["Công an xã"] and task["coordinate"] == ["Đoàn Thanh niên xã"]
    assert found["text"][task["start"] : task["end"]] == task["text"]
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['job']}"


def test_thirty_two_requests_at_once_get_each_their_own_answer(url: str) -> None:
    alone = {
        path.name: vnplan.extract(path.read_bytes(), path.name, Settings(ner="none", max_bytes=3_000_000))
        for path in TEXTS
    }

    def ask(k: int) -> tuple[str, httpx.Response]:
        path = TEXTS[k % len(TEXTS)]
        with httpx.Client(base_url=url, timeout=300) as client:
            return path.name, client.post("/v1/extract?wait=120", files={"file": (path.name, path.read_bytes())})

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(ask, range(32)))
    assert [(name, answer.status_code) for name, answer in answers if answer.status_code != 200] == []
    for name, answer in answers:
        plans = answer.json()["plans"]
        assert [one["document_id"] for one in plans] == [one.document_id for one in alone[name].plans]
        assert [len(one["facts"]["tasks"]) for one in plans] == [len(one.tasks) for one in alone[name].plans]
        assert [one["text"] for one in plans] == [one.text for one in alone[name].plans]


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("a.pdf", b"%PDF-1.7\n" + b"junk " * 400, 422, "damaged"),
        ("a.txt", b"", 422, "empty"),
        ("a.bin", bytes(range(256)) * 40, 422, "unsupported_format"),
        ("a.txt", b"x" * 3_200_000, 413, "too_large"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_has_a_state_and_a_code(
    client: httpx.Client, name: str, data: bytes, status: int, code: str
) -> None:
    answer = client.post("/v1/extract", files={"file": (name, data)})
    body = answer.json()
    assert (answer.status_code, body["code"], body["status"]) == (status, code, status), body
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(body["detail"]) > 10


def test_every_code_has_a_state() -> None:
    def below(kind: type[VnplanError]) -> Iterator[type[VnplanError]]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    assert {one.code for one in below(VnplanError)} - {"error"} <= STATUS.keys()
    assert STATUS["too_large"] == 413 and STATUS["internal"] == 500 and STATUS["encrypted"] == 422


def test_a_request_says_what_it_wants(client: httpx.Client) -> None:
    files = {"file": ("kh.txt", plan(1))}
    chosen = client.post("/v1/extract", files=files, data={"extractors": "deadlines"}).json()["plans"][0]["facts"]
    assert chosen["deadlines"] and not chosen["tasks"]
    for data, words in (({"extractors": "budgets"}, "no extractor 'budgets'"), ({"min_confidence": "7"}, "between 0 and 1"),
                        ({"min_confidence": "nan"}, "number from 0 to 1"),
                        ({"path": "/etc/passwd"}, "field 'path' is not known")):  # fmt: skip
        answer = client.post("/v1/extract", files=files, data=data)
        assert answer.status_code == 422 and words in answer.json()["detail"], answer.text


# -- Jobs ------------------------------------------------------------------------------------------------------------


def test_several_files_are_a_job_with_tables_in_every_format(client: httpx.Client) -> None:
    files = [("files", (f"kh-{k}.txt", plan(k))) for k in (1, 2, 3)] + [("files", ("a.pdf", b"%PDF-1.7 junk"))]
    answer = client.post("/v1/jobs", files=files)
    assert answer.status_code == 202, answer.text
    job = answer.json()["id"]
    assert answer.headers["location"] == f"/v1/jobs/{job}"
    state = finished(client, job)
    assert (state["state"], state["done"], state["total"], state["documents"], state["errors"]) == ("done", 4, 4, 3, 1)
    assert job in [one["id"] for one in client.get("/v1/jobs").json()]
    whole = client.get(f"/v1/jobs/{job}/result").json()
    assert [one["source"] for one in whole["plans"]] == ["kh-1.txt", "kh-2.txt", "kh-3.txt"]
    assert [row["source"] for row in whole["errors"]] == ["a.pdf"]
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"/v1/jobs/{job}/tables/plans?format=csv").content.decode("utf-8-sig")))
    )
    assert [row["number"] for row in rows] == ["1/KH-UBND", "2/KH-UBND", "3/KH-UBND"]
    parquet = pq.read_table(io.BytesIO(client.get(f"/v1/jobs/{job}/tables/tasks?format=parquet").content))
    assert parquet.num_rows == 3 and parquet.column("lead").to_pylist()[0] == ["Công an xã"]
    assert [row["number"] for row in client.get(f"/v1/jobs/{job}/tables/plans").json()] == [
        row["number"] for row in rows
    ]
    for format_ in ("csv", "parquet"):
        packed = zipfile.ZipFile(io.BytesIO(client.get(f"/v1/jobs/{job}/result?format={format_}").content))
        assert {"datapackage.json", *(f"{t.name}.{format_}" for t in TABLES if format_ in t.formats)} == set(
            packed.namelist()
        )
    assert client.get(f"/v1/jobs/{job}/tables/texts?format=csv").status_code == 404
    assert client.get(f"/v1/jobs/{job}/tables/secrets").status_code == 404
    assert client.delete(f"/v1/jobs/{job}").status_code == 204
    assert client.get(f"/v1/jobs/{job}").json()["code"] == "no_job"


def test_a_page_is_shown_with_its_facts_marked(client: httpx.Client) -> None:
    answer = client.post("/v1/extract", files={"file": (PDF.name, PDF.read_bytes())}).json()
    (found,) = answer["plans"]
    page = f"/v1/jobs/{answer['job']}/documents/{found['document_id']}/pages"
    marked, bare = (client.get(f"{page}/1.png?marks={marks}") for marks in ("true", "false"))
    images = [Image.open(io.BytesIO(one.content)) for one in (marked, bare)]
    assert (
        marked.headers["content-type"] == "image/png" and images[0].size == images[1].size and min(images[0].size) > 500
    )
    box = next(fact for fact in found["facts"]["citations"] if fact["page"] == 1)["boxes"][0]
    scale = images[0].width / next(one["width"] for one in found["facts"]["pages"] if one["page"] == 1)
    corner = (round(box["x0"] * scale) - 1, round(box["y1"] * scale))
    assert images[0].getpixel(corner) != images[1].getpixel(corner)
    for missing in (f"{page}/99.png", f"{page}/0.png", page.replace(found["document_id"], "d0") + "/1.png"):
        assert client.get(missing).status_code == 404


def test_pages_of_a_file_in_an_archive_are_shown(client: httpx.Client, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/kh.pdf", PDF.read_bytes())
        archive.writestr("in/kh.txt", plan(5))
    answer = client.post("/v1/extract", files={"file": ("all.zip", packed.getvalue())}).json()
    by_source = {one["source"]: one["document_id"] for one in answer["plans"]}
    assert set(by_source) == {"all.zip!in/kh.pdf", "all.zip!in/kh.txt"}
    job = f"/v1/jobs/{answer['job']}/documents"
    assert client.get(f"{job}/{by_source['all.zip!in/kh.pdf']}/pages/1.png").status_code == 200
    assert client.get(f"{job}/{by_source['all.zip!in/kh.txt']}/pages/1.png").json()["code"] == "no_page"


# -- Limits and refusals ---------------------------------------------------------------------------------------------


def test_limits_of_a_request(client: httpx.Client, url: str) -> None:
    many = [("file", (f"{k}.txt", plan(k))) for k in range(2)]
    assert client.post("/v1/extract", files=many).json()["code"] == "too_many_files"
    assert client.post("/v1/jobs", files=[("files", (f"{k}", b"x")) for k in range(150)]).status_code == 413
    assert client.post("/v1/jobs").json()["code"] == "no_form"
    assert client.post("/v1/jobs", data={"extractors": "tasks"}, files={"a": (None, b"x")}).status_code == 422
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as raw:  # says that it will send far too much
        raw.sendall(
            f"POST /v1/extract HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            "Content-Length: 9000000000\r\n\r\n--x\r\n".encode()
        )
        assert raw.recv(200).startswith(b"HTTP/1.1 413 ")
    with socket.create_connection((host, int(port)), timeout=60) as raw:  # does not say it
        raw.sendall(
            f"POST /v1/extract HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        answer = b""
        try:
            raw.sendall(b"%x\r\n%s\r\n" % (len(head), head))
            for _ in range(40):
                raw.sendall(b"%x\r\n%s\r\n" % (1 << 19, b"a" * (1 << 19)))
        except OSError:
            pass
        with suppress(OSError):
            answer = raw.recv(200)
        assert not answer or answer.startswith(b"HTTP/1.1 413 ")
    assert client.post("/v1/extract", files={"file": ("kh.txt", plan(1))}).status_code == 200


def test_names_are_words_and_never_paths(client: httpx.Client) -> None:
    names = [
        "../../../etc/passwd",
        "/etc/shadow",
        r"C:\Users\an\kh.txt",
        "a.txt",
        "a.txt",
        ".hidden",
        "",
        "x!y#2.txt",
        "kế\x00hoạch.txt",
    ]
    assert names_of(names) == [
        "passwd", "shadow", "kh.txt", "a.txt", "a (2).txt", ".hidden", "document", "x_y_2.txt", r"kế\x00hoạch.txt",
    ]  # fmt: skip
    answer = client.post("/v1/extract", files={"file": ("../../../../tmp/kh.txt", plan(9))})
    assert [one["source"] for one in answer.json()["plans"]] == ["kh.txt"]
    job = answer.json()["job"]
    for path in ("/v1/jobs/..%2f..%2fetc/result", f"/v1/jobs/{job}/tables/..%2f..%2fjob.json", "/v1/jobs/%2e%2e",
                 f"/v1/jobs/{job}/documents/..%2f../pages/1.png"):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_pages_of_other_sites_are_refused(client: httpx.Client) -> None:
    files = {"file": ("kh.txt", plan(1))}
    assert client.post("/v1/extract", files=files, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.get("/v1/jobs", headers={"Host": "evil.example:80"}).status_code == 403
    assert client.get("/v1/jobs").headers["x-content-type-options"] == "nosniff"


def test_a_token_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-token-of-some-length\n", encoding="utf-8")
    with serving(tmp_path / "data", "--token-file", str(tmp_path / "token"), "--jobs", "1") as (url, _):
        assert httpx.get(f"{url}/v1/jobs").status_code == 401
        assert httpx.get(f"{url}/openapi.json").status_code == 401
        assert httpx.get(f"{url}/healthz").json() == {"state": "alive"}
        for wrong in ("Bearer a-token-of-some-lengtH", "Bearer x", "Basic a-token-of-some-length", "Bearer é".encode()):
            assert httpx.get(f"{url}/v1/jobs", headers={"Authorization": wrong}).status_code == 401
        right = {"Authorization": "Bearer a-token-of-some-length"}
        assert httpx.get(f"{url}/v1/jobs", headers=right).json() == []


def test_options_are_checked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a token"):
        ServiceOptions(tmp_path, host="0.0.0.0")
    with pytest.raises(UsageError, match="could be guessed"):
        ServiceOptions(tmp_path, token="short")
    with pytest.raises(UsageError, match="max_files"):
        ServiceOptions(tmp_path, max_files=0)


def test_a_slow_upload_is_ended_and_a_full_queue_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, "--jobs", "1", "--upload-seconds", "2", "--max-waiting", "1") as (url, _):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as raw:
            raw.sendall(
                f"POST /v1/jobs HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                "Content-Length: 5000\r\n\r\n--x\r\n".encode()
            )
            # One that is under way takes room like one that waits.
            assert httpx.post(f"{url}/v1/jobs", files=[("files", ("a.txt", plan(1)))]).json()["code"] == "busy"
            assert raw.recv(200).startswith(b"HTTP/1.1 408 ")
        files = [("files", (f"{k}.txt", plan(k))) for k in range(40)]
        answers = [httpx.post(f"{url}/v1/jobs", files=files) for _ in range(3)]
        busy = [one for one in answers if one.status_code == 503]
        assert answers[0].status_code == 202 and busy
        assert busy[0].json()["code"] == "busy" and busy[0].headers["retry-after"]


# -- What goes wrong -------------------------------------------------------------------------------------------------


def test_a_kill_loses_no_accepted_job(tmp_path: Path) -> None:
    data = tmp_path / "data"
    jobs = []
    with serving(data, "--jobs", "1", stop=signal.SIGKILL) as (url, process):
        for number in range(6):
            files = [("files", (f"kh-{number}-{k}.txt", plan(100 * number + k))) for k in range(12)]
            answer = httpx.post(f"{url}/v1/jobs", files=files, timeout=60)
            assert answer.status_code == 202
            jobs.append(answer.json()["id"])
        process.kill()
    (data / "jobs" / ".new-half").mkdir()
    with serving(data, "--jobs", "2") as (url, _), httpx.Client(base_url=url, timeout=60) as client:
        for number, job in enumerate(jobs):
            assert finished(client, job)["state"] == "done"
            rows = client.get(f"/v1/jobs/{job}/tables/plans").json()
            assert [row["number"] for row in rows] == [f"{100 * number + k}/KH-UBND" for k in range(12)]
    assert not (data / "jobs" / ".new-half").exists()


def test_a_document_that_breaks_a_limit_is_put_in_quarantine_and_others_go_on(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "stuck.py").write_text(
        "import os, time\ndef extract(segments):\n    if 'MẮC KẸT' in segments.text:\n        time.sleep(600)\n"
        "    if 'CHẾT' in segments.text:\n        os._exit(3)\n    return []\n", encoding="utf-8",
    )  # fmt: skip
    info = site / "stuck_kit-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stuck-kit\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[vnplan.extractors]\nstuck = stuck:extract\n", encoding="utf-8")
    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(site), str(ROOT)])
    try:
        with serving(tmp_path / "data", "--jobs", "2", "--seconds", "10") as (url, _), ThreadPoolExecutor(3) as pool:

            def ask(words: str) -> httpx.Response:
                data = plan(1) + f"\n2. Công an xã {words}.\n".encode()
                return httpx.post(f"{url}/v1/extract?wait=100", files={"file": ("kh.txt", data)}, timeout=120)

            slow, dead, fine = pool.map(ask, ("MẮC KẸT", "CHẾT", "tuần tra"))
            assert (slow.status_code, slow.json()["code"]) == (422, "time_limit")
            assert (dead.status_code, dead.json()["code"]) == (500, "worker_died")
            assert fine.status_code == 200
    finally:
        os.environ["PYTHONPATH"] = before


def test_two_services_do_not_share_a_folder(tmp_path: Path) -> None:
    with serving(tmp_path, "--jobs", "1"):
        command = [sys.executable, "-m", "vnplan", "serve", "--data", str(tmp_path), "--port", "0"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)
        assert done.returncode == 4 and "Traceback" not in done.stderr


# -- The guide and the container -------------------------------------------------------------------------------------


def test_the_guide_runs(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("plan.txt", "other.txt"):
        Path(name).write_bytes(plan(4))
    guide = (ROOT / "docs" / "guides" / "service.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {"address": url, "time": time}
    for block in re.findall(r"(?ms)^```python\n(.*?)^```", guide):
        exec(compile(block, "service.md", "exec"), names)
    assert len(names["rows"]) == 2
    assert pq.read_table(io.BytesIO(names["targets"])).num_rows == 0
    assert zipfile.is_zipfile(io.BytesIO(names["everything"]))


def test_the_guide_names_every_path_and_option(client: httpx.Client) -> None:
    guide = (ROOT / "docs" / "guides" / "service.md").read_text(encoding="utf-8")
    for path in client.get("/openapi.json").json()["paths"]:
        place = path.replace("{document}", "{document_id}").replace("{page}", "{n}")
        assert re.search(rf"{re.escape(place)}(?![/\w])", guide), path
    parser = argparse.ArgumentParser()
    add(parser)
    options = {option for action in parser._actions for option in action.option_strings if option.startswith("--")}
    assert {option for option in options - {"--help", "--port"} if f"{option}" not in guide} == set()


def test_the_container_is_made_of_what_is_there() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    kept = {
        line[1:] for line in (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    }
    copied = {
        name for line in lines if line.startswith("COPY ") and "--from" not in line for name in line.split()[1:-1]
    }
    assert copied == kept and all((ROOT / name).exists() for name in copied)
    words = {
        line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1] for line in lines if line[:4] in ("ENTR", "CMD ", "USER")
    }
    program, *arguments = [*json.loads(words["ENTRYPOINT"]), *json.loads(words["CMD"])]
    args = cli.parser().parse_args(arguments)
    assert program.endswith("/bin/vnplan") and args.host == "0.0.0.0" and args.token_file
    assert words["USER"] == "vnplan"


# -- The description -------------------------------------------------------------------------------------------------


def test_the_description_holds_examples_and_every_column(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.")
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            assert one["summary"], (path, method)
    upload = described["paths"]["/v1/extract"]["post"]
    assert upload["requestBody"]["content"]["multipart/form-data"]["example"]
    problem = upload["responses"]["422"]["content"]["application/problem+json"]["example"]
    assert problem["status"] == 422 and STATUS[problem["code"]] == 422
    result = upload["responses"]["200"]["content"]["application/json"]
    columns = result["schema"]["properties"]["plans"]["items"]["properties"]
    answer = client.post("/v1/extract", files={"file": ("kh.txt", plan(12))}).json()
    assert set(answer["plans"][0]) == set(columns)
    assert set(answer["plans"][0]["facts"]) == set(columns["facts"]["properties"])
    assert set(result["example"]["plans"][0]) <= set(columns)
    text = json.dumps(described)
    assert "http://" not in text and "cdn" not in text
