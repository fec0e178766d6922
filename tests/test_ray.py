"""On a Ray cluster, and with files in object stores: the same rows, and nothing lost whatever falls away."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fakes import PLAN, full_result

from vnplan import cli
from vnplan.batch import cluster as engine
from vnplan.batch import extract_folder, remote
from vnplan.batch.planning import Choice
from vnplan.batch.run import Run
from vnplan.batch.stages import Analysing, Found, Reading, may_hold_pages
from vnplan.batch.summary import Progress, RunSummary
from vnplan.batch.work import Done, Item, Read, Task, joined, work
from vnplan.errors import MissingDependencyError, OutputError, UsageError
from vnplan.ingestion import Entry, discover
from vnplan.ingestion.remote import Place, clean, is_url, place
from vnplan.records import Extraction
from vnplan.settings import Settings
from vnplan.tables import TABLES
from vnplan.tables.corrections import Corrections, Decision, Key
from vnplan.tables.parts import from_bytes

BUCKET = "plans"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of these tests do not begin at the same time."""
    monkeypatch.setattr(remote, "_SETTLE", 0.0)


@pytest.fixture(scope="module")
def store() -> Iterator[Place]:
    """An object store that speaks S3."""
    server = pytest.importorskip("moto.server", reason="moto is not installed").ThreadedMotoServer(
        "127.0.0.1", 0, False
    )
    with pytest.MonkeyPatch.context() as patch:
        server.start()
        host, port = server.get_host_and_port()
        for name, value in (
            ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_DEFAULT_REGION", "ap-southeast-1"),
        ):
            patch.setenv(name, value)
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            patch.delenv(name, raising=False)
        files = place(f"s3://{BUCKET}?allow_bucket_creation=true").files
        files.create_dir(BUCKET)
        yield place(f"s3://{BUCKET}")
        server.stop()


