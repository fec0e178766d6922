"""The documentation: what is made from the code is whole, the site builds without a warning and loads nothing from
elsewhere, and the picture is what its script makes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_samples import needs_tesseract

from vnplan import cli
from vnplan.records import PlanResult
from vnplan.tables import TABLES
from vnplan.tables.corpus import REGISTER_TABLES

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs/images/page-and-rows.png"
LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}

mkdocs = pytest.importorskip("mkdocs.config", reason="needs the extra `docs`")
pytest.importorskip("nbconvert", reason="needs the extra `notebooks`")
sys.path.append(str(ROOT / "scripts"))
import docs_pages  # noqa: E402
import docs_versions  # noqa: E402

# -- Generated pages -------------------------------------------------------------------------------------------------


def test_the_data_dictionary_has_every_column() -> None:
    page = docs_pages.data_dictionary()
    for table in (*TABLES, *REGISTER_TABLES):
        section = page.split(f"## {table.name}\n")[1].split("\n## ")[0]
        rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        assert rows == list(table.names)
        assert all(column.description in section for column in table.columns)


def test_the_reference_of_the_command_line_has_every_command_and_option() -> None:
    page = docs_pages.command_line()
    (commands,) = [action for action in cli.parser()._actions if action.choices and action.dest == "==SUPPRESS=="]
    assert commands.choices
    for name, command in dict(commands.choices).items():
        section = page.split(f"## vnplan {name}\n")[1].split("\n## ")[0]
        for action in command._actions:
            assert all(option in section for option in action.option_strings)


def test_pages_of_the_root_have_no_links_into_the_repository() -> None:
    assert "](" not in re.sub(r"\]\((?:https?:|#)", "", docs_pages.root_page("CONTRIBUTING.md"))


def blocks(guide: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / f"docs/guides/{guide}.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_python_of_the_guides_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plans").mkdir()
    sample = ROOT / "data/raw/dinh-dang/KH-112-cong-truong-Ba-Vi.pdf"
    (tmp_path / "plans/ke-hoach.pdf").write_bytes(sample.read_bytes())
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "guide"}
    code = [*blocks("python"), *blocks("evidence"), *blocks("batch")]
    assert len(code) > 5
    for block in code:
        exec(block, names)
    result = names["result"]
    assert isinstance(result, PlanResult)
    assert result.plan.number == "112/KH-UBND"


# -- The site --------------------------------------------------------------------------------------------------------


class Loads(HTMLParser):
    """What a page loads from elsewhere when it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes scripts, styles, pictures and frames of other hosts."""
        place = dict(attrs).get(LOADING.get(tag, ""))
        if place and re.match(r"(?:https?:)?//", place):
            self.found.append(place)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, with the notebooks as they are kept: their own tests run them."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "RUN_NOTEBOOKS": "false"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "WARNING" not in done.stderr
    return folder


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        loads = Loads()
        loads.feed(page.read_text(encoding="utf-8"))
        assert loads.found == [], page.name
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8"))


def test_the_public_names_are_in_the_reference(site: Path) -> None:
    verbs = (site / "reference/verbs.html").read_text(encoding="utf-8")
    for name in ("extraction.read", "analysis.analyze", "extraction.extract", "batch.extract_folder"):
        assert f'id="vnplan.{name}"' in verbs
    records = (site / "reference/records.html").read_text(encoding="utf-8")
    for name in ("Plan", "Evidence", "Citation", "Target", "Responsibility", "Deadline", "PlanResult"):
        assert f'id="vnplan.records.{name}"' in records


# -- The picture -----------------------------------------------------------------------------------------------------


def test_the_picture_is_small_enough_and_wide_enough() -> None:
    assert PICTURE.stat().st_size <= 300_000
    with Image.open(PICTURE) as picture:
        assert picture.width >= 2 * 830


@needs_tesseract
def test_the_picture_is_what_its_script_makes(tmp_path: Path) -> None:
    script = [sys.executable, str(ROOT / "scripts/readme_picture.py"), str(tmp_path / "again.png")]
    subprocess.run(script, check=True, timeout=120)
    old, new = (Image.open(path).convert("L") for path in (PICTURE, tmp_path / "again.png"))
    assert old.size == new.size
    # Another version of Tesseract or Pillow may move an edge by a pixel.
    assert np.abs(np.asarray(old, dtype=int) - np.asarray(new, dtype=int)).mean() < 3


# -- Versions --------------------------------------------------------------------------------------------------------


def test_every_release_has_its_documentation_beside_that_of_the_checkout(tmp_path: Path) -> None:
    tree, out = tmp_path / "tree", tmp_path / "out"
    (tree / "docs").mkdir(parents=True)
    (tree / "mkdocs.yml").write_text("site_name: plans\ntheme: mkdocs\n", encoding="utf-8")

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments], cwd=tree, check=True)

    git("init", "-q")
    for words, tag in (("the ninth", "v0.9.0"), ("the tenth", "v0.10.0"), ("no release", "draft"), ("later", "")):
        (tree / "docs" / "index.md").write_text(f"# {words}\n", encoding="utf-8")
        git("add", "-A")
        git("commit", "-q", "-m", words)
        if tag:
            git("tag", tag)
    assert docs_versions.build_all(tree, out) == ["0.10.0", "0.9.0", "dev"]
    for version, words in (("0.9.0", "the ninth"), ("0.10.0", "the tenth"), ("dev", "later")):
        assert words in (out / version / "index.html").read_text(encoding="utf-8")
    listed = json.loads((out / "versions.json").read_text(encoding="utf-8"))
    assert [(one["version"], one["aliases"]) for one in listed] == [("0.10.0", ["latest"]), ("0.9.0", []), ("dev", [])]
    assert "url=0.10.0/index.html" in (out / "index.html").read_text(encoding="utf-8")
    assert docs_versions.build_all(tree, out) == ["dev"]  # a tag does not move


def test_the_switcher_stands_where_versions_do(monkeypatch: pytest.MonkeyPatch) -> None:
    config = mkdocs.load_config(str(ROOT / "mkdocs.yml"))
    monkeypatch.delenv("DOCS_VERSION", raising=False)
    assert "version" not in docs_pages.on_config(config).extra
    monkeypatch.setenv("DOCS_VERSION", "0.2.0")
    assert docs_pages.on_config(config).extra["version"] == {"provider": "mike"}
