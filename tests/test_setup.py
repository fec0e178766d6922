"""What makes the environment: the lock, and `scripts/packages.sh` on machines with and without the programs, apt-get,
root and sudo (all of them played)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import vnplan

TOOLS = ("sh", "grep", "dirname", "env", "cat", "touch")


def test_the_lock_holds_what_the_project_wants(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked: dict[str, list[str]] = {}
    for line in (root / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if pin := re.match(r"([\w.-]+)==([\w.!+-]+)", line):
            locked.setdefault(canonicalize_name(pin[1]), []).append(pin[2])
    extras = project["optional-dependencies"]
    wanted = [Requirement(r) for r in project["dependencies"] + extras["dev"] + extras["docs"] + extras["notebooks"]]
    short = [str(r) for r in wanted if not any(map(r.specifier.contains, locked.get(canonicalize_name(r.name), [])))]
    assert short == [], "run make lock"


def test_the_lock_names_no_host_and_hashes_everything(root: Path) -> None:
    for name in ("requirements.lock", "requirements-bench.lock"):
        text = (root / name).read_text(encoding="utf-8")
        assert "://" not in text
        pins = re.split(r"(?m)^(?=[a-z])", text)[1:]
        assert len(pins) > 5
        assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_the_reference_names_the_version(root: Path) -> None:
    cited = (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {vnplan.__version__}\n" in cited
    assert "\ncff-version: 1.2.0\n" in "\n" + cited


@dataclass
class Machine:
    """A folder that is the whole PATH, with programs played by shell scripts that write down how they were called."""

    folder: Path
    root: Path
    extra: dict[str, str] = field(default_factory=dict)

    def plays(self, name: str, script: str = "") -> None:
        program = self.folder / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.folder}/calls"\n{script}\n', encoding="utf-8")
        program.chmod(0o755)

    def run(self) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.folder), "PYTHON": "python3", **self.extra}
        script = self.root / "scripts" / "packages.sh"
        return subprocess.run(
            ["sh", str(script)], env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def calls(self, program: str) -> list[str]:
        log = self.folder / "calls"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [line for line in lines if line.startswith(f"{program} ")]


@pytest.fixture
def machine(root: Path, tmp_path: Path) -> Machine:
    """A machine with Python and a browser, used by root."""
    for tool in TOOLS:
        real = shutil.which(tool)
        assert real is not None
        (tmp_path / tool).symlink_to(real)
    made = Machine(tmp_path, root)
    made.plays("python3")
    made.plays("chromium")
    made.plays("id", "echo 0")
    return made


# An apt-get that installs Tesseract, as a program that knows Vietnamese.
INSTALLS = """
case "$*" in *install*)
    printf '#!/bin/sh\\necho vie\\n' >"${0%/*}/tesseract"
    /bin/chmod +x "${0%/*}/tesseract" ;;