@pytest.fixture(scope="module")
def cluster(store: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Ray cluster of two nodes with a core each, which both reach the store."""
    pytest.importorskip("ray.data", reason="Ray is not installed")
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_agent_register_timeout_ms", "120000")
        # A package of Jupyter's that jsonschema takes if it is there, and with it every process of Ray: it reads a grammar
        # for two seconds. Ray gives a node up whose processes are not there soon.
        slow = tmp_path_factory.mktemp("without") / "rfc3987_syntax.py"
        slow.write_text("raise ImportError")
        paths = [str(slow.parent), str(Path(__file__).parent), *filter(None, sys.path)]
        patch.setenv("PYTHONPATH", os.pathsep.join(paths))
        made = Cluster(initialize_head=True, head_node_args={"include_dashboard": False, **node(1)})
        made.add_node(**node(1))
        yield made
        made.shutdown()


def node(cores: int) -> dict[str, int]:
    """What makes a node: small, and with ports of its own, which it would else wait to hear of."""
    names = ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port", "runtime_env_agent_port")
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in names]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        ports = {name: one.getsockname()[1] for name, one in zip(names, sockets, strict=True)}
    return {"num_cpus": cores, "object_store_memory": 100 * 2**20, **ports}


def generated(folder: Path, count: int, name: str = "plan-{:03}.txt") -> Path:
    """A folder of texts that differ from each other."""
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(count):
        text = (
            PLAN.replace("27/", f"{k + 1}/").replace("ngày 14", f"ngày {k % 28 + 1:02}").replace("5%", f"{k % 90 + 5}%")
        )
        text += f"3. Có {k + 3} tổ, mỗi tổ {k % 7 + 2} người.\n" * (k % 5)
        (folder / name.format(k)).write_text(text, encoding="utf-8")
    return folder


def tables_of(folder: Path) -> dict[str, Any]:
    """All rows: of the tables as text, of the texts themselves as they are."""
    import pyarrow.parquet as pq

    found: dict[str, Any] = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    assert len(found) == len(TABLES) - 1
    return found | {"texts": pq.read_table(folder / "texts.parquet").to_pylist()}


def sources(folder: Path) -> list[str]:
    import pandas as pd

    return list(pd.read_parquet(folder / "plans.parquet")["source"])


def on(cluster: Any, work: Any, settings: Settings | None = None, **more: Any) -> Any:
    """A function that makes a run on the cluster, with work of the test."""

    def run(inputs: Any, out: Any, progress: Any = None) -> RunSummary:
        scale = engine.Scale(cluster.address, **{k: more[k] for k in ("readers", "analysers") if k in more})
        made = partial(engine.RayCluster, scale=scale, halves=more.get("halves", False))
        return Run(inputs, out, ["csv", "parquet"], 2, settings or Settings(), work, progress, made).go(Choice())

    return run


def slow_work(entries: Sequence[Entry], settings: Settings) -> Read:
    time.sleep(0.03)
    return work(entries, settings, cache=False)


def deadly_work(entries: Sequence[Entry], settings: Settings) -> Read:
    """By the file's name: one kills its process, one the whole actor."""
    name = entries[0].source
    if "deadly" in name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "doom" in name:
        parent = multiprocessing.parent_process()
        assert parent is not None and parent.pid is not None
        os.kill(parent.pid, signal.SIGKILL)
        time.sleep(60)
    return Read(tuple(Extraction(entry.source, (full_result(entry.source),)) for entry in entries), "ab" * 32)


# -- The cluster -----------------------------------------------------------------------------------------------------


def test_the_cluster_gives_the_rows_of_the_local_engine(cluster: Any, root: Path, tmp_path: Path) -> None:
    inputs = [root / "data" / "raw", generated(tmp_path / "in", 500)]
    (tmp_path / "in" / "copy.txt").write_bytes((tmp_path / "in" / "plan-007.txt").read_bytes())
    here = extract_folder(inputs, tmp_path / "here", jobs=2, cache=False)
    there = extract_folder(inputs, tmp_path / "there", engine="ray", address=cluster.address, cache=False)
    assert tables_of(tmp_path / "there") == tables_of(tmp_path / "here")
    assert there.documents == here.documents > 515
    assert there.duplicates == here.duplicates >= 1
    again = extract_folder(inputs, tmp_path / "there", cache=False)  # the ledger is one, whichever engine
    assert (again.read, again.published) == (0, False)


def test_what_a_person_put_right_stands_on_the_cluster(cluster: Any, tmp_path: Path) -> None:
    import pandas as pd

    texts, out = generated(tmp_path / "in", 2), tmp_path / "out"
    extract_folder(texts, out, cache=False)
    digest = pd.read_csv(out / "plans.csv")["sha256"][0]
    Corrections(out).save(Decision(Key(f"{digest}#1", "fields", "number"), "Lan", "correct", "900/KH-UBND"))
    (texts / "plan-000.txt").rename(texts / "another.txt")
    extract_folder(texts, out, engine="ray", address=cluster.address, cache=False, force=True)
    plans = pd.read_csv(out / "plans.csv").set_index("source")
    assert (plans["number"]["another.txt"], plans["reviewed_by"]["another.txt"]) == ("900/KH-UBND", "Lan")


def test_a_node_that_dies_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    texts = generated(generated(tmp_path / "in", 120), 120, "scan-{:03}.pdf").parent / "in"
    third = cluster.add_node(**node(2))
    seen: Counter[str] = Counter()
    removed: list[int] = []

    def advance(progress: Progress) -> None:
        seen[progress.source] += 1
        if len(seen) == 30:
            removed.append(len(seen))
            cluster.remove_node(third, allow_graceful=False)

    run = on(cluster, slow_work, halves=True, readers=2, analysers=2)
    summary = run(texts, tmp_path / "out", advance)
    assert removed == [30] and len(cluster.worker_nodes) == 1
    assert (summary.documents, dict(summary.errors)) == (240, {})
    assert set(seen.values()) == {1} and len(seen) == 240
    extract_folder(texts, tmp_path / "here", cache=False)
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "here")


