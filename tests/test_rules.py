"""Rules of one's own: added, in the place of ours, taken away; faults named with file and line; one folder a process."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vnplan import rules
from vnplan.errors import UsageError
from vnplan.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "docs" / "examples" / "rules"
PLAN = """ỦY BAN NHÂN DÂN
XÃ MINH TÂN

Số: 12/KH-UBND
Minh Tân, ngày 3 tháng 2 năm 2026

KẾ HOẠCH
Phát triển chăn nuôi năm 2026

Căn cứ Phương án ca số 15/PAC-STP ngày 02/01/2026 của Sở Tư pháp;
I. MỤC TIÊU
1. Tăng 15% số đàn ong so với năm 2025.
2. Giảm 10% số vụ tai nạn giao thông so với năm 2025.
"""
ROW = '[[row]]\ncode = "beehives"\nname = "Số đàn ong"\npattern = "đàn ong"\nexample = "số đàn ong"\nnot_example = "con ong"\n'


def vnplan(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vnplan", *words], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=180,
    )  # fmt: skip


def read(tmp_path: Path, table: str, *options: str) -> list[dict[str, str]]:
    (tmp_path / "a.txt").write_text(PLAN, encoding="utf-8")
    (tmp_path / "b.txt").write_text(PLAN.replace("12/KH", "13/KH"), encoding="utf-8")
    done = vnplan(tmp_path, "extract", "a.txt", "b.txt", "--out", "out", "--ner", "none", "--format", "csv", *options)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_example_adds_an_indicator_and_a_type(tmp_path: Path, jobs: str) -> None:
    before = read(tmp_path, "targets")
    assert "beehives" not in {row["indicator"] for row in before}
    found = read(tmp_path, "targets", "--rules", str(EXAMPLE), "--jobs", jobs)  # the unchanged files are read again
    assert [row["indicator"] for row in found].count("beehives") == 2
    cited = read(tmp_path, "citations", "--rules", str(EXAMPLE), "--jobs", jobs)
    assert {row["doc_type"] for row in cited if row["number"]} == {"PAC"}
    assert "beehives" not in {row["indicator"] for row in read(tmp_path, "targets")}


def test_a_row_of_ours_is_replaced_or_taken_away(tmp_path: Path) -> None:
    ours = next(row for row in rules._ours("indicators") if row["code"] == "crashes")
    example = rules._example(ours)
    folder = tmp_path / "own"
    folder.mkdir()
    own = ROW.replace("beehives", "smashes").replace("đàn ong", "vụ tai nạn giao thông")
    (folder / "indicators.toml").write_text(f'{own}replaces = """{example}"""\n', encoding="utf-8")
    assert {row["indicator"] for row in read(tmp_path, "targets", "--rules", "own")} >= {"smashes"}
    (folder / "indicators.toml").write_text(f'[[without]]\nexample = """{example}"""\n', encoding="utf-8")
    codes = {row["indicator"] for row in read(tmp_path, "targets", "--rules", "own")}
    assert not codes & {"smashes", "crashes"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("indicators.toml", ROW + "\n" + ROW.replace("pattern", "patern"), "indicators.toml:11: there is no key 'patern'; is pattern"),
        ("indicators.toml", ROW + ROW.replace('"đàn ong"', '"đàn (ong"'), "indicators.toml:10: pattern is no regular expression"),
        ("indicators.toml", ROW.replace('"số đàn ong"', '"số vụ cháy"'), "indicators.toml:5: the pattern does not match the example"),
        ("indicators.toml", ROW.replace('"con ong"', '"một đàn ong"'), "indicators.toml:6: the pattern matches 'một đàn ong'"),
        ("indicators.toml", ROW + 'harm = "yes"\n', "indicators.toml:7: harm must be true or false, not 'yes'"),
        ("indicators.toml", ROW.replace('code = "beehives"\n', ""), "indicators.toml:1: code is missing"),
        ("indicators.toml", '\n\n[[row]\ncode = "x"\n', "indicators.toml:3: is no TOML"),
        ("indicators.toml", ROW + '[[without]]\nexample = "nothing"\n', "indicators.toml:7: none of our rows has the example 'nothing'"),
        ("indicators.toml", "[[rows]]\ncode = 1\n", "indicators.toml:1: 'rows' is no entry"),
        ("indicator.toml", ROW, "indicator.toml:1: there is no table of this name; is indicators.toml meant?"),
        ("target_phrases.toml", '[[row]]\nkind = "verb"\nexample = "x"\n', "target_phrases.toml:2: kind must be one of"),
        ("role_phrases.toml", '[[row]]\nkind = "lead_in"\npatterns = [1]\nexample = "x"\n', "role_phrases.toml:3: patterns must be a list, each entry a text, not [1]"),
        ("labels.csv", "a,b\n1,2\n", "labels.csv:1: the columns must be kind,key"),
        ("indicators.toml", "\x00", "indicators.toml:1: is no TOML"),
        ("indicators.toml", "\nrow = 3\n", "indicators.toml:2: row must be entries"),
        ("indicators.toml", '[[without]]\nexample = ["số vụ cháy"]\n', "indicators.toml:1: none of our rows has the example"),
        ("indicators.toml", ROW + 'replaces = ["số vụ cháy"]\n', "indicators.toml:7: none of our rows has the example"),
        ("indicators.toml", ROW.replace('"đàn ong"', '"đàn ong{99999999999}"'), "indicators.toml:4: pattern is no regular expression"),
        ("labels.csv", "kind,key,vi,en,note_vi,note_en\n" + "x" * 200_000 + ",1,2,3,4,5\n", "labels.csv:2: is no CSV"),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        rules.load(tmp_path)
    assert said in str(error.value)


def test_all_faults_are_named_at_once_and_nothing_is_read(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "indicators.toml").write_text(ROW.replace("pattern", "patern"), encoding="utf-8")
    (own / "doc_types.toml").write_bytes(b"\xff\xfe")
    for command in (["rules", "own"], ["extract", "a.txt", "--out", "out", "--rules", "own"]):
        done = vnplan(tmp_path, *command)
        assert done.returncode == 2 and "Traceback" not in done.stderr
        assert "doc_types.toml" in done.stderr and "indicators.toml:4" in done.stderr
    assert not (tmp_path / "out").exists()
    assert vnplan(tmp_path, "rules", str(EXAMPLE)).stdout.split() == ["1", "doc_types", "1", "indicators"]


def test_the_rules_of_the_guide_are_right(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "guides" / "plugins.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"(?ms)^```toml\n# my-rules/indicators.toml\n(.*?)^```", guide)
    (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
    found = rules.load(tmp_path)
    assert found.count() == {"indicators": 3}
    assert [row["code"] for row in found.rows["indicators"]] == ["beehives"]
    assert list(found.instead["indicators"]) == ["tỷ lệ hộ nghèo"] and found.without["indicators"] == {
        "tỷ lệ hộ cận nghèo"
    }


def test_our_own_rows_pass(root: Path) -> None:
    for path in sorted((root / "pipeline" / "knowledge").glob("*.toml")):
        for row in rules._ours(path.stem):
            assert list(rules._faults(path.stem, row)) == [], path.stem


def test_a_process_has_one_folder(tmp_path: Path) -> None:
    code = (
        "import vnplan; from vnplan.settings import Settings; from vnplan.errors import UsageError\n"
        f"own = Settings(rules={str(EXAMPLE)!r}, ner='none')\n"
        f"data = {PLAN!r}.encode()\n"
        "print([t.indicator for t in vnplan.extract(data, 'a.txt', own).plans[0].targets])\n"
        "for settings in (Settings(ner='none'),):\n"
        "    print(vnplan.extract(data, 'a.txt', settings).errors[0].message)\n"
        "import pickle; assert pickle.loads(pickle.dumps(own)) == own\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert "beehives" in first and "this process reads with those of" in second
    late = f"import vnplan; vnplan.extract({PLAN!r}.encode(), 'a.txt'); from vnplan.settings import Settings; Settings(rules={str(EXAMPLE)!r})"
    done = subprocess.run([sys.executable, "-c", late], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0 and "rules are taken up once in a process" in done.stderr


def test_a_cluster_elsewhere_does_not_know_the_folder(tmp_path: Path) -> None:
    done = vnplan(
        tmp_path, "extract", "a.txt", "--out", "out", "--rules", str(EXAMPLE), "--engine", "ray", "--address", "auto"
    )
    assert done.returncode == 2 and "on this machine alone" in done.stderr


def test_what_is_in_the_folder_is_part_of_the_fingerprint(tmp_path: Path) -> None:
    code = "import sys; from vnplan.settings import Settings; print(Settings(rules=sys.argv[1]).fingerprint())"
    seen = set()
    for text in (ROW, ROW.replace("beehives", "hives"), ROW):
        (tmp_path / "indicators.toml").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
        seen.add(done.stdout.strip())
    assert len(seen) == 2 and Settings().fingerprint() not in seen


def test_words_of_the_workbook_take_another_form(tmp_path: Path) -> None:
    from vnplan.knowledge import table

    first = table("labels")[0]
    header = list(first)
    row = {**first, header[2]: "Lời của tôi"}
    (tmp_path / "labels.csv").write_text(
        ",".join(header) + "\n" + ",".join(row[name] for name in header) + "\n", encoding="utf-8"
    )
    assert rules.load(tmp_path).cells["labels"] == [row]