esac
"""


def test_nothing_missing_needs_no_rights(machine: Machine) -> None:
    machine.plays("tesseract", "echo vie")
    machine.plays("id", "echo 1000")
    done = machine.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_root_installs_only_what_is_missing_without_an_update(machine: Machine) -> None:
    machine.plays("apt-get", INSTALLS)
    done = machine.run()
    assert done.returncode == 0, done.stderr
    (call,) = machine.calls("apt-get")
    assert call.endswith("install -y --no-install-recommends tesseract-ocr tesseract-ocr-vie")


def test_package_lists_are_fetched_where_the_first_try_fails(machine: Machine) -> None:
    lists = '[ -e "${0%/*}/lists" ] || case "$*" in *update*) touch "${0%/*}/lists" ;; *) exit 100 ;; esac'
    machine.plays("apt-get", lists + INSTALLS)
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert ["update" in call for call in machine.calls("apt-get")] == [False, True, False]


def test_others_go_through_sudo(machine: Machine) -> None:
    machine.plays("id", "echo 1000")
    machine.plays("sudo", '"$@"')
    machine.plays("apt-get", INSTALLS)
    done = machine.run()
    assert done.returncode == 0, done.stderr
    assert "DEBIAN_FRONTEND=noninteractive" in machine.calls("sudo")[0]


@pytest.mark.parametrize(("has_apt", "says"), [(False, "There is no apt-get here"), (True, "there is no sudo")])
def test_what_cannot_be_installed_is_said(machine: Machine, has_apt: bool, says: str) -> None:
    machine.plays("id", "echo 1000")
    if has_apt:
        machine.plays("apt-get")
    done = machine.run()
    assert done.returncode == 1
    assert "tesseract-ocr tesseract-ocr-vie" in done.stderr
    assert says in done.stderr


def test_an_installation_that_fails_is_said(machine: Machine) -> None:
    machine.plays("apt-get", "echo 'E: no space left' >&2; exit 100")
    done = machine.run()
    assert done.returncode == 1
    assert "no space left" in done.stderr


def test_one_may_go_on_without(machine: Machine) -> None:
    machine.extra["SKIP_PACKAGES"] = "1"
    done = machine.run()
    assert (done.returncode, done.stderr) == (0, "")


def test_the_bill_of_materials_holds_every_package_of_the_lock(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "sbom.json"
    subprocess.run([sys.executable, root / "scripts/sbom.py", out], check=True)
    bill = json.loads(out.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    found = {(part["name"], part.get("version")) for part in bill["components"]}
    pins = re.findall(r"(?m)^([\w.-]+)==([\w.!+-]+)", (root / "requirements.lock").read_text(encoding="utf-8"))
    assert len(pins) > 50
    assert set(pins) <= found
    assert ("tesseract-ocr", None) in found
    assert {"tabulator-tables", "vega", "vega-lite", "vega-interpreter"} <= {name for name, _ in found}  # vendored
    references = [part["bom-ref"] for part in bill["components"]]
    assert len(set(references)) == len(references)
    (own,) = bill["dependencies"]
    assert len(own["dependsOn"]) >= 15
    assert set(own["dependsOn"]) <= set(references)
    assert all(part["properties"] for part in bill["components"] if part["type"] == "library")


def test_every_advisory_that_is_passed_over_says_why(root: Path) -> None:
    for line in (root / "advisories.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or len(line.split()) > 5, line


ADVISORY = """id: PYSEC-2030-1
modified: 2030-01-02T00:00:00Z
aliases: [CVE-2030-1]
details: A page of any size takes all memory.
affected:
- package: {ecosystem: PyPI, name: Some_Package}
  ranges:
  - type: ECOSYSTEM
    events: [{introduced: "0"}, {fixed: 1.2.0}, {introduced: 2.0.0}, {last_affected: 2.3.1}]
  versions: ["1.5.post1"]