def test_documents_that_kill_are_put_in_quarantine(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.setattr(engine, "_TRIES", 0)
    folder = generated(tmp_path / "in", 20)
    for name in ("a-deadly.txt", "m-doom.txt"):
        (folder / name).write_text(name)
    for path in folder.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))  # a fresh one would be looked at again
    summary = on(cluster, deadly_work)(folder, tmp_path / "out")
    assert (summary.documents, dict(summary.errors)) == (20, {"worker_died": 2})
    assert "raylet" not in "".join(capfd.readouterr())  # nor is anything else of Ray's for those who run it
    import pandas as pd

    errors = pd.read_parquet(tmp_path / "out" / "errors.parquet").set_index("source")["message"]
    assert "SIGKILL" in errors["a-deadly.txt"] and "nodes" in errors["m-doom.txt"]
    again = on(cluster, deadly_work)(folder, tmp_path / "out")  # it stays there until something changes
    assert (again.read, again.unchanged) == (0, 22)


def test_a_store_to_a_store_on_the_cluster(cluster: Any, store: Place, tmp_path: Path) -> None:
    local = generated(tmp_path / "in", 12)
    upload(local, store / "texts")
    words = f"extract s3://{BUCKET}/texts --out s3://{BUCKET}/ray --engine ray --address {cluster.address} --quiet"
    assert cli.main([*words.split(), "--text-workers", "2", "--ocr-workers", "1", "--no-cache"]) == cli.OK
    extract_folder(local, tmp_path / "here", cache=False)
    assert tables_of(download(store / "ray", tmp_path / "there")) == tables_of(tmp_path / "here")


# -- Without a cluster -----------------------------------------------------------------------------------------------


def test_both_halves_together_give_what_the_whole_gives(root: Path, tmp_path: Path) -> None:

    folder = root / "data" / "raw"
    inputs = [path for path in folder.rglob("*") if path.suffix in (".zip", ".docx", ".html", ".txt")][:6]
    (tmp_path / "in").mkdir()
    inputs += [tmp_path / "in" / name for name in ("gone.pdf", "empty.pdf", "same.txt", "copy.txt")]
    for path in inputs[-3:]:
        path.write_text("" if path.stem == "empty" else PLAN, encoding="utf-8")
    inputs[-4].write_text("x")
    items = [Item(entry) for entry in discover(inputs).entries]
    inputs[-4].unlink()
    *items, copy = items
    items[-1] = Item(items[-1].entry, copies=(copy,))
    number = len(items)
    whole = whole_of(Task(1, tuple(items)))
    found = Reading(1, tuple(items), False).do(Settings(), partial(work, cache=False), lambda index: None)
    while found.rest:
        more = Reading(1, found.rest, False).do(Settings(), partial(work, cache=False), lambda index: None)
        found = Found((), b"", more.rest, found=found.found + more.found)
    assert len(found.found) == number
    halves = whole_of(Analysing.of(found))
    assert halves.outcomes == whole.outcomes
    assert from_bytes(halves.part).equals(from_bytes(whole.part))


def whole_of(task: Task) -> Done:
    """All that a task gives, however often it stops because its time is up."""
    results = [task.do(Settings(), partial(work, cache=False), lambda index: None)]
    while results[-1].rest:
        rest = replace(task, items=results[-1].rest)
        results.append(rest.do(Settings(), partial(work, cache=False), lambda index: None))
    return joined([replace(done, rest=()) for done in results])


@pytest.mark.parametrize(
    ("name", "stage"), [("a.pdf", True), ("A.TIF", True), ("a.zip", True), ("a.txt", False), ("pdf", False)]
)
def test_only_what_may_hold_pages_goes_through_recognition(name: str, stage: bool) -> None:
    assert may_hold_pages(Item(Entry(f"/in/{name}", name))) is stage


