"""What a user can name is written down: commands, options, columns, verbs, settings, errors and hooks; examples run."""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import vnplan
from vnplan import cli, errors
from vnplan.components import KINDS
from vnplan.plugins import GROUPS
from vnplan.settings import Settings
from vnplan.tables import TABLES
from vnplan.tables.corpus import REGISTER_TABLES

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "scripts"))


def commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def written() -> str:
    """All that people read: README, guides, and the pages that are made from the code."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize("name", [name for name, _ in commands(cli.parser())])
def test_every_command_is_shown_in_use(name: str) -> None:
    assert re.search(rf"vnplan {name}\b", written()), f"neither README nor guides show vnplan {name}"


def test_every_option_says_what_it_does() -> None:
    for name, parser in commands(cli.parser()):
        for action in parser._actions:
            if action.option_strings:
                assert action.help and action.help != argparse.SUPPRESS, f"vnplan {name} {action.option_strings}"


def test_every_column_says_what_it_holds() -> None:
    short = [
        f"{table.name}.{column.name}"
        for table in (*TABLES, *REGISTER_TABLES)
        for column in table.columns
        if len(column.description) < 8
    ]
    assert short == []


@pytest.mark.parametrize("name", [name for name in vnplan.__all__ if not name.startswith("_")])
def test_every_verb_is_in_the_reference(name: str) -> None:
    reference = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "reference").glob("*.md"))
    home = re.escape(getattr(vnplan, name).__module__)
    assert re.search(rf"(?m)^::: {home}(?:\.{name})?$|^::: vnplan\.[\w.]+\.{name}$", reference), name


def test_every_setting_is_described() -> None:
    for one in dataclasses.fields(Settings):
        assert re.search(rf"(?m)^ +{one.name}: ", Settings.__doc__ or ""), one.name


def test_every_error_says_what_it_means() -> None:
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, errors.VnplanError):
            assert kind.__doc__ and kind.__doc__ != kind.__base__.__doc__, name


def test_every_hook_is_described() -> None:
    guide = (ROOT / "docs" / "guides" / "building.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`vnplan_{kind}`" not in guide] == []
    plugins = (ROOT / "docs" / "guides" / "plugins.md").read_text(encoding="utf-8")
    assert [group for group in GROUPS if f'"{group}"' not in plugins] == []


def test_the_guide_for_builders_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sample = ROOT / "data" / "raw" / "xa" / "58_KH-UBND_xa-Dai-Phuc_ATGT-4-thang-cuoi-nam-2025.txt"
    Path("plan.txt").write_bytes(sample.read_bytes())
    guide = (ROOT / "docs" / "guides" / "building.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^```python\n(.*?)^```", guide)
    assert len(blocks) >= 6
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "building.md", "exec"), names)