"""


def audit(root: Path, tmp_path: Path, version: str, advisory: str = ADVISORY, known: str = "") -> tuple[int, str]:
    lock, folder = tmp_path / "a.lock", tmp_path / "advisories" / "vulns"
    lock.write_text(f"some-package=={version} \\\n    --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    kind = "json" if advisory.startswith("{") else "yaml"
    (folder / f"a.{kind}").write_text(advisory, encoding="utf-8")
    (tmp_path / "known.txt").write_text(known, encoding="utf-8")
    command = [
        sys.executable,
        root / "scripts/audit.py",
        folder.parent,
        "--lock",
        lock,
        "--known",
        tmp_path / "known.txt",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("version", "concerned"),
    [
        ("1.1.9", True), ("1.2.0rc1", True), ("1.2.0", False), ("1.5.post1", True), ("1.9", False),
        ("2.0.0", True), ("2.3.1", True), ("2.3.2", False), ("2.10", False),
    ],
)  # fmt: skip
def test_advisories_are_looked_up_in_a_local_copy(root: Path, tmp_path: Path, version: str, concerned: bool) -> None:
    code, said = audit(root, tmp_path, version)
    assert code == concerned
    assert (f"some-package {version}: PYSEC-2030-1, CVE-2030-1: mended in 1.2.0" in said) == concerned
    assert f"{int(concerned)} concern a pinned version" in said


def test_advisories_in_json_and_those_that_are_passed_over(root: Path, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    (tmp_path / "advisories/vulns").mkdir(parents=True)
    text = json.dumps(yaml.safe_load(ADVISORY), default=str)
    assert audit(root, tmp_path, "1.1", text)[0] == 1
    code, said = audit(root, tmp_path, "1.1", text, "# why\nCVE-2030-1 some-package: it reads no pages of ours.\n")
    assert (code, "1 passed over" in said) == (0, True)


@pytest.mark.parametrize(
    "change", [("details:", "withdrawn: 2030-02-01T00:00:00Z\ndetails:"), ("PyPI", "npm"), ("ECOSYSTEM", "GIT")]
)
def test_advisories_that_say_nothing_of_a_package(root: Path, tmp_path: Path, change: tuple[str, str]) -> None:
    assert audit(root, tmp_path, "1.1", ADVISORY.replace(*change))[0] == 0


@pytest.mark.parametrize("written", ["'some.package'", '"some-package"', "SOME_PACKAGE"])
def test_names_in_advisories_are_quoted_in_any_way(root: Path, tmp_path: Path, written: str) -> None:
    assert audit(root, tmp_path, "1.1", ADVISORY.replace("Some_Package", written))[0] == 1


@pytest.mark.parametrize(
    ("event", "version", "concerned", "said"),
    [
        ('{limit: "*"}', "1.1", True, ""),
        ('{limit: "*"}', "1.9", False, ""),
        ("{fixed: 1.0-final-b}", "1.9", True, "Invalid version: '1.0-final-b' in a range of an advisory"),
    ],
)
def test_limits_and_versions_that_cannot_be_read(
    root: Path, tmp_path: Path, event: str, version: str, concerned: bool, said: str
) -> None:
    code, told = audit(root, tmp_path, version, ADVISORY.replace("events: [", f"events: [{event}, "))
    assert code == concerned
    assert said in told


def test_findings_in_one_lock_do_not_hide_those_of_the_next(root: Path, tmp_path: Path) -> None:
    machine = Machine(tmp_path / "bin", root)
    machine.folder.mkdir()
    machine.plays("uv", 'case "$*" in *requirements.lock*) exit 1;; esac')
    done = subprocess.run(
        ["sh", "scripts/audit.sh"],
        cwd=root,
        env={**os.environ, "BIN": str(machine.folder), "ADVISORIES": ""},
        check=False,
    )
    assert done.returncode == 1
    assert [re.findall(r"\S+\.lock", call) for call in machine.calls("uv")] == [
        ["requirements.lock"],
        ["requirements-bench.lock"],
    ]


def test_a_folder_without_advisories_is_told(root: Path, tmp_path: Path) -> None:
    assert audit(root, tmp_path, "1.1", "name: other\n") == (
        2,
        f"{tmp_path / 'advisories'} holds no advisory on any package of the locks; is it a copy in the OSV format?\n",
    )


# -- Workflows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ci.yml", "release.yml"])
def test_workflows_call_targets_and_files_that_are_there(root: Path, name: str) -> None:
    yaml = pytest.importorskip("yaml", reason="comes with the extra `docs`")
    workflow = yaml.safe_load((root / ".github/workflows" / name).read_text(encoding="utf-8"))
    targets = re.findall(r"(?m)^([\w-]+):", (root / "Makefile").read_text(encoding="utf-8"))
    lines = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert {target for line in lines for target in re.findall(r"\bmake ([\w-]+)", line)} <= set(targets)
    named = re.findall(r"(?:tests|data)/[\w./-]+\.\w+", "\n".join(lines))
    assert named and [path for path in named if not (root / path).exists()] == []


def test_every_python_that_is_promised_is_tried(root: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="comes with the extra `docs`")
    workflow = yaml.safe_load((root / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    tried = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    lowest = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert tried == ["3.11", "3.12", "3.13", "3.14"] and lowest == f">={tried[0]}"