def test_a_node_with_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # it is changed, which a test must not
    stage = engine.Stage(Settings(), work, "made elsewhere")
    (found,) = stage._results(Task(0, ()))
    assert isinstance(found, UsageError) and "another version" in found.message


def test_nobody_who_does_not_ask_for_it_loads_what_a_cluster_needs() -> None:
    loaded = "import sys, vnplan.cli, vnplan.batch; print({'ray', 'fsspec', 'pyarrow'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"


def test_ray_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "ray.data", None)
    code = cli.main(["extract", str(generated(tmp_path / "in", 1)), "--out", str(tmp_path / "out"), "--engine", "ray"])
    assert code == cli.MISSING
    assert capsys.readouterr().err == "vnplan: Ray is not installed; run: pip install 'vnplan[ray]'\n"


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("Could not find any running Ray instance.", r"no Ray cluster answers at auto .Failed.*ray start --head"),
        ("RPC error: InvalidAuthToken: missing", r"at auto wants its token: set RAY_AUTH_MODE=token"),
    ],
)
def test_a_cluster_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cause: str, words: str) -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed")

    def init(address: str, **more: Any) -> None:
        raise ConnectionError("Failed to connect") from RuntimeError(cause)

    monkeypatch.setattr(ray, "init", init)
    with pytest.raises(MissingDependencyError, match=words):
        extract_folder(generated(tmp_path / "in", 1), tmp_path / "out", engine="ray", address="auto")


