"""The register's commands as their users meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import PLAN

from vnplan import cli


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans")
    (folder / "a.txt").write_text(PLAN, encoding="utf-8")
    assert cli.main(["extract", str(folder), "--out", str(folder / "out"), "--ner", "none", "--quiet"]) == cli.OK
    return folder / "out"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = cli.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_extract_writes_the_register_beside_the_tables(out: Path) -> None:
    names = {"documents", "edges", "conflicts"}
    assert {f"{name}.{ending}" for name in names for ending in ("csv", "parquet")} <= {
        path.name for path in out.iterdir()
    }
    assert {path.name for path in (out / "register").iterdir()} == {
        "lock", "network.graphml", "network.json", "register.sqlite", "search.sqlite",
    }  # fmt: skip


def test_no_register(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PLAN, encoding="utf-8")
    command = ["extract", tmp_path / "a.txt", "--out", tmp_path / "out", "--ner", "none", "--quiet", "--no-register"]
    assert cli.main(list(map(str, command))) == cli.OK
    assert not (tmp_path / "out/register").exists()


def test_search(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown, _ = run(capsys, "search", out, "phong chay", "--from", "2023-01-01")
    assert code == 0 and "27/KH-UBND" in shown and "«phòng cháy»" in shown
    code, shown, _ = run(capsys, "search", out, "phòng cháy", "--json")
    assert [hit["number"] for hit in json.loads(shown)] == ["27/KH-UBND"]
    assert run(capsys, "search", out, "hải cẩu")[0] == 1
    assert run(capsys, "search", out, "x", "--from", "soon")[0] == cli.USAGE
    assert run(capsys, "search", out, "x", "--limit", "0")[0] == cli.USAGE
    assert run(capsys, "search", out / "nowhere", "x")[0] == cli.USAGE


def test_calendar_and_due(out: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "due.ics"
    assert run(capsys, "calendar", out, "--to", file)[0] == 0
    assert b"DTSTART;VALUE=DATE:20231215" in file.read_bytes()
    code, shown, _ = run(capsys, "due", out, "--from", "2023-12-10")
    assert code == 0 and shown.startswith("2023-12-15")
    assert "nothing is due" in run(capsys, "due", out, "--from", "2030-01-01")[1]
    assert run(capsys, "due", out, "--within", "soon")[0] == cli.USAGE
    assert run(capsys, "calendar", out, "--to", tmp_path / "no/where.ics")[0] == cli.OUTPUT


def test_network_and_cite(out: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, shown, _ = run(capsys, "network", out)
    assert code == 0 and "2 documents, 1 relation," in shown and "network.graphml" in shown
    code, shown, _ = run(capsys, "network", out, "--around", "27/KH-UBND")
    assert "carries out" in shown and "08/KH-UBND" in shown
    code, shown, said = run(
        capsys, "network", out, "--around", "18-CT/TW"
    )  # known beforehand, but nothing of this folder
    assert code == cli.USAGE and not shown and "no document in" in said
    assert run(capsys, "network", out, "--svg", tmp_path / "net.svg", "--around", "27/KH-UBND")[0] == 0
    assert (tmp_path / "net.svg").read_text(encoding="utf-8").startswith("<svg")
    assert run(capsys, "network", out, "--svg", tmp_path / "x.svg", "--around", "99/KH-UBND")[0] == cli.USAGE
    code, shown, _ = run(capsys, "cite", "08/KH-UBND", out)
    assert code == 0 and "05/01/2023" in shown and "27/KH-UBND" in shown
    assert json.loads(run(capsys, "cite", "8/KH-UBND", out, "--json")[1])[0]["entry"]["number"] == "08/KH-UBND"
    assert run(capsys, "cite", "99/KH-UBND", out)[0] == 1
    code, shown, said = run(capsys, "cite", "18-CT/TW", out)
    assert code == 0 and "của Ban Bí thư [known]" in shown and "no document in" in said
    code, shown, _ = run(capsys, "cite", "18-CT/TW")
    assert code == 0 and "2012-09-04" in shown