def test_an_address_at_which_nobody_answers(tmp_path: Path, capsys: Any) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        inputs, out = str(generated(tmp_path / "in", 1)), str(tmp_path / "out")
        assert cli.main(["extract", inputs, "--out", out, "--engine", "ray", "--address", address]) == cli.MISSING
    error = capsys.readouterr().err
    assert error.startswith(f"vnplan: no Ray cluster answers at {address} (") and error.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        {"engine": "spark"},
        {"address": "auto"},
        {"engine": "ray", "ocr_workers": 0},
        {"text_workers": 2},
        {"engine": "ray", "address": "ray://host:10001"},
    ],
)
def test_wrong_arguments(tmp_path: Path, arguments: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        extract_folder(generated(tmp_path / "in", 1), tmp_path / "out", **arguments)


# -- Object stores ---------------------------------------------------------------------------------------------------


def upload(folder: Path, there: Place) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            aim = there / path.relative_to(folder).as_posix()
            remote._make_folder(Place(aim.files, aim.path.rpartition("/")[0]))
            remote._put(aim, path.read_bytes())


def download(there: Place, folder: Path) -> Path:
    folder.mkdir()
    for name in remote._names(there):
        remote._get(there / name, folder / name)
    return folder


@pytest.fixture(params=["s3", "local"])
def there(request: pytest.FixtureRequest, store: Place, tmp_path: Path) -> str:
    """A folder of a store, and of a file system in which files are moved into place."""
    return f"s3://{BUCKET}/{tmp_path.name}" if request.param == "s3" else f"local://{tmp_path / 'elsewhere'}"


def test_files_in_a_store(there: str, tmp_path: Path) -> None:
    local = generated(tmp_path / "in", 9)
    for name in (
        "b/kế hoạch số 5%.txt",
        "b/gì?x=1.txt",
        ".hidden/x.txt",
        "b/~$x.docx",
        "gold/a.json",
        "tables/old.txt",
    ):
        (local / name).parent.mkdir(exist_ok=True)
        (local / name).write_text(PLAN if "old" not in name else "x")
    upload(local, place(clean(f"{there}/in")))
    summary = extract_folder(f"{there}/in", f"{there}/in/tables", cache=False)
    assert summary.skipped == {"hidden": 2, "gold": 1, "output folder": 1}
    (local / "tables" / "old.txt").unlink()
    extract_folder(local, tmp_path / "here", cache=False)
    found = download(place(clean(f"{there}/in/tables")), tmp_path / "there")
    (found / "old.txt").unlink()
    assert tables_of(found) == tables_of(tmp_path / "here")
    assert {"b/kế hoạch số 5%.txt", "b/gì?x=1.txt"} <= set(sources(found))
    assert json.loads((found / "run.json").read_text())["inputs"] == [f"{there}/in"]
    assert not any(name.endswith(".tmp") for name in remote._names(place(clean(f"{there}/in/tables"))))
    again = extract_folder(f"{there}/in", f"{there}/in/tables", formats=["parquet"], cache=False)
    assert (again.read, again.unchanged, again.published) == (0, 11, True)
    assert not any(name.endswith(".csv") for name in remote._names(place(clean(f"{there}/in/tables"))))
    remote._delete(place(clean(f"{there}/in")) / "plan-003.txt")
    remote._put(place(clean(f"{there}/in")) / "plan-004.txt", PLAN.encode())
    third = extract_folder(f"{there}/in", f"{there}/in/tables", cache=False)
    assert (third.read, third.removed, third.unchanged) == (1, 1, 9)


class Killed(BaseException):
    pass


def test_a_run_that_is_killed_is_gone_on_with(there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the ledger was ever copied to the store: parts and entries are there, and are enough."""
    local = generated(tmp_path / "in", 40)

    def stop(progress: Progress) -> None:
        if progress.done >= 10:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(remote.RemoteStorage, "_checkpoint", lambda self: None)
        patch.setattr(remote._Lease, "drop", lambda self: self._end.set())
        with pytest.raises(Killed):
            extract_folder(local, there, cache=False, progress=stop)
    base = place(clean(there)) / ".vnplan"
    assert remote._names(base / "entries") and "ledger.sqlite" not in remote._names(base)
    with pytest.raises(OutputError, match=f"another run is writing to {there} .process {os.getpid()} on"):
        extract_folder(local, there, cache=False)
    monkeypatch.setattr(remote, "_DEAD", 0.0)  # its lease has run out
    monkeypatch.setattr(remote._Lease, "check", lambda self, url: None)
    second = extract_folder(local, there, cache=False)
    assert second.unchanged >= 10 and second.read == 40 - second.unchanged
    assert not remote._names(base / "entries") and not remote._names(base / "leases")
    extract_folder(local, tmp_path / "here", cache=False)
    assert tables_of(download(place(clean(there)), tmp_path / "there")) == tables_of(tmp_path / "here")


def test_tables_of_an_interrupted_copy_are_copied_again(
    there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = generated(tmp_path / "in", 3)
    extract_folder(local, there, cache=False)
    (local / "more.txt").write_text(PLAN, encoding="utf-8")
    put = remote._put_file

    def fail(aim: Place, path: Path) -> None:
        if path.name == "run.json":
            raise OSError("the network is gone")
        put(aim, path)

    with monkeypatch.context() as patch:
        patch.setattr(remote, "_put_file", fail)
        with pytest.raises(OutputError, match=r"the network is gone.*run the same command again"):
            extract_folder(local, there, cache=False)
    summary = extract_folder(local, there, cache=False)
    assert (summary.read, summary.published) == (0, True)
    assert len(sources(download(place(clean(there)), tmp_path / "there"))) == 4


def test_a_store_that_cannot_be_reached(tmp_path: Path, store: Place, capsys: Any) -> None:
    for arguments, code, words in (
        (["s3://no-such-bucket/x", "--out", str(tmp_path / "a")], cli.USAGE, "cannot be listed"),
        ([f"s3://{BUCKET}/nothing", "--out", str(tmp_path / "a")], cli.USAGE, "cannot be listed"),
        (["no-such-scheme://x/y", "--out", str(tmp_path / "a")], cli.USAGE, "is not known"),
        (["sftp://host/y", "--out", str(tmp_path / "a")], cli.MISSING, "needs a package"),
        ([str(generated(tmp_path / "in", 1)), "--out", "s3://no-such-bucket/x"], cli.OUTPUT, "cannot write to s3://"),
    ):
        assert cli.main(["extract", *arguments]) == code
        error = capsys.readouterr().err
        assert words in error and error.count("\n") == 1


@pytest.mark.parametrize("url", ["gs://anonymous@bucket/x", "abfs://bucket@account.dfs.core.windows.net/x"])
def test_other_stores_are_those_of_arrow(url: str) -> None:
    assert place(clean(url)).is_store


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("UNAVAILABLE: Could not create a OAuth2 access token to authenticate", "GOOGLE_APPLICATION_CREDENTIALS"),
        ("failed: Failed to get token from DefaultAzureCredential.\nSee", "AZURE_CLIENT_ID"),
    ],
)
def test_a_store_without_keys(said: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa

    class Files:
        def get_file_info(self, path: object) -> None:
            raise pa.ArrowException(said)

    monkeypatch.setattr("vnplan.ingestion.remote.place", lambda url: Place(Files(), "x"))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=f"no keys to the store are found; set .*{remedy}"):
        extract_folder("gs://bucket/x", tmp_path / "out")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("s3://b/kế hoạch/a%20?.txt", "s3://b/k%E1%BA%BF%20ho%E1%BA%A1ch/a%2520%3F.txt"),
        ("s3://b/x/?region=ap-southeast-1&scheme=http", "s3://b/x?region=ap-southeast-1&scheme=http"),
        ("gs://b/", "gs://b"),
    ],
)
def test_urls_are_taken_as_they_stand(written: str, meant: str) -> None:
    assert is_url(written) and clean(written) == meant


def test_paths_are_no_urls() -> None:
    assert not any(is_url(path) for path in ("plans", "/plans", "a:b/c", "./s3:/x", Path("s3://x"), "C:\\x", "//x/y"))


# -- The guide -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def blocks() -> dict[str, str]:
    """The blocks of code in the guide by their language, one of each."""
    text = (Path(__file__).parent.parent / "docs" / "guides" / "cluster.md").read_text(encoding="utf-8")
    return dict(re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL))


def checked(command: str) -> None:
    """See that the command line knows the words of a command."""
    name, *words = shlex.split(command)
    assert (name, words[0]) == ("vnplan", "extract")
    args = cli.parser().parse_args(words)
    assert (args.engine, args.address) == ("ray", "auto")


def test_the_job_for_kubernetes_is_whole(blocks: dict[str, str]) -> None:
    job = pytest.importorskip("yaml", reason="PyYAML is not installed").safe_load(blocks["yaml"])
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    checked(job["spec"]["entrypoint"])
    cluster = job["spec"]["rayClusterSpec"]
    assert f"ray[default]=={cluster['rayVersion']}" in blocks["dockerfile"]
    for group in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"]):
        assert all(isinstance(value, str) for value in group["rayStartParams"].values())  # others are refused
        pod = group["template"]["spec"]
        (container,) = pod["containers"]
        assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
        assert container["resources"]["requests"] == container["resources"]["limits"]  # Ray reads the limits
    worker = cluster["workerGroupSpecs"][0]
    assert worker["minReplicas"] <= worker["replicas"] <= worker["maxReplicas"]


def test_the_script_for_slurm_is_whole(blocks: dict[str, str], tmp_path: Path) -> None:
    script = blocks["bash"]
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    ray, command = script.replace("\\\n", " ").split(" -- ")
    checked(command)
    pytest.importorskip("ray", reason="Ray is not installed")
    known = (
        subprocess.run(
            [sys.executable, "-m", "ray.scripts.scripts", "symmetric-run", "--help"], capture_output=True, text=True
        ).stdout
        + subprocess.run(
            [sys.executable, "-m", "ray.scripts.scripts", "start", "--help"], capture_output=True, text=True
        ).stdout
    )
    words = ray[ray.index("ray symmetric-run") :].split()
    assert all(word in known for word in words if word.startswith("--"))
